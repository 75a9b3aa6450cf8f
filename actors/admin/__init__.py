"""The directory's pages: stock Django admin on who exists. No report is ever shown here."""

from actors.admin import (
    contacts,
    coordination,
    documents,
    organizations,
    places,
    posts,
    records,
    services,
    site,
    users,
)

__all__ = [
    "contacts",
    "coordination",
    "documents",
    "organizations",
    "places",
    "posts",
    "records",
    "services",
    "site",
    "users",
]
