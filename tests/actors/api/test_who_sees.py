"""The API shows what the pages show: by reach, by mission, by scope."""

import pytest
from rest_framework.test import APIClient

from actors.api import urls
from actors.models import (
    Contact,
    ContactLook,
    Organization,
    PathwayStep,
    Scope,
    Service,
)
from actors.roles import Role
from tests.actors.api.conftest import ROOT, client_of
from tests.factories import (
    DocumentFactory,
    LocationFactory,
    MissionFactory,
    OrganizationFactory,
    PathwayFactory,
    ServiceFactory,
    UserFactory,
)

KINDS = sorted(urls.KINDS)
OFFICER, ADVISER = Role.UNPOL_OFFICER, Role.CPA
PARTNER, HOST_STATE = Role.PSS_PROVIDER, Role.HS_POLICE_SPECIALISED


def names(api: APIClient, entries: str, field: str = "name", /, **query) -> set[str]:
    answer = api.get(f"{ROOT}{entries}/", {"limit": 200} | query)
    assert answer.status_code == 200, answer.data
    return {entry[field] for entry in answer.data["results"]}


def statuses(api: APIClient) -> dict[str, int]:
    return {kind: api.get(f"{ROOT}{kind}/").status_code for kind in KINDS}


@pytest.mark.parametrize(
    ("role", "closed"),
    [
        (ADVISER, {"people"}),
        (OFFICER, {"people", "relations"}),
        (PARTNER, {"people", "relations", "shifts", "leave"}),
        (
            HOST_STATE,
            {"people", "relations", "shifts", "leave", "pathways", "bodies", "meetings"}
            | {"documents"},
        ),
    ],
)
def test_kinds_of_entries_open_as_their_pages_do(reader, role, closed):
    found = statuses(reader(role))
    assert {kind for kind, status in found.items() if status == 404} == closed
    assert set(found.values()) <= {200, 404}


def test_without_signing_in_nothing_opens(db):
    assert set(statuses(APIClient()).values()) == {401}


def test_somebody_without_a_post_finds_nothing(db):
    api = client_of(UserFactory(), Scope.DIRECTORY_READ)
    assert set(statuses(api).values()) == {404}


def test_organizations_are_those_the_viewer_may_know_of(reader):
    army = Organization.objects.get(name="Kesara Armed Forces")
    assert names(reader(ADVISER), "organizations") == names(reader(OFFICER), "organizations")
    assert "Kesara Armed Forces" in names(reader(OFFICER), "organizations")
    assert "Kesara Armed Forces" not in names(reader(PARTNER), "organizations")
    assert names(reader(HOST_STATE), "organizations") == {
        "Kesara Children and Women Unit",
        "Child Protection Section",
    }
    one = f"{ROOT}organizations/{army.public_id}/"
    assert reader(PARTNER).get(one).status_code == 404
    assert reader(OFFICER).get(one).status_code == 200


def test_a_parent_one_may_not_know_of_is_left_out(reader):
    unit = Organization.objects.get(name="Kesara Children and Women Unit")
    one = f"{ROOT}organizations/{unit.public_id}/"
    assert reader(HOST_STATE).get(one).data["parent"] is None
    assert reader(OFFICER).get(one).data["parent"] == str(unit.parent.public_id)


def test_assessments_are_shown_to_full_reach_only(reader):
    unit = Organization.objects.get(name="Hearth and Haven")
    one = f"{ROOT}organizations/{unit.public_id}/"
    hidden = {"perception_note", "security_rating", "hrddp_status", "party_link", "affiliates"}
    assert hidden <= set(reader(ADVISER).get(one).data)
    assert hidden.isdisjoint(reader(OFFICER).get(one).data)
    assert hidden.isdisjoint(reader(PARTNER).get(one).data)


@pytest.mark.parametrize(("role", "shown"), [(ADVISER, True), (OFFICER, False), (PARTNER, False)])
def test_where_a_shelter_lies_is_known_to_few(reader, unmix, role, shown):
    helper = unmix.organizations["Hearth and Haven"]
    shelter = ServiceFactory(organization=helper, name="Night", kind="safe_shelter")
    place = LocationFactory(area=unmix.areas["QM0201"], name="Secret house")
    shelter.locations.add(place)
    # Meals are given there too, which must not give it away.
    ServiceFactory(organization=helper, name="Meals").locations.add(place)
    api = reader(role)
    assert ("Secret house" in names(api, "locations")) is shown
    assert api.get(f"{ROOT}locations/{place.public_id}/").status_code == (200 if shown else 404)
    for service in Service.objects.all():
        told = api.get(f"{ROOT}services/{service.public_id}/").data["locations"]
        assert told == ([str(place.public_id)] if shown else [])


def test_people_are_named_to_those_who_may_have_their_contact(reader):
    def held(role):
        return names(reader(role), "holdings", "user_name")

    assert f"Person of {PARTNER}" in held(ADVISER)
    assert f"Person of {PARTNER}" not in held(OFFICER)
    assert f"Person of {Role.HOPC}" in held(OFFICER)
    assert held(PARTNER) == {f"Person of {PARTNER}", f"Person of {ADVISER}"}
    assert held(HOST_STATE) == {f"Person of {HOST_STATE}", f"Person of {ADVISER}"}


def test_contacts_are_those_of_the_page_and_each_look_is_written_down(reader):
    shown = names(reader(OFFICER), "contacts", "whose")
    assert f"Person of {PARTNER}" not in shown
    assert f"Person of {Role.HOPC}" in shown
    assert ContactLook.objects.count() == len(shown)
    contact = Contact.objects.get(user__username=PARTNER.lower())
    assert reader(OFFICER).get(f"{ROOT}contacts/{contact.public_id}/").status_code == 404
    assert ContactLook.objects.count() == len(shown)


