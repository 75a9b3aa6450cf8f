"""What rows become: new and changed entries, and refusals that name line and column."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actors.exchange.running import NotApplied
from actors.models import Activity, Area, Contact, Organization, Service
from tests.actors.exchange.files import applied, checked, told
from tests.factories import (
    ActivityFactory,
    AreaFactory,
    ContactFactory,
    LocationFactory,
    OrganizationFactory,
    PostFactory,
    PostHoldingFactory,
    RegionFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db

ORGANIZATIONS = ["name", "kind", "parent", "affiliates", "party_link"]
SERVICES = ["organization", "name", "kind"]


@pytest.fixture
def bring(mission, administrator):
    """Check, then apply."""

    def bring(kind, rows):
        outcome = checked(kind, rows, mission, administrator)
        assert told(outcome) == []
        again = applied(kind, rows, mission, administrator)
        assert (again.added, again.changed, again.unchanged, again.differences) == (
            outcome.added,
            outcome.changed,
            outcome.unchanged,
            outcome.differences,
        )
        return outcome

    return bring


@pytest.fixture
def refused(mission, administrator):
    """The problems of a file that changes nothing."""

    def refused(kind, rows):
        outcome = checked(kind, rows, mission, administrator)
        assert not outcome.is_good
        with pytest.raises(NotApplied):
            applied(kind, rows, mission, administrator)
        return told(outcome)

    return refused


def test_checking_changes_nothing(mission, administrator):
    rows = [["name", "kind"], ["Hearth", "ngo_national"]]
    assert checked("organizations", rows, mission, administrator).added == 1
    assert not Organization.objects.exists()


def test_parents_may_stand_below_their_parts(bring, mission):
    bring(
        "areas",
        [
            ["code", "name", "level", "parent"],
            ["QM0201", "Port Sela", "2", "QM02"],
            ["QM02", "Lakeside", "1", ""],
        ],
    )
    assert Area.objects.get(mission=mission, code="QM0201").parent.code == "QM02"


def test_lists_of_ocha_are_read_by_their_lowest_level(bring, region):
    outcome = bring(
        "areas",
        [
            ["ADM0_EN", "ADM0_PCODE", "ADM1_EN", "ADM1_PCODE", "ADM2_EN", "ADM2_PCODE"],
            ["Kesara", "QM", "Lakeside", "QM02", "Port Sela", "QM0201"],
        ],
    )
    area = Area.objects.get(code="QM0201")
    assert (area.name, area.level, area.parent) == ("Port Sela", 2, region)
    names = [row["message"].split("“")[1].split("”")[0] for row in outcome.warnings]
    assert names == ["ADM0_EN", "ADM0_PCODE", "ADM1_EN"]


def test_a_row_of_tags_names_the_columns(bring, region):
    bring(
        "areas",
        [
            ["Région", "District", "P-code du district", "Remarque"],
            ["#adm1+code", "#adm2+name", "#adm2+code", ""],
            ["QM02", "Port Sela", "QM0201", "au bord du lac"],
        ],
    )
    assert Area.objects.get(code="QM0201").parent == region


def test_areas_that_cannot_be_are_refused(refused, region, district):
    rows = [
        ["code", "name", "level", "parent", "latitude", "longitude"],
        ["QM0301", "In itself", "2", "QM0301", "", ""],
        ["QM0302", "Nowhere", "2", "QM99", "", ""],
        ["QM0303", "Above", "1", "QM0201", "", ""],
        ["QM0304", "Off the earth", "2", "QM02", "91", "5"],
        ["QM02", "Below its own part", "3", "", "", ""],
    ]
    assert refused("areas", rows) == [
        (2, "parent", "An area cannot lie inside itself."),
        (3, "parent", "There is no “QM99” here."),
        (4, "parent", "The parent must be of a higher level."),
        (5, "latitude", "A latitude lies between -90 and 90."),
        (6, "parent", "The parent must be of a higher level."),
    ]


def test_organizations_of_one_file_may_refer_to_each_other(bring, mission):
    bring(
        "organizations",
        [
            ORGANIZATIONS,
            ["Unit 7", "host_state_police", "Police", "", ""],
            ["Police", "host_state_police", "", "", ""],
            ["Hearth", "ngo_national", "", '"Hope; and Light";Police', "Front"],
            ["Hope; and Light", "ngo_national", "", "Hearth", ""],
            ["Front", "armed_group", "", "", ""],
        ],
    )
    hearth = Organization.objects.get(name="Hearth")
    assert {org.name for org in hearth.affiliates.all()} == {"Hope; and Light", "Police"}
    assert hearth.party_link.name == "Front"
    assert Organization.objects.get(name="Unit 7").parent.name == "Police"
    groups = Organization.objects.values_list("group__name", flat=True)
    assert sorted(groups)[0].startswith("UNMIX: Front ")


def test_circles_and_false_ties_are_refused(refused, mission):
    OrganizationFactory(mission=mission, name="Hearth", kind="ngo_national")
    rows = [
        ORGANIZATIONS,
        ["One", "ngo_national", "Two", "", ""],
        ["Two", "ngo_national", "One", "", ""],
        ["Three", "ngo_national", "Three", "Three", "Hearth"],
        ["Four", "ngo_national", "Heart", "", ""],
    ]
    part = "An organization cannot be part of itself."
    assert sorted(refused("organizations", rows)) == [
        (2, "parent", part),
        (3, "parent", part),
        (4, "affiliates", "An organization cannot be its own affiliate."),
        (4, "parent", part),
        (
            4,
            "party_link",
            "Choose an armed group, or a force or police of the host State.",
        ),
        (5, "parent", "There is no “Heart” here. Did you mean “Hearth”?"),
    ]


def test_entries_are_found_by_name_or_by_id(bring, mission):
    named = OrganizationFactory(mission=mission, name="Hearth", kind="ngo_national")
    other = OrganizationFactory(mission=mission, name="Haven", kind="ngo_national")
    outcome = bring(
        "organizations",
        [
            ["id", "name", "acronym", "kind"],
            ["", "Hearth", "HRT", "National NGO"],
            [str(other.public_id), "Haven House", "", "ngo_national"],
        ],
    )
    assert outcome.differences == [
        {"line": 2, "key": "Hearth", "is_new": False, "fields": [["short_name", "", "HRT"]]},
        {
            "line": 3,
            "key": "Haven House",
            "is_new": False,
            "fields": [["name", "Haven", "Haven House"]],
        },
    ]
    named.refresh_from_db()
    other.refresh_from_db()
    assert (named.short_name, other.name) == ("HRT", "Haven House")


def test_an_id_of_another_mission_is_no_entry(refused, other_mission):
    foreign = OrganizationFactory(mission=other_mission)
    rows = [["id", "name", "kind"], [str(foreign.public_id), "Taken over", "ngo_national"]]
    assert refused("organizations", rows) == [(2, "id", "No entry of this mission has this id.")]


def test_two_rows_for_one_entry_and_taken_names_are_refused(refused, mission):
    first = OrganizationFactory(mission=mission, name="Hearth")
    OrganizationFactory(mission=mission, name="Haven")
    OrganizationFactory(mission=mission, name="Gone", retired_at="2026-01-01T00:00Z")
    rows = [
        ["id", "name", "kind"],
        ["", "New", "ngo_national"],
        ["", "New", "ngo_national"],
        [str(first.public_id), "Haven", "ngo_national"],
        ["", "Gone", "ngo_national"],
    ]
    assert refused("organizations", rows) == [
        (3, "name", "Line 2 is about the same entry."),
        (4, "name", "This mission already has an organization of this name."),
        (5, "name", "This entry is retired. Bring it back into use first."),
    ]


def test_every_rule_of_the_model_holds_here_too(refused, mission):
    OrganizationFactory(mission=mission, name="Hearth")
    rows = [
        [*SERVICES, "serves_girls", "serves_boys", "minimum_age", "maximum_age", "languages"],
        ["Hearth", "A", "health", "no", "no", "", "", ""],
        ["Hearth", "B", "healt", "yes", "yes", "18", "", ""],
        ["Hearth", "C", "health", "maybe", "yes", "x", "", "xx"],
        ["Heart", "D", "health", "", "", "", "", ""],
        ["Hearth", "", "health", "", "", "9", "8", ""],
    ]
    problems = refused("services", rows)
    assert [(line, field) for line, field, _message in problems] == [
        (2, "serves_girls"),
        (3, "kind"),
        (4, "serves_girls"),
        (4, "minimum_age"),
        (5, "organization"),
        (6, "name"),
    ]
    assert problems[1][2] == "“healt” is not on the list. Did you mean “health”?"
    assert problems[4][2] == "There is no “Heart” here. Did you mean “Hearth”?"


def test_services_serve_areas_and_stand_at_places(bring, mission, district):
    OrganizationFactory(mission=mission, name="Hearth")
    place = LocationFactory(area=district, name="House 1")
    header = [*SERVICES, "areas", "locations", "languages", "capacity_available"]
    bring("services", [header, ["Hearth", "A", "health", "QM0201", "House 1", "fr, ar", "3"]])
    service = Service.objects.get()
    assert list(service.areas.all()) == [district]
    assert list(service.locations.all()) == [place]
    assert service.languages == ["fr", "ar"]
    assert service.capacity_updated_at is not None
    outcome = bring("services", [header, ["Hearth", "A", "health", "", "House 1", "fr, ar", "3"]])
    assert outcome.differences[0]["fields"] == [["areas", "QM0201", ""]]
    assert list(service.areas.all()) == []


def test_columns_that_are_not_in_the_file_are_left_alone(bring, mission):
    service = ServiceFactory(organization__mission=mission, fees="none", serves_boys=False)
    organization = service.organization.name
    bring("services", [[*SERVICES, "serves_boys"], [organization, service.name, "health", ""]])
    service.refresh_from_db()
    assert (service.kind, service.fees, service.serves_boys) == ("health", "none", False)


def test_contacts_have_exactly_one_owner_and_an_address_that_can_be(refused, bring, mission):
    OrganizationFactory(mission=mission, name="Hearth")
    holder = PostHoldingFactory(post__organization__mission=mission, user__username="amina").user
    header = ["person", "organization", "channel", "address"]
    assert refused(
        "contacts",
        [
            header,
            ["amina", "Hearth", "email", "a@example.org"],
            ["", "", "email", "a@example.org"],
            ["", "Hearth", "phone", "123"],
            ["", "Hearth", "email", "nobody"],
            ["stranger", "", "email", "a@example.org"],
        ],
    ) == [
        (
            2,
            "organization",
            "Choose exactly one: a person, a post, an organization or a service.",
        ),
        (3, "person", "Choose exactly one: a person, a post, an organization or a service."),
        (4, "address", "Write it with + and the code of the country, such as +44 20 7946 0123."),
        (5, "address", "Enter a valid email address."),
        (6, "person", "There is no “stranger” here."),
    ]
    rows = [header, ["amina", "", "phone", "+44 20 7946 0123"]]
    bring("contacts", rows)
    assert bring("contacts", rows).unchanged == 1
    assert Contact.objects.get(user=holder).address == "+442079460123"


def test_the_old_address_of_somebody_is_not_kept_with_the_run(bring, mission):
    post = PostFactory(organization__mission=mission)
    contact = ContactFactory(user=None, post=post, address="old@example.org")
    rows = [
        ["id", "post", "channel", "address"],
        [str(contact.public_id), str(post.public_id), "email", "new@example.org"],
    ]
    assert bring("contacts", rows).differences[0]["fields"] == [["address", "", "new@example.org"]]
    contact.refresh_from_db()
    assert contact.address == "new@example.org"


def test_4w_rows_without_a_key_are_known_by_who_what_where_and_from(bring, mission, district):
    OrganizationFactory(mission=mission, name="Hearth")
    header = ["Organisation", "Secteur", "Activité", "Lieu", "Début", "Filles"]
    tags = ["#org", "#sector", "#activity", "#adm2 +code", "#date +start", "#affected+f+children"]
    row = ["Hearth", "education", "Teaching", "QM0201", "2026-01-31"]
    bring("activities", [header, tags, [*row, "12"]])
    outcome = bring("activities", [header, tags, [*row, "15"]])
    assert outcome.differences[0]["fields"] == [["girls", "12", "15"]]
    assert Activity.objects.get().girls == 15


def test_4w_rows_with_impossible_dates_are_refused(refused, mission, district):
    activity = ActivityFactory(organization__mission=mission, area=district)
    header = ["key", "organization", "kind", "area", "begins_on", "ends_on"]
    own = [activity.key, activity.organization.name, "education", "QM0201"]
    assert refused("activities", [header, [*own, "2026-02-01", "2026-01-01"]]) == [
        (2, "ends_on", "The end must come after the beginning.")
    ]
    assert refused("activities", [header, [*own, "31.02.2026", ""]]) == [
        (2, "begins_on", "Write the day as year-month-day, such as 2026-05-03.")
    ]


def test_a_likely_double_is_a_warning(mission, administrator):
    OrganizationFactory(mission=mission, name="Hearth and Haven")
    rows = [["name", "kind"], ["Haven & Hearth", "ngo_national"]]
    outcome = checked("organizations", rows, mission, administrator)
    words = "“Haven & Hearth” may be the same as “Hearth and Haven”, which is here already."
    assert outcome.warnings == [{"line": 2, "field": "name", "message": words}]
    assert outcome.is_good


def test_the_number_of_statements_does_not_grow_with_the_rows(mission, administrator):
    AreaFactory(mission=mission, code="QM77")
    OrganizationFactory(mission=mission, name="Hearth")

    def statements(kind, rows):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert checked(kind, rows, mission, administrator).is_good
            applied(kind, rows, mission, administrator)
        return len(queries)

    def organizations(first, number):
        lines = [[f"Organization {first + n}", "ngo_national", "Hearth"] for n in range(number)]
        return [["name", "kind", "parent"], *lines]

    def services(first, number):
        lines = [["Hearth", f"Service {first + n}", "health", "QM77"] for n in range(number)]
        return [[*SERVICES, "areas"], *lines]

    for kind, rows in (("organizations", organizations), ("services", services)):
        counts = [statements(kind, rows(1000 * n, n)) for n in (1, 3, 50)]
        assert len(set(counts)) == 1, (kind, counts)


def test_a_formula_hides_no_other_mistake_of_the_file(mission, administrator):
    RegionFactory(mission=mission, code="QM03", name="Southmark")
    rows = [
        ["code", "name", "level", "parent"],
        ["QM0304", "Good Place", "2", "QM03"],
        ["QM0305", "Lost Place", "2", "QM99"],
        ["QM0306", "=cmd()|x", "2", "QM03"],
        ["QM0307", "Deep Place", "9", "QM03"],
    ]
    outcome = checked("areas", rows, mission, administrator)
    assert [(p["line"], p["field"]) for p in outcome.problems] == [
        (3, "parent"),
        (4, "name"),
        (5, "level"),
    ]
