"""Whether a text says who somebody is, as far as the portal can tell in this mission."""

from __future__ import annotations

from actors.models import Area, Mission, Organization
from referrals.identity import Found, find_identity


def find_in_text(text: str, mission: Mission) -> list[Found]:
    """What in the text seems to identify somebody; no place or organization of the mission.

    One statement, and only where there is anything to ask.
    """
    found = find_identity(text)
    return found and find_identity(text, known_names(mission))


def known_names(mission: Mission) -> list[str]:
    """Names of the mission, its areas and organizations, the retired ones too; one statement."""
    areas = Area.objects.filter(mission=mission).order_by().values_list("name")
    organizations = Organization.objects.filter(mission=mission).order_by().values_list("name")
    return [mission.name, mission.code, *(name for (name,) in areas.union(organizations))]
