"""What the directory search reads. The database keeps it: see migration 0004."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from actors.models.organizations import Organization
from actors.models.places import Mission


class EntryKind(models.TextChoices):
    SERVICE = "service", _("Services")
    POST = "post", _("Posts")
    ORGANIZATION = "organization", _("Organizations")
    BODY = "body", _("Coordination bodies")
    PATHWAY = "pathway", _("Pathways")
    DOCUMENT = "document", _("Documents")


class SearchEntry(models.Model):
    """One entry of the directory as words to find it by.

    Triggers write it with every change of what it is made from, whoever makes it; nobody else
    does. Nothing here is secret: no assessment, no address, no place of a service, no person.
    `words` holds the name, the organization and the description in five dictionaries, and the
    `codes`, such as `=role:CPA`, `=area:12` or `=everywhere`, which no text can contain.
    """

    kind = models.CharField(max_length=12, choices=EntryKind)
    source_id = models.BigIntegerField()
    mission = models.ForeignKey(
        Mission, models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False
    )
    # Whose it is: who may not know of the organization does not find it either.
    organization = models.ForeignKey(
        Organization, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    title = models.TextField()
    codes = SearchVectorField()
    words = SearchVectorField()

    class Meta:
        ordering = ["title", "pk"]
        default_permissions = ()
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        constraints = [
            models.UniqueConstraint(fields=["kind", "source_id"], name="search_entry_once")
        ]
        indexes = [GinIndex(fields=["words"], name="search_entry_words")]

    def __str__(self) -> str:
        return self.title
