"""Reading the rows of an events.csv into events; every fault is noted, none stops the reading."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, time, tzinfo
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

import shapely

from geofront.crs import all_on_earth
from geofront.dates import EventDate, parse_date, parse_time
from geofront.errors import AmbiguousPlaceError, DateError, UnknownPlaceError, did_you_mean, some_of
from geofront.events.columns import EVENTS, NEEDS_ACTOR
from geofront.events.correction import cycle_of_corrections
from geofront.events.event import NO_EXTRA, Event, Kind, Standing
from geofront.files.shapes import UnfitShapeError, read_wkt
from geofront.files.table import split_names
from geofront.gazetteer.tables import number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from enum import StrEnum

    from geofront.events.actor import Actors
    from geofront.events.source import Source
    from geofront.files import Row, Table
    from geofront.gazetteer.index import Gazetteer
    from geofront.gazetteer.place import Place

__all__ = ["EventReader"]

_CREDIBILITIES = range(1, 7)
_WHERE = ("place", "lon", "lat")
_MOST_HINTS = 100  # so that a wrong table of sources is not searched for each of its rows
_Choice = TypeVar("_Choice", bound="StrEnum")


@dataclass(slots=True)
class EventReader:
    """Turns rows into events, with the actors, sources and places that they may refer to.

    `find_place` returns the place of a row or raises; without `sources` a source is its own text.
    Times that come with an offset are told in `zone`. Of a name that means no place, or several of
    the `shipped` gazetteer, it is said which countries that one `covers`.
    """

    table: Table
    actors: Actors
    sources: dict[str, Source] | None
    find_place: Callable[[Row], Place | None]
    zone: tzinfo = field(default=UTC)
    shipped: Gazetteer | None = None
    covers: str = ""
    _extra_columns: tuple[str, ...] = field(init=False)
    _row_of: dict[str, Row] = field(init=False)
    _hints: dict[str, str] = field(init=False, default_factory=dict)
    _known: str = field(init=False)
    _taken_back: dict[str, Row] = field(init=False, default_factory=dict)
    _dead_ends: dict[str, tuple[str, str]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Note the columns that geofront itself does not use."""
        self._known = some_of(actor.id for actor in self.actors)
        known = set(EVENTS.names)
        self._extra_columns = tuple(c for c in self.table.columns if c and c not in known)
        self._row_of = {row.get("id"): row for row in reversed(self.table.rows) if row.get("id")}

    def read(self) -> list[tuple[Event, Place]]:
        """Return the events of all sound rows with their places; faults are on the table."""
        read = [found for row in self.table.rows if (found := self._event(row))]
        given = Counter(event.id for event, _ in read if event.id)
        for event, _ in read:
            if given[event.id] > 1:
                message = f"id {event.id!r} stands {given[event.id]} times; give each event its own"
                self.table.fault(event.row, message, "id", event.id)
        self._check_corrections([event for event, _ in read], set(given))
        return read

    def _check_corrections(self, events: list[Event], ids: set[str]) -> None:
        for event in events:
            for event_id in event.corrects:
                if event_id not in ids:
                    message = f"corrects {event_id!r}, but no row has that id"
                    self.table.fault(event.row, message, "corrects", event_id)
        for event_id in cycle_of_corrections(events)[:1]:
            row = next(event.row for event in events if event.id == event_id)
            message = f"corrections go in a circle through {event_id!r}; a later row corrects"
            self.table.fault(row, f"{message} an earlier one", "corrects", event_id)

    def _event(self, row: Row) -> tuple[Event, Place] | None:
        before = len(self.table.faults)
        event_date, event_time = self._moment(row)
        kind = self._choice(row, "kind", Kind, None)
        standing = self._choice(row, "standing", Standing, Standing.CONFIRMED)
        place = self._place_taken_back(row) if _names_no_place(row, kind) else self._place(row)
        actors, from_actors, claimed_by = (
            self._actors(row, column) for column in ("actor", "from_actor", "claimed_by")
        )
        if kind in NEEDS_ACTOR and not split_names(row.get("actor")):
            self.table.fault(row, f"a {kind} needs an actor; write who did it", "actor")
        reported = self._date(row, "reported") if row.get("reported") else None
        order = self._order(row)
        corrects, at_start = self._corrects(row, kind), self._at_start(row)
        credibility = self._credibility(row)
        sources = self._sources(row)
        geometry = self._geometry(row)
        if event_date is None or kind is None or standing is None or place is None:
            return None
        if len(self.table.faults) > before:
            return None
        event = Event(
            id=row.get("id"),
            place_id=place.id,
            kind=kind,
            date=event_date,
            actors=actors,
            from_actors=from_actors,
            standing=standing,
            claimed_by=claimed_by,
            sources=sources,
            reported=reported.effective if reported else None,
            time=event_time,
            order=order,
            credibility=credibility,
            note=row.get("note"),
            geometry_wkt=geometry,
            corrects=corrects,
            at_start=at_start,
            extra=self._extra(row),
            file=self.table.file,
            row=row.number,
            standing_assumed=not row.get("standing"),
        )
        return event, place

    def _extra(self, row: Row) -> Mapping[str, str]:
        found = {c: row.get(c) for c in self._extra_columns if row.get(c)}
        return MappingProxyType(found) if found else NO_EXTRA

    def _date(self, row: Row, column: str, text: str = "") -> EventDate | None:
        text = text or row.get(column)
        try:
            return parse_date(text)
        except DateError as error:
            message = str(error) if text else f"{column} is missing; write YYYY-MM-DD"
            self.table.fault(row, message, column, text)
            return None

    def _choice(
        self, row: Row, column: str, choices: type[_Choice], default: _Choice | None
    ) -> _Choice | None:
        text = row.get(column).casefold().replace(" ", "_")
        if not text and default is not None:
            return default
        try:
            return choices(text)
        except ValueError:
            listed = ", ".join(choices)
            if text:
                message = f"{column} {row.get(column)!r} is not one of: {listed}"
                message += self._hint(text, choices)
            else:
                message = f"{column} is missing; write one of: {listed}"
            self.table.fault(row, message, column, row.get(column))
            return None

    def _place(self, row: Row) -> Place | None:
        try:
            return self.find_place(row)
        except (UnknownPlaceError, AmbiguousPlaceError) as error:
            self.table.fault(row, f"{error}{self._coverage(error)}", "place", row.get("place"))
        except ValueError as error:
            self.table.fault(row, str(error), "place", row.get("place"))
        return None

    def _coverage(self, error: UnknownPlaceError | AmbiguousPlaceError) -> str:
        """Return what the shipped gazetteer covers, if it was that one which had no answer."""
        if self.shipped is None or not self.covers:
            return ""
        told = f"; the shipped gazetteer covers {self.covers} only"
        if isinstance(error, AmbiguousPlaceError):
            ids = (match.place.id for match in error.candidates)
            return f"{told}: elsewhere give lon and lat" if any(map(self.shipped.get, ids)) else ""
        return f"{told}: elsewhere give lon and lat, or a places.csv" if error.suggestions else told

    def _place_taken_back(self, row: Row) -> Place | None:
        """Return the place of the first row that a retraction without a place takes back."""
        seen: set[str] = set()
        there: Row | None = row
        while there is not None and not any(there.get(c) for c in _WHERE):
            event_id = next(iter(split_names(there.get("corrects"))), "")
            dead_end = self._dead_ends.get(event_id)
            if event_id in seen:
                message = f"corrections go in a circle through {event_id!r}; give the row a place"
                dead_end = (message, event_id)
            seen.add(event_id)
            there = self._taken_back.get(event_id) or self._row_of.get(event_id)
            if there is None and event_id:
                dead_end = (f"corrects {event_id!r}, but no row has that id", event_id)
            if dead_end is not None:
                self.table.fault(row, dead_end[0], "corrects", dead_end[1])
                self._dead_ends.update(dict.fromkeys(seen, dead_end))
                return None
        # What is known of one row of a long chain need not be found again from all the others.
        if there is not None:
            self._taken_back.update(dict.fromkeys(seen, there))
        try:
            return self.find_place(there) if there is not None else None
        except (LookupError, ValueError):
            return None  # which is a fault of that row

    def _actors(self, row: Row, column: str) -> tuple[str, ...]:
        found: list[str] = []
        for name in split_names(row.get(column)):
            actor = self.actors.find(name)
            if actor is None:
                message = f"unknown actor {name!r} in {column}; actors.csv has: {self._known}"
                message += self._hint(name, (s for a in self.actors for s in a.spellings))
                self.table.fault(row, message, column, name)
            else:
                found.append(actor.id)
        return tuple(dict.fromkeys(found))

    def _sources(self, row: Row) -> tuple[str, ...]:
        names = split_names(row.get("source")) or (self.table.file,)
        if self.sources is not None and row.get("source"):
            for name in names:
                if name not in self.sources:
                    message = f"unknown source {name!r}; add it to sources.csv"
                    message += self._hint(name, self.sources)
                    self.table.fault(row, message, "source", name)
        return names

    def _hint(self, name: str, known: Iterable[str]) -> str:
        if name not in self._hints and len(self._hints) < _MOST_HINTS:
            self._hints[name] = did_you_mean(name, known)
        return self._hints.get(name, "")

    def _moment(self, row: Row) -> tuple[EventDate | None, time | None]:
        """Read date and time; a time may stand in either column (2016-12-08T22:30Z)."""
        day_text, mark, joined = row.get("date").partition("T")
        text = row.get("time") or joined
        event_date = self._date(row, "date", day_text if mark and joined[:1].isdigit() else "")
        if not text or event_date is None:
            return event_date, None
        try:
            day, at = parse_time(text, event_date.effective, self.zone)
        except DateError as error:
            self.table.fault(row, f"time {text!r} {error.reason}", "time", text)
            return event_date, None
        at = at.replace(second=0)  # which offsets of former centuries bring along
        if day == event_date.effective:
            return event_date, at
        if not event_date.exact:
            message = f"time {text!r} has an offset, but the date is not one day; drop the offset"
            self.table.fault(row, message, "time", text)
        return EventDate(day.isoformat(), day, day), at

    def _corrects(self, row: Row, kind: Kind | None) -> tuple[str, ...]:
        ids = split_names(row.get("corrects"))
        if kind is Kind.RETRACTION and not ids:
            message = "a retraction needs the id of what it takes back, in the column 'corrects'"
            self.table.fault(row, message, "corrects")
        return ids

    def _at_start(self, row: Row) -> bool:
        text = row.get("effective").casefold()
        if text not in {"", "start", "end"}:
            message = f"effective {text!r} is neither 'start' nor 'end' of the date's range"
            self.table.fault(row, message, "effective", text)
        return text == "start"

    def _order(self, row: Row) -> float | None:
        text = row.get("order")
        value = number(text)
        if text and value is None:
            message = f"order {text!r} is not a number; write 1, 2, 3 in the order of the day"
            self.table.fault(row, message, "order", text)
        return value

    def _credibility(self, row: Row) -> int | None:
        text = row.get("credibility")
        value = number(text)
        if value is not None and value in _CREDIBILITIES:
            return int(value)
        if text:
            message = f"credibility {text!r} is not 1 (confirmed) to 6 (cannot be judged)"
            self.table.fault(row, message, "credibility", text)
        return None

    def _geometry(self, row: Row) -> str:
        text = row.get("geometry")
        shape = _shape(text) if text else None
        if text and (shape is None or not _is_on_earth(shape)):
            message = "geometry is not WKT in degrees, such as LINESTRING (37.6 34.5, 37.2 34.2)"
            self.table.fault(row, message, "geometry", text)
        return text


def _names_no_place(row: Row, kind: Kind | None) -> bool:
    return kind is Kind.RETRACTION and not any(row.get(c) for c in _WHERE)


def _shape(wkt: str) -> shapely.Geometry | None:
    try:
        return read_wkt(wkt)
    except UnfitShapeError:
        return None


def _is_on_earth(shape: shapely.Geometry) -> bool:
    points = shapely.get_coordinates(shape)
    return len(points) > 0 and all_on_earth(points)
