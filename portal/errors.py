"""Answers to requests that could not be served, which keep what was typed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve

from referrals.views.filing import typed_again


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page that was open too long: show the report form again, filled; else say what to do."""
    try:
        name = resolve(request.path_info).url_name
    except Resolver404:
        name = None
    if name == "new-report" and request.user.is_authenticated:
        return typed_again(request)
    return render(request, "403_csrf.html", status=403)


def closed(request: HttpRequest) -> HttpResponse:
    """A page of a library that this portal does not offer."""
    raise Http404
