"""Names that stand for one role or another, as 'CP lead' does in the policy text."""

from referrals.routing.conditions import ALWAYS, every, read_condition


class Holders:
    """Says which roles stand behind a role or alias, and when."""

    def __init__(self, node, terms, vocabulary):
        self._terms, self._vocabulary = terms, vocabulary
        self._aliases = {name: self._read_alias(alias) for name, alias in node.entries()}

    def _read_alias(self, node):
        return [self._read_choice(choice) for choice in node.items()]

    def _read_choice(self, node):
        node.mapping(needed=["role", "when"])
        role = node.at("role").word(self._terms.roles)
        return role, read_condition(node.at("when"), self._vocabulary)

    def of(self, node, key):
        """[(role, condition)] for the role or alias under `key`, which counts `when` node says so.

        Raises PolicyError for an unknown name and for a role that only a person may choose.
        """
        place = node.at(key)
        name = place.word([*self._aliases, *self._terms.roles])
        own = read_condition(node.at("when"), self._vocabulary) if "when" in node else ALWAYS
        choices = self._aliases.get(name, [(name, ALWAYS)])
        for role, _ in choices:
            if self._terms.roles[role].by_hand_only:
                raise place.refuse(f"{role} may be chosen by hand only, never by a row")
        return [(role, every([condition, own])) for role, condition in choices]
