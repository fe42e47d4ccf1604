"""Corrections: which statements still stood on a day; nothing is overwritten."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from geofront.events.event import Event, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

__all__ = ["corrections_in_force", "cycle_of_corrections", "standing_events"]


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
    withdrawn = corrections_in_force(known)
    return tuple(event for event in known if event.id not in withdrawn)


def corrections_in_force(events: Iterable[Event]) -> dict[str, Event]:
    """Return what corrected or retracted each event that no longer stands.

    Parameters
    ----------
    events
        All events that were known.

    Returns
    -------
    dict[str, Event]
        By the id of what was withdrawn the correction or retraction that became known last, of
        those that were not themselves retracted.
    """
    correctors_of: dict[str, list[Event]] = {}
    for event in events:
        for event_id in event.corrects:
            correctors_of.setdefault(event_id, []).append(event)
    found: dict[str, Event] = {}
    retracted: set[str] = set()
    graph = {event_id: {e.id for e in those} for event_id, those in correctors_of.items()}
    for event_id in TopologicalSorter(graph).static_order():
        in_force = [e for e in correctors_of.get(event_id, ()) if e.id not in retracted]
        if in_force:
            found[event_id] = max(in_force, key=lambda e: (e.known_on, e.id))
        # Only a retraction takes back what a correction did.
        if any(event.kind is Kind.RETRACTION for event in in_force):
            retracted.add(event_id)
    return found


def cycle_of_corrections(events: Iterable[Event]) -> list[str]:
    """Return the ids of events that correct each other in a circle, or nothing."""
    graph = {event.id: set(event.corrects) for event in events if event.corrects}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []
