"""Timemap: events of Forensic Architecture's platform and of its forks, read and written."""

from __future__ import annotations

import json
import re
from datetime import date, time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import write_world

import geofront
from geofront.adapters import reader
from geofront.adapters.report import DropError
from geofront.adapters.timemap import read_timemap, write_timemap
from geofront.adapters.timemap.days import Days
from geofront.cli import main
from geofront.errors import DataFaultsError, GeofrontError, UnknownNameError
from geofront.events.contents import contents_of

if TYPE_CHECKING:
    from pathlib import Path

    from geofront.events.timeline import Timeline

# As the platform loads them: strings throughout, ids of associations and sources.
EVENTS: list[Any] = [
    {
        "id": "UA1",
        "description": "A shell hits the mill.",
        "date": "8/23/2019",
        "time": "18:30",
        "location": "Ain",
        "latitude": "34.0",
        "longitude": "38.0",
        "associations": ["a1", "a9"],
        "sources": ["s1", "s9"],
        "comments": "checked twice",
    },
    {
        "id": "UA2",
        "description": "",
        "date": "8/9/2019",
        "time": "at dawn",
        "location": "Ain",
        "latitude": "34,0",
        "longitude": "38,0",
        "associations": ["a2"],
        "sources": [],
    },
    {"id": "UA2", "description": "Namesake.", "date": "2019-08-24", "location": "Ain"}
    | {"latitude": "35.5", "longitude": "38.0", "associations": ["a1"]},
    {"description": "no date", "date": "", "latitude": "34", "longitude": "38"}
    | {"associations": ["a1"]},
    {"description": "13 is no month", "date": "23/8/2019", "latitude": "34", "longitude": "38"}
    | {"associations": ["a1"]},
    {"description": "no such day", "date": "2/30/2019", "latitude": "34", "longitude": "38"}
    | {"associations": ["a1"]},
    {"description": "words", "date": "last week", "latitude": "34", "longitude": "38"}
    | {"associations": ["a1"]},
    {"description": "zero", "date": "8/23/2019", "latitude": "0", "longitude": "0.0"}
    | {"associations": ["a1"]},
    {"description": "nowhere", "date": "8/23/2019", "latitude": "", "longitude": ""}
    | {"associations": ["a1"]},
    {"description": "swapped", "date": "8/23/2019", "latitude": "134", "longitude": "38"}
    | {"associations": ["a1"]},
    {"description": "words", "date": "8/23/2019", "latitude": "N 34", "longitude": "38"}
    | {"associations": ["a1"]},
    {"description": "no kind", "date": "8/23/2019", "latitude": "34", "longitude": "38"}
    | {"associations": ["a3"]},
    {"description": "by nobody", "date": "8/23/2019", "latitude": "34", "longitude": "38"}
    | {"associations": ["a4"]},
    "no record",
]
SOURCES = {
    "s1": {
        "id": "s1",
        "title": "Film of the mill",
        "paths": ["https://example.org/film.mp4"],
        "author": "A. Writer",
        "date": "8/24/2019",
    },
    "": {},
}
ASSOCIATIONS = [
    {"id": "a1", "title": "Shelling", "mode": "FILTER", "filter_paths": ["Weapon", "Shelling"]},
    {"id": "a2", "title": "Taken", "mode": "CATEGORY", "filter_paths": ["Ground", "Taken"]},
    {"id": "a3", "title": "School", "mode": "FILTER", "filter_paths": ["Site", "School"]},
    {"id": "a4", "title": "Lost", "mode": "CATEGORY", "filter_paths": ["Ground", "Lost"]},
    {"id": "a9", "title": "North", "mode": "FILTER", "filter_paths": ["By", "North"]},
]
KINDS = {"Shelling": "strike", "ground/taken": "capture", "Lost": "withdrawal"}


def written(folder: Path, content: object, name: str = "events.json") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder / name


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    written(tmp_path, EVENTS)
    written(tmp_path, SOURCES, "sources.json")
    written(tmp_path, ASSOCIATIONS, "associations.json")
    return tmp_path


def told(timeline: Timeline) -> dict[str, list[dict[str, Any]]]:
    """What a timeline says, without the places that no event names."""
    named = {event.place_id for event in timeline.events}
    rows: dict[str, list[dict[str, Any]]] = {
        name: [dict(row) for row in t.rows] for name, t in contents_of(timeline).items()
    }
    rows["places"] = [row for row in rows["places"] if row["id"] in named]
    return {
        name: sorted(table, key=lambda row: (str(row["id"]), str(row.get("since"))))
        for name, table in rows.items()
    }


