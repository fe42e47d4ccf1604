"""GeoConfirmed's geolocated footage as a timeline: what was seen, and exactly where.

After its CSV export and API as of 2026 and the JSON of 2022 and 2023. A record is a picture or film
that volunteers found the place of. It has no kind: the words of the English ``Description`` choose
one, and none of them sets a status, because being seen at a spot is not holding a town.

=============================================================  =================================
words                                                          kind
=============================================================  =================================
strike, shelling, artillery, missile, rocket, bomb, drone      ``strike``
hit, FPV, HIMARS, Shahed, explosion, ...
assault, attack, clash, ambush, firefight, destroyed, ...      ``clash``
advance, position, convoy, column, infantry, flag, ...         ``movement`` by the ``Faction``
no such word                                                   ``movement`` by nobody, or what
                                                               `otherwise` says
=============================================================  =================================

The faction is the side that a mark is filed under, in some cases the one whose tank was hit. So
only a movement has it as actor, and civilian, neutral and unknown factions never are one; it stands
in a column of its own. Where words of several rows of the table occur, the upper row counts.

Positions are those of the camera or target, within some 100 m. When a record was published the
format does not tell, so `reported` stays empty. Times of day are passed over: the export has none.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from geofront.adapters.cells import day_in, position
from geofront.adapters.foreign import as_given, digest_of, joint_digest, joint_name
from geofront.adapters.gathering import LatestEvents, Roster, Sites
from geofront.adapters.imported import ORIGIN, Records, assemble
from geofront.adapters.options import DROPPED, Wanted, kinds_given
from geofront.adapters.report import DropError, Ledger
from geofront.adapters.rowfiles import Layout, read_records
from geofront.events.event import Kind
from geofront.events.timeline import About
from geofront.garbage import paused_collection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geofront.adapters.foreign import Files
    from geofront.adapters.imported import Imported
    from geofront.adapters.rowfiles import Record

__all__ = ["ATTRIBUTION", "LICENCE", "kind_in", "read_geoconfirmed"]

LICENCE = "not stated by GeoConfirmed: credit it, and ask before passing its data on"
ATTRIBUTION = "GeoConfirmed, geoconfirmed.org"

_RADIUS_KM = 0.1
_SOURCE = "geoconfirmed"
_WORDS = {
    Kind.STRIKE: (
        r"strikes?|struck|air ?strikes?|shell(?:s|ed|ing)?|artillery|mortars?|missiles?|rockets?|"
        r"bomb(?:s|ed|ing|ings)?|hit|hits|hitting|fpvs?|himars|atacms|lancet|shaheds?|gerans?|"
        r"explosions?|explod(?:e|es|ed)|impacts?|mlrs|grad|kabs?|umpk|jdam|cluster munitions?|"
        r"drone[- ](?:drops?|attacks?)|kamikaze"
    ),
    Kind.CLASH: (
        r"assault(?:s|ed|ing)?|attack(?:s|ed|ing)?|clash(?:es)?|ambush(?:ed)?|fire ?fights?|"
        r"destroy(?:s|ed|ing)?|damaged|burn(?:t|ed|ing)|wreck\w*|abandoned|captured|killed|bod(?:y|ies)|"
        r"fighting|storm(?:s|ed|ing)|engag(?:e|es|ed|ing)|shoot(?:s|ing)|combat|battles?|repel\w*"
    ),
    Kind.MOVEMENT: (
        r"advanc(?:e|es|ed|ing)|positions?|convoys?|columns?|infantry|soldiers?|troops?|servicemen|"
        r"flags?|mov(?:e|es|ed|ing|ement)|driv(?:e|es|ing)|patrols?|deploy(?:s|ed|ment)?|raised|"
        r"presence|entered|entering|vehicles?|tanks?"
    ),
}
_WORD = {kind: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for kind, words in _WORDS.items()}
_NO_PARTY = re.compile(r"civil|neutral|unknown|special|other|none", re.IGNORECASE)
_LINK = re.compile(r"https?://[^\s,;<>\"'|]+")
_CODE = re.compile(r"([23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3})[ ,]*(.*)\Z")
_EARLIEST = "2011-01-01"
_KEPT = ("faction", "origin", "equipment", "equipmentitems", "units", "orbatunits", "pluscode")


def kind_in(description: str) -> Kind | None:
    """Return the kind of event that the words of a description tell, or None.

    Examples
    --------
    >>> kind_in("FPV strike on a truck near an assault group")
    <Kind.STRIKE: 'strike'>
    >>> kind_in("Statue in the park") is None
    True
    """
    return next((kind for kind, words in _WORD.items() if words.search(description)), None)


# --- the shapes of its JSON -------------------------------------------------------------------


def _placemarks(value: object, _: Ledger) -> Iterator[object]:
    """Yield the records of any JSON that GeoConfirmed has given out.

    Raises
    ------
    ValueError
        If it is none.
    """
    if isinstance(value, dict) and isinstance(value.get("geojson"), dict):
        yield from _features(value)
        return
    folders = value.get("mapDataFolders") if isinstance(value, dict) else None
    found = folders if isinstance(folders, list) else value
    if isinstance(found, dict) and "id" in found:
        found = [found]
    if not isinstance(found, list):
        raise ValueError("is JSON without GeoConfirmed's placemarks")  # noqa: TRY004 - told to users
    for entry in found:
        yield from _within(entry, "")


def _within(entry: object, faction: str) -> Iterator[object]:
    """Yield a placemark, or those of a folder, or of a faction and its icons."""
    if not isinstance(entry, dict):
        yield entry
        return
    inner = [entry.get(name) for name in ("mapDataPlacemarks", "placemarks", "icons")]
    lists = [found for found in inner if isinstance(found, list)]
    if lists:
        named = str(entry.get("name") or "") if isinstance(entry.get("icons"), list) else faction
        for found in lists:
            for each in found:
                yield from _within(each, named)
        return
    yield _named(entry, faction)


def _named(entry: dict[str, object], faction: str) -> dict[str, object]:
    """Return a placemark by the names of the CSV's columns."""
    spot = entry.get("coordinates")
    lon, lat = spot[:2] if isinstance(spot, list) and len(spot) > 1 else (None, None)
    renamed = {
        "latitude": entry.get("la", lat),
        "longitude": entry.get("lo", lon),
        "source": entry.get("originalSource"),
        "faction": faction,
        "equipment": entry.get("gear"),
    }
    told = {name.casefold(): value for name, value in entry.items()}
    return {n: v for n, v in renamed.items() if v is not None and v != ""} | told


