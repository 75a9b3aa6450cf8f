"""The form's page opens a draft of a device, and keeps what it cannot show."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from actors.roles import Role
from referrals.models import Draft
from tests.referrals.views.devices import patch


@pytest.fixture
def officer(as_role) -> Client:
    return as_role(Role.UNPOL_OFFICER)


def test_a_draft_of_a_device_opens_on_the_page_under_its_own_id(officer):
    uuid = uuid4()
    patch(officer, uuid, set={"narrative": ["Told at noon."], "boys": ["2"]})
    page = officer.get(f"/reports/new/?draft={uuid}").content.decode()
    assert re.search(r'name="uuid" value="([^"]*)"', page).group(1) == str(uuid)
    assert "Told at noon." in page


def test_what_an_older_form_asked_is_shown_and_carried_on(officer):
    uuid = uuid4()
    patch(officer, uuid, form="0123456789ab", set={"weather": ["Heavy rain"], "boys": ["2"]})
    page = officer.get(f"/reports/new/?draft={uuid}")
    assert [left.values for left in page.context["left_over"]] == [("Heavy rain",)]
    again = officer.post(
        "/reports/new/", {"uuid": str(uuid), "action": "edit", "left_over.weather": "Heavy rain"}
    )
    assert [left.name for left in again.context["left_over"]] == ["weather"]


def test_a_page_without_javascript_on_an_older_version_is_kept_beside_the_newer_one(officer):
    uuid = uuid4()
    patch(officer, uuid, set={"boys": ["2"]})
    patch(officer, uuid, base=1, set={"girls": ["1"]})
    page = {"uuid": str(uuid), "action": "save", "boys": "5", "draft_version": "1"}
    answer = officer.post("/reports/new/", page, follow=True)
    assert "Both are kept" in answer.content.decode()
    typed = [draft.typed for draft in Draft.objects.order_by("pk")]
    assert typed[0] == {"boys": ["2"], "girls": ["1"]}
    assert typed[1]["boys"] == ["5"]


def test_a_page_that_is_too_large_to_keep_is_given_back_filled(officer):
    text = "x" * 100_000
    page = {"uuid": str(uuid4()), "action": "save", "narrative": text}
    answer = officer.post("/reports/new/", page)
    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert "This is too long to be kept" in answer.content.decode()
