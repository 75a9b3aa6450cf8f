"""System checks: the portal refuses to start on an unsafe setting, each saying the mend.

Management commands run them by themselves. The web process, the worker and beat call
`refuse_unsafe_settings`: a WSGI server runs no checks, and Celery runs them but goes on.
"""

import sys
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

from portal.settings import INSECURE_KEY

SHORTEST_KEY = 50
LOOPBACK = {"127.0.0.1", "localhost", "::1", "[::1]"}
BROKERS = {"redis", "rediss", "redis+socket", "sentinel"}
POSTGRESQL = "django.db.backends.postgresql"


def refuse_unsafe_settings() -> None:
    """Exit with one line per problem when a real deployment would be unsafe.

    Raises:
        SystemExit: at least one setting is unsafe.
    """
    problems = production_settings(None)
    if problems:
        sys.exit("\n".join(f"{problem.msg} {problem.hint}" for problem in problems))


@register(Tags.security)
def production_settings(app_configs, **kwargs) -> list[Error]:
    """Refuse defaults that a deployment must not have. The demo may only serve this machine."""
    if settings.DEMO and _serves_this_machine_only():
        return []
    return [
        Error(message, hint=hint, id=f"portal.E{number:03d}")
        for number, (is_unsafe, message, hint) in enumerate(_RULES, start=1)
        if is_unsafe()
    ]


def _serves_this_machine_only() -> bool:
    hosts = {urlsplit(settings.BASE_URL).hostname, *settings.ALLOWED_HOSTS}
    return bool(settings.ALLOWED_HOSTS) and hosts <= LOOPBACK


def _has_weak_key() -> bool:
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:  # Django's own answer to an empty one
        return True
    return key == INSECURE_KEY or len(key) < SHORTEST_KEY


def _has_open_hosts() -> bool:
    return not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS


def _has_other_broker() -> bool:
    return urlsplit(settings.BROKER_URL).scheme not in BROKERS


def _has_other_database() -> bool:
    return settings.DATABASES["default"]["ENGINE"] != POSTGRESQL


_RULES = (
    (
        _has_weak_key,
        "SECRET_KEY is unset, a default, or short.",
        "Set SECRET_KEY to 50 or more random characters; keep it out of the repository.",
    ),
    (
        lambda: settings.DEBUG,
        "DEBUG is on.",
        "Unset DEBUG: error pages would show reports.",
    ),
    (
        _has_open_hosts,
        "ALLOWED_HOSTS is unset or open.",
        "Set ALLOWED_HOSTS to the portal's host names, separated by commas.",
    ),
    (
        _has_other_broker,
        "The broker is not a Valkey or Redis server, and others lose messages.",
        "Set BROKER_URL to one, as redis://valkey:6379/0.",
    ),
    (
        _has_other_database,
        "The database is not PostgreSQL.",
        "Set DATABASE_URL to a PostgreSQL server, as postgres://user@host/portal.",
    ),
    (
        lambda: settings.DEMO,
        "DEMO is on, and other machines can reach the portal.",
        "Unset DEMO on a server: anybody could read its mail.",
    ),
)
