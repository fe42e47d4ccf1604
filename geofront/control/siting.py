"""Where the sites of a diagram stand: near ground that is drawn, and never two on one spot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geofront.crs import bearing, destination, geodesic_km

if TYPE_CHECKING:
    import shapely
    from numpy.typing import NDArray

    from geofront.crs import LonLat

__all__ = ["antipodes_moved", "sites_in_play", "spread_twins", "unit_vectors"]

_TWIN_STEP_M = 2.0
_MOST_ON_CIRCLE = 500
_GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))  # as the seeds of a sunflower stand (Vogel 1979)
_PROJECTED_KM = 9_000.0
_NEAR = 10.0  # diagonals of the ground: sites within may as well take part


def antipodes_moved(sites: NDArray[np.float64], center: LonLat) -> NDArray[np.float64]:
    """Bring sites from beyond the projection's reach to its rim: they are near to nothing drawn.

    Parameters
    ----------
    sites
        Positions in degrees, shape (n, 2).
    center
        The middle of the projection.

    Returns
    -------
    NDArray[np.float64]
        The positions, none farther than 9,000 km away.
    """
    far = geodesic_km(np.tile(center, (len(sites), 1)), sites) > _PROJECTED_KM
    if not far.any():
        return sites
    azimuth = bearing(np.tile(center, (int(far.sum()), 1)), sites[far])
    moved = sites.copy()
    moved[far] = destination(center, azimuth, _PROJECTED_KM)
    return moved


def sites_in_play(metres: NDArray[np.float64], frame: shapely.Polygon) -> NDArray[np.int64]:
    """Return the sites that may be the nearest to some point of a frame.

    One stray place at the other end of the world would cost the diagram its last digits, and with
    them the sites that stand close together.

    Parameters
    ----------
    metres
        Positions in metres, shape (n, 2); at least one.
    frame
        The box around what is drawn.

    Returns
    -------
    NDArray[np.int64]
        Their indices, in order.
    """
    west, south, east, north = frame.bounds
    across = np.maximum(0, np.maximum([west, south] - metres, metres - [east, north]))
    farthest = np.maximum(np.abs(metres - [west, south]), np.abs(metres - [east, north]))
    # To every point of the frame some site is at least as near as this.
    ample = max(np.hypot(*farthest.T).min(), _NEAR * np.hypot(east - west, north - south))
    return np.flatnonzero(np.hypot(*across.T) <= ample)


def spread_twins(metres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Move sites that fall on one point apart by steps too small to see, in a fixed order.

    Parameters
    ----------
    metres
        Positions in metres, shape (n, 2); at least one.

    Returns
    -------
    NDArray[np.float64]
        The positions; up to 500 twins stand on a circle and share their surroundings in equal
        angles, of more of them those on the rim of a disc do.
    """
    keys = np.round(metres / _TWIN_STEP_M).astype(np.int64)
    _, group, counts = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    if counts.max() == 1:
        return metres
    group = group.reshape(-1)
    by_group = np.argsort(group, kind="stable")
    rank = np.empty(len(metres), dtype=np.int64)
    rank[by_group] = np.arange(len(metres)) - np.repeat(np.cumsum(counts) - counts, counts)
    angle = 2 * np.pi * rank / counts[group]
    # The more twins there are, the wider their circle, so that neighbours stay a step apart. Of a
    # great many most would have slivers only; they fill a disc, and its rim has the surroundings.
    many = counts[group] > _MOST_ON_CIRCLE
    angle[many] = _GOLDEN_ANGLE * rank[many]
    radius = np.where(counts[group] > 1, _TWIN_STEP_M * np.maximum(1, counts[group] / 4), 0.0)
    radius[many] = _TWIN_STEP_M * np.sqrt(rank[many])
    moved: NDArray[np.float64] = metres + radius[:, None] * unit_vectors(angle)
    return moved


def unit_vectors(angle: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the vectors of length 1, shape (n, 2), at angles in radians."""
    return np.column_stack([np.cos(angle), np.sin(angle)])
