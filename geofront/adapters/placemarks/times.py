"""The times of placemarks: KML's years, months, days and moments, as EDTF dates."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from geofront.dates import parse_date
from geofront.errors import DateError
from geofront.events.event import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LASTING", "date_cells"]

LASTING = (Kind.HOLD, Kind.CONTEST, Kind.SIEGE)
"""The kinds that say what was so, not what was done: a span of time then is how long."""


def date_cells(start: str, end: str, kind: str, zone: dt.tzinfo) -> Mapping[str, str]:
    """Return the cells ``date``, ``time`` and ``until`` of what a placemark says of its time.

    ==================  =======================================  ==================================
    written             of what was done (a capture, a strike)    of what was so (a hold)
    ==================  =======================================  ==================================
    a moment or day     that day                                  that day
    a span              within it: ``begin/end``                  from its first day on; the last
                                                                  one is ``until``
    a span without end  its first day                             its first day
    one without begin   by its last day: ``../end``               its last day
    ==================  =======================================  ==================================

    The end of a span is no statement about who came after.

    Parameters
    ----------
    start, end
        As written, the same for a moment; empty where a span is open.
    kind
        The kind of the event.
    zone
        Whose civil days moments with an offset are told in.

    Returns
    -------
    Mapping[str, str]
        The cells.

    Raises
    ------
    DateError
        If a text is no date.
    """
    if start == end:
        day, time = _civil(start, zone)
        return {"date": day, "time": time}
    first, last = (_civil(text, zone)[0] if text else "" for text in (start, end))
    if kind in LASTING:
        return {"date": first or last, "until": last}
    if not first:
        return {"date": f"../{last}"}
    date = f"{first}/{last}" if last and last != first else first
    parse_date(date)
    return {"date": date}


def _civil(text: str, zone: dt.tzinfo) -> tuple[str, str]:
    """Return an EDTF date, and the time of day if it is told.

    Raises
    ------
    DateError
        If it is neither.
    """
    _, mark, rest = text.strip().partition("T")
    if not (mark and rest[:1].isdigit()):
        return parse_date(text).text, ""
    try:
        moment = dt.datetime.fromisoformat(text.strip())
        moment = moment.astimezone(zone) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        raise DateError(text, "is no moment such as 2016-12-08T06:30:00Z") from None
    return moment.date().isoformat(), f"{moment:%H:%M}"
