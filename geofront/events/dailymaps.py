"""Control maps as others publish them: the polygons of each actor, day by day."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import Geod

from geofront.crs import WGS84, all_on_earth
from geofront.dates import parse_day
from geofront.errors import DataFaultsError, DateError, Fault
from geofront.files import SUFFIXES, sha256
from geofront.files.bounds import read_bytes
from geofront.files.mapfiles import read_map_file
from geofront.files.table import split_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from os import PathLike

    import geopandas

__all__ = [
    "MAPS",
    "DailyMaps",
    "Repair",
    "daily_maps",
    "holds_maps",
    "map_bytes",
    "read_daily_maps",
]

MAPS = "maps"
"""The folder of daily maps in the folder of a conflict that has no events."""

_DAY_IN_NAME = re.compile(r"(?<!\d)(\d{4})[-_.]?(\d{2})[-_.]?(\d{2})(?!\d)")
_POLYGONAL = ("Polygon", "MultiPolygon")
_COLUMNS = ("date", "actor")
_GEOD = Geod(ellps="WGS84")
_M2_PER_KM2 = 1e6

_Sheet = dict[str, list[shapely.Geometry]]


@dataclass(frozen=True, slots=True)
class Repair:
    """An invalid polygon that was repaired: whose, on which day, and what it changed.

    `reason` says what was wrong and where. `km2_before` is what the rings enclosed as they were
    written, counted with their signs; `km2_after` what is drawn.
    """

    day: date
    actor: str
    reason: str
    km2_before: float
    km2_after: float

    @property
    def km2_changed(self) -> float:
        """By how much the area grew; negative where it shrank."""
        return self.km2_after - self.km2_before


@dataclass(frozen=True)
class DailyMaps(Mapping[date, Mapping[str, shapely.Geometry]]):
    """The areas of each actor on each day that has a map, valid and in degrees.

    `by_day` is sorted by day. A day whose map shows no area has an empty mapping; a day without a
    map is not in it. `name` and `digest` (SHA-256) tell where the maps come from, `repairs` what
    had to be mended.
    """

    by_day: Mapping[date, Mapping[str, shapely.Geometry]]
    name: str
    digest: str
    repairs: tuple[Repair, ...] = field(default=(), compare=False)

    def __getitem__(self, day: date) -> Mapping[str, shapely.Geometry]:
        """Return the areas of a day by actor."""
        return self.by_day[day]

    def __iter__(self) -> Iterator[date]:
        """Yield the days that have a map, in order."""
        return iter(self.by_day)

    def __len__(self) -> int:
        """Return the number of days that have a map."""
        return len(self.by_day)

    @property
    def actor_names(self) -> set[str]:
        """The names of the actors; those of ground that several contest are taken apart."""
        labels = {label for areas in self.values() for label in areas}
        return {name for label in labels for name in split_names(label)}

    def __repr__(self) -> str:
        """Tell the span and the size."""
        span = f", {min(self.by_day)} to {max(self.by_day)}" if self.by_day else ""
        return f"<DailyMaps {self.name!r}: {len(self):,} days{span}>"


def read_daily_maps(
    folder: str | PathLike[str],
    *,
    actor: str | None = None,
    column: str | None = None,
    pattern: str = "*.geojson",
) -> DailyMaps:
    """Read a folder of maps, one file a day, each named by its day.

    Parameters
    ----------
    folder
        The folder. The day stands in each file's name as ``YYYYMMDD`` or ``YYYY-MM-DD``, with
        whatever around it.
    actor
        Who holds the polygons, where the files show one actor only.
    column
        The property that names the actor of each polygon, where they show several.
    pattern
        Which files are maps; any format that `geofront.files.mapfiles` reads.

    Returns
    -------
    DailyMaps
        What is not a polygon is left out.

    Raises
    ------
    ValueError
        If neither or both of `actor` and `column` are given.
    DataFaultsError
        With every file that cannot be read, has no day or one that another file has, lacks the
        column, or is not in degrees.

    Examples
    --------
    >>> import geofront
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> square = '{"type": "Polygon", "coordinates": [[[30,50],[31,50],[31,51],[30,51],[30,50]]]}'
    >>> with TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "map-2022-06-01.geojson").write_text(square)
    ...     maps = geofront.read_daily_maps(folder, actor="north")
    >>> [(day.isoformat(), list(areas)) for day, areas in maps.items()]
    [('2022-06-01', ['north'])]
    """
    if (actor is None) == (column is None):
        raise ValueError("give either actor= (whose polygons they are) or column= (who says so)")
    path = Path(folder)
    files = sorted(file for file in path.glob(pattern) if file.is_file())
    if not files:
        message = f"holds no file {pattern}; give the folder of the maps, or another pattern"
        raise DataFaultsError([Fault(str(path), 0, message)])
    faults: list[Fault] = []
    sheets: dict[date, _Sheet] = {}
    seen: dict[date, str] = {}
    digests = []
    for file in files:
        try:
            day = _day_of(file.name)
            if seen.setdefault(day, file.name) != file.name:
                message = f"is of {day}, as {seen[day]} is; keep one"
                faults.append(Fault(file.name, 0, message))
                continue
            digest = sha256(read_bytes(file))  # which refuses what is too large
            sheets[day] = _sheet_of(file, actor, column)
            digests.append(digest)
        except DataFaultsError as error:
            faults.extend(error.faults)
    if faults:
        raise DataFaultsError(faults)
    count = "1 file" if len(files) == 1 else f"{len(files)} files"
    name = f"{path.resolve().name}/{pattern} ({count})"
    return _checked(sheets, name, sha256("\n".join(digests).encode()))


def daily_maps(
    maps: Mapping[date | str, Mapping[str, shapely.Geometry]] | geopandas.GeoDataFrame | DailyMaps,
) -> DailyMaps:
    """Bring maps of any accepted form into one.

    Parameters
    ----------
    maps
        A mapping of days to mappings of actors to polygons in degrees; or a GeoDataFrame with the
        columns ``date`` and ``actor``, where a row without geometry stands for a map that shows
        nothing; or what this function or `read_daily_maps` returned.

    Returns
    -------
    DailyMaps
        Valid polygons, one geometry an actor and day.

    Raises
    ------
    DataFaultsError
        With every row or day whose date, actor or geometry is at fault.
    """
    if isinstance(maps, DailyMaps):
        return maps
    sheets = _sheets_of_frame(maps) if hasattr(maps, "crs") else _sheets_of_mapping(maps)
    parts = (
        f"{day} {actor} ".encode() + b" ".join(shapely.to_wkb(shapes))
        for day, sheet in sorted(sheets.items())
        for actor, shapes in sorted(sheet.items())
    )
    return _checked(sheets, "maps given in memory", sha256(b"\n".join(parts)))


def holds_maps(folder: Path) -> bool:
    """Return whether a folder is a conflict of daily maps: ``maps/*.geojson``, and no events.

    Parameters
    ----------
    folder
        A folder, or anything else.

    Returns
    -------
    bool
        False too where maps were drawn into the folder of a conflict that has events.
    """
    has_events = any((folder / f"events{suffix}").exists() for suffix in SUFFIXES)
    return not has_events and any((folder / MAPS).glob("*.geojson"))


def map_bytes(day: date, areas: Mapping[str, shapely.Geometry]) -> bytes:
    """Return the map of a day as GeoJSON that `read_daily_maps` reads as the same areas.

    Parameters
    ----------
    day
        The day.
    areas
        The polygons of each actor in degrees.

    Returns
    -------
    bytes
        A FeatureCollection (RFC 7946) with the properties ``date`` and ``actor``; without features
        where no one holds anything. Equal areas make equal bytes.
    """
    features = [
        {
            "type": "Feature",
            "properties": {"date": day.isoformat(), "actor": actor},
            "geometry": json.loads(shapely.to_geojson(shapely.orient_polygons(shape))),
        }
        for actor, shape in sorted(areas.items())
    ]
    told = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    return f"{told}\n".encode()


def _day_of(name: str) -> date:
    found = _DAY_IN_NAME.findall(name)
    if len(found) != 1:
        message = "has no day in its name, or several; name it like 2024-07-08.geojson"
        raise DataFaultsError([Fault(name, 0, message)])
    try:
        return parse_day("-".join(found[0]))
    except DateError as error:
        raise DataFaultsError([Fault(name, 0, str(error))]) from error


def _sheet_of(file: Path, actor: str | None, column: str | None) -> _Sheet:
    import geopandas

    def refuse(message: str) -> DataFaultsError:
        return DataFaultsError([Fault(file.name, 0, message)])

    frame = read_map_file(file, name=file.name)
    if not isinstance(frame, geopandas.GeoDataFrame) or frame.empty:
        return {}
    if column is not None and column not in frame.columns:
        raise refuse(f"has no property {column!r} that names the actor")
    names = [actor] * len(frame) if column is None else frame[column].tolist()
    sheet: _Sheet = {}
    for row, (name, shape) in enumerate(zip(names, frame.geometry, strict=True), start=1):
        if not isinstance(name, str) or not name.strip():
            raise refuse(f"feature {row} names no actor in {column!r}")
        sheet.setdefault(name.strip(), []).append(shape)
    return sheet


def _sheets_of_mapping(
    maps: Mapping[date | str, Mapping[str, shapely.Geometry]],
) -> dict[date, _Sheet]:
    """Take a mapping of days to areas by actor.

    Raises
    ------
    DataFaultsError
        If a key is not a day, or the day of another one.
    """
    sheets: dict[date, _Sheet] = {}
    for given, areas in maps.items():
        day = _as_day(given)
        if day in sheets:
            raise DataFaultsError([Fault("maps", 0, f"{day} is given twice; keep one")])
        sheet = sheets[day] = {}
        for actor, shape in areas.items():
            sheet.setdefault(actor.strip(), []).extend([] if shape is None else [shape])
    return sheets


def _sheets_of_frame(frame: geopandas.GeoDataFrame) -> dict[date, _Sheet]:
    missing = [name for name in _COLUMNS if name not in frame.columns]
    if missing:
        listed = " and ".join(repr(name) for name in missing)
        raise DataFaultsError([Fault("maps", 0, f"the table of maps lacks {listed}")])
    if frame.crs is not None:
        frame = frame.to_crs(WGS84)
    sheets: dict[date, _Sheet] = {}
    faults: list[Fault] = []
    rows = zip(frame["date"], frame["actor"], frame.geometry, strict=True)
    for row, (when, actor, shape) in enumerate(rows, start=2):
        try:
            sheet = sheets.setdefault(_as_day(when), {})
        except DataFaultsError as error:
            faults.extend(Fault(f.file, row, f.message) for f in error.faults)
            continue
        if shape is None or shape.is_empty:
            continue
        if not isinstance(actor, str) or not actor.strip():
            faults.append(Fault("maps", row, "a polygon names no actor", "actor"))
            continue
        sheet.setdefault(actor.strip(), []).append(shape)
    if faults:
        raise DataFaultsError(faults)
    return sheets


def _as_day(value: object) -> date:
    if isinstance(value, datetime):  # a pandas Timestamp too; NaT is none
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return parse_day(str(value))
    except DateError as error:
        raise DataFaultsError([Fault("maps", 0, str(error))]) from error


def _checked(sheets: Mapping[date, _Sheet], name: str, digest: str) -> DailyMaps:
    """Mend and merge the polygons of each actor and day.

    Raises
    ------
    DataFaultsError
        With every day and actor whose polygons are no one's or nowhere on Earth.
    """
    repairs: list[Repair] = []
    faults: list[Fault] = []
    by_day: dict[date, dict[str, shapely.Geometry]] = {}
    for day in sorted(sheets):
        by_day[day] = {}
        for actor, given in sheets[day].items():
            shapes = _polygons(given)
            if not actor.strip("| "):
                faults.append(Fault(name, 0, f"{day}: a polygon names no actor"))
                continue
            if not all_on_earth(shapely.get_coordinates(shapes)):
                message = f"{day}: the polygons of {actor!r} are not in degrees of WGS 84"
                faults.append(Fault(name, 0, message))
                continue
            for i in np.flatnonzero(~shapely.is_valid(shapes)).tolist():
                shapes[i], repair = _repaired(shapes[i], day, actor)
                repairs.append(repair)
            merged = shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)
            if not shapely.is_empty(merged):
                by_day[day][actor] = merged
    if faults:
        raise DataFaultsError(faults)
    return DailyMaps(by_day, name, digest, tuple(repairs))


def _polygons(shapes: Iterable[shapely.Geometry | None]) -> list[shapely.Geometry]:
    """Return the polygons and multipolygons among shapes, without heights."""
    flat: list[shapely.Geometry] = []
    for shape in shapes:
        if shape is not None and shape.geom_type in _POLYGONAL:
            flat.append(shapely.force_2d(shape))
        elif shape is not None and shape.geom_type == "GeometryCollection":
            flat.extend(_polygons(shapely.get_parts(shape)))
    return flat


def _repaired(shape: shapely.Geometry, day: date, actor: str) -> tuple[shapely.Geometry, Repair]:
    # "structure" keeps ground that two parts of one area both cover; "linework" would cut it out.
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    polygons = shapely.MultiPolygon(
        [part for piece in _polygons([mended]) for part in shapely.get_parts(piece)]
    )
    reason = shapely.is_valid_reason(shape)
    before, after = _km2(shape), _km2(polygons)
    return polygons, Repair(day, actor, str(reason), before, after)


def _km2(shape: shapely.Geometry) -> float:
    """Return the geodesic area, each ring with the sign that its direction as written gives it."""
    total = 0.0
    for part in shapely.get_parts(shape):
        if part.is_empty:
            continue  # a polygon that was a line is nothing once it is mended
        shell, *holes = (
            abs(_GEOD.polygon_area_perimeter(*shapely.get_coordinates(ring).T)[0])
            for ring in shapely.get_rings(part)
        )
        total += shell - sum(holes)
    return total / _M2_PER_KM2
