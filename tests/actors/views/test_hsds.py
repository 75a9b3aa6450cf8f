"""The directory as an HSDS file: on its page, over the API and from the command line."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from actors.models import ContactLook
from actors.roles import Role
from tests.factories import ContactFactory, ServiceFactory, UserFactory

PAGE = "/directory/export/hsds.json"
API = "/api/v1/directory/hsds/"


@pytest.fixture
def contact(unmix):
    """Of a service, so that it is in the file."""
    service = ServiceFactory(organization=unmix.organizations["Hearth and Haven"])
    return ContactFactory(user=None, service=service)


def test_the_adviser_downloads_it_and_the_look_is_written_down(as_role, contact):
    answer = as_role(Role.CPA).get(PAGE)
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="UNMIX-directory.hsds.json"'
    )
    (service,) = answer.json()["services"]
    assert [found["email"] for found in service["contacts"]] == [contact.address]
    look = ContactLook.objects.get()
    assert (look.contact, look.where) == (contact, "export")


def test_the_api_gives_the_same(as_role, contact):
    adviser = as_role(Role.CPA)
    assert adviser.get(API).json() == adviser.get(PAGE).json()
    assert sorted(look.where for look in ContactLook.objects.all()) == ["api", "export"]


@pytest.mark.parametrize("address", [PAGE, API])
@pytest.mark.parametrize("role", [Role.UNPOL_OFFICER, Role.PSS_PROVIDER])
def test_for_others_it_is_not_there(as_role, contact, address, role):
    assert as_role(role).get(address).status_code == 404
    assert not ContactLook.objects.exists()


def test_the_command_prints_what_one_person_may_see(unmix, contact):
    said = StringIO()
    call_command("export_hsds", "UNMIX", login="cpa", stdout=said)
    assert [s["id"] for s in json.loads(said.getvalue())["services"]] == [
        str(contact.service.public_id)
    ]
    assert ContactLook.objects.get().viewer == unmix.user(Role.CPA)


@pytest.mark.parametrize(
    ("mission", "login", "why"),
    [
        ("UNNONE", "cpa", "There is no mission 'UNNONE' in use."),
        ("UNMIX", "nobody", "Nobody active signs in as 'nobody'."),
        ("UNMIX", "unpol_officer", "'unpol_officer' may not export the directory of UNMIX."),
        ("UNMIX", "elsewhere", "'elsewhere' may not export the directory of UNMIX."),
    ],
)
def test_the_command_refuses_with_the_reason(unmix, mission, login, why):
    UserFactory(username="elsewhere")
    with pytest.raises(CommandError, match=why):
        call_command("export_hsds", mission, login=login)
