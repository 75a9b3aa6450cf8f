"""Conditions: each comparison, put together, and how few the index tries."""

from itertools import product

import pytest

from referrals.routing.conditions import every, read_condition
from referrals.routing.facts import Fact
from referrals.routing.index import Index
from referrals.routing.node import Node

VOCABULARY = {
    fact.name: fact
    for fact in (
        Fact("flash", "report", "bool"),
        Fact("colour", "report", "choice", ("red", "green", "blue"), "red"),
        Fact("shapes", "report", "list", ("disc", "star", "ring")),
        Fact("size", "report", "number"),
        Fact("limit", "report", "number"),
        Fact("place", "report", "text"),
    )
}
KNOWN = {
    "flash": True,
    "colour": "red",
    "shapes": ("disc", "star"),
    "size": 5,
    "limit": 5,
    "place": "P1",
}


def holds(condition, **known):
    return read_condition(Node(condition), VOCABULARY).test({**KNOWN, **known})


@pytest.mark.parametrize(
    "condition",
    [
        "always",
        "flash",
        {"fact": "flash", "is": True},
        {"fact": "colour", "is": "red"},
        {"fact": "colour", "in": ["red", "blue"]},
        {"fact": "place", "is": "P1"},
        {"fact": "place", "in": ["P1", "P2"]},
        {"fact": "shapes", "includes": "star"},
        {"fact": "shapes", "any_of": ["ring", "disc"]},
        {"fact": "shapes", "only": ["disc", "star"]},
        {"fact": "shapes", "empty": False},
        {"fact": "size", "is": 5},
        {"fact": "size", "at_least": 5},
        {"fact": "size", "at_least": "limit"},
        {"fact": "size", "at_most": 5},
        {"all": ["flash", {"fact": "size", "at_least": 1}, {"fact": "colour", "is": "red"}]},
        {"any": [{"not": "flash"}, {"fact": "colour", "is": "red"}]},
        {"not": {"fact": "colour", "is": "blue"}},
        {"not": {"not": "flash"}},
    ],
)
def test_it_holds(condition):
    assert holds(condition) is True
    assert holds({"not": condition}) is False


@pytest.mark.parametrize(
    ("condition", "known"),
    [
        ("flash", {"flash": False}),
        ({"fact": "colour", "in": ["green", "blue"]}, {}),
        ({"fact": "place", "is": "P1"}, {"place": None}),
        ({"fact": "shapes", "only": ["disc"]}, {}),
        ({"fact": "shapes", "only": ["disc"]}, {"shapes": ()}),
        ({"fact": "shapes", "empty": True}, {}),
        ({"fact": "size", "at_least": 6}, {}),
        ({"fact": "size", "at_least": "limit"}, {"limit": 6}),
        ({"fact": "size", "at_most": 4}, {}),
        ({"all": ["flash", {"fact": "colour", "is": "blue"}]}, {}),
        ({"any": [{"fact": "colour", "is": "blue"}, {"not": "flash"}]}, {}),
    ],
)
def test_it_does_not_hold(condition, known):
    assert holds(condition, **known) is False


@pytest.mark.parametrize("known", [{"size": None}, {"limit": None}])
def test_an_unknown_number_is_neither_at_least_nor_at_most(known):
    assert holds({"fact": "size", "at_least": "limit"}, **known) is False
    assert holds({"fact": "size", "at_most": "limit"}, **known) is False


def many_rows(count):
    """`count` conditions: one place each, of ten colours and shapes."""
    conditions = [
        {"all": [{"fact": "colour", "is": "red"}, {"fact": "place", "is": f"P{number}"}]}
        for number in range(count)
    ]
    return [read_condition(Node(condition), VOCABULARY) for condition in conditions]


@pytest.mark.parametrize("count", [100, 1000])
def test_of_many_rows_only_those_that_can_hold_are_tried(count):
    assert Index(many_rows(count), VOCABULARY).candidates(KNOWN) == [1]


def test_the_index_looks_at_every_fact_a_condition_is_anchored_in():
    colours = ("red", "green", "blue")
    rows = [
        {"all": [{"fact": "place", "is": "P1"}, {"fact": "colour", "is": colours[number % 3]}]}
        for number in range(300)
    ]
    shapely = {"all": [{"fact": "place", "is": "P1"}, {"fact": "shapes", "includes": "ring"}]}
    conditions = [read_condition(Node(each), VOCABULARY) for each in [*rows, shapely]]
    assert Index(conditions, VOCABULARY).candidates(KNOWN) == list(range(0, 300, 3))


def test_a_condition_without_anchors_is_always_tried():
    rows = [read_condition(Node({"fact": "size", "at_least": 9}), VOCABULARY)]
    assert Index(rows, VOCABULARY).candidates(KNOWN) == [0]


def test_rows_that_several_words_fit_keep_their_order_and_come_once():
    written = [{"fact": "shapes", "any_of": ["star", "disc"]}, "flash", "always"]
    rows = [every([read_condition(Node(each), VOCABULARY)]) for each in written]
    assert Index(rows, VOCABULARY).candidates(KNOWN) == [0, 1, 2]


STAR, DISC = ({"fact": "shapes", "includes": shape} for shape in ("star", "disc"))
RED, BLUE = ({"fact": "colour", "is": colour} for colour in ("red", "blue"))


@pytest.mark.parametrize(
    "written",
    [
        "always",
        {"all": [STAR, DISC]},
        {"any": [STAR, DISC]},
        {"all": [RED, {"fact": "colour", "in": ["red", "blue"]}]},
        {"all": [RED, BLUE]},
        {"any": [RED, BLUE]},
        {"any": [RED, STAR]},
        {"not": RED},
        {"all": [{"not": BLUE}, STAR, "flash"]},
        {"all": [{"not": "flash"}, {"fact": "size", "at_least": 5}]},
        {"fact": "shapes", "only": ["star"]},
        {"fact": "colour", "in": []},
    ],
    ids=str,
)
def test_the_index_finds_a_condition_just_when_it_holds(written):
    condition = read_condition(Node(written), VOCABULARY)
    index = Index([condition], VOCABULARY)
    shapes = [(), ("star",), ("disc", "star"), ("ring",)]
    for flash, colour, own, size in product((True, False), ("red", "blue"), shapes, (None, 5)):
        known = KNOWN | {"flash": flash, "colour": colour, "shapes": own, "size": size}
        assert index.holding(known) == ([0] if condition.test(known) else [])
