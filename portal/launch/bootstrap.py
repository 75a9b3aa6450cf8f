"""Makes .venv from requirements.lock, then becomes the command in it.

`run` loads this file by its path. It uses the standard library alone and must import nothing
of ours: none of what the portal needs may be installed yet.
"""

import contextlib
import errno
import fcntl
import hashlib
import importlib.util
import os
import platform
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

UV = "uv==0.13.9"
ROOT = Path(__file__).resolve().parent.parent.parent
# Commands that need neither Django nor services: modules of `referrals`, given paths and options.
PURE = ("decide", "prove")
PURE_BENCHMARK = "rules"  # measures no server
REACHED_NOT = (
    "The package registry cannot be reached: check the network; behind a proxy or with a mirror "
    "set HTTPS_PROXY, or PIP_INDEX_URL and UV_DEFAULT_INDEX. Then run again."
)
# What pip and uv say, and what that means for a person. The first that fits is told.
EXPLANATIONS = {
    ("No space left", "os error 28", "Errno 28", "Disk quota exceeded"): (
        "The disk is full: the packages need 1 GB. Free some and run again."
    ),
    ("Hash mismatch", "DO NOT MATCH THE HASHES"): (
        "A package differs from the one that was locked. Do not use it; ask who keeps the lock."
    ),
    ("no wheels with a matching", "not compatible with the current platform"): (
        "A package has no build for this system: use Linux with glibc, macOS, or Docker."
    ),
    ("ensurepip is not available", "No module named ensurepip"): (
        "This Python cannot make environments: install its `venv` and `ensurepip` modules."
    ),
    (
        "error sending request",
        "Failed to fetch",
        "Could not connect",
        "Could not find a version",
        "Connection refused",
        "name resolution",
        "timed out",
    ): REACHED_NOT,
    ("Permission denied", "Read-only file system", "os error 13", "os error 30"): (
        "A folder cannot be written: use a checkout and a home folder that are yours."
    ),
}


class CannotInstall(Exception):
    """Says in one line why not, and what to do."""


