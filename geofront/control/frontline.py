"""Front lines of a day: the arcs on which areas of opposed actors touch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geofront.control.state import CONTESTED, HELD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geofront.control.arcs import Arcs
    from geofront.control.patchwork import State
    from geofront.control.state import Label
    from geofront.events.actor import Actors

__all__ = ["FrontLine", "Opposition", "front_km", "front_lines"]


@dataclass(frozen=True, slots=True)
class FrontLine:
    """Where the areas of two opposed actors touch.

    `actors` are the two, sorted. `contested` tells that one side of the line is held by one of
    them and the other side is fought over by both; otherwise each holds its side. `geometry` is in
    degrees, `length_km` on the ellipsoid.
    """

    actors: tuple[str, str]
    contested: bool
    geometry: shapely.MultiLineString
    length_km: float


class Opposition:
    """Which pairs of labels make a front where they touch, and between whom.

    Parameters
    ----------
    labels
        The labels of a series.
    actors
        Its actors; those of one side are not opposed.
    """

    def __init__(self, labels: Sequence[Label], actors: Actors) -> None:
        self._kinds: dict[tuple[tuple[str, str], bool], int] = {}
        size = len(labels)
        # One row and column more: index -1 is what lies outside, which no one holds.
        self._table = np.full((size + 1, size + 1), -1, dtype=np.int64)
        for i, one in enumerate(labels):
            for j, other in enumerate(labels):
                kind = _front_between(one, other, actors)
                if kind is not None:
                    self._table[i, j] = self._kinds.setdefault(kind, len(self._kinds))

    @property
    def kinds(self) -> list[tuple[tuple[str, str], bool]]:
        """The possible fronts: the two actors, and whether the ground is contested."""
        return list(self._kinds)

    def between(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return for each pair of labels the index into `kinds`, or -1 where there is no front.

        Parameters
        ----------
        left
            Indices of labels, shape (n,).
        right
            Indices of labels, shape (n,).

        Returns
        -------
        NDArray[np.int64]
            Shape (n,).
        """
        found: NDArray[np.int64] = self._table[left, right]
        return found


def front_lines(arcs: Arcs, state: State, opposition: Opposition) -> list[FrontLine]:
    """Return the front lines of a day, one for each pair of actors and kind.

    Parameters
    ----------
    arcs
        The borders of the patches.
    state
        The labels of the patches on the day.
    opposition
        What makes a front.

    Returns
    -------
    list[FrontLine]
        Sorted by actors.
    """
    kinds = opposition.between(*arcs.sides(state.labels, state.parting))
    result = []
    for index in np.unique(kinds[kinds >= 0]).tolist():
        pair, contested = opposition.kinds[index]
        chosen = state.parting[kinds == index]
        merged = shapely.line_merge(shapely.multilinestrings(arcs.lines[chosen]))
        lines = shapely.multilinestrings(shapely.get_parts(merged))
        result.append(FrontLine(pair, contested, lines, float(arcs.km[chosen].sum())))
    return sorted(result, key=lambda f: (f.actors, f.contested))


def front_km(
    arcs: Arcs, state: State, opposition: Opposition
) -> dict[tuple[tuple[str, str], bool], float]:
    """Return the length in km of each front of a day, without drawing it.

    Parameters
    ----------
    arcs
        The borders of the patches.
    state
        The labels of the patches on the day.
    opposition
        What makes a front.

    Returns
    -------
    dict[tuple[tuple[str, str], bool], float]
        By the two actors and whether the ground is contested, as in `Opposition.kinds`.
    """
    kinds = opposition.between(*arcs.sides(state.labels, state.parting))
    fronts = kinds >= 0
    km = arcs.km[state.parting[fronts]]
    sums = np.bincount(kinds[fronts], weights=km, minlength=len(opposition.kinds))
    return {kind: float(km) for kind, km in zip(opposition.kinds, sums, strict=True) if km > 0}


def _front_between(one: Label, other: Label, actors: Actors) -> tuple[tuple[str, str], bool] | None:
    if one.status == other.status == HELD:
        a, b = one.actors[0], other.actors[0]
        return (_pair(a, b), False) if actors.side_of(a) != actors.side_of(b) else None
    if {one.status, other.status} != {HELD, CONTESTED}:
        return None
    held, contested = (one, other) if one.status == HELD else (other, one)
    holder = held.actors[0]
    enemies = [a for a in contested.actors if actors.side_of(a) != actors.side_of(holder)]
    if len(enemies) == len(contested.actors) and len(enemies) > 1:
        return None  # others fight there; the holder takes no part
    return (_pair(holder, enemies[0]), True) if enemies else None


def _pair(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a <= b else (b, a)
