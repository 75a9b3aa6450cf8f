"""Editing a draft of the policy: what is typed is stored whole or shown again with the refusal."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from actors.roles import Role
from referrals.models import PolicyDraft
from referrals.policy_editing import add_row, find_row, rows_of
from referrals.workflow.drafting import mapping_of, save_draft
from tests.referrals.views.draft_pages import NEW, TYPED, fields_of, stored, text_of

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


# Rows


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
    assert "saved this draft elsewhere" in text_of(answer)
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
