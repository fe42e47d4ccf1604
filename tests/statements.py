"""Statements about one place, and what comes of them: short ways to write both in tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from geofront.control.history import History, replay
from geofront.dates import parse_date
from geofront.events.actor import Actor, Actors
from geofront.events.event import Event, Kind, Standing
from geofront.events.source import Source
from geofront.events.timeline import About, Timeline
from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.place import Place

ACTORS = Actors(
    [
        Actor("n", "North", "north", "#112233"),
        Actor("s", "South", "south", "#445566"),
        Actor("m", "Militia", "south", "#778899", later_sides=((date(2020, 1, 5), "north"),)),
    ]
)
SOURCES = {
    source.id: source
    for source in (
        Source("agency", "Agency", publisher="Agency", reliability="B"),
        Source("agency-2", "Agency, again", publisher="Agency", reliability="B"),
        Source("wire", "Wire", publisher="Wire", reliability="C"),
        Source("north-tv", "North TV", publisher="North TV", favours="north"),
        Source("south-tv", "South TV", publisher="South TV", favours="s"),
        Source("south-radio", "South Radio", publisher="South Radio", favours="south"),
        Source("tale", "Tale", publisher="Tale", reliability="E"),
    )
}


def event(
    day: int,
    kind: str,
    actor: str = "",
    from_actor: str = "",
    *,
    source: str = "agency",
    **rest: Any,
) -> Event:
    rest = {
        key: tuple(value.split("|")) if key in {"claimed_by", "corrects"} else value
        for key, value in rest.items()
    }
    rest.setdefault("id", f"{day}-{kind}-{actor}-{from_actor}-{source}-{sorted(rest.items())}")
    return Event(
        place_id="p",
        kind=Kind(kind),
        date=parse_date(rest.pop("when", f"2020-01-{day:02}")),
        actors=tuple(actor.split("|")) if actor else (),
        from_actors=tuple(from_actor.split("|")) if from_actor else (),
        standing=Standing(rest.pop("standing", "confirmed")),
        sources=tuple(source.split("|")),
        **rest,
    )


def timeline(*events: Event) -> Timeline:
    places = {e.place_id: Place(e.place_id, e.place_id, 38.0, 34.0) for e in events}
    return Timeline(
        about=About("test"),
        events=tuple(sorted(events, key=lambda e: e.sort_key)),
        places=places,
        actors=ACTORS,
        sources=SOURCES,
        gazetteer=Gazetteer(places.values()),
    )


def history(*events: Event, by: str = "best-evidence", known_on: date | None = None) -> History:
    return replay(timeline(*events), policy=by, known_on=known_on)


def told(*events: Event, by: str = "best-evidence", known_on: date | None = None) -> str:
    """The status on days 1 to 9: the holder, both of a contest, or '?'.

    '~' marks what is uncertain, '!' a claim beside it, '*' what is inferred.
    """
    replayed = history(*events, by=by, known_on=known_on)
    result = []
    for day in range(1, 10):
        status = replayed.status("p", date(2020, 1, day))
        marks = (
            ("*" if status.inferred else "")
            + ("~" if status.uncertain else "")
            + ("!" if status.claim else "")
        )
        result.append(("".join(status.label.actors) or "?") + marks)
    return " ".join(result)
