"""Kinds of fields of a report over the API."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from referrals.models import choices as words
from referrals.models.details import AgeBand
from referrals.workflow.check_rules import as_lines
from referrals.workflow.checks import MOST_CHILDREN


def choice(choices, **kwargs) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=choices.choices, required=False, **kwargs)


def several(choices) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.ChoiceField(choices=choices.choices), required=False, max_length=20
    )


def count() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=MOST_CHILDREN, required=False)


def day() -> serializers.DateField:
    return serializers.DateField(required=False, allow_null=True)


def degrees(most: int) -> serializers.DecimalField:
    return serializers.DecimalField(
        None, None, min_value=-most, max_value=most, required=False, allow_null=True
    )


class WordsField(serializers.CharField):
    """Free text with one kind of line end. What it may hold and how much, the checks say."""

    def __init__(self, **kwargs):
        super().__init__(required=False, allow_blank=True, **kwargs)
        self.validators = []

    def to_internal_value(self, data):
        return as_lines(super().to_internal_value(data))


class StrictSerializer(serializers.Serializer):
    """Refuses names the portal does not know: a misspelt fact must not be lost in silence."""

    def to_internal_value(self, data):
        if isinstance(data, dict):
            unknown = {
                name: [serializers.ErrorDetail("The portal knows no such field.", "unknown")]
                for name in data
                if name not in self.fields
            }
            if unknown:
                raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)


class AgeBandsSerializer(StrictSerializer):
    """Children of one sex by age band; who is in no band is of unknown age."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {band: count() for band in AgeBand.values}

    def to_internal_value(self, data):
        return {band: n for band, n in super().to_internal_value(data).items() if n}


class AgesSerializer(StrictSerializer):
    """Age bands by sex, within the numbers of `children`."""

    boys = AgeBandsSerializer(required=False)
    girls = AgeBandsSerializer(required=False)
    children_unknown = AgeBandsSerializer(required=False)

    def to_internal_value(self, data):
        return {sex: bands for sex, bands in super().to_internal_value(data).items() if bands}


class ChildrenSerializer(StrictSerializer):
    """Children by sex; numbers only."""

    boys = count()
    girls = count()
    unknown = count()


@extend_schema_field({"nullable": True, "description": "Leave it out, or empty."})
class DirectoryFact(serializers.Field):
    """A fact that only the directory may state. Accepted empty, so that a whole record of the
    worked examples can be sent; refused with a value.
    """

    default_error_messages = {
        "directory": "The directory decides this. Leave it out.",
    }

    def to_internal_value(self, data):
        if data:
            self.fail("directory")
        return data

    def to_representation(self, value):
        return value


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "enum": ["all"]},
            {"type": "array", "items": {"type": "string", "enum": words.Need.values}},
        ]
    }
)
class ConsentScope(serializers.Field):
    """ "all", or the list of needs the consent covers."""

    default_error_messages = {"invalid": 'Send "all" or a list of needs.'}
    needs = serializers.ListField(child=serializers.ChoiceField(choices=words.Need.choices))

    def to_internal_value(self, data):
        if data == "all":
            return data
        if not isinstance(data, list):
            self.fail("invalid")
        return self.needs.run_validation(data)

    def to_representation(self, value):
        return value
