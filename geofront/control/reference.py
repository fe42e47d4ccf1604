"""Reference maps: others' areas, read and made valid, to compare our own with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geofront.errors import DataFaultsError, Fault
from geofront.files.mapfiles import read_map_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import geopandas

__all__ = ["EMPTY", "Reference", "made_valid", "polygons_of", "read_reference"]

EMPTY = shapely.MultiPolygon()
"""An area of nothing."""


@dataclass(frozen=True)
class Reference:
    """A map to compare with: the valid area in degrees of each actor that it speaks of.

    `repairs` tells which of its polygons were invalid, and why.
    """

    areas: Mapping[str, shapely.Geometry]
    repairs: tuple[str, ...] = ()

    @classmethod
    def of(cls, drawn: Mapping[str, shapely.Geometry | Sequence[shapely.Geometry]]) -> Reference:
        """Make a reference of areas, or lists of areas, by actor; invalid ones are made valid.

        Parameters
        ----------
        drawn
            Areas in degrees, by the name of the actor.

        Returns
        -------
        Reference
            The areas of each actor as one.
        """
        valid, repairs = {}, []
        for actor, geometry in drawn.items():
            valid[actor], repaired = made_valid(np.atleast_1d(np.array(geometry, dtype=object)))
            repairs += [f"{actor}, {repair}" for repair in repaired]
        return cls(valid, tuple(repairs))


def read_reference(path: Path, actor: str) -> Reference:
    """Read the area of an actor from a file of polygons.

    Parameters
    ----------
    path
        GeoJSON or another format that `geofront.files.mapfiles` reads. Where it has a column
        ``actor``, the rows of that actor count, else all; where it has a column ``layer``, only
        those of the layer ``area``.
    actor
        The id of the actor.

    Returns
    -------
    Reference
        Its area, made valid; empty if the file has no features.

    Raises
    ------
    DataFaultsError
        If the file can't be read, is not in degrees, or names other actors only.
    """
    frame = read_map_file(path)
    if len(frame) == 0:
        return Reference({actor: EMPTY})
    polygons = _rows_of(frame, actor, path)
    if not any(_is_polygonal(geometry) for geometry in polygons):
        raise DataFaultsError([Fault(str(path), 0, "holds no polygon to compare with")])
    bounds = np.abs(shapely.total_bounds(polygons))
    if (bounds > [180.0, 90.0, 180.0, 90.0]).any():
        message = "is not in degrees of longitude and latitude; store its CRS or reproject it"
        raise DataFaultsError([Fault(str(path), 0, message)])
    return Reference.of({actor: polygons})


def _rows_of(frame: geopandas.GeoDataFrame, actor: str, path: Path) -> Sequence[shapely.Geometry]:
    """Return the polygons of an actor.

    Raises
    ------
    DataFaultsError
        If the file names actors and this is none of them, or if it is a table without geometry.
    """
    if "geometry" not in frame:
        raise DataFaultsError([Fault(str(path), 0, "is a table without geometry, not a map")])
    if "layer" in frame:
        frame = frame[frame["layer"] == "area"]
    if "actor" in frame:
        named = sorted(set(frame["actor"].dropna().astype(str)))
        if named and actor not in named:
            message = f"has no area of {actor!r}; there are: {', '.join(named)}"
            raise DataFaultsError([Fault(str(path), 0, message)])
        frame = frame[frame["actor"].astype(str) == actor] if named else frame
    found: Sequence[shapely.Geometry] = frame.geometry.to_numpy()
    return found


def made_valid(
    geometries: Iterable[shapely.Geometry | None],
) -> tuple[shapely.Geometry, list[str]]:
    """Return the union of the polygons among some geometries, and what had to be repaired."""
    polygonal = [geometry for geometry in geometries if _is_polygonal(geometry)]
    repairs = [
        f"polygon {number} was invalid: {shapely.is_valid_reason(geometry)}"
        for number, geometry in enumerate(polygonal, start=1)
        if not shapely.is_valid(geometry)
    ]
    # By structure: where the parts of a multipolygon overlap, even-odd would leave a hole.
    whole = shapely.make_valid(polygonal, method="structure", keep_collapsed=False)
    return polygons_of(shapely.union_all(whole)), repairs


def _is_polygonal(geometry: shapely.Geometry | None) -> bool:
    return geometry is not None and geometry.geom_type in {"Polygon", "MultiPolygon"}


def polygons_of(geometry: shapely.Geometry) -> shapely.Geometry:
    """Drop the lines and points that an overlay leaves where polygons only touch."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])
