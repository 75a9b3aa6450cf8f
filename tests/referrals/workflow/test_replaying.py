"""Replaying: exactly what a version would change, whatever is damaged, whoever is killed."""

import threading
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.db import OperationalError, connection, connections
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.models import Mission
from actors.roles import Role
from referrals import tasks
from referrals.models import (
    GuardOverride,
    PolicyReplay,
    PolicyReplayLine,
    PolicyVersion,
    Report,
)
from referrals.routing import PolicyError
from referrals.workflow import replaying
from referrals.workflow.policies import active_policy
from tests.personas import settle_unmix
from tests.referrals.policy_texts import drop_row, guard_of, row_of, stored_version

ABDUCTION = {"violations": ["abduction"], "facility": "none", "perpetrator": "armed_group"}


def replay(unmix, version, months=12) -> PolicyReplay:
    """Ask for a replay and let a worker finish it."""
    asked = replaying.start_replay(version=version, months=months, by=unmix.user(Role.HOPC))
    assert replaying.run_replays(keep_going=lambda: True) is False
    asked.refresh_from_db()
    assert asked.finished_at is not None
    return asked


def changes_of(done: PolicyReplay, report: Report) -> list[list]:
    return done.lines.get(report=report).changes


def set_facts(report: Report, **facts) -> None:
    report.refresh_from_db()
    Report.objects.filter(pk=report.pk).update(routed_facts={**report.routed_facts, **facts})


class TestWhatWouldChange:
    @pytest.fixture
    def attack(self, unmix):
        return unmix.file().report

    @pytest.fixture
    def abduction(self, unmix):
        return unmix.file(facts=ABDUCTION).report

    def test_a_dropped_row_is_named_with_the_recipient_it_loses(self, unmix, attack, abduction):
        done = replay(unmix, stored_version(lambda policy: drop_row(policy, "V_ATTACK")))
        marks = {"kind": "info", "gate": "cp_lead", "redaction": "RD3"}
        assert changes_of(done, attack) == [["lost", "WHO", "V_ATTACK", marks, ""]]
        assert not done.lines.filter(report=abduction).exists()
        assert done.tally == {
            "reports": 2,
            "unchanged": 1,
            "changed": 1,
            "damaged": 0,
            "rebuilt": 0,
            "override_lost": 0,
            "confided": 0,
            "roles": {"WHO": [0, 1, 0]},
        }

    def test_a_new_recipient_is_named_with_the_row_that_brings_it(self, unmix, attack):
        def edit(policy):
            recipient = {"role": "DDR", "kind": "info", "gate": "none", "redaction": "RD2"}
            row_of(policy, "V_ATTACK")["recipients"].append(recipient)

        done = replay(unmix, stored_version(edit))
        marks = {"kind": "info", "gate": "none", "redaction": "RD2"}
        assert changes_of(done, attack) == [["gained", "DDR", "V_ATTACK", "", marks]]
        assert done.tally["roles"] == {"DDR": [1, 0, 0]}

    def test_only_what_differs_of_a_recipient_is_kept(self, unmix, attack):
        def edit(policy):
            row_of(policy, "R04")["recipients"][1]["redaction"] = "RD2"

        done = replay(unmix, stored_version(edit))
        assert changes_of(done, attack) == [
            ["changed", "HUMAN_RIGHTS", "R04", {"redaction": "RD1"}, {"redaction": "RD2"}]
        ]
        assert done.tally["roles"] == {"HUMAN_RIGHTS": [0, 0, 1]}

    def test_a_guard_that_takes_somebody_away_is_named_instead_of_the_row(self, unmix, attack):
        def edit(policy):
            guard_of(policy, "UNKNOWN_PERP_HOLD")["effect"]["suppress"].append("WHO")

        done = replay(unmix, stored_version(edit))
        marks = {"kind": "info", "gate": "cp_lead", "redaction": "RD3"}
        assert changes_of(done, attack) == [
            ["lost", "WHO", "UNKNOWN_PERP_HOLD", marks, "UNKNOWN_PERP_HOLD"]
        ]

    def test_a_guard_that_lets_go_is_named_beside_the_row_that_brings(self, unmix, abduction):
        Report.objects.update(routed_facts=abduction.routed_facts | {"hrddp": "not_cleared"})

        def edit(policy):
            del guard_of(policy, "HRDDP_BLOCK")["effect"]

        done = replay(unmix, stored_version(edit))
        marks = {"kind": "referral", "gate": "cp_lead+hrddp", "redaction": "RS"}
        marks |= {"waits_for": ["CONSENT_REQUIRED"]}
        assert changes_of(done, abduction) == [
            ["gained", "HS_POLICE_SPECIALISED", "L_HOST_POLICE", "HRDDP_BLOCK", marks]
        ]

    def test_priority_flash_phase_and_tasks_are_compared(self, unmix, attack):
        def edit(policy):
            policy["derived"]["plan_of_action"]["when"] = "srsg_request"
            policy["derived"]["flash"]["when"]["all"][1]["any"].remove("attack")

        done = replay(unmix, stored_version(edit))
        changes = changes_of(done, attack)
        assert [c for c in changes if c[0] in ("handling", "task_lost")] == [
            ["task_lost", "plan_of_action", "R05p", "HOPC", ""],
            ["handling", "priority", "", "emergency", "urgent"],
            ["handling", "flash", "", True, False],
        ]
        assert ["changed", "JOC", "R05n"] in [c[:3] for c in changes]
        assert ["lost", "SRSG_OFFICE", "R05"] in [c[:3] for c in changes]
        assert done.tally["tasks"] == {"plan_of_action": [0, 1, 0]}
        assert done.tally["handling"] == {"priority": [0, 0, 1], "flash": [0, 0, 1]}

    def test_the_version_in_force_against_itself_changes_nothing(self, unmix, attack, abduction):
        done = replay(unmix, PolicyVersion.objects.get())
        assert (done.tally["unchanged"], done.lines.count()) == (2, 0)

    def test_the_version_in_force_when_it_was_asked_for_is_kept(self, unmix, attack):
        done = replay(unmix, stored_version(lambda policy: drop_row(policy, "V_ATTACK")))
        assert done.against_id == active_policy().version_id


