"""The marks of a module as written, and what those of one spot say of a place."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from geofront.adapters.wikipedia.bindings import Bindings, legend_of, plain
from geofront.adapters.wikipedia.icons import Icon, Shape, icon_of, refined
from geofront.adapters.wikipedia.lua import LuaError, LuaModule, LuaTable, read_lua
from geofront.gazetteer.names import slug

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = [
    "UNBOUND",
    "Mark",
    "Module",
    "Sight",
    "Status",
    "position_name",
    "read_module",
    "sights_of",
]

UNBOUND = "its colour is bound to no actor"
"""Why a mark is left out whose colour means nobody; its value begins with the colour."""

_LINK = re.compile(r"\[\[([^|\]]*)(?:\|[^\]]*)?\]\]")
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")
_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*\Z")
_MAX_LAT, _MAX_LON = 90.0, 180.0
_LONGEST_NAME = 200
_NESTED = 3
_MANY = 1 << 16
_SPOT = 5  # decimals of a degree, about a metre


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark: where, its icon's file, its size, and its label and link as a reader sees them."""

    lat: float
    lon: float
    file: str
    icon: Icon
    size: float | None
    name: str
    link: str
    line: int
    table: LuaTable


@dataclass(frozen=True, slots=True)
class Status:
    """What the marks of a spot say: `kind` is held, contested or unknown; `actors` who.

    Several actors of a held place hold it together. `besiegers` are sorted.
    """

    kind: str = "unknown"
    actors: tuple[str, ...] = ()
    besiegers: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()

    def says_as(self, other: Status) -> bool:
        """Return whether both tell the same of who holds or fights for a place."""
        return self.kind == other.kind and set(self.actors) == set(other.actors)


@dataclass(frozen=True, slots=True)
class Sight:
    """A place as one revision shows it: `mark` tells its status, `rings` who besieges it."""

    mark: Mark
    name: str
    aliases: tuple[str, ...]
    feature: str
    status: Status
    rings: tuple[Mark, ...] = ()

    @property
    def key(self) -> str:
        """What namesakes share; empty for a place without a name."""
        return _key(self.name)


@dataclass(frozen=True, slots=True)
class Module:
    """A module that was read: its code, its marks' tables and the words of its legend."""

    lua: LuaModule
    tables: tuple[LuaTable, ...]
    legend: Mapping[str, str]
    shortcuts: Mapping[str, str]


def read_module(text: str, shortcuts: Mapping[str, str] | None = None) -> Module:
    """Read the source of a module.

    Parameters
    ----------
    text
        The source.
    shortcuts
        What further names mean, such as those of a module that it loads: ``gov`` or ``m.gov``.

    Returns
    -------
    Module
        With the tables that have a ``lat``, in the order of the text.

    Raises
    ------
    LuaError
        If it can't be read, or returns no table.
    """
    lua = read_lua(text)
    if lua.returned is None:
        raise LuaError(text, len(text), "returns no table")
    tables = sorted(_walk(lua, lua.returned), key=lambda table: table.start)
    arguments = lua.resolve(lua.returned.get("containerArgs"))
    caption = lua.resolve(arguments.get("caption")) if isinstance(arguments, LuaTable) else ""
    legend = legend_of(caption) if isinstance(caption, str) else {}
    return Module(lua, tuple(tables), legend, dict(shortcuts or {}))


def _walk(lua: LuaModule, top: LuaTable) -> Iterator[LuaTable]:
    seen: set[int] = set()
    waiting = [top]
    while waiting:
        table = waiting.pop()
        if table.start in seen:
            continue
        seen.add(table.start)
        if table.entry("lat") or table.entry("long"):
            yield table
            continue
        inner = (lua.resolve(entry.value) for entry in table.entries)
        waiting.extend(value for value in inner if isinstance(value, LuaTable))


def _texts(module: Module, table: LuaTable) -> dict[str, str | None]:
    """Return the fields of a mark as texts; None where only running the code would tell."""
    found: dict[str, str | None] = {}
    for key, value, _, _ in table.entries:
        told = value if type(value) is str else module.lua.resolve(value)
        if not isinstance(told, str):
            named = str(value)
            told = module.shortcuts.get(named) or module.shortcuts.get(named.rpartition(".")[2])
        found[key] = told
    return found


