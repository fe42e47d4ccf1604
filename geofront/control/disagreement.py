"""Where and when two accounts of one conflict differ: two policies, sources, sides or evenings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from geofront.control.draw import draw, last_known_day
from geofront.control.state import UNKNOWN, Label, Span
from geofront.dates import as_day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    import geopandas
    import pandas as pd
    import shapely
    from numpy.typing import NDArray

    from geofront.control.history import History
    from geofront.control.series import Series

__all__ = ["Difference", "Disagreement", "disagreement"]

_PLACE_COLUMNS = (
    *("place_id", "place", "start", "end", "days", "contradicts"),
    *("status_one", "actors_one", "event_one", "status_other", "actors_other", "event_other"),
)
_DAY_COLUMNS = ("date", "places", "area_km2", "places_contradicting", "contradicting_km2")


@dataclass(frozen=True, slots=True)
class Difference:
    """A place on which two accounts differ, from `start` to `end`, both days included.

    `one` and `other` are the spans of the two. They contradict each other where both know a
    status; otherwise one of them is silent.
    """

    place_id: str
    start: date
    end: date
    one: Span
    other: Span

    @property
    def contradicts(self) -> bool:
        """Whether both accounts know a status."""
        return UNKNOWN not in {self.one.label.status, self.other.label.status}


@dataclass(frozen=True)
class Disagreement:
    """Where and when two accounts differ; both are drawn on one tessellation of all their places.

    `one` and `other` are the two series.
    """

    one: Series
    other: Series

    @cached_property
    def differences(self) -> list[Difference]:
        """Every stretch of days on which the accounts differ on a place, by place and day."""
        return [
            difference
            for place_id in self.one.place_ids
            for difference in self._differences_at(place_id)
        ]

    def places(self) -> geopandas.GeoDataFrame:
        """Return the places and days on which the accounts differ.

        Returns
        -------
        geopandas.GeoDataFrame
            A point a difference, WGS 84: place, first and last day, number of days, whether both
            know a status (``contradicts``), and of either account status, actors and the id of the
            event behind it.
        """
        import geopandas

        known = self.one.timeline.places
        rows = [self._row(difference) for difference in self.differences]
        points = [known[d.place_id].position for d in self.differences]
        return geopandas.GeoDataFrame(
            rows,
            columns=list(_PLACE_COLUMNS),
            geometry=geopandas.points_from_xy([p[0] for p in points], [p[1] for p in points]),
            crs="EPSG:4326",
        )

    def days(self) -> pd.DataFrame:
        """Return how much the accounts differ on each day.

        Returns
        -------
        pandas.DataFrame
            A row a day: the number of ``places`` and the ``area_km2`` on which they differ, and of
            these ``places_contradicting`` and ``contradicting_km2``, where both know a status.
        """
        import pandas as pd

        rows = []
        latest: tuple[object, ...] = ()
        redrawn = {self.one.start, *self.one.redrawn_days, *self.other.redrawn_days}
        for day in self.one.days:
            if day in redrawn:
                latest = self._measure(day)
            rows.append((day, *latest))
        return pd.DataFrame(rows, columns=list(_DAY_COLUMNS))

    def _measure(self, day: date) -> tuple[int, float, int, float]:
        one, other = self._common_labels
        places = one[self.one.place_labels_on(day)], other[self.other.place_labels_on(day)]
        cells = one[self.one.cell_labels_on(day)], other[self.other.cell_labels_on(day)]
        km2 = self.one.mesh.cell_km2
        differ, contradict = _compare(*places)
        cells_differ, cells_contradict = _compare(*cells)
        return (
            int(differ.sum()),
            float(km2[cells_differ].sum()),
            int(contradict.sum()),
            float(km2[cells_contradict].sum()),
        )

    @cached_property
    def _common_labels(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For the labels of either series their indices among the labels of both; 0 is unknown."""
        every = sorted({*self.one.labels, *self.other.labels} - {Label()})
        index = {Label(): 0, **{label: i for i, label in enumerate(every, start=1)}}
        return (
            np.array([index[label] for label in self.one.labels], dtype=np.int64),
            np.array([index[label] for label in self.other.labels], dtype=np.int64),
        )

    def _differences_at(self, place_id: str) -> Iterator[Difference]:
        histories = self.one.history, self.other.history
        turns = {self.one.start, *(d for h in histories for d in h.turns(place_id))}
        days = sorted(day for day in turns if self.one.start <= day <= self.one.end)
        latest: Difference | None = None
        for day, after in zip(days, [*days[1:], None], strict=True):
            end = self.one.end if after is None else after - timedelta(days=1)
            one, other = (history.span(place_id, day) for history in histories)
            if latest and (latest.one.label, latest.other.label) == (one.label, other.label):
                latest = replace(latest, end=end)
                continue
            if latest:
                yield latest
            differ = one.label != other.label
            latest = Difference(place_id, day, end, one, other) if differ else None
        if latest:
            yield latest

    def _row(self, difference: Difference) -> dict[str, object]:
        one, other = difference.one, difference.other
        return {
            "place_id": difference.place_id,
            "place": self.one.timeline.places[difference.place_id].name,
            "start": difference.start,
            "end": difference.end,
            "days": (difference.end - difference.start).days + 1,
            "contradicts": difference.contradicts,
            "status_one": one.label.status,
            "actors_one": one.label.actors,
            "event_one": one.event.id if one.event else None,
            "status_other": other.label.status,
            "actors_other": other.label.actors,
            "event_other": other.event.id if other.event else None,
        }

    def __repr__(self) -> str:
        """Tell what is compared and on how many places it differs."""
        names = " and ".join(s.history.account for s in (self.one, self.other))
        places = {difference.place_id for difference in self.differences}
        return (
            f"<Disagreement of {names} on {self.one.title!r}, {self.one.start} to "
            f"{self.one.end}: {len(places):,} of {len(self.one.place_ids):,} places>"
        )


