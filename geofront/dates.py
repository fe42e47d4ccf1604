"""Civil days, and dates as imprecise as their sources give them (EDTF, ISO 8601-2)."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, overload

from geofront.errors import DateError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from time import struct_time

__all__ = ["EventDate", "as_day", "days_between", "parse_date", "parse_day", "parse_time"]

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z")
_CLOCK = r"([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?"
_TIME = re.compile(rf"{_CLOCK}\s*(Z|[+-](?:0\d|1[0-4]):?[0-5]\d)?\Z")
_WRONG_OFFSET = re.compile(rf"{_CLOCK}\s*([+-][\d:]+)\Z")
_WRITE = "write YYYY-MM-DD, or YYYY-MM, YYYY, or an interval such as 2016-12-08/2016-12-11"
_OPEN_ENDS = ("", "..")
_LONGEST = 100  # characters: the parser of EDTF takes seconds for texts of thousands


@dataclass(frozen=True, slots=True)
class EventDate:
    """When something happened, as precisely as a source says it.

    Both ends are civil days and inclusive; `first` is None for "by that day" (``../2016-12-23``),
    `last` is None for "since that day" (``2016-07-27/..``); never both.
    """

    text: str
    first: date | None
    last: date | None
    uncertain: bool = False
    approximate: bool = False

    @property
    def effective(self) -> date:
        """The day on which the change counts: the end of the range, or the start of an open one."""
        day = self.last or self.first
        assert day is not None
        return day

    @property
    def exact(self) -> bool:
        """Whether it is one day without any doubt."""
        return self.first == self.last and not self.uncertain and not self.approximate

    def __str__(self) -> str:
        """Return the date as the source wrote it."""
        return self.text


def parse_day(text: str) -> date:
    """Read one civil day, ``YYYY-MM-DD``.

    Parameters
    ----------
    text
        The day.

    Returns
    -------
    date
        The day.

    Raises
    ------
    DateError
        If it is not written so, or no such day exists.
    """
    text = text.strip()
    found = _DAY.match(text)
    if not found:
        raise DateError(text, "is not a day; write YYYY-MM-DD")
    year, month, day = (int(part) for part in found.groups())
    return _civil_day(text, year, month, day)


@overload
def as_day(value: date | str) -> date: ...
@overload
def as_day(value: None) -> None: ...
@overload
def as_day(value: date | str | None) -> date | None: ...
def as_day(value: date | str | None) -> date | None:
    """Return the civil day of what a caller gives as one.

    Parameters
    ----------
    value
        A day, ``YYYY-MM-DD``, or a moment (a datetime or a pandas Timestamp), which stands for the
        day that it shows; None for none.

    Returns
    -------
    date | None
        The day.

    Raises
    ------
    DateError
        If it is no day.
    """
    if value is None or type(value) is date:
        return value
    if isinstance(value, str):
        return parse_day(value)
    if isinstance(value, datetime) and value == value:  # noqa: PLR0124 - pandas' missing moment
        return value.date()
    raise DateError(str(value), "is not a day; write YYYY-MM-DD")


@lru_cache(maxsize=65536)
def parse_date(text: str) -> EventDate:
    """Read an EDTF date: a day, month or year, an interval, open ends, ``?`` and ``~``.

    Parameters
    ----------
    text
        The date, such as ``2016-12-08``, ``2016-12``, ``2016-12-08/2016-12-11``,
        ``../2016-12-23`` or ``2016-12-08?``.

    Returns
    -------
    EventDate
        Its first and last day.

    Raises
    ------
    DateError
        If it is not understood, no such day exists, or the interval ends before it starts.

    References
    ----------
    ISO 8601-2:2019, the Extended Date/Time Format (EDTF); how much of it, docs/dates.md says.

    Examples
    --------
    >>> from geofront.dates import parse_date
    >>> date = parse_date("2016-12-08/2016-12-11")
    >>> date.first.isoformat(), date.last.isoformat(), date.uncertain
    ('2016-12-08', '2016-12-11', False)
    """
    text = text.strip()
    if not text:
        raise DateError(text, f"is missing; {_WRITE}")
    if len(text) > _LONGEST:
        raise DateError(text, f"is longer than {_LONGEST} characters; {_WRITE}")
    if _DAY.match(text):
        day = parse_day(text)
        return EventDate(text, day, day)
    parts = text.split("/")
    first: date | None
    last: date | None
    if len(parts) == 1:
        first, last = _edtf_range(text, text)
    elif len(parts) == 2:  # noqa: PLR2004 - the two ends of an interval
        first = None if parts[0] in _OPEN_ENDS else _edtf_range(text, parts[0])[0]
        last = None if parts[1] in _OPEN_ENDS else _edtf_range(text, parts[1])[1]
    else:
        raise DateError(text, f"is not a date; {_WRITE}")
    if first is None and last is None:
        raise DateError(text, f"has no end at all; {_WRITE}")
    if first is not None and last is not None and last < first:
        raise DateError(text, "ends before it starts; put the earlier day first")
    return EventDate(text, first, last, uncertain=_has(text, "?%"), approximate=_has(text, "~%"))


def parse_time(text: str, day: date, zone: tzinfo) -> tuple[date, time]:
    """Read a time of day, and tell the civil day on which it lies in a zone.

    Parameters
    ----------
    text
        ``06:30`` in the zone itself, or with an offset: ``22:30Z``, ``01:15+02:00``.
    day
        The civil day to which the text belongs, where the offset holds.
    zone
        The zone of the conflict.

    Returns
    -------
    tuple[date, time]
        Day and time in the zone; without an offset the day is the one given.

    Raises
    ------
    DateError
        If it is not written so.
    """
    found = _TIME.match(text.strip())
    if not found:
        wrong = _WRONG_OFFSET.match(text.strip())
        if wrong:
            message = f"has an offset of {wrong[3]}; offsets are written +02:00, up to 14 hours"
            raise DateError(text, message)
        raise DateError(text, "is not HH:MM, such as 06:30, or 22:30Z and 01:15+02:00 elsewhere")
    at = time(int(found[1]), int(found[2]))
    offset = found[3]
    if offset is None:
        return day, at
    minutes = 0 if offset == "Z" else int(offset[1:3]) * 60 + int(offset[-2:])
    there = timezone(timedelta(minutes=-minutes if offset.startswith("-") else minutes))
    try:
        here = datetime.combine(day, at, there).astimezone(zone)
    except OverflowError:
        raise DateError(text, "lies outside the years 0001 to 9999") from None
    return here.date(), here.time()


def days_between(start: date, end: date) -> Iterator[date]:
    """Yield every day from `start` to `end`, both included."""
    for offset in range((end - start).days + 1):
        yield start + timedelta(days=offset)


def _has(text: str, marks: str) -> bool:
    return any(mark in text for mark in marks)


def _civil_day(text: str, year: int, month: int, day: int) -> date:
    if year < 1:
        raise DateError(text, "has the year 0; years run from 0001 to 9999")
    if not 1 <= month <= 12:  # noqa: PLR2004 - months
        raise DateError(text, f"has month {month:02}; months run from 01 to 12")
    length = calendar.monthrange(year, month)[1]
    if not 1 <= day <= length:
        name = f"{calendar.month_name[month]} {year}"
        raise DateError(text, f"does not exist: {name} has {length} days")
    return date(year, month, day)


def _edtf_range(whole: str, part: str) -> tuple[date, date]:
    plain = part.rstrip("?~%")
    if _DAY.match(plain):
        day = parse_day(plain)
        return day, day
    # Imported here: only imprecise dates need the parser, and it takes long to load.
    from edtf import parse_edtf
    from edtf.parser.edtf_exceptions import EDTFParseException

    try:
        value = parse_edtf(part)
        return _day_of(whole, value.lower_strict()), _day_of(whole, value.upper_strict())
    except (EDTFParseException, TypeError, AttributeError, ValueError, OverflowError) as error:
        if isinstance(error, DateError):
            raise
        raise DateError(whole, f"is not a date; {_WRITE}") from error


def _day_of(text: str, moment: struct_time) -> date:
    year = moment.tm_year
    if not 1 <= year <= 9999:  # noqa: PLR2004 - what a civil calendar date can hold
        raise DateError(text, "lies outside the years 0001 to 9999")
    return date(year, moment.tm_mon, moment.tm_mday)
