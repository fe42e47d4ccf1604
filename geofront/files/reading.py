"""Tables read from files of any format, which the file's suffix tells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geofront.errors import DataFaultsError, Fault
from geofront.files.bounds import read_bytes
from geofront.files.delimited import read_delimited
from geofront.files.frames import read_parquet
from geofront.files.records import read_features, read_lines
from geofront.files.table import Table
from geofront.files.workbook import read_sheets

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["SUFFIXES", "check_file_name", "is_utf8", "read_table", "read_workbook"]

_HALF_CHARACTERS = re.compile("[\ud800-\udfff]")
_WORKBOOKS = frozenset({".xlsx", ".xlsm"})
_READERS = {
    ".csv": read_delimited,
    ".tsv": lambda name, data: read_delimited(name, data, "\t"),
    ".jsonl": read_lines,
    ".ndjson": read_lines,
    ".geojson": read_features,
    ".json": read_features,
    ".parquet": read_parquet,
}
SUFFIXES = (*_READERS, *sorted(_WORKBOOKS, reverse=True))
"""The suffixes by which tables are known; a file of any other is read as CSV."""


def is_utf8(name: str) -> bool:
    """Return whether a name has no half characters, as which other bytes arrive from the system."""
    return name.isascii() or not _HALF_CHARACTERS.search(name)


def check_file_name(path: Path) -> None:
    """Refuse a file whose name no output could tell.

    Parameters
    ----------
    path
        A file or folder to read; it need not be there.

    Raises
    ------
    DataFaultsError
        If its name is no UTF-8.
    """
    if not (is_utf8(str(path)) and is_utf8(path.absolute().name)):
        message = "has a name that is not UTF-8, so that no output can tell it; rename it"
        raise DataFaultsError([Fault(str(path), 0, message)])


def read_table(
    source: Path | Table,
    required: tuple[str, ...],
    *,
    in_records: tuple[str, ...] | None = None,
    sheet: str = "",
) -> Table:
    """Read a table: CSV, JSON Lines, GeoJSON, Parquet, or a sheet of an Excel workbook.

    Parameters
    ----------
    source
        The file; or a table that was read already, whose columns are then checked.
    required
        Columns that must be in the header.
    in_records
        Columns that some record must have, in formats without a header; the same if None.
    sheet
        What the sheet of a workbook that has several is called.

    Returns
    -------
    Table
        Its rows; faults of single rows are noted on it, for the caller to add to and raise.

    Raises
    ------
    DataFaultsError
        If the file can't be read as a table at all: missing, empty, too large, not what its
        suffix says, or without a required column.
    """
    table = source if isinstance(source, Table) else _read(source, sheet)
    if table.has_header:
        missing = [c for c in required if c not in table.columns]
        lacks, number, whole = "the header lacks", 1, required
    else:
        whole = required if in_records is None else in_records
        missing = [c for c in whole if c not in table.columns and table.rows]
        lacks, number = "no record has", 0
    if missing:
        listed = ", ".join(repr(c) for c in missing)
        found = ", ".join(table.columns[:12])
        message = f"{lacks} {listed}; it must name {', '.join(whole)} (found: {found})"
        raise DataFaultsError([*table.faults, Fault(table.file, number, message)])
    return table


def _read(path: Path, sheet: str) -> Table:
    data = read_bytes(path)
    suffix = path.suffix.casefold()
    if suffix in _WORKBOOKS:
        return read_sheets(path.name, data, [sheet])[sheet]
    return _READERS.get(suffix, read_delimited)(path.name, data)


def read_workbook(path: Path, titles: tuple[str, ...]) -> dict[str, Table]:
    """Read all tables of a workbook at once.

    Parameters
    ----------
    path
        A file of any format.
    titles
        What its sheets are called; the first one must be there.

    Returns
    -------
    dict[str, Table]
        The tables that it has; none where it is no workbook, the first where it has one sheet.

    Raises
    ------
    DataFaultsError
        If it is a broken workbook, or the first table is missing.
    """
    if path.suffix.casefold() not in _WORKBOOKS:
        return {}
    return read_sheets(path.name, read_bytes(path), titles)
