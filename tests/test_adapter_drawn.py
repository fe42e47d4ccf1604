"""Imported maps in all formats alike: archives, pointers, writing, and the folder as a source."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
import shapely
from drawnworlds import adds_up, collection, day, feature, saved, shown, square
from hypothesis import given, settings
from hypothesis import strategies as st

import geofront
from geofront.adapters import Imported
from geofront.adapters.drawn import files as drawnfiles
from geofront.adapters.drawn.deepstate import read_deepstate
from geofront.adapters.drawn.isw import read_isw
from geofront.adapters.imported import REPORT, STATEMENTS
from geofront.adapters.report import Ledger
from geofront.cli import main
from geofront.control.mapfolder import draw_import, read_map_folder
from geofront.errors import DataFaultsError, ExtentError
from geofront.events.actor import Actor
from geofront.events.dailymaps import daily_maps, map_bytes, read_daily_maps
from geofront.events.timeline import About

if TYPE_CHECKING:
    from pathlib import Path

WEST, EAST = shapely.box(0.5, 0.5, 1, 1.5), shapely.box(1, 0.5, 1.5, 1.5)
NORTH = Actor("north", "Forces of the North", "northern-side", "#123456")


def imported(**maps: dict[str, shapely.Geometry]) -> Imported:
    """Maps of days written ``d01``, ``d02`` of January 2020."""
    found = daily_maps({f"2020-01-{name[1:]}": areas for name, areas in maps.items()})
    about = About(
        title="Two parties",
        start=min(found),
        end=max(found),
        extent=shapely.box(0, 0, 2, 2),
        licence="CC-BY-4.0",
        attribution="Nobody",
    )
    return Imported(about, Ledger("test").report(), maps=found, actors=(NORTH,))


def two_days() -> Imported:
    return imported(
        d01={"north": WEST, "north|South": EAST}, d03={"north": shapely.union(WEST, EAST)}
    )


def run(arguments: list[str]) -> int:
    """The exit status of a command."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    return int(str(caught.value.code or 0))


# --- opening -----------------------------------------------------------------------------------


def zip_of(**members: object) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in members.items():
            archive.writestr(name, value if isinstance(value, bytes) else json.dumps(value))
    return packed.getvalue()


def test_archives_of_many_files_beside_what_is_none(tmp_path: Path) -> None:
    def one(lon: float) -> object:
        return collection(feature(square(lon, 48)))

    members = {
        "deep/20240708.geojson": one(37),
        "deep/20240709.geojson": one(38),
        "deep/._20240708.geojson": b"\0",
        "README.md": b"text",
    }
    saved(tmp_path / "a.zip", zip_of(**members))
    saved(tmp_path / "b.zip", zip_of(**{"README.md": b"text"}))
    saved(tmp_path / "c.zip", zip_of(**members)[:-40])
    saved(tmp_path / "20240710.geojson.gz", gzip.compress(json.dumps(one(39)).encode()))
    saved(tmp_path / "20240711.geojson.gz", gzip.compress(b"x" * 1000)[:-9])
    saved(tmp_path / ".hidden", "x")
    result = read_deepstate(tmp_path)
    assert shown(result) == {
        "2024-07-08": {"russia": "37 48 38 49"},
        "2024-07-09": {"russia": "38 48 39 49"},
        "2024-07-10": {"russia": "39 48 40 49"},
    }
    assert dict(result.report.dropped) == {
        "the archive cannot be unpacked": 2,
        "the archive holds no map": 1,
    }
    assert adds_up(result)
    assert result.report.files == (
        *("20240710.geojson.gz", "20240711.geojson.gz", "a.zip", "b.zip", "c.zip"),
    )


def test_archives_unpack_to_so_much_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawnfiles, "MOST_UNPACKED", 10_000)
    bomb = b"[" * 20_000
    for name, packed in (
        ("a.zip", zip_of(**{"20240708.json": bomb})),
        ("b.gz", gzip.compress(bomb)),
    ):
        with pytest.raises(DataFaultsError, match="unpacks to more than is read"):
            read_deepstate(saved(tmp_path / name, packed))
    several = zip_of(**{f"2024070{n}.json": b" " * 4000 for n in range(1, 6)})
    with pytest.raises(DataFaultsError, match="unpacks to more than is read"):
        read_deepstate(saved(tmp_path / "c.zip", several))


