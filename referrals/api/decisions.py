"""What the CP lead decides on a recipient, and what a recipient answers, over the API: the forms
and verbs of the pages, refused alike.

A recipient is named by its role, of which a report has each once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from django import forms
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from actors.models import Scope
from actors.scopes import WithinScope
from actors.standing import standing_of
from referrals.api.errors import REFUSALS, Conflict, refusals
from referrals.api.typed import described, read_form
from referrals.api.work import visible_report
from referrals.forms.partner import AnswerForm, DeclineForm, NoteForm
from referrals.forms.triage import DecisionForm, HoldForm, ReleaseForm, RevokeForm
from referrals.models import Referral
from referrals.permissions import can_lead
from referrals.statuses import REFERRAL_MOVES
from referrals.workflow import answering, release
from referrals.workflow.errors import ReleaseRefused
from referrals.workflow.gates import gates_of
from referrals.workflow.moving import said_of

# What a release asks for only where the gates of this recipient need it.
_AT_SOME_GATES = ("given_by", "do_no_harm", "entry_confirmed")


class DecidedSerializer(serializers.Serializer):
    reference = serializers.CharField()
    role = serializers.CharField()
    status = serializers.CharField()


@dataclass(frozen=True)
class Decision:
    """One decision of the lead: the move, its form, its verb, and the gates it is for."""

    move: str
    form: type[forms.Form]
    verb: Callable[..., Referral]
    gates: tuple[str, ...] = release.DECIDED_BY_LEAD


class RecipientView(APIView):
    """One button of a recipient; each button is a subclass."""

    permission_classes = [IsAuthenticated, WithinScope]
    scope = Scope.REPORTS

    def post(self, request: Request, reference: str, role: str) -> Response:
        referral = self.press(request, reference, role)
        status = Referral.objects.values_list("status", flat=True).get(pk=referral.pk)
        return Response({"reference": reference, "role": role, "status": status})

    def press(self, request: Request, reference: str, role: str) -> Referral:
        """Do what the button says to this recipient. Raises what the API answers."""
        raise NotImplementedError


class DecisionView(RecipientView):
    """The lead decides; a stale press is told so before anything else, as on the page."""

    decision: ClassVar[Decision]

    def press(self, request: Request, reference: str, role: str) -> Referral:
        report, decision = visible_report(request.user, reference), self.decision
        found = get_object_or_404(report.referrals, role=role, gate__in=decision.gates)
        referral = next(each for each in report.referrals.all() if each.pk == found.pk)
        referral.report = report
        if not can_lead(request.user, report):
            raise Http404
        if referral.status not in REFERRAL_MOVES[decision.move][0]:
            raise Conflict(said_of(report, referral), "already_done")
        form = read_form(request.data, lambda sent: _form(decision, sent, referral))
        stated = {"basis": form.basis()} if decision.move == "release" else form.cleaned_data
        with refusals():
            try:
                decision.verb(referral=referral, by=request.user, **stated)
            except ReleaseRefused as refused:
                raise _at_field(form, refused) from refused
        return referral


class AnswerView(RecipientView):
    """Whoever holds the post that was told answers, also once more: then who was faster is said."""

    form: ClassVar[type[forms.Form]]
    verb: ClassVar[Callable[..., object]]

    def press(self, request: Request, reference: str, role: str) -> Referral:
        mine = Referral.objects.filter(post__in=standing_of(request.user).post_ids)
        found = mine.select_related("report__mission")
        referral = get_object_or_404(found, report__reference=reference, role=role)
        try:
            given = read_form(request.data, self.form).cleaned_data
            with refusals():
                type(self).verb(referral=referral, by=request.user, **given)
        except Conflict:
            raise
        except ValidationError:
            visible_report(request.user, reference)  # what is wrong is said to its readers only
            if not answering.may_answer(referral):
                raise Http404 from None
            raise
        return referral


def _form(decision: Decision, sent: object, referral: Referral) -> DecisionForm:
    if decision.form is not ReleaseForm:
        return decision.form(sent)
    gates = gates_of(referral.report, [referral], at=timezone.now())[0]
    return ReleaseForm(sent, gates=gates, is_no=decision.move == "withhold")


def _at_field(form: DecisionForm, refused: ReleaseRefused) -> ValidationError:
    """Where the form asks for it under another name, there."""
    name = form.also_called.get(refused.field, refused.field)
    detail = serializers.ErrorDetail(refused.message, refused.code)
    return ValidationError({name if name in form.fields else refused.field: [detail]})


def _address(name: str, view: type[APIView], form: type[forms.Form], attributes: dict):
    """The view of one button, described by what its form asks for."""
    asked = extend_schema(
        operation_id=f"recipients_{name}",
        request=described(f"{name.title()}RecipientSerializer", form, optional=_AT_SOME_GATES),
        responses={200: DecidedSerializer, **REFUSALS},
    )
    made = type("RecipientButtonView", (view,), attributes)
    return extend_schema_view(post=asked)(made).as_view()


_DECISIONS = {
    "release": Decision("release", ReleaseForm, release.release_referral),
    "hold": Decision("hold", HoldForm, release.hold_referral),
    "withhold": Decision("withhold", ReleaseForm, release.withhold_referral),
    "revoke": Decision("revoke", RevokeForm, release.revoke_referral, release.TAKEN_BACK_BY_LEAD),
}
_ANSWERS: dict[str, tuple[type[AnswerForm], Callable[..., object]]] = {
    "accept": (AnswerForm, answering.accept_referral),
    "decline": (DeclineForm, answering.decline_referral),
    "start": (AnswerForm, answering.start_referral),
    "finish": (AnswerForm, answering.finish_referral),
    "note": (NoteForm, answering.note_referral),
}
DECISIONS = {
    name: _address(name, DecisionView, each.form, {"decision": each})
    for name, each in _DECISIONS.items()
} | {
    name: _address(name, AnswerView, form, {"form": form, "verb": staticmethod(verb)})
    for name, (form, verb) in _ANSWERS.items()
}
