"""What needs doing about entries: not confirmed for long, or about to end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from actors.gaps.finding import ENDS_SOON_DAYS, Finding, ends_words, worst_first
from actors.models import (
    CoordinationBody,
    Mission,
    Organization,
    Pathway,
    PathwayStep,
    Post,
    Service,
    ServiceStatus,
)
from actors.models.assurance import MARKED_AFTER, Assured

# Closed for a time is no end: the way through it opens again.
ENDED = (ServiceStatus.INACTIVE, ServiceStatus.DEFUNCT)


def unconfirmed(mission: Mission, on: date) -> list[Finding]:
    """Entries in use that nobody confirmed for 90 days; from 180 days on bad; four statements."""
    stale = Q(assured_on__lt=on - MARKED_AFTER)
    entries = [
        *Organization.objects.active().filter(stale, mission=mission),
        *Service.objects.active().filter(stale, organization__mission=mission),
        *_of_organizations(Post.objects.active(), mission).filter(stale),
        *_of_organizations(CoordinationBody.objects.all(), mission).filter(
            stale, organization__retired_at=None
        ),
    ]
    return worst_first(_unconfirmed(entry, on) for entry in entries)


def _of_organizations(entries: QuerySet, mission: Mission) -> QuerySet:
    return entries.filter(organization__mission=mission).select_related("organization")


def _unconfirmed(entry: Assured, on: date) -> Finding:
    day = date_format(entry.assured_on)
    return Finding(
        entry,
        _("%(kind)s, confirmed on %(day)s") % {"kind": entry._meta.verbose_name, "day": day},
        model=entry._meta.model_name,
        pk=entry.pk,
        is_bad=entry.is_unusable(on),
        rank=entry.assured_on.toordinal(),
    )


def ending(mission: Mission, on: date) -> list[Finding]:
    """Due diligence and sharing agreements that end within 30 days or have ended; one statement."""
    soon = on + timedelta(days=ENDS_SOON_DAYS)
    found = Organization.objects.active().filter(
        Q(hrddp_expires_on__lte=soon) | Q(sharing_expires_on__lte=soon), mission=mission
    )
    return worst_first(each for entry in found for each in _ends_of(entry, on, soon))


def _ends_of(organization: Organization, on: date, soon: date) -> Iterator[Finding]:
    ends = (
        (_("Due diligence"), organization.hrddp_expires_on),
        (_("Sharing agreement"), organization.sharing_expires_on),
    )
    for words, day in ends:
        if day is not None and day <= soon:
            yield Finding(
                organization,
                f"{words}: {ends_words(day, on)}",
                model="organization",
                pk=organization.pk,
                is_bad=day < on,
                rank=day.toordinal(),
            )


def pathways(mission: Mission, on: date) -> list[Finding]:
    """Pathways that end within 30 days or have ended without another one to follow, and those in
    force that lead to a service which is no longer offered; one statement.
    """
    later = Pathway.objects.filter(
        area=OuterRef("area"), concern=OuterRef("concern"), valid_from__gt=OuterRef("valid_from")
    )
    closed = PathwayStep.objects.filter(pathway=OuterRef("pk")).filter(
        Q(service__status__in=ENDED)
        | Q(service__retired_at__isnull=False)
        | Q(service__organization__retired_at__isnull=False)
    )
    known = Pathway.objects.filter(area__mission=mission, area__retired_at=None)
    known = known.select_related("area").annotate(
        is_followed=Exists(later), leads_on=~Exists(closed)
    )
    return worst_first(each for entry in known for each in _pathway(entry, on))


def _pathway(pathway: Pathway, on: date) -> Iterator[Finding]:
    ends, title = pathway.valid_until, pathway
    entry = {"model": "pathway", "pk": pathway.pk}
    if ends and not pathway.is_followed and ends <= on + timedelta(days=ENDS_SOON_DAYS):
        words = ends_words(ends, on)
        yield Finding(title, words, is_bad=ends < on, rank=ends.toordinal(), **entry)
    in_force = pathway.valid_from <= on and (ends is None or on <= ends)
    if in_force and not pathway.leads_on:
        yield Finding(title, _("A service on it is no longer offered"), is_bad=True, **entry)
