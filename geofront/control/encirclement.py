"""Following enclosures from day to day: when pockets close and open, and by what."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geofront.control.enclosure import Stance, enclosures, main_body, stances
from geofront.control.pieces import Pieces, areas_of
from geofront.control.pockets import (
    BEFORE,
    CUT_OFF,
    LASTS,
    LINKED,
    LOST,
    MERGED,
    SHIFTED,
    SPLIT,
    TAKEN,
    Cause,
    Pocket,
    Pockets,
    PocketState,
)
from geofront.control.tessellation import OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from geofront.control.enclosure import Enclosure
    from geofront.control.history import Change
    from geofront.control.pieces import Clusters
    from geofront.control.series import Series

__all__ = ["find_pockets"]

_BESIDE_DEGREES = 1e-4  # about 10 m: places at one point are drawn a few metres apart
_BESIDE_M = 10.0
_STRETCH = 32  # days with changes that share their clusters


def find_pockets(series: Series) -> Pockets:
    """Find the pockets of a series.

    From one day to the next a pocket is the one with which it shares the most ground, if they are
    of one side or share an actor. So of the parts of a pocket that is split the largest goes on
    being it, and of pockets that merge the one that gives the most ground.

    Parameters
    ----------
    series
        The series.

    Returns
    -------
    Pockets
        In order of their first day.
    """
    search = _Search(series)
    found = search.run()
    found.sort(key=lambda p: (p.first, p.side, p.states[0].pieces.tolist()))
    numbered = (replace(pocket, number=i) for i, pocket in enumerate(found, start=1))
    return Pockets(series, search.pieces, tuple(numbered))


@dataclass(frozen=True)
class _Evening:
    """The end of a day: the label of each piece, what it is to each side, and the enclosures."""

    day: date
    labels: NDArray[np.int64]
    sides: dict[str, Stance]
    found: list[Enclosure]
    clusters: Clusters
    _bodies: dict[str, NDArray[np.bool_]] = field(default_factory=dict)

    def main_body(self, side: str) -> NDArray[np.bool_]:
        """Return for each piece whether it is of the main body of a side; found once."""
        if side not in self._bodies:
            stance = self.sides.get(side)
            body = self._bodies[side] = np.zeros(len(self.labels), dtype=np.bool_)
            if stance is not None:
                body[main_body(self.clusters, self.labels, stance)] = True
        return self._bodies[side]

    def own(self, side: str, pieces: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which pieces the side holds."""
        stance = self.sides.get(side)
        held = np.zeros(len(pieces), dtype=np.bool_)
        return held if stance is None else stance.own[self.labels[pieces]]

    def open(self, side: str, pieces: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return in which pieces the ground of the side goes on."""
        stance = self.sides.get(side)
        held = np.zeros(len(pieces), dtype=np.bool_)
        return held if stance is None else stance.open[self.labels[pieces]]


@dataclass
class _Track:
    """A pocket that is being followed."""

    side: str
    first: date
    origin: str
    closed_by: tuple[Cause, ...]
    states: list[PocketState] = field(default_factory=list)

    def add(self, state: PocketState) -> None:
        if self.states and self.states[-1].day == state.day:
            self.states.pop()
        if not self.states or not _same(self.states[-1], state):
            self.states.append(state)

    def ended(self, last: date, fate: str, opened_by: tuple[Cause, ...]) -> Pocket:
        return Pocket(
            number=0,
            side=self.side,
            first=self.first,
            last=last,
            origin=self.origin,
            fate=fate,
            closed_by=self.closed_by,
            opened_by=opened_by,
            states=tuple(self.states),
        )


class _Search:
    """Goes through the days of a series on which anything changes."""

    def __init__(self, series: Series) -> None:
        self.series = series
        self.pieces = Pieces.of(series.patchwork)
        self.done: list[Pocket] = []
        self._stances: dict[int, dict[str, Stance]] = {}
        self._clusters: tuple[date, Clusters] | None = None
        self._places_in: dict[bytes, list[str]] = {}
        self._changed_spots: tuple[date, shapely.STRtree] | None = None

    def run(self) -> list[Pocket]:
        series = self.series
        evening = self.evening(series.eve)
        alive = [_Track(e.stance.side, series.start, BEFORE, ()) for e in evening.found]
        self.note(evening, alive)
        for day in (series.start, *series.redrawn_days):
            before, evening = evening, self.evening(day)
            alive = self.follow(before, evening, alive)
        lasting = [track.ended(series.end, LASTS, ()) for track in alive]
        return [p for p in (*self.done, *lasting) if p.last >= series.start]

    def evening(self, day: date) -> _Evening:
        labels = self.series.patchwork.on(day).labels[self.pieces.patch]
        actors = self.series.timeline.actors
        era = bisect_right(actors.turns, day)
        if era not in self._stances:
            met = stances(self.series.labels, actors.on(day))
            self._stances[era] = {stance.side: stance for stance in met}
        sides = self._stances[era]
        clusters = self.clusters(day, labels)
        found = enclosures(clusters, labels, list(sides.values()))
        return _Evening(day, labels, sides, found, clusters)

    def clusters(self, day: date, labels: NDArray[np.int64]) -> Clusters:
        """Return the clusters for a day, made anew for some days at a time."""
        if self._clusters is None or day > self._clusters[0]:
            days = self.series.redrawn_days
            ahead = bisect_right(days, day) + _STRETCH
            until = days[ahead] if ahead < len(days) else self.series.end
            changes = self.series.patchwork.changes
            span = [day.toordinal(), until.toordinal()]
            begin, end = np.searchsorted(changes.day, span, side="right").tolist()
            changing = np.zeros(self.series.patchwork.patches, dtype=np.bool_)
            changing[changes.which[begin:end]] = True
            self._clusters = until, self.pieces.clusters(labels, changing[self.pieces.patch])
        return self._clusters[1]

    def follow(self, before: _Evening, after: _Evening, alive: list[_Track]) -> list[_Track]:
        """Return the tracks of the enclosures of an evening; those that end are done."""
        shared = self.shared_ground(before, after) if before.found and after.found else []
        match: dict[int, int] = {}
        taken: set[int] = set()
        for i, j in shared:
            if i not in taken and j not in match:
                match[j] = i
                taken.add(i)
        tracks = [
            alive[match[j]] if j in match else self.begun(before, after, j, shared)
            for j in range(len(after.found))
        ]
        for i in sorted(set(range(len(before.found))) - taken):
            fate, causes = self.fate(before, after, i, shared)
            self.done.append(alive[i].ended(after.day - timedelta(days=1), fate, causes))
        self.note(after, tracks)
        return tracks

    def shared_ground(self, before: _Evening, after: _Evening) -> list[tuple[int, int]]:
        """Return the enclosures of two evenings that may be one pocket, most shared km² first."""
        was = np.full((2, len(self.pieces)), -1)
        for row, evening in enumerate((before, after)):
            for i, found in enumerate(evening.found):
                was[row, found.own] = i
        common = np.flatnonzero((was >= 0).all(axis=0))
        pairs, row_of = np.unique(was[:, common], axis=1, return_inverse=True)
        km2 = np.bincount(row_of.reshape(-1), weights=self.pieces.km2[common])
        shared = sorted(zip((-km2).tolist(), *pairs.tolist(), strict=True))
        return [
            (i, j)
            for _, i, j in shared
            if self.akin(before, before.found[i], after, after.found[j])
        ]

    def akin(self, before: _Evening, one: Enclosure, after: _Evening, other: Enclosure) -> bool:
        """Return whether two enclosures are of one side, or share an actor that changed sides."""
        return one.stance.side == other.stance.side or bool(
            set(self.held_km2(before, one)) & set(self.held_km2(after, other))
        )

    def begun(
        self, before: _Evening, after: _Evening, j: int, shared: Sequence[tuple[int, int]]
    ) -> _Track:
        """Return a new track, with what made the enclosure."""
        found = after.found[j]
        side = found.stance.side
        beside = self.beside(found)
        closing = beside[before.open(side, beside) & ~after.open(side, beside)]
        if any(j == other for _, other in shared):
            origin, pieces = SPLIT, closing
        elif not self.held_on(before, after, found):
            origin, pieces = TAKEN, found.own
        elif _shifted(before, after, side) and before.main_body(side)[found.own].any():
            origin, pieces = SHIFTED, closing[:0]
        else:
            origin, pieces = CUT_OFF, closing
        return _Track(side, after.day, origin, self.causes(before, after, pieces))

    def fate(
        self, before: _Evening, after: _Evening, i: int, shared: Sequence[tuple[int, int]]
    ) -> tuple[str, tuple[Cause, ...]]:
        """Return how an enclosure ended, and by what."""
        found = before.found[i]
        side = found.stance.side
        beside = self.beside(found)
        opening = beside[~before.open(side, beside) & after.open(side, beside)]
        if any(i == one for one, _ in shared):
            return MERGED, self.causes(before, after, opening)
        if not self.held_on(after, before, found):
            return LOST, self.causes(before, after, found.own)
        if _shifted(before, after, side) and after.main_body(side)[found.own].any():
            return SHIFTED, ()
        return LINKED, self.causes(before, after, opening)

    def held_on(self, evening: _Evening, when: _Evening, found: Enclosure) -> bool:
        """Return whether the side of an enclosure, or one who holds it then, has any of it."""
        if evening.own(found.stance.side, found.own).any():
            return True
        # Whoever changes sides has what it had.
        holders = self.held_km2(when, found)
        there = np.unique(evening.labels[found.own]).tolist()
        return any(self.series.labels[i].holder in holders for i in there)

    @cached_property
    def changes(self) -> dict[date, list[Change]]:
        """The changes of places by day."""
        series = self.series
        found: dict[date, list[Change]] = {}
        for change in (*series.history.changes(series.eve, series.start), *series.changes):
            found.setdefault(change.day, []).append(change)
        return found

    def beside(self, found: Enclosure) -> NDArray[np.int64]:
        """Return the pieces that adjoin an enclosure; only its own borders are looked at."""
        arcs = self.pieces.arcs
        around = arcs.of_patches(found.within)
        sides = np.concatenate([arcs.left[around], arcs.right[around]])
        return np.setdiff1d(sides, [*found.within.tolist(), OUTSIDE])

    def causes(
        self, before: _Evening, after: _Evening, pieces: NDArray[np.int64]
    ) -> tuple[Cause, ...]:
        """Return the changes of places in some pieces, or else the one that is nearest to them."""
        series = self.series
        pieces = pieces[before.labels[pieces] != after.labels[pieces]]
        changes = self.changes.get(after.day, [])
        if len(pieces) == 0 or not changes:
            return ()
        spots = self.changed_spots(after.day)
        drawn = areas_of(self.pieces.arcs, pieces, np.zeros(len(pieces), dtype=np.int64))[0]
        metres = shapely.transform(drawn, series.mesh.crs.to_metres)
        chosen = spots.query(metres, predicate="dwithin", distance=_BESIDE_M)
        if len(chosen) == 0:
            chosen = spots.query_nearest(metres)  # several at the same distance
        found = [changes[k] for k in np.sort(chosen).tolist()]
        return tuple(
            Cause(
                place_id=(place_id := series.place_ids[change.place_index]),
                before=series.history.span(place_id, before.day).label,
                after=series.history.labels[change.label_index],
                event=change.event,
            )
            for change in found
        )

    def changed_spots(self, day: date) -> shapely.STRtree:
        """Return the positions in metres of the places that change on a day, the last one kept."""
        if self._changed_spots is None or self._changed_spots[0] != day:
            series = self.series
            ids = (series.place_ids[change.place_index] for change in self.changes[day])
            spots = np.array([series.timeline.places[i].position for i in ids])
            tree = shapely.STRtree(shapely.points(series.mesh.crs.to_metres(spots)))
            self._changed_spots = day, tree
        return self._changed_spots[1]

    def note(self, evening: _Evening, tracks: Iterable[_Track]) -> None:
        """Add the state of each enclosure of an evening to its track."""
        for found, track in zip(evening.found, tracks, strict=True):
            track.side = found.stance.side
            around = {a for i in found.around.tolist() for a in self.series.labels[i].actors}
            held = self.held_km2(evening, found)
            track.add(
                PocketState(
                    day=max(evening.day, self.series.start),
                    km2=held,
                    places=self.places(evening, found, held),
                    enclosed_by=tuple(sorted(around)),
                    pieces=found.own,
                )
            )

    def held_km2(self, evening: _Evening, found: Enclosure) -> dict[str, float]:
        """Return the km² that each actor holds of an enclosure, sorted by actor."""
        labels = self.series.labels
        sums = np.bincount(evening.labels[found.own], weights=self.pieces.km2[found.own])
        held = {labels[i].actors[0]: float(sums[i]) for i in np.flatnonzero(sums).tolist()}
        return dict(sorted(held.items()))

    def places(
        self, evening: _Evening, found: Enclosure, holders: Container[str | None]
    ) -> tuple[str, ...]:
        """Return the ids of the places of its holders in the ground that a side holds there."""
        key = found.own.tobytes()
        if key not in self._places_in:
            self._places_in[key] = self.places_in(found.own)
        history = self.series.history
        return tuple(
            i for i in self._places_in[key] if history.span(i, evening.day).label.holder in holders
        )

    def places_in(self, pieces: NDArray[np.int64]) -> list[str]:
        """Return the ids of the places that lie in some pieces, sorted."""
        drawn = areas_of(self.pieces.arcs, pieces, np.zeros(len(pieces), dtype=np.int64))[0]
        within = self.spots.query(drawn, predicate="dwithin", distance=_BESIDE_DEGREES)
        return sorted(self.series.place_ids[k] for k in within.tolist())

    @cached_property
    def spots(self) -> shapely.STRtree:
        """The positions of the places."""
        places = self.series.timeline.places
        positions = [places[i].position for i in self.series.place_ids]
        return shapely.STRtree(shapely.points(np.array(positions).reshape(-1, 2)))


def _shifted(before: _Evening, after: _Evening, side: str) -> bool:
    """Return whether a side's main body is somewhere else altogether."""
    return not (before.main_body(side) & after.main_body(side)).any()


def _same(one: PocketState, other: PocketState) -> bool:
    return (one.km2, one.places, one.enclosed_by) == (
        other.km2,
        other.places,
        other.enclosed_by,
    ) and np.array_equal(one.pieces, other.pieces)
