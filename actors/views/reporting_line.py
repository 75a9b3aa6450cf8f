"""How reporting works in a mission, in plain words, from its settings (policy 2.1, 2.4)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from actors.models import Mission, ReportingLine
from actors.permissions import Reach, Viewer
from actors.roles import Role


def how_reporting_works(viewer: Viewer) -> list[str]:
    """The rules as sentences, in the order in which they are needed."""
    lead = Role(viewer.mission.lead_role).label
    if viewer.reach < Reach.INSIDE:
        return [_("For every child you reach this mission through its %(lead)s.") % {"lead": lead}]
    return [
        _("Tell your own supervisor and the focal point, both of them, and each directly."),
        *_who_informs(viewer.mission, lead),
        _("Do not interview the child. Listen, and do not ask for details."),
        _("Do not investigate: that is not for the patrol that was told."),
        _(
            "Never pass a child's story to anybody outside the mission yourself. Agencies, NGOs "
            "and the host State are told only through the %(lead)s."
        )
        % {"lead": lead},
        _(
            "Is somebody of the United Nations or an aid worker alleged to have harmed a child? "
            "Then tell neither supervisor nor focal point. File it in confidence."
        ),
    ]


def _who_informs(mission: Mission, lead: str) -> list[str]:
    words = {
        ReportingLine.FOCAL_POINT: _("The focal point informs the %(lead)s."),
        ReportingLine.OFFICER: _("You inform the %(lead)s yourself, directly."),
        ReportingLine.BOTH: _("The focal point informs the %(lead)s, and so do you, directly."),
    }
    said = [words[mission.reporting_line] % {"lead": lead}]
    if not mission.has_cpa:
        said.insert(0, _("No adviser serves in this mission: Human Rights leads for children."))
    if mission.reporting_line == ReportingLine.FOCAL_POINT:
        said.append(_emergency(mission) % {"lead": lead})
    return said


def _emergency(mission: Mission) -> str:
    if mission.emergency_bypass:
        return _("In an emergency your report reaches the %(lead)s at once as well.")
    return _("In an emergency too: call the focal point at once, who informs the %(lead)s.")
