"""The layers of a map by name, and the days on which a row of them is true."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from geofront.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from geofront.events.event import Event

__all__ = ["END_RULE", "LAYERS", "day_after", "event_interval", "layer_names"]

LAYERS = ("areas", "frontlines", "places", "events")
"""The layers, in the order in which they are written."""

END_RULE = "start is the first day; end is the day after the last (half-open)"
"""What every file says of its intervals, unless its format wants another rule."""


def layer_names(names: Collection[str]) -> list[str]:
    """Return layers as they are called here.

    Parameters
    ----------
    names
        Any of `LAYERS`, in any case, or as features are called: ``area`` is ``areas``.

    Returns
    -------
    list[str]
        Each once, in the order of `LAYERS`.

    Raises
    ------
    UnknownNameError
        If there is no such layer.
    """
    asked = set()
    for name in [names] if isinstance(names, str) else names:
        plain = name.strip().casefold()
        known = plain if plain in LAYERS else f"{plain}s"
        if known not in LAYERS:
            raise UnknownNameError("layer", name, LAYERS)
        asked.add(known)
    return [name for name in LAYERS if name in asked]


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
