"""Labels over time: what each of many things carried first, and its changes in order of days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["LabelChanges"]


@dataclass(frozen=True)
class LabelChanges:
    """Who (a place, a cell or a patch) gets which label from which day on, in order of days.

    `first` holds the labels before the first change; `day` (ordinals), `which` and `label` are
    columns of one length. Of several changes of one day the last one stays.
    """

    first: NDArray[np.int64]
    day: NDArray[np.int64]
    which: NDArray[np.int64]
    label: NDArray[np.int64]

    def by_day(self) -> Iterator[tuple[int, int, int]]:
        """Yield each day on which something changes, with the first and the end of its rows.

        Yields
        ------
        tuple[int, int, int]
            The day as an ordinal (`date.toordinal`), its first row, and the row after its last.
        """
        days, begin = np.unique(self.day, return_index=True)
        ends = np.append(begin, len(self.day))[1:]
        yield from zip(days.tolist(), begin.tolist(), ends.tolist(), strict=True)

    def clipped(self, first: int, last: int) -> LabelChanges:
        """Return what happens after one day up to another.

        Parameters
        ----------
        first, last
            Ordinals of days.

        Returns
        -------
        LabelChanges
            Its first labels are those at the end of the first day.
        """
        begin, end = np.searchsorted(self.day, [first, last], side="right").tolist()
        labels = self.first.copy()
        labels[self.which[:begin]] = self.label[:begin]
        return LabelChanges(
            labels, self.day[begin:end], self.which[begin:end], self.label[begin:end]
        )

    def spread(self, owner: NDArray[np.int64]) -> LabelChanges:
        """Return the labels of things that belong to these.

        Parameters
        ----------
        owner
            Which of these each of them belongs to.

        Returns
        -------
        LabelChanges
            The labels of those things.
        """
        order = np.argsort(owner, kind="stable")
        begin = np.searchsorted(owner[order], np.arange(len(self.first) + 1))
        count = np.diff(begin)[self.which]
        row = np.repeat(np.arange(len(self.which)), count)
        step = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        return LabelChanges(
            first=self.first[owner],
            day=self.day[row],
            which=order[begin[self.which[row]] + step],
            label=self.label[row],
        )

    def sampled(self, count: int) -> Iterator[NDArray[np.int64]]:
        """Yield the labels on some days, evenly spread from the first change to the last.

        Parameters
        ----------
        count
            The number of days, at least 2; there may be fewer.

        Yields
        ------
        NDArray[np.int64]
            The labels at the end of a day.
        """
        if not len(self.day):
            yield self.first
            return
        labels = self.first.copy()
        at = 0
        for day in np.unique(np.linspace(self.day[0], self.day[-1], count).astype(np.int64)):
            until = int(np.searchsorted(self.day, day, side="right"))
            labels[self.which[at:until]] = self.label[at:until]
            at = until
            yield labels
