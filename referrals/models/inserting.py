"""Storing many new rows at once, for the path where every millisecond is an officer's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache

from django.db import connection, models


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Store new rows of one model in one statement, in order, and give each its primary key.

    Unlike `bulk_create` it sends one JSON parameter instead of one parameter per value, which
    PostgreSQL takes apart: sixteen referrals cost the web process a quarter to a half of the
    CPU time. Values must be plain: no expressions, no database defaults.
    """
    if not rows:
        return
    names, sql = _statement(type(rows[0]))
    values = [{column: getattr(row, name) for name, column in names} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(sql, [json.dumps(values, default=str)])
        for row, (primary_key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = primary_key
            row._state.adding, row._state.db = False, connection.alias


@cache
def _statement(model: type[models.Model]) -> tuple[tuple[tuple[str, str], ...], str]:
    """(attribute, column) pairs and the INSERT of a model, without its generated key."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    key = connection.ops.quote_name(model._meta.pk.column)
    sql = (
        f"INSERT INTO {table} ({columns}) "  # noqa: S608 - names of our own models only
        f"SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) "
        f"RETURNING {key}"
    )
    return tuple((field.attname, field.column) for field in fields), sql
