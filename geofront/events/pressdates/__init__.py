"""Dates as the press writes them: late on December 22, since Tuesday, mid-April 2014."""

from __future__ import annotations

from geofront.events.pressdates.reader import PressDate, read_press_date, read_press_dates

__all__ = ["PressDate", "read_press_date", "read_press_dates"]
