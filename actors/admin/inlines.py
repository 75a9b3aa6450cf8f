"""Who holds a post, and how people and others are reached: rows on the pages of both sides."""

from collections.abc import Iterator
from itertools import combinations

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from actors.admin.fields import MOMENTS
from actors.models import Contact, PostHolding, Rank
from actors.workflow.entries import CONTACT_KEPT, kept_contacts


def rows_kept(formset: forms.BaseInlineFormSet) -> Iterator[forms.ModelForm]:
    """The rows of a page that are to be stored and have no error so far."""
    for form in formset.forms:
        if form.cleaned_data and not form.errors and not formset._should_delete_form(form):
            yield form


class HoldingFormSet(forms.BaseInlineFormSet):
    """A stored row stays that of its post and person: who had access when is kept."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        if form.instance.pk is None:
            return
        for name in {"post", "user"} & form.fields.keys() - {self.fk.name}:
            entry, field = getattr(form.instance, name), form.fields[name]
            field.disabled = True
            # The one choice, already read with the row; looking it up costs a statement each.
            field.widget = forms.Select(choices=[(entry.pk, str(entry))])

    def clean(self) -> None:
        """Refuse rows of this page that cannot both be; the model knows only stored ones."""
        super().clean()
        for first, second in combinations(rows_kept(self), 2):
            if _are_at_odds(first.instance, second.instance):
                second.add_error("held_from", _held_by(first.instance))


def _are_at_odds(one: PostHolding, other: PostHolding) -> bool:
    together = one.held_from < other.held_until and other.held_from < one.held_until
    both_primary = one.rank == other.rank == Rank.PRIMARY
    same_person = one.user_id == other.user_id
    return together and one.post_id == other.post_id and (both_primary or same_person)


def _held_by(holding: PostHolding) -> str:
    words = _("%(name)s holds this post until %(end)s.")
    return words % {"name": holding.user.name, "end": date_format(holding.held_until)}


class HoldingInline(admin.TabularInline):
    """Access ends by date: a holding is shortened, never deleted."""

    model = PostHolding
    formset = HoldingFormSet
    extra = 0
    ordering = ("-held_until",)
    autocomplete_fields = ("post", "user")
    formfield_overrides = MOMENTS
    verbose_name = _("holder")
    verbose_name_plural = _("held by")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("user", "post__organization")

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


class PostsHeldInline(HoldingInline):
    verbose_name = _("post held")
    verbose_name_plural = _("posts held")


class ContactFormSet(forms.BaseInlineFormSet):
    def clean(self) -> None:
        """Refuse the same address twice: the rows here are all that their owner has. And to delete
        one that must stay.
        """
        # Before Django says the same without saying what to do instead.
        gone = [f.instance.pk for f in self.initial_forms if self._should_delete_form(f)]
        if kept_contacts(contacts=Contact.objects.filter(pk__in=gone)).exists():
            raise ValidationError(CONTACT_KEPT, code="kept")
        super().clean()
        seen = set()
        for form in rows_kept(self):
            # Of the instance: a telephone number is written there in the one way it is stored.
            address = (form.instance.channel, form.instance.address.casefold())
            if address in seen:
                form.add_error("address", _("This address is already listed."))
            seen.add(address)


class ContactInline(admin.TabularInline):
    model = Contact
    formset = ContactFormSet
    extra = 0
    fields = ("label", "channel", "address", "language", "failed_at")
    readonly_fields = ("failed_at",)
