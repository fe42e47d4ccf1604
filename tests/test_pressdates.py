"""Dates as the press writes them: what they mean, and what is refused rather than guessed."""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geofront.dates import parse_date
from geofront.errors import DateError
from geofront.events.pressdates import read_press_date, read_press_dates
from geofront.events.pressdates.reader import COLUMNS

FRIDAY = date(2016, 12, 23)
"""The day of publication of most phrases."""

# Every value was worked out by hand, with a calendar of 2016: 23 December was a Friday.
READ = [
    # A day.
    ("22 December 2016", "2016-12-22", ""),
    ("December 22, 2016", "2016-12-22", ""),
    ("22 Dec 2016", "2016-12-22", ""),
    ("22-Dec-2016", "2016-12-22", ""),
    ("Dec. 22nd", "2016-12-22", ""),
    ("the 22nd of December", "2016-12-22", ""),
    ("22ND DECEMBER 2016", "2016-12-22", ""),
    ("December 8", "2016-12-08", ""),
    ("24 December", "2015-12-24", ""),
    ("29 February", "2016-02-29", ""),
    ("2016-12-08", "2016-12-08", ""),
    ("2016/12/08", "2016-12-08", ""),
    ("22/12/2016", "2016-12-22", ""),
    ("12/22/2016", "2016-12-22", ""),
    ("11/11/2016", "2016-11-11", ""),
    ("8.12.2016", "2016-12-08", ""),
    ("by the 23rd", "../2016-12-23", ""),
    ("on the 31st", "2016-10-31", ""),
    ("on 22nd", "2016-12-22", ""),
    ("on 5th of last month", "2016-11-05", ""),
    ("on 20th-22nd December", "2016-12-20/2016-12-22", ""),
    ("the 5th of last month", "2016-11-05", ""),
    ("Tuesday, 20 December", "2016-12-20", ""),
    ("Tuesday night, December 20", "2016-12-20", "night"),
    ("December 20 (Tuesday)", "2016-12-20", ""),
    ("as of June 26", "2016-06-26", ""),
    # A part of a day.
    ("late on December 22", "2016-12-22", "late"),
    ("Late Thursday", "2016-12-22", "late"),
    ("in the early hours of 11 December", "2016-12-11", "early"),
    ("before dawn on Tuesday", "2016-12-20", "early"),
    ("on the evening of Dec. 10", "2016-12-10", "evening"),
    ("early on Tuesday morning", "2016-12-20", "morning"),
    ("at 3 p.m. on Tuesday", "2016-12-20", "afternoon"),
    ("around 0400 GMT on 8 December", "2016-12-08", "early"),
    ("2016-12-08T21:30:00Z", "2016-12-08", "evening"),
    ("Tue Dec 20 23:05:00 2016", "2016-12-20", "night"),
    ("the night of 10 December", "2016-12-10", "night"),
    ("the night of 10/11 December", "2016-12-10/2016-12-11", "night"),
    ("the night between 10 and 11 December", "2016-12-10/2016-12-11", "night"),
    ("by the evening of 10 December", "../2016-12-10", "evening"),
    # Told from the publication.
    ("today", "2016-12-23", ""),
    ("this morning", "2016-12-23", "morning"),
    ("tonight", "2016-12-23", "night"),
    ("overnight", "2016-12-22/2016-12-23", "night"),
    ("last night", "2016-12-22", "night"),
    ("yesterday evening", "2016-12-22", "evening"),
    ("the day before yesterday", "2016-12-21", ""),
    ("on Tuesday", "2016-12-20", ""),
    ("Tuesday night", "2016-12-20", "night"),
    ("on Friday", "2016-12-23", ""),
    ("last Friday", "2016-12-16", ""),
    ("Tuesday last week", "2016-12-13", ""),
    ("two days ago", "2016-12-21", ""),
    ("a few days ago", "2016-12-18~/2016-12-21~", ""),
    ("a week ago", "2016-12-16~", ""),
    ("two months ago", "2016-10~", ""),
    ("five years ago", "2011~", ""),
    ("last week", "2016-12-12/2016-12-18", ""),
    ("earlier this week", "2016-12-19/2016-12-23", ""),
    ("last month", "2016-11", ""),
    ("earlier this month", "2016-12-01/2016-12-23", ""),
    ("last year", "2015", ""),
    ("over the weekend", "2016-12-17/2016-12-18", ""),
    ("over the past few days", "2016-12-18~/2016-12-23~", ""),
    ("in recent days", "2016-12-18~/2016-12-23~", ""),
    ("in the past three days", "2016-12-20/2016-12-23", ""),
    ("the past 24 hours", "2016-12-22/2016-12-23", ""),
    ("last December", "2015-12", ""),
    ("last spring", "2016-21", ""),
    ("in May last year", "2015-05", ""),
    # Told from a day that is named.
    ("two days before 22 December", "2016-12-20", ""),
    ("the day after 31 December 2015", "2016-01-01", ""),
    ("on the eve of 8 December", "2016-12-07", ""),
    # Months, seasons, years and their parts.
    ("in 2015", "2015", ""),
    ("December", "2016-12", ""),
    ("in May", "2016-05", ""),
    ("January 2017", "2017-01", ""),
    ("mid-April 2014", "2014-04-11~/2014-04-20~", ""),
    ("early January 2017", "2017-01-01~/2017-01-10~", ""),
    ("mid-to-late April 2014", "2014-04-11~/2014-04-30~", ""),
    ("early to mid-May", "2016-05-01~/2016-05-20~", ""),
    ("at the end of February 2015", "2015-02-21~/2015-02-28~", ""),
    ("the beginning of 2017", "2017-01~/2017-04~", ""),
    ("late 2015", "2015-09~/2015-12~", ""),
    ("the first week of May", "2016-05-01/2016-05-07", ""),
    ("the last week of May", "2016-05-25/2016-05-31", ""),
    ("the second half of May 2015", "2015-05-16/2015-05-31", ""),
    ("the first half of 2015", "2015-01/2015-06", ""),
    ("the third quarter of 2015", "2015-07/2015-09", ""),
    ("spring 2014", "2014-21", ""),
    ("around spring 2014", "2014-03~/2014-05~", ""),
    ("late autumn 2014", "2014-11~", ""),
    ("winter 2015–16", "2015-12/2016-02", ""),
    ("this winter", "2016-12/2017-02", ""),
    ("2015–2016", "2015/2016", ""),
    ("2015-16", "2015/2016", ""),
    # Intervals.
    ("21-23 March", "2016-03-21/2016-03-23", ""),
    ("21–23 March", "2016-03-21/2016-03-23", ""),
    ("March 21 to 23, 2016", "2016-03-21/2016-03-23", ""),
    ("from 8 to 11 December", "2016-12-08/2016-12-11", ""),
    ("between 8 and 11 December 2015", "2015-12-08/2015-12-11", ""),
    ("between around 26 February – March 2024", "2024-02-26~/2024-03", ""),
    ("around 22-23 December", "2016-12-22~/2016-12-23~", ""),
    ("December 30 to January 2, 2017", "2016-12-30/2017-01-02", ""),
    ("30 December – 2 January", "2015-12-30/2016-01-02", ""),
    ("22–25 December", "2016-12-22/2016-12-25", ""),
    ("from Monday to Wednesday", "2016-12-19/2016-12-21", ""),
    ("from 20 December until now", "2016-12-20/2016-12-23", ""),
    ("Monday morning until Tuesday evening", "2016-12-19/2016-12-20", "evening"),
    ("from late Monday to early Tuesday", "2016-12-19/2016-12-20", "early"),
    ("22 or 23 December", "2016-12-22/2016-12-23", ""),
    ("mid-December 2016 to early January 2017", "2016-12-11~/2017-01-10~", ""),
    # One open end.
    ("since 27 July", "2016-07-27/..", ""),
    ("from 8 December", "2016-12-08/..", ""),
    ("8 December onwards", "2016-12-08/..", ""),
    ("since last week", "2016-12-12/..", ""),
    ("since early 2015", "2015-01~/..", ""),
    ("by 23 December", "../2016-12-23", ""),
    ("By December 23, 2016", "../2016-12-23", ""),
    ("by mid-April 2014", "../2014-04-20~", ""),
    ("no later than 8 December", "../2016-12-08", ""),
    ("until 30 November", "../2016-11-30", ""),
    ("after 5 May", "2016-05-06/..", ""),
    ("after May 2015", "2015-06-01/..", ""),
    ("before Monday", "../2016-12-18", ""),
    ("before Friday", "../2016-12-15", ""),
    ("before March 2016", "../2016-02-29", ""),
    # Doubts.
    ("around 8 December", "2016-12-08~", ""),
    ("on or about 8 December", "2016-12-08~", ""),
    ("8 December or so", "2016-12-08~", ""),
    ("circa March 2016", "2016-03~", ""),
    ("c. 2015", "2015~", ""),
    ("probably on 22 December", "2016-12-22?", ""),
    ("22 December (?)", "2016-12-22?", ""),
    ("possibly around 22 December", "2016-12-22%", ""),
    ("reportedly on 22 December", "2016-12-22", ""),
    ("allegedly on Tuesday", "2016-12-20", ""),
    ("around midnight on 8 December", "2016-12-08", "night"),
]

