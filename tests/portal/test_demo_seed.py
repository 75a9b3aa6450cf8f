"""The demo's mission: complete, fictional, stored once."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from knox.auth import TokenAuthentication

from actors.models import Area, Contact, HrddpStatus, Mission, Organization, Post, User
from actors.roles import Role
from portal.demo.cover import NEVER_TOLD
from portal.demo.directory import PARTNER_DESK
from portal.demo.people import PASSWORD
from referrals.models import (
    Notification,
    PartnerLink,
    Referral,
    Report,
    ReportedViolation,
    ReportMessage,
    Task,
    WelfareRequest,
)
from referrals.models.choices import Concern, Violation
from referrals.notifications.links import token_of
from referrals.workflow.partners import find_link


def seed() -> list[dict]:
    printed = StringIO()
    with override_settings(DEMO=True):
        call_command("seed_demo", stdout=printed)
    return json.loads(printed.getvalue().splitlines()[-1])["people"]


@pytest.fixture(scope="module")
def people(django_db_setup, django_db_blocker):
    """Seeded once for this module, in a transaction that is never committed."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield seed()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _seeded(people, db):
    """Each test works in a savepoint of that transaction."""


def test_outside_the_demo_it_refuses():
    with pytest.raises(CommandError, match="Only for the demo"):
        call_command("seed_demo")


def test_the_people_come_in_a_useful_order(people):
    first = [(person["role"], person["login"]) for person in people[:4]]
    assert first == [
        ("UNPOL_OFFICER", "officer.portsela"),
        ("UNPOL_SUPERVISOR", "supervisor.portsela"),
        ("UNPOL_CPFP_FIELD", "focalpoint.portsela"),
        ("CPA", "cpa"),
    ]
    administrators = [person["login"] for person in people if person["role"] == "ADMIN"]
    assert administrators == ["admin", "admin.second"]
    assert people[0]["areas"] == ["QM0201"]
    assert people[0]["post"] == "UNPOL officer, UNPOL Team Site Port Sela"


def test_everybody_signs_in_with_the_password_and_the_token(people, rf):
    assert authenticate(username="cpa", password=PASSWORD) == User.objects.get(username="cpa")
    assert {person["password"] for person in people} == {PASSWORD}
    for person in (people[0], people[3]):
        request = rf.get("/", headers={"authorization": f"Token {person['api_token']}"})
        user, _token = TokenAuthentication().authenticate(request)
        assert user.username == person["login"]


def test_there_is_a_person_for_every_role_but_those_of_the_host_state(people):
    without = {role for role in Role if role.startswith("HS_")} | {
        Role.COMMUNITY_LEADER,
        Role.NGO_REPORTER,
    }
    assert {person["role"] for person in people} == {str(r) for r in set(Role) - without} | {
        "ADMIN"
    }


def test_no_address_leads_anywhere():
    mail = Contact.objects.filter(channel="email")
    assert all(contact.address.endswith("@example.org") for contact in mail)
    people = User.objects.filter(holdings__isnull=False)
    assert set(people.values_list("pk", flat=True)) <= set(mail.values_list("user", flat=True))
    # Of the numbers that Ofcom keeps free for fiction.
    phones = Contact.objects.filter(channel="phone").values_list("address", flat=True)
    assert phones
    assert all(number.startswith("+442079460") for number in phones)


def test_the_mission_says_that_it_is_fictional():
    mission = Mission.objects.get()
    assert mission.is_fictional
    assert "fictional" in mission.name


def test_areas_and_due_diligence_are_those_of_the_scenarios():
    districts = Area.objects.filter(level=2).values_list("code", "name", "parent__name")
    assert ("QM0201", "Port Sela", "Lakeside") in districts
    assert len(districts) == 6
    units = Post.objects.filter(role=Role.HS_POLICE_SPECIALISED)
    assert dict(units.values_list("areas__code", "organization__hrddp_status")) == {
        "QM0101": HrddpStatus.CLEARED,
        "QM0102": HrddpStatus.PENDING,
        "QM0201": HrddpStatus.CLEARED,
        "QM0202": HrddpStatus.CONDITIONAL,
        "QM0301": HrddpStatus.PENDING,
        "QM0302": HrddpStatus.NOT_CLEARED,
    }


def test_who_is_part_of_whom():
    contingent = Organization.objects.get(name="UNMIX Contingent 4")
    assert contingent.parent.name == "UNMIX Military Component"
    unit = Organization.objects.get(name="Kesara Children and Women Unit, Tolwe")
    assert unit.parent.parent.name == "Kesara National Police"


