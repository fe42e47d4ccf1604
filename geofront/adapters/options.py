"""Options of readers: what labels mean, which days and countries are wanted."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from geofront.adapters.report import DropError
from geofront.dates import as_day
from geofront.errors import DataFaultsError, Fault, UnknownNameError
from geofront.events.event import Kind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

__all__ = ["DROPPED", "Meanings", "Pairs", "Wanted", "kinds_given", "meanings_given", "pairs_given"]

Pairs: TypeAlias = Mapping[str, str] | str | None
"""What options take that say what names mean: a mapping, or ``NAME=VALUE,NAME=VALUE``."""

DROPPED = "drop"
"""What stands for no kind where kinds are bound."""

_ALL_ELSE = "*"  # stands for every record without a label of a meaning


def pairs_given(given: Mapping[str, object] | str | None, option: str) -> dict[str, str]:
    """Return what a caller gives as a mapping, or as ``NAME=VALUE,NAME=VALUE``.

    A name with a comma stands in quotes, as in CSV: ``"Dead, wounded=strike"``.

    Parameters
    ----------
    given
        The mapping or text.
    option
        What messages call it.

    Returns
    -------
    dict[str, str]
        Values by name, in the order given; a value may be empty.

    Raises
    ------
    DataFaultsError
        With every part of a text that is not written so.
    """
    if isinstance(given, Mapping):
        return {str(name).strip(): str(value).strip() for name, value in given.items()}
    try:
        parts = next(csv.reader(io.StringIO(given or ""), strict=True), [])
    except csv.Error as error:
        raise DataFaultsError([Fault(option, 0, f"{given!r}: {error}")]) from error
    pairs = [part.rpartition("=") for part in parts if part.strip()]
    faults = [
        Fault(option, 0, f"{(name or value).strip()!r} is not written NAME=VALUE,NAME=VALUE")
        for name, _, value in pairs
        if not name.strip()
    ]
    if faults:
        raise DataFaultsError(faults)
    return {name.strip(): value.strip() for name, _, value in pairs}


class Meanings(dict[str, str]):
    """What labels mean, by the label in small letters; the first one given goes first."""

    def of(self, labels: Iterable[str]) -> list[str]:
        """Return the meanings of labels, in the order in which meanings were given."""
        there = {_folded(label) for label in labels}
        found = [meaning for label, meaning in self.items() if label in there]
        if not found and _ALL_ELSE in self:
            found = [self[_ALL_ELSE]]
        return list(dict.fromkeys(found))


def _folded(label: str) -> str:
    return " ".join(label.casefold().split())


def meanings_given(given: Pairs, option: str) -> Meanings:
    """Return what a user says that labels mean; ``*`` stands for all that are not named.

    Raises
    ------
    DataFaultsError
        If a text is not written as `pairs_given` wants it, or a label means nothing.
    """
    pairs = pairs_given(given, option)
    faults = [
        Fault(option, 0, f"{label!r} means nothing: it is not written NAME=VALUE")
        for label, meaning in pairs.items()
        if not meaning
    ]
    if faults:
        raise DataFaultsError(faults)
    return Meanings({_folded(label): meaning for label, meaning in pairs.items()})


def kinds_given(given: Pairs, *, may_set_status: bool = True, may_drop: bool = True) -> Meanings:
    """Return the kinds of events that labels mean: ``Agreement=ceasefire,Arrests=drop``.

    Parameters
    ----------
    given
        What the format calls it, and a kind of event, or ``drop``; an empty one is ``drop`` too.
    may_set_status
        Whether the format tells enough for kinds that say who holds a place.
    may_drop
        Whether ``drop`` has a sense, since records without a kind are none of those that are kept.

    Returns
    -------
    Meanings
        By lower-case label.

    Raises
    ------
    DataFaultsError
        If it is not written as `pairs_given` wants it.
    UnknownNameError
        If there is no such kind, or the format can't tell it.
    """
    fit = (kind for kind in Kind if kind is not Kind.RETRACTION)
    known = [kind.value for kind in fit if may_set_status or not kind.sets_status]
    known += [DROPPED] if may_drop else []
    kinds = Meanings()
    for label, told in pairs_given(given, "kinds").items():
        kind = told.casefold().replace(" ", "_") or DROPPED
        if kind not in known:
            raise UnknownNameError("kind", told, known)
        kinds[_folded(label)] = kind
    return kinds


@dataclass(frozen=True, slots=True)
class Wanted:
    """The days and countries that a user asks for; without any, all."""

    start: dt.date | None = None
    end: dt.date | None = None
    countries: frozenset[str] = frozenset()

    @classmethod
    def given(
        cls,
        start: dt.date | str | None,
        end: dt.date | str | None,
        countries: Sequence[str] | str = (),
    ) -> Wanted:
        """Read what a user asks for.

        Raises
        ------
        DateError
            If a text is not a day.
        """
        names = countries.split(",") if isinstance(countries, str) else countries
        return cls(
            as_day(start or None),
            as_day(end or None),
            frozenset(name.strip().casefold() for name in names if name.strip()),
        )

    def check(self, first: dt.date, last: dt.date, country: str = "") -> None:
        """Let what is asked for pass.

        Raises
        ------
        DropError
            If it is outside.
        """
        if (self.start and last < self.start) or (self.end and first > self.end):
            raise DropError("it lies outside the days asked for", str(first))
        if self.countries and country.casefold() not in self.countries:
            raise DropError("it lies outside the countries asked for", country)
