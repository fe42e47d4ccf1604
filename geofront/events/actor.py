"""Actors: the parties that can hold ground, the sides they belong to, and their colours."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geofront.dates import parse_day
from geofront.errors import DataFaultsError, DateError
from geofront.events.palette import (
    SAFE,
    assigned_color,
    check_palette,
    customary_color,
    safe_colors,
)
from geofront.files import read_table
from geofront.files.table import split_names
from geofront.gazetteer.names import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from pathlib import Path

    from geofront.files import Row, Table

__all__ = ["Actor", "Actors", "read_actors"]

_HEX_COLOR = re.compile(r"#[0-9a-fA-F]{6}\Z")


@dataclass(frozen=True, slots=True)
class Actor:
    """A party that can hold ground; colour and label belong to it, never to an icon.

    `side` is the coalition it belongs to, its own id where it stands alone; `color` is ``#rrggbb``.
    `later_sides` tells from which day on it belonged to another side, in order.
    """

    id: str
    name: str
    side: str
    color: str
    aliases: tuple[str, ...] = ()
    later_sides: tuple[tuple[date, str], ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every text that means this actor: id, name, aliases."""
        return (self.id, self.name, *self.aliases)

    def side_on(self, day: date) -> str:
        """Return the side that it belongs to at the end of a day.

        Parameters
        ----------
        day
            The civil day.

        Returns
        -------
        str
            The id of the side.
        """
        joined = [side for since, side in self.later_sides if since <= day]
        return joined[-1] if joined else self.side


class Actors:
    """The actors of a timeline, found by id, name or alias in any case.

    Parameters
    ----------
    actors
        The actors; where an id comes twice, the first one stays.
    """

    def __init__(self, actors: Iterable[Actor]) -> None:
        self._by_id: dict[str, Actor] = {}
        self._by_spelling: dict[str, Actor] = {}
        for actor in actors:
            self._by_id.setdefault(actor.id, actor)
        for actor in self._by_id.values():
            for spelling in actor.spellings:
                self._by_spelling.setdefault(normalise(spelling), actor)
        self._turns = sorted({d for a in self._by_id.values() for d, _ in a.later_sides})
        self._eras: dict[int, Actors] = {}

    def __iter__(self) -> Iterator[Actor]:
        """Yield the actors in the order given."""
        return iter(self._by_id.values())

    def __len__(self) -> int:
        """Return the number of actors."""
        return len(self._by_id)

    def __getitem__(self, actor_id: str) -> Actor:
        """Return the actor of that id."""
        return self._by_id[actor_id]

    def find(self, spelling: str) -> Actor | None:
        """Return the actor that a spelling means, or None.

        Parameters
        ----------
        spelling
            An id, a name or an alias; case and blanks do not matter.

        Returns
        -------
        Actor | None
            The actor.
        """
        return self._by_spelling.get(normalise(spelling))

    def side_of(self, actor_id: str) -> str:
        """Return the side of the actor of that id, the first one where it changed sides.

        Parameters
        ----------
        actor_id
            The id of the actor.

        Returns
        -------
        str
            The id of the side.
        """
        return self._by_id[actor_id].side

    @property
    def turns(self) -> tuple[date, ...]:
        """The days on which some actor changes sides, in order."""
        return tuple(self._turns)

    @property
    def sides(self) -> tuple[str, ...]:
        """Every side that an actor ever belongs to, sorted."""
        first = {actor.side for actor in self}
        return tuple(sorted(first.union(s for a in self for _, s in a.later_sides)))

    def on(self, day: date) -> Actors:
        """Return the actors with the sides that they belonged to at the end of a day.

        Parameters
        ----------
        day
            The civil day.

        Returns
        -------
        Actors
            The same object for all days between two turns.
        """
        era = bisect_right(self._turns, day)
        if era == 0:
            return self
        if era not in self._eras:
            self._eras[era] = Actors(
                replace(actor, side=actor.side_on(day), later_sides=()) for actor in self
            )
        return self._eras[era]

    def in_palette(self, palette: str) -> Actors:
        """Return the actors in the colours of a palette.

        Parameters
        ----------
        palette
            A key of `geofront.events.palette.PALETTES`.

        Returns
        -------
        Actors
            The same actors; under ``customary`` with the colours that they have.

        Raises
        ------
        UnknownNameError
            If there is no such palette.
        """
        if check_palette(palette) != SAFE:
            return self
        colors = safe_colors([(actor.id, actor.side) for actor in self])
        return Actors(replace(actor, color=colors[actor.id]) for actor in self)

    @classmethod
    def named(cls, names: Iterable[str], known: Iterable[Actor] = ()) -> Actors:
        """Make actors of the names that events use, each its own side, with assigned colours.

        Parameters
        ----------
        names
            The names; spellings that differ in case only are one actor.
        known
            Actors that are known already; what they answer to makes no new one.

        Returns
        -------
        Actors
            In alphabetical order, so that the order of the events changes no colour.
        """
        given = cls(known)
        unique = {normalise(n): n for n in sorted(names, reverse=True) if given.find(n) is None}
        made = (
            Actor(name, name, name, customary_color((name,)) or assigned_color(i))
            for i, (_, name) in enumerate(sorted(unique.items()), start=len(given))
        )
        return cls([*given, *made])