def test_pointers_of_git_lfs_are_told_from_data(tmp_path: Path) -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 19812345\n"
    with pytest.raises(DataFaultsError, match=r"Git LFS.*19,812,345 bytes.*git lfs pull"):
        read_deepstate(saved(tmp_path / "deepstate-map-data.geojson.gz", pointer))


def test_files_that_are_not_there_are_all_told(tmp_path: Path) -> None:
    with pytest.raises(DataFaultsError) as caught:
        read_isw([tmp_path / "a", tmp_path / "b"])
    assert [fault.message for fault in caught.value.faults] == ["does not exist"] * 2
    with pytest.raises(DataFaultsError, match="none are given"):
        read_isw([])
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataFaultsError, match="the files hold no map"):
        read_isw(tmp_path / "empty")


def test_corners_at_zero_are_no_position(tmp_path: Path) -> None:
    ring = [[0, 0], [37, 48], [38, 49], [0, 0]]
    bad = feature({"type": "Polygon", "coordinates": [ring]}, date="2024-07-08")
    empty = feature({"type": "Polygon", "coordinates": []}, date="2024-07-08")
    good = feature(square(37, 48), date="2024-07-09")
    result = read_deepstate(saved(tmp_path / "a.json", collection(bad, empty, good)))
    assert dict(result.report.dropped) == {
        "a corner stands at 0, 0, which is no position": 1,
        "the record has no geometry": 1,
    }


def test_polygons_that_are_lines_are_no_map(tmp_path: Path) -> None:
    line = {"type": "Polygon", "coordinates": [[[37, 48], [38, 49], [37.5, 48.5], [37, 48]]]}
    gap = {"type": "MultiPolygon", "coordinates": [square(37, 48)["coordinates"], []]}
    value = collection(feature(line, date="2024-07-08"), feature(gap, date="2024-07-09"))
    result = read_deepstate(saved(tmp_path / "a.json", value))
    assert dict(result.report.dropped) == {"the polygon has no area": 1}
    assert shown(result) == {"2024-07-09": {"russia": "37 48 38 49"}}


NUMBERS = st.integers(30, 34) | st.floats(30, 34) | st.sampled_from([0, 180, 90, 1e300, None])
RINGS = st.lists(
    st.tuples(st.integers(30, 34) | NUMBERS, st.integers(30, 34)), min_size=1, max_size=8
).map(lambda ring: [*ring, ring[0]])
POLYGONS = st.lists(RINGS, max_size=3)


@settings(max_examples=150, deadline=None)
@given(polygons=st.lists(POLYGONS, min_size=1, max_size=4), kind=st.sampled_from(["P", "M", "E"]))
def test_polygons_of_any_shape_give_maps_or_faults(
    tmp_path_factory: pytest.TempPathFactory, polygons: list[list[object]], kind: str
) -> None:
    when = {"pub_date": "2024-07-08", "date": "2024-07-08"}
    features: list[object] = [
        {"attributes": when, "geometry": {"rings": rings, "spatialReference": {"wkid": 4326}}}
        if kind == "E"
        else feature({"type": "MultiPolygon", "coordinates": [rings]}, **when)
        if kind == "M"
        else feature({"type": "Polygon", "coordinates": rings}, **when)
        for rings in polygons
    ]
    folder = tmp_path_factory.mktemp("fuzz")
    file = saved(folder / "UkraineControlMap.json", collection(*features))
    try:
        result = read_isw(file) if kind == "E" else read_deepstate(file)
    except DataFaultsError:
        return
    assert adds_up(result)
    result.write(folder / "out")
    with suppress(ExtentError):  # what goes over the 180th meridian is read, and can't be drawn
        assert (read_map_folder(folder / "out").stats()["area_km2"] >= 0).all()


def test_invalid_polygons_are_mended_and_told(tmp_path: Path) -> None:
    bow = [[37, 48], [38, 49], [38, 48], [37, 49], [37, 48]]
    value = collection(feature({"type": "Polygon", "coordinates": [bow]}, date="2024-07-08"))
    result = read_deepstate(saved(tmp_path / "a.json", value))
    assert dict(result.report.mended) == {"an invalid polygon was repaired": 1}
    assert result.maps is not None
    assert [repair.reason for repair in result.maps.repairs] == ["Self-intersection[37.5 48.5]"]


