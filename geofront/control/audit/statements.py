"""Checks of statements against each other: contradictions, repetitions, what stays open."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from geofront.control.audit.findings import DOUBT, FAULT
from geofront.control.wording import listed
from geofront.events.event import Event, Kind
from geofront.events.verdict import Rule, rivals_among

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geofront.control.audit.findings import Finding
    from geofront.control.audit.scene import Scene
    from geofront.control.state import Span
    from geofront.events.verdict import Verdict

__all__ = [
    "losses",
    "open_claims",
    "open_sieges",
    "recaptures",
    "repeated_statements",
    "repulses_by_attackers",
    "two_holders",
]

REPORTS_APART_DAYS = 3
"""Captures by the same actor so few days apart are taken for two reports of one capture."""

_TAKING = frozenset({Kind.CAPTURE, Kind.HANDOVER})
_RULES = frozenset({Rule.OUTGRADED, Rule.TIED})


def two_holders(scene: Scene) -> Iterator[Finding]:
    """Find statements of one day without order that name holders of one place of two sides.

    An attack repelled is one of them beside a statement that the attacker holds it. A fault
    where nothing decides between them, or only the order in which kinds are read; a doubt where one
    is better graded. The finding says which won and by which rule.
    """
    for place_id in scene.events_of_place:
        for _, group in groupby(scene.verdicts(place_id), key=lambda v: v.event.moment):
            rivals = rivals_among([v for v in group if v.accepted or v.rule in _RULES])
            if len({scene.side(v.event.actors[0], v.event.day) for v in rivals}) > 1:
                yield _contradiction(scene, place_id, rivals)


def _contradiction(scene: Scene, place_id: str, rivals: Sequence[Verdict]) -> Finding:
    name, day = scene.timeline.places[place_id].name, rivals[0].event.day
    told = listed(f"{scene.wording.report(v.event)} [{v.event.id}]" for v in rivals)
    outgraded = any(v.rule is Rule.OUTGRADED for v in rivals)
    tied = any(v.rule is Rule.TIED for v in rivals)
    winner = scene.wording.names([[v for v in rivals if v.accepted][-1].event.actors[0]])
    if tied:
        settled = "nothing decides between them, so it is drawn as contested"
    elif outgraded:
        settled = f"{winner} holds it, whose statement is better graded"
    else:
        settled = f"{winner} holds it, only because kinds are read in a fixed order"
    message = (
        f"{name} has two holders on {day}: {told}; {settled}. Give the rows 'order' or 'time' if "
        "both are true, 'credibility' or 'standing' if they contradict each other"
    )
    graded = outgraded and not tied
    severity = DOUBT if graded else FAULT
    events = [v.event for v in rivals]
    return scene.of_events(events, "two-holders", message, severity=severity, rank=len(events))


def recaptures(scene: Scene) -> Iterator[Finding]:
    """Find captures by the one who holds the place already, unless they are reports of one capture.

    A doubt: the loss in between is missing, or both rows tell of one capture. Ranked by the days
    that the holder had held it.
    """
    for place_id in scene.events_of_place:
        for event, before in scene.walk(place_id):
            if event.kind not in _TAKING or before.label.holder != event.actors[0]:
                continue
            if before.event is None or _one_capture(event, before.event):
                continue
            name, actor = (
                scene.timeline.places[place_id].name,
                scene.wording.names(event.actors[:1]),
            )
            message = (
                f"{actor} captured {name} on {event.day}, but held it already "
                f"({scene.wording.statement(before.event)} [{before.event.id}]); add how it was "
                "lost in between, or make this row a 'hold'"
            )
            held = (event.day - before.event.day).days
            events = [event, before.event]
            yield scene.of_events(events, "recapture", message, severity=DOUBT, rank=held)


def _one_capture(event: Event, earlier: Event) -> bool:
    """Return whether two statements may tell of one capture: near in time, or dates that meet."""
    if earlier.kind not in _TAKING:
        return False
    first = event.date.first or event.day
    return (first - earlier.day).days <= REPORTS_APART_DAYS


def losses(scene: Scene) -> Iterator[Finding]:
    """Find losses (`from_actor`, or a withdrawal) by one who did not hold the place then.

    A fault (`loss-never-held`) if the loser's side never held it nor fought for it, a doubt
    (`loss-by-other`) if it did once. Nothing is found where no one is known to have held it.
    """
    for place_id in scene.events_of_place:
        known: set[str] = set()
        for event, before in scene.walk(place_id):
            known |= scene.sides(before.label.actors, event.day)
            losers = _losers(event)
            if not before.label.actors:  # then the loss itself tells who held it
                known |= scene.sides(losers, event.day)
            if not losers or not before.label.actors or before.label.holder == event.actors[0]:
                continue
            sides = scene.sides(losers, event.day)
            if not sides & scene.sides(before.label.actors, event.day):
                yield _loss(scene, event, losers, before, never=not sides & known)


def _losers(event: Event) -> tuple[str, ...]:
    if event.kind in _TAKING:
        return event.from_actors
    return event.actors if event.kind is Kind.WITHDRAWAL else ()


def _loss(
    scene: Scene, event: Event, losers: tuple[str, ...], before: Span, *, never: bool
) -> Finding:
    name, names = scene.timeline.places[event.place_id].name, scene.wording.names(losers)
    denial = "never held it" if never else "did not hold it then"
    check, severity = ("loss-never-held", FAULT) if never else ("loss-by-other", DOUBT)
    events = [event, *([before.event] if before.event else [])]
    cause = f" [{before.event.id}]" if before.event else ""
    message = (
        f"{names} lost {name} on {event.day}, but {denial}: it was "
        f"{scene.wording.status(before.label)}{cause}; correct the actor, or add how it had come "
        f"to {names}"
    )
    return scene.of_events(events, check, message, severity=severity, rank=1)


def repulses_by_attackers(scene: Scene) -> Iterator[Finding]:
    """Find attacks `repelled` by one who never held the place from the one who does.

    A doubt: the row may name the attacker as its actor. Nothing is found where no one is known to
    have held the place.
    """
    for place_id in scene.events_of_place:
        known: set[str] = set()
        for event, before in scene.walk(place_id):
            known |= scene.sides(before.label.actors, event.day)
            if event.kind is not Kind.REPELLED or before.label.holder not in event.from_actors:
                continue
            if scene.sides(event.actors, event.day) & known:
                continue
            name = scene.timeline.places[place_id].name
            message = (
                f"{scene.wording.names(event.actors)} repelled an attack on {name} on {event.day} "
                f"by {scene.wording.names(event.from_actors)}, who held it; of a 'repelled', "
                "'actor' is the defender and 'from_actor' the attacker: exchange them, or add how "
                "the defender had come to it"
            )
            yield scene.of_events([event], "repelled-by-attacker", message, severity=DOUBT)


def repeated_statements(scene: Scene) -> Iterator[Finding]:
    """Find statements that stand twice: same place, kind, date, actors and sources.

    A doubt: the second row adds nothing.
    """
    first: dict[tuple[object, ...], Event] = {}
    for event in scene.events:
        said = (event.place_id, event.kind, event.date.text, event.time, event.order)
        by = (event.actors, event.from_actors, event.standing, event.claimed_by, event.sources)
        earlier = first.setdefault((*said, *by, event.geometry_wkt, event.note), event)
        if earlier is not event:
            told = scene.wording.report(event)
            name = scene.timeline.places[event.place_id].name
            message = f"says of {name} what {earlier.id} says: {told}; keep one of the two rows"
            events = sorted((event, earlier), key=lambda e: -e.row)
            yield scene.of_events(events, "repeated", message, severity=DOUBT)


def open_claims(scene: Scene) -> Iterator[Finding]:
    """Find claims that were never settled: nothing accepted was said of the place since.

    A doubt, ranked by the days that the claim has been open at the end of the span.
    """
    for place_id, spans in scene.history.spans.items():
        claim = spans[-1].claim
        if claim is None:
            continue
        name = scene.timeline.places[place_id].name
        rule = next(v for v in scene.verdicts(place_id) if v.event is claim)
        message = (
            f"of {name} it is said that {scene.wording.report(claim)}, which does not "
            f"count because {scene.wording.reason(rule)}; nothing later "
            "settles it: add a second, independent source, a later statement, or a denial"
        )
        days = (scene.last_day - claim.day).days
        yield scene.of_events([claim], "open-claim", message, severity=DOUBT, rank=days)


def open_sieges(scene: Scene) -> Iterator[Finding]:
    """Find sieges that are neither lifted nor ended by a capture up to the end of the span.

    A doubt, ranked by the days that the siege lasts.
    """
    for place_id, spans in scene.history.spans.items():
        if not spans[-1].besieged_by:
            continue
        siege = [e for e, _ in scene.walk(place_id) if e.kind is Kind.SIEGE][-1]
        name, by = scene.timeline.places[place_id].name, scene.wording.names(siege.actors)
        message = (
            f"{name} is besieged by {by} since {siege.day} and to the end of the span, "
            f"{scene.last_day}; add a 'siege_lifted' if it ended"
        )
        days = (scene.last_day - siege.day).days
        yield scene.of_events([siege], "open-siege", message, severity=DOUBT, rank=days)