def test_one_adviser_post_with_a_deputy_covers_the_mission():
    post = Post.objects.get(role=Role.CPA)
    assert not post.areas.exists()
    assert sorted(post.holdings.values_list("rank", flat=True)) == ["deputy", "primary"]


def test_only_the_vale_of_myre_has_no_focal_point():
    covered = Post.objects.filter(role=Role.UNPOL_CPFP_FIELD).values_list("areas__code", flat=True)
    districts = Area.objects.filter(level=2).values_list("code", flat=True)
    assert set(districts) - set(covered) == {"QM0302"}


@pytest.mark.parametrize("login", ["admin", "admin.second"])
def test_who_maintains_the_directory_reads_no_case(login):
    admin = User.objects.get(username=login)
    assert admin.is_staff
    assert not admin.is_superuser
    assert not admin.holdings.exists()
    assert not Report.objects.visible_to(admin).exists()


def test_reports_show_every_kind_and_every_page_has_some():
    assert Report.objects.count() >= 40
    assert set(ReportedViolation.objects.values_list("code", flat=True)) == {
        *Violation.values,
        *Concern.values,
    }
    assert Report.objects.filter(track="misconduct").count() == 2
    assert not Report.objects.unrouted().exists()
    statuses = set(Referral.objects.values_list("status", flat=True))
    assert statuses == {"proposed", "held", "sent", "acknowledged", "done", "revoked"}
    assert Referral.objects.filter(released_by__username="cpa").exists()
    assert Referral.objects.awaiting_forward().exists()


def test_every_seeded_recipient_was_found():
    assert not Referral.objects.filter(is_gap=True).exists()
    assert not Referral.objects.filter(role__in=NEVER_TOLD).exists()


def test_nothing_of_it_waits_to_be_mailed_but_a_partners_link_that_opens():
    waiting = Notification.objects.waiting().get()
    link = PartnerLink.objects.get(referral=waiting.referral, contact=waiting.contact)
    assert waiting.address == PARTNER_DESK
    assert find_link(token_of(link), at=timezone.now() + timedelta(days=5)) == link
    assert not waiting.referral.post.holdings.exists()
    dead = Notification.objects.dead().get()
    assert dead.contact.failed_at
    assert dead.referral.sent_at


def test_a_plan_of_action_is_half_written_and_its_clock_runs():
    now = timezone.now()
    task = Task.objects.get(code="plan_of_action", status="open", due_at__gt=now)
    assert set(task.sections) == {"known", "services", "objectives"}
    assert task.actions.count() == 3
    assert not task.versions.exists()
    assert task.due_at - now > timedelta(minutes=50)


def test_two_patrols_told_of_the_same_and_one_report_goes_on():
    merged = Report.objects.get(status="merged")
    assert merged.master.status == "routed"
    assert (merged.area, merged.perpetrator_org) == (
        merged.master.area,
        merged.master.perpetrator_org,
    )
    told = Notification.objects.filter(referral__report=merged, step__startswith="linked-")
    assert told.exists()


def test_what_is_closed_has_nothing_open():
    closed = Report.objects.filter(status="closed")
    assert closed.count() >= 5
    assert not Task.objects.filter(report__in=closed, status="open").exists()
    assert not Referral.objects.filter(report__in=closed).with_partner().exists()


def test_officers_are_asked_answer_and_add_and_ask_for_support():
    kinds = ReportMessage.objects.values_list("report_id", "kind")
    assert sorted(kind for _report, kind in kinds) == [*["addition"] * 2, *["question"] * 2]
    assert not ReportMessage.objects.filter(is_restricted=True).exists()
    assert Report.objects.filter(status="returned_for_info").count() == 1
    assert Report.objects.with_questions().filter(is_asked=True).count() == 1
    wishes = WelfareRequest.objects.order_by("asked_at")
    assert list(wishes.values_list("answered_by__username", flat=True)) == ["welfare", None]


def test_a_second_run_changes_nothing_but_the_tokens(people):
    counts = [model.objects.count() for model in (User, Organization, Report, Notification)]
    with CaptureQueriesContext(connection) as statements:
        again = seed()
    assert len(statements) < len(people) + 20
    assert counts == [model.objects.count() for model in (User, Organization, Report, Notification)]
    assert all(new["api_token"] != old["api_token"] for new, old in zip(again, people, strict=True))
    assert [person["login"] for person in again] == [person["login"] for person in people]
