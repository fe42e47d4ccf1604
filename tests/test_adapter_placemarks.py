"""Placemarks: KML, KMZ, GeoJSON and GPX read as places, and as events where they say so."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, time
from time import process_time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

import geofront
from geofront.adapters import reader
from geofront.adapters.placemarks import Placemarks, read_placemarks
from geofront.adapters.placemarks.mark import plain_text
from geofront.adapters.placemarks.times import date_cells
from geofront.cli import main
from geofront.errors import DataFaultsError, DateError, GeofrontError

if TYPE_CHECKING:
    from pathlib import Path

KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"
  xmlns:atom="http://www.w3.org/2005/Atom"><Document><name>Front map</name>
<atom:author><atom:name>A. Cartographer</atom:name></atom:author>
<Style id="red"><IconStyle><color>ff0000ff</color></IconStyle></Style>
<Folder><name>Strikes</name>
 <Placemark id="p1"><name>Bir</name><description><![CDATA[<b>Hit</b> at dawn<br>by &amp; by
  <script>alert("x")</script><a href="https://example.org">film</a>]]></description>
  <TimeStamp><when>2020-01-03T23:30:00Z</when></TimeStamp><styleUrl>#red</styleUrl>
  <Point><coordinates>38.4, 34.0, 0</coordinates></Point></Placemark>
 <Placemark><name>Wood</name><TimeSpan><begin>2020-01-03</begin><end>2020-01-05</end></TimeSpan>
  <Polygon><outerBoundaryIs><LinearRing><coordinates>
   38,34 38.1,34 38.1,34.1 38,34.1 38,34</coordinates></LinearRing></outerBoundaryIs>
  <innerBoundaryIs><LinearRing><coordinates>38.04,34.04 38.06,34.04 38.06,34.06 38.04,34.06
   </coordinates></LinearRing></innerBoundaryIs></Polygon></Placemark>
</Folder>
<Folder><name>Towns</name>
 <Placemark><name>Ain</name><TimeSpan><begin>2020-01-01</begin><end>2020-02-01</end></TimeSpan>
  <ExtendedData><Data name="Kind"><value>hold</value></Data><Data name="ACTOR">
  <value>North</value></Data><SchemaData schemaUrl="#s"><SimpleData name="Population">1200
  </SimpleData></SchemaData><Data name="credibility"><value>high</value></Data></ExtendedData>
  <Point><coordinates>38.0,34.0</coordinates></Point></Placemark>
 <Placemark><name>Dam</name><MultiGeometry><Point><coordinates>38.0,34.4</coordinates></Point>
  </MultiGeometry></Placemark>
 <Placemark><name>Dam</name><Point><coordinates>38.0,34.4,17</coordinates></Point></Placemark>
 <Placemark><Point><coordinates>38.4,34.4</coordinates></Point></Placemark>
 <Placemark><name>Road</name><LineString><coordinates>38,34 38,35</coordinates></LineString>
 </Placemark>
 <Placemark><name>Null</name><Point><coordinates>0,0,0</coordinates></Point></Placemark>
 <Placemark><name>Words</name><Point><coordinates>here</coordinates></Point></Placemark>
 <Placemark><name>Half</name><Point><coordinates>38</coordinates></Point></Placemark>
 <Placemark><name>Far</name><Point><coordinates>38,134</coordinates></Point></Placemark>
 <Placemark><name>NaN</name><Point><coordinates>nan,34</coordinates></Point></Placemark>
 <Placemark><name>Address</name><address>1 Road</address></Placemark>
</Folder>
<NetworkLink><name>more</name><Link><href>http://127.0.0.1:9/more.kml</href></Link></NetworkLink>
<GroundOverlay><name>picture</name><Icon><href>http://127.0.0.1:9/a.png</href></Icon>
</GroundOverlay></Document></kml>
"""
GPX = """<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">
<metadata><name>Walk</name><copyright author="B. Walker"><license>CC-BY-4.0</license></copyright>
</metadata>
<wpt lat="34.5" lon="38.2"><ele>400</ele><time>2020-01-02T10:00:00Z</time><name>Well</name>
<desc>Dry &amp;amp; deep</desc><sym>Water</sym></wpt>
<wpt lat="0" lon="0"><name>Zero</name></wpt><wpt lat="x" lon="38"><name>X</name></wpt>
<wpt lon="38"/><rte><name>way</name></rte><trk><name>path</name><trkseg><trkpt lat="1" lon="2"/>
</trkseg></trk></gpx>
"""


def saved(folder: Path, content: str | bytes, name: str = "map.kml") -> Path:
    data = content.encode() if isinstance(content, str) else content
    (folder / name).write_bytes(data)
    return folder / name


