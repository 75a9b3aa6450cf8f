"""The directory's own pages in a browser: accessible, no sideways scroll, and an import used."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.test_pages import VIEWS, check, follow

KEEPER = (
    "/directory/",
    "/directory/?q=shelter+port+sela",
    "/directory/?q=nothing+is+called+so",
    "/directory/told/?area=QM0201&violations=attack_school_hospital&facility=hospital",
    "/directory/rosters/",
    "/directory/relations/",
    "/directory/imports/",
    "/directory/meetings/",
    "/directory/documents/",
    "/directory/handovers/new/",
)
OFFICER = (
    "/directory/contacts/",
    "/directory/pathways/?area=QM0201",
    "/directory/?q=clinic",
    "/directory/handovers/",
)


@pytest.mark.parametrize(("size", "scheme"), VIEWS)
@pytest.mark.parametrize(("role", "paths"), [("ADMIN", KEEPER), ("UNPOL_OFFICER", OFFICER)])
def test_the_directorys_pages_are_accessible(signed_in, role, paths, size, scheme):
    view = {"viewport": {"width": size[0], "height": size[1]}, "color_scheme": scheme}
    page = signed_in(role, **view)
    for path in paths:
        page.goto(path)
        check(page)
    assert page.faults == []


def test_a_newcomer_is_led_to_the_contacts_and_confirms_them(signed_in):
    page = signed_in("UNPOL_OFFICER")
    page.goto("/directory/contacts/")
    follow(page, page.get_by_role("button", name="I have read this"))
    expect(page.get_by_role("button", name="I have read this")).to_have_count(0)
    page.goto("/")
    expect(page).to_have_url("/reports/")


def test_a_table_is_checked_looked_at_and_applied(signed_in, tmp_path):
    page = signed_in("ADMIN")
    table = tmp_path / "areas.csv"
    table.write_text("code,name,level,parent\nQM0303,Salt Flats,2,QM03\n", encoding="utf-8")
    page.goto("/directory/imports/")
    page.get_by_label("What it holds").select_option("areas")
    page.get_by_label("File", exact=True).set_input_files(table)
    follow(page, page.get_by_role("button", name="Check the file"))
    expect(page.get_by_role("rowheader", name="QM0303")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Applied.", exact=True)).to_be_visible(timeout=30_000)
    page.goto("/directory/?q=Salt+Flats")
    expect(page.locator("select[name=place] option[value=QM0303]")).to_have_count(1)


def test_contact_data_is_shown_on_request_and_the_look_is_kept(signed_in):
    page = signed_in("CPA")
    page.goto("/directory/?q=Blue+Door+shelter")
    follow(page, page.get_by_role("link", name="Blue Door shelter"))
    expect(page.get_by_text("+44 20 7946 0125")).to_have_count(0)
    page.get_by_role("button", name="Show contact data").click()
    expect(page.get_by_text("+44 20 7946 0125")).to_be_visible()
    keeper = signed_in("ADMIN")
    keeper.goto("/admin/actors/contactlook/")
    expect(keeper.get_by_text("Blue Door shelter").first).to_be_visible()
