"""The code of marks: icons in the colours of a module, written as a revision of it writes them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from geofront.adapters.wikipedia.icons import Icon, Shape, family_of, icon_file, ring_file
from geofront.adapters.wikipedia.lua import LuaTable
from geofront.adapters.wikipedia.marks import Mark, Module, Sight, Status, position_name
from geofront.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geofront.adapters.wikipedia.bindings import Bindings
    from geofront.gazetteer.place import Place

__all__ = ["UNKNOWN", "PlaceStatus", "Wanted", "Writing", "mark_at"]

UNKNOWN = "unknown"
# Icons of several colours exist in this order only: Map-ctl2-red+lime, 80x80-yellow-black.
_ORDER = ("red", "lime", "green", "yellow", "grey", "black", "blue")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\x00": ""}


class _Label(Protocol):
    @property
    def actors(self) -> tuple[str, ...]: ...


class PlaceStatus(Protocol):
    """The status of a place at the end of a day, as a history tells it."""

    @property
    def place(self) -> Place:
        """The place."""

    @property
    def status(self) -> str:
        """``held``, ``contested`` or ``unknown``."""

    @property
    def label(self) -> _Label:
        """Who holds it, or the parties."""

    @property
    def besieged_by(self) -> tuple[str, ...]:
        """The actors who besiege it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A place, and what its marks shall say."""

    place: Place
    status: Status

    @classmethod
    def of(cls, told: PlaceStatus) -> Wanted:
        """Return what the marks of a place shall say."""
        # A joint holder is an actor of its own, whose id holds those of its members.
        actors = tuple(part for actor in told.label.actors for part in actor.split("+"))
        besiegers = tuple(sorted(set(told.besieged_by)))
        return cls(told.place, Status(told.status, actors, besiegers))

    def sight(self) -> Sight:
        """Return the place as a revision would show it, to be found among its marks."""
        place = self.place
        icon = Icon(Shape.DOT, place.feature or "PPL")
        mark = Mark(place.lat, place.lon, "", icon, None, place.name, "", 0, LuaTable(0))
        return Sight(mark, place.name, (), place.feature or "PPL", self.status)


@dataclass(slots=True)
class Writing:
    """Makes the code of marks, with the colours of a module and the habits of a revision."""

    bindings: Bindings
    module: Module | None = None
    faults: list[Fault] = field(default_factory=list)
    _habits: dict[tuple[object, ...], Counter[str]] = field(default_factory=dict)

    def learn(self, sight: Sight) -> None:
        """Note how the revision writes the icon of a status."""
        entry = sight.mark.table.entry("mark")
        if entry is not None and self.module is not None and sight.status.kind != UNKNOWN:
            written = self.module.lua.text[entry.start : entry.end]
            # The icon of nested dots says less than they do together.
            if len(sight.mark.icon.colours) == len(sight.status.actors):
                key = _habit(sight.status, sight.mark.icon.feature)
                self._habits.setdefault(key, Counter())[written] += 1

    def icon(self, wanted: Wanted) -> str | None:
        """Return the code of an icon, or None if there is none for a status that is unknown."""
        status, feature = wanted.status, wanted.place.feature
        habit = self._habits.get(_habit(status, feature))
        if habit:
            return habit.most_common(1)[0][0]
        colours = self._colours(status.actors)
        if colours is None:
            return None
        file = icon_file(status.kind, colours, feature)
        if file is None and status.kind != UNKNOWN:
            what = f"{feature or 'place'} {status.kind} by {' and '.join(colours)}"
            self._fault(f"the modules have no icon for a {what}", wanted.place.id)
        return None if file is None else _quoted(file)

    def ring(self, actor: str) -> str | None:
        """Return the code of the icon of a ring."""
        colours = self._colours((actor,))
        return _quoted(ring_file(colours[0])) if colours else None

    def _colours(self, actors: Iterable[str]) -> tuple[str, ...] | None:
        found = {actor: self.bindings.colour_of(actor) for actor in actors}
        for actor, colour in found.items():
            if colour is None:
                self._fault(f"{actor!r} has no colour; give colors={{COLOUR: {actor!r}}}", actor)
        colours = sorted((colour for colour in found.values() if colour), key=_rank)
        return tuple(colours) if len(colours) == len(found) else None

    def _fault(self, message: str, value: str) -> None:
        fault = Fault("colors", 0, message, "", value)
        if fault not in self.faults:
            self.faults.append(fault)

    def marks(self, wanted: Wanted) -> list[str]:
        """Return the code of the marks of a place, without commas; none if nothing is told."""
        icon = self.icon(wanted)
        if icon is None:
            return []
        place, status = wanted.place, wanted.status
        size = place.extra.get("mark_size") or place.extra.get("population_class") or ""
        link = place.extra.get("mark_link", "")
        label = f"[[{link}|{place.name}]]" if link and link != place.name else place.name
        label = f"[[{link}]]" if link == place.name and link else label
        if place.name == position_name(place.lat, place.lon):
            label = ""
        fields = {"label": label, "link": link, "label_size": "0"}
        result = []
        if status.kind != UNKNOWN and family_of(place.feature) == "PSTB":
            result.append(_mark(place, _quoted(icon_file(UNKNOWN, (), "PSTB") or ""), size, {}))
        result.append(_mark(place, icon, size, fields))
        rings = (self.ring(actor) for actor in status.besiegers)
        return result + [_mark(place, ring, size, {}) for ring in rings if ring]


def _rank(colour: str) -> tuple[int, str]:
    return (_ORDER.index(colour) if colour in _ORDER else len(_ORDER), colour)


def _habit(status: Status, feature: str) -> tuple[object, ...]:
    alone = status.kind == "held" and len(status.actors) == 1
    return status.kind, frozenset(status.actors), family_of(feature) if alone else ""


def _quoted(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(c, c) for c in text) + '"'


def _mark(place: Place, icon: str, size: str, further: Mapping[str, str]) -> str:
    fields = [f"lat = {_quoted(repr(place.lat))}", f"long = {_quoted(repr(place.lon))}"]
    fields.append(f"mark = {icon}")
    if size:
        fields.append(f"marksize = {_quoted(size)}")
    fields += [f"{key} = {_quoted(value)}" for key, value in further.items() if value]
    return f"{{ {', '.join(fields)} }}"


def mark_at(mark: Mark, text: str, icon: str) -> str:
    """Return the code of a mark at the very position of another, and of its size."""
    fields = [
        f"{key} = {text[entry.start : entry.end]}"
        for key in ("lat", "long", "marksize")
        if (entry := mark.table.entry(key))
    ]
    fields.insert(2, f"mark = {icon}")
    return f"{{ {', '.join(fields)} }}"
