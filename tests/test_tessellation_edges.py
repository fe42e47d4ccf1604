"""The tessellation, its arcs, rings and patches at their edges, worked out by hand."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from pyproj import Geod
from scipy.spatial import Voronoi

from geofront.control.arcs import Arcs, join_edges
from geofront.control.area import areas, label_km2
from geofront.control.frontline import Opposition, front_km, front_lines
from geofront.control.labelchanges import LabelChanges
from geofront.control.patchwork import Patchwork, State, merge_cells
from geofront.control.rings import faces, outline
from geofront.control.siting import antipodes_moved, sites_in_play, spread_twins
from geofront.control.state import Label, contested_between, held_by
from geofront.control.tessellation import (
    OUTSIDE,
    Tessellation,
    _clear_cells,
    _frail_vertices,
    default_extent,
    mesh_of_faces,
    refuse_unprojectable,
    tessellate,
)
from geofront.crs import LocalCRS, LonLat, bearing, center_of, geodesic_km
from geofront.errors import ExtentError
from geofront.events.actor import Actor, Actors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

GEOD = Geod(ellps="WGS84")
STEP = 0.1
"""The side of the squares of a board, in degrees."""


def board(*rows: str) -> tuple[Tessellation, NDArray[np.int64]]:
    """A board of squares from (38, 34) on, its southern row first, and a label for each square.

    A letter is a label from A = 0 on, a dot is no square.
    """
    squares, labels = [], []
    for j, row in enumerate(rows):
        for i, sign in enumerate(row):
            if sign != ".":
                west, south = 38 + STEP * i, 34 + STEP * j
                squares.append(shapely.box(west, south, west + STEP, south + STEP))
                labels.append(ord(sign) - ord("A"))
    faces_ = np.array(squares, dtype=object)
    crs = LocalCRS(LonLat(38.0, 34.0))
    return mesh_of_faces(faces_, np.arange(len(squares)), crs), np.array(labels, dtype=np.int64)


def drawn(*rows: str) -> tuple[Arcs, State]:
    """The board with a patch for each square."""
    mesh, labels = board(*rows)
    arcs = join_edges(mesh, np.arange(mesh.cells))
    return arcs, State(0, labels, arcs.parting(labels))


def square(i: float, j: float, width: float = 1, height: float = 1) -> shapely.Polygon:
    return shapely.box(
        38 + STEP * i, 34 + STEP * j, 38 + STEP * (i + width), 34 + STEP * (j + height)
    )


def km2(geometry: shapely.Geometry) -> float:
    return abs(float(GEOD.geometry_area_perimeter(geometry)[0])) / 1e6


def at(lon: float, lat: float, east_km: float = 0.0, north_km: float = 0.0) -> tuple[float, float]:
    """A position some km to the east, then north, of another."""
    lon, lat, _ = GEOD.fwd(lon, lat, 90, east_km * 1000)
    lon, lat, _ = GEOD.fwd(lon, lat, 0, north_km * 1000)
    return lon, lat


# --- the mesh ---------------------------------------------------------------------------------


def test_two_squares_share_one_edge_and_have_six_of_their_own() -> None:
    mesh, _ = board("AB")
    assert (mesh.cells, mesh.edges, len(mesh.vertices)) == (2, 7, 6)
    # Vertices are in the order of their longitudes, then latitudes.
    expected = [[38, 34], [38, 34.1], [38.1, 34], [38.1, 34.1], [38.2, 34], [38.2, 34.1]]
    assert mesh.vertices.tolist() == expected
    sides = {
        (t, h): (left, right)
        for t, h, left, right in zip(
            *(a.tolist() for a in (mesh.tail, mesh.head, mesh.left, mesh.right)), strict=True
        )
    }
    # Counter-clockwise around each; the shared one runs north with the western square on its left.
    assert sides == {
        (0, 2): (0, OUTSIDE),
        (2, 3): (0, 1),
        (3, 1): (0, OUTSIDE),
        (1, 0): (0, OUTSIDE),
        (2, 4): (1, OUTSIDE),
        (4, 5): (1, OUTSIDE),
        (5, 3): (1, OUTSIDE),
    }
    assert mesh.cell_km2 == pytest.approx([km2(square(0, 0)), km2(square(1, 0))], rel=1e-5)
    assert mesh.total_km2 == pytest.approx(km2(square(0, 0, width=2)), rel=1e-5)
    shared = mesh.right != OUTSIDE
    # 0.1° of latitude at 34° N are 11.092 km
    assert mesh.edge_km[shared] == pytest.approx([11.092], abs=0.001)
    assert repr(mesh) == "<Tessellation of 205 km²: 2 cells, 7 edges>"


def test_a_hole_belongs_to_the_faces_on_both_its_sides() -> None:
    outer = shapely.Polygon(square(0, 0, 3, 3).exterior, [square(1, 1).exterior])
    shapes = np.array([outer, square(1, 1)], dtype=object)
    mesh = mesh_of_faces(shapes, np.array([5, 3]), LocalCRS(LonLat(38.0, 34.0)))
    assert (mesh.cells, mesh.edges) == (2, 8)
    assert mesh.cell_site.tolist() == [5, 3]
    inner = np.flatnonzero(mesh.right != OUTSIDE)
    assert {(a, b) for a, b in zip(mesh.left[inner], mesh.right[inner], strict=True)} <= {
        (0, 1),
        (1, 0),
    }
    assert len(inner) == 4
    assert mesh.cell_km2[0] == pytest.approx(km2(square(0, 0, 3, 3)) - km2(square(1, 1)), rel=1e-4)


def test_corners_are_kept_on_a_grid_of_a_millionth_of_a_degree_in_every_quarter_of_the_globe() -> (
    None
):
    for lon, lat in [(38.0, 34.0), (-71.5, -33.25), (0.0, 0.0), (-179.5, 88.0)]:
        box = shapely.box(lon - 0.0000004, lat - 0.1000004, lon + 0.1, lat + 0.1)
        mesh = mesh_of_faces(
            np.array([box], dtype=object), np.array([0]), LocalCRS(LonLat(lon, lat))
        )
        assert sorted(mesh.vertices.tolist()) == sorted(
            [round(x, 6), round(y, 6)] for x in (lon, lon + 0.1) for y in (lat - 0.1, lat + 0.1)
        )


def test_nothing_drawn_is_a_mesh_too() -> None:
    for mesh in (
        tessellate(np.empty((0, 2)), square(0, 0)),
        tessellate(np.array([[38.0, 34.0]]), shapely.box(38, 34, 38.1, 34.0000001)),
    ):
        assert (mesh.cells, mesh.edges, mesh.total_km2, len(mesh.edge_km)) == (0, 0, 0.0, 0)
        assert mesh.cell_site.dtype == np.int64


# --- what extents are ------------------------------------------------------------------------


def test_the_margin_is_ten_km_and_of_a_large_conflict_a_twentieth_of_its_diagonal() -> None:
    here = at(38, 34)
    for north_km, margin_km in ((100, 10.0), (400, 20.0)):
        middle, end = at(38, 34, north_km=north_km / 2), at(38, 34, north_km=north_km)
        extent = default_extent(np.array([here, end]))
        rim = shapely.get_coordinates(shapely.segmentize(extent, 0.001))
        for spot in (here, middle, end):
            away = geodesic_km(np.tile(spot, (len(rim), 1)), rim)
            assert away.min() == pytest.approx(margin_km, rel=0.01)


@pytest.mark.parametrize(
    ("extent", "message"),
    [
        (
            shapely.MultiPolygon([shapely.box(179, 0, 179.5, 1), shapely.box(-179.9, 0, -179, 1)]),
            "the extent lies on both sides of the 180th meridian; give the outline of one side",
        ),
        (shapely.box(10, 80, 20, 90), "the extent reaches a pole; end it short of 90°"),
        (shapely.box(10, -90, 20, -80), "the extent reaches a pole; end it short of 90°"),
        (
            shapely.box(-46, -1, 46, 1),  # 5,121 km from its middle
            "the extent reaches over 5,000 km; draw parts of it",
        ),
    ],
)
def test_what_no_projection_holds_is_refused(extent: shapely.Geometry, message: str) -> None:
    with pytest.raises(ExtentError) as caught:
        refuse_unprojectable(extent, around_middle_of(extent))
    assert str(caught.value) == message
    with pytest.raises(ExtentError):
        tessellate(np.array([[0.0, 0.0]]), extent)


@pytest.mark.parametrize(
    "extent",
    [
        shapely.box(10, 80, 20, 89.9999),
        shapely.box(-44, -1, 44, 1),  # 4,900 km from its middle
        shapely.box(179, 0, 180, 1),
        shapely.Polygon(),
    ],
)
def test_what_a_projection_holds_is_not(extent: shapely.Geometry) -> None:
    refuse_unprojectable(extent, around_middle_of(extent))


def around_middle_of(extent: shapely.Geometry) -> LocalCRS:
    corners = np.unique(shapely.get_coordinates(extent), axis=0)
    return LocalCRS(center_of(corners) if len(corners) else LonLat(0, 0))


def test_half_a_turn_from_the_middle_is_not_beyond_it() -> None:
    """Around the pole, from the middle on the Greenwich meridian to the one opposite."""
    refuse_unprojectable(shapely.LineString([(0, 89), (180, 89)]), LocalCRS(LonLat(0, 89.5)))
    with pytest.raises(ExtentError, match="180th meridian"):
        refuse_unprojectable(
            shapely.LineString([(-0.1, 89), (180, 89)]), LocalCRS(LonLat(-0.1, 89))
        )


def same_mesh(one: Tessellation, other: Tessellation) -> bool:
    return one.crs == other.crs and all(
        np.array_equal(getattr(one, column), getattr(other, column))
        for column in ("vertices", "tail", "head", "left", "right", "cell_site", "cell_km2")
    )


@pytest.mark.parametrize("far", [(-142.0, -34.0), (-141.9, -34.1), (-60.0, -70.0)])
def test_a_place_on_the_other_side_of_the_globe_changes_nothing(far: tuple[float, float]) -> None:
    """Of the middle of this extent (38° E, 34° N) the first is the very antipode."""
    extent = shapely.box(37, 33, 39, 35)
    near = np.array([[37.5, 33.6], [38.6, 34.2], [38.0, 34.8]])
    given = np.vstack([near, far])
    kept = given.copy()
    assert same_mesh(tessellate(given, extent), tessellate(near, extent))
    assert np.array_equal(given, kept)  # what the caller gave is not written to


def test_places_beyond_the_reach_of_the_projection_still_take_their_share() -> None:
    """Of two places 10,575 km off to the west and to the east, each has the half on its side."""
    mesh = tessellate(np.array([[-95.0, 0.0], [95.0, 0.0]]), shapely.box(-1, -1, 1, 1))
    assert mesh.cell_site.tolist() == [0, 1]
    found = areas(join_edges(mesh, np.arange(2)), state_of(mesh, [0, 1]))
    for spot in shapely.points([(0.5, -0.9), (0.5, 0.9), (0.9, 0.0)]):
        assert found[1].contains(spot)
        assert found[0].contains(shapely.Point(-spot.x, spot.y))


def state_of(mesh: Tessellation, labels: Sequence[int]) -> State:
    of_cells = np.array(labels, dtype=np.int64)
    return State(0, of_cells, join_edges(mesh, np.arange(mesh.cells)).parting(of_cells))


def test_places_are_brought_no_nearer_than_the_rim_on_the_same_bearing() -> None:
    center = LonLat(38.0, 34.0)
    near = np.array([[38.5, 34.0], [120.0, 10.0]])
    assert antipodes_moved(near, center) is near
    given = np.vstack([near, [[-142.5, -33.0], [-60.0, -70.0]]])
    moved = antipodes_moved(given, center)
    tiled = np.tile(center, (4, 1))
    assert moved[:2].tolist() == near.tolist()
    assert geodesic_km(tiled, given)[2:].min() > 9000
    assert geodesic_km(tiled, moved)[2:] == pytest.approx([9000.0, 9000.0])
    assert bearing(tiled, moved) == pytest.approx(bearing(tiled, given))


def test_only_places_that_may_be_the_nearest_take_part() -> None:
    """Around a frame of 30 m by 40 m that is ten diagonals: 500 m from its rim."""
    frame = shapely.box(100, 200, 130, 240)
    inside = [115.0, 220.0]
    kept: list[list[float]] = [
        [630, 220],
        [-400, 220],
        [115, 740],
        [115, -300],
        [430, 640],
        [-200, 640],
    ]
    dropped: list[list[float]] = [
        [630.1, 220],
        [-400.1, 220],
        [115, 740.1],
        [115, -300.1],
        [430.1, 640],
        [-200.1, 640],
    ]
    for spot in kept:
        assert sites_in_play(np.array([inside, spot]), frame).tolist() == [0, 1]
    for spot in dropped:
        assert sites_in_play(np.array([spot, inside]), frame).tolist() == [1]
    # If the nearest is farther than that, so may be the others: 1,030.2 m to its farthest corner.
    west = [-900.0, 220.0]
    assert sites_in_play(np.array([west, [1160.1, 220]]), frame).tolist() == [0, 1]
    assert sites_in_play(np.array([west, [1160.3, 220]]), frame).tolist() == [0]
    south = [115.0, -900.0]
    assert sites_in_play(np.array([south, [115, 1380]]), frame).tolist() == [0, 1]
    assert sites_in_play(np.array([south, [115, 1380.2]]), frame).tolist() == [0]


# --- places at one point ---------------------------------------------------------------------


def test_places_apart_stay_where_they_are() -> None:
    metres = np.array([[0.0, 0.0], [5.0, 0.0], [1000.0, 3.0]])
    assert spread_twins(metres) is metres


def test_twins_move_to_equal_angles_on_a_circle_of_two_metres() -> None:
    metres = np.array([[100.0, 0.0], [0.0, 0.0], [100.4, 0.0], [0.0, 50.0], [100.0, 0.3]])
    moved = spread_twins(metres) - metres
    third = 2 * math.pi / 3
    expected = [(2 * math.cos(i * third), 2 * math.sin(i * third)) for i in range(3)]
    assert moved[[0, 2, 4]] == pytest.approx(np.array(expected))
    assert moved[[1, 3]].tolist() == [[0, 0], [0, 0]]


def test_many_twins_stand_on_a_circle_that_grows_with_them() -> None:
    """Of 40, each is 2 m times 40 / 4 from the point, and 3.14 m from the next."""
    moved = spread_twins(np.zeros((40, 2)))
    assert np.hypot(*moved.T) == pytest.approx(np.full(40, 20.0))
    apart = np.hypot(*(moved - np.roll(moved, 1, axis=0)).T)
    assert apart == pytest.approx(np.full(40, 40 * math.sin(math.pi / 40)))
    assert np.hypot(*spread_twins(np.zeros((4, 2))).T) == pytest.approx(np.full(4, 2.0))
    mesh = tessellate(np.tile([[38.5, 34.5]], (40, 1)), shapely.box(38, 34, 39, 35))
    assert mesh.cell_site.tolist() == list(range(40))


def test_of_more_than_five_hundred_twins_none_comes_near_another() -> None:
    """Six hundred fill a disc of 2 · √600 = 49 m, the first in its middle."""
    moved = spread_twins(np.zeros((600, 2)))
    away = np.hypot(*moved.T)
    assert away == pytest.approx(2 * np.sqrt(np.arange(600)))
    apart = shapely.STRtree(shapely.points(moved)).query_nearest(
        shapely.points(moved), exclusive=True, return_distance=True
    )[1]
    assert apart.min() > 1.999
    # Five hundred still stand on a circle.
    assert np.hypot(*spread_twins(np.zeros((500, 2))).T) == pytest.approx(np.full(500, 250.0))


def test_of_two_twins_the_first_has_the_east() -> None:
    mesh = tessellate(np.array([[38.0, 34.0]] * 2), shapely.box(37, 33, 39, 35))
    found = areas(join_edges(mesh, np.arange(2)), state_of(mesh, [0, 1]))
    assert found[0].bounds == pytest.approx((38, 33, 39, 35), abs=3e-3)
    assert found[1].bounds == pytest.approx((37, 33, 38, 35), abs=3e-3)


# --- reach -----------------------------------------------------------------------------------


def test_a_reach_beyond_all_corners_caps_nothing() -> None:
    sites = np.array([[38.0, 34.0], [38.4, 34.0], [38.2, 34.4], [38.3, 34.2]])
    extent = shapely.box(37.8, 33.8, 38.6, 34.6)
    free, capped = tessellate(sites, extent), tessellate(sites, extent, reach_km=100)
    assert capped.cell_site.tolist() == free.cell_site.tolist() == [0, 1, 2, 3]
    assert capped.cell_km2 == pytest.approx(free.cell_km2, abs=0.01)


def test_only_the_cells_that_are_too_wide_are_capped() -> None:
    """Fifteen squares of some 11 km and a lonely place to the east of them."""
    dense = [(38.05 + STEP * i, 34.05 + STEP * j) for j in range(3) for i in range(5)]
    sites = np.array([*dense, (39.5, 34.15)])
    extent = shapely.box(38, 34, 41, 34.3)
    mesh = tessellate(sites, extent, reach_km=12)
    inner = 1 + 5  # the second of the middle row
    assert mesh.cell_km2[mesh.cell_site == inner] == pytest.approx([km2(square(1, 1))], rel=1e-3)
    lonely = mesh.cell_km2[mesh.cell_site == 15]
    disc = shapely.transform(
        shapely.buffer(shapely.points(mesh.crs.to_metres(sites[-1:]))[0], 12_000, quad_segs=16),
        mesh.crs.to_lonlat,
    )
    assert lonely == pytest.approx([km2(shapely.intersection(disc, extent))], rel=2e-3)
    # A cell that is cut off by its reach ends on the line to its neighbour all the same.
    edge = 4 + 5
    to_east = areas(join_edges(mesh, np.arange(mesh.cells)), state_of(mesh, range(mesh.cells)))[
        int(np.flatnonzero(mesh.cell_site == edge)[0])
    ]
    assert to_east.bounds[0] == pytest.approx(38.4, abs=1e-3)
    assert to_east.bounds[2] == pytest.approx(38.45 + 12 / 92.3, abs=1e-3)


def test_discs_of_two_neighbours_meet_on_the_line_between_them() -> None:
    """10 km apart with a reach of 8: two segments, each the disc less what lies beyond 5 km."""
    sites = np.array([(38.0, 34.0), at(38, 34, east_km=10)])
    mesh = tessellate(sites, shapely.box(37, 33, 39.5, 35), reach_km=8)
    half = math.acos(5 / 8)
    expected = 64 * (math.pi - half) + 5 * math.sqrt(64 - 25)
    assert mesh.cell_km2 == pytest.approx([expected, expected], rel=5e-3)
    shared = mesh.right != OUTSIDE
    assert mesh.edge_km[shared].sum() == pytest.approx(2 * math.sqrt(64 - 25), rel=2e-3)


# --- cells that need no cutting --------------------------------------------------------------

FORK = np.array([[0, 1], [0, 2], [0, 3]])
"""Three lines that leave vertex 0."""


def fork(*lengths: float) -> NDArray[np.float64]:
    """A vertex at (0, 0) and three others, a third of a turn apart."""
    angles = 2 * math.pi / 3 * np.arange(3)
    arms = np.array(lengths)[:, None] * np.column_stack([np.cos(angles), np.sin(angles)])
    return np.vstack([[0, 0], arms])


@pytest.mark.parametrize(
    ("lengths", "frail"),
    [
        # A line s metres long ends s · sin 120° beside its neighbours. With lines of 1 km that has
        # to be more than 1 + 30 · 0.04² = 1.048 m, with lines of 20 km 1 + 30 · 0.8² = 20.2 m.
        ((1000, 1000, 1.20), True),
        ((1000, 1000, 1.22), False),
        ((1.20, 1000, 1000), True),
        ((1.22, 1000, 1000), False),
        ((20_000, 23.2, 20_000), True),
        ((20_000, 23.5, 20_000), False),
        ((1000, 1000, 1000), False),
        ((25_000, 1000, 1000), False),
        ((25_001, 1000, 1000), True),
    ],
)
def test_a_vertex_is_frail_where_its_lines_might_cross_when_rounded(
    lengths: tuple[float, ...], frail: bool
) -> None:
    found = _frail_vertices(fork(*lengths), FORK)
    assert bool(found[0]) is frail
    assert found[1:].all()  # where other than three lines meet


def test_a_vertex_is_frail_where_two_lines_nearly_coincide() -> None:
    vertices = np.array([[0, 0], [1000, 0], [1000, 0.9], [-1000, 0]])
    assert _frail_vertices(vertices, FORK)[0]
    vertices = np.array([[0, 0], [1000, 0], [1000, 400], [-1000, 700]])
    assert not _frail_vertices(vertices, FORK)[0]


def test_a_vertex_of_two_lines_four_lines_or_a_line_to_infinity_is_frail() -> None:
    vertices = np.vstack([fork(1000, 1000, 1000), [[500, 900], [9000, 9000]]])
    assert _frail_vertices(vertices, FORK[:2]).tolist() == [True] * 6
    assert _frail_vertices(vertices, np.vstack([FORK, [0, 4]])).tolist() == [True] * 6
    assert _frail_vertices(vertices, np.array([[0, 1], [0, 2], [-1, 0]])).tolist() == [True] * 6
    assert _frail_vertices(vertices, np.vstack([FORK, [-1, 4]])).tolist() == [False] + [True] * 5


def honeycomb(spacing: float) -> NDArray[np.float64]:
    """Twenty rows of twenty places; each corner of a cell is spacing / √3 from its place."""
    height = math.sqrt(3) / 2
    rows = [[i + 0.5 * (j % 2), height * j] for j in range(20) for i in range(20)]
    return spacing * np.array(rows)


def diagram_of(metres: NDArray[np.float64]) -> Voronoi:
    far = np.array([[-1e6, -1e6], [1e6, -1e6], [0, 2e6]])
    return Voronoi(np.vstack([metres, far]))


@pytest.mark.parametrize("spacing", [1000, 30])
@pytest.mark.parametrize("inset", [0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5])
def test_a_cell_is_clear_if_it_stays_thirty_metres_off_the_border(
    spacing: float, inset: float
) -> None:
    metres = honeycomb(spacing)
    height = math.sqrt(3) / 2
    ground = shapely.box(
        *(spacing * (4 - inset), spacing * (4 * height - inset)),
        *(spacing * (15 + inset), spacing * (14 * height + inset)),
    )
    clear = _clear_cells(diagram_of(metres), metres, ground)
    away = shapely.distance(shapely.points(metres), shapely.boundary(ground))
    radius = spacing / math.sqrt(3)
    assert clear.shape == (400,)
    assert not clear[away <= radius + 30 - 1e-6].any()
    # The border is looked at as often as a cell is wide; what lies that near may count as too near.
    inner = ((metres > 3 * spacing) & (metres < 14 * spacing)).all(axis=1)
    assert clear[inner & (away > radius + 30 + radius / 2 + 1)].all()
    assert clear.any()


@pytest.mark.parametrize("south", [2.0, 11.0, 25.0, 37.0, 50.0, 61.0, 75.0, 90.0])
def test_small_cells_among_large_ones_are_not_clear_of_a_border_beside_them(south: float) -> None:
    """Fine cells, 60 m wide, amid coarse ones: the border is looked at as the coarse ones need."""
    random = np.random.default_rng(7)
    fine = 5000 + honeycomb(60)[:200] + random.uniform(-5, 5, (200, 2))
    coarse = honeycomb(1000) + random.uniform(-50, 50, (400, 2))
    squares = [(9000 + 500 * i, 9000 + 500 * j) for i in range(5) for j in range(5)]
    outside = ~((coarse > 4800) & (coarse < 6400)).all(axis=1)
    metres = np.vstack([fine, coarse[outside], squares])
    diagram = diagram_of(metres)
    ground = shapely.box(2000, 5200 + south, 17_000, 15_000)
    clear = _clear_cells(diagram, metres, ground)
    away = shapely.distance(shapely.points(metres), shapely.boundary(ground))
    frail = _frail_vertices(diagram.vertices, np.array(diagram.ridge_vertices))
    fails = np.ones(len(diagram.points), dtype=bool)
    for site, position in enumerate(metres):
        corners = diagram.regions[diagram.point_region[site]]
        if -1 not in corners:
            radius = np.hypot(*(diagram.vertices[corners] - position).T).max()
            assert not (clear[site] and away[site] <= radius + 30)
            fails[site] = frail[corners].any()
    assert fails[: len(metres)][-25:].any()  # four lines meet where squares do
    for one, other in diagram.ridge_points:
        for site, neighbour in ((one, other), (other, one)):
            if site < len(metres) and clear[site]:
                assert not fails[site]
                assert not fails[neighbour]
    assert clear.any()


def test_of_two_places_on_one_spot_none_is_clear() -> None:
    metres = np.vstack([honeycomb(1000), honeycomb(1000)[210]])
    ground = shapely.box(-9e5, -9e5, 9e5, 9e5)
    clear = _clear_cells(diagram_of(metres), metres, ground)
    assert clear[[189, 231]].all()  # on either side of it
    assert not (clear[210] and clear[400])
    alone = [site for site in (210, 400) if site not in diagram_of(metres).ridge_points]
    assert not clear[alone].any()


def test_a_dense_mesh_is_the_same_whether_its_cells_are_cut_out_or_walked_around(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Three thousand places in a country with a bay and a lake, some of them in one or outside."""
    outline = shapely.Polygon([(36, 33), (40, 33.2), (40.3, 36), (38, 34.6), (36.2, 36)])
    country = shapely.difference(outline, shapely.Point(37.5, 33.8).buffer(0.2))
    sites = np.random.default_rng(11).uniform([35.8, 32.8], [40.5, 36.2], (3000, 2))
    seen: list[NDArray[np.bool_]] = []

    def noted(diagram: Voronoi, metres: NDArray[np.float64], ground: object) -> NDArray[np.bool_]:
        seen.append(_clear_cells(diagram, metres, ground))
        return seen[-1]

    monkeypatch.setattr("geofront.control.tessellation._clear_cells", noted)
    walked = tessellate(sites, country)
    assert seen[0].mean() > 0.3
    monkeypatch.setattr(
        "geofront.control.tessellation._clear_cells",
        lambda _, metres, __: np.zeros(len(metres), bool),
    )
    assert same_mesh(walked, tessellate(sites, country))


