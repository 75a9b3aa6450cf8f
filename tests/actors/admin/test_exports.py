"""Files of what a list shows."""

import csv
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from actors.exchange.resources import EXPORTABLE
from actors.models import Area, Contact, ContactLook, Organization, Service
from tests.actors.pages import address
from tests.factories import (
    AreaFactory,
    ContactFactory,
    OrganizationFactory,
    ServiceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
AS_CSV, AS_XLSX = 0, 1


def export(pages, model, file_format: int = AS_CSV, **asked):
    url = pages.get(address(model, "changelist"), asked).context["cl"].get_query_string()
    return pages.post(address(model, "export") + url, {"format": file_format, "resource": 0})


def rows_in(response) -> list[dict[str, str]]:
    assert response.headers["Content-Type"] == "text/csv"
    return list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("model", EXPORTABLE)
def test_each_list_that_can_be_exported_leads_to_it(admin_pages, model):
    page = admin_pages.get(address(model, "changelist"), {"q": "sela"}).content.decode()
    assert f'href="{address(model, "export")}?q=sela"' in page
    form = admin_pages.get(address(model, "export"))
    assert form.status_code == 200
    columns = form.context["fields_list"][0][1]
    assert ", ".join(columns) in form.content.decode()
    assert export(admin_pages, model).status_code == 200


def test_the_file_holds_what_the_filters_leave(admin_pages, mission):
    OrganizationFactory(mission=mission, name="Port Sela clinic", kind="ngo_national")
    OrganizationFactory(mission=mission, name="Myre clinic", kind="ngo_national")
    OrganizationFactory(mission=mission, name="Sela police", kind="host_state_police")
    asked = {"kind__exact": "ngo_national", "q": "sela"}
    rows = rows_in(export(admin_pages, Organization, **asked))
    assert [row["name"] for row in rows] == ["Port Sela clinic"]


def test_more_rows_than_a_page_of_the_list_are_all_in_the_file(admin_pages, region):
    AreaFactory.create_batch(120, parent=region)
    assert len(rows_in(export(admin_pages, Area))) == 121


def test_a_workbook_holds_the_same(admin_pages):
    ServiceFactory(name="Maison des enfants à Séla")
    response = export(admin_pages, Service, AS_XLSX)
    sheet = load_workbook(BytesIO(response.content)).active
    titles = [cell.value for cell in sheet[1]]
    assert sheet[2][titles.index("name")].value == "Maison des enfants à Séla"


def test_a_longer_export_costs_no_more_statements(admin_pages, django_assert_max_num_queries):
    ContactFactory.create_batch(30)
    with django_assert_max_num_queries(20):
        assert len(rows_in(export(admin_pages, Contact))) == 30


def test_each_contact_in_a_file_is_looked_at(admin_pages, administrator):
    for name in ("Joana", "Tomasz"):
        ContactFactory(user__name=name, address=f"{name}@example.org")
    export(admin_pages, Contact, q="joana@")
    exported = ContactLook.objects.filter(where="export")
    assert [(look.viewer, look.whose) for look in exported] == [(administrator, "Joana")]
    page = admin_pages.get(address(Contact, "export")).content.decode()
    assert "noted as looked at by you" in page


def test_a_spreadsheet_finds_no_formula(admin_pages):
    OrganizationFactory(name='=HYPERLINK("https://example.org")')
    (row,) = rows_in(export(admin_pages, Organization))
    assert row["name"] == '\'=HYPERLINK("https://example.org")'


def test_without_a_kind_of_file_nothing_is_exported(admin_pages):
    response = admin_pages.post(address(Contact, "export"), {"format": ""})
    assert response.context["form"].errors == {"format": ["This field is required."]}
    assert not ContactLook.objects.exists()


def test_who_may_not_see_a_list_may_not_export_it(client):
    client.force_login(UserFactory(is_staff=True))
    for model in EXPORTABLE:
        assert client.get(address(model, "export")).status_code == 403
        assert client.post(address(model, "export"), {"format": 0}).status_code == 403
