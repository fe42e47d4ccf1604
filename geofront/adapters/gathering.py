"""What records name, gathered into rows: places, actors, sources, and events by their ids."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, cast

from geofront.adapters.imported import ORIGIN
from geofront.adapters.report import DropError
from geofront.gazetteer.names import slug

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from geofront.adapters.report import Ledger
    from geofront.adapters.rowfiles import Record

__all__ = ["LatestEvents", "Roster", "Sites", "Spots"]

_Key: TypeAlias = tuple[str, float, float]
"""What a place is known by: its name, longitude and latitude."""


@dataclass(slots=True)
class _Site:
    stem: str
    row: dict[str, object]


@dataclass(slots=True)
class Sites:
    """The places of events: one for each name and position, as precise as its best record.

    `source` and `licence` are those of all rows.
    """

    source: str
    licence: str
    _found: dict[_Key, _Site] = field(default_factory=dict)

    def see(
        self, name: str, position: tuple[float, float], radius_km: float, **cells: object
    ) -> _Key:
        """Take note of a place, and return the key by which `ids` knows it."""
        lon, lat = position
        name = name or f"{lat}, {lon}"
        stem = slug(name) or "place"
        key = (stem, lon, lat)
        site = self._found.get(key)
        if site is None:
            row = {
                "name": name,
                "lon": repr(lon),
                "lat": repr(lat),
                "radius_km": radius_km,
                **cells,
                "source": self.source,
                "licence": self.licence,
            }
            self._found[key] = _Site(stem, row)
        elif radius_km < float(str(site.row["radius_km"])):
            site.row["radius_km"] = radius_km
        return key

    def ids(self) -> dict[_Key, str]:
        """Return the ids: the name, and of namesakes also the position."""
        stems = Counter(site.stem for site in self._found.values())
        return {
            key: key[0] if stems[key[0]] == 1 else f"{key[0]}@{key[1]},{key[2]}"
            for key in self._found
        }

    def rows(self) -> list[Mapping[str, object]]:
        """Return the rows of the table of places."""
        ids = self.ids()
        return [{"id": ids[key], **site.row} for key, site in self._found.items()]


@dataclass(slots=True)
class Spots:
    """Places that files describe: one for each name and position, with all that is told of it.

    Unlike `Sites` they may have ids of their own, and of two cells for one column the first stays.
    """

    found: dict[_Key, dict[str, object]] = field(default_factory=dict)

    def add(self, name: str, lon: float, lat: float, cells: Mapping[str, object]) -> _Key:
        """Note a place, and return by what to ask for its id; what is known of it stays."""
        key = (name, lon, lat)
        row = self.found.setdefault(key, {"name": name or f"{lat:.4f}, {lon:.4f}"})
        for column, value in cells.items():
            if column not in row and value not in ("", None):
                row[column] = value
        row |= {"lon": lon, "lat": lat}
        return key

    def rows(self) -> dict[_Key, dict[str, object]]:
        """Return the rows of the places, each with an id of its own."""
        stems = [slug(name) for name, _, _ in self.found]
        shared = Counter(stems)
        taken: Counter[str] = Counter()
        made: dict[_Key, dict[str, object]] = {}
        given = {str(row["id"]) for row in self.found.values() if row.get("id")}
        for (key, row), stem in zip(self.found.items(), stems, strict=True):
            _, lon, lat = key
            alone = stem and shared[stem] == 1 and stem not in given
            name = str(row.get("id") or "") or (stem if alone else f"{stem}@{lon:.5f},{lat:.5f}")
            taken[name] += 1
            while taken[name] > 1:
                name = f"{name}-{taken[name]}"
                taken[name] += 1
            made[key] = {**row, "id": name}
        return made


@dataclass(slots=True)
class Roster:
    """Actors, or sources, by the ids that are made of their names."""

    column: str = "name"
    rows: dict[str, Mapping[str, object]] = field(default_factory=dict)
    _ids: dict[str, str] = field(default_factory=dict)

    def id_of(self, name: str, **cells: object) -> str:
        """Return the id of one of that name, who gets a row when first seen."""
        known = self._ids.get(name)
        if known is not None:
            return known
        plain = " ".join(name.replace("|", "/").split())
        made = slug(plain) or plain
        self._ids[name] = made
        self.rows.setdefault(made, {"id": made, self.column: plain, **cells})
        return made


@dataclass(frozen=True, slots=True)
class _Seen:
    """The event of a record, where that stands, and the number of its table."""

    table: int
    file: str
    row: int
    cells: dict[str, object]


@dataclass(slots=True)
class LatestEvents:
    """Events by their ids; of an id that several tables have, the row of the last one counts."""

    ledger: Ledger
    _tables: list[str] = field(default_factory=list)
    _seen: dict[str, _Seen] = field(default_factory=dict)

    def take(
        self, record: Record, event_id: str, read: Callable[[Record], dict[str, object]]
    ) -> None:
        """Read a record and remember its event, or drop it.

        Parameters
        ----------
        record
            The record.
        event_id
            Its id; empty for one that has none and that nothing can replace.
        read
            Returns the cells of its event, ``place`` being a key of `Sites`, or raises `DropError`.
        """
        if not self._tables or self._tables[-1] != record.file:
            self._tables.append(record.file)
        event_id = event_id or f"@{len(self._tables)}-{record.row}"
        former = self._seen.get(event_id)
        if former is not None and former.table == len(self._tables):
            self.ledger.drop(record.file, record.row, "it has the id of an earlier row", event_id)
            return
        try:
            cells = read(record)
        except DropError as error:
            self.ledger.drop(record.file, record.row, error.reason, error.value)
            return
        if former is not None:
            self.ledger.drop(former.file, former.row, "a later file has its id", event_id)
        self._seen[event_id] = _Seen(len(self._tables), record.file, record.row, cells)

    def rows(self, prefix: str, sites: Sites) -> list[Mapping[str, object]]:
        """Return the rows of the table of events.

        Parameters
        ----------
        prefix
            What their ids begin with.
        sites
            Knows the ids of their places, which are keys of it so far.

        Returns
        -------
        list[Mapping[str, object]]
            In the order in which their ids were first met.
        """
        places = sites.ids()
        return [
            seen.cells
            | {
                "id": f"{prefix}-{event_id}",
                "place": places[cast("_Key", seen.cells["place"])],
                ORIGIN: (seen.file, seen.row),
            }
            for event_id, seen in self._seen.items()
        ]
