"""The mail viewer of the demo: what recipients would get, readable by people and scripts."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.demo.mailbox import Mailbox, Message

SHOWN = 200


@require_safe
@never_cache
def mailbox(request: HttpRequest) -> HttpResponse:
    """The newest messages, as a page or as JSON; `?to=` narrows them to one address."""
    to = request.GET.get("to", "")
    messages = _caught().newest(SHOWN, to)
    if _wants_json(request):
        return JsonResponse([_as_json(request, message) for message in messages], safe=False)
    context = {"mails": messages, "to": to, "shown": SHOWN}
    return render(request, "demo/mailbox.html", context)


@require_safe
@never_cache
def message(request: HttpRequest, name: str) -> HttpResponse:
    """One message beside the newest others to the same address."""
    mail = _caught().named(name)
    if mail is None:
        raise Http404
    if _wants_json(request):
        return JsonResponse(_as_json(request, mail))
    to = request.GET.get("to", "")
    context = {"mail": mail, "mails": _caught().newest(SHOWN, to), "to": to}
    return render(request, "demo/message.html", context)


def _caught() -> Mailbox:
    # Without a folder there is no sink, and the working directory must not be listed instead.
    return Mailbox(Path(settings.DEMO_MAIL_DIR or "no-folder-is-set"))


def _wants_json(request: HttpRequest) -> bool:
    if "format" in request.GET:
        return request.GET["format"] == "json"
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _as_json(request: HttpRequest, mail: Message) -> dict[str, str | None]:
    return {
        "to": mail.to,
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "body": mail.body,
        "link": mail.link,
        "url": request.build_absolute_uri(reverse("demo-message", args=[mail.name])),
    }
