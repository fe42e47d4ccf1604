"""Wikipedia's detailed maps: the revisions of a module of marks become a timeline.

A mark says who holds a place at the time of the revision, and nothing else: it has no date and no
source of its own. So the first revision gives a ``hold`` or ``contest`` for each place, and later
ones only what is new or different:

==============================  ==================================================================
a place that is new             an observation on the day of the revision
another holder                  ``hold`` by the new one, between the last revision that showed the
                                place and this one (``2016-12-08/2016-12-11``). Whether it was
                                taken, left or handed over, and when, no mark tells
contested now                   ``contest``, dated likewise. Which party attacks is not told: where
                                one held it before, it is the one attacked
held by several                 ``hold`` by an actor of its own, such as ``sdf+syrian-government``:
                                joint control is no fight
a ring or arc, or no more       ``siege``, ``siege_lifted``. The caption calls a ring besieged, an
                                arc besieged on one side, or under strong pressure
a mark that is gone             nothing: marks are also taken out to save space
moved up to 3 km, or respelled  the same place
==============================  ==================================================================

The second clock (`reported`) is the day of the revision. The meaning of icons stands in `icons`,
that of colours in `bindings`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from geofront.adapters.foreign import as_given, joint_name
from geofront.adapters.imported import ORIGIN, Records, assemble
from geofront.adapters.publishers import WIKIPEDIA
from geofront.adapters.report import Ledger
from geofront.adapters.wikipedia.bindings import Bindings, actor_name, colors_given
from geofront.adapters.wikipedia.icons import family_of
from geofront.adapters.wikipedia.lua import LuaError, LuaTable, read_lua
from geofront.adapters.wikipedia.marks import (
    UNBOUND,
    Module,
    Sight,
    position_name,
    read_module,
    sights_of,
)
from geofront.adapters.wikipedia.revisions import Revision, read_revisions, text_of
from geofront.adapters.wikipedia.sites import Site, Sites
from geofront.errors import DataFaultsError, Fault
from geofront.events.timeline import About
from geofront.files.bounds import read_bytes
from geofront.garbage import paused_collection
from geofront.gazetteer.names import slug

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date
    from os import PathLike

    from geofront.adapters.foreign import Files
    from geofront.adapters.imported import Imported
    from geofront.adapters.options import Pairs

    _Drop = Callable[[int, str, str], None]
    _Naming = Callable[[Sequence[str]], str]

__all__ = ["LICENCE", "read_shortcuts", "read_wikipedia"]

LICENCE = "CC-BY-SA-4.0"
_LONGEST_COMMENT = 160


@paused_collection()
def read_wikipedia(
    files: Files,
    *,
    colors: Pairs = None,
    module: str = "",
    days: Sequence[object] | str = (),
    shortcuts: Mapping[str, str] | str | PathLike[str] | None = None,
    site: str = "https://en.wikipedia.org",
) -> Imported:
    """Read revisions of a detailed map, such as *Module:Syrian Civil War detailed map*.

    Parameters
    ----------
    files
        The module's source (``?action=raw``), one file a revision with the day in its name
        (``Syria-2016-12-08.lua``); or exports of ``Special:Export`` (XML) or of the API (JSON),
        which hold many revisions and modules.
    colors
        Whom a colour means: ``{"red": "syrian-government"}``, or ``red=syrian-government,...``;
        several actors that hold together are joined by ``|``. It goes before the module's legend.
    module
        The title of the module; if empty the export says it, or the name of the file.
    days
        The day of each file, where its name has none.
    shortcuts
        What the names of a module that it loads stand for (``m.gov``): a mapping of names to files
        of icons, or that module's source.
    site
        The wiki, for the addresses of sources.

    Returns
    -------
    Imported
        A timeline, and the report.

    Raises
    ------
    DataFaultsError
        If a file can't be read, has no day or is of another format, or nothing usable is left.
    """
    paths = as_given(files)
    each = days.split(",") if isinstance(days, str) and days else days
    revisions, digest = read_revisions(paths, [str(day).strip() for day in each], module)
    ledger = Ledger("wikipedia", sorted(path.name for path in paths))
    reading = _Reading(ledger, colors_given(colors), read_shortcuts(shortcuts), site)
    for revision in revisions:
        reading.take(revision)
    titles = sorted(reading.histories)
    about = About(
        title=" and ".join(title.removeprefix("Module:") for title in titles) or "Detailed map",
        licence=LICENCE,
        attribution=f"{WIKIPEDIA}, {', '.join(titles)}",
    )
    name = joint_name([path.name for path in paths])
    return assemble(reading.records(), ledger, about=about, file=name, digest=digest)


def read_shortcuts(given: Mapping[str, str] | str | PathLike[str] | None) -> dict[str, str]:
    """Return the files of icons that names stand for: as given, or of a module of such names.

    Raises
    ------
    DataFaultsError
        If a module can't be read.
    """
    if given is None:
        return {}
    if not isinstance(given, str | Path):
        return dict(given)  # type: ignore[arg-type]
    path = Path(given)
    try:
        table = read_lua(text_of(path.name, read_bytes(path))).returned
    except LuaError as error:
        raise DataFaultsError([Fault(path.name, error.line, str(error))]) from error
    entries = table.entries if isinstance(table, LuaTable) else []
    return {entry.key: entry.value for entry in entries if isinstance(entry.value, str)}


@dataclass(slots=True)
class _History:
    """A module over its revisions."""

    sites: Sites = field(default_factory=Sites)
    events: list[tuple[Site, dict[str, object]]] = field(default_factory=list)
    revisions: int = 0


@dataclass(slots=True)
class _Reading:
    """Takes the revisions one after another, in order of time."""

    ledger: Ledger
    chosen: Mapping[str, tuple[str, ...]]
    shortcuts: Mapping[str, str]
    site: str
    histories: dict[str, _History] = field(default_factory=dict)
    sources: dict[str, dict[str, object]] = field(default_factory=dict)
    actors: dict[str, dict[str, object]] = field(default_factory=dict)
    unbound: Counter[str] = field(default_factory=Counter)

    def take(self, revision: Revision) -> None:
        """Compare a revision with what is known of its module."""
        try:
            module = read_module(revision.text, self.shortcuts)
        except LuaError as error:
            self.ledger.read += 1
            self.ledger.drop(
                revision.file, error.line, "the revision is no readable Lua table", str(error)
            )
            return
        history = self.histories.setdefault(revision.title, _History())
        history.revisions += 1
        bindings = Bindings(revision.title, self.chosen, module.legend, revision.day)
        self.ledger.read += len(module.tables)
        sights = sights_of(module, bindings, self._dropper(revision))
        self._tell_legend(revision, module, bindings)
        source = self._source(revision)
        for sight, site in zip(sights, history.sites.matched(sights), strict=True):
            before = None if site is None else (site.last, site.day)
            seen = history.sites.see(site, sight, revision.day, history.revisions)
            told = _Telling(sight, before, revision, source, history.revisions)
            history.events.extend((seen, row) for row in told.rows(self._actor))

    def _dropper(self, revision: Revision) -> _Drop:
        def drop(line: int, reason: str, value: str) -> None:
            self.ledger.drop(revision.file, line, reason, value)
            if reason == UNBOUND:
                self.unbound[value.partition(":")[0]] += 1

        return drop

    def _tell_legend(self, revision: Revision, module: Module, bindings: Bindings) -> None:
        for colour, words in sorted(module.legend.items()):
            actors = "+".join(bindings.actors(colour)) or "no actor"
            self.ledger.note(f"{revision.title}: {colour} is {words!r} in the legend; {actors}")

    def _source(self, revision: Revision) -> str:
        stem = slug(revision.title.removeprefix("Module:"))
        when = revision.number or str(revision.day)
        name = f"wikipedia-{stem}-{when}"
        count = 1
        while name in self.sources:
            count += 1
            name = f"wikipedia-{stem}-{when}-{count}"
        page = revision.title.replace(" ", "_")
        by = f" by {revision.user}" if revision.user else ""
        said = f": {revision.comment[:_LONGEST_COMMENT]}" if revision.comment else ""
        self.sources[name] = {
            "id": name,
            "title": f"{revision.title}, revision of {revision.day}{by}{said}",
            "publisher": WIKIPEDIA,
            "published": str(revision.day),
            "url": f"{self.site}/w/index.php?oldid={revision.number}"
            if revision.number
            else f"{self.site}/wiki/{page}",
            "licence": LICENCE,
        }
        return name

    def _actor(self, actors: Sequence[str]) -> str:
        """Return the id of an actor, or of several together, and have it in the table."""
        for actor in actors:
            self.actors.setdefault(actor, {"id": actor, "name": actor_name(actor)})
        if len(actors) == 1:
            return actors[0]
        name = "+".join(actors)
        named = " and ".join(actor_name(actor) for actor in actors)
        self.actors.setdefault(name, {"id": name, "name": f"{named} (joint control)"})
        return name

    def records(self) -> Records:
        """Return what the revisions told."""
        if self.unbound:
            told = ", ".join(f"{c} ({n:,} marks)" for c, n in sorted(self.unbound.items()))
            self.ledger.note(f"colours bound to no actor: {told}; bind them with colors=")
        stems = Counter(
            slug(site.first.name)
            for history in self.histories.values()
            for site in history.sites.all
        )
        records = Records(actors=list(self.actors.values()), sources=list(self.sources.values()))
        taken: Counter[str] = Counter()
        for title, history in sorted(self.histories.items()):
            ids: dict[int, str] = {}
            for site, name in zip(history.sites.all, history.sites.ids(stems), strict=True):
                taken[name] += 1
                ids[id(site)] = name if taken[name] == 1 else f"{name}-{taken[name]}"
                records.places.append(_place_row(ids[id(site)], site, title))
            for site, row in history.events:
                records.events.append({**row, "place": ids[id(site)]})
            self._summarise(title, history)
        return records

    def _summarise(self, title: str, history: _History) -> None:
        sites = history.sites
        gone = sum(site.index < history.revisions for site in sites.all)
        if gone:
            self.ledger.note(
                f"{title}: {gone:,} places are not in its last revision; their last status stands"
            )
        unnamed = sum(not site.first.name for site in sites.all)
        for what, count in (
            ("places without a name were named by their position", unnamed),
            (
                "marks under another name on the same spot were taken for the same place",
                sites.renamed,
            ),
            ("marks that moved up to 3 km were taken for the same place", sites.moved),
        ):
            if count:
                self.ledger.mend(what, count)


def _place_row(place_id: str, site: Site, title: str) -> dict[str, object]:
    sight, mark = site.last, site.last.mark
    settled = family_of(site.first.feature) == "PPL" and site.first.feature
    name = sight.name or position_name(mark.lat, mark.lon)
    aliases = [alias for alias in site.aliases if alias and alias != name]
    return {
        "id": place_id,
        "name": name,
        "lon": mark.lon,
        "lat": mark.lat,
        "aliases": aliases,
        "feature": site.first.feature,
        "source": title,
        "licence": LICENCE,
        "population_class": mark.size if settled else None,
        "mark_size": mark.size,
        "mark_link": mark.link,
    }


@dataclass(slots=True)
class _Telling:
    """What a revision tells of a place that the ones before did not."""

    sight: Sight
    before: tuple[Sight, date] | None
    revision: Revision
    source: str
    order: int

    def rows(self, actor: _Naming) -> Iterator[dict[str, object]]:
        """Yield the events."""
        yield from self._control(actor)
        yield from self._siege(actor)

    def _control(self, actor: _Naming) -> Iterator[dict[str, object]]:
        status = self.sight.status
        former = self.before[0].status if self.before else None
        if status.kind == "unknown" or (former and former.says_as(status)):
            return
        if status.kind == "held":
            yield self._row("hold", actor(status.actors))
            return
        for party in status.actors:
            actor((party,))
        held = former.actors if former and former.kind != "unknown" else ()
        defenders = [a for a in status.actors if former and former.kind == "held" and a in held]
        if former and former.kind != "unknown" and not defenders:
            # Whoever held it before has no part in it now.
            defenders = list(status.actors[1:])
        attackers = [a for a in status.actors if a not in defenders] or list(status.actors[:1])
        yield self._row("contest", attackers, from_actor=defenders)

    def _siege(self, actor: _Naming) -> Iterator[dict[str, object]]:
        status = self.sight.status
        former = self.before[0].status.besiegers if self.before else ()
        for party in (*status.besiegers, *former):
            actor((party,))
        if set(status.besiegers) - set(former):
            besieged = actor(status.actors) if status.kind == "held" else ""
            yield self._row(
                "siege", list(status.besiegers), from_actor=besieged, sides=status.sides
            )
        elif former != status.besiegers:
            yield self._row("siege_lifted", sorted(set(former) - set(status.besiegers)))

    def _row(
        self,
        kind: str,
        actor: str | list[str],
        *,
        from_actor: str | list[str] = "",
        sides: tuple[str, ...] = (),
    ) -> dict[str, object]:
        day = self.revision.day
        since = self.before[1] if self.before else day
        note = f"{self.sight.mark.file} (line {self.sight.mark.line})"
        if self.before and self.before[0].mark.file != self.sight.mark.file:
            note += f", before: {self.before[0].mark.file}"
        if sides:
            note += f", from {', '.join(sides)}"
        time = self.revision.time
        return {
            "date": str(day) if since == day else f"{since}/{day}",
            "kind": kind,
            "actor": actor,
            "from_actor": from_actor,
            "source": self.source,
            "time": time.isoformat("minutes") if time else "",
            "order": self.order,
            "reported": str(day),
            "note": note,
            ORIGIN: (self.revision.file, self.sight.mark.line),
        }
