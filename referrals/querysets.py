"""Questions about reports, referrals and messages. Every read of a report starts at `visible_to`.

Visibility is derived, never stored (docs/access.md): the reporter, the posts that were let in,
the Senior Adviser's oversight of the standard track, and explicit shares; an implicated
organization is shut out whatever else would let it in.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone

from actors.roles import Role
from actors.standing import Standing, standing_of
from referrals.models.choices import CONFIDED, Track
from referrals.statuses import LET_IN, NotificationStatus, ReferralStatus

if TYPE_CHECKING:
    from actors.models import User
    from referrals.models import Report


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> ReportQuerySet:
        """The reports this person may know of, each with the levels it is granted to them at."""
        from referrals.models import Referral, ReportShare

        standing = standing_of(user)
        mine = Referral.objects.let_in(standing).filter(report=OuterRef("pk"))
        shares = ReportShare.objects.filter(
            content_object=OuterRef("pk"),
            group__in=standing.group_ids,
            expires_at__gt=timezone.now(),
        )
        openly = Q(reporter=user.pk)
        if standing.posts:
            openly |= Exists(shares) | _oversight(standing)
        allowed = Exists(mine) | (_NOT_CONFIDED & openly)
        return (
            self.filter(allowed)
            .exclude(_shut_out(standing))
            .annotate(
                granted=ArraySubquery(mine.values("redaction")),
                shared=ArraySubquery(shares.values("redaction")),
            )
        )

    def with_places(self) -> ReportQuerySet:
        """With the place, the people and the party that its facts name; no further statement."""
        return self.select_related(
            "mission",
            "area__parent__parent__parent",
            "reporter",
            "reporter_post__organization",
            "perpetrator_org",
            "annex",
            "adds_to",
        )

    def in_full(self) -> ReportQuerySet:
        """With all that one report's page shows; two statements."""
        return self.with_places().prefetch_related(recipients())

    def filed_by(self, user: User) -> ReportQuerySet:
        return self.filter(reporter=user)

    def with_questions(self) -> ReportQuerySet:
        """Each with `is_asked`: the CP lead has asked something that nobody has answered."""
        from referrals.models import MessageKind, ReportMessage

        answers = ReportMessage.objects.filter(
            report=OuterRef("report"), kind=MessageKind.ADDITION, pk__gt=OuterRef("pk")
        )
        questions = ReportMessage.objects.filter(report=OuterRef("pk"), kind=MessageKind.QUESTION)
        return self.annotate(is_asked=Exists(questions.filter(~Exists(answers))))

    def unrouted(self) -> ReportQuerySet:
        """Stored reports whose recipients are not worked out yet."""
        return self.filter(routed_at=None)


def recipients() -> Prefetch:
    """A report's referrals with their organizations, in the order of the policy."""
    from referrals.models import Referral

    return Prefetch(
        "referrals", Referral.objects.select_related("organization").order_by("position")
    )


# Reports of the standard track. Of what was filed in confidence its reporter keeps the reference;
# the category tells it apart also while it is not routed yet.
_NOT_CONFIDED = Q(track=Track.STANDARD) & ~Q(perpetrator__in=CONFIDED)


def _oversight(standing: Standing) -> Q:
    """The Senior Adviser oversees every standard report of the mission."""
    return Q(mission__in=standing.missions(Role.CPA_SENIOR))


def _shut_out(standing: Standing) -> Q:
    """Reports that implicate an organization this person is tied to (policy 2.6, NO_SELF_ROUTE)."""
    shut_out = Q(pk__in=[])
    if standing.posts:
        shut_out |= Q(
            perpetrator_org__isnull=False, perpetrator_org__in=standing.related_organization_ids
        )
    if standing.serves_host_state:
        shut_out |= Q(perpetrator__startswith="host_state")
    return shut_out


class ReferralQuerySet(models.QuerySet):
    def let_in(self, standing: Standing) -> ReferralQuerySet:
        """Referrals by which these posts may open a report."""
        return self.filter(post__in=standing.post_ids, status__in=LET_IN)

    def leading(self, report: Report) -> ReferralQuerySet:
        """The one by which the CP lead leads on this report, where somebody does."""
        return self.filter(
            report=report, role=report.mission.lead_role, kind="action", status__in=LET_IN
        )

    def unacknowledged(self) -> ReferralQuerySet:
        """For action, told, and nobody has said yet that they have it."""
        return self.filter(kind="action", status__in=[ReferralStatus.RELEASED, ReferralStatus.SENT])

    def awaiting_release(self) -> ReferralQuerySet:
        """Proposals that wait for the CP lead."""
        return self.filter(gate__startswith="cp_lead", status=ReferralStatus.PROPOSED)

    def held(self) -> ReferralQuerySet:
        return self.filter(status=ReferralStatus.HELD)

    def awaiting_forward(self) -> ReferralQuerySet:
        """The adviser is not told yet: the focal point forwards (policy 2.4, R03)."""
        return self.filter(gate="cpfp_forward", status=ReferralStatus.PROPOSED)

    def overdue(self, now: datetime) -> ReferralQuerySet:
        return self.filter(due_at__lt=now)


class NotificationQuerySet(models.QuerySet):
    def waiting(self) -> NotificationQuerySet:
        return self.filter(status__in=[NotificationStatus.PENDING, NotificationStatus.LEASED])

    def dead(self) -> NotificationQuerySet:
        return self.filter(status=NotificationStatus.DEAD)
