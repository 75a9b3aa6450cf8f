"""Diagrams do with sets of situations what Python's own sets do, on every set of a small space."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.routing.proof.diagrams import ALL, NONE, Diagrams

SIZES = (2, 3, 2)
SPACE = list(product(*(range(size) for size in SIZES)))
A_SET = st.frozensets(st.sampled_from(SPACE))


def diagram_of(diagrams, situations):
    return diagrams.any_of(diagrams.only(situation) for situation in situations)


def situations_of(diagrams, diagram):
    return {situation for situation in SPACE if diagrams.contains(diagram, situation)}


@given(A_SET, A_SET, A_SET)
def test_joining_is_what_it_is_on_sets(one, two, three):
    diagrams = Diagrams(SIZES)
    a, b, c = (diagram_of(diagrams, each) for each in (one, two, three))
    assert situations_of(diagrams, diagrams.both(a, b)) == one & two
    assert situations_of(diagrams, diagrams.either(a, b)) == one | two
    assert situations_of(diagrams, diagrams.without(a, b)) == one - two
    assert situations_of(diagrams, diagrams.outside(a)) == set(SPACE) - one
    assert situations_of(diagrams, diagrams.choose(a, b, c)) == (one & two) | (three - one)
    assert diagrams.is_within(a, b) == (one <= two)
    assert diagrams.count(a) == len(one)


@given(A_SET)
def test_equal_sets_are_the_same_number_however_they_were_made(one):
    diagrams = Diagrams(SIZES)
    there = diagram_of(diagrams, sorted(one))
    assert diagram_of(diagrams, sorted(one, reverse=True)) == there
    assert diagrams.outside(diagram_of(diagrams, set(SPACE) - one)) == there


def test_the_whole_space_and_nothing_are_the_two_leaves():
    diagrams = Diagrams(SIZES)
    assert diagram_of(diagrams, SPACE) == ALL
    assert diagram_of(diagrams, []) == NONE
    assert (diagrams.count(ALL), diagrams.count(NONE)) == (12, 0)


@given(A_SET.filter(bool))
def test_the_simplest_situation_differs_least_from_the_usual(one):
    diagrams, usual = Diagrams(SIZES), (0, 1, 0)
    chosen = diagrams.simplest(diagram_of(diagrams, one), usual)
    simplest = tuple(chosen.get(position, place) for position, place in enumerate(usual))

    def unusual(situation):
        return sum(mine != common for mine, common in zip(situation, usual, strict=True))

    assert simplest in one
    assert unusual(simplest) == min(unusual(situation) for situation in one)


@pytest.mark.parametrize("classes", [set(), {0}, {0, 2}, {0, 1, 2}])
def test_one_variable_in_some_of_its_classes(classes):
    diagrams = Diagrams(SIZES)
    found = situations_of(diagrams, diagrams.where(1, classes))
    assert found == {situation for situation in SPACE if situation[1] in classes}
