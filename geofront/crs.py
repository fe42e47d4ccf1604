"""Longitude and latitude outside, metres inside.

Everything a user gives or gets is WGS 84, longitude first. Distances are measured in a
conformal (stereographic) projection around the middle of the extent: its scale is off by
less than 0.4 % within 800 km, in every direction and at any latitude. Areas are measured in
the equal-area (Lambert azimuthal) projection around the same point, which is exact on the
ellipsoid.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from pyproj import CRS, Geod, Transformer

from geofront.errors import PositionError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "EARTH_KM",
    "GEOD",
    "MAX_LAT",
    "MAX_LON",
    "WGS84",
    "BBox",
    "LocalCRS",
    "LonLat",
    "all_on_earth",
    "bearing",
    "center_of",
    "check_position",
    "destination",
    "geodesic_km",
    "unit_vectors",
]

WGS84 = "EPSG:4326"
GEOD = Geod(ellps="WGS84")
"""The ellipsoid, for distances and bearings along its surface."""
EARTH_KM = 6371.0088
"""The mean radius of the Earth; on this sphere distances are within 0.6 % of the true ones."""
MAX_LON, MAX_LAT = 180.0, 90.0
"""The largest longitude and latitude, in degrees, east or west, north or south."""
_M_PER_KM = 1000.0


class LonLat(NamedTuple):
    """A position in degrees, WGS 84, longitude first."""

    lon: float
    lat: float


class BBox(NamedTuple):
    """A box in degrees, WGS 84."""

    west: float
    south: float
    east: float
    north: float

    def contains(self, point: LonLat) -> bool:
        """Return whether a point lies in the box or on its edge.

        Parameters
        ----------
        point
            Degrees, longitude first.

        Returns
        -------
        bool
            Whether it does.
        """
        return self.west <= point.lon <= self.east and self.south <= point.lat <= self.north


@dataclass(frozen=True, slots=True)
class LocalCRS:
    """The pair of projections around a point: conformal for distances, equal-area for km².

    References
    ----------
    J. P. Snyder, Map projections: a working manual, U.S. Geological Survey Professional Paper 1395
    (1987): the stereographic and the Lambert azimuthal equal-area projection.
    """

    center: LonLat

    @property
    def conformal(self) -> str:
        """The stereographic projection as a PROJ string."""
        return f"+proj=stere {self._origin()}"

    @property
    def equal_area(self) -> str:
        """The Lambert azimuthal equal-area projection as a PROJ string."""
        return f"+proj=laea {self._origin()}"

    def to_metres(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Project positions, shape (n, 2) in degrees, to conformal metres of the same shape.

        Parameters
        ----------
        lonlat
            Degrees, longitude first.

        Returns
        -------
        NDArray[np.float64]
            Metres east and north of the centre.
        """
        return _transform(WGS84, self.conformal, lonlat)

    def to_lonlat(self, metres: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn conformal metres, shape (n, 2), back to degrees of the same shape.

        Parameters
        ----------
        metres
            Metres east and north of the centre.

        Returns
        -------
        NDArray[np.float64]
            Degrees, longitude first.
        """
        return _transform(self.conformal, WGS84, metres)

    def to_connected_lonlat(self, metres: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn conformal metres, shape (n, 2), to degrees that go on beyond the 180th meridian.

        A line that runs over it so stays one line, and does not go around the globe.

        Parameters
        ----------
        metres
            Metres east and north of the centre.

        Returns
        -------
        NDArray[np.float64]
            Degrees, longitude first; beyond 180 east or west where the line crosses it.
        """
        degrees = self.to_lonlat(metres)
        past = degrees[:, 0] - self.center.lon
        degrees[:, 0] -= np.where(np.abs(past) > MAX_LON, np.copysign(2 * MAX_LON, past), 0.0)
        return degrees

    def to_equal_area(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Project positions, shape (n, 2) in degrees, to equal-area metres of the same shape.

        Parameters
        ----------
        lonlat
            Degrees, longitude first.

        Returns
        -------
        NDArray[np.float64]
            Metres whose areas are those on the ellipsoid.
        """
        return _transform(WGS84, self.equal_area, lonlat)

    def _origin(self) -> str:
        return (
            f"+lat_0={self.center.lat:.4f} +lon_0={self.center.lon:.4f} "
            "+datum=WGS84 +units=m +no_defs"
        )


def check_position(lon: float, lat: float) -> None:
    """Refuse coordinates that are nowhere on Earth.

    Parameters
    ----------
    lon, lat
        Degrees.

    Raises
    ------
    PositionError
        If one is not finite or out of range.
    """
    if not (abs(lon) <= MAX_LON and abs(lat) <= MAX_LAT):
        raise PositionError(
            f"longitude {lon}, latitude {lat} is nowhere on Earth; give degrees (±180, ±90), "
            "longitude first"
        )


def all_on_earth(lonlat: NDArray[np.float64]) -> bool:
    """Return whether all positions, shape (n, 2), are degrees of longitude and latitude."""
    return bool((np.abs(lonlat) <= (MAX_LON, MAX_LAT)).all())


def geodesic_km(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distances in km on the ellipsoid between positions.

    Parameters
    ----------
    start, end
        Positions in degrees, shape (n, 2).

    Returns
    -------
    NDArray[np.float64]
        Distances in km, shape (n,).

    References
    ----------
    C. F. F. Karney, Algorithms for geodesics, Journal of Geodesy 87 (2013), as PROJ has them.
    """
    distances = GEOD.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])[2]
    return np.asarray(distances, dtype=np.float64) / _M_PER_KM


def bearing(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the azimuths in degrees from positions to others, both of shape (n, 2) in degrees."""
    return np.asarray(GEOD.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])[0])


def destination(start: LonLat, azimuth: NDArray[np.float64], km: float) -> NDArray[np.float64]:
    """Return the positions, shape (n, 2) in degrees, so many km from one point by azimuth."""
    count = len(azimuth)
    lon, lat, _ = GEOD.fwd(
        np.full(count, start.lon),
        np.full(count, start.lat),
        azimuth,
        np.full(count, km * _M_PER_KM),
    )
    return np.column_stack([lon, lat])


def center_of(points: NDArray[np.float64]) -> LonLat:
    """Return the middle of positions on the sphere, wherever the 180th meridian runs.

    Parameters
    ----------
    points
        Positions in degrees, shape (n, 2); at least one.

    Returns
    -------
    LonLat
        The direction of the mean of their unit vectors.
    """
    x, y, z = (column.mean() for column in unit_vectors(points).T)
    return LonLat(
        float(np.degrees(np.arctan2(y, x))), float(np.degrees(np.arctan2(z, np.hypot(x, y))))
    )


def unit_vectors(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return positions, shape (n, 2) in degrees, as points of the unit sphere, shape (n, 3)."""
    lon, lat = np.radians(lonlat).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


@lru_cache(maxsize=64)
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(CRS(source), CRS(target), always_xy=True)


def _transform(source: str, target: str, points: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(points) == 0:
        return np.empty((0, 2))
    x, y = _transformer(source, target).transform(points[:, 0], points[:, 1])
    return np.column_stack([x, y])
