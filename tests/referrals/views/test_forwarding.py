"""The focal point's line: forward to the adviser, or let it wait; the deadline forwards it."""

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from actors.roles import Role
from referrals.models import HistoryEntry, Notification
from referrals.workflow.triage import forward_overdue


@pytest.fixture
def report(unmix):
    facts = {"violations": ["recruitment_use"], "facility": "none"}
    return unmix.file(facts=facts).report


def address(report) -> str:
    return f"/reports/{report.reference}/"


class TestForwarding:
    def test_the_focal_point_forwards_and_the_adviser_is_told(self, as_role, report):
        as_role(Role.UNPOL_CPFP_FIELD).post(f"{address(report)}forward/")
        referral = report.referrals.get(role="CPA")
        assert referral.status == "released"
        assert Notification.objects.filter(referral=referral).count() == 1
        assert as_role(Role.CPA).get(address(report)).status_code == 200

    def test_forwarding_twice_tells_nobody_twice(self, as_role, report):
        focal_point = as_role(Role.UNPOL_CPFP_FIELD)
        focal_point.post(f"{address(report)}forward/")
        page = focal_point.post(f"{address(report)}forward/", follow=True).content.decode()
        assert "Already forwarded by Person of UNPOL_CPFP_FIELD" in page
        assert Notification.objects.filter(referral__role="CPA").count() == 1

    def test_nobody_else_forwards(self, as_role, report):
        assert as_role(Role.UNPOL_SUPERVISOR).post(f"{address(report)}forward/").status_code == 404
        assert report.referrals.get(role="CPA").status == "proposed"


class TestHoldingTheForwarding:
    REASON = "The officer comes back from the village at noon."

    @pytest.fixture
    def held(self, as_role, report):
        sent = {"reason": self.REASON}
        return as_role(Role.UNPOL_CPFP_FIELD).post(f"{address(report)}hold-forward/", sent)

    def test_it_waits_with_its_reason_and_leaves_the_list_of_what_is_to_be_forwarded(
        self, as_role, report, held
    ):
        waiting = report.referrals.get(role="CPA")
        assert (waiting.status, waiting.release_reason) == ("held", self.REASON)
        entry = HistoryEntry.objects.get(verb="held")
        assert (entry.referral, entry.details["reason"]) == (waiting, self.REASON)
        page = as_role(Role.UNPOL_CPFP_FIELD).get("/desk/?show=forward").content.decode()
        assert report.reference not in page
        assert as_role(Role.CPA).get(address(report)).status_code == 404

    def test_the_focal_point_may_still_forward_it_and_reads_what_it_waits_for(
        self, as_role, report, held
    ):
        focal_point = as_role(Role.UNPOL_CPFP_FIELD)
        assert self.REASON in focal_point.get(address(report)).content.decode()
        focal_point.post(f"{address(report)}forward/")
        assert report.referrals.get(role="CPA").status == "released"

    def test_its_deadline_forwards_it_all_the_same(self, report, held):
        due_at = report.referrals.get(role="CPA").due_at
        assert forward_overdue(now=due_at) == 0
        assert forward_overdue(now=due_at + timedelta(seconds=1)) == 1
        assert report.referrals.get(role="CPA").status == "released"
        assert Notification.objects.filter(referral__role="CPA").count() == 1

    def test_without_a_reason_it_is_refused_at_its_field(self, as_role, report):
        focal_point = as_role(Role.UNPOL_CPFP_FIELD)
        answer = focal_point.post(f"{address(report)}hold-forward/", {"reason": " "})
        assert answer.status_code == 422
        assert "Write what it waits for." in answer.content.decode()
        assert report.referrals.get(role="CPA").status == "proposed"

    def test_a_stale_page_says_who_held_it_and_changes_nothing(self, as_role, report, held):
        focal_point = as_role(Role.UNPOL_CPFP_FIELD)
        again = {"reason": "Something else."}
        page = focal_point.post(f"{address(report)}hold-forward/", again, follow=True)
        assert "Already done: Held, by Person of UNPOL_CPFP_FIELD" in page.content.decode()
        assert report.referrals.get(role="CPA").release_reason == self.REASON

    def test_a_program_holds_it_alike(self, unmix, report):
        api = APIClient()
        api.force_authenticate(unmix.user(Role.UNPOL_CPFP_FIELD))
        path = f"/api/v1{address(report)}hold-forward/"
        refused = api.post(path, {"reason": " "}, format="json")
        assert (refused.status_code, list(refused.data["errors"])) == (400, ["reason"])
        assert api.post(path, {"reason": self.REASON}, format="json").status_code == 200
        assert report.referrals.get(role="CPA").status == "held"
        assert api.post(path, {"reason": self.REASON}, format="json").status_code == 409

    @pytest.mark.parametrize("role", [Role.UNPOL_SUPERVISOR, Role.UNPOL_OFFICER, Role.CPA])
    def test_nobody_else_finds_the_page(self, as_role, report, role):
        for press in (as_role(role).get, as_role(role).post):
            assert press(f"{address(report)}hold-forward/").status_code == 404