def test_it_says_what_is_kept_mended_and_dropped(folder: Path) -> None:
    imported = read_timemap(
        folder / "events.json", kinds=KINDS, actors={"North": "north", "Taken": "north"}
    )
    report = imported.report
    assert (report.read, report.kept) == (14, 3)
    assert report.files == ("events.json", "sources.json", "associations.json")
    assert dict(report.dropped) == {
        "a withdrawal needs an actor; see actors=": 1,
        "it has no date": 1,
        "it has no position": 2,
        "it is no record": 1,
        "its date does not exist": 1,
        "its date does not fit the order of month and day in the file": 1,
        "its date is not written M/D/YYYY or YYYY-MM-DD": 1,
        "its position is no number": 1,
        "its position is nowhere on Earth": 1,
        "nothing says what kind of event it is; see kinds=": 1,
    }
    assert dict(report.mended) == {
        "ids that stand twice were left out": 1,
        "positions with a decimal comma were read with a point": 1,
        "sources that sources.json lacks were kept by their id": 1,
        "times of day that are not HH:MM were left out": 1,
    }
    where = {(e.row, e.value) for e in report.examples if e.reason == "it has no position"}
    assert where == {(8, "0, 0.0"), (9, "")}
    assert any("month/day, since 8 dates" in note for note in report.notes)
    assert any("no licence" in note for note in report.notes)
    assert any("Site/School (1)" in note for note in report.notes)


def test_events_places_and_sources_are_those_of_the_files(folder: Path) -> None:
    imported = read_timemap(folder, kinds=KINDS, actors="North=north,Taken=north", radius_km=0.2)
    timeline = imported.timeline
    assert timeline is not None
    taken, shelled, namesake = timeline.events
    assert (taken.id, taken.kind, taken.actors) == ("UA2", "capture", ("north",))
    assert (taken.day, taken.time) == (date(2019, 8, 9), None)
    assert (shelled.day, shelled.time) == (date(2019, 8, 23), time(18, 30))
    assert (shelled.kind, shelled.actors, shelled.sources) == ("strike", ("north",), ("s1", "s9"))
    assert shelled.note == "A shell hits the mill."
    assert shelled.extra["comments"] == "checked twice"
    assert shelled.extra["associations"] == "Weapon/Shelling; By/North"
    assert shelled.reported is None
    assert taken.place_id == shelled.place_id != namesake.place_id
    assert {p.name for p in timeline.places.values()} == {"Ain"}
    assert {p.radius_km for p in timeline.places.values()} == {0.2}
    source = timeline.sources["s1"]
    assert (source.title, source.publisher) == ("Film of the mill", "A. Writer")
    assert (source.published, source.url) == ("2019-08-24", "https://example.org/film.mp4")
    history = geofront.replay(timeline)
    assert history.status(taken.place_id, date(2019, 8, 24)).label.actors == ("north",)
    geofront.draw(timeline)


def test_the_documented_older_form_is_read(tmp_path: Path) -> None:
    record = {
        "desc": "Fire.",
        "date": "8/23/2011",
        "time": "18:30:05",
        "location": "Bir",
        "lat": "34.0",
        "long": "38.4",
        "source": "Daily paper",
        "filters": ["burning"],
        "category": "Fires",
    }
    imported = read_timemap(written(tmp_path, [record]), kinds={"fires": "raid"})
    assert imported.timeline is not None
    (event,) = imported.timeline.events
    assert (event.kind, event.day, event.time) == ("raid", date(2011, 8, 23), time(18, 30))
    assert event.sources == ("Daily paper",)
    assert event.extra["category"] == "Fires"
    assert event.extra["associations"] == "burning"


