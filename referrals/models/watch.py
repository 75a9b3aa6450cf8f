"""Signs of life, kept in the database so that any process can ask for them."""

from django.db import models


class Heartbeat(models.Model):
    """When a process that must always run was last seen, by the database's clock."""

    name = models.CharField(max_length=16, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
