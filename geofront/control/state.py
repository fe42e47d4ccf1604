"""Who holds a place, and since when: the statements about it replayed in order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from geofront.events.event import Event, Kind
from geofront.events.verdict import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from geofront.events.verdict import Judge, Verdict

__all__ = [
    "CONTESTED",
    "HELD",
    "UNKNOWN",
    "Label",
    "Span",
    "contested_between",
    "held_by",
    "replay_place",
    "walk_place",
]

HELD = "held"
CONTESTED = "contested"
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class Label:
    """What is painted: `status` held, contested or unknown; `actors` the holder or the parties."""

    status: str = UNKNOWN
    actors: tuple[str, ...] = ()

    @property
    def holder(self) -> str | None:
        """The actor who holds it, or None."""
        return self.actors[0] if self.status == HELD else None

    @property
    def contested_by(self) -> tuple[str, ...]:
        """The parties who fight for it; empty unless contested."""
        return self.actors if self.status == CONTESTED else ()


@dataclass(frozen=True, slots=True)
class Span:
    """A status of a place from one day on, until the next span of that place.

    `start` is None where the status reaches back beyond the first statement. `event` is the
    statement that set the label; None only where nothing is known. `inferred` marks a status that
    a later statement implies for the time before it. `besieged_by` and `claim`, the latest
    statement that is not accepted, are flags beside the status; `claimed_by` are those who claim
    it, nobody if the statement does not say who. `pending` is a statement whose imprecise date
    covers the span, so that its change may lie before or after.
    """

    start: date | None
    label: Label
    event: Event | None = None
    since: date | None = None
    inferred: bool = False
    besieged_by: tuple[str, ...] = ()
    claimed_by: tuple[str, ...] = ()
    claim: Event | None = None
    pending: Event | None = None


_NOTHING_KNOWN = Span(None, Label())


def held_by(actor: str) -> Label:
    """Return the label of a place that an actor holds."""
    return Label(HELD, (actor,))


def contested_between(actors: Iterable[str]) -> Label:
    """Return the label of a place that actors fight for, whatever their order."""
    return Label(CONTESTED, tuple(sorted(set(actors))))


def replay_place(events: Iterable[Event], judge: Judge) -> tuple[Span, ...]:
    """Replay the statements about one place.

    Parameters
    ----------
    events
        The statements about the place, in order.
    judge
        Says which of them count; the others become claims beside the status.

    Returns
    -------
    tuple[Span, ...]
        The status from the beginning, span by span; the starts are strictly increasing.
    """
    replay = _Replay()
    imprecise: list[Event] = []
    for verdict in judge.judge(events):
        before = replay.spans[-1]
        replay.take(verdict)
        # What only repeats the status leaves no doubt about the day of a change.
        if verdict.accepted and not verdict.event.date.exact and replay.changed_since(before):
            imprecise.append(verdict.event)
    spans = replay.spans
    for event in imprecise:
        spans = _with_pending(spans, event)
    return tuple(spans)


def walk_place(verdicts: Iterable[Verdict]) -> Iterator[tuple[Verdict, Span]]:
    """Yield the verdicts on the statements about one place, each with the status before it.

    Parameters
    ----------
    verdicts
        In order.

    Yields
    ------
    tuple[Verdict, Span]
        A verdict, and the span that the statements before it led to.
    """
    replay = _Replay()
    for verdict in verdicts:
        yield verdict, replay.spans[-1]
        replay.take(verdict)


def _rivals(verdict: Verdict) -> list[str]:
    return [event.actors[0] for event in (verdict.event, *verdict.others)]


def _with_pending(spans: list[Span], event: Event) -> list[Span]:
    """Mark the days that the date of a statement covers, splitting spans at its ends."""
    first, last = event.date.first, event.date.last
    if last is None:  # "since that day": the change is dated, its end is not
        return spans
    # Where only the status of one day is in doubt (2016-12-08?), that day is marked.
    end = last + timedelta(days=1) if first == last < date.max else last
    if first is None:
        before = [span.start for span in spans if span.start is None or span.start < end]
        first = before[-1]
    result: list[Span] = []
    for i, span in enumerate(spans):
        until = spans[i + 1].start if i + 1 < len(spans) else None
        result.extend(_split(span, until, first, end, event))
    return result


def _split(
    span: Span, until: date | None, first: date | None, end: date, event: Event
) -> list[Span]:
    """Return a span in up to three parts: before, within and after the days from first to end."""
    starts_late = first is not None and until is not None and until <= first
    ends_early = span.start is not None and span.start >= end
    if starts_late or ends_early:
        return [span]
    parts = []
    begin = span.start
    if first is not None and (begin is None or begin < first):
        parts.append(span)
        begin = first
    parts.append(replace(span, start=begin, pending=event))
    if until is None or until > end:
        parts.append(replace(span, start=end))
    return parts


@dataclass(slots=True)
class _Replay:
    """The spans of one place so far, and those who held it, one after another."""

    spans: list[Span] = field(default_factory=lambda: [_NOTHING_KNOWN])
    holders: list[str] = field(default_factory=list)

    @property
    def label(self) -> Label:
        return self.spans[-1].label

    @property
    def defender(self) -> str | None:
        """The holder before the present fight, if there is one."""
        return self.holders[-1] if self.holders else None

    def changed_since(self, before: Span) -> bool:
        """Return whether the status or the siege is another one than in a former last span."""
        last = self.spans[-1]
        return (last.label, last.besieged_by) != (before.label, before.besieged_by)

    def take(self, verdict: Verdict) -> None:
        """Let a statement have its effect, or note it as a claim if it is not accepted."""
        event = verdict.event
        if not verdict.accepted:
            self.claim(event)
        elif verdict.rule is Rule.TIED:
            self.set(contested_between(_rivals(verdict)), event)
        else:
            _EFFECTS[event.kind](self, event)

    def _change(self, span: Span) -> None:
        if self.spans[-1].start == span.start:
            self.spans[-1] = span
        else:
            self.spans.append(span)

    def set(self, label: Label, event: Event) -> None:
        """Let a statement set the label; one that only repeats it leaves the cause as it is."""
        last = self.spans[-1]
        if label.holder is not None:
            self._note_holder(label.holder)
        if label == last.label and not last.inferred:
            self._change(
                replace(last, start=event.day, claimed_by=(), claim=None) if last.claim else last
            )
            return
        keep_siege = last.besieged_by if label.holder not in last.besieged_by else ()
        self._change(Span(event.day, label, event, event.day, besieged_by=keep_siege))

    def imply_before(self, actor: str | None, event: Event) -> None:
        """Let a statement say who held the place before it, where nothing else is known."""
        if actor is None or self.label.status != UNKNOWN:
            return
        for i in reversed(range(len(self.spans))):
            span = self.spans[i]
            # One who is known to have left did not hold it afterwards.
            left = span.event is not None and actor in span.event.actors
            if span.label.status != UNKNOWN or left:
                break
            if span.start != event.day:
                self._note_holder(actor)
                implied = replace(span, label=held_by(actor), event=event, inferred=True)
                if span.claim is not None and span.claim.says_held_by(actor):
                    implied = replace(implied, claimed_by=(), claim=None)
                self.spans[i] = implied

    def _note_holder(self, actor: str) -> None:
        if self.defender != actor:
            self.holders.append(actor)

    def claim(self, event: Event) -> None:
        """Note a statement that is not accepted, unless it says what is taken to be so anyway."""
        if event.says_held_by(self.label.holder):
            return
        self._change(
            replace(self.spans[-1], start=event.day, claimed_by=event.claimed_by, claim=event)
        )

    def besiege(self, actors: tuple[str, ...], event: Event) -> None:
        """Set or clear the flag of a siege."""
        if self.spans[-1].besieged_by != actors:
            self._change(replace(self.spans[-1], start=event.day, besieged_by=actors))


def _first(actors: tuple[str, ...]) -> str | None:
    return actors[0] if actors else None


def _take(replay: _Replay, event: Event) -> None:
    replay.imply_before(_first(event.from_actors), event)
    replay.set(held_by(event.actors[0]), event)


def _observe(replay: _Replay, event: Event) -> None:
    replay.set(held_by(event.actors[0]), event)


def _withdraw(replay: _Replay, event: Event) -> None:
    replay.imply_before(_first(event.actors), event)
    if not set(event.actors) & set(replay.label.actors):
        return
    remaining = [a for a in replay.label.actors if a not in event.actors]
    if not remaining:
        replay.set(Label(), event)
    elif len(remaining) == 1:
        replay.set(held_by(remaining[0]), event)
    else:
        replay.set(contested_between(remaining), event)


def _contest(replay: _Replay, event: Event) -> None:
    replay.imply_before(_first(event.from_actors), event)
    defenders = event.from_actors or replay.label.actors
    replay.set(contested_between((*event.actors, *defenders)), event)


def _repel(replay: _Replay, event: Event) -> None:
    replay.imply_before(_first(event.actors), event)
    if replay.label.holder is not None:
        replay.set(held_by(_kept_by(replay, event) or replay.label.holder), event)
        return
    # Of a place that nobody is known to hold, whoever repelled the attack holds it.
    parties = replay.label.actors or event.actors
    named = [a for a in event.actors if a in parties]
    holder = _first(tuple(named)) or replay.defender or _first(event.actors)
    if holder is not None:
        replay.set(held_by(holder), event)


def _kept_by(replay: _Replay, event: Event) -> str | None:
    """Return who kept the place if its present holder is the one whose attack failed.

    Then the attacker's hold was a claim. Only one who held it before can have kept it, so that
    attacker and defender written the wrong way round change nothing.
    """
    if replay.label.holder not in event.from_actors:
        return None
    former = (actor for actor in reversed(replay.holders) if actor not in event.from_actors)
    return next((a for a in former if not event.actors or a in event.actors), None)


def _besiege(replay: _Replay, event: Event) -> None:
    besieged = _first(event.from_actors)
    replay.imply_before(besieged, event)
    if besieged is not None and replay.label in (Label(), held_by(besieged)):
        replay.set(held_by(besieged), event)
    # Nobody besieges what they hold.
    besiegers = tuple(a for a in event.actors if a != replay.label.holder)
    replay.besiege(besiegers or replay.spans[-1].besieged_by, event)


def _lift(replay: _Replay, event: Event) -> None:
    remaining = tuple(a for a in replay.spans[-1].besieged_by if a not in event.actors)
    # Where none of those named besieges it, the siege is told of by other names.
    whole = remaining == replay.spans[-1].besieged_by
    replay.besiege(() if whole else remaining, event)


_EFFECTS: dict[Kind, Callable[[_Replay, Event], None]] = {
    Kind.CAPTURE: _take,
    Kind.HANDOVER: _take,
    Kind.HOLD: _observe,
    Kind.WITHDRAWAL: _withdraw,
    Kind.CONTEST: _contest,
    Kind.REPELLED: _repel,
    Kind.SIEGE: _besiege,
    Kind.SIEGE_LIFTED: _lift,
}
