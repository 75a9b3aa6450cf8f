"""The desk and the report page: each reader's own, and the next step works once."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.roles import Role
from referrals.models import HistoryEntry, Notification, Referral


@pytest.fixture
def report(unmix):
    return unmix.file(narrative="CANARY", boys=4).report


def address(report) -> str:
    return f"/reports/{report.reference}/"


def test_a_report_one_may_not_see_answers_as_one_that_does_not_exist(as_role, report):
    outsider = as_role("UNICEF_CP")
    hidden = outsider.get(address(report))
    missing = outsider.get("/reports/UNMIX-2026-99999/")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    token = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"|data-now="[^"]+"')
    assert token.sub(b"", hidden.content) == token.sub(b"", missing.content)


def test_nobody_reads_before_signing_in(client, report):
    for url in (address(report), "/desk/", "/reports/", "/delivery/"):
        assert client.get(url).url == f"/accounts/login/?next={url}"


def test_the_adviser_sees_facts_recipients_reasons_and_sources(as_role, report):
    page = as_role(Role.CPA).get(address(report)).content.decode()
    for text in (
        "Attack on a hospital",
        "CANARY",
        "Awaiting release",
        "WHO Kesara",
        "Removed by a guard",
        "UNKNOWN_PERP_HOLD",
        "UNPOL module 5, key message 5.1",
        "Acknowledge",
    ):
        assert text in page


def test_a_component_sees_the_summary_and_neither_text_nor_other_recipients(as_role, report):
    page = as_role(Role.JOC).get(address(report)).content.decode()
    assert "Attack on a hospital" in page
    for text in ("CANARY", "Person of UNPOL_OFFICER", "WHO Kesara", "UNKNOWN_PERP_HOLD"):
        assert text not in page


def test_titles_and_addresses_carry_no_case_facts(as_role, report):
    page = as_role(Role.CPA).get(address(report)).content.decode()
    title = page.split("<title>")[1].split("</title>")[0]
    assert "hospital" not in title.lower()
    assert "Port Sela" not in title


def test_acknowledging_is_seen_by_the_officer(as_role, report):
    answer = as_role(Role.CPA).post(f"{address(report)}acknowledge/", follow=True)
    assert "Acknowledged." in answer.content.decode()
    referral = report.referrals.get(role="CPA")
    assert referral.status == "acknowledged"
    page = as_role(Role.UNPOL_OFFICER).get("/reports/").content.decode()
    assert "The adviser has read it." in page


def test_acknowledging_twice_says_who_was_first_and_does_nothing(as_role, report):
    adviser = as_role(Role.CPA)
    adviser.post(f"{address(report)}acknowledge/")
    before = HistoryEntry.objects.filter(verb="acknowledged").count()
    page = adviser.post(f"{address(report)}acknowledge/", follow=True).content.decode()
    assert "Already acknowledged by Person of CPA" in page
    assert HistoryEntry.objects.filter(verb="acknowledged").count() == before


def test_who_was_told_for_information_has_nothing_to_acknowledge(as_role, report):
    assert as_role(Role.GENDER).post(f"{address(report)}acknowledge/").status_code == 404


class TestReleasing:
    @pytest.fixture
    def url(self, report):
        return f"/referrals/{report.referrals.get(role='WHO').uuid}/release/"

    def test_the_page_shows_what_the_recipient_sees_beside_what_is_withheld(self, as_role, url):
        page = as_role(Role.CPA).get(url).content.decode()
        seen, withheld = page.split('class="withheld"')
        assert "Lakeside" in seen
        assert "CANARY" not in page
        assert "What happened" in withheld

    def test_a_reason_is_required_and_said_at_its_field(self, as_role, url):
        answer = as_role(Role.CPA).post(url, {"reason": ""})
        assert answer.status_code == 422
        assert "Write why this recipient needs to know, or why not." in answer.content.decode()
        assert Referral.objects.get(role="WHO").status == "proposed"

    def test_a_release_tells_the_recipient_and_keeps_the_reason(self, as_role, report, url):
        answer = as_role(Role.CPA).post(url, {"reason": "Health surveillance"}, follow=True)
        page = answer.content.decode()
        assert "Released to WHO" in page
        assert "Reason: Health surveillance" in page
        assert Notification.objects.filter(referral__role="WHO").count() == 1

    def test_a_second_release_names_the_first_and_tells_nobody_twice(self, as_role, url):
        adviser = as_role(Role.CPA)
        adviser.post(url, {"reason": "Health surveillance"})
        page = adviser.post(url, {"reason": "Again"}, follow=True).content.decode()
        assert "Already done: Released, by Person of CPA" in page
        assert Notification.objects.filter(referral__role="WHO").count() == 1

    @pytest.mark.parametrize("role", ["HOPC", "UNPOL_OFFICER", "WHO", "CPA_SENIOR"])
    def test_nobody_but_the_lead_finds_the_page(self, as_role, url, role):
        browser = as_role(role)
        assert browser.get(url).status_code == 404
        assert browser.post(url, {"reason": "Mine"}).status_code == 404

    def test_not_to_tell_somebody_needs_a_reason_and_tells_nobody(self, as_role, report, url):
        adviser = as_role(Role.CPA)
        assert adviser.post(url, {"reason": "", "decision": "withhold"}).status_code == 422
        typed = {"reason": "Told by another office", "decision": "withhold"}
        page = adviser.post(url, typed, follow=True).content.decode()
        assert "WHO is not told. Your reason is kept." in page
        assert "Reason: Told by another office" in page
        assert Referral.objects.get(role="WHO").status == "revoked"
        assert Notification.objects.filter(referral__role="WHO").count() == 0
        assert as_role("WHO").get(address(report)).status_code == 404

    def test_what_is_decided_stays_decided(self, as_role, url):
        adviser = as_role(Role.CPA)
        adviser.post(url, {"reason": "No", "decision": "withhold"})
        page = adviser.post(url, {"reason": "Yes"}, follow=True).content.decode()
        assert "Already done: Not released, by Person of CPA" in page
        assert Referral.objects.get(role="WHO").status == "revoked"

    def test_nobody_in_the_directory_is_said_and_nothing_is_released(self, as_role, unmix, url):
        unmix.posts["WHO"].holdings.all().delete()
        page = as_role(Role.CPA).post(url, {"reason": "Health surveillance"}).content.decode()
        assert "Nobody in the directory answers for this role here." in page
        assert Referral.objects.get(role="WHO").status == "proposed"


def test_a_notice_code_leads_those_it_was_sent_to_and_nobody_else(as_role, report):
    code = Notification.objects.get(referral__role="JOC").code
    assert as_role(Role.JOC).get(f"/notice/{code}/").url == address(report)
    assert as_role("UNICEF_CP").get(f"/notice/{code}/").status_code == 404
    assert as_role(Role.JOC).get("/notice/AAAA-AAAA/").status_code == 404


def test_the_desks_counts_are_its_lists(as_role, unmix, report):
    unmix.file()
    adviser = as_role(Role.CPA)
    for key, number in (("unacknowledged", 2), ("release", 2), ("flash", 2), ("overdue", 0)):
        answer = adviser.get("/desk/", {"show": key})
        assert len(answer.context["rows"]) == number
        assert next(c["number"] for c in answer.context["counts"] if c["current"]) == number


def test_an_open_desk_asks_for_its_lists_only(as_role, report):
    whole = as_role(Role.CPA).get("/desk/").content.decode()
    part = as_role(Role.CPA).get("/desk/", headers={"HX-Request": "true"}).content.decode()
    assert report.reference in part
    assert "<html" in whole
    assert "<html" not in part


def test_the_desk_orders_by_time_left(as_role, unmix):
    late = unmix.file(at=timezone.now() - timedelta(hours=2)).report
    fresh = unmix.file().report
    rows = as_role(Role.CPA).get("/desk/", {"show": "unacknowledged"}).context["rows"]
    assert [row["report"].reference for row in rows] == [late.reference, fresh.reference]
    assert rows[0]["clock"]["words"] == "overdue 1 h 30 min"


@pytest.mark.parametrize("url", ["/desk/", "/reports/"])
def test_a_page_takes_the_same_statements_for_one_row_and_for_many(as_role, unmix, url):
    role = Role.CPA if url == "/desk/" else Role.UNPOL_OFFICER
    browser = as_role(role)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(url).status_code == 200
        return len(captured)

    unmix.file()
    one = statements()
    for _ in range(4):
        unmix.file()
    assert statements() == one
    assert one <= 15


def test_the_report_page_takes_few_statements(as_role, report):
    browser = as_role(Role.CPA)
    browser.get(address(report))
    with CaptureQueriesContext(connection) as captured:
        browser.get(address(report))
    assert len(captured) <= 20


def test_opening_is_kept_in_the_history_once(as_role, report):
    browser = as_role(Role.JOC)
    browser.get(address(report))
    browser.get(address(report))
    assert HistoryEntry.objects.filter(verb="opened").count() == 1


class TestDeliveryBoard:
    @pytest.fixture
    def keeper(self, client, unmix, django_user_model):
        user = django_user_model.objects.create(username="keeper", name="Keeper", is_staff=True)
        client.force_login(user)
        return client

    def test_it_shows_what_failed_without_case_content(self, keeper, report):
        Notification.objects.filter(referral__role="JOC").update(status="dead", failure="rejected")
        page = keeper.get("/delivery/").content.decode()
        assert "joc@example.org" in page
        for text in ("CANARY", "hospital", report.reference):
            assert text not in page

    def test_a_failed_notice_can_be_sent_again(self, keeper, report):
        notice = Notification.objects.get(referral__role="JOC")
        Notification.objects.filter(pk=notice.pk).update(status="dead", failure="rejected")
        keeper.post(f"/delivery/{notice.code}/resend/")
        notice.refresh_from_db()
        assert notice.status == "pending"

    def test_it_is_for_administrators(self, as_role):
        assert as_role(Role.CPA).get("/delivery/").status_code == 302

    def test_it_says_when_a_report_has_no_recipients_yet(self, keeper, unmix, monkeypatch):
        from referrals.workflow import routing

        monkeypatch.setattr(routing, "plan_routing", lambda situation: 1 / 0)
        unmix.file()
        assert "could not be worked out" in keeper.get("/delivery/").content.decode()


def test_a_dead_notice_shows_on_the_leads_desk(as_role, report):
    Notification.objects.filter(referral__role="JOC").update(status="dead")
    counts = as_role(Role.CPA).get("/desk/").context["counts"]
    assert {c["label"]: c["number"] for c in counts}["Undelivered"] == 1
