"""Correcting facts: a new entry, what was filed stays, and nobody is told twice."""

import threading
from datetime import date, timedelta

import pytest
from django.db import InternalError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.models import Organization, User
from actors.roles import Role
from referrals.models import (
    Correction,
    Notification,
    Report,
    Task,
    Verification,
)
from referrals.models.choices import CONFIDED
from referrals.redaction import facts_for
from referrals.routing import decide
from referrals.statuses import LET_IN, ReferralStatus, ReportStatus
from referrals.workflow.checks import FilingRefused
from referrals.workflow.correcting import correct_report, preview_correction
from referrals.workflow.errors import (
    AlreadyDone,
    ChangedMeanwhile,
    CorrectionRefused,
    NotAllowed,
)
from referrals.workflow.overriding import OverrideBasis, override_guard
from referrals.workflow.release import withhold_referral
from referrals.workflow.routing import current_implicated
from referrals.workflow.sharing import share_report
from tests.personas import settle_unmix

REASON = "The head of the hospital told us in person what happened."
UNIT = "HS_POLICE_SPECIALISED"
CONFIDED_FACTS = {"perpetrator": "un_personnel"}
KILLING = {"violations": ["killing_maiming"], "facility": "none", "perpetrator": "armed_group"}


@pytest.fixture
def unmix(unmix):
    """Here the lead is told directly, whatever the priority."""
    return told_directly(unmix)


def told_directly(unmix):
    unmix.mission.reporting_line = "officer"
    unmix.mission.save()
    return unmix


def correct(unmix, report, role=Role.CPA, reason=REASON, seen="", **facts) -> Report:
    by = unmix.user(role)
    correct_report(report=report, by=by, facts=facts, reason=reason, seen=seen)
    return Report.objects.in_full().get(pk=report.pk)


def told(report) -> set[str]:
    return set(report.referrals.filter(status__in=LET_IN).values_list("role", flat=True))


def waiting(report) -> set[str]:
    undecided = report.referrals.filter(status__in=["proposed", "held"])
    return set(undecided.values_list("role", flat=True))


def notices(report) -> dict[tuple, int]:
    found: dict[tuple, int] = {}
    for key in Notification.objects.filter(referral__report=report).values_list(
        "referral__role", "step", "address"
    ):
        found[key] = found.get(key, 0) + 1
    return found


def sees(unmix, role) -> bool:
    return Report.objects.visible_to(unmix.user(role)).exists()


def name_party(unmix, name, **changes) -> Organization:
    Organization.objects.filter(name=name).update(**changes)
    return Organization.objects.get(name=name)


