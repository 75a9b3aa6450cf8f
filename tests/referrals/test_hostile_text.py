"""Whatever is typed is stored as it is and shown harmless, or refused at its field. Never lost in
between, never an error of the portal's own, never in a mail.
"""

from __future__ import annotations

import json
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from rest_framework.test import APIClient

from actors.models import Scope
from actors.roles import Role
from actors.scopes import make_token
from referrals.forms.filing import ReportForm
from referrals.models import Draft, Notification, Report, ReportMessage
from referrals.notifications.rendering import render
from tests.referrals.hostile import HALVES, REFUSED, TAKEN

NEW = "/reports/new/"
FACTS = {"violations": ["attack_school_hospital"], "facility": "hospital", "area": "QM0201"}
NUMBERS = ("boys", "prior_interviews", "girls_6_10", "latitude", "occurred_on", "briefed_at")


class Shape(HTMLParser):
    """Tags with the names of their attributes, and the text between them."""

    def __init__(self, page: str):
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag != "br":  # a line of the text
            self.tags.append((tag, tuple(name for name, _value in attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def officer(as_role) -> Client:
    return as_role(Role.UNPOL_OFFICER)


@pytest.fixture
def lead(as_role) -> Client:
    return as_role(Role.CPA)


@pytest.fixture
def program(unmix) -> APIClient:
    token = make_token(user=unmix.user(Role.UNPOL_OFFICER), scopes=[Scope.REPORTS])
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


def typed(text: str = "") -> dict[str, object]:
    return FACTS | {"uuid": str(uuid4()), "narrative": text, "safe_contact": text[:500]}


def kept_text(report: Report) -> str:
    """Where somebody may be recognised in it, it stands in the annex."""
    return report.narrative or report.annex.narrative


def one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def by_page(client: Client, text: str):
    return client.post(NEW, typed(text) | {"action": "send"})


def by_put(client: Client, text: str):
    sent = {name: v if isinstance(v, list) else [v] for name, v in typed(text).items()}
    uuid = sent.pop("uuid")[0]
    body = json.dumps({"form": "", "typed": sent})
    return client.put(f"{NEW}{uuid}/", body, content_type="application/json")


def by_api(client: APIClient, text: str):
    body = {name: value for name, value in typed(text).items() if name != "area"}
    body |= {"mission": "UNMIX", "adm2": "QM0201"}
    return client.post("/api/v1/reports/", json.dumps(body), content_type="application/json")


DOORS = {"page": (by_page, 302, 422), "put": (by_put, 201, 422), "api": (by_api, 201, 400)}


@pytest.mark.parametrize("door", DOORS)
def test_every_text_is_stored_as_typed_or_refused_at_its_field(officer, program, door):
    send, stored, refused = DOORS[door]
    client = program if door == "api" else officer
    taken = TAKEN if door == "page" else TAKEN[::3]
    for text in taken:
        assert send(client, text).status_code == stored, ascii(text[:60])
        report = Report.objects.select_related("annex").latest("pk")
        assert kept_text(report) == one_line_end(text)
        assert report.annex.safe_contact == one_line_end(text[:500])
    assert Report.objects.count() == len(taken)
    for text in REFUSED + (HALVES if door == "api" else []):
        answer = send(client, text)
        if door == "put" and answer.status_code == 413:  # the whole body is too large
            assert len(text) > 50_000
            continue
        assert answer.status_code == refused, ascii(text[:60])
        assert b"narrative" in answer.content
        assert len(answer.content) < 1_000_000
    assert Report.objects.count() == len(taken)


def test_every_text_in_every_other_field_is_refused_at_that_field(unmix):
    form = ReportForm(mission=unmix.mission, reporter=unmix.user(Role.UNPOL_OFFICER))
    texts = ("<script>window.__x=1</script>", "nul\0l", "half \ud800", "9" * 5_000, "\u202e\u0661x")
    ticks = {bound.name for bound in form if bound.widget_type == "checkbox"}
    for name in set(form.fields) - ticks - {"narrative", "safe_contact"}:
        for text in texts:
            data = typed() | {name: [text] if name == "violations" else text}
            sent = ReportForm(data, mission=unmix.mission, reporter=unmix.user(Role.UNPOL_OFFICER))
            assert name in sent.errors, (name, ascii(text[:20]))


@pytest.mark.parametrize("action", ["check", "send", "save", "edit"])
def test_every_text_in_all_fields_at_once_is_answered_by_the_page(officer, action):
    names = [*FACTS, "uuid", "perpetrator", "perpetrator_org", "adds_to", "owner", *NUMBERS]
    for text in TAKEN[::4] + REFUSED:
        everywhere = dict.fromkeys(names, text) | {"narrative": text, "safe_contact": text}
        answer = officer.post(NEW, everywhere | {"action": action})
        assert answer.status_code in (200, 302, 400, 413, 422), ascii(text[:60])
    assert Report.objects.count() == 0


def test_every_text_in_all_fields_at_once_is_answered_to_programs(officer, program):
    names = [*FACTS, "perpetrator_org", "adds_to", "mission", "adm2", "uuid", *NUMBERS]
    for text in [*TAKEN[::4], *REFUSED, *HALVES]:
        for value in (text, [text], {text: text}):
            body = json.dumps(dict.fromkeys(names, value))
            api = program.post("/api/v1/reports/", body, content_type="application/json")
            put = officer.put(
                f"{NEW}{uuid4()}/",
                json.dumps({"form": "", "typed": dict.fromkeys(names, value)}),
                content_type="application/json",
            )
            assert (api.status_code, put.status_code < 500) == (400, True), ascii(text[:60])
    assert Report.objects.count() == 0


def test_every_text_in_a_draft_is_kept_or_refused(officer):
    for text in [*TAKEN[::3], *REFUSED, *HALVES]:
        change = {"base": 0, "form": "", "set": {"narrative": [text], "boys": [text[:99]]}}
        answer = officer.patch(
            f"/drafts/{uuid4()}/", json.dumps(change), content_type="application/json"
        )
        assert answer.status_code in (200, 400, 413), ascii(text[:60])
        if answer.status_code == 200:
            draft = Draft.objects.latest("pk")
            page = officer.get(f"{NEW}?draft={draft.uuid}").content.decode()
            assert "<script>window" not in page
            assert "onerror=window.__x=1>" not in page
        Draft.objects.all().delete()


class TestPages:
    """What a report's pages are made of does not depend on what was typed."""

    def pages(self, officer: Client, lead: Client, report: Report) -> dict[str, str]:
        at = f"/reports/{report.reference}/"
        answers = {
            "own": officer.get(at),
            "lead": lead.get(at),
            "own list": officer.get("/reports/"),
            "print": officer.get(f"{at}print/"),
            "check": officer.post(NEW, typed(kept_text(report)) | {"action": "check"}),
            "edit": officer.post(NEW, typed(kept_text(report)) | {"action": "edit"}),
        }
        assert {name: a.status_code for name, a in answers.items()} == dict.fromkeys(answers, 200)
        return {name: answer.content.decode() for name, answer in answers.items()}

    def file(self, unmix, text: str) -> Report:
        report = unmix.file(narrative=one_line_end(text), safe_contact=text[:500].strip()).report
        return Report.objects.select_related("annex").get(pk=report.pk)

    def test_every_text_is_shown_as_text(self, unmix, officer, lead):
        plain = (
            "Told by a teacher.",
            "Ask @annabrown.",
            "Call Anna Brown, anna@example.org, +236 70 12 34 56.",
        )
        shapes: dict[str, list] = {}
        for text in plain:
            for name, page in self.pages(officer, lead, self.fresh(unmix, text)).items():
                shapes.setdefault(name, []).append(Shape(page).tags)
        for text in TAKEN:
            report = self.fresh(unmix, text)
            for name, page in self.pages(officer, lead, report).items():
                shape = Shape(page)
                assert shape.tags in shapes[name], (name, ascii(text[:60]))
                # Paper leaves out what may say who somebody is.
                is_shown = name == "own" or (name == "print" and report.narrative)
                if is_shown and text.isprintable():
                    assert text in shape.text, (name, ascii(text[:60]))

    def fresh(self, unmix, text: str) -> Report:
        """The only report there is, so that lists are as long as before."""
        Report.objects.update(reporter=unmix.people[Role.HOPC])
        return self.file(unmix, text)

    def test_no_text_reaches_a_mail(self, unmix):
        expected = self.told(self.file(unmix, "Told by a teacher."))
        assert expected
        for text in TAKEN[::2]:
            assert self.told(self.file(unmix, text)) == expected
        assert mail.outbox == []

    def told(self, report: Report) -> set[tuple[str, str]]:
        """Subjects and bodies of the report's notices, without their codes."""
        notices = Notification.objects.filter(referral__report=report)
        rendered = [(render(notice), notice.code) for notice in notices]
        return {(message.subject, message.body.replace(code, "")) for message, code in rendered}


def scripts_of(page: Shape) -> int:
    return sum(tag == "script" for tag, _names in page.tags)


def test_messages_are_stored_as_typed_or_refused(unmix, officer, lead):
    report = unmix.file().report
    at = f"/reports/{report.reference}/"
    before = {
        client: scripts_of(Shape(client.get(at).content.decode())) for client in (officer, lead)
    }
    for text in TAKEN[::3] + REFUSED:
        for client, door in ((officer, "add/"), (lead, "ask/")):
            count = ReportMessage.objects.count()
            answer = client.post(at + door, {"text": text, "uuid": str(uuid4())})
            assert answer.status_code in (302, 422), ascii(text[:60])
            assert (answer.status_code == 302) == (ReportMessage.objects.count() > count)
    for client in (officer, lead):
        page = Shape(client.get(at).content.decode())
        attributes = {name for _tag, names in page.tags for name in names}
        assert not {name for name in attributes if name.startswith("on")}
        assert scripts_of(page) == before[client]
