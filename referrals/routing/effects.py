"""What a guard does: suppress, remove, hold or change recipients, refuse an officer's step."""

from referrals.routing.selectors import read_selector
from referrals.routing.terms import MARKS

LEFT = "left"


class EffectReader:
    """Reads the effects of one case of a guard. `has_left`: the case says who must be left.

    Each effect becomes a function (draft, notice of the guard, roles that `left` picked).
    """

    def __init__(self, terms, vocabulary, has_left):
        self._terms, self._vocabulary, self._has_left = terms, vocabulary, has_left
        self._readers = {
            "suppress": self._suppress,
            "remove": self._remove,
            "hold": self._hold,
            "change": self._change,
            "refuse": self._refuse,
        }

    def read(self, node):
        """The effects at `node`, in their order. Raises PolicyError."""
        entries = node.mapping(allowed=self._readers).entries()
        return tuple(self._readers[name](effect) for name, effect in entries)

    def _chosen(self, node):
        """A function (draft, roles left) -> roles: those of `left`, or those a selector picks."""
        if node.data != LEFT:
            selector = read_selector(node, self._terms, self._vocabulary)
            return lambda draft, left: draft.matching(selector)
        if not self._has_left:
            raise node.refuse("'left' needs a selector under left")
        return lambda draft, left: left

    def _suppress(self, node):
        """Name these roles as not to be told, whether or not a row proposed them."""
        roles = node.words(self._terms.roles)
        return lambda draft, guard, left: draft.suppress(roles, guard)

    def _remove(self, node):
        chosen = self._chosen(node)
        return lambda draft, guard, left: draft.suppress(chosen(draft, left), guard)

    def _hold(self, node):
        chosen = self._chosen(node)
        return lambda draft, guard, left: draft.hold(chosen(draft, left), guard)

    def _change(self, node):
        terms = self._terms
        words = {"gate": terms.gates, "redaction": terms.redactions, **terms.marks}
        node.mapping(needed=["who"], allowed=("gate", "redaction", *MARKS))
        chosen = self._chosen(node.at("who"))
        fields = {key: value.word(words[key]) for key, value in node.entries() if key != "who"}
        return lambda draft, guard, left: draft.change(chosen(draft, left), **fields)

    def _refuse(self, node):
        """Refuse these values of a list fact, where the officer asked for them."""
        node.mapping(needed=["fact", "values"], allowed=())
        lists = [name for name, fact in self._vocabulary.items() if fact.type == "list"]
        name = node.at("fact").word(lists)
        values = node.at("values").words(self._vocabulary[name].values)
        return lambda draft, guard, left: draft.refuse(
            [value for value in values if value in draft.known[name]], guard
        )