class TestWhatIsKept:
    @pytest.fixture
    def report(self, unmix):
        return unmix.file(facts=KILLING, boys=1).report

    def test_what_was_filed_stays_and_the_correction_is_an_entry_of_its_own(self, unmix, report):
        filed = report.facts
        after = correct(unmix, report, violations=["killing_maiming", "abduction"], boys=2)
        entry = Correction.objects.get()
        assert after.facts == filed
        assert (entry.facts, entry.was, entry.reason, entry.by) == (
            {"violations": ["killing_maiming", "abduction"], "boys": 2},
            {"violations": ["killing_maiming"], "boys": 1},
            REASON,
            unmix.people[Role.CPA],
        )

    def test_what_lists_ask_for_follows(self, unmix, report):
        party = unmix.organizations["Front for Myre"]
        after = correct(
            unmix,
            report,
            violations=["abduction"],
            concerns=["trafficking"],
            boys=6,
            occurred_on=date(2026, 11, 3),
            perpetrator_org=party,
        )
        assert set(after.violations.values_list("code", flat=True)) == {"abduction", "trafficking"}
        assert (after.boys, after.occurred_on, after.perpetrator_org, after.flash) == (
            6,
            date(2026, 11, 3),
            party,
            True,  # five children and more
        )
        assert after.routed_facts["child_victims"] == 6

    def test_the_decision_can_be_worked_out_again_from_what_is_kept(self, unmix, report):
        after = correct(unmix, report, ongoing_threat=True, needs=["medical"])
        policy = after.policy
        from referrals.workflow.policies import compiled_version

        compiled = compiled_version(policy.pk).policy
        again = decide(compiled.facts(after.routed_facts), compiled)
        assert again.as_dict() == after.decision
        assert after.priority == "emergency"

    def test_only_what_is_really_different_is_kept(self, unmix, report):
        correct(unmix, report, violations=["killing_maiming"], boys=1, media_attention=True)
        assert Correction.objects.get().facts == {"media_attention": True}

    def test_the_second_correction_counts_from_the_first(self, unmix, report):
        correct(unmix, report, boys=4)
        after = correct(unmix, report, girls=1)
        assert [each.was for each in after.corrections.all()] == [{"boys": 1}, {"girls": 0}]
        assert (after.boys, after.girls, after.routed_facts["child_victims"]) == (4, 1, 5)

    def test_another_day_is_another_number_of_hours_until_the_report(self, unmix):
        at = timezone.now()
        day = at.date() - timedelta(days=10)
        facts = KILLING | {"violations": ["sexual_violence"]}
        report = unmix.file(facts=facts, occurred_on=day, at=at).report
        assert report.priority == "urgent"
        after = correct(unmix, report, occurred_on=at.date() - timedelta(days=1))
        assert after.routed_facts["hours_since_incident"] <= 24
        assert (after.priority, after.occurred_on) == ("emergency", at.date() - timedelta(days=1))

    def test_the_database_refuses_to_change_or_delete_it(self, unmix, report):
        correct(unmix, report, boys=2)
        with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
            Correction.objects.update(reason="Another")

    def test_the_history_names_the_facts_and_not_their_values_or_the_reason(self, unmix, report):
        correct(unmix, report, media_attention=True, boys=2)
        first, second = report.history.filter(verb__in=["corrected", "rerouted"])
        assert (first.verb, first.actor, first.details) == (
            "corrected",
            unmix.people[Role.CPA],
            {"facts": ["boys", "media_attention"]},
        )
        assert "SRSG_OFFICE" in second.details["appeared"]

    def test_a_phase_set_by_hand_stays(self, unmix, report):
        Report.objects.update(poc_phase="prevention")
        assert correct(unmix, report, ongoing_threat=True).poc_phase == "prevention"

    def test_what_fails_half_way_leaves_nothing_behind(self, unmix, report, monkeypatch):
        from referrals.workflow import changing

        monkeypatch.setattr(changing, "queue_notices", lambda *told, **when: 1 / 0)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            correct(unmix, report, media_attention=True)
        assert (Correction.objects.count(), Report.objects.get().flash) == (0, False)


