"""The pages of imports: who comes in, what each state says, and what one can do there."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from actors.exchange.exporting import as_csv
from actors.models import ImportKind, ImportRun, ImportStatus, Organization
from actors.roles import Role
from actors.workflow.importing import start_import, work_imports
from tests.actors.exchange.files import checked, told
from tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db
ROWS = [["name", "kind"], ["Hearth <b>& Haven</b>", "ngo_national"]]


@pytest.fixture
def run(mission, administrator):
    def run(rows=ROWS, name="partners.csv"):
        return start_import(
            mission=mission,
            kind=ImportKind.ORGANIZATIONS,
            file_name=name,
            content=as_csv(rows),
            by=administrator,
        )

    return run


def upload(browser, content: bytes, kind: str = "organizations", name: str = "partners.csv"):
    file = SimpleUploadedFile(name, content)
    return browser.post(reverse("imports"), {"kind": kind, "file": file})


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def page_of(run: ImportRun) -> str:
    return reverse("import", args=[run.uuid])


@pytest.mark.parametrize("role", [Role.UNPOL_OFFICER, Role.CPA, Role.UNICEF_CP])
def test_only_administrators_come_here(as_role, role):
    browser = as_role(role)
    assert browser.get(reverse("imports")).status_code == 404
    assert upload(browser, as_csv(ROWS)).status_code == 404
    sample = reverse("import-sample", args=["areas", "csv"])
    assert browser.get(sample).status_code == 404
    assert not ImportRun.objects.exists()


def test_a_file_is_taken_in_checked_looked_at_and_applied(admin_pages, mission):
    response = upload(admin_pages, as_csv(ROWS))
    run = ImportRun.objects.get()
    assert response.url == f"{page_of(run)}?mission=UNMIX"
    assert "Waiting to be checked" in text_of(admin_pages.get(response.url))
    work_imports()
    page = text_of(admin_pages.get(response.url))
    assert "Rows: 1; new: 1, changed: 0, as they are: 0." in page
    assert "Hearth &lt;b&gt;&amp; Haven&lt;/b&gt;" in page
    applied = admin_pages.post(reverse("import-apply", args=[run.uuid]), {"mission": "UNMIX"})
    assert applied.url == response.url
    work_imports()
    assert "<b>Applied.</b>" in text_of(admin_pages.get(response.url))
    assert Organization.objects.get().name == "Hearth <b>& Haven</b>"


def test_a_refused_upload_says_why_at_the_field(admin_pages, mission):
    response = upload(admin_pages, "name,kind\nÉcole,x\n".encode("latin-1"))
    assert response.status_code == 422
    message = "Line 2: The characters of this file cannot be read. Save it as “CSV UTF-8”."
    assert response.context["form"].errors == {"file": [message]}
    assert upload(admin_pages, b"").context["form"].errors == {"file": ["The file is empty."]}
    nothing = admin_pages.post(reverse("imports"), {"kind": "organizations"})
    assert nothing.context["form"].errors == {"file": ["Choose a file."]}
    large = upload(admin_pages, b"x" * (10 * 1024 * 1024 + 1))
    assert large.context["form"].errors == {"file": ["The file is larger than 10 MB. Split it."]}
    assert not ImportRun.objects.exists()


def test_bad_rows_are_listed_with_their_lines(admin_pages, run):
    refused = run([["name", "kind"], ["Hearth", "<script>"]])
    work_imports()
    page = text_of(admin_pages.get(page_of(refused)))
    assert "Refused: nothing was changed." in page
    assert '<td class="num"> 2 </td> <td> <code>kind</code> </td>' in page
    assert "“&lt;script&gt;” is not on the list." in page


def test_a_file_is_discarded_before_it_is_applied(admin_pages, run):
    waiting = run()
    discard = reverse("import-discard", args=[waiting.uuid])
    admin_pages.post(discard)
    again = admin_pages.post(discard, follow=True)
    assert "This file was discarded. Nothing was changed." in text_of(again)
    assert "Somebody has applied or discarded this already." in text_of(again)
    late = admin_pages.post(reverse("import-apply", args=[waiting.uuid]), follow=True)
    assert "Somebody has applied or discarded this already." in text_of(late)


def test_progress_is_asked_for_while_a_worker_is_busy(admin_pages, run):
    busy = run()
    ImportRun.objects.update(status=ImportStatus.CHECKING, rows_done=500, rows_total=1200)
    part = admin_pages.get(page_of(busy), headers={"HX-Request": "true"})
    assert '<progress max="1200" value="500"' in text_of(part)
    assert "500 of 1200 rows" in text_of(part)
    assert "<html" not in text_of(part)
    assert 'hx-trigger="every 1s"' in text_of(admin_pages.get(page_of(busy)))
    ImportRun.objects.update(status=ImportStatus.WAITING)
    work_imports()
    done = admin_pages.get(page_of(busy), headers={"HX-Request": "true"})
    assert (done.content, done["HX-Refresh"]) == (b"", "true")


def test_after_half_a_minute_without_a_worker_the_page_says_so(admin_pages, run):
    words = "No worker has taken this up yet."
    waiting = run()
    assert words not in text_of(admin_pages.get(page_of(waiting)))
    ImportRun.objects.update(started_at=timezone.now() - timedelta(seconds=31))
    assert words in text_of(admin_pages.get(page_of(waiting)))


def test_a_run_of_another_mission_is_not_there(admin_pages, run, other_mission):
    waiting = run()
    assert admin_pages.get(f"{page_of(waiting)}?mission=UNOTHER").status_code == 404
    assert admin_pages.get(f"{page_of(waiting)}?mission=UNMIX").status_code == 200


def test_what_would_change_is_shown_a_hundred_rows_at_a_time(admin_pages, run):
    many = run([["name", "kind"], *([f"Organization {n}", "ngo_national"] for n in range(250))])
    work_imports()
    page = admin_pages.get(page_of(many))
    assert len(page.context["differences"]) == 100
    last = admin_pages.get(f"{page_of(many)}?mission=UNMIX&from=200")
    assert [row["line"] for row in last.context["differences"]] == list(range(202, 252))
    assert last.context["older_url"] == ""
    odd = admin_pages.get(f"{page_of(many)}?from=-1x")
    assert odd.context["differences"][0]["line"] == 2


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", [kind for kind in ImportKind if kind != ImportKind.HSDS])
def test_a_template_has_the_right_header(admin_pages, administrator, mission, kind, form):
    response = admin_pages.get(reverse("import-sample", args=[kind, form]))
    assert response["Content-Disposition"] == f'attachment; filename="{kind}-template.{form}"'
    OrganizationFactory(mission=mission, name="Example Organization", kind="ngo_national")
    problems = told(checked(kind, response.content, mission, administrator))
    # The header is right; only the example's areas are none of this mission.
    assert {field for _line, field, _message in problems} <= {"area", "areas", "parent"}


def test_there_is_no_template_of_anything_else(admin_pages, mission):
    for kind, form in (("hsds", "csv"), ("people", "csv"), ("areas", "pdf")):
        assert admin_pages.get(reverse("import-sample", args=[kind, form])).status_code == 404


def test_the_list_asks_the_database_as_often_for_many_files(admin_pages, run):
    def statements():
        with CaptureQueriesContext(connection) as queries:
            assert admin_pages.get(reverse("imports")).status_code == 200
        return len(queries)

    run()
    one = statements()
    for number in range(2):
        run(name=f"{number}.csv")
    three = statements()
    for number in range(20):
        run(name=f"{number}.csv")
    assert (three, statements()) == (one, one)


def test_an_empty_list_says_what_to_do(admin_pages, mission):
    page = text_of(admin_pages.get(reverse("imports")))
    assert "No file yet" in page
