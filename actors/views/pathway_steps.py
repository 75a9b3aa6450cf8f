"""The steps of a pathway as they are shown: first choice, backups, and whether each is open."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from django.utils.translation import gettext as _

from actors.models import PathwayStep, Service, ServiceKind, ServiceStatus, StepRank
from actors.permissions import Viewer


def steps_shown(rows: list[PathwayStep], viewer: Viewer, today: date) -> list[dict[str, object]]:
    """The steps in their order, each with its services; `is_broken` where none of them is open."""
    steps = []
    for _position, group in groupby(rows, key=lambda row: row.position):
        services = [_service(row, today) for row in group]
        is_broken = not any(service["is_open"] for service in services)
        steps.append({"services": services, "is_broken": is_broken})
    return steps


def _service(row: PathwayStep, today: date) -> dict[str, object]:
    service = row.service
    label, tone = _state(service, today)
    return {
        "name": service.name,
        "organization": service.organization.name,
        "kind": service.get_kind_display(),
        "rank": row.get_rank_display(),
        "is_first": row.rank == StepRank.PRIMARY,
        "note": row.note,
        "alert": service.alert,
        "label": label,
        "tone": tone,
        "is_open": _is_in_use(service) and service.status == ServiceStatus.ACTIVE,
        "unconfirmed_since": service.assured_on if service.is_marked(today) else None,
        "serves": _serves(service),
        "places": _places(service),
    }


def _is_in_use(service: Service) -> bool:
    return service.retired_at is None and service.organization.retired_at is None


def _state(service: Service, today: date) -> tuple[str, str]:
    """Whether it is open, in words, and the tone of these words."""
    if not _is_in_use(service):
        return ServiceStatus.DEFUNCT.label, "bad"
    tones = {ServiceStatus.ACTIVE: "good", ServiceStatus.DEFUNCT: "bad"}
    return service.get_status_display(), tones.get(service.status, "warn")


def _serves(service: Service) -> str:
    """Girls, boys or both, and of which age."""
    if service.serves_girls and service.serves_boys:
        whom = _("girls and boys")
    else:
        whom = _("girls") if service.serves_girls else _("boys")
    lowest, highest = service.minimum_age, service.maximum_age
    if lowest is None and highest is None:
        return whom
    if highest is None:
        return _("%(whom)s from %(age)s") % {"whom": whom, "age": lowest}
    ages = {"whom": whom, "lowest": lowest or 0, "highest": highest}
    return _("%(whom)s, %(lowest)s to %(highest)s years") % ages


def _places(service: Service) -> list[str]:
    """Where it is given. The place of a shelter is never shown here, whoever looks."""
    if service.kind == ServiceKind.SAFE_SHELTER:
        return []
    return [location.name for location in service.locations.all()]