class TestWhoIsTold:
    @pytest.fixture
    def report(self, unmix):
        return unmix.file(facts=KILLING, boys=1).report

    def test_new_recipients_are_told_once_and_the_others_hear_nothing_more(self, unmix, report):
        before = notices(report)
        after = correct(unmix, report, media_attention=True)
        new = set(notices(report)) - set(before)
        assert {role for role, _step, _address in new} == told(after) - {
            role for role, _step, _address in before
        }
        assert {"JOC", "SRSG_OFFICE"} <= told(after)
        assert set(notices(report).values()) == {1}

    def test_a_new_recipient_has_a_deadline_from_now_and_who_was_told_keeps_theirs(
        self, unmix, report
    ):
        told_before = report.referrals.filter(released_at__isnull=False)
        due = dict(told_before.values_list("role", "due_at"))
        after = correct(unmix, report, media_attention=True)
        now = dict(after.referrals.values_list("role", "due_at"))
        assert {role: now[role] for role in due} == due
        new = after.referrals.get(role=Role.HOPC)
        assert new.due_at - Correction.objects.get().at == timedelta(minutes=30)

    def test_what_waits_has_less_time_when_the_priority_rises_from_the_same_start(self, unmix):
        report = unmix.file(facts=KILLING | {"needs": ["psychosocial"]}).report
        filed, before = report.filed_at, report.referrals.get(role="PSS_PROVIDER")
        assert (report.priority, before.due_at - filed) == ("urgent", timedelta(hours=24))
        after = correct(unmix, report, ongoing_threat=True)
        now = after.referrals.get(role="PSS_PROVIDER")
        assert (after.priority, now.status) == ("emergency", before.status)
        assert now.due_at == filed + timedelta(hours=4)

    def test_what_waits_never_has_more_time_than_before(self, unmix):
        facts = KILLING | {"needs": ["psychosocial"], "ongoing_threat": True}
        report = unmix.file(facts=facts).report
        due = report.referrals.get(role="PSS_PROVIDER").due_at
        after = correct(unmix, report, ongoing_threat=False)
        assert after.priority != "emergency"
        assert after.referrals.get(role="PSS_PROVIDER").due_at == due
        again = correct(unmix, after, ongoing_threat=True)
        assert again.referrals.get(role="PSS_PROVIDER").due_at == due

    def test_the_clock_of_a_proposal_that_came_later_began_then(self, unmix):
        at = timezone.now() - timedelta(hours=10)
        report = unmix.file(facts=KILLING, at=at).report
        later = at + timedelta(hours=6)
        by = unmix.user(Role.CPA)
        correct_report(
            report=report, by=by, facts={"needs": ["psychosocial"]}, reason=REASON, at=later
        )
        correct_report(report=report, by=by, facts={"ongoing_threat": True}, reason=REASON)
        assert report.referrals.get(role="PSS_PROVIDER").due_at == later + timedelta(hours=4)

    def test_an_undecided_proposal_is_dropped_with_the_reason(self, unmix):
        report = unmix.file(facts=KILLING | {"needs": ["psychosocial"]}).report
        assert "PSS_PROVIDER" in waiting(report)
        after = correct(unmix, report, needs=[])
        dropped = after.referrals.get(role="PSS_PROVIDER")
        assert (dropped.status, dropped.release_reason) == ("revoked", REASON)

    def test_a_dropped_one_comes_back_when_the_rules_choose_it_again(self, unmix):
        report = unmix.file(facts=KILLING | {"needs": ["psychosocial"]}).report
        correct(unmix, report, needs=[])
        after = correct(unmix, report, needs=["psychosocial"])
        back = after.referrals.get(role="PSS_PROVIDER")
        assert (back.status, back.release_reason, back.released_by) == ("proposed", "", None)
        assert "PSS_PROVIDER" in after.history.last().details["appeared"]

    def test_what_the_lead_decided_against_does_not_come_back(self, unmix):
        report = unmix.file(facts=KILLING | {"needs": ["psychosocial"]}).report
        referral = report.referrals.get(role="PSS_PROVIDER")
        withhold_referral(referral=referral, by=unmix.user(Role.CPA), reason=REASON)
        correct(unmix, report, needs=[])
        after = correct(unmix, report, needs=["psychosocial"])
        assert after.referrals.get(role="PSS_PROVIDER").status == "revoked"

    def test_who_was_told_and_would_not_be_chosen_now_is_marked_and_keeps_it(self, unmix):
        report = unmix.file(facts=KILLING | {"media_attention": True}).report
        assert sees(unmix, "JMAC")
        after = correct(unmix, report, media_attention=False)
        entry = after.history.filter(verb="rerouted").last()
        assert "JMAC" in entry.details["left"]
        assert "JMAC" not in {each["role"] for each in after.decision["recipients"]}
        assert (after.referrals.get(role="JMAC").status, sees(unmix, "JMAC")) == ("released", True)

    def test_who_may_see_less_now_sees_less_at_once(self, unmix, report):
        supervisor = report.referrals.get(role=Role.UNPOL_SUPERVISOR)
        after = correct(unmix, report, violations=["sexual_violence"])
        lowered = after.referrals.get(role=Role.UNPOL_SUPERVISOR)
        assert (supervisor.redaction, lowered.redaction) == ("RD1", "RD2")
        assert (lowered.status, lowered.due_at) == (supervisor.status, supervisor.due_at)
        entry = after.history.filter(verb="rerouted").last()
        assert Role.UNPOL_SUPERVISOR in entry.details["altered"]

    def test_who_might_see_more_now_keeps_what_they_were_given(self, unmix):
        report = unmix.file(facts=KILLING | {"violations": ["sexual_violence"]}).report
        after = correct(unmix, report, violations=["killing_maiming"])
        assert after.referrals.get(role=Role.UNPOL_SUPERVISOR).redaction == "RD2"

    def test_who_was_told_and_has_to_act_now_finds_it_and_hears_nothing_more(self, unmix, report):
        before = report.referrals.get(role="JOC")
        after = correct(unmix, report, media_attention=True)
        joc = after.referrals.get(role="JOC")
        assert (before.kind, joc.kind, joc.status) == ("info", "action", before.status)
        assert joc.notifications.count() == 1

    def test_tasks_follow(self, unmix, report):
        correct(unmix, report, media_attention=True)
        assert Task.objects.filter(code="plan_of_action", status="open").count() == 1
        correct(unmix, report, media_attention=False)
        assert Task.objects.filter(code="plan_of_action", status="open").count() == 0

    def test_a_refusal_of_the_child_takes_the_services_out(self, unmix):
        report = unmix.file(facts=KILLING | {"needs": ["psychosocial"]}).report
        assert "PSS_PROVIDER" not in waiting(correct(unmix, report, consent="refused"))


