"""A date as the press writes it, read into an event date; and many of them into a table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from geofront.dates import EventDate, as_day, parse_date
from geofront.errors import DateError
from geofront.events.pressdates.grammar import read
from geofront.events.pressdates.passage import Passage
from geofront.events.pressdates.stretch import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

__all__ = ["COLUMNS", "PressDate", "read_press_date", "read_press_dates"]

COLUMNS: Final = ("text", "edtf", "first", "last", "part_of_day", "unread", "error")
"""The columns of the table of `read_press_dates`, in order."""

_LONGEST: Final = 200
_SHOWN: Final = 60
_END = r"[0-9]{4}(?:-[0-9]{2}){0,2}[?~%]?"
_EDTF: Final = re.compile(rf"{_END}(?:/(?:{_END}|\.\.)?)?|(?:\.\.)?/{_END}")
# The press writes "2015-16" for two years; EDTF has no such month.
_TWO_YEARS: Final = re.compile(r"[0-9]{4}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class PressDate:
    """What a text of the press says of when something happened.

    `part_of_day` is ``early``, ``morning``, ``afternoon``, ``evening``, ``late`` or ``night``, of
    an interval that of its end; empty if none is named. `unread` are the words that say nothing of
    the date.
    """

    date: EventDate
    part_of_day: str = ""
    unread: str = ""


def read_press_date(text: str, *, published: date | str | None = None) -> PressDate:
    """Read the date in an English phrase of the press.

    Parameters
    ----------
    text
        The phrase, of at most 200 characters, with one date or interval in it.
    published
        The day of publication, as a date, a moment or ``YYYY-MM-DD``. Weekdays, ``yesterday`` and
        the like count from it, and a year that is left out is the one that puts the day on or
        before it.

    Returns
    -------
    PressDate
        The date, the part of the day, and the words that were not read.

    Raises
    ------
    DateError
        If there is no date or more than one, if it may be read in two ways, if its day does not
        exist, or if it needs a day of publication and has none; the reason names the part. Or if
        the day of publication is no day.

    Examples
    --------
    >>> from datetime import date
    >>> found = read_press_date("Late on December 22", published=date(2016, 12, 23))
    >>> print(found.date, found.part_of_day)
    2016-12-22 late
    >>> print(read_press_date("by 23 December 2016").date)
    ../2016-12-23
    >>> print(read_press_date("mid-April 2014").date)
    2014-04-11~/2014-04-20~
    >>> read_press_date("clashes on Tuesday", published=date(2017, 1, 26)).unread
    'clashes'
    >>> read_press_date("8/12/2016")
    Traceback (most recent call last):
    ...
    geofront.errors.DateError: date '8/12/2016' has '8/12/2016', which may be 2016-08-12 or
    2016-12-08; write the one that is meant
    """
    stripped = text.strip()
    if not stripped:
        raise DateError(text, "is missing")
    if len(stripped) > _LONGEST:
        shown = f"{stripped[:_SHOWN]}…"
        raise DateError(shown, f"is longer than {_LONGEST} characters; give only the date")
    if _EDTF.fullmatch(stripped):
        try:
            return PressDate(parse_date(stripped))
        except DateError:
            if not _TWO_YEARS.fullmatch(stripped):
                raise
    try:
        edtf, part_of_day, unread = read(Passage(text, _civil_day(published)))
    except UnreadableError as error:
        raise DateError(text, error.reason) from None
    return PressDate(parse_date(edtf), part_of_day, unread)


def read_press_dates(
    texts: Iterable[object],
    *,
    published: date | str | Iterable[date | str | None] | None = None,
) -> pd.DataFrame:
    """Read many dates into a table; those that can't be read stay in it, with the reason.

    Parameters
    ----------
    texts
        The phrases; of a pandas Series the index is kept. Dates and Timestamps stand for their
        days; what else is no text is reported as missing.
    published
        The day of publication of all of them, or one for each, as dates, Timestamps or
        ``YYYY-MM-DD``; where one of many is no day, its row says so.

    Returns
    -------
    pandas.DataFrame
        A row for each text, in their order, with the columns `COLUMNS`: the `text`, its date as
        `edtf`, the `first` and the `last` day (None where that end is open), `part_of_day`,
        `unread` and `error`. Of a text that is not read, `error` has the reason, and `edtf` and
        the days are None.

    Raises
    ------
    ValueError
        If there are not as many days of publication as texts.
    DateError
        If the day of publication of all of them is no day.

    Examples
    --------
    >>> from datetime import date
    >>> table = read_press_dates(["on Monday", "a month later"], published=date(2016, 3, 21))
    >>> list(table.edtf)
    ['2016-03-21', None]
    >>> list(table.error)
    ['', "has 'a month later', but not the day that it counts from; ..."]
    """
    import pandas as pd

    index = texts.index if isinstance(texts, pd.Series) else None
    listed = list(texts)
    days: list[date | str | None]
    if published is None or isinstance(published, date | str):
        days = [_civil_day(published)] * len(listed)
    else:
        days = list(published)
    rows = [_row(text, day) for text, day in zip(listed, days, strict=True)]
    return pd.DataFrame(rows, columns=list(COLUMNS), index=index, dtype=object)


def _row(text: object, published: date | str | None) -> tuple[object, ...]:
    try:
        found = read_press_date(_phrase(text), published=published)
    except DateError as error:
        return text, None, None, None, "", "", error.reason
    when = found.date
    return text, when.text, when.first, when.last, found.part_of_day, found.unread, ""


def _phrase(cell: object) -> str:
    """Return the text of a cell; a day or moment, as typed columns hold them, becomes its day."""
    if isinstance(cell, str):
        return cell
    day = _civil_day(cell) if isinstance(cell, date) else None
    return day.isoformat() if day else ""


def _civil_day(given: date | str | None) -> date | None:
    """Return a day, and of a moment its day; what columns have where nothing is, is none.

    Raises
    ------
    DateError
        If it is something else.
    """
    # NaN and pandas' missing moment alone are unequal to themselves.
    missing = given is None or given == "" or given != given  # noqa: PLR0124
    if missing:
        return None
    try:
        return as_day(given)
    except DateError:
        raise DateError(str(given), "is no day of publication; write YYYY-MM-DD") from None
