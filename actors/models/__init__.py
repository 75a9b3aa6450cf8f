from actors.models.organizations import (
    HrddpStatus,
    Organization,
    OrganizationKind,
    SecurityRating,
)
from actors.models.people import Channel, Contact, Post, PostHolding, User
from actors.models.places import Area, Mission, ReportingLine

__all__ = [
    "Area",
    "Channel",
    "Contact",
    "HrddpStatus",
    "Mission",
    "Organization",
    "OrganizationKind",
    "Post",
    "PostHolding",
    "ReportingLine",
    "SecurityRating",
    "User",
]
