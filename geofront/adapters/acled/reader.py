"""ACLED's exports and the answers of its API, as a timeline.

What its codes mean stands in `codebook`. ACLED is living data, and that is the second clock:
`reported` is the day of ``timestamp`` (UTC), when a row was last written. A row of the same
``event_id_cnty`` with a newer timestamp corrects the older one; a row of the deleted-events
endpoint (``event_id_cnty``, ``deleted_timestamp``), and an update to something that is no event
here, retract it. So exports of different days, given together, tell what was known when.

Places are ACLED's locations. What is coded to a region (geo precision 3) is at a place of its own,
``region of X``, and sets no status there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geofront.adapters.acled.codebook import COLUMNS, KINDS, LICENCE
from geofront.adapters.acled.record import NoEventError, country_code, told_by
from geofront.adapters.cells import moment_in, whole_number
from geofront.adapters.foreign import as_given, digest_of, joint_digest, joint_name
from geofront.adapters.gathering import Roster, Sites
from geofront.adapters.imported import ORIGIN, Records, assemble
from geofront.adapters.options import Wanted, kinds_given
from geofront.adapters.publishers import publisher_named
from geofront.adapters.report import DropError, Ledger
from geofront.adapters.rowfiles import Layout, read_records
from geofront.errors import DataFaultsError, Fault
from geofront.events.timeline import About
from geofront.garbage import paused_collection

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from geofront.adapters.foreign import Files
    from geofront.adapters.imported import Imported
    from geofront.adapters.options import Pairs
    from geofront.adapters.rowfiles import Record

__all__ = ["ATTRIBUTION", "read_acled"]

ATTRIBUTION = "ACLED (Armed Conflict Location & Event Data), acleddata.com"

_REPEATED = "it repeats another row of its id"
_OTHERWISE = "another row of its id and timestamp says otherwise"
_NOT_KEPT = "it deletes an event that is not kept"
_EARLY = "a timestamp before the event was left out"
_PAGE = 5000
_MOST_COUNTRIES = 3
_TOLD_OTHERWISE = frozenset(
    {
        *("event_id_cnty", "event_date", "year", "admin1", "location", "latitude"),
        *("longitude", "source", "notes", "interaction"),
    }
)
_KEPT = tuple(column for column in COLUMNS if column not in _TOLD_OTHERWISE)
_PARTIES = tuple((f"actor{n}", f"assoc_actor_{n}", f"inter{n}") for n in (1, 2))
_COMPARED = tuple(
    column
    for column in COLUMNS
    if column not in {*_PARTIES[0], *_PARTIES[1], "interaction", "timestamp"}
)


def _rows_of(value: object, ledger: Ledger) -> Iterable[object]:
    """Return the rows of an answer of ACLED's API, and note what it says of the account.

    Raises
    ------
    ValueError
        If it has none.
    """
    if isinstance(value, list):
        return value
    answer = value if isinstance(value, dict) else {}
    data: list[object] | None = answer["data"] if isinstance(answer.get("data"), list) else None
    if data is None:
        told = answer.get("message") or answer.get("error_description") or answer.get("error")
        said = f" (status {answer.get('status')}: {told})" if told else ""
        raise ValueError(f"is JSON without ACLED's rows{said}")
    limits = answer.get("data_query_restrictions")
    recency = limits.get("date_recency") if isinstance(limits, dict) else None
    if isinstance(recency, dict) and recency.get("date"):
        ledger.note(f"ACLED lets this account see events up to {recency['date']}.")
    if len(data) >= _PAGE:
        ledger.note(f"An answer of {len(data):,} rows may be a full page: give all of them.")
    return data


_EVENTS = Layout(
    "ACLED",
    (
        *(("event_id_cnty", "data_id"), ("event_date",), ("event_type", "sub_event_type")),
        *(("actor1",), ("latitude",), ("longitude",)),
    ),
    _rows_of,
)
_DELETIONS = Layout("ACLED", (("event_id_cnty",), ("deleted_timestamp",)), _rows_of)


@paused_collection()
def read_acled(
    files: Files,
    *,
    kinds: Pairs = None,
    geo_precision: int | str = 2,
    country: Sequence[str] | str = (),
    start: dt.date | str | None = None,
    end: dt.date | str | None = None,
) -> Imported:
    """Read ACLED's CSV exports and JSON answers, with updates and deletions.

    Parameters
    ----------
    files
        Exports, pages of the API, answers of its deleted-events endpoint; bare or zipped, any
        number, in any order.
    kinds
        What a sub-event type or event type means, beside the table of `codebook`:
        ``{"Agreement": "ceasefire"}`` or ``Agreement=ceasefire,Attack=drop``.
    geo_precision
        The vaguest code, 1 to 3, at which a change of territory sets the status of the place.
    country
        Only events there, by ACLED's names of countries, several joined by ``,``.
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
        If a kind does not exist.
    DateError
        If `start` or `end` is not a day.
    """
    paths = as_given(files)
    vaguest = whole_number(str(geo_precision))
    if vaguest not in {1, 2, 3}:
        raise DataFaultsError([Fault("geo_precision", 0, f"{geo_precision!r} is not 1, 2 or 3")])
    ledger = Ledger("acled", sorted(path.name for path in paths))
    wanted = Wanted.given(start, end, country)
    reading = _Reading(ledger, KINDS | kinds_given(kinds), vaguest, wanted)
    digest = joint_digest(map(digest_of, paths))
    for layout, record in read_records(paths, (_EVENTS, _DELETIONS), ledger):
        reading.take(record, deleted=layout is _DELETIONS)
    records = reading.records()
    countries = sorted(reading.countries)
    among = f": {', '.join(countries)}" if 0 < len(countries) <= _MOST_COUNTRIES else ""
    ledger.note(f"{LICENCE}.")
    about = About(title=f"ACLED{among}", licence=LICENCE, attribution=ATTRIBUTION)
    name = joint_name([path.name for path in paths])
    return assemble(records, ledger, about=about, file=name, digest=digest)


@dataclass(slots=True)
class _Version:
    """An event as a row of some time has it; or `void`, why it is no event here, and the value."""

    at: dt.datetime | None
    file: str
    number: int
    content: int
    cells: dict[str, object] | None = None
    first: dt.date | None = None
    site: tuple[str, float, float] = ("", 0.0, 0.0)
    mended: tuple[str, ...] = ()
    void: tuple[str, str] = ("", "")


@dataclass(slots=True)
class _Deletion:
    at: dt.datetime | None
    file: str
    number: int


def _moment(thing: _Version | _Deletion) -> float:
    """Return when, for the order; what has no time is the oldest."""
    return thing.at.timestamp() if thing.at else float("-inf")


@dataclass(slots=True)
class _Reading:
    """Takes the records one after another, and makes rows of what is left at the end."""

    ledger: Ledger
    kinds: Mapping[str, str]
    geo_precision: int
    wanted: Wanted
    versions: dict[str, list[_Version]] = field(default_factory=dict)
    deletions: dict[str, _Deletion] = field(default_factory=dict)
    sites: Sites = field(default_factory=lambda: Sites("acled", LICENCE))
    actors: Roster = field(default_factory=Roster)
    sources: Roster = field(default_factory=lambda: Roster("title"))
    countries: set[str] = field(default_factory=set)

    def take(self, record: Record, *, deleted: bool) -> None:
        """Read a record and remember it, or drop it."""
        event_id = record.get("event_id_cnty", "data_id").replace("|", "/")
        if not event_id:
            self.ledger.drop(record.file, record.row, "it has no id")
        elif not deleted:
            self._see(event_id, record)
        elif event_id in self.deletions:
            self.ledger.drop(record.file, record.row, _REPEATED, event_id)
        else:
            at = moment_in(record.get("deleted_timestamp"))
            self.deletions[event_id] = _Deletion(at, record.file, record.row)

    def _see(self, event_id: str, record: Record) -> None:
        at = moment_in(record.get("timestamp"))
        version = _Version(at, record.file, record.row, _content(record))
        twin = next((v for v in self.versions.get(event_id, ()) if v.at == at), None)
        if twin is not None:
            reason = _REPEATED if twin.content == version.content else _OTHERWISE
            self.ledger.drop(record.file, record.row, reason, event_id)
            return
        try:
            self._describe(version, record)
        except NoEventError as error:
            version.void = (error.reason, error.value)
        except DropError as error:
            self.ledger.drop(record.file, record.row, error.reason, error.value)
            return
        self.versions.setdefault(event_id, []).append(version)

    def _describe(self, version: _Version, record: Record) -> None:
        telling = told_by(record, self.kinds, self.geo_precision)
        country = record.get("country")
        first = telling.date.first or telling.date.effective
        try:
            self.wanted.check(first, telling.date.effective, country)
        except DropError as error:
            raise NoEventError(error.reason, error.value) from error
        if country:
            self.countries.add(country)
        version.first, version.mended = first, telling.mended
        version.site = self.sites.see(
            telling.place,
            telling.position,
            telling.radius_km,
            admin1=record.get("admin1"),
            country=country_code(whole_number(record.get("iso"))),
        )
        version.cells = {
            "date": telling.date.text,
            "kind": str(telling.deed.kind),
            "actor": [self.actors.id_of(name) for name in telling.deed.actors],
            "from_actor": [self.actors.id_of(name) for name in telling.deed.from_actors],
            "source": self._sources(record),
            "note": _note(record.get("notes"), telling.deed.doubt),
            **record.kept(_KEPT),
        }

    def _sources(self, record: Record) -> list[str]:
        titles = [title.strip() for title in record.get("source").split(";") if title.strip()]
        found = [
            self.sources.id_of(title, publisher=publisher_named(title), licence=LICENCE)
            for title in titles or ["ACLED"]
        ]
        return list(dict.fromkeys(found))

    # --- what is left -------------------------------------------------------------------------

    def records(self) -> Records:
        """Return the rows of all tables; whatever is not in them is dropped on the ledger."""
        places = self.sites.ids()
        events: list[dict[str, object]] = []
        used = set(self.versions)
        for event_id, versions in self.versions.items():
            events.extend(self._history(event_id, versions, places, used))
        for event_id, deletion in self.deletions.items():
            if event_id not in self.versions:
                self.ledger.drop(deletion.file, deletion.number, _NOT_KEPT, event_id)
        return Records(
            events=[*events],
            places=self.sites.rows(),
            actors=list(self.actors.rows.values()),
            sources=list(self.sources.rows.values()),
        )

    def _history(
        self,
        event_id: str,
        versions: list[_Version],
        places: Mapping[tuple[str, float, float], str],
        used: set[str],
    ) -> Iterator[dict[str, object]]:
        """Yield the events of one id: what a row said, what corrected it, what took it back."""
        deletion = self.deletions.get(event_id)
        steps: list[_Version | _Deletion] = [*versions, *([deletion] if deletion else [])]
        # A deletion without a time is the last word.
        steps.sort(key=lambda s: (isinstance(s, _Deletion) and s.at is None, _moment(s)))
        standing: list[dict[str, object]] = []
        content: int | None = None
        first = True
        for step in steps:
            if isinstance(step, _Version) and step.content == content:
                self.ledger.drop(step.file, step.number, _REPEATED, event_id)
                continue
            content = step.content if isinstance(step, _Version) else None
            if isinstance(step, _Version) and step.cells is not None:
                row = self._event(event_id, step, standing, places)
                standing.append(row)
            elif standing:
                row = self._retraction(event_id, step, standing)
                standing = []
            else:
                self._drop_step(event_id, step)
                continue
            row["id"] = event_id if first else _free_id(event_id, step, used)
            first = False
            yield row

    def _event(
        self,
        event_id: str,
        version: _Version,
        standing: Sequence[Mapping[str, object]],
        places: Mapping[tuple[str, float, float], str],
    ) -> dict[str, object]:
        assert version.cells is not None
        assert version.first is not None
        reported = version.at.date() if version.at else None
        if reported and reported < version.first:
            reported = None
            self.ledger.mend(_EARLY)
        for what in version.mended:
            self.ledger.mend(what)
        if standing:
            self.ledger.mend("an update of an earlier row became a correction")
        version.cells |= {
            "place": places[version.site],
            "reported": str(reported or ""),
            "corrects": standing[-1]["id"] if standing else "",
            "acled_id": event_id,
            ORIGIN: (version.file, version.number),
        }
        return version.cells

    def _retraction(
        self,
        event_id: str,
        step: _Version | _Deletion,
        standing: Sequence[Mapping[str, object]],
    ) -> dict[str, object]:
        deleted = isinstance(step, _Deletion)
        what = "a deletion" if deleted else "an update to what is no event here"
        self.ledger.mend(f"{what} became a retraction")
        return {
            "date": standing[-1]["date"],
            "kind": "retraction",
            "source": standing[-1]["source"],
            "note": "Deleted by ACLED." if deleted else "Changed by ACLED into no such event.",
            "reported": str(step.at.date()) if step.at else "",
            # All of them: the retraction of a correction would restore what it corrected.
            "corrects": [row["id"] for row in standing],
            "acled_id": event_id,
            ORIGIN: (step.file, step.number),
        }

    def _drop_step(self, event_id: str, step: _Version | _Deletion) -> None:
        if isinstance(step, _Deletion):
            reason, value = _NOT_KEPT, event_id
        else:
            reason, value = step.void
        self.ledger.drop(step.file, step.number, reason, value)


def _content(record: Record) -> int:
    """Return a key of all that a row says, whichever of its actors stands first."""
    cells = record.cells
    one, other = (tuple(cells.get(c, "") for c in columns) for columns in _PARTIES)
    return hash((min(one, other), max(one, other), *(cells.get(c, "") for c in _COMPARED)))


def _note(notes: str, doubt: str) -> str:
    told = f"[{doubt}]"
    return f"{notes} {told}".strip() if doubt and not notes.endswith(told) else notes


def _free_id(event_id: str, step: _Version | _Deletion, used: set[str]) -> str:
    """Return an id for a later row of an event: with its time."""
    told = "deleted" if isinstance(step, _Deletion) else "changed"
    made = stem = f"{event_id}-{int(step.at.timestamp()) if step.at else told}"
    count = 1
    while made in used:
        count += 1
        made = f"{stem}-{count}"
    used.add(made)
    return made
