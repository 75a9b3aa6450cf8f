"""The `run` script and the installing: one clear line when something is missing."""

import ast
import importlib.util
import os
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest

from portal.launch.environment import ROOT

RUN = ROOT / "run"
NEWER_THAN_OLD_PYTHONS = (ast.JoinedStr, ast.NamedExpr, ast.AnnAssign, ast.Match, ast.Starred)


def _load(name: str, path: Path):
    loader = SourceFileLoader(name, str(path))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def run():
    return _load("run_script", RUN)


@pytest.fixture
def bootstrap(run):
    return run.load_bootstrap()


@pytest.fixture
def environment(bootstrap, tmp_path):
    """The environment of an empty checkout with a lock."""
    (tmp_path / "requirements.lock").write_text("one==1 \\\n    --hash=sha256:00\n")
    return bootstrap.Environment(tmp_path)


@pytest.fixture
def installer(bootstrap, environment, monkeypatch):
    """Stands for venv, pip and uv: notes what is called, and does what it is told to."""

    class Installer:
        def __init__(self):
            self.called: list[str] = []
            self.said, self.code, self.cut_off_at = "", 0, ""

        def __call__(self, command, stdout, **options):
            words = " ".join(command)
            self.called.append(words)
            environment.python.parent.mkdir(parents=True, exist_ok=True)
            environment.python.touch()
            if self.cut_off_at and self.cut_off_at in words:
                raise KeyboardInterrupt
            os.write(stdout.fileno(), self.said.encode())
            return self.code

    installer = Installer()
    monkeypatch.setattr(bootstrap.subprocess, "call", installer)
    monkeypatch.setattr(bootstrap.Environment, "_pip_settings", lambda self: [])
    return installer


def test_a_python_that_is_too_old_is_told_in_one_line_which_one_is_needed(run):
    line = run.unsupported((3, 10, 13), "linux", "x86_64")
    assert "Python 3.11 or newer is needed, this is 3.10.13" in line
    assert "\n" not in line


def test_the_script_keeps_to_syntax_that_old_pythons_can_read():
    tree = ast.parse(RUN.read_text())
    assert [node for node in ast.walk(tree) if isinstance(node, NEWER_THAN_OLD_PYTHONS)] == []
    arguments = [node for node in ast.walk(tree) if isinstance(node, ast.arg)]
    assert all(argument.annotation is None for argument in arguments)


@pytest.mark.parametrize(
    ("system", "machine"), [("win32", "AMD64"), ("linux", "riscv64"), ("freebsd14", "x86_64")]
)
def test_an_unsupported_computer_is_named_with_what_to_use(run, system, machine):
    line = run.unsupported((3, 12, 0), system, machine)
    assert f"{system} on {machine}: use Linux" in line


@pytest.mark.parametrize(
    ("system", "machine"),
    [("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"), ("darwin", "x86_64")],
)
def test_supported_computers_pass(run, system, machine):
    assert run.unsupported((3, 13, 0), system, machine) == ""


@pytest.mark.parametrize("arguments", [[], ["demmo"]])
def test_an_unknown_command_shows_the_usage_and_exits_with_2(arguments):
    done = subprocess.run([sys.executable, RUN, *arguments], capture_output=True, text=True)
    assert done.returncode == 2
    assert "decide FILE" in done.stderr


def test_files_to_decide_and_prove_are_the_callers_wherever_the_checkout_is(bootstrap, monkeypatch):
    monkeypatch.chdir("/")
    given = ["--check", "some/file.yaml", "--policy", "mine.yaml", "--policy=other.yaml"]
    words = [bootstrap._with_absolute_path(word) for word in given]
    assert words == ["--check", "/some/file.yaml", "--policy", "/mine.yaml", "--policy=/other.yaml"]


@pytest.mark.parametrize(
    ("command", "rest", "module"),
    [
        ("bench", ["rules", "--json"], ["benchmarks", "rules", "--json"]),
        ("bench", ["file"], ["portal.launch", "bench", "file"]),
        ("bench", [], ["portal.launch", "bench"]),
        ("prove", [], ["referrals.prove"]),
        ("demo", ["--json"], ["portal.launch", "demo", "--json"]),
    ],
)
def test_only_what_needs_services_starts_them(bootstrap, command, rest, module):
    assert bootstrap._module_of(command, rest) == module


def test_a_complete_environment_is_not_touched_again(environment, installer):
    environment.ensure()
    assert [words.split()[-1] for words in installer.called][-1] == str(environment.lock)
    installer.called.clear()
    environment.ensure()
    assert installer.called == []


def test_an_interrupted_installation_is_made_anew(environment, installer):
    installer.cut_off_at = "pip sync"
    with pytest.raises(KeyboardInterrupt):
        environment.ensure()
    installer.cut_off_at = ""
    installer.called.clear()
    environment.ensure()
    assert "-m venv --clear" in installer.called[0]


def test_a_changed_lock_is_brought_up_to_date(environment, installer):
    environment.ensure()
    installer.called.clear()
    environment.lock.write_text("one==2\n")
    environment.ensure()
    assert [words.split()[1:3] for words in installer.called] == [["pip", "sync"]]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("ERROR: Could not find a version that satisfies uv (from versions: none)", "registry"),
        ("error sending request for url", "registry cannot be reached"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("Hash mismatch for `django`", "Do not use it"),
        ("something never heard of", "something never heard of"),
    ],
)
def test_a_failed_installation_says_what_to_do_in_one_line(
    bootstrap, environment, installer, said, told
):
    installer.said, installer.code = f"first\n{said}\n", 1
    with pytest.raises(bootstrap.CannotInstall) as failure:
        environment.ensure()
    assert told in str(failure.value)
    assert "\n" not in str(failure.value)


def test_a_python_without_venv_is_told_which_package_brings_it(
    bootstrap, environment, installer, monkeypatch
):
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(bootstrap.CannotInstall, match=r"apt install python3\.\d+-venv"):
        environment.ensure()


def test_a_checkout_that_cannot_be_written_is_named(bootstrap, environment, monkeypatch):
    (environment.root / ".data").write_text("a file in the way")
    with pytest.raises(bootstrap.CannotInstall, match="cannot be written"):
        environment.ensure()
