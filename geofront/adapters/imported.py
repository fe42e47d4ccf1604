"""What an import gives: a timeline or daily maps, with its report; and how to write it down."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from geofront.errors import DataFaultsError, Fault
from geofront.events.actor import Actors
from geofront.events.conflict import Conflict
from geofront.events.dailymaps import MAPS, map_bytes
from geofront.events.reader import read_timeline
from geofront.events.timeline import Timeline
from geofront.events.writer import settings_and_actors, timeline_files
from geofront.files import Row, Table, write_together
from geofront.files.table import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from os import PathLike

    from geofront.adapters.report import ImportReport, Ledger
    from geofront.events.actor import Actor
    from geofront.events.dailymaps import DailyMaps
    from geofront.events.timeline import About

__all__ = ["ORIGIN", "REPORT", "STATEMENTS", "Imported", "Records", "assemble", "nothing_left"]

REPORT = "import-report.json"
"""The name of the report in the folder that an import is written to."""
STATEMENTS = "statements"
"""The folder in that folder where the timeline of an import stands that has maps as well."""
ORIGIN = "_origin"
"""The column in which a row of events says where its record stands: file and row of that."""


@dataclass(frozen=True)
class Imported:
    """What an import gives: `timeline` for statements, `maps` for drawn areas, and the `report`.

    `about` carries title, licence and attribution of the data, `actors` are those of the maps.
    """

    about: About
    report: ImportReport
    timeline: Timeline | None = None
    maps: DailyMaps | None = None
    actors: tuple[Actor, ...] = ()

    def write(self, folder: str | PathLike[str]) -> list[Path]:
        """Write timeline and maps as a folder in geofront's form, with the report beside them.

        A map is a file ``maps/YYYY-MM-DD.geojson``; ``actors.csv`` and ``conflict.toml`` go with
        them, and a timeline that comes with maps stands in the folder ``statements``.

        Parameters
        ----------
        folder
            Where; it is made where it is missing.

        Returns
        -------
        list[Path]
            The files; each appears whole or not at all, and none before all are written.

        Raises
        ------
        DataFaultsError
            If the folder has one of the tables in another format already, or maps of days of which
            this import has none.
        OSError
            If a file can't be written.
        """
        target = Path(folder)
        return write_together(target, self._files(target))

    def _files(self, target: Path) -> dict[str, bytes]:
        """Return what is written to a folder, by the names of the files in it."""
        told = json.dumps(self.report.as_dict(), ensure_ascii=False, indent=1)
        drawn = {} if self.maps is None else self._map_files(self.maps)
        _refuse_foreign(target, drawn)
        stated = {}
        if self.timeline is not None:
            inside = f"{STATEMENTS}/" if drawn else ""
            files = timeline_files(self.timeline, target / inside)
            stated = {f"{inside}{name}": data for name, data in files.items()}
        return {**stated, **drawn, REPORT: f"{told}\n".encode()}

    def _map_files(self, maps: DailyMaps) -> dict[str, bytes]:
        """Return the maps and what goes with them, by their names in the folder."""
        named = Timeline.eventless(self.about, Actors.named(maps.actor_names, self.actors), ())
        files = {f"{MAPS}/{day}.geojson": map_bytes(day, maps[day]) for day in maps}
        return files | settings_and_actors(named)


def _refuse_foreign(folder: Path, drawn: Mapping[str, bytes]) -> None:
    """Refuse a folder whose events or maps would be taken for this import's.

    Raises
    ------
    DataFaultsError
        With each such file.
    """
    if not drawn:
        return
    message = "is here already, and is no part of this import; write into another folder"
    present = [*folder.glob("events.*"), *(folder / MAPS).glob("*.geojson")]
    names = sorted(file.relative_to(folder).as_posix() for file in present)
    if foreign := [name for name in names if name not in drawn]:
        raise DataFaultsError(Fault(name, 0, message) for name in foreign)


@dataclass(slots=True)
class Records:
    """The rows of geofront's own tables that an adapter makes, each a mapping of columns.

    A row of `events` that was made of one record says in `ORIGIN` where that stands.
    """

    events: list[Mapping[str, object]] = field(default_factory=list)
    places: list[Mapping[str, object]] = field(default_factory=list)
    actors: list[Mapping[str, object]] = field(default_factory=list)
    sources: list[Mapping[str, object]] = field(default_factory=list)


def assemble(records: Records, ledger: Ledger, *, about: About, file: str, digest: str) -> Imported:
    """Make a timeline of the rows of an adapter, as the reader of geofront's own tables does.

    Parameters
    ----------
    records
        The rows. An event needs ``date``, ``place`` (an id of `records.places`) and ``kind``.
    ledger
        What was read so far; a row that the reader refuses is dropped with its reason.
    about
        Title, licence and attribution, and how to draw.
    file, digest
        The name and the SHA-256 of the foreign file, or of several together.

    Returns
    -------
    Imported
        The timeline and the report.

    Raises
    ------
    DataFaultsError
        If nothing usable is left, or a table but the events' is at fault.
    """
    if not records.events:
        raise DataFaultsError([nothing_left(ledger, file)])
    origins = _origins(records.events, file)
    tables = {"events": _table(records.events, origins, file, digest)}
    for name in ("places", "actors", "sources"):
        if rows := getattr(records, name):
            # Numbers that no row of another table has, so that faults of events are told apart.
            start = 1 + max(max(row.number for row in table.rows) for table in tables.values())
            tables[name] = _table(rows, range(start, start + len(rows)), file, digest)
    conflict = Conflict(about, (), digest)
    try:
        timeline = read_timeline(tables, conflict=conflict)
    except DataFaultsError as error:
        timeline = _without_faulty(tables, error.faults, ledger, conflict, origins)
    if any(origin != (file, number) for number, origin in origins.items()):
        told = (replace(e, file=origins[e.row][0], row=origins[e.row][1]) for e in timeline.events)
        timeline = replace(timeline, events=tuple(told))
    return Imported(about=about, report=ledger.report(), timeline=timeline)


def nothing_left(ledger: Ledger, file: str) -> Fault:
    """Return the fault of an import of which nothing is left, with what became of its records."""
    return Fault(file, 0, f"gave nothing to import; {ledger.report()}")


def _origins(rows: Sequence[Mapping[str, object]], file: str) -> dict[int, tuple[str, int]]:
    """Return by the number of each row where its record stands; row 0 where there is no one record.

    The number is that of the record's row, unless several rows would have the same.
    """
    found = [cast("tuple[str, int]", row.get(ORIGIN, (file, 0))) for row in rows]
    numbers = {number for _, number in found}
    if len(numbers) == len(found) and 0 not in numbers:
        return {origin[1]: origin for origin in found}
    return dict(enumerate(found, start=1))


def _without_faulty(
    tables: dict[str, Table],
    faults: Sequence[Fault],
    ledger: Ledger,
    conflict: Conflict,
    origins: Mapping[int, tuple[str, int]],
) -> Timeline:
    events = tables["events"]
    at_fault = {fault.row: fault for fault in faults if fault.row in origins}
    kept = tuple(row for row in events.rows if row.number not in at_fault)
    if len(at_fault) < len({fault.row for fault in faults}) or not kept:
        told = []
        for fault in faults:
            file, row = origins.get(fault.row, (fault.file, 0))
            told.append(replace(fault, file=file, row=row))
        raise DataFaultsError([*told, nothing_left(ledger, events.file)])
    for number, fault in sorted(at_fault.items()):
        file, row = origins[number]
        ledger.drop(file, row, f"refused: {fault.column or 'row'}", fault.message)
    remaining = Table(events.file, events.columns, kept, events.digest)
    return read_timeline({**tables, "events": remaining}, conflict=conflict)


def _table(
    rows: Iterable[Mapping[str, object]], numbers: Iterable[int], file: str, digest: str
) -> Table:
    made = tuple(
        Row(number, {column: text_of(value) for column, value in row.items() if column != ORIGIN})
        for number, row in zip(numbers, rows, strict=True)
    )
    columns = tuple(dict.fromkeys(column for row in made for column in row.cells))
    return Table(file, columns, made, digest)
