"""Regions in a mention: what "in eastern Homs" says about the place, and which places lie there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geofront.crs import MAX_LAT, MAX_LON, LonLat, geodesic_km
from geofront.gazetteer.names import fold

if TYPE_CHECKING:
    from geofront.gazetteer.index import Gazetteer
    from geofront.gazetteer.place import Place

__all__ = ["Region", "split_region"]

_IN_REGION = re.compile(
    r"(?P<name>.+?),? in (?:the )?(?:(?P<side>north|south|east|west)\w*[ -])?(?P<region>\S.*)",
    re.IGNORECASE,
)
_SIDES = {"north": (0, 1), "south": (0, -1), "east": (1, 0), "west": (-1, 0)}
_SIDE_DEGREES = 0.5
_TURN = 360.0
_ADM1 = "ADM1"
# GeoNames numbers the divisions of most countries, and of others gives the letters of the post.
_CODE = re.compile(r"(?:[A-Z]{2}-)?[A-Z]{0,4}\d+[A-Z]?|(?:[A-Z]{2}-)?[A-Z]{1,3}")


def split_region(mention: str) -> tuple[str, str, str] | None:
    """Take a region off a mention.

    Parameters
    ----------
    mention
        What a source wrote, such as ``Khattab in eastern Homs``.

    Returns
    -------
    tuple[str, str, str] | None
        The name, the region, and the side of it (``east``) or nothing; None where the mention has
        no region.
    """
    found = _IN_REGION.fullmatch(mention)
    return found and (found["name"], found["region"], (found["side"] or "").casefold())


@dataclass(frozen=True, slots=True)
class Region:
    """A region by its name, which may be a division, a town or several of them.

    `points` are where the places of that name are, or some way from them to the side that is said.
    `divisions` are the first-level divisions of the name, `homes` those that places of the name lie
    in and of which only codes are known; each is a country and an `admin1`. `is_division` tells
    whether the name is one of a division, as far as is known.
    """

    name: str
    side: str = ""
    points: tuple[LonLat, ...] = ()
    divisions: frozenset[tuple[str, str]] = frozenset()
    homes: frozenset[tuple[str, str]] = frozenset()
    is_division: bool = False

    @classmethod
    def of(cls, name: str, gazetteer: Gazetteer, side: str = "") -> Region:
        """Look a region up; without a place of the name, only the name itself is known of it."""
        places = gazetteer.spelled(name) or gazetteer.sounding(name)
        inside = [place for place in places if place.admin1]
        divisions = frozenset(_division_of(p) for p in inside if p.feature.startswith(_ADM1))
        return cls(
            name,
            side,
            points=tuple(dict.fromkeys(_beside(place.position, side) for place in places)),
            divisions=divisions,
            homes=frozenset(_division_of(p) for p in inside if _is_code(p.admin1)),
            is_division=bool(divisions) or any(_same_words(name, p.admin1) for p in inside),
        )

    def is_division_of(self, place: Place) -> bool | None:
        """Return whether a place is in the division of this name, or None if that can't be told.

        Names are compared by their words, codes with codes. A code is compared with a name only
        where the gazetteer has the division itself (``ADM1``), and so knows its code.
        """
        if not place.admin1:
            return None
        country, division = _division_of(place)
        if any(country == known for known, _ in self.divisions):
            return (country, division) in self.divisions
        codes = [_is_code(self.name), _is_code(place.admin1)]
        if all(codes):
            return division == self.name.upper()
        return None if any(codes) else _same_words(self.name, place.admin1)

    def is_home_of(self, place: Place) -> bool:
        """Return whether a place lies in a division of unknown name with one of this name."""
        return _division_of(place) in self.homes

    def km_to(self, place: Place) -> float:
        """Return how far a place is from the nearest of `points`, of which there must be some."""
        ends = np.array(self.points)
        return float(geodesic_km(np.tile(place.position, (len(ends), 1)), ends).min())


def _division_of(place: Place) -> tuple[str, str]:
    return place.country.upper(), place.admin1.upper()


def _is_code(division: str) -> bool:
    return _CODE.fullmatch(division) is not None


def _same_words(one: str, other: str) -> bool:
    """Return whether one name has no word that the other lacks: Homs, Homs Governorate."""
    ours, theirs = set(fold(one).split()), set(fold(other).split())
    return ours <= theirs or theirs <= ours


def _beside(position: LonLat, side: str) -> LonLat:
    if not side:
        return position
    east, north = _SIDES[side]
    lon = (position.lon + east * _SIDE_DEGREES + MAX_LON) % _TURN - MAX_LON
    return LonLat(lon, min(max(position.lat + north * _SIDE_DEGREES, -MAX_LAT), MAX_LAT))
