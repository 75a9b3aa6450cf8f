"""Keeping a duty roster: single shifts, weekly rules, and leave.

A shift is for a holder of the post. What is over stays as it was: it says who was on duty.
Refusals are `ValidationError`s by field, so that pages and the API can say them in place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actors.gaps.shifts import Span, uncovered
from actors.models import DutyShift, Leave, Post, PostHolding, Rank, ShiftRank, User
from actors.workflow.weekly_rule import WeeklyRule

LONGEST_RULE = 366  # days
MOST_NAMED = 20
# The constraint that keeps each of these apart, and the field at which to say so.
_AT_FIELD = {"shift_each_once_at_a_time": "user", "leave_once_at_a_time": "begins_at"}
_AT_FIELD |= {f"shift_one_{rank.value}_at_a_time": "rank" for rank in ShiftRank}


class AlreadyOver(ValueError):
    """A shift or leave that has ended, or that somebody has removed meanwhile."""


def can_keep_roster(user: User, post: Post, at: datetime | None = None) -> bool:
    """Administrators, and who holds the post (not its deputies)."""
    held = PostHolding.objects.on_duty(at or timezone.now())
    return user.is_staff or held.filter(post=post, user=user, rank=Rank.PRIMARY).exists()


def add_shift(
    *, post: Post, user: User, rank: str, begins_at: datetime, ends_at: datetime, by: User
) -> DutyShift:
    """Put a holder of the post on duty once.

    Raises:
        PermissionDenied: this person does not keep the roster.
        ValidationError: by field: it is over or has no length, the person does not hold the
            post then, or somebody is on duty already.
    """
    _check_keeper(by, post)
    if ends_at <= begins_at:
        raise ValidationError({"ends_at": _("The end must come after the beginning.")})
    if ends_at <= timezone.now():
        raise ValidationError({"ends_at": _("This time is over. Choose one still to come.")})
    (shift,) = _store(post, user, rank, [(begins_at, ends_at)])
    return shift


def add_series(*, post: Post, user: User, rank: str, rule: WeeklyRule, by: User) -> list[DutyShift]:
    """Put a holder of the post on duty by a weekly rule: all its shifts or none.

    Raises:
        PermissionDenied: this person does not keep the roster.
        ValidationError: by field, naming each day that is in the way, and who.
    """
    _check_keeper(by, post)
    zone, now = post.organization.mission.zone, timezone.now()
    _check_rule(rule, today=now.astimezone(zone).date())
    spans = [(begins, ends) for begins, ends in rule.spans(zone) if ends > now]
    if not spans:
        message = _("None of these weekdays is still to come between the first and the last day.")
        raise ValidationError({"weekdays": message})
    return _store(post, user, rank, spans)


def remove_shift(*, shift: DutyShift, by: User) -> None:
    """Take a shift off the roster; one under way ends now.

    Raises:
        PermissionDenied: this person does not keep the roster.
        AlreadyOver: it has ended or is gone.
    """
    _check_keeper(by, shift.post)
    _end(DutyShift.objects.filter(pk=shift.pk))


def remove_series(*, post: Post, series: UUID, by: User) -> int:
    """Take the shifts of a series that are still to come off the roster; how many they were.

    Raises:
        PermissionDenied: this person does not keep the roster.
        AlreadyOver: none is left to come.
    """
    _check_keeper(by, post)
    coming = DutyShift.objects.filter(post=post, series=series, begins_at__gt=timezone.now())
    removed, _by_model = coming.delete()
    if not removed:
        raise AlreadyOver(_("No shift of this series is still to come."))
    return removed


def add_leave(*, user: User, begins_at: datetime, ends_at: datetime, by: User) -> Leave:
    """Note that somebody is away: oneself, or anybody by an administrator.

    What is then without anybody on duty: `shifts_left_empty`.

    Raises:
        PermissionDenied: the leave of somebody else.
        ValidationError: by field: it has no length, is over, or overlaps with other leave.
    """
    _check_own(by, user)
    if ends_at <= timezone.now():
        raise ValidationError({"ends_at": _("This time is over. Choose one still to come.")})
    leave = Leave(user=user, begins_at=begins_at, ends_at=ends_at)
    try:
        leave.clean()
        with transaction.atomic():
            leave.save()
    except IntegrityError as error:
        raise refusal(error, Leave) from error
    return leave


def remove_leave(*, leave: Leave, by: User) -> None:
    """Somebody is not away after all; leave under way ends now.

    Raises:
        PermissionDenied: the leave of somebody else.
        AlreadyOver: it has ended or is gone.
    """
    _check_own(by, leave.user)
    _end(Leave.objects.filter(pk=leave.pk))


def shifts_left_empty(leave: Leave) -> list[tuple[DutyShift, list[Span]]]:
    """The shifts of somebody on leave in which nobody else is on duty, with the empty hours."""
    found = []
    shifts = leave.user.shifts.between(leave.begins_at, leave.ends_at)
    for shift in shifts.select_related("post__organization").order_by("begins_at"):
        begins = max(shift.begins_at, leave.begins_at)
        gaps = uncovered(shift.post, begins, min(shift.ends_at, leave.ends_at))
        if gaps:
            found.append((shift, gaps))
    return found


def refusal(error: IntegrityError, model: type[models.Model]) -> ValidationError:
    """What the database refused, as the model's own sentence at its field.

    Raises:
        IntegrityError: the same, where no constraint of the model's says why.
    """
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    for constraint in model._meta.constraints:
        if constraint.name == name:
            field = _AT_FIELD.get(name, NON_FIELD_ERRORS)
            return ValidationError({field: constraint.violation_error_message})
    raise error


def _check_keeper(by: User, post: Post) -> None:
    if not can_keep_roster(by, post):
        raise PermissionDenied


def _check_own(by: User, user: User) -> None:
    if not (by.is_staff or by.pk == user.pk):
        raise PermissionDenied


def _check_rule(rule: WeeklyRule, today: date) -> None:
    if not rule.weekdays:
        raise ValidationError({"weekdays": _("Choose at least one day of the week.")})
    if rule.first_day < today:
        raise ValidationError({"first_day": _("The first day is over. Begin today or later.")})
    if rule.last_day < rule.first_day:
        raise ValidationError({"last_day": _("The last day must not be before the first.")})
    if (rule.last_day - rule.first_day).days >= LONGEST_RULE:
        message = _("A rule holds for %(days)s days at most. Choose an earlier last day.")
        raise ValidationError({"last_day": message % {"days": LONGEST_RULE}})


def _store(post: Post, user: User, rank: str, spans: Sequence[Span]) -> list[DutyShift]:
    series = uuid4()
    shifts = [
        DutyShift(post=post, user=user, rank=rank, begins_at=begins, ends_at=ends, series=series)
        for begins, ends in spans
    ]
    _check_free(shifts)
    try:
        with transaction.atomic():
            # One after the other: two who write clashing shifts at once would wait for each other.
            Post.objects.select_for_update(no_key=True).get(pk=post.pk)
            return DutyShift.objects.bulk_create(shifts)
    except IntegrityError as error:
        # Somebody else was faster.
        raise refusal(error, DutyShift) from error


def _check_free(shifts: Sequence[DutyShift]) -> None:
    """Raise ValidationError naming every day on which the person may not be on duty, or who is.

    The shifts are of one person and post and in order; three statements for any number.
    """
    problems: dict[str, list[str]] = {}
    for field, message in (*_not_held(shifts), *_overlapping(shifts)):
        problems.setdefault(field, []).append(message)
    if problems:
        raise ValidationError({field: _cut(found) for field, found in problems.items()})


def _not_held(shifts: Sequence[DutyShift]) -> Iterator[tuple[str, str]]:
    post, user = shifts[0].post, shifts[0].user
    holdings = list(PostHolding.objects.filter(post=post, user=user))
    for shift in shifts:
        begins, ends = shift.begins_at, shift.ends_at
        if not any(held.held_from <= begins and ends <= held.held_until for held in holdings):
            message = _("%(day)s: %(name)s does not hold this post during the whole shift.")
            yield "user", message % {"day": _day(shift), "name": user.name}


def _overlapping(shifts: Sequence[DutyShift]) -> Iterator[tuple[str, str]]:
    post, last = shifts[0].post, max(shift.ends_at for shift in shifts)
    others = DutyShift.objects.filter(post=post).between(shifts[0].begins_at, last)
    others = list(others.select_related("user").order_by("begins_at"))
    for shift in shifts:
        yield from (clash for other in others if (clash := _clash(shift, other)))


def _clash(shift: DutyShift, other: DutyShift) -> tuple[str, str] | None:
    """At which field this shift is refused because of another, and why; None if it is not."""
    if shift.begins_at >= other.ends_at or other.begins_at >= shift.ends_at:
        return None
    words = {"day": _day(shift), "name": other.user.name, "rank": other.get_rank_display()}
    if other.user_id == shift.user_id:
        return "user", _("%(day)s: %(name)s is on the roster already (%(rank)s).") % words
    if other.rank == shift.rank:
        return "rank", _("%(day)s: %(name)s has this duty already.") % words
    return None


def _cut(messages: list[str]) -> list[str]:
    more = len(messages) - MOST_NAMED
    if more <= 0:
        return messages
    rest = ngettext("And %(n)s more.", "And %(n)s more.", more) % {"n": more}
    return [*messages[:MOST_NAMED], rest]


def _day(shift: DutyShift) -> str:
    zone = shift.post.organization.mission.zone
    return date_format(shift.begins_at.astimezone(zone), "D j M Y")


@transaction.atomic
def _end(rows: models.QuerySet) -> None:
    """Delete the row if it is still to come, end it now if it is under way."""
    now = timezone.now()
    if rows.filter(begins_at__gte=now).delete()[0]:
        return
    if not rows.filter(ends_at__gt=now).update(ends_at=now):
        raise AlreadyOver(_("This has ended already or was removed. Nothing is left to do."))
