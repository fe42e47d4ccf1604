"""Countries as the outlines table draws them, and which territories are counted to which.

Natural Earth draws, in most places, who administers the ground (its "de facto" view). The table
follows the resolutions of the United Nations instead, as far as the source has a line to cut
along. It is a description for maps, not a statement about title: whoever maps a conflict about one
of these lines can pass an outline of their own with ``--extent FILE``.

- Crimea and Sevastopol, which the source draws with Russia, are Ukraine's (General Assembly
  resolution 68/262 of 2014).
- Somaliland is Somalia's and Northern Cyprus is Cyprus's (Security Council resolutions 541 of 1983
  and 550 of 1984 on the latter); the source draws them apart.
- Abkhazia and South Ossetia are drawn with Georgia, Transnistria with Moldova, Nagorno-Karabakh
  with Azerbaijan, East Jerusalem and the West Bank with Palestine, as in the source.
- Where the source has no line, its view is left: the Golan Heights are drawn with Israel (Security
  Council resolution 497 of 1981 says otherwise), the north-west of Western Sahara with Morocco,
  and Kashmir along the line of control.
- The Siachen Glacier and the joint "Indian Ocean Territories" (Christmas and Cocos Islands) have
  no code of their own and are in no row.
- Some territories with a code have no row, because Natural Earth draws them with their state
  (French Guiana, Guadeloupe, Martinique, Mayotte and Reunion with France, Svalbard with Norway)
  or not at all at this scale (Gibraltar, Tokelau, Tuvalu).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import shapely
from shapely import MultiPolygon, Polygon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

CRIMEA = shapely.box(32.3, 44.2, 36.75, 46.3)
"""A box that holds the source's piece of Crimea, and no other piece of Russia."""
PART_OF = {"Somaliland": "SO", "N. Cyprus": "CY"}
"""Territories that the source draws apart, and the country that they are counted to."""


class Country(NamedTuple):
    """A country as the source draws it."""

    iso2: str
    """ISO 3166-1 alpha-2, or empty where the source draws a territory without a code."""
    iso3: str
    """ISO 3166-1 alpha-3, or empty likewise."""
    name: str
    """The name by GeoNames, or by the source where there is no code."""
    outline: MultiPolygon
    """WGS 84, longitude first; may run past 180 degrees until it is cut there."""


def assign(countries: Sequence[Country]) -> list[Country]:
    """Count territories to the countries that the module's docstring names.

    Parameters
    ----------
    countries
        The countries as the source draws them.

    Returns
    -------
    list of Country
        The same, with whole pieces moved from one to another; `simplify` joins those that touch.

    Raises
    ------
    ValueError
        If the source does not draw just one piece of Russia as Crimea, or lacks a territory.
    """
    given: dict[str, list[BaseGeometry]] = {}
    taken: dict[int, MultiPolygon] = {}
    for index, country in enumerate(countries):
        if country.iso2 == "RU":
            crimea = [piece for piece in country.outline.geoms if piece.within(CRIMEA)]
            if len(crimea) != 1:
                raise ValueError(f"{len(crimea)} pieces of the source are Crimea; look again")
            given["UA"] = [*crimea]
            rest = [piece for piece in country.outline.geoms if not piece.within(CRIMEA)]
            taken[index] = MultiPolygon(rest)
        elif country.name in PART_OF:
            given[PART_OF[country.name]] = [country.outline]
            taken[index] = MultiPolygon()
    if missing := {"UA", *PART_OF.values()} - set(given):
        raise ValueError(f"the source lacks what is counted to {sorted(missing)}")
    assigned = []
    for index, country in enumerate(countries):
        outline = taken.get(index, country.outline)
        if country.iso2 in given:
            outline = MultiPolygon(shapely.get_parts([outline, *given[country.iso2]]).tolist())
        if not outline.is_empty:
            assigned.append(country._replace(outline=outline))
    return assigned


def joined(pieces: Sequence[Polygon]) -> MultiPolygon:
    """Make one outline of pieces, some of which may share a border."""
    outline = MultiPolygon(pieces)
    if outline.is_valid:
        return outline
    return MultiPolygon(shapely.get_parts(shapely.union_all(pieces)).tolist())
