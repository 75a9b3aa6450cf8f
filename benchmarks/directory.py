"""`./run bench directory`: resolution, gap board, search and import on a large mission."""

from __future__ import annotations

import csv
import io
import resource
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter, sleep

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from actors.directory import Directory, contacts_of
from actors.gaps.reading import read_ground
from actors.models import Area, ImportKind, ImportRun, ImportStatus, Service, User
from actors.models.search import SearchEntry
from actors.workflow.entries import settle_administrator
from actors.workflow.importing import approve_import, start_import, work_imports
from benchmarks.directory_data import ROLES, Country, build_country, queries
from benchmarks.load import WrongAnswer
from benchmarks.pace import Pace
from benchmarks.words import percentile, say, say_table, with_range

ABOUT = """
bench directory: a mission of 500 districts in 20 regions, about 3,200 posts for 40 roles and 15,000
services; 20,000 entries to search. Embedded PostgreSQL, as the application's role. Pages are asked
in this process, with all middleware, as a signed-in administrator; each is set beside the least
that could answer it, in turns within a round.

  resolve  who answers for all 40 roles in a district, with their addresses
           floor: the posts of one district alone, read by hand: no tree, no duty, no addresses
  gaps     the gap board's page of 100 districts
           floor: reading the same rows, without working anything out
  search   the search page, for 200 different questions
           floor: the 20 best rows of one word in the index, by hand
  import   5,000 services from CSV: checked, then applied
           floor: the same rows stored with bulk_create, unchecked
"""
ENTRIES, QUESTIONS, ROWS = 20_000, 200, 5_000
LOOKED_AT = ["actors_searchentry", "actors_post", "actors_service", "actors_postholding"]
LONGEST_WAIT = 180.0


@dataclass(frozen=True)
class Turns:
    """Seconds of the portal and of its floor, measured in turns; statements of one asking."""

    portal: list[float]
    floor: list[float]
    statements: int

    @property
    def ratios(self) -> list[float]:
        """How many times the floor's time the portal took, round by round."""
        return [ours / least for ours, least in zip(self.portal, self.floor, strict=True)]


def measure(pace: Pace) -> dict[str, object]:
    """Build the mission, measure, say what came out, and return it. Raises WrongAnswer."""
    say(ABOUT)
    country = build_country()
    _await_statistics()
    entries = SearchEntry.objects.count()
    if entries < ENTRIES:
        raise WrongAnswer(f"only {entries} entries are in the index")
    browser = _administrator()
    done = {
        "resolve": _resolve(country, pace),
        "gaps": _gaps(country, browser, pace),
        "search": _search(browser, pace),
    }
    _say(done)
    imported = _import(country)
    return {name: _figures(turns) for name, turns in done.items()} | {
        "entries": entries,
        "import": imported,
    }


def _await_statistics() -> None:
    """Wait until PostgreSQL has looked at the new tables by itself, as within a minute it does.

    Before that it plans for empty tables: search then takes half as long again. Raises WrongAnswer.
    """
    give_up_at = perf_counter() + LONGEST_WAIT
    while perf_counter() < give_up_at:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_user_tables "
                "WHERE relname = ANY(%s) AND last_autoanalyze IS NOT NULL",
                [LOOKED_AT],
            )
            if cursor.fetchone()[0] == len(LOOKED_AT):
                return
        sleep(1)
    raise WrongAnswer("PostgreSQL's autovacuum did not look at the new tables")


def _administrator() -> Client:
    user = User.objects.create(username="bench", email="bench@example.org", is_staff=True)
    browser = Client(SERVER_NAME="127.0.0.1")  # of the hosts the portal answers to
    browser.force_login(settle_administrator(user=user))
    return browser


def _resolve(country: Country, pace: Pace) -> Turns:
    district = Area.objects.with_path().get(pk=country.districts[7].pk)
    at = timezone.now()

    def ours() -> None:
        directory = Directory.covering(district, at=at)
        seats = [seat for seat in map(directory.resolve, ROLES) if seat]
        contacts_of(seats)

    def floor() -> None:
        with connection.cursor() as cursor:
            cursor.execute(_POSTS_OF_ONE_AREA, [district.pk])
            cursor.fetchall()

    return _in_turns([ours] * 40, [floor] * 40, pace)


_POSTS_OF_ONE_AREA = """
SELECT p.role, p.id, o.name, h.user_id FROM actors_post_areas a
JOIN actors_post p ON p.id = a.post_id JOIN actors_organization o ON o.id = p.organization_id
JOIN actors_postholding h ON h.post_id = p.id WHERE a.area_id = %s
"""


def _gaps(country: Country, browser: Client, pace: Pace) -> Turns:
    def ours() -> None:
        _ask(browser, reverse("gaps"))

    def floor() -> None:
        read_ground(country.mission, at=timezone.now())

    return _in_turns([ours], [floor], pace)


