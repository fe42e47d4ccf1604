"""UCDP's Georeferenced Event Dataset (GED) as a timeline: deadly violence, and who was in it.

After the *UCDP GED Codebook* 25.1 (Högbladh 2025) and earlier ones. GED has events of at least one
death and nothing on who holds a place, so no event sets a status.

=======================  =========================================================================
``type_of_violence``     kind
=======================  =========================================================================
1 state-based,           ``clash`` of ``side_a`` and ``side_b``: which of them attacked is not told
2 non-state
3 one-sided              ``raid`` by ``side_a`` on civilians
=======================  =========================================================================

==============  ===================================================================  ==============
``where_prec``  what the position is                                                 ``radius_km``
==============  ===================================================================  ==============
1               the place itself                                                     1
2               within some 25 km of the place                                       25
3               the middle of a district (second-order division)                     40
4               the middle of a province (first-order division)                      120
5               a point for a vague area, between two places, or an island           120
6               the middle of a country                                              500
7               a point for waters or air space                                      300
==============  ===================================================================  ==============

The codebook gives a distance for code 2 alone; the others are ours. Codes 5 to 7 are no position,
and dropped unless asked for.

``date_prec`` 1 is a known day; 2 (two to six days), 3 (a week), 4 (a month) and 5 (more than a
month) are the interval from ``date_start`` to ``date_end``, whole months and years written so.
`reported` is the last day in ``source_date``: the record rests on all of its sources. Of an id that
several files have (the monthly candidate releases, then the yearly one) the last file's row counts.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geofront.adapters.cells import day_in, position, whole_number
from geofront.adapters.foreign import as_given, digest_of, joint_digest, joint_name
from geofront.adapters.gathering import LatestEvents, Roster, Sites
from geofront.adapters.imported import Records, assemble
from geofront.adapters.options import DROPPED, Wanted, kinds_given
from geofront.adapters.publishers import publisher_named
from geofront.adapters.report import DropError, Ledger
from geofront.adapters.rowfiles import Layout, read_records
from geofront.errors import DataFaultsError, Fault
from geofront.events.timeline import About
from geofront.garbage import paused_collection

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from geofront.adapters.foreign import Files
    from geofront.adapters.imported import Imported
    from geofront.adapters.options import Pairs
    from geofront.adapters.rowfiles import Record

__all__ = ["ATTRIBUTION", "COLUMNS", "LICENCE", "RADIUS_KM", "read_ucdp"]

LICENCE = "CC-BY-4.0"
ATTRIBUTION = (
    "Uppsala Conflict Data Program (UCDP), Georeferenced Event Dataset; Sundberg and Melander "
    "(2013), Journal of Peace Research 50(4)"
)
COLUMNS = (
    *("id", "relid", "year", "active_year", "code_status", "type_of_violence"),
    *("conflict_dset_id", "conflict_new_id", "conflict_name", "dyad_dset_id", "dyad_new_id"),
    *("dyad_name", "side_a_dset_id", "side_a_new_id", "side_a", "side_b_dset_id"),
    *("side_b_new_id", "side_b", "number_of_sources", "source_article", "source_office"),
    *("source_date", "source_headline", "source_original", "where_prec", "where_coordinates"),
    *("where_description", "adm_1", "adm_2", "latitude", "longitude", "geom_wkt"),
    *("priogrid_gid", "country", "country_id", "region", "event_clarity", "date_prec"),
    *("date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown"),
    *("best", "high", "low", "gwnoa", "gwnob"),
)
"""The 49 columns; the Candidate release 24.0.1 came without a header."""

RADIUS_KM = {1: 1.0, 2: 25.0, 3: 40.0, 4: 120.0, 5: 120.0, 6: 500.0, 7: 300.0}
"""How far the true position may lie, by ``where_prec``."""

_KINDS = {"1": "clash", "2": "clash", "3": "raid"}
_KEPT = (
    *("type_of_violence", "conflict_name", "dyad_name", "where_prec", "where_description"),
    *("date_prec", "event_clarity", "number_of_sources", "deaths_a", "deaths_b"),
    *("deaths_civilians", "deaths_unknown", "best", "high", "low", "code_status", "country"),
)
_TYPE, _ONE_SIDED = 5, "3"
_EXACT, _LAST_MONTH = 1, 12
_ANY_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LISTED = re.compile(r"\s*;\s*")
_MOST_COUNTRIES = 3


def _is_bare(first: Sequence[str]) -> bool:
    """Return whether a first row is a record: 49 cells, a number, a type of violence."""
    return (
        len(first) == len(COLUMNS)
        and whole_number(first[0]) is not None
        and first[_TYPE].strip() in _KINDS
    )


def _results_of(value: object, ledger: Ledger) -> Iterable[object]:
    """Return the events of a page of UCDP's API, and note how many there are in all.

    Raises
    ------
    ValueError
        If it is none.
    """
    if isinstance(value, list):
        return value
    answer = value if isinstance(value, dict) else {}
    results: list[object] | None = (
        answer["Result"] if isinstance(answer.get("Result"), list) else None
    )
    if results is None:
        told = answer.get("Message") or answer.get("message") or answer.get("title")
        raise ValueError(f"is JSON without UCDP's 'Result'{f' ({told})' if told else ''}")
    total = whole_number(str(answer.get("TotalCount"))) or 0
    if total > len(results):
        ledger.note(f"UCDP says that there are {total:,} events on all pages.")
    return results


_LAYOUT = Layout(
    "UCDP GED",
    tuple(
        (column,)
        for column in (
            *("id", "type_of_violence", "side_a", "date_start", "date_end", "where_prec"),
            *("latitude", "longitude"),
        )
    ),
    _results_of,
    COLUMNS,
    _is_bare,
)


@paused_collection()
def read_ucdp(
    files: Files,
    *,
    where_prec: int | str = 4,
    kinds: Pairs = None,
    country: Sequence[str] | str = (),
    start: dt.date | str | None = None,
    end: dt.date | str | None = None,
) -> Imported:
    """Read UCDP GED and its candidate releases: CSV with or without a header, pages of the API.

    Parameters
    ----------
    files
        CSV or JSON, bare or zipped; of several releases the older one first.
    where_prec
        The vaguest code of position that is read, 1 to 7.
    kinds
        What a type of violence means: ``{"3": "strike"}`` or ``3=strike``; no kind that sets a
        status.
    country
        Only events there, by UCDP's names of countries, several joined by ``,``.
    start, end
        Only events of these days.

    Returns
    -------
    Imported
        A timeline, and the report.

    Raises
    ------
    DataFaultsError
        If a file can't be read or is of another format, or nothing usable is left.
    UnknownNameError
        If a kind does not exist, or sets a status.
    DateError
        If `start` or `end` is not a day.
    """
    paths = as_given(files)
    vaguest = whole_number(str(where_prec))
    if vaguest not in RADIUS_KM:
        raise DataFaultsError([Fault("where_prec", 0, f"{where_prec!r} is not 1 to 7")])
    bound = _KINDS | kinds_given(kinds, may_set_status=False)
    ledger = Ledger("ucdp", sorted(path.name for path in paths))
    wanted = Wanted.given(start, end, country)
    reading = _Reading(LatestEvents(ledger), bound, vaguest, wanted)
    digest = joint_digest(map(digest_of, paths))
    for _, record in read_records(paths, (_LAYOUT,), ledger):
        reading.take(record)
    countries = sorted(reading.countries)
    among = f": {', '.join(countries)}" if 0 < len(countries) <= _MOST_COUNTRIES else ""
    ledger.note("GED does not tell who holds a place: no event sets a status.")
    about = About(title=f"UCDP GED{among}", licence=LICENCE, attribution=ATTRIBUTION)
    name = joint_name([path.name for path in paths])
    return assemble(reading.records(), ledger, about=about, file=name, digest=digest)


@dataclass(slots=True)
class _Reading:
    """Takes the records one after another."""

    events: LatestEvents
    kinds: Mapping[str, str]
    where_prec: int
    wanted: Wanted
    sites: Sites = field(default_factory=lambda: Sites("ucdp-ged", LICENCE))
    actors: Roster = field(default_factory=Roster)
    sources: Roster = field(default_factory=lambda: Roster("title"))
    countries: set[str] = field(default_factory=set)

    def take(self, record: Record) -> None:
        """Read a record and remember it, or drop it."""
        self.events.take(record, _id_of(record), self._read)

    def _read(self, record: Record) -> dict[str, object]:
        """Return the cells of an event, its place being a key of `sites`.

        Raises
        ------
        DropError
            If it is none.
        """
        if not _id_of(record):
            raise DropError("it has no id")
        violence = record.get("type_of_violence").removesuffix(".0")
        kind = self.kinds.get(violence, "")
        if not kind or kind == DROPPED:
            raise DropError("its type of violence is none that is read", violence)
        first, last, text, doubt = _date_of(record)
        self.wanted.check(first, last, record.get("country"))
        where = position(record.get("longitude"), record.get("latitude"))
        precision = whole_number(record.get("where_prec"))
        if precision not in RADIUS_KM:
            raise DropError("its where_prec is none of 1 to 7", record.get("where_prec"))
        if precision > self.where_prec:
            raise DropError("its position stands for a wider area", f"where_prec {precision}")
        sides = [record.get("side_a"), "" if violence == _ONE_SIDED else record.get("side_b")]
        if not any(sides):
            raise DropError("it names no side")
        if doubt:
            self.events.ledger.mend(doubt)
        if record.get("country"):
            self.countries.add(record.get("country"))
        site = self.sites.see(
            record.get("where_coordinates") or record.get("adm_2", "adm_1"),
            where,
            RADIUS_KM[precision],
            admin1=record.get("adm_1"),
        )
        return {
            "date": text,
            "place": site,
            "kind": kind,
            "actor": [self.actors.id_of(side) for side in dict.fromkeys(filter(None, sides))],
            "source": self._sources(record),
            "reported": self._reported(record, first),
            "note": record.get("source_headline", "source_article", "where_description"),
            **record.kept(_KEPT),
        }

    def _reported(self, record: Record, first: dt.date) -> str:
        days = [
            day for text in _ANY_DAY.findall(record.get("source_date")) if (day := day_in(text))
        ]
        if days and max(days) < first:
            self.events.ledger.mend("source dates before the event were left out")
            return ""
        return str(max(days, default=""))

    def _sources(self, record: Record) -> list[str]:
        """Return the offices that reported it; those of before 2013 GED names in one text."""
        offices = [name for name in _LISTED.split(record.get("source_office")) if name.strip(" -")]
        return list(
            dict.fromkeys(
                self.sources.id_of(name, publisher=publisher_named(name), licence=LICENCE)
                for name in offices or ["UCDP GED"]
            )
        )

    def records(self) -> Records:
        """Return the rows of all tables."""
        return Records(
            events=self.events.rows("ged", self.sites),
            places=self.sites.rows(),
            actors=list(self.actors.rows.values()),
            sources=list(self.sources.rows.values()),
        )


def _id_of(record: Record) -> str:
    """Return the id, which programs also write ``461727.0``."""
    return record.get("id").removesuffix(".0").replace("|", "/")


def _date_of(record: Record) -> tuple[dt.date, dt.date, str, str]:
    """Return the first and the last day, the EDTF date, and what is doubtful about it.

    Raises
    ------
    DropError
        If there is no date, or one that can't be.
    """
    texts = record.get("date_start", "date_end"), record.get("date_end", "date_start")
    told = "/".join(dict.fromkeys(texts))
    if not told:
        raise DropError("it has no date")
    first, last = day_in(texts[0]), day_in(texts[1])
    if first is None or last is None:
        raise DropError("its date is no day", told)
    if last < first:
        raise DropError("it ends before it starts", told)
    year = whole_number(record.get("year"))
    if year is not None and not first.year <= year <= last.year:
        raise DropError("its year and its date disagree", f"{year}, {told}")
    precision = whole_number(record.get("date_prec"))
    if precision not in {1, 2, 3, 4, 5}:
        marked = f"{first}?" if first == last else f"{first}?/{last}?"
        return first, last, marked, "its date_prec is not told: the date is marked uncertain"
    if first == last and precision != _EXACT:
        return first, last, f"{first}~", "one day with a vaguer date_prec is marked approximate"
    return first, last, _span(first, last), ""


def _span(first: dt.date, last: dt.date) -> str:
    """Return a day, a whole month or year, or an interval."""
    if first == last:
        return str(first)
    if first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]:
        if (first.year, first.month) == (last.year, last.month):
            return f"{first:%Y-%m}"
        if (first.month, last.month, last.year) == (1, _LAST_MONTH, first.year):
            return f"{first:%Y}"
    return f"{first}/{last}"