def test_what_the_map_of_bellingcat_offers_is_read_as_json_and_as_csv(tmp_path: Path) -> None:
    record = {
        "id": "CIV0001",
        "date": "02/24/2022",
        "latitude": "48.5",
        "longitude": "37.5",
        "location": "Ain, Donetsk",
        "description": "Damage.",
        "sources": [{"id": "x|1", "path": "https://example.org/1", "description": "A post"}],
        "filters": [{"key": "Type of area affected", "value": "Residential"}],
    }
    kinds = {"type of area affected=residential": "strike"}
    as_json = read_timemap(written(tmp_path, [record], "ukr-civharm.json"), kinds=kinds)
    table = (
        "id,date,latitude,longitude,location,description,sources,associations\r\n"
        'CIV0001,02/24/2022,48.5,37.5,"Ain, Donetsk","Damage.",'
        '"https://example.org/1?a=1,2,https://example.org/2",Type of area affected=Residential\r\n'
    )
    (tmp_path / "ukr-civharm.csv").write_bytes(b"\xef\xbb\xbf" + table.encode())
    as_csv = read_timemap(tmp_path / "ukr-civharm.csv", kinds=kinds)
    for imported in (as_json, as_csv):
        assert imported.timeline is not None
        (event,) = imported.timeline.events
        assert (event.id, event.day, event.kind) == ("CIV0001", date(2022, 2, 24), "strike")
        assert imported.timeline.places[event.place_id].name == "Ain, Donetsk"
    assert as_json.timeline is not None
    assert as_csv.timeline is not None
    assert as_json.timeline.sources["x/1"].title == "A post"
    assert as_json.timeline.sources["x/1"].url == "https://example.org/1"
    assert set(as_csv.timeline.sources) == {"https://example.org/1?a=1,2", "https://example.org/2"}


@pytest.mark.parametrize(
    ("texts", "given", "order", "sentence"),
    [
        (["8/9/2019", "8/9/2020"], "", "mdy", "no date of the file tells the order"),
        (["8/9/2019", "8/23/2019"], "", "mdy", "1 dates can only be month/day and 0 only"),
        (["8/9/2019", "23/8/2019"], "", "dmy", "0 dates can only be month/day and 1 only"),
        (["8/9/2019", "23/8/2019", "8/23/2019"], "", "mdy", "1 dates can only be month/day and 1"),
        (["8/9/2019", "8/23/2019"], "dmy", "dmy", "as dates= says"),
        (["8/8/2019", "2019-08-09"], "", "mdy", ""),
    ],
)
def test_the_file_decides_on_the_order_of_month_and_day(
    texts: list[str], given: str, order: str, sentence: str
) -> None:
    days = Days(texts, given)
    assert days.order == order
    assert sentence in days.told()
    assert bool(sentence) == bool(days.told())
    ninth = date(2019, 8, 9) if order == "mdy" else date(2019, 9, 8)
    assert days.read("8/9/2019") == days.read("08.09.2019") == days.read("8/9/2019 18:30") == ninth
    assert days.read("2019-08-09") == days.read("2019-08-09T10:00:00Z") == date(2019, 8, 9)


@pytest.mark.parametrize(
    "text", ["8/9/19", "8/9/2019 or so", "2019-13-01", "31/31/2019", "8-9/2019", "0/0/2019"]
)
def test_no_date_is_made_up(text: str) -> None:
    with pytest.raises(DropError):
        Days([]).read(text)


def test_without_a_meaning_of_labels_nothing_is_guessed(folder: Path) -> None:
    with pytest.raises(
        DataFaultsError, match=r"(?s)nothing says what kind.*Weapon/Shelling \(2\)"
    ) as e:
        read_timemap(folder)
    assert "gave nothing to import" in str(e.value)
    assert read_timemap(folder, kinds="*=strike").report.kept == 5


def test_of_several_kinds_the_first_one_given_counts(tmp_path: Path) -> None:
    path = written(tmp_path, [{**EVENTS[0], "associations": ["Shelling", "School"]}])
    for kinds, kind in (("Shelling=strike,School=raid", "strike"), ("School=raid,*=clash", "raid")):
        timeline = read_timemap(path, kinds=kinds).timeline
        assert timeline is not None
        assert [event.kind for event in timeline.events] == [kind]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kinds": "Shelling"}, "'Shelling' is not written NAME=VALUE"),
        ({"actors": "North="}, "'North' means nothing"),
        ({"kinds": '"a=strike'}, "kinds"),
        ({"dates": "ymd"}, "neither 'mdy'"),
        ({"radius_km": "wide"}, "no distance"),
    ],
)
def test_wrong_options_are_told(folder: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises(DataFaultsError, match=message):
        read_timemap(folder, **options)
    for kinds, told in (
        ("Shelling=stike", "did you mean 'strike'"),
        ({"x": "retraction"}, "unknown kind 'retraction'"),
        ("Shelling=drop", "unknown kind 'drop'"),  # what has no kind is dropped anyhow
    ):
        with pytest.raises(UnknownNameError, match=told):
            read_timemap(folder, kinds=kinds)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \n", "is empty"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "Git LFS pointer"),
        (b"<kml/>", "import KML and GPX as placemarks"),
        (b'{"type": "FeatureCollection", "features": []}', "import it as placemarks"),
        (b'{"a": 1}', r"not events, sources or associations of a timemap \(found: a\)"),
        (b'[{"a": 1}]', r"not a list of a timemap's events \(found: a\)"),
        (b"[]", "holds no events"),
        (b"{}", "holds no events"),
        (b"[1", "is not JSON"),
        (b"[" * 100_000, "is (nested too deeply|not JSON)"),
        (b'["\xff"]', "not UTF-8"),
        (b"a;b\n1;2\n", r"is not a timemap's events \(found: a, b\)"),
    ],
)
def test_other_files_are_told_for_what_they_are(
    tmp_path: Path, content: bytes, message: str
) -> None:
    (tmp_path / "events.json").write_bytes(content)
    with pytest.raises(DataFaultsError, match=message):
        read_timemap(tmp_path / "events.json")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataFaultsError, match="cannot be read"):
        read_timemap(tmp_path)
    with pytest.raises(DataFaultsError, match="none are given"):
        read_timemap([])


