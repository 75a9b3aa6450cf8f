"""What a guard does: suppress, remove, hold or change recipients, refuse an officer's step."""

from collections.abc import Callable
from dataclasses import dataclass

from referrals.routing.selectors import Selector, read_selector
from referrals.routing.terms import MARKS

LEFT = "left"


@dataclass(frozen=True)
class Effect:
    """`apply` works on (draft, notice of the guard, roles that `left` picked).

    The rest is the same as data, for the proof: `who` it touches, None for those `left` picked;
    the `roles` that `suppress` names; the `fields` that `change` sets.
    """

    verb: str
    apply: Callable
    who: Selector | None = None
    roles: tuple = ()
    fields: tuple = ()


class EffectReader:
    """Reads the effects of one case of a guard. `has_left`: the case says who must be left."""

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
        """(selector, function (draft, roles left) -> roles); no selector for those of `left`."""
        if node.data != LEFT:
            selector = read_selector(node, self._terms, self._vocabulary)
            return selector, lambda draft, left: draft.matching(selector)
        if not self._has_left:
            raise node.refuse("'left' needs a selector under left")
        return None, lambda draft, left: left

    def _suppress(self, node):
        """Name these roles as not to be told, whether or not a row proposed them."""
        roles = node.words(self._terms.roles)
        return Effect(
            "suppress", lambda draft, guard, left: draft.suppress(roles, guard), roles=roles
        )

    def _remove(self, node):
        who, chosen = self._chosen(node)
        return Effect(
            "remove", lambda draft, guard, left: draft.suppress(chosen(draft, left), guard), who
        )

    def _hold(self, node):
        who, chosen = self._chosen(node)
        return Effect(
            "hold", lambda draft, guard, left: draft.hold(chosen(draft, left), guard), who
        )

    def _change(self, node):
        terms = self._terms
        words = {"gate": terms.gates, "redaction": terms.redactions, **terms.marks}
        node.mapping(needed=["who"], allowed=("gate", "redaction", *MARKS))
        who, chosen = self._chosen(node.at("who"))
        fields = {key: value.word(words[key]) for key, value in node.entries() if key != "who"}
        return Effect(
            "change",
            lambda draft, guard, left: draft.change(chosen(draft, left), **fields),
            who,
            fields=tuple(fields.items()),
        )

    def _refuse(self, node):
        """Refuse these values of a list fact, where the officer asked for them."""
        node.mapping(needed=["fact", "values"], allowed=())
        lists = [name for name, fact in self._vocabulary.items() if fact.type == "list"]
        name = node.at("fact").word(lists)
        values = node.at("values").words(self._vocabulary[name].values)
        return Effect(
            "refuse",
            lambda draft, guard, left: draft.refuse(
                [value for value in values if value in draft.known[name]], guard
            ),
        )
