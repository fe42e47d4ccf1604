"""Timemap's events become a timeline.

Read are the events of the platform (Forensic Architecture's timemap, its schema of events of
October 2022, and the fork that Bellingcat runs for Ukraine), in all forms in which they occur:

==============================  ==================================================================
``description``, ``latitude``   what the platform loads: ``associations`` and ``sources`` are ids
                                of the files ``associations.json`` and ``sources.json`` beside it
``desc``, ``lat``, ``long``     its older form, of docs/configuration.md: ``filters``, ``category``
                                and ``source`` are texts
``filters: [{key, value}]``     what Bellingcat's map offers for download, as JSON or CSV, with
                                the addresses of the sources inside
==============================  ==================================================================

What the fields become:

==============================  ==================================================================
``date``                        the day. Month first (8/23/2011), unless the dates of the file can
                                only be read otherwise; the report says so. ISO days too
``time``                        the time of day, if it is HH:MM
``location``, position          a place; the same name elsewhere is another place
category, type, association,    nothing by themselves. ``kinds`` says which of them mean a kind of
filter                          event, ``actors`` which mean an actor. An event without a kind is
                                dropped: the format has none, and none is guessed
``sources``                     sources; ``author`` is the publisher. None is graded
``description``                 the note
==============================  ==================================================================

The format does not tell when an event became known, how a statement stands, nor its licence.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geofront.adapters.cells import cell, name_cell, position
from geofront.adapters.foreign import joint_digest, joint_name
from geofront.adapters.gathering import Spots
from geofront.adapters.imported import ORIGIN, Records, assemble
from geofront.adapters.options import Meanings, kinds_given, meanings_given
from geofront.adapters.report import DropError, Ledger
from geofront.adapters.timemap.days import Days
from geofront.adapters.timemap.files import Association, Given, Record, read_files
from geofront.dates import parse_date
from geofront.errors import DataFaultsError, DateError, Fault
from geofront.events.columns import NEEDS_ACTOR
from geofront.events.timeline import About
from geofront.garbage import paused_collection

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from geofront.adapters.foreign import Files
    from geofront.adapters.imported import Imported
    from geofront.adapters.options import Pairs

__all__ = ["MARK", "NO_KIND", "read_timemap"]

MARK = "geofront: "
"""What begins the texts in which `write_timemap` keeps what the format has no field for."""

ROLES = {"actor": "actor", "from": "from_actor", "by": "claimed_by", "standing": "standing"}
"""The associations that `write_timemap` makes beside kinds, and the columns they stand for."""

NO_KIND = "nothing says what kind of event it is; see kinds="
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?\Z")
_KEPT = ("type", "category", "comments", "time_precision", "time_display", "graphic")
_MOST_LABELS = 40


@paused_collection()
def read_timemap(
    files: Files,
    *,
    kinds: Pairs = None,
    actors: Pairs = None,
    dates: str = "",
    radius_km: float | str | None = None,
    title: str = "",
    licence: str = "",
    attribution: str = "",
    timezone: str = "UTC",
) -> Imported:
    """Read the events of a timemap.

    Parameters
    ----------
    files
        ``events.json``, for which ``sources.json`` and ``associations.json`` of the same folder
        are read too; or all files, or the folder; or what Bellingcat's map offers for download.
    kinds
        Which kind of event a category, type, association or filter means:
        ``{"Shelling": "strike"}`` or ``Shelling=strike,*=clash``, where ``*`` stands for all else.
        Of several that fit, the first one given counts. Files of `write_timemap` need none.
    actors
        Which actor they mean, likewise; several may.
    dates
        ``"mdy"`` or ``"dmy"``, where the dates do not tell the order of month and day.
    radius_km
        How far the true positions may lie from those given, if it is known (Bellingcat: 0.15 and
        a little more, as positions are obscured).
    title, licence, attribution
        Of the data; the files do not tell.
    timezone
        Of the civil days and times.

    Returns
    -------
    Imported
        A timeline, and the report.

    Raises
    ------
    DataFaultsError
        If a file can't be read or is of another format, or nothing usable is left.
    UnknownNameError
        If a kind does not exist.
    """
    given = read_files(files)
    ledger = Ledger("timemap", [file.name for file in given.files])
    texts = [cell(record.fields.get("date")) for record in given.records]
    reading = _Reading(
        ledger,
        given,
        Days(texts, dates),
        kinds_given(kinds, may_drop=False),
        meanings_given(actors, "actors"),
        _radius(radius_km),
        licence,
    )
    records = reading.records()
    if not licence:
        ledger.note("the files state no licence; ask whoever publishes them before passing them on")
    about = About(
        title=title or "Timemap", licence=licence, attribution=attribution, timezone=timezone
    )
    return assemble(
        records,
        ledger,
        about=about,
        file=joint_name([file.name for file in given.files]),
        digest=joint_digest(file.digest for file in given.files),
    )


def _radius(given: float | str | None) -> str:
    try:
        return "" if given in (None, "") else str(abs(float(given or 0)))
    except ValueError:
        message = f"{given!r} is no distance in km"
        raise DataFaultsError([Fault("radius_km", 0, message)]) from None


@dataclass(slots=True)
class _Reading:
    """Takes the records one after another."""

    ledger: Ledger
    given: Given
    days: Days
    kinds: Meanings
    actors: Meanings
    radius_km: str
    licence: str
    spots: Spots = field(default_factory=Spots)
    sources: dict[str, dict[str, object]] = field(default_factory=dict)
    events: list[tuple[object, dict[str, object]]] = field(default_factory=list)
    ids: Counter[str] = field(default_factory=Counter)
    unmapped: Counter[str] = field(default_factory=Counter)

    def records(self) -> Records:
        """Return what the records told."""
        for file, row, value in self.given.broken:
            self.ledger.read += 1
            self.ledger.drop(file, row, "it is no record", value)
        for record in self.given.records:
            self.ledger.read += 1
            try:
                self._take(record)
            except DropError as error:
                self.ledger.drop(record.file, record.row, error.reason, error.value)
        if told := self.days.told():
            self.ledger.note(told)
        if self.unmapped:
            named = ", ".join(f"{n} ({c:,})" for n, c in self.unmapped.most_common(_MOST_LABELS))
            self.ledger.note(f"labels of events without a kind: {named}")
        places = self.spots.rows()
        return Records(
            events=[{**row, "place": places[spot]["id"]} for spot, row in self.events],  # type: ignore[index]
            places=list(places.values()),
            actors=list(self._actor_rows()),
            sources=list(self.sources.values()),
        )

    def _take(self, record: Record) -> None:
        fields = record.fields
        day = self.days.read(cell(fields.get("date")))
        where = self._position(fields)
        kept = _marked(cell(fields.get("comments")))
        found = self._associations(fields)
        row = {"date": day.isoformat(), **self._meaning(found, fields)}
        row |= {
            "time": self._time(cell(fields.get("time"))),
            "id": self._id(fields),
            "note": "" if kept.get("no_note") else _text(fields),
            "source": self._source_ids(fields),
        }
        row |= self._kept_row(kept, day) if kept else self._further(fields, found)
        row[ORIGIN] = (record.file, record.row)
        place, cells = _place(fields, kept)
        cells |= {"licence": self.licence, "source": record.file} if not kept else {}
        if self.radius_km and "radius_km" not in cells:
            cells["radius_km"] = self.radius_km
        self.events.append((self.spots.add(place, *where, cells), row))

    def _position(self, fields: Mapping[str, object]) -> tuple[float, float]:
        lon = cell(_first(fields, "longitude", "long", "lon"))
        lat = cell(_first(fields, "latitude", "lat"))
        where = position(lon.replace(",", "."), lat.replace(",", "."))
        if "," in lon + lat:
            self.ledger.mend("positions with a decimal comma were read with a point")
        return where

    def _associations(self, fields: Mapping[str, object]) -> list[Association]:
        """Return what an event belongs to, in the order of the file."""
        found = [self._association(item) for item in _items(fields.get("associations"))]
        found += [_filter(item) for item in _items(fields.get("filters"))]
        for name in ("category", "type"):
            if text := cell(fields.get(name)):
                found.append(Association(id=text, title=text))
        return [association for association in found if association.labels]

    def _association(self, item: object) -> Association:
        if isinstance(item, dict):  # as the platform itself holds them
            return _filter(item)
        name = cell(item)
        known = self.given.associations.get(name)
        if known is None and name and self.given.associations:
            self.ledger.mend("associations that associations.json lacks were kept by their id")
        return known or Association(id=name, title=name)

    def _meaning(
        self, found: Sequence[Association], fields: Mapping[str, object]
    ) -> dict[str, object]:
        """Return kind, actors and standing.

        Raises
        ------
        DropError
            If nothing says what kind it is, or it lacks the actor that its kind needs.
        """
        row: dict[str, object] = {}
        roles: dict[str, list[str]] = {}
        for association in found:
            role, colon, name = association.id.partition(":")
            if association.type == MARK.strip(": ") and colon:
                roles.setdefault(role, []).append(name)
        labels = [label for association in found for label in association.labels]
        kinds = roles.get("kind", []) or self.kinds.of(labels)
        if not kinds:
            self.unmapped.update(_shown(a) for a in found)
            told = "; ".join(map(_shown, found))
            raise DropError(NO_KIND, told or _text(fields))
        row["kind"] = kinds[0]
        for role, column in ROLES.items():
            row[column] = [name_cell(name) for name in roles.get(role, [])]
        row["actor"] = row["actor"] or list(map(name_cell, self.actors.of(labels)))
        if row["kind"] in NEEDS_ACTOR and not row["actor"]:
            raise DropError(f"a {kinds[0]} needs an actor; see actors=", "; ".join(labels))
        return row

    def _time(self, text: str) -> str:
        found = _TIME.match(text)
        if text and not found:
            self.ledger.mend("times of day that are not HH:MM were left out")
        return f"{found[1]}:{found[2]}" if found else ""

    def _id(self, fields: Mapping[str, object]) -> str:
        name = name_cell(_first(fields, "civId", "civid", "id"))
        self.ids[name] += 1
        if not name or self.ids[name] == 1:
            return name
        self.ledger.mend("ids that stand twice were left out")
        return ""

    def _further(
        self, fields: Mapping[str, object], found: Sequence[Association]
    ) -> dict[str, object]:
        """Return what has no column of geofront's."""
        row: dict[str, object] = {c: text for c in _KEPT if (text := cell(fields.get(c)))}
        if told := "; ".join(_shown(a) for a in found if a.title not in row.values()):
            row["associations"] = told
        return row

    def _kept_row(self, kept: Mapping[str, object], day: date) -> dict[str, object]:
        """Return what `write_timemap` kept of an event; what the platform shows goes before it."""
        row = {str(c): v for c, v in kept.items() if c not in _SHOWN and isinstance(c, str)}
        text = cell(row.pop("date", ""))
        try:
            when = parse_date(text) if text else None
        except DateError:
            when = None
        if when and day in (when.effective, when.first):
            row["date"] = text
        elif text:
            self.ledger.mend("imprecise dates of events whose date was edited were left out")
        return {c: v if isinstance(v, list) else cell(v) for c, v in row.items()}

    def _source_ids(self, fields: Mapping[str, object]) -> list[str]:
        told = [*_items(fields.get("sources")), *_items(fields.get("source"))]
        return list(dict.fromkeys(filter(None, map(self._source, told))))

    def _source(self, item: object) -> str:
        """Return the id of a source, and have it in the table."""
        own = item if isinstance(item, dict) else {}
        name = cell(own.get("id") or own.get("path") or own.get("url")) if own else cell(item)
        fields = self.given.sources.get(name, own)
        source = name.replace("|", "/")
        if source and source not in self.sources:
            if not fields and self.given.sources:
                self.ledger.mend("sources that sources.json lacks were kept by their id")
            self.sources[source] = self._source_row(source, fields)
        return source

    def _source_row(self, name: str, fields: Mapping[str, object]) -> dict[str, object]:
        about = cell(fields.get("description"))
        kept = {c: cell(v) for c, v in _marked(about).items()}
        paths = [cell(path) for path in _items(fields.get("paths"))]
        url = cell(_first(fields, "url", "path")) or next(filter(None, paths), "")
        return {
            "id": name,
            "title": cell(fields.get("title")) or ("" if kept else about) or name,
            "publisher": cell(fields.get("author")),
            "published": self._published(cell(fields.get("date"))),
            "url": url or (name if name.startswith(("http://", "https://")) else ""),
            "licence": "" if kept else self.licence,
            **{c: v for c, v in kept.items() if c in _SOURCE_KEPT},
        }

    def _published(self, text: str) -> str:
        try:
            return parse_date(text).text if text else ""
        except DateError:
            pass
        try:
            return self.days.read(text).isoformat()
        except DropError:
            self.ledger.mend("dates of sources that are no dates were left out")
            return ""

    def _actor_rows(self) -> Iterator[dict[str, object]]:
        told = set()
        for association in self.given.associations.values():
            role, _, name = association.id.partition(":")
            if association.type != MARK.strip(": ") or role != "actor":
                continue
            rows = _marked(association.about).get("rows")
            for row in rows if isinstance(rows, list) else []:
                if isinstance(row, dict):
                    told.add(name)
                    yield {str(c): v if isinstance(v, list) else cell(v) for c, v in row.items()}
        used = [n for _, row in self.events for c in _ACTED for n in _items(row.get(c))]
        for name in dict.fromkeys(map(str, used)):
            if name not in told:
                yield {"id": name, "name": name}


