"""The index is what the directory is, whichever way a row was written."""

import pytest
from django.db import connection
from django.utils import timezone

from actors.models import (
    Document,
    Organization,
    OrganizationKind,
    Pathway,
    Post,
    SearchEntry,
    Service,
)
from actors.workflow.entries import restore_entries, retire_entries
from tests.factories import (
    AreaFactory,
    CoordinationBodyFactory,
    DocumentFactory,
    OrganizationFactory,
    PathwayFactory,
    PostFactory,
    ServiceFactory,
)

TABLES = {
    "organization": "actors_organization",
    "body": "actors_coordinationbody",
    "service": "actors_service",
    "post": "actors_post",
    "document": "actors_document",
    "pathway": "actors_pathway",
}
HELD = """
    SELECT kind, source_id, mission_id, organization_id, title, codes, words
    FROM actors_searchentry
"""
MADE = " UNION ALL ".join(
    f"""
    SELECT '{kind}', source_id, mission_id, organization_id, title, codes, said || codes
    FROM actors_search_source_{kind}(ARRAY(SELECT id FROM {table}))
    """  # noqa: S608 - names of our own
    for kind, table in TABLES.items()
)


def is_true() -> bool:
    """Whether the index holds exactly what it would be filled with now."""
    differences = f"(({HELD}) EXCEPT ({MADE})) UNION ALL (({MADE}) EXCEPT ({HELD}))"
    with connection.cursor() as cursor:
        cursor.execute(differences)
        return cursor.fetchall() == []


