"""One stored report under two versions of the policy, and the tally of many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import DatabaseError

from referrals.models import Report
from referrals.models.choices import Track
from referrals.routing import Decision, Policy, decide
from referrals.workflow.differences import Cells, Change, count_changes, differences
from referrals.workflow.replayed_facts import (
    Damage,
    is_rebuilt,
    policy_that_routed,
    read_facts,
    stored_facts,
)

# Marks the stored line of a report that concerns the misconduct track under either version.
CONFIDED = Change("confided", "", "", "", "")
NUMBERS = ("reports", "unchanged", "changed", "damaged", "rebuilt", "override_lost", "confided")


@dataclass(frozen=True)
class Finding:
    """What became of one report. `damage` reads "<where> <kind> <name>", where being `stored`,
    `against` or `version`; kind and name are those of `Damage`.
    """

    changes: tuple[Change, ...]
    damage: str
    is_rebuilt: bool
    has_lost_override: bool
    is_confided: bool

    @property
    def has_news(self) -> bool:
        return bool(self.changes or self.damage)


def try_report(report: Report, against: Policy, version: Policy) -> Finding:
    """Route a stored report by both versions, with the guards its adviser had set aside.

    Asks for mission, area, party and overrides loaded. A damaged report is a finding too.

    Raises:
        DatabaseError: the database went away; nothing is known about the report then.
    """
    decisions: list[Decision] = []
    where, damage = "stored", ""
    try:
        facts = stored_facts(report)
        where = "against"
        decisions.append(_decide(report, facts, against, other=version))
        where = "version"
        decisions.append(_decide(report, facts, version, other=against))
    except DatabaseError:
        raise
    except Damage as found:
        damage = f"{where} {found}"
    except Exception as error:  # whatever is wrong with one report, the other are replayed
        damage = f"{where} error {type(error).__name__}"
    return Finding(
        changes=() if damage else tuple(differences(*decisions)),
        damage=damage,
        is_rebuilt=is_rebuilt(report),
        has_lost_override=bool(_set_aside(report, against) - _set_aside(report, version)),
        is_confided=report.is_confided or any(d.track == Track.MISCONDUCT for d in decisions),
    )


class Tally:
    """Counts over the reports of a replay.

    Reports of the misconduct track stand in one number alone, `confided`: how many of them would
    be routed differently or could not be routed. `cells` are those of `count_changes`.
    """

    def __init__(self, stored: dict[str, object]):
        self.numbers: dict[str, int] = {name: stored.get(name, 0) for name in NUMBERS}
        self.cells: Cells = {part: stored[part] for part in stored if part not in NUMBERS}

    def add(self, finding: Finding) -> None:
        if finding.is_confided:
            self.numbers["confided"] += finding.has_news
            return
        outcome = "damaged" if finding.damage else "changed" if finding.changes else "unchanged"
        self.numbers["reports"] += 1
        self.numbers[outcome] += 1
        self.numbers["rebuilt"] += finding.is_rebuilt
        self.numbers["override_lost"] += finding.has_lost_override
        count_changes(self.cells, [*finding.changes, *_damages(finding)])

    def as_dict(self) -> dict[str, object]:
        return {**self.numbers, **self.cells}


def _damages(finding: Finding) -> Iterable[Change]:
    if finding.damage:
        yield Change("damage", finding.damage, "", "", "")


def _decide(report: Report, facts: dict, policy: Policy, *, other: Policy) -> Decision:
    known = read_facts(facts, policy, lambda: [*policy_that_routed(report), other])
    return decide(known, policy, _set_aside(report, policy))


def _set_aside(report: Report, policy: Policy) -> frozenset[str]:
    """The guards overridden on the report that this policy lets be overridden."""
    return frozenset(o.guard for o in report.overrides.all()) & set(policy.overridable)
