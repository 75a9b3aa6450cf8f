"""The proof: every invariant on every situation, and a smallest example of each breach."""

from dataclasses import dataclass

from referrals.routing.decision import Stored
from referrals.routing.proof.diagrams import ALL, NONE
from referrals.routing.proof.unfolding import Space, Unfolded


@dataclass(frozen=True)
class Breach(Stored):
    """An invariant that does not hold, and what breaks it.

    `example` are the facts of a situation in which it breaks, only those that differ from their
    defaults; `set_aside` the guards the lead set aside there. Both are None for what never
    happens at all, such as a row that cannot apply.
    """

    invariant: str
    text: str
    source: str
    detail: str
    example: dict | None
    set_aside: list | None


@dataclass(frozen=True)
class Proof(Stored):
    """`situations` is how many were covered: every one the rules can tell apart."""

    situations: int
    invariants: int
    breaches: tuple[Breach, ...]


def prove(policy, invariants):
    """Check `invariants` (see `read_invariants`) on all situations of `policy`."""
    conditions = [condition for each in invariants for condition in each.conditions]
    selectors = [selector for each in invariants for selector in each.selectors]
    unfolded = Unfolded(policy, Space([policy], conditions, selectors))
    breaches = [breach for each in invariants for breach in _breaches(each, unfolded)]
    situations = unfolded.diagrams.count(ALL)
    return Proof(situations, len(invariants), tuple(breaches))


def _breaches(invariant, unfolded):
    for where, detail in invariant.find(unfolded):
        if where == NONE:
            continue
        example, set_aside = (None, None) if where is None else unfolded.example(where)
        yield Breach(invariant.id, invariant.text, invariant.source, detail, example, set_aside)
