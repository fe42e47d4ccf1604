"""VIINA's control, one row a place and day, packed into one number a place and day.

A year of 33,141 places has 12 million rows. They are read in chunks, whose texts become codes, and
are put where their place and day are: so their order does not matter, and memory depends on the
number of places and days alone (2 bytes each; 24 MB a year).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geofront.adapters.viina.gazetteer import KEYS, key_of
from geofront.errors import DataFaultsError, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from geofront.adapters.report import Ledger
    from geofront.adapters.viina.files import TableFile
    from geofront.adapters.viina.gazetteer import Gazetteer

__all__ = ["FIRST_DAY", "Panel", "Reading", "day_of", "is_wide"]

FIRST_DAY = date(2022, 2, 24)
"""The day that VIINA's data begin with."""

STATUSES = ("UA", "RU", "CONTESTED")
NO_ID = "no id of a place"
NO_DAY = "no day that exists"
TOO_EARLY = "a day before 24 February 2022, with which VIINA begins"
NOT_ASKED = "outside the days asked for"
UNJOINED = "a place that the gazetteer lacks"
UNKNOWN_STATUS = "a status that is none of UA, RU, CONTESTED"
NO_STATUS = "no status"
TWICE = "the place and day stand already"
AT_ODDS = "the place and day stand already, with another status"
NO_POSITION = "no position"
LEFT_OUT = "votes that are none of UA, RU, CONTESTED were left out"

_CHUNK = 500_000
_MOST_CELLS = 250_000_000
_SHOWN = 1000
_BLOCK = 4096
_BITS = 2
_MASK = 3
_PRESENT = np.uint16(1 << 15)
_UNKNOWN = np.uint8(4)
_BLANKS = frozenset({"", "NA", "NAN", "NULL", "NONE"})
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:\.0*)?\Z", re.ASCII)
_STAMP = re.compile(r"ctr_(\d{8})(\d{6})?\Z", re.ASCII)


def day_of(text: str) -> date | None:
    """Return the day that ``YYYYMMDD`` or ``YYYY-MM-DD`` names, or None."""
    found = _DAY.match(text.strip())
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def is_wide(table: TableFile) -> bool:
    """Return whether a table is of version 1: a row a place, a column ``ctr_...`` a moment."""
    return any(_STAMP.match(column) for column in table.columns)


