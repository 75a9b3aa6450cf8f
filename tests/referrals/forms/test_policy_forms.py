"""Rows, guards, derived facts and deadlines go into their forms and come out as the same data."""

import pytest

from referrals.forms.policy import (
    CasesForm,
    DeadlinesForm,
    GuardForm,
    typed_deadlines,
    typed_derived,
    typed_guard,
)
from referrals.forms.policy_piece import DraftPolicy, change_typed
from referrals.forms.policy_row import RowForm, typed_new_row, typed_row
from referrals.forms.typed import Typed
from referrals.policy_editing import find_guard, find_row, rows_of
from referrals.policy_file import STANDARD, read_mapping, standard_policy
from referrals.routing import PolicyError

MAPPING, _LINES = read_mapping(STANDARD)
DRAFT = DraftPolicy(MAPPING, standard_policy())
ROWS = [place.row["id"] for place in rows_of(MAPPING)]
GUARDS = [guard["id"] for guard in MAPPING["guards"]]


def typed(row_id):
    return typed_row(find_row(MAPPING, row_id), DRAFT)


def row_form(fields, replaces):
    form = RowForm(fields, DRAFT, replaces=replaces, check=True)
    assert form.is_valid(), form.errors
    return form


def row_errors(fields, replaces=None):
    form = RowForm(fields, DRAFT, replaces=replaces, check=True)
    assert not form.is_valid()
    by_field = [(field.html_name, error) for field in form for error in field.errors]
    return by_field + [("", error) for error in form.non_field_errors()]


def guard_form(guard, fields, *, may_be_overridable):
    form = GuardForm(fields, DRAFT, guard, may_be_overridable=may_be_overridable, check=True)
    assert form.is_valid(), form.errors
    return form


# In and out


@pytest.mark.parametrize("row_id", ROWS)
def test_every_row_comes_out_as_it_went_in(row_id):
    place = find_row(MAPPING, row_id)
    form = row_form(typed(row_id), row_id)
    assert (form.piece(), form.section) == (place.row, place.section)


@pytest.mark.parametrize("guard_id", GUARDS)
def test_every_guard_comes_out_as_it_went_in(guard_id):
    _position, guard = find_guard(MAPPING, guard_id)
    may = guard.get("overridable", False)
    form = guard_form(guard, typed_guard(guard, DRAFT), may_be_overridable=may)
    assert form.piece() == guard


@pytest.mark.parametrize("name", MAPPING["derived"])
def test_every_derived_fact_comes_out_as_it_went_in(name):
    stored = MAPPING["derived"][name]
    form = CasesForm(typed_derived(stored, DRAFT), DRAFT, stored, check=True)
    assert form.is_valid(), form.errors
    assert form.piece() == stored


def test_the_deadlines_come_out_as_they_went_in():
    form = DeadlinesForm(typed_deadlines(MAPPING["deadlines"]), DRAFT, check=True)
    assert form.is_valid(), form.errors
    assert form.piece() == MAPPING["deadlines"]


# Rows


def test_a_new_row_asks_for_everything_it_needs():
    assert row_errors(typed_new_row("1")) == [
        ("id", "Give the rule a name."),
        ("when.fact", "Choose what to look at, or remove this."),
        ("recipients.0.role", "Choose who is told."),
        ("recipients.0.kind", "Choose for what they are told."),
        ("recipients.0.gate", "Choose when they are told."),
        ("recipients.0.redaction", "Choose what they see."),
        ("reason", "Write the sentence that officers will read."),
        ("source.0.key", "Choose the source, or remove it."),
    ]


def test_the_name_of_another_row_is_refused_at_its_field():
    fields = typed("R05")
    fields["id"] = "R06"
    assert row_errors(fields, "R05") == [("id", "another row has this id")]


def test_a_row_without_recipient_task_or_source_is_refused():
    fields = typed("R05n")
    for name in ("recipients.0", "source.0"):
        change_typed(fields, f"remove:{name}")
    assert row_errors(fields, "R05n") == [
        ("", "Nobody is told and nothing is done: add a recipient or a task."),
        ("", "Each rule says where it comes from: add a source."),
    ]


def test_who_only_a_person_may_choose_is_not_offered():
    fields = typed("R05n")
    fields["recipients.0.role"] = "OHCHR"
    ((field, message),) = row_errors(fields, "R05n")
    assert (field, message[:23]) == ("recipients.0.role", "Select a valid choice. ")


def test_a_reason_is_one_paragraph():
    fields = typed("R05n")
    fields["reason"] = " One line in the\r\ndaily report. "
    assert row_form(fields, "R05n").piece()["reason"] == "One line in the daily report."


# Adding and removing


def test_recipients_tasks_and_sources_are_added_at_the_end_and_take_the_focus():
    fields = typed("R05p")
    assert change_typed(fields, "add:recipients") == "recipients.3.role"
    assert change_typed(fields, "add:tasks") == "tasks.1.code"
    assert change_typed(fields, "add:source") == "source.1.key"
    assert change_typed(fields, "add:recipients.0.source") == "recipients.0.source.0.key"
    assert change_typed(fields, "add:recipients.0.when") == "recipients.0.when.fact"
    form = RowForm(fields, DRAFT)
    assert [len(form.recipients), len(form.tasks), len(form.sources)] == [4, 2, 2]
    assert len(form.recipients[0].sources) == 1
    assert [each.when.is_left_out for each in form.recipients] == [False, True, True, True]


