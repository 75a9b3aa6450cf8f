from referrals.models.desk import BulkLine, BulkRun, SavedFilter
from referrals.models.escalations import Escalation
from referrals.models.history import HistoryEntry, ReportShare, Verb
from referrals.models.messages import MessageKind, ReportMessage, WelfareRequest
from referrals.models.overrides import GuardOverride
from referrals.models.partner import PartnerLink, PartnerVisit, VisitOutcome
from referrals.models.policies import PolicyDraft, PolicyProof, PolicySwitch, PolicyVersion
from referrals.models.record import ConsentRecord, Correction, Interview, Verification
from referrals.models.referrals import BEHIND, Notification, Referral, new_notice_code
from referrals.models.replays import PolicyReplay, PolicyReplayLine
from referrals.models.reports import Annex, Draft, Report, ReportedViolation, ReportNumber
from referrals.models.tasks import PlanAction, PlanDecision, PlanVersion, Task, TaskStatus
from referrals.models.watch import Heartbeat

__all__ = [
    "BEHIND",
    "Annex",
    "BulkLine",
    "BulkRun",
    "ConsentRecord",
    "Correction",
    "Draft",
    "Escalation",
    "GuardOverride",
    "Heartbeat",
    "HistoryEntry",
    "Interview",
    "MessageKind",
    "Notification",
    "PartnerLink",
    "PartnerVisit",
    "PlanAction",
    "PlanDecision",
    "PlanVersion",
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
    "SavedFilter",
    "Task",
    "TaskStatus",
    "Verb",
    "Verification",
    "VisitOutcome",
    "WelfareRequest",
    "new_notice_code",
]
