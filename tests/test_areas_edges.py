"""Areas at their edges: cells near a pole, in strips and beside corners; what arcs and rings do."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from grids import day, grid_series
from pyproj import Geod

from geofront.control.arcs import Arcs, join_edges
from geofront.control.area import areas
from geofront.control.encirclement import find_pockets
from geofront.control.neighbours import actor_neighbours
from geofront.control.patchwork import State
from geofront.control.pockets import CUT_OFF, LASTS, LINKED, LOST, SPLIT, TAKEN
from geofront.control.tessellation import (
    OUTSIDE,
    _ridges,
    default_extent,
    mesh_of_faces,
    tessellate,
)
from geofront.crs import LocalCRS, LonLat, center_of
from geofront.errors import ExtentError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geofront.control.tessellation import Tessellation

GEOD = Geod(ellps="WGS84")


def strip(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """A box that begins in the middle of its southern side, so that its middle is in the middle."""
    middle = (west + east) / 2
    corners = [(east, south), (east, north), (middle, north), (west, north), (west, south)]
    return shapely.Polygon([(middle, south), *corners])


def geodesic_km2(geometry: shapely.Geometry) -> float:
    return abs(float(GEOD.geometry_area_perimeter(geometry)[0])) / 1e6


def bends_m(mesh: Tessellation) -> NDArray[np.float64]:
    """How far the middles of the inner edges, straight in degrees, are off those in metres."""
    inner = mesh.right != OUTSIDE
    ends = mesh.vertices[mesh.tail[inner]], mesh.vertices[mesh.head[inner]]
    drawn = mesh.crs.to_metres((ends[0] + ends[1]) / 2)
    straight = (mesh.crs.to_metres(ends[0]) + mesh.crs.to_metres(ends[1])) / 2
    off: NDArray[np.float64] = np.hypot(*(drawn - straight).T)
    return off


# --- how long a straight line may be ---------------------------------------------------------


@pytest.mark.parametrize(
    ("south", "north"), [(63.0, 65.0), (78.0, 82.0), (84.0, 87.0), (-87.0, -84.0)]
)
def test_near_a_pole_too_no_line_is_thirty_metres_off_where_degrees_are_straight(
    south: float, north: float
) -> None:
    """One line of some 200 km along a parallel, where those bend most, and one to the pole."""
    middle = (south + north) / 2
    sites = np.array([[25.0, middle - 0.5], [25.0, middle + 0.5], [10.0, middle]])
    mesh = tessellate(sites, strip(10, south, 40, north))
    assert bends_m(mesh).max() < 30.0
    assert mesh.edge_km[mesh.right != OUTSIDE].sum() > 150.0
    # Nor is a line cut into more pieces than that asks for.
    assert bends_m(mesh).max() > 15.0


def test_cells_near_a_pole_share_every_line_whole() -> None:
    """Cells of some 40 km: sides of 20 km are too long for 86° N, and are cut for all cells."""
    random = np.random.default_rng(5)
    sites = random.uniform([0.0, 83.0], [60.0, 87.0], (160, 2))
    extent = strip(5, 83.5, 55, 86.5)
    mesh = tessellate(sites, extent)
    rim = mesh.right == OUTSIDE
    for ends in (mesh.tail, mesh.head):
        on_rim = shapely.distance(shapely.points(mesh.vertices[ends[rim]]), extent.exterior)
        assert on_rim.max() < 1e-6
    assert bends_m(mesh).max() < 30.0
    outline = shapely.segmentize(extent, 0.1)
    assert mesh.total_km2 == pytest.approx(geodesic_km2(outline), rel=1e-3)


@pytest.mark.parametrize(
    ("extent", "sites"),
    [
        (strip(37.45, 33.95, 38.55, 34.05), [(38.0, 33.5), (38.0, 34.5)]),
        (strip(37.95, 33.5, 38.05, 34.5), [(37.5, 34.0), (38.5, 34.0)]),
    ],
)
def test_a_line_along_a_narrow_strip_is_in_pieces_of_up_to_25_km(
    extent: shapely.Polygon, sites: list[tuple[float, float]]
) -> None:
    """Of 102 km from east to west, and of 111 km from south to north."""
    mesh = tessellate(np.array(sites), extent)
    inner = mesh.edge_km[mesh.right != OUTSIDE]
    assert inner.sum() == pytest.approx(102 if extent.bounds[0] < 37.9 else 111, abs=1)
    assert 5 <= len(inner) <= 7
    assert inner.max() == pytest.approx(24, abs=1)


def test_places_on_both_sides_of_the_180th_meridian_have_no_default_extent() -> None:
    with pytest.raises(ExtentError, match="180th meridian"):
        default_extent(np.array([[179.5, 0.0], [-179.5, 0.0]]))
    west, _, east, _ = default_extent(np.array([[178.5, 0.0], [179.5, 0.0]])).bounds
    assert west < 178.5
    assert 179.5 < east < 180.0


# --- lines are noded on the grid -------------------------------------------------------------


@pytest.mark.parametrize("apart", [0.0, 1e-7, 2e-7, 4e-7, 6e-7])
def test_a_line_that_runs_beside_a_corner_of_the_extent_by_less_than_the_grid_meets_it(
    apart: float,
) -> None:
    """The line between the places runs along a meridian, some 2 cm east of two corners."""
    sites = np.array([[37.9 + apart, 34.5], [38.1 + apart, 34.5]])
    mesh = tessellate(sites, strip(37, 34, 39, 35))
    assert mesh.cells == 2
    assert (mesh.tail != mesh.head).all()
    assert len(np.unique(mesh.vertices, axis=0)) == len(mesh.vertices)
    pairs = np.sort(np.column_stack([mesh.tail, mesh.head]), axis=1)
    assert len(np.unique(pairs, axis=0)) == len(pairs)
    inner = mesh.right != OUTSIDE
    line = mesh.vertices[np.concatenate([mesh.tail[inner], mesh.head[inner]])]
    step = round(apart * 1e6) / 1e6
    assert np.unique(line[:, 0]).tolist() == pytest.approx([38 + step], abs=1e-9)


def test_cells_whose_lines_are_cut_by_discs_share_them_too() -> None:
    """Forty villages close together and a few that reach no farther than 12 km of open country."""
    random = np.random.default_rng(3)
    close = random.uniform([38.0, 34.0], [38.8, 34.8], (150, 2))
    lonely = np.array([[39.3, 34.2], [39.4, 34.7], [37.5, 34.4]])
    sites = np.vstack([close, lonely])
    mesh = tessellate(sites, strip(37, 33.5, 40, 35.3), reach_km=12)
    rim = mesh.right == OUTSIDE
    spots = mesh.crs.to_metres(mesh.vertices[np.concatenate([mesh.tail[rim], mesh.head[rim]])])
    away = np.hypot(
        *(spots[:, None, :] - mesh.crs.to_metres(sites)[None, :, :]).transpose(2, 0, 1)
    ).min(axis=1)
    # Where there is nothing on the other side, no place is nearer than the reach.
    assert away.min() > 11_900
    assert away.max() < 12_100


def test_a_place_off_the_middle_reaches_no_farther_to_the_other_side_of_it() -> None:
    """It stands 4 km east of the middle; its neighbours leave it the ground from -9 to 6.5 km."""
    extent = strip(37.5, 33.6, 38.5, 34.4)
    middle = LocalCRS(center_of(shapely.get_coordinates(extent)))
    spots = np.array([[4, 0], [-22, 0], [9, 0], [4, 10], [4, -10]]) * 1000.0
    mesh = tessellate(middle.to_lonlat(spots), extent, reach_km=12)
    edges = np.isin(mesh.left, 0) | np.isin(mesh.right, 0)
    corners = middle.to_metres(mesh.vertices[np.concatenate([mesh.tail[edges], mesh.head[edges]])])
    assert np.hypot(*(corners - spots[0]).T).max() == pytest.approx(12_000, abs=20)
    assert corners[:, 0].min() == pytest.approx(-8000, abs=50)
    assert corners[:, 0].max() == pytest.approx(6500, abs=20)


def test_lines_around_cells_are_those_between_places_that_end_somewhere() -> None:
    """Two places, 0 and 1, of which the second is clear, and a far site, 2, beyond them."""
    diagram: Any = SimpleNamespace(
        vertices=np.array([[1.0, 1.0], [1.0, 9.0], [7.0, 7.0], [7.0, 99.0]]),
        ridge_vertices=[[0, 1], [1, 2], [-1, 0], [2, 3]],
        ridge_points=np.array([[0, 1], [0, 0], [0, 1], [1, 2]]),
    )
    frame = shapely.box(0, 0, 10, 10)
    for clear, lines in (([False, True], 2), ([True, True], 0), ([True, False], 1)):
        found = _ridges(diagram, np.array(clear), frame)
        assert len(found) == lines
    (line,) = _ridges(diagram, np.array([True, False]), frame)
    assert shapely.get_coordinates(line).tolist() == [[1, 1], [1, 9]]
    assert len(_ridges(diagram, np.array([False, False]), shapely.box(5, 5, 9, 9))) == 1


# --- arcs ------------------------------------------------------------------------------------

STEP = 0.1


def squares(*rows: str) -> tuple[Tessellation, NDArray[np.int64]]:
    """A board of squares from (38, 34) on, its southern row first; a letter is a label."""
    boxes = [
        shapely.box(38 + STEP * i, 34 + STEP * j, 38 + STEP * (i + 1), 34 + STEP * (j + 1))
        for j, row in enumerate(rows)
        for i in range(len(row))
    ]
    labels = np.array([ord(sign) - ord("A") for row in rows for sign in row], dtype=np.int64)
    crs = LocalCRS(LonLat(38.0, 34.0))
    return mesh_of_faces(np.array(boxes, dtype=object), np.arange(len(boxes)), crs), labels


def of_patches(*rows: str) -> tuple[Arcs, State]:
    """The board with one patch for each label, wherever its squares lie."""
    mesh, labels = squares(*rows)
    arcs, patches = join_edges(mesh, labels), np.arange(labels.max() + 1)
    return arcs, State(0, patches, arcs.parting(patches))


def test_where_two_patches_meet_corner_to_corner_their_arcs_end() -> None:
    """A chessboard of four squares and two patches: four lines part them, from the middle on."""
    arcs, state = of_patches("AB", "BA")
    inner = [a for a in range(len(arcs)) if arcs.right[a] != OUTSIDE]
    assert len(inner) == 4
    for a in inner:
        ends = arcs.line(2 * a)[[0, -1]].round(6).tolist()
        assert [38.1, 34.1] in ends
        assert arcs.km[a] == pytest.approx(GEOD.line_length(*arcs.line(2 * a).T) / 1000)
    found = areas(arcs, state)
    for label in (0, 1):
        assert len(found[label].geoms) == 2
        assert found[label].is_valid
    joined = arcs.joined(state.labels, state.parting)
    assert sum(joined.right != OUTSIDE) == 4
    assert sum(joined.right == OUTSIDE) == 4


def test_the_shoelace_of_each_patch_is_twice_its_area_wherever_its_arcs_lie() -> None:
    arcs, _ = of_patches("AACCC", "ABBCD", "EEBDD")
    for patch, count in enumerate((3, 3, 4, 3, 2)):
        left, right = arcs.left == patch, arcs.right == patch
        walked = arcs.shoelace[left].sum() - arcs.shoelace[right].sum()
        assert walked == pytest.approx(2 * count * STEP * STEP)


def test_the_shoelace_of_an_arc_is_twice_the_area_between_it_and_the_first_point_of_all() -> None:
    """By hand: 2 · 1 - 2 · 0 for the first arc, 5 · 4 - 5 · 3 for the one that comes back."""
    lines = np.array([[0, 0], [2, 0], [2, 1], [5, 3], [5, 4], [0, 0]], dtype=np.float64)
    arcs = Arcs(
        points=lines + np.array([10.0, 20.0]),
        start=np.array([0, 3, 6]),
        tail=np.array([0, 2]),
        head=np.array([1, 0]),
        left=np.array([0, 0]),
        right=np.array([OUTSIDE, OUTSIDE]),
        km=np.array([1.0, 1.0]),
    )
    assert arcs.shoelace.tolist() == [2.0, 5.0]


# --- pockets and neighbours ------------------------------------------------------------------

TURNCOAT = "id,side,since\nA,west,\nA,east,2020-01-03\nB,B,\nC,C,\n"
EXCLAVE = "AABBBB AABAAB AABBBB"


def test_a_pocket_stays_one_when_those_in_it_change_sides() -> None:
    (pocket,) = find_pockets(grid_series(*[EXCLAVE] * 4, actors=TURNCOAT))
    assert (pocket.first, pocket.last, pocket.fate) == (day(1), day(4), LASTS)
    assert pocket.side == "east"
    assert pocket.places == ("p13", "p14")


def test_ground_of_those_who_change_sides_was_theirs_before() -> None:
    """Beside C they were linked; from the third day on they are alone, as no one took anything."""
    actors = TURNCOAT.replace("C,C", "C,west")
    (pocket,) = find_pockets(grid_series(*["AACBBBB AACAABB AACBBBB"] * 4, actors=actors))
    assert (pocket.side, pocket.first, pocket.last) == ("east", day(3), day(4))
    assert (pocket.origin, pocket.closed_by) == (CUT_OFF, ())


def test_the_pocket_of_those_who_join_the_enemy_around_them_is_linked_not_lost() -> None:
    actors = TURNCOAT.replace("east", "B")
    (pocket,) = find_pockets(grid_series(*[EXCLAVE] * 4, actors=actors))
    assert (pocket.side, pocket.last, pocket.fate) == ("west", day(2), LINKED)
    assert pocket.opened_by == ()


def test_ground_that_passes_from_one_pocketed_side_to_another_is_another_pocket() -> None:
    boards = "AABBBBCC AABAABCC AABBBBCC", "AABBBBCC AABCCBCC AABBBBCC"
    one, other = find_pockets(grid_series(*boards))
    assert (one.side, one.first, one.last, one.fate) == ("A", day(1), day(1), LOST)
    assert (other.side, other.first, other.last, other.origin) == ("C", day(2), day(2), TAKEN)


def test_a_pocket_has_a_new_state_only_when_it_changes() -> None:
    """On the second day the front moves elsewhere, on the third a place of the pocket falls."""
    boards = EXCLAVE, "AABBBB AABAAB ABBBBB", "AABBBB AABABB ABBBBB"
    (pocket,) = find_pockets(grid_series(*boards))
    assert [state.day for state in pocket.states] == [day(1), day(3)]
    assert [state.places for state in pocket.states] == [("p13", "p14"), ("p13",)]
    assert pocket.largest is pocket.states[0]


def test_a_pocket_whose_enemies_change_has_a_new_state() -> None:
    (pocket,) = find_pockets(grid_series(EXCLAVE, "AABBBB AABAAC AABBBB"))
    assert [state.enclosed_by for state in pocket.states] == [("B",), ("B", "C")]


def test_of_a_pocket_that_splits_the_part_of_more_ground_goes_on_being_it() -> None:
    """Three squares in the west, and two in the east that fall on different days."""
    boards = (
        f"AABBBBBBBB AABAAA{signs}B AABBBBBBBB AABBBBBBBB" for signs in ("AAA", "BAA", "BAB", "BBB")
    )
    west, east = find_pockets(grid_series(*boards))
    assert (west.first, west.last, west.states[-1].places) == (
        day(1),
        day(4),
        ("p13", "p14", "p15"),
    )
    assert (east.first, east.last, east.places) == (day(2), day(3), ("p17", "p18"))
    assert (east.origin, east.fate) == (SPLIT, LOST)


@pytest.mark.parametrize("days", [32, 33, 34])
def test_pockets_of_many_days_of_changes_come_and_go(days: int) -> None:
    boards = [f"AABBBB AA{'BA'[number % 2]}AAB AABBBB" for number in range(days)]
    found = find_pockets(grid_series(*boards))
    assert [(pocket.first, pocket.last) for pocket in found] == [
        (day(number), day(number)) for number in range(1, days + 1, 2)
    ]


def test_ground_that_is_cut_off_beside_a_pocket_is_not_split_from_it() -> None:
    """Nor is an enemy beside it, who gives way to another that day, what cut it off."""
    boards = f"{EXCLAVE} AAAAAB AABBBB", f"{EXCLAVE} AABAAB AABCBB"
    old, new = find_pockets(grid_series(*boards))
    assert (old.places, old.first, old.last) == (("p13", "p14"), day(1), day(2))
    assert (new.places, new.first, new.origin) == (("p33", "p34"), day(2), CUT_OFF)
    assert [cause.place_id for cause in new.closed_by] == ["p32"]


def test_ground_that_is_linked_again_beside_a_pocket_is_not_merged_into_it() -> None:
    """That an enemy beside it gives way to another that day is not what opened it."""
    boards = f"{EXCLAVE} AABAAB AABBBB", f"{EXCLAVE} AAAAAB AABCBB"
    old, linked = find_pockets(grid_series(*boards))
    assert (old.places, old.last, old.fate) == (("p13", "p14"), day(2), LASTS)
    assert (linked.places, linked.last, linked.fate) == (("p33", "p34"), day(1), LINKED)
    assert [cause.place_id for cause in linked.opened_by] == ["p32"]


def test_what_lies_between_the_arms_of_a_pocket_is_neither_in_it_nor_a_cause() -> None:
    """A bow open to the east, cut at both ends; between them a spur of the main body."""
    rows = "BBBBBBBAA", "BBBAAA{0}AA", "BBBABBBAA", "BBBABA{1}AA", "BBBABBBAA", "BBBAAA{0}AA"
    board = " ".join((*rows, "BBBBBBBAA"))
    within, pocket = find_pockets(grid_series(board.format("A", "A"), board.format("B", "*")))
    assert (within.side, within.last, within.fate) == ("B", day(1), LINKED)
    assert pocket.places == ("p13", "p14", "p15", "p23", "p33", "p43", "p53", "p54", "p55")
    assert (pocket.first, pocket.origin) == (day(2), CUT_OFF)
    assert [cause.place_id for cause in pocket.closed_by] == ["p16", "p56"]


def test_the_size_of_a_pocket_is_that_of_what_is_held() -> None:
    pockets = find_pockets(grid_series(EXCLAVE, "AABBBB AABABB AABBBB"))
    (pocket,) = pockets
    for state in pocket.states:
        expected = geodesic_km2(shapely.orient_polygons(pockets.outline(state)))
        assert state.km2 == {"A": pytest.approx(expected, rel=1e-4)}
    assert pocket.states[0].area_km2 == pytest.approx(2 * pocket.states[1].area_km2, rel=1e-3)


def test_sizes_of_pockets_are_told_day_by_day() -> None:
    """One of C from the first day on, and one of A, whose name comes first, from the second."""
    first = "AABBBBBBBCC AABBBBCBBCC AABBBBBBBCC"
    second = "AABBBBBBBCC AABABBCBBCC AABBBBBBBCC"
    pockets = find_pockets(grid_series(first, second, second))
    assert [(pocket.number, pocket.side) for pocket in pockets] == [(1, "C"), (2, "A")]
    table = pockets.daily()
    assert list(zip(table["date"], table["pocket"], table["places"], strict=True)) == [
        *((day(1), 1, 1), (day(2), 1, 1), (day(2), 2, 1)),
        *((day(3), 1, 1), (day(3), 2, 1)),
    ]


def test_borders_are_fronts_between_the_sides_of_that_day() -> None:
    actors = "id,side,since\nA,west,\nB,west,\nB,east,2020-01-02\nC,C,\n"
    series = grid_series("AB", "AB", actors=actors)
    assert actor_neighbours(series, day(1))["opposed"].tolist() == [False]
    assert actor_neighbours(series, day(2))["opposed"].tolist() == [True]