# When the five texts say that things happened, and when they were published. The one about Idlib
# gives no year; it is of the end of June 2020.
GLOBAL_RESEARCH, IDLIB = date(2016, 12, 23), date(2020, 6, 27)
INVITATION, ALALAM = date(2017, 1, 26), date(2016, 3, 21)
OF_THE_SOURCES = [
    ("December 23, 2016", None, "2016-12-23", ""),
    ("on December 22", GLOBAL_RESEARCH, "2016-12-22", ""),
    ("in the end of November", GLOBAL_RESEARCH, "2016-11-21~/2016-11-30~", ""),
    ("By December 23", GLOBAL_RESEARCH, "../2016-12-23", ""),
    ("Late on December 22", GLOBAL_RESEARCH, "2016-12-22", "late"),
    ("Since December 22", GLOBAL_RESEARCH, "2016-12-22/..", ""),
    ("On June 25 and June 26", IDLIB, "2020-06-25/2020-06-26", ""),
    ("on June 25", IDLIB, "2020-06-25", ""),
    ("as of June 26", IDLIB, "2020-06-26", ""),
    ("over the past few days", IDLIB, "2020-06-22~/2020-06-27~", ""),
    ("26 January 2017 15:28", None, "2017-01-26", "afternoon"),
    ("On Tuesday", INVITATION, "2017-01-24", ""),
    ("on Wednesday", INVITATION, "2017-01-25", ""),
    ("21 July 2018 - Saturday", None, "2018-07-21", ""),
    ("20/07/2018", None, "2018-07-20", ""),
    ("Mon Mar 21, 2016 16:25:32", None, "2016-03-21", "afternoon"),
    ("since 2011", None, "2011/..", ""),
    ("In February 2015", None, "2015-02", ""),
    ("on February 27", ALALAM, "2016-02-27", ""),
    ("Between September 30, 2015 and March 14, 2016", None, "2015-09-30/2016-03-14", ""),
    ("8–22 December 2016 (2 weeks)[4]", None, "2016-12-08/2016-12-22", ""),
    ("from May 2015 until March 2016", None, "2015-05/2016-03", ""),
    ("after 11 December", date(2016, 12, 23), "2016-12-12/..", ""),
    ("10–11 December", date(2016, 12, 23), "2016-12-10/2016-12-11", ""),
    ("since 14 December", date(2016, 12, 23), "2016-12-14/..", ""),
    ("Early on 11 December", date(2016, 12, 23), "2016-12-11", "early"),
    ("On 22 December, in the morning", date(2016, 12, 23), "2016-12-22", "morning"),
    ("In January 2017", None, "2017-01", ""),
    ("after 5 January", date(2017, 1, 14), "2017-01-06/..", ""),
]

