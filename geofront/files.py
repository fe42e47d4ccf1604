"""Tables read from users' files, and files written whole or not at all."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from geofront.errors import DataFaultsError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Row", "Table", "read_table", "sha256", "write_whole"]

_DELIMITERS = (",", ";", "\t")
# An outline as WKT is longer than the 131,072 characters that the csv module allows a cell.
csv.field_size_limit(16 * 1024 * 1024)
_WORKBOOK_MAGIC = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a table: its spreadsheet row number and its cells by column."""

    number: int
    cells: Mapping[str, str]

    def get(self, column: str) -> str:
        """Return the cell without surrounding blanks, or an empty text where there is none."""
        return self.cells.get(column, "").strip()


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file as read: its rows, its header, and the faults met while reading."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    digest: str
    faults: list[Fault] = field(default_factory=list)

    def fault(self, row: Row | int, message: str, column: str = "", value: str = "") -> None:
        """Note a fault of a row (0: of the file)."""
        number = row if isinstance(row, int) else row.number
        self.faults.append(Fault(self.file, number, message, column, value))


def sha256(data: bytes) -> str:
    """Return the SHA-256 of some bytes in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def read_table(path: Path, required: tuple[str, ...]) -> Table:
    """Read a CSV file with a header; ``;`` or tabs and a byte-order mark are understood.

    Parameters
    ----------
    path
        The file.
    required
        Columns that must be in the header.

    Returns
    -------
    Table
        Its rows; faults of single rows are noted on it, for the caller to add to and raise.

    Raises
    ------
    DataFaultsError
        If the file can't be read as a table at all: missing, empty, not UTF-8, not CSV, or
        without a required column.
    """
    name = path.name
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataFaultsError([Fault(str(path), 0, f"cannot be read: {reason}")]) from error
    text = _decode(name, data)
    table = _parse(name, text, sha256(data))
    missing = [c for c in required if c not in table.columns]
    if missing:
        listed = ", ".join(repr(c) for c in missing)
        found = ", ".join(table.columns[:12])
        message = f"the header lacks {listed}; it must name {', '.join(required)} (found: {found})"
        raise DataFaultsError([Fault(name, 1, message)])
    return table


def _decode(name: str, data: bytes) -> str:
    def refuse(message: str) -> DataFaultsError:
        return DataFaultsError([Fault(name, 0, message)])

    if not data.strip():
        raise refuse("is empty; the first row must be a header")
    if data.startswith(_WORKBOOK_MAGIC):
        raise refuse("is a workbook or archive, not CSV; save the sheet as 'CSV UTF-8'")
    if b"\x00" in data:
        raise refuse("is not a text file; save the table as 'CSV UTF-8'")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise DataFaultsError(
            [Fault(name, row, "is not UTF-8 text; save the table as 'CSV UTF-8'")]
        ) from error


def _parse(name: str, text: str, digest: str) -> Table:
    first_line = text.lstrip().partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: tuple[str, ...] = ()
    rows: list[Row] = []
    faults: list[Fault] = []
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = tuple(cell.strip().casefold() for cell in cells)
                faults.extend(_header_faults(name, number, columns))
                continue
            if len(cells) > len(columns) and any(c.strip() for c in cells[len(columns) :]):
                faults.append(
                    Fault(
                        name,
                        number,
                        f"has {len(cells)} cells under a header of {len(columns)}; "
                        f"put texts that contain {delimiter!r} in double quotes",
                    )
                )
                continue
            rows.append(Row(number, dict(zip(columns, cells, strict=False))))
    except csv.Error as error:
        raise DataFaultsError(
            [*faults, Fault(name, number + 1, f"is not CSV: {error}; check its quotes")]
        ) from error
    return Table(name, columns, tuple(rows), digest, faults)


def _header_faults(name: str, number: int, columns: tuple[str, ...]) -> Iterator[Fault]:
    for column in sorted({c for c in columns if c and columns.count(c) > 1}):
        yield Fault(name, number, f"column {column!r} stands twice in the header; rename one")


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that readers see the former content or the new one, never a part.

    Parameters
    ----------
    path
        The file; its folder is made where it is missing.
    data
        All of its content.

    Raises
    ------
    OSError
        If the folder or file can't be written; the former file is then untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.chmod(temporary, 0o666 & ~_umask())  # noqa: PTH101 - mkstemp's 0600 would surprise
        os.replace(temporary, path)  # noqa: PTH105 - the atomic primitive, by its name
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
