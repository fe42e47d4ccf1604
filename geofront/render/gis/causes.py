"""Which statements moved the ground on which day, and how a GIS file names them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geofront.render.gis.look import joined

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from geofront.control.series import Series
    from geofront.control.state import Label
    from geofront.events.event import Event

__all__ = ["Causes", "cited", "source_ids"]


def source_ids(events: Iterable[Event]) -> str | None:
    """Return the sources of events joined by ``|``, each once."""
    return joined(dict.fromkeys(source for event in events for source in event.sources))


def cited(events: list[Event]) -> tuple[str | None, str | None]:
    """Return the ids of events and their sources, each joined by ``|``."""
    return joined(dict.fromkeys(event.id for event in events)), source_ids(events)


@dataclass(frozen=True, slots=True)
class _Turn:
    """A place changed its label, by an event."""

    labels: tuple[Label, Label]
    event: Event


class Causes:
    """The statements that moved the ground, by day."""

    def __init__(self, series: Series) -> None:
        self._by_day: dict[date, list[_Turn]] = {}
        history = series.history
        now = series.place_changes.clipped(series.start.toordinal(), series.start.toordinal())
        labels = now.first.tolist()
        for change in series.changes:
            before, labels[change.place_index] = labels[change.place_index], change.label_index
            if change.event is not None:
                turn = (history.labels[before], history.labels[change.label_index])
                self._by_day.setdefault(change.day, []).append(_Turn(turn, change.event))

    def on(self, day: date, label: Label) -> list[Event]:
        """Return the statements of a day by which places got or lost a label.

        If there are none, the ground moved because of others: then those of the day.
        """
        turns = self._by_day.get(day, [])
        return [t.event for t in turns if label in t.labels] or [t.event for t in turns]

    def between(self, day: date, pair: tuple[str, str]) -> list[Event]:
        """Return the statements of a day by which places of two actors changed, or else all."""
        turns = self._by_day.get(day, [])
        touching = [
            t.event for t in turns if any(a in label.actors for label in t.labels for a in pair)
        ]
        return touching or [t.event for t in turns]
