"""The page of one organization or service: what is known of it, and how it is reached.

Contact data is not in the page. It is asked for with a button, and each look is written down.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from actors.models import Channel, Contact, LookedAt
from actors.permissions import Reach, Viewer
from actors.roles import Role
from actors.views.addresses import address
from actors.views.frame import directory_page, show
from actors.views.organization_parts import organization_page
from actors.views.service_parts import service_page
from actors.workflow.looking import OWNERS, record_looks

PAGES: dict[str, Callable] = {"organization": organization_page, "service": service_page}


@directory_page(Reach.OWN)
@require_safe
def organization(request: HttpRequest, viewer: Viewer, public_id: UUID) -> HttpResponse:
    """An organization with its posts, services, bodies and documents."""
    return _entry(request, viewer, "organization", public_id)


@directory_page(Reach.OWN)
@require_safe
def service(request: HttpRequest, viewer: Viewer, public_id: UUID) -> HttpResponse:
    """A service: for whom, where, when, and the pathways it is in."""
    return _entry(request, viewer, "service", public_id)


@directory_page(Reach.OWN)
def show_contacts(request: HttpRequest, viewer: Viewer, kind: str, public_id: UUID) -> HttpResponse:
    """The page of an entry with its contact data (POST): the look is written down first.

    A reload after signing in again (GET) leads to the page without it.
    """
    if kind not in PAGES:
        raise Http404
    if request.method != "POST":
        return redirect(address(viewer, kind, public_id))
    return _entry(request, viewer, kind, public_id, with_contacts=True)


def _entry(
    request: HttpRequest, viewer: Viewer, kind: str, public_id: UUID, *, with_contacts: bool = False
) -> HttpResponse:
    page, contacts = PAGES[kind](viewer, public_id, at=timezone.now())
    page |= {
        "lead": Role(viewer.mission.lead_role).label,
        "contacts_url": address(viewer, "show-contacts", kind, public_id),
        "has_contacts": contacts.exists(),
    }
    if with_contacts:
        found = list(contacts.select_related(*OWNERS).order_by("channel", "pk"))
        record_looks(viewer=viewer.user, contacts=found, where=LookedAt.SEARCH)
        with_names = page.get("with_names", True)
        page["contacts"] = [_contact(contact, with_names=with_names) for contact in found]
    response = show(request, viewer, f"actors/{kind}.html", page)
    response["Cache-Control"] = "no-store"
    return response


def _contact(contact: Contact, *, with_names: bool) -> dict[str, object]:
    return {
        "channel": contact.get_channel_display(),
        "address": contact.readable,
        "url": _url(contact),
        "whose": _whose(contact, with_names=with_names),
        "label": contact.label,
        "failed_at": contact.failed_at,
    }


def _whose(contact: Contact, *, with_names: bool) -> str:
    if contact.user is not None and not with_names:
        return _("Who is on duty")
    if contact.post is not None:
        post = contact.post.title or contact.post.get_role_display()
        return _("Duty desk: %(post)s") % {"post": post}
    return str(contact.owner)


def _url(contact: Contact) -> str:
    """What a telephone or a mail program opens; nothing for a radio call sign."""
    schemes = {Channel.PHONE: "tel:", Channel.EMAIL: "mailto:"}
    scheme = schemes.get(contact.channel)
    return f"{scheme}{quote(contact.address, safe='@+')}" if scheme else ""
