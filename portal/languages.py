"""The language of the pages: chosen on every page, kept with the person (docs/languages.md)."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from actors.workflow.entries import choose_language
from referrals.models import Draft
from referrals.views.filing import new_report

# Says until the browser is closed that the language was chosen here before signing in.
CHOSEN_HERE = "language_chosen"
KEPT_FOR = settings.LANGUAGE_COOKIE_AGE
_COOKIE = {"httponly": True, "samesite": "Lax", "secure": settings.LANGUAGE_COOKIE_SECURE}


# Exempt, because it stands on pages that come from the browser's own store or are made without a
# request, where no token can be. Another site cannot speak for a person with it: the cookie of the
# session is SameSite=Lax and does not come along, so that all it could change is the cookie below.
@csrf_exempt
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Set the language and go back to the page one was on; a report being typed is kept."""
    language = request.POST.get("language")
    answer = _with_what_was_typed(request) or HttpResponseRedirect(_where_from(request))
    if language not in dict(settings.LANGUAGES):
        return answer
    if request.user.is_authenticated:
        choose_language(user=request.user, language=language)
    else:
        answer.set_cookie(CHOSEN_HERE, "1", **_COOKIE)
    return _speak(answer, language)


def welcome(request: HttpRequest, answer: HttpResponse, language: str) -> HttpResponse:
    """The answer to signing in, in the person's language unless another was chosen just now."""
    if request.COOKIES.get(CHOSEN_HERE):
        answer.delete_cookie(CHOSEN_HERE, samesite="Lax")
        return answer
    return _speak(answer, language)


def _speak(answer: HttpResponse, language: str) -> HttpResponse:
    name = settings.LANGUAGE_COOKIE_NAME
    answer.set_cookie(name, language, max_age=KEPT_FOR, **_COOKIE)
    return answer


def _with_what_was_typed(request: HttpRequest) -> HttpResponse | None:
    """Back to the report that came along, kept as "Save and leave" keeps it; None without one.

    So the language can be changed in the middle of a report without JavaScript too.
    """
    if "owner" not in request.POST:
        return None
    request.POST = request.POST.copy()
    request.POST["action"] = "save"
    answer = new_report(request)
    if request.user.is_authenticated and answer.status_code == HTTPStatus.FOUND:
        kept = Draft.objects.filter(owner=request.user).latest("saved_at")
        return HttpResponseRedirect(f"{reverse('new-report')}?draft={kept.uuid}")
    return answer


def _where_from(request: HttpRequest) -> str:
    """The page the choice was made on, if it is one of ours, else the first one."""
    page = request.headers.get("Referer")
    is_ours = url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return page if is_ours else reverse("home")
