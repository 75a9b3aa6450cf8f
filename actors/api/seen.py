"""What a viewer sees of each kind of entry, over `actors.permissions.Viewer`.

Administrators see retired entries too: they may take one back into use.
"""

from __future__ import annotations

from django.db.models import Prefetch, Q, QuerySet

from actors.exchange.hsds import places_shown
from actors.models import (
    Activity,
    Area,
    CoordinationBody,
    Document,
    DutyShift,
    Handover,
    Leave,
    Location,
    Meeting,
    Mission,
    Organization,
    Pathway,
    PathwayStep,
    Post,
    PostHolding,
    Relation,
    Service,
    User,
)
from actors.permissions import INSIDE_KINDS, Reach, Viewer
from actors.standing import standing_of
from actors.workflow.handovers import handovers_of


def missions(viewer: Viewer) -> QuerySet[Mission]:
    return Mission.objects.filter(pk=viewer.mission.pk)


def areas(viewer: Viewer) -> QuerySet[Area]:
    found = Area.objects.filter(mission=viewer.mission)
    found = found if viewer.is_keeper else found.active()
    return found.select_related("mission", "parent")


def organizations(viewer: Viewer) -> QuerySet[Organization]:
    seen = viewer.organizations()
    found = Organization.objects.filter(mission=viewer.mission) if viewer.is_keeper else seen
    # A parent that the viewer may not know of is left out.
    parents = Prefetch("parent", viewer.organizations())
    return found.select_related("mission", "party_link").prefetch_related(parents, "affiliates")


def services(viewer: Viewer) -> QuerySet[Service]:
    found = viewer.services()
    if viewer.is_keeper:
        found = Service.objects.filter(organization__mission=viewer.mission)
    return found.select_related("organization__mission").prefetch_related(
        "areas", "opening_hours", Prefetch("locations", locations(viewer))
    )


def locations(viewer: Viewer) -> QuerySet[Location]:
    if viewer.is_keeper:
        found = Location.objects.filter(mission=viewer.mission)
        return found.select_related("mission", "area")
    return places_shown(viewer)


def posts(viewer: Viewer) -> QuerySet[Post]:
    found = Post.objects.filter(organization__mission=viewer.mission)
    if not viewer.is_keeper:
        found = found.active().filter(organization__in=viewer.organizations().values("pk"))
    return found.select_related("organization__mission").prefetch_related("areas")


def named_posts(viewer: Viewer) -> QuerySet[Post]:
    """Posts of which the viewer may know by whom they are held, as for contact data."""
    here = Post.objects.filter(organization__mission=viewer.mission)
    if viewer.reach == Reach.FULL:
        return here
    own = [organization.pk for organization in standing_of(viewer.user).organizations]
    seen = Q(role=viewer.mission.lead_role) | Q(organization__in=own)
    if viewer.reach == Reach.INSIDE:
        seen |= Q(organization__kind__in=INSIDE_KINDS)
    return here.active().filter(seen)


def people(viewer: Viewer) -> QuerySet[User]:
    return User.objects.all()


def holdings(viewer: Viewer) -> QuerySet[PostHolding]:
    found = PostHolding.objects.filter(post__in=named_posts(viewer).values("pk"))
    return found.select_related("post__organization__mission", "user")


def shifts(viewer: Viewer) -> QuerySet[DutyShift]:
    found = DutyShift.objects.filter(post__in=named_posts(viewer).values("pk"))
    return found.select_related("post__organization__mission", "user")


def leave(viewer: Viewer) -> QuerySet[Leave]:
    return Leave.objects.filter(user__in=holdings(viewer).values("user")).select_related("user")


def contacts(viewer: Viewer) -> QuerySet:
    owners = ("user", "post__organization", "organization", "service")
    return viewer.contacts().select_related(*owners)


def pathways(viewer: Viewer) -> QuerySet[Pathway]:
    steps = PathwayStep.objects.select_related("service__organization")
    if viewer.reach < Reach.INSIDE:
        steps = steps.filter(service__in=viewer.services().values("pk"))
    found = Pathway.objects.filter(area__mission=viewer.mission)
    found = found.select_related("area__mission", "endorsed_by")
    return found.prefetch_related(Prefetch("steps", steps))


def bodies(viewer: Viewer) -> QuerySet[CoordinationBody]:
    known = viewer.organizations()
    found = CoordinationBody.objects.filter(organization__in=known.values("pk"))
    return found.select_related("organization__mission", "area").prefetch_related(
        Prefetch("chairs", known), Prefetch("members", known)
    )


def meetings(viewer: Viewer) -> QuerySet[Meeting]:
    found = Meeting.objects.filter(body__organization__in=viewer.organizations().values("pk"))
    return found.select_related("body__organization__mission")


def documents(viewer: Viewer) -> QuerySet[Document]:
    """Without the files themselves."""
    found = Document.objects.filter(mission=viewer.mission)
    if not viewer.is_keeper:
        known = viewer.organizations().values("pk")
        found = found.filter(retired_at=None)
        found = found.filter(Q(organization=None) | Q(organization__in=known))
    return found.select_related("mission", "area", "organization").defer("content")


def activities(viewer: Viewer) -> QuerySet[Activity]:
    found = Activity.objects.filter(organization__in=viewer.organizations().values("pk"))
    return found.select_related("organization__mission", "area")


def relations(viewer: Viewer) -> QuerySet[Relation]:
    known = viewer.organizations().values("pk")
    found = Relation.objects.filter(origin__in=known, target__in=known)
    return found.select_related("origin__mission", "target")


def handovers(viewer: Viewer) -> QuerySet[Handover]:
    """One's own; for administrators all."""
    found = handovers_of(viewer.user).filter(post__organization__mission=viewer.mission)
    return found.select_related("post__organization__mission", "outgoing__user", "incoming")
