"""What a replay found, in words. Who may read how much is decided in `replay_findings`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from actors.languages import clauses, listed
from actors.roles import Role
from referrals.models import PolicyReplay
from referrals.models.choices import Gate, Priority, Redaction, ReferralKind, Track
from referrals.workflow.differences import MARKS, Change

_WHAT = {
    "gained": gettext_lazy("Told in addition"),
    "lost": gettext_lazy("No longer told"),
    "changed": gettext_lazy("Told differently"),
    "task_gained": gettext_lazy("New task"),
    "task_lost": gettext_lazy("Task that falls away"),
    "handling": gettext_lazy("Handled differently"),
}
TONES = {"gained": "info", "lost": "bad", "task_lost": "bad", "changed": "warn"}
_HANDLING = {
    "priority": gettext_lazy("Priority"),
    "classification": gettext_lazy("Classification"),
    "flash": gettext_lazy("Flash"),
    "track": gettext_lazy("Track"),
    "poc_phase": gettext_lazy("Phase of protection"),
}
_CHOICES = {
    "kind": ReferralKind,
    "gate": Gate,
    "redaction": Redaction,
    "priority": Priority,
    "track": Track,
}
_GROUPS = {
    "unpol": ngettext_lazy("%(n)s of UNPOL", "%(n)s of UNPOL", "n"),
    "mission": ngettext_lazy("%(n)s of the mission", "%(n)s of the mission", "n"),
    "external": ngettext_lazy("%(n)s outside the mission", "%(n)s outside the mission", "n"),
    "other": ngettext_lazy("%(n)s other", "%(n)s others", "n"),
}
_DAMAGES = {
    "unreadable": gettext_lazy("The stored facts cannot be read."),
    "refused": gettext_lazy("The fact “%(name)s” holds something that %(where)s does not know."),
    "unknown": gettext_lazy("%(where)s does not know the fact “%(name)s”, which says something."),
    "unnamed": gettext_lazy("A fact is stored that no version of the policy declares."),
    "error": gettext_lazy("An error (%(name)s) came up with %(where)s."),
}


@dataclass(frozen=True)
class Item:
    """One change of one report. `rule` is the row or guard that did it, `why` what it says."""

    what: str
    tone: str
    subject: str
    before: str = ""
    after: str = ""
    rule: str = ""
    why: str = ""
    is_guard: bool = False


def full_item(change: Sequence, reasons: Mapping[str, str]) -> Item:
    """A change with role, row and guard: for readers of the record. `reasons` are those of the
    rows and guards.
    """
    change = Change(*change)
    return Item(
        what=str(_WHAT[change.what]),
        tone=TONES.get(change.what, ""),
        subject=subject_words(change.what, change.subject),
        before=_side_words(change, change.before),
        after=_side_words(change, change.after),
        rule=change.rule,
        why=reasons.get(change.rule, ""),
        is_guard=change.what == "lost" and bool(change.after),
    )


def short_items(changes: Sequence[Sequence], groups: Mapping[str, str]) -> list[Item]:
    """The kinds of change alone, with how many of which group of roles."""
    found = [Change(*change) for change in changes]
    kinds = dict.fromkeys(change.what for change in found)
    return [
        Item(str(_WHAT[what]), TONES.get(what, ""), _group_words(found, what, groups))
        for what in kinds
    ]


def subject_words(what: str, subject: str) -> str:
    """A role, a task or a part of the handling."""
    if what == "handling":
        return str(_HANDLING[subject])
    if what.startswith("task"):
        return subject.replace("_", " ").capitalize()
    return _label(Role, subject)


def damage_words(damage: str, replay: PolicyReplay, *, with_name: bool = True) -> str:
    """Why a report could not be replayed, as `Finding.damage` has it. Without its name it says
    only in which step it was.
    """
    where, kind, name = f"{damage}  ".split(" ", 2)
    steps = {"against": replay.against, "version": replay.version}
    if not with_name:
        return _step_words(steps.get(where))
    text = str(_DAMAGES["unnamed" if kind == "unknown" and not name.strip() else kind])
    step = steps.get(where)
    version = _("version %(number)s") % {"number": step.number} if step else ""
    said = text % {"name": name.strip(), "where": version or _("the portal")}
    return said[:1].upper() + said[1:]


def _step_words(version) -> str:
    if version is None:
        return _("Its stored facts cannot be read.")
    return _("Version %(number)s cannot route it.") % {"number": version.number}


def _group_words(changes: list[Change], what: str, groups: Mapping[str, str]) -> str:
    if what not in ("gained", "lost", "changed"):
        return ""
    of_each = (groups.get(change.subject) for change in changes if change.what == what)
    counted = Counter(group if group in _GROUPS else "other" for group in of_each)
    return listed(_GROUPS[name] % {"n": n} for name, n in sorted(counted.items()))


def _side_words(change: Change, side: object) -> str:
    if isinstance(side, dict):
        return clauses(_mark_words(name, side[name]) for name in MARKS if name in side)
    if change.what == "handling":
        return _value_words(change.subject, side)
    if change.what.startswith("task"):
        return _label(Role, str(side)) if side else ""
    if side and change.what == "gained":
        return _("kept out by the guard %(guard)s") % {"guard": side}
    return ""


def _mark_words(name: str, value: object) -> str:
    if name == "waits_for":
        if not value:
            return _("waits for nothing")
        return _("waits for %(guards)s") % {"guards": listed(value)}
    if name == "state":
        return _("held") if value == "held" else _("not held")
    words = _label(_CHOICES[name], str(value))
    return f"{value} ({words})" if name == "redaction" else words


def _value_words(name: str, value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in _CHOICES:
        return _label(_CHOICES[name], str(value))
    return str(value).replace("_", " ")


def _label(choices: type[TextChoices], value: str) -> str:
    """In words where the portal has them; a version may know more than this release."""
    return str(choices(value).label) if value in choices.values else value
