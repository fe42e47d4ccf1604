"""Foreign tables of events as streams of records: CSV with or without a header, JSON, and zips.

A file is read line by line, so that its size costs time but no memory.
"""

from __future__ import annotations

import csv
import io
import json
import re
import struct
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from sys import intern
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from geofront.adapters.cells import UNFIT
from geofront.adapters.foreign import BOM, known_columns, pointer_told
from geofront.errors import DataFaultsError, Fault
from geofront.files.bounds import (
    LARGEST,
    MOST_ROWS,
    TOO_MANY_ROWS,
    TOO_MANY_VALUES,
    too_many_values,
)
from geofront.files.delimited import GUARDED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from geofront.adapters.report import Ledger

__all__ = ["Layout", "Record", "read_records"]

_Opening: TypeAlias = "Callable[[], AbstractContextManager[io.BufferedReader[Any]]]"

_LONGEST_LINE = 16 * 1024 * 1024
_LARGEST_MEMBER = 4 * LARGEST
_MOST_MEMBERS = 100
_HEAD = 65536
_PACKED = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"7z\xbc\xaf": "7-Zip"}
_ZIP = b"PK\x03\x04"
_READ_MEMBERS = (".csv", ".json", ".txt")
_DELIMITERS = (",", ";", "\t")
_QUOTED = re.compile('"[^"]*"')
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError),
    *(RuntimeError, IndexError, ValueError),
)


@dataclass(frozen=True, slots=True)
class Record:
    """A record: its file, its row (the header being row 1; in JSON a count from 1), its cells.

    `fault` says why it is none.
    """

    file: str
    row: int
    cells: dict[str, str]
    fault: str = ""

    def get(self, *columns: str) -> str:
        """Return the first cell of some columns that is not blank, without blanks around it."""
        for column in columns:
            text = self.cells.get(column, "").strip()
            if text:
                return text
        return ""

    def kept(self, columns: Iterable[str]) -> dict[str, str]:
        """Return those of some cells that are not blank, by column."""
        cells = self.cells
        # Most of these texts come again and again; one copy of each is enough.
        return {c: intern(text) for c in columns if (text := cells.get(c, "").strip())}


@dataclass(frozen=True, slots=True)
class Layout:
    """How the records of a format are told from anything else.

    Of each group of `needed` one column must be there. `unpack` returns the records of a JSON
    value, or raises `ValueError` with what it is instead. `bare_columns` are those of files
    without a header, which `is_bare` tells by their first row.
    """

    name: str
    needed: tuple[tuple[str, ...], ...]
    unpack: Callable[[object, Ledger], Iterable[object]]
    bare_columns: tuple[str, ...] = ()
    is_bare: Callable[[Sequence[str]], bool] = lambda _: False

    def lacks(self, columns: Iterable[str]) -> list[str]:
        """Return the columns that are needed and not there."""
        there = set(columns)
        return [group[0] for group in self.needed if there.isdisjoint(group)]


def read_records(
    paths: Sequence[Path], layouts: Sequence[Layout], ledger: Ledger
) -> Iterator[tuple[Layout, Record]]:
    """Yield the records of files one by one, counted on the ledger, each with its layout.

    Parameters
    ----------
    paths
        CSV, JSON, or zips of such.
    layouts
        What a file may be; the first that fits.
    ledger
        Records are counted there; what is no record is dropped.

    Yields
    ------
    tuple[Layout, Record]
        Records by lower-case column.

    Raises
    ------
    DataFaultsError
        If a file can't be read, or is of no such layout.
    """
    for path in paths:
        for name, open_stream in _tables(path):
            with open_stream() as stream:
                for layout, record in _records(name, stream, layouts, ledger):
                    ledger.read += 1
                    if ledger.read > MOST_ROWS:
                        raise DataFaultsError([Fault(name, record.row, TOO_MANY_ROWS)])
                    if record.fault:
                        ledger.drop(name, record.row, record.fault)
                    elif any(map(UNFIT.search, record.cells.values())):
                        ledger.drop(name, record.row, "it holds a character that no text can hold")
                    else:
                        yield layout, record


