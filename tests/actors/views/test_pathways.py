"""Referral pathways: the nearest one in force, its steps, and what is hidden from whom."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.models import PathwayStep, ServiceKind, ServiceStatus, StepRank
from actors.roles import Role
from tests.factories import (
    AreaFactory,
    CoordinationBodyFactory,
    LocationFactory,
    OrganizationFactory,
    PathwayFactory,
    PostHoldingFactory,
    ServiceFactory,
)

PAGE = "/directory/pathways/"


def today():
    """Asked in each test: a run may last over midnight."""
    return timezone.now().date()


@pytest.fixture
def officer(as_role):
    return as_role(Role.UNPOL_OFFICER)


@pytest.fixture
def pathway(unmix):
    return PathwayFactory(area=unmix.areas["QM0201"])


@pytest.fixture
def add(unmix, pathway):
    """A function that adds a service to the pathway of Port Sela; returns the service."""

    def step(position=1, rank=StepRank.PRIMARY, kind="ngo_national", to=pathway, **service):
        if "organization" not in service:
            service["organization"] = OrganizationFactory(mission=unmix.mission, kind=kind)
        made = ServiceFactory(**service)
        PathwayStep.objects.create(pathway=to, position=position, rank=rank, service=made)
        return made

    return step


def sections(client, **query):
    return client.get(PAGE, query).context["sections"]


def steps(client, **query):
    """Names by step, of the first pathway shown."""
    found = sections(client, **query)[0]["steps"]
    return [[service["name"] for service in step["services"]] for step in found]


def text(client, **query):
    answer = client.get(PAGE, query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


class TestWhichPathway:
    def test_that_of_the_area_comes_before_that_of_the_region(self, unmix, officer, pathway):
        PathwayFactory(area=unmix.areas["QM02"])
        trafficking = PathwayFactory(area=unmix.areas["QM02"], concern="trafficking")
        found = sections(officer)
        assert [(s["pathway"], s["from_above"]) for s in found] == [
            (pathway, ""),
            (trafficking, "Lakeside"),
        ]
        assert "This is the pathway of Lakeside" in text(officer)

    def test_neither_a_neighbours_nor_one_further_down(self, unmix, officer, pathway):
        PathwayFactory(area=AreaFactory(parent=unmix.areas["QM0201"], level=3, code="QX1"))
        assert [s["pathway"] for s in sections(officer)] == [pathway]
        assert sections(officer, area="QM02") == []
        assert sections(officer, area="QM0101") == []

    @pytest.mark.parametrize(
        ("begins", "ends", "is_shown"),
        [(0, 0, True), (-9, None, True), (-9, -1, False), (1, None, False)],
    )
    def test_only_in_its_days(self, unmix, officer, begins, ends, is_shown):
        PathwayFactory(
            area=unmix.areas["QM0201"],
            valid_from=today() + timedelta(days=begins),
            valid_until=None if ends is None else today() + timedelta(days=ends),
        )
        assert len(sections(officer)) == is_shown

    def test_one_out_of_date_here_leaves_that_of_the_region(self, unmix, officer, pathway):
        pathway.valid_until = today() - timedelta(days=1)
        pathway.save()
        above = PathwayFactory(area=unmix.areas["QM02"])
        assert [s["pathway"] for s in sections(officer)] == [above]

    def test_the_concern_in_the_address_leaves_one(self, unmix, officer, pathway):
        other = PathwayFactory(area=unmix.areas["QM0201"], concern="trafficking")
        assert [s["pathway"] for s in sections(officer, concern="trafficking")] == [other]
        assert len(sections(officer, concern="nonsense")) == 2

    def test_what_was_not_agreed_is_said(self, officer, pathway):
        missing = officer.get(PAGE).context["missing"]
        assert "Trafficking" in missing
        assert "Rape or other sexual violence" not in missing
        assert "No pathway is in force for Port Sela" in text(officer, concern="trafficking")

    def test_without_an_area_all_in_force_are_listed(self, as_role, pathway):
        client = as_role(Role.JOC)
        listed = client.get(PAGE).context["all_pathways"]
        assert [each["label"] for each in listed] == ["Port Sela: Rape or other sexual violence"]
        answer = client.get(listed[0]["url"])
        assert [s["pathway"] for s in answer.context["sections"]] == [pathway]

    def test_nothing_at_all_says_what_to_do(self, as_role):
        assert "No pathway is in force" in text(as_role(Role.JOC))

    def test_an_unknown_area_is_not_found(self, officer):
        assert officer.get(PAGE, {"area": "QM9999"}).status_code == 404

    def test_who_endorsed_it_and_until_when(self, unmix, officer, pathway):
        organization = OrganizationFactory(
            mission=unmix.mission, kind="coordination_body", name="Sub-cluster"
        )
        assert "Not endorsed" in text(officer)
        pathway.endorsed_by = CoordinationBodyFactory(organization=organization)
        pathway.version, pathway.valid_until = 3, today()
        pathway.save()
        page = text(officer)
        assert "Endorsed by Sub-cluster" in page
        assert "Version 3, valid from" in page
        assert f"until {today():%-d %b %Y}" in page


class TestSteps:
    def test_the_first_choice_of_each_step_and_then_who_can_help_instead(self, officer, add):
        add(2, name="Later")
        add(1, StepRank.BACKUP, name="Instead")
        add(1, name="First")
        assert steps(officer) == [["First", "Instead"], ["Later"]]
        services = sections(officer)[0]["steps"][0]["services"]
        assert [service["rank"] for service in services] == ["First choice", "If that cannot help"]

    @pytest.mark.parametrize(
        ("status", "label", "is_broken"),
        [
            (ServiceStatus.ACTIVE, "Open", False),
            (ServiceStatus.TEMPORARILY_CLOSED, "Closed for a time", True),
            (ServiceStatus.INACTIVE, "Not offered at present", True),
            (ServiceStatus.DEFUNCT, "Ended", True),
        ],
    )
    def test_whether_it_is_open(self, officer, add, status, label, is_broken):
        add(status=status, alert="Call first")
        [step] = sections(officer)[0]["steps"]
        assert (step["services"][0]["label"], step["is_broken"]) == (label, is_broken)
        assert ("Nobody is open for this step." in text(officer)) == is_broken

    def test_one_taken_out_of_use_is_shown_as_ended_to_the_mission(self, officer, add):
        gone = add(name="Gone")
        gone.retired_at = timezone.now()
        gone.save()
        left = add(2, name="Left")
        left.organization.retired_at = timezone.now()
        left.organization.save()
        found = [step["services"][0] for step in sections(officer)[0]["steps"]]
        assert [(s["name"], s["label"]) for s in found] == [("Gone", "Ended"), ("Left", "Ended")]

    @pytest.mark.parametrize(("days", "is_marked"), [(90, False), (91, True)])
    def test_one_not_confirmed_for_90_days_is_marked(self, officer, add, days, is_marked):
        add(assured_on=today() - timedelta(days=days))
        service = sections(officer)[0]["steps"][0]["services"][0]
        assert (service["unconfirmed_since"] is not None) == is_marked
        assert ("Not confirmed" in text(officer)) == is_marked

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({}, "girls and boys"),
            ({"serves_boys": False, "minimum_age": 10}, "girls from 10"),
            ({"serves_girls": False, "maximum_age": 12}, "boys, 0 to 12 years"),
        ],
    )
    def test_whom_it_serves(self, officer, add, changes, said):
        add(**changes)
        assert sections(officer)[0]["steps"][0]["services"][0]["serves"] == said


class TestWhoSeesWhat:
    def test_a_partner_is_not_shown_services_of_the_host_state(self, as_role, officer, add):
        add(1, name="Police post", kind="host_state_police")
        add(1, StepRank.BACKUP, name="Counselling")
        assert steps(officer, area="QM0201") == [["Police post", "Counselling"]]
        partner = as_role(Role.UNICEF_CP)
        assert steps(partner, area="QM0201") == [["Counselling"]]
        assert "Police post" not in text(partner, area="QM0201")

    def test_a_partner_is_not_shown_what_was_taken_out_of_use(self, as_role, add):
        add(name="Gone", retired_at=timezone.now())
        page = text(as_role(Role.UNICEF_CP), area="QM0201")
        assert "Gone" not in page
        assert "No service of this pathway is listed for you." in page

    def test_the_place_of_a_shelter_is_never_shown(self, unmix, as_role, add):
        """Nor that of another service in the same house."""
        house = LocationFactory(area=unmix.areas["QM0201"], name="House by the lake")
        office = LocationFactory(area=unmix.areas["QM0201"], name="Office")
        add(1, kind="ngo_national", name="Shelter").locations.set([house])
        shelter = PathwayStep.objects.get().service
        shelter.kind = ServiceKind.SAFE_SHELTER
        shelter.save()
        add(2, name="Counselling").locations.set([house, office])
        for role in (Role.UNPOL_OFFICER, Role.CPA, Role.UNICEF_CP):
            page = text(as_role(role), area="QM0201")
            assert "House by the lake" not in page
            assert "At: Office" in page

    def test_the_host_state_and_strangers_have_no_such_page(self, as_role, unmix, client):
        assert as_role(Role.HS_POLICE_SPECIALISED).get(PAGE).status_code == 404
        client.force_login(PostHoldingFactory().user)
        assert client.get(PAGE, {"mission": "UNMIX"}).status_code == 404


@pytest.mark.parametrize("number", [1, 3, 50])
def test_it_takes_the_same_statements_however_many_services_there_are(unmix, officer, add, number):
    for n in range(number):
        place = LocationFactory(area=AreaFactory(parent=unmix.areas["QM02"], code=f"QX{n}"))
        add(n + 1).locations.add(place)
    with CaptureQueriesContext(connection) as asked:
        officer.get(PAGE)
    assert len(asked) == STATEMENTS


# Session, user and standing; areas and path; pathways, steps and places.
STATEMENTS = 8
