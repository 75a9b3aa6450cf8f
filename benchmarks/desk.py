"""`./run bench desk`: the desk with 1,000, 100,000 and 1,000,000 reports, and django-helpdesk."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.models import User
from benchmarks.desk_data import APART, grow_to, newest_reference, settle_mission
from benchmarks.desk_peer import measure_peer
from benchmarks.load import WrongAnswer
from benchmarks.pace import Pace
from benchmarks.words import percentile, say, say_table
from portal.memory import keep_what_is_loaded

ABOUT = """
bench desk: the demonstration's reports, copied with their violations and referrals (about eleven
each); a report every quarter of an hour, those of the last three weeks still open. Pages are asked
in this process, with all middleware, by an adviser of one area and by the Senior Adviser of all.

  dashboard  the desk as one comes to it: all counts and the queue
  list       the newest of all reports one may see, one page
  filtered   the newest of one kind
  none       a filter that nothing answers to
  deep       a page from the middle of the list
  search     one word in the texts
  report     the page of the newest report
  counts     what the list asks for once it stands: the counts of every work list

Beside it django-helpdesk 2.6 in an environment of its own, on the same server, with as many
tickets (at most 100,000): its dashboard, and the newest 25 open tickets of its list.
"""
SIZES = (1_000, 100_000, 1_000_000)
LARGEST_PEER = 100_000
ASKED = 40


@dataclass(frozen=True)
class Asked:
    """Seconds of each asking of one page, and the statements of one."""

    seconds: list[float]
    statements: int

    @property
    def p50(self) -> float:
        return 1000 * median(self.seconds)

    @property
    def p95(self) -> float:
        return 1000 * percentile(self.seconds, 0.95)


Pages = dict[tuple[str, str], Asked]


def measure(pace: Pace) -> dict[str, object]:
    """Build, measure, say what came out, and return it. Raises WrongAnswer."""
    say(ABOUT)
    one_area, senior = settle_mission()
    people = {"one area": one_area, "all areas": senior}
    found: dict[int, Pages] = {}
    for size in SIZES[: int(os.environ.get("BENCH_DESK_SIZES", len(SIZES)))]:
        grow_to(size)
        found[size] = _pages_of(people, size, rounds=pace.rounds)
        _say(size, found[size])
    peers = {size: measure_peer(size) for size in found if size <= LARGEST_PEER}
    return _figures(found, peers)


def _pages_of(people: dict[str, User], size: int, *, rounds: int) -> Pages:
    """Every page for everybody, in turns within a round."""
    askings = {
        (who, page): ask
        for who, user in people.items()
        for page, ask in _askings(user, size).items()
    }
    statements = {key: _counted(ask) for key, ask in askings.items()}
    keep_what_is_loaded()  # as the web process does
    seconds: dict[tuple[str, str], list[float]] = {key: [] for key in askings}
    for _round in range(max(rounds, ASKED)):
        for key, ask in askings.items():
            begun = perf_counter()
            ask()
            seconds[key].append(perf_counter() - begun)
    return {key: Asked(seconds[key], statements[key]) for key in askings}


def _browser(user: User) -> Client:
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(user)
    return browser


def _askings(user: User, size: int) -> dict[str, Callable[[], None]]:
    browser = _browser(user)
    addresses = {
        "dashboard": "/desk/",
        "list": "/desk/?show=all",
        "filtered": "/desk/?show=all&kind=attack_school_hospital",
        "none": "/desk/?show=all&kind=attack_school_hospital&priority=routine",
        "counts": "/desk/counts/?show=all",
        "deep": _middle(size),
        "report": f"/reports/{newest_reference(user)}/",
    }
    askings = {page: lambda at=at: _get(browser, at) for page, at in addresses.items()}
    return askings | {"search": lambda: _search(browser)}


def _middle(size: int) -> str:
    """The address of a page in the middle of the copies."""
    at = timezone.now() - APART * (size // 2)
    return "/desk/?" + urlencode({"show": "all", "after": f"~{at.isoformat()}~"})


def _get(browser: Client, address: str) -> None:
    answer = browser.get(address)
    if answer.status_code != 200:
        raise WrongAnswer(f"{address} answered {answer.status_code}")


def _search(browser: Client) -> None:
    answer = browser.post("/desk/?show=all", {"q": "teacher"})
    if answer.status_code != 200:
        raise WrongAnswer(f"the search answered {answer.status_code}")


def _counted(ask: Callable[[], None]) -> int:
    ask()
    with CaptureQueriesContext(connection) as seen:
        ask()
    return len(seen)


def _say(size: int, pages: Pages) -> None:
    say(f"{size:,} reports")
    rows = [("page", "reader", "p50 ms", "p95 ms", "SQL")]
    rows += [
        (page, who, f"{each.p50:.1f}", f"{each.p95:.1f}", str(each.statements))
        for (who, page), each in sorted(pages.items(), key=lambda item: item[0][::-1])
    ]
    say_table(rows)
    say("")


def _figures(found: dict[int, Pages], peers: dict[int, dict[str, list[float]]]) -> dict:
    first, last = min(found), max(found)
    growth = {
        f"{page}, {who}": round(found[last][who, page].p50 / found[first][who, page].p50, 2)
        for who, page in found[first]
    }
    ratios = {
        size: {
            page: round(1000 * median(seconds) / found[size]["all areas", page].p50, 1)
            for page, seconds in pages.items()
        }
        for size, pages in peers.items()
    }
    say(f"Growth of p50 from {first:,} to {last:,} reports:")
    say_table([("page, reader", "times"), *((name, f"{x:.2f}") for name, x in growth.items())])
    say("\ndjango-helpdesk takes so many times as long (dashboard, list):")
    say_table(
        [
            ("tickets", "dashboard", "list"),
            *((f"{n:,}", f"{x['dashboard']}", f"{x['list']}") for n, x in ratios.items()),
        ]
    )
    return {
        "growth": growth,
        "peer_times_as_long": ratios,
        "pages": {
            size: {
                f"{page}, {who}": {
                    "p50_ms": round(each.p50, 2),
                    "p95_ms": round(each.p95, 2),
                    "statements": each.statements,
                }
                for (who, page), each in pages.items()
            }
            for size, pages in found.items()
        },
    }
