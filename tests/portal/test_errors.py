"""When something is away, nothing typed is lost and the answer says what to do."""

import pytest
from django.db import OperationalError
from django.test import Client

from actors.roles import Role
from referrals.models import Report
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
