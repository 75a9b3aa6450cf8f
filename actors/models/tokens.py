"""What a program may do with a token of a person: never more than the person."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    REPORTS = "reports", _("File and read reports")
    POLICIES = "policies", _("Read and switch the routing policy")
    DIRECTORY_READ = "directory:read", _("Read the directory")
    DIRECTORY_WRITE = "directory:write", _("Maintain the directory")


class TokenScope(models.Model):
    """The scopes of one API token. A token without this row has none."""

    token = models.OneToOneField("knox.AuthToken", models.CASCADE, related_name="scope")
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope), verbose_name=_("scopes"))
    label = models.CharField(_("what for"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("scopes of a token")
        verbose_name_plural = _("scopes of tokens")

    def __str__(self) -> str:
        return ", ".join(self.scopes)
