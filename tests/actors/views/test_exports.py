"""Exports: what was filtered, of what one may see, and every look at a contact written down."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actors.models import ContactLook, Organization
from actors.permissions import ASSESSMENTS
from actors.roles import Role
from tests.factories import (
    ActivityFactory,
    AreaFactory,
    ContactFactory,
    LocationFactory,
    OrganizationFactory,
    RegionFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db


def rows(browser, kind: str, /, **asked) -> list[dict[str, str]]:
    response = browser.get(reverse("directory-export", args=[kind, "csv"]), asked)
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def names(browser, kind: str, /, **asked) -> set[str]:
    return {row["name"] for row in rows(browser, kind, **asked)}


def test_an_administrator_gets_everything_in_use(admin_pages, mission, other_mission):
    OrganizationFactory(mission=mission, name="Hearth")
    OrganizationFactory(mission=mission, name="Gone", retired_at="2026-01-01T00:00Z")
    OrganizationFactory(mission=other_mission, name="Elsewhere")
    assert names(admin_pages, "organizations") == {"Hearth"}
    assert names(admin_pages, "organizations", mission="UNOTHER") == {"Elsewhere"}


def test_exactly_what_is_filtered_is_exported(admin_pages, mission):
    region = RegionFactory(mission=mission, code="QM02")
    district = AreaFactory(parent=region, code="QM0201")
    AreaFactory(mission=mission, code="QM0301", level=2)
    near = ServiceFactory(organization__mission=mission, areas=[district], languages=["fr"])
    far = ServiceFactory(
        organization__mission=mission,
        areas=[AreaFactory(mission=mission, code="QM0302")],
        kind="health",
    )
    ActivityFactory(organization=near.organization, area=district)
    ActivityFactory(organization=far.organization)
    assert {row["code"] for row in rows(admin_pages, "areas", area="QM02")} == {"QM02", "QM0201"}
    assert {row["code"] for row in rows(admin_pages, "areas", level="1")} == {"QM02"}
    assert names(admin_pages, "services", area="QM0201") == {near.name}
    assert names(admin_pages, "services", kind="health") == {far.name}
    assert names(admin_pages, "services", language="fr") == {near.name}
    mine = {"organization": str(far.organization.public_id)}
    assert names(admin_pages, "services", **mine) == {far.name}
    assert names(admin_pages, "organizations", **mine) == {far.organization.name}
    assert names(admin_pages, "organizations", area="QM0201") == {near.organization.name}
    assert names(admin_pages, "organizations", q=near.organization.name) == {near.organization.name}
    assert len(rows(admin_pages, "activities", area="QM02")) == 1
    assert names(admin_pages, "services", organization="no-id") == set()
    assert rows(admin_pages, "areas", level="x") == []


def test_a_filter_the_table_does_not_know_exports_nothing(admin_pages, mission):
    url = reverse("directory-export", args=["areas", "csv"])
    assert admin_pages.get(url, {"colour": "red"}).status_code == 404
    for kind, form in (("people", "csv"), ("areas", "pdf")):
        assert admin_pages.get(reverse("directory-export", args=[kind, form])).status_code == 404


def test_one_gets_what_one_may_see(as_role, unmix):
    partner = names(as_role(Role.UNICEF_CP), "organizations")
    assert partner == {
        name
        for name in unmix.organizations
        if name
        not in (
            "Kesara National Police",
            "Kesara Children and Women Unit",
            "Kesara Armed Forces",
            "Front for Myre",
        )
    }
    unit = rows(as_role(Role.HS_POLICE_SPECIALISED), "organizations")
    own = next(row for row in unit if row["name"] == "Kesara Children and Women Unit")
    assert own["parent"] == ""


def test_assessments_are_for_those_who_assess(as_role, unmix):
    officer = rows(as_role(Role.UNPOL_OFFICER), "organizations")[0]
    assert not officer.keys() & set(ASSESSMENTS)
    assert rows(as_role(Role.CPA), "organizations")[0].keys() >= set(ASSESSMENTS)


def test_where_a_shelter_lies_is_known_to_few(as_role, unmix):
    place = LocationFactory(area=unmix.areas["QM0201"], name="House 1")
    for kind in ("safe_shelter", "health"):
        service = ServiceFactory(organization=unmix.organizations["Hearth and Haven"], kind=kind)
        service.locations.add(place)

    def places(role):
        return {row["kind"]: row["locations"] for row in rows(as_role(role), "services")}

    assert places(Role.UNPOL_OFFICER) == {"safe_shelter": "", "health": "House 1"}
    assert places(Role.CPA) == {"safe_shelter": "House 1", "health": "House 1"}


def test_contacts_are_for_administrators_and_each_look_is_recorded(
    admin_pages, administrator, as_role, unmix
):
    url = reverse("directory-export", args=["contacts", "csv"])
    for role in (Role.UNPOL_OFFICER, Role.CPA, Role.UNICEF_CP):
        assert as_role(role).get(url).status_code == 404
    assert not ContactLook.objects.exists()
    hearth = unmix.organizations["Hearth and Haven"]
    desk = ContactFactory(user=None, organization=hearth, address="desk@example.org")
    found = rows(admin_pages, "contacts", organization=str(hearth.public_id))
    assert [row["address"] for row in found] == ["desk@example.org"]
    look = ContactLook.objects.get()
    assert (look.viewer, look.contact, look.where) == (administrator, desk, "export")


def test_a_stranger_is_sent_to_sign_in(client, mission):
    url = reverse("directory-export", args=["areas", "csv"])
    assert client.get(url).status_code == 302


def test_a_file_is_named_after_mission_table_and_day(admin_pages, mission):
    OrganizationFactory(mission=mission)
    response = admin_pages.get(reverse("directory-export", args=["organizations", "xlsx"]))
    assert response["Content-Disposition"].startswith('attachment; filename="UNMIX-organizations-2')
    assert response["Content-Type"].startswith("application/vnd.openxmlformats")
    assert response.content[:2] == b"PK"


@pytest.mark.parametrize("kind", ["organizations", "services", "contacts", "activities", "areas"])
def test_an_export_asks_the_database_as_often_for_many_rows(admin_pages, mission, kind):
    def statements():
        with CaptureQueriesContext(connection) as queries:
            rows(admin_pages, kind)
        return len(queries)

    def add(number):
        for _ in range(number):
            service = ServiceFactory(organization__mission=mission)
            area = AreaFactory(mission=mission)
            service.areas.add(area)
            ContactFactory(user=None, service=service)
            ActivityFactory(organization=service.organization, area=area)

    counts = []
    for number in (1, 2, 47):
        add(number)
        counts.append(statements())
    assert len(set(counts)) == 1, counts
    assert Organization.objects.count() == 50


def test_what_a_search_found_is_saved_whole_and_nothing_else(unmix, as_role):
    organization = OrganizationFactory(mission=unmix.mission, kind="ngo_national")
    for number in range(30):
        ServiceFactory(organization=organization, name=f"Harbour class {number}")
    ServiceFactory(organization=organization, name="Night clinic")
    pages = as_role("CPA")
    page = pages.get("/directory/", {"q": "harbour"}).content.decode()
    address = "/directory/export/found/services.csv?mission=UNMIX&amp;q=harbour"
    assert address in page
    answer = pages.get(address.replace("&amp;", "&"))
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["name"] for row in rows} == {f"Harbour class {n}" for n in range(30)}


@pytest.mark.parametrize(
    "address", ["posts.csv", "services.pdf", f"services.csv?q={'x' * 300}", "services.csv?place=no"]
)
def test_a_search_that_is_refused_is_not_saved(as_role, address):
    assert as_role("CPA").get(f"/directory/export/found/{address}").status_code == 404
