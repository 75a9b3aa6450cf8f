"""What reports point to is kept: it can be changed or retired, never deleted."""

from collections.abc import Iterable

from django import forms
from django.contrib import admin, messages
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from actors.models.assurance import today
from actors.workflow.entries import confirm_entries, restore_entries, retire_entries


class DirectoryAdmin(admin.ModelAdmin):
    """Of two people who store what cannot both be, the second is told, not shown a failure."""

    def changeform_view(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            return self._outrun(request)

    def delete_view(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return super().delete_view(request, *args, **kwargs)
        except IntegrityError:
            return self._outrun(request)

    def _outrun(self, request: HttpRequest) -> HttpResponse:
        words = _("Somebody else changed this at the same moment. Nothing of yours was stored.")
        self.message_user(request, words, messages.ERROR)
        return redirect(request.get_full_path())

    def record(self, request: HttpRequest, chosen: Iterable, change: str, words: str) -> None:
        """Note an action in the history of each entry, and say in words what was done."""
        for entry in chosen:
            self.log_change(request, entry, str(change))
        self.message_user(request, words, messages.SUCCESS)


class KeptAdmin(DirectoryAdmin):
    """Refuses deletion and says what to do instead; `identity` fields are fixed once stored."""

    instead_of_deleting = _("Reports point here, so nothing is deleted. Correct it instead.")
    identity: tuple[str, ...] = ()

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def delete_view(self, request: HttpRequest, object_id: str, extra_context=None) -> HttpResponse:
        self.message_user(request, self.instead_of_deleting, messages.WARNING)
        return redirect(
            reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[object_id])
        )

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> tuple[str, ...]:
        fixed = self.identity if obj else ()
        return (*super().get_readonly_fields(request, obj), *fixed)


class RetirableAdmin(KeptAdmin):
    """Adds the actions Retire and Bring back. Retired entries are not offered for choice."""

    actions = ("retire", "restore")
    readonly_fields = ("retired_at",)
    instead_of_deleting = _(
        "Reports point here, so nothing is deleted. To take it out of use, tick it in the list "
        "and choose the action “Retire”."
    )

    @admin.display(description=_("in use"), boolean=True, ordering="retired_at")
    def in_use(self, entry) -> bool:
        return entry.retired_at is None

    def falls_away(self, chosen: list) -> str:
        """What else ends when these entries are retired, in words; empty for nothing."""
        return ""

    @admin.action(description=_("Retire: take out of use from now on"), permissions=["change"])
    def retire(self, request: HttpRequest, queryset: QuerySet) -> None:
        chosen = list(queryset.filter(retired_at=None))
        lost = self.falls_away(chosen)
        number = retire_entries(entries=queryset, at=timezone.now())
        words = ngettext(
            "%d entry retired. It stays in past reports, and nothing new goes there.",
            "%d entries retired. They stay in past reports, and nothing new goes there.",
            number,
        )
        self.record(request, chosen, _("Retired."), words % number)
        if lost:
            self.message_user(request, lost, messages.WARNING)

    @admin.action(description=_("Bring back into use"), permissions=["change"])
    def restore(self, request: HttpRequest, queryset: QuerySet) -> None:
        chosen = list(queryset.exclude(retired_at=None))
        number = restore_entries(entries=queryset)
        words = ngettext("%d entry is in use again.", "%d entries are in use again.", number)
        self.record(request, chosen, _("Brought back into use."), words % number)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str):
        found, has_duplicates = super().get_search_results(request, queryset, search_term)
        is_choice = request.resolver_match.url_name == "autocomplete"
        return (found.filter(retired_at=None) if is_choice else found), has_duplicates


class AssuredAdmin(DirectoryAdmin):
    """Entries that somebody confirms from time to time. Who adds one has confirmed it."""

    assured_fields = ("assured_on", "assured_by")

    @admin.action(description=_("Confirm: still true today"), permissions=["change"])
    def confirm(self, request: HttpRequest, queryset: QuerySet) -> None:
        chosen = list(queryset)
        number = confirm_entries(entries=queryset, by=request.user, on=today())
        words = ngettext(
            "%d entry confirmed as of today.", "%d entries confirmed as of today.", number
        )
        self.record(request, chosen, _("Confirmed: still true."), words % number)

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), *self.assured_fields)

    def save_model(self, request: HttpRequest, obj, form: forms.ModelForm, change: bool) -> None:
        if not change:
            obj.assured_by = request.user
        super().save_model(request, obj, form, change)


class OneMissionForm(forms.ModelForm):
    """Refuses choices from another mission, which a model cannot check before it is stored.

    `chosen_here` says for each field of many what to answer, `mission_by` which field of the
    entry leads to its mission.
    """

    chosen_here: dict[str, str] = {}
    mission_by = "organization"

    def clean(self) -> dict[str, object]:
        super().clean()
        mission = self._mission_id()
        for name, words in self.chosen_here.items():
            chosen = self.cleaned_data.get(name)
            if mission and chosen and chosen.exclude(mission=mission).exists():
                self.add_error(name, words)
        return self.cleaned_data

    def _mission_id(self) -> int | None:
        stored = getattr(self.instance, self.mission_by, None)
        owner = self.cleaned_data.get(self.mission_by) or stored
        return getattr(owner, "mission_id", None) or getattr(owner, "pk", None)
