"""A policy worked out for all situations at once, step by step as `decide` does it for one."""

from collections import defaultdict
from dataclasses import replace

from referrals.routing.conditions import Comparison
from referrals.routing.draft import changed, held
from referrals.routing.proof.alphabet import Alphabet
from referrals.routing.proof.diagrams import ALL, NONE, Diagrams
from referrals.routing.selectors import Covered


class Unfolded:
    """Where (in which situations, as diagrams) a policy does what.

    `recipients` is {role: {Recipient: where}} after all guards, `fired` {guard id: [where]}, of
    which any is enough. Every guard that may be set aside is, in half of all situations.
    """

    def __init__(self, policy, space=None):
        """`space` holds the situations; without one, those this policy alone can tell apart."""
        self.policy = policy
        space = space or Space([policy])
        self.alphabet, self.diagrams = space.alphabet, space.diagrams
        self._conditions, self._derived = {}, {}
        for fact in policy.derived:
            self._derived[fact.name] = self._values_of(fact)
        self._priorities = self._derived["priority"]
        self.recipients = defaultdict(dict)
        self.fired = {guard.id: [] for guard in policy.guards}
        for row in policy.rows:
            for offer in row.recipients:
                self._offer(offer, self.where_offered(row, offer))
        for guard, case in policy.steps:
            self._work(guard, case)

    def where(self, condition):
        """The situations in which a condition holds."""
        key = id(condition)
        if key not in self._conditions:
            self._conditions[key] = condition, self._translated(condition.form)
        return self._conditions[key][1]

    def where_offered(self, row, offer):
        """The situations in which a row makes one of its offers."""
        return self.diagrams.both(self.where(row.condition), self.where(offer.condition))

    def where_priority(self, priority):
        return self._priorities.get(priority, NONE)

    def where_missing(self, guard, wanted):
        """Situations among `wanted` in which a guard is not at work: NONE if there are none."""
        ways = self.fired.get(guard, ())
        # Taking all ways to fire together is slow where many recipients can make it fire. Mostly
        # one way covers all that is wanted, or the simplest situation is covered by none.
        if any(self.diagrams.is_within(wanted, fired) for fired in ways):
            return NONE
        simplest = self.simplest(wanted)
        if not any(self.diagrams.contains(fired, simplest) for fired in ways):
            return self.diagrams.only(simplest)
        for fired in ways:
            wanted = self.diagrams.without(wanted, fired)
        return wanted

    def simplest(self, where):
        """A situation that leaves the defaults as little as it can: the class of each variable."""
        usual = [variable.usual for variable in self.alphabet.variables]
        chosen = self.diagrams.simplest(where, usual)
        return [chosen.get(position, place) for position, place in enumerate(usual)]

    def example(self, where):
        """(facts that differ from their defaults, guards set aside) of the simplest situation."""
        said = self.alphabet.situation(self.simplest(where))
        return said, [name for name in self.policy.overridable if said.pop(name, False)]

    def where_picked(self, selector):
        """(recipient, situations in which a selector picks it), where there are any."""
        for variants in self.recipients.values():
            for recipient, told in variants.items():
                picked = self.diagrams.both(told, self._agreeing(selector, recipient))
                if picked != NONE:
                    yield recipient, picked

    def _values_of(self, fact):
        """{value: situations} of a derived fact: the first case that holds."""
        left, values = ALL, defaultdict(lambda: NONE)
        for condition, value in fact.cases:
            here = self.diagrams.both(left, self.where(condition))
            values[value] = self.diagrams.either(values[value], here)
            left = self.diagrams.without(left, here)
        values[fact.otherwise] = self.diagrams.either(values[fact.otherwise], left)
        return dict(values)

    def _translated(self, form):
        if isinstance(form, Comparison):
            return self._compared(form)
        word, parts = form
        inner = [self.where(part) for part in parts]
        if word == "not":
            return self.diagrams.outside(inner[0])
        return self.diagrams.all_of(inner) if word == "all" else self.diagrams.any_of(inner)

    def _compared(self, comparison):
        values = self._derived.get(comparison.fact.name)
        if values is None:
            return self.alphabet.where(comparison, self.diagrams)
        wanted = {comparison.operand} if comparison.word == "is" else comparison.operand
        return self.diagrams.any_of(where for value, where in values.items() if value in wanted)

    def _offer(self, offer, where):
        """As Draft.offer: the highest kind stands, on a tie the first."""
        diagrams, ranks = self.diagrams, self.policy.terms.kinds
        for recipient, here in self._by_priority(offer.by_priority.get, where):
            standing = self.recipients[recipient.role]
            rank = ranks[recipient.kind].rank
            for other, told in list(standing.items()):
                if ranks[other.kind].rank >= rank:
                    here = diagrams.without(here, told)
            for other, told in list(standing.items()):
                _keep(standing, other, diagrams.without(told, here))
            _keep(standing, recipient, diagrams.either(standing.get(recipient, NONE), here))

    def _by_priority(self, made, where):
        """(record, situations): what `made(priority)` gives in each of them."""
        found = defaultdict(lambda: NONE)
        for priority, here in self._priorities.items():
            record = made(priority)
            found[record] = self.diagrams.either(found[record], self.diagrams.both(where, here))
        return [(record, here) for record, here in found.items() if here != NONE]

    def _work(self, guard, case):
        where = self.where(case.condition)
        if guard.notice.overridable:
            where = self.diagrams.without(where, self.alphabet.set_aside(guard.id, self.diagrams))
        picked = self._picked_by_role(case.left, where) if case.left else {}
        fires = list(picked.values()) if case.left else [where]
        self.fired[guard.id] += [here for here in fires if here != NONE]
        for effect in case.effects:
            self._apply(effect, guard.notice, picked, fires)

    def _picked_by_role(self, selector, where):
        picked = defaultdict(lambda: NONE)
        for recipient, told in self.where_picked(selector):
            here = self.diagrams.both(told, where)
            picked[recipient.role] = self.diagrams.either(picked[recipient.role], here)
        return picked

    def _apply(self, effect, notice, picked, fires):
        touched = self._touched(effect, picked, fires)
        for role, where in touched.items():
            for recipient, told in list(self.recipients[role].items()):
                inside = self.diagrams.both(told, where)
                if inside == NONE:
                    continue
                standing = self.recipients[role]
                _keep(standing, recipient, self.diagrams.without(told, inside))
                for after, here in self._after(effect, notice, recipient, inside):
                    _keep(standing, after, self.diagrams.either(standing.get(after, NONE), here))

    def _touched(self, effect, picked, fires):
        """{role: situations} in which an effect works on a role."""
        if effect.verb == "refuse":
            return {}
        if effect.verb == "suppress":
            fired = self.diagrams.any_of(fires)
            return {role: fired for role in effect.roles if role in self.recipients}
        if effect.who is None:
            return picked
        return self._picked_by_role(effect.who, self.diagrams.any_of(fires))

    def _after(self, effect, notice, recipient, where):
        """What becomes of a recipient: (recipient, situations), nothing when it is removed."""
        terms = self.policy.terms
        if effect.verb in ("suppress", "remove"):
            return []
        if effect.verb == "hold":
            return [(held(recipient, notice, terms), where)]
        fields = dict(effect.fields)
        return self._by_priority(lambda p: changed(recipient, fields, terms, p), where)

    def _agreeing(self, selector, recipient):
        """The situations in which a selector would pick this recipient."""
        where = ALL
        for part in selector.parts:
            if not isinstance(part, Covered):
                if not part.holds(recipient):
                    return NONE
                continue
            values = part.speaking_for(recipient.role)
            covered = self.alphabet.includes(part.fact, values, self.diagrams)
            covered = self.diagrams.outside(covered) if part.negated else covered
            where = self.diagrams.both(where, covered)
        return where


