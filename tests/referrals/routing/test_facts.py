"""Facts are checked by name and value; nothing unknown passes silently."""

import pytest

from referrals.routing import FactsError


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"child_victim": 1},
            "child_victim: is not a fact; 'child_victim' is not known;"
            " did you mean 'child_victims'?",
        ),
        ({"has_cba": True}, "did you mean 'has_cpa'?"),
        (
            {"perpetrator": "armed_grop"},
            "perpetrator: 'armed_grop' is not known; did you mean 'armed_group'?",
        ),
        (
            {"violations": ["abducton"]},
            "violations: 'abducton' is not known; did you mean 'abduction'?",
        ),
        ({"violations": [["abduction"]]}, "violations: "),
        ({"violations": 3}, "violations: must be a list, not 3"),
        ({"violations": None}, "violations: must be a list, not None"),
        ({"perpetrator": None}, "perpetrator: 'None' is not known"),
        ({"perpetrator": ["civilian"]}, "perpetrator: "),
        (
            {"conflict_nexus": False},
            "conflict_nexus: no without quotes is true or false; did you mean 'no' in quotes?",
        ),
        ({"consent": True}, "consent: 'yes' is not known; did you mean"),
        ({"ongoing_threat": "yes"}, "ongoing_threat: must be true or false, not 'yes'"),
        ({"ongoing_threat": 1}, "ongoing_threat: must be true or false, not 1"),
        ({"ongoing_threat": None}, "ongoing_threat: must be true or false, not None"),
        ({"child_victims": True}, "child_victims: must be a whole number, zero or more, not True"),
        ({"child_victims": -1}, "child_victims: must be a whole number, zero or more, not -1"),
        ({"child_victims": "3"}, "child_victims: must be a whole number"),
        ({"child_victims": None}, "child_victims: must be a whole number"),
        ({"hours_since_incident": 1.5}, "hours_since_incident: must be a whole number"),
        ({"adm2": 101}, "adm2: must be a text, not 101"),
        ({"consent_scope": ["health"]}, "consent_scope: 'health' is not known; did you mean"),
        ({"roster": "on duty"}, "roster: 'on duty' is not known; did you mean 'on_duty'?"),
        (
            {"low_confidentiality_partners": ["PSS"]},
            "low_confidentiality_partners: 'PSS' is not known; did you mean 'PSS_PROVIDER'?",
        ),
        ({"low_confidentiality_partners": ["HOPC"]}, "low_confidentiality_partners: 'HOPC'"),
    ],
)
def test_it_is_refused_by_name_with_the_nearest_word(given, message, policy):
    with pytest.raises(FactsError) as refused:
        policy.facts(given)
    assert message in str(refused.value)
    assert refused.value.fact in given


def test_what_is_left_out_has_the_value_the_policy_declares(policy):
    assert policy.facts({}).values["reporting_line"] == "focal_point"
    assert policy.facts({}).values["consent_scope"] == ("all",)
    assert policy.facts({}).values["hours_since_incident"] is None


def test_a_lone_word_is_a_list_of_one(policy):
    assert policy.facts({"consent_scope": "medical"}).values["consent_scope"] == ("medical",)


def test_a_list_keeps_each_word_once_in_the_order_of_the_policy(policy):
    given = ["abduction", "killing_maiming", "abduction"]
    values = policy.facts({"violations": given}).values["violations"]
    assert values == ("killing_maiming", "abduction")


def test_facts_turn_into_what_json_knows(policy):
    stored = policy.facts({"needs": ["legal"]}).as_dict()
    assert stored["needs"] == ["legal"]
    assert policy.facts(stored) == policy.facts({"needs": ["legal"]})
