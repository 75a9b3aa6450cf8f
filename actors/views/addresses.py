"""Addresses of the directory's pages, which keep to the mission that is looked at."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from actors.permissions import Viewer


def address(viewer: Viewer, name: str, /, *args, **query: object) -> str:
    """The address of a page by its name; empty values of the query are left out."""
    asked = {"mission": viewer.mission.code} | {key: value for key, value in query.items() if value}
    return f"{reverse(name, args=args)}?{urlencode(asked)}"
