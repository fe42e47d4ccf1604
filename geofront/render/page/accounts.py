"""Several accounts of one conflict in one page, and the fronts' lengths that its charts show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geofront.control.frontline import front_km
from geofront.errors import SpanError
from geofront.render.page.arcs import encode_integers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geofront.control.series import Series

__all__ = ["front_rows", "refuse_strangers", "without_repetition"]

_STEPS_PER_KM = 10


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


def refuse_strangers(series: Series, beside: Sequence[Series]) -> None:
    """Refuse series that are no account of the same conflict and days.

    Parameters
    ----------
    series
        The first.
    beside
        The others.

    Raises
    ------
    SpanError
        If one begins or ends on another day.
    ValueError
        If one has other actors.
    """
    for other in beside:
        if (other.start, other.end) != (series.start, series.end):
            raise SpanError(
                f"the account beside runs from {other.start} to {other.end}, the first from "
                f"{series.start} to {series.end}; draw both with the same start and end"
            )
        names, others = (
            [(actor.id, actor.name) for actor in one.timeline.actors] for one in (series, other)
        )
        if names != others:
            raise ValueError(
                f"the accounts have different actors: {_ids(names)} and {_ids(others)}; "
                "draw both from one timeline"
            )


def _ids(actors: Sequence[tuple[str, str]]) -> str:
    return ", ".join(actor_id for actor_id, _ in actors) or "none"


def without_repetition(payload: Mapping[str, Any], first: Mapping[str, Any]) -> dict[str, Any]:
    """Return of a payload what differs from the first one; the page takes the rest from there.

    Parameters
    ----------
    payload
        That of a further account.
    first
        That of the first account.

    Returns
    -------
    dict[str, Any]
        The keys of `payload` whose values `first` does not have.
    """
    missing = object()
    return {key: value for key, value in payload.items() if first.get(key, missing) != value}
