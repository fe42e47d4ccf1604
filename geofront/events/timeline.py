"""A timeline: the events, ordered, with their places, actors and sources."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from geofront.display import show
from geofront.events.publishing import NOTHING, Publishing
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
    `publishing` is still to be withheld when this is published. `allow_restricted` says that rows
    whose licence does not let them be passed on are written all the same.
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
    publishing: Publishing = NOTHING
    allow_restricted: bool = False


@dataclass(frozen=True)
class Timeline:
    """The events of a conflict in order, with everything they refer to.

    `places` holds the places that events name, by id; `gazetteer` all that names may resolve to.
    `published` tells what was withheld already.

    Examples
    --------
    >>> import geofront
    >>> timeline = geofront.read("palmyra-2016")
    >>> timeline.about.title, timeline.start.isoformat(), timeline.end.isoformat()
    ('Palmyra offensive (December 2016)', '2016-12-08', '2017-01-12')
    >>> timeline.place("Tadmur").id
    'palmyra'
    """

    about: About
    events: tuple[Event, ...]
    places: Mapping[str, Place]
    actors: Actors
    sources: Mapping[str, Source]
    gazetteer: Gazetteer
    inputs: tuple[InputFile, ...] = ()
    published: Publishing = NOTHING

    @classmethod
    def eventless(cls, about: About, actors: Actors, inputs: tuple[InputFile, ...]) -> Timeline:
        """Return a timeline of no events: what maps that others drew have of actors and licence.

        Parameters
        ----------
        about
            Title, span, extent and licence; both ends of the span must be given.
        actors
            The actors.
        inputs
            What was read.

        Returns
        -------
        Timeline
            It resolves no name.
        """
        return cls(about, (), {}, actors, {}, Gazetteer([]), inputs)

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
        PhraseError
            If it is a phrase with a part that is not understood.
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

    def for_publication(
        self,
        publishing: Publishing | None = None,
        *,
        today: date | None = None,
        instead: bool = False,
    ) -> Timeline:
        """Return the timeline as others may see it.

        Parameters
        ----------
        publishing
            What is withheld; None for what the conflict itself says.
        today
            The day that a delay is counted from; None for today in the conflict's time zone.
        instead
            Whether `publishing` takes the place of what the conflict says. By default the stricter
            of both counts.

        Returns
        -------
        Timeline
            Without what is withheld, and marked so; outputs of it say what was.

        Raises
        ------
        SpanError
            If `today` is a day to come.
        DataFaultsError
            If no statement is left.
        """
        from geofront.events.redaction import published

        own = NOTHING if instead else self.about.publishing
        return published(self, own.stricter(publishing or NOTHING), today=today)

    def allowing_restricted(self) -> Timeline:
        """Return the timeline with rows written that their licence does not let be passed on.

        Returns
        -------
        Timeline
            The same in all else; outputs say that it was allowed.
        """
        return replace(self, about=replace(self.about, allow_restricted=True))

    def __repr__(self) -> str:
        """Tell the size and the span."""
        return (
            f"<Timeline {self.title!r}: {_counted(len(self.events), 'event')} "
            f"at {_counted(len(self.places), 'place')}, {self.start} to {self.end}, "
            f"{_counted(len(self.actors), 'actor')}, {_counted(len(self.sources), 'source')}>"
        )

    def _repr_html_(self) -> str:
        """Show in a notebook: span, counts, sources, the first and the last events."""
        html: str = show("timeline_html", self)
        return html


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
