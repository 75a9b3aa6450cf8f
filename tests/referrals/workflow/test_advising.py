"""The mandate's answer to an answer of the form, out of the policy in force."""

import pytest
from django.utils import translation

from referrals.workflow import advising
from referrals.workflow.advising import advice_for


def by_field(mission) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for advice in advice_for(mission):
        found.setdefault(advice.field, {})[advice.guard] = advice.answers
    return found


def test_each_answer_brings_the_guards_it_calls_for(unmix):
    assert by_field(unmix.mission) == {
        "requested_actions": {
            "NON_EXECUTIVE": ("investigate", "interview", "collect_evidence", "arrest", "raid"),
            "NO_INTERVIEW": ("interview",),
        },
        "child_contact": {"NO_INTERVIEW": ("on",), "GENDER_CHOICE": ("on",)},
        "source": {"NO_INTERVIEW": ("victim_disclosure",)},
        "patrol": {"JOINT_PATROL": ("joint_host_state",)},
        "media_attention": {"MEDIA_LOCK": ("on",)},
    }


@pytest.mark.parametrize(
    ("mandate", "refused"),
    [
        ({"evidence_mandate": True}, ("investigate", "interview", "arrest", "raid")),
        ({"executive_mandate": True}, None),
    ],
)
def test_it_is_the_missions_own_mandate(unmix, mandate, refused):
    for name, value in mandate.items():
        setattr(unmix.mission, name, value)
    asked = by_field(unmix.mission)["requested_actions"]
    assert (asked.get("NON_EXECUTIVE"), asked["NO_INTERVIEW"]) == (refused, ("interview",))


def test_what_to_say_to_a_child_belongs_to_a_child_alone(unmix):
    fields = [advice.field for advice in advice_for(unmix.mission) if advice.is_of_a_child]
    assert fields == ["child_contact", "source"]


def test_it_takes_one_statement_and_reads_in_the_readers_language(unmix, django_assert_num_queries):
    english = {advice.text for advice in advice_for(unmix.mission)}
    with translation.override("fr"), django_assert_num_queries(1):
        french = {advice.text for advice in advice_for(unmix.mission)}
    assert english & french == set()


def test_a_faulty_rule_does_not_stand_in_the_way_of_the_form(unmix, monkeypatch):
    monkeypatch.setattr(advising, "active_policy", lambda: 1 / 0)
    assert advice_for(unmix.mission) == []
