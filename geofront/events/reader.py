"""Reading a conflict: a folder of tables, or a lone events.csv, into a timeline."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from geofront.crs import BBox
from geofront.errors import DataFaultsError, Fault
from geofront.events.actor import Actor, Actors, read_actors
from geofront.events.conflict import Conflict, read_conflict
from geofront.events.rows import COLUMNS, EventReader, split_names, with_ids
from geofront.events.sites import Sites
from geofront.events.source import Source, read_sources
from geofront.events.timeline import About, InputFile, Timeline
from geofront.files import read_table
from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.tables import SHIPPED, read_places, shipped_places

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from geofront.events.event import Event
    from geofront.files import Table
    from geofront.gazetteer.place import Place

__all__ = ["read_timeline"]

_Value = TypeVar("_Value")


def read_timeline(
    path: Path, *, places: Sequence[Path] = (), actors: Sequence[Path] = ()
) -> Timeline:
    """Read a conflict from a folder in geofront's form, or from a lone events.csv.

    Only events.csv is required. Without actors.csv the actors are those that the events name;
    without sources.csv a source is its own text, or the file. Rows with their own ``lon`` and
    ``lat`` need no gazetteer; names are looked up in places.csv, then in the shipped gazetteers
    that conflict.toml names, or in all of them where there is neither.

    Parameters
    ----------
    path
        The folder, or the file of events.
    places
        Further places.csv files; their places come before all others.
    actors
        Further actors.csv files; their actors come before those of the folder.

    Returns
    -------
    Timeline
        The events in order, with everything they refer to.

    Raises
    ------
    DataFaultsError
        With every fault of every file, in one pass.
    """
    folder = path if path.is_dir() else None
    events_file = path / "events.csv" if folder else path
    reading = _Reading()
    conflict = reading.optional(_beside(folder, "conflict.toml"), read_conflict)
    sources = reading.table(_beside(folder, "sources.csv"), read_sources)
    known_actors = [
        actor
        for file in (*actors, _beside(folder, "actors.csv"))
        for actor in reading.table(file, read_actors) or ()
    ]
    own_places = [
        place
        for file in (*places, _beside(folder, "places.csv"))
        for place in reading.table(file, read_places) or ()
    ]
    table = reading.optional(events_file, lambda file: read_table(file, required=COLUMNS))
    if table is None or reading.failed:
        raise DataFaultsError(reading.faults)
    if not table.rows:
        table.fault(0, "has a header but no event; write at least one row")
        raise DataFaultsError([*reading.faults, *table.faults])
    reading.inputs.append(InputFile(table.file, table.digest))
    if conflict is not None:
        reading.inputs.append(InputFile("conflict.toml", conflict.sha256))
    timeline = _assemble(
        table,
        conflict or Conflict(About(title=_title(path)), None, ""),
        actors=known_actors,
        listed_actors=_beside(folder, "actors.csv") is not None,
        sources=None if sources is None else {source.id: source for source in sources},
        places=own_places,
        gazetteers=_gazetteers(conflict, folder),
        inputs=tuple(reading.inputs),
    )
    if table.faults or reading.faults:
        raise DataFaultsError([*reading.faults, *table.faults])
    return timeline


@dataclass(slots=True)
class _Reading:
    """Reads files one by one, going on after a faulty one so that all faults are told at once."""

    faults: list[Fault] = field(default_factory=list)
    inputs: list[InputFile] = field(default_factory=list)
    failed: bool = False

    def optional(self, file: Path | None, read: Callable[[Path], _Value]) -> _Value | None:
        if file is None:
            return None
        try:
            return read(file)
        except DataFaultsError as error:
            self.faults.extend(error.faults)
            return None

    def table(
        self, file: Path | None, read: Callable[[Path], tuple[tuple[_Value, ...], str]]
    ) -> tuple[_Value, ...] | None:
        result = self.optional(file, read)
        if result is None:
            # What depends on a faulty table can't be judged; better no verdict than a wrong one.
            self.failed = self.failed or file is not None
            return None
        assert file is not None
        self.inputs.append(InputFile(file.name, result[1]))
        return result[0]


def _beside(folder: Path | None, name: str) -> Path | None:
    if folder is None:
        return None
    file = folder / name
    return file if file.is_file() else None


def _title(path: Path) -> str:
    whole = path.resolve()
    return whole.name if path.is_dir() else whole.stem


def _gazetteers(conflict: Conflict | None, folder: Path | None) -> tuple[str, ...]:
    if conflict is not None and conflict.gazetteers is not None:
        return conflict.gazetteers
    return () if _beside(folder, "places.csv") else tuple(SHIPPED)


def _assemble(
    table: Table,
    conflict: Conflict,
    *,
    actors: list[Actor],
    listed_actors: bool,
    sources: dict[str, Source] | None,
    places: list[Place],
    gazetteers: tuple[str, ...],
    inputs: tuple[InputFile, ...],
) -> Timeline:
    tables = [shipped_places(name) for name in gazetteers]
    shipped = Gazetteer(place for found, _ in tables for place in found)
    inputs += tuple(InputFile(*file) for _, files in tables for file in files)
    own = Gazetteer(places)
    extent = conflict.about.extent
    sites = Sites(table, (own, shipped), BBox(*extent.bounds) if extent is not None else None)
    known = Actors(actors) if listed_actors else Actors.named(_named_actors(table), actors)
    zone = ZoneInfo(conflict.about.timezone)
    read = EventReader(table, known, sources, sites, zone).read()
    events = with_ids(event for event, _ in read)
    used: dict[str, Place] = {}
    for event, place in read:
        first = used.setdefault(place.id, place)
        if first.position != place.position:
            message = f"{place.id!r} stands at two positions, {first.position} and {place.position}"
            table.fault(event.row, f"{message}; drop lon and lat here, or name it otherwise", "lon")
    return Timeline(
        about=conflict.about,
        events=tuple(events),
        places={place_id: used[place_id] for place_id in sorted(used)},
        actors=known,
        sources=_cited(events, sources or {}),
        gazetteer=Gazetteer([*used.values(), *own, *shipped]),
        inputs=tuple(sorted(inputs, key=lambda i: i.name)),
    )


def _named_actors(table: Table) -> set[str]:
    columns = ("actor", "from_actor", "claimed_by")
    return {name for row in table.rows for c in columns for name in split_names(row.get(c))}


def _cited(events: Sequence[Event], sources: dict[str, Source]) -> dict[str, Source]:
    cited = {name for event in events for name in event.sources}
    return {name: sources.get(name) or Source(name, name) for name in sorted(cited)}
