"""Filing without a link: what was typed is never lost, and never sent twice."""

# ruff: noqa: E501 (scripts for the page)
from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Demo, sign_in
from tests.journeys.phones import (
    KEPT,
    ROWS,
    CutLink,
    let_wait,
    make_ready,
    phones,
    saved,
    send_button,
    sent_references,
    use,
    waiting,
    write,
)

CANARY = "Kanarienvogel"
CUT_POINTS = 20
SEED = 5
MOST_AUTOSAVE_BYTES = 2 * 1024

FULL = """IDBObjectStore.prototype.put = () => {
  throw new DOMException("full", "QuotaExceededError");
};"""


@pytest.fixture
def phone(browser: Browser, demo: Demo) -> Iterator[Callable[..., Page]]:
    with phones(browser, demo) as get_phone:
        yield get_phone


def test_written_offline_in_a_tab_that_was_closed_it_is_one_report_with_every_field(phone):
    page = phone()
    use(page)
    before = sent_references(page)
    context = page.context
    context.set_offline(True)
    write(page, f"Offline {CANARY}")
    page.get_by_label("Boys", exact=True).fill("3")
    page.get_by_label("The danger continues").check()
    violation = page.get_by_label("Attack on a school or hospital").input_value()
    saved(page)
    page.wait_for_timeout(500)
    page.close()

    page = context.new_page()
    page.goto("/reports/new/")
    page.get_by_role("button", name="Go on with it").click()
    expect(page.get_by_label("What happened, in your words")).to_have_value(f"Offline {CANARY}")
    let_wait(page)
    page.close()

    page = context.new_page()
    page.goto("/reports/")
    expect(page.get_by_role("heading", name="No link")).to_be_visible()
    expect(waiting(page)).to_contain_text("1 report waiting since")
    with page.expect_request(lambda request: request.method == "PUT") as put:
        context.set_offline(False)
    expect(waiting(page)).to_contain_text("Sent:")
    typed = json.loads(put.value.post_data)["typed"]
    wanted = {
        "violations": [violation],
        "facility": ["hospital"],
        "area": ["QM0201"],
        "boys": ["3"],
        "ongoing_threat": ["on"],
        "narrative": [f"Offline {CANARY}"],
    }
    assert {name: typed.get(name) for name in wanted} == wanted
    (reference,) = sent_references(page) - before
    page.goto(f"/reports/{reference}/")
    expect(page.get_by_text("Port Sela").first).to_be_visible()
    page.goto("/reports/new/")
    expect(page.locator("[data-offer]")).to_be_hidden()


def test_a_link_that_dies_while_sending_leaves_one_report_wherever_it_was_cut(phone, demo):
    link = CutLink(demo.url)
    page = phone(link.url)
    chance = random.Random(SEED)
    before = sent_references(page)
    were_cut = 0
    for number in range(CUT_POINTS):
        way = chance.choice(["up", "down"])
        cut = (way, chance.randrange(0, 1_800 if way == "up" else 600))
        page.goto("/reports/new/")
        write(page, f"Cut {number}")
        page.get_by_role("button", name="See who will be told").click()
        send = send_button(page)
        send.wait_for()
        page.wait_for_load_state("networkidle")
        link.cut = cut
        send.click()
        again = waiting(page).get_by_role("button", name="Send now", disabled=False)
        page.get_by_text("Report sent and stored").first.or_(again).first.wait_for()
        link.cut = None
        if again.is_visible():
            were_cut += 1
            again.click()
            expect(waiting(page)).to_contain_text("Sent:")
        assert len(sent_references(page) - before) == number + 1, cut
    assert page.evaluate(ROWS, "items") == 0
    assert were_cut >= CUT_POINTS // 2
    link.listener.close()


def test_a_session_that_ended_meanwhile_keeps_the_queue_until_signed_in_again(phone, demo):
    page = phone()
    use(page)
    before = sent_references(page)
    page.context.set_offline(True)
    write(page, "The session ended")
    let_wait(page)
    page.context.clear_cookies()
    page.context.set_offline(False)
    expect(waiting(page)).to_contain_text("You are signed out. Nothing is lost.")
    expect(waiting(page)).to_contain_text("1 report waiting since")
    waiting(page).get_by_role("link", name="Sign in to send").click()
    sign_in(page, demo.person("UNPOL_OFFICER"))
    expect(waiting(page)).to_contain_text("Sent:")
    assert len(sent_references(page) - before) == 1


