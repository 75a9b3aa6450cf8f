"""The verbs of the directory that are more than saving a row."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import PROTECT, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from actors.models import Channel, Contact, User

ADMINISTRATORS = "Directory administrators"

# What reports point to is retired and access ends by date: only these rows, to which nothing
# points, may be deleted.
MAY_BE_DELETED = tuple(
    f"delete_{name}"
    for name in (
        "activity",
        "contact",
        "dutyshift",
        "leave",
        "meeting",
        "openinghours",
        "pathwaystep",
        "relation",
    )
)

# What to do instead of deleting a contact that must stay.
CONTACT_KEPT = _(
    "A partner was let in by this address, so it is kept. Correct it, or take it out of use: tick "
    "it in the list of contacts and choose “Use no more”."
)


def retire_entries(*, entries: QuerySet, at: datetime) -> int:
    """Take entries out of use; returns how many were in use until now."""
    return entries.filter(retired_at=None).update(retired_at=at)


def restore_entries(*, entries: QuerySet) -> int:
    """Take entries back into use; returns how many had been retired."""
    return entries.exclude(retired_at=None).update(retired_at=None)


def confirm_entries(*, entries: QuerySet, by: User, on: date) -> int:
    """Note that somebody found these entries to be true on a day; returns how many there are.

    A confirmation of a later day stays.
    """
    return entries.filter(assured_on__lte=on).update(assured_on=on, assured_by=by)


def settle_administrator(*, user: User) -> User:
    """Give the rights on the directory to a user marked as administrator, or take them away.

    The rights are those of a group that opens no report.
    """
    if user.is_staff:
        user.groups.add(administrators())
    else:
        user.groups.remove(administrators())
    return user


def administrators() -> Group:
    """The group that maintains the directory, with its rights; made when it is missing."""
    group, _created = Group.objects.get_or_create(name=ADMINISTRATORS)
    rights = Permission.objects.filter(content_type__app_label="actors")
    wanted = rights.exclude(codename__startswith="delete_")
    group.permissions.set(wanted | rights.filter(codename__in=MAY_BE_DELETED))
    return group


def open_mailbox(*, user: User) -> Contact | None:
    """List the e-mail address of a user who has no contact yet, so that notices reach them."""
    if not user.email or user.contacts.exists():
        return None
    return Contact.objects.create(
        user=user, channel=Channel.EMAIL, address=user.email, language=user.language
    )


@transaction.atomic
def choose_language(*, user: User, language: str) -> None:
    """Use a language for what this person reads: pages after signing in, and mails to them.

    Args:
        language: a code of `settings.LANGUAGES`.
    """
    User.objects.filter(pk=user.pk).update(language=language)
    user.contacts.update(language=language)


def trust_contacts(*, contacts: QuerySet) -> int:
    """Use contacts again that did not work; returns how many there were."""
    return contacts.exclude(failed_at=None).update(failed_at=None)


def distrust_contacts(*, contacts: QuerySet, at: datetime) -> int:
    """Use contacts no more; returns how many were in use until now. A new address, or
    `trust_contacts`, takes them back into use.
    """
    return contacts.filter(failed_at=None).update(failed_at=at)


def kept_contacts(*, contacts: QuerySet) -> QuerySet:
    """Those of these contacts that may not be deleted: something that stays points to them."""
    points_here = Q(pk__in=[])
    for relation in Contact._meta.related_objects:
        if relation.on_delete is PROTECT:
            points_here |= Q(**{f"{relation.name}__isnull": False})
    return contacts.filter(points_here).distinct()
