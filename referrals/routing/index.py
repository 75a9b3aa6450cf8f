"""Which of many conditions hold, found without trying each."""

from collections import defaultdict

from referrals.routing.conditions import Comparison, every

# Comparisons that say no more than their anchor: they hold just when the fact has a member of it.
ANCHORED = ("is", "in", "any_of")


class Index:
    """Finds the conditions that hold, so that 1,000 rows cost little more than 100.

    A number stands for a set of conditions, one bit for each. For every fact that conditions are
    anchored in, and every value of it, the set left possible is worked out beforehand; what all
    facts of a report leave possible is the `and` of a few numbers. Of these only the conditions
    that say more than their anchors are tried.
    """

    def __init__(self, conditions, vocabulary):
        anchors = [_anchors_by_fact(condition) for condition in conditions]
        lists = {name for name, fact in vocabulary.items() if fact.type == "list"}
        self._everything = (1 << len(conditions)) - 1
        self._sieves = [
            (name, name in lists, *_sieve(name, anchors, self._everything))
            for name in dict.fromkeys(name for by_fact in anchors for name in by_fact)
        ]
        self._tests = [condition.test for condition in conditions]
        self._says_more = _bits(
            position
            for position, (condition, by_fact) in enumerate(zip(conditions, anchors, strict=True))
            if not _says_no_more(condition, by_fact)
        )

    def holding(self, known):
        """Positions of the conditions that hold for `known`, in their order."""
        possible = self._possible(known)
        for position in _positions(possible & self._says_more):
            if not self._tests[position](known):
                possible ^= 1 << position
        return _positions(possible)

    def candidates(self, known):
        """Positions of the conditions that may hold for `known`, in their order."""
        return _positions(self._possible(known))

    def _possible(self, known):
        possible = self._everything
        for name, is_list, free, by_value in self._sieves:
            if is_list:
                passing = free
                for value in known[name]:
                    passing |= by_value.get(value, free)
                possible &= passing
            else:
                possible &= by_value.get(known[name], free)
        return possible


class Offers:
    """Recipients or tasks that rows offer, found by an index and made ready for each priority."""

    def __init__(self, of_rows, vocabulary):
        """`of_rows` are pairs of a row's condition and its offers."""
        offers = [(condition, offer) for condition, offers in of_rows for offer in offers]
        conditions = [every([condition, offer.condition]) for condition, offer in offers]
        self._index = Index(conditions, vocabulary)
        self._made = {
            priority: [offer.by_priority[priority] for _, offer in offers]
            for priority in vocabulary["priority"].values
        }

    def due(self, known):
        """The recipients or tasks of all that holds for `known`, in the order of the rows."""
        made = self._made[known["priority"]]
        return [made[position] for position in self._index.holding(known)]


def _anchors_by_fact(condition):
    """{fact: values of which it must have one}: the narrowest anchor in each fact."""
    chosen = {}
    for anchor in sorted(condition.anchors, key=len):
        names = {name for name, _ in anchor}
        if len(names) == 1:
            chosen.setdefault(names.pop(), [value for _, value in anchor])
    return chosen


def _sieve(name, anchors, everything):
    """(conditions not anchored in the fact, {value: conditions that it leaves possible})."""
    free, by_value = everything, defaultdict(int)
    for position, by_fact in enumerate(anchors):
        if name in by_fact:
            free ^= 1 << position
            for value in by_fact[name]:
                by_value[value] |= 1 << position
    return free, {value: free | passing for value, passing in by_value.items()}


def _says_no_more(condition, by_fact):
    """Whether the condition holds whenever each of its facts has one of the values `by_fact`."""
    comparisons = list(condition.comparisons())
    anchored = all(each.word in ANCHORED for each in comparisons)
    return anchored and len(comparisons) == len(by_fact) and _is_plain(condition)


def _is_plain(condition):
    """Whether it is a comparison, or all of several: no `any` and no `not`."""
    if isinstance(condition.form, Comparison):
        return True
    word, parts = condition.form
    return word == "all" and all(_is_plain(part) for part in parts)


def _bits(positions):
    return sum(1 << position for position in positions)


def _positions(bits):
    positions = []
    while bits:
        lowest = bits & -bits
        positions.append(lowest.bit_length() - 1)
        bits ^= lowest
    return positions
