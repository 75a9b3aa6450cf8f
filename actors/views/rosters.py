"""Duty rosters: who is on duty now, the calendar of a week, and keeping it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from actors.forms.rosters import LeaveForm, ShiftForm, WeeklyRuleForm
from actors.gaps.shifts import Watch, rostered, uncovered_of, watches
from actors.languages import listed
from actors.models import DutyShift, Leave, Post, ShiftRank
from actors.permissions import Reach, Viewer, viewer_of
from actors.standing import standing_of
from actors.views.frame import directory_page, show
from actors.views.roster_week import Week, span_in_words, week_of
from actors.workflow import rosters
from actors.workflow.rosters import AlreadyOver, can_keep_roster

LOOKED_AHEAD = timedelta(days=14)


@require_safe
@directory_page(Reach.INSIDE)
def list_rosters(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The posts that keep a roster: who is on duty now, and when nobody is next."""
    now = timezone.now()
    posts = list(rostered(viewer.mission).filter(organization__in=viewer.organizations()))
    end = now + LOOKED_AHEAD
    gaps = uncovered_of(posts, now, end)
    on_duty = _on_duty(watches(posts, now, now + timedelta(microseconds=1)))
    rows = [
        {
            "post": post,
            "url": reverse("roster", args=[post.public_id]),
            "on_duty": on_duty.get(post.pk, []),
            "gap": span_in_words(gaps[post.pk][0], viewer.mission.zone) if gaps[post.pk] else "",
            "is_now": bool(gaps[post.pk]) and gaps[post.pk][0][0] == now,
        }
        for post in posts
    ]
    context = {"rows": rows, "until": end.astimezone(viewer.mission.zone)}
    return show(request, viewer, "actors/rosters.html", context)


@require_safe
@directory_page(Reach.OWN)
def show_roster(request: HttpRequest, viewer: Viewer, post: UUID) -> HttpResponse:
    """One post's week, and forms for those who keep it or are on it."""
    found, viewer = _visible(viewer, post)
    return _roster_page(request, viewer, found, {})


@require_POST
@directory_page(Reach.OWN)
def add_shift(request: HttpRequest, viewer: Viewer, post: UUID) -> HttpResponse:
    """Put somebody on duty once."""
    found, viewer = _visible(viewer, post)
    form = ShiftForm(request.POST, post=found, auto_id="shift_%s")

    def act() -> datetime:
        given = {name: form.cleaned_data[name] for name in ("user", "rank")}
        shift = rosters.add_shift(post=found, by=request.user, **given, **form.span())
        messages.success(request, _("The shift is on the roster."))
        return shift.begins_at

    return _carried_out(request, viewer, found, {"shift": form}, act)


@require_POST
@directory_page(Reach.OWN)
def add_series(request: HttpRequest, viewer: Viewer, post: UUID) -> HttpResponse:
    """Put somebody on duty by a weekly rule."""
    found, viewer = _visible(viewer, post)
    form = WeeklyRuleForm(request.POST, post=found, auto_id="rule_%s")

    def act() -> datetime:
        given = {name: form.cleaned_data[name] for name in ("user", "rank")}
        made = rosters.add_series(post=found, by=request.user, rule=form.rule(), **given)
        words = ngettext(
            "%(n)s shift is on the roster.", "%(n)s shifts are on the roster.", len(made)
        )
        messages.success(request, words % {"n": len(made)})
        return made[0].begins_at

    return _carried_out(request, viewer, found, {"rule": form}, act)


@require_POST
@directory_page(Reach.OWN)
def add_leave(request: HttpRequest, viewer: Viewer, post: UUID) -> HttpResponse:
    """Note that somebody is away, and name the shifts that leaves without anybody."""
    found, viewer = _visible(viewer, post)
    form = LeaveForm(request.POST, post=found, by=request.user, auto_id="leave_%s")

    def act() -> datetime:
        user = form.cleaned_data["user"]
        leave = rosters.add_leave(user=user, by=request.user, **form.span())
        messages.success(request, _("The leave is noted."))
        _warn_of_empty_shifts(request, leave)
        return leave.begins_at

    return _carried_out(request, viewer, found, {"leave": form}, act)


@require_POST
@directory_page(Reach.OWN)
def remove_shift(request: HttpRequest, viewer: Viewer, shift: UUID) -> HttpResponse:
    """Take one shift off."""
    shifts = DutyShift.objects.select_related("post__organization__mission")
    found = get_object_or_404(shifts, public_id=shift)
    post, viewer = _visible(viewer, found.post.public_id)
    _removed(request, lambda: rosters.remove_shift(shift=found, by=request.user))
    return _back(request, post)


@require_POST
@directory_page(Reach.OWN)
def remove_series(request: HttpRequest, viewer: Viewer, post: UUID, series: UUID) -> HttpResponse:
    """Take the shifts of a weekly rule that are still to come off."""
    found, viewer = _visible(viewer, post)
    _removed(request, lambda: rosters.remove_series(post=found, series=series, by=request.user))
    return _back(request, found)


