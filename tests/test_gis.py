"""GIS files: the rows they are made of, and what GDAL and others read back."""

from __future__ import annotations

import json
import tempfile
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas
import numpy as np
import pyogrio
import pytest
import shapely
from gisreading import (
    ALL,
    WRITERS,
    as_days,
    assert_same,
    columns,
    expected,
    hostile_world,
    plain_shape,
    told,
    topology,
    unsplit,
    with_gdal,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import FIRST, LAST, write_world

import geofront
from geofront.errors import UnknownNameError
from geofront.render.gis import (
    LAYERS,
    interval_frame,
    interval_frames,
    write_flatgeobuf,
    write_gpkg,
    write_kepler,
    write_kml,
    write_parquet,
    write_shapefile,
    write_topojson,
)
from geofront.render.gis.layers import chosen_layers
from geofront.render.shown import shown

if TYPE_CHECKING:
    from geofront.control.series import Series


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Series:
    return hostile_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def palmyra() -> Series:
    return geofront.draw(geofront.read("palmyra-2016"))


@pytest.fixture(params=["series", "palmyra"])
def either(request: pytest.FixtureRequest) -> Series:
    found: Series = request.getfixturevalue(request.param)
    return found


# --- the rows ------------------------------------------------------------------------------------


def test_the_intervals_give_back_every_day(either: Series) -> None:
    frames = interval_frames(either)
    for snapshot in either:
        day = np.datetime64(snapshot.day)
        for name, drawn, keys in (
            ("areas", snapshot.areas, ["status", "actor", "area_km2"]),
            ("frontlines", snapshot.frontlines, ["contested", "length_km"]),
        ):
            frame = frames[name]
            then = frame[(frame["start"] <= day) & (day < frame["end"])]
            assert len(then) == len(drawn)
            for rows in (then, drawn):
                rows.geometry = rows.normalize()
            found = sorted(
                (r.geometry.wkt, *(r[k] for k in keys)) for _, r in then.fillna("").iterrows()
            )
            wanted = sorted(
                (
                    r.geometry.wkt,
                    *(r[k] if k[-2:] != "km" and k[-3:] != "km2" else round(r[k], 3) for k in keys),
                )
                for _, r in drawn.fillna("").iterrows()
            )
            assert found == wanted


def test_no_shape_stands_twice_in_a_row_and_places_have_no_gap(either: Series) -> None:
    areas = interval_frame(either, "areas").sort_values("start")
    for _, rows in areas.fillna("").groupby(["status", "actor", "contested_by"]):
        for (_, one), (_, other) in pairwise(rows.iterrows()):
            assert one["end"] <= other["start"]
            if one["end"] == other["start"]:
                assert not shapely.equals(one.geometry, other.geometry)
    places = interval_frame(either, "places")
    for _, rows in places.groupby("place_id"):
        assert rows["start"].min().date() == either.start
        assert rows["end"].max().date() == either.end + timedelta(days=1)
        assert all(a == b for a, b in zip(rows["end"][:-1], rows["start"][1:], strict=True))


def test_areas_and_fronts_name_the_statements_that_moved_them(series: Series) -> None:
    areas = interval_frame(series, "areas").sort_values(["start", "status"])
    assert areas[areas["start"] == "2020-01-01"]["event_id"].isna().all()
    on_4th = areas[areas["start"] == "2020-01-04"]
    assert set(on_4th["status"]) == {"contested", "held"}
    assert set(on_4th["event_id"]) == {"e5"}
    assert set(on_4th["source"]) == {"two"}
    contested = on_4th[on_4th["status"] == "contested"].iloc[0]
    assert contested["contested_by"] == "North|South"
    assert len(contested["colors"].split("|")) == 2
    assert contested["actor"] is None
    fronts = interval_frame(series, "frontlines")
    assert set(fronts["actors"]) == {"North|South"}
    assert "e5" in set(fronts["event_id"])


def test_an_event_lasts_as_long_as_its_date_leaves_open(series: Series) -> None:
    events = interval_frame(series, "events").set_index("event_id")
    assert events.loc["e7", "when"] == "2020-01-02/2020-01-04"
    assert [events.loc["e7", c].date() for c in ("start", "end")] == [
        date(2020, 1, 2),
        date(2020, 1, 5),
    ]


def test_sides_that_change_begin_new_rows(tmp_path: Path) -> None:
    folder = write_world(tmp_path / "world")
    (folder / "actors.csv").write_text(
        "id,side,since\nNorth,one,\nSouth,two,\nSouth,one,2020-01-06\n", encoding="utf-8"
    )
    drawn = geofront.draw(geofront.read(folder), start=FIRST, end=LAST)
    frames = interval_frames(drawn)
    for name in ("areas", "places"):
        last = frames[name][frames[name]["start"] == "2020-01-06"]
        assert set(last[last["actor"] == "South"]["side"]) == {"one"}
    assert frames["frontlines"]["end"].max().date() == date(2020, 1, 6)


def test_generalised_lines_stand_once_as_well(palmyra: Series) -> None:
    rough = palmyra.generalised(2.0)
    frames = interval_frames(rough)
    for _, rows in frames["areas"].sort_values("start").fillna("").groupby(["status", "actor"]):
        for one, other in pairwise(rows.geometry):
            assert not shapely.equals(one, other)
    for day in (rough.start, date(2016, 12, 11), rough.end):
        then = np.datetime64(day)
        areas = frames["areas"]
        shown = areas[(areas["start"] <= then) & (then < areas["end"])]
        drawn = rough.snapshot(day).areas
        assert sorted(shown.normalize().to_wkt()) == sorted(drawn.normalize().to_wkt())


def test_an_unknown_layer_is_refused(series: Series, tmp_path: Path) -> None:
    for writer, name in WRITERS.values():
        with pytest.raises(UnknownNameError, match="unknown layer 'roads'"):
            writer(series, tmp_path / name, layers=["areas", "roads"])
    assert list(tmp_path.iterdir()) == []


# --- read back -----------------------------------------------------------------------------------


def test_a_geopackage_reads_back(either: Series, tmp_path: Path) -> None:
    path = write_gpkg(either, tmp_path / "map.gpkg")
    wanted = expected(either)
    shaped = {name for name, kind in pyogrio.list_layers(path).tolist() if kind is not None}
    assert shaped == set(wanted)
    for name, rows in wanted.items():
        assert_same(with_gdal(path, name, columns(name)), rows)
        info = pyogrio.read_info(path, layer=name)
        assert info["crs"] == "EPSG:4326"
        assert info["dtypes"].tolist()[:2] == ["datetime64[D]", "datetime64[D]"]


def test_flatgeobuf_reads_back(either: Series, tmp_path: Path) -> None:
    write_flatgeobuf(either, tmp_path)
    for name, rows in expected(either).items():
        assert_same(with_gdal(tmp_path / f"{name}.fgb", name, columns(name)), rows)


def test_geoparquet_reads_back(either: Series, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs geofront[parquet]")
    write_parquet(either, tmp_path)
    for name, rows in expected(either).items():
        path = tmp_path / f"{name}.parquet"
        frame = geopandas.read_parquet(path)
        assert frame.crs == "EPSG:4326"
        assert "bbox" not in frame  # a covering is no column of its own
        values = parquet.read_table(path, columns=[c.name for c in columns(name)]).to_pylist()
        found = [
            told(columns(name), row.values(), shape)
            for row, shape in zip(values, frame.geometry, strict=True)
        ]
        assert_same(found, rows)


def test_a_shapefile_reads_back_within_its_limits(series: Series, tmp_path: Path) -> None:
    write_shapefile(series, tmp_path)
    wanted = expected(series)
    assert set(wanted) == set(ALL)
    for name, rows in wanted.items():
        found = with_gdal(tmp_path / f"{name}.shp", name, columns(name), short=True)
        for row in rows:
            if row.get("event_id") == "e4" and name == "events":
                row["note"] = "ن" * 127  # of 200 letters of two bytes each
        assert_same(found, rows)
    assert "events.note: 1 rows" in (tmp_path / "README.txt").read_text(encoding="utf-8")
    assert (tmp_path / "areas.cpg").read_text() == "UTF-8"


def test_short_names_are_short_and_differ() -> None:
    for layer in chosen_layers(LAYERS):
        names = [column.short_name for column in layer.columns]
        assert max(map(len, names)) <= 10
        assert len({name.upper() for name in names}) == len(names)


def test_topojson_reads_back_by_hand_and_by_gdal(either: Series, tmp_path: Path) -> None:
    path = write_topojson(either, tmp_path / "map.topojson")
    decoded = topology(path)
    for name, rows in unsplit(either).items():
        assert_same(as_days(decoded[name], "start", "end", "since", "reported"), rows, digits=6)
        frame = geopandas.read_file(path, layer=name)
        assert len(frame) == len(rows)
        for own, theirs in zip(decoded[name], frame.geometry, strict=True):
            assert shapely.equals_exact(own["geometry"], plain_shape(theirs), 1e-9)


def test_the_arcs_of_topojson_stand_once(palmyra: Series, tmp_path: Path) -> None:
    path = write_topojson(palmyra, tmp_path / "map.topojson")
    data = json.loads(path.read_text(encoding="utf-8"))
    lines = np.array([len(arc) for arc in data["arcs"]])
    assert (lines >= 2).all()
    seen = [tuple(map(tuple, np.cumsum(arc, axis=0).tolist())) for arc in data["arcs"]]
    assert len({min(line, line[::-1]) for line in seen}) == len(seen)
    areas = [
        abs(n) if n >= 0 else ~n
        for row in data["objects"]["areas"]["geometries"]
        for polygon in row["arcs"]
        for ring in polygon
        for n in ring
    ]
    fronts = {
        n if n >= 0 else ~n
        for row in data["objects"]["frontlines"]["geometries"]
        for line in row["arcs"]
        for n in line
    }
    assert fronts <= set(areas)  # a front line is a border of two areas
    assert len(areas) > 10 * len(seen)  # and each is used again and again


def test_kml_reads_back_with_inclusive_spans(either: Series, tmp_path: Path) -> None:
    path = write_kml(either, tmp_path / "map.kml")
    if "LIBKML" not in pyogrio.list_drivers():
        pytest.skip("this GDAL has no LIBKML")
    titles = {"areas": "Areas", "frontlines": "Front lines", "places": "Places", "events": "Events"}
    for name, rows in unsplit(either).items():
        frame = geopandas.read_file(path, layer=titles[name])
        assert len(frame) == len(rows)
        for (_, found), row in zip(frame.iterrows(), rows, strict=True):
            assert found["begin"].date() == row["start"]
            assert str(found["end"])[:19] == f"{row['end'] - timedelta(days=1)} 23:59:59"
            assert shapely.equals_exact(
                plain_shape(shapely.force_2d(found.geometry)), row["geometry"], 1e-9
            )
            for column in columns(name)[2:]:
                if column.kind == "text" and column.name != "name":
                    value = found[column.name]
                    # LIBKML gives back no text for none.
                    wanted = row[column.name]
                    assert (value if isinstance(value, str) else None) == (wanted and shown(wanted))


def test_kepler_gets_times_and_colours(either: Series, tmp_path: Path) -> None:
    write_kepler(either, tmp_path)
    for name, rows in unsplit(either).items():
        data = json.loads((tmp_path / f"kepler-{name}.geojson").read_text(encoding="utf-8"))
        assert data["provenance"] == either.provenance
        found = [
            {
                **{c.name: f["properties"][c.name] for c in columns(name)},
                "geometry": plain_shape(shapely.from_geojson(json.dumps(f["geometry"]))),
            }
            for f in data["features"]
        ]
        assert all(f["properties"]["start"].endswith("T00:00:00Z") for f in data["features"])
        starts = [f["properties"]["start"] for f in data["features"]]
        assert starts == sorted(starts)
        assert_same(as_days(found, "start", "end", "since", "reported"), rows)


def test_painted_in_order_kepler_shows_the_ground_of_every_day(palmyra: Series) -> None:
    frame = interval_frame(palmyra, "areas").sort_values("start", kind="stable")
    points = [palmyra.timeline.places[i] for i in palmyra.place_ids[::7]]
    for day in palmyra.days[::5]:
        begun = frame[frame["start"] <= np.datetime64(day)]
        today = begun[begun["end"] > np.datetime64(day)]
        for place in points:
            point = shapely.Point(place.position)
            painted = begun[begun.intersects(point)]["colors"].to_list()
            true = today[today.intersects(point)]["colors"].to_list()
            assert painted[-1:] == true[-1:]


STATEMENTS = st.lists(
    st.tuples(
        st.integers(1, 6),
        st.sampled_from(["ain", "bir", "dam", "eid"]),
        st.sampled_from(["hold", "capture", "contest", "withdrawal"]),
        st.sampled_from(["North", "South", "East"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=20)
@given(STATEMENTS)
def test_any_small_war_reads_back(statements: list[tuple[int, str, str, str]]) -> None:
    rows = [
        f"2020-01-{day:02},{place},{kind},{actor},Other\n" for day, place, kind, actor in statements
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = write_world(
            Path(name) / "world", events="".join(["date,place,kind,actor,from_actor\n", *rows])
        )
        drawn = geofront.draw(geofront.read(folder), start=FIRST, end=LAST)
        gpkg = write_gpkg(drawn, Path(name) / "map.gpkg")
        decoded = topology(write_topojson(drawn, Path(name) / "map.topojson"))
        for layer, wanted in expected(drawn).items():
            assert_same(with_gdal(gpkg, layer, columns(layer)), wanted)
            assert_same(as_days(decoded[layer], "start", "end", "since", "reported"), wanted, 6)


def test_days_before_1752_and_layers_without_rows(tmp_path: Path) -> None:
    folder = write_world(
        tmp_path / "world", events="date,place,kind,actor\n1683-09-11,ain,hold,North\n"
    )
    drawn = geofront.draw(geofront.read(folder))
    wanted = expected(drawn)
    assert wanted["frontlines"] == []
    path = write_gpkg(drawn, tmp_path / "map.gpkg")
    write_flatgeobuf(drawn, tmp_path / "fgb")
    write_shapefile(drawn, tmp_path / "shp")
    for name, rows in wanted.items():
        assert_same(with_gdal(path, name, columns(name)), rows)
        assert_same(with_gdal(tmp_path / "fgb" / f"{name}.fgb", name, columns(name)), rows)
        found = with_gdal(tmp_path / "shp" / f"{name}.shp", name, columns(name), short=True)
        assert_same(found, rows)
    assert wanted["areas"][0]["start"] == date(1683, 9, 11)


def test_maps_that_others_drew_have_no_places_and_no_events(tmp_path: Path) -> None:
    box = shapely.box(38, 34, 39, 35)
    drawn = geofront.series_from_maps(
        {"2020-01-01": {"North": box}, "2020-01-03": {"North": shapely.box(38, 34, 38.5, 35)}},
        extent=shapely.box(37.5, 33.5, 39.5, 35.5),
    )
    path = write_gpkg(drawn, tmp_path / "map.gpkg")
    wanted = expected(drawn)
    assert {name: len(rows) for name, rows in wanted.items()} == {
        "areas": 4,
        "frontlines": 0,
        "places": 0,
        "events": 0,
    }
    for name, rows in wanted.items():
        assert_same(with_gdal(path, name, columns(name)), rows)
