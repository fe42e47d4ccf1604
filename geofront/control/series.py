"""A series: the snapshots of a span of days, drawn on one tessellation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import numpy as np

from geofront.control.area import areas, label_km2
from geofront.control.frontline import Opposition, front_lines
from geofront.control.history import Change, History, PlaceStatus, replay
from geofront.control.method import method as named_method
from geofront.control.tessellation import default_extent
from geofront.dates import days_between, parse_day
from geofront.errors import SpanError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    import geopandas
    import pandas as pd
    import shapely
    from numpy.typing import NDArray

    from geofront.control.frontline import FrontLine
    from geofront.control.state import Label
    from geofront.control.tessellation import Tessellation
    from geofront.events.event import Event
    from geofront.events.evidence import Policy
    from geofront.events.timeline import Timeline

__all__ = ["Series", "Snapshot", "as_day", "draw", "last_known_day"]


@dataclass(frozen=True)
class Snapshot:
    """Status, areas and front lines at the end of one day."""

    series: Series
    day: date

    @cached_property
    def cell_labels(self) -> NDArray[np.int64]:
        """The index into the series' labels of each cell."""
        return self.series.cell_labels_on(self.day)

    @cached_property
    def area_km2(self) -> NDArray[np.float64]:
        """The area of each label in km²."""
        return label_km2(self.series.mesh, self.cell_labels, len(self.series.labels))

    @cached_property
    def fronts(self) -> list[FrontLine]:
        """The front lines."""
        opposition = self.series.opposition_on(self.day)
        return front_lines(self.series.mesh, self.cell_labels, opposition)

    @cached_property
    def statuses(self) -> list[PlaceStatus]:
        """The status of every place that ever has one, sorted by id."""
        return self.series.history.statuses(self.day)

    @property
    def events(self) -> list[Event]:
        """What happened on the day, in order."""
        return self.series.history.events_on(self.day)

    @property
    def areas(self) -> geopandas.GeoDataFrame:
        """The areas, a row a label; see `geofront.control.frames.area_frame`."""
        from geofront.control.frames import area_frame

        return area_frame(
            self.day,
            areas(self.series.mesh, self.cell_labels),
            self.area_km2,
            self.series.labels,
            self.series.timeline.actors.on(self.day),
        )

    @property
    def frontlines(self) -> geopandas.GeoDataFrame:
        """The front lines, a row a pair of actors; see `geofront.control.frames.front_frame`."""
        from geofront.control.frames import front_frame

        return front_frame(self.day, self.fronts)

    @property
    def places(self) -> geopandas.GeoDataFrame:
        """The places with their status; see `geofront.control.frames.place_frame`."""
        from geofront.control.frames import place_frame

        return place_frame(self.statuses)

    def __repr__(self) -> str:
        """Tell the day and who holds how much."""
        held = (
            f"{'/'.join(label.actors) or 'no one known'}"
            f"{' (contested)' if label.contested_by else ''} {km2:,.0f} km²"
            for label, km2 in zip(self.series.labels, self.area_km2, strict=True)
            if km2 > 0
        )
        return f"<Snapshot of {self.series.timeline.title!r} on {self.day}: {', '.join(held)}>"


