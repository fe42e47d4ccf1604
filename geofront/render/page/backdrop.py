"""The backdrop of a page: the countries in and around what is drawn, in few letters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geofront.gazetteer.outlines import outlines_within
from geofront.render.page.arcs import encode_integers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from geofront.render.page.arcs import Grid

__all__ = ["build_backdrop", "encode_lines"]

_MARGIN = 0.6
_WIDEST, _TALLEST = 1.4, 0.8
"""Half the sides of a window in which the grid just fits, as shares of the other side."""
_MOST_LETTERS = 13_500
_LEAST_LETTERS = 3.3
"""What a corner of the countries takes at least; borders have two, and are written twice."""
_FINEST = 1 / 1500
"""Tolerance of the outlines as a share of the drawn box: about a pixel of a wide screen."""
_SEEN_AT_FIRST = 0.12
"""The margin around the grid that is surely seen when the page opens, as a share of its span."""
_LEAST_NAMED = 0.002
"""Countries that fill less of the view than this share are not named."""
_LINE = 1
_AREA = 2


def build_backdrop(grid: Grid, drawn: shapely.Geometry) -> dict[str, Any]:
    """Return the countries around a grid, simplified until they are small.

    Parameters
    ----------
    grid
        What their points are rounded to; its box is shown in the middle of the backdrop.
    drawn
        The ground that is drawn over them, in degrees.

    Returns
    -------
    dict[str, Any]
        `box`: its west, south, east and north, where it cuts the land; `land`: the rings of all
        land; `borders`: lines between countries, each once; `names`: ISO
        code of two letters, x and y of a spot for each country's name, in steps of the grid.
    """
    span = max(grid.east - grid.west, grid.north - grid.south)
    box = _box_behind(grid)
    found = outlines_within(*box.bounds)
    shapes = {code: areal for code, shape in found.items() if not (areal := _areal(shape)).is_empty}
    corners = grid.steps(np.array(box.bounds).reshape(2, 2)).ravel().tolist()
    if not shapes:
        return {"box": corners, "land": "", "borders": "", "names": []}
    lines = _simplest(np.array(list(shapes.values()), dtype=object), _FINEST * span, grid)
    view = _box_around(grid, _SEEN_AT_FIRST * span)
    spots = {code: _spot(shape, drawn, view) for code, shape in shapes.items()}
    names = [
        [code, *grid.steps(shapely.get_coordinates(spot))[0].tolist()]
        for code, spot in spots.items()
        if spot is not None
    ]
    return {"box": corners, **lines, "names": names}


def encode_lines(lines: Iterable[shapely.LineString], grid: Grid) -> str:
    """Write lines as one text: the number of points, then their differences in steps.

    Parameters
    ----------
    lines
        Lines or rings in degrees.
    grid
        What their points are rounded to.

    Returns
    -------
    str
        Letters, digits, ``-`` and ``_``.
    """
    numbers: list[int] = []
    last = np.zeros((1, 2), dtype=np.int64)
    for line in lines:
        steps = grid.steps(shapely.get_coordinates(line))
        steps = steps[np.any(np.diff(steps, axis=0, prepend=steps[:1] - 1) != 0, axis=1)]
        numbers.append(len(steps))
        numbers.extend(np.diff(steps, axis=0, prepend=last).ravel().tolist())
        last = steps[-1:]
    return encode_integers(numbers)


def _box_around(grid: Grid, margin: float) -> shapely.Polygon:
    """Return the box of a grid with a margin, within the world, in degrees."""
    return _box(grid.west - margin, grid.south - margin, grid.east + margin, grid.north + margin)


def _box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(max(-180.0, west), max(-89.0, south), min(180.0, east), min(89.0, north))


def _box_behind(grid: Grid) -> shapely.Polygon:
    """Return what may be seen around a grid in a wide or a tall window."""
    width, height = grid.east - grid.west, grid.north - grid.south
    x, y = (grid.west + grid.east) / 2, (grid.south + grid.north) / 2
    # Of Mercator's projection: a degree north is as long as so many east.
    stretch = 1 / max(0.1, math.cos(math.radians(y)))
    margin = _MARGIN * max(width, height)
    half = max(width / 2 + margin, _WIDEST * height * stretch)
    tall = max(height / 2 + margin, _TALLEST * width / stretch)
    return _box(x - half, y - tall, x + half, y + tall)


def _simplest(countries: NDArray[np.object_], tolerance: float, grid: Grid) -> dict[str, str]:
    """Return land and borders, as rough as it takes for them to be short."""
    while True:
        # Islands too small to be seen would stay, each with three points, however rough the lines.
        seen = [_without_islands(country, tolerance) for country in countries]
        countries = shapely.coverage_simplify(np.array(seen, dtype=object), tolerance)
        letters = _LEAST_LETTERS * int(shapely.get_num_coordinates(countries).sum())
        if letters <= _MOST_LETTERS:
            # To join the land and find the borders takes ten times as long as to simplify.
            lines = _encoded(countries, grid)
            letters = sum(map(len, lines.values()))
            if letters <= _MOST_LETTERS:
                return lines
        tolerance *= max(1.3, (letters / _MOST_LETTERS) ** 2)


def _encoded(countries: NDArray[np.object_], grid: Grid) -> dict[str, str]:
    return {
        "land": encode_lines(_rings(shapely.coverage_union_all(countries)), grid),
        "borders": encode_lines(_borders(countries), grid),
    }


def _without_islands(country: shapely.Geometry, tolerance: float) -> shapely.Geometry:
    parts = shapely.get_parts(country)
    return shapely.multipolygons(parts[shapely.area(parts) > (2 * tolerance) ** 2])


def _areal(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the polygons of a shape only."""
    parts = shapely.get_parts(shape)
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == 3])  # noqa: PLR2004


def _rings(land: shapely.Geometry) -> list[shapely.LineString]:
    return list(shapely.get_rings(shapely.get_parts(land)))


def _borders(countries: NDArray[np.object_]) -> list[shapely.LineString]:
    """Return the lines that two countries share."""
    one, other = shapely.STRtree(countries).query(countries)
    ordered = one < other
    shared = shapely.intersection(
        shapely.boundary(countries[one[ordered]]), shapely.boundary(countries[other[ordered]])
    )
    return _lines(shared)


def _lines(shapes: shapely.Geometry | NDArray[np.object_]) -> list[shapely.LineString]:
    """Return the lines among some shapes, joined."""
    parts = shapely.get_parts(shapely.get_parts(shapes))
    lines = parts[shapely.get_dimensions(parts) == _LINE]
    return list(shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines))))


def _spot(
    shape: shapely.Geometry, drawn: shapely.Geometry, view: shapely.Geometry
) -> shapely.Point | None:
    """Return where a name stands: in sight, beside what is drawn where there is room for it."""
    least = _LEAST_NAMED * view.area
    seen = shape.intersection(view)
    for ground in (seen.difference(drawn), seen, shape):
        parts = shapely.get_parts(ground)
        parts = parts[shapely.get_dimensions(parts) == _AREA]
        if len(parts) and (largest := max(parts, key=shapely.area)).area > least:
            circle = shapely.maximum_inscribed_circle(largest, view.length / 1000)
            return shapely.Point(shapely.get_coordinates(circle)[0])
    return None
