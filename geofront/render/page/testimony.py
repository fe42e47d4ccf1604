"""Which statements the page needs in order to explain every status that it shows.

The page composes the explanations itself. It needs the statements of the days shown, those from
before that still bear on a status, the rule by which each of them counts or does not, and what
withdrew those that were corrected.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

from geofront.events.correction import corrections_in_force
from geofront.events.event import Kind
from geofront.events.verdict import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from geofront.control.history import History
    from geofront.control.state import Span
    from geofront.events.event import Event
    from geofront.events.verdict import Verdict

__all__ = ["Testimony"]


class Testimony:
    """The statements behind the statuses of a span of days, with the verdict on each.

    Parameters
    ----------
    history
        The statuses.
    start, end
        The first and the last day shown.
    spans
        By the id of each place that has a status, its spans of these days.
    """

    def __init__(
        self, history: History, start: date, end: date, spans: Mapping[str, Sequence[Span]]
    ) -> None:
        self._history = history
        self._start = start
        self._end = end
        self._spans = spans
        known = history.known_on
        self._known = [
            event for event in history.timeline.events if known is None or event.known_on <= known
        ]
        self._corrections = corrections_in_force(self._known)
        self._verdicts: dict[Event, Verdict] = {}
        self.events: list[Event] = sorted(self._gathered(), key=lambda event: event.sort_key)
        """The statements, in order."""
        told = Counter(v.rule for e in self.events if (v := self._verdicts.get(e)))
        # The rule by which most statements count comes first: the page takes it where none is told.
        self._rules = sorted(told, key=lambda rule: (-told[rule], rule))

    def rule_rows(self) -> list[list[object]]:
        """Return its name, whether it accepts and whether it waits, for each rule that occurs."""
        return [[str(rule), int(rule.accepts), int(rule.waits)] for rule in self._rules]

    def rule_index(self, event: Event) -> int:
        """Return the row of the rule on a statement; 0 also for those that set no status."""
        verdict = self._verdicts.get(event)
        return self._rules.index(verdict.rule) if verdict else 0

    def others(self, event: Event) -> tuple[Event, ...]:
        """Return the statements that decided the verdict on a statement."""
        verdict = self._verdicts.get(event)
        return verdict.others if verdict else ()

    def correction(self, event: Event) -> list[str | int]:
        """Return what withdrew a statement, or nothing: its id, day, and whether it retracts."""
        last = self._corrections.get(event.id)
        if last is None:
            return []
        return [last.id, last.known_on.isoformat(), int(last.kind is Kind.RETRACTION)]

    def _gathered(self) -> set[Event]:
        """Return the statements of the days shown, and those of other days that bear on them."""
        start, end = self._start, self._end
        gathered = {e for e in self._known if start <= e.day <= end}
        for spans in self._spans.values():
            for span in spans:
                gathered.update(e for e in (span.event, span.claim, span.pending) if e)
        for place_id in {*self._spans, *(event.place_id for event in gathered)}:
            verdicts = self._history.judge.judge(self._history.events_at(place_id))
            self._verdicts.update((verdict.event, verdict) for verdict in verdicts)
            gathered.update(self._earlier(place_id, verdicts))
        shown = {event.place_id for event in gathered}
        gathered.update(
            e
            for e in self._known
            if e.id in self._corrections and e.place_id in shown and e.day <= end
        )
        decisive = gathered
        while decisive:
            decisive = {e for event in decisive for e in self.others(event)} - gathered
            gathered = gathered | decisive
        return gathered

    def _earlier(self, place_id: str, verdicts: Sequence[Verdict]) -> Iterator[Event]:
        """Return what was said of a place before the first day and still bears on its status."""
        events = self._history.events_at(place_id)
        before = events[: bisect_left(events, self._start, key=lambda event: event.day)]
        yield from before[-1:]  # the last word
        spans = self._spans.get(place_id, ())
        since = spans[0].since if spans else None
        for event in before:
            if event.kind.sets_status and (since is None or event.day >= since):
                yield event
        for span in spans:
            yield from _rival(span, verdicts)


def _rival(span: Span, verdicts: Sequence[Verdict]) -> Iterator[Event]:
    """Return the latest statement that counted, until the one that set a status beat it."""
    if span.event is None or span.inferred:
        return
    beaten = False
    for verdict in reversed(verdicts):
        if beaten and verdict.accepted and verdict.event.rivals(span.label.holder):
            yield verdict.event
            if verdict.rule is not Rule.TIED:
                return
        beaten = beaten or verdict.event is span.event
