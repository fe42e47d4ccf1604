"""What is fuzzed: for each parser a call that takes any bytes, and files to begin with.

A call may return, or raise a `GeofrontError`; anything else is a finding.
"""

from __future__ import annotations

import contextlib
import functools
import tempfile
import warnings
from dataclasses import dataclass
from datetime import UTC, date
from pathlib import Path
from typing import TYPE_CHECKING

from fuzz import seeds

from geofront.adapters import reader
from geofront.adapters.database.reading import from_geopackage
from geofront.adapters.wikipedia.lua import LuaError, read_lua
from geofront.dates import parse_date, parse_day, parse_time
from geofront.errors import GeofrontError
from geofront.events.actor import read_actors
from geofront.events.conflict import read_conflict
from geofront.events.dailymaps import read_daily_maps
from geofront.events.pressdates import read_press_date
from geofront.events.reader import read_timeline
from geofront.events.source import read_sources
from geofront.files import read_table
from geofront.files.shapes import UnfitShapeError, read_wkt
from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.place import Place
from geofront.gazetteer.readers.exports import read_geojson_places
from geofront.gazetteer.readers.geonames import read_geonames
from geofront.gazetteer.readers.osm import read_osm
from geofront.gazetteer.readers.wikidata import read_wikidata
from geofront.gazetteer.tables import number, read_places
from geofront.gazetteer.text.mentions import scan
from geofront.gazetteer.text.phrases import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["TARGETS", "Target", "refused_or_read"]

_GAZETTEER = Gazetteer(
    [
        Place("bab", "al-Bab", 37.5, 36.4, ("الباب",), feature="PPL"),
        Place("homs", "Homs", 36.7, 34.7, ("Hims", "حمص"), feature="PPLA"),
        Place("t4", "Tiyas Airbase", 37.63, 34.52, ("T4",), feature="AIRB"),
    ]
)


@dataclass(frozen=True)
class Target:
    """A parser: what is called with any bytes, and what the fuzzer begins with."""

    call: Callable[[bytes], object]
    seeds: Callable[[], Iterable[bytes]]


def refused_or_read(target: Target, data: bytes) -> GeofrontError | None:
    """Call a target; what it raises that is no `GeofrontError` goes through."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of records that were left out, as readers tell them
        try:
            target.call(data)
        except GeofrontError as error:
            str(error)
            return error
    return None


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """The folder of the files of this process, in memory where the system has such."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
    return tempfile.TemporaryDirectory(prefix="fuzz-", dir=memory if memory.is_dir() else None)


def _as_file(
    name: str, read: Callable[[Path], object], seeds: Callable[[], Iterable[bytes]]
) -> Target:
    """A target that reads a file, alone in its folder."""

    def call(data: bytes) -> object:
        file = Path(_folder().name) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        return read(file)

    return Target(call, seeds)


def _as_text(read: Callable[[str], object], seeds: Callable[[], Iterable[bytes]]) -> Target:
    return Target(lambda data: read(data.decode("utf-8", "surrogateescape")), seeds)


def _table(name: str, seeds: Callable[[], Iterable[bytes]]) -> Target:
    return _as_file(name, lambda path: read_table(path, (), sheet="events"), seeds)


def _adapter(form: str, name: str, **options: object) -> Target:
    read = functools.partial(reader(form), **options)
    return _as_file(name, read, functools.partial(seeds.adapter, form))


def _dates(text: str) -> None:
    for call in (parse_date, parse_day, lambda t: parse_time(t, date(2016, 12, 8), UTC), number):
        try:
            call(text)
        except GeofrontError as error:
            str(error)


def _lua(text: str) -> None:
    with contextlib.suppress(LuaError):
        read_lua(text)


def _wkt(text: str) -> None:
    with contextlib.suppress(UnfitShapeError):
        read_wkt(text)


def _conflict(path: Path) -> object:
    places = path.with_name("places.csv")
    if not places.is_file():  # without it the shipped gazetteers would be read at every call
        places.write_bytes(next(iter(seeds.places())))
    return read_timeline(path.parent)


def _press(text: str) -> None:
    parse(text[:1000])
    read_press_date(text[:200], published=date(2016, 12, 23))


TARGETS: dict[str, Target] = {
    "dates": _as_text(_dates, seeds.dates),
    "press-dates": _as_text(_press, seeds.phrases),
    "phrases": _as_text(parse, seeds.phrases),
    "scan": _as_text(lambda text: scan(text, _GAZETTEER), seeds.phrases),
    "wkt": _as_text(_wkt, seeds.wkt),
    "lua": _as_text(_lua, seeds.lua),
    "csv": _table("events.csv", seeds.tables),
    "json-lines": _table("events.jsonl", functools.partial(seeds.formats, "jsonl")),
    "geojson": _table("events.geojson", functools.partial(seeds.formats, "geojson")),
    "xlsx": _table("events.xlsx", functools.partial(seeds.formats, "xlsx")),
    "parquet": _table("events.parquet", functools.partial(seeds.formats, "parquet")),
    "events": _as_file("conflict/events.csv", _conflict, seeds.events),
    "places": _as_file("places.csv", read_places, seeds.places),
    "actors": _as_file("actors.csv", read_actors, seeds.actors),
    "sources": _as_file("sources.csv", read_sources, seeds.sources),
    "conflict": _as_file("conflict.toml", read_conflict, seeds.conflict),
    "daily-maps": _as_file(
        "maps/2020-01-01.geojson",
        lambda path: read_daily_maps(path.parent, column="actor"),
        seeds.maps,
    ),
    "geopackage": _as_file("store.gpkg", from_geopackage, seeds.geopackage),
    "geonames": _as_file("SY.txt", lambda path: list(read_geonames(path)), seeds.geonames),
    "osm": _as_file("osm.json", lambda path: list(read_osm(path)), seeds.osm),
    "wikidata": _as_file("query.json", lambda path: list(read_wikidata(path)), seeds.wikidata),
    "geojson-places": _as_file(
        "places.geojson", lambda path: list(read_geojson_places(path)), seeds.maps
    ),
    "acled": _adapter("acled", "acled.csv"),
    "geoconfirmed": _adapter("geoconfirmed", "geoconfirmed.csv"),
    "ucdp": _adapter("ucdp", "ucdp.csv"),
    "placemarks": _adapter("placemarks", "places.kml", kinds="Strikes=strike"),
    "timemap": _adapter("timemap", "timemap/records.json", kinds="*=clash"),
    "deepstate": _adapter("deepstate", "deepstatemap_data_20240708.geojson"),
    "isw": _adapter("isw", "UkraineControlMapAO17AUG2024.json"),
    "liveuamap": _adapter("liveuamap", "2022-03-30.json"),
    "viina-control": _adapter(
        "viina-control",
        "control_latest_2026.csv",
        places=[Place("geonames-700001", "Westtown", 36.0, 48.0)],
    ),
    "viina-events": _adapter("viina-events", "event_info_latest_2026.csv"),
    "wikipedia": _adapter(
        "wikipedia", "Syria-2016-12-08.lua", colors="red=north,black=south,yellow=east"
    ),
}
"""The parsers by name."""
