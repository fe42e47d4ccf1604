"""Areas of a day: polygons of each label, and their km²."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geofront.control.rings import faces, outline

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geofront.control.arcs import Arcs
    from geofront.control.patchwork import Patchwork, State

__all__ = ["areas", "label_km2"]


def areas(arcs: Arcs, state: State) -> dict[int, shapely.MultiPolygon]:
    """Merge the patches of each label into one multipolygon.

    The cost follows the length of the lines where labels differ, not the number of cells.

    Parameters
    ----------
    arcs
        The borders of the patches.
    state
        The labels of the patches on the day.

    Returns
    -------
    dict[int, shapely.MultiPolygon]
        In degrees, by label; together they cover the patches without gap or overlap.
    """
    parts: dict[int, list[shapely.Polygon]] = {}
    for face in faces(arcs, state):
        shell, *holes = (outline(arcs, ring) for ring in (face.shell, *face.holes))
        parts.setdefault(face.label, []).append(shapely.Polygon(shell, holes))
    return {label: shapely.MultiPolygon(polygons) for label, polygons in parts.items()}


def label_km2(patchwork: Patchwork, labels: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """Return the km² of each label, shape (size,)."""
    return np.bincount(labels, weights=patchwork.km2, minlength=size).astype(np.float64)
