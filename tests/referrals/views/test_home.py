"""Where somebody lands after signing in."""

import pytest
from django.test import Client

from actors.models import ContactsRead
from actors.roles import Role
from tests.factories import UserFactory

CONTACTS = "/directory/contacts/?mission=UNMIX"


@pytest.fixture
def read(unmix):
    """A function that notes that the person of a role has read the contacts."""

    def note(role):
        user = unmix.people[role]
        ContactsRead.objects.create(user=user, mission=unmix.mission, digest="QM0201:read")

    return note


def lands(client):
    answer = client.get("/")
    assert answer.status_code == 302
    return answer.url


@pytest.mark.parametrize(
    ("role", "usual"),
    [
        (Role.UNPOL_OFFICER, "/reports/"),
        (Role.UNPOL_SUPERVISOR, "/desk/"),
        (Role.UNPOL_CPFP_FIELD, "/desk/"),
        (Role.UNPOL_CPFP_HQ, "/desk/"),
    ],
)
def test_a_newcomer_of_the_police_reads_the_contacts_first(as_role, read, role, usual):
    client = as_role(role)
    assert [lands(client), lands(client)] == [CONTACTS, usual]
    assert lands(as_role(role)) == CONTACTS
    read(role)
    assert lands(as_role(role)) == usual


@pytest.mark.parametrize("role", [Role.CPA, Role.JOC, Role.HUMAN_RIGHTS, Role.UNICEF_CP])
def test_nobody_else_is_led_there(as_role, role):
    assert lands(as_role(role)) == "/desk/"


def test_an_administrator_lands_on_the_directory(db):
    client = Client()
    client.force_login(UserFactory(is_staff=True))
    assert lands(client) == "/admin/"


def test_who_follows_a_notice_is_not_held_up(as_role):
    assert as_role(Role.UNPOL_OFFICER).get("/reports/").status_code == 200


def test_it_takes_one_statement_more_for_the_police_alone(as_role, read, django_assert_num_queries):
    read(Role.UNPOL_OFFICER)
    officer, adviser = as_role(Role.UNPOL_OFFICER), as_role(Role.CPA)
    with django_assert_num_queries(4):
        lands(officer)
    with django_assert_num_queries(3):
        lands(adviser)
