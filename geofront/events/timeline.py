"""A timeline: the events, ordered, with their places, actors and sources."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from geofront.display import show
from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.resolver import locate_in_turn

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import geopandas
    import shapely

    from geofront.events.actor import Actors
    from geofront.events.event import Event
    from geofront.events.source import Source
    from geofront.gazetteer.place import Place

__all__ = ["About", "InputFile", "Timeline"]


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file that a timeline was read from, and its SHA-256.

    `table` is the name of the table that it holds, empty for what is none of the conflict's own.
    `further_columns` are those of its columns that mean nothing to geofront.
    """

    name: str
    sha256: str
    table: str = ""
    further_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class About:
    """What a conflict.toml says: title, span, extent, and how the map is to be drawn.

    `extent` is a polygon or multipolygon in degrees or None for the hull of the places.
    """

    title: str
    description: str = ""
    start: date | None = None
    end: date | None = None
    timezone: str = "UTC"
    extent: shapely.Geometry | None = None
    method: str = ""
    reach_km: float | None = None
    policy: str = "best-evidence"
    licence: str = ""
    attribution: str = ""


@dataclass(frozen=True)
class Timeline:
    """The events of a conflict in order, at least one, with everything they refer to.

    `places` holds the places that events name, by id; `gazetteer` all that names may resolve to.
    """

    about: About
    events: tuple[Event, ...]
    places: Mapping[str, Place]
    actors: Actors
    sources: Mapping[str, Source]
    gazetteer: Gazetteer
    inputs: tuple[InputFile, ...] = ()

    @property
    def title(self) -> str:
        """The title of the conflict."""
        return self.about.title

    @cached_property
    def start(self) -> date:
        """The first day: of the conflict's span, or else of the first event."""
        return self.about.start or min(e.day for e in self.events)

    @cached_property
    def end(self) -> date:
        """The last day: of the conflict's span, or else of the last event."""
        return self.about.end or max(e.day for e in self.events)

    def place(self, name: str) -> Place:
        """Return the place that a name means in this timeline.

        Places that the events name come before all others of the gazetteer.

        Parameters
        ----------
        name
            An id or any spelling.

        Returns
        -------
        Place
            The place.

        Raises
        ------
        UnknownPlaceError
            If no place answers to the name.
        AmbiguousPlaceError
            If several answer equally well.
        """
        return locate_in_turn(name, (self._own_gazetteer, self.gazetteer))

    def to_geodataframe(self) -> geopandas.GeoDataFrame:
        """Return the events with all their columns, and the name and position of their places.

        Names that stand together are joined by ``|``. `geofront.read` makes events of it again.

        Returns
        -------
        geopandas.GeoDataFrame
            A row an event, in order, in WGS 84; its shape is its area or road, or else the point
            of its place.

        Raises
        ------
        DataFaultsError
            If a value can't be told from others when it is read again.
        """
        from geofront.events.writer import to_frames

        return to_frames(self)["events"]

    @cached_property
    def _own_gazetteer(self) -> Gazetteer:
        return Gazetteer(self.places.values())

    def in_palette(self, palette: str) -> Timeline:
        """Return the timeline with its actors in other colours.

        Parameters
        ----------
        palette
            ``"customary"`` or ``"colour-blind-safe"``.

        Returns
        -------
        Timeline
            The same in all else.

        Raises
        ------
        UnknownNameError
            If there is no such palette.
        """
        return replace(self, actors=self.actors.in_palette(palette))

    def __repr__(self) -> str:
        """Tell the size and the span."""
        return (
            f"<Timeline {self.title!r}: {len(self.events):,} events "
            f"at {len(self.places):,} places, {self.start} to {self.end}, "
            f"{len(self.actors)} actors, {len(self.sources)} sources>"
        )

    def _repr_html_(self) -> str:
        """Show in a notebook: span, counts, sources, the first and the last events."""
        html: str = show("timeline_html", self)
        return html
