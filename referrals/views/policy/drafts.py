"""The page of a draft: every rule in words, and moving or removing a row."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from referrals.policy_editing import NoSuchPiece, find_row, move_row, remove_row
from referrals.policy_words import value_label
from referrals.views.policy.draft_lines import (
    change_lines,
    changes_of,
    deadline_lines,
    derived_lines,
    guard_lines,
    section_lines,
)
from referrals.views.policy.draft_pages import DraftView
from referrals.workflow.drafting import save_draft
from referrals.workflow.errors import ChangedMeanwhile

MOVES = {"up": -1, "down": 1}


class DraftPage(DraftView):
    """All of the draft. What cannot be undone by the opposite button is asked first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        changes = changes_of(self.draft, self.policy)
        context = {
            "draft": self.draft,
            "sections": section_lines(self.policy, changes),
            "guards": guard_lines(self.policy, changes),
            "derived": derived_lines(self.policy, changes),
            "deadlines": deadline_lines(self.policy, changes),
            "priorities": [
                value_label("priority", each) for each in self.policy.facts["priority"].values
            ],
            "changes": change_lines(changes),
            "focus": request.GET.get("focus", ""),
        }
        return render(request, "referrals/policy/draft.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        act, _colon, row = request.POST.get("do", "").partition(":")
        try:
            if act in MOVES:
                return self._move(act, row)
            if act == "remove":
                return self._remove(row)
            if act == "ask":
                return self._ask(row)
        except (ChangedMeanwhile, NoSuchPiece):
            messages.warning(request, _("The draft was changed elsewhere: this is how it is now."))
        return self.back()

    def _move(self, act: str, row: str) -> HttpResponse:
        mapping = move_row(self.policy.mapping, row, steps=MOVES[act])
        self._save(mapping)
        place = find_row(mapping, row)
        last = len(mapping["sections"][place.section]["rows"]) - 1
        # At the end of its way a row has only the other button left to take the focus.
        act = {0: "down", last: "up"}.get(place.position, act)
        return self.back("?" + urlencode({"focus": f"{act}:{row}"}))

    def _ask(self, row: str) -> HttpResponse:
        place = find_row(self.policy.mapping, row)
        context = {"draft": self.draft, "row": place.row, "revision": self.posted_revision()}
        return render(self.request, "referrals/policy/draft_remove.html", context)

    def _remove(self, row: str) -> HttpResponse:
        place = find_row(self.policy.mapping, row)
        self._save(remove_row(self.policy.mapping, row))
        messages.success(self.request, _("The rule %s is removed from the draft.") % row)
        return self.back(f"#section-{place.section}")

    def _save(self, mapping: dict) -> None:
        save_draft(
            draft=self.draft,
            by=self.request.user,
            mapping=mapping,
            revision=self.posted_revision(),
        )
