"""The words around a date: what they are, and how a text is divided into them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from geofront.events.pressdates.stretch import WINTER, Parts, Share, Stretch

if TYPE_CHECKING:
    from collections.abc import Callable

    from geofront.events.pressdates.passage import Passage

__all__ = [
    "COUNT",
    "DAY",
    "MONTH",
    "MONTHS",
    "SEASONS",
    "UNIT",
    "WEEKDAY",
    "WEEKDAYS",
    "DateRule",
    "Item",
    "Kind",
    "Shift",
    "count_of",
    "date_rule",
    "hour_part",
    "shift_of",
    "word_at",
]

MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SEASONS: Final = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": WINTER}
# The verb "may" is no month.
MONTH: Final = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?"
    r"|may(?!\s+(?:have|be|not|also|now|still|yet|soon|well|seem|try|use)\b)"
    r"|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
WEEKDAY: Final = (
    r"(?P<weekday>mon|tue|wed|thu|fri|sat|sun)"
    r"(?:day|s(?:day)?|nesday|r(?:s(?:day)?)?|urday)?\b\.?"
)
# A day of the month; "2,500", "16:25" and "3.5" are none.
DAY: Final = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?(?!\w)(?!:[0-9]|\.[0-9]|,[0-9]{3}(?![0-9]))"
COUNT: Final = (
    r"(?P<count>an?\s+few|a\s+couple(?:\s+of)?|an?|one|two|three|four|five|six|seven|eight|nine"
    r"|ten|eleven|twelve|few|several|couple(?:\s+of)?|[0-9]{1,3})"
)
UNIT: Final = r"(?P<unit>day|week|month|year)s?\b"

_NUMBERS: Final = (
    *("zero", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
# How many a vague number may be; the same as in phrases of place.
_VAGUE: Final = {"few": (2, 5), "several": (3, 9), "couple": (2, 3)}

_PERIOD = r"(?:hour|day|night|morning|afternoon|evening|week|weekend|fortnight|month|year|decade)"
_NAMED = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july"
    r"|august|september|october|november|december|spring|summer|autumn|winter)"
)
_SOME = COUNT.replace("?P<count>", "?:")
_STEP = r"early|mid|late"
_ORDINAL = r"first|second|third|fourth|fifth|last|final|1st|2nd|3rd|4th|5th|latter|closing|opening"
_ORDINALS: Final = {
    "first": 0,
    "1st": 0,
    "opening": 0,
    "second": 1,
    "2nd": 1,
    "latter": 1,
    "third": 2,
    "3rd": 2,
    "fourth": 3,
    "4th": 3,
    "fifth": 4,
    "5th": 4,
    "last": -1,
    "final": -1,
    "closing": -1,
}
_THIRDS: Final = {"early": 0, "mid": 1, "late": 2}
_PARTS: Final = {
    "morning": "morning",
    "afternoon": "afternoon",
    "noon": "afternoon",
    "midday": "afternoon",
    "evening": "evening",
    "dusk": "evening",
    "sunset": "evening",
    "night": "night",
    "nightfall": "night",
    "midnight": "night",
    "overnight": "night",
    "dawn": "early",
    "predawn": "early",
    "pre-dawn": "early",
    "daybreak": "early",
    "sunrise": "early",
    "early": "early",
    "small": "early",
    "start": "early",
    "late": "late",
    "later": "late",
    "end": "late",
}
_HOURS: Final = ((6, "early"), (12, "morning"), (18, "afternoon"), (22, "evening"), (24, "night"))
_NOON: Final = 12


class Kind(StrEnum):
    """What an item of a text does."""

    DATE = "date"
    NUMBER = "number"
    JOIN = "join"
    RELATION = "relation"
    SUFFIX = "suffix"
    SHARE = "share"
    SHIFT = "shift"
    PART = "part"
    HEDGE = "hedge"
    FILL = "fill"
    STOP = "stop"
    WORD = "word"
    TIMELESS = "timeless"
    """Words of time that can't be read; a date beside them would be a wrong one."""


