"""Prove a routing policy: python -m referrals.prove [--policy PATH] [--against PATH] [--json]

Checks every invariant in every situation the policy can tell apart and prints what was covered;
with --against also who would be told otherwise than by that policy, each with a smallest example. A
breach is named on stderr with a smallest example, and the exit code is 1. A file that cannot be
used is named on stderr and the exit code is 2. Needs neither Django nor a database.
"""

import argparse
import json
import sys
import time

from referrals.policy_file import INVARIANTS, STANDARD, FileRefused, load_invariants, load_policy
from referrals.routing.proof import compare_policies, prove


def main(arguments=None):
    """Run the command; return its exit code."""
    options = _options(arguments)
    started = time.monotonic()
    try:
        policy = load_policy(options.policy)
        proof = prove(policy, load_invariants(policy, options.invariants))
        other = load_policy(options.against) if options.against else policy
    except FileRefused as error:
        sys.stderr.write(f"{error}\n")
        return 2
    changes = compare_policies(other, policy) if options.against else ()
    seconds = time.monotonic() - started
    if options.json:
        found = {"changes": [change.as_dict() for change in changes], "seconds": round(seconds, 1)}
        sys.stdout.write(json.dumps(proof.as_dict() | found) + "\n")
    else:
        _say(proof, changes, seconds)
    return 1 if proof.breaches else 0


def _options(arguments):
    parser = argparse.ArgumentParser(
        prog="./run prove", description="Prove a routing policy in every situation."
    )
    parser.add_argument("--policy", default=STANDARD, help="another policy file")
    parser.add_argument("--against", help="a policy file to compare it with")
    parser.add_argument("--invariants", default=INVARIANTS, help="another file of invariants")
    parser.add_argument("--json", action="store_true", help="one line of JSON instead")
    return parser.parse_args(arguments)


def _say(proof, changes, seconds):
    for breach in proof.breaches:
        sys.stderr.write("\n".join(lines_of(breach)) + "\n")
    for change in changes:
        sys.stdout.write("\n".join(lines_of_change(change)) + "\n")
    found = "1 breach" if len(proof.breaches) == 1 else f"{len(proof.breaches)} breaches"
    sys.stdout.write(
        f"{found} of {proof.invariants} invariants in"
        f" {proof.situations:,} situations ({seconds:.1f} s)\n"
    )


def lines_of(breach):
    """A breach in plain words: the invariant, what breaks it, and the smallest example."""
    yield f"{breach.invariant}: {breach.text} ({breach.source})"
    yield f"  {breach.detail}"
    if breach.example is not None:
        yield from _example(breach)


def lines_of_change(change):
    """What another policy would do with a role, in plain words, and the smallest example."""
    yield f"{change.role} {change.what}"
    for word, recipient in (("before", change.before), ("after", change.after)):
        if recipient:
            said = ", ".join(recipient[key] for key in ("kind", "gate", "redaction", "rule"))
            yield f"  {word}: {said}"
    yield from _example(change)


def _example(found):
    said = (f"{name}: {_plain(value)}" for name, value in found.example.items())
    yield f"  for example: {', '.join(said) or 'a report that says nothing'}"
    if found.set_aside:
        yield f"  with these guards set aside: {', '.join(found.set_aside)}"


def _plain(value):
    if isinstance(value, list):
        return f"[{', '.join(value)}]"
    if isinstance(value, bool):
        return str(value).lower()
    return "not known" if value is None else str(value)


if __name__ == "__main__":
    sys.exit(main())
