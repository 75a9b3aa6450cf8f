"""The folder that keeps one run's databases, logs, mail and key, and its lock."""

import contextlib
import fcntl
import json
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from portal.embedded.errors import StartError
from portal.embedded.home import remove_sockets

# A run that was killed gives its lock back once its watchdog has stopped everything.
STOPPING_TAKES = 20.0


class DataFolder:
    """A data folder on disk. `claim` it before starting anything in it."""

    def __init__(self, root: Path) -> None:
        """Make the folder. Raises StartError when that or writing in it is not allowed."""
        self.root = root.resolve()
        self.logs, self.mail = self.root / "logs", self.root / "mail"
        self.static, self.beat = self.root / "static", self.root / "beat"
        self.lock_descriptor: int | None = None
        try:
            self._make()
        except OSError as problem:
            raise StartError(
                f"The data folder {self.root} cannot be written ({problem.strerror}): "
                "choose another with `--data DIR`."
            ) from problem

    def __enter__(self) -> "DataFolder":
        return self

    def __exit__(self, *exception: object) -> None:
        self.release()

    @property
    def record_path(self) -> Path:
        """Return the file in which a run says where its services are."""
        return self.root / "running.json"

    def claim(self) -> bool:
        """Try to become the folder's only user; tell whether that worked."""
        descriptor = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        self.lock_descriptor = descriptor
        self._clear_leftovers()
        return True

    def claim_patiently(self, pause: Callable[[float], None], may_end_soon: bool = False) -> bool:
        """Claim; wait for a holder that is gone and stopping, or that `may_end_soon`."""
        give_up_at = time.monotonic() + STOPPING_TAKES
        while not self.claim():
            holder = self.record()
            is_worth_waiting = may_end_soon or not _is_alive(holder.get("pid"))
            if not is_worth_waiting or time.monotonic() > give_up_at:
                return False
            pause(0.1)
        return True

    def release(self) -> None:
        """Give up the claim. The watchdog may hold on to it until all has stopped."""
        if self.lock_descriptor is not None:
            os.close(self.lock_descriptor)
            self.lock_descriptor = None

    def record(self) -> dict[str, Any]:
        """Return what the run that holds the folder says of itself; empty if nothing yet."""
        try:
            said = json.loads(self.record_path.read_text())
        except (OSError, ValueError):
            return {}
        return said if isinstance(said, dict) else {}

    def write_record(self, **facts: Any) -> None:
        """Add to what this run says of itself."""
        said = {**self.record(), **facts, "pid": os.getpid()}
        _write_private(self.record_path, json.dumps(said))

    def secret_key(self) -> str:
        """Return the SECRET_KEY kept in the folder, made at first need."""
        path = self.root / "secret.key"
        if not path.exists():
            _write_private(path, secrets.token_urlsafe(64))
        return path.read_text()

    def _make(self) -> None:
        # Started by root, the servers' account passes through to its own folders in here.
        self.root.parent.mkdir(parents=True, exist_ok=True)
        self.root.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, exist_ok=True)
        self._refuse_foreign()
        for folder in (self.logs, self.mail, self.static, self.beat):
            folder.mkdir(mode=0o700, exist_ok=True)
        for folder in (self.root, self.logs, self.mail, self.static, self.beat):
            if not os.access(folder, os.W_OK | os.X_OK):
                raise PermissionError(13, f"no right to write in {folder.name}")

    def _refuse_foreign(self) -> None:
        # `--data ~` or `--data /tmp` is a slip, and would mix our files into somebody's own.
        names = {path.name for path in self.root.iterdir()}
        if names and "logs" not in names:
            raise StartError(
                f"{self.root} is in use for something else: "
                "choose a new or empty folder with `--data DIR`."
            )

    def _clear_leftovers(self) -> None:
        """Forget a run that was cut off, with its socket folder."""
        remove_sockets(str(self.record().get("sockets", "")))
        with contextlib.suppress(FileNotFoundError):
            self.record_path.unlink()


def _is_alive(pid: object) -> bool:
    if not isinstance(pid, int):
        return True  # a holder that has not said yet who it is
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _write_private(path: Path, content: str) -> None:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(content)
    unfinished.replace(path)
