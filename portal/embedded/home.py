"""Where the two servers keep their files, their sockets and their programs."""

import contextlib
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from portal.embedded.account import (
    ServerAccount,
    can_enter,
    make_private_folder,
    server_account,
)
from portal.embedded.programs import Programs, shared_folder, usable_programs

SOCKET_PREFIX = "cp-portal-"
BELONGS_TO = "belongs-to"


@dataclass(frozen=True)
class ServerHome:
    """One pair of servers: who runs them, from which programs, with which folders."""

    account: ServerAccount | None
    programs: Programs
    files: Path
    sockets: Path

    @property
    def postgres_files(self) -> Path:
        """Return PostgreSQL's data folder."""
        return self.files / "postgres"

    @property
    def valkey_files(self) -> Path:
        """Return Valkey's data folder."""
        return self.files / "valkey"


def make_home(data: Path) -> ServerHome:
    """Choose and make the servers' places for one data folder.

    Raises StartError when no place fits.
    """
    account = server_account(data / "postgres")
    files = data if account is None or can_enter(account, data) else _place_outside(data)
    return ServerHome(account, usable_programs(account), files, _make_sockets(account))


def _place_outside(data: Path) -> Path:
    """Return a folder of root's for servers that may not enter the way to `data`.

    `data` names it, so that deleting `data` is a fresh start here too.
    """
    pointer = data / "servers-at"
    if not pointer.exists():
        _remove_abandoned_places()
        pointer.write_text(str(shared_folder() / f"data-{secrets.token_hex(8)}"))
    place = Path(pointer.read_text())
    place.mkdir(mode=0o711, exist_ok=True)
    place.chmod(0o711)
    (place / BELONGS_TO).write_text(str(pointer))
    return place


def _remove_abandoned_places() -> None:
    for place in shared_folder().glob("data-*"):
        with contextlib.suppress(OSError):
            pointer = Path((place / BELONGS_TO).read_text())
            if not pointer.exists() or pointer.read_text() != str(place):
                shutil.rmtree(place)


def _make_sockets(account: ServerAccount | None) -> Path:
    # A Unix socket's path may have some 104 bytes, and not every file system of a checkout
    # (network, shared with a virtual machine) takes sockets: hence a short one in /tmp.
    folder = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir=_temporary_folder()))
    make_private_folder(folder, account)
    return folder


def _temporary_folder() -> str:
    return "/tmp" if Path("/tmp").is_dir() else tempfile.gettempdir()  # noqa: S108 - mkdtemp in it


def remove_sockets(folder: str) -> None:
    """Remove the socket folder of a run that was cut off, if it is one of ours."""
    if Path(folder).name.startswith(SOCKET_PREFIX):
        with contextlib.suppress(OSError):
            shutil.rmtree(folder)
