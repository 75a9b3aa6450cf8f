"""Release, hold, not to tell, take back: each gate at its field, one winner, nothing twice."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from actors.models import Contact, HrddpStatus, Organization, User
from actors.roles import Role
from referrals import redaction
from referrals.models import ConsentRecord, HistoryEntry, Notification, PartnerLink, Report
from referrals.workflow.errors import AlreadyDone, NotAllowed, ReleaseRefused
from referrals.workflow.gates import DO_NO_HARM, ReleaseBasis
from referrals.workflow.release import (
    SomeRefused,
    hold_referral,
    release_referral,
    release_referrals,
    revoke_referral,
    withhold_referral,
)
from tests.personas import settle_unmix

REASON = "They can help tonight."
UNIT = "HS_POLICE_SPECIALISED"
SERVICE = {
    "violations": ["killing_maiming"],
    "facility": "none",
    "ongoing_threat": True,
    "needs": ["psychosocial"],
}
AGREED = {"consent": "given", "given_by": "caregiver", "scope": ("psychosocial",)}


@pytest.fixture
def report(unmix):
    return unmix.file(facts=SERVICE).report


@pytest.fixture
def packet(report):
    return report.referrals.get(role="PSS_PROVIDER")


def release(unmix, referral, role=Role.CPA, **stated):
    basis = ReleaseBasis(**{"reason": REASON} | stated)
    return release_referral(referral=referral, by=unmix.user(role), basis=basis)


def status_of(referral) -> str:
    referral.refresh_from_db()
    return referral.status


class TestConsent:
    @pytest.mark.parametrize(
        ("stated", "field", "code"),
        [
            ({"reason": " "}, "reason", "required"),
            ({}, "consent", "required"),
            ({"consent": "not_sought"}, "consent", "required"),
            ({"consent": "given", "scope": ("all",)}, "given_by", "required"),
            (
                {"consent": "given", "given_by": "cp_lead", "scope": ("all",)},
                "given_by",
                "required",
            ),
            ({"consent": "given", "given_by": "child"}, "scope", "required"),
            (AGREED | {"scope": ("medical", "legal")}, "scope", "not_covered"),
        ],
    )
    def test_what_is_missing_is_named_at_its_field_and_nobody_is_told(
        self, unmix, packet, stated, field, code
    ):
        with pytest.raises(ReleaseRefused) as refused:
            release(unmix, packet, **stated)
        assert (refused.value.field, refused.value.code) == (field, code)
        assert status_of(packet) == "proposed"
        assert (packet.notifications.count(), ConsentRecord.objects.count()) == (0, 0)

    @pytest.mark.parametrize("scope", [("psychosocial",), ("all",), ("medical", "psychosocial")])
    def test_who_agreed_to_what_and_exactly_what_is_shared_is_kept(self, unmix, packet, scope):
        released = release(unmix, packet, **AGREED | {"scope": scope})
        record = ConsentRecord.objects.get()
        shown = [fact.name for fact in redaction.facts_for(released.report, "RS")]
        assert record.referral == packet
        assert (record.ground, record.given_by, record.scope) == ("given", "caregiver", list(scope))
        assert record.shared == shown == ["place", "needs"]
        assert record.by == unmix.user(Role.CPA)

    def test_a_best_interest_decision_is_the_leads_own_and_for_this_service_alone(
        self, unmix, packet
    ):
        release(unmix, packet, consent="best_interest_override")
        record = ConsentRecord.objects.get()
        assert (record.ground, record.given_by) == ("best_interest_override", "cp_lead")
        assert record.scope == ["all", "psychosocial"]
        assert HistoryEntry.objects.get(verb="released").details["reason"] == REASON

    def test_what_the_officer_recorded_is_enough_where_it_covers_the_service(self, unmix):
        agreed = {"consent": "given", "consent_scope": ["psychosocial"]}
        report = unmix.file(facts=SERVICE | agreed).report
        release(unmix, report.referrals.get(role="PSS_PROVIDER"))
        record = ConsentRecord.objects.get()
        assert (record.ground, record.given_by, record.scope) == ("given", "", ["psychosocial"])

    def test_what_the_officer_recorded_for_another_service_is_not(self, unmix):
        agreed = {"consent": "given", "consent_scope": ["medical"]}
        report = unmix.file(facts=SERVICE | agreed).report
        with pytest.raises(ReleaseRefused) as refused:
            release(unmix, report.referrals.get(role="PSS_PROVIDER"))
        assert refused.value.field == "consent"

    def test_who_gets_a_line_and_no_packet_needs_nobodys_agreement(self, unmix):
        report = unmix.file().report
        release(unmix, report.referrals.get(role="WHO"))
        assert ConsentRecord.objects.count() == 0


class TestDueDiligence:
    @pytest.fixture
    def unit(self, unmix):
        facts = SERVICE | {"perpetrator": "civilian", "needs": []}
        return unmix.file(facts=facts).report.referrals.get(role=UNIT)

    BASIS = {"consent": "best_interest_override", "do_no_harm": frozenset(DO_NO_HARM)}

    @pytest.mark.parametrize("status", ["", "pending", "not_cleared"])
    def test_a_unit_that_is_not_cleared_is_told_nothing(self, unmix, unit, status):
        Organization.objects.filter(posts__role=UNIT).update(hrddp_status=status)
        with pytest.raises(ReleaseRefused, match="not cleared") as refused:
            release(unmix, unit, **self.BASIS)
        assert (refused.value.field, refused.value.code) == ("recipient", "hrddp")
        assert status_of(unit) == "held"

    def test_an_assessment_that_has_ended_clears_nobody(self, unmix, unit):
        yesterday = timezone.now().date() - timedelta(days=2)
        Organization.objects.filter(posts__role=UNIT).update(
            hrddp_status=HrddpStatus.CLEARED, hrddp_expires_on=yesterday
        )
        with pytest.raises(ReleaseRefused, match="not cleared"):
            release(unmix, unit, **self.BASIS)

    @pytest.mark.parametrize("status", ["cleared", "conditional"])
    def test_a_cleared_unit_is_told_once_every_point_is_ticked(self, unmix, unit, status):
        Organization.objects.filter(posts__role=UNIT).update(hrddp_status=status)
        almost = self.BASIS | {"do_no_harm": frozenset(DO_NO_HARM[1:])}
        with pytest.raises(ReleaseRefused) as refused:
            release(unmix, unit, **almost)
        assert refused.value.field == "do_no_harm"
        assert release(unmix, unit, **self.BASIS).status == "released"
        entry = HistoryEntry.objects.get(verb="released")
        assert entry.details["do_no_harm"] == list(DO_NO_HARM)


class TestHolding:
    def test_a_proposal_is_held_with_what_it_waits_for_and_released_later(self, unmix, packet):
        hold_referral(referral=packet, by=unmix.user(Role.CPA), held_for="consent", reason=REASON)
        assert (status_of(packet), packet.held_for, packet.release_reason) == (
            "held",
            "consent",
            REASON,
        )
        entry = HistoryEntry.objects.get(verb="held")
        assert entry.details == {"reason": REASON, "held_for": "consent"}
        release(unmix, packet, **AGREED)
        assert (status_of(packet), packet.held_for) == ("released", "")

    @pytest.mark.parametrize(
        ("stated", "field"),
        [
            ({"held_for": "", "reason": REASON}, "held_for"),
            ({"held_for": "because", "reason": REASON}, "held_for"),
            ({"held_for": "hrddp", "reason": ""}, "reason"),
        ],
    )
    def test_what_is_missing_is_named_at_its_field(self, unmix, packet, stated, field):
        with pytest.raises(ReleaseRefused) as refused:
            hold_referral(referral=packet, by=unmix.user(Role.CPA), **stated)
        assert (refused.value.field, status_of(packet)) == (field, "proposed")


class TestTakingBack:
    @pytest.fixture
    def told(self, unmix, packet):
        return release(unmix, packet, **AGREED)

    def revoke(self, unmix, referral, role=Role.CPA, reason="Wrong house."):
        return revoke_referral(referral=referral, by=unmix.user(role), reason=reason)

    def sees(self, unmix, report) -> bool:
        return Report.objects.visible_to(unmix.user("PSS_PROVIDER")).filter(pk=report.pk).exists()

    def test_the_recipient_can_no_longer_open_it(self, unmix, report, told):
        before = self.sees(unmix, report)
        self.revoke(unmix, told)
        assert (before, self.sees(unmix, report), status_of(told)) == (True, False, "revoked")
        entry = HistoryEntry.objects.get(verb="revoked")
        assert (entry.actor, entry.details) == (unmix.user(Role.CPA), {"reason": "Wrong house."})

    @pytest.mark.parametrize("status", ["pending", "leased", "dead"])
    def test_a_notice_not_delivered_yet_is_neither_sent_nor_counted_as_undelivered(
        self, unmix, told, status
    ):
        Notification.objects.filter(referral=told).update(status=status)
        others = Notification.objects.exclude(referral=told).count()
        self.revoke(unmix, told)
        assert Notification.objects.filter(referral=told).count() == 0
        assert Notification.objects.count() == others

    def test_a_notice_that_was_sent_stays_on_record(self, unmix, told):
        Notification.objects.filter(referral=told).update(status="sent")
        self.revoke(unmix, told)
        assert Notification.objects.filter(referral=told, status="sent").count() == 1

    def test_a_partners_links_end(self, unmix, told):
        now = timezone.now()
        link = PartnerLink.objects.create(
            referral=told,
            contact=Contact.objects.get(user=unmix.user("PSS_PROVIDER")),
            created_at=now,
            expires_at=now + timedelta(days=7),
        )
        self.revoke(unmix, told)
        link.refresh_from_db()
        assert (link.revoked_at is not None, link.revoked_by) == (True, unmix.user(Role.CPA))

    def test_a_reason_is_required(self, unmix, told):
        with pytest.raises(ReleaseRefused) as refused:
            self.revoke(unmix, told, reason=" ")
        assert (refused.value.field, status_of(told)) == ("reason", "released")
        assert Notification.objects.filter(referral=told).count() == 1

    @pytest.mark.parametrize("role", ["HUMAN_RIGHTS", "UNPOL_SUPERVISOR", "CPA"])
    def test_whom_the_rules_tell_by_themselves_nobody_takes_it_back_from(self, unmix, report, role):
        with pytest.raises(NotAllowed):
            self.revoke(unmix, report.referrals.get(role=role))
        assert status_of(report.referrals.get(role=role)) == "released"

    def test_what_is_done_is_not_taken_back(self, unmix, told):
        told.status = "done"
        told.save()
        with pytest.raises(AlreadyDone, match="Already done: Released, by Person of CPA"):
            self.revoke(unmix, told)


class TestSeveral:
    @pytest.fixture
    def two(self, unmix, report):
        report = unmix.file(facts=SERVICE | {"concerns": ["unaccompanied_separated"]}).report
        return report, [report.referrals.get(role=r) for r in ("PSS_PROVIDER", "UNICEF_CP")]

    def several(self, unmix, report, chosen, **also):
        return release_referrals(report=report, chosen=chosen, by=unmix.user(Role.CPA), **also)

    GOOD = ReleaseBasis(reason=REASON, consent="best_interest_override")
    BAD = ReleaseBasis(reason=" ")

    def test_all_are_released_together(self, unmix, two):
        report, referrals = two
        done = self.several(unmix, report, [(each, self.GOOD) for each in referrals])
        assert [status_of(each) for each in referrals] == ["released", "released"]
        assert ([r.pk for r in done.referrals], done.refused) == ([r.pk for r in referrals], {})
        assert [each.notifications.count() for each in referrals] == [1, 1]

    def test_with_one_refused_none_is_released(self, unmix, two):
        report, (first, second) = two
        with pytest.raises(SomeRefused) as some:
            self.several(unmix, report, [(first, self.GOOD), (second, self.BAD)])
        assert {pk: each.field for pk, each in some.value.by_referral.items()} == {
            second.pk: "reason"
        }
        assert (status_of(first), status_of(second)) == ("proposed", "proposed")

    def test_those_that_can_be_are_released_where_the_lead_says_so(self, unmix, two):
        report, (first, second) = two
        done = self.several(
            unmix, report, [(first, self.GOOD), (second, self.BAD)], only_possible=True
        )
        assert (status_of(first), status_of(second)) == ("released", "proposed")
        assert list(done.refused) == [second.pk]

    def test_one_decided_meanwhile_is_named_with_who_and_when(self, unmix, two):
        report, (first, second) = two
        withhold_referral(referral=first, by=unmix.user(Role.CPA), reason="Not now.")
        with pytest.raises(SomeRefused) as some:
            self.several(unmix, report, [(first, self.GOOD), (second, self.GOOD)])
        said = str(some.value.by_referral[first.pk])
        assert said.startswith("Already done: Not released, by Person of CPA")


class TestTriage:
    def test_the_first_decision_begins_it_and_the_last_one_ends_it(self, unmix):
        report = unmix.file(facts=SERVICE | {"concerns": ["unaccompanied_separated"]}).report
        lead, told = unmix.user(Role.CPA), []
        waiting = list(report.referrals.filter(gate__startswith="cp_lead", status="proposed"))
        hold_referral(referral=waiting[0], by=lead, held_for="consent", reason=REASON)
        for referral in waiting:
            report.refresh_from_db()
            told.append(report.status)
            withhold_referral(referral=referral, by=lead, reason=REASON)
        report.refresh_from_db()
        assert len(waiting) > 1
        assert {*told, report.status} == {"in_triage", "routed"}
        assert (told[-1], report.status) == ("in_triage", "routed")

    @pytest.mark.parametrize("status", ["follow_up", "closed", "returned_for_info"])
    def test_what_is_beyond_it_stays_there(self, unmix, report, packet, status):
        Report.objects.filter(pk=report.pk).update(status=status)
        release(unmix, packet, **AGREED)
        report.refresh_from_db()
        assert report.status == status


def test_nobody_but_the_lead_decides(unmix, packet):
    for role in (Role.CPA_SENIOR, Role.HUMAN_RIGHTS, Role.UNPOL_SUPERVISOR, "PSS_PROVIDER"):
        by = unmix.user(role)
        for verb, stated in (
            (release_referral, {"basis": ReleaseBasis(reason=REASON, **AGREED)}),
            (hold_referral, {"held_for": "consent", "reason": REASON}),
            (withhold_referral, {"reason": REASON}),
            (revoke_referral, {"reason": REASON}),
        ):
            with pytest.raises(NotAllowed):
                verb(referral=packet, by=by, **stated)
    assert status_of(packet) == "proposed"


def test_on_the_misconduct_track_nobody_releases_anything(unmix):
    report = unmix.file(facts=SERVICE | {"perpetrator": "un_personnel"}).report
    assert report.track == "misconduct"
    for role in (Role.CPA, Role.CPA_SENIOR, Role.CONDUCT_DISCIPLINE):
        for referral in report.referrals.all():
            before = referral.status
            with pytest.raises(NotAllowed):
                release(unmix, referral, role=role, **AGREED)
            with pytest.raises(NotAllowed):
                revoke_referral(referral=referral, by=unmix.user(role), reason=REASON)
            assert status_of(referral) == before


@pytest.mark.django_db(transaction=True)
def test_of_four_decisions_at_once_one_is_made_and_the_others_are_told_by_whom():
    unmix = settle_unmix()

    def act(verb, **stated):
        barrier.wait(timeout=10)
        try:
            verb(by=User.objects.get(username="cpa"), **stated)
            done.append(verb)
        except AlreadyDone as earlier:
            told.append(str(earlier))
        finally:
            connections.close_all()

    for _round in range(5):
        report = unmix.file(facts=SERVICE).report
        packet, barrier = report.referrals.get(role="PSS_PROVIDER"), threading.Barrier(4)
        done, told = [], []
        basis = ReleaseBasis(reason=REASON, **AGREED)
        verbs = [
            (release_referral, {"basis": basis}),
            (release_referral, {"basis": basis}),
            (withhold_referral, {"reason": REASON}),
            (withhold_referral, {"reason": REASON}),
        ]
        threads = [
            threading.Thread(target=act, args=[verb], kwargs={"referral": packet, **stated})
            for verb, stated in verbs
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(done), len(told)) == (1, 3)
        assert all(said.startswith("Already done: ") for said in told)
        assert all("by Person of CPA" in said for said in told)
        entries = report.history.filter(referral=packet, verb__in=["released", "withheld"])
        assert entries.count() == 1
        assert packet.notifications.count() == (done[0] is release_referral)
