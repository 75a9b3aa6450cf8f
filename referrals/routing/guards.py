"""The guards of a policy: after the rows have spoken, who must not be told, or must wait."""

from dataclasses import dataclass
from typing import Any

from referrals.routing.conditions import Condition, every, read_condition
from referrals.routing.decision import FiredGuard
from referrals.routing.effects import Effect, EffectReader
from referrals.routing.rows import named_once, on_tracks
from referrals.routing.selectors import Selector, read_selector

CASE = ("when", "left", "effect")


@dataclass(frozen=True)
class Case:
    """The guard fires when `condition` holds and, where `left` is given, picks somebody left."""

    condition: Condition
    left: Selector | None
    effects: tuple[Effect, ...]

    def fire(self, draft, guard):
        """Work on the draft. Returns whether the guard fired."""
        roles = draft.matching(self.left) if self.left else ()
        if self.left and not roles:
            return False
        for effect in self.effects:
            effect.apply(draft, guard, roles)
        return True


@dataclass(frozen=True)
class Guard:
    """`stage` says at which point of the order of section 2.6 it works; `when` is as written."""

    id: str
    stage: str
    when: Any
    notice: FiredGuard
    cases: tuple[Case, ...]


class GuardReader:
    """Reads the guards of a policy, in the order in which they work. Raises PolicyError."""

    def __init__(self, terms, vocabulary, stages):
        self._terms, self._vocabulary, self._stages = terms, vocabulary, stages
        self._seen = set()

    def read(self, node):
        guards = [self._guard(guard) for guard in node.items()]
        return tuple(sorted(guards, key=lambda guard: self._stages.index(guard.stage)))

    def _guard(self, node):
        node = named_once(node, self._seen)
        node.mapping(
            needed=["id", "tracks", "stage", "reason", "source"],
            allowed=["officer_text", "overridable", *(["cases"] if "cases" in node else CASE)],
        )
        track = on_tracks(node.at("tracks"), self._vocabulary)
        return Guard(
            id=node.row,
            stage=node.at("stage").word(self._stages),
            when=node.get("cases") or node.get("when"),
            notice=self._notice(node),
            cases=tuple(self._case(case, track) for case in self._cases(node)),
        )

    def _cases(self, node):
        """The guard itself where it has one case, else those under `cases`."""
        if "cases" not in node:
            return [node]
        return [case.mapping(needed=["when"], allowed=CASE) for case in node.at("cases").items()]

    def _notice(self, node):
        source = self._terms.cite(node.at("source"))
        return FiredGuard(
            id=node.row,
            reason=node.at("reason").text(),
            officer_text=node.at("officer_text").text() if "officer_text" in node else None,
            source=source.text,
            citation=source.citation,
            overridable="overridable" in node and node.at("overridable").flag(),
        )

    def _case(self, node, track):
        when = read_condition(node.at("when"), self._vocabulary)
        left = None
        if "left" in node:
            left = read_selector(node.at("left"), self._terms, self._vocabulary)
        effects = ()
        if "effect" in node:
            reader = EffectReader(self._terms, self._vocabulary, has_left=left is not None)
            effects = reader.read(node.at("effect"))
        return Case(every([track, when]), left, effects)
