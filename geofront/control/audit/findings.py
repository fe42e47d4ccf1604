"""What an audit found: faults and doubts, each with file, row and remedy."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    import pandas as pd

__all__ = ["DOUBT", "FAULT", "READING", "Audit", "Finding"]

FAULT = "fault"
DOUBT = "doubt"
READING = "reading"
"""The check of what stops the reading."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault or doubt.

    `check` is the short name of the check, `message` says what is odd and what to do. `row` counts
    as a spreadsheet does, the header is row 1; 0 means the file as a whole. Of several events the
    row is that of the first one. `rank` orders the findings of one check, the gravest the largest;
    what it measures is said in the documentation of the check.
    """

    severity: str
    check: str
    message: str
    file: str = ""
    row: int = 0
    event_ids: tuple[str, ...] = ()
    place_id: str = ""
    day: date | None = None
    rank: float = 0.0

    @property
    def where(self) -> str:
        """The file and the row, as far as there are any."""
        return f"{self.file}, row {self.row}" if self.row else self.file

    def __str__(self) -> str:
        """Return ``file, row N: message``."""
        return f"{self.where}: {self.message}" if self.where else self.message

    def record(self) -> dict[str, Any]:
        """Return the finding as values that JSON can hold.

        Returns
        -------
        dict[str, Any]
            Its fields by their names.
        """
        record = asdict(self)
        record["event_ids"] = list(self.event_ids)
        record["day"] = self.day.isoformat() if self.day else None
        record["rank"] = round(self.rank, 3)
        return record


@dataclass(frozen=True)
class Audit:
    """The findings about one conflict: faults first, check by check, the gravest first."""

    title: str
    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, title: str, findings: Iterable[Finding]) -> Audit:
        """Put findings in order; those of one check stay together in the order of the checks.

        Parameters
        ----------
        title
            What was audited.
        findings
            What was found, in any order.

        Returns
        -------
        Audit
            The findings in order.
        """
        given = list(findings)
        place = {check: i for i, check in reversed(list(enumerate(f.check for f in given)))}
        ordered = sorted(
            given,
            key=lambda f: (
                f.severity != FAULT,
                place[f.check],
                -f.rank,
                (f.file, f.row, f.place_id, f.message),
            ),
        )
        return cls(title, tuple(ordered))

    @property
    def faults(self) -> tuple[Finding, ...]:
        """What cannot stand as it is written."""
        return tuple(f for f in self.findings if f.severity == FAULT)

    @property
    def doubts(self) -> tuple[Finding, ...]:
        """What may be right and deserves a look."""
        return tuple(f for f in self.findings if f.severity != FAULT)

    def of_check(self, check: str) -> tuple[Finding, ...]:
        """Return the findings of one check, the gravest first.

        Parameters
        ----------
        check
            The name of the check, as in `Finding.check`.

        Returns
        -------
        tuple[Finding, ...]
            Empty where it found nothing, or where there is no such check.
        """
        return tuple(f for f in self.findings if f.check == check)

    def records(self) -> list[dict[str, Any]]:
        """Return the findings as values that JSON can hold, in order.

        Returns
        -------
        list[dict[str, Any]]
            One a finding.
        """
        return [finding.record() for finding in self.findings]

    def frame(self) -> pd.DataFrame:
        """Return the findings as a table, a row each.

        Returns
        -------
        pandas.DataFrame
            With the fields of `Finding` as columns.
        """
        import pandas as pd

        columns = list(Finding.__dataclass_fields__)
        rows = [[getattr(finding, column) for column in columns] for finding in self.findings]
        return pd.DataFrame(rows, columns=columns)

    def text(self) -> str:
        """Return the whole report as plain text.

        Returns
        -------
        str
            Without a newline at the end.
        """
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        faults, doubts = len(self.faults), len(self.doubts)
        yield f"{self.title}: {_counted(faults, 'fault')}, {_counted(doubts, 'doubt')}"
        for heading, part in (("Faults", self.faults), ("Doubts", self.doubts)):
            if part:
                yield ""
                yield heading
            for check, group in groupby(part, key=lambda f: f.check):
                found = list(group)
                yield f"  {check} ({len(found)})"
                yield from (f"    {finding}" for finding in found)

    def __repr__(self) -> str:
        """Tell the numbers."""
        faults = _counted(len(self.faults), "fault")
        return f"<Audit of {self.title!r}: {faults}, {_counted(len(self.doubts), 'doubt')}>"


def _counted(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
