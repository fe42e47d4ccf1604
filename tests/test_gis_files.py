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

from geofront.errors import DataFaultsError
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
