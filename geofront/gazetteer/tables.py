"""Reading places from tables: users' places.csv files and the tables that geofront ships."""

from __future__ import annotations

import math
from collections import Counter
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from geofront.crs import MAX_LAT, MAX_LON
from geofront.errors import DataFaultsError, UnknownNameError
from geofront.files import Column, Form, TableModel, read_table
from geofront.files.table import split_names
from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.names import slug
from geofront.gazetteer.place import DEFAULT_RADIUS_KM, Place

if TYPE_CHECKING:
    from geofront.files import Row, Table

__all__ = [
    "PLACES",
    "SHIPPED",
    "degrees",
    "number",
    "radius_km",
    "read_places",
    "shipped_gazetteer",
    "shipped_places",
    "tables_folder",
]

PLACES = TableModel(
    "places",
    "a named feature with a position",
    (
        Column(
            *("id", Form.TEXT),
            "unique; lower-case letters, digits and hyphens in the shipped tables. A table without "
            "the column gets ids made of the names",
            "palmyra",
        ),
        Column("name", Form.TEXT, "the name to print", "Palmyra", required=True),
        Column(
            "lon", Form.LON, "the position, in WGS 84; longitude first", "38.2804", required=True
        ),
        Column("lat", Form.LAT, "the position", "34.5624", required=True),
        Column("aliases", Form.NAMES, "other spellings, in any script", "Tadmur|تدمر"),
        Column(
            *("feature", Form.TEXT),
            "a GeoNames feature code: `PPL`, `AIRB`, `MILB`, `OILF`, `HLL`, `MT`, `RDJCT`, `DAM`, "
            "`CSTL` and so on",
            "PPL",
        ),
        Column(
            *("radius_km", Form.KM),
            "how far the true position may lie from the one given; 1 if empty",
            "2",
        ),
        Column("admin1", Form.TEXT, "the first-order division (governorate, oblast)", "Homs"),
        Column("country", Form.TEXT, "ISO 3166-1 code of two letters", "SY"),
        Column("parent", Form.TEXT, "id of the place it is a part of", "palmyra"),
        Column(
            *("source", Form.TEXT),
            "where the row is from; the file if empty, and required in the shipped tables",
            "geonames",
        ),
        Column(
            *("licence", Form.TEXT),
            "under which licence the row may be passed on; required in the shipped tables",
            "CC-BY-4.0",
        ),
    ),
)
"""The columns of a table of places."""

_KNOWN = frozenset(PLACES.names)

SHIPPED: dict[str, tuple[str, ...]] = {"syria": ("syria-named.csv", "syria-places.csv")}
"""The gazetteers that geofront ships: their names and their tables."""


def tables_folder() -> Path:
    """Return the folder of the shipped tables: in the package, or in the checkout beside it."""
    packaged = Path(str(resources.files("geofront.gazetteer"))) / "tables"
    if packaged.is_dir():
        return packaged
    return Path(__file__).parents[2] / "gazetteer" / "tables"


@cache
def shipped_places(name: str) -> tuple[tuple[Place, ...], tuple[tuple[str, str], ...]]:
    """Return the places of a gazetteer that geofront ships.

    Parameters
    ----------
    name
        ``"syria"``.

    Returns
    -------
    tuple[tuple[Place, ...], tuple[tuple[str, str], ...]]
        Its places, and the name and SHA-256 of each of its tables.

    Raises
    ------
    UnknownNameError
        If there is no gazetteer of that name.
    """
    if name not in SHIPPED:
        raise UnknownNameError("gazetteer", name, SHIPPED)
    read = {table: read_places(tables_folder() / table) for table in SHIPPED[name]}
    places = tuple(place for found, _ in read.values() for place in found)
    return places, tuple((table, digest) for table, (_, digest) in read.items())


@cache
def shipped_gazetteer() -> Gazetteer:
    """Return the places of all gazetteers that geofront ships, read once.

    Returns
    -------
    Gazetteer
        The same object each time.
    """
    return Gazetteer(place for name in SHIPPED for place in shipped_places(name)[0])


