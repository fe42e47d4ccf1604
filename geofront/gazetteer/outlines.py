"""Outlines of countries, by ISO code, from the shipped table."""

from __future__ import annotations

from functools import cache

import shapely

from geofront.errors import UnknownNameError
from geofront.files import read_table
from geofront.gazetteer.tables import tables_folder

__all__ = ["country_outline", "outlines_within"]

_LETTERS = 2
_AREAL = 2


@cache
def _outlines() -> dict[str, str]:
    table = read_table(tables_folder() / "country-outlines.csv", required=("iso2", "iso3", "wkt"))
    return {
        code: row.get("wkt") for row in table.rows for code in (row.get("iso2"), row.get("iso3"))
    }


def country_outline(code: str) -> shapely.Geometry:
    """Return the outline of a country.

    Parameters
    ----------
    code
        ISO 3166-1 code of two or three letters, in any case.

    Returns
    -------
    shapely.Geometry
        A polygon or multipolygon in degrees, WGS 84.

    Raises
    ------
    UnknownNameError
        If no country has that code.

    Examples
    --------
    >>> from geofront.gazetteer.outlines import country_outline
    >>> country_outline("SY").bounds
    (35.765, 32.318, 42.36, 37.297)
    """
    wkt = _outlines().get(code.upper())
    if wkt is None:
        raise UnknownNameError("country code", code, (c for c in _outlines() if len(c) == _LETTERS))
    return shapely.from_wkt(wkt)


def outlines_within(
    west: float, south: float, east: float, north: float
) -> dict[str, shapely.Geometry]:
    """Return the parts of countries that lie in a box of degrees.

    Parameters
    ----------
    west, south, east, north
        The box.

    Returns
    -------
    dict[str, shapely.Geometry]
        Polygons clipped to the box, by ISO 3166-1 code of two letters; those that do not reach
        into it are left out.
    """
    box = shapely.box(west, south, east, north)
    codes = [code for code in _outlines() if len(code) == _LETTERS]
    shapes = shapely.make_valid(shapely.from_wkt([_outlines()[code] for code in codes]))
    clipped = shapely.intersection(shapes, box)
    return {
        code: shape
        for code, shape in zip(codes, clipped, strict=True)
        if not shapely.is_empty(shape) and shapely.get_dimensions(shape) == _AREAL
    }