def _search(browser: Client, pace: Pace) -> Turns:
    typed = queries(QUESTIONS)

    def ours(words: str) -> Callable[[], None]:
        return lambda: _ask(browser, reverse("directory"), q=words)

    def floor(words: str) -> Callable[[], None]:
        return lambda: _by_hand(words.split()[0])

    return _in_turns([ours(words) for words in typed], [floor(words) for words in typed], pace)


def _by_hand(word: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT title FROM actors_searchentry WHERE words @@ plainto_tsquery('simple', %s) "
            "LIMIT 20",
            [word],
        )
        cursor.fetchall()


def _ask(browser: Client, path: str, **asked: str) -> None:
    response = browser.get(path, {"mission": "UNBENCH", **asked})
    if response.status_code != 200:
        raise WrongAnswer(f"{path} answered {response.status_code}")


def _in_turns(
    ours: Sequence[Callable[[], None]], floors: Sequence[Callable[[], None]], pace: Pace
) -> Turns:
    """Ask each once unmeasured, count the dearest one's statements, then measure in turns."""
    statements = max(_statements(ask) for ask in ours[:20])
    portal, floor = [], []
    for _round in range(pace.rounds):
        for ask, least in zip(ours, floors, strict=True):
            portal.append(_seconds(ask))
            floor.append(_seconds(least))
    return Turns(portal, floor, statements)


def _statements(ask: Callable[[], None]) -> int:
    ask()
    with CaptureQueriesContext(connection) as seen:
        ask()
    return len(seen)


def _seconds(act: Callable[[], None]) -> float:
    began = perf_counter()
    act()
    return perf_counter() - began


def _import(country: Country) -> dict[str, object]:
    """Bring in 5,000 services as an administrator would. Raises WrongAnswer."""
    floor = _seconds(lambda: _store_unchecked(country))
    before = _peak_memory()
    run = start_import(
        mission=country.mission,
        kind=ImportKind.SERVICES,
        file_name="services.csv",
        content=_services_csv(country),
        by=User.objects.get(username="bench"),
    )
    checked = _seconds(work_imports)
    _expect(run, ImportStatus.CHECKED)
    approve_import(run=run)
    applied = _seconds(work_imports)
    _expect(run, ImportStatus.APPLIED)
    figures = {
        "rows": ROWS,
        "check_seconds": round(checked, 2),
        "apply_seconds": round(applied, 2),
        "floor_seconds": round(floor, 2),
        "peak_memory_mb_before": round(before),
        "peak_memory_mb_after": round(_peak_memory()),
    }
    say(
        f"Import of {ROWS} services: checked in {checked:.1f} s, applied in {applied:.1f} s "
        f"(stored unchecked: {floor:.1f} s); highest memory {before:.0f} MB before, "
        f"{figures['peak_memory_mb_after']} MB after.\n"
    )
    return figures


def _store_unchecked(country: Country) -> None:
    """The floor; rolled back."""
    with transaction.atomic():
        Service.objects.bulk_create(
            Service(
                organization=country.organizations[1 + n % 1_000],
                name=f"Unchecked {n}",
                kind="education",
                languages=["en"],
            )
            for n in range(ROWS)
        )
        transaction.set_rollback(True)


def _services_csv(country: Country) -> bytes:
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(["organization", "name", "kind", "description", "languages", "areas"])
    for n in range(ROWS):
        organization = country.organizations[1 + n % 1_000]
        district = country.districts[n % len(country.districts)]
        rows.writerow(
            [organization.name, f"New service {n}", "education", "Lessons.", "en", district.code]
        )
    return written.getvalue().encode()


def _expect(run: ImportRun, status: ImportStatus) -> None:
    run.refresh_from_db()
    if run.status != status:
        raise WrongAnswer(f"the import is {run.status}: {run.problems[:3]}")


def _peak_memory() -> float:
    """The most memory this process has held, in MB (Linux counts in KB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _figures(turns: Turns) -> dict[str, object]:
    return {
        "p50_ms": round(1000 * median(turns.portal), 1),
        "p95_ms": round(1000 * percentile(turns.portal, 0.95), 1),
        "floor_p50_ms": round(1000 * median(turns.floor), 1),
        "times_floor": round(median(turns.ratios), 1),
        "statements": turns.statements,
    }


def _say(done: dict[str, Turns]) -> None:
    titles = ("", "p50 ms", "p95 ms", "floor p50 ms", "times the floor", "SQL")
    rows = [
        (
            name,
            f"{1000 * median(turns.portal):.1f}",
            f"{1000 * percentile(turns.portal, 0.95):.1f}",
            f"{1000 * median(turns.floor):.2f}",
            with_range(turns.ratios, digits=1),
            str(turns.statements),
        )
        for name, turns in done.items()
    ]
    say_table([titles, *rows])
    say("")
