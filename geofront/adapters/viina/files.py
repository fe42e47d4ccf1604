"""The tables of VIINA as streams: bare or zipped CSV, and what is told of any other file."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from geofront.adapters.foreign import (
    BOM,
    as_given,
    digest_of,
    joint_digest,
    known_columns,
    looks_like,
    pointer_told,
    unreadable,
)
from geofront.errors import DataFaultsError, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from geofront.adapters.foreign import Files

__all__ = ["TableFile", "digest_of_tables", "open_tables", "refuse_pointer"]

LARGEST_TABLE = 4 << 30
"""The unpacked size in bytes above which a table is refused; a year of control has some 0.7 GB."""

_HEAD = 1 << 16
_MOST_MEMBERS = 100
_DELIMITERS = ",;\t"
_UNREADABLE = (OSError, zipfile.BadZipFile, zlib.error, EOFError)
_FETCH = "https://media.githubusercontent.com/media/zhukovyuri/VIINA/main/Data/"


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table with a header, bare or in an archive: its columns, as written, and its SHA-256."""

    path: Path
    member: str
    delimiter: str
    columns: tuple[str, ...]
    digest: str

    @property
    def name(self) -> str:
        """What the report calls it."""
        return self.path.name

    def position(self, *names: str) -> int | None:
        """Return where the first of some columns stands that there is, or None."""
        return next((self.columns.index(name) for name in names if name in self.columns), None)

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """Open it for reading.

        Yields
        ------
        BinaryIO
            Its bytes, unpacked as they are read.

        Raises
        ------
        DataFaultsError
            If it can't be read to its end, or never ends.
        """
        with _stream(self.path, self.member) as stream:
            yield stream

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Read it row by row.

        Yields
        ------
        tuple[int, list[str]]
            The number of the row, the header being row 1, and its cells.

        Raises
        ------
        DataFaultsError
            If it is not CSV to its end.
        """
        with self.opened() as stream:
            text = io.TextIOWrapper(stream, "utf-8-sig", errors="replace", newline="")
            number = 0
            try:
                lines = (line.replace("\x00", "") for line in text)
                for cells in csv.reader(lines, delimiter=self.delimiter):
                    if not any(cells):
                        continue
                    number += 1
                    if number > 1:
                        yield number, cells
            except csv.Error as error:
                message = f"is not CSV: {error}; check its quotes"
                raise DataFaultsError([Fault(self.name, number + 1, message)]) from error

    def lacks(self, what: str) -> Fault:
        """Return the fault of a table that has not the columns it should have."""
        looks = known_columns(self.columns)
        found = ", ".join(self.columns[:10])
        told = f"it looks like {looks}" if looks else f"found: {found}"
        return _fault(self.path, f"{what} ({told})")


def open_tables(files: Files) -> list[TableFile]:
    """Look into files and find their tables.

    Parameters
    ----------
    files
        Paths of CSV files, or of zip archives of such.

    Returns
    -------
    list[TableFile]
        The tables, in the order of the files.

    Raises
    ------
    DataFaultsError
        With every file that can't be read or is no table.
    """
    found: list[TableFile] = []
    faults: list[Fault] = []
    for path in as_given(files):
        try:
            digest = digest_of(path)
            found.extend(_table(path, member, digest) for member in _members(path))
        except DataFaultsError as error:
            faults.extend(error.faults)
    if faults:
        raise DataFaultsError(faults)
    return found


def digest_of_tables(tables: Sequence[TableFile]) -> str:
    """Return one SHA-256 for all tables; of one file there may be several."""
    return joint_digest(dict.fromkeys(table.digest for table in tables))


def refuse_pointer(path: Path, head: bytes) -> None:
    """Refuse what stands in a clone in place of a large file.

    Raises
    ------
    DataFaultsError
        If it is a pointer of Git LFS.
    """
    if told := pointer_told(head, f"{_FETCH}{path.name}"):
        raise DataFaultsError([_fault(path, told)])


def _fault(path: Path, message: str) -> Fault:
    return Fault(path.name, 0, message)


def _members(path: Path) -> list[str]:
    """Return the tables of an archive; an empty name stands for a file that is none.

    Raises
    ------
    DataFaultsError
        If it is an archive that can't be read, holds no table, or unpacks to too much.
    """
    if not zipfile.is_zipfile(path):
        return [""]
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (*_UNREADABLE, ValueError) as error:
        raise DataFaultsError([unreadable(path.name, error)]) from error
    tables = [
        entry
        for entry in entries
        if entry.filename.casefold().endswith(".csv") and "__MACOSX" not in entry.filename
    ]
    if not tables or len(tables) > _MOST_MEMBERS:
        message = f"is an archive of {len(tables)} CSV files; one is expected"
        raise DataFaultsError([_fault(path, message)])
    if any(entry.file_size > LARGEST_TABLE for entry in tables):
        raise DataFaultsError([_too_large(path)])
    return [entry.filename for entry in tables]


def _too_large(path: Path) -> Fault:
    return _fault(path, f"is larger than {LARGEST_TABLE >> 30} GiB when unpacked; split it")


@contextmanager
def _stream(path: Path, member: str) -> Iterator[BinaryIO]:
    try:
        if not member:
            with path.open("rb") as plain:
                yield io.BufferedReader(_Limited(plain.readinto, path))
            return
        with zipfile.ZipFile(path) as archive, _entry(archive, member, path) as packed:
            yield io.BufferedReader(_Limited(packed.readinto, path), 1 << 20)  # type: ignore[attr-defined]
    except _UNREADABLE as error:
        raise DataFaultsError([unreadable(path.name, error)]) from error


def _entry(archive: zipfile.ZipFile, member: str, path: Path) -> BinaryIO:
    try:
        return archive.open(member)  # type: ignore[return-value]
    except (RuntimeError, NotImplementedError, KeyError) as error:  # encrypted, or packed oddly
        raise DataFaultsError([unreadable(path.name, error)]) from error


class _Limited(io.RawIOBase):
    """A stream that refuses to go on for ever, whatever an archive says of its size."""

    def __init__(self, read: Callable[[memoryview], int | None], path: Path) -> None:
        super().__init__()
        self._read = read
        self._path = path
        self._left = LARGEST_TABLE

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read what fits into a buffer.

        Raises
        ------
        DataFaultsError
            If more was read than any table has.
        """
        count = self._read(buffer) or 0
        self._left -= count
        if self._left < 0:
            raise DataFaultsError([_too_large(self._path)])
        return count


def _table(path: Path, member: str, digest: str) -> TableFile:
    with _stream(path, member) as stream:
        head = stream.read(_HEAD)
    refuse_pointer(path, head)
    start = head.removeprefix(BOM).lstrip()
    if not start:
        raise DataFaultsError([_fault(path, "is empty; the first row must be a header")])
    if start[:1] in b"<{[" or b"\x00" in start:
        kind = {b"<": "a web page or XML", b"{": "JSON", b"[": "JSON"}.get(start[:1], "no text")
        known = looks_like(start)
        told = f"; it looks like {known}" if "import" in known else ""
        message = f"is {kind}, not a table of VIINA (CSV, or its zip){told}"
        raise DataFaultsError([_fault(path, message)])
    line = re.split(rb"[\r\n]", start, maxsplit=1)[0].decode("utf-8", errors="replace")
    if "\ufffd" in line:
        raise DataFaultsError([_fault(path, "is not UTF-8 text; save the table as 'CSV UTF-8'")])
    delimiter = max(_DELIMITERS, key=line.count)
    cells = next(csv.reader([line], delimiter=delimiter), [])
    return TableFile(path, member, delimiter, tuple(cell.strip() for cell in cells), digest)
