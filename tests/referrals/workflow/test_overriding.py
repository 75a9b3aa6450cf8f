"""Setting a guard aside: the lead alone, four guards only, a reason, and nobody told twice."""

import threading

import pytest
from django.db import InternalError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from actors.models import HrddpStatus, Organization, SecurityRating, User
from actors.roles import Role
from referrals.models import GuardOverride, HistoryEntry, Notification, Report
from referrals.routing import decide
from referrals.workflow import changing, planning
from referrals.workflow.errors import AlreadyDone, NotAllowed, OverrideRefused, ReleaseRefused
from referrals.workflow.overriding import OverrideBasis, override_guard, preview_override
from referrals.workflow.policies import compiled_version, store_version
from referrals.workflow.release import ReleaseBasis, release_referral, withhold_referral
from referrals.workflow.triage import acknowledge_report
from tests.personas import settle_unmix

REASON = "The witness was sure, and the family asks for the police."
UNIT = "HS_POLICE_SPECIALISED"
KILLING = {"violations": ["killing_maiming"], "facility": "none", "ongoing_threat": True}
SERVICE = KILLING | {"needs": ["psychosocial"]}


def set_aside(unmix, report, guard, role=Role.CPA, **stated) -> GuardOverride:
    basis = OverrideBasis(**{"reason": REASON} | stated)
    return override_guard(report=report, guard=guard, by=unmix.user(role), basis=basis)


def guards_of(report) -> set[str]:
    return {guard["id"] for guard in report.decision["guards"]}


def rows_of(report, **wanted) -> dict[str, tuple]:
    rows = report.referrals.filter(**wanted)
    return {r.role: (r.status, r.gate, r.redaction, r.due_at, r.released_at) for r in rows}


def rate_low(role) -> None:
    """The partner that answers for this role keeps safe numbers at most."""
    Organization.objects.filter(posts__role=role).update(security_rating=SecurityRating.NUMBERS)


