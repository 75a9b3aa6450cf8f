"""Files for tests of import and export."""

from actors.exchange.exporting import as_csv, as_xlsx, export_rows, seen_entries
from actors.exchange.resources import resource_for
from actors.exchange.running import File, Outcome, apply_file, check_file
from actors.exchange.sources import SOURCES
from actors.permissions import viewer_of

WRITERS = {"csv": as_csv, "xlsx": as_xlsx}


def silent(done: int, total: int) -> None:
    pass


def file_of(kind: str, content: bytes, mission, by) -> File:
    return File(SOURCES[kind], content, f"file of {kind}", mission, by)


def checked(kind: str, content, mission, by) -> Outcome:
    """What a file would do; `content` is bytes, or rows to be written as CSV."""
    content = content if isinstance(content, bytes) else as_csv(content)
    return check_file(file_of(kind, content, mission, by), progress=silent)


def applied(kind: str, content, mission, by) -> Outcome:
    content = content if isinstance(content, bytes) else as_csv(content)
    return apply_file(file_of(kind, content, mission, by), progress=silent)


def told(outcome: Outcome) -> list[tuple[int, str, str]]:
    return [(row["line"], row["field"], row["message"]) for row in outcome.problems]


def exported(kind: str, form: str, mission, by) -> bytes:
    """The whole table as an administrator gets it."""
    viewer = viewer_of(by, mission)
    entries = seen_entries(viewer, kind)
    return WRITERS[form](export_rows(viewer, resource_for(entries.model), entries))
