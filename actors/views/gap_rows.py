"""The gap board as its template wants it: addresses, rows and cells in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from actors.gaps.board import GAPS, STATE_WORDS, Board, Column, Row
from actors.gaps.coverage import State
from actors.languages import listed

ADVICE = {
    State.NOBODY: _("A report from here that is meant for them would reach nobody."),
    State.UNUSABLE: _(
        "Nobody has confirmed this entry for 180 days. Call them, and confirm the entry."
    ),
    State.MARKED: _("Nobody has confirmed this entry for 90 days. Call them, and confirm it."),
    State.DEPUTY: _("Only a deputy answers. Find a holder, or put somebody on duty."),
    State.COVERED: _("Nothing needs doing."),
}


class Address:
    """The address of the page that was asked for, with some of its words changed."""

    def __init__(self, request: HttpRequest):
        self._asked = request.GET

    def with_(self, **changes: object) -> str:
        """The address with these words; None takes a word out. The first page, unless said."""
        asked = self._asked.copy()
        for name, value in {"page": None, **changes}.items():
            asked.pop(name, None)
            if value is not None:
                asked[name] = str(value)
        return f"?{asked.urlencode()}"


class CellShown(NamedTuple):
    """A cell in the table: its state as class and word; `query` leads to what is behind it."""

    css: str
    words: str
    query: str


class RowShown(NamedTuple):
    name: str
    code: str
    region: str
    url: str
    counts: str
    cells: list[CellShown]


def rows_shown(board: Board, rows: list[Row], address: Address) -> Iterator[RowShown]:
    """Rows for the template, made only as they are written."""
    words = {state: (state.name.lower(), str(STATE_WORDS[state])) for state in State}
    queries = [query_of(column) for column in board.columns]
    for row in rows:
        states = zip(row.states, queries, strict=True)
        yield RowShown(
            name=row.place.name,
            code=row.place.code,
            region="" if row.region is row.place else row.region.name,
            url=address.with_(role=None, service=None, area=row.place.code),
            counts=counts_in_words(row),
            cells=[
                CellShown(*words[state], query if state != State.COVERED else "")
                for state, query in states
            ],
        )


def query_of(column: Column) -> str:
    return f"&{'service' if column.is_service else 'role'}={column.code}"


def counts_in_words(row: Row) -> str:
    """How often which gap: “Nobody: 3, deputy only: 1”; empty where there is none."""
    counted = ((STATE_WORDS[state], row.counts[state]) for state in GAPS if row.counts[state])
    return listed(f"{words}: {number}" for words, number in counted)


def mend_url(model: str, pk: object) -> str:
    """Where an entry is changed, or those of its kind are listed; empty for none."""
    if model == "roster":
        return reverse("roster", args=[pk])
    if model == "handover":
        return reverse("handovers")
    if not model or not admin.site.is_registered(apps.get_model("actors", model)):
        return ""
    if pk is None:
        return reverse(f"admin:actors_{model}_changelist")
    return reverse(f"admin:actors_{model}_change", args=[pk])