class Environment:
    """The virtual environment of one checkout, and the stamp that says it is complete."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / "bin" / "python"
        self.lock = root / "requirements.lock"
        self._stamp = self.folder / ".complete"
        self._data = root / ".data"
        self._log = self._data / "install.log"

    def ensure(self) -> None:
        """Install the locked packages unless exactly they are there. Raises CannotInstall."""
        if self._is_complete():
            return
        with self._only_one():
            if not self._is_complete():
                self._install()

    def _is_complete(self) -> bool:
        return _read(self._stamp) == self._wanted() and self.python.exists()

    def _wanted(self) -> str:
        """Return the stamp of a complete installation: this Python, computer and lock."""
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        digest = hashlib.sha256(self.lock.read_bytes()).hexdigest()
        return f"{version} {sys.platform} {platform.machine()} {digest}"

    @contextlib.contextmanager
    def _only_one(self) -> Iterator[None]:
        """Hold the installation lock. Our children hold it too, in case we are killed."""
        lock = self._open_lock()
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            _say("Another ./run is installing; waiting for it ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            os.close(lock)

    def _open_lock(self) -> int:
        try:
            self._data.mkdir(exist_ok=True)
            lock = os.open(self._data / "install.lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise CannotInstall(self._not_writable(error)) from error
        os.set_inheritable(lock, True)
        return lock

    def _install(self) -> None:
        """Make the environment anew, or only what the lock changed since it was complete."""
        before = _read(self._stamp).split()
        is_update = before[:3] == self._wanted().split()[:3] and self.python.exists()
        try:
            self._log.write_text("")
            self._stamp.unlink(missing_ok=True)  # what is cut off from here on is made anew
            self._announce(is_update)
            if not is_update:
                self._make_venv()
            self._install_packages()
            self._write_stamp()
        except OSError as error:
            raise CannotInstall(self._not_writable(error)) from error

    def _announce(self, is_update: bool) -> None:
        count = sum("==" in line for line in self.lock.read_text().splitlines())
        what = "Updating the environment to" if is_update else "Installing"
        _say(f"{what} {count} packages{'' if is_update else ' (first time only)'} ...")

    def _make_venv(self) -> None:
        for module in ("venv", "ensurepip"):
            if importlib.util.find_spec(module) is None:
                raise CannotInstall(_no_venv_module())
        self._call([sys.executable, "-m", "venv", "--clear", str(self.folder)])
        pip = [str(self.python), "-m", "pip", "install", "--quiet", "--retries", "2", UV]
        self._call(pip)

    def _install_packages(self) -> None:
        """Have exactly the locked packages installed, each checked against its hash."""
        options = ["--require-hashes", "--python", str(self.python)]
        uv = [str(self.folder / "bin" / "uv"), "pip", "sync", "--quiet", *options]
        self._call([*uv, str(self.lock)], {**os.environ, **self._uv_settings()})

    def _uv_settings(self) -> dict[str, str]:
        """Return what pip is set up with in uv's names: uv does not read pip's settings."""
        found = {}
        for line in self._pip_settings():
            name, _, value = line.partition("=")
            if name.endswith(".index-url") and "UV_INDEX_URL" not in os.environ:
                found["UV_DEFAULT_INDEX"] = "".join(shlex.split(value))
            elif name.endswith(".cert"):
                found["SSL_CERT_FILE"] = "".join(shlex.split(value))
        if not os.access(Path.home(), os.W_OK):
            found["UV_NO_CACHE"] = "1"
        return {name: value for name, value in found.items() if name not in os.environ}

    def _pip_settings(self) -> list[str]:
        command = [str(self.python), "-m", "pip", "config", "list"]
        listed = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        return listed.stdout.splitlines()

    def _write_stamp(self) -> None:
        unfinished = self._stamp.with_suffix(".new")
        unfinished.write_text(self._wanted())
        unfinished.replace(self._stamp)

    def _call(self, command: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        """Run a command with its words going to the log. Raises CannotInstall."""
        with open(self._log, "a") as log:
            code = subprocess.call(  # noqa: S603 - our own fixed commands
                command, env=env, stdout=log, stderr=log, cwd=self.root, close_fds=False
            )
        if code != 0:
            raise CannotInstall(self._explain(_read(self._log)))

    def _explain(self, said: str) -> str:
        """Return the line for a person, from what the installing programs said."""
        for words, meaning in EXPLANATIONS.items():
            if any(word in said for word in words):
                return f"{meaning} More in {self._log}"
        last = [line.strip() for line in said.splitlines() if line.strip()][-1:]
        return f"Installing failed: {''.join(last)} More in {self._log}"

    def _not_writable(self, error: OSError) -> str:
        if error.errno == errno.ENOSPC:
            return self._explain(str(error))
        return (
            f"{self.root} cannot be written ({error.strerror}), and .venv and .data are made "
            "there: use a copy of the checkout that is yours."
        )


def start(arguments: list[str]) -> int:
    """Become the command. Return the exit code, with one line of explanation, if it cannot."""
    environment = Environment(ROOT)
    try:
        with _stoppable():
            environment.ensure()
    except CannotInstall as problem:
        _say(f"run: {problem}")
    except KeyboardInterrupt:
        _say("run: stopped while installing; the next ./run starts that again.")
    else:
        _take_over(str(environment.python), arguments)
    return 1


def _take_over(python: str, arguments: list[str]) -> NoReturn:
    """Become the command, in the checkout's folder; typed paths stay relative to the caller's."""
    command, rest = arguments[0], arguments[1:]
    called_from = {"RUN_CALLED_FROM": os.getcwd()}
    words = [python, "-m", *_module_of(command, rest)]
    os.chdir(ROOT)
    os.execve(python, words, {**os.environ, **called_from})  # noqa: S606 - no shell is wanted


def _module_of(command: str, rest: list[str]) -> list[str]:
    """Return the module that is the command, and its arguments."""
    if command in PURE:
        return [f"referrals.{command}", *map(_with_absolute_path, rest)]
    if command == "bench" and PURE_BENCHMARK in rest:
        return ["benchmarks", *rest]
    return ["portal.launch", command, *rest]


def _with_absolute_path(argument: str) -> str:
    """Return a path made absolute, `--option=PATH` too; PURE takes only paths and options."""
    if not argument.startswith("-"):
        return os.path.abspath(argument)
    option, equals, path = argument.partition("=")
    return f"{option}={os.path.abspath(path)}" if equals else argument


@contextlib.contextmanager
def _stoppable() -> Iterator[None]:
    """Make every signal to stop end the installing as Ctrl-C does."""
    before = {s: signal.signal(s, _interrupt) for s in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _no_venv_module() -> str:
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    return (
        f"This Python cannot make environments: `apt install {package}` on Debian or Ubuntu, "
        "elsewhere a complete Python; then run again."
    )


def _read(path: Path) -> str:
    """Return the text of a file, empty if there is none."""
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def _say(line: str) -> None:
    with contextlib.suppress(OSError):
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