def sql(statement: str, *values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def found(code: str) -> set[tuple[str, int]]:
    """Kind and row of the entries that have a code."""
    entries = SearchEntry.objects.extra(where=["codes @@ %s::tsquery"], params=[f"'{code}'"])
    return set(entries.values_list("kind", "source_id"))


@pytest.fixture
def clinic(mission, district):
    organization = OrganizationFactory(mission=mission, name="Hearth")
    return ServiceFactory(organization=organization, name="Clinic", areas=[district])


@pytest.fixture
def entries(clinic, mission, district):
    """One entry of every kind."""
    PostFactory(organization=clinic.organization, areas=[district])
    group = OrganizationFactory(mission=mission, kind=OrganizationKind.COORDINATION_BODY)
    CoordinationBodyFactory(organization=group)
    DocumentFactory(mission=mission)
    PathwayFactory(area=district)


def test_every_kind_of_entry_is_there_once(entries):
    kinds = SearchEntry.objects.values_list("kind", flat=True)
    expected = ["body", "document", "organization", "pathway", "post", "service"]
    assert sorted(kinds) == expected
    assert is_true()


WRITTEN = {
    "an organization renamed": "UPDATE actors_organization SET name = 'Haven ' || id",
    "an organization retired": "UPDATE actors_organization SET retired_at = now()",
    "an acronym": "UPDATE actors_organization SET short_name = 'HH'",
    "an organization of another kind": "UPDATE actors_organization SET kind = 'community'",
    "a service renamed": "UPDATE actors_service SET name = 'Ward', status = 'defunct'",
    "a service retired": "UPDATE actors_service SET retired_at = now()",
    "languages": "UPDATE actors_service SET languages = ARRAY['sw', 'fr']",
    "a post of another role": "UPDATE actors_post SET role = 'GENDER', title = 'Desk'",
    "a post retired": "UPDATE actors_post SET retired_at = now()",
    "a post for everywhere": "DELETE FROM actors_post_areas",
    "a service for everywhere": "DELETE FROM actors_service_areas",
    "services deleted": "DELETE FROM actors_service_areas; DELETE FROM actors_service",
    "a body of another kind": "UPDATE actors_coordinationbody SET kind = 'hct', rhythm = 'Daily'",
    "a body no more": "DELETE FROM actors_coordinationbody",
    "a document retitled": "UPDATE actors_document SET title = 'Book', summary = 'Words'",
    "a document retired": "UPDATE actors_document SET retired_at = now()",
    "a pathway for another concern": "UPDATE actors_pathway SET concern = 'abduction'",
    "a pathway no more": "DELETE FROM actors_pathway",
    "everything emptied": "TRUNCATE actors_service CASCADE",
    "another key": "UPDATE actors_document SET id = id + 1000",
}


@pytest.mark.parametrize("statement", WRITTEN.values(), ids=WRITTEN.keys())
def test_the_index_follows_whatever_is_written_by_hand(entries, statement):
    before = set(SearchEntry.objects.values_list("source_id", "words"))
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql(statement)
    assert is_true()
    assert set(SearchEntry.objects.values_list("source_id", "words")) != before


def test_bulk_writes_are_followed(mission, district):
    organization = OrganizationFactory(mission=mission)
    made = Service.objects.bulk_create(
        Service(organization=organization, name=f"Tent {n}", kind="health") for n in range(5)
    )
    assert len(found("=service:health")) == 5
    Service.areas.through.objects.bulk_create(
        Service.areas.through(service=service, area=district) for service in made
    )
    assert len(found(f"=area:{district.pk}")) == 6
    for service in made:
        service.kind = "legal"
    Service.objects.bulk_update(made, ["kind"])
    assert (len(found("=service:health")), len(found("=service:legal"))) == (0, 5)
    assert is_true()


def test_an_organization_is_found_where_its_posts_and_services_are(clinic, district, region):
    organization = ("organization", clinic.organization.pk)
    assert organization in found(f"=area:{district.pk}")
    clinic.areas.set([region])
    assert organization in found(f"=area:{region.pk}")
    assert organization not in found(f"=area:{district.pk}")
    clinic.areas.clear()
    assert organization in found("=everywhere")
    retire_entries(entries=Service.objects.all(), at=timezone.now())
    assert organization not in found("=everywhere")
    assert is_true()


def test_retiring_takes_out_and_restoring_brings_back_with_all_that_belongs_to_it(clinic):
    PostFactory(organization=clinic.organization)
    own = Organization.objects.filter(pk=clinic.organization_id)
    retire_entries(entries=own, at=timezone.now())
    assert SearchEntry.objects.count() == 0
    restore_entries(entries=own)
    assert SearchEntry.objects.count() == 3
    assert is_true()


def test_a_service_and_a_post_may_move_to_another_organization(clinic, mission, district):
    other = OrganizationFactory(mission=mission)
    Service.objects.update(organization=other)
    assert found(f"=area:{district.pk}") == {("service", clinic.pk), ("organization", other.pk)}
    assert is_true()


def test_what_the_index_does_not_hold_does_not_rewrite_it(clinic):
    before = SearchEntry.objects.get(kind="service").pk
    Service.objects.update(capacity_available=3, assured_on="2026-01-01")
    Organization.objects.update(perception_note="Secret", security_rating=2)
    assert SearchEntry.objects.get(kind="service").pk == before
    words = SearchEntry.objects.extra(where=["words::text ILIKE '%%secret%%'"])
    assert words.count() == 0


def test_a_name_longer_than_any_dictionary_is_kept_too(mission):
    OrganizationFactory(mission=mission, name="x" * 200, description="lo rem " * 400_000)
    assert is_true()


def test_a_code_that_somebody_types_is_no_code(mission):
    OrganizationFactory(mission=mission, name="=role:CPA '=everywhere'")
    assert found("=role:CPA") == found("=everywhere") == set()


def test_a_deleted_draft_of_an_entry_goes(mission):
    entry = DocumentFactory(mission=mission)
    Document.objects.filter(pk=entry.pk).delete()
    pathway = PathwayFactory(area=AreaFactory(mission=mission))
    Pathway.objects.filter(pk=pathway.pk).delete()
    post = PostFactory(organization=OrganizationFactory(mission=mission))
    Post.objects.filter(pk=post.pk).delete()
    assert list(SearchEntry.objects.values_list("kind", flat=True)) == ["organization"]
    assert is_true()
