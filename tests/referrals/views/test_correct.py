"""Correcting facts on the pages: shown before, stored as shown, and named beside what was filed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actors.roles import Role
from referrals.models import Correction, HistoryEntry, Report

REASON = "The head of the hospital told us in person what happened."
DANGER = {"violations": ["killing_maiming"], "facility": "none", "ongoing_threat": True}


@pytest.fixture
def report(unmix):
    return unmix.file(facts=DANGER, boys=1, narrative="CANARY").report


@pytest.fixture
def lead(as_role):
    return as_role(Role.CPA)


def url(report) -> str:
    return f"/reports/{report.reference}/correct/"


def shown(browser, report) -> str:
    return browser.get(f"/reports/{report.reference}/").content.decode()


def typed(browser, report, **changes) -> dict[str, object]:
    """What the page would send, were these fields typed otherwise."""
    form = browser.get(url(report)).context["form"]
    values = {name: form[name].value() for name in form.fields}
    values |= {"reason": REASON, **changes}
    return {
        name: "on" if value is True else value
        for name, value in values.items()
        if value not in (None, False, "")
    }


def correct(browser, report, **changes):
    """Both steps, as a browser without JavaScript takes them."""
    values = typed(browser, report, **changes)
    seen = browser.post(url(report), values | {"show": "1"}).context["seen"]
    return browser.post(url(report), values | {"seen": seen, "apply": "1"}, follow=True)


class TestBefore:
    def test_the_form_begins_with_what_is_known(self, lead, report):
        answer = lead.get(url(report))
        form = answer.context["form"]
        assert (form["violations"].value(), form["boys"].value(), form["perpetrator"].value()) == (
            ["killing_maiming"],
            1,
            "unknown",
        )
        assert form["ongoing_threat"].value() is True
        assert "CANARY" not in answer.content.decode()

    def test_showing_stores_nothing_and_says_all_that_would_change(self, lead, report):
        values = typed(lead, report, violations=["attack_school_hospital"], facility="hospital")
        answer = lead.post(url(report), values | {"show": "1"})
        page = answer.content.decode()
        for text in (
            "What would change",
            "Killing or maiming of children",
            "Attack on a hospital",
            "WHO Kesara",
            "Correct and tell",
        ):
            assert text in page
        assert (answer.status_code, Correction.objects.count()) == (200, 0)
        assert not HistoryEntry.objects.filter(verb="corrected").exists()

    def test_no_longer_chosen_and_no_longer_proposed_are_told_apart(self, lead, unmix):
        facts = DANGER | {"needs": ["psychosocial"], "ongoing_threat": False}
        report = unmix.file(facts=facts | {"media_attention": True}).report
        values = typed(lead, report, needs=[], media_attention=False)
        rows = lead.post(url(report), values | {"show": "1"}).context["rows"]
        said = {row["name"]: (row["mark"], row["lines"][0]) for row in rows}
        assert said["Psychosocial support provider"] == ("never", "No longer proposed.")
        told = "Was told already and would not be chosen any more. Keeps what they were told."
        assert ("later", told) in said.values()

    def test_it_can_be_looked_at_before_there_is_a_reason(self, lead, report):
        values = typed(lead, report, boys=2) | {"reason": "", "show": "1"}
        answer = lead.post(url(report), values)
        assert (answer.status_code, bool(answer.context["seen"])) == (200, True)

    def test_priority_and_tasks_are_named(self, lead, report):
        values = typed(lead, report, ongoing_threat=False)
        decided = lead.post(url(report), values | {"show": "1"}).context["decided"]
        found = {each.label: (each.was, each.now) for each in decided}
        assert (found["Priority"], found["Flash"]) == (("Emergency", "Urgent"), ("Yes", "No"))


class TestCorrecting:
    def test_it_is_stored_as_shown_and_named_beside_what_was_filed(self, lead, report):
        answer = correct(lead, report, boys=3, violations=["killing_maiming", "abduction"])
        page = answer.content.decode()
        for text in ("Corrected. Who must know now is being told.", REASON, "Person of CPA"):
            assert text in page
        facts = {fact.name: fact for fact in answer.context["facts"]}
        assert facts["children"].value == "3 boys"
        assert facts["children"].note.startswith("Filed: 1 boy; corrected by the lead on ")
        assert facts["place"].note == ""
        assert Correction.objects.get().facts == {
            "boys": 3,
            "violations": ["killing_maiming", "abduction"],
        }

    def test_another_outcome_than_the_one_shown_is_shown_again_and_not_stored(self, lead, report):
        values = typed(lead, report, boys=3)
        seen = lead.post(url(report), values | {"show": "1"}).context["seen"]
        answer = lead.post(url(report), values | {"boys": 4, "seen": seen, "apply": "1"})
        assert (answer.status_code, answer.context["is_other"]) == (409, True)
        assert (answer.context["seen"] != seen, Correction.objects.count()) == (True, 0)
        assert "Look at it again" in answer.content.decode()

    @pytest.mark.parametrize("seen", ["", "x"])
    def test_nothing_is_stored_that_was_not_shown(self, lead, report, seen):
        values = typed(lead, report, boys=3) | {"seen": seen, "apply": "1"}
        assert lead.post(url(report), values).status_code == 409
        assert Correction.objects.count() == 0

    def test_of_two_tabs_the_second_finds_it_done(self, lead, report):
        values = typed(lead, report, boys=3)
        seen = lead.post(url(report), values | {"show": "1"}).context["seen"]
        for _tab in range(2):
            answer = lead.post(url(report), values | {"seen": seen, "apply": "1"})
        assert (answer.status_code, Correction.objects.count()) == (422, 1)
        assert "Nothing is different from what is known." in answer.content.decode()

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"reason": "because", "boys": 2}, "reason"),
            ({"reason": "", "boys": 2}, "reason"),
            ({"violations": ["attack_school_hospital"]}, "facility"),
            ({"occurred_on": "2126-01-01"}, "occurred_on"),
            ({"boys": "many"}, "boys"),
            ({"perpetrator_org": "Nobody"}, "perpetrator_org"),
            ({"perpetrator_org": "Kesara Armed Forces"}, "perpetrator"),
        ],
    )
    def test_what_is_refused_is_said_at_its_field_and_what_was_typed_is_kept(
        self, lead, report, changes, field
    ):
        values = typed(lead, report) | changes | {"apply": "1", "seen": "x"}
        answer = lead.post(url(report), values)
        assert (answer.status_code, set(answer.context["form"].errors)) == (422, {field})
        name, value = next(iter(changes.items()))
        assert answer.context["form"][name].value() == value
        assert Correction.objects.count() == 0

    def test_a_closed_report_says_so(self, lead, report):
        Report.objects.update(status="closed")
        page = lead.get(url(report), follow=True).content.decode()
        assert "Already done" in page
        assert url(report) not in page


class TestTheConductChannel:
    def test_the_lead_is_warned_and_then_sees_the_report_no_more(self, lead, as_role, report):
        values = typed(lead, report, perpetrator="un_personnel")
        answer = lead.post(url(report), values | {"show": "1"})
        page = answer.content.decode()
        assert "This hands the report to the conduct channel, for good." in page
        assert "You will not see the report any more" in page
        assert "Correct and hand over" in page
        rows = {row["name"]: row["mark"] for row in answer.context["rows"]}
        assert (rows["Conduct and Discipline Team"], rows["Child Protection Adviser"]) == (
            "now",
            "never",
        )
        values |= {"seen": answer.context["seen"], "apply": "1"}
        done = lead.post(url(report), values, follow=True)
        assert "Handed to the conduct channel." in done.content.decode()
        assert report.reference not in done.content.decode()
        for role in (Role.CPA, Role.UNPOL_OFFICER, Role.JOC, Role.UNPOL_SUPERVISOR):
            browser = as_role(role)
            assert browser.get(f"/reports/{report.reference}/").status_code == 404
            assert browser.get(url(report)).status_code == 404
            assert report.reference not in browser.get("/", follow=True).content.decode()
        assert REASON in shown(as_role("CONDUCT_DISCIPLINE"), report)

    def test_reports_of_the_same_incident_are_named_for_they_stay(self, lead, unmix, report):
        other = unmix.file(facts=DANGER, adds_to=report).report
        values = typed(lead, report, perpetrator="aid_worker")
        answer = lead.post(url(report), values | {"show": "1"})
        assert answer.context["linked"] == [other.reference]
        assert f'href="/reports/{other.reference}/"' in answer.content.decode()

    def test_who_is_told_a_summary_of_it_does_not_learn_why(self, lead, as_role, report):
        correct(lead, report, perpetrator="un_personnel")
        page = shown(as_role(Role.CPA_SENIOR), report)
        assert REASON not in page
        assert "corrected by the lead" not in page


class TestOthers:
    @pytest.mark.parametrize(
        "role", [Role.UNPOL_OFFICER, Role.CPA_SENIOR, Role.HUMAN_RIGHTS, Role.JOC, "WHO"]
    )
    def test_they_find_neither_link_nor_page(self, as_role, report, role):
        browser = as_role(role)
        assert browser.get(url(report)).status_code == 404
        assert browser.post(url(report), {"apply": "1"}).status_code == 404
        assert url(report) not in browser.get(f"/reports/{report.reference}/").content.decode()

    def test_the_record_and_the_reporter_are_shown_what_was_filed_a_summary_is_not(
        self, lead, as_role, report
    ):
        correct(lead, report, boys=3)
        for role, noted in ((Role.HUMAN_RIGHTS, True), (Role.UNPOL_OFFICER, True), ("JOC", False)):
            page = shown(as_role(role), report)
            assert ("3 boys" in page, "Filed: 1 boy" in page) == (True, noted)

    def test_why_is_for_the_record_and_not_where_it_may_say_who_somebody_is(
        self, lead, as_role, report
    ):
        correct(lead, report, boys=3)
        assert REASON in shown(as_role(Role.HUMAN_RIGHTS), report)
        assert REASON not in shown(as_role("JOC"), report)
        named = "Her mother Mme Awa Traoré told us so, call +243 991 234 567."
        correct(lead, report, boys=4, reason=named)
        assert named not in shown(as_role(Role.HUMAN_RIGHTS), report)
        assert named in shown(lead, report)

    def test_who_was_told_and_is_not_chosen_any_more_is_marked(self, lead, report):
        assert "not chosen any more" not in shown(lead, report)
        answer = correct(lead, report, ongoing_threat=False)
        assert answer.context["no_longer_chosen"]
        assert "not chosen any more" in answer.content.decode()


def test_the_title_in_lists_follows_the_correction(lead, report):
    correct(lead, report, violations=["abduction"])
    page = lead.get("/", follow=True).content.decode()
    row = page[page.index('class="q-what"') :][:400]
    assert ("Abduction of children" in row, "Killing" in row) == (True, False)


def test_pages_take_as_many_statements_for_many_corrections_as_for_one(lead, report):
    counts = []
    for boys in (2, 3, 4, 5):
        correct(lead, report, boys=boys)
        for page in (f"/reports/{report.reference}/", url(report)):
            with CaptureQueriesContext(connection) as captured:
                lead.get(page)
            counts.append(len(captured))
    assert counts[0::2] == counts[0:1] * 4
    assert counts[1::2] == counts[1:2] * 4
    assert counts[0] <= 24
