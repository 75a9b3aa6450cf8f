"""What is recorded beside a report: by those entitled, once, in three stages with dates."""

from datetime import date, timedelta

import pytest
from django.db import InternalError
from django.utils import timezone

from actors.roles import Role
from referrals.models import HistoryEntry, Interview, Report, Verification
from referrals.models.reasons import VerificationStage
from referrals.permissions import verifiable_stages
from referrals.workflow.errors import AlreadyDone, FieldRefused, NotAllowed
from referrals.workflow.recording import is_late, note_interview, set_verification
from tests.factories import PostHoldingFactory
from tests.referrals.workflow.at_once import all_at_once

pytestmark = pytest.mark.django_db

TODAY = timezone.now().date()
SEEN = timezone.now() - timedelta(minutes=5)
LATER = {VerificationStage.CO_CHAIRS, VerificationStage.TASK_FORCE}


@pytest.fixture
def report(unmix) -> Report:
    facts = {"violations": ["attack_school_hospital"], "concerns": ["child_labour"]}
    return unmix.file(facts=facts, occurred_on=TODAY - timedelta(days=1)).report


@pytest.fixture
def note(unmix, report):
    """A function by which somebody notes an interview."""

    def note(role=Role.CPA, **given) -> Interview:
        given = {"interviewer": "ngo", "held_on": TODAY, "seen_at": SEEN} | given
        return note_interview(report=again(report), by=unmix.user(role), **given)

    return note


@pytest.fixture
def verify(unmix, report):
    """A function by which somebody records a finding."""

    def verify(role=Role.CPA, **given) -> Verification:
        given = {
            "violation": "attack_school_hospital",
            "stage": "focal_point",
            "status": "verified",
            "decided_on": TODAY,
            "seen_at": SEEN,
        } | given
        return set_verification(report=again(report), by=unmix.user(role), **given)

    return verify


def again(report: Report) -> Report:
    return Report.objects.select_related("mission").get(pk=report.pk)


def refusal(verb, **given) -> tuple[str, str]:
    """The field and the code of a refusal, which stores nothing."""
    before = HistoryEntry.objects.count()
    with pytest.raises(FieldRefused) as refused:
        verb(**given)
    assert not Interview.objects.exists()
    assert not Verification.objects.exists()
    assert HistoryEntry.objects.count() == before
    return refused.value.field, refused.value.code


class TestInterviews:
    def test_it_is_noted_with_day_and_name_and_told_to_the_history(self, note, unmix, report):
        noted = note()
        assert (noted.interviewer, noted.held_on) == ("ngo", TODAY)
        assert noted.noted_by == unmix.user(Role.CPA)
        entry = report.history.get(verb="interview_noted")
        assert (entry.actor, entry.details) == (noted.noted_by, {"interviewer": "ngo"})

    def test_a_day_nobody_knows_is_left_out(self, note):
        assert note(held_on=None).held_on is None

    @pytest.mark.parametrize("role", [Role.UNPOL_SUPERVISOR, Role.UNPOL_CPFP_FIELD])
    def test_whoever_was_told_the_record_for_action_may_note_it(self, note, role):
        assert note(role).pk

    @pytest.mark.parametrize(
        "role", [Role.UNPOL_OFFICER, Role.HOPC, Role.JOC, Role.CPA_SENIOR, Role.UNICEF_CP]
    )
    def test_nobody_else_may(self, note, role):
        with pytest.raises(NotAllowed):
            note(role)
        assert not Interview.objects.exists()

    def test_nobody_notes_anything_on_a_matter_of_conduct(self, unmix):
        report = unmix.file(facts={"perpetrator": "un_personnel"}).report
        with pytest.raises(NotAllowed):
            note_interview(
                report=report,
                by=unmix.user(Role.CONDUCT_DISCIPLINE),
                interviewer="ngo",
                held_on=None,
                seen_at=SEEN,
            )

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({"interviewer": ""}, ("interviewer", "required")),
            ({"interviewer": "grandmother"}, ("interviewer", "required")),
            ({"held_on": TODAY + timedelta(days=2)}, ("held_on", "future")),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(self, note, given, expected):
        assert refusal(note, **given) == expected

    def test_today_is_today_in_the_mission(self, note, unmix, report):
        unmix.mission.time_zone = "Pacific/Kiritimati"
        unmix.mission.save()
        evening = timezone.now().replace(hour=22, minute=30)
        tomorrow = evening.date() + timedelta(days=1)
        assert note(held_on=tomorrow, at=evening).held_on == tomorrow

    def test_the_same_pressed_twice_is_noted_once(self, note):
        note()
        with pytest.raises(AlreadyDone, match="Already noted by Person of CPA"):
            note(Role.UNPOL_SUPERVISOR)
        assert Interview.objects.count() == 1

    def test_the_same_again_on_a_new_page_is_a_second_one(self, note):
        note()
        note(seen_at=timezone.now())
        assert Interview.objects.count() == 2

    def test_nothing_is_noted_on_a_linked_report(self, note, report):
        Report.objects.filter(pk=report.pk).update(status="merged")
        with pytest.raises(AlreadyDone):
            note()

    def test_it_cannot_be_changed(self, note):
        with pytest.raises(InternalError):
            Interview.objects.filter(pk=note().pk).update(interviewer="media")