@dataclass(slots=True)
class Panel:
    """The statuses by place and day of up to seven columns, two bits each.

    `places` and `days` (ordinals) tell the row and the column of `cells`, in order of appearance.
    """

    columns: tuple[str, ...]
    places: dict[str, int] = field(default_factory=dict)
    days: dict[int, int] = field(default_factory=dict)
    cells: NDArray[np.uint16] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.uint16))

    def put(
        self, places: NDArray[np.int64], days: NDArray[np.int64], packed: NDArray[np.uint16]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Put statuses where nothing stands yet.

        Parameters
        ----------
        places, days
            Rows and columns.
        packed
            The statuses; of two for one cell the first is taken.

        Returns
        -------
        tuple[NDArray[np.bool_], NDArray[np.bool_]]
            Which were put, and which are what stands there now.
        """
        self._make_room()
        flat = self.cells.reshape(-1)
        at = places * self.cells.shape[1] + days
        new = flat[at] == 0
        if not np.all(at[1:] > at[:-1]):
            first = np.zeros(len(at), dtype=bool)
            first[np.unique(at, return_index=True)[1]] = True
            new &= first
        flat[at[new]] = packed[new]
        return new, flat[at] == packed

    def _make_room(self) -> None:
        needed = (len(self.places), len(self.days))
        if needed[0] * needed[1] > _MOST_CELLS:
            message = f"{needed[0]:,} places on {needed[1]:,} days are more than fit into memory"
            message += "; read fewer files, or a shorter span with start and end"
            raise DataFaultsError([Fault("files", 0, message)])
        have = self.cells.shape
        if have[0] >= needed[0] and have[1] >= needed[1]:
            return
        size = [h if h >= n else n + n // 2 for h, n in zip(have, needed, strict=True)]
        grown = np.zeros(size, dtype=np.uint16)
        grown[: have[0], : have[1]] = self.cells
        self.cells = grown

    def compact(self) -> Panel:
        """Return the places and days that have a status, the days in order."""
        self._make_room()
        cells = self.cells[: len(self.places), : len(self.days)]
        present, shown = (np.count_nonzero(cells, axis=axis) > 0 for axis in (1, 0))
        keys = [key for key, row in self.places.items() if present[row]]
        days = sorted(day for day, column in self.days.items() if shown[column])
        kept = np.ix_([self.places[key] for key in keys], [self.days[day] for day in days])
        return Panel(
            self.columns,
            {key: row for row, key in enumerate(keys)},
            {day: column for column, day in enumerate(days)},
            cells[kept] if keys else np.zeros((0, 0), dtype=np.uint16),
        )

    def blocks(self, column: str) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Yield the statuses of a column for some places at a time.

        Yields
        ------
        tuple[int, NDArray[np.uint8]]
            The row of the first place; then 0 for none, or 1 + an index into `STATUSES`, shape
            (places, days).
        """
        shift = np.uint16(_BITS * self.columns.index(column))
        for start in range(0, len(self.places), _BLOCK):
            block = self.cells[start : start + _BLOCK]
            yield start, ((block >> shift) & np.uint16(_MASK)).astype(np.uint8)


@dataclass(slots=True)
class Reading:
    """Reads tables into a panel; `own` takes the places of version 1, which tells them itself."""

    panel: Panel
    gazetteer: Gazetteer
    ledger: Ledger
    start: date
    end: date
    versions: set[str] = field(default_factory=set)
    unjoined: set[str] = field(default_factory=set)
    _places: dict[str, int] = field(default_factory=dict)
    _days: dict[str, int] = field(default_factory=dict)

    def take(self, table: TableFile) -> None:
        """Read a table of either version.

        Raises
        ------
        DataFaultsError
            If it is not CSV, or none of VIINA's control.
        """
        if is_wide(table):
            self._take_wide(table)
        else:
            self._take_long(table)

    def _take_long(self, table: TableFile) -> None:
        key = table.position(*KEYS)
        day = table.position("date")
        votes = [table.position(column) for column in self.panel.columns]
        if key is None or day is None or None in votes:
            lacking = [c for c, at in zip(self.panel.columns, votes, strict=True) if at is None]
            lacking = (["date"] if day is None else []) + lacking
            lacking = (["geonameid or kod"] if key is None else []) + lacking
            raise DataFaultsError(
                [table.lacks(f"is not VIINA's control: it lacks {', '.join(lacking)}")]
            )
        self._note_version(table)
        wanted = [key, day, *(at for at in votes if at is not None)]
        for first, chunk in _chunks(table, wanted):
            self.ledger.read += len(chunk)
            self._take_chunk(table, first, chunk[wanted])

    def _note_version(self, table: TableFile) -> None:
        at = table.position("vcontrol_version")
        _, cells = next(table.rows(), (0, []))
        if at is not None and at < len(cells):
            self.versions.add(cells[at].strip())

    def _take_chunk(self, table: TableFile, first: int, chunk: pd.DataFrame) -> None:
        columns = [chunk.iloc[:, i] for i in range(chunk.shape[1])]
        places, days = (
            _looked_up(column, find)
            for column, find in zip(columns[:2], (self._place, self._day), strict=True)
        )
        packed, unknown = _packed(columns[2:])
        left = np.ones(len(chunk), dtype=bool)

        def refuse(wrong: NDArray[np.bool_], reason: str, at: int) -> None:
            rows = np.flatnonzero(wrong & left)
            left[rows] = False
            values = columns[at].iloc[rows[: _SHOWN + 1]].tolist()
            _drop(self.ledger, table.name, reason, rows + first, values)

        refuse(places == _NONE, NO_ID, 0)
        refuse(days == _NONE, NO_DAY, 1)
        refuse(days == _EARLY, TOO_EARLY, 1)
        refuse(days == _OUTSIDE, NOT_ASKED, 1)
        refuse(places == _UNJOINED, UNJOINED, 0)
        none = packed == 0
        refuse(none & unknown, UNKNOWN_STATUS, 2)
        refuse(none, NO_STATUS, 0)
        kept = np.flatnonzero(left)
        new, same = self.panel.put(places[kept], days[kept], packed[kept] | _PRESENT)
        old = np.zeros(len(chunk), dtype=bool)
        old[kept[~new & same]] = True
        refuse(old, TWICE, 0)
        old[:] = False
        old[kept[~new & ~same]] = True
        refuse(old, AT_ODDS, 0)
        half = int(np.count_nonzero(unknown & left))
        if half:
            self.ledger.mend(LEFT_OUT, half)

    def _place(self, text: str) -> int:
        if text not in self._places:
            key = key_of(text)
            found = _UNJOINED if key else _NONE
            if key in self.gazetteer.rows:
                found = self.panel.places.setdefault(key, len(self.panel.places))
            elif key:
                self.unjoined.add(key)
            self._places[text] = found
        return self._places[text]

    def _day(self, text: str) -> int:
        if text not in self._days:
            day = day_of(text)
            if day is None:
                found = _NONE
            elif day < FIRST_DAY:
                found = _EARLY
            elif not self.start <= day <= self.end:
                found = _OUTSIDE
            else:
                found = self.panel.days.setdefault(day.toordinal(), len(self.panel.days))
            self._days[text] = found
        return self._days[text]

    def _take_wide(self, table: TableFile) -> None:
        """Read version 1; of several maps of a day the last one counts that shows the place.

        Raises
        ------
        DataFaultsError
            If it has no ids of places, or no map of the days asked for.
        """
        key = table.position(*KEYS)
        if key is None:
            raise DataFaultsError([table.lacks("is not VIINA's control: it lacks geonameid")])
        moments = self._moments(table)
        if not moments:
            message = "has no map of the days asked for"
            raise DataFaultsError([Fault(table.name, 0, message)])
        for number, cells in table.rows():
            self.ledger.read += 1
            text = cells[key] if key < len(cells) else ""
            statuses, unknown = _statuses_of(cells, moments)
            reason, value = self._fault_of(text, table, cells, statuses, unknown)
            if reason:
                self.ledger.drop(table.name, number, reason, value)
                continue
            row = np.full(len(statuses), self._place(text), dtype=np.int64)
            packed = np.fromiter(statuses.values(), dtype=np.uint16) | _PRESENT
            new, same = self.panel.put(row, np.fromiter(statuses, dtype=np.int64), packed)
            if not new.any():
                self.ledger.drop(table.name, number, TWICE if same.all() else AT_ODDS, text)
            elif unknown:
                self.ledger.mend(LEFT_OUT)

    def _moments(self, table: TableFile) -> list[tuple[int, int]]:
        """Return the day and the position of each map, in order of time."""
        found = []
        for at, column in enumerate(table.columns):
            stamp = _STAMP.match(column)
            day = self._day(stamp[1]) if stamp else _OUTSIDE
            if day >= 0:
                found.append((column, day, at))
            elif stamp and day in {_NONE, _EARLY}:
                self.ledger.note(f"{table.name}: {column} names no day of the war; left out")
        return [(day, at) for _, day, at in sorted(found)]

    def _fault_of(
        self,
        text: str,
        table: TableFile,
        cells: Sequence[str],
        statuses: Mapping[int, int],
        unknown: str,
    ) -> tuple[str, str]:
        """Return why a row of version 1 can't be used, and the value at fault."""
        key = key_of(text)
        if not key:
            return NO_ID, text
        if key not in self.gazetteer.rows and not self.gazetteer.add_own(key, table, cells):
            self.unjoined.add(key)
            return NO_POSITION, text
        if not statuses:
            return (UNKNOWN_STATUS, unknown) if unknown else (NO_STATUS, text)
        return "", ""


# What stands for a place or a day that can't be used.
_NONE, _UNJOINED, _EARLY, _OUTSIDE = -1, -2, -3, -4


def _chunks(table: TableFile, wanted: Sequence[int]) -> Iterator[tuple[int, pd.DataFrame]]:
    """Yield the number of the first row and the wanted columns, by position, as categories.

    Raises
    ------
    DataFaultsError
        If it is not CSV to its end.
    """
    first = 2
    with table.opened() as stream:
        try:
            reader = pd.read_csv(
                stream,
                sep=table.delimiter,
                header=0,
                names=list(range(len(table.columns))),
                usecols=sorted(set(wanted)),
                dtype="category",
                na_filter=False,
                index_col=False,
                chunksize=_CHUNK,
                encoding="utf-8-sig",
                encoding_errors="replace",
            )
            for chunk in reader:
                yield first, chunk
                first += len(chunk)
        except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            message = f"is not CSV: {error}; is the file cut off?"
            raise DataFaultsError([Fault(table.name, first, message)]) from error


def _looked_up(column: pd.Series[str], find: Callable[[str], int]) -> NDArray[np.int64]:
    """Return what each text of a column stands for; a cell that is missing stands for none."""
    values = np.array([*(find(str(text)) for text in column.cat.categories), _NONE], dtype=np.int64)
    looked_up: NDArray[np.int64] = values[column.cat.codes.to_numpy()]
    return looked_up


def _packed(columns: Sequence[pd.Series[str]]) -> tuple[NDArray[np.uint16], NDArray[np.bool_]]:
    """Return the statuses of each row in one number, and which rows have one that is unknown."""
    packed = np.zeros(len(columns[0]), dtype=np.uint16)
    unknown = np.zeros(len(packed), dtype=bool)
    for k, column in enumerate(columns):
        codes = np.array([*(_code(str(t)) for t in column.cat.categories), 0], dtype=np.uint8)
        status = codes[column.cat.codes.to_numpy()]
        unknown |= status == _UNKNOWN
        packed |= (status & np.uint8(_MASK)).astype(np.uint16) << np.uint16(_BITS * k)
    return packed, unknown


def _code(text: str) -> int:
    """Return 1 + the index of a status, 0 where there is none, `_UNKNOWN` for another word."""
    word = text.strip().upper()
    if word in _BLANKS:
        return 0
    return 1 + STATUSES.index(word) if word in STATUSES else int(_UNKNOWN)


def _statuses_of(
    cells: Sequence[str], moments: Sequence[tuple[int, int]]
) -> tuple[dict[int, int], str]:
    """Return the last status of each day, and a word that is none."""
    statuses: dict[int, int] = {}
    unknown = ""
    for day, at in moments:
        code = _code(cells[at]) if at < len(cells) else 0
        if code == _UNKNOWN:
            unknown = cells[at]
        elif code:
            statuses[day] = code
    return statuses, unknown


def _drop(
    ledger: Ledger,
    file: str,
    reason: str,
    rows: NDArray[np.int64],
    values: Sequence[object],
) -> None:
    """Note rows that are left out, the first thousand one by one."""
    for row, value in zip(rows[:_SHOWN].tolist(), values, strict=False):
        ledger.drop(file, row, reason, str(value))
    more = len(rows) - _SHOWN
    if more > 0:
        ledger.drop(file, int(rows[_SHOWN]), reason, str(values[_SHOWN]), count=more)
