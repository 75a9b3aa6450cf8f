"""A decision in the making: rows add to it, then guards take away."""

from referrals.routing.decision import Refusal, Suppressed


class Draft:
    """Holds the facts (`known`, with the derived ones) and what has been decided so far."""

    def __init__(self, known, terms):
        self.known, self.terms = known, terms
        self.recipients, self.suppressed, self.fired, self.refused = {}, {}, {}, {}
        self.tasks = []

    def offer(self, recipient):
        """Add a recipient. A role proposed twice keeps the highest kind, on a tie the first."""
        standing = self.recipients.get(recipient.role)
        ranks = self.terms.kinds
        if standing is None or ranks[recipient.kind].rank > ranks[standing.kind].rank:
            self.recipients[recipient.role] = recipient

    def matching(self, selector):
        """Roles of the recipients left that `selector` picks."""
        picks, known = selector.picks, self.known
        return [role for role, recipient in self.recipients.items() if picks(recipient, known)]

    def suppress(self, roles, guard):
        for role in roles:
            self.recipients.pop(role, None)
            self.suppressed.setdefault(
                role, Suppressed(role, guard.id, guard.reason, guard.source, guard.citation)
            )

    def change(self, roles, **fields):
        for role in roles:
            recipient = self.recipients[role]
            self.recipients[role] = changed(recipient, fields, self.terms, self.known["priority"])

    def hold(self, roles, guard):
        for role in roles:
            self.recipients[role] = held(self.recipients[role], guard, self.terms)

    def refuse(self, actions, guard):
        for action in actions:
            self.refused.setdefault(action, Refusal(action, guard.id, guard.officer_text))


def changed(recipient, fields, terms, priority):
    """The recipient with other `fields`; a new gate brings its own deadline."""
    if "gate" not in fields:
        return recipient.but(**fields)
    deadline = terms.deadline(recipient.kind, fields["gate"])
    minutes = terms.minutes(deadline, priority)
    return recipient.but(deadline=deadline, due_minutes=minutes, **fields)


def held(recipient, guard, terms):
    """The recipient waiting for `guard` too; who is told at once is never held."""
    if not terms.gates[recipient.gate].waits:
        return recipient
    return recipient.but(waits_for=(*recipient.waits_for, guard.id))