REFUSED = [
    ("", "is missing"),
    ("   ", "is missing"),
    ("Palmyra", "names no day"),
    ("8/12/2016", "'8/12/2016', which may be 2016-08-12 or 2016-12-08"),
    ("13/13/2016", "'13/13/2016', which is no day in either order"),
    ("30/02/2016", "no day in either order"),
    ("32 December", "does not exist: December has 31 days"),
    ("December 32", "does not exist: December has 31 days"),
    ("31 April 2016", "does not exist: April 2016 has 30 days"),
    ("29 February 2015", "does not exist: February 2015 has 28 days"),
    ("2016-02-30", "does not exist: February 2016 has 29 days"),
    ("Wednesday, 20 December 2016", "2016-12-20 is a Tuesday, not a Wednesday"),
    ("December 20167", "'20167', which is not understood"),
    ("December 22, 15 soldiers", "'15', which is not understood"),
    ("2016 on 12 December", "'2016', which is not understood"),
    ("winter 2016", "write both years, as in 'winter 2016-17'"),
    ("2011–12", "may be a month or two years"),
    ("8/12/16", "write the year with four digits"),
    ("8 декабря 2016", "names no day"),
    ("8 Decembre 2016", "names no day"),
    ("3-5 May 2016 and later", "'and later', which is not understood"),
    ("11 to 8 December", "ends before it starts"),
    ("between 8 December", "an interval without an end"),
    ("to 8 December", "an interval without a beginning"),
    ("June 25 and 28", "names more than one: 'June 25' and '28'"),
    ("on 8 December and on Tuesday", "names more than one"),
    ("in March and again in May", "names more than one: 'in March' and 'in May'"),
    ("after 5 to 8 May", "write 'after' with one day"),
    ("mid Tuesday", "'Tuesday', of which there is no such part"),
    ("the fifth week of February 2015", "of which there is no such part"),
    ("a month later", "'a month later', but not the day that it counts from"),
    ("the following day", "'the following day', but not the day"),
    ("Later that day", "'Later that day', but not the day"),
    ("the next day", "'the next day', but not the day"),
    ("on the previous day", "'the previous day', but not the day"),
    ("a day earlier", "'a day earlier', but not the day"),
    ("the following night", "'the following night', but not the day"),
    ("a day after the clashes on 8 December", "'a day after', but not the day"),
    ("in next few days", "'next few days'"),
    ("By the end of the day", "names no day"),
    ("not on 8 December", "'not', which is not understood"),
    ("after heavy clashes on 8 December", "'after' before something that is not a date"),
    ("two days before May 2015", "counts from 'May 2015', which is more than one day"),
    ("the first of May", "'first of', which is not understood"),
    ("late on 21 and early on 22 December", "'late', which is not understood"),
    ("Christmas 2016", "'Christmas', which is not understood"),
    ("December 0000", "outside the years 0001 to 9999"),
    ("999 years ago on 8 December", "names more than one"),
    ("Monday, December", "names more than one"),
]


