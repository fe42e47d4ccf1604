"""Files that unpack into more than a machine holds, go in circles, or lie: refused, and soon."""

from __future__ import annotations

import contextlib
import io
import json
import sqlite3
import tracemalloc
import zipfile
from datetime import date
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import EVENTS, write_world

import geofront
from geofront.adapters import reader
from geofront.adapters.placemarks import xmlparts
from geofront.adapters.placemarks.reader import read_placemarks
from geofront.adapters.wikipedia import revisions
from geofront.adapters.wikipedia.lua import UNREAD, Name, read_lua
from geofront.dates import parse_date
from geofront.errors import DataFaultsError, DateError, UnknownNameError
from geofront.events.conflict import read_conflict
from geofront.events.reader import read_timeline
from geofront.files import bounds, read_table
from geofront.files.bounds import read_bytes
from geofront.files.records import read_lines
from geofront.files.shapes import UnfitShapeError, read_wkt
from geofront.gazetteer.readers.geonames import read_geonames
from geofront.gazetteer.readers.osm import read_osm
from geofront.gazetteer.tables import number, read_places

SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
SOON = 8.0  # seconds for what takes well under one; what grows with the square takes minutes


def saved(folder: Path, name: str, content: bytes | str) -> Path:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def zipped(**members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return made.getvalue()


def refusal(folder: Path, name: str, content: bytes | str) -> str:
    """Return with which words a table is refused."""
    with pytest.raises(DataFaultsError) as caught:
        read_table(saved(folder, name, content), (), sheet="events")
    return str(caught.value)


# --- what unpacks, nests or repeats without an end --------------------------------------------


@pytest.mark.parametrize(
    "sheet",
    [
        SHEET + b"<sheetData><row>" + b"<c/>" * 1_000_000 + b"</row></sheetData></worksheet>",
        SHEET + b"<x>" + b"<y/>" * 1_000_000 + b"</x></worksheet>",
        SHEET + b"<a>" * 1_000_000,
        SHEET + b'<a b="' + b"x" * 4_000_000 + b'"/></worksheet>',
    ],
    ids=["a row", "elements", "a tower", "an attribute"],
)
def test_small_workbooks_that_unpack_into_millions_of_elements(
    tmp_path: Path, sheet: bytes
) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="needs the extra excel")
    book, plain = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["a"])
    book.save(plain)
    with zipfile.ZipFile(plain) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    file = zipped(**parts | {"xl/worksheets/sheet1.xml": sheet})
    assert len(file) < 30_000
    start = perf_counter()
    assert "holds more than a sheet can" in refusal(tmp_path, "events.xlsx", file)
    assert perf_counter() - start < SOON


def test_workbooks_of_wide_and_long_sheets_are_read(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="needs the extra excel")
    book = openpyxl.Workbook()
    for row in range(4):
        book.active.append([f"c{row}-{column}" for column in range(2_000)])
    book.save(tmp_path / "events.xlsx")
    table = read_table(tmp_path / "events.xlsx", (), sheet="events")
    assert (len(table.rows), table.rows[2].get("c0-1999")) == (3, "c3-1999")


def test_json_of_millions_of_values_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    data = b"[" + b"," * (bounds.MOST_VALUES + 1)
    start = perf_counter()
    assert "holds more than 20,000,000 values" in refusal(tmp_path, "events.geojson", data)
    assert perf_counter() - start < SOON


def test_tables_of_too_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MOST_ROWS", 10)
    assert "more than 10,000,000 rows" in refusal(tmp_path, "events.csv", "a\n" + "1\n" * 11)
    assert "more than 10,000,000 rows" in refusal(tmp_path, "events.jsonl", "{}\n" * 11)
    assert len(read_table(saved(tmp_path, "events.csv", "a\n" + "1\n" * 10), ()).rows) == 10