@dataclass(frozen=True)
class Series:
    """The snapshots of a span of days; the first and the last day are included.

    `mesh` serves every day: cell ``c`` takes the label of place ``place_ids[mesh.cell_site[c]]``.
    `extent` tells where the outline comes from.
    """

    history: History
    mesh: Tessellation
    start: date
    end: date
    method: str
    reach_km: float | None
    extent: str

    @property
    def timeline(self) -> Timeline:
        """The events that the series is drawn from."""
        return self.history.timeline

    @property
    def title(self) -> str:
        """The title of the conflict."""
        return self.timeline.title

    @cached_property
    def days(self) -> list[date]:
        """Every day, in order."""
        return list(days_between(self.start, self.end))

    @property
    def labels(self) -> tuple[Label, ...]:
        """Every label that a place may have, ``unknown`` first."""
        return self.history.labels

    @property
    def place_ids(self) -> tuple[str, ...]:
        """The places that ever have a status, sorted."""
        return self.history.place_ids

    def opposition_on(self, day: date) -> Opposition:
        """Return which labels make a front where they touch, with the sides of a day."""
        actors = self.timeline.actors.on(day)
        if id(actors) not in self._oppositions:
            self._oppositions[id(actors)] = Opposition(self.labels, actors)
        return self._oppositions[id(actors)]

    @cached_property
    def _oppositions(self) -> dict[int, Opposition]:
        """By the identity of the actors, which are one object between two changes of sides."""
        return {}

    @cached_property
    def changes(self) -> list[Change]:
        """The changes of label after the first day, in order."""
        return self.history.changes(self.start, self.end)

    @cached_property
    def redrawn_days(self) -> list[date]:
        """The days after the first on which areas or front lines may change, in order."""
        turns = (d for d in self.timeline.actors.turns if self.start < d <= self.end)
        return sorted({*(change.day for change in self.changes), *turns})

    @cached_property
    def first_labels(self) -> NDArray[np.int64]:
        """The label of each place at the end of the first day."""
        index = {label: i for i, label in enumerate(self.labels)}
        statuses = self.history.statuses(self.start)
        return np.array([index[s.label] for s in statuses], dtype=np.int64)

    def place_labels_on(self, day: date) -> NDArray[np.int64]:
        """Return the label of each place at the end of a day.

        Parameters
        ----------
        day
            A day of the span.

        Returns
        -------
        NDArray[np.int64]
            Indices into `labels`, one for each of `place_ids`.

        Raises
        ------
        SpanError
            If the day lies outside the span.
        """
        if not self.start <= day <= self.end:
            raise SpanError(f"{day} lies outside the series, {self.start} to {self.end}")
        days, places, to = self._change_columns
        count = int(np.searchsorted(days, day.toordinal(), side="right"))
        labels = self.first_labels.copy()
        labels[places[:count]] = to[:count]  # of several changes of one place the last one stays
        return labels

    @cached_property
    def _change_columns(
        self,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Day (as an ordinal), place and new label of each change, in order."""
        rows = [(c.day.toordinal(), c.place_index, c.label_index) for c in self.changes]
        days, places, to = np.array(rows, dtype=np.int64).reshape(-1, 3).T
        return days, places, to

    def cell_labels_on(self, day: date) -> NDArray[np.int64]:
        """Return the label of each cell at the end of a day, as indices into `labels`."""
        return self.place_labels_on(day)[self.mesh.cell_site]

    def snapshot(self, day: date | str) -> Snapshot:
        """Return the state of things at the end of a day.

        Parameters
        ----------
        day
            A day of the span, as a date or ``YYYY-MM-DD``.

        Returns
        -------
        Snapshot
            Its areas, front lines, places and events.

        Raises
        ------
        SpanError
            If the day lies outside the span.
        DateError
            If the text is not a day.
        """
        when = parse_day(day) if isinstance(day, str) else day
        if not self.start <= when <= self.end:
            raise SpanError(f"{when} lies outside the series, {self.start} to {self.end}")
        return Snapshot(self, when)

    def __iter__(self) -> Iterator[Snapshot]:
        """Yield the snapshot of each day, in order."""
        return (Snapshot(self, day) for day in self.days)

    def __len__(self) -> int:
        """Return the number of days."""
        return (self.end - self.start).days + 1

    def stats(self) -> pd.DataFrame:
        """Return km², share, places and front length per day and actor.

        Returns
        -------
        pandas.DataFrame
            See `geofront.control.stats.statistics`.
        """
        from geofront.control.stats import statistics

        return statistics(self)

    @cached_property
    def provenance(self) -> dict[str, object]:
        """What a map must say of itself: version, inputs, method, policy, CRS, licence."""
        about = self.timeline.about
        return {
            "library": "geofront",
            "library_version": _library_version(),
            "inputs": [{"name": i.name, "sha256": i.sha256} for i in self.timeline.inputs],
            "extent": self.extent,
            "method": self.method,
            "reach_km": self.reach_km,
            "policy": self.history.policy.name,
            "known_on": self.history.known_on.isoformat() if self.history.known_on else None,
            "crs": f"WGS 84; distances in {self.mesh.crs.conformal}, "
            f"areas in {self.mesh.crs.equal_area}",
            "attribution": about.attribution,
            "licence": about.licence,
            "place_sources": self._place_sources(),
        }

    def _place_sources(self) -> str:
        """Return the sources and licences of the positions that are drawn, in words."""
        met = sorted({(p.source, p.licence) for p in self.timeline.places.values()})
        return "; ".join(f"{source} ({licence})" if licence else source for source, licence in met)

    def __repr__(self) -> str:
        """Tell the span and the size."""
        return (
            f"<Series of {self.title!r}, {self.start} to {self.end}: "
            f"{len(self.place_ids):,} places, {len(self.changes):,} changes, "
            f"{self.mesh.cells:,} cells, method {self.method}>"
        )


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
        If the span ends before it starts, or nothing lies within the reach.
    ExtentError
        If the extent crosses the 180th meridian or a pole, or spans half the globe.
    UnknownNameError
        If there is no such method or policy.
    DateError
        If a text is not a day.
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
    name = method or about.method
    reach = about.reach_km if reach_km is None else reach_km
    reach = None if reach is None or reach == math.inf else reach
    if reach is not None and not reach > 0:
        raise SpanError(f"a reach of {reach} km draws nothing; give more than 0")
    sites = _positions(history)
    outline = extent if extent is not None else about.extent
    origin = "given" if extent is not None else "of the conflict"
    if outline is None:
        origin = "hull of the places with a margin"
        # Where no place has a status, the places of what happened still tell where to look.
        everywhere = [place.position for place in history.timeline.places.values()]
        outline = default_extent(sites if len(sites) else np.array(everywhere))
    mesh = named_method(name)(sites, outline, reach_km=reach)
    return Series(history, mesh, first, last, name, reach, origin)


def last_known_day(history: History) -> date:
    """Return the last day of a history's timeline of which it could know."""
    end, known_on = history.timeline.end, history.known_on
    return end if known_on is None else min(end, known_on)


def as_day(day: date | str | None) -> date | None:
    """Return a day that is given as such or as ``YYYY-MM-DD``, or None."""
    return parse_day(day) if isinstance(day, str) else day


def _positions(history: History) -> NDArray[np.float64]:
    places = [history.timeline.places[place_id] for place_id in history.place_ids]
    return np.array([p.position for p in places], dtype=np.float64).reshape(-1, 2)


def _library_version() -> str:
    try:
        return version("geofront")
    except PackageNotFoundError:  # a source tree that was never installed
        return "unknown"
