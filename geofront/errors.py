"""What can go wrong for a user, as one family of exceptions.

Every class derives from `GeofrontError`, and from a builtin where one fits, so that
``except ValueError`` keeps working. The facts stand on the object, the message names
the file, the row, the value and the remedy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geofront.gazetteer.match import Match

__all__ = [
    "AmbiguousPlaceError",
    "CorrectionError",
    "DataFaultsError",
    "DateError",
    "ExtentError",
    "Fault",
    "GeofrontError",
    "OutputError",
    "PositionError",
    "SpanError",
    "UnknownNameError",
    "UnknownPlaceError",
    "did_you_mean",
    "nearest_name",
    "some_of",
]

_SHOWN_CANDIDATES = 5
_SLIP = 75.0  # how alike, of 100, a slip and the name that was meant are
_LONGEST_SHOWN = 80
_MOST_NAMES = 100
_LONGEST_MESSAGE = 10_000


class GeofrontError(Exception):
    """Base of every error that geofront raises for a user's input.

    Catch it to tell the user what the message says; it names what is wrong and what to write.

    Examples
    --------
    >>> import geofront
    >>> try:
    ...     geofront.read("palmira-2016")
    ... except geofront.GeofrontError as error:
    ...     print(error)
    unknown dataset 'palmira-2016'; there are: ...; did you mean 'palmyra-2016'?
    """


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong in one file.

    `row` counts as a spreadsheet does: the header is row 1; 0 means the file as a whole. `column`
    and `value` are empty where it is not about one cell.
    """

    file: str
    row: int
    message: str
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        """Return ``file, row N: message``."""
        where = f"{self.file}, row {self.row}" if self.row else self.file
        message = self.message
        if len(message) > _LONGEST_MESSAGE:  # of a cell that is as long as a book
            message = f"{message[:_LONGEST_MESSAGE]}…"
        return f"{where}: {message}"


