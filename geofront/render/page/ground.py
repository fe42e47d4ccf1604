"""The ground of a page: pieces of the patches, with which the page draws areas, claims and pockets.

Areas are drawn from patches. A claim that is not accepted is about the ground of one place, and a
pocket is one of several parts of a patch that lie apart. So patches are divided: by the places that
somebody claims, then into what hangs together. Only the former adds borders.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.spatial import KDTree

from geofront.control.generalise import generalise
from geofront.control.pieces import Pieces
from geofront.control.series import SpreadSeries
from geofront.control.state import HELD
from geofront.control.tessellation import OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from geofront.control.arcs import Arcs
    from geofront.control.pockets import PocketState
    from geofront.control.series import Series
    from geofront.control.state import Span

__all__ = ["Ground", "is_claimed"]

_UNCLAIMED = 0


def is_claimed(span: Span) -> bool:
    """Return whether somebody else claims a place while it is held."""
    return span.label.status == HELD and not set(span.claimed_by) <= set(span.label.actors)


@dataclass(frozen=True)
class Ground:
    """The pieces of a series.

    `pieces` are numbered; `patch` gives the patch that each is of. `claims` holds, for the index
    of each place that is claimed, the pieces that are its ground.
    """

    series: Series
    pieces: Pieces
    patch: NDArray[np.int64]
    claims: dict[int, list[int]]

    @classmethod
    def of(cls, series: Series, claimed: Iterable[int]) -> Ground:
        """Divide the patches of a series.

        Parameters
        ----------
        series
            The series.
        claimed
            Indices into `place_ids` of the places whose ground must be told apart.

        Returns
        -------
        Ground
            As few pieces as that allows.
        """
        patchwork = series.patchwork
        places = sorted(claimed)
        part = _parts(series, places) if places else np.zeros(series.mesh.cells, dtype=np.int64)
        parts = len(places) + 1
        _, group = np.unique(patchwork.cell_patch * parts + part, return_inverse=True)
        pieces = Pieces.of(replace(patchwork, cell_patch=group.astype(np.int64)))
        patch, part_of = np.empty((2, len(pieces)), dtype=np.int64)
        patch[pieces.of_cell] = patchwork.cell_patch
        part_of[pieces.of_cell] = part
        claims = {
            place: np.flatnonzero(part_of == number).tolist()
            for number, place in enumerate(places, start=_UNCLAIMED + 1)
        }
        return cls(
            series, pieces, patch, {place: found for place, found in claims.items() if found}
        )

    @cached_property
    def arcs(self) -> Arcs:
        """The borders of the pieces, generalised if the series is."""
        how = self.series.generalising
        return self.pieces.arcs if how is None else generalise(self.pieces.arcs, how)

    @property
    def outline(self) -> shapely.Geometry:
        """All that is drawn, lakes in it included, in degrees."""
        arcs = self.pieces.arcs
        return shapely.union_all(shapely.polygonize(arcs.lines[arcs.right == OUTSIDE]))

    def of_pocket(self, state: PocketState) -> list[int]:
        """Return the pieces of a pocket."""
        return np.flatnonzero(np.isin(self._pocket_piece, state.pieces)).tolist()

    @cached_property
    def _pocket_piece(self) -> NDArray[np.int64]:
        """The piece, as pockets number them, that each piece is of."""
        found = np.empty(len(self.pieces), dtype=np.int64)
        found[self.pieces.of_cell] = self.series.pockets().pieces.of_cell
        return found


def _parts(series: Series, places: list[int]) -> NDArray[np.int64]:
    """Return for each cell 1 + the index in `places` of the place whose ground it is, or 0."""
    number = np.full(len(series.place_ids), _UNCLAIMED, dtype=np.int64)
    number[places] = np.arange(1, len(places) + 1)
    if not isinstance(series, SpreadSeries):
        return np.zeros(series.mesh.cells, dtype=np.int64)
    return number[_nearest_places(series)]


def _nearest_places(series: Series) -> NDArray[np.int64]:
    """Return the index of the place that each cell lies nearest to."""
    mesh = series.mesh
    places = len(series.place_ids)
    if mesh.cell_site.max(initial=OUTSIDE) < places:  # each place has a cell of its own
        return mesh.cell_site
    sites = [series.timeline.places[i].position for i in series.place_ids]
    middles = mesh.crs.to_metres(_middles(series))
    _, nearest = KDTree(mesh.crs.to_metres(np.array(sites))).query(middles)
    # The cell of a place is its own, wherever it is cut.
    own = mesh.cell_site < places
    return np.where(own, mesh.cell_site, nearest).astype(np.int64)


def _middles(series: Series) -> NDArray[np.float64]:
    """Return the mean position of the corners of each cell, in degrees, shape (cells, 2)."""
    mesh = series.mesh
    inner = mesh.right != OUTSIDE
    cell = np.concatenate([mesh.left, mesh.right[inner]])
    edge = np.concatenate([np.arange(mesh.edges), np.flatnonzero(inner)])
    ends = (mesh.vertices[mesh.tail[edge]] + mesh.vertices[mesh.head[edge]]) / 2
    count = np.bincount(cell, minlength=mesh.cells)
    sums = [np.bincount(cell, weights=axis, minlength=mesh.cells) for axis in ends.T]
    return np.column_stack(sums) / np.maximum(count, 1)[:, None]
