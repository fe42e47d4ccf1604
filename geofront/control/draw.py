"""Drawing: from a timeline, or a history of it, to a series whose labels spread from places."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from geofront.control.ground import refuse_remote, sound_extent
from geofront.control.history import History, replay
from geofront.control.method import Sites, default_method
from geofront.control.method import method as named_method
from geofront.control.series import Series, SpreadSeries
from geofront.control.tessellation import default_extent
from geofront.dates import as_day
from geofront.errors import SpanError

if TYPE_CHECKING:
    from datetime import date

    import shapely
    from numpy.typing import NDArray

    from geofront.events.evidence import Policy
    from geofront.events.timeline import Timeline

__all__ = ["draw", "last_known_day"]

_LEAST_REACH_KM = 0.001


def draw(
    timeline: Timeline | History,
    *,
    start: date | str | None = None,
    end: date | str | None = None,
    method: str | None = None,
    reach_km: float | None = None,
    extent: shapely.Geometry | None = None,
    policy: Policy | str | None = None,
    known_on: date | str | None = None,
) -> Series:
    """Draw the control maps of a span of days.

    Parameters
    ----------
    timeline
        A timeline, or a history replayed from one (then `policy` and `known_on` are its own).
    start, end
        First and last day, as dates or ``YYYY-MM-DD``; by default the timeline's own, and no day
        after `known_on`.
    method
        How labels spread: a key of `geofront.METHODS`; by default the timeline's own.
    reach_km
        How far from a place a status is drawn; by default the timeline's own; ``math.inf`` for no
        limit.
    extent
        Polygon or multipolygon in degrees; by default the timeline's own, or else the hull of the
        places with a margin.
    policy
        Which statements count; by default the timeline's own.
    known_on
        Draw the map as it could have been drawn on the evening of that day.

    Returns
    -------
    Series
        One snapshot a day.

    Raises
    ------
    SpanError
        If the span ends before it starts, or the reach is less than a metre.
    ExtentError
        If the extent has no area, crosses the 180th meridian or a pole, spans half the globe, or,
        without a reach, has nothing to do with the places.
    UnknownNameError
        If there is no such method or policy.
    DateError
        If a text is not a day.
    CorrectionError
        If statements correct each other in a circle.

    Examples
    --------
    >>> import geofront
    >>> timeline = geofront.read("palmyra-2016")
    >>> series = geofront.draw(timeline, start="2016-12-08", end="2016-12-22")
    >>> len(series)
    15
    >>> sorted(geofront.METHODS)
    ['kriging', 'nearest']
    >>> geofront.draw(timeline, start="2016-12-22", end="2016-12-08")
    Traceback (most recent call last):
    ...
    geofront.errors.SpanError: ...
    """
    history = (
        timeline
        if isinstance(timeline, History)
        else replay(timeline, policy=policy, known_on=as_day(known_on))
    )
    about = history.timeline.about
    first = as_day(start) or history.timeline.start
    last = as_day(end) or max(last_known_day(history), first)
    if last < first:
        raise SpanError(f"the span ends on {last}, before it starts on {first}")
    _refuse_withheld(history.timeline, last)
    name = method or about.method or default_method(len(history.place_ids))
    reach = about.reach_km if reach_km is None else reach_km
    reach = None if reach is None or reach == math.inf else reach
    if reach is not None and not reach >= _LEAST_REACH_KM:
        least = f"more than 0, at least {_LEAST_REACH_KM}"
        raise SpanError(f"a reach of {reach} km draws nothing; give {least}")
    sites = _positions(history)
    outline = extent if extent is not None else about.extent
    origin = "given" if extent is not None else "of the conflict"
    if outline is None:
        origin = "hull of the places with a margin"
        # Where no place has a status, the places of what happened still tell where to look.
        everywhere = [place.position for place in history.timeline.places.values()]
        outline = default_extent(sites if len(sites) else np.array(everywhere))
    outline = sound_extent(outline)
    if reach is None:
        refuse_remote(outline, sites)
    spread = named_method(name)(Sites(sites, _sizes(history)), outline, reach_km=reach)
    return SpreadSeries(history, first, last, spread, name, reach, origin)


def _refuse_withheld(timeline: Timeline, last: date) -> None:
    """Refuse days of which all is withheld: their maps would only look as if nothing changed.

    Raises
    ------
    SpanError
        If the last day is one.
    """
    until = timeline.published.until
    if until is not None and last > until:
        raise SpanError(f"the days after {until} are not published; draw none up to {last}")


def last_known_day(history: History) -> date:
    """Return the last day of a history's timeline of which it could know."""
    end, known_on = history.timeline.end, history.known_on
    return end if known_on is None else min(end, known_on)


def _positions(history: History) -> NDArray[np.float64]:
    places = [history.timeline.places[place_id] for place_id in history.place_ids]
    return np.array([p.position for p in places], dtype=np.float64).reshape(-1, 2)


def _sizes(history: History) -> NDArray[np.float64]:
    places = history.timeline.places
    return np.array([places[place_id].size for place_id in history.place_ids], dtype=np.float64)
