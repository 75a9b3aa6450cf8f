"""Following up, linking, closing and opening again: by the lead, once, and nothing lost."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from actors.roles import Role
from referrals.models import HistoryEntry, Notification, Referral, Report
from referrals.workflow.asking import add_to_report, ask_officer
from referrals.workflow.closing import (
    begin_follow_up,
    close_report,
    hindrance_of,
    merge_report,
    reopen_report,
    set_phase,
    unmerge_report,
)
from referrals.workflow.errors import AlreadyDone, FieldRefused, NotAllowed
from referrals.workflow.open_ends import open_ends_of, read_ends
from referrals.workflow.tasking import open_task
from referrals.workflow.triage import acknowledge_report
from tests.referrals.workflow.at_once import all_at_once

pytestmark = pytest.mark.django_db

WORDS = "The ward is open again."
OTHERS = [Role.UNPOL_OFFICER, Role.UNPOL_CPFP_FIELD, Role.HOPC, Role.CPA_SENIOR, Role.HUMAN_RIGHTS]


@pytest.fixture
def report(unmix) -> Report:
    """Acknowledged by the adviser, two proposals undecided (WHO, CTFMR)."""
    report = unmix.file().report
    acknowledge_report(report=report, by=unmix.user(Role.CPA))
    return report


@pytest.fixture
def decided(report) -> Report:
    """The same with nothing left to decide."""
    decide(report)
    return report


@pytest.fixture
def master(unmix) -> Report:
    """Another report of the same incident."""
    return unmix.file(narrative="The other patrol").report


def decide(report: Report) -> None:
    report.referrals.filter(status="proposed").update(status="revoked", release_reason="No need")
    report.tasks.update(status="done", ended_at=timezone.now())


def again(report: Report) -> Report:
    return Report.objects.select_related("mission").get(pk=report.pk)


def proposals(report: Report) -> dict[str, str]:
    found = report.referrals.filter(role__in=("WHO", "CTFMR"))
    return dict(found.values_list("role", "status"))


def last(report: Report) -> HistoryEntry:
    return report.history.last()


def refusal(verb, *, report: Report, **given) -> tuple[str, str]:
    """The field and the code of a refusal, which changes nothing."""
    before = rows()
    with pytest.raises(FieldRefused) as refused:
        verb(report=again(report), **given)
    assert rows() == before
    return refused.value.field, refused.value.code


def rows() -> list[object]:
    kinds = (Report, Referral, HistoryEntry, Notification)
    return [list(kind.objects.order_by("pk").values()) for kind in kinds]


class TestClosing:
    def close(self, report, by, **given):
        given = {"reason": "served", "words": WORDS} | given
        return close_report(report=again(report), by=by, **given)

    def test_the_lead_closes_with_a_reason_that_is_kept(self, unmix, decided):
        entry = self.close(decided, unmix.user(Role.CPA), words=f"  {WORDS} ")
        assert again(decided).status == "closed"
        assert (entry.verb, entry.actor) == ("closed", unmix.user(Role.CPA))
        assert entry.details == {"was": "acknowledged", "reason": "served", "words": WORDS}

    def test_closing_twice_says_who_was_first_and_changes_nothing(self, unmix, decided):
        self.close(decided, unmix.user(Role.CPA))
        before = rows()
        with pytest.raises(AlreadyDone, match="Already done: Closed, by Person of CPA"):
            self.close(decided, unmix.user(Role.CPA))
        assert rows() == before

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({"reason": ""}, ("reason", "required")),
            ({"reason": "because"}, ("reason", "required")),
            ({"words": " \n"}, ("words", "required")),
            ({"words": "x" * 2001}, ("words", "long")),
            ({"words": "a\x00b"}, ("words", "characters")),
        ],
    )
    def test_what_is_missing_is_said_at_its_field(self, unmix, decided, given, expected):
        given = {"reason": "served", "words": WORDS} | given
        adviser = unmix.user(Role.CPA)
        assert refusal(close_report, report=decided, by=adviser, **given) == expected

    def test_an_undecided_proposal_is_named_with_what_to_do(self, unmix, report):
        given = {"report": again(report), "by": unmix.user(Role.CPA)}
        with pytest.raises(FieldRefused, match="Decide first whether they are told: WHO") as said:
            close_report(**given, reason="served", words=WORDS)
        assert said.value.field == "referrals"
        assert again(report).status == "acknowledged"

    def test_a_held_one_is_undecided_as_well(self, unmix, report):
        report.referrals.filter(role="WHO").update(status="held", held_for="consent")
        given = {"by": unmix.user(Role.CPA), "reason": "served", "words": WORDS}
        assert refusal(close_report, report=report, **given) == ("referrals", "undecided")

    def test_a_report_nobody_acknowledged_is_not_closed(self, unmix, master):
        decide(master)
        given = {"by": unmix.user(Role.CPA), "reason": "served", "words": WORDS}
        expected = ("report", "unacknowledged")
        assert refusal(close_report, report=master, **given) == expected
        ask_officer(report=again(master), by=unmix.user(Role.CPA), text="Where?", uuid=uuid4())
        assert refusal(close_report, report=master, **given) == expected

    def test_a_decision_on_a_proposal_is_enough_even_while_a_question_waits(self, unmix, master):
        adviser = unmix.user(Role.CPA)
        ask_officer(report=again(master), by=adviser, text="Where?", uuid=uuid4())
        decide(master)
        master.referrals.filter(role="WHO").update(released_by=adviser)
        assert hindrance_of(again(master)) is None
        self.close(master, adviser, although=True)
        assert again(master).status == "closed"

    @pytest.mark.parametrize("role", OTHERS)
    def test_nobody_else_closes(self, unmix, decided, role):
        with pytest.raises(NotAllowed):
            self.close(decided, unmix.user(role))
        assert again(decided).status == "acknowledged"

    def test_nobody_closes_a_matter_of_conduct(self, unmix):
        report = unmix.file(facts={"perpetrator": "un_personnel"}).report
        for role in (Role.CONDUCT_DISCIPLINE, Role.CPA_SENIOR, Role.CPA):
            with pytest.raises(NotAllowed):
                self.close(report, unmix.user(role))


class TestClosingAlthoughSomethingIsOpen:
    """Tasks, partners who have not answered, the officer who was asked (policy 2.9)."""

    @pytest.fixture
    def owing(self, unmix, decided) -> Report:
        """A task is open, and a partner was asked and has not answered."""
        open_task(
            report=again(decided),
            by=unmix.user(Role.CPA),
            code="leadership_advocacy",
            owner=Role.CPA,
            due_at=timezone.now() + timedelta(days=1),
        )
        asked = decided.referrals.filter(role="WHO")
        asked.update(kind="referral", status="sent", released_at=timezone.now())
        return decided

    def close(self, report, by, **given):
        given = {"reason": "no_service", "words": WORDS} | given
        return close_report(report=again(report), by=by, **given)

    def test_it_is_refused_at_its_field_by_name_and_nothing_changes(self, unmix, owing):
        adviser = unmix.user(Role.CPA)
        given = {"by": adviser, "reason": "served", "words": WORDS}
        assert refusal(close_report, report=owing, **given) == ("although", "open")
        with pytest.raises(FieldRefused) as refused:
            self.close(owing, adviser)
        said = str(refused.value)
        assert "Advocacy of the mission's leadership with the host State" in said
        assert "the answer of WHO" in said

    def test_with_the_tick_it_is_closed_and_the_history_keeps_what_was_open(self, unmix, owing):
        entry = self.close(owing, unmix.user(Role.CPA), although=True)
        assert again(owing).status == "closed"
        assert entry.details["open"] == {
            "tasks": [["leadership_advocacy", "CPA"]],
            "partners": ["WHO"],
            "is_asked": False,
        }
        assert owing.tasks.get(code="leadership_advocacy").status == "open"

    def test_the_tick_is_no_reason(self, unmix, owing):
        given = {"by": unmix.user(Role.CPA), "reason": "served", "words": " ", "although": True}
        assert refusal(close_report, report=owing, **given) == ("words", "required")

    def test_it_does_not_stand_for_a_decision_on_a_proposal(self, unmix, report):
        given = {"by": unmix.user(Role.CPA), "reason": "served", "words": WORDS, "although": True}
        assert refusal(close_report, report=report, **given) == ("referrals", "undecided")

    @pytest.mark.parametrize("status", ["accepted", "rejected", "done", "expired", "revoked"])
    def test_who_has_answered_owes_nothing(self, unmix, decided, status):
        asked = decided.referrals.filter(role="WHO")
        asked.update(kind="referral", status=status, answered_at=timezone.now())
        self.close(decided, unmix.user(Role.CPA))
        assert "open" not in last(decided).details

    def test_who_is_only_informed_owes_nothing(self, unmix, decided):
        decided.referrals.filter(role="WHO").update(kind="info", status="sent")
        self.close(decided, unmix.user(Role.CPA))

    def test_a_question_the_officer_has_not_answered_is_named(self, unmix, decided):
        adviser = unmix.user(Role.CPA)
        ask_officer(report=again(decided), by=adviser, text="Where?", uuid=uuid4())
        with pytest.raises(FieldRefused, match="the officer's answer"):
            self.close(decided, adviser)
        self.close(decided, adviser, although=True)

    def test_a_closed_one_says_so_first(self, unmix, owing):
        adviser = unmix.user(Role.CPA)
        self.close(owing, adviser, although=True)
        with pytest.raises(AlreadyDone, match="Already done: Closed"):
            self.close(owing, adviser)

    def test_what_is_open_reads_in_the_readers_language_from_what_was_kept(self, unmix, owing):
        entry = self.close(owing, unmix.user(Role.CPA), although=True)
        words = read_ends(entry.details["open"], again(owing)).words()
        assert words == open_ends_of(again(owing)).words()


class TestOpeningAgain:
    def test_it_is_followed_up_and_the_reason_kept(self, unmix, decided):
        adviser = unmix.user(Role.CPA)
        TestClosing().close(decided, adviser)
        entry = reopen_report(report=again(decided), by=adviser, words="Another ward burnt.")
        assert again(decided).status == "follow_up"
        assert (entry.verb, entry.details) == (
            "reopened",
            {"was": "closed", "words": "Another ward burnt."},
        )

    def test_only_a_closed_one_only_with_a_reason_only_by_the_lead(self, unmix, decided):
        adviser = unmix.user(Role.CPA)
        with pytest.raises(AlreadyDone):
            reopen_report(report=again(decided), by=adviser, words="Why not")
        Report.objects.filter(pk=decided.pk).update(status="closed")
        assert refusal(reopen_report, report=decided, by=adviser, words="") == (
            "words",
            "required",
        )
        for role in OTHERS:
            with pytest.raises(NotAllowed):
                reopen_report(report=again(decided), by=unmix.user(role), words="Mine")


class TestFollowingUp:
    def test_the_lead_begins_once(self, unmix, report):
        adviser = unmix.user(Role.CPA)
        begin_follow_up(report=again(report), by=adviser)
        assert (again(report).status, last(report).verb) == ("follow_up", "followed_up")
        with pytest.raises(AlreadyDone):
            begin_follow_up(report=again(report), by=adviser)

    def test_not_before_it_is_acknowledged(self, unmix, master):
        given = {"report": master, "by": unmix.user(Role.CPA)}
        assert refusal(begin_follow_up, **given) == ("report", "unacknowledged")

    @pytest.mark.parametrize("role", OTHERS)
    def test_nobody_else_does(self, unmix, report, role):
        with pytest.raises(NotAllowed):
            begin_follow_up(report=again(report), by=unmix.user(role))


class TestThePhase:
    def set(self, report, by, phase="response", was=None):
        was = again(report).poc_phase if was is None else was
        return set_phase(report=again(report), by=by, phase=phase, was=was)

    def test_the_history_keeps_the_old_and_the_new_one(self, unmix, report):
        entry = self.set(report, unmix.user(Role.CPA))
        assert again(report).poc_phase == "response"
        assert entry.details == {"old": "consolidation", "new": "response"}

    def test_setting_it_leaves_the_status_to_which_an_answer_returns(self, unmix, report):
        adviser = unmix.user(Role.CPA)
        self.set(report, adviser)
        ask_officer(report=again(report), by=adviser, text="Where?", uuid=uuid4())
        self.set(report, adviser, phase="prevention")
        officer = unmix.user(Role.UNPOL_OFFICER)
        add_to_report(report=again(report), by=officer, text="There", uuid=uuid4())
        assert again(report).status == "acknowledged"

    def test_on_a_stale_page_who_set_it_is_named(self, unmix, report):
        adviser = unmix.user(Role.CPA)
        self.set(report, adviser)
        with pytest.raises(AlreadyDone, match="the phase is Response now, set by Person of CPA"):
            self.set(report, adviser, phase="prevention", was="consolidation")
        assert again(report).poc_phase == "response"

    @pytest.mark.parametrize(
        ("phase", "code"), [("", "required"), ("war", "required"), ("consolidation", "same")]
    )
    def test_a_phase_that_is_none_or_the_same_is_refused(self, unmix, report, phase, code):
        given = {"by": unmix.user(Role.CPA), "phase": phase, "was": "consolidation"}
        assert refusal(set_phase, report=report, **given) == ("phase", code)

    def test_a_closed_report_keeps_its_phase(self, unmix, report):
        Report.objects.filter(pk=report.pk).update(status="closed")
        with pytest.raises(AlreadyDone):
            self.set(report, unmix.user(Role.CPA))

    @pytest.mark.parametrize("role", OTHERS)
    def test_nobody_else_sets_it(self, unmix, report, role):
        with pytest.raises(NotAllowed):
            self.set(report, unmix.user(role))


class TestLinking:
    def link(self, report, by, master):
        return merge_report(report=again(report), by=by, master=master.reference)

    def test_the_work_goes_on_in_the_other_and_undecided_proposals_are_taken_back(
        self, unmix, report, master
    ):
        adviser = unmix.user(Role.CPA)
        entry = self.link(report, adviser, master)
        merged = again(report)
        assert (merged.status, merged.master) == ("merged", master)
        assert proposals(report) == {"WHO": "revoked", "CTFMR": "revoked"}
        who = report.referrals.get(role="WHO")
        assert (who.release_reason, who.released_by) == ("linked", adviser)
        assert proposals(master) == {"WHO": "proposed", "CTFMR": "proposed"}
        assert entry.details == {"was": "acknowledged"}

    def test_nobody_is_told_by_undoing_it(self, unmix, report, master):
        adviser = unmix.user(Role.CPA)
        self.link(report, adviser, master)
        before = Notification.objects.count()
        unmerge_report(report=again(report), by=adviser)
        assert Notification.objects.count() == before

    def test_the_reference_is_found_however_it_is_typed(self, unmix, report, master):
        typed = f" {master.reference.lower()} "
        merge_report(report=again(report), by=unmix.user(Role.CPA), master=typed)
        assert again(report).master == master

    def test_undoing_it_restores_status_and_proposals(self, unmix, report, master):
        adviser = unmix.user(Role.CPA)
        who = report.referrals.filter(role="WHO")
        who.update(status="held", held_for="consent")
        before = Referral.objects.filter(report=report).order_by("pk").values()
        expected = list(before)
        self.link(report, adviser, master)
        unmerge_report(report=again(report), by=adviser)
        assert list(before.all()) == expected
        assert (again(report).status, again(report).master) == ("acknowledged", None)
        verbs = list(report.history.order_by("pk").values_list("verb", flat=True))
        assert verbs[-6:] == ["merged", *["withheld"] * 2, "unmerged", *["proposed"] * 2]

    def test_what_was_decided_before_stays_decided(self, unmix, decided, master):
        adviser = unmix.user(Role.CPA)
        self.link(decided, adviser, master)
        unmerge_report(report=again(decided), by=adviser)
        assert proposals(decided) == {"WHO": "revoked", "CTFMR": "revoked"}

    def test_an_answer_given_meanwhile_counts(self, unmix, report, master):
        adviser = unmix.user(Role.CPA)
        ask_officer(report=again(report), by=adviser, text="Where?", uuid=uuid4())
        self.link(report, adviser, master)
        officer = unmix.user(Role.UNPOL_OFFICER)
        add_to_report(report=again(report), by=officer, text="There", uuid=uuid4())
        assert again(report).status == "merged"
        unmerge_report(report=again(report), by=adviser)
        assert again(report).status == "acknowledged"

    def test_a_question_nobody_answered_waits_again(self, unmix, report, master):
        adviser = unmix.user(Role.CPA)
        ask_officer(report=again(report), by=adviser, text="Where?", uuid=uuid4())
        self.link(report, adviser, master)
        unmerge_report(report=again(report), by=adviser)
        assert again(report).status == "returned_for_info"

    def test_linking_twice_and_unlinking_twice_change_nothing(self, unmix, report, master):
        adviser = unmix.user(Role.CPA)
        with pytest.raises(AlreadyDone):
            unmerge_report(report=again(report), by=adviser)
        self.link(report, adviser, master)
        before = rows()
        with pytest.raises(AlreadyDone, match="Linked as the same incident, by Person of CPA"):
            self.link(report, adviser, master)
        assert rows() == before

    @pytest.mark.parametrize("typed", ["", "UNMIX-2026-99999", "the other one"])
    def test_a_reference_that_is_none_is_refused(self, unmix, report, typed):
        field, code = refusal(merge_report, report=report, by=unmix.user(Role.CPA), master=typed)
        assert (field, code) == ("master", "unknown" if typed else "required")

    def test_one_that_is_hidden_is_refused_as_one_that_is_not_there(self, unmix, report):
        """The adviser is told of a matter of conduct, and it is no master all the same."""
        conduct = unmix.file(facts={"perpetrator": "un_personnel"}).report
        for hidden in (conduct, unmix.file().report):
            if hidden != conduct:
                hidden.referrals.filter(role="CPA").update(status="revoked")
            given = {"by": unmix.user(Role.CPA), "master": hidden.reference}
            assert refusal(merge_report, report=report, **given) == ("master", "unknown")

    def test_it_is_not_linked_to_itself(self, unmix, report):
        given = {"by": unmix.user(Role.CPA), "master": report.reference}
        assert refusal(merge_report, report=report, **given) == ("master", "itself")

    @pytest.mark.parametrize(("status", "code"), [("merged", "merged"), ("closed", "closed")])
    def test_the_other_one_must_be_open(self, unmix, report, master, status, code):
        Report.objects.filter(pk=master.pk).update(status=status)
        given = {"by": unmix.user(Role.CPA), "master": master.reference}
        assert refusal(merge_report, report=report, **given) == ("master", code)

    def test_one_to_which_others_are_linked_is_not_linked_on(self, unmix, report, master):
        adviser, third = unmix.user(Role.CPA), unmix.file().report
        self.link(master, adviser, report)
        given = {"by": adviser, "master": third.reference}
        assert refusal(merge_report, report=report, **given) == ("master", "has_links")

    @pytest.mark.parametrize("role", OTHERS)
    def test_nobody_else_links_or_unlinks(self, unmix, report, master, role):
        with pytest.raises(NotAllowed):
            self.link(report, unmix.user(role), master)
        self.link(report, unmix.user(Role.CPA), master)
        with pytest.raises(NotAllowed):
            unmerge_report(report=again(report), by=unmix.user(role))


def test_who_lost_a_report_to_the_conduct_channel_meanwhile_is_told_nothing(unmix, report, master):
    """Also with a page opened before: neither that it was handed on nor by whom."""
    adviser, opened_before = unmix.user(Role.CPA), again(report)
    Report.objects.filter(pk=report.pk).update(track="misconduct", status="diverted_misconduct")
    verbs = [
        (begin_follow_up, {}),
        (close_report, {"reason": "served", "words": WORDS}),
        (reopen_report, {"words": WORDS}),
        (set_phase, {"phase": "response", "was": "consolidation"}),
        (merge_report, {"master": master.reference}),
        (unmerge_report, {}),
    ]
    for verb, given in verbs:
        with pytest.raises(NotAllowed):
            verb(report=opened_before, by=adviser, **given)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_of_four_who_close_one_wins(self, unmix, decided):
        def close():
            by = unmix.user(Role.CPA)
            return close_report(report=again(decided), by=by, reason="served", words=WORDS)

        outcomes = all_at_once(*[close] * 4)
        assert sorted(type(each).__name__ for each in outcomes) == [
            "AlreadyDone",
            "AlreadyDone",
            "AlreadyDone",
            "HistoryEntry",
        ]
        assert decided.history.filter(verb="closed").count() == 1

    def test_of_two_who_link_two_reports_to_each_other_one_wins(self, unmix, report, master):
        def link(duplicate, other):
            by = unmix.user(Role.CPA)
            return merge_report(report=again(duplicate), by=by, master=other.reference)

        outcomes = all_at_once(lambda: link(report, master), lambda: link(master, report))
        assert sorted(type(each).__name__ for each in outcomes) == ["FieldRefused", "HistoryEntry"]
        linked = Report.objects.get(status="merged")
        assert linked.master == (master if linked == report else report)
        assert Report.objects.exclude(master=None).count() == 1

    def test_of_two_phases_one_is_set(self, unmix, report):
        def choose(phase):
            by = unmix.user(Role.CPA)
            return set_phase(report=again(report), by=by, phase=phase, was="consolidation")

        outcomes = all_at_once(lambda: choose("response"), lambda: choose("prevention"))
        assert sorted(type(each).__name__ for each in outcomes) == ["AlreadyDone", "HistoryEntry"]
        entry = report.history.get(verb="phase_set")
        assert entry.details["new"] == again(report).poc_phase

    def test_closing_and_acknowledging_do_not_wait_for_each_other_for_ever(self, unmix, master):
        decide(master)

        def close():
            by = unmix.user(Role.CPA)
            return close_report(report=again(master), by=by, reason="served", words=WORDS)

        def acknowledge():
            return acknowledge_report(report=again(master), by=unmix.user(Role.CPA))

        closed, acknowledged = all_at_once(close, acknowledge)
        assert isinstance(acknowledged, list)
        assert isinstance(closed, (FieldRefused, HistoryEntry))
