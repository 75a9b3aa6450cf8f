"""The page that the browser shows in place of My reports while there is no link."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actors.roles import Role
from referrals.views import worker

OFFLINE = "/reports/offline/"


@pytest.fixture
def officer(as_role) -> Client:
    return as_role(Role.UNPOL_OFFICER)


def test_it_leads_to_a_new_report_and_has_room_for_what_waits(officer):
    page = officer.get(OFFLINE).content.decode()
    assert 'class="door main" href="/reports/new/"' in page
    assert "data-waiting" in page


def test_it_names_no_report_and_takes_as_many_statements_with_3_as_with_none(officer, unmix):
    def ask() -> tuple[str, int]:
        with CaptureQueriesContext(connection) as captured:
            page = officer.get(OFFLINE).content.decode()
        return page, len(captured)

    ask()
    _page, before = ask()
    reports = [unmix.file().report for _ in range(3)]
    page, statements = ask()
    assert statements == before
    assert not any(report.reference in page for report in reports)


def test_it_asks_for_nothing_that_the_browser_does_not_keep_anyway(officer):
    page = officer.get(OFFLINE).content.decode()
    asked = set(re.findall(r'(?:src|href|data-script)="/static/([^"]+)"', page))
    assert asked <= {*worker.FORM_ASSETS, *worker.LATER_ASSETS}


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_can_be_sent_to_it(officer, method):
    assert getattr(officer, method)(OFFLINE).status_code == 405


def test_who_is_signed_out_is_asked_to_sign_in(client):
    assert client.get(OFFLINE).url == f"/accounts/login/?next={OFFLINE}"
