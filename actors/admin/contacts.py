"""How people, duty desks, organizations and services are reached, and what did not work."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from actors.admin.exporting import ExportedAdmin
from actors.admin.filters import WorksFilter
from actors.admin.keeping import DirectoryAdmin
from actors.models import Contact, LookedAt
from actors.workflow.entries import CONTACT_KEPT, distrust_contacts, trust_contacts
from actors.workflow.looking import OWNERS, record_looks


class ShowsContactsAdmin(admin.ModelAdmin):
    """Pages on which the contacts of an entry stand as rows: opening one is a look at them."""

    def render_change_form(
        self, request: HttpRequest, context: dict, *args, obj=None, **kwargs
    ) -> HttpResponse:
        if obj is not None and request.method == "GET":
            shown = obj.contacts.all()
            record_looks(viewer=request.user, contacts=shown, where=LookedAt.ADMIN)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)


@admin.register(Contact)
class ContactAdmin(ExportedAdmin, DirectoryAdmin):
    """Whoever opens the list, an entry, its history or the question before deleting has looked."""

    list_display = ("address", "label", "channel", "whose", "language", "works", "failed_at")
    list_filter = (WorksFilter, "channel", "language")
    list_select_related = OWNERS
    search_fields = (
        "address",
        "label",
        "user__name",
        "post__title",
        "post__organization__name",
        "organization__name",
        "service__name",
    )
    autocomplete_fields = ("user", "post", "organization", "service")
    readonly_fields = ("failed_at",)
    actions = ("trust", "distrust")
    fieldsets = (
        (
            _("Whose it is"),
            {
                "fields": ("user", "post", "organization", "service"),
                "description": _("Choose exactly one."),
            },
        ),
        (
            _("How to reach them"),
            {"fields": ("label", "channel", "address", "language", "failed_at")},
        ),
    )

    def get_object(self, request: HttpRequest, object_id: str, from_field=None) -> Contact | None:
        contact = super().get_object(request, object_id, from_field)
        if contact and request.method == "GET":
            record_looks(viewer=request.user, contacts=[contact], where=LookedAt.ADMIN)
        return contact

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        page = super().changelist_view(request, extra_context)
        shown = getattr(page, "context_data", {}).get("cl")
        if shown:
            record_looks(viewer=request.user, contacts=shown.result_list, where=LookedAt.ADMIN)
        return page

    def get_deleted_objects(self, objs: list[Contact], request: HttpRequest) -> tuple:
        """Beside what stands in the way of deleting: what to do instead."""
        found = super().get_deleted_objects(objs, request)
        *_deleted, protected = found
        if protected:
            self.message_user(request, CONTACT_KEPT, messages.WARNING)
        return found

    def get_export_context_data(self, **kwargs) -> dict[str, object]:
        return super().get_export_context_data(**kwargs) | {"looks": True}

    def get_export_data(self, file_format, request: HttpRequest, queryset: QuerySet, **kwargs):
        shown = list(queryset)
        record_looks(viewer=request.user, contacts=shown, where=LookedAt.EXPORT)
        same = queryset.filter(pk__in=[contact.pk for contact in shown])
        return super().get_export_data(file_format, request, same, **kwargs)

    @admin.display(description=_("of whom"))
    def whose(self, contact: Contact) -> str:
        return str(contact.owner)

    @admin.display(description=_("works"), boolean=True, ordering="failed_at")
    def works(self, contact: Contact) -> bool:
        return contact.failed_at is None

    @admin.action(description=_("Use again: it works now"), permissions=["change"])
    def trust(self, request: HttpRequest, queryset: QuerySet) -> None:
        chosen = list(queryset.exclude(failed_at=None))
        number = trust_contacts(contacts=queryset)
        words = ngettext("%d contact is used again.", "%d contacts are used again.", number)
        self.record(request, chosen, _("Used again."), words % number)

    @admin.action(description=_("Use no more: nothing is sent there"), permissions=["change"])
    def distrust(self, request: HttpRequest, queryset: QuerySet) -> None:
        chosen = list(queryset.filter(failed_at=None))
        number = distrust_contacts(contacts=queryset, at=timezone.now())
        words = ngettext("%d contact is used no more.", "%d contacts are used no more.", number)
        self.record(request, chosen, _("Used no more."), words % number)


def reach_in_words(contacts: list[Contact]) -> str:
    """Whether notices reach somebody with these contacts, and since when not."""
    if not contacts:
        return _("No address")
    failed = [contact.failed_at for contact in contacts if contact.failed_at]
    if not failed:
        return _("Arrive")
    since = _("Did not work since %(day)s") % {"day": date_format(min(failed))}
    return since if len(failed) == len(contacts) else _("Arrive at another address")
