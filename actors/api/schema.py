"""How the directory is described in OpenAPI: one sentence for each thing one can do."""

import inspect

from django.utils.text import capfirst
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

SUMMARIES = {
    "list": "{several}: the list",
    "retrieve": "{one}: read one",
    "create": "{one}: add one",
    "update": "{one}: replace one",
    "partial_update": "{one}: change some fields of one",
    "destroy": "{one}: retire or delete one, or learn what to do instead",
    "restore": "{one}: take one back into use",
    "confirm": "{one}: confirm that one is still true",
    "file": "{one}: the file of one",
}
READING = "What you may see, as on the pages; all else answers 404 as if it were not there."
WRITING = (
    "For administrators. What is refused answers 400 with a code and a sentence for each field; "
    "a field that nobody knows is refused too."
)
DESCRIPTIONS = {
    "list": READING,
    "retrieve": READING,
    "create": WRITING,
    "update": WRITING,
    "partial_update": WRITING,
}
MISSION = OpenApiParameter(
    "mission",
    description=(
        "Code of the mission. Without it the first of yours; what you add or name by a code "
        "needs it where you have several."
    ),
)


class DirectorySchema(AutoSchema):
    def get_summary(self) -> str | None:
        action = getattr(self.view, "action", None)
        if action not in SUMMARIES:
            return super().get_summary()
        names = self.view.model._meta
        one, several = str(names.verbose_name), str(names.verbose_name_plural)
        return SUMMARIES[action].format(one=capfirst(one), several=capfirst(several))

    def get_description(self) -> str:
        """What holds for all kinds, else what the action says of itself; never of the class."""
        action = getattr(self.view, "action", "")
        own = getattr(self.view, action, None)
        return DESCRIPTIONS.get(action) or inspect.getdoc(own) or ""

    def get_tags(self) -> list[str]:
        return ["directory"]

    def get_override_parameters(self) -> list[OpenApiParameter]:
        return [MISSION]
