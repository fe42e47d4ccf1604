"""Methods: how the labels of places spread over the extent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from geofront.control.tessellation import tessellate
from geofront.errors import UnknownNameError

if TYPE_CHECKING:
    import numpy as np
    import shapely
    from numpy.typing import NDArray

    from geofront.control.tessellation import Tessellation

__all__ = ["METHODS", "Method", "method"]


class Method(Protocol):
    """Divides an extent among places: cell ``c`` takes the label of place ``cell_site[c]``."""

    def __call__(
        self, sites: NDArray[np.float64], extent: shapely.Geometry, *, reach_km: float | None
    ) -> Tessellation:
        """Return the cells of positions in degrees, shape (n, 2), within the extent."""
        ...


METHODS: dict[str, Method] = {"nearest": tessellate}
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
