"""Sets of situations, kept as decision diagrams.

A situation gives every variable one of its classes. A diagram is a number; equal sets have equal
numbers, so that "is this set empty?" is one comparison, and a set of 10^30 situations is no harder
than one of ten. Bryant, Graph-Based Algorithms for Boolean Function Manipulation, IEEE
Transactions on Computers C-35 (1986), with variables of more than two values.
"""

from math import prod

NONE, ALL = 0, 1
LEAF = 1 << 30


class Diagrams:
    """Makes and joins diagrams over variables with so many classes each, in this order."""

    def __init__(self, sizes):
        self._sizes = tuple(sizes)
        self._levels, self._children = [LEAF, LEAF], [(), ()]
        self._known, self._joined, self._within = {}, {}, {}

    def where(self, variable, classes):
        """The situations in which a variable is in one of these classes."""
        size = self._sizes[variable]
        return self._node(variable, tuple(ALL if n in classes else NONE for n in range(size)))

    def choose(self, chosen, then, otherwise):
        """Those of `then` inside `chosen`, and those of `otherwise` outside."""
        if chosen == ALL or then == otherwise:
            return then
        if chosen == NONE:
            return otherwise
        if then == ALL and otherwise == NONE:
            return chosen
        key = (chosen, then, otherwise)
        found = self._joined.get(key)
        if found is None:
            found = self._joined[key] = self._choose(*key)
        return found

    def both(self, one, other):
        return self.choose(one, other, NONE)

    def either(self, one, other):
        return self.choose(one, ALL, other)

    def without(self, one, other):
        return self.choose(other, NONE, one)

    def any_of(self, diagrams):
        """The situations in at least one of them."""
        found = NONE
        for diagram in diagrams:
            found = self.either(found, diagram)
        return found

    def all_of(self, diagrams):
        """The situations in every one of them."""
        found = ALL
        for diagram in diagrams:
            found = self.both(found, diagram)
        return found

    def outside(self, one):
        return self.choose(one, NONE, ALL)

    def is_within(self, one, other):
        """Whether every situation of `one` is in `other`; stops at the first that is not."""
        if one in (NONE, other) or other == ALL:
            return True
        if one == ALL or other == NONE:
            return False
        key = (one, other)
        if key not in self._within:
            self._within[key] = all(map(self.is_within, *self._parts(*key)))
        return self._within[key]

    def contains(self, diagram, situation):
        """Whether a situation, the class of every variable in their order, is in it."""
        while diagram not in (NONE, ALL):
            diagram = self._children[diagram][situation[self._levels[diagram]]]
        return diagram == ALL

    def only(self, situation):
        """The diagram of one situation."""
        return self.all_of(self.where(n, {place}) for n, place in enumerate(situation))

    def count(self, diagram):
        """How many situations are in it: a whole number of any length."""
        counted = {ALL: 1}

        def below(node, level):
            """Situations of the variables from `level` on."""
            if node == NONE:
                return 0
            reached = min(self._levels[node], len(self._sizes))
            if node not in counted:
                counted[node] = sum(below(child, reached + 1) for child in self._children[node])
            return prod(self._sizes[level:reached]) * counted[node]

        return below(diagram, 0)

    def simplest(self, diagram, usual):
        """{variable: class} of a situation in it that leaves the `usual` classes least often.

        Only variables it depends on are named. The diagram must not be NONE.
        """
        costs = {NONE: None, ALL: 0}

        def cost(node):
            if node not in costs:
                variable = self._levels[node]
                costs[node] = min(
                    cost(child) + (place != usual[variable])
                    for place, child in enumerate(self._children[node])
                    if child != NONE
                )
            return costs[node]

        chosen = {}
        cost(diagram)
        while diagram != ALL:
            variable, children = self._levels[diagram], self._children[diagram]
            ways = [place for place, child in enumerate(children) if child != NONE]
            place = min(ways, key=lambda p: cost(children[p]) + (p != usual[variable]))
            chosen[variable], diagram = place, children[place]
        return chosen

    def _node(self, variable, children):
        if children.count(children[0]) == len(children):
            return children[0]
        key = (variable, children)
        node = self._known.get(key)
        if node is None:
            node = self._known[key] = len(self._levels)
            self._levels.append(variable)
            self._children.append(children)
        return node

    def _choose(self, chosen, then, otherwise):
        # Written out for speed: a proof comes here some hundred thousand times.
        choose, levels = self.choose, self._levels
        variable = min(levels[chosen], levels[then], levels[otherwise])
        size = self._sizes[variable]
        one, two, three = (
            self._children[node] if levels[node] == variable else (node,) * size
            for node in (chosen, then, otherwise)
        )
        return self._node(variable, tuple(map(choose, one, two, three)))

    def _parts(self, one, other):
        """The children of both at the first variable that either depends on."""
        variable = min(self._levels[one], self._levels[other])
        size = self._sizes[variable]
        return [
            self._children[node] if self._levels[node] == variable else (node,) * size
            for node in (one, other)
        ]
