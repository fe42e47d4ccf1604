"""Dates as sources give them: what is understood, and what is refused with which words."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geofront.dates import as_day, days_between, parse_date, parse_day, parse_time
from geofront.errors import DateError


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2016-12-08", date(2016, 12, 8), date(2016, 12, 8)),
        (" 2016-12-08 ", date(2016, 12, 8), date(2016, 12, 8)),
        ("2016-12", date(2016, 12, 1), date(2016, 12, 31)),
        ("2016", date(2016, 1, 1), date(2016, 12, 31)),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("2016-12-08/2016-12-11", date(2016, 12, 8), date(2016, 12, 11)),
        ("2016-12/2017-01", date(2016, 12, 1), date(2017, 1, 31)),
        ("../2016-12-23", None, date(2016, 12, 23)),
        ("/2016-12-23", None, date(2016, 12, 23)),
        ("2016-07-27/..", date(2016, 7, 27), None),
        ("2016-12-08?", date(2016, 12, 8), date(2016, 12, 8)),
        ("1648-10-24", date(1648, 10, 24), date(1648, 10, 24)),
    ],
)
def test_a_date_is_read_as_its_first_and_last_day(
    text: str, first: date | None, last: date | None
) -> None:
    read = parse_date(text)
    assert (read.first, read.last) == (first, last)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2016-12-32", "December 2016 has 31 days"),
        ("2017-04-31", "April 2017 has 30 days"),
        ("2017-02-29", "February 2017 has 28 days"),
        ("2016-13-01", "month 13"),
        ("0000-01-01", "year 0"),
        ("", "is missing"),
        ("8.12.2016", "is not a date"),
        ("yesterday", "is not a date"),
        ("2016-12-11/2016-12-08", "ends before it starts"),
        ("../..", "no end at all"),
        ("2016/2017/2018", "is not a date"),
        ("2016-12-08T10:00", "is not a date"),
    ],
)
def test_an_impossible_date_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(DateError, match=reason):
        parse_date(text)


def test_a_range_takes_effect_at_its_end_and_an_open_one_at_its_start() -> None:
    assert parse_date("2016-12-08/2016-12-11").effective == date(2016, 12, 11)
    assert parse_date("../2016-12-23").effective == date(2016, 12, 23)
    assert parse_date("2016-07-27/..").effective == date(2016, 7, 27)


def test_doubt_about_a_date_is_kept() -> None:
    assert parse_date("2016-12-08?").uncertain
    assert parse_date("2016-12~").approximate
    assert not parse_date("2016-12~").exact
    assert parse_date("2016-12-08").exact


@given(st.dates())
def test_every_civil_day_is_read_as_itself(day: date) -> None:
    assert parse_day(day.isoformat()) == day
    assert parse_date(day.isoformat()).effective == day


@given(st.text(max_size=20))
def test_any_text_is_a_date_or_a_date_error(text: str) -> None:
    with contextlib.suppress(DateError):
        assert isinstance(parse_date(text).effective, date)


@pytest.mark.parametrize(
    "given_as",
    [
        date(2016, 12, 8),
        "2016-12-08",
        datetime(2016, 12, 8, 23, 30, tzinfo=UTC),
        pd.Timestamp("2016-12-08 23:30", tz="Asia/Damascus"),
    ],
)
def test_a_day_may_be_given_in_several_ways(given_as: Any) -> None:
    found = as_day(given_as)
    assert found == date(2016, 12, 8)
    assert type(found) is date


@pytest.mark.parametrize("value", ["8 December", pd.NaT, 20161208, 1.5])
def test_what_is_no_day_is_refused(value: Any) -> None:
    with pytest.raises(DateError, match="is not a day"):
        as_day(value)
    assert as_day(None) is None


def test_a_wrong_offset_is_called_so() -> None:
    with pytest.raises(DateError, match=r"has an offset of \+25:00; offsets are written \+02:00"):
        parse_time("22:30+25:00", date(2016, 12, 8), UTC)
    with pytest.raises(DateError, match="is not HH:MM"):
        parse_time("2230", date(2016, 12, 8), UTC)


def test_days_between_includes_both_ends() -> None:
    days = list(days_between(date(2016, 12, 30), date(2017, 1, 2)))
    assert days == [date(2016, 12, 30), date(2016, 12, 31), date(2017, 1, 1), date(2017, 1, 2)]
