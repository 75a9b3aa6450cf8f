"""How a verb says no. Views, API and commands turn these into words at the right place."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from referrals.models import PolicyProof


class NotAllowed(Exception):
    """This person may not do this; the text, where there is one, says who may."""


class AlreadyDone(Exception):
    """Somebody was faster; the text says who, what and when."""


class ChangedMeanwhile(AlreadyDone):
    """What this person changed was saved by somebody else since they opened it."""


class FieldRefused(Exception):
    """Something is missing; `field` names where on the page, `code` is for programs."""

    def __init__(self, field: str, code: str, message: str):
        self.field, self.code, self.message = field, code, message
        super().__init__(message)


class ReleaseRefused(FieldRefused):
    """A referral that cannot be released, withheld or shared like this."""


class OverrideRefused(FieldRefused):
    """A guard that cannot be set aside on this report, or not like this."""


class CorrectionRefused(FieldRefused):
    """A fact of a report that cannot be corrected, or not like this."""


class PolicyRefused(FieldRefused):
    """A policy version that cannot be kept, proposed or returned to like this."""


class NotProven(Exception):
    """A policy version that breaks an invariant. `proof` is what was found, with examples."""

    def __init__(self, proof: PolicyProof):
        self.proof = proof
        super().__init__(
            _(
                "Version %(number)s fails the proof, so it cannot be switched on. "
                "Mend what the proof lists and keep that as a new version."
            )
            % {"number": proof.version.number}
        )


def moment(at: datetime | None) -> str:
    """A moment as the reader's language writes it, in the current time zone."""
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT") if at else ""
