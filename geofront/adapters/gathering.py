"""What records of events have in common: places, actors and sources to gather, days, positions."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from geofront.dates import as_day
from geofront.errors import DataFaultsError, Fault, UnknownNameError
from geofront.events.event import Kind
from geofront.gazetteer.names import slug

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "DROPPED",
    "Cast",
    "DropError",
    "Sites",
    "Wanted",
    "day_in",
    "kinds_given",
    "moment_in",
    "position_in",
    "whole_number",
]

KindsGiven: TypeAlias = Mapping[str, str] | str | None
DROPPED = "drop"
"""What stands for no kind where kinds are bound."""

_EARLIEST, _LATEST = dt.date(1800, 1, 1), dt.date(2199, 12, 31)
_DAY = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?\Z"
)
_WORDED_DAY = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3})[a-z]*\.?[ -](\d{4})\Z")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_UNIX = re.compile(r"\d{9,10}(\.0+)?\Z")
_MAX_LON, _MAX_LAT = 180.0, 90.0


class DropError(Exception):
    """A record can't be used, and why: it never reaches the user, but the ledger.

    Parameters
    ----------
    reason
        A short sentence, the same for all records of that fault.
    value
        What is at fault.
    """

    def __init__(self, reason: str, value: str = "") -> None:
        self.reason = reason
        self.value = value
        super().__init__(reason)


# --- cells ------------------------------------------------------------------------------------


def whole_number(text: str) -> int | None:
    """Return a whole number, which programs also write ``3.0``, or None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return int(value) if math.isfinite(value) and value.is_integer() else None


def day_in(text: str) -> dt.date | None:
    """Return the day of ``2023-01-31``, ``2023-01-31 00:00:00`` or ``31 January 2023``, or None.

    Days before 1800 and after 2199 are slips of a pen.
    """
    found = _DAY.match(text)
    if found:
        year, month, day = (int(part) for part in found.groups())
    else:
        worded = _WORDED_DAY.match(text)
        name = worded[2].casefold() if worded else ""
        if not worded or name not in _MONTHS:
            return None
        year, month, day = int(worded[3]), _MONTHS.index(name) + 1, int(worded[1])
    try:
        made = dt.date(year, month, day)
    except ValueError:
        return None
    return made if _EARLIEST <= made <= _LATEST else None


def moment_in(text: str) -> dt.datetime | None:
    """Return the moment of Unix time in seconds, or of a day (at its start, in UTC), or None."""
    if _UNIX.match(text):
        return dt.datetime.fromtimestamp(int(text.partition(".")[0]), dt.UTC)
    day = day_in(text)
    return None if day is None else dt.datetime.combine(day, dt.time(), dt.UTC)


def position_in(lon: str, lat: str) -> tuple[float, float]:
    """Return longitude and latitude in degrees.

    Raises
    ------
    DropError
        If they are missing, no numbers, 0, 0 (which stands for none) or nowhere on Earth.
    """
    told = f"{lat}, {lon}"
    if not lon or not lat:
        raise DropError("it has no position", told.strip(", "))
    try:
        x, y = float(lon), float(lat)
    except ValueError:
        raise DropError("its position is no number", told) from None
    if not (math.isfinite(x) and math.isfinite(y)):
        raise DropError("its position is no number", told)
    if abs(x) > _MAX_LON or abs(y) > _MAX_LAT:
        raise DropError("its position is nowhere on Earth", told)
    if x == 0 and y == 0:
        raise DropError("it has no position", told)
    return x, y


def kinds_given(given: KindsGiven, *, may_set_status: bool = True) -> dict[str, str]:
    """Return the kinds that a user binds: ``Agreement=ceasefire,Arrests=drop``, or a mapping.

    Parameters
    ----------
    given
        What the format calls it, and a kind of event or ``drop``.
    may_set_status
        Whether the format tells enough for kinds that say who holds a place.

    Returns
    -------
    dict[str, str]
        By lower-case name.

    Raises
    ------
    DataFaultsError
        If a text is not written so.
    UnknownNameError
        If there is no such kind, or the format can't tell it.
    """
    if isinstance(given, str):
        pairs = [part.partition("=") for part in given.split(",") if part.strip()]
        wrong = next((name for name, equals, _ in pairs if not equals), "")
        if wrong:
            message = f"{wrong!r} is not written NAME=KIND; write kinds=Agreement=ceasefire,..."
            raise DataFaultsError([Fault("kinds", 0, message)])
        given = {name: kind for name, _, kind in pairs}
    fit = (kind for kind in Kind if kind is not Kind.RETRACTION)
    known = [*(kind for kind in fit if may_set_status or not kind.sets_status), DROPPED]
    kinds = {}
    for name, kind in (given or {}).items():
        if str(kind).strip().casefold() not in known:
            raise UnknownNameError("kind", str(kind), known)
        kinds[" ".join(str(name).casefold().split())] = str(kind).strip().casefold()
    return kinds


# --- what is wanted ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """The days and countries that a user asks for; without any, all."""

    start: dt.date | None = None
    end: dt.date | None = None
    countries: frozenset[str] = frozenset()

    @classmethod
    def given(
        cls,
        start: dt.date | str | None,
        end: dt.date | str | None,
        countries: Sequence[str] | str = (),
    ) -> Wanted:
        """Read what a user asks for.

        Raises
        ------
        DateError
            If a text is not a day.
        """
        names = countries.split(",") if isinstance(countries, str) else countries
        return cls(
            as_day(start or None),
            as_day(end or None),
            frozenset(name.strip().casefold() for name in names if name.strip()),
        )

    def check(self, first: dt.date, last: dt.date, country: str = "") -> None:
        """Let what is asked for pass.

        Raises
        ------
        DropError
            If it is outside.
        """
        if (self.start and last < self.start) or (self.end and first > self.end):
            raise DropError("it lies outside the days asked for", str(first))
        if self.countries and country.casefold() not in self.countries:
            raise DropError("it lies outside the countries asked for", country)


# --- what events name -------------------------------------------------------------------------


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
    _found: dict[tuple[str, float, float], _Site] = field(default_factory=dict)

    def see(
        self, name: str, position: tuple[float, float], radius_km: float, **cells: object
    ) -> tuple[str, float, float]:
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

    def ids(self) -> dict[tuple[str, float, float], str]:
        """Return the ids: the name, and of namesakes also the position."""
        stems = Counter(site.stem for site in self._found.values())
        return {
            key: key[0] if stems[key[0]] == 1 else f"{key[0]}@{key[1]},{key[2]}"
            for key in self._found
        }

    def rows(self) -> list[dict[str, object]]:
        """Return the rows of the table of places."""
        ids = self.ids()
        return [{"id": ids[key], **site.row} for key, site in self._found.items()]


@dataclass(slots=True)
class Cast:
    """Actors, or sources, by the ids that are made of their names."""

    column: str = "name"
    rows: dict[str, dict[str, object]] = field(default_factory=dict)
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
