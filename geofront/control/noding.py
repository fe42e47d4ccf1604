"""Noding: outlines drawn one over the other, cut into edges that meet at their ends only.

Each edge remembers which of the given lines run along it. So a vertex or an edge that many days
share is kept once, and the inside of every outline can be told from the network alone, without
asking for any point whether it lies in a polygon.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy import sparse
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Network", "network_of", "noded", "split_long", "tightened"]

# Vertices of one square bin are taken together first, so that a line drawn a thousand times costs
# no more pairs than one drawn once. With the radius after it, none moves more than the tolerance.
_BIN_SHARE = 0.25
_RADIUS_SHARE = 0.64
_MOST_ROUNDS = 100


@dataclass(frozen=True)
class Network:
    """Straight edges between vertices of a grid, and the outlines that they belong to.

    `vertices` are whole steps of the grid, shape (v, 2); an edge joins the vertices
    ``ends[e, 0] < ends[e, 1]``. `members` tells, edges × outlines, whether an outline runs along
    the edge an odd number of times (1): there, and only there, its inside and outside meet.
    """

    vertices: NDArray[np.int64]
    ends: NDArray[np.int64]
    members: sparse.csr_array

    @property
    def lines(self) -> NDArray[np.object_]:
        """The edges as linestrings, in steps of the grid."""
        found: NDArray[np.object_] = shapely.linestrings(self.vertices[self.ends].astype(float))
        return found


def network_of(
    tails: NDArray[np.int64],
    heads: NDArray[np.int64],
    outline: NDArray[np.int64],
    *,
    outlines: int,
) -> Network:
    """Gather the edges of outlines, each once, however many of them run along it.

    Parameters
    ----------
    tails, heads
        The ends of each edge in steps of the grid, shape (n, 2).
    outline
        The outline that each edge is of.
    outlines
        The number of outlines.

    Returns
    -------
    Network
        Its edges may still cross. Vertices are in the order in which they come first.
    """
    vertices, ends = _unique_vertices(np.concatenate([tails, heads]))
    ends = np.sort(ends.reshape(2, -1).T, axis=1)
    count = len(ends)
    lies_on = sparse.csr_array(
        (np.ones(count, dtype=np.int64), (np.arange(count), outline)), shape=(count, outlines)
    )
    return _gathered(vertices, ends, lies_on)


def split_long(network: Network, longest: float) -> Network:
    """Put vertices into long edges, for what is straight in degrees is not so in metres.

    Parameters
    ----------
    network
        The edges.
    longest
        The longest that stays as it is, in steps of the grid.

    Returns
    -------
    Network
        The same lines, but for the rounding of the new vertices to the grid.
    """
    tail, head = (network.vertices[network.ends[:, i]].astype(float) for i in (0, 1))
    pieces = np.ceil(np.hypot(*(head - tail).T) / longest).astype(np.int64)
    edge = np.repeat(np.arange(len(pieces)), np.maximum(pieces - 1, 0))
    step = np.arange(len(edge)) - np.searchsorted(edge, edge) + 1
    share = (step / pieces[edge])[:, None]
    points = np.rint(tail[edge] * (1 - share) + head[edge] * share).astype(np.int64)
    return _broken_at_points(network, edge, points)[0]


def tightened(network: Network, tolerance: float, scale: NDArray[np.float64]) -> Network:
    """Bring together what lies within a tolerance: vertices to vertices, edges to vertices.

    Lines that were drawn twice with a trembling hand become one line.

    Parameters
    ----------
    network
        The edges.
    tolerance
        How far a vertex or an edge may move.
    scale
        What a step of the grid measures eastward and northward, in the unit of the tolerance.

    Returns
    -------
    Network
        Where vertices are brought together, the one that came first stays.
    """
    merged = _merged(network.vertices * scale, tolerance)
    kept, renumbered = np.unique(merged, return_inverse=True)
    ends = np.sort(renumbered[network.ends], axis=1)
    network = _gathered(network.vertices[kept], ends, network.members)
    points = shapely.points(network.vertices * scale)
    lines = shapely.linestrings((network.vertices * scale)[network.ends])
    edge, vertex = shapely.STRtree(points).query(lines, predicate="dwithin", distance=tolerance)
    return _broken(network, edge, vertex)[0]


def noded(network: Network) -> Network:
    """Cut the edges where they cross, touch or overlap, until they meet at their ends only.

    Crossings are rounded to the grid, which may make new ones; so it is done in rounds, of which
    three or four are usual.

    Parameters
    ----------
    network
        The edges.

    Returns
    -------
    Network
        Planar.

    Raises
    ------
    AssertionError
        If the rounds do not come to an end, which has not been seen.
    """
    fresh = np.ones(len(network.ends), dtype=bool)
    for _ in range(_MOST_ROUNDS):
        edge, points = _crossings(network, fresh)
        if len(edge) == 0:
            return network
        network, fresh = _broken_at_points(network, edge, points)
    raise AssertionError("the crossings of the outlines do not settle on the grid")


def _unique_vertices(points: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the different points in the order of their first coming, and the index of each."""
    _, first, index = np.unique(_keys(points), return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return points[first[order]], place[index.reshape(-1)]


def _keys(points: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return one number for each point; equal points have equal ones."""
    low = points.min(axis=0, initial=0)
    width = int(points[:, 1].max(initial=0) - low[1]) + 1
    keys: NDArray[np.int64] = (points[:, 0] - low[0]) * width + (points[:, 1] - low[1])
    return keys


def _gathered(
    vertices: NDArray[np.int64], ends: NDArray[np.int64], members: sparse.csr_array
) -> Network:
    """Take equal edges together; an outline that runs along one twice does not part anything."""
    _, first, index = np.unique(
        ends[:, 0] * len(vertices) + ends[:, 1], return_index=True, return_inverse=True
    )
    count = len(ends)
    onto = sparse.csr_array(
        (np.ones(count, dtype=np.int64), (index.reshape(-1), np.arange(count))),
        shape=(len(first), count),
    )
    sums = sparse.csr_array(onto @ members)
    sums.data %= 2
    sums.eliminate_zeros()
    ends = ends[first]
    parts = (np.diff(sums.indptr) > 0) & (ends[:, 0] != ends[:, 1])
    return Network(vertices, ends[parts], sums[np.flatnonzero(parts)])


def _merged(positions: NDArray[np.float64], tolerance: float) -> NDArray[np.int64]:
    """Return for each position the first one that it is taken together with, or itself."""
    bins = np.floor(positions / (_BIN_SHARE * tolerance)).astype(np.int64)
    _, first, index = np.unique(_keys(bins), return_index=True, return_inverse=True)
    leaders = np.sort(first)
    pairs = cKDTree(positions[leaders]).query_pairs(
        _RADIUS_SHARE * tolerance, output_type="ndarray"
    )
    pairs = pairs[np.lexsort((pairs[:, 0], pairs[:, 1]))]
    target = list(range(len(leaders)))
    for earlier, later in pairs.tolist():
        if target[later] == later and target[earlier] == earlier:
            target[later] = earlier
    leader_of_bin = np.searchsorted(leaders, first)
    return leaders[np.array(target, dtype=np.int64)[leader_of_bin]][index.reshape(-1)]


def _crossings(
    network: Network, fresh: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return edges and the points at which they have to be cut; `fresh` ones are looked at."""
    lines = network.lines
    new = np.flatnonzero(fresh)
    one, other = shapely.STRtree(lines).query(lines[new], predicate="intersects")
    pairs = np.unique(np.sort(np.stack([new[one], other], axis=1), axis=1), axis=0)
    pairs = pairs[(pairs[:, 0] != pairs[:, 1])]
    pairs = pairs[~_meet_at_an_end(network, pairs)]
    shared = shapely.intersection(lines[pairs[:, 0]], lines[pairs[:, 1]])
    points, pair = shapely.get_coordinates(shared, return_index=True)
    rounded = np.rint(points).astype(np.int64)
    return pairs[pair].T.reshape(-1), np.concatenate([rounded, rounded])


def _meet_at_an_end(network: Network, pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which pairs of edges share an end and nothing else."""
    first, second = network.ends[pairs[:, 0]], network.ends[pairs[:, 1]]
    found = np.zeros(len(pairs), dtype=bool)
    for i in (0, 1):
        for j in (0, 1):
            same = first[:, i] == second[:, j]
            at = network.vertices[first[same, i]]
            a = network.vertices[first[same, 1 - i]] - at
            b = network.vertices[second[same, 1 - j]] - at
            aligned = a[:, 0] * b[:, 1] == a[:, 1] * b[:, 0]
            found[same] = ~(aligned & ((a * b).sum(axis=1) > 0))
    return found


def _broken_at_points(
    network: Network, edge: NDArray[np.int64], points: NDArray[np.int64]
) -> tuple[Network, NDArray[np.bool_]]:
    vertices, index = _unique_vertices(np.concatenate([network.vertices, points]))
    grown = Network(vertices, network.ends, network.members)
    return _broken(grown, edge, index[len(network.vertices) :])


def _broken(
    network: Network, edge: NDArray[np.int64], vertex: NDArray[np.int64]
) -> tuple[Network, NDArray[np.bool_]]:
    """Lead edges over further vertices, in their order along the edge; tell which edges are new."""
    inner = (network.ends[edge] != vertex[:, None]).all(axis=1)
    edge, vertex = edge[inner], vertex[inner]
    cut = np.unique(edge)
    edge = np.concatenate([cut, edge, cut])
    vertex = np.concatenate([network.ends[cut, 0], vertex, network.ends[cut, 1]])
    tail = network.vertices[network.ends[edge, 0]]
    along = network.vertices[network.ends[edge, 1]] - tail
    offset = ((network.vertices[vertex] - tail) * along).sum(axis=1)
    # The ends stay the ends, even if a vertex beside the edge lies a little beyond them.
    offset[: len(cut)] = np.iinfo(np.int64).min
    offset[len(offset) - len(cut) :] = np.iinfo(np.int64).max
    order = np.lexsort((vertex, offset, edge))
    edge, vertex = edge[order], vertex[order]
    follows = np.flatnonzero(edge[1:] == edge[:-1])
    pieces = np.sort(np.stack([vertex[follows], vertex[follows + 1]], axis=1), axis=1)
    whole = np.setdiff1d(np.arange(len(network.ends)), cut)
    source = np.concatenate([whole, edge[follows]])
    broken = _gathered(
        network.vertices,
        np.concatenate([network.ends[whole], pieces]),
        network.members[source],
    )
    count = len(network.vertices)
    fresh = np.isin(
        broken.ends[:, 0] * count + broken.ends[:, 1], pieces[:, 0] * count + pieces[:, 1]
    )
    return broken, fresh
