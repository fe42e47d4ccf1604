"""A series: the snapshots of a span of days, drawn on one tessellation.

What a series is comes from the labels of its cells over time. They may be spread from places
(`geofront.control.draw`) or read from polygons that others drew (`geofront.control.drawn`);
whatever is read off them, areas, fronts and figures, is the same.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from dataclasses import KW_ONLY, dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from geofront.control.frontline import Opposition
from geofront.control.generalise import Generalising
from geofront.control.patchwork import merge_cells
from geofront.control.provenance import provenance
from geofront.control.snapshot import Snapshot
from geofront.dates import as_day, days_between
from geofront.display import show
from geofront.errors import SpanError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import folium
    import pandas as pd
    from numpy.typing import NDArray

    from geofront.control.arcs import Arcs
    from geofront.control.difference import DayDifference
    from geofront.control.history import Change, History
    from geofront.control.labelchanges import LabelChanges
    from geofront.control.method import Spread
    from geofront.control.patchwork import Patchwork, State
    from geofront.control.pockets import Pockets
    from geofront.control.state import Label
    from geofront.control.tessellation import Tessellation
    from geofront.events.timeline import Timeline

__all__ = ["Series", "Snapshot", "SpreadSeries"]


@dataclass(frozen=True)
class Series(ABC):
    """The snapshots of a span of days; the first and the last day are included.

    `history` holds the places and events, if the series has any. `generalising` tells how roughly
    its lines are drawn, None: as they are.

    Examples
    --------
    >>> import geofront
    >>> timeline = geofront.read("palmyra-2016")
    >>> series = geofront.draw(timeline, start="2016-12-08", end="2016-12-11")
    >>> [len(snapshot.events) for snapshot in series]
    [20, 8, 22, 25]
    >>> series.difference("2016-12-08", "2016-12-11")
    <DayDifference of 'Palmyra offensive (December 2016)', 2016-12-08 to 2016-12-11: ...>
    >>> list(series.stats().columns[:5])
    ['date', 'status', 'actor', 'side', 'area_km2']
    """

    history: History
    start: date
    end: date
    _: KW_ONLY
    generalising: Generalising | None = None

    @property
    @abstractmethod
    def labels(self) -> tuple[Label, ...]:
        """Every label that may be painted, ``unknown`` first."""

    @cached_property
    @abstractmethod
    def patchwork(self) -> Patchwork:
        """The cells that never differ, merged, and their labels over time."""

    @cached_property
    def redrawn_days(self) -> list[date]:
        """The days after the first on which areas or front lines may change, in order."""
        repainted = map(date.fromordinal, np.unique(self.patchwork.changes.day).tolist())
        days = {*repainted, *(change.day for change in self.changes), *self.timeline.actors.turns}
        return sorted(day for day in days if self.start < day <= self.end)

    @property
    @abstractmethod
    def updated_days(self) -> list[date]:
        """The days on which there was something new to draw from, in order.

        An updated day that is not among `redrawn_days` says that nothing changed; on a day that is
        not among these, no one said anything.
        """

    @property
    @abstractmethod
    def origin(self) -> dict[str, object]:
        """What the labels come from: the extent, the method and its parameters."""

    @property
    def timeline(self) -> Timeline:
        """The events of the history, with the actors and the licence of what is drawn."""
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
    def place_ids(self) -> tuple[str, ...]:
        """The places that ever have a status, sorted."""
        return self.history.place_ids

    def opposition_on(self, day: date) -> Opposition:
        """Return which labels make a front where they touch, with the sides of a day.

        Parameters
        ----------
        day
            The civil day; of an actor that changes sides, its side on that day counts.

        Returns
        -------
        Opposition
            For each pair of labels whether a front is between them, and which.
        """
        actors = self.timeline.actors
        era = bisect_right(actors.turns, day)
        if era not in self._oppositions:
            self._oppositions[era] = Opposition(self.labels, actors.on(day))
        return self._oppositions[era]

    @cached_property
    def _oppositions(self) -> dict[int, Opposition]:
        """By the number of changes of sides so far."""
        return {}

    @cached_property
    def changes(self) -> list[Change]:
        """The changes of label after the first day, in order."""
        return self.history.changes(self.start, self.end)

    @property
    def mesh(self) -> Tessellation:
        """The cells of the extent."""
        return self.patchwork.mesh

    @property
    def eve(self) -> date:
        """The day before the first, whose status the gains of the first day are counted from."""
        return self.start if self.start == self.start.min else self.start - timedelta(days=1)

    @cached_property
    def place_changes(self) -> LabelChanges:
        """The labels of the places from the eve of the first day on, as indices into `labels`."""
        changes = self.history.label_changes()
        return changes.clipped(self.eve.toordinal(), self.end.toordinal())

    def place_labels_on(self, day: date | str) -> NDArray[np.int64]:
        """Return the label of each place at the end of a day.

        Parameters
        ----------
        day
            A day of the span, as a date or ``YYYY-MM-DD``.

        Returns
        -------
        NDArray[np.int64]
            Indices into `labels`, one for each of `place_ids`.

        Raises
        ------
        SpanError
            If the day lies outside the span.
        DateError
            If the text is not a day.
        """
        when = self.snapshot(day).day.toordinal()
        return self.place_changes.clipped(when, when).first

    def cell_labels_on(self, day: date | str) -> NDArray[np.int64]:
        """Return the label of each cell at the end of a day, as indices into `labels`.

        Parameters
        ----------
        day
            The civil day, as a date, a moment or ``YYYY-MM-DD``.

        Returns
        -------
        NDArray[np.int64]
            Shape (number of cells,).

        Raises
        ------
        SpanError
            If the day lies outside the series.
        DateError
            If the day is a text and not a day.
        """
        return self.snapshot(day).state.labels[self.patchwork.cell_patch]

    def drawn_on(self, day: date) -> tuple[Arcs, State]:
        """Return the lines that a day is drawn along, and which of them part two labels.

        Parameters
        ----------
        day
            A day of the span.

        Returns
        -------
        tuple[Arcs, State]
            Those of the patchwork, or generalised ones, whose lengths are those before.
        """
        state = self.patchwork.on(day)
        if self.generalising is None:
            return self.patchwork.arcs, state
        key, drawn = self._generalised[0] if self._generalised else (None, None)
        if drawn is None or key is not state.labels:
            drawn = self.generalising.of_day(self.patchwork.arcs, state)
            self._generalised[:] = [(state.labels, drawn)]
        return drawn

    @cached_property
    def _generalised(self) -> list[tuple[NDArray[np.int64], tuple[Arcs, State]]]:
        """The labels generalised last and their lines: days without a change share them."""
        return []

    def generalised(self, tolerance_km: float, *, smooth: bool = False) -> Series:
        """Return the series with simpler lines, for pictures and small files.

        Lines are shared by the areas on either side and move for both, so there is neither gap nor
        overlap; no area vanishes. Figures in km and km² stay those of the lines before.

        Parameters
        ----------
        tolerance_km
            How far a line may move; more than 0.
        smooth
            Whether corners are rounded as well.

        Returns
        -------
        Series
            The same in all else.

        Raises
        ------
        ValueError
            If the tolerance is not more than 0.
        """
        return self._on_same_ground(generalising=Generalising(tolerance_km, smooth=smooth))

    def allowing_restricted(self) -> Series:
        """Return the series with rows written that their licence does not let be passed on.

        Returns
        -------
        Series
            The same in all else; outputs say that it was allowed.
        """
        history = replace(self.history, timeline=self.timeline.allowing_restricted())
        return self._on_same_ground(history=history)

    def _on_same_ground(self, **changes: object) -> Series:
        """Return the series with other fields that leave its ground as it is."""
        series = replace(self, **changes)  # type: ignore[arg-type] # of its fields
        vars(series)["patchwork"] = self.patchwork  # which need not be computed again
        return series

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
        when = as_day(day)
        if not self.start <= when <= self.end:
            raise SpanError(f"{when} lies outside the series, {self.start} to {self.end}")
        return Snapshot(self, when)

    def __iter__(self) -> Iterator[Snapshot]:
        """Yield the snapshot of each day, in order."""
        return (Snapshot(self, day) for day in self.days)

    def __len__(self) -> int:
        """Return the number of days."""
        return (self.end - self.start).days + 1

    def difference(self, one: date | str, other: date | str) -> DayDifference:
        """Return what changed hands between the ends of two days.

        Parameters
        ----------
        one, other
            Days of the span, as dates or ``YYYY-MM-DD``.

        Returns
        -------
        DayDifference
            Who gained and lost how much, from and to whom, and the polygons.

        Raises
        ------
        SpanError
            If a day lies outside the span.
        DateError
            If a text is not a day.
        """
        from geofront.control.difference import difference

        return difference(self, one, other)

    def pockets(self) -> Pockets:
        """Return the ground that was cut off and enclosed by enemies, with its days and causes.

        Returns
        -------
        Pockets
            See `geofront.control.pockets`.
        """
        return self._pockets

    @cached_property
    def _pockets(self) -> Pockets:
        from geofront.control.encirclement import find_pockets

        return find_pockets(self)

    def stats(self) -> pd.DataFrame:
        """Return km², share, places, front length, pockets and speed per day and actor.

        Returns
        -------
        pandas.DataFrame
            See `geofront.control.stats.statistics`.
        """
        from geofront.control.stats import statistics

        return statistics(self)

    def front_stats(self) -> pd.DataFrame:
        """Return the length of the front, and what passed over it, per day and pair of actors.

        Returns
        -------
        pandas.DataFrame
            See `geofront.control.stats.front_statistics`.
        """
        from geofront.control.stats import front_statistics

        return front_statistics(self)

    @cached_property
    def provenance(self) -> dict[str, object]:
        """What a map must say of itself: version, inputs, method, policy, CRS, licence."""
        return provenance(self)

    def explore(self, **options: object) -> folium.Map:
        """Return the interactive map, to be shown in a notebook and added to.

        Parameters
        ----------
        **options
            As `geofront.render.page.foliummap.control_map` takes them, such as ``open_on`` and
            ``tiles``.

        Returns
        -------
        folium.Map
            A map that further layers of folium may be added to.
        """
        view: folium.Map = show("explore_series", self, **options)
        return view

    def _repr_html_(self) -> str:
        """Show in a notebook: the interactive page of every day, in a frame of its own."""
        html: str = show("series_html", self)
        return html


@dataclass(frozen=True)
class SpreadSeries(Series):
    """A series whose labels are spread from places.

    `spread` holds the cells that serve every day, and says how the labels of the places get to
    them. `extent` tells where the outline comes from.
    """

    spread: Spread
    method: str
    reach_km: float | None
    extent: str

    @property
    def labels(self) -> tuple[Label, ...]:
        """Every label that a place may have, ``unknown`` first."""
        return self.history.labels

    @property
    def mesh(self) -> Tessellation:
        """The cells of the extent."""
        return self.spread.mesh

    @cached_property
    def patchwork(self) -> Patchwork:
        """The cells that never differ, merged, and their labels over time."""
        # Over all time: what a method makes of a day must not depend on the span that is drawn.
        everything = self.history.label_changes()
        cells = self.spread.cell_changes(everything, self.labels)
        return merge_cells(self.mesh, cells.clipped(self.eve.toordinal(), self.end.toordinal()))

    @cached_property
    def updated_days(self) -> list[date]:
        """The days that some known event is of, in order."""
        days = {event.day for event in self.history.known_events}
        return sorted(day for day in days if self.start <= day <= self.end)

    @property
    def origin(self) -> dict[str, object]:
        """The extent, the method, its reach, and the account that is drawn."""
        known_on = self.history.known_on
        return {
            "extent": self.extent,
            "method": self.method,
            "reach_km": self.reach_km,
            "policy": self.history.policy.name,
            "known_on": known_on.isoformat() if known_on else None,
        }

    def __repr__(self) -> str:
        """Tell the span and the size."""
        return (
            f"<Series of {self.title!r}, {self.start} to {self.end}: "
            f"{len(self.place_ids):,} places, {len(self.changes):,} changes, "
            f"{self.mesh.cells:,} cells, method {self.method}>"
        )
