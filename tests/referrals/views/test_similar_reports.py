"""Before sending: "add to it" or "mine is different", in one press each."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.formats import date_format

from actors.roles import Role
from referrals.models import Draft, Report

NEW = "/reports/new/"
QUESTION = "Is it one of these?"


def typed(**changes) -> dict[str, object]:
    return {
        "uuid": str(uuid4()),
        "action": "check",
        "violations": ["attack_school_hospital"],
        "facility": "hospital",
        "area": "QM0201",
        "perpetrator": "unknown",
        "narrative": "Told by social workers at noon.",
    } | changes


def words(answer) -> str:
    page = re.sub(r"<[^>]*>", " ", answer.content.decode())
    return " ".join(page.split())


def offered(answer) -> list[str]:
    """The reports one can add to, in their order."""
    return re.findall(r'name="adds_to"\s+value="([^"]*)"', answer.content.decode())


@pytest.fixture
def officer(as_role) -> Client:
    return as_role(Role.UNPOL_OFFICER)


@pytest.fixture
def first(unmix) -> Report:
    return unmix.file().report


def test_without_a_likely_duplicate_nothing_is_asked(officer):
    answer = officer.post(NEW, typed())
    assert QUESTION not in words(answer)
    assert offered(answer) == []


def test_the_check_page_names_the_earlier_report_as_the_officer_knows_it(officer, first):
    answer = officer.post(NEW, typed())
    page = words(answer)
    assert QUESTION in page
    assert "Attack on a hospital Port Sela, Lakeside" in page
    assert "You filed it." in page
    assert "these are not asked a second time: WHO, " in page
    assert offered(answer) == [first.reference]
    assert Report.objects.count() == 1


def test_a_summary_does_not_say_who_filed_and_a_record_does(as_role, first):
    told = {role: words(as_role(role).post(NEW, typed())) for role in (Role.JOC, Role.HUMAN_RIGHTS)}
    name = "Filed by Person of UNPOL_OFFICER"
    assert {role: name in page for role, page in told.items()} == {
        Role.JOC: False,
        Role.HUMAN_RIGHTS: True,
    }
    assert all(first.reference in page for page in told.values())


def test_who_may_not_see_it_is_not_asked(as_role, first):
    assert QUESTION not in words(as_role(Role.WHO).post(NEW, typed()))


def test_adding_sends_it_linked_and_partners_are_asked_once(officer, first):
    officer.post(NEW, typed(action="send", adds_to=first.reference))
    added = Report.objects.exclude(pk=first.pk).get()
    assert added.adds_to == first
    assert added.decided("DUPLICATE_LINK")
    assert not added.referrals.filter(gate__startswith="cp_lead").exists()


def test_mine_is_different_sends_it_as_it_stands(officer, first):
    officer.post(NEW, typed(action="send"))
    other = Report.objects.exclude(pk=first.pk).get()
    assert other.adds_to is None
    assert not other.decided("DUPLICATE_LINK")


@pytest.mark.parametrize("reference", ["UNMIX-2026-99999", "x" * 33, "a\x00b"])
def test_a_report_that_one_may_not_add_to_is_refused_and_all_that_was_typed_stays(
    officer, reference
):
    answer = officer.post(NEW, typed(action="send", adds_to=reference))
    assert answer.status_code == 422
    assert "Told by social workers at noon." in words(answer)
    assert Report.objects.count() == 0


def test_what_was_refused_as_an_addition_can_be_sent_as_a_report_of_its_own(officer):
    answer = officer.post(NEW, typed(action="send", adds_to="UNMIX-2026-99999"))
    assert "UNMIX-2026-99999" not in answer.content.decode()
    assert officer.post(NEW, typed(adds_to="UNMIX-2026-99999")).status_code == 200


def test_the_button_that_sends_says_that_mine_is_different_where_one_is_similar(officer, unmix):
    def sends() -> list[str]:
        page = officer.post(NEW, typed()).content.decode()
        return re.findall(r'name="action"\s+value="send">\s*([^<]*?)\s*</button>', page)

    assert sends() == ["Send report"]
    unmix.file()
    assert sends() == ["Mine is different: send it"]


def test_the_page_of_the_first_report_says_when_something_was_added(unmix, first):
    added = unmix.file(adds_to=first).report
    page = render_to_string("referrals/_added.html", {"added": [added]})
    day = date_format(added.filed_at, "DATE_FORMAT")
    assert f"You added to this on {day}:" in " ".join(page.split())
    assert added.reference in page


def test_a_choice_is_made_anew_each_time(officer, first):
    chosen = typed(adds_to=first.reference)
    for action in ("check", "edit"):
        page = officer.post(NEW, chosen | {"action": action}).content.decode()
        assert f'type="hidden" name="adds_to" value="{first.reference}"' not in page
    officer.post(NEW, chosen | {"action": "save"})
    assert "adds_to" not in Draft.objects.get().typed


def test_the_live_preview_never_asks(officer, first):
    answer = officer.post(f"{NEW}preview/", typed())
    assert first.reference not in answer.content.decode()


def test_the_check_page_takes_as_many_statements_with_1_as_with_50_reports(officer, unmix):
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = officer.post(NEW, typed())
        assert len(offered(answer)) in (1, 5)
        return len(captured)

    unmix.file()
    officer.post(NEW, typed())
    one = statements()
    for _n in range(49):
        unmix.file()
    assert statements() == one
