"""What an officer typed and has not sent yet, kept on the server for its owner alone.

Several devices may write one draft. The server never merges: who saves on an older version is
told, gets what is there, and merges on the device, where both texts can be shown.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from actors.models import User
from referrals.models import Draft, Report

Typed = dict[str, list[str]]

LARGEST_DRAFT = 64 * 1024  # bytes of UTF-8, as stored
MOST_DRAFTS = 50

# What PostgreSQL cannot store as text: a null, and one half of a character of UTF-16.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class DraftRefused(ValueError):
    """The draft was not kept. `field` is empty where no single question is to blame."""

    def __init__(self, code: str, message: str, field: str = ""):
        self.code, self.field = code, field
        super().__init__(message)


class DraftChanged(Exception):
    """The server has another version than the device knew. `draft` is what is there."""

    def __init__(self, draft: Draft):
        self.draft = draft
        super().__init__(f"version {draft.version}")


class DraftGone(Exception):
    """A draft that the device knew is no longer there. `was_sent`: it became a report."""

    def __init__(self, *, was_sent: bool):
        self.was_sent = was_sent
        super().__init__("sent" if was_sent else "deleted")


@dataclass(frozen=True)
class Splice:
    """A change inside one text: at `start`, `removed` code units of UTF-16 make way."""

    start: int
    removed: int
    inserted: str


@dataclass(frozen=True)
class DraftChange:
    """What a device typed since version `base`; 0 for a draft that is new.

    `set` holds all values of a name (none: the name goes), `splice` changes its first value.
    """

    base: int
    form: str = ""
    set: Typed = field(default_factory=dict)
    splice: dict[str, Splice] = field(default_factory=dict)


def save_draft(*, owner: User, typed: Typed, form: str = "", base: int | None = None) -> Draft:
    """Keep a whole page of typed values under the report's own id.

    Replaces what was kept before. With `base`, the version the page was filled from, a draft
    that another device changed meanwhile stays as it is, and this one gets an id of its own.

    Raises:
        DraftRefused: it is too large, or there are too many; nothing is stored.
    """
    wanted, typed = _id_in(typed), _storable(typed)
    with transaction.atomic():
        current = _locked(owner, wanted)
        if current and base not in (None, current.version) and current.typed != typed:
            current, wanted = None, uuid4()
            typed = typed | {"uuid": [str(wanted)]}
        if current is None:
            return _begin(owner, wanted, form, typed)
        return _keep(current, form, typed)


def change_draft(*, owner: User, draft: UUID, change: DraftChange) -> Draft:
    """Apply what was typed since `change.base` and return the draft with its new version.

    Of two devices that save on one version, one wins and the other is told.

    Raises:
        DraftChanged: the stored version is another one, or a splice does not fit its text.
        DraftGone: it was deleted or sent meanwhile.
        DraftRefused: it is too large, or there are too many; nothing is stored.
    """
    with transaction.atomic():
        current = _locked(owner, draft)
        if current is None:
            was_sent = Report.objects.filter(reporter=owner, uuid=draft).exists()
            if change.base or was_sent:
                raise DraftGone(was_sent=was_sent)
            current = Draft(owner=owner, uuid=draft, version=0)
        if current.version != change.base:
            raise DraftChanged(current)
        typed = _changed(current, change)
        if current.pk is None:
            return _begin(owner, draft, change.form, typed)
        return _keep(current, change.form, typed)


def forget_draft(
    *, owner: User, draft: UUID, known: int | None = None, sent: Typed | None = None
) -> Draft | None:
    """Drop a draft that has been thrown away or sent.

    With `known`, the version that was sent, words that another device added since and that are
    not in `sent` are not dropped: the draft stays under an id of its own and is returned.
    """
    with transaction.atomic():
        current = _locked(owner, draft)
        if current is None:
            return None
        is_newer = known is not None and current.version > known
        if not is_newer or not _says_more(current.typed, sent or {}):
            current.delete()
            return None
        current.uuid = uuid4()
        return _keep(current, current.form, current.typed | {"uuid": [str(current.uuid)]})


def typed_in(draft: Draft) -> Typed:
    """What was typed, with line ends as a browser counts them."""
    return _storable(draft.typed)


def _locked(owner: User, draft: UUID) -> Draft | None:
    """The owner's draft, until the transaction ends nobody else's to change or to begin.

    The owner's row is the lock, since a draft that is not there yet cannot be locked.
    """
    User.objects.select_for_update(no_key=True).filter(pk=owner.pk).values("pk").get()
    return Draft.objects.filter(owner=owner, uuid=draft).first()


def _says_more(typed: Typed, sent: Typed) -> bool:
    """Whether a word stands here, under any question, that was not sent there."""
    return any(
        set(" ".join(values).split()) - set(" ".join(sent.get(name, ())).split())
        for name, values in typed.items()
        if name != "uuid"
    )


def _begin(owner: User, uuid: UUID, form: str, typed: Typed) -> Draft:
    if Draft.objects.filter(owner=owner).count() >= MOST_DRAFTS:
        raise DraftRefused("too_many", _TOO_MANY % {"n": MOST_DRAFTS})
    return _keep(Draft(owner=owner, uuid=uuid, version=0), form, typed)


def _keep(draft: Draft, form: str, typed: Typed) -> Draft:
    if len(json.dumps(typed, ensure_ascii=False).encode()) > LARGEST_DRAFT:
        longest = max(typed, key=lambda name: sum(map(len, typed[name])))
        raise DraftRefused("too_long", _TOO_LONG, field=longest)
    draft.version += 1
    draft.form, draft.typed = form, typed
    draft.save()
    return draft


def _changed(draft: Draft, change: DraftChange) -> Typed:
    typed = typed_in(draft) | _storable(change.set)
    for name, splice in change.splice.items():
        first, *others = typed.get(name) or [""]
        spliced = _spliced(first, splice)
        if spliced is None:
            raise DraftChanged(draft)
        typed[name] = [spliced, *others]
    return {name: values for name, values in _storable(typed).items() if values}


def _spliced(text: str, splice: Splice) -> str | None:
    """The changed text; None where the splice reaches beyond it. A browser counts in UTF-16."""
    units = text.encode("utf-16-le", "surrogatepass")
    start, end = 2 * splice.start, 2 * (splice.start + splice.removed)
    if end > len(units):
        return None
    inserted = splice.inserted.encode("utf-16-le", "surrogatepass")
    return (units[:start] + inserted + units[end:]).decode("utf-16-le", "surrogatepass")


def _storable(typed: Typed) -> Typed:
    """Line ends as a browser counts them, and a mark of the same length for what no text holds."""
    return {
        name: [_UNSTORABLE.sub("\ufffd", re.sub("\r\n?", "\n", value)) for value in values]
        for name, values in typed.items()
    }


def _id_in(typed: Typed) -> UUID:
    try:
        return UUID(typed.get("uuid", [""])[0])
    except (ValueError, IndexError):
        return uuid4()


_TOO_LONG = _("This is too long to be kept here. Shorten it; nothing of it is lost on this page.")
_TOO_MANY = _("You have %(n)s unfinished reports. Send or delete one, then save this again.")
