"""Working on a report over the API: the buttons of its page, with the same forms and refusals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from django import forms
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from actors.models import Scope, User
from actors.scopes import WithinScope
from referrals.api.errors import REFUSALS, refusals
from referrals.api.typed import described, read_form
from referrals.forms import work as typed
from referrals.forms.messages import AdditionForm, QuestionForm
from referrals.forms.triage import HoldForwardForm
from referrals.models import Report
from referrals.permissions import (
    acts_as_focal_point,
    can_add,
    can_ask,
    can_lead,
    can_note_interview,
    verifiable_stages,
)
from referrals.workflow import asking, closing, recording, triage


class StandingSerializer(serializers.Serializer):
    reference = serializers.CharField()
    status = serializers.CharField()


@dataclass(frozen=True)
class Press:
    """One button: what it asks for, what it does, and who may press it at all.

    `needed` are the names that the page sends by itself. A button without `may` leaves it to its
    verb, which knows more.
    """

    verb: Callable[..., object]
    form: type[forms.Form]
    may: Callable[[User, Report], object] | None = None
    needed: tuple[str, ...] = ()

    def read(self, request: Request, report: Report) -> dict[str, object]:
        """The arguments of the verb, as sent."""
        if issubclass(self.form, typed.WorkForm):
            form = read_form(
                request.data,
                lambda sent: self.form(sent, report=report, user=request.user),
                needed=self.needed,
            )
        else:
            form = read_form(request.data, self.form, needed=self.needed)
        return form.cleaned_data


def visible_report(user: User, reference: str) -> Report:
    """The report under this reference, as this person may see it; 404 for any other."""
    return get_object_or_404(Report.objects.visible_to(user).in_full(), reference=reference)


class WorkView(APIView):
    """One button of a report; each button is a subclass."""

    permission_classes = [IsAuthenticated, WithinScope]
    scope = Scope.REPORTS
    button: ClassVar[Press]

    def post(self, request: Request, reference: str) -> Response:
        report = visible_report(request.user, reference)
        if self.button.may and not self.button.may(request.user, report):
            raise Http404
        given = self.button.read(request, report)
        with refusals():
            self.button.verb(report=report, by=request.user, **given)
        report.refresh_from_db(fields=["status"])
        return Response({"reference": report.reference, "status": report.status})


def _address(name: str, button: Press):
    """The view of one button, described by what its form asks for."""
    title = "".join(word.title() for word in name.split("-"))
    asked = extend_schema(
        operation_id=f"reports_{name.replace('-', '_')}",
        request=described(f"{title}Serializer", button.form, needed=button.needed),
        responses={200: StandingSerializer, **REFUSALS},
    )
    view = type("WorkView", (WorkView,), {"button": button})
    return extend_schema_view(post=asked)(view).as_view()


# By the name of the button's address.
WORK = {
    "follow-up": Press(closing.begin_follow_up, typed.FollowUpForm, can_lead),
    "set-phase": Press(closing.set_phase, typed.PhaseForm, can_lead, needed=("was",)),
    "merge-report": Press(closing.merge_report, typed.MergeForm, can_lead),
    "unmerge-report": Press(closing.unmerge_report, typed.UnmergeForm, can_lead),
    "close-report": Press(closing.close_report, typed.CloseForm, can_lead),
    "reopen-report": Press(closing.reopen_report, typed.ReopenForm, can_lead),
    "note-interview": Press(recording.note_interview, typed.InterviewForm, can_note_interview),
    "set-verification": Press(
        recording.set_verification, typed.VerificationForm, verifiable_stages
    ),
}
# What whoever was told does first, and what lead and officer say to each other.
FIRST = {
    "acknowledge": Press(triage.acknowledge_report, forms.Form),
    "forward": Press(triage.forward_report, forms.Form),
    "hold-forward": Press(triage.hold_forward, HoldForwardForm, acts_as_focal_point),
    "ask": Press(asking.ask_officer, QuestionForm, can_ask, needed=("uuid",)),
    "add": Press(asking.add_to_report, AdditionForm, can_add, needed=("uuid",)),
}
ADDRESSES = {name: _address(name, button) for name, button in {**FIRST, **WORK}.items()}