def test_two_tabs_with_one_draft_lose_no_text(phone):
    page = phone()
    page.get_by_label("What happened, in your words").fill("Both saw this. ")
    saved(page, "server")
    uuid = page.locator("form[data-report-form] [name=uuid]").input_value()
    other = page.context.new_page()
    other.goto(f"/reports/new/?draft={uuid}")
    expect(other.get_by_label("What happened, in your words")).to_have_value("Both saw this. ")
    page.context.set_offline(True)
    other.get_by_label("District").select_option("QM0201")
    page.get_by_label("Boys", exact=True).fill("2")
    page.get_by_label("What happened, in your words").fill("Both saw this. First words.")
    other.get_by_label("What happened, in your words").fill("Something else altogether.")
    for tab in (page, other):
        words = tab.get_by_label("What happened, in your words")
        expect(words).to_have_value(re.compile("First words"))
        expect(words).to_have_value(re.compile("Something else altogether"))
        expect(tab.get_by_label("Boys", exact=True)).to_have_value("2")
        expect(tab.get_by_label("District")).to_have_value("QM0201")
    page.context.set_offline(False)


def test_a_draft_begun_on_the_phone_is_finished_on_a_desktop(phone):
    first, second = phone(), phone()
    first.get_by_label("What happened, in your words").fill("Begun on the phone.")
    first.get_by_label("District").select_option("QM0201")
    saved(first, "server")
    uuid = first.locator("form[data-report-form] [name=uuid]").input_value()
    second.goto(f"/reports/new/?draft={uuid}")
    words = second.get_by_label("What happened, in your words")
    expect(words).to_have_value("Begun on the phone.")
    expect(second.get_by_label("District")).to_have_value("QM0201")
    words.fill("Begun on the phone. Finished here.")
    saved(second, "server")
    first.get_by_label("Boys", exact=True).fill("1")
    expect(first.get_by_label("What happened, in your words")).to_have_value(
        "Begun on the phone. Finished here."
    )


def test_a_full_device_says_so_before_anything_is_typed_and_the_server_keeps_it(phone):
    page = phone()
    page.add_init_script(FULL)
    page.reload()
    warning = page.get_by_role("alert").filter(has_text="This device cannot keep what you write")
    expect(warning).to_be_visible()
    page.get_by_label("What happened, in your words").fill("Nowhere to keep it")
    saved(page, "server")
    expect(warning).to_be_visible()


def test_signing_out_names_what_was_not_sent_and_then_leaves_nothing(phone, demo):
    page = phone()
    use(page)
    page.context.set_offline(True)
    write(page, f"Not sent {CANARY}")
    let_wait(page)
    # The link is back for the page, and not yet for the report.
    page.context.route("**/reports/new/*/", lambda route: route.abort())
    page.context.set_offline(False)
    page.goto("/reports/")
    page.locator(".user-menu summary", has_text=demo.person("UNPOL_OFFICER")["name"]).click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("1 report waiting since")).to_be_visible()
    expect(page.get_by_role("button", name="Send them now")).to_be_visible()
    expect(page.get_by_role("link", name="Stay signed in")).to_be_visible()
    page.get_by_role("button", name="Sign out and delete them from this device").click()
    page.wait_for_url("**/accounts/login/**")
    assert [page.evaluate(ROWS, name) for name in ("items", "keys", "doors")] == [0, 0, 0]
    assert CANARY not in page.evaluate(KEPT)
    assert (
        page.evaluate(
            "caches.open('form').then((kept) => kept.keys()).then((keys) => keys.filter(({url}) => url.includes('for=')).length)"
        )
        == 0
    )


def test_after_twelve_hours_without_use_nothing_opens_it_but_signing_in(phone, demo):
    page = phone()
    page.clock.install()
    page.reload()
    make_ready(page)
    page.context.set_offline(True)
    page.get_by_label("What happened, in your words").fill(f"Sealed {CANARY}")
    saved(page)
    with page.expect_navigation():
        page.clock.fast_forward("12:30:00")
    expect(page.get_by_text("because this device was not used for 12 hours")).to_be_visible()
    expect(page.get_by_label("What happened, in your words")).to_have_value("")
    # A new report can be kept all the same.
    page.get_by_label("What happened, in your words").fill("After the seal")
    saved(page)
    page.context.set_offline(False)
    page.goto("/accounts/login/")
    page.goto("/reports/new/")
    page.get_by_role("button", name="Go on with it").wait_for()
    expect(page.get_by_text("because this device was not used")).to_be_hidden()


