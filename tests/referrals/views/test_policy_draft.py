"""The draft of a policy as a whole: its page, guards and deadlines, its text, and its end."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from referrals.models import PolicyDraft, PolicyVersion
from referrals.policy_editing import add_row, find_derived, find_guard, find_row, rows_of
from referrals.policy_file import write_text
from referrals.workflow.drafting import mapping_of, save_draft, save_draft_text
from tests.referrals.views.draft_pages import NEW, fields_of, stored, text_of

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
    revision = fields_of(answer)["revision"]
    answer = desk.post(url("policy-draft"), {"do": "remove:R05n", "revision": revision})
    assert answer.url.endswith("#section-0")
    assert "R05n" not in [place.row["id"] for place in rows_of(stored(draft))]


@pytest.mark.parametrize("do", ["up:R03", "ask:R99", "remove:R03", "up:R99"])
def test_a_button_of_a_page_that_is_out_of_date_changes_nothing(desk, admin, draft, url, do):
    save_draft(draft=draft, by=admin, mapping=mapping_of(draft), revision=0)
    answer = desk.post(url("policy-draft"), {"do": do, "revision": 0}, follow=True)
    assert "The draft was changed elsewhere: this is how it is now." in text_of(answer)
    assert stored(draft) == mapping_of(draft)


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
    assert "saved this draft elsewhere" in text_of(answer)
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


def test_a_draft_that_changed_nothing_is_not_kept(desk, draft, url):
    answer = desk.post(url("policy-draft-keep"), {"note": "Nothing.", "revision": "0"})
    assert answer.status_code == 422
    assert "Version 1 has this very text." in text_of(answer)
    assert (PolicyVersion.objects.count(), PolicyDraft.objects.count()) == (1, 1)


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
