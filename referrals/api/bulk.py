"""One verb on many reports over the API: look first, confirm, and an answer for each row."""

from __future__ import annotations

from time import monotonic
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from actors.models import Scope, User
from actors.scopes import WithinScope
from referrals import redaction
from referrals.api.desk import scope_asked_for
from referrals.api.errors import REFUSALS, refusals
from referrals.api.report_fields import StrictSerializer
from referrals.api.typed import as_typed, described, read_form
from referrals.forms.bulk import FORMS, BulkForm
from referrals.models import BulkRun, Report
from referrals.views.filters import reports_of
from referrals.workflow import bulk as running

# Seconds that a request may take for it; a worker goes on with the rest.
TURN = 10


class ChosenSerializer(StrictSerializer):
    """Reports by their references, or all that a filter names, narrowed by words."""

    references = serializers.ListField(child=serializers.CharField(), required=False)
    filter = serializers.DictField(
        required=False, help_text="As in the address of the desk, `show` included."
    )
    q = serializers.CharField(required=False, allow_blank=True, max_length=200)


class BulkRowSerializer(serializers.Serializer):
    reference = serializers.CharField()
    title = serializers.CharField()


class RefusedRowsSerializer(serializers.Serializer):
    why = serializers.CharField()
    rows = BulkRowSerializer(many=True)


class BulkPreviewSerializer(serializers.Serializer):
    """What would happen. Send the references of `doable` and `seen_at` back to confirm."""

    doable = BulkRowSerializer(many=True)
    refused = RefusedRowsSerializer(many=True)
    seen_at = serializers.DateTimeField()


class OutcomeSerializer(serializers.Serializer):
    reference = serializers.CharField()
    outcome = serializers.CharField(help_text="ok, already, refused, gone, failed; or not yet.")
    said = serializers.CharField(allow_blank=True)


class BulkRunSerializer(serializers.Serializer):
    uuid = serializers.UUIDField()
    verb = serializers.CharField()
    total = serializers.IntegerField()
    done = serializers.IntegerField()
    finished_at = serializers.DateTimeField(allow_null=True)
    rows = OutcomeSerializer(many=True)
    gone = serializers.IntegerField(help_text="Rows of reports you may not see any more.")


_Confirmed = described(
    "BulkConfirmSerializer",
    BulkForm,
    without=("references",),
    references=serializers.ListField(child=serializers.CharField()),
    reason=serializers.CharField(required=False, help_text="For close-report."),
    words=serializers.CharField(required=False, help_text="For close-report."),
    phase=serializers.CharField(required=False, help_text="For set-phase."),
)
_VERB = f"One of: {', '.join(running.VERBS)}."


class BulkPreviewView(APIView):
    permission_classes = [IsAuthenticated, WithinScope]
    scope = Scope.REPORTS

    @extend_schema(
        operation_id="bulk_preview",
        request=ChosenSerializer,
        responses={200: BulkPreviewSerializer, 400: REFUSALS[400], 404: REFUSALS[404]},
        description=f"What would happen to which rows, and which would be refused and why. {_VERB}",
    )
    def post(self, request: Request, verb: str) -> Response:
        judged, doable, refused = _known(verb).hindrance, [], {}
        for report in _chosen(request):
            why = judged(report, request.user)
            (refused.setdefault(why, []) if why else doable).append(_row(report, request.user))
        return Response(
            {
                "doable": doable,
                "refused": [{"why": why, "rows": rows} for why, rows in refused.items()],
                "seen_at": timezone.now(),
            }
        )


class BulkStartView(APIView):
    permission_classes = [IsAuthenticated, WithinScope]
    scope = Scope.REPORTS

    @extend_schema(
        operation_id="bulk_start",
        request=_Confirmed,
        responses={201: BulkRunSerializer, **REFUSALS},
        description=f"Do it, row by row; a worker goes on beyond {running.AT_ONCE} rows. {_VERB}",
    )
    def post(self, request: Request, verb: str) -> Response:
        _known(verb)
        form = read_form(_confirmed(request), FORMS[verb])
        given = form.cleaned_data
        with refusals():
            run = running.start_run(
                by=request.user,
                verb=verb,
                given=form.given(),
                references=given["references"].split(),
                key=given["key"],
            )
        if run.total <= running.AT_ONCE:
            end = monotonic() + TURN
            running.work_run(run, keep_going=lambda: monotonic() < end)
        else:
            running.announce()
        run.refresh_from_db()
        return Response(_answer(run, request.user), status=status.HTTP_201_CREATED)


class BulkRunView(APIView):
    permission_classes = [IsAuthenticated, WithinScope]
    scope = Scope.REPORTS

    @extend_schema(operation_id="bulk_run", responses={200: BulkRunSerializer, 404: REFUSALS[404]})
    def get(self, request: Request, uuid: UUID) -> Response:
        """How far your run is, and what became of each row."""
        run = get_object_or_404(BulkRun, uuid=uuid, by=request.user, verb__in=running.VERBS)
        return Response(_answer(run, request.user))


def _chosen(request: Request) -> list[Report]:
    """The reports named, as far as this person may see them.

    Raises:
        ValidationError: none or too many of them, or a filter that is not understood.
    """
    sent = ChosenSerializer(data=request.data)
    sent.is_valid(raise_exception=True)
    given, visible = sent.validated_data, Report.objects.visible_to(request.user)
    if "filter" in given:
        scope = scope_asked_for(as_typed(given["filter"]), request.user, given.get("q", ""))
        found = reports_of(scope).order_by().values_list("reference", flat=True)
        references = list(found[: running.MOST + 1])
    else:
        references = list(dict.fromkeys(given.get("references", ())))
    if not references:
        raise _refused("empty", _("Tick the reports first."))
    if len(references) > running.MOST:
        raise _refused("many", running.too_many())
    reports = visible.in_full().prefetch_related("tasks").filter(reference__in=references)
    return list(reports.order_by("filed_at", "reference"))


def _known(verb: str) -> running.BulkVerb:
    if verb not in running.VERBS:
        raise Http404
    return running.VERBS[verb]


def _confirmed(request: Request) -> object:
    """What was sent, as the page's form reads it."""
    sent = request.data
    if isinstance(sent, dict) and isinstance(sent.get("references"), list):
        return sent | {"references": " ".join(map(str, sent["references"]))}
    return sent


def _refused(code: str, words: str) -> ValidationError:
    return ValidationError({"references": [ErrorDetail(words, code)]})


def _row(report: Report, user: User) -> dict[str, str]:
    level = redaction.level_of(report, user)
    return {"reference": report.reference, "title": redaction.title_for(report, level)}


def _answer(run: BulkRun, user: User) -> dict[str, object]:
    """Of reports this person may no longer see, only their number."""
    visible = Report.objects.visible_to(user).values("pk")
    lines = list(run.lines.filter(report__in=visible).select_related("report"))
    return {
        "uuid": run.uuid,
        "verb": run.verb,
        "total": run.total,
        "done": run.done,
        "finished_at": run.finished_at,
        "rows": [
            {"reference": line.report.reference, "outcome": line.outcome, "said": line.said}
            for line in lines
        ],
        "gone": run.total - len(lines),
    }
