"""The kinds of checks a rule can be of: pure functions on plain values.

Each answers None, or what was found, by the names the message uses; "field" in it says where
else the problem is shown. `static/js/form/checks.js` has the same functions by the same names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import asin, cos, radians, sin, sqrt

Values = Mapping[str, object]
Found = dict[str, object] | None


@dataclass(frozen=True)
class Known:
    """What a check needs beside the values: the mission's day, its areas, its parties' kinds."""

    today: str
    areas: Mapping[str, tuple[str, float, float]] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The great-circle distance of two points in degrees, on a round earth."""
    north, east, to_north, to_east = map(radians, (*one, *other))
    bow = sin((to_north - north) / 2) ** 2
    bow += cos(north) * cos(to_north) * sin((to_east - east) / 2) ** 2
    return 2 * 6371 * asin(min(1.0, sqrt(bow)))


def _one_of_these(fields, params, values: Values, known: Known) -> Found:
    if values.get("narrative") and values.get("perpetrator") in params["or_words_about"]:
        return None
    return None if any(values.get(name) for name in fields) else {}


def _required_when(fields, params, values: Values, known: Known) -> Found:
    wanted, decider = fields
    if params["has"] not in (values.get(decider) or ()):
        return None
    return {} if (values.get(wanted) or params["empty"]) == params["empty"] else None


def _not_after_today(fields, params, values: Values, known: Known) -> Found:
    return {} if (values.get(fields[0]) or "")[:10] > known.today else None


def _not_older_than(fields, params, values: Values, known: Known) -> Found:
    year = int((values.get(fields[0]) or known.today)[:4])
    return {} if year < int(known.today[:4]) - params["years"] else None


def _not_before(fields, params, values: Values, known: Known) -> Found:
    later, earlier = (values.get(name) for name in fields)
    return {} if later and earlier and later < earlier else None


def _sum_at_most(fields, params, values: Values, known: Known) -> Found:
    numbers = [values.get(name) or 0 for name in fields]
    if sum(numbers) <= params["most"]:
        return None
    return {"field": fields[numbers.index(max(numbers))], "most": params["most"]}


def _parts_of(fields, params, values: Values, known: Known) -> Found:
    whole, *parts = (values.get(name) or 0 for name in fields)
    return {"sum": sum(parts)} if sum(parts) > whole else None


def _needed_with(fields, params, values: Values, known: Known) -> Found:
    missing, given = (values.get(name) for name in fields)
    return {} if missing is None and given is not None else None


def _near_an_area(fields, params, values: Values, known: Known) -> Found:
    found = _nearest(fields, values, known)
    return found if found and found["km"] > params["reach"] else None


def _near_the_area(fields, params, values: Values, known: Known) -> Found:
    """Far by half the mission's reach, and twice as far as another: districts are not round."""
    found = _nearest(fields, values, known)
    chosen = known.areas.get(values.get("area"))
    if not found or not chosen:
        return None
    km = round(kilometres(_point(fields, values), chosen[1:]))
    return found | {"km": km} if km * 2 > params["reach"] and km > 2 * found["km"] else None


def _nearest(fields, values: Values, known: Known) -> Found:
    """The area whose centre is nearest to the point, in whole kilometres."""
    point = _point(fields, values)
    if None in point or not known.areas:
        return None
    km, label = min((kilometres(point, area[1:]), area[0]) for area in known.areas.values())
    return {"km": round(km), "nearest": label}


def _point(fields, values: Values) -> tuple[float, float]:
    return values.get(fields[0]), values.get(fields[1])


def _fits_the_party(fields, params, values: Values, known: Known) -> Found:
    category, party = (values.get(name) for name in fields)
    fitting = params["fitting"].get(known.kinds.get(party))
    if fitting is None or category in fitting:
        return None
    return {"party": party, "label": params["labels"][fitting[0]]}


def _only_with(fields, params, values: Values, known: Known) -> Found:
    value, permission = (values.get(name) for name in fields)
    free = value is None or value == params["free"]
    return None if free or permission in params["allowed"] else {}


def _without(fields, params, values: Values, known: Known) -> Found:
    return {} if re.search(params["pattern"], values.get(fields[0]) or "") else None


def _text_at_most(fields, params, values: Values, known: Known) -> Found:
    return {} if len(values.get(fields[0]) or "") > params["most"] else None


KINDS: dict[str, Callable[[tuple[str, ...], dict, Values, Known], Found]] = {
    "one_of_these": _one_of_these,
    "required_when": _required_when,
    "not_after_today": _not_after_today,
    "not_older_than": _not_older_than,
    "not_before": _not_before,
    "sum_at_most": _sum_at_most,
    "parts_of": _parts_of,
    "needed_with": _needed_with,
    "near_an_area": _near_an_area,
    "near_the_area": _near_the_area,
    "fits_the_party": _fits_the_party,
    "only_with": _only_with,
    "without": _without,
    "text_at_most": _text_at_most,
}
