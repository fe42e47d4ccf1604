"""What the tests of the store run in processes of their own, some of which are killed."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event
from sqlalchemy.pool import NullPool

import geofront
from geofront.adapters.database import door, stores
from geofront.events.actor import Actors

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.engine import Engine

    from geofront.adapters.database.door import Store
    from geofront.events.timeline import Timeline

__all__ = ["engine_of", "kill_at", "killed_later", "opened", "shortened", "write_in_turn"]


def engine_of(url: str) -> Engine:
    """Return an engine that leaves no connection open, which a test would have to close."""
    return create_engine(url.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool)


def opened(url: str, schema: str) -> Store:
    """Open a store: an address, or the path of a GeoPackage."""
    if url.endswith(".gpkg"):
        return door.geopackage_store(url)
    return door.postgis_store(url, schema)


def shortened(timeline: Timeline, part: slice) -> Timeline:
    """Return a timeline of some of its events that nothing corrects."""
    events = timeline.events[part]
    ids = {e.id for e in events}
    kept = tuple(e for e in events if ids.issuperset(e.corrects))
    at = {e.place_id for e in kept}
    by = {s for e in kept for s in e.sources}
    return replace(
        timeline,
        events=kept,
        places={key: place for key, place in timeline.places.items() if key in at},
        sources={key: source for key, source in timeline.sources.items() if key in by},
        actors=Actors(timeline.actors),
    )


def write_in_turn(url: str, schema: str, name: str, rounds: int, gate: tuple[Any, Any]) -> None:
    """Store one's own half of a conflict again and again, a shared event changed each time."""
    ready, go = gate
    timeline = geofront.read("palmyra-2016")
    half = len(timeline.events) // 2
    mine = shortened(timeline, slice(0, half + 1) if name == "one" else slice(half, None))
    shared = timeline.events[half].id
    store = opened(url, schema)
    ready.release()
    go.wait()
    for turn in range(rounds):
        events = tuple(
            replace(e, note=f"{name} {turn}") if e.id == shared else e for e in mine.events
        )
        stores.load(store, replace(mine, events=events), "war")


def kill_at(url: str, schema: str, folder: Path, statement: int) -> None:
    """Store the conflict of a folder, and be killed before the given statement is run."""
    store = opened(url, schema)
    count = 0

    def run(*_: object) -> None:
        nonlocal count
        if count == statement:
            os.kill(os.getpid(), signal.SIGKILL)
        count += 1

    event.listen(store.engine, "before_cursor_execute", run)
    event.listen(store.engine, "commit", run)
    _load(store, folder)


def killed_later(url: str, schema: str, folder: Path, begun: Any) -> None:
    """Store the conflict of a folder, and tell when it begins."""
    store = opened(url, schema)
    timeline = geofront.read(folder)
    begun.set()
    stores.load(store, timeline, "war", replacing=True)


def _load(store: Store, folder: Path) -> None:
    stores.load(store, geofront.read(folder), "war", replacing=True)
