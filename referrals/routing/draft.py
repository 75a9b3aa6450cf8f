"""A decision in the making: rows add to it, then guards take away."""

from dataclasses import replace

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
        return [
            role for role, recipient in self.recipients.items() if selector(recipient, self.known)
        ]

    def suppress(self, roles, guard):
        for role in roles:
            self.recipients.pop(role, None)
            self.suppressed.setdefault(
                role, Suppressed(role, guard.id, guard.reason, guard.source, guard.citation)
            )

    def change(self, roles, **fields):
        """Change recipients; a new gate brings its own deadline."""
        for role in roles:
            changed = replace(self.recipients[role], **fields)
            if "gate" in fields:
                deadline = self.terms.deadline(changed.kind, changed.gate)
                minutes = self.terms.minutes(deadline, self.known["priority"])
                changed = replace(changed, deadline=deadline, due_minutes=minutes)
            self.recipients[role] = changed

    def hold(self, roles, guard):
        """Let recipients behind a gate wait for `guard`; who is told at once is never held."""
        for role in roles:
            recipient = self.recipients[role]
            if self.terms.gates[recipient.gate].waits:
                self.change([role], waits_for=(*recipient.waits_for, guard.id))

    def refuse(self, actions, guard):
        for action in actions:
            self.refused.setdefault(action, Refusal(action, guard.id, guard.officer_text))
