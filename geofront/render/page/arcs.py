"""How the arcs of a series are written in few letters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from geofront.control.arcs import Arcs

__all__ = ["Grid", "encode_arcs", "encode_integers"]

_STEPS = 65_535
_LEAST_SPAN_DEGREES = 0.01
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_CHUNK_BITS = 5
_CHUNK = 1 << _CHUNK_BITS


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


def encode_arcs(arcs: Arcs, grid: Grid) -> str:
    """Write arcs as one text: integers, delta-coded, in zigzag groups of five bits.

    Every arc is: left patch, right patch (each as the difference to the arc before), number of
    points, then the points as differences of x and y to the point before.

    Parameters
    ----------
    arcs
        The arcs of a series.
    grid
        What their points are rounded to.

    Returns
    -------
    str
        Letters, digits, ``-`` and ``_``.
    """
    steps = grid.steps(arcs.points)
    arc_of_point = np.repeat(np.arange(len(arcs)), np.diff(arcs.start))
    moved: NDArray[np.bool_] = np.any(np.diff(steps, axis=0, prepend=steps[:1]) != 0, axis=1)
    # Points that fall on the one before are left out, but for the first of each arc.
    moved[arcs.start[:-1]] = True
    kept = np.flatnonzero(moved)
    sizes = np.bincount(arc_of_point[kept], minlength=len(arcs))
    deltas = np.diff(steps[kept], axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).tolist()
    sides = np.diff(np.stack([arcs.left, arcs.right], axis=1), axis=0, prepend=[[0, 0]]).tolist()
    numbers: list[int] = []
    at = 0
    for side, size in zip(sides, sizes.tolist(), strict=True):
        numbers += (*side, size)
        for delta in deltas[at : at + size]:
            numbers += delta
        at += size
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