def test_a_placemark_of_too_many_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xmlparts, "_MOST_INSIDE", 100)
    many = "<Placemark><name>A</name>" + "<a/>" * 200 + "</Placemark>"
    with pytest.raises(DataFaultsError, match="has a <placemark> of more than 100 parts"):
        reader("placemarks")(saved(tmp_path, "a.kml", f"<kml>{many}</kml>"))
    point = "<Point><coordinates>38,34</coordinates></Point>"
    few = "".join(f"<Placemark><name>{i}</name>{point}</Placemark>" for i in range(300))
    imported = reader("placemarks")(saved(tmp_path, "b.kml", f"<kml>{few}</kml>"))
    assert imported.report.kept == 300


def test_long_texts_in_xml_take_time_by_their_length(tmp_path: Path) -> None:
    line = "37.1,34.1,0 37.2,34.3,0\n" * 30_000
    text = f"<LineString><coordinates>{line}</coordinates></LineString>"
    comment = f"<!--{'x' * 20_000_000}-->"
    kml = f"<kml>{comment}<Placemark><name>A &amp; B</name>{text}</Placemark></kml>"
    start = perf_counter()
    imported = read_placemarks(saved(tmp_path, "a.kml", kml))
    assert imported.places[0].name == "A & B"
    assert perf_counter() - start < SOON


def test_an_export_of_too_many_elements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revisions, "_MOST_KEPT", 1000)
    page = "<mediawiki><page><title>Module:X</title><revision>" + "<a/>" * 1001
    with pytest.raises(DataFaultsError, match="more elements than a revision can have"):
        reader("wikipedia")(saved(tmp_path, "X.xml", page))


@pytest.mark.parametrize("deep", ["GEOMETRYCOLLECTION(" * 100_000, "MULTIPOLYGON" + "(" * 60])
def test_shapes_nested_so_deep_that_geos_would_crash(deep: str) -> None:
    with pytest.raises(UnfitShapeError, match="nested too deeply"):
        read_wkt(deep)


def test_such_a_shape_is_a_fault_of_its_row(tmp_path: Path) -> None:
    row = "id,date,place,lon,lat,kind,actor,geometry\ne,2020-01-01,A,38,34,hold,North,"
    wkt = "GEOMETRYCOLLECTION(" * 50_000 + "POINT(38 34)" + ")" * 50_000
    with pytest.raises(DataFaultsError, match=r"events.csv, row 2: geometry is not WKT"):
        read_timeline(saved(tmp_path, "events.csv", f"{row}{wkt}\n"))


def test_shapes_of_usual_depth_are_read() -> None:
    inner = "GEOMETRYCOLLECTION (" * 10 + "POINT (1 2)" + ")" * 10
    assert read_wkt(inner).bounds == (1, 2, 1, 2)
    with pytest.raises(UnfitShapeError, match="not WKT"):
        read_wkt("CIRCULARSTRING (0 0, 1 1, 2 0")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("a = " + "[" * 5000, "nested too deeply"),
        ("reach_km = " + "1" * 5000, "is not TOML: Exceeds the limit"),
        ("reach_km = " + "1" * 400, "reach_km must be a distance in km"),
        ("reach_km = inf", "reach_km must be a distance in km"),
        ("reach_km = nan", "reach_km must be a distance in km"),
        ("extent = { bbox = [nan, 0, 1, 1] }", "is not [west, south, east, north]"),
        (f'extent = "{"x" * 5000}"', "is neither a file nor an ISO 3166 code"),
        ('extent = "a\\u0000b"', "is neither a file nor an ISO 3166 code"),
        ('timezone = "../../../etc/passwd"', "is not a time zone"),
        ("start = 10000-01-01", "is not TOML"),
        ('start = "9999-12-32"', "does not exist"),
    ],
)
def test_settings_that_nobody_should_write(tmp_path: Path, content: str, told: str) -> None:
    with pytest.raises(DataFaultsError) as caught:
        read_conflict(saved(tmp_path, "conflict.toml", content))
    assert told in str(caught.value)


def test_names_of_lua_that_stand_for_themselves() -> None:
    module = read_lua("a = a.a\nb = c\nc = b\nreturn a")
    assert module.returned is None
    assert module.resolve(Name("b")) is UNREAD
    long = read_lua("return " + ".".join(["a"] * 5000))
    assert long.returned is None
    # Without a count of all steps together these would take 2 to the power of 60.
    tower = "".join(f"a{i} = a{i + 1}.x\n" for i in range(60)) + "a60 = { x = a0.x }\nreturn a0"
    start = perf_counter()
    assert read_lua(tower).returned is None
    assert perf_counter() - start < SOON


