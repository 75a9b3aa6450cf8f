"""What every answer goes through on its way out."""

import brotli
import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve

from actors.roles import Role
from portal.middleware import Brotli, PrivatePages

SPACED = "<p>\n" + "    <b>A word</b>\n" * 40 + "</p>"
TYPED = "First line.\r\n\r\n    Second line,  spaced."


def answer_of(path: str, content_type: str = "text/html; charset=utf-8") -> str:
    request = RequestFactory().get(path, headers={"Accept-Encoding": "gzip, br"})
    request.resolver_match = resolve(path)
    response = Brotli(lambda _request: HttpResponse(SPACED, content_type=content_type))(request)
    assert response.headers["Content-Encoding"] == "br"
    assert response.headers["Content-Length"] == str(len(response.content))
    return brotli.decompress(response.content).decode()


def test_the_report_form_is_sent_without_the_spaces_of_its_template():
    assert answer_of("/reports/new/") == "<p> " + "<b>A word</b> " * 40 + "</p>"


@pytest.mark.parametrize(
    ("path", "content_type"),
    [("/reports/", "text/html; charset=utf-8"), ("/sw.js", "text/javascript; charset=utf-8")],
)
def test_every_other_answer_is_sent_as_it_was_made(path, content_type):
    assert answer_of(path, content_type) == SPACED


def test_a_refused_report_comes_back_with_its_text_as_it_was_typed(as_role):
    client = as_role(Role.UNPOL_OFFICER)
    page = {"narrative": TYPED, "action": "check"}
    answer = client.post("/reports/new/", page, headers={"Accept-Encoding": "br"})
    assert answer.status_code == 422
    written = brotli.decompress(answer.content).decode().replace("\r\n", "\n")
    assert TYPED.replace("\r\n", "\n") in written


def test_pages_alone_say_what_they_may_ask_of_a_device():
    said = {}
    for content_type in ("text/html; charset=utf-8", "application/json"):
        answer = PrivatePages(lambda _r, kind=content_type: HttpResponse(content_type=kind))(
            RequestFactory().get("/")
        )
        said[content_type] = answer.headers.get("Permissions-Policy")
    assert said == {
        "text/html; charset=utf-8": "geolocation=(self), camera=()",
        "application/json": None,
    }
