"""When something is away, nothing typed is lost and the answer says what to do."""

from uuid import UUID

import pytest
from django.db import OperationalError
from django.test import Client

from actors.roles import Role
from referrals.models import HistoryEntry, Report, Verb
from referrals.views import filing
from tests.referrals.views.test_filing_pages import NEW, s04


@pytest.fixture
def away(monkeypatch):
    def lost(**kwargs):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(filing, "file_report", lost)


def test_a_lost_database_answers_503_and_says_that_the_text_is_still_there(as_role, away):
    browser: Client = as_role(Role.UNPOL_OFFICER)
    answer = browser.post(NEW, s04(action="send"))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "go back one page" in answer.content.decode()
    assert Report.objects.count() == 0


def test_health_says_one_word_and_no_count(client, db):
    for path in ("/health/live", "/health/ready", "/health/delivery"):
        assert list(client.get(path).json()) == ["status"]


def test_pages_of_libraries_that_the_portal_does_not_offer_are_closed(as_role):
    browser = as_role(Role.CPA)
    assert browser.get("/accounts/email/").status_code == 404


def test_answers_to_people_who_signed_in_are_kept_by_nobody(as_role):
    browser = as_role(Role.CPA)
    browser.cookies["sessionid"] = browser.cookies["sessionid"].value
    assert browser.get("/desk/").headers["Cache-Control"] == "no-store"


def test_pages_allow_no_inline_script_or_style_and_no_other_host(client, db):
    policy = client.get("/accounts/login/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy


def test_an_open_page_whose_session_ended_goes_to_sign_in_as_a_whole(client, db):
    answer = client.get("/desk/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/accounts/login/?next=/desk/"
    assert answer.content == b""


class TestAFormOfAPageThatStays:
    """Sent by htmx in place of the browser: what was typed is still on the page."""

    BOOSTED = {"HX-Request": "true", "HX-Boosted": "true"}

    @pytest.fixture
    def address(self, unmix) -> str:
        return f"/reports/{unmix.file().report.reference}/acknowledge/"

    @pytest.fixture
    def adviser(self, unmix) -> str:
        return str(unmix.user(Role.CPA).public_id)

    def test_after_the_session_it_is_refused_and_the_page_stays(self, client, address):
        answer = client.post(address, headers=self.BOOSTED)
        assert (answer.status_code, answer.content) == (401, b"")
        assert "HX-Redirect" not in answer.headers

    def test_also_where_the_token_went_with_the_session(self, address):
        answer = Client(enforce_csrf_checks=True).post(address, headers=self.BOOSTED)
        assert answer.status_code == 401

    def test_a_link_leads_to_sign_in_as_a_whole(self, client, db):
        answer = client.get("/desk/?show=all", headers=self.BOOSTED)
        assert answer.headers["HX-Redirect"] == "/accounts/login/?next=/desk/%3Fshow%3Dall"

    def test_in_the_name_of_somebody_who_signed_in_since_nothing_is_done(
        self, as_role, address, adviser
    ):
        headers = self.BOOSTED | {"X-Person": adviser}
        other = as_role(Role.UNPOL_CPFP_FIELD)
        assert other.post(address, headers=headers).status_code == 401
        assert not HistoryEntry.objects.filter(verb=Verb.ACKNOWLEDGED).exists()
        assert other.get("/desk/", headers=headers).headers["HX-Refresh"] == "true"
        assert as_role(Role.CPA).post(address, headers=headers).status_code == 302
        assert HistoryEntry.objects.get(verb=Verb.ACKNOWLEDGED).actor.public_id == UUID(adviser)
