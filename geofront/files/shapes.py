"""Features and frames carry a shape beside their cells: a point is a position, all else WKT."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from geofront.files.table import text_of

if TYPE_CHECKING:
    import shapely

__all__ = [
    "UnfitShapeError",
    "geometry_json",
    "is_in_degrees",
    "put_shape",
    "read_geometry_json",
    "read_wkt",
    "wkt_of",
]

_SAME = 1e-6
"""Degrees, about 0.1 m: programs round what they write."""
_DEGREES = ("CRS84", "4326")
_DEEPEST = 50
"""Collections within collections: GEOS reads them by recursion, which ends in a crash."""


class UnfitShapeError(ValueError):
    """A shape that can't be read, or that contradicts the cells beside it."""


def put_shape(cells: dict[str, str], shape: shapely.Geometry | None) -> None:
    """Put a shape into the cells of its record.

    A point becomes ``lon`` and ``lat``, anything else ``geometry`` in WKT. Where the record has
    those cells already, they stay as they are.

    Parameters
    ----------
    cells
        The cells, which are added to.
    shape
        In degrees; None and empty ones change nothing.

    Raises
    ------
    UnfitShapeError
        If the record's own cells say something else.
    """
    if shape is None or shape.is_empty:
        return
    if shape.geom_type == "Point":
        for column, value in (("lon", shape.x), ("lat", shape.y)):
            told = cells.get(column, "").strip()
            if told and not _near(told, value):
                message = f"{column} {told} is not that of the point, {value}; drop one of them"
                raise UnfitShapeError(message)
            cells[column] = told or text_of(float(value))
        return
    told = cells.get("geometry", "").strip()
    if told and not _alike(told, shape):
        raise UnfitShapeError("the column geometry is not the shape itself; drop one of them")
    cells["geometry"] = told or wkt_of(shape)


def _near(text: str, value: float) -> bool:
    try:
        return abs(float(text) - value) <= _SAME
    except ValueError:
        return True  # that it is no number is told when the row is read


def _alike(wkt: str, shape: shapely.Geometry) -> bool:
    import shapely

    try:
        told = shapely.from_geojson(shapely.to_geojson(read_wkt(wkt)))
        plain = shapely.from_geojson(shapely.to_geojson(shape))
    except (shapely.errors.ShapelyError, UnfitShapeError):
        return True  # likewise
    return bool(shapely.equals_exact(told, plain, _SAME, normalize=True))


def read_wkt(text: str) -> shapely.Geometry:
    """Read a shape from WKT.

    Parameters
    ----------
    text
        The text of a cell.

    Returns
    -------
    shapely.Geometry
        The shape, perhaps an invalid one.

    Raises
    ------
    UnfitShapeError
        If it is no WKT, or has curves, or collections nested more than 50 deep.
    """
    import numpy as np
    import shapely

    signs = np.frombuffer(text.encode("utf-8", "replace"), dtype=np.uint8)
    steps = (signs == ord("(")).astype(np.int64) - (signs == ord(")"))
    if np.cumsum(steps).max(initial=0) > _DEEPEST:
        raise UnfitShapeError("the shape is nested too deeply")
    try:
        return shapely.from_wkt(text)
    except (shapely.errors.ShapelyError, NotImplementedError, ValueError) as error:
        raise UnfitShapeError(f"the shape is not WKT: {error}") from error


def wkt_of(shape: shapely.Geometry) -> str:
    """Return a shape as WKT, in capitals whatever the locale.

    Where a program has set a Turkish locale, GEOS writes ``LiNESTRiNG``.
    """
    return str(shape.wkt).upper()


def is_in_degrees(crs: object) -> bool:
    """Return whether the ``crs`` of a GeoJSON document is that of degrees, as it is without one."""
    return crs is None or any(mark in json.dumps(crs) for mark in _DEGREES)


def geometry_json(shape: shapely.Geometry) -> dict[str, Any]:
    """Return a shape as the geometry of a GeoJSON feature."""
    import shapely

    return cast("dict[str, Any]", json.loads(shapely.to_geojson(shape)))


def read_geometry_json(geometry: object) -> shapely.Geometry | None:
    """Read the geometry of a GeoJSON feature.

    Parameters
    ----------
    geometry
        The value of ``geometry``.

    Returns
    -------
    shapely.Geometry | None
        The shape, or None where there is none.

    Raises
    ------
    UnfitShapeError
        If it is no geometry.
    """
    import shapely

    if geometry is None:
        return None
    try:
        return shapely.from_geojson(json.dumps(geometry))
    except (shapely.errors.ShapelyError, TypeError, ValueError, RecursionError) as error:
        raise UnfitShapeError(f"geometry is not GeoJSON: {error}") from error
