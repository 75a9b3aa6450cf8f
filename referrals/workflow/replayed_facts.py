"""The facts of a stored report as a policy version reads them, perhaps years later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from referrals.models import Report
from referrals.routing import Fact, Facts, FactsError, Policy, PolicyError
from referrals.workflow.policies import compiled_version


class Damage(Exception):
    """Why a stored report cannot be replayed.

    `kind`: `unreadable` (no mapping of facts), `refused` (a fact holds a value the version does
    not know), `unknown` (a fact the version does not know holds more than its default) or `error`.
    `name` is a fact that some version declares, or a class of errors: never a value, which may
    be part of a child's case.
    """

    def __init__(self, kind: str, name: str = ""):
        super().__init__(f"{kind} {name}".rstrip())


def is_rebuilt(report: Report) -> bool:
    """Whether it was routed before the portal kept all facts the rules looked at."""
    return report.routed_facts == {}


def stored_facts(report: Report) -> dict[str, object]:
    """All facts kept with a report, with what the adviser stated when setting a guard aside.

    A rebuilt one has its mission's settings of today; facts of the directory are left out, so
    that each version takes its default. Asks for mission, area, party and overrides loaded.

    Raises Damage.
    """
    kept = report.facts if is_rebuilt(report) else report.routed_facts
    if not isinstance(kept, dict):
        raise Damage("unreadable")
    facts = _rebuilt(report) if is_rebuilt(report) else dict(kept)
    for override in report.overrides.all():
        facts.update(override.facts)
    return facts


def read_facts(
    facts: Mapping[str, object], policy: Policy, others: Callable[[], Iterable[Policy]]
) -> Facts:
    """Facts as `policy` knows them: a new fact takes its default, one it dropped is left out.

    Args:
        others: the policies that may declare what this one dropped, the likeliest first; asked
            only where something is dropped.

    Raises:
        Damage: a value the policy refuses, or a dropped fact that says something.
    """
    for name in facts.keys() - policy.vocabulary.keys():
        _check_dropped(name, facts[name], others())
    try:
        return policy.facts({name: facts[name] for name in policy.vocabulary if name in facts})
    except FactsError as error:
        raise Damage("refused", error.fact) from None


def policy_that_routed(report: Report) -> list[Policy]:
    """The version that routed the report; none where its text compiles no longer."""
    try:
        return [compiled_version(report.policy_id).policy] if report.policy_id else []
    except PolicyError:
        return []


def _rebuilt(report: Report) -> dict[str, object]:
    party = report.perpetrator_org
    return {
        **report.mission.policy_settings(),
        **report.facts,
        "adm2": report.area.code,
        "child_victims": report.children,
        "perpetrator_org": party.name if party else None,
    }


def _check_dropped(name: str, value: object, others: Iterable[Policy]) -> None:
    """Nothing is lost with a dropped fact that holds its default. Raises Damage."""
    declared = next((p.vocabulary[name] for p in others if name in p.vocabulary), None)
    if declared is None:  # not a name of ours: it may be anything, so it is not repeated
        raise Damage("unknown")
    if not _is_default(declared, value):
        raise Damage("unknown", name)


def _is_default(fact: Fact, value: object) -> bool:
    try:
        return fact.read(value) == fact.default
    except FactsError:
        return False
