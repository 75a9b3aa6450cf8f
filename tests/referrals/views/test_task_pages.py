"""Tasks on the pages: who sees them, who is asked, who ends them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.roles import Role
from referrals.models import Task
from referrals.models.inserting import insert_rows
from referrals.workflow.tasking import open_task
from tests.referrals.views.plan_pages import read, url


@pytest.fixture
def report(unmix):
    return unmix.file(narrative="CANARY").report


@pytest.fixture
def task(report):
    return report.tasks.get()


@pytest.fixture
def escort(unmix, report):
    return open_task(
        report=report,
        by=unmix.user(Role.CPA),
        code="escort_request",
        owner=Role.MILITARY_LIAISON,
        due_at=timezone.now() + timedelta(hours=4),
    )


class TestWhoSeesThem:
    def test_the_planning_cell_finds_them_on_the_reports_page(self, as_role, report, task):
        for role in (Role.HOPC, Role.GENDER, Role.CPA, Role.UNPOL_CPFP_FIELD, Role.CPA_SENIOR):
            page = read(as_role(role), f"/reports/{report.reference}/")
            assert "Plan of action for the next 24 hours" in page
            assert "Head of Police Component" in page
            assert "min left" in page

    def test_the_officer_and_who_was_not_told_see_none(self, as_role, unmix, report, task, escort):
        page = read(as_role(Role.UNPOL_OFFICER), f"/reports/{report.reference}/")
        assert "Plan of action" not in page
        for role in (Role.UNPOL_OFFICER, Role.DDR, Role.UNICEF_CP, Role.CONDUCT_DISCIPLINE):
            browser = as_role(role)
            for address in (url(task, "plan/"), url(escort)):
                assert browser.get(address).status_code == 404
            assert browser.post(url(task, "plan/"), {"do": "save", "known": "x"}).status_code == 404
            assert browser.post(url(task, "decide/"), {"as": "approved"}).status_code == 404
            assert browser.post(url(escort, "end/"), {"outcome": "x"}).status_code == 404

    def test_a_task_is_not_found_under_another_report(self, as_role, unmix, task):
        other = unmix.file().report
        address = f"/reports/{other.reference}/tasks/{task.uuid}/plan/"
        assert as_role(Role.HOPC).get(address).status_code == 404

    def test_a_partner_who_was_told_sees_no_plan(self, as_role, unmix, report, task):
        row = report.referrals.get(role=Role.WHO)
        type(row).objects.filter(pk=row.pk).update(
            status="released", redaction="RD2", released_at=timezone.now()
        )
        browser = as_role(Role.WHO)
        assert "Plan of action" not in read(browser, f"/reports/{report.reference}/")
        assert browser.get(url(task, "plan/")).status_code == 404

    def test_the_plan_shows_each_no_more_facts_than_the_report_does(self, as_role, task):
        for role, is_shown in ((Role.CPA, True), (Role.HOPC, False), (Role.SRSG_OFFICE, False)):
            page = read(as_role(role), url(task, "plan/"))
            assert ("CANARY" in page) == is_shown
            assert ("Person of UNPOL_OFFICER" in page) == is_shown

    def test_only_the_lead_is_offered_to_open_one(self, as_role, report):
        for role, status in ((Role.CPA, 200), (Role.HOPC, 404), (Role.CPA_SENIOR, 404)):
            browser = as_role(role)
            address = f"/reports/{report.reference}/tasks/new/"
            assert browser.get(address).status_code == status
            assert browser.post(address, {}).status_code == (422 if status == 200 else 404)
            assert (address in read(browser, f"/reports/{report.reference}/")) == (status == 200)


class TestOneTask:
    def test_the_lead_asks_and_the_page_says_who_was_told(self, as_role, report):
        address = f"/reports/{report.reference}/tasks/new/"
        due = timezone.now().astimezone(report.mission.zone) + timedelta(hours=4)
        data = {"asked": "escort_request:MILITARY_LIAISON", "due_at": f"{due:%Y-%m-%dT%H:%M}"}
        page = as_role(Role.CPA).post(address, data, follow=True).content.decode()
        assert "They are being told that something waits" in page
        task = Task.objects.get(code="escort_request")
        assert task.due_at == due.replace(second=0, microsecond=0)

    def test_what_cannot_be_asked_is_refused_at_its_field_and_stays_typed(self, as_role, report):
        address = f"/reports/{report.reference}/tasks/new/"
        for asked in ("verification_mission:MILITARY_LIAISON", "nonsense", ""):
            answer = as_role(Role.CPA).post(address, {"asked": asked, "due_at": "2020-01-01T10:00"})
            assert answer.status_code == 422
            assert list(answer.context["form"].errors) == ["asked"]
            assert "2020-01-01T10:00" in answer.content.decode()
        data = {"asked": "escort_request:MILITARY_LIAISON", "due_at": "2020-01-01T10:00"}
        answer = as_role(Role.CPA).post(address, data)
        assert answer.context["form"].errors == {
            "due_at": ["Choose a moment that is still to come."]
        }

    def test_the_owner_ends_it_and_a_stale_button_says_so(self, as_role, escort):
        browser = as_role(Role.MILITARY_LIAISON)
        page = read(browser, url(escort))
        assert "The military only alerts, secures, escorts or facilitates." in page
        assert "Cancel the task" not in page
        refused = browser.post(url(escort, "end/"), {"outcome": " ", "as": "done"})
        assert (refused.status_code, refused.context["end_form"].errors) == (
            422,
            {"outcome": ["Say what was done."]},
        )
        data = {"outcome": "Escorted", "as": "done"}
        assert "Escorted" in browser.post(url(escort, "end/"), data, follow=True).content.decode()
        again = as_role(Role.CPA).post(url(escort, "end/"), data, follow=True).content.decode()
        assert "Already done: Done, by Person of MILITARY_LIAISON" in again

    def test_a_plan_has_a_page_of_its_own(self, as_role, task):
        assert as_role(Role.JOC).get(url(task)).url == url(task, "plan/")


@pytest.mark.parametrize("number", [1, 3, 50])
def test_the_report_page_takes_one_more_whatever_their_number(as_role, unmix, report, task, number):
    browser = as_role(Role.HOPC)
    address = f"/reports/{report.reference}/"
    read(browser, address)
    rows = [
        Task(report=report, code=f"task_{n}", owner="HOPC", opened_at=timezone.now())
        for n in range(number)
    ]
    insert_rows(rows)
    with CaptureQueriesContext(connection) as captured:
        read(browser, address)
    asked = [q for q in captured if 'FROM "referrals_task"' in q["sql"]]
    assert len(asked) == 1
