"""The files of a timemap: events, sources and associations, told apart by what is in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geofront.adapters.cells import cell
from geofront.adapters.foreign import BOM, as_given, known_columns, opened, parsed_json
from geofront.errors import DataFaultsError, Fault
from geofront.files.delimited import read_delimited

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from geofront.adapters.foreign import Files, ForeignFile

__all__ = ["EVENTS", "Association", "Given", "Record", "read_files"]

EVENTS, SOURCES, ASSOCIATIONS = "events.json", "sources.json", "associations.json"
_MARKS = frozenset({"date", "latitude", "lat", "desc", "longitude", "time_precision", "civid"})
_LINK = re.compile(r",\s*(?=https?://)")


@dataclass(frozen=True, slots=True)
class Association:
    """What an event belongs to: a category or filter, by its path from the root of the tree.

    `type` and `about` are texts that the platform itself makes nothing of.
    """

    id: str
    title: str
    path: tuple[str, ...] = ()
    mode: str = ""
    type: str = ""
    about: str = ""
    colour: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """What it can be called by: its id, its title, its path and every part of that."""
        whole = "/".join(self.path)
        named = (self.id, self.title, whole, whole.replace("/", "="), *reversed(self.path))
        return tuple(dict.fromkeys(name for name in named if name))


@dataclass(frozen=True, slots=True)
class Record:
    """An event as it stands in a file."""

    file: str
    row: int
    fields: Mapping[str, object]


@dataclass(slots=True)
class Given:
    """What the files hold."""

    files: list[ForeignFile] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    broken: list[tuple[str, int, str]] = field(default_factory=list)
    sources: dict[str, Mapping[str, object]] = field(default_factory=dict)
    associations: dict[str, Association] = field(default_factory=dict)


def read_files(files: Files) -> Given:
    """Read files of events, and what stands beside them.

    Parameters
    ----------
    files
        Files of events, sources and associations in any order, or a folder of such; for an
        ``events.json`` those of the same folder are read too.

    Returns
    -------
    Given
        What they hold.

    Raises
    ------
    DataFaultsError
        With every file that can't be read or is of another format, or if none has events.
    """
    given = Given()
    faults: list[Fault] = []
    for path in _with_neighbours(as_given(files)):
        try:
            file = opened(path)
            given.files.append(file)
            _take(file, given)
        except DataFaultsError as error:
            faults.extend(error.faults)
    if not faults and not (given.records or given.broken):
        faults = [Fault(given.files[0].name, 0, "holds no events of a timemap")]
    if faults:
        raise DataFaultsError(faults)
    return given


def _with_neighbours(paths: list[Path]) -> list[Path]:
    whole = [path / EVENTS if path.is_dir() else path for path in paths]
    beside = [
        path.with_name(name)
        for path in whole
        if path.name == EVENTS
        for name in (SOURCES, ASSOCIATIONS)
        if path.with_name(name).is_file()
    ]
    return list(dict.fromkeys([*whole, *beside]))


def _take(file: ForeignFile, given: Given) -> None:
    start = file.data.removeprefix(BOM).lstrip()[:1]
    if start == b"<":
        raise file.refused("is XML or a web page, not a timemap; import KML and GPX as placemarks")
    if start not in (b"{", b"["):
        _take_table(file, given)
        return
    content = parsed_json(file)
    if isinstance(content, dict):
        _take_object(file, content, given)
    else:
        _take_list(file, content, given)


def _take_object(file: ForeignFile, content: dict[str, object], given: Given) -> None:
    if content.get("type") == "FeatureCollection":
        raise file.refused("is GeoJSON, not a timemap; import it as placemarks")
    named = [name for name in ("events", "sources", "associations") if name in content]
    if named and all(isinstance(content[name], dict | list) for name in named):
        for name in named:
            part = content[name]
            if name == "sources" and isinstance(part, dict):
                _take_sources(part, given)
            else:
                _take_list(file, part, given)
        return
    held = [value for name, value in content.items() if name]  # an unnamed one is an empty row
    if held and all(isinstance(v, dict) and {"paths", "url"} & set(v) for v in held):
        _take_sources(content, given)
    elif content:
        found = ", ".join(list(content)[:6])
        raise file.refused(f"is not events, sources or associations of a timemap (found: {found})")


def _take_sources(content: Mapping[str, object], given: Given) -> None:
    for key, source in content.items():
        if key and isinstance(source, dict):
            given.sources.setdefault(key, source)


def _take_list(file: ForeignFile, content: object, given: Given) -> None:
    items = content if isinstance(content, list) else []
    records = [item for item in items if isinstance(item, dict)]
    if any("mode" in r or "filter_paths" in r for r in records):
        for item in records:
            _take_association(item, given)
        return
    if any("paths" in r for r in records) and not any(
        "date" in r and "latitude" in r for r in records
    ):
        _take_sources({cell(r.get("id")): r for r in records}, given)
        return
    if records and not any(_MARKS & {str(k).casefold() for k in r} for r in records):
        found = ", ".join(list(records[0])[:6])
        raise file.refused(f"is not a list of a timemap's events (found: {found})")
    for row, item in enumerate(items, start=1):
        if isinstance(item, dict):
            given.records.append(Record(file.name, row, item))
        else:
            given.broken.append((file.name, row, cell(item)))


def _take_association(item: Mapping[str, object], given: Given) -> None:
    path = item.get("filter_paths")
    made = Association(
        id=cell(item.get("id")),
        title=cell(item.get("title")),
        path=tuple(filter(None, map(cell, path))) if isinstance(path, list) else (),
        mode=cell(item.get("mode")).upper(),
        type=cell(item.get("type")),
        about=cell(item.get("desc")),
        colour=cell(item.get("colour")),
    )
    given.associations.setdefault(made.id, made)


def _take_table(file: ForeignFile, given: Given) -> None:
    """Take the table that Bellingcat's map offers for download."""
    table = read_delimited(file.name, file.data)
    known = known_columns(table.columns)
    if known or not {"date", "latitude", "longitude"} <= set(table.columns):
        found = f"it looks like {known}" if known else f"found: {', '.join(table.columns[:6])}"
        raise file.refused(f"is not a timemap's events ({found})")
    given.broken.extend((f.file, f.row, f.message) for f in table.faults if f.row > 1)
    for row in table.rows:
        fields: dict[str, object] = {column: row.get(column) for column in table.columns}
        fields["sources"] = list(filter(None, _LINK.split(row.get("sources"))))
        fields["associations"] = []
        fields["filters"] = [
            {"key": key.strip(), "value": value.strip()}
            for key, value in _pairs(row.get("associations"))
        ]
        given.records.append(Record(file.name, row.number, fields))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Yield the pairs of ``key=value,key=value``; a value may have commas in it."""
    parts: list[str] = []
    for part in text.split(","):
        if "=" in part or not parts:
            parts.append(part)
        else:
            parts[-1] += f",{part}"
    for part in filter(None, parts):
        key, _, value = part.partition("=")
        yield key, value
