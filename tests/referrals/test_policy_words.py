"""The policy in words: nothing of the shipped file is shown as a bare code."""

import pytest
import yaml

from actors.roles import Role
from referrals.models import choices
from referrals.policy_file import STANDARD, standard_policy
from referrals.policy_words import (
    Sentence,
    codes,
    condition_sentence,
    deadline_label,
    fact_label,
    fact_sentence,
    gate_label,
    group_label,
    kind_label,
    mark_label,
    redaction_label,
    role_label,
    stage_label,
    value_label,
)
from referrals.routing import compile_policy

MAPPING = yaml.safe_load(STANDARD.read_text(encoding="utf-8"))
GIVEN = standard_policy().vocabulary
DERIVED = {
    name: [case["value"] for case in fact.get("cases", ())] + [fact.get("otherwise")]
    for name, fact in MAPPING["derived"].items()
}


def values_of_the_shipped_policy():
    for name, fact in GIVEN.items():
        yield from ((name, value) for value in fact.values)
    for name, values in DERIVED.items():
        yield from ((name, value) for value in values if value is not None)


@pytest.mark.parametrize("name", [*GIVEN, *DERIVED])
def test_every_fact_of_the_shipped_policy_has_words(name):
    assert name in codes.FACTS
    assert fact_label(name)[0].isupper()


def test_words_are_only_kept_for_facts_there_are():
    assert set(codes.FACTS) == {*GIVEN, *DERIVED}
    assert set(codes.VALUES) | codes.ROLE_FACTS <= {*GIVEN, *DERIVED}


@pytest.mark.parametrize(("fact", "value"), list(values_of_the_shipped_policy()))
def test_every_value_of_the_shipped_policy_has_words(fact, value):
    named = role_label(value) if fact in codes.ROLE_FACTS else codes.VALUES[fact][value]
    assert value_label(fact, value) == named


@pytest.mark.parametrize("code", [*standard_policy().terms.roles, *MAPPING["aliases"]])
def test_every_role_of_the_shipped_policy_has_words(code):
    assert code in {*Role.values, *codes.MORE_ROLES}
    assert "_" not in role_label(code)


@pytest.mark.parametrize(
    ("label", "words", "shipped"),
    [
        (kind_label, choices.ReferralKind, MAPPING["kinds"]),
        (gate_label, choices.Gate, MAPPING["gates"]),
        (redaction_label, choices.Redaction, MAPPING["redactions"]),
    ],
)
def test_kinds_gates_and_redactions_are_called_as_everywhere_in_the_portal(label, words, shipped):
    assert [label(code) for code in shipped] == [words(code).label for code in shipped]


def test_deadlines_stages_marks_and_groups_of_the_shipped_policy_have_words():
    marks = {(mark, value) for mark, values in MAPPING["marks"].items() for value in values}
    assert set(codes.DEADLINES) == set(MAPPING["deadlines"])
    assert set(codes.STAGES) == set(MAPPING["guard_stages"])
    assert set(codes.MARKS) == marks
    assert set(codes.GROUPS) == {*MAPPING["roles"], *MAPPING["facts"]}


def test_what_only_an_edited_policy_knows_is_called_by_its_name():
    assert fact_label("near_a_border") == "Near a border"
    assert value_label("season", "dry_season") == "dry season"
    assert value_label("violations", "forced_labour") == "forced labour"
    assert [label("by_radio_only") for label in (kind_label, gate_label, redaction_label)] == [
        "by radio only"
    ] * 3
    assert [label("by_night") for label in (deadline_label, stage_label, group_label)] == [
        "by night"
    ] * 3
    assert mark_label("via", "THE_RADIO") == "THE RADIO"
    assert role_label("RADIO_ROOM") == "RADIO ROOM"


