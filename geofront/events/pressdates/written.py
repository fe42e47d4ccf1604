"""Dates as they are written: days, months, seasons and years, in words and in figures."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from geofront.events.pressdates.stretch import (
    WINTER,
    Parts,
    Stretch,
    UnreadableError,
    of_month,
    of_months,
    of_year,
    resolve,
)
from geofront.events.pressdates.words import (
    DAY,
    MONTH,
    MONTHS,
    SEASONS,
    WEEKDAY,
    WEEKDAYS,
    Item,
    Kind,
    date_rule,
    hour_part,
)

if TYPE_CHECKING:
    from geofront.events.pressdates.passage import Passage

__all__ = ["WRITTEN"]

# Small words that are also a month or a weekday, unless the text says that they are one.
_DOUBTFUL: Final = {"may", "march", "mar", "sat", "sun", "wed"}
_SAYS_DATE: Final = re.compile(
    r"(?:^|\b(?:in|on|of|since|by|until|till|from|between|through|before|after|during|last|this"
    r"|early|mid|late|around|about|circa)\b|[-/])[\s-]*\Z"
)

# Four digits in front of a time zone are a time.
_FIGURES: Final = r"[0-9]{4}(?!\w|:|[.,][0-9]|-[0-9]|\s*(?:gmt|utc|hrs|hours|local))"
_OF_YEAR: Final = (
    r"(?:-|[\s,]*(?:(?:of|in)\s+)?)"
    rf"(?:(?P<year>{_FIGURES})|(?:the\s+)?(?P<other>last|this)\s+year\b)"
)
_NAMED_ZONE: Final = r"(?:gmt|utc|(?:local|damascus|moscow|kyiv)\s+time)\b"
_ZONE: Final = rf"(?:\s*(?:z\b|[+-][0-9]{{2}}:?[0-9]{{2}}\b|{_NAMED_ZONE}))"
_TIME: Final = (
    r"(?P<hour>[01]?[0-9]|2[0-4])(?::(?P<minute>[0-5][0-9])(?::[0-5][0-9](?:\.[0-9]+)?)?)"
    r"(?:\s*(?P<half>[ap])\.?m\b\.?)?"
)


def _number(found: re.Match[str], name: str) -> int | None:
    text = found.groupdict().get(name)
    return int(text) if text else None


def _month(found: re.Match[str]) -> int | None:
    text = found.groupdict().get("month")
    return MONTHS.index(text[:3]) + 1 if text else None


def _year(found: re.Match[str], passage: Passage) -> int | None:
    if found.groupdict().get("other"):
        return passage.published(found.group()).year - (found["other"] == "last")
    return _number(found, "year")


def _dated(found: re.Match[str], value: Parts | Stretch, word: str = "") -> Item:
    return Item(Kind.DATE, *found.span(), word=word, date=value)


def _named(found: re.Match[str], passage: Passage) -> Item | None:
    """Read a day of a month, or a month; its year may be left out."""
    month, day = _month(found), _number(found, "day")
    assert month is not None
    year = _year(found, passage)
    if day is None and year is None and _doubtful(found, passage):
        return None
    if found.groupdict().get("hour"):
        part = _part_of(found)
        return _dated(found, Parts(year, month, day), part) if part else None
    return _dated(found, Parts(year, month, day))


def _weekday(found: re.Match[str], passage: Passage) -> Item | None:
    if _doubtful(found, passage):
        return None
    return _dated(found, Parts(weekday=WEEKDAYS.index(found["weekday"])))


def _doubtful(found: re.Match[str], passage: Passage) -> bool:
    written = passage.written(found)
    if written not in _DOUBTFUL:
        return False
    alone = found.start() == 0 and found.end() == len(passage.low)
    before = passage.low[: found.start()]
    return not (alone or (before and _SAYS_DATE.search(before)))


def _season(found: re.Match[str], passage: Passage) -> Item | None:
    season = SEASONS[found["season"]]
    year, second = _year(found, passage), found.groupdict().get("second")
    if year is None and found["season"] == "fall":
        return None  # "the fall of Palmyra"
    if second and (season != WINTER or int(second[-2:]) != ((year or 0) + 1) % 100):
        raise UnreadableError(f"has {passage.written(found)!r}, which is no season")
    return _dated(found, Parts(year, season=season, over=bool(second)))


def _iso(found: re.Match[str], _passage: Passage) -> Item:
    return _dated(found, Parts(int(found["year"]), int(found["number"]), int(found["day"])))


def _iso_month(found: re.Match[str], passage: Passage) -> Item:
    """Read 2016-12, which is a month, or 2015-16, which is two years.

    Raises
    ------
    UnreadableError
        If it is neither, or may be both.
    """
    year, number = int(found["year"]), int(found["number"])
    months, years = 1 <= number <= 12, number == (year + 1) % 100  # noqa: PLR2004 - months
    written = passage.written(found)
    if months and "-" in written:
        return _dated(found, of_month(year, number))
    if months and years:
        raise UnreadableError(f"has {written!r}, which may be a month or two years; write it out")
    if not years:
        raise UnreadableError(f"has {written!r}, which is neither a month nor two years")
    both = of_months(year, 1, 24)
    return _dated(found, replace(both, start=of_year(year).start, end=of_year(year + 1).end))


def _figures(found: re.Match[str], passage: Passage) -> Item:
    """Read a date in figures, day first or month first; dots mean day first.

    Raises
    ------
    UnreadableError
        If it is no day, or may be two.
    """
    one, two, year = (int(found[name]) for name in ("one", "two", "year"))
    orders = {(one, two), (two, one)} if found["mark"] != "." else {(one, two)}
    written = passage.written(found)
    if len(found["year"]) == len("16"):
        raise UnreadableError(f"has {written!r}; write the year with four digits")
    days = []
    for day, month in sorted(orders):
        if 1 <= month <= 12:  # noqa: PLR2004 - months
            try:
                days.append(resolve(Parts(year, month, day), None, written))
            except UnreadableError:
                continue
    if len(days) > 1 and passage.day is not None:
        days = [day for day in days if passage.day >= day.first] or days
    if not days:
        raise UnreadableError(f"has {written!r}, which is no day in either order")
    if len(days) > 1:
        either = " or ".join(sorted(day.text for day in days))
        raise UnreadableError(
            f"has {written!r}, which may be {either}; write the one that is meant"
        )
    return _dated(found, days[0])


def _bare_year(found: re.Match[str], passage: Passage) -> Item | None:
    """Read four digits as a year only where the text says so; they may count soldiers."""
    before, after = passage.low[: found.start()], passage.low[found.end() :].lstrip()
    says = re.search(
        r"\b(?:in|since|during|year|until|till|early|mid|late|of|end|spring|summer|autumn|winter)"
        r"[\s-]*\Z",
        before,
    )
    # "8 декабря 2016" and "8 Decembre 2016" are not the whole of 2016.
    begins = re.search(
        r"(?:^|[-(:/~]|\b(?:by|from|to|and|or|between|before|after|circa|ca?\.|around|about"
        r"|possibly|perhaps|maybe|probably|likely|reportedly))\s*\Z",
        before,
    )
    ends = not after or not after[0].isalnum() or re.match(r"(?:and|to|or|until)\b", after)
    if not says and not (begins and ends):
        return None
    return _dated(found, Parts(int(found["year"])))


def _day_of_year(found: re.Match[str], _passage: Passage) -> Item:
    """Read the end of "March 21 to 23, 2016"; its month stands before it."""
    return _dated(found, Parts(int(found["year"]), day=int(found["day"])))


def _nth(found: re.Match[str], passage: Passage) -> Item:
    day = int(found["day"])
    if found["which"] is None:
        return _dated(found, Parts(day=day))
    published = passage.published(found.group())
    months = published.year * 12 + published.month - 1 - (found["which"] == "last")
    return _dated(found, Parts(months // 12, months % 12 + 1, day))


def _part_of(found: re.Match[str]) -> str:
    groups = found.groupdict()
    half = groups.get("half")
    return hour_part(int(found["hour"]), f"{half}m" if half else "")


def _time(found: re.Match[str], _passage: Passage) -> Item | None:
    part = _part_of(found)
    return Item(Kind.PART, *found.span(), word=part) if part else None


_AT: Final = r"(?:(?:at|around|about|circa|by|just|shortly|before|after)\s+)*"
_DAY_OF: Final = rf"{DAY}\.?(?:\s+day)?[\s-]*(?:of\s+)?{MONTH}"
_MONTH_DAY: Final = rf"{MONTH}[\s-]*(?:the\s+)?{DAY}"

WRITTEN: Final = (
    date_rule(
        _iso, r"(?P<year>[0-9]{4})-(?P<number>[0-9]{2})-(?P<day>[0-9]{2})(?:(?!\w)|t(?=[0-9]))"
    ),
    date_rule(
        _iso,
        r"(?P<year>[0-9]{4})(?P<mark>[/.])(?P<number>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})(?!\w)",
    ),
    date_rule(
        _figures,
        r"(?P<one>[0-9]{1,2})(?P<mark>[/.-])(?P<two>[0-9]{1,2})(?P=mark)"
        r"(?P<year>[0-9]{4}|[0-9]{2})(?!\w)",
    ),
    date_rule(_time, rf"{_AT}{_TIME}{_ZONE}?(?![\w:])"),
    date_rule(_time, rf"{_AT}(?P<hour>1[0-2]|0?[1-9])\s*(?P<half>[ap])\.?m\b\.?{_ZONE}?"),
    date_rule(
        _time,
        rf"{_AT}(?P<hour>[01][0-9]|2[0-4])[0-5][0-9]\s*(?:(?:hrs|hours)\b|{_NAMED_ZONE})",
    ),
    date_rule(_named, rf"{_DAY_OF}{_OF_YEAR}"),
    date_rule(_named, _DAY_OF),
    # The date of a computer's clock: Mon Mar 21 16:25:32 2016.
    date_rule(
        _named,
        rf"{_MONTH_DAY}\s+{_TIME}\s+(?:[a-z]{{3,4}}\s+)?(?P<year>[0-9]{{4}})(?!\w)",
    ),
    date_rule(_named, rf"{_MONTH_DAY}{_OF_YEAR}"),
    date_rule(_named, _MONTH_DAY),
    date_rule(_named, rf"{MONTH}{_OF_YEAR}"),
    date_rule(_day_of_year, rf"{DAY}[\s,]*(?P<year>{_FIGURES})"),
    date_rule(_named, MONTH),
    date_rule(_weekday, WEEKDAY),
    date_rule(
        _season,
        r"(?P<season>winter)(?:\s+of)?\s+(?P<year>[0-9]{4})[/-]"
        r"(?P<second>[0-9]{4}|[0-9]{2})(?!\w)",
    ),
    date_rule(_season, rf"(?P<season>spring|summer|autumn|fall|winter){_OF_YEAR}"),
    date_rule(_season, r"(?P<season>spring|summer|autumn|winter)(?!\w)"),
    date_rule(
        _nth,
        rf"(?:the|on(?:\s+the)?)\s+{DAY}(?<=[a-z])(?:\s+(?:of\s+)?(?P<which>last|this)\s+month\b"
        r"|(?=\s*(?:$|[^\w\s]|(?:and|or|to|at|until|till)\b)))",
    ),
    date_rule(_iso_month, r"(?P<year>[12][0-9]{3})-(?P<number>[0-9]{2})(?![\w-])"),
    date_rule(_bare_year, r"(?P<year>[12][0-9]{3})(?!\w|:|[.,][0-9])"),
)
"""Dates in words and figures; the first rule that fits is taken."""
