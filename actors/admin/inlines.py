"""Who holds a post, and how to reach people and duty desks: rows on the pages of both."""

from datetime import datetime, time

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from actors.models import Contact, PostHolding


class MomentField(forms.SplitDateTimeField):
    """A day and, where it matters, a time; without one the day begins at midnight."""

    def __init__(self, **options):
        super().__init__(require_all_fields=False, **options)
        self.fields[1].required = False

    def compress(self, data_list: list) -> datetime | None:
        if data_list and data_list[0] and not data_list[1]:
            data_list = [data_list[0], time()]
        return super().compress(data_list)


MOMENTS = {models.DateTimeField: {"form_class": MomentField}}


class HoldingInline(admin.TabularInline):
    """Access ends by date: a holding is shortened, never deleted."""

    model = PostHolding
    extra = 0
    ordering = ("-held_until",)
    autocomplete_fields = ("post", "user")
    formfield_overrides = MOMENTS
    verbose_name = _("holder")
    verbose_name_plural = _("held by")

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


class PostsHeldInline(HoldingInline):
    verbose_name = _("post held")
    verbose_name_plural = _("posts held")


class ContactFormSet(forms.BaseInlineFormSet):
    def clean(self) -> None:
        """Refuse the same address twice: the rows here are all that this person or post has."""
        super().clean()
        seen = set()
        for form in self.forms:
            if form.errors or self._should_delete_form(form) or not form.cleaned_data:
                continue
            address = (form.cleaned_data["channel"], form.cleaned_data["address"].casefold())
            if address in seen:
                form.add_error("address", _("This address is already listed."))
            seen.add(address)


class ContactInline(admin.TabularInline):
    model = Contact
    formset = ContactFormSet
    extra = 0
    fields = ("channel", "address", "language", "failed_at")
    readonly_fields = ("failed_at",)