def test_of_a_very_long_border_fewer_points_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    metres = honeycomb(1000)
    ground = shapely.box(3000, 3000, 16_000, 15_000)
    usual = _clear_cells(diagram_of(metres), metres, ground)
    monkeypatch.setattr("geofront.control.tessellation._MOST_BORDER_POINTS", 20)
    rough = _clear_cells(diagram_of(metres), metres, ground)
    assert rough.any()
    assert not (rough & ~usual).any()
    assert rough.sum() < usual.sum()


def test_a_diagram_without_a_sturdy_cell_has_none_that_is_clear() -> None:
    metres = np.array([[0.0, 0.0], [1000.0, 0.0], [0.0, 1000.0], [1000.0, 1000.0]])
    diagram = Voronoi(metres)
    assert _clear_cells(diagram, metres, shapely.box(-9e5, -9e5, 9e5, 9e5)).tolist() == [False] * 4


def test_the_lines_of_long_cells_follow_the_geodesics() -> None:
    """Two places 200 km apart: the line between them, of 800 km, is nowhere 15 m off the middle."""
    sites = np.array([(38.0, 34.0), at(38, 34, east_km=200)])
    mesh = tessellate(sites, shapely.box(37, 30, 41, 38))
    line = mesh.vertices[
        np.concatenate([ends[mesh.right != OUTSIDE] for ends in (mesh.tail, mesh.head)])
    ]
    off = geodesic_km(np.tile(sites[0], (len(line), 1)), line) - geodesic_km(
        np.tile(sites[1], (len(line), 1)), line
    )
    assert len(line) >= 2 * 800 / 25
    assert np.abs(off).max() < 0.5
    assert mesh.edge_km.max() < 25.0


