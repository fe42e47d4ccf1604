"""From positions to places: what lies nearest, within so many km, or inside an outline.

Distances are geodesics on the ellipsoid. Candidates come from a tree of points on a sphere, placed
there by their reduced latitude: with it, the geodesic between two positions is never longer than
a and never shorter than b times the angle between them (a and b being the half-axes), so that what
the tree leaves out is farther for certain. The sphere has no seam at the 180th meridian and no
special points at the poles.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from geofront.crs import GEOD, MAX_LAT, MAX_LON, LonLat, geodesic_km
from geofront.errors import PositionError
from geofront.gazetteer.features import feature_codes
from geofront.gazetteer.memo import memoised

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray
    from scipy.spatial import cKDTree

    from geofront.gazetteer.index import Gazetteer
    from geofront.gazetteer.place import Place

__all__ = ["Nearby", "inside", "nearest", "nearest_rows", "within_km"]

_SHORTER_KM = GEOD.b / 1000.0
_FLATTER = GEOD.b / GEOD.a
_TURN = 360.0
_ROUNDING = 1e-9  # in radians, 6 mm: far more than the tree rounds off
_MORE = 3  # candidates that are looked at beyond those wanted, before a wider search
_BLOCK = 1 << 18  # positions, and pairs of position and candidate, that are held at once
_PAIRS = 1 << 22
_STEP_DEGREES = 1.0  # of an outline, for the integrals along it


class Nearby(NamedTuple):
    """A place, and how far it is in km."""

    place: Place
    km: float


@dataclass(frozen=True, slots=True)
class _Index:
    """The places of a feature: their rows in the order of their ids, positions, and a tree."""

    rows: NDArray[np.int64]
    positions: NDArray[np.float64]
    tree: cKDTree


# --- the searches -----------------------------------------------------------------------------


def nearest(
    points: ArrayLike, gazetteer: Gazetteer, *, limit: int = 1, feature: str | tuple[str, ...] = ""
) -> list[list[Nearby]]:
    """Return the places nearest to each of some positions.

    Parameters
    ----------
    points
        Positions in degrees, longitude first, shape (n, 2): an array, or a sequence of `LonLat`;
        of a GeoDataFrame of points, ``shapely.get_coordinates(frame.geometry)``. A lone position
        counts as one.
    gazetteer
        The places to search.
    limit
        How many places to return at most for each position.
    feature
        GeoNames codes, or their first letters, of which the places have one; empty for all.

    Returns
    -------
    list[list[Nearby]]
        One list for each position, the nearest first, equally near ones in the order of their ids.

    Raises
    ------
    PositionError
        If a position, of a place too, is not in degrees, or the limit is below 1.

    Examples
    --------
    >>> from geofront.gazetteer.reverse import nearest
    >>> from geofront.gazetteer.tables import shipped_gazetteer
    >>> ((first,),) = nearest((38.28, 34.55), shipped_gazetteer())
    >>> first.place.id, round(first.km, 1)
    ('palmyra', 1.2)
    """
    rows, kms = nearest_rows(points, gazetteer, limit=limit, feature=feature)
    places = gazetteer.places
    return [
        [Nearby(places[row], km) for row, km in zip(*pair, strict=True) if row >= 0]
        for pair in zip(rows.tolist(), kms.tolist(), strict=True)
    ]


def nearest_rows(
    points: ArrayLike, gazetteer: Gazetteer, *, limit: int = 1, feature: str | tuple[str, ...] = ""
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the rows of the places nearest to each of some positions, for many of them.

    Parameters
    ----------
    points, gazetteer, limit, feature
        As for `nearest`.

    Returns
    -------
    tuple[NDArray[np.int64], NDArray[np.float64]]
        Rows in ``gazetteer.places`` and distances in km, both of shape (n, limit), as `nearest`
        orders them; -1 and infinity where there are no more places.

    Raises
    ------
    PositionError
        If a position, of a place too, is not in degrees, or the limit is below 1.
    """
    given = _positions(points)
    if limit < 1:
        raise PositionError(f"limit {limit} is below 1; ask for at least one place")
    rows = np.full((len(given), limit), -1, dtype=np.int64)
    kms = np.full((len(given), limit), np.inf)
    index = _index(gazetteer, feature_codes(feature))
    if len(index.rows) == 0:
        return rows, kms
    for start in range(0, len(given), _BLOCK):
        for number, found, km in _candidates(given[start : start + _BLOCK], index, limit):
            order = np.lexsort((found, km, number))
            rank = np.arange(len(order)) - np.searchsorted(number[order], number[order])
            best, column = order[rank < limit], rank[rank < limit]
            cells = start + number[best], column
            rows[cells], kms[cells] = index.rows[found[best]], km[best]
    return rows, kms


