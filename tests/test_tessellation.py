"""The tessellation, areas and front lines: what must hold for any places in any extent."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from worlds import BOX, EXTENTS, POSITIONS, REACHES, labelled_meshes

from geofront.control.arcs import Arcs, join_edges
from geofront.control.area import areas, label_km2
from geofront.control.frontline import Opposition, front_lines
from geofront.control.labelchanges import LabelChanges
from geofront.control.patchwork import Patchwork, State, merge_cells
from geofront.control.state import Label, contested_between, held_by
from geofront.control.tessellation import OUTSIDE, default_extent, tessellate
from geofront.crs import geodesic_km
from geofront.events.actor import Actors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geofront.control.tessellation import Tessellation

GEOD = Geod(ellps="WGS84")
LABELS = (Label(), held_by("A"), held_by("B"), contested_between(["A", "B"]))
ACTORS = Actors.named(["A", "B"])


def cells_on(mesh: Tessellation, labels: NDArray[np.int64]) -> tuple[Arcs, State]:
    """Every cell a patch of its own."""
    arcs = join_edges(mesh, np.arange(mesh.cells, dtype=np.int64))
    return arcs, State(0, labels, arcs.parting(labels))


def patchwork_of(mesh: Tessellation, days: NDArray[np.int64]) -> Patchwork:
    """The cells' labels day by day, shape (days, cells), as a patchwork; day 1 is the first."""
    day, which = np.nonzero(days[1:] != days[:-1])
    changes = LabelChanges(days[0], day + 2, which, days[1:][day, which])
    return merge_cells(mesh, changes)


def geodesic_km2(geometry: shapely.Geometry) -> float:
    return abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(geometry))[0]) / 1e6


def test_four_places_share_a_box_as_drawn_by_hand() -> None:
    sites = np.array([[38.0, 34.0], [38.4, 34.0], [38.0, 34.4], [38.4, 34.4]])
    mesh = tessellate(sites, shapely.box(37.8, 33.8, 38.6, 34.6))
    assert mesh.cell_site.tolist() == [0, 1, 2, 3]
    # The ridges cross in the middle of the square; the northern cells are narrower on the globe.
    crossing = shapely.Point(38.2, 34.2)
    corner = mesh.vertices[np.argmin(np.hypot(*(mesh.vertices - [38.2, 34.2]).T))]
    assert geodesic_km(corner[None], np.array([[38.2, 34.2]]))[0] < 0.1
    assert mesh.cell_km2[0] > mesh.cell_km2[2]
    assert mesh.cell_km2[0] == pytest.approx(mesh.cell_km2[1], rel=1e-4)
    assert mesh.total_km2 == pytest.approx(
        geodesic_km2(shapely.box(37.8, 33.8, 38.6, 34.6)), rel=1e-4
    )
    drawn = areas(*cells_on(mesh, np.array([0, 1, 0, 1])))
    west, east = drawn[0], drawn[1]
    assert west.intersects(shapely.Point(37.9, 34.2))
    assert east.intersects(shapely.Point(38.5, 34.2))
    assert shapely.distance(west, crossing) < 1e-3


def test_one_place_has_all_and_no_place_has_nothing() -> None:
    alone = tessellate(np.array([[38.0, 34.0]]), BOX)
    assert alone.cells == 1
    assert geodesic_km2(areas(*cells_on(alone, np.array([1])))[1]) == pytest.approx(
        alone.total_km2, rel=1e-5
    )
    empty = tessellate(np.empty((0, 2)), BOX)
    assert (empty.cells, empty.edges) == (0, 0)
    assert areas(*cells_on(empty, np.empty(0, dtype=np.int64))) == {}


def test_places_at_one_point_share_its_surroundings_in_equal_parts() -> None:
    sites = np.array([[38.0, 34.5]] * 4 + [[39.0, 34.5]])
    mesh = tessellate(sites, shapely.box(37.5, 34, 39.5, 35))
    shares = np.bincount(mesh.cell_site, weights=mesh.cell_km2)
    assert len(shares) == 5
    assert (shares > 0).all()
    assert shares[:4].sum() == pytest.approx(shares[4], rel=0.02)


def test_beyond_the_reach_there_is_no_data() -> None:
    mesh = tessellate(np.array([[38.0, 34.5]]), BOX, reach_km=20)
    assert mesh.total_km2 == pytest.approx(math.pi * 20**2, rel=0.01)
    outline = areas(*cells_on(mesh, np.array([1])))[1]
    distances = [
        geodesic_km(np.array([[38.0, 34.5]]), np.array([point]))[0]
        for point in shapely.get_coordinates(outline)
    ]
    assert max(distances) < 20.1


def test_cells_capped_by_their_reach_cover_the_discs_around_their_sites() -> None:
    sites = np.array([[38.0, 34.5], [38.3, 34.5], [38.1, 34.8], [39.0, 34.2]])
    mesh = tessellate(sites, BOX, reach_km=20)
    crs = mesh.crs
    discs = shapely.union_all(shapely.buffer(shapely.points(crs.to_metres(sites)), 20_000))
    expected = geodesic_km2(shapely.transform(discs, crs.to_lonlat))
    assert mesh.total_km2 == pytest.approx(expected, rel=0.01)


