"""What an import read, kept, mended and dropped, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DropError", "Dropped", "ImportReport", "Ledger"]

_MOST_EXAMPLES = 1000


class DropError(Exception):
    """A record can't be used, and why: it never reaches the user, but the ledger.

    Parameters
    ----------
    reason
        A short sentence, the same for all records of that fault.
    value
        What is at fault.
    """

    def __init__(self, reason: str, value: str = "") -> None:
        self.reason = reason
        self.value = value
        super().__init__(f"{reason} ({value})" if value else reason)


@dataclass(frozen=True, slots=True, order=True)
class Dropped:
    """A record that was left out: where it stands, why, and the value at fault.

    `row` counts as a spreadsheet does, the header being row 1; 0 means the file as a whole.
    """

    file: str
    row: int
    reason: str
    value: str = ""

    def __str__(self) -> str:
        """Return ``file, row N: reason (value)``."""
        where = f"{self.file}, row {self.row}" if self.row else self.file
        return f"{where}: {self.reason}" + (f" ({self.value})" if self.value else "")


@dataclass(frozen=True)
class ImportReport:
    """What became of the records of a foreign format.

    `read` is the number of records, `kept` of those that something was made of; the others are
    counted in `dropped` by reason, with `examples` (the first thousand of each reason). `mended`
    counts what was changed in records that were kept, by what it was. `notes` are sentences about
    the whole.
    """

    format: str
    files: tuple[str, ...]
    read: int
    kept: int
    dropped: Mapping[str, int]
    mended: Mapping[str, int]
    examples: tuple[Dropped, ...] = ()
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """Return the report as values that JSON can hold.

        Returns
        -------
        dict[str, object]
            Its fields by their names.
        """
        return asdict(self)

    @property
    def firsts(self) -> dict[str, Dropped]:
        """The first record of each reason."""
        found: dict[str, Dropped] = {}
        for example in self.examples:
            found.setdefault(example.reason, example)
        return found

    def __str__(self) -> str:
        """Tell it in lines of text, the first record of each reason named."""
        lines = [f"{self.format}: {self.read:,} read, {self.kept:,} kept"]
        first = self.firsts
        for reason, count in self.dropped.items():
            lines.append(f"  dropped {count:,}: {reason}; first: {_place_of(first.get(reason))}")
        lines += [f"  mended {count:,}: {what}" for what, count in self.mended.items()]
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])


def _place_of(example: Dropped | None) -> str:
    if example is None:
        return "not noted"
    where = f"{example.file}, row {example.row}" if example.row else example.file
    return f"{where} ({example.value})" if example.value else where


@dataclass(slots=True)
class Ledger:
    """Keeps count while records are read; what is not dropped is kept."""

    format: str
    files: list[str] = field(default_factory=list)
    read: int = 0
    notes: list[str] = field(default_factory=list)
    _dropped: Counter[str] = field(default_factory=Counter)
    _mended: Counter[str] = field(default_factory=Counter)
    _examples: list[Dropped] = field(default_factory=list)

    def drop(self, file: str, row: int, reason: str, value: str = "", *, count: int = 1) -> None:
        """Note that a record that was read (or `count` of them, the first named) is left out."""
        self._dropped[reason] += count
        if self._dropped[reason] - count < _MOST_EXAMPLES:
            self._examples.append(Dropped(file, row, reason, value[:_MOST_EXAMPLES]))

    def mend(self, what: str, count: int = 1) -> None:
        """Note that something was changed in records that are kept."""
        self._mended[what] += count

    def note(self, sentence: str) -> None:
        """Say something about the whole, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def report(self) -> ImportReport:
        """Return what was noted so far."""
        return ImportReport(
            format=self.format,
            files=tuple(self.files),
            read=self.read,
            kept=self.read - self._dropped.total(),
            dropped=dict(sorted(self._dropped.items())),
            mended=dict(sorted(self._mended.items())),
            examples=tuple(self._examples),
            notes=tuple(self.notes),
        )
