"""The service worker's file and the manifest: the same for everybody, and neutral."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from actors.roles import Role
from referrals.forms.versions import form_version
from referrals.views import worker


def config(client: Client) -> dict[str, object]:
    script = client.get("/sw.js").content.decode()
    return json.loads(re.match(r"const CONFIG = (\{.*?\});\n", script).group(1))


def test_the_worker_reigns_over_all_pages_and_is_always_asked_for_anew(client):
    answer = client.get("/sw.js")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.headers["Cache-Control"] == "no-cache"


def test_an_unchanged_worker_is_not_sent_again(client):
    first = client.get("/sw.js")
    again = client.get("/sw.js", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_its_program_follows_what_it_is_to_know(client):
    said = config(client)
    assert said["form"] == "/reports/new/"
    assert said["home"] == "/reports/"
    assert said["device"] == "/device/"
    assert said["formVersion"] == form_version()
    source = Path(finders.find(worker.WORKER)).read_text(encoding="utf-8")
    program = client.get("/sw.js").content.decode().split("\n", 1)[1]
    assert program == source


def test_it_keeps_all_that_the_forms_page_loads(client, as_role):
    page = as_role(Role.UNPOL_OFFICER).get("/reports/new/").content.decode()
    loaded = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
    assert loaded == set(config(client)["assets"])


def test_the_release_changes_with_any_file_and_with_the_form(client, monkeypatch):
    before = config(client)["release"]
    assert config(client)["release"] == before
    monkeypatch.setattr(worker, "form_version", lambda: "another")
    other_form = config(client)["release"]
    monkeypatch.setattr(worker, "FORM_ASSETS", worker.FORM_ASSETS[1:])
    assert len({before, other_form, config(client)["release"]}) == 3


def test_it_answers_without_a_database_or_a_session(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        for address in ("/sw.js", "/manifest.webmanifest"):
            assert client.get(address).cookies == {}


def test_the_manifest_names_nothing_of_what_is_done_here(client):
    answer = client.get("/manifest.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    said = answer.json()
    assert (said["name"], said["short_name"], said["start_url"]) == (
        "Portal",
        "Portal",
        "/reports/",
    )
    assert said["icons"][0]["src"] == "/static/img/mark.svg"
    assert not re.search("child|protect|report[^s]", answer.content.decode(), re.IGNORECASE)


@pytest.mark.parametrize("address", ["/sw.js", "/manifest.webmanifest"])
def test_nothing_can_be_sent_to_them(client, address):
    assert client.post(address).status_code == 405