def test_an_extent_across_a_bay_gives_a_place_several_cells() -> None:
    bay = shapely.Polygon(
        [(37, 34), (40, 34), (40, 36), (39.5, 36), (39.5, 34.2), (37.5, 34.2), (37.5, 36), (37, 36)]
    )
    mesh = tessellate(np.array([[38.5, 35.8], [38.5, 34.1]]), bay)
    assert np.count_nonzero(mesh.cell_site == 0) == 2


@pytest.mark.parametrize("center", [(179.5, 10.0), (0.0, 89.0), (-70.0, -45.0), (32.0, 49.0)])
def test_distances_hold_anywhere_on_earth(center: tuple[float, float]) -> None:
    lon, lat = center
    extent = default_extent(np.array([[lon - 0.2, lat], [lon + 0.2, lat]]))
    mesh = tessellate(np.array([[lon - 0.2, lat], [lon + 0.2, lat]]), extent)
    middle = mesh.vertices[
        np.concatenate([ends[mesh.right != OUTSIDE] for ends in (mesh.tail, mesh.head)])
    ]
    to_first = geodesic_km(np.tile([[lon - 0.2, lat]], (len(middle), 1)), middle)
    to_second = geodesic_km(np.tile([[lon + 0.2, lat]], (len(middle), 1)), middle)
    assert np.abs(to_first - to_second).max() < 0.02


@settings(max_examples=60)
@given(POSITIONS, EXTENTS, REACHES)
def test_cells_cover_the_extent_exactly_once(
    sites: NDArray[np.float64], extent: shapely.Geometry, reach_km: float | None
) -> None:
    mesh = tessellate(sites, extent, reach_km=reach_km)
    assert (mesh.cell_km2 > 0).all()
    assert set(mesh.cell_site.tolist()) <= set(range(len(sites)))
    assert (mesh.left != mesh.right).all()
    assert (mesh.left != OUTSIDE).all()
    if len(sites) and reach_km is None:
        assert mesh.total_km2 == pytest.approx(geodesic_km2(extent), rel=2e-3)
    # Each cell alone gives back its own area and lies where its site is the nearest.
    drawn = areas(*cells_on(mesh, np.arange(mesh.cells, dtype=np.int64)))
    assert len(drawn) == mesh.cells
    total = shapely.union_all(list(drawn.values())) if drawn else shapely.Point()
    assert sum(shapely.area(g) for g in drawn.values()) == pytest.approx(shapely.area(total))
    for cell, geometry in drawn.items():
        assert geodesic_km2(geometry) == pytest.approx(mesh.cell_km2[cell], rel=1e-3, abs=1e-4)


@settings(max_examples=60)
@given(POSITIONS, EXTENTS)
def test_every_spot_belongs_to_its_nearest_place(
    sites: NDArray[np.float64], extent: shapely.Geometry
) -> None:
    mesh = tessellate(sites, extent)
    for cell, geometry in areas(*cells_on(mesh, np.arange(mesh.cells, dtype=np.int64))).items():
        spot = shapely.get_coordinates(shapely.point_on_surface(geometry))
        distances = geodesic_km(np.repeat(spot, len(sites), axis=0), sites)
        # 20 m for the twins that are drawn apart, and 0.4 % for the scale of the projection
        assert distances[mesh.cell_site[cell]] <= distances.min() * 1.004 + 0.02


@settings(max_examples=60)
@given(labelled_meshes())
def test_areas_are_valid_and_add_up(drawn: tuple[Tessellation, NDArray[np.int64]]) -> None:
    mesh, labels = drawn
    found = areas(*cells_on(mesh, labels))
    patchwork = patchwork_of(mesh, labels[None])
    km2 = label_km2(patchwork, patchwork.changes.first, len(LABELS))
    assert set(found) == set(np.unique(labels).tolist())
    assert km2.sum() == pytest.approx(mesh.total_km2)
    for label, geometry in found.items():
        assert shapely.is_valid(geometry), shapely.is_valid_reason(geometry)
        assert geodesic_km2(geometry) == pytest.approx(km2[label], rel=1e-3, abs=1e-4)
    shapes = list(found.values())
    if len(shapes) > 1:
        union = shapely.union_all(shapes)
        assert shapely.area(union) == pytest.approx(sum(shapely.area(g) for g in shapes))


