"""The name of an entry outside the portal's database."""

from django.contrib.postgres.functions import RandomUUID
from django.db import models


class Identified(models.Model):
    """An entry with an id that may stand in addresses, files and the API (HSDS: `id`)."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)

    class Meta:
        abstract = True
