"""Documents by level, and their files: saved, never opened inside the portal."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.roles import Role
from tests.factories import DocumentFactory, PostHoldingFactory

PAGE = "/directory/documents/"
PDF = b"%PDF-1.7 words"


def today():
    """Asked in each test: a run may last over midnight."""
    return timezone.now().date()


@pytest.fixture
def officer(as_role):
    return as_role(Role.UNPOL_OFFICER)


@pytest.fixture
def add(unmix):
    """A function that adds a document of the mission."""
    return lambda **given: DocumentFactory(**{"mission": unmix.mission} | given)


@pytest.fixture
def kept(add):
    return add(content=PDF, file_name="Procédure.pdf")


def address(document):
    return f"{PAGE}{document.public_id}/file/"


def levels(client, **query):
    found = client.get(PAGE, query).context["levels"]
    return {str(label): [row["document"].title for row in rows] for label, rows in found}


def text(client, **query):
    return " ".join(client.get(PAGE, query).content.decode().split())


class TestList:
    def test_they_stand_by_level_the_widest_first(self, unmix, officer, add):
        add(level="field", area=unmix.areas["QM0201"], title="Of Port Sela")
        add(level="mission", title="Of the mission")
        add(level="un", title="Of all")
        assert list(levels(officer).items()) == [
            ("United Nations", ["Of all"]),
            ("Mission", ["Of the mission"]),
            ("Field office or area", ["Of Port Sela"]),
        ]

    def test_a_kind_in_the_address_leaves_that_kind(self, officer, add):
        add(kind="form", title="Form")
        add(kind="sop", title="Procedure")
        assert levels(officer, kind="form") == {"Mission": ["Form"]}
        assert levels(officer, kind="nonsense") == {"Mission": ["Form", "Procedure"]}
        chips = officer.get(PAGE, {"kind": "form"}).context["chips"]
        assert [(str(c["label"]), c["count"], c["current"]) for c in chips] == [
            ("All", 2, False),
            ("Standard operating procedure", 1, False),
            ("Form", 1, True),
        ]

    @pytest.mark.parametrize(("days", "is_overdue"), [(0, False), (-1, True), (30, False)])
    def test_an_overdue_review_is_marked(self, officer, add, days, is_overdue):
        add(review_on=today() + timedelta(days=days))
        assert ("Review overdue" in text(officer)) == is_overdue

    def test_retired_ones_and_those_of_another_mission_are_not_listed(self, officer, add):
        add(retired_at=timezone.now())
        DocumentFactory()
        assert levels(officer) == {}
        assert "No documents yet" in text(officer)

    def test_no_document_of_a_kind_leads_to_the_others(self, officer, add):
        add(kind="sop")
        assert "Nothing of this kind: Form" in text(officer, kind="form")

    def test_a_link_leads_out_and_a_file_is_saved(self, officer, kept):
        page = text(officer)
        assert f'href="{address(kept)}?mission=UNMIX"' in page
        assert 'rel="noreferrer noopener"' in page

    def test_who_may_not_read_them(self, as_role, unmix, client):
        assert as_role(Role.UNICEF_CP).get(PAGE).status_code == 200
        assert as_role(Role.HS_POLICE_SPECIALISED).get(PAGE).status_code == 404
        assert client.get(PAGE).status_code == 302

    @pytest.mark.parametrize("number", [1, 3, 50])
    def test_it_takes_the_same_statements_however_many_there_are(self, unmix, officer, add, number):
        for _n in range(number):
            add(level="field", area=unmix.areas["QM0201"], content=PDF)
        with CaptureQueriesContext(connection) as asked:
            officer.get(PAGE)
        assert len(asked) == 4
        assert '"content"' not in asked[-1]["sql"].replace('"content" IS NOT NULL', "")


class TestFile:
    def test_it_is_saved_and_nothing_keeps_a_copy_on_the_way(self, officer, kept):
        answer = officer.get(address(kept))
        assert answer.content == PDF
        assert {
            name: answer.headers[name]
            for name in (
                "Content-Type",
                "Content-Disposition",
                "Cache-Control",
                "X-Content-Type-Options",
            )
        } == {
            "Content-Type": "application/pdf",
            "Content-Disposition": "attachment; filename*=utf-8''Proc%C3%A9dure.pdf",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }

    def test_what_is_not_there_is_not_found(self, officer, add, kept):
        kept.retired_at = timezone.now()
        kept.save()
        elsewhere = DocumentFactory(content=PDF, file_name="a.pdf")
        for document in (kept, elsewhere, add()):
            assert officer.get(address(document)).status_code == 404
        assert officer.get(f"{PAGE}{uuid4()}/file/").status_code == 404

    def test_it_is_for_people_of_the_mission_alone(self, as_role, kept, client):
        assert client.get(address(kept)).url.startswith("/accounts/login/")
        client.force_login(PostHoldingFactory().user)
        assert client.get(address(kept)).status_code == 404
        assert client.get(address(kept), {"mission": "UNMIX"}).status_code == 404
        assert as_role(Role.HS_POLICE_SPECIALISED).get(address(kept)).status_code == 404

    def test_nobody_posts_to_it(self, officer, kept):
        assert officer.post(address(kept)).status_code == 405