def test_names_of_lua_are_followed() -> None:
    module = read_lua('t = { x = { y = "z" } }\nu = t.x\nreturn { u.y }')
    assert module.resolve(Name("u.y")) == "z"


# --- what grows with the square of the input --------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "a,b\n" + "'" * 200_000 + ",1\n"),
        ("a.jsonl", "{" + ",".join(f'"k{i}":1' for i in range(100_000)) + ',"k99999":2}'),
        ("a.csv", ",".join(["a"] * 16_000) + "\n1\n"),
    ],
    ids=["apostrophes", "keys", "columns"],
)
def test_time_by_the_length(tmp_path: Path, name: str, content: str) -> None:
    start = perf_counter()
    read_table(saved(tmp_path, name, content), ())
    assert perf_counter() - start < SOON


def test_guards_of_formulas_are_taken_away_all_the_same(tmp_path: Path) -> None:
    text = "a,b\n'=1+1,'''=x\n"
    (row,) = read_table(saved(tmp_path, "a.csv", text), ()).rows
    assert dict(row.cells) == {"a": "=1+1", "b": "''=x"}


def test_a_header_of_too_many_columns(tmp_path: Path) -> None:
    told = refusal(tmp_path, "a.csv", ",".join(f"c{i}" for i in range(20_000)) + "\n1\n")
    assert told == "a.csv, row 1: has 20,000 columns; a table has at most 16,384"


def test_the_key_that_stands_twice_is_named() -> None:
    (fault,) = read_lines("a", b'{"x":1,"y":2,"y":3}').faults
    assert "'y' stands twice" in fault.message


def test_duplicates_by_the_ten_thousand(tmp_path: Path) -> None:
    places = "id,name,lon,lat\n" + "a,A,38,34\n" * 20_000
    start = perf_counter()
    with pytest.raises(DataFaultsError) as caught:
        read_places(saved(tmp_path, "places.csv", places))
    assert len(caught.value.faults) == 19_999
    events = "id,date,place,lon,lat,kind,actor\n" + "e,2020-01-01,A,38,34,hold,North\n" * 5_000
    with pytest.raises(DataFaultsError) as caught:
        read_timeline(saved(tmp_path, "events.csv", events))
    assert len(caught.value.faults) == 5_000
    assert perf_counter() - start < 2 * SOON


def test_equal_statements_without_ids_are_kept_apart(tmp_path: Path) -> None:
    events = "date,place,lon,lat,kind,actor\n" + "2020-01-01,A,38,34,hold,North\n" * 5_000
    timeline = read_timeline(saved(tmp_path, "events.csv", events))
    assert len({event.id for event in timeline.events}) == 5_000


def test_a_long_chain_of_retractions(tmp_path: Path) -> None:
    rows = ["id,date,place,lon,lat,kind,actor,corrects", "r0,2020-01-01,A,38,34,hold,North,"]
    rows += [f"r{i},2020-01-02,,,,retraction,,r{i - 1}" for i in range(1, 3_000)]
    start = perf_counter()
    timeline = read_timeline(saved(tmp_path, "events.csv", "\n".join(rows)))
    assert {event.place_id for event in timeline.events} == {"a"}
    rows[1] = "r0,2020-01-01,,,,retraction,,r2999"
    with pytest.raises(DataFaultsError, match="circle"):
        read_timeline(saved(tmp_path, "events.csv", "\n".join(rows)))
    assert perf_counter() - start < SOON


def test_a_fault_does_not_tell_all_actors_there_are(tmp_path: Path) -> None:
    actors = "id\n" + "".join(f"actor-{i:05}\n" for i in range(5_000))
    events = "date,place,lon,lat,kind,actor\n" + "2020-01-01,A,38,34,hold,nobody\n" * 200
    folder = write_world(tmp_path / "world", events=events)
    saved(folder, "actors.csv", actors)
    with pytest.raises(DataFaultsError) as caught:
        read_timeline(folder)
    assert len(caught.value.faults) == 200
    assert "actor-00099 and 4,900 more" in caught.value.faults[0].message
    assert len(str(UnknownNameError("actor", "x" * 10_000, map(str, range(5_000))))) < 1_000


