"""Checks of sources and actors: who is cited, whom they favour, who never appears."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from geofront.control.audit.findings import DOUBT, FAULT, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geofront.control.audit.scene import Scene
    from geofront.events.event import Event

__all__ = ["cited_once", "idle_actors", "unknown_leanings", "unsourced"]

MISTYPED = 80
"""How alike, of 100, an unknown side must be to a known one to be taken for a slip."""


def unsourced(scene: Scene) -> Iterator[Finding]:
    """Find events without a source, for which the file itself stands.

    A doubt: one for each event, or one for a file of which no row names a source.
    """
    by_file: dict[str, list[Event]] = {}
    for event in scene.events:
        by_file.setdefault(event.file, []).append(event)
    for file, events in by_file.items():
        without = [event for event in events if event.sources == (file,)]
        if len(without) == len(events) > 1:
            message = (
                f"no row names a source, so the file stands as the source of all {len(events)}; "
                "add a column 'source'"
            )
            ids = tuple(event.id for event in events)
            yield Finding(DOUBT, "no-source", message, file=file, event_ids=ids, rank=len(events))
            continue
        for event in without:
            told = scene.wording.statement(event)
            name = scene.timeline.places[event.place_id].name
            message = f"names no source for {name}: {told}; say who said so"
            yield scene.of_events([event], "no-source", message, severity=DOUBT, rank=1)


def cited_once(scene: Scene) -> Iterator[Finding]:
    """Tell in one finding which sources are cited only once.

    A doubt: a mistyped name of a source looks like this, and what hangs on one report is thin.
    """
    cited: dict[str, list[Event]] = {}
    for event in scene.events:
        for source in event.sources:
            if source != event.file:
                cited.setdefault(source, []).append(event)
    once = sorted(source for source, events in cited.items() if len(events) == 1)
    if once and len(cited) > 1:
        message = (
            f"{len(once)} of {len(cited)} sources are cited once: {', '.join(once)}; see that none "
            "of them is another one mistyped"
        )
        events = sorted((cited[s][0] for s in once), key=lambda e: (e.file, e.row))
        ids = tuple(dict.fromkeys(event.id for event in events))
        file = events[0].file
        yield Finding(DOUBT, "source-once", message, file=file, event_ids=ids, rank=len(once))


def unknown_leanings(scene: Scene) -> Iterator[Finding]:
    """Find sources that favour a name which is neither an actor nor a side.

    A fault where it is nearly the name of one, since the source then passes for an independent
    perspective; else a doubt. Ranked by how often the source is cited.
    """
    actors = scene.timeline.actors
    known = sorted({*actors.sides, *(s for actor in actors for s in actor.spellings)})
    cited = Counter(source for event in scene.events for source in event.sources)
    for source in scene.timeline.sources.values():
        name = source.favours
        if not name or name in actors.sides or actors.find(name):
            continue
        like = max(known, key=lambda k: fuzz.ratio(k.casefold(), name.casefold()), default="")
        mistyped = fuzz.ratio(like.casefold(), name.casefold()) >= MISTYPED
        remedy = f"did you mean {like!r}?" if mistyped else "write an actor or a side, or nothing"
        message = (
            f"source {source.id!r} favours {name!r}, which is neither actor nor side; {remedy}"
        )
        severity = FAULT if mistyped else DOUBT
        ids = tuple(event.id for event in scene.events if source.id in event.sources)
        yield Finding(
            severity,
            "leaning-unknown",
            message,
            file="sources.csv",
            event_ids=ids,
            rank=cited[source.id],
        )


def idle_actors(scene: Scene) -> Iterator[Finding]:
    """Find actors that no event names, and whom no source favours.

    A doubt: the actor may be spelled otherwise in the events, or is not needed.
    """
    favoured = {source.favours for source in scene.timeline.sources.values()} - {""}
    used = {
        actor
        for event in scene.timeline.events
        for actor in (*event.actors, *event.from_actors, *event.claimed_by)
    }
    for actor in scene.timeline.actors:
        if actor.id not in used and favoured.isdisjoint({actor.side, *actor.spellings}):
            message = (
                f"actor {actor.id!r} ({actor.name}) stands in no event; add its events or drop it"
            )
            yield Finding(DOUBT, "idle-actor", message, file="actors.csv")
