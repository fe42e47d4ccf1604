"""Neighbours: which actors, and which places, adjoin on a day, and along how many km."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from geofront.control.method import Nearest
from geofront.control.pieces import areas_of
from geofront.control.tessellation import OUTSIDE, tessellate

if TYPE_CHECKING:
    from datetime import date

    from geofront.control.series import Series
    from geofront.control.state import Label
    from geofront.control.tessellation import Tessellation

__all__ = ["actor_neighbours", "place_neighbours"]

_ACTOR_COLUMNS = ("status", "actors", "other_status", "other_actors", "opposed", "border_km")
_PLACE_COLUMNS = (
    *("place_id", "place", "status", "actors"),
    *("other_id", "other_place", "other_status", "other_actors", "border_km"),
)


def actor_neighbours(series: Series, day: date | str) -> pd.DataFrame:
    """Return whose areas adjoin at the end of a day.

    Parameters
    ----------
    series
        The series.
    day
        A day of its span, as a date or ``YYYY-MM-DD``.

    Returns
    -------
    pandas.DataFrame
        A row for each two labels whose areas share a border: their status and actors (one that
        holds, several that contest, none where it is unknown), the length of that border in km,
        and whether it is a front line (``opposed``).

    Raises
    ------
    SpanError
        If the day lies outside the span.
    DateError
        If the text is not a day.

    Examples
    --------
    >>> import geofront
    >>> from geofront.control.neighbours import actor_neighbours
    >>> timeline = geofront.read("palmyra-2016")
    >>> series = geofront.draw(timeline, start="2016-12-11", end="2016-12-11")
    >>> table = actor_neighbours(series, "2016-12-11")
    >>> table.loc[table["opposed"], "border_km"].round().tolist()
    [190.0]
    """
    snapshot = series.snapshot(day)
    arcs, state, labels = series.patchwork.arcs, snapshot.state, series.labels
    sides = np.sort(np.stack(arcs.sides(state.labels, state.parting)), axis=0)
    within = sides[0] != OUTSIDE
    size = len(labels)
    codes = sides[0, within] * size + sides[1, within]
    km = np.bincount(codes, weights=arcs.km[state.parting][within])
    one, other = np.divmod(np.unique(codes), size)
    opposed = series.opposition_on(snapshot.day).between(one, other) >= 0
    rows = [
        (*_told(labels[i]), *_told(labels[j]), front, float(km[i * size + j]))
        for i, j, front in zip(one.tolist(), other.tolist(), opposed.tolist(), strict=True)
    ]
    table = pd.DataFrame(rows, columns=list(_ACTOR_COLUMNS))
    # An empty column has no type of its own.
    return table.astype({"opposed": bool, "border_km": float})


def place_neighbours(series: Series, day: date | str) -> pd.DataFrame:
    """Return which places adjoin, and what their status is at the end of a day.

    The ground of a place is what lies nearer to it than to any other, whatever the method by which
    the areas are drawn.

    Parameters
    ----------
    series
        The series.
    day
        A day of its span, as a date or ``YYYY-MM-DD``.

    Returns
    -------
    pandas.DataFrame
        A row for each two places whose ground shares a border: ids, names, status and actors of
        both, and the length of that border in km. Which places adjoin is the same on all days.

    Raises
    ------
    SpanError
        If the day lies outside the span.
    DateError
        If the text is not a day.
    """
    when = series.snapshot(day).day
    mesh, labels = _nearest_cells(series), series.labels
    inner = mesh.right != OUTSIDE
    cells = np.stack([mesh.left[inner], mesh.right[inner]])
    sites = np.sort(mesh.cell_site[cells], axis=0)
    apart = sites[0] != sites[1]
    size = max(len(series.place_ids), 1)
    codes, row = np.unique(sites[0, apart] * size + sites[1, apart], return_inverse=True)
    km = np.bincount(row, weights=mesh.edge_km[inner][apart])
    label = series.place_labels_on(when).tolist()
    places = [
        (place_id, series.timeline.places[place_id].name, *_told(labels[label[i]]))
        for i, place_id in enumerate(series.place_ids)
    ]
    one, other = np.divmod(codes, size)
    rows = [
        (*places[i], *places[j], length)
        for i, j, length in zip(one.tolist(), other.tolist(), km.tolist(), strict=True)
    ]
    return pd.DataFrame(rows, columns=list(_PLACE_COLUMNS)).astype({"border_km": float})


def _nearest_cells(series: Series) -> Tessellation:
    spread = getattr(series, "spread", None)
    if isinstance(spread, Nearest):
        return spread.mesh
    arcs, patches = series.patchwork.arcs, np.arange(series.patchwork.patches)
    drawn = areas_of(arcs, patches, np.zeros(len(patches), dtype=np.int64))
    positions = [series.timeline.places[i].position for i in series.place_ids]
    outline = drawn.get(0, shapely.MultiPolygon())
    return tessellate(np.array(positions, dtype=np.float64).reshape(-1, 2), outline)


def _told(label: Label) -> tuple[str, tuple[str, ...]]:
    return label.status, label.actors
