"""Publishing: what is withheld from a map that others will read, and how outputs say so."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from geofront.errors import PositionError, SpanError, UnknownNameError
from geofront.events.event import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "LARGEST_ROUNDING_KM",
    "LONGEST_DELAY_DAYS",
    "NOTHING",
    "Publishing",
    "counted_from",
]

LARGEST_ROUNDING_KM = 500.0
LONGEST_DELAY_DAYS = 36_525
"""A hundred years."""


@dataclass(frozen=True, slots=True)
class Publishing:
    """What is withheld when a conflict is published; all defaults withhold nothing.

    `round_km` is the step of the grid that positions are moved to. Nothing is shown of the last
    `delay_days` before `today`; `until` is the last day that is shown, None before the delay was
    counted. Statements of `hide_kinds`, and those about places of `hide_features` (GeoNames codes,
    with ``HSP*`` for all that begin so), leave no trace. `hide_notes` leaves the notes out.
    """

    round_km: float | None = None
    delay_days: int = 0
    hide_kinds: tuple[Kind, ...] = ()
    hide_features: tuple[str, ...] = ()
    hide_notes: bool = False
    until: date | None = None
    today: date | None = None

    @classmethod
    def of(
        cls,
        *,
        round_km: float | None = None,
        delay_days: int = 0,
        hide_kinds: Iterable[str] = (),
        hide_features: Iterable[str] = (),
        hide_notes: bool = False,
    ) -> Publishing:
        """Make the settings of what a user wrote.

        Parameters
        ----------
        round_km
            The step of the grid in km.
        delay_days
            Whole days, 0 or more.
        hide_kinds
            Kinds of events, in any case.
        hide_features
            GeoNames codes, in any case.
        hide_notes
            Whether notes are left out.

        Returns
        -------
        Publishing
            The settings, their lists sorted.

        Raises
        ------
        PositionError
            If the step is no distance above 0, or above `LARGEST_ROUNDING_KM`.
        SpanError
            If the delay is not from 0 to `LONGEST_DELAY_DAYS`.
        UnknownNameError
            If there is no such kind.
        """
        if round_km is not None and not 0 < round_km <= LARGEST_ROUNDING_KM:
            message = f"positions can't be rounded to {round_km} km; give more than 0"
            raise PositionError(f"{message} and at most {LARGEST_ROUNDING_KM:g}")
        if not 0 <= delay_days <= LONGEST_DELAY_DAYS:
            raise SpanError(f"a delay of {delay_days} days; give 0 to {LONGEST_DELAY_DAYS}")
        return cls(
            round_km=None if round_km is None else float(round_km),
            delay_days=delay_days,
            hide_kinds=tuple(sorted({_kind(name) for name in hide_kinds})),
            hide_features=tuple(sorted({code.strip().upper() for code in hide_features} - {""})),
            hide_notes=hide_notes,
        )

    def __bool__(self) -> bool:
        """Whether anything is withheld."""
        return self != replace(NOTHING, today=self.today)

    def stricter(self, other: Publishing) -> Publishing:
        """Return settings that withhold all that either withholds.

        Parameters
        ----------
        other
            Other settings.

        Returns
        -------
        Publishing
            Of each setting the one that withholds more.
        """
        days = [day for day in (self.until, other.until) if day is not None]
        return Publishing(
            round_km=max(self.round_km or 0.0, other.round_km or 0.0) or None,
            delay_days=max(self.delay_days, other.delay_days),
            hide_kinds=tuple(sorted({*self.hide_kinds, *other.hide_kinds})),
            hide_features=tuple(sorted({*self.hide_features, *other.hide_features})),
            hide_notes=self.hide_notes or other.hide_notes,
            until=min(days, default=None),
            today=self.today or other.today,
        )

    def looser_than(self, other: Publishing) -> list[str]:
        """Return the names of the settings by which this withholds less than another.

        Parameters
        ----------
        other
            Other settings.

        Returns
        -------
        list[str]
            Empty where it withholds at least as much.
        """
        less = {
            "round_km": (self.round_km or 0.0) < (other.round_km or 0.0),
            "delay_days": self.delay_days < other.delay_days,
            "hide_kinds": not {*self.hide_kinds} >= {*other.hide_kinds},
            "hide_features": not {*self.hide_features} >= {*other.hide_features},
            "hide_notes": other.hide_notes and not self.hide_notes,
        }
        return [name for name, is_less in less.items() if is_less]

    def on(self, today: date) -> Publishing:
        """Return the settings with the last day that is shown, as a delay has it on a day.

        Parameters
        ----------
        today
            The day that the delay is counted from.

        Returns
        -------
        Publishing
            The same where nothing is delayed.
        """
        if not self.delay_days:
            return self
        reaches = (today - date.min).days >= self.delay_days
        last = today - timedelta(days=self.delay_days) if reaches else date.min
        until = last if self.until is None else min(last, self.until)
        return replace(self, until=until, today=today)

    def hides_feature(self, code: str) -> bool:
        """Return whether places of a feature code are left out.

        Parameters
        ----------
        code
            A GeoNames feature code, in any case.

        Returns
        -------
        bool
            Whether they are.
        """
        given = code.upper()
        return any(
            given.startswith(hidden[:-1]) if hidden.endswith("*") else given == hidden
            for hidden in self.hide_features
        )

    @property
    def told(self) -> str:
        """What is withheld, in words; empty where nothing is."""
        parts = [
            f"positions rounded to {self.round_km:g} km" if self.round_km else "",
            f"statements up to {self.until} only" if self.until else "",
            f"kinds not shown: {_joined(self.hide_kinds)}" if self.hide_kinds else "",
            f"places not shown: {_joined(self.hide_features)}" if self.hide_features else "",
            "notes not shown" if self.hide_notes else "",
        ]
        return "; ".join(part for part in parts if part)

    @property
    def wanted(self) -> str:
        """What is to be withheld, in words, before it is: a delay has no last day yet."""
        delay = f"{self.delay_days} days withheld" if self.delay_days and not self.until else ""
        return "; ".join(part for part in (delay, self.told) if part)

    def record(self) -> dict[str, object]:
        """Return what is withheld for programs: `told` and every setting that withholds.

        Returns
        -------
        dict[str, object]
            JSON can hold it.
        """
        found: dict[str, object] = {"told": self.told}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, date):
                value = value.isoformat()
            if value not in (None, 0, (), False):
                found[field.name] = [str(v) for v in value] if isinstance(value, tuple) else value
        if self.round_km:
            step = f"every {self.round_km:g} km"
            found["grid"] = (
                f"rows {step} from the equator, on each row a point {step} or a little more, from "
                "Greenwich"
            )
        return found

    def table(self) -> dict[str, object]:
        """Return every setting that withholds, as conflict.toml has it.

        Returns
        -------
        dict[str, object]
            By the names of the settings.
        """
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: [str(v) for v in value] if isinstance(value, tuple) else value
            for name, value in values.items()
            if value not in (None, 0, (), False)
        }

    @property
    def radius_added_km(self) -> float:
        """How far rounding may move a place: half the diagonal of a square of the grid."""
        return (self.round_km or 0.0) * math.sqrt(0.5)


NOTHING = Publishing()
"""Withholds nothing."""


def counted_from(timezone: str, today: date | None) -> date:
    """Return the day that a delay is counted from.

    Parameters
    ----------
    timezone
        Whose day it is.
    today
        The day, if it is given.

    Returns
    -------
    date
        That day, or the present one.

    Raises
    ------
    SpanError
        If the day given is one to come: a delay counted from it would be none.
    """
    now = datetime.now(ZoneInfo(timezone)).date()
    if today is not None and today > now:
        raise SpanError(f"today can't be {today}: that day is still to come")
    return today or now


def _kind(name: str) -> Kind:
    try:
        return Kind(name.strip().casefold())
    except ValueError:
        raise UnknownNameError("kind", name, [kind.value for kind in Kind]) from None


def _joined(names: Iterable[str]) -> str:
    return ", ".join(names)
