"""Checks of dates: impossible ones, unordered ones, and places of which long nothing was said."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from geofront.control.audit.findings import DOUBT, FAULT
from geofront.control.audit.scene import spot
from geofront.control.state import HELD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from geofront.control.audit.findings import Finding
    from geofront.control.audit.scene import Scene
    from geofront.control.history import PlaceStatus

__all__ = [
    "future_days",
    "orders_beside_times",
    "outside_span",
    "reported_too_early",
    "stale_places",
    "undated_corrections",
]

LONG_BEFORE_DAYS = 366
"""What lies so long before the span is no background of it any more."""

PLANNED_DAYS = 366
"""What lies farther in the future is a mistyped year; what lies nearer may be a made-up example."""

STALE_DAYS = 60
"""A place of which nothing was said for so long may be stale."""

STALE_NEIGHBOURS = 5
"""How many of the nearest places are looked at."""

STALE_NEAR_KM = 40.0
"""How far away they may be."""

STALE_CHANGED = 3
"""How many of them must have gone over to another side than the place's since."""


def outside_span(scene: Scene) -> Iterator[Finding]:
    """Find events after the span that conflict.toml gives, or long before it.

    A doubt: the year may be mistyped, or the span too short. What lies shortly before the span is
    the situation that it starts from. Ranked by the days outside.
    """
    about = scene.timeline.about
    for event in scene.events:
        days, where = 0, ""
        first = event.date.first or event.day
        if about.end is not None and first > about.end:
            days, where = (first - about.end).days, f"after the end of the span, {about.end}"
        elif about.start is not None and (about.start - event.day).days > LONG_BEFORE_DAYS:
            days, where = (about.start - event.day).days, f"before its start, {about.start}"
        if days:
            message = (
                f"date {event.date} lies {days} days {where}; correct the date, or the span in "
                "conflict.toml"
            )
            yield scene.of_events([event], "outside-span", message, severity=DOUBT, rank=days)


def future_days(scene: Scene) -> Iterator[Finding]:
    """Find events that happen or were reported in the future.

    A doubt, and a fault beyond `PLANNED_DAYS`; ranked by the days from today.
    """
    for event in scene.timeline.events:
        first = event.date.first or event.day
        for column, day in (("date", first), ("reported", event.reported)):
            if day is not None and day > scene.today:
                message = f"{column} {day} lies in the future; correct it"
                days = (day - scene.today).days
                severity = FAULT if days > PLANNED_DAYS else DOUBT
                yield scene.of_events([event], "future", message, severity=severity, rank=days)


def reported_too_early(scene: Scene) -> Iterator[Finding]:
    """Find events that were reported before they happened, or before they are taken to count.

    A fault (`reported-before`) if the report precedes the first day on which it may have happened;
    a doubt (`reported-within`) if it falls inside an imprecise date, which could then end earlier.
    """
    for event in scene.timeline.events:
        reported = event.reported
        if reported is None:
            continue
        if event.date.first is not None and reported < event.date.first:
            days = (event.date.first - reported).days
            message = (
                f"reported on {reported}, {days} day{'s' if days > 1 else ''} before it happened "
                f"({event.date}); correct one of the two"
            )
            yield scene.of_events([event], "reported-before", message, severity=FAULT, rank=days)
        elif event.date.last is not None and reported < event.date.last:
            days = (event.date.last - reported).days
            message = (
                f"date {event.date} ends {days} day{'s' if days > 1 else ''} after the report of "
                f"{reported}; it had happened by then: end the date with the report"
            )
            yield scene.of_events([event], "reported-within", message, severity=DOUBT, rank=days)


def undated_corrections(scene: Scene) -> Iterator[Finding]:
    """Find corrections and retractions that do not say when they became known.

    A doubt: they count from their date on, as if nothing else had ever been believed.
    """
    for event in scene.timeline.events:
        if event.corrects and event.reported is None:
            message = (
                f"corrects {', '.join(event.corrects)} without 'reported', so it counts as known "
                f"on {event.day}; add the day on which the correction became known"
            )
            yield scene.of_events([event], "correction-undated", message, severity=DOUBT)


def orders_beside_times(scene: Scene) -> Iterator[Finding]:
    """Find places and days on which some statements have a time and others not.

    A doubt: all those without a time are read after those with one, whatever their order.
    """
    for place_id, events in scene.events_of_place.items():
        relevant = [e for e in events if e.kind.sets_status]
        for day, group in groupby(relevant, key=lambda e: e.day):
            found = list(group)
            timeless = [e for e in found if e.time is None]
            if timeless and len(timeless) < len(found):
                name = scene.timeline.places[place_id].name
                others = "others only an order" if timeless[0].order is not None else "others none"
                message = (
                    f"of the statements about {name} on {day} some have a time, {others}; "
                    "those without are read last: give all of them a time, or all an order"
                )
                yield scene.of_events(timeless, "order-beside-time", message, severity=DOUBT)


def stale_places(scene: Scene) -> Iterator[Finding]:
    """Find places of which long nothing was said while their neighbours went over to another side.

    A doubt, ranked by the days since the last word at the end of the span: at least `STALE_DAYS`,
    and `STALE_CHANGED` of the `STALE_NEIGHBOURS` nearest places within `STALE_NEAR_KM` have changed
    hands since then and are now held by one side, which is not the place's.
    """
    from scipy.spatial import cKDTree

    history, day = scene.history, scene.last_day
    statuses = history.statuses(day)
    if len(statuses) <= STALE_NEIGHBOURS:
        return
    places = [status.place for status in statuses]
    km = scene.to_km(places)
    distances, rows = map(np.asarray, cKDTree(km).query(km, STALE_NEIGHBOURS + 1))
    for i, status in enumerate(statuses):
        last = _last_word(scene, status.place.id)
        days = (day - last).days
        if not status.label.actors or days < STALE_DAYS:
            continue
        near = [statuses[j] for j in rows[i][distances[i] <= STALE_NEAR_KM] if j != i]
        moved = [other for other in near if _went_over(scene, other, status, last)]
        if len(moved) >= STALE_CHANGED and len({s.label for s in moved}) == 1:
            message = (
                f"{spot(status.place)} is {scene.wording.status(status.label)}, and nothing was "
                f"said of it for {days} days, in which its neighbours went over to "
                f"{scene.wording.names(moved[0].label.actors)}: "
                f"{', '.join(s.place.name for s in moved)}; add what became of it"
            )
            yield scene.of_place(
                status.place.id, "stale", message, severity=DOUBT, day=last, rank=days
            )


def _went_over(scene: Scene, other: PlaceStatus, status: PlaceStatus, last: date) -> bool:
    """Return whether a neighbour is held otherwise than a place since the last word about that."""
    if other.status != HELD or other.since is None or other.since <= last:
        return False
    before = scene.history.status(other.place.id, last).label
    ours, theirs = (scene.sides(s.label.actors, other.day) for s in (status, other))
    return ours != theirs and bool(before.actors) and scene.sides(before.actors, last) != theirs


def _last_word(scene: Scene, place_id: str) -> date:
    return max(event.day for event in scene.events_of_place[place_id])
