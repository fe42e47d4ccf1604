"""Days in the names of map files, and in the fields of services, in all the forms that occur."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from geofront.adapters.report import DropError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import tzinfo

__all__ = ["NO_DAY", "day_in_name", "day_of_value", "given_day"]

NO_DAY = "no day"
"""What is told of a name that has none."""

_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
_MONTH = "|".join(f"{m[:3]}(?:{m[3:]})?" for m in _MONTHS).replace("(?:tember)", "(?:tember|t)")
_NUMBERS = re.compile(r"(?<!\d)(\d{4})[-_.](\d{1,2})[-_.](\d{1,2})(?!\d)|(?<!\d)(\d{8})(?!\d)")
# A number with a separator before the month is the day only where a year follows: V2_APR022023.
_BEFORE = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:({_MONTH})(\d+)|[ _-]?({_MONTH})[ _,-]*(\d{{4}})(?!\d))",
    re.IGNORECASE,
)
_AFTER = re.compile(rf"(?<!\d)({_MONTH})[ _-]?(\d[\d ,_-]*)", re.IGNORECASE)
_DAY_YEAR = re.compile(r"(?:\d{1,2} ?- ?)?(\d{1,2})[ ,_]+(\d+)")
_YEARS = range(1900, 2101)
_MS = 1000.0
_UNREADABLE = "the file's name has no readable day"

_Reading = tuple[str, date | None]


def day_in_name(name: str, given: Mapping[str, date]) -> date:
    """Return the day that the name of a file, or of its archive, tells.

    Understood are ``2024-08-17``, ``20240817``, ``08172024``, ``17AUG2024``, ``AUG172024``,
    ``August 17, 2024`` and ``August 16-17, 2024`` (the last day), with whatever around them.

    Parameters
    ----------
    name
        The name, after that of its archive and a slash.
    given
        Days that the caller tells, by the name of the file or of its archive.

    Returns
    -------
    date
        The day.

    Raises
    ------
    DropError
        If there is none, or one that does not exist or lies outside 1900 to 2100, or several.
    """
    told_day = given_day(name, given)
    if told_day is not None:
        return told_day
    found: dict[date, str] = {}
    wrong: list[str] = []
    for part in PurePosixPath(name).parts:
        for text, day in _readings(part):
            if day is None:
                wrong.append(text)
            else:
                found.setdefault(day, text)
    if len(found) == 1 and not wrong:
        return next(iter(found))
    if wrong:
        told = "; ".join(dict.fromkeys(wrong))
    else:
        told = " and ".join(map(str, sorted(found))) or NO_DAY
    raise DropError(_UNREADABLE, f"{told}; say it with dates=")


def given_day(name: str, given: Mapping[str, date]) -> date | None:
    """Return the day that a caller tells for a file or its archive, by name or without ending."""
    for part in (name, *reversed(PurePosixPath(name).parts)):
        for key in (part, PurePosixPath(part).stem):
            if key in given:
                return given[key]
    return None


def _readings(text: str) -> Iterator[_Reading]:
    """Yield what looks like a day in a text, each with the day that it is, if it is one."""
    for found in _NUMBERS.finditer(text):
        year, month, day, run = found.groups()
        if run is None:
            yield _read(found[0], year, month, day)
        elif int(run[:4]) in _YEARS:
            yield _read(run, run[:4], run[4:6], run[6:])
        else:
            yield _read(run, run[4:], run[:2], run[2:4])
    taken = []
    for found in _BEFORE.finditer(text):
        taken.append(found.span())
        yield _read(found[0], found[3] or found[5], _month(found[2] or found[4]), found[1])
    for found in _AFTER.finditer(text):
        if any(start <= found.start() < end for start, end in taken):
            continue
        rest = found[2].rstrip(" ,_-")
        spaced = _DAY_YEAR.fullmatch(rest)
        if spaced:
            yield _read(found[0].rstrip(" ,_-"), spaced[2], _month(found[1]), spaced[1])
        elif rest.isdigit():
            yield _read(found[0].rstrip(" ,_-"), rest[2:], _month(found[1]), rest[:2])


def _month(name: str) -> str:
    return str(next(i for i, full in enumerate(_MONTHS, 1) if full.startswith(name[:3].lower())))


def _read(text: str, year: str, month: str, day: str) -> _Reading:
    if not year:
        return f"{text!r} has no year", None
    told = f"{text!r} reads as {year}-{month.zfill(2)}-{day.zfill(2)}"
    if len(year) != len("2024") or int(year) not in _YEARS:
        return told, None
    try:
        return text, date(int(year), int(month), int(day))
    except ValueError:
        return told, None


def day_of_value(value: object, zone: tzinfo = UTC) -> date:
    """Return the day of a field: a date, a text that begins with one, or milliseconds since 1970.

    Parameters
    ----------
    value
        What stands in the field.
    zone
        Where the day of a moment is told.

    Returns
    -------
    date
        The day.

    Raises
    ------
    DropError
        If it is none, or lies outside 1900 to 2100.
    """
    try:
        day = _day_of_value(value, zone)
    except (ValueError, OverflowError, OSError) as error:
        raise DropError("the day is not readable", str(value)[:100]) from error
    if day.year not in _YEARS:
        raise DropError("the day is not readable", str(value)[:100])
    return day


def _day_of_value(value: object, zone: tzinfo) -> date:
    if isinstance(value, bool):
        raise ValueError("a boolean")  # noqa: TRY004 - one kind of error for all that is no day
    if isinstance(value, datetime):
        return value.astimezone(zone).date() if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float):
        if not math.isfinite(value):
            raise ValueError("no number")
        return datetime.fromtimestamp(value / _MS, UTC).astimezone(zone).date()
    text = str(value).strip()
    if len(text) > len("2024-08-17"):
        return _day_of_value(datetime.fromisoformat(text), zone)
    return date.fromisoformat(text)
