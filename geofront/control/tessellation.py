"""One tessellation of the extent for a whole series: cells, their shared edges, their areas.

A day is then only a vector of labels, one a cell; areas, front lines and km² are read from the
edges whose two sides differ. Cells come from one noded network of lines, so they can neither
overlap nor leave slivers, and neighbours share their vertices to the last digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.spatial import Voronoi, cKDTree

from geofront.control.siting import antipodes_moved, sites_in_play, spread_twins, unit_vectors
from geofront.crs import LocalCRS, center_of, geodesic_km
from geofront.errors import ExtentError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "GRID_DEGREES",
    "GRID_DIGITS",
    "OUTSIDE",
    "Tessellation",
    "default_extent",
    "mesh_of_faces",
    "refuse_unprojectable",
    "tessellate",
]

OUTSIDE = -1
"""The cell on the far side of an edge of the drawn area."""

GRID_DEGREES = 1e-6
"""The grid, of about 10 cm, on which lines are noded, and vertices kept and written."""

GRID_DIGITS = 6
"""The decimals of degrees on that grid."""

_GRID_ROWS = 1 << 29  # more than the grid has from pole to pole
_JOIN_M = 0.01
_DENSIFY_DEGREES = 0.1
# A straight line of this length is nowhere 30 m off the geodesic or the chord in degrees: along a
# parallel at 65° it is length² · tan 65° / (8 · radius of the Earth) = 26 m.
_LONGEST_EDGE_M = 25_000.0
_BEND_M = 30.0
_LEAST_EDGE_M = 100.0
_STEEP, _STEEPEST = 65.0, 89.9  # the latitudes beyond which that is not so, or too short to heed
_M_PER_KM = 1000.0
_M2_PER_KM2 = 1e6
_FAR = 10.0  # diagonals away: farther than any bisector into the extent
_FAR_SITES = 12
_MARGIN_SHARE = 0.05
_MARGIN_LEAST_M = 10_000.0
_ARC_SEGMENTS = 16
_HALF_TURN = 180.0
_POLE = 90.0
_FARTHEST_KM = 5_000.0
# What lies no farther apart than this might cross when lines are rounded to the grid.
_STURDY_M = 1.0
_RIDGES_AT_VERTEX = 3
_MOST_BORDER_POINTS = 1_000_000
_CORNERS = ((0, 1), (1, 2), (2, 0))


@dataclass(frozen=True)
class Tessellation:
    """Cells of an extent, each with the site (the place) it belongs to.

    `vertices` are degrees, shape (v, 2). An edge e runs from vertex ``tail[e]`` to ``head[e]``
    with cell ``left[e]`` on its left and ``right[e]``, or `OUTSIDE`, on its right. `cell_site`
    gives the index of each cell's site, `cell_km2` its area on the ellipsoid.
    """

    vertices: NDArray[np.float64]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    cell_site: NDArray[np.int64]
    cell_km2: NDArray[np.float64]
    crs: LocalCRS

    @property
    def cells(self) -> int:
        """The number of cells."""
        return len(self.cell_site)

    @property
    def edges(self) -> int:
        """The number of edges."""
        return len(self.tail)

    @cached_property
    def edge_km(self) -> NDArray[np.float64]:
        """The geodesic length of each edge in km."""
        return geodesic_km(self.vertices[self.tail], self.vertices[self.head])

    @property
    def total_km2(self) -> float:
        """The area of all cells in km²."""
        return float(self.cell_km2.sum())

    def __repr__(self) -> str:
        """Tell the size."""
        return (
            f"<Tessellation of {self.total_km2:,.0f} km²: "
            f"{self.cells:,} cells, {self.edges:,} edges>"
        )


def default_extent(sites: NDArray[np.float64]) -> shapely.Geometry:
    """Return the hull of some positions with a margin, for conflicts that name no extent.

    Parameters
    ----------
    sites
        Positions in degrees, shape (n, 2); at least one.

    Returns
    -------
    shapely.Geometry
        A polygon in degrees: the convex hull and 5 % of its diagonal around it, at least 10 km.

    Raises
    ------
    ExtentError
        If that crosses the 180th meridian or a pole, or spans half the globe.
    """
    crs = LocalCRS(center_of(sites))
    metres = crs.to_metres(sites)
    diagonal = float(np.hypot(*np.ptp(metres, axis=0)))
    hull = shapely.convex_hull(shapely.multipoints(metres))
    grown = shapely.buffer(hull, max(_MARGIN_LEAST_M, _MARGIN_SHARE * diagonal))
    extent = shapely.transform(grown, crs.to_lonlat)
    refuse_unprojectable(extent, crs)
    return extent


def tessellate(
    sites: NDArray[np.float64], extent: shapely.Geometry, *, reach_km: float | None = None
) -> Tessellation:
    """Divide an extent into the cells nearest to each site (Voronoi 1908).

    Sites at one point divide the surrounding cell by equal angles, not by equal areas.

    Parameters
    ----------
    sites
        Positions in degrees, shape (n, 2). Those outside the extent take part as well.
    extent
        Polygon or multipolygon in degrees.
    reach_km
        How far from its site a cell reaches at most; beyond it there is no cell. None: no limit.

    Returns
    -------
    Tessellation
        Its cells, in the order of their sites; a site may have several cells, or none.

    Raises
    ------
    ExtentError
        If the extent crosses the 180th meridian or a pole, or spans half the globe.
    """
    crs = LocalCRS(center_of(shapely.get_coordinates(extent)))
    refuse_unprojectable(extent, crs)
    outline = shapely.set_precision(shapely.segmentize(extent, _DENSIFY_DEGREES), GRID_DEGREES)
    if len(sites) == 0 or shapely.is_empty(outline):
        return mesh_of_faces(np.empty(0, dtype=object), np.empty(0, dtype=np.int64), crs)
    metres = spread_twins(crs.to_metres(antipodes_moved(sites, crs.center)))
    ground = shapely.transform(outline, crs.to_metres)
    frame = shapely.box(*ground.bounds)
    drawn = sites_in_play(metres, frame)
    metres = metres[drawn]
    diagram = _voronoi(metres, frame)
    discs = _discs(diagram, metres, None if reach_km is None else reach_km * _M_PER_KM)
    # Most cells lie clear of the border and need not be cut out of a network of lines.
    longest = _longest_edge(outline, frame)
    whole = not discs and longest == _LONGEST_EDGE_M
    clear = _clear_cells(diagram, metres, ground) if whole else np.zeros(len(metres), dtype=bool)
    lines = shapely.segmentize(_ridges(diagram, clear, frame), longest)
    if discs:
        # An arc ends on a ridge that is straight in metres, so there they have to be joined.
        arcs = [disc.arcs for disc in discs.values()]
        lines = shapely.get_parts(shapely.union_all([*lines, *arcs], grid_size=_JOIN_M))
    # Noded again in degrees: what is drawn in the end must meet without a slip.
    lines = shapely.transform(lines, crs.to_connected_lonlat)
    noded = shapely.union_all([*lines, shapely.boundary(outline)], grid_size=GRID_DEGREES)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inner = shapely.point_on_surface(faces)
    inner_metres = crs.to_metres(shapely.get_coordinates(inner))
    nearest = np.asarray(cKDTree(metres).query(inner_metres)[1], dtype=np.int64)
    shapely.prepare([outline, ground])
    # Between the lines lie all clear cells too, in one face or several.
    kept = shapely.contains(outline, inner) & ~clear[nearest]
    for i in np.flatnonzero(kept & np.isin(nearest, list(discs))):
        kept[i] = shapely.contains_xy(discs[int(nearest[i])].area, *inner_metres[i])
    uncut = np.flatnonzero(clear & shapely.contains_xy(ground, metres))
    site = np.concatenate([nearest[kept], uncut])
    order = np.argsort(site, kind="stable")
    cell = np.empty(len(site), dtype=np.int64)
    cell[order] = np.arange(len(site))
    cut, walked = _sides_of_faces(faces[kept]), _sides_of_cells(diagram, uncut, crs)
    sides = _Sides(
        np.concatenate([cut.tail, walked.tail]),
        np.concatenate([cut.head, walked.head]),
        cell[np.concatenate([cut.face, walked.face + len(nearest[kept])])],
    )
    return _mesh_of_sides(sides, drawn[site[order]], crs)


@dataclass(frozen=True, slots=True)
class _Disc:
    """What a site reaches of its own cell, and the arcs that bound it there."""

    area: shapely.Geometry
    arcs: shapely.Geometry


def refuse_unprojectable(extent: shapely.Geometry, crs: LocalCRS) -> None:
    """Refuse extents that one local projection, or plain longitudes, cannot hold.

    Raises
    ------
    ExtentError
        If the extent holds a pole, crosses the 180th meridian, or spans half the globe.
    """
    points = shapely.get_coordinates(extent)
    if len(points) == 0:
        return
    center = np.tile(crs.center, (len(points), 1))
    if geodesic_km(center, points).max() > _FARTHEST_KM:
        raise ExtentError(f"the extent reaches over {_FARTHEST_KM:,.0f} km; draw parts of it")
    if np.abs(points[:, 1]).max() >= _POLE:
        raise ExtentError("the extent reaches a pole; end it short of 90°")
    if np.abs(points[:, 0] - crs.center.lon).max() > _HALF_TURN:
        raise ExtentError(
            "the extent lies on both sides of the 180th meridian; give the outline of one side"
        )


def _voronoi(metres: NDArray[np.float64], frame: shapely.Polygon) -> Voronoi:
    """Return the diagram of the sites and of some far ones, so that all real cells are bounded."""
    west, south, east, north = frame.bounds
    points = np.vstack([[[west, south], [east, north]], metres])
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    radius = _FAR * max(float(np.hypot(*np.ptp(points, axis=0))), _M_PER_KM)
    turn = 2 * np.pi * np.arange(_FAR_SITES) / _FAR_SITES
    far = middle + radius * unit_vectors(turn)
    return Voronoi(np.vstack([metres, far]))


def _ridge_columns(diagram: Voronoi) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the vertices at the ends of each ridge and the sites on its sides, shape (n, 2)."""
    return np.array(diagram.ridge_vertices), np.array(diagram.ridge_points, dtype=np.int64)


