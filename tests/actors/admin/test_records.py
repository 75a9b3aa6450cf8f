"""What the portal wrote down is read here and changed by nobody."""

import pytest
from django.contrib import admin

from actors.models import (
    ContactLook,
    ContactsRead,
    DirectoryMail,
    Handover,
    Scope,
    TokenScope,
)
from tests.actors.pages import address
from tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db
RECORDS = [ContactLook, ContactsRead, DirectoryMail, Handover, TokenScope]


def look(viewer, where: str = "search") -> ContactLook:
    contact = ContactFactory()
    return ContactLook.objects.create(viewer=viewer, contact=contact, whose="X", where=where)


@pytest.mark.parametrize("model", RECORDS)
def test_nobody_adds_or_changes_a_record(client, model):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    assert client.get(address(model, "add")).status_code == 403
    assert client.post(address(model, "add"), {}).status_code == 403
    page = client.get(address(model, "changelist"))
    assert page.status_code == 200
    assert page.context["cl"].list_display_links is None


def test_a_record_is_not_deleted(admin_pages, administrator):
    one = look(administrator)
    assert admin_pages.post(address(one, "delete"), {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [one.pk], "post": "yes"}
    admin_pages.post(address(ContactLook, "changelist"), chosen)
    assert ContactLook.objects.get() == one


def test_looks_are_found_by_who_and_where_newest_first(admin_pages, administrator):
    other = UserFactory()
    first, second, export = look(administrator), look(other), look(other, "export")

    def rows(**asked) -> list[ContactLook]:
        response = admin_pages.get(address(ContactLook, "changelist"), asked)
        return list(response.context["cl"].result_list)

    assert rows() == [export, second, first]
    assert rows(viewer__id__exact=other.pk) == [export, second]
    assert rows(viewer__id__exact=other.pk, where__exact="export") == [export]
    assert rows(q=administrator.name) == [first]


def test_a_token_says_in_words_what_it_may_do_and_is_not_shown(admin_pages, administrator):
    token_model = TokenScope._meta.get_field("token").related_model
    token, secret = token_model.objects.create(administrator)
    scopes = [Scope.REPORTS, Scope.DIRECTORY_READ]
    TokenScope.objects.create(token=token, scopes=scopes, label="Patrol app")
    page = admin_pages.get(address(TokenScope, "changelist")).content.decode()
    assert "File and read reports, Read the directory" in page
    assert "Patrol app" in page
    assert secret not in page
    assert token.digest not in page


@pytest.mark.parametrize("model", [m for m in admin.site._registry if m not in RECORDS])
def test_the_page_to_add_an_entry_opens(admin_pages, model):
    response = admin_pages.get(address(model, "add"))
    assert response.status_code == 200
    assert "style=" not in response.content.decode()
