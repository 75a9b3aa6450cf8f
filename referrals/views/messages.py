"""The CP lead asks, the officer answers or adds: two addresses, both back to the report's page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from referrals.forms.messages import AdditionForm, MessageForm, QuestionForm
from referrals.models import Report, ReportMessage
from referrals.permissions import can_add, can_ask
from referrals.views.reports import report_page, visible_report
from referrals.workflow.asking import MessageRefused, add_to_report, ask_officer
from referrals.workflow.errors import AlreadyDone, NotAllowed

# The page says `kept` where its script has put the words by on the device.
KEPT = gettext_lazy(
    "You were signed out, and your message was not sent. It is kept on this device: sign in, and "
    "it is there again."
)
NOT_KEPT = gettext_lazy(
    "You were signed out, and your message was not sent or stored. Before you sign in, go back one "
    "page and copy what you wrote."
)


def _signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Who was signed out while typing is told so on signing in, and comes back to the report."""

    @wraps(view)
    def answered(request: HttpRequest, reference: str) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, reference)
        if request.method == "POST":
            messages.warning(request, KEPT if "kept" in request.POST else NOT_KEPT)
        return redirect_to_login(_address(reference), reverse("account_login"))

    return answered


@require_http_methods(["GET", "POST"])
@_signed_in
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """The CP lead asks the reporter."""
    report = visible_report(request.user, reference)
    if not can_ask(request.user, report):
        raise Http404
    said = _("Asked. The officer is being told that a question waits; the words stay here.")
    unreachable = _("Stored, but the officer has no address that works. Ask by radio or in person.")
    return _say(request, report, QuestionForm, ask_officer, (said, unreachable))


@require_http_methods(["GET", "POST"])
@_signed_in
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """The reporter answers, or adds something unasked."""
    report = visible_report(request.user, reference)
    if not can_add(request.user, report):
        raise Http404
    said = _("Added. The adviser is being told.")
    unreachable = _("Added. It stands with your report for those who read it in full.")
    return _say(request, report, AdditionForm, add_to_report, (said, unreachable))


def _say(
    request: HttpRequest,
    report: Report,
    kind: type[MessageForm],
    verb: Callable[..., ReportMessage],
    words: tuple[str, str],
) -> HttpResponse:
    if request.method == "GET":
        return _back(report)
    form = kind(request.POST)
    if form.is_valid():
        try:
            message = verb(report=report, by=request.user, **form.cleaned_data)
        except MessageRefused as refused:
            form.add_error(refused.field, refused.message)
        except NotAllowed as error:
            raise Http404 from error
        except AlreadyDone as earlier:
            messages.warning(request, str(earlier))
            return _back(report)
        else:
            _confirm(request, message, *words)
            return _back(report)
    return report_page(request, report, form=form, status=422)


def _confirm(request: HttpRequest, message: ReportMessage, said: str, unreachable: str) -> None:
    """Nobody is said to be told whom no notice goes to."""
    if message.notifications.exists():
        messages.success(request, said)
    else:
        messages.warning(request, unreachable)


def _back(report: Report) -> HttpResponse:
    return redirect(_address(report.reference))


def _address(reference: str) -> str:
    return reverse("report", args=[reference]) + "#talk"