def within_km(
    point: LonLat | tuple[float, float],
    gazetteer: Gazetteer,
    km: float,
    *,
    feature: str | tuple[str, ...] = "",
) -> list[Nearby]:
    """Return the places at most so many km from a position.

    Parameters
    ----------
    point
        A position in degrees, longitude first.
    gazetteer
        The places to search.
    km
        The distance; infinity for all places.
    feature
        GeoNames codes, or their first letters, of which the places have one; empty for all.

    Returns
    -------
    list[Nearby]
        The nearest first, equally near ones in the order of their ids.

    Raises
    ------
    PositionError
        If a position, of a place too, is not in degrees, or the distance is none.

    Examples
    --------
    >>> from geofront.gazetteer.reverse import within_km
    >>> from geofront.gazetteer.tables import shipped_gazetteer
    >>> [near.place.id for near in within_km((38.28, 34.55), shipped_gazetteer(), 2)]
    ['palmyra', 'palmyra-orchards']
    """
    given = _positions(point)
    if len(given) != 1:
        raise PositionError(f"{len(given)} positions where one is wanted; ask for one at a time")
    if not km >= 0:
        raise PositionError(f"{km} is not a distance in km")
    index = _index(gazetteer, feature_codes(feature))
    if len(index.rows) == 0:
        return []
    chord = _chord(np.array([km / _SHORTER_KM]))
    (found,) = index.tree.query_ball_point(_on_sphere(given), chord)
    return _sorted(gazetteer, index, np.array(sorted(found), dtype=np.int64), given, km)


def inside(
    polygon: shapely.Geometry, gazetteer: Gazetteer, *, feature: str | tuple[str, ...] = ""
) -> list[Nearby]:
    """Return the places inside an outline or on its edge.

    Parameters
    ----------
    polygon
        A polygon or multipolygon in degrees, its edges straight in degrees. Across the 180th
        meridian it may be in parts, or go on beyond 180 or -180. One that reaches 90 or -90
        degrees of latitude holds that pole.
    gazetteer
        The places to search.
    feature
        GeoNames codes, or their first letters, of which the places have one; empty for all.

    Returns
    -------
    list[Nearby]
        The places with their distance from the middle of the outline, the nearest first, equally
        near ones in the order of their ids.

    Raises
    ------
    PositionError
        If it is no valid polygon in degrees, or a place has no position in degrees.
    """
    _check_outline(polygon)
    index = _index(gazetteer, feature_codes(feature))
    if polygon.is_empty or len(index.rows) == 0:
        return []
    lon, lat = index.positions.T
    west, south, east, north = polygon.bounds
    shapely.prepare(polygon)
    held = ((lat == MAX_LAT) & (north >= MAX_LAT)) | ((lat == -MAX_LAT) & (south <= -MAX_LAT))
    in_height = (south <= lat) & (lat <= north)
    for turn in (-_TURN, 0.0, _TURN):
        near = np.flatnonzero(in_height & (west <= lon + turn) & (lon + turn <= east))
        held[near] |= shapely.intersects_xy(polygon, lon[near] + turn, lat[near])
    return _sorted(gazetteer, index, np.flatnonzero(held), np.array([_middle(polygon)]), math.inf)


# --- what is searched -------------------------------------------------------------------------


@memoised
def _index(gazetteer: Gazetteer, codes: tuple[str, ...]) -> _Index:
    from scipy.spatial import cKDTree

    fits = ((p.id, row) for row, p in enumerate(gazetteer.places) if _is_one(p, codes))
    rows = np.array([row for _, row in sorted(fits)], dtype=np.int64)
    positions = gazetteer.positions[rows]
    return _Index(rows, positions, cKDTree(_on_sphere(positions)))


def _is_one(place: Place, codes: tuple[str, ...]) -> bool:
    return not codes or place.feature.startswith(codes)


def _candidates(
    points: NDArray[np.float64], index: _Index, limit: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]]:
    """Yield pairs of a position and a place that may be among its nearest, and the km between.

    All pairs of one position come together; places are numbered as in the index.
    """
    count = min(limit + _MORE, len(index.rows))
    wanted = min(limit, count)
    spots = _on_sphere(points)
    answer = index.tree.query(spots, k=np.arange(1, count + 1), workers=-1)
    chords, found = np.asarray(answer[0]), np.asarray(answer[1])
    angles = 2 * np.arcsin(np.minimum(chords / 2, 1.0))
    bound = _chord(angles[:, wanted - 1] / _FLATTER)
    sure = (chords[:, -1] > bound) | (count == len(index.rows))
    number, column = np.nonzero((chords <= bound[:, None]) & sure[:, None])
    yield _measured(points, index, number, found[number, column].astype(np.int64))
    open_ = np.flatnonzero(~sure)
    if len(open_) == 0:
        return
    sizes = index.tree.query_ball_point(spots[open_], bound[open_], return_length=True, workers=-1)
    parts = np.cumsum(sizes) // _PAIRS
    edges = [0, *(np.flatnonzero(np.diff(parts)) + 1).tolist(), len(open_)]
    for first, stop in pairwise(edges):
        part = open_[first:stop]
        balls = index.tree.query_ball_point(spots[part], bound[part], workers=-1)
        number = np.repeat(part, sizes[first:stop])
        yield _measured(points, index, number, np.concatenate(balls).astype(np.int64))


