"""One filter for the desk, for bulk actions and for exports: what its address says, and no more.

A fact that a report does not show to this reader must not answer a filter either, so a facet
looks only at reports that are read at a level which shows the fact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import and_

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from actors.models import DISTRICT, Area, Mission, User
from actors.roles import Role
from actors.standing import standing_of
from referrals.forms.desk import ME, NOBODY, FilterForm
from referrals.models import Referral, Report, ReportedViolation
from referrals.redaction import LINE, RECORD, SERVICE, SUMMARY
from referrals.views import searching
from referrals.views.worklists import NEEDS_ME, WorkList, work_lists

ALL = "all"
# Whose posts may be told of something filed in confidence (policy 2.7).
MAY_ASK_FOR_TRACK = frozenset(
    {
        Role.CONDUCT_DISCIPLINE,
        Role.PSEA_NETWORK,
        Role.VICTIMS_RIGHTS,
        Role.CPA_SENIOR,
        Role.HUMAN_RIGHTS,
    }
)


class FilterRefused(ValueError):
    """The address asks for something this desk does not understand."""


@dataclass
class Scope:
    """Which reports a desk's address names: a work list, narrowed by facets and by words."""

    user: User
    now: datetime
    shown: str
    lists: dict[str, WorkList]
    form: FilterForm
    words: str = ""
    facets: dict[str, object] = field(default_factory=dict)

    @property
    def is_all(self) -> bool:
        return self.shown == ALL

    @property
    def levels(self) -> frozenset[str] | None:
        """The levels that show all facts asked for; None where any will do."""
        return min((each.levels for each in self._conditions if each.levels), key=len, default=None)

    @property
    def condition(self) -> Q:
        """What a report must be, apart from who may read it."""
        found = self.narrowing if self.is_all else self.lists[self.shown].condition & self.narrowing
        return found & searching.matching(self.user, self.words) if self.words else found

    @property
    def narrowing(self) -> Q:
        """The facets alone: they narrow every list alike."""
        return reduce(and_, (each.condition for each in self._conditions), Q())

    @property
    def period(self) -> Q:
        """Those of the facets that say when a report was filed."""
        asked = [name for name in ("since", "until") if name in self.facets]
        return reduce(
            and_, (_CONDITIONS[name](self.facets[name], self).condition for name in asked), Q()
        )

    @property
    def query(self) -> str:
        """The address's part behind the question mark, the words apart."""
        return self._query(self.facets, show=self.shown)

    def address(self, **changes: object) -> str:
        """The desk with this filter and some changes."""
        left = {name: value for name, value in self.facets.items() if name not in changes}
        return f"{reverse('desk')}?{self._query(left, **{'show': self.shown} | changes)}"

    @property
    def search_url(self) -> str:
        """Where words are sent to: they are looked for in all that the facets leave."""
        return self.address(show=ALL)

    def chips(self) -> list[dict[str, str]]:
        """Each value that narrows, in words, and the address without it."""
        return [
            {"label": self._words_for(name, value), "remove_url": self._without(name, value)}
            for name, value in self._pairs(self.facets)
        ]

    @property
    def _conditions(self) -> list[_Condition]:
        return [_CONDITIONS[name](value, self) for name, value in self.facets.items()]

    def _without(self, name: str, value: object) -> str:
        left = dict(self.facets)
        if isinstance(left[name], list):
            left[name] = [each for each in left[name] if each != value]
        else:
            del left[name]
        return f"{reverse('desk')}?{self._query(left, show=self.shown)}"

    def _query(self, facets: dict[str, object], **words: object) -> str:
        query = QueryDict(mutable=True)
        query.update(words)
        for name, value in self._pairs(facets):
            query.appendlist(name, str(value))
        return query.urlencode()

    @staticmethod
    def _pairs(facets: dict[str, object]) -> Iterator[tuple[str, object]]:
        for name, value in facets.items():
            for each in value if isinstance(value, list) else [value]:
                yield name, each

    def _words_for(self, name: str, value: object) -> str:
        if name in ("since", "until"):
            said = date_format(value, "SHORT_DATE_FORMAT")
        else:
            said = str(_labels(self.form, name).get(str(value), value)).lstrip("\N{EN DASH} ")
        if name in ("since", "until", "lead"):
            return f"{self.form.fields[name].label}: {said}"
        return said


