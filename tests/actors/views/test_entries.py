"""The pages of organizations and services, and looks at contact data."""

from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from actors.models import (
    Channel,
    Contact,
    ContactLook,
    HrddpStatus,
    OpeningHours,
    Organization,
    PathwayStep,
    ServiceKind,
)
from actors.permissions import viewer_of
from actors.roles import Role
from actors.workflow.looking import record_looks
from tests.factories import (
    ActivityFactory,
    ContactFactory,
    CoordinationBodyFactory,
    DocumentFactory,
    LocationFactory,
    PathwayFactory,
    PostFactory,
    PostHoldingFactory,
    RelationFactory,
    ServiceFactory,
)

SECRETS = {
    "perception_note": "Seen as close to the Front",
    "security_assessor": "Assessor of security",
    "hrddp_assessor": "Assessor of diligence",
    "hrddp_conditions": "Only on weekdays",
}


def entry_page(browser, entry, status=200):
    page = browser.get(reverse(entry._meta.model_name, args=[entry.public_id]))
    assert page.status_code == status
    return page.content.decode() if status == 200 else ""


def contacts_page(browser, entry):
    kind = entry._meta.model_name
    return browser.post(reverse("show-contacts", args=[kind, entry.public_id]))


@pytest.fixture
def ngo(unmix):
    return unmix.organizations["Hearth and Haven"]


@pytest.fixture
def service(unmix, ngo):
    return ServiceFactory(organization=ngo, name="Listening tent", areas=[unmix.areas["QM0201"]])


@pytest.fixture
def assessed(unmix):
    """A host-State unit about which everything secret is known."""
    unit = unmix.organizations["Kesara Children and Women Unit"]
    today = timezone.now().date()
    facts = SECRETS | {
        "hrddp_status": HrddpStatus.CONDITIONAL,
        "hrddp_assessed_on": today,
        "hrddp_expires_on": today + timedelta(days=30),
        "security_rating": 2,
        "security_assessed_on": today,
        "do_not_attribute": True,
        "party_link": unmix.organizations["Front for Myre"],
    }
    Organization.objects.filter(pk=unit.pk).update(**facts)
    return unit


@pytest.mark.parametrize(
    ("role", "reads"),
    [(Role.CPA, True), (Role.JOC, False), (Role.HS_POLICE_SPECIALISED, False)],
)
def test_assessments_are_for_who_leads_on_child_protection(as_role, assessed, role, reads):
    words = entry_page(as_role(role), assessed)
    said = {secret: secret in words for secret in (*SECRETS.values(), "Never outside the mission")}
    assert said == dict.fromkeys(said, reads)
    assert ("Front for Myre" in words) == reads


def test_an_assessment_that_has_expired_counts_as_pending(as_role, assessed):
    Organization.objects.update(hrddp_expires_on=timezone.now().date() - timedelta(days=1))
    assert "Pending" in entry_page(as_role(Role.CPA), assessed)


@pytest.mark.parametrize("role", [Role.CPA, Role.JOC, Role.WHO, Role.HS_POLICE_SPECIALISED])
def test_an_entry_that_is_hidden_is_not_there(as_role, unmix, role):
    viewer, browser = viewer_of(unmix.user(role), unmix.mission), as_role(role)
    seen = set(viewer.organizations().values_list("pk", flat=True))
    for organization in unmix.organizations.values():
        status = 200 if organization.pk in seen else 404
        entry_page(browser, organization, status)
        entry_page(browser, ServiceFactory(organization=organization), status)
        assert contacts_page(browser, organization).status_code == status


def test_a_retired_entry_and_one_of_another_mission_are_not_there(as_role, service, other_mission):
    type(service).objects.update(retired_at=timezone.now())
    entry_page(as_role(Role.CPA), service, 404)
    entry_page(as_role(Role.CPA), ServiceFactory(organization__mission=other_mission), 404)


def test_no_hidden_organization_is_named_on_a_page_that_is_seen(as_role, unmix, ngo, service):
    """Everything that can tie the NGO to the armed group is there."""
    front = unmix.organizations["Front for Myre"]
    Organization.objects.filter(pk=ngo.pk).update(parent=front, party_link=front)
    ngo.affiliates.add(front)
    RelationFactory(origin=ngo, target=front)
    body = CoordinationBodyFactory(organization=unmix.organizations["CTFMR Kesara"])
    body.members.set([ngo, front])
    body.chairs.set([front])
    for entry in (ngo, service, body.organization):
        assert "Front for Myre" not in entry_page(as_role(Role.WHO), entry)
        if entry != service:
            assert "Front for Myre" in entry_page(as_role(Role.CPA), entry)