class TestGuardsSetAside:
    def set_aside(self, unmix, report, guard, **stated):
        basis = OverrideBasis(reason=REASON, **stated)
        override_guard(report=report, guard=guard, by=unmix.user(Role.CPA), basis=basis)

    def test_one_set_aside_before_stays_so_with_what_was_stated_beside_it(self, unmix):
        report = unmix.file().report
        self.set_aside(unmix, report, "UNKNOWN_PERP_HOLD", perpetrator="civilian")
        after = correct(unmix, report, boys=3)
        assert (after.perpetrator, after.routed_facts["perpetrator"]) == ("unknown", "civilian")
        assert "UNKNOWN_PERP_HOLD" not in {each["id"] for each in after.decision["guards"]}
        assert UNIT in waiting(after)

    def test_a_correction_after_it_counts_more_than_what_was_stated_beside_it(self, unmix):
        report = unmix.file().report
        self.set_aside(unmix, report, "UNKNOWN_PERP_HOLD", perpetrator="civilian")
        after = correct(unmix, report, perpetrator="host_state_police")
        assert after.routed_facts["perpetrator"] == after.perpetrator == "host_state_police"
        assert UNIT not in waiting(after)

    def test_a_guard_set_aside_after_a_correction_does_not_undo_it(self, unmix):
        facts = KILLING | {"similar_report_exists": True}
        report = unmix.file(facts=facts).report
        correct(unmix, report, perpetrator="civilian", boys=2)
        self.set_aside(unmix, report, "DUPLICATE_LINK")
        after = Report.objects.get()
        assert (after.perpetrator, after.routed_facts["perpetrator"]) == ("civilian", "civilian")
        assert after.routed_facts["child_victims"] == 2

    def test_back_to_not_known_the_hold_is_at_work_again(self, unmix):
        report = unmix.file().report
        self.set_aside(unmix, report, "UNKNOWN_PERP_HOLD", perpetrator="civilian")
        correct(unmix, report, perpetrator="armed_group")
        after = correct(unmix, report, perpetrator="unknown")
        assert "UNKNOWN_PERP_HOLD" in {each["id"] for each in after.decision["guards"]}
        assert UNIT not in waiting(after)


