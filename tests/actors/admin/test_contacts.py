"""Contact data in the tables: who may be named, and that each look is written down."""

import pytest

from actors.models import Contact, ContactLook, Post, User
from tests.actors.pages import act, address, errors_on, store
from tests.factories import (
    ContactFactory,
    OrganizationFactory,
    PostFactory,
    ServiceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
ADD = address(Contact, "add")
PHONE = {"channel": "phone", "language": "en"}


def looks() -> list[tuple[str, str]]:
    return list(ContactLook.objects.order_by("pk").values_list("whose", "where"))


@pytest.mark.parametrize(
    ("owner", "factory"),
    [
        ("user", UserFactory),
        ("post", PostFactory),
        ("organization", OrganizationFactory),
        ("service", ServiceFactory),
    ],
)
def test_a_contact_is_of_one_of_four(admin_pages, owner, factory):
    one = factory()
    facts = PHONE | {"address": "+44 20 7946 0123", owner: one.pk}
    assert store(admin_pages, ADD, **facts).status_code == 302
    contact = Contact.objects.get()
    assert (contact.owner, contact.address) == (one, "+442079460123")


def test_a_contact_of_two_or_of_nobody_is_refused(admin_pages):
    facts = PHONE | {"address": "+442079460123"}
    two = {"user": UserFactory().pk, "post": PostFactory().pk}
    for owners in ({}, two):
        response = store(admin_pages, ADD, **facts, **owners)
        assert errors_on(response) == {
            "__all__": ["Choose exactly one: a person, a post, an organization or a service."]
        }


@pytest.mark.parametrize(
    "number", ["020 7946 0123", "+44 20 7946", "+999 123456789", "+44 twenty", "telephone"]
)
def test_a_telephone_that_cannot_exist_is_refused_at_its_field(admin_pages, number):
    facts = PHONE | {"address": number, "user": UserFactory().pk}
    response = store(admin_pages, ADD, **facts)
    assert set(errors_on(response)) == {"address"}
    assert number in response.content.decode()


def test_the_list_and_an_entry_are_looks(admin_pages, administrator):
    one, two = ContactFactory(user__name="Joana"), ContactFactory(user__name="Tomasz")
    admin_pages.get(address(Contact, "changelist"))
    assert sorted(looks()) == [("Joana", "admin"), ("Tomasz", "admin")]
    admin_pages.get(address(two))
    assert looks()[2:] == [("Tomasz", "admin")]
    admin_pages.get(address(one, "history"))
    admin_pages.get(address(one, "delete"))
    assert looks()[3:] == [("Joana", "admin"), ("Joana", "admin")]
    assert {look.viewer for look in ContactLook.objects.all()} == {administrator}


def test_only_what_the_list_shows_is_a_look(admin_pages):
    ContactFactory(user__name="Joana", address="joana@example.org")
    ContactFactory(user__name="Tomasz")
    admin_pages.get(address(Contact, "changelist"), {"q": "joana@"})
    assert looks() == [("Joana", "admin")]


@pytest.mark.parametrize("owner", ["user", "post", "organization", "service"])
def test_the_page_of_an_owner_is_a_look_at_its_contacts(admin_pages, owner):
    factories = {
        "user": UserFactory,
        "post": PostFactory,
        "organization": OrganizationFactory,
        "service": ServiceFactory,
    }
    one = factories[owner]()
    ContactFactory(**({"user": None} | {owner: one}))
    admin_pages.get(address(one))
    assert len(looks()) == 1
    admin_pages.get(address(type(one), "add"))
    admin_pages.get(address(one, "changelist"))
    assert len(looks()) == 1


def test_the_lists_of_posts_and_people_show_no_address(admin_pages):
    post = PostFactory()
    ContactFactory(user=None, post=post, address="desk@example.org")
    user = ContactFactory(address="somebody@example.net").user
    for model in (Post, User):
        page = admin_pages.get(address(model, "changelist")).content.decode()
        assert "desk@example.org" not in page
        assert "somebody@example.net" not in page
        assert "Arrive" in page
    assert user.contacts.exists()


def test_storing_is_no_second_look(admin_pages):
    contact = ContactFactory()
    assert store(admin_pages, address(contact), label="Office").status_code == 302
    assert len(looks()) == 1
    act(admin_pages, "trust", contact)
    assert len(looks()) == 2


def test_a_contact_can_be_deleted_and_its_looks_stay(admin_pages):
    contact = ContactFactory(user__name="Joana")
    admin_pages.get(address(contact))
    admin_pages.post(address(contact, "delete"), {"post": "yes"})
    assert not Contact.objects.exists()
    assert looks() == [("Joana", "admin")]