class TestWhoVerifies:
    @pytest.mark.parametrize(
        ("role", "stages"),
        [
            (Role.CPA, set(VerificationStage)),
            (Role.CPA_SENIOR, LATER),
            (Role.CTFMR, LATER),
            (Role.HUMAN_RIGHTS, set()),
            (Role.UNICEF_CP, set()),
            (Role.UNPOL_OFFICER, set()),
            (Role.UNPOL_SUPERVISOR, set()),
            (Role.UNPOL_CPFP_HQ, set()),
            (Role.HOPC, set()),
        ],
    )
    def test_by_role(self, unmix, report, role, stages):
        assert verifiable_stages(unmix.user(role), again(report)) == stages

    def test_who_also_holds_a_post_in_the_police_never_does(self, unmix, report):
        officer = unmix.posts[Role.UNPOL_OFFICER]
        PostHoldingFactory(post=officer, user=unmix.user(Role.CPA_SENIOR), rank="second")
        assert verifiable_stages(unmix.user(Role.CPA_SENIOR), again(report)) == set()

    def test_without_an_adviser_human_rights_does(self, unmix):
        unmix.mission.has_cpa = False
        unmix.mission.save()
        report = unmix.file().report
        assert verifiable_stages(unmix.user(Role.HUMAN_RIGHTS), again(report)) == set(
            VerificationStage
        )

    def test_the_task_force_of_another_mission_does_not(self, report):
        elsewhere = PostHoldingFactory(post__role=Role.CTFMR).user
        assert verifiable_stages(elsewhere, again(report)) == set()

    def test_nobody_does_on_a_matter_of_conduct(self, unmix):
        report = unmix.file(facts={"perpetrator": "un_personnel"}).report
        for role in (Role.CPA, Role.CPA_SENIOR, Role.CTFMR, Role.CONDUCT_DISCIPLINE):
            assert verifiable_stages(unmix.user(role), again(report)) == set()


