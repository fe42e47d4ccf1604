"""A timeline as a table with ACLED's columns, for what reads such tables."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from geofront.adapters.acled.codebook import (
    COLUMNS,
    GOVERNMENT_REGAINS,
    INTER,
    KINDS,
    NON_STATE_OVERTAKES,
    RADIUS_KM,
    STATE,
    Deed,
    inter_of,
)
from geofront.adapters.acled.record import JOINT, REGION, TAG, country_names, told_by
from geofront.adapters.cells import moment_in
from geofront.adapters.report import DropError
from geofront.adapters.rowfiles import Record
from geofront.dates import as_day
from geofront.errors import DataFaultsError, Fault
from geofront.events.correction import standing_events
from geofront.events.event import Event, Kind
from geofront.events.rights import refuse_restricted
from geofront.files import write_whole
from geofront.files.delimited import csv_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from geofront.adapters.acled.record import Telling
    from geofront.dates import EventDate
    from geofront.events.timeline import Timeline
    from geofront.gazetteer.place import Place

__all__ = ["WrittenAcled", "write_acled"]

_BATTLES, _REMOTE, _STRATEGIC = "Battles", "Explosions/Remote violence", "Strategic developments"
# What ACLED would call each kind; where its own word would say more than the event does, a tag
# says the kind.
_TYPES: dict[Kind, tuple[str, str]] = {
    Kind.CAPTURE: (_BATTLES, ""),
    Kind.HANDOVER: (_STRATEGIC, "Non-violent transfer of territory"),
    Kind.CONTEST: (_BATTLES, "Armed clash"),
    Kind.REPELLED: (_BATTLES, "Armed clash"),
    Kind.CLASH: (_BATTLES, "Armed clash"),
    Kind.RAID: (_BATTLES, "Armed clash"),
    Kind.STRIKE: (_REMOTE, ""),
    Kind.CEASEFIRE: (_STRATEGIC, "Agreement"),
    Kind.MOVEMENT: (_STRATEGIC, "Change to group/activity"),
}
_OTHER = (_STRATEGIC, "Other")
_DISORDER = {_BATTLES: "Political violence", _REMOTE: "Political violence"}
_WEEK_DAYS, _MONTH_DAYS = 7, 31


@dataclass(frozen=True, slots=True)
class WrittenAcled:
    """What was written: `events` rows in the file at `path`, `tagged` of them with a tag.

    `left_out` counts the events that no longer stood.
    """

    path: Path
    events: int
    tagged: int
    left_out: int


def write_acled(
    timeline: Timeline,
    path: str | PathLike[str],
    *,
    inter: Mapping[str, str | int] | None = None,
    known_on: dt.date | str | None = None,
) -> WrittenAcled:
    """Write the events that stand as CSV with ACLED's columns.

    Read by `read_acled`, each event has its id, kind, date, actors, sources' titles, day of report
    and note again, and its place the name and position. Where ACLED's columns can't say it, a tag
    does (``geofront kind=siege``), which other readers pass over. Lost are ids of places, actors
    and sources, radii but for three classes, what was corrected before, and standing, claimants,
    credibility, times, orders and shapes.

    Parameters
    ----------
    timeline
        The events.
    path
        The file; it appears whole or not at all.
    inter
        ACLED's type of each actor by id, as code or in words: ``{"isil": "Rebel group"}``. Who was
        read from ACLED has one already. It is needed for who captures a place, since ACLED has two
        words for that.
    known_on
        Write what was known on the evening of that day.

    Returns
    -------
    WrittenAcled
        How much was written.

    Raises
    ------
    DataFaultsError
        If an actor that captures a place has no type, or a type does not exist; all are listed.
        Or if rows may not be passed on.
    DateError
        If `known_on` is not a day.
    OSError
        If the file can't be written; a former one is then untouched.
    """
    refuse_restricted(timeline)
    target = Path(path)
    events = standing_events(timeline.events, as_day(known_on or None))
    events = tuple(event for event in events if event.kind is not Kind.RETRACTION)
    types = _types_of(timeline, inter or {})
    untyped = sorted(
        {e.actors[0] for e in events if e.kind is Kind.CAPTURE and e.actors[0] not in types}
    )
    if untyped:
        message = "captures places and has no type; give it as inter={'ID': 'Rebel group'}"
        raise DataFaultsError(Fault("inter", 0, f"{actor} {message}") for actor in untyped)
    writing = _Writing(timeline, types)
    ids = Counter(event.extra.get("acled_id", event.id) for event in events)
    rows = [
        # The number that ACLED gave it, unless several events have come of one.
        writing.row(e) | {"event_id_cnty": former if ids[former] == 1 else e.id}
        for e in events
        for former in (e.extra.get("acled_id", e.id),)
    ]
    write_whole(target, csv_bytes(COLUMNS, ([row.get(c, "") for c in COLUMNS] for row in rows)))
    return WrittenAcled(
        path=target,
        events=len(rows),
        tagged=sum(TAG in row.get("tags", "") for row in rows),
        left_out=len(timeline.events) - len(rows),
    )


def _types_of(timeline: Timeline, given: Mapping[str, str | int]) -> dict[str, int]:
    """Return the types of actors: as given, or as the events say that came from ACLED.

    Raises
    ------
    DataFaultsError
        If a type does not exist.
    """
    found: dict[str, int] = {}
    for event in timeline.events:
        for number in (1, 2):
            actor = timeline.actors.find(event.extra.get(f"actor{number}", ""))
            code = inter_of(event.extra.get(f"inter{number}", ""))
            if actor is not None and code is not None:
                found.setdefault(actor.id, code)
    wrong = []
    for name, text in given.items():
        code = inter_of(str(text))
        if code is None:
            listed = ", ".join(INTER.values())
            wrong.append(Fault("inter", 0, f"{text!r} of {name} is none of: {listed}"))
        else:
            found[name] = code
    if wrong:
        raise DataFaultsError(wrong)
    return found


@dataclass(slots=True)
class _Writing:
    timeline: Timeline
    types: Mapping[str, int]

    def row(self, event: Event) -> dict[str, str]:
        """Return the cells of an event; what would not be read as it is gets a tag."""
        row = {c: event.extra[c] for c in COLUMNS if c in event.extra}
        row = _where(self.timeline.places[event.place_id]) | row | _when(event)
        row |= _spot(self.timeline.places[event.place_id])
        row |= self._types(event)
        if not self._names_its_parties(event):
            # Both parties of a clash are its actors; of all else the second one suffered it.
            both = event.kind is Kind.CLASH and not event.from_actors
            row |= self._parties(event, 1 if both else len(event.actors))
        tags = [t.strip() for t in row.get("tags", "").split(";") if t.strip()]
        tags = [tag for tag in tags if not tag.startswith(TAG)]
        row |= {
            "source": JOINT.join(self._title(s) for s in event.sources),
            "notes": event.note,
            "tags": JOINT.join(tags),
        }
        told = _told(row)
        if told is None or told.deed != self._deed(event):
            row |= self._parties(event, len(event.actors))
            tags.append(f"{TAG}kind={event.kind}")
            told = _told(row | {"tags": JOINT.join(tags)})
        if told is None or told.date != event.date:
            tags.append(f"{TAG}date={event.date.text}")
        return row | {"tags": JOINT.join(tags)}

    def _types(self, event: Event) -> dict[str, str]:
        """Return the event's own types, or those that say no more than its kind does."""
        former = event.extra.get("sub_event_type") or event.extra.get("event_type", "")
        if KINDS.get(former.casefold()) is event.kind:
            return {}
        kind, sub = self._type(event)
        disorder = _DISORDER.get(kind, _STRATEGIC)
        return {"disorder_type": disorder, "event_type": kind, "sub_event_type": sub}

    def _names_its_parties(self, event: Event) -> bool:
        """Return whether ACLED's columns, kept from an import, name all actors of an event.

        They may name more, such as civilians, and so stay.
        """
        named = {event.extra.get(f"actor{n}", "") for n in (1, 2)}
        return {self._name(a) for a in (*event.actors, *event.from_actors)} <= named != {""}

    def _parties(self, event: Event, first: int) -> dict[str, str]:
        """Return ACLED's columns of actors, the second party being those from `first` on."""
        actors = (*event.actors, *event.from_actors)
        cells = {}
        for number, party in enumerate((actors[:first], actors[first:]), start=1):
            names = [self._name(actor) for actor in party]
            cells[f"actor{number}"] = "".join(names[:1])
            cells[f"assoc_actor_{number}"] = JOINT.join(names[1:])
            cells[f"inter{number}"] = INTER.get(self.types.get(party[0], 0), "") if party else ""
        codes = (cells["inter1"], cells["inter2"])
        return cells | {"interaction": "-".join(filter(None, codes))}

    def _deed(self, event: Event) -> Deed:
        one, other = (tuple(map(self._name, a)) for a in (event.actors, event.from_actors))
        return Deed(event.kind, one, other)

    def _type(self, event: Event) -> tuple[str, str]:
        kind, sub = _TYPES.get(event.kind, _OTHER)
        if event.kind is not Kind.CAPTURE:
            return kind, sub
        by_state = self.types[event.actors[0]] == STATE
        return kind, GOVERNMENT_REGAINS if by_state else NON_STATE_OVERTAKES

    def _name(self, actor_id: str) -> str:
        return self.timeline.actors[actor_id].name.replace(JOINT, ", ")

    def _title(self, source_id: str) -> str:
        return self.timeline.sources[source_id].title.replace(";", ",")


