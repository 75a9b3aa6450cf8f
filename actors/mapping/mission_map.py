"""A mission's own map: GeoJSON that somebody uploads, read strictly and kept bare.

Of each feature the P-code and the coordinates are kept and nothing else, so that whatever else
a file carries (names of people, scripts, styles) never reaches the portal.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from math import isfinite

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LARGEST = 2 * 1024 * 1024
# How deep the coordinates of each kind of shape lie: a point is one position.
DEPTHS = {"Point": 0, "Polygon": 2, "MultiPolygon": 3}
# About 10 metres.
DECIMALS = 4
# So many unknown codes are named in one refusal.
NAMED = 10


def read_geojson(content: bytes, *, codes: Collection[str]) -> dict:
    """The map in a file, reduced to codes and coordinates.

    Args:
        codes: the P-codes of the mission's areas.

    Raises:
        ValidationError: too large, not GeoJSON, a shape that is no area or point, a place that is
            not on Earth, or codes that are not the mission's (they are named).
    """
    if len(content) > LARGEST:
        raise ValidationError(_("The file is larger than 2 MB. Make the shapes simpler."))
    features = _features(_json(content))
    read = [_feature(number, feature) for number, feature in enumerate(features, start=1)]
    _check_codes([feature["properties"]["code"] for feature in read], codes)
    return {"type": "FeatureCollection", "features": read}


def points_of(geojson: dict) -> Iterator[tuple[float, float]]:
    """Every position of a map that was read, as longitude and latitude."""
    for feature in geojson["features"]:
        shape = feature["geometry"]
        yield from _positions(shape["coordinates"], DEPTHS[shape["type"]])


def _positions(coordinates: list, depth: int) -> Iterator[tuple[float, float]]:
    if depth == 0:
        yield coordinates[0], coordinates[1]
    else:
        for part in coordinates:
            yield from _positions(part, depth - 1)


def _json(content: bytes) -> object:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValidationError(_("The file is not in UTF-8.")) from error
    except (ValueError, RecursionError) as error:
        raise ValidationError(_("This is not GeoJSON: the file cannot be read as JSON.")) from error


def _features(read: object) -> list:
    is_collection = isinstance(read, dict) and read.get("type") == "FeatureCollection"
    features = read.get("features") if is_collection else None
    if not isinstance(features, list):
        raise ValidationError(_("This is not GeoJSON: a FeatureCollection is wanted."))
    if not features:
        raise ValidationError(_("There is no feature in the file."))
    return features


def _feature(number: int, feature: object) -> dict:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = properties.get("code") if isinstance(properties, dict) else None
    if not isinstance(code, str) or not code.strip():
        raise _refused(number, _("it has no property “code” with the P-code of an area."))
    shape = feature.get("geometry")
    kind = shape.get("type") if isinstance(shape, dict) else None
    if kind not in DEPTHS:
        raise _refused(number, _("only Polygon, MultiPolygon and Point can be drawn."))
    coordinates = _coordinates(number, shape.get("coordinates"), DEPTHS[kind])
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": {"code": code.strip()}, "geometry": geometry}


def _coordinates(number: int, given: object, depth: int) -> list:
    if depth == 0:
        return _position(number, given)
    if not isinstance(given, list) or not given:
        raise _refused(number, _("its coordinates are not those of its kind of shape."))
    read = [_coordinates(number, part, depth - 1) for part in given]
    if depth == 1 and (len(read) < 4 or read[0] != read[-1]):
        raise _refused(number, _("an outline has fewer than four points, or does not close."))
    return read


def _position(number: int, given: object) -> list[float]:
    if not isinstance(given, list) or len(given) not in (2, 3):
        raise _refused(number, _("its coordinates are not those of its kind of shape."))
    longitude, latitude = given[:2]
    if not (_lies_within(longitude, 180) and _lies_within(latitude, 90)):
        raise _refused(number, _("a longitude lies between -180 and 180, a latitude within 90."))
    return [round(longitude, DECIMALS), round(latitude, DECIMALS)]


def _lies_within(value: object, limit: int) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and isfinite(value) and abs(value) <= limit


def _refused(number: int, why: str) -> ValidationError:
    return ValidationError(
        _("Feature %(number)s: %(why)s"), params={"number": number, "why": why}, code="feature"
    )


def _check_codes(found: list[str], codes: Collection[str]) -> None:
    unknown = sorted(set(found) - set(codes))
    if not unknown:
        return
    named = ", ".join(unknown[:NAMED])
    if len(unknown) > NAMED:
        named = _("%(codes)s and %(n)s more") % {"codes": named, "n": len(unknown) - NAMED}
    message = _("No area of this mission has these P-codes: %(codes)s.")
    raise ValidationError(message, params={"codes": named}, code="unknown")
