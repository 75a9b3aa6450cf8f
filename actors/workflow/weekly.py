"""Each week administrators are told how much needs doing in the directory: a count, a link."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from actors.gaps.findings import findings
from actors.models import DirectoryMail, DirectoryMailKind, Mission, User
from actors.workflow.mails import queue_mail


def queue_weekly_counts(*, now: datetime) -> int:
    """Queue this week's mail to each active administrator; how many were new.

    Called as often as one likes: the ISO week is the key. The count is that of all missions in
    use.
    """
    year, week, _day = now.isocalendar()
    key = f"{year}-W{week:02}"
    told = DirectoryMail.objects.filter(kind=DirectoryMailKind.GAPS, key=key).values("user")
    waiting = User.objects.filter(is_staff=True, is_active=True).exclude(pk__in=told)
    if not waiting:
        return 0
    number = sum(findings(mission, now).number for mission in Mission.objects.active())
    mail = {"kind": DirectoryMailKind.GAPS, "key": key, "number": number, "path": reverse("gaps")}
    return sum(queue_mail(user=user, **mail) for user in waiting)
