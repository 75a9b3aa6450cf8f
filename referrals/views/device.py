"""What the browser on a device asks while somebody writes a report, often over a bad link.

Drafts are saved in small steps, and a report is sent by `PUT` under the id its device gave it:
however often that is tried, it is one report.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from actors.models import User
from referrals.forms.filing import ReportForm
from referrals.forms.versions import Typed, form_version, no_longer_asked
from referrals.models import Draft, Report
from referrals.views.device_json import (
    WHOLE,
    Refused,
    for_devices,
    is_name,
    malformed,
    read_form_version,
    read_json,
    read_number,
    read_typed,
    refusal,
)
from referrals.views.filing import mission_of
from referrals.workflow.drafts import (
    DraftChange,
    DraftChanged,
    DraftGone,
    DraftRefused,
    Splice,
    change_draft,
    forget_draft,
    typed_in,
)
from referrals.workflow.filing import Filed, SentDifferently, file_report, find_sent

LOCK_SALT = "referrals.device.lock"


@for_devices("GET", signed_in=False)
def device(request: HttpRequest) -> HttpResponse:
    """Who is signed in, a fresh CSRF token, and the form's version: asked before sending."""
    user = request.user
    signed_in = user.is_authenticated
    return JsonResponse(
        {
            "signed_in": signed_in,
            "person": str(user.public_id) if signed_in else None,
            "csrf": get_token(request),
            "lock": _lock(user, settings.SECRET_KEY) if signed_in else None,
            "earlier_locks": _earlier_locks(user) if signed_in else [],
            "form": form_version(),
            "language": get_language(),
        }
    )


@for_devices("GET")
def list_drafts(request: HttpRequest) -> HttpResponse:
    """The person's own drafts, newest first, without what was typed."""
    drafts = Draft.objects.filter(owner=request.user).order_by("-saved_at").defer("typed")
    return JsonResponse({"drafts": [_heading(draft) for draft in drafts]})