def test_nor_a_whole_cell(tmp_path: Path) -> None:
    places = f"id,name,lon,lat\na,A,{'x' * 1_000_000},34\n"
    with pytest.raises(DataFaultsError) as caught:
        read_places(saved(tmp_path, "places.csv", places))
    assert str(caught.value).startswith("places.csv, row 2: lon 'xxx")
    assert len(str(caught.value)) < 11_000


def test_reading_a_small_file_sets_no_gigabyte_aside(tmp_path: Path) -> None:
    file = saved(tmp_path, "a.csv", "a\n1\n")
    tracemalloc.start()
    try:
        assert read_bytes(file) == b"a\n1\n"
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_a_file_of_no_known_size_is_read_whole() -> None:
    pipes = Path("/proc/self/status")
    if not pipes.exists():
        pytest.skip("needs a file without a size, such as those of /proc")
    assert pipes.stat().st_size == 0
    assert len(read_bytes(pipes).splitlines()) > 10


# --- numbers and dates ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["3_8.5", "nan", "inf", "-inf", "1e400", "0x10", "38,5", "", "9" * 400]
)
def test_what_is_no_number(tmp_path: Path, text: str) -> None:
    assert number(text) is None
    places = f'id,name,lon,lat\na,A,"{text}",34\n'
    with pytest.raises(DataFaultsError, match=r"places.csv, row 2: lon"):
        read_places(saved(tmp_path, "places.csv", places))


@pytest.mark.parametrize("value", ["38.5", 38.5, "٣٨.٥", "+38.5", " 38.5 ", "3.85e1"])
def test_numbers_may_be_texts(tmp_path: Path, value: object) -> None:
    records = [{"id": "a", "name": "A", "lon": value, "lat": 34}]
    (place,), _ = read_places(saved(tmp_path, "places.json", json.dumps(records)))
    assert place.position == (38.5, 34.0)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e400", "[" * 900 + "]" * 900, "1" * 5000])
def test_positions_in_json_that_are_none(tmp_path: Path, value: str) -> None:
    text = f'[{{"id": "a", "name": "A", "lon": {value}, "lat": 34}}]'
    with pytest.raises(DataFaultsError, match=r"places.json(, row 1)?: "):
        read_places(saved(tmp_path, "places.json", text))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("0001-01-01", date(1, 1, 1), date(1, 1, 1)),
        ("9999-12-31", date(9999, 12, 31), date(9999, 12, 31)),
        (
            "1752-09-03",
            date(1752, 9, 3),
            date(1752, 9, 3),
        ),  # proleptic Gregorian, as ISO 8601 has it
        ("1066-10", date(1066, 10, 1), date(1066, 10, 31)),
        ("0001/9999", date(1, 1, 1), date(9999, 12, 31)),
    ],
)
def test_early_and_late_dates(text: str, first: date, last: date) -> None:
    found = parse_date(text)
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        *("0000-01-01", "10000-01-01", "y17e7", "y1e400", "-0044-03-15", "2016-02-30", "20161301"),
        *("{" + "2016," * 2000 + "}", "1" * 5000, "y1" + "0" * 5000, "[" * 3000, "2016-" * 1000),
    ],
)
def test_dates_that_are_refused_soon_and_in_few_words(text: str) -> None:
    start = perf_counter()
    with pytest.raises(DateError) as caught:
        parse_date(text)
    assert len(str(caught.value)) < 400
    assert perf_counter() - start < SOON


@given(st.text(st.characters(codec="utf-8"), max_size=120))
def test_any_text_is_a_date_or_none(text: str) -> None:
    try:
        found = parse_date(text)
    except DateError:
        return
    assert found.first or found.last


# --- circles and paths ------------------------------------------------------------------------

