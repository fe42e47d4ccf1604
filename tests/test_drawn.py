"""Series of polygons that others drew: the same ground as the polygons, each line kept once."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from worlds import BOX, EXTENTS

from geofront.control.area import areas
from geofront.control.drawn import DailyMaps, read_daily_maps, series_from_maps
from geofront.control.noding import network_of, noded, tightened
from geofront.control.overlay import overlay
from geofront.control.state import Label, contested_between, held_by
from geofront.errors import DataFaultsError, ExtentError, GeofrontError, SpanError
from geofront.events.actor import Actor
from geofront.render.geojson.writer import write_geojson

if TYPE_CHECKING:
    from pathlib import Path

    from geofront.control.series import Series

GEOD = Geod(ellps="WGS84")
DAY = date(2024, 7, 8)
WEST, EAST = shapely.box(37.5, 34, 38, 35), shapely.box(38, 34, 38.5, 35)


def geodesic_km2(geometry: shapely.Geometry) -> float:
    straight = shapely.segmentize(geometry, 0.05)  # straight in degrees, as GeoJSON means it
    return abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(straight))[0]) / 1e6


def day(number: int) -> date:
    return DAY + timedelta(days=number)


def area_of(series: Series, when: date, actor: str | None, status: str = "held") -> Any:
    frame = series.snapshot(when).areas
    rows = frame[(frame.status == status) & (frame.actor == actor if actor else True)]
    return shapely.union_all(rows.geometry.to_numpy())


def held_km2(series: Series, when: date, actor: str) -> float:
    snapshot = series.snapshot(when)
    return float(snapshot.area_km2[series.labels.index(held_by(actor))])


def test_areas_figures_and_differences_are_those_of_the_polygons() -> None:
    grown = shapely.box(37.5, 34, 38.1, 35)
    series = series_from_maps(
        {day(0): {"A": WEST}, day(3): {"A": grown}},
        extent=BOX,
        otherwise="B",
        title="A and B",
    )
    assert series.labels == (Label(), held_by("A"), held_by("B"))
    assert (series.start, series.end, len(series)) == (day(0), day(3), 4)
    assert area_of(series, day(0), "A").equals(WEST)
    assert area_of(series, day(3), "A").equals(grown)
    assert held_km2(series, day(0), "A") == pytest.approx(geodesic_km2(WEST), rel=1e-5)
    assert held_km2(series, day(3), "B") == pytest.approx(
        geodesic_km2(BOX.difference(grown)), rel=1e-5
    )
    table = series.stats().set_index(["date", "actor"])
    gained = geodesic_km2(grown.difference(WEST))
    assert table.loc[(day(0), "A"), "gained_km2"] == 0
    assert table.loc[(day(3), "A"), "gained_km2"] == pytest.approx(gained, rel=1e-5)
    assert table.loc[(day(3), "B"), "lost_km2"] == pytest.approx(gained, rel=1e-5)
    ring = shapely.segmentize(WEST.exterior, 0.05)
    assert table.loc[(day(0), "A"), "front_km"] == pytest.approx(
        GEOD.geometry_length(ring) / 1000, rel=1e-5
    )
    assert len(series.snapshot(day(0)).places) == 0
    assert series.snapshot(day(0)).events == []
    assert "2 maps" in repr(series)


def test_no_change_and_no_map_are_kept_apart() -> None:
    series = series_from_maps(
        {day(0): {"A": WEST}, day(1): {"A": WEST}, day(4): {"A": EAST}}, extent=BOX, end=day(5)
    )
    assert series.updated_days == [day(0), day(1), day(4)]
    assert series.redrawn_days == [day(4)]
    assert [snapshot.as_of for snapshot in series] == [
        *(day(0), day(1), day(1), day(1), day(4), day(4))
    ]


def test_before_the_first_map_nothing_is_known_and_a_late_start_knows_the_map_before() -> None:
    maps = {day(0): {"A": WEST}, day(2): {"A": EAST}}
    early = series_from_maps(maps, extent=BOX, otherwise="B", start=day(-1))
    assert early.snapshot(day(-1)).as_of is None
    assert area_of(early, day(-1), None, "unknown").equals(BOX)
    late = series_from_maps(maps, extent=BOX, start=day(2))
    table = late.stats().set_index(["date", "actor"])
    assert table.loc[(day(2), "A"), "gained_km2"] == pytest.approx(geodesic_km2(EAST), rel=1e-5)


def test_a_map_that_shows_nothing_is_a_map() -> None:
    series = series_from_maps({day(0): {"A": WEST}, day(1): {}}, extent=BOX)
    assert series.updated_days == [day(0), day(1)]
    assert held_km2(series, day(1), "A") == 0


def test_a_table_of_polygons_serves_in_any_crs() -> None:
    frame = geopandas.GeoDataFrame(
        {"date": ["2024-07-08", "2024-07-08", "2024-07-09"], "actor": ["A", "B", "A"]},
        geometry=[WEST, EAST, None],
        crs="EPSG:4326",
    ).to_crs("EPSG:3857")
    series = series_from_maps(frame)
    assert series.updated_days == [day(0), day(1)]
    assert area_of(series, day(0), "A").equals(WEST)
    fronts = series.snapshot(day(0)).frontlines
    assert fronts.actors.tolist() == [("A", "B")]
    assert fronts.length_km[0] == pytest.approx(110.93, abs=0.02)
    assert series.snapshot(day(1)).area_km2[1:].sum() == 0
    # Without an extent it is the hull with a margin.
    assert series.mesh.total_km2 > geodesic_km2(WEST.union(EAST))


def test_known_actors_keep_sides_and_colours_and_bars_mean_contested_ground() -> None:
    known = [Actor("a", "Alpha", "west", "#123456", ("A",)), Actor("b", "Beta", "west", "#654321")]
    series = series_from_maps(
        {day(0): {"A": WEST, "Beta": EAST, "A | C": shapely.box(38.5, 34, 39, 35)}},
        extent=BOX,
        actors=known,
    )
    assert series.labels == (
        Label(),
        contested_between(["C", "a"]),
        held_by("a"),
        held_by("b"),
    )
    fronts = series.snapshot(day(0)).frontlines
    assert fronts.actors.tolist() == [("C", "b")]  # allies have none


def test_overlaps_of_two_actors_are_refused_or_contested() -> None:
    wide = shapely.box(37.9, 34, 38.5, 35)
    maps = {day(0): {"A": WEST, "B": EAST}, day(1): {"A": WEST, "B": wide}}
    with pytest.raises(DataFaultsError, match=r"2024-07-09: the areas of A and B overlap by") as e:
        series_from_maps(maps, extent=BOX)
    assert len(e.value.faults) == 1
    series = series_from_maps(maps, extent=BOX, overlaps_contested=True)
    assert area_of(series, day(1), None, "contested").equals(shapely.box(37.9, 34, 38, 35))


def test_invalid_polygons_are_mended_and_told() -> None:
    bow = shapely.Polygon([(38, 34), (39, 35), (39, 34), (38, 35)])
    twice = shapely.MultiPolygon([shapely.box(37, 33.5, 38, 34), shapely.box(37.5, 33.5, 38, 34)])
    series = series_from_maps({day(0): {"A": bow}, day(1): {"A": twice}}, extent=BOX)
    first, second = series.repairs
    assert (first.day, first.actor) == (day(0), "A")
    assert "Self-intersection" in first.reason
    lobes = shapely.MultiPolygon(
        [
            shapely.Polygon([(38, 34), (38.5, 34.5), (38, 35)]),
            shapely.Polygon([(39, 34), (39, 35), (38.5, 34.5)]),
        ]
    )
    assert first.km2_after == pytest.approx(geodesic_km2(lobes), rel=1e-3)
    # Ground that two parts cover was counted twice and stays one actor's.
    assert second.km2_changed == pytest.approx(
        -geodesic_km2(shapely.box(37.5, 33.5, 38, 34)), rel=1e-3
    )
    assert area_of(series, day(1), "A").equals(shapely.box(37, 33.5, 38, 34))
    assert series.provenance["repaired_polygons"] == 2


def test_every_output_tells_where_the_maps_come_from(tmp_path: Path) -> None:
    series = series_from_maps(
        {day(0): {"A": WEST}}, extent=BOX, attribution="Mappers", licence="CC BY 4.0"
    )
    write_geojson(series, tmp_path)
    told = json.loads((tmp_path / f"{day(0)}.geojson").read_text(encoding="utf-8"))
    assert {f["properties"]["layer"] for f in told["features"]} == {"area"}
    assert told["provenance"]["method"] == "drawn polygons"
    assert told["provenance"]["attribution"] == "Mappers"
    assert len(told["provenance"]["inputs"]) == 1


def write_map(path: Path, shapes: list[tuple[dict[str, str], shapely.Geometry]]) -> None:
    features = [
        {"type": "Feature", "properties": p, "geometry": json.loads(shapely.to_geojson(shape))}
        for p, shape in shapes
    ]
    collection = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(collection), encoding="utf-8")


def test_a_folder_of_daily_files_is_read(tmp_path: Path) -> None:
    write_map(tmp_path / "20240708.geojson", [({}, WEST), ({}, shapely.Point(38, 34))])
    write_map(tmp_path / "map_2024-07-10_final.geojson", [({}, WEST), ({}, EAST)])
    write_map(tmp_path / "2024.07.11.geojson", [])
    maps = read_daily_maps(tmp_path, actor="A")
    assert list(maps) == [day(0), day(2), day(3)]
    assert shapely.equals(maps[day(2)]["A"], shapely.union_all([WEST, EAST]))
    assert maps[day(3)] == {}
    assert "3 files" in maps.name
    assert "3 days" in repr(maps)
    assert isinstance(maps, DailyMaps)


def test_a_property_may_name_the_actors(tmp_path: Path) -> None:
    write_map(tmp_path / "20240708.geojson", [({"side": "A"}, WEST), ({"side": "B"}, EAST)])
    maps = read_daily_maps(tmp_path, column="side")
    assert set(maps[day(0)]) == {"A", "B"}
    with pytest.raises(ValueError, match=r"either actor= .* or column="):
        read_daily_maps(tmp_path)


def test_all_faults_of_a_folder_are_told_at_once(tmp_path: Path) -> None:
    write_map(tmp_path / "20240708.geojson", [({}, WEST)])
    write_map(tmp_path / "2024-07-08b.geojson", [({"side": "A"}, WEST)])
    write_map(tmp_path / "latest.geojson", [({}, WEST)])
    write_map(tmp_path / "20240712.geojson", [({}, WEST)])
    write_map(tmp_path / "20241345.geojson", [({}, WEST)])
    (tmp_path / "20240709.geojson").write_text("no map", encoding="utf-8")
    with pytest.raises(DataFaultsError) as caught:
        read_daily_maps(tmp_path, column="side")
    told = str(caught.value)
    for part in ("keep one", "no property 'side'", "has no day", "month 13", "cannot be read"):
        assert part in told, told
    with pytest.raises(DataFaultsError, match="holds no file"):
        read_daily_maps(tmp_path / "nowhere", actor="A")


@pytest.mark.parametrize(
    ("maps", "options", "error"),
    [
        ({}, {}, SpanError),
        ({day(0): {}}, {}, ExtentError),
        ({day(0): {"A": WEST}}, {"otherwise": "B"}, ExtentError),
        ({day(0): {"A": WEST}}, {"extent": shapely.Polygon()}, ExtentError),
        ({day(0): {"A": WEST}}, {"start": day(3), "end": day(1)}, SpanError),
        ({"8 July": {"A": WEST}}, {}, DataFaultsError),
        ({day(0): {" ": WEST}}, {}, DataFaultsError),
        ({day(0): {"|": WEST}}, {}, DataFaultsError),
        ({day(0): {"A": WEST}, str(day(0)): {"B": EAST}}, {}, DataFaultsError),
        ({day(0): {"A": shapely.box(4e6, 4e6, 5e6, 5e6)}}, {}, DataFaultsError),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    maps: Any, options: dict[str, Any], error: type[GeofrontError]
) -> None:
    with pytest.raises(error):
        series_from_maps(maps, **options)
    with pytest.raises(ValueError, match="tolerance"):
        series_from_maps(maps, tolerance_m=-1)


def test_areas_of_one_actor_are_taken_together_and_missing_ones_passed_over() -> None:
    series = series_from_maps({day(0): {"A": WEST, "A ": EAST, "B": None}})
    (area,) = series.snapshot(day(0)).areas.query("status == 'held'").geometry
    assert area.contains(WEST.centroid)
    assert area.contains(EAST.centroid)
    assert [label.holder for label in series.labels] == [None, "A"]


def test_a_table_with_faults_names_its_rows() -> None:
    frame = geopandas.GeoDataFrame(
        {"date": ["yesterday", "2024-07-08"], "actor": ["A", None]}, geometry=[WEST, EAST]
    )
    with pytest.raises(DataFaultsError, match=r"row 2: date 'yesterday'.*\n.*row 3: a polygon"):
        series_from_maps(frame)
    with pytest.raises(DataFaultsError, match="lacks 'actor'"):
        series_from_maps(frame.drop(columns="actor"))


def test_a_trembling_line_leaves_no_slivers_within_the_tolerance() -> None:
    random = np.random.default_rng(5)
    ring = shapely.get_coordinates(shapely.Point(38.2, 34.5).buffer(0.4, quad_segs=30))[:-1]
    maps = {
        day(i): {
            "A": shapely.Polygon(ring + random.normal(0, 3e-5, ring.shape)),  # 3 m
            "B": shapely.box(39, 33.6, 39.4 + i / 1000, 34),
        }
        for i in range(20)
    }
    exact = series_from_maps(maps, extent=BOX, tolerance_m=0)
    tight = series_from_maps(maps, extent=BOX, tolerance_m=40)
    assert exact.mesh.cells > 500
    assert tight.mesh.cells == 2 + 20
    for when in tight.days:
        assert held_km2(tight, when, "A") == pytest.approx(geodesic_km2(maps[when]["A"]), rel=1e-3)


def test_shared_vertices_are_kept_once() -> None:
    ring = shapely.Point(38.2, 34.5).buffer(0.5, quad_segs=200)
    corner = shapely.box(37, 33.5, 37.2, 33.7)
    once = series_from_maps({day(0): {"A": ring}}, extent=BOX)
    often = series_from_maps(
        {day(i): {"A": ring, "B": corner} if i % 2 else {"A": ring} for i in range(50)}, extent=BOX
    )
    assert len(often.mesh.vertices) <= len(once.mesh.vertices) + 6


COORDINATE = st.one_of(
    st.integers(-2, 27).map(lambda i: i / 10), st.floats(-0.2, 2.7, allow_nan=False)
)


@st.composite
def shapes(draw: st.DrawFn) -> Any:
    """A box on a coarse grid or off it, a star, or one with a hole."""
    x, y = 37 + draw(COORDINATE), 33.5 + draw(COORDINATE) * 0.8
    kind = draw(st.sampled_from(["box", "star", "ring"]))
    size = draw(st.integers(1, 12)) / 10
    if kind != "star":
        box = shapely.box(x, y, x + size, y + size)
        hole = shapely.box(x + size / 4, y + size / 4, x + size / 2, y + size / 2)
        return box if kind == "box" else box.difference(hole)
    radii = np.array(draw(st.lists(st.floats(0.1, 1.0), min_size=3, max_size=9)))
    turn = 2 * np.pi * np.arange(len(radii)) / len(radii)
    points = np.column_stack([np.cos(turn), np.sin(turn)]) * radii[:, None] * size
    return shapely.make_valid(shapely.Polygon(points + np.array([x, y])))


@st.composite
def daily(draw: st.DrawFn) -> dict[date, dict[str, Any]]:
    """Up to five days of A's and B's areas, which do not overlap; some days repeat the former."""
    maps: dict[date, dict[str, Any]] = {}
    sheet: dict[str, Any] = {}
    when = 0
    for _ in range(draw(st.integers(1, 5))):
        if not sheet or draw(st.booleans()):
            one = shapely.union_all(draw(st.lists(shapes(), max_size=3)))
            other = shapely.union_all(draw(st.lists(shapes(), max_size=2)))
            sheet = {"A": one, "B": other.difference(one)}
        maps[day(when)] = sheet
        when += draw(st.integers(1, 3))
    return maps


@settings(max_examples=60, deadline=None)
@given(daily(), EXTENTS, st.sampled_from([0.0, 1.0]), st.booleans(), st.integers(0, 2**32 - 1))
def test_labels_are_those_of_the_polygons_at_any_point(
    maps: dict[date, dict[str, Any]],
    extent: shapely.Geometry,
    tolerance_m: float,
    fill: bool,
    seed: int,
) -> None:
    series = series_from_maps(
        maps, extent=extent, otherwise="B" if fill else None, tolerance_m=tolerance_m
    )
    spots = shapely.points(np.random.default_rng(seed).uniform((37, 33.5), (39.5, 35.5), (60, 2)))
    spots = spots[shapely.contains_properly(extent, spots)]
    for when in series.days:
        snapshot = series.snapshot(when)
        sheet = maps[snapshot.as_of]  # type: ignore[index]
        drawn = areas(*snapshot.drawn)
        assert all(shapely.is_valid(area) for area in drawn.values())
        union = shapely.union_all(list(drawn.values()))
        assert shapely.area(union) == pytest.approx(shapely.area(extent), rel=1e-5, abs=1e-6)
        assert sum(map(shapely.area, drawn.values())) == pytest.approx(shapely.area(union))
        assert snapshot.area_km2.sum() == pytest.approx(series.mesh.total_km2)
        outlines = shapely.boundary(list(sheet.values()))
        for spot in spots:
            if shapely.distance(outlines, spot).min(initial=1) < 5e-5:
                continue
            holder = next((a for a, s in sheet.items() if shapely.contains(s, spot)), None)
            holder = holder or ("B" if fill else None)
            label = Label() if holder is None else held_by(holder)
            assert shapely.intersects(drawn[series.labels.index(label)], spot)


@settings(max_examples=60, deadline=None)
@given(st.lists(shapes(), min_size=1, max_size=6))
def test_a_cell_lies_in_a_polygon_as_a_whole_or_not_at_all(drawn: list[Any]) -> None:
    cells = overlay(drawn, BOX, tolerance_m=0)
    for i, shape in enumerate(drawn):
        km2 = float(cells.mesh.cell_km2[cells.inside(i)].sum())
        inner = shapely.intersection(shape, BOX)
        expected = geodesic_km2(inner) if shapely.area(inner) else 0.0
        assert km2 == pytest.approx(expected, rel=1e-4, abs=0.05)


SEGMENTS = st.lists(st.tuples(*[st.integers(0, 12)] * 4), min_size=1, max_size=25)


@settings(max_examples=200, deadline=None)
@given(SEGMENTS, st.booleans())
def test_noded_edges_meet_at_their_ends_only(
    segments: list[tuple[int, ...]], tighten: bool
) -> None:
    """On a grid so coarse that every crossing is rounded."""
    ends = np.array(segments, dtype=np.int64)
    outline = np.arange(len(ends))
    network = network_of(ends[:, :2], ends[:, 2:], outline, outlines=len(ends))
    if tighten:
        network = tightened(network, 1.5, np.ones(2))
    network = noded(network)
    lines = network.lines
    one, other = shapely.STRtree(lines).query(lines, predicate="intersects")
    for i, j in zip(one.tolist(), other.tolist(), strict=True):
        if i < j:
            shared = shapely.intersection(lines[i], lines[j])
            assert shared.geom_type == "Point"
            assert set(network.ends[i]) & set(network.ends[j])
    # An open line still has two ends, the same as before: where it runs an odd number of times.
    for k in range(len(ends)):
        on = network.ends[np.flatnonzero(network.members[:, [k]].toarray().ravel())]
        odd = np.flatnonzero(np.bincount(on.ravel(), minlength=1) % 2)
        assert len(odd) in {0, 2}
