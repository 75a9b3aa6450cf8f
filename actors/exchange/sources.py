"""The kinds of files that can be brought in, and what reads each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from actors.exchange.activities import ActivityReading
from actors.exchange.areas import AreaReading, area_columns
from actors.exchange.contacts import ContactReading
from actors.exchange.files import open_table
from actors.exchange.headers import Columns, RowsOf
from actors.exchange.hsds_reading import HsdsSource
from actors.exchange.organizations import OrganizationReading
from actors.exchange.protocol import Source
from actors.exchange.reading import TableReading
from actors.exchange.services import ServiceReading
from actors.models import ImportKind, Mission, User


class TableSource:
    """A CSV or XLSX file with one table; see `actors.exchange.protocol.Source`."""

    def __init__(
        self,
        reading: type[TableReading],
        columns_of: Callable[[Sequence[str], Sequence[str]], Columns] | None = None,
    ):
        self._reading = reading
        self._columns_of = columns_of or (lambda _header, _tags: reading.columns)

    @property
    def columns(self) -> Columns:
        return self._reading.columns

    def rows(self, content: bytes, file_name: str) -> RowsOf:
        return RowsOf(open_table(content), self._columns_of)

    def reading(self, mission: Mission, by: User, *, is_applying: bool) -> TableReading:
        return self._reading(mission, by, is_applying=is_applying)


TABLES: dict[ImportKind, TableSource] = {
    ImportKind.AREAS: TableSource(AreaReading, area_columns),
    ImportKind.ORGANIZATIONS: TableSource(OrganizationReading),
    ImportKind.SERVICES: TableSource(ServiceReading),
    ImportKind.CONTACTS: TableSource(ContactReading),
    ImportKind.ACTIVITIES: TableSource(ActivityReading),
}
SOURCES: dict[ImportKind, Source] = {**TABLES, ImportKind.HSDS: HsdsSource()}
