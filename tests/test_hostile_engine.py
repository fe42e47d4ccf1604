"""Geometry and days as nobody should give them: a right map, or an error that says what to do."""

from __future__ import annotations

import math
from datetime import date
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from scipy.spatial import cKDTree
from worlds import BOX, write_world

from geofront.control.arcs import join_edges
from geofront.control.area import areas
from geofront.control.draw import draw
from geofront.control.drawn import series_from_maps
from geofront.control.ground import sound_extent
from geofront.control.method import METHODS, Sites
from geofront.control.patchwork import State
from geofront.control.tessellation import tessellate
from geofront.datasets import read
from geofront.errors import DateError, ExtentError, SpanError
from geofront.render.formats import write

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from geofront.control.tessellation import Tessellation
    from geofront.events.timeline import Timeline

GEOD = Geod(ellps="WGS84")
FOUR = np.array([[38.0, 34.0], [38.4, 34.0], [38.0, 34.4], [38.4, 34.4]])
_SOON = 20.0  # seconds; what is meant is "at all", on any machine
_GRID = 1e-6
_SHELL = BOX.exterior
_BOW = shapely.Polygon([(37, 33), (39, 35), (39, 33), (37, 35)])


def by_site(mesh: Tessellation) -> dict[int, shapely.MultiPolygon]:
    arcs = join_edges(mesh, np.arange(mesh.cells, dtype=np.int64))
    return areas(arcs, State(0, mesh.cell_site, arcs.parting(mesh.cell_site)))


def world_of(folder: Path, rows: str, places: str | None = None) -> Timeline:
    events = f"id,date,place,kind,actor,from_actor\n{rows}\n"
    return read(write_world(folder, events=events, **({"places": places} if places else {})))


@pytest.fixture(scope="module")
def timeline(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    return read(write_world(tmp_path_factory.mktemp("world") / "w"))


# --- where places stand -----------------------------------------------------------------------

_SPOTS = st.tuples(st.floats(-179, 179), st.floats(-88, 88))
_SIZES = st.sampled_from([1e-4, 1e-2, 0.5, 3.0, 20.0])
_SHARES = st.floats(-0.5, 0.5)
_PATTERNS = st.one_of(
    st.lists(st.tuples(_SHARES, _SHARES), min_size=1, max_size=12),
    # on one line, on one point, on a circle, a millimetre apart in the smallest of the extents
    st.integers(1, 20).map(lambda n: [(i / n - 0.5, 0.0) for i in range(n)]),
    st.integers(1, 20).map(lambda n: [(0.1, 0.2)] * n),
    st.integers(3, 20).map(
        lambda n: [
            (0.4 * math.cos(6.2831853 * i / n), 0.4 * math.sin(6.2831853 * i / n)) for i in range(n)
        ]
    ),
    st.integers(1, 20).map(lambda n: [(i * 1e-4, 0.0) for i in range(n)]),
)
# A stray place: coordinates swapped, or a namesake in another part of the world.
_STRAYS = st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), max_size=3)


@settings(max_examples=40)
@given(_SPOTS, _SIZES, _PATTERNS, _STRAYS)
def test_wherever_places_stand_all_ground_goes_to_the_nearest_once(
    spot: tuple[float, float],
    size: float,
    pattern: list[tuple[float, float]],
    strays: list[tuple[float, float]],
) -> None:
    west, east = (max(-180.0, min(180.0, spot[0] + s * size / 2)) for s in (-1, 1))
    south, north = (max(-89.9, min(89.9, spot[1] + s * size / 2)) for s in (-1, 1))
    extent = shapely.box(west, south, east, north)
    middle = np.array([(west + east) / 2, (south + north) / 2])
    # A stray is far off, or else it would be one of the places.
    strays = [stray for stray in strays if abs(stray[1] - spot[1]) > 60]
    near = middle + np.array(pattern) * [east - west, north - south]
    mesh = tessellate(np.array([*near.tolist(), *strays]), extent)
    drawn = by_site(mesh)
    assert all(shapely.is_valid(area) for area in drawn.values())
    whole = shapely.union_all(list(drawn.values()))
    rim = 4 * _GRID * (east - west + north - south)
    assert whole.area == pytest.approx(extent.area, abs=rim)
    assert sum(area.area for area in drawn.values()) == pytest.approx(whole.area, rel=1e-9)
    _assert_nearest(mesh, drawn, near, np.array(shapely.box(*extent.bounds).bounds))


