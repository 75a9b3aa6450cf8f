"""Entries of the directory in words: whom a service is for, where, confirmed when, who answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from actors.directory import Cover
from actors.languages import NAMES, by_letters, listed
from actors.models import Area, Organization, Service, ServiceStatus
from actors.models.assurance import Assured
from actors.permissions import INSIDE_KINDS, Reach, Viewer
from actors.search.duty import OnDuty
from actors.standing import standing_of


def sees_people(viewer: Viewer, organization: Organization) -> bool:
    """Names of who holds a post: of colleagues in the mission, of one's own organization."""
    if viewer.reach == Reach.FULL or organization in standing_of(viewer.user).organizations:
        return True
    return viewer.reach == Reach.INSIDE and organization.kind in INSIDE_KINDS


def areas_in_words(areas: Iterable[Area]) -> str:
    """Names of areas; none chosen means the whole mission, and a retired one is not named."""
    areas = list(areas)
    if not areas:
        return _("Whole mission")
    return listed(sorted((a.name for a in areas if a.retired_at is None), key=by_letters))


def for_whom(service: Service) -> str:
    """Sexes and ages: "Girls and boys, 6 to 17 years"."""
    sexes = {
        (True, True): _("Girls and boys"),
        (True, False): _("Girls only"),
        (False, True): _("Boys only"),
    }[service.serves_girls, service.serves_boys]
    lowest, highest = service.minimum_age, service.maximum_age
    if lowest is None and highest is None:
        return _("%(sexes)s of all ages") % {"sexes": sexes}
    said = {"sexes": sexes, "lowest": lowest, "highest": highest}
    if lowest is None:
        return _("%(sexes)s up to %(highest)s years") % said
    if highest is None:
        return _("%(sexes)s from %(lowest)s years") % said
    return _("%(sexes)s, %(lowest)s to %(highest)s years") % said


def languages_of(service: Service) -> str:
    names = [NAMES.get(code, code) for code in service.languages]
    return listed([*names, _("interpreter")] if service.has_interpreter else names)


def places_left(service: Service) -> str:
    """Free places, where somebody counted them."""
    free, places = service.capacity_available, service.capacity_maximum
    if free is None:
        return ""
    if places is None:
        return _("%(free)s free places") % {"free": free}
    return _("%(free)s of %(places)s places free") % {"free": free, "places": places}


def status_of(service: Service) -> dict[str, str]:
    """Label and tone of the status."""
    tones = {ServiceStatus.ACTIVE: "good", ServiceStatus.DEFUNCT: "bad"}
    return {"label": service.get_status_display(), "tone": tones.get(service.status, "warn")}


def confirmed(entry: Assured, on: date) -> dict[str, object]:
    """When an entry was last confirmed, and whether that is too long ago to rely on."""
    day = date_format(entry.assured_on, "SHORT_DATE_FORMAT")
    if entry.is_unusable(on):
        return {"label": _("Not confirmed since %(day)s: ask first") % {"day": day}, "tone": "bad"}
    if entry.is_marked(on):
        return {"label": _("Not confirmed since %(day)s") % {"day": day}, "tone": "warn"}
    return {"label": _("Confirmed on %(day)s") % {"day": day}, "tone": ""}


def answering(duty: OnDuty, *, with_names: bool) -> dict[str, str]:
    """Who answers for a post now, in words, with the names of people where they may be seen."""
    label = {
        Cover.SHIFT: _("On shift now"),
        Cover.SHIFT_DEPUTY: _("Deputy on shift now"),
        Cover.HOLDER: _("The holder answers"),
        Cover.DEPUTY: _("The deputy answers"),
        Cover.DESK: _("The duty desk answers"),
        Cover.NOBODY: _("Nobody on duty"),
    }[duty.cover]
    names = listed(holding.user.name for holding in duty.holdings) if with_names else ""
    return {"label": label, "names": names, "tone": "bad" if duty.cover == Cover.NOBODY else "good"}
