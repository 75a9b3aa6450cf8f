"""`./run bench file`: filing S04 through the portal against a bare view that writes the rows."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass, replace
from random import SystemRandom
from uuid import UUID

from benchmarks.bare.rows import SAMPLE, sample_of
from benchmarks.figures import figures_of, say_figures
from benchmarks.load import Slice, WrongAnswer, press
from benchmarks.officer import Officer, settle
from benchmarks.pace import Pace
from benchmarks.scenario import api_request, bare_request, page_request
from benchmarks.servers import serving
from benchmarks.targets import BARE, PORTAL, Target, is_created, is_sent
from benchmarks.words import say
from portal.celery import app as broker

ABOUT = """
bench file: an officer files scenario S04; how near does the portal come to a bare Django view?

  bare  reads session and user, and writes copies of the rows of one filing in one transaction,
        with one bulk_create for each table. No routing, directory, form, CSRF or broker; no
        middleware but session and sign-in.
  page  POST /reports/new/, action=send: session, CSRF, the form, routing, storing, a word to
        the broker; answers with the way to the report.
  api   POST /api/v1/reports/ with a token: the same, and answers with all recipients.

Each has its own gunicorn with 2 synchronous workers that keep their database connection, on one
PostgreSQL that syncs to disk, as the application's role. A new connection and a new report for
each request; every answer is checked. The rationing of API calls is lifted. No worker runs:
messages to the broker are counted and thrown away after each turn, notices stay unsent.
"""
CONNECTIONS = (8, 1)


@dataclass(frozen=True)
class Bench:
    """The targets, the port of each one's server, and how many rows a filing writes."""

    targets: list[Target]
    ports: dict[str, int]
    rows: dict[str, int]

    def turn(self, target: Target, connections: int, seconds: float) -> Slice:
        """Press one target for a while. Raises WrongAnswer."""
        port = self.ports[target.name]
        done = press(lambda: target.ask(port), connections=connections, seconds=seconds)
        messages = broker.control.purge()
        if bool(messages) != target.announces:
            raise WrongAnswer(f"{target.name} sent {messages} messages to the broker")
        return replace(done, messages=messages)

    def round(self, connections: int, pace: Pace) -> dict[str, Slice]:
        """Press all targets in short turns, in another random order each time."""
        done: dict[str, Slice] = {}
        for _turn in range(pace.turns):
            for target in SystemRandom().sample(self.targets, len(self.targets)):
                slice_ = self.turn(target, connections, pace.seconds / pace.turns)
                done[target.name] = done[target.name] + slice_ if target.name in done else slice_
        return done


def measure(pace: Pace) -> dict[str, object]:
    """Run all rounds, say what came out, and return the figures. Raises WrongAnswer."""
    say(ABOUT)
    with ExitStack() as stack:
        bench = _prepared(stack, settle())
        statements = {target.name: target.count_statements() for target in bench.targets}
        broker.control.purge()
        for target in bench.targets:
            bench.turn(target, CONNECTIONS[0], pace.warm_up)
        runs = {n: [bench.round(n, pace) for _ in range(pace.rounds)] for n in CONNECTIONS}
    say_figures(runs, statements, bench.rows)
    return figures_of(runs, statements) | {"rows": bench.rows}


def _prepared(stack: ExitStack, officer: Officer) -> Bench:
    """Start all servers, and file the report whose rows the bare view copies."""
    ports = {name: stack.enter_context(serving(PORTAL, {})) for name in ("page", "api")}
    page = Target("page", PORTAL, page_request(ports["page"], officer.session), is_sent)
    api = Target("api", PORTAL, api_request(officer.token), is_created)
    sample = UUID(json.loads(api.ask(ports["api"]).body)["uuid"])
    environment = {"DJANGO_SETTINGS_MODULE": "benchmarks.bare.settings", SAMPLE: str(sample)}
    bare = Target(
        "bare", BARE, bare_request(officer.bare_session), is_created, environment, announces=False
    )
    ports["bare"] = stack.enter_context(serving(BARE, environment))
    return Bench([bare, page, api], ports, sample_of(sample).count())
