"""The rows of the layers of a series: every shape and status once, with the days it was true.

Every row says what was true from its day `start` to the day before its day `end`. All GIS formats
are written from these rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from geofront.render.gis.causes import source_ids
from geofront.render.gis.ground import area_intervals, front_intervals
from geofront.render.gis.layers import Interval, Layer
from geofront.render.gis.look import joined, look
from geofront.render.intervals import event_interval, status_intervals
from geofront.render.shown import is_web_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from geofront.control.history import PlaceStatus
    from geofront.control.series import Series
    from geofront.events.actor import Actors
    from geofront.events.event import Event

__all__ = ["intervals"]


def intervals(
    series: Series,
    layer: Layer,
    progress: Callable[[Iterable[date]], Iterable[date]] | None = None,
) -> Iterator[Interval]:
    """Yield the rows of a layer.

    Parameters
    ----------
    series
        The series.
    layer
        The layer.
    progress
        Wraps the days on which areas or front lines are drawn anew.

    Returns
    -------
    Iterator[Interval]
        Areas and front lines as they end, places by their ids, events in order.
    """
    if layer.name == "areas":
        return area_intervals(series, progress)
    if layer.name == "frontlines":
        return front_intervals(series, progress)
    return _places(series) if layer.name == "places" else _events(series)


def _places(series: Series) -> Iterator[Interval]:
    history, actors = series.history, series.timeline.actors
    for place_id in series.place_ids:
        # The side of who holds it is told too, and may change while the status stays.
        for start, end in status_intervals(series, place_id, also=actors.turns):
            status = history.status(place_id, start)
            values = _place_values(status, actors.on(start))
            yield Interval(start, end, values, shapely.Point(status.place.position))


def _place_values(status: PlaceStatus, actors: Actors) -> tuple[object, ...]:
    place, event = status.place, status.event
    return (
        *(place.id, place.name, place.feature or None, place.radius_km),
        *look(status.label, actors),
        status.since,
        *((event.id, source_ids([event])) if event else (None, None)),
        *(status.inferred, status.uncertain),
        *(joined(status.besieged_by), joined(status.claimed_by)),
        *(status.claim.id if status.claim else None, place.licence or None),
    )


def _events(series: Series) -> Iterator[Interval]:
    for event in series.history.known_events:
        days = event_interval(event, series.start, series.end)
        if days is not None:
            yield Interval(*days, _event_values(event, series), _event_shape(event, series))


def _event_shape(event: Event, series: Series) -> shapely.Geometry:
    """Return where an event was: its own area or road, or else the point of its place."""
    if event.geometry_wkt:
        return shapely.from_wkt(event.geometry_wkt)
    return shapely.Point(series.timeline.places[event.place_id].position)


def _event_values(event: Event, series: Series) -> tuple[object, ...]:
    timeline = series.timeline
    known = [timeline.sources[s] for s in event.sources if s in timeline.sources]
    return (
        *(event.id, event.date.text, str(event.kind)),
        *(event.place_id, timeline.places[event.place_id].name),
        *(joined(event.actors), joined(event.from_actors)),
        *(str(event.standing), joined(event.claimed_by), event.credibility, event.reported),
        *(
            joined(event.sources),
            joined(s.url for s in known if is_web_address(s.url)),
            event.note or None,
        ),
        joined(dict.fromkeys(source.licence for source in known if source.licence)),
    )
