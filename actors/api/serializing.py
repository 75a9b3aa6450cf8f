"""What all entries of the directory have in common, coming and going."""

from __future__ import annotations

from django.core.validators import ProhibitNullCharactersValidator
from django.db import models, transaction
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.validators import ProhibitSurrogateCharactersValidator

from actors.api.keeping import keep

# Of the checks DRF adds these alone stay: all else is said by the model, in the page's words.
_NOT_THE_MODELS = (ProhibitNullCharactersValidator, ProhibitSurrogateCharactersValidator)


class EntrySerializer(serializers.ModelSerializer):
    """One kind of entry. Its context has the `viewer` it is shown to or kept by.

    `assessments` are shown to those who see assessments, `fixed` fields stay as they were first
    stored, `children` are lists inside it, by the name of their way back; they are replaced whole.
    """

    id = serializers.UUIDField(source="public_id", read_only=True)
    assessments: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    children: dict[str, str] = {}

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        viewer = self.context.get("viewer")
        if viewer is None:  # while the API is described
            return fields
        for name in () if viewer.sees_assessments else self.assessments:
            del fields[name]
        for field in fields.values():
            field.validators = [v for v in field.validators if isinstance(v, _NOT_THE_MODELS)]
            if isinstance(field, serializers.DateTimeField):
                field.timezone = viewer.mission.zone
        return fields

    def get_validators(self) -> list:
        return []

    def to_internal_value(self, data: object) -> dict[str, object]:
        """Refuse what would be lost in silence: unknown names, and values that cannot change."""
        if isinstance(data, dict):
            unknown = {name: _refusal(_("There is no such field."), "unknown") for name in data}
            problems = {name: said for name, said in unknown.items() if name not in self.fields}
            problems |= self._changed_for_ever(data)
            if problems:
                raise ValidationError(problems)
        return super().to_internal_value(data)

    def _changed_for_ever(self, data: dict) -> dict[str, list[ErrorDetail]]:
        given = {name for name, field in self.fields.items() if field.read_only and name in data}
        stored = isinstance(self.instance, models.Model)
        if stored:
            given |= set(self.fixed) & set(data)
        if not given:
            return {}
        shown = self.to_representation(self.instance) if stored else self._given_by_address()
        return {
            name: _refusal(_("This cannot be changed here."), "fixed")
            for name in given
            if name not in shown or data[name] != shown[name]
        }

    def _given_by_address(self) -> dict[str, object]:
        return {"mission": self.context["viewer"].mission.code}

    def create(self, sent: dict[str, object]) -> models.Model:
        entry = self.Meta.model()
        self.begin(entry)
        return self._store(entry, sent)

    def update(self, entry: models.Model, sent: dict[str, object]) -> models.Model:
        return self._store(entry, sent)

    def begin(self, entry: models.Model) -> None:
        """Fill in what follows from who adds it where."""
        if hasattr(entry, "assured_by_id"):
            entry.assured_by = self.context["viewer"].user
        if "mission" in self.fields and hasattr(entry, "mission_id"):
            entry.mission = self.context["viewer"].mission

    @transaction.atomic
    def _store(self, entry: models.Model, sent: dict[str, object]) -> models.Model:
        several = {name: sent.pop(name) for name in list(sent) if self._is_several(name)}
        for name, value in sent.items():
            setattr(entry, name, value)
        keep(entry)
        for name, values in several.items():
            if name in self.children:
                self._replace(entry, name, values)
            else:
                getattr(entry, name).set(values)
        return entry

    def _is_several(self, name: str) -> bool:
        return name in self.children or self.Meta.model._meta.get_field(name).many_to_many

    def _replace(self, entry: models.Model, name: str, rows: list[dict[str, object]]) -> None:
        related = getattr(entry, name)
        related.all().delete()
        for place, row in enumerate(rows):
            try:
                keep(related.model(**{self.children[name]: entry}, **row))
            except ValidationError as error:
                raise ValidationError({name: {place: error.detail}}) from error


class PartSerializer(serializers.ModelSerializer):
    """A row inside an entry. It is checked by its model once the entry is stored."""

    def get_validators(self) -> list:
        return []

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        for field in fields.values() if "viewer" in self.context else ():
            field.validators = [v for v in field.validators if isinstance(v, _NOT_THE_MODELS)]
        return fields

    def to_internal_value(self, data: object) -> dict[str, object]:
        unknown = [name for name in data if name not in self.fields]
        if isinstance(data, dict) and unknown:
            said = _("There is no such field.")
            raise ValidationError({name: _refusal(said, "unknown") for name in unknown})
        return super().to_internal_value(data)


def _refusal(message: str, code: str) -> list[ErrorDetail]:
    return [ErrorDetail(message, code)]
