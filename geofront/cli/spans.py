"""Refusing spans of days that only a mistyped year makes so long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geofront.errors import DataFaultsError, Fault

if TYPE_CHECKING:
    from datetime import date

    from geofront.events.event import Event
    from geofront.events.timeline import Timeline

__all__ = ["MOST_DAYS", "refuse_endless"]

MOST_DAYS = 40_000
"""More days, some 110 years, are drawn only where somebody asks for them."""


def refuse_endless(
    timeline: Timeline, *, start: date | None, end: date | None, known_on: date | None = None
) -> None:
    """Refuse a span of more than `MOST_DAYS` of which the events alone set an end.

    Parameters
    ----------
    timeline
        The conflict.
    start, end
        The days that the user asks for.
    known_on
        The evening after which nothing is drawn.

    Raises
    ------
    DataFaultsError
        If it is so long; the fault names the event at the far end.
    """
    about = timeline.about
    first = start or timeline.start
    last = end or (timeline.end if known_on is None else min(timeline.end, known_on))
    days = (last - first).days + 1
    if days <= MOST_DAYS:
        return
    ends: list[Event] = []
    if start is None and about.start is None:
        ends.append(min(timeline.events, key=lambda e: e.day))
    if end is None and about.end is None:
        ends.append(max(timeline.events, key=lambda e: e.day))
    if not ends:
        return
    # The year is mistyped of the one that lies far from all others.
    usual = sorted(e.day for e in timeline.events)[len(timeline.events) // 2]
    far = max(ends, key=lambda e: abs((e.day - usual).days))
    message = (
        f"date {far.date} makes a span of {days:,} days, {first} to {last}; correct it, or give "
        "the span with --from and --to, or with start and end in conflict.toml"
    )
    raise DataFaultsError([Fault(far.file, far.row, message)])
