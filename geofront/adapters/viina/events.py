"""VIINA's events: reports of news media, placed and labelled by programs.

Three tables tell of them (codebook of VIINA 2.0, 2025): ``event_info`` has the reports with place,
outlet, address and headline; ``event_labels`` their labels; ``event_1pd`` has reports of one kind,
place and day put together, with place and labels, but no address. Read either ``event_1pd``, and
``event_info`` beside it for the addresses, or ``event_info`` and ``event_labels``. Version 1 has
places and labels in one table.

``date`` is the day of the report, so the event's date is about that day (``2022-03-01~``), and
`reported` is it. ``time`` is that of publication (and 00:00 where unknown): it orders nothing. What
labels mean stands in `labels`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geofront.adapters.foreign import joint_name
from geofront.adapters.imported import ORIGIN, Records, assemble
from geofront.adapters.publishers import LIVEUAMAP, VIINA
from geofront.adapters.report import Ledger
from geofront.adapters.viina.control import ATTRIBUTION, LICENCE
from geofront.adapters.viina.files import TableFile, digest_of_tables, open_tables
from geofront.adapters.viina.gazetteer import key_of
from geofront.adapters.viina.labels import PRECISION_KM, SIDES, Labels, Meaning, label_kinds
from geofront.adapters.viina.panel import FIRST_DAY, NO_DAY, NOT_ASKED, TOO_EARLY, day_of
from geofront.dates import as_day
from geofront.errors import DataFaultsError, Fault, SpanError, UnknownNameError
from geofront.events.timeline import About
from geofront.garbage import paused_collection
from geofront.gazetteer.readers.records import BrokenRecordError, position

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from geofront.adapters.foreign import Files
    from geofront.adapters.imported import Imported
    from geofront.adapters.options import Pairs

__all__ = ["OUTLETS", "read_viina_events"]

OUTLETS = {
    "24tvua": "24 Kanal",
    "espreso": "Espreso TV",
    "forbesua": "Forbes Ukraine",
    "interfaxua": "Interfax-Ukraine",
    "kp": "Komsomolskaya Pravda",
    "liga": "LIGA.net",
    "liveuamap": LIVEUAMAP,
    "meduza": "Meduza",
    "militarnyy": "Militarnyi",
    "mz": "Mediazona",
    "ng": "Nezavisimaya Gazeta",
    "ntv": "NTV",
    "nv": "NV",
    "pravdaua": "Ukrainska Pravda",
    "ria": "RIA Novosti",
    "unian": "UNIAN",
}
"""The news media that VIINA reads, by its short names (its README)."""

NO_EVENT_ID = "no id of an event"
REPEATED = "an event of that id stands already"
NO_PRECISION = "no known precision of the position"
TOO_COARSE = "a position less precise than asked for"
NO_POSITION = "no position in degrees"
UNLABELLED = "no labels for this report"

_NAMES = {"russia": "Russia", "ukraine": "Ukraine"}
_LONGEST_TITLE = 200


@paused_collection()
def read_viina_events(
    files: Files,
    *,
    kinds: Pairs = None,
    threshold: float | str | None = None,
    coarsest: str = "ADM1",
    start: date | str | None = None,
    end: date | str | None = None,
) -> Imported:
    """Read VIINA's events, of any years and either version.

    Parameters
    ----------
    files
        CSV, bare or zipped: ``event_1pd_latest_YYYY``, with ``event_info_latest_YYYY`` for the
        addresses of the reports; or ``event_info`` and ``event_labels``; or version 1's ``events``.
    kinds
        Kinds of labels that differ from the usual ones: ``{"t_property": "strike", "t_aad": ""}``,
        or ``t_property=strike,t_aad=``.
    threshold
        From which probability on a label is set (``event_labels`` and version 1 have them); None
        for VIINA's own decision.
    coarsest
        The least precise positions to keep: ``STREET``, ``ADM3`` (a place), ``ADM2`` (a district)
        or ``ADM1`` (a region: the position then is that of some place in it).
    start, end
        The first and last day to read; all if None.

    Returns
    -------
    Imported
        A timeline of events that set no status, and the report.

    Raises
    ------
    DataFaultsError
        If a file can't be read or is of another format, or tables lack each other.
    UnknownNameError
        If there is no such kind, or no such precision.
    SpanError
        If the span ends before it starts.
    DateError
        If a text is not a day.
    """
    if coarsest.upper() not in PRECISION_KM:
        raise UnknownNameError("precision", coarsest, PRECISION_KM)
    wanted, least = label_kinds(kinds), _probability(threshold)
    first, last = as_day(start) or FIRST_DAY, as_day(end)
    if last is not None and last < first:
        raise SpanError(f"the span ends on {last}, before it starts on {first}")
    tables = open_tables(files)
    sorted_tables = _Tables.of(tables)
    ledger = Ledger("viina-events", sorted({table.name for table in tables}))
    reading = _Reading(ledger, PRECISION_KM[coarsest.upper()], first, last)
    reading.know_reports(sorted_tables.reports if sorted_tables.daily else [])
    for table in sorted_tables.main:
        reading.take(table, sorted_tables.labels_of(table, wanted, least))
    about = About(
        title="VIINA: events in Ukraine",
        description="Reports of news media, placed and labelled by programs.",
        timezone="Europe/Kyiv",
        licence=LICENCE,
        attribution=ATTRIBUTION,
    )
    ledger.note(
        "labels are a model's: those of control (t_occupy, t_control, t_retreat) are disputed and "
        "set no status under the usual policies"
    )
    name = joint_name([table.name for table in tables])
    return assemble(
        reading.records(), ledger, about=about, file=name, digest=digest_of_tables(tables)
    )


def _probability(threshold: float | str | None) -> float | None:
    if threshold is None:
        return None
    try:
        value = float(threshold)
    except ValueError:
        value = -1.0
    if not 0 < value <= 1:
        raise DataFaultsError([Fault("threshold", 0, f"{threshold!r} is not above 0 and up to 1")])
    return value


@dataclass(slots=True)
class _LabelFinder:
    """Finds what the labels of a row mean: its own, or those of the same id in other tables."""

    own: Labels | None = None
    by_id: dict[str, Meaning] = field(default_factory=dict)

    def meaning(self, event_id: str, cells: Sequence[str]) -> Meaning:
        if self.own is not None:
            return self.own.meaning(cells)
        return self.by_id.get(event_id) or Meaning(fault=UNLABELLED)


@dataclass(slots=True)
class _Tables:
    """The tables by what they tell: events by day, reports with places, and labels alone."""

    daily: list[TableFile] = field(default_factory=list)
    reports: list[TableFile] = field(default_factory=list)
    labels: list[TableFile] = field(default_factory=list)
    _by_id: dict[str, Meaning] | None = None

    @classmethod
    def of(cls, tables: Sequence[TableFile]) -> _Tables:
        """Tell the tables apart by their columns.

        Raises
        ------
        DataFaultsError
            If one is of another format, or they lack each other.
        """
        found = cls()
        faults = []
        for table in tables:
            ids = {"event_id", "event_id_1pd"} & set(table.columns)
            if not ids or "date" not in table.columns:
                faults.append(table.lacks("is not VIINA's events: it lacks event_id or date"))
            elif "longitude" not in table.columns:
                found.labels.append(table)
            elif "event_id" in ids:
                found.reports.append(table)
            else:
                found.daily.append(table)
        labelled = [_has_labels(table) for table in found.reports]
        if not found.daily and not all(labelled) and not found.labels and not faults:
            message = "has no labels; give event_labels or event_1pd beside it"
            faults += [Fault(table.name, 0, message) for table in found.reports]
        if not found.daily and not found.reports and not faults:
            message = "has no positions; give event_info beside it"
            faults += [Fault(table.name, 0, message) for table in found.labels]
        if faults:
            raise DataFaultsError(faults)
        return found

    @property
    def main(self) -> list[TableFile]:
        """The tables whose rows become events."""
        return self.daily or self.reports

    def labels_of(
        self, table: TableFile, kinds: Mapping[str, str], threshold: float | None
    ) -> _LabelFinder:
        """Return what finds the labels of a table's rows."""
        if _has_labels(table):
            return _LabelFinder(own=Labels(table, kinds, threshold))
        if self._by_id is None:
            self._by_id = {}
            for other in self.labels:
                labels, at = Labels(other, kinds, threshold), other.position("event_id")
                for _, cells in other.rows():
                    if at is not None and at < len(cells):
                        self._by_id.setdefault(cells[at].strip(), labels.meaning(cells))
        return _LabelFinder(by_id=self._by_id)


