"""A gazetteer: a searchable set of places, in memory or kept on disk."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from geofront.crs import EARTH_KM, unit_vectors
from geofront.gazetteer.arrays import KeyTable, TextColumn, key_of
from geofront.gazetteer.likeness import Spelling, likeness
from geofront.gazetteer.memo import memoised
from geofront.gazetteer.names import fold, normalise
from geofront.gazetteer.soundindex import SoundIndex
from geofront.gazetteer.sounds import alternatives, sounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from geofront.crs import LonLat
    from geofront.gazetteer.place import Place

__all__ = ["ALIAS", "NAME", "SECOND", "Gazetteer", "Toponyms"]

NAME, ALIAS, SECOND = 0, 1, 2
"""What a toponym is to its place: the name, an alias, or a name in brackets or after a slash."""

_ROUNDING_DEGREES = 1e-9
# A spelling in another script, of which only the sound speaks, yields to a Latin one so near.
_YIELDING = 0.97


class Toponyms:
    """The spellings of numbered places, and the keys under which they are found.

    Parameters
    ----------
    text
        The spellings.
    place_row
        The row of each spelling's place, ascending, shape (toponyms,).
    role
        `NAME`, `ALIAS` or `SECOND` of each spelling.
    exact, folded
        Which spellings have a key, as written and folded.
    """

    def __init__(
        self,
        text: TextColumn,
        place_row: NDArray[np.int32],
        role: NDArray[np.uint8],
        *,
        exact: KeyTable,
        folded: KeyTable,
    ) -> None:
        self.text = text
        self.place_row = place_row
        self.role = role
        self.exact = exact
        self.folded = folded

    @classmethod
    def of(cls, places: Iterable[Place]) -> Toponyms:
        """Take the spellings of places, in their order."""
        texts: list[str] = []
        rows: list[int] = []
        roles: list[int] = []
        for row, place in enumerate(places):
            for text, role in _roles(place):
                texts.append(text)
                rows.append(row)
                roles.append(role)
        numbers = range(len(texts))
        return cls(
            TextColumn.of(texts),
            np.array(rows, dtype=np.int32),
            np.array(roles, dtype=np.uint8),
            exact=KeyTable.of([key_of(normalise(text)) for text in texts], numbers),
            folded=KeyTable.of([key_of(fold(text)) for text in texts], numbers),
        )

    def __len__(self) -> int:
        """Return the number of spellings."""
        return len(self.text)

    def spelled(self, name: str) -> NDArray[np.int32]:
        """Return the spellings that are exactly this one, case aside."""
        wanted = normalise(name)
        rows = self.exact.rows_of(key_of(wanted))
        return rows[[normalise(self.text[row]) == wanted for row in rows]]

    def sounding(self, name: str) -> NDArray[np.int32]:
        """Return the spellings of the same folded key."""
        wanted = fold(name)
        rows = self.folded.rows_of(key_of(wanted)) if wanted else self.folded.rows[:0]
        return rows[[fold(self.text[row]) == wanted for row in rows]]


class Gazetteer:
    """A set of places, found by id, by spelling, by sound, or by position.

    Parameters
    ----------
    places
        The places; where an id comes twice, the first one stays.

    Examples
    --------
    >>> import geofront
    >>> from geofront.gazetteer.tables import shipped_places
    >>> places, _ = shipped_places("syria")  # beside them, the names and hashes of its files
    >>> gazetteer = geofront.Gazetteer(places)
    >>> gazetteer.get("palmyra").name
    'Palmyra'
    >>> [place.id for place in gazetteer.spelled("Khattab")]
    ['khattab-hama', 'khattab-homs']
    """

    def __init__(self, places: Iterable[Place]) -> None:
        unique: dict[str, Place] = {}
        for place in places:
            unique.setdefault(place.id, place)
        self.places: Sequence[Place] = list(unique.values())

    @classmethod
    def of_parts(
        cls,
        places: Sequence[Place],
        *,
        toponyms: Toponyms,
        sounds: SoundIndex,
        ids: KeyTable,
        positions: NDArray[np.float64],
    ) -> Gazetteer:
        """Put a gazetteer together from what was made of one before; see `store`.

        Parameters
        ----------
        places
            As in the gazetteer it was made of.
        toponyms
            Likewise.
        sounds
            Likewise.
        ids
            Likewise.
        positions
            Likewise: shape (n, 2), degrees, longitude first.

        Returns
        -------
        Gazetteer
            The same gazetteer.
        """
        gazetteer = cls(())
        gazetteer.places = places
        parts = {"toponyms": toponyms, "sounds": sounds, "ids": ids, "positions": positions}
        gazetteer.__dict__.update(parts)  # where cached properties keep what they made
        return gazetteer

    @cached_property
    def toponyms(self) -> Toponyms:
        """Every spelling of the places."""
        return Toponyms.of(self.places)

    @cached_property
    def sounds(self) -> SoundIndex:
        """What the spellings sound like; made when a name is first looked for by its sound."""
        return SoundIndex.of(self.toponyms.text[row] for row in range(len(self.toponyms)))

    @cached_property
    def ids(self) -> KeyTable:
        """The rows of the places by the keys of their ids."""
        return KeyTable.of([key_of(p.id) for p in self.places], range(len(self.places)))

    @cached_property
    def positions(self) -> NDArray[np.float64]:
        """Longitude and latitude of the places in degrees, shape (places, 2)."""
        return np.array([p.position for p in self.places], dtype=np.float64).reshape(-1, 2)

    @cached_property
    def _by_latitude(self) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]:
        """The rows of the places from south to north, their latitudes, and points on a sphere.

        Made in a tenth of the time that a tree takes, and searched nearly as fast.
        """
        rows = np.argsort(self.positions[:, 1], kind="stable")
        positions = self.positions[rows]
        return rows.astype(np.int32), positions[:, 1].copy(), unit_vectors(positions)

    @cached_property
    def _toponyms_of_place(self) -> NDArray[np.int64]:
        rows = np.searchsorted(self.toponyms.place_row, np.arange(len(self.places) + 1))
        return rows.astype(np.int64)

    def __len__(self) -> int:
        """Return the number of places."""
        return len(self.places)

    def __iter__(self) -> Iterator[Place]:
        """Yield the places in the order given."""
        return iter(self.places)

    def __contains__(self, place_id: object) -> bool:
        """Return whether a place of that id is in the gazetteer."""
        return isinstance(place_id, str) and self.get(place_id) is not None

    def __repr__(self) -> str:
        """Tell the number of places and spellings."""
        return f"<Gazetteer of {len(self):,} places, {len(self.toponyms):,} spellings>"

    def get(self, place_id: str) -> Place | None:
        """Return the place of that id, or None.

        Parameters
        ----------
        place_id
            The id, as it is written.

        Returns
        -------
        Place | None
            The place.
        """
        row = self.row_of(place_id)
        return None if row is None else self.places[row]

    def row_of(self, place_id: str) -> int | None:
        """Return the row of the place of that id, or None.

        Parameters
        ----------
        place_id
            The id, as it is written.

        Returns
        -------
        int | None
            An index into `places`.
        """
        rows = self.ids.rows_of(key_of(place_id))
        return next((int(row) for row in rows if self.places[int(row)].id == place_id), None)

    def spelled(self, name: str) -> list[Place]:
        """Return the places that carry exactly this spelling, case aside.

        Parameters
        ----------
        name
            The spelling, in any script.

        Returns
        -------
        list[Place]
            Empty where there is none.
        """
        return self._places_of(self.toponyms.spelled(name))

    def sounding(self, name: str) -> list[Place]:
        """Return the places with a spelling of the same folded key.

        Parameters
        ----------
        name
            The spelling, in any script.

        Returns
        -------
        list[Place]
            Empty where there is none.
        """
        return self._places_of(self.toponyms.sounding(name))

    def alike(self, name: str, limit: int = 3) -> list[str]:
        """Return names of places whose spelling sounds like this one, best first.

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
        found: dict[str, float] = {}
        for row, _, alike in self.sounding_like(name):
            place = self.places[int(self.toponyms.place_row[row])].name
            found[place] = max(alike, found.get(place, 0.0))
        return sorted(found, key=lambda n: -found[n])[:limit]

    def sounding_like(
        self, name: str, *, also: NDArray[np.int32] | None = None
    ) -> Iterator[tuple[int, str, float]]:
        """Yield the spellings that sound like a name: row, text, and how alike, from 0 to 1.

        To a name in Latin letters a spelling in another script is less alike than one in Latin
        letters that is nearly as alike, for nothing tells that its letters would agree as well.

        Parameters
        ----------
        name
            A toponym.
        also
            Rows of spellings that are compared as well, however they sound.

        Yields
        ------
        tuple[int, str, float]
            The index of the spelling, its text, and how alike it is.
        """
        query = Spelling.of(name, sounds(name), self.sounds.weight)
        rows = self.sounds.names_like(name, also=also).tolist()
        texts = [self.toponyms.text[row] for row in rows]
        spelling_of = _spellings(self)
        alike: dict[str, float] = {}
        unlettered: set[str] = set()
        best_latin = 0.0
        for row, text in zip(rows, texts, strict=True):
            if text not in alike:
                spelling = spelling_of(row, text)
                alike[text] = likeness(query, spelling)
                if query.written and spelling.written:
                    best_latin = max(best_latin, alike[text])
                elif query.written:
                    unlettered.add(text)
        for row, text in zip(rows, texts, strict=True):
            yields = text in unlettered and best_latin >= _YIELDING * alike[text]
            yield row, text, alike[text] * (_YIELDING if yields else 1.0)

    def rows_within(self, point: LonLat, km: float) -> NDArray[np.int32]:
        """Return the rows of the places at most so many km from a point, ascending.

        Parameters
        ----------
        point
            Position in degrees, longitude first.
        km
            Distance in km, along a great circle of a sphere.

        Returns
        -------
        NDArray[np.int32]
            Shape (n,), indices into `places`.
        """
        if km >= EARTH_KM * np.pi:
            return np.arange(len(self), dtype=np.int32)
        rows, latitudes, spots = self._by_latitude
        reach = np.degrees(km / EARTH_KM) + _ROUNDING_DEGREES
        first, last = np.searchsorted(latitudes, [point.lat - reach, point.lat + reach])
        chords = np.linalg.norm(spots[first:last] - unit_vectors(np.array([point])), axis=1)
        return np.sort(rows[first:last][chords <= 2 * np.sin(km / EARTH_KM / 2)])

    def toponym_rows(self, place_rows: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the rows of the spellings of places.

        Parameters
        ----------
        place_rows
            Indices into `places`, shape (n,).

        Returns
        -------
        NDArray[np.int32]
            Shape (m,), indices into the spellings.
        """
        bounds = self._toponyms_of_place
        spans = [np.arange(bounds[r], bounds[r + 1], dtype=np.int32) for r in place_rows]
        return np.concatenate(spans) if spans else np.empty(0, dtype=np.int32)

    def _places_of(self, toponym_rows: NDArray[np.int32]) -> list[Place]:
        rows = dict.fromkeys(int(self.toponyms.place_row[row]) for row in toponym_rows)
        return [self.places[row] for row in rows]


@memoised
def _spellings(gazetteer: Gazetteer) -> Callable[[int, str], Spelling]:
    """Return the function that prepares the spelling of a row; it keeps many of them."""
    sounds = gazetteer.sounds

    @lru_cache(maxsize=16384)
    def spelling(row: int, text: str) -> Spelling:
        return Spelling.of(text, sounds.readings(row), sounds.weight)

    return spelling


def _roles(place: Place) -> Iterator[tuple[str, int]]:
    for position, toponym in enumerate(place.toponyms):
        role = ALIAS if position else NAME
        yield toponym, role
        names = alternatives(toponym)
        if len(names) > 1:
            yield names[0], role
            yield from ((name, SECOND) for name in names[1:])
