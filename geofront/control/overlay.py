"""Overlay: polygons of many days cut into the cells of one tessellation, and which covers which.

The edges of all polygons are noded once. Whether a cell lies in a polygon then follows from the
edges that part it from its neighbour: it does so exactly where the neighbour does, unless that
polygon's outline runs between the two. So the answer for thousands of polygons is passed from
cell to cell, starting outside of all of them, and no point is ever looked for in a polygon.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order

from geofront.control.noding import Network, network_of, noded, split_long, tightened
from geofront.control.tessellation import Tessellation, mesh_of_faces, refuse_unprojectable
from geofront.crs import LocalCRS, center_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Overlay", "overlay"]

# The grid of the tessellation: 0.000001°, about 10 cm.
_STEPS_PER_DEGREE = 1_000_000
_LONGEST_EDGE_DEGREES = 0.1
_M_PER_DEGREE = 111_320.0
_M_PER_KM = 1000.0
_CHUNK = 256


@dataclass(frozen=True)
class Overlay:
    """Cells of an extent such that each lies in a polygon as a whole or not at all.

    `packed` tells in bits, outlines × cells, which cells lie in which outline: first the extent,
    then the polygons.
    """

    mesh: Tessellation
    packed: NDArray[np.uint8]

    def inside(self, polygon: int) -> NDArray[np.bool_]:
        """Return which cells lie in a polygon."""
        return _row(self.packed, polygon + 1)

    def width_km(self) -> NDArray[np.float64]:
        """Return about how wide each cell is: twice its area over the length of its outline.

        Here edges are straight in degrees, as the polygons drew them. A geodesic of 9 km bends a
        metre away from that, which would make a wide strip of two edges along one line.
        """
        mesh = self.mesh
        scale = _M_PER_DEGREE / _M_PER_KM * np.array([np.cos(np.radians(mesh.crs.center.lat)), 1])
        points = (mesh.vertices - mesh.crs.center) * scale
        (x0, y0), (x1, y1) = points[mesh.tail].T, points[mesh.head].T
        term = (x0 * y1 - x1 * y0) / 2
        length = np.hypot(x1 - x0, y1 - y0)
        inner = mesh.right >= 0
        right = mesh.right[inner]
        km2 = np.bincount(mesh.left, term, mesh.cells) - np.bincount(right, term[inner], mesh.cells)
        km = np.bincount(mesh.left, length, mesh.cells)
        km += np.bincount(right, length[inner], mesh.cells)
        return 2 * km2 / np.maximum(km, np.finfo(float).tiny)


def overlay(
    polygons: Sequence[shapely.Geometry], extent: shapely.Geometry, *, tolerance_m: float
) -> Overlay:
    """Lay polygons over one another.

    Parameters
    ----------
    polygons
        Valid polygons or multipolygons in degrees. They may overlap and leave the extent.
    extent
        The outline of what is drawn, valid and in degrees.
    tolerance_m
        Lines closer than this become one; where they differ, the polygon that comes first prevails.

    Returns
    -------
    Overlay
        The cells within the extent.

    Raises
    ------
    ExtentError
        If the extent crosses the 180th meridian or a pole, or spans half the globe.
    """
    crs = LocalCRS(center_of(shapely.get_coordinates(extent)))
    refuse_unprojectable(extent, crs)
    network = split_long(_edges([extent, *polygons]), _LONGEST_EDGE_DEGREES * _STEPS_PER_DEGREE)
    if tolerance_m > 0:
        north = _M_PER_DEGREE / _STEPS_PER_DEGREE
        east = north * float(np.cos(np.radians(crs.center.lat)))
        network = tightened(network, tolerance_m, np.array([east, north]))
    network = noded(network)
    faces = shapely.get_parts(shapely.polygonize(network.lines))
    packed = _covered(network, *_sides(network, faces))
    kept = np.flatnonzero(_row(packed, 0))
    cells = shapely.transform(faces[kept], lambda points: points / _STEPS_PER_DEGREE)
    mesh = mesh_of_faces(cells, np.arange(len(kept), dtype=np.int64), crs)
    return Overlay(mesh, packed[:, kept])


def _edges(shapes: Sequence[shapely.Geometry]) -> Network:
    """Gather the outlines of shapes on the grid."""
    parts, shape_of_part = shapely.get_parts(shapes, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    steps = np.rint(points * _STEPS_PER_DEGREE).astype(np.int64)
    follows = (ring[1:] == ring[:-1]) & (steps[1:] != steps[:-1]).any(axis=1)
    return network_of(
        steps[:-1][follows],
        steps[1:][follows],
        shape_of_part[part_of_ring[ring[:-1][follows]]].astype(np.int64),
        outlines=len(shapes),
    )


def _sides(
    network: Network, faces: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the two faces at each edge; what lies outside of all is numbered after the last."""
    rings, ring_face = shapely.get_rings(faces, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    every = np.concatenate([network.vertices, np.rint(points).astype(np.int64)])
    # Vertices are different from one another, so each has a number of its own among all points.
    index = np.unique(every, axis=0, return_inverse=True)[1].reshape(-1)
    number = np.empty(index.max(initial=-1) + 1, dtype=np.int64)
    number[index[: len(network.vertices)]] = np.arange(len(network.vertices))
    vertex = number[index[len(network.vertices) :]]
    follows = np.flatnonzero(ring[1:] == ring[:-1])
    ends = np.sort(np.stack([vertex[follows], vertex[follows + 1]], axis=1), axis=1)
    count = len(network.vertices)
    # The edges of a network are sorted by their ends.
    edge = np.searchsorted(
        network.ends[:, 0] * count + network.ends[:, 1], ends[:, 0] * count + ends[:, 1]
    )
    face = ring_face[ring[follows]]
    order = np.argsort(edge, kind="stable")
    edge, face = edge[order], face[order]
    one = np.full(len(network.ends), len(faces), dtype=np.int64)
    other = one.copy()
    again = np.append(False, edge[1:] == edge[:-1])
    one[edge[~again]] = face[~again]
    other[edge[again]] = face[again]
    return one, other


def _covered(
    network: Network, one: NDArray[np.int64], other: NDArray[np.int64]
) -> NDArray[np.uint8]:
    """Return in bits, outlines × faces, which faces lie inside which outline."""
    outside = int(max(one.max(initial=0), other.max(initial=0)))
    parent, over = _tree(one, other, outside)
    members = sparse.csc_array(network.members)
    outlines = members.shape[1]
    packed = np.zeros((-(-outlines // 8), outside), dtype=np.uint8)
    for begin in range(0, outlines, _CHUNK):
        parts = members[:, begin : begin + _CHUNK].toarray().astype(bool)
        inside = parts[over]
        inside[outside] = False
        ancestor = parent
        # Each round looks twice as far back towards the outside as the one before.
        while (ancestor != outside).any():
            inside ^= inside[ancestor]
            ancestor = ancestor[ancestor]
        rows = np.packbits(inside[:outside].T, axis=0)
        packed[begin // 8 : begin // 8 + len(rows)] = rows
    return packed


def _tree(
    one: NDArray[np.int64], other: NDArray[np.int64], outside: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return for each face its neighbour on a shortest way out, and the edge to be crossed."""
    real = np.flatnonzero(one != other)
    low, high = np.minimum(one, other)[real], np.maximum(one, other)[real]
    _, first = np.unique(low * (outside + 1) + high, return_index=True)
    pairs = sparse.csr_array(
        (real[first] + 1, (low[first], high[first])), shape=(outside + 1, outside + 1)
    )
    parent = np.asarray(breadth_first_order(pairs, outside, directed=False)[1], dtype=np.int64)
    parent[outside] = outside
    faces = np.arange(outside)
    over = np.zeros(outside + 1, dtype=np.int64)
    ends = np.minimum(faces, parent[:-1]), np.maximum(faces, parent[:-1])
    over[:-1] = np.asarray(pairs[ends]).reshape(-1) - 1
    return parent, over


def _row(packed: NDArray[np.uint8], row: int) -> NDArray[np.bool_]:
    bits: NDArray[np.bool_] = ((packed[row // 8] >> (7 - row % 8)) & 1).astype(bool)
    return bits
