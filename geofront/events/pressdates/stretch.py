"""Stretches of days with the EDTF text of their ends, and how a named day finds its year."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from geofront.dates import parse_day
from geofront.errors import DateError

__all__ = [
    "WINTER",
    "Parts",
    "Share",
    "Stretch",
    "Unit",
    "UnreadableError",
    "between",
    "cut",
    "latest_weekday",
    "moved",
    "of_day",
    "of_month",
    "of_months",
    "of_year",
    "resolve",
]

WINTER: Final = 24
_SEASON_STARTS: Final = {21: 3, 22: 6, 23: 9, WINTER: 12}
_MONTHS_OF_SEASON: Final = 3
_MONTHS_OF_YEAR: Final = 12
_DAYS_OF_WEEK: Final = 7
_LEAP_YEAR: Final = 2000
# 29 February may be eight years back, where a century has no leap year.
_LONGEST_SEARCH: Final = 9
_OUTSIDE: Final = "lies outside the years 0001 to 9999"
_NEEDS_PUBLICATION: Final = "counts from the day of publication; say when the text was published"


class UnreadableError(Exception):
    """A part of a text is no date, for the reason given; the caller knows the whole text."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Unit(StrEnum):
    """What a stretch is one of."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"
    SPAN = "span"


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days from `first` to `last`; `start` and `end` are the EDTF text of the two ends.

    `code` is the EDTF text of the whole, where that is not its two ends: that of a season.
    """

    first: date
    last: date
    start: str
    end: str
    unit: Unit
    code: str = ""

    @property
    def text(self) -> str:
        """The stretch in EDTF."""
        if self.code:
            return self.code
        return self.start if self.start == self.end else f"{self.start}/{self.end}"

    def marked(self, marks: str) -> Stretch:
        """Return it with both ends uncertain (``?``), approximate (``~``) or both."""
        if not marks:
            return self
        # The parser of EDTF takes no mark on a season, so its months carry it.
        start, end = _marked(self.start, marks), _marked(self.end, marks)
        return replace(self, start=start, end=end, code="")


