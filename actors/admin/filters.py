"""Questions with a few answers beside the lists."""

from datetime import timedelta

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actors.models import Contact, PostHolding
from actors.models.assurance import MARKED_AFTER, UNUSABLE_AFTER, today

SOON = timedelta(days=30)


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


class PartyLinkFilter(YesNoFilter):
    title, parameter_name = _("linked to a party to the conflict"), "party"

    def condition(self) -> Q:
        return Q(party_link__isnull=False)


class UnconfirmedFilter(admin.SimpleListFilter):
    """Entries that nobody has confirmed for so long that they are marked, or not used."""

    title, parameter_name = _("not confirmed"), "unconfirmed"
    ages = {str(age.days): age for age in (MARKED_AFTER, UNUSABLE_AFTER)}

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin):
        return [(days, _("For %(days)s days") % {"days": days}) for days in self.ages]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        age = self.ages.get(self.value())
        return queryset.filter(assured_on__lt=today() - age) if age else queryset


class EndingFilter(admin.SimpleListFilter):
    """Assessments of units and sharing agreements that somebody must renew."""

    title, parameter_name = _("due diligence or agreement"), "ends"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin):
        return [("soon", _("Ends within 30 days")), ("over", _("Has ended"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        day = today()
        spans = {"soon": ("range", (day, day + SOON)), "over": ("lt", day)}
        if self.value() not in spans:
            return queryset
        how, when = spans[self.value()]
        assessed = Q(**{f"hrddp_expires_on__{how}": when}) & ~Q(hrddp_status="")
        return queryset.filter(assessed | Q(**{f"sharing_expires_on__{how}": when}))


class MomentFilter(admin.SimpleListFilter):
    """Holdings by whether they have begun and ended."""

    title, parameter_name = _("moment"), "moment"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin):
        return [
            ("now", _("On duty now")),
            ("leaving", _("Leaves within 30 days")),
            ("coming", _("Still to begin")),
            ("over", _("Over")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        now = timezone.now()
        wanted = {
            "now": Q(held_from__lte=now, held_until__gt=now),
            "leaving": Q(held_until__gt=now, held_until__lte=now + SOON),
            "coming": Q(held_from__gt=now),
            "over": Q(held_until__lte=now),
        }
        return queryset.filter(wanted.get(self.value(), Q()))
