"""What of a replay this reader may see.

Administrators see no case content, and what a version would change tells a lot about a case. So a
change is told with role and row only where the reader may open the report and reads its record.
Of another report they learn its mission, its month and which kinds of change; of one filed in
confidence nothing. Counts hide one or two such reports (policy 3.7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Case, DateTimeField, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from actors.models import User
from referrals.models import PolicyReplay, PolicyReplayLine, Report
from referrals.models.choices import CONFIDED, Track
from referrals.redaction import FEW, RECORD, level_of
from referrals.routing import Policy, PolicyError
from referrals.views.policy.replay_words import (
    Item,
    damage_words,
    full_item,
    short_items,
    subject_words,
)
from referrals.workflow.differences import WIDTH, Cells, count_changes
from referrals.workflow.policies import compiled_version

IS_CONFIDED = "confided"
_CONFIDED_LINE = (
    Q(report__track=Track.MISCONDUCT)
    | Q(report__perpetrator__in=CONFIDED)
    | Q(changes__contains=[[IS_CONFIDED]])
)


@dataclass(frozen=True)
class ReportRow:
    """One report of the list. Without a reference the reader may not open it."""

    reference: str
    title: str
    damage: str
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class CountRow:
    """One row of a table of counts, in words; `code` is what the policy calls it."""

    label: str
    code: str
    cells: list[str]


class Findings:
    """A finished replay for one reader: a fixed number of statements, however long it is."""

    def __init__(self, replay: PolicyReplay, user: User):
        self._replay, self._user = replay, user

    def counts(self, part: str) -> list[CountRow]:
        """A table of the tally, such as `roles`; those of the most reports first."""
        seen = self._seen_cells.get(part, {})
        rows = self._replay.tally.get(part, {}).items()
        return [
            CountRow(self._subject(part, code), code, _cells(row, seen.get(code, [0] * WIDTH)))
            for code, row in sorted(rows, key=_most_first)
        ]

    @property
    def confided(self) -> str:
        """How many reports filed in confidence are concerned, in words."""
        seen = self._lines().filter(_CONFIDED_LINE, seen=True).count()
        return count_words(self._replay.tally.get("confided", 0), seen)

    def lines(self) -> QuerySet:
        """What `rows` takes, all or a page: damaged reports first, then those one may open."""
        # Others stand in no order of their own: between two references it would give away theirs.
        moment = Case(
            When(seen=True, then=F("report__filed_at")),
            default=F("month"),
            output_field=DateTimeField(),
        )
        listed = self._lines().exclude(_CONFIDED_LINE & Q(seen=False))
        return (
            listed.annotate(month=TruncMonth("report__filed_at"), is_whole=Q(damage=""))
            .order_by("is_whole", "-seen", moment.desc(), "report__uuid")
            .values("report_id", "changes", "damage", "month", mission=F("report__mission__name"))
        )

    def rows(self, lines: Iterable[dict]) -> Iterator[ReportRow]:
        """Lines of `lines` in words, as far as this reader may know."""
        for line in lines:
            report = self._visible.get(line["report_id"])
            if line["report_id"] in self._readable:
                yield self._full(line, report)
            else:
                yield self._short(line, report)

    @cached_property
    def _visible(self) -> dict[int, Report]:
        """The reports of all lines that this reader may open."""
        concerned = self._replay.lines.values("report")
        visible = Report.objects.visible_to(self._user).filter(pk__in=concerned)
        slim = visible.only("reference", "track", "perpetrator", "reporter_id", "mission_id")
        return {report.pk: report for report in slim}

    @cached_property
    def _readable(self) -> set[int]:
        """Those of which they read the record, recipients and rules included."""
        return {
            pk for pk, report in self._visible.items() if level_of(report, self._user) in RECORD
        }

    @cached_property
    def _seen_cells(self) -> Cells:
        """What this reader could count for themselves, report by report."""
        cells: Cells = {}
        own = self._replay.lines.filter(report__in=self._readable).exclude(_CONFIDED_LINE)
        for changes, damage in own.values_list("changes", "damage"):
            count_changes(cells, [*changes, *([["damage", damage]] if damage else [])])
        return cells

    @cached_property
    def _policies(self) -> list[Policy]:
        """Both versions, the new one last; none where one compiles no longer."""
        try:
            versions = [self._replay.against_id, self._replay.version_id]
            return [compiled_version(pk).policy for pk in versions]
        except PolicyError:
            return []

    @cached_property
    def _groups(self) -> dict[str, str]:
        """The group of each role: unpol, mission, external."""
        roles = [role for policy in self._policies for role in policy.terms.roles.values()]
        return {role.code: "external" if role.by_hand_only else role.group for role in roles}

    @cached_property
    def _reasons(self) -> dict[str, str]:
        """What each row and guard says for itself."""
        rows = [row for policy in self._policies for row in policy.rows]
        guards = [guard for policy in self._policies for guard in policy.guards]
        return {row.id: row.reason for row in rows} | {g.id: g.notice.reason for g in guards}

    def _lines(self) -> QuerySet[PolicyReplayLine]:
        visible = Report.objects.visible_to(self._user).filter(pk=OuterRef("report"))
        return self._replay.lines.annotate(seen=Exists(visible))

    def _full(self, line: dict, report: Report) -> ReportRow:
        damage = damage_words(line["damage"], self._replay) if line["damage"] else ""
        items = [full_item(change, self._reasons) for change in _told(line)]
        return ReportRow(report.reference, report.reference, damage, items)

    def _short(self, line: dict, report: Report | None) -> ReportRow:
        damage = line["damage"] and damage_words(line["damage"], self._replay, with_name=False)
        items = short_items(_told(line), self._groups)
        if report:
            return ReportRow(report.reference, report.reference, damage, items)
        month = date_format(line["month"], "YEAR_MONTH_FORMAT")
        title = _("A report of %(mission)s, %(month)s") % {
            "mission": line["mission"],
            "month": month,
        }
        return ReportRow("", title, damage, items)

    def _subject(self, part: str, code: str) -> str:
        if part == "damages":
            return damage_words(code, self._replay)
        return subject_words({"tasks": "task", "handling": "handling"}.get(part, ""), code)


def count_words(total: int, seen: int = 0) -> str:
    """A count of reports of which this reader may read `seen`: one or two others are hidden."""
    if not 0 < total - seen < FEW:
        return str(total)
    if seen:
        return _("%(seen)s, and fewer than %(few)s more") % {"seen": seen, "few": FEW}
    return _("fewer than %(few)s") % {"few": FEW}


def _most_first(item: tuple[str, Sequence[int]]) -> tuple[int, str]:
    """The order must not tell one from two either."""
    code, row = item
    return -sum(max(number, FEW) for number in row if number), code


def _cells(row: Sequence[int], seen: Sequence[int]) -> list[str]:
    return [count_words(*pair) for pair in zip(row, seen, strict=True)]


def _told(line: dict) -> list[list]:
    return [change for change in line["changes"] if change[0] != IS_CONFIDED]
