"""`./run demo`: the whole portal on this machine, with fictional people and places."""

import json
import signal
import socket
import tempfile
from dataclasses import replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO

from portal.embedded.errors import StartError, StopRequested
from portal.embedded.listeners import HOST, listen, port_of
from portal.embedded.stop_requests import StopRequests
from portal.embedded.supervisor import Program, Stage
from portal.launch.announcement import announce
from portal.launch.console import Console
from portal.launch.data_folder import DataFolder
from portal.launch.session import TEND_EVERY, Session, open_session

READY_WITHIN = 90.0
CELERY = ("-m", "celery", "-A", "portal")
WORKER = (*CELERY, "worker", "--loglevel", "INFO", "--concurrency", "2")
# One worker has nobody to gossip with, and waiting for others costs a second.
ALONE = ("--without-gossip", "--without-mingle", "--without-heartbeat")
GUNICORN = ("-m", "gunicorn", "portal.wsgi:application", "--no-control-socket")
# Loading the application once for both workers saves a second of a warm start.
GUNICORN_SIZE = ("--workers", "2", "--worker-class", "gthread", "--threads", "4", "--preload")


def run_demo(data_path: Path, port: int, as_json: bool) -> int:
    """Start everything, say where it is, and keep it running until asked to stop.

    Returns the exit code: 0 once it was up. Raises StartError.
    """
    console, stops = Console(), StopRequests()
    with stops.installed():
        try:
            with _claimed(data_path, stops) as data, listen(port) as listener:
                return _serve(data, stops, console, listener, as_json)
        except StopRequested:
            return 128 + (stops.signals or [signal.SIGPIPE])[0]


def _claimed(path: Path, stops: StopRequests) -> DataFolder:
    data = DataFolder(path)
    if data.claim_patiently(stops.pause):
        return data  # released on leaving it
    holder = data.record()
    if "url" in holder:
        raise StartError(f"Already running at {holder['url']} (process {holder['pid']}).")
    what = holder.get("kind", "run")
    raise StartError(
        f"Another `./run {what}` is using {data.root}: "
        "wait until it has started or ended, or choose another folder with `--data DIR`."
    )


def _serve(
    data: DataFolder, stops: StopRequests, console: Console, listener: socket.socket, as_json: bool
) -> int:
    url = f"http://{HOST}:{port_of(listener)}"
    with open_session(data, stops, console, kind="demo") as session:
        people = _bring_up(session, console, listener, url)
        data.write_record(url=url)
        announce(url, people, as_json)
        try:
            while True:
                session.supervisor.tend()
                stops.pause(TEND_EVERY)
        except StopRequested:
            console.say("Stopping ...")
            listener.close()
    return 0


def _bring_up(
    session: Session, console: Console, listener: socket.socket, url: str
) -> list[dict[str, str]]:
    """Start services and processes until the portal answers; return the demo's people."""
    _say_beginning(session, console)
    session.prepare()
    environment = {**session.services.environment(), "BASE_URL": url}
    session.supervisor.start_service(_web(session, environment, listener))
    people = _seed(session, environment)
    for program in _workers(session, environment):
        session.supervisor.start_service(program)
    session.supervisor.wait_for("The portal", lambda: _is_ready(port_of(listener)), READY_WITHIN)
    return people


def _say_beginning(session: Session, console: Console) -> None:
    is_first = not session.services.have_data()
    console.say("Setting up (first time only) ..." if is_first else "Starting ...")
    if elsewhere := session.services.data_elsewhere():
        console.say(
            f"Only root may enter {session.data.root}, so the databases are kept in {elsewhere}."
        )


def _seed(session: Session, environment: dict[str, str]) -> list[dict[str, str]]:
    step = session.step("seed", "manage.py", "seed_demo", env=environment)
    with tempfile.TemporaryFile() as output:
        session.supervisor.require(session.supervisor.start_step(step, output))
        return _people(output)


def _people(output: IO[bytes]) -> list[dict[str, str]]:
    """Return the people that `seed_demo` names in the last line it prints."""
    output.seek(0)
    lines = output.read().decode().strip().splitlines()
    try:
        people: list[dict[str, str]] = json.loads(lines[-1])["people"]
    except (IndexError, ValueError, KeyError, TypeError) as problem:
        raise StartError("`manage.py seed_demo` did not end with its line of JSON.") from problem
    return people


def _workers(session: Session, environment: dict[str, str]) -> list[Program]:
    schedule = str(session.data.beat / "schedule")
    beat = (*CELERY, "beat", "--loglevel", "INFO", "--schedule", schedule, "--pidfile=")

    def work(name: str, *arguments: str) -> Program:
        return session.python(name, *arguments, env=environment, stage=Stage.WORK)

    return [
        work("worker", *WORKER, *ALONE),
        work("beat", *beat),
        work("dispatch", "manage.py", "dispatch"),
    ]


def _web(session: Session, environment: dict[str, str], listener: socket.socket) -> Program:
    bind = ("--bind", f"fd://{listener.fileno()}", "--graceful-timeout", "10")
    program = session.python(
        "web", *GUNICORN, *GUNICORN_SIZE, *bind, env=environment, stage=Stage.WEB
    )
    return replace(program, options={"pass_fds": [listener.fileno()]})


def _is_ready(port: int) -> bool:
    connection = HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
