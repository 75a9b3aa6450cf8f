"""The gates of a proposal: what stands between it and its recipient (policy 2.6, 3.6, 3.7).

A page shows them and a verb checks them; both read them here. Five of them: a reason, the
agreement of the child, the do-no-harm checklist, due diligence on a host-State unit, and an entry
of the directory that somebody has confirmed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from actors.directory import Seat
from actors.models import HrddpStatus, Organization
from actors.models.assurance import MARKED_AFTER, UNUSABLE_AFTER
from referrals.models import GuardOverride, Referral, Report
from referrals.models.choices import Consent, Gate, Redaction
from referrals.models.reasons import ConsentGiver
from referrals.routing.facts import Fact
from referrals.workflow.errors import ReleaseRefused
from referrals.workflow.policies import compiled_version
from referrals.workflow.routing import current_implicated
from referrals.workflow.telling import directory_now

# What must be thought through before anybody outside is told (policy 2.6, DO_NO_HARM).
DO_NO_HARM = ("retaliation", "stigma", "family", "visible_visit", "source", "perception")
GIVEN, BEST_INTEREST = Consent.GIVEN.value, Consent.BEST_INTEREST_OVERRIDE.value
CONSENT_GROUNDS = (GIVEN, BEST_INTEREST)
SCOPE = "consent_scope"
CLEARED = (HrddpStatus.CLEARED, HrddpStatus.CONDITIONAL)


@dataclass(frozen=True)
class ReleaseBasis:
    """What the CP lead states when releasing: why, on whose consent, and the checklist.

    `given_by` and `scope` say who agreed, and to which needs (or `all`), where consent is "given".
    `entry_confirmed`: they have confirmed a recipient nobody had confirmed for 180 days.
    """

    reason: str
    consent: str = ""
    do_no_harm: frozenset[str] = frozenset()
    entry_confirmed: bool = False
    given_by: str = ""
    scope: tuple[str, ...] = ()


@dataclass(frozen=True)
class Agreement:
    """On what a packet leaves: the ground, who gave it (empty: not known), for which needs."""

    ground: str
    given_by: str
    scope: tuple[str, ...]


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


@dataclass(frozen=True)
class Gates:
    """The gates of one proposal at one moment, and who would be told if they were opened.

    `seat`: who answers now, None where nobody does. `organization`: its entry, with its due
    diligence. `decision`: the lead's best-interest decision on the whole report.
    """

    referral: Referral
    at: datetime
    seat: Seat | None
    organization: Organization | None
    decision: GuardOverride | None

    @property
    def is_packet(self) -> bool:
        """A service is asked for one child, so somebody must have agreed (policy 3.6)."""
        return self.referral.redaction == Redaction.RS

    @property
    def needs_consent(self) -> bool:
        """The rules let the packet wait: nobody was asked, or not for what this one offers."""
        return self.is_packet and _waits_for_consent(self.referral)

    @property
    def needs_checklist(self) -> bool:
        return self.referral.report.decided("DO_NO_HARM")

    @property
    def needs_clearance(self) -> bool:
        return self.referral.gate == Gate.CP_LEAD_HRDDP

    @property
    def clearance(self) -> str:
        """Status of the unit's due diligence now; nobody vouches for an unknown or expired one."""
        return (self.seat.hrddp_status if self.seat else "") or HrddpStatus.PENDING

    @property
    def freshness(self) -> Freshness | None:
        if self.seat is None:
            return None
        days = (self.at.date() - self.seat.assured_on).days
        return Freshness(self.seat.organization, since=self.seat.assured_on, days=days)

    @property
    def needs_confirmation(self) -> bool:
        return self.seat is not None and self.freshness.is_unusable

    def barred(self) -> ReleaseRefused | None:
        """What nobody can state away on this page: no recipient, or a unit that is not cleared."""
        if self.seat is None:
            message = _("Nobody in the directory answers for this role here. Ask an administrator.")
            return ReleaseRefused("recipient", "nobody", message)
        if self.needs_clearance and self.clearance not in CLEARED:
            message = _("Human rights due diligence does not allow it: the unit is not cleared.")
            return ReleaseRefused("recipient", "hrddp", message)
        return None

    def check(self, basis: ReleaseBasis) -> None:
        """Raise ReleaseRefused for the first gate that this basis does not open."""
        if not basis.reason.strip():
            raise ReleaseRefused("reason", "required", _("Write why this recipient needs to know."))
        if self.needs_consent:
            _check_consent(self.referral, basis)
        if self.needs_checklist and not set(DO_NO_HARM) <= basis.do_no_harm:
            message = _("Think through each point and tick it. Nothing is sent before that.")
            raise ReleaseRefused("do_no_harm", "required", message)
        barred = self.barred()
        if barred:
            raise barred
        if self.needs_confirmation and not basis.entry_confirmed:
            message = _("Confirm first that this recipient still exists and is safe, then tick it.")
            raise ReleaseRefused("entry_confirmed", "required", message)

    def agreement(self, basis: ReleaseBasis) -> Agreement:
        """What the packet rests on: as stated, else as decided, else as the officer recorded."""
        stated = basis.consent if self.needs_consent else ""
        if stated == GIVEN:
            return Agreement(GIVEN, basis.given_by, tuple(basis.scope))
        if stated == BEST_INTEREST or self.decision:
            return Agreement(BEST_INTEREST, ConsentGiver.CP_LEAD, tuple(covering(self.referral)))
        ground, scope = consent_on_record(self.referral.report)
        return Agreement(ground, "", scope)


