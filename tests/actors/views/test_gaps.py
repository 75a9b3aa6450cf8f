"""The gap board's page: who sees it, what it says, and that it stays fast."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from actors.models import PostHolding
from actors.roles import Role
from tests.factories import (
    AreaFactory,
    ContactFactory,
    OrganizationFactory,
    PostFactory,
    PostHoldingFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db

BOARD = "/directory/gaps/"


@pytest.fixture
def covered(mission, district):
    """A mission in which WHO answers in the one district."""
    post = PostFactory(role=Role.WHO, organization=OrganizationFactory(mission=mission))
    return PostHoldingFactory(post=post)


@pytest.mark.parametrize("role", [Role.UNPOL_OFFICER, Role.HOPC, Role.WHO, Role.PSS_PROVIDER])
def test_it_is_not_there_for_who_does_not_lead(as_role, role):
    for path in (BOARD, "/directory/gaps/to-do/", "/directory/map/", "/directory/map/base.json"):
        assert as_role(role).get(path).status_code == 404


def test_the_adviser_reads_it_without_links_to_the_tables(as_role):
    page = as_role(Role.CPA).get(BOARD, {"area": "QM0302", "role": "UNPOL_CPFP_FIELD"})
    assert page.context["cell"]["css"] == "nobody"
    assert "/admin/" not in page.content.decode()


def test_each_cell_says_who_answers_and_leads_to_what_is_behind_it(admin_pages, covered, district):
    page = admin_pages.get(BOARD)
    board = page.context["board"]
    assert [column.code for column in board.whole] == [Role.WHO]
    assert [row.place.code for row in board.rows] == ["QM0201"]
    assert set(board.rows[0].counts) == {0}
    assert '<td class="gap nobody"><a href="?area=QM0201&amp;role=CPA">Nobody</a></td>' in (
        page.content.decode()
    )


def test_a_cell_says_what_would_answer_and_where_it_is_mended(admin_pages, covered, district):
    page = admin_pages.get(BOARD, {"area": "QM0201", "role": "WHO"})
    shown = page.context["cell"]
    assert (shown["css"], shown["cell"].found_in) == ("covered", None)
    (entry,) = shown["entries"]
    assert (entry["entry"].people, entry["entry"].answers) == ([covered.user.name], True)
    assert entry["url"] == reverse("admin:actors_post_change", args=[covered.post_id])
    add = reverse("admin:actors_post_add")
    assert shown["add_url"] == f"{add}?role=WHO&areas={district.pk}"


def test_a_service_cell_names_the_area_in_which_it_was_found(
    admin_pages, mission, region, district
):
    service = ServiceFactory(
        organization=OrganizationFactory(mission=mission), areas=[region], kind="health"
    )
    page = admin_pages.get(BOARD, {"area": "QM0201", "service": "health"})
    shown = page.context["cell"]
    assert shown["cell"].found_in.code == "QM02"
    assert [each["entry"].entry for each in shown["entries"]] == [service]


@pytest.mark.parametrize(
    "query",
    [
        {"area": "QM0201", "role": "UNPOL_SUPERVISOR"},
        {"area": "QM9999", "role": "WHO"},
        {"area": "QM0201", "role": "<script>"},
        {"area": "\x00", "role": "WHO"},
    ],
)
def test_a_cell_that_is_not_there_is_404(admin_pages, covered, query):
    assert admin_pages.get(BOARD, query).status_code == 404


def test_another_day_is_told_in_the_missions_zone(admin_pages, covered, mission):
    mission.time_zone = "Africa/Bangui"
    mission.save()
    covered.held_until = timezone.now() + timedelta(days=10)
    covered.save()
    until = timezone.localtime(covered.held_until, mission.zone)
    for minutes, answers in ((-1, True), (1, False)):
        at = (until + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M")
        board = admin_pages.get(BOARD, {"at": at}).context["board"]
        assert bool(board.whole) is answers


def test_in_30_days_is_a_link(admin_pages, covered):
    PostHolding.objects.update(held_until=timezone.now() + timedelta(days=10))
    assert len(admin_pages.get(BOARD, {"ahead": "7"}).context["board"].whole) == 1
    assert len(admin_pages.get(BOARD, {"ahead": "30"}).context["board"].whole) == 0


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"at": "soon"}, "at"),
        ({"at": "2199-01-01T00:00"}, "at"),
        ({"at": "0001-01-01T00:00"}, "at"),
        ({"region": "QM99"}, "region"),
        ({"what": "all"}, "what"),
    ],
)
def test_what_cannot_be_shown_is_refused_at_its_field(admin_pages, covered, query, field):
    page = admin_pages.get(BOARD, query)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]


def test_regions_and_gapless_areas_can_be_left_out(admin_pages, mission, region, district):
    other = AreaFactory(mission=mission, code="QM0301", name="Elsewhere")
    post = PostFactory(organization=OrganizationFactory(mission=mission), areas=[other])
    ContactFactory(user=None, post=post)
    codes = [row.place.code for row in admin_pages.get(BOARD).context["board"].rows]
    assert codes == ["QM0201", "QM0301"]
    board = admin_pages.get(BOARD, {"region": "QM02"}).context["board"]
    assert [row.place.code for row in board.rows] == ["QM0201"]
    page = admin_pages.get(BOARD, {"what": "services"})
    assert {column.is_service for column in page.context["board"].columns} == {True}


def test_roles_the_missions_settings_switch_off_are_no_gap(admin_pages, covered, mission):
    mission.has_cpa = False
    mission.save()
    page = admin_pages.get(BOARD)
    assert Role.CPA not in [column.code for column in page.context["board"].columns]
    assert page.context["switched_off"] == [Role.CPA, Role.CPA_SENIOR]


def test_a_mission_without_areas_is_told_what_to_do(admin_pages, mission):
    assert b"No areas yet" in admin_pages.get(BOARD).content


def test_the_next_hundred_areas_are_on_the_next_page(admin_pages, mission, region):
    for _ in range(101):
        AreaFactory(parent=region)
    page = admin_pages.get(BOARD)
    assert len(page.context["page"]) == 100
    assert page.context["after_url"] == "?page=2"
    assert len(admin_pages.get(BOARD, {"page": "2"}).context["page"]) == 1
    assert admin_pages.get(BOARD, {"page": "x"}).status_code == 200


def test_the_board_takes_at_most_ten_statements_whatever_its_size(admin_pages, mission, region):
    counted = []
    for more in (1, 2, 47):
        for _ in range(more):
            area = AreaFactory(parent=region)
            organization = OrganizationFactory(mission=mission)
            PostHoldingFactory(post=PostFactory(organization=organization, areas=[area]))
            ServiceFactory(organization=organization, areas=[area])
        with CaptureQueriesContext(connection) as asked:
            assert admin_pages.get(BOARD, {"region": region.code}).status_code == 200
        counted.append(len(asked))
    assert counted == [counted[0]] * 3
    assert counted[0] <= 10


def test_what_needs_doing_is_a_page_and_a_part_of_the_board(admin_pages, covered):
    whole = admin_pages.get("/directory/gaps/to-do/").content.decode()
    part = admin_pages.get("/directory/gaps/to-do/", HTTP_HX_REQUEST="true").content.decode()
    assert "<h1>" in whole
    assert "<h1>" not in part
    assert reverse("admin:actors_post_change", args=[covered.post_id]) in part
    assert reverse("admin:actors_post_change", args=[covered.post_id]) in whole


def test_a_long_list_is_cut_and_leads_to_all_of_it(admin_pages, mission):
    for _ in range(26):
        OrganizationFactory(mission=mission, sharing_expires_on=timezone.now().date())
    (group,) = admin_pages.get("/directory/gaps/to-do/").context["groups"]
    assert len(group["findings"]) == 25
    (group,) = admin_pages.get(group["all_url"]).context["groups"]
    assert (len(group["findings"]), group["all_url"]) == (26, "")
