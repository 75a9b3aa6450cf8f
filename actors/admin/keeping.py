"""What reports point to is kept: it can be changed or retired, never deleted."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from actors.workflow.entries import restore_entries, retire_entries


class KeptAdmin(admin.ModelAdmin):
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

    @admin.action(description=_("Retire: take out of use from now on"), permissions=["change"])
    def retire(self, request: HttpRequest, queryset: QuerySet) -> None:
        chosen = list(queryset.filter(retired_at=None))
        number = retire_entries(entries=queryset, at=timezone.now())
        words = ngettext(
            "%d entry retired. It stays in past reports and is told of none from now on.",
            "%d entries retired. They stay in past reports and are told of none from now on.",
            number,
        )
        self._record(request, chosen, _("Retired."), words % number)

    @admin.action(description=_("Bring back into use"), permissions=["change"])
    def restore(self, request: HttpRequest, queryset: QuerySet) -> None:
        chosen = list(queryset.exclude(retired_at=None))
        number = restore_entries(entries=queryset)
        words = ngettext("%d entry is in use again.", "%d entries are in use again.", number)
        self._record(request, chosen, _("Brought back into use."), words % number)

    def _record(self, request: HttpRequest, chosen: list, change: str, words: str) -> None:
        for entry in chosen:
            self.log_change(request, entry, str(change))
        self.message_user(request, words, messages.SUCCESS)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str):
        found, has_duplicates = super().get_search_results(request, queryset, search_term)
        is_choice = request.resolver_match.url_name == "autocomplete"
        return (found.filter(retired_at=None) if is_choice else found), has_duplicates
