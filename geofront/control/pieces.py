"""Pieces: connected ground that carries one label on every day, and which pieces adjoin.

A patch may lie scattered. Where the question is whether one can get from here to there, or what
lies around what, it is asked of pieces: they are few, and no day changes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geofront.control.arcs import join_edges
from geofront.control.area import areas
from geofront.control.patchwork import State
from geofront.control.rings import faces, outline
from geofront.control.tessellation import OUTSIDE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geofront.control.arcs import Arcs
    from geofront.control.patchwork import Patchwork

__all__ = ["AROUND", "Clusters", "Pieces", "areas_of", "components"]

AROUND = 0
"""The void that lies around everything drawn; further ones are lakes and gaps within it."""


@dataclass(frozen=True)
class Pieces:
    """The connected pieces of the patches of a patchwork.

    `of_cell` gives the piece of each cell, `patch` the patch that each piece belongs to.
    """

    patchwork: Patchwork
    of_cell: NDArray[np.int64]
    patch: NDArray[np.int64]

    @classmethod
    def of(cls, patchwork: Patchwork) -> Pieces:
        """Take the patches of a patchwork apart where they do not hang together.

        Parameters
        ----------
        patchwork
            The patchwork.

        Returns
        -------
        Pieces
            Two cells are in one piece if a way leads from one to the other within their patch;
            cells that meet at a corner only do not hang together.
        """
        mesh, patch = patchwork.mesh, patchwork.cell_patch
        inner = mesh.right != OUTSIDE
        left, right = mesh.left[inner], mesh.right[inner]
        within = patch[left] == patch[right]
        of_cell = components(left[within], right[within], mesh.cells)
        found = np.empty(int(of_cell.max(initial=-1)) + 1, dtype=np.int64)
        found[of_cell] = patch
        return cls(patchwork, of_cell, found)

    def __len__(self) -> int:
        """Return the number of pieces."""
        return len(self.patch)

    @cached_property
    def km2(self) -> NDArray[np.float64]:
        """The area of each piece on the ellipsoid."""
        cells = self.patchwork.mesh.cell_km2
        return np.bincount(self.of_cell, weights=cells, minlength=len(self)).astype(np.float64)

    @cached_property
    def arcs(self) -> Arcs:
        """The borders of the pieces."""
        return join_edges(self.patchwork.mesh, self.of_cell)

    @cached_property
    def pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The pieces that share a border, each pair once."""
        mesh = self.patchwork.mesh
        inner = mesh.right != OUTSIDE
        return _pairs(self.of_cell[np.stack([mesh.left[inner], mesh.right[inner]])], len(self))

    @cached_property
    def shores(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The pieces at the edge of what is drawn, and the number of the void that they face.

        Void `AROUND` is the outside; a lake, or a gap in the data, that lies within what is drawn
        has a number of its own.
        """
        arcs = self.arcs
        rim = np.flatnonzero(arcs.right == OUTSIDE)
        drawn = faces(arcs, State(0, np.zeros(len(self), dtype=np.int64), rim))
        lakes = [ring for face in drawn for ring in face.holes]
        shapes = [shapely.Polygon(outline(arcs, ring)) for ring in lakes]
        ways = [*lakes, *(face.shell for face in drawn)]
        voids = list(range(AROUND + 1, AROUND + 1 + len(lakes)))
        # An island touches its lake's shore at nodes only, so inside an edge there is no doubt.
        middles = [arcs.line(face.shell[0])[:2].mean(axis=0) for face in drawn]
        spots = shapely.points(np.array(middles).reshape(-1, 2))
        smallest: dict[int, int] = {}
        for island, lake in shapely.STRtree(shapes).query(spots, predicate="within").T.tolist():
            before = smallest.get(island, lake)
            smallest[island] = min(before, lake, key=lambda i: float(shapes[i].area))
        lake_of = (smallest.get(island) for island in range(len(drawn)))
        voids += [AROUND if lake is None else AROUND + 1 + lake for lake in lake_of]
        # A face lies on the left of its rings, and so does the one patch of an arc on the rim.
        piece = [arcs.left[np.array(ring) >> 1] for ring in ways]
        void = np.repeat(np.array(voids, dtype=np.int64), [len(ring) for ring in ways])
        return np.concatenate([np.empty(0, dtype=np.int64), *piece]), void

    def clusters(
        self, labels: NDArray[np.int64], changing: NDArray[np.bool_] | None = None
    ) -> Clusters:
        """Put the pieces together that stay with their neighbours for a stretch of days.

        Parameters
        ----------
        labels
            The label of each piece on the first of the days.
        changing
            Which pieces get another label on one of them; None: perhaps all.

        Returns
        -------
        Clusters
            A piece that changes is alone; others are with those of their label that they adjoin.
        """
        one, other = self.pairs
        if changing is None:
            changing = np.ones(len(self), dtype=np.bool_)
        calm = ~(changing[one] | changing[other]) & (labels[one] == labels[other])
        of_piece = components(one[calm], other[calm], len(self))
        count = int(of_piece.max(initial=-1)) + 1
        lead = np.empty(count, dtype=np.int64)
        lead[of_piece] = np.arange(len(self))
        piece, void = self.shores
        return Clusters(
            of_piece,
            lead,
            pairs=_pairs(of_piece[np.stack(self.pairs)], count),
            km2=np.bincount(of_piece, weights=self.km2, minlength=count).astype(np.float64),
            shores=(of_piece[piece], void),
        )


@dataclass(frozen=True)
class Clusters:
    """Adjoining pieces that carry one label throughout some days, and how these adjoin.

    So a day costs what changes in those days and the fronts in them, however many pieces there are.
    `of_piece` gives the cluster of each piece, `lead` a piece of each cluster, `km2` its area;
    `pairs` are the clusters that adjoin, `shores` as for `Pieces`.
    """

    of_piece: NDArray[np.int64]
    lead: NDArray[np.int64]
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]]
    km2: NDArray[np.float64]
    shores: tuple[NDArray[np.int64], NDArray[np.int64]]


def components(one: NDArray[np.int64], other: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Return the connected parts of a graph, numbered.

    Parameters
    ----------
    one, other
        The nodes that are joined, pair by pair.
    size
        The number of nodes.

    Returns
    -------
    NDArray[np.int64]
        The part of each node.
    """
    if not len(one):
        return np.arange(size, dtype=np.int64)
    graph = coo_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(size, size))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def areas_of(
    arcs: Arcs, patches: NDArray[np.int64], labels: NDArray[np.int64]
) -> dict[int, shapely.MultiPolygon]:
    """Merge some patches into one multipolygon for each of their labels.

    The cost follows the borders of those patches; no other ground is looked at.

    Parameters
    ----------
    arcs
        The borders of all patches.
    patches
        The patches to draw.
    labels
        A label, 0 or more, for each of them.

    Returns
    -------
    dict[int, shapely.MultiPolygon]
        In degrees, by label.
    """
    every = np.full(int(arcs.left.max(initial=-1)) + 1, OUTSIDE, dtype=np.int64)
    every[patches] = labels
    around = arcs.of_patches(patches)
    left, right = arcs.sides(every, around)
    return areas(arcs, State(0, every, around[left != right]))


def _pairs(sides: NDArray[np.int64], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of different numbers under `size`, shape (2, n), each pair once."""
    ordered = np.sort(sides, axis=0)
    apart = ordered[:, ordered[0] != ordered[1]]
    one, other = np.divmod(np.unique(apart[0] * size + apart[1]), max(size, 1))
    return one, other