def test_the_page_of_an_organization_shows_all_that_belongs_to_it(as_role, unmix, ngo, service):
    ActivityFactory(organization=ngo, area=unmix.areas["QM0101"], description="Tent school")
    DocumentFactory(mission=unmix.mission, organization=ngo, title="Tent rules")
    body = CoordinationBodyFactory(organization=unmix.organizations["CTFMR Kesara"])
    body.members.add(ngo)
    pathway = PathwayFactory(area=unmix.areas["QM0201"])
    PathwayStep.objects.create(pathway=pathway, position=1, service=service)
    words = entry_page(as_role(Role.JOC), ngo)
    expected = ["Listening tent", "Tent school", "Tent rules", "CTFMR Kesara", "Port Sela"]
    assert [word for word in expected if word not in words] == []
    assert "Rape or other sexual violence, Port Sela" in words
    assert "Rape or other sexual violence, Port Sela" in entry_page(as_role(Role.JOC), service)


@pytest.mark.parametrize(
    ("role", "is_named"),
    [(Role.CPA, True), (Role.JOC, True), (Role.WHO, False), (Role.PSS_PROVIDER, False)],
)
def test_colleagues_read_who_is_on_duty_in_the_mission(as_role, unmix, role, is_named):
    words = entry_page(as_role(role), unmix.organizations["UNMIX Police"])
    assert ("Person of HOPC" in words) == is_named
    assert "The holder answers" in words


@pytest.mark.parametrize(
    ("role", "is_named"),
    [(Role.CPA, True), (Role.JOC, False), (Role.WHO, False), (Role.PSS_PROVIDER, True)],
)
def test_people_outside_the_mission_are_named_to_their_own_and_to_who_leads(
    as_role, ngo, role, is_named
):
    assert ("Person of PSS_PROVIDER" in entry_page(as_role(role), ngo)) == is_named


@pytest.fixture
def shelter(unmix, ngo):
    shelter = ServiceFactory(organization=ngo, name="House", kind=ServiceKind.SAFE_SHELTER)
    shelter.locations.add(LocationFactory(area=unmix.areas["QM0201"], name="Hidden lane 4"))
    return shelter


@pytest.mark.parametrize(
    ("role", "reads"), [(Role.CPA, True), (Role.JOC, False), (Role.WHO, False)]
)
def test_where_a_shelter_lies_is_for_few(as_role, shelter, role, reads):
    assert ("Hidden lane 4" in entry_page(as_role(role), shelter)) == reads
    page = as_role(role).get(reverse("directory"), {"q": "Hidden lane"})
    assert page.context["rows"] == []


def test_where_another_service_is_given_is_for_everybody(as_role, unmix, service):
    service.locations.add(LocationFactory(area=unmix.areas["QM0201"], name="School street 1"))
    assert "School street 1" in entry_page(as_role(Role.WHO), service)


@pytest.mark.parametrize(
    ("clock", "said"), [("07:59", "Closed now"), ("08:00", "Open now"), ("16:00", "Closed now")]
)
def test_open_now_is_by_the_clock_of_the_mission(as_role, unmix, service, clock, said):
    unmix.mission.time_zone = "Africa/Nairobi"
    unmix.mission.save()
    OpeningHours.objects.create(
        service=service, weekdays=["MO"], opens_at=time(8), closes_at=time(16)
    )
    monday = datetime.fromisoformat(f"2026-11-23T{clock}").replace(tzinfo=unmix.mission.zone)
    with time_machine.travel(monday, tick=False):
        assert said in entry_page(as_role(Role.JOC), service)
    with time_machine.travel(monday + timedelta(days=1), tick=False):
        assert "Closed now" in entry_page(as_role(Role.JOC), service)


def test_a_service_that_is_closed_for_a_time_is_never_open_now(as_role, service):
    OpeningHours.objects.create(
        service=service,
        weekdays=["MO", "TU", "WE", "TH", "FR", "SA", "SU"],
        opens_at=time(0),
        closes_at=time(23, 59, 59),
    )
    type(service).objects.update(status="temporarily closed", alert="Flooded")
    words = entry_page(as_role(Role.JOC), service)
    assert ("Open now" in words, "Flooded" in words) == (False, True)


