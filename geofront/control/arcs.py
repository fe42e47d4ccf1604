"""Arcs: the borders between patches of a tessellation, each a line from node to node.

A patch is a set of cells that carry one label on every day; its inner edges never matter. What is
left are arcs, each with one patch on its left and another, or the outside, on its right. Every
area, front line and length of a day is read off the arcs whose two sides differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import shapely

from geofront.control.tessellation import OUTSIDE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geofront.control.tessellation import Tessellation

__all__ = ["Arcs", "join_edges"]

_INNER_DEGREE = 2
_Number = TypeVar("_Number", np.int64, np.float64)


@dataclass(frozen=True)
class Arcs:
    """Lines from node to node, with the patches on either side.

    Arc ``a`` runs along ``points[start[a]:start[a + 1]]``, positions in degrees, shape (p, 2),
    with patch ``left[a]`` on its left and ``right[a]``, or `OUTSIDE`, on its right. `tail` and
    `head` are the numbers of the nodes at its ends (one number for a closed arc), `km` its
    geodesic length.

    A *half-edge* is an arc in one of its two directions: ``2 * a`` forward, ``2 * a + 1`` backward.
    """

    points: NDArray[np.float64]
    start: NDArray[np.int64]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    km: NDArray[np.float64]

    def __len__(self) -> int:
        """Return the number of arcs."""
        return len(self.left)

    @cached_property
    def origin(self) -> NDArray[np.int64]:
        """The node that each half-edge leaves from, shape (half-edges,)."""
        return _interleaved(self.tail, self.head)

    @cached_property
    def turn(self) -> NDArray[np.int64]:
        """The half-edges sorted by the node they leave from, and there counter-clockwise."""
        first, last = self.start[:-1], self.start[1:] - 1
        out = self.points[first + 1] - self.points[first]
        back = self.points[last - 1] - self.points[last]
        angle = _interleaved(np.arctan2(*out.T[::-1]), np.arctan2(*back.T[::-1]))
        return np.lexsort((angle, self.origin))

    @cached_property
    def rank(self) -> NDArray[np.int64]:
        """The place of each half-edge in `turn`."""
        place = np.empty(2 * len(self), dtype=np.int64)
        place[self.turn] = np.arange(2 * len(self))
        return place

    @cached_property
    def bounds(self) -> NDArray[np.float64]:
        """West, south, east and north of each arc, shape (arcs, 4)."""
        low = np.minimum.reduceat(self.points, self.start[:-1])
        high = np.maximum.reduceat(self.points, self.start[:-1])
        return np.hstack([low, high])

    @cached_property
    def shoelace(self) -> NDArray[np.float64]:
        """Twice the area in square degrees between each arc and the first point of all."""
        centred = self.points - self.points[:1]
        x, y = centred.T
        term = np.append(x[:-1] * y[1:] - x[1:] * y[:-1], 0.0)
        term[self.start[1:] - 1] = 0.0  # from the last point of one arc to the first of the next
        sums: NDArray[np.float64] = np.add.reduceat(term, self.start[:-1])
        return sums

    @cached_property
    def _of_patch(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The arcs of each patch, one patch after the other, and where each one's begin."""
        owners = np.concatenate([self.left, self.right])
        order = np.argsort(owners, kind="stable")
        patches = int(owners.max(initial=OUTSIDE)) + 1
        begin = np.searchsorted(owners[order], np.arange(patches + 1))
        return order % max(len(self), 1), begin

    def of_patches(self, patches: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the arcs that bound some patches, sorted, each once.

        Parameters
        ----------
        patches
            Indices of patches, shape (n,).

        Returns
        -------
        NDArray[np.int64]
            Indices of arcs, shape (m,).
        """
        arcs, begin = self._of_patch
        lists = [arcs[begin[p] : begin[p + 1]] for p in patches.tolist()]
        return np.unique(np.concatenate(lists)) if lists else np.empty(0, dtype=np.int64)

    def sides(
        self, labels: NDArray[np.int64], arcs: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the labels on the left and right of some arcs.

        Parameters
        ----------
        labels
            The label of each patch.
        arcs
            The arcs.

        Returns
        -------
        tuple[NDArray[np.int64], NDArray[np.int64]]
            One entry an arc; `OUTSIDE` where there is no patch.
        """
        right = self.right[arcs]
        # No arc has the outside on its left.
        return labels[self.left[arcs]], np.where(right == OUTSIDE, OUTSIDE, labels[right])

    def parting(self, labels: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the arcs whose two sides differ, sorted.

        Parameters
        ----------
        labels
            The label of each patch, shape (patches,).

        Returns
        -------
        NDArray[np.int64]
            Indices of arcs, shape (m,).
        """
        every = np.arange(len(self))
        left, right = self.sides(labels, every)
        return np.flatnonzero(left != right)

    def parting_after(
        self,
        parting: NDArray[np.int64],
        labels: NDArray[np.int64],
        changed: NDArray[np.int64],
    ) -> NDArray[np.int64]:
        """Return the arcs whose sides differ now, from those that did before some changes.

        Parameters
        ----------
        parting
            The arcs whose sides differed, sorted.
        labels
            The label of each patch now.
        changed
            The patches that got another label.

        Returns
        -------
        NDArray[np.int64]
            What `parting` returns for the labels, at the cost of what changed.
        """
        touched = self.of_patches(changed)
        left, right = self.sides(labels, touched)
        kept = np.setdiff1d(parting, touched, assume_unique=True)
        return np.union1d(kept, touched[left != right])

    def joined(self, labels: NDArray[np.int64], parting: NDArray[np.int64]) -> Arcs:
        """Return the arcs of one day, joined wherever the same two labels meet on both sides.

        Parameters
        ----------
        labels
            The label of each patch.
        parting
            The arcs whose two sides differ.

        Returns
        -------
        Arcs
            Their sides are labels in place of patches.
        """
        left, right = self.sides(labels, parting)
        forward = left > right
        half_edges = 2 * parting + ~forward
        nodes, ends = np.unique(
            np.concatenate([self.tail[parting], self.head[parting]]), return_inverse=True
        )
        ends = ends.reshape(2, -1)
        tail, head = np.where(forward, ends, ends[::-1])
        left, right = np.maximum(left, right), np.minimum(left, right)
        order, sizes = _chains(tail, head, _is_node(tail, head, len(nodes)))
        first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        points = [self.line(h) for h in half_edges[order].tolist()]
        lengths = np.array([len(line) for line in points], dtype=np.int64)
        # All but the first point of each arc, and the first point of each chain.
        kept = np.ones(int(lengths.sum()), dtype=bool)
        begins = np.cumsum(lengths) - lengths
        kept[begins] = False
        kept[begins[first[:-1]]] = True
        count = np.add.reduceat(lengths - 1, first[:-1]) + 1 if len(sizes) else sizes
        chain = np.repeat(np.arange(len(sizes)), sizes)
        return Arcs(
            points=np.concatenate([np.empty((0, 2)), *points])[kept],
            start=np.concatenate([[0], np.cumsum(count)]).astype(np.int64),
            tail=nodes[tail[order[first[:-1]]]],
            head=nodes[head[order[first[1:] - 1]]],
            left=left[order[first[:-1]]],
            right=right[order[first[:-1]]],
            km=np.bincount(chain, self.km[parting][order], len(sizes)).astype(np.float64),
        )

    @cached_property
    def lines(self) -> NDArray[np.object_]:
        """The arcs as linestrings in degrees."""
        arc_of_point = np.repeat(np.arange(len(self)), np.diff(self.start))
        found: NDArray[np.object_] = shapely.linestrings(self.points, indices=arc_of_point)
        return found

    def line(self, half_edge: int) -> NDArray[np.float64]:
        """Return the positions along a half-edge, shape (n, 2).

        Parameters
        ----------
        half_edge
            The index of the half-edge.

        Returns
        -------
        NDArray[np.float64]
            Degrees, longitude first.
        """
        arc = half_edge >> 1
        points = self.points[self.start[arc] : self.start[arc + 1]]
        return points[::-1] if half_edge & 1 else points


def join_edges(mesh: Tessellation, cell_patch: NDArray[np.int64]) -> Arcs:
    """Join the edges that part two patches, or a patch and the outside, into arcs.

    Parameters
    ----------
    mesh
        The tessellation.
    cell_patch
        The patch of each cell.

    Returns
    -------
    Arcs
        Edges inside a patch are in none of them.
    """
    owner = np.append(cell_patch, OUTSIDE)
    left, right = owner[mesh.left], owner[mesh.right]
    edges = np.flatnonzero(left != right)
    # All edges between two patches run the same way round, so that one follows another.
    flip = left[edges] < right[edges]
    left, right = np.maximum(left, right)[edges], np.minimum(left, right)[edges]
    tail = np.where(flip, mesh.head[edges], mesh.tail[edges])
    head = np.where(flip, mesh.tail[edges], mesh.head[edges])
    order, sizes = _chains(tail, head, _is_node(tail, head, len(mesh.vertices)))
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    chain = np.repeat(np.arange(len(sizes)), sizes)
    visited = np.empty(len(order) + len(sizes), dtype=np.int64)
    visited[np.arange(len(order)) + chain] = tail[order]
    start = first + np.arange(len(first))
    visited[start[1:] - 1] = head[order[first[1:] - 1]]
    return Arcs(
        points=mesh.vertices[visited],
        start=start,
        tail=visited[start[:-1]],
        head=visited[start[1:] - 1],
        left=left[order[first[:-1]]],
        right=right[order[first[:-1]]],
        km=np.bincount(chain, mesh.edge_km[edges][order], len(sizes)).astype(np.float64),
    )


def _is_node(tail: NDArray[np.int64], head: NDArray[np.int64], vertices: int) -> NDArray[np.bool_]:
    """Return which vertices end an arc: where other than two edges meet.

    Around a point where two meet lie two patches only, the same along both.
    """
    degree = np.bincount(np.concatenate([tail, head]), minlength=vertices)
    found: NDArray[np.bool_] = degree != _INNER_DEGREE
    return found


def _chains(
    tail: NDArray[np.int64], head: NDArray[np.int64], node: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the edges chain by chain, and the number of edges of each chain."""
    leaving = np.full(len(node), OUTSIDE, dtype=np.int64)
    leaving[tail] = np.arange(len(tail))
    following = np.where(node[head], OUTSIDE, leaving[head]).tolist()
    taken = bytearray(len(tail))
    order: list[int] = []
    sizes: list[int] = []
    # From the nodes first; what is left then are rings without a node.
    for begin in (*np.flatnonzero(node[tail]).tolist(), *range(len(tail))):
        edge, before = begin, len(order)
        while edge != OUTSIDE and not taken[edge]:
            taken[edge] = 1
            order.append(edge)
            edge = following[edge]
        if len(order) > before:
            sizes.append(len(order) - before)
    return np.array(order, dtype=np.int64), np.array(sizes, dtype=np.int64)


def _interleaved(forward: NDArray[_Number], backward: NDArray[_Number]) -> NDArray[_Number]:
    return np.stack([forward, backward], axis=1).reshape(-1)