def test_a_role_of_an_edited_policy_is_called_as_the_policy_says():
    mapping = yaml.safe_load(STANDARD.read_text(encoding="utf-8"))
    mapping["roles"]["mission"]["members"]["RADIO_ROOM"] = "The radio room"
    terms = compile_policy(mapping).terms
    assert role_label("RADIO_ROOM", terms) == "The radio room"
    assert role_label("CPA", terms) == Role.CPA.label


PERPETRATOR = {"fact": "perpetrator", "in": ["armed_group", "civilian"]}


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        ("always", Sentence("Always")),
        ("flash", Sentence("The report is a flash")),
        ({"not": "flash"}, Sentence("Not: the report is a flash")),
        ({"fact": "flash", "is": True}, Sentence("The report is a flash")),
        ({"fact": "flash", "is": False}, Sentence("Not: the report is a flash")),
        ({"fact": "perpetrator", "is": "civilian"}, Sentence("Alleged perpetrator: Civilian")),
        (PERPETRATOR, Sentence("Alleged perpetrator, one of: Armed group; Civilian")),
        ({"not": PERPETRATOR}, Sentence("Not: alleged perpetrator, one of: Armed group; Civilian")),
        ({"fact": "needs", "includes": "medical"}, Sentence("Needs include: Medical care")),
        (
            {"fact": "needs", "any_of": ["medical", "legal"]},
            Sentence("Needs include one of: Medical care; Legal help"),
        ),
        ({"fact": "needs", "only": ["legal"]}, Sentence("Needs: nothing but Legal help")),
        ({"fact": "needs", "empty": True}, Sentence("Needs: none")),
        ({"fact": "needs", "empty": False}, Sentence("Needs: at least one")),
        (
            {"fact": "implicated_roles", "includes": "OHCHR"},
            Sentence("Recipients tied to the alleged party include: OHCHR"),
        ),
        ({"fact": "child_victims", "is": 3}, Sentence("Children affected: 3")),
        ({"fact": "child_victims", "at_least": 3}, Sentence("Children affected: at least 3")),
        (
            {"fact": "hours_since_incident", "at_most": 72},
            Sentence("Hours since it happened: at most 72"),
        ),
        (
            {"fact": "child_victims", "at_least": "mass_threshold"},
            Sentence("Children affected: at least the number of children that counts as many"),
        ),
        ("near_a_border", Sentence("Near a border")),
    ],
)
def test_a_condition_of_one_line(when, sentence):
    assert condition_sentence(when) == sentence


def test_conditions_together_are_lines_under_a_line():
    when = {"all": ["grave", {"any": ["flash", {"not": "mass"}]}]}
    assert condition_sentence(when) == Sentence(
        "All of these:",
        (
            Sentence("A grave violation is reported"),
            Sentence(
                "Any of these:",
                (Sentence("The report is a flash"), Sentence("Not: many children are affected")),
            ),
        ),
    )


def test_what_is_negated_is_never_read_as_what_it_denies():
    lines = (Sentence("The report is a flash"), Sentence("The media know"))
    either, both = {"any": ["flash", "media_attention"]}, {"all": ["flash", "media_attention"]}
    assert condition_sentence({"not": either}) == Sentence("None of these:", lines)
    assert condition_sentence({"not": both}) == Sentence("Not all of these:", lines)
    assert condition_sentence({"not": {"not": "flash"}}) == Sentence(
        "Not:", (Sentence("Not: the report is a flash"),)
    )


@pytest.mark.parametrize(
    ("fact", "value", "said"),
    [
        ("ongoing_threat", True, "The danger continues"),
        ("ongoing_threat", False, "Not: the danger continues"),
        ("perpetrator", "civilian", "Alleged perpetrator: Civilian"),
        ("violations", ["abduction"], "Violations: Abduction of children"),
        ("violations", [], "Violations: none"),
        ("hours_since_incident", None, "Hours since it happened: Not known"),
        ("child_victims", 4, "Children affected: 4"),
    ],
)
def test_a_fact_of_an_example_in_words(fact, value, said):
    assert fact_sentence(fact, value) == said
