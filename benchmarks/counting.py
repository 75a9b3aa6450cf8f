"""A target's application that says, in a header, how many SQL statements a request took.

Asks Django's own record, which has BEGIN, COMMIT and savepoints in it. Not in it is the
`SELECT 1` by which every target looks, once a request, whether its connection is still good.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.targets import STATEMENTS

_inner = get_wsgi_application()


def application(environ: dict, start_response: Callable) -> Iterable[bytes]:
    """Answer as the target does, with one header more."""
    said: list = []
    with CaptureQueriesContext(connection) as seen:
        response = _inner(environ, lambda *words: said.extend(words))
        body = list(response)
        response.close()
    status, headers = said
    start_response(status, [*headers, (STATEMENTS, str(len(seen)))])
    return body
