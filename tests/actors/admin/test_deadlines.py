"""A mission's own deadlines, typed as a table of minutes."""

import pytest
from django.core.exceptions import ValidationError

from tests.actors.pages import address
from tests.factories import MissionFactory

pytestmark = pytest.mark.django_db


def typed(admin_pages, mission, **cells):
    """The form as it is shown, with these cells filled in: `acknowledge_emergency="10"`."""
    form = admin_pages.get(address(mission, "change")).context["adminform"].form
    shown = {n: v for n, v in form.initial.items() if v not in (None, False) and n != "deadlines"}
    asked = {f"deadlines_{name.replace('__', '-')}": value for name, value in cells.items()}
    return admin_pages.post(address(mission, "change"), shown | asked)


def test_what_is_typed_is_kept_and_empty_cells_are_the_policys(admin_pages):
    mission = MissionFactory()
    answer = typed(admin_pages, mission, acknowledge__emergency="10", forward__emergency="0")
    assert answer.status_code == 302
    mission.refresh_from_db()
    assert mission.deadlines == {"acknowledge": {"emergency": 10}, "forward": {"emergency": 0}}
    assert mission.own_minutes("acknowledge", "emergency") == 10
    assert mission.own_minutes("acknowledge", "urgent") is None


def test_the_page_shows_them_each_with_its_name(admin_pages):
    mission = MissionFactory(deadlines={"release": {"urgent": 720}})
    page = admin_pages.get(address(mission, "change")).content.decode()
    cell = page.partition('name="deadlines_release-urgent"')[2].partition(">")[0]
    assert 'value="720"' in cell
    assert 'aria-label="The adviser releases to partners, Urgent"' in cell


@pytest.mark.parametrize("minutes", ["0", "4", "43201", "-1", "soon"])
def test_too_short_too_long_and_no_number_are_refused_at_the_field(admin_pages, minutes):
    mission = MissionFactory()
    answer = typed(admin_pages, mission, acknowledge__urgent=minutes)
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == ["deadlines"]
    assert f'value="{minutes}"' in answer.content.decode()
    mission.refresh_from_db()
    assert mission.deadlines == {}


@pytest.mark.parametrize(
    "deadlines",
    [[1], {"lunch": {}}, {"release": 3}, {"release": {"soon": 9}}, {"release": {"urgent": True}}],
)
def test_the_model_refuses_what_is_no_deadline(deadlines):
    mission = MissionFactory.build(deadlines=deadlines)
    with pytest.raises(ValidationError) as refused:
        mission.clean_fields()
    assert list(refused.value.message_dict) == ["deadlines"]
