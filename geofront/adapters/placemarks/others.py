"""GeoJSON and GPX as placemarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from geofront.adapters.cells import NO_NUMBER, NO_POSITION, cell, position
from geofront.adapters.placemarks.mark import Collection, Mark, plain_text
from geofront.adapters.placemarks.xmlparts import parts_of, text_of
from geofront.adapters.report import DropError
from geofront.files.shapes import UnfitShapeError, is_in_degrees, read_geometry_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from geofront.adapters.foreign import ForeignFile

__all__ = ["read_geojson", "read_gpx"]

TRACK = "a track or route is no place"
_TEXTS = ("description", "desc", "note", "cmt")


def read_geojson(file: ForeignFile, content: object, about: Collection) -> Iterator[Mark]:
    """Yield the features of GeoJSON.

    Parameters
    ----------
    file
        The file.
    content
        What it holds: a collection of features, a list of them, or one.
    about
        Is told the title.

    Yields
    ------
    Mark
        In order.

    Raises
    ------
    DataFaultsError
        If it is something else, or not in degrees.
    """
    features = content
    if isinstance(content, dict):
        _refuse_metres(file, content)
        about.title = cell(content.get("name"))
        features = [content] if content.get("type") == "Feature" else content.get("features")
    if not isinstance(features, list):
        found = ", ".join(list(content)[:6]) if isinstance(content, dict) else type(content)
        raise file.refused(f"is JSON, but no GeoJSON of features (found: {found})")
    first = next((f for f in features if isinstance(f, dict)), {})
    if first and first.get("type") != "Feature" and {"date", "latitude", "lat"} & set(first):
        raise file.refused("is a list of records, no GeoJSON; a timemap's is imported as timemap")
    for number, feature in enumerate(features, start=1):
        mark = Mark(file.name, number)
        if isinstance(feature, dict) and feature.get("type") == "Feature":
            _take_feature(mark, feature)
        else:
            mark.problem, mark.value = "it is no feature", cell(feature)[:80]
        yield mark


def _refuse_metres(file: ForeignFile, content: Mapping[str, object]) -> None:
    if not is_in_degrees(content.get("crs")):
        raise file.refused("is not in degrees of WGS 84; reproject it to EPSG:4326")


def _take_feature(mark: Mark, feature: Mapping[str, object]) -> None:
    properties = feature.get("properties")
    told = properties if isinstance(properties, dict) else {}
    mark.told = {cell(name).casefold(): cell(value) for name, value in told.items()}
    if feature.get("id") is not None:
        mark.told.setdefault("id", cell(feature["id"]))
    mark.name = next((mark.told[n] for n in ("name", "title") if mark.told.get(n)), "")
    mark.text = next((plain_text(mark.told.pop(n)) for n in _TEXTS if mark.told.get(n)), "")
    mark.told.pop("name", None)
    try:
        mark.shape = read_geometry_json(feature.get("geometry"))
    except UnfitShapeError:
        mark.problem, mark.value = NO_NUMBER, cell(feature.get("geometry"))[:80]
        return
    if mark.shape is None or mark.shape.is_empty:
        mark.problem, mark.value = NO_POSITION, mark.name


def read_gpx(name: str, data: bytes, about: Collection) -> Iterator[Mark]:
    """Yield the waypoints of a GPX document; its routes and tracks as what they are.

    The ``time`` of a waypoint is when it was made or changed (GPX 1.1), not when anything happened
    there. So it is told as ``recorded``.

    Parameters
    ----------
    name
        The name of the file.
    data
        The document.
    about
        Is told title, author and licence.

    Yields
    ------
    Mark
        In order.

    Raises
    ------
    XMLRefusedError
        If it is no XML that may be read.
    """
    number = 0
    for part in parts_of(data, {"wpt", "rte", "trk", "metadata"}):
        element = part.element
        if part.tag == "metadata":
            about.title = cell(text_of(element, "name"))
            about.licence = cell(text_of(element, "copyright", "license"))
            held = element.find("copyright")
            author = "" if held is None else held.get("author")
            about.author = cell(author) or cell(text_of(element, "author", "name"))
            continue
        number += 1
        mark = Mark(name, number, cell(text_of(element, "name")))
        if part.tag != "wpt":
            mark.problem, mark.value = TRACK, mark.name
            yield mark
            continue
        mark.text = plain_text(text_of(element, "desc") or text_of(element, "cmt"))
        pairs = (("symbol", "sym"), ("type", "type"), ("recorded", "time"), ("elevation", "ele"))
        told = {column: cell(text_of(element, tag)) for column, tag in pairs}
        mark.told = {column: value for column, value in told.items() if value}
        mark.labels = tuple(filter(None, (told["type"], told["symbol"])))
        try:
            mark.shape = shapely.Point(position(cell(element.get("lon")), cell(element.get("lat"))))
        except DropError as error:
            mark.problem, mark.value = error.reason, error.value
        yield mark
