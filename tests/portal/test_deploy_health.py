"""docker/healthy.py, which tells Docker whether a container works."""

import importlib.util
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import connection

from portal.launch.environment import ROOT
from referrals.notifications import watch

HEALTHY = ROOT / "docker" / "healthy.py"


def health_of(what: str, **environment: str) -> tuple[int, str]:
    command = [sys.executable, HEALTHY, what]
    env = {"PATH": os.environ["PATH"], **environment}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=30)
    return done.returncode, done.stderr.strip()


def healthy():
    """The health script as a module."""
    spec = importlib.util.spec_from_file_location("healthy", HEALTHY)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _url_of_the_test_database() -> str:
    """In the form that libpq reads."""
    known = connection.get_connection_params()
    fields = {"user": "user", "password": "password", "host": "host", "port": "port"}
    words = [f"{field}={known[name]}" for name, field in fields.items() if known.get(name)]
    return " ".join([*words, f"dbname={connection.settings_dict['NAME']}"])


@pytest.mark.parametrize(("status", "reason"), [(200, ""), (503, "answer 503")])
def test_the_web_process_is_asked_under_a_name_of_the_portal(monkeypatch, status, reason):
    asked = []

    class Portal(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["Host"]))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    monkeypatch.setenv("ALLOWED_HOSTS", ".example.org,other.example.org")
    with HTTPServer(("127.0.0.1", 0), Portal) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        assert healthy().web(server.server_port) == reason
        thread.join()
    assert asked == [("/health/ready", "example.org")]


def test_a_web_process_that_does_not_answer_is_not_healthy(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "portal.example.org")
    assert healthy().web(port=1) == "no answer: ConnectionRefusedError"


@pytest.mark.django_db(transaction=True)
def test_the_dispatcher_is_healthy_while_it_beats():
    url = _url_of_the_test_database()
    assert health_of("dispatch", DATABASE_URL=url) == (1, "no sign of life for 60 seconds")
    watch.beat()
    assert health_of("dispatch", DATABASE_URL=url) == (0, "")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE referrals_heartbeat SET at = at - interval '2 minutes'")
    assert health_of("dispatch", DATABASE_URL=url)[0] == 1


def test_without_its_database_the_dispatcher_is_not_healthy():
    found = health_of("dispatch", DATABASE_URL="postgres://nobody@127.0.0.1:1/portal")
    assert found == (1, "no database")
