"""The mission's settings beside those of the routing policy."""

import pytest

from tests.actors.pages import address
from tests.factories import MissionFactory

pytestmark = pytest.mark.django_db


def test_where_misconduct_is_reported_and_what_a_report_may_say_are_kept_here(admin_pages):
    mission = MissionFactory()
    form = admin_pages.get(address(mission, "change")).context["adminform"].form
    typed = {name: value for name, value in form.initial.items() if value not in (None, False)}
    asked = {
        "conduct_contact": "Box beside the canteen",
        "oios_contact": "oversight@example.org",
        "most_children": 300,
        "reach_km": 80,
    }
    answer = admin_pages.post(address(mission, "change"), typed | asked)
    assert answer.status_code == 302
    mission.refresh_from_db()
    assert {name: getattr(mission, name) for name in asked} == asked
