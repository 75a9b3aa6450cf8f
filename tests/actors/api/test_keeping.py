"""Administrators keep the directory: the page's own sentences, retiring, and the history."""

import base64
from datetime import timedelta
from threading import Barrier, Thread, get_ident

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.utils import timezone

from actors.models import (
    Area,
    Contact,
    ContactLook,
    Document,
    DutyShift,
    Organization,
    Pathway,
    Post,
    PostHolding,
    Scope,
    Service,
)
from actors.workflow.entries import settle_administrator
from tests.actors.api.conftest import ROOT, client_of
from tests.factories import (
    AreaFactory,
    ContactFactory,
    CoordinationBodyFactory,
    DocumentFactory,
    DutyShiftFactory,
    LeaveFactory,
    LocationFactory,
    MissionFactory,
    OrganizationFactory,
    PathwayFactory,
    PostFactory,
    PostHoldingFactory,
    RelationFactory,
    ServiceFactory,
    UserFactory,
)
from tests.referrals.partners import leave_the_desk_alone, link_of, refer_to_partner

NOWHERE = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def post(keeper, mission):
    """A function from a kind of entries and what is sent to the answer."""

    def add(entries: str, /, **body):
        return keeper.post(f"{ROOT}{entries}/", body, format="json")

    return add


@pytest.fixture
def patch(keeper):
    """A function from a kind of entries, an entry and what is to change to the answer."""

    def change(entries: str, entry, /, **body):
        name = entry.code if entries in ("areas", "missions") else entry.public_id
        return keeper.patch(f"{ROOT}{entries}/{name}/", body, format="json")

    return change


def test_an_organization_is_added_and_kept(post, patch, keeper, mission):
    parent = OrganizationFactory(mission=mission)
    answer = post("organizations", name="Hearth", kind="ngo_national", parent=str(parent.public_id))
    assert answer.status_code == 201
    stored = Organization.objects.get(name="Hearth")
    assert (stored.mission, stored.parent, stored.assured_by) == (mission, parent, keeper.user)
    assert answer.data["id"] == str(stored.public_id)
    assert patch("organizations", stored, short_name="H").data["short_name"] == "H"
    assert [entry.change_message for entry in LogEntry.objects.order_by("pk")] == [
        "Added over the API.",
        "Changed over the API: short_name.",
    ]