@pytest.mark.parametrize(("text", "edtf", "part"), READ)
def test_a_phrase_is_read(text: str, edtf: str, part: str) -> None:
    found = read_press_date(text, published=FRIDAY)
    assert (found.date.text, found.part_of_day, found.unread) == (edtf, part, "")
    assert found.date == parse_date(edtf)


@pytest.mark.parametrize(("text", "published", "edtf", "part"), OF_THE_SOURCES)
def test_the_dates_of_the_sources_are_read(
    text: str, published: date | None, edtf: str, part: str
) -> None:
    found = read_press_date(text, published=published)
    assert (found.date.text, found.part_of_day) == (edtf, part)


def test_the_table_of_the_documentation_is_true() -> None:
    page = (Path(__file__).parents[1] / "docs" / "dates.md").read_text("utf-8")
    table = page.partition("### What is understood")[2].partition("\n\nCapitals")[0]
    rows = [row.split("|")[1:3] for row in table.splitlines() if row.startswith("| `")]
    assert len(rows) > 25
    for phrases, values in rows:
        for phrase in re.findall("`(.+?)`", phrases):
            assert read_press_date(phrase, published=FRIDAY).date.text in re.findall(
                "`(.+?)`", values
            )


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_what_is_no_one_date_is_refused_and_the_part_named(text: str, reason: str) -> None:
    with pytest.raises(DateError) as caught:
        read_press_date(text, published=FRIDAY)
    assert reason in caught.value.reason
    assert caught.value.text == text


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("clashes on Tuesday", "Tuesday"),
        ("yesterday", "yesterday"),
        ("two weeks ago", "two weeks ago"),
        ("overnight", "overnight"),
        ("22 December", "22 December"),
        ("8 to 11 December", "8 to 11 December"),
        ("in May last year", "last year"),
        ("by the 23rd", "the 23rd"),
    ],
)
def test_the_day_of_publication_is_asked_for(text: str, part: str) -> None:
    with pytest.raises(DateError, match="day of publication") as caught:
        read_press_date(text)
    assert part in caught.value.reason


