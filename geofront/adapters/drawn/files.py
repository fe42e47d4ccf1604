"""Files of drawn maps, opened: folders, archives, JSON; what they hold as polygons in degrees."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geofront.adapters.foreign import BOM, as_given, looks_like, pointer_told
from geofront.adapters.report import DropError
from geofront.errors import DataFaultsError, Fault
from geofront.files.bounds import read_bytes, too_many_values
from geofront.files.shapes import UnfitShapeError, read_geometry_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from geofront.adapters.foreign import Files
    from geofront.adapters.report import Ledger

__all__ = [
    "MapFile",
    "degrees",
    "drop_unread",
    "features_of",
    "json_of",
    "listed",
    "polygon_of",
    "properties_of",
    "shape_of",
    "take_each",
    "text_of",
]

MOST_UNPACKED = 1 << 29
"""How many bytes an archive may unpack to: more than any archive of maps that is known."""

_POLYGONAL = ("Polygon", "MultiPolygon")
_SHAPE = "\0shape"
_MENDING = {"method": "structure", "keep_collapsed": False}
_HALF_TURN = 180.0
_POLE = 90.0
_ARCHIVES = (".zip", ".gz")


@dataclass(frozen=True, slots=True)
class MapFile:
    """The content of a file, or of a member of an archive.

    `name` is that of the file, after that of its archive and a slash; `beside` has what belongs to
    it (the other parts of a shapefile) by ending.
    """

    name: str
    data: bytes
    beside: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """Its own name without the ending."""
        return Path(self.name).stem


def listed(files: Files) -> list[Path]:
    """Return the paths that a caller gives as one or as several.

    Raises
    ------
    DataFaultsError
        With every path where nothing is.
    """
    paths = as_given(files)
    if faults := [Fault(str(path), 0, "does not exist") for path in paths if not path.exists()]:
        raise DataFaultsError(faults)
    return paths


def take_each(
    paths: Sequence[Path],
    suffixes: Sequence[str],
    ledger: Ledger,
    take: Callable[[MapFile], None],
    beside: Sequence[str] = (),
) -> None:
    """Open files one by one, those of folders and archives by name, and have each taken.

    Parameters
    ----------
    paths
        Files, folders and archives (.zip, .gz).
    suffixes
        The endings of files that are maps, in small letters. A file that is given by name is
        opened whatever its ending.
    ledger
        Notes the files; what can't be unpacked or taken is dropped.
    take
        Is given the files, one at a time in memory; raises `DropError` for one of another format.
    beside
        The endings of files that belong to another one of the same name.

    Raises
    ------
    DataFaultsError
        If a file can't be read or is larger than any that is read.
    """
    for file in _opened(paths, suffixes, ledger, beside):
        try:
            take(file)
        except DropError as error:
            drop_unread(ledger, file.name, error)


def _opened(
    paths: Sequence[Path], suffixes: Sequence[str], ledger: Ledger, beside: Sequence[str]
) -> Iterator[MapFile]:
    for path in paths:
        inside = path.is_dir()
        for file in sorted(path.rglob("*")) if inside else [path]:
            if inside and not (file.is_file() and _ending(file.name) in {*suffixes, *_ARCHIVES}):
                continue
            ledger.files.append(file.name)
            try:
                yield from _unpacked(file, suffixes, beside)
            except DropError as error:
                drop_unread(ledger, file.name, error)


def drop_unread(
    ledger: Ledger, file: str, error: DropError, row: int = 0, *, count: int = 1
) -> None:
    """Drop a record, several, or a file as a whole, and count what was not counted so far."""
    ledger.read += count
    ledger.drop(file, row, error.reason, error.value, count=count)


def _ending(name: str) -> str:
    return Path(name).suffix.lower()


def _unpacked(file: Path, suffixes: Sequence[str], beside: Sequence[str]) -> Iterator[MapFile]:
    data = read_bytes(file)
    if told := pointer_told(data, "media.githubusercontent.com"):
        raise DropError("the file is a pointer of Git LFS, not the data", f"it {told}")
    try:
        if data[:4] == b"PK\x03\x04":
            yield from _members(file.name, data, suffixes, beside)
        elif data[:2] == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
                yield MapFile(file.name.removesuffix(".gz"), _limited(stream, MOST_UNPACKED))
        else:
            near = [f for f in file.parent.iterdir() if f.stem == file.stem] if beside else []
            parts = {f.suffix.lower(): read_bytes(f) for f in near if _ending(f.name) in beside}
            yield MapFile(file.name, data, parts)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        # RuntimeError: encrypted, or packed in a way that Python does not know.
        raise DropError("the archive cannot be unpacked", str(error)) from error


def _members(
    name: str, data: bytes, suffixes: Sequence[str], beside: Sequence[str]
) -> Iterator[MapFile]:
    left = MOST_UNPACKED
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        # macOS puts a file that begins with "._" beside each file.
        names = [n for n in archive.namelist() if not Path(n).name.startswith(".")]
        members = sorted(n for n in names if _ending(n) in suffixes)
        if not members:
            told = ", ".join(sorted({_ending(n) or n for n in names})) or "nothing"
            raise DropError("the archive holds no map", f"it holds {told}"[:200])
        for member in members:
            read = {}
            parts = [n for n in names if _ending(n) in beside and _stem(n) == _stem(member)]
            for part in (member, *parts):
                with archive.open(part) as stream:
                    read[part] = _limited(stream, left)
                left -= len(read[part])
            content = read.pop(member)
            yield MapFile(f"{name}/{member}", content, {_ending(n): d for n, d in read.items()})


def _stem(name: str) -> str:
    return str(Path(name).with_suffix(""))


def _limited(stream: Any, most: int) -> bytes:  # noqa: ANN401 - streams of gzip and zipfile
    content: bytes = stream.read(most + 1)
    if len(content) > most:
        value = f"more than {MOST_UNPACKED >> 20:,} MiB"
        raise DropError("the archive unpacks to more than is read", value)
    return content


def text_of(file: MapFile) -> str:
    """Return a file as text.

    Raises
    ------
    DropError
        If it is no UTF-8.
    """
    try:
        return file.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DropError("the file is not UTF-8 text", _told(file.data)) from error


def json_of(file: MapFile) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return what a file of JSON holds.

    Raises
    ------
    DropError
        If it is none; the value says what it looks like.
    """
    if too_many_values(file.data):
        raise DropError("the file holds more values than are read", file.name)
    text = text_of(file)
    try:
        return json.loads(text, object_hook=_compacted)
    except (ValueError, RecursionError) as error:
        told = _told(file.data) or f"it begins with {text.strip()[:40]!r}"
        raise DropError("the file is not JSON", told) from error


