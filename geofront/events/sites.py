"""Which place a row of an events.csv means: its own position, or a name of some gazetteer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geofront.errors import AmbiguousPlaceError, UnknownPlaceError
from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.names import slug
from geofront.gazetteer.place import Place
from geofront.gazetteer.resolver import Context, locate_in_turn
from geofront.gazetteer.tables import degrees, radius_km

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geofront.crs import BBox
    from geofront.files import Row, Table

__all__ = ["Sites"]

_SAME = 1e-6
"""Degrees, about 0.1 m: programs round what they write."""


class Sites:
    """The places that the rows of one events.csv mean.

    Parameters
    ----------
    table
        The file; rows with their own ``lon`` and ``lat`` make places of their own.
    gazetteers
        Where names are looked up, in this order: a later one is asked only for names that the
        earlier ones do not have. A row whose ``place`` is the id of one of their places, at its
        position, means that place.
    extent
        The box of the conflict in degrees, which decides between namesakes.
    """

    def __init__(self, table: Table, gazetteers: Sequence[Gazetteer], extent: BBox | None) -> None:
        self._table = table
        self._context = Context(extent=extent)
        self._given = tuple(gazetteers)
        self._known: dict[str, Place | None] = {}
        own, known = self._places_at_rows(table)
        self._at_row = own | known
        self._gazetteers = (Gazetteer(own.values()), *gazetteers)
        self._found: dict[str, Place | UnknownPlaceError | AmbiguousPlaceError] = {}

    def __call__(self, row: Row) -> Place | None:
        """Return the place of a row.

        Parameters
        ----------
        row
            A row of the file.

        Returns
        -------
        Place | None
            The row's own position under its name, or the place that its name means; None where
            its own position is none, which is noted on the table already.

        Raises
        ------
        UnknownPlaceError
            If no gazetteer has the name.
        AmbiguousPlaceError
            If several places answer to it equally well.
        ValueError
            If the row has neither name nor position, or half a position.
        """
        if row.number in self._at_row:
            return self._at_row[row.number]
        name = row.get("place")
        if bool(row.get("lon")) != bool(row.get("lat")):
            raise ValueError("half a position; give both lon and lat in degrees, or neither")
        if row.get("lon"):
            return None
        if not name:
            raise ValueError("place is missing; write a name, an id, or lon and lat")
        if name not in self._found:
            try:
                self._found[name] = locate_in_turn(name, self._gazetteers, context=self._context)
            except (UnknownPlaceError, AmbiguousPlaceError) as error:
                self._found[name] = error
        found = self._found[name]
        if isinstance(found, Exception):
            raise found
        return found

    def _places_at_rows(self, table: Table) -> tuple[dict[int, Place], dict[int, Place]]:
        """Return the places of the rows with positions: those of their own, and the known ones."""
        positions: dict[int, tuple[float, float]] = {}
        for row in table.rows:
            if row.get("lon") and row.get("lat"):
                lon, lat = degrees(row, table, "lon"), degrees(row, table, "lat")
                if lon is not None and lat is not None:
                    positions[row.number] = (lon, lat)
        known = {
            row.number: place
            for row in table.rows
            if row.number in positions and (place := self._known_at(row, positions[row.number]))
        }
        spots: dict[str, set[tuple[float, float]]] = {}
        for row in table.rows:
            if row.number in positions and row.number not in known:
                spots.setdefault(slug(row.get("place")), set()).add(positions[row.number])
        own = {
            row.number: _own_place(row, table, *positions[row.number], spots)
            for row in table.rows
            if row.number in positions and row.number not in known
        }
        return own, known

    def _known_at(self, row: Row, position: tuple[float, float]) -> Place | None:
        """Return the place that a row names by its id, if the row's own position is the same."""
        name = row.get("place")
        if name not in self._known:
            found = (gazetteer.get(name) for gazetteer in self._given)
            self._known[name] = next((place for place in found if place), None)
        place = self._known[name]
        if place is None or row.get("radius_km"):
            return None
        return place if max(map(_apart, place.position, position)) <= _SAME else None


def _apart(one: float, other: float) -> float:
    return abs(one - other)


def _own_place(
    row: Row, table: Table, lon: float, lat: float, spots: dict[str, set[tuple[float, float]]]
) -> Place:
    label = row.get("place")
    at = f"{lon:.4f},{lat:.4f}"
    stem = slug(label)
    alone = len(spots[stem]) == 1 and stem
    return Place(
        id=stem if alone else f"{stem}@{at}",
        name=row.get("place_name") or label or at,
        lon=lon,
        lat=lat,
        radius_km=radius_km(row, table) or 0.0,
        source=table.file,
    )