class TestUnknownPerpetrator:
    @pytest.fixture
    def report(self, unmix):
        return unmix.file().report

    @pytest.mark.parametrize("category", ["armed_group", "civilian"])
    def test_the_unit_becomes_a_proposal_behind_due_diligence_and_is_told_nothing(
        self, unmix, report, category
    ):
        notices = Notification.objects.count()
        set_aside(unmix, report, "UNKNOWN_PERP_HOLD", perpetrator=category)
        referral = report.referrals.get(role=UNIT)
        assert (referral.status, referral.gate, referral.redaction) == (
            "held",
            "cp_lead+hrddp",
            "RS",
        )
        assert (referral.released_at, Notification.objects.count()) == (None, notices)

    def test_the_guards_that_follow_from_the_category_are_at_work(self, unmix, report):
        before = guards_of(report)
        set_aside(unmix, report, "UNKNOWN_PERP_HOLD", perpetrator="civilian")
        report.refresh_from_db()
        after = (before - {"UNKNOWN_PERP_HOLD"}) | {"HRDDP_GATE", "DO_NO_HARM", "CONSENT_REQUIRED"}
        assert guards_of(report) == after
        assert report.decision["suppressed"] == []

    def test_a_cleared_unit_is_proposed_and_one_that_is_not_cleared_is_removed(self, unmix):
        unit = unmix.organizations["Kesara Children and Women Unit"]
        found = []
        for status in (HrddpStatus.CLEARED, HrddpStatus.NOT_CLEARED):
            report = unmix.file().report
            # After filing: what counts is what is known of the unit when the lead decides.
            unit.hrddp_status = status
            unit.save()
            set_aside(unmix, report, "UNKNOWN_PERP_HOLD", perpetrator="civilian")
            report.refresh_from_db()
            removed = [(s["role"], s["guard"]) for s in report.decision["suppressed"]]
            statuses = list(report.referrals.filter(role=UNIT).values_list("status", flat=True))
            found.append((statuses, removed))
        assert found == [(["proposed"], []), ([], [(UNIT, "HRDDP_BLOCK")])]

    def test_what_was_filed_stays_and_what_was_decided_from_is_kept(self, unmix, report):
        filed, routed, version = report.facts, report.routed_facts, report.policy_id
        set_aside(unmix, report, "UNKNOWN_PERP_HOLD", perpetrator="civilian")
        report.refresh_from_db()
        assert (report.facts, report.perpetrator, report.policy_id) == (filed, "unknown", version)
        assert report.routed_facts == routed | {"perpetrator": "civilian"}
        override = GuardOverride.objects.get()
        assert (override.guard, override.reason, override.facts, override.by) == (
            "UNKNOWN_PERP_HOLD",
            REASON,
            {"perpetrator": "civilian"},
            unmix.people[Role.CPA],
        )

    def test_the_decision_can_be_worked_out_again_from_what_is_kept(self, unmix, report):
        set_aside(unmix, report, "UNKNOWN_PERP_HOLD", perpetrator="civilian")
        report.refresh_from_db()
        policy = compiled_version(report.policy_id).policy
        aside = report.overrides.values_list("guard", flat=True)
        again = decide(policy.facts(report.routed_facts), policy, set_aside=aside)
        assert again.as_dict() == report.decision

    @pytest.mark.parametrize(
        "category", ["", "unknown", "host_state_police", "un_personnel", "aid_worker", "nobody"]
    )
    def test_any_other_category_is_a_correction_of_the_report(self, unmix, report, category):
        with pytest.raises(OverrideRefused) as refused:
            set_aside(unmix, report, "UNKNOWN_PERP_HOLD", perpetrator=category)
        code = "correction" if category else "required"
        assert (refused.value.field, refused.value.code) == ("perpetrator", code)
        assert GuardOverride.objects.count() == 0

    def test_a_unit_tied_to_the_alleged_party_is_not_proposed(self, unmix):
        party = unmix.organizations["WHO Kesara"]
        party.kind = "community"
        party.save()
        party.affiliates.add(unmix.organizations["Kesara National Police"])
        police = unmix.organizations["Kesara Children and Women Unit"]
        party.affiliates.add(police)
        report = unmix.file(perpetrator_org=party).report
        set_aside(unmix, report, "UNKNOWN_PERP_HOLD", perpetrator="civilian")
        referral = report.referrals.get(role=UNIT)
        assert (referral.post, referral.organization, referral.is_gap) == (None, None, True)
        report.refresh_from_db()
        assert UNIT in report.routed_facts["implicated_roles"]
        assert "NO_SELF_ROUTE" in guards_of(report)

    def test_the_release_asks_for_the_checklist_and_for_a_cleared_unit(self, unmix, report):
        set_aside(unmix, report, "UNKNOWN_PERP_HOLD", perpetrator="civilian")
        referral = report.referrals.get(role=UNIT)
        basis = {"reason": REASON, "consent": "best_interest_override"}
        with pytest.raises(ReleaseRefused, match="tick"):
            release_referral(
                referral=referral, by=unmix.user(Role.CPA), basis=ReleaseBasis(**basis)
            )
        points = frozenset(
            ["retaliation", "stigma", "family", "visible_visit", "source", "perception"]
        )
        with pytest.raises(ReleaseRefused, match="not cleared"):
            release_referral(
                referral=referral,
                by=unmix.user(Role.CPA),
                basis=ReleaseBasis(**basis, do_no_harm=points),
            )


