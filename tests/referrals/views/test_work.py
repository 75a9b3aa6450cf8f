"""Working on a report from its page, without a script: what is shown to whom, and what is said."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.roles import Role
from referrals.models import HistoryEntry, Interview, Referral, Report, Task, Verification
from referrals.views.work import PARTS
from referrals.workflow.triage import acknowledge_report

TODAY = timezone.now().date()
EMPTY = ["follow-up", "set-phase", "merge-report", "close-report"]


@pytest.fixture
def report(unmix) -> Report:
    """Acknowledged by the adviser, with proposals that nobody has decided on."""
    report = unmix.file(occurred_on=TODAY - timedelta(days=1)).report
    acknowledge_report(report=report, by=unmix.user(Role.CPA))
    return report


@pytest.fixture
def decided(report) -> Report:
    report.referrals.filter(status="proposed").update(status="revoked")
    report.tasks.update(status="done", ended_at=timezone.now())
    return report


@pytest.fixture
def adviser(as_role):
    return as_role(Role.CPA)


def address(report, name="") -> str:
    return f"/reports/{report.reference}/{name + '/' if name else ''}"


def page(browser, report) -> str:
    return browser.get(address(report)).content.decode()


def press(browser, report, name, **given):
    """Press a button and follow to where it leads."""
    seen = timezone.now() - timedelta(minutes=1)
    return browser.post(address(report, name), {"seen_at": seen.isoformat()} | given, follow=True)


def offered(browser, report) -> set[str]:
    """The forms on the page of this reader."""
    found = page(browser, report)
    return {name for name in PARTS if f'action="{address(report, name)}#work"' in found}


def status(report) -> str:
    return Report.objects.get(pk=report.pk).status


class TestWhatIsOffered:
    def test_the_lead_is_offered_what_the_status_allows(self, adviser, decided):
        recorded = {"note-interview", "set-verification"}
        assert offered(adviser, decided) == {*EMPTY, *recorded}
        Report.objects.update(status="closed")
        assert offered(adviser, decided) == {"reopen-report", *recorded}
        Report.objects.update(status="merged")
        assert offered(adviser, decided) == {"unmerge-report"}

    @pytest.mark.parametrize(
        ("role", "forms"),
        [
            (Role.CPA_SENIOR, {"set-verification"}),
            (Role.UNPOL_SUPERVISOR, {"note-interview"}),
            (Role.UNPOL_CPFP_FIELD, {"note-interview"}),
            (Role.HUMAN_RIGHTS, set()),
            (Role.UNPOL_OFFICER, set()),
            (Role.HOPC, set()),
            (Role.JOC, set()),
        ],
    )
    def test_others_are_offered_their_part_alone(self, as_role, decided, role, forms):
        assert offered(as_role(role), decided) == forms

    def test_the_task_force_reads_findings_at_its_level_and_records_its_own(
        self, as_role, adviser, unmix, decided
    ):
        told = decided.referrals.filter(role="CTFMR")
        told.update(status="sent", post=unmix.posts["CTFMR"])
        finding = {"violation": "attack_school_hospital", "stage": "focal_point"}
        finding |= {"status": "verified", "decided_on": TODAY, "note": "NOTE"}
        press(adviser, decided, "set-verification", **finding)
        task_force = as_role(Role.CTFMR)
        assert offered(task_force, decided) == {"set-verification"}
        found = page(task_force, decided)
        assert "<b>Verified</b>" in found
        assert "Verified. The perpetrator is always alleged." in found
        for hidden in (
            "Person of CPA",
            "NOTE",
            "Who has spoken to the child",
            "Work on this report",
        ):
            assert hidden not in found
        assert 'value="focal_point"' not in found

    @pytest.mark.parametrize("role", [Role.HOPC, Role.JOC, Role.UNPOL_OFFICER])
    def test_below_the_record_nothing_of_it_is_read(self, as_role, adviser, decided, role):
        press(adviser, decided, "note-interview", interviewer="media")
        found = page(as_role(role), decided)
        for words in ("Verification", "Who has spoken to the child", "Work on this report"):
            assert words not in found

    def test_a_matter_of_conduct_has_none_of_it(self, as_role, unmix):
        report = unmix.file(facts={"perpetrator": "un_personnel"}).report
        for role in (Role.CONDUCT_DISCIPLINE, Role.CPA_SENIOR):
            assert offered(as_role(role), report) == set()

    @pytest.mark.parametrize("name", PARTS)
    def test_whoever_may_not_gets_the_page_of_what_is_not_there(
        self, as_role, unmix, decided, name
    ):
        before = HistoryEntry.objects.exclude(verb="opened").count()
        for role in (Role.HUMAN_RIGHTS, Role.UNPOL_OFFICER, Role.HOPC, Role.UNICEF_CP):
            assert press(as_role(role), decided, name).status_code == 404
        assert HistoryEntry.objects.exclude(verb="opened").count() == before

    def test_signed_out_nothing_is_stored_and_said_so_after_signing_in(
        self, client, adviser, decided
    ):
        answer = client.post(address(decided, "close-report"))
        assert answer.url.startswith("/accounts/login/?next=")
        again = adviser.get(address(decided, "close-report"), follow=True).content.decode()
        assert "nothing was stored. Write it again." in again


class TestClosing:
    def test_undecided_proposals_are_named_instead_of_a_form(self, adviser, report):
        found = page(adviser, report)
        assert "Decide first whether they are told: WHO" in found
        assert f'action="{address(report, "close-report")}#work"' not in found

    def test_a_missing_reason_is_said_at_its_field_and_the_words_are_kept(self, adviser, decided):
        answer = press(adviser, decided, "close-report", words="The ward is open again.")
        found = answer.content.decode()
        assert answer.status_code == 422
        assert '<a href="#close_reason_group">Why is it closed?' in found
        assert "The ward is open again.</textarea>" in found
        opened = found.split('<details class="why" open>')
        assert len(opened) == 2
        assert opened[1].lstrip().startswith("<summary>Close the report</summary>")
        assert status(decided) == "acknowledged"

    def test_closed_is_said_with_reason_and_name_and_the_words_in_full_access_alone(
        self, adviser, as_role, decided
    ):
        answer = press(adviser, decided, "close-report", reason="unfounded", words="WORDS")
        assert answer.redirect_chain == [(address(decided) + "#main", 302)]
        assert "Closed. Your reason is kept" in answer.content.decode()
        panel = page(adviser, decided).split("Work on this report")[1].split("</section>")[0]
        for words in ("Found not to have happened", "WORDS", "Person of CPA"):
            assert words in panel
        others = page(as_role(Role.HUMAN_RIGHTS), decided)
        panel = others.split("Work on this report")[1].split("</section>")[0]
        assert "Found not to have happened" in panel
        assert "WORDS" not in panel

    def test_what_is_open_stands_at_its_field_and_needs_a_tick(self, adviser, as_role, decided):
        asked = decided.referrals.filter(role="WHO")
        asked.update(kind="referral", status="sent", released_at=timezone.now())
        found = page(adviser, decided)
        assert "Close it although this is open" in found
        assert "Still open: the answer of WHO." in found
        given = {"reason": "no_service", "words": "WORDS"}
        answer = press(adviser, decided, "close-report", **given)
        refused = answer.content.decode()
        assert (answer.status_code, status(decided)) == (422, "acknowledged")
        assert 'id="close_although_error">Still open: the answer of WHO.' in refused
        assert "WORDS</textarea>" in refused
        press(adviser, decided, "close-report", although="on", **given)
        assert status(decided) == "closed"
        panel = page(adviser, decided).split("Work on this report")[1].split("</section>")[0]
        assert "Left open: the answer of WHO." in panel
        assert "Left open" not in page(as_role(Role.HUMAN_RIGHTS), decided)

    def test_where_nothing_is_open_no_tick_is_asked_for(self, adviser, decided):
        assert "Close it although this is open" not in page(adviser, decided)

    def test_a_name_of_a_task_is_no_html(self, adviser, decided):
        task = {"code": "bold", "label": "<b>Bold</b>", "owner": "CPA"}
        decision = decided.decision | {"tasks": [task]}
        Report.objects.filter(pk=decided.pk).update(decision=decision)
        Task.objects.create(report=decided, code="bold", owner="CPA", opened_at=timezone.now())
        assert "&lt;b&gt;Bold&lt;/b&gt; (Child Protection Adviser)" in page(adviser, decided)

    def test_the_officer_reads_that_it_is_closed(self, adviser, as_role, decided):
        press(adviser, decided, "close-report", reason="served", words="WORDS")
        found = as_role(Role.UNPOL_OFFICER).get("/reports/").content.decode()
        assert "Closed. Nothing more is expected of you." in found

    def test_a_stale_button_says_who_was_first(self, adviser, decided):
        press(adviser, decided, "close-report", reason="served", words="WORDS")
        answer = press(adviser, decided, "close-report", reason="served", words="Again")
        assert "Already done: Closed, by Person of CPA" in answer.content.decode()
        assert HistoryEntry.objects.filter(verb="closed").count() == 1

    def test_a_proposal_that_came_meanwhile_is_said_with_the_form(self, adviser, report):
        answer = press(adviser, report, "close-report", reason="served", words="WORDS")
        assert answer.status_code == 422
        found = answer.content.decode()
        assert '<p class="field-error">Decide first whether they are told: WHO' in found
        assert "WORDS</textarea>" in found

    def test_it_is_opened_again(self, adviser, decided):
        press(adviser, decided, "close-report", reason="served", words="WORDS")
        assert press(adviser, decided, "reopen-report", words="").status_code == 422
        press(adviser, decided, "reopen-report", words="Another ward burnt.")
        assert status(decided) == "follow_up"

    def test_the_officer_reads_that_it_is_followed_up(self, adviser, as_role, decided):
        answer = press(adviser, decided, "follow-up").content.decode()
        assert "It is being followed up now." in answer
        found = as_role(Role.UNPOL_OFFICER).get("/reports/").content.decode()
        assert "It is being followed up." in found


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("in_triage", "The adviser is deciding who else must know."),
        ("routed", "The adviser has decided who else is told."),
        ("follow_up", "It is being followed up."),
        ("closed", "Closed. Nothing more is expected of you."),
        ("merged", "Linked to another report of the same incident."),
    ],
)
def test_the_officer_reads_in_plain_words_what_became_of_it(as_role, report, now, words):
    Report.objects.update(status=now)
    assert words in as_role(Role.UNPOL_OFFICER).get("/reports/").content.decode()


def test_what_nobody_verified_says_so(adviser, report):
    assert "Unverified alert. The perpetrator is always alleged." in page(adviser, report)


class TestThePhase:
    def test_it_is_set_and_shown(self, adviser, report):
        press(adviser, report, "set-phase", phase="response", was="consolidation")
        assert Report.objects.get().poc_phase == "response"
        assert "<bdi>Response</bdi>" in page(adviser, report)

    def test_a_stale_page_sets_nothing(self, adviser, report):
        press(adviser, report, "set-phase", phase="response", was="consolidation")
        answer = press(adviser, report, "set-phase", phase="prevention", was="consolidation")
        assert "the phase is Response now, set by Person of CPA" in answer.content.decode()
        assert Report.objects.get().poc_phase == "response"


class TestLinking:
    @pytest.fixture
    def master(self, unmix) -> Report:
        return unmix.file().report

    def test_each_leads_to_the_other_for_who_may_see_it(self, adviser, report, master):
        press(adviser, report, "merge-report", master=master.reference)
        assert status(report) == "merged"
        assert f'href="{address(master)}"' in page(adviser, report)
        assert f'href="{address(report)}"' in page(adviser, master)

    def test_nobody_learns_by_it_of_a_report_they_may_not_see(
        self, adviser, as_role, report, master
    ):
        press(adviser, report, "merge-report", master=master.reference)
        Referral.objects.filter(report=master, role="HUMAN_RIGHTS").update(status="revoked")
        assert master.reference not in page(as_role(Role.HUMAN_RIGHTS), report)
        assert master.reference not in page(as_role(Role.UNPOL_OFFICER), report)

    def test_an_unknown_reference_is_said_at_its_field_as_typed(self, adviser, report):
        answer = press(adviser, report, "merge-report", master="UNMIX-2026-99999")
        assert answer.status_code == 422
        assert "You have no report with this reference" in answer.content.decode()
        assert 'value="UNMIX-2026-99999"' in answer.content.decode()

    def test_it_is_unlinked(self, adviser, as_role, report, master):
        press(adviser, report, "merge-report", master=master.reference)
        officer = as_role(Role.UNPOL_OFFICER)
        linked = "Linked to another report of the same incident."
        assert linked in officer.get("/reports/").content.decode()
        press(adviser, report, "unmerge-report")
        assert status(report) == "acknowledged"
        assert linked not in officer.get("/reports/").content.decode()


class TestRecording:
    def test_an_interview_is_shown_with_the_advice_not_to_ask_again(self, adviser, report):
        assert "Do not ask the child again." not in page(adviser, report)
        press(adviser, report, "note-interview", interviewer="unicef", held_on=TODAY)
        found = page(adviser, report)
        for words in ("Do not ask the child again.", "noted by Person of CPA"):
            assert words in found

    def test_what_the_patrol_knew_of_earlier_talks_is_advised_of_too(self, adviser, unmix):
        report = unmix.file(facts={"prior_interviews": 1}).report
        assert "Do not ask the child again." in page(adviser, report)

    def test_a_day_that_has_not_come_is_said_at_its_field(self, adviser, report):
        later = (timezone.now() + timedelta(days=3)).date().isoformat()
        answer = press(adviser, report, "note-interview", interviewer="ngo", held_on=later)
        assert answer.status_code == 422
        assert "This day has not come yet." in answer.content.decode()
        assert f'value="{later}"' in answer.content.decode()
        assert not Interview.objects.exists()

    def test_a_double_press_notes_once(self, adviser, report):
        for _step in range(2):
            press(adviser, report, "note-interview", interviewer="ngo")
        assert Interview.objects.count() == 1

    def test_the_three_stages_stand_in_their_order_the_last_one_counts(self, adviser, report):
        finding = {"violation": "attack_school_hospital", "decided_on": TODAY}
        for stage, found in (("task_force", "verified"), ("focal_point", "not_mrm")):
            press(adviser, report, "set-verification", **finding, stage=stage, status=found)
        panel = page(adviser, report).split("<h2>Verification</h2>")[1].split("<form")[0]
        stages = ["Focal point, first", "Outside the mon", "Technical co-chairs", "Not decided yet"]
        stages += ["Country task force", "<b>Verified</b>"]
        places = [panel.index(words) for words in stages]
        assert places == sorted(places)
        assert '<span class="badge dot good">Verified</span>' in panel

    def test_a_late_finding_is_marked(self, adviser, report):
        Report.objects.update(occurred_on=TODAY - timedelta(days=120))
        finding = {"violation": "attack_school_hospital", "decided_on": TODAY}
        finding |= {"stage": "task_force", "status": "verified"}
        press(adviser, report, "set-verification", **finding)
        assert "Late: after the quarter of the incident" in page(adviser, report)

    def test_of_several_violations_none_is_chosen_beforehand(self, adviser, unmix):
        facts = {"violations": ["attack_school_hospital", "abduction"]}
        report = unmix.file(facts=facts).report
        select = page(adviser, report).split('id="verification_violation"')[1].split("</select>")[0]
        assert select.split("<option")[1].startswith(' value="" selected')
        assert "Abduction of children" in select

    def test_a_stage_that_is_not_theirs_is_refused(self, as_role, report):
        finding = {"violation": "attack_school_hospital", "decided_on": TODAY}
        finding |= {"stage": "focal_point", "status": "verified"}
        answer = press(as_role(Role.CPA_SENIOR), report, "set-verification", **finding)
        assert answer.status_code == 422
        assert not Verification.objects.exists()


@pytest.mark.parametrize("role", [Role.CPA, Role.HUMAN_RIGHTS])
def test_the_statements_of_the_page_do_not_grow(adviser, as_role, unmix, report, role):
    """With links, interviews and findings: as many for 1 of each as for 50."""
    browser, counts = as_role(role), []
    page(browser, report)
    for number in (1, 3, 50):
        enrich(unmix, report, up_to=number)
        with CaptureQueriesContext(connection) as captured:
            found = page(browser, report)
        counts.append(len(captured))
        assert found.count("noted by") == number
    assert counts == [counts[0]] * 3


def enrich(unmix, report, *, up_to: int) -> None:
    """Bring the report to this number of links, interviews and findings."""
    by, at, act = unmix.user(Role.CPA), timezone.now(), report.violations.get()
    for _step in range(Interview.objects.count(), up_to):
        Interview.objects.create(report=report, interviewer="ngo", noted_by=by, noted_at=at)
        Verification.objects.create(
            violation=act, stage="task_force", status="verified", decided_on=TODAY, by=by, at=at
        )
    first = Report.objects.get(pk=report.pk)
    for number in range(Report.objects.count(), up_to + 1):
        Report.objects.create(
            reference=f"UNMIX-2026-8{number:04d}",
            mission=first.mission,
            area=first.area,
            reporter=first.reporter,
            filed_at=at,
            status="merged",
            master=first,
        )
