"""How right a map is: its agreement with a reference map, in areas and in fronts.

Overlays are made in degrees, as both maps are written; km² are those of the ellipsoid, and
distances are geodesic.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geofront.control.area import areas
from geofront.control.reference import EMPTY, made_valid, polygons_of
from geofront.control.state import HELD
from geofront.crs import LocalCRS, center_of, geodesic_km
from geofront.errors import ExtentError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandas as pd
    from numpy.typing import NDArray

    from geofront.control.reference import Reference
    from geofront.control.series import Series, Snapshot

__all__ = ["ActorScore", "Agreement", "FrontDistance", "agreement", "score", "score_days"]

BORDER_KM = 5.0
"""How near to the border of what is compared an outline is no front, but the border itself."""

STEP_KM = 1.0
"""How far apart fronts are sampled."""

_M_PER_KM = 1000.0
_M2_PER_KM2 = 1e6
# About 2 km: a chord of this length is nowhere 10 cm off its edge, which is straight in degrees.
_DENSIFY_DEGREES = 0.02
_MOST = 0.9


@dataclass(frozen=True, slots=True)
class FrontDistance:
    """How far two fronts of one actor lie from each other, in km.

    A front is the outline of the actor's area without what lies on the border of what is compared.
    `ours_*` are distances from points of our front to the nearest point of the reference's,
    `reference_*` those the other way round; within `*_p90_km` lies 90 % of a front. `mean_km` is
    the mean of the two means, `p90_km` and `max_km` are the larger of the two; the latter is the
    Hausdorff distance. `ours_length_km` and `reference_length_km` are the lengths of the fronts.
    """

    mean_km: float
    p90_km: float
    max_km: float
    ours_mean_km: float
    ours_p90_km: float
    ours_max_km: float
    reference_mean_km: float
    reference_p90_km: float
    reference_max_km: float
    ours_length_km: float
    reference_length_km: float


@dataclass(frozen=True, slots=True)
class ActorScore:
    """How far our area of one actor agrees with the reference's.

    `iou` is the area that both give to the actor over the area that either does; 1 where neither
    gives any. `error_km2` is ours less the reference, `error_percent` its share of the reference,
    None where that is nothing. `front` is None where one of the two has no front.

    References
    ----------
    P. Jaccard, The distribution of the flora in the alpine zone, New Phytologist 11 (1912), for the
    intersection over union (`iou`).
    """

    actor: str
    iou: float
    area_km2: float
    reference_km2: float
    error_km2: float
    error_percent: float | None
    front: FrontDistance | None


@dataclass(frozen=True)
class Agreement:
    """How far a map agrees with a reference.

    `compared_km2` is the area compared, `excluded_km2` what was left out of it on request,
    `beyond_km2` what the reference draws outside both. `cell_agreement` is the share of the area
    compared on which each actor either holds the ground on both maps or on neither. `repairs` are
    those of the reference.
    """

    actors: tuple[ActorScore, ...]
    cell_agreement: float
    compared_km2: float
    excluded_km2: float
    beyond_km2: float
    repairs: tuple[str, ...] = ()

    def frame(self) -> pd.DataFrame:
        """Return a row an actor.

        Returns
        -------
        pandas.DataFrame
            With ``actor``, ``iou``, ``area_km2``, ``reference_km2``, ``error_km2``,
            ``error_percent``, the fields of `FrontDistance` as ``front_*``, ``cell_agreement`` and
            ``compared_km2``; not a number where there is no front or nothing to compare with.
        """
        import pandas as pd

        return pd.DataFrame([self._row(found) for found in self.actors], columns=list(_COLUMNS))

    def _row(self, found: ActorScore) -> dict[str, object]:
        front = asdict(found.front) if found.front else {}
        percent = np.nan if found.error_percent is None else found.error_percent
        return {
            **{name: getattr(found, name) for name in _AREA_COLUMNS},
            "error_percent": percent,
            **{f"front_{name}": front.get(name, np.nan) for name in _FRONT_FIELDS},
            "cell_agreement": self.cell_agreement,
            "compared_km2": self.compared_km2,
        }


_AREA_COLUMNS = ("actor", "iou", "area_km2", "reference_km2", "error_km2")
_FRONT_FIELDS = tuple(FrontDistance.__dataclass_fields__)
_COLUMNS = (
    *(*_AREA_COLUMNS, "error_percent"),
    *(f"front_{name}" for name in _FRONT_FIELDS),
    *("cell_agreement", "compared_km2"),
)


def score(
    snapshot: Snapshot,
    reference: Reference,
    *,
    within: shapely.Geometry | None = None,
    exclude: shapely.Geometry | None = None,
    border_km: float = BORDER_KM,
    step_km: float = STEP_KM,
) -> Agreement:
    """Return how far the map of a day agrees with a reference.

    What is contested, claimed or unknown is no one's on our side. Lines count as they are before
    any generalising.

    Parameters
    ----------
    snapshot
        The map of a day.
    reference
        What to compare it with.
    within
        The outline, in degrees, in which both maps speak; by default all that the series draws.
        Where a reach leaves parts of an extent blank, give the extent, or they don't count.
    exclude
        What to leave out of both.
    border_km, step_km
        As for `agreement`.

    Returns
    -------
    Agreement
        With a score for each actor of the reference.

    Raises
    ------
    ExtentError
        If nothing is left to compare.

    Examples
    --------
    >>> import geofront
    >>> from geofront.control.reference import Reference
    >>> from geofront.control.score import score
    >>> timeline = geofront.read("palmyra-2016")
    >>> series = geofront.draw(timeline, start="2016-12-11", end="2016-12-11")
    >>> snapshot = series.snapshot("2016-12-11")
    >>> drawn = snapshot.areas.set_index("actor").geometry
    >>> found = score(snapshot, Reference.of({"isil": drawn["isil"]}))
    >>> round(found.actors[0].iou, 3)  # with itself
    1.0
    """
    labels = snapshot.series.labels
    drawn = areas(snapshot.series.patchwork.arcs, snapshot.state)
    held = {labels[i].holder: area for i, area in drawn.items() if labels[i].status == HELD}
    return agreement(
        {actor: held.get(actor, EMPTY) for actor in reference.areas},
        reference,
        within=shapely.union_all(list(drawn.values())) if within is None else within,
        exclude=exclude,
        border_km=border_km,
        step_km=step_km,
    )


def score_days(
    series: Series,
    references: Mapping[date, Reference],
    *,
    within: shapely.Geometry | None = None,
    exclude: shapely.Geometry | None = None,
    border_km: float = BORDER_KM,
    step_km: float = STEP_KM,
) -> pd.DataFrame:
    """Return how far the maps of some days agree with references.

    Parameters
    ----------
    series
        The maps.
    references
        What to compare them with, by day.
    within, exclude, border_km, step_km
        As for `score`.

    Returns
    -------
    pandas.DataFrame
        The rows of `Agreement.frame` for each day in order, after a column ``date``.

    Raises
    ------
    SpanError
        If a day lies outside the series.
    ExtentError
        If nothing is left to compare.
    """
    import pandas as pd

    tables = []
    for day, reference in sorted(references.items()):
        found = score(
            series.snapshot(day),
            reference,
            within=within,
            exclude=exclude,
            border_km=border_km,
            step_km=step_km,
        ).frame()
        found.insert(0, "date", day)
        tables.append(found)
    if not tables:
        return pd.DataFrame(columns=["date", *_COLUMNS])
    return pd.concat(tables, ignore_index=True)


def agreement(
    ours: Mapping[str, shapely.Geometry],
    reference: Reference,
    *,
    within: shapely.Geometry,
    exclude: shapely.Geometry | None = None,
    border_km: float = BORDER_KM,
    step_km: float = STEP_KM,
) -> Agreement:
    """Return how far areas agree with a reference.

    Parameters
    ----------
    ours
        Our area, in degrees, of each actor of the reference; one that is missing holds nothing.
    reference
        What to compare them with.
    within
        The outline, in degrees, in which both maps speak.
    exclude
        What to leave out of both.
    border_km
        Parts of an outline that are nearer than this to the border of what is compared are no
        front. It has to be larger than what the two maps differ by on the course of a coast.
    step_km
        How far apart the fronts are sampled.

    Returns
    -------
    Agreement
        With a score for each actor of the reference.

    Raises
    ------
    ExtentError
        If nothing is left to compare.
    """
    outline = made_valid([within])[0]
    left_out = EMPTY if exclude is None else made_valid([exclude])[0]
    compared = polygons_of(shapely.difference(outline, left_out))
    if compared.is_empty:
        raise ExtentError("nothing is left to compare; check the outline and what is left out")
    crs = LocalCRS(center_of(shapely.get_coordinates(compared)))
    compared_km2 = _km2(compared, crs)
    inner = _inner(compared, crs, border_km)
    scores, differing = [], []
    for actor, area in reference.areas.items():
        theirs = _cut(area, compared)
        own = _cut(made_valid([ours.get(actor, EMPTY)])[0], compared)
        our_front, their_front = (_Front.of(a, inner, crs, step_km) for a in (own, theirs))
        front = _front_distance(our_front, their_front, crs)
        scores.append(_actor_score(actor, own, theirs, crs, front))
        differing.append(shapely.symmetric_difference(own, theirs))
    elsewhere = shapely.difference(shapely.union_all(list(reference.areas.values())), outline)
    differing_km2 = _km2(polygons_of(shapely.union_all(differing)), crs)
    return Agreement(
        actors=tuple(scores),
        cell_agreement=max(0.0, 1.0 - differing_km2 / compared_km2),
        compared_km2=compared_km2,
        excluded_km2=_km2(_cut(outline, left_out), crs),
        beyond_km2=_km2(polygons_of(shapely.difference(elsewhere, left_out)), crs),
        repairs=reference.repairs,
    )


def _actor_score(
    actor: str,
    own: shapely.Geometry,
    theirs: shapely.Geometry,
    crs: LocalCRS,
    front: FrontDistance | None,
) -> ActorScore:
    own_km2, their_km2 = _km2(own, crs), _km2(theirs, crs)
    both_km2 = min(_km2(_cut(own, theirs), crs), own_km2, their_km2)
    either_km2 = own_km2 + their_km2 - both_km2
    error_km2 = own_km2 - their_km2
    return ActorScore(
        actor=actor,
        iou=both_km2 / either_km2 if either_km2 > 0 else 1.0,
        area_km2=own_km2,
        reference_km2=their_km2,
        error_km2=error_km2,
        error_percent=100 * error_km2 / their_km2 if their_km2 > 0 else None,
        front=front,
    )


def _cut(area: shapely.Geometry, other: shapely.Geometry) -> shapely.Geometry:
    return polygons_of(shapely.intersection(area, other))


def _km2(area: shapely.Geometry, crs: LocalCRS) -> float:
    dense = shapely.segmentize(area, _DENSIFY_DEGREES)
    return float(shapely.area(shapely.transform(dense, crs.to_equal_area))) / _M2_PER_KM2


@dataclass(frozen=True, slots=True)
class _Front:
    """A front in conformal metres: its segments, and points along it with the km each stands for.

    `points` has the shape (n, 2), `km` (n,).
    """

    segments: NDArray[np.object_]
    points: NDArray[np.float64]
    km: NDArray[np.float64]

    @classmethod
    def of(
        cls, area: shapely.Geometry, inner: shapely.Geometry, crs: LocalCRS, step_km: float
    ) -> _Front:
        """Take the outline of an area where it lies within `inner`, a polygon in metres."""
        dense = shapely.segmentize(shapely.boundary(area), _DENSIFY_DEGREES)
        clipped = shapely.intersection(shapely.transform(dense, crs.to_metres), inner)
        parts = [g for g in shapely.get_parts(clipped) if shapely.length(g) > 0]
        metres, line = shapely.get_coordinates(parts, return_index=True)
        lonlat = crs.to_lonlat(metres)
        inside = line[1:] == line[:-1]
        edge_km = np.where(inside, geodesic_km(lonlat[:-1], lonlat[1:]), 0.0)
        along = np.concatenate([[0.0], np.cumsum(edge_km)])[: len(metres)]
        length = np.bincount(line[:-1], weights=edge_km, minlength=len(parts))
        count = np.maximum(1, np.ceil(length / step_km)).astype(np.int64)
        begin = np.cumsum(length) - length
        rank = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        each = np.repeat(length / count, count)
        at = np.repeat(begin, count) + (rank + 0.5) * each
        points = [np.interp(at, along, axis) for axis in metres.T] if parts else [at, at]
        ends = np.stack([metres[:-1][inside], metres[1:][inside]], axis=1)
        return cls(shapely.linestrings(ends), np.column_stack(points), each)

    def distances_km(self, other: _Front, crs: LocalCRS) -> NDArray[np.float64]:
        """Return the geodesic distances from the points to the nearest point of another front."""
        points = shapely.points(self.points)
        nearest = other.segments[shapely.STRtree(other.segments).nearest(points)]
        ends = shapely.get_coordinates(shapely.shortest_line(points, nearest))
        lonlat = crs.to_lonlat(ends)
        return geodesic_km(lonlat[::2], lonlat[1::2])


def _inner(compared: shapely.Geometry, crs: LocalCRS, border_km: float) -> shapely.Geometry:
    """Return, in conformal metres, what lies farther than some km from the border."""
    dense = shapely.transform(shapely.segmentize(compared, _DENSIFY_DEGREES), crs.to_metres)
    return shapely.buffer(shapely.make_valid(dense), -border_km * _M_PER_KM)


def _front_distance(own: _Front, theirs: _Front, crs: LocalCRS) -> FrontDistance | None:
    if len(own.km) == 0 or len(theirs.km) == 0:
        return None
    from_own, from_theirs = own.distances_km(theirs, crs), theirs.distances_km(own, crs)
    ours, reference = _spread(from_own, own.km), _spread(from_theirs, theirs.km)
    return FrontDistance(
        mean_km=(ours[0] + reference[0]) / 2,
        p90_km=max(ours[1], reference[1]),
        max_km=max(ours[2], reference[2]),
        ours_mean_km=ours[0],
        ours_p90_km=ours[1],
        ours_max_km=ours[2],
        reference_mean_km=reference[0],
        reference_p90_km=reference[1],
        reference_max_km=reference[2],
        ours_length_km=float(own.km.sum()),
        reference_length_km=float(theirs.km.sum()),
    )


def _spread(distances: NDArray[np.float64], km: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return the mean of distances along a front, what 90 % of it lie within, and the largest."""
    order = np.argsort(distances)
    along = np.cumsum(km[order])
    within = distances[order][np.searchsorted(along, _MOST * along[-1])]
    return float(np.average(distances, weights=km)), float(within), float(distances.max())
