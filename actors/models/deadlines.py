"""The deadlines a mission may set itself, in minutes (field policy, section 2.8)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# In the policy's words; a test holds them against the policy file.
DEADLINES = {
    "acknowledge": _("Who must act says “I have it”"),
    "forward": _("The focal point forwards to the adviser"),
    "flash_note": _("The flash note reaches the leadership"),
    "release": _("The adviser releases to partners"),
    "accept": _("A partner accepts"),
    "start": _("A service or a long task begins"),
}
PRIORITIES = {"emergency": _("Emergency"), "urgent": _("Urgent"), "routine": _("Routine")}
LEAST, MOST = 5, 30 * 24 * 60
# Under these nobody waits at all: an emergency goes on at once.
MAY_BE_ZERO = frozenset({("forward", "emergency")})


def least_minutes(name: str, priority: str) -> int:
    """The shortest time a mission may give."""
    return 0 if (name, priority) in MAY_BE_ZERO else LEAST


def check_deadlines(deadlines: object) -> None:
    """Refuse anything but {deadline: {priority: minutes}} of known words and sensible length."""
    if not isinstance(deadlines, dict):
        raise ValidationError(_("Deadlines are written by name and priority."), code="shape")
    for name, by_priority in deadlines.items():
        if name not in DEADLINES or not isinstance(by_priority, dict):
            raise ValidationError(_("There is no such deadline."), code="deadline")
        for priority, minutes in by_priority.items():
            _check_minutes(name, priority, minutes)


def _check_minutes(name: str, priority: str, minutes: object) -> None:
    if priority not in PRIORITIES:
        raise ValidationError(_("There is no such priority."), code="priority")
    least = least_minutes(name, priority)
    if type(minutes) is not int or not least <= minutes <= MOST:
        raise ValidationError(
            _("%(deadline)s, %(priority)s: from %(least)s to %(most)s minutes."),
            code="minutes",
            params={
                "deadline": DEADLINES[name],
                "priority": PRIORITIES[priority],
                "least": least,
                "most": MOST,
            },
        )