# --- arcs ------------------------------------------------------------------------------------


def test_the_border_of_two_squares_is_three_arcs() -> None:
    mesh, _ = board("AB")
    arcs = join_edges(mesh, np.array([0, 1]))
    assert len(arcs) == 3
    by_sides = {
        (int(arcs.left[a]), int(arcs.right[a])): arcs.line(2 * a).round(6).tolist()
        for a in range(3)
    }
    south, north = [38.1, 34.0], [38.1, 34.1]
    assert by_sides == {
        (0, OUTSIDE): [north, [38.0, 34.1], [38.0, 34.0], south],
        (1, OUTSIDE): [south, [38.2, 34.0], [38.2, 34.1], north],
        (1, 0): [north, south],
    }
    for a in range(3):
        assert arcs.line(2 * a + 1).tolist() == arcs.line(2 * a)[::-1].tolist()
        assert arcs.km[a] == pytest.approx(GEOD.line_length(*arcs.line(2 * a).T) / 1000)
        assert arcs.bounds[a].tolist() == [
            *arcs.line(2 * a).min(axis=0).tolist(),
            *arcs.line(2 * a).max(axis=0).tolist(),
        ]
        assert shapely.get_coordinates(arcs.lines[a]).tolist() == arcs.line(2 * a).tolist()
    nodes = {(int(t), int(h)) for t, h in zip(arcs.tail, arcs.head, strict=True)}
    assert nodes == {(3, 2), (2, 3)}  # the two ends of the shared edge


