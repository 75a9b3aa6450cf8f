"""The page of a partner without an account, under an address that only the mail to them names.

First a one-time code, then one referral at its level of redaction, and nothing else. Whatever is
wrong with a link, the answer is the same page.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from referrals import redaction
from referrals.forms.partner import AnswerForm, CodeForm
from referrals.models import PartnerLink, Report
from referrals.statuses import LET_IN
from referrals.views import clock
from referrals.views.answers import ANSWERS, answer_of, hint_for, notes_of, shown_again
from referrals.views.pace import Pace
from referrals.workflow import partners
from referrals.workflow.errors import AlreadyDone, FieldRefused, NotAllowed

# From one address on the network: a whole office may share one, a guesser of links needs more.
PACE = Pace("partner", 60)
COOKIE = "partner"
SALT = "referrals.partner.session"
SESSION = timedelta(minutes=30)
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


def _unkept(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Nothing of these pages is kept, found by search or named to another site."""

    @wraps(view)
    def answered(request: HttpRequest, token: str) -> HttpResponse:
        answer = view(request, token)
        for name, value in HEADERS.items():
            answer.headers[name] = value
        return answer

    return answered


# Exempt: without a referrer browsers send no origin with a form, which the check refuses. Another
# site would have to know the address itself, and that is the secret.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@_unkept
def partner(request: HttpRequest, token: str) -> HttpResponse:
    """The page of one link, in the language of the contact unless another is chosen on it."""
    if not PACE.allows(request):
        return _plain(request, "partner/wait.html", status=429)
    now = timezone.now()
    link = partners.find_link(token, at=now)
    if link is None:
        return _plain(request, "partner/ended.html", status=404)
    zone = link.referral.report.mission.zone
    with translation.override(_language(request, link.contact.language)), timezone.override(zone):
        answer = _act(request, link, now) if request.method == "POST" else _show(request, link, now)
        answer.headers["Content-Language"] = translation.get_language()
    return answer


def _act(request: HttpRequest, link: PartnerLink, now: datetime) -> HttpResponse:
    pressed = request.POST.get("answer", "")
    if pressed == "send":
        return _send_code(request, link, now)
    if pressed == "open":
        return _open(request, link, now)
    if not _is_let_in(request, link):
        warning = _("Your time here was over and nothing was stored. Enter a new code, please.")
        return _door(request, link, now, warning=warning, status=422)
    if pressed not in ANSWERS:
        return _here(request)
    return _take_answer(request, link, pressed, now)


def _send_code(request: HttpRequest, link: PartnerLink, now: datetime) -> HttpResponse:
    try:
        partners.send_code(link=link, at=now)
    except partners.CodeRefused as refused:
        return _door(request, link, now, warning=refused.message, status=422)
    return _here(request)


def _open(request: HttpRequest, link: PartnerLink, now: datetime) -> HttpResponse:
    form = CodeForm(request.POST)
    if form.is_valid():
        if partners.enter_code(link=link, typed=form.cleaned_data["code"], at=now):
            return _let_in(request, link)
        form.add_error(
            "code", _("This code is wrong or has ended. Check it, or ask for a new one.")
        )
    link.refresh_from_db(fields=["misses", "code_sent_at"])
    return _door(request, link, now, form=form, status=422)


def _take_answer(
    request: HttpRequest, link: PartnerLink, pressed: str, now: datetime
) -> HttpResponse:
    chosen = ANSWERS[pressed]
    form = chosen.form(request.POST)
    if form.is_valid():
        try:
            chosen.verb(referral=link.referral, by=link, at=now, **form.cleaned_data)
        except FieldRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        except AlreadyDone as earlier:
            return _packet(request, link, now, warning=str(earlier), status=409)
        except NotAllowed:  # ended or taken back in this very moment
            return _here(request)
        else:
            return _here(request)
    return _packet(request, link, now, refused=(pressed, form), status=422)


def _show(request: HttpRequest, link: PartnerLink, now: datetime) -> HttpResponse:
    if not _is_let_in(request, link):
        return _door(request, link, now)
    partners.note_packet_opened(link=link, at=now)
    return _packet(request, link, now)


def _door(
    request: HttpRequest,
    link: PartnerLink,
    now: datetime,
    *,
    form: CodeForm | None = None,
    warning: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page before the code: it says nothing of what waits."""
    is_sent = partners.has_code(link, now)
    context = {
        "form": form or CodeForm(),
        "warning": warning,
        "is_sent": is_sent,
        "sent_at": link.code_sent_at,
        "is_second": is_sent and partners.second_channel(link) is not None,
    }
    return _page(request, "partner/door.html", context, status=status)


def _packet(
    request: HttpRequest,
    link: PartnerLink,
    now: datetime,
    *,
    warning: str = "",
    refused: tuple[str, AnswerForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The referral at its level of redaction; of one that was declined only that it was."""
    referral = link.referral
    referral.refresh_from_db(fields=["status", "answered_at", "declined_for"])
    report = Report.objects.in_full().get(pk=referral.report_id)
    level = referral.redaction if referral.status in LET_IN else "RN"
    referral.report = report
    notes = [each for each in notes_of(report) if each.referral_id == referral.pk]
    answer = answer_of(referral, now=now, notes=notes)
    context = {
        "warning": warning,
        "reference": report.reference,
        "title": redaction.title_for(report, level),
        "place": redaction.place_for(report, level),
        "facts": redaction.facts_for(report, level),
        "priority": report.priority,
        "mission": report.mission.name,
        "hint": hint_for(referral),
        "due": clock.due(partners.accept_due(referral), now),
        "ends": clock.due(link.expires_at, now),
        "answer": answer | (shown_again(*refused) if refused else {}),
    }
    return _page(request, "partner/packet.html", context, status=status)


def _let_in(request: HttpRequest, link: PartnerLink) -> HttpResponse:
    """Back to the page, with a cookie that opens this link and no other."""
    answer = _here(request)
    answer.set_cookie(
        COOKIE,
        signing.dumps(str(link.uuid), salt=SALT),
        max_age=SESSION,
        path=request.path,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return answer


def _is_let_in(request: HttpRequest, link: PartnerLink) -> bool:
    try:
        uuid = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=SESSION)
    except signing.BadSignature:
        return False
    return uuid == str(link.uuid)


def _here(request: HttpRequest) -> HttpResponse:
    answer = HttpResponseRedirect(request.get_full_path())
    answer.status_code = 303
    return answer


def _plain(request: HttpRequest, template: str, *, status: int) -> HttpResponse:
    """A page that knows of no link: in the language of the browser, and alike to the byte."""
    with translation.override(_language(request, translation.get_language())):
        answer = _page(request, template, {}, status=status)
        answer.headers["Content-Language"] = translation.get_language()
    return answer


def _page(
    request: HttpRequest, template: str, context: dict[str, object], *, status: int
) -> HttpResponse:
    # Without the request: the frame of other pages would name the portal and ask who signed in.
    languages = [
        {"label": name, "url": f"?language={code}", "current": code == translation.get_language()}
        for code, name in settings.LANGUAGES
    ]
    return HttpResponse(
        render_to_string(template, context | {"languages": languages}), status=status
    )


def _language(request: HttpRequest, otherwise: str) -> str:
    chosen = request.GET.get("language", "")
    return chosen if chosen in dict(settings.LANGUAGES) else otherwise
