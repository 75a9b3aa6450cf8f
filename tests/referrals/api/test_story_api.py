"""The story of a report over the API: for the same readers and in the same words as its page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actors.roles import Role
from referrals.models import HistoryEntry
from referrals.workflow.triage import acknowledge_report


@pytest.fixture
def report(unmix):
    report = unmix.file(narrative="CANARY").report
    acknowledge_report(report=report, by=unmix.user(Role.CPA))
    return report


def story(api, report):
    return api.get(f"/api/v1/reports/{report.reference}/story/")


def test_it_has_the_steps_and_what_each_role_knew_when_as_the_page(program, report, as_role):
    told = story(program(Role.CPA), report).data
    page = as_role(Role.CPA).get(f"/reports/{report.reference}/story/").context["story"]
    steps = [entry for day in page["days"] for entry in day["entries"]]
    assert [(s["at"], s["title"], s["by"]) for s in told["steps"]] == [
        (s["at"], s["title"], s["by"]) for s in steps
    ]
    assert [row["role"] for row in told["learned"]] == [row.role for row in page["learned"]]
    adviser = next(row for row in told["learned"] if row["acknowledged"]["by"])
    assert adviser["acknowledged"]["by"] == "Person of CPA"
    assert "CANARY" not in str(told)


def test_reading_over_the_api_stands_in_the_story_once(program, report):
    api = program(Role.HUMAN_RIGHTS)
    for _each in range(2):
        assert api.get(f"/api/v1/reports/{report.reference}/").status_code == 200
    opened = HistoryEntry.objects.filter(verb="opened", actor__username="human_rights")
    assert opened.count() == 1
    program(Role.UNPOL_OFFICER).get(f"/api/v1/reports/{report.reference}/")
    assert HistoryEntry.objects.filter(verb="opened").count() == 1


def test_its_reporter_has_a_plain_one(program, report):
    told = story(program(Role.UNPOL_OFFICER), report).data
    assert told["learned"] == []
    assert {step["text"] for step in told["steps"]} == {""}
    assert "Person of CPA" not in str(told)


@pytest.mark.parametrize("role", [Role.JOC, Role.WHO, Role.UNICEF_CP, Role.DDR])
def test_who_does_not_read_the_record_has_none(program, report, role):
    assert story(program(role), report).status_code == 404


def test_it_takes_as_many_statements_for_a_long_story_as_for_a_short_one(program, report, unmix):
    api, counts = program(Role.CPA), []
    for number in (0, 1, 50):
        HistoryEntry.objects.bulk_create(
            HistoryEntry(report=report, at=report.filed_at, actor=unmix.user(Role.CPA), verb="held")
            for _each in range(number)
        )
        with CaptureQueriesContext(connection) as captured:
            story(api, report)
        counts.append(len(captured))
    assert len(set(counts)) == 1
    assert counts[0] <= 20
