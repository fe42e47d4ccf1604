"""How much a file may hold: what is more than a machine can hold is refused, not read.

The size of a file bounds its texts, but not the values in it: a megabyte of braces is half a
million records, each of which takes a hundred times the bytes that stand in the file.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from geofront.errors import DataFaultsError, Fault

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

__all__ = [
    "LARGEST",
    "MOST_ROWS",
    "MOST_VALUES",
    "TOO_MANY_ROWS",
    "TOO_MANY_VALUES",
    "is_crowded_markup",
    "read_bytes",
    "refuse_many_rows",
    "too_many_values",
]

LARGEST = 1 << 30
"""The size in bytes above which a file is refused: nobody wrote it by hand."""
MOST_ROWS = 10_000_000
"""The rows of a table that is held in memory."""
MOST_VALUES = 20_000_000
"""The values of a JSON document: its commas, and the brackets that open."""
TOO_MANY_ROWS = f"has more than {MOST_ROWS:,} rows; split it, or leave out what is not needed"
TOO_MANY_VALUES = f"holds more than {MOST_VALUES:,} values; split it"

_CHUNK = 1 << 20
_MOST_TAGS_IN_ROW = 200_000  # a row has 16,384 cells at most, of some four tags
_MOST_TAGS = 20_000_000  # of a part of a workbook without rows
_ROW = re.compile(rb"<(?:\w+:)?(?:row|si)\b")


def read_bytes(path: Path) -> bytes:
    """Read all of a file, unless there is too much of it.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    bytes
        Its content.

    Raises
    ------
    DataFaultsError
        If it can't be read, or holds more than `LARGEST` bytes.
    """
    try:
        with path.open("rb") as stream:
            # As much as there is, for what is asked for is set aside at once.
            size = min(os.fstat(stream.fileno()).st_size, LARGEST)
            data = stream.read(size + 1)
            if len(data) > size:  # such as a pipe, whose size is not known
                data += stream.read(LARGEST + 1 - len(data))
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataFaultsError([Fault(str(path), 0, f"cannot be read: {reason}")]) from error
    if len(data) > LARGEST:
        message = f"is larger than {LARGEST >> 20:,} MiB; split it, or leave out what is not needed"
        raise DataFaultsError([Fault(path.name, 0, message)])
    return data


def refuse_many_rows(name: str, rows: int) -> None:
    """Refuse more rows than are held in memory.

    Raises
    ------
    DataFaultsError
        If there are.
    """
    if rows > MOST_ROWS:
        raise DataFaultsError([Fault(name, 0, TOO_MANY_ROWS)])


def too_many_values(data: bytes) -> bool:
    """Return whether a JSON document may hold more values than `MOST_VALUES`.

    Commas and brackets in texts are counted too.
    """
    return sum(map(data.count, (b",", b"[", b"{"))) > MOST_VALUES


def is_crowded_markup(stream: IO[bytes]) -> bool:
    """Return whether a part of a workbook has more XML than a sheet can need.

    Too many elements in one row or in all, or a name or value that fills a megabyte.

    Parameters
    ----------
    stream
        The part, unpacked as it is read.

    Returns
    -------
    bool
        True as soon as a bound is passed.
    """
    in_row = tags = rows = 0
    while chunk := stream.read(_CHUNK):
        first, *others = _ROW.split(chunk)
        in_row += first.count(b"<")
        most = in_row
        for piece in others:
            in_row = piece.count(b"<")
            most = max(most, in_row)
        found = chunk.count(b"<")
        tags, rows = tags + found, rows + len(others)
        if most > _MOST_TAGS_IN_ROW or rows > MOST_ROWS or (not rows and tags > _MOST_TAGS):
            return True
        if not found and len(chunk) == _CHUNK:
            return True
    return False
