"""What is in view in a picture: projection, bounds, graticule, scale and north.

Pictures are drawn in the stereographic projection around the middle of the extent, in which
distances are measured as well (`geofront.crs`): shapes and angles are true, and so is the scale
in the middle; within 300 km of it the scale is off by less than 0.06 %.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geofront.crs import BBox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geofront.control.series import Series
    from geofront.crs import LocalCRS
    from geofront.gazetteer.place import Place

__all__ = ["GraticuleLine", "View", "round_length", "view_of"]

_STEPS = (30.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)
_LINES_ACROSS = 2.5
_POINTS_ON_LINE = 33
_MARGIN = 0.035
_LEAST_SPAN_M = 2000.0
_ROUND = (5.0, 2.0, 1.0)
_MAX_LAT = 89.9


@dataclass(frozen=True, slots=True)
class GraticuleLine:
    """A line of equal longitude or latitude: its degrees, and points in metres, shape (n, 2)."""

    degrees: float
    along_latitude: bool
    points: NDArray[np.float64]

    @property
    def text(self) -> str:
        """Its degrees as written on a map, such as ``37.5°E``."""
        letters = "NS" if self.along_latitude else "EW"
        number = f"{abs(self.degrees):.3f}".rstrip("0").rstrip(".")
        return f"{number}°" + (letters[self.degrees < 0] if float(number) else "")


@dataclass(frozen=True)
class View:
    """A rectangle of projected metres, `west` to `east` and `south` to `north`."""

    crs: LocalCRS
    west: float
    south: float
    east: float
    north: float

    def project(self, shape: shapely.Geometry) -> shapely.Geometry:
        """Turn a geometry in degrees to metres."""
        return shapely.transform(shape, self.crs.to_metres)

    def meets(self, place: Place) -> bool:
        """Return whether some spot where a place may lie is in view."""
        x, y = self.crs.to_metres(np.array([place.position], dtype=np.float64))[0]
        reach = 1000 * place.radius_km
        in_width = self.west - reach <= x <= self.east + reach
        return bool(in_width and self.south - reach <= y <= self.north + reach)

    def fitted(self, aspect: float) -> View:
        """Return the view widened or heightened until it is `aspect` times as wide as high."""
        width, height = self.east - self.west, self.north - self.south
        more_x = max(0.0, height * aspect - width) / 2
        more_y = max(0.0, width / aspect - height) / 2
        return View(
            self.crs,
            self.west - more_x,
            self.south - more_y,
            self.east + more_x,
            self.north + more_y,
        )

    @cached_property
    def degrees(self) -> BBox:
        """The box of degrees that holds all that is in view."""
        x, y = (
            np.linspace(low, high, _POINTS_ON_LINE)
            for low, high in ((self.west, self.east), (self.south, self.north))
        )
        grid = np.column_stack([part.ravel() for part in np.meshgrid(x, y)])
        low, high = (f(self.crs.to_lonlat(grid), axis=0) for f in (np.min, np.max))
        return BBox(float(low[0]), float(low[1]), float(high[0]), float(high[1]))

    def graticule(self) -> Iterator[GraticuleLine]:
        """Yield meridians and parallels at round degrees, two or more either way."""
        box = self.degrees
        # Degrees of longitude are shorter than those of latitude: each has a step of its own.
        for along_latitude, low, high in (
            (False, box.west, box.east),
            (True, box.south, box.north),
        ):
            step = next((s for s in _STEPS if (high - low) / s >= _LINES_ACROSS), _STEPS[-1])
            for k in range(math.ceil(low / step), math.floor(high / step) + 1):
                yield GraticuleLine(k * step, along_latitude, self._line(k * step, along_latitude))

    def _line(self, degrees: float, along_latitude: bool) -> NDArray[np.float64]:  # noqa: FBT001
        box = self.degrees
        low, high = (box.west, box.east) if along_latitude else (box.south, box.north)
        if not along_latitude:
            low, high = max(low, -_MAX_LAT), min(high, _MAX_LAT)
        other = np.linspace(low, high, _POINTS_ON_LINE)
        same = np.full(_POINTS_ON_LINE, degrees)
        pair = (other, same) if along_latitude else (same, other)
        return self.crs.to_metres(np.column_stack(pair))

    def north_at(self, x: float, y: float) -> float:
        """Return the direction of true north at a point in metres, in degrees right of up."""
        here = self.crs.to_lonlat(np.array([[x, y]]))
        there = self.crs.to_metres(here + np.array([[0.0, 0.01]]))[0]
        return math.degrees(math.atan2(there[0] - x, there[1] - y))

    @property
    def told(self) -> str:
        """The projection in words."""
        lon, lat = self.crs.center
        at = f"{abs(lat):.2f}°{'NS'[lat < 0]} {abs(lon):.2f}°{'EW'[lon < 0]}"
        return f"stereographic around {at}, true scale there"


def view_of(series: Series) -> View:
    """Return what a picture of a series must show: its extent with a margin.

    Parameters
    ----------
    series
        The series.

    Returns
    -------
    View
        In metres of the series' own projection.
    """
    crs, mesh = series.mesh.crs, series.mesh
    points = mesh.vertices if mesh.cells else _positions(series)
    metres = crs.to_metres(points)
    if not len(metres):
        metres = np.zeros((1, 2))
    low, high = metres.min(axis=0), metres.max(axis=0)
    span = np.maximum(high - low, _LEAST_SPAN_M)
    middle, half = (low + high) / 2, span * (0.5 + _MARGIN)
    (west, south), (east, north) = (middle - half).tolist(), (middle + half).tolist()
    return View(crs, west, south, east, north)


def _positions(series: Series) -> NDArray[np.float64]:
    places = series.timeline.places.values()
    return np.array([p.position for p in places], dtype=np.float64).reshape(-1, 2)


def round_length(most: float) -> float:
    """Return the longest of 1, 2, 5, 10, 20, 50 ... that is at most a length."""
    power = 10.0 ** math.floor(math.log10(most))
    return next(n * power for n in _ROUND if n * power <= most * (1 + 1e-9))
