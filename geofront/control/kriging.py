"""Kriging: ground takes the label that the places around it speak for, large ones with more weight.

Reports are wrong, late or about a namesake more often where a place is small, and places are listed
densely on one bank of a river and sparsely on the other. Ordinary kriging of the labels as
indicators (Journel 1983) declusters them: twenty villages side by side count little more than
one. Here the semivariogram is the distance itself, and each place's own word has a variance (a
nugget) that falls with its size. Places that their neighbours contradict on average over the whole
time do not speak for ground at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import csc_array, csr_array
from scipy.spatial import cKDTree

from geofront.control.labelchanges import LabelChanges
from geofront.control.state import HELD
from geofront.control.tessellation import refuse_unprojectable, tessellate
from geofront.crs import LocalCRS, center_of
from geofront.progress import track

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geofront.control.method import Sites
    from geofront.control.state import Label
    from geofront.control.tessellation import Tessellation

__all__ = ["Kriging"]

STRENGTH = 5.0
"""The variance of the word of a place of median size, in mean spacings of places."""
POWER = 0.5
"""How fast that variance falls with size."""
NEIGHBOURS = 32
"""How many places speak for a spot: those of least distance plus variance."""
POOL = 128
"""Among how many of the nearest places they are looked for."""
CONTRADICTION = 0.4
"""From which mean margin of contradiction on a place does not speak for ground."""
LEAD_DAYS = 60
"""For how many days before its first word a place speaks with that word already."""
_LEAST_SHARE = 0.1
_UNKNOWN_SIZE = 0.25  # the quantile that stands for a size nobody recorded: small
_CELLS_PER_SPACING = 5.0
_MOST_CELLS = 20_000
_MOST_CELLS_PER_PLACE = 1
_MOST_TRIED = 4_000_000
_SAMPLED_DAYS = 64
_MOST_SILENCED = 0.25  # of all places: where more contradict each other, no one knows who is wrong
_DENSIFY_DEGREES = 0.1
_BATCH = 128  # so many systems stay in the processor's cache
# Weights are whole numbers, so that sums do not depend on their order, nor on what came before.
_UNIT = 1 << 24
_UNKNOWN = 0


@dataclass(frozen=True)
class Kriging:
    """The labels of places, weighted for each of many small cells.

    The seeds of the cells are the places, in their order, then the points of a hexagonal grid that
    fills the ground between them. `weights` has a row a seed and a column a place, in units of
    2**-24; `among_places` is the same for the places themselves, none speaking for itself.

    References
    ----------
    A. G. Journel, Nonparametric estimation of spatial distributions, Mathematical Geology 15
    (1983): the kriging of indicators, of which a label is one.
    """

    mesh: Tessellation
    weights: csr_array
    among_places: csr_array

    @classmethod
    def prepare(cls, sites: Sites, extent: shapely.Geometry, *, reach_km: float | None) -> Kriging:
        """Divide the extent into cells and weigh the places for each of them.

        Parameters
        ----------
        sites
            The places, with their sizes where known.
        extent
            Polygon or multipolygon in degrees.
        reach_km
            How far from any place ground is drawn; None for no limit.

        Returns
        -------
        Kriging
            Cells of a fifth of the places' mean spacing.

        Raises
        ------
        ExtentError
            If the extent crosses the 180th meridian or a pole, or spans half the globe.
        """
        positions = sites.positions
        crs = LocalCRS(center_of(shapely.get_coordinates(extent)))
        refuse_unprojectable(extent, crs)
        places = crs.to_metres(positions)
        # Its edges are straight in degrees, not in metres.
        outline = shapely.transform(shapely.segmentize(extent, _DENSIFY_DEGREES), crs.to_metres)
        drawn, ground = outline, extent
        if reach_km is not None and len(places):
            reached = shapely.buffer(shapely.points(places), 1000 * reach_km, quad_segs=16)
            drawn = shapely.intersection(outline, shapely.union_all(reached))
            ground = shapely.transform(drawn, crs.to_connected_lonlat)
        spacing = float(np.sqrt(shapely.area(outline) / max(1, len(places))))
        grid = _hexagons(drawn, places, spacing)
        seeds = np.concatenate([places, grid])
        if shapely.is_empty(drawn):
            seeds, positions, ground = np.empty((0, 2)), np.empty((0, 2)), extent
        variance = _variance(sites.sizes, spacing, len(places))
        return cls(
            mesh=tessellate(np.concatenate([positions, crs.to_lonlat(grid)]), ground),
            weights=_weights(seeds, places, variance),
            among_places=_weights(places, places, variance, leave_out=True),
        )

    def cell_changes(self, places: LabelChanges, labels: Sequence[Label]) -> LabelChanges:
        """Return the labels of the cells over time, from those of the places.

        Parameters
        ----------
        places
            The labels of the places over all time.
        labels
            What they stand for; the first is unknown.

        Returns
        -------
        LabelChanges
            The labels of the cells.
        """
        speaks = self._reliable(places, np.array([label.status == HELD for label in labels]))
        return self._of_seeds(_with_lead(places), speaks, len(labels)).spread(self.mesh.cell_site)

    def _reliable(self, places: LabelChanges, held: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which places their neighbours do not contradict, on the average of some days."""
        total = np.zeros(len(places.first))
        count = np.zeros(len(places.first))
        for labels in places.sampled(_SAMPLED_DAYS):
            told = np.flatnonzero(held[labels])
            voices = _one_hot(np.where(held[labels], labels, _UNKNOWN), len(held))
            scores = self.among_places @ voices
            scores[:, _UNKNOWN] = 0
            own = scores[told, labels[told]].copy()
            scores[told, labels[told]] = np.iinfo(np.int64).min
            total[told] += np.clip((own - scores[told].max(axis=1)) / _UNIT, -1, 1)
            count[told] += 1
        margin = total / np.maximum(count, 1)
        worst = np.argsort(margin, kind="stable")[: int(_MOST_SILENCED * len(margin))]
        speaks = np.ones(len(margin), dtype=bool)
        speaks[worst] = margin[worst] >= -CONTRADICTION
        return speaks

    def _of_seeds(self, places: LabelChanges, speaks: NDArray[np.bool_], size: int) -> LabelChanges:
        """Return the labels of the seeds; each day costs what changed on it."""
        told = places.first.copy()
        scores = self.weights @ (_one_hot(told, size) * speaks[:, None])
        labels = _decided(scores)
        _keep_own(labels, np.arange(len(labels)), told, speaks)
        first = labels.copy()
        # Not every place is among those that speak for its own cell.
        own = np.arange(min(len(told), len(labels)))
        rows: list[tuple[NDArray[np.int64], ...]] = []
        for day, begin, end in places.by_day():
            touched: list[NDArray[np.int64]] = []
            for place, label in zip(
                places.which[begin:end].tolist(), places.label[begin:end].tolist(), strict=True
            ):
                if speaks[place]:
                    cells, weight = self._column(place)
                    scores[cells, told[place]] -= weight
                    scores[cells, label] += weight
                    touched += (cells, own[place : place + 1])
                told[place] = label
            if not touched:
                continue
            cells = np.unique(np.concatenate(touched))
            fresh = _decided(scores[cells])
            _keep_own(fresh, cells, told, speaks)
            moved = fresh != labels[cells]
            labels[cells] = fresh
            rows.append((np.full(int(moved.sum()), day), cells[moved], fresh[moved]))
        columns = [np.concatenate(c) for c in zip(*rows, strict=True)] if rows else []
        days, which, label = columns or (np.empty(0, dtype=np.int64) for _ in range(3))
        return LabelChanges(first, days, which, label)

    @cached_property
    def _by_place(self) -> csc_array:
        return csc_array(self.weights)

    def _column(self, place: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the seeds that a place speaks for, and with which weight."""
        begin, end = self._by_place.indptr[place : place + 2].tolist()
        seeds = self._by_place.indices[begin:end].astype(np.int64)
        weight: NDArray[np.int64] = self._by_place.data[begin:end]
        return seeds, weight


def _with_lead(places: LabelChanges) -> LabelChanges:
    """Let each place speak some days before its first word."""
    first_word = np.full(len(places.first), -1)
    order = np.arange(len(places.which))[::-1]
    first_word[places.which[order]] = order
    silent = (places.first == _UNKNOWN) & (first_word >= 0)
    earlier = first_word[silent]
    day = places.day.copy()
    day[earlier] -= LEAD_DAYS
    order = np.argsort(day, kind="stable")
    return LabelChanges(places.first, day[order], places.which[order], places.label[order])


def _hexagons(
    drawn: shapely.Geometry, places: NDArray[np.float64], spacing_m: float
) -> NDArray[np.float64]:
    """Return the points of a hexagonal grid where no place is near, in metres, shape (n, 2)."""
    most = max(_MOST_CELLS, _MOST_CELLS_PER_PLACE * len(places))
    if shapely.is_empty(drawn) or not len(places):
        return np.empty((0, 2))
    smallest = float(np.sqrt(shapely.area(drawn) / most * 2 / np.sqrt(3)))
    west, south, east, north = shapely.bounds(drawn)
    # A long thin strip fills little of its box, which the grid is laid over.
    coarsest = float(np.sqrt((east - west) * (north - south) / _MOST_TRIED))
    pitch = max(spacing_m / _CELLS_PER_SPACING, smallest, coarsest)
    y, row = _steps(south, north, pitch * np.sqrt(3) / 2)
    x, _ = _steps(west - pitch / 2, east, pitch)
    grid = np.column_stack(
        [(x[None, :] + (row % 2)[:, None] * pitch / 2).ravel(), np.repeat(y, len(x))]
    )
    margin = shapely.buffer(drawn, pitch)
    shapely.prepare(margin)
    inside = grid[shapely.contains_xy(margin, grid)]
    alone = cKDTree(places).query(inside)[0] > pitch / 2
    found: NDArray[np.float64] = inside[alone]
    return found


def _steps(start: float, stop: float, step: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    number = np.arange(int((stop - start) // step) + 2, dtype=np.int64)
    return start + step * number.astype(np.float64), number


def _variance(
    sizes: NDArray[np.float64] | None, spacing_m: float, places: int
) -> NDArray[np.float64]:
    """Return the variance of each place's own word, as a distance in metres."""
    known = np.zeros(places, dtype=bool) if sizes is None else np.isfinite(sizes) & (sizes > 0)
    if sizes is None or not known.any():
        return np.full(places, STRENGTH * spacing_m)
    small, median = np.quantile(sizes[known], [_UNKNOWN_SIZE, 0.5])
    share = np.where(known, sizes, small) / median
    found: NDArray[np.float64] = STRENGTH * spacing_m * (share + _LEAST_SHARE) ** -POWER
    return found


def _weights(
    targets: NDArray[np.float64],
    places: NDArray[np.float64],
    variance: NDArray[np.float64],
    *,
    leave_out: bool = False,
) -> csr_array:
    """Return the kriging weights of places for targets; each row sums to about one unit."""
    count = min(NEIGHBOURS, len(places) - leave_out)
    shape = (len(targets), len(places))
    if count <= 0 or not len(targets):
        return csr_array(shape, dtype=np.int64)
    tree = cKDTree(places)
    pool = min(len(places), POOL + leave_out)
    chosen, solved = [], []
    batches = range(0, len(targets), _BATCH)
    for begin in track(batches, what="kriging", unit="batches"):
        batch = targets[begin : begin + _BATCH]
        found = tree.query(batch, k=pool)
        distance = np.asarray(found[0], dtype=np.float64).reshape(len(batch), -1)
        near = np.asarray(found[1], dtype=np.int64).reshape(len(batch), -1)
        told = distance + variance[near]
        if leave_out:
            told[near == np.arange(begin, begin + len(batch))[:, None]] = np.inf
        pick = np.argpartition(told, count - 1, axis=1)[:, :count]
        near = np.take_along_axis(near, pick, axis=1)
        distance = np.take_along_axis(distance, pick, axis=1)
        chosen.append(near)
        solved.append(_solve(places[near], variance[near], distance))
    rows = np.repeat(np.arange(len(targets)), count)
    data = np.rint(np.concatenate(solved).ravel() * _UNIT).astype(np.int64)
    return csr_array((data, (rows, np.concatenate(chosen).ravel())), shape=shape)


def _solve(
    spots: NDArray[np.float64], variance: NDArray[np.float64], distance: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Solve the systems of ordinary kriging, one a row, for weights that sum to one."""
    targets, count = distance.shape
    x, y = np.ascontiguousarray(spots[..., 0]), np.ascontiguousarray(spots[..., 1])
    between = x[:, :, None] - x[:, None]
    between *= between
    across = y[:, :, None] - y[:, None]
    across *= across
    between += across
    np.sqrt(between, out=between)
    system = np.ones((targets, count + 1, count + 1))
    np.negative(between, out=system[:, :count, :count])
    diagonal = np.arange(count)
    system[:, diagonal, diagonal] += variance
    system[:, count, count] = 0.0
    right = np.ones((targets, count + 1, 1))
    right[:, :count, 0] = -distance
    found: NDArray[np.float64] = np.linalg.solve(system, right)[:, :count, 0]
    return found


def _one_hot(labels: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    found: NDArray[np.int64] = (labels[:, None] == np.arange(size)).astype(np.int64)
    return found


def _decided(scores: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the label of the highest score that some place speaks for, or unknown."""
    best = scores[:, 1:].argmax(axis=1) + 1 if scores.shape[1] > 1 else np.zeros(len(scores), int)
    top = np.take_along_axis(scores, best[:, None], axis=1)[:, 0]
    return np.where((best > 0) & (top > 0), best, _UNKNOWN).astype(np.int64)


def _keep_own(
    labels: NDArray[np.int64],
    seeds: NDArray[np.int64],
    told: NDArray[np.int64],
    speaks: NDArray[np.bool_],
) -> None:
    """Let the own cell of a place that speaks carry its own label, if it has one."""
    own = np.flatnonzero(seeds < len(told))
    places = seeds[own]
    kept = speaks[places] & (told[places] != _UNKNOWN)
    labels[own[kept]] = told[places[kept]]
