"""An event: a dated statement about a place, by a source."""

from __future__ import annotations

import copyreg
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from geofront.dates import EventDate

__all__ = ["NO_EXTRA", "Event", "Kind", "Standing"]

NO_EXTRA: Mapping[str, str] = MappingProxyType({})
"""Of an event without further columns."""

_LAST_MINUTE = 24 * 60
_LAST_ORDER = float("inf")
# Events go to the workers of a cluster, and the standard library can't send read-only mappings.
copyreg.pickle(MappingProxyType, lambda mapping: (_read_only, (dict(mapping),)))


def _read_only(mapping: dict[str, str]) -> MappingProxyType[str, str]:
    return MappingProxyType(mapping)


class Kind(StrEnum):
    """What an event says; the effect of each kind stands in the documentation under "Formats"."""

    CAPTURE = "capture"
    WITHDRAWAL = "withdrawal"
    HANDOVER = "handover"
    HOLD = "hold"
    REPELLED = "repelled"
    CONTEST = "contest"
    SIEGE = "siege"
    SIEGE_LIFTED = "siege_lifted"
    CLASH = "clash"
    STRIKE = "strike"
    RAID = "raid"
    CEASEFIRE = "ceasefire"
    MOVEMENT = "movement"
    RETRACTION = "retraction"

    @property
    def sets_status(self) -> bool:
        """Whether such an event may change who holds a place."""
        return self in _RANK

    @property
    def names_holder(self) -> bool:
        """Whether such an event says that its actor holds the place from now on."""
        return self in _HOLDING_KINDS


# Unordered statements of one day on one place are read in this order: fighting comes before
# its outcome, leaving before arriving, and what was seen to be held at the end comes last.
_STATUS_KINDS = (
    Kind.SIEGE,
    Kind.SIEGE_LIFTED,
    Kind.CONTEST,
    Kind.REPELLED,
    Kind.WITHDRAWAL,
    Kind.HANDOVER,
    Kind.CAPTURE,
    Kind.HOLD,
)
_RANK = {kind: rank for rank, kind in enumerate(_STATUS_KINDS)}
_HOLDING_KINDS = frozenset({Kind.CAPTURE, Kind.HANDOVER, Kind.HOLD})


class Standing(StrEnum):
    """How a statement stands among the sources."""

    CONFIRMED = "confirmed"
    CLAIMED = "claimed"
    DISPUTED = "disputed"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Event:
    """A dated statement about a place.

    `actors` did it, `from_actors` lost it (or, of a repelled attack, made it); ids of actors, the
    leading one first. `sources` are ids. `reported` is the day it became known. `time` and `order`
    place it within its day. `corrects` holds the ids of earlier statements that this one replaces.
    An imprecise date counts at the end of its range, or where `at_start` is set at its beginning.
    `standing_assumed` tells that its row left the standing empty; it is no part of what is said.
    `extra` holds the columns that geofront itself does not use, `file` and `row` say where it was
    written.
    """

    id: str
    place_id: str
    kind: Kind
    date: EventDate
    actors: tuple[str, ...] = ()
    from_actors: tuple[str, ...] = ()
    standing: Standing = Standing.CONFIRMED
    claimed_by: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    reported: dt.date | None = None
    time: dt.time | None = None
    order: float | None = None
    credibility: int | None = None
    note: str = ""
    geometry_wkt: str = ""
    corrects: tuple[str, ...] = ()
    at_start: bool = False
    extra: Mapping[str, str] = field(default_factory=lambda: NO_EXTRA, hash=False)
    file: str = ""
    row: int = 0
    standing_assumed: bool = field(default=False, compare=False)

    @property
    def day(self) -> dt.date:
        """The civil day on which the event takes effect."""
        if self.at_start and self.date.first is not None:
            return self.date.first
        return self.date.effective

    @property
    def held_by(self) -> str | None:
        """Who holds the place or kept it, as the statement says, or None if it does not say."""
        says = self.kind.names_holder or self.kind is Kind.REPELLED
        return self.actors[0] if says and self.actors else None

    def says_held_by(self, actor: str | None) -> bool:
        """Return whether the statement says that an actor holds the place or kept it.

        Parameters
        ----------
        actor
            The id of the actor; of None no statement says so.

        Returns
        -------
        bool
            Whether it does.
        """
        return self.held_by is not None and self.held_by == actor

    def rivals(self, actor: str | None) -> bool:
        """Return whether the statement says that others than an actor hold or fight for the place.

        Who left it or besieged it is not said to hold it.

        Parameters
        ----------
        actor
            The id of the actor; None is nobody.

        Returns
        -------
        bool
            Whether it does.
        """
        if self.held_by is None:
            return self.kind is Kind.CONTEST
        return self.held_by != actor

    @property
    def known_on(self) -> dt.date:
        """The day on which the event was known: when it was reported, or else when it happened."""
        return self.reported or self.day

    @property
    def moment(self) -> tuple[dt.date, int, float]:
        """Day, minute and order: statements of one moment have no order among themselves."""
        minute = _LAST_MINUTE if self.time is None else self.time.hour * 60 + self.time.minute
        return (self.day, minute, _LAST_ORDER if self.order is None else self.order)

    @property
    def sort_key(self) -> tuple[object, ...]:
        """The order of events: day, time, order; then content, so that files may be shuffled."""
        rank = _RANK.get(self.kind, len(_RANK))
        content = (
            *(self.actors, self.from_actors, self.standing, self.claimed_by, self.sources),
            *(str(self.reported), self.date.text, str(self.credibility), self.geometry_wkt),
            *(self.corrects, self.note, self.id),
        )
        return (*self.moment, self.place_id, rank, self.kind, *content)
