"""Daily maps put together from the polygons that files give, a map for each day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import shapely
from pyproj import Geod

from geofront.adapters.imported import Imported
from geofront.adapters.options import pairs_given
from geofront.dates import parse_day
from geofront.errors import DataFaultsError, DateError, Fault
from geofront.events.actor import Actor, Actors
from geofront.events.dailymaps import DailyMaps, daily_maps
from geofront.files import sha256

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence
    from datetime import datetime

    from geofront.adapters.drawn.files import MapFile
    from geofront.adapters.report import Ledger
    from geofront.events.timeline import About

__all__ = [
    "BETWEEN",
    "Sheet",
    "Sheets",
    "actor_given",
    "actors_of",
    "days_given",
    "imported_maps",
    "refuse_empty",
]

BETWEEN = "|"
"""Joins the actors who contest a piece of ground."""

_MOST_NAMED = 12
_LEAST_KM2 = 0.001
_M2_PER_KM2 = 1e6
_GEOD = Geod(ellps="WGS84")


@dataclass(slots=True)
class Sheet:
    """The polygons of a day, or of one layer of it, as a file has them.

    `shapes` has the polygons of each actor, or of several (``A|B``), in degrees; `records` is the
    number of records that they were made of. A `version` that is later replaces an earlier one.
    """

    day: date
    file: str
    shapes: dict[str, list[shapely.Geometry]]
    records: int
    layer: Hashable = ""
    version: datetime | None = None
    continued: bool = False

    @property
    def content(self) -> dict[str, list[bytes]]:
        """What it shows, to tell whether another one shows the same."""
        return {label: sorted(shapely.to_wkb(s) for s in got) for label, got in self.shapes.items()}


@dataclass(slots=True)
class Sheets:
    """Gathers the sheets of files, one for each day and layer.

    Of labels that stand earlier in `order` the ground is theirs where polygons overlap.
    """

    ledger: Ledger
    order: Sequence[str] = ()
    _kept: dict[tuple[date, Hashable], Sheet] = field(default_factory=dict)
    _digests: list[str] = field(default_factory=list)
    _lacking: set[date] = field(default_factory=set)

    def opened(self, file: MapFile) -> None:
        """Note what the file holds, for the digest of the whole."""
        parts = [sha256(data) for _, data in sorted(file.beside.items())]
        self._digests.append(" ".join([sha256(file.data), *parts]))

    @property
    def digest(self) -> str:
        """The SHA-256 of all that was opened."""
        return sha256("\n".join(sorted(self._digests)).encode())

    @property
    def kept(self) -> list[Sheet]:
        """The sheets, by day and layer."""
        return [sheet for _, sheet in sorted(self._kept.items(), key=lambda item: str(item[0]))]

    def lacks(self, day: date) -> None:
        """Note that a polygon of a day could not be read."""
        self._lacking.add(day)

    def add(self, sheet: Sheet) -> None:
        """Add a sheet, or drop it, or the one that it replaces."""
        key = (sheet.day, sheet.layer)
        other = self._kept.get(key)
        if other is None:
            self._kept[key] = sheet
            return
        if other.continued and other.content != sheet.content:
            self._kept[key] = _joined(other, sheet)
            return
        loser, reason, value = _loser(other, sheet)
        if loser is other:
            self._kept[key] = sheet
        self.ledger.drop(loser.file, 0, reason, value, count=loser.records)

    def maps(
        self, name: str, always: Mapping[str, Sequence[shapely.Geometry]] | None = None
    ) -> DailyMaps:
        """Return the maps, none of whose areas overlap; what there is to say of them is noted.

        Parameters
        ----------
        name
            What they are called.
        always
            Polygons that belong to the map of every day.

        Returns
        -------
        DailyMaps
            Valid polygons in degrees.
        """
        by_day: dict[date, dict[str, list[shapely.Geometry]]] = {}
        for sheet in self.kept:
            areas = by_day.setdefault(sheet.day, {k: [*v] for k, v in (always or {}).items()})
            for label, shapes in sheet.shapes.items():
                areas.setdefault(label, []).extend(shapes)
        whole = daily_maps(
            {
                day: {label: shapely.GeometryCollection(s) for label, s in areas.items()}
                for day, areas in by_day.items()
            }
        )
        parted = {day: self._parted(day, areas) for day, areas in whole.items()}
        maps = replace(whole, by_day=parted, name=name, digest=self.digest)
        self._tell(maps)
        return maps

    def _parted(
        self, day: date, areas: Mapping[str, shapely.Geometry]
    ) -> dict[str, shapely.Geometry]:
        """Return areas without the ground that others, which go before, have as well."""
        rank = {label: i for i, label in enumerate(self.order)}
        result: dict[str, shapely.Geometry] = {}
        for label in sorted(areas, key=lambda x: (rank.get(x, len(rank)), x)):
            shape = areas[label]
            for former, other in result.items():
                both = (
                    shapely.intersection(shape, other) if shapely.intersects(shape, other) else None
                )
                if both is None or (km2 := _km2(both)) < _LEAST_KM2:
                    continue
                shape = _polygonal(shapely.difference(shape, other))
                self.ledger.note(
                    f"{day}: {km2:,.3f} km² of {label} were {former}'s as well; left to it"
                )
                self.ledger.mend("an area overlapped another one that goes before it, and was cut")
            if not shape.is_empty:
                result[label] = shape
        return result

    def _tell(self, maps: DailyMaps) -> None:
        days = list(maps)
        if not days:
            return
        missing = _days_between(days)
        same = [
            day
            for before, day in pairwise(days)
            if (day - before).days == 1 and _equal(maps[day], maps[before])
        ]
        span = (days[-1] - days[0]).days + 1
        if missing:
            self.ledger.note(
                f"{len(missing):,} of {span:,} days have no map: {_named(missing)}; "
                "the one before still stands on them"
            )
        if same:
            self.ledger.note(
                f"{len(same):,} maps are equal to that of the day before: {_named(same)}; whether "
                "nothing changed or nothing was updated, the files do not tell"
            )
        if lacking := sorted(self._lacking.intersection(days)):
            self.ledger.note(
                f"{len(lacking):,} maps lack polygons that could not be read: {_named(lacking)}"
            )
        if maps.repairs:
            self.ledger.mend("an invalid polygon was repaired", len(maps.repairs))


def _joined(one: Sheet, other: Sheet) -> Sheet:
    """Return the next page of an answer joined to those before."""
    shapes: dict[str, list[shapely.Geometry]] = defaultdict(list)
    for sheet in (one, other):
        for label, got in sheet.shapes.items():
            shapes[label].extend(got)
    return replace(other, shapes=dict(shapes), records=one.records + other.records)


def _loser(kept: Sheet, new: Sheet) -> tuple[Sheet, str, str]:
    """Return which of two sheets of a day is left out, why, and the file of the other."""
    if kept.content == new.content:
        return new, "another file has the same map of this day", kept.file
    if kept.version and new.version and kept.version != new.version:
        earlier, later = sorted((kept, new), key=lambda sheet: str(sheet.version))
        return earlier, "a later version of the same day replaces it", later.file
    return new, "another file has a map of this day already", f"{new.day}, {kept.file}"


def _days_between(days: Sequence[date]) -> list[date]:
    """Return the days between the first and the last that are not among them."""
    found = []
    for before, after in pairwise(days):
        found += [before + timedelta(days=n) for n in range(1, (after - before).days)]
    return found


def _named(days: Sequence[date]) -> str:
    """Return days as a text, runs of them by their ends."""
    runs: list[list[date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1] = [runs[-1][0], day]
        else:
            runs.append([day])
    told = [" to ".join(map(str, run)) for run in runs]
    more = len(told) - _MOST_NAMED
    return ", ".join(told[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _equal(one: Mapping[str, shapely.Geometry], other: Mapping[str, shapely.Geometry]) -> bool:
    return one.keys() == other.keys() and all(
        shapely.equals_exact(shape, other[label], 0.0, normalize=True)
        for label, shape in one.items()
    )


def _polygonal(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the polygons of a shape, without the lines and points that cutting may leave."""
    parts = [p for p in shapely.get_parts(shape, return_index=False) if p.geom_type == "Polygon"]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _km2(shape: shapely.Geometry) -> float:
    return (
        sum(
            abs(_GEOD.geometry_area_perimeter(part)[0])
            for part in shapely.get_parts(shape)
            if part.geom_type == "Polygon"
        )
        / _M2_PER_KM2
    )


