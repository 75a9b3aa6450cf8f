"""`python -m benchmarks.helpdesk NUMBER`: so many tickets, then one line of JSON with seconds.

Every doubt is settled in its favour: no attachments, no follow-ups, no custom fields, one page of
25 tickets, an agent of all queues.
"""

from __future__ import annotations

import json
import os
import sys
from time import perf_counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.helpdesk.settings")
ROUNDS = 15
QUEUES = 12

_TICKETS = """
INSERT INTO helpdesk_ticket (title, queue_id, created, modified, submitter_email, status, on_hold,
    description, priority, assigned_to_id, secret_key)
SELECT 'Ticket ' || n, q.id, now() - n * interval '15 minutes', now(), 'bench@example.org',
    CASE WHEN n > 2000 THEN 4 ELSE 1 END, false, 'Told by social workers.', n %% 5 + 1,
    CASE WHEN n %% 3 = 0 THEN %(agent)s END, md5(n::text)
FROM generate_series(1, %(number)s) AS n
JOIN (SELECT id, row_number() OVER () - 1 AS k FROM helpdesk_queue) AS q ON q.k = n %% %(queues)s
"""


def main(number: int) -> None:
    """Build, ask each page `ROUNDS` times, and print the seconds of each asking."""
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    browser = _build(number)
    pages = {"dashboard": "/dashboard/", "list": _rows_address()}
    for page in pages.values():
        _ask(browser, page)
    seconds = {name: [_ask(browser, page) for _ in range(ROUNDS)] for name, page in pages.items()}
    sys.stdout.write(json.dumps(seconds) + "\n")


def _build(number: int):
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client
    from helpdesk.models import Queue, Ticket

    agent = get_user_model().objects.create_superuser("agent", "agent@example.org")
    Queue.objects.bulk_create(Queue(title=f"Queue {n}", slug=f"q{n}") for n in range(QUEUES))
    with connection.cursor() as cursor:
        cursor.execute(_TICKETS, {"agent": agent.pk, "number": number, "queues": QUEUES})
        cursor.execute(f"VACUUM ANALYZE {Ticket._meta.db_table}")
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(agent)
    return browser


def _rows_address() -> str:
    """What its list asks for: the newest 25 open tickets."""
    from helpdesk.query import query_to_base64

    filters = {"filtering": {"status__in": [1, 2]}, "sorting": "created", "sortreverse": True}
    asked = query_to_base64(filters)
    shown = "draw=1&start=0&length=25&order[0][column]=0&order[0][dir]=desc"
    return f"/datatables_ticket_list/{asked}?{shown}"


def _ask(browser, page: str) -> float:
    begun = perf_counter()
    answer = browser.get(page)
    if answer.status_code != 200:
        raise SystemExit(f"{page} answered {answer.status_code}")
    return perf_counter() - begun


if __name__ == "__main__":
    main(int(sys.argv[1]))