@contextmanager
def _opened(path: Path) -> Iterator[io.BufferedReader[Any]]:
    try:
        stream = cast("io.BufferedReader[Any]", path.open("rb", buffering=_HEAD))
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataFaultsError([Fault(str(path), 0, f"cannot be read: {reason}")]) from error
    with stream:
        try:
            yield stream
        except OSError as error:
            raise DataFaultsError(
                [Fault(path.name, 0, f"cannot be read: {error.strerror or error}")]
            ) from error


def _tables(
    path: Path,
) -> Iterator[tuple[str, _Opening]]:
    """Yield the name of each table of a file, and how to open it.

    Raises
    ------
    DataFaultsError
        If an archive is broken, a workbook, or has no table.
    """
    with _opened(path) as stream:
        packed = stream.read(4) == _ZIP
    if not packed:
        yield path.name, partial(_opened, path)
        return
    with _archive(path) as archive:
        members = [m for m in archive.infolist() if m.filename and not m.is_dir()]
        if any(member.filename == "[Content_Types].xml" for member in members):
            raise DataFaultsError(
                [Fault(path.name, 0, "is a workbook; save its sheet as 'CSV UTF-8'")]
            )
        read = [m for m in members if m.filename.casefold().endswith(_READ_MEMBERS)]
        if not read or len(read) > _MOST_MEMBERS:
            found = ", ".join(m.filename for m in members[:5]) or "nothing"
            message = f"is an archive of {len(read)} tables; it must hold 1 to {_MOST_MEMBERS}"
            raise DataFaultsError([Fault(path.name, 0, f"{message} (found: {found})")])
        for member in read:
            name = f"{path.name}/{member.filename}"
            yield name, partial(_member, archive, member, name)


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except (*_BROKEN, OSError) as error:
        raise DataFaultsError([Fault(path.name, 0, f"is a broken archive: {error}")]) from error
    with archive:
        yield archive


@contextmanager
def _member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str
) -> Iterator[io.BufferedReader[Any]]:
    if member.file_size > _LARGEST_MEMBER:
        message = (
            f"unpacks to more than {_LARGEST_MEMBER >> 20:,} MiB; leave out what is not needed"
        )
        raise DataFaultsError([Fault(name, 0, message)])
    try:
        # What it unpacks to beyond the size that it declares, Python's zipfile does not read.
        with archive.open(member) as stream:
            yield io.BufferedReader(cast("io.RawIOBase", stream), _HEAD)
    except DataFaultsError:
        raise
    except (*_BROKEN, OSError) as error:
        raise DataFaultsError([Fault(name, 0, f"cannot be unpacked: {error}")]) from error


def _records(
    name: str, stream: io.BufferedReader[Any], layouts: Sequence[Layout], ledger: Ledger
) -> Iterator[tuple[Layout, Record]]:
    head = stream.peek(_HEAD)
    _refuse(name, head)
    bare = head.removeprefix(BOM).lstrip()
    if bare[:1] in {b"{", b"["}:
        yield from _of_json(name, stream, layouts, ledger)
    else:
        yield from _of_csv(name, stream, layouts)


def _refuse(name: str, head: bytes) -> None:
    """Say what a file is that can't be a table of text.

    Raises
    ------
    DataFaultsError
        With what it is.
    """
    if not head.strip():
        raise DataFaultsError([Fault(name, 0, "is empty")])
    if told := pointer_told(head):
        raise DataFaultsError([Fault(name, 0, told)])
    packed = next((kind for magic, kind in _PACKED.items() if head.startswith(magic)), "")
    if packed:
        raise DataFaultsError([Fault(name, 0, f"is packed with {packed}; unpack it first")])
    if head.lstrip()[:1] == b"<":
        raise DataFaultsError(
            [Fault(name, 0, "is a web page or XML, not a table; was the download refused?")]
        )
    if b"\x00" in head:
        raise DataFaultsError([Fault(name, 0, "is not a text file; save the table as 'CSV UTF-8'")])


# --- CSV --------------------------------------------------------------------------------------


def _of_csv(
    name: str, stream: io.BufferedReader[Any], layouts: Sequence[Layout]
) -> Iterator[tuple[Layout, Record]]:
    first = stream.peek(_HEAD)[:_HEAD].decode("utf-8-sig", "replace").lstrip()
    line = _QUOTED.sub("", first).partition("\n")[0]
    delimiter = max(_DELIMITERS, key=line.count)
    with io.TextIOWrapper(stream, "utf-8-sig", newline="") as text:
        yield from _rows(name, csv.reader(_lines(text, name), delimiter=delimiter), layouts)