def test_steps_by_services_one_may_not_know_of_are_left_out(reader, unmix):
    pathway = PathwayFactory(area=unmix.areas["QM0201"])
    for name in ("Hearth and Haven", "Kesara National Police"):
        service = ServiceFactory(organization=unmix.organizations[name])
        PathwayStep.objects.create(pathway=pathway, position=1, rank="backup", service=service)

    def steps(role):
        (found,) = reader(role).get(f"{ROOT}pathways/").data["results"]
        return {step["organization_name"] for step in found["steps"]}

    assert steps(OFFICER) == {"Hearth and Haven", "Kesara National Police"}
    assert steps(PARTNER) == {"Hearth and Haven"}


def test_another_mission_is_not_there(reader, keeper, unmix):
    elsewhere = OrganizationFactory(mission=MissionFactory(code="UNOTHER"))
    document = DocumentFactory(mission=elsewhere.mission)
    adviser = reader(ADVISER)
    assert adviser.get(f"{ROOT}organizations/", {"mission": "UNOTHER"}).status_code == 404
    assert adviser.get(f"{ROOT}organizations/{elsewhere.public_id}/").status_code == 404
    assert adviser.get(f"{ROOT}documents/{document.public_id}/file/").status_code == 404
    assert names(adviser, "missions", "code") == {"UNMIX"}
    assert keeper.get(f"{ROOT}organizations/{elsewhere.public_id}/").status_code == 200


@pytest.mark.parametrize("role", [ADVISER, OFFICER, PARTNER])
def test_only_administrators_write(reader, unmix, role):
    one = unmix.organizations["Hearth and Haven"]
    address = f"{ROOT}organizations/{one.public_id}/"
    api = reader(role)
    answers = [
        api.post(f"{ROOT}organizations/", {"name": "New"}, format="json"),
        api.patch(address, {"name": "New"}, format="json"),
        api.delete(address),
        api.post(f"{address}restore/"),
        api.post(f"{address}confirm/"),
    ]
    assert [answer.status_code for answer in answers] == [403] * 5
    assert str(answers[0].data["detail"]) == "Only administrators change the directory."
    one.refresh_from_db()
    assert (one.name, one.retired_at) == ("Hearth and Haven", None)


@pytest.mark.parametrize(
    ("scopes", "reads", "writes"),
    [
        ([Scope.DIRECTORY_READ], 200, 403),
        ([Scope.DIRECTORY_WRITE], 403, 200),
        ([Scope.REPORTS, Scope.POLICIES], 403, 403),
    ],
)
def test_a_token_does_what_its_scopes_allow(keeper, mission, scopes, reads, writes):
    one = f"{ROOT}missions/{mission.code}/"
    api = client_of(keeper.user, *scopes)
    reading, writing = api.get(one), api.patch(one, {"name": "New"}, format="json")
    assert (reading.status_code, writing.status_code) == (reads, writes)
    for answer, needed in ((reading, "directory:read"), (writing, "directory:write")):
        if answer.status_code == 403:
            said = f"This token does not have the scope “{needed}”."
            assert str(answer.data["detail"]) == said


def test_a_browser_is_not_limited_by_scopes(as_role):
    assert as_role(OFFICER).get(f"{ROOT}organizations/").status_code == 200


def test_a_misspelt_filter_is_refused_by_name(reader, problems):
    answer = reader(OFFICER).get(f"{ROOT}organizations/", {"knd": "ngo_national"})
    assert problems(answer) == {"knd": ["There is no such filter."]}
    answer = reader(OFFICER).get(f"{ROOT}organizations/", {"kind": "club"})
    assert list(problems(answer)) == ["kind"]
    answer = reader(OFFICER).get(f"{ROOT}posts/", {"area": "QX"})
    assert problems(answer) == {"area": ["UNMIX has no area QX in use."]}


def test_lists_are_narrowed(reader, unmix):
    api = reader(OFFICER)
    police = unmix.organizations["UNMIX Police"]
    assert names(api, "organizations", kind="contingent") == {"UNMIX Contingent 4"}
    assert names(api, "organizations", q="hearth") == {"Hearth and Haven"}
    assert names(api, "organizations", parent=police.public_id) == {"UNPOL Team Site Port Sela"}
    assert Role.UNPOL_OFFICER in names(api, "posts", "role", area="QM0201")
    assert Role.UNPOL_OFFICER not in names(api, "posts", "role", area="QM0101")
    assert Role.CPA in names(api, "posts", "role", area="QM0101")
    assert names(api, "areas", "code", parent="QM02") == {"QM0201"}
    assert names(api, "posts", "role", organization=police.public_id, role="HOPC") == {"HOPC"}
    assert names(api, "holdings", "user_name", at="2001-01-01T00:00:00Z") == set()


def test_a_page_has_200_entries_at_most(reader):
    api = reader(OFFICER)
    whole = api.get(f"{ROOT}posts/").data
    assert (whole["count"], len(whole["results"])) == (31, 31)
    first = api.get(f"{ROOT}posts/", {"limit": 30}).data
    rest = api.get(first["next"]).data["results"]
    assert [p["id"] for p in (*first["results"], *rest)] == [p["id"] for p in whole["results"]]
    assert (
        "limit=200" in (api.get(f"{ROOT}posts/", {"limit": 9999, "offset": 250}).data["previous"])
    )
