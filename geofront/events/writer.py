"""Writing a timeline as a folder of tables that reads back as the same timeline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import shapely
import tomli_w

from geofront.errors import DataFaultsError, Fault, UnknownNameError
from geofront.events.contents import contents_of, gazetteers_of
from geofront.events.rights import refuse_restricted
from geofront.files import SUFFIXES, write_together
from geofront.files.delimited import csv_bytes
from geofront.files.frames import frame_of, parquet_bytes
from geofront.files.records import feature_bytes, line_bytes
from geofront.files.table import text_of
from geofront.files.workbook import workbook_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from os import PathLike

    import pandas as pd

    from geofront.events.contents import Contents
    from geofront.events.timeline import Timeline

__all__ = ["FORMATS", "settings_and_actors", "timeline_files", "to_frames", "write_timeline"]

_EXTENT = "extent.geojson"
_POSITION = ("place_name", "lon", "lat")


def write_timeline(
    timeline: Timeline,
    folder: str | PathLike[str],
    format: str = "csv",  # noqa: A002 - what users call it
) -> list[Path]:
    """Write a timeline as a folder in geofront's form; reading it gives the same timeline.

    The tables are ``events``, ``places`` (of the events, and whatever other places were given
    beside the shipped gazetteers), ``actors`` and ``sources`` (those that events cite); beside them
    stand ``conflict.toml`` and, where the extent is no box, ``extent.geojson``. Every file appears
    whole or not at all, and none before all are written; equal timelines make equal bytes.

    Parameters
    ----------
    timeline
        What to write.
    folder
        Where; it is made where it is missing, and files of the same names are overwritten.
    format
        ``csv``, ``jsonl``, ``geojson`` (events and places; the tables without positions are JSON
        Lines), ``xlsx`` (one workbook with a sheet for each table), or ``parquet``.

    Returns
    -------
    list[Path]
        The files.

    Raises
    ------
    UnknownNameError
        If there is no such format.
    DataFaultsError
        If the folder has one of the tables in another format already, a value can't be written so
        that it reads back as it is, rows may not be passed on, or a library that the format needs
        is missing.
    OSError
        If a file can't be written.

    Examples
    --------
    >>> import geofront
    >>> from tempfile import TemporaryDirectory
    >>> timeline = geofront.read("palmyra-2016")
    >>> with TemporaryDirectory() as folder:
    ...     names = [path.name for path in geofront.write_timeline(timeline, folder)]
    ...     again = geofront.read(folder)
    >>> names
    ['events.csv', 'places.csv', 'actors.csv', 'sources.csv', 'conflict.toml']
    >>> [event.id for event in again.events] == [event.id for event in timeline.events]
    True
    """
    refuse_restricted(timeline)
    folder = Path(folder)
    return write_together(folder, timeline_files(timeline, folder, format))


def timeline_files(
    timeline: Timeline,
    folder: Path,
    format: str = "csv",  # noqa: A002 - likewise
) -> dict[str, bytes]:
    """Return what `write_timeline` writes to a folder, by the names of the files.

    Parameters
    ----------
    timeline, folder, format
        As there.

    Returns
    -------
    dict[str, bytes]
        The content of each file.

    Raises
    ------
    UnknownNameError
        If there is no such format.
    DataFaultsError
        As `write_timeline` does.
    """
    if format not in _WRITERS:
        raise UnknownNameError("format", format, _WRITERS)
    tables = contents_of(timeline)
    written = _WRITERS[format](tables) | _settings(timeline)
    names = [f"{name}{suffix}" for name in tables for suffix in SUFFIXES]
    if present := [name for name in names if name not in written and (folder / name).exists()]:
        message = "is here already, in another format; write into another folder, or remove it"
        raise DataFaultsError(Fault(name, 0, message) for name in present)
    return written


def settings_and_actors(timeline: Timeline) -> dict[str, bytes]:
    """Return ``conflict.toml`` and ``actors.csv`` of a timeline: what a folder of maps has of it.

    Parameters
    ----------
    timeline
        The timeline; its events do not matter.

    Returns
    -------
    dict[str, bytes]
        The files by name, with ``extent.geojson`` where the extent is no box.

    Raises
    ------
    DataFaultsError
        If an actor can't be written so that it reads back as it is.
    """
    return {"actors.csv": _csv(contents_of(timeline)["actors"])} | _settings(timeline)


def to_frames(timeline: Timeline) -> dict[str, pd.DataFrame]:
    """Return the tables of a timeline as frames, from which `geofront.read` makes it again.

    Parameters
    ----------
    timeline
        The timeline.

    Returns
    -------
    dict[str, pd.DataFrame]
        ``events`` and ``places`` are GeoDataFrames in WGS 84, ``actors`` and ``sources``
        DataFrames. Events have the name and position of their place beside their own columns;
        their shape is their area or road, or else the point of their place.

    Raises
    ------
    DataFaultsError
        If a value can't be told from others when it is read again.

    Examples
    --------
    >>> import geofront
    >>> from geofront.events.writer import to_frames
    >>> {name: len(frame) for name, frame in to_frames(geofront.read("palmyra-2016")).items()}
    {'events': 286, 'places': 135, 'actors': 6, 'sources': 104}
    """
    return {name: _frame(table.shaped()) for name, table in contents_of(timeline).items()}


def _frame(table: Contents) -> pd.DataFrame:
    columns = table.columns
    rows = [table.cells(row, columns) for row in table.rows]
    values = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in columns]
    return frame_of(dict(zip(columns, values, strict=True)), table.numbers, table.shapes)


def _csv(table: Contents) -> bytes:
    rows = ([text_of(cell) for cell in table.cells(r, table.columns)] for r in table.rows)
    return csv_bytes(table.columns, rows)


def _csv_files(tables: Mapping[str, Contents]) -> dict[str, bytes]:
    return {f"{name}.csv": _csv(table) for name, table in _bare(tables).items()}


def _line_files(tables: Mapping[str, Contents]) -> dict[str, bytes]:
    return {f"{name}.jsonl": line_bytes(table.records) for name, table in _bare(tables).items()}


def _feature_files(tables: Mapping[str, Contents]) -> dict[str, bytes]:
    """Write features where there are positions; programs of GIS know no lists, so cells."""
    files = {}
    for name, table in tables.items():
        if table.shapes is None:
            files[f"{name}.jsonl"] = line_bytes(table.records)
            continue
        bare = table.shaped().without(*_POSITION)
        records = [dict(zip(r, bare.cells(r, tuple(r)), strict=True)) for r in bare.records]
        files[f"{name}.geojson"] = feature_bytes(records, table.shapes)
    return files


def _workbook_file(tables: Mapping[str, Contents]) -> dict[str, bytes]:
    sheets = {
        name: (table.columns, [table.cells(row, table.columns) for row in table.rows])
        for name, table in _bare(tables).items()
    }
    return {"events.xlsx": workbook_bytes(sheets)}


def _parquet_files(tables: Mapping[str, Contents]) -> dict[str, bytes]:
    files = {}
    for name, table in tables.items():
        bare = table if table.shapes is None else table.shaped().without(*_POSITION)
        files[f"{name}.parquet"] = parquet_bytes(_frame(bare))
    return files


def _bare(tables: Mapping[str, Contents]) -> dict[str, Contents]:
    """Return the tables for formats without shapes: the positions of events are their places'."""
    return dict(tables) | {"events": tables["events"].without(*_POSITION)}


