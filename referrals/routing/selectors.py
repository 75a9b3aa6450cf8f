"""Picking recipients by role, gate or redaction, or by what a list fact covers."""

from referrals.routing.errors import not_one_of


def read_selector(node, terms, vocabulary):
    """A function (recipient, known facts) -> bool for the selector at `node`.

    A recipient is picked when every key of the selector agrees. Raises PolicyError.
    """
    tests = [_TESTS[key](value, terms, vocabulary) for key, value in _entries(node)]
    if len(tests) == 1:
        return tests[0]
    return lambda recipient, known: all(test(recipient, known) for test in tests)


def _entries(node):
    entries = node.mapping(allowed=_TESTS).entries()
    if not entries:
        raise node.refuse("must say whom to pick")
    return entries


def _roles(node, terms, vocabulary):
    roles = frozenset(node.words(terms.roles))
    return lambda recipient, known: recipient.role in roles


def _gates(node, terms, vocabulary):
    gates = frozenset(node.words(terms.gates))
    return lambda recipient, known: recipient.gate in gates


def _not_gates(node, terms, vocabulary):
    gates = frozenset(node.words(terms.gates))
    return lambda recipient, known: recipient.gate not in gates


def _redactions(node, terms, vocabulary):
    redactions = frozenset(node.words(terms.redactions))
    return lambda recipient, known: recipient.redaction in redactions


def _covered_by(node, terms, vocabulary):
    """Roles that one of the values of a list fact speaks for."""
    name, covers = _covering_fact(node, vocabulary)
    return lambda recipient, known: any(
        recipient.role in covers.get(value, ()) for value in known[name]
    )


def _not_covered_by(node, terms, vocabulary):
    covered = _covered_by(node, terms, vocabulary)
    return lambda recipient, known: not covered(recipient, known)


def _covering_fact(node, vocabulary):
    able = [name for name, fact in vocabulary.items() if fact.covers]
    name = node.text()
    if name not in able:
        raise node.refuse(f"as a fact that covers roles, {not_one_of(name, able)}")
    return name, vocabulary[name].covers


_TESTS = {
    "roles": _roles,
    "gates": _gates,
    "not_gates": _not_gates,
    "redactions": _redactions,
    "covered_by": _covered_by,
    "not_covered_by": _not_covered_by,
}