@pytest.mark.parametrize(
    ("text", "edtf", "unread"),
    [
        ("clashes on Tuesday night near Palmyra", "2016-12-20", "clashes near Palmyra"),
        ("16 soldiers died on December 22", "2016-12-22", "16 soldiers died"),
        ("the 800th Regiment on 8 December", "2016-12-08", "the 800th Regiment"),
        ("Aleppo – 8 December 2016 – Clashes", "2016-12-08", "Aleppo Clashes"),
        ("from Palmyra on 8 December", "2016-12-08", "from Palmyra"),
        ("captured by ISIL on 8 December", "2016-12-08", "captured by ISIL"),
        ("around Palmyra on 8 December", "2016-12-08", "around Palmyra"),
        ("up to 60 fighters on 8 December", "2016-12-08", "up to 60 fighters"),
        ("Tuesday’s attack", "2016-12-20", "attack"),
        ("reportedly taken on Tuesday", "2016-12-20", "taken"),
        ("8–22 December 2016 (2 weeks)", "2016-12-08/2016-12-22", "(2 weeks)"),
    ],
)
def test_words_that_are_not_of_the_date_are_reported(text: str, edtf: str, unread: str) -> None:
    found = read_press_date(text, published=FRIDAY)
    assert (found.date.text, found.unread) == (edtf, unread)


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("they may have left on Tuesday", "2016-12-20"),
        ("troops march on Tuesday", "2016-12-20"),
        ("they sat still on Tuesday", "2016-12-20"),
        ("about 1500 soldiers on Tuesday", "2016-12-20"),
        ("the fall of Palmyra in 2015", "2015"),
        ("may", "2016-05"),
        ("in march", "2016-03"),
    ],
)
def test_a_word_that_only_looks_like_a_date_is_none(text: str, edtf: str) -> None:
    assert read_press_date(text, published=FRIDAY).date.text == edtf


@pytest.mark.parametrize(
    ("published", "edtf"),
    [(date(2016, 9, 1), "2016-08-12"), (date(2016, 8, 12), "2016-08-12")],
)
def test_the_publication_decides_between_two_readings_where_it_can(
    published: date, edtf: str
) -> None:
    assert read_press_date("8/12/2016", published=published).date.text == edtf


def test_a_winter_of_one_year_is_read_if_the_other_had_not_begun() -> None:
    found = read_press_date("winter 2016", published=date(2016, 11, 30))
    assert found.date.text == "2015-12/2016-02"


def test_this_week_ends_with_the_publication() -> None:
    found = read_press_date("this week", published=date(2016, 12, 19))
    assert found.date.text == "2016-12-19"