_WRITERS: dict[str, Callable[[Mapping[str, Contents]], dict[str, bytes]]] = {
    "csv": _csv_files,
    "jsonl": _line_files,
    "geojson": _feature_files,
    "xlsx": _workbook_file,
    "parquet": _parquet_files,
}
FORMATS = tuple(_WRITERS)
"""The formats that a timeline can be written in."""


def _settings(timeline: Timeline) -> dict[str, bytes]:
    about = timeline.about
    allowed = {"allow_restricted": True} if about.allow_restricted else {}
    values: dict[str, object] = {
        "title": about.title,
        "description": about.description,
        "start": about.start,
        "end": about.end,
        "timezone": about.timezone,
        "extent": _EXTENT,
        "gazetteers": gazetteers_of(timeline),
        "method": about.method,
        "reach_km": about.reach_km,
        "policy": about.policy,
        "licence": about.licence,
        "attribution": about.attribution,
        "publishing": about.publishing.table() | allowed,
        "published": timeline.published.table(),
    }
    files = {}
    if about.extent is None:
        del values["extent"]
    elif shapely.equals_exact(about.extent, shapely.box(*about.extent.bounds), 0.0):
        values["extent"] = {"bbox": list(about.extent.bounds)}
    else:
        # The order of its corners is no part of what it says; RFC 7946 wants its rings one way.
        outline = shapely.orient_polygons(shapely.normalize(about.extent))
        files[_EXTENT] = feature_bytes([{}], [outline])
    stated = {
        key: value for key, value in values.items() if value is not None and value not in ("", {})
    }
    # A description of several lines reads better so, but then TOML evens out its line ends.
    in_lines = not any(isinstance(value, str) and "\r" in value for value in stated.values())
    text = tomli_w.dumps(stated, multiline_strings=in_lines)
    return {"conflict.toml": text.encode(), **files}
