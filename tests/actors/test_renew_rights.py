"""After an update administrators may keep what the new version brought."""

from io import StringIO

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from actors.models import User
from actors.workflow.entries import ADMINISTRATORS


@pytest.mark.django_db
def test_rights_on_new_tables_come_back_and_no_others(administrator):
    group = Group.objects.get(name=ADMINISTRATORS)
    wanted = set(group.permissions.all())
    group.permissions.set(Permission.objects.filter(codename="view_mission"))
    printed = StringIO()
    call_command("renew_rights", stdout=printed)
    assert set(group.permissions.all()) == wanted
    assert printed.getvalue() == f"Administrators of the directory have {len(wanted)} rights.\n"
    assert User.objects.get(pk=administrator.pk).has_perm("actors.change_service")
