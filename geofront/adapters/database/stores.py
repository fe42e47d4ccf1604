"""What is stored and read: the statements of conflicts, and the maps drawn of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from geofront.adapters.database.statements import (
    WITHHELD,
    conflict_row,
    links_of,
    statement_rows,
    timeline_of,
)
from geofront.adapters.database.tables import DRAWN, STATED
from geofront.adapters.database.versions import Change, batches, remove, standing_rows, store_rows
from geofront.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.engine import Connection

    from geofront.adapters.database.door import Store
    from geofront.events.event import Event
    from geofront.events.timeline import Timeline

__all__ = ["Drawing", "Loaded", "conflicts_of", "load", "read"]


@dataclass(frozen=True)
class Drawing:
    """A drawn map to be stored: its name, the row that tells how it was made, and its intervals."""

    name: str
    about: Mapping[str, Any]
    rows: Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Loaded:
    """What a load did: rows added, changed and removed, by table.

    `recorded_at` is the moment that it is noted under, None where there was nothing new.
    """

    conflict: str
    recorded_at: datetime | None
    added: Mapping[str, int]
    changed: Mapping[str, int]
    removed: Mapping[str, int]

    def __str__(self) -> str:
        """Tell it in a line."""
        told = [
            f"{sum(counts.values()):,} {what}"
            for what in ("added", "changed", "removed")
            if (counts := getattr(self, what))
        ]
        return f"{self.conflict}: {', '.join(told) or 'nothing new'}"


@dataclass(slots=True)
class _Load:
    """One load of a conflict, in its transaction."""

    store: Store
    connection: Connection
    conflict: str
    now: datetime
    added: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)

    def rows(self, name: str, rows: Sequence[Mapping[str, Any]], **scope: str) -> Change:
        """Store the rows of a table."""
        pair = self.store.tables.versioned[name]
        change = store_rows(self.connection, pair, rows, scope=scope or self.scope, now=self.now)
        self.added[name] += len(change.added)
        self.changed[name] += len(change.changed)
        return change

    def remove(self, name: str, ids: Sequence[str], **scope: str) -> None:
        """Remove rows of a table."""
        pair = self.store.tables.versioned[name]
        remove(self.connection, pair, ids, scope=scope or self.scope, now=self.now)
        self.removed[name] += len(ids)

    @property
    def scope(self) -> dict[str, str]:
        """The rows of the conflict."""
        return {"conflict": self.conflict}

    def link(
        self, events: Mapping[str, Event], written: Sequence[str], gone: Sequence[str]
    ) -> None:
        """Link events anew that are new or changed, and unlink those that are removed."""
        links = self.store.tables.links
        for table in links.values():
            for part in batches((*written, *gone)):
                self._unlink(table, part)
        made: dict[str, list[dict[str, Any]]] = {}
        for event_id in written:
            for name, row in links_of(events[event_id]):
                made.setdefault(name, []).append(self.scope | row)
        for name, rows in made.items():
            self.connection.execute(links[name].insert(), rows)

    def _unlink(self, table: Any, events: Sequence[str]) -> None:  # noqa: ANN401
        mine = table.c.conflict == self.conflict
        self.connection.execute(table.delete().where(mine, table.c.event.in_(events)))

    @property
    def did_something(self) -> bool:
        """Whether there was anything new."""
        return bool(self.added.total() + self.changed.total() + self.removed.total())

    def note(self, inputs: object) -> Loaded:
        """Note the load, if there was anything new, and return what it did."""
        if self.did_something:
            self.connection.execute(
                self.store.tables.loads.insert(),
                {
                    **self.scope,
                    "recorded_at": self.now,
                    "library_version": library_version(),
                    "inputs": inputs,
                    "added": self.added.total(),
                    "changed": self.changed.total(),
                    "removed": self.removed.total(),
                },
            )
        counts = (
            {name: count for name, count in counter.items() if count}
            for counter in (self.added, self.changed, self.removed)
        )
        return Loaded(self.conflict, self.now if self.did_something else None, *counts)


def load(
    store: Store,
    timeline: Timeline,
    conflict: str,
    *,
    drawing: Drawing | None = None,
    replacing: bool = False,
) -> Loaded:
    """Store a timeline, and perhaps a map drawn of it, in one transaction.

    Parameters
    ----------
    store
        Where.
    timeline
        The statements.
    conflict
        The id of the conflict there.
    drawing
        The map.
    replacing
        Whether what the store has of the conflict beside the timeline is removed.

    Returns
    -------
    Loaded
        What was done.

    Raises
    ------
    DataFaultsError
        If the database refuses, or what it would hold could not be read as one conflict. The
        store is then as it was.
    """
    rows = statement_rows(timeline)
    events = {event.id: event for event in timeline.events}
    with store.writing(conflict, version=library_version()) as connection:
        doing = _Load(store, connection, conflict, store.now(connection, conflict))
        if timeline.published:
            _refuse_beside_exact(store, connection, conflict)
        about = [conflict_row(timeline, conflict)]
        doing.rows("conflicts", about, id=conflict)
        changes = {name: doing.rows(name, rows[name]) for name in STATED}
        gone = changes["events"].gone if replacing else ()
        doing.link(events, changes["events"].written, gone)
        if replacing:
            for name in reversed(STATED):
                doing.remove(name, changes[name].gone)
        elif doing.did_something and any(change.kept for change in changes.values()):
            _check(store, connection, conflict)
        if drawing is not None:
            _draw(doing, drawing)
        return doing.note([{"name": i.name, "sha256": i.sha256} for i in timeline.inputs])


def _refuse_beside_exact(store: Store, connection: Connection, conflict: str) -> None:
    """Refuse to store what may be published where all of it stands already.

    The store keeps what it has, and every former version: whoever reads it would read both.

    Raises
    ------
    DataFaultsError
        If the conflict was ever stored there with nothing withheld.
    """
    pair = store.tables.versioned["conflicts"]
    for table in (pair.now, pair.history):
        query = select(table.c.attribution).where(table.c.id == conflict)
        if any(WITHHELD not in (told or "") for told in connection.scalars(query)):
            raise store.fault(
                f"holds {conflict!r} with nothing withheld, and keeps every former version; store "
                "what is published elsewhere, or under another name (--conflict)"
            )


def _check(store: Store, connection: Connection, conflict: str) -> None:
    """Read what several writers stored together, before it is kept.

    Raises
    ------
    DataFaultsError
        If it is no sound conflict: a name that means two actors, say.
    """
    rows = _standing(store, connection, conflict, None)
    if rows["events"]:
        timeline_of(_conflict(store, connection, conflict, None), rows, _where(store))


def _draw(doing: _Load, drawing: Drawing) -> None:
    doing.rows("maps", [{**drawing.about, "id": drawing.name}])
    scope = {**doing.scope, "map": drawing.name}
    for name in DRAWN:
        change = doing.rows(name, drawing.rows[name], **scope)
        doing.remove(name, change.gone, **scope)


def read(
    store: Store,
    conflict: str | None = None,
    *,
    known_on: date | None = None,
    stored_at: datetime | None = None,
) -> Timeline:
    """Read a conflict.

    Parameters
    ----------
    store
        Where.
    conflict
        Its id there; None for the only one.
    known_on
        Leave out what became known later.
    stored_at
        Read what the store held at that moment; None for now.

    Returns
    -------
    Timeline
        As from a folder.

    Raises
    ------
    UnknownNameError
        If there is no such conflict.
    DataFaultsError
        If the database refuses, its rows are at fault, or nothing was known by then.
    """
    with store.reading() as connection:
        if conflict is None:
            conflict = _only_one(store, connection)
        about = _conflict(store, connection, conflict, stored_at)
        rows = _standing(store, connection, conflict, stored_at)
    if not rows["events"]:
        raise store.fault(f"holds no event of {conflict!r}, only maps")
    timeline = timeline_of(about, rows, _where(store))
    return timeline if known_on is None else _known(timeline, known_on, store)


def conflicts_of(store: Store) -> dict[str, str]:
    """Return the titles of the conflicts that a store holds, by their ids.

    Parameters
    ----------
    store
        The store.

    Returns
    -------
    dict[str, str]
        In the order of the ids.

    Raises
    ------
    DataFaultsError
        If the database refuses, or holds no store.
    """
    with store.reading() as connection:
        table = store.tables.versioned["conflicts"].now
        query = select(table.c.id, table.c.title).order_by(table.c.id)
        return {row.id: row.title for row in connection.execute(query)}


def _where(store: Store) -> str:
    schema = store.tables.metadata.schema
    return f"{schema}." if schema else ""


def _only_one(store: Store, connection: Connection) -> str:
    ids = _ids(store, connection)
    if len(ids) != 1:
        raise UnknownNameError("conflict", "", ids)
    return ids[0]


def _ids(store: Store, connection: Connection) -> list[str]:
    return list(connection.scalars(select(store.tables.versioned["conflicts"].now.c.id)))


def _conflict(
    store: Store, connection: Connection, conflict: str, at: datetime | None
) -> Mapping[str, Any]:
    pair = store.tables.versioned["conflicts"]
    found = list(standing_rows(connection, pair, scope={"id": conflict}, at=at))
    if not found:
        raise UnknownNameError("conflict", conflict, _ids(store, connection))
    return found[0]


def _standing(
    store: Store, connection: Connection, conflict: str, at: datetime | None
) -> dict[str, list[Mapping[str, Any]]]:
    scope = {"conflict": conflict}
    return {
        name: list(standing_rows(connection, store.tables.versioned[name], scope=scope, at=at))
        for name in STATED
    }


def _known(timeline: Timeline, known_on: date, store: Store) -> Timeline:
    events = tuple(event for event in timeline.events if event.known_on <= known_on)
    if not events:
        raise store.fault(f"holds nothing that was known on {known_on}")
    at = {event.place_id for event in events}
    by = {source for event in events for source in event.sources}
    return replace(
        timeline,
        events=events,
        places={key: place for key, place in timeline.places.items() if key in at},
        sources={key: source for key, source in timeline.sources.items() if key in by},
    )


def library_version() -> str:
    """Return the version of geofront."""
    try:
        return version("geofront")
    except PackageNotFoundError:  # a source tree that was never installed
        return "unknown"
