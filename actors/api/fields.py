"""How one entry names another: by its id, areas by their P-code; always within one mission."""

from __future__ import annotations

import base64
import binascii
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from actors.models import Area
from actors.models.documents import LARGEST_FILE


class Named(serializers.SlugRelatedField):
    """An entry of the viewer's mission. `home` is the way from it to its mission, if any."""

    default_error_messages = {
        "does_not_exist": _("There is no such entry in this mission: {value}."),
        "invalid": _("Not the name of an entry."),
    }

    def __init__(self, model: type[Model] | None = None, home: str = "mission", **options):
        self.home = home
        if model is not None:
            options["queryset"] = model._default_manager.all()
        super().__init__(**options)

    def get_queryset(self) -> QuerySet:
        found = super().get_queryset()
        return found.filter(**{self.home: self.context["viewer"].mission}) if self.home else found


@extend_schema_field(OpenApiTypes.UUID)
class Ref(Named):
    """By its id."""

    def __init__(self, model: type[Model] | None = None, home: str = "mission", **options):
        super().__init__(model, home, slug_field="public_id", **options)

    def to_internal_value(self, data: object) -> Model:
        try:
            return super().to_internal_value(UUID(data))
        except (AttributeError, TypeError, ValueError):
            self.fail("invalid")

    def to_representation(self, entry: Model) -> str:
        return str(entry.public_id)


@extend_schema_field(OpenApiTypes.STR)
class Place(Named):
    """An area, by its P-code."""

    def __init__(self, **options):
        super().__init__(Area, slug_field="code", **options)

    def to_internal_value(self, data: object) -> Area:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)

    def use_pk_only_optimization(self) -> bool:
        return False


@extend_schema_field(OpenApiTypes.BYTE)
class Pdf(serializers.Field):
    """A PDF as base64 text; it is not sent back here."""

    default_error_messages = {
        "base64": _("Send the file as base64 text."),
        "pdf": _("This is no PDF."),
        "size": _("The file is larger than 5 MB."),
    }

    def to_internal_value(self, data: object) -> bytes:
        if not isinstance(data, str):
            self.fail("base64")
        if len(data) > LARGEST_FILE * 4 // 3 + 4:
            self.fail("size")
        try:
            content = base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            self.fail("base64")
        if not content.startswith(b"%PDF-"):
            self.fail("pdf")
        return content
