"""Placemarks become places and, where they say what happened and when, events.

==============================  ==================================================================
a point                         a place there, with the radius that it states, or the usual one
a line or area                  a place on it, whose radius reaches its farthest corner; of an
                                event also its shape
name, description               the name; the note of an event. HTML becomes plain text
folder, style, type, symbol     labels, to which ``kinds`` and ``actors`` can give a meaning
data by the name of a column    that column of events or places (``date``, ``kind``, ``actor``,
                                ``standing``, ``aliases``, ``radius_km`` ...), in any case;
                                ``columns`` maps others. All else is kept as further columns
TimeStamp, TimeSpan             the date of an event; see `geofront.adapters.placemarks.times`
==============================  ==================================================================

A placemark is an event if it has a kind, a date and, where its kind needs one, an actor; else it
is a place, and the report says what it lacks. What a placemark looks like (its icon, its colour)
means nothing by itself. A waypoint of GPX has no date of what happened: its ``time`` is when it
was recorded.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from geofront.adapters.cells import NO_POSITION, OFF_EARTH, cell, name_cell
from geofront.adapters.foreign import (
    BOM,
    as_given,
    joint_digest,
    joint_name,
    looks_like,
    opened,
    parsed_json,
)
from geofront.adapters.gathering import Spots
from geofront.adapters.imported import ORIGIN, Imported, Records, assemble, nothing_left
from geofront.adapters.options import Meanings, kinds_given, meanings_given
from geofront.adapters.placemarks.kml import read_kml, unpacked
from geofront.adapters.placemarks.mark import Collection, Mark
from geofront.adapters.placemarks.others import read_geojson, read_gpx
from geofront.adapters.placemarks.times import date_cells
from geofront.adapters.placemarks.xmlparts import XMLRefusedError, root_of
from geofront.adapters.report import DropError, Ledger
from geofront.crs import all_on_earth, geodesic_km
from geofront.dates import parse_date
from geofront.errors import DataFaultsError, DateError, Fault
from geofront.events.columns import EVENTS, NEEDS_ACTOR
from geofront.events.event import Kind, Standing
from geofront.events.timeline import About
from geofront.files import Row, Table
from geofront.files.delimited import csv_bytes
from geofront.files.shapes import wkt_of
from geofront.files.table import JOINT
from geofront.garbage import paused_collection
from geofront.gazetteer.tables import PLACES, number, read_places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from geofront.adapters.foreign import Files, ForeignFile
    from geofront.adapters.options import Pairs
    from geofront.gazetteer.place import Place

__all__ = ["Placemarks", "read_placemarks"]

TWICE = "the same name stands at the same position already"
_CREDIBILITIES = frozenset("123456")
_KML_ROOTS = ("kml", "document", "folder", "placemark")
_KINDS = frozenset(kind.value for kind in Kind if kind is not Kind.RETRACTION)
_Spot = tuple[str, float, float]
# What is taken from the data of a placemark, beside kind, date and actors.
_EVENT_CELLS = ("time", "from_actor", "standing", "claimed_by", "credibility", "reported", "source")
_LISTS = ("from_actor", "claimed_by", "source")
_PLACE_CELLS = ("aliases", "feature", "radius_km", "admin1", "country", "parent")
_OWN = frozenset({*EVENTS.names, *PLACES.names, "description", "folder", "until"})
_TIME = re.compile(r"([01]?\d|2[0-3]):[0-5]\d\Z")


@dataclass(frozen=True)
class Placemarks(Imported):
    """What an import of placemarks gives: `places`, and a `timeline` if any of them are events."""

    places: tuple[Place, ...] = ()

    def _files(self, target: Path) -> dict[str, bytes]:
        """Return what is written to a folder: the timeline, or else the places alone."""
        written = super()._files(target)
        if self.timeline is not None:
            return written
        extra = dict.fromkeys(column for place in self.places for column in place.extra)
        columns = (*PLACES.names, *extra)
        table = csv_bytes(columns, (_cells(place, columns) for place in self.places))
        return {"places.csv": table, **written}


def _cells(place: Place, columns: Sequence[str]) -> list[str]:
    told = {name: getattr(place, name) for name in PLACES.names}
    told |= {"aliases": JOINT.join(place.aliases), **place.extra}
    return [cell(told.get(column, "")) for column in columns]


@paused_collection()
def read_placemarks(
    files: Files,
    *,
    kinds: Pairs = None,
    actors: Pairs = None,
    columns: Pairs = None,
    title: str = "",
    licence: str = "",
    attribution: str = "",
    timezone: str = "UTC",
) -> Placemarks:
    """Read placemarks: KML, KMZ, GeoJSON or GPX, whatever the files are called.

    Parameters
    ----------
    files
        The files.
    kinds
        Which kind of event a label means (a folder, a style, a type, a value of ``kind``):
        ``{"Strikes": "strike"}`` or ``Strikes=strike,*=clash``, where ``*`` stands for all else.
        Of several that fit, the first one given counts.
    actors
        Which actor a label, or a value of ``actor``, means, likewise; several may.
    columns
        Which data stand for geofront's columns: ``{"date": "When"}`` or ``date=When``.
    title, licence, attribution
        Of the data; what the files tell of it otherwise.
    timezone
        Of the civil days; moments with an offset are told in it.

    Returns
    -------
    Placemarks
        Places, perhaps a timeline, and the report.

    Raises
    ------
    DataFaultsError
        If a file can't be read or is of another format, or nothing usable is left.
    UnknownNameError
        If a kind does not exist.
    """
    paths = as_given(files)
    ledger = Ledger("placemarks")
    reading = _Reading(
        ledger,
        kinds_given(kinds, may_drop=False),
        meanings_given(actors, "actors"),
        {v.casefold(): k.casefold() for k, v in meanings_given(columns, "columns").items()},
        _zone(timezone),
        licence,
    )
    told = Collection()
    read: list[ForeignFile] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            read.append(opened(path))
            ledger.files.append(read[-1].name)
            for mark in _marks(read[-1], told):
                reading.take(mark)
        except DataFaultsError as error:
            faults.extend(error.faults)
    if faults:
        raise DataFaultsError(faults)
    return reading.result(
        About(
            title=title or told.title or read[0].path.stem,
            licence=licence or told.licence,
            attribution=attribution or told.author,
            timezone=timezone,
        ),
        read,
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        message = f"{name!r} is not a time zone such as Asia/Damascus"
        raise DataFaultsError([Fault("timezone", 0, message)]) from None


def _marks(file: ForeignFile, about: Collection) -> Iterator[Mark]:
    """Yield the placemarks of a file of any format."""
    if file.data.startswith(b"PK\x03\x04"):
        yield from _xml_marks(file, unpacked(file), about)
    elif file.data.removeprefix(BOM).lstrip()[:1] in (b"{", b"["):
        yield from read_geojson(file, parsed_json(file), about)
    else:
        yield from _xml_marks(file, file.data, about)


def _xml_marks(file: ForeignFile, data: bytes, about: Collection) -> Iterator[Mark]:
    try:
        root = root_of(data)
        if root == "gpx":
            yield from read_gpx(file.name, data, about)
        elif root in _KML_ROOTS:
            yield from read_kml(file.name, data, about)
        else:
            known = looks_like(data)
            what = f" (its root is {root})" if root else f"; it looks like {known}" if known else ""
            raise file.refused(f"is neither KML, KMZ, GeoJSON nor GPX{what}")
    except XMLRefusedError as error:
        raise file.refused(str(error)) from error


@dataclass(slots=True)
class _Reading:
    """Takes the placemarks one after another."""

    ledger: Ledger
    kinds: Meanings
    actors: Meanings
    columns: Mapping[str, str]
    zone: ZoneInfo
    licence: str
    spots: Spots = field(default_factory=Spots)
    events: list[tuple[_Spot, dict[str, object]]] = field(default_factory=list)
    ids: Counter[str] = field(default_factory=Counter)
    dated: Counter[str] = field(default_factory=Counter)

    def take(self, mark: Mark) -> None:
        """Make a place or an event of a placemark, or drop it."""
        self.ledger.read += 1
        try:
            where, radius = _located(mark)
        except DropError as error:
            self.ledger.drop(mark.file, mark.number, error.reason, mark.value or mark.name)
            return
        told = {self.columns.get(name, name): text for name, text in mark.told.items() if text}
        row = self._event(mark, told)
        if row is None and (mark.name, *where) in self.spots.found:
            self.ledger.drop(mark.file, mark.number, TWICE, mark.name)
            return
        if not mark.name:
            self.ledger.mend("places without a name were named by their position")
        if radius is not None:
            self.ledger.mend("lines and areas became a place on them, with a radius")
        spot = self.spots.add(mark.name, *where, self._place(mark, told, radius, row))
        if row is not None:
            row["geometry"] = "" if radius is None or mark.shape is None else wkt_of(mark.shape)
            self.events.append((spot, row))

    def _place(
        self, mark: Mark, told: Mapping[str, str], radius: float | None, row: object
    ) -> dict[str, object]:
        cells: dict[str, object] = {c: told[c] for c in _PLACE_CELLS if c in told}
        given = number(told.get("radius_km", ""))
        if "radius_km" in cells and (given is None or given < 0):
            self.ledger.mend("radii that are no distance in km were left out")
            del cells["radius_km"]
        if radius is not None:
            cells.setdefault("radius_km", f"{radius:.3f}")
        cells |= {"source": mark.file, "licence": told.get("licence") or self.licence}
        if row is None:
            cells["id"] = self._id(told)
            cells |= {"description": mark.text, "folder": "/".join(reversed(mark.folders))}
            cells["time_told"] = "/".join(dict.fromkeys((mark.start, mark.end))).strip("/")
            cells |= {c: v for c, v in told.items() if c not in _OWN and c not in cells}
        return cells

    def _event(self, mark: Mark, told: Mapping[str, str]) -> dict[str, object] | None:
        """Return the row of an event, or None if the placemark is none."""
        labels = [*mark.folders, *mark.labels, told.get("kind", ""), told.get("actor", "")]
        meant = self.kinds.of(filter(None, labels))
        own = told.get("kind", "").casefold().replace(" ", "_")
        kind = meant[0] if meant else own if own in _KINDS else ""
        start, end = (told["date"],) * 2 if told.get("date") else (mark.start, mark.end)
        if not kind:
            if start or end:
                self.dated.update(filter(None, labels))
                self._lacks("a date but no kind")
            return None
        actors = self.actors.of(filter(None, labels)) or _names(told.get("actor", ""))
        if not (start or end) or (kind in NEEDS_ACTOR and not actors):
            self._lacks(f"a kind but no {'actor' if start or end else 'date'}")
            return None
        try:
            when = date_cells(start, end, kind, self.zone)
        except DateError:
            self._lacks("a kind but a date that is not understood")
            return None
        row: dict[str, object] = {**when, "kind": kind, "actor": actors, "note": mark.text}
        row |= self._stated(told)
        row |= {c: v for c, v in told.items() if c not in _OWN and c not in row}
        row |= {"folder": "/".join(reversed(mark.folders)), "id": self._id(told)}
        return row | {ORIGIN: (mark.file, mark.number)}

    def _lacks(self, what: str) -> None:
        self.ledger.mend(f"placemarks with {what} became places")

    def _stated(self, told: Mapping[str, str]) -> dict[str, object]:
        """Return what data say of an event by the names of geofront's columns, if it fits them."""
        fits: dict[str, Callable[[str], bool]] = {
            "standing": lambda text: text.casefold() in set(Standing),
            "credibility": _CREDIBILITIES.__contains__,
            "reported": _is_date,
            "time": lambda text: bool(_TIME.match(text)),
        }
        row: dict[str, object] = {}
        for column in _EVENT_CELLS:
            text = told.get(column, "")
            if text and not fits.get(column, bool)(text):
                self.ledger.mend(f"data called {column} that say something else were set apart")
                row[f"{column}_told"] = text
            elif text:
                row[column] = _names(text) if column in _LISTS else text
        return row

    def _id(self, told: Mapping[str, str]) -> str:
        name = name_cell(told.get("id", ""))
        self.ids[name] += 1
        if not name or self.ids[name] == 1:
            return name
        self.ledger.mend("ids that stand twice were left out")
        return ""

    def result(self, about: About, files: Sequence[ForeignFile]) -> Placemarks:
        """Return what the placemarks told.

        Raises
        ------
        DataFaultsError
            If that is nothing.
        """
        name = joint_name([file.name for file in files])
        if self.dated:
            most = ", ".join(f"{n} ({c:,})" for n, c in self.dated.most_common(_MOST_LABELS))
            self.ledger.note(f"labels of placemarks with a date but no kind: {most}; see kinds=")
        if not about.licence:
            self.ledger.note("the files state no licence; ask whoever made them before passing on")
        rows = self.spots.rows()
        if not rows:
            raise DataFaultsError([nothing_left(self.ledger, name)])
        places = _places(name, list(rows.values()))
        if not self.events:
            self.ledger.note(
                "no events, and so places.csv alone: for 'geofront map EVENTS --places places.csv'"
            )
            return Placemarks(about=about, report=self.ledger.report(), places=places)
        events: list[Mapping[str, object]] = [
            {**row, "place": rows[spot]["id"]} for spot, row in self.events
        ]
        records = Records(events=events, places=list(rows.values()))
        digest = joint_digest(file.digest for file in files)
        imported = assemble(records, self.ledger, about=about, file=name, digest=digest)
        return Placemarks(
            about=about, report=imported.report, timeline=imported.timeline, places=places
        )


