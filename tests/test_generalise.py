"""Generalising: within the tolerance, without gaps or overlaps, and nothing lost."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import BOX, labelled_meshes

from geofront.control.arcs import Arcs, join_edges
from geofront.control.area import areas
from geofront.control.drawn import series_from_maps
from geofront.control.generalise import Generalising, generalise
from geofront.control.patchwork import State
from geofront.control.tessellation import OUTSIDE, tessellate
from geofront.crs import LocalCRS, center_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geofront.control.tessellation import Tessellation

TOLERANCES = st.sampled_from([0.2, 1.0, 5.0, 20.0, 80.0])


def day_of(mesh: Tessellation, labels: NDArray[np.int64]) -> tuple[Arcs, State]:
    arcs = join_edges(mesh, np.arange(mesh.cells, dtype=np.int64))
    return arcs, State(1, labels, arcs.parting(labels))


def lines_of(areas_drawn: dict[int, Any]) -> Any:
    return shapely.boundary(list(areas_drawn.values()))


def farthest_km(one: Arcs, other: Arcs) -> float:
    """The largest Hausdorff distance between arcs of the same number, in km."""
    crs = LocalCRS(center_of(one.points))
    straight = [
        shapely.transform(shapely.segmentize(arcs.lines, 0.01), crs.to_metres)
        for arcs in (one, other)
    ]
    return float(shapely.hausdorff_distance(*straight).max()) / 1000


def check_coverage(before: dict[int, Any], after: dict[int, Any], bound: float) -> None:
    """The same labels, in as many pieces with as many holes, valid and without gap or overlap."""
    assert before.keys() == after.keys()
    for label, area in after.items():
        assert shapely.is_valid(area), shapely.is_valid_reason(area)
        former = before[label]
        assert [len(p.interiors) for p in area.geoms] == [len(p.interiors) for p in former.geoms]
        assert abs(shapely.area(area) - shapely.area(former)) <= bound
    whole = shapely.union_all(list(after.values()))
    assert sum(map(shapely.area, after.values())) == pytest.approx(shapely.area(whole), abs=1e-9)
    former = shapely.union_all(list(before.values()))
    assert len(shapely.get_parts(whole)) == len(shapely.get_parts(former))
    assert len(shapely.get_rings(shapely.get_parts(whole))) == len(
        shapely.get_rings(shapely.get_parts(former))
    )


@settings(max_examples=80, deadline=None)
@given(labelled_meshes(), TOLERANCES, st.booleans())
def test_a_day_keeps_its_areas_within_the_tolerance(
    drawn: tuple[Tessellation, NDArray[np.int64]], tolerance_km: float, smooth: bool
) -> None:
    arcs, state = day_of(*drawn)
    how = Generalising(tolerance_km, smooth=smooth)
    joined = arcs.joined(state.labels, state.parting)
    rough, after = how.of_day(arcs, state)
    assert joined.km.sum() == pytest.approx(arcs.km[state.parting].sum())
    if len(arcs) == 0:
        assert len(rough) == 0
        return
    assert farthest_km(joined, rough) <= tolerance_km * 1.001 + 0.001
    assert rough.km.tolist() == joined.km.tolist()
    degrees = tolerance_km / 70  # a degree is nowhere shorter here
    length = shapely.length(joined.lines).sum()
    check_coverage(
        areas(arcs, state), areas(rough, after), 2 * degrees * length + 4 * degrees**2 * len(rough)
    )


@settings(max_examples=40, deadline=None)
@given(labelled_meshes(), TOLERANCES, st.booleans())
def test_all_arcs_of_a_patchwork_may_be_generalised_at_once(
    drawn: tuple[Tessellation, NDArray[np.int64]], tolerance_km: float, smooth: bool
) -> None:
    arcs, state = day_of(*drawn)
    rough = generalise(arcs, Generalising(tolerance_km, smooth=smooth))
    assert (rough.tail == arcs.tail).all()
    assert (rough.right == arcs.right).all()
    if len(arcs):
        assert farthest_km(arcs, rough) <= tolerance_km * 1.001 + 0.001
        check_coverage(areas(arcs, state), areas(rough, state), np.inf)


@settings(max_examples=40, deadline=None)
@given(labelled_meshes())
def test_joined_arcs_draw_the_same_areas(drawn: tuple[Tessellation, NDArray[np.int64]]) -> None:
    arcs, state = day_of(*drawn)
    joined = arcs.joined(state.labels, state.parting)
    labels = np.arange(4)
    again = areas(joined, State(1, labels, np.arange(len(joined))))
    before = areas(arcs, state)
    assert before.keys() == again.keys()
    assert all(shapely.equals(before[label], again[label]) for label in before)
    assert len(joined) <= len(arcs)
    assert (joined.right != joined.left).all()


def wiggly(amplitude: float, *, width: float = 0.0) -> Any:
    """A salient along a wavy front, a narrow spit, and an islet close before it."""
    x = np.linspace(37, 39.5, 400)
    y = 34.5 + amplitude * np.sin(x * 40) + 0.02 * np.sin(x * 333)
    y[200:202] += width
    south = shapely.Polygon([(37, 33.5), *zip(x, y, strict=True), (39.5, 33.5)])
    islets = [shapely.Point(38.05 + i / 10, 34.62).buffer(0.01, quad_segs=3) for i in range(8)]
    return shapely.union_all([south, *(i for i in islets if not i.intersects(south))])


@pytest.mark.parametrize("smooth", [False, True])
def test_islets_before_a_front_stay_on_their_side_of_it(smooth: bool) -> None:
    south = wiggly(0.08, width=0.4)
    series = series_from_maps({date(2024, 1, 1): {"A": south}}, extent=BOX, otherwise="B")
    rough = series.generalised(15, smooth=smooth)
    before = series.snapshot("2024-01-01")
    after = rough.snapshot("2024-01-01")
    check_coverage(areas(*before.drawn), areas(*after.drawn), np.inf)
    assert farthest_km(before.series.patchwork.arcs, after.drawn[0]) <= 15
    assert len(shapely.get_parts(south)) > 3
    # Figures are those of the lines before; what is drawn has fewer vertices.
    assert after.area_km2.tolist() == before.area_km2.tolist()
    assert after.frontlines.length_km[0] == pytest.approx(before.frontlines.length_km[0])
    counts = [shapely.get_num_coordinates(s.areas.geometry).sum() for s in (before, after)]
    assert counts[1] < counts[0] / (2 if smooth else 4)
    assert rough.provenance["generalised"] == {"tolerance_km": 15, "smooth": smooth}
    assert "generalised" not in series.provenance


def test_a_straight_front_of_steps_becomes_straight_and_smooth_corners_are_round() -> None:
    steps = [(37 + i // 2 * 0.05, 34.5 + (i + 1) // 2 % 2 * 0.01) for i in range(101)]
    south = shapely.Polygon([(37, 33.5), *steps, (39.5, 33.5)])
    series = series_from_maps({date(2024, 1, 1): {"A": south}}, extent=BOX, otherwise="B")
    front = series.generalised(2).snapshot("2024-01-01").fronts[0].geometry
    assert shapely.get_num_coordinates(front) < 6
    hexagon = shapely.Point(38.2, 34.5).buffer(0.5, quad_segs=1)
    series = series_from_maps({date(2024, 1, 1): {"A": hexagon}}, extent=BOX, otherwise="B")
    smooth = series.generalised(10, smooth=True).snapshot("2024-01-01").fronts[0].geometry
    turns = np.diff(np.unwrap(np.arctan2(*np.diff(shapely.get_coordinates(smooth), axis=0).T)))
    assert np.abs(turns).max() < 0.6  # a square's corner turns by 1.57


def test_days_without_a_change_share_their_lines() -> None:
    maps = {date(2024, 1, d): {"A": wiggly(0.08 if d < 5 else 0.05)} for d in range(1, 9)}
    series = series_from_maps(maps, extent=BOX).generalised(1)
    drawn = [snapshot.drawn for snapshot in series]
    assert len({id(arcs) for arcs, _ in drawn}) == 2


def test_a_tolerance_must_move_something() -> None:
    series = series_from_maps({date(2024, 1, 1): {"A": wiggly(0.05)}}, extent=BOX)
    with pytest.raises(ValueError, match="more than 0"):
        series.generalised(0)


def test_the_outline_of_the_extent_stays_the_outline() -> None:
    mesh = tessellate(np.array([[38.0, 34.5]]), shapely.Point(38, 34.5).buffer(0.7, quad_segs=90))
    arcs, _ = day_of(mesh, np.array([1]))
    rough = generalise(arcs, Generalising(3))
    assert rough.right.tolist() == [OUTSIDE]
    assert 8 < len(rough.points) < 40
