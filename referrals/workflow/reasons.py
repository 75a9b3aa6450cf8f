"""The words somebody writes with a decision: there, storable and not too long."""

from __future__ import annotations

from django.utils.translation import gettext as _

from referrals.workflow.check_rules import as_lines, is_storable
from referrals.workflow.errors import FieldRefused

LONGEST = 2000  # characters


def words_of(text: str, *, field: str, missing: str = "") -> str:
    """The text without blanks around it.

    Args:
        missing: what is said where there is no text; without it, none is needed.

    Raises:
        FieldRefused: at this field; no text where one is needed, too much of it, or a character
            that cannot be stored.
    """
    text = as_lines(text).strip()
    if missing and not text:
        raise FieldRefused(field, "required", missing)
    if len(text) > LONGEST:
        message = _("Shorten this: at most %(n)s characters.") % {"n": LONGEST}
        raise FieldRefused(field, "long", message)
    if not is_storable(text):
        raise FieldRefused(field, "characters", _("This text holds a character nobody can read."))
    return text