def marks_of(module: Module, drop: Callable[[int, str, str], None]) -> Iterator[Mark]:
    """Yield the marks of a module that have a place and an icon that is known.

    Parameters
    ----------
    module
        The module.
    drop
        Is told of the others: their line, the reason and the value.

    Yields
    ------
    Mark
        In the order of the text.
    """
    text, position, line = module.lua.text, 0, 1
    for table in module.tables:
        line += text.count("\n", position, table.start)
        position = table.start
        fields = _texts(module, table)
        place = _position(fields)
        file = fields.get("mark") or ""
        icon = icon_of(file)
        if isinstance(place, str):
            drop(line, place, f"{fields.get('lat')}, {fields.get('long')}")
        elif not file:
            drop(line, *_without_icon(table))
        elif icon is None:
            drop(line, "its icon is not known", file)
        elif icon.shape is Shape.BACKGROUND:
            drop(line, "it is part of the map's background", file)
        else:
            label, link = fields.get("label") or "", fields.get("link") or ""
            yield Mark(
                *place,
                file,
                icon,
                _size(fields.get("marksize")),
                _name(label) or _name(link),
                _name(link) or _linked(label),
                line,
                table,
            )


def position_name(lat: float, lon: float) -> str:
    """Return what a place without a name is called."""
    return f"{lat:.4f}, {lon:.4f}"


def _without_icon(table: LuaTable) -> tuple[str, str]:
    value = table.get("mark")
    if value is None or value == "":
        return "it has no icon", ""
    return "its icon is a name that the files do not define", str(value)


@lru_cache(_MANY)
def _key(name: str) -> str:
    return slug(name)


def _position(fields: Mapping[str, str | None]) -> tuple[float, float] | str:
    """Return latitude and longitude, or why there are none."""
    texts = fields.get("lat"), fields.get("long")
    if not all(texts):
        return "it has no position"
    if not all(_NUMBER.match(text or "") for text in texts):
        return "its position is no number"
    lat, lon = (float(text or "") for text in texts)
    if not (math.isfinite(lat) and math.isfinite(lon)):
        return "its position is no number"
    if abs(lat) > _MAX_LAT or abs(lon) > _MAX_LON:
        return "its position is nowhere on Earth"
    return (lat, lon) if lat or lon else "its position is 0, 0"


def _size(text: str | None) -> float | None:
    value = float(text) if text and _NUMBER.match(text) else None
    return value if value is not None and math.isfinite(value) and value >= 0 else None


# A thousand revisions write the same names a thousand times.
@lru_cache(_MANY)
def _name(wikitext: str) -> str:
    # A section's name of the page itself is written #Name, and names of a cell have no bar.
    words = plain(wikitext).lstrip("#: ").replace("|", "/")
    words = "".join(c for c in words if c.isprintable())
    return words[:_LONGEST_NAME].strip() if _key(words) else ""


@lru_cache(_MANY)
def _linked(label: str) -> str:
    found = _LINK.search(label)
    return _name(found[1].partition("#")[0]) if found else ""


def sights_of(
    module: Module, bindings: Bindings, drop: Callable[[int, str, str], None]
) -> list[Sight]:
    """Return what a module shows: the marks of one spot taken together.

    Parameters
    ----------
    module
        The module.
    bindings
        Whom its colours mean.
    drop
        Is told of the marks that nothing is made of: their line, the reason and the value.

    Returns
    -------
    list[Sight]
        In the order of the text.
    """
    spots: dict[tuple[float, float], list[Mark]] = {}
    for mark in marks_of(module, drop):
        unbound = [c for c in mark.icon.colours if not bindings.actors(c)]
        if unbound:
            drop(mark.line, UNBOUND, f"{unbound[0]}: {mark.file}")
        else:
            spots.setdefault((round(mark.lat, _SPOT), round(mark.lon, _SPOT)), []).append(mark)
    return [sight for marks in spots.values() for sight in _Spot(marks, bindings, drop).sights()]


