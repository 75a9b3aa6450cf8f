"""The plan of action over the API: nobody's text is overwritten unseen, every version is kept."""

import pytest
from django.utils import timezone

from actors.roles import Role
from referrals.models import PlanVersion
from referrals.workflow.plan_sections import SECTIONS
from referrals.workflow.plans import mark_of
from tests.referrals.plan_of_action import EMPTY, NEEDED, complete, submit, texts_of, write

PATROL = {"what": "Patrol the road", "component": "HOPC", "owner": "Duty officer"}


@pytest.fixture
def task(unmix):
    return unmix.file(narrative="CANARY").report.tasks.get()


@pytest.fixture
def plan(task):
    return f"/api/v1/reports/{task.report.reference}/tasks/{task.uuid}/plan/"


@pytest.fixture
def joc(program):
    return program(Role.JOC)


def codes(answer) -> dict[str, list[str]]:
    return {at: [each["code"] for each in e] for at, e in answer.data["errors"].items()}


def test_it_is_read_with_its_marks_and_gaps(joc, plan):
    read = joc.get(plan)
    assert [each["key"] for each in read.data["sections"]] == [each.key for each in SECTIONS]
    assert read.data["sections"][0]["mark"] == EMPTY
    assert set(NEEDED) <= set(read.data["gaps"])
    assert read.data["offers"]
    assert "CANARY" not in read.content.decode()


def test_texts_are_stored_and_what_others_wrote_meanwhile_is_not_lost(joc, plan, unmix, task):
    sent = {"texts": {"known": "One report."}, "seen": {"known": EMPTY}}
    assert joc.post(f"{plan}sections/", sent).status_code == 200
    write(unmix, task, risks="A crowd.")
    late = {"texts": {"known": "Two.", "risks": "Rain."}, "seen": {"known": EMPTY, "risks": EMPTY}}
    answer = joc.post(f"{plan}sections/", late)
    assert (answer.status_code, answer.data["newer"]) == (
        409,
        {"known": "One report.", "risks": "A crowd."},
    )
    assert codes(answer) == {"known": ["changed_meanwhile"], "risks": ["changed_meanwhile"]}
    assert texts_of(task) == {"known": "One report.", "risks": "A crowd."}


@pytest.mark.parametrize(
    ("texts", "refused"),
    [
        ({"known": "x" * 4001}, {"known": ["long"]}),
        ({"known": "a\x00b"}, {"known": ["characters"]}),
        ({"unheard": "x"}, {"unheard": ["unknown"]}),
    ],
)
def test_a_text_that_cannot_be_stored_is_refused_at_its_section(joc, plan, task, texts, refused):
    answer = joc.post(f"{plan}sections/", {"texts": texts, "seen": {}})
    assert (answer.status_code, codes(answer)) == (400, refused)
    assert texts_of(task) == {}


def test_actions_are_added_changed_ticked_and_taken_out(joc, plan):
    added = joc.post(f"{plan}actions/", PATROL).data["actions"]
    (action,) = added
    where = f"{plan}actions/{action['position']}/"
    due = timezone.now().isoformat()
    changed = PATROL | {"what": "Patrol the ferry", "due_at": due, "seen": action["mark"]}
    assert joc.put(where, changed).data["actions"][0]["what"] == "Patrol the ferry"
    stale = joc.put(where, changed)
    assert (stale.status_code, codes(stale)) == (409, {"non_field_errors": ["changed_meanwhile"]})
    assert joc.post(f"{where}tick/").data["actions"][0]["done_by"] == "Person of JOC"
    again = joc.post(f"{where}tick/")
    assert again.status_code == 409
    assert "Already done: Patrol the ferry, by Person of JOC" in str(again.data)
    assert joc.delete(where).data["actions"] == []
    assert joc.delete(where).status_code == 409