def _ridges(
    diagram: Voronoi, clear: NDArray[np.bool_], frame: shapely.Polygon
) -> NDArray[np.object_]:
    """Return the lines around the cells that are not clear, of those that come into the frame."""
    ends, between = _ridge_columns(diagram)
    real = np.flatnonzero((ends >= 0).all(axis=1) & (between < len(clear)).all(axis=1))
    wanted = real[~clear[between[real]].all(axis=1)]
    lines = shapely.linestrings(diagram.vertices[ends[wanted]])
    near: NDArray[np.object_] = lines[shapely.intersects(lines, frame)]
    return near


def _longest_edge(outline: shapely.Geometry, frame: shapely.Polygon) -> float:
    """Return how long a straight line in metres may be, in degrees too.

    Near the poles, where meridians converge, it is less, and so it is in a small frame.
    """
    west, low, east, high = frame.bounds
    _, south, _, north = shapely.bounds(outline)
    slope = np.tan(np.radians(min(max(abs(south), abs(north)), _STEEPEST)))
    straight = _LONGEST_EDGE_M * min(1.0, float(np.sqrt(np.tan(np.radians(_STEEP)) / slope)))
    return min(straight, max(_LEAST_EDGE_M, float(np.hypot(east - west, high - low))))


def _clear_cells(
    diagram: Voronoi, metres: NDArray[np.float64], ground: shapely.Geometry
) -> NDArray[np.bool_]:
    """Return which cells neither meet the border of the ground nor change when they are rounded."""
    ends, between = _ridge_columns(diagram)
    # Vertices stand in the last row for the point at infinity too.
    frail = np.append(_frail_vertices(diagram.vertices, ends), True)
    position = np.vstack([diagram.vertices, [[np.inf, np.inf]]])
    radius = np.zeros(len(diagram.points))
    fails = np.zeros(len(diagram.points), dtype=bool)
    for vertex in ends.T:
        for site in between.T:
            np.maximum.at(radius, site, np.hypot(*(position[vertex] - diagram.points[site]).T))
            fails[site[frail[vertex]]] = True
    # Of sites too close together the diagram keeps one; the others have no sides.
    fails |= radius == 0
    # What is wrong with a corner of a cell may reach over its sides, but no farther.
    sturdy = ~fails
    for site, other in (between.T, between.T[::-1]):
        sturdy[site[fails[other]]] = False
    sturdy, radius = sturdy[: len(metres)], radius[: len(metres)]
    if not sturdy.any():
        return sturdy
    edge = shapely.boundary(ground)
    step = max(float(np.median(radius[sturdy])), shapely.length(edge) / _MOST_BORDER_POINTS)
    border = shapely.get_coordinates(shapely.segmentize(edge, step))
    away = cKDTree(border).query(metres[sturdy])[0] - step / 2
    sturdy[sturdy] = away > radius[sturdy] + _BEND_M
    return sturdy