class TestWhoIsShutOut:
    def test_who_is_named_now_loses_access_at_once_and_gets_no_notice_any_more(self, unmix):
        facts = KILLING | {"needs": ["psychosocial"], "perpetrator": "civilian"}
        report = unmix.file(facts=facts).report
        provider = report.referrals.get(role="PSS_PROVIDER")
        provider.status, provider.released_at = ReferralStatus.RELEASED, timezone.now()
        provider.save()
        Notification.objects.create(
            referral=provider,
            channel="email",
            address="p@example.org",
            priority="urgent",
            created_at=timezone.now(),
            next_at=timezone.now(),
        )
        assert sees(unmix, "PSS_PROVIDER")
        party = name_party(unmix, "Hearth and Haven", kind="community")
        after = correct(unmix, report, perpetrator_org=party)
        assert after.referrals.get(role="PSS_PROVIDER").status == "revoked"
        assert not sees(unmix, "PSS_PROVIDER")
        assert not Notification.objects.filter(referral=provider).exists()
        assert "PSS_PROVIDER" in after.history.filter(verb="rerouted").last().details["ended"]

    def test_who_was_named_once_stays_shut_out_whatever_is_said_later(self, unmix):
        party = name_party(unmix, "WHO Kesara", kind="community")
        report = unmix.file(perpetrator_org=party).report
        correct(unmix, report, perpetrator_org=unmix.organizations["Front for Myre"],
                perpetrator="armed_group")  # fmt: skip
        after = correct(unmix, report, perpetrator_org=None, perpetrator="unknown")
        after.referrals.update(status="released")
        assert {sees(unmix, "WHO"), sees(unmix, Role.HUMAN_RIGHTS)} == {False, True}
        front, who = unmix.organizations["Front for Myre"].pk, party.pk
        assert {front, who} <= current_implicated(after)

    def test_the_host_state_stays_shut_out_once_it_was_named(self, unmix):
        report = unmix.file(facts={"perpetrator": "host_state_police"}).report
        after = correct(unmix, report, perpetrator="civilian")
        unit = after.referrals.get(role=UNIT)
        assert (unit.is_gap, unit.post) == (True, None)
        unit.status, unit.post = "released", unmix.posts[UNIT]
        unit.save()
        assert not sees(unmix, UNIT)

    def test_the_host_state_told_before_is_shut_out_when_it_is_named(self, unmix):
        report = unmix.file(facts=KILLING).report
        unit = report.referrals.get(role=UNIT)
        unit.status, unit.released_at = "released", timezone.now()
        unit.save()
        assert sees(unmix, UNIT)
        after = correct(unmix, report, perpetrator="host_state_military")
        assert (after.referrals.get(role=UNIT).status, sees(unmix, UNIT)) == ("revoked", False)


class TestTheConductChannel:
    @pytest.fixture
    def report(self, unmix):
        facts = KILLING | {"needs": ["psychosocial"], "media_attention": True}
        return unmix.file(facts=facts, boys=1).report

    @pytest.mark.parametrize("category", CONFIDED)
    def test_all_others_lose_access_and_the_channel_is_told(self, unmix, report, category):
        before = {role for role in unmix.people if sees(unmix, role)}
        assert {Role.CPA, Role.UNPOL_SUPERVISOR, "JOC", Role.UNPOL_OFFICER} <= before
        after = correct(unmix, report, perpetrator=category)
        assert (after.status, after.track) == (ReportStatus.DIVERTED_MISCONDUCT, "misconduct")
        planned = {each["role"] for each in after.decision["recipients"]}
        assert {role for role in unmix.people if sees(unmix, role)} == planned & unmix.people.keys()
        assert (told(after), waiting(after)) == (planned, set())

    def test_each_of_the_channel_is_told_once_and_no_other_notice_goes_out(self, unmix, report):
        after = correct(unmix, report, **CONFIDED_FACTS)
        left = {role for role, _step, _address in notices(report)}
        assert left == {each["role"] for each in after.decision["recipients"]}
        assert set(notices(report).values()) == {1}

    def test_it_looks_to_the_channel_like_one_filed_there(self, unmix, report):
        after = correct(unmix, report, **CONFIDED_FACTS)
        filed = unmix.file(facts=dict(report.facts) | CONFIDED_FACTS, boys=1).report

        def rows(report):
            rows = report.referrals.filter(status__in=LET_IN)
            return {r.role: (r.kind, r.gate, r.redaction, r.rule, r.post_id) for r in rows}

        assert rows(after) == rows(filed)
        assert after.classification == filed.classification

    def test_shares_tasks_and_what_is_done_end_as_well(self, unmix, report):
        share_report(
            report=report,
            by=unmix.user(Role.CPA),
            organization=unmix.organizations["WHO Kesara"],
            redaction="RD2",
            reason=REASON,
            expires_at=timezone.now() + timedelta(days=3),
        )
        report.referrals.filter(role="JOC").update(status="done")
        assert (sees(unmix, "WHO"), sees(unmix, "JOC")) == (True, True)
        after = correct(unmix, report, **CONFIDED_FACTS)
        assert (sees(unmix, "WHO"), sees(unmix, "JOC")) == (False, False)
        assert not after.shares.filter(expires_at__gt=timezone.now()).exists()
        assert not after.tasks.filter(status="open").exists()

    def test_there_is_no_way_back(self, unmix, report):
        after = correct(unmix, report, **CONFIDED_FACTS)
        for role in (Role.CPA, "CONDUCT_DISCIPLINE", Role.CPA_SENIOR):
            with pytest.raises(NotAllowed):
                correct(unmix, after, role, perpetrator="armed_group")

    def test_the_history_says_who_handed_it_on(self, unmix, report):
        after = correct(unmix, report, **CONFIDED_FACTS)
        entry = after.history.get(verb="diverted")
        assert (entry.actor, entry.details["was"]) == (unmix.people[Role.CPA], "submitted")


