"""The status of every place on every day, with the statement behind it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from geofront.control.labelchanges import LabelChanges
from geofront.control.state import UNKNOWN, Label, Span, replay_place
from geofront.dates import as_day
from geofront.errors import CorrectionError
from geofront.events.correction import cycle_of_corrections, standing_events
from geofront.events.evidence import policy as named_policy
from geofront.events.verdict import Judge
from geofront.garbage import paused_collection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import geopandas

    from geofront.control.explain import Explanation
    from geofront.events.event import Event
    from geofront.events.evidence import Policy
    from geofront.events.timeline import Timeline
    from geofront.gazetteer.place import Place

__all__ = ["Change", "History", "PlaceStatus", "replay"]


@dataclass(frozen=True, slots=True)
class PlaceStatus:
    """The status of a place at the end of a day, and what set it.

    `since` is the day it began, None where it reaches back beyond the first statement. `event` is
    the statement that set it, `claim` the latest one that is not accepted, `claimed_by` who claims
    it, nobody if that is not said, `pending` one whose imprecise date covers the day: the change
    may have come before or may be still to come.

    Examples
    --------
    >>> import geofront
    >>> timeline = geofront.read("palmyra-2016")
    >>> status = geofront.replay(timeline).status("Palmyra", "2016-12-11")
    >>> status.status, status.holder, status.since.isoformat(), status.event.id
    ('held', 'isil', '2016-12-11', '2016-12-11-palmyra-capture')
    """

    place: Place
    day: date
    label: Label
    since: date | None
    event: Event | None
    inferred: bool
    besieged_by: tuple[str, ...]
    claimed_by: tuple[str, ...]
    claim: Event | None = None
    pending: Event | None = None

    @property
    def uncertain(self) -> bool:
        """Whether the date of a change is too imprecise to say if it has come."""
        return self.pending is not None

    @property
    def status(self) -> str:
        """``held``, ``contested`` or ``unknown``."""
        return self.label.status

    @property
    def holder(self) -> str | None:
        """The actor who holds it, or None."""
        return self.label.holder


@dataclass(frozen=True, slots=True)
class Change:
    """A place gets another label on a day."""

    day: date
    place_index: int
    label_index: int
    event: Event | None


@dataclass(frozen=True)
class History:
    """The status of the places of a timeline, under one policy, as known on one day.

    `spans` holds, by place id, the spans of each place that ever has a status, from the earliest
    to the latest.

    Examples
    --------
    >>> import geofront
    >>> timeline = geofront.read("palmyra-2016")
    >>> history = geofront.replay(timeline)
    >>> [status.status for status in history.statuses("2016-12-10", ["Palmyra", "Jazal"])]
    ['contested', 'held']
    >>> print(history.explain("Jazal", "2016-12-11"))
    At the end of 11 December 2016, Jazal is held by Islamic State (ISIL): ...
    """

    timeline: Timeline
    policy: Policy
    known_on: date | None
    spans: Mapping[str, tuple[Span, ...]]

    @cached_property
    def place_ids(self) -> tuple[str, ...]:
        """The places that ever have a status or a claim to one, sorted."""
        return tuple(sorted(self.spans))

    @cached_property
    def labels(self) -> tuple[Label, ...]:
        """Every label that occurs, ``unknown`` first, then sorted."""
        met = {span.label for spans in self.spans.values() for span in spans}
        return (Label(), *sorted(met - {Label()}))

    def status(self, place: str, day: date | str) -> PlaceStatus:
        """Return the status of a place at the end of a day.

        Parameters
        ----------
        place
            An id or any spelling of a place's name; a place that no statement is about is unknown.
        day
            The civil day, as a date, a moment or ``YYYY-MM-DD``.

        Returns
        -------
        PlaceStatus
            Its status, and what set it.

        Raises
        ------
        UnknownPlaceError
            If no place answers to the name.
        AmbiguousPlaceError
            If several answer equally well.
        DateError
            If the day is a text and not a day.
        """
        found = self.timeline.places.get(place) or self.timeline.place(place)
        on = as_day(day)
        span = self.span(found.id, on)
        return PlaceStatus(
            place=found,
            day=on,
            label=span.label,
            since=span.since,
            event=span.event,
            inferred=span.inferred,
            besieged_by=span.besieged_by,
            claimed_by=span.claimed_by,
            claim=span.claim,
            pending=span.pending,
        )

    def explain(self, place: str, day: date | str) -> Explanation:
        """Explain the status of a place at the end of a day.

        Parameters
        ----------
        place
            An id or any spelling of a place's name.
        day
            The civil day, as a date, a moment or ``YYYY-MM-DD``.

        Returns
        -------
        Explanation
            What set it, what it beat and by which rule, and what would change it; print it.

        Raises
        ------
        UnknownPlaceError
            If no place answers to the name.
        AmbiguousPlaceError
            If several answer equally well.
        """
        from geofront.control.explain import explain

        return explain(self, place, day)

    def statuses(self, day: date | str, places: Sequence[str] = ()) -> list[PlaceStatus]:
        """Return the statuses of places at the end of a day.

        Parameters
        ----------
        day
            The civil day, as a date, a moment or ``YYYY-MM-DD``.
        places
            Ids or names of places; all that ever have a status if there are none.

        Returns
        -------
        list[PlaceStatus]
            In the order given, or sorted by id.

        Raises
        ------
        UnknownPlaceError
            If no place answers to a name.
        AmbiguousPlaceError
            If several answer equally well.
        DateError
            If the day is a text and not a day.
        """
        ids = [self.timeline.place(name).id for name in places] or self.place_ids
        on = as_day(day)
        return [self.status(place_id, on) for place_id in ids]

    def places_on(self, day: date | str) -> geopandas.GeoDataFrame:
        """Return the places with their status at the end of a day.

        Parameters
        ----------
        day
            The civil day, as a date, a moment or ``YYYY-MM-DD``.

        Returns
        -------
        geopandas.GeoDataFrame
            A point a place, WGS 84, with ``place_id``, ``place``, ``status``, ``holder``,
            ``contested_by``, ``since``, ``event_id``, ``inferred``, ``uncertain``, ``besieged_by``,
            ``claimed_by`` and ``claim``, the id of the statement that is not accepted.

        Raises
        ------
        DateError
            If the day is a text and not a day.
        """
        from geofront.control.frames import place_frame

        return place_frame(self.statuses(day))

    def events_on(self, day: date | str) -> list[Event]:
        """Return what took effect on a day and was known, in order.

        Parameters
        ----------
        day
            The civil day, as a date, a moment or ``YYYY-MM-DD``.

        Returns
        -------
        list[Event]
            The statements; empty where there is none.

        Raises
        ------
        DateError
            If the day is a text and not a day.
        """
        return self._events_by_day.get(as_day(day), [])

    @cached_property
    def known_events(self) -> tuple[Event, ...]:
        """The events that were known and not yet corrected or retracted, in order."""
        return standing_events(self.timeline.events, self.known_on)

    @cached_property
    def judge(self) -> Judge:
        """The policy, knowing who speaks for whom."""
        return Judge(self.policy, self.timeline.actors, self.timeline.sources)

    def events_at(self, place_id: str) -> list[Event]:
        """Return the known events about a place, in order.

        Parameters
        ----------
        place_id
            The id of a place.

        Returns
        -------
        list[Event]
            The statements; empty where there is none.
        """
        return self.events_by_place.get(place_id, [])

    @cached_property
    def events_by_place(self) -> dict[str, list[Event]]:
        """The known events by the id of their place, each list in order."""
        by_place: dict[str, list[Event]] = {}
        for event in self.known_events:
            by_place.setdefault(event.place_id, []).append(event)
        return by_place

    @cached_property
    def _events_by_day(self) -> dict[date, list[Event]]:
        by_day: dict[date, list[Event]] = {}
        for event in self.known_events:
            by_day.setdefault(event.day, []).append(event)
        return by_day

    @cached_property
    def _starts(self) -> dict[str, list[date]]:
        """The starts of each place's spans; only the first may lack one, and reaches back."""
        return {
            place_id: [span.start or date.min for span in spans]
            for place_id, spans in self.spans.items()
        }

    def changes(self, start: date, end: date) -> list[Change]:
        """Return the changes of label after `start` up to `end`, in order of day and place.

        Parameters
        ----------
        start
            The day whose status is known already.
        end
            The last day.

        Returns
        -------
        list[Change]
            With indices into `place_ids` and `labels`.
        """
        index = {label: i for i, label in enumerate(self.labels)}
        found = [
            Change(after.start, i, index[after.label], after.event)
            for i, place_id in enumerate(self.place_ids)
            for before, after in zip(self.spans[place_id], self.spans[place_id][1:], strict=False)
            if after.start is not None
            and start < after.start <= end
            and after.label != before.label
        ]
        return sorted(found, key=lambda c: (c.day, c.place_index))

    def label_changes(self) -> LabelChanges:
        """Return the labels of all places over all time, as indices into `labels`.

        Returns
        -------
        LabelChanges
            By the index of each place in `place_ids`.
        """
        index = {label: i for i, label in enumerate(self.labels)}
        # What a statement of the first day that there is says is known from the beginning.
        first = [index[self.span(place_id, date.min).label] for place_id in self.place_ids]
        changes = self.changes(date.min, date.max)
        rows = [(c.day.toordinal(), c.place_index, c.label_index) for c in changes]
        day, which, label = np.array(rows, dtype=np.int64).reshape(-1, 3).T
        return LabelChanges(np.array(first, dtype=np.int64), day, which, label)

    @property
    def account(self) -> str:
        """Whose account it is, in short: the policy, and the evening if one was asked for."""
        return f"{self.policy.name}@{self.known_on}" if self.known_on else self.policy.name

    def covering(self, place_ids: Iterable[str]) -> History:
        """Return the same history with further places, of which it knows nothing.

        Parameters
        ----------
        place_ids
            Ids of places of the timeline.

        Returns
        -------
        History
            Places that it has already keep their spans.
        """
        nothing = dict.fromkeys(place_ids, (Span(None, Label()),))
        return replace(self, spans={**nothing, **self.spans})

    def turns(self, place_id: str) -> list[date]:
        """Return the days on which a new span begins at a place, in order.

        Parameters
        ----------
        place_id
            The id of a place.

        Returns
        -------
        list[date]
            Empty where its status never changes, or it has none.
        """
        return [span.start for span in self.spans.get(place_id, ()) if span.start is not None]

    def span(self, place_id: str, day: date) -> Span:
        """Return the span of a place at the end of a day; of an unknown place one of no status.

        Parameters
        ----------
        place_id
            The id of a place.
        day
            The civil day.

        Returns
        -------
        Span
            Its label, since when, and by which statement.
        """
        spans = self.spans.get(place_id)
        if spans is None:
            return Span(None, Label())
        return spans[bisect_right(self._starts[place_id], day) - 1]

    def __repr__(self) -> str:
        """Tell what was replayed and how."""
        known = f", as known on {self.known_on}" if self.known_on else ""
        return f"<History of {len(self.spans):,} places under {self.policy.name}{known}>"


