"""Methods: how the labels of places spread over the extent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from geofront.control.kriging import Kriging
from geofront.control.tessellation import Tessellation, tessellate
from geofront.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import shapely
    from numpy.typing import NDArray

    from geofront.control.labelchanges import LabelChanges
    from geofront.control.state import Label

__all__ = ["METHODS", "Method", "Nearest", "Sites", "Spread", "default_method", "method"]


@dataclass(frozen=True)
class Sites:
    """The places whose labels spread.

    `positions` are degrees, shape (n, 2). `sizes` say how large each place is, shape (n,), in any
    unit (population, or a class of it), NaN where unknown; None if no size is known.
    """

    positions: NDArray[np.float64]
    sizes: NDArray[np.float64] | None = None


class Spread(Protocol):
    """How the labels of places spread over the cells of an extent."""

    @property
    def mesh(self) -> Tessellation:
        """The cells."""
        ...

    def cell_changes(self, places: LabelChanges, labels: Sequence[Label]) -> LabelChanges:
        """Return the labels of the cells over time, from those of the places.

        Parameters
        ----------
        places
            The labels of the places over all time.
        labels
            What they stand for; the first is unknown.

        Returns
        -------
        LabelChanges
            The labels of the cells.
        """
        ...


class Method(Protocol):
    """Prepares an extent for a set of places, once for a whole series."""

    def __call__(self, sites: Sites, extent: shapely.Geometry, *, reach_km: float | None) -> Spread:
        """Return the cells within the extent, polygon or multipolygon in degrees."""
        ...


@dataclass(frozen=True)
class Nearest:
    """Each cell has the label of its own site, the place nearest to it (Voronoi 1908)."""

    mesh: Tessellation
    sites: int

    @classmethod
    def prepare(cls, sites: Sites, extent: shapely.Geometry, *, reach_km: float | None) -> Nearest:
        """Divide the extent among the sites; see `geofront.control.tessellation.tessellate`.

        Parameters
        ----------
        sites
            The places, with their positions.
        extent
            Polygon or multipolygon in degrees.
        reach_km
            How far from a place its status is drawn; ``math.inf`` for no limit.

        Returns
        -------
        Nearest
            The method on that ground.

        Raises
        ------
        ExtentError
            If the extent can't be drawn on one map.
        """
        mesh = tessellate(sites.positions, extent, reach_km=reach_km)
        return cls(mesh, len(sites.positions))

    def cell_changes(
        self,
        places: LabelChanges,
        labels: Sequence[Label],  # noqa: ARG002 - the same for all
    ) -> LabelChanges:
        """Return the labels of the cells: those of their sites.

        Parameters
        ----------
        places
            The changes of the labels of places.
        labels
            Every label that occurs.

        Returns
        -------
        LabelChanges
            The changes of the labels of cells.
        """
        return places.spread(self.mesh.cell_site)


METHODS: dict[str, Method] = {"kriging": Kriging.prepare, "nearest": Nearest.prepare}
"""The methods by name; `docs/methods.md` describes and scores them. Add your own here."""

FEW_PLACES = 200
"""With fewer places that have a status, the default is ``nearest``: each of them counts."""


def default_method(places: int) -> str:
    """Return the name of the method that is used where none is named.

    Parameters
    ----------
    places
        How many places ever have a status.

    Returns
    -------
    str
        ``"kriging"``, which scores best, or ``"nearest"`` where places are too few to vote.
    """
    return "nearest" if places < FEW_PLACES else "kriging"


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
