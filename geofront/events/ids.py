"""Ids of events: those that their rows give, and those made of date, place and kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geofront.events.event import Event

__all__ = ["id_stem", "with_ids"]


def id_stem(event: Event) -> str:
    """Return the id that is made for an event, without the number that tells it from others."""
    return f"{event.date.text.replace('/', '_')}-{event.place_id}-{event.kind}"


def with_ids(events: Iterable[Event]) -> list[Event]:
    """Return the events in order, each with an id.

    Where the file gives none, the id is made of date, place and kind, and so does not depend on
    the order of the rows.

    Parameters
    ----------
    events
        The events.

    Returns
    -------
    list[Event]
        Sorted by day, time and order.
    """
    ordered = sorted(events, key=lambda e: e.sort_key)
    taken = {event.id for event in ordered if event.id}
    made: Counter[str] = Counter()
    result = []
    for event in ordered:
        if event.id:
            result.append(event)
            continue
        name = stem = id_stem(event)
        while name in taken:
            made[stem] += 1
            name = f"{stem}-{made[stem] + 1}"
        taken.add(name)
        result.append(replace(event, id=name))
    return result
