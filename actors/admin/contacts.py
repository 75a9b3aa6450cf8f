"""How people and duty desks are reached, and what did not work."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from actors.admin.filters import WorksFilter
from actors.models import Contact
from actors.workflow.entries import trust_contacts


@admin.register(Contact)
class ContactAdmin(admin.ModelAdmin):
    list_display = ("address", "channel", "whose", "language", "works", "failed_at")
    list_filter = (WorksFilter, "channel", "language")
    list_select_related = ("user", "post__organization")
    search_fields = ("address", "user__name", "post__title", "post__organization__name")
    autocomplete_fields = ("user", "post")
    fields = ("user", "post", "channel", "address", "language", "failed_at")
    readonly_fields = ("failed_at",)
    actions = ("trust",)

    @admin.display(description=_("of whom"))
    def whose(self, contact: Contact) -> str:
        return str(contact.user or contact.post)

    @admin.display(description=_("works"), boolean=True, ordering="failed_at")
    def works(self, contact: Contact) -> bool:
        return contact.failed_at is None

    @admin.action(description=_("Use again: it works now"), permissions=["change"])
    def trust(self, request: HttpRequest, queryset: QuerySet) -> None:
        chosen = list(queryset.exclude(failed_at=None))
        number = trust_contacts(contacts=queryset)
        for contact in chosen:
            self.log_change(request, contact, str(_("Used again.")))
        words = ngettext("%d contact is used again.", "%d contacts are used again.", number)
        self.message_user(request, words % number, messages.SUCCESS)
