"""How the words of a text make one date: sides, the intervals between them, and what is left."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from geofront.events.pressdates.pairs import Side, join
from geofront.events.pressdates.relative import RELATIVE, overnight
from geofront.events.pressdates.stretch import Parts, Stretch, UnreadableError, moved
from geofront.events.pressdates.words import Item, Kind, word_at
from geofront.events.pressdates.written import WRITTEN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from geofront.events.pressdates.passage import Passage

__all__ = ["Reading", "read"]

_LEADS: Final = {Kind.SHARE, Kind.SHIFT, Kind.PART, Kind.HEDGE, Kind.FILL}
_SPACERS: Final = {Kind.STOP, Kind.FILL}
# Words that also stand before things that are no dates: from Palmyra, by the army, up to 60.
_LOOSE: Final = {"from", "by", "between", "until up to"}
# Doubts that stand behind a date; any other belongs to what follows.
_DOUBTS: Final = {"?", "or so", "thereabouts", "or thereabouts", "approx.", "approx"}
_DIGIT: Final = re.compile(r"[0-9]")
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}\Z")
_HOW: Final = "write it as in '22 December 2016'"


class Reading(NamedTuple):
    """What a text says: the date in EDTF, the part of the day, and the words that are left."""

    edtf: str
    part_of_day: str
    unread: str


@dataclass(slots=True)
class _Expression:
    """One date of a text: items `low` to `high`, what they say and on which side of it."""

    low: int
    high: int
    stretch: Stretch
    sides: list[Side]
    relation: str = ""
    parts: list[str] = field(default_factory=list)


def read(passage: Passage) -> Reading:
    """Read the one date of a text.

    Parameters
    ----------
    passage
        The text, and when it was published.

    Returns
    -------
    Reading
        The date.

    Raises
    ------
    UnreadableError
        If there is none, or more than one, or a part of it can't be read.
    """
    return _Sentence(passage).read()


def _items(passage: Passage) -> Iterator[Item]:
    at, low = 0, passage.low
    while True:
        while at < len(low) and low[at] == " ":
            at += 1
        if at == len(low):
            return
        item = _date_at(passage, at) or word_at(low, at)
        yield item
        at = item.end


def _date_at(passage: Passage, at: int) -> Item | None:
    for pattern, reader in (*RELATIVE, *WRITTEN):
        found = pattern.match(passage.low, at)
        item = reader(found, passage) if found else None
        if item:
            return item
    return None


class _Sentence:
    """The items of a text, and which of them have been understood."""

    def __init__(self, passage: Passage) -> None:
        self.passage = passage
        self.items = list(_items(passage))
        self.used = [False] * len(self.items)

    def read(self) -> Reading:
        sides = self._weekdays_merged([self._side(at) for at in self._dated()])
        expressions = self._expressions(sides)
        self._refuse_what_is_no_date()
        if not expressions:
            return self._of_the_night()
        if len(expressions) > 1:
            named = " and ".join(repr(self._words(e.low, e.high)) for e in expressions[:2])
            raise UnreadableError(f"names more than one: {named}; read one at a time")
        expression = expressions[0]
        self._refuse_figures_beside(expression)
        part = self._part_of_day(expression.parts)
        return Reading(_edtf(expression), part, self._unread())

    # --- sides ---------------------------------------------------------------------------------

    def _dated(self) -> Iterator[int]:
        for at, item in enumerate(self.items):
            if item.kind is Kind.DATE or (item.kind is Kind.NUMBER and self._lends(at)):
                yield at

    def _lends(self, at: int) -> bool:
        """Whether a number is the day of a month that is named across a join."""
        for step in (1, -1):
            beyond = at + 2 * step
            if not 0 <= beyond < len(self.items) or self.items[at + step].kind is not Kind.JOIN:
                continue
            other = self.items[beyond].date
            if isinstance(other, Parts) and other.day is not None and other.month is not None:
                return True
        return False

    def _side(self, at: int) -> Side:
        low, high = at, at + 1
        while low and not self.used[low - 1] and self.items[low - 1].kind in _LEADS:
            low -= 1
        high = self._trailing(high)
        item = self.items[at]
        value = item.date
        if value is None:
            value = Parts(day=int(re.sub(r"\D", "", self.passage.low[item.start : item.end])))
        side = Side(low, high, value, self._words(at, at + 1))
        if item.word:
            side.parts.append(item.word)
        for index in (*range(low, at), *range(at + 1, high)):
            self._attach(side, self.items[index])
        self.used[low:high] = [True] * (high - low)
        return side

    def _trailing(self, high: int) -> int:
        """Return where what belongs to a date ends: the part of its day, or a doubt."""
        end = high
        while end < len(self.items) and self.items[end].kind in {*_SPACERS, Kind.PART, Kind.HEDGE}:
            item = self.items[end]
            end += 1
            doubt = self._words(end - 1, end).lower() in _DOUBTS
            if item.kind is Kind.PART or doubt:
                high = end
            elif item.kind is Kind.HEDGE:
                break
        return high

    @staticmethod
    def _attach(side: Side, item: Item) -> None:
        if item.kind is Kind.PART:
            side.parts.append(item.word)
        elif item.kind is Kind.HEDGE:
            side.marks += item.word
        elif item.share is not None:
            side.shares.append(item.share)
        elif item.shift is not None:
            side.shifts.append(item.shift)

    def _weekdays_merged(self, sides: list[Side]) -> list[Side]:
        """Make one of "Tuesday night, 24 January": the weekday then only checks the day."""
        merged: list[Side] = []
        for side in sides:
            before = merged[-1] if merged else None
            if before and self._near(before, side) and before.absorb(side):
                self.used[before.low : before.high] = [True] * (before.high - before.low)
            else:
                merged.append(side)
        return merged

    def _near(self, one: Side, other: Side) -> bool:
        gap = self.items[one.high : other.low]
        plain = all(item.kind in _SPACERS for item in gap)
        dash = len(gap) == 1 and gap[0].word == "-"
        return plain or (dash and one.same_day(other, self.passage.day))

    # --- intervals -----------------------------------------------------------------------------

    def _expressions(self, sides: list[Side]) -> list[_Expression]:
        found = []
        at = 0
        while at < len(sides):
            one = sides[at]
            other = sides[at + 1] if at + 1 < len(sides) else None
            between = self._join(one, other) if other else None
            if other is None or between is None:
                found.append(self._expression([one], ""))
                at += 1
            else:
                found.append(self._expression([one, other], between))
                at += 2
        return found

    def _join(self, one: Side, other: Side) -> str | None:
        """Return the word between two dates that makes an interval of them."""
        gap = [
            index for index in range(one.high, other.low) if self.items[index].kind not in _SPACERS
        ]
        if len(gap) != 1:
            return None
        item = self.items[gap[0]]
        word = item.word if item.kind is Kind.JOIN else ""
        if item.kind is Kind.RELATION and item.word in {"until", "by"}:
            word = "to" if item.word == "until" else ""
        if not word:
            return None
        self.used[one.high : other.low] = [True] * (other.low - one.high)
        return word

    def _expression(self, sides: list[Side], between: str) -> _Expression:
        low, high = sides[0].low, sides[-1].high
        relation, low, marks = self._relation(low)
        if len(sides) == 1:
            relation, high = self._suffix(relation, high)
        written = self._words(low, high)
        stretch = join(sides, between, relation, self.passage.day, written)
        parts = [part for side in sides for part in side.parts]
        found = _Expression(low, high, stretch.marked(marks), sides, relation, parts)
        self.used[low:high] = [True] * (high - low)
        return found

    def _relation(self, low: int) -> tuple[str, int, str]:
        if not low or self.items[low - 1].kind is not Kind.RELATION or self.used[low - 1]:
            self._refuse_half_interval(low)
            return "", low, ""
        low -= 1
        relation, marks = self.items[low].word, ""
        while low and self.items[low - 1].kind in {Kind.HEDGE, Kind.FILL}:
            low -= 1
            marks += self.items[low].word
        return relation, low, marks

    def _refuse_half_interval(self, low: int) -> None:
        if low and self.items[low - 1].word == "to" and not self.used[low - 1]:
            written = self._words(low - 1, low + 1)
            raise UnreadableError(f"has {written!r}, an interval without a beginning")

    def _suffix(self, relation: str, high: int) -> tuple[str, int]:
        if high < len(self.items) and self.items[high].kind is Kind.SUFFIX:
            if relation in {"", "from"}:
                return self.items[high].word, high + 1
            if relation == self.items[high].word:
                return relation, high + 1
        return relation, high

    # --- what is left --------------------------------------------------------------------------

    def _refuse_what_is_no_date(self) -> None:
        for at, item in enumerate(self.items):
            if self.used[at] or not self._speaks_of_time(at):
                continue
            written = self._words(at, at + 1)
            if item.kind is Kind.RELATION and not self._before_part(at):
                raise UnreadableError(f"has {written!r} before something that is not a date")
            if item.kind is Kind.SHIFT or item.word == "told":
                raise UnreadableError(
                    f"has {written!r}, but not the day that it counts from; {_HOW}"
                )
            if item.kind in {Kind.SHARE, Kind.SUFFIX, Kind.TIMELESS}:
                raise UnreadableError(f"has {written!r}, which is not understood; {_HOW}")

    def _speaks_of_time(self, at: int) -> bool:
        item = self.items[at]
        words = self._words(at, at + 1).lower()
        if item.kind is Kind.RELATION:
            return item.word not in _LOOSE and words != "up to"
        # "The end of the road" is no time; "early", "late" and "mid" may be.
        return item.kind is not Kind.SHARE or " " not in words

    def _before_part(self, at: int) -> bool:
        """Whether a word such as "until" stands before a part of the day: until midnight."""
        after = at + 1
        return after < len(self.items) and self.items[after].kind is Kind.PART

    def _refuse_figures_beside(self, expression: _Expression) -> None:
        """Refuse figures that may belong to the date: what they say would be lost.

        Raises
        ------
        UnreadableError
            If there are any.
        """
        lacks_year = any(
            isinstance(side.value, Parts) and side.value.year is None for side in expression.sides
        )
        for at, item in enumerate(self.items):
            words = self._words(at, at + 1)
            if self.used[at] or item.kind is Kind.STOP or not _DIGIT.search(words):
                continue
            beside = self._beside(at, expression)
            if beside or (lacks_year and _YEAR.match(words)):
                raise UnreadableError(f"has {words!r}, which is not understood; {_HOW}")

    def _beside(self, at: int, expression: _Expression) -> bool:
        if self.passage.text[self.items[at].start] == "(":
            return False
        low, high = sorted((at, expression.low if at < expression.low else expression.high - 1))
        return all(item.kind in {Kind.STOP, Kind.JOIN} for item in self.items[low + 1 : high])

    def _of_the_night(self) -> Reading:
        """Read "overnight", which is a date where no other is.

        Raises
        ------
        UnreadableError
            If it is not there, or the publication is not known.
        """
        for at, item in enumerate(self.items):
            if self._words(at, at + 1).lower().endswith("overnight"):
                self.used[at] = True
                stretch = overnight(self.passage.published(self._words(at, at + 1)))
                return Reading(stretch.text, item.word, self._unread())
        raise UnreadableError(f"names no day that is understood; {_HOW}")

    def _part_of_day(self, parts: list[str]) -> str:
        """Return the part of the day; where there are several, the last that is not vague."""
        for at, item in enumerate(self.items):
            if item.kind is Kind.PART and not self.used[at]:
                self.used[at] = True
                if at and self.items[at - 1].kind is Kind.RELATION:
                    self.used[at - 1] = True
                parts = [*parts, item.word]
        named = [part for part in parts if part not in {"early", "late"}]
        return "".join((named or parts)[-1:])

    def _unread(self) -> str:
        left = [
            self._words(at, at + 1)
            for at, item in enumerate(self.items)
            if not self.used[at] and item.kind is not Kind.STOP and not self._is_silent(item)
        ]
        return " ".join(left)

    @staticmethod
    def _is_silent(item: Item) -> bool:
        return (item.kind is Kind.HEDGE and not item.word) or item.word in {"-", "/"}

    def _words(self, low: int, high: int) -> str:
        written = self.passage.text[self.items[low].start : self.items[high - 1].end]
        return " ".join(written.split())


def _edtf(expression: _Expression) -> str:
    stretch, relation = expression.stretch, expression.relation
    joined = len(expression.sides) > 1
    if relation in {"since", "from"} and not joined:
        return f"{stretch.start}/.."
    if relation in {"by", "until"}:
        return f"../{stretch.end}"
    if relation == "before":
        return f"../{_mark(moved(stretch.first, days=-1), stretch.start)}"
    if relation == "after":
        return f"{_mark(moved(stretch.last, days=1), stretch.end)}/.."
    return stretch.text


def _mark(day: date, like: str) -> str:
    return day.isoformat() + like[len(like.rstrip("?~%")) :]