def _told(data: bytes) -> str:
    """Return what is to be told of a file that is none of the wanted, or nothing."""
    if not data.removeprefix(BOM).strip():
        return "it is empty"
    found = looks_like(data)
    return f"it looks like {found}" if found else ""


def features_of(value: object) -> list[Any]:
    """Return the features of a FeatureCollection.

    Raises
    ------
    DropError
        If it is none.
    """
    features = value.get("features") if isinstance(value, dict) else None
    if not isinstance(features, list):
        keys = (
            ", ".join(list(map(str, value))[:5])
            if isinstance(value, dict)
            else type(value).__name__
        )
        raise DropError("the file has no list of features", f"it has: {keys}")
    return features


def properties_of(feature: object) -> dict[str, Any]:
    """Return the properties of a feature, none where it has none.

    Raises
    ------
    DropError
        If it is no feature.
    """
    if not isinstance(feature, dict):
        raise DropError("a feature is no JSON object", str(feature)[:100])
    properties = feature.get("properties")
    return properties if isinstance(properties, dict) else {}


def polygon_of(geometry: object) -> shapely.Geometry:
    """Return a polygon of GeoJSON in degrees, without heights.

    Raises
    ------
    DropError
        If it is none, or does not lie on Earth.
    """
    if not geometry or not isinstance(geometry, dict):
        raise DropError("the record has no geometry")
    if geometry.get("type") not in _POLYGONAL:
        raise DropError("the geometry is no polygon", str(geometry.get("type"))[:100])
    return degrees(shape_of(geometry))


def shape_of(geometry: object) -> shapely.Geometry | None:
    """Return the shape of a GeoJSON geometry in whatever CRS, None where there is none.

    Raises
    ------
    DropError
        If it is no geometry.
    """
    if isinstance(geometry, dict) and _SHAPE in geometry:
        return geometry[_SHAPE]
    try:
        return read_geometry_json(geometry)
    except UnfitShapeError as error:
        raise DropError("the coordinates make no polygon", str(error)[:200]) from error


def _compacted(value: dict[str, Any]) -> dict[str, Any]:
    """Return a geometry with its shape instead of its coordinates, a tenth of the size."""
    if value.get("type") in _POLYGONAL and value.get("coordinates"):
        with suppress(DropError):  # which is told when the record is read
            return {"type": value["type"], _SHAPE: shape_of(value)}
    return value


def degrees(shape: shapely.Geometry | None, crs: Any = None) -> shapely.Geometry:  # noqa: ANN401 - whatever pyproj takes
    """Return a polygon without heights, brought from its CRS to degrees of WGS 84.

    Parameters
    ----------
    shape
        A polygon or multipolygon.
    crs
        Its CRS; None for degrees.

    Returns
    -------
    shapely.Geometry
        In WGS 84, longitude first.

    Raises
    ------
    DropError
        If it is no polygon, is empty, or does not lie on Earth.
    """
    if shape is None or shape.is_empty:
        raise DropError("the record has no geometry")
    if shape.geom_type not in _POLYGONAL:
        raise DropError("the geometry is no polygon", shape.geom_type)
    flat = shapely.force_2d(shape)
    points = shapely.get_coordinates(flat)
    if not np.isfinite(points).all():
        raise DropError("a coordinate is no number")
    if crs is not None:
        flat = _projected_back(flat, crs)
        points = shapely.get_coordinates(flat)
    if not (np.abs(points) <= (_HALF_TURN, _POLE)).all():  # infinite ones too
        far = points[np.argmax(~(np.abs(points) <= (_HALF_TURN, _POLE)).all(axis=1))]
        raise DropError("the coordinates are not degrees of WGS 84", f"{far[0]:g}, {far[1]:g}")
    if (points == 0).all(axis=1).any():
        raise DropError("a corner stands at 0, 0, which is no position")
    if flat.area == 0 and shapely.make_valid(flat, **_MENDING).area == 0:
        raise DropError("the polygon has no area")
    return flat


def _projected_back(shape: shapely.Geometry, crs: Any) -> shapely.Geometry:  # noqa: ANN401 - likewise
    from pyproj import Transformer

    from geofront.crs import WGS84

    to_degrees = Transformer.from_crs(crs, WGS84, always_xy=True)
    return shapely.transform(shape, lambda xy: np.column_stack(to_degrees.transform(*xy.T)))
