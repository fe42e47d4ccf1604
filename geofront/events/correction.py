"""Corrections: which statements still stood on a day; nothing is overwritten."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from geofront.events.event import Event, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

__all__ = ["corrections_of", "cycle_of_corrections", "standing_events"]


def standing_events(events: Sequence[Event], known_on: date | None = None) -> tuple[Event, ...]:
    """Return the events that were known on the evening of a day and still stood.

    A statement stops standing on the day on which one that corrects or retracts it became known.
    What a correction replaced stays replaced when it is corrected in turn; the retraction of a
    correction restores what stood before it.

    Parameters
    ----------
    events
        All events.
    known_on
        The day; None for everything.

    Returns
    -------
    tuple[Event, ...]
        In the same order.
    """
    known = (
        events if known_on is None else [event for event in events if event.known_on <= known_on]
    )
    correctors = [event for event in known if event.corrects]
    if not correctors:
        return tuple(known)
    withdrawn = _withdrawn(correctors)
    return tuple(event for event in known if event.id not in withdrawn)


def corrections_of(event: Event, events: Iterable[Event]) -> list[Event]:
    """Return the events that correct or retract an event, by the day they became known."""
    found = [other for other in events if event.id in other.corrects]
    return sorted(found, key=lambda other: (other.known_on, other.id))


def cycle_of_corrections(events: Iterable[Event]) -> list[str]:
    """Return the ids of events that correct each other in a circle, or nothing."""
    graph = {event.id: set(event.corrects) for event in events if event.corrects}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def _withdrawn(correctors: Iterable[Event]) -> set[str]:
    """Return the ids that no longer stand, the corrections that lost their force left out."""
    correctors_of: dict[str, list[Event]] = {}
    for event in correctors:
        for event_id in event.corrects:
            correctors_of.setdefault(event_id, []).append(event)
    withdrawn: set[str] = set()
    retracted: set[str] = set()
    graph = {event_id: {e.id for e in found} for event_id, found in correctors_of.items()}
    for event_id in TopologicalSorter(graph).static_order():
        in_force = [e for e in correctors_of.get(event_id, ()) if e.id not in retracted]
        if in_force:
            withdrawn.add(event_id)
        # Only a retraction takes back what a correction did.
        if any(event.kind is Kind.RETRACTION for event in in_force):
            retracted.add(event_id)
    return withdrawn
