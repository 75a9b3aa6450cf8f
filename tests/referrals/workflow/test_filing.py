"""Filing: one transaction, sent once, never lost to a faulty rule."""

import threading
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import InternalError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from actors.roles import Role
from referrals.models import HistoryEntry, Notification, Referral, Report, Verb
from referrals.notifications import outbox
from referrals.workflow import routing
from referrals.workflow.checks import FilingRefused
from referrals.workflow.filing import SentDifferently, file_report, preview_routing
from tests.personas import settle_unmix

MOST_STATEMENTS = 20

S04_RECIPIENTS = {
    ("CPA", "action", "none", "RD0"),
    ("HOPC", "action", "none", "RD2"),
    ("JOC", "action", "none", "RD2"),
    ("UNPOL_CPFP_FIELD", "action", "none", "RD1"),
    ("UNPOL_SUPERVISOR", "action", "none", "RD1"),
    ("CPA_SENIOR", "info", "none", "RD1"),
    ("GENDER", "info", "none", "RD2"),
    ("HUMAN_RIGHTS", "info", "none", "RD1"),
    ("JMAC", "info", "none", "RD2"),
    ("MILITARY_LIAISON", "info", "none", "RD2"),
    ("POC_ADVISER", "info", "none", "RD2"),
    ("POLITICAL_AFFAIRS", "info", "none", "RD2"),
    ("SRSG_OFFICE", "info", "none", "RD2"),
    ("UNPOL_CPFP_HQ", "info", "none", "RD2"),
    ("CTFMR", "info", "cp_lead", "RD2"),
    ("WHO", "info", "cp_lead", "RD3"),
}


def problems_of(error) -> dict[str, str]:
    return {problem.field: problem.code for problem in error.value.problems}


def test_s04_is_stored_with_exactly_the_recipients_of_the_worked_scenario(unmix):
    report = unmix.file().report

    found = set(report.referrals.values_list("role", "kind", "gate", "redaction"))
    assert found == S04_RECIPIENTS
    assert (report.priority, report.flash, report.classification, report.poc_phase) == (
        "emergency",
        True,
        "confidential",
        "consolidation",
    )
    assert {g["id"] for g in report.decision["guards"]} == {
        "CP_GATE",
        "EMERGENCY_BYPASS",
        "JOINT_PATROL",
        "MILITARY_ALERT_ONLY",
        "UNKNOWN_PERP_HOLD",
    }
    assert [s["role"] for s in report.decision["suppressed"]] == ["HS_POLICE_SPECIALISED"]


def test_those_told_at_once_get_one_notice_each_and_proposals_none(unmix):
    report = unmix.file().report

    told = Notification.objects.values_list("referral__role", flat=True)
    assert sorted(told) == sorted(r for r, _k, gate, _rd in S04_RECIPIENTS if gate == "none")
    assert set(Referral.objects.filter(gate="cp_lead").values_list("status", flat=True)) == {
        "proposed"
    }
    assert report.referrals.get(role="HOPC").due_at == report.filed_at + timedelta(minutes=30)


def test_references_count_up_in_the_missions_year(unmix):
    new_year_in_kesara = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
    first, second = unmix.file().report, unmix.file().report
    assert second.reference == first.reference[:-5] + f"{int(first.reference[-5:]) + 1:05d}"
    assert unmix.file(at=new_year_in_kesara).report.reference.startswith("UNMIX-2026-")

    unmix.mission.time_zone = "Africa/Nairobi"
    unmix.mission.save()
    assert unmix.file(at=new_year_in_kesara).report.reference == "UNMIX-2027-00001"


def test_the_same_uuid_sent_twice_is_one_report(unmix):
    uuid = uuid4()
    first, again = unmix.file(uuid=uuid), unmix.file(uuid=uuid)
    assert (first.created, again.created) == (True, False)
    assert again.report.pk == first.report.pk
    assert Report.objects.count() == 1


def test_the_same_uuid_with_another_text_is_refused_and_names_the_first(unmix):
    uuid = uuid4()
    first = unmix.file(uuid=uuid).report
    with pytest.raises(SentDifferently) as error:
        unmix.file(uuid=uuid, narrative="Something else")
    assert error.value.report.reference == first.reference
    assert Report.objects.get().narrative == ""


def test_the_uuid_of_another_officer_is_another_report(unmix):
    uuid = uuid4()
    unmix.file(uuid=uuid)
    other = file_report(reporter=unmix.user(Role.HOPC), filing=unmix.filing(uuid=uuid))
    assert other.created
    assert Report.objects.count() == 2


def test_filing_s04_takes_few_statements_whatever_the_number_of_recipients(unmix):
    unmix.file()
    reporter, filing = unmix.user(Role.UNPOL_OFFICER), unmix.filing()
    with CaptureQueriesContext(connection) as few:
        file_report(reporter=reporter, filing=filing)
    hazard = unmix.filing(facts={"violations": [], "concerns": ["explosive_hazard"]})
    with CaptureQueriesContext(connection) as fewer:
        file_report(reporter=reporter, filing=hazard)
    # The session and the user make two more in a page.
    assert len(few) <= MOST_STATEMENTS - 2
    assert len(fewer) <= len(few)


