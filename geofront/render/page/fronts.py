"""The fronts of a page: which labels make one, and how long each is over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geofront.control.frontline import front_km
from geofront.render.page.arcs import encode_integers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from geofront.control.series import Series

__all__ = ["front_rows", "fronts_by_era"]

_STEPS_PER_KM = 10


def fronts_by_era(series: Series) -> list[list[object]]:
    """Return which labels make a front, anew for each day on which an actor changes sides.

    Parameters
    ----------
    series
        The series.

    Returns
    -------
    list[list[object]]
        A day, counted from the first, and the fronts from then on: ``[label, label, contested]``.
    """
    turns = [d for d in series.timeline.actors.turns if series.start < d <= series.end]
    return [[(day - series.start).days, _fronts(series, day)] for day in (series.start, *turns)]


def _fronts(series: Series, day: date) -> list[list[int]]:
    """Return ``[label, label, contested]`` for each pair of labels that makes a front on a day."""
    one, other = np.triu_indices(len(series.labels), k=1)
    opposition = series.opposition_on(day)
    found = opposition.between(one, other)
    kinds = opposition.kinds
    return [
        [int(i), int(j), int(kinds[k][1])]
        for i, j, k in zip(one, other, found, strict=True)
        if k >= 0
    ]


def front_rows(series: Series) -> list[list[object]]:
    """Return the length of the front between each two actors over time.

    Written out rather than measured in the page: the changes of a length take far fewer letters
    than the lengths of all lines, and lines drawn smoothly are shorter than the true ones.

    Parameters
    ----------
    series
        The series.

    Returns
    -------
    list[list[object]]
        For each two actors that ever share a front their indices and one text: day and length in
        tenths of km of each change, both as the difference to the change before.
    """
    index = {actor.id: i for i, actor in enumerate(series.timeline.actors)}
    changes: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for day in (series.start, *series.redrawn_days):
        state = series.patchwork.on(day)
        lengths: dict[tuple[str, str], float] = {}
        for (pair, _), km in front_km(
            series.patchwork.arcs, state, series.opposition_on(day)
        ).items():
            lengths[pair] = lengths.get(pair, 0.0) + km
        offset = (day - series.start).days
        for pair in {**changes, **lengths}:
            steps = round(lengths.get(pair, 0.0) * _STEPS_PER_KM)
            told = changes.setdefault(pair, [])
            if steps != (told[-1][1] if told else 0):
                told.append((offset, steps))
    return [
        [index[one], index[other], encode_integers(_differences(told))]
        for (one, other), told in sorted(changes.items())
        if told
    ]


def _differences(rows: Sequence[tuple[int, int]]) -> list[int]:
    table = np.array(rows, dtype=np.int64)
    flat: list[int] = np.diff(table, axis=0, prepend=np.zeros((1, 2), np.int64)).ravel().tolist()
    return flat