OWN_SIDES = "id,side,since\nnorth,south,\nsouth,north,\nloop,loop,\nnorth,loop,2020-01-03\n"


def test_sides_that_are_each_others_sides(tmp_path: Path) -> None:
    folder = write_world(
        tmp_path / "world", events=EVENTS.replace(",one", ",").replace(",two", ",")
    )
    saved(folder, "actors.csv", OWN_SIDES)
    timeline = read_timeline(folder)
    assert timeline.actors.side_of("north") == "south"
    assert timeline.actors.side_of("south") == "north"
    assert timeline.actors.on(date(2020, 1, 4)).side_of("north") == "loop"
    history = geofront.replay(timeline)
    assert [s.status for s in history.statuses("2020-01-06")] == ["held"] * 4
    geofront.draw(timeline).stats()


def test_places_that_are_each_others_parents(tmp_path: Path) -> None:
    places = "id,name,lon,lat,parent\na,Ain,38,34,b\nb,Bir,38.4,34,a\nc,Dam,38,34.4,c\n"
    found, _ = read_places(saved(tmp_path, "places.csv", places))
    gazetteer = geofront.Gazetteer(found)
    assert geofront.locate("Ain", gazetteer).id == "a"
    assert geofront.locate("4 km west of Dam", gazetteer) is not None
    found_in_text = geofront.scan("They took Ain and Bir.", gazetteer)
    assert [mention.matches[0].place.id for mention in found_in_text] == ["a", "b"]


PATHS = ["../../escaped", "/escaped", "..\\escaped", "C:\\escaped", "a/../../escaped", "~/escaped"]


def test_names_that_are_paths_never_become_one(tmp_path: Path) -> None:
    rows = [
        f"{path},2020-01-01,{path},{38 + i / 10},34,hold,{path}" for i, path in enumerate(PATHS)
    ]
    text = "\n".join(["id,date,place,lon,lat,kind,actor", *rows])
    world = tmp_path / "deep" / "deeper" / "world"
    timeline = read_timeline(write_world(world, events=text, places=None) / "events.csv")
    assert {event.id for event in timeline.events} == set(PATHS)
    before = set(tmp_path.rglob("*"))
    out = tmp_path / "deep" / "deeper" / "out"
    geofront.write_timeline(timeline, out / "tables")
    geofront.write(geofront.draw(timeline), out / "maps", "geojson,html")
    assert not any("escaped" in path.name for path in tmp_path.rglob("*"))
    made = set(tmp_path.rglob("*")) - before
    assert made
    assert all(path == out or out in path.parents for path in made)
    assert read_timeline(out / "tables").actors.find("../../escaped") is not None


@pytest.mark.parametrize("name", ["../escaped.csv", "/escaped.csv", "C:\\escaped.csv"])
def test_members_of_archives_are_read_where_they_are(tmp_path: Path, name: str) -> None:
    header = "event_id_cnty,event_date,event_type,actor1,latitude,longitude\n"
    row = "A1,2023-01-10,Battles,Army,44.1,20.2\n"
    inner = tmp_path / "deep"
    inner.mkdir()
    file = saved(inner, "acled.zip", zipped(**{name: (header + row).encode()}))
    before = set(tmp_path.rglob("*"))
    assert reader("acled")(file).report.kept == 1
    assert set(tmp_path.rglob("*")) == before


# --- what the fuzzer found in binary files ----------------------------------------------------


def changed(data: bytes, at: int, value: bytes) -> bytes:
    return data[:at] + value + data[at + len(value) :]


def test_archives_that_lie(tmp_path: Path) -> None:
    row = "\t".join(["1", "Homs", "", "", "34.7", "36.7", *[""] * 13]).encode()
    sound = zipped(**{"SY.txt": row * 50})
    directory = sound.index(b"PK\x01\x02")
    cases = {
        "encrypted": changed(changed(sound, 6, b"\x01"), directory + 8, b"\x01"),
        "packed in an unknown way": changed(changed(sound, 8, b"\x63"), directory + 10, b"\x63"),
        "cut off inside": changed(sound, 40, bytes(20)),
        "a name that is no text": changed(
            changed(sound, directory + 8, b"\x00\x08"), directory + 46, b"\xff\xff"
        ),
    }
    for name, data in cases.items():
        file = saved(tmp_path, "SY.zip", data)
        with pytest.raises(DataFaultsError, match=r"SY.zip"):
            list(read_geonames(file))
        with pytest.raises(DataFaultsError, match=r"SY.zip"):
            reader("acled")(file)
        assert name