def _keep(standing, recipient, where):
    if where == NONE:
        standing.pop(recipient, None)
    else:
        standing[recipient] = where


class Space:
    """All situations that some policies, conditions and selectors together can tell apart."""

    def __init__(self, policies, conditions=(), selectors=()):
        conditions = [*conditions, *(c for policy in policies for c in _conditions_of(policy))]
        selectors = [*selectors, *(s for policy in policies for s in _selectors_of(policy))]
        roles = {role for policy in policies for role in _roles_of(policy)}
        vocabulary = _joined_vocabulary(policies)
        comparisons = [c for condition in conditions for c in condition.comparisons()]
        given = [comparison for comparison in comparisons if comparison.fact.name in vocabulary]
        guards = dict.fromkeys(guard for policy in policies for guard in policy.overridable)
        self.alphabet = Alphabet(vocabulary, given, _looked_up(selectors, roles), guards)
        self.diagrams = Diagrams(len(variable.classes) for variable in self.alphabet.variables)


def _joined_vocabulary(policies):
    """The given facts of all policies; one that several have may have the values of each."""
    joined = {}
    for policy in policies:
        for name, fact in policy.vocabulary.items():
            values = (*joined[name].values, *fact.values) if name in joined else fact.values
            joined[name] = replace(fact, values=tuple(dict.fromkeys(values)))
    return joined


def _roles_of(policy):
    offers = (offer for row in policy.rows for offer in row.recipients)
    return {record.role for offer in offers for record in offer.by_priority.values()}


def _looked_up(selectors, roles):
    """(list fact, values) for each role that a selector asks it about, in a settled order."""
    parts = [part for selector in selectors for part in selector.parts if isinstance(part, Covered)]
    asked = {(part.fact, part.speaking_for(role)) for part in parts for role in roles}
    return sorted(asked, key=lambda pair: (pair[0], sorted(pair[1])))


def _conditions_of(policy):
    for fact in policy.derived:
        yield from (condition for condition, _ in fact.cases)
    for row in policy.rows:
        yield row.condition
        yield from (offer.condition for offer in (*row.recipients, *row.tasks))
    yield from (case.condition for _, case in policy.steps)


def _selectors_of(policy):
    for _, case in policy.steps:
        if case.left:
            yield case.left
        yield from (effect.who for effect in case.effects if effect.who)
