from referrals.models.history import HistoryEntry, ReportShare, Verb
from referrals.models.overrides import GuardOverride
from referrals.models.policies import PolicyDraft, PolicyProof, PolicySwitch, PolicyVersion
from referrals.models.referrals import Notification, Referral, new_notice_code
from referrals.models.replays import PolicyReplay, PolicyReplayLine
from referrals.models.reports import Draft, Report, ReportedViolation, ReportNumber
from referrals.models.watch import Heartbeat

__all__ = [
    "Draft",
    "GuardOverride",
    "Heartbeat",
    "HistoryEntry",
    "Notification",
    "PolicyDraft",
    "PolicyProof",
    "PolicyReplay",
    "PolicyReplayLine",
    "PolicySwitch",
    "PolicyVersion",
    "Referral",
    "Report",
    "ReportNumber",
    "ReportShare",
    "ReportedViolation",
    "Verb",
    "new_notice_code",
]
