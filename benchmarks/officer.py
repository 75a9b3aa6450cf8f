"""The demonstration's directory, and an officer who has signed in to file."""

from __future__ import annotations

import io
from dataclasses import dataclass

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from knox.models import AuthToken

from actors.models import Scope, TokenScope, User
from actors.roles import Role
from benchmarks.bare import settings as bare_settings
from benchmarks.scenario import DISTRICT, MISSION


@dataclass(frozen=True)
class Officer:
    """What an officer's browser and programs carry: a session for each kind of server."""

    session: str
    bare_session: str
    token: str


def settle() -> Officer:
    """Store the demonstration's mission, and sign in an officer of the scenario's district."""
    call_command("seed_demo", stdout=io.StringIO())
    return sign_in(
        User.objects.get(
            holdings__post__role=Role.UNPOL_OFFICER,
            holdings__post__areas__code=DISTRICT,
            holdings__post__organization__mission__code=MISSION,
        )
    )


def sign_in(user: User) -> Officer:
    """Give this person sessions and a token, as signing in would."""
    stored, token = AuthToken.objects.create(user)
    TokenScope.objects.create(token=stored, scopes=[Scope.REPORTS])
    return Officer(_session(user, settings), _session(user, bare_settings), token)


def _session(user: User, server: object) -> str:
    """Return the key of a new session with this kind of server."""
    browser = Client()
    browser.force_login(user, backend=server.AUTHENTICATION_BACKENDS[0])
    return browser.cookies["sessionid"].value
