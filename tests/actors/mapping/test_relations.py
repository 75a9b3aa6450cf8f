"""Relations that were recorded and those that follow, what a filter leaves, and what is lacking."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.mapping.relations import Network, read_network
from actors.mapping.weaknesses import WeaknessKind, find_weaknesses
from actors.models import Organization, PathwayStep, RelationKind
from tests.factories import (
    AreaFactory,
    CoordinationBodyFactory,
    OrganizationFactory,
    PathwayFactory,
    PostFactory,
    RegionFactory,
    RelationFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db


def actor(mission, name: str, **fields) -> Organization:
    return OrganizationFactory(mission=mission, name=name, **{"kind": "ngo_national"} | fields)


def relate(origin: Organization, target: Organization, kind=RelationKind.REFERS_TO, **fields):
    return RelationFactory(origin=origin, target=target, kind=kind, **fields)


def service(organization: Organization, **fields):
    return ServiceFactory(organization=organization, **fields)


def pathway(area, *steps, **fields):
    """A pathway over the services of these organizations; a list is a step with backups."""
    made = PathwayFactory(area=area, **fields)
    for position, organizations in enumerate(steps, start=1):
        several = organizations if isinstance(organizations, list) else [organizations]
        for number, organization in enumerate(several):
            PathwayStep.objects.create(
                pathway=made,
                position=position,
                rank="backup" if number else "primary",
                service=service(organization),
            )
    return made


def body(mission, name: str, *members: Organization, chairs=(), **fields):
    organization = actor(mission, name, kind="coordination_body")
    made = CoordinationBodyFactory(organization=organization, **fields)
    made.members.set(members)
    made.chairs.set(chairs)
    return organization


def today() -> date:
    return timezone.now().date()


def read(mission, on: date | None = None) -> Network:
    return read_network(mission, on=on or today())


def lines_of(network: Network) -> list[tuple[str, str, str, str]]:
    name = {pk: each.name for pk, each in network.actors.items()}
    return [
        (name[line.origin], line.kind, name[line.target], line.derived) for line in network.lines
    ]


def found(network: Network, kind: WeaknessKind) -> list[str]:
    return [each.what for each in find_weaknesses(network) if each.kind == kind]


class TestReading:
    def test_what_was_recorded_and_what_follows_is_read_in_order(self, mission, district):
        a, b, c = (actor(mission, name) for name in "ABC")
        part = actor(mission, "Part of A", parent=a)
        cluster = body(mission, "Cluster", b, chairs=[c])
        relate(a, b, RelationKind.CONFLICT, note="over the camp")
        pathway(district, a, [b, c])
        assert lines_of(read(mission)) == [
            ("A", "refers_to", "B", "pathway"),
            ("A", "refers_to", "C", "pathway"),
            ("A", "conflict", "B", ""),
            ("B", "coordinates_in", "Cluster", "membership"),
            ("C", "coordinates_in", "Cluster", "membership"),
            ("Part of A", "reports_to", "A", "parent"),
        ]
        assert read(mission).bodies == {cluster.pk: frozenset({b.pk, c.pk})}
        assert part.pk in read(mission).actors

    def test_a_relation_both_recorded_and_derived_is_one_with_its_note(self, mission):
        whole = actor(mission, "Whole")
        part = actor(mission, "Part", parent=whole)
        relate(part, whole, RelationKind.REPORTS_TO, note="weekly")
        (line,) = read(mission).lines
        assert (line.note, line.derived) == ("weekly", "")

    def test_only_what_is_in_use_in_this_mission_is_read(self, mission, other_mission, district):
        a, gone = actor(mission, "A"), actor(mission, "Gone", retired_at=timezone.now())
        relate(a, gone)
        relate(actor(other_mission, "Elsewhere"), actor(other_mission, "There"))
        network = read(mission)
        assert [each.name for each in network.actors.values()] == ["A"]
        assert network.lines == ()

    def test_a_pathway_counts_on_the_days_it_is_valid(self, mission, district):
        a, b = actor(mission, "A"), actor(mission, "B")
        pathway(
            district,
            a,
            b,
            valid_from=today() - timedelta(days=9),
            valid_until=today() - timedelta(days=1),
        )
        days = (today() - timedelta(days=10), today() - timedelta(days=1), today())
        assert [len(read(mission, day).lines) for day in days] == [0, 1, 0]

    def test_a_service_after_another_of_the_same_actor_is_no_relation(self, mission, district):
        a = actor(mission, "A")
        made = PathwayFactory(area=district)
        for position in (1, 2):
            PathwayStep.objects.create(pathway=made, position=position, service=service(a))
        assert read(mission).lines == ()

    @pytest.mark.parametrize("more", [1, 3, 50])
    def test_it_takes_nine_statements_whatever_the_number(self, mission, district, more):
        for number in range(more):
            one, other = actor(mission, f"One {number}"), actor(mission, f"Other {number}")
            relate(one, other)
            body(mission, f"Body {number}", one, other)
            pathway(AreaFactory(parent=district.parent), one, other)
        with CaptureQueriesContext(connection) as captured:
            assert len(read(mission).lines) == 3 * more
        assert len(captured) == 9


class TestFilter:
    @pytest.fixture
    def places(self, mission, region, district):
        """An actor in the district, one in another region, one everywhere, one nowhere."""
        elsewhere = RegionFactory(mission=mission)
        actors = {
            name: actor(mission, name) for name in ("Here", "Elsewhere", "Everywhere", "Nowhere")
        }
        service(actors["Here"], areas=[district])
        service(actors["Elsewhere"], areas=[elsewhere])
        PostFactory(role="WHO", organization=actors["Everywhere"])
        for name in ("Elsewhere", "Everywhere", "Nowhere"):
            relate(actors["Here"], actors[name])
        return actors

    def names(self, network: Network) -> list[str]:
        return [each.name for each in network.actors.values()]

    def test_a_region_leaves_who_works_there_or_everywhere(self, mission, region, places):
        part = read(mission).only(region=region.pk)
        assert self.names(part) == ["Everywhere", "Here"]
        assert [line[2] for line in lines_of(part)] == ["Everywhere"]

    def test_a_body_works_in_its_area(self, mission, region, district, places):
        body(mission, "Local cluster", places["Here"], area=district)
        body(mission, "Other cluster", places["Here"], area=RegionFactory(mission=mission))
        assert "Local cluster" in self.names(read(mission).only(region=region.pk))
        assert "Other cluster" not in self.names(read(mission).only(region=region.pk))

    def test_a_kind_leaves_its_actors_with_those_they_are_related_to(self, mission):
        police, ngo = actor(mission, "Police", kind="host_state_police"), actor(mission, "NGO")
        relate(ngo, police)
        relate(ngo, actor(mission, "Another NGO"))
        part = read(mission).only(kind="host_state_police")
        assert self.names(part) == ["NGO", "Police"]
        assert len(part.lines) == 1

    def test_relations_leave_lines_of_their_kinds(self, mission):
        a, b = actor(mission, "A"), actor(mission, "B")
        for kind in ("refers_to", "conflict", "shares_with"):
            relate(a, b, kind)
        part = read(mission).only(relations=["conflict", "shares_with"])
        assert [line.kind for line in part.lines] == ["shares_with", "conflict"]

    def test_without_a_filter_all_is_left(self, mission, places):
        network = read(mission)
        assert (network.only().actors, network.only().lines) == (network.actors, network.lines)


class TestNobodyRefers:
    def test_who_offers_help_and_is_on_nobodys_list_is_found(self, mission):
        known, unknown = actor(mission, "Known"), actor(mission, "Unknown")
        service(known, kind="legal")
        service(unknown, kind="health")
        relate(unknown, known)
        assert found(read(mission), WeaknessKind.NOT_REFERRED) == [
            "Nobody refers children to Unknown. It offers: Health and medical care."
        ]

    def test_a_closed_service_and_another_relation_do_not_count(self, mission):
        closed = actor(mission, "Closed")
        service(closed, status="temporarily closed")
        sharer = actor(mission, "Sharer")
        service(sharer)
        relate(closed, sharer, RelationKind.SHARES_WITH)
        assert found(read(mission), WeaknessKind.NOT_REFERRED) == [
            "Nobody refers children to Sharer. It offers: Psychosocial support."
        ]


class TestSinglePoints:
    def test_an_actor_without_whom_referrals_fall_apart_is_found(self, mission):
        a, b, c, d, e = (actor(mission, name) for name in "ABCDE")
        for origin, target in ((a, b), (b, c), (c, a), (c, d), (d, e)):
            relate(origin, target)
        assert found(read(mission), WeaknessKind.CUT_POINT) == [
            "Without C, no referrals connect D, E with the others.",
            "Without D, no referrals connect E with the others.",
        ]

    def test_a_ring_has_none_and_other_relations_do_not_count(self, mission):
        a, b, c, d = (actor(mission, name) for name in "ABCD")
        for origin, target in ((a, b), (b, c), (c, a)):
            relate(origin, target)
        relate(c, d, RelationKind.SHARES_WITH)
        assert found(read(mission), WeaknessKind.CUT_POINT) == []

    def test_the_only_provider_of_a_district_is_found(self, mission, region, district):
        AreaFactory(parent=region, name="Tolwe")
        one, two = actor(mission, "One"), actor(mission, "Two")
        service(one, kind="legal", areas=[region])
        service(two, kind="legal", areas=[district])
        service(two, kind="health")
        assert found(read(mission), WeaknessKind.ONLY_PROVIDER) == [
            "One alone offers this in Tolwe: Legal help.",
            "Two alone offers this in every district: Health and medical care.",
        ]

    def test_two_services_of_one_provider_are_one_provider(self, mission, district):
        one = actor(mission, "One")
        service(one, kind="legal", areas=[district])
        service(one, kind="legal")
        assert found(read(mission), WeaknessKind.ONLY_PROVIDER) == [
            "One alone offers this in every district: Legal help."
        ]

    def test_a_long_list_names_three_and_counts_the_others(self, mission, region):
        for number in range(6):
            AreaFactory(parent=region, name=f"District {number}", code=f"QM99{number}")
        AreaFactory(parent=RegionFactory(mission=mission))
        service(actor(mission, "One"), kind="legal", areas=[region])
        assert found(read(mission), WeaknessKind.ONLY_PROVIDER) == [
            "One alone offers this in District 0, District 1, District 2 and 3 more: Legal help."
        ]


class TestConflicts:
    def test_actors_in_conflict_at_one_table_or_in_one_pathway_are_found(self, mission, district):
        a, b, c = (actor(mission, name) for name in "ABC")
        relate(b, a, RelationKind.CONFLICT)
        relate(a, c, RelationKind.CONFLICT)
        body(mission, "Cluster", a, chairs=[b])
        pathway(district, a, b)
        assert found(read(mission), WeaknessKind.CONFLICT) == [
            "A and B are in conflict, and both sit in Cluster.",
            "A and B are in conflict, and both stand in the pathway "
            "“Port Sela: Rape or other sexual violence”.",
        ]

    def test_a_conflict_said_from_both_sides_is_one(self, mission):
        a, b = actor(mission, "A"), actor(mission, "B")
        relate(a, b, RelationKind.CONFLICT)
        relate(b, a, RelationKind.CONFLICT)
        body(mission, "Cluster", a, b)
        assert len(found(read(mission), WeaknessKind.CONFLICT)) == 1


def test_every_finding_says_what_to_do(mission, district):
    a, b, c = (actor(mission, name) for name in "ABC")
    relate(a, b)
    relate(b, c)
    relate(a, c, RelationKind.CONFLICT)
    body(mission, "Cluster", a, c)
    service(a)
    findings = find_weaknesses(read(mission))
    assert {each.kind for each in findings} == set(WeaknessKind)
    assert all(each.to_do.endswith(".") and each.actors for each in findings)