class TestWhatIsRefused:
    @pytest.fixture
    def report(self, unmix):
        return unmix.file(facts=KILLING, boys=1).report

    @pytest.mark.parametrize(
        "role", [Role.UNPOL_OFFICER, Role.CPA_SENIOR, Role.HUMAN_RIGHTS, Role.UNPOL_CPFP_FIELD]
    )
    def test_nobody_but_the_lead_corrects(self, unmix, report, role):
        with pytest.raises(NotAllowed):
            correct(unmix, report, role, boys=2)
        assert Correction.objects.count() == 0

    def test_a_report_filed_in_confidence_is_corrected_by_nobody(self, unmix):
        report = unmix.file(facts=CONFIDED_FACTS).report
        for role in (Role.CPA, Role.CPA_SENIOR, "CONDUCT_DISCIPLINE"):
            with pytest.raises(NotAllowed):
                correct(unmix, report, role, perpetrator="civilian")

    @pytest.mark.parametrize("status", ["closed", "merged"])
    def test_one_that_is_closed_or_linked_is_not(self, unmix, report, status):
        Report.objects.update(status=status)
        with pytest.raises(AlreadyDone):
            correct(unmix, report, boys=2)

    @pytest.mark.parametrize("name", ["narrative", "reporter", "mission", "area", "patrol", "x"])
    def test_other_facts_need_a_new_report(self, unmix, report, name):
        with pytest.raises(CorrectionRefused, match="Have a corrected report filed") as refused:
            correct(unmix, report, **{name: "x"})
        assert (refused.value.field, refused.value.code) == (name, "not_correctable")

    def test_nothing_different_is_no_correction(self, unmix, report):
        with pytest.raises(CorrectionRefused, match="Nothing is different"):
            correct(unmix, report, boys=1, perpetrator="armed_group", needs=[])

    @pytest.mark.parametrize("reason", ["", "  \n ", "because"])
    def test_a_reason_of_less_than_a_sentence(self, unmix, report, reason):
        with pytest.raises(CorrectionRefused) as refused:
            correct(unmix, report, reason=reason, boys=2)
        assert (refused.value.field, Correction.objects.count()) == ("reason", 0)

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"violations": []}, "violations"),
            ({"violations": ["attack_school_hospital"]}, "facility"),
            ({"boys": 99999}, "boys"),
            ({"occurred_on": date(2126, 1, 1)}, "occurred_on"),
            ({"consent_scope": ["medical"]}, "consent_scope"),
        ],
    )
    def test_values_that_contradict_each_other_are_named_at_their_field(
        self, unmix, report, facts, field
    ):
        with pytest.raises(FilingRefused) as refused:
            correct(unmix, report, **facts)
        assert [problem.field for problem in refused.value.problems] == [field]
        assert Correction.objects.count() == 0

    def test_a_party_of_another_category(self, unmix, report):
        with pytest.raises(FilingRefused) as refused:
            correct(unmix, report, perpetrator_org=unmix.organizations["Kesara Armed Forces"])
        assert [problem.field for problem in refused.value.problems] == ["perpetrator"]

    def test_a_best_interest_decision_is_made_elsewhere(self, unmix, report):
        with pytest.raises(CorrectionRefused) as refused:
            correct(unmix, report, consent="best_interest_override")
        assert refused.value.field == "consent"

    def test_a_kind_that_has_a_finding(self, unmix, report):
        Verification.objects.create(
            violation=report.violations.get(),
            stage="focal_point",
            status="verified",
            decided_on=date(2026, 11, 1),
            by=unmix.user(Role.CPA),
            at=timezone.now(),
        )
        with pytest.raises(CorrectionRefused, match="A finding is recorded") as refused:
            correct(unmix, report, violations=["abduction"])
        assert refused.value.field == "violations"

    def test_another_change_than_the_one_that_was_shown(self, unmix, report):
        facts = {"media_attention": True}
        seen = preview_correction(report=report, facts=facts).fingerprint()
        correct(unmix, report, violations=["sexual_violence"])
        with pytest.raises(ChangedMeanwhile):
            correct(unmix, report, seen=seen, **facts)
        assert Correction.objects.count() == 1
        again = preview_correction(report=report, facts=facts).fingerprint()
        correct(unmix, report, seen=again, **facts)
        assert Correction.objects.count() == 2