class TestWhichReports:
    @pytest.fixture
    def version(self, unmix):
        active_policy()
        return stored_version(lambda policy: drop_row(policy, "V_ATTACK"))

    def test_only_reports_filed_in_the_last_months_count(self, unmix, version):
        inside = unmix.file().report
        outside = unmix.file().report
        for report, days in ((inside, 27), (outside, 32)):
            Report.objects.filter(pk=report.pk).update(
                filed_at=timezone.now() - timedelta(days=days)
            )
        done = replay(unmix, version, months=1)
        assert [line.report_id for line in done.lines.all()] == [inside.pk]
        assert (done.total, done.done, done.tally["reports"]) == (1, 1, 1)

    def test_a_month_ends_where_the_calendar_says(self, unmix, version):
        unmix.file()
        asked = replaying.start_replay(version=version, months=1, by=unmix.user(Role.HOPC))
        PolicyReplay.objects.filter(pk=asked.pk).update(
            requested_at=datetime(2026, 3, 31, 12, tzinfo=UTC)
        )
        Report.objects.update(filed_at=datetime(2026, 2, 28, 12, tzinfo=UTC))
        replaying.run_replays(keep_going=lambda: True)
        asked.refresh_from_db()
        assert asked.tally["reports"] == 1

    def test_what_is_not_routed_yet_is_left_out(self, unmix, version):
        Report.objects.filter(pk=unmix.file().report.pk).update(routed_at=None)
        assert replay(unmix, version).tally["reports"] == 0

    def test_a_report_filed_in_confidence_stands_in_one_number_alone(self, unmix):
        unmix.file(facts={"perpetrator": "un_personnel"})
        done = replay(unmix, stored_version(lambda policy: drop_row(policy, "M_VICTIMS_RIGHTS")))
        assert done.tally == dict.fromkeys(done.tally, 0) | {"confided": 1}
        assert done.lines.get().changes[0][0] == "confided"

    def test_a_report_that_the_version_would_confide_counts_as_confided(self, unmix):
        unmix.file()

        def edit(policy):
            policy["derived"]["track"]["cases"][0]["when"] = "always"

        done = replay(unmix, stored_version(edit))
        assert (done.tally["confided"], done.tally["reports"]) == (1, 0)
        assert done.lines.get().changes[0][0] == "confided"


