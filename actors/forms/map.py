"""What the map is asked to show, and the upload of a mission's own map."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from actors.gaps.board import Column
from actors.mapping.mission_map import LARGEST, read_geojson
from actors.models import Area, Mission, MissionMap


class MapFilter(forms.Form):
    """All roles and services together, or one of them."""

    what = forms.ChoiceField(label=_("Role or service"), required=False)

    def __init__(self, data, *, columns: Sequence[Column]):
        super().__init__(data)
        roles = [(c.code, c.label) for c in columns if not c.is_service]
        services = [(c.code, c.label) for c in columns if c.is_service]
        self.fields["what"].choices = [
            ("", _("The worst of all")),
            (_("Roles"), roles),
            (_("Services"), services),
        ]


class MissionMapForm(forms.Form):
    """A GeoJSON file and where it comes from; the cleaned `file` is the map that was read."""

    file = forms.FileField(
        label=_("GeoJSON file"),
        help_text=_(
            "A FeatureCollection of polygons or points, at most 2 MB. The property “code” of each "
            "feature is the P-code of its area; nothing else of it is kept."
        ),
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,application/geo+json"}),
    )
    source = MissionMap._meta.get_field("source").formfield()

    def __init__(self, *args, mission: Mission, **kwargs):
        super().__init__(*args, **kwargs)
        self._mission = mission

    def clean_file(self) -> dict:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(_("The file is larger than 2 MB. Make the shapes simpler."))
        areas = Area.objects.filter(mission=self._mission)
        return read_geojson(file.read(), codes=set(areas.values_list("code", flat=True)))
