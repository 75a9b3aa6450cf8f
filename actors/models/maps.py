"""A mission's own map, where it has a better one than Natural Earth."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from actors.models.places import Mission


class MissionMap(models.Model):
    """GeoJSON of the mission's areas; a feature's property `code` is the P-code of its area."""

    mission = models.OneToOneField(Mission, models.CASCADE, related_name="map")
    geojson = models.JSONField()
    source = models.CharField(
        _("source"), max_length=200, help_text=_("Who made it and when; printed on the map.")
    )
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("map of a mission")
        verbose_name_plural = _("maps of missions")

    def __str__(self) -> str:
        return self.source
