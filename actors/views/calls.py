"""One card of My contacts: who answers on a line, why, and how to reach them."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from actors.directory import Cover, Seat
from actors.models import Area, Channel, Contact, Mission, PostHolding, Rank
from actors.models.assurance import MARKED_AFTER
from actors.permissions import Viewer
from actors.roles import Role
from actors.workflow.arriving import Answer, Line


def card(answer: Answer, viewer: Viewer, area: Area, now: datetime) -> dict[str, object]:
    """What the page shows of an answer; without `people` and `ways`, `why` says what to do."""
    words = {"line": str(answer.line), "title": _title(answer.line, viewer.mission)}
    if answer.seat is None or (answer.line == Line.DEPUTY and not answer.people):
        return words | {"why": _missing(answer, viewer.mission, area), "tone": "warn"}
    reserve = answer.line == Line.DEPUTY
    return words | {
        "instead": _instead(answer, area),
        "why": "" if reserve else _cover(answer, area, now),
        "tone": "warn" if answer.stands_in else "",
        "people": [_person(holding, viewer, is_ranked=reserve) for holding in answer.people],
        "organization": answer.seat.organization,
        "covers": _covers(answer.seat, area),
        "unconfirmed_since": _unconfirmed_since(answer.seat, now),
        "ways": [_way(contact, answer) for contact in answer.contacts],
    }


def _title(line: Line, mission: Mission) -> str:
    return {
        Line.FOCAL_POINT: _("Focal point on duty"),
        Line.DEPUTY: _("If they do not answer: the deputy"),
        Line.HEADQUARTERS: _("Focal point at headquarters"),
        Line.LEAD: Role(mission.lead_role).label,
        Line.SUPERVISOR: _("Your supervisor"),
        Line.JOC: Role.JOC.label,
        Line.WELFARE: Role.STAFF_WELFARE.label,
    }[line]


def _missing(answer: Answer, mission: Mission, area: Area) -> str:
    """Nobody answers: said in words, with whom to call instead."""
    lead = Role(mission.lead_role).label
    words = {
        Line.FOCAL_POINT: _(
            "No focal point is on duty for %(area)s, and none at headquarters. Call the %(lead)s."
        ),
        Line.DEPUTY: _("No deputy is on duty for %(area)s."),
        Line.HEADQUARTERS: _("No focal point is on duty at headquarters. Call the %(lead)s."),
        Line.LEAD: _("Nobody is on duty as %(lead)s for %(area)s. Tell headquarters that."),
        Line.SUPERVISOR: _("No supervisor of your line is on duty. Call the focal point."),
        Line.JOC: _("No duty desk is listed. Call the focal point at headquarters."),
        Line.WELFARE: _("Nobody is listed. Speak to your supervisor about what you saw."),
    }
    return words[answer.line] % {"area": area.name, "lead": lead}


def _instead(answer: Answer, area: Area) -> str:
    """Said first where headquarters answers for an area without a focal point on duty."""
    if not answer.stands_in:
        return ""
    return _("No focal point is on duty for %(area)s. Call headquarters.") % {"area": area.name}


def _cover(answer: Answer, area: Area, now: datetime) -> str:
    """Why these people answer."""
    ends = min((holding.until for holding in answer.people if holding.until), default=None)
    until = {"until": _moment(ends, area.mission, now) if ends else ""}
    return {
        Cover.SHIFT: _("On shift until %(until)s.") % until,
        Cover.SHIFT_DEPUTY: _("The deputy, on shift until %(until)s.") % until,
        Cover.HOLDER: _("Holder of the post."),
        Cover.DEPUTY: _("The deputy, standing in for the holder."),
        Cover.DESK: _("The duty desk answers."),
        Cover.NOBODY: "",
    }[answer.seat.cover]


def _moment(at: datetime, mission: Mission, now: datetime) -> str:
    """A moment by the mission's clock; the day only where it is another."""
    local, today = timezone.localtime(at, mission.zone), timezone.localtime(now, mission.zone)
    is_today = local.date() == today.date()
    return date_format(local, "TIME_FORMAT" if is_today else "SHORT_DATETIME_FORMAT")


def _person(holding: PostHolding, viewer: Viewer, *, is_ranked: bool) -> dict[str, object]:
    ranked = _("off shift") if holding.rank == Rank.PRIMARY else holding.get_rank_display()
    return {
        "name": holding.user.name,
        "is_you": holding.user_id == viewer.user.pk,
        "note": ranked if is_ranked else "",
    }


def _covers(seat: Seat, area: Area) -> str:
    """For which area the post answers, where that is not just the one asked for."""
    path = area.path()
    if seat.role == Role.UNPOL_SUPERVISOR or seat.distance == 0:
        return ""
    if seat.distance < len(path):
        return _("for all of %(area)s") % {"area": path[seat.distance].name}
    return _("for the whole mission")


def _unconfirmed_since(seat: Seat, now: datetime):
    return seat.assured_on if now.date() - seat.assured_on > MARKED_AFTER else None


def _way(contact: Contact, answer: Answer) -> dict[str, object]:
    """One way to reach them: what to press, and what it says without being pressed."""
    names = {holding.user_id: holding.user.name for holding in answer.people}
    return {
        "channel": contact.channel,
        "text": contact.readable,
        "url": _url(contact),
        "whose": names.get(contact.user_id) or contact.label or _("duty desk"),
        "failed_at": contact.failed_at,
    }


def _url(contact: Contact) -> str:
    """A link a telephone or a mail program opens; none for a radio call sign."""
    schemes = {Channel.PHONE: "tel:", Channel.EMAIL: "mailto:"}
    scheme = schemes.get(contact.channel)
    return f"{scheme}{quote(contact.address, safe='@+')}" if scheme else ""
