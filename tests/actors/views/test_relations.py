"""The relation map as a page: for whom, the picture, the table, the filter, and how fast."""

import re
from itertools import combinations

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from actors.models import Mission, Organization, OrganizationKind, Relation, RelationKind
from actors.roles import Role
from tests.factories import (
    CoordinationBodyFactory,
    OrganizationFactory,
    RelationFactory,
    ServiceFactory,
)

URL = "/directory/relations/"


@pytest.fixture
def page(as_role):
    """A function from a filter to the adviser's page."""
    browser = as_role(Role.CPA)
    return lambda **chosen: browser.get(URL, chosen)


def relate(unmix, origin: str, kind: str, target: str, **fields) -> Relation:
    return RelationFactory(
        origin=unmix.organizations[origin], kind=kind, target=unmix.organizations[target], **fields
    )


def make_network(mission, actors: int, lines: int) -> None:
    """So many actors of all kinds, each refers to the next ones; two statements."""
    kinds = list(OrganizationKind)
    groups = Group.objects.bulk_create(Group(name=f"Actor {n:03d}") for n in range(actors))
    made = Organization.objects.bulk_create(
        Organization(mission=mission, name=group.name, kind=kinds[number % len(kinds)], group=group)
        for number, group in enumerate(groups)
    )
    pairs = [pair for pair, _n in zip(combinations(made, 2), range(lines), strict=False)]
    Relation.objects.bulk_create(
        Relation(origin=origin, kind=RelationKind.REFERS_TO, target=target)
        for origin, target in pairs
    )


class TestForWhom:
    @pytest.mark.parametrize("role", [Role.CPA, Role.CPA_SENIOR])
    def test_who_leads_on_child_protection_finds_it(self, as_role, role):
        assert as_role(role).get(URL).status_code == 200

    def test_human_rights_lead_where_there_is_no_adviser(self, as_role):
        assert as_role(Role.HUMAN_RIGHTS).get(URL).status_code == 404
        Mission.objects.update(has_cpa=False)
        assert as_role(Role.HUMAN_RIGHTS).get(URL).status_code == 200

    @pytest.mark.parametrize("role", [Role.UNPOL_OFFICER, Role.HOPC, "UNICEF_CP"])
    def test_for_everybody_else_it_is_not_there(self, as_role, role):
        assert as_role(role).get(URL).status_code == 404

    def test_without_signing_in_one_is_asked_to(self, unmix):
        assert Client().get(URL).status_code == 302

    def test_an_administrator_may_add_a_relation_and_the_adviser_may_not(
        self, unmix, page, admin_pages
    ):
        add = 'href="/admin/actors/relation/add/"'
        assert add in admin_pages.get(URL).content.decode()
        assert add not in page().content.decode()


class TestThePicture:
    def test_it_is_an_image_with_a_name_and_says_each_line_in_words(self, unmix, page):
        relate(unmix, "WHO Kesara", "refers_to", "Hearth and Haven")
        text = page().content.decode()
        assert 'role="img"' in text
        assert re.search(r'aria-labelledby="map-title map-text"', text)
        assert "<title>WHO Kesara refers children to Hearth and Haven</title>" in text
        assert "<title>Hearth and Haven (National NGO)</title>" in text

    def test_each_kind_of_line_differs_by_its_tip_and_the_legend_names_it(self, unmix, page):
        for kind in RelationKind:
            relate(unmix, "WHO Kesara", kind, "Hearth and Haven")
        text = page().content.decode()
        legend = text.split("relations-legend")[1].split("</ul>")[0]
        for kind in RelationKind:
            assert f'<marker id="to-{kind.value}"' in text
            assert (
                text.count(f'marker-end="url(#to-{kind.value})"')
                == 2 + (kind == RelationKind.REPORTS_TO) * 2
            )
            assert str(kind.label) in legend

    def test_a_conflict_points_both_ways_and_what_follows_is_marked(self, unmix, page):
        relate(unmix, "WHO Kesara", "conflict", "Hearth and Haven")
        text = page().content.decode()
        assert text.count('marker-start="url(#to-conflict)"') == 1
        assert 'class="line reports_to derived"' in text

    def test_names_are_written_and_not_run(self, unmix, page):
        name = "<script>alert(1)</script>"
        odd = OrganizationFactory(mission=unmix.mission, name=name)
        RelationFactory(origin=odd, target=unmix.organizations["WHO Kesara"])
        text = page().content.decode()
        assert name not in text
        assert escape(name) in text

    def test_no_style_stands_in_the_page(self, unmix, page):
        assert "style=" not in page().content.decode()

    def test_too_many_actors_are_said_and_the_busiest_drawn(self, unmix, page):
        make_network(unmix.mission, 80, 400)
        answer = page()
        picture = answer.context["picture"]
        assert (picture["actors"], picture["related"]) == (60, 84)
        assert "84 actors are too many for one picture." in answer.content.decode()
        drawn = {box["title"] for box in picture["boxes"]}
        assert "Actor 000 (Mission component)" in drawn

    def test_actors_without_a_relation_are_named_below(self, unmix, page):
        assert "Front for Myre" in page().context["picture"]["alone"]