# --- writing, and the folder as a source -------------------------------------------------------


def test_written_maps_read_back_as_they_were(tmp_path: Path) -> None:
    first = two_days()
    written = first.write(tmp_path)
    assert sorted(path.relative_to(tmp_path).as_posix() for path in written) == [
        *("actors.csv", "conflict.toml", REPORT, "maps/2020-01-01.geojson"),
        "maps/2020-01-03.geojson",
    ]
    again = read_daily_maps(tmp_path / "maps", column="actor")
    assert first.maps is not None
    assert list(again) == list(first.maps)
    for when, areas in first.maps.items():
        assert {a: s.normalize() for a, s in again[when].items()} == {
            a: s.normalize() for a, s in areas.items()
        }
    contents = {path: path.read_bytes() for path in written}
    assert first.write(tmp_path) == written
    assert {path: path.read_bytes() for path in written} == contents


def test_a_map_that_shows_nothing_is_a_map(tmp_path: Path) -> None:
    imported(d01={"north": WEST}, d02={}).write(tmp_path)
    series = read_map_folder(tmp_path)
    assert [str(x) for x in series.updated_days] == ["2020-01-01", "2020-01-02"]
    assert set(series.snapshot("2020-01-02").areas["status"]) == {"unknown"}
    assert json.loads(map_bytes(day("2020-01-02"), {}))["features"] == []


def test_what_is_here_already_is_not_mixed_with_an_import(tmp_path: Path) -> None:
    two_days().write(tmp_path)
    with pytest.raises(DataFaultsError, match=r"maps/2020-01-03.geojson: is here already"):
        imported(d01={"north": WEST}).write(tmp_path)
    saved(tmp_path / "events.csv", "date,place,kind,actor\n")
    with pytest.raises(DataFaultsError, match=r"events.csv: is here already"):
        two_days().write(tmp_path)


def test_blanks_around_the_bar_of_contested_ground_make_no_further_actors(tmp_path: Path) -> None:
    imported(d01={"north | south": WEST, "south": EAST}).write(tmp_path)
    (tmp_path / "actors.csv").unlink()
    series = read_map_folder(tmp_path)
    assert [actor.id for actor in series.timeline.actors] == ["north", "south"]
    assert [label.actors for label in series.labels] == [(), ("north", "south"), ("south",)]


def test_a_folder_of_maps_is_a_series(tmp_path: Path) -> None:
    first = two_days()
    first.write(tmp_path)
    series = read_map_folder(tmp_path)
    drawn = draw_import(first)
    assert series.title == drawn.title == "Two parties"
    assert (str(series.start), str(series.end)) == ("2020-01-01", "2020-01-03")
    assert series.provenance["licence"] == "CC-BY-4.0"
    assert series.provenance["attribution"] == "Nobody"
    assert {file.name for file in series.timeline.inputs} == {
        *("actors.csv", "conflict.toml", "maps/*.geojson (2 files)"),
    }
    found = {actor.id: (actor.name, actor.side, actor.color) for actor in series.timeline.actors}
    assert found["north"] == ("Forces of the North", "northern-side", "#123456")
    assert "South" in found
    mine, theirs = series.stats(), drawn.stats()
    assert mine["area_km2"].tolist() == pytest.approx(theirs["area_km2"].tolist())
    assert series.snapshot("2020-01-02").as_of == day("2020-01-01")
    kinds = series.snapshot("2020-01-01").areas.set_index("status")["area_km2"]
    assert kinds["held"] == pytest.approx(kinds["contested"], rel=1e-3)
    half = read_map_folder(tmp_path, start="2020-01-02", extent=shapely.box(0, 0, 1, 2))
    assert half.start == day("2020-01-02")
    assert set(half.snapshot("2020-01-03").areas["actor"].dropna()) == {"north"}


def test_colours_and_further_actors(tmp_path: Path) -> None:
    two_days().write(tmp_path / "maps-folder")
    more = saved(tmp_path / "more.csv", "id,name,color\nSouth,Southerners,#00FF00\n")
    series = read_map_folder(tmp_path / "maps-folder", actors=[more], otherwise="West")
    assert series.timeline.actors["South"].color == "#00FF00"
    assert set(series.snapshot("2020-01-03").areas["actor"].dropna()) == {"north", "West"}
    safe = read_map_folder(tmp_path / "maps-folder", palette="colour-blind-safe")
    assert safe.timeline.actors["north"].color != "#123456"


