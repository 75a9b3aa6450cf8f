"""Drafts of the policy: saved without undoing each other, kept as versions that never change."""

import threading

import pytest
from django.db import InternalError, connections, transaction

from actors.models import User
from actors.roles import Role
from referrals.models import PolicyDraft, PolicyVersion
from referrals.policy_file import STANDARD, FileRefused
from referrals.routing import PolicyError
from referrals.workflow import policies
from referrals.workflow.drafting import (
    discard_draft,
    keep_text,
    keep_version,
    mapping_of,
    save_draft,
    save_draft_text,
    start_draft,
)
from referrals.workflow.errors import AlreadyDone, ChangedMeanwhile, NotAllowed, PolicyRefused
from tests.factories import UserFactory
from tests.referrals.policy_texts import row_of
from tests.referrals.policy_versions import administrator, another_text, safe_version

pytestmark = pytest.mark.django_db

NOTE = "The adviser asked for it."


@pytest.fixture
def admin() -> User:
    return administrator()


@pytest.fixture
def draft(admin) -> PolicyDraft:
    return start_draft(by=admin)


def reworded(draft: PolicyDraft, words: str = "Always told.") -> dict:
    """The draft's data with another reason in the first row."""
    mapping = mapping_of(draft)
    row_of(mapping, "R01")["reason"] = words
    return mapping


def test_a_draft_begins_as_a_copy_of_the_version_in_force(admin, draft):
    assert draft.body == STANDARD.read_text(encoding="utf-8")
    assert draft.based_on_id == policies.active_policy().version_id
    assert (draft.author, draft.revision) == (admin, 0)


def test_a_draft_may_begin_from_any_version(admin):
    version = safe_version()
    draft = start_draft(by=admin, based_on=version)
    assert (draft.based_on, draft.body) == (version, version.body)


def test_what_is_saved_is_what_is_read_again_in_the_same_order(admin, draft):
    mapping = reworded(draft)
    saved = save_draft(draft=draft, by=admin, mapping=mapping, revision=0)
    assert (saved.pk, saved.revision) == (draft.pk, 1)
    assert mapping_of(saved) == mapping
    assert list(mapping_of(saved)) == list(mapping)
    assert saved.saved_at > draft.saved_at


def test_words_of_any_language_are_kept_as_they_are_written(admin, draft):
    saved = save_draft(
        draft=draft, by=admin, mapping=reworded(draft, "Toujours prévenu, دائماً."), revision=0
    )
    assert "Toujours prévenu, دائماً." in saved.body


def test_data_that_does_not_compile_is_refused_and_the_draft_stays(admin, draft):
    mapping = mapping_of(draft)
    row_of(mapping, "R05")["recipients"][0]["kind"] = "actoin"
    with pytest.raises(
        PolicyError, match="R05: kind: 'actoin' is not known; did you mean 'action'"
    ):
        save_draft(draft=draft, by=admin, mapping=mapping, revision=0)
    assert PolicyDraft.objects.get().body == draft.body


def test_a_file_is_saved_with_its_comments_and_plain_ends_of_line(admin, draft):
    text = another_text()
    saved = save_draft_text(draft=draft, by=admin, body=text.replace("\n", "\r\n"), revision=0)
    assert saved.body == text


def test_a_refused_file_names_line_row_field_and_nearest_word(admin, draft):
    text = draft.body.replace("{role: JMAC, kind: info,", "{role: JMAC, kind: infoo,")
    line = text[: text.index("infoo")].count("\n") + 1
    with pytest.raises(FileRefused) as refused:
        save_draft_text(draft=draft, by=admin, body=text, revision=0)
    expected = f"Policy file:{line}: R05: kind: 'infoo' is not known; did you mean 'info'?"
    assert str(refused.value) == expected
    assert PolicyDraft.objects.get().revision == 0


def test_of_two_windows_the_second_is_told_and_undoes_nothing(admin, draft):
    save_draft(draft=draft, by=admin, mapping=reworded(draft, "First."), revision=0)
    with pytest.raises(ChangedMeanwhile, match=r"Adam saved this draft elsewhere, .+ again"):
        save_draft(draft=draft, by=admin, mapping=reworded(draft, "Second."), revision=0)
    with pytest.raises(ChangedMeanwhile):
        save_draft_text(draft=draft, by=admin, body=another_text(), revision=0)
    assert "First." in PolicyDraft.objects.get().body


