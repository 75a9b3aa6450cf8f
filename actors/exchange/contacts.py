"""Contacts: each of exactly one person, post, organization or service."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from actors.exchange.headers import Columns
from actors.exchange.reading import Draft, Found, TableReading
from actors.exchange.resources import ContactResource
from actors.models import Channel, Contact
from actors.models.contacts import e164

_SYNONYMS = {
    "login": "person",
    "username": "person",
    "post id": "post",
    "organisation": "organization",
    "service id": "service",
    "type": "channel",
    "which one": "label",
}
_TAGS = {"#org": "organization", "#contact+type": "channel", "#contact": "address"}
_OWNERS = {"user": "person", "post": "post", "organization": "organization", "service": "service"}


class ContactReading(TableReading):
    resource = ContactResource
    columns = Columns(ContactResource._meta.fields, ("channel", "address"), _SYNONYMS, _TAGS)
    identity = {
        **{f"{attribute}_id": column for attribute, column in _OWNERS.items()},
        "channel": "channel",
        "address": "address",
    }

    def scope(self) -> QuerySet:
        """The contacts of everybody and everything that belongs to the mission."""
        here = Q()
        for owner in ("", "post__", "service__", "user__holdings__post__"):
            here |= Q(**{f"{owner}organization__mission": self.mission})
        return Contact.objects.filter(pk__in=Contact.objects.filter(here).values("pk"))

    def prepare(self, draft: Draft) -> None:
        owners = [name for name in _OWNERS.values() if draft.row.values.get(name)]
        if len(owners) != 1:
            message = _("Choose exactly one: a person, a post, an organization or a service.")
            draft.errors[owners[1] if owners else "person"] = message
        if draft.values.get("channel") == Channel.PHONE and draft.values.get("address"):
            try:
                draft.values["address"] = e164(draft.values["address"])
            except ValidationError as error:
                draft.errors["address"] = " ".join(error.messages)

    def filled(self, draft: Draft, found: Found, *, is_new: bool) -> Iterator[list[str]]:
        """The old address of somebody is not kept with the run."""
        for name, old, new in super().filled(draft, found, is_new=is_new):
            yield [name, "" if name == "address" else old, new]

    def shown(self, draft: Draft) -> str:
        owner = next((draft.row.values[n] for n in _OWNERS.values() if draft.row.values.get(n)), "")
        return f"{owner} / {draft.row.values['channel']}"