def packed(content: str, name: str = "doc.kml") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("files/other.kml", "<kml/>")
        archive.writestr(name, content)
    return made.getvalue()


def feature(name: str | None, at: object, **properties: object) -> dict[str, Any]:
    shape = {"type": "Point", "coordinates": at} if isinstance(at, list) else at
    named = properties if name is None else {"name": name, **properties}
    return {"type": "Feature", "properties": named, "geometry": shape}


def collection(*features: object, **more: object) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features, **more})


def test_kml_says_what_is_kept_mended_and_dropped(tmp_path: Path) -> None:
    imported = read_placemarks(saved(tmp_path, KML), kinds={"Strikes": "strike"})
    report = imported.report
    assert (report.read, report.kept) == (15, 6)
    assert dict(report.dropped) == {
        "a network link is not followed": 1,
        "an overlay is a picture, no place": 1,
        "it has no position": 2,
        "its position is no number": 2,
        "its position is nowhere on Earth": 2,
        "the same name stands at the same position already": 1,
    }
    assert dict(report.mended) == {
        "data called credibility that say something else were set apart": 1,
        "lines and areas became a place on them, with a radius": 2,
        "places without a name were named by their position": 1,
    }
    first = {e.reason: (e.row, e.value) for e in reversed(report.examples)}
    assert first["a network link is not followed"] == (14, "http://127.0.0.1:9/more.kml")
    assert first["it has no position"] == (8, "Null")
    assert any("no licence" in note for note in report.notes)


def test_kml_becomes_places_and_events(tmp_path: Path) -> None:
    path = saved(tmp_path, KML)
    imported = read_placemarks(path, kinds="strikes=strike", timezone="Asia/Damascus")
    timeline = imported.timeline
    assert timeline is not None
    assert (timeline.title, timeline.about.attribution) == ("Front map", "A. Cartographer")
    hold, strike, fire = timeline.events
    assert (hold.kind, hold.actors, hold.date.text) == ("hold", ("North",), "2020-01-01")
    assert hold.extra["until"] == "2020-02-01"
    assert hold.extra["population"] == "1200"
    assert hold.extra["credibility_told"] == "high"
    assert hold.credibility is None
    assert (strike.day, strike.time) == (date(2020, 1, 4), time(1, 30))  # in Damascus
    assert strike.note == "Hit at dawn\nby & by film"
    assert strike.extra["folder"] == "Front map/Strikes"
    assert fire.date.text == "2020-01-03/2020-01-05"
    assert fire.geometry_wkt.startswith("POLYGON ((38 34, 38.1 34")
    wood = timeline.places[fire.place_id]
    corners = [(38, 34), (38.1, 34), (38.1, 34.1), (38, 34.1)]
    far = max(Geod(ellps="WGS84").inv(wood.lon, wood.lat, *c)[2] / 1000 for c in corners)
    assert wood.radius_km == pytest.approx(far, abs=0.001)
    assert not (38.04 < wood.lon < 38.06 and 34.04 < wood.lat < 34.06)  # not in its hole
    named = {place.name: place for place in imported.places}
    assert list(named) == ["Bir", "Wood", "Ain", "Dam", "34.4000, 38.4000", "Road"]
    assert named["Road"].radius_km == pytest.approx(55.5, abs=1)
    assert named["Dam"].source == "map.kml"
    assert {place.id for place in imported.places} <= {place.id for place in timeline.gazetteer}
    history = geofront.replay(timeline)
    assert history.status("ain", date(2020, 1, 4)).label.actors == ("North",)
    geofront.draw(timeline)


def test_a_kmz_a_bom_and_another_encoding_read_the_same(tmp_path: Path) -> None:
    plain = read_placemarks(saved(tmp_path, KML)).places
    sixteen = KML.replace("UTF-8", "UTF-16").encode("utf-16")
    for name, data in (
        ("a.kmz", packed(KML)),
        ("b.kml", b"\xef\xbb\xbf" + KML.encode()),
        ("c.kml", sixteen),
        ("d.txt", KML.replace("http://www.opengis.net/kml/2.2", "http://earth.google.com/kml/2.0")),
    ):
        found = read_placemarks(saved(tmp_path, data, name)).places
        assert [(p.id, p.lon, p.lat) for p in found] == [(p.id, p.lon, p.lat) for p in plain]


