"""What a code of the policy is called. One without words of ours is shown by its name, with
spaces: an edited policy may define facts, values and roles of its own.
"""

from __future__ import annotations

from typing import Any

from django.db.models import TextChoices
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from actors.roles import Role
from referrals.models import choices
from referrals.policy_words import codes
from referrals.routing.terms import Terms


def fact_label(name: str) -> str:
    """What a fact says ("The danger continues") or asks ("Alleged perpetrator")."""
    return capfirst(fact_words(name))


def fact_words(name: str) -> str:
    """The same, for the middle of a sentence."""
    return str(codes.FACTS.get(name) or _spaced(name))


def value_label(fact: str, value: Any) -> str:
    """One value of a fact: of a choice or a list, yes or no, or a number."""
    if value is None:
        return _("Not known")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if fact in codes.ROLE_FACTS:
        return role_label(value)
    return str(codes.VALUES.get(fact, {}).get(value) or _spaced(value))


# The policy's own words, in its terms, are for the codes that only an edited policy knows.


def role_label(code: str, terms: Terms | None = None) -> str:
    """A role, or a name for one role or another ("CP_LEAD")."""
    own = terms.roles[code].label if terms and code in terms.roles else None
    return _label(Role, code, codes.MORE_ROLES.get(code) or own)


def kind_label(code: str, terms: Terms | None = None) -> str:
    """What a recipient is asked for."""
    own = terms.kinds[code].label if terms and code in terms.kinds else None
    return _label(choices.ReferralKind, code, own)


def gate_label(code: str, terms: Terms | None = None) -> str:
    """What must happen before a recipient is told."""
    own = terms.gates[code].label if terms and code in terms.gates else None
    return _label(choices.Gate, code, own)


def redaction_label(code: str, terms: Terms | None = None) -> str:
    """How much a recipient sees."""
    own = terms.redactions.get(code) if terms else None
    return _label(choices.Redaction, code, own)


def deadline_label(code: str) -> str:
    """What must be done by a deadline."""
    return str(codes.DEADLINES.get(code) or _spaced(code))


def stage_label(code: str) -> str:
    """At which point a guard works."""
    return str(codes.STAGES.get(code) or _spaced(code))


def mark_label(mark: str, value: str) -> str:
    """What a recipient carries beside its gate: how it is told, by whom, whether it waits."""
    return str(codes.MARKS.get((mark, value)) or _spaced(value))


def group_label(code: str) -> str:
    """A group of roles or of facts."""
    return str(codes.GROUPS.get(code) or _spaced(code))


def _label(known: type[TextChoices], code: str, own: Any) -> str:
    return str(known(code).label if code in known.values else own or _spaced(code))


def _spaced(name: Any) -> str:
    return str(name).replace("_", " ")
