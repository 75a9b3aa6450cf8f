"""Which of many conditions can hold at all, found without trying each."""

from collections import Counter, defaultdict

# Trying this many conditions is cheaper than looking one level deeper.
FEW = 8


class Index:
    """Finds the conditions worth testing, so that 1,000 rows cost little more than 100.

    Each condition is filed under the rarest of its anchors, and a crowded file is an index in its
    turn; a condition without anchors is always tried.
    """

    def __init__(self, conditions, vocabulary):
        lists = {name for name, fact in vocabulary.items() if fact.type == "list"}
        entries = [(position, condition.anchors) for position, condition in enumerate(conditions)]
        self._files = _Files(entries, lists)

    def candidates(self, known):
        """Positions of the conditions that may hold for `known`, in their order."""
        found = set()
        self._files.collect(known, found)
        return sorted(found)


class _Files:
    """Entries (position, anchors) by fact and value."""

    def __init__(self, entries, lists):
        crowd = Counter(key for _, anchors in entries for anchor in anchors for key in anchor)
        files = defaultdict(lambda: defaultdict(list))
        self._always = []
        for position, anchors in entries:
            rarest = min(anchors, key=lambda anchor: _crowding(anchor, crowd), default=None)
            if rarest is None:
                self._always.append(position)
            for fact, value in rarest or ():
                left = tuple(anchor for anchor in anchors if anchor is not rarest)
                files[fact][value].append((position, left))
        self._by_fact = [
            (fact, fact in lists, {value: _file(here, lists) for value, here in values.items()})
            for fact, values in files.items()
        ]

    def collect(self, known, found):
        """Add the positions that may hold for `known` to the set `found`."""
        found.update(self._always)
        for fact, is_list, by_value in self._by_fact:
            for value in known[fact] if is_list else (known[fact],):
                file = by_value.get(value)
                if file is None:
                    continue
                if isinstance(file, _Files):
                    file.collect(known, found)
                else:
                    found.update(file)


def _file(entries, lists):
    if len(entries) > FEW and any(anchors for _, anchors in entries):
        return _Files(entries, lists)
    return tuple(position for position, _ in entries)


def _crowding(anchor, crowd):
    return sum(crowd[key] for key in anchor)