def test_a_part_that_lies_after_the_publication_is_refused() -> None:
    with pytest.raises(DateError, match="lies after the day of publication"):
        read_press_date("late this week", published=date(2016, 12, 19))


def test_a_moment_serves_as_the_day_of_publication() -> None:
    moment = datetime(2016, 12, 23, 18, tzinfo=UTC)
    assert read_press_date("yesterday", published=moment).date.text == "2016-12-22"


# --- tables ----------------------------------------------------------------------------------


def test_a_table_keeps_what_could_not_be_read() -> None:
    table = read_press_dates(
        ["late on December 22", "a month later", None, "since Tuesday"], published=FRIDAY
    )
    assert tuple(table.columns) == COLUMNS
    assert list(table.edtf) == ["2016-12-22", None, None, "2016-12-20/.."]
    assert list(table["first"]) == [date(2016, 12, 22), None, None, date(2016, 12, 20)]
    assert list(table["last"]) == [date(2016, 12, 22), None, None, None]
    assert list(table.part_of_day) == ["late", "", "", ""]
    assert table.error[0] == table.error[3] == ""
    assert "'a month later'" in table.error[1]
    assert "is missing" in table.error[2]


def test_each_text_of_a_series_may_have_its_own_day_and_keeps_its_index() -> None:
    texts = pd.Series(["on Monday", "on Monday", "on Monday"], index=[7, 8, 9])
    days = pd.Series([pd.Timestamp(2016, 3, 21), pd.Timestamp(2016, 3, 20), pd.NaT])
    table = read_press_dates(texts, published=days)
    assert list(table.index) == [7, 8, 9]
    assert list(table.edtf) == ["2016-03-21", "2016-03-14", None]
    assert "day of publication" in table.error[9]


def test_an_empty_table_has_its_columns() -> None:
    assert tuple(read_press_dates([]).columns) == COLUMNS


@pytest.mark.parametrize(
    "published",
    [
        FRIDAY,
        "2016-12-23",
        pd.Timestamp("2016-12-23 18:00"),
        pd.Series(["2016-12-23"] * 5),
        pd.to_datetime(pd.Series(["2016-12-23"] * 5)),
    ],
)
def test_a_table_takes_days_as_columns_have_them(published: Any) -> None:
    cells = ["on Monday", pd.Timestamp("2016-12-01 10:00"), date(2016, 12, 2), pd.NaT, 3.5]
    table = read_press_dates(pd.Series(cells, dtype=object), published=published)
    assert list(table.edtf) == ["2016-12-19", "2016-12-01", "2016-12-02", None, None]
    assert list(table.error) == ["", "", "", "is missing", "is missing"]


def test_a_day_of_publication_that_is_none_is_told() -> None:
    table = read_press_dates(["on Monday"] * 3, published=["2016-12-23", "Friday", float("nan")])  # type: ignore[list-item]
    assert list(table.edtf) == ["2016-12-19", None, None]
    assert table.error[1] == "is no day of publication; write YYYY-MM-DD"
    assert "counts from the day of publication" in table.error[2]
    with pytest.raises(DateError, match="'Friday' is no day of publication"):
        read_press_dates(["on Monday"], published="Friday")


def test_days_that_do_not_match_the_texts_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        read_press_dates(["today", "today"], published=[FRIDAY])


# --- properties ------------------------------------------------------------------------------

WORDS = [
    *sorted({word for text, *_ in [*READ, *REFUSED] for word in text.split(" ")}),
    *("Palmyra", "999", "9999", "0001", "[4]", "'s", "İ", "٣", "\u0000", "\u202e", "", "-", "/"),
]
PUBLISHED = st.none() | st.dates() | st.sampled_from([date.min, date.max, date(2016, 2, 29)])


def read_or_refuse(text: str, published: date | None) -> None:
    try:
        found = read_press_date(text, published=published)
    except DateError:
        return
    assert parse_date(found.date.text) == found.date


