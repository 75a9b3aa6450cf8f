"""The demo's mail viewer: for people and scripts, and never beyond its folder."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.urls import reverse

from tests.portal import demo_urls

# Imported above, so that the portal's own addresses are fixed before a test says DEMO.
pytestmark = [pytest.mark.urls(demo_urls.__name__), pytest.mark.django_db]
LINK = "http://127.0.0.1:8000/notice/K7QF-29XM/"


@pytest.fixture
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    settings.DEMO = True
    settings.DEMO_MAIL_DIR = str(tmp_path / "mail")
    (tmp_path / "mail").mkdir()
    return tmp_path / "mail"


def caught(folder: Path, number: int, *, to: str = "cpa@example.org", body: str = "") -> Path:
    message = EmailMessage()
    message["To"], message["Subject"] = to, f"Notice {number}"
    message["Date"] = "Sun, 22 Nov 2026 09:14:00 +0000"
    message.set_content(body or f"Emergency. Code K7QF-29XM\n\n{LINK}\n")
    path = folder / f"{number:020d}-1-000000.eml"
    path.write_bytes(message.as_bytes())
    return path


def listed(client, **asked) -> list[dict]:
    answer = client.get(reverse("demo-mail"), asked, headers={"accept": "application/json"})
    return answer.json()


def test_an_empty_folder_says_what_would_be_here(client, folder):
    page = client.get(reverse("demo-mail")).content.decode()
    assert "No mail yet" in page
    assert listed(client) == []


def test_a_folder_that_is_not_there_is_empty(client, folder, settings):
    for missing in (str(folder / "gone"), ""):
        settings.DEMO_MAIL_DIR = missing
        assert listed(client) == []


def test_the_newest_comes_first(client, folder):
    for number in (2, 10, 9):
        caught(folder, number)
    assert [mail["subject"] for mail in listed(client)] == ["Notice 10", "Notice 9", "Notice 2"]


def test_a_script_reads_who_what_when_and_the_link(client, folder):
    path = caught(folder, 1)
    (mail,) = client.get(reverse("demo-mail"), {"format": "json"}).json()
    assert mail == {
        "to": "cpa@example.org",
        "subject": "Notice 1",
        "date": "2026-11-22T09:14:00+00:00",
        "body": f"Emergency. Code K7QF-29XM\n\n{LINK}\n",
        "link": LINK,
        "url": f"http://testserver/demo/mail/{path.name}",
    }
    assert client.get(mail["url"], {"format": "json"}).json() == mail


def test_a_browser_gets_a_page_and_a_link_to_follow(client, folder):
    name = caught(folder, 1).name
    assert "Notice 1" in client.get(reverse("demo-mail")).content.decode()
    page = client.get(reverse("demo-message", args=[name])).content.decode()
    assert f'href="{LINK}"' in page
    assert 'aria-current="true"' in page


def test_mail_of_one_address(client, folder):
    caught(folder, 1)
    caught(folder, 2, to="Joint Operations <JOC@example.org>")
    caught(folder, 3, to="other@example.org", body="written to joc@example.org")
    assert [mail["subject"] for mail in listed(client, to="joc@example.org")] == ["Notice 2"]


def test_what_a_message_says_is_shown_as_text(client, folder):
    name = caught(folder, 1, body="<script>alert(1)</script>").name
    page = client.get(reverse("demo-message", args=[name])).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize(
    "name", ["../secret.eml", "..%2Fsecret.eml", "%2Fetc%2Fpasswd", "..", ".hidden.eml", "x.txt"]
)
def test_no_name_leads_out_of_the_folder(client, folder, name):
    (folder.parent / "secret.eml").write_text("Subject: secret\n\nsecret")
    (folder / ".hidden.eml").write_text("Subject: secret\n\nsecret")
    (folder / "x.txt").write_text("Subject: secret\n\nsecret")
    response = client.get(f"/demo/mail/{name}")
    assert response.status_code in (301, 404)
    assert b"secret" not in client.get(f"/demo/mail/{name}", follow=True).content


def test_a_link_in_the_folder_leads_nowhere(client, folder):
    (folder.parent / "secret.eml").write_text("Subject: secret\n\nsecret")
    (folder / "1.eml").symlink_to(folder.parent / "secret.eml")
    assert listed(client) == []
    assert client.get("/demo/mail/1.eml").status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe not a message",
        b"Date: yesterday\nSubject: =?x-none?q?abc?=\n\nbody",
        b"Content-Type: text/plain; charset=unheard-of\n\nbody",
        b"Content-Type: multipart/mixed; boundary=x\n\nno parts",
        b"To: ,,<\nSubject: a\n b\n\nbody",
    ],
)
def test_a_broken_message_does_no_harm(client, folder, content):
    (folder / "1.eml").write_bytes(content)
    assert len(listed(client)) == 1
    assert client.get(reverse("demo-mail")).status_code == 200
    assert client.get(reverse("demo-message", args=["1.eml"])).status_code == 200


def test_nothing_can_be_sent_to_it(client, folder):
    assert client.post(reverse("demo-mail")).status_code == 405


@pytest.mark.urls("portal.urls")
def test_outside_the_demo_there_is_no_viewer(client):
    assert client.get("/demo/mail/").status_code == 404
