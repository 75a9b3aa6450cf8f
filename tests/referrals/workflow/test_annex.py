"""A text that says who somebody is stands in the annex and nowhere else, and raises the class."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from referrals.models import Annex
from referrals.workflow.filing import preview_routing
from referrals.workflow.identities import find_in_text, known_names

NAMED = "Her sister Nyaboth waits near Port Sela."
NAMELESS = "Her sister waits near Port Sela."


def guards_of(decision: dict) -> set[str]:
    return {guard["id"] for guard in decision["guards"]}


def test_a_text_with_a_likely_name_goes_to_the_annex_and_the_class_rises(unmix):
    report = unmix.file(narrative=NAMED).report
    assert (report.narrative, report.annex.narrative) == ("", NAMED)
    assert report.facts["contains_identity"] is True
    assert "IDENTITY_REDACTION" in guards_of(report.decision)
    assert report.classification == "strictly_confidential"


def test_a_text_of_which_the_officer_says_so_goes_there_too(unmix):
    report = unmix.file(narrative=NAMELESS, facts={"contains_identity": True}).report
    assert (report.narrative, report.annex.narrative) == ("", NAMELESS)


def test_any_other_text_stays_and_there_is_no_annex(unmix):
    report = unmix.file(narrative=NAMELESS).report
    assert (report.narrative, report.facts["contains_identity"]) == (NAMELESS, False)
    assert (report.classification, Annex.objects.count()) == ("confidential", 0)


def test_the_way_to_a_trusted_adult_stands_in_the_annex_and_does_not_restrict_the_text(unmix):
    report = unmix.file(narrative=NAMELESS, safe_contact="Ask Mme Traoré at the clinic").report
    assert (report.narrative, report.annex.narrative) == (NAMELESS, "")
    assert report.annex.safe_contact == "Ask Mme Traoré at the clinic"


def test_preview_and_filing_agree(unmix):
    filing = unmix.filing(narrative=NAMED)
    plan = preview_routing(reporter=unmix.user("UNPOL_OFFICER"), filing=filing)
    assert "IDENTITY_REDACTION" in {guard.id for guard in plan.decision.guards}
    assert filing.facts_at(timezone.now())["contains_identity"] is True
    assert filing.identities == ("Nyaboth",)


def test_the_same_report_sent_again_is_the_same_although_the_portal_found_a_name(unmix):
    filing = unmix.filing(narrative=NAMED)
    first = unmix.file(uuid=filing.uuid, narrative=NAMED)
    again = unmix.file(uuid=filing.uuid, narrative=NAMED)
    assert (first.report.pk, again.created) == (again.report.pk, False)


@pytest.mark.parametrize(
    "text",
    ["Men of the Front for Myre came.", "UNMIX Contingent 4 left Vale of Myre.", "UNMIX knows."],
)
def test_the_missions_own_names_are_nobodys(unmix, text):
    assert find_in_text(text, unmix.mission) == []


def test_names_of_places_and_bodies_take_one_statement_and_none_without_a_suspicion(unmix):
    with CaptureQueriesContext(connection) as asked:
        find_in_text(NAMED, unmix.mission)
    with CaptureQueriesContext(connection) as not_asked:
        find_in_text(NAMELESS, unmix.mission)
    assert (len(asked), len(not_asked)) == (1, 0)
    assert {"Port Sela", "Front for Myre", "UNMIX"} <= set(known_names(unmix.mission))


def test_the_api_files_it_the_same_way(unmix, as_role):
    body = {"uuid": str(uuid4()), "mission": "UNMIX", "adm2": "QM0201", "narrative": NAMED}
    answer = as_role("UNPOL_OFFICER").post(
        "/api/v1/reports/",
        body | {"violations": ["killing_maiming"]},
        content_type="application/json",
    )
    assert answer.status_code == 201, answer.content
    annex = Annex.objects.get()
    assert (annex.narrative, annex.report.narrative) == (NAMED, "")


def test_the_check_page_is_given_the_words_it_must_show(unmix):
    from referrals.views.preview import preview_context

    user = unmix.user("UNPOL_OFFICER")
    named = preview_context(user, unmix.filing(narrative=NAMED))
    nameless = preview_context(user, unmix.filing(narrative=NAMELESS))
    assert (named["identities"], named["is_restricted"]) == (("Nyaboth",), True)
    assert (nameless["identities"], nameless["is_restricted"]) == ((), False)
