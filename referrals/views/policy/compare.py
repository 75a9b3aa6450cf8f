"""Two versions of the policy side by side."""

from __future__ import annotations

from collections import Counter

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from referrals.models import PolicyVersion
from referrals.routing import PolicyError
from referrals.views.policy.comparing import compare_part, compared_parts
from referrals.views.policy.otherwise import told_otherwise
from referrals.views.policy.states import Switches
from referrals.views.policy.versions import read_version, readable_version


@login_required
@require_safe
def compare(request: HttpRequest, old: int, new: int) -> HttpResponse:
    """What version `new` says otherwise than version `old`: rules, not lines of text.

    With `?situations=all` also who is told otherwise in some situation, which takes some seconds.
    """
    left, right = (readable_version(request.user, number) for number in (old, new))
    switches = Switches()
    context = {
        "old": {"version": left, "state": switches.state_of(left)},
        "new": {"version": right, "state": switches.state_of(right)},
        **_differences(left, right, in_all_situations=request.GET.get("situations") == "all"),
    }
    return render(request, "referrals/policy/compare.html", context)


def _differences(
    old: PolicyVersion, new: PolicyVersion, *, in_all_situations: bool
) -> dict[str, object]:
    try:
        sides = [compared_parts(*read_version(version)) for version in (old, new)]
        found = {"otherwise": told_otherwise(old, new)} if in_all_situations else {}
    except PolicyError as error:
        return {"unreadable": str(error)}
    parts = [compare_part(*pair) for pair in zip(*sides, strict=True)]
    badges = Counter(str(each.badge["label"]) for part in parts for each in part.differences)
    return found | {
        "asked": in_all_situations,
        "parts": [part for part in parts if part.differences],
        "counts": sorted(badges.items()),
        "same": sum(part.same for part in parts),
    }
