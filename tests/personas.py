"""A small UNMIX with one person in every seat a test needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from actors.models import Area, Contact, Mission, Organization, Post, PostHolding, User
from actors.roles import Role
from referrals.workflow.filing import Filed, file_report
from referrals.workflow.filings import Filing

AREAS = [
    ("QM01", "Northern Reach", None),
    ("QM0101", "Tolwe", "QM01"),
    ("QM02", "Lakeside", None),
    ("QM0201", "Port Sela", "QM02"),
    ("QM03", "Southmark", None),
    ("QM0302", "Vale of Myre", "QM03"),
]
ORGANIZATIONS = [
    # name, kind, parent
    ("UNMIX Police", "mission_component", None),
    ("UNPOL Team Site Port Sela", "mission_component", "UNMIX Police"),
    ("Child Protection Section", "mission_component", None),
    ("Mission components", "mission_component", None),
    ("UNMIX Contingent 4", "contingent", None),
    ("WHO Kesara", "un_entity", None),
    ("UNICEF Kesara", "un_entity", None),
    ("CTFMR Kesara", "coordination_body", None),
    ("Hearth and Haven", "ngo_national", None),
    ("Kesara National Police", "host_state_police", None),
    ("Kesara Children and Women Unit", "host_state_police", "Kesara National Police"),
    ("Kesara Armed Forces", "host_state_army", None),
    ("Front for Myre", "armed_group", None),
]
COMPONENTS = [
    "HUMAN_RIGHTS",
    "SRSG_OFFICE",
    "DSRSG_RC_HC",
    "JOC",
    "JMAC",
    "POC_ADVISER",
    "MILITARY_LIAISON",
    "GENDER",
    "WPA",
    "DDR",
    "JUSTICE_CORRECTIONS",
    "CIVIL_AFFAIRS",
    "POLITICAL_AFFAIRS",
    "PUBLIC_INFORMATION",
    "UNMAS",
    "HRDDP_SECRETARIAT",
    "CONDUCT_DISCIPLINE",
    "VICTIMS_RIGHTS",
    "STAFF_WELFARE",
]
SEATS = [
    # role, organization, areas covered (none: the whole mission)
    ("UNPOL_OFFICER", "UNPOL Team Site Port Sela", ["QM0201"]),
    ("UNPOL_SUPERVISOR", "UNPOL Team Site Port Sela", ["QM0201"]),
    ("UNPOL_CPFP_FIELD", "UNMIX Police", ["QM01", "QM02"]),
    ("UNPOL_CPFP_HQ", "UNMIX Police", []),
    ("HOPC", "UNMIX Police", []),
    ("CPA", "Child Protection Section", []),
    ("CPA_SENIOR", "Child Protection Section", []),
    *[(role, "Mission components", []) for role in COMPONENTS],
    ("WHO", "WHO Kesara", []),
    ("UNICEF_CP", "UNICEF Kesara", []),
    ("CTFMR", "CTFMR Kesara", []),
    ("PSS_PROVIDER", "Hearth and Haven", []),
    ("HS_POLICE_SPECIALISED", "Kesara Children and Women Unit", []),
]


@dataclass
class Unmix:
    """The mission and its people: `unmix.user(Role.CPA)`, `unmix.area("QM0201")`."""

    mission: Mission
    areas: dict[str, Area]
    organizations: dict[str, Organization]
    people: dict[str, User]
    posts: dict[str, Post] = field(default_factory=dict)

    def user(self, role: str) -> User:
        # Read anew: what a person stands for is remembered on the object.
        return User.objects.get(pk=self.people[role].pk)

    def area(self, code: str) -> Area:
        return Area.objects.with_path().get(mission=self.mission, code=code)

    def filing(self, **changes) -> Filing:
        """S04 of the worked scenarios, with changes: the children's ward of the main hospital."""
        facts = {
            "violations": ["attack_school_hospital"],
            "facility": "hospital",
            "perpetrator": "unknown",
            "source": "social_worker",
            "patrol": "joint_host_state",
        } | changes.pop("facts", {})
        area = self.area(changes.pop("area", "QM0201"))
        values = {"uuid": uuid4(), "mission": self.mission, "area": area, "facts": facts}
        return Filing(**values | changes)

    def file(self, at=None, **changes) -> Filed:
        return file_report(
            reporter=self.user(Role.UNPOL_OFFICER), filing=self.filing(**changes), at=at
        )


def settle_unmix() -> Unmix:
    """Store the mission, its directory and its people."""
    mission = Mission.objects.create(code="UNMIX", name="UN Mission in Kesara", is_fictional=True)
    areas: dict[str, Area] = {}
    for code, name, parent in AREAS:
        areas[code] = Area.objects.create(
            mission=mission,
            code=code,
            name=name,
            level=2 if parent else 1,
            parent=areas.get(parent),
        )
    organizations: dict[str, Organization] = {}
    for name, kind, parent in ORGANIZATIONS:
        organizations[name] = Organization.objects.create(
            mission=mission, name=name, kind=kind, parent=organizations.get(parent)
        )
    unmix = Unmix(mission, areas, organizations, people={})
    for role, organization, covered in SEATS:
        _seat(unmix, role, organizations[organization], [areas[code] for code in covered])
    return unmix


def _seat(unmix: Unmix, role: str, organization: Organization, areas: list[Area]) -> None:
    post = Post.objects.create(role=role, organization=organization)
    post.areas.set(areas)
    user = User.objects.create(
        username=role.lower(), name=f"Person of {role}", email=f"{role.lower()}@example.org"
    )
    now = timezone.now()
    PostHolding.objects.create(
        post=post,
        user=user,
        held_from=now - timedelta(days=30),
        held_until=now + timedelta(days=300),
    )
    Contact.objects.create(user=user, address=user.email)
    unmix.people[role], unmix.posts[role] = user, post
