"""Editing a draft of the policy: what is typed is stored whole or shown again with the refusal."""

import re
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from actors.roles import Role
from referrals.models import PolicyDraft, PolicyVersion
from referrals.policy_editing import add_row, find_derived, find_guard, find_row, rows_of
from referrals.policy_file import STANDARD, write_text
from referrals.workflow.drafting import mapping_of, save_draft, save_draft_text, start_draft
from referrals.workflow.policies import store_version
from tests.factories import UserFactory

PAGES = {
    "policy-draft": [],
    "policy-draft-new-row": [],
    "policy-draft-row": ["R05"],
    "policy-draft-guard": ["CP_GATE"],
    "policy-draft-derived": ["flash"],
    "policy-draft-deadlines": [],
    "policy-draft-text": [],
    "policy-draft-keep": [],
    "policy-draft-discard": [],
}


@pytest.fixture
def admin(db):
    return UserFactory(is_staff=True, name="Paulo Mendes")


@pytest.fixture
def draft(admin):
    return start_draft(by=admin, based_on=store_version(STANDARD.read_text(encoding="utf-8")))


@pytest.fixture
def desk(admin):
    """A browser in which the administrator has signed in."""
    client = Client()
    client.force_login(admin)
    return client


@pytest.fixture
def url(draft):
    return lambda name, *at: reverse(name, args=[draft.uuid, *at])


def stored(draft):
    return mapping_of(PolicyDraft.objects.get(pk=draft.pk))


class Fields(HTMLParser):
    """What a browser would send of the form on a page, without pressing a button."""

    def __init__(self, page):
        super().__init__()
        self.sent, self._select, self._area = {}, None, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name, value = attrs.get("name"), attrs.get("value") or ""
        if tag == "select":
            self._select = name
        elif tag == "option":
            first = self._select not in self.sent
            if "selected" in attrs or first:
                self.sent[self._select] = [value]
        elif tag == "textarea":
            self._area = name
            self.sent[name] = [""]
        elif tag == "input" and name != "csrfmiddlewaretoken":
            self._send(name, value, attrs)

    def _send(self, name, value, attrs):
        kind = attrs.get("type")
        if kind == "checkbox":
            if "checked" in attrs:
                self.sent.setdefault(name, []).append(attrs.get("value", "on"))
        elif kind != "file":
            self.sent[name] = [value]

    def handle_data(self, data):
        if self._area:
            self.sent[self._area][0] += data.removeprefix("\n")

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._area = None


def fields_of(answer):
    return Fields(answer.content.decode()).sent


