"""4W rows: who does what, where and when."""

from __future__ import annotations

from hashlib import sha256

from django.db.models import QuerySet

from actors.exchange.headers import Columns
from actors.exchange.reading import Draft, TableReading
from actors.exchange.resources import ActivityResource
from actors.models import Activity

_SYNONYMS = {
    "who": "organization",
    "organisation": "organization",
    "what": "kind",
    "sector": "kind",
    "activity": "description",
    "in words": "description",
    "where": "area",
    "p-code": "area",
    "pcode": "area",
    "adm2_pcode": "area",
    "from": "begins_on",
    "start": "begins_on",
    "to": "ends_on",
    "until": "ends_on",
    "end": "ends_on",
}
_TAGS = {
    "#org": "organization",
    "#org+name": "organization",
    "#sector": "kind",
    "#activity": "description",
    "#activity+id": "key",
    "#activity+code": "key",
    "#adm2+code": "area",
    "#date": "begins_on",
    "#date+start": "begins_on",
    "#date+end": "ends_on",
    "#status": "status",
    "#affected+f+children": "girls",
    "#affected+m+children": "boys",
    "#reached+f+children": "girls",
    "#reached+m+children": "boys",
}
_KEY = ("organization", "kind", "area", "begins_on")


class ActivityReading(TableReading):
    resource = ActivityResource
    columns = Columns(ActivityResource._meta.fields, _KEY, _SYNONYMS, _TAGS)
    identity = {"organization_id": "organization", "key": "key"}

    def scope(self) -> QuerySet:
        return Activity.objects.filter(organization__mission=self.mission)

    def prepare(self, draft: Draft) -> None:
        """A row without a key of its own is known by who, what, where and from when."""
        if draft.values.get("key") or any(name not in draft.values for name in _KEY):
            return
        texts = [self.fields[name].widget.render(draft.values[name]) for name in _KEY]
        draft.row.values["key"] = draft.values["key"] = sha256(
            "\x1f".join(texts).encode()
        ).hexdigest()[:32]
