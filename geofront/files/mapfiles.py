"""Files of shapes, each opened only by the driver of GDAL that is meant for it.

Left to itself, GDAL asks each of its sixty drivers whether it knows a file by its content. Some of
them open what a file names: other files, web addresses, commands of GDAL. So the format is told
here from the first bytes, and drivers of other formats are never asked.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geofront.errors import DataFaultsError, Fault
from geofront.files.bounds import LARGEST, read_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["read_map_file"]

_KNOWN = "GeoJSON, TopoJSON, GeoPackage, FlatGeobuf, Shapefile or a zip of one of these"
_MAP_SUFFIXES = {".geojson", ".json", *(".topojson", ".geojsonl", ".gpkg", ".fgb", ".shp")}
_SHAPEFILE = (".shp", ".shx", ".dbf", ".prj", ".cpg")
# What a file begins with, and the suffix that GDAL then finds.
_MAGIC = {
    b"SQLite format 3\x00": ".gpkg",
    b"fgb\x03": ".fgb",
    b"\x00\x00\x27\x0a": ".shp",
    b"PK\x03\x04": ".zip",
    b"{": ".geojson",
}
_GEOPACKAGE = (b"GPKG", b"GP10", b"GP11")  # the application id of an SQLite database
_APPLICATION_ID = slice(68, 72)
# A driver can be named before the path; of texts it must be, since many drivers read JSON.
_DRIVERS = {".geojson": "GeoJSON:", ".topojson": "TopoJSON:", ".geojsonl": "GeoJSONSeq:"}
_OF_TEXT = {
    ".topojson": ".topojson",
    ".geojsonl": ".geojsonl",
    ".geojsons": ".geojsonl",
    ".ndjson": ".geojsonl",
    ".jsonl": ".geojsonl",
}
_HEAD = 4096
_MARK = b"\xef\xbb\xbf"  # of byte order, as some programs put it before UTF-8


class _UnfitError(Exception):
    """A file is none of the formats."""


def read_map_file(path: Path, *, name: str = "", what: str = "a map of polygons") -> Any:  # noqa: ANN401 - pandas is imported on use
    """Read a file of shapes.

    Parameters
    ----------
    path
        GeoJSON, TopoJSON, GeoJSON text sequences, a GeoPackage, FlatGeobuf, a Shapefile, or a zip
        archive of one of these. Its content tells which; of JSON the suffix does.
    name
        What messages call it; the path if empty.
    what
        What it is meant to be, for the messages.

    Returns
    -------
    geopandas.GeoDataFrame | pandas.DataFrame
        In degrees of WGS 84 where the file tells its CRS; without shapes a plain table.

    Raises
    ------
    DataFaultsError
        If it is none of these, broken, or larger than `geofront.files.bounds.LARGEST`, unpacked or
        not.
    """
    called = name or str(path)
    try:
        with tempfile.TemporaryDirectory(prefix="geofront.") as folder:
            return _read(_laid_out(path, Path(folder)))
    except DataFaultsError as error:
        raise DataFaultsError([Fault(called, 0, error.faults[0].message)]) from error
    except Exception as error:  # GDAL, PROJ, zipfile and pyogrio each have their own
        message = f"cannot be read as {what}: {error}"
        raise DataFaultsError([Fault(called, 0, message)]) from error


def _read(path: Path) -> Any:  # noqa: ANN401 - as above
    import geopandas

    from geofront.crs import WGS84

    frame = geopandas.read_file(f"{_DRIVERS.get(path.suffix, '')}{path}")
    return frame if getattr(frame, "crs", None) is None else frame.to_crs(WGS84)


def _laid_out(path: Path, folder: Path) -> Path:
    """Put a map and its parts alone into a folder, under a name that means nothing to GDAL.

    So neither signs in the name (``zip://``, ``!``, ``/vsicurl/``) nor files beside it are heeded.
    """
    data = read_bytes(path)
    kind = _kind(data[:_HEAD], path.suffix)
    if kind == ".zip":
        return _placed(_unpacked(data), folder)
    parts = {kind: data}
    if kind == ".shp":
        parts |= _beside(path)
    return _placed(parts, folder)


def _placed(parts: Mapping[str, bytes], folder: Path) -> Path:
    for suffix, data in parts.items():
        (folder / f"map{suffix}").write_bytes(data)
    return folder / f"map{next(iter(parts))}"


def _kind(head: bytes, suffix: str) -> str:
    """Return the suffix by which GDAL knows the format of some first bytes.

    Raises
    ------
    _UnfitError
        If there is none.
    """
    head = head.removeprefix(_MARK).lstrip() if head[:3] == _MARK else head.lstrip(b" \t\r\n\x1e")
    kind = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), "")
    if kind == ".gpkg" and head[_APPLICATION_ID] not in _GEOPACKAGE:
        kind = ""
    if not kind:
        raise _UnfitError(f"it is none of {_KNOWN}")
    return _OF_TEXT.get(suffix.casefold(), kind) if kind == ".geojson" else kind


def _beside(path: Path) -> dict[str, bytes]:
    """Return the parts of a Shapefile that stand beside it, in any case."""
    wanted = {suffix: f"{path.stem}{suffix}".casefold() for suffix in _SHAPEFILE[1:]}
    there = {entry.name.casefold(): entry for entry in path.parent.iterdir()}
    return {s: read_bytes(there[name]) for s, name in wanted.items() if name in there}


def _unpacked(data: bytes) -> dict[str, bytes]:
    """Return the parts of the only map in an archive, that which GDAL opens first.

    Raises
    ------
    _UnfitError
        If it holds several or none, or too much.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [m for m in archive.infolist() if not m.is_dir() and "__MACOSX" not in m.filename]
        # No member can unpack to more than it says of itself: zipfile stops there.
        if sum(member.file_size for member in members) > LARGEST:
            raise _UnfitError(f"it unpacks to more than {LARGEST >> 20:,} MiB")
        by_name = {member.filename: member for member in members}
        maps = [name for name in by_name if Path(name).suffix.casefold() in _MAP_SUFFIXES]
        if len(maps) != 1:
            raise _UnfitError(f"it holds {len(maps)} maps; pack one alone")
        content = archive.read(by_name[maps[0]])
        kind = _kind(content[:_HEAD], Path(maps[0]).suffix)
        if kind == ".zip":
            raise _UnfitError("it is an archive in an archive")
        parts = {kind: content}
        if kind == ".shp":
            stem = maps[0][: -len(kind)]
            for name, member in by_name.items():
                suffix = name[len(stem) :].casefold()
                if name.startswith(stem) and suffix in _SHAPEFILE[1:]:
                    parts[suffix] = archive.read(member)
        return parts
