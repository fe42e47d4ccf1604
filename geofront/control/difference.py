"""Differences: what changed hands between any two days of a series, in km² and as polygons."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from geofront.control.pieces import areas_of
from geofront.control.state import CONTESTED, HELD, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    import geopandas
    import pandas as pd
    from numpy.typing import NDArray

    from geofront.control.series import Series, Snapshot
    from geofront.control.state import Label

__all__ = ["DayDifference", "Move", "difference", "moved_km2", "parties"]

_ACTOR_COLUMNS = (
    *("status", "actor", "side", "before_km2", "after_km2"),
    *("gained_km2", "lost_km2", "net_km2"),
)
_EXCHANGE_COLUMNS = ("status", "actor", "other_status", "other", "gained_km2", "lost_km2")
_ORDER = {HELD: 0, CONTESTED: 1, UNKNOWN: 2}


@dataclass(frozen=True, slots=True)
class Move:
    """Ground that had the label `before` on the first day and has `after` on the second."""

    before: Label
    after: Label
    area_km2: float


@dataclass(frozen=True)
class DayDifference:
    """What changed between the ends of two days.

    The two are compared with each other; what came and went in between does not show. The second
    may be the earlier one: then what was gained in time is lost here.
    """

    one: Snapshot
    other: Snapshot

    @cached_property
    def _codes(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The patches that differ, and the number of the pair of labels of each."""
        before, after = self.one.state.labels, self.other.state.labels
        patches = np.flatnonzero(before != after)
        return patches, before[patches] * self._size + after[patches]

    @property
    def _size(self) -> int:
        return len(self.one.series.labels)

    def _pair(self, code: int) -> tuple[Label, Label]:
        before, after = divmod(code, self._size)
        labels = self.one.series.labels
        return labels[before], labels[after]

    @cached_property
    def moves(self) -> list[Move]:
        """The ground that has another label now, for each pair of labels, in their order."""
        patches, codes = self._codes
        km2 = np.bincount(codes, weights=self.one.series.patchwork.km2[patches])
        return [Move(*self._pair(c), float(km2[c])) for c in np.unique(codes).tolist()]

    @property
    def areas(self) -> geopandas.GeoDataFrame:
        """The ground that changed hands, a row for each pair of labels.

        See `geofront.control.frames.difference_frame`.
        """
        from geofront.control.frames import difference_frame

        drawn = areas_of(self.one.series.patchwork.arcs, *self._codes)
        shapes = {self._pair(code): shape for code, shape in drawn.items()}
        return difference_frame(self.one.day, self.other.day, self.moves, shapes)

    def actors(self) -> pd.DataFrame:
        """Return who gained and lost how much.

        Returns
        -------
        pandas.DataFrame
            A row for each actor, and one each for what is contested and unknown: km² on the first
            and on the second day, gained, lost, and the difference of the two (``net_km2``). The
            side is that of the second day.
        """
        import pandas as pd

        series = self.one.series
        groups = parties(series)
        patches, codes = self._codes
        moved = moved_km2(codes, series.patchwork.km2[patches], self._size)
        sides = series.timeline.actors.on(self.other.day)
        rows = []
        for (status, actor), members in groups.items():
            gained = float(moved[~members][:, members].sum())
            lost = float(moved[members][:, ~members].sum())
            rows.append(
                {
                    "status": status,
                    "actor": actor,
                    "side": sides.side_of(actor) if actor else None,
                    "before_km2": float(self.one.area_km2[members].sum()),
                    "after_km2": float(self.other.area_km2[members].sum()),
                    "gained_km2": gained,
                    "lost_km2": lost,
                    "net_km2": gained - lost,
                }
            )
        return pd.DataFrame(rows, columns=list(_ACTOR_COLUMNS))

    def exchanges(self) -> pd.DataFrame:
        """Return who gained how much from whom, and lost to whom.

        Returns
        -------
        pandas.DataFrame
            A row for each party and each other one with which ground changed; every exchange
            stands there twice, once for either party. Parties are the actors, and what is
            contested and unknown (``status``, with no actor).
        """
        import pandas as pd

        groups = parties(self.one.series)
        patches, codes = self._codes
        moved = moved_km2(codes, self.one.series.patchwork.km2[patches], self._size)
        rows = []
        for (status, actor), members in groups.items():
            for (other_status, other), others in groups.items():
                gained = float(moved[others][:, members].sum())
                lost = float(moved[members][:, others].sum())
                if (gained or lost) and (status, actor) != (other_status, other):
                    rows.append((status, actor, other_status, other, gained, lost))
        table = pd.DataFrame(rows, columns=list(_EXCHANGE_COLUMNS))
        return table.astype({"gained_km2": float, "lost_km2": float})

    def __iter__(self) -> Iterator[Move]:
        """Yield the moves."""
        return iter(self.moves)

    def __repr__(self) -> str:
        """Tell the days and how much differs."""
        km2 = sum(move.area_km2 for move in self.moves)
        return (
            f"<DayDifference of {self.one.series.title!r}, {self.one.day} to {self.other.day}: "
            f"{km2:,.0f} km² changed>"
        )


def difference(series: Series, one: date | str, other: date | str) -> DayDifference:
    """Compare the ends of two days of a series.

    Parameters
    ----------
    series
        The series.
    one, other
        Days of its span, as dates or ``YYYY-MM-DD``.

    Returns
    -------
    DayDifference
        What changed from `one` to `other`.

    Raises
    ------
    SpanError
        If a day lies outside the span.
    DateError
        If a text is not a day.
    """
    return DayDifference(series.snapshot(one), series.snapshot(other))


def parties(series: Series) -> dict[tuple[str, str | None], NDArray[np.bool_]]:
    """Return which labels belong together: those of each holder, the contested, the unknown.

    Parameters
    ----------
    series
        The series.

    Returns
    -------
    dict[tuple[str, str | None], NDArray[np.bool_]]
        By status and actor, the held first: for each of the series' labels whether it is one.
    """
    keys = [(label.status, label.holder) for label in series.labels]
    return {
        key: np.array([k == key for k in keys])
        for key in sorted(set(keys), key=lambda k: (_ORDER[k[0]], k[1] or ""))
    }


def moved_km2(codes: NDArray[np.int64], km2: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Sum the km² of ground by its label before and after.

    Parameters
    ----------
    codes
        The label before, times `size`, plus the label after.
    km2
        The area of each.
    size
        The number of labels.

    Returns
    -------
    NDArray[np.float64]
        Shape (size, size): from the label of the row to the label of the column.
    """
    sums = np.bincount(codes, weights=km2, minlength=size * size)
    return sums.reshape(size, size).astype(np.float64)
