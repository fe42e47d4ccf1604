"""GIS files: read back as they were drawn, by GDAL and others; whole or not at all."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import zipfile
from contextlib import closing
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import geopandas
import numpy as np
import pyogrio
import pytest
import shapely
from gisreading import (
    as_days,
    assert_same,
    expected,
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
from geofront.errors import DataFaultsError, UnknownNameError
from geofront.render.gis import (
    LAYERS,
    interval_frame,
    interval_frames,
    vector,
    write_flatgeobuf,
    write_gpkg,
    write_kepler,
    write_kml,
    write_parquet,
    write_shapefile,
    write_topojson,
)
from geofront.render.gis.layers import Column, chosen_layers

if TYPE_CHECKING:
    from collections.abc import Callable

    from geofront.control.series import Series

HOSTILE = "<script>alert(1)</script> ]]> \"'& \u202egnp.exe"
EVENTS = f"""id,date,place,kind,actor,from_actor,source,note,credibility,reported,geometry,standing
e1,2020-01-01,ain,hold,North,,one,=1+1,,,,
e2,2020-01-01,bir,hold,North,,one,,2,2020-01-02,,
e3,2020-01-01,dam,hold,South,,one,,,,,
e4,2020-01-03,eid,capture,South,North,two,{"ن" * 200},,,,claimed
e5,2020-01-04,bir,contest,South,North,two,,,,,
e6,2020-01-05,bir,capture,South,North,one,,,,,
e7,2020-01-02/2020-01-04,dam,strike,North,,one,,,,"LINESTRING (38 34.4, 38.2 34.3)",
e8,2020-01-04,ain,movement,South,,one,,,,"POLYGON ((38 34, 38.1 34, 38.1 34.1, 38 34))",
"""
PLACES = f"""id,name,lon,lat
ain,"{HOSTILE.replace('"', '""')}",38.0,34.0
bir,Bir,38.4,34.0
dam,=cmd|' /C calc'!A0,38.0,34.4
eid,عين,38.4,34.4
"""
ALL = ("areas", "frontlines", "places", "events", "events_lines", "events_areas")
WRITERS = {
    "gpkg": (write_gpkg, "map.gpkg"),
    "parquet": (write_parquet, "parquet"),
    "fgb": (write_flatgeobuf, "fgb"),
    "shp": (write_shapefile, "shp"),
    "kml": (write_kml, "map.kml"),
    "kmz": (write_kml, "map.kmz"),
    "topojson": (write_topojson, "map.topojson"),
    "kepler": (write_kepler, "kepler"),
}


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Series:
    folder = write_world(tmp_path_factory.mktemp("world"), events=EVENTS, places=PLACES)
    return geofront.draw(geofront.read(folder), start=FIRST, end=LAST)


@pytest.fixture(scope="module")
def palmyra() -> Series:
    return geofront.draw(geofront.read("palmyra-2016"))


@pytest.fixture(params=["series", "palmyra"])
def either(request: pytest.FixtureRequest) -> Series:
    found: Series = request.getfixturevalue(request.param)
    return found


def columns(name: str) -> tuple[Column, ...]:
    (layer,) = chosen_layers([name.partition("_")[0]])
    return layer.columns


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
                    assert (value if isinstance(value, str) else None) == row[column.name]


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
            painted = begun[begun.intersects(point)]["status"].to_list()
            true = today[today.intersects(point)]["status"].to_list()
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


# --- GeoPackage ----------------------------------------------------------------------------------


def test_a_geopackage_keeps_to_its_standard(series: Series, tmp_path: Path) -> None:
    path = write_gpkg(series, tmp_path / "map.gpkg")
    with closing(sqlite3.connect(path)) as database:
        ask = database.execute
        assert ask("PRAGMA application_id").fetchone() == (0x47504B47,)  # GPKG
        assert ask("PRAGMA user_version").fetchone() == (10300,)
        assert ask("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert ask("PRAGMA foreign_key_check").fetchall() == []
        rows = ask(
            "SELECT table_name, data_type, identifier, description, last_change, srs_id FROM gpkg_contents"
        ).fetchall()
        features = {row[0] for row in rows if row[1] == "features"}
        assert features == set(ALL)
        assert {row[0] for row in rows if row[1] == "attributes"} == {"layer_styles"}
        assert {row[4] for row in rows} == {"2020-01-06T00:00:00.000Z"}
        assert all(row[5] == 4326 for row in rows if row[1] == "features")
        assert len({row[2] for row in rows}) == len(rows)
        assert all("Drawn by geofront" in row[3] for row in rows if row[1] == "features")
        indexed = ask(
            "SELECT table_name FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'"
        ).fetchall()
        assert {name for (name,) in indexed} == features
        for name in features:
            (count,) = ask(f'SELECT count(*) FROM "{name}"').fetchone()  # noqa: S608 - our own names
            assert ask(f'SELECT count(*) FROM "rtree_{name}_geom"').fetchone() == (count,)  # noqa: S608
        registered = ask(
            "SELECT table_name FROM gpkg_extensions WHERE extension_name = 'gpkg_metadata'"
        ).fetchall()
        assert {name for (name,) in registered} == {"gpkg_metadata", "gpkg_metadata_reference"}
        metadata = dict(ask("SELECT mime_type, metadata FROM gpkg_metadata").fetchall())
        assert json.loads(metadata["application/json"])["provenance"] == series.provenance
        assert "Drawn by geofront" in metadata["text/plain"]
        described = ask("SELECT DISTINCT table_name FROM gpkg_metadata_reference").fetchall()
        assert {name for (name,) in described} == {None, *ALL}


def test_every_layer_of_a_geopackage_has_a_default_style_with_time(
    series: Series, tmp_path: Path
) -> None:
    path = write_gpkg(series, tmp_path / "map.gpkg")
    with closing(sqlite3.connect(path)) as database:
        styles = database.execute(
            "SELECT f_table_name, f_geometry_column, styleQML, useAsDefault FROM layer_styles"
        ).fetchall()
    assert [row[0] for row in styles] == list(ALL)
    for name, column, qml, default in styles:
        assert (column, default) == ("geom", 1)
        root = ET.fromstring(qml)  # noqa: S314 - our own
        temporal = root.find("temporal")
        assert temporal is not None
        assert temporal.attrib.items() >= {
            ("enabled", "1"),
            ("mode", "4"),
            ("limitMode", "0"),
            ("startExpression", 'to_datetime("start")'),
            ("endExpression", 'to_datetime("end")'),
        }
        values = {c.get("value") for c in root.iter("category")}
        if name in {"areas", "places"}:
            assert values == {"North", "South", "North|South", "unknown"}
        symbols = {s.get("name") for s in root.findall("renderer-v2/symbols/symbol")}
        assert symbols == {c.get("symbol") for c in root.iter("category")}


def test_a_geopackage_holds_a_project_that_names_the_file(series: Series, tmp_path: Path) -> None:
    path = write_gpkg(series, tmp_path / "a & b.gpkg", layers=["areas", "places"])
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT name, content FROM qgis_projects").fetchall()
    ((name, content),) = rows
    assert name == "map"
    packed = tmp_path / "project.qgz"
    packed.write_bytes(bytes.fromhex(content))
    with zipfile.ZipFile(packed) as archive:
        root = ET.fromstring(archive.read("project.qgs"))  # noqa: S314 - our own
    sources = [e.text for e in root.iter("datasource")]
    assert sources == ["./a & b.gpkg|layername=areas", "./a & b.gpkg|layername=places"]
    assert [e.text for e in root.findall("ProjectTimeSettings/TemporalRange/*")] == [
        "2020-01-01T00:00:00Z",
        "2020-01-07T00:00:00Z",
    ]


@pytest.mark.parametrize("name", WRITERS)
def test_the_same_series_gives_the_same_bytes(series: Series, tmp_path: Path, name: str) -> None:
    writer, target = WRITERS[name]
    if name == "parquet":
        pytest.importorskip("pyarrow", reason="needs geofront[parquet]")
    made = []
    for again in ("one", "other"):
        writer(series, tmp_path / again / target)
        files = sorted(p for p in (tmp_path / again).rglob("*") if p.is_file())
        made.append({p.relative_to(tmp_path / again): p.read_bytes() for p in files})
    assert made[0] == made[1]
    assert made[0]
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


# --- texts, limits, kills ------------------------------------------------------------------------


def test_hostile_texts_are_texts_in_kml(series: Series, tmp_path: Path) -> None:
    path = write_kml(series, tmp_path / "map.kml")
    root = ET.parse(path).getroot()  # noqa: S314 - our own
    space = {"k": "http://www.opengis.net/kml/2.2"}
    tags = {e.tag for e in root.iter()}
    assert not any(tag.endswith("}script") for tag in tags)
    (folder,) = [
        f
        for f in root.iterfind(".//k:Folder", space)
        if f.findtext("k:name", "", space) == "Places"
    ]
    names = {p.findtext("k:name", "", space) for p in folder.iterfind("k:Placemark", space)}
    assert HOSTILE.replace("\u202e", "") in names
    raw = {e.text for e in folder.iterfind(".//k:SimpleData", space) if e.get("name") == "name"}
    assert {HOSTILE, "=cmd|' /C calc'!A0", "عين"} <= raw
    # Balloons read their content as HTML: it must not hold a tag.
    for description in root.iterfind(".//k:description", space):
        assert "<" not in (description.text or "")


def test_kml_keeps_to_the_order_of_its_schema(series: Series, tmp_path: Path) -> None:
    root = ET.parse(write_kml(series, tmp_path / "map.kml")).getroot()  # noqa: S314 - our own
    order = ["name", "description", "TimeSpan", "styleUrl", "ExtendedData"]
    styles = {e.get("id") for e in root.iter("{http://www.opengis.net/kml/2.2}Style")}
    for mark in root.iter("{http://www.opengis.net/kml/2.2}Placemark"):
        tags = [child.tag.partition("}")[2] for child in mark]
        assert tags[:-1] == order
        assert tags[-1] in {"MultiGeometry", "Polygon", "LineString", "Point"}
        url = mark.findtext("{http://www.opengis.net/kml/2.2}styleUrl", "")
        assert url.removeprefix("#") in styles


def test_kmz_brings_its_own_icon(series: Series, tmp_path: Path) -> None:
    plain = write_kml(series, tmp_path / "map.kml").read_text(encoding="utf-8")
    assert "<href>" not in plain
    with zipfile.ZipFile(write_kml(series, tmp_path / "map.kmz")) as archive:
        assert archive.namelist() == ["doc.kml", "dot.png"]
        document = archive.read("doc.kml").decode()
        assert archive.read("dot.png").startswith(b"\x89PNG")
    hrefs = set(part.partition("</href>")[0] for part in document.split("<href>")[1:])
    assert hrefs == {"dot.png"}


def test_geoparquet_says_what_it_is(series: Series, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs geofront[parquet]")
    write_parquet(series, tmp_path)
    metadata = parquet.read_metadata(tmp_path / "areas.parquet").metadata
    geo = json.loads(metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    column = geo["columns"][geo["primary_column"]]
    assert column["geometry_types"] == ["MultiPolygon"]
    assert column["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    areas = interval_frame(series, "areas")
    assert column["bbox"] == pytest.approx(areas.total_bounds)
    assert json.loads(metadata[b"geofront"])["provenance"] == series.provenance
    near = geopandas.read_parquet(tmp_path / "places.parquet", bbox=(37.9, 33.9, 38.1, 34.1))
    assert set(near["place_id"]) == {"ain"}


def test_styles_lie_beside_the_layers_under_the_names_of_their_columns(
    series: Series, tmp_path: Path
) -> None:
    for writer in (write_flatgeobuf, write_shapefile):
        folder = tmp_path / writer.__name__
        writer(series, folder)
        assert {p.stem for p in folder.glob("*.qml")} == set(ALL)
        assert json.loads((folder / "provenance.json").read_text())["provenance"]
    short = (tmp_path / "write_shapefile" / "areas.qml").read_text(encoding="utf-8")
    assert "contest_by" in short
    assert "contested_by" not in short


def test_a_shapefile_beyond_two_gigabytes_is_refused(
    series: Series, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_shapefile(series, tmp_path)
    former = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    monkeypatch.setattr(vector, "SHAPEFILE_BYTES", 1000)
    with pytest.raises(DataFaultsError, match=r"areas\.shp: would be larger than the 2 GB"):
        write_shapefile(series, tmp_path)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == former


@pytest.mark.parametrize("name", WRITERS)
def test_a_write_that_fails_leaves_the_former_file(
    series: Series, tmp_path: Path, name: str
) -> None:
    writer, target = WRITERS[name]
    if name == "parquet":
        pytest.importorskip("pyarrow", reason="needs geofront[parquet]")

    def breaking(days: object) -> list[date]:
        raise KeyboardInterrupt

    writer(series, tmp_path / target)
    former = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    with pytest.raises(KeyboardInterrupt):
        writer(series, tmp_path / target, layers=["frontlines", "places"], progress=breaking)
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == former


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a system with SIGKILL")
@pytest.mark.parametrize("name", ["gpkg", "shp"])
def test_a_killed_write_leaves_the_former_file(series: Series, tmp_path: Path, name: str) -> None:
    writer, target = WRITERS[name]
    writer(series, tmp_path / "out" / target)
    former = {p: p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()}
    script = textwrap.dedent(f"""
        import os, signal, sys, time, geofront
        from geofront.render import gis

        def stopping(days):
            yield from list(days)[:8]
            print("under way", flush=True)
            time.sleep(60)

        series = geofront.draw(geofront.read("palmyra-2016"))
        gis.{writer.__name__}(series, sys.argv[1], layers=["places", "frontlines", "areas"],
            progress=stopping)
    """)
    with subprocess.Popen(
        [sys.executable, "-c", script, tmp_path / "out" / target], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"under way\n"
        os.kill(process.pid, signal.SIGKILL)
    for path, content in former.items():
        assert path.read_bytes() == content
    # What was under way lies in a hidden folder, of which nothing is taken for a result.
    visible = {p for p in (tmp_path / "out").rglob("*") if p.is_file()} - set(former)
    assert all(any(part.startswith(".") for part in p.relative_to(tmp_path).parts) for p in visible)
