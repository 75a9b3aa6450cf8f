"""A retired mission or area takes nothing new, and keeps what it has."""

import pytest
from django.utils import timezone

from actors.models import Area, Mission
from actors.roles import Role
from actors.standing import standing_of
from referrals.models import Report

pytestmark = pytest.mark.django_db


def test_nothing_is_filed_in_a_retired_mission_and_its_reports_stay(unmix, as_role):
    report = unmix.file().report
    Mission.objects.update(retired_at=timezone.now())
    officer = unmix.user(Role.UNPOL_OFFICER)
    assert standing_of(officer).missions() == [unmix.mission]
    assert standing_of(officer).missions_in_use() == []
    assert report in Report.objects.visible_to(unmix.user(Role.CPA))
    page = as_role(Role.UNPOL_OFFICER).get("/reports/new/")
    assert b'name="violations"' not in page.content


def test_a_retired_area_is_not_offered_and_not_taken(unmix, as_role):
    page = as_role(Role.UNPOL_OFFICER)
    assert b"QM0101" in page.get("/reports/new/").content
    Area.objects.filter(code="QM0101").update(retired_at=timezone.now())
    assert b"QM0101" not in page.get("/reports/new/").content
    assert Area.objects.of_mission(unmix.mission, "QM0101") is None
    assert Area.objects.of_mission(unmix.mission, "QM0201").code == "QM0201"


def test_what_lies_below_a_retired_region_keeps_its_place_in_the_tree(unmix):
    Area.objects.filter(code="QM02").update(retired_at=timezone.now())
    area = Area.objects.of_mission(unmix.mission, "QM0201")
    assert [place.code for place in area.path()] == ["QM0201", "QM02"]