class TestDuplicate:
    @pytest.fixture
    def report(self, unmix):
        return unmix.file(facts={"similar_report_exists": True}).report

    def test_the_proposals_come_back_and_nobody_is_told_of_them(self, unmix, report):
        before, notices = rows_of(report), Notification.objects.count()
        set_aside(unmix, report, "DUPLICATE_LINK")
        new = {role: row for role, row in rows_of(report).items() if role not in before}
        assert {role: row[:3] for role, row in new.items()} == {
            "CTFMR": ("proposed", "cp_lead", "RD2"),
            "WHO": ("proposed", "cp_lead", "RD3"),
        }
        assert Notification.objects.count() == notices

    def test_nothing_happens_to_those_told_before(self, unmix, report):
        before = rows_of(report)
        sent = set(Notification.objects.values_list("pk", "status"))
        set_aside(unmix, report, "DUPLICATE_LINK")
        assert {role: rows_of(report)[role] for role in before} == before
        assert set(Notification.objects.values_list("pk", "status")) == sent

    def test_the_deadline_of_a_new_proposal_runs_from_the_decision(self, unmix, report):
        override = set_aside(unmix, report, "DUPLICATE_LINK")
        due = report.referrals.get(role="WHO").due_at
        assert (due - override.at).total_seconds() == 240 * 60

    def test_the_history_names_the_guard_and_what_followed_and_no_reason(self, unmix, report):
        set_aside(unmix, report, "DUPLICATE_LINK")
        entries = report.history.filter(verb__in=["overridden", "rerouted"])
        first, second = entries
        assert (first.verb, first.details, first.actor) == (
            "overridden",
            {"guard": "DUPLICATE_LINK"},
            unmix.people[Role.CPA],
        )
        followed = {key: second.details[key] for key in ("appeared", "changed", "dropped")}
        assert followed == {"appeared": ["WHO", "CTFMR"], "changed": [], "dropped": []}

    def test_a_second_guard_is_set_aside_beside_the_first(self, unmix, report):
        set_aside(unmix, report, "DUPLICATE_LINK")
        set_aside(unmix, report, "UNKNOWN_PERP_HOLD", perpetrator="civilian")
        report.refresh_from_db()
        assert guards_of(report).isdisjoint({"DUPLICATE_LINK", "UNKNOWN_PERP_HOLD"})
        roles = report.referrals.filter(status__in=["proposed", "held"])
        assert set(roles.values_list("role", flat=True)) == {"CTFMR", "WHO", UNIT}


class TestConsent:
    @pytest.fixture
    def report(self, unmix):
        return unmix.file(facts=SERVICE).report

    def test_a_best_interest_decision_lets_the_packet_be_released(self, unmix, report):
        lead = unmix.user(Role.CPA)
        referral = report.referrals.get(role="PSS_PROVIDER")
        with pytest.raises(ReleaseRefused, match="best-interest"):
            release_referral(referral=referral, by=lead, basis=ReleaseBasis(reason=REASON))
        set_aside(unmix, report, "CONSENT_REQUIRED", is_best_interest=True)
        release_referral(referral=referral, by=lead, basis=ReleaseBasis(reason=REASON))
        entry = HistoryEntry.objects.get(verb="released")
        assert entry.details["consent"] == "best_interest_override"

    def test_the_packet_waits_for_nothing_more(self, unmix, report):
        def waits(report):
            return {r["role"]: r["waits_for"] for r in report.decision["recipients"]}[
                "PSS_PROVIDER"
            ]

        before = waits(report)
        set_aside(unmix, report, "CONSENT_REQUIRED", is_best_interest=True)
        report.refresh_from_db()
        assert (before, waits(report)) == (["CONSENT_REQUIRED"], [])
        assert report.facts["consent"] == report.routed_facts["consent"] == "not_sought"

    def test_without_the_best_interest_it_is_refused(self, unmix, report):
        with pytest.raises(OverrideRefused) as refused:
            set_aside(unmix, report, "CONSENT_REQUIRED")
        assert refused.value.field == "best_interest"

    def test_a_refusal_of_the_child_cannot_be_set_aside(self, unmix):
        report = unmix.file(facts=SERVICE | {"consent": "refused"}).report
        for guard, code in (
            ("CONSENT_REFUSED", "not_overridable"),
            ("CONSENT_REQUIRED", "not_fired"),
        ):
            with pytest.raises(OverrideRefused) as refused:
                set_aside(unmix, report, guard, is_best_interest=True)
            assert refused.value.code == code


