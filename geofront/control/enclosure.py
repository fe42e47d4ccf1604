"""Enclosures of a day: ground of a side from which no way leads out but through its enemies.

A side's ground goes on through what it holds, where it is a party to the fighting, and what is of
unknown status: nobody can say that it is cut off there. So an enclosure stays one even if every
blank in it were the side's own. Water and gaps in the data are no ground: a side that stands at
one is not enclosed, unless all around that water is within the same enclosure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geofront.control.pieces import AROUND, components
from geofront.control.state import HELD, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geofront.control.pieces import Clusters
    from geofront.control.state import Label
    from geofront.events.actor import Actors

__all__ = ["Enclosure", "Stance", "enclosures", "main_body", "stances"]

_NOWHERE = -1


@dataclass(frozen=True)
class Stance:
    """What the labels of a series are to one side, with the sides of a day.

    For each label: whether the side holds it (`own`), and whether its ground goes on there
    (`open`).
    """

    side: str
    own: NDArray[np.bool_]
    open: NDArray[np.bool_]


@dataclass(frozen=True)
class Enclosure:
    """Ground of a side that is enclosed on a day.

    `own` are the pieces that the side holds, `within` all that is enclosed with them, contested
    and unknown ground included; `around` are the labels of the ground that encloses them. All are
    sorted.
    """

    stance: Stance
    own: NDArray[np.int64]
    within: NDArray[np.int64]
    around: NDArray[np.int64]


def stances(labels: Sequence[Label], actors: Actors) -> list[Stance]:
    """Return what the labels are to each side that may hold ground.

    Parameters
    ----------
    labels
        The labels of a series.
    actors
        Its actors, with their sides on the day.

    Returns
    -------
    list[Stance]
        Sorted by side.
    """
    of_label = [{actors.side_of(actor) for actor in label.actors} for label in labels]
    held = [label.status == HELD for label in labels]
    unknown = [label.status == UNKNOWN for label in labels]
    return [
        Stance(
            side,
            own=np.array([h and side in s for h, s in zip(held, of_label, strict=True)]),
            open=np.array([u or side in s for u, s in zip(unknown, of_label, strict=True)]),
        )
        for side in sorted(set().union(*(s for s, h in zip(of_label, held, strict=True) if h)))
    ]


def enclosures(
    clusters: Clusters, labels: NDArray[np.int64], sides: Sequence[Stance]
) -> list[Enclosure]:
    """Return the enclosures of a day.

    Parameters
    ----------
    clusters
        The pieces of a series, put together for the day.
    labels
        The label of each piece.
    sides
        What the labels are to each side.

    Returns
    -------
    list[Enclosure]
        By side and piece. The largest connected area that a side holds is its main body; what
        encloses that is none.
    """
    ground = _Ground(clusters, labels)
    return [found for stance in sides for found in ground.enclosures(stance)]


def main_body(clusters: Clusters, labels: NDArray[np.int64], stance: Stance) -> NDArray[np.int64]:
    """Return the pieces of the largest connected area that a side holds.

    Parameters
    ----------
    clusters
        The pieces of a series, put together for the day.
    labels
        The label of each piece.
    stance
        What the labels are to the side.

    Returns
    -------
    NDArray[np.int64]
        Sorted; empty where it holds nothing.
    """
    ground = _Ground(clusters, labels)
    own = stance.own[ground.label]
    if not own.any():
        return np.empty(0, dtype=np.int64)
    body = ground.joined(own)
    return np.flatnonzero(body[ground.area][clusters.of_piece] == body[ground.main_body(own)])


class _Ground:
    """The connected areas of the labels of a day, and which of them adjoin."""

    def __init__(self, clusters: Clusters, labels: NDArray[np.int64]) -> None:
        one, other = clusters.pairs
        of_cluster = labels[clusters.lead]
        level = of_cluster[one] == of_cluster[other]
        area = components(one[level], other[level], len(of_cluster))
        self.clusters = clusters
        self.labels = labels
        self.area = area
        self.size = int(area.max(initial=-1)) + 1
        self.label = np.empty(self.size, dtype=np.int64)
        self.label[area] = of_cluster
        self.km2 = np.bincount(area, weights=clusters.km2, minlength=self.size)
        self.one, self.other = area[one[~level]], area[other[~level]]
        shore, self.void = clusters.shores
        self.shore = area[shore]

    def joined(self, ground: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the number of the connected part of each area of some ground; others have none."""
        both = ground[self.one] & ground[self.other]
        parts = components(self.one[both], self.other[both], self.size)
        return np.where(ground, parts, _NOWHERE)

    def enclosures(self, stance: Stance) -> list[Enclosure]:
        own = stance.own[self.label]
        if np.count_nonzero(own) <= 1:  # its main body
            return []
        part = self.joined(stance.open[self.label])
        way_out = np.zeros(self.size + 1, dtype=np.bool_)
        way_out[part[self.main_body(own)]] = True
        way_out[self.at_open_water(part)] = True
        way_out[_NOWHERE] = True
        found = np.unique(part[own])
        return self.told(stance, part, found[~way_out[found]])

    def main_body(self, own: NDArray[np.bool_]) -> int:
        """Return one area of the largest connected ground of a side."""
        body = self.joined(own)
        km2 = np.bincount(body[own], weights=self.km2[own])
        return int(np.flatnonzero(body == km2.argmax())[0])

    def at_open_water(self, part: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the parts that stand at water or a gap which others stand at too."""
        shore = part[self.shore]
        voids = int(self.void.max(initial=AROUND)) + 1
        least = np.full(voids, self.size)
        most = np.full(voids, _NOWHERE)
        np.minimum.at(least, self.void, shore)
        np.maximum.at(most, self.void, shore)
        shared = least != most
        shared[AROUND] = True
        found: NDArray[np.int64] = shore[shared[self.void]]
        return found

    def told(
        self, stance: Stance, part: NDArray[np.int64], found: NDArray[np.int64]
    ) -> list[Enclosure]:
        """Return the enclosures of those numbers, with what they are made of."""
        if len(found) == 0:
            return []
        part_of_piece = part[self.area][self.clusters.of_piece]
        within = _by_number(part_of_piece, np.arange(len(part_of_piece)), found)
        apart = part[self.one] != part[self.other]
        one, other = self.one[apart], self.other[apart]
        inner, outer = np.concatenate([one, other]), np.concatenate([other, one])
        around = _by_number(part[inner], self.label[outer], found)
        return [
            Enclosure(stance, inside[stance.own[self.labels[inside]]], inside, np.unique(labels))
            for inside, labels in zip(within, around, strict=True)
        ]


def _by_number(
    numbers: NDArray[np.int64], values: NDArray[np.int64], chosen: NDArray[np.int64]
) -> list[NDArray[np.int64]]:
    """Return for each chosen number, in turn, the values that stand beside it."""
    order = np.argsort(numbers, kind="stable")
    begin = np.searchsorted(numbers[order], chosen, side="left").tolist()
    end = np.searchsorted(numbers[order], chosen, side="right").tolist()
    return [values[order[i:j]] for i, j in zip(begin, end, strict=True)]
