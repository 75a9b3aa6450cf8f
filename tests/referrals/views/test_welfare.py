"""The button "This was hard on me", and the page of those who call."""

from uuid import uuid4

import pytest
from django.urls import reverse

from actors.roles import Role
from referrals.models import Notification, WelfareRequest


@pytest.fixture
def officer(as_role):
    return as_role(Role.UNPOL_OFFICER)


@pytest.fixture
def staff(as_role):
    return as_role(Role.STAFF_WELFARE)


@pytest.fixture
def asked(officer) -> WelfareRequest:
    officer.post("/support/", {"uuid": uuid4()})
    return WelfareRequest.objects.get()


def test_the_button_is_on_my_reports_and_on_the_reports_page(officer, unmix):
    report = unmix.file().report
    for url in (
        "/reports/",
        f"/reports/{report.reference}/",
        f"/reports/{report.reference}/?sent=1",
    ):
        page = officer.get(url).content.decode()
        assert page.count('href="/support/"') == 1
        assert "This was hard on me" in page


def test_opening_the_page_asks_nobody_and_says_what_happens(officer):
    page = officer.get("/support/").content.decode()
    assert "They learn your name and when you asked. No report, no place, no reason." in page
    assert not WelfareRequest.objects.exists()


def test_the_officer_reads_that_it_was_asked_and_answered(officer, staff, asked):
    assert "Not called yet" in officer.get("/support/").content.decode()
    assert "Staff Welfare will call you." in officer.get("/reports/").content.decode()
    staff.post(f"/welfare/{asked.uuid}/called/")
    assert "Staff Welfare called, " in officer.get("/support/").content.decode()
    assert "Staff Welfare called, " in officer.get("/reports/").content.decode()


def test_a_page_sent_twice_is_one_wish(officer):
    uuid = uuid4()
    for _step in range(2):
        assert officer.post("/support/", {"uuid": uuid}).url == "/support/"
    assert WelfareRequest.objects.count() == 1


@pytest.mark.parametrize("typed", [{}, {"uuid": "nonsense"}])
def test_a_broken_page_is_shown_anew_with_an_id_that_works(officer, typed):
    answer = officer.post("/support/", typed)
    assert answer.status_code == 422
    assert not WelfareRequest.objects.exists()
    assert "nonsense" not in answer.content.decode()


def test_where_nobody_can_be_asked_the_officer_is_told_whom_to_call(officer, unmix):
    unmix.posts[Role.STAFF_WELFARE].holdings.all().delete()
    answer = officer.post("/support/", {"uuid": uuid4()})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Nobody at Staff Welfare can be written to now." in page
    assert f'<a href="{reverse("my-contacts")}">My contacts</a>' in page
    assert not WelfareRequest.objects.exists()


def test_without_a_post_there_is_nobody_to_ask(client, django_user_model):
    client.force_login(django_user_model.objects.create(username="none", name="None"))
    assert client.get("/support/").status_code == 403


def test_staff_welfare_reads_the_name_and_the_moment_and_nothing_of_a_report(
    staff, officer, unmix, asked
):
    report = unmix.file(narrative="CANARY").report
    page = staff.get("/welfare/").content.decode()
    assert page.count("Person of UNPOL_OFFICER") == 2  # once to read, once in the button's name
    for fact in ("CANARY", report.reference, "Port Sela", "hospital"):
        assert fact not in page


def test_the_longest_wait_stands_first_and_who_was_called_moves_down(staff, officer, asked):
    officer.post("/support/", {"uuid": uuid4()})
    second = WelfareRequest.objects.latest("pk")
    rows = staff.get("/welfare/").context["open"]
    assert [row["wish"] for row in rows] == [asked, second]
    staff.post(f"/welfare/{asked.uuid}/called/")
    context = staff.get("/welfare/").context
    assert [row["wish"] for row in context["open"]] == [second]
    assert [row["wish"] for row in context["called"]] == [asked]


def test_calling_twice_names_who_called(staff, asked):
    staff.post(f"/welfare/{asked.uuid}/called/")
    again = staff.post(f"/welfare/{asked.uuid}/called/", follow=True).content.decode()
    assert "Person of STAFF_WELFARE has called already" in again


def test_the_empty_page_says_what_it_is_for(staff):
    assert "Nobody waits for a call" in staff.get("/welfare/").content.decode()


def test_nobody_else_learns_of_it(as_role, unmix, asked, client, django_user_model):
    client.force_login(
        django_user_model.objects.create(
            username="root", name="Root", is_staff=True, is_superuser=True
        )
    )
    others = [as_role(role) for role in unmix.people if role != Role.STAFF_WELFARE]
    for browser in [client, *others]:
        assert browser.get("/welfare/").status_code == 404
        assert browser.post(f"/welfare/{asked.uuid}/called/").status_code == 404
        assert browser.get(f"/notice/{Notification.objects.get().code}/").status_code == 404
    asked.refresh_from_db()
    assert asked.answered_at is None


def test_the_notice_leads_staff_welfare_to_their_page(staff, asked):
    assert staff.get(f"/notice/{Notification.objects.get().code}/").url == "/welfare/"


def test_the_pages_take_few_statements_whatever_is_there(
    officer, staff, unmix, django_assert_max_num_queries
):
    for number in (1, 3, 50):
        while WelfareRequest.objects.count() < number:
            officer.post("/support/", {"uuid": uuid4()})
        with django_assert_max_num_queries(8):
            assert len(staff.get("/welfare/").context["open"]) == number
        with django_assert_max_num_queries(8):
            assert len(officer.get("/support/").context["wishes"]) == number
