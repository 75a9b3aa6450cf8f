"""Which of many conditions can hold at all, found without trying each."""

from collections import Counter, defaultdict


class Index:
    """Finds the conditions worth testing, so that 1,000 rows cost little more than 100.

    Each condition is filed under the rarest of its anchors; one without any is always tried.
    """

    def __init__(self, conditions, vocabulary):
        crowd = Counter(
            key for condition in conditions for anchor in condition.anchors for key in anchor
        )
        tables = defaultdict(lambda: defaultdict(list))
        self._always = []
        for position, condition in enumerate(conditions):
            anchor = min(condition.anchors, key=lambda keys: _crowding(keys, crowd), default=None)
            if anchor is None:
                self._always.append(position)
            for fact, value in anchor or ():
                tables[fact][value].append(position)
        lists = {name for name in tables if vocabulary[name].type == "list"}
        self._by_word = [(name, dict(tables[name])) for name in sorted(lists)]
        self._by_value = [(name, dict(tables[name])) for name in sorted(tables.keys() - lists)]

    def candidates(self, known):
        """Positions of the conditions that may hold for `known`, in their order."""
        found = set(self._always)
        for name, table in self._by_value:
            found.update(table.get(known[name], ()))
        for name, table in self._by_word:
            for word in known[name]:
                found.update(table.get(word, ()))
        return sorted(found)


def _crowding(keys, crowd):
    return sum(crowd[key] for key in keys)
