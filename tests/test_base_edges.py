"""What all else stands on, at its edges: dates, positions, errors, and small helpers."""

from __future__ import annotations

import gc
import math
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from geofront import display
from geofront.crs import (
    BBox,
    LocalCRS,
    LonLat,
    bearing,
    center_of,
    check_position,
    destination,
    geodesic_km,
)
from geofront.dates import as_day, parse_date, parse_day, parse_time
from geofront.errors import (
    AmbiguousPlaceError,
    DateError,
    GeofrontError,
    PositionError,
    UnknownPlaceError,
    did_you_mean,
    nearest_name,
)
from geofront.garbage import paused_collection
from geofront.gazetteer.place import Place
from geofront.gazetteer.resolver import Match

# --- dates and times -------------------------------------------------------------------------

DAMASCUS = ZoneInfo("Asia/Damascus")
THE_DAY = date(2016, 12, 8)


@pytest.mark.parametrize(
    ("text", "day", "at"),
    [
        ("06:30", THE_DAY, time(6, 30)),
        ("22:30Z", date(2016, 12, 9), time(0, 30)),  # two hours ahead of Greenwich in winter
        ("01:15+02:00", THE_DAY, time(1, 15)),
        ("01:15+05:00", date(2016, 12, 7), time(22, 15)),
        ("23:15-05:30", date(2016, 12, 9), time(6, 45)),
    ],
)
def test_a_time_with_an_offset_may_belong_to_another_day(text: str, day: date, at: time) -> None:
    assert parse_time(text, THE_DAY, DAMASCUS) == (day, at)


def test_a_time_may_not_leave_the_calendar() -> None:
    for text, day in (("00:30+02:00", date.min), ("23:30-02:00", date.max)):
        with pytest.raises(DateError, match="lies outside the years 0001 to 9999"):
            parse_time(text, day, UTC)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2016-12-08/2016-12-32", "December 2016 has 31 days"),
        ("2016-13-01?", "month 13"),
        ("-0044-03-15", "lies outside the years 0001 to 9999"),
        ("2016-12-08" * 40, "is longer than"),
        ("2016-12-00", "does not exist"),
    ],
)
def test_a_part_of_a_date_that_cannot_be_is_named(text: str, reason: str) -> None:
    with pytest.raises(DateError, match=reason):
        parse_date(text)


def test_a_doubtful_day_in_an_interval_keeps_its_doubt_and_its_days() -> None:
    read = parse_date("2016-12-08?/2016-12-11~")
    assert (read.first, read.last) == (date(2016, 12, 8), date(2016, 12, 11))
    assert read.uncertain
    assert read.approximate
    assert parse_date("2016-12-08%").uncertain
    assert parse_date("2016-12-08%").approximate


def test_the_first_and_the_last_day_of_the_calendar_are_days() -> None:
    assert (parse_day("0001-01-01"), parse_day("9999-12-31")) == (date.min, date.max)
    with pytest.raises(DateError, match="year 0"):
        parse_day("0000-12-31")


# --- positions -------------------------------------------------------------------------------


@pytest.mark.parametrize(("lon", "lat"), [(180, 90), (-180, -90), (0, 0)])
def test_the_corners_of_the_world_are_on_it(lon: float, lat: float) -> None:
    check_position(lon, lat)


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(180.001, 0), (-180.001, 0), (0, 90.001), (0, -90.001), (math.nan, 0), (0, math.inf)],
)
def test_beyond_them_nothing_is(lon: float, lat: float) -> None:
    with pytest.raises(PositionError, match="is nowhere on Earth"):
        check_position(lon, lat)


def test_the_edge_belongs_to_a_box() -> None:
    box = BBox(36, 34, 38, 35)
    for inside in ((36, 34), (38, 35), (37, 34.5)):
        assert box.contains(LonLat(*inside))
    for outside in ((35.9, 34.5), (38.1, 34.5), (37, 33.9), (37, 35.1)):
        assert not box.contains(LonLat(*outside))


def test_what_is_projected_comes_back_and_nothing_stays_nothing() -> None:
    crs = LocalCRS(LonLat(38, 34))
    points = np.array([[38.0, 34.0], [39.5, 35.25], [30.0, 28.0]])
    assert crs.to_lonlat(crs.to_metres(points)) == pytest.approx(points)
    assert crs.to_metres(points[:1]) == pytest.approx(np.zeros((1, 2)), abs=1e-6)
    for project in (crs.to_metres, crs.to_lonlat, crs.to_equal_area):
        assert project(np.empty((0, 2))).shape == (0, 2)
    # A square kilometre is one, whatever its shape in the projection.
    corners = np.array(
        [destination(LonLat(38, 34), np.array([a]), 0.7071)[0] for a in (0, 90, 180, 270)]
    )
    x, y = crs.to_equal_area(corners).T
    area = abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2
    assert area == pytest.approx(1e6, rel=1e-3)


