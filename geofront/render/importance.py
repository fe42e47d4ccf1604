"""Which places matter most: whose names are written first, on pages, pictures and charts alike."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geofront.events.event import Event
    from geofront.gazetteer.place import Place

__all__ = ["Importance", "is_estimated", "size_in"]

_SIZES = ("population", "population_class")

# Of a seat of government, by its GeoNames code; heights and quarters of towns count less.
_FEATURE = {"PPLC": 1.0, "PPLA": 0.8, "PPLA2": 0.5, "PPLA3": 0.3, "AIRB": 0.1, "PPLX": -0.2}
_VAGUE = -0.3
_ESTIMATED_KM = 2.5
_PER_EVENT = 0.06
_EVENTS_THAT_COUNT = 6


class Importance:
    """Ranks places by size, feature, and how much is told of them.

    Parameters
    ----------
    places
        The places to be ranked: the largest of them is the measure of the others, by population
        and by class apart, since one table may have the one and another the other.
    events
        What is told.
    """

    def __init__(self, places: Iterable[Place], events: Iterable[Event] = ()) -> None:
        sizes = [_sizes(place) for place in places]
        self._largest = [max(column, default=0.0) or 1.0 for column in zip(*sizes, strict=True)]
        self._told = Counter(event.place_id for event in events)

    def share(self, place: Place) -> float:
        """Return how large a place is, 0 to 1; the root, so that a town is seen beside a city."""
        sizes = zip(_sizes(place), self._largest, strict=False)
        return math.sqrt(min(1.0, max((size / most for size, most in sizes), default=0.0)))

    def weight(self, place: Place) -> float:
        """Return how much the name of a place matters, of about 1 for the largest."""
        vague = _VAGUE if not place.feature or is_estimated(place) else 0.0
        told = _PER_EVENT * min(self._told[place.id], _EVENTS_THAT_COUNT)
        return self.share(place) + _FEATURE.get(place.feature, 0.0) + told + vague

    def key(self, place: Place) -> tuple[float, str]:
        """Return what places are sorted by, the most important first."""
        return -self.weight(place), place.id


def is_estimated(place: Place) -> bool:
    """Return whether a position is known so roughly that a mark there is only an estimate."""
    return place.radius_km > _ESTIMATED_KM


def size_in(place: Place, column: str) -> float:
    """Return a number of a place's row, 0 where its table has none or what makes no sense."""
    try:
        value = float(place.extra.get(column, ""))
    except ValueError:
        return 0.0
    return value if math.isfinite(value) and value > 0 else 0.0


def _sizes(place: Place) -> list[float]:
    return [size_in(place, column) for column in _SIZES]