def disagreement(
    one: History,
    other: History,
    *,
    start: date | str | None = None,
    end: date | str | None = None,
    method: str | None = None,
    reach_km: float | None = None,
    extent: shapely.Geometry | None = None,
) -> Disagreement:
    """Compare two accounts of one conflict.

    Parameters
    ----------
    one, other
        Two histories replayed from one timeline: under two policies (``by-source:`` and
        ``by-side:`` among them), or as known on two evenings.
    start, end, method, reach_km, extent
        As for `geofront.draw`; by default no day after the earlier of the two evenings.

    Returns
    -------
    Disagreement
        Where and when they differ, in places and km².

    Raises
    ------
    SpanError
        If the span ends before it starts, or nothing lies within the reach.
    ExtentError
        If the extent can't be drawn on one map.
    UnknownNameError
        If there is no such method.
    DateError
        If a text is not a day.

    Examples
    --------
    >>> import geofront
    >>> timeline = geofront.read("palmyra-2016")
    >>> cautious = geofront.replay(timeline)
    >>> latest = geofront.replay(timeline, policy="latest-report")
    >>> geofront.disagreement(cautious, latest)
    <Disagreement of best-evidence and latest-report on 'Palmyra offensive (December 2016)', ...>
    """
    place_ids = {*one.spans, *other.spans}
    if end is None:
        end = max(min(map(last_known_day, (one, other))), as_day(start) or one.timeline.start)
    drawn = draw(
        one.covering(place_ids),
        start=start,
        end=end,
        method=method,
        reach_km=reach_km,
        extent=extent,
    )
    return Disagreement(drawn, replace(drawn, history=other.covering(place_ids)))


def _compare(
    one: NDArray[np.int64], other: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return where labels differ, and where they do although neither is unknown (0)."""
    differ = one != other
    return differ, differ & (one != 0) & (other != 0)
