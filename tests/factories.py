"""Rows for tests: valid by default, everything fictional."""

from datetime import timedelta
from functools import cache

import factory
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from factory.django import DjangoModelFactory

from actors.models import (
    Activity,
    Area,
    BodyKind,
    Contact,
    CoordinationBody,
    Document,
    DutyShift,
    Leave,
    Location,
    Mission,
    Organization,
    OrganizationKind,
    Pathway,
    Post,
    PostHolding,
    Relation,
    RelationKind,
    Service,
    ServiceKind,
    User,
)
from actors.roles import Role

PASSWORD = "a password long enough"


@cache
def password_hash() -> str:
    """Of `PASSWORD`. Hashing is slow on purpose, so it happens once."""
    return make_password(PASSWORD)


class MissionFactory(DjangoModelFactory):
    class Meta:
        model = Mission

    code = factory.Sequence(lambda n: f"UNTEST{n}")
    name = factory.LazyAttribute(lambda mission: f"Fictional mission {mission.code}")
    is_fictional = True


class AreaFactory(DjangoModelFactory):
    """A district; give `parent` to hang it into the tree of the parent's mission."""

    class Meta:
        model = Area

    mission = factory.Maybe(
        "parent",
        factory.SelfAttribute("parent.mission"),
        factory.SubFactory(MissionFactory),
    )
    code = factory.Sequence(lambda n: f"QM{n:04d}")
    name = factory.Sequence(lambda n: f"District {n}")
    level = factory.LazyAttribute(lambda area: area.parent.level + 1 if area.parent else 2)
    parent = None


class RegionFactory(AreaFactory):
    code = factory.Sequence(lambda n: f"QR{n:02d}")
    name = factory.Sequence(lambda n: f"Region {n}")
    level = 1


class OrganizationFactory(DjangoModelFactory):
    """A mission component; give `parent` to make it part of another of the same mission."""

    class Meta:
        model = Organization

    mission = factory.Maybe(
        "parent",
        factory.SelfAttribute("parent.mission"),
        factory.SubFactory(MissionFactory),
    )
    name = factory.Sequence(lambda n: f"Component {n}")
    kind = OrganizationKind.MISSION_COMPONENT
    parent = None


class UserFactory(DjangoModelFactory):
    """Somebody who can sign in with `PASSWORD` and holds no post."""

    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"person{n}")
    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    password = factory.LazyFunction(password_hash)


class PostFactory(DjangoModelFactory):
    """A post for the whole mission; `areas=[...]` narrows it."""

    class Meta:
        model = Post
        skip_postgeneration_save = True

    role = Role.CPA
    organization = factory.SubFactory(OrganizationFactory)

    @factory.post_generation
    def areas(self, create, areas, **kwargs):
        if areas:
            self.areas.set(areas)


class PostHoldingFactory(DjangoModelFactory):
    """Somebody on duty from a month ago until in a year."""

    class Meta:
        model = PostHolding

    post = factory.SubFactory(PostFactory)
    user = factory.SubFactory(UserFactory)
    held_from = factory.LazyFunction(lambda: timezone.now() - timedelta(days=30))
    held_until = factory.LazyFunction(lambda: timezone.now() + timedelta(days=365))


class ContactFactory(DjangoModelFactory):
    """A working e-mail address of a person; `user=None, post=...` makes it a duty desk."""

    class Meta:
        model = Contact

    user = factory.SubFactory(UserFactory)
    address = factory.Sequence(lambda n: f"contact{n}@example.org")


class DutyShiftFactory(DjangoModelFactory):
    """A shift of eight hours that began an hour ago; give `post` and `user`."""

    class Meta:
        model = DutyShift

    begins_at = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1))
    ends_at = factory.LazyAttribute(lambda shift: shift.begins_at + timedelta(hours=8))


class LeaveFactory(DjangoModelFactory):
    """Away since yesterday, for a week."""

    class Meta:
        model = Leave

    user = factory.SubFactory(UserFactory)
    begins_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    ends_at = factory.LazyAttribute(lambda leave: leave.begins_at + timedelta(days=7))


class LocationFactory(DjangoModelFactory):
    class Meta:
        model = Location

    area = factory.SubFactory(AreaFactory)
    mission = factory.SelfAttribute("area.mission")
    name = factory.Sequence(lambda n: f"House {n}")


class ServiceFactory(DjangoModelFactory):
    """A service for the whole mission; `areas=[...]` narrows it."""

    class Meta:
        model = Service
        skip_postgeneration_save = True

    organization = factory.SubFactory(OrganizationFactory, kind=OrganizationKind.NGO_NATIONAL)
    name = factory.Sequence(lambda n: f"Service {n}")
    kind = ServiceKind.PSYCHOSOCIAL

    @factory.post_generation
    def areas(self, create, areas, **kwargs):
        if areas:
            self.areas.set(areas)


class CoordinationBodyFactory(DjangoModelFactory):
    class Meta:
        model = CoordinationBody

    organization = factory.SubFactory(OrganizationFactory, kind=OrganizationKind.COORDINATION_BODY)
    kind = BodyKind.CP_SUBCLUSTER


class PathwayFactory(DjangoModelFactory):
    """A pathway for sexual violence, valid since a month ago; give `area`."""

    class Meta:
        model = Pathway

    area = factory.SubFactory(AreaFactory)
    concern = "sexual_violence"
    valid_from = factory.LazyFunction(lambda: timezone.now().date() - timedelta(days=30))


class DocumentFactory(DjangoModelFactory):
    class Meta:
        model = Document

    mission = factory.SubFactory(MissionFactory)
    title = factory.Sequence(lambda n: f"Procedure {n}")
    kind = "sop"
    level = "mission"
    link = "https://example.org/procedure.pdf"


class ActivityFactory(DjangoModelFactory):
    class Meta:
        model = Activity

    organization = factory.SubFactory(OrganizationFactory, kind=OrganizationKind.NGO_NATIONAL)
    kind = ServiceKind.EDUCATION
    area = factory.LazyAttribute(lambda a: AreaFactory(mission=a.organization.mission))
    begins_on = factory.LazyFunction(lambda: timezone.now().date() - timedelta(days=10))


class RelationFactory(DjangoModelFactory):
    class Meta:
        model = Relation

    origin = factory.SubFactory(OrganizationFactory)
    target = factory.LazyAttribute(lambda r: OrganizationFactory(mission=r.origin.mission))
    kind = RelationKind.REFERS_TO