@dataclass(frozen=True)
class _Condition:
    condition: Q
    levels: frozenset[str] | None = None


def scope_of(params: QueryDict, user: User, now: datetime, words: str = "") -> Scope:
    """What an address (`request.GET`) and searched words name.

    Raises nothing: a scope whose `form` is not valid holds no report (`filtered` refuses it).
    """
    standing = standing_of(user)
    lists = work_lists(standing, now)
    shown = params.get("show", NEEDS_ME)
    form = FilterForm(params, standing, with_track=bool(standing.roles & MAY_ASK_FOR_TRACK))
    facets = {}
    if form.is_valid():
        facets = {name: value for name, value in form.cleaned_data.items() if value}
    return Scope(user, now, shown if shown in lists else ALL, lists, form, words.strip(), facets)


def filtered(params: QueryDict, user: User, now: datetime, words: str = "") -> QuerySet[Report]:
    """The reports a desk's address names for this person: exactly those the desk counts and lists.

    Starts at `visible_to`. Raises `FilterRefused` where the address is not understood.
    """
    scope = scope_of(params, user, now, words)
    if not scope.form.is_valid():
        raise FilterRefused(_("This filter is not understood. Open the desk and choose again."))
    return reports_of(scope)


def reports_of(scope: Scope) -> QuerySet[Report]:
    """The reports of a scope whose form is valid."""
    return Report.objects.visible_to(scope.user, scope.levels).filter(scope.condition)


def _labels(form: FilterForm, name: str) -> dict[str, str]:
    return {str(key): label for key, label in form.fields[name].widget.choices}


def _kind(codes: list[str], scope: Scope) -> _Condition:
    acts = ReportedViolation.objects.filter(report=OuterRef("pk"), code__in=codes)
    return _Condition(Q(Exists(acts)), LINE)


def _area(code: str, scope: Scope) -> _Condition:
    """A region is shown in a packet already, a district from a summary on (policy 3.4)."""
    chosen = [area for area in scope.form.areas if area.code == code]
    below = Area.objects.filter(
        Q(pk__in=[area.pk for area in chosen])
        | Q(parent__in=chosen)
        | Q(parent__parent__in=chosen)
        | Q(parent__parent__parent__in=chosen)
    )
    is_region = all(area.level < DISTRICT for area in chosen)
    return _Condition(Q(area__in=below.values("pk")), SERVICE if is_region else SUMMARY)


def _perpetrator(codes: list[str], scope: Scope) -> _Condition:
    """As filed, or as the lead has stated since; the latter its reporter is not shown."""
    stated = Q(routed_facts__perpetrator__in=codes) & ~Q(reporter=scope.user)
    return _Condition(Q(perpetrator__in=codes) | stated, SUMMARY)


def _lead(who: str, scope: Scope) -> _Condition:
    read = Referral.objects.filter(
        report=OuterRef("pk"), redaction="RD0", acknowledged_by__isnull=False
    )
    if who == NOBODY:
        return _Condition(~Q(Exists(read)), RECORD)
    by = {"acknowledged_by": scope.user} if who == ME else {"acknowledged_by__public_id": who}
    return _Condition(Q(Exists(read.filter(**by))), RECORD)


def _since(day: date, scope: Scope) -> _Condition:
    return _Condition(Q(filed_at__gte=_midnight(day, scope)))


def _until(day: date, scope: Scope) -> _Condition:
    return _Condition(Q(filed_at__lt=_midnight(day + timedelta(days=1), scope)))


def _midnight(day: date, scope: Scope) -> datetime:
    """The beginning of a day where this person's mission is."""
    missions = standing_of(scope.user).missions() or [Mission()]
    return datetime.combine(day, time.min, tzinfo=missions[0].zone)


_CONDITIONS = {
    "kind": _kind,
    "area": _area,
    "perpetrator": _perpetrator,
    "lead": _lead,
    "since": _since,
    "until": _until,
    "priority": lambda values, scope: _Condition(Q(priority__in=values)),
    "status": lambda values, scope: _Condition(Q(status__in=values)),
    "track": lambda value, scope: _Condition(Q(track=value)),
}
