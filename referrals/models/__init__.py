from referrals.models.history import HistoryEntry, ReportShare, Verb
from referrals.models.messages import MessageKind, ReportMessage, WelfareRequest
from referrals.models.overrides import GuardOverride
from referrals.models.policies import PolicyDraft, PolicyProof, PolicySwitch, PolicyVersion
from referrals.models.referrals import Notification, Referral, new_notice_code
from referrals.models.replays import PolicyReplay, PolicyReplayLine
from referrals.models.reports import Annex, Draft, Report, ReportedViolation, ReportNumber
from referrals.models.watch import Heartbeat

__all__ = [
    "Annex",
    "Draft",
    "GuardOverride",
    "Heartbeat",
    "HistoryEntry",
    "MessageKind",
    "Notification",
    "PolicyDraft",
    "PolicyProof",
    "PolicyReplay",
    "PolicyReplayLine",
    "PolicySwitch",
    "PolicyVersion",
    "Referral",
    "Report",
    "ReportMessage",
    "ReportNumber",
    "ReportShare",
    "ReportedViolation",
    "Verb",
    "WelfareRequest",
    "new_notice_code",
]