def _measured(
    points: NDArray[np.float64], index: _Index, number: NDArray[np.int64], found: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    return number, found, geodesic_km(points[number], index.positions[found])


def _sorted(
    gazetteer: Gazetteer,
    index: _Index,
    found: NDArray[np.int64],
    point: NDArray[np.float64],
    km: float,
) -> list[Nearby]:
    """Return places of the index, in its order, by their km from a point, up to so many."""
    kms = geodesic_km(np.tile(point, (len(found), 1)), index.positions[found])
    order = [i for i in np.argsort(kms, kind="stable") if kms[i] <= km]
    return [Nearby(gazetteer.places[int(index.rows[found[i]])], float(kms[i])) for i in order]


# --- on the sphere ----------------------------------------------------------------------------


def _positions(points: ArrayLike) -> NDArray[np.float64]:
    try:
        given = np.asarray(points, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise PositionError(f"positions are not numbers: {error}") from error
    if given.size == 0:
        return np.empty((0, 2))
    given = np.atleast_2d(given)
    if given.ndim != 2 or given.shape[1] != 2:  # noqa: PLR2004 - longitude and latitude
        raise PositionError(f"positions have shape {given.shape}; give longitude and latitude")
    wrong = np.flatnonzero(~(np.abs(given) <= (MAX_LON, MAX_LAT)).all(axis=1))
    if len(wrong):
        lon, lat = given[wrong[0]]
        more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        raise PositionError(
            f"position {wrong[0]}{more}: lon {lon:g}, lat {lat:g} is not in degrees (±180, ±90); "
            "are lon and lat swapped?"
        )
    return given


def _on_sphere(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    lon, lat = np.radians(lonlat).T
    reduced = np.arctan2(_FLATTER * np.sin(lat), np.cos(lat))
    level = np.cos(reduced)
    return np.column_stack([level * np.cos(lon), level * np.sin(lon), np.sin(reduced)])


def _chord(angle: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the chord of angles in radians, a little longer than it is."""
    chord = 2 * np.sin(np.minimum(angle + _ROUNDING, np.pi) / 2) + _ROUNDING
    return np.asarray(chord, dtype=np.float64)


# --- outlines ---------------------------------------------------------------------------------


def _check_outline(polygon: shapely.Geometry) -> None:
    kind = getattr(polygon, "geom_type", type(polygon).__name__)
    if kind not in {"Polygon", "MultiPolygon"}:
        raise PositionError(f"a {kind} has no inside; give a polygon or multipolygon")
    if not polygon.is_valid:
        reason = shapely.is_valid_reason(polygon)
        raise PositionError(f"the polygon is not valid ({reason}); see shapely.make_valid")
    if polygon.is_empty:
        return
    west, south, east, north = polygon.bounds
    if not (-_TURN <= west <= east <= _TURN and -MAX_LAT <= south <= north <= MAX_LAT):
        raise PositionError(
            f"the polygon spans lon {west:g} to {east:g}, lat {south:g} to {north:g}, which is not "
            "in degrees; project it to WGS 84, longitude first"
        )


def _middle(polygon: shapely.Geometry) -> LonLat:
    """Return the direction of the mean of all points of an outline.

    By Green's theorem the integrals over the area are integrals along its rings.
    """
    fine = shapely.segmentize(shapely.orient_polygons(polygon), _STEP_DEGREES)
    rings = shapely.get_rings(shapely.get_parts(fine))
    total = np.zeros(3)
    for ring in rings:
        line = np.radians(shapely.get_coordinates(ring))
        ends = _flow(line)
        middles = _flow((line[1:] + line[:-1]) / 2)
        simpson = (ends[1:] + 4 * middles + ends[:-1]) / 6
        total += (simpson * np.diff(line[:, 1])[:, None]).sum(axis=0)
    x, y, z = total
    return LonLat(math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y))))


def _flow(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what is integrated against latitude: its change with longitude is the direction."""
    lon, lat = line.T
    level = np.cos(lat)
    return np.column_stack(
        [level**2 * np.sin(lon), -(level**2) * np.cos(lon), lon * np.sin(lat) * level]
    )