@pytest.mark.parametrize(
    ("kind", "change", "field", "sentence"),
    [
        ("organizations", {"name": ""}, "name", "This field may not be blank."),
        ("organizations", {"name": "x" * 201}, "name", "Ensure this value has at most 200"),
        ("organizations", {"description": "x" * 2001}, "description", "Ensure this value has at"),
        ("organizations", {"website": "river"}, "website", "Begin with https:// and name the page"),
        ("organizations", {"kind": "club"}, "kind", '"club" is not a valid choice.'),
        ("organizations", {"parent": NOWHERE}, "parent", "There is no such entry in this mission"),
        ("organizations", {"parent": 7}, "parent", "Not the name of an entry."),
        ("organizations", {"hrddp_status": "cleared"}, "hrddp_status", "Only units of the host"),
        ("organizations", {"colour": "red"}, "colour", "There is no such field."),
        ("organizations", {"name": "nul\0"}, "name", "Null characters are not allowed."),
        ("organizations", {"mission": "UNOTHER"}, "mission", "This cannot be changed here."),
        ("services", {"serves_girls": False, "serves_boys": False}, "serves_girls", "It must"),
        ("services", {"minimum_age": 18}, "minimum_age", "It serves no child: the lowest age"),
        ("services", {"minimum_age": 9, "maximum_age": 3}, "maximum_age", "The highest age is"),
        ("services", {"languages": ["xx"]}, "languages", "Not a language we know: xx."),
        ("services", {"areas": ["QX"]}, "areas", "There is no such entry in this mission: QX."),
        ("services", {"areas": [7]}, "areas", "Not the name of an entry."),
        (
            "services",
            {"opening_hours": [{"weekdays": ["MO"], "opens_at": "12:00", "closes_at": "09:00"}]},
            "opening_hours.0.closes_at",
            "It must close after it opens.",
        ),
        (
            "services",
            {"opening_hours": [{"weekdays": ["XX"], "opens_at": "08:00", "closes_at": "09:00"}]},
            "opening_hours.0.weekdays.0",
            '"XX" is not a valid choice.',
        ),
        ("locations", {"latitude": "91", "longitude": "0"}, "latitude", "Ensure this value is"),
        ("locations", {"latitude": "9"}, "longitude", "Give both latitude and longitude"),
        ("areas", {"latitude": "91", "longitude": "0"}, "latitude", "A latitude lies between"),
        ("areas", {"parent": "QM0001"}, "parent", "An area cannot lie inside itself."),
        ("holdings", {"held_until": "2020-01-01T00:00:00Z"}, "held_until", "The end must come"),
        ("contacts", {"channel": "phone", "address": "112"}, "address", "Write it with +"),
        ("contacts", {"channel": "phone", "address": "+44123"}, "address", "No such telephone"),
        ("documents", {"link": ""}, "link", "Give a link or a file."),
        ("documents", {"level": "field"}, "area", "Say for which area."),
        ("documents", {"content": "!"}, "content", "Send the file as base64 text."),
        ("documents", {"content": "aGVsbG8="}, "content", "This is no PDF."),
        ("missions", {"time_zone": "Mars"}, "time_zone", "No such time zone."),
        ("missions", {"mass_threshold": 1}, "mass_threshold", "Ensure this value is greater"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    patch, problems, mission, kind, change, field, sentence
):
    MissionFactory(code="UNOTHER", retired_at=timezone.now())
    entry = {
        "organizations": lambda: OrganizationFactory(mission=mission),
        "services": lambda: ServiceFactory(organization__mission=mission),
        "locations": lambda: LocationFactory(area__mission=mission),
        "areas": lambda: AreaFactory(mission=mission, code="QM0001"),
        "holdings": lambda: PostHoldingFactory(post__organization__mission=mission),
        "contacts": lambda: ContactFactory(
            user=None, post=PostFactory(organization__mission=mission)
        ),
        "documents": lambda: DocumentFactory(mission=mission),
        "missions": lambda: mission,
    }[kind]()
    before = type(entry).objects.filter(pk=entry.pk).values().get()
    found = problems(patch(kind, entry, **change))
    assert list(found) == [field]
    assert found[field][0].startswith(sentence)
    assert type(entry).objects.filter(pk=entry.pk).values().get() == before


def test_a_second_holder_is_refused_with_the_name_of_the_first(post, problems, mission):
    first = PostHoldingFactory(post__organization__mission=mission, user__name="Ana Novak")
    answer = post(
        "holdings",
        post=str(first.post.public_id),
        user=str(UserFactory().public_id),
        held_until=(timezone.now() + timedelta(days=9)).isoformat(),
    )
    found = problems(answer)
    assert list(found) == ["held_from"]
    assert found["held_from"][0].startswith("Ana Novak holds this post from")


def test_shifts_that_overlap_are_refused_at_their_begin(post, problems, mission):
    holding = PostHoldingFactory(post__organization__mission=mission)
    shift = DutyShiftFactory(post=holding.post, user=holding.user)
    answer = post(
        "shifts",
        post=str(holding.post.public_id),
        user=str(holding.user.public_id),
        begins_at=shift.begins_at.isoformat(),
        ends_at=shift.ends_at.isoformat(),
    )
    assert problems(answer) == {"begins_at": ["Somebody else has this duty at that time."]}


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_told_that_the_other_was_faster(monkeypatch, problems):
    mission = MissionFactory(code="UNRACE")
    holding = PostHoldingFactory(post__organization__mission=mission)
    user = settle_administrator(user=UserFactory(is_staff=True))
    body = {
        "post": str(holding.post.public_id),
        "user": str(holding.user.public_id),
        "begins_at": timezone.now().isoformat(),
        "ends_at": (timezone.now() + timedelta(hours=8)).isoformat(),
    }
    both_checked, waited, answers = Barrier(2, timeout=30), set(), []
    save = DutyShift.save

    def save_together(shift, **options):
        if get_ident() not in waited:  # not when one of them is tried again
            waited.add(get_ident())
            both_checked.wait()
        save(shift, **options)

    def send(api):
        answers.append(api.post(f"{ROOT}shifts/", body, format="json"))
        connection.close()

    monkeypatch.setattr(DutyShift, "save", save_together)
    programs = [client_of(user, Scope.DIRECTORY_WRITE) for _ in range(2)]
    threads = [Thread(target=send, args=[api]) for api in programs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [201, 400]
    refused = next(answer for answer in answers if answer.status_code == 400)
    ((field, (sentence,)),) = problems(refused).items()
    assert field == "begins_at"
    assert sentence in (
        "Somebody else has this duty at that time.",
        "This person is on duty at that time already.",
    )
    assert DutyShift.objects.count() == 1


def test_hours_and_places_are_kept_within_their_service(post, patch, mission):
    organization = OrganizationFactory(mission=mission, kind="ngo_national")
    area = AreaFactory(mission=mission)
    place = LocationFactory(area=area)
    hours = {"weekdays": ["MO", "TU"], "opens_at": "08:00:00", "closes_at": "12:00:00"}
    hours |= {"valid_from": None, "valid_until": None}
    answer = post(
        "services",
        organization=str(organization.public_id),
        name="Counselling",
        kind="psychosocial",
        areas=[area.code],
        locations=[str(place.public_id)],
        opening_hours=[hours],
        capacity_maximum=3,
    )
    assert answer.status_code == 201
    assert answer.json()["opening_hours"] == [hours]
    assert (answer.data["areas"], answer.data["locations"]) == ([area.code], [str(place.public_id)])
    service = Service.objects.get()
    assert service.capacity_updated_at is not None
    counted_at = service.capacity_updated_at
    later = patch("services", service, opening_hours=[], capacity_maximum=3)
    assert later.data["opening_hours"] == []
    service.refresh_from_db()
    assert service.capacity_updated_at == counted_at


def test_a_refused_part_leaves_everything_as_it_was(patch, problems, mission):
    service = ServiceFactory(organization__mission=mission, name="Before")
    service.opening_hours.create(weekdays=["MO"], opens_at="08:00", closes_at="12:00")
    bad = {"weekdays": ["MO"], "opens_at": "12:00", "closes_at": "08:00"}
    problems(patch("services", service, name="After", opening_hours=[bad]))
    service.refresh_from_db()
    assert (service.name, service.opening_hours.count()) == ("Before", 1)


def test_a_pathway_gets_the_next_version_and_its_steps(post, problems, mission):
    area = AreaFactory(mission=mission)
    old = PathwayFactory(area=area, valid_until=timezone.now().date())
    service = ServiceFactory(organization__mission=mission)
    body = {
        "area": area.code,
        "concern": old.concern,
        "valid_from": (timezone.now() + timedelta(days=2)).date().isoformat(),
        "steps": [{"position": 1, "service": str(service.public_id)}],
    }
    answer = post("pathways", **body)
    assert (answer.status_code, answer.data["version"]) == (201, 2)
    assert answer.data["steps"][0]["service_name"] == service.name
    overlapping = problems(post("pathways", **body))
    assert list(overlapping) == ["valid_from"]
    twice = problems(
        post("pathways", **body | {"concern": "abduction", "steps": body["steps"] * 2})
    )
    assert "steps.1.service" in twice
    assert Pathway.objects.count() == 2


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("organizations", OrganizationFactory),
        ("services", lambda mission: ServiceFactory(organization__mission=mission)),
        ("posts", lambda mission: PostFactory(organization__mission=mission)),
        ("areas", AreaFactory),
        ("documents", DocumentFactory),
        ("locations", lambda mission: LocationFactory(area__mission=mission)),
    ],
)
def test_what_reports_point_to_is_retired_and_can_come_back(keeper, mission, kind, make):
    entry = make(mission=mission)
    one = f"{ROOT}{kind}/{entry.code if kind == 'areas' else entry.public_id}/"
    listed = keeper.get(f"{ROOT}{kind}/").data["count"]
    answer = keeper.delete(one)
    entry.refresh_from_db()
    assert (answer.status_code, entry.retired_at is None) == (200, False)
    assert answer.data["retired_at"] is not None
    assert keeper.get(f"{ROOT}{kind}/").data["count"] == listed - 1
    assert keeper.get(f"{ROOT}{kind}/", {"retired": "true"}).data["count"] == 1
    assert keeper.get(one).status_code == 200
    assert keeper.post(f"{one}restore/").data["retired_at"] is None
    assert keeper.get(f"{ROOT}{kind}/").data["count"] == listed


@pytest.mark.parametrize(
    ("kind", "make", "sentence"),
    [
        ("holdings", PostHoldingFactory, "Who had access when is kept. To end it, set held_until."),
        ("pathways", PathwayFactory, "What was agreed is kept. To end it, set valid_until"),
        ("bodies", CoordinationBodyFactory, "Reports point here. To take it out of use, retire"),
        ("missions", MissionFactory, "Reports belong to a mission: retire it in its table."),
    ],
)
def test_what_is_kept_for_ever_says_what_to_do_instead(keeper, kind, make, sentence):
    entry = make()
    answer = keeper.delete(f"{ROOT}{kind}/{getattr(entry, 'public_id', None) or entry.code}/")
    assert answer.status_code == 405
    assert str(answer.data["detail"]).startswith(sentence)


def test_what_nothing_points_to_is_deleted(keeper, mission):
    holding = PostHoldingFactory(post__organization__mission=mission)
    rows = {
        "relations": RelationFactory(origin__mission=mission),
        "leave": LeaveFactory(user=holding.user),
        "shifts": DutyShiftFactory(post=holding.post, user=holding.user),
        "contacts": ContactFactory(user=holding.user),
    }
    for kind, row in rows.items():
        assert keeper.delete(f"{ROOT}{kind}/{row.public_id}/").status_code == 204
        assert not type(row).objects.exists()


def test_a_contact_by_which_a_partner_was_let_in_says_what_to_do_instead(keeper, unmix):
    leave_the_desk_alone(unmix)
    contact = link_of(refer_to_partner(unmix)).contact
    answer = keeper.delete(f"{ROOT}contacts/{contact.public_id}/")
    assert answer.status_code == 405
    assert str(answer.data["detail"]).startswith("A partner was let in by this address")
    assert Contact.objects.filter(pk=contact.pk).exists()
    assert not LogEntry.objects.exists()


def test_confirming_says_who_and_when(keeper, mission):
    post = PostFactory(organization__mission=mission)
    Post.objects.update(assured_on=timezone.now().date() - timedelta(days=200))
    answer = keeper.post(f"{ROOT}posts/{post.public_id}/confirm/")
    post.refresh_from_db()
    assert answer.data["assured_on"] == timezone.now().date().isoformat()
    assert post.assured_by == keeper.user


def test_an_entry_keeps_what_it_is_known_by(patch, problems, mission):
    post = PostFactory(organization__mission=mission)
    other = OrganizationFactory(mission=mission)
    found = problems(patch("posts", post, role="HOPC", organization=str(other.public_id)))
    assert set(found) == {"role", "organization"}
    assert found["role"] == ["This cannot be changed here."]


def test_an_administrator_of_several_missions_says_which(post, keeper, mission, problems):
    other = MissionFactory(code="UNOTHER")
    answer = post("organizations", name="Hearth", kind="ngo_national")
    assert problems(answer) == {"mission": ["Say in the address which mission: ?mission=CODE."]}
    body = {"name": "Hearth", "kind": "ngo_national"}
    answer = keeper.post(f"{ROOT}organizations/?mission=UNOTHER", body, format="json")
    assert answer.data["mission"] == "UNOTHER"
    assert Organization.objects.get().mission == other
    AreaFactory(mission=mission, code="QM01"), AreaFactory(mission=other, code="QM01")
    address = f"{ROOT}areas/QM01/"
    assert keeper.patch(address, {"name": "New"}, format="json").status_code == 400
    keeper.patch(f"{address}?mission=UNOTHER", {"name": "New"}, format="json")
    assert Area.objects.get(name="New").mission == other


def test_nothing_of_another_mission_is_tied_to_an_entry(post, problems, mission):
    elsewhere = OrganizationFactory(mission=MissionFactory(retired_at=timezone.now()))
    answer = post("posts", role="CPA", organization=str(elsewhere.public_id))
    assert list(problems(answer)) == ["organization"]


def test_a_pdf_is_kept_and_given_back(post, keeper, mission):
    content = b"%PDF-1.7 made up"
    answer = post(
        "documents",
        title="Procedure",
        kind="sop",
        level="mission",
        file_name="procedure.pdf",
        content=base64.b64encode(content).decode(),
    )
    assert answer.status_code == 201
    assert "content" not in answer.data
    assert bytes(Document.objects.get().content) == content
    address = f"{ROOT}documents/{answer.data['id']}/file/"
    file = keeper.get(address, headers={"Accept": "application/pdf"})
    assert (file["Content-Type"], file.content) == ("application/pdf", content)
    assert 'filename="procedure.pdf"' in file["Content-Disposition"]


def test_each_contact_shown_is_written_down(keeper, mission):
    desk = PostFactory(organization__mission=mission)
    contact = ContactFactory(user=None, post=desk)
    ContactFactory(user=None, post=desk)
    keeper.get(f"{ROOT}contacts/")
    keeper.get(f"{ROOT}contacts/{contact.public_id}/")
    looks = ContactLook.objects.order_by("pk")
    assert [(look.viewer, look.where) for look in looks] == [(keeper.user, "api")] * 3
    assert looks.last().contact == contact


def test_moments_are_given_and_understood_in_the_missions_time(post, mission):
    mission.time_zone = "Africa/Nairobi"
    mission.save()
    holding = PostHoldingFactory(post__organization__mission=mission)
    answer = post(
        "leave",
        user=str(holding.user.public_id),
        begins_at="2026-11-23T08:00",
        ends_at="2026-11-24T08:00:00Z",
    )
    assert answer.json()["begins_at"] == "2026-11-23T08:00:00+03:00"
    assert answer.json()["ends_at"] == "2026-11-24T11:00:00+03:00"


def test_an_administrator_gets_no_post_over_the_api(post, keeper, problems, mission):
    answer = post(
        "holdings",
        post=str(PostFactory(organization__mission=mission).public_id),
        user=str(keeper.user.public_id),
        held_until=(timezone.now() + timedelta(days=9)).isoformat(),
    )
    assert list(problems(answer)) == ["non_field_errors"]
    assert not PostHolding.objects.exists()


def test_a_contact_of_two_is_refused(post, problems, mission):
    desk = PostFactory(organization__mission=mission)
    answer = post(
        "contacts",
        post=str(desk.public_id),
        organization=str(desk.organization.public_id),
        address="desk@example.org",
    )
    assert problems(answer) == {
        "user": ["Choose exactly one: a person, a post, an organization or a service."]
    }
    assert not Contact.objects.exists()


def test_the_settings_of_a_mission_are_changed_and_no_mission_is_added(keeper, patch, mission):
    assert patch("missions", mission, has_cpa=False).data["lead_role"] == "HUMAN_RIGHTS"
    assert keeper.post(f"{ROOT}missions/", {}, format="json").status_code == 405