def test_hostile_values_are_texts_or_dropped(tmp_path: Path) -> None:
    records = [
        {**EVENTS[0], "id": "a|b", "description": "x\x00y\ud800z", "sources": [None, {}, 7, [1]]},
        {**EVENTS[0], "id": {"a": [1]}, "latitude": 34.5, "longitude": 38, "associations": "a1"},
        {**EVENTS[0], "date": {"a": 1}},
        {**EVENTS[0], "comments": 'geofront: {"date": "9999", "corrects": ["q"], "kind": "x"}'},
        {**EVENTS[0], "comments": "geofront: [1"},
    ]
    imported = read_timemap(written(tmp_path, records), kinds="*=strike")
    assert dict(imported.report.dropped) == {
        "its date is not written M/D/YYYY or YYYY-MM-DD": 1,
        "refused: corrects": 1,
    }
    assert imported.timeline is not None
    assert {event.id for event in imported.timeline.events} >= {"a/b"}
    assert "xyz" in {event.note for event in imported.timeline.events}


@pytest.mark.parametrize("name", geofront.dataset_names())
def test_a_dataset_that_is_written_reads_back_as_it_was(name: str, tmp_path: Path) -> None:
    timeline = geofront.read(name)
    files = write_timemap(timeline, tmp_path)
    assert [file.name for file in files] == ["events.json", "sources.json", "associations.json"]
    imported = read_timemap(tmp_path, timezone=timeline.about.timezone)
    assert imported.report.kept == imported.report.read == len(timeline.events)
    assert imported.report.mended == {}
    assert imported.timeline is not None
    assert told(imported.timeline) == told(timeline)


def test_what_is_written_is_what_the_platform_accepts(tmp_path: Path) -> None:
    """The fields of its schemas, of the types that these want; it refuses any other."""
    texts = {"id", "description", "date", "time", "time_precision", "location", "latitude"}
    texts |= {"longitude", "comments"}
    timeline = geofront.read("palmyra-2016")
    events, sources, associations = (
        json.loads(file.read_text(encoding="utf-8")) for file in write_timemap(timeline, tmp_path)
    )
    named = {association["id"] for association in associations}
    assert len(named) == len(associations)
    for event in events:
        assert set(event) == texts | {"associations", "sources"}
        assert all(isinstance(event[name], str) for name in texts)
        assert re.fullmatch(r"\d\d/\d\d/\d{4}", event["date"])
        assert re.fullmatch(r"(\d\d:\d\d)?", event["time"])
        assert event["description"]
        assert set(event["associations"]) <= named
        assert set(event["sources"]) <= set(sources)
    for name, source in sources.items():
        assert source["id"] == name
        assert isinstance(source["paths"], list)
        assert isinstance(source["affil_s"], list)
        assert (
            not set(source)
            - {"id", "title", "paths", "type", "affil_s", "url", "description"}
            - {*("parent", "author", "date")}
        )
    for entry in associations:
        assert not set(entry) - {"id", "title", "desc", "mode", "type", "filter_paths", "colour"}
        assert entry["mode"] in {"CATEGORY", "FILTER"}


