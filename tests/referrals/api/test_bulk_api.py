"""Many reports at once over the API: looked at first, done row by row, each with its answer."""

from uuid import uuid4

import pytest
from django.utils import timezone

from actors.roles import Role
from referrals.models import BulkRun, HistoryEntry, Report
from referrals.workflow import bulk
from referrals.workflow.triage import acknowledge_report

BULK = "/api/v1/bulk/"


@pytest.fixture
def reports(unmix):
    return [unmix.file().report for _each in range(3)]


@pytest.fixture
def lead(program):
    return program(Role.CPA)


def start(api, verb, reports, **given):
    body = {"references": [report.reference for report in reports], "key": str(uuid4())}
    return api.post(f"{BULK}{verb}/start/", body | {"seen_at": timezone.now().isoformat()} | given)


def preview(api, verb, **chosen):
    return api.post(f"{BULK}{verb}/preview/", chosen)


def codes(answer) -> dict[str, list[str]]:
    return {at: [each["code"] for each in e] for at, e in answer.data["errors"].items()}


def outcomes(answer) -> dict[str, str]:
    return {row["reference"]: row["outcome"] for row in answer.data["rows"]}


def test_the_preview_says_which_rows_and_why_not_the_others(lead, reports, unmix):
    acknowledge_report(report=reports[0], by=unmix.user(Role.CPA))
    shown = preview(lead, "acknowledge", references=[each.reference for each in reports])
    assert [row["reference"] for row in shown.data["doable"]] == [
        reports[1].reference,
        reports[2].reference,
    ]
    (refused,) = shown.data["refused"]
    assert refused["why"] == "Nothing of it waits for you to acknowledge."
    assert [row["reference"] for row in refused["rows"]] == [reports[0].reference]
    assert BulkRun.objects.count() == 0


def test_all_that_a_filter_names_are_exactly_those_of_the_desk(lead, reports, unmix):
    other = unmix.file(area="QM0302").report
    chosen = {"show": "all", "area": "QM03", "kind": ["attack_school_hospital"]}
    shown = preview(lead, "acknowledge", filter=chosen)
    assert [row["reference"] for row in shown.data["doable"]] == [other.reference]
    assert codes(preview(lead, "acknowledge", filter={"kinds": "abduction"})) == {
        "kinds": ["unknown"]
    }


def test_each_row_has_its_answer_and_what_changed_meanwhile_is_named(lead, reports, unmix):
    acknowledge_report(report=reports[1], by=unmix.user(Role.CPA))
    answer = start(lead, "acknowledge", reports)
    assert answer.status_code == 201
    assert outcomes(answer) == {
        reports[0].reference: "ok",
        reports[1].reference: "already",
        reports[2].reference: "ok",
    }
    said = {row["reference"]: row["said"] for row in answer.data["rows"]}
    assert "Already acknowledged by Person of CPA" in said[reports[1].reference]
    again = lead.get(f"{BULK}{answer.data['uuid']}/")
    assert (again.data["done"], again.data["gone"]) == (3, 0)
    assert outcomes(again) == outcomes(answer)


def test_the_same_key_sent_twice_is_one_run(lead, reports, unmix):
    key = str(uuid4())
    first, again = (start(lead, "acknowledge", reports, key=key) for _each in range(2))
    assert first.data["uuid"] == again.data["uuid"]
    told = HistoryEntry.objects.filter(verb="acknowledged", actor=unmix.user(Role.CPA))
    assert (BulkRun.objects.count(), told.count()) == (1, 3)


@pytest.mark.parametrize(
    ("verb", "given", "refused"),
    [
        ("close-report", {"reason": "served"}, {"words": ["required"]}),
        ("close-report", {"reason": "x", "words": "Y"}, {"reason": ["invalid_choice"]}),
        ("set-phase", {}, {"phase": ["required"]}),
        ("acknowledge", {"key": "1"}, {"key": ["invalid"]}),
        ("acknowledge", {"seen_at": None}, {"seen_at": ["required"]}),
        ("acknowledge", {"references": []}, {"references": ["required"]}),
        ("acknowledge", {"references": ["UNMIX-1999-00001"]}, {"references": ["empty"]}),
        ("acknowledge", {"words": "x"}, {"words": ["unknown"]}),
    ],
)
def test_what_is_wrong_has_a_code_at_its_field(lead, reports, verb, given, refused):
    answer = start(lead, verb, reports, **given)
    assert (answer.status_code, codes(answer)) == (400, refused)
    assert BulkRun.objects.count() == 0


def test_too_many_or_none_are_refused_before_anything(lead, reports, monkeypatch):
    assert codes(preview(lead, "acknowledge")) == {"references": ["empty"]}
    monkeypatch.setattr(bulk, "MOST", 2)
    answer = preview(lead, "acknowledge", filter={"show": "all"})
    assert codes(answer) == {"references": ["many"]}
    assert codes(start(lead, "acknowledge", reports)) == {"references": ["many"]}


def test_beyond_a_page_a_worker_goes_on(lead, reports, monkeypatch):
    asked = []
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    monkeypatch.setattr(bulk, "announce", lambda: asked.append(True))
    answer = start(lead, "acknowledge", reports)
    assert (answer.data["done"], answer.data["finished_at"], asked) == (0, None, [True])
    bulk.work_runs(keep_going=lambda: True)
    assert set(outcomes(lead.get(f"{BULK}{answer.data['uuid']}/")).values()) == {"ok"}


def test_reports_and_runs_of_others_are_not_there(program, lead, reports):
    partner = program(Role.UNICEF_CP)
    shown = preview(partner, "acknowledge", references=[each.reference for each in reports])
    assert (shown.data["doable"], shown.data["refused"]) == ([], [])
    assert codes(start(partner, "acknowledge", reports)) == {"references": ["empty"]}
    run = start(lead, "acknowledge", reports).data["uuid"]
    assert partner.get(f"{BULK}{run}/").status_code == 404
    assert preview(lead, "delete", references=["x"]).status_code == 404
    assert start(lead, "delete", reports).status_code == 404


def test_what_one_may_not_do_is_refused_row_by_row(program, reports):
    answer = start(program(Role.HOPC), "close-report", reports, reason="served", words="Done.")
    assert set(outcomes(answer).values()) == {"refused"}
    assert set(Report.objects.values_list("status", flat=True)) == {"submitted"}
