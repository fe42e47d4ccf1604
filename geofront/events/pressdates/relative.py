"""Dates that count from the day of publication: yesterday, last week, two days ago."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from geofront.events.pressdates.stretch import (
    Parts,
    Stretch,
    Unit,
    between,
    latest_weekday,
    moved,
    of_day,
    of_month,
    of_year,
    resolve,
)
from geofront.events.pressdates.words import (
    COUNT,
    MONTH,
    MONTHS,
    SEASONS,
    UNIT,
    WEEKDAY,
    WEEKDAYS,
    Item,
    Kind,
    count_of,
    date_rule,
    shift_of,
)

if TYPE_CHECKING:
    import re
    from datetime import date

    from geofront.events.pressdates.passage import Passage

__all__ = ["RELATIVE", "overnight"]

_DAYS: Final = {
    "today": 0,
    "yesterday": -1,
    "day before yesterday": -2,
    "tomorrow": 1,
    "tonight": 0,
    "now": 0,
    "present": 0,
    "date": 0,
}
_SATURDAY: Final = 5
_HOURS_OF_DAY: Final = 24


def overnight(published: date) -> Stretch:
    """Return the two days of the night that ends on the day of publication."""
    return between(moved(published, days=-1), published)


def _dated(found: re.Match[str], value: Stretch, word: str = "") -> Item:
    return Item(Kind.DATE, *found.span(), word=word, date=value)


def _day(found: re.Match[str], passage: Passage) -> Item:
    published = passage.published(passage.written(found))
    words = " ".join(found["day"].split())
    part = "night" if words == "tonight" else ""
    return _dated(found, of_day(moved(published, days=_DAYS[words])), part)


def _part_of_day(found: re.Match[str], passage: Passage) -> Item:
    published = passage.published(passage.written(found))
    back = -1 if found["which"] == "last" else 0
    part = {"midday": "afternoon"}.get(found["part"], found["part"])
    return _dated(found, of_day(moved(published, days=back)), part)


def _ago(found: re.Match[str], passage: Passage) -> Item:
    """Read "two weeks ago": as precise as the unit, and approximate unless counted in days."""
    published = passage.published(passage.written(found))
    least, most = count_of(found["count"])
    unit = found["unit"]
    ends = []
    for count in (most, least):
        shift = shift_of(-count, unit)
        day = moved(published, days=shift.days, months=shift.months)
        ends.append(
            of_year(day.year)
            if unit == "year"
            else of_month(day.year, day.month)
            if unit == "month"
            else of_day(day)
        )
    marks = "" if unit == "day" and least == most else "~"
    return _dated(found, _joined(*ends).marked(marks))


def _past(found: re.Match[str], passage: Passage) -> Item:
    """Read "the past three days": from so far back to the day of publication."""
    published = passage.published(passage.written(found))
    words, unit = found["count"], found["unit"]
    # "In recent days" and "in the last weeks" are as many as a few.
    several = unit != found["units"]
    least, most = count_of(words or ("few" if several else "one"))
    marks = "" if least == most else "~"
    if unit == "hour":
        most, unit = math.ceil(most / _HOURS_OF_DAY), "day"
    shift = shift_of(-most, unit)
    first = moved(published, days=shift.days, months=shift.months)
    return _dated(found, between(first, published).marked(marks))


def _calendar(found: re.Match[str], passage: Passage) -> Item:
    """Read last and this week, month and year; this one ends with the day of publication."""
    published = passage.published(passage.written(found))
    unit, last = found["unit"], found["which"] == "last"
    if unit == "week":
        monday = latest_weekday(0, published)
        if last:
            return _dated(found, between(moved(monday, days=-7), moved(monday, days=-1), Unit.WEEK))
        return _dated(found, between(monday, published, Unit.WEEK))
    first = published.replace(day=1) if unit == "month" else published.replace(month=1, day=1)
    if not last:
        return _dated(found, between(first, published, Unit(unit)))
    before = moved(first, days=-1)
    whole = of_month(before.year, before.month) if unit == "month" else of_year(before.year)
    return _dated(found, whole)


def _weekday_of_week(found: re.Match[str], passage: Passage) -> Item:
    published = passage.published(passage.written(found))
    monday = moved(latest_weekday(0, published), days=-7 if found["which"] == "last" else 0)
    return _dated(found, of_day(moved(monday, days=WEEKDAYS.index(found["weekday"]))))


def _last_weekday(found: re.Match[str], passage: Passage) -> Item:
    published = passage.published(passage.written(found))
    eve = moved(published, days=-1)
    return _dated(found, of_day(latest_weekday(WEEKDAYS.index(found["weekday"]), eve)))


def _last_month(found: re.Match[str], passage: Passage) -> Item:
    published = passage.published(passage.written(found))
    month = MONTHS.index(found["month"][:3]) + 1
    eve = moved(published.replace(day=1), days=-1)
    return _dated(found, resolve(Parts(month=month), eve, passage.written(found)))


def _last_season(found: re.Match[str], passage: Passage) -> Item:
    """Return the latest season of the name that is over."""
    written = passage.written(found)
    parts = Parts(season=SEASONS[found["season"]])
    published = passage.published(written)
    stretch = resolve(parts, published, written)
    if stretch.last >= published:
        stretch = resolve(parts, moved(stretch.first, days=-1), written)
    return _dated(found, stretch)


def _weekend(found: re.Match[str], passage: Passage) -> Item:
    published = passage.published(passage.written(found))
    back = -2 if found["which"] == "last" else 0
    saturday = latest_weekday(_SATURDAY, moved(published, days=back))
    return _dated(found, between(saturday, min(moved(saturday, days=1), published)))


def _joined(first: Stretch, last: Stretch) -> Stretch:
    return Stretch(
        first.first, last.last, first.start, last.end, Unit.SPAN if first != last else first.unit
    )


_OVER: Final = r"(?:(?:over|in|during|within|for|throughout)\s+)?(?:the\s+)?"

RELATIVE: Final = (
    date_rule(_day, r"(?:the\s+)?(?P<day>day\s+before\s+yesterday)(?!\w)"),
    date_rule(_day, r"(?:(?:earlier|later)\s+)?(?P<day>today|tonight|yesterday|tomorrow)(?!\w)"),
    # "Now" is a date only as the end of an interval: to, until or till now.
    date_rule(_day, r"(?<=to |ll |il |. -|.- )(?:the\s+)?(?P<day>now|present|date)(?!\w)"),
    date_rule(
        _part_of_day,
        r"(?:(?:earlier|later|early|late)\s+)?(?P<which>this|last)\s+"
        r"(?P<part>morning|midday|afternoon|evening|night)(?!\w)",
    ),
    date_rule(_ago, rf"{COUNT}\s+{UNIT}\s+ago(?!\w)"),
    date_rule(
        _past,
        rf"{_OVER}(?:last|past|previous|recent)\s+{COUNT}\s+"
        r"(?P<units>(?P<unit>hour|day|week|month|year)s?)(?!\w)",
    ),
    date_rule(
        _past,
        rf"{_OVER}(?P<count>)(?:last|past|recent)\s+"
        r"(?P<units>(?P<unit>day|week|month|year)s)(?!\w)",
    ),
    date_rule(_past, rf"{_OVER}(?P<count>)past\s+(?P<units>(?P<unit>day|week|month|year))(?!\w)"),
    date_rule(_weekday_of_week, rf"{WEEKDAY}\s+(?:of\s+)?(?P<which>last|this)\s+week(?!\w)"),
    date_rule(_weekday_of_week, rf"(?P<which>last|this)\s+week\s+(?:on\s+)?{WEEKDAY}"),
    date_rule(
        _calendar,
        r"(?:(?:earlier|later|during|in)\s+)?(?P<which>last|this)\s+"
        r"(?P<unit>week|month|year)(?!\w)",
    ),
    date_rule(_weekend, r"(?:(?:at|on|over|during)\s+)?(?P<which>the|last|this)\s+weekend(?!\w)"),
    date_rule(_last_weekday, rf"last\s+{WEEKDAY}"),
    date_rule(_last_month, rf"last\s+{MONTH}(?!\s*[0-9])"),
    date_rule(_last_season, r"last\s+(?P<season>spring|summer|autumn|fall|winter)(?!\w)"),
)
"""Dates told from the publication; the first rule that fits is taken."""
