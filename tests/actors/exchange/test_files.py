"""Files that are refused whole, each with the line that is wrong."""

import io
import random
import zipfile

import openpyxl
import pytest

from actors.exchange.exporting import as_csv, as_xlsx
from actors.models import Organization
from tests.actors.exchange.files import checked, told

pytestmark = pytest.mark.django_db

HEADER = ["name", "kind", "description"]
ROWS = [HEADER, *([f"Organization {n}", "ngo_national", f"Helps, often {n}"] for n in range(60))]
NO_TABLE = "This is neither a CSV nor an XLSX file. Save the table as one of them."
FORMULA = (
    "This looks like a formula. Put the value itself here; if it is text, write an apostrophe "
    "before it."
)


@pytest.fixture
def refused(mission, administrator):
    def refused(content):
        outcome = checked("organizations", content, mission, administrator)
        assert not Organization.objects.exists()
        assert not outcome.is_good
        return told(outcome)

    return refused


@pytest.fixture
def good(mission, administrator):
    def good(content):
        outcome = checked("organizations", content, mission, administrator)
        assert told(outcome) == []
        return outcome

    return good


def workbook(rows) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_what_a_file_is_is_told_by_its_content(refused):
    assert refused(b"%PDF-1.7 \x00\x01") == [(0, "", NO_TABLE)]
    assert refused(b"") == [(0, "", "The file is empty.")]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("word/document.xml", "<w/>")
    assert refused(archive.getvalue()) == [(0, "", NO_TABLE)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_every_form_that_spreadsheets_save(good, encoding, delimiter):
    text = f"Name{delimiter}KIND\r\nÉcole de fleurs{delimiter}ngo_national\r\n"
    outcome = good(text.encode(encoding))
    assert outcome.differences[0]["key"] == "École de fleurs"


def test_a_wrong_encoding_is_refused_with_its_line(refused):
    content = "name,kind\nHearth,ngo_national\nÉcole,ngo_national\n".encode("latin-1")
    message = "The characters of this file cannot be read. Save it as “CSV UTF-8”."
    assert refused(content) == [(3, "", message)]


def test_a_wrong_header_is_refused_with_the_nearest_name(refused):
    assert refused(b"nmae,kind,colour,kind\nx,y,z,z\n") == [
        (1, "", "There is no column “nmae”. Did you mean “name”?"),
        (1, "", "There is no column “colour”."),
        (1, "", "The column “kind” is there twice."),
        (1, "", "The column “name” is missing."),
    ]


@pytest.mark.parametrize(
    "cell", ["=1+1", '=HYPERLINK("http://x")', "+cmd|' /C calc'!A0", "-1+2", "@SUM(A1)", "-(3)"]
)
def test_formulas_are_refused_with_their_line(refused, cell):
    rows = [HEADER, ["Hearth", "ngo_national", "fine"]]
    text = (
        as_csv(rows).decode("utf-8-sig")
        + f'Haven,ngo_national,"{cell.replace(chr(34), chr(34) * 2)}"\n'
    )
    assert refused(text.encode()) == [(3, "description", FORMULA)]
    book = workbook([*rows, ["Haven", "ngo_national", cell]])
    assert refused(saved(book)) == [(3, "description", FORMULA)]


@pytest.mark.parametrize("cell", ["+44 20 7946 0123", "-12.5", "- first, - second", "'=1+1", "-"])
def test_numbers_telephones_and_lists_are_no_formulas(good, cell):
    outcome = good(as_csv([HEADER, ["Haven", "ngo_national", cell]]))
    assert outcome.differences[0]["fields"][-1][2] == cell.removeprefix("'")


def test_every_line_with_a_formula_is_named(refused):
    rows = "".join(f"Haven {n},ngo_national,=A{n}\n" for n in range(5))
    assert [line for line, _f, _m in refused(f"name,kind,description\n{rows}".encode())] == [
        2,
        3,
        4,
        5,
        6,
    ]


def test_a_line_that_is_cut_off_is_refused(refused):
    content = b"name,kind,description\nHearth,ngo_national,fine\nHaven,ngo\n"
    assert refused(content) == [(3, "", "This line is shorter than the header: cut off?")]
    content = b"name,kind\nHearth,ngo_national,fine\n"
    assert refused(content) == [(2, "", "This line is longer than the header.")]
    content = b'name,kind\n"Hearth,ngo_national\n'
    message = "A quotation mark is not closed, or the file was cut off here."
    assert refused(content) == [(2, "", message)]


def test_a_file_cut_anywhere_is_refused_whole(refused):
    chance = random.Random(20260503)
    for content in (as_csv(ROWS), as_xlsx(ROWS)):
        ends = {at for at in range(len(content)) if content[at - 1 : at] in (b"\n", b"\r")}
        places = [at for at in range(1, len(content)) if at not in ends]
        for at in chance.sample(places, 20):
            problems = refused(content[:at])
            assert problems, at


def test_a_damaged_workbook_is_refused(refused):
    content = bytearray(as_xlsx(ROWS))
    middle = content.index(b"xl/worksheets/sheet1.xml") + 60
    content[middle] ^= 0xFF
    message = "This workbook is damaged or was cut off. Save it again and send it anew."
    assert refused(bytes(content)) == [(0, "", message)]


def test_too_large_files_are_refused(refused, monkeypatch):
    large = b"name,kind\n" + b"x" * (10 * 1024 * 1024)
    assert refused(large) == [(0, "", "The file is larger than 10 MB. Split it.")]
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", b" " * (101 * 1024 * 1024))
    message = "Unpacked, this workbook is larger than 100 MB. Split it."
    assert refused(bomb.getvalue()) == [(0, "", message)]


def test_more_lines_than_allowed_are_refused(refused, monkeypatch):
    monkeypatch.setattr("actors.exchange.files.MAX_LINES", 50)
    message = "More than 50,000 lines. Split the file, and delete empty lines below the table."
    for content in (as_csv(ROWS), as_xlsx(ROWS)):
        assert refused(content) == [(53, "", message)]


def test_empty_lines_and_typed_cells_of_a_workbook_are_read_as_text(good, mission):
    from datetime import date, datetime

    rows = [
        [
            *HEADER,
            "security_rating",
            "security_assessed_on",
            "security_assessor",
            "sharing_signed_on",
        ],
        [],
        ["Hearth", "ngo_national", 12, 3.0, date(2026, 1, 2), "me", datetime(2026, 1, 3)],
        [None, None],
    ]
    fields = good(saved(workbook(rows))).differences[0]["fields"]
    assert [new for _name, _old, new in fields] == [
        "Hearth",
        "ngo_national",
        "12",
        "3",
        "2026-01-02",
        "me",
        "2026-01-03",
    ]
