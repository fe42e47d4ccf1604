"""Differences: what changed hands between two days adds up, in km² and as polygons."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import shapely
from grids import MAPS, day, grid_series, records
from hypothesis import given, settings
from test_tessellation import geodesic_km2

import geofront
from geofront.control.neighbours import actor_neighbours, place_neighbours
from geofront.errors import DateError, SpanError

if TYPE_CHECKING:
    from collections.abc import Callable

    from geofront.control.series import Series


def net_km2(series: Series, one: int, other: int) -> pd.Series:
    table = series.difference(day(one), day(other)).actors()
    return table.fillna("").set_index(["status", "actor"])["net_km2"]


def test_what_changed_hands_is_told_with_both_holders() -> None:
    series = grid_series("AAB AAB", "AAB AAB", "ABB A*B")
    changed = series.difference("2020-01-01", "2020-01-03")
    areas = changed.areas
    told = [(r.from_actors, r.to_status, r.to_actors) for r in records(areas)]
    assert told == [(("A",), "contested", ("A", "B")), (("A",), "held", ("B",))]
    assert areas.crs == "EPSG:4326"
    for row in records(areas):
        assert row.area_km2 == pytest.approx(geodesic_km2(row.geometry), rel=1e-3)
    actors = changed.actors().set_index("status").loc["held"].set_index("actor")
    assert actors.loc["A", "lost_km2"] == pytest.approx(areas["area_km2"].sum())
    assert actors.loc["A", "gained_km2"] == 0
    assert actors.loc["B", "gained_km2"] == pytest.approx(areas["area_km2"][1])
    exchanges = {(r.actor, r.other): r for r in records(changed.exchanges())}
    assert exchanges["B", "A"].gained_km2 == exchanges["A", "B"].lost_km2
    assert "km² changed" in repr(changed)


def test_days_that_are_alike_do_not_differ() -> None:
    series = grid_series("AAB AAB", "ABB AAB", "AAB AAB")
    same = series.difference(day(1), day(3))
    assert list(same) == []
    assert len(same.areas) == 0
    assert len(same.exchanges()) == 0
    assert (same.actors()["net_km2"] == 0).all()


def test_a_day_outside_the_series_is_refused() -> None:
    with pytest.raises(SpanError, match="outside the series"):
        grid_series("AB").difference("2020-01-01", "2020-01-02")


@settings(max_examples=60)
@given(MAPS)
def test_gained_less_lost_is_the_change_of_km2(maps: list[str]) -> None:
    series = grid_series(*maps)
    for one, other in combinations(range(1, len(maps) + 1), 2):
        changed = series.difference(day(one), day(other))
        table = changed.actors()
        expected = table["after_km2"] - table["before_km2"]
        assert np.allclose(table["gained_km2"] - table["lost_km2"], expected, atol=1e-6)
        assert np.allclose(table["net_km2"].sum(), 0, atol=1e-6)
        exchanges = changed.exchanges()
        for status, actor, gained, lost in zip(
            *(table[c] for c in ("status", "actor", "gained_km2", "lost_km2")), strict=True
        ):
            mine = exchanges[
                (exchanges["status"] == status)
                & ((exchanges["actor"] == actor) | (status != "held"))
            ]
            assert mine["gained_km2"].sum() == pytest.approx(gained)
            assert mine["lost_km2"].sum() == pytest.approx(lost)


@settings(max_examples=60)
@given(MAPS)
def test_differences_compose_and_turn_round(maps: list[str]) -> None:
    series = grid_series(*maps)
    last = len(maps)
    for middle in range(1, last + 1):
        whole = net_km2(series, 1, last)
        parts = net_km2(series, 1, middle) + net_km2(series, middle, last)
        assert np.allclose(whole, parts, atol=1e-6)
        assert np.allclose(net_km2(series, last, 1), -whole, atol=1e-6)


@settings(max_examples=60)
@given(MAPS)
def test_polygons_that_changed_hands_are_where_the_areas_of_both_days_say(
    maps: list[str],
) -> None:
    series = grid_series(*maps)
    last = len(maps)
    changed = series.difference(day(1), day(last)).areas
    assert changed.is_valid.all()
    assert set(changed.geom_type) <= {"MultiPolygon"}
    before, after = (
        {
            (r.status, (r.actor,) if r.status == "held" else r.contested_by): r.geometry
            for r in records(s.areas)
        }
        for s in (series.snapshot(day(1)), series.snapshot(day(last)))
    )
    for row in records(changed):
        was = before[row.from_status, row.from_actors]
        now = after[row.to_status, row.to_actors]
        both = shapely.intersection(was, now)
        assert shapely.area(both) == pytest.approx(shapely.area(row.geometry), abs=1e-9)
        assert shapely.area(shapely.difference(row.geometry, both)) < 1e-9
    shapes = changed.geometry.to_numpy()
    assert shapely.area(shapely.union_all(shapes)) == pytest.approx(shapely.area(shapes).sum())


# --- neighbours -------------------------------------------------------------------------------


def test_actors_that_adjoin_are_told_with_the_length_of_their_border() -> None:
    series = grid_series("AAB A*B CCB")
    table = actor_neighbours(series, day(1))
    km = {frozenset((r.actors, r.other_actors)): (r.opposed, r.border_km) for r in records(table)}
    assert set(km) == {
        frozenset(pair)
        for pair in (
            (("A",), ("B",)),
            (("A",), ("C",)),
            (("A",), ("A", "B")),
            (("B",), ("A", "B")),
            (("B",), ("C",)),
            (("C",), ("A", "B")),
        )
    }
    assert km[frozenset((("A",), ("B",)))] == (True, pytest.approx(11.1, abs=0.1))
    assert km[frozenset((("A",), ("A", "B")))] == (True, pytest.approx(11.1 + 9.1, abs=0.1))
    assert not km[frozenset((("C",), ("A", "B")))][0]
    fronts = sum(front.length_km for front in series.snapshot(day(1)).fronts)
    assert table[table["opposed"]]["border_km"].sum() == pytest.approx(fronts)


@settings(max_examples=30)
@given(MAPS)
def test_borders_of_actors_are_the_parting_arcs(maps: list[str]) -> None:
    series = grid_series(*maps)
    for today in series.days:
        table = actor_neighbours(series, today)
        fronts = sum(front.length_km for front in series.snapshot(today).fronts)
        assert table[table["opposed"]]["border_km"].sum() == pytest.approx(fronts)


def test_places_adjoin_along_edges_not_corners() -> None:
    table = place_neighbours(grid_series("AAB ABB"), day(1))
    pairs = set(zip(table["place_id"], table["other_id"], strict=True))
    rows = {("p00", "p01"), ("p01", "p02"), ("p10", "p11"), ("p11", "p12")}
    assert pairs == rows | {("p00", "p10"), ("p01", "p11"), ("p02", "p12")}
    assert table["border_km"].between(9, 11.2).all()
    (one,) = [r for r in records(table) if (r.place_id, r.other_id) == ("p01", "p11")]
    assert (one.actors, one.other_actors) == (("A",), ("B",))


@pytest.mark.parametrize("method", sorted(geofront.METHODS))
def test_places_adjoin_alike_whatever_the_method(method: str) -> None:
    timeline = geofront.read("khanasser-2017")
    by_method = place_neighbours(geofront.draw(timeline, method=method), "2017-01-20")
    nearest = place_neighbours(geofront.draw(timeline, method="nearest"), "2017-01-20")
    shared = {*zip(nearest["place_id"], nearest["other_id"], strict=True)}
    found = {*zip(by_method["place_id"], by_method["other_id"], strict=True)}
    assert len(shared ^ found) <= 0.02 * len(shared)


@pytest.mark.parametrize("kind", [str, pd.Timestamp, lambda d: datetime.combine(d, time(23, 59))])
def test_a_day_may_be_a_date_a_text_or_a_moment(kind: Callable[[date], date | str]) -> None:
    boards = ("AAB", "ABB", "BBB")
    series = grid_series(*boards)
    drawn = geofront.draw(series.history, start=kind(day(2)), end=kind(day(3)))
    assert (drawn.start, drawn.end) == (day(2), day(3))
    assert series.snapshot(kind(day(2))).day == day(2)
    one, other = (series.difference(kind(day(1)), end) for end in (kind(day(3)), day(3)))
    assert one.actors().equals(other.actors())
    assert (series.place_labels_on(kind(day(2))) == series.place_labels_on(day(2))).all()
    assert (series.cell_labels_on(kind(day(2))) == series.cell_labels_on(day(2))).all()


def test_a_missing_moment_is_no_day() -> None:
    with pytest.raises(DateError, match="not a day"):
        grid_series("AB").snapshot(pd.NaT)  # type: ignore[arg-type]


def test_a_generalised_series_has_the_ground_of_the_one_before() -> None:
    series = grid_series("AABB", "ABBB")
    assert series.generalised(1).patchwork is series.patchwork