def _rows(
    name: str, reader: Iterator[list[str]], layouts: Sequence[Layout]
) -> Iterator[tuple[Layout, Record]]:
    number = 0
    layout: Layout | None = None
    columns: tuple[str, ...] = ()
    try:
        for number, read in enumerate(reader, start=1):
            if not any(cell.strip() for cell in read):
                continue
            if layout is None:
                layout, columns, bare = _layout_of(name, read, layouts)
                if not bare:
                    continue
            cells = [cell[1:] if GUARDED.match(cell) else cell for cell in read]
            longer = any(cell.strip() for cell in cells[len(columns) :])
            fault = "it has more cells than the header" if longer else ""
            yield layout, Record(name, number, dict(zip(columns, cells, strict=False)), fault)
    except csv.Error as error:
        message = f"is not CSV: {error}; check its quotes"
        raise DataFaultsError([Fault(name, number + 1, message)]) from error
    except UnicodeDecodeError as error:
        message = "is not UTF-8 text; save the table as 'CSV UTF-8'"
        raise DataFaultsError([Fault(name, number + 1, message)]) from error


def _lines(text: io.TextIOWrapper, name: str) -> Iterator[str]:
    number = 0
    while line := text.readline(_LONGEST_LINE):
        number += 1
        if len(line) == _LONGEST_LINE or "\x00" in line:
            raise DataFaultsError(
                [Fault(name, number, "is not a text file; save the table as 'CSV UTF-8'")]
            )
        yield line


def _layout_of(
    name: str, first: Sequence[str], layouts: Sequence[Layout]
) -> tuple[Layout, tuple[str, ...], bool]:
    """Return the layout of a file, its columns, and whether its first row is a record already.

    Raises
    ------
    DataFaultsError
        If it is of no layout.
    """
    columns = tuple(cell.strip().casefold() for cell in first)
    for layout in layouts:
        if not layout.lacks(columns):
            return layout, columns, False
        if layout.is_bare(first):
            return layout, layout.bare_columns, True
    raise DataFaultsError([Fault(name, 1, _not_of(layouts[0], columns))])


def _not_of(layout: Layout, columns: Sequence[str]) -> str:
    listed = ", ".join(repr(column) for column in layout.lacks(columns))
    message = f"is not {layout.name}: the header lacks {listed}"
    known = known_columns(columns)
    found = ", ".join(columns[:8])
    return f"{message}; it looks like {known}" if known else f"{message} (found: {found})"


# --- JSON -------------------------------------------------------------------------------------


def _of_json(
    name: str, stream: io.BufferedReader[Any], layouts: Sequence[Layout], ledger: Ledger
) -> Iterator[tuple[Layout, Record]]:
    data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise DataFaultsError(
            [Fault(name, 0, f"is larger than {LARGEST >> 20:,} MiB; save it as CSV")]
        )
    if too_many_values(data):
        raise DataFaultsError([Fault(name, 0, TOO_MANY_VALUES)])
    try:
        # Numbers stay as they are written: ids may be longer than a float is exact.
        value = json.loads(
            data.decode("utf-8-sig"), parse_int=str, parse_float=str, parse_constant=str
        )
    except (ValueError, RecursionError) as error:
        raise DataFaultsError([Fault(name, 0, f"is not JSON: {error}")]) from error
    layout, found = _unpacked(name, value, layouts, ledger)
    for number, entry in enumerate(found, start=1):
        cells = entry if isinstance(entry, dict) else {}
        named = {str(key).strip().casefold(): _cell(cell) for key, cell in cells.items()}
        fault = "" if isinstance(entry, dict) else "it is no record"
        yield layout, Record(name, number, named, fault)


def _unpacked(
    name: str, value: object, layouts: Sequence[Layout], ledger: Ledger
) -> tuple[Layout, list[object]]:
    try:
        found = list(layouts[0].unpack(value, ledger))
    except (ValueError, RecursionError) as error:
        raise DataFaultsError([Fault(name, 0, str(error))]) from error
    columns = {str(k).strip().casefold(): None for e in found if isinstance(e, dict) for k in e}
    for layout in layouts:
        if not found or not layout.lacks(columns):
            return layout, found
    raise DataFaultsError(
        [Fault(name, 0, _not_of(layouts[0], tuple(columns)).replace("the header", "every record"))]
    )


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
