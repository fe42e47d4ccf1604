"""Files of the GIS formats read back by GDAL or pyarrow, as rows that can be compared."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pyogrio
import pyogrio.raw
import shapely

from geofront.render.gis.frames import intervals
from geofront.render.gis.layers import chosen_layers
from geofront.render.gis.tables import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from geofront.control.series import Series
    from geofront.render.gis.layers import Column

Row = dict[str, Any]


def expected(series: Series) -> dict[str, list[Row]]:
    """The rows of each table, events split by their shapes."""
    return {
        table.layer.name: [
            told(table.layer.columns, (row.start, row.end, *row.values), row.geometry)
            for row in table.rows
        ]
        for table in tables(
            series, chosen_layers(["areas", "frontlines", "places", "events"]), iter
        )
    }


def unsplit(series: Series) -> dict[str, list[Row]]:
    """The rows of the four layers, their shapes as they are."""
    return {
        layer.name: [
            told(layer.columns, (row.start, row.end, *row.values), row.geometry)
            for row in intervals(series, layer)
        ]
        for layer in chosen_layers(["areas", "frontlines", "places", "events"])
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
    meta, _, shapes, data = pyogrio.raw.read(path, layer=layer)
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
    return casts.get(column.kind, lambda same: same)(value)


def topology(path: Path) -> dict[str, list[Row]]:
    """Decode a TopoJSON file by hand, by what its specification says."""
    data = json.loads(path.read_text(encoding="utf-8"))
    scale, shift = (np.array(data["transform"][key]) for key in ("scale", "translate"))
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in data["arcs"]]

    def line(numbers: list[int]) -> np.ndarray[Any, Any]:
        pieces = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
        for before, after in zip(pieces, pieces[1:], strict=False):
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
