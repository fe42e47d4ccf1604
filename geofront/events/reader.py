"""Reading a conflict into a timeline: a folder of tables, a lone table of events, or frames."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from geofront.crs import BBox
from geofront.errors import DataFaultsError, Fault, some_of
from geofront.events.actor import Actor, Actors, read_actors
from geofront.events.columns import ACTORS, EVENTS, SOURCES
from geofront.events.conflict import Conflict, read_conflict
from geofront.events.ids import with_ids
from geofront.events.rows import EventReader
from geofront.events.sites import Sites
from geofront.events.source import Source, read_sources
from geofront.events.timeline import About, InputFile, Timeline
from geofront.files import (
    SUFFIXES,
    Table,
    TableModel,
    check_complete,
    read_table,
    read_workbook,
)
from geofront.files.table import split_names
from geofront.garbage import paused_collection
from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.tables import PLACES, SHIPPED, read_places, shipped_places

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geofront.events.event import Event
    from geofront.gazetteer.place import Place

__all__ = ["read_timeline"]

Origin = Path | Table
"""Where a table comes from: a file, or a table that was made of a frame."""

_Value = TypeVar("_Value")
_TABLES = (EVENTS, PLACES, ACTORS, SOURCES)


@paused_collection()
def read_timeline(
    source: Path | Mapping[str, Table],
    *,
    places: Sequence[Origin] = (),
    actors: Sequence[Origin] = (),
    conflict: Conflict | None = None,
    private: bool = False,
) -> Timeline:
    """Read a conflict from a folder in geofront's form, or from a lone table of events.

    Only events are required. Without a table of actors, the actors are those that the events name;
    without one of sources a source is its own text, or the file. Rows with their own ``lon`` and
    ``lat`` need no gazetteer; names are looked up in the table of places, then in the shipped
    gazetteers that conflict.toml names, or in all of them where there is neither.

    Parameters
    ----------
    source
        The folder, the file of events, or tables by name: ``events`` and perhaps ``places``,
        ``actors`` and ``sources``.
    places
        Further tables of places; their places come before all others.
    actors
        Further tables of actors; their actors come before those of the source.
    conflict
        What a conflict.toml would say, where the source has none.
    private
        Whether all is read, also what conflict.toml says is to be withheld from others.

    Returns
    -------
    Timeline
        The events in order, with everything they refer to.

    Raises
    ------
    DataFaultsError
        With every fault of every file, in one pass.
    """
    folder = source if isinstance(source, Path) and source.is_dir() else None
    if folder is not None:
        check_complete(folder)
    reading = _Reading()
    found = _tables_of(source, reading)
    settings = _beside(folder, "conflict.toml")
    if settings:
        conflict = reading.tried(lambda: read_conflict(settings))
    sources = reading.table(found.get("sources"), SOURCES, read_sources)
    known_actors = [
        actor
        for origin in (*actors, found.get("actors"))
        for actor in reading.table(origin, ACTORS, read_actors) or ()
    ]
    own_places = [
        place
        for origin in (*places, found.get("places"))
        for place in reading.table(origin, PLACES, read_places) or ()
    ]
    table = reading.tried(lambda: _read_events(found["events"]))
    if table is None or reading.failed:
        raise DataFaultsError(reading.faults)
    if not table.rows:
        told = "has a header but" if table.has_header else "has"
        table.fault(0, f"{told} no event; write at least one row")
        raise DataFaultsError([*reading.faults, *table.faults])
    reading.inputs.append(_input(table, EVENTS))
    if conflict is not None and settings:
        reading.inputs.append(InputFile("conflict.toml", conflict.sha256))
    timeline = _assemble(
        table,
        conflict or Conflict(About(title=_title(source)), None, ""),
        actors=known_actors,
        listed_actors="actors" in found,
        sources=None if sources is None else {source.id: source for source in sources},
        places=own_places,
        gazetteers=_gazetteers(conflict, has_places="places" in found),
        inputs=tuple(reading.inputs),
    )
    if table.faults or reading.faults:
        raise DataFaultsError([*reading.faults, *table.faults])
    # Withheld at the door, so that whatever is made of the timeline keeps to it.
    return timeline if private else timeline.for_publication()


@dataclass(slots=True)
class _Reading:
    """Reads files one by one, going on after a faulty one so that all faults are told at once."""

    faults: list[Fault] = field(default_factory=list)
    inputs: list[InputFile] = field(default_factory=list)
    failed: bool = False

    def tried(self, read: Callable[[], _Value]) -> _Value | None:
        try:
            return read()
        except DataFaultsError as error:
            self.faults.extend(error.faults)
            return None

    def table(
        self,
        origin: Origin | None,
        model: TableModel,
        read: Callable[[Table], tuple[tuple[_Value, ...], str]],
    ) -> tuple[_Value, ...] | None:
        if origin is None:
            return None
        table = self.tried(lambda: read_table(origin, (), sheet=model.name))
        result = self.tried(lambda: read(table)) if table else None
        if table is None or result is None:
            # What depends on a faulty table can't be judged; better no verdict than a wrong one.
            self.failed = True
            return None
        self.inputs.append(_input(table, model))
        return result[0]


def _beside(folder: Path | None, name: str) -> Path | None:
    if folder is None:
        return None
    file = folder / name
    return file if file.is_file() else None


def _tables_of(source: Path | Mapping[str, Table], reading: _Reading) -> dict[str, Origin]:
    """Return where each table of a conflict is; what stands there twice is a fault."""
    if not isinstance(source, Path):
        return dict(source)
    if not source.is_dir():
        files: dict[str, list[Path]] = {"events": [source]}
    else:
        files = {model.name: _files_of(source, model.name) for model in _TABLES}
    (events, *_) = files["events"] or [source / "events.csv"]  # which will be found missing
    names = tuple(model.name for model in _TABLES)
    sheets = reading.tried(lambda: read_workbook(events, names)) or {}
    for name, present in files.items():
        listed = [file.name for file in present]
        if name in sheets and name != "events":
            listed.append(f"the sheet {name!r} of {events.name}")
        if len(listed) > 1:
            message = f"{' and '.join(listed)} are both here; keep one"
            reading.faults.append(Fault(listed[0], 0, message))
    found: dict[str, Origin] = {name: present[0] for name, present in files.items() if present}
    return found | {"events": events} | sheets


def _files_of(folder: Path, name: str) -> list[Path]:
    candidates = (folder / f"{name}{suffix}" for suffix in SUFFIXES)
    return [file for file in candidates if file.is_file()]


def _input(table: Table, model: TableModel) -> InputFile:
    further = tuple(column for column in table.columns if column and column not in model.names)
    return InputFile(table.file, table.digest, model.name, further)


def _read_events(origin: Origin) -> Table:
    return read_table(origin, EVENTS.header, in_records=EVENTS.needed, sheet=EVENTS.name)


def _title(source: Path | Mapping[str, Table]) -> str:
    if not isinstance(source, Path):
        return source["events"].file
    whole = source.resolve()
    return whole.name if source.is_dir() else whole.stem


def _gazetteers(conflict: Conflict | None, *, has_places: bool) -> tuple[str, ...]:
    if conflict is not None and conflict.gazetteers is not None:
        return conflict.gazetteers
    return () if has_places else tuple(SHIPPED)


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
    covers = some_of(name.title() for name in gazetteers) if gazetteers else ""
    read = EventReader(table, known, sources, sites, zone, shipped, covers).read()
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
        published=conflict.published,
    )


def _named_actors(table: Table) -> set[str]:
    columns = ("actor", "from_actor", "claimed_by")
    return {name for row in table.rows for c in columns for name in split_names(row.get(c))}


def _cited(events: Sequence[Event], sources: dict[str, Source]) -> dict[str, Source]:
    cited = {name for event in events for name in event.sources}
    return {name: sources.get(name) or Source(name, name) for name in sorted(cited)}