class TestConfidentiality:
    def test_a_removed_partner_comes_back_as_a_proposal_at_the_level_of_its_row(self, unmix):
        rate_low("PSS_PROVIDER")
        report = unmix.file(facts=SERVICE | {"contains_identity": True}).report
        assert rows_of(report, role="PSS_PROVIDER") == {}
        set_aside(unmix, report, "CONFIDENTIALITY_FLOOR")
        assert {role: row[:3] for role, row in rows_of(report, role="PSS_PROVIDER").items()} == {
            "PSS_PROVIDER": ("proposed", "cp_lead", "RS")
        }

    def test_an_undecided_proposal_shows_more_and_keeps_its_deadline(self, unmix):
        rate_low("PSS_PROVIDER")
        report = unmix.file(facts=SERVICE).report
        before = report.referrals.get(role="PSS_PROVIDER")
        set_aside(unmix, report, "CONFIDENTIALITY_FLOOR")
        after = report.referrals.get(role="PSS_PROVIDER")
        assert (before.redaction, after.redaction) == ("RD3", "RS")
        assert (after.pk, after.due_at, after.status) == (before.pk, before.due_at, "proposed")

    def test_who_was_let_in_or_declined_before_is_left_as_decided(self, unmix):
        lead = unmix.user(Role.CPA)
        rate_low("PSS_PROVIDER")
        for verb, basis in (
            (release_referral, {"basis": ReleaseBasis(reason=REASON)}),
            (withhold_referral, {"reason": REASON}),
        ):
            report = unmix.file(facts=SERVICE).report
            verb(referral=report.referrals.get(role="PSS_PROVIDER"), by=lead, **basis)
            before, notices = rows_of(report, role="PSS_PROVIDER"), Notification.objects.count()
            set_aside(unmix, report, "CONFIDENTIALITY_FLOOR")
            assert rows_of(report, role="PSS_PROVIDER") == before
            assert Notification.objects.count() == notices


@pytest.mark.parametrize(
    ("facts", "guard", "code"),
    [
        ({"perpetrator": "host_state_police"}, "HOST_STATE_IMPLICATED", "not_overridable"),
        ({"perpetrator": "host_state_police"}, "NO_SELF_ROUTE", "not_overridable"),
        ({"perpetrator": "civilian"}, "HRDDP_GATE", "not_overridable"),
        ({}, "CP_GATE", "not_overridable"),
        ({}, "DUPLICATE_LINK", "not_fired"),
        ({}, "HRDDP_BLOCK", "not_fired"),
        ({}, "MISCONDUCT_TRACK", "not_fired"),
        ({}, "NO_SUCH_GUARD", "not_fired"),
    ],
)
def test_no_other_guard_and_none_that_is_not_at_work_is_set_aside(unmix, facts, guard, code):
    report = unmix.file(facts=facts).report
    with pytest.raises(OverrideRefused) as refused:
        set_aside(unmix, report, guard)
    assert (refused.value.code, GuardOverride.objects.count()) == (code, 0)


def test_a_version_of_the_policy_that_allows_more_is_not_followed(unmix):
    report = unmix.file(facts={"perpetrator": "host_state_police"}).report
    for guard in report.decision["guards"]:
        guard["overridable"] = True
    report.save()
    with pytest.raises(OverrideRefused, match="Nobody may"):
        set_aside(unmix, report, "NO_SELF_ROUTE")


@pytest.mark.parametrize(
    "role", [Role.UNPOL_OFFICER, Role.CPA_SENIOR, Role.HUMAN_RIGHTS, Role.UNPOL_CPFP_FIELD]
)
def test_nobody_but_the_lead_sets_a_guard_aside(unmix, role):
    report = unmix.file().report
    with pytest.raises(NotAllowed):
        set_aside(unmix, report, "UNKNOWN_PERP_HOLD", role, perpetrator="civilian")
    assert GuardOverride.objects.count() == 0


def test_where_the_mission_has_no_adviser_human_rights_sets_it_aside(unmix):
    unmix.mission.has_cpa = False
    unmix.mission.save()
    report = unmix.file().report
    with pytest.raises(NotAllowed):
        set_aside(unmix, report, "UNKNOWN_PERP_HOLD", perpetrator="civilian")
    override = set_aside(
        unmix, report, "UNKNOWN_PERP_HOLD", Role.HUMAN_RIGHTS, perpetrator="civilian"
    )
    assert override.by == unmix.people[Role.HUMAN_RIGHTS]


@pytest.mark.parametrize("role", [Role.CPA, Role.CPA_SENIOR, "CONDUCT_DISCIPLINE"])
def test_on_the_misconduct_track_nobody_sets_anything_aside(unmix, role):
    report = unmix.file(facts={"perpetrator": "un_personnel"}).report
    assert "CONSENT_REQUIRED" in guards_of(report)
    with pytest.raises(NotAllowed):
        set_aside(unmix, report, "CONSENT_REQUIRED", role, is_best_interest=True)


