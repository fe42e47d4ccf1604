"""Generalising: simpler and smoother lines that still part the same areas.

A line between two areas is one line, moved for both. Three things hold whatever the tolerance:
no line is moved by more than it, no two lines come to cross or touch, and no area vanishes or gets
to the other side of a line. The first is kept by Douglas and Peucker's choice of vertices (1973).
The second and third are kept by a test that needs no line but only vertices: a piece of a line may
be replaced by its chord if no other vertex of any line lies in the convex hull of the piece. Lines
that did not cross before then cannot cross after, for one would have to enter the hull and end
there; where the test fails the piece is halved. Corners are rounded under the same test.

The library's `shapely.coverage_simplify` was tried first. It keeps coverages whole as well, but its
tolerance is the square root of an area, so that it may cut a long thin salient off whole, and it
gives polygons, from which the front lines would have to be read again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geofront.control.patchwork import State
from geofront.control.tessellation import GRID_DEGREES, GRID_DIGITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geofront.control.arcs import Arcs

__all__ = ["Generalising", "generalise"]

_KM_PER_DEGREE_NORTH = 111.70  # at the poles; less everywhere else
_KM_PER_DEGREE_EAST = 111.33  # on the equator, a little above
_ROUNDING_MARGIN = 4 * GRID_DEGREES
_CORNER_SHARES = np.linspace(0, 1, 5)


@dataclass(frozen=True, slots=True)
class Generalising:
    """How roughly lines are drawn: by how many km they may move, and whether they are smoothed.

    References
    ----------
    D. H. Douglas and T. K. Peucker, Algorithms for the reduction of the number of points required
    to represent a digitized line, Cartographica 10 (1973).
    """

    tolerance_km: float
    smooth: bool = False

    def __post_init__(self) -> None:
        """Refuse a tolerance that moves nothing.

        Raises
        ------
        ValueError
            If it is not more than 0.
        """
        if not self.tolerance_km > 0:
            raise ValueError(f"a tolerance of {self.tolerance_km} km; give more than 0")

    @property
    def told(self) -> dict[str, object]:
        """What an output says of it."""
        return {"tolerance_km": self.tolerance_km, "smooth": self.smooth}

    def of_day(self, arcs: Arcs, state: State) -> tuple[Arcs, State]:
        """Return the lines of a day, each joined over all days' nodes and generalised.

        Parameters
        ----------
        arcs
            The borders of the patches.
        state
            The labels of the patches on the day.

        Returns
        -------
        tuple[Arcs, State]
            Lines whose sides are labels, and a state in which all of them part two.
        """
        day = generalise(arcs.joined(state.labels, state.parting), self)
        labels = np.arange(int(state.labels.max(initial=-1)) + 1)
        return day, State(state.ordinal, labels, np.arange(len(day)))


def generalise(arcs: Arcs, how: Generalising) -> Arcs:
    """Simplify arcs, and round their corners if asked; their ends stay.

    Parameters
    ----------
    arcs
        Lines that meet at their ends only.
    how
        By how much they may move.

    Returns
    -------
    Arcs
        As many, with the same sides and nodes. Each lies within the tolerance of its former line,
        and that within the tolerance of it. `km` is that of the former lines.
    """
    if len(arcs) == 0:
        return arcs
    # Rounding a corner moves the line by half of what it cuts off; the rest is for simplifying.
    share = 0.5 if how.smooth else 1.0
    simple = _simplified(arcs, how.tolerance_km * share)
    return _rounded(simple, how.tolerance_km) if how.smooth else simple


def _scale(arcs: Arcs) -> NDArray[np.float64]:
    """Return km per degree east and north, nowhere too few, so that distances are no less."""
    south, north = arcs.points[:, 1].min(), arcs.points[:, 1].max()
    nearest_to_equator = max(south, -north, 0.0)
    east = _KM_PER_DEGREE_EAST * np.cos(np.radians(nearest_to_equator))
    # The ellipsoid is a little wider than the sphere of its equator.
    return np.array([east * 1.0034, _KM_PER_DEGREE_NORTH])


def _simplified(arcs: Arcs, tolerance_km: float) -> Arcs:
    """Keep of each arc the vertices that the tolerance and its neighbours make necessary."""
    last = np.zeros(len(arcs.points), dtype=bool)
    last[arcs.start[1:] - 1] = True
    scaled = arcs.points * _scale(arcs)
    _, first, vertex = np.unique(arcs.points, axis=0, return_index=True, return_inverse=True)
    vertex = vertex.reshape(-1)
    tree = shapely.STRtree(shapely.points(arcs.points[first]))
    kept = last.copy()
    kept[arcs.start[:-1]] = True
    settled = np.zeros(len(kept), dtype=bool)
    # A closed arc has no chord to begin with.
    round_trips = np.flatnonzero(arcs.tail == arcs.head)
    kept[_farthest(scaled, arcs.start[round_trips], arcs.start[round_trips + 1] - 1)[1]] = True
    while True:
        chosen = np.flatnonzero(kept)
        pieces = ~last[chosen[:-1]]  # not from the end of one arc to the start of the next
        begins, ends = chosen[:-1][pieces], chosen[1:][pieces]
        open_ones = ~settled[begins] & (ends - begins > 1)
        if not open_ones.any():
            open_ones = _doubled(vertex, begins, ends)
            if not open_ones.any():
                break
            settled[begins[open_ones]] = False
            kept[_farthest(scaled, begins[open_ones], ends[open_ones])[1]] = True
            continue
        begins, ends = begins[open_ones], ends[open_ones]
        distance, farthest = _farthest(scaled, begins, ends)
        near = distance <= tolerance_km
        near[near] = ~_crowded(arcs.points, tree, begins[near], ends[near])
        settled[begins[near]] = True
        kept[farthest[~near]] = True
    return _with_points(arcs, arcs.points[kept], np.add.reduceat(kept, arcs.start[:-1]))


def _members(
    begins: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the points of pieces, ends included, and for each the piece that it is of."""
    size = ends - begins + 1
    piece = np.repeat(np.arange(len(size)), size)
    return np.arange(len(piece)) - np.repeat(np.cumsum(size) - size, size) + begins[piece], piece


