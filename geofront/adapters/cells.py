"""Cells of foreign records: texts, whole numbers, days and positions, as they really occur."""

from __future__ import annotations

import datetime as dt
import json
import re

from geofront.adapters.report import DropError
from geofront.files.table import JOINT, UnfitValueError, text_of
from geofront.gazetteer.tables import number

__all__ = [
    "NO_NUMBER",
    "NO_POSITION",
    "OFF_EARTH",
    "UNFIT",
    "cell",
    "day_in",
    "moment_in",
    "name_cell",
    "position",
    "whole_number",
]

NO_POSITION = "it has no position"
NO_NUMBER = "its position is no number"
OFF_EARTH = "its position is nowhere on Earth"

UNFIT = re.compile("[\x00\ud800-\udfff]")
"""A character that no text can hold."""

_MAX_LON, _MAX_LAT = 180.0, 90.0
_EARLIEST, _LATEST = dt.date(1800, 1, 1), dt.date(2199, 12, 31)
_DAY = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?\Z"
)
_WORDED_DAY = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3})[a-z]*\.?[ -](\d{4})\Z")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_UNIX = re.compile(r"\d{9,10}(\.0+)?\Z")


def cell(value: object) -> str:
    """Return a value as the text of a cell, without surrounding blanks.

    Lists become their items joined by ``|``, or JSON where they are nested; characters that no
    text can hold are left out.
    """
    if isinstance(value, str):
        return UNFIT.sub("", value).strip()
    try:
        return text_of(value).strip()
    except UnfitValueError:
        return UNFIT.sub("", json.dumps(value, ensure_ascii=False, default=str))
    except (ValueError, TypeError, RecursionError):  # such as an integer of 5,000 digits
        return ""


def name_cell(value: object) -> str:
    """Return a value as one name of a cell that holds several."""
    return cell(value).replace(JOINT, "/").strip()


def whole_number(text: str) -> int | None:
    """Return a whole number, which programs also write ``3.0``, or None."""
    value = number(text)
    return int(value) if value is not None and value.is_integer() else None


def day_in(text: str) -> dt.date | None:
    """Return the day of ``2023-01-31``, ``2023-01-31 00:00:00`` or ``31 January 2023``, or None.

    Days before 1800 and after 2199 are slips of a pen.
    """
    found = _DAY.match(text)
    if found:
        year, month, day = (int(part) for part in found.groups())
    else:
        worded = _WORDED_DAY.match(text)
        name = worded[2].casefold() if worded else ""
        if not worded or name not in _MONTHS:
            return None
        year, month, day = int(worded[3]), _MONTHS.index(name) + 1, int(worded[1])
    try:
        made = dt.date(year, month, day)
    except ValueError:
        return None
    return made if _EARLIEST <= made <= _LATEST else None


def moment_in(text: str) -> dt.datetime | None:
    """Return the moment of Unix time in seconds, or of a day (at its start, in UTC), or None."""
    if _UNIX.match(text):
        return dt.datetime.fromtimestamp(int(text.partition(".")[0]), dt.UTC)
    day = day_in(text)
    return None if day is None else dt.datetime.combine(day, dt.time(), dt.UTC)


def position(lon: str, lat: str) -> tuple[float, float]:
    """Return longitude and latitude in degrees.

    Parameters
    ----------
    lon, lat
        As written, with a point.

    Returns
    -------
    tuple[float, float]
        Longitude, latitude.

    Raises
    ------
    DropError
        If they are missing, no numbers, 0, 0 (which programs write where there is none) or nowhere
        on Earth.
    """
    told = f"{lat}, {lon}"
    if not lon or not lat:
        raise DropError(NO_POSITION, told.strip(", "))
    x, y = number(lon), number(lat)
    if x is None or y is None:
        raise DropError(NO_NUMBER, told)
    if abs(x) > _MAX_LON or abs(y) > _MAX_LAT:
        raise DropError(OFF_EARTH, told)
    if x == 0 and y == 0:
        raise DropError(NO_POSITION, told)
    return x, y
