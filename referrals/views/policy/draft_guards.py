"""Editing a guard, a derived fact and the deadlines of a draft."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from referrals.forms.policy import (
    CasesForm,
    DeadlinesForm,
    GuardForm,
    typed_deadlines,
    typed_derived,
    typed_guard,
)
from referrals.forms.policy_piece import PieceForm
from referrals.forms.typed import Typed
from referrals.policy_editing import (
    NoSuchPiece,
    find_derived,
    find_guard,
    replace_deadlines,
    replace_derived,
    replace_guard,
)
from referrals.policy_file import read_text
from referrals.policy_words import fact_label, value_label
from referrals.views.policy.draft_pages import PieceView
from referrals.views.policy.guards import guard_entries


class GuardView(PieceView):
    """A guard: its conditions and words. What it does and at which stage stays as it is."""

    template = "referrals/policy/draft_guard.html"

    @property
    def guard(self) -> Mapping:
        return find_guard(self.policy.mapping, self.kwargs["guard"])[1]

    def stored(self) -> Typed:
        return typed_guard(self.guard, self.policy)

    def form(self, typed: Typed, *, check: bool = False) -> GuardForm:
        may = bool(self.guard.get("overridable")) or self._was_overridable()
        return GuardForm(typed, self.policy, self.guard, may_be_overridable=may, check=check)

    def _was_overridable(self) -> bool:
        """Whether the version the draft began from lets it be overridden."""
        base, _lines = read_text(self.draft.based_on.body, "version")
        try:
            return bool(find_guard(base, self.kwargs["guard"])[1].get("overridable"))
        except NoSuchPiece:
            return False

    def changed(self, form: PieceForm) -> tuple[dict, tuple]:
        position, _guard = find_guard(self.policy.mapping, self.kwargs["guard"])
        return replace_guard(self.policy.mapping, form.piece()), ("guards", position)

    def anchor(self, form: PieceForm) -> str:
        return "#guards"

    def more(self, form: PieceForm) -> dict[str, object]:
        (entry,) = guard_entries({"guards": [self.guard]}, self.policy.policy.terms)
        return {"entry": entry, "guard": self.guard}


class DerivedView(PieceView):
    """A fact that follows from others: its condition, or its cases in their order."""

    template = "referrals/policy/draft_derived.html"

    @property
    def fact(self) -> str:
        return self.kwargs["name"]

    def stored(self) -> Typed:
        return typed_derived(find_derived(self.policy.mapping, self.fact), self.policy)

    def form(self, typed: Typed, *, check: bool = False) -> CasesForm:
        stored = find_derived(self.policy.mapping, self.fact)
        return CasesForm(typed, self.policy, stored, check=check)

    def changed(self, form: PieceForm) -> tuple[dict, tuple]:
        mapping = replace_derived(self.policy.mapping, self.fact, form.piece())
        return mapping, ("derived", self.fact)

    def anchor(self, form: PieceForm) -> str:
        return "#derived"

    def more(self, form: CasesForm) -> dict[str, object]:
        otherwise = value_label(self.fact, form.stored.get("otherwise"))
        return {
            "title": fact_label(self.fact),
            "otherwise": otherwise if form.cases else "",
            "cases": [(value_label(self.fact, case.stored["value"]), case) for case in form.cases],
        }


class DeadlinesView(PieceView):
    """How many minutes each deadline leaves, by priority."""

    template = "referrals/policy/draft_deadlines.html"

    def stored(self) -> Typed:
        return typed_deadlines(self.policy.mapping["deadlines"])

    def form(self, typed: Typed, *, check: bool = False) -> DeadlinesForm:
        return DeadlinesForm(typed, self.policy, check=check)

    def changed(self, form: PieceForm) -> tuple[dict, tuple]:
        return replace_deadlines(self.policy.mapping, form.piece()), ("deadlines",)

    def anchor(self, form: PieceForm) -> str:
        return "#deadlines"

    def more(self, form: DeadlinesForm) -> dict[str, object]:
        names = [value_label("priority", priority) for priority in form.priorities]
        return {"priorities": names, "title": _("Deadlines")}
