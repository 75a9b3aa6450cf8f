from referrals.models.history import HistoryEntry, ReportShare, Verb
from referrals.models.policies import PolicyVersion
from referrals.models.referrals import Notification, Referral, new_notice_code
from referrals.models.reports import Draft, Report, ReportedViolation, ReportNumber
from referrals.models.watch import Heartbeat

__all__ = [
    "Draft",
    "Heartbeat",
    "HistoryEntry",
    "Notification",
    "PolicyVersion",
    "Referral",
    "Report",
    "ReportNumber",
    "ReportShare",
    "ReportedViolation",
    "Verb",
    "new_notice_code",
]