def _farthest(
    scaled: NDArray[np.float64], begins: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return for each piece the largest distance from its chord, and the point that has it."""
    point, piece = _members(begins, ends)
    tail, along = scaled[begins], scaled[ends] - scaled[begins]
    square = (along**2).sum(axis=1)
    offset = scaled[point] - tail[piece]
    share = (offset * along[piece]).sum(axis=1) / np.where(square, square, 1.0)[piece]
    foot = along[piece] * np.clip(share, 0, 1)[:, None]
    distance = np.hypot(*(offset - foot).T)
    # Of points equally far the first; an inner one even if all lie on the chord.
    inner = (point != begins[piece]) & (point != ends[piece])
    order = np.lexsort((point, -distance, ~inner, piece))
    first = order[np.searchsorted(piece[order], np.arange(len(begins)))]
    return distance[first], point[first]


def _crowded(
    points: NDArray[np.float64],
    vertices: shapely.STRtree,
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Return which pieces, from point to point, have another's vertex in their hull."""
    if len(begins) == 0:
        return np.zeros(0, dtype=bool)
    point, piece = _members(begins, ends)
    hulls = shapely.convex_hull(shapely.linestrings(points[point], indices=piece))
    # The vertices in each hull, counted, are more than its own where there is another's.
    inside = np.bincount(vertices.query(hulls, predicate="intersects")[0], minlength=len(begins))
    crowded: NDArray[np.bool_] = inside > ends - begins + 1
    return crowded


def _doubled(
    vertex: NDArray[np.int64], begins: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which pieces have a chord that another piece has as well, but for one of each."""
    low = np.minimum(vertex[begins], vertex[ends])
    high = np.maximum(vertex[begins], vertex[ends])
    order = np.lexsort((ends - begins, high, low))
    same = (low[order][1:] == low[order][:-1]) & (high[order][1:] == high[order][:-1])
    found = np.zeros(len(begins), dtype=bool)
    found[order[1:][same]] = True
    return found


def _rounded(arcs: Arcs, tolerance_km: float) -> Arcs:
    """Round the corners of arcs by curves that leave each corner by no more than half of this."""
    corner = np.ones(len(arcs.points), dtype=bool)
    corner[arcs.start[:-1]] = False
    corner[arcs.start[1:] - 1] = False
    at = np.flatnonzero(corner)
    tip = arcs.points[at]
    scale = _scale(arcs)
    legs = []
    for neighbour in (at - 1, at + 1):
        leg = arcs.points[neighbour] - tip
        length = np.hypot(*(leg * scale).T)
        legs.append(tip + leg * np.minimum(0.5, tolerance_km / length)[:, None])
    one, other = legs
    triangles = shapely.linearrings(np.stack([one, tip, other, one], axis=1))
    free = _free(arcs, at, shapely.polygons(triangles))
    at, one, tip, other = at[free], one[free], tip[free], other[free]
    t = _CORNER_SHARES[None, :, None]
    curve = one[:, None] * (1 - t) ** 2 + 2 * tip[:, None] * t * (1 - t) + other[:, None] * t**2
    count = np.ones(len(arcs.points), dtype=np.int64)
    count[at] = len(_CORNER_SHARES)
    points = np.repeat(arcs.points, count, axis=0)
    points[np.repeat(np.isin(np.arange(len(count)), at), count)] = np.round(
        curve.reshape(-1, 2), GRID_DIGITS
    )
    sizes = np.add.reduceat(count, arcs.start[:-1])
    return _without_repeats(_with_points(arcs, points, sizes))


def _free(arcs: Arcs, at: NDArray[np.int64], triangles: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return which corners no other vertex is near, and are not too flat or sharp to round."""
    width = 2 * shapely.area(triangles) / np.maximum(shapely.length(triangles), GRID_DEGREES)
    tree = shapely.STRtree(shapely.points(arcs.points))
    triangle, vertex = tree.query(triangles, predicate="dwithin", distance=_ROUNDING_MARGIN)
    other = (arcs.points[vertex] != arcs.points[at[triangle]]).any(axis=1)
    crowded = np.bincount(triangle[other], minlength=len(at)) > 0
    found: NDArray[np.bool_] = (width > _ROUNDING_MARGIN) & ~crowded
    return found


def _without_repeats(arcs: Arcs) -> Arcs:
    """Leave out points that repeat the one before, as the ends of two curves on one edge do."""
    kept = np.append(True, (arcs.points[1:] != arcs.points[:-1]).any(axis=1))
    kept[arcs.start[:-1]] = True
    return _with_points(arcs, arcs.points[kept], np.add.reduceat(kept, arcs.start[:-1]))


def _with_points(arcs: Arcs, points: NDArray[np.float64], sizes: NDArray[np.int64]) -> Arcs:
    start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return replace(arcs, points=points, start=start)
