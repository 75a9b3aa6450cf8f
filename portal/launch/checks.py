"""`./run test`: the linters and Django's own checks, then pytest, on embedded services."""

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.embedded.errors import StartError, StopRequested
from portal.embedded.stop_requests import StopRequests
from portal.embedded.supervisor import Program, Stage
from portal.launch.console import Console, write
from portal.launch.data_folder import DataFolder
from portal.launch.environment import ROOT, production_like
from portal.launch.services import as_owner
from portal.launch.session import Session, has_terminal, open_session, run_in_foreground

MOST_AT_ONCE = 8
# Arguments after which pytest has to run in one process, or already knows in how many.
SAY_HOW_MANY = ("-n", "--numprocesses", "--pdb", "--trace", "-s", "--capture=no", "no:xdist")


@dataclass(frozen=True)
class Check:
    """One thing that must pass before the tests: Python's arguments, and an environment."""

    title: str
    arguments: Sequence[str]
    env: Mapping[str, str]


def run_tests(data_path: Path, arguments: Sequence[str]) -> int:
    """Run all checks and tests, or with arguments pytest alone.

    Returns 0 only if everything passed. Raises StartError.
    """
    stops, console = StopRequests(), Console()
    with stops.installed(terminal_is_shared=has_terminal()):
        try:
            with (
                _free_folder(data_path) as data,
                open_session(data, stops, console, kind="test", for_tests=True) as session,
            ):
                session.services.start()
                return _run_all(session, arguments)
        except StopRequested:
            return 128 + stops.signals[0] if stops.signals else 1


def _free_folder(first: Path) -> DataFolder:
    """Claim the data folder, or one beside it while other tests run in this checkout."""
    for number in range(1, MOST_AT_ONCE + 1):
        name = first.name if number == 1 else f"{first.name}-{number}"
        data = DataFolder(first.with_name(name))
        if data.claim():
            return data
    raise StartError(f"{MOST_AT_ONCE} `./run test` are running in this checkout: wait for one.")


def _run_all(session: Session, arguments: Sequence[str]) -> int:
    environment = _test_environment(session)
    failed = [] if arguments else _failed_checks(session, environment)
    pytest = ["-m", "pytest", *_how_many(arguments), *arguments]
    code = run_in_foreground(session, pytest, environment)
    return code or int(bool(failed))


def _test_environment(session: Session) -> dict[str, str]:
    """Return a Django environment that owns its database and knows no demo."""
    environment = as_owner(session.services.environment())
    for name in ("DEMO", "STATIC_STORAGE"):
        del environment[name]
    return environment


def _how_many(arguments: Sequence[str]) -> list[str]:
    says_so = any(argument.startswith(SAY_HOW_MANY) for argument in arguments)
    names_tests = any(".py" in argument for argument in arguments)
    return [] if says_so or names_tests else ["-n", "2"]


def _failed_checks(session: Session, environment: Mapping[str, str]) -> list[str]:
    """Run the checks, print a line for each and a verdict; return those that failed."""
    checks = _checks(environment, production_like(session.services.environment()))
    failed = [check.title for check in checks if not _passes(session, check)]
    passed = f"{len(checks) - len(failed)} of {len(checks)} checks passed"
    write(sys.stdout, f"{passed}; FAILED: {', '.join(failed)}" if failed else f"{passed}.")
    return failed


def _checks(environment: Mapping[str, str], production: Mapping[str, str]) -> list[Check]:
    missing_migrations = ("manage.py", "makemigrations", "--check", "--dry-run")
    deployment = ("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    return [
        Check("ruff format", ("-m", "ruff", "format", "--check", "."), environment),
        Check("ruff check", ("-m", "ruff", "check", "."), environment),
        Check("djlint", ("-m", "djlint", "templates", "--check", "--lint", "--quiet"), environment),
        Check("makemigrations --check", missing_migrations, environment),
        Check("check --deploy", deployment, production),
    ]


def _passes(session: Session, check: Check) -> bool:
    """Run one check; what it printed is shown only when it failed."""
    log = session.data.logs / f"check-{check.title.split()[-1].strip('-')}.log"
    log.unlink(missing_ok=True)
    began = time.monotonic()
    code = session.supervisor.finish(session.supervisor.start_step(_program(check, log)))
    verdict = "FAILED" if code else "ok"
    write(sys.stdout, f"{check.title:<24}{verdict:<8}{time.monotonic() - began:.1f} s")
    if code:
        write(sys.stdout, log.read_text(errors="replace"))
    return code == 0


def _program(check: Check, log: Path) -> Program:
    return Program(
        name=check.title,
        command=[sys.executable, *check.arguments],
        stage=Stage.WEB,
        log=log,
        env=check.env,
        cwd=ROOT,
    )
