"""The story of a report: every verb in words, when each role learned, and for whom."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from actors.models import PostHolding
from actors.roles import Role
from referrals.models import HistoryEntry, Report, Verb
from referrals.redaction import level_of
from referrals.views.history_reasons import explained
from referrals.views.history_titles import TITLES, title_of
from referrals.views.learning import learned
from referrals.views.story import NEWEST, story_of
from referrals.views.timeline import history_of, timeline
from referrals.workflow.triage import acknowledge_report, note_opened


@pytest.fixture
def report(unmix):
    return unmix.file(narrative="CANARY", boys=4).report


def seen(unmix, report, role) -> Report:
    return Report.objects.visible_to(unmix.user(role)).in_full().get(pk=report.pk)


def told(report, verb, *, at=None, by=None, referral=None, **details) -> HistoryEntry:
    return HistoryEntry.objects.create(
        report=report,
        referral=referral,
        at=at or timezone.now(),
        actor=by,
        verb=verb,
        details=details,
    )


def rows_of(unmix, report, now=None) -> dict[str, object]:
    fresh = seen(unmix, report, Role.CPA)
    rows = learned(fresh, history_of(fresh), now=now or timezone.now())
    by_role = {referral.get_role_display(): referral.role for referral in fresh.referrals.all()}
    return {by_role[row.role]: row for row in rows}


def address(report, name="story") -> str:
    return reverse(name, args=[report.reference])


class TestWords:
    def test_each_verb_has_a_title_of_its_own(self, report):
        referral = report.referrals.get(role="WHO")
        entries = [HistoryEntry(report=report, referral=referral, verb=verb) for verb in Verb]
        assert set(TITLES) == set(Verb)
        assert len({title_of(entry) for entry in entries}) == len(Verb)
        for entry in entries:
            assert "%(" not in title_of(entry) + explained(entry, is_full=True)

    def test_an_entry_about_no_recipient_has_words_too(self, report):
        for verb in Verb:
            entry = HistoryEntry(report=report, verb=verb)
            assert title_of(entry)
            assert "%(" not in title_of(entry) + explained(entry, is_full=True)

    def test_what_was_decided_is_said_with_its_details(self, report):
        who = report.referrals.get(role="WHO")
        cases = [
            (Verb.CLOSED, {"reason": "served"}, "Closed: Those who can help have answered"),
            (Verb.PHASE_SET, {"new": "response"}, "Phase of protection: Response"),
            (Verb.INTERVIEW_NOTED, {"interviewer": "ngo"}, "Noted: An NGO: has spoken"),
            (Verb.VERIFICATION_SET, {"status": "reported_not_verified"}, "Reported, not verified"),
            (Verb.ESCALATED, {"step": 2}, "step 2"),
            (Verb.TASK_ENDED, {"task": "plan_of_action", "owner": "HOPC", "status": "done"}, "don"),
            (Verb.PLAN_DECIDED, {"version": 3, "is_approved": False}, "version 3: returned"),
        ]
        for verb, details, words in cases:
            entry = HistoryEntry(report=report, referral=who, verb=verb, details=details)
            assert words in title_of(entry)

    def test_a_correction_names_the_facts_and_not_what_they_say(self, report):
        entry = HistoryEntry(
            report=report, verb=Verb.CORRECTED, details={"facts": ["boys", "perpetrator"]}
        )
        assert explained(entry, is_full=False) == "Boys, Alleged perpetrator"

    def test_how_it_ended_is_for_full_access_alone(self, report):
        details = {"reason": "served", "words": "WORDS OF THE LEAD"}
        entry = HistoryEntry(report=report, verb=Verb.CLOSED, details=details)
        assert explained(entry, is_full=True) == "Reason: WORDS OF THE LEAD"
        assert explained(entry, is_full=False) == ""

    def test_details_are_escaped(self, as_role, report):
        told(report, Verb.SHARED, organization="<script>alert(1)</script>", reason="<b>x</b>")
        page = as_role(Role.CPA).get(address(report)).content.decode()
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert(1)" not in page
        assert "<b>x</b>" not in page

    def test_the_officer_reads_that_it_is_followed_up_and_closed_but_not_why(self, report):
        told(report, Verb.FOLLOWED_UP)
        told(report, Verb.CLOSED, reason="unfounded", words="WORDS")
        told(report, Verb.ESCALATED, step=1)
        entries = timeline(history_of(report), now=timezone.now(), plain=True)
        assert [entry["title"] for entry in entries[:2]] == [
            "Closed. Nothing more is expected of you.",
            "It is being followed up",
        ]
        assert {entry["text"] for entry in entries} == {""}
        assert not [e for e in entries if "nobody answered" in e["title"]]


class TestWhenEachRoleLearned:
    def test_each_step_is_counted_from_filing(self, unmix, report):
        filed, cpa = report.filed_at, report.referrals.get(role="CPA")
        report.referrals.filter(pk=cpa.pk).update(sent_at=filed + timedelta(minutes=2))
        told(report, Verb.OPENED, at=filed + timedelta(minutes=12), by=unmix.user(Role.CPA))
        acknowledge_report(report=report, by=unmix.user(Role.CPA), at=filed + timedelta(minutes=20))
        row = rows_of(unmix, report)["CPA"]
        assert row.told.words == "at once"
        assert row.handed_over.words == "after 2 min"
        assert (row.opened.words, row.opened.by) == ("after 12 min", "Person of CPA")
        assert row.acknowledged.words == "after 20 min"
        assert row.acknowledged.by == "Person of CPA"
        assert row.answered.words == ""

    def test_who_was_told_first_stands_first_and_who_was_not_last(self, unmix, report):
        fresh = seen(unmix, report, Role.CPA)
        rows = learned(fresh, history_of(fresh), now=timezone.now())
        is_told = [row.told.at is not None for row in rows]
        assert is_told == sorted(is_told, reverse=True)
        assert rows_of(unmix, report)["WHO"].told.words == "Awaiting release"

    def test_somebody_who_held_another_post_then_did_not_open_it_for_this_one(self, unmix, report):
        note_opened(report=report, by=unmix.user(Role.GENDER))
        assert rows_of(unmix, report)["GENDER"].opened.by == "Person of GENDER"
        assert rows_of(unmix, report)["JOC"].opened.words == "Not yet"
        ended = PostHolding.objects.filter(post=unmix.posts[Role.GENDER])
        ended.update(held_until=report.filed_at - timedelta(days=1))
        assert rows_of(unmix, report)["GENDER"].opened.words == "Not yet"

    def test_an_acknowledgement_after_its_deadline_is_marked_late(self, unmix, report):
        due = report.referrals.get(role="CPA").due_at
        assert not rows_of(unmix, report, due)["CPA"].acknowledged.is_late
        assert rows_of(unmix, report, due + timedelta(minutes=1))["CPA"].acknowledged.is_late
        acknowledge_report(report=report, by=unmix.user(Role.CPA), at=due + timedelta(minutes=1))
        assert rows_of(unmix, report, due)["CPA"].acknowledged.is_late

    def test_a_decision_that_is_overdue_is_late_for_who_waits_for_it(self, unmix, report):
        due = timezone.now() - timedelta(minutes=5)
        report.referrals.filter(role="WHO").update(due_at=due)
        assert rows_of(unmix, report)["WHO"].told.is_late

    def test_a_notice_that_could_not_be_delivered_is_said(self, unmix, report):
        told(report, Verb.UNDELIVERED, referral=report.referrals.get(role="JOC"))
        assert rows_of(unmix, report)["JOC"].handed_over.words == "Could not be delivered"

    def test_a_partners_answer_and_opening_by_link_have_no_name(self, unmix, report):
        who, at = report.referrals.get(role="WHO"), report.filed_at + timedelta(hours=3)
        told(report, Verb.LINK_OPENED, at=at, referral=who)
        told(report, Verb.DECLINED, at=at, referral=who)
        row = rows_of(unmix, report)["WHO"]
        assert (row.opened.words, row.opened.by) == ("after 3 h", "a partner's link")
        assert row.answered.by == "Declined, a partner's link"

    def test_an_opening_names_the_function_and_to_the_officer_nobody(self, unmix, report):
        note_opened(report=report, by=unmix.user(Role.JOC))
        history = history_of(seen(unmix, report, Role.CPA))
        entry = timeline(history, now=timezone.now())[0]
        assert (entry["title"], entry["by"]) == (
            "Joint Operations Centre: opened it",
            "Person of JOC",
        )
        entry = timeline(history, now=timezone.now(), plain=True)[0]
        assert (entry["title"], entry["by"]) == ("Opened by a recipient", "")


class TestWhoReadsIt:
    def test_full_access_and_the_record_read_it(self, as_role, unmix, report):
        for role in (Role.CPA, Role.CPA_SENIOR):
            page = as_role(role).get(address(report)).content.decode()
            assert "When did each role learn?" in page
            assert "Report sent and stored" in page

    @pytest.mark.parametrize(
        "role", [Role.UNPOL_OFFICER, Role.JOC, Role.SRSG_OFFICE, Role.UNICEF_CP]
    )
    def test_nobody_else_does_and_their_page_shows_none_of_it(self, as_role, report, role):
        browser = as_role(role)
        assert browser.get(address(report)).status_code == 404
        page = browser.get(address(report, "report")).content.decode()
        assert "When did each role learn?" not in page
        assert "notice sent" not in page

    def test_a_summary_has_no_story_in_its_context(self, unmix, report):
        joc = unmix.user(Role.JOC)
        fresh = seen(unmix, report, Role.JOC)
        assert story_of(fresh, joc, level_of(fresh, joc), now=timezone.now()) == {}

    def test_the_title_and_the_address_carry_no_facts(self, as_role, report):
        page = as_role(Role.CPA).get(address(report)).content.decode()
        title = page.split("<title>")[1].split("</title>")[0]
        assert title.split()[0] == report.reference
        assert title.split()[2:] == ["Child", "protection", "referrals"]

    def test_signed_out_nobody_reads_it(self, client, report):
        assert client.get(address(report)).status_code == 302


class TestTheReportsPage:
    def test_it_shows_the_newest_steps_and_leads_to_the_others(self, as_role, report):
        for n in range(NEWEST + 30):
            told(report, Verb.NOTED, at=report.filed_at + timedelta(hours=n))
        adviser = as_role(Role.CPA)
        short = adviser.get(address(report, "report")).content.decode()
        whole = adviser.get(address(report)).content.decode()
        assert "Report sent and stored" not in short
        assert "earlier steps" in short
        assert "Report sent and stored" in whole
        assert "earlier steps" not in whole

    def test_days_are_those_of_the_mission(self, unmix, report):
        unmix.mission.time_zone = "Pacific/Kiritimati"  # 14 hours ahead
        unmix.mission.save()
        at = report.filed_at.replace(hour=12, minute=0) + timedelta(days=2)
        told(report, Verb.NOTED, at=at)
        fresh = seen(unmix, report, Role.CPA)
        story = story_of(fresh, unmix.user(Role.CPA), "RD0", now=at)["story"]
        assert story["days"][0]["day"] == (at + timedelta(days=1)).date()

    def test_the_lead_is_told_what_comes_next(self, as_role, unmix, report):
        adviser = as_role(Role.CPA)
        assert "Next:" not in adviser.get(address(report, "report")).content.decode()
        adviser.post(address(report, "acknowledge"))
        page = adviser.get(address(report, "report")).content.decode()
        assert "Decide whether" in page
        report.referrals.filter(status="proposed").update(status="held")
        assert "All is decided." in adviser.get(address(report, "report")).content.decode()
        assert "Next:" not in as_role(Role.JOC).get(address(report, "report")).content.decode()


@pytest.mark.parametrize("name", ["report", "story"])
def test_statements_do_not_grow_with_referrals_and_history(unmix, as_role, report, name):
    adviser, numbers = as_role(Role.CPA), []
    adviser.get(address(report, "report"))
    roles = [r for r in Role.values if not report.referrals.filter(role=r).exists()]
    model = report.referrals.get(role="JOC")
    for amount in (1, 3, 50):
        for n in range(amount * 4):
            told(report, Verb.RELEASED, by=unmix.user(Role.CPA), referral=model, reason=str(n))
        for role in roles[: min(amount, 20)]:
            person, model.pk = unmix.user(Role.CPA), None
            model.uuid, model.role, model._state.adding = uuid4(), role, True
            model.acknowledged_by = model.released_by = person
            model.acknowledged_at = timezone.now()
            model.save()
        roles = roles[min(amount, 20) :]
        with CaptureQueriesContext(connection) as caught:
            assert adviser.get(address(report, name)).status_code == 200
        numbers.append(len(caught))
    assert report.referrals.count() >= 20
    assert numbers[0] == numbers[1] == numbers[2]
    assert numbers[0] <= 20, [q["sql"][:160] for q in caught]
