"""Reading conflicts: what users write, and what they are told when it is wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import EVENTS, PLACES, write_world

import geofront
from geofront.errors import DataFaultsError, Fault, UnknownNameError
from geofront.gazetteer.tables import read_places
from geofront.render.geojson.writer import series_geojson

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "date,place,kind,actor,from_actor\n"


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(DataFaultsError) as caught:
        geofront.read(folder)
    return [str(fault) for fault in caught.value.faults]


def test_a_folder_is_read_into_a_timeline(tmp_path: Path) -> None:
    timeline = geofront.read(write_world(tmp_path / "world"))
    assert [e.id for e in timeline.events] == ["e1", "e2", "e3", "e4", "e5", "e6"]
    assert sorted(timeline.places) == ["ain", "bir", "dam", "eid"]
    assert {(a.id, a.side) for a in timeline.actors} == {("North", "North"), ("South", "South")}
    assert sorted(timeline.sources) == ["one", "two"]
    assert timeline.title == "world"
    assert [str(timeline.start), str(timeline.end)] == ["2020-01-01", "2020-01-05"]
    assert [i.name for i in timeline.inputs] == ["events.csv", "places.csv"]


def test_a_lone_file_with_positions_needs_no_gazetteer(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(
        "date,place,kind,actor,lon,lat\n"
        "2020-01-01,Somewhere,hold,Us,10.5,50.25\n"
        "2020-01-02,Somewhere,capture,Them,,\n"
        "2020-01-02,Elsewhere,hold,Us,10.7,50.25\n"
        "2020-01-03,,hold,Us,10.9,50.25\n",
        encoding="utf-8",
    )
    timeline = geofront.read(file)
    assert sorted(timeline.places) == ["@10.9000,50.2500", "elsewhere", "somewhere"]
    assert timeline.places["somewhere"].position == (10.5, 50.25)
    assert [e.place_id for e in timeline.events].count("somewhere") == 2
    assert timeline.sources["mine.csv"].title == "mine.csv"


def test_one_name_at_two_positions_is_two_places(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text(
        "date,place,kind,actor,lon,lat\n"
        "2020-01-01,Khattab,hold,Us,36.7,35.2\n2020-01-01,Khattab,hold,Them,37.3,34.9\n",
        encoding="utf-8",
    )
    timeline = geofront.read(file)
    assert sorted(timeline.places) == ["khattab@36.7000,35.2000", "khattab@37.3000,34.9000"]


def test_spreadsheets_write_semicolons_and_byte_order_marks(tmp_path: Path) -> None:
    folder = write_world(tmp_path)
    for name, text in (("events.csv", EVENTS), ("places.csv", PLACES)):
        lines = text.replace(",", ";").replace("\n", "\r\n")
        (folder / name).write_bytes(b"\xef\xbb\xbf" + lines.encode())
    assert len(geofront.read(folder).events) == 6


def test_places_are_found_by_id_name_alias_and_folded_spelling(tmp_path: Path) -> None:
    rows = "".join(
        f"2020-01-0{i},{name},clash,North,\n"
        for i, name in enumerate(
            ["ain", "AIN", "ayn al-ain", "Ayn el Aïn", "عين", "العين"], start=1
        )
    )
    timeline = geofront.read(write_world(tmp_path, events=HEADER + rows))
    assert {e.place_id for e in timeline.events} == {"ain"}


def test_rows_without_ids_get_the_same_ids_in_any_order(tmp_path: Path) -> None:
    rows = [
        "2020-01-01,ain,clash,North,\n",
        "2020-01-01,ain,clash,South,\n",
        "2020-01-02,bir,hold,North,\n",
    ]
    one = geofront.read(write_world(tmp_path / "a", events=HEADER + "".join(rows)))
    other = geofront.read(write_world(tmp_path / "b", events=HEADER + "".join(rows[::-1])))
    ids = [(e.id, e.actors) for e in one.events]
    assert ids == [(e.id, e.actors) for e in other.events]
    assert [i for i, _ in ids] == [
        "2020-01-01-ain-clash",
        "2020-01-01-ain-clash-2",
        "2020-01-02-bir-hold",
    ]


def test_all_faults_of_all_rows_are_told_in_one_pass(tmp_path: Path) -> None:
    (tmp_path / "actors.csv").write_text("id,name\nNorth,The North\n", encoding="utf-8")
    folder = write_world(
        tmp_path,
        events=HEADER + "2016-12-32,ain,capture,North,\n"
        "2016-12-08,Nowhere,capture,North,\n"
        "\n"
        "2016-12-08,ain,capture,East,\n"
        "2016-12-08,ain,conquest,North,\n"
        "2016-12-08,ain,capture,,\n"
        ",ain,hold,North,\n"
        "2016-12-08,Zzyzx,hold,North,West\n",
    )
    faults = faults_of(folder)
    expected = [
        "events.csv, row 2: date '2016-12-32' does not exist: December 2016 has 31 days",
        "events.csv, row 3: unknown place 'Nowhere'; add it to a places.csv",
        "events.csv, row 5: unknown actor 'East' in actor; actors.csv has: North",
        "events.csv, row 6: kind 'conquest' is not one of: capture, withdrawal",
        "events.csv, row 7: a capture needs an actor; write who did it",
        "events.csv, row 8: date is missing",
        "events.csv, row 9: unknown actor 'West' in from_actor",
        "events.csv, row 9: unknown place 'Zzyzx'",
    ]
    assert len(faults) == len(expected)
    for fault, start in zip(faults, expected, strict=True):
        assert fault.startswith(start)


def test_faults_of_several_files_come_together(tmp_path: Path) -> None:
    folder = write_world(
        tmp_path,
        events="date,place,kind\n2020-01-01,ain,hold\n",
        places="id,name,lon,lat\nain,Ain,381,34\nain,Ain,x,34\n,Bir,38,\n",
    )
    assert faults_of(folder) == [
        (
            "events.csv, row 1: the header lacks 'actor'; it must name date, place, kind, actor "
            "(found: date, place, kind)"
        ),
        "places.csv, row 2: lon 381 is out of range (±180); are lon and lat swapped?",
        "places.csv, row 3: lon 'x' is not a number; write degrees such as 38.285",
        "places.csv, row 4: id is missing; write one, or drop the row",
        "places.csv, row 4: lat is missing; write degrees such as 38.285",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"PK\x03\x04rest of a workbook", "is a workbook or archive, not CSV"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is not a text file"),
        ("date,place\n\xe9".encode("latin-1"), "row 2: is not UTF-8"),
        (b'{"type": "FeatureCollection"}', "the header lacks 'date', 'place', 'kind', 'actor'"),
        (b'date,place,kind,actor\n"2020-01-01,ain', "is not CSV"),
        (b"date,place,kind,actor,actor\n", "'actor' stands twice in the header"),
        (b"date,place,kind,actor\n2020-01-01,ain,hold,North,too,many\n", "row 2: has 6 cells"),
    ],
)
def test_what_is_no_table_is_named_as_what_it_is(
    tmp_path: Path, content: bytes, message: str
) -> None:
    folder = write_world(tmp_path)
    (folder / "events.csv").write_bytes(content)
    assert any(message in fault for fault in faults_of(folder))


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ("2020-01-01,ain,hold,North,,25:00,,,", "time '25:00' is not HH:MM"),
        ("2020-01-01,ain,hold,North,,,first,,", "order 'first' is not a number"),
        ("2020-01-01,ain,hold,North,,,,7,", "credibility '7' is not 1"),
        ("2020-01-01,ain,hold,North,,,,,POINT(1", "geometry is not WKT"),
        ('2020-01-01,ain,hold,North,,,,,"CIRCULARSTRING (0 0, 1 1, 2 0)"', "geometry is not WKT"),
        ("2020-01-01,,hold,North,,,,,", "place is missing"),
    ],
)
def test_each_optional_column_is_checked(tmp_path: Path, cells: str, message: str) -> None:
    header = "date,place,kind,actor,from_actor,time,order,credibility,geometry\n"
    assert message in faults_of(write_world(tmp_path, events=header + cells + "\n"))[0]


def test_an_offset_of_a_former_century_leaves_no_seconds(tmp_path: Path) -> None:
    """Damascus was 2 h 25 min 12 s ahead of Greenwich until 1920."""
    header = "date,time,place,kind,actor\n"
    folder = write_world(tmp_path, events=f"{header}1915-01-01,22:30Z,ain,hold,N\n")
    (folder / "conflict.toml").write_text('timezone = "Asia/Damascus"\n', encoding="utf-8")
    (event,) = geofront.read(folder).events
    assert (str(event.day), str(event.time)) == ("1915-01-02", "00:55:00")


def test_a_tie_is_never_settled_silently(tmp_path: Path) -> None:
    twins = "id,name,lon,lat\na,Khattab,37.3,34.9\nb,Khattab,36.7,35.2\n"
    folder = write_world(tmp_path, events=HEADER + "2020-01-01,Khattab,hold,N,\n", places=twins)
    (fault,) = faults_of(folder)
    assert "'Khattab' may be 2 places: a (Khattab, 34.900 N 37.300 E); b (Khattab" in fault


def test_what_the_shipped_gazetteer_covers_is_told_where_it_was_asked(tmp_path: Path) -> None:
    rows = (
        "date,place,kind,actor",
        *(f"2020-01-01,{n},hold,North" for n in ("Kharkiv", "Khattab")),
    )
    (tmp_path / "events.csv").write_text("\n".join(rows), encoding="utf-8")

    def told() -> list[str]:
        with pytest.raises(DataFaultsError) as caught:
            geofront.read(tmp_path)
        return [fault.message for fault in caught.value.faults]

    covered = "; the shipped gazetteer covers Syria only"
    unknown, several = told()
    assert unknown.startswith("unknown place 'Kharkiv'; ")
    assert unknown.endswith(f"{covered}: elsewhere give lon and lat, or a places.csv")
    assert several.startswith("'Khattab' may be 2 places: ")
    assert several.endswith(f"; write the id of the one{covered}: elsewhere give lon and lat")
    # A table of places is asked alone; where it is asked first, its own namesakes are its own.
    (tmp_path / "places.csv").write_text(
        "id,name,lon,lat\na,Khattab,38,34\nb,Khattab,39,34\n", encoding="utf-8"
    )
    assert not any(covered in message for message in told())
    (tmp_path / "conflict.toml").write_text('gazetteers = ["syria"]\n', encoding="utf-8")
    assert [covered in message for message in told()] == [True, False]


def test_the_extent_of_the_conflict_decides_between_namesakes(tmp_path: Path) -> None:
    twins = "id,name,lon,lat\na,Khattab,37.3,34.9\nb,Khattab,36.7,35.2\n"
    folder = write_world(tmp_path, events=HEADER + "2020-01-01,Khattab,hold,N,\n", places=twins)
    (folder / "conflict.toml").write_text(
        'title = "T"\nextent = { bbox = [37.0, 34.0, 38.0, 35.0] }\n', encoding="utf-8"
    )
    assert list(geofront.read(folder).places) == ["a"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("title = [", "is not TOML"),
        ('start = "2016-12-32"', "start: date '2016-12-32' does not exist"),
        (
            "start = 2020-02-01\nend = 2020-01-01",
            "end 2020-01-01 lies before start 2020-02-01; swap them",
        ),
        ('timezone = "Mars/Phobos"', "is not a time zone"),
        ("reach_km = -3", "reach_km must be a distance"),
        ('policy = "hope"', "unknown policy 'hope'"),
        ("extent = { bbox = [1, 2, 3] }", "is not [west, south, east, north]"),
        ('extent = "nowhere.geojson"', "is neither a file nor an ISO 3166 code"),
        ('gazetteers = ["atlantis"]', "gazetteers must be a list of: syria"),
    ],
)
def test_each_setting_of_a_conflict_is_checked(tmp_path: Path, line: str, message: str) -> None:
    folder = write_world(tmp_path)
    (folder / "conflict.toml").write_text(line + "\n", encoding="utf-8")
    assert message in faults_of(folder)[0]


def test_an_extent_may_be_a_file_or_a_country(tmp_path: Path) -> None:
    folder = write_world(tmp_path)
    (folder / "conflict.toml").write_text('extent = "SY"\n', encoding="utf-8")
    syria = geofront.read(folder).about.extent
    assert syria is not None
    assert syria.contains(shapely.Point(38.28, 34.56))


def test_sources_that_are_not_listed_are_faults_once_there_is_a_list(tmp_path: Path) -> None:
    folder = write_world(tmp_path)
    (folder / "sources.csv").write_text("id,title,reliability\none,The One,B\n", encoding="utf-8")
    assert faults_of(folder) == [
        "events.csv, row 5: unknown source 'two'; add it to sources.csv",
        "events.csv, row 6: unknown source 'two'; add it to sources.csv",
    ]


def test_an_unknown_dataset_names_those_that_exist() -> None:
    with pytest.raises(UnknownNameError, match="palmyra-2016"):
        geofront.read("palmyra-1916")


@settings(max_examples=150)
@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_a_table_or_faults(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, below_header: bool
) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "places.csv").write_text(PLACES, encoding="utf-8")
    header = HEADER.encode() if below_header else b""
    (folder / "events.csv").write_bytes(header + content)
    told: tuple[Fault, ...] = ()
    try:
        geofront.read(folder)
    except DataFaultsError as error:
        told = error.faults
    assert all(fault.file == "events.csv" and fault.message for fault in told)


def test_a_header_without_events_is_a_fault(tmp_path: Path) -> None:
    assert faults_of(write_world(tmp_path, events=HEADER)) == [
        "events.csv: has a header but no event; write at least one row"
    ]


def test_a_conflict_of_clashes_only_is_drawn_without_areas(tmp_path: Path) -> None:
    series = geofront.draw(
        geofront.read(write_world(tmp_path, events=HEADER + "2020-01-01,ain,clash,North,\n"))
    )
    snapshot = series.snapshot("2020-01-01")
    assert (len(snapshot.areas), len(snapshot.frontlines), len(snapshot.places)) == (0, 0, 0)
    assert [e.kind for e in snapshot.events] == ["clash"]


def test_shuffled_rows_make_the_same_bytes(tmp_path: Path) -> None:
    """Two statements of one day that only differ in standing, among others."""
    rows = [
        *EVENTS.splitlines(keepends=True)[1:],
        ",2020-01-04,ain,capture,South,North,one\n",
        ",2020-01-04,ain,capture,North,South,two\n",
        ",2020-01-04,dam,hold,South,,one\n",
    ]
    header = EVENTS.splitlines(keepends=True)[0]
    made = []
    for i, order in enumerate((rows, rows[::-1])):
        folder = write_world(tmp_path / str(i) / "same", events=header + "".join(order))
        series = geofront.draw(geofront.read(folder))
        collection = json.loads(series_geojson(series))
        made.append(sorted(json.dumps(f) for f in collection["features"]))
    assert made[0] == made[1]


def test_names_that_make_one_slug_stay_two_places(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text(
        "date,place,kind,actor,lon,lat\n"
        "2020-01-01,St. John,hold,N,38,34\n2020-01-01,St-John,hold,S,39,35\n",
        encoding="utf-8",
    )
    assert sorted(geofront.read(file).places) == [
        "st-john@38.0000,34.0000",
        "st-john@39.0000,35.0000",
    ]


def test_one_place_at_two_positions_is_a_fault(tmp_path: Path) -> None:
    events = (
        "date,place,kind,actor,lon,lat\n2020-01-01,ain,hold,N,38.5,34\n2020-01-02,عين,hold,N,,\n"
    )
    (fault,) = faults_of(write_world(tmp_path, events=events))
    assert "'ain' stands at two positions" in fault


def test_an_exact_name_in_the_places_beats_one_that_folds_alike(tmp_path: Path) -> None:
    events = (
        "date,place,kind,actor,lon,lat\n2020-01-01,al-Ain,hold,N,36,33\n2020-01-02,Ain,hold,N,,\n"
    )
    timeline = geofront.read(write_world(tmp_path, events=events))
    assert [e.place_id for e in timeline.events] == ["al-ain", "ain"]


def test_a_phrase_is_a_place_of_its_own(tmp_path: Path) -> None:
    good = HEADER + "2020-01-01,10 km west of Bir,clash,North,\n"
    bad = good + "2020-01-01,12 parsecs west of Bir,clash,North,\n"
    (fault,) = faults_of(write_world(tmp_path / "a", events=bad))
    assert "parsecs" in fault
    timeline = geofront.read(write_world(tmp_path / "b", events=good))
    (place,) = timeline.places.values()
    assert place.lat == pytest.approx(34.0, abs=1e-3)
    assert place.lon == pytest.approx(38.4 - 0.1083, abs=1e-3)
    assert place.radius_km > 4


def test_places_without_ids_get_ids_of_their_names(tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text(
        "name,lat,lon\nAin,34,38\nKhattab,34.9,37.3\nKhattab,35.2,36.7\nAin al-Bir,33,37\n", "utf-8"
    )
    places, _ = read_places(file)
    assert [p.id for p in places] == [
        "ain",
        "khattab@37.3,34.9",
        "khattab@36.7,35.2",
        "ain-al-bir",
    ]
    file.write_text("id,name,lat,lon\n,Ain,34,38\n", "utf-8")
    with pytest.raises(DataFaultsError, match="row 2: id is missing"):
        read_places(file)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("2020-01-01,ain,captrue,North,,one", "; did you mean 'capture'?"),
        ("2020-01-01,ain,capture,Nroth,,one", "; did you mean 'North'?"),
        ("2020-01-01,ain,capture,North,,onne", "; did you mean 'one'?"),
        ("2020-01-01,ain,capture,Zzz,,one", "actors.csv has: North, South"),
    ],
)
def test_a_slip_is_answered_with_what_is_meant(tmp_path: Path, row: str, told: str) -> None:
    write_world(tmp_path, events=f"date,place,kind,actor,from_actor,source\n{row}\n")
    (tmp_path / "actors.csv").write_text("id\nNorth\nSouth\n", encoding="utf-8")
    (tmp_path / "sources.csv").write_text("id\none\ntwo\n", encoding="utf-8")
    (fault,) = faults_of(tmp_path)
    assert fault.endswith(told)


def test_a_bad_position_is_one_fault(tmp_path: Path) -> None:
    write_world(tmp_path, events=f"{HEADER[:-1]},lon,lat\n2020-01-01,Nowhere,hold,North,,381,34\n")
    (fault,) = faults_of(tmp_path)
    assert "lon" in fault
    assert "unknown place" not in fault


RETRACTED = (
    "id,date,place,kind,actor,corrects\n"
    "a,2020-01-01,ain,hold,North,\n"
    "b,2020-01-02,{},retraction,,{}\n"
    "c,2020-01-03,,retraction,,b\n"
)


def test_a_retraction_takes_the_place_of_what_it_takes_back(tmp_path: Path) -> None:
    timeline = geofront.read(write_world(tmp_path, events=RETRACTED.format("", "a")))
    assert [event.place_id for event in timeline.events] == ["ain", "ain", "ain"]
    timeline = geofront.read(write_world(tmp_path, events=RETRACTED.format("bir", "a")))
    assert [event.place_id for event in timeline.events] == ["ain", "bir", "bir"]


@pytest.mark.parametrize(
    ("corrects", "told"),
    [("x", "corrects 'x', but no row has that id"), ("c", "corrections go in a circle")],
)
def test_a_retraction_of_nothing_is_a_fault(tmp_path: Path, corrects: str, told: str) -> None:
    write_world(tmp_path, events=RETRACTED.format("", corrects))
    assert any(told in fault for fault in faults_of(tmp_path))