@dataclass(frozen=True, slots=True)
class Shift:
    """So many days and months from the date that follows."""

    days: int
    months: int


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of a text: characters `start` to `end`, what it does, and its meaning."""

    kind: Kind
    start: int
    end: int
    word: str = ""
    date: Parts | Stretch | None = None
    share: Share | None = None
    shift: Shift | None = None


class DateRule(NamedTuple):
    """A pattern of dates, and what reads it; it may find that there is no date after all."""

    pattern: re.Pattern[str]
    read: Callable[[re.Match[str], Passage], Item | None]


def date_rule(read: Callable[[re.Match[str], Passage], Item | None], pattern: str) -> DateRule:
    """Return the rule of a pattern."""
    return DateRule(re.compile(pattern), read)


class _Rule(NamedTuple):
    kind: Kind
    word: str
    pattern: re.Pattern[str]


def _rule(kind: Kind, word: str, pattern: str) -> _Rule:
    return _Rule(kind, word, re.compile(rf"(?:{pattern})(?!\w)"))


# In order: the first that fits is taken. A word in braces is looked up in what the pattern found.
_RULES: Final = (
    # Brackets such as "(2 weeks)" only comment on a date.
    _Rule(Kind.WORD, "", re.compile(r"\([0-9]+ (?:day|week|month|year)s?[^()]*\)")),
    # Days told from another day.
    _rule(Kind.SHIFT, "", rf"(?:{COUNT}|the)\s+{UNIT}\s+(?:(?P<back>before|prior\s+to)|after)"),
    _rule(Kind.SHIFT, "", r"(?:the\s+)?(?P<back>eve)\s+of"),
    _rule(Kind.RELATION, "since", r"(?:not?\s+earlier\s+than|not\s+before|on\s+or\s+after)"),
    _rule(Kind.RELATION, "by", r"(?:not?\s+later\s+than|on\s+or\s+before)"),
    _rule(
        Kind.TIMELESS,
        "told",
        rf"(?:{_SOME}\s+|the\s+)?{_PERIOD}s?\s+(?:later|earlier|afterwards?|before|after|prior)"
        rf"|(?:later|earlier|early|late)\s+(?:that|the\s+same)\s+{_PERIOD}"
        rf"|(?:the\s+|that\s+)?(?:very\s+)?(?:same|next|following|previous|preceding|prior|coming"
        rf"|ensuing|other)\s+(?:{_SOME}\s+)?(?:{_PERIOD}s?|{_NAMED})"
        rf"|that\s+(?:{_PERIOD}|{_NAMED})"
        rf"|next\s+{_NAMED}",
    ),
    _rule(Kind.TIMELESS, "", rf"(?:{_ORDINAL})\s+of(?=\s+(?:the\s+)?{_NAMED})"),
    # Parts of a day.
    _rule(
        Kind.PART,
        "{part}",
        r"(?:the\s+)?(?P<part>later?|early|end|start)\s+(?:on\s+)?(?:(?:in|during|of)\s+)?the\s+day(?!\s+of)",
    ),
    _rule(Kind.FILL, "", r"(?:during|in|throughout)\s+(?:the\s+)?(?:day|daytime)"),
    _rule(
        Kind.PART,
        "{part}",
        r"(?:(?:in|at|during|on|around|about|just|shortly|(?:before|after)(?!\s+the\b))\s+)*(?:the\s+)?"
        r"(?:(?:very\s+)?(?:early|late|mid)[\s-]+|middle\s+of\s+the\s+)?"
        r"(?P<part>morning|afternoon|noon|midday|evening|dusk|sunset|nightfall|night|midnight|dawn"
        r"|daybreak|sunrise|pre-?dawn|overnight)(?:\s+hours)?",
    ),
    _rule(
        Kind.PART,
        "{part}",
        r"(?:(?:in|at|during)\s+)?(?:the\s+)?(?:very\s+)?(?P<part>early|small|late)\s+hours",
    ),
    # Parts of a month or a year.
    _Rule(
        Kind.SHARE,
        "third",
        re.compile(
            rf"(?P<low>{_STEP})(?:-to-|-|\s+to\s+|\s+or\s+|\s+-\s+)(?P<high>{_STEP})(?:-\s?|\b)"
        ),
    ),
    _Rule(Kind.SHARE, "third", re.compile(rf"(?P<low>{_STEP})(?:-\s?(?=\w)|(?![\w-]))")),
    _rule(
        Kind.SHARE,
        "third",
        r"(?:(?:in|at)\s+)?(?:the\s+)?(?:very\s+)?"
        r"(?:(?P<early>beginning|start|outset|(?:first|opening)\s+days)"
        r"|(?P<mid>middle)|(?P<late>end|(?:last|final|closing)\s+days))\s+of",
    ),
    _rule(
        Kind.SHARE, "half", r"(?:the\s+)?(?P<ordinal>first|second|1st|2nd|latter|last)\s+half\s+of"
    ),
    _rule(
        Kind.SHARE,
        "week",
        rf"(?:the\s+)?(?P<ordinal>{_ORDINAL})\s+week\s+(?:of|in)"
        rf"(?=\s+(?:the\s+)?(?:{_NAMED}|last|this))",
    ),
    _rule(
        Kind.SHARE,
        "quarter",
        r"(?:the\s+)?(?P<ordinal>first|second|third|fourth|last|final|1st|2nd|3rd|4th)\s+quarter"
        r"\s+of(?=\s+(?:[0-9]|last|this))",
    ),
    # How sure a source is of the day.
    _rule(
        Kind.HEDGE, "~", r"(?:(?:on|in|at)\s+or\s+)?(?:around|about)|circa|approximately|roughly"
    ),
    _rule(Kind.HEDGE, "~", r"approx\.?|nearly|almost|or\s+so|(?:or\s+)?thereabouts"),
    _Rule(Kind.HEDGE, "~", re.compile(r"~|\b(?:c|ca|cca)\.(?=\s*[a-z0-9])")),
    _rule(Kind.HEDGE, "?", r"possibly|perhaps|maybe|probably|(?:most\s+)?likely|presumably"),
    _Rule(Kind.HEDGE, "?", re.compile(r"\?")),
    _rule(
        Kind.HEDGE,
        "",
        r"reportedly|allegedly|purportedly|supposedly|apparently|(?:is|are|was|were)\s+said\s+to"
        r"|according\s+to\s+reports|unconfirmed",
    ),
    # Which side of the date.
    _rule(Kind.SUFFIX, "since", r"onwards?|(?:or|and)\s+(?:later|after(?:wards?)?)"),
    _rule(Kind.SUFFIX, "by", r"(?:or|and)\s+(?:earlier|before)"),
    _rule(Kind.RELATION, "since", r"(?:ever\s+)?since|as\s+from"),
    _rule(Kind.RELATION, "from", r"from|starting(?:\s+(?:on|from|in))?"),
    _rule(Kind.RELATION, "between", r"(?:in\s+)?between"),
    _rule(Kind.RELATION, "by", r"by"),
    _rule(Kind.RELATION, "until", r"(?:up\s+)?until|till?|up\s+to"),
    _rule(
        Kind.RELATION, "before", r"(?:just|shortly|sometime)?\s*(?:before|prior\s+to|ahead\s+of)"
    ),
    _rule(Kind.RELATION, "before", r"earlier\s+than"),
    _rule(
        Kind.RELATION, "after", r"(?:just|shortly|soon|sometime)?\s*after|following|later\s+than"
    ),
    _rule(Kind.RELATION, "as of", r"as\s+(?:of|at)"),
    _Rule(Kind.JOIN, "-", re.compile(r"-+")),
    _Rule(Kind.JOIN, "/", re.compile(r"/")),
    _rule(Kind.JOIN, "to", r"to|through|thru"),
    _rule(Kind.JOIN, "and", r"and|&"),
    _rule(Kind.JOIN, "or", r"or"),
    # Words that change nothing.
    _rule(Kind.FILL, "", r"(?:earlier|later)(?=\s+(?:on|in|this|today)\b)"),
    _rule(Kind.FILL, "", r"this(?=\s+\w)(?=\s+" + _NAMED + ")"),
    _rule(Kind.FILL, "", r"(?:at\s+)?some\s*(?:time|point)|sometimes?"),
    _rule(Kind.FILL, "", r"the\s+(?:(?:day|month)\s+of|year(?=\s+[0-9]))|year(?=\s+[0-9])"),
    _rule(Kind.FILL, "", r"on|in|at|the|of|during|throughout|within|over|dated?|very"),
    # Words of time that are left.
    _rule(
        Kind.TIMELESS,
        "",
        rf"not|never|ago|{_PERIOD}s?|minutes?|hours?|centur(?:y|ies)|eve|later|earlier"
        rf"|then|thereafter|afterwards?|when|soon|recently|anniversary|decades?"
        rf"|(?:next|coming)\s+(?:few|several|couple)"
        rf"|christmas|easter|ramadan|eid|new\s+year|ashura|nowruz|mid",
    ),
    _Rule(Kind.NUMBER, "", re.compile(r"[0-9]{1,2}(?:st|nd|rd|th)?(?!\w)(?![.,:][0-9])")),
    _Rule(Kind.STOP, "", re.compile(r"[^\w\s]")),
)
_WORD = re.compile(r"\S(?:[^\s,;:/()\[\]\"-]|[.,:][0-9])*")


def word_at(text: str, at: int) -> Item:
    """Return the item that begins at a character, if no date does.

    Parameters
    ----------
    text
        The text, in small letters.
    at
        Where to look.

    Returns
    -------
    Item
        The first that fits; anything else is a `Kind.WORD`.
    """
    for rule in _RULES:
        found = rule.pattern.match(text, at)
        if found and found.end() > at:
            return _item(rule, found)
    found = _WORD.match(text, at)
    return Item(Kind.WORD, at, found.end() if found else at + 1)


def _item(rule: _Rule, found: re.Match[str]) -> Item:
    start, end = found.span()
    if rule.kind is Kind.SHARE:
        return Item(rule.kind, start, end, share=_share(rule.word, found.groupdict()))
    if rule.kind is Kind.SHIFT:
        groups = {"count": None, "unit": "day", **found.groupdict()}
        counted, unit = count_of(groups["count"] or "a"), groups["unit"] or "day"
        if counted[0] != counted[1]:
            return Item(Kind.TIMELESS, start, end, "told")
        sign = -1 if groups["back"] else 1
        return Item(rule.kind, start, end, shift=shift_of(sign * counted[0], unit))
    word = _PARTS[found["part"]] if rule.kind is Kind.PART else rule.word
    return Item(rule.kind, start, end, word)


def _share(pieces: str, groups: dict[str, str | None]) -> Share:
    if pieces != "third":
        ordinal = _ORDINALS[groups["ordinal"] or ""]
        # Of two halves and four quarters the last is a number; the last week has its own days.
        last = {"half": 1, "quarter": 3, "week": -1}[pieces]
        index = ordinal if ordinal >= 0 else last
        return Share(pieces, index, index)
    low = groups.get("low") or next(name for name in _THIRDS if groups.get(name))
    high = groups.get("high") or low
    return Share(pieces, _THIRDS[low], max(_THIRDS[high], _THIRDS[low]))


def count_of(words: str) -> tuple[int, int]:
    """Return the least and the most that a number in words may be."""
    last = words.removesuffix("of").split()[-1]
    if last in _VAGUE:
        return _VAGUE[last]
    if last in {"a", "an"}:
        return 1, 1
    number = _NUMBERS.index(last) if last in _NUMBERS else int(last)
    return number, number


def shift_of(count: int, unit: str) -> Shift:
    """Return how far so many days, weeks, months or years are."""
    days = {"day": 1, "week": 7}.get(unit, 0)
    months = {"month": 1, "year": 12}.get(unit, 0)
    return Shift(count * days, count * months)


def hour_part(hour: int, half: str) -> str:
    """Return the part of the day in which an hour lies; `half` is ``am``, ``pm`` or empty."""
    if half == "pm" and hour < _NOON:
        hour += _NOON
    elif half == "am" and hour == _NOON:
        hour = 0
    return next((part for until, part in _HOURS if hour < until), "")