def test_squares_of_one_patch_have_one_closed_arc_around_them() -> None:
    mesh, _ = board("AB", "AB")
    arcs = join_edges(mesh, np.zeros(4, dtype=np.int64))
    assert len(arcs) == 1
    assert (arcs.left.tolist(), arcs.right.tolist()) == ([0], [OUTSIDE])
    assert arcs.tail.tolist() == arcs.head.tolist()
    line = arcs.line(0)
    assert line[0].tolist() == line[-1].tolist()
    assert shapely.Polygon(line).equals(square(0, 0, 2, 2))
    assert shapely.is_ccw(shapely.LinearRing(line))


def test_around_a_node_half_edges_are_sorted_counter_clockwise() -> None:
    mesh, _ = board("AB", "CD")
    arcs = join_edges(mesh, np.arange(4))
    middle = int(np.flatnonzero((mesh.vertices == [38.1, 34.1]).all(axis=1))[0])
    leaving = [int(h) for h in arcs.turn if arcs.origin[h] == middle]
    assert len(leaving) == 4
    headings = [
        math.degrees(math.atan2(*(arcs.line(h)[1] - arcs.line(h)[0])[::-1])) for h in leaving
    ]
    assert headings == pytest.approx([-90, 0, 90, 180])
    assert arcs.turn[arcs.rank].tolist() == list(range(2 * len(arcs)))
    assert arcs.origin[arcs.turn].tolist() == sorted(arcs.origin.tolist())
    for half_edge in range(2 * len(arcs)):
        start = mesh.vertices[arcs.origin[half_edge]]
        assert arcs.line(half_edge)[0].tolist() == start.tolist()


