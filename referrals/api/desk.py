"""The desk over the API: the work lists with their counts, and one list with the one filter.

The filter's names are those of the desk's address. Words to search for are sent in the body, as
on the page: an address stays in logs.
"""

from __future__ import annotations

from django.http import QueryDict
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from actors.models import Scope as TokenScope
from actors.models import User
from actors.scopes import WithinScope
from actors.standing import standing_of
from referrals import redaction
from referrals.api.errors import REFUSALS
from referrals.api.typed import described, read_form, refused_by
from referrals.forms.desk import FilterForm, SearchForm
from referrals.models import Report
from referrals.views.filters import ALL, Scope, scope_of
from referrals.views.queue import counted, page_of
from referrals.views.worklists import MOST_COUNTED

PAGE = 50
_BESIDES = ("show", "after")


class DeskListSerializer(serializers.Serializer):
    name = serializers.CharField()
    label = serializers.CharField()
    number = serializers.IntegerField(help_text=f"Counted up to {MOST_COUNTED}.")
    is_more = serializers.BooleanField(help_text="There are more than were counted.")


class DeskRowSerializer(serializers.Serializer):
    """A report as a row of the desk shows it to this reader."""

    reference = serializers.CharField()
    title = serializers.CharField()
    place = serializers.CharField(allow_blank=True)
    priority = serializers.CharField()
    flash = serializers.BooleanField()
    status = serializers.CharField()
    filed_at = serializers.DateTimeField()
    next_due = serializers.DateTimeField(allow_null=True)
    is_unread = serializers.BooleanField(help_text="Waits for you to acknowledge.")
    lead = serializers.CharField(allow_blank=True)
    held_for = serializers.ListField(child=serializers.CharField(allow_blank=True))


class DeskSerializer(serializers.Serializer):
    show = serializers.CharField()
    lists = DeskListSerializer(many=True)
    rows = DeskRowSerializer(many=True)
    after = serializers.CharField(
        allow_blank=True,
        help_text="Send it for the next page. A page of a filter may be short or empty before it.",
    )


_FILTER = [
    OpenApiParameter("show", description="A work list by its name; `all` for all you may see."),
    OpenApiParameter("after", description="Where the page begins, as the one before said."),
    *(
        OpenApiParameter(
            name,
            many=name in ("kind", "priority", "status", "perpetrator"),
            description=f"As in the address of the desk: {name}.",
        )
        for name in FilterForm.base_fields
    ),
]


class DeskView(APIView):
    permission_classes = [IsAuthenticated, WithinScope]
    scope = TokenScope.REPORTS

    @extend_schema(
        operation_id="desk",
        parameters=_FILTER,
        responses={200: DeskSerializer, 400: REFUSALS[400]},
    )
    def get(self, request: Request) -> Response:
        """What needs you, the shortest time left first; `all` has the newest first."""
        return _desk(request)

    @extend_schema(
        operation_id="desk_search",
        parameters=_FILTER,
        request=described("SearchSerializer", SearchForm),
        responses={200: DeskSerializer, 400: REFUSALS[400]},
    )
    def post(self, request: Request) -> Response:
        """The same, with words that must stand in what you may read of a report."""
        return _desk(request, read_form(request.data, SearchForm).cleaned_data["q"])


def scope_asked_for(params: QueryDict, user: User, words: str = "") -> Scope:
    """The reports that a filter names for this person.

    Raises:
        ValidationError: at each name or value that is not understood, so that nobody acts on more
            than they asked for.
    """
    scope = scope_of(params, user, timezone.now(), words)
    refused = {
        name: [ErrorDetail("The portal knows no such field.", "unknown")]
        for name in params
        if name not in scope.form.fields and name not in _BESIDES
    }
    if params.get("show", scope.shown) not in (*scope.lists, ALL):
        refused["show"] = [ErrorDetail("You have no such list.", "unknown")]
    if refused := refused | refused_by(scope.form):
        raise ValidationError(refused)
    return scope


def _desk(request: Request, words: str = "") -> Response:
    params, user = request.query_params, request.user
    scope = scope_asked_for(params, user, words)
    if words.strip() and "show" not in params:
        scope.shown = ALL
    page = page_of(scope, standing_of(user), params.get("after", ""), PAGE)
    numbers = counted(scope)
    return Response(
        {
            "show": scope.shown,
            "lists": [
                {
                    "name": name,
                    "label": str(each.label),
                    "number": min(numbers[name], MOST_COUNTED),
                    "is_more": numbers[name] > MOST_COUNTED,
                }
                for name, each in scope.lists.items()
            ],
            "rows": [_row(report, user) for report in page.rows],
            "after": page.older,
        }
    )


def _row(report: Report, user: User) -> dict[str, object]:
    level = redaction.level_of(report, user)
    return {
        "reference": report.reference,
        "title": redaction.title_for(report, level),
        "place": redaction.place_for(report, level),
        "priority": report.priority,
        "flash": report.flash and level in redaction.SUMMARY,
        "status": report.status,
        "filed_at": report.filed_at,
        "next_due": report.next_due,
        "is_unread": report.is_unread,
        "lead": (report.lead_name or "") if level in redaction.RECORD else "",
        "held_for": report.held_for if report.is_led else [],
    }
