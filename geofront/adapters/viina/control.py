"""VIINA's control: who holds each place on each day, as runs of equal status.

VIINA 2.0 (Zhukov and Ayers 2023; its README and codebook as of 2025 and 2026) says of some 33,000
Ukrainian places on every day whether they are under Ukrainian (``UA``) or Russian control (``RU``)
or ``CONTESTED``. ``date`` is the day of the map. Five columns are five accounts:

================  =================  ===============================================================
column            source             what it is
================  =================  ===============================================================
``status``        ``viina``          the majority of wiki, boost and dsm
``status_wiki``   ``viina-wiki``     Wikipedia's crowdsourced maps
``status_boost``  ``viina-boost``    these, adjusted by VIINA's own event reports
``status_dsm``    ``viina-dsm``      DeepStateMap
``status_isw``    ``viina-isw``      Institute for the Study of War
================  =================  ===============================================================

A run of days of equal status is one statement, dated with its first day; its column ``until`` has
the last one:

==================================  ============================================================
``UA``, ``RU``                      ``hold`` by ``ukraine``, ``russia``: an observation. Whether a
                                    place was taken, left or handed over the data do not tell
``CONTESTED``                       ``contest`` between both, neither of them named as attacker
days without a status, up to        nothing: the run goes on. If the status is another one after
`gap_days`                          them, the change is dated as the interval of these days
more days than that                 the status is stated anew on the first day after them
==================================  ============================================================

Version 1 (2022) has a row a place, with its position, and a column ``ctr_YYYYMMDDHHMMSS`` a map; of
several maps of one day the last one counts. When a status became known the format does not tell: a
release (``vcontrol_version``) writes all days anew. So `reported` stays empty.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geofront.adapters.foreign import joint_name, known_columns
from geofront.adapters.imported import Records, assemble, nothing_left
from geofront.adapters.publishers import DEEPSTATE, ISW, VIINA, WIKIPEDIA
from geofront.adapters.report import Ledger
from geofront.adapters.viina.files import digest_of_tables, open_tables
from geofront.adapters.viina.gazetteer import KEYS, Gazetteer, read_gazetteer
from geofront.adapters.viina.panel import FIRST_DAY, STATUSES, Panel, Reading, day_of, is_wide
from geofront.dates import as_day
from geofront.errors import DataFaultsError, Fault, SpanError, UnknownNameError
from geofront.events.timeline import About
from geofront.garbage import paused_collection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from os import PathLike

    from numpy.typing import NDArray

    from geofront.adapters.foreign import Files
    from geofront.adapters.imported import Imported
    from geofront.adapters.viina.files import TableFile
    from geofront.gazetteer.place import Place

__all__ = ["ATTRIBUTION", "COLUMNS", "LICENCE", "read_viina_control"]

LICENCE = "ODbL-1.0"
ATTRIBUTION = (
    "Contains information from VIINA, which is made available under the Open Database License "
    "(ODbL). Zhukov, Yuri, and Natalie Ayers (2023), VIINA 2.0: Violent Incident Information from "
    "News Articles on the 2022 Russian Invasion of Ukraine, https://github.com/zhukovyuri/VIINA"
)

_HOME = "https://github.com/zhukovyuri/VIINA"


@dataclass(frozen=True, slots=True)
class _Account:
    """The source that a column stands for."""

    source: str
    title: str
    publisher: str


COLUMNS = {
    "status": _Account("viina", "majority of three accounts", VIINA),
    "status_wiki": _Account("viina-wiki", "as on Wikipedia's maps", WIKIPEDIA),
    "status_boost": _Account("viina-boost", "Wikipedia's maps adjusted by news reports", VIINA),
    "status_dsm": _Account("viina-dsm", "as on DeepStateMap", DEEPSTATE),
    "status_isw": _Account(
        "viina-isw", "as on the maps of the Institute for the Study of War", ISW
    ),
}
"""The columns of status, and the source that each stands for."""

_ACTORS = {"UA": ("ukraine", "Ukraine"), "RU": ("russia", "Russia")}
_NAMED = 5
_OWN = "VIINA's control; import it as viina-control"
_WITH_TERMS = ("status_dsm", "status_isw")


@paused_collection()
def read_viina_control(
    files: Files,
    *,
    places: str | PathLike[str] | Iterable[Place] | None = None,
    columns: str | Sequence[str] = "status",
    start: date | str | None = None,
    end: date | str | None = None,
    gap_days: int | str = 7,
) -> Imported:
    """Read VIINA's territorial control, ``control_latest_YYYY`` or ``kontrol_latest_YYYY``.

    Parameters
    ----------
    files
        CSV, bare or zipped as VIINA publishes it; any number of years, of one or both versions.
        Where two rows tell of one place and day, the one that is read first counts.
    places
        Where the places are, for version 2 says nothing of it: VIINA's ``gn_UA_tess.geojson``
        (``katotth_UA_tess.geojson`` for ``kontrol``), a dump of GeoNames (``UA.zip``), a
        places.csv, or places. The union of a map's polygons becomes the extent.
    columns
        Which accounts to read, or ``"all"``; each becomes a source of its own, and the map is drawn
        by the first of them.
    start, end
        The first and last day to read; all if None.
    gap_days
        How many days without a status leave a run unbroken.

    Returns
    -------
    Imported
        A timeline of some 40,000 statements a year, and the report, which counts rows.

    Raises
    ------
    DataFaultsError
        If a file can't be read or is of another format, or nothing usable is left.
    UnknownNameError
        If there is no such column.
    SpanError
        If the span ends before it starts.
    DateError
        If a text is not a day.
    """
    wanted = _columns(columns)
    tables = open_tables(files)
    _refuse_others(tables)
    if places is None and not all(is_wide(table) for table in tables):
        message = "tells no positions; give places=, such as VIINA's gn_UA_tess.geojson"
        raise DataFaultsError([Fault(table.name, 0, message) for table in tables])
    first, last = as_day(start) or FIRST_DAY, as_day(end) or date.max
    if last < first:
        raise SpanError(f"the span ends on {last}, before it starts on {first}")
    ledger = Ledger("viina-control", sorted({table.name for table in tables}))
    gazetteer = Gazetteer() if places is None else read_gazetteer(places)
    reading = Reading(Panel(wanted), gazetteer, ledger, first, last)
    name = joint_name([table.name for table in tables])
    for table in tables:
        reading.take(table)
    reading.panel = reading.panel.compact()
    if not reading.panel.places:
        raise DataFaultsError([nothing_left(ledger, name)])
    telling = _Telling(reading, _whole(gap_days))
    records = telling.records()
    days = list(reading.panel.days)
    about = About(
        title="VIINA: territorial control in Ukraine",
        description="Control of populated places by day, from VIINA.",
        start=date.fromordinal(days[0]),
        end=date.fromordinal(days[-1]),
        timezone="Europe/Kyiv",
        extent=gazetteer.outline,
        policy=f"by-source:{COLUMNS[wanted[0]].source}" if len(wanted) > 1 else "best-evidence",
        licence=LICENCE,
        attribution=ATTRIBUTION,
    )
    telling.tell()
    return assemble(records, ledger, about=about, file=name, digest=digest_of_tables(tables))


def _refuse_others(tables: Sequence[TableFile]) -> None:
    """Refuse tables of another format before positions are asked for.

    Raises
    ------
    DataFaultsError
        With each of them.
    """
    message = "is not VIINA's control: it lacks geonameid or kod"
    faults = [table.lacks(message) for table in tables if table.position(*KEYS) is None]
    others = [t for t in tables if known_columns(t.columns) not in {"", _OWN}]
    faults = faults or [table.lacks("is not VIINA's control") for table in others]
    if faults:
        raise DataFaultsError(faults)


def _columns(given: str | Sequence[str]) -> tuple[str, ...]:
    names = given.split(",") if isinstance(given, str) else list(given)
    names = [name.strip().casefold() for name in names if name.strip()]
    if names == ["all"]:
        return tuple(COLUMNS)
    for name in names or [""]:
        if name not in COLUMNS:
            raise UnknownNameError("column", name, [*COLUMNS, "all"])
    return tuple(dict.fromkeys(names))


def _whole(days: int | str) -> int:
    try:
        number = int(days)
    except ValueError:
        number = -1
    if number < 0:
        raise DataFaultsError([Fault("gap_days", 0, f"{days!r} is no number of days")])
    return number


class _Run(NamedTuple):
    """A run: its place, its days as ordinals, and its status.

    `since` is the day from which on it may have been so: `first`, or the first day of the gap
    before it.
    """

    place: int
    first: int
    since: int
    last: int
    status: int


@dataclass(slots=True)
class _Telling:
    """Makes statements of the runs of a panel."""

    reading: Reading
    gap_days: int
    gaps: int = 0
    missing: int = 0
    broken: int = 0
    uncertain: int = 0
    ended: int = 0
    _keys: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self._keys = list(self.reading.panel.places)

    def records(self) -> Records:
        """Return the statements, and what they refer to."""
        records = Records(
            actors=[{"id": name, "name": title} for name, title in _ACTORS.values()],
            sources=[self._source(column) for column in self.reading.panel.columns],
            places=[self.reading.gazetteer.rows[key] for key in self._keys],
        )
        for column in self.reading.panel.columns:
            records.events.extend(self._events(column))
        return records

    def _source(self, column: str) -> dict[str, object]:
        account = COLUMNS[column]
        versions = sorted(version for version in self.reading.versions if version)
        published = day_of(versions[-1][:8]) if versions else None
        release = f", release {versions[-1]}" if versions else ""
        return {
            "id": account.source,
            "title": f"VIINA, territorial control ({column}: {account.title}){release}",
            "publisher": account.publisher,
            "published": published or "",
            "url": _HOME,
            "licence": LICENCE,
        }

    def _events(self, column: str) -> Iterator[dict[str, object]]:
        source = COLUMNS[column].source
        rows = self.reading.gazetteer.rows
        for run in self._runs(column):
            day, until = date.fromordinal(run.first), date.fromordinal(run.last)
            since = date.fromordinal(run.since)
            key, word = self._keys[run.place], STATUSES[run.status - 1]
            held = word in _ACTORS
            yield {
                "id": f"{source}-{key}-{day:%Y%m%d}",
                "date": f"{day}" if since == day else f"{since}/{day}",
                "place": rows[key]["id"],
                "kind": "hold" if held else "contest",
                "actor": _ACTORS[word][0] if held else [name for name, _ in _ACTORS.values()],
                "source": source,
                "until": until,
            }

    def _runs(self, column: str) -> Iterator[_Run]:
        ordinals = np.array(list(self.reading.panel.days), dtype=np.int64)
        for first, block in self.reading.panel.blocks(column):
            place, at = np.nonzero(block)
            if not len(place):
                continue
            status, day = block[place, at], ordinals[at]
            fresh, changed, gap = _parted(place, day, status)
            self._count(gap, changed)
            final = np.append(fresh[1:], True)
            self.ended += int(np.count_nonzero(final & (day < ordinals[-1])))
            begins = np.flatnonzero(fresh | changed | (gap > self.gap_days))
            ends = np.append(begins[1:], len(place)) - 1
            since = np.where(changed & (gap > 0), day - gap, day)
            columns = (place[begins] + first, day[begins], since[begins], day[ends], status[begins])
            yield from map(_Run, *(values.tolist() for values in columns))

    def _count(self, gap: NDArray[np.int64], changed: NDArray[np.bool_]) -> None:
        self.gaps += int(np.count_nonzero(gap))
        self.missing += int(gap.sum())
        self.broken += int(np.count_nonzero((gap > self.gap_days) & ~changed))
        self.uncertain += int(np.count_nonzero(changed & (gap > 0)))

    def tell(self) -> None:
        """Note in the report what the rows do not say one by one."""
        reading, note = self.reading, self.reading.ledger.note
        if reading.unjoined:
            count = len(reading.unjoined)
            several = ", ".join(sorted(reading.unjoined)[:_NAMED]) + ", ..." * (count > _NAMED)
            note(f"ids that the gazetteer lacks, {count:,}: {several}")
        if reading.gazetteer.passed_over:
            count = reading.gazetteer.passed_over
            note(f"places of the gazetteer without an id or a position: {count:,}")
        if self.gaps:
            note(
                f"times that a place has no status for a while: {self.gaps:,}, {self.missing:,} "
                f"days in all; changes that fell into them, dated as intervals: "
                f"{self.uncertain:,}; statuses stated anew after more than {self.gap_days} days: "
                f"{self.broken:,}"
            )
        if self.ended:
            note(f"places whose rows end before the last day: {self.ended:,}; their status stands")
        days = reading.panel.days
        span = range(min(days), max(days))
        lacking = [day for day in span if day not in days]
        if lacking:
            at = date.fromordinal(lacking[0])
            note(f"days without any row: {len(lacking):,}, the first {at}")
        if any(column in reading.panel.columns for column in _WITH_TERMS):
            note(
                "status_dsm and status_isw are VIINA's reading of DeepStateMap and ISW, whose own "
                "terms restrict passing on their maps"
            )


def _parted(
    place: NDArray[np.int64], day: NDArray[np.int64], status: NDArray[np.uint8]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.int64]]:
    """Return which are the first of a place, which differ from the one before, and days between."""
    fresh = np.ones(len(place), dtype=bool)
    changed = np.zeros(len(place), dtype=bool)
    gap = np.zeros(len(place), dtype=np.int64)
    fresh[1:] = place[1:] != place[:-1]
    changed[1:] = ~fresh[1:] & (status[1:] != status[:-1])
    gap[1:] = np.where(fresh[1:], 0, day[1:] - day[:-1] - 1)
    return fresh, changed, gap
