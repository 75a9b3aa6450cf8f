"""What is exported comes back unchanged, whatever it says, and no cell of it is a formula."""

import csv
import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actors.exchange.cells import escaped, is_formula, joined, parted, plain, unescaped
from actors.models import Organization, Service
from tests.actors.exchange.files import checked, exported, told
from tests.factories import (
    ActivityFactory,
    AreaFactory,
    ContactFactory,
    LocationFactory,
    OrganizationFactory,
    PostFactory,
    PostHoldingFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db
KINDS = ["areas", "organizations", "services", "contacts", "activities"]
# Whatever a database column can hold.
SAID = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
NAMES = SAID.filter(lambda text: plain(text) == text and text)


@pytest.fixture
def filled(mission, region, district):
    """An entry of everything, with names that are hard on files."""
    district.latitude, district.longitude = Decimal("-4.36"), Decimal("18.55496")
    district.save()
    party = OrganizationFactory(mission=mission, name='=Front; of "Myre"', kind="armed_group")
    hearth = OrganizationFactory(
        mission=mission,
        name="+Hearth, and Haven",
        kind="ngo_national",
        party_link=party,
        security_rating=3,
        security_assessed_on=date(2026, 1, 2),
        security_assessor="@me",
        sharing_signed_on=date(2026, 1, 2),
        description="Line one\nline two\r\n'=SUM(A1)",
        do_not_attribute=True,
    )
    hearth.affiliates.add(party)
    OrganizationFactory(parent=hearth, name="-Branch")
    other = AreaFactory(parent=region, code="QM0202", retired_at="2026-01-01T00:00Z")
    service = ServiceFactory(
        organization=hearth,
        areas=[district, other],
        languages=["fr", "ar"],
        minimum_age=0,
        capacity_maximum=0,
    )
    service.locations.add(LocationFactory(area=district, name='House; "1"'))
    post = PostFactory(organization=hearth)
    ContactFactory(user=None, post=post, channel="phone", address="+442079460123")
    ContactFactory(user=None, service=service, label="=night")
    ContactFactory(user=None, organization=hearth, channel="radio", address="-Kilo 2")
    ContactFactory(user=PostHoldingFactory(post=post).user)
    ActivityFactory(organization=hearth, area=district, girls=0, ends_on=date(2027, 1, 1))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", KINDS)
def test_an_export_comes_back_unchanged(filled, mission, administrator, kind, form):
    outcome = checked(kind, exported(kind, form, mission, administrator), mission, administrator)
    assert told(outcome) == []
    assert (outcome.added, outcome.changed) == (0, 0)
    assert outcome.unchanged > 0


@pytest.mark.parametrize("kind", KINDS)
def test_no_cell_of_an_export_is_a_formula(filled, mission, administrator, kind):
    text = exported(kind, "csv", mission, administrator).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert [cell for cell in cells if is_formula(cell)] == []
    book = openpyxl.load_workbook(io.BytesIO(exported(kind, "xlsx", mission, administrator)))
    typed = [cell for row in book.active.iter_rows() for cell in row if cell.data_type == "f"]
    assert typed == []


def test_a_risky_cell_begins_with_an_apostrophe():
    assert [escaped(text) for text in ("=1", "+44", "-x", "@x", "-5.1", "'=1", "'x")] == [
        "'=1",
        "'+44",
        "'-x",
        "'@x",
        "-5.1",
        "''=1",
        "'x",
    ]


@given(SAID)
def test_a_cell_is_read_as_it_was_written(text):
    assert unescaped(escaped(text)) == plain(text)
    assert not is_formula(escaped(text))


@given(st.lists(NAMES, max_size=5))
def test_names_in_one_cell_are_read_as_they_were_written(names):
    assert parted(plain(joined(names))) == names


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=NAMES,
    said=SAID,
    form=st.sampled_from(["csv", "xlsx"]),
    ages=st.tuples(st.integers(0, 17), st.none() | st.integers(17, 120)),
    flags=st.tuples(st.booleans(), st.booleans()),
    status=st.sampled_from(["active", "inactive", "temporarily closed", "defunct"]),
)
def test_whatever_is_stored_comes_back_unchanged(
    mission, administrator, name, said, form, ages, flags, status
):
    if not Organization.objects.exists():
        ServiceFactory(organization__mission=mission)
    Organization.objects.update(name=name, description=said)
    Service.objects.update(
        name=name,
        eligibility=said,
        minimum_age=ages[0],
        maximum_age=ages[1],
        is_free=flags[0],
        has_interpreter=flags[1],
        status=status,
    )
    for kind in ("organizations", "services"):
        outcome = checked(
            kind, exported(kind, form, mission, administrator), mission, administrator
        )
        assert told(outcome) == []
        assert (outcome.added, outcome.changed, outcome.unchanged) == (0, 0, 1)


def test_a_name_of_two_lines_stays_one_name():
    assert parted(joined(["North\nwing", "South; wing", 'The "Ark"'])) == [
        "North\nwing",
        "South; wing",
        'The "Ark"',
    ]
