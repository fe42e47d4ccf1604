"""The layers of a map by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geofront.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["LAYERS", "layer_names"]

LAYERS = ("areas", "frontlines", "places", "events")
"""The layers, in the order in which they are written."""


def layer_names(names: Collection[str]) -> list[str]:
    """Return layers as they are called here.

    Parameters
    ----------
    names
        Any of `LAYERS`, in any case, or as features are called: ``area`` is ``areas``.

    Returns
    -------
    list[str]
        Each once, in the order of `LAYERS`.

    Raises
    ------
    UnknownNameError
        If there is no such layer.
    """
    asked = set()
    for name in [names] if isinstance(names, str) else names:
        plain = name.strip().casefold()
        known = plain if plain in LAYERS else f"{plain}s"
        if known not in LAYERS:
            raise UnknownNameError("layer", name, LAYERS)
        asked.add(known)
    return [name for name in LAYERS if name in asked]
