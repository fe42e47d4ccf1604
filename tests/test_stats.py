"""Statistics: every figure is what the snapshots and the differences say, on every day."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from grids import MAPS, day, grid_series, records
from hypothesis import given, settings

import geofront
from geofront.control.stats import COLUMNS, FRONT_COLUMNS, statistics
from geofront.errors import SpanError

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from geofront.control.series import Series

STABLE = (
    *("date", "status", "actor", "side", "area_km2", "share", "places"),
    *("gained_km2", "lost_km2", "front_km"),
)


def of(table: pd.DataFrame, actor: str, column: str) -> list[float]:
    return [float(v) for v in table[table["actor"] == actor][column]]


def test_the_columns_of_old_come_first() -> None:
    assert COLUMNS[: len(STABLE)] == STABLE
    assert tuple(grid_series("AB").stats().columns) == COLUMNS
    assert tuple(grid_series("AB").front_stats().columns) == FRONT_COLUMNS


@settings(max_examples=60)
@given(MAPS)
def test_figures_are_those_of_snapshots_and_differences(maps: list[str]) -> None:
    series = grid_series(*maps)
    table = series.stats()
    assert table.groupby("date")["share"].sum().to_numpy() == pytest.approx(1)
    assert (table.groupby("date")["places"].sum() == len(series.place_ids)).all()
    for today in series.days:
        snapshot = series.snapshot(today)
        rows = table[table["date"] == today]
        held = snapshot.areas.set_index("actor")["area_km2"]
        for row in records(rows[rows["status"] == "held"]):
            assert row.area_km2 == pytest.approx(held.get(row.actor, 0.0))
            fronts = sum(f.length_km for f in snapshot.fronts if row.actor in f.actors)
            assert row.front_km == pytest.approx(fronts)
            assert row.places == sum(s.holder == row.actor for s in snapshot.statuses)
            assert -1e-9 <= row.taken_km2 <= row.gained_km2 + 1e-9
    for before, today in pairwise(series.days):
        expected = series.difference(before, today).actors()
        rows = table[table["date"] == today]
        for column in ("gained_km2", "lost_km2"):
            assert np.allclose(rows[column], expected[column], atol=1e-6)


@settings(max_examples=60)
@given(MAPS)
def test_pockets_in_the_table_are_those_of_the_series(maps: list[str]) -> None:
    series = grid_series(*maps)
    table = series.stats()
    pockets = series.pockets()
    for row in records(table[table["status"] == "held"]):
        there = [s.km2[row.actor] for p in pockets if (s := p.on(row.date)) and row.actor in s.km2]
        assert row.pockets == len(there)
        assert row.pocket_km2 == pytest.approx(sum(there))
    assert table[table["status"] != "held"]["pockets"].isna().all()


@settings(max_examples=60)
@given(MAPS)
def test_fronts_per_pair_add_up_to_those_of_the_actors(maps: list[str]) -> None:
    series = grid_series(*maps)
    fronts, table = series.front_stats(), series.stats()
    pairs = len(fronts) // len(series)
    assert len(fronts) == pairs * len(series)
    assert np.allclose(fronts["held_km"] + fronts["contested_km"], fronts["front_km"])
    for row in records(table[table["status"] == "held"]):
        mine = fronts[
            (fronts["date"] == row.date)
            & ((fronts["actor"] == row.actor) | (fronts["other"] == row.actor))
        ]
        assert mine["front_km"].sum() == pytest.approx(row.front_km)
        assert mine["gained_km2"].sum() >= -1e-9


@pytest.fixture(scope="module")
def advance() -> Series:
    """A front that moves a column of places eastwards on the third day, and stands still after."""
    return grid_series("AABBB AABBB", "AABBB AABBB", "AAABB AAABB", *["AAABB AAABB"] * 9)


def test_speed_is_net_km2_by_the_days_of_the_window(advance: Series) -> None:
    table = statistics(advance, window_days=4)
    gained = of(table, "A", "gained_km2")[2]
    assert gained == pytest.approx(of(table, "B", "lost_km2")[2])
    # On the first day everything is gained, from unknown: the column says so, the advance does not.
    start = of(table, "A", "gained_km2")[0]
    speed = of(table, "A", "speed_km2_per_day")
    assert speed[:7] == pytest.approx(
        [start, start / 2, (start + gained) / 3, (start + gained) / 4, gained / 4, gained / 4, 0]
    )
    assert of(table, "B", "speed_km2_per_day")[4] == pytest.approx(-gained / 4)


def test_advance_is_how_far_the_whole_front_moved(advance: Series) -> None:
    table = statistics(advance, window_days=4)
    km = of(table, "A", "advance_km")
    # A column is 0.1° wide, 9.1 km at 35° N, and the front runs straight.
    assert km[2:6] == pytest.approx([9.1] * 4, abs=0.15)
    assert km[:2] == [0, 0]
    assert km[6:] == [0] * 6
    assert of(table, "B", "advance_km") == [0] * 12
    assert of(table, "A", "taken_km2")[:3] == pytest.approx([0, 0, of(table, "A", "gained_km2")[2]])


def test_there_is_no_advance_without_a_front() -> None:
    table = grid_series("AAA AAA").stats()
    assert table["advance_km"].isna().all()
    assert of(table, "A", "front_km") == [0]


def test_ground_of_allies_is_gained_but_not_taken() -> None:
    actors = "id,side\nA,west\nB,B\nC,west\n"
    table = grid_series("CCB", "ACB", "AAB", actors=actors).stats()
    assert of(table, "A", "gained_km2")[1] > 0
    assert of(table, "A", "taken_km2") == [0, 0, 0]


def test_a_window_of_no_days_is_refused() -> None:
    with pytest.raises(SpanError, match="no speed"):
        statistics(grid_series("AB"), window_days=0)


def test_what_passes_over_a_front_is_told_per_pair() -> None:
    series = grid_series("AABB", "AAAB", "AAAB", "ABBB")
    fronts = series.front_stats()
    assert fronts["date"].tolist() == [day(d) for d in range(1, 5)]
    assert (fronts["actor"] + fronts["other"]).unique().tolist() == ["AB"]
    gained, lost = fronts["gained_km2"].tolist(), fronts["lost_km2"].tolist()
    assert gained[0] == lost[0] == gained[2] == lost[2] == gained[3] == lost[1] == 0
    assert lost[3] == pytest.approx(2 * gained[1], rel=0.01)


# --- charts -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def eventful() -> Series:
    return grid_series(
        "AABBBBB AAAAAAB AACBB*B", "AABBBBB AABAAAB AACBBBB", "AABBBBB AAAAAAB AACBB?B"
    )


def test_charts_are_in_the_actors_colours_and_named(eventful: Series) -> None:
    pytest.importorskip("matplotlib")
    from matplotlib.colors import to_hex

    from geofront.render.image.charts import plot_areas, plot_fronts, plot_pockets

    areas = plot_areas(eventful)
    legend = areas.get_legend()
    assert legend is not None
    assert [t.get_text() for t in legend.get_texts()] == ["unknown", "contested", "C", "B", "A"]
    colors: list[Any] = [band.get_facecolor() for band in areas.collections[:3]]
    drawn = [to_hex(color[0]) for color in colors]
    assert drawn == [eventful.timeline.actors[a].color.lower() for a in "ABC"]
    fronts = plot_fronts(eventful).get_legend()
    assert fronts is not None
    assert {t.get_text() for t in fronts.get_texts()} == {"A – B", "A – C", "B – C"}
    texts = [t.get_text() for t in plot_pockets(eventful).texts]
    assert any(t.startswith("p13 and 2 more, ") for t in texts)
    # One title and one credit a figure, however long the title.
    assert "geofront" in areas.figure.get_supxlabel()


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_charts_are_written_whole(eventful: Series, tmp_path: Path, suffix: str) -> None:
    pytest.importorskip("matplotlib")
    from geofront.render.image.charts import write_charts

    path = write_charts(eventful, tmp_path / f"charts.{suffix}")
    assert path.stat().st_size > 5_000
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_figure_has_one_title_and_one_credit_and_nothing_runs_out_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib")
    from geofront.render.image import charts

    title = "A war of many names and places, told day by day by those who saw it; " * 3
    series = grid_series("AABB AB*B", "AABB ABBB")
    timeline = series.timeline
    long = replace(timeline, about=replace(timeline.about, title=title.strip()))
    series = geofront.draw(long)
    kept: list[Any] = []

    def keep(figure: Any, *_: object, **__: object) -> bytes:
        kept.append(figure)
        return b"a picture"

    monkeypatch.setattr(charts, "saved", keep)
    charts.write_charts(series, tmp_path / "c.png")
    (figure,) = kept
    figure.draw_without_rendering()
    texts = [t for t in figure.findobj(lambda a: hasattr(a, "get_text")) if t.get_text()]
    told = [t.get_text().replace("\n", " ") for t in texts]
    assert sum(title.strip() in text for text in told) == 1
    assert sum("geofront" in text for text in told) == 1
    width = figure.bbox.width
    for text in texts:
        box = text.get_window_extent()
        assert box.x0 >= 0
        assert box.x1 <= width, text.get_text()


def test_fronts_leave_room_above_the_longest(eventful: Series) -> None:
    pytest.importorskip("matplotlib")
    from geofront.render.image.charts import plot_fronts

    longest = float(eventful.front_stats()["front_km"].max())
    assert plot_fronts(eventful).get_ylim()[1] >= 1.1 * longest


def test_charts_of_a_day_on_which_nothing_is_held(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from geofront.render.image.charts import write_charts

    assert write_charts(grid_series("??"), tmp_path / "none.png").is_file()


def test_an_actor_may_have_the_name_of_a_status() -> None:
    pytest.importorskip("matplotlib")
    from geofront.render.image.charts import plot_areas

    series = grid_series("AB*A", actors="id,side,name\nA,A,contested\nB,B,\n")
    legend = plot_areas(series).get_legend()
    assert legend is not None
    names = sorted(text.get_text() for text in legend.get_texts())
    assert names == ["B", "contested", "contested"]


def test_statistics_need_no_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert len(grid_series("AB").stats()) == 3
