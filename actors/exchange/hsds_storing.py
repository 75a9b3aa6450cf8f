"""Writing what an HSDS file says with few statements, within the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.models import Model

from actors.exchange.storing import set_several
from actors.models import Contact, OpeningHours, Organization, Service

if TYPE_CHECKING:
    from actors.exchange.hsds_reading import Draft


def store_entries(model: type[Model], drafts: Sequence[Draft]) -> None:
    """Insert the new entries of one kind and write those that differ."""
    new = [draft.entry for draft in drafts if draft.is_new]
    if model is Organization:  # each is stored with its group
        for entry in new:
            entry.save()
    else:
        model.objects.bulk_create(new)
    for draft in drafts:
        if not draft.is_new:
            draft.entry.save()


def store_parts(drafts: Sequence[Draft]) -> None:
    """Tie services to areas and places, and write opening hours and contacts."""
    for name in ("areas", "locations"):
        tied = {d.entry.pk: [e.pk for e in d.several[name]] for d in drafts if name in d.several}
        set_several(Service._meta.get_field(name), tied)
    told = [draft for draft in drafts if draft.hours is not None]
    OpeningHours.objects.filter(service__in=[draft.entry.pk for draft in told]).delete()
    OpeningHours.objects.bulk_create(hours for draft in told for hours in draft.hours)
    contacts = [contact for draft in drafts for contact in draft.contacts]
    changed = [contact for contact in contacts if contact.pk is not None]
    Contact.objects.bulk_create(contact for contact in contacts if contact.pk is None)
    for contact in changed:
        contact.save()
