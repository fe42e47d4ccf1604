"""What Esri's software publishes: JSON of feature services, and shapefiles, as rows of polygons."""

from __future__ import annotations

import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geofront.adapters.drawn.files import (
    MapFile,
    degrees,
    features_of,
    json_of,
    polygon_of,
    properties_of,
    shape_of,
)
from geofront.adapters.report import DropError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

__all__ = ["SIDECARS", "Layer", "PolygonRow", "layer_of"]

SIDECARS = (".dbf", ".shx", ".prj", ".cpg")
"""What belongs to a shapefile and lies beside it."""

_LEAST_CORNERS = 4  # of a closed ring
_HALF = 0.5
_FARTHEST = 1e9  # in metres or feet, more than round the Earth
_WGS84_NUMBER = 4326
_SHAPEFILE = b"\x00\x00\x27\x0a"


@dataclass(frozen=True, slots=True)
class PolygonRow:
    """A record of a layer: its fields, and how to make its polygon, which may raise."""

    fields: Mapping[str, Any]
    polygon: Callable[[], shapely.Geometry]


@dataclass(frozen=True, slots=True)
class Layer:
    """The records of a file.

    `name` is that of the layer, where the file tells it; `more` tells that the server cut its
    answer short; `edited` is when it was last edited, in milliseconds since 1970.
    """

    rows: Sequence[PolygonRow]
    name: str = ""
    more: bool = False
    edited: Any = None


def layer_of(file: MapFile, mend: Callable[[str], None], crs: str | None = None) -> Layer:
    """Return the records of a file: JSON of a service, GeoJSON, or a shapefile.

    Parameters
    ----------
    file
        The file.
    mend
        Called with what was changed.
    crs
        The CRS of files that state none.

    Returns
    -------
    Layer
        Its records; their polygons are made when they are asked for.

    Raises
    ------
    DropError
        If it is of another format.
    """
    if file.name.lower().endswith(".shp"):
        return _shapefile(file, mend, crs)
    value = json_of(file)
    if isinstance(value, dict) and "error" in value and "features" not in value:
        raise DropError("the server's answer is an error", str(value["error"])[:200])
    features = features_of(value)
    properties = value.get("properties")
    about = {**(properties if isinstance(properties, dict) else {}), **value}
    info = about.get("editingInfo")
    of_esri = "geometryType" in value or any(
        "attributes" in f for f in features if isinstance(f, dict)
    )
    rows = _esri_rows(value, features, mend, crs) if of_esri else _geojson_rows(value, features)
    return Layer(
        tuple(rows),
        str(about.get("layerName") or about.get("name") or ""),
        more=about.get("exceededTransferLimit") is True,
        edited=info.get("lastEditDate") if isinstance(info, dict) else None,
    )


def _geojson_rows(value: Mapping[str, Any], features: Sequence[Any]) -> Iterator[PolygonRow]:
    crs = _crs_named(value.get("crs"))
    for feature in features:
        properties = properties_of(feature) if isinstance(feature, dict) else {}

        def polygon(feature: Any = feature) -> shapely.Geometry:  # noqa: ANN401 - as JSON has it
            properties_of(feature)
            if crs is None:
                return polygon_of(feature.get("geometry"))
            return degrees(shape_of(feature.get("geometry")), crs)

        yield PolygonRow(properties, polygon)


def _crs_named(crs: object) -> object:
    """Return the CRS that old GeoJSON names, None for degrees of WGS 84."""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name") or "") if isinstance(properties, dict) else ""
    if not name or name.endswith((":CRS84", ":4326")):
        return None
    return _checked_crs(name)


def _checked_crs(given: Any) -> object:  # noqa: ANN401 - whatever pyproj takes
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_user_input(given)
    except (CRSError, TypeError, ValueError, OverflowError) as error:
        raise DropError("the CRS is not known", str(given)[:100]) from error


def _esri_rows(
    value: Mapping[str, Any], features: Sequence[Any], mend: Callable[[str], None], crs: str | None
) -> Iterator[PolygonRow]:
    whole = value.get("spatialReference")
    for feature in features:
        attributes = feature.get("attributes") if isinstance(feature, dict) else None

        def polygon(feature: Any = feature) -> shapely.Geometry:  # noqa: ANN401 - as JSON has it
            properties_of(feature)
            geometry = feature.get("geometry")
            if not isinstance(geometry, dict):
                raise DropError("the record has no geometry")
            reference = geometry.get("spatialReference") or whole
            return degrees(_of_rings(geometry, mend), _crs_of(reference, crs, mend))

        yield PolygonRow(attributes if isinstance(attributes, dict) else {}, polygon)


