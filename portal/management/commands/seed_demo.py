"""`manage.py seed_demo`: the fictional mission, its people and some weeks of reports."""

from __future__ import annotations

import json

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from knox.models import AuthToken

from actors.models import Mission, Scope, TokenScope, User
from portal.demo.cover import unexpected_gaps
from portal.demo.directory import MISSION, build_directory
from portal.demo.duty import build_duty
from portal.demo.people import PASSWORD, PEOPLE, Person, build_people
from portal.demo.reports import build_reports
from portal.demo.services import build_services
from referrals.workflow.policies import store_shipped_policy


class Command(BaseCommand):
    help = "Store the fictional mission UNMIX once, and print how to sign in as its people."

    def handle(self, *args, **options) -> None:
        """Print a sentence, then one line of JSON with the people and fresh API tokens."""
        if not settings.DEMO:
            raise CommandError("Only for the demo: everything it stores is fictional. Set DEMO=1.")
        with transaction.atomic():
            store_shipped_policy()
            is_new = not Mission.objects.filter(code=MISSION).exists()
            if is_new:
                _build()
            people = _people()
        state = "is set up" if is_new else "was there already"
        self.stdout.write(f"The fictional mission {MISSION} {state}; one password for everybody.")
        self.stdout.write(json.dumps({"people": people}))


def _build() -> None:
    now = timezone.now()
    kesara = build_directory(now=now)
    users = build_people(kesara, now=now)
    build_services(kesara, now=now)
    build_duty(users, now=now)
    if gaps := unexpected_gaps(kesara, now=now):
        raise CommandError(f"The demo's directory is not as the scenarios want it: {sorted(gaps)}")
    build_reports(kesara, users, now=now)


def _people() -> list[dict[str, object]]:
    users = User.objects.in_bulk([person.login for person in PEOPLE], field_name="username")
    AuthToken.objects.filter(user__in=users.values()).delete()
    present = [person for person in PEOPLE if person.login in users]
    # Tokens are stored as hashes only, so each run makes new ones.
    tokens = [AuthToken.objects.create(users[person.login]) for person in present]
    TokenScope.objects.bulk_create(
        TokenScope(token=row, scopes=Scope.values, label="Demo") for row, _token in tokens
    )
    return [
        _described(person, token) for person, (_row, token) in zip(present, tokens, strict=True)
    ]


def _described(person: Person, token: str) -> dict[str, object]:
    return {
        "role": str(person.role),
        "name": person.name,
        "login": person.login,
        "email": person.email,
        "password": PASSWORD,
        "api_token": token,
        "post": person.post_title,
        "areas": list(person.areas),
    }
