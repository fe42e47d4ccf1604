"""What each format means, and what is told of files that are wrong, broken or hostile."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import geopandas
import openpyxl
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import PLACES, write_world

import geofront
from geofront.cli import main
from geofront.errors import DataFaultsError, UnknownNameError
from geofront.events.event import Kind
from geofront.events.writer import FORMATS, write_timeline
from geofront.files import bounds, reading, workbook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from geofront.events.event import Event
    from geofront.events.timeline import Timeline

Records = list[dict[str, Any]]

GOOD: Records = [
    {"date": "2020-01-01", "place": "ain", "kind": "hold", "actor": "North", "order": 1},
    {"date": "2020-01-02", "place": "bir", "kind": "contest", "actor": ["South", "East"]},
]
BAD: Records = [
    {"date": "2020-02-30", "place": "ain", "kind": "hold", "actor": "North"},
    {"date": "2020-01-01", "place": "nowhere", "kind": "hold", "actor": "North"},
    {"date": "2020-01-01", "place": "ain", "kind": "conquest", "actor": "North"},
]


def cells(records: Records) -> tuple[list[str], list[list[Any]]]:
    columns = list(dict.fromkeys(column for record in records for column in record))
    joined = [{c: "|".join(v) if isinstance(v, list) else v for c, v in r.items()} for r in records]
    return columns, [[record.get(column) for column in columns] for record in joined]


def as_csv(records: Records) -> bytes:
    columns, rows = cells(records)
    lines = [columns, *([("" if v is None else str(v)) for v in row] for row in rows)]
    return "\n".join(",".join(line) for line in lines).encode()


def as_tsv(records: Records) -> bytes:
    return as_csv(records).replace(b",", b"\t")


def as_jsonl(records: Records) -> bytes:
    return "\n".join(json.dumps(record) for record in records).encode()


def as_json(records: Records) -> bytes:
    return json.dumps(records).encode()


def as_geojson(records: Records) -> bytes:
    features = [{"type": "Feature", "properties": r, "geometry": None} for r in records]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def as_xlsx(records: Records, title: str = "Sheet1") -> bytes:
    columns, rows = cells(records)
    return book({title: [columns, *rows]})


def book(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def as_parquet(records: Records) -> bytes:
    data = io.BytesIO()
    pd.DataFrame(records).astype({"actor": object}).to_parquet(data)
    return data.getvalue()


WRITTEN = {
    "events.csv": as_csv,
    "events.tsv": as_tsv,
    "events.jsonl": as_jsonl,
    "events.ndjson": as_jsonl,
    "events.json": as_json,
    "events.geojson": as_geojson,
    "events.xlsx": as_xlsx,
    "EVENTS.XLSX": as_xlsx,
}
FIRST_ROW = {".csv": 2, ".tsv": 2, ".xlsx": 2}


def world(folder: Path, name: str, data: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "places.csv").write_text(PLACES, "utf-8")
    (folder / name).write_bytes(data)
    return folder if name.islower() else folder / name


def faults_of(source: Any, **further: Any) -> list[str]:
    with pytest.raises(DataFaultsError) as caught:
        geofront.read(source, **further)
    return [str(fault) for fault in caught.value.faults]


def lone(tmp_path: Path, name: str, data: bytes) -> Timeline:
    (tmp_path / name).write_bytes(data)
    return geofront.read(tmp_path / name, places=[write_world(tmp_path / "w") / "places.csv"])


def only_event(timeline: Timeline) -> Event:
    (event,) = timeline.events
    return event


# --- one meaning ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WRITTEN)
def test_every_format_says_the_same(tmp_path: Path, name: str) -> None:
    source = world(tmp_path, name, WRITTEN[name](GOOD))
    places = [] if source.is_dir() else [tmp_path / "places.csv"]
    timeline = geofront.read(source, places=places)
    assert [(e.place_id, e.kind, e.actors, e.order) for e in timeline.events] == [
        ("ain", "hold", ("North",), 1.0),
        ("bir", "contest", ("South", "East"), None),
    ]


@pytest.mark.parametrize("name", [name for name in WRITTEN if name.islower()])
def test_every_format_tells_the_same_faults(tmp_path: Path, name: str) -> None:
    folder = world(tmp_path, name, WRITTEN[name](BAD))
    first = FIRST_ROW.get((folder / name).suffix, 1)
    told = faults_of(folder)
    assert [fault.split("; ")[0] for fault in told] == [
        f"{name}, row {first}: date '2020-02-30' does not exist: February 2020 has 29 days",
        f"{name}, row {first + 1}: unknown place 'nowhere'",
        f"{name}, row {first + 2}: kind 'conquest' is not one of: {', '.join(Kind)}",
    ]


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".geojson", ".xlsx", ".parquet"])
def test_places_and_actors_may_come_in_any_format(tmp_path: Path, suffix: str) -> None:
    made = {"csv": "csv", "jsonl": "jsonl", "geojson": "geojson", "xlsx": "xlsx"}
    timeline = geofront.read(write_world(tmp_path / "world"))
    folder = tmp_path / "out"
    write_timeline(timeline, folder, made.get(suffix[1:], "parquet"))
    events = tmp_path / "mine.csv"
    events.write_text("date,place,kind,actor\n2020-01-01,عين,hold,north\n", "utf-8")
    tables = "events.xlsx" if suffix == ".xlsx" else ""
    places = folder / (tables or f"places{suffix}")
    actors = folder / (tables or f"actors{'.jsonl' if suffix == '.geojson' else suffix}")
    found = geofront.read(events, places=[places], actors=actors)
    assert (only_event(found).place_id, only_event(found).actors) == ("ain", ("North",))


def test_a_workbook_may_hold_a_whole_conflict(tmp_path: Path) -> None:
    data = book(
        {
            "Notes": [["anything"]],
            "Events": [
                ["date", "place", "kind", "actor", "source"],
                ["2020-01-01", "Bir", "hold", "N", "one"],
            ],
            "places": [["id", "name", "lon", "lat"], ["bir", "Bir", 38.4, 34]],
            "Actors": [["id", "name"], ["N", "The North"]],
            "sources": [["id", "title"], ["one", "The One"]],
        }
    )
    (tmp_path / "all.xlsx").write_bytes(data)
    timeline = geofront.read(tmp_path / "all.xlsx")
    assert timeline.places["bir"].position == (38.4, 34.0)
    assert timeline.actors["N"].name == "The North"
    assert timeline.sources["one"].title == "The One"
    assert only_event(timeline).file == "all.xlsx:events"
    world(tmp_path / "w", "events.xlsx", data)
    assert faults_of(tmp_path / "w") == [
        "places.csv: places.csv and the sheet 'places' of events.xlsx are both here; keep one"
    ]


def test_a_table_stands_in_one_format_only(tmp_path: Path) -> None:
    world(tmp_path, "events.jsonl", as_jsonl(GOOD))
    (tmp_path / "events.csv").write_bytes(as_csv(GOOD))
    assert faults_of(tmp_path) == [
        "events.csv: events.csv and events.jsonl are both here; keep one"
    ]


def test_a_workbook_of_several_sheets_must_name_them(tmp_path: Path) -> None:
    world(tmp_path, "events.xlsx", book({"A": [["x"]], "B": [["y"]]}))
    assert faults_of(tmp_path) == ["events.xlsx: has no sheet 'events'; it has: 'a', 'b'"]


# --- values ---------------------------------------------------------------------------------------


def test_what_sheets_hold_becomes_the_text_that_csv_has(tmp_path: Path) -> None:
    header = [
        "date",
        "time",
        "place",
        "kind",
        "actor",
        "credibility",
        "order",
        "n",
        "b",
        "reported",
    ]
    moment = [datetime(2020, 1, 2), time(6, 30), "ain", "hold", "N"]  # noqa: DTZ001 - as in a sheet
    data = book({"x": [header, [*moment, 2.0, 1.5, 3.0, True, date(2020, 1, 3)]]})
    event = only_event(lone(tmp_path, "e.xlsx", data))
    assert (event.date.text, event.time, event.credibility) == ("2020-01-02", time(6, 30), 2)
    assert (event.order, event.reported) == (1.5, date(2020, 1, 3))
    assert event.extra == {"n": "3", "b": "true"}


def test_a_moment_in_a_sheet_is_a_day_and_a_time(tmp_path: Path) -> None:
    header = ["date", "place", "kind", "actor"]
    at = datetime(2020, 1, 2, 22, 5)  # noqa: DTZ001 - as in a sheet
    event = only_event(lone(tmp_path, "e.xlsx", book({"x": [header, [at, "ain", "hold", "N"]]})))
    assert (event.day, event.time) == (date(2020, 1, 2), time(22, 5))


def test_formulas_count_with_their_saved_value_and_errors_are_faults(tmp_path: Path) -> None:
    header = ["date", "place", "kind", "actor", "note"]
    data = book({"x": [header, ["2020-01-01", "ain", "hold", "N", '=CONCAT("a","b")']]})
    assert only_event(lone(tmp_path, "e.xlsx", data)).note == ""
    data = book({"x": [header, ["2020-01-01", "ain", "hold", "N", "#REF!"]]})
    (tmp_path / "bad.xlsx").write_bytes(data)
    assert faults_of(tmp_path / "bad.xlsx")[0].startswith(
        "bad.xlsx, row 2: a cell holds the error #REF!"
    )


def test_json_values_become_the_text_that_csv_has(tmp_path: Path) -> None:
    record = dict(GOOD[0], note=1.50, a=True, b=None, c={"x": [1]}, d=["p", 2], corrects=[])
    event = only_event(lone(tmp_path, "e.jsonl", as_jsonl([record]).replace(b"1.5", b"1.50")))
    assert event.note == "1.50"
    assert event.extra == {"a": "true", "c": '{"x": [1]}', "d": "p|2"}


def test_rows_of_json_lines_count_as_lines(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf\n" + as_jsonl(GOOD[:1]) + b"\n\n[1]\n{oops\n" + as_jsonl(BAD[:1])
    (tmp_path / "e.jsonl").write_bytes(data)
    told = faults_of(tmp_path / "e.jsonl")
    rows = dict.fromkeys(fault.split(":")[0] for fault in told)
    assert list(rows)[-3:] == [f"e.jsonl, row {n}" for n in (4, 5, 6)]


def test_points_are_positions_and_other_shapes_geometry(tmp_path: Path) -> None:
    properties = {"date": "2020-01-01", "kind": "hold", "actor": "N"}
    road = {"type": "LineString", "coordinates": [[38, 34], [38.5, 34.25]]}
    features = [
        {"properties": properties, "geometry": {"type": "Point", "coordinates": [10.5, 50.25]}},
        {"properties": dict(properties, place="ain"), "geometry": road, "id": 7},
    ]
    data = json.dumps({"features": [{"type": "Feature"} | f for f in features]}).encode()
    second, first = sorted(lone(tmp_path, "e.geojson", data).events, key=lambda e: e.id)
    assert second.place_id == "@10.5000,50.2500"
    assert (first.id, first.geometry_wkt) == ("7", "LINESTRING (38 34, 38.5 34.25)")


def test_a_shape_that_contradicts_its_cells_is_a_fault(tmp_path: Path) -> None:
    record = dict(GOOD[0], lon=10.5, lat=50)
    feature = {"type": "Feature", "properties": record}
    feature["geometry"] = {"type": "Point", "coordinates": [10.5, 51]}
    (tmp_path / "e.geojson").write_text(json.dumps({"features": [feature]}))
    assert "e.geojson, row 1: lat 50 is not that of the point, 51.0; drop one of them" in faults_of(
        tmp_path / "e.geojson"
    )


def test_a_row_at_the_position_of_the_place_that_it_names_means_that_place(tmp_path: Path) -> None:
    folder = write_world(
        tmp_path,
        events="date,place,kind,actor,lon,lat\n"
        "2020-01-01,ain,hold,N,38.0000001,34\n2020-01-01,dam,hold,N,38.5,34.4\n",
    )
    found = geofront.read(folder).places
    assert found["ain"].aliases == ("Ayn al-Ain", "عين")
    assert (found["dam"].lon, found["dam"].aliases) == (38.5, ())


def test_metres_are_refused(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    (tmp_path / "e.geojson").write_text(json.dumps({"crs": crs, "features": []}))
    assert faults_of(tmp_path / "e.geojson")[-1].startswith("e.geojson: is not in degrees")


def test_a_frame_is_a_table(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "Date": pd.to_datetime(["2020-01-01", "2020-01-02"]),
            "place": ["ain", "bir"],
            "kind": pd.Categorical(["hold", "contest"]),
            "actor": ["N", ["S", "N"]],
            "credibility": [2, None],
        }
    )
    places = pd.read_csv(write_world(tmp_path) / "places.csv")
    actors = pd.DataFrame({"id": ["N", "S"], "name": ["North", "South"]})
    timeline = geofront.read(frame, places=places, actors=[actors])
    assert [(e.date.text, e.actors, e.credibility) for e in timeline.events] == [
        ("2020-01-01", ("N",), 2),
        ("2020-01-02", ("S", "N"), None),
    ]
    assert timeline.actors["N"].name == "North"
    syria = ["syria-named.csv", "syria-places.csv"]
    assert [i.name for i in timeline.inputs] == ["actors", "events", "places", *syria]
    frame.loc[1, "kind"] = None
    assert faults_of(frame, places=places)[0].startswith("events, row 2: kind is missing; write")
    with pytest.raises(UnknownNameError, match="table 'event'"):
        geofront.read({"event": frame})


def test_a_geodataframe_is_reprojected() -> None:
    columns = {"date": ["2020-01-01"], "place": ["X"], "kind": ["hold"], "actor": ["N"]}
    frame = geopandas.GeoDataFrame(columns, geometry=[shapely.Point(38, 34)], crs="EPSG:4326")
    (place,) = geofront.read(frame.to_crs("EPSG:3857")).places.values()
    assert place.position == pytest.approx((38, 34))


def test_the_geodataframe_of_a_timeline_reads_as_its_events() -> None:
    timeline = geofront.read("palmyra-2016")
    frame = timeline.to_geodataframe()
    assert len(frame) == len(timeline.events)
    assert frame.crs == "EPSG:4326"
    assert set(frame["place_name"]) == {p.name for p in timeline.places.values()}
    again = geofront.read(frame)
    assert [e.place_id for e in again.events] == [e.place_id for e in timeline.events]
    assert [e.sources for e in again.events] == [e.sources for e in timeline.events]


# --- broken and hostile files ---------------------------------------------------------------------


def packed(parts: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def with_sheet(xml: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(as_xlsx(GOOD))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return packed(parts | {"xl/worksheets/sheet1.xml": xml})


_SHEET = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</worksheet>'
)


def entity_bomb() -> bytes:
    """An XML text of 1 KB that unfolds to 10 GB."""
    levels = "".join(f'<!ENTITY e{i + 1} "{f"&e{i};" * 10}">' for i in range(9))
    cell = '<sheetData><row><c t="inlineStr"><is><t>&e9;</t></is></c></row></sheetData>'
    start = f'<!DOCTYPE worksheet [<!ENTITY e0 "0123456789">{levels}]>'
    return start.encode() + _SHEET % cell.encode()


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("e.xlsx", b"no archive", "is not an Excel workbook"),
        ("e.xlsx", packed({"a.txt": b"x"}), "is not an Excel workbook"),
        ("e.xlsx", with_sheet(b"<oops"), "is not an Excel workbook"),
        ("e.xlsx", with_sheet(entity_bomb()), "is not an Excel workbook"),
        ("e.xlsx", with_sheet(_SHEET % b"<sheetData/>"), "is empty"),
        ("e.xlsx", book({"x": [["date", "place"], [1, 2, 3]]}), "has 3 cells under a header of 2"),
        ("e.xlsx", book({"x": [["date", "Date"], [1, 2]]}), "stands twice in the header"),
        ("e.parquet", b"PAR1 but no more", "is not a Parquet file"),
        ("e.jsonl", b"\xff{}", "row 1: is not UTF-8"),
        ("e.jsonl", b"", "has no event"),
        ("e.jsonl", b"[" * 100_000, "is nested too deeply"),
        ("e.jsonl", b'{"date": NaN}', "NaN is no JSON value"),
        ("e.jsonl", b'{"date": 1, "date": 2}', "'date' stands twice"),
        ("e.jsonl", b'{"date": 1, "Date ": 2}', "'date' stands twice"),
        ("e.jsonl", rb'{"note": "a\u0000"}', "holds a character that no text can hold (U+0000)"),
        ("e.jsonl", rb'{"note": "\ud800"}', "holds a character that no text can hold (U+D800)"),
        ("e.jsonl", b'{"actor": ["a|b"]}', "is a list with an item that is no plain name"),
        ("e.jsonl", b'{"kind": "hold"}', "no record has 'date'; it must name date, kind"),
        ("e.json", b'{"type": "Topology"}', "is neither a FeatureCollection nor a list"),
        ("e.geojson", b'{"features": [3]}', "row 1: is neither a feature nor a record"),
        (
            "e.geojson",
            b'{"features": [{"type": "Feature", "properties": [1]}]}',
            "row 1: its properties are no record",
        ),
        (
            "e.geojson",
            b'{"features": [{"type": "Feature", "geometry": {"type": "Point"}}]}',
            "row 1: geometry is not GeoJSON",
        ),
    ],
)
def test_what_is_broken_is_named_as_what_it_is(
    tmp_path: Path, name: str, data: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(data)
    told = faults_of(tmp_path / name)
    assert any(message in fault for fault in told), told


def test_a_row_far_down_and_a_cell_far_right_cost_no_time(tmp_path: Path) -> None:
    xml = _SHEET % (
        b'<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        b'<row r="4294967295"><c r="A4294967295"><v>1</v></c></row></sheetData>'
    )
    (tmp_path / "e.xlsx").write_bytes(with_sheet(xml))
    assert "the header lacks" in faults_of(tmp_path / "e.xlsx")[0]


def test_bombs_are_refused_before_they_unpack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "e.xlsx").write_bytes(packed({"xl/workbook.xml": b" " * 3_000_000}))
    (tmp_path / "e.csv").write_bytes(b"date,place,kind,actor\n" * 60_000)
    monkeypatch.setattr(workbook, "LARGEST", 1 << 20)
    monkeypatch.setattr(bounds, "LARGEST", 1 << 20)
    assert "unpacks to more than 1 MiB" in faults_of(tmp_path / "e.xlsx")[0]
    assert "is larger than 1 MiB" in faults_of(tmp_path / "e.csv")[0]
    monkeypatch.setattr(workbook, "_MOST_CELLS", 6)
    (tmp_path / "f.xlsx").write_bytes(as_xlsx(GOOD))
    assert "f.xlsx, row 2: has more than 6 cells" in faults_of(tmp_path / "f.xlsx")[0]


@pytest.mark.parametrize(
    ("library", "name", "extra"),
    [("openpyxl", "e.xlsx", "excel"), ("pyarrow", "e.parquet", "parquet")],
)
def test_a_missing_library_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str, name: str, extra: str
) -> None:
    timeline = geofront.read(write_world(tmp_path / "w"))
    monkeypatch.setitem(sys.modules, library, None)
    (tmp_path / name).write_bytes(b"PK")
    remedy = f'needs the library {library}: in the folder of geofront, pip install ".[{extra}]"'
    assert remedy in faults_of(tmp_path / name)[0]
    with pytest.raises(DataFaultsError) as caught:
        write_timeline(timeline, tmp_path / "out", name.removeprefix("e."))
    assert remedy in str(caught.value)
    assert not (tmp_path / "out").exists()


@settings(max_examples=60)
@given(
    st.binary(max_size=120) | st.text(max_size=60).map(str.encode),
    st.sampled_from(reading.SUFFIXES),
    st.sampled_from([b"", b"PK\x03\x04", b'{"features":[', b"{", b"date,place,kind,actor\n"]),
)
def test_any_bytes_are_a_table_or_faults(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, suffix: str, start: bytes
) -> None:
    file = tmp_path_factory.mktemp("any") / f"events{suffix}"
    file.write_bytes(start + content)
    with pytest.raises(DataFaultsError):
        geofront.read(file)


# --- writing --------------------------------------------------------------------------------------


def dangerous(tmp_path: Path) -> Timeline:
    events = [dict(GOOD[0], note='=HYPERLINK("http://x")', order=-1, id="@me", extra="+1+cmd")]
    return lone(tmp_path, "d.jsonl", as_jsonl(events))


def test_nothing_that_is_written_is_a_formula(tmp_path: Path) -> None:
    timeline = dangerous(tmp_path)
    write_timeline(timeline, tmp_path / "csv", "csv")
    text = (tmp_path / "csv" / "events.csv").read_text("utf-8")
    assert text.splitlines()[1] == (
        '2020-01-01,ain,hold,North,d.jsonl,\'@me,-1,confirmed,"\'=HYPERLINK(""http://x"")",\'+1+cmd'
    )
    write_timeline(timeline, tmp_path / "xlsx", "xlsx")
    (row,) = openpyxl.load_workbook(tmp_path / "xlsx" / "events.xlsx")["events"].iter_rows(2)
    assert {cell.value: cell.data_type for cell in row}['=HYPERLINK("http://x")'] == "s"
    assert "f" not in {cell.data_type for cell in row}


def test_a_text_that_no_cell_of_excel_holds_is_refused(tmp_path: Path) -> None:
    timeline = lone(tmp_path, "d.jsonl", as_jsonl([dict(GOOD[0], note="x" * 32_768)]))
    with pytest.raises(DataFaultsError, match="row 2: has a text of 32,768 characters"):
        write_timeline(timeline, tmp_path / "out", "xlsx")
    assert not (tmp_path / "out").exists()


def test_a_folder_gets_each_table_once(tmp_path: Path) -> None:
    timeline = geofront.read(write_world(tmp_path / "w"))
    write_timeline(timeline, tmp_path / "out", "csv")
    write_timeline(timeline, tmp_path / "out", "csv")
    with pytest.raises(DataFaultsError, match=r"events\.csv: is here already, in another format"):
        write_timeline(timeline, tmp_path / "out", "parquet")
    with pytest.raises(UnknownNameError, match="unknown format 'dbf'; there are: csv, geojson"):
        write_timeline(timeline, tmp_path / "other", "dbf")


def test_convert(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_world(tmp_path / "w")
    for layout in FORMATS:
        out = tmp_path / layout
        with pytest.raises(SystemExit) as stopped:
            main(["convert", str(folder), "-o", str(out), "--format", layout])
        assert not stopped.value.code
        listed = capsys.readouterr().out.splitlines()
        assert sorted(listed) == sorted(str(path) for path in out.iterdir())
        assert len(geofront.read(out).events) == 6
