"""Checks of slips of the pen that change the map silently: columns, standings, actors, sides."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from geofront.control.audit.findings import DOUBT, Finding
from geofront.errors import nearest_name
from geofront.events.columns import TABLES
from geofront.events.event import Standing
from geofront.gazetteer.names import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geofront.control.audit.scene import Scene
    from geofront.events.actor import Actor
    from geofront.events.timeline import InputFile

__all__ = ["alike_actors", "alike_sides", "confirmed_claims", "unknown_columns"]

COLUMN_SLIP = 80.0
"""How alike, of 100, a column that means nothing must be to one that does."""

ALIKE = 80.0
"""How alike, of 100, two names are of which one may be a slip of the other."""

ONE_SLIP_LETTERS = 4
"""Names of at least so many letters are alike, too, if a single slip parts them."""

OTHER_HEADERS = {"events": {"from": "from_actor"}}
"""Columns that are too short to be alike, and what they mean in a table."""

_LEAST = 75.0  # a slip in names of that length leaves no less


def unknown_columns(scene: Scene) -> Iterator[Finding]:
    """Find columns that mean nothing to geofront, but are nearly the name of one that does.

    A doubt: what stands in such a column is kept, and changes nothing on the map.
    """
    for file in scene.timeline.inputs:
        for column in file.further_columns:
            meant = _column_meant(column, file)
            if meant:
                message = (
                    f"column {column!r} is kept but means nothing to geofront; did you mean "
                    f"{meant!r}?"
                )
                yield Finding(DOUBT, "unknown-column", message, file=file.name)


def _column_meant(column: str, file: InputFile) -> str:
    model = TABLES.get(file.table)
    if meant := OTHER_HEADERS.get(file.table, {}).get(column):
        return meant
    return nearest_name(column, model.names, least=COLUMN_SLIP) if model else ""


def confirmed_claims(scene: Scene) -> Iterator[Finding]:
    """Find rows that say who claims it and leave their standing empty, so that they count.

    A doubt: a claimant is named mostly where nobody else confirms it.
    """
    for event in scene.events:
        if event.claimed_by and event.standing_assumed and event.standing is Standing.CONFIRMED:
            name = scene.timeline.places[event.place_id].name
            message = (
                f"says who claims it of {name} ({scene.wording.names(event.claimed_by)}) but "
                "counts as confirmed, because 'standing' is empty; write claimed, or confirmed if "
                "others confirm it"
            )
            yield scene.of_events([event], "claim-confirmed", message, severity=DOUBT)


def alike_actors(scene: Scene) -> Iterator[Finding]:
    """Find actors that no table lists and whose names are nearly those of others.

    A doubt, ranked by how alike they are: one of the two may be the other one mistyped.
    """
    actors = list(scene.timeline.actors)
    uses = Counter(
        actor
        for event in scene.timeline.events
        for actor in {*event.actors, *event.from_actors, *event.claimed_by}
    )
    rows = {actor.id: actor for actor in actors}
    for one, other, score in _alike([*rows]):
        # What a user lists in actors.csv is two actors on purpose.
        unlisted = [a for a in (one, other) if _made_of_its_name(rows[a])]
        if not unlisted:
            continue
        rarer = min(unlisted, key=lambda a: (uses[a], a))
        kept = other if rarer == one else one
        events = [
            e for e in scene.timeline.events if rarer in {*e.actors, *e.from_actors, *e.claimed_by}
        ]
        message = (
            f"actor {rarer!r} ({uses[rarer]} of the events) is nearly {kept!r} ({uses[kept]}), yet "
            "another one on the map; correct it if they are one, or list both in actors.csv"
        )
        if events:
            yield scene.of_events(events, "alike-actors", message, severity=DOUBT, rank=score)


def _made_of_its_name(actor: Actor) -> bool:
    """Whether an actor is known by nothing but a name in the events."""
    return actor.id == actor.name == actor.side and not actor.aliases


def alike_sides(scene: Scene) -> Iterator[Finding]:
    """Find sides of one actor only whose names are nearly those of others.

    A doubt, ranked by how alike they are: mistyped, allies pass for enemies.
    """
    members: dict[str, list[str]] = {}
    for actor in scene.timeline.actors:
        for side in dict.fromkeys((actor.side, *(s for _, s in actor.later_sides))):
            members.setdefault(side, []).append(actor.id)
    for one, other, score in _alike([*members]):
        alone = [s for s in (one, other) if len(members[s]) == 1 and members[s] != [s]]
        if not alone:
            continue
        slip = alone[-1]
        kept = other if slip == one else one
        message = (
            f"side {slip!r}, of {members[slip][0]!r} alone, is nearly {kept!r}, of "
            f"{scene.wording.names(members[kept])}; correct it if they are one side"
        )
        yield Finding(DOUBT, "alike-sides", message, file="actors.csv", rank=score)


def _alike(names: Sequence[str]) -> Iterator[tuple[str, str, float]]:
    """Yield the pairs of names of which one may be a slip of the other, with their likeness."""
    keys = [normalise(name) for name in names]
    scores = process.cdist(keys, keys, scorer=fuzz.ratio, score_cutoff=_LEAST)
    for i, j in np.argwhere(np.triu(scores, 1) > 0).tolist():
        one, other = keys[i], keys[j]
        score = float(scores[i, j])
        short = min(len(one), len(other)) < ONE_SLIP_LETTERS
        single = not short and OSA.distance(one, other, score_cutoff=1) <= 1
        if (score >= ALIKE or single) and not _numbered(one, other):
            yield names[i], names[j], score


def _numbered(one: str, other: str) -> bool:
    """Whether two names differ by a number or a single letter, as those of units do."""
    ours, theirs = set(one.split()), set(other.split())
    return any(len(w) == 1 or any(c.isdigit() for c in w) for w in ours ^ theirs)
