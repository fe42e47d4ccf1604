"""From which day to which something is true: shapes, statuses of places, dates of events."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping
    from datetime import date

    from geofront.control.series import Series
    from geofront.events.event import Event

__all__ = ["END_RULE", "Ended", "Running", "day_after", "event_interval", "status_intervals"]

END_RULE = "start is the first day; end is the day after the last (half-open)"
"""What every file says of its intervals, unless its format wants another rule."""

_Key = TypeVar("_Key")
_Shape = TypeVar("_Shape")


def day_after(day: date) -> date:
    """Return the day after, but for the last day that there is."""
    return day if day == day.max else day + timedelta(days=1)


def event_interval(event: Event, start: date, end: date) -> tuple[date, date] | None:
    """Return the days that the date of an event leaves open within a span.

    Parameters
    ----------
    event
        The event. A date open at one end stands for the day at its other end.
    start, end
        First and last day of the span.

    Returns
    -------
    tuple[date, date] | None
        The first day and the day after the last; None where all of them lie outside.
    """
    first = max(event.date.first or event.day, start)
    last = min(event.date.last or event.day, end)
    return (first, day_after(last)) if first <= last else None


def status_intervals(
    series: Series, place_id: str, *, also: Iterable[date] = ()
) -> Iterator[tuple[date, date]]:
    """Yield the intervals in which what is known of a place stays as it is.

    Parameters
    ----------
    series
        The series, whose first day begins the first interval.
    place_id
        A place with a status.
    also
        Further days on which an interval begins anew.

    Yields
    ------
    tuple[date, date]
        The first day and the day after the last.
    """
    start, after = series.start, day_after(series.end)
    turns = {day for day in (*series.history.turns(place_id), *also) if start < day < after}
    begins = sorted({start, *turns})
    yield from zip(begins, [*begins[1:], after], strict=True)


class Ended(NamedTuple, Generic[_Key, _Shape]):
    """A shape that is no longer true, with the day on which it began."""

    key: _Key
    start: date
    shape: _Shape


class Running(Generic[_Key, _Shape]):
    """The shapes that are true now, each under a key, as the days go by in order.

    An identity tells a shape from another under its key; shapes are made of those only that begin.
    """

    def __init__(self) -> None:
        self._running: dict[_Key, tuple[Hashable, date, _Shape]] = {}

    def ended(self, identities: Mapping[_Key, Hashable]) -> list[Ended[_Key, _Shape]]:
        """Drop the shapes that are no longer true, and return them as they began."""
        over = [
            Ended(key, start, shape)
            for key, (identity, start, shape) in self._running.items()
            if identities.get(key) != identity
        ]
        for one in over:
            del self._running[one.key]
        return over

    def fresh(self, identities: Mapping[_Key, Hashable]) -> list[_Key]:
        """Return the keys of the shapes that begin, once those that ended are dropped."""
        return [key for key in identities if key not in self._running]

    def begin(self, key: _Key, identity: Hashable, day: date, shape: _Shape) -> None:
        """Take up a shape."""
        self._running[key] = (identity, day, shape)
