"""Who may see what of the directory, and who keeps it (docs/access.md).

Contact data of people who help children is shown on need only: colleagues of the mission to
each other, everybody else's to those who lead on child protection and to administrators.
Officers reach helpers outside the mission through the adviser, never directly.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from django.db.models import Q, QuerySet
from django.utils import timezone

from actors.models import (
    Contact,
    Mission,
    Organization,
    OrganizationKind,
    Post,
    PostHolding,
    Service,
    User,
)
from actors.models.services import ServiceKind
from actors.roles import Role
from actors.standing import standing_of

INSIDE_KINDS = (OrganizationKind.MISSION_COMPONENT, OrganizationKind.CONTINGENT)
PARTNER_KINDS = (
    OrganizationKind.UN_ENTITY,
    OrganizationKind.NGO_INTERNATIONAL,
    OrganizationKind.NGO_NATIONAL,
    OrganizationKind.RED_CROSS,
    OrganizationKind.COORDINATION_BODY,
)
ADVISERS = frozenset({Role.CPA, Role.CPA_SENIOR})
# The fields of an organization that say how far it is trusted (`Viewer.sees_assessments`).
ASSESSMENTS = (
    "affiliates",
    "party_link",
    "hrddp_status",
    "hrddp_assessed_on",
    "hrddp_expires_on",
    "hrddp_conditions",
    "hrddp_assessor",
    "security_rating",
    "security_assessed_on",
    "security_assessor",
    "sharing_signed_on",
    "sharing_expires_on",
    "do_not_attribute",
    "perception_note",
)


class Reach(IntEnum):
    """How much of a mission's directory somebody sees."""

    NOTHING = 0
    # A host-State body or a community: their own entries and whom they turn to.
    OWN = 1
    # A UN entity, an NGO: who does what where, without assessments and contact data of others.
    PARTNER = 2
    # The mission: all entries, and the contact data of colleagues.
    INSIDE = 3
    # Who leads on child protection, and administrators: everything.
    FULL = 4


@dataclass(frozen=True)
class Viewer:
    """Somebody who looks at one mission's directory."""

    user: User
    mission: Mission
    reach: Reach

    @property
    def is_keeper(self) -> bool:
        """May change the directory."""
        return self.user.is_staff

    @property
    def sees_assessments(self) -> bool:
        """Security, due diligence, agreements, perception, party links, and gaps."""
        return self.reach == Reach.FULL

    def organizations(self):
        """The organizations in use that this person may know of."""
        found = Organization.objects.active().filter(mission=self.mission)
        if self.reach >= Reach.INSIDE:
            return found
        return found.filter(self._organizations_seen())

    def services(self):
        """The services in use that this person may know of."""
        return Service.objects.active().filter(organization__in=self.organizations().values("pk"))

    def sees_place_of(self, service: Service) -> bool:
        """Where a shelter lies is known to few: somebody may be looking for a child in it."""
        return service.kind != ServiceKind.SAFE_SHELTER or self.reach == Reach.FULL

    def contacts(self):
        """The contact data this person may be shown. Whoever shows it records the look."""
        here = Contact.objects.filter(_of_mission(self.mission))
        if self.reach == Reach.FULL:
            return here
        if self.reach == Reach.NOTHING:
            return here.none()
        return here.filter(self._contacts_seen())

    def _organizations_seen(self) -> Q:
        own = Q(pk__in=self._own) | Q(posts__role=self.mission.lead_role)
        if self.reach == Reach.PARTNER:
            own |= Q(kind__in=(*PARTNER_KINDS, *INSIDE_KINDS))
        matching = Organization.objects.filter(own, mission=self.mission)
        return Q(pk__in=matching.values("pk"))

    def _contacts_seen(self) -> Q:
        lead, own = self.mission.lead_role, self._own
        posts = Q(role=lead) | Q(organization__in=own)
        seen = Q(organization__in=own) | Q(service__organization__in=own)
        if self.reach == Reach.INSIDE:
            posts |= Q(organization__kind__in=INSIDE_KINDS)
            seen |= Q(organization__kind__in=INSIDE_KINDS)
        shown = Post.objects.active().filter(posts, organization__mission=self.mission)
        return seen | Q(post__in=shown.values("pk")) | Q(user__in=_holders(shown))

    @cached_property
    def _own(self) -> list[int]:
        return [org.pk for org in standing_of(self.user).organizations]


def viewer_of(user: User, mission: Mission) -> Viewer:
    """What this person may see of this mission's directory now."""
    return Viewer(user=user, mission=mission, reach=_reach(user, mission))


def can_keep_directory(user: User) -> bool:
    """Administrators; everybody else reads."""
    return user.is_staff


def missions_seen(user: User) -> list[Mission]:
    """Missions whose directory this person may open: their own, for administrators all in use."""
    if user.is_staff:
        return list(Mission.objects.active())
    return standing_of(user).missions_in_use()


def sees_a_whole_directory(user: User) -> bool:
    """Whether there is a mission of which this person may see everything."""
    return any(_reach(user, mission) == Reach.FULL for mission in missions_seen(user))


def _reach(user: User, mission: Mission) -> Reach:
    if user.is_staff:
        return Reach.FULL
    standing = standing_of(user)
    return max((_reach_of(post, mission) for post in standing.posts), default=Reach.NOTHING)


def _reach_of(post, mission: Mission) -> Reach:
    if post.organization.mission_id != mission.pk:
        return Reach.NOTHING
    if post.organization.kind in INSIDE_KINDS:
        leads = post.role in {*ADVISERS, mission.lead_role}
        return Reach.FULL if leads else Reach.INSIDE
    return Reach.PARTNER if post.organization.kind in PARTNER_KINDS else Reach.OWN


def _of_mission(mission: Mission) -> Q:
    posts = Post.objects.active().filter(organization__mission=mission)
    return (
        Q(organization__mission=mission)
        | Q(post__in=posts.values("pk"))
        | Q(service__organization__mission=mission)
        | Q(user__in=_holders(posts))
    )


def _holders(posts: QuerySet[Post]) -> QuerySet:
    """Who holds one of these posts now. Whoever left is a colleague no longer."""
    held = PostHolding.objects.on_duty(timezone.now()).filter(post__in=posts.values("pk"))
    return held.values("user")
