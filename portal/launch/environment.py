"""The environment variables that Django's processes get (settings read nothing else)."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
MANIFEST_STORAGE = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
DEFAULT_PORT = 8000


def base_environment() -> dict[str, str]:
    """Return our own environment less what would lead libpq to some other server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "DJANGO_SETTINGS_MODULE": "portal.settings", "PYTHONUNBUFFERED": "1"}


def production_like(environment: Mapping[str, str]) -> dict[str, str]:
    """Return a server's environment, for `check --deploy`: nothing of the demo in it."""
    without = {"DEMO", "DEBUG", "DEMO_MAIL_DIR"}
    kept = {name: value for name, value in environment.items() if name not in without}
    return {
        **kept,
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "portal.example.org",
        "BASE_URL": "https://portal.example.org",
        "BEHIND_TLS_PROXY": "1",
        "EMAIL_URL": "smtp+tls://portal:secret@mail.example.org:587",
        "MAIL_FROM": "notices@portal.example.org",
    }
