"""Two versions are compared in all situations: who gains, who loses, who is told otherwise."""

import copy

import pytest

from referrals.policy_file import standard_policy
from referrals.routing import compile_policy, decide
from referrals.routing.proof import compare_policies


def row(mapping, name):
    return next(r for section in mapping["sections"] for r in section["rows"] if r["id"] == name)


@pytest.fixture
def compared(mapping):
    """compared(change) -> the Changes after `change` was made to the shipped policy."""

    def compared(change):
        change(mapping)
        return compare_policies(standard_policy(), compile_policy(mapping))

    return compared


def said(change):
    return change.role, change.what, change.example


def test_a_policy_does_not_differ_from_itself(compared):
    assert compared(lambda mapping: None) == ()


def test_a_recipient_more_is_gained_where_the_row_applies(compared):
    more = {"role": "CIVIL_AFFAIRS", "kind": "info", "gate": "none", "redaction": "RD2"}
    (change,) = compared(lambda m: row(m, "C_CHILD_LABOUR")["recipients"].append(more))
    assert said(change) == ("CIVIL_AFFAIRS", "gained", {"concerns": ["child_labour"]})
    assert (change.before, change.after["rule"]) == (None, "C_CHILD_LABOUR")


def test_a_row_less_is_a_loss_but_for_where_another_row_tells_the_role(compared):
    def remove(mapping):
        row(mapping, "V_ABDUCTION")["when"] = {"all": ["flash", {"not": "flash"}]}

    gained, lost, changed = compared(remove)
    other = {"violations": ["abduction"], "concerns": ["military_use_facility"]}
    assert said(lost) == ("UNICEF_CP", "lost", {"violations": ["abduction"]})
    assert said(changed) == ("UNICEF_CP", "changed", other)
    assert (changed.before["rule"], changed.after["rule"]) == ("V_ABDUCTION", "C_MILITARY_USE")
    # A refusal takes away the service asked for, and leaves the line of information.
    assert said(gained) == ("UNICEF_CP", "gained", other | {"consent": "refused"})


def test_another_redaction_is_a_change(compared):
    def blur(mapping):
        row(mapping, "C_CHILD_DETAINED")["recipients"][0]["redaction"] = "RD2"

    (change,) = compared(blur)
    assert said(change) == ("JUSTICE_CORRECTIONS", "changed", {"concerns": ["child_detained"]})
    assert (change.before["redaction"], change.after["redaction"]) == ("RD1", "RD2")


def test_a_change_of_a_threshold_is_shown_at_its_edge(compared):
    def lower(mapping):
        mapping["facts"]["report"]["many"] = {"type": "number", "default": 0}
        row(mapping, "X_MEDIA")["when"] = {
            "any": ["media_attention", {"fact": "many", "at_least": 7}]
        }

    (change,) = compared(lower)
    assert said(change) == ("PUBLIC_INFORMATION", "gained", {"many": 7})


def test_every_example_is_what_both_versions_decide(mapping):
    old = standard_policy()
    changed = copy.deepcopy(mapping)
    changed["derived"]["mass"]["when"] = {"fact": "child_victims", "at_least": 3}
    new = compile_policy(changed)
    changes = compare_policies(old, new)
    assert {"HOPC", "SRSG_OFFICE", "CP_SUBCLUSTER"} <= {change.role for change in changes}
    for change in changes:
        decided = [decide(p.facts(change.example), p, change.set_aside) for p in (old, new)]
        found = [
            next((r.as_dict() for r in each.recipients if r.role == change.role), None)
            for each in decided
        ]
        assert found == [change.before, change.after]