def _assert_nearest(
    mesh: Tessellation,
    drawn: dict[int, shapely.MultiPolygon],
    near: NDArray[np.float64],
    bounds: NDArray[np.float64],
) -> None:
    """Whose area a point lies in is nearest to it, but for twins and the roundness of lines."""
    share = np.random.default_rng(0).uniform(0.01, 0.99, (60, 2))
    points = bounds[:2] + share * (bounds[2:] - bounds[:2])
    metres, sites = mesh.crs.to_metres(points), mesh.crs.to_metres(near)
    least = np.asarray(cKDTree(sites).query(metres)[0])
    for site, area in drawn.items():
        inside = shapely.contains_xy(area, points)
        assert site < len(near) or not inside.any()
        if inside.any():
            away = np.hypot(*(metres[inside] - sites[site]).T)
            assert (away - least[inside] <= 60 + 1e-5 * least[inside]).all()


def test_a_stray_place_takes_no_ground_from_twins() -> None:
    twins = np.array([[38.0, 34.0], [38.00001, 34.0], [38.0, 34.00001], [38.3, 34.2]])
    stray = np.array([[-142.0, -34.0]])
    alone, beside = (tessellate(s, BOX) for s in (twins, np.vstack([twins, stray])))
    assert alone.cell_site.tolist() == beside.cell_site.tolist() == [0, 1, 2, 3]
    assert beside.cell_km2 == pytest.approx(alone.cell_km2, rel=1e-3)


def test_lines_that_leave_over_the_180th_meridian_do_not_come_back_on_the_other_side() -> None:
    rng = np.random.default_rng(2170)
    extent = shapely.box(-179.5, -53.4, -155.0, -28.7)
    sites = np.column_stack([rng.uniform(-179.4, -155.1, 26), rng.uniform(-53.3, -28.8, 26)])
    mesh = tessellate(sites, extent)
    assert (mesh.cell_km2 > 0).all()
    # A line around the globe would cut cells apart.
    assert np.bincount(mesh.cell_site).max() == 1
    assert mesh.edge_km.max() < 30


def test_near_a_pole_the_middle_between_two_places_is_the_middle() -> None:
    sites = np.array([[10.0, 84.0], [12.0, 84.4]])
    mesh = tessellate(sites, shapely.box(5, 83, 17, 85))
    shared = np.unique(np.concatenate([e[mesh.right >= 0] for e in (mesh.tail, mesh.head)]))
    ends = mesh.vertices[shared]
    # The middle of an edge too, not only its ends.
    middles = (mesh.vertices[mesh.tail] + mesh.vertices[mesh.head])[mesh.right >= 0] / 2
    points = mesh.crs.to_metres(np.vstack([ends, middles]))
    one, other = mesh.crs.to_metres(sites)
    apart = np.hypot(*(points - one).T) - np.hypot(*(points - other).T)
    assert np.abs(apart).max() < 60


def test_thousands_of_places_on_one_point_are_drawn_soon_and_near_to_it() -> None:
    sites = np.vstack([np.tile([[38.0, 34.0]], (5_000, 1)), [[38.4, 34.2]]])
    begin = perf_counter()
    mesh = tessellate(sites, BOX)
    assert perf_counter() - begin < _SOON
    assert len(np.unique(mesh.cell_site)) == len(sites)
    alone = tessellate(np.array([[38.0, 34.0], [38.4, 34.2]]), BOX)
    shares = np.bincount(mesh.cell_site, weights=mesh.cell_km2)
    assert shares[:-1].sum() == pytest.approx(alone.cell_km2[0], rel=0.02)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("count", [1, 2, 40])
def test_places_on_one_point_serve_every_method(method: str, count: int) -> None:
    spread = METHODS[method](Sites(np.tile([[38.0, 34.0]], (count, 1))), BOX, reach_km=None)
    whole = abs(GEOD.geometry_area_perimeter(shapely.segmentize(BOX, 0.01))[0]) / 1e6
    assert spread.mesh.total_km2 == pytest.approx(whole, rel=1e-3)


def test_a_thin_strip_across_a_country_costs_no_grid_of_the_whole_country() -> None:
    strip = shapely.buffer(shapely.LineString([(37, 33), (40, 36)]), 1e-5)
    begin = perf_counter()
    mesh = METHODS["kriging"](Sites(FOUR), strip, reach_km=None).mesh
    assert perf_counter() - begin < _SOON
    assert mesh.total_km2 > 0


# --- extents ----------------------------------------------------------------------------------

_MENDED = {
    "crossing itself": (_BOW, 2.0),
    "hole that touches a corner": (
        shapely.Polygon(_SHELL, [[(37, 33.5), (38, 34.2), (37.5, 34.5)]]),
        BOX.area - 0.325,
    ),
    "hole along an edge": (shapely.Polygon(_SHELL, [shapely.box(37, 34, 38, 35).exterior]), 4.0),
    "hole that leaves its shell": (
        shapely.Polygon(_SHELL, [shapely.box(36, 34, 38, 35).exterior]),
        4.0,
    ),
    "hole that cuts it in two": (
        shapely.Polygon(_SHELL, [[(37, 34.5), (38.2, 34.6), (39.5, 34.5), (38.2, 34.4)]]),
        4.75,
    ),
    "parts that overlap": (shapely.MultiPolygon([BOX, shapely.box(38, 34, 40, 36)]), 6.75),
    "one part twice": (shapely.MultiPolygon([BOX, BOX]), 5.0),
    "among points": (shapely.GeometryCollection([BOX, shapely.Point(0, 0)]), 5.0),
    "in three dimensions": (shapely.force_3d(BOX, 7.0), 5.0),
}