class TestTheTable:
    def test_it_says_the_same_in_words(self, unmix, page):
        relate(unmix, "WHO Kesara", "shares_with", "Hearth and Haven", note="by telephone")
        body = CoordinationBodyFactory(organization=unmix.organizations["CTFMR Kesara"])
        body.members.add(unmix.organizations["UNICEF Kesara"])
        rows = page().context["rows"]
        said = [(r["origin"], str(r["relation"].label), r["target"], str(r["note"])) for r in rows]
        assert ("WHO Kesara", "shares information with", "Hearth and Haven", "by telephone") in said
        assert ("UNICEF Kesara", "coordinates in", "CTFMR Kesara", "Member of the body") in said

    def test_a_long_one_has_pages_that_keep_the_filter(self, unmix, page):
        make_network(unmix.mission, 40, 150)
        first = page(relation="refers_to")
        assert (len(first.context["rows"]), first.context["earlier"]) == (100, "")
        second = page(relation="refers_to", page=2)
        assert len(second.context["rows"]) == 50
        assert second.context["earlier"] == "?relation=refers_to&page=1#table"
        assert len(page(page="nowhere").context["rows"]) == 100


class TestFilter:
    def test_the_address_chooses_the_part(self, unmix, page):
        relate(unmix, "WHO Kesara", "conflict", "Hearth and Haven")
        relate(unmix, "WHO Kesara", "refers_to", "UNICEF Kesara")
        far = OrganizationFactory(mission=unmix.mission, name="Myre Clinic")
        ServiceFactory(organization=far, areas=[unmix.areas["QM0302"]])
        RelationFactory(origin=unmix.organizations["WHO Kesara"], target=far)
        rows = {
            name: [(row["relation"], row["target"]) for row in page(**chosen).context["rows"]]
            for name, chosen in {
                "relation": {"relation": ["conflict"]},
                "kind": {"kind": "ngo_national"},
                "region": {"region": "QM02", "relation": ["refers_to"]},
            }.items()
        }
        assert rows == {
            "relation": [("conflict", "Hearth and Haven")],
            "kind": [("conflict", "Hearth and Haven")],
            "region": [("refers_to", "UNICEF Kesara")],
        }

    @pytest.mark.parametrize(
        ("chosen", "field"),
        [
            ({"region": "QM0201"}, "region"),
            ({"region": "\0"}, "region"),
            ({"kind": "nobody"}, "kind"),
            ({"relation": ["likes"]}, "relation"),
        ],
    )
    def test_what_is_not_there_is_refused_at_its_field(self, page, chosen, field):
        answer = page(**chosen)
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])

    def test_a_choice_without_relations_says_what_to_do(self, page):
        assert "No relations of this choice" in page(relation="conflict").content.decode()

    def test_a_mission_without_relations_says_what_would_be_here(self, page):
        Organization.objects.update(parent=None)
        assert "No relations yet" in page().content.decode()


class TestFindings:
    def test_each_kind_says_what_is_so_and_what_to_do(self, unmix, page):
        relate(unmix, "WHO Kesara", "conflict", "Hearth and Haven")
        body = CoordinationBodyFactory(organization=unmix.organizations["CTFMR Kesara"])
        body.members.set(
            [unmix.organizations["WHO Kesara"], unmix.organizations["Hearth and Haven"]]
        )
        text = page().content.decode()
        assert "Hearth and Haven and WHO Kesara are in conflict, and both sit in CTFMR" in text
        assert "Agree with the chair who speaks about what" in text

    def test_they_come_from_the_whole_network_and_concern_whom_is_shown(self, unmix, page):
        ServiceFactory(organization=unmix.organizations["Hearth and Haven"])
        relate(unmix, "WHO Kesara", "conflict", "UNICEF Kesara")
        assert "Nobody refers children to Hearth" in page().content.decode()
        shown = page(relation="conflict", kind="un_entity").content.decode()
        assert "Nobody refers children to Hearth" not in shown

    def test_where_nothing_stands_out_the_page_says_so(self, page):
        assert "Nothing stands out" in page().content.decode()


def test_it_takes_the_same_statements_for_one_relation_and_for_many(unmix, page):
    page()

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert page().status_code == 200
        return len(captured)

    counts = [statements()]
    make_network(unmix.mission, 50, 200)
    counts.append(statements())
    assert counts[0] == counts[1] <= 15
