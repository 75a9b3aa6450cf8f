from actors.models.activities import Activity, ActivityStatus
from actors.models.assessments import HrddpStatus, SecurityRating
from actors.models.contacts import Channel, Contact
from actors.models.coordination import BodyKind, CoordinationBody, Meeting
from actors.models.documents import Document, DocumentKind, DocumentLevel
from actors.models.handovers import Handover
from actors.models.imports import ImportKind, ImportRun, ImportStatus
from actors.models.looks import ContactLook, ContactsRead, LookedAt
from actors.models.mails import DirectoryMail, DirectoryMailKind
from actors.models.maps import MissionMap
from actors.models.organizations import Organization, OrganizationKind
from actors.models.pathways import Pathway, PathwayStep, StepRank
from actors.models.people import Sex, User
from actors.models.places import DISTRICT, Area, Mission, ReportingLine
from actors.models.posts import Post, PostHolding, Rank
from actors.models.relations import Relation, RelationKind
from actors.models.rosters import DutyShift, Leave, ShiftRank
from actors.models.search import EntryKind, SearchEntry
from actors.models.services import (
    Location,
    OpeningHours,
    Service,
    ServiceKind,
    ServiceStatus,
    Weekday,
)
from actors.models.tokens import Scope, TokenScope

__all__ = [
    "DISTRICT",
    "Activity",
    "ActivityStatus",
    "Area",
    "BodyKind",
    "Channel",
    "Contact",
    "ContactLook",
    "ContactsRead",
    "CoordinationBody",
    "DirectoryMail",
    "DirectoryMailKind",
    "Document",
    "DocumentKind",
    "DocumentLevel",
    "DutyShift",
    "EntryKind",
    "Handover",
    "HrddpStatus",
    "ImportKind",
    "ImportRun",
    "ImportStatus",
    "Leave",
    "Location",
    "LookedAt",
    "Meeting",
    "Mission",
    "MissionMap",
    "OpeningHours",
    "Organization",
    "OrganizationKind",
    "Pathway",
    "PathwayStep",
    "Post",
    "PostHolding",
    "Rank",
    "Relation",
    "RelationKind",
    "ReportingLine",
    "Scope",
    "SearchEntry",
    "SecurityRating",
    "Service",
    "ServiceKind",
    "ServiceStatus",
    "Sex",
    "ShiftRank",
    "StepRank",
    "TokenScope",
    "User",
    "Weekday",
]