def test_a_folder_of_bare_maps_will_do(tmp_path: Path) -> None:
    folder = tmp_path / "bare"
    saved(folder / "maps" / "2020-01-01.geojson", map_bytes(day("2020-01-01"), {"A": WEST}))
    series = read_map_folder(folder)
    assert (series.title, [a.id for a in series.timeline.actors]) == ("bare", ["A"])
    saved(folder / "conflict.toml", 'title = "X"\nextend = 3\n')
    with pytest.raises(DataFaultsError, match="'extend' is no setting"):
        read_map_folder(folder)
    with pytest.raises(DataFaultsError, match="is no folder of maps"):
        read_map_folder(tmp_path)
    nothing = map_bytes(day("2020-01-01"), {})
    empty = saved(tmp_path / "b" / "maps" / "20200101.geojson", nothing).parents[1]
    with pytest.raises(ExtentError):
        read_map_folder(empty)


def test_maps_drawn_into_a_folder_of_events_are_not_taken_for_its_source(tmp_path: Path) -> None:
    row = "date,place,kind,actor,lon,lat\n2020-01-01,Somewhere,hold,A,37,48\n"
    saved(tmp_path / "events.csv", row)
    args = ["map", str(tmp_path), "--format", "geojson", "-o", str(tmp_path / "maps")]
    assert run(args) == 0
    assert (tmp_path / "maps" / "2020-01-01.geojson").is_file()
    assert len(geofront.read(tmp_path).events) == 1
    assert run(["stats", str(tmp_path)]) == 0


def test_commands_on_a_folder_of_maps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "source"
    two_days().write(source)
    page = tmp_path / "page.html"
    assert run(["map", str(source), "--format", "html", "-o", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    for told in ("Two parties", "CC-BY-4.0", "Nobody", "Forces of the North", "#123456"):
        assert told in text
    assert run(["map", str(source), "--from", "2020-01-02", "-o", str(tmp_path / "out")]) == 0
    first = json.loads((tmp_path / "out" / "2020-01-02.geojson").read_text(encoding="utf-8"))
    areas = [f["properties"] for f in first["features"] if f["properties"]["layer"] == "area"]
    assert {(a["actor"], a["side"], a["status"]) for a in areas} >= {
        ("north", "northern-side", "held")
    }
    capsys.readouterr()
    assert run(["stats", str(source), "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["actor"] for row in rows if row["status"] == "held"} == {"north"}
    for option in (["--policy", "latest-report"], ["--method", "nearest"], ["--reach-km", "3"]):
        assert run(["stats", str(source), *option]) == 2
    assert "holds maps that were drawn, and no events" in capsys.readouterr().err
    beside = ["--beside", "latest-report", "--format", "html", "-o", str(page)]
    assert run(["map", str(source), *beside]) == 2
    assert run(["status", str(source), "--on", "2020-01-01"]) == 1
    assert "holds daily maps and no events" in capsys.readouterr().err


def test_import_and_map_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = tmp_path / "files"
    for text, lon in (("17AUG2024", 37.0), ("18AUG2024", 37.5)):
        value = collection(feature(square(lon, 48)))
        saved(files / f"UkraineControlMapAO{text}.geojson", value)
        saved(files / f"ClaimedRussianTerritory{text}.geojson", collection(feature(square(39, 48))))
    out = tmp_path / "isw"
    assert run(["import", "isw", str(files), "-o", str(out), "--with", "actor=east"]) == 0
    told = capsys.readouterr().err
    assert "isw: 4 read, 3 kept" in told
    assert "no redistribution" in told
    drawing = ["map", str(out), "--format", "geojson", "-o", str(tmp_path / "maps")]
    assert run(drawing) == 1
    assert "may not be passed on (ISW/CTP" in capsys.readouterr().err
    assert not (tmp_path / "maps").exists()
    assert run([*drawing, "--allow-restricted"]) == 0
    capsys.readouterr()
    assert run(["status", str(out / STATEMENTS), "--on", "2024-08-17", "--format", "json"]) == 0
    (status,) = json.loads(capsys.readouterr().out)
    assert (status["place_id"], status["status"]) == ("isw-claimed-2024-08-17-1", "unknown")
