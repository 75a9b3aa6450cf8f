"""Editing one row of a draft, and adding one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from referrals.forms.policy_piece import PieceForm
from referrals.forms.policy_row import RowForm, typed_new_row, typed_row
from referrals.forms.typed import Typed
from referrals.policy_editing import NoSuchPiece, add_row, find_row, replace_row
from referrals.views.policy.draft_pages import PieceView


class RowView(PieceView):
    """A row that is in the draft. One that went meanwhile is added again when it is saved."""

    template = "referrals/policy/draft_row.html"

    def setup(self, request: HttpRequest, *args: Any, **at: Any) -> None:
        super().setup(request, *args, **at)
        self.row: str | None = at.get("row")

    def stored(self) -> Typed:
        return typed_row(find_row(self.policy.mapping, self.row), self.policy)

    def form(self, typed: Typed, *, check: bool = False) -> RowForm:
        return RowForm(typed, self.policy, replaces=self.row, check=check)

    def changed(self, form: RowForm) -> tuple[dict, tuple]:
        mapping, row, section = self.policy.mapping, form.piece(), form.section
        try:
            mapping = replace_row(mapping, self.row, row, section=section)
        except NoSuchPiece:
            mapping = add_row(mapping, row, section=section)
        return mapping, find_row(mapping, row["id"]).path

    def anchor(self, form: PieceForm) -> str:
        return f"#row-{form.piece()['id']}"

    def more(self, form: PieceForm) -> dict[str, object]:
        return {"row": self.row}


class NewRowView(RowView):
    """A row to be added at the end of a section, `?section=` counted from 0."""

    def stored(self) -> Typed:
        return typed_new_row(self.request.GET.get("section", "0"))
