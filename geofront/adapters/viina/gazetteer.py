"""Where VIINA's places are: its control files have no coordinates, only the ids of a gazetteer.

Ids are GeoNames' numbers (``461727``, in places written ``461727.0``) or codes of KATOTTH, the
Ukrainian register of places (``UA01000000000013043``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geofront.adapters.cells import UNFIT
from geofront.adapters.foreign import unreadable
from geofront.adapters.viina.files import refuse_pointer
from geofront.errors import DataFaultsError, Fault
from geofront.files.mapfiles import read_map_file
from geofront.gazetteer.readers.geonames import read_geonames
from geofront.gazetteer.readers.records import BrokenRecordError, ReadReport, position, spellings
from geofront.gazetteer.tables import read_places

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import geopandas

    from geofront.adapters.viina.files import TableFile
    from geofront.gazetteer.place import Place

__all__ = ["KEYS", "Gazetteer", "key_of", "place_id", "read_gazetteer"]

KEYS = ("geonameid", "kod")
"""The columns and properties that identify a place."""

_GEONAMES = re.compile(r"(?:geonames-)?0*(\d{1,12})(?:\.0*)?\Z", re.ASCII)
_KATOTTH = re.compile(r"(?:KATOTTH-)?(UA\d{17})\Z", re.ASCII | re.IGNORECASE)
_MAPS = frozenset({".geojson", ".json", ".gpkg", ".fgb", ".shp"})
_LICENCE = "ODbL-1.0"
_HEAD = 256
_SLIVER = 1e-4  # square degrees, about 0.8 km² in Ukraine


@dataclass(slots=True)
class Gazetteer:
    """The places by key, as rows of a places.csv; `outline` is the union of their areas, if any."""

    rows: dict[str, Mapping[str, object]] = field(default_factory=dict)
    outline: shapely.Geometry | None = None
    file: str = ""
    passed_over: int = 0

    def add(self, key: str, row: Mapping[str, object]) -> None:
        """Add a place; the first one of a key stands."""
        self.rows.setdefault(key, row)

    def add_own(self, key: str, table: TableFile, cells: Sequence[str]) -> bool:
        """Add a place that a table itself tells, as those of version 1 do.

        Parameters
        ----------
        key
            Its key.
        table, cells
            The table, and the place's row.

        Returns
        -------
        bool
            Whether it has a position.
        """
        values = {c: v.strip() for c, v in zip(table.columns, cells, strict=False)}
        try:
            at = position(values.get("longitude", ""), values.get("latitude", ""))
        except BrokenRecordError:
            return False
        self.add(key, _feature_row(place_id(key), values, at.lon, at.lat, table.name))
        return True


def key_of(text: str) -> str:
    """Return the key of an id as written: ``461727.0`` is ``461727``; empty if it is none.

    Parameters
    ----------
    text
        The id.

    Returns
    -------
    str
        GeoNames' number without zeros before or decimals, or a code of KATOTTH in capitals.
    """
    text = text.strip()
    found = _GEONAMES.match(text)
    if found:
        return found[1]
    found = _KATOTTH.match(text)
    return found[1].upper() if found else ""


def place_id(key: str) -> str:
    """Return the id of the place in geofront's tables."""
    return f"geonames-{key}" if key.isdecimal() else f"katotth-{key}"


def read_gazetteer(places: str | PathLike[str] | Iterable[Place]) -> Gazetteer:
    """Read the places that ids are looked up in.

    Parameters
    ----------
    places
        VIINA's ``gn_UA_tess.geojson`` or ``katotth_UA_tess.geojson`` (positions are those of the
        properties ``longitude`` and ``latitude``, or a point on the polygon), a dump of GeoNames
        (``UA.zip`` or ``UA.txt``), a places.csv whose ids or whose column ``geonameid`` or ``kod``
        are such ids, or places.

    Returns
    -------
    Gazetteer
        The places.

    Raises
    ------
    DataFaultsError
        If the file can't be read, or none of its places has such an id.
    """
    found = Gazetteer()
    if not isinstance(places, str | PathLike):
        _add_places(found, places)
        found.file = "places"
    else:
        path = Path(places)
        found.file = path.name
        _refuse_pointer(path)
        if path.suffix.casefold() in _MAPS:
            _add_features(found, _features(path))
        elif path.suffix.casefold() in {".txt", ".zip"}:
            _add_places(found, read_geonames(path, report=ReadReport()))
        else:
            _add_places(found, read_places(path)[0])
    if not found.rows:
        message = "has no place with an id of GeoNames (geonameid) or KATOTTH (kod)"
        raise DataFaultsError([Fault(found.file, 0, message)])
    return found


