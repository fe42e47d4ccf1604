"""Marks for the editors of a detailed map: a day of a history as Lua, and what to change in it.

Of a revision that is given, everything stays as it stands that the day does not speak against:
comments, order, marks that geofront does not understand, places that it does not know. Icons and
shortcuts (``mk.red``) are those that the revision itself uses for the same.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from geofront.adapters.wikipedia.bindings import Bindings, colors_given
from geofront.adapters.wikipedia.icons import family_of
from geofront.adapters.wikipedia.lua import LuaError, LuaTable
from geofront.adapters.wikipedia.markcode import UNKNOWN, PlaceStatus, Wanted, Writing, mark_at
from geofront.adapters.wikipedia.marks import Mark, Module, Sight, Status, read_module, sights_of
from geofront.adapters.wikipedia.reader import read_shortcuts
from geofront.adapters.wikipedia.revisions import text_of
from geofront.adapters.wikipedia.sites import Sites
from geofront.dates import as_day
from geofront.errors import DataFaultsError, Fault
from geofront.events.contents import gazetteers_of
from geofront.events.rights import refuse_restricted
from geofront.files import write_whole
from geofront.files.bounds import read_bytes
from geofront.gazetteer.tables import shipped_places

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from os import PathLike

    from geofront.events.timeline import Timeline
    from geofront.gazetteer.place import Place

__all__ = ["Change", "WrittenMarks", "write_wikipedia"]

_BOM = "\ufeff"
# A comma, and all that stands on the line if nothing but a comment does; or that comment alone.
_BEHIND = re.compile(
    r"(?P<comma>[ \t]*[,;])(?:[ \t]*(?:--(?!\[)[^\r\n]*)?(?=\r?\n))?"
    r"|[ \t]*(?:--(?!\[)[^\r\n]*)?(?=\r?\n)"
)
_PLAIN = frozenset({"PSTB", "DAM", "PRT"})


class _History(Protocol):
    @property
    def timeline(self) -> Timeline: ...
    def statuses(self, day: date | str) -> Sequence[PlaceStatus]: ...


class _Series(Protocol):
    @property
    def history(self) -> _History: ...


class _Snapshot(Protocol):
    @property
    def series(self) -> _Series: ...
    @property
    def day(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Change:
    """A mark that was added, changed or removed: its place, its line before, and its icons.

    `line` is 0 for what is added; `before` and `after` are icons as the code writes them.
    """

    place_id: str
    name: str
    line: int
    before: str
    after: str


@dataclass(frozen=True)
class WrittenMarks:
    """A module that was written, and how it differs from the revision it was made from.

    `kept` counts the places whose marks already said what the day says. `silent` are the ids of
    places that have no status on the day, and so no new mark; `unsettled` those whose marks still
    say something else, because several stand on one spot: an editor has to look.
    """

    text: str
    base: str
    added: tuple[Change, ...]
    changed: tuple[Change, ...]
    removed: tuple[Change, ...]
    kept: int
    silent: tuple[str, ...]
    unsettled: tuple[str, ...]

    @cached_property
    def diff(self) -> str:
        """The unified difference, with no lines but those that differ; empty without a revision."""
        before, after = (text.splitlines(keepends=True) for text in (self.base, self.text))
        if not before:
            return ""
        return "".join(difflib.unified_diff(before, after, "before", "after", n=0))


def write_wikipedia(
    source: _History | _Series | _Snapshot,
    path: str | PathLike[str] | None = None,
    *,
    day: date | str | None = None,
    colors: Mapping[str, str] | str | None = None,
    base: str | PathLike[str] | None = None,
    module: str = "",
    shortcuts: Mapping[str, str] | str | PathLike[str] | None = None,
) -> WrittenMarks:
    """Write who holds what at the end of a day as the marks of a detailed map.

    Parameters
    ----------
    source
        A history (``geofront.replay(timeline)``), a series or a snapshot.
    path
        Where to write the module; nowhere if None.
    day
        The civil day; that of a snapshot if None.
    colors
        Whom a colour means, as in `read_wikipedia`; without it the legend of the revision, or what
        is known of the module.
    base
        The module's last revision, a file or its text. Without one all marks are new.
    module
        The title of the module; the title of the timeline if empty.
    shortcuts
        What the names of a module that the revision loads stand for, as in `read_wikipedia`.

    Returns
    -------
    WrittenMarks
        The text, and the marks added, changed and removed.

    Raises
    ------
    DataFaultsError
        If an actor has no colour, the modules have no icon for a status, rows may not be passed on,
        or the revision can't be read.
    TypeError
        If the source is none of these, or no day is given.
    DateError
        If a text is not a day.
    """
    history, on = _history_of(source, day)
    refuse_restricted(history.timeline)
    title = module or history.timeline.title
    wanted = [Wanted.of(status) for status in history.statuses(on)]
    wanted += [Wanted(place, Status()) for place in _further(history.timeline, wanted)]
    chosen = colors_given(colors)
    if base is None:
        writing = Writing(Bindings(title, chosen, {}, on))
        written = _all_new(writing, wanted)
    else:
        text = _source_of(base)
        try:
            read = read_module(text, read_shortcuts(shortcuts))
        except LuaError as error:
            raise DataFaultsError([Fault("base", error.line, str(error))]) from error
        writing = Writing(Bindings(title, chosen, read.legend, on), read)
        written = _Revising(writing, read, wanted).revised()
    if writing.faults:
        raise DataFaultsError(writing.faults)
    if path is not None:
        write_whole(Path(path), written.text.encode())
    return written


def _history_of(source: object, day: date | str | None) -> tuple[_History, date]:
    """Return the history behind what is given, and the day.

    Raises
    ------
    TypeError
        If there is none.
    """
    series = getattr(source, "series", source)
    history: Any = getattr(series, "history", series)
    if day is None:
        day = getattr(source, "day", None)
    if not hasattr(history, "statuses"):
        raise TypeError("give a history (geofront.replay(timeline)), a series or a snapshot")
    if day is None:
        raise TypeError("give the day")
    return history, as_day(day)


def _further(timeline: Timeline, wanted: Iterable[Wanted]) -> list[Place]:
    """Return the places of other modules' kinds that nobody is said to hold, such as passes."""
    known = {w.place.id for w in wanted}
    for name in gazetteers_of(timeline):
        known.update(place.id for place in shipped_places(name)[0])
    return [p for p in timeline.gazetteer if p.id not in known and family_of(p.feature) in _PLAIN]


