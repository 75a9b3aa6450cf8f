"""Looks at contact data of people who help children: each is written down."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import prefetch_related_objects

from actors.models import Contact, ContactLook, User

# What it takes to say in words whose contact it is.
OWNERS = ("user", "post__organization", "organization", "service__organization")
WHOSE_LENGTH = ContactLook._meta.get_field("whose").max_length


def record_looks(*, viewer: User, contacts: Iterable[Contact], where: str) -> None:
    """Write down that `viewer` is shown these contacts, before they are shown.

    One insert, whatever their number; owners that are not loaded yet are read first.
    `where` is one of `LookedAt`. The address itself is not copied.
    """
    contacts = list(contacts)
    prefetch_related_objects(contacts, *OWNERS)
    ContactLook.objects.bulk_create(
        ContactLook(viewer=viewer, contact=contact, whose=_whose(contact), where=where)
        for contact in contacts
    )


def _whose(contact: Contact) -> str:
    """The person, or the post or service with its organization."""
    owner = contact.owner
    within = getattr(owner, "organization", None)
    words = str(owner)
    if within is not None and str(within) not in words:
        words = f"{words} ({within})"
    return words[:WHOSE_LENGTH]