@dataclass(slots=True)
class _Spot:
    """The marks at one position: one place, with rings around it, or several of other names."""

    marks: list[Mark]
    bindings: Bindings
    drop: Callable[[int, str, str], None]

    def sights(self) -> Iterator[Sight]:
        rings = [m for m in self.marks if m.icon.shape is Shape.RING]
        groups = self._by_name([m for m in self.marks if m.icon.shape is not Shape.RING])
        # Rings around nothing stand for a place themselves, if they name one.
        groups = groups or self._by_name([m for m in rings if m.name])
        for name, group in groups.items():
            around = [r for r in rings if _key(r.name) == name]
            if name == next(iter(groups)):
                # A ring belongs to the place of its name, one without or of none to the first.
                around += [r for r in rings if _key(r.name) not in groups]
            yield self._sight(group, around)
        for ring in rings if not groups else ():
            self.drop(ring.line, "it is a ring around no place", ring.file)

    @staticmethod
    def _by_name(marks: list[Mark]) -> dict[str, list[Mark]]:
        """Group marks by name; what has none belongs to the first that has one."""
        first = next((_key(m.name) for m in marks if m.name), "")
        groups: dict[str, list[Mark]] = {}
        for mark in marks:
            groups.setdefault(_key(mark.name) or first, []).append(mark)
        return groups

    def _sight(self, group: list[Mark], rings: list[Mark]) -> Sight:
        telling = [m for m in group if m.icon.shape not in {Shape.PLAIN, Shape.RING}]
        main = next((m for m in telling or group if m.name), (telling or group)[0])
        status, shown, outer = self._status(telling, main)
        besiegers = {a for ring in rings for a in self._actors(ring)}
        besiegers.update(status.besiegers)
        if status.kind == "held":
            besiegers.difference_update(status.actors)
        sides = tuple(sorted({ring.icon.side for ring in rings if ring.icon.side}))
        name = next((m.name for m in (main, *group) if m.name), "")
        link = next((m.link for m in (main, *group) if m.link), "")
        alias = _IN_BRACKETS.sub("", link)
        kind = next((m.icon.feature for m in group if m.icon.shape is Shape.OBJECT), "")
        kind = kind or next((m.icon.feature for m in group if m.icon.shape is Shape.PLAIN), "")
        return Sight(
            mark=shown,
            name=name,
            aliases=(alias,) if alias and _key(alias) != _key(name) else (),
            feature=refined(kind or shown.icon.feature, name),
            status=Status(status.kind, status.actors, tuple(sorted(besiegers)), sides),
            rings=(*rings, *outer),
        )

    def _actors(self, mark: Mark) -> tuple[str, ...]:
        named = (a for colour in mark.icon.colours for a in self.bindings.actors(colour))
        return tuple(dict.fromkeys(named))

    def _status(self, marks: list[Mark], main: Mark) -> tuple[Status, Mark, list[Mark]]:
        """Return what marks on one spot say, the one that tells who holds it, and outer rings."""
        if not marks:
            return Status(), main, []
        for mark in marks:
            if mark.icon.shape is Shape.CONTESTED:
                return Status("contested", self._actors(mark)), mark, []
        by_size = sorted(marks, key=lambda m: m.size or 0)
        parties = tuple(dict.fromkeys(a for mark in by_size for a in self._actors(mark)))
        inner = by_size[0]
        held = Status("held", self._actors(inner))
        if len(marks) == 1 or set(parties) == set(held.actors):
            return held, inner, []
        if len(marks) >= _NESTED:
            return Status("held", parties), inner, []
        if any((a.size or 0) == (b.size or 0) for a, b in pairwise(by_size)):
            other = next(m for m in marks if m is not main)
            self.drop(other.line, "another mark on the same spot says otherwise", other.file)
            return Status("held", self._actors(main)), main, []
        outer = tuple(a for a in self._actors(by_size[1]) if a not in held.actors)
        return Status("held", held.actors, outer), inner, by_size[1:]
