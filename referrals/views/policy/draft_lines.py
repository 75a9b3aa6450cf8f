"""A draft line by line: each piece in words, and what became of it since its version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from referrals.forms.policy_piece import DraftPolicy
from referrals.models import PolicyDraft
from referrals.policy_editing import Changes, changes_between
from referrals.policy_file import read_text
from referrals.policy_words import Sentence, condition_sentence, deadline_label, fact_label
from referrals.views.policy.rows import minutes_words

BADGES = {
    "added": {"label": gettext_lazy("Added"), "tone": "good"},
    "changed": {"label": gettext_lazy("Changed"), "tone": "warn"},
    "moved": {"label": gettext_lazy("Moved"), "tone": "info"},
}
PARTS = {
    "rows": gettext_lazy("Rule"),
    "guards": gettext_lazy("Guard"),
    "derived": gettext_lazy("Fact worked out"),
    "deadlines": gettext_lazy("Deadline"),
}


@dataclass(frozen=True)
class RowLine:
    """One row: when it applies and who it is about; `badge` where it is not as it was."""

    id: str
    reason: str
    when: Sentence
    told: list[str]
    tasks: list[str]
    badge: Mapping | None
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class Line:
    """A guard, derived fact or deadline."""

    id: str
    title: str
    badge: Mapping | None
    minutes: tuple[str, ...] = ()


def changes_of(draft: PolicyDraft, policy: DraftPolicy) -> Changes:
    """What the draft changes in the version it began from."""
    base, _lines = read_text(draft.based_on.body, "version")
    return changes_between(base, policy.mapping)


def section_lines(policy: DraftPolicy, changes: Changes) -> list[dict[str, object]]:
    """The rows of the draft by section."""
    return [
        {"number": number, "title": section["title"], "rows": _rows(section, policy, changes)}
        for number, section in enumerate(policy.mapping["sections"])
    ]


def _rows(section: Mapping, policy: DraftPolicy, changes: Changes) -> list[RowLine]:
    last = len(section["rows"]) - 1
    return [
        RowLine(
            id=row["id"],
            reason=row["reason"],
            when=condition_sentence(row["when"]),
            told=_told(row, policy),
            tasks=[task["label"] for task in row.get("tasks", ())],
            badge=BADGES.get(changes.rows.get(row["id"])),
            is_first=position == 0,
            is_last=position == last,
        )
        for position, row in enumerate(section["rows"])
    ]


def _told(row: Mapping, policy: DraftPolicy) -> list[str]:
    """Each once, also where one is told in one way or another."""
    roles = dict.fromkeys(recipient["role"] for recipient in row.get("recipients", ()))
    return [policy.role_label(role) for role in roles]


def guard_lines(policy: DraftPolicy, changes: Changes) -> list[Line]:
    return [
        Line(guard["id"], guard["reason"], BADGES.get(changes.guards.get(guard["id"])))
        for guard in policy.mapping["guards"]
    ]


def derived_lines(policy: DraftPolicy, changes: Changes) -> list[Line]:
    return [
        Line(name, fact_label(name), BADGES.get(changes.derived.get(name)))
        for name in policy.mapping["derived"]
    ]


def deadline_lines(policy: DraftPolicy, changes: Changes) -> list[Line]:
    """Each deadline with its time at each priority, in their order."""
    priorities = policy.facts["priority"].values
    return [
        Line(
            name,
            deadline_label(name),
            BADGES.get(changes.deadlines.get(name)),
            tuple(minutes_words(times[p]) if p in times else _("none") for p in priorities),
        )
        for name, times in policy.mapping["deadlines"].items()
    ]


def change_lines(changes: Changes) -> list[dict[str, object]]:
    """Every change on a line of its own: what it is, its name, and what became of it."""
    lines = [
        {"part": PARTS[part], "name": name, "badge": BADGES[what]}
        for part in PARTS
        for name, what in getattr(changes, part).items()
    ]
    gone = {"label": _("Removed"), "tone": "bad"}
    lines += [{"part": PARTS[part], "name": name, "badge": gone} for part, name in changes.removed]
    other = {"label": _("Changed as text"), "tone": "warn"}
    return lines + [{"part": "", "name": part, "badge": other} for part in changes.other]
