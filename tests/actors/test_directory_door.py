"""Who comes into the directory, and that no case is in it."""

from itertools import chain

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse

from actors.models import User
from actors.workflow.entries import ADMINISTRATORS, administrators, settle_administrator
from tests.actors.pages import address
from tests.factories import PostHoldingFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_stranger_comes_through_the_portals_own_sign_in(client):
    response = client.get(reverse("admin:index"), follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_the_admins_own_login_form_is_closed(client):
    response = client.post(reverse("admin:login"), {"username": "a", "password": "b"})
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_who_reads_cases_does_not_come_in(client):
    client.force_login(PostHoldingFactory().user)
    response = client.get(reverse("admin:index"), follow=True)
    assert response.status_code == 403


def test_the_first_page_says_where_one_is(admin_pages):
    page = admin_pages.get(reverse("admin:index")).content.decode()
    assert "Directory of the child-protection referral portal" in page
    for name in ("Missions", "Areas", "Organizations", "Posts", "Users", "Contacts"):
        assert name in page


def test_the_tables_stand_in_the_order_of_the_work(admin_pages):
    groups = admin_pages.get(reverse("admin:index")).context["app_list"]
    tables = [[table["object_name"] for table in group["models"]] for group in groups]
    assert [str(group["name"]) for group in groups] == [
        "Places",
        "Organizations",
        "Services",
        "Posts and people",
        "Coordination",
        "Records, to read only",
    ]
    assert tables[0] == ["Mission", "Area"]
    assert {model.__name__ for model in admin.site._registry} == set(chain(*tables))
    here = admin_pages.get(reverse("admin:app_list", args=["actors"])).context["app_list"]
    assert [table["object_name"] for table in here[0]["models"]] == list(chain(*tables))


def test_nothing_but_the_directory_is_there():
    models = {model._meta.label for model in admin.site._registry}
    assert models == {
        "actors.Activity",
        "actors.Area",
        "actors.Contact",
        "actors.ContactLook",
        "actors.ContactsRead",
        "actors.CoordinationBody",
        "actors.DirectoryMail",
        "actors.Document",
        "actors.DutyShift",
        "actors.Handover",
        "actors.Leave",
        "actors.Location",
        "actors.Mission",
        "actors.Organization",
        "actors.Pathway",
        "actors.Post",
        "actors.PostHolding",
        "actors.Relation",
        "actors.Service",
        "actors.TokenScope",
        "actors.User",
    }


def test_administrators_may_delete_only_what_nothing_points_to():
    rights = administrators().permissions.values_list("codename", flat=True)
    assert {right for right in rights if right.startswith("delete")} == {
        "delete_activity",
        "delete_contact",
        "delete_dutyshift",
        "delete_leave",
        "delete_meeting",
        "delete_openinghours",
        "delete_pathwaystep",
        "delete_relation",
    }
    assert {right.split("_")[0] for right in rights} == {"add", "change", "view", "delete"}


def test_administrators_have_no_right_on_reports():
    apps = administrators().permissions.values_list("content_type__app_label", flat=True)
    assert set(apps) == {"actors"}
    assert Permission.objects.filter(content_type__app_label="referrals").exists()


def test_rights_come_and_go_with_the_mark(administrator):
    assert administrator.groups.filter(name=ADMINISTRATORS).exists()
    administrator.is_staff = False
    settle_administrator(user=administrator)
    assert not administrator.groups.exists()


def test_a_superuser_is_out_of_an_administrators_reach(admin_pages):
    root = UserFactory(is_superuser=True, is_staff=True)
    response = admin_pages.post(address(root), {"name": "Somebody else"})
    assert response.status_code == 403
    password = reverse("admin:auth_user_password_change", args=[root.pk])
    assert admin_pages.post(password, {"password1": "x", "password2": "x"}).status_code == 403
    assert User.objects.get(pk=root.pk).password == root.password