def replay(
    timeline: Timeline, *, policy: Policy | str | None = None, known_on: date | str | None = None
) -> History:
    """Replay a timeline: turn its statements into the status of every place on every day.

    Parameters
    ----------
    timeline
        The statements.
    policy
        Which statements count: a policy or its name; None for the timeline's own.
    known_on
        Use only what was known at the end of that day (a date, a moment or ``YYYY-MM-DD``); None
        for everything.

    Returns
    -------
    History
        The status of the places.

    Raises
    ------
    UnknownNameError
        If there is no policy of that name, or it names a source or side that there is not.
    DateError
        If a text is not a day.
    CorrectionError
        If statements correct each other in a circle.

    Examples
    --------
    >>> import geofront
    >>> timeline = geofront.read("palmyra-2016")
    >>> history = geofront.replay(timeline, known_on="2016-12-11")
    >>> history.status("Palmyra", "2016-12-11").holder
    'isil'
    """
    if policy is None:
        policy = timeline.about.policy
    if isinstance(policy, str):
        policy = named_policy(policy)
    # What was read from files has none; a timeline that was built in code may have one.
    if circle := cycle_of_corrections(timeline.events):
        raise CorrectionError(circle)
    history = History(timeline=timeline, policy=policy, known_on=as_day(known_on), spans={})
    told = {}
    with paused_collection():
        for place_id, events in history.events_by_place.items():
            spans = replay_place(events, history.judge)
            if any(span.label.status != UNKNOWN or span.claim for span in spans):
                told[place_id] = spans
    return replace(history, spans=told)
