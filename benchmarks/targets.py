"""What is measured: the bare view, the portal's page and the portal's API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from benchmarks.load import Answer, WrongAnswer, send
from benchmarks.scenario import ANY_UUID
from benchmarks.servers import serving

PORTAL = "portal.wsgi:application"
BARE = "django.core.wsgi:get_wsgi_application()"
COUNTING = "benchmarks.counting:application"
WARM = 3
STATEMENTS = "X-Statements"


@dataclass(frozen=True)
class Target:
    """One server, and the request that files one report with it."""

    name: str
    application: str
    request: bytes
    is_filed: Callable[[Answer], bool]
    environment: dict[str, str] = field(default_factory=dict)
    announces: bool = True

    def ask(self, port: int) -> Answer:
        """File one report under a new id. Raises WrongAnswer."""
        answer = send(port, self.request.replace(ANY_UUID.encode(), str(uuid4()).encode()))
        if not self.is_filed(answer):
            raise WrongAnswer(f"{self.name} answered {answer.status}: {answer.body[:300]!r}")
        return answer

    def count_statements(self) -> int:
        """Count the SQL statements of one request, in a server of its own that is warm."""
        with serving(COUNTING, self.environment, workers=1) as port:
            answers = [self.ask(port) for _time in range(WARM)]
        return int(answers[-1].header(STATEMENTS))


def is_created(answer: Answer) -> bool:
    """Tell whether the API, or the bare view, stored a new report."""
    return answer.status == 201


def is_sent(answer: Answer) -> bool:
    """Tell whether the page leads on to the report it stored."""
    return answer.status == 302 and answer.header("Location").endswith("/?sent=1")
