"""Who may do what to a report and to the policy. Seeing a report is decided in `querysets`,
before any of this.
"""

from __future__ import annotations

from django.db.models import Q

from actors.models import Mission, User
from actors.roles import Role
from actors.standing import standing_of
from referrals.models import PolicySwitch, Referral, Report, ReportMessage
from referrals.models.reasons import VerificationStage
from referrals.statuses import LET_IN

ADVISERS = frozenset({Role.CPA, Role.CPA_SENIOR})
FOCAL_POINTS = frozenset({Role.UNPOL_CPFP_FIELD, Role.UNPOL_CPFP_HQ})
POLICE = frozenset(role for role in Role if role.startswith("UNPOL")) | {Role.HOPC}
TASK_FORCE = (Role.CPA_SENIOR, Role.CTFMR)
LATER_STAGES = frozenset({VerificationStage.CO_CHAIRS, VerificationStage.TASK_FORCE})
READS_MESSAGES = frozenset({"RD0", "OWN", "RD1"})
READS_PLANS = frozenset({"RD0", "RD1", "RD2"})
# The police, the components and the leadership of the mission (module 5, role-play 2).
PLANNERS = frozenset(
    {
        Role.UNPOL_SUPERVISOR,
        *FOCAL_POINTS,
        Role.HOPC,
        *ADVISERS,
        Role.HUMAN_RIGHTS,
        Role.SRSG_OFFICE,
        Role.DSRSG_RC_HC,
        Role.JOC,
        Role.JMAC,
        Role.POC_ADVISER,
        Role.MILITARY_LIAISON,
        Role.GENDER,
        Role.WPA,
        Role.DDR,
        Role.JUSTICE_CORRECTIONS,
        Role.CIVIL_AFFAIRS,
        Role.POLITICAL_AFFAIRS,
        Role.PUBLIC_INFORMATION,
        Role.UNMAS,
    }
)


def my_referrals(user: User, report: Report) -> list[Referral]:
    """The referrals by which this person may open the report. No query after a prefetch."""
    posts = set(standing_of(user).post_ids)
    return [r for r in report.referrals.all() if r.post_id in posts and r.status in LET_IN]


def can_acknowledge(user: User, report: Report) -> bool:
    return any(_waits_for_acknowledgement(r) for r in my_referrals(user, report))


def can_forward(user: User, report: Report) -> bool:
    """The focal point who was told for action may forward what waits for it, held or not."""
    return _has_to_forward(report, "proposed", "held") and acts_as_focal_point(user, report)


def can_hold_forward(user: User, report: Report) -> bool:
    """And may let it wait, once."""
    return _has_to_forward(report, "proposed") and acts_as_focal_point(user, report)


def _has_to_forward(report: Report, *statuses: str) -> bool:
    return any(r.gate == "cpfp_forward" and r.status in statuses for r in report.referrals.all())


def acts_as_focal_point(user: User, report: Report) -> bool:
    """A UNPOL focal point who was told for action (policy 2.4, R02)."""
    return any(r.role in FOCAL_POINTS and r.kind == "action" for r in my_referrals(user, report))


def can_lead(user: User, report: Report) -> bool:
    """The CP lead of this report: may release and share."""
    lead = report.mission.lead_role
    return report.track == "standard" and any(
        r.role == lead and r.kind == "action" for r in my_referrals(user, report)
    )


def can_note_interview(user: User, report: Report) -> bool:
    """Whoever was told the record for action may note who has spoken to the child."""
    return report.track == "standard" and any(
        r.kind == "action" and r.redaction in READS_MESSAGES for r in my_referrals(user, report)
    )


def verifiable_stages(user: User, report: Report) -> frozenset[str]:
    """The stages of verification this person may record for a report they see (policy 3.3): the
    CP lead all, the Senior Adviser and the task force the later two, UNPOL none.
    """
    standing = standing_of(user)
    if report.track != "standard" or standing.roles & POLICE:
        return frozenset()
    if can_lead(user, report):
        return frozenset(VerificationStage)
    here = any(report.mission in standing.missions(role) for role in TASK_FORCE)
    return LATER_STAGES if here else frozenset()


def can_ask(user: User, report: Report) -> bool:
    """The CP lead may ask the reporter for more."""
    return can_lead(user, report) and report.reporter_id != user.pk


def can_add(user: User, report: Report) -> bool:
    """The reporter may add to an own report, unless it was filed in confidence."""
    return report.reporter_id == user.pk and not report.is_confided


def visible_messages(user: User, report: Report, level: str) -> list[ReportMessage]:
    """Questions and additions this reader may read at this level, in order; one statement.

    They are part of the record: RD0, RD1 and its reporter (OWN). Where somebody can be recognised
    in one, only RD0, its reporter and its author read it.
    """
    if level not in READS_MESSAGES:
        return []
    said = report.messages.select_related("author")
    if level == "RD1":
        said = said.filter(Q(is_restricted=False) | Q(author=user))
    return list(said)


def exportable_missions(user: User) -> list[Mission]:
    """Where this person may take a list of reports out as a file: where they lead on child
    protection, or are the Senior Adviser.
    """
    standing = standing_of(user)
    overseen = standing.missions(Role.CPA_SENIOR)
    return [
        mission
        for mission in standing.missions()
        if mission in overseen or mission in standing.missions(mission.lead_role)
    ]


def can_read_policy(user: User) -> bool:
    """Administrators, who write the policy, and those who lead on child protection."""
    return user.is_staff or bool(standing_of(user).roles & {*ADVISERS, Role.HUMAN_RIGHTS})


def can_write_policy(user: User) -> bool:
    """Administrators draft, propose and return to a version."""
    return user.is_staff


def can_decide_policy(user: User) -> bool:
    """Administrators and advisers: one of them may decline any proposal."""
    return user.is_staff or bool(standing_of(user).roles & ADVISERS)


def can_confirm_policy(user: User, switch: PolicySwitch) -> bool:
    """Four eyes: who decides is neither who proposed the switch nor who wrote the version."""
    own = (switch.proposed_by_id, switch.version.author_id)
    return can_decide_policy(user) and user.pk not in own


def planning_cell(report: Report) -> list[Referral]:
    """Who plans together what the mission does: its people who were told at least in summary.

    No query after a prefetch. Nobody outside the mission, and nobody on the misconduct track.
    """
    if report.track != "standard":
        return []
    told = (r for r in report.referrals.all() if r.post_id and r.status in LET_IN)
    return [r for r in told if r.role in PLANNERS and r.redaction in READS_PLANS]


def can_plan(user: User, report: Report) -> bool:
    """A member of the planning cell: sees the tasks and writes the plan."""
    posts = set(standing_of(user).post_ids)
    return any(r.post_id in posts for r in planning_cell(report))


def can_see_tasks(user: User, report: Report) -> bool:
    """The planning cell, and the Senior Adviser who oversees the mission."""
    overseen = {mission.pk for mission in standing_of(user).missions(Role.CPA_SENIOR)}
    is_overseen = report.mission_id in overseen and not report.is_confided
    return can_plan(user, report) or (report.track == "standard" and is_overseen)


def _waits_for_acknowledgement(referral: Referral) -> bool:
    return referral.kind == "action" and referral.status in ("released", "sent")
