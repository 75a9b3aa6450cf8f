"""A place in the policy while it is read: the data there, and how to name the place in an error."""

from dataclasses import dataclass, replace
from typing import Any

from referrals.routing.errors import PolicyError, not_one_of


@dataclass(frozen=True)
class Node:
    """`data` found at `path`, inside the row, guard or fact called `row`. Raises PolicyError."""

    data: Any
    path: tuple = ()
    row: str | None = None

    def refuse(self, problem):
        """Return the error to raise for this place."""
        field = next((key for key in reversed(self.path) if isinstance(key, str)), None)
        return PolicyError(
            problem, row=self.row, field=field if field != self.row else None, path=self.path
        )

    def named(self, row):
        return replace(self, row=row)

    def __contains__(self, key):
        return key in self.data

    def at(self, key):
        """The node under `key`, which must be there."""
        below = Node(self.data.get(key), (*self.path, key), self.row)
        if key not in self.data:
            raise below.refuse("is missing")
        return below

    def get(self, key, default=None):
        return self.data.get(key, default)

    def mapping(self, *, needed=(), allowed=None):
        """Check that this is a mapping with the `needed` keys and no other than the `allowed`."""
        if not isinstance(self.data, dict):
            raise self.refuse(f"must be a mapping, not {self.data!r}")
        known = None if allowed is None else {*needed, *allowed}
        for key in self.data:
            if not isinstance(key, str):
                raise self.refuse(f"the key {key!r} must be a word (put it in quotes)")
            if known is not None and key not in known:
                raise self.at(key).refuse(f"the key {not_one_of(key, sorted(known))}")
        for key in needed:
            self.at(key)
        return self

    def entries(self):
        """(key, node) for every key of this mapping."""
        self.mapping()
        return [(key, self.at(key)) for key in self.data]

    def items(self):
        """A node for every element of this list."""
        if not isinstance(self.data, list):
            raise self.refuse(f"must be a list, not {self.data!r}")
        return [
            Node(item, (*self.path, position), self.row) for position, item in enumerate(self.data)
        ]

    def text(self):
        """The non-empty text here."""
        if not isinstance(self.data, str) or not self.data.strip():
            raise self.refuse(f"must be a text, not {self.data!r}")
        return self.data.strip()

    def word(self, words):
        """The text here, which must be one of `words`."""
        if not isinstance(self.data, str) or self.data not in words:
            raise self.refuse(not_one_of(self.data, words))
        return self.data

    def words(self, words):
        """The texts of this list, each one of `words`, without repetition."""
        return tuple(dict.fromkeys(item.word(words) for item in self.items()))

    def flag(self):
        if not isinstance(self.data, bool):
            raise self.refuse(f"must be true or false, not {self.data!r}")
        return self.data

    def count(self):
        """The whole number here, zero or more."""
        if isinstance(self.data, bool) or not isinstance(self.data, int) or self.data < 0:
            raise self.refuse(f"must be a whole number, not {self.data!r}")
        return self.data
