"""Handing the directory out as HSDS: what the reader may see, and the looks it takes."""

from __future__ import annotations

from django.db import transaction

from actors.exchange.hsds import contacts_for, export_hsds
from actors.permissions import Viewer
from actors.workflow.looking import record_looks


@transaction.atomic
def hand_out_hsds(*, viewer: Viewer, where: str) -> dict[str, list[dict[str, object]]]:
    """The viewer's directory as an HSDS document, with the contact data they may be shown.

    Each contact in it is written down as a look first; `where` is one of `LookedAt`.
    """
    contacts = list(contacts_for(viewer))
    record_looks(viewer=viewer.user, contacts=contacts, where=where)
    return export_hsds(viewer, contacts=contacts)