def _frail_vertices(vertices: NDArray[np.float64], ends: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return the vertices at which some corner is not sturdy.

    The vertex of a convex cell that comes nearest to one of its sides, but is not on it, is the
    other end of the next side: its distance is the length of that times the sine of the corner.
    """
    joined = np.flatnonzero((ends >= 0).all(axis=1))
    owner = np.concatenate([ends[joined, 0], ends[joined, 1]])
    beyond = np.concatenate([ends[joined, 1], ends[joined, 0]])
    degree = np.bincount(owner, minlength=len(vertices))
    frail: NDArray[np.bool_] = degree != _RIDGES_AT_VERTEX
    order = np.argsort(owner, kind="stable")
    order = order[~frail[owner[order]]]
    arm = (vertices[beyond[order]] - vertices[owner[order]]).reshape(-1, _RIDGES_AT_VERTEX, 2)
    length = np.hypot(arm[..., 0], arm[..., 1])
    longest = length.max(axis=1)
    weak = longest > _LONGEST_EDGE_M
    # A line that is straight in metres bends in degrees, with the square of its length. Those that
    # leave a vertex side by side bend the same way, so the longer alone may run into the other.
    apart = _STURDY_M + _BEND_M * (longest / _LONGEST_EDGE_M) ** 2
    for i, j in _CORNERS:
        cross = np.abs(arm[:, i, 0] * arm[:, j, 1] - arm[:, i, 1] * arm[:, j, 0])
        weak |= cross <= apart * np.maximum(length[:, i], length[:, j])
    frail[owner[order][::_RIDGES_AT_VERTEX]] = weak
    return frail


@dataclass(frozen=True, slots=True)
class _Sides:
    """The sides of faces in turn, each from a tail to a head with its face on the left.

    Ends are whole steps of the grid of degrees, shape (n, 2); `face` is the index of the face.
    """

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    face: NDArray[np.int64]


def _sides_of_cells(diagram: Voronoi, sites: NDArray[np.int64], crs: LocalCRS) -> _Sides:
    """Return the sides of whole cells of a diagram, of those of some sites."""
    ends, between = _ridge_columns(diagram)
    face_of = np.full(len(diagram.points), OUTSIDE, dtype=np.int64)
    face_of[sites] = np.arange(len(sites))
    one, other = face_of[between.T]
    used = np.flatnonzero((one != OUTSIDE) | (other != OUTSIDE))
    tail, head = ends[used].T
    along = diagram.vertices[head] - diagram.vertices[tail]
    across = diagram.points[between[used, 0]] - diagram.vertices[tail]
    turned = along[:, 0] * across[:, 1] < along[:, 1] * across[:, 0]
    left, right = np.where(turned, other[used], one[used]), np.where(turned, one[used], other[used])
    vertices, index = np.unique(np.concatenate([tail, head]), return_inverse=True)
    # Rounded by the library that rounds the lines which these cells share with others.
    line = shapely.linestrings(crs.to_lonlat(diagram.vertices[vertices]))
    rounded = shapely.set_precision(line, GRID_DEGREES, mode="pointwise")
    steps = _on_grid(shapely.get_coordinates(rounded))
    tails, heads = steps[index.reshape(2, -1)]
    ours, theirs = left != OUTSIDE, right != OUTSIDE
    return _Sides(
        np.concatenate([tails[ours], heads[theirs]]),
        np.concatenate([heads[ours], tails[theirs]]),
        np.concatenate([left[ours], right[theirs]]),
    )


def _sides_of_faces(faces: NDArray[np.object_]) -> _Sides:
    """Return the sides of polygons."""
    faces = shapely.orient_polygons(faces)
    rings, ring_face = shapely.get_rings(faces, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    steps = _on_grid(points)
    # Consecutive points of one ring are joined; its face lies on their left.
    joined = ring[1:] == ring[:-1] if len(ring) else np.empty(0, dtype=bool)
    face = ring_face[ring[:-1][joined]].astype(np.int64)
    return _Sides(steps[:-1][joined], steps[1:][joined], face)


def _on_grid(degrees: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.round(degrees / GRID_DEGREES).astype(np.int64)


def _discs(
    diagram: Voronoi, metres: NDArray[np.float64], reach_m: float | None
) -> dict[int, _Disc]:
    """Return the discs of the sites whose cells reach farther than they may."""
    if reach_m is None:
        return {}
    discs = {}
    for site, position in enumerate(metres):
        corners = diagram.vertices[diagram.regions[diagram.point_region[site]]]
        if np.hypot(*(corners - position).T).max() <= reach_m:
            continue
        # A Voronoi cell is convex.
        cell = shapely.convex_hull(shapely.multipoints(corners))
        disc = shapely.buffer(shapely.points(position), reach_m, quad_segs=_ARC_SEGMENTS)
        discs[site] = _Disc(disc, shapely.intersection(shapely.boundary(disc), cell))
    return discs


def mesh_of_faces(
    faces: NDArray[np.object_], face_site: NDArray[np.int64], crs: LocalCRS
) -> Tessellation:
    """Read the shared edges off a set of faces that are noded at each other's vertices."""
    return _mesh_of_sides(_sides_of_faces(faces), face_site, crs)


def _mesh_of_sides(sides: _Sides, face_site: NDArray[np.int64], crs: LocalCRS) -> Tessellation:
    """Join the sides that two faces share."""
    face = sides.face
    x, y = np.concatenate([sides.tail, sides.head]).T
    # One number a point, in the order of x, then y.
    unique, index = np.unique(x * _GRID_ROWS + y, return_inverse=True)
    tail, head = index.reshape(2, -1)
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    key = low * len(unique) + high
    _, first, edge = np.unique(key, return_index=True, return_inverse=True)
    left = np.full(len(first), OUTSIDE, dtype=np.int64)
    right = np.full(len(first), OUTSIDE, dtype=np.int64)
    forward = tail < head
    left[edge[forward]] = face[forward]
    right[edge[~forward]] = face[~forward]
    # Where only one cell meets an edge it stands on the left.
    flip = left == OUTSIDE
    left[flip], right[flip] = right[flip], OUTSIDE
    tails, heads = np.where(flip, high[first], low[first]), np.where(flip, low[first], high[first])
    steps = np.stack(np.divmod(unique + _GRID_ROWS // 2, _GRID_ROWS), axis=1)
    steps[:, 1] -= _GRID_ROWS // 2
    vertices = np.round(steps * GRID_DEGREES, GRID_DIGITS)
    return Tessellation(
        vertices=vertices,
        tail=tails,
        head=heads,
        left=left,
        right=right,
        cell_site=face_site,
        cell_km2=_cell_km2(
            crs.to_equal_area(vertices),
            (tails, heads),
            left=left,
            right=right,
            cells=len(face_site),
        ),
        crs=crs,
    )


def _cell_km2(
    metres: NDArray[np.float64],
    edges: tuple[NDArray[np.int64], NDArray[np.int64]],
    *,
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    cells: int,
) -> NDArray[np.float64]:
    """Sum the shoelace terms of each cell's edges: its own counter-clockwise, others' clockwise."""
    (x0, y0), (x1, y1) = (metres[end].T for end in edges)
    term = (x0 * y1 - x1 * y0) / 2
    area = np.bincount(left, weights=term, minlength=cells)
    inner = right != OUTSIDE
    area -= np.bincount(right[inner], weights=term[inner], minlength=cells)
    return area / _M2_PER_KM2
