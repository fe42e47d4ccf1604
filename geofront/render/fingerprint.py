"""The fingerprint of a series: what tells a file that was drawn from the same from any other."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from geofront.control.series import Series
    from geofront.control.state import Span
    from geofront.events.event import Event

__all__ = ["fingerprint"]


def fingerprint(series: Series, options: Collection[str] = ()) -> str:
    """Return the SHA-256 of everything that a series and its files are drawn from.

    Hashes of the inputs and the names of method and policy do not tell it all: actors may have
    got another palette, an extent may have been given, a timeline may have been built in code. So
    this is taken of what they lead to: the ground and its labels over time, actors, places,
    events, the status of every place, and the provenance with the version of the library.

    Parameters
    ----------
    series
        The series.
    options
        What else files depend on, such as the names of their layers; the order says nothing.

    Returns
    -------
    str
        64 hexadecimal digits. Two series of equal fingerprints give equal files.
    """
    digest = hashlib.sha256()
    told = [series.title, series.provenance, [str(series.start), str(series.end)], sorted(options)]
    digest.update(json.dumps(told).encode())
    for array in _ground(series):
        digest.update(f"{array.dtype}{array.shape}".encode())
        digest.update(array.tobytes())
    for text in _words(series):
        digest.update(f"{text}\n".encode())
    return digest.hexdigest()


def _ground(series: Series) -> Iterator[NDArray[np.float64] | NDArray[np.int64]]:
    patchwork = series.patchwork
    arcs, changes = patchwork.arcs, patchwork.changes
    yield from (arcs.points, arcs.start, arcs.tail, arcs.head, arcs.left, arcs.right, arcs.km)
    yield from (changes.first, changes.day, changes.which, changes.label, patchwork.km2)


def _words(series: Series) -> Iterator[str]:
    """Yield the texts that are drawn and written; each is its own value's `repr`."""
    timeline, history = series.timeline, series.history
    yield repr(series.labels)
    yield repr([*timeline.actors])
    yield repr(series.redrawn_days)
    for place_id in sorted(timeline.places):
        yield repr(timeline.places[place_id])
    for event in history.known_events:
        yield repr(event)
    for place_id in history.place_ids:
        yield repr((place_id, [_outcome(span) for span in history.spans[place_id]]))


def _outcome(span: Span) -> tuple[object, ...]:
    events = (_id(span.event), _id(span.claim), _id(span.pending))
    flags = (span.inferred, span.besieged_by, span.claimed_by)
    return (span.start, span.since, span.label, *flags, *events)


def _id(event: Event | None) -> str | None:
    return event.id if event else None
