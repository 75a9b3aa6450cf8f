"""The desk over the API: the lists, counts and rows of the page, with the filter of its address."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actors.roles import Role
from referrals.workflow.triage import acknowledge_report

DESK = "/api/v1/desk/"
QUIET = {"violations": ["abduction"], "facility": "none"}


@pytest.fixture
def unmix(unmix):
    """Officers inform the adviser directly, so that all they file is told at once."""
    unmix.mission.reporting_line = "officer"
    unmix.mission.save()
    return unmix


@pytest.fixture
def quiet(unmix):
    return unmix.file(facts=QUIET, area="QM0302", narrative="Seen at the mill").report


@pytest.fixture
def loud(unmix):
    return unmix.file(narrative="CANARY", boys=2).report


@pytest.fixture
def lead(program):
    return program(Role.CPA)


def references(answer) -> list[str]:
    return [row["reference"] for row in answer.data["rows"]]


def codes(answer) -> dict[str, list[str]]:
    return {at: [each["code"] for each in e] for at, e in answer.data["errors"].items()}


@pytest.mark.parametrize("role", [Role.CPA, Role.HOPC, Role.UNPOL_CPFP_FIELD, Role.WHO, Role.JOC])
@pytest.mark.parametrize("query", ["", "?show=all", "?show=unacknowledged", "?kind=abduction"])
def test_counts_and_rows_are_those_of_the_page(program, as_role, quiet, loud, role, query):
    answer = program(role).get(f"{DESK}{query}")
    browser = as_role(role)
    page, counts = browser.get(f"/desk/{query}").context, browser.get(f"/desk/counts/{query}")
    assert references(answer) == [row["report"].reference for row in page["rows"]]
    numbers = [(each["label"], each["number"]) for each in answer.data["lists"]]
    assert numbers == [(str(each["label"]), each["number"]) for each in counts.context["counts"]]
    shown = [(row["title"], row["place"], row["flash"]) for row in answer.data["rows"]]
    assert shown == [(row["title"], row["place"], row["is_flash"]) for row in page["rows"]]


def test_a_list_holds_what_its_count_says(lead, quiet, loud, unmix):
    acknowledge_report(report=loud, by=unmix.user(Role.CPA))
    desk = lead.get(DESK).data
    for each in desk["lists"]:
        assert len(lead.get(f"{DESK}?show={each['name']}").data["rows"]) == each["number"]
    assert references(lead.get(f"{DESK}?show=unacknowledged")) == [quiet.reference]


def test_several_values_narrow_as_in_the_address(lead, quiet, loud):
    assert references(lead.get(f"{DESK}?show=all&area=QM03")) == [quiet.reference]
    both = lead.get(f"{DESK}?show=all&kind=abduction&kind=attack_school_hospital")
    assert set(references(both)) == {quiet.reference, loud.reference}


@pytest.mark.parametrize(
    ("query", "refused"),
    [
        ("kind=theft", {"kind": ["invalid_choice"]}),
        ("area=QM99", {"area": ["area"]}),
        ("since=soon", {"since": ["invalid"]}),
        ("since=2026-11-20&until=2026-11-01", {"until": ["invalid"]}),
        ("show=unheard", {"show": ["unknown"]}),
        ("kinds=abduction", {"kinds": ["unknown"]}),
        ("q=mill", {"q": ["unknown"]}),
        ("track=misconduct", {"track": ["unknown"]}),
    ],
)
def test_what_is_not_understood_is_refused_and_shows_nothing(program, loud, query, refused):
    role = Role.HOPC if "track" in query else Role.CPA
    answer = program(role).get(f"{DESK}?{query}")
    assert (answer.status_code, codes(answer)) == (400, refused)


def test_words_are_sent_in_the_body_and_found_where_they_are_read(program, lead, quiet, loud):
    assert references(lead.post(DESK, {"q": "mill"})) == [quiet.reference]
    assert references(program(Role.WHO).post(DESK, {"q": "mill"})) == []
    assert codes(lead.post(DESK, {"q": "x" * 201})) == {"q": ["max_length"]}


def test_pages_go_on_where_the_last_one_ended(lead, unmix, monkeypatch):
    monkeypatch.setattr("referrals.api.desk.PAGE", 2)
    filed = [unmix.file(facts=QUIET).report.reference for _each in range(5)]
    for show in ("all", "unacknowledged"):
        found, after = [], ""
        for _page in range(3):
            answer = lead.get(DESK, {"show": show, "after": after})
            found, after = found + references(answer), answer.data["after"]
        assert (sorted(found), after) == (sorted(filed), "")


def test_it_takes_as_many_statements_for_many_rows_as_for_few(lead, unmix):
    counts = []
    for number in (1, 2, 12):
        for _each in range(number):
            unmix.file()
        with CaptureQueriesContext(connection) as captured:
            assert lead.get(f"{DESK}?show=all").status_code == 200
        counts.append(len(captured))
    assert len(set(counts)) == 1
    assert counts[0] <= 15


def test_nothing_stands_there_for_who_was_told_nothing(program, quiet, loud):
    assert references(program(Role.DDR).get(f"{DESK}?show=all")) == []
    assert "CANARY" not in str(program(Role.CPA).get(f"{DESK}?show=all").data)
