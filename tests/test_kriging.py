"""Kriging: what the vote of places for the ground around them must keep to."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import BOX, EXTENTS, POSITIONS, REACHES

import geofront
from geofront.control.area import areas
from geofront.control.kriging import LEAD_DAYS, Kriging
from geofront.control.labelchanges import LabelChanges
from geofront.control.method import METHODS, Nearest, Sites, default_method
from geofront.control.patchwork import merge_cells
from geofront.control.state import Label, contested_between, held_by
from geofront.errors import ExtentError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

LABELS = (Label(), contested_between(["A", "B"]), held_by("A"), held_by("B"))
A, B = 2, 3


def changes_of(first: list[int], rows: list[tuple[int, int, int]]) -> LabelChanges:
    day, which, label = np.array(sorted(rows), dtype=np.int64).reshape(-1, 3).T
    return LabelChanges(np.array(first, dtype=np.int64), day, which, label)


def grid_of_places(step: float = 0.2) -> NDArray[np.float64]:
    lon, lat = np.meshgrid(np.arange(37.1, 39.5, step), np.arange(33.6, 35.5, step))
    return np.column_stack([lon.ravel(), lat.ravel()])


def halves(sites: NDArray[np.float64]) -> list[int]:
    """West A's, east B's."""
    return [A if lon < 38.25 else B for lon in sites[:, 0].tolist()]


def label_at(spread: Kriging, cells: LabelChanges, spot: tuple[float, float], day: int) -> int:
    patchwork = merge_cells(spread.mesh, cells)
    drawn = areas(patchwork.arcs, patchwork.on(date.fromordinal(day)))
    return next(label for label, area in drawn.items() if shapely.intersects_xy(area, *spot))


def test_weights_sum_to_one() -> None:
    spread = Kriging.prepare(Sites(grid_of_places()), BOX, reach_km=None)
    assert np.asarray(spread.weights.sum(axis=1)) / 2**24 == pytest.approx(1.0, abs=1e-5)


def test_a_misplaced_place_does_not_speak_and_its_neighbours_fill_its_ground() -> None:
    sites = grid_of_places()
    labels = halves(sites)
    wrong = int(np.argmin(np.hypot(*(sites - [37.5, 34.6]).T)))
    labels[wrong] = B
    spread = Kriging.prepare(Sites(sites), BOX, reach_km=None)
    cells = spread.cell_changes(changes_of(labels, []), LABELS)
    assert label_at(spread, cells, tuple(sites[wrong]), 5) == A
    # A wrong place pulls on nobody's ground: the areas are those of its neighbours' labels.
    labels[wrong] = 0
    without = spread.cell_changes(changes_of(labels, []), LABELS)
    assert (cells.first == without.first).all()


def test_a_place_that_speaks_keeps_its_own_cell() -> None:
    sites = grid_of_places()
    labels = halves(sites)
    spread = Kriging.prepare(Sites(sites), BOX, reach_km=None)
    cells = spread.cell_changes(changes_of(labels, []), LABELS)
    for site, label in zip(sites, labels, strict=True):
        assert label_at(spread, cells, tuple(site), 5) == label


def test_a_large_place_has_the_greater_weight() -> None:
    sites = np.array([[38.0, 34.5], [38.3, 34.6], [38.3, 34.4], [38.3, 34.5]])
    told = []
    for sizes in ([1e6, 10.0, 10.0, 10.0], [10.0, 1e6, 1e6, 1e6], [0.0, 0.0, 0.0, 0.0]):
        spread = Kriging.prepare(Sites(sites, np.array(sizes)), BOX, reach_km=None)
        told.append(float(spread.weights[[1], :].toarray()[0, 0]) / 2**24)
    large, small, unknown = told
    assert small < unknown < large


def test_not_more_than_a_quarter_is_silenced() -> None:
    sites = grid_of_places()
    labels = [A if i % 2 else B for i in range(len(sites))]
    spread = Kriging.prepare(Sites(sites), BOX, reach_km=None)
    cells = spread.cell_changes(changes_of(labels, []), LABELS)
    assert (cells.first > 0).all()


def test_a_place_speaks_some_days_before_its_first_word() -> None:
    sites = grid_of_places()
    spread = Kriging.prepare(Sites(sites), BOX, reach_km=None)
    day = 730_000
    rows = [(day, place, label) for place, label in enumerate(halves(sites))]
    cells = spread.cell_changes(changes_of([0] * len(sites), rows), LABELS)
    for when, expected in ((day - LEAD_DAYS - 1, 0), (day - LEAD_DAYS, A), (day, A)):
        assert label_at(spread, cells, (37.5, 34.5), when) == expected


def test_a_place_follows_its_own_word_though_larger_ones_speak_for_its_cell() -> None:
    sites = grid_of_places()
    small = len(sites) // 2
    sizes = np.full(len(sites), 1e6)
    sizes[small] = 1.0
    spread = Kriging.prepare(Sites(sites, sizes), BOX, reach_km=None)
    assert small not in spread.weights[[small], :].indices
    first = [A] * len(sites)
    cells = spread.cell_changes(changes_of(first, [(900, 0, A), (1000, small, B)]), LABELS)
    lon, lat = sites[small].tolist()
    assert label_at(spread, cells, (lon, lat), 999) == A
    assert label_at(spread, cells, (lon, lat), 1000) == B


@pytest.mark.parametrize("method", sorted(METHODS))
def test_an_empty_extent_is_refused(method: str) -> None:
    timeline = geofront.read("palmyra-2016")
    with pytest.raises(ExtentError, match="empty"):
        geofront.draw(timeline, method=method, extent=shapely.Polygon())


@settings(max_examples=40)
@given(POSITIONS, EXTENTS, REACHES, st.data())
def test_days_one_after_another_are_as_each_by_itself(
    sites: NDArray[np.float64], extent: shapely.Geometry, reach: float | None, data: st.DataObject
) -> None:
    label = st.integers(0, 3)
    first = data.draw(st.lists(label, min_size=len(sites), max_size=len(sites)))
    turn = st.tuples(st.integers(1000, 1009), st.integers(0, max(len(sites) - 1, 0)), label)
    rows = data.draw(st.lists(turn, max_size=8)) if len(sites) else []
    sizes = data.draw(
        st.none()
        | st.lists(st.sampled_from([0.0, 5.0, 900.0]), min_size=len(sites), max_size=len(sites))
    )
    spread = Kriging.prepare(
        Sites(sites, None if sizes is None else np.array(sizes)), extent, reach_km=reach
    )
    places = changes_of(first, rows)
    speaks = np.array([data.draw(st.booleans()) for _ in sites], dtype=bool)
    seeds = spread._of_seeds(places, speaks, len(LABELS))
    for day in range(1000, 1010):
        now = LabelChanges(places.clipped(day, day).first, *(np.empty(0, np.int64),) * 3)
        fresh = spread._of_seeds(now, speaks, len(LABELS))
        assert (seeds.clipped(day, day).first == fresh.first).all()


@settings(max_examples=40)
@given(POSITIONS, EXTENTS, REACHES)
def test_the_cells_cover_what_is_within_reach(
    sites: NDArray[np.float64], extent: shapely.Geometry, reach: float | None
) -> None:
    spread = Kriging.prepare(Sites(sites), extent, reach_km=reach)
    nearest = Nearest.prepare(Sites(sites), extent, reach_km=reach)
    assert spread.mesh.total_km2 == pytest.approx(nearest.mesh.total_km2, rel=0.01, abs=1.0)
    cells = spread.cell_changes(changes_of([A] * len(sites), []), LABELS)
    assert (cells.first == A).all()


def test_the_default_follows_the_number_of_places(tmp_path: Path) -> None:
    assert default_method(10) == "nearest"
    assert default_method(1000) == "kriging"
    assert set(METHODS) >= {"nearest", "kriging"}
    rows = [
        f"2020-01-01,p{i},hold,{'North' if lon < 38.25 else 'South'},{lon:.3f},{lat:.3f}"
        for i, (lon, lat) in enumerate(grid_of_places(0.15).tolist())
    ]
    file = tmp_path / "events.csv"
    file.write_text("\n".join(["date,place,kind,actor,lon,lat", *rows]) + "\n", encoding="utf-8")
    timeline = geofront.read(file)
    series = geofront.draw(timeline)
    assert series.provenance["method"] == "kriging"
    assert geofront.draw(timeline, method="nearest").provenance["method"] == "nearest"
    assert series.snapshot("2020-01-01").fronts[0].actors == ("North", "South")
