"""Answers to requests that could not be served, which keep what was typed."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from referrals.views.conduct import form_typed_again
from referrals.views.filing import typed_again


def answers_json(request: HttpRequest) -> bool:
    """Whether a program reads the answer: the API's, or a view marked as one for devices."""
    view = getattr(request.resolver_match, "func", None)
    return request.path.startswith("/api/") or getattr(view, "answers_json", False)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page that was open too long: show the report form again, filled; else say what to do.

    A device is told to fetch a fresh token, and sends the same again.
    """
    if answers_json(request):
        content = {"csrf": True, "detail": _("This page had been open for too long.")}
        return JsonResponse(content, status=403, headers={"Cache-Control": "no-store"})
    try:
        name = resolve(request.path_info).url_name
    except Resolver404:
        name = None
    if name == "new-report" and request.user.is_authenticated:
        return typed_again(request)
    if name == "other-form" and request.user.is_authenticated:
        return form_typed_again(request)
    return render(request, "403_csrf.html", status=403)


def closed(request: HttpRequest) -> HttpResponse:
    """A page of a library that this portal does not offer."""
    raise Http404
