"""What the proof found about a version, in words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from itertools import groupby
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from actors.roles import Role
from referrals.models import PolicyProof
from referrals.models.choices import Gate, Redaction, ReferralKind
from referrals.policy_words import (
    fact_sentence,
    gate_label,
    kind_label,
    redaction_label,
    role_label,
)

CODES = (
    (Role, role_label),
    (ReferralKind, kind_label),
    (Gate, gate_label),
    (Redaction, redaction_label),
)
MOST_DIGITS = 12
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def proof_words(proof: PolicyProof | None, codes: Collection[str] = ()) -> dict[str, object]:
    """Variables of `_proof.html`; `codes` are the rows and guards the page can point to."""
    if proof is None:
        return {}
    found = groupby(proof.breaches, key=lambda breach: breach["invariant"])
    return {
        "passed": proof.passed,
        "situations": situations_words(proof.situations),
        "exactly": number_format(int(proof.situations), force_grouping=True),
        "proved_at": proof.proved_at,
        "breaches": [_breach(list(same), codes) for _invariant, same in found],
    }


def situations_words(number: str) -> str:
    """How many situations, readable: in full, or as a power of ten where nobody could read it."""
    if len(number) <= MOST_DIGITS:
        return number_format(int(number), force_grouping=True)
    mantissa = number_format(f"{number[0]}.{number[1:3]}")
    return f"{mantissa} × 10{str(len(number) - 1).translate(RAISED)}"  # noqa: RUF001


def _breach(same: list[Mapping[str, Any]], codes: Collection[str]) -> dict[str, object]:
    """An invariant that does not hold, with every way in which it does not."""
    first = same[0]
    return {
        "invariant": first["invariant"],
        "title": first["text"],
        "source": first["source"],
        "example": _example(first, codes),
        "others": [_example(breach, codes) for breach in same[1:]],
    }


def _example(breach: Mapping[str, Any], codes: Collection[str]) -> dict[str, object]:
    """The smallest situation in which it happens, and what happens then."""
    # What can never happen at all, such as a row that cannot apply, has no example.
    stated = breach["example"]
    facts = [fact_sentence(fact, value) for fact, value in (stated or {}).items()]
    return {
        "happens": stated is not None,
        "facts": facts or [_("Nothing special: every fact as if it were not stated")],
        "set_aside": breach["set_aside"] or [],
        "detail": [_detail(token, codes) for token in re.split(r"([\w+]+)", breach["detail"])],
    }


def _detail(token: str, codes: Collection[str]) -> dict[str, str]:
    """A piece of what the proof says: a code to point to, or words."""
    if token in codes:
        return {"code": token}
    labels = (label(token) for known, label in CODES if token in known.values)
    return {"text": next(labels, token)}