@pytest.mark.parametrize("reason", ["", "   \n ", "ok", " because  "])
def test_a_reason_of_less_than_a_sentence_is_refused_at_its_field(unmix, reason):
    report = unmix.file(facts={"similar_report_exists": True}).report
    with pytest.raises(OverrideRefused) as refused:
        set_aside(unmix, report, "DUPLICATE_LINK", reason=reason)
    assert (refused.value.field, GuardOverride.objects.count()) == ("reason", 0)


@pytest.mark.parametrize("status", ["closed", "merged"])
def test_on_a_report_that_is_not_open_any_more_it_says_by_whom_and_changes_nothing(unmix, status):
    report = unmix.file().report
    at, adviser = report.filed_at, unmix.user(Role.CPA)
    Report.objects.filter(pk=report.pk).update(status=status)
    HistoryEntry.objects.create(
        report=report, at=at, actor=adviser, verb=status, details={"was": "submitted"}
    )
    before = rows_of(report)
    with pytest.raises(AlreadyDone, match=r"Already done: .*by Person of CPA"):
        set_aside(unmix, report, "UNKNOWN_PERP_HOLD", perpetrator="civilian")
    with pytest.raises(AlreadyDone):
        preview_override(report=Report.objects.get(), guard="UNKNOWN_PERP_HOLD", stated={})
    assert (rows_of(report), GuardOverride.objects.count()) == (before, 0)


def test_who_lost_the_report_meanwhile_learns_nothing_of_it(unmix):
    """With a page opened before: neither that it was handed on nor by whom."""
    opened_before = unmix.file().report
    Report.objects.update(track="misconduct", status="diverted_misconduct")
    with pytest.raises(NotAllowed):
        set_aside(unmix, opened_before, "UNKNOWN_PERP_HOLD", perpetrator="civilian")


def test_a_second_time_names_the_first(unmix):
    report = unmix.file(facts={"similar_report_exists": True}).report
    set_aside(unmix, report, "DUPLICATE_LINK")
    with pytest.raises(AlreadyDone, match=r"Already set aside by Person of CPA, \d"):
        set_aside(unmix, report, "DUPLICATE_LINK")
    assert report.history.filter(verb="overridden").count() == 1


def test_a_report_without_the_facts_it_was_decided_from_is_left_as_it_is(unmix):
    report = unmix.file(facts={"similar_report_exists": True}).report
    Report.objects.update(routed_facts={})
    with pytest.raises(OverrideRefused, match="earlier release"):
        set_aside(unmix, report, "DUPLICATE_LINK")


def test_the_version_that_routed_the_report_decides_again_not_the_one_in_force(unmix, monkeypatch):
    report = unmix.file(facts={"similar_report_exists": True}).report
    monkeypatch.setattr(planning, "active_policy", lambda: 1 / 0)
    set_aside(unmix, report, "DUPLICATE_LINK")
    assert report.referrals.filter(role="CTFMR").exists()


def test_who_is_told_at_once_by_the_new_decision_gets_one_notice(unmix):
    report = unmix.file(facts=KILLING).report
    body = report.policy.body.replace(
        "when: {fact: perpetrator, is: non_un_international_force}",
        "when: {fact: perpetrator, in: [non_un_international_force, civilian]}",
    )
    Report.objects.update(policy=store_version(body))
    report = Report.objects.get()
    before = set(Notification.objects.values_list("referral__role", flat=True))
    assert "POLITICAL_AFFAIRS" not in before
    set_aside(unmix, report, "UNKNOWN_PERP_HOLD", perpetrator="civilian")
    new = report.referrals.get(role="POLITICAL_AFFAIRS")
    assert (new.status, new.notifications.count()) == ("released", 1)
    assert Notification.objects.count() == len(before) + 1
    assert Report.objects.visible_to(unmix.user("POLITICAL_AFFAIRS")).count() == 1


def test_an_undecided_proposal_that_is_not_proposed_any_more_is_withdrawn(unmix):
    unit = unmix.organizations["Kesara Children and Women Unit"]
    report = unmix.file(facts={"perpetrator": "civilian", "similar_report_exists": True}).report
    set_aside(unmix, report, "DUPLICATE_LINK")
    assert report.referrals.get(role=UNIT).status == "held"
    unit.hrddp_status = HrddpStatus.NOT_CLEARED
    unit.save()
    set_aside(unmix, report, "CONSENT_REQUIRED", is_best_interest=True)
    withdrawn = report.referrals.get(role=UNIT)
    assert (withdrawn.status, withdrawn.release_reason) == ("revoked", REASON)
    assert report.history.filter(verb="rerouted").last().details["dropped"] == [UNIT]


