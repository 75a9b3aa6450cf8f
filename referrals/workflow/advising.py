"""What the policy in force says to an officer at once, before anything is sent: which answer on
the form brings which word of a guard. Shipped with the form, so that it is there without a link.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache

from actors.models import Mission
from referrals.models.choices import RequestedAction
from referrals.routing import decide
from referrals.workflow.policies import active_policy, compiled_version, said

logger = logging.getLogger(__name__)

# Field and answer of the form, and the facts it stands for.
_ANSWERS: tuple[tuple[str, str, dict[str, object]], ...] = (
    *(("requested_actions", it, {"requested_actions": [it]}) for it in RequestedAction.values),
    ("child_contact", "on", {"child_contact": True, "interlocutor_preference": "not_asked"}),
    ("source", "victim_disclosure", {"source": "victim_disclosure"}),
    ("patrol", "joint_host_state", {"patrol": "joint_host_state"}),
    ("media_attention", "on", {"media_attention": True}),
)


@dataclass(frozen=True)
class Advice:
    """A guard's word for the officer, and the answers to one question that bring it."""

    field: str
    answers: tuple[str, ...]
    guard: str
    text: str

    @property
    def is_of_a_child(self) -> bool:
        """A child speaks, or is with the patrol: what to say and not to ask belongs to it."""
        return self.guard == "NO_INTERVIEW" and self.field in ("child_contact", "source")


def advice_for(mission: Mission) -> list[Advice]:
    """All of it, in the reader's language; one statement. Empty where the policy fails."""
    settings = tuple(sorted(mission.policy_settings().items()))
    try:
        version = active_policy().version_id
        found = _advice(version, settings)
    except Exception as error:
        # A faulty rule must not stand in the way of writing the report.
        logger.error("advice failed: %s", type(error).__name__)
        return []
    return [
        Advice(field, answers, guard, said(text, version)) for field, answers, guard, text in found
    ]


@lru_cache(maxsize=64)
def _advice(
    version: int, settings: tuple[tuple[str, object], ...]
) -> tuple[tuple[str, tuple[str, ...], str, str], ...]:
    """(field, answers, guard, text) by field: what an answer adds to a report without any."""
    silence = _words(version, dict(settings))
    found: dict[tuple[str, str, str], list[str]] = {}
    for field, answer, facts in _ANSWERS:
        for guard, text in _words(version, dict(settings) | facts).items():
            if guard not in silence:
                found.setdefault((field, guard, text), []).append(answer)
    return tuple((field, tuple(on), guard, text) for (field, guard, text), on in found.items())


def _words(version: int, facts: dict[str, object]) -> dict[str, str]:
    """The guards that fire on these facts alone and have a word for the officer."""
    policy = compiled_version(version).policy
    guards = decide(policy.facts(facts), policy).guards
    return {guard.id: guard.officer_text for guard in guards if guard.officer_text}
