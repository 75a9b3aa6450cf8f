"""Tasks over the API: what the pages do, for the same people, refused alike."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actors.roles import Role
from referrals.models import HistoryEntry, Task

ESCORT = "escort_request:MILITARY_LIAISON"


@pytest.fixture
def report(unmix):
    return unmix.file(narrative="CANARY").report


@pytest.fixture
def tasks(report):
    return f"/api/v1/reports/{report.reference}/tasks/"


def later(hours=4) -> str:
    return (timezone.now() + timedelta(hours=hours)).isoformat()


def codes(answer) -> dict[str, list[str]]:
    return {at: [each["code"] for each in e] for at, e in answer.data["errors"].items()}


def test_the_planning_cell_reads_them_and_the_lead_what_may_be_asked(program, tasks):
    read = program(Role.HOPC).get(tasks)
    assert [each["code"] for each in read.data["tasks"]] == ["plan_of_action"]
    assert read.data["tasks"][0]["organization"] == "UNMIX Police"
    assert read.data["offered"] == []
    assert ESCORT in program(Role.CPA).get(tasks).data["offered"]
    assert "CANARY" not in read.content.decode()


def test_one_is_opened_and_ended(program, tasks, report):
    opened = program(Role.CPA).post(tasks, {"asked": ESCORT, "due_at": later()})
    assert (opened.status_code, opened.data["owner"], opened.data["status"]) == (
        201,
        "MILITARY_LIAISON",
        "open",
    )
    address = f"{tasks}{opened.data['uuid']}/"
    assert program(Role.MILITARY_LIAISON).get(address).data["opened_by"] == "Person of CPA"
    ended = program(Role.MILITARY_LIAISON).post(f"{address}end/", {"outcome": "They arrived."})
    assert (ended.status_code, ended.data["status"], ended.data["outcome"]) == (
        200,
        "done",
        "They arrived.",
    )
    assert HistoryEntry.objects.filter(report=report, verb="task_ended").count() == 1


def test_a_second_press_says_who_was_first(program, tasks):
    lead, body = program(Role.CPA), {"asked": ESCORT, "due_at": later()}
    task = lead.post(tasks, body).data["uuid"]
    again = lead.post(tasks, body)
    assert again.status_code == 409
    assert "opened by Person of CPA" in str(again.data)
    end = f"{tasks}{task}/end/"
    assert lead.post(end, {"outcome": "Not needed.", "as": "cancelled"}).status_code == 200
    again = lead.post(end, {"outcome": "Done."})
    assert again.status_code == 409
    assert "Already done: Cancelled, by Person of CPA" in str(again.data)
    assert Task.objects.get(uuid=task).outcome == "Not needed."


@pytest.mark.parametrize(
    ("sent", "refused"),
    [
        ({"due_at": None}, {"due_at": ["required"]}),
        ({"due_at": "soon"}, {"due_at": ["invalid"]}),
        ({"due_at": "2020-01-01T10:00:00+00:00"}, {"due_at": ["past"]}),
        ({"asked": ""}, {"asked": ["required"]}),
        ({"asked": "physical_protection:MILITARY_LIAISON"}, {"asked": ["invalid_choice"]}),
        ({"asked": "escort_request:UNICEF_CP"}, {"asked": ["invalid_choice"]}),
        ({"until": "now"}, {"until": ["unknown"]}),
    ],
)
def test_what_is_wrong_has_a_code_at_its_field(program, tasks, sent, refused):
    answer = program(Role.CPA).post(tasks, {"asked": ESCORT, "due_at": later()} | sent)
    assert (answer.status_code, codes(answer)) == (400, refused)
    assert Task.objects.count() == 1


def test_ending_asks_for_words_and_a_plan_ends_by_its_approval(program, tasks, report):
    plan = f"{tasks}{report.tasks.get().uuid}/end/"
    assert codes(program(Role.HOPC).post(plan, {"outcome": "Done."})) == {"is_done": ["plan"]}
    lead = program(Role.CPA)
    assert codes(lead.post(plan, {"as": "cancelled"})) == {"outcome": ["required"]}
    assert codes(lead.post(plan, {"as": "forgotten", "outcome": "x"})) == {"as": ["invalid_choice"]}


@pytest.mark.parametrize("role", [Role.UNPOL_OFFICER, Role.DDR, Role.UNICEF_CP, Role.WHO])
def test_who_was_not_told_finds_none(program, tasks, report, role):
    api, task = program(role), f"{tasks}{report.tasks.get().uuid}/"
    assert api.get(tasks).status_code == 404
    assert api.get(task).status_code == 404
    assert api.post(f"{task}end/", {"outcome": "x"}).status_code == 404
    assert api.post(tasks, {"asked": ESCORT, "due_at": later()}).status_code == 404


def test_others_of_the_planning_cell_neither_ask_nor_cancel(program, tasks, report):
    api, task = program(Role.GENDER), f"{tasks}{report.tasks.get().uuid}/"
    assert api.post(tasks, {"asked": ESCORT, "due_at": later()}).status_code == 404
    assert api.post(f"{task}end/", {"outcome": "x", "as": "cancelled"}).status_code == 404


def test_a_task_is_not_found_under_another_report(program, unmix, report):
    other = unmix.file().report
    address = f"/api/v1/reports/{other.reference}/tasks/{report.tasks.get().uuid}/"
    assert program(Role.HOPC).get(address).status_code == 404