@pytest.fixture
def contacts(ngo, service):
    of_service = ContactFactory(user=None, service=service, address="tent@example.org")
    of_ngo = ContactFactory(
        user=None, organization=ngo, channel=Channel.PHONE, address="+442079460123"
    )
    return [of_service, of_ngo]


def test_contact_data_is_shown_when_asked_for_and_each_look_is_written_down(
    as_role, unmix, service, contacts
):
    browser = as_role(Role.CPA)
    words = entry_page(browser, service)
    assert "Show contact data" in words
    assert [c.address for c in contacts if c.address in words] == []
    assert ContactLook.objects.count() == 0
    page = contacts_page(browser, service)
    assert [c.address for c in contacts if c.address not in page.content.decode()] == []
    assert page["Cache-Control"] == "no-store"
    looks = set(ContactLook.objects.values_list("viewer", "contact", "whose", "where"))
    who = unmix.user(Role.CPA).pk
    assert looks == {
        (who, contacts[0].pk, "Listening tent (Hearth and Haven)", "search"),
        (who, contacts[1].pk, "Hearth and Haven", "search"),
    }


@pytest.mark.parametrize("role", [Role.JOC, Role.WHO])
def test_who_may_not_see_contact_data_is_told_whom_to_ask(as_role, service, contacts, role):
    browser = as_role(role)
    for words in (entry_page(browser, service), contacts_page(browser, service).content.decode()):
        assert [c.address for c in contacts if c.address in words] == []
        assert "Reached through: Child Protection Adviser." in words
        assert reverse("my-contacts") in words
    assert ContactLook.objects.count() == 0


def test_contact_data_is_not_shown_by_following_a_link(as_role, service, contacts):
    address = reverse("show-contacts", args=["service", service.public_id])
    page = as_role(Role.CPA).get(address, follow=True)
    assert page.redirect_chain[0][0].startswith(reverse("service", args=[service.public_id]))
    assert contacts[0].address not in page.content.decode()
    assert ContactLook.objects.count() == 0


def test_only_people_who_answer_now_are_among_the_contacts(as_role, unmix):
    organization = unmix.organizations["UNMIX Police"]
    on_duty = ContactFactory(user=unmix.user(Role.HOPC))
    past = PostHoldingFactory(
        post=PostFactory(organization=organization),
        held_until=timezone.now() - timedelta(days=1),
    )
    gone = ContactFactory(user=past.user)
    words = contacts_page(as_role(Role.JOC), organization).content.decode()
    assert (on_duty.address in words, gone.address in words) == (True, False)


def test_an_entry_of_another_kind_has_no_contacts(as_role, ngo):
    address = reverse("show-contacts", args=["rosters", ngo.public_id])
    assert as_role(Role.CPA).post(address).status_code == 404


def test_the_number_of_statements_does_not_grow(as_role, unmix, ngo):
    browser, counted = as_role(Role.CPA), []
    for number in (1, 2, 47):
        for each in range(number):
            name = f"{len(counted)}-{each}"
            ContactFactory(user=None, service=ServiceFactory(organization=ngo, name=name))
            PostHoldingFactory(post=PostFactory(organization=ngo))
            ActivityFactory(organization=ngo, area=unmix.areas["QM0101"])
            DocumentFactory(mission=unmix.mission, organization=ngo)
        with CaptureQueriesContext(connection) as seen:
            entry_page(browser, ngo)
            contacts_page(browser, ngo)
        counted.append(len(seen))
    assert len(set(counted)) == 1


def test_looks_are_written_in_one_statement(unmix, contacts, django_assert_num_queries):
    ContactFactory(user=unmix.user(Role.HOPC))
    ContactFactory(user=None, post=unmix.posts.get(Role.CPA) or PostFactory())
    loaded = Contact.objects.select_related(
        "user", "post__organization", "organization", "service__organization"
    )
    found = list(loaded)
    with django_assert_num_queries(1):
        record_looks(viewer=unmix.people[Role.CPA], contacts=found, where="api")
    assert ContactLook.objects.count() == len(found)
    addresses = {contact.address for contact in found}
    assert addresses & set(ContactLook.objects.values_list("whose", flat=True)) == set()
