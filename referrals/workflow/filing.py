"""Filing: one transaction stores the report, routes it and queues every message.

House, steps 1, 2 and 6. Nothing is said to be sent before it is stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from actors.models import Mission, Post, User
from actors.standing import standing_of
from referrals.models import Annex, HistoryEntry, Report, ReportedViolation, Verb
from referrals.models.inserting import insert_rows
from referrals.notifications import outbox
from referrals.routing import decide
from referrals.workflow.checks import check_filing
from referrals.workflow.filings import Filing
from referrals.workflow.planning import Plan, PlannedRecipient, Situation, plan_routing
from referrals.workflow.policies import active_policy
from referrals.workflow.routing import ROUTED_FIELDS, route_report
from referrals.workflow.similar import linked_entries

_NEXT_NUMBER = """
INSERT INTO referrals_reportnumber (mission_id, year, last) VALUES (%s, %s, 1)
ON CONFLICT (mission_id, year) DO UPDATE SET last = referrals_reportnumber.last + 1
RETURNING last
"""


@dataclass(frozen=True)
class Filed:
    """The stored report; `created` is False when the same one had been sent before."""

    report: Report
    created: bool


class SentDifferently(Exception):
    """The id was used before for a report with other content. `report` is the first one."""

    def __init__(self, report: Report):
        self.report = report
        super().__init__(report.reference)


def file_report(*, reporter: User, filing: Filing, at: datetime | None = None) -> Filed:
    """Store, route and queue a report; sending it again answers with the first one.

    Args:
        reporter: who files; their post in the mission tells their own line.
        filing: checked values with an area loaded `with_path()`.
        at: the moment of filing; now by default.

    Raises:
        FilingRefused: values are missing or contradict each other; nothing is stored.
        SentDifferently: this id was sent before with other content; nothing is stored.
    """
    check_filing(filing)
    at = at or timezone.now()
    try:
        with transaction.atomic():
            report = _store(reporter, filing, at)
            filed = HistoryEntry(report=report, at=at, actor=reporter, verb=Verb.FILED)
            linked = linked_entries(report, at=at)
            insert_rows([filed, *linked, route_report(report, at=at)])
            report.reference = _next_reference(filing.mission, at)
            report.save(update_fields=["reference", *ROUTED_FIELDS])
            # Robust and after commit: a dead broker neither fails nor undoes the filing.
            transaction.on_commit(outbox.poke, robust=True)
    except IntegrityError:
        return _sent_before(reporter, filing)
    return Filed(report, created=True)


def find_sent(*, reporter: User, uuid: UUID) -> Report | None:
    """What this person sent under this id; their reference alone may be told from it.

    Not by way of `visible_to`, which hides what was filed in confidence from its reporter too:
    sending again must answer with the reference and never make a second report.
    """
    return Report.objects.filter(reporter=reporter, uuid=uuid).first()


def preview_routing(*, reporter: User, filing: Filing, at: datetime | None = None) -> Plan:
    """Who would be told and why, were this report sent now. Stores nothing.

    Args:
        reporter: who files, as in `file_report`.
        filing: the report, finished or not. Without an area the plan names roles and no seats,
            and none of them is a gap.
        at: the moment of filing; now by default.

    Raises:
        FactsError, PolicyError: as `plan_routing`.
    """
    at = at or timezone.now()
    if filing.area is None:
        return _roles_alone(filing, at)
    post = _filing_post(reporter, filing.mission)
    return plan_routing(
        Situation(
            area=filing.area,
            facts=filing.facts_at(at),
            child_victims=filing.child_victims,
            perpetrator_org=filing.perpetrator_org,
            filer_organization_id=post.organization_id if post else None,
            at=at,
        )
    )


def _roles_alone(filing: Filing, at: datetime) -> Plan:
    """What the rules say while nobody knows the place; the directory's facts have defaults."""
    active = active_policy()
    party = filing.perpetrator_org
    facts = active.policy.facts(
        {
            **filing.mission.policy_settings(),
            **filing.facts_at(at),
            "child_victims": filing.child_victims,
            "perpetrator_org": party.name if party else None,
        }
    )
    decision = decide(facts, active.policy)
    return Plan(
        facts=facts,
        decision=decision,
        policy_id=active.version_id,
        policy_number=active.number,
        recipients=tuple(
            PlannedRecipient(recipient, seat=None, is_gap=False)
            for recipient in decision.recipients
        ),
        read_at=at,
    )


def _store(reporter: User, filing: Filing, at: datetime) -> Report:
    facts = filing.facts_at(at)
    report = Report.objects.create(
        uuid=filing.uuid,
        mission=filing.mission,
        area=filing.area,
        reporter=reporter,
        reporter_post=_filing_post(reporter, filing.mission),
        filed_at=at,
        occurred_on=filing.occurred_on,
        occurred_until=filing.occurred_until,
        learned_on=filing.learned_on,
        latitude=filing.latitude,
        longitude=filing.longitude,
        boys=filing.boys,
        girls=filing.girls,
        children_unknown=filing.children_unknown,
        perpetrator=facts["perpetrator"],
        perpetrator_org=filing.perpetrator_org,
        facts=facts,
        details=filing.details,
        adds_to=filing.adds_to,
        narrative="" if filing.is_restricted else filing.narrative,
        content_hash=filing.content_hash(),
    )
    _store_annex(report, filing)
    codes = [*facts["violations"], *facts["concerns"]]
    insert_rows([ReportedViolation(report=report, code=code) for code in codes])
    return report


def _store_annex(report: Report, filing: Filing) -> None:
    """What only the CP lead reads goes where no list can show it (policy 2.6, 3.5)."""
    narrative = filing.narrative if filing.is_restricted else ""
    if narrative or filing.safe_contact:
        Annex.objects.create(report=report, narrative=narrative, safe_contact=filing.safe_contact)
    else:
        # Known without asking the database, for who shows the report next.
        Report._meta.get_field("annex").set_cached_value(report, None)


def _filing_post(reporter: User, mission: Mission) -> Post | None:
    return standing_of(reporter).filing_post(mission)


def _next_reference(mission: Mission, at: datetime) -> str:
    """The next number of the mission's year. Taken last, so that its lock is held briefly."""
    year = at.astimezone(ZoneInfo(mission.time_zone)).year
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_NUMBER, [mission.pk, year])
        (number,) = cursor.fetchone()
    return f"{mission.code}-{year}-{number:05d}"


def _sent_before(reporter: User, filing: Filing) -> Filed:
    """The report first sent under this id. Another integrity error has no such report: raise."""
    report = find_sent(reporter=reporter, uuid=filing.uuid)
    if report is None:
        raise
    if report.content_hash != filing.content_hash():
        raise SentDifferently(report)
    return Filed(report, created=False)
