"""How much a file may hold: small files that unpack into more than a machine can hold are refused.

The size of a file bounds its texts, but not the values in it: a megabyte of braces is half a
million records, each of which takes a hundred times the bytes that stand in the file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import IO

__all__ = [
    "MOST_ROWS",
    "MOST_VALUES",
    "TOO_MANY_ROWS",
    "TOO_MANY_VALUES",
    "is_crowded_markup",
    "too_many_values",
]

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