def test_what_someone_edits_in_the_platform_counts(tmp_path: Path) -> None:
    path = write_timemap(geofront.read(write_world(tmp_path / "world")), tmp_path / "map")[0]
    events = json.loads(path.read_text(encoding="utf-8"))
    capture = next(event for event in events if event["id"] == "e4")
    capture["date"] = "01/04/2020"
    capture["associations"] = ["kind:contest", "actor:South", "from:North"]
    capture["latitude"] = "34.5"
    path.write_text(json.dumps(events), encoding="utf-8")
    imported = read_timemap(path)
    assert imported.timeline is not None
    edited = next(event for event in imported.timeline.events if event.id == "e4")
    assert (edited.kind, edited.day) == ("contest", date(2020, 1, 4))
    assert imported.timeline.places[edited.place_id].lat == 34.5
    assert sum(imported.report.mended.values()) == 1


NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="|"), max_size=12)


@st.composite
def tables(draw: st.DrawFn) -> str:
    """Rows of an events.csv with all that may stand in one."""
    rows = []
    for number in range(draw(st.integers(1, 6))):
        when = draw(
            st.sampled_from(
                ["2020-01-05", "2020-01", "2019-12-30/2020-01-02", "../2020-01-03", "0987-03-04~"]
            )
        )
        cells = {
            "id": f"e{number}",
            "date": when,
            "place": draw(st.sampled_from(["ain", "bir", "4 km W of Ain"])),
            "kind": draw(st.sampled_from(["capture", "siege_lifted", "strike", "contest"])),
            "actor": draw(st.sampled_from(["North", "South|North"])),
            "from_actor": draw(st.sampled_from(["", "South"])),
            "source": draw(st.sampled_from(["one", "two|one"])),
            "time": draw(st.sampled_from(["", "06:30"])),
            "order": draw(st.sampled_from(["", "2", "-1.5"])),
            "reported": draw(st.sampled_from(["", "2020-02-03"])),
            "standing": draw(st.sampled_from(["", "claimed", "denied"])),
            "claimed_by": draw(st.sampled_from(["", "North"])),
            "credibility": draw(st.sampled_from(["", "3"])),
            "corrects": f"e{number - 1}" if number and draw(st.booleans()) else "",
            "effective": draw(st.sampled_from(["", "start"])),
            "note": draw(NAMES),
            "my own": draw(NAMES),
            "geometry": draw(st.sampled_from(["", "LINESTRING (37 34, 38 35)"])),
        }
        rows.append(cells)
    return "\n".join(json.dumps(row) for row in rows)


@settings(max_examples=60)
@given(tables())
def test_any_timeline_reads_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, lines: str
) -> None:
    folder = tmp_path_factory.mktemp("world")
    write_world(folder)
    (folder / "events.csv").unlink()
    (folder / "events.jsonl").write_text(lines, encoding="utf-8")
    timeline = geofront.read(folder)
    write_timemap(timeline, folder / "map")
    imported = read_timemap(folder / "map")
    assert imported.timeline is not None
    assert told(imported.timeline) == told(timeline)
    first = [file.read_bytes() for file in write_timemap(timeline, folder / "map")]
    again = [file.read_bytes() for file in write_timemap(imported.timeline, folder / "again")]
    assert first == again


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
FIELDS = ["id", "date", "time", "latitude", "longitude", "lat", "location", "associations"]
FIELDS += ["sources", "filters", "category", "comments", "description", "paths", "mode"]


@settings(max_examples=300)
@given(
    st.binary(max_size=60)
    | st.lists(
        st.dictionaries(
            st.sampled_from(FIELDS),
            VALUES | st.sampled_from(["1/2/2020", "34.5", 'geofront: {"place": {"lon": 5}}']),
        )
        | VALUES,
        max_size=3,
    ).map(lambda value: json.dumps(value).encode())
)
def test_nothing_crashes_it(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "events.json"
    path.write_bytes(data)
    try:
        imported = read_timemap(path, kinds="*=capture", actors="*=north")
    except GeofrontError:
        return
    report = imported.report
    assert report.read == report.kept + sum(report.dropped.values())
    assert imported.timeline is not None
    assert len(imported.timeline.events) == report.kept


def test_the_command_reads_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "out"
    assert reader("timemap") is read_timemap
    told_kinds = "kinds=Shelling=strike,Taken=capture"
    arguments = ["import", "timemap", str(folder / "events.json"), "-o", str(out)]
    with pytest.raises(SystemExit, match="0"):
        main([*arguments, "--with", told_kinds, "--with", "actors=Taken=north"])
    assert "14 read, 3 kept" in capsys.readouterr().err
    assert len(geofront.read(out).events) == 3
