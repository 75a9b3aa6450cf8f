"""Conditions go into the form and come out as the same data; what cannot be used is refused."""

import copy

import pytest
from django.utils.datastructures import MultiValueDict
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.forms.policy_condition import DEEPEST, ConditionForm
from referrals.forms.typed_condition import add_condition, remove_condition, type_condition
from referrals.policy_file import STANDARD, read_mapping, standard_policy
from referrals.policy_words import condition_sentence
from referrals.routing.conditions import read_condition
from referrals.routing.facts import Fact
from referrals.routing.node import Node

VOCABULARY = {
    fact.name: fact
    for fact in (
        Fact("wet", "report", "bool", default=False),
        Fact("cold", "mission", "bool", default=False),
        Fact("colour", "report", "choice", ("red", "green", "blue"), "red"),
        Fact("speaker", "derived", "choice", ("female", "male"), None),
        Fact("shapes", "report", "list", ("disc", "star", "ring")),
        Fact("size", "report", "number", default=0),
        Fact("hours", "report", "number", default=None),
        Fact("limit", "mission", "number", default=5),
        Fact("place", "report", "text", default=None),
    )
}


def every_condition(node):
    """Every condition of a policy, wherever it stands."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "when":
                yield value
            else:
                yield from every_condition(value)
    elif isinstance(node, list):
        for item in node:
            yield from every_condition(item)


MAPPING, _LINES = read_mapping(STANDARD)
SHIPPED = [
    condition
    for part in ("sections", "guards", "derived", "aliases")
    for condition in every_condition(MAPPING[part])
]


def typed(condition, facts=VOCABULARY):
    fields = MultiValueDict()
    type_condition(fields, "when", condition, facts)
    return fields


def checked(fields, facts=VOCABULARY, **options):
    form = ConditionForm(fields, "when", facts, label="When", check=True, **options)
    assert [part.errors for part in form.parts() if not part.is_valid()] == []
    return form


def refused(fields, facts=VOCABULARY):
    """(field name, message) of everything that is refused."""
    form = ConditionForm(fields, "when", facts, label="When", check=True)
    return [
        (part.add_prefix(field), message)
        for part in form.parts()
        for field, messages in part.errors.items()
        for message in messages
    ]


def through_the_form(condition, facts=VOCABULARY):
    return checked(typed(condition, facts), facts).condition


def chosen_in_lists(**values):
    """What was chosen in the fields of one comparison."""
    return MultiValueDict(
        {
            f"when.{field}": value if isinstance(value, list) else [value]
            for field, value in values.items()
        }
    )


# In and out


@pytest.mark.parametrize("condition", SHIPPED, ids=str)
def test_every_condition_of_the_shipped_policy_comes_out_as_it_went_in(condition):
    facts = standard_policy().all_facts
    entered = typed(condition, facts)
    assert checked(entered, facts).condition == condition
    assert [name for name in entered if name.endswith(".kept")] == []


def subsets(values):
    return st.lists(st.sampled_from(values), min_size=1, unique=True)


def together(conditions):
    several = st.lists(conditions, min_size=1, max_size=3)
    return st.one_of(
        several.map(lambda members: {"all": members}),
        several.map(lambda members: {"any": members}),
        conditions.map(lambda member: {"not": member}),
    )


def comparing(fact, word, values):
    return values.map(lambda value: {"fact": fact, word: value})


NUMBERS = st.integers(min_value=0, max_value=10**9)
PLACES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9 ,-]{0,8}[A-Za-z0-9]", fullmatch=True)
CONDITIONS = st.recursive(
    st.one_of(
        st.sampled_from(["always", "wet", "cold"]),
        comparing("colour", "is", st.sampled_from(["red", "green", "blue"])),
        comparing("colour", "in", subsets(["red", "green", "blue"])),
        comparing("speaker", "is", st.sampled_from(["female", "male", None])),
        comparing("speaker", "in", subsets(["female", None, "male"])),
        comparing("shapes", "includes", st.sampled_from(["disc", "star", "ring"])),
        comparing("shapes", "any_of", subsets(["disc", "star", "ring"])),
        comparing("shapes", "only", subsets(["disc", "star", "ring"])),
        comparing("shapes", "empty", st.booleans()),
        comparing("size", "is", NUMBERS),
        comparing("size", "at_least", NUMBERS | st.sampled_from(["limit", "hours"])),
        comparing("hours", "at_most", NUMBERS | st.sampled_from(["limit", "size"])),
        comparing("hours", "is", st.none()),
        comparing("place", "is", PLACES | st.none()),
        comparing("place", "in", st.lists(PLACES | st.none(), min_size=1, unique=True)),
    ),
    together,
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(CONDITIONS)
def test_any_condition_comes_out_as_it_went_in(condition):
    read_condition(Node(condition), VOCABULARY)  # it is one
    assert through_the_form(condition) == condition


@settings(max_examples=100, deadline=None)
@given(CONDITIONS)
def test_any_condition_reads_in_the_form_as_in_the_policy(condition):
    assert checked(typed(condition)).sentence == condition_sentence(condition)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ({"fact": "wet", "is": True}, "wet"),
        ({"fact": "wet", "is": False}, {"not": "wet"}),
        ({"any": [{"fact": "wet", "is": False}, "cold"]}, {"any": [{"not": "wet"}, "cold"]}),
    ],
)
def test_a_true_or_false_fact_comes_out_in_its_plainest_form(written, plain):
    assert through_the_form(written) == plain


def test_a_condition_that_is_nested_too_deeply_for_the_lists_is_kept_as_it_is():
    condition = "wet"
    for _level in range(DEEPEST + 3):
        condition = {"all": [condition, "cold"]}
    entered = typed(condition)
    assert len([name for name in entered if name.endswith(".kept")]) == 1
    assert checked(entered).condition == condition


def test_a_text_that_a_browser_would_change_is_kept_as_it_is():
    for condition in ({"fact": "place", "is": " P1"}, {"fact": "place", "in": ["P1", None]}):
        assert "when.kept" in typed(condition)
        assert through_the_form(condition) == condition


def test_an_optional_condition_that_always_holds_is_left_out():
    assert checked(MultiValueDict(), optional=True).is_left_out is True
    assert checked(typed("always"), optional=True).is_left_out is True
    assert checked(typed({"all": ["wet"]}), optional=True).is_left_out is False
    assert checked(typed("always")).is_left_out is False


# What is chosen from lists


@pytest.mark.parametrize(
    ("chosen", "condition"),
    [
        ({"fact": "wet", "how": "no"}, {"not": "wet"}),
        ({"fact": "colour", "how": "is", "values": ["red"]}, {"fact": "colour", "is": "red"}),
        (
            {"fact": "colour", "how": "is", "values": ["red", "blue"]},
            {"fact": "colour", "in": ["red", "blue"]},
        ),
        (
            {"fact": "shapes", "how": "includes", "values": ["disc", "ring"]},
            {"fact": "shapes", "any_of": ["disc", "ring"]},
        ),
        ({"fact": "shapes", "how": "something"}, {"fact": "shapes", "empty": False}),
        ({"fact": "size", "how": "at_least", "number": "0"}, {"fact": "size", "at_least": 0}),
        (
            {"fact": "size", "how": "at_least", "number": "", "against": "limit"},
            {"fact": "size", "at_least": "limit"},
        ),
        ({"fact": "place", "how": "is", "text": "P1"}, {"fact": "place", "is": "P1"}),
        (
            {"fact": "place", "how": "in", "text": "P1\r\n\r\n P2 "},
            {"fact": "place", "in": ["P1", "P2"]},
        ),
    ],
)
def test_what_is_chosen_becomes_a_condition(chosen, condition):
    assert checked(chosen_in_lists(**chosen)).condition == condition


@pytest.mark.parametrize(
    ("chosen", "field", "message"),
    [
        ({"fact": ""}, "fact", "Choose what to look at, or remove this."),
        ({"fact": "colour"}, "how", "Choose how to compare."),
        ({"fact": "colour", "how": "is"}, "values", "Choose at least one."),
        ({"fact": "place", "how": "in", "text": " \n"}, "text", "Choose at least one."),
        ({"fact": "size", "how": "is"}, "number", "Write a number."),
        (
            {"fact": "size", "how": "at_most", "number": "3", "against": "limit"},
            "against",
            "Choose either this or a number.",
        ),
        (
            {"fact": "size", "how": "is", "number": "-1"},
            "number",
            "Ensure this value is greater than or equal to 0.",
        ),
        (
            {"fact": "colour", "how": "is", "values": ["pink"]},
            "values",
            "Select a valid choice. pink is not one of the available choices.",
        ),
        ({"kept": "{"}, "kept", "This condition was damaged: remove it."),
    ],
)
def test_what_cannot_be_used_is_refused_at_its_field(chosen, field, message):
    assert refused(chosen_in_lists(**chosen)) == [(f"when.{field}", message)]


def test_a_fact_the_policy_does_not_know_is_refused():
    ((field, message),) = refused(chosen_in_lists(fact="weather"))
    assert (field, message[:23]) == ("when.fact", "Select a valid choice. ")


def test_an_empty_group_is_refused_where_it_stands():
    entered = typed({"all": ["wet", {"any": ["cold"]}]})
    remove_condition(entered, "when.1.0")
    assert refused(entered) == [("when.1.together", "Add a condition to this group, or remove it.")]


def test_what_is_unfinished_is_left_out_of_the_words():
    entered = typed({"all": ["wet", "cold"]})
    add_condition(entered, "when")
    form = ConditionForm(entered, "when", VOCABULARY, label="When")
    assert form.sentence == condition_sentence({"all": ["wet", "cold"]})
    blank = chosen_in_lists(fact="")
    assert ConditionForm(blank, "when", VOCABULARY, label="When").sentence is None


def test_a_comparison_shows_only_the_fields_it_needs():
    def shown(condition):
        (part,) = ConditionForm(typed(condition), "when", VOCABULARY, label="When").parts()
        return [field.name for field in part]

    assert shown("wet") == ["fact", "how"]
    assert shown({"fact": "shapes", "empty": True}) == ["fact", "how"]
    assert shown({"fact": "colour", "is": "red"}) == ["fact", "how", "values", "order"]
    assert shown({"fact": "size", "is": 3}) == ["fact", "how", "number"]
    assert shown({"fact": "size", "at_least": 3}) == ["fact", "how", "number", "against"]


# Adding and removing


def changed(condition, change, *names, **options):
    entered = typed(condition)
    for name in names:
        change(entered, name, **options)
    for name in [name for name in entered if entered.get(name) == ""]:
        entered.setlist(name, ["cold"])  # choose something in the new place
        entered.setlist(name.replace(".fact", ".how"), ["yes"])
    return checked(entered).condition


def test_a_condition_is_added_to_a_group():
    assert changed({"any": ["wet"]}, add_condition, "when") == {"any": ["wet", "cold"]}


def test_what_stands_alone_becomes_a_group_when_a_condition_is_added():
    colour = {"fact": "colour", "in": ["red", "blue"]}
    assert changed(colour, add_condition, "when") == {"all": [colour, "cold"]}


def test_always_is_replaced_by_the_condition_that_is_added():
    assert changed("always", add_condition, "when") == "cold"


def test_a_group_is_added_within_a_group():
    grown = changed({"all": ["wet"]}, add_condition, "when", together="any")
    assert grown == {"all": ["wet", {"any": ["cold"]}]}


def test_removing_a_condition_moves_the_later_ones_up_with_all_they_hold():
    condition = {"all": ["wet", {"any": ["cold", {"fact": "size", "is": 2}]}, {"not": "wet"}]}
    before = copy.deepcopy(condition)
    assert changed(condition, remove_condition, "when.0") == {"all": condition["all"][1:]}
    assert changed(condition, remove_condition, "when.1.0") == {
        "all": ["wet", {"any": [{"fact": "size", "is": 2}]}, {"not": "wet"}]
    }
    assert condition == before


def test_without_its_root_a_condition_always_holds():
    assert changed({"all": ["wet", "cold"]}, remove_condition, "when") == "always"