def _crs_of(reference: object, given: str | None, mend: Callable[[str], None]) -> object:
    """Return the CRS of a spatial reference, None for degrees of WGS 84.

    `latestWkid` is the number of the EPSG, `wkid` Esri's own, which may be older.
    """
    stated = reference if isinstance(reference, dict) else {}
    number = stated.get("latestWkid") or stated.get("wkid")
    if number == _WGS84_NUMBER:
        return None
    if number:
        try:
            return _checked_crs(f"EPSG:{number}")
        except DropError:
            return _checked_crs(f"ESRI:{number}")
    if stated.get("wkt"):
        return _checked_crs(stated["wkt"])
    if given:
        return _checked_crs(given)
    mend("no CRS is stated: read as degrees of WGS 84")
    return None


def _of_rings(geometry: Mapping[str, Any], mend: Callable[[str], None]) -> shapely.Geometry:
    """Return the polygon of Esri's rings: outlines run clockwise, holes the other way.

    Raises
    ------
    DropError
        If they are none.
    """
    if "curveRings" in geometry:
        raise DropError("curved rings are not read; ask the server for f=geojson")
    if "rings" not in geometry:
        raise DropError("the geometry is no polygon", ", ".join(map(str, geometry))[:100])
    shells: list[shapely.Geometry] = []
    holes: list[shapely.Geometry] = []
    for ring in geometry["rings"] if isinstance(geometry["rings"], list) else ():
        closed = _ring(ring, mend)
        (holes if shapely.is_ccw(closed) else shells).append(closed)
    if not shells and not holes:
        raise DropError("the record has no geometry")
    return _nested(shells, holes, mend)


def _ring(ring: object, mend: Callable[[str], None]) -> shapely.Geometry:
    try:
        points = np.array([point[:2] for point in ring], dtype=np.float64)  # type: ignore[attr-defined]
    except (TypeError, ValueError, IndexError, KeyError, OverflowError) as error:
        raise DropError("the coordinates make no polygon", str(error)[:100]) from error
    if points.ndim != 2 or points.shape[1:] != (2,) or not np.isfinite(points).all():  # noqa: PLR2004 - pairs
        raise DropError("the coordinates make no polygon", "a ring is no list of positions")
    if (np.abs(points) > _FARTHEST).any():
        raise DropError("the coordinates make no polygon", "a position outside every CRS")
    if len(points) and (points[0] != points[-1]).any():
        mend("a ring was not closed")
        points = np.vstack([points, points[:1]])
    if len(points) < _LEAST_CORNERS:
        raise DropError("the coordinates make no polygon", f"a ring of {len(points)} positions")
    return shapely.linearrings(points)


def _nested(
    shells: list[shapely.Geometry], holes: list[shapely.Geometry], mend: Callable[[str], None]
) -> shapely.Geometry:
    """Return polygons of the outlines, each hole in the smallest one that it lies in."""
    outlines = np.array([shapely.Polygon(shell) for shell in shells], dtype=object)
    sizes = shapely.area(outlines)
    inner: list[list[shapely.Geometry]] = [[] for _ in shells]
    for hole in holes:
        gap = shapely.make_valid(shapely.polygons(hole))
        around = [
            i
            for i in np.argsort(sizes)
            if sizes[i] > gap.area
            and shapely.make_valid(outlines[i]).intersection(gap).area > _HALF * gap.area
        ]
        if around:
            inner[around[0]].append(hole)
        else:
            mend("a ring ran the wrong way round: a hole in nothing is an outline")
            shells.append(hole)
            inner.append([])
    parts = [shapely.Polygon(shell, h) for shell, h in zip(shells, inner, strict=True)]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _shapefile(file: MapFile, mend: Callable[[str], None], crs: str | None) -> Layer:
    import geopandas

    missing = [ending for ending in (".dbf", ".shx") if ending not in file.beside]
    if missing:
        raise DropError("the shapefile lacks its other parts", ", ".join(missing))
    if not file.data.startswith(_SHAPEFILE):  # else GDAL would ask drivers that open other files
        raise DropError("the shapefile cannot be read", "it is none")
    with tempfile.TemporaryDirectory() as folder:
        for ending, data in {".shp": file.data, **file.beside}.items():
            (Path(folder) / f"layer{ending}").write_bytes(data)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # GDAL tells of rings that it mends itself
                frame = geopandas.read_file(Path(folder) / "layer.shp")
        except Exception as error:  # GDAL, fiona and pyogrio each have their own
            raise DropError("the shapefile cannot be read", str(error)[:200]) from error
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise DropError("the shapefile cannot be read", "it has no shapes")
    system: object = frame.crs
    if system is None and crs:
        system = _checked_crs(crs)
    elif system is None and len(frame):
        mend("no CRS is stated: read as degrees of WGS 84")
    fields = frame.drop(columns=frame.geometry.name).to_dict("records")
    rows = [
        PolygonRow(row, lambda shape=shape: degrees(shape, system))  # type: ignore[misc]
        for row, shape in zip(fields, frame.geometry, strict=True)
    ]
    return Layer(rows)