def _source_of(base: str | PathLike[str]) -> str:
    if isinstance(base, str) and ("{" in base or "\n" in base):
        return base
    path = Path(base)
    data = read_bytes(path)
    text = text_of(path.name, data)
    return _BOM + text if data.startswith(_BOM.encode()) else text


def _all_new(writing: Writing, wanted: Sequence[Wanted]) -> WrittenMarks:
    lines, added, silent = [], [], []
    for one in wanted:
        marks = writing.marks(one)
        lines += [f"\t\t{mark},\n" for mark in marks]
        if marks:
            added.append(Change(one.place.id, one.place.name, 0, "", writing.icon(one) or ""))
        else:
            silent.append(one.place.id)
    text = f"return {{\n\tmarks = {{\n{''.join(lines)}\t}},\n}}\n"
    return WrittenMarks(text, "", tuple(added), (), (), 0, tuple(silent), ())


@dataclass(slots=True)
class _Revising:
    """Changes a revision where a day says something else, and nowhere else."""

    writing: Writing
    module: Module
    wanted: Sequence[Wanted]
    edits: list[tuple[int, int, str]] = field(default_factory=list)
    added: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    removed: list[Change] = field(default_factory=list)
    kept: int = 0
    silent: list[str] = field(default_factory=list)
    _gone: set[int] = field(default_factory=set)

    @property
    def _text(self) -> str:
        return self.module.lua.text

    def revised(self) -> WrittenMarks:
        shown = self._shown(self.module)
        for known in shown:
            if known is not None:
                self.writing.learn(known)
        new: list[str] = []
        for wanted, sight in zip(self.wanted, shown, strict=True):
            if sight is not None:
                self._revise(wanted, sight)
            elif marks := self.writing.marks(wanted):
                new += marks
                icon = self.writing.icon(wanted) or ""
                self.added.append(Change(wanted.place.id, wanted.place.name, 0, "", icon))
            else:
                self.silent.append(wanted.place.id)
        if new:
            self._append(new)
        text = self._edited()
        return WrittenMarks(
            text,
            self._text,
            tuple(self.added),
            tuple(self.changed),
            tuple(self.removed),
            self.kept,
            tuple(self.silent),
            self._unsettled(text) if self.edits and not self.writing.faults else (),
        )

    def _shown(self, module: Module) -> list[Sight | None]:
        """Return what a module shows of each place that is wanted."""
        sites = Sites()
        for sight in sights_of(module, self.writing.bindings, lambda *_: None):
            sites.see(None, sight, _NO_DAY, 0)
        found = sites.matched([wanted.sight() for wanted in self.wanted])
        return [None if site is None else site.first for site in found]

    def _revise(self, wanted: Wanted, sight: Sight) -> None:
        place, status = wanted.place, wanted.status
        if status.kind == UNKNOWN:
            self.silent.append(place.id)
            return
        before = len(self.edits)
        main = sight.mark
        if not status.says_as(sight.status):
            self._recolour(wanted, main)
        rings = [ring for ring in sight.rings if ring is not main]
        kept = [ring for ring in rings if self._actors(ring) & set(status.besiegers)]
        for ring in rings:
            if ring not in kept:
                self._gone.add(ring.table.start)
                self.removed.append(Change(place.id, place.name, ring.line, self._icon(ring), ""))
                self.edits.append((*_whole_line(self._text, ring.table), ""))
        present = {actor for ring in kept for actor in self._actors(ring)}
        for actor in status.besiegers:
            icon = None if actor in present else self.writing.ring(actor)
            if icon:
                self._beside(wanted, main, icon)
        self.kept += len(self.edits) == before

    def _recolour(self, wanted: Wanted, mark: Mark) -> None:
        """Give a place the icon of its status."""
        entry = mark.table.entry("mark")
        icon = self.writing.icon(wanted)
        if entry is None or icon is None:
            return
        if mark.icon.feature == "PSTB":  # which says what it is, and nothing else can
            self._beside(wanted, mark, icon)
            return
        place = wanted.place
        self.changed.append(Change(place.id, place.name, mark.line, self._icon(mark), icon))
        self.edits.append((entry.start, entry.end, icon))

    def _beside(self, wanted: Wanted, mark: Mark, icon: str) -> None:
        """Add an icon on the spot of a mark."""
        self._insert(mark.table, [mark_at(mark, self._text, icon)])
        self.added.append(Change(wanted.place.id, wanted.place.name, 0, "", icon))

    def _actors(self, mark: Mark) -> set[str]:
        return {a for c in mark.icon.colours for a in self.writing.bindings.actors(c)}

    def _icon(self, mark: Mark) -> str:
        entry = mark.table.entry("mark")
        return "" if entry is None else self._text[entry.start : entry.end]

    def _append(self, marks: list[str]) -> None:
        staying = [table for table in self.module.tables if table.start not in self._gone]
        if staying:
            self._insert(max(staying, key=lambda table: table.end), marks)
            return
        returned = self.module.lua.returned
        table = self.module.lua.resolve(returned.get("marks")) if returned else None
        if not isinstance(table, LuaTable):
            message = "has no table of marks to add to; give one with an empty marks = { }"
            self.writing.faults.append(Fault("base", 0, message))
            return
        lines = "".join(f"\n\t\t{mark}," for mark in marks)
        self.edits.append((table.start + 1, table.start + 1, lines))

    def _insert(self, table: LuaTable, marks: list[str]) -> None:
        """Put marks behind a table, each on a line of its own, as the revision breaks lines."""
        text = self._text
        newline = "\r\n" if "\r\n" in text else "\n"
        start = text.rfind("\n", 0, table.start) + 1
        indent = re.match(r"[ \t]*", text[start : table.start])
        blank = indent[0] if indent else ""
        behind = _BEHIND.match(text, table.end)
        lines = "".join(f"{newline}{blank}{mark}," for mark in marks)
        if behind is None:
            lines = "".join(f",{newline}{blank}{mark}" for mark in marks)
            self.edits.append((table.end, table.end, lines))
            return
        if not behind["comma"] and (table.end, table.end, ",") not in self.edits:
            self.edits.append((table.end, table.end, ","))
        self.edits.append((behind.end(), behind.end(), lines))

    def _edited(self) -> str:
        parts, position = [], 0
        # Where one ends and another begins on one spot, what is taken out goes first.
        for start, end, replacement in sorted(self.edits):
            parts += [self._text[position : max(start, position)], replacement]
            position = max(end, position)
        return "".join([*parts, self._text[position:]])

    def _unsettled(self, text: str) -> tuple[str, ...]:
        """Return the ids of the places of which the new text does not say what it should."""
        shown = self._shown(read_module(text, self.module.shortcuts))
        return tuple(
            wanted.place.id
            for wanted, sight in zip(self.wanted, shown, strict=True)
            if wanted.status.kind != UNKNOWN
            and (
                sight is None
                or not wanted.status.says_as(sight.status)
                or wanted.status.besiegers != sight.status.besiegers
            )
        )


_NO_DAY = as_day("0001-01-01")


def _whole_line(text: str, table: LuaTable) -> tuple[int, int]:
    """Return where a table stands with its comma, and with its line if nothing else is on it."""
    start = text.rfind("\n", 0, table.start) + 1
    comma = re.compile(r"[ \t]*[,;]?").match(text, table.end)
    end = comma.end() if comma else table.end
    rest = re.compile(r"[ \t]*\r?\n").match(text, end)
    if rest and not text[start : table.start].strip():
        return start, rest.end()
    return table.start, end
