"""The rows of a timeline as the store has them, and the timeline that rows of the store make."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, cast

import shapely

from geofront.errors import DataFaultsError, Fault
from geofront.events.columns import ACTORS, EVENTS, SOURCES
from geofront.events.conflict import Conflict
from geofront.events.contents import contents_of, gazetteers_of
from geofront.events.reader import read_timeline
from geofront.events.timeline import About
from geofront.files import Row, Table, sha256
from geofront.files.table import JOINT, text_of
from geofront.gazetteer.tables import PLACES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geofront.events.contents import Contents
    from geofront.events.event import Event
    from geofront.events.timeline import Timeline

__all__ = ["WITHHELD", "Stored", "conflict_row", "links_of", "statement_rows", "timeline_of"]

Stored = dict[str, Any]
"""A row of the store: values by column."""

WITHHELD = "Withheld"
"""Begins what the attribution of a conflict says of what was withheld."""
_MODELS = {model.name: model for model in (EVENTS, PLACES, ACTORS, SOURCES)}
_ROLES = ("actor", "from_actor", "claimed_by")


def conflict_row(timeline: Timeline, conflict: str) -> Stored:
    """Return the row of a conflict: title, span, extent, and how it is drawn."""
    about = timeline.about
    return {
        "id": conflict,
        "title": about.title,
        "description": about.description,
        "start": about.start,
        "end": about.end,
        "timezone": about.timezone,
        "method": about.method,
        "reach_km": about.reach_km,
        "policy": about.policy,
        "licence": about.licence,
        # Its mark: the tables have no other place for it.
        "attribution": " ".join(part for part in (about.attribution, _withheld(timeline)) if part),
        "gazetteers": JOINT.join(gazetteers_of(timeline)),
        "geom": about.extent,
    }


def _withheld(timeline: Timeline) -> str:
    return f"{WITHHELD}: {timeline.published.told}." if timeline.published else ""


def statement_rows(timeline: Timeline) -> dict[str, list[Stored]]:
    """Return the rows of the tables of a timeline.

    Parameters
    ----------
    timeline
        The timeline.

    Returns
    -------
    dict[str, list[Stored]]
        ``actors``, ``sources``, ``places`` and ``events``.

    Raises
    ------
    DataFaultsError
        If an id stands twice, or a value can't be told from others when it is read again.
    """
    contents = contents_of(timeline)
    rows = {name: _rows(table) for name, table in contents.items() if name != "actors"}
    rows["actors"] = _actor_rows(contents["actors"])
    dated = zip(rows["events"], timeline.events, strict=True)
    rows["events"] = [row | _days(event) for row, event in dated]
    faults = [
        Fault(name, 0, f"id {key!r} stands {count} times; give each its own", "id", key)
        for name, listed in rows.items()
        for key, count in Counter(row["id"] for row in listed).items()
        if count > 1
    ]
    if faults:
        raise DataFaultsError(faults)
    return rows


def _days(event: Event) -> Stored:
    return {
        "first": event.date.first,
        "last": event.date.last,
        "day": event.day,
        "known": event.known_on,
        "reported": event.reported,
        "time": event.time,
    }


def _rows(table: Contents) -> list[Stored]:
    shapes: Sequence[Any] = table.shapes or [None] * len(table.rows)
    return [_row(table, row, shape) for row, shape in zip(table.rows, shapes, strict=True)]


def _row(table: Contents, values: Mapping[str, Any], shape: shapely.Geometry | None) -> Stored:
    row: Stored = {}
    extra = {}
    for column, value in values.items():
        if column in table.model.names:
            row[column] = JOINT.join(value) if isinstance(value, tuple) else value
        else:
            extra[column] = value
    if shape is not None:
        row["geom"] = shapely.force_2d(shape)  # the text keeps the heights
    return row | ({"extra": extra} if extra else {})


def _actor_rows(table: Contents) -> list[Stored]:
    """Return a row an actor; the sides that it changed to stand in it."""
    rows: dict[str, Stored] = {}
    for row in _rows(table):
        if "since" not in row:
            rows[row["id"]] = row
        else:
            rows[row["id"]].setdefault("later_sides", []).append([row["since"], row["side"]])
    return list(rows.values())


def links_of(event: Event) -> Iterator[tuple[str, Stored]]:
    """Yield the rows that link an event to its actors, its sources, and what it corrects.

    Parameters
    ----------
    event
        The event.

    Yields
    ------
    tuple[str, Stored]
        The table and a row of it.
    """
    roles = zip(_ROLES, (event.actors, event.from_actors, event.claimed_by), strict=True)
    for role, actors in roles:
        for position, actor in enumerate(actors):
            yield (
                "event_actors",
                {"event": event.id, "role": role, "position": position, "actor": actor},
            )
    for position, source in enumerate(event.sources):
        yield "event_sources", {"event": event.id, "position": position, "source": source}
    for position, other in enumerate(event.corrects):
        yield "event_corrections", {"event": event.id, "position": position, "corrects": other}


def timeline_of(
    conflict: Mapping[str, Any], rows: Mapping[str, Sequence[Mapping[str, Any]]], where: str
) -> Timeline:
    """Return the timeline of rows of the store.

    Parameters
    ----------
    conflict
        The row of the conflict.
    rows
        Those of its tables.
    where
        What messages call the place where the tables stand.

    Returns
    -------
    Timeline
        As from a folder; rows go by their ``fid``.

    Raises
    ------
    DataFaultsError
        With every fault of the rows, if they were changed by other means.
    """
    about = About(
        title=conflict["title"],
        description=conflict["description"] or "",
        start=conflict["start"],
        end=conflict["end"],
        timezone=conflict["timezone"] or "UTC",
        extent=conflict["geom"],
        method=conflict["method"] or "",
        reach_km=conflict["reach_km"],
        policy=conflict["policy"],
        licence=conflict["licence"] or "",
        attribution=conflict["attribution"] or "",
    )
    names = tuple(name for name in (conflict["gazetteers"] or "").split(JOINT) if name)
    try:
        tables = {name: _table(name, listed, where) for name, listed in rows.items()}
    except (TypeError, ValueError, AttributeError) as error:
        message = f"holds a value that is not geofront's: {error}"
        raise DataFaultsError([Fault(where, 0, message)]) from error
    return read_timeline(tables, conflict=Conflict(about, names, ""))


def _table(name: str, rows: Sequence[Mapping[str, Any]], where: str) -> Table:
    columns = [c for c in _MODELS[name].names if c != "since"]
    made = [line for row in rows for line in _lines(row, columns)]
    header = tuple(dict.fromkeys([*columns, *(c for line in made for c in line.cells)]))
    digest = sha256("\n".join(str(row["digest"]) for row in rows).encode())
    return Table(f"{where}{name}", header, tuple(made), digest)


def _lines(row: Mapping[str, Any], columns: Sequence[str]) -> Iterator[Row]:
    cells = {c: _text(row[c]) for c in columns if row.get(c) is not None}
    yield Row(row["fid"], cells | (row.get("extra") or {}))
    for since, side in cast("list[list[str]]", row.get("later_sides") or []):
        yield Row(row["fid"], {"id": row["id"], "side": side, "since": since})


def _text(value: object) -> str:
    """Return a value as the cell of a table has it, every text as it is.

    Raises
    ------
    TypeError
        If it is none that geofront writes.
    """
    if isinstance(value, str):
        return value
    if not isinstance(value, int | float | date | datetime | time):
        raise TypeError(f"{type(value).__name__} where a text should stand")
    return text_of(value)
