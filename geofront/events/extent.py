"""The extent: the outline inside which areas are drawn, from a file, a country code or a box."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely

from geofront.crs import MAX_LAT, MAX_LON
from geofront.errors import DataFaultsError, Fault, UnknownNameError
from geofront.files.mapfiles import read_map_file
from geofront.gazetteer.outlines import country_outline

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["box_extent", "read_extent"]


def read_extent(value: str, folder: Path = Path()) -> shapely.Geometry:
    """Read an extent from a file of polygons or the ISO code of a country.

    Parameters
    ----------
    value
        A path to GeoJSON or another format that `geofront.files.mapfiles` reads, or a code such as
        ``SY`` or ``SYR``.
    folder
        Where a relative path starts.

    Returns
    -------
    shapely.Geometry
        A valid polygon or multipolygon in degrees, WGS 84.

    Raises
    ------
    DataFaultsError
        If it is neither a file nor a code, or the file holds no usable polygon.
    """
    path = folder / value
    if not _is_file(path):
        try:
            return country_outline(value)
        except UnknownNameError as error:
            message = "is neither a file nor an ISO 3166 code of a country"
            raise DataFaultsError([Fault(value, 0, message)]) from error
    return _polygons(path)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name longer than a name can be, or with a NUL
        return False


def box_extent(bounds: Sequence[Any], file: str) -> shapely.Geometry:
    """Make an extent of ``[west, south, east, north]`` in degrees.

    Parameters
    ----------
    bounds
        The four numbers.
    file
        Where they stand, for the message.

    Returns
    -------
    shapely.Geometry
        The box.

    Raises
    ------
    DataFaultsError
        If they are not a box on Earth.
    """
    if len(bounds) == 4 and all(_is_number(bound) for bound in bounds):  # noqa: PLR2004 - sides
        west, south, east, north = bounds
        if -MAX_LON <= west < east <= MAX_LON and -MAX_LAT <= south < north <= MAX_LAT:
            return shapely.box(west, south, east, north)
    message = f"extent.bbox {list(bounds)!r} is not [west, south, east, north] in degrees"
    raise DataFaultsError([Fault(file, 0, message)])


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _polygons(path: Path) -> shapely.Geometry:
    import geopandas  # heavy, and only drawn extents need it

    frame = read_map_file(path)
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise DataFaultsError([Fault(str(path), 0, "is a table without geometry, not a map")])
    polygons = frame.geometry[frame.geometry.geom_type.isin(["Polygon", "MultiPolygon"])]
    merged = shapely.make_valid(shapely.union_all(shapely.make_valid(polygons.to_numpy())))
    parts = [g for g in shapely.get_parts(merged) if g.geom_type == "Polygon" and g.area > 0]
    if not parts:
        raise DataFaultsError([Fault(str(path), 0, "holds no polygon to serve as extent")])
    west, south, east, north = merged.bounds
    if west < -MAX_LON or east > MAX_LON or south < -MAX_LAT or north > MAX_LAT:
        message = "is not in degrees of longitude and latitude; store its CRS or reproject it"
        raise DataFaultsError([Fault(str(path), 0, message)])
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