def test_without_meanings_placemarks_are_places(tmp_path: Path) -> None:
    text = KML.replace('"Kind"', '"sort"')
    imported = read_placemarks(saved(tmp_path, text))
    assert imported.timeline is None
    assert imported.report.mended["placemarks with a date but no kind became places"] == 3
    assert any("Strikes (2)" in note for note in imported.report.notes)
    times = {place.name: place.extra.get("time_told") for place in imported.places}
    assert times["Wood"] == "2020-01-03/2020-01-05"
    files = imported.write(tmp_path / "out")
    assert [file.name for file in files] == ["places.csv", "import-report.json"]
    events = saved(tmp_path, "date,place,kind,actor\n2020-01-01,Ain,hold,North\n", "events.csv")
    timeline = geofront.read(events, places=[files[0]])
    assert timeline.events[0].place_id == "ain"
    assert 7 < timeline.place("Wood").radius_km < 15


def test_folders_and_data_may_mean_actors(tmp_path: Path) -> None:
    content = collection(
        feature("Ain", [38.0, 34.0], Type="seized", When="2020-01-05", Faction="Northern Army"),
        feature("Bir", [38.4, 34.0], Type="seized", When="soon", Faction="Northern Army"),
        feature("Dam", [38.0, 34.4], Type="seized", When="2020-01-06"),
        feature("Eid", [38.4, 34.4], Type="seized", Faction="Northern Army"),
    )
    imported = read_placemarks(
        saved(tmp_path, content, "x.json"),
        kinds={"seized": "capture"},
        actors="Northern Army=north",
        columns="date=When,kind=Type,actor=Faction",
        licence="CC0-1.0",
        title="Mine",
    )
    assert imported.timeline is not None
    assert [(e.kind, e.actors, e.place_id) for e in imported.timeline.events] == [
        ("capture", ("north",), "ain")
    ]
    assert dict(imported.report.mended) == {
        "placemarks with a kind but a date that is not understood became places": 1,
        "placemarks with a kind but no actor became places": 1,
        "placemarks with a kind but no date became places": 1,
    }
    assert imported.report.kept == 4
    assert {place.licence for place in imported.places} == {"CC0-1.0"}
    assert (imported.about.title, imported.about.licence) == ("Mine", "CC0-1.0")
    files = imported.write(tmp_path / "out")
    assert "events.csv" in {file.name for file in files}
    again = geofront.read(tmp_path / "out")
    assert again.place("Dam").lon == 38.0


def test_geojson_says_what_is_kept_and_dropped(tmp_path: Path) -> None:
    square = {"type": "Polygon", "coordinates": [[[38, 34], [38.2, 34], [38, 34.2], [38, 34]]]}
    content = collection(
        feature("Ain", [38.0, 34.0, 5], description="<p>One</p><p>Two &lt;3</p>", x=[{"a": 1}])
        | {"id": 7},
        feature("Ain", [38.1, 34.0], id="7"),
        feature(None, [38.4, 34.0], title="Bir", radius_km="wide", aliases=["Beer", "بئر"]),
        feature("Area", square, radius_km="3"),
        feature("Null", None),
        feature("Zero", [0, 0.0]),
        feature("Far", [200, 34]),
        feature("Bad", {"type": "Point", "coordinates": ["a", "b"]}),
        "words",
        {"type": "Other"},
        name="Layer",
        crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
    )
    imported = read_placemarks(saved(tmp_path, content, "map.geojson"))
    assert (imported.report.read, imported.report.kept) == (10, 4)
    assert dict(imported.report.dropped) == {
        "it has no position": 2,
        "it is no feature": 2,
        "its position is no number": 1,
        "its position is nowhere on Earth": 1,
    }
    assert dict(imported.report.mended) == {
        "ids that stand twice were left out": 1,
        "lines and areas became a place on them, with a radius": 1,
        "radii that are no distance in km were left out": 1,
    }
    ain, other, bir, area = imported.places
    assert (ain.id, ain.extra["description"], ain.extra["x"]) == ("7", "One\nTwo <3", '[{"a": 1}]')
    assert other.id == "ain@38.10000,34.00000"
    assert (bir.name, bir.aliases, bir.radius_km) == ("Bir", ("Beer", "بئر"), 1.0)
    assert area.radius_km == 3
    assert imported.about.title == "Layer"


def test_gpx_has_places_whose_time_is_no_date(tmp_path: Path) -> None:
    path = saved(tmp_path, GPX, "walk.gpx")
    imported = read_placemarks(path, kinds="*=clash")
    assert imported.timeline is None
    assert (imported.report.read, imported.report.kept) == (6, 1)
    assert dict(imported.report.dropped) == {
        "a track or route is no place": 2,
        "it has no position": 2,
        "its position is no number": 1,
    }
    (well,) = imported.places
    assert (well.name, well.lon, well.lat) == ("Well", 38.2, 34.5)
    assert well.extra["recorded"] == "2020-01-02T10:00:00Z"
    assert well.extra["description"] == "Dry & deep"
    assert (imported.about.title, imported.about.licence) == ("Walk", "CC-BY-4.0")
    assert imported.about.attribution == "B. Walker"
    wanted = read_placemarks(path, kinds="Water=clash", columns="date=recorded")
    assert wanted.timeline is not None
    assert wanted.timeline.events[0].time == time(10, 0)


