"""The story of a report as a list: who was told what, when, by which rule, and what came of it."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, OuterRef, When
from django.utils.translation import gettext as _

from actors.models import PostHolding
from referrals.models import HistoryEntry, Report, Verb
from referrals.views import clock
from referrals.views.history_reasons import explained
from referrals.views.history_titles import TONES, title_of

# What the officer reads in plain words: others' steps, not the machinery.
PLAIN = frozenset(
    {
        Verb.FILED,
        Verb.ROUTED,
        Verb.OPENED,
        Verb.ACKNOWLEDGED,
        Verb.FORWARDED,
        Verb.ASKED,
        Verb.ADDED,
        Verb.LINKED,
        Verb.FOLLOWED_UP,
        Verb.CLOSED,
        Verb.REOPENED,
        Verb.MERGED,
        Verb.UNMERGED,
    }
)


def history_of(report: Report) -> list[HistoryEntry]:
    """All that happened, the oldest first, with people and referrals; one statement.

    Of an opening, `posts` are the primary keys of the posts which that person held then, and
    `referral` is the first of theirs. Asks for `report.referrals` with organizations prefetched.
    """
    held = PostHolding.objects.filter(
        user=OuterRef("actor"), held_from__lte=OuterRef("at"), held_until__gt=OuterRef("at")
    )
    posts = Case(When(verb=Verb.OPENED, then=ArraySubquery(held.values("post"))))
    entries = list(report.history.select_related("actor").annotate(posts=posts))
    referrals = {referral.pk: referral for referral in report.referrals.all()}
    for entry in entries:
        if entry.verb == Verb.OPENED:
            theirs = (r for r in referrals.values() if r.post_id in (entry.posts or ()))
            entry.referral = next(theirs, None)
        elif entry.referral_id in referrals:
            entry.referral = referrals[entry.referral_id]
    return entries


def timeline(
    history: list[HistoryEntry], *, now: datetime, plain: bool = False, is_full: bool = False
) -> list[dict[str, object]]:
    """Entries for `_timeline.html`, newest first.

    Args:
        plain: without reasons and machinery, for the officer who filed it.
        is_full: for somebody who sees everything (RD0).
    """
    entries = [e for e in history if not plain or e.verb in PLAIN]
    return [_entry(entry, now, plain, is_full) for entry in reversed(entries)]


def _entry(entry: HistoryEntry, now: datetime, plain: bool, is_full: bool) -> dict[str, object]:
    return {
        **clock.past(entry.at, now),
        "title": _plain_title(entry) if plain else title_of(entry),
        "text": "" if plain else explained(entry, is_full=is_full),
        "by": _by(entry, plain),
        "tone": TONES.get(entry.verb, ""),
    }


def _by(entry: HistoryEntry, plain: bool) -> str:
    """Who did it; a plain story names functions, not colleagues."""
    if plain and entry.verb != Verb.FILED:
        return ""
    return str(entry.actor or entry.details.get("by") or _("the portal"))


def _plain_title(entry: HistoryEntry) -> str:
    """To the officer, what was asked of them and what they did themselves."""
    titles = {
        Verb.OPENED: _("Opened by a recipient"),
        Verb.ASKED: _("The adviser asked you something"),
        Verb.ADDED: _("You added something"),
        Verb.FOLLOWED_UP: _("It is being followed up"),
        Verb.CLOSED: _("Closed. Nothing more is expected of you."),
        Verb.REOPENED: _("Opened again"),
    }
    return titles.get(entry.verb) or title_of(entry)