def test_the_shoelaces_of_a_closed_walk_add_up_to_twice_its_area() -> None:
    mesh, _ = board("AB")
    arcs = join_edges(mesh, np.arange(2))
    signs: dict[int, dict[int, int]] = {0: {}, 1: {}}
    for arc in range(len(arcs)):
        for patch, sign in ((int(arcs.left[arc]), 1), (int(arcs.right[arc]), -1)):
            if patch != OUTSIDE:
                signs[patch][arc] = sign
    for walk in signs.values():
        assert sum(sign * arcs.shoelace[arc] for arc, sign in walk.items()) == pytest.approx(
            2 * STEP * STEP
        )


def test_the_arcs_of_patches_are_those_on_either_side_of_them() -> None:
    arcs, _ = drawn("AAAA")
    for patches in ([0], [1], [3], [0, 1], [0, 3], []):
        wanted = np.flatnonzero(np.isin(arcs.left, patches) | np.isin(arcs.right, patches))
        assert arcs.of_patches(np.array(patches, dtype=np.int64)).tolist() == wanted.tolist()
    none = join_edges(*board())
    assert none.of_patches(np.empty(0, dtype=np.int64)).dtype == np.int64
    assert len(none) == 0


def test_arcs_part_where_their_sides_differ_also_towards_the_outside() -> None:
    arcs, state = drawn("AAB")
    left, right = arcs.sides(state.labels, np.arange(len(arcs)))
    for a in range(len(arcs)):
        assert left[a] == state.labels[arcs.left[a]]
        assert right[a] == (OUTSIDE if arcs.right[a] == OUTSIDE else state.labels[arcs.right[a]])
    parted = {(int(arcs.left[a]), int(arcs.right[a])) for a in state.parting}
    assert parted == {(0, OUTSIDE), (1, OUTSIDE), (2, OUTSIDE), (2, 1)}
    # The second square turns to B: now the first border parts, and the second no more.
    labels = np.array([0, 1, 1])
    after = arcs.parting_after(state.parting, labels, np.array([1]))
    assert after.tolist() == arcs.parting(labels).tolist()
    assert (1, 0) in {(int(arcs.left[a]), int(arcs.right[a])) for a in after}