def test_several_files_are_one_import(tmp_path: Path) -> None:
    paths = [saved(tmp_path, KML), saved(tmp_path, GPX, "walk.gpx"), saved(tmp_path, KML, "b.kml")]
    imported = read_placemarks(paths, kinds="Strikes=strike")
    assert (imported.report.read, imported.report.kept) == (36, 10)
    assert imported.report.dropped["the same name stands at the same position already"] == 5
    assert imported.timeline is not None
    assert len(imported.timeline.events) == 6


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS pointer"),
        ("name,lon,lat\nAin,38,34\n", "neither KML, KMZ, GeoJSON nor GPX"),
        ("<html><body/></html>", r"neither .* \(its root is html\)"),
        ("<kml><Placemark>", "is no valid XML"),
        ("<kml/>", "gave nothing to import"),
        ('{"a": 1}', r"no GeoJSON of features \(found: a\)"),
        ("[1", "is not JSON"),
        ('[{"date": "1/2/2020", "lat": "1"}]', "imported as timemap"),
        (collection(crs={"properties": {"name": "EPSG:3857"}}), "not in degrees"),
        (collection(), "gave nothing to import"),
        ("<kml>" + "<Folder>" * 300 + "</Folder>" * 300 + "</kml>", "nested too deeply"),
    ],
)
def test_other_files_are_told_for_what_they_are(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(DataFaultsError, match=message):
        read_placemarks(saved(tmp_path, content))


def test_a_bomb_of_entities_is_refused_at_once(tmp_path: Path) -> None:
    declared = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY e0 "boom">{declared}]>'
    start = process_time()
    for root in ("kml", "gpx"):
        with pytest.raises(DataFaultsError, match="declares entities"):
            read_placemarks(saved(tmp_path, f"{bomb}<{root}><name>&e11;</name></{root}>"))
    assert process_time() - start < 2


def test_nothing_outside_the_file_is_read(tmp_path: Path) -> None:
    secret = saved(tmp_path, "secret", "secret.txt")
    text = (
        f'<!DOCTYPE kml [<!ENTITY x SYSTEM "{secret.as_uri()}">]><kml><Placemark><name>&x;</name>'
        "<Point><coordinates>1,2</coordinates></Point></Placemark></kml>"
    )
    with pytest.raises(DataFaultsError, match="declares entities"):
        read_placemarks(saved(tmp_path, text))
    outside = f'<!DOCTYPE kml SYSTEM "{secret.as_uri()}">' + KML.partition("?>")[2].lstrip()
    assert len(read_placemarks(saved(tmp_path, outside)).places) == 6


def test_archives_that_are_none_or_never_end_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.shp", "x")
    with pytest.raises(DataFaultsError, match="an archive without KML"):
        read_placemarks(saved(tmp_path, made.getvalue(), "a.kmz"))
    with pytest.raises(DataFaultsError, match="cannot be unpacked"):
        read_placemarks(saved(tmp_path, packed(KML)[:-200], "a.kmz"))
    monkeypatch.setattr("geofront.adapters.placemarks.kml.LARGEST", 1 << 20)
    with pytest.raises(DataFaultsError, match="larger than 1 MiB when unpacked"):
        read_placemarks(saved(tmp_path, packed(KML + " " * (1 << 20)), "a.kmz"))


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain text, 3 < 4", "plain text, 3 < 4"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("a<br/>b<BR>c", "a\nb\nc"),
        ("x<style>p{}</style><script>evil()</script>y", "xy"),
        ("&#1578;&amp;&nbsp;<i>z</i>", "ت& z"),
        ("<p>one  \n two</p>\n\n<ul><li>three</ul>", "one two\nthree"),
        ("<b onclick=alert(1)>bold</b><img src=x onerror=y>", "bold"),
        ("<!-- hidden -->seen", "seen"),
    ],
)
def test_descriptions_become_plain_text(markup: str, text: str) -> None:
    assert plain_text(markup) == text


def test_the_time_that_a_description_takes_grows_with_its_length_alone() -> None:
    start = process_time()
    for piece in ("<b", "<!--", "</", "<i> ", "&#1;", "<b>\n ", "<script>"):
        plain_text(piece * 100_000)
    assert process_time() - start < 10


