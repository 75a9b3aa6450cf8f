"""Organizations in the tables: ties, assessments, likely duplicates, and retiring them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actors.models import Organization, OrganizationKind
from actors.models.assurance import today
from tests.actors.pages import act, address, errors_on, store
from tests.factories import (
    OrganizationFactory,
    PostFactory,
    PostHoldingFactory,
    RelationFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db
ADD = address(Organization, "add")
HOST_STATE = OrganizationKind.HOST_STATE_POLICE


def rows_of(pages, **asked) -> set[Organization]:
    return set(pages.get(address(Organization, "changelist"), asked).context["cl"].result_list)


def test_an_organization_is_refused_under_itself_at_its_field(admin_pages):
    parent = OrganizationFactory()
    child = OrganizationFactory(parent=parent)
    response = store(admin_pages, address(parent), parent=child.pk)
    assert errors_on(response) == {"parent": ["An organization cannot be part of itself."]}


def test_a_party_link_leads_to_a_party(admin_pages, mission):
    organization, ngo = OrganizationFactory.create_batch(2, mission=mission)
    group = OrganizationFactory(mission=mission, kind=OrganizationKind.ARMED_GROUP)
    response = store(admin_pages, address(organization), party_link=ngo.pk)
    assert set(errors_on(response)) == {"party_link"}
    assert store(admin_pages, address(organization), party_link=group.pk).status_code == 302
    assert rows_of(admin_pages, party="yes") == {organization}
    assert rows_of(admin_pages, party="no") == {ngo, group}


@pytest.mark.parametrize(
    ("facts", "fields"),
    [
        ({"hrddp_status": "pending", "kind": "ngo_national"}, {"hrddp_status"}),
        (
            {"hrddp_status": "cleared"},
            {"hrddp_assessed_on", "hrddp_assessor", "hrddp_expires_on"},
        ),
        ({"security_rating": 2}, {"security_assessed_on", "security_assessor"}),
        (
            {
                "security_rating": 2,
                "security_assessed_on": "2999-01-01",
                "security_assessor": "Security section",
            },
            {"security_assessed_on"},
        ),
        ({"sharing_expires_on": "2027-01-01"}, {"sharing_signed_on"}),
        ({"sharing_signed_on": "31.02.2026"}, {"sharing_signed_on"}),
        (
            {"sharing_signed_on": "2026-02-01", "sharing_expires_on": "2026-01-01"},
            {"sharing_expires_on"},
        ),
    ],
)
def test_an_assessment_nobody_stands_behind_is_refused_at_its_fields(admin_pages, facts, fields):
    organization = OrganizationFactory(kind=HOST_STATE)
    response = store(admin_pages, address(organization), **facts)
    assert set(errors_on(response)) == fields


def test_a_likely_duplicate_is_asked_about_once(admin_pages, mission):
    OrganizationFactory(mission=mission, name="Kesara Children and Women Unit")
    facts = {"mission": mission.pk, "name": "Kesara Women & Children Unit", "kind": HOST_STATE}
    assert 'type="hidden" name="is_another"' in admin_pages.get(ADD).content.decode()
    response = store(admin_pages, ADD, **facts)
    assert errors_on(response) == {
        "name": [
            "There is already: Kesara Children and Women Unit. If it is another one, say so below."
        ]
    }
    assert 'type="checkbox" name="is_another"' in response.content.decode()
    assert store(admin_pages, ADD, **facts, is_another="on").status_code == 302
    assert Organization.objects.count() == 2


def test_another_mission_may_have_the_same_organization(admin_pages, mission, other_mission):
    OrganizationFactory(mission=other_mission, name="Save the Children")
    facts = {"mission": mission.pk, "name": "Save the Children", "kind": "ngo_international"}
    assert store(admin_pages, ADD, **facts).status_code == 302


def test_a_stored_organization_is_not_asked_about(admin_pages, mission):
    OrganizationFactory(mission=mission, name="Kesara Women and Children Unit")
    other = OrganizationFactory(mission=mission, name="Kesara Children and Women Unit")
    assert store(admin_pages, address(other), short_name="KCWU").status_code == 302


def test_who_adds_an_entry_has_confirmed_it(admin_pages, administrator, mission):
    facts = {"mission": mission.pk, "name": "WHO office", "kind": "un_entity"}
    store(admin_pages, ADD, **facts)
    organization = Organization.objects.get()
    assert (organization.assured_by, organization.assured_on) == (administrator, today())


def test_retiring_says_what_falls_away(admin_pages):
    organization = OrganizationFactory()
    posts = [PostFactory(organization=organization), PostFactory(organization=organization)]
    PostFactory(organization=organization, retired_at=timezone.now())
    holding = PostHoldingFactory(post=posts[0])
    PostHoldingFactory(post=posts[1], user=holding.user)
    ServiceFactory(organization=organization)
    page = act(admin_pages, "retire", organization).content.decode()
    assert (
        "With that falls away: posts in use 2, people whose access by these posts ends now 1, "
        "services 1."
    ) in page
    organization.refresh_from_db()
    assert organization.retired_at


def test_retiring_one_that_has_nothing_says_nothing_more(admin_pages):
    page = act(admin_pages, "retire", OrganizationFactory()).content.decode()
    assert "1 entry retired" in page
    assert "falls away" not in page


def test_what_ends_soon_or_has_ended_is_found(admin_pages):
    day, later = today(), timedelta(days=30)
    assessed = {"kind": HOST_STATE, "hrddp_status": "cleared"}
    soon = OrganizationFactory(**assessed, hrddp_expires_on=day + later)
    signed = OrganizationFactory(sharing_expires_on=day)
    over = OrganizationFactory(sharing_expires_on=day - timedelta(days=1))
    OrganizationFactory(**assessed, hrddp_expires_on=day + later + timedelta(days=1))
    OrganizationFactory()
    assert rows_of(admin_pages, ends="soon") == {soon, signed}
    assert rows_of(admin_pages, ends="over") == {over}
    assert len(rows_of(admin_pages, ends="whenever")) == 5


def test_organizations_are_found_by_their_due_diligence(admin_pages):
    cleared = OrganizationFactory(kind=HOST_STATE, hrddp_status="cleared")
    OrganizationFactory(kind=HOST_STATE, hrddp_status="not_cleared")
    assert rows_of(admin_pages, hrddp_status__exact="cleared") == {cleared}


def test_a_relation_to_oneself_or_into_another_mission_is_refused(admin_pages, other_mission):
    relation = RelationFactory()
    foreign = OrganizationFactory(mission=other_mission)
    for wrong in (relation.origin, foreign):
        response = store(admin_pages, address(relation), target=wrong.pk)
        assert set(errors_on(response)) == {"target"}


def test_a_relation_can_be_deleted(admin_pages):
    relation = RelationFactory()
    admin_pages.post(address(relation, "delete"), {"post": "yes"})
    assert not type(relation).objects.exists()
