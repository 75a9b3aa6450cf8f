"""Questions about reports, referrals and messages. Every read of a report starts at `visible_to`.

Visibility is derived, never stored (docs/access.md): the reporter, the posts that were let in,
the Senior Adviser's oversight of the standard track, and explicit shares; an implicated
organization is shut out whatever else would let it in.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_
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


class AskedEach(models.Subquery):
    """Whether there is a row, asked of each row of the outer query by an index.

    For lists that start from something rare. PostgreSQL makes a join of `EXISTS`, and may begin
    it with everything that somebody was ever told; the value of a subquery it leaves alone, and
    expects few to equal it.
    """

    template = "((%(subquery)s) = 1)"
    output_field = models.BooleanField()

    def __init__(self, rows: models.QuerySet) -> None:
        super().__init__(rows.order_by().values_list(models.Value(1))[:1])


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user: User, levels: Iterable[str] | None = None) -> ReportQuerySet:
        """The reports this person may know of, each with the levels it is granted to them at.

        `levels` leaves those that they read at one of these or better: what a filter or a search
        asks of a fact must not be answered from a report that does not show them that fact.
        """
        standing = standing_of(user)
        ways = _ways_in(user, standing, levels)
        return self.filter(reduce(or_, ways))._without_shut_out(standing).with_levels(standing)

    def told_to(self, user: User, levels: Iterable[str] | None = None) -> ReportQuerySet:
        """Those of `visible_to` that a post of theirs was told of, where few are asked about."""
        standing = standing_of(user)
        return self.filter(AskedEach(_told(standing, levels)))._without_shut_out(standing)

    def newest_for(
        self, user: User, number: int, levels: Iterable[str] | None = None
    ) -> models.QuerySet:
        """Primary keys of the newest of `visible_to`: each way in apart, by an index of its own,
        so that a million reports take no longer than a thousand.
        """
        standing = standing_of(user)
        first, *others = [
            self.filter(way)
            ._without_shut_out(standing)
            .order_by(*NEWEST)
            .values("pk", "filed_at", "reference")[:number]
            for way in _ways_in(user, standing, levels)
        ]
        return first.union(*others).order_by(*NEWEST)[:number]

    def with_levels(self, standing: Standing) -> ReportQuerySet:
        """With the levels at which posts and shares let this person read."""
        mine, shares = _mine(standing), _shares(standing)
        return self.annotate(
            granted=ArraySubquery(mine.values("redaction")),
            shared=ArraySubquery(shares.values("redaction")),
        )

    def _without_shut_out(self, standing: Standing) -> ReportQuerySet:
        return self.exclude(_shut_out(standing))

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
        """With all that one report's page shows; three statements."""
        return self.with_places().with_corrections().prefetch_related(recipients())

    def with_corrections(self) -> ReportQuerySet:
        """With what the CP lead has corrected, which every fact is read with; one statement."""
        return self.prefetch_related(_corrections())

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


# The newest first; the reference keeps apart what was filed in the same moment.
NEWEST = ("-filed_at", "-reference")


def _corrections() -> Prefetch:
    """What the CP lead has corrected, the first first, with who did it."""
    from referrals.models import Correction

    return Prefetch("corrections", Correction.objects.select_related("by").order_by("at", "pk"))


# Reports of the standard track. Of what was filed in confidence its reporter keeps the reference;
# the category tells it apart also while it is not routed yet.
_NOT_CONFIDED = Q(track=Track.STANDARD) & ~Q(perpetrator__in=CONFIDED)


def _ways_in(user: User, standing: Standing, levels: Iterable[str] | None) -> list[Q]:
    """Each way by which a report exists for somebody; told of it first (docs/access.md)."""
    shares = _shares(standing)
    if levels is not None:
        shares = shares.filter(redaction__in=levels)
    ways = [Q(Exists(_told(standing, levels)))]
    if levels is None or "OWN" in levels:
        ways.append(_NOT_CONFIDED & Q(reporter=user.pk))
    if standing.posts:
        ways.append(_NOT_CONFIDED & Q(Exists(shares)))
    overseen = standing.missions(Role.CPA_SENIOR)
    if overseen and (levels is None or "RD1" in levels):
        # The Senior Adviser oversees every standard report of the mission.
        ways.append(_NOT_CONFIDED & Q(mission__in=overseen))
    return ways


def _told(standing: Standing, levels: Iterable[str] | None) -> ReferralQuerySet:
    mine = _mine(standing)
    return mine if levels is None else mine.filter(redaction__in=levels)


def _mine(standing: Standing) -> ReferralQuerySet:
    from referrals.models import Referral

    return Referral.objects.let_in(standing).filter(report=OuterRef("pk"))


def _shares(standing: Standing) -> models.QuerySet:
    from referrals.models import ReportShare

    return ReportShare.objects.filter(
        content_object=OuterRef("pk"),
        group__in=standing.group_ids,
        expires_at__gt=timezone.now(),
    )


def _shut_out(standing: Standing) -> Q:
    """Reports that implicate an organization this person is tied to (policy 2.6, NO_SELF_ROUTE):
    as known now, and as known before any correction. A mistaken or forced correction must not
    open the record, which goes on saying who was named; `planning.implicated_in` routes alike.
    """
    from referrals.models import Correction

    shut_out = Q(pk__in=[])
    if not standing.posts:
        return shut_out
    ids = standing.related_organization_ids
    shut_out |= Q(perpetrator_org__isnull=False, perpetrator_org__in=ids)
    before = Q(was__perpetrator_org__id__in=list(ids))
    if standing.serves_host_state:
        shut_out |= Q(perpetrator__startswith="host_state")
        before |= Q(was__perpetrator__startswith="host_state")
    return shut_out | Exists(Correction.objects.filter(before, report=OuterRef("pk")))


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
        """The adviser is not told yet: the focal point forwards (policy 2.4, R03), and the
        deadline does, also what the focal point holds.
        """
        waiting = [ReferralStatus.PROPOSED, ReferralStatus.HELD]
        return self.filter(gate="cpfp_forward", status__in=waiting)

    def undecided(self) -> ReferralQuerySet:
        """Nobody has said yet what becomes of it."""
        return self.filter(status=ReferralStatus.PROPOSED)

    def with_partner(self) -> ReferralQuerySet:
        """Services asked for that nobody has accepted or declined yet."""
        told = [ReferralStatus.RELEASED, ReferralStatus.SENT, ReferralStatus.ACKNOWLEDGED]
        return self.filter(kind="referral", status__in=told, answered_at=None)

    def overdue(self, now: datetime) -> ReferralQuerySet:
        return self.filter(due_at__lt=now)


class NotificationQuerySet(models.QuerySet):
    def waiting(self) -> NotificationQuerySet:
        return self.filter(status__in=[NotificationStatus.PENDING, NotificationStatus.LEASED])

    def dead(self) -> NotificationQuerySet:
        return self.filter(status=NotificationStatus.DEAD)
