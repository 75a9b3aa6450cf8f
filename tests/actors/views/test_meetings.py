"""The calendar of coordination meetings, and one meeting as an iCalendar file."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.models import Meeting
from actors.roles import Role
from actors.views.icalendar import calendar_of
from tests.factories import CoordinationBodyFactory, OrganizationFactory, PostHoldingFactory

PAGE = "/directory/meetings/"


@pytest.fixture
def officer(as_role):
    return as_role(Role.UNPOL_OFFICER)


@pytest.fixture
def body(unmix):
    organization = unmix.organizations["CTFMR Kesara"]
    return CoordinationBodyFactory(organization=organization, rhythm="Tuesdays, 10:00")


@pytest.fixture
def meet(body):
    """A function that plans a meeting so many days ahead."""

    def plan(days=1, **given):
        begins_at = timezone.now() + timedelta(days=days)
        return Meeting.objects.create(**{"body": body, "begins_at": begins_at} | given)

    return plan


def address(meeting):
    return f"{PAGE}{meeting.public_id}/file/"


def weeks(client):
    found = client.get(PAGE).context["weeks"]
    return [(monday, [row["meeting"] for row in rows]) for monday, rows in found]


def text(client):
    return " ".join(client.get(PAGE).content.decode().split())


class TestCalendar:
    def test_weeks_are_those_of_the_missions_clock(self, unmix, officer, meet):
        """A Sunday evening in Greenwich is Monday in Tokyo."""
        unmix.mission.time_zone = "Asia/Tokyo"
        unmix.mission.save()
        now = timezone.now()
        sunday = now.replace(hour=20, minute=0, second=0) + timedelta(days=13 - now.weekday())
        early = meet(begins_at=sunday - timedelta(hours=8), ends_at=sunday - timedelta(hours=7))
        late = meet(begins_at=sunday)
        monday = sunday.date() + timedelta(days=1)
        assert weeks(officer) == [(monday - timedelta(days=7), [early]), (monday, [late])]
        page = text(officer)
        assert f"{sunday:Sunday, %-d %B}, 21:00" in page
        assert "\N{EN DASH} 22:00" in page
        assert f"{monday:Monday, %-d %B}, 05:00" in page
        assert f"Week {monday:%-V}, from {monday:%-d %B %Y}" in page

    def test_what_is_over_and_what_is_far_is_left_out(self, officer, meet):
        meet(-2)
        meet(-1, ends_at=timezone.now() - timedelta(minutes=1))
        running = meet(-1, ends_at=timezone.now() + timedelta(hours=1))
        soon = meet(80)
        meet(90)
        assert [each for _monday, week in weeks(officer) for each in week] == [running, soon]

    def test_none_says_what_would_be_here(self, officer):
        page = text(officer)
        assert "No meeting is planned" in page
        assert "No coordination body is listed for you." in page

    def test_bodies_with_rhythm_chairs_and_what_they_take(self, unmix, officer, body):
        body.chairs.add(unmix.organizations["UNICEF Kesara"])
        page = text(officer)
        assert "Tuesdays, 10:00" in page
        assert "Chaired by: UNICEF Kesara" in page
        assert "takes numbers only, never a case" in page
        body.aggregate_only = False
        body.save()
        assert "takes cases released to it" in text(officer)

    def test_a_partner_is_not_told_of_a_chair_they_may_not_know_of(self, unmix, as_role, body):
        body.chairs.add(unmix.organizations["Kesara National Police"])
        assert "Kesara National Police" in text(as_role(Role.UNPOL_OFFICER))
        assert "Kesara National Police" not in text(as_role(Role.UNICEF_CP))

    def test_those_of_another_mission_and_of_retired_bodies_are_not_there(
        self, officer, body, meet
    ):
        Meeting.objects.create(
            body=CoordinationBodyFactory(), begins_at=timezone.now() + timedelta(days=1)
        )
        meet()
        body.organization.retired_at = timezone.now()
        body.organization.save()
        assert weeks(officer) == []

    def test_who_may_not_read_it(self, as_role, client):
        assert as_role(Role.HS_POLICE_SPECIALISED).get(PAGE).status_code == 404
        assert client.get(PAGE).status_code == 302

    @pytest.mark.parametrize("number", [1, 3, 50])
    def test_it_takes_the_same_statements_however_many_there_are(
        self, unmix, officer, body, meet, number
    ):
        for n in range(number):
            meet(n + 1)
            organization = OrganizationFactory(mission=unmix.mission, kind="coordination_body")
            CoordinationBodyFactory(organization=organization).chairs.add(body.organization)
        with CaptureQueriesContext(connection) as asked:
            officer.get(PAGE)
        assert len(asked) == 6


class TestFile:
    def test_it_carries_the_meeting_in_utc(self, officer, meet):
        meeting = meet(
            begins_at=datetime(2031, 3, 2, 20, 0, tzinfo=UTC),
            ends_at=datetime(2031, 3, 2, 21, 30, tzinfo=UTC),
            place="Room 4",
            agenda="Trends",
        )
        answer = officer.get(address(meeting))
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Disposition"] == (
            f'attachment; filename="{meeting.public_id}.ics"'
        )
        lines = answer.content.decode().split("\r\n")
        assert lines[-1] == ""
        assert lines[7:12] == [
            "DTSTART:20310302T200000Z",
            "DTEND:20310302T213000Z",
            "SUMMARY:CTFMR Kesara",
            "LOCATION:Room 4",
            "DESCRIPTION:Numbers only\\, never a case.\\nTrends",
        ]

    def test_nothing_typed_can_begin_a_line_of_its_own(self, meet):
        for ending in ("\r\n", "\n", "\r", "\x0b", "\x85", "\u2028"):
            meeting = meet(place=f"a;b,c\\d{ending}ATTACH:http://evil.example", agenda="\x07\x1b")
            said = calendar_of(meeting, stamped_at=timezone.now())
            assert "LOCATION:a\\;b\\,c\\\\d\\nATTACH:http://evil.example\r\n" in said
            assert all(c.isprintable() for c in said.replace("\r\n", ""))

    def test_long_lines_are_folded_between_characters(self, meet):
        agenda = "é" * 200 + "\u0627\u200c" * 200 + "🙂" * 50
        said = calendar_of(meet(agenda=agenda), stamped_at=timezone.now())
        lines = said.split("\r\n")
        assert max(len(line.encode()) for line in lines) == 75
        assert agenda in said.replace("\r\n ", "")

    def test_what_is_not_there_is_not_found(self, officer, as_role, meet, client):
        elsewhere = Meeting.objects.create(body=CoordinationBodyFactory(), begins_at=timezone.now())
        assert officer.get(address(elsewhere)).status_code == 404
        assert officer.get(f"{PAGE}{uuid4()}/file/").status_code == 404
        meeting = meet()
        assert as_role(Role.HS_POLICE_SPECIALISED).get(address(meeting)).status_code == 404
        client.force_login(PostHoldingFactory().user)
        assert client.get(address(meeting), {"mission": "UNMIX"}).status_code == 404
