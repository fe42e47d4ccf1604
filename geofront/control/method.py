"""Methods: how the labels of places spread over the extent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from geofront.control.patchwork import LabelChanges
from geofront.control.tessellation import Tessellation, tessellate
from geofront.errors import UnknownNameError

if TYPE_CHECKING:
    import shapely
    from numpy.typing import NDArray

__all__ = ["METHODS", "Method", "Nearest", "Spread", "method"]


class Spread(Protocol):
    """How the labels of places spread over the cells of an extent."""

    @property
    def mesh(self) -> Tessellation:
        """The cells."""
        ...

    def cell_changes(self, places: LabelChanges) -> LabelChanges:
        """Return the labels of the cells over time, from those of the places.

        Parameters
        ----------
        places
            The labels of the places; 0 is unknown.

        Returns
        -------
        LabelChanges
            The labels of the cells; what changes on a day depends on nothing later.
        """
        ...


class Method(Protocol):
    """Prepares an extent for a set of places, once for a whole series."""

    def __call__(
        self, sites: NDArray[np.float64], extent: shapely.Geometry, *, reach_km: float | None
    ) -> Spread:
        """Return the cells of positions in degrees, shape (n, 2), within the extent."""
        ...


@dataclass(frozen=True)
class Nearest:
    """Each cell has the label of its own site, the place nearest to it (Voronoi 1908)."""

    mesh: Tessellation

    @classmethod
    def prepare(
        cls, sites: NDArray[np.float64], extent: shapely.Geometry, *, reach_km: float | None
    ) -> Nearest:
        """Divide the extent among the sites; see `geofront.control.tessellation.tessellate`."""
        return cls(tessellate(sites, extent, reach_km=reach_km))

    def cell_changes(self, places: LabelChanges) -> LabelChanges:
        """Return the labels of the cells: those of their sites."""
        cell_site = self.mesh.cell_site
        order = np.argsort(cell_site, kind="stable")
        begin = np.searchsorted(cell_site[order], np.arange(len(places.first) + 1))
        count = np.diff(begin)[places.which]
        row = np.repeat(np.arange(len(places.which)), count)
        step = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        return LabelChanges(
            first=places.first[cell_site],
            day=places.day[row],
            which=order[begin[places.which[row]] + step],
            label=places.label[row],
        )


METHODS: dict[str, Method] = {"nearest": Nearest.prepare}
"""The methods by name: ``nearest`` gives each spot the label of the place nearest to it."""


def method(name: str) -> Method:
    """Return the method of that name.

    Parameters
    ----------
    name
        A key of `METHODS`.

    Returns
    -------
    Method
        The method.

    Raises
    ------
    UnknownNameError
        If there is none of that name.
    """
    try:
        return METHODS[name]
    except KeyError:
        raise UnknownNameError("method", name, METHODS) from None