def _has_labels(table: TableFile) -> bool:
    return table.position("t_mil_b", "t_mil", "t_mil_pred") is not None


@dataclass(slots=True)
class _Reading:
    """Makes events of rows, and places and sources of what they name."""

    ledger: Ledger
    coarsest_km: float
    start: date
    end: date | None
    events: list[dict[str, object]] = field(default_factory=list)
    sources: dict[str, dict[str, object]] = field(default_factory=dict)
    _reports: dict[str, list[str]] = field(default_factory=dict)
    _spots: dict[tuple[str, float, float], dict[str, object]] = field(default_factory=dict)
    _uses: Counter[tuple[str, float, float]] = field(default_factory=Counter)
    _seen: set[str] = field(default_factory=set)

    def know_reports(self, tables: Sequence[TableFile]) -> None:
        """Note the addresses of the reports that events of a day are put together from."""
        for table in tables:
            for row in _cells_of(table):
                self._reports.setdefault(row.get("event_id_1pd", ""), []).append(self._report(row))

    def take(self, table: TableFile, finder: _LabelFinder) -> None:
        """Read the rows of a table."""
        column = "event_id" if "event_id" in table.columns else "event_id_1pd"
        at = table.columns.index(column)
        names = [(i, c) for i, c in enumerate(table.columns) if not c.startswith(("t_", "a_"))]
        for number, cells in table.rows():
            self.ledger.read += 1
            event_id = cells[at].strip() if at < len(cells) else ""
            row = {c: cells[i].strip() for i, c in names if i < len(cells)}
            meaning = finder.meaning(event_id, cells)
            fault, value = self._fault(event_id, row, meaning)
            if fault:
                self.ledger.drop(table.name, number, fault, value)
                continue
            self._seen.add(event_id)
            origin = (table.name, number)
            self.events.append({**self._event(f"viina-{event_id}", row, meaning), ORIGIN: origin})

    def _fault(self, event_id: str, row: Mapping[str, str], meaning: Meaning) -> tuple[str, str]:
        """Return why a row can't be used, and the value at fault."""
        text = row.get("date", "")
        precision = row.get("GEO_PRECISION", "").upper()
        day, km = day_of(text), PRECISION_KM.get(precision)
        checks = (
            (not event_id, NO_EVENT_ID, ""),
            (event_id in self._seen, REPEATED, event_id),
            (day is None, NO_DAY, text),
            (day is not None and day < FIRST_DAY, TOO_EARLY, text),
            (day is not None and not self._asked(day), NOT_ASKED, text),
            (bool(meaning.fault), meaning.fault, event_id),
            (km is None, NO_PRECISION, precision),
            (km is not None and km > self.coarsest_km, TOO_COARSE, precision),
        )
        for wrong, reason, value in checks:
            if wrong:
                return reason, value
        try:
            position(row.get("longitude", ""), row.get("latitude", ""))
        except BrokenRecordError as error:
            return NO_POSITION, str(error)
        return "", ""

    def _asked(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)

    def _event(self, event_id: str, row: Mapping[str, str], meaning: Meaning) -> dict[str, object]:
        day = day_of(row["date"])
        reports = self._reports.get(row.get("event_id_1pd", "")) if self._reports else None
        event: dict[str, object] = {
            "id": event_id,
            "date": f"{day}~",
            "_spot": self._spot(row),
            "kind": meaning.kind,
            "actor": list(meaning.actors),
            "from_actor": list(meaning.from_actors),
            "source": list(dict.fromkeys(reports or self._outlets(row))),
            "reported": str(day),
            "labels": meaning.labels,
            "reports": row.get("n_reports", ""),
        }
        if meaning.credibility is not None:
            event |= {"standing": "disputed", "credibility": meaning.credibility}
        return event

    def _outlets(self, row: Mapping[str, str]) -> list[str]:
        if row.get("source"):
            return [self._report(row)]
        codes = [code.strip() for code in row.get("sources", "").split(",") if code.strip()]
        return [self._outlet(code) for code in codes] or [self._outlet("viina")]

    def _outlet(self, code: str) -> str:
        code = code.replace("|", "-")
        name = VIINA if code == "viina" else OUTLETS.get(code, code)
        self.sources.setdefault(
            code, {"id": code, "title": f"{name}, as read by VIINA", "publisher": name}
        )
        return code

    def _report(self, row: Mapping[str, str]) -> str:
        """Return the id of a report's source, and have it in the table."""
        code, url = row.get("source", "") or "viina", row.get("url", "")
        number = row.get("report_id", "")
        name = f"{code}-{number}".replace("|", "-")
        if not number:
            return self._outlet(code)
        if name not in self.sources:
            publisher = OUTLETS.get(code, code)
            day = day_of(row.get("date", ""))
            self.sources[name] = {
                "id": name,
                "title": row.get("text", "")[:_LONGEST_TITLE] or f"{publisher}, report {number}",
                "publisher": publisher,
                "published": str(day or ""),
                "url": url,
                "licence": LICENCE,
            }
        return name

    def _spot(self, row: Mapping[str, str]) -> tuple[str, float, float]:
        """Return the key of a row's place, and have it among the places."""
        precision = row["GEO_PRECISION"].upper()
        at = position(row["longitude"], row["latitude"])
        number = key_of(row.get("geonameid", ""))
        stems = {
            "ADM1": f"oblast-{key_of(row.get('ADM1_CODE', ''))}",
            "ADM2": f"rayon-{key_of(row.get('ADM2_CODE', ''))}",
            "STREET": f"street-geonames-{number}",
            "ADM3": f"geonames-{number}",
        }
        key = (stems[precision].rstrip("-"), round(at.lon, 5), round(at.lat, 5))
        self._uses[key] += 1
        if key not in self._spots:
            self._spots[key] = {
                "name": _name(precision, row),
                "lon": key[1],
                "lat": key[2],
                "feature": row.get("feature_code", "") if precision == "ADM3" else precision,
                "radius_km": PRECISION_KM[precision],
                "admin1": row.get("ADM1_NAME", ""),
                "country": "UA",
                "source": "VIINA",
                "licence": LICENCE,
            }
        return key

    def records(self) -> Records:
        """Return all that was read; of the positions of one place the most used one has its id."""
        ids: dict[tuple[str, float, float], str] = {}
        taken: set[str] = set()
        for key in sorted(self._spots, key=lambda k: (k[0], -self._uses[k], k)):
            ids[key] = key[0] if key[0] not in taken else f"{key[0]}@{key[1]},{key[2]}"
            taken.add(key[0])
        cited = {name for event in self.events for name in event["source"]}  # type: ignore[attr-defined]
        return Records(
            events=list(_placed(self.events, ids)),
            places=[{"id": ids[key], **self._spots[key]} for key in ids],
            actors=[{"id": actor, "name": _NAMES[actor]} for actor in SIDES.values()],
            sources=[row for name, row in self.sources.items() if name in cited],
        )


def _cells_of(table: TableFile) -> Iterator[dict[str, str]]:
    for _, cells in table.rows():
        yield {c: cell.strip() for c, cell in zip(table.columns, cells, strict=False)}


def _placed(
    events: list[dict[str, object]], ids: Mapping[tuple[str, float, float], str]
) -> Iterator[dict[str, object]]:
    for event in events:
        spot = event.pop("_spot")
        yield {**event, "place": ids[spot]}  # type: ignore[index]


def _name(precision: str, row: Mapping[str, str]) -> str:
    name = row.get("asciiname", "")
    if precision == "ADM1":
        return f"{row.get('ADM1_NAME') or name or 'unnamed'} (region)"
    if precision == "ADM2":
        return f"{row.get('ADM2_NAME') or name or 'unnamed'} (district)"
    address = row.get("address", "") if precision == "STREET" else ""
    return address.replace("|", " ") or name or "unnamed"
