"""Prove a routing policy: python -m referrals.prove [--policy PATH] [--invariants PATH] [--json]

Checks every invariant in every situation the policy can tell apart and prints what was covered. A
breach is named on stderr with a smallest example, and the exit code is 1. A file that cannot be
used is named on stderr and the exit code is 2. Needs neither Django nor a database.
"""

import argparse
import json
import sys
import time

from referrals.policy_file import INVARIANTS, STANDARD, FileRefused, load_invariants, load_policy
from referrals.routing.proof import prove


def main(arguments=None):
    """Run the command; return its exit code."""
    options = _options(arguments)
    started = time.monotonic()
    try:
        policy = load_policy(options.policy)
        proof = prove(policy, load_invariants(policy, options.invariants))
    except FileRefused as error:
        sys.stderr.write(f"{error}\n")
        return 2
    seconds = time.monotonic() - started
    if options.json:
        sys.stdout.write(json.dumps(proof.as_dict() | {"seconds": round(seconds, 1)}) + "\n")
    else:
        _say(proof, seconds)
    return 1 if proof.breaches else 0


def _options(arguments):
    parser = argparse.ArgumentParser(
        prog="./run prove", description="Prove a routing policy in every situation."
    )
    parser.add_argument("--policy", default=STANDARD, help="another policy file")
    parser.add_argument("--invariants", default=INVARIANTS, help="another file of invariants")
    parser.add_argument("--json", action="store_true", help="one line of JSON instead")
    return parser.parse_args(arguments)


def _say(proof, seconds):
    for breach in proof.breaches:
        sys.stderr.write("\n".join(lines_of(breach)) + "\n")
    sys.stdout.write(
        f"{len(proof.breaches)} breaches of {proof.invariants} invariants in"
        f" {proof.situations:,} situations ({seconds:.1f} s)\n"
    )


def lines_of(breach):
    """A breach in plain words: the invariant, what breaks it, and the smallest example."""
    yield f"{breach.invariant}: {breach.text} ({breach.source})"
    yield f"  {breach.detail}"
    if breach.example is not None:
        said = (f"{name}: {_plain(value)}" for name, value in breach.example.items())
        yield f"  for example: {', '.join(said) or 'a report that says nothing'}"
    if breach.set_aside:
        yield f"  with these guards set aside: {', '.join(breach.set_aside)}"


def _plain(value):
    if isinstance(value, list):
        return f"[{', '.join(value)}]"
    if isinstance(value, bool):
        return str(value).lower()
    return "not known" if value is None else str(value)


if __name__ == "__main__":
    sys.exit(main())