_MOST_LABELS = 40


def _located(mark: Mark) -> tuple[tuple[float, float], float | None]:
    """Return a position, and the km from it to the farthest corner of a line or area.

    Raises
    ------
    DropError
        If the placemark has none on Earth.
    """
    if mark.problem or mark.shape is None:
        raise DropError(mark.problem or NO_POSITION)
    shape = shapely.force_2d(mark.shape)
    corners = shapely.get_coordinates(shape)
    if not all_on_earth(corners):
        raise DropError(OFF_EARTH)
    if not corners.any():
        raise DropError(NO_POSITION)
    mark.shape = shape
    if shape.geom_type == "Point":
        return (float(corners[0, 0]), float(corners[0, 1])), None
    try:
        if shape.geom_type == "LineString":
            inside = shapely.line_interpolate_point(shape, 0.5, normalized=True)
        else:
            inside = shapely.point_on_surface(shape)
    except shapely.errors.GEOSException:  # an outline that crosses itself
        inside = shapely.Point()
    center = shapely.get_coordinates(inside)[0] if not inside.is_empty else corners[0]
    radius = float(geodesic_km(np.broadcast_to(center, corners.shape), corners).max())
    return (float(center[0]), float(center[1])), radius


def _places(file: str, rows: Sequence[Mapping[str, object]]) -> tuple[Place, ...]:
    made = tuple(
        Row(i, {column: cell(value) for column, value in row.items()})
        for i, row in enumerate(rows, start=2)
    )
    columns = tuple(dict.fromkeys(column for row in made for column in row.cells))
    return read_places(Table(file, columns, made, ""))[0]


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(JOINT) if name.strip()]


def _is_date(text: str) -> bool:
    try:
        parse_date(text)
    except DateError:
        return False
    return True
