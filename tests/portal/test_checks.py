"""Production refuses to start on an unsafe setting, at every door, and says the mend."""

import os
import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest

from portal import checks
from portal.launch.environment import ROOT

KEY = "not-a-real-key-" * 4
GOOD = {
    "SECRET_KEY": KEY,
    "DEBUG": False,
    "DEMO": False,
    "ALLOWED_HOSTS": ["portal.example.org"],
    "BASE_URL": "https://portal.example.org",
    "BROKER_URL": "redis://valkey:6379/0",
    "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql"}},
}
LOOPBACK = {
    "DEMO": True,
    "ALLOWED_HOSTS": ["127.0.0.1", "localhost", "[::1]"],
    "BASE_URL": "http://127.0.0.1:8000",
}
SQLITE = {"default": {"ENGINE": "django.db.backends.sqlite3"}}

MEND_KEY = "Set SECRET_KEY to 50 or more random characters"
MEND_DEBUG = "Unset DEBUG"
MEND_HOSTS = "Set ALLOWED_HOSTS to the portal's host names"
MEND_BROKER = "Set BROKER_URL to one, as redis://valkey:6379/0"
MEND_DATABASE = "Set DATABASE_URL to a PostgreSQL server"
MEND_DEMO = "Unset DEMO on a server"

UNSAFE = [
    ({"SECRET_KEY": checks.INSECURE_KEY}, MEND_KEY),
    ({"SECRET_KEY": "x" * 49}, MEND_KEY),
    ({"DEBUG": True}, MEND_DEBUG),
    ({"ALLOWED_HOSTS": []}, MEND_HOSTS),
    ({"ALLOWED_HOSTS": ["portal.example.org", "*"]}, MEND_HOSTS),
    ({"BROKER_URL": "memory://"}, MEND_BROKER),
    ({"BROKER_URL": "filesystem://"}, MEND_BROKER),
    ({"BROKER_URL": ""}, MEND_BROKER),
    ({"DATABASES": SQLITE}, MEND_DATABASE),
    ({"DEMO": True}, MEND_DEMO),
    (LOOPBACK | {"ALLOWED_HOSTS": ["127.0.0.1", "portal.example.org"]}, MEND_DEMO),
    # A proxy that rewrites the host name: the pages, and the mails in them, are for others.
    (LOOPBACK | {"BASE_URL": "https://portal.example.org"}, MEND_DEMO),
]


@pytest.fixture
def problems(monkeypatch):
    """A function from settings to what the system check says of them."""

    def said(**settings) -> list[str]:
        monkeypatch.setattr(checks, "settings", SimpleNamespace(**GOOD | settings))
        return [f"{problem.msg} {problem.hint}" for problem in checks.production_settings(None)]

    return said


def test_good_settings_pass(problems):
    assert problems() == []


@pytest.mark.parametrize(
    "broker", ["redis://a:1/0", "rediss://a", "redis+socket:///run/valkey.sock", "sentinel://a:1"]
)
def test_every_way_to_reach_a_valkey_passes(problems, broker):
    assert problems(BROKER_URL=broker) == []


@pytest.mark.parametrize(("settings", "mend"), UNSAFE)
def test_each_unsafe_setting_alone_is_refused_with_its_mend(problems, settings, mend):
    (problem,) = problems(**settings)
    assert mend in problem


def test_the_demo_passes_on_this_machine_alone(problems):
    assert problems(**LOOPBACK, SECRET_KEY="short") == []


def test_the_problems_are_told_in_one_line_each(problems, capsys):
    problems(DEBUG=True, ALLOWED_HOSTS=[])
    with pytest.raises(SystemExit) as refusal:
        checks.refuse_unsafe_settings()
    assert len(str(refusal.value).splitlines()) == 2


CELERY = ["-m", "celery", "-A", "portal"]
DOORS = {
    "check": ["manage.py", "check"],
    "a command": ["manage.py", "dispatch", "--once"],
    "web": ["-c", "import portal.wsgi"],
    "worker": [*CELERY, "worker", "--pool", "solo", "--loglevel", "INFO"],
    "beat": [*CELERY, "beat", "--pidfile=", "--schedule", "{folder}/schedule"],
}
ENV_GOOD = {
    "SECRET_KEY": KEY,
    "ALLOWED_HOSTS": "portal.example.org",
    "BASE_URL": "https://portal.example.org",
    # Nothing listens there: starting must not need it.
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/portal",
    "BROKER_URL": "redis://127.0.0.1:1/0",
}
ENV_UNSAFE = {
    "SECRET_KEY": "",
    "DEBUG": "1",
    "DEMO": "1",
    "ALLOWED_HOSTS": "*",
    "BROKER_URL": "memory://",
    "DATABASE_URL": "sqlite:////nowhere.sqlite",
}
MENDS = [MEND_KEY, MEND_DEBUG, MEND_HOSTS, MEND_BROKER, MEND_DATABASE, MEND_DEMO]


@pytest.fixture
def start(tmp_path):
    """A function that starts the process of one door; what still runs at the end is killed."""
    processes = []

    def started(door: str, env: dict[str, str]) -> "subprocess.Popen[str]":
        words = [word.format(folder=tmp_path) for word in DOORS[door]]
        process = subprocess.Popen(
            [sys.executable, *words],
            env={"PATH": os.environ["PATH"], **env},
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process

    yield started
    for process in processes:
        process.kill()
        process.communicate()


def outcome(process: "subprocess.Popen[str]") -> tuple[int, str]:
    """How it ended, and what it said."""
    _out, said = process.communicate(timeout=60)
    return process.returncode, said


@pytest.mark.parametrize("door", DOORS)
def test_every_door_stays_shut_on_unsafe_settings_and_names_each_mend(start, door):
    code, said = outcome(start(door, ENV_UNSAFE))
    assert code == 1
    assert [mend for mend in MENDS if mend not in said] == []


@pytest.mark.parametrize("door", ["web", "worker"])
def test_a_door_stays_shut_where_nothing_is_set(start, door):
    code, said = outcome(start(door, {}))
    assert code == 1
    assert [mend for mend in (MEND_KEY, MEND_HOSTS) if mend not in said] == []


@pytest.mark.parametrize("door", ["check", "web"])
def test_the_doors_open_on_good_settings(start, door):
    assert outcome(start(door, ENV_GOOD))[0] == 0


def test_a_worker_starts_on_good_settings_and_looks_for_its_broker(start):
    process = start("worker", ENV_GOOD)
    limit = threading.Timer(60, process.kill)
    limit.start()
    assert any("Cannot connect to redis:" in line for line in process.stderr)
    limit.cancel()


def test_the_demo_may_serve_this_machine(start):
    env = ENV_GOOD | {"DEMO": "1", "ALLOWED_HOSTS": "127.0.0.1", "BASE_URL": "http://127.0.0.1:80"}
    assert outcome(start("web", env))[0] == 0
