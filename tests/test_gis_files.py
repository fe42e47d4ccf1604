"""GIS files: their standards, styles and metadata; texts as texts; whole or not at all."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import zipfile
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import geopandas
import pyogrio
import pytest
from gisreading import (
    ALL,
    HOSTILE,
    WRITERS,
    hostile_world,
)
from worlds import write_world

import geofront
from geofront.errors import DataFaultsError, OutputError
from geofront.events.actor import Actors
from geofront.files.whole import _machine
from geofront.render.geojson.writer import series_geojson
from geofront.render.gis import (
    interval_frame,
    vector,
    write_flatgeobuf,
    write_gpkg,
    write_kml,
    write_parquet,
    write_shapefile,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from geofront.control.series import Series


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Series:
    return hostile_world(tmp_path_factory.mktemp("world"))


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
            "SELECT table_name, data_type, identifier, description, last_change, srs_id"
            " FROM gpkg_contents"
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
    shown = HOSTILE.replace("\u202e", "⟨U+202E⟩")
    assert shown in names
    raw = {e.text for e in folder.iterfind(".//k:SimpleData", space) if e.get("name") == "name"}
    assert {shown, "=cmd|' /C calc'!A0", "عين"} <= raw
    assert "\u202e" not in path.read_text("utf-8")
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
    hrefs = {part.partition("</href>")[0] for part in document.split("<href>")[1:]}
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

    def breaking(days: Iterable[date]) -> list[date]:
        next(iter(days))
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


# --- errors name the file, leftovers go ----------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="needs limits of processes")
@pytest.mark.parametrize("name", [*WRITERS, "png", "html", "geojson"])
def test_a_full_disk_is_told_of_the_file_that_was_asked_for(tmp_path: Path, name: str) -> None:
    """A limit on the size of files stands for a full disk."""
    if name == "parquet":
        pytest.importorskip("pyarrow", reason="needs geofront[parquet]")
    if name == "png":
        pytest.importorskip("matplotlib", reason="needs geofront[plots]")
    target = {"png": "map.png", "html": "map.html", "geojson": "out"}.get(name) or WRITERS[name][1]
    script = textwrap.dedent("""
        import resource, sys, geofront
        from geofront.render.formats import write
        series = geofront.draw(geofront.read("palmyra-2016"), end="2016-12-12")
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        try:
            write(series, sys.argv[1], sys.argv[2])
        except OSError as error:
            print(error.filename)
            print(error.strerror)
    """)
    form = {"kmz": "kml"}.get(name, name)
    ran = subprocess.run(
        [sys.executable, "-c", script, tmp_path / target, form],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    named, reason = ran.stdout.splitlines()[:2]
    assert named.startswith(str(tmp_path / target))
    assert ".part-" not in named + reason
    assert reason
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_a_folder_in_the_place_of_the_file_is_named(series: Series, tmp_path: Path) -> None:
    (tmp_path / "map.gpkg" / "mine").mkdir(parents=True)
    with pytest.raises(OSError, match="directory") as raised:
        write_gpkg(series, tmp_path / "map.gpkg")
    assert raised.value.filename == str(tmp_path / "map.gpkg")


def test_what_killed_writers_left_goes_with_the_next_one(series: Series, tmp_path: Path) -> None:
    gone = 2**22 + 1  # more than any process is numbered
    here, there = _machine(), "0" * 8
    stale = [f".map.gpkg.part-{here}-{gone}-a1", f".x.kml.part-{there}-{gone}-b2"]
    kept = [f".map.gpkg.part-{here}-{os.getpid()}-c3", f".x.kml.part-{there}-{gone}-d4", ".mine"]
    for name in (*stale, *kept):
        (tmp_path / name).mkdir()
        (tmp_path / name / "map.gpkg").write_bytes(b"half")
    long_ago = (tmp_path / stale[0]).stat().st_mtime - 3700
    for path in (tmp_path / stale[1], tmp_path / stale[1] / "map.gpkg"):
        os.utime(path, (long_ago, long_ago))
    write_kml(series, tmp_path / "map.kml")
    assert {p.name for p in tmp_path.iterdir()} == {*kept, "map.kml"}


def test_a_long_arabic_name_of_a_file_has_room_for_its_temporary(
    series: Series, tmp_path: Path
) -> None:
    path = write_kml(series, tmp_path / f"{'خ' * 120}.kml")
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.skipif(os.name != "posix", reason="needs a system with SIGTERM")
def test_a_program_told_to_end_leaves_nothing_behind(tmp_path: Path) -> None:
    script = textwrap.dedent("""
        import sys, time
        from geofront.cli import main
        from geofront.render.gis import tables

        def slowly(*args, **options):
            print("under way", flush=True)
            time.sleep(60)
            yield 0

        import geofront.render.gis.geopackage as geopackage
        geopackage.write_table = slowly
        main(["map", "palmyra-2016", "--to", "2016-12-12", "-o", sys.argv[1]])
    """)
    with subprocess.Popen(
        [sys.executable, "-c", script, tmp_path / "map.gpkg"], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"under way\n"
        assert [p.name[:15] for p in tmp_path.iterdir()] == [".map.gpkg.part-"]
        process.terminate()
        assert process.wait(30) == 128 + signal.SIGTERM
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", WRITERS)
def test_a_name_of_another_kind_is_refused(series: Series, tmp_path: Path, name: str) -> None:
    writer, target = WRITERS[name]
    wrong = "map.tif" if "." in target else "map.shp"
    with pytest.raises(OutputError, match=f"{wrong} is "):
        writer(series, tmp_path / wrong)
    assert not list(tmp_path.iterdir())


def test_control_characters_do_not_spoil_the_xml_of_qgis(tmp_path: Path) -> None:
    world = write_world(tmp_path / "world")
    timeline = geofront.read(world)
    actors = Actors(replace(actor, name=f"{actor.name}\x0b\u202e") for actor in timeline.actors)
    about = replace(timeline.about, title="A\x00war \u202eraw")
    series = geofront.draw(replace(timeline, actors=actors, about=about))
    path = write_gpkg(series, tmp_path / "map.gpkg")
    with closing(sqlite3.connect(path)) as database:
        styles = [row[0] for row in database.execute("SELECT styleQML FROM layer_styles")]
        ((content,),) = database.execute("SELECT content FROM qgis_projects").fetchall()
    packed = tmp_path / "project.qgz"
    packed.write_bytes(bytes.fromhex(content))
    with zipfile.ZipFile(packed) as archive:
        project = archive.read("project.qgs").decode()
    for text in (*styles, project, write_kml(series, tmp_path / "m.kml").read_text("utf-8")):
        ET.fromstring(text.partition("\n")[2] if text.startswith("<!DOCTYPE") else text)  # noqa: S314
        assert "\u202e" not in text
    assert ET.fromstring(project).findtext("title") == "A\ufffdwar ⟨U+202E⟩raw"  # noqa: S314


# --- imprecise dates -----------------------------------------------------------------------------


def test_imprecise_events_lie_within_the_span(tmp_path: Path) -> None:
    """A range is cut to the span; a road of an event outside makes no layer."""
    road = '"LINESTRING (38 34.4, 38.2 34.3)"'
    events = (
        "id,date,place,kind,actor,geometry\n"
        "e0,2020-01-01,ain,hold,North,\n"
        "before,2019-12-20/2020-01-03,bir,strike,North,\n"
        "after,2020-01-05/2020-02-20,bir,strike,North,\n"
        f"early,2019-12-20,bir,strike,North,{road}\n"
        f"late,2020-03-01,bir,strike,North,{road}\n"
    )
    timeline = geofront.read(write_world(tmp_path / "world", events=events))
    series = geofront.draw(timeline, start="2020-01-02", end="2020-01-06")
    path = write_gpkg(series, tmp_path / "map.gpkg")
    layers = set(pyogrio.list_layers(path)[:, 0])
    assert layers == {"areas", "frontlines", "places", "events", "layer_styles"}
    frame = interval_frame(series, "events")
    told = {
        row.event_id: (f"{row.start:%Y-%m-%d}", f"{row.end:%Y-%m-%d}") for row in frame.itertuples()
    }
    assert told == {
        "before": ("2020-01-02", "2020-01-04"),
        "after": ("2020-01-05", "2020-01-07"),
    }
    data = json.loads(series_geojson(series))
    properties = [f["properties"] for f in data["features"]]
    again = {p["event_id"]: (p["start"], p["end"]) for p in properties if p["layer"] == "event"}
    assert again == told
