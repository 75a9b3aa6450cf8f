"""Contact data in the tables: who may be named, and that each look is written down."""

import pytest

from actors.admin.contacts import ContactAdmin
from actors.models import Contact, ContactLook, Post, User
from tests.actors.pages import act, address, errors_on, store
from tests.factories import (
    ContactFactory,
    OrganizationFactory,
    PostFactory,
    ServiceFactory,
    UserFactory,
)
from tests.referrals.partners import leave_the_desk_alone, link_of, refer_to_partner

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


class TestOneByWhichAPartnerWasLetIn:
    """It is kept, and each way of deleting it says what to do instead."""

    INSTEAD = "take it out of use: tick it in the list of contacts and choose “Use no more”"

    @pytest.fixture
    def contact(self, unmix) -> Contact:
        leave_the_desk_alone(unmix)
        return link_of(refer_to_partner(unmix)).contact

    def test_its_page_refuses(self, admin_pages, contact):
        page = admin_pages.get(address(contact, "delete")).content.decode()
        assert self.INSTEAD in page
        assert 'type="submit" value="Yes' not in page
        answer = admin_pages.post(address(contact, "delete"), {"post": "yes"})
        assert answer.status_code == 200
        assert self.INSTEAD in answer.content.decode()
        assert Contact.objects.filter(pk=contact.pk).exists()

    def test_the_list_refuses(self, admin_pages, contact):
        chosen = {"action": "delete_selected", "_selected_action": [contact.pk], "post": "yes"}
        answer = admin_pages.post(address(Contact, "changelist"), chosen)
        assert answer.status_code == 200
        assert self.INSTEAD in answer.content.decode()
        assert Contact.objects.filter(pk=contact.pk).exists()

    def test_the_row_on_its_posts_page_refuses(self, admin_pages, contact):
        page = address(contact.post)
        answer = store(admin_pages, page, **{"contacts-0-DELETE": "on"})
        assert answer.status_code == 200
        assert self.INSTEAD in answer.content.decode()
        assert Contact.objects.filter(pk=contact.pk).exists()

    def test_of_two_at_once_the_second_is_told(self, admin_pages, contact, monkeypatch):
        monkeypatch.setattr(
            ContactAdmin, "get_deleted_objects", lambda *_given: ([], {}, set(), [])
        )
        answer = admin_pages.post(address(contact, "delete"), {"post": "yes"})
        assert answer.status_code == 302
        assert Contact.objects.filter(pk=contact.pk).exists()

    def test_used_no_more_nothing_is_sent_there_until_it_is_used_again(self, admin_pages, contact):
        assert (
            "1 contact is used no more." in act(admin_pages, "distrust", contact).content.decode()
        )
        assert not Contact.objects.notifiable().filter(pk=contact.pk).exists()
        act(admin_pages, "trust", contact)
        assert Contact.objects.notifiable().filter(pk=contact.pk).exists()


def test_a_contact_can_be_deleted_and_its_looks_stay(admin_pages):
    contact = ContactFactory(user__name="Joana")
    admin_pages.get(address(contact))
    admin_pages.post(address(contact, "delete"), {"post": "yes"})
    assert not Contact.objects.exists()
    assert looks() == [("Joana", "admin")]
