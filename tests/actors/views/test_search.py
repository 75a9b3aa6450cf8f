"""The page "Who does what here": what is found, in which order, and for whom."""

import logging
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from actors.models import Contact, OrganizationKind, ServiceKind
from actors.roles import Role
from tests.factories import (
    AreaFactory,
    CoordinationBodyFactory,
    DocumentFactory,
    LeaveFactory,
    OrganizationFactory,
    PathwayFactory,
    PostFactory,
    PostHoldingFactory,
    ServiceFactory,
)


def search(browser, status=200, **asked):
    page = browser.get(reverse("directory"), asked)
    assert page.status_code == status
    return page


def titles(page) -> list[str]:
    return [row["title"] for row in page.context["rows"]]


@pytest.fixture
def ngo(unmix):
    return unmix.organizations["Hearth and Haven"]


@pytest.fixture
def shelters(unmix, ngo):
    """Shelters for the district, its region, the whole mission, and elsewhere."""

    def shelter(name, *codes):
        areas = [unmix.areas[code] for code in codes]
        kind = ServiceKind.SAFE_SHELTER
        return ServiceFactory(organization=ngo, name=name, kind=kind, areas=areas)

    shelter("Everywhere house")
    shelter("Regional house", "QM02")
    shelter("Southern house", "QM0302")
    shelter("Sela house", "QM0201")


def test_a_kind_of_help_and_a_place_find_who_serves_the_place_nearest_first(as_role, shelters):
    page = search(as_role(Role.CPA), q="shelter Port Sela", kind="service")
    assert titles(page) == ["Sela house", "Regional house", "Everywhere house"]


def test_the_filters_find_the_same(as_role, shelters):
    page = search(as_role(Role.CPA), place="QM0201", service="safe_shelter")
    assert titles(page) == ["Sela house", "Regional house", "Everywhere house"]


def test_a_region_finds_what_lies_in_it(as_role, shelters):
    page = search(as_role(Role.CPA), q="shelter Lakeside", kind="service")
    assert titles(page) == ["Regional house", "Sela house", "Everywhere house"]


@pytest.mark.parametrize(
    "typed",
    ["sheltr Pert Sela", "SHELTERS qm0201", "a safe house in port sela", "shelter “Port Sela”"],
)
def test_spelling_and_small_words_do_not_matter(as_role, shelters, typed):
    assert "Sela house" in titles(search(as_role(Role.CPA), q=typed))


def test_accents_case_and_the_end_of_a_word_do_not_matter(as_role, unmix, ngo):
    ServiceFactory(organization=ngo, name="Centre d'écoute", description="Aide aux enfants blessés")
    for typed in ("ECOUTE", "écou", "enfant", "blesse"):
        assert titles(search(as_role(Role.CPA), q=typed)) == ["Centre d'écoute"]


def test_arabic_is_found_with_and_without_vowel_signs(as_role, ngo):
    ServiceFactory(organization=ngo, name="Dar", description="مَلْجَأ آمن للأطفال")
    assert titles(search(as_role(Role.CPA), q="اطفال")) == ["Dar"]


def test_what_people_say_for_a_kind_of_help_finds_it(as_role, ngo):
    ServiceFactory(organization=ngo, name="Block B", kind=ServiceKind.HEALTH)
    assert titles(search(as_role(Role.CPA), q="doctor", kind="service")) == ["Block B"]


def test_a_role_finds_its_post_by_label_and_by_code(as_role):
    for typed in ("senior child protection adviser", "CPA_SENIOR"):
        found = search(as_role(Role.CPA), q=typed, kind="post")
        assert "Senior Child Protection Adviser" in titles(found)


def test_bodies_documents_and_pathways_are_found(as_role, unmix):
    organization = OrganizationFactory(
        mission=unmix.mission, name="Harbour group", kind=OrganizationKind.COORDINATION_BODY
    )
    CoordinationBodyFactory(organization=organization)
    DocumentFactory(mission=unmix.mission, title="Harbour procedure")
    PathwayFactory(area=unmix.areas["QM0201"], note="Harbour clinic first")
    found = set(titles(search(as_role(Role.CPA), q="harbour")))
    assert found == {"Harbour group", "Harbour procedure", "Rape or other sexual violence"}