def test_arcs_of_a_day_are_joined_where_the_same_two_labels_meet() -> None:
    """Of a board of three by two, A in the west and B in the east: three arcs are left."""
    arcs, state = drawn("AAB", "AAB")
    joined = arcs.joined(state.labels, state.parting)
    assert len(joined) == 3
    lines = {
        (int(joined.left[a]), int(joined.right[a])): joined.line(2 * a).round(6).tolist()
        for a in range(3)
    }
    south, north = [38.2, 34.0], [38.2, 34.2]
    assert lines[1, 0] == [north, [38.2, 34.1], south]
    west, east = lines[0, OUTSIDE], lines[1, OUTSIDE]
    assert (west[0], west[-1], east[0], east[-1]) == (north, south, south, north)
    assert len(west) == 7
    assert len(east) == 5
    assert joined.km.sum() == pytest.approx(arcs.km[state.parting].sum())
    for a in range(3):
        assert joined.km[a] == pytest.approx(GEOD.line_length(*joined.line(2 * a).T) / 1000)
        ends = joined.line(2 * a)[[0, -1]]
        for node, end in zip((joined.tail[a], joined.head[a]), ends, strict=True):
            known = {
                tuple(arcs.line(2 * b)[0].tolist())
                for b in range(len(arcs))
                if arcs.tail[b] == node
            } | {
                tuple(arcs.line(2 * b)[-1].tolist())
                for b in range(len(arcs))
                if arcs.head[b] == node
            }
            assert known == {tuple(end.tolist())}


def test_an_island_of_a_label_is_joined_to_one_closed_arc() -> None:
    arcs, state = drawn("AAAA", "ABBA", "AAAA")
    joined = arcs.joined(state.labels, state.parting)
    assert {(int(a), int(b)) for a, b in zip(joined.left, joined.right, strict=True)} == {
        (0, OUTSIDE),
        (1, 0),
    }
    (ring,) = (joined.line(2 * a) for a in range(2) if joined.left[a] == 1)
    assert shapely.Polygon(ring).equals(square(1, 1, 2, 1))
    assert shapely.is_ccw(shapely.LinearRing(ring))
    assert joined.tail.tolist() == joined.head.tolist()


def test_where_nothing_parts_nothing_is_joined() -> None:
    mesh, labels = board()
    arcs = join_edges(mesh, labels)
    joined = arcs.joined(labels, np.empty(0, dtype=np.int64))
    assert len(joined) == 0
    assert joined.points.shape == (0, 2)
    assert joined.start.tolist() == [0]


# --- areas and rings -------------------------------------------------------------------------


def test_the_label_of_a_board_is_drawn_as_its_squares() -> None:
    found = areas(*drawn("ABB", "AAB", "CCB"))
    assert set(found) == {0, 1, 2}
    assert found[0].equals(shapely.union_all([square(0, 0), square(0, 1, 2)]))
    assert found[1].equals(shapely.union_all([square(1, 0, 2), square(2, 1, 1, 2)]))
    assert found[2].equals(square(0, 2, 2))
    assert [len(g.geoms) for g in found.values()] == [1, 1, 1]


