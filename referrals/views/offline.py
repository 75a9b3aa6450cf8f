"""What the browser shows in place of My reports while there is no link."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
@login_required
def offline(request: HttpRequest) -> HttpResponse:
    """A page that names no report; the browser's worker keeps it."""
    return render(request, "referrals/offline.html")
