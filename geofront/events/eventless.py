"""A timeline of no events: what maps that others drew have of actors, title and licence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geofront.events.timeline import About, InputFile, Timeline
from geofront.gazetteer.index import Gazetteer

if TYPE_CHECKING:
    from geofront.events.actor import Actors

__all__ = ["eventless_timeline"]


def eventless_timeline(about: About, actors: Actors, inputs: tuple[InputFile, ...]) -> Timeline:
    """Return a timeline without events, places and sources.

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
    return Timeline(
        about=about,
        events=(),
        places={},
        actors=actors,
        sources={},
        gazetteer=Gazetteer([]),
        inputs=inputs,
    )
