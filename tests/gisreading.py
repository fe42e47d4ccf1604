"""Files of the GIS formats read back by GDAL or pyarrow, as rows that can be compared."""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyogrio.raw import read
from worlds import FIRST, LAST, write_world

import geofront
from geofront.render.gis import (
    write_flatgeobuf,
    write_gpkg,
    write_kepler,
    write_kml,
    write_parquet,
    write_shapefile,
    write_topojson,
)
from geofront.render.gis.intervals import intervals
from geofront.render.gis.layers import LAYERS, chosen_layers
from geofront.render.gis.tables import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from geofront.control.series import Series
    from geofront.render.gis.layers import Column

HOSTILE = "<script>alert(1)</script> ]]> \"'& \u202egnp.exe"
EVENTS = f"""id,date,place,kind,actor,from_actor,source,note,credibility,reported,geometry,standing
e1,2020-01-01,ain,hold,North,,one,=1+1,,,,
e2,2020-01-01,bir,hold,North,,one,,2,2020-01-02,,
e3,2020-01-01,dam,hold,South,,one,,,,,
e4,2020-01-03,eid,capture,South,North,two,{"ن" * 200},,,,claimed
e5,2020-01-04,bir,contest,South,North,two,,,,,
e6,2020-01-05,bir,capture,South,North,one,,,,,
e7,2020-01-02/2020-01-04,dam,strike,North,,one,,,,"LINESTRING (38 34.4, 38.2 34.3)",
e8,2020-01-04,ain,movement,South,,one,,,,"POLYGON ((38 34, 38.1 34, 38.1 34.1, 38 34))",
"""
PLACES = f"""id,name,lon,lat
ain,"{HOSTILE.replace('"', '""')}",38.0,34.0
bir,Bir,38.4,34.0
dam,=cmd|' /C calc'!A0,38.0,34.4
eid,عين,38.4,34.4
"""

ALL = ("areas", "frontlines", "places", "events", "events_lines", "events_areas")
WRITERS = {
    "gpkg": (write_gpkg, "map.gpkg"),
    "parquet": (write_parquet, "parquet"),
    "fgb": (write_flatgeobuf, "fgb"),
    "shp": (write_shapefile, "shp"),
    "kml": (write_kml, "map.kml"),
    "kmz": (write_kml, "map.kmz"),
    "topojson": (write_topojson, "map.topojson"),
    "kepler": (write_kepler, "kepler"),
}

Row = dict[str, Any]


def hostile_world(folder: Path) -> Series:
    """A small war with texts that want to be code, and events along a road and over an area."""
    written = write_world(folder, events=EVENTS, places=PLACES)
    return geofront.draw(geofront.read(written), start=FIRST, end=LAST)


def columns(name: str) -> tuple[Column, ...]:
    """The columns of a table by its name."""
    (layer,) = chosen_layers([name.partition("_")[0]])
    return layer.columns


def expected(series: Series) -> dict[str, list[Row]]:
    """The rows of each table, events split by their shapes."""
    return {
        table.layer.name: [
            told(table.layer.columns, (row.start, row.end, *row.values), row.geometry)
            for row in table.rows
        ]
        for table in tables(series, chosen_layers(LAYERS), iter)
    }


def unsplit(series: Series) -> dict[str, list[Row]]:
    """The rows of the four layers, their shapes as they are."""
    return {
        layer.name: [
            told(layer.columns, (row.start, row.end, *row.values), row.geometry)
            for row in intervals(series, layer)
        ]
        for layer in chosen_layers(LAYERS)
    }


def told(columns: Iterable[Column], values: Iterable[object], shape: shapely.Geometry) -> Row:
    row = dict(zip([column.name for column in columns], values, strict=True))
    return {**row, "geometry": plain_shape(shape)}


def plain_shape(shape: shapely.Geometry) -> shapely.Geometry:
    """The shape in its normal form, one of a single part as that part: Shapefiles know no other."""
    parts = shapely.get_parts(shape)
    return shapely.normalize(parts[0] if len(parts) == 1 else shape)


def with_gdal(
    path: Path, layer: str, columns: Sequence[Column], *, short: bool = False
) -> list[Row]:
    """Read a layer with GDAL; missing values are None, days are days."""
    meta, _, shapes, data = read(path, layer=layer)
    by_name = dict(zip(meta["fields"].tolist(), data, strict=True))
    names = [column.short_name if short else column.name for column in columns]
    assert list(by_name) == names
    cells = [
        [_plain(column, value) for value in by_name[name]]
        for column, name in zip(columns, names, strict=True)
    ]
    return [
        told(columns, values, shapely.from_wkb(shape))
        for *values, shape in zip(*cells, shapes, strict=True)
    ]


def _plain(column: Column, value: Any) -> object:
    if value is None or (isinstance(value, (float, np.floating)) and np.isnan(value)):
        return None
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else value.astype("datetime64[D]").item()
    casts: dict[str, Callable[[Any], object]] = {"number": float, "whole": int, "flag": bool}
    cast = casts.get(column.kind)
    return cast(value) if cast else value


def topology(path: Path) -> dict[str, list[Row]]:
    """Decode a TopoJSON file by hand, by what its specification says."""
    data = json.loads(path.read_text(encoding="utf-8"))
    scale, shift = (np.array(data["transform"][key]) for key in ("scale", "translate"))
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in data["arcs"]]

    def line(numbers: list[int]) -> np.ndarray[Any, Any]:
        pieces = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
        for before, after in pairwise(pieces):
            assert (before[-1] == after[0]).all()
        return np.vstack([pieces[0], *(piece[1:] for piece in pieces[1:])])

    def shape(told: dict[str, Any]) -> shapely.Geometry:
        kind = told["type"]
        if kind == "Point":
            return shapely.Point(np.array(told["coordinates"]) * scale + shift)
        if kind == "LineString":
            return shapely.LineString(line(told["arcs"]))
        if kind == "MultiLineString":
            return shapely.MultiLineString([line(numbers) for numbers in told["arcs"]])
        polygons = [told["arcs"]] if kind == "Polygon" else told["arcs"]
        made = [
            shapely.Polygon(line(shell), [line(hole) for hole in holes])
            for shell, *holes in polygons
        ]
        return made[0] if kind == "Polygon" else shapely.MultiPolygon(made)

    return {
        name: [
            {**row["properties"], "geometry": plain_shape(shape(row))}
            for row in collection["geometries"]
        ]
        for name, collection in data["objects"].items()
    }


def assert_same(found: list[Row], wanted: list[Row], digits: int | None = None) -> None:
    """Compare rows in any order; shapes exactly, or to so many decimals of a degree."""

    def key(row: Row) -> str:
        return str({name: value for name, value in row.items() if name != "geometry"})

    assert len(found) == len(wanted)
    for one, other in zip(sorted(found, key=key), sorted(wanted, key=key), strict=True):
        assert key(one) == key(other)
        tolerance = 0.0 if digits is None else 0.5 * 10**-digits
        assert shapely.equals_exact(one["geometry"], other["geometry"], tolerance)


def as_days(rows: list[Row], *columns: str) -> list[Row]:
    """Turn days that a format keeps as texts into days."""
    return [
        {
            name: date.fromisoformat(value[:10]) if name in columns and value else value
            for name, value in row.items()
        }
        for row in rows
    ]
