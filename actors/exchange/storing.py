"""Writing many entries with few statements, within the caller's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import ManyToManyField, Model, Q

from actors.exchange.protocol import CHUNK, Change

if TYPE_CHECKING:
    from actors.exchange.reading import Found


def store_entries(model: type[Model], changes: Sequence[Change]) -> None:
    """Insert what is new, write the changed fields of what is stored, and tie them to others."""
    new = [change.entry.entry for change in changes if change.is_new]
    model.objects.bulk_create(new, batch_size=CHUNK)
    changed = [change.entry for change in changes if change.fields and not change.is_new]
    _write(model, changed)
    for field in _several(model):
        tied = [c.entry for c in changes if field.name in c.entry.ties]
        rows = {found.entry.pk: found.ties[field.name] for found in tied}
        set_several(field, {pk: [other.pk for other in others] for pk, others in rows.items()})


def _write(model: type[Model], changed: Sequence[Found]) -> None:
    """Write whole fields of many entries: an upsert is one statement, and quicker than CASE."""
    plain = {field.name for field in model._meta.concrete_fields}
    groups: dict[frozenset[str], list[Model]] = defaultdict(list)
    for found in changed:
        names = frozenset((found.written - set(found.ties)) & plain)
        groups[names].append(found.entry)
    names = frozenset().union(*groups)
    entries = [entry for own, found in groups.items() if own for entry in found]
    if entries:
        model.objects.bulk_create(
            entries,
            batch_size=CHUNK,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=sorted(names),
        )


def _several(model: type[Model]) -> list[ManyToManyField]:
    """Fields that lead to entries of other tables; those of the same one wait (`trees`)."""
    return [field for field in model._meta.many_to_many if field.related_model is not model]


def set_several(field: ManyToManyField, others: dict[Any, Iterable[int]]) -> None:
    """Tie each entry (by id) to these others and to nobody else; both ways where that is so."""
    through, own, other = field.remote_field.through, field.m2m_column_name(), ""
    other = field.m2m_reverse_name()
    gone = Q(**{f"{own}__in": list(others)})
    pairs = {(pk, tied) for pk, tied_to in others.items() for tied in tied_to}
    if getattr(field.remote_field, "symmetrical", False):
        gone |= Q(**{f"{other}__in": list(others)})
        pairs |= {(tied, pk) for pk, tied in pairs}
    if not others:
        return
    through.objects.filter(gone).delete()
    rows = [through(**{own: pk, other: tied}) for pk, tied in sorted(pairs)]
    through.objects.bulk_create(rows, batch_size=5 * CHUNK, ignore_conflicts=True)