def test_a_hole_goes_to_the_smallest_shell_around_it() -> None:
    """A ring in a ring: the inner C lies in the B of the middle, that in A's outer hole."""
    arcs, state = drawn("AAAAAAA", "ABBBBBA", "ABAAABA", "ABACABA", "ABAAABA", "ABBBBBA", "AAAAAAA")
    found = areas(arcs, state)
    outer, inner = sorted(found[0].geoms, key=shapely.area, reverse=True)
    assert shapely.Polygon(outer.exterior).equals(square(0, 0, 7, 7))
    assert [shapely.Polygon(r).equals(square(1, 1, 5, 5)) for r in outer.interiors] == [True]
    assert shapely.Polygon(inner.exterior).equals(square(2, 2, 3, 3))
    assert [shapely.Polygon(r).equals(square(3, 3)) for r in inner.interiors] == [True]
    (ring,) = found[1].geoms
    assert [shapely.Polygon(r).equals(square(2, 2, 3, 3)) for r in ring.interiors] == [True]
    assert found[2].equals(square(3, 3))


def test_holes_of_shells_side_by_side_each_go_to_their_own() -> None:
    arcs, state = drawn("AAABAAA", "ACABADA", "AAABAAA", "BBBBBBB", "AAABAAA", "AEABAFA", "AAABAAA")
    found = areas(arcs, state)[0]
    assert len(found.geoms) == 4
    for polygon in found.geoms:
        assert shapely.is_valid(polygon)
        assert len(polygon.interiors) == 1
        west, south, *_ = polygon.bounds
        hole = shapely.Polygon(polygon.interiors[0])
        assert hole.bounds[:2] == pytest.approx((west + STEP, south + STEP))


def test_islands_of_one_line_each_keep_their_own_lakes() -> None:
    """Squares of one patch are merged, so that every shell and hole is a single closed arc."""
    rows = ("BBBBBBBBB", "BAAABAAAB", "BACABADAB", "BAAABAAAB", "BBBBBBBBB")
    mesh, labels = board(*rows)
    east = np.array([i > 4 for row in rows for i in range(len(row))])
    patch = labels + np.where((labels == 0) & east, 4, 0)  # the eastern A apart from the western
    arcs = join_edges(mesh, patch)
    of_patch = np.array([0, 1, 2, 3, 0])
    found = faces(arcs, State(0, of_patch, arcs.parting(of_patch)))
    assert all(len(ring) == 1 for face in found for ring in (face.shell, *face.holes))
    islands = areas(arcs, State(0, of_patch, arcs.parting(of_patch)))[0]
    lakes = {
        polygon.bounds[0]: [shapely.Polygon(ring) for ring in polygon.interiors]
        for polygon in islands.geoms
    }
    assert sorted(round(west, 6) for west in lakes) == [38.1, 38.5]
    (western,), (eastern,) = (lakes[west] for west in sorted(lakes))
    assert western.equals(square(2, 2))
    assert eastern.equals(square(6, 2))


def test_shells_run_counter_clockwise_and_holes_clockwise_in_the_order_of_labels() -> None:
    arcs, state = drawn("CCC", "CAC", "CCC", "BBB")
    found = faces(arcs, state)
    assert [face.label for face in found] == [0, 1, 2]
    for face in found:
        assert shapely.is_ccw(shapely.LinearRing(outline(arcs, face.shell)))
        for hole in face.holes:
            assert not shapely.is_ccw(shapely.LinearRing(outline(arcs, hole)))
    assert [len(face.holes) for face in found] == [0, 0, 1]


def test_rings_that_touch_themselves_are_split_at_the_node() -> None:
    """A string of three pearls, corner to corner, and the ground around it."""
    arcs, state = drawn("AAAAA", "ABAAA", "AABAA", "AAABA", "AAAAA")
    found = faces(arcs, state)
    pearls = [face for face in found if face.label == 1]
    assert len(pearls) == 3
    (ground,) = (face for face in found if face.label == 0)
    assert len(ground.holes) == 3
    for face in found:
        for ring in (face.shell, *face.holes):
            corners = outline(arcs, ring)[:-1]
            assert len(np.unique(corners, axis=0)) == len(corners)


def test_long_and_short_rings_are_drawn_alike() -> None:
    """With a patch for each square the ring around A has 4 · 10 half-edges, of one side each."""
    arcs, state = drawn("." + "B" * 10 + ".", *["B" + "A" * 10 + "B"] * 10, "." + "B" * 10 + ".")
    (face,) = (f for f in faces(arcs, state) if f.label == 0)
    assert len(face.shell) == 40
    line = outline(arcs, face.shell)
    by_hand = np.concatenate(
        [arcs.line(h)[:-1] for h in face.shell] + [arcs.line(face.shell[0])[:1]]
    )
    assert line.tolist() == by_hand.tolist()
    assert shapely.Polygon(line).equals(square(1, 1, 10, 10))
    for count in (15, 16, 17):
        part = face.shell[:count]
        expected = [p for h in part for p in arcs.line(h)[:-1].tolist()]
        assert outline(arcs, part)[:-1].tolist() == expected


def test_no_label_no_area() -> None:
    mesh, labels = board()
    arcs = join_edges(mesh, labels)
    state = State(0, labels, arcs.parting(labels))
    assert faces(arcs, state) == []
    assert areas(arcs, state) == {}


# --- patches over time -----------------------------------------------------------------------

A_DAY = 737425  # 2020-01-01


def patched(*days: str) -> Patchwork:
    """A row of squares with labels on the days from 1 January 2020 on."""
    mesh, first = board(days[0])
    rows = np.array([[ord(sign) - ord("A") for sign in row] for row in days], dtype=np.int64)
    day, which = np.nonzero(rows[1:] != rows[:-1])
    return merge_cells(mesh, LabelChanges(first, A_DAY + 1 + day, which, rows[1:][day, which]))


def on(patchwork: Patchwork, number: int) -> State:
    return patchwork.on(date(2020, 1, number))


