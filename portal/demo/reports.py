"""Files the fictional reports of some weeks, through the same verbs as everybody's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import yaml
from django.db.models import F
from django.db.models.functions import Coalesce

from actors.models import Area, Contact, PostHolding, User
from portal.demo.desk import carry_on_at_the_desk
from portal.demo.directory import PARTNER_DESK, Kesara
from referrals.models import HistoryEntry, Notification, Referral, Report, Verb
from referrals.notifications.behind import behind
from referrals.notifications.channels import Failure
from referrals.statuses import NotificationStatus, ReferralStatus
from referrals.workflow.asking import add_to_report, ask_officer
from referrals.workflow.closing import merge_report
from referrals.workflow.filing import file_report
from referrals.workflow.filings import Filing
from referrals.workflow.release import (
    DO_NO_HARM,
    ReleaseBasis,
    release_referral,
    withhold_referral,
)
from referrals.workflow.triage import acknowledge_report, forward_report
from referrals.workflow.welfare import ask_for_support, note_call

STORIES = Path(__file__).with_name("reports.yaml")
STEP = timedelta(minutes=5)
RELEASE_STEP = timedelta(minutes=12)
MAIL_TAKES = timedelta(seconds=20)
REFUSED = "ddr@example.org"
ADVISER, WELFARE = "cpa", "welfare"
# Who asked Staff Welfare for a call, how many hours ago, and after how many they were called.
WISHES = [("officer.tolwe", 31, 2), ("officer.oskel", 1, None)]


@dataclass(frozen=True)
class Stage:
    """Where and by whom the reports are filed, and when the demo is set up."""

    kesara: Kesara
    users: dict[str, User]
    areas: dict[str, Area]
    holders: dict[int, User]
    now: datetime


def build_reports(kesara: Kesara, users: dict[str, User], *, now: datetime) -> None:
    """File every story of the file and carry it as far as the story says; nothing is mailed."""
    areas = Area.objects.with_path().filter(mission=kesara.mission)
    stage = Stage(kesara, users, {area.code: area for area in areas}, _holders(users, now), now)
    stories = yaml.safe_load(STORIES.read_text(encoding="utf-8"))
    named: dict[str, Report] = {}
    duplicates: list[tuple[Report, Report]] = []
    for number, story in enumerate(stories):
        report = _file(stage, story, number)
        _carry_on(stage, story, report)
        named[story.get("name", "")] = report
        if "same_as" in story:
            duplicates.append((report, named[story["same_as"]]))
    _settle_old_proposals(stage)
    carry_on_at_the_desk(stage.users, stage.holders, now=now)
    _wish_for_support(stage)
    _refuse_one_address()
    _mark_as_told()
    for report, master in duplicates:
        _link(stage, report, master)
    _mark_as_told()


def _holders(users: dict[str, User], now: datetime) -> dict[int, User]:
    """Who answers at each post; a primary before a deputy."""
    holdings = PostHolding.objects.on_duty(now).by_rank().reverse()
    return {post: users[login] for post, login in holdings.values_list("post_id", "user__username")}


def _file(stage: Stage, story: dict, number: int) -> Report:
    at = stage.now - timedelta(hours=story["ago"])
    children = story.get("children", {})
    filing = Filing(
        uuid=uuid5(NAMESPACE_URL, f"demo-report-{number}"),
        mission=stage.kesara.mission,
        area=stage.areas[story["area"]],
        occurred_on=at.date() - timedelta(days=story["occurred"]) if "occurred" in story else None,
        boys=children.get("boys", 0),
        girls=children.get("girls", 0),
        children_unknown=children.get("unknown", 0),
        narrative=story["narrative"],
        perpetrator_org=stage.kesara.organizations[story["party"]] if "party" in story else None,
        facts=story["facts"],
    )
    return file_report(reporter=stage.users[story["by"]], filing=filing, at=at).report


def _carry_on(stage: Stage, story: dict, report: Report) -> None:
    at = report.filed_at
    if "forwarded" in story:
        at += timedelta(minutes=story["forwarded"])
        forward_report(report=report, by=_focal_point(stage, report), at=at)
    for person in _readers(stage, story, report):
        at += STEP
        acknowledge_report(report=report, by=person, at=at)
    for role, reason in story.get("released", {}).items():
        at += RELEASE_STEP
        _release(
            stage, report, role, ReleaseBasis(reason, _consent(story), frozenset(DO_NO_HARM)), at
        )
    _talk(stage, story, report)


def _link(stage: Stage, report: Report, master: Report) -> None:
    """Two patrols heard of the same; the adviser goes on with one of the two reports."""
    at = report.filed_at + timedelta(hours=5)
    merge_report(report=report, by=stage.users[ADVISER], master=master.reference, at=at)


def _talk(stage: Stage, story: dict, report: Report) -> None:
    """What the adviser asked and the officer added, each so many minutes after the filing."""
    for number, (minutes, login, text) in enumerate(story.get("said", [])):
        say = ask_officer if login == ADVISER else add_to_report
        uuid = uuid5(NAMESPACE_URL, f"demo-message-{report.uuid}-{number}")
        at = report.filed_at + timedelta(minutes=minutes)
        say(report=report, by=stage.users[login], text=text, uuid=uuid, at=at)


def _wish_for_support(stage: Stage) -> None:
    """One officer was called by Staff Welfare yesterday, another waits for the call."""
    for login, hours, took in WISHES:
        asked_at = stage.now - timedelta(hours=hours)
        uuid = uuid5(NAMESPACE_URL, f"demo-wish-{login}")
        officer = stage.users[login]
        ask_for_support(officer=officer, mission=stage.kesara.mission, uuid=uuid, at=asked_at)
        if took is not None:
            called_at = asked_at + timedelta(hours=took)
            note_call(uuid=uuid, by=stage.users[WELFARE], at=called_at)


def _settle_old_proposals(stage: Stage) -> None:
    """The adviser has decided on what was proposed more than three days ago."""
    old = Referral.objects.awaiting_release().filter(
        report__filed_at__lt=stage.now - timedelta(days=3)
    )
    led = old.filter(report__referrals__redaction="RD0", report__referrals__status="acknowledged")
    for proposal in led.select_related("report__mission").order_by("pk"):
        withhold_referral(
            referral=proposal,
            by=stage.users["cpa"],
            reason="Covered by the others who were told.",
            at=proposal.report.filed_at + timedelta(hours=20),
        )


def _focal_point(stage: Stage, report: Report) -> User:
    acting = report.referrals.get(role__startswith="UNPOL_CPFP", kind="action")
    return stage.holders[acting.post_id]


def _readers(stage: Stage, story: dict, report: Report) -> list[User]:
    """Who acknowledged, in this order; each once, though they may hold several posts."""
    named = story.get("acknowledged", [])
    if named != "all":
        return [stage.users[login] for login in named]
    posts = report.referrals.unacknowledged().values_list("post_id", flat=True)
    return list({stage.holders[post].pk: stage.holders[post] for post in posts}.values())


def _release(stage: Stage, report: Report, role: str, basis: ReleaseBasis, at: datetime) -> None:
    proposal = report.referrals.select_related("report__mission").get(role=role)
    release_referral(referral=proposal, by=stage.users["cpa"], basis=basis, at=at)


def _consent(story: dict) -> str:
    return story.get("consent") or story["facts"].get("consent", "")


def _refuse_one_address() -> None:
    """One mailbox refuses its last notice, so that the delivery board shows what it is for."""
    notice = Notification.objects.filter(address=REFUSED).latest("created_at")
    at = notice.created_at + MAIL_TAKES
    notice.status, notice.failure, notice.attempts = NotificationStatus.DEAD, Failure.REJECTED, 1
    notice.save()
    Contact.objects.filter(pk=notice.contact_id).update(failed_at=at)
    _note(notice, Verb.UNDELIVERED, at, reason=notice.failure).save()


def _mark_as_told() -> None:
    """Write what the outbox would have written: each message arrived soon after it was queued.

    But for the notice with a partner's link: it is mailed when the demo has started, to be opened.
    """
    queued = Notification.objects.filter(status=NotificationStatus.PENDING)
    queued = queued.exclude(address=PARTNER_DESK)
    HistoryEntry.objects.bulk_create(
        _note(notice, Verb.SENT, notice.created_at + MAIL_TAKES)
        for notice in queued.select_related("referral", "message", "task", "escalation")
        if notice.welfare_id is None
    )
    queued.update(
        status=NotificationStatus.SENT,
        sent_at=F("created_at") + MAIL_TAKES,
        next_at=F("created_at"),
        attempts=1,
    )
    let_in = Referral.objects.filter(released_at__isnull=False, notifications__isnull=False)
    let_in.filter(status=ReferralStatus.RELEASED).update(status=ReferralStatus.SENT)
    let_in.update(sent_at=Coalesce("sent_at", F("released_at") + MAIL_TAKES))


def _note(notice: Notification, verb: Verb, at: datetime, **details: str) -> HistoryEntry:
    if notice.message:
        details["about"] = notice.message.kind
    return HistoryEntry(
        report_id=behind(notice).report_id,
        referral_id=notice.referral_id,
        at=at,
        verb=verb,
        details={"channel": notice.channel, "code": notice.code, **details},
    )
