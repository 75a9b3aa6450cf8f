"""`python -m benchmarks [NAME] [--json]`, as `./run bench` calls it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence

import django

from benchmarks.load import WrongAnswer
from benchmarks.pace import Pace
from benchmarks.words import say

Figures = dict[str, object]
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one benchmark, or all; return the exit code, 1 if an answer was not as it must be."""
    options = _parser().parse_args(arguments)
    pace = Pace(rounds=options.rounds, seconds=options.seconds)
    for name in [options.name] if options.name else sorted(BENCHMARKS):
        try:
            figures = BENCHMARKS[name](pace)
        except WrongAnswer as wrong:
            sys.stderr.write(f"bench {name}: {wrong}\n")
            return 1
        except KeyboardInterrupt:
            return INTERRUPTED
        if options.json:
            say(json.dumps({"benchmark": name, **figures}))
    return 0


def _file(pace: Pace) -> Figures:
    django.setup()
    from benchmarks.filing import measure

    return measure(pace)


def _rules(pace: Pace) -> Figures:
    from benchmarks.rules import measure

    return measure(pace)


def _directory(pace: Pace) -> Figures:
    django.setup()
    from benchmarks.directory import measure

    return measure(pace)


def _desk(pace: Pace) -> Figures:
    django.setup()
    from benchmarks.desk import measure

    return measure(pace)


BENCHMARKS: dict[str, Callable[[Pace], Figures]] = {
    "desk": _desk,
    "directory": _directory,
    "file": _file,
    "rules": _rules,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("name", nargs="?", choices=sorted(BENCHMARKS), help="all, if left out")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.add_argument("--rounds", type=int, default=Pace.rounds)
    parser.add_argument("--seconds", type=float, default=Pace.seconds, help="per target and round")
    return parser


if __name__ == "__main__":
    sys.exit(main())