def text_of(answer):
    """The words of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def value_in(answer, name):
    return fields_of(answer)[name]


# Who may


@pytest.mark.parametrize(("name", "at"), PAGES.items())
def test_a_draft_is_not_there_for_whoever_does_not_write_the_policy(as_role, url, name, at):
    client = as_role(Role.CPA)
    assert client.get(url(name, *at)).status_code == 404
    assert client.post(url(name, *at), {"do": "save"}).status_code == 404


def test_whoever_has_not_signed_in_is_asked_to(draft, url):
    assert Client().get(url("policy-draft")).url.startswith("/accounts/login/")


@pytest.mark.parametrize(("name", "at"), PAGES.items())
def test_each_page_of_a_draft_opens(desk, url, name, at):
    answer = desk.get(url(name, *at))
    assert answer.status_code == 200
    assert "error-summary" not in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("policy-draft-row", "R99"),
        ("policy-draft-guard", "NO_GUARD"),
        ("policy-draft-derived", "nothing"),
    ],
)
def test_a_piece_that_is_not_in_the_draft_is_a_404(desk, url, name, at):
    assert desk.get(url(name, at)).status_code == 404


# The draft


def test_the_draft_shows_each_rule_in_words_with_who_is_told(desk, url):
    words = text_of(desk.get(url("policy-draft")))
    assert "C_CHILD_LABOUR Other concerns include: Child labour Told: ILO" in words
    assert "Task: Plan of action for the next 24 hours" in words
    assert "No host-State unit is told" in words
    assert "Acknowledge 30 min 4 h 24 h" in words


def test_what_the_draft_changed_is_marked_and_listed(desk, admin, draft, url):
    mapping = mapping_of(draft)
    row = {**find_row(mapping, "R05n").row, "id": "R05x"}
    mapping = add_row(mapping, row, section=0)
    mapping["deadlines"]["release"]["urgent"] = 720
    del mapping["sections"][1]["rows"][0]
    save_draft(draft=draft, by=admin, mapping=mapping, revision=0)
    words = text_of(desk.get(url("policy-draft")))
    assert "3 changes since version 1" in words
    for line in ("Rule R05x Added", "Deadline release Changed", "Rule V_RECRUITMENT Removed"):
        assert line in words
    assert "R05x Added A" in words.replace("Rule R05x Added", "")


def test_a_row_moves_and_the_button_keeps_the_focus(desk, draft, url):
    answer = desk.post(url("policy-draft"), {"do": "up:R03", "revision": 0}, follow=True)
    assert [place.row["id"] for place in rows_of(stored(draft))][:3] == ["R01", "R03", "R02"]
    (button,) = re.findall(r"<button[^>]*autofocus[^>]*>", answer.content.decode())
    assert 'value="up:R03"' in button


def test_at_the_top_the_focus_goes_to_the_other_button(desk, url):
    answer = desk.post(url("policy-draft"), {"do": "up:R02", "revision": 0}, follow=True)
    (button,) = re.findall(r"<button[^>]*autofocus[^>]*>", answer.content.decode())
    assert 'value="down:R02"' in button


def test_removing_a_row_asks_first(desk, draft, url):
    answer = desk.post(url("policy-draft"), {"do": "ask:R05n", "revision": 0})
    assert "add it again" in text_of(answer)
    assert stored(draft) == mapping_of(draft)
    revision = value_in(answer, "revision")
    answer = desk.post(url("policy-draft"), {"do": "remove:R05n", "revision": revision})
    assert answer.url.endswith("#section-0")
    assert "R05n" not in [place.row["id"] for place in rows_of(stored(draft))]


@pytest.mark.parametrize("do", ["up:R03", "ask:R99", "remove:R03", "up:R99"])
def test_a_button_of_a_page_that_is_out_of_date_changes_nothing(desk, admin, draft, url, do):
    save_draft(draft=draft, by=admin, mapping=mapping_of(draft), revision=0)
    answer = desk.post(url("policy-draft"), {"do": do, "revision": 0}, follow=True)
    assert "The draft was changed elsewhere: this is how it is now." in text_of(answer)
    assert stored(draft) == mapping_of(draft)


# Rows


NEW = {
    "id": "C_LABOUR_CIVIL",
    "when": {"fact": "concerns", "includes": "child_labour"},
    "recipients": [{"role": "CIVIL_AFFAIRS", "kind": "info", "gate": "none", "redaction": "RD2"}],
    "reason": "Works with the labour authorities.",
    "source": ["D after a year of reports"],
}
TYPED = {
    "id": "C_LABOUR_CIVIL",
    "when.fact": "concerns",
    "when.how": "includes",
    "when.values": ["child_labour"],
    "recipients.0.role": "CIVIL_AFFAIRS",
    "recipients.0.kind": "info",
    "recipients.0.gate": "none",
    "recipients.0.redaction": "RD2",
    "reason": "Works with the labour authorities.",
    "source.0.key": "D",
    "source.0.place": "after a year of reports",
}


def test_a_rule_is_added_step_by_step_with_buttons_alone(desk, draft, url):
    where = url("policy-draft-new-row") + "?section=1"
    typed = fields_of(desk.get(where))
    assert typed["section"] == ["1"]
    typed |= {"id": "C_LABOUR_CIVIL", "when.fact": "concerns"}
    answer = desk.post(where, typed | {"do": "show"})
    assert answer.status_code == 200
    typed = fields_of(answer)
    assert (typed["id"], typed["when.how"]) == (["C_LABOUR_CIVIL"], ["includes"])
    answer = desk.post(where, typed | {"when.values": ["child_labour"], "do": "show"})
    assert "In words: Other concerns include: Child labour" in text_of(answer)
    answer = desk.post(where, fields_of(answer) | TYPED | {"do": "save"})
    assert answer.url == url("policy-draft") + "#row-C_LABOUR_CIVIL"
    place = find_row(stored(draft), "C_LABOUR_CIVIL")
    assert (place.row, place.section) == (NEW, 1)
    assert place.position == len(stored(draft)["sections"][1]["rows"]) - 1


@pytest.mark.parametrize(
    ("name", "at"),
    [
        *(("policy-draft-row", row) for row in ("R02", "R03", "R04", "R05p", "C_TRACING")),
        *(("policy-draft-guard", guard) for guard in ("CONSENT_REQUIRED", "NO_SELF_ROUTE")),
        *(("policy-draft-derived", fact) for fact in ("flash", "priority", "interlocutor")),
        ("policy-draft-deadlines", None),
    ],
)
def test_saving_what_a_page_shows_changes_nothing(desk, draft, url, name, at):
    where = url(name, *filter(None, [at]))
    answer = desk.post(where, fields_of(desk.get(where)) | {"do": "save"})
    assert answer.status_code == 302
    assert stored(draft) == mapping_of(draft)
    assert PolicyDraft.objects.get().revision == 1


def test_a_button_that_adds_shows_the_form_again_with_what_was_typed(desk, draft, url):
    where = url("policy-draft-row", "R05n")
    typed = fields_of(desk.get(where)) | {"reason": "Half a thou"}
    answer = desk.post(where, typed | {"do": "add:recipients"})
    shown = fields_of(answer)
    assert (shown["reason"], shown["recipients.1.role"]) == (["Half a thou"], [""])
    assert re.search(r"<select[^>]*recipients\.1\.role[^>]*autofocus", answer.content.decode())
    assert "error-summary" not in answer.content.decode()
    shown = fields_of(desk.post(where, shown | {"do": "remove:recipients.0"}))
    assert shown["recipients.0.role"] == [""]
    assert stored(draft) == mapping_of(draft)


def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(desk, draft, url):
    typed = {**TYPED, "section": 1, "revision": 0, "do": "save"}
    del typed["recipients.0.gate"]
    answer = desk.post(url("policy-draft-new-row"), typed)
    assert answer.status_code == 422
    assert "Choose when they are told." in text_of(answer)
    assert 'href="#id_recipients.0.gate"' in answer.content.decode()
    assert fields_of(answer)["reason"] == ["Works with the labour authorities."]
    assert stored(draft) == mapping_of(draft)


def test_a_row_may_be_renamed_and_put_into_another_section(desk, draft, url):
    where = url("policy-draft-row", "R05n")
    typed = fields_of(desk.get(where)) | {"id": "R05_daily", "section": "2", "do": "save"}
    desk.post(where, typed)
    ids = [place.row["id"] for place in rows_of(stored(draft)) if place.section == 2]
    assert ids == ["L_EXECUTIVE", "L_HOST_POLICE", "R05_daily"]
    assert "R05n" not in [place.row["id"] for place in rows_of(stored(draft))]


def test_facts_that_ask_for_each_other_are_refused_with_their_circle(desk, draft, url):
    where = url("policy-draft-derived", "mass")
    typed = fields_of(desk.get(where)) | {"when.fact": "flash", "when.how": "yes", "do": "save"}
    answer = desk.post(where, typed)
    assert answer.status_code == 422
    assert "goes in a circle" in text_of(answer)
    assert fields_of(answer)["when.fact"] == ["flash"]
    assert stored(draft) == mapping_of(draft)


# Two windows


def test_the_second_window_is_told_and_may_then_save_over_it(desk, admin, draft, url):
    where = url("policy-draft-row", "R05n")
    typed = fields_of(desk.get(where)) | {"reason": "From the second window.", "do": "save"}
    elsewhere = mapping_of(draft)
    find_row(elsewhere, "R05").row["reason"] = "From elsewhere."
    find_row(elsewhere, "R05n").row["reason"] = "From elsewhere too."
    save_draft(draft=draft, by=admin, mapping=elsewhere, revision=0)

    answer = desk.post(where, typed)
    assert answer.status_code == 422
    assert "This draft was saved elsewhere" in text_of(answer)
    assert fields_of(answer)["reason"] == ["From the second window."]
    assert stored(draft) == elsewhere

    assert desk.post(where, fields_of(answer) | {"do": "save"}).status_code == 302
    assert find_row(stored(draft), "R05n").row["reason"] == "From the second window."
    assert find_row(stored(draft), "R05").row["reason"] == "From elsewhere."


def test_a_button_that_adds_does_not_hide_that_the_draft_was_saved_elsewhere(
    desk, admin, draft, url
):
    where = url("policy-draft-row", "R05n")
    typed = fields_of(desk.get(where))
    save_draft(draft=draft, by=admin, mapping=mapping_of(draft), revision=0)
    shown = fields_of(desk.post(where, typed | {"do": "show"}))
    assert shown["revision"] == ["0"]
    assert desk.post(where, shown | {"do": "save"}).status_code == 422


def test_a_row_removed_elsewhere_comes_back_when_it_is_saved_over(desk, admin, draft, url):
    where = url("policy-draft-row", "R05n")
    typed = fields_of(desk.get(where)) | {"do": "save"}
    desk.post(url("policy-draft"), {"do": "remove:R05n", "revision": 0})
    answer = desk.post(where, typed)
    assert answer.status_code == 422
    assert desk.post(where, fields_of(answer) | {"do": "save"}).status_code == 302
    assert find_row(stored(draft), "R05n").row == find_row(mapping_of(draft), "R05n").row


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 30, "9" * 5000])
def test_a_revision_that_cannot_be_is_older_than_any(desk, draft, url, revision):
    where = url("policy-draft-row", "R05n")
    typed = fields_of(desk.get(where)) | {"revision": revision, "do": "save"}
    answer = desk.post(where, typed)
    assert (answer.status_code, fields_of(answer)["revision"]) == (422, ["0"])


def test_a_draft_that_went_while_somebody_typed_leads_back_to_the_versions(desk, draft, url):
    where = url("policy-draft-row", "R05n")
    typed = fields_of(desk.get(where)) | {"do": "save"}
    draft.delete()
    answer = desk.post(where, typed, follow=True)
    assert answer.redirect_chain == [("/policy/", 302)]
    assert "This draft was kept as a version or discarded." in text_of(answer)
    assert desk.get(where).status_code == 404


def test_a_draft_that_never_was_is_a_404(desk):
    assert desk.get(reverse("policy-draft", args=[uuid4()])).status_code == 404


# Guards, derived facts, deadlines


def test_a_guard_shows_what_it_does_and_changes_only_when_and_words(desk, draft, url):
    where = url("policy-draft-guard", "HOST_STATE_IMPLICATED")
    answer = desk.get(where)
    words = text_of(answer)
    assert "Must not be told: Host-State specialised police unit" in words
    assert "Nobody can override this guard" in words
    typed = fields_of(answer) | {"reason": "Nobody of that State.", "overridable": "on"}
    desk.post(where, typed | {"do": "save"})
    _position, before = find_guard(mapping_of(draft), "HOST_STATE_IMPLICATED")
    _position, after = find_guard(stored(draft), "HOST_STATE_IMPLICATED")
    assert after == {**before, "reason": "Nobody of that State."}


def test_overriding_that_was_forbidden_in_the_draft_can_be_allowed_again(desk, draft, url):
    where = url("policy-draft-guard", "DUPLICATE_LINK")
    typed = fields_of(desk.get(where))
    assert typed.pop("overridable") == ["on"]
    desk.post(where, typed | {"do": "save"})
    assert "overridable" not in find_guard(stored(draft), "DUPLICATE_LINK")[1]
    typed = fields_of(desk.get(where))
    desk.post(where, typed | {"overridable": "on", "do": "save"})
    assert stored(draft) == mapping_of(draft)


def test_a_derived_fact_shows_its_cases_in_order(desk, draft, url):
    where = url("policy-draft-derived", "priority")
    answer = desk.get(where)
    words = text_of(answer)
    assert words.index("Emergency Case 1") < words.index("Urgent Case 2")
    assert "Otherwise: Routine" in words
    typed = fields_of(answer) | {"do": "remove:cases.0.when.3"}
    desk.post(where, fields_of(desk.post(where, typed)) | {"do": "save"})
    cases = find_derived(stored(draft), "priority")["cases"]
    before = find_derived(mapping_of(draft), "priority")["cases"]
    assert before[0]["when"]["any"][3] == "imminent_harm"
    del before[0]["when"]["any"][3]
    assert cases == before


def test_deadlines_are_minutes_by_priority(desk, draft, url):
    where = url("policy-draft-deadlines")
    typed = fields_of(desk.get(where)) | {"release.urgent": "720", "do": "save"}
    assert desk.post(where, typed).url == url("policy-draft") + "#deadlines"
    assert stored(draft)["deadlines"] == {
        **mapping_of(draft)["deadlines"],
        "release": {"emergency": 240, "urgent": 720, "routine": 4320},
    }


def test_a_deadline_that_every_priority_needs_is_refused_at_its_field(desk, draft, url):
    where = url("policy-draft-deadlines")
    typed = fields_of(desk.get(where)) | {"acknowledge.urgent": "", "do": "save"}
    answer = desk.post(where, typed)
    assert answer.status_code == 422
    assert 'href="#id_acknowledge.urgent"' in answer.content.decode()
    assert stored(draft) == mapping_of(draft)


# Text


def test_the_text_is_saved_as_it_was_typed(desk, draft, url):
    body = draft.body.replace("Always told directly.", "Told directly, always.")
    typed = {"body": body.replace("\n", "\r\n"), "revision": "0"}
    assert desk.post(url("policy-draft-text"), typed).status_code == 302
    assert PolicyDraft.objects.get().body == body


def test_a_mistake_in_the_text_is_named_with_line_row_and_nearest_word(desk, draft, url):
    body = draft.body.replace("when: flash\n", "when: flahs\n", 1)
    line = body[: body.index("when: flahs")].count("\n") + 1
    answer = desk.post(url("policy-draft-text"), {"body": body, "revision": "0"})
    assert answer.status_code == 422
    words = answer.context["form"].errors["body"][0]
    for part in (f":{line}: ", "R05: when: ", "did you mean 'flash'?"):
        assert part in words
    assert fields_of(answer)["body"][0] == body
    assert stored(draft) == mapping_of(draft)


def test_a_file_takes_the_place_of_the_text(desk, draft, url):
    body = draft.body.replace("name: standard", "name: edited")
    file = SimpleUploadedFile("policy.yaml", body.encode())
    typed = {"body": draft.body, "file": file, "revision": "0"}
    assert desk.post(url("policy-draft-text"), typed).status_code == 302
    assert PolicyDraft.objects.get().body == body


def test_a_file_that_is_refused_is_shown_to_be_mended(desk, draft, url):
    file = SimpleUploadedFile("policy.yaml", b"name: half a policy\n")
    typed = {"body": draft.body, "file": file, "revision": "0"}
    answer = desk.post(url("policy-draft-text"), typed)
    assert (answer.status_code, fields_of(answer)["body"]) == (422, ["name: half a policy\n"])
    assert stored(draft) == mapping_of(draft)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe", "This file is not UTF-8 text."),
        (b"#" * 4_000_001, "This file is too long to be a policy."),
    ],
)
def test_a_file_that_is_no_text_is_refused_at_its_field(desk, draft, url, content, message):
    file = SimpleUploadedFile("policy.yaml", content)
    typed = {"body": draft.body, "file": file, "revision": "0"}
    answer = desk.post(url("policy-draft-text"), typed)
    assert answer.context["form"].errors == {"file": [message]}


def test_a_text_saved_elsewhere_meanwhile_is_not_lost_and_neither_is_this_one(
    desk, admin, draft, url
):
    ours = draft.body.replace("name: standard", "name: ours")
    theirs = draft.body.replace("name: standard", "name: theirs")
    save_draft_text(draft=draft, by=admin, body=theirs, revision=0)
    answer = desk.post(url("policy-draft-text"), {"body": ours, "revision": "0"})
    assert answer.status_code == 422
    assert "This draft was saved elsewhere" in text_of(answer)
    assert PolicyDraft.objects.get().body == theirs
    typed = fields_of(answer)
    assert typed == {"body": [ours], "revision": ["1"]}
    desk.post(url("policy-draft-text"), typed)
    assert PolicyDraft.objects.get().body == ours


def test_a_draft_that_no_longer_compiles_is_mended_as_text(desk, draft, url):
    mapping = mapping_of(draft)
    find_row(mapping, "R05").row["when"] = "flahs"
    PolicyDraft.objects.update(body=write_text(mapping))
    answer = desk.get(url("policy-draft"), follow=True)
    assert answer.redirect_chain == [(url("policy-draft-text"), 302)]
    assert "Mend the text of this draft first: R05: when: " in text_of(answer)


# The end of a draft


def test_a_draft_is_kept_as_a_version_with_a_note(desk, admin, draft, url):
    mapping = add_row(mapping_of(draft), NEW, section=1)
    save_draft(draft=draft, by=admin, mapping=mapping, revision=0)
    answer = desk.get(url("policy-draft-keep"))
    assert "Rule C_LABOUR_CIVIL Added" in text_of(answer)
    note = "Civil Affairs asked to know of child labour."
    answer = desk.post(url("policy-draft-keep"), fields_of(answer) | {"note": note})
    version = PolicyVersion.objects.first()
    assert answer.url == reverse("policy-version", args=[version.number])
    assert (version.note, version.author, version.based_on.number) == (note, admin, 1)
    assert PolicyDraft.objects.count() == 0


def test_a_draft_is_not_kept_without_a_note(desk, draft, url):
    answer = desk.post(url("policy-draft-keep"), {"note": " ", "revision": "0"})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"note": ["Write what changed and why."]}
    assert PolicyVersion.objects.count() == 1


def test_only_what_was_read_is_kept(desk, admin, draft, url):
    typed = fields_of(desk.get(url("policy-draft-keep"))) | {"note": "Nothing much."}
    mapping = add_row(mapping_of(draft), NEW, section=1)
    save_draft(draft=draft, by=admin, mapping=mapping, revision=0)
    answer = desk.post(url("policy-draft-keep"), typed)
    assert answer.status_code == 422
    assert "Rule C_LABOUR_CIVIL Added" in text_of(answer)
    shown = fields_of(answer)
    assert (shown["note"], shown["revision"]) == (["Nothing much."], ["1"])
    assert PolicyVersion.objects.count() == 1


def test_a_draft_is_discarded_only_after_asking(desk, draft, url):
    assert "It cannot be had back." in text_of(desk.get(url("policy-draft-discard")))
    assert PolicyDraft.objects.count() == 1
    assert desk.post(url("policy-draft-discard")).url == reverse("policies")
    assert PolicyDraft.objects.count() == 0


# The database


@pytest.mark.parametrize(("name", "at"), PAGES.items())
def test_a_page_costs_the_same_however_long_the_policy_is(
    desk, admin, draft, url, django_assert_num_queries, name, at
):
    desk.get(url(name, *at))
    with django_assert_num_queries(4):
        desk.get(url(name, *at))
    mapping = mapping_of(draft)
    for number in range(30):
        mapping = add_row(mapping, {**NEW, "id": f"C_{number}"}, section=1)
    save_draft(draft=draft, by=admin, mapping=mapping, revision=0)
    with django_assert_num_queries(4):
        desk.get(url(name, *at))
