"""Rings: the outlines of the areas of a day, walked along the arcs whose two sides differ."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geofront.control.tessellation import OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geofront.control.arcs import Arcs
    from geofront.control.patchwork import State

__all__ = ["Face", "Ring", "faces", "outline"]

# Up to so many half-edges a list is quicker than arrays of them.
_FEW = 16

Ring = list[int]
"""Half-edges head to tail; the area lies on their left, so shells run counter-clockwise."""


@dataclass(slots=True)
class Face:
    """A connected area of one label: its shell, and its holes."""

    label: int
    shell: Ring
    holes: list[Ring] = field(default_factory=list)


def faces(arcs: Arcs, state: State) -> list[Face]:
    """Return the connected areas of each label, in the order of their labels.

    The arcs whose sides differ are a planar graph; its faces are found by turning, at each node,
    from the half-edge that arrives to the next one clockwise (the half-edge structure of Muller
    and Preparata 1978). The cost follows the number of those arcs.

    Parameters
    ----------
    arcs
        The arcs of a series.
    state
        The labels of the patches on the day, and the arcs whose sides differ.

    Returns
    -------
    list[Face]
        Simple rings; a ring touches itself nowhere, others at most at nodes.
    """
    parting = state.parting
    if len(parting) == 0:
        return []
    left, right = arcs.sides(state.labels, parting)
    out = arcs.turn[np.sort(arcs.rank[np.concatenate([2 * parting, 2 * parting + 1])])]
    before = _clockwise(out, arcs.origin[out])
    side = dict(zip((2 * parting).tolist(), left.tolist(), strict=True))
    side.update(zip((2 * parting + 1).tolist(), right.tolist(), strict=True))
    step = dict(zip((out ^ 1).tolist(), before.tolist(), strict=True))
    origin = dict(zip(out.tolist(), arcs.origin[out].tolist(), strict=True))
    area = dict(zip((2 * parting).tolist(), arcs.shoelace[parting].tolist(), strict=True))
    area.update(zip((2 * parting + 1).tolist(), (-arcs.shoelace[parting]).tolist(), strict=True))
    shells: dict[int, list[Face]] = {}
    holes: dict[int, list[Ring]] = {}
    for ring in _walk(step, origin):
        label = side[ring[0]]
        if label == OUTSIDE:
            continue
        if sum(map(area.__getitem__, ring)) > 0:
            shells.setdefault(label, []).append(Face(label, ring))
        else:
            holes.setdefault(label, []).append(ring)
    for label, rings in holes.items():
        _assign(rings, shells[label], arcs)
    return [face for label in sorted(shells) for face in shells[label]]


def _clockwise(out: NDArray[np.int64], origin: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each half-edge, sorted around its node, the next one clockwise there."""
    opens = np.append(True, origin[1:] != origin[:-1])
    group_start = np.flatnonzero(opens)
    group_end = np.append(group_start[1:], len(out)) - 1
    before = np.arange(len(out)) - 1
    before[group_start] = group_end
    found: NDArray[np.int64] = out[before]
    return found


def _walk(step: dict[int, int], origin: dict[int, int]) -> Iterator[Ring]:
    """Yield the rings, split where one would touch itself; `step` is used up."""
    while step:
        start, half_edge = step.popitem()
        ring = [start]
        while half_edge != start:
            ring.append(half_edge)
            half_edge = step.pop(half_edge)
        if len(set(map(origin.__getitem__, ring))) == len(ring):
            yield ring
        else:
            yield from _split(ring, [origin[h] for h in ring])


def _split(ring: Ring, nodes: list[int]) -> Iterator[Ring]:
    """Cut a closed walk at the nodes that it visits more than once into simple rings."""
    open_walk: Ring = []
    position: dict[int, int] = {}
    for half_edge, node in zip(ring, nodes, strict=True):
        if node in position:
            begin = position[node]
            closed, open_walk = open_walk[begin:], open_walk[:begin]
            for visited, at in list(position.items()):
                if at > begin:
                    del position[visited]
            yield closed
        position[node] = len(open_walk)
        open_walk.append(half_edge)
    yield open_walk


def _assign(holes: list[Ring], shells: list[Face], arcs: Arcs) -> None:
    """Give each hole to the smallest shell of its label that contains it."""
    if len(shells) == 1:
        shells[0].holes.extend(holes)
        return
    west, south, east, north = _boxes(arcs, [face.shell for face in shells])
    polygons: dict[int, shapely.Polygon] = {}
    for hole in holes:
        first, second = arcs.line(hole[0])[:2]
        # A hole touches its shell at nodes only, so inside an edge there is no doubt.
        x, y = (first + second) / 2
        around = np.flatnonzero((west <= x) & (x <= east) & (south <= y) & (y <= north)).tolist()
        if len(around) > 1:
            for i in around:
                if i not in polygons:
                    polygons[i] = shapely.Polygon(outline(arcs, shells[i].shell))
                    shapely.prepare(polygons[i])
            around = [i for i in around if shapely.contains_xy(polygons[i], x, y)]
            around.sort(key=lambda i: float(polygons[i].area))
        shells[around[0]].holes.append(hole)


def _boxes(arcs: Arcs, rings: list[Ring]) -> NDArray[np.float64]:
    """Return the west, south, east and north of each ring, shape (4, rings)."""
    begin = np.cumsum([0, *(len(ring) for ring in rings[:-1])])
    bounds = arcs.bounds[np.array([h for ring in rings for h in ring]) >> 1]
    low = np.minimum.reduceat(bounds[:, :2], begin)
    high = np.maximum.reduceat(bounds[:, 2:], begin)
    return np.hstack([low, high]).T


def outline(arcs: Arcs, ring: Ring) -> NDArray[np.float64]:
    """Return the closed line of a ring in degrees, shape (n, 2).

    Parameters
    ----------
    arcs
        The arcs.
    ring
        Half-edges head to tail.

    Returns
    -------
    NDArray[np.float64]
        The last point repeats the first.
    """
    if len(ring) <= _FEW:
        lines = [arcs.line(half_edge)[:-1] for half_edge in ring]
        return np.concatenate([*lines, lines[0][:1]])
    half_edges = np.array(ring, dtype=np.int64)
    arc, back = half_edges >> 1, half_edges & 1
    size = arcs.start[arc + 1] - arcs.start[arc] - 1
    first = np.where(back, arcs.start[arc + 1] - 1, arcs.start[arc])
    step = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
    index = np.repeat(first, size) + np.repeat(1 - 2 * back, size) * step
    points: NDArray[np.float64] = arcs.points[np.append(index, index[:1])]
    return points