def test_the_preview_says_what_the_act_does_and_stores_nothing(unmix):
    report = unmix.file(facts=KILLING).report
    before = list(Report.objects.values())
    preview = preview_correction(report=report, facts={"media_attention": True})
    assert (list(Report.objects.values()), Correction.objects.count()) == (before, 0)
    after = correct(unmix, report, seen=preview.fingerprint(), media_attention=True)
    appeared = [planned.recipient.role for planned in preview.change.appearing]
    assert after.history.filter(verb="rerouted").last().details["appeared"] == appeared


CHAIN = [
    {"media_attention": True},
    {"violations": ["sexual_violence"], "needs": ["psychosocial", "medical"]},
    {"media_attention": False, "needs": []},
    {"perpetrator": "host_state_police"},
    {"perpetrator": "civilian", "needs": ["medical"], "life_saving_need": True},
    {"violations": ["attack_school_hospital"], "facility": "school"},
    {"concerns": ["explosive_hazard"], "displacement": "refugee", "girls": 7},
    {"perpetrator": "aid_worker"},
]


def test_whatever_is_corrected_nobody_told_is_forgotten_and_nobody_is_told_twice(unmix):
    report = unmix.file(facts=KILLING, boys=1).report
    ever, alone = set(), {"referral", "step", "channel", "address"}
    for n, facts in enumerate(CHAIN):
        # The notices of the last step are out: those can be neither unsaid nor said again.
        Notification.objects.filter(referral__report=report).update(status="sent")
        correct(unmix, report, **facts)
        now = {r for r, _step, _address in notices(report)}
        assert ever <= now, CHAIN[n]
        ever = now
        rows = Notification.objects.filter(referral__report=report)
        assert rows.count() == rows.values(*alone).distinct().count()
        assert report.referrals.count() == report.referrals.values("role").distinct().count()
        filed = facts_for(Report.objects.in_full().get(pk=report.pk), "RD0")
        assert filed


def test_it_takes_as_many_statements_for_many_recipients_as_for_few(unmix):
    needs = ["medical", "psychosocial", "safe_shelter", "legal", "case_management"]
    few, many = (unmix.file(facts=KILLING).report for _ in range(2))
    counts = []
    for report, facts in ((few, {"needs": ["legal"]}), (many, {"needs": needs})):
        with CaptureQueriesContext(connection) as captured:
            correct(unmix, report, **facts)
        counts.append((len(captured), report.referrals.count()))
    assert counts[1][1] >= counts[0][1] + 4
    assert counts[1][0] == counts[0][0]


@pytest.mark.django_db(transaction=True)
def test_of_two_leads_at_once_one_wins_and_the_other_looks_again():
    unmix = told_directly(settle_unmix())
    report = unmix.file(facts=KILLING, boys=1).report
    lead, said, barrier = unmix.people[Role.CPA].pk, [], threading.Barrier(3)
    seen = preview_correction(report=report, facts={"boys": 6}).fingerprint()

    def press():
        try:
            barrier.wait(timeout=10)
            by = User.objects.get(pk=lead)
            correct_report(report=report, by=by, facts={"boys": 6}, reason=REASON, seen=seen)
            said.append("done")
        except (ChangedMeanwhile, CorrectionRefused) as earlier:
            said.append(type(earlier).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["CorrectionRefused", "CorrectionRefused", "done"]
    assert Correction.objects.count() == 1