@settings(max_examples=60)
@given(labelled_meshes())
def test_every_front_edge_lies_on_two_areas_of_opposed_actors(
    drawn: tuple[Tessellation, NDArray[np.int64]],
) -> None:
    mesh, labels = drawn
    padded = np.append(labels, OUTSIDE)
    left, right = padded[mesh.left], padded[mesh.right]
    opposition = Opposition(LABELS, ACTORS)
    fronts = {f.contested: f for f in front_lines(*cells_on(mesh, labels), opposition)}
    held = {1, 2}
    expected = {
        contested: [
            e
            for e in range(mesh.edges)
            if (
                {left[e], right[e]} == held
                if not contested
                else _held_beside_contested(left[e], right[e])
            )
        ]
        for contested in (False, True)
    }
    for contested, edges in expected.items():
        length = mesh.edge_km[edges].sum()
        if not edges:
            assert contested not in fronts
            continue
        assert fronts[contested].actors == ("A", "B")
        assert fronts[contested].length_km == pytest.approx(length)
        assert shapely.is_valid(fronts[contested].geometry)


@st.composite
def labelled_days(draw: st.DrawFn) -> tuple[Tessellation, NDArray[np.int64]]:
    """A tessellation and the labels of its cells on some days, shape (days, cells)."""
    mesh, labels = draw(labelled_meshes())
    days = [labels]
    for _ in range(draw(st.integers(0, 5))):
        turned = draw(
            st.lists(
                st.tuples(st.integers(0, max(mesh.cells - 1, 0)), st.integers(0, 3)), max_size=4
            )
        )
        today = days[-1].copy()
        for cell, label in turned if mesh.cells else ():
            today[cell] = label
        days.append(today)
    return mesh, np.array(days).reshape(len(days), mesh.cells)


@settings(max_examples=60)
@given(labelled_days(), st.randoms())
def test_days_one_after_another_are_as_each_by_itself(
    drawn: tuple[Tessellation, NDArray[np.int64]], random: object
) -> None:
    mesh, days = drawn
    patchwork = patchwork_of(mesh, days)
    order = list(range(len(days)))
    random.shuffle(order)  # type: ignore[attr-defined]
    for day in (*range(len(days)), *order):
        state = patchwork.on(date.fromordinal(day + 1))
        assert (state.labels[patchwork.cell_patch] == days[day]).all()
        assert (state.parting == patchwork.arcs.parting(state.labels)).all()
        merged = areas(patchwork.arcs, state)
        by_cell = areas(*cells_on(mesh, days[day]))
        assert merged.keys() == by_cell.keys()
        for label, geometry in merged.items():
            assert shapely.equals(geometry, by_cell[label])
            assert shapely.is_valid(geometry)
    assert patchwork.km2.sum() == pytest.approx(mesh.total_km2)
    # Cells are merged only where no day tells them apart, and always then.
    histories = {tuple(column) for column in days.T.tolist()}
    assert patchwork.patches == len(histories)


def test_rings_that_meet_at_a_corner_stay_simple() -> None:
    """A chessboard of three by three: equal fields meet at corners only, and enclose a hole."""
    fields = [(i, j) for j in range(3) for i in range(3)]
    sites = np.array([[37.5 + 0.5 * i, 33.75 + 0.5 * j] for i, j in fields])
    mesh = tessellate(sites, shapely.box(37.25, 33.5, 38.75, 35.0))
    black = np.array([(i + j) % 2 for i, j in fields])[mesh.cell_site]
    ring = np.array([int((i, j) != (1, 1)) for i, j in fields])[mesh.cell_site]
    for labels in (black, ring):
        found = areas(*cells_on(mesh, labels))
        assert all(shapely.is_valid(geometry) for geometry in found.values())
    around = areas(*cells_on(mesh, ring))[1]
    assert [len(p.interiors) for p in around.geoms] == [1]


def _held_beside_contested(one: int, other: int) -> bool:
    return 3 in (one, other) and bool({one, other} & {1, 2})


@given(labelled_meshes())
def test_one_actor_has_no_front(drawn: tuple[Tessellation, NDArray[np.int64]]) -> None:
    mesh, labels = drawn
    assert front_lines(*cells_on(mesh, np.minimum(labels, 1)), Opposition(LABELS, ACTORS)) == []


def test_allies_have_no_front_and_strangers_to_a_fight_neither() -> None:
    from geofront.events.actor import Actor

    actors = Actors(
        [Actor("A", "A", "west", "#000000"), Actor("B", "B", "west", "#000000")]
        + [Actor(x, x, x, "#000000") for x in ("C", "D")]
    )
    labels = [held_by("A"), held_by("B"), held_by("C"), contested_between(["C", "D"])]
    opposition = Opposition(labels, actors)
    pairs = {
        (i, j): opposition.between(np.array([i]), np.array([j]))[0] >= 0
        for i in range(4)
        for j in range(4)
    }
    assert not pairs[0, 1]
    assert pairs[0, 2]
    assert pairs[2, 3]
    assert not pairs[0, 3]


def test_the_hull_is_the_extent_where_none_is_given() -> None:
    extent = default_extent(np.array([[38.0, 34.0]]))
    assert geodesic_km2(extent) == pytest.approx(math.pi * 10**2, rel=0.02)
    wide = default_extent(np.array([[38.0, 34.0], [39.0, 34.0], [38.5, 35.0]]))
    assert wide.contains(shapely.MultiPoint([(38, 34), (39, 34), (38.5, 35)]))
