"""Explicit shares: the exception to what follows from posts (django-guardian holds them)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actors.models import Organization, User
from referrals.models import HistoryEntry, Report, ReportShare, Verb
from referrals.models.choices import Redaction
from referrals.permissions import can_lead
from referrals.workflow.errors import AlreadyDone, NotAllowed, ReleaseRefused
from referrals.workflow.routing import current_implicated

LONGEST_SHARE = timedelta(days=90)


@transaction.atomic
def share_report(
    *,
    report: Report,
    organization: Organization,
    by: User,
    reason: str,
    expires_at: datetime,
    redaction: str = Redaction.RD2,
) -> ReportShare:
    """Let one organization's people read one report for a time: the exception to the rules.

    Raises:
        NotAllowed: this person does not lead on the report.
        ReleaseRefused: no reason, no sensible end, or an organization tied to the perpetrator.
        AlreadyDone: it is shared with them already.
    """
    if not can_lead(by, report):
        raise NotAllowed
    _check_share(report, organization, reason, expires_at)
    permission = Permission.objects.get(content_type__app_label="referrals", codename="view_report")
    try:
        with transaction.atomic():
            share = ReportShare.objects.create(
                content_object=report,
                group=organization.group,
                permission=permission,
                redaction=redaction,
                reason=reason,
                shared_by=by,
                expires_at=expires_at,
            )
    except IntegrityError as error:
        raise AlreadyDone(_("%(name)s can read it already.") % {"name": organization}) from error
    details = {
        "organization": organization.name,
        "reason": reason,
        "redaction": redaction,
        "until": expires_at.isoformat(),
    }
    HistoryEntry.objects.create(
        report=report, at=timezone.now(), actor=by, verb=Verb.SHARED, details=details
    )
    return share


def _check_share(report: Report, organization: Organization, reason: str, until: datetime) -> None:
    now = timezone.now()
    if not reason.strip():
        raise ReleaseRefused("reason", "required", _("Write why they need to read it."))
    if not now < until <= now + LONGEST_SHARE:
        message = _("Choose an end within the next 90 days.")
        raise ReleaseRefused("expires_at", "range", message)
    if (
        organization.pk in current_implicated(report)
        or organization.mission_id != report.mission_id
    ):
        message = _("This organization cannot be told of this report.")
        raise ReleaseRefused("organization", "implicated", message)
