"""Opening hours and contact data inside HSDS objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from actors.exchange.hsds_stored import Stored
from actors.exchange.protocol import problems_of
from actors.models import Contact, OpeningHours

if TYPE_CHECKING:
    from actors.exchange.hsds_reading import Draft

HOURS = ("weekdays", "opens_at", "closes_at", "valid_from", "valid_until")
PATHS = {"weekdays": "byday", "valid_until": "valid_to"}


def hours_told(draft: Draft) -> Iterator[list[str]]:
    """The hours to store instead of those there are, where they differ; yields the difference."""
    told = [_hours(draft, dict(one)) for one in draft.said.hours]
    if draft.said.problems:
        return
    stored = [] if draft.is_new else list(draft.entry.opening_hours.all())
    if sorted(map(_moments, stored)) != sorted(map(_moments, told)):
        draft.hours = told
        yield ["schedules", "; ".join(map(str, stored)), "; ".join(map(str, told))]


def contacts_told(draft: Draft, stored: Stored) -> Iterator[list[str]]:
    """The contacts to add or change; yields what differs. None is removed."""
    own = [] if draft.is_new else list(draft.entry.contacts.all())
    for told in draft.said.contacts:
        contact = _contact(draft, told, own, stored)
        if contact is not None:
            before = "" if contact.pk is None else _in_words(own, contact)
            after = f"{contact.address} {contact.label}".strip()
            if before != after:
                draft.contacts.append(contact)
                yield [contact.channel, before, after]


def _hours(draft: Draft, told: dict[str, Any]) -> OpeningHours:
    path = told.pop("path")
    hours = OpeningHours(service=draft.entry, **told)
    if not draft.said.problems:
        try:
            hours.full_clean({"service"}, validate_unique=False)
        except ValidationError as error:
            for found in problems_of(0, error):
                name = PATHS.get(found.field, found.field)
                draft.said.refuse(f"{path}.{name}" if name else path, found.message)
    return hours


def _moments(hours: OpeningHours) -> tuple[str, ...]:
    return tuple(str(getattr(hours, name)) for name in HOURS)


def _contact(draft: Draft, told: dict, own: list[Contact], stored: Stored) -> Contact | None:
    """The contact meant, with what is told of it; None where it is refused."""
    contact = Contact(channel=told["channel"], address=told["address"], label=told["label"])
    setattr(contact, draft.said.entity, draft.entry)
    try:
        contact.clean_fields({*("user", "post", "organization", "service"), "public_id"})
        contact.clean()
    except ValidationError as error:
        for found in problems_of(0, error):
            draft.said.refuse(told["path"], found.message)
        return None
    by_id = [each for each in own if told["id"] and each.public_id == told["id"]]
    alike = [e for e in own if (e.channel, e.address) == (contact.channel, contact.address)]
    if by_id or alike:
        return _changed(contact, (by_id or alike)[0])
    if told["id"] in stored.taken_contacts:
        draft.said.refuse(told["path"], _("This id is that of somebody else's contact."))
        return None
    if told["id"]:
        contact.public_id = told["id"]
    return contact


def _changed(contact: Contact, stored: Contact) -> Contact:
    """The stored contact with what is told; a copy, so that the two can be compared."""
    same = (contact.channel, contact.address) == (stored.channel, stored.address)
    contact.pk, contact.public_id = stored.pk, stored.public_id
    contact.language = stored.language
    contact.failed_at = stored.failed_at if same else None
    contact._state.adding = False
    return contact


def _in_words(own: list[Contact], contact: Contact) -> str:
    before = next(each for each in own if each.pk == contact.pk)
    return f"{before.address} {before.label}".strip()