@given(st.text(max_size=210), PUBLISHED)
def test_any_text_is_read_or_refused(text: str, published: date | None) -> None:
    read_or_refuse(text, published)


@settings(max_examples=500)
@given(st.lists(st.sampled_from(WORDS), max_size=10), st.sampled_from(["", " "]), PUBLISHED)
def test_any_words_of_time_are_read_or_refused(
    words: list[str], blank: str, published: date | None
) -> None:
    read_or_refuse(blank.join(words), published)


@pytest.mark.parametrize("piece", ["a", "22 December ", "the ", "in the last ", "(((", "1", "  "])
def test_a_text_of_100_000_characters_is_refused_at_once(piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    started = time.perf_counter()
    with pytest.raises(DateError) as caught:
        read_press_date(text, published=FRIDAY)
    assert time.perf_counter() - started < 1
    if text.strip():
        assert len(str(caught.value)) < 300


@pytest.mark.parametrize("piece", ["in the ", "at around ", "at the very ", "1 ", "last ", "the "])
def test_the_longest_text_that_is_read_takes_no_time(piece: str) -> None:
    started = time.perf_counter()
    read_or_refuse((piece * 200)[:199], FRIDAY)
    assert time.perf_counter() - started < 1


STYLES = (
    "{0.day} {0:%B} {0:%Y}",
    "{0:%B} {0.day}, {0:%Y}",
    "{0:%A}, {0.day} {0:%b} {0:%Y}",
    "{0:%a} {0:%b} {0:%d}, {0:%Y} 16:25:32",
    "{0:%a} {0:%b} {0:%d} 16:25:32 {0:%Y}",
    "{0:%d}-{0:%b}-{0:%Y}",
    "{0:%d}.{0:%m}.{0:%Y}",
    "{0:%Y}/{0:%m}/{0:%d}",
    "{0:%Y}-{0:%m}-{0:%d}T05:00:00Z",
    "on the {0.day}th of {0:%B}, {0:%Y}",
    "{0:%b}. {0.day}th {0:%Y}",
    "LATE ON {0:%A} ({0:%B} {0.day} {0:%Y})",
)


@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from(STYLES))
def test_a_day_that_is_written_is_the_day_that_is_read(day: date, style: str) -> None:
    assert read_press_date(style.format(day)).date == parse_date(day.isoformat())


@given(st.dates(min_value=date(1700, 1, 1)), st.integers(0, 364))
def test_a_day_without_its_year_lies_in_the_year_before_the_publication(
    day: date, later: int
) -> None:
    published = date.fromordinal(min(day.toordinal() + later, date.max.toordinal()))
    if day.month == 2 and day.day == 29:
        return
    found = read_press_date(f"{day:%B} {day.day}", published=published)
    assert found.date.first == day


@given(st.dates(min_value=date(2, 1, 1)), st.integers(0, 6))
def test_a_weekday_is_the_latest_one(published: date, back: int) -> None:
    day = date.fromordinal(published.toordinal() - back)
    assert read_press_date(f"on {day:%A}", published=published).date.first == day


@given(
    st.dates(min_value=date(1000, 1, 1)),
    st.dates(min_value=date(1000, 1, 1)),
    st.sampled_from(["from {} to {}", "between {} and {}", "{} – {}", "{} until {}"]),
)
def test_an_interval_has_the_ends_that_are_written(one: date, other: date, style: str) -> None:
    first, last = sorted((one, other))
    found = read_press_date(
        style.format(f"{first:%B} {first.day}, {first:%Y}", f"{last.day} {last:%B %Y}")
    )
    assert (found.date.first, found.date.last) == (first, last)


@pytest.mark.parametrize("text", [text for text, *_ in READ])
def test_capitals_make_no_difference(text: str) -> None:
    dates = {
        read_press_date(written, published=FRIDAY).date
        for written in (text, text.upper(), text.lower())
    }
    assert len(dates) == 1
