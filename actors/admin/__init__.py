"""The directory's pages: stock Django admin on who exists. No report is ever shown here."""

from actors.admin import contacts, organizations, places, posts, site, users

__all__ = ["contacts", "organizations", "places", "posts", "site", "users"]
