"""From facts to a decision: build -> guards stage by stage -> a frozen Decision (section 2)."""

from referrals.routing.decision import Decision
from referrals.routing.draft import Draft
from referrals.routing.errors import OverrideError
from referrals.routing.policy import ACKNOWLEDGE


def decide(facts, policy, set_aside=()):
    """Return the Decision of `policy` on `facts` (made by `policy.facts`).

    `set_aside` are ids of guards the child protection lead overrides for this report; they are as
    if they were not there. Pure and deterministic: equal arguments give equal decisions. Raises
    FactsError for facts that were checked against another policy and do not suit this one, and
    OverrideError for a guard that nobody may set aside.
    """
    _check_set_aside(set_aside, policy)
    draft = Draft(policy.know(facts), policy.terms)
    _apply_rows(draft, policy)
    _apply_guards(draft, policy, set_aside)
    return _finished(draft)


def _check_set_aside(set_aside, policy):
    for name in set_aside:
        if name not in policy.overridable:
            raise OverrideError(name, policy.overridable)


def _apply_rows(draft, policy):
    for recipient in policy.recipients.due(draft.known):
        draft.offer(recipient)
    draft.tasks.extend(policy.tasks.due(draft.known))


def _apply_guards(draft, policy, set_aside):
    for position in policy.step_index.holding(draft.known):
        guard, case = policy.steps[position]
        if guard.id not in set_aside and case.fire(draft, guard.notice):
            draft.fired[guard.id] = guard.notice


def _finished(draft):
    known, gates = draft.known, draft.terms.gates
    told_first = sorted(
        draft.recipients.values(), key=lambda recipient: gates[recipient.gate].order
    )
    return Decision.made(
        track=known["track"],
        priority=known["priority"],
        ack_minutes=draft.terms.minutes(ACKNOWLEDGE, known["priority"]),
        classification=known["classification"],
        flash=known["flash"],
        poc_phase=known["poc_phase"],
        recipients=tuple(told_first),
        suppressed=tuple(draft.suppressed.values()),
        guards=tuple(draft.fired.values()),
        refused=tuple(draft.refused.values()),
        tasks=tuple(draft.tasks),
        interlocutor=known["interlocutor"],
    )
