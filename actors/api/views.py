"""What all kinds of entries do over the API: listed, read, kept, and taken out of use."""

from __future__ import annotations

from functools import cached_property

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.db import transaction
from django.db.models import Model, ProtectedError, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.exceptions import ErrorDetail, MethodNotAllowed, ValidationError
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from actors.api.filters import Filters
from actors.api.permissions import KeepersWrite
from actors.api.schema import DirectorySchema
from actors.models import Mission, Scope
from actors.models.assurance import today
from actors.permissions import Reach, Viewer, missions_seen, viewer_of
from actors.scopes import WithinScope
from actors.workflow.entries import confirm_entries, restore_entries, retire_entries


class Pages(LimitOffsetPagination):
    default_limit = 50
    max_limit = 200


class DirectoryDoor:
    """Lets in whom the directory is open to, and says through whose eyes it is read.

    The mission is the one asked for by `?mission=CODE`, else the entry's own, else the first of
    this person's. Who sees less than `at_least` finds nothing, as on the pages.
    """

    permission_classes = [IsAuthenticated, WithinScope, KeepersWrite]
    scope = Scope.DIRECTORY_READ
    write_scope = Scope.DIRECTORY_WRITE
    at_least = Reach.OWN

    @cached_property
    def viewer(self) -> Viewer:
        viewer = viewer_of(self.request.user, self.mission)
        if viewer.reach < self.at_least:
            raise Http404
        return viewer

    @cached_property
    def mission(self) -> Mission:
        missions = missions_seen(self.request.user)
        code = self.request.query_params.get("mission")
        if code is not None:
            missions = [mission for mission in missions if mission.code == code]
        elif len(missions) > 1:
            missions = self.among(missions)
        if not missions:
            raise Http404
        return missions[0]

    def among(self, missions: list[Mission]) -> list[Mission]:
        """Of several missions, the ones that a request can mean which names none."""
        return missions


class ReadEntries(DirectoryDoor, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet):
    """Entries of one kind. A subclass says what is `seen` of them, and the ways to their `home`,
    the mission; none for people, who belong to no mission.
    """

    schema = DirectorySchema()
    pagination_class = Pages
    filter_backends = [Filters]
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"
    home: tuple[str, ...] = ("mission",)
    seen = None

    def get_queryset(self) -> QuerySet:
        if getattr(self, "swagger_fake_view", False):
            return self.model._default_manager.none()
        found = type(self).seen(self.viewer)
        return found.order_by(*self.model._meta.ordering, "pk")

    @property
    def model(self) -> type[Model]:
        return self.serializer_class.Meta.model

    def get_serializer_context(self) -> dict[str, object]:
        context = super().get_serializer_context()
        if getattr(self, "swagger_fake_view", False):
            return context
        return context | {"viewer": self.viewer}

    def among(self, missions: list[Mission]) -> list[Mission]:
        if self.home and self.lookup_field == "public_id" and self.detail:
            named = self.model.objects.filter(public_id=self.kwargs[self.lookup_url_kwarg])
            homes = {pk for row in named.values_list(*self.home) for pk in row}
            return [mission for mission in missions if mission.pk in homes]
        if self.request.method in SAFE_METHODS:
            return missions
        said = _("Say in the address which mission: ?mission=CODE.")
        raise ValidationError({"mission": [ErrorDetail(said, "required")]})


class Entries(ReadEntries):
    """Entries that administrators keep as well, each change noted in the entry's history.

    How one is taken away, or what to do instead, is said by `removal`.
    """

    removal = ""

    @transaction.atomic
    def create(self, request: Request, **_address) -> Response:
        entry = self._kept(request)
        self.note(entry, ADDITION, _("Added over the API."))
        return Response(self._answer(entry), status=status.HTTP_201_CREATED)

    @transaction.atomic
    def update(self, request: Request, partial: bool = False, **_address) -> Response:
        entry = self._kept(request, instance=self._locked(), partial=partial)
        said = _("Changed over the API: %(fields)s.")
        self.note(entry, CHANGE, said % {"fields": ", ".join(request.data)})
        return Response(self._answer(entry))

    def partial_update(self, request: Request, **address) -> Response:
        return self.update(request, partial=True, **address)

    def destroy(self, request: Request, **_address) -> Response:
        """Refuse, and say what to do instead."""
        raise MethodNotAllowed("DELETE", detail=self.removal)

    def note(self, entry: Model, flag: int, words: str) -> None:
        """Write into the entry's history who did what; never what it says."""
        user = self.request.user.pk
        LogEntry.objects.log_actions(user, [entry], flag, words, single_object=True)

    def _locked(self) -> Model:
        """The entry, kept from others until it is stored: of two changes none is lost."""
        entry = self.get_object()
        self.model._default_manager.select_for_update().get(pk=entry.pk)
        return self._read_again(entry)

    def _kept(self, request: Request, **options) -> Model:
        serializer = self.get_serializer(data=request.data, **options)
        serializer.is_valid(raise_exception=True)
        return serializer.save()

    def _answer(self, entry: Model) -> dict[str, object]:
        return self.get_serializer(self._read_again(entry)).data

    def _read_again(self, entry: Model) -> Model:
        return self.get_queryset().filter(pk=entry.pk).first() or entry


class DeletedEntries(Entries):
    """Entries nothing points to, and those that something may point to: then `removal` says what
    to do instead.
    """

    @transaction.atomic
    def destroy(self, request: Request, **_address) -> Response:
        """Delete it."""
        entry = self.get_object()
        self.note(entry, DELETION, _("Deleted over the API."))
        try:
            entry.delete()
        except ProtectedError as error:
            raise MethodNotAllowed("DELETE", detail=self.removal) from error
        return Response(status=status.HTTP_204_NO_CONTENT)


class RetiredEntries(Entries):
    """Entries that reports point to: taken out of use and brought back, never deleted."""

    def destroy(self, request: Request, **_address) -> Response:
        """Retire it; the answer is the entry with the moment."""
        return self._settled(retire_entries, _("Retired over the API."), at=timezone.now())

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **_address) -> Response:
        """Take it back into use."""
        return self._settled(restore_entries, _("Brought back over the API."))

    @transaction.atomic
    def _settled(self, verb, words: str, **said) -> Response:
        entry = self.get_object()
        if verb(entries=self.model.objects.filter(pk=entry.pk), **said):
            self.note(entry, CHANGE, words)
        return Response(self._answer(entry))


class Confirmed:
    """Entries that somebody must confirm from time to time."""

    @action(detail=True, methods=["post"])
    @transaction.atomic
    def confirm(self, request: Request, **_address) -> Response:
        """Say that all of it is still true today."""
        entry = self.get_object()
        entries = self.model.objects.filter(pk=entry.pk)
        confirm_entries(entries=entries, by=request.user, on=today())
        self.note(entry, CHANGE, _("Confirmed over the API: still true."))
        return Response(self._answer(entry))
