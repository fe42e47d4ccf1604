"""A gazetteer: a searchable set of places."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from geofront.gazetteer.names import fold, normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from geofront.gazetteer.place import Place

__all__ = ["Gazetteer"]

_LIKENESS = 0.75


class Gazetteer:
    """A set of places, found by id, by exact spelling, or by folded spelling.

    Parameters
    ----------
    places
        The places; where an id comes twice, the first one stays.
    """

    def __init__(self, places: Iterable[Place]) -> None:
        self._by_id: dict[str, Place] = {}
        for place in places:
            self._by_id.setdefault(place.id, place)
        self._exact: dict[str, dict[str, Place]] = {}
        self._folded: dict[str, dict[str, Place]] = {}
        for place in self._by_id.values():
            for toponym in place.toponyms:
                self._exact.setdefault(normalise(toponym), {})[place.id] = place
                key = fold(toponym)
                if key:
                    self._folded.setdefault(key, {})[place.id] = place

    def __len__(self) -> int:
        """Return the number of places."""
        return len(self._by_id)

    def __iter__(self) -> Iterator[Place]:
        """Yield the places in the order given."""
        return iter(self._by_id.values())

    def __contains__(self, place_id: object) -> bool:
        """Return whether a place of that id is in the gazetteer."""
        return place_id in self._by_id

    def __repr__(self) -> str:
        """Tell the number of places and spellings."""
        return f"<Gazetteer of {len(self._by_id):,} places, {len(self._exact):,} spellings>"

    def get(self, place_id: str) -> Place | None:
        """Return the place of that id, or None."""
        return self._by_id.get(place_id)

    def spelled(self, name: str) -> list[Place]:
        """Return the places that carry exactly this spelling, case aside."""
        return list(self._exact.get(normalise(name), {}).values())

    def sounding(self, name: str) -> list[Place]:
        """Return the places with a spelling of the same folded key."""
        return list(self._folded.get(fold(name), {}).values())

    def alike(self, name: str, limit: int = 3) -> list[str]:
        """Return names of places whose spelling looks like this one, best first.

        Parameters
        ----------
        name
            A toponym that was not found.
        limit
            How many to return at most.

        Returns
        -------
        list[str]
            Names of different places.
        """
        keys = difflib.get_close_matches(fold(name), self._folded, n=limit * 2, cutoff=_LIKENESS)
        names = [place.name for key in keys for place in self._folded[key].values()]
        return list(dict.fromkeys(names))[:limit]
