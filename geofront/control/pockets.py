"""Pockets: ground of a side that is enclosed by its enemies, from the first day to the last.

A pocket is a piece of one side's ground that is cut off from the side's main body, its largest
connected area, and from the edge of what is drawn, so that every way out leads through enemies
(`geofront.control.enclosure` says what counts as a way). An actor that belongs to no coalition is
a side of its own.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING

import numpy as np

from geofront.control.pieces import areas_of
from geofront.dates import days_between

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    import geopandas
    import pandas as pd
    import shapely
    from numpy.typing import NDArray

    from geofront.control.pieces import Pieces
    from geofront.control.series import Series
    from geofront.control.state import Label
    from geofront.events.event import Event

__all__ = [
    "BEFORE",
    "CUT_OFF",
    "LASTS",
    "LINKED",
    "LOST",
    "MERGED",
    "SHIFTED",
    "SPLIT",
    "TAKEN",
    "Cause",
    "Pocket",
    "PocketState",
    "Pockets",
]

BEFORE = "before"
CUT_OFF = "cut off"
SPLIT = "split"
TAKEN = "taken"
SHIFTED = "main body shifted"
LINKED = "linked"
MERGED = "merged"
LOST = "lost"
LASTS = "lasts"

_DAY_COLUMNS = ("date", "pocket", "side", "actors", "km2", "places")


@dataclass(frozen=True, slots=True)
class Cause:
    """A place that got another label, and the statement behind that, if one is known."""

    place_id: str
    before: Label
    after: Label
    event: Event | None


@dataclass(frozen=True, slots=True)
class PocketState:
    """A pocket from `day` on, until its next state.

    `km2` is the area that is held, of each actor of the side; `places` are the ids of the places
    that they hold there; `enclosed_by` the actors whose ground lies around it; `pieces` the pieces
    of the series that are held.
    """

    day: date
    km2: dict[str, float]
    places: tuple[str, ...]
    enclosed_by: tuple[str, ...]
    pieces: NDArray[np.int64]

    @property
    def area_km2(self) -> float:
        """The area that is held."""
        return sum(self.km2.values())


@dataclass(frozen=True)
class Pocket:
    """Enclosed ground of one side over time; both `first` and `last` day are included.

    `origin` tells how it came about: `BEFORE` the series, `CUT_OFF` from the rest, `SPLIT` from
    another pocket, `TAKEN` amid enemies, or because the side's main body is elsewhere now
    (`SHIFTED`). `fate` tells how it ended: `LASTS` to the last day of the series, `LINKED` with
    ground that is open, `MERGED` into another pocket, `LOST` to others, or main body now
    (`SHIFTED`). `closed_by` and `opened_by` are the changes of the first day, and of the day after
    the last, that did it; empty where only a change of sides did, or nothing in the span.
    """

    number: int
    side: str
    first: date
    last: date
    origin: str
    fate: str
    closed_by: tuple[Cause, ...]
    opened_by: tuple[Cause, ...]
    states: tuple[PocketState, ...]

    @property
    def days(self) -> int:
        """The number of days it lasted within the series."""
        return (self.last - self.first).days + 1

    @property
    def largest(self) -> PocketState:
        """Its first state of the largest area."""
        return max(self.states, key=lambda state: state.area_km2)

    @property
    def places(self) -> tuple[str, ...]:
        """The places that were ever in it, sorted."""
        return tuple(sorted({place for state in self.states for place in state.places}))

    def on(self, day: date) -> PocketState | None:
        """Return its state at the end of a day, or None where it was none.

        Parameters
        ----------
        day
            The civil day.

        Returns
        -------
        PocketState | None
            What it was at the end of that day.
        """
        if not self.first <= day <= self.last:
            return None
        return self.states[bisect_right(self.states, day, key=attrgetter("day")) - 1]


@dataclass(frozen=True)
class Pockets:
    """The pockets of a series, in order of their first day and number."""

    series: Series
    pieces: Pieces
    pockets: tuple[Pocket, ...]

    def __iter__(self) -> Iterator[Pocket]:
        """Yield the pockets."""
        return iter(self.pockets)

    def __len__(self) -> int:
        """Return the number of pockets."""
        return len(self.pockets)

    def __getitem__(self, index: int) -> Pocket:
        """Return the pocket of that index."""
        return self.pockets[index]

    def outline(self, state: PocketState) -> shapely.MultiPolygon:
        """Return the ground that is held in a state of a pocket, in degrees.

        Parameters
        ----------
        state
            A state of one of the pockets.

        Returns
        -------
        shapely.MultiPolygon
            In degrees, WGS 84.
        """
        held = np.zeros(len(state.pieces), dtype=np.int64)
        return areas_of(self.pieces.arcs, state.pieces, held)[0]

    @cached_property
    def frame(self) -> geopandas.GeoDataFrame:
        """The pockets, a row each, drawn at their largest.

        See `geofront.control.frames.pocket_frame`.
        """
        from geofront.control.frames import pocket_frame

        return pocket_frame([(p, p.largest, self.outline(p.largest)) for p in self])

    def on(self, day: date | str) -> geopandas.GeoDataFrame:
        """Return the pockets of a day, drawn as they were at its end.

        Parameters
        ----------
        day
            A day of the span, as a date or ``YYYY-MM-DD``.

        Returns
        -------
        geopandas.GeoDataFrame
            See `geofront.control.frames.pocket_frame`.

        Raises
        ------
        SpanError
            If the day lies outside the span.
        DateError
            If the text is not a day.
        """
        from geofront.control.frames import pocket_frame

        when = self.series.snapshot(day).day
        there = [(pocket, state) for pocket in self if (state := pocket.on(when)) is not None]
        return pocket_frame([(pocket, state, self.outline(state)) for pocket, state in there])

    def daily(self) -> pd.DataFrame:
        """Return the size of each pocket over time.

        Returns
        -------
        pandas.DataFrame
            A row for each pocket and day: its number, side, the actors in it, the km² that they
            hold, and the number of places.
        """
        import pandas as pd

        rows = [
            (day, p.number, p.side, tuple(s.km2), s.area_km2, len(s.places))
            for p in self
            for day in days_between(p.first, p.last)
            if (s := p.on(day)) is not None
        ]
        rows.sort(key=itemgetter(0, 1))
        table = pd.DataFrame(rows, columns=list(_DAY_COLUMNS))
        return table.astype({"pocket": int, "km2": float, "places": int})

    def __repr__(self) -> str:
        """Tell how many there are, and when."""
        return f"<Pockets of {self.series.title!r}: {len(self)} pockets>"