def read_places(path: Path | Table) -> tuple[tuple[Place, ...], str]:
    """Read a table of places: ``id,name,lon,lat`` and any of the optional columns.

    A table without a column ``id`` gets ids made of the names, and of the positions of namesakes.

    Parameters
    ----------
    path
        The file, such as places.csv, or a table that was read already; the columns and the formats
        stand in the documentation under "Formats".

    Returns
    -------
    tuple[tuple[Place, ...], str]
        The places in the order of the file, and the file's SHA-256.

    Raises
    ------
    DataFaultsError
        With every fault of the file.
    """
    table = read_table(path, PLACES.header, sheet=PLACES.name)
    places: dict[str, Place] = {}
    ids = None if "id" in table.columns else _made_ids(table)
    for row in table.rows:
        place = _place(row, table, row.get("id") if ids is None else ids[row.number])
        if place is None:
            continue
        if place.id in places:
            table.fault(row, f"id {place.id!r} stands twice; give each place its own", "id")
        places.setdefault(place.id, place)
    if table.faults:
        raise DataFaultsError(table.faults)
    return tuple(places.values()), table.digest


def degrees(row: Row, table: Table, column: str) -> float | None:
    """Read a coordinate, noting a fault where it is missing, no number or out of range.

    Parameters
    ----------
    row
        The record.
    table
        Its table, on which faults are noted.
    column
        ``"lon"`` or ``"lat"``.

    Returns
    -------
    float | None
        Degrees, or None where a fault was noted.
    """
    text = row.get(column)
    limit = MAX_LON if column.endswith("lon") else MAX_LAT
    value = number(text)
    if value is None:
        problem = f"{column} {text!r} is not a number" if text else f"{column} is missing"
        table.fault(row, f"{problem}; write degrees such as 38.285", column, text)
        return None
    if abs(value) > limit:
        table.fault(
            row,
            f"{column} {text} is out of range (±{limit:.0f}); are lon and lat swapped?",
            column,
            text,
        )
        return None
    return value


def number(text: str) -> float | None:
    """Return a finite number written with a point, or None."""
    try:
        value = float(text)
    except ValueError:
        return None
    # Python alone takes 3_8.5 for 38.5; in a table it is a slip.
    return value if math.isfinite(value) and "_" not in text else None


def _made_ids(table: Table) -> dict[int, str]:
    """Return an id for each row: the name, with the position if there are namesakes."""
    shared = Counter(slug(row.get("name")) for row in table.rows)
    taken: Counter[str] = Counter()
    ids = {}
    for row in table.rows:
        stem = slug(row.get("name"))
        made = stem if shared[stem] == 1 else f"{stem}@{row.get('lon')},{row.get('lat')}"
        taken[made] += 1
        ids[row.number] = made if taken[made] == 1 else f"{made}-{taken[made]}"
    return ids


def _place(row: Row, table: Table, place_id: str) -> Place | None:
    lon, lat = degrees(row, table, "lon"), degrees(row, table, "lat")
    radius = radius_km(row, table)
    for column, text in (("id", place_id), ("name", row.get("name"))):
        if not text:
            table.fault(row, f"{column} is missing; write one, or drop the row", column)
    if lon is None or lat is None or radius is None or not (place_id and row.get("name")):
        return None
    return Place(
        id=place_id,
        name=row.get("name"),
        lon=lon,
        lat=lat,
        aliases=split_names(row.get("aliases")),
        feature=row.get("feature").upper(),
        radius_km=radius,
        admin1=row.get("admin1"),
        country=row.get("country"),
        parent=row.get("parent"),
        source=row.get("source") or table.file,
        licence=row.get("licence"),
        extra=MappingProxyType(
            {c: row.get(c) for c in table.columns if c and c not in _KNOWN and row.get(c)}
        ),
    )


def radius_km(row: Row, table: Table) -> float | None:
    """Read a radius in km, noting a fault where it is no distance.

    Parameters
    ----------
    row
        The record; a blank cell stands for `DEFAULT_RADIUS_KM`.
    table
        Its table, on which faults are noted.

    Returns
    -------
    float | None
        Kilometres, or None where a fault was noted.
    """
    text = row.get("radius_km")
    if not text:
        return DEFAULT_RADIUS_KM
    value = number(text)
    if value is None or value < 0:
        message = f"radius_km {text!r} is not a distance in km; write a number such as 5"
        table.fault(row, message, "radius_km", text)
        return None
    return value
