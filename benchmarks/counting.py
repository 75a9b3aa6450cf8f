"""A target's application that also says how many SQL statements each request took.

Django's own record is asked, which has BEGIN, COMMIT and savepoints in it.
"""

import importlib
import os

from django.core.wsgi import get_wsgi_application

INNER = "BENCH_INNER"
HEADER = "X-Statements"

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
_inner = get_wsgi_application()

from django.db import connection  # noqa: E402 - needs the settings set up
from django.test.utils import CaptureQueriesContext  # noqa: E402


def application(environ, start_response):
    """Answer as the target does, with one header more."""
