"""The ground to draw on: an outline that callers give, made sound, or refused with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geofront.control.tessellation import GRID_DEGREES
from geofront.crs import center_of, check_position, geodesic_km
from geofront.errors import ExtentError, PositionError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["refuse_remote", "sound_extent"]

_REMOTE_KM = 250.0


def sound_extent(extent: shapely.Geometry) -> shapely.Geometry:
    """Return an extent as polygons that neither cross nor overlap.

    Parameters
    ----------
    extent
        Polygons in degrees, as callers draw them: rings may cross themselves, holes may leave
        their shells, parts may overlap. Points and lines among them are left aside.

    Returns
    -------
    shapely.Geometry
        A valid polygon or multipolygon; the same object where it is one already.

    Raises
    ------
    ExtentError
        If it holds no polygon, is thinner than 0.1 m, or a corner is nowhere on Earth.
    """
    points = shapely.get_coordinates(extent)
    if len(points) == 0:
        raise ExtentError("the extent is empty; give a polygon")
    try:
        for x, y in (points.min(axis=0), points.max(axis=0)):
            check_position(float(x), float(y))
    except PositionError as error:
        raise ExtentError(f"a corner of the extent is amiss: {error}") from error
    polygons = _polygons(extent)
    if shapely.is_empty(shapely.set_precision(polygons, GRID_DEGREES)):
        kind = extent.geom_type
        told = "has no area" if kind.endswith("Polygon") else f"is a {kind} without area"
        raise ExtentError(f"the extent {told}; give a polygon that is at least 1 m wide")
    return polygons


def _polygons(extent: shapely.Geometry) -> shapely.Geometry:
    if extent.geom_type in {"Polygon", "MultiPolygon"} and shapely.is_valid(extent):
        return extent
    # Part by part, and a collection in a collection too: of what overlaps nothing may cancel out.
    parts = shapely.get_parts(shapely.get_parts([extent]))
    kept = [part for part in parts if part.geom_type == "Polygon"]
    mended = shapely.make_valid(
        np.array(kept, dtype=object), method="structure", keep_collapsed=False
    )
    return shapely.union_all(mended)


def refuse_remote(extent: shapely.Geometry, sites: NDArray[np.float64]) -> None:
    """Refuse to paint ground with the labels of places that have nothing to do with it.

    Parameters
    ----------
    extent
        Polygons in degrees.
    sites
        Positions of the places in degrees, shape (n, 2).

    Raises
    ------
    ExtentError
        If the nearest place is more than 250 km, and farther than the extent is across, away.
    """
    if len(sites) == 0:
        return
    corners = shapely.get_coordinates(extent)
    middle = center_of(corners)
    across = 2 * geodesic_km(np.tile(middle, (len(corners), 1)), corners).max()
    nearest = geodesic_km(np.tile(middle, (len(sites), 1)), sites).min()
    if nearest > max(across, _REMOTE_KM):
        raise ExtentError(
            f"the extent is {across:,.0f} km across, and the nearest place with a status is "
            f"{nearest:,.0f} km from its middle; give the extent of the conflict, or a reach"
        )
