"""The fictional mission UNMIX in the fictional Republic of Kesara: places and organizations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from actors.models import (
    Area,
    Contact,
    HrddpStatus,
    Mission,
    Organization,
    OrganizationKind,
    Post,
    SecurityRating,
)
from actors.roles import Role

MISSION = "UNMIX"

# The country lies on the Antarctic plateau: land where nobody lives, so no real place is meant.
AREAS = (
    ("QM01", "Northern Reach", None, "-78.60", "68.40"),
    ("QM0101", "Tolwe", "QM01", "-78.42", "67.85"),
    ("QM0102", "Harun Gate", "QM01", "-78.81", "69.30"),
    ("QM02", "Lakeside", None, "-79.70", "70.10"),
    ("QM0201", "Port Sela", "QM02", "-79.55", "70.62"),
    ("QM0202", "Ndara", "QM02", "-79.92", "69.14"),
    ("QM03", "Southmark", None, "-80.75", "71.20"),
    ("QM0301", "Oskel", "QM03", "-80.58", "70.47"),
    ("QM0302", "Vale of Myre", "QM03", "-81.03", "72.35"),
)
DISTRICTS = tuple(code for code, _name, parent, *_centre in AREAS if parent)

POLICE = "UNMIX Police Component (UNPOL)"
MILITARY = "UNMIX Military Component"
HOST_POLICE = "Kesara National Police"
RELIEF_CIRCLE, FRONT = "Sela Relief Circle", "Front for Myre"
# A partner that nobody signs in for: it answers by the link in a mail.
LANTERN_HOUSE, PARTNER_DESK = "Lantern House", "lantern.house@example.org"
CHILDREN_UNIT = "Kesara Children and Women Unit"

COMPONENT, CONTINGENT = OrganizationKind.MISSION_COMPONENT, OrganizationKind.CONTINGENT
UN_ENTITY, BODY = OrganizationKind.UN_ENTITY, OrganizationKind.COORDINATION_BODY

# Name, kind, part of. Offices that exist elsewhere under such a name say that these do not.
ORGANIZATIONS = (
    (POLICE, COMPONENT, None),
    ("UNPOL Team Site Port Sela", COMPONENT, POLICE),
    ("UNPOL Team Site Tolwe", COMPONENT, POLICE),
    ("UNPOL Team Site Oskel", COMPONENT, POLICE),
    ("UNPOL Investigation Unit", COMPONENT, POLICE),
    (MILITARY, COMPONENT, None),
    ("UNMIX Contingent 2", CONTINGENT, MILITARY),
    ("UNMIX Contingent 4", CONTINGENT, MILITARY),
    ("UNMIX Child Protection Section", COMPONENT, None),
    ("UNMIX Human Rights Service", COMPONENT, None),
    ("UNMIX Office of the SRSG", COMPONENT, None),
    ("UNMIX Office of the DSRSG/RC/HC", COMPONENT, None),
    ("UNMIX Joint Operations Centre", COMPONENT, None),
    ("UNMIX Joint Mission Analysis Centre", COMPONENT, None),
    ("UNMIX Protection of Civilians Unit", COMPONENT, None),
    ("UNMIX Gender Unit", COMPONENT, None),
    ("UNMIX Women Protection Unit", COMPONENT, None),
    ("UNMIX DDR Section", COMPONENT, None),
    ("UNMIX Justice and Corrections Section", COMPONENT, None),
    ("UNMIX Civil Affairs Section", COMPONENT, None),
    ("UNMIX Political Affairs Division", COMPONENT, None),
    ("UNMIX Public Information Section", COMPONENT, None),
    ("UNMIX Mine Action Service", COMPONENT, None),
    ("UNMIX HRDDP Secretariat", COMPONENT, None),
    ("UNMIX Conduct and Discipline Team", COMPONENT, None),
    ("UNMIX Victims' Rights Office", COMPONENT, None),
    ("UNMIX Staff Welfare Unit", COMPONENT, None),
    ("UNICEF in Kesara (fictional)", UN_ENTITY, None),
    ("UNHCR in Kesara (fictional)", UN_ENTITY, None),
    ("IOM in Kesara (fictional)", UN_ENTITY, None),
    ("WHO in Kesara (fictional)", UN_ENTITY, None),
    ("UNFPA in Kesara (fictional)", UN_ENTITY, None),
    ("UN Women in Kesara (fictional)", UN_ENTITY, None),
    ("UNODC in Kesara (fictional)", UN_ENTITY, None),
    ("ILO in Kesara (fictional)", UN_ENTITY, None),
    ("ICRC in Kesara (fictional)", OrganizationKind.RED_CROSS, None),
    ("Kesara Task Force on Monitoring and Reporting", BODY, None),
    ("Kesara Child Protection Sub-Cluster", BODY, None),
    ("Kesara GBV Sub-Cluster", BODY, None),
    ("Kesara Protection Cluster", BODY, None),
    ("Kesara PSEA Network", BODY, None),
    ("Hearth and Haven", OrganizationKind.NGO_INTERNATIONAL, None),
    ("Bridges for Children", OrganizationKind.NGO_NATIONAL, None),
    (LANTERN_HOUSE, OrganizationKind.NGO_NATIONAL, None),
    (RELIEF_CIRCLE, OrganizationKind.NGO_NATIONAL, None),
    (HOST_POLICE, OrganizationKind.HOST_STATE_POLICE, None),
    (CHILDREN_UNIT, OrganizationKind.HOST_STATE_POLICE, HOST_POLICE),
    ("Kesara Armed Forces", OrganizationKind.HOST_STATE_ARMY, None),
    (FRONT, OrganizationKind.ARMED_GROUP, None),
    ("Red Lantern militia", OrganizationKind.ARMED_GROUP, None),
)

# How much each can keep safe; who is not named has not been assessed.
SECURITY = {
    "UNICEF in Kesara (fictional)": SecurityRating.IDENTITY,
    "UNFPA in Kesara (fictional)": SecurityRating.CASE,
    "Hearth and Haven": SecurityRating.CASE,
    "UN Women in Kesara (fictional)": SecurityRating.SUMMARY,
}
ASSESSED = {
    "security_assessed_on": date(2026, 9, 1),
    "security_assessor": "Kesara Child Protection Sub-Cluster",
}
# Signed agreements on sharing information: on, until. One of them runs out soon.
AGREEMENTS = {
    "UNICEF in Kesara (fictional)": (date(2026, 1, 15), None),
    "Hearth and Haven": (date(2026, 2, 1), timedelta(days=25)),
    "Bridges for Children": (date(2026, 3, 1), timedelta(days=300)),
}
DESCRIBED = {
    "Hearth and Haven": "Health care, psychosocial support and shelter for children.",
    "Bridges for Children": "Case management, counselling and legal help for children.",
    LANTERN_HOUSE: "A small house in the Vale of Myre that takes in girls for some weeks.",
    RELIEF_CIRCLE: "Food and relief items along the lake.",
}
REPORTING_LINE_WORDS = (
    "Call your supervisor and the focal point of your area as soon as you can speak freely. "
    "File the report before the end of your shift. By night call the focal point on duty first; "
    "if nobody answers within ten minutes, call headquarters."
)
CONDUCT_CONTACT = (
    "conduct.unmix@example.org, read by the team alone\n"
    "Hotline: extension 4040, day and night\n"
    "In person: block C, room 12; locked box beside the canteen in Port Sela"
)
OIOS_CONTACT = (
    "oversight.kesara@example.org\n"
    "Hotline: extension 7070, day and night; you need not say who you are"
)
DUE_DILIGENCE = {
    "QM0101": HrddpStatus.CLEARED,
    "QM0102": HrddpStatus.PENDING,
    "QM0201": HrddpStatus.CLEARED,
    "QM0202": HrddpStatus.CONDITIONAL,
    "QM0301": HrddpStatus.PENDING,
    "QM0302": HrddpStatus.NOT_CLEARED,
}


@dataclass(frozen=True)
class Kesara:
    """What was built: areas by P-code, organizations by name."""

    mission: Mission
    areas: dict[str, Area]
    organizations: dict[str, Organization]


def build_directory(*, now: datetime) -> Kesara:
    """Store the mission, its areas, its organizations and the duty desks of the host State."""
    mission = Mission.objects.create(
        code=MISSION,
        name="UNMIX, Mission in Kesara (fictional)",
        is_fictional=True,
        reporting_line_words=REPORTING_LINE_WORDS,
        conduct_contact=CONDUCT_CONTACT,
        oios_contact=OIOS_CONTACT,
    )
    kesara = Kesara(mission, _build_areas(mission), _build_organizations(mission))
    _describe(kesara, now)
    for code in DISTRICTS:
        _build_children_unit(kesara, kesara.areas[code], now)
    _build_desk(
        kesara.organizations[LANTERN_HOUSE],
        Role.SHELTER_PROVIDER,
        kesara.areas["QM0302"],
        PARTNER_DESK,
    )
    return kesara


def _build_areas(mission: Mission) -> dict[str, Area]:
    areas: dict[str, Area] = {}
    for code, name, parent, latitude, longitude in AREAS:
        areas[code] = Area.objects.create(
            mission=mission,
            code=code,
            name=name,
            level=2 if parent else 1,
            parent=areas.get(parent),
            latitude=latitude,
            longitude=longitude,
        )
    return areas


def _build_organizations(mission: Mission) -> dict[str, Organization]:
    built: dict[str, Organization] = {}
    for name, kind, parent in ORGANIZATIONS:
        rated = {"security_rating": SECURITY[name]} | ASSESSED if name in SECURITY else {}
        built[name] = Organization.objects.create(
            mission=mission, name=name, kind=kind, parent=built.get(parent), **rated
        )
    return built


def _describe(kesara: Kesara, now: datetime) -> None:
    """What is known of some of them: what they do, what they signed, whom they stand close to."""
    named = kesara.organizations
    for name, (signed_on, lasts) in AGREEMENTS.items():
        expires_on = (now + lasts).date() if lasts else None
        Organization.objects.filter(pk=named[name].pk).update(
            sharing_signed_on=signed_on, sharing_expires_on=expires_on
        )
    for name, words in DESCRIBED.items():
        Organization.objects.filter(pk=named[name].pk).update(description=words)
    Organization.objects.filter(pk=named[RELIEF_CIRCLE].pk).update(
        party_link=named[FRONT], perception_note="Taken to stand close to the Front for Myre."
    )


def _build_children_unit(kesara: Kesara, area: Area, now: datetime) -> None:
    """A host-State unit has a duty desk and no account: its people never sign in."""
    status = DUE_DILIGENCE[area.code]
    assessed = {} if status == HrddpStatus.PENDING else _assessed(status, now)
    unit = Organization.objects.create(
        mission=kesara.mission,
        name=f"{CHILDREN_UNIT}, {area.name}",
        kind=OrganizationKind.HOST_STATE_POLICE,
        parent=kesara.organizations[CHILDREN_UNIT],
        hrddp_status=status,
        specialised_in_children=True,
        **assessed,
    )
    address = f"children.unit.{area.code.lower()}@example.org"
    _build_desk(unit, Role.HS_POLICE_SPECIALISED, area, address)


def _build_desk(organization: Organization, role: Role, area: Area, address: str) -> None:
    """A post that is reached at its desk; nobody holds it with an account."""
    post = Post.objects.create(role=role, organization=organization)
    post.areas.add(area)
    Contact.objects.create(post=post, address=address)


def _assessed(status: str, now: datetime) -> dict[str, object]:
    conditions = "Only officers who were trained; the adviser is told of each child."
    return {
        "hrddp_assessed_on": (now - timedelta(days=200)).date(),
        "hrddp_expires_on": (now + timedelta(days=165)).date(),
        "hrddp_assessor": "UNMIX HRDDP Secretariat",
        "hrddp_conditions": conditions if status == HrddpStatus.CONDITIONAL else "",
    }
