"""Pure tables: the shipped policy, and decisions of it on facts given by name."""

import copy

import pytest

from referrals.policy_file import STANDARD, read_mapping, standard_policy
from referrals.routing import decide


@pytest.fixture(scope="session")
def policy():
    return standard_policy()


@pytest.fixture(scope="session")
def decided(policy):
    """decided(violations=["abduction"], ...) -> Decision; what is left out has its default."""
    return lambda **facts: decide(policy.facts(facts), policy)


@pytest.fixture(scope="session")
def shipped():
    return read_mapping(STANDARD)[0]


@pytest.fixture
def mapping(shipped):
    """The shipped policy as data, to be damaged freely."""
    return copy.deepcopy(shipped)
