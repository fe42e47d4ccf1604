"""Why a place has its status on a day: what set it, what it beat, and what would change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geofront.control.state import UNKNOWN
from geofront.control.wording import Wording, written_day
from geofront.events.correction import corrections_in_force
from geofront.events.event import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from geofront.control.history import History, PlaceStatus
    from geofront.events.event import Event
    from geofront.events.evidence import Policy
    from geofront.events.verdict import Verdict

__all__ = ["Agreeing", "Explanation", "Overridden", "explain"]

_SIEGES = frozenset({Kind.SIEGE, Kind.SIEGE_LIFTED})
_MOST_AGREEING = 5
"""How many of the statements that agree the text tells."""


@dataclass(frozen=True, slots=True)
class Overridden:
    """A statement that says otherwise than the status, and why it does not decide it."""

    event: Event
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Agreeing:
    """A further statement that says what the status is, or nothing against it.

    `reason` is why it does not count, empty if it does.
    """

    event: Event
    rule: str
    reason: str = ""


@dataclass(frozen=True)
class Explanation:
    """Why a place has its status at the end of a day.

    `set_by` is the verdict on the statement that set it, None where nothing is known. `agreeing`
    are the others since then that say the same, and sieges that do not count; `overridden` are the
    statements that say otherwise; both have the latest first. `withdrawn` are those that were
    corrected or retracted, with what did so. `last_word` is the day of the latest statement about
    the place up to that day, `would_change` tells in sentences which reports would change the
    status.
    """

    history: History
    status: PlaceStatus
    set_by: Verdict | None
    agreeing: tuple[Agreeing, ...]
    overridden: tuple[Overridden, ...]
    withdrawn: tuple[tuple[Event, Event], ...]
    last_word: date | None
    would_change: tuple[str, ...]

    @property
    def stale_days(self) -> int | None:
        """Days from the last word about the place to the day; None if there was none."""
        return None if self.last_word is None else (self.status.day - self.last_word).days

    @property
    def sentence(self) -> str:
        """The status and its cause in one or two sentences."""
        wording, status = self._wording, self.status
        day, name = written_day(status.day), status.place.name
        shown = f"At the end of {day}, {name} is {wording.status(status.label)}"
        if self.set_by is None:
            return f"{shown}: no accepted statement says who held it."
        report, reason = wording.report(self.set_by.event), wording.reason(self.set_by)
        if status.inferred:
            return f"{shown}, as a later statement implies: {report}. It counts because {reason}."
        return f"{shown}: {report}. The statement counts because {reason}."

    def text(self) -> str:
        """Return the whole explanation as plain text, a line or paragraph each.

        Returns
        -------
        str
            Without a newline at the end.
        """
        return "\n".join([self.sentence, *self._doubts(), *self._circumstances()])

    def _doubts(self) -> Iterator[str]:
        wording, status = self._wording, self.status
        if status.pending is not None:
            report = wording.report(status.pending)
            yield f"Uncertain on this day, because a date is imprecise: {report}."
        if status.besieged_by:
            yield f"Besieged by {wording.names(status.besieged_by)}."
        for same in self.agreeing[:_MOST_AGREEING]:
            fate = f" {same.reason}." if same.reason else ""
            yield f"Also said: {wording.report(same.event)} [{same.event.id}].{fate}"
        if more := len(self.agreeing[_MOST_AGREEING:]):
            yield f"Also said in {more} earlier statement{'s' if more > 1 else ''}."
        for other in self.overridden:
            yield f"Against it: {wording.report(other.event)} [{other.event.id}]. {other.reason}."
        for event, correction in self.withdrawn:
            known = written_day(correction.known_on)
            deed = "took it back" if correction.kind is Kind.RETRACTION else "replaced it"
            yield (
                f"No longer counted: {wording.report(event)} [{event.id}]. "
                f"{correction.id} {deed}, known on {known}."
            )

    def _circumstances(self) -> Iterator[str]:
        if self.last_word is not None:
            days = self.stale_days
            age = f"{days} day{'s' if days != 1 else ''} before" if days else "on the day itself"
            yield f"Last word about the place: {written_day(self.last_word)}, {age}."
        yield f"Policy {self.history.policy.name}: {self.history.policy.description}."
        if self.history.known_on is not None:
            yield f"As known on the evening of {written_day(self.history.known_on)}."
        for change in self.would_change:
            yield f"It would change with {change}."

    def record(self) -> dict[str, Any]:
        """Return the explanation as values that JSON can hold.

        Returns
        -------
        dict[str, Any]
            What `geofront explain --format json` prints.
        """
        status, known_on = self.status, self.history.known_on
        return {
            "place_id": status.place.id,
            "place": status.place.name,
            "lon": status.place.lon,
            "lat": status.place.lat,
            "date": status.day.isoformat(),
            "known_on": known_on.isoformat() if known_on else None,
            "policy": self.history.policy.name,
            "policy_rule": self.history.policy.description,
            "status": status.status,
            "holder": status.holder,
            "contested_by": list(status.label.contested_by),
            "since": status.since.isoformat() if status.since else None,
            "inferred": status.inferred,
            "uncertain": status.uncertain,
            "besieged_by": list(status.besieged_by),
            "claimed_by": list(status.claimed_by),
            "sentence": self.sentence,
            "set_by": None if self.set_by is None else self._set_by_record(self.set_by),
            "agreeing": [
                {**self._event_record(a.event), "rule": a.rule, "reason": a.reason}
                for a in self.agreeing
            ],
            "overridden": [
                {**self._event_record(o.event), "rule": o.rule, "reason": o.reason}
                for o in self.overridden
            ],
            "withdrawn": [
                {**self._event_record(event), "corrected_by": correction.id}
                for event, correction in self.withdrawn
            ],
            "last_word": self.last_word.isoformat() if self.last_word else None,
            "stale_days": self.stale_days,
            "would_change": list(self.would_change),
        }

    def _set_by_record(self, verdict: Verdict) -> dict[str, Any]:
        reason = self._wording.reason(verdict)
        return {**self._event_record(verdict.event), "rule": verdict.rule.value, "reason": reason}

    def _event_record(self, event: Event) -> dict[str, Any]:
        return {
            "event_id": event.id,
            "date": str(event.date),
            "kind": event.kind.value,
            "actors": list(event.actors),
            "from_actors": list(event.from_actors),
            "standing": event.standing.value,
            "claimed_by": list(event.claimed_by),
            "credibility": event.credibility,
            "sources": list(event.sources),
            "reported": event.reported.isoformat() if event.reported else None,
            "file": event.file,
            "row": event.row,
            "statement": self._wording.report(event),
        }

    @property
    def _wording(self) -> Wording:
        return _wording(self.history)

    def __str__(self) -> str:
        """Return the explanation as text."""
        return self.text()


def explain(history: History, place: str, day: date | str) -> Explanation:
    """Explain the status of a place at the end of a day.

    Parameters
    ----------
    history
        The statuses.
    place
        An id or any spelling of a place's name.
    day
        The civil day, as a date, a moment or ``YYYY-MM-DD``.

    Returns
    -------
    Explanation
        What set the status, what it beat and by which rule, and what would change it.

    Raises
    ------
    UnknownPlaceError
        If no place answers to the name.
    AmbiguousPlaceError
        If several answer equally well.
    """
    found = history.timeline.place(place)
    status = history.status(found.id, day)
    day = status.day
    events = history.events_at(found.id)
    verdicts = history.judge.judge(events)
    until = [v for v in verdicts if v.event.day <= day]
    set_by = next((v for v in verdicts if v.event is status.event), None)
    case = _Case(_wording(history), status, until, set_by)
    return Explanation(
        history=history,
        status=status,
        set_by=set_by,
        agreeing=tuple(_agreeing(case)),
        overridden=tuple(_overridden(case)),
        withdrawn=tuple(_withdrawn(history, found.id, day)),
        last_word=max((event.day for event in events if event.day <= day), default=None),
        would_change=tuple(_would_change(case, history.policy)),
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """A status, the verdicts on all that was said until its day, and the one that set it."""

    wording: Wording
    status: PlaceStatus
    until: Sequence[Verdict]
    set_by: Verdict | None

    def is_recent(self, event: Event) -> bool:
        """Return whether a statement is not older than the status."""
        return self.status.since is None or event.day >= self.status.since

    def objection(self, verdict: Verdict) -> str:
        """Return the sentence that says why a statement does not count."""
        return f"It does not count because {self.wording.reason(verdict)}"


def _wording(history: History) -> Wording:
    return Wording(history.timeline.actors, history.timeline.sources)


def _agrees(event: Event, status: PlaceStatus) -> bool:
    """Whether a statement comes to what the status is."""
    label = status.label
    if label.holder is not None:
        return event.says_held_by(label.holder)
    if label.contested_by:
        parties = {*event.actors, *event.from_actors}
        return event.kind is Kind.CONTEST and parties <= set(label.actors)
    left = status.event.actors if status.event else ()
    return event.kind is Kind.WITHDRAWAL and not set(left).isdisjoint(event.actors)


def _says_otherwise(event: Event, case: _Case) -> bool:
    """Whether a statement since the status was set contradicts it; of a holder no siege does."""
    besieged = event.kind in _SIEGES and case.status.holder not in event.actors
    return case.is_recent(event) and not besieged and not _agrees(event, case.status)


def _agreeing(case: _Case) -> list[Agreeing]:
    """Return what else was said since the status was set and does not speak against it."""
    set_by = case.set_by
    told = {set_by.event, *set_by.others} if set_by else set()
    found = [
        v
        for v in case.until
        if v.event not in told
        and case.is_recent(v.event)
        and not _says_otherwise(v.event, case)
        and (not v.accepted or _agrees(v.event, case.status))
    ]
    return [
        Agreeing(v.event, v.rule.value, "" if v.accepted else case.objection(v))
        for v in reversed(found)
    ]


def _overridden(case: _Case) -> list[Overridden]:
    """Return what speaks against the status: rejected since it was set, or older and superseded."""
    status, set_by = case.status, case.set_by
    found = [
        Overridden(v.event, v.rule.value, case.objection(v))
        for v in case.until
        if not v.accepted and _says_otherwise(v.event, case)
    ]
    if set_by is not None and not status.inferred:
        # Of statements that are tied the first one sets the status, so none of them is before it.
        set_at = set_by.event.sort_key
        before = [v.event for v in case.until if v.accepted and v.event.sort_key < set_at]
        rivals = [event for event in before if event.rivals(status.holder)]
        if rivals:
            reason = _reason_superseded(rivals[-1], set_by.event)
            found.append(Overridden(rivals[-1], "superseded", reason))
    return sorted(found, key=lambda o: o.event.sort_key, reverse=True)


def _reason_superseded(event: Event, setter: Event) -> str:
    if event.day == setter.day:  # of which neither need say when on that day
        return (
            "It is of the same day as the statement that set the present status, "
            "and is read before it"
        )
    return "It counted until the statement of a later day that set the present status"


def _withdrawn(history: History, place_id: str, day: date) -> list[tuple[Event, Event]]:
    """Return the corrected or retracted statements about a place, with what did so."""
    known_on = history.known_on
    known = [e for e in history.timeline.events if known_on is None or e.known_on <= known_on]
    corrections = corrections_in_force(known)
    return [
        (event, corrections[event.id])
        for event in known
        if event.place_id == place_id and event.id in corrections and event.day <= day
    ]


def _would_change(case: _Case, policy: Policy) -> list[str]:
    """Return which reports would change the status, each as the object of a sentence."""
    status, set_by = case.status, case.set_by
    lead = "a confirmation of"
    if policy.corroborates:
        lead = "a second, independent source that says the same as"
    changes = [
        f"{lead} {v.event.id}: {case.wording.report(v.event)}"
        for v in case.until
        if v.rule.waits and case.is_recent(v.event) and not _agrees(v.event, status)
    ]
    if status.pending is not None:
        changes.append(f"a report that dates {status.pending.id} more exactly")
    if status.status == UNKNOWN or set_by is None:
        changes.append("any accepted statement that says who held it")
    elif status.inferred:
        until_day = written_day(set_by.event.day)
        changes.append(f"any accepted statement about who held it before {until_day}")
    else:
        latest = max(v.event.day for v in case.until if v.accepted)
        other = "another party took it or fought inside it, or that it was left"
        if status.label.contested_by:
            other = "one party holds it, or that a party left it"
        changes.append(f"an accepted report of {written_day(latest)} or later that {other}")
    return changes