def _features(value: dict[str, object]) -> Iterator[object]:
    """Yield the features of its GeoJSON, with the names of factions."""
    meta = value.get("factionMeta")
    names = {
        str(entry.get("factionId", entry.get("id"))): entry.get("name")
        for entry in (meta if isinstance(meta, list) else ())
        if isinstance(entry, dict)
    }
    collection = value["geojson"]
    features = collection.get("features") if isinstance(collection, dict) else None
    for feature in features if isinstance(features, list) else ():
        parts = feature if isinstance(feature, dict) else {}
        properties, shape = parts.get("properties"), parts.get("geometry")
        if not isinstance(properties, dict):
            yield None
            continue
        faction = names.get(str(properties.get("factionId")))
        spot = shape.get("coordinates") if isinstance(shape, dict) else None
        yield _named({**properties, "coordinates": spot}, str(faction or ""))


_LAYOUT = Layout(
    "GeoConfirmed",
    (("date",), ("latitude",), ("longitude",), ("id", "pluscode", "faction", "geolocation")),
    _placemarks,
)


# --- reading ----------------------------------------------------------------------------------


@paused_collection()
def read_geoconfirmed(
    files: Files,
    *,
    otherwise: str = "movement",
    start: dt.date | str | None = None,
    end: dt.date | str | None = None,
) -> Imported:
    """Read GeoConfirmed's CSV export, or the JSON of its API.

    Parameters
    ----------
    files
        CSV or JSON, bare or zipped; of several files with one id the last one counts.
    otherwise
        The kind where the description has no word that tells one, or ``drop``.
    start, end
        Only records of these days. Dates before 2011, and those in the future, are slips.

    Returns
    -------
    Imported
        A timeline, and the report.

    Raises
    ------
    DataFaultsError
        If a file can't be read or is of another format, or nothing usable is left.
    UnknownNameError
        If the kind does not exist, or sets a status.
    DateError
        If `start` or `end` is not a day.
    """
    paths = as_given(files)
    wanted = Wanted.given(start, end)
    ledger = Ledger("geoconfirmed", sorted(path.name for path in paths))
    kind = kinds_given({"": otherwise}, may_set_status=False)[""]
    reading = _Reading(LatestEvents(ledger), kind, wanted)
    digest = joint_digest(map(digest_of, paths))
    for _, record in read_records(paths, (_LAYOUT,), ledger):
        reading.take(record)
    records = reading.records()
    about = About(title="GeoConfirmed", licence=LICENCE, attribution=ATTRIBUTION)
    name = joint_name([path.name for path in paths])
    return assemble(records, ledger, about=about, file=name, digest=digest)


