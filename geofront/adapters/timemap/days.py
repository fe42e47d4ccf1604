"""The dates of a timemap: 8/23/2011, month first unless the file itself says otherwise."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from geofront.adapters.report import DropError
from geofront.errors import DataFaultsError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ORDERS", "Days"]

ORDERS = ("mdy", "dmy")
NO_DATE = "it has no date"
NOT_A_DATE = "its date is not written M/D/YYYY or YYYY-MM-DD"
OTHER_ORDER = "its date does not fit the order of month and day in the file"
NO_SUCH_DAY = "its date does not exist"

_REST = r"(?:[T\s]+\d{1,2}:\d{2}.*)?\Z"
_SLASHED = re.compile(rf"(\d{{1,2}})\s*([/.-])\s*(\d{{1,2}})\s*\2\s*(\d{{4}}){_REST}")
_YEAR_FIRST = re.compile(rf"(\d{{4}})([/.-])(\d{{1,2}})\2(\d{{1,2}}){_REST}")
_MONTHS = 12


class Days:
    """Reads the dates of a file, in the order of month and day that the file shows.

    A date such as 8/23/2011 can only be one with the month first, 23/8/2011 only one with the day
    first. What there is more of decides; where neither or as many occur, the month comes first, as
    timemap itself reads dates.

    Parameters
    ----------
    texts
        All dates.
    order
        ``"mdy"`` or ``"dmy"`` to decide it; empty to let the file decide.

    Raises
    ------
    DataFaultsError
        If there is no such order.
    """

    def __init__(self, texts: Iterable[str], order: str = "") -> None:
        if order and order not in ORDERS:
            message = f"{order!r} is neither 'mdy' (8/23/2011) nor 'dmy' (23/8/2011)"
            raise DataFaultsError([Fault("dates", 0, message)])
        pairs = [(int(m[1]), int(m[3])) for text in texts if (m := _SLASHED.match(text))]
        self.month_first = sum(a <= _MONTHS < b for a, b in pairs)
        self.day_first = sum(b <= _MONTHS < a for a, b in pairs)
        self.either = sum(a <= _MONTHS and b <= _MONTHS and a != b for a, b in pairs)
        self.given = bool(order)
        self.order = order or ("dmy" if self.day_first > self.month_first else "mdy")

    def told(self) -> str:
        """Return a sentence on the order of month and day, empty where it makes no difference."""
        if not self.either and not (self.month_first and self.day_first):
            return ""
        how = "month/day" if self.order == "mdy" else "day/month"
        if self.given:
            why = "as dates= says"
        elif self.month_first or self.day_first:
            why = (
                f"since {self.month_first:,} dates can only be month/day and {self.day_first:,} "
                "only day/month"
            )
        else:
            why = "as timemap does; no date of the file tells the order"
        return f"dates are read as {how}, {why}; {self.either:,} could be either"

    def read(self, text: str) -> date:
        """Return the day that a text means.

        Raises
        ------
        DropError
            If it means none.
        """
        if not text:
            raise DropError(NO_DATE)
        found = _YEAR_FIRST.match(text)
        if found:
            return _day(text, int(found[1]), int(found[3]), int(found[4]))
        found = _SLASHED.match(text)
        if not found:
            raise DropError(NOT_A_DATE, text)
        first, second = int(found[1]), int(found[3])
        month, day = (first, second) if self.order == "mdy" else (second, first)
        if month > _MONTHS >= day:
            raise DropError(OTHER_ORDER, text)
        return _day(text, int(found[4]), month, day)


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise DropError(NO_SUCH_DAY, text) from None