@pytest.mark.parametrize(
    ("sent", "refused"),
    [
        ({"what": ""}, {"what": ["required"]}),
        ({"component": "UNICEF_CP"}, {"component": ["invalid_choice"]}),
        ({"component": "MILITARY_LIAISON"}, {"what": ["military"]}),
        ({"due_at": "soon"}, {"due_at": ["invalid"]}),
    ],
)
def test_an_action_that_cannot_be_asked_is_refused_at_its_field(joc, plan, sent, refused):
    answer = joc.post(f"{plan}actions/", PATROL | sent)
    assert (answer.status_code, codes(answer)) == (400, refused)


def test_actions_on_offer_are_added_by_their_codes(joc, plan):
    offered = joc.get(plan).data["offers"][0]
    answer = joc.post(f"{plan}offers/", {"offer": [offered["code"]]})
    assert [each["what"] for each in answer.data["actions"]] == [offered["what"]]
    assert codes(joc.post(f"{plan}offers/", {"offer": ["unheard"]})) == {"offer": ["required"]}


def test_it_is_submitted_whole_and_decided_once(joc, plan, program, unmix, task):
    refused = joc.post(f"{plan}submit/")
    assert refused.status_code == 400
    assert set(refused.data["errors"]) == {*NEEDED, "actions"}
    complete(unmix, task)
    assert joc.post(f"{plan}submit/").data["versions"][0]["number"] == 1
    assert joc.post(f"{plan}submit/").status_code == 409
    srsg, approve = program(Role.SRSG_OFFICE), {"version": 1, "as": "approved"}
    assert joc.post(f"{plan}decide/", approve).status_code == 404
    assert codes(srsg.post(f"{plan}decide/", approve | {"as": "returned"})) == {
        "note": ["required"]
    }
    assert codes(srsg.post(f"{plan}decide/", {"as": "approved"})) == {"version": ["required"]}
    decided = srsg.post(f"{plan}decide/", approve)
    assert (decided.data["status"], decided.data["versions"][0]["decision"]) == ("done", "approved")
    again = srsg.post(f"{plan}decide/", approve)
    assert again.status_code == 409
    assert "Already done: Approved, by Person of SRSG_OFFICE" in str(again.data)


def test_a_newer_version_is_not_approved_by_who_read_the_older(plan, program, unmix, task):
    complete(unmix, task)
    submit(unmix, task)
    write(unmix, task, risks="A crowd.", seen={"risks": mark_of("Words on risks")})
    submit(unmix, task)
    answer = program(Role.SRSG_OFFICE).post(f"{plan}decide/", {"version": 1, "as": "approved"})
    assert answer.status_code == 409
    assert "A newer version waits: version 2" in str(answer.data)
    assert not PlanVersion.objects.filter(decision__isnull=False).exists()


def test_lines_for_the_press_are_approved_as_they_were_read(plan, program, unmix, task):
    lead = program(Role.CPA)
    assert codes(lead.post(f"{plan}press/", {"seen": EMPTY})) == {"press": ["required"]}
    write(unmix, task, press="No comment.")
    read = lead.get(plan).data["press"]
    write(unmix, task, press="We are looking into it.", seen={"press": read["mark"]})
    stale = lead.post(f"{plan}press/", {"seen": read["mark"]})
    assert (stale.status_code, codes(stale)) == (409, {"non_field_errors": ["changed_meanwhile"]})
    now = lead.get(plan).data["press"]["mark"]
    approved = lead.post(f"{plan}press/", {"seen": now}).data["press"]["approvals"]
    assert {each["role"]: each["by"] for each in approved}["lead"] == "Person of CPA"


@pytest.mark.parametrize("role", [Role.UNPOL_OFFICER, Role.UNICEF_CP, Role.WHO, Role.DDR])
def test_outside_the_planning_cell_there_is_no_plan(plan, program, role):
    api = program(role)
    assert api.get(plan).status_code == 404
    for part in ("sections/", "actions/", "offers/", "press/", "submit/", "decide/"):
        assert api.post(f"{plan}{part}", {"texts": {"known": "x"}, "seen": {}}).status_code == 404
