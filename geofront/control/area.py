"""Areas of a day: cells of one label merged by the edges where labels differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geofront.control.tessellation import OUTSIDE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geofront.control.tessellation import Tessellation

__all__ = ["areas", "label_km2", "sides_of_edges"]


def sides_of_edges(
    mesh: Tessellation, cell_labels: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the labels on the left and right of each edge, `OUTSIDE` where there is no cell.

    Parameters
    ----------
    mesh
        The tessellation.
    cell_labels
        The label of each cell.

    Returns
    -------
    tuple[NDArray[np.int64], NDArray[np.int64]]
        Both of shape (edges,).
    """
    # The entry at index -1 stands for what lies outside.
    padded = np.append(cell_labels, OUTSIDE)
    return padded[mesh.left], padded[mesh.right]


def areas(mesh: Tessellation, cell_labels: NDArray[np.int64]) -> dict[int, shapely.MultiPolygon]:
    """Merge the cells of each label into one multipolygon.

    The cost follows the length of the lines where labels differ, not the number of cells.

    Parameters
    ----------
    mesh
        The tessellation.
    cell_labels
        The label of each cell.

    Returns
    -------
    dict[int, shapely.MultiPolygon]
        In degrees, by label; together they cover the cells without gap or overlap.
    """
    left, right = sides_of_edges(mesh, cell_labels)
    drawn = np.flatnonzero(left != right)
    if len(drawn) == 0:
        return {}
    tail, head = mesh.tail[drawn], mesh.head[drawn]
    lines = shapely.linestrings(mesh.vertices[np.column_stack([tail, head])])
    faces = shapely.get_parts(shapely.polygonize(lines))
    faces = shapely.orient_polygons(faces)
    labels = _face_labels(mesh, faces, drawn, left, right)
    return {
        int(label): shapely.multipolygons(faces[labels == label])
        for label in np.unique(labels)
        if label != OUTSIDE
    }


def label_km2(
    mesh: Tessellation, cell_labels: NDArray[np.int64], labels: int
) -> NDArray[np.float64]:
    """Return the km² of each label, shape (labels,)."""
    return np.bincount(cell_labels, weights=mesh.cell_km2, minlength=labels).astype(np.float64)


def _face_labels(
    mesh: Tessellation,
    faces: NDArray[np.object_],
    drawn: NDArray[np.int64],
    left: NDArray[np.int64],
    right: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Look up each face's label at its first edge, which has the face on its left."""
    shells = shapely.get_exterior_ring(faces)
    first = _as_complex(shapely.get_coordinates(shapely.get_point(shells, 0)))
    second = _as_complex(shapely.get_coordinates(shapely.get_point(shells, 1)))
    used = np.unique(np.concatenate([mesh.tail[drawn], mesh.head[drawn]]))
    spots = _as_complex(mesh.vertices[used])
    by_spot = np.argsort(spots)
    u = used[by_spot[np.searchsorted(spots, first, sorter=by_spot)]]
    v = used[by_spot[np.searchsorted(spots, second, sorter=by_spot)]]
    size = len(mesh.vertices)
    keys = np.concatenate(
        [mesh.tail[drawn] * size + mesh.head[drawn], mesh.head[drawn] * size + mesh.tail[drawn]]
    )
    values = np.concatenate([left[drawn], right[drawn]])
    by_key = np.argsort(keys)
    found: NDArray[np.int64] = values[by_key[np.searchsorted(keys, u * size + v, sorter=by_key)]]
    return found


def _as_complex(points: NDArray[np.float64]) -> NDArray[np.complex128]:
    return points[:, 0] + 1j * points[:, 1]
