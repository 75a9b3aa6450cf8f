"""Organizations, with what they are part of, tied to and affiliated with."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from actors.exchange.headers import Columns
from actors.exchange.protocol import CHUNK, Problem
from actors.exchange.resources import OrganizationResource
from actors.exchange.trees import Node, TreeReading
from actors.models import Organization
from actors.models.organizations import PARTY_KINDS
from actors.search.duplicates import NameBook

# Comparing a name with thousands takes milliseconds.
MAX_COMPARED = 1000

_SYNONYMS = {
    "acronym": "short_name",
    "organization": "name",
    "organisation": "name",
    "type": "kind",
    "part of": "parent",
    "declared affiliates": "affiliates",
    "linked to a party": "party_link",
    "confirmed on": "assured_on",
}
_TAGS = {
    "#org": "name",
    "#org+name": "name",
    "#org+acronym": "short_name",
    "#org+type": "kind",
    "#description": "description",
    "#contact+url": "website",
}


class OrganizationReading(TreeReading):
    resource = OrganizationResource
    columns = Columns(OrganizationResource._meta.fields, ("name", "kind"), _SYNONYMS, _TAGS)
    identity = {"name": "name"}
    follows = {"assured_on": "assured_by"}
    table, name, mark = "organizations", "name", "kind"

    def scope(self) -> QuerySet:
        return Organization.objects.filter(mission=self.mission)

    def new(self) -> Model:
        return Organization(mission=self.mission, assured_by=self.by)

    def make_ready(self, entries: list[Model]) -> None:
        """Give each the group that an explicit share is given to, as `Organization.save` does."""
        groups = [entry.new_group() for entry in entries]
        Group.objects.bulk_create(groups, batch_size=CHUNK)
        for entry, group in zip(entries, groups, strict=True):
            entry.group = group

    def judge_edge(self, node: Node, parent: Node) -> str | None:
        passed = []
        above: Node | None = parent
        while above is not None and not any(above is one for one in passed):
            if above is node:
                return _("An organization cannot be part of itself.")
            passed.append(above)
            above = self.parent_of(above)
        return None

    def judge_tie(self, attribute: str, node: Node, other: Node) -> str | None:
        if attribute == "party_link" and (other.mark not in PARTY_KINDS or other is node):
            return _("Choose an armed group, or a force or police of the host State.")
        if attribute == "affiliates" and other is node:
            return _("An organization cannot be its own affiliate.")
        return None

    def close(self) -> list[Problem]:
        if not self.is_applying:
            self._warn_of_doubles()
        return super().close()

    def _warn_of_doubles(self) -> None:
        """Somebody who enters an actor twice splits its reports in two."""
        book = NameBook.of(self.mission)
        new = [node for key, node in self.nodes.items() if key < 0]
        for node in new[:MAX_COMPARED]:
            alike = book.similar(node.name)
            if alike:
                words = _("“%(new)s” may be the same as “%(old)s”, which is here already.")
                message = words % {"new": node.name, "old": alike[0].name}
                self.warnings.append(Problem(node.line, "name", message))
        if len(new) > MAX_COMPARED:
            words = _("Only the first %(n)d new names were compared with those that are here.")
            self.warnings.append(Problem(0, "name", words % {"n": MAX_COMPARED}))