def gates_of(report: Report, referrals: Iterable[Referral], *, at: datetime) -> list[Gates]:
    """The gates of proposals of one report; the same few statements for one and for many."""
    referrals = list(referrals)
    directory, implicated = directory_now(report, at), current_implicated(report)
    seats = {r.pk: directory.resolve(r.role, implicated=implicated) for r in referrals}
    told = Organization.objects.in_bulk([s.organization_id for s in seats.values() if s])
    decided = report.overrides.filter(guard="CONSENT_REQUIRED").select_related("by").first()
    return [
        Gates(
            referral=referral,
            at=at,
            seat=seats[referral.pk],
            organization=told[seats[referral.pk].organization_id] if seats[referral.pk] else None,
            decision=decided if referral.redaction == Redaction.RS else None,
        )
        for referral in referrals
    ]


def scopes(referral: Referral) -> list[str]:
    """What one may agree to, in the words of the policy that decided: `all`, or single needs."""
    return list(_scope_of(referral).values)


def covering(referral: Referral) -> list[str]:
    """Those of `scopes` that speak for this recipient."""
    fact = _scope_of(referral)
    return [value for value in fact.values if referral.role in fact.covers.get(value, ())]


def consent_on_record(report: Report) -> tuple[str, tuple[str, ...]]:
    """What the rules were told of the child's wish, and of the needs it was for."""
    facts = report.routed_facts
    return facts.get("consent", ""), tuple(facts.get(SCOPE, ()))


def _scope_of(referral: Referral) -> Fact:
    return compiled_version(referral.report.policy_id).policy.vocabulary[SCOPE]


def _check_consent(referral: Referral, basis: ReleaseBasis) -> None:
    if basis.consent not in CONSENT_GROUNDS:
        message = _("Choose who agreed, or the best-interest decision this rests on.")
        raise ReleaseRefused("consent", "required", message)
    if basis.consent == BEST_INTEREST:
        return
    if basis.given_by not in set(ConsentGiver) - {ConsentGiver.CP_LEAD}:
        raise ReleaseRefused("given_by", "required", _("Say who agreed to this recipient."))
    if not basis.scope:
        raise ReleaseRefused("scope", "required", _("Say to which services they agreed."))
    if not set(covering(referral)) & set(basis.scope):
        message = _(
            "What they agreed to does not include what this recipient offers. "
            "Ask them again, or hold the proposal."
        )
        raise ReleaseRefused("scope", "not_covered", message)


def _waits_for_consent(referral: Referral) -> bool:
    """Whether the rules hold this recipient back until somebody agrees."""
    report = referral.report
    chosen = {each["role"]: each for each in report.decision.get("recipients", ())}
    waits = chosen.get(referral.role, {}).get("waits_for")
    # An earlier release did not say whom a guard holds back: then it holds everybody.
    return report.decided("CONSENT_REQUIRED") if waits is None else "CONSENT_REQUIRED" in waits
