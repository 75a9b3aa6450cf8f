"""Entries that somebody has to confirm from time to time."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry

from actors.models.assurance import today
from actors.workflow.entries import confirm_entries
from tests.actors.pages import act, address
from tests.factories import (
    CoordinationBodyFactory,
    OrganizationFactory,
    PostFactory,
    ServiceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=200)
every_kind = pytest.mark.parametrize(
    "factory", [OrganizationFactory, ServiceFactory, PostFactory, CoordinationBodyFactory]
)


@every_kind
def test_an_entry_is_confirmed_with_one_action(admin_pages, administrator, factory):
    entry = factory(assured_on=today() - LONG_AGO)
    page = act(admin_pages, "confirm", entry).content.decode()
    entry.refresh_from_db()
    assert (entry.assured_on, entry.assured_by) == (today(), administrator)
    assert "1 entry confirmed as of today." in page
    log = LogEntry.objects.get(object_id=entry.pk)
    assert log.change_message == "Confirmed: still true."


@every_kind
def test_entries_not_confirmed_for_long_are_found(admin_pages, factory):
    def rows(days: str) -> set:
        url = address(factory._meta.model, "changelist")
        return set(admin_pages.get(url, {"unconfirmed": days}).context["cl"].result_list)

    fresh = factory(assured_on=today() - timedelta(days=90))
    marked = factory(assured_on=today() - timedelta(days=91))
    unusable = factory(assured_on=today() - timedelta(days=181))
    assert rows("90") & {fresh, marked, unusable} == {marked, unusable}
    assert rows("180") & {fresh, marked, unusable} == {unusable}
    assert rows("7") >= {fresh, marked, unusable}


def test_a_later_confirmation_stays():
    first, second = UserFactory.create_batch(2)
    post = PostFactory(assured_on=today(), assured_by=first)
    yesterday = today() - timedelta(days=1)
    assert confirm_entries(entries=type(post).objects.all(), by=second, on=yesterday) == 0
    post.refresh_from_db()
    assert (post.assured_on, post.assured_by) == (today(), first)