@dataclass(slots=True)
class _Reading:
    """Takes the records one after another."""

    events: LatestEvents
    otherwise: str
    wanted: Wanted
    sites: Sites = field(default_factory=lambda: Sites(_SOURCE, LICENCE))
    actors: Roster = field(default_factory=Roster)
    words: dict[tuple[str, int], str] = field(default_factory=dict)

    def take(self, record: Record) -> None:
        """Read a record and remember it, or drop it."""
        self.events.take(record, record.get("id").replace("|", "/"), self._read)

    def _read(self, record: Record) -> dict[str, object]:
        """Return the cells of an event, its place being a key of `sites`.

        Raises
        ------
        DropError
            If it is none.
        """
        day = _day_of(record, self.wanted)
        where = position(record.get("longitude"), record.get("latitude"))
        description = " ".join(record.get("description", "name").split()).strip(" ,;")
        told = kind_in(description)
        kind = told or self.otherwise
        if kind == DROPPED:
            raise DropError("no word of its description tells what happened", description)
        faction = record.get("faction")
        acts = told is Kind.MOVEMENT and faction and not _NO_PARTY.search(faction)
        words = str(told) if told else f"{kind} without a word that tells"
        self.words[record.file, record.row] = words
        return {
            "date": str(day),
            "place": self.sites.see(_place_name(record.get("pluscode")), where, _RADIUS_KM),
            "kind": str(kind),
            "actor": self.actors.id_of(faction) if acts else "",
            "source": _SOURCE,
            "note": _note(description, record),
            **record.kept(_KEPT),
        }

    def records(self) -> Records:
        """Return the rows of all tables, and tell how the kinds were found."""
        events = self.events.rows(_SOURCE, self.sites)
        counts = Counter(self.words[cast("tuple[str, int]", row[ORIGIN])] for row in events)
        told = ", ".join(f"{count:,} {words}" for words, count in counts.most_common())
        note = self.events.ledger.note
        note(f"Kinds by the words of the descriptions: {told or 'none'}.")
        note("No event sets a status: being seen at a spot is not holding a place.")
        note(f"Licence: {LICENCE}.")
        source = {
            "id": _SOURCE,
            "title": "GeoConfirmed",
            "publisher": "GeoConfirmed",
            "url": "https://geoconfirmed.org",
            "licence": LICENCE,
        }
        return Records(
            events=events,
            places=self.sites.rows(),
            actors=list(self.actors.rows.values()),
            sources=[source],
        )


def _day_of(record: Record, wanted: Wanted) -> dt.date:
    """Return the day of a record; some hold the number of a post, or a slip of the pen.

    Raises
    ------
    DropError
        If there is none.
    """
    text = record.get("date")
    if not text:
        raise DropError("it has no date")
    # Before 1800 `day_in` finds none either, so that 1527 is told as what it is.
    found = re.match(r"(\d{4})-\d\d-\d\d", text)
    day = day_in(text)
    if day is None and not (found and found[1] < _EARLIEST):
        raise DropError("its date is no day", text)
    if day is None or str(day) < _EARLIEST:
        raise DropError("its date is before 2011", text)
    if day > dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1):
        raise DropError("its date lies in the future", text)
    wanted.check(day, day)
    return day


def _place_name(plus_code: str) -> str:
    """Return the full plus code with its town, ``GH4P+X43 Lyman``, or nothing."""
    found = _CODE.match(plus_code)
    return f"{found[1]} {found[2]}".strip() if found else plus_code


def _note(description: str, record: Record) -> str:
    """Return what is said of the footage, and where it and its geolocation can be seen."""
    parts = [description]
    for name, column in (("footage", "source"), ("geolocation", "geolocation")):
        links = dict.fromkeys(_LINK.findall(record.get(column)))
        if links:
            parts.append(f"{name}: {' '.join(links)}")
    return "; ".join(part for part in parts if part)
