"""Statistics of a series: km², share, places and front length per day and actor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geofront.control.frontline import front_km
from geofront.control.state import CONTESTED, HELD, UNKNOWN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geofront.control.series import Series, Snapshot

__all__ = ["COLUMNS", "statistics"]

COLUMNS = (
    "date",
    "status",
    "actor",
    "side",
    "area_km2",
    "share",
    "places",
    "gained_km2",
    "lost_km2",
    "front_km",
)
"""The columns of the table, in order."""


def statistics(series: Series) -> pd.DataFrame:
    """Return a tidy table: a row for each day and actor, and for what is contested or unknown.

    Parameters
    ----------
    series
        The series.

    Returns
    -------
    pandas.DataFrame
        With the columns `COLUMNS`: `area_km2` and its `share` of all that is drawn, the number of
        `places`, the km² `gained` and `lost` since the day before, and the length in km of the
        front lines that the actor stands on (both sides' ground held; contested fronts counted
        too). Rows of no actor have None there.
    """
    groups = _groups(series)
    rows: list[dict[str, object]] = []
    changed = {series.start, *series.redrawn_days}
    before = series.patchwork.on(series.eve).labels
    unchanged: list[dict[str, object]] = []
    for snapshot in series:
        if snapshot.day in changed:
            fresh = _rows_of(series, snapshot, groups, before)
            before = snapshot.state.labels
            unchanged = [{**row, "gained_km2": 0.0, "lost_km2": 0.0} for row in fresh]
        else:
            fresh = unchanged
        rows.extend({"date": snapshot.day, **row} for row in fresh)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _groups(series: Series) -> dict[tuple[str, str | None], NDArray[np.bool_]]:
    """Return the labels that each row of a day sums up: each holder, contested, unknown."""
    keys = [(label.status, label.holder) for label in series.labels]
    order = {HELD: 0, CONTESTED: 1, UNKNOWN: 2}
    return {
        key: np.array([k == key for k in keys])
        for key in sorted(set(keys), key=lambda k: (order[k[0]], k[1] or ""))
    }


def _rows_of(
    series: Series,
    snapshot: Snapshot,
    groups: dict[tuple[str, str | None], NDArray[np.bool_]],
    before: NDArray[np.int64],
) -> list[dict[str, object]]:
    patchwork, size = series.patchwork, len(series.labels)
    today = snapshot.state.labels
    total_km2 = series.mesh.total_km2
    places = np.bincount(series.place_labels_on(snapshot.day), minlength=size)
    moved = np.where(today != before, patchwork.km2, 0.0)
    actors = series.timeline.actors.on(snapshot.day)
    lengths = front_km(patchwork.arcs, snapshot.state, series.opposition_on(snapshot.day))
    rows: list[dict[str, object]] = []
    for (status, holder), members in groups.items():
        is_now, was = members[today], members[before]
        km2 = float(snapshot.area_km2[members].sum())
        rows.append(
            {
                "status": status,
                "actor": holder,
                "side": actors.side_of(holder) if holder else None,
                "area_km2": km2,
                "share": km2 / total_km2 if total_km2 else 0.0,
                "places": int(places[members].sum()),
                "gained_km2": float(moved[is_now & ~was].sum()),
                "lost_km2": float(moved[was & ~is_now].sum()),
                "front_km": _front_km(lengths, holder),
            }
        )
    return rows


def _front_km(
    lengths: dict[tuple[tuple[str, str], bool], float], holder: str | None
) -> float | None:
    if holder is None:
        return None
    return sum(km for (actors, _), km in lengths.items() if holder in actors)