def test_what_is_kept_is_encrypted_with_a_key_that_no_script_reads(phone):
    page = phone()
    page.context.set_offline(True)
    write(page, f"Nobody reads {CANARY}")
    saved(page)
    let_wait(page)
    assert page.evaluate(ROWS, "items") == 1
    kept = page.evaluate(KEPT)
    assert CANARY not in kept
    assert "QM0201" not in kept.replace(page.content(), "").split("<html")[0]
    keys = page.evaluate("""async () => {
      const done = (request) => new Promise((good) => { request.onsuccess = () => good(request.result); });
      const database = await done(indexedDB.open("reports"));
      const [{ live }] = await done(database.transaction("keys").objectStore("keys").getAll());
      return [live.extractable, await crypto.subtle.exportKey("raw", live).then(() => "read", () => "refused")];
    }""")
    assert keys == [False, "refused"]


def test_of_another_person_on_a_shared_device_only_the_number_is_told(phone, demo):
    page = phone()
    use(page)
    page.context.set_offline(True)
    write(page, f"Mine alone {CANARY}")
    let_wait(page)
    page.context.clear_cookies()
    page.context.set_offline(False)
    page.goto("/accounts/login/")
    other = (
        next(
            person
            for person in demo.people
            if person["role"] == "UNPOL_OFFICER" and person != demo.person("UNPOL_OFFICER")
        )
        if sum(p["role"] == "UNPOL_OFFICER" for p in demo.people) > 1
        else demo.person("CP_LEAD")
    )
    sign_in(page, other)
    page.goto("/reports/new/")
    expect(waiting(page)).to_contain_text(
        "1 report of another person waits on this device: they must sign in to send it."
    )
    assert CANARY not in page.content()
    assert (
        page.evaluate("""async () => {
      const done = (request) => new Promise((good) => { request.onsuccess = () => good(request.result); });
      const database = await done(indexedDB.open("reports"));
      const keys = await done(database.transaction("keys").objectStore("keys").getAll());
      return keys.filter((key) => key.live && key.person !== localStorage.device).length;
    }""")
        == 0
    )


def test_a_report_the_server_refuses_says_why_and_opens_to_be_mended(phone):
    page = phone()
    use(page)
    before = sent_references(page)
    refusal = {"errors": {"narrative": [{"code": "x", "message": "Leave this out."}]}}
    page.context.route(
        "**/reports/new/*-*/",
        lambda route: (
            route.fulfill(status=422, json=refusal)
            if route.request.method == "PUT"
            else route.fallback()
        ),
    )
    page.context.set_offline(True)
    write(page, "To be mended")
    let_wait(page)
    page.context.set_offline(False)
    expect(waiting(page)).to_contain_text("Not accepted yet: Leave this out.")
    waiting(page).get_by_role("link", name="Open").click()
    expect(page.locator(".error-summary")).to_contain_text("Leave this out.")
    words = page.get_by_label("What happened, in your words")
    expect(words).to_have_value("To be mended")
    page.context.unroute_all()
    words.fill("Mended")
    page.get_by_role("button", name="See who will be told").click()
    send_button(page).click()
    page.wait_for_url(re.compile("/reports/UNMIX-"))
    assert len(sent_references(page) - before) == 1


def test_one_autosave_stays_within_two_kilobytes(phone):
    page = phone()
    sizes = []

    def note(request) -> None:
        if request.method == "PATCH":
            sizes.append(sum(request.sizes().values()))

    page.on("requestfinished", note)
    write(page, "A sentence that somebody types on a patrol. ")
    saved(page, "server")
    page.get_by_label("What happened, in your words").fill("كلمات كثيرة من الميدان 🙂 " * 60)
    expect(page.locator("[data-saved]")).to_contain_text("Saved on this device")
    saved(page, "server")
    page.wait_for_load_state("networkidle")
    print(json.dumps({"autosaves": len(sizes), "largest, bytes": max(sizes)}))  # noqa: T201
    assert len(sizes) > 2
    assert max(sizes) <= MOST_AUTOSAVE_BYTES
    uuid = page.locator("form[data-report-form] [name=uuid]").input_value()
    kept = page.context.request.get(f"/drafts/{uuid}/").json()["typed"]
    assert kept["narrative"] == ["كلمات كثيرة من الميدان 🙂 " * 60]


def test_the_kept_form_has_the_policy_of_the_servers_form(phone):
    page = phone()
    of_server = page.context.request.get("/reports/new/").headers["content-security-policy"]
    answer = page.goto("/reports/new/")
    assert answer.from_service_worker
    parts = lambda policy: {part.strip() for part in policy.split(";")}  # noqa: E731
    assert parts(answer.headers["content-security-policy"]) == parts(of_server)