def _refuse_pointer(path: Path) -> None:
    try:
        with path.open("rb") as stream:
            refuse_pointer(path, stream.read(_HEAD))
    except OSError as error:
        raise DataFaultsError([unreadable(path.name, error)]) from error


def _add_places(found: Gazetteer, places: Iterable[Place]) -> None:
    for place in places:
        given = (place.extra.get(name, "") for name in KEYS)
        key = next((key for text in (*given, place.id) if (key := key_of(text))), "")
        if not key:
            found.passed_over += 1
            continue
        row: dict[str, object] = {
            "id": place.id,
            "name": place.name,
            "lon": place.lon,
            "lat": place.lat,
            "aliases": _names(place.aliases),
            "feature": place.feature,
            "radius_km": place.radius_km,
            "admin1": place.admin1,
            "country": place.country,
            "source": place.source,
            "licence": place.licence,
            **place.extra,
        }
        found.add(key, row)


def _names(names: Iterable[str]) -> list[str]:
    return [name for name in names if "|" not in name]


def _features(path: Path) -> geopandas.GeoDataFrame:
    import geopandas

    frame = read_map_file(path, name=path.name, what="a map of places")
    if not isinstance(frame, geopandas.GeoDataFrame) or not {*KEYS, "id"} & set(frame.columns):
        message = "has no features with a property geonameid, kod or id"
        raise DataFaultsError([Fault(path.name, 0, message)])
    return frame


def _add_features(found: Gazetteer, frame: geopandas.GeoDataFrame) -> None:
    column = next(name for name in (*KEYS, "id") if name in frame.columns)
    shapes = np.array(frame.geometry.array, dtype=object)
    points = _points(shapes)
    plain = frame.drop(columns=frame.geometry.name).astype(object)
    records = plain.where(plain.notna(), None).to_dict("records")
    for record, point in zip(records, points, strict=True):
        values = {name: _text(value) for name, value in record.items()}
        key = key_of(values.get(column, ""))
        lon, lat = (values.get(name, "") for name in ("longitude", "latitude"))
        try:
            at = position(lon, lat) if lon and lat else position(*map(str, point))
        except BrokenRecordError:
            key = ""
        if not key:
            found.passed_over += 1
            continue
        found.add(key, _feature_row(place_id(key), values, at.lon, at.lat, found.file))
    found.outline = _outline(shapes)


def _text(value: object) -> str:
    return "" if value is None else UNFIT.sub("", str(value)).strip()


def _feature_row(
    given_id: str, values: Mapping[str, str], lon: float, lat: float, file: str
) -> dict[str, object]:
    ascii_name = values.get("asciiname", "")
    name = values.get("name") or ascii_name or given_id
    others = (ascii_name, *values.get("alternatenames", "").split(","))
    row: dict[str, object] = {
        "id": given_id,
        "name": name,
        "lon": lon,
        "lat": lat,
        "aliases": _names(spellings(name, others)),
        "feature": values.get("feature_code", ""),
        "admin1": values.get("ADM1_NAME") or values.get("ADM1_NAME_ALT", ""),
        "country": values.get("country_code") or "UA",
        "source": f"VIINA, {file}",
        "licence": _LICENCE,
    }
    population = re.match(r"\d+", values.get("population", ""))
    if population and int(population[0]):
        row["population"] = population[0]
    return row


def _points(shapes: np.ndarray) -> np.ndarray:
    """Return a point on each shape, shape (n, 2), NaN where there is none."""
    usable = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    points = np.full((len(shapes), 2), np.nan)
    valid = shapely.make_valid(shapes[usable])
    on = shapely.point_on_surface(valid)
    points[usable] = np.column_stack([shapely.get_x(on), shapely.get_y(on)])
    return points


def _outline(shapes: np.ndarray) -> shapely.Geometry | None:
    """Return the union of the polygons among shapes, which tile the country; None without any."""
    polygonal = np.isin(shapely.get_type_id(shapes), (3, 6))
    areas = shapely.make_valid(shapes[polygonal & ~shapely.is_empty(shapes)])
    parts = [_filled(p) for p in _parts(shapely.union_all(areas)) if p.geom_type == "Polygon"]
    return shapely.union_all(parts) if parts else None


def _parts(shape: shapely.Geometry) -> list[shapely.Geometry]:
    parts = [shape]
    while any(part.geom_type.endswith("Collection") for part in parts):
        parts = [inner for part in parts for inner in shapely.get_parts(part)]
    return [inner for part in parts for inner in shapely.get_parts(part)]


def _filled(polygon: shapely.Geometry) -> shapely.Geometry:
    """Close the slivers that are left where neighbouring polygons do not quite meet."""
    holes = [ring for ring in polygon.interiors if shapely.Polygon(ring).area > _SLIVER]
    return shapely.Polygon(polygon.exterior, holes)
