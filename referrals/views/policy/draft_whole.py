"""A draft as a whole: its text, keeping it as a version, and discarding it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from referrals.forms.policy import KeepForm, TextForm
from referrals.policy_file import FileRefused
from referrals.views.policy.draft_lines import change_lines, changes_of
from referrals.views.policy.draft_pages import LOOK_FIRST, DraftView
from referrals.workflow.drafting import discard_draft, keep_version, save_draft_text
from referrals.workflow.errors import AlreadyDone, ChangedMeanwhile, PolicyRefused


class TextView(DraftView):
    """The policy file itself, for those who know it; typed, or sent as a file."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(TextForm(initial={"body": self.draft.body}), self.draft.revision)

    def post(self, request: HttpRequest) -> HttpResponse:
        revision = self.posted_revision()
        form = TextForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form, revision, status=422)
        body = form.cleaned_data["body"]
        try:
            save_draft_text(draft=self.draft, by=request.user, body=body, revision=revision)
        except FileRefused as refused:
            form.add_error("body", str(refused))
        except ChangedMeanwhile:
            form.add_error(None, self.changed_meanwhile(LOOK_FIRST))
            revision = self.draft.revision
        else:
            messages.success(request, _("Saved in the draft."))
            return self.back()
        return self.show(form, revision, status=422)

    def show(self, form: TextForm, revision: int, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "draft": self.draft, "revision": revision}
        return render(self.request, "referrals/policy/draft_text.html", context, status=status)


class KeepView(DraftView):
    """What the draft changes, and the note with which it becomes a version."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(KeepForm(), self.draft.revision)

    def post(self, request: HttpRequest) -> HttpResponse:
        form, revision = KeepForm(request.POST), self.draft.revision
        if form.is_valid():
            self.draft.revision = self.posted_revision()  # what was read is what is kept
            try:
                note = form.cleaned_data["note"]
                version = keep_version(draft=self.draft, by=request.user, note=note)
            except PolicyRefused as refused:
                form.add_error(refused.field, refused.message)
            except ChangedMeanwhile:
                advice = _("What it changes now is listed here: read it, then keep it.")
                form.add_error(None, self.changed_meanwhile(advice))
            except AlreadyDone as same:
                form.add_error(None, str(same))
            else:
                messages.success(request, _("Kept as version %d.") % version.number)
                return redirect("policy-version", version.number)
        return self.show(form, revision, status=422)

    def show(self, form: KeepForm, revision: int, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "draft": self.draft, "revision": revision}
        context["changes"] = change_lines(changes_of(self.draft, self.policy))
        return render(self.request, "referrals/policy/draft_keep.html", context, status=status)


class DiscardView(DraftView):
    """Asks first; a draft that is gone cannot be had back."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "referrals/policy/draft_discard.html", {"draft": self.draft})

    def post(self, request: HttpRequest) -> HttpResponse:
        discard_draft(draft=self.draft, by=request.user)
        messages.success(request, _("The draft is gone. No version was touched."))
        return redirect("policies")