@pytest.mark.parametrize(("extent", "area"), _MENDED.values(), ids=_MENDED)
def test_extents_are_mended_and_no_ground_is_lost(
    extent: shapely.Geometry, area: float, timeline: Timeline
) -> None:
    assert sound_extent(extent).area == pytest.approx(area)
    snapshot = draw(timeline, extent=extent).snapshot("2020-01-05")
    drawn = snapshot.areas.geometry
    assert drawn.is_valid.all()
    assert shapely.area(drawn.to_numpy()).sum() == pytest.approx(area, rel=1e-4)
    assert shapely.union_all(drawn.to_numpy()).area == pytest.approx(area, rel=1e-4)
    assert snapshot.area_km2.sum() == pytest.approx(snapshot.series.mesh.total_km2)


_REFUSED = {
    "nothing": (shapely.Polygon(), "is empty; give a polygon"),
    "a line": (shapely.LineString([(37, 33), (39, 35)]), "is a LineString without area"),
    "a point": (shapely.Point(38, 34), "is a Point without area"),
    "a sliver": (shapely.box(37, 34, 39, 34 + 1e-8), "at least 1 m wide"),
    "beyond the earth": (shapely.box(370, 33, 372, 35), "nowhere on Earth"),
    "over the pole": (shapely.box(37, 89, 40, 95), "nowhere on Earth"),
    "beyond 180°": (shapely.box(178, -1, 182, 1), "nowhere on Earth"),
    "to the pole": (shapely.box(37, 80, 40, 90), "reaches a pole; end it short of 90°"),
    "both sides of 180°": (
        shapely.MultiPolygon([shapely.box(178, -1, 180, 1), shapely.box(-180, -1, -178, 1)]),
        "give the outline of one side",
    ),
    "the world": (shapely.box(-180, -90, 180, 90), "draw parts of it"),
    "half the world": (shapely.box(-40, -40, 40, 40), "draw parts of it"),
    "another country": (shapely.box(2, 45, 6, 49), "nearest place with a status is"),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("extent", "told"), _REFUSED.values(), ids=_REFUSED)
def test_extents_that_cannot_be_drawn_are_refused_with_a_remedy(
    extent: shapely.Geometry, told: str, method: str, timeline: Timeline
) -> None:
    reach = None if told.startswith("nearest") else 50.0
    with pytest.raises(ExtentError, match=told):
        draw(timeline, extent=extent, method=method, reach_km=reach)


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf])
def test_an_extent_with_a_corner_at_no_number_is_refused(odd: float, timeline: Timeline) -> None:
    extent = shapely.Polygon([(37, 33), (39, odd), (39, 33)])
    with pytest.raises(ExtentError, match="nowhere on Earth"):
        draw(timeline, extent=extent)
    with pytest.raises(ExtentError, match="nowhere on Earth"):
        series_from_maps({"2020-01-01": {"North": BOX}}, extent=extent)


def test_a_remote_extent_with_a_reach_is_an_honest_blank(timeline: Timeline) -> None:
    blank = draw(timeline, extent=shapely.box(2, 45, 6, 49), reach_km=20).snapshot("2020-01-05")
    assert blank.area_km2.sum() == 0
    assert blank.areas.empty


@pytest.mark.parametrize(
    "spots",
    [
        "a,Ain,179.9,10\nb,Bir,-179.9,10\n",
        "a,Ain,180,10\nb,Bir,179.5,10\n",
        "a,Ain,0,89.5\nb,Bir,180,89.5\n",
        "a,Ain,0,-90\nb,Bir,10,-90\n",
        "a,Ain,0,0\nb,Bir,180,0\n",
    ],
)
def test_places_around_the_edge_of_the_map_need_an_extent_that_is_on_it(
    spots: str, tmp_path: Path
) -> None:
    rows = "e1,2020-01-01,a,hold,North,\ne2,2020-01-02,b,hold,South,"
    series = world_of(tmp_path / "w", rows, f"id,name,lon,lat\n{spots}")
    with pytest.raises(ExtentError, match=r"180th meridian|pole|5,000 km|has no area"):
        draw(series)


@pytest.mark.parametrize("reach", [0, -1, math.nan, 1e-9, -math.inf])
@pytest.mark.parametrize("method", METHODS)
def test_a_reach_that_draws_nothing_is_refused(
    reach: float, method: str, timeline: Timeline
) -> None:
    with pytest.raises(SpanError, match="draws nothing; give more than 0"):
        draw(timeline, reach_km=reach, method=method)


