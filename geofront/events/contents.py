"""What a timeline holds, as tables: the rows that writers and frames are made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import shapely

from geofront.errors import DataFaultsError, Fault
from geofront.events.columns import ACTORS, EVENTS, SOURCES
from geofront.files import Form
from geofront.files.shapes import geometry_json, read_geometry_json, wkt_of
from geofront.files.table import JOINT
from geofront.gazetteer.tables import PLACES, SHIPPED, shipped_places

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geofront.events.actor import Actor, Actors
    from geofront.events.event import Event
    from geofront.events.source import Source
    from geofront.events.timeline import Timeline
    from geofront.files import TableModel
    from geofront.gazetteer.place import Place

__all__ = ["Contents", "contents_of", "gazetteers_of"]

Value = str | float | tuple[str, ...]


@dataclass(frozen=True)
class Contents:
    """The rows of a table, each with the values that it has, and their shapes where they have any.

    `shapes` are points of places, or the areas and roads of events.
    """

    model: TableModel
    rows: Sequence[Mapping[str, Value]]
    shapes: Sequence[shapely.Geometry] | None = None

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns: those required, those that some row fills, and the user's own ones."""
        filled = {column for row in self.rows for column in row}
        known = [c.name for c in self.model.columns if c.required or c.name in filled]
        own = dict.fromkeys(c for row in self.rows for c in row if c not in self.model.names)
        return (*known, *own)

    @property
    def numbers(self) -> frozenset[str]:
        """The names of the columns whose values are numbers."""
        return frozenset(c.name for c in self.model.columns if c.form.is_number)

    @property
    def records(self) -> list[dict[str, Value]]:
        """The values that each row has, in the order of the columns."""
        return [{c: row[c] for c in self.columns if c in row} for row in self.rows]

    def without(self, *columns: str) -> Contents:
        """Return the same rows without some of their columns."""
        rows = [{c: v for c, v in row.items() if c not in columns} for row in self.rows]
        return Contents(self.model, rows, self.shapes)

    def shaped(self) -> Contents:
        """Return the rows without the texts that their shapes say by themselves."""
        if self.shapes is None:
            return self
        rows = [
            {c: v for c, v in row.items() if c != "geometry"} if _says(shape, row) else row
            for row, shape in zip(self.rows, self.shapes, strict=True)
        ]
        return Contents(self.model, rows, self.shapes)

    def cells(self, row: Mapping[str, Value], columns: Sequence[str]) -> list[str | float]:
        """Return the values of a row in the order of columns, names joined by ``|``."""
        values = (row.get(column, "") for column in columns)
        return [JOINT.join(value) if isinstance(value, tuple) else value for value in values]


def contents_of(timeline: Timeline) -> dict[str, Contents]:
    """Return the tables of a timeline by name; every row of events has its place's position.

    Parameters
    ----------
    timeline
        The timeline.

    Returns
    -------
    dict[str, Contents]
        ``events``, ``places``, ``actors`` and ``sources``.

    Raises
    ------
    DataFaultsError
        If a value can't be written so that it reads back as it is.
    """
    places = [*timeline.places.values(), *_further_places(timeline)]
    tables = (
        Contents(
            EVENTS,
            [_event_row(event, timeline.places[event.place_id]) for event in timeline.events],
            [_event_shape(event, timeline.places[event.place_id]) for event in timeline.events],
        ),
        Contents(
            PLACES, [_place_row(p) for p in places], [shapely.Point(p.position) for p in places]
        ),
        Contents(
            ACTORS, [row for actor in _distinct(timeline.actors) for row in _actor_rows(actor)]
        ),
        Contents(SOURCES, [_source_row(source) for source in timeline.sources.values()]),
    )
    faults = [fault for table in tables for fault in _faults(table)]
    if faults:
        raise DataFaultsError(faults)
    return {table.model.name: table for table in tables}


