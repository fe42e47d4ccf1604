"""What readers of other people's data share: the report, positions, spellings, JSON.

A record that can't be a place (no name, no position, a position out of range or at 0, 0) is left
out and told: in the `ReadReport` that the caller passes, or else in a warning at the end.
"""

from __future__ import annotations

import contextlib
import json
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geofront.crs import MAX_LAT, MAX_LON, LonLat, geodesic_km
from geofront.errors import DataFaultsError, Fault
from geofront.files.bounds import TOO_MANY_VALUES, read_bytes, too_many_values
from geofront.files.shapes import UnfitShapeError, is_in_degrees, read_geometry_json
from geofront.files.table import JOINT, utf8_text
from geofront.gazetteer.place import DEFAULT_RADIUS_KM
from geofront.gazetteer.tables import number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from geofront.gazetteer.place import Place

__all__ = [
    "BrokenRecordError",
    "ReadReport",
    "capitals",
    "farthest_km",
    "features_of",
    "former_names",
    "located",
    "loose_text",
    "position",
    "read_json",
    "spellings",
    "telling",
]

_LIMITS = {"lon": MAX_LON, "lat": MAX_LAT}


@dataclass(slots=True)
class ReadReport:
    """What a reader of other people's data met.

    `read` counts the records, `kept` those that became places, `passed_over` those that were not
    asked for or carry no name, and `broken` those that could not be used. `faults` holds the first
    `limit` faults; their row is the line of a text, or the number of the record in a JSON file.
    """

    limit: int = 100
    read: int = 0
    kept: int = 0
    passed_over: int = 0
    broken: int = 0
    faults: list[Fault] = field(default_factory=list)

    def note(self, fault: Fault) -> None:
        """Note a fault that costs no record.

        Parameters
        ----------
        fault
            What is wrong, and where.
        """
        if len(self.faults) < self.limit:
            self.faults.append(fault)

    def leave_out(self, fault: Fault) -> None:
        """Count a record as broken, and note why.

        Parameters
        ----------
        fault
            What is wrong, and where.
        """
        self.broken += 1
        self.note(fault)

    def __str__(self) -> str:
        """Return the counts and the noted faults, one a line."""
        counts = (
            f"{self.read:,} records read, {self.kept:,} kept, {self.passed_over:,} passed over, "
            f"{self.broken:,} broken"
        )
        more = self.broken - len(self.faults)
        tail = [f"and {more:,} more"] if more > 0 else []
        return "\n".join([counts, *map(str, self.faults), *tail])


class BrokenRecordError(ValueError):
    """A record can't become a place; the readers catch this and note it in their report."""

    def __init__(self, message: str, column: str = "", value: str = "") -> None:
        self.column = column
        self.value = value
        super().__init__(message)

    def fault(self, file: str, row: int) -> Fault:
        """Return this as the fault of a row."""
        return Fault(file, row, str(self), self.column, self.value)


def telling(
    records: Callable[[ReadReport], Iterator[Place]], report: ReadReport | None
) -> Iterator[Place]:
    """Yield the places of a reader; at the end tell what was broken, if nobody keeps a report.

    Raises
    ------
    DataFaultsError
        If there were records and every one was broken: the file is not in the format.
    """
    filled = report if report is not None else ReadReport()
    useful, broken = filled.kept + filled.passed_over, filled.broken
    for place in records(filled):
        filled.kept += 1
        yield place
    if filled.broken > broken and filled.kept + filled.passed_over == useful:
        raise DataFaultsError(filled.faults)
    if report is None and filled.faults:
        warnings.warn(f"{filled}\n(pass report= to have this as an object)", stacklevel=2)


def position(lon: str, lat: str) -> LonLat:
    """Return the position that two texts give in degrees, refusing what is none.

    Raises
    ------
    BrokenRecordError
        If one is missing, no number or out of range, or both are 0: nothing lies there but the
        sea, and it is how many programs write a position that they lack.
    """
    degrees = []
    for column, text in (("lon", lon), ("lat", lat)):
        value = number(text)
        if value is None:
            problem = f"{column} {text!r} is not a number" if text else f"{column} is missing"
            raise BrokenRecordError(problem, column, text)
        if abs(value) > _LIMITS[column]:
            raise BrokenRecordError(
                f"{column} {text} is out of range (±{_LIMITS[column]:.0f}); "
                "are these degrees, and lon and lat not swapped?",
                column,
                text,
            )
        degrees.append(value)
    if degrees == [0.0, 0.0]:
        raise BrokenRecordError(
            "lon and lat are both 0, which means a missing position", "lon", lon
        )
    return LonLat(*degrees)


