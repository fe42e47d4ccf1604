"""The layers of a series as GeoDataFrames of intervals: areas, front lines, places and events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas
import numpy as np
import pandas as pd

from geofront.crs import WGS84
from geofront.render.gis.intervals import intervals
from geofront.render.gis.layers import LAYERS, Column, chosen_layers

if TYPE_CHECKING:
    from collections.abc import Collection

    from geofront.control.series import Series

__all__ = ["interval_frame", "interval_frames"]

# Seconds, not nanoseconds, of which pandas counts only those from 1677 to 2262.
_DTYPES = {"date": "datetime64[s]", "number": "float64", "whole": "Int64", "flag": "bool"}


def interval_frames(
    series: Series, layers: Collection[str] = LAYERS
) -> dict[str, geopandas.GeoDataFrame]:
    """Return the layers of a series, every shape and status once with the time it was true.

    Parameters
    ----------
    series
        The series.
    layers
        Which, of `LAYERS`.

    Returns
    -------
    dict[str, geopandas.GeoDataFrame]
        By the name of the layer, in WGS 84; the days ``start`` and ``end`` are ``datetime64[s]``,
        and `end` is the day after the last.

    Raises
    ------
    UnknownNameError
        If there is no such layer.
    """
    return {layer.name: interval_frame(series, layer.name) for layer in chosen_layers(layers)}


def interval_frame(series: Series, layer: str) -> geopandas.GeoDataFrame:
    """Return one layer of a series; see `interval_frames`.

    Parameters
    ----------
    series
        The series.
    layer
        Its name, of `LAYERS`.

    Returns
    -------
    geopandas.GeoDataFrame
        A row an interval; an empty layer has its columns too.

    Raises
    ------
    UnknownNameError
        If there is no such layer.
    """
    (found,) = chosen_layers([layer])
    rows = list(intervals(series, found))
    columns = {
        column.name: _typed(column, values)
        for column, values in zip(found.columns, found.by_column(rows), strict=True)
    }
    shapes = np.array([row.geometry for row in rows], dtype=object)
    return geopandas.GeoDataFrame(columns, geometry=shapes, crs=WGS84)


def _typed(column: Column, values: list[object]) -> pd.Series:
    if column.kind == "date":
        return pd.Series(np.array(values, dtype=_DTYPES["date"]))
    return pd.Series(values, dtype=_DTYPES.get(column.kind, "object"))
