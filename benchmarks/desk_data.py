"""Many reports for `./run bench desk`: the demonstration's own, copied row by row in PostgreSQL.

The rules have routed the originals, so the copies have the referrals, words and deadlines that
reports have. Everything is made from numbers: each run has the same.
"""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from datetime import timedelta

import environ
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.utils import ConnectionHandler
from django.utils import timezone

from actors.models import Area, Organization, Post, PostHolding, Rank, User
from actors.roles import Role
from referrals.models import Referral, Report, ReportedViolation

# A busy mission: a report every quarter of an hour. Those of the last day nobody has acknowledged
# yet; what is older than three weeks is closed, and its partners have answered.
APART = timedelta(minutes=15)
UNREAD_FOR = timedelta(days=1)
OPEN_FOR = timedelta(days=21)
OWN_AREA = "QM0201"


def settle_mission() -> tuple[User, User]:
    """Store the demonstration; return an adviser of one area and the Senior Adviser."""
    call_command("seed_demo", stdout=io.StringIO())
    senior = User.objects.get(username="cpa.senior")
    return _adviser_of_one_area(), senior


def grow_to(number: int) -> None:
    """Copy reports until there are so many, and let PostgreSQL look at them."""
    copy_reports(number)
    _analyse()


def copy_reports(number: int) -> None:
    """Copy reports, with their violations and referrals, until there are so many."""
    have = Report.objects.count()
    with connection.cursor() as cursor:
        cursor.execute(_CHOOSE, {"first": have + 1, "last": number, "apart": APART})
        for model, template, values in _COPIES:
            spans = {"open_for": OPEN_FOR, "unread_for": UNREAD_FOR}
            cursor.execute(_copying(model, template, values), spans)
        cursor.execute(_OWN, {"role": Role.CPA, "area": OWN_AREA})
        cursor.execute("DROP TABLE bench_copy")


def newest_reference(user: User) -> str:
    """The reference of the newest copy that somebody may read."""
    copies = Report.objects.visible_to(user).filter(reference__contains="-C")
    return copies.latest("filed_at").reference


def _analyse() -> None:
    """Let PostgreSQL look at the new rows now, as by itself it does within a minute."""
    owner = environ.Env.db_url_config(os.environ["DATABASE_OWNER_URL"])
    handler = ConnectionHandler({DEFAULT_DB_ALIAS: owner})
    with handler[DEFAULT_DB_ALIAS].cursor() as cursor:
        for model in (Report, Referral, ReportedViolation):
            cursor.execute(f"VACUUM ANALYZE {model._meta.db_table}")
    handler.close_all()


def _adviser_of_one_area() -> User:
    now = timezone.now()
    section = Organization.objects.get(name="UNMIX Child Protection Section")
    post = Post.objects.create(role=Role.CPA, organization=section, title=OWN_AREA)
    post.areas.set(Area.objects.filter(code=OWN_AREA))
    user = User.objects.create(username="bench.cpa", email="bench.cpa@example.org")
    PostHolding.objects.create(
        post=post,
        user=user,
        rank=Rank.PRIMARY,
        held_from=now - timedelta(days=30),
        held_until=now + timedelta(days=300),
    )
    return user


# Which original each copy is of, and when it was filed. The newest original comes with the newest.
_CHOOSE = """
CREATE TEMP TABLE bench_copy AS
SELECT nextval(pg_get_serial_sequence('referrals_report', 'id')) AS id, t.id AS template, n,
       now() - n * %(apart)s::interval AS at, t.filed_at AS template_at
FROM generate_series(%(first)s::int, %(last)s::int) AS n
JOIN (SELECT id, filed_at, row_number() OVER (ORDER BY filed_at DESC) - 1 AS k,
             count(*) OVER () AS many
      FROM referrals_report WHERE track = 'standard' AND reference NOT LIKE '%%-C%%') AS t
  ON n %% t.many = t.k
"""
_OLD = "c.at < now() - %(open_for)s::interval"
_UNREAD = "c.at > now() - %(unread_for)s::interval AND t.kind = 'action'"
_WITH_PARTNER = "t.kind = 'referral' AND t.status IN ('released', 'sent', 'acknowledged')"
_STATUS = f"""CASE
    WHEN {_UNREAD} AND t.status = 'acknowledged' THEN 'sent'
    WHEN NOT ({_OLD}) THEN t.status
    WHEN t.status IN ('proposed', 'held') THEN 'revoked'
    WHEN t.kind = 'action' THEN 'acknowledged'
    WHEN {_WITH_PARTNER} THEN 'done'
    ELSE t.status END"""
_ACKNOWLEDGED_AT = f"""CASE
    WHEN {_UNREAD} THEN NULL WHEN {_OLD} THEN c.at
    ELSE t.acknowledged_at + (c.at - c.template_at) END"""
_ANSWERED_AT = f"""CASE WHEN {_OLD} AND {_WITH_PARTNER} THEN c.at
    ELSE t.answered_at + (c.at - c.template_at) END"""


def _moved(column: str) -> str:
    return f"t.{column} + (c.at - c.template_at)"


_COPIES: tuple[tuple[type[models.Model], str, Mapping[str, str]], ...] = (
    (
        Report,
        "JOIN referrals_report t ON t.id = c.template",
        {
            "id": "c.id",
            "uuid": "gen_random_uuid()",
            "reference": "'UNMIX-C' || lpad(c.n::text, 7, '0')",
            "filed_at": "c.at",
            "routed_at": _moved("routed_at"),
            "occurred_on": "c.at::date",
            "status": f"CASE WHEN {_OLD} THEN 'closed' ELSE t.status END",
            # The reasons in full are read on a report's own page; a million would take 10 GB.
            "decision": f"CASE WHEN {_OLD} THEN '{{}}' ELSE t.decision END",
            "adds_to_id": "NULL",
            "master_id": "NULL",
        },
    ),
    (
        ReportedViolation,
        "JOIN referrals_reportedviolation t ON t.report_id = c.template",
        {"report_id": "c.id"},
    ),
    (
        Referral,
        "JOIN referrals_referral t ON t.report_id = c.template",
        {
            "report_id": "c.id",
            "uuid": "gen_random_uuid()",
            "status": _STATUS,
            "due_at": _moved("due_at"),
            "released_at": _moved("released_at"),
            "sent_at": _moved("sent_at"),
            "acknowledged_at": _ACKNOWLEDGED_AT,
            "acknowledged_by_id": f"CASE WHEN {_UNREAD} THEN NULL ELSE t.acknowledged_by_id END",
            "answered_at": _ANSWERED_AT,
        },
    ),
)
# The adviser of one area leads on the reports from there.
_OWN = """
UPDATE referrals_referral r SET post_id = p.id
FROM bench_copy c, referrals_report t, actors_area a, actors_post p
WHERE r.report_id = c.id AND t.id = c.id AND a.id = t.area_id AND a.code = %(area)s
  AND r.role = %(role)s AND p.role = %(role)s AND p.title = %(area)s
"""


def _copying(model: type[models.Model], template: str, values: Mapping[str, str]) -> str:
    """INSERT ... SELECT of one model's rows; columns without a value are as in the original."""
    written = [field.column for field in model._meta.concrete_fields if not field.generated]
    columns = [column for column in written if column != "id" or "id" in values]
    chosen = ", ".join(values.get(column, f"t.{column}") for column in columns)
    return (
        f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) "  # noqa: S608 - own names
        f"SELECT {chosen} FROM bench_copy c {template}"
    )
