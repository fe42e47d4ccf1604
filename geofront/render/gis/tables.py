"""Rows as arrays for GDAL, in batches, so that a long series need not be in memory as a whole."""

from __future__ import annotations

import contextlib
import errno
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geofront.crs import WGS84
from geofront.render.gis.intervals import intervals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from numpy.typing import NDArray

    from geofront.control.series import Series
    from geofront.render.gis.layers import Column, Interval, Layer

__all__ = ["Table", "batches", "gdal_options", "tables", "write_table"]

_BATCH = 500
_FAMILIES = (
    ("", "Point", 0, ""),
    ("_lines", "MultiLineString", 1, " along roads and lines"),
    ("_areas", "MultiPolygon", 2, " over areas"),
)


@dataclass(frozen=True, slots=True)
class Table:
    """A layer whose shapes are of one type, and its rows."""

    layer: Layer
    rows: Iterable[Interval]


def tables(
    series: Series,
    layers: Iterable[Layer],
    progress: Callable[[Iterable[date]], Iterable[date]] | None,
) -> Iterator[Table]:
    """Yield the layers of a series as tables with shapes of one type each.

    Events at places are the table ``events``. Where some have a road or an area of their own,
    these follow in ``events_lines`` and ``events_areas``: few programs like types mixed.

    Parameters
    ----------
    series
        The series.
    layers
        The layers.
    progress
        Wraps the days.

    Yields
    ------
    Table
        Its rows can be read once.
    """
    for layer in layers:
        if layer.geometry:
            yield Table(layer, intervals(series, layer, progress))
            continue
        met = {_dimensions(row.geometry) for row in intervals(series, layer)}
        for suffix, geometry, dimensions, title in _FAMILIES:
            if dimensions in met or not suffix:
                rows = (
                    _fitted(row, geometry)
                    for row in intervals(series, layer, progress)
                    if _dimensions(row.geometry) == dimensions
                )
                named = replace(layer, name=layer.name + suffix, title=layer.title + title)
                yield Table(replace(named, geometry=geometry), rows)


def _dimensions(shape: shapely.Geometry) -> int:
    return int(shapely.get_dimensions(shape))


def _fitted(row: Interval, geometry: str) -> Interval:
    """Return a row with its shape as the type of its table."""
    parts = shapely.get_parts(row.geometry)
    if geometry == "Point":
        # Several points are one event; it is shown in their midst.
        shape = parts[0] if len(parts) == 1 else row.geometry.centroid
    else:
        dimensions = 1 if geometry == "MultiLineString" else 2
        flat = [p for part in parts for p in shapely.get_parts(part).tolist()]
        kept = [p for p in flat if _dimensions(p) == dimensions]
        make = shapely.multilinestrings if dimensions == 1 else shapely.multipolygons
        shape = make(kept)
    return row._replace(geometry=shape)


def batches(rows: Iterable[Interval], size: int) -> Iterator[list[Interval]]:
    """Yield rows in lists; one empty list if there is no row, so that a layer is made anyway."""
    iterator = iter(rows)
    batch = list(islice(iterator, size))
    yield batch
    while batch := list(islice(iterator, size)):
        yield batch


def write_table(path: Path, table: Table, **options: Any) -> Iterator[int]:  # noqa: ANN401
    """Write a table with GDAL, batch by batch.

    Parameters
    ----------
    path
        The file.
    table
        The table.
    **options
        For `pyogrio.raw.write`; `names` are those of the columns, if not their own, `batch` is how
        many rows are written at a time.

    Yields
    ------
    int
        The number of rows of each batch, once it is written.

    Raises
    ------
    OSError
        If GDAL can't write it.
    """
    from pyogrio.errors import DataLayerError, DataSourceError
    from pyogrio.raw import write

    names = options.pop("names", [column.name for column in table.layer.columns])
    size = options.pop("batch", _BATCH)
    append = False
    for batch in batches(table.rows, size):
        data = list(map(_array, table.layer.columns, table.layer.by_column(batch)))
        try:
            write(
                path,
                geometry=_wkb(batch),
                field_data=[values for values, _ in data],
                field_mask=[missing for _, missing in data],
                fields=names,
                layer=table.layer.name,
                geometry_type=table.layer.geometry,
                crs=WGS84,
                encoding="UTF-8",
                append=append,
                **options,
            )
        except (DataSourceError, DataLayerError) as error:
            reason = str(error).replace(str(path), path.name)
            raise OSError(errno.EIO, f"GDAL cannot write it: {reason}", str(path)) from error
        append = True
        yield len(batch)


def _wkb(rows: Sequence[Interval]) -> NDArray[np.object_]:
    shapes = np.array([row.geometry for row in rows], dtype=object)
    found: NDArray[np.object_] = np.asarray(shapely.to_wkb(shapes), dtype=object)
    return found


_TYPES = {"date": "datetime64[D]", "number": "float64", "whole": "int32", "flag": "bool"}


def _array(column: Column, values: list[object]) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    """Return the values of a column, and which are missing where the type can't say so."""
    if column.kind == "text":
        return np.array(values, dtype=object), None
    missing = np.array([value is None for value in values], dtype=bool)
    if column.kind == "date":
        return np.array(values, dtype=_TYPES["date"]), None
    filled = [0 if value is None else value for value in values]
    return np.array(filled, dtype=_TYPES[column.kind]), missing if missing.any() else None


@contextlib.contextmanager
def gdal_options(**options: str) -> Iterator[None]:
    """Set options of GDAL for a block.

    Parameters
    ----------
    **options
        Their values by name.

    Yields
    ------
    None
        To the block.
    """
    import pyogrio

    former = {name: pyogrio.get_gdal_config_option(name) for name in options}
    pyogrio.set_gdal_config_options(options)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(former)
