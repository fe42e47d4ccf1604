"""Actors: the parties that can hold ground, the sides they belong to, and their colours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geofront.errors import DataFaultsError
from geofront.files import read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["Actor", "Actors", "read_actors"]

_HEX_COLOR = re.compile(r"#[0-9a-fA-F]{6}\Z")
# Paul Tol's "bright" scheme, made to be told apart by colour-blind readers as well:
# https://personal.sron.nl/~pault/ ; its grey is left to what is unknown.
_ASSIGNED_COLORS = ("#4477AA", "#EE6677", "#228833", "#CCBB44", "#66CCEE", "#AA3377")


@dataclass(frozen=True, slots=True)
class Actor:
    """A party that can hold ground; colour and label belong to it, never to an icon.

    `side` is the coalition it belongs to, its own id where it stands alone; `color` is ``#rrggbb``.
    """

    id: str
    name: str
    side: str
    color: str
    aliases: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every text that means this actor: id, name, aliases."""
        return (self.id, self.name, *self.aliases)


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
                self._by_spelling.setdefault(_key(spelling), actor)

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
        """Return the actor that a spelling means, or None."""
        return self._by_spelling.get(_key(spelling))

    def side_of(self, actor_id: str) -> str:
        """Return the side of the actor of that id."""
        return self._by_id[actor_id].side

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
        unique = {_key(n): n for n in sorted(names, reverse=True) if given.find(n) is None}
        made = (
            Actor(name, name, name, assigned_color(i))
            for i, (_, name) in enumerate(sorted(unique.items()), start=len(given))
        )
        return cls([*given, *made])


def assigned_color(index: int) -> str:
    """Return a colour for the actor of that index; past the palette the colours repeat darker."""
    base = _ASSIGNED_COLORS[index % len(_ASSIGNED_COLORS)]
    shade = 0.7 ** (index // len(_ASSIGNED_COLORS))
    channels = (int(base[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(channel * shade):02X}" for channel in channels)


def read_actors(path: Path) -> tuple[tuple[Actor, ...], str]:
    """Read an actors.csv: ``id`` and optionally ``name,side,color,aliases``.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    tuple[tuple[Actor, ...], str]
        The actors, and the file's SHA-256.

    Raises
    ------
    DataFaultsError
        With every fault of the file.
    """
    table = read_table(path, required=("id",))
    actors: dict[str, Actor] = {}
    owners: dict[str, str] = {}
    for row in table.rows:
        actor_id, color = row.get("id"), row.get("color")
        if not actor_id:
            table.fault(row, "id is missing", "id")
            continue
        if actor_id in actors:
            table.fault(row, f"actor {actor_id!r} stands twice; keep one row", "id")
            continue
        if color and not _HEX_COLOR.match(color):
            table.fault(row, f"color {color!r} is not #rrggbb, such as #4477AA", "color", color)
        actor = Actor(
            id=actor_id,
            name=row.get("name") or actor_id,
            side=row.get("side") or actor_id,
            color=color or assigned_color(len(actors)),
            aliases=tuple(a.strip() for a in row.get("aliases").split("|") if a.strip()),
        )
        actors[actor_id] = actor
        for spelling in actor.spellings:
            owner = owners.setdefault(_key(spelling), actor_id)
            if owner != actor_id:
                table.fault(row, f"{spelling!r} already means the actor {owner!r}", "aliases")
    if table.faults:
        raise DataFaultsError(table.faults)
    return tuple(actors.values()), table.digest


def _key(spelling: str) -> str:
    return " ".join(spelling.casefold().split())