class TestFacts:
    @pytest.fixture
    def report(self, unmix):
        return unmix.file(facts=ABDUCTION).report

    @pytest.fixture
    def version(self, report):
        return stored_version(lambda policy: drop_row(policy, "V_ABDUCTION"))

    def test_the_settings_of_the_time_are_used_not_those_of_today(self, unmix, report, version):
        unmix.mission.reporting_line = "officer"
        unmix.mission.save()
        assert replay(unmix, version).tally["rebuilt"] == 0
        adviser = [c for c in changes_of(PolicyReplay.objects.get(), report) if c[1] == "CPA"]
        assert adviser == []

    def test_a_report_of_an_earlier_release_is_rebuilt_with_todays_settings(self, unmix, report):
        Report.objects.filter(pk=report.pk).update(routed_facts={})
        Mission.objects.update(reporting_line="officer")

        def edit(policy):
            row_of(policy, "R03")["recipients"][0]["redaction"] = "RD1"

        done = replay(unmix, stored_version(edit))
        assert changes_of(done, report) == [
            ["changed", "CPA", "R03", {"redaction": "RD0"}, {"redaction": "RD1"}]
        ]
        assert done.tally["rebuilt"] == 1

    def test_a_rebuilt_report_counts_its_children_and_names_its_party(self, unmix):
        party = unmix.organizations["Front for Myre"]
        filed = unmix.file(facts=ABDUCTION, boys=3, girls=2, perpetrator_org=party).report
        Report.objects.filter(pk=filed.pk).update(routed_facts={})

        def edit(policy):
            recipient = {"role": "WPA", "kind": "info", "gate": "none", "redaction": "RD2"}
            when = {"all": [{"fact": "child_victims", "at_least": 5}]}
            row_of(policy, "V_ABDUCTION")["recipients"].append({**recipient, "when": when})

        done = replay(unmix, stored_version(edit))
        assert done.tally["roles"] == {"WPA": [1, 0, 0]}

    def test_a_new_fact_takes_its_default(self, unmix, report):
        def edit(policy):
            policy["facts"]["report"]["school_closed"] = {"type": "bool", "default": True}
            recipient = {"role": "WPA", "kind": "info", "gate": "none", "redaction": "RD2"}
            row_of(policy, "V_ABDUCTION")["recipients"].append(
                {**recipient, "when": "school_closed"}
            )

        assert replay(unmix, stored_version(edit)).tally["roles"] == {"WPA": [1, 0, 0]}

    def test_a_dropped_fact_that_says_nothing_is_no_damage(self, unmix, report):
        done = replay(unmix, stored_version(_without_welfare))
        assert (done.tally["damaged"], done.tally["unchanged"]) == (0, 1)

    def test_a_dropped_fact_that_says_something_is_named(self, unmix, report):
        set_facts(report, officer_welfare_request=True)
        done = replay(unmix, stored_version(_without_welfare))
        assert done.lines.get().damage == "version unknown officer_welfare_request"


def _without_welfare(policy: dict) -> None:
    del policy["facts"]["report"]["officer_welfare_request"]
    for section in policy["sections"]:
        section["rows"] = [
            row for row in section["rows"] if "officer_welfare_request" not in str(row["when"])
        ]