def _told(row: dict[str, str]) -> Telling | None:
    """Return what is read of a row, or None if it is no event."""
    try:
        return told_by(Record("", 0, row), KINDS, max(RADIUS_KM))
    except DropError:
        return None


def _when(event: Event) -> dict[str, str]:
    day, precision = _middle(event.date)
    told, stamp = event.reported, event.extra.get("timestamp", "")
    known = moment_in(stamp)
    if told is None or known is None or known.date() != told:
        start = dt.datetime.combine(told, dt.time(), dt.UTC) if told else None
        stamp = str(int(start.timestamp())) if start else ""
    return {
        "event_date": day.isoformat(),
        "year": str(day.year),
        "time_precision": str(precision),
        "timestamp": stamp,
    }


def _middle(date: EventDate) -> tuple[dt.date, int]:
    """Return the day and the time precision by which ACLED would write a date."""
    if date.first is None or date.last is None:
        return date.effective, 3
    days = (date.last - date.first).days + 1
    middle = date.first + dt.timedelta(days=days // 2)
    if days == 1:
        return date.first, 1
    return middle, 2 if days <= _WEEK_DAYS else 3


def _where(place: Place) -> dict[str, str]:
    """Return what a row that came from ACLED knows better."""
    number, country = country_names().get(place.country, ("", ""))
    return {"iso": number, "country": country}


def _spot(place: Place) -> dict[str, str]:
    code = next((c for c, radius in RADIUS_KM.items() if place.radius_km <= radius), 3)
    return {
        "location": place.name.removeprefix(REGION),
        "latitude": repr(place.lat),
        "longitude": repr(place.lon),
        "geo_precision": str(code),
        "admin1": place.admin1,
    }