def test_a_pathway_that_has_ended_is_not_found(as_role, unmix):
    today = timezone.now().date()
    PathwayFactory(
        area=unmix.areas["QM0201"], note="Harbour", valid_until=today - timedelta(days=2)
    )
    assert titles(search(as_role(Role.CPA), q="harbour")) == []


def test_words_can_be_left_out_chosen_between_and_quoted(as_role, ngo):
    for name in ("Blue tent", "Red tent", "Red small tent"):
        ServiceFactory(organization=ngo, name=name)
    page = as_role(Role.CPA)
    assert titles(search(page, q="tent -red")) == ["Blue tent"]
    assert set(titles(search(page, q="blue or red"))) == {"Blue tent", "Red tent", "Red small tent"}
    assert titles(search(page, q='"red tent"')) == ["Red tent"]


def test_a_closed_service_comes_after_an_open_one(as_role, ngo):
    ServiceFactory(organization=ngo, name="Tent A", status="temporarily closed")
    ServiceFactory(organization=ngo, name="Tent B")
    assert titles(search(as_role(Role.CPA), q="tent")) == ["Tent B", "Tent A"]


def test_languages_are_a_filter_and_a_word(as_role, ngo):
    ServiceFactory(organization=ngo, name="Swahili tent", languages=["sw"])
    ServiceFactory(organization=ngo, name="French tent", languages=["fr"])
    assert titles(search(as_role(Role.CPA), q="tent", language="sw")) == ["Swahili tent"]
    assert titles(search(as_role(Role.CPA), q="tent français")) == ["French tent"]


def test_on_duty_now_leaves_out_posts_without_anybody(as_role, unmix):
    away = PostFactory(role=Role.GENDER, organization=unmix.organizations["Mission components"])
    LeaveFactory(user=PostHoldingFactory(post=away).user)
    desk = PostFactory(role=Role.GENDER, organization=unmix.organizations["Mission components"])
    Contact.objects.create(post=desk, address="desk@example.org")
    page = search(as_role(Role.CPA), role=Role.GENDER, duty="on")
    labels = [row["badges"][0]["label"] for row in page.context["rows"]]
    assert sorted(labels) == ["The duty desk answers", "The holder answers"]


def test_nothing_found_offers_the_name_that_was_meant(as_role, ngo):
    ServiceFactory(organization=ngo, name="Moonlight tent")
    page = search(as_role(Role.CPA), q="monlihgt")
    assert (titles(page), page.context["meant"]) == ([], "moonlight")
    assert "If nothing helps, ask: Child Protection Adviser." in page.content.decode()
    assert titles(page.client.get(page.context["meant_url"])) == ["Moonlight tent"]


def test_the_name_of_a_hidden_organization_is_never_offered(as_role, unmix):
    name = "Moonlight brigade"
    OrganizationFactory(mission=unmix.mission, name=name, kind=OrganizationKind.ARMED_GROUP)
    assert search(as_role(Role.CPA), q="monlihgt").context["meant"] == "moonlight"
    assert search(as_role(Role.PSS_PROVIDER), q="monlihgt").context["meant"] == ""


REACHES = [Role.CPA, Role.JOC, Role.WHO, Role.HS_POLICE_SPECIALISED]


@pytest.mark.parametrize("role", REACHES)
def test_no_name_of_an_organization_that_is_hidden_appears(as_role, unmix, role):
    """Every organization has everything the index knows, found by every word there is."""
    from actors.permissions import viewer_of

    for organization in unmix.organizations.values():
        PostFactory(organization=organization, role=Role.GENDER, title=f"Desk {organization.name}")
        ServiceFactory(organization=organization, name=f"Tent {organization.name}")
        DocumentFactory(
            mission=unmix.mission, organization=organization, title=f"Book {organization.name}"
        )
    viewer = viewer_of(unmix.user(role), unmix.mission)
    seen = {organization.name for organization in viewer.organizations()}
    hidden = {organization.name for organization in unmix.organizations.values()} - seen
    assert bool(hidden) == (role in REACHES[2:])
    browser = as_role(role)
    for typed in ("", "tent", "desk", "kesara", "front", "armed", "police", "unit", "book"):
        for page in ("1", "2", "3"):
            rows = search(browser, q=typed, page=page).context["rows"]
            said = [f"{row['title']} {row.get('organization')}" for row in rows]
            found = {name for name in hidden for words in said if name in words}
            longer = {name for name in found if any(name in other for other in seen)}
            assert found - longer == set()


