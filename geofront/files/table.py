"""A table as read from any format: rows of texts, and the faults met while reading."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Self

from geofront.errors import DataFaultsError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = [
    "JOINT",
    "Number",
    "Row",
    "Table",
    "UnfitValueError",
    "header_faults",
    "named_cells",
    "sha256",
    "split_names",
    "text_of",
    "too_many_cells",
    "utf8_text",
]

JOINT = "|"
"""What stands between the names of a cell that holds several."""

# What no text file carries: NUL, and halves of characters.
_UNFIT = re.compile("[\x00\ud800-\udfff]")
_DELIMITER_NAMES = {",": "','", ";": "';'", "\t": "a tab"}
_WHOLE = 1e15  # below it every float that is a whole number prints all of its digits


def split_names(text: str) -> tuple[str, ...]:
    """Split a cell of several names joined by ``|``."""
    return tuple(name.strip() for name in text.split(JOINT) if name.strip())


def sha256(data: bytes) -> str:
    """Return the SHA-256 of some bytes in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def utf8_text(name: str, data: bytes, remedy: str = "save it as UTF-8") -> str:
    """Return the text of a file, without the byte-order mark that some programs put before it.

    Parameters
    ----------
    name
        The name of the file.
    data
        Its content.
    remedy
        What to do where it is no text.

    Returns
    -------
    str
        The text.

    Raises
    ------
    DataFaultsError
        If it is not UTF-8, with the row where it ceases to be.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise DataFaultsError([Fault(name, row, f"is not UTF-8 text; {remedy}")]) from error


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a table: its number in the file and its cells by column."""

    number: int
    cells: Mapping[str, str]

    def get(self, column: str) -> str:
        """Return the cell without surrounding blanks, or an empty text where there is none.

        Parameters
        ----------
        column
            The name of the column, in lower case.

        Returns
        -------
        str
            The text of the cell.
        """
        return self.cells.get(column, "").strip()


@dataclass(frozen=True, slots=True)
class Table:
    """A table as read: its rows, its columns, and the faults met while reading.

    The number of a row is that of its format: the row of a sheet or of a CSV file whose header is
    row 1, the line of JSON Lines, and otherwise (features, Parquet, frames) a count from 1.
    """

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    digest: str
    faults: list[Fault] = field(default_factory=list)
    has_header: bool = True

    def fault(self, row: Row | int, message: str, column: str = "", value: str = "") -> None:
        """Note a fault of a row (0: of the file).

        Parameters
        ----------
        row
            The row, the header being 1.
        message
            What is wrong, and what to write instead.
        column
            The column, if it is one cell.
        value
            What stands there.
        """
        number = row if isinstance(row, int) else row.number
        self.faults.append(Fault(self.file, number, message, column, value))


def header_faults(name: str, number: int, columns: tuple[str, ...]) -> Iterator[Fault]:
    """Yield a fault for each column that stands twice in a header."""
    for column in sorted(c for c, count in Counter(columns).items() if c and count > 1):
        yield Fault(name, number, f"column {column!r} stands twice in the header; rename one")


def too_many_cells(
    name: str, number: int, cells: Sequence[object], columns: Sequence[str], delimiter: str = ""
) -> Fault:
    """Return the fault of a row that is longer than its header."""
    message = f"has {len(cells)} cells under a header of {len(columns)}"
    remedy = "name every column"
    if delimiter:
        remedy = f"put texts that contain {_DELIMITER_NAMES[delimiter]} in double quotes"
    return Fault(name, number, f"{message}; {remedy}")


class Number(float):
    """A number of a JSON text that still knows how it was written."""

    text: str

    def __new__(cls, text: str) -> Self:
        """Keep the text."""
        number = super().__new__(cls, text)
        number.text = text
        return number


class UnfitValueError(ValueError):
    """A value that can't stand in a cell."""


def text_of(value: object) -> str:
    """Return a value of a typed format as the text that would stand in a CSV cell.

    Nothing becomes an empty text, a whole float such as 3.0 an integer, a day or time its ISO
    text, and a list its items joined by ``|``. What else is nested becomes its JSON text.

    Parameters
    ----------
    value
        A value of JSON, of a sheet's cell, or of a column.

    Returns
    -------
    str
        The text.

    Raises
    ------
    UnfitValueError
        If it holds a character or an item that no cell can hold.
    """
    if isinstance(value, str):
        return _fit(value)
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return JOINT.join(_items(value))
    if isinstance(value, dict):
        return _fit(_json_text(value))
    return _scalar_text(value)


def _json_text(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:  # writing reaches less deep than reading
        raise UnfitValueError("is nested too deeply") from None


def _scalar_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number):
        return value.text
    if isinstance(value, float):
        return _number_text(value)
    return _moment_text(value) if isinstance(value, date | time) else _fit(str(value))


def _moment_text(value: date | time) -> str:
    """Return a day, a time or both; midnight without a zone stands for the day, as in sheets."""
    if isinstance(value, datetime) and value.tzinfo is None and value.time() == time():
        value = value.date()
    if isinstance(value, time | datetime):
        return value.isoformat(timespec="seconds" if value.second else "minutes")
    return value.isoformat()


def _number_text(value: float) -> str:
    if math.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < _WHOLE else repr(value)


def _fit(text: str) -> str:
    found = _UNFIT.search(text)
    if found:
        raise UnfitValueError(f"holds a character that no text can hold (U+{ord(found[0]):04X})")
    return text


def _items(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        is_nested = isinstance(value, list | tuple | dict)  # how deep need not be found out
        text = type(value).__name__ if is_nested else text_of(value)
        if JOINT in text or is_nested:
            raise UnfitValueError(f"is a list with an item that is no plain name: {text[:40]!r}")
        yield text


def named_cells(
    record: Mapping[str, object], file: str, number: int, faults: list[Fault]
) -> dict[str, str]:
    """Return the cells of a record by the names that columns are known by.

    Parameters
    ----------
    record
        Names, in any case, and values.
    file, number
        Where it stands.
    faults
        What is wrong is added to these.

    Returns
    -------
    dict[str, str]
        Texts by column, in the order of the record.
    """
    cells: dict[str, str] = {}
    for name, value in record.items():
        column = name.strip().casefold()
        try:
            text, _ = text_of(value), _fit(column)
        except UnfitValueError as error:
            faults.append(Fault(file, number, f"{column!r} {error}", column))
            continue
        if column in cells:
            message = f"column {column!r} stands twice in the record; rename one"
            faults.append(Fault(file, number, message, column))
        cells[column] = text
    return cells