class TestVerifying:
    def test_a_finding_is_kept_with_its_day_and_told_to_the_history(self, verify, unmix, report):
        found = verify(note=" Seen by the co-chairs ")
        assert (found.stage, found.status, found.note) == (
            "focal_point",
            "verified",
            "Seen by the co-chairs",
        )
        entry = report.history.get(verb="verification_set")
        assert entry.actor == unmix.user(Role.CPA)
        assert entry.details == {
            "violation": "attack_school_hospital",
            "stage": "focal_point",
            "status": "verified",
            "on": TODAY.isoformat(),
        }

    def test_a_later_stage_needs_no_earlier_one(self, verify):
        assert verify(Role.CTFMR, stage="task_force").stage == "task_force"

    def test_a_closed_report_goes_on_being_verified(self, verify, report):
        Report.objects.filter(pk=report.pk).update(status="closed")
        assert verify().pk
        assert again(report).status == "closed"

    def test_a_newer_finding_stands_beside_the_older_one(self, verify, report):
        verify(status="reported_not_verified")
        verify(seen_at=timezone.now())
        assert list(Verification.objects.values_list("status", flat=True)) == [
            "reported_not_verified",
            "verified",
        ]

    def test_on_a_stale_page_who_recorded_it_is_named(self, verify):
        verify(Role.CPA_SENIOR, stage="task_force")
        with pytest.raises(AlreadyDone, match="Already recorded as “Verified” by Person of CPA_S"):
            verify(Role.CTFMR, stage="task_force", status="not_mrm")
        assert verify(Role.CTFMR, stage="co_chairs").pk

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({"violation": "abduction"}, ("violation", "required")),
            ({"violation": "child_labour"}, ("violation", "required")),
            ({"stage": ""}, ("stage", "required")),
            ({"stage": "police"}, ("stage", "required")),
            ({"status": "true"}, ("status", "required")),
            ({"decided_on": None}, ("decided_on", "required")),
            ({"decided_on": TODAY + timedelta(days=2)}, ("decided_on", "future")),
            ({"decided_on": TODAY - timedelta(days=2)}, ("decided_on", "early")),
            ({"note": "x" * 2001}, ("note", "long")),
            ({"role": Role.CPA_SENIOR}, ("stage", "required")),
            ({"role": Role.CTFMR}, ("stage", "required")),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(self, verify, given, expected):
        assert refusal(verify, **given) == expected

    @pytest.mark.parametrize(
        "role", [Role.UNPOL_OFFICER, Role.UNPOL_CPFP_FIELD, Role.HOPC, Role.HUMAN_RIGHTS]
    )
    def test_nobody_else_verifies(self, verify, role):
        with pytest.raises(NotAllowed):
            verify(role, stage="task_force")
        assert not Verification.objects.exists()

    def test_nothing_is_recorded_on_a_linked_report(self, verify, report):
        Report.objects.filter(pk=report.pk).update(status="merged")
        with pytest.raises(AlreadyDone):
            verify()

    @pytest.mark.django_db(transaction=True)
    def test_of_two_at_once_one_wins(self, verify):
        def by_senior():
            return verify(Role.CPA_SENIOR, stage="task_force")

        def by_task_force():
            return verify(Role.CTFMR, stage="task_force", status="not_mrm")

        outcomes = all_at_once(by_senior, by_task_force)
        assert sorted(type(each).__name__ for each in outcomes) == ["AlreadyDone", "Verification"]
        assert Verification.objects.count() == 1


def test_nothing_is_recorded_or_said_once_the_conduct_channel_has_it(unmix, report):
    adviser, opened_before = unmix.user(Role.CPA), again(report)
    Report.objects.filter(pk=report.pk).update(track="misconduct", status="diverted_misconduct")
    finding = {"violation": "attack_school_hospital", "stage": "focal_point"}
    finding |= {"status": "verified", "decided_on": TODAY}
    with pytest.raises(NotAllowed):
        set_verification(report=opened_before, by=adviser, seen_at=SEEN, **finding)
    with pytest.raises(NotAllowed):
        note_interview(
            report=opened_before, by=adviser, interviewer="ngo", held_on=None, seen_at=SEEN
        )


class TestLate:
    @pytest.mark.parametrize(
        ("happened", "until", "decided", "late"),
        [
            (date(2026, 2, 1), None, date(2026, 3, 31), False),
            (date(2026, 2, 1), None, date(2026, 4, 1), True),
            (date(2026, 3, 31), date(2026, 4, 2), date(2026, 6, 30), False),
            (date(2026, 12, 31), None, date(2026, 12, 31), False),
            (date(2026, 10, 1), None, date(2027, 1, 1), True),
            (None, None, date(2027, 1, 1), False),
        ],
    )
    def test_after_the_quarter_of_the_incident(self, happened, until, decided, late):
        report = Report(occurred_on=happened, occurred_until=until)
        found = Verification(stage="task_force", status="verified", decided_on=decided)
        assert is_late(report, found) is late

    @pytest.mark.parametrize(
        "other", [{"stage": "co_chairs"}, {"status": "report_pending_verification"}]
    )
    def test_only_a_finding_of_the_task_force_is(self, other):
        report = Report(occurred_on=date(2026, 1, 1))
        values = {"stage": "task_force", "status": "verified", "decided_on": date(2026, 9, 1)}
        assert is_late(report, Verification(**values | other)) is False
