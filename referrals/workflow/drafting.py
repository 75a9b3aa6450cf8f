"""The next version of the policy in the making: begin, save, keep or discard a draft."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actors.models import User
from referrals.models import PolicyDraft, PolicyVersion
from referrals.permissions import can_write_policy
from referrals.policy_file import load_text, read_text, write_text
from referrals.routing import compile_policy
from referrals.workflow.errors import (
    AlreadyDone,
    ChangedMeanwhile,
    NotAllowed,
    PolicyRefused,
    moment,
)
from referrals.workflow.policies import active_policy, store_version


def start_draft(*, by: User, based_on: PolicyVersion | None = None) -> PolicyDraft:
    """Copy a version, the one in force by default, to change it.

    Raises:
        NotAllowed: this person does not write the policy.
    """
    check_writer(by)
    base = based_on or PolicyVersion.objects.get(pk=active_policy().version_id)
    return PolicyDraft.objects.create(author=by, saved_by=by, based_on=base, body=base.body)


def mapping_of(draft: PolicyDraft) -> dict[str, object]:
    """The draft as plain data, in the order of its file."""
    return read_text(draft.body, "draft")[0]


def save_draft(
    *, draft: PolicyDraft, by: User, mapping: dict[str, object], revision: int
) -> PolicyDraft:
    """Store changed data as the draft's text; `revision` is the one this person began from.

    Comments of the file are lost. Any administrator may save any draft; who began it stays.

    Raises:
        NotAllowed: this person does not write the policy.
        PolicyError: it does not compile.
        ChangedMeanwhile: the draft was saved since.
        AlreadyDone: the draft is gone.
    """
    check_writer(by)
    compile_policy(mapping)
    return _save(draft, write_text(mapping), revision, by)


def save_draft_text(*, draft: PolicyDraft, by: User, body: str, revision: int) -> PolicyDraft:
    """Store a whole policy file as the draft's text, comments included.

    Raises:
        FileRefused: it cannot be used; names line, row, field and the nearest valid word.
        NotAllowed, ChangedMeanwhile, AlreadyDone: as `save_draft`.
    """
    check_writer(by)
    body = _with_plain_ends(body)
    load_text(body, _("Policy file"))
    return _save(draft, body, revision, by)


@transaction.atomic
def keep_version(*, draft: PolicyDraft, by: User, note: str) -> PolicyVersion:
    """Make a numbered version of the draft, signed by whoever keeps it; the draft goes.

    Raises:
        NotAllowed: this person does not write the policy.
        PolicyRefused: no note.
        ChangedMeanwhile: the draft was saved since `draft` was read.
        FileRefused: the text does not compile any more.
        AlreadyDone: the draft is gone, or a version has this very text.
    """
    check_writer(by)
    _check_note(note)
    current = PolicyDraft.objects.select_for_update().filter(pk=draft.pk).first()
    if current is None or current.revision != draft.revision:
        raise _too_late(current)
    based_on = current.based_on_id
    version = store_version(current.body, author=by, note=note.strip(), based_on_id=based_on)
    current.delete()
    return version


def keep_text(*, body: str, by: User, note: str, name: str) -> PolicyVersion:
    """Make a version of a whole policy file, past any draft; errors call the file `name`.

    Raises:
        NotAllowed, PolicyRefused: as `keep_version`.
        FileRefused: it cannot be used; names line, row, field and the nearest valid word.
        AlreadyDone: a version has this very text.
    """
    check_writer(by)
    _check_note(note)
    body = _with_plain_ends(body)
    load_text(body, name)
    based_on = active_policy().version_id
    return store_version(body, author=by, note=note.strip(), based_on_id=based_on)


def discard_draft(*, draft: PolicyDraft, by: User) -> None:
    """Throw a draft away.

    Raises:
        NotAllowed: this person does not write the policy.
        AlreadyDone: it is gone.
    """
    check_writer(by)
    number, _rows = PolicyDraft.objects.filter(pk=draft.pk).delete()
    if not number:
        raise _too_late(None)


def check_writer(by: User) -> None:
    """Raise NotAllowed for whoever does not write the policy."""
    if not can_write_policy(by):
        raise NotAllowed(_("Administrators write the policy. Ask one of them to make the change."))


def _check_note(note: str) -> None:
    if not note.strip():
        message = _("Write what changed and why: others will read it before they confirm.")
        raise PolicyRefused("note", "required", message)


def _with_plain_ends(body: str) -> str:
    """Browsers and some editors end lines in their own way; the same text stays the same."""
    return body.replace("\r\n", "\n")


def _save(draft: PolicyDraft, body: str, revision: int, by: User) -> PolicyDraft:
    drafts = PolicyDraft.objects.filter(pk=draft.pk)
    saved = drafts.filter(revision=revision).update(
        body=body, revision=revision + 1, saved_at=timezone.now(), saved_by=by
    )
    current = drafts.select_related("saved_by", "based_on").first()
    if not saved:
        raise _too_late(current)
    return current


def _too_late(current: PolicyDraft | None) -> AlreadyDone:
    if current is None:
        return AlreadyDone(
            _("This draft was kept as a version or discarded. Look among the versions.")
        )
    return ChangedMeanwhile(
        _("%(name)s saved this draft elsewhere, %(at)s. Open it again and make your change there.")
        % {"name": current.saved_by or current.author, "at": moment(current.saved_at)}
    )
