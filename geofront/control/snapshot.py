"""A snapshot: who holds what at the end of one day."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from geofront.control.area import areas, label_km2
from geofront.control.frontline import front_lines
from geofront.display import show

if TYPE_CHECKING:
    from datetime import date

    import folium
    import geopandas
    import numpy as np
    from numpy.typing import NDArray

    from geofront.control.arcs import Arcs
    from geofront.control.frontline import FrontLine
    from geofront.control.history import PlaceStatus
    from geofront.control.patchwork import State
    from geofront.control.series import Series
    from geofront.events.event import Event

__all__ = ["Snapshot"]


@dataclass(frozen=True)
class Snapshot:
    """Status, areas and front lines at the end of one day.

    Examples
    --------
    >>> import geofront
    >>> timeline = geofront.read("palmyra-2016")
    >>> series = geofront.draw(timeline, start="2016-12-11", end="2016-12-11")
    >>> snapshot = series.snapshot("2016-12-11")
    >>> snapshot
    <Snapshot of 'Palmyra offensive (December 2016)' on 2016-12-11: ... isil 9,249 km², ...>
    >>> snapshot.areas.crs.to_string()
    'EPSG:4326'
    """

    series: Series
    day: date

    @cached_property
    def state(self) -> State:
        """The labels of the series' patches, and the arcs where they differ."""
        return self.series.patchwork.on(self.day)

    @cached_property
    def drawn(self) -> tuple[Arcs, State]:
        """The lines that areas and fronts are drawn along, generalised if the series is."""
        return self.series.drawn_on(self.day)

    @property
    def as_of(self) -> date | None:
        """The latest day up to this one that the series was updated on; None: not yet."""
        count = bisect_right(self.series.updated_days, self.day)
        return self.series.updated_days[count - 1] if count else None

    @cached_property
    def area_km2(self) -> NDArray[np.float64]:
        """The area of each label in km², as it is before any generalising."""
        return label_km2(self.series.patchwork, self.state.labels, len(self.series.labels))

    @cached_property
    def fronts(self) -> list[FrontLine]:
        """The front lines."""
        opposition = self.series.opposition_on(self.day)
        return front_lines(*self.drawn, opposition)

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
            areas(*self.drawn),
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

    def explore(self, **options: object) -> folium.Map:
        """Return the interactive map of the series, opened on this day.

        Parameters
        ----------
        **options
            As `geofront.render.page.foliummap.control_map` takes them, such as ``tiles``.

        Returns
        -------
        folium.Map
            A map that further layers of folium may be added to.
        """
        view: folium.Map = show("explore_snapshot", self, **options)
        return view

    def _repr_html_(self) -> str:
        """Show in a notebook: the picture of the day, and who holds how many km²."""
        html: str = show("snapshot_html", self)
        return html

    def __repr__(self) -> str:
        """Tell the day and who holds how much."""
        held = (
            f"{'/'.join(label.actors) or 'unknown'}"
            f"{' (contested)' if label.contested_by else ''} {km2:,.0f} km²"
            for label, km2 in zip(self.series.labels, self.area_km2, strict=True)
            if km2 > 0
        )
        return f"<Snapshot of {self.series.timeline.title!r} on {self.day}: {', '.join(held)}>"