def test_the_middle_across_the_seam_is_on_the_seam() -> None:
    middle = center_of(np.array([[179.0, 10.0], [-179.0, 10.0]]))
    assert abs(middle.lon) == pytest.approx(180.0)
    assert middle.lat == pytest.approx(10.0, abs=0.01)


def test_there_and_back_again() -> None:
    start = LonLat(38, 34)
    azimuths = np.array([0.0, 90.0, 215.0])
    ends = destination(start, azimuths, 50.0)
    tiled = np.tile(start, (3, 1))
    assert geodesic_km(tiled, ends) == pytest.approx(np.full(3, 50.0))
    assert bearing(tiled, ends) % 360 == pytest.approx(azimuths)


# --- errors ----------------------------------------------------------------------------------


def test_faults_are_of_one_family_and_of_a_builtin_one() -> None:
    for error, builtin in (
        (UnknownPlaceError("x"), LookupError),
        (AmbiguousPlaceError("x", []), LookupError),
        (DateError("x", "is no day"), ValueError),
        (PositionError("x"), ValueError),
    ):
        assert isinstance(error, GeofrontError)
        assert isinstance(error, builtin)


def test_of_many_candidates_five_are_shown() -> None:
    places = [Place(f"khan-{i}", "Khan", 36 + i, 35) for i in range(7)]
    error = AmbiguousPlaceError("Khan", [Match(place, 0.99, ()) for place in places])
    assert str(error).startswith("'Khan' may be 7 places: khan-0 (Khan, 35.000 N 36.000 E); khan-1")
    assert str(error).endswith(
        "khan-4 (Khan, 35.000 N 40.000 E); and 2 more; write the id of the one"
    )
    assert len(error.candidates) == 7
    assert "more;" not in str(AmbiguousPlaceError("Khan", error.candidates[:5]))


def test_a_name_of_a_page_is_cut_short_in_the_message_and_kept_on_the_error() -> None:
    name = "x" * 10_000
    error = UnknownPlaceError(name, ["Homs", "Hama"])
    assert len(str(error)) < 200
    assert str(error).endswith("…'; did you mean 'Homs', 'Hama'?")
    assert error.name == name
    twice = UnknownPlaceError("Suwais", ["Suez", "Suez", "Homs"])
    assert twice.suggestions == ("Suez", "Homs")
    assert "…" not in str(UnknownPlaceError("x" * 80))


@pytest.mark.parametrize(
    ("name", "meant"),
    [("geojsn", "geojson"), ("GeoJSON", "geojson"), ("zzz", ""), ("", "")],
)
def test_a_slip_is_forgiven_only_where_a_name_is_alike(name: str, meant: str) -> None:
    assert nearest_name(name, ["html", "geojson", "gpkg"]) == meant
    hint = f"; did you mean {meant!r}?" if meant else ""
    assert did_you_mean(name, ["html", "geojson", "gpkg"]) == hint
    assert nearest_name(name, []) == ""


# --- small helpers ---------------------------------------------------------------------------


def test_the_collector_is_as_it_was_after_a_pause() -> None:
    was = gc.isenabled()
    try:
        for enabled in (True, False):
            (gc.enable if enabled else gc.disable)()
            with paused_collection():
                assert not gc.isenabled()
            assert gc.isenabled() is enabled
        gc.enable()
        with pytest.raises(ZeroDivisionError), paused_collection():
            _ = 1 / 0
        assert gc.isenabled()
    finally:
        (gc.enable if was else gc.disable)()


def test_what_nobody_registered_is_refused_with_what_there_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(display, "_homes", {})
    display.register("shout", "builtins:str")
    assert display.show("shout", 7) == "7"
    with pytest.raises(LookupError, match=r"registered to do 'whisper'; there are: \['shout'\]"):
        display.show("whisper", 7)


def test_a_moment_is_the_day_that_it_shows() -> None:
    assert as_day(datetime(2016, 12, 8, 23, 59, tzinfo=DAMASCUS)) == THE_DAY
