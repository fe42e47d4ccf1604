"""Rights: the licences of all that goes into a map, combined, and what they do not allow."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, groupby
from typing import TYPE_CHECKING

from geofront.errors import DataFaultsError, Fault
from geofront.events.licence import Licence, Passing, licences_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geofront.events.event import Event
    from geofront.events.timeline import Timeline

__all__ = ["Holding", "Rights", "refuse_restricted", "rights_of"]

_SHOWN = 5
_CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Holding:
    """The rows that are under one licence.

    `rows` are ids by table, ``places`` or ``sources``; ``conflict`` for what conflict.toml says of
    the whole.
    """

    licence: Licence
    rows: dict[str, tuple[str, ...]]

    @property
    def told(self) -> str:
        """Which rows, in words."""
        return "; ".join(_listed(table, ids) for table, ids in self.rows.items())


@dataclass(frozen=True)
class Rights:
    """What the inputs of a timeline say about their licences.

    `holdings` are in the order of the licences' texts; a row without a licence is in none.
    """

    timeline: Timeline
    holdings: tuple[Holding, ...]

    @property
    def licence(self) -> str:
        """The licence of what is drawn: as the conflict states it, or else those of its rows."""
        stated = self.timeline.about.licence
        return stated or " AND ".join(holding.licence.text for holding in self.holdings)

    @property
    def counts(self) -> dict[str, str]:
        """How many rows are under each licence, in words; without what states none."""
        return {
            h.licence.text: told
            for h in self.holdings
            if (told := ", ".join(_counted(t, ids) for t, ids in h.rows.items() if t != _CONFLICT))
        }

    @cached_property
    def warnings(self) -> list[str]:
        """What does not go together, with the rows."""
        met = [*self._pairs(), *self._looser_whole()]
        return [*dict.fromkeys(met)]

    def _pairs(self) -> Iterator[str]:
        rows = [h for h in self.holdings if set(h.rows) != {_CONFLICT}]
        for one, other in combinations(rows, 2):
            reason = _clash(one.licence, other.licence)
            if reason:
                yield (
                    f"{one.licence.text} ({one.told}) and {other.licence.text} ({other.told}) "
                    f"{reason}"
                )

    def _looser_whole(self) -> Iterator[str]:
        stated = [known for known in licences_of(self.timeline.about.licence) if known.family]
        if not stated:
            return
        whole = " AND ".join(licence.text for licence in stated)
        for holding in self.holdings:
            # A condition that one part of the whole keeps is kept.
            lost = set.intersection(*(_lost(holding.licence, part) for part in stated))
            if lost:
                yield (
                    f"conflict.toml states {whole}, but {holding.licence.text} "
                    f"({holding.told}) asks to {' and to '.join(sorted(lost))}"
                )

    @property
    def kept(self) -> list[str]:
        """The licences and terms under which rows may not be passed on."""
        return [h.licence.text for h in self.holdings if h.licence.rows is Passing.REFUSED]

    @cached_property
    def restricted(self) -> list[Fault]:
        """The rows that may not be passed on, a fault for each file and licence."""
        return [*self._restricted_events(), *self._restricted_places(), *self._restricted_whole()]

    def _restricted_events(self) -> Iterator[Fault]:
        sources = self.timeline.sources
        forbidden = {name: _forbidding(source.licence) for name, source in sources.items()}
        found = [
            (event.file or "events", licence, event)
            for event in self.timeline.events
            for licence in dict.fromkeys(forbidden.get(name, "") for name in event.sources)
            if licence
        ]
        found.sort(key=lambda row: (row[0], row[1], row[2].row))
        for (file, licence), rows in groupby(found, key=lambda row: row[:2]):
            yield _fault(file, licence, _rows_told([event for _, _, event in rows]))

    def _restricted_places(self) -> Iterator[Fault]:
        found: dict[tuple[str, str], list[str]] = {}
        for place in self.timeline.places.values():
            if licence := _forbidding(place.licence):
                found.setdefault((place.source or "places", licence), []).append(place.id)
        for (source, licence), ids in sorted(found.items()):
            yield _fault(source, licence, _listed("places", ids))

    def _restricted_whole(self) -> Iterator[Fault]:
        if licence := _forbidding(self.timeline.about.licence):
            yield _fault("conflict.toml", licence, "everything")


def rights_of(timeline: Timeline) -> Rights:
    """Return what the inputs of a timeline say about their licences.

    Parameters
    ----------
    timeline
        The timeline; of its places and sources those count that its events name.

    Returns
    -------
    Rights
        The licences, what does not go together, and what may not be passed on.
    """
    rows = [
        *((_CONFLICT, "all", timeline.about.licence),),
        *(("places", place.id, place.licence) for place in timeline.places.values()),
        *(("sources", source.id, source.licence) for source in timeline.sources.values()),
    ]
    found: dict[Licence, dict[str, list[str]]] = {}
    read = {text: licences_of(text) for _, _, text in rows}
    for table, row_id, text in rows:
        for licence in read[text]:
            found.setdefault(licence, {}).setdefault(table, []).append(row_id)
    holdings = (
        Holding(licence, {table: tuple(ids) for table, ids in tables.items()})
        for licence, tables in found.items()
    )
    return Rights(timeline, tuple(sorted(holdings, key=lambda h: h.licence.text)))


def refuse_restricted(timeline: Timeline) -> None:
    """Refuse to pass on rows whose licence forbids it, unless the timeline allows it knowingly.

    Called by whatever writes rows for others; pictures and figures are drawn from rows and carry
    none.

    Parameters
    ----------
    timeline
        What is to be written.

    Raises
    ------
    DataFaultsError
        With each file, its rows and the remedy.
    """
    if timeline.about.allow_restricted:
        return
    if faults := rights_of(timeline).restricted:
        raise DataFaultsError(faults)


def _forbidding(text: str) -> str:
    """Return the licences of a cell that forbid to pass its row on."""
    kept = [licence.text for licence in licences_of(text) if licence.rows is Passing.REFUSED]
    return " AND ".join(kept)


def _fault(file: str, licence: str, rows: str) -> Fault:
    message = (
        f"{rows}: may not be passed on ({licence}); write pictures or statistics, which carry no "
        "rows, or allow it knowingly: --allow-restricted, allow_restricted = true under "
        "[publishing], or allowing_restricted()"
    )
    return Fault(file, 0, message)


def _rows_told(events: Sequence[Event]) -> str:
    """Return the rows of events, runs of them as such; how many where they are withheld."""
    numbers = sorted({event.row for event in events} - {0})
    if not numbers:
        return f"{len(events):,} statements"
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    shown = ", ".join("–".join(map(str, run)) for run in runs[:_SHOWN])
    more = f" and {len(runs) - _SHOWN:,} more" if len(runs) > _SHOWN else ""
    return f"rows {shown}{more} ({len(numbers):,} in all)"


def _counted(table: str, ids: Sequence[str]) -> str:
    return f"{len(ids):,} {table if len(ids) > 1 else table.removesuffix('s')}"


def _listed(table: str, ids: Sequence[str]) -> str:
    if table == _CONFLICT:
        return "conflict.toml, of the whole"
    shown = ", ".join(ids[:_SHOWN])
    more = f" and {len(ids) - _SHOWN:,} more" if len(ids) > _SHOWN else ""
    return f"{table} {shown}{more}"


def _clash(one: Licence, other: Licence) -> str:
    """Return why rows of two licences can't stand in one database that is passed on."""
    if one.family == other.family or not (one.family and other.family):
        return ""
    if one.share_alike and other.share_alike:
        return "can't be passed on as one: each asks that the whole is shared under itself"
    if one.no_derivatives or other.no_derivatives:
        return "can't be combined: one of them allows no adaptations"
    for bound, shared in ((one, other), (other, one)):
        if bound.non_commercial and shared.share_alike and not shared.non_commercial:
            return "can't be passed on as one: one forbids commercial use, the other to forbid it"
    return ""


def _lost(of_rows: Licence, stated: Licence) -> set[str]:
    """Return what rows ask for and the licence of the whole does not."""
    asked = {
        "share alike": of_rows.share_alike and of_rows.family != stated.family,
        "forbid commercial use": of_rows.non_commercial and not stated.non_commercial,
        "adapt nothing": of_rows.no_derivatives and not stated.no_derivatives,
    }
    return {condition for condition, lost in asked.items() if lost}
