"""The grid that positions are rounded to."""

from __future__ import annotations

import math

from geofront.crs import LonLat

__all__ = ["snap"]

_KM_PER_DEGREE = 111.195
"""Of latitude, on a sphere of the Earth's mean radius."""
_DIGITS = 6


def snap(lon: float, lat: float, km: float) -> LonLat:
    """Return the point of the grid that a position is rounded to.

    The rows of the grid lie every `km` of latitude from the equator; the points of a row every
    `km` of longitude along it, or a little more so that they close around the Earth, from
    Greenwich. It depends on nothing but `km`, so the same place is moved to the same point in
    every map, and a series of maps gives nothing more away than one of them.

    Parameters
    ----------
    lon, lat
        Degrees in WGS 84.
    km
        The step, more than 0.

    Returns
    -------
    LonLat
        Degrees, to six decimals; at most `km` / √2 from the position, up to the flattening of the
        Earth.
    """
    step = km / _KM_PER_DEGREE
    row = math.floor(lat / step + 0.5) * step
    row = max(-90.0, min(90.0, row))
    around = 360.0 * math.cos(math.radians(row)) * _KM_PER_DEGREE
    count = max(1, math.floor(around / km))
    column = math.floor(lon / 360.0 * count + 0.5) * 360.0 / count
    if column > 180.0:  # noqa: PLR2004 - degrees of a circle
        column -= 360.0
    return LonLat(round(column, _DIGITS) + 0.0, round(row, _DIGITS) + 0.0)
