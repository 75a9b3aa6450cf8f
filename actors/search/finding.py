"""Who does what here: the entries that answer a question, the nearest first.

`find` is what the search page calls. It sees what its viewer may: entries of organizations
the viewer may know of, and documents and pathways from `Reach.PARTNER`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from actors.models import EntryKind, Pathway, SearchEntry
from actors.permissions import Reach, Viewer
from actors.search.duty import is_answered
from actors.search.meaning import Meaning, meaning_of
from actors.search.places import Place, Places
from actors.search.tsquery import (
    EVERYWHERE,
    Answers,
    Nearness,
    Typed,
    any_code,
    area_codes,
    serves,
    whole_query,
)

PAGE = 20
# How well a text answers is weighed where that orders something: among so many.
WEIGHED = 1000
# Nobody turns further; a question that finds more must be narrowed.
LAST_PAGE = 200
CLOSED = "=closed"


@dataclass(frozen=True)
class Wanted:
    """What somebody asks for: words and filters, each may be empty."""

    typed: str = ""
    place: Place | None = None
    role: str = ""
    service: str = ""
    language: str = ""
    on_duty: bool = False
    kind: str = ""
    page: int = 1


@dataclass
class Found:
    """One page of answers, and how many there are of each kind."""

    entries: list[SearchEntry]
    has_more: bool
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def find(viewer: Viewer, wanted: Wanted, places: Places, *, at: datetime) -> Found:
    """The entries that answer, at a moment; two statements. Nothing of it is written down."""
    question = _Question(viewer, wanted, places, at)
    found = question.entries()
    counts = dict(found.order_by().values_list("kind").annotate(number=Count("pk")))
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    ranked = question.ranked(found, weighed=sum(counts.values()) <= WEIGHED)
    first = (min(wanted.page, LAST_PAGE) - 1) * PAGE
    entries = list(ranked[first : first + PAGE + 1])
    return Found(entries[:PAGE], has_more=len(entries) > PAGE, counts=counts)


def found_ids(viewer: Viewer, wanted: Wanted, places: Places, *, at: datetime) -> QuerySet:
    """The ids of all entries of `wanted.kind` that answer, for a statement that asks for them."""
    found = _Question(viewer, wanted, places, at).entries()
    return found.filter(kind=wanted.kind).order_by().values("source_id")


def entries_seen(viewer: Viewer, *, on) -> QuerySet[SearchEntry]:
    """The entries a viewer may know of on a day; of pathways those in force."""
    known = Q(organization__in=viewer.organizations().values("pk"))
    if viewer.reach < Reach.PARTNER:
        seen = known & ~Q(kind__in=(EntryKind.DOCUMENT, EntryKind.PATHWAY))
    else:
        in_force = Pathway.objects.filter(
            Q(valid_until=None) | Q(valid_until__gte=on),
            pk=OuterRef("source_id"),
            valid_from__lte=on,
        )
        free = Q(organization=None) & (~Q(kind=EntryKind.PATHWAY) | Exists(in_force))
        seen = known | free
    return SearchEntry.objects.filter(seen, mission=viewer.mission)


@dataclass(frozen=True)
class _Question:
    viewer: Viewer
    wanted: Wanted
    places: Places
    at: datetime

    @cached_property
    def meaning(self) -> Meaning:
        return meaning_of(self.wanted.typed, self.places)

    def entries(self) -> QuerySet[SearchEntry]:
        found = entries_seen(self.viewer, on=self.at.astimezone(self.viewer.mission.zone).date())
        if self.wanted.typed.strip() and self.meaning.is_empty:
            return found.none()
        for query in self._conditions():
            found = found.filter(Answers(query))
        if self.wanted.on_duty:
            found = found.filter(
                is_answered(OuterRef("source_id"), at=self.at), kind=EntryKind.POST
            )
        return found

    def _conditions(self):
        query = whole_query(self.meaning, self.places)
        if query is not None:
            yield query
        if self.wanted.place is not None:
            yield serves(self.wanted.place, self.places)
        for kind in ("role", "service", "language"):
            if code := getattr(self.wanted, kind):
                yield any_code([f"={kind}:{code}"])

    def ranked(self, found: QuerySet[SearchEntry], *, weighed: bool) -> QuerySet[SearchEntry]:
        """The nearest first, then what is open and so named, then whose text answers best."""
        text = self.meaning.text
        return (
            found.defer("codes", "words")
            .annotate(
                distance=self._distance(),
                closed=_is(Answers(any_code([CLOSED]), "codes")),
                other_name=_is(~Q(title__icontains=text)) if text else Value(0),
                answer=Nearness(Typed(Value(text))) if text and weighed else Value(0.0),
                step=_step(),
            )
            .order_by("distance", "closed", "other_name", "-answer", "step", "title", "pk")
        )

    def _distance(self) -> Case:
        """0 in the area itself and inside it, then one more for each area above it."""
        areas = [self.wanted.place] if self.wanted.place else self.meaning.areas
        steps: list[list[str]] = []
        for area in areas:
            above = self.places.above(area)
            for step, ids in enumerate([self.places.inside(area), *([pk] for pk in above)]):
                steps += [[] for _missing in range(step + 1 - len(steps))]
                steps[step] += area_codes(ids)
        cases = [When(Answers(any_code(codes), "codes"), then=n) for n, codes in enumerate(steps)]
        if steps:
            cases.append(When(Answers(any_code([EVERYWHERE]), "codes"), then=len(steps)))
        return Case(*cases, default=0, output_field=IntegerField())


def _is(condition) -> Case:
    return Case(When(condition, then=1), default=0, output_field=IntegerField())


def _step() -> Case:
    """The order of kinds among equals."""
    kinds = [When(kind=kind, then=step) for step, kind in enumerate(EntryKind.values)]
    return Case(*kinds, output_field=IntegerField())