def spellings(name: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """Return the candidates that are spellings other than the name, each once, no addresses."""
    texts = (text.strip() for text in candidates)
    kept = dict.fromkeys(t for t in texts if t and not t.startswith(("http://", "https://")))
    kept.pop(name, None)
    return tuple(kept)


def former_names(former: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Return names no longer in use, spelling to (from, to), as `extra` of a place holds them."""
    return {"former_names": json.dumps(dict(former), ensure_ascii=False)} if former else {}


def capitals(given: str | Iterable[str] | None) -> frozenset[str] | None:
    """Return one code or several as a set, in capitals; None stays None."""
    if given is None:
        return None
    return frozenset(t.strip().upper() for t in ([given] if isinstance(given, str) else given))


def loose_text(value: object) -> str:
    """Return a value as a table would hold it: nothing is an empty text, 5.0 is 5.

    Unlike `geofront.files.table.text_of` it refuses no character, and no list in a list.

    Raises
    ------
    BrokenRecordError
        If it is nested too deeply to be written.
    """
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float():
            return str(int(value)) if value.is_integer() else str(float(value))
        case list() | tuple():
            return JOINT.join(loose_text(part) for part in _leaves(value))
        case dict():
            return _json_text(value)
    return str(value).strip()


def _leaves(values: Iterable[object]) -> Iterator[object]:
    """Yield what is no list; of lists in lists there may be more than recursion reaches."""
    left = [*values][::-1]
    while left:
        value = left.pop()
        if isinstance(value, list | tuple):
            left.extend(value[::-1])
        else:
            yield value


def _json_text(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:  # writing reaches less deep than reading
        raise BrokenRecordError("holds a value that is nested too deeply") from None


def located(geometry: object) -> tuple[LonLat, float]:
    """Return a point on a geometry and how far the geometry reaches from there.

    Parameters
    ----------
    geometry
        A shapely geometry or a GeoJSON object, in degrees, longitude first.

    Returns
    -------
    tuple[LonLat, float]
        The point, and km: the usual radius for a point, for others at least that.

    Raises
    ------
    BrokenRecordError
        If it is none, empty or not valid, or lies nowhere on Earth.
    """
    shape = geometry if isinstance(geometry, shapely.Geometry) else None
    if shape is None:
        with contextlib.suppress(UnfitShapeError):
            shape = read_geometry_json(geometry)
    if shape is None or shape.is_empty:
        raise BrokenRecordError("has no geometry, or one that is empty or not valid", "geometry")
    point = shape
    if shape.geom_type != "Point":
        point = shapely.point_on_surface(shapely.make_valid(shape))
    at = position(str(float(point.x)), str(float(point.y)))
    west, south, east, north = shape.bounds
    return at, farthest_km(at, [LonLat(x, y) for x in (west, east) for y in (south, north)])


def farthest_km(at: LonLat, others: list[LonLat]) -> float:
    """Return the distance in km to the farthest of some points, at least the usual radius."""
    if not others:
        return DEFAULT_RADIUS_KM
    km = geodesic_km(np.array([at] * len(others)), np.array(others))
    return max(DEFAULT_RADIUS_KM, round(float(km.max()), 3))


def read_json(file: Path) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Read a JSON file, or one with an object a line (GeoJSON text sequences), as a list then.

    Parameters
    ----------
    file
        The file.

    Returns
    -------
    Any
        What it holds.

    Raises
    ------
    DataFaultsError
        If it can't be read, or is not JSON.
    """
    data = read_bytes(file)
    if too_many_values(data):
        raise DataFaultsError([Fault(file.name, 0, TOO_MANY_VALUES)])
    text = utf8_text(str(file), data).replace("\x1e", "").strip()
    lines = [line for line in text.split("\n") if line.strip()]
    try:
        if len(lines) > 1 and all(line.strip()[:1] + line.strip()[-1:] == "{}" for line in lines):
            return [json.loads(line) for line in lines]
        return json.loads(text)
    except RecursionError:
        message = "is nested too deeply"
    except ValueError as error:  # also of integers of thousands of digits
        message = f"is not JSON ({error}); is it an error page, or cut off?"
    raise DataFaultsError([Fault(str(file), 0, message)])


def features_of(file: Path, document: Any) -> list[Any]:  # noqa: ANN401 - whatever JSON holds
    """Return the features of a GeoJSON document.

    Parameters
    ----------
    file
        Where it was read, for the message.
    document
        A collection, a feature, or a list of features.

    Returns
    -------
    list[Any]
        The features, each still to be judged.

    Raises
    ------
    DataFaultsError
        If it is none of these, or not in degrees.
    """
    if isinstance(document, dict):
        crs = document.get("crs")
        if not is_in_degrees(crs):
            message = f"is not in degrees (crs {json.dumps(crs)}); reproject it to WGS 84"
            raise DataFaultsError([Fault(file.name, 0, message)])
        document = [document] if document.get("type") == "Feature" else document.get("features")
    if not isinstance(document, list):
        raise DataFaultsError([Fault(file.name, 0, "is not a GeoJSON FeatureCollection")])
    return document
