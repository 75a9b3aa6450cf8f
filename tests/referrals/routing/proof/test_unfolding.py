"""The policy worked out for all situations says of each what `decide` says of it alone."""

from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from referrals.policy_file import standard_policy
from referrals.routing import compile_policy, decide
from referrals.routing.proof.diagrams import ALL
from referrals.routing.proof.unfolding import Unfolded

POLICY = standard_policy()
UNFOLDED = Unfolded(POLICY)
PLACES = st.tuples(*(st.integers(0, len(v.classes) - 1) for v in UNFOLDED.alphabet.variables))


def decided(unfolded, places):
    said = unfolded.alphabet.situation(places)
    set_aside = [name for name in unfolded.policy.overridable if said.pop(name, False)]
    return decide(unfolded.policy.facts(said), unfolded.policy, set_aside)


def told(unfolded, places):
    """The recipients of the unfolded policy in one situation."""
    return {
        recipient
        for variants in unfolded.recipients.values()
        for recipient, where in variants.items()
        if unfolded.diagrams.contains(where, places)
    }


def at_work(unfolded, places):
    contains = unfolded.diagrams.contains
    return {
        guard for guard, ways in unfolded.fired.items() if any(contains(w, places) for w in ways)
    }


@settings(max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PLACES)
def test_recipients_and_guards_are_those_of_the_decision(places):
    decision = decided(UNFOLDED, places)
    assert told(UNFOLDED, places) == set(decision.recipients)
    assert at_work(UNFOLDED, places) == {guard.id for guard in decision.guards}


def test_every_value_of_a_fact_the_rules_look_at_falls_into_a_class():
    for variable in UNFOLDED.alphabet.variables:
        fact = POLICY.vocabulary.get(variable.fact)
        if fact is not None and fact.type in ("bool", "choice") and not variable.is_list:
            values = {value for group in variable.classes for value in group}
            assert values == set(fact.values or (True, False))


def small(mapping):
    """A policy of one row, to count by hand."""
    mapping["sections"] = [mapping["sections"][0] | {"rows": mapping["sections"][0]["rows"][:1]}]
    mapping["guards"] = []
    return mapping


def test_situations_are_counted_once_for_what_the_rules_can_tell_apart(mapping):
    facts = {"a": {"type": "bool"}, "b": {"type": "list", "values": ["x", "y", "z"]}}
    mapping = small(mapping)
    mapping["facts"]["report"] |= facts
    row = mapping["sections"][0]["rows"][0]
    before = Unfolded(compile_policy(mapping))
    assert before.alphabet.situation([v.usual for v in before.alphabet.variables]) == {}
    row["when"] = {"all": ["a", {"fact": "b", "any_of": ["x", "y"]}]}
    after = Unfolded(compile_policy(mapping))
    count = before.diagrams.count(ALL)
    assert after.diagrams.count(ALL) == count * 2 * 2  # x and y are the same to this row, z to all


NUMBERS = ("child_victims", "mass_threshold", "prior_interviews")
ORDERED = [
    {"fact": "child_victims", "at_least": "mass_threshold"},
    {"fact": "mass_threshold", "at_most": 3},
    {"fact": "child_victims", "is": 4},
    {"fact": "prior_interviews", "at_least": "child_victims"},
]


def test_numbers_are_cut_so_that_no_outcome_of_their_comparisons_is_missed(mapping):
    mapping = small(mapping)
    mapping["sections"][0]["rows"][0]["when"] = {"any": ORDERED}
    unfolded = Unfolded(compile_policy(mapping))
    condition = unfolded.policy.rows[0].condition.form[1][1]
    tests = [part.test for part in condition.form[1]]

    def outcomes(values):
        known = (dict(zip(NUMBERS, each, strict=True)) for each in product(*values))
        return {tuple(test(each) for test in tests) for each in known}

    variables = [v for v in unfolded.alphabet.variables if v.fact in NUMBERS]
    classes = {v.fact: [group[0] for group in v.classes] for v in variables}
    assert outcomes([classes[name] for name in NUMBERS]) == outcomes([range(12)] * 3)