class TestOverrides:
    @pytest.fixture
    def report(self, unmix):
        facts = {"needs": ["medical"], "consent": "not_sought", "perpetrator": "armed_group"}
        report = unmix.file(facts=ABDUCTION | facts).report
        GuardOverride.objects.create(
            report=report,
            guard="CONSENT_REQUIRED",
            reason="In the best interest of the child.",
            by=unmix.user(Role.CPA),
            at=timezone.now(),
        )
        return report

    def test_a_guard_set_aside_stays_so_under_both_versions(self, unmix, report):
        done = replay(unmix, stored_version(lambda policy: drop_row(policy, "R05n")))
        assert [c[1] for c in changes_of(done, report)] == ["JOC"]
        assert done.tally["override_lost"] == 0

    def test_one_the_version_does_not_allow_is_counted_and_its_effect_shown(self, unmix, report):
        def edit(policy):
            del guard_of(policy, "CONSENT_REQUIRED")["overridable"]

        done = replay(unmix, stored_version(edit))
        assert done.tally["override_lost"] == 1
        held = {c[1]: c[3:] for c in changes_of(done, report)}
        assert held["HEALTH_PROVIDER"] == [{"waits_for": []}, {"waits_for": ["CONSENT_REQUIRED"]}]

    def test_what_the_adviser_stated_with_it_counts(self, unmix):
        report = unmix.file(facts={"perpetrator": "unknown"}).report
        GuardOverride.objects.create(
            report=report,
            guard="UNKNOWN_PERP_HOLD",
            reason="Seen by the patrol.",
            facts={"perpetrator": "armed_group"},
            by=unmix.user(Role.CPA),
            at=timezone.now(),
        )

        def edit(policy):
            recipient = {"role": "WPA", "kind": "info", "gate": "none", "redaction": "RD2"}
            when = {"fact": "perpetrator", "is": "armed_group"}
            row_of(policy, "V_ATTACK")["recipients"].append({**recipient, "when": when})

        assert replay(unmix, stored_version(edit)).tally["roles"] == {"WPA": [1, 0, 0]}


class TestDamage:
    @pytest.fixture
    def version(self, unmix):
        active_policy()
        return stored_version(lambda policy: drop_row(policy, "V_ATTACK"))

    @pytest.mark.parametrize(
        ("facts", "damage"),
        [
            (["CANARY"], "stored unreadable"),
            ({"perpetrator": "CANARY"}, "against refused perpetrator"),
            ({"violations": {"CANARY": 1}}, "against refused violations"),
            ({"child_victims": -1}, "against refused child_victims"),
            ({"CANARY": True}, "against unknown"),
        ],
    )
    def test_it_is_named_without_its_value_and_the_rest_is_done(
        self, unmix, version, facts, damage
    ):
        first, broken, last = (unmix.file().report for _ in range(3))
        Report.objects.filter(pk=broken.pk).update(routed_facts=facts)
        done = replay(unmix, version)
        assert list(done.lines.values_list("report", "damage")) == [
            (first.pk, ""),
            (broken.pk, damage),
            (last.pk, ""),
        ]
        assert done.lines.get(report=broken).changes == []
        assert (done.tally["damaged"], done.tally["changed"], done.tally["reports"]) == (1, 2, 3)
        assert done.tally["damages"] == {damage: [1, 0, 0]}
        assert "CANARY" not in str(done.tally)

    def test_a_value_only_the_new_version_refuses_is_said_to_be_so(self, unmix):
        unmix.file()

        def edit(policy):
            patrol = policy["facts"]["report"]["patrol"]
            patrol["values"].remove("joint_host_state")
            policy["guards"].remove(guard_of(policy, "JOINT_PATROL"))

        done = replay(unmix, stored_version(edit))
        assert done.lines.get().damage == "version refused patrol"

    def test_any_other_error_is_named_by_its_kind(self, unmix, version, monkeypatch):
        unmix.file()

        def fail(*args):
            raise RuntimeError("CANARY")

        monkeypatch.setattr("referrals.workflow.replayed_report.decide", fail)
        assert replay(unmix, version).lines.get().damage == "against error RuntimeError"

    def test_a_database_that_goes_away_is_no_damage(self, unmix, version, monkeypatch):
        unmix.file()

        def fail(*args):
            raise OperationalError

        asked = replaying.start_replay(version=version, months=12, by=unmix.user(Role.HOPC))
        monkeypatch.setattr("referrals.workflow.replayed_report.decide", fail)
        with pytest.raises(OperationalError):
            replaying.run_replays(keep_going=lambda: True)
        asked.refresh_from_db()
        assert (asked.done, asked.finished_at, asked.lines.count()) == (0, None, 0)

    def test_a_version_that_compiles_no_longer_ends_the_replay(self, unmix, version, monkeypatch):
        unmix.file()
        asked = replaying.start_replay(version=version, months=12, by=unmix.user(Role.HOPC))
        monkeypatch.setattr(replaying, "compiled_version", _refuse)
        assert replaying.run_replays(keep_going=lambda: True) is False
        asked.refresh_from_db()
        assert (asked.tally, asked.total) == ({"refused": True}, 0)
        assert asked.finished_at is not None