def test_an_archive_with_a_member_without_a_name(tmp_path: Path) -> None:
    data = zipped(**{"a.csv": b"x"}).replace(b"a.csv", b"\x00.csv")
    with pytest.raises(DataFaultsError, match="is an archive of 0 tables"):
        reader("acled")(saved(tmp_path, "a.zip", data))


def test_a_dump_with_numbers_and_lines_without_end(tmp_path: Path) -> None:
    cells = ["1", "Homs", "", "", "34.7", "36.7", "P", "PPL", *[""] * 6, "9" * 5000, *[""] * 4]
    (place,) = read_geonames(saved(tmp_path, "SY.txt", "\t".join(cells)))
    assert place.extra["population"] == "9" * 5000
    with pytest.raises(DataFaultsError, match="has a line of more than 1 MiB"):
        list(read_geonames(saved(tmp_path, "SY.txt", zipped(**{"SY.txt": b"x" * 2_000_000}))))


def test_an_element_whose_number_has_thousands_of_digits(tmp_path: Path) -> None:
    tags = {"name": "Homs", "@id": "node/" + "9" * 5000}
    element = {"type": "node", "id": "9" * 5000, "lat": 34.7, "lon": 36.7, "tags": tags}
    (place,) = read_osm(saved(tmp_path, "osm.json", json.dumps({"elements": [element]})))
    assert place.id == "osm-at-36.70000-34.70000"


@pytest.mark.parametrize("text", ["[" * 100_000, "[" + "1" * 5000 + "]"])
def test_json_of_places_that_python_itself_refuses(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataFaultsError, match=r"osm.json: is (nested too deeply|not JSON)"):
        read_osm(saved(tmp_path, "osm.json", text))


def test_the_first_day_of_all_has_no_day_before_it(tmp_path: Path) -> None:
    square = {"type": "Polygon", "coordinates": [[[37, 48], [38, 48], [38, 49], [37, 48]]]}
    feature = {"type": "Feature", "properties": {}, "geometry": square}
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    files = [saved(tmp_path, f"map_000101{day}.geojson", text) for day in ("01", "02")]
    dates = "map_00010101.geojson=0001-01-01,map_00010102.geojson=0001-01-02"
    imported = reader("deepstate")(files, dates=dates)
    assert imported.maps is not None
    assert [day.isoformat() for day in imported.maps] == ["0001-01-01", "0001-01-02"]
    assert any("1 maps are equal to that of the day before" in n for n in imported.report.notes)


@pytest.mark.parametrize(
    "change", ["recorded_at = 'yesterday'", "note = x'00ff'", "extra = '[1]'", "extra = '{'"]
)
def test_a_store_with_values_that_geofront_did_not_write(tmp_path: Path, change: str) -> None:
    pytest.importorskip("sqlalchemy", reason="needs the extra postgis")
    file = tmp_path / "store.gpkg"
    geofront.to_geopackage(read_timeline(write_world(tmp_path / "world")), file)
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(f"UPDATE events SET {change}")  # noqa: S608 - of this test's own making
    with pytest.raises(DataFaultsError, match="holds a value that is not geofront's"):
        geofront.from_geopackage(file)


# --- any bytes --------------------------------------------------------------------------------


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.binary(max_size=300), suffix=st.sampled_from(["csv", "jsonl", "geojson", "xlsx"]))
def test_any_bytes_are_a_table_or_refused(tmp_path: Path, data: bytes, suffix: str) -> None:
    try:
        table = read_table(saved(tmp_path, f"events.{suffix}", data), ())
    except DataFaultsError:
        return
    assert all(len(row.cells) <= len(table.columns) for row in table.rows)
