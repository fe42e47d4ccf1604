"""What the checks look at: the history, the positions in km, and the namesakes of a place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geofront.control.audit.findings import Finding
from geofront.control.state import walk_place
from geofront.control.wording import Wording
from geofront.crs import LocalCRS, center_of
from geofront.events.contents import gazetteers_of
from geofront.gazetteer.names import fold
from geofront.gazetteer.place import PHRASE_SOURCE
from geofront.gazetteer.sameness import LEAST_LIKENESS, folded_likeness
from geofront.gazetteer.tables import shipped_places

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from geofront.control.history import History
    from geofront.control.state import Span
    from geofront.events.event import Event
    from geofront.events.timeline import Timeline
    from geofront.events.verdict import Verdict
    from geofront.gazetteer.index import Gazetteer
    from geofront.gazetteer.place import Place

__all__ = [
    "NAMESAKE_KM",
    "SAME_SPOT_KM",
    "NameMatch",
    "Scene",
    "km_between",
    "spot",
]

NAMESAKE_KM = 8.0
"""Records of one name that lie nearer to each other are taken for one place."""

SAME_SPOT_KM = 2.0
"""A place so near to a namesake is that namesake, and no witness that it lies among others."""

MARGIN_KM = 100.0
"""How far beyond the outermost places of the conflict namesakes are looked for."""

_ALIKE = 10  # how many names that sound alike are compared
_M_PER_KM = 1000.0


class NameMatch(NamedTuple):
    """How the name of a row led to its place: the name, the score from 0 to 1, and the reason."""

    name: str
    score: float
    reason: str = ""


@dataclass(frozen=True)
class Scene:
    """A conflict under audit."""

    history: History
    gazetteers: tuple[Gazetteer, ...]
    today: date
    name_matches: Mapping[tuple[str, int], NameMatch]

    @property
    def timeline(self) -> Timeline:
        """The timeline that was replayed."""
        return self.history.timeline

    @property
    def events(self) -> Sequence[Event]:
        """The events that were known and still stood."""
        return self.history.known_events

    @cached_property
    def wording(self) -> Wording:
        """Puts events and statuses into sentences."""
        return Wording(self.timeline.actors, self.timeline.sources)

    @cached_property
    def last_day(self) -> date:
        """The end of the span, or the last event after it."""
        return max(self.timeline.end, *(event.day for event in self.timeline.events))

    @property
    def events_of_place(self) -> dict[str, list[Event]]:
        """The events of each place, in order."""
        return self.history.events_by_place

    @cached_property
    def places(self) -> list[Place]:
        """The places that events name, sorted by id."""
        return [self.timeline.places[place_id] for place_id in sorted(self.events_of_place)]

    @cached_property
    def crs(self) -> LocalCRS:
        """The projection in which distances are measured."""
        return LocalCRS(center_of(np.array([place.position for place in self.places])))

    @cached_property
    def km(self) -> NDArray[np.float64]:
        """The positions of `places` in km, shape (places, 2)."""
        return self.to_km(self.places)

    def to_km(self, places: Sequence[Place]) -> NDArray[np.float64]:
        """Return the positions of places in km in the local projection, shape (places, 2)."""
        positions = np.array([p.position for p in places], dtype=np.float64).reshape(-1, 2)
        return self.crs.to_metres(positions) / _M_PER_KM

    def verdicts(self, place_id: str) -> list[Verdict]:
        """Return the verdicts on the statements about a place, in order."""
        if place_id not in self._verdicts:
            events = self.events_of_place[place_id]
            self._verdicts[place_id] = self.history.judge.judge(events)
        return self._verdicts[place_id]

    @cached_property
    def _verdicts(self) -> dict[str, list[Verdict]]:
        return {}

    def walk(self, place_id: str) -> Iterator[tuple[Event, Span]]:
        """Yield the accepted statements about a place, each with the status before it."""
        for verdict, before in walk_place(self.verdicts(place_id)):
            if verdict.accepted:
                yield verdict.event, before

    def side(self, actor_id: str, day: date) -> str:
        """Return the side of an actor on a day."""
        return self.timeline.actors[actor_id].side_on(day)

    def sides(self, actor_ids: Sequence[str], day: date) -> frozenset[str]:
        """Return the sides of actors on a day."""
        return frozenset(self.side(actor_id, day) for actor_id in actor_ids)

    def records(self, place: Place, *, nearly: bool = False) -> list[Place]:
        """Return what the gazetteers have under the name of a place, around the conflict, by id.

        Names are the same that fold to the same key, `nearly` the same that are as alike as
        `LEAST_LIKENESS`; what stands behind a comma is left out. The place itself is left out, but
        not another record of it.
        """
        found: dict[str, Place] = {}
        for name in sorted({place.name, place.name.partition(",")[0].strip()}):
            for gazetteer in self.gazetteers:
                found.update((p.id, p) for p in gazetteer.sounding(name))
                if nearly:
                    found.update((p.id, p) for p in _nearly(name, gazetteer))
        found.pop(place.id, None)
        return self._around(place, list(found.values()))

    def namesakes(self, place: Place, *, nearly: bool = False) -> list[Place]:
        """Return the records of the same name that lie at least `NAMESAKE_KM` away."""
        records = self.records(place, nearly=nearly)
        apart = np.hypot(*(self.to_km(records) - self.to_km([place])).T) >= NAMESAKE_KM
        return [records[i] for i in np.flatnonzero(apart)]

    def _around(self, place: Place, others: Sequence[Place]) -> list[Place]:
        """Keep the places of the same country that lie in the surroundings of the conflict."""
        ours = [
            p for p in others if not (p.country and place.country) or p.country == place.country
        ]
        low, high = self._bounds
        km = self.to_km(ours)
        around = ((km >= low) & (km <= high)).all(axis=1)
        return sorted((ours[i] for i in np.flatnonzero(around)), key=lambda p: p.id)

    @cached_property
    def _bounds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        # Of the middle 98 %, lest a place at the end of the world opens the whole world.
        low, high = np.percentile(self.km, (1, 99), axis=0)
        return low - MARGIN_KM, high + MARGIN_KM

    def of_place(
        self,
        place_id: str,
        check: str,
        message: str,
        *,
        severity: str,
        day: date | None = None,
        rank: float = 0.0,
        of_position: bool = False,
    ) -> Finding:
        """Return a finding about a place; its row is that of the place's first event.

        One that is `of_position` names the table of places instead, if the position stands there.
        """
        events = sorted(self.events_of_place[place_id], key=lambda e: (e.file, e.row))
        table = self._table_of(self.timeline.places[place_id]) if of_position else ""
        return Finding(
            severity,
            check,
            message,
            file=table or events[0].file,
            row=0 if table else events[0].row,
            event_ids=tuple(event.id for event in events),
            place_id=place_id,
            day=day,
            rank=rank,
        )

    def _table_of(self, place: Place) -> str:
        """Return the user's tables of places if the position stands in one of them, or nothing."""
        tables = [file.name for file in self.timeline.inputs if file.table == "places"]
        if place.source in self._of_rows or place.id in self._shipped:
            return ""
        return " or ".join(tables)

    @cached_property
    def _of_rows(self) -> frozenset[str]:
        """The sources of places that rows of events made, by a position or a phrase."""
        return frozenset({PHRASE_SOURCE, *(event.file for event in self.timeline.events)})

    @cached_property
    def looked_up(self) -> frozenset[str]:
        """The ids of the places that come from a shipped gazetteer, not from the user's tables."""
        shipped = {
            place.id: place
            for name in gazetteers_of(self.timeline)
            for place in shipped_places(name)[0]
        }
        return frozenset(place.id for place in self.places if shipped.get(place.id) == place)

    @cached_property
    def _shipped(self) -> frozenset[str]:
        """The ids of the places of the shipped gazetteers that the timeline was read with."""
        names = gazetteers_of(self.timeline)
        return frozenset(place.id for name in names for place in shipped_places(name)[0])

    @staticmethod
    def of_events(
        events: Sequence[Event], check: str, message: str, *, severity: str, rank: float = 0.0
    ) -> Finding:
        """Return a finding about events; its row is that of the first."""
        first = events[0]
        return Finding(
            severity,
            check,
            message,
            file=first.file,
            row=first.row,
            event_ids=tuple(event.id for event in events),
            place_id=first.place_id,
            day=first.day,
            rank=rank,
        )


def _nearly(name: str, gazetteer: Gazetteer) -> Iterator[Place]:
    """Yield the places whose name is hardly another one."""
    ours = frozenset({fold(name)})
    for other in gazetteer.alike(name, limit=_ALIKE):
        if folded_likeness(ours, frozenset({fold(other)}), least=LEAST_LIKENESS) > 0:
            yield from gazetteer.spelled(other)


def spot(place: Place) -> str:
    """Return a place with its position: ``Bar (49.08 N 27.68 E)``."""
    north, east = "N" if place.lat >= 0 else "S", "E" if place.lon >= 0 else "W"
    return f"{place.name} ({abs(place.lat):.2f} {north} {abs(place.lon):.2f} {east})"


def km_between(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the distance in km between two positions in km."""
    return float(np.hypot(*(one - other)))
