"""The `datetime` parameter of OGC API - Features, read as whole days."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from geofront.dates import parse_date
from geofront.errors import DateError

__all__ = ["asked_days"]

_OPEN = ("", "..")
_INTERVAL = 2
_PARTIAL = re.compile(r"(\d{4}(?:-\d\d(?:-\d\d)?)?)T?")  # GDAL asks for a day with a bare T
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|[+-]\d\d:\d\d)?")
_WRITE = "write a day (2016-12-10), a moment (2016-12-10T06:00:00Z), or two with / between"


def asked_days(text: str) -> tuple[int, int]:
    """Read a moment or an interval, either end of which may be open.

    The intervals of a series are whole days, as they stand in its tables, without an hour or a
    zone. A moment therefore means its day, in UTC, and a month or year all its days. Both ends of
    an interval belong to it.

    Parameters
    ----------
    text
        ``2016-12-10``, ``2016-12``, ``2016-12-10T06:00:00Z``, ``2016-12-01/2016-12-10``,
        ``../2016-12-10`` or ``2016-12-10/``.

    Returns
    -------
    tuple[int, int]
        The first and the last day, as ordinals; those of the calendar where an end is open.

    Raises
    ------
    DateError
        If it is not written so, or ends before it starts.
    """
    parts = text.split("/")
    if len(parts) > _INTERVAL:
        raise DateError(text, f"has more than two ends; {_WRITE}")
    first, last = parts[0], parts[-1]
    opens = _OPEN if len(parts) == _INTERVAL else ()
    start = date.min if first in opens else _days(first)[0]
    end = date.max if last in opens else _days(last)[1]
    if end < start:
        raise DateError(text, "ends before it starts; put the earlier day first")
    return start.toordinal(), end.toordinal()


def _days(text: str) -> tuple[date, date]:
    """Return the first and the last day of a day, month, year or moment.

    Raises
    ------
    DateError
        If it is none of them.
    """
    partial = _PARTIAL.fullmatch(text)
    if partial is not None:
        found = parse_date(partial[1])
        assert found.first is not None
        assert found.last is not None
        return found.first, found.last
    moment = _MOMENT.fullmatch(text.upper())
    if moment is None:
        raise DateError(text, f"is not understood; {_WRITE}")
    try:
        at = datetime.fromisoformat(f"{moment[1]}T{moment[2][:8]}{moment[3] or 'Z'}")
        day = at.astimezone(UTC).date()
    except (ValueError, OverflowError) as error:
        raise DateError(text, f"does not exist; {_WRITE}") from error
    return day, day