def test_the_preview_says_what_the_act_does_and_stores_nothing(unmix):
    report = unmix.file(facts={"similar_report_exists": True}).report
    before = (rows_of(report), HistoryEntry.objects.count())
    change = preview_override(report=report, guard="DUPLICATE_LINK", stated={})
    assert (rows_of(report), HistoryEntry.objects.count()) == before
    assert GuardOverride.objects.count() == 0
    set_aside(unmix, report, "DUPLICATE_LINK")
    appeared = [planned.recipient.role for planned in change.appearing]
    entry = report.history.get(verb="rerouted")
    assert entry.details["appeared"] == appeared == ["WHO", "CTFMR"]


def test_what_fails_half_way_leaves_nothing_behind(unmix, monkeypatch):
    report = unmix.file(facts={"similar_report_exists": True}).report
    before = rows_of(report)
    monkeypatch.setattr(changing, "queue_notices", lambda *told, **when: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        set_aside(unmix, report, "DUPLICATE_LINK")
    assert (rows_of(report), GuardOverride.objects.count()) == (before, 0)


def test_an_override_cannot_be_changed_or_deleted(unmix):
    report = unmix.file(facts={"similar_report_exists": True}).report
    set_aside(unmix, report, "DUPLICATE_LINK")
    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
        GuardOverride.objects.update(reason="Another")
    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
        GuardOverride.objects.all().delete()


def test_it_takes_as_many_statements_for_many_recipients_as_for_few(unmix):
    few = unmix.file(facts=KILLING | {"similar_report_exists": True}).report
    needs = ["medical", "psychosocial", "safe_shelter", "legal", "case_management"]
    many = unmix.file(facts={"similar_report_exists": True, "needs": needs}).report
    counts = []
    for report in (few, many):
        with CaptureQueriesContext(connection) as captured:
            set_aside(unmix, report, "DUPLICATE_LINK")
        counts.append((len(captured), report.referrals.count()))
    assert counts[1][1] > counts[0][1] + 4
    assert counts[1][0] <= counts[0][0]


@pytest.mark.django_db(transaction=True)
def test_of_two_leads_at_once_one_wins_and_the_other_is_told_by_whom():
    unmix = settle_unmix()
    report = unmix.file(facts={"similar_report_exists": True}).report
    lead, said, barrier = unmix.people[Role.CPA].pk, [], threading.Barrier(4)

    def press():
        try:
            barrier.wait(timeout=10)
            basis = OverrideBasis(reason=REASON)
            by = User.objects.get(pk=lead)
            override_guard(report=report, guard="DUPLICATE_LINK", by=by, basis=basis)
            said.append("done")
        except AlreadyDone as earlier:
            said.append(str(earlier)[:31])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["Already set aside by Person of "] * 3 + ["done"]
    assert report.referrals.filter(role="WHO").count() == 1
    assert report.history.filter(verb="overridden").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_release_and_an_acknowledgement_at_the_same_moment_stand_beside_it():
    unmix = settle_unmix()
    lead = unmix.people[Role.CPA].pk

    def act(verb, **given):
        barrier.wait(timeout=10)
        try:
            verb(by=User.objects.get(pk=lead), **given)
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    failed = []
    for _round in range(5):
        report = unmix.file(facts=SERVICE).report
        packet, barrier = report.referrals.get(role="PSS_PROVIDER"), threading.Barrier(3)
        stated = OverrideBasis(reason=REASON, is_best_interest=True)
        given = ReleaseBasis(reason=REASON, consent="best_interest_override")
        verbs = [
            (override_guard, {"report": report, "guard": "CONSENT_REQUIRED", "basis": stated}),
            (release_referral, {"referral": packet, "basis": given}),
            (acknowledge_report, {"report": report}),
        ]
        threads = [threading.Thread(target=act, args=[v], kwargs=given) for v, given in verbs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        assert packet.notifications.count() == 1
        told = dict(report.referrals.values_list("role", "status"))
        assert (told["PSS_PROVIDER"], told["CPA"]) == ("released", "acknowledged")
