"""Checks of names: namesakes that fit better, places of one name, names that match poorly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geofront.control.audit.findings import DOUBT
from geofront.control.audit.scene import NAMESAKE_KM, SAME_SPOT_KM, spot
from geofront.gazetteer.place import PHRASE_SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from numpy.typing import NDArray
    from scipy.spatial import cKDTree

    from geofront.control.audit.findings import Finding
    from geofront.control.audit.scene import Scene
    from geofront.gazetteer.place import Place

__all__ = ["nearer_namesakes", "poor_matches", "same_names", "sizes_of_namesakes"]

DAY_FAR_KM = 75.0
"""A place is far from the others of a day if the nearest is farther away than this."""

DAY_TIMES_NEARER = 5.0
"""How many times nearer to them a namesake must lie to be the better match."""

DAY_OTHERS = 3
"""How many other places a day must have to tell where things happened."""

DAY_WINDOW_DAYS = 1
"""Events so many days before and after belong to the day as well."""

_NEAREST = 4  # the place itself, the namesake, and another record of it may come first

SAME_SIZE = 0.01
"""Populations that differ by no more than this share are taken for one figure."""

LEAST_SIZE = 50.0
"""Smaller populations are equal by chance."""

OTHER_SIZE = 1.5
"""Populations that differ by more than this factor are those of different places."""

POOR_SCORE = 0.92
"""Names that match with a lower score were matched by likeness, or are phrases."""

VAGUE_KM = 10.0
"""A position worked out from a phrase with a larger radius says little."""


def same_names(scene: Scene) -> Iterator[Finding]:
    """Find names that several places of the conflict share.

    A doubt, ranked by how many share it: a report that gives only the name may mean any of them.
    """
    by_name: dict[str, list[Place]] = {}
    for place in scene.places:
        by_name.setdefault(place.name.casefold(), []).append(place)
    for places in by_name.values():
        if len(places) > 1:
            listed = ", ".join(f"{spot(p)} [{p.id}]" for p in places)
            message = (
                f"{len(places)} places of the conflict are called {places[0].name}: {listed}; see "
                "that each report stands at the right one"
            )
            rank = len(places)
            yield scene.of_place(places[0].id, "same-name", message, severity=DOUBT, rank=rank)


def nearer_namesakes(scene: Scene) -> Iterator[Finding]:
    """Find places far from all others of the day that have a namesake near them.

    A doubt, ranked by the distance in km to the nearest place of which something was said on the
    day of an event or within `DAY_WINDOW_DAYS` of it (the median of the days of its events).
    """
    if len(scene.places) <= DAY_OTHERS:
        return
    days = _Days(scene)
    for row, place in enumerate(scene.places):
        told = sorted({event.day for event in scene.events_of_place[place.id]})
        here = days.nearest_km(row, told, scene.km[row])
        namesakes = scene.namesakes(place) if here > DAY_FAR_KM else []
        if not namesakes:
            continue
        points = scene.to_km(namesakes)
        there = [days.nearest_km(row, told, p, beyond=SAME_SPOT_KM) for p in points]
        best = int(np.argmin(there))
        if there[best] * DAY_TIMES_NEARER <= here:
            other = namesakes[best]
            message = (
                f"{spot(place)} lies {here:.0f} km from the nearest other place of its days; its "
                f"namesake {spot(other)} [{other.id}] lies {there[best]:.0f} km from one: see "
                "which is meant"
            )
            yield scene.of_place(
                place.id, "namesake-nearer", message, severity=DOUBT, day=told[0], rank=here
            )


class _Days:
    """The places of which something was said on each day or shortly before or after it."""

    def __init__(self, scene: Scene) -> None:
        self._km = scene.km
        # By the number of the day, since the day after the last one has a number, but no date.
        self._rows: dict[int, set[int]] = {}
        for row, place in enumerate(scene.places):
            for event in scene.events_of_place[place.id]:
                for shift in range(-DAY_WINDOW_DAYS, DAY_WINDOW_DAYS + 1):
                    self._rows.setdefault(event.day.toordinal() + shift, set()).add(row)
        self._trees: dict[int, tuple[NDArray[np.int64], cKDTree]] = {}

    def nearest_km(
        self, row: int, days: list[date], point: NDArray[np.float64], *, beyond: float = 0.0
    ) -> float:
        """Return how far a point lies from the nearest other place of each day, the median.

        Days with fewer than `DAY_OTHERS` other places are left out; 0 if that is all of them.
        """
        found = [
            self._nearest_on(day, row, point, beyond)
            for day in (day.toordinal() for day in days)
            if len(self._rows[day]) > DAY_OTHERS
        ]
        return float(np.median(found)) if found else 0.0

    def _nearest_on(self, day: int, row: int, point: NDArray[np.float64], beyond: float) -> float:
        from scipy.spatial import cKDTree

        if day not in self._trees:
            rows = np.array(sorted(self._rows[day]), dtype=np.int64)
            self._trees[day] = (rows, cKDTree(self._km[rows]))
        rows, tree = self._trees[day]
        km, found = map(np.asarray, tree.query(point, min(_NEAREST, len(rows))))
        others = km[(rows[found] != row) & (km >= beyond)]
        return float(others[0]) if len(others) else float("inf")


def sizes_of_namesakes(scene: Scene) -> Iterator[Finding]:
    """Find places with the population of a namesake that lies elsewhere.

    A doubt, ranked by the distance in km: name and population were taken from one place, the
    position from another. Nothing is found where the place of the gazetteer at that position has
    about that population, too.
    """
    for place in scene.places:
        if place.size < LEAST_SIZE:
            continue
        # Figures of one table say nothing: there they may be looked up by the name alone.
        records = [r for r in scene.records(place) if r.source != place.source]
        if not records:
            continue
        km = np.hypot(*(scene.to_km(records) - scene.to_km([place])).T)
        sized = [(float(d), r) for d, r in zip(km, records, strict=True) if r.size]
        here = [r for d, r in sized if d < NAMESAKE_KM]
        if any(1 / OTHER_SIZE < r.size / place.size < OTHER_SIZE for r in here):
            continue
        alike = [
            (d, r)
            for d, r in sized
            if d >= NAMESAKE_KM and abs(r.size / place.size - 1) <= SAME_SIZE
        ]
        if alike:
            distance, other = min(alike, key=lambda pair: pair[0])
            message = (
                f"{spot(place)} has the population of its namesake {spot(other)} [{other.id}], "
                f"{place.size:.0f}, which lies {distance:.0f} km away; see which position is right"
            )
            yield scene.of_place(
                place.id,
                "namesake-size",
                message,
                severity=DOUBT,
                rank=distance,
                of_position=True,
            )


def poor_matches(scene: Scene) -> Iterator[Finding]:
    """Find names that match their place poorly, and phrases that say only roughly where.

    A doubt (`poor-match`, ranked by how much the score lacks, where the scores of the names are
    given; `vague-position`, ranked by the radius in km).
    """
    for event in scene.events:
        match = scene.name_matches.get((event.file, event.row))
        if match is not None and match.score < POOR_SCORE:
            place = scene.timeline.places[event.place_id]
            reason = f" ({match.reason})" if match.reason else ""
            message = (
                f"{match.name!r} was taken for {spot(place)} [{place.id}] with a score of "
                f"{match.score:.2f}{reason}; if that is right, write the id or the position, or "
                "add the spelling to the aliases"
            )
            rank = 1 - match.score
            yield scene.of_events([event], "poor-match", message, severity=DOUBT, rank=rank)
    for place in scene.places:
        if place.source == PHRASE_SOURCE and place.radius_km > VAGUE_KM:
            message = (
                f"{place.name!r} may lie up to {place.radius_km:.0f} km from {place.lat:.2f} N "
                f"{place.lon:.2f} E; give lon and lat if a map tells more"
            )
            rank = place.radius_km
            yield scene.of_place(place.id, "vague-position", message, severity=DOUBT, rank=rank)
