"""System checks: the portal refuses to start on an unsafe setting, each saying the mend.

Commands and Celery run them by themselves; `portal.wsgi` calls `refuse_unsafe_settings`, since
a WSGI server would not.
"""

import sys

from django.conf import settings
from django.core.checks import Error, Tags, register

from portal.settings import INSECURE_KEY

SHORTEST_KEY = 50
LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}


def _refuse(message: str, hint: str, number: int) -> Error:
    return Error(message, hint=hint, id=f"portal.E{number:03d}")


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
    if settings.DEMO and settings.ALLOWED_HOSTS and LOOPBACK.issuperset(settings.ALLOWED_HOSTS):
        return []
    problems = []
    if settings.SECRET_KEY == INSECURE_KEY or len(settings.SECRET_KEY) < SHORTEST_KEY:
        problems.append(
            _refuse(
                "SECRET_KEY is unset, a default, or short.",
                "Set SECRET_KEY to 50 or more random characters; keep it out of the repository.",
                1,
            )
        )
    if settings.DEBUG:
        problems.append(_refuse("DEBUG is on.", "Unset DEBUG: error pages would show reports.", 2))
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        problems.append(
            _refuse(
                "ALLOWED_HOSTS is unset or open.",
                "Set ALLOWED_HOSTS to the portal's host names, separated by commas.",
                3,
            )
        )
    if settings.BROKER_URL.split(":")[0] in {"memory", "filesystem"}:
        problems.append(
            _refuse(
                "The broker keeps messages in memory or in files.",
                "Set BROKER_URL to a Valkey or Redis server, as redis://valkey:6379/0.",
                4,
            )
        )
    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
        problems.append(
            _refuse(
                "The database is not PostgreSQL.",
                "Set DATABASE_URL to a PostgreSQL server, as postgres://user@host/portal.",
                5,
            )
        )
    if settings.DEMO:
        problems.append(
            _refuse("DEMO is on.", "Unset DEMO on a server: anybody could read its mail.", 6)
        )
    return problems