@dataclass(frozen=True, slots=True)
class Parts:
    """What a text says of a date: any of the year, month, day, weekday (Monday is 0) and season.

    `over` is set for a winter whose second year is named too.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    season: int | None = None
    over: bool = False

    @property
    def lacks_year(self) -> bool:
        """Whether it names a day, month or season of a year that it leaves out."""
        return self.year is None and (self.month is not None or self.season is not None)

    @property
    def only_weekday(self) -> bool:
        """Whether it is a weekday and nothing else."""
        return self == Parts(weekday=self.weekday)


@dataclass(frozen=True, slots=True)
class Share:
    """Pieces `low` to `high` of a month, year, season or week cut into `pieces` of them."""

    pieces: str
    low: int
    high: int


def moved(day: date, *, days: int = 0, months: int = 0) -> date:
    """Return the day that lies so many days and months on (negative: back).

    Raises
    ------
    UnreadableError
        If the calendar has no such day.
    """
    try:
        day += timedelta(days=days)
    except OverflowError:
        raise UnreadableError(_OUTSIDE) from None
    year, month = divmod(day.year * _MONTHS_OF_YEAR + day.month - 1 + months, _MONTHS_OF_YEAR)
    return _civil(year, month + 1, min(day.day, _length(year, month + 1)))


def of_day(day: date) -> Stretch:
    """Return the stretch of one day."""
    return Stretch(day, day, day.isoformat(), day.isoformat(), Unit.DAY)


def of_month(year: int, month: int) -> Stretch:
    """Return the stretch of one month."""
    return replace(of_months(year, month, 1), unit=Unit.MONTH)


def of_months(year: int, month: int, count: int) -> Stretch:
    """Return the stretch of so many months, the first of which is named."""
    first = _civil(year, month, 1)
    last_month = moved(first, months=count - 1)
    last = last_month.replace(day=_length(last_month.year, last_month.month))
    return Stretch(first, last, first.isoformat()[:7], last.isoformat()[:7], Unit.SPAN)


def of_year(year: int) -> Stretch:
    """Return the stretch of one year."""
    months = of_months(year, 1, _MONTHS_OF_YEAR)
    return replace(months, start=f"{year:04}", end=f"{year:04}", unit=Unit.YEAR)


def between(first: date, last: date, unit: Unit = Unit.SPAN) -> Stretch:
    """Return the stretch from one day to another."""
    return Stretch(first, last, first.isoformat(), last.isoformat(), unit)


def latest_weekday(weekday: int, anchor: date) -> date:
    """Return the latest such weekday on or before a day."""
    return moved(anchor, days=-((anchor.weekday() - weekday) % _DAYS_OF_WEEK))


def resolve(parts: Parts, anchor: date | None, written: str) -> Stretch:
    """Find the days that a text names: what it leaves out is settled by the nearest ones.

    Parameters
    ----------
    parts
        What the text says.
    anchor
        The day on or before which it starts, mostly the day of publication.
    written
        The words, for the message.

    Returns
    -------
    Stretch
        The days.

    Raises
    ------
    UnreadableError
        If there is no such day, or an anchor is needed and missing.
    """
    if parts.year is not None:
        stretch = _in_year(parts, parts.year, anchor)
    elif anchor is None:
        raise UnreadableError(f"has {written!r}, which {_NEEDS_PUBLICATION}")
    elif parts.lacks_year:
        stretch = _in_nearest_year(parts, anchor)
    elif parts.day is not None:
        stretch = of_day(_in_nearest_month(parts.day, anchor))
    else:
        assert parts.weekday is not None
        stretch = of_day(latest_weekday(parts.weekday, anchor))
    weekday = stretch.first.weekday()
    if parts.weekday is not None and stretch.unit is Unit.DAY and weekday != parts.weekday:
        right, wrong = calendar.day_name[weekday], calendar.day_name[parts.weekday]
        raise UnreadableError(f"contradicts itself: {stretch.first} is a {right}, not a {wrong}")
    return stretch


def cut(stretch: Stretch, share: Share, written: str) -> Stretch:
    """Return the pieces of a month, season, year or week that a share names.

    Parameters
    ----------
    stretch
        What is cut.
    share
        The pieces.
    written
        The words, for the message.

    Returns
    -------
    Stretch
        The piece; the ends of thirds are approximate, for they are our convention.

    Raises
    ------
    UnreadableError
        If it can't be cut so.
    """
    if stretch.unit is Unit.MONTH:
        piece = _days_of_month(stretch, share, written)
    elif stretch.unit in {Unit.YEAR, Unit.SEASON}:
        piece = _months_of(stretch, share, written)
    elif stretch.unit is Unit.WEEK and share.pieces == "third":
        starts = (0, 2, 4, _DAYS_OF_WEEK)
        first = moved(stretch.first, days=starts[share.low])
        piece = between(first, moved(stretch.first, days=starts[share.high + 1] - 1))
    else:
        raise UnreadableError(f"has {written!r}, of which there is no such part")
    if piece.first > stretch.last:
        raise UnreadableError(f"has {written!r}, which lies after the day of publication")
    if piece.last > stretch.last:
        piece = between(piece.first, stretch.last, piece.unit)
    return piece.marked("~" if share.pieces == "third" else "")


def _days_of_month(stretch: Stretch, share: Share, written: str) -> Stretch:
    year, month = stretch.first.year, stretch.first.month
    length = _length(year, month)
    starts = {"third": [1, 11, 21], "half": [1, 16], "week": [1, 8, 15, 22, 29]}.get(share.pieces)
    if starts is None or (share.low >= 0 and starts[share.low] > length):
        raise UnreadableError(f"has {written!r}, of which there is no such part")
    if share.low < 0:
        first, last = length - _DAYS_OF_WEEK + 1, length
    else:
        first = starts[share.low]
        last = min([*starts, length + 1][share.high + 1] - 1, length)
    unit = Unit.WEEK if share.pieces == "week" else Unit.SPAN
    return between(date(year, month, first), date(year, month, last), unit)


def _months_of(stretch: Stretch, share: Share, written: str) -> Stretch:
    count = {"third": 3, "half": 2, "quarter": 4}.get(share.pieces, 0)
    months = _MONTHS_OF_YEAR if stretch.unit is Unit.YEAR else _MONTHS_OF_SEASON
    if not count or months % count:
        raise UnreadableError(f"has {written!r}, of which there is no such part")
    size = months // count
    low, high = share.low % count, share.high % count
    start = moved(stretch.first, months=low * size)
    return of_months(start.year, start.month, (high - low + 1) * size)


def _in_year(parts: Parts, year: int, anchor: date | None) -> Stretch:
    if parts.season is not None:
        return _season(parts, year, anchor)
    if parts.month is None:
        if parts.day is not None:
            raise UnreadableError(f"has the day {parts.day} without a month")
        return of_year(year)
    if parts.day is None:
        return of_month(year, parts.month)
    return of_day(_civil(year, parts.month, parts.day))


def _season(parts: Parts, year: int, anchor: date | None) -> Stretch:
    assert parts.season is not None
    if parts.season != WINTER:
        months = of_months(year, _SEASON_STARTS[parts.season], _MONTHS_OF_SEASON)
        return replace(months, unit=Unit.SEASON, code=f"{year:04}-{parts.season}")
    # A winter has two years. EDTF's own code for it is one of a year, so its months are written.
    if not parts.over:
        if anchor is None or anchor >= _civil(year, 12, 1):
            raise UnreadableError(
                f"may be the winter that begins or the one that ends in {year}; "
                f"write both years, as in 'winter {year}-{(year + 1) % 100:02}'"
            )
        year -= 1
    return replace(of_months(year, 12, _MONTHS_OF_SEASON), unit=Unit.SEASON)


def _in_nearest_year(parts: Parts, anchor: date) -> Stretch:
    if parts.month is not None and parts.day is not None:
        longest = _length(_LEAP_YEAR, parts.month)
        if not 1 <= parts.day <= longest:
            name = calendar.month_name[parts.month]
            raise UnreadableError(f"does not exist: {name} has {longest} days")
    for year in range(anchor.year, max(anchor.year - _LONGEST_SEARCH, 0), -1):
        if parts.month is not None and (parts.day or 1) > _length(year, parts.month):
            continue
        stretch = _in_year(replace(parts, over=True), year, anchor)
        if stretch.first <= anchor:
            return stretch
    raise UnreadableError(_OUTSIDE)


def _in_nearest_month(day: int, anchor: date) -> date:
    if not 1 <= day <= _length(_LEAP_YEAR, 1):
        raise UnreadableError(f"has the day {day}, which no month has")
    month = anchor.replace(day=1)
    while day > _length(month.year, month.month) or month.replace(day=day) > anchor:
        month = moved(month, months=-1)
    return month.replace(day=day)


def _civil(year: int, month: int, day: int) -> date:
    if not 1 <= year <= 9999:  # noqa: PLR2004 - what a civil calendar date can hold
        raise UnreadableError(_OUTSIDE)
    try:
        return parse_day(f"{year:04}-{month:02}-{day:02}")
    except DateError as error:
        raise UnreadableError(error.reason) from None


def _length(year: int, month: int) -> int:
    # The year of a day that lies outside the calendar is refused where the day is made.
    return calendar.monthrange(min(max(year, 1), 9999), month)[1]


def _marked(text: str, marks: str) -> str:
    plain = text.rstrip("?~%")
    have = set(text[len(plain) :] + marks)
    both = "%" in have or {"?", "~"} <= have
    return plain + ("%" if both else have.pop())