def _refuse(pk):
    raise PolicyError("not today")


class TestTurns:
    """Batches of two, so that five reports take three."""

    @pytest.fixture(autouse=True)
    def _small_batches(self, monkeypatch):
        monkeypatch.setattr(replaying, "BATCH", 2)

    @pytest.fixture
    def reports(self, unmix):
        return [unmix.file().report for _ in range(5)]

    @pytest.fixture
    def version(self, reports):
        return stored_version(lambda policy: drop_row(policy, "V_ATTACK"))

    @pytest.fixture
    def asked(self, unmix, version):
        return replaying.start_replay(version=version, months=12, by=unmix.user(Role.HOPC))

    def test_asking_counts_the_reports_and_tells_a_worker(
        self, unmix, version, monkeypatch, django_capture_on_commit_callbacks
    ):
        sent = []
        monkeypatch.setattr(replaying.current_app, "send_task", lambda *a, **k: sent.append(a))
        with django_capture_on_commit_callbacks(execute=True):
            asked = replaying.start_replay(version=version, months=12, by=unmix.user(Role.HOPC))
        assert (asked.total, asked.done) == (5, 0)
        assert sent == [("referrals.tasks.replay_policies",)]

    def test_asking_twice_is_one_replay_until_it_is_finished(self, unmix, version, asked):
        again = {"version": version, "months": 12, "by": unmix.user(Role.HOPC)}
        assert replaying.start_replay(**again) == asked
        replaying.run_replays(keep_going=lambda: True)
        assert replaying.start_replay(**again) != asked

    def test_killed_in_the_middle_it_goes_on_and_finds_the_same(self, asked):
        killed_at = _killed_in_report(4)
        with pytest.raises(KeyboardInterrupt):
            replaying.run_replays(keep_going=lambda: True)
        asked.refresh_from_db()
        assert (asked.done, asked.lines.count(), asked.finished_at) == (2, 2, None)

        killed_at.undo()
        assert replaying.run_replays(keep_going=lambda: True) is False
        assert PolicyReplay.objects.get().done == 2  # the dead worker's claim still holds

        PolicyReplay.objects.update(claimed_until=F("claimed_until") - replaying.LEASE)
        replaying.run_replays(keep_going=lambda: True)
        asked.refresh_from_db()
        assert asked.finished_at is not None
        assert (asked.total, asked.done, asked.tally["changed"]) == (5, 5, 5)
        assert asked.tally["roles"] == {"WHO": [0, 5, 0]}
        assert len(set(asked.lines.values_list("report", flat=True))) == asked.lines.count() == 5

    def test_a_turn_ends_after_the_report_in_hand_and_the_next_goes_on(self, asked):
        turns = 0
        while replaying.run_replays(keep_going=lambda: False):
            turns += 1
            asked.refresh_from_db()
            assert (asked.done, asked.claimed_until) == (turns, None)
        asked.refresh_from_db()
        assert (turns, asked.done, asked.lines.count()) == (5, 5, 5)
        assert asked.finished_at is not None

    def test_what_a_worker_holds_another_leaves_alone(self, asked):
        PolicyReplay.objects.update(claimed_until=timezone.now() + timedelta(seconds=20))
        assert replaying.run_replays(keep_going=lambda: True) is False
        asked.refresh_from_db()
        assert (asked.done, asked.finished_at) == (0, None)

    def test_a_worker_that_lost_its_claim_stops(self, asked):
        asks = count(1)

        def between_two_batches_another_claims_it() -> bool:
            if next(asks) == 3:
                PolicyReplay.objects.update(claimed_until=timezone.now() + timedelta(seconds=99))
            return True

        assert replaying.run_replays(keep_going=between_two_batches_another_claims_it) is False
        asked.refresh_from_db()
        assert (asked.done, asked.finished_at) == (2, None)

    def test_one_that_fails_again_and_again_does_not_hold_up_the_others(self, unmix, asked):
        PolicyReplay.objects.update(claimed_until=timezone.now() - timedelta(hours=1))
        other = replaying.start_replay(version=asked.version, months=3, by=unmix.user(Role.HOPC))
        replaying.run_replays(keep_going=lambda: False)
        other.refresh_from_db()
        asked.refresh_from_db()
        assert (other.done, asked.done) == (1, 0)

    def test_the_sweep_takes_a_turn_and_asks_for_the_rest(self, asked, monkeypatch):
        sent = []
        monkeypatch.setattr(replaying.current_app, "send_task", lambda *a, **k: sent.append(a))
        monkeypatch.setattr(tasks, "SWEEP_REPLAY_TURN", 0)
        tasks.sweep_reports()
        asked.refresh_from_db()
        assert asked.done == 1
        assert sent == [("referrals.tasks.replay_policies",)]

    def test_the_task_finishes_without_a_sweep(self, asked, monkeypatch):
        monkeypatch.setattr(tasks, "REPLAY_TURN", 0)
        monkeypatch.setattr(
            replaying.current_app, "send_task", lambda *a, **k: tasks.replay_policies()
        )
        tasks.replay_policies()
        asked.refresh_from_db()
        assert (asked.done, asked.lines.count()) == (5, 5)
        assert asked.finished_at is not None

    def test_without_a_broker_the_sweep_still_finishes(self, asked, monkeypatch):
        def refuse(*args, **kwargs):
            raise ConnectionError

        monkeypatch.setattr(replaying.current_app, "send_task", refuse)
        monkeypatch.setattr(tasks, "SWEEP_REPLAY_TURN", 0)
        for _ in range(6):
            tasks.sweep_reports()
        asked.refresh_from_db()
        assert asked.finished_at is not None

    def test_a_batch_costs_the_same_statements_for_few_and_many_reports(self, asked, monkeypatch):
        monkeypatch.setattr(replaying, "BATCH", 200)
        replaying.run_replays(keep_going=lambda: False)  # compiles both versions
        with CaptureQueriesContext(connection) as many:
            replaying.run_replays(keep_going=lambda: True)
        PolicyReplayLine.objects.all().delete()
        last = Report.objects.order_by("pk").last().pk
        PolicyReplay.objects.update(finished_at=None, claimed_until=None, last_report_id=last - 1)
        with CaptureQueriesContext(connection) as one:
            replaying.run_replays(keep_going=lambda: True)
        assert len(many) == len(one)


def _killed_in_report(number: int) -> pytest.MonkeyPatch:
    """Let the worker die in its n-th report."""
    reports = count(1)
    try_report = replaying.try_report

    def die(*args):
        if next(reports) == number:
            raise KeyboardInterrupt
        return try_report(*args)

    patch = pytest.MonkeyPatch()
    patch.setattr(replaying, "try_report", die)
    return patch


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_once_one_does_the_work(monkeypatch):
    unmix = settle_unmix()
    for _ in range(6):
        unmix.file()
    version = stored_version(lambda policy: drop_row(policy, "V_ATTACK"))
    asked = replaying.start_replay(version=version, months=12, by=unmix.user(Role.HOPC))
    workers, tried = threading.Barrier(2), []
    try_report = replaying.try_report
    monkeypatch.setattr(replaying, "BATCH", 1)
    monkeypatch.setattr(replaying, "try_report", lambda *a: tried.append(1) or try_report(*a))

    def work() -> None:
        workers.wait()
        try:
            replaying.run_replays(keep_going=lambda: True)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    asked.refresh_from_db()
    assert asked.finished_at is not None
    assert (len(tried), asked.done, asked.lines.count()) == (6, 6, 6)