def gazetteers_of(timeline: Timeline) -> list[str]:
    """Return the names of the shipped gazetteers that a timeline was read with."""
    files = {file.name for file in timeline.inputs}
    return [name for name, tables in SHIPPED.items() if files.issuperset(tables)]


def _says(shape: shapely.Geometry, row: Mapping[str, Value]) -> bool:
    """Whether reading the shape gives just the text of the row; points are positions instead."""
    return shape.geom_type != "Point" and wkt_of(shape) == row.get("geometry")


def _further_places(timeline: Timeline) -> list[Place]:
    """Return the user's own places that no event names."""
    shipped = {
        place.id for name in gazetteers_of(timeline) for place in shipped_places(name)[0]
    }.union(timeline.places)
    return [place for place in timeline.gazetteer if place.id not in shipped]


def _filled(**values: Value | None) -> dict[str, Value]:
    return {column: value for column, value in values.items() if value not in {None, "", ()}}


def _event_row(event: Event, place: Place) -> dict[str, Value]:
    return _filled(
        date=event.date.text,
        place=event.place_id,
        kind=event.kind.value,
        actor=event.actors,
        from_actor=event.from_actors,
        source=event.sources,
        id=event.id,
        time=event.time.isoformat("minutes") if event.time else "",
        order=event.order,
        reported=event.reported.isoformat() if event.reported else "",
        standing=event.standing.value,
        claimed_by=event.claimed_by,
        credibility=event.credibility,
        corrects=event.corrects,
        effective="start" if event.at_start else "",
        note=event.note,
        place_name=place.name,
        lon=place.lon,
        lat=place.lat,
        geometry=event.geometry_wkt,
    ) | dict(event.extra)


def _event_shape(event: Event, place: Place) -> shapely.Geometry:
    return _drawn(event.geometry_wkt) or shapely.Point(place.position)


def _drawn(wkt: str) -> shapely.Geometry | None:
    """Return the area or road of an event; its point is that of its place."""
    shape = shapely.from_wkt(wkt) if wkt else None
    if shape is None or shape.geom_type == "Point":
        return None
    return read_geometry_json(geometry_json(shape))


def _place_row(place: Place) -> dict[str, Value]:
    return _filled(
        id=place.id,
        name=place.name,
        lon=place.lon,
        lat=place.lat,
        aliases=place.aliases,
        feature=place.feature,
        radius_km=place.radius_km,
        admin1=place.admin1,
        country=place.country,
        parent=place.parent,
        source=place.source,
        licence=place.licence,
    ) | dict(place.extra)


def _distinct(actors: Actors) -> Iterator[tuple[Actor, list[str]]]:
    """Yield the actors that their ids mean, with the aliases that mean no other one."""
    for actor in actors:
        if actors.find(actor.id) is actor:
            yield actor, [a for a in actor.aliases if actors.find(a) is actor]


def _actor_rows(named: tuple[Actor, list[str]]) -> Iterator[dict[str, Value]]:
    actor, aliases = named
    yield _filled(
        id=actor.id, name=actor.name, side=actor.side, color=actor.color, aliases=tuple(aliases)
    )
    for day, side in actor.later_sides:
        yield _filled(id=actor.id, side=side, since=day.isoformat())


def _source_row(source: Source) -> dict[str, Value]:
    return _filled(
        id=source.id,
        title=source.title,
        publisher=source.publisher,
        published=source.published,
        url=source.url,
        reliability=source.reliability,
        favours=source.favours,
        licence=source.licence,
    )


def _faults(table: Contents) -> Iterator[Fault]:
    """Yield what could not be told from something else when it is read again."""
    listed = {c.name for c in table.model.columns if c.form is Form.NAMES}
    for number, row in enumerate(table.rows, start=1):
        for column in listed.intersection(row):
            names = row[column]
            for name in names if isinstance(names, tuple) else ():
                if JOINT in name or name != name.strip():
                    message = f"{column} {name!r} can't be written; names have no {JOINT!r} in them"
                    yield Fault(table.model.name, number, message, column, name)
