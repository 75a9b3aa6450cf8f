"""Which account PostgreSQL and Valkey run as.

PostgreSQL refuses to run as root. Started by root, both servers therefore run as the
unprivileged account 65534 ("nobody"), or as whoever owns a data folder that is already there.
"""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.embedded.errors import StartError

NOBODY = 65534


@dataclass(frozen=True)
class ServerAccount:
    """The numeric user and group of the two servers; needs no entry in /etc/passwd."""

    uid: int
    gid: int


def server_account(existing: Path) -> ServerAccount | None:
    """Return the account to change to, or None where the servers run as ourselves.

    `existing` is the servers' data folder, which may not be there yet.
    """
    if os.geteuid() != 0:
        return None
    if existing.exists() and existing.stat().st_uid != 0:
        return ServerAccount(existing.stat().st_uid, existing.stat().st_gid)
    return ServerAccount(NOBODY, NOBODY)


def popen_options(account: ServerAccount | None) -> dict[str, Any]:
    """Return the `subprocess` arguments that start a program as this account."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def can_run(account: ServerAccount | None, program: Path) -> bool:
    """Tell whether the account can reach and execute the program."""
    return _succeeds(account, [str(program), "--version"])


def can_enter(account: ServerAccount | None, folder: Path) -> bool:
    """Tell whether the account can pass through every parent into the folder."""
    return _succeeds(account, ["test", "-x", str(folder)])


def _succeeds(account: ServerAccount | None, command: list[str]) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - our own fixed commands
            command, capture_output=True, check=False, cwd="/", **popen_options(account)
        )
    except OSError:
        return False
    return done.returncode == 0


def make_private_folder(folder: Path, account: ServerAccount | None) -> None:
    """Make a 0700 folder that belongs to the account; one that is there is taken over.

    Raises StartError where it belongs to somebody else or cannot be handed over.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if account is not None:
            os.chown(folder, account.uid, account.gid)
        folder.chmod(0o700)
    except OSError as problem:
        raise StartError(
            f"{folder} cannot be used ({problem.strerror}): start with `--data DIR` naming "
            "a folder of your own, or as the user who made it."
        ) from problem
