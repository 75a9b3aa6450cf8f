"""What every answer goes through: private pages, signing in, a plain word without a database."""

import re

import brotli
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from portal.errors import answers_json
from portal.indentation import without_indentation


def _is_page(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith("text/html")


class Brotli:
    """Compress answers for browsers that take brotli; the others get Django's gzip.

    A tenth smaller than gzip: on a link of 50 kbit/s the report form is readable sooner. What a
    guess by length could reach, the CSRF token, is masked anew in each page (BREACH).
    The report form and its service worker are made as small as can be: 40 KB is all a first visit
    may take, in each language, and afterwards a device asks for them rarely.
    """

    SHORTEST = 200  # below that it saves nothing, as with gzip
    QUALITY = 6  # 4 ms for a page as long as the report form
    SMALLEST = 11  # 65 ms for the report form, which is a tenth smaller then
    ON_A_FIRST_VISIT = ("new-report", "service-worker")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        patch_vary_headers(response, ("Accept-Encoding",))
        if self._is_wanted(request, response):
            self._compress(request, response)
            response.headers["Content-Encoding"] = "br"
            response.headers["Content-Length"] = str(len(response.content))
            if etag := response.headers.get("ETag"):
                response.headers["ETag"] = etag if etag.startswith("W/") else f"W/{etag}"
        return response

    def _compress(self, request: HttpRequest, response: HttpResponse) -> None:
        match = request.resolver_match
        is_first = match is not None and match.view_name in self.ON_A_FIRST_VISIT
        if is_first and _is_page(response):
            response.content = without_indentation(response.content.decode())
        quality = self.SMALLEST if is_first else self.QUALITY
        response.content = brotli.compress(response.content, quality=quality)

    def _is_wanted(self, request: HttpRequest, response: HttpResponse) -> bool:
        return (
            not response.streaming
            and "br" in re.split(r"[\s,;]+", request.headers.get("Accept-Encoding", ""))
            and not response.has_header("Content-Encoding")
            and len(response.content) >= self.SHORTEST
        )


class PrivatePages:
    """Mark every answer to somebody signed in as not to be kept by browser or proxy."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _is_page(response):
            response.headers.setdefault("Permissions-Policy", "geolocation=(self), camera=()")
        if "Cache-Control" not in response.headers and "sessionid" in request.COOKIES:
            response.headers["Cache-Control"] = "no-store"
        return response


class WholePageSignIn:
    """Send the whole page to sign in when a part of it was asked for after the session ended.

    Not when a form was sent from a page that stays (templates/referrals/working.html): what was
    typed would be lost. It gets 401, and the page says what to do. The same where somebody else has
    signed in since (header X-Person); a page that was made for another person is loaded anew.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.htmx:
            return self.get_response(request)
        is_form = request.htmx.boosted and request.method == "POST"
        if self._is_of_somebody_else(request):
            return HttpResponse(status=401) if is_form else HttpResponseClientRefresh()
        response = self.get_response(request)
        if is_form and response.status_code >= 300 and not request.user.is_authenticated:
            return HttpResponse(status=401)
        if response.headers.get("Location", "").startswith(resolve_url(settings.LOGIN_URL)):
            return HttpResponseClientRedirect(response.headers["Location"])
        return response

    def _is_of_somebody_else(self, request: HttpRequest) -> bool:
        made_for = request.headers.get("X-Person")
        user = request.user
        return bool(made_for) and user.is_authenticated and str(user.public_id) != made_for


class DatabaseAway:
    """Say 503 and when to try again; the browser still holds what was typed."""

    RETRY_AFTER = "5"

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for a lost or refused database connection; leave other errors alone."""
        if not isinstance(error, OperationalError | InterfaceError):
            return None
        if answers_json(request):
            message = _("The database is away for a moment. Nothing was stored. Send it again.")
            answer = JsonResponse({"detail": message}, status=503)
        else:
            # Rendered without a request: the frame of other pages would ask the database.
            answer = HttpResponse(render_to_string("503.html"), status=503)
        answer.headers["Retry-After"] = self.RETRY_AFTER
        return answer
