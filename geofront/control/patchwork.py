"""A patchwork: the cells that carry one label on every day of a series, merged once for all days.

Most of an extent never changes hands, and what does changes in blocks. So the patches are far
fewer than the cells, and a day is a short vector of labels.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from geofront.control.arcs import Arcs, join_edges
from geofront.control.labelchanges import LabelChanges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geofront.control.tessellation import Tessellation

__all__ = ["Patchwork", "State", "merge_cells"]


@dataclass(frozen=True, slots=True)
class State:
    """The labels of the patches at the end of a day, and the arcs whose two sides differ."""

    ordinal: int
    labels: NDArray[np.int64]
    parting: NDArray[np.int64]


@dataclass(frozen=True)
class Patchwork:
    """Patches of a tessellation and their labels over time.

    `cell_patch` gives the patch of each cell, `km2` the area of each patch.
    """

    mesh: Tessellation
    cell_patch: NDArray[np.int64]
    changes: LabelChanges

    @property
    def patches(self) -> int:
        """The number of patches."""
        return len(self.changes.first)

    @cached_property
    def km2(self) -> NDArray[np.float64]:
        """The area of each patch on the ellipsoid."""
        cells = self.mesh.cell_km2
        return np.bincount(self.cell_patch, weights=cells, minlength=self.patches).astype(float)

    @cached_property
    def arcs(self) -> Arcs:
        """The borders of the patches."""
        return join_edges(self.mesh, self.cell_patch)

    def on(self, day: date) -> State:
        """Return the state at the end of a day.

        Days asked for in order cost what changed between them.

        Parameters
        ----------
        day
            A day of the series.

        Returns
        -------
        State
            Do not write to its arrays: days without a change share them.
        """
        latest = self._latest[0]
        if day.toordinal() < latest.ordinal:
            latest = self._first
        changes = self.changes
        begin, end = np.searchsorted(
            changes.day, [latest.ordinal, day.toordinal()], side="right"
        ).tolist()
        if begin < end:
            labels = latest.labels.copy()
            labels[changes.which[begin:end]] = changes.label[begin:end]
            changed = np.unique(changes.which[begin:end])
            parting = self.arcs.parting_after(latest.parting, labels, changed)
        else:
            labels, parting = latest.labels, latest.parting
        state = State(day.toordinal(), labels, parting)
        self._latest[0] = state
        return state

    @cached_property
    def _first(self) -> State:
        labels = self.changes.first
        return State(date.min.toordinal(), labels, self.arcs.parting(labels))

    @cached_property
    def _latest(self) -> list[State]:
        """The state asked for last, in a list of one."""
        return [self._first]


def merge_cells(mesh: Tessellation, changes: LabelChanges) -> Patchwork:
    """Merge the cells that carry the same labels on all days.

    Parameters
    ----------
    mesh
        The tessellation.
    changes
        The labels of its cells.

    Returns
    -------
    Patchwork
        Its patches, in the order of their first cells.
    """
    order = np.argsort(changes.which, kind="stable")
    begin = np.searchsorted(changes.which[order], np.arange(mesh.cells + 1)).tolist()
    history = np.column_stack([changes.day, changes.label])[order]
    first = changes.first.tolist()
    patch_of: dict[tuple[int, bytes], int] = {}
    cell_patch = np.empty(mesh.cells, dtype=np.int64)
    leaders: list[int] = []
    for cell in range(mesh.cells):
        key = (first[cell], history[begin[cell] : begin[cell + 1]].tobytes())
        patch = patch_of.setdefault(key, len(patch_of))
        if patch == len(leaders):
            leaders.append(cell)
        cell_patch[cell] = patch
    leads = np.zeros(mesh.cells, dtype=bool)
    leads[leaders] = True
    kept = leads[changes.which]
    return Patchwork(
        mesh=mesh,
        cell_patch=cell_patch,
        changes=LabelChanges(
            first=changes.first[leaders],
            day=changes.day[kept],
            which=cell_patch[changes.which[kept]],
            label=changes.label[kept],
        ),
    )
