"""Release: the CP lead opens the gate for one proposed recipient (policy 2.6, CP_GATE)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actors.directory import Seat
from actors.models import User
from actors.models.assurance import MARKED_AFTER, UNUSABLE_AFTER
from referrals.models import GuardOverride, HistoryEntry, Referral, Report, Verb
from referrals.models.choices import Redaction
from referrals.permissions import can_lead
from referrals.statuses import REFERRAL_MOVES
from referrals.workflow.errors import AlreadyDone, NotAllowed, ReleaseRefused, moment
from referrals.workflow.telling import LET_IN_FIELDS, directory_now, let_in, seat_now, tell

# What must be thought through before anybody outside is told (policy 2.6, DO_NO_HARM).
DO_NO_HARM = ("retaliation", "stigma", "family", "visible_visit", "source", "perception")
CONSENT_GROUNDS = ("given", "best_interest_override")


@dataclass(frozen=True)
class ReleaseBasis:
    """What the CP lead states when releasing: why, on what consent, and the checklist.

    `entry_confirmed`: they have confirmed a recipient nobody had confirmed for 180 days.
    """

    reason: str
    consent: str = ""
    do_no_harm: frozenset[str] = frozenset()
    entry_confirmed: bool = False


@dataclass(frozen=True)
class Freshness:
    """When the directory entry of the recipient was last confirmed, and how many days ago."""

    organization: str
    since: date
    days: int

    @property
    def is_marked(self) -> bool:
        return self.days > MARKED_AFTER.days

    @property
    def is_unusable(self) -> bool:
        """Nothing new goes there without the CP lead's word (policy, section 4)."""
        return self.days > UNUSABLE_AFTER.days


@transaction.atomic
def release_referral(
    *, referral: Referral, by: User, basis: ReleaseBasis, at: datetime | None = None
) -> Referral:
    """The CP lead lets a proposed recipient know, with a reason that is kept.

    Raises:
        NotAllowed: this person does not lead on the report.
        AlreadyDone: it was decided before, by somebody named in the text.
        ReleaseRefused: reason, consent, checklist, due diligence or recipient is missing, or
            the recipient's entry is older than 180 days and not confirmed.
    """
    at = at or timezone.now()
    referral = _undecided(referral, by=by, verb="release")
    check_release(referral, basis)
    directory = directory_now(referral.report, at)
    seat = seat_now(referral, directory)
    freshness = _freshness(seat, at)
    _check_entry(freshness, basis)
    let_in(referral, seat, by=by, at=at)
    referral.release_reason = basis.reason
    referral.save(update_fields=[*LET_IN_FIELDS, "release_reason"])
    details = {
        "reason": basis.reason,
        "consent": basis.consent or _consent_on_record(referral),
        "do_no_harm": sorted(basis.do_no_harm),
        **_entry_confirmed(freshness, by),
    }
    tell([referral], directory, verb=Verb.RELEASED, by=by, at=at, details=details)
    return referral


@transaction.atomic
def withhold_referral(
    *, referral: Referral, by: User, reason: str, at: datetime | None = None
) -> Referral:
    """The CP lead decides that a proposed recipient is not told; the reason is kept.

    Raises:
        NotAllowed, AlreadyDone: as `release_referral`.
        ReleaseRefused: no reason.
    """
    at = at or timezone.now()
    referral = _undecided(referral, by=by, verb="withhold")
    if not reason.strip():
        raise ReleaseRefused("reason", "required", _("Write why this recipient is not told."))
    referral.status = REFERRAL_MOVES["withhold"][1]
    referral.release_reason, referral.released_by = reason, by
    referral.save(update_fields=["status", "release_reason", "released_by"])
    HistoryEntry.objects.create(
        report=referral.report,
        referral=referral,
        at=at,
        actor=by,
        verb=Verb.WITHHELD,
        details={"reason": reason},
    )
    return referral


def _undecided(referral: Referral, *, by: User, verb: str) -> Referral:
    """The proposal, locked, that this person may decide on."""
    if not can_lead(by, referral.report):
        raise NotAllowed
    referral = Referral.objects.select_for_update().get(pk=referral.pk)
    # Read after the lock: a guard set aside meanwhile may have changed what this release needs.
    referral.report = Report.objects.get(pk=referral.report_id)
    if referral.status not in REFERRAL_MOVES[verb][0]:
        raise _already_decided(referral)
    return referral


def check_release(referral: Referral, basis: ReleaseBasis) -> None:
    """Raise ReleaseRefused for the first gate of this referral that is not met."""
    if not basis.reason.strip():
        raise ReleaseRefused("reason", "required", _("Write why this recipient needs to know."))
    if needs_consent(referral) and basis.consent not in CONSENT_GROUNDS:
        message = _("Choose the consent or the best-interest decision this rests on.")
        raise ReleaseRefused("consent", "required", message)
    if needs_checklist(referral) and not set(DO_NO_HARM) <= basis.do_no_harm:
        message = _("Think through each point and tick it. Nothing is sent before that.")
        raise ReleaseRefused("do_no_harm", "required", message)


def freshness_of(referral: Referral, *, at: datetime) -> Freshness | None:
    """How fresh the entry is that a release would tell at this moment; None where it would tell
    nobody.
    """
    try:
        seat = seat_now(referral, directory_now(referral.report, at))
    except ReleaseRefused:
        return None
    return _freshness(seat, at)


def _freshness(seat: Seat, at: datetime) -> Freshness:
    days = (at.date() - seat.assured_on).days
    return Freshness(seat.organization, since=seat.assured_on, days=days)


def _check_entry(freshness: Freshness, basis: ReleaseBasis) -> None:
    if freshness.is_unusable and not basis.entry_confirmed:
        message = _("Confirm first that this recipient still exists and is safe, then tick it.")
        raise ReleaseRefused("entry_confirmed", "required", message)


def _entry_confirmed(freshness: Freshness, by: User) -> dict[str, object]:
    """For the history: who vouched for an old entry. The directory itself stays as it is."""
    if not freshness.is_unusable:
        return {}
    not_since = freshness.since.isoformat()
    return {"entry_confirmed": {"by": by.name, "not_confirmed_since": not_since}}


def needs_consent(referral: Referral) -> bool:
    """A service packet may leave only on consent or a best-interest decision (policy 3.6)."""
    return referral.redaction == Redaction.RS and referral.report.decided("CONSENT_REQUIRED")


def best_interest_decision(referral: Referral) -> GuardOverride | None:
    """The lead's decision that set CONSENT_REQUIRED aside, where this packet rests on it."""
    if referral.redaction != Redaction.RS:
        return None
    decided = referral.report.overrides.filter(guard="CONSENT_REQUIRED")
    return decided.select_related("by").first()


def _consent_on_record(referral: Referral) -> str:
    return "best_interest_override" if best_interest_decision(referral) else ""


def needs_checklist(referral: Referral) -> bool:
    return referral.report.decided("DO_NO_HARM")


def _already_decided(referral: Referral) -> AlreadyDone:
    if referral.released_at is None:
        return AlreadyDone(
            _("%(name)s has decided already that they are not told.")
            % {"name": referral.released_by}
        )
    return AlreadyDone(
        _("Already released by %(name)s, %(at)s.")
        % {"name": referral.released_by, "at": moment(referral.released_at)}
    )