@for_devices("GET", "PATCH", "DELETE")
def draft(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One own draft: read it whole, save what was typed since, or throw it away."""
    return _DRAFT_METHODS[request.method](request, uuid)


def _show_draft(request: HttpRequest, uuid: UUID) -> HttpResponse:
    found = Draft.objects.filter(owner=request.user, uuid=uuid).first()
    if found is None:
        raise Refused(404, {"detail": _("This draft is not there.")})
    return JsonResponse(_heading(found) | {"typed": typed_in(found)})


def _change_draft(request: HttpRequest, uuid: UUID) -> HttpResponse:
    change = _change_in(read_json(request))
    try:
        kept = change_draft(owner=request.user, draft=uuid, change=change)
    except DraftChanged as changed:
        theirs = changed.draft
        content = {"version": theirs.version, "form": theirs.form, "typed": typed_in(theirs)}
        raise Refused(409, content) from None
    except DraftGone as gone:
        raise Refused(404, {"gone": True, "sent": gone.was_sent}) from None
    except DraftRefused as refused:
        status = 413 if refused.code == "too_long" else 400
        raise refusal(status, refused.code, refused, refused.field or WHOLE) from None
    return JsonResponse({"version": kept.version, "saved_at": kept.saved_at.isoformat()})


def _delete_draft(request: HttpRequest, uuid: UUID) -> HttpResponse:
    forget_draft(owner=request.user, draft=uuid)
    return HttpResponse(status=204)


_DRAFT_METHODS = {"GET": _show_draft, "PATCH": _change_draft, "DELETE": _delete_draft}


@for_devices("PUT")
def send_report(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Send a report under the id its device gave it; again and again is one report.

    201 stored, 200 stored before with the same content, 409 with other content (which is not
    stored), 422 with what to mend at each question, 403 without a post.
    """
    sent = read_json(request)
    typed = read_typed(sent.get("typed")) | {"uuid": [str(uuid)]}
    version, known = read_form_version(sent), sent.get("draft")
    known = None if known is None else read_number(known)
    mission = mission_of(request.user)
    if mission is None:
        _answer_if_sent(request, uuid)
        raise Refused(403, {"detail": _("You hold no post now. Ask your administrator.")})
    form = ReportForm(_as_posted(typed), mission=mission, reporter=request.user)
    if errors := _errors(form, no_longer_asked(typed, version, form)):
        _answer_if_sent(request, uuid)
        raise Refused(422, {"errors": errors})
    try:
        filed, kept = _file(request.user, form, known, typed)
    except SentDifferently as earlier:
        raise Refused(409, _told(request, earlier.report)) from None
    content = _told(request, filed.report) | {"draft": str(kept.uuid) if kept else None}
    return JsonResponse(content, status=201 if filed.created else 200)


def _file(
    reporter: User, form: ReportForm, known: int | None, sent: Typed
) -> tuple[Filed, Draft | None]:
    """The report is there and its draft is not, or neither happened."""
    filing = form.filing()
    with transaction.atomic():
        # First, so that the mission's number is not held while another device saves.
        kept = forget_draft(owner=reporter, draft=filing.uuid, known=known, sent=sent)
        return file_report(reporter=reporter, filing=filing), kept


def _answer_if_sent(request: HttpRequest, uuid: UUID) -> None:
    """What was stored is not refused for what has changed since: a post, a list, the form."""
    earlier = find_sent(reporter=request.user, uuid=uuid)
    if earlier:
        raise Refused(409, _told(request, earlier))


def _told(request: HttpRequest, report: Report) -> dict[str, object]:
    """Where the officer reads what became of it; in confidence, a page that shows it once."""
    url = reverse("report", args=[report.reference]) + "?sent=1"
    if report.is_confided:
        url = reverse("sent-in-confidence")
        waiting = [each for each in request.session.get("sent_reference", "").split(", ") if each]
        request.session["sent_reference"] = ", ".join({*waiting, report.reference})
    return {
        "reference": report.reference,
        "url": url,
        "confided": report.is_confided,
        "at": report.filed_at.isoformat(),
    }


def _errors(form: ReportForm, not_asked: list[str]) -> dict[str, list]:
    """Codes and sentences by question, in the language of the page."""
    errors = form.errors.get_json_data()
    if "__all__" in errors:
        errors[WHOLE] = errors.pop("__all__")
    message = _("This question is not asked any more. Open the report, and check it again.")
    return errors | {name: [{"code": "not_asked", "message": message}] for name in not_asked}


def _as_posted(typed: Typed) -> QueryDict:
    """As a browser posts the form: with its line ends, and without halves of characters.

    The same report sent by the page and by the queue is then the same content.
    """
    posted = QueryDict(mutable=True)
    for name, values in typed.items():
        posted.setlist(name, [_as_text(value) for value in values])
    return posted


def _as_text(value: str) -> str:
    whole = re.sub("[\ud800-\udfff]", "\ufffd", value)
    return re.sub("\r\n?|\n", "\r\n", whole)


def _change_in(sent: dict[str, object]) -> DraftChange:
    splices = sent.get("splice", {})
    if not isinstance(splices, dict) or not all(map(is_name, splices)):
        raise malformed()
    return DraftChange(
        base=read_number(sent.get("base")),
        form=read_form_version(sent),
        set=read_typed(sent.get("set", {})),
        splice={name: _splice_in(splice) for name, splice in splices.items()},
    )


def _splice_in(sent: object) -> Splice:
    if not isinstance(sent, list) or len(sent) != 3 or not isinstance(sent[2], str):
        raise malformed()
    return Splice(read_number(sent[0]), read_number(sent[1]), sent[2])


def _heading(draft: Draft) -> dict[str, object]:
    return {
        "uuid": str(draft.uuid),
        "version": draft.version,
        "form": draft.form,
        "saved_at": draft.saved_at.isoformat(),
    }


def _earlier_locks(user: User) -> list[str]:
    """Those of keys that were in use before: what a device sealed with them opens once more."""
    return [_lock(user, key) for key in settings.SECRET_KEY_FALLBACKS]


def _lock(user: User, key: str) -> str:
    """The half of a device's key that only the server knows, 32 bytes in base64url.

    Without it, what lies sealed on a lost phone stays closed; nothing of it leaves the device.
    """
    digest = salted_hmac(LOCK_SALT, str(user.public_id), secret=key, algorithm="sha256").digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
