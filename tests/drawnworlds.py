"""Small maps of invented content, for the tests of those who read maps that others drew."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import shapely
from pyproj import Geod

if TYPE_CHECKING:
    from pathlib import Path

    from geofront.adapters import Imported

_GEOD = Geod(ellps="WGS84")


def square(lon: float, lat: float, size: float = 1.0) -> dict[str, Any]:
    """A square polygon by its south-western corner."""
    geometry: dict[str, Any] = json.loads(
        shapely.to_geojson(shapely.box(lon, lat, lon + size, lat + size))
    )
    return geometry


def feature(geometry: dict[str, Any] | None, **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: object, **members: object) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), **members}


def saved(path: Path, value: object) -> Path:
    """Write a value as JSON, text or bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(value, bytes):
        path.write_bytes(value)
    elif isinstance(value, str):
        path.write_text(value, encoding="utf-8", newline="")
    else:
        path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path


def day(text: str) -> date:
    return date.fromisoformat(text)


def km2(shape: shapely.Geometry) -> float:
    """The geodesic area."""
    parts = shapely.get_parts(shapely.orient_polygons(shape))
    return sum(_GEOD.geometry_area_perimeter(part)[0] for part in parts) / 1e6


def shown(imported: Imported) -> dict[str, dict[str, str]]:
    """The boxes of the areas of an import, by day and actor: ``west south east north``."""
    assert imported.maps is not None
    return {
        str(when): {
            actor: " ".join(f"{bound:g}" for bound in shape.bounds)
            for actor, shape in sorted(areas.items())
        }
        for when, areas in imported.maps.items()
    }


def adds_up(imported: Imported) -> bool:
    report = imported.report
    return report.read == report.kept + sum(report.dropped.values()) and report.kept > 0