_ACTED = ("actor", "from_actor", "claimed_by")
_SHOWN = {"place", "kind", "time", "id", "note", "source", "no_note", *ROLES.values()}
_SOURCE_KEPT = ("title", "reliability", "favours", "licence", "url")
_PLACE_KEPT = {"name", "lon", "lat"}


def _first(fields: Mapping[str, object], *names: str) -> object:
    return next((fields[name] for name in names if cell(fields.get(name))), "")


def _items(value: object) -> list[object]:
    """Return the items of a list; a lone value is one, and nothing is none."""
    if isinstance(value, list):
        return value
    return [value] if cell(value) else []


def _text(fields: Mapping[str, object]) -> str:
    return cell(_first(fields, "description", "desc"))


def _filter(item: object) -> Association:
    """Return a filter that stands within an event."""
    if not isinstance(item, dict):
        return Association(id=cell(item), title=cell(item))
    if "filter_paths" in item:
        path = [cell(part) for part in _items(item["filter_paths"])]
    else:
        path = [cell(item.get("key")), cell(item.get("value"))]
    path = [part for part in path if part]
    title = cell(item.get("title")) or (path[-1] if path else "")
    return Association(cell(item.get("id")), title, tuple(path), type=cell(item.get("type")))


def _shown(association: Association) -> str:
    return "/".join(association.path) or association.title or association.id


def _marked(text: str) -> dict[str, object]:
    """Return what `write_timemap` kept in a text, nothing of any other text."""
    if not text.startswith(MARK):
        return {}
    try:
        kept = json.loads(text.removeprefix(MARK))
    except (ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _place(
    fields: Mapping[str, object], kept: Mapping[str, object]
) -> tuple[str, dict[str, object]]:
    """Return the name of a place, and what `write_timemap` kept of it."""
    told = kept.get("place")
    cells = told if isinstance(told, dict) else {}
    return cell(fields.get("location")), {
        str(column): value if isinstance(value, list) else cell(value)
        for column, value in cells.items()
        if column not in _PLACE_KEPT
    }
