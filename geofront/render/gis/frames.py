"""The four layers of a series as tables of intervals: areas, front lines, places and events.

Every row says what was true from its day `start` to the day before its day `end`. All formats are
written from these rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas
import numpy as np
import pandas as pd
import shapely

from geofront.crs import WGS84
from geofront.render.gis.intervals import (
    area_intervals,
    front_intervals,
    joined,
    look,
    source_ids,
)
from geofront.render.gis.layers import LAYERS, Column, Interval, Layer, chosen_layers
from geofront.render.layers import END_RULE, day_after, event_interval
from geofront.render.shown import is_web_address

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import date

    from geofront.control.history import PlaceStatus
    from geofront.control.series import Series
    from geofront.events.actor import Actors
    from geofront.events.event import Event

__all__ = ["END_RULE", "interval_frame", "interval_frames", "intervals"]

# Seconds, not nanoseconds, of which pandas counts only those from 1677 to 2262.
_DTYPES = {"date": "datetime64[s]", "number": "float64", "whole": "Int64", "flag": "bool"}


def interval_frames(
    series: Series, layers: Collection[str] = LAYERS
) -> dict[str, geopandas.GeoDataFrame]:
    """Return the layers of a series, every shape and status once with the time it was true.

    Parameters
    ----------
    series
        The series.
    layers
        Which, of `LAYERS`.

    Returns
    -------
    dict[str, geopandas.GeoDataFrame]
        By the name of the layer, in WGS 84; the days ``start`` and ``end`` are ``datetime64[s]``,
        and `end` is the day after the last.

    Raises
    ------
    UnknownNameError
        If there is no such layer.
    """
    return {layer.name: interval_frame(series, layer.name) for layer in chosen_layers(layers)}


def interval_frame(series: Series, layer: str) -> geopandas.GeoDataFrame:
    """Return one layer of a series; see `interval_frames`.

    Parameters
    ----------
    series
        The series.
    layer
        Its name, of `LAYERS`.

    Returns
    -------
    geopandas.GeoDataFrame
        A row an interval; an empty layer has its columns too.

    Raises
    ------
    UnknownNameError
        If there is no such layer.
    """
    (found,) = chosen_layers([layer])
    rows = list(intervals(series, found))
    columns = {
        column.name: _typed(column, values)
        for column, values in zip(found.columns, cells(found, rows), strict=True)
    }
    shapes = np.array([row.geometry for row in rows], dtype=object)
    return geopandas.GeoDataFrame(columns, geometry=shapes, crs=WGS84)


def cells(layer: Layer, rows: Sequence[Interval]) -> list[list[object]]:
    """Return rows column by column.

    Parameters
    ----------
    layer
        Their layer.
    rows
        The rows.

    Returns
    -------
    list[list[object]]
        A list for each column; None where there is nothing.
    """
    lines = [(row.start, row.end, *row.values) for row in rows]  # noqa: PD011 - no frame
    return [list(column) for column in zip(*lines, strict=True)] or [[] for _ in layer.columns]


def _typed(column: Column, values: list[object]) -> pd.Series:
    if column.kind == "date":
        return pd.Series(np.array(values, dtype=_DTYPES["date"]))
    return pd.Series(values, dtype=_DTYPES.get(column.kind, "object"))


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
    after = day_after(series.end)
    sides = [day for day in actors.turns if series.start < day < after]
    for place_id in series.place_ids:
        turns = [day for day in history.turns(place_id) if series.start < day < after]
        starts = sorted({series.start, *turns})
        for start, end in _split_at(starts, after, sides):
            status = history.status(place_id, start)
            values = _place_values(status, actors.on(start))
            yield Interval(start, end, values, shapely.Point(status.place.position))


def _split_at(
    starts: Sequence[date], after: date, sides: Sequence[date]
) -> Iterator[tuple[date, date]]:
    """Yield first days and the days after the last; a day on which sides change begins anew."""
    begins = sorted({*starts, *sides})
    yield from zip(begins, [*begins[1:], after], strict=True)


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
            yield Interval(*days, _event_values(event, series), event_shape(event, series))


def event_shape(event: Event, series: Series) -> shapely.Geometry:
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
