"""Whether somebody answers for every role of the policy in every district of the demo."""

from __future__ import annotations

from datetime import datetime

from actors.directory import Directory
from actors.models import Area, Organization
from actors.roles import Role
from portal.demo.directory import DISTRICTS, Kesara
from portal.demo.people import OSKEL, PORT_SELA, TOLWE

# They file or are never told by a rule (policy 2.1).
NEVER_TOLD = {
    Role.UNPOL_OFFICER,
    Role.HS_POLICE_GENERAL,
    Role.HS_SECURITY_FORCES,
    Role.COMMUNITY_LEADER,
    Role.NGO_REPORTER,
}
INTENDED = {("QM0302", str(Role.UNPOL_CPFP_FIELD))}


def unexpected_gaps(kesara: Kesara, *, now: datetime) -> set[tuple[str, str]]:
    """District and role of what nobody answers for, beyond the gap the fixture wants."""
    areas = Area.objects.with_path().filter(mission=kesara.mission, code__in=DISTRICTS)
    return {gap for area in areas for gap in _gaps(kesara, area, now)} ^ INTENDED


def _gaps(kesara: Kesara, area: Area, now: datetime) -> set[tuple[str, str]]:
    directory = Directory.covering(area, at=now)
    told = set(Role) - NEVER_TOLD - {Role.UNPOL_SUPERVISOR}
    gaps = {(area.code, str(role)) for role in told if directory.resolve(role) is None}
    for site in (PORT_SELA, TOLWE, OSKEL):
        line = Organization.objects.line_of(kesara.organizations[site].pk)
        if directory.resolve(Role.UNPOL_SUPERVISOR, filer_organizations=line) is None:
            gaps.add((area.code, f"{Role.UNPOL_SUPERVISOR} of {site}"))
    return gaps
