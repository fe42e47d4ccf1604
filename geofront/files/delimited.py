"""CSV and tab-separated tables, as people and spreadsheets write them."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from geofront.errors import DataFaultsError, Fault
from geofront.files.bounds import refuse_many_rows
from geofront.files.table import Row, Table, header_faults, sha256, too_many_cells, utf8_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "GUARDED",
    "csv_bytes",
    "csv_text",
    "guarded",
    "read_delimited",
]

_DELIMITERS = (",", ";", "\t")
# An outline as WKT is longer than the 131,072 characters that the csv module allows a cell.
csv.field_size_limit(16 * 1024 * 1024)
_WORKBOOK_MAGIC = b"PK\x03\x04"
_LONGEST_HEADER = 65536
_MOST_COLUMNS = 16_384  # of a sheet in Excel
_QUOTED = re.compile('"[^"]*"')

# A spreadsheet takes a cell that begins so for a formula, unless it is a plain number; some skip
# blanks before the sign, some know its wide form. In front of it stands an apostrophe, which is how
# spreadsheets themselves mark a text, and which reading takes away again; so must one be put
# before apostrophes that are there already.
_SIGN = r"(?:\s*[=+\-@＝＋－＠]|[\t\r\n])"
_FORMULA = re.compile(f"'*{_SIGN}")
GUARDED = re.compile(f"''*{_SIGN}")
"""What a cell begins with whose first apostrophe was put there by `guarded`."""
_SOME_GUARDED = re.compile(f"'{_SIGN}")  # in every guarded cell, and found in linear time
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?\Z")
_NEEDS_QUOTES = re.compile('[",;\t\r\n]|\\A\\s|\\s\\Z')


def read_delimited(name: str, data: bytes, delimiter: str = "") -> Table:
    """Read CSV with a header; ``;`` or tabs and a byte-order mark are understood.

    Parameters
    ----------
    name
        The name of the file.
    data
        Its content.
    delimiter
        What stands between cells; without it, whatever the header has most of.

    Returns
    -------
    Table
        The rows.

    Raises
    ------
    DataFaultsError
        If it is no table at all: empty, not UTF-8, not CSV.
    """
    text = _decode(name, data)
    header = _QUOTED.sub("", text[:_LONGEST_HEADER].lstrip()).partition("\n")[0]
    delimiter = delimiter or max(_DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    has_guards = bool(_SOME_GUARDED.search(text))
    columns: tuple[str, ...] = ()
    words: dict[str, str] = {}
    rows: list[Row] = []
    faults: list[Fault] = []
    number = 0
    try:
        for number, read in enumerate(reader, start=1):
            if not any(cell.strip() for cell in read):
                continue
            cells = [_unguarded(cell) for cell in read] if has_guards else read
            # A word that stands in a million rows is kept once.
            cells = [words.setdefault(cell, cell) for cell in cells]
            if not columns:
                columns = tuple(cell.strip().casefold() for cell in cells)
                _refuse_wide(name, number, columns)
                faults.extend(header_faults(name, number, columns))
                continue
            if len(cells) > len(columns) and any(c.strip() for c in cells[len(columns) :]):
                faults.append(too_many_cells(name, number, cells, columns, delimiter))
                continue
            rows.append(Row(number, dict(zip(columns, cells, strict=False))))
            refuse_many_rows(name, len(rows))
    except csv.Error as error:
        raise DataFaultsError(
            [*faults, Fault(name, number + 1, f"is not CSV: {error}; check its quotes")]
        ) from error
    return Table(name, columns, tuple(rows), sha256(data), faults)


def _decode(name: str, data: bytes) -> str:
    def refuse(message: str) -> DataFaultsError:
        return DataFaultsError([Fault(name, 0, message)])

    if not data.strip():
        raise refuse("is empty; the first row must be a header")
    if data.startswith(_WORKBOOK_MAGIC):
        raise refuse(
            "is a workbook or archive, not CSV; name it .xlsx, or save the sheet as 'CSV UTF-8'"
        )
    if b"\x00" in data:
        raise refuse("is not a text file; save the table as 'CSV UTF-8'")
    return utf8_text(name, data, "save the table as 'CSV UTF-8'")


def _refuse_wide(name: str, number: int, columns: Sequence[str]) -> None:
    """Refuse a header of more columns than a spreadsheet can have.

    Raises
    ------
    DataFaultsError
        If it is one.
    """
    if len(columns) > _MOST_COLUMNS:
        message = f"has {len(columns):,} columns; a table has at most {_MOST_COLUMNS:,}"
        raise DataFaultsError([Fault(name, number, message)])


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write a table as UTF-8 CSV with a header, safe to open in a spreadsheet.

    Parameters
    ----------
    columns
        The header.
    rows
        A text for each column.

    Returns
    -------
    bytes
        The file.
    """
    return csv_text(columns, rows).encode()


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as `csv_bytes` writes it, as text."""
    lines = (",".join(map(_cell, row)) for row in (columns, *rows))
    return "".join(f"{line}\n" for line in lines)


def _cell(text: str) -> str:
    # Not the csv module's quotes: before Python 3.13 it leaves a lone carriage return bare.
    text = guarded(text)
    if not _NEEDS_QUOTES.search(text):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def guarded(text: str) -> str:
    """Return a text so that no spreadsheet runs it: with an apostrophe before a formula's sign.

    Parameters
    ----------
    text
        What a cell of CSV is to hold.

    Returns
    -------
    str
        The same, unless it begins like a formula and is no plain number such as -3.5.
    """
    return f"'{text}" if _FORMULA.match(text) and not _PLAIN_NUMBER.match(text) else text


def _unguarded(cell: str) -> str:
    return cell[1:] if GUARDED.match(cell) else cell
