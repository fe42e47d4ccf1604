"""TopoJSON: the lines between areas written once, however many areas and days share them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geofront.events.rights import refuse_restricted
from geofront.files import appearing_whole
from geofront.render.gis.about import about
from geofront.render.gis.intervals import intervals
from geofront.render.gis.layers import LAYERS, chosen_layers
from geofront.render.targets import file_target

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from datetime import date
    from os import PathLike
    from pathlib import Path

    from numpy.typing import NDArray

    from geofront.control.arcs import Arcs
    from geofront.control.series import Series
    from geofront.render.gis.layers import Interval, Layer

__all__ = ["STEP_DEGREES", "write_topojson"]

STEP_DEGREES = 1e-6
"""What positions are rounded to: 0.11 m at most. The lines of a series lie on these steps."""

_Point = tuple[float, float]


def write_topojson(
    series: Series,
    path: str | PathLike[str],
    *,
    layers: Collection[str] = LAYERS,
    progress: Callable[[Iterable[date]], Iterable[date]] | None = None,
) -> Path:
    """Write a TopoJSON file: an object for each layer, all of them on the same arcs.

    Parameters
    ----------
    series
        What to write.
    path
        The file, such as ``map.topojson``; a former one is replaced.
    layers
        Which layers, of `LAYERS`.
    progress
        Wraps the days on which areas or front lines are drawn anew, once for each of the two.

    Returns
    -------
    Path
        The file. The same series gives the same bytes.

    Raises
    ------
    UnknownNameError
        If there is no such layer.
    OutputError
        If the name has another suffix.
    DataFaultsError
        If rows may not be passed on.
    OSError
        If the file can't be written; a former one is then untouched.
    """
    refuse_restricted(series.timeline)
    target = file_target(path, "a TopoJSON file", (".topojson", ".json"))
    topology = _Topology()
    objects = {
        layer.name: {
            "type": "GeometryCollection",
            "geometries": [_feature(layer, row, topology) for row in rows],
        }
        for layer in chosen_layers(layers)
        for rows in (intervals(series, layer, progress),)
    }
    west, south = topology.corner
    told = {
        "type": "Topology",
        **about(series),
        "bbox": topology.bbox,
        "transform": {"scale": [STEP_DEGREES] * 2, "translate": [west, south]},
        "objects": objects,
        "arcs": list(topology.encoded()),
    }
    _shift_points(objects, topology)
    with appearing_whole(target) as temporary, temporary.open("w", encoding="utf-8") as file:
        json.dump(told, file, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        file.write("\n")
    return target


def _feature(layer: Layer, row: Interval, topology: _Topology) -> dict[str, object]:
    told = {"start": row.start, "end": row.end, **layer.record(row)}
    properties = {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in told.items()
    }
    return {**topology.geometry(row.geometry, row.arcs), "properties": properties}


class _Topology:
    """The arcs met so far, and geometries made of their numbers."""

    def __init__(self) -> None:
        self._lines: list[NDArray[np.int64]] = []
        self._number: dict[bytes, int] = {}
        self._cuts: tuple[Arcs | None, dict[tuple[_Point, _Point], int]] = (None, {})
        self._met: dict[tuple[_Point, _Point], int] = {}
        self._low = np.array([np.iinfo(np.int64).max] * 2)
        self._high = -self._low

    @property
    def low(self) -> NDArray[np.int64]:
        """West and south in steps; nought if there is nothing."""
        return np.where(self._low <= self._high, self._low, 0)

    @property
    def corner(self) -> list[float]:
        """West and south in degrees."""
        return _degrees(self.low)

    @property
    def bbox(self) -> list[float]:
        """West, south, east and north in degrees."""
        return [*self.corner, *_degrees(np.where(self._low <= self._high, self._high, 0))]

    def encoded(self) -> Iterator[list[list[int]]]:
        """Yield each arc as steps from one point to the next, the first from the corner."""
        for line in self._lines:
            yield np.diff(line, axis=0, prepend=self.low[None, :]).tolist()

    def geometry(self, shape: shapely.Geometry, arcs: Arcs | None) -> dict[str, object]:
        """Return a shape in TopoJSON; positions of points are still in steps from 0°."""
        if shape.geom_type in {"Point", "MultiPoint"}:
            steps = self._steps(shapely.get_coordinates(shape)).tolist()
            return {
                "type": shape.geom_type,
                "coordinates": steps[0] if shape.geom_type == "Point" else steps,
            }
        if shape.geom_type == "GeometryCollection":
            parts = [self.geometry(part, arcs) for part in shape.geoms]
            return {"type": shape.geom_type, "geometries": parts}
        if shape.geom_type in {"Polygon", "MultiPolygon"}:
            polygons = [
                [self._line(ring, arcs) for ring in (part.exterior, *part.interiors)]
                for part in shapely.get_parts(shape).tolist()
            ]
            alone = shape.geom_type == "Polygon"
            return {"type": shape.geom_type, "arcs": polygons[0] if alone else polygons}
        lines = [self._line(line, arcs) for line in shapely.get_parts(shape).tolist()]
        alone = shape.geom_type != "MultiLineString"
        return {
            "type": "LineString" if alone else shape.geom_type,
            "arcs": lines[0] if alone else lines,
        }

    def _line(self, line: shapely.Geometry, arcs: Arcs | None) -> list[int]:
        """Return a line or ring as numbers of arcs, ``~n`` for one that runs backwards."""
        points = np.asarray(shapely.get_coordinates(line))
        if arcs is None:
            return [self._arc(self._steps(points))]
        sizes = self._sizes(arcs)
        positions = list(map(tuple, points.tolist()))
        last = len(points) - 1
        numbers: list[int] = []
        at = 0
        while at < last:
            # Two points tell a half-edge from all others that leave the same node.
            ahead = (positions[at], positions[at + 1])
            end = min(at + sizes.get(ahead, last), last)
            number = self._met.get(ahead)
            if number is None:
                number = self._met[ahead] = self._arc(self._steps(points[at : end + 1]))
            numbers.append(number)
            at = end
        return numbers

    def _sizes(self, arcs: Arcs) -> dict[tuple[_Point, _Point], int]:
        """Return by the two first points of each half-edge how many stretches it has."""
        if self._cuts[0] is not arcs:
            self._met.clear()
            found: dict[tuple[_Point, _Point], int] = {}
            first, last = arcs.start[:-1], arcs.start[1:] - 1
            sizes = (last - first).tolist()
            for begins, nexts in ((first, first + 1), (last, last - 1)):
                ones = map(tuple, arcs.points[begins].tolist())
                others = map(tuple, arcs.points[nexts].tolist())
                found.update(zip(zip(ones, others, strict=True), sizes, strict=True))
            self._cuts = (arcs, found)
        return self._cuts[1]

    def _arc(self, steps: NDArray[np.int64]) -> int:
        """Return the number of an arc; one and the same for both of its directions."""
        known = self._number.get(steps.tobytes())
        if known is None:
            known = len(self._lines)
            self._lines.append(steps)
            self._number[np.ascontiguousarray(steps[::-1]).tobytes()] = ~known
            self._number[steps.tobytes()] = known
        return known

    def _steps(self, points: NDArray[np.float64]) -> NDArray[np.int64]:
        steps = np.rint(points / STEP_DEGREES).astype(np.int64)
        self._low = np.minimum(self._low, steps.min(axis=0))
        self._high = np.maximum(self._high, steps.max(axis=0))
        return steps


def _degrees(steps: NDArray[np.int64]) -> list[float]:
    found: list[float] = np.round(steps * STEP_DEGREES, 6).tolist()
    return found


def _shift_points(objects: object, topology: _Topology) -> None:
    """Count the positions of points from the corner, which is known only in the end."""
    west, south = topology.low.tolist()
    if isinstance(objects, dict):
        for key, value in objects.items():
            if key == "coordinates":
                objects[key] = _moved(value, west, south)
            elif key != "properties":
                _shift_points(value, topology)
    elif isinstance(objects, list):
        for value in objects:
            _shift_points(value, topology)


def _moved(position: list[object], west: int, south: int) -> list[object]:
    if isinstance(position[0], list):
        return [_moved(each, west, south) for each in position]  # type: ignore[arg-type]
    lon, lat = position
    return [lon - west, lat - south]  # type: ignore[operator]
