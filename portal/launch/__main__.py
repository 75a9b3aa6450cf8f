"""`python -m portal.launch COMMAND ...`, as `./run` calls it."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from portal.embedded.errors import StartError
from portal.launch.checks import run_tests
from portal.launch.commands import run_bench, run_manage
from portal.launch.console import write
from portal.launch.demo import run_demo
from portal.launch.environment import DEFAULT_PORT, ROOT

DATA = ROOT / ".data"
# `run` changes to the checkout's folder; paths that people type are relative to theirs.
CALLED_FROM = "RUN_CALLED_FROM"


def main() -> int:
    """Run the command; return the exit code, 1 with one line of explanation if it cannot."""
    command, arguments = sys.argv[1], sys.argv[2:]
    try:
        return COMMANDS[command](arguments)
    except StartError as problem:
        write(sys.stderr, f"run: {problem}")
        return 1


def _demo(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run demo")
    parser.add_argument("--json", action="store_true", help="print one line of JSON when it is up")
    parser.add_argument("--port", type=_port, default=DEFAULT_PORT, help="0: any free one")
    parser.add_argument("--data", type=_path, default=DATA / "demo", help="the data folder")
    options = parser.parse_args(arguments)
    return run_demo(options.data, options.port, options.json)


def _manage(arguments: Sequence[str]) -> int:
    if arguments[:1] == ["--data"] and len(arguments) > 1:
        return run_manage(_path(arguments[1]), arguments[2:])
    return run_manage(DATA / "demo", arguments)


def _path(typed: str) -> Path:
    return Path(os.environ.get(CALLED_FROM, "."), typed).expanduser()


def _port(typed: str) -> int:
    if not typed.isdecimal() or int(typed) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(typed)


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "demo": _demo,
    "test": lambda arguments: run_tests(DATA / "test", arguments),
    "manage": _manage,
    "bench": lambda arguments: run_bench(DATA / "bench", arguments),
}

if __name__ == "__main__":
    sys.exit(main())
