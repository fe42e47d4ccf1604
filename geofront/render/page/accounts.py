"""Several accounts of one conflict in one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geofront.errors import SpanError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geofront.control.series import Series

__all__ = ["refuse_strangers", "without_repetition"]


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
