"""Files the fictional reports of some weeks, through the same verbs as everybody's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import yaml
from django.db.models import F
from django.db.models.functions import Coalesce

from actors.models import Area, PostHolding, User
from portal.demo.directory import Kesara
from referrals.models import HistoryEntry, Notification, Referral, Report, Verb
from referrals.statuses import NotificationStatus, ReferralStatus
from referrals.workflow.filing import file_report
from referrals.workflow.filings import Filing
from referrals.workflow.release import DO_NO_HARM, ReleaseBasis, release_referral
from referrals.workflow.triage import acknowledge_report, forward_report

STORIES = Path(__file__).with_name("reports.yaml")
STEP = timedelta(minutes=5)
RELEASE_STEP = timedelta(minutes=12)
MAIL_TAKES = timedelta(seconds=20)


@dataclass(frozen=True)
class Stage:
    """Where and by whom the reports are filed, and when the demo is set up."""

    kesara: Kesara
    users: dict[str, User]
    areas: dict[str, Area]
    now: datetime


def build_reports(kesara: Kesara, users: dict[str, User], *, now: datetime) -> None:
    """File every story of the file and carry it as far as the story says; nothing is mailed."""
    areas = Area.objects.with_path().filter(mission=kesara.mission)
    stage = Stage(kesara, users, {area.code: area for area in areas}, now)
    stories = yaml.safe_load(STORIES.read_text(encoding="utf-8"))
    for number, story in enumerate(stories):
        report = _file(stage, story, number)
        _carry_on(stage, story, report)
    _mark_as_told()


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


def _focal_point(stage: Stage, report: Report) -> User:
    acting = report.referrals.get(role__startswith="UNPOL_CPFP", kind="action")
    return _holder(stage, acting)


def _readers(stage: Stage, story: dict, report: Report) -> list[User]:
    """Who acknowledged, in this order; each once, though they may hold several posts."""
    named = story.get("acknowledged", [])
    if named != "all":
        return [stage.users[login] for login in named]
    waiting = report.referrals.unacknowledged().exclude(post=None)
    return list({holder.pk: holder for holder in (_holder(stage, r) for r in waiting)}.values())


def _holder(stage: Stage, referral: Referral) -> User:
    holdings = PostHolding.objects.on_duty(stage.now).filter(post=referral.post_id)
    return stage.users[holdings.order_by("is_deputy").values_list("user__username", flat=True)[0]]


def _release(stage: Stage, report: Report, role: str, basis: ReleaseBasis, at: datetime) -> None:
    proposal = report.referrals.select_related("report__mission").get(role=role)
    release_referral(referral=proposal, by=stage.users["cpa"], basis=basis, at=at)


def _consent(story: dict) -> str:
    return story.get("consent") or story["facts"].get("consent", "")


def _mark_as_told() -> None:
    """Write what the outbox would have written: each message arrived soon after it was queued."""
    queued = Notification.objects.filter(status=NotificationStatus.PENDING)
    told = [
        HistoryEntry(
            report_id=notice.referral.report_id,
            referral_id=notice.referral_id,
            at=notice.created_at + MAIL_TAKES,
            verb=Verb.SENT,
            details={"channel": notice.channel, "code": notice.code},
        )
        for notice in queued.select_related("referral")
    ]
    HistoryEntry.objects.bulk_create(told)
    queued.update(
        status=NotificationStatus.SENT,
        sent_at=F("created_at") + MAIL_TAKES,
        next_at=F("created_at"),
        attempts=1,
    )
    let_in = Referral.objects.filter(released_at__isnull=False, notifications__isnull=False)
    let_in.filter(status=ReferralStatus.RELEASED).update(status=ReferralStatus.SENT)
    let_in.update(sent_at=Coalesce("sent_at", F("released_at") + MAIL_TAKES))