def test_a_removed_recipient_takes_its_own_condition_along_and_the_others_stay():
    fields = typed("R02")
    assert change_typed(fields, "remove:recipients.1") == "add:recipients"
    recipients = find_row(MAPPING, "R02").row["recipients"]
    assert row_form(fields, "R02").piece()["recipients"] == [recipients[0], *recipients[2:]]


def test_a_recipient_is_told_in_all_cases_once_its_condition_is_removed():
    fields = typed("R04")
    change_typed(fields, "remove:recipients.0.when")
    assert "when" not in row_form(fields, "R04").piece()["recipients"][0]


@pytest.mark.parametrize(
    "do",
    [
        "",
        "show",
        "add:",
        "add:reason",
        "add:../x",
        "remove:recipients",
        "remove:id",
        "remove:recipients.9",
        "remove:recipients.99999999999",
    ],
)
def test_a_button_nobody_made_changes_nothing(do):
    fields = typed("R05p")
    before = fields.copy()
    change_typed(fields, do)
    assert fields == before


# Guards and derived facts


def test_what_a_guard_does_cannot_be_changed_by_its_form():
    _position, guard = find_guard(MAPPING, "HOST_STATE_IMPLICATED")
    fields = typed_guard(guard, DRAFT)
    for name, value in {"overridable": "on", "stage": "gates", "effect": "", "id": "X"}.items():
        fields[name] = value
    assert guard_form(guard, fields, may_be_overridable=False).piece() == guard


def test_overriding_can_be_forbidden_where_it_was_allowed():
    _position, guard = find_guard(MAPPING, "CONSENT_REQUIRED")
    fields = typed_guard(guard, DRAFT)
    del fields["overridable"]
    changed = guard_form(guard, fields, may_be_overridable=True).piece()
    assert changed == {key: value for key, value in guard.items() if key != "overridable"}
    fields["overridable"] = "on"
    assert guard_form(changed, fields, may_be_overridable=True).piece() == guard


def test_words_for_the_officer_can_be_taken_away():
    _position, guard = find_guard(MAPPING, "NO_INTERVIEW")
    fields = typed_guard(guard, DRAFT)
    fields["officer_text"] = " "
    changed = guard_form(guard, fields, may_be_overridable=False).piece()
    assert changed == {key: value for key, value in guard.items() if key != "officer_text"}


def test_a_case_that_was_not_on_the_page_stays_as_it_is():
    _position, guard = find_guard(MAPPING, "CONSENT_REQUIRED")
    fields = typed_guard(guard, DRAFT)
    for name in [name for name in fields if name.startswith("cases.2.")]:
        del fields[name]
    assert guard_form(guard, fields, may_be_overridable=True).piece() == guard


def test_only_the_condition_of_a_case_changes_not_its_value():
    stored = MAPPING["derived"]["track"]
    fields = typed_derived(stored, DRAFT)
    fields.setlist("cases.0.when.values", ["un_personnel"])
    form = CasesForm(fields, DRAFT, stored, check=True)
    assert form.is_valid()
    case = {"value": "misconduct", "when": {"fact": "perpetrator", "in": ["un_personnel"]}}
    assert form.piece() == {**stored, "cases": [case]}


def test_an_empty_deadline_sets_none_and_nought_is_at_once():
    fields = typed_deadlines(MAPPING["deadlines"])
    fields["flash_note.emergency"], fields["forward.urgent"] = "", "0"
    form = DeadlinesForm(fields, DRAFT, check=True)
    assert form.is_valid()
    assert form.piece() == {
        **MAPPING["deadlines"],
        "flash_note": {},
        "forward": {"emergency": 0, "urgent": 0, "routine": 1440},
    }


# What the whole policy refuses


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (("recipients", 1, "role"), "recipients.1.role"),
        (("recipients", 2, "source", 0), "recipients.2.source.0.key"),
        (("recipients", 3, "when", "all", 1, "not"), "recipients.3.when.1.fact"),
        (("source", 0), "source.0.key"),
        (("when", "not"), "when.fact"),
        (("id",), "id"),
    ],
)
def test_a_refusal_of_the_policy_is_said_at_its_field(path, field):
    at = ("sections", 0, "rows", 2)
    form = row_form(typed("R03"), "R03")
    form.refuse(PolicyError("is at fault", row="R03", path=(*at, *path)), at)
    assert [(bound.html_name, bound.errors) for bound in form if bound.errors] == [
        (field, ["is at fault"])
    ]
    assert form.non_field_errors() == []


def test_a_refusal_of_another_piece_is_said_above_the_form():
    form = row_form(typed("R03"), "R03")
    form.refuse(
        PolicyError("goes in a circle", row="mass", path=("derived", "mass")),
        ("sections", 0, "rows", 2),
    )
    assert form.errors == ["mass: goes in a circle"]


def test_nothing_is_refused_before_anybody_saves():
    assert RowForm(Typed(), DRAFT).errors == []