@pytest.mark.parametrize(
    ("start", "end", "kind", "cells"),
    [
        ("2020-01", "2020-01", "strike", {"date": "2020-01", "time": ""}),
        ("2020", "2020", "hold", {"date": "2020", "time": ""}),
        ("2020-01-01", "2020-01-09", "capture", {"date": "2020-01-01/2020-01-09"}),
        ("2020-01-01", "2020-01-09", "hold", {"date": "2020-01-01", "until": "2020-01-09"}),
        ("2020-01-01", "", "hold", {"date": "2020-01-01", "until": ""}),
        ("2020-01-01", "", "strike", {"date": "2020-01-01"}),
        ("", "2020-01-09", "strike", {"date": "../2020-01-09"}),
        ("", "2020-01-09", "siege", {"date": "2020-01-09", "until": "2020-01-09"}),
    ],
)
def test_spans_of_time(start: str, end: str, kind: str, cells: dict[str, str]) -> None:
    assert date_cells(start, end, kind, ZoneInfo("Asia/Damascus")) == cells


def test_moments_are_told_in_the_zone() -> None:
    damascus = ZoneInfo("Asia/Damascus")
    told = date_cells("2020-01-01T22:30:00Z", "2020-01-02T01:00:00+02:00", "strike", damascus)
    assert told == {"date": "2020-01-02"}  # both on the second, there
    at = "2020-07-01T22:30:00"
    assert date_cells(at, at, "strike", damascus) == {"date": "2020-07-01", "time": "22:30"}
    for wrong in ("2020-13", "2020-01-01T25:00:00", "yesterday"):
        with pytest.raises(DateError):
            date_cells(wrong, wrong, "strike", damascus)
    with pytest.raises(DateError, match="ends before"):
        date_cells("2020-02-01", "2020-01-01", "strike", damascus)


WORDS = st.sampled_from(
    ["kml", "gpx", "Document", "Folder", "Placemark", "name", "Point", "coordinates", "Polygon"]
)
WORDS |= st.sampled_from(["outerBoundaryIs", "LinearRing", "MultiGeometry", "wpt", "TimeSpan"])
WORDS |= st.sampled_from(["begin", "when", "TimeStamp", "ExtendedData", "Data", "value", "Track"])
XML = st.recursive(
    st.sampled_from(["38,34", "38,34 39,35 38,36", "nan,1", "1e999,2", "x", "2020-01-01", ""]),
    lambda inner: st.builds(
        lambda tag, parts: f'<{tag} name="kind" lat="3" lon="4">{"".join(parts)}</{tag}>',
        WORDS,
        st.lists(inner, max_size=3),
    ),
    max_leaves=12,
)
VALUES = st.recursive(
    st.none() | st.floats() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)
FEATURES = st.fixed_dictionaries(
    {"type": st.just("Feature")},
    optional={
        "id": VALUES,
        "properties": st.dictionaries(
            st.sampled_from(["name", "date", "kind", "actor", "radius_km", "aliases", "id", "lon"]),
            VALUES | st.sampled_from(["2020-01-01", "hold"]),
        )
        | VALUES,
        "geometry": st.fixed_dictionaries(
            {
                "type": st.sampled_from(["Point", "Polygon", "LineString", "GeometryCollection"]),
                "coordinates": VALUES,
            }
        )
        | st.just({"type": "Point", "coordinates": [38, 34]}),
    },
)


@settings(max_examples=400)
@given(
    st.binary(max_size=60)
    | XML.map(lambda text: f"<kml>{text}</kml>".encode())
    | XML.map(lambda text: f"<gpx>{text}</gpx>".encode())
    | st.lists(FEATURES | VALUES, max_size=3).map(lambda f: collection(*f).encode())
)
def test_nothing_crashes_it(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = saved(tmp_path_factory.mktemp("fuzz"), data)
    try:
        imported = read_placemarks(path, kinds="*=capture", actors="*=north")
    except GeofrontError:
        return
    report = imported.report
    assert report.read == report.kept + sum(report.dropped.values())
    assert imported.places
    assert len({place.id for place in imported.places}) == len(imported.places)


def test_the_command_reads_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert reader("placemarks") is read_placemarks
    path, out = saved(tmp_path, KML), tmp_path / "out"
    with pytest.raises(SystemExit, match="0"):
        main(["import", "placemarks", str(path), "-o", str(out), "--with", "kinds=Strikes=strike"])
    assert "15 read, 6 kept" in capsys.readouterr().err
    assert len(geofront.read(out).events) == 3
    assert isinstance(read_placemarks(path), Placemarks)
