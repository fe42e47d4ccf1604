"""Check of lone places: one deep in the other side's area, and namesakes of it at the front."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from geofront.control.audit.findings import DOUBT
from geofront.control.audit.scene import NAMESAKE_KM, SAME_SPOT_KM, km_between, spot
from geofront.control.state import HELD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from geofront.control.audit.findings import Finding
    from geofront.control.audit.scene import Scene
    from geofront.control.state import Label
    from geofront.gazetteer.place import Place

__all__ = ["lone_places"]

NEIGHBOURS = 5
"""A place is lone while its nearest places of known status, so many, are held by another side."""

STRAYS = 1
"""So many of them may be otherwise: two places with the same fault would hide each other."""

_LOOKED_AT = 24
"""Among how many nearest places those of known status are looked for."""

LONE_KM = 20.0
"""And while the nearest other place that its own side holds or fights for is farther than this."""

LONE_DAYS = 7
"""And stays so for as many days: while a front moves, reports lag behind for some days."""

FRONT_KM = 35.0
"""A namesake lies at the front if no side concerned is farther away from it than this."""

TIMES_NEARER = 3.0
"""How many times nearer than the place to its own side the namesake must lie."""

_SHOWN = 3
"""How many of the namesakes are named."""

_HALF_DAYS = 7
"""After so many days a lone stay has half of its weight in the rank."""

_OTHER = -2  # of a place that several sides fight for; beside the numbers of sides that hold one
_UNKNOWN = -1


@dataclass(slots=True)
class _Stay:
    """The days that a place has been lone without a break, and what it looked like."""

    first: date
    label: Label
    around: str
    last: date = field(init=False)
    days: int = 0
    measured_at: int = 0
    km: float = 0.0
    fronts: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.last = self.first


def lone_places(scene: Scene) -> Iterator[Finding]:
    """Find places deep in another side's area, and their namesakes that lie at the front.

    A place is lone while of its `NEIGHBOURS` nearest places of known status all but `STRAYS` are
    held by one side that does not hold it, for `LONE_DAYS` or more, and the nearest other place
    that its own side holds or fights for is, at some time, `LONE_KM` away or more. A
    doubt (`lone-place`), ranked by that distance in km, times days / (days + 7): a week counts
    half of it, a month four fifths. Another doubt (`namesake-at-front`), of the same rank, if a
    namesake lies where its own and the surrounding side are both near.
    """
    places = [scene.timeline.places[place_id] for place_id in scene.history.place_ids]
    if len(places) <= NEIGHBOURS:
        return
    board = _Board(scene, places)
    stays: dict[int, list[_Stay]] = {}
    for first, count, labels in board.eras():
        board.look(first, count, labels, stays)
    for row, found in sorted(stays.items()):
        deep = [s for s in found if s.km >= LONE_KM and s.days >= LONE_DAYS]
        if deep:
            yield from _tell(scene, places[row], deep, board.namesakes(row))


def _tell(
    scene: Scene, place: Place, stays: Sequence[_Stay], namesakes: Sequence[Place]
) -> Iterator[Finding]:
    worst = max(stays, key=_rank)
    days = sum(stay.days for stay in stays)
    wording = scene.wording
    total = f", {days} days in all" if len(stays) > 1 else ""
    near = (
        "no other place is of its own side"
        if np.isinf(worst.km)
        else f"the nearest other place of its own side is up to {worst.km:.0f} km away"
    )
    told = (
        f"{spot(place)} is {wording.status(worst.label)} from {worst.first} to {worst.last} "
        f"({worst.days} days{total}), while at least {NEIGHBOURS - STRAYS} of its {NEIGHBOURS} "
        f"nearest places are held by {worst.around}; {near}"
    )
    rank = max(_rank(stay) for stay in stays)
    message = f"{told}: see whether a later change is missing, or the position is a namesake's"
    yield scene.of_place(
        place.id, "lone-place", message, severity=DOUBT, day=worst.first, rank=rank
    )
    limit = min(FRONT_KM, worst.km / TIMES_NEARER)
    better = [pair for pair in zip(worst.fronts, namesakes, strict=True) if pair[0] <= limit]
    if better:
        message = (
            f"{spot(place)} lies deep in the area of {worst.around}, but of the same or nearly the "
            f"same name there lies at the front: {_listed(scene, better)}; see which is meant, and "
            "write its id or its position"
        )
        yield scene.of_place(
            place.id, "namesake-at-front", message, severity=DOUBT, day=worst.first, rank=rank
        )


def _listed(scene: Scene, better: list[tuple[float, Place]]) -> str:
    """Return the nearest to the front with their distance, one of those at the same spot."""
    shown: list[str] = []
    seen: list[NDArray[np.float64]] = []
    for km, other in sorted(better, key=lambda pair: (pair[0], pair[1].id)):
        at = scene.to_km([other])[0]
        if len(shown) < _SHOWN and all(km_between(at, point) >= NAMESAKE_KM for point in seen):
            seen.append(at)
            shown.append(f"{spot(other)} [{other.id}], {km:.0f} km from it")
    return ", ".join(shown)


def _rank(stay: _Stay) -> float:
    return stay.km * stay.days / (stay.days + _HALF_DAYS)


def _side_name(scene: Scene, side: str) -> str:
    """Return what a side is called; it has a name where it has that of an actor."""
    actor = scene.timeline.actors.find(side)
    return actor.name if actor else side


class _Board:
    """The places with their neighbours, looked at from one change of a status to the next.

    `near` holds the rows of the nearest places of each, shape (places, neighbours).
    """

    def __init__(self, scene: Scene, places: Sequence[Place]) -> None:
        from scipy.spatial import cKDTree

        self.scene = scene
        self.places = places
        self.km = scene.to_km(places)
        self.labels = scene.history.labels
        count = min(_LOOKED_AT, len(places) - 1)
        rows = np.asarray(cKDTree(self.km).query(self.km, count + 1)[1])
        own = rows == np.arange(len(places))[:, None]
        own[~own.any(axis=1), -1] = True  # where more places stand at one point than were asked for
        self.near = rows[~own].reshape(len(places), count)
        self._namesakes: dict[int, list[Place]] = {}
        self._around = np.full(len(places), _UNKNOWN, dtype=np.int64)  # the side all around
        self._codes_before = self._around.copy()

    def eras(self) -> Iterator[tuple[date, int, NDArray[np.int64]]]:
        """Yield the stretches without any change: first day, number of days, and the labels."""
        history, last = self.scene.history, self.scene.last_day
        start = min(event.day for event in self.scene.events)
        index = {label: i for i, label in enumerate(self.labels)}
        labels = np.array([index[s.label] for s in history.statuses(start)], dtype=np.int64)
        turns = set(self.scene.timeline.actors.turns)
        changes = history.changes(start, last)
        days = sorted({c.day for c in changes} | {d for d in turns if start < d <= last})
        starts = [start, *days]
        counts = [(later - first).days for first, later in pairwise([*starts, last])]
        counts[-1] += 1  # of the last stretch the last day belongs to it
        by_day: dict[date, list[tuple[int, int]]] = {}
        for change in changes:
            by_day.setdefault(change.day, []).append((change.place_index, change.label_index))
        for first, count in zip(starts, counts, strict=True):
            for place, label in by_day.get(first, ()):
                labels[place] = label
            yield first, count, labels

    def look(
        self, first: date, count: int, labels: NDArray[np.int64], stays: dict[int, list[_Stay]]
    ) -> None:
        """Note which places are lone in a stretch of days."""
        last = first + timedelta(days=count - 1)
        sides, holder = self._codes(first)
        self._surround(holder[labels])
        for row in np.flatnonzero(self._around != _UNKNOWN):
            found = stays.setdefault(int(row), [])
            label = self.labels[labels[row]]
            stay = found[-1] if found else None
            if stay is None or stay.label != label or stay.last + timedelta(days=1) != first:
                name = _side_name(self.scene, self._side_names[self._around[row]])
                stay = _Stay(first, label, name)
                found.append(stay)
            stay.last, stay.days = last, stay.days + count
            if stay.days >= stay.measured_at:
                self._measure(stay, int(row), labels, sides)

    def _surround(self, codes: NDArray[np.int64]) -> None:
        """Note by which one other side the nearest places of known status are held, if by one.

        Only for the places whose own status or whose neighbours' has changed.
        """
        changed = codes != self._codes_before
        self._codes_before = codes
        rows = np.flatnonzero(changed | changed[self.near].any(axis=1))
        near, own = codes[self.near[rows]], codes[rows]
        known = near != _UNKNOWN
        counted = known & (known.cumsum(axis=1) <= NEIGHBOURS)
        enough = counted.sum(axis=1) == NEIGHBOURS
        self._around[rows] = _UNKNOWN
        for side in np.unique(codes[codes >= 0]):
            theirs = ((near == side) & counted).sum(axis=1) >= NEIGHBOURS - STRAYS
            self._around[rows[theirs & enough & (own != side) & (own != _UNKNOWN)]] = side

    def _measure(
        self, stay: _Stay, row: int, labels: NDArray[np.int64], sides: NDArray[np.bool_]
    ) -> None:
        """Measure how deep a place lies, and its namesakes then; the deepest is kept.

        The front moves during a stay; measured anew is only when it has lasted twice as long.
        """
        stay.measured_at = 2 * stay.days
        around = int(self._around[row])
        own = sides[labels[row]].copy()
        own[around] = False
        present = sides[labels]  # which sides hold or fight for each place
        present[row] = False
        km = self._far(self.km[row], own, present)
        if km <= stay.km:
            return
        stay.km = km
        if km >= LONE_KM and self.namesakes(row):
            own[around] = True
            points = self.scene.to_km(self.namesakes(row))
            stay.fronts = [self._far(point, own, present, beyond=SAME_SPOT_KM) for point in points]

    def _far(
        self,
        point: NDArray[np.float64],
        sides: NDArray[np.bool_],
        present: NDArray[np.bool_],
        *,
        beyond: float = 0.0,
    ) -> float:
        """Return how far away the nearest place of each side is, of the farthest of the sides."""
        km = np.hypot(*(self.km - point).T)
        km[km < beyond] = np.inf
        nearest = [km[present[:, i]].min(initial=np.inf) for i in np.flatnonzero(sides)]
        return float(max(nearest, default=np.inf))

    def namesakes(self, row: int) -> list[Place]:
        """Return the namesakes of a place, looked up once."""
        if row not in self._namesakes:
            place = self.places[row]
            self._namesakes[row] = self.scene.namesakes(place, nearly=True)
        return self._namesakes[row]

    def _codes(self, day: date) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        """Return the sides of each label, and the side that holds it alone, on a day."""
        names = self._side_names
        sides = np.zeros((len(self.labels), len(names)), dtype=bool)
        holder = np.full(len(self.labels), _UNKNOWN, dtype=np.int64)
        for i, label in enumerate(self.labels):
            for side in self.scene.sides(label.actors, day):
                sides[i, names.index(side)] = True
            if label.actors:
                alone = label.status == HELD or sides[i].sum() == 1
                holder[i] = int(sides[i].argmax()) if alone else _OTHER
        return sides, holder

    @property
    def _side_names(self) -> tuple[str, ...]:
        return self.scene.timeline.actors.sides
