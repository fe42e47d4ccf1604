"""The borders between the places' areas as arcs, and how they are written in few letters."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from geofront.control.tessellation import OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from geofront.control.tessellation import Tessellation

__all__ = ["Arc", "Grid", "arcs_between_places", "encode_arcs", "encode_integers"]

_STEPS = 65_535
_LEAST_SPAN_DEGREES = 0.01
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_CHUNK_BITS = 5
_CHUNK = 1 << _CHUNK_BITS

Arc = tuple[int, int, list[int]]
"""The place on the left, the place on the right (-1: none), and the vertices in order."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Positions as whole steps from a corner, fine enough for the page; all in degrees."""

    west: float
    south: float
    east: float
    north: float
    step: float

    @classmethod
    def around(cls, points: NDArray[np.float64]) -> Grid:
        """Return the grid of the box around some positions in degrees, shape (n, 2)."""
        if len(points) == 0:
            points = np.zeros((1, 2))
        low, high = points.min(axis=0), points.max(axis=0)
        # A lone point would leave the map nothing to fit its view to.
        margin = np.maximum(0.0, (_LEAST_SPAN_DEGREES - (high - low)) / 2)
        (west, south), (east, north) = (low - margin).tolist(), (high + margin).tolist()
        return cls(west, south, east, north, max(east - west, north - south) / _STEPS)

    def steps(self, points: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return positions in degrees as steps east and north of the corner."""
        return np.rint((points - (self.west, self.south)) / self.step).astype(np.int64)

    def as_dict(self) -> dict[str, float]:
        """Return the fields by name."""
        return {key: getattr(self, key) for key in ("west", "south", "east", "north", "step")}


def arcs_between_places(mesh: Tessellation) -> list[Arc]:
    """Chain the edges that part two places, or a place and the outside, into arcs.

    Edges between two cells of one place are left out: no day can tell them apart.

    Parameters
    ----------
    mesh
        The tessellation of the series.

    Returns
    -------
    list[Arc]
        The arcs; each runs between two nodes, or is closed.
    """
    # The entry at index -1 stands for what lies outside.
    owner = np.append(mesh.cell_site, OUTSIDE)
    left, right = owner[mesh.left], owner[mesh.right]
    keep = left != right
    columns = (mesh.tail, mesh.head, left, right)
    return _Chains(*(column[keep].tolist() for column in columns)).arcs()


def encode_arcs(arcs: Iterable[Arc], grid: NDArray[np.int64]) -> str:
    """Write arcs as one text: integers, delta-coded, in zigzag groups of five bits.

    Every arc is: left place, right place (each as the difference to the arc before), number of
    vertices, then the vertices as differences of x and y to the vertex before.

    Parameters
    ----------
    arcs
        The arcs.
    grid
        The quantised vertices, one row each.

    Returns
    -------
    str
        Letters, digits, ``-`` and ``_``.
    """
    points = grid.tolist()
    numbers: list[int] = []
    left = right = x = y = 0
    for arc_left, arc_right, vertices in arcs:
        path = [points[vertices[0]]]
        path += [points[w] for v, w in pairwise(vertices) if points[w] != points[v]]
        numbers += (arc_left - left, arc_right - right, len(path))
        for px, py in path:
            numbers += (px - x, py - y)
            x, y = px, py
        left, right = arc_left, arc_right
    return encode_integers(numbers)


def encode_integers(values: Iterable[int]) -> str:
    """Write integers in zigzag groups of five bits; the sixth bit says that more follow.

    Parameters
    ----------
    values
        The integers.

    Returns
    -------
    str
        Letters, digits, ``-`` and ``_``.
    """
    return "".join(map(_encode_integer, values))


def _encode_integer(value: int) -> str:
    value = value << 1 if value >= 0 else (-value << 1) - 1
    text = ""
    while value >= _CHUNK:
        text += _ALPHABET[_CHUNK | value & (_CHUNK - 1)]
        value >>= _CHUNK_BITS
    return text + _ALPHABET[value]


class _Chains:
    """Edges with a left and a right owner, walked into arcs."""

    def __init__(self, a: list[int], b: list[int], left: list[int], right: list[int]) -> None:
        self._a, self._b, self._left, self._right = a, b, left, right
        self._at: dict[int, list[int]] = {}
        for edge, ends in enumerate(zip(a, b, strict=True)):
            for vertex in ends:
                self._at.setdefault(vertex, []).append(edge)
        self._used = [False] * len(a)

    def arcs(self) -> list[Arc]:
        """Walk from the nodes; what is left then are rings without a node."""
        nodes = [v for v, edges in self._at.items() if self._is_node(edges)]
        found: list[Arc] = []
        for start in (*nodes, *self._at):
            self._walk_on(start, found)
        return found

    def _is_node(self, edges: list[int]) -> bool:
        return len(edges) != 2 or self._owners(edges[0]) != self._owners(edges[1])  # noqa: PLR2004

    def _owners(self, edge: int) -> frozenset[int]:
        return frozenset((self._left[edge], self._right[edge]))

    def _walk_on(self, vertex: int, found: list[Arc]) -> None:
        """Add arc after arc, each from the end of the last: such ends cost least to write."""
        while (edge := self._unused(vertex)) is not None:
            found.append(self._arc(vertex, edge))
            vertex = found[-1][2][-1]

    def _unused(self, vertex: int) -> int | None:
        return next((e for e in self._at[vertex] if not self._used[e]), None)

    def _arc(self, vertex: int, edge: int) -> Arc:
        forward = self._a[edge] == vertex
        sides = (self._left[edge], self._right[edge])
        left, right = sides if forward else sides[::-1]
        vertices = [vertex]
        following: int | None = edge
        while following is not None:
            self._used[following] = True
            vertex = self._b[following] if self._a[following] == vertex else self._a[following]
            vertices.append(vertex)
            if self._is_node(self._at[vertex]):
                break
            following = self._unused(vertex)
        return left, right, vertices
