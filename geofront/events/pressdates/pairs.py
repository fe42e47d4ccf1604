"""One or two named dates as a stretch: what the one leaves out, the other lends."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from geofront.events.pressdates.stretch import (
    Parts,
    Share,
    Stretch,
    Unit,
    UnreadableError,
    cut,
    moved,
    of_day,
    resolve,
)

if TYPE_CHECKING:
    from datetime import date

    from geofront.events.pressdates.words import Shift

__all__ = ["Side", "join"]

# The first, second and last third of a day are said with the same words as those of a month.
_PART_OF_THIRD: Final = {0: "early", 2: "late"}


@dataclass(slots=True)
class Side:
    """A date of a text with the words around it, which are the items `low` to `high`."""

    low: int
    high: int
    value: Parts | Stretch
    written: str
    shares: list[Share] = field(default_factory=list)
    shifts: list[Shift] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    marks: str = ""

    def absorb(self, other: Side) -> bool:
        """Take in the side that follows, if one of the two is only the weekday of the other."""
        one, two = self.value, other.value
        if not isinstance(one, Parts) or not isinstance(two, Parts) or other.shares or other.shifts:
            return False
        if one.only_weekday and two.day is not None and two.weekday is None:
            value = replace(two, weekday=one.weekday)
        elif two.only_weekday and one.day is not None and one.weekday is None:
            value = replace(one, weekday=two.weekday)
        else:
            return False
        self.value, self.high = value, other.high
        self.written = f"{self.written} {other.written}"
        self.parts += other.parts
        self.marks += other.marks
        return True

    def same_day(self, other: Side, published: date | None) -> bool:
        """Whether the two are a day and its own weekday, as in "21 July 2018 - Saturday"."""
        one, two = self.value, other.value
        if not isinstance(one, Parts) or not isinstance(two, Parts):
            return False
        day, name = (two, one) if one.only_weekday else (one, two)
        if not name.only_weekday or day.day is None or day.month is None:
            return False
        return resolve(day, published, self.written).first.weekday() == name.weekday

    def finished(self, stretch: Stretch) -> Stretch:
        """Return the days with what the words around them say of them.

        Raises
        ------
        UnreadableError
            If there is no such part of them.
        """
        for share in reversed(self.shares):
            if stretch.unit is not Unit.DAY:
                stretch = cut(stretch, share, self.written)
            elif share.pieces == "third" and share.low == share.high and share.low != 1:
                self.parts.insert(0, _PART_OF_THIRD[share.low])
            else:
                raise UnreadableError(f"has {self.written!r}, of which there is no such part")
        for shift in reversed(self.shifts):
            if stretch.unit is not Unit.DAY:
                raise UnreadableError(f"counts from {self.written!r}, which is more than one day")
            stretch = of_day(moved(stretch.first, days=shift.days, months=shift.months))
        return stretch.marked(self.marks)


def join(
    sides: list[Side], between: str, relation: str, published: date | None, written: str
) -> Stretch:
    """Return the days of one side, or of the interval from one to the other.

    Parameters
    ----------
    sides
        One or two.
    between
        The word between two of them.
    relation
        The word before them.
    published
        The day of publication, if it is known.
    written
        The words, for the message.

    Returns
    -------
    Stretch
        The days.

    Raises
    ------
    UnreadableError
        If they make no interval.
    """
    if len(sides) == 1:
        if relation == "between":
            raise UnreadableError(f"has {written!r}, an interval without an end")
        side = sides[0]
        return side.finished(_resolved(side, _eve(relation, side.value, published)))
    one, other = sides
    if not relation:
        other.marks += one.marks  # "around 22–23 December" is in doubt of both
    if relation in {"before", "after"}:
        raise UnreadableError(f"has {written!r}; write {relation!r} with one day")
    first, last = _both(one, other, published, written)
    first, last = one.finished(first), other.finished(last)
    if last.last < first.first:
        raise UnreadableError(f"has {written!r}, which ends before it starts")
    # Two days that are listed are an interval only if there is no other between them.
    lists = between in {"/", "or"} or (between == "and" and relation != "between")
    if lists and first.last != moved(last.first, days=-1):
        raise UnreadableError(
            f"names more than one: {one.written!r} and {other.written!r}; read one at a time"
        )
    return Stretch(first.first, last.last, first.start, last.end, Unit.SPAN)


def _eve(relation: str, value: Parts | Stretch, published: date | None) -> date | None:
    """Return the day on or before which a date lies: "before Monday" is not about today."""
    weekday = isinstance(value, Parts) and value.only_weekday
    return (
        moved(published, days=-1) if published and weekday and relation == "before" else published
    )


def _resolved(side: Side, anchor: date | None) -> Stretch:
    if isinstance(side.value, Stretch):
        return side.value
    return resolve(side.value, anchor, side.written)


def _both(one: Side, other: Side, published: date | None, written: str) -> tuple[Stretch, Stretch]:
    if _lend(one, other):
        return _of_one_month(one, other, published, written)
    left, right = one.value, other.value
    follows = isinstance(right, Parts) and right.lacks_year
    if follows and (isinstance(left, Stretch) or not left.only_weekday):
        # The later of two days without a year is the first one after the earlier.
        first = _resolved(one, published)
        return first, _following(other, first)
    last = _resolved(other, published)
    if isinstance(left, Stretch) or left.year is not None:
        return _resolved(one, None), last
    return _resolved(one, last.last if left.lacks_year else moved(last.first, days=-1)), last


def _of_one_month(
    one: Side, other: Side, published: date | None, written: str
) -> tuple[Stretch, Stretch]:
    assert isinstance(one.value, Parts)
    assert isinstance(other.value, Parts)
    first = resolve(one.value, published, written)
    return first, resolve(replace(other.value, year=first.first.year), None, other.written)


def _following(side: Side, first: Stretch) -> Stretch:
    assert isinstance(side.value, Parts)
    for year in range(first.first.year, first.first.year + 2):
        last = resolve(replace(side.value, year=year, over=True), None, side.written)
        if last.last >= first.first:
            return last
    raise UnreadableError(f"has {side.written!r}, which ends before it starts")


def _lend(one: Side, other: Side) -> bool:
    """Give a bare day the month and year of the other end: 8 to 11 December 2016."""
    left, right = one.value, other.value
    if not isinstance(left, Parts) or not isinstance(right, Parts):
        return False
    if left.day is None or right.day is None or (left.month is None) == (right.month is None):
        return False
    month, year = left.month or right.month, left.year or right.year
    one.value = replace(left, month=month, year=year)
    other.value = replace(right, month=month, year=right.year or year)
    return True
