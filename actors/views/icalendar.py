"""One meeting as an iCalendar object (RFC 5545), for the calendar of a telephone or a desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from unicodedata import category

from django.utils.translation import gettext as _

from actors.models import Meeting

# Octets of a line without its line break (RFC 5545, 3.1).
LINE_OCTETS = 75


def calendar_of(meeting: Meeting, *, stamped_at: datetime) -> str:
    """The whole file: lines of 75 octets at most, each ended by CR and LF, moments in UTC."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Child protection referrals//Meetings//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{meeting.public_id}",
        f"DTSTAMP:{_moment(stamped_at)}",
        f"DTSTART:{_moment(meeting.begins_at)}",
        *([f"DTEND:{_moment(meeting.ends_at)}"] if meeting.ends_at else []),
        f"SUMMARY:{_text(str(meeting.body))}",
        *([f"LOCATION:{_text(meeting.place)}"] if meeting.place else []),
        f"DESCRIPTION:{_text(_description(meeting))}",
        "CLASS:PRIVATE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _description(meeting: Meeting) -> str:
    numbers_only = _("Numbers only, never a case.") if meeting.body.aggregate_only else ""
    return "\n".join(filter(None, [numbers_only, meeting.agenda]))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    """Text as a value (3.3.11): nothing in it can begin a line or a property of its own."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,")):
        words = words.replace(plain, escaped)
    one_line = "\\n".join(words.splitlines())
    return "".join(character for character in one_line if category(character) != "Cc")


def _folded(line: str) -> Iterator[str]:
    """The parts of a line, each within its octets; those that follow begin with a space."""
    part = ""
    for character in line:
        if len((part + character).encode()) > LINE_OCTETS:
            yield part
            part = " "
        part += character
    yield part