def test_squares_that_never_differ_are_one_patch() -> None:
    patchwork = patched("AABBA", "AABBB", "AABBA")
    assert patchwork.patches == 3
    assert patchwork.cell_patch.tolist() == [0, 0, 1, 1, 2]
    assert patchwork.km2 == pytest.approx(
        [km2(square(0, 0, 2)), km2(square(2, 0, 2)), km2(square(4, 0))], rel=1e-4
    )
    assert label_km2(patchwork, on(patchwork, 2).labels, 3) == pytest.approx(
        [km2(square(0, 0, 2)), km2(square(2, 0, 3)), 0.0], rel=1e-4
    )


def test_the_same_changes_on_other_days_or_to_other_labels_are_other_patches() -> None:
    assert patched("AA", "BA", "BB").patches == 2
    assert patched("AA", "BC").patches == 2
    assert patched("AB", "CC").patches == 2
    assert patched("AA", "BB").patches == 1


def test_squares_that_change_hands_together_many_times_are_one_patch() -> None:
    days = [("ABA", "BAB", "CCC")[number % 3] for number in range(31)]
    patchwork = patched(*days)
    assert patchwork.cell_patch.tolist() == [0, 1, 0]
    for number in (31, 1, 17):
        state = on(patchwork, number)
        signs = "".join("ABC"[label] for label in state.labels[patchwork.cell_patch])
        assert signs == days[number - 1]


def test_a_day_is_as_it_is_whatever_was_asked_before() -> None:
    days = ["AAA", "ABA", "ABB", "ABB", "AAB"]
    patchwork = patched(*days)
    for number in (1, 2, 3, 4, 5, 5, 3, 1, 4, 2, 5, 1):
        state = on(patchwork, number)
        signs = "".join("AB"[label] for label in state.labels[patchwork.cell_patch])
        assert signs == days[number - 1]
        assert state.ordinal == A_DAY + number - 1
        assert state.parting.tolist() == patchwork.arcs.parting(state.labels).tolist()
    assert patchwork.on(date(2019, 12, 31)).labels[patchwork.cell_patch].tolist() == [0, 0, 0]
    assert patchwork.on(date.min).labels[patchwork.cell_patch].tolist() == [0, 0, 0]


def test_days_without_a_change_share_their_arrays() -> None:
    patchwork = patched("AAA", "ABA", "ABA", "ABB")
    second, third, fourth = (on(patchwork, number) for number in (2, 3, 4))
    assert third.labels is second.labels
    assert third.parting is second.parting
    assert fourth.labels is not third.labels
    assert on(patchwork, 4).labels is fourth.labels
    assert third.labels[patchwork.cell_patch].tolist() == [0, 1, 0]
    # The first labels are not written to either.
    assert patchwork.changes.first[patchwork.cell_patch].tolist() == [0, 0, 0]


# --- front lines -----------------------------------------------------------------------------

NORTH, SOUTH, ALLY, OTHER = (
    Actor(name, name, side, "#000000")
    for name, side in (("N", "n"), ("S", "s"), ("M", "n"), ("Z", "z"))
)
WAR = Actors([NORTH, SOUTH, ALLY, OTHER])
WAR_LABELS = (
    held_by("N"),
    held_by("S"),
    held_by("M"),
    contested_between(["N", "S"]),
    contested_between(["S", "Z"]),
    Label(),
    contested_between(["N", "M"]),
    contested_between(["N", "Z"]),
    contested_between(["N", "S", "Z"]),
    contested_between(["S"]),
)


def opposition() -> Opposition:
    return Opposition(WAR_LABELS, WAR)


@pytest.mark.parametrize(
    ("row", "fronts"),
    [
        ("AB", [(("N", "S"), False)]),
        ("BA", [(("N", "S"), False)]),
        ("AC", []),
        ("BC", [(("M", "S"), False)]),
        ("AD", [(("N", "S"), True)]),
        ("DB", [(("N", "S"), True)]),
        ("DC", [(("M", "S"), True)]),  # the ally faces the one enemy that fights there
        ("AE", []),
        ("EB", [(("S", "Z"), True)]),
        ("AF", []),
        ("DE", []),
        ("AG", []),
        ("BG", []),
        ("HB", []),
        ("HC", [(("M", "Z"), True)]),
        ("AI", [(("N", "S"), True)]),
        ("AJ", [(("N", "S"), True)]),  # against whom the enemy fights there is not known
        ("ABDA", [(("N", "S"), False), (("N", "S"), True)]),
        ("BCBA", [(("M", "S"), False), (("N", "S"), False)]),
    ],
)
def test_who_faces_whom(row: str, fronts: list[tuple[tuple[str, str], bool]]) -> None:
    arcs, state = drawn(row)
    lines = front_lines(arcs, state, opposition())
    assert [(line.actors, line.contested) for line in lines] == fronts
    assert front_km(arcs, state, opposition()) == pytest.approx(
        {(line.actors, line.contested): line.length_km for line in lines}
    )
    for line in lines:
        meridians = len({round(x, 6) for x, _ in shapely.get_coordinates(line.geometry)})
        assert line.length_km == pytest.approx(11.092 * meridians, abs=0.01)
        assert shapely.length(line.geometry) == pytest.approx(STEP * meridians)


def test_a_front_of_half_a_km_is_one() -> None:
    low, high = 34.0, 34.005
    shapes = np.array(
        [shapely.box(38, low, 38.01, high), shapely.box(38.01, low, 38.02, high)], dtype=object
    )
    mesh = mesh_of_faces(shapes, np.arange(2), LocalCRS(LonLat(38.0, 34.0)))
    arcs, state = join_edges(mesh, np.arange(2)), state_of(mesh, [0, 1])
    assert front_km(arcs, state, opposition()) == {
        (("N", "S"), False): pytest.approx(0.5546, abs=1e-3)
    }


def test_a_front_is_merged_to_one_line() -> None:
    (line,) = front_lines(*drawn("AB", "AB", "AB"), opposition())
    assert len(line.geometry.geoms) == 1
    assert line.length_km == pytest.approx(3 * 11.092, abs=0.01)
    assert opposition().between(
        np.array([0, 0, OUTSIDE, 0]), np.array([2, OUTSIDE, 1, 0])
    ).tolist() == [*(-1, -1, -1, -1)]
    kind = opposition().between(np.array([0]), np.array([1]))[0]
    assert opposition().kinds[kind] == (("N", "S"), False)
