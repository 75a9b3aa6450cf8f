"""Documents in the tables: a link, or a PDF that is one."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from actors.models import Document
from actors.models.documents import LARGEST_FILE
from tests.actors.pages import address, errors_on, filled, store
from tests.factories import DocumentFactory

pytestmark = pytest.mark.django_db
ADD = address(Document, "add")
PDF = b"%PDF-1.7 fictional"


def sop(mission, **facts) -> dict[str, object]:
    return {"mission": mission.pk, "title": "Referral", "kind": "sop", "level": "mission"} | facts


def upload(content: bytes, name: str = "referral.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def test_a_pdf_is_kept_here(admin_pages, mission):
    assert store(admin_pages, ADD, **sop(mission, file=upload(PDF))).status_code == 302
    document = Document.objects.get()
    assert (bytes(document.content), document.file_name) == (PDF, "referral.pdf")
    page = admin_pages.get(address(document)).content.decode()
    assert "referral.pdf (18\xa0bytes)" in page


def test_the_file_stays_when_something_else_is_changed(admin_pages):
    document = DocumentFactory(link="", content=PDF, file_name="kept.pdf")
    assert store(admin_pages, address(document), title="New title").status_code == 302
    document.refresh_from_db()
    assert (document.title, bytes(document.content)) == ("New title", PDF)


def test_a_new_file_takes_the_place_of_the_old(admin_pages):
    document = DocumentFactory(content=PDF, file_name="old.pdf")
    newer = upload(PDF + b" 2", "new.pdf")
    assert store(admin_pages, address(document), file=newer).status_code == 302
    document.refresh_from_db()
    assert (bytes(document.content), document.file_name) == (PDF + b" 2", "new.pdf")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"MZ this is a program", "This file is not a PDF."),
        (b"", "The submitted file is empty."),
        (PDF + b" " * LARGEST_FILE, "The file is larger than 5 MB."),
    ],
    ids=["a program", "nothing", "too large"],
)
def test_what_is_no_small_pdf_is_refused(admin_pages, mission, content, message):
    response = store(admin_pages, ADD, **sop(mission, file=upload(content)))
    assert errors_on(response) == {"file": [message]}
    assert not Document.objects.exists()


def test_a_document_has_a_link_or_a_file(admin_pages, mission):
    assert errors_on(store(admin_pages, ADD, **sop(mission))) == {
        "link": ["Give a link or a file."]
    }
    link = "https://example.org/sop"
    assert store(admin_pages, ADD, **sop(mission, link=link)).status_code == 302
    response = store(admin_pages, address(Document.objects.get()), link="")
    assert set(errors_on(response)) == {"link"}


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"link": "javascript:alert(1)"}, "link"),
        ({"level": "field"}, "area"),
        ({"issued_on": "2026-05-01", "review_on": "2026-04-01"}, "review_on"),
    ],
)
def test_an_impossible_document_is_refused_at_its_field(admin_pages, facts, field):
    response = store(admin_pages, address(DocumentFactory()), **facts)
    assert set(errors_on(response)) == {field}


def test_no_page_of_the_tables_reads_the_file_itself(admin_pages, django_assert_num_queries):
    document = DocumentFactory(content=PDF, file_name="kept.pdf")
    assert "content" not in filled(admin_pages, address(document))
    listed = admin_pages.get(address(Document, "changelist")).context["cl"].result_list[0]
    assert listed.get_deferred_fields() == {"content"}