def actor_given(actor: str, option: str) -> str:
    """Return the id of an actor that a caller gives.

    Raises
    ------
    DataFaultsError
        If it is blank, or has a ``|`` or a comma and so names several.
    """
    name = actor.strip()
    if not name or BETWEEN in name or "," in name:
        raise DataFaultsError([Fault(option, 0, f"{actor!r} is not the id of one actor")])
    return name


def imported_maps(sheets: Sheets, name: str, about: About) -> Imported:
    """Return the maps of sheets as an import.

    Parameters
    ----------
    sheets
        The polygons of the files.
    name
        What the files are called together.
    about
        Title, licence and attribution; the span becomes that of the maps.

    Returns
    -------
    Imported
        Maps, their actors, and the report.

    Raises
    ------
    DataFaultsError
        If there is no map.
    """
    maps = sheets.maps(name)
    if not maps:
        refuse_empty(sheets.ledger)
    return Imported(
        about=replace(about, start=min(maps), end=max(maps)),
        report=sheets.ledger.report(),
        maps=maps,
        actors=actors_of(maps),
    )


def actors_of(maps: DailyMaps) -> tuple[Actor, ...]:
    """Return the actors that maps name by their ids, in customary or assigned colours."""
    labels = {label for areas in maps.values() for label in areas}
    ids = sorted(
        {name for label in labels for part in label.split(BETWEEN) if (name := part.strip())}
    )
    made = {name: " ".join(word.capitalize() for word in name.split("-")) for name in ids}
    colored = {actor.name: actor.color for actor in Actors.named(made.values())}
    return tuple(Actor(name, made[name], name, colored[made[name]]) for name in ids)


def days_given(dates: Mapping[str, object] | str | None) -> dict[str, date]:
    """Return the day of each file that a caller gives, by the name of the file.

    Raises
    ------
    DataFaultsError
        With every text that is no day.
    """
    days: dict[str, date] = {}
    faults = []
    for name, text in pairs_given(dates, "dates").items():
        try:
            days[name] = parse_day(text[:10])
        except DateError as error:
            faults.append(Fault(name, 0, str(error)))
    if faults:
        raise DataFaultsError(faults)
    return days


def refuse_empty(ledger: Ledger) -> None:
    """Refuse an import of which nothing is left.

    Raises
    ------
    DataFaultsError
        With the first record of each reason.
    """
    faults = [
        Fault(x.file, x.row, f"{x.reason} ({x.value})" if x.value else x.reason)
        for x in ledger.report().firsts.values()
    ]
    raise DataFaultsError(faults or [Fault(ledger.format, 0, "the files hold no map")])