def test_a_faulty_rule_still_ends_in_a_stored_report_that_is_routed_later(unmix, monkeypatch):
    def broken(situation):
        raise ZeroDivisionError("a rule is wrong")

    monkeypatch.setattr(routing, "plan_routing", broken)
    report = unmix.file().report
    report.refresh_from_db()
    assert report.reference
    assert report.routed_at is None
    assert Referral.objects.count() == 0
    assert [entry.verb for entry in report.history.all()] == [Verb.FILED, Verb.ROUTING_FAILED]

    monkeypatch.undo()
    assert routing.route_waiting_reports() == 1
    report.refresh_from_db()
    assert report.routed_at is not None
    assert report.referrals.count() == len(S04_RECIPIENTS)
    assert Notification.objects.count() == 14
    assert routing.route_waiting_reports() == 0


def test_a_rule_that_breaks_the_database_leaves_the_report_but_no_half_of_a_routing(
    unmix, monkeypatch
):
    def half_way(told, *, at):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")

    monkeypatch.setattr(routing, "queue_notices", half_way)
    report = unmix.file().report
    assert Report.objects.get().reference == report.reference
    assert Referral.objects.count() == 0


def test_a_dead_broker_neither_fails_nor_undoes_the_filing(
    unmix, monkeypatch, django_capture_on_commit_callbacks
):
    def dead():
        raise ConnectionRefusedError

    monkeypatch.setattr(outbox, "poke", dead)
    with django_capture_on_commit_callbacks(execute=True):
        report = unmix.file().report
    assert Report.objects.get().reference == report.reference
    assert Notification.objects.filter(status="pending").count() == 14


def test_a_preview_says_what_filing_does_and_stores_nothing(unmix):
    plan = preview_routing(reporter=unmix.user(Role.UNPOL_OFFICER), filing=unmix.filing())
    shown = {
        (p.recipient.role, p.recipient.kind, p.recipient.gate, p.recipient.redaction)
        for p in plan.recipients
    }
    assert shown == S04_RECIPIENTS
    assert Report.objects.count() == 0


def test_an_officers_own_supervisor_is_told_wherever_it_happened(unmix):
    report = unmix.file(area="QM0101").report
    told = report.referrals.get(role="UNPOL_SUPERVISOR")
    assert told.organization.name == "UNPOL Team Site Port Sela"


def test_where_no_field_focal_point_covers_the_area_headquarters_acts(unmix):
    report = unmix.file(area="QM0302").report
    told = dict(report.referrals.filter(role__startswith="UNPOL_CPFP").values_list("role", "kind"))
    assert told == {"UNPOL_CPFP_HQ": "action"}


def test_a_role_nobody_answers_for_goes_to_the_adviser_and_is_marked(unmix):
    unmix.posts["JMAC"].holdings.all().delete()
    referral = unmix.file().report.referrals.get(role="JMAC")
    assert (referral.is_gap, referral.post) == (True, unmix.posts["CPA"])


def test_on_the_misconduct_track_a_gap_tells_nobody_else(unmix):
    unmix.posts["VICTIMS_RIGHTS"].holdings.all().delete()
    report = unmix.file(facts={"perpetrator": "un_personnel"}).report
    referral = report.referrals.get(role="VICTIMS_RIGHTS")
    assert (referral.is_gap, referral.post) == (True, None)


def test_misconduct_leaves_the_standard_track(unmix):
    report = unmix.file(
        facts={"perpetrator": "un_personnel"},
        perpetrator_org=unmix.organizations["UNMIX Contingent 4"],
    ).report
    assert (report.track, report.status) == ("misconduct", "diverted_misconduct")
    assert set(report.referrals.values_list("role", flat=True)) == {
        "CONDUCT_DISCIPLINE",
        "VICTIMS_RIGHTS",
        "CPA_SENIOR",
    }


def test_hours_are_counted_from_the_end_of_the_day_so_that_no_emergency_is_missed(unmix):
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    filing = unmix.filing(occurred_on=date(2026, 11, 17))
    assert filing.facts_at(noon)["hours_since_incident"] == 60
    assert unmix.filing(occurred_on=date(2026, 11, 20)).facts_at(noon)["hours_since_incident"] == 0


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"facts": {"violations": []}}, {"violations": "required"}),
        ({"facts": {"facility": "none"}}, {"facility": "required"}),
        ({"occurred_on": date(2999, 1, 1)}, {"occurred_on": "future"}),
        ({"facts": {"consent_scope": ["medical"]}}, {"consent_scope": "contradiction"}),
    ],
)
def test_what_is_missing_or_contradicts_itself_is_refused_at_its_field(unmix, changes, refused):
    with pytest.raises(FilingRefused) as error:
        unmix.file(**changes)
    assert problems_of(error) == refused
    assert Report.objects.count() == 0


def test_a_host_state_party_cannot_be_filed_past_the_host_state_guard(unmix):
    with pytest.raises(FilingRefused) as error:
        unmix.file(perpetrator_org=unmix.organizations["Kesara Armed Forces"])
    assert problems_of(error) == {"perpetrator": "contradiction"}


def test_history_cannot_be_changed_or_deleted(unmix):
    entry = unmix.file().report.history.first()
    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
        HistoryEntry.objects.filter(pk=entry.pk).update(verb="opened")
    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
        HistoryEntry.objects.filter(pk=entry.pk).delete()


@pytest.mark.django_db(transaction=True)
def test_eight_parallel_sends_of_one_report_are_one_report():
    unmix = settle_unmix()
    filing, officer = unmix.filing(), unmix.people[Role.UNPOL_OFFICER].pk
    references, barrier = [], threading.Barrier(8)

    def send():
        from actors.models import User

        try:
            barrier.wait(timeout=10)
            filed = file_report(reporter=User.objects.get(pk=officer), filing=filing)
            references.append(filed.report.reference)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(references) == 8
    assert len(set(references)) == 1
    assert Report.objects.count() == 1
    assert Notification.objects.count() == 14