def test_administrators_share_the_work_and_the_author_stays_who_began(admin, draft):
    eve = administrator("Eve")
    saved = save_draft(draft=draft, by=eve, mapping=reworded(draft), revision=0)
    assert saved.author == admin
    assert keep_version(draft=saved, by=eve, note=NOTE).author == eve


@pytest.mark.parametrize("role", [Role.UNPOL_OFFICER, Role.CPA, Role.CPA_SENIOR, Role.HUMAN_RIGHTS])
def test_nobody_but_administrators_writes_the_policy(unmix, draft, role):
    person = unmix.user(role)
    verbs = [
        lambda: start_draft(by=person),
        lambda: save_draft(draft=draft, by=person, mapping=reworded(draft), revision=0),
        lambda: save_draft_text(draft=draft, by=person, body=another_text(), revision=0),
        lambda: keep_version(draft=draft, by=person, note=NOTE),
        lambda: keep_text(body=another_text(), by=person, note=NOTE, name="mine"),
        lambda: discard_draft(draft=draft, by=person),
    ]
    for verb in verbs:
        with pytest.raises(NotAllowed, match="Ask one of them"):
            verb()
    assert list(PolicyDraft.objects.values_list("body", "revision")) == [(draft.body, 0)]
    assert PolicyVersion.objects.count() == 1


def test_a_kept_draft_is_a_numbered_version_signed_and_not_in_force(admin, draft):
    saved = save_draft(draft=draft, by=admin, mapping=reworded(draft), revision=0)
    version = keep_version(draft=saved, by=admin, note=f" {NOTE}\n")
    assert (version.number, version.author, version.note) == (2, admin, NOTE)
    assert (version.body, version.based_on_id) == (saved.body, draft.based_on_id)
    assert not PolicyDraft.objects.exists()
    assert policies.active_policy().number == 1


def test_a_version_needs_a_note(admin, draft):
    saved = save_draft(draft=draft, by=admin, mapping=reworded(draft), revision=0)
    with pytest.raises(PolicyRefused) as refused:
        keep_version(draft=saved, by=admin, note=" \n")
    assert (refused.value.field, refused.value.code) == ("note", "required")
    assert PolicyDraft.objects.exists()


def test_a_text_that_is_stored_already_names_its_version(admin, draft):
    with pytest.raises(AlreadyDone, match="Version 1 has this very text"):
        keep_version(draft=draft, by=admin, note=NOTE)
    assert PolicyDraft.objects.exists()


def test_what_somebody_else_saved_is_not_kept_unseen(admin, draft):
    saved = save_draft(draft=draft, by=administrator("Eve"), mapping=reworded(draft), revision=0)
    with pytest.raises(ChangedMeanwhile):
        keep_version(draft=draft, by=admin, note=NOTE)
    assert keep_version(draft=saved, by=admin, note=NOTE).number == 2


def test_a_draft_that_is_gone_says_where_to_look(admin, draft):
    discard_draft(draft=draft, by=admin)
    verbs = [
        lambda: save_draft(draft=draft, by=admin, mapping=reworded(draft), revision=0),
        lambda: keep_version(draft=draft, by=admin, note=NOTE),
        lambda: discard_draft(draft=draft, by=admin),
    ]
    for verb in verbs:
        with pytest.raises(AlreadyDone, match="Look among the versions"):
            verb()


def test_a_version_can_be_neither_changed_nor_deleted():
    version = PolicyVersion.objects.filter(pk=safe_version().pk)
    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
        version.update(note="Something else")
    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
        version.delete()


@pytest.mark.django_db(transaction=True)
def test_four_people_who_keep_at_once_get_four_numbers():
    admin = UserFactory(is_staff=True)
    policies.active_policy()
    numbers, barrier = [], threading.Barrier(4)

    def keep(words: str) -> None:
        try:
            barrier.wait(timeout=10)
            kept = keep_text(body=another_text(words), by=admin, note=NOTE, name="mine")
            numbers.append(kept.number)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=keep, args=(f"Text {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [2, 3, 4, 5]