def test_names_of_who_is_on_duty_are_for_colleagues(as_role, unmix):
    who = "Person of CPA_SENIOR"
    for role, is_named in ((Role.JOC, True), (Role.WHO, False)):
        page = search(as_role(role), q="senior child protection adviser")
        assert (who in page.content.decode()) == is_named


def test_another_mission_is_not_searched(as_role, other_mission):
    OrganizationFactory(mission=other_mission, name="Moonlight")
    assert titles(search(as_role(Role.CPA), q="moonlight")) == []


HOSTILE = [
    "'",
    '"',
    '"""',
    "\\",
    "\\'; DROP TABLE actors_post; --",
    "' & | ! ( ) <-> :*",
    "!!!",
    "---",
    "-",
    "or",
    "or or or",
    "or -",
    '-"',
    ":*",
    "=role:CPA",
    "'=everywhere'",
    "%s %(name)s {0}",
    "<script>alert(1)</script>",
    "\u202eabc\u200f",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "a" * 200,
    "ﷺ" * 100,
    "1e309",
    "\t\n\r",
]


@pytest.mark.parametrize("typed", HOSTILE)
def test_whatever_is_typed_the_page_answers(as_role, typed):
    assert search(as_role(Role.CPA), q=typed).status_code == 200


@pytest.mark.parametrize("typed", ["x" * 10_000, "a\x00b"])
def test_what_cannot_be_looked_for_is_refused_at_the_box(as_role, typed):
    page = search(as_role(Role.CPA), status=422, q=typed)
    assert list(page.context["form"].errors) == ["q"]


@pytest.mark.parametrize("field", ["place", "role", "service", "language"])
def test_a_filter_that_is_not_there_is_refused_at_its_field(as_role, field):
    page = search(as_role(Role.CPA), status=422, **{field: "nonsense", "q": "tent"})
    assert list(page.context["form"].errors) == [field]
    assert 'value="tent"' in page.content.decode()


@pytest.mark.parametrize("number", ["0", "-1", "x", "²", "9" * 5000, ""])
def test_a_page_that_is_not_there_is_the_first(as_role, ngo, number):
    ServiceFactory(organization=ngo, name="Tent")
    assert titles(search(as_role(Role.CPA), q="tent", page=number)) == ["Tent"]


def test_pages_hold_every_entry_once(as_role, ngo):
    for number in range(60):
        ServiceFactory(organization=ngo, name=f"Tent {number:02}")
    page, found = search(as_role(Role.CPA), q="tent"), []
    while page.context["pager"]["next_url"]:
        found += titles(page)
        page = page.client.get(page.context["pager"]["next_url"])
    found += titles(page)
    assert found == [f"Tent {number:02}" for number in range(60)]
    assert page.context["pager"]["before_url"] != ""


@pytest.mark.parametrize("kind", ["service", "post"])
def test_the_number_of_statements_does_not_grow(as_role, unmix, ngo, kind):
    browser = as_role(Role.JOC)
    counted = []
    for number in (1, 2, 47):
        for each in range(number):
            area = AreaFactory(parent=unmix.areas["QM02"], code=f"T{len(counted)}{each}")
            ServiceFactory(organization=ngo, name=f"Tent of {area}", areas=[area])
            post = PostFactory(organization=ngo, title=f"Tent {area}", areas=[area])
            PostHoldingFactory(post=post)
        with CaptureQueriesContext(connection) as seen:
            search(browser, q="tent", kind=kind)
        counted.append(len(seen))
    assert len(set(counted)) == 1
    assert counted[0] <= 12


def test_nothing_that_is_typed_is_logged_or_stored(as_role, caplog, ngo):
    secret = "xylophone"
    browser = as_role(Role.CPA)
    session = dict(browser.session.items())
    with caplog.at_level(logging.DEBUG), CaptureQueriesContext(connection) as statements:
        search(browser, q=secret)
        search(browser, status=422, q=secret, role="nonsense")
    logged = [record for record in caplog.records if record.name != "django.db.backends"]
    assert [record for record in logged if secret in record.getMessage()] == []
    assert {query["sql"].split()[0] for query in statements} == {"SELECT"}
    assert dict(browser.session.items()) == session
