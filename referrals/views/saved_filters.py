"""Filters of the desk under a name: one's own, and those colleagues shared with the mission.

A filter opens no door: whoever follows one sees what they may see.
"""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from actors.models import User
from actors.standing import Standing, standing_of
from referrals.forms.desk import SaveFilterForm
from referrals.models import SavedFilter
from referrals.views.filters import scope_of


def filters_for(user: User, standing: Standing) -> list[dict[str, object]]:
    """What this person may follow, their own first."""
    found = _may_follow(user, standing).select_related("owner")
    return [
        {
            "filter": each,
            "is_mine": each.owner_id == user.pk,
            "url": reverse("filter", args=[each.uuid]),
        }
        for each in sorted(found, key=lambda each: (each.owner_id != user.pk, each.name))
    ]


@login_required
@require_POST
def save_filter(request: HttpRequest) -> HttpResponse:
    """Keep the filter of this address under a name, if the desk understands it."""
    form = SaveFilterForm(request.POST, request.user)
    scope = scope_of(QueryDict(request.POST.get("query", "")), request.user, timezone.now())
    if not (form.is_valid() and scope.form.is_valid()):
        page = {"form": form, "scope": scope}
        return render(request, "referrals/save_filter.html", page, status=422)
    missions = standing_of(request.user).missions()
    SavedFilter.objects.create(
        owner=request.user,
        mission=missions[0] if missions else None,
        query=scope.query,
        **form.cleaned_data,
    )
    messages.success(request, _("The filter is saved."))
    return redirect(scope.address())


@login_required
@require_safe
def open_filter(request: HttpRequest, uuid: str) -> HttpResponse:
    """Lead to the desk as this filter narrows it."""
    found = get_object_or_404(_may_follow(request.user, standing_of(request.user)), uuid=uuid)
    return redirect(f"{reverse('desk')}?{found.query}")


@login_required
@require_POST
def delete_filter(request: HttpRequest, uuid: str) -> HttpResponse:
    """Take away one's own filter, for those it was shared with too."""
    get_object_or_404(SavedFilter, uuid=uuid, owner=request.user).delete()
    messages.success(request, _("The filter is deleted."))
    return redirect("desk")


def _may_follow(user: User, standing: Standing) -> QuerySet[SavedFilter]:
    shared = Q(is_shared=True, mission__in=standing.missions())
    return SavedFilter.objects.filter(Q(owner=user) | shared)