class DataFaultsError(GeofrontError, ValueError):
    """The input files have faults; all of them are listed, in order of file and row.

    Mend each row as its line says; all that can be seen in one reading are listed at once.

    Parameters
    ----------
    faults
        What is wrong; at least one.

    Examples
    --------
    >>> import geofront
    >>> import pandas as pd
    >>> row = {"date": "2016-12-32", "place": "Palmyra", "kind": "capture", "actor": "isil"}
    >>> try:
    ...     geofront.read(pd.DataFrame([row]))
    ... except geofront.DataFaultsError as error:
    ...     error.faults[0].row, error.faults[0].column, error.faults[0].value
    (1, 'date', '2016-12-32')
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class CorrectionError(GeofrontError, ValueError):
    """Statements correct each other in a circle, so that none of them stands.

    Take the id out of the column ``corrects`` of the earliest of them.

    Parameters
    ----------
    event_ids
        The ids of the events of the circle.
    """

    def __init__(self, event_ids: Iterable[str]) -> None:
        self.event_ids = tuple(event_ids)
        listed = " -> ".join(self.event_ids)
        super().__init__(f"corrections go in a circle: {listed}; a later one corrects an earlier")


class DateError(GeofrontError, ValueError):
    """A text is not a date that geofront understands.

    Write ``YYYY-MM-DD``, or EDTF where the day is not known; the message says what is amiss.

    Parameters
    ----------
    text
        The text as given.
    reason
        Why it is refused and what to write instead.

    Examples
    --------
    >>> from geofront.dates import parse_date
    >>> parse_date("2016-02-30")
    Traceback (most recent call last):
    ...
    geofront.errors.DateError: date '2016-02-30' does not exist: February 2016 has 29 days
    """

    def __init__(self, text: str, reason: str) -> None:
        self.text = text
        self.reason = reason
        super().__init__(f"date {_shown(text)!r} {reason}")


class ExtentError(GeofrontError, ValueError):
    """An extent can't be drawn on one map: it holds a pole, crosses 180°, or is too large.

    Give an extent in degrees of WGS 84, longitude first, that holds the places of one war.
    """


class OutputError(GeofrontError, ValueError):
    """What is asked for can't be written so: a file's name, the size or an option is amiss.

    Give the name, size or option that the message asks for; nothing has been written.
    """


class PositionError(GeofrontError, ValueError):
    """What is searched from is no position, no distance or no outline in degrees.

    Give degrees of WGS 84, longitude first, and distances in km.
    """


class SpanError(GeofrontError, ValueError):
    """A span of days ends before it starts, or a day or a reach lies outside what can be drawn.

    Ask for days that the series has (`Series.days`), or draw a longer one.
    """


class UnknownNameError(GeofrontError, LookupError):
    """A dataset, method, policy, actor or format of that name does not exist.

    Take one of the names in `available`; the message tells the one that is most alike.

    Parameters
    ----------
    kind
        What was looked for, as a noun: ``"method"``.
    name
        The name as given.
    available
        The names that exist.
    """

    def __init__(self, kind: str, name: str, available: Iterable[str]) -> None:
        self.kind = kind
        self.name = name
        self.available = tuple(sorted(available))
        hint = did_you_mean(name, self.available)
        super().__init__(
            f"unknown {kind} {_shown(name)!r}; there are: {some_of(self.available)}{hint}"
        )


class UnknownPlaceError(GeofrontError, LookupError):
    """No place of the gazetteer answers to a name.

    Take one of the suggestions, add the place to a places.csv, or give its row lon and lat.

    Parameters
    ----------
    name
        The name as given.
    suggestions
        Names that look alike, best first; may be empty.

    Examples
    --------
    >>> import geofront
    >>> try:
    ...     geofront.locate("Hospitale")
    ... except geofront.UnknownPlaceError as error:
    ...     error.suggestions[0]
    'al-Bab hospital'
    """

    def __init__(self, name: str, suggestions: Sequence[str] = ()) -> None:
        self.name = name
        self.suggestions = tuple(dict.fromkeys(suggestions))
        hint = (
            f"; did you mean {', '.join(repr(s) for s in self.suggestions)}?"
            if self.suggestions
            else "; add it to a places.csv or give the row its own lon and lat"
        )
        super().__init__(f"unknown place {_shown(name)!r}{hint}")


class AmbiguousPlaceError(GeofrontError, LookupError):
    """Several places answer to a name equally well; none is chosen silently.

    Write the id of the one that is meant, or say more of it (`Context`: a point, a country).

    Parameters
    ----------
    name
        The name as given.
    candidates
        The matches that tie, best first.

    Examples
    --------
    >>> import geofront
    >>> try:
    ...     geofront.locate("Khattab")
    ... except geofront.AmbiguousPlaceError as error:
    ...     [match.place.id for match in error.candidates]
    ['khattab-hama', 'khattab-homs']
    """

    def __init__(self, name: str, candidates: Sequence[Match]) -> None:
        self.name = name
        self.candidates = tuple(candidates)
        shown = "; ".join(
            f"{m.place.id} ({m.place.name}, {m.place.lat:.3f} N {m.place.lon:.3f} E)"
            for m in self.candidates[:_SHOWN_CANDIDATES]
        )
        more = len(self.candidates) - _SHOWN_CANDIDATES
        tail = f"; and {more} more" if more > 0 else ""
        super().__init__(
            f"{name!r} may be {len(self.candidates)} places: {shown}{tail}; write the id of the one"
        )


def some_of(names: Iterable[str]) -> str:
    """Return names in order with commas between; of very many the first, and how many more."""
    listed = sorted(names)
    more = len(listed) - _MOST_NAMES
    told = ", ".join(listed[:_MOST_NAMES]) or "none"
    return f"{told} and {more:,} more" if more > 0 else told


def _shown(text: str) -> str:
    """Return the beginning of a text, so that no message is as long as a file."""
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def nearest_name(name: str, available: Iterable[str], *, least: float = _SLIP) -> str:
    """Return the name that one that does not exist is most likely a slip of.

    Parameters
    ----------
    name
        The name as given.
    available
        The names that exist.
    least
        How alike the two must be, of 100; words in another order are no difference.

    Returns
    -------
    str
        The name, or nothing if none is alike.
    """
    # Imported here: only who made a slip needs it.
    from rapidfuzz import fuzz, process, utils

    names = sorted(set(map(str, available)))
    readings = (
        process.extractOne(
            name,
            names,
            scorer=fuzz.token_sort_ratio,
            processor=utils.default_process,
            score_cutoff=least,
        ),
        process.extractOne(
            name, names, scorer=fuzz.ratio, processor=str.casefold, score_cutoff=least
        ),
    )
    found = [(score, other) for other, score, _ in filter(None, readings)]
    return max(found)[1] if found else ""


def did_you_mean(name: str, available: Iterable[str]) -> str:
    """Return ``; did you mean 'X'?`` as the end of a message, or nothing if no name is alike."""
    nearest = nearest_name(name, available)
    return f"; did you mean {nearest!r}?" if nearest else ""