@require_POST
@directory_page(Reach.OWN)
def remove_leave(request: HttpRequest, viewer: Viewer, post: UUID, leave: UUID) -> HttpResponse:
    """Somebody of this roster is not away after all."""
    found, viewer = _visible(viewer, post)
    own = get_object_or_404(Leave.objects.select_related("user"), public_id=leave)
    _removed(request, lambda: rosters.remove_leave(leave=own, by=request.user))
    return _back(request, found)


def _visible(viewer: Viewer, post: UUID) -> tuple[Post, Viewer]:
    """The post and what this person sees of its mission; 404 for who neither holds it nor sees
    the mission's rosters.
    """
    posts = Post.objects.active().select_related("organization__mission")
    found = get_object_or_404(posts, public_id=post)
    here = viewer_of(viewer.user, found.organization.mission)
    if found.pk not in standing_of(viewer.user).post_ids:
        seen = here.organizations().filter(pk=found.organization_id)
        if here.reach < Reach.INSIDE or not seen.exists():
            raise Http404
    return found, here


def _roster_page(
    request: HttpRequest, viewer: Viewer, post: Post, refused: dict[str, forms.Form]
) -> HttpResponse:
    now, zone = timezone.now(), viewer.mission.zone
    asked = request.GET.get("week") or request.POST.get("week") or ""
    week, keeps = Week.named(asked, zone, now), can_keep_roster(request.user, post, now)
    context = {
        "post": post,
        "week": week,
        "before": week.beside(-1).name,
        "after": week.beside(1).name,
        "days": week_of(post, week, by=request.user, keeps=keeps, now=now),
        "series": _series_to_come(post, now) if keeps else [],
        "keeps": keeps,
        "forms": _forms(request, post, keeps) | refused,
        "refused": next(iter(refused.values()), None),
        "opened": next(iter(refused), ""),
    }
    return show(request, viewer, "actors/roster.html", context, status=422 if refused else 200)


def _forms(request: HttpRequest, post: Post, keeps: bool) -> dict[str, forms.Form]:
    """The forms this person may use, empty."""
    found: dict[str, forms.Form] = {}
    if keeps:
        found["shift"] = ShiftForm(post=post, auto_id="shift_%s")
        found["rule"] = WeeklyRuleForm(post=post, auto_id="rule_%s")
    if request.user.is_staff or post.pk in standing_of(request.user).post_ids:
        found["leave"] = LeaveForm(post=post, by=request.user, auto_id="leave_%s")
    return found


def _carried_out(
    request: HttpRequest,
    viewer: Viewer,
    post: Post,
    named: dict[str, forms.Form],
    act: Callable[[], datetime],
) -> HttpResponse:
    """Do it and go to its week; where it is refused, the page again with what was typed."""
    ((name, form),) = named.items()
    if name not in _forms(request, post, can_keep_roster(request.user, post)):
        raise Http404
    if form.is_valid():
        try:
            begins_at = act()
        except ValidationError as refused:
            form.add_error(None, refused)
        except PermissionDenied as error:
            raise Http404 from error
        else:
            day = begins_at.astimezone(viewer.mission.zone)
            return _to_week(post, day.strftime("%G-W%V"))
    return _roster_page(request, viewer, post, named)


def _removed(request: HttpRequest, act: Callable[[], object]) -> None:
    try:
        act()
    except AlreadyOver as over:
        messages.warning(request, str(over))
    except PermissionDenied as error:
        raise Http404 from error
    else:
        messages.success(request, _("Done. What has passed stays on the roster."))


def _back(request: HttpRequest, post: Post) -> HttpResponse:
    return _to_week(post, request.POST.get("week", ""))


def _to_week(post: Post, week: str) -> HttpResponse:
    known = Week.named(week, post.organization.mission.zone, timezone.now())
    return redirect(f"{reverse('roster', args=[post.public_id])}?week={known.name}")


def _warn_of_empty_shifts(request: HttpRequest, leave: Leave) -> None:
    for shift, gaps in rosters.shifts_left_empty(leave):
        zone = shift.post.organization.mission.zone
        words = {
            "post": shift.post,
            "times": listed(span_in_words(gap, zone) for gap in gaps),
        }
        messages.warning(request, _("Nobody is on duty then: %(post)s, %(times)s.") % words)


def _on_duty(now: list[Watch]) -> dict[int, list[dict[str, object]]]:
    """Who is on duty per post, the primary first."""
    order = {rank.value: step for step, rank in enumerate(ShiftRank)}
    found: dict[int, list[dict[str, object]]] = {}
    for watch in sorted(now, key=lambda watch: order[watch.rank]):
        row = {"name": watch.user.name, "rank": ShiftRank(watch.rank).label}
        found.setdefault(watch.post_id, []).append(row)
    return found


def _series_to_come(post: Post, now: datetime) -> list[dict[str, object]]:
    """Weekly rules that have shifts to come, with how many and until when."""
    coming = post.shifts.filter(begins_at__gt=now).order_by()
    found = coming.values("series", "user__name", "rank").annotate(
        shifts=Count("pk"), last=Max("begins_at")
    )
    zone = post.organization.mission.zone
    return [
        {
            "series": row["series"],
            "name": row["user__name"],
            "rank": ShiftRank(row["rank"]).label,
            "shifts": row["shifts"],
            "last": date_format(row["last"].astimezone(zone), "D j M Y"),
        }
        for row in found.filter(shifts__gt=1).order_by("last", "series")
    ]
