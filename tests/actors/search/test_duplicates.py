"""Names that mean the same organization are found, and few others."""

import pytest

from actors.search.duplicates import NameBook, similar_organizations
from tests.factories import OrganizationFactory

SAME = [
    ("Hearth and Haven", "Hearth & Haven"),
    ("Hearth and Haven", "hearth and  haven"),
    ("Hearth and Haven", "Haven and Hearth"),
    ("Hearth and Haven", "Hearth and Heaven"),
    ("Médecins du Littoral", "Medecins du littoral"),
    ("Kesara Women's Network", "Kesara Womens Network"),
    ("Action for Children Kesara", "Action for Childern Kesara"),
    ("Centre de Santé de la Côte", "Centre de sante Cote"),
    ("مركز حماية الطفل", "مركز حمايه الطفل"),
]
OTHERS = [
    ("UNPOL Team Site 4", "UNPOL Team Site 5"),
    ("Health Committee A", "Health Committee B"),
    ("District Office North", "District Office South"),
    ("Kesara National Police", "Kesara National Army"),
    ("WHO", "WFP"),
    ("UNICEF Kesara", "UNHCR Kesara"),
    ("Save the Children", "Hearth and Haven"),
    ("Radio Lakeside", "Clinic Lakeside"),
    ("Women's Committee Port Sela", "Women's Committee Tolwe"),
    ("Kesara Girls Shelter", "Kesara Boys Shelter"),
]


@pytest.mark.parametrize(("known", "typed"), SAME)
def test_another_spelling_of_a_known_name_is_found(mission, known, typed):
    organization = OrganizationFactory(mission=mission, name=known)
    assert similar_organizations(typed, mission) == [organization]


@pytest.mark.parametrize(("known", "typed"), OTHERS)
def test_another_organization_of_a_like_name_is_no_duplicate(mission, known, typed):
    OrganizationFactory(mission=mission, name=known)
    assert similar_organizations(typed, mission) == []


def test_an_acronym_counts_as_a_name(mission):
    organization = OrganizationFactory(mission=mission, name="Relief Council", short_name="NRC")
    assert similar_organizations("nrc", mission) == [organization]
    assert similar_organizations("NRD", mission) == []


def test_the_organization_itself_and_other_missions_are_left_out(mission, other_mission):
    own = OrganizationFactory(mission=mission, name="Hearth and Haven")
    OrganizationFactory(mission=other_mission, name="Hearth and Haven")
    assert similar_organizations("Hearth and Haven", mission, except_pk=own.pk) == []


def test_the_likeliest_comes_first(mission):
    near = OrganizationFactory(mission=mission, name="Hearth and Heaven")
    same = OrganizationFactory(mission=mission, name="Hearth and Haven")
    assert similar_organizations("Hearth & Haven", mission) == [same, near]


@pytest.mark.parametrize("typed", ["", "   ", "&", "'\"\\", "x" * 5000])
def test_a_name_of_nothing_resembles_nobody(mission, typed):
    OrganizationFactory(mission=mission, name="Hearth and Haven")
    assert similar_organizations(typed, mission) == []


def test_many_names_are_compared_with_one_statement(mission, django_assert_num_queries):
    OrganizationFactory(mission=mission, name="Hearth and Haven")
    with django_assert_num_queries(1):
        book = NameBook.of(mission)
        assert [len(book.similar(name)) for name in ("Hearth & Haven", "Nobody")] == [1, 0]