@pytest.mark.parametrize("method", METHODS)
def test_an_endless_reach_is_none(method: str, timeline: Timeline) -> None:
    all_of_it = draw(timeline, method=method).mesh.total_km2
    for reach in (1e9, math.inf):
        drawn = draw(timeline, method=method, reach_km=reach).mesh.total_km2
        assert drawn == pytest.approx(all_of_it, rel=1e-4)


# --- days and actors --------------------------------------------------------------------------

_SPANS = {
    "the first days there are": (
        "e1,0001-01-01,ain,hold,N,\ne2,0001-01-03,bir,capture,S,N",
        (date(1, 1, 1), date(1, 1, 3)),
    ),
    "the last days there are": (
        "e1,9999-12-29,ain,hold,N,\ne2,9999-12-31,bir,capture,S,N",
        (date(9999, 12, 29), date(9999, 12, 31)),
    ),
    "the very last": ("e1,9999-12-31,ain,hold,N,\ne2,9999-12-31,bir,hold,S,", (date.max, date.max)),
    "10,000 days": (
        "e1,1990-01-01,ain,hold,N,\ne2,2017-05-18,bir,capture,S,N",
        (date(1990, 1, 1), date(2017, 5, 18)),
    ),
    "some day of centuries": (
        "e1,1000/1900,ain,hold,N,\ne2,1900-12-30,bir,capture,S,N",
        (date(1900, 12, 30), date(1900, 12, 31)),
    ),
    "open to both sides": (
        "e1,../0001-01-01,ain,hold,N,\ne2,0001-01-02/..,bir,capture,S,N",
        (date(1, 1, 1), date(1, 1, 2)),
    ),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("rows", "span"), _SPANS.values(), ids=_SPANS)
def test_any_span_of_days_is_drawn_and_counted(
    rows: str, span: tuple[date, date], method: str, tmp_path: Path
) -> None:
    begin = perf_counter()
    series = draw(world_of(tmp_path / "w", rows), method=method)
    assert (series.start, series.end) == span
    assert len(series) == len(series.days) == (span[1] - span[0]).days + 1
    table = series.stats()
    last = table[(table["date"] == span[1]) & table["actor"].notna()]
    assert dict(zip(last["actor"], last["places"], strict=True)) == {"N": 1, "S": 1}
    series.front_stats()
    series.pockets()
    assert series.generalised(1.0).snapshot(span[1]).areas.geometry.is_valid.all()
    assert perf_counter() - begin < _SOON


@pytest.mark.parametrize(
    "name", ["the first days there are", "the last days there are", "the very last"]
)
@pytest.mark.parametrize("form", ["geojson", "html", "gpkg", "kml", "shp", "charts", "gif"])
def test_the_ends_of_the_calendar_are_written(name: str, form: str, tmp_path: Path) -> None:
    if form in {"charts", "gif"}:
        pytest.importorskip("matplotlib")
    written = write(draw(world_of(tmp_path / "w", _SPANS[name][0])), tmp_path / "out", form)
    assert written
    assert all(path.stat().st_size for path in written)


@pytest.mark.parametrize("day", ["0000-01-01", "10000-01-01", "-0001-01-01", "2020-02-30"])
def test_days_that_are_none_are_refused(day: str, timeline: Timeline) -> None:
    with pytest.raises(DateError, match=r"2020-02-30|-01-01"):
        draw(timeline, start=day)


def test_a_thousand_actors_share_the_ground(tmp_path: Path) -> None:
    count = 1000
    places = "".join(f"p{i},P{i},{37 + i % 40 / 20},{33 + i // 40 / 20}\n" for i in range(count))
    rows = "\n".join(f"e{i},2020-01-01,p{i},hold,Actor {i}," for i in range(count))
    begin = perf_counter()
    timeline = world_of(tmp_path / "w", rows, f"id,name,lon,lat\n{places}")
    snapshot = draw(timeline, method="nearest").snapshot("2020-01-01")
    assert snapshot.areas["actor"].nunique() == count
    assert snapshot.area_km2.sum() == pytest.approx(snapshot.series.mesh.total_km2)
    assert perf_counter() - begin < _SOON


def test_statements_that_repeat_thousands_of_times_change_nothing(tmp_path: Path) -> None:
    once = "e1,2020-01-01,ain,hold,N,\ne2,2020-01-02,bir,capture,S,N"
    again = "\n".join(f"r{i},2020-01-02,bir,capture,S,N" for i in range(5_000))
    one, many = (
        draw(world_of(tmp_path / name, rows))
        for name, rows in (("1", once), ("2", f"{once}\n{again}"))
    )
    assert many.stats().equals(one.stats())
