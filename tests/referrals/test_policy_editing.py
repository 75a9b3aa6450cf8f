"""Single changes to a policy: each gives a changed copy, and says what became of the rest."""

import copy

import pytest

from referrals import policy_editing as editing
from referrals.policy_file import STANDARD, read_mapping
from referrals.routing import PolicyError, compile_policy

ROW = {
    "id": "C_LABOUR_CIVIL",
    "when": {"fact": "concerns", "includes": "child_labour"},
    "recipients": [{"role": "CIVIL_AFFAIRS", "kind": "info", "gate": "none", "redaction": "RD2"}],
    "reason": "Works with the labour authorities.",
    "source": ["001"],
}


@pytest.fixture(scope="module")
def shipped():
    return read_mapping(STANDARD)[0]


def ids(mapping, section=None):
    places = editing.rows_of(mapping)
    return [place.row["id"] for place in places if section in (None, place.section)]


@pytest.mark.parametrize(
    "change",
    [
        lambda mapping: editing.add_row(mapping, ROW, section=1),
        lambda mapping: editing.replace_row(mapping, "R05", ROW, section=1),
        lambda mapping: editing.remove_row(mapping, "R05"),
        lambda mapping: editing.move_row(mapping, "R05", steps=-1),
        lambda mapping: editing.replace_guard(mapping, mapping["guards"][0] | {"reason": "X"}),
        lambda mapping: editing.replace_derived(mapping, "mass", {"when": "x", "source": ["D"]}),
        lambda mapping: editing.replace_deadlines(mapping, {}),
    ],
)
def test_a_change_leaves_the_policy_it_was_given_alone(shipped, change):
    before = copy.deepcopy(shipped)
    assert change(shipped) != before
    assert shipped == before


def test_a_row_is_found_with_its_place(shipped):
    place = editing.find_row(shipped, "C_CHILD_LABOUR")
    assert (place.section, place.row["reason"]) == (
        1,
        "Works to free children from labour that harms them.",
    )
    assert place.path == ("sections", 1, "rows", place.position)
    assert shipped["sections"][1]["rows"][place.position] is place.row


def test_a_new_row_stands_at_the_end_of_its_section_and_compiles(shipped):
    changed = editing.add_row(shipped, ROW, section=1)
    assert ids(changed, 1) == [*ids(shipped, 1), "C_LABOUR_CIVIL"]
    assert "C_LABOUR_CIVIL" in {row.id for row in compile_policy(changed).rows}


def test_a_replaced_row_keeps_its_place_under_a_new_name(shipped):
    changed = editing.replace_row(shipped, "C_CHILD_LABOUR", ROW, section=1)
    expected = ["C_LABOUR_CIVIL" if each == "C_CHILD_LABOUR" else each for each in ids(shipped)]
    assert ids(changed) == expected


def test_a_row_put_into_another_section_stands_at_its_end(shipped):
    changed = editing.replace_row(shipped, "C_CHILD_LABOUR", ROW, section=2)
    assert ids(changed, 1) == [each for each in ids(shipped, 1) if each != "C_CHILD_LABOUR"]
    assert ids(changed, 2) == [*ids(shipped, 2), "C_LABOUR_CIVIL"]


def test_a_removed_row_is_gone_and_the_others_stay(shipped):
    changed = editing.remove_row(shipped, "R05")
    assert ids(changed) == [each for each in ids(shipped) if each != "R05"]


@pytest.mark.parametrize(
    ("row", "steps", "expected"),
    [
        ("R02", -1, ["R02", "R01", "R03"]),
        ("R01", 1, ["R02", "R01", "R03"]),
        ("R01", -1, ["R01", "R02", "R03"]),
    ],
)
def test_a_row_moves_within_its_section_and_stops_at_the_top(shipped, row, steps, expected):
    assert ids(editing.move_row(shipped, row, steps=steps), 0)[:3] == expected


def test_the_last_row_of_a_section_stays_the_last(shipped):
    assert editing.move_row(shipped, "R06c", steps=1) == shipped


@pytest.mark.parametrize(
    ("row_id", "problem"),
    [
        ("R05", "another row has this id"),
        ("child labour", "may hold letters, digits and underscores, and is not 'new'"),
        ("R/5", "may hold letters, digits and underscores, and is not 'new'"),
        ("new", "may hold letters, digits and underscores, and is not 'new'"),
    ],
)
def test_an_id_that_cannot_be_used_is_refused_at_its_field(shipped, row_id, problem):
    with pytest.raises(PolicyError) as refused:
        editing.add_row(shipped, ROW | {"id": row_id}, section=0)
    assert (refused.value.problem, refused.value.field) == (problem, "id")


def test_a_row_may_keep_the_id_it_has(shipped):
    editing.check_row_id(shipped, "R05", replaces="R05")
    with pytest.raises(PolicyError):
        editing.check_row_id(shipped, "R05", replaces="R06")


@pytest.mark.parametrize(
    "ask",
    [
        lambda mapping: editing.find_row(mapping, "R99"),
        lambda mapping: editing.remove_row(mapping, "R99"),
        lambda mapping: editing.move_row(mapping, "R99", steps=1),
        lambda mapping: editing.replace_row(mapping, "R99", ROW, section=0),
        lambda mapping: editing.add_row(mapping, ROW, section=99),
        lambda mapping: editing.find_guard(mapping, "NO_GUARD"),
        lambda mapping: editing.replace_derived(mapping, "nothing", {}),
    ],
)
def test_a_piece_that_is_not_there_is_named(shipped, ask):
    with pytest.raises(editing.NoSuchPiece):
        ask(shipped)


def test_an_unchanged_draft_has_no_changes(shipped):
    assert not editing.changes_between(shipped, copy.deepcopy(shipped))


def test_what_was_added_changed_moved_and_removed_is_told_apart(shipped):
    draft = editing.add_row(shipped, ROW, section=1)
    draft = editing.remove_row(draft, "R05n")
    draft = editing.move_row(draft, "D_UNHCR", steps=3)
    changed = {**editing.find_row(draft, "R05").row, "reason": "Must know."}
    draft = editing.replace_row(draft, "R05", changed, section=0)
    draft = editing.replace_guard(draft, {**draft["guards"][0], "reason": "Proposals."})
    draft = editing.replace_derived(draft, "mass", {**draft["derived"]["mass"], "source": ["U"]})
    deadlines = {**draft["deadlines"], "forward": {"urgent": 60}}
    draft = editing.replace_deadlines(draft, deadlines)
    assert editing.changes_between(shipped, draft) == editing.Changes(
        rows={"C_LABOUR_CIVIL": "added", "R05": "changed", "D_UNHCR": "moved"},
        guards={"CP_GATE": "changed"},
        derived={"mass": "changed"},
        deadlines={"forward": "changed"},
        removed=(("rows", "R05n"),),
        other=(),
    )


def test_a_row_in_another_section_has_moved(shipped):
    row = editing.find_row(shipped, "R05").row
    draft = editing.replace_row(shipped, "R05", row, section=2)
    assert editing.changes_between(shipped, draft).rows == {"R05": "moved"}


def test_what_only_the_text_can_change_is_named(shipped):
    draft = copy.deepcopy(shipped)
    draft["kinds"]["info"]["label"] = "hears of it"
    draft["sections"][0]["title"] = "Base"
    del draft["guards"][0]
    draft["guards"].reverse()
    draft["translations"] = {"fr": {"Always told directly.": "Toujours informé directement."}}
    changes = editing.changes_between(shipped, draft)
    assert changes.other == ("kinds", "translations", "sections", "guards")
    assert changes.removed == (("guards", "CP_GATE"),)
