"""Questions with yes or no beside the lists."""

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actors.models import Contact, PostHolding


class YesNoFilter(admin.SimpleListFilter):
    """`condition` says which rows are the yes; anything else asked for narrows nothing."""

    yes, no = _("Yes"), _("No")

    def condition(self) -> Q | Exists:
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin):
        return [("yes", self.yes), ("no", self.no)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        condition = self.condition()
        return queryset.filter({"yes": condition, "no": ~condition}.get(self.value(), Q()))


class InUseFilter(YesNoFilter):
    title, parameter_name = _("in use"), "in_use"
    yes, no = _("In use"), _("Retired")

    def condition(self) -> Q:
        return Q(retired_at=None)


class StaffedFilter(YesNoFilter):
    title, parameter_name = _("somebody on duty now"), "staffed"
    no = _("Nobody")

    def condition(self) -> Exists:
        return Exists(PostHolding.objects.on_duty(timezone.now()).filter(post=OuterRef("pk")))


class WorksFilter(YesNoFilter):
    title, parameter_name = _("works"), "works"
    yes, no = _("Works"), _("Did not work")

    def condition(self) -> Q:
        return Q(failed_at=None)


class ReachableFilter(YesNoFilter):
    title, parameter_name = _("reachable"), "reachable"
    yes, no = _("A contact works"), _("No contact works")

    def condition(self) -> Exists:
        return Exists(Contact.objects.filter(user=OuterRef("pk"), failed_at=None))


class MaintainsFilter(YesNoFilter):
    title, parameter_name = _("maintains the directory"), "maintains"

    def condition(self) -> Q:
        return Q(is_staff=True)
