"""The guards of one report: those at work, and those the CP lead has set aside."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from django.urls import reverse

from actors.models import User
from referrals.models import PolicyVersion, Report
from referrals.models.choices import Perpetrator
from referrals.permissions import can_read_policy
from referrals.views import clock
from referrals.workflow.overriding import is_overridable
from referrals.workflow.policies import said


def policy_page(report: Report, user: User) -> str:
    """The page of the policy version that decided, for who may read it."""
    if report.policy_id is None or not can_read_policy(user):
        return ""
    return reverse("policy-version", args=[_number_of(report.policy_id)])


@lru_cache(maxsize=16)
def _number_of(pk: int) -> int:
    """A version keeps its number for ever."""
    return PolicyVersion.objects.values_list("number", flat=True).get(pk=pk)


def guards_at_work(report: Report, *, can_lead: bool) -> list[dict[str, object]]:
    """Guards for `_guards.html`; those the reader may set aside carry an `override_url`."""
    return [
        {
            "id": guard["id"],
            "reason": said(guard["reason"], report.policy_id),
            "source": guard["source"],
            "override_url": reverse("override", args=[report.reference, guard["id"]])
            if can_lead and is_overridable(guard)
            else "",
        }
        for guard in report.decision.get("guards", ())
    ]


def guards_set_aside(report: Report, *, now: datetime) -> list[dict[str, object]]:
    """Who set which guard aside, when and why, for who leads on the report; one statement."""
    return [
        {
            "id": each.guard,
            "by": each.by,
            "clock": clock.past(each.at, now),
            "reason": each.reason,
            "stated": Perpetrator(each.facts["perpetrator"]).label
            if "perpetrator" in each.facts
            else "",
        }
        for each in report.overrides.select_related("by")
    ]