def read_actors(path: Path | Table) -> tuple[tuple[Actor, ...], str]:
    """Read an actors.csv: ``id`` and optionally ``name,side,color,aliases,since``.

    An actor that changes sides has a row for each: the first without ``since``, every other with
    the day from which it belongs to that row's side.

    Parameters
    ----------
    path
        The file, such as actors.csv, or a table that was read already.

    Returns
    -------
    tuple[tuple[Actor, ...], str]
        The actors, and the file's SHA-256.

    Raises
    ------
    DataFaultsError
        With every fault of the file.
    """
    table = read_table(path, ("id",), sheet="actors")
    actors: dict[str, Actor] = {}
    owners: dict[str, str] = {}
    for row in table.rows:
        actor_id, color = row.get("id"), row.get("color")
        if not actor_id:
            table.fault(row, "id is missing; write what the events name", "id")
            continue
        if row.get("since"):
            _change_sides(row, table, actors)
            continue
        if actor_id in actors:
            message = f"actor {actor_id!r} stands twice; keep one row, or give the day in 'since'"
            table.fault(row, message, "id")
            continue
        if color and not _HEX_COLOR.match(color):
            table.fault(row, f"color {color!r} is not #rrggbb, such as #4477AA", "color", color)
        aliases = split_names(row.get("aliases"))
        name = row.get("name") or actor_id
        actor = Actor(
            id=actor_id,
            name=name,
            side=row.get("side") or actor_id,
            color=color
            or customary_color((name, actor_id, *aliases))
            or assigned_color(len(actors)),
            aliases=aliases,
        )
        actors[actor_id] = actor
        for spelling in actor.spellings:
            owner = owners.setdefault(normalise(spelling), actor_id)
            if owner != actor_id:
                message = f"{spelling!r} already means the actor {owner!r}; drop or rename one"
                table.fault(row, message, "aliases", spelling)
    if table.faults:
        raise DataFaultsError(table.faults)
    return tuple(actors.values()), table.digest


def _change_sides(row: Row, table: Table, actors: dict[str, Actor]) -> None:
    """Add the side of a row with ``since`` to the actor that earlier rows made."""
    actor = actors.get(row.get("id"))
    if actor is None:
        message = f"{row.get('id')!r} has no row without 'since' before this one; add it"
        table.fault(row, message, "id")
        return
    try:
        since = parse_day(row.get("since"))
    except DateError as error:
        table.fault(row, f"since: {error}", "since", row.get("since"))
        return
    if actor.later_sides and since <= actor.later_sides[-1][0]:
        message = f"since {since} is not later than in the actor's row before; put them in order"
        table.fault(row, message, "since", row.get("since"))
        return
    turn = (since, row.get("side") or actor.id)
    actors[actor.id] = replace(actor, later_sides=(*actor.later_sides, turn))
