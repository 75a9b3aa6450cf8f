"""What HSDS has no field of its own for: kinds and features, as attributes with a taxonomy term.

Open Referral HSDS 3.0 (CC BY-SA 4.0, openreferral.org), objects `attribute` and `taxonomy_term`.
"""

from __future__ import annotations

from functools import cache
from uuid import UUID, uuid5

from django.db.models import Model

# Under this every term has the same id in every file of every mission.
TERMS = UUID("0d6a0c1e-57a5-4a5c-9a8e-3d3a2b6f5e10")
KIND = "kind"
YES, NO = "yes", "no"
P_CODE = "P-code"

# Attributes by kind of object: those that say yes or no, and those that are figures.
FEATURES = {
    "organization": ("specialised_in_children", "must_report_by_law"),
    "service": (
        "serves_girls",
        "serves_boys",
        "is_free",
        "has_interpreter",
        "trained_on_sexual_violence",
    ),
    "location": ("is_accessible", "has_safe_entrance"),
}
FIGURES = {"service": ("capacity_maximum", "capacity_available")}
MOMENTS = {"service": ("capacity_updated_at",)}


def attributes_of(entity: str, entry: Model) -> list[dict[str, object]]:
    """Everything about an entry that HSDS carries as attributes only."""
    found = []
    if hasattr(entry, "kind"):
        term = _term(taxonomy_of(entity, KIND), entry.kind, entry.get_kind_display())
        found.append(_attribute(entity, entry, KIND, term))
    for name in FEATURES[entity]:
        said = YES if getattr(entry, name) else NO
        found.append(_attribute(entity, entry, name, _feature(entity, type(entry), name), said))
    for name in (*FIGURES.get(entity, ()), *MOMENTS.get(entity, ())):
        said = _as_text(getattr(entry, name))
        found.append(_attribute(entity, entry, name, _feature(entity, type(entry), name), said))
    return found


def derived(entry: Model, what: str) -> str:
    """The id of a part that has none of its own; always the same for the same part."""
    return str(uuid5(entry.public_id, what))


def taxonomy_of(entity: str, name: str) -> str:
    """The list a term belongs to, such as `service_kind`."""
    return f"{entity}_{KIND if name == KIND else 'feature'}"


def _attribute(
    entity: str, entry: Model, name: str, term: dict[str, str], value: str | None = None
) -> dict[str, object]:
    attribute = {
        "id": derived(entry, f"attribute:{name}"),
        "link_id": str(entry.public_id),
        "link_entity": entity,
        "taxonomy_term_id": term["id"],
        "taxonomy_term": term,
    }
    return attribute if value is None else attribute | {"value": value}


@cache
def _feature(entity: str, model: type[Model], name: str) -> dict[str, str]:
    """The term of a field, in the words of the first export: all are in one language."""
    return _term(taxonomy_of(entity, name), name, str(model._meta.get_field(name).verbose_name))


def _term(taxonomy: str, code: str, words: str) -> dict[str, str]:
    return {
        "id": str(uuid5(TERMS, f"{taxonomy}:{code}")),
        "code": code,
        "name": words,
        "description": words,
        "taxonomy": taxonomy,
    }


def _as_text(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
