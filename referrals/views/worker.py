"""The service worker and the manifest: what makes the form open without a link.

Both are the same for everybody and name nothing of what is done here.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import condition, require_safe

from referrals.forms.versions import form_version

WORKER = "js/sw.js"
ICON = "img/mark.svg"
# All that the form's page asks for, so that it opens without a link. A test reads the page.
FORM_ASSETS = ("vendor/pico/pico.min.css", "css/app.css", "js/form.js", ICON)
# What its page and the pages beside it load on demand: fetched once the form is there.
LATER_ASSETS = ("js/form_later.js", "js/device.js", "js/app.js", "js/place.js")
BAR = "#0b3355"  # of app.css


def _config(request: HttpRequest) -> dict[str, object]:
    return {
        "release": _release(),
        "form": reverse("new-report"),
        "formVersion": form_version(),
        "rules": reverse("form-rules"),
        "home": reverse("my-reports"),
        "device": reverse("device"),
        "assets": _addresses(FORM_ASSETS),
        "later": _addresses(LATER_ASSETS),
    }


def _etag(request: HttpRequest) -> str:
    return f'"{hashlib.sha256(_script(request).encode()).hexdigest()[:16]}"'


@require_safe
@condition(etag_func=_etag)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker with what this release needs: `CONFIG`, then `static/js/sw.js`.

    Browsers ask for it often and take a new one only if a byte differs.
    """
    return HttpResponse(
        _script(request),
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"},
    )


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """For the home screen of a phone. Whoever sees that screen learns nothing from it."""
    return JsonResponse(
        {
            "name": "Portal",
            "short_name": "Portal",
            "start_url": reverse("my-reports"),
            "scope": "/",
            "display": "standalone",
            "background_color": BAR,
            "theme_color": BAR,
            "icons": [{"src": static(ICON), "sizes": "any", "type": "image/svg+xml"}],
        },
        headers={"Cache-Control": "public, max-age=86400"},
        content_type="application/manifest+json",
    )


def _script(request: HttpRequest) -> str:
    return f"const CONFIG = {json.dumps(_config(request))};\n{_source(WORKER).decode()}"


def _release() -> str:
    """Changes with the form's questions and with each file that the worker keeps."""
    digest = hashlib.sha256(form_version().encode())
    for name in (WORKER, *FORM_ASSETS, *LATER_ASSETS):
        digest.update(_source(name))
    return digest.hexdigest()[:16]


def _addresses(names: tuple[str, ...]) -> list[str]:
    return [static(name) for name in names if finders.find(name)]


def _source(name: str) -> bytes:
    path = finders.find(name)
    return Path(path).read_bytes() if path else b""
