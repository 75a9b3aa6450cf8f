"""What another version would decide otherwise: in all situations, not only in stored reports."""

from dataclasses import dataclass

from referrals.routing.decision import Stored
from referrals.routing.proof.diagrams import NONE
from referrals.routing.proof.unfolding import Space, Unfolded

SEEN = ("kind", "gate", "redaction", "via", "assigned", "state", "waits_for", "due_minutes")


@dataclass(frozen=True)
class Change(Stored):
    """A role that is `gained`, `lost`, or told otherwise (`changed`) in some situations.

    `before` and `after` are recipients as plain data, None for who is none; `example` the
    simplest such situation, `set_aside` the guards set aside there.
    """

    role: str
    what: str
    before: dict | None
    after: dict | None
    example: dict
    set_aside: list


def compare_policies(old, new):
    """Every role that `new` tells in other situations, or otherwise, than `old`: Changes."""
    space = Space([old, new])
    before, after = Unfolded(old, space), Unfolded(new, space)
    roles = dict.fromkeys([*before.recipients, *after.recipients])
    return tuple(change for role in roles for change in _changes(role, before, after))


def _changes(role, before, after):
    """At most one Change of each sort: its simplest example."""
    diagrams = before.diagrams
    mine, theirs = before.recipients.get(role, {}), after.recipients.get(role, {})
    sorts = {
        "gained": diagrams.without(_told(theirs, diagrams), _told(mine, diagrams)),
        "lost": diagrams.without(_told(mine, diagrams), _told(theirs, diagrams)),
        "changed": _told_otherwise(mine, theirs, diagrams),
    }
    for what, where in sorts.items():
        if where != NONE:
            yield _change(role, what, where, before, after)


def _told(variants, diagrams):
    return diagrams.any_of(variants.values())


def _told_otherwise(mine, theirs, diagrams):
    pairs = (
        diagrams.both(here, there)
        for recipient, here in mine.items()
        for other, there in theirs.items()
        if _seen(recipient) != _seen(other)
    )
    return diagrams.any_of(pairs)


def _seen(recipient):
    return [getattr(recipient, field) for field in SEEN]


def _change(role, what, where, before, after):
    situation = after.simplest(where)
    example, set_aside = after.example(where)
    return Change(
        role,
        what,
        _recipient_in(situation, role, before),
        _recipient_in(situation, role, after),
        example,
        set_aside,
    )


def _recipient_in(situation, role, unfolded):
    for recipient, where in unfolded.recipients.get(role, {}).items():
        if unfolded.diagrams.contains(where, situation):
            return recipient.as_dict()
    return None
