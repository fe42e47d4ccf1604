"""GeoJSON: valid by an independent reader, true to the series, and stable to the byte."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import shapely
from geojson_pydantic import FeatureCollection
from worlds import EVENTS, FIRST, LAST, write_world

import geofront
from geofront.cli import main
from geofront.errors import UnknownNameError
from geofront.events.actor import Actors
from geofront.files import write_whole
from geofront.files.whole import _machine
from geofront.render.fingerprint import fingerprint
from geofront.render.geojson.writer import day_geojson, series_geojson

if TYPE_CHECKING:
    from geofront.control.series import Series

GOLDEN = Path(__file__).parent / "golden" / "four-places-2020-01-04.geojson"


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Series:
    folder = write_world(tmp_path_factory.mktemp("world") / "four-places")
    return geofront.draw(geofront.read(folder), start=FIRST, end=LAST)


def read(data: bytes) -> dict[str, Any]:
    collection: dict[str, Any] = json.loads(data)
    FeatureCollection(**collection)
    return collection


def layer(collection: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [f for f in collection["features"] if f["properties"]["layer"] == name]


def test_a_day_is_as_the_golden_file_has_it(series: Series) -> None:
    """The golden file was checked by eye: Ain in the north-west is North's, Dam and Eid South's."""
    told = json.loads(day_geojson(series, date(2020, 1, 4)))
    golden = json.loads(GOLDEN.read_bytes())
    for collection in (told, golden):
        del collection["provenance"]["library_version"]
        collection.pop("fingerprint", None)
    assert told == golden


def test_the_status_of_each_place_is_in_the_file(series: Series) -> None:
    by_day = {
        day: {
            f["properties"]["place_id"]: f["properties"]["actor"] or f["properties"]["status"]
            for f in layer(read(day_geojson(series, day)), "place")
        }
        for day in series.days
    }
    assert by_day[date(2020, 1, 1)] == {
        "ain": "North",
        "bir": "North",
        "dam": "South",
        "eid": "North",
    }
    assert by_day[date(2020, 1, 3)]["eid"] == "South"
    assert by_day[date(2020, 1, 4)]["bir"] == "contested"
    assert by_day[date(2020, 1, 6)] == {
        "ain": "North",
        "bir": "South",
        "dam": "South",
        "eid": "South",
    }


def test_areas_are_wound_by_the_right_hand_rule_and_never_overlap(series: Series) -> None:
    for day in series.days:
        shapes = [
            shapely.geometry.shape(f["geometry"])
            for f in layer(read(day_geojson(series, day)), "area")
        ]
        assert all(s.is_valid for s in shapes)
        for polygon in shapely.get_parts(shapes):
            assert polygon.exterior.is_ccw
        total = shapely.union_all(shapes)
        assert sum(s.area for s in shapes) == pytest.approx(total.area, rel=1e-9)


def test_the_events_of_a_day_carry_their_sources(series: Series) -> None:
    (event,) = layer(read(day_geojson(series, date(2020, 1, 3))), "event")
    assert event["properties"]["event_id"] == "e4"
    assert event["properties"]["source"] == "two"
    assert event["geometry"]["coordinates"] == [38.4, 34.4]


def test_every_file_says_what_it_is_made_of(series: Series) -> None:
    for data in (day_geojson(series, FIRST), series_geojson(series)):
        provenance = read(data)["provenance"]
        assert provenance["library"] == "geofront"
        assert [i["name"] for i in provenance["inputs"]] == ["events.csv", "places.csv"]
        assert all(len(i["sha256"]) == 64 for i in provenance["inputs"])
        assert provenance["method"] == "nearest"


def test_the_series_has_every_shape_once_and_gives_back_every_day(series: Series) -> None:
    whole = read(series_geojson(series))
    assert whole["end_rule"].startswith("start is the first day; end is the day after")
    for day in series.days:
        then = {
            json.dumps([f["geometry"], f["properties"].get("actor"), f["properties"]["status"]])
            for f in layer(whole, "area")
            if f["properties"]["start"] <= day.isoformat() < f["properties"]["end"]
        }
        today = {
            json.dumps([f["geometry"], f["properties"].get("actor"), f["properties"]["status"]])
            for f in layer(read(day_geojson(series, day)), "area")
        }
        assert then == today
    shapes = [json.dumps([f["geometry"], f["properties"]]) for f in whole["features"]]
    assert len(shapes) == len(set(shapes))


def test_places_in_the_series_have_no_gap_and_no_overlap_in_time(series: Series) -> None:
    whole = read(series_geojson(series))
    for place_id in series.place_ids:
        spans = sorted(
            (f["properties"]["start"], f["properties"]["end"])
            for f in layer(whole, "place")
            if f["properties"]["place_id"] == place_id
        )
        assert spans[0][0] == FIRST.isoformat()
        assert spans[-1][1] == (LAST + timedelta(days=1)).isoformat()
        assert all(before[1] == after[0] for before, after in pairwise(spans))


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for name in ("one", "other"):
        folder = write_world(tmp_path / name / "same")
        made.append(series_geojson(geofront.draw(geofront.read(folder))))
    assert made[0] == made[1]


def test_write_geojson_writes_a_file_a_day_and_the_series(series: Series, tmp_path: Path) -> None:
    written = geofront.write_geojson(series, tmp_path / "out")
    assert [p.name for p in written] == [*(f"{d}.geojson" for d in series.days), "series.geojson"]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == sorted(p.name for p in written)


def test_a_file_that_cannot_be_written_leaves_the_former_one(tmp_path: Path) -> None:
    target = tmp_path / "map.geojson"
    write_whole(target, b"former")

    with pytest.raises(TypeError, match="bytes-like"):
        write_whole(target, None)  # type: ignore[arg-type]
    assert target.read_bytes() == b"former"
    assert [p.name for p in tmp_path.iterdir()] == ["map.geojson"]


def test_layers_are_called_as_elsewhere_or_as_their_features(
    series: Series, tmp_path: Path
) -> None:
    for name, layers in (("a", ["area", "place"]), ("b", ["Areas", "places"]), ("c", "areas")):
        geofront.write_geojson(series, tmp_path / name, layers=layers)
    assert content(tmp_path / "a") == content(tmp_path / "b")
    (kind,) = {f["properties"]["layer"] for f in read_file(tmp_path / "c")["features"]}
    assert kind == "area"
    with pytest.raises(UnknownNameError, match="unknown layer 'roads'; there are: areas"):
        geofront.write_geojson(series, tmp_path / "d", layers=["areas", "roads"])
    assert not (tmp_path / "d").exists()


def read_file(folder: Path) -> dict[str, Any]:
    return read((folder / "series.geojson").read_bytes())


# --- going on after an interruption -----------------------------------------------------------

SLOWLY = """
import sys, time
import geofront

def told(days):
    for day in days:
        yield day
        print(day, flush=True)
        time.sleep(0.02)

series = geofront.draw(geofront.read(sys.argv[1]), end="2020-12-30")
geofront.write_geojson(series, sys.argv[2], progress=told)
"""


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def stamps(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_ino for path in folder.iterdir()}


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Series]:
    world = write_world(tmp_path_factory.mktemp("year") / "four-places")
    return world, geofront.draw(geofront.read(world), end="2020-12-30")


def test_a_render_that_is_killed_goes_on_to_the_same_files(
    year: tuple[Path, Series], tmp_path: Path
) -> None:
    world, series = year
    geofront.write_geojson(series, tmp_path / "whole")
    killed = tmp_path / "killed"
    command = [sys.executable, "-c", SLOWLY, str(world), str(killed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _, _day in zip(range(120), process.stdout, strict=False):
            pass
        process.kill()  # as when the power fails: nothing can be tidied up
    assert process.returncode != 0
    expected = content(tmp_path / "whole")
    left = {n: data for n, data in content(killed).items() if not n.startswith(".")}
    assert 120 <= len(left) < 365
    assert all(data == expected[name] for name, data in left.items())
    gone = 2**22 + 1  # more than any process is numbered
    (killed / f".2020-05-01.geojson.part-{_machine()}-{gone}-a1b2c3").write_bytes(b"{half a")
    before = stamps(killed)
    geofront.write_geojson(series, killed, resume=True)
    assert content(killed) == expected
    assert {name: stamps(killed)[name] for name in left} == {n: before[n] for n in left}


def test_the_command_goes_on_as_well(year: tuple[Path, Series], tmp_path: Path) -> None:
    world, _ = year
    arguments = ["map", str(world), "--to", "2020-02-28", "--format", "geojson", "-o"]
    for folder in ("whole", "half"):
        run_cli(*arguments, str(tmp_path / folder))
    for path in sorted((tmp_path / "half").iterdir())[30:]:
        path.unlink()
    before = stamps(tmp_path / "half")
    run_cli(*arguments, str(tmp_path / "half"), "--resume")
    after = stamps(tmp_path / "half")
    assert {name: after[name] for name in before} == before
    assert content(tmp_path / "half") == content(tmp_path / "whole")
    run_cli(*arguments, str(tmp_path / "half"), "--resume")
    assert stamps(tmp_path / "half") == after


def run_cli(*arguments: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 0


@pytest.mark.parametrize("damage", ["cut", "empty", "strange", "folder"])
def test_a_file_that_is_not_whole_is_written_anew(
    series: Series, tmp_path: Path, damage: str
) -> None:
    geofront.write_geojson(series, tmp_path)
    expected = content(tmp_path)
    path = tmp_path / "2020-01-03.geojson"
    data = {"cut": expected[path.name][:-10], "empty": b"", "strange": b"{}", "folder": None}[
        damage
    ]
    path.unlink()
    if data is None:
        path.mkdir()
        with pytest.raises(OSError, match="2020-01-03"):
            geofront.write_geojson(series, tmp_path, resume=True)
        return
    path.write_bytes(data)
    geofront.write_geojson(series, tmp_path, resume=True)
    assert content(tmp_path) == expected


def other_series(series: Series, change: str, folder: Path) -> tuple[Series, dict[str, Any]]:
    """Return a series that differs in one thing, and options of writing."""
    timeline = series.timeline
    if change == "layers":
        return series, {"layers": ["area", "place"]}
    if change == "colours":
        actors = Actors(replace(actor, color="#123456") for actor in timeline.actors)
        timeline = replace(timeline, actors=actors)
    if change == "events":
        timeline = geofront.read(write_world(folder, events=EVENTS.replace("-05,bir", "-06,bir")))
    if change == "generalised":
        return series.generalised(5.0), {}
    drawing: dict[str, Any] = {
        "reach": {"reach_km": 20.0},
        "extent": {"extent": shapely.box(37, 33, 39, 35)},
        "policy": {"policy": "latest-report"},
        "span": {"end": date(2020, 1, 5)},
    }.get(change, {})
    return geofront.draw(timeline, **{"start": FIRST, "end": LAST, **drawing}), {}


@pytest.mark.parametrize(
    "change",
    ["layers", "colours", "events", "generalised", "reach", "extent", "policy", "span"],
)
def test_files_of_other_inputs_or_options_are_not_taken_for_done(
    series: Series, tmp_path: Path, change: str
) -> None:
    other, options = other_series(series, change, tmp_path / "world")
    geofront.write_geojson(series, tmp_path / "out")
    before = stamps(tmp_path / "out")
    written = geofront.write_geojson(other, tmp_path / "out", resume=True, **options)
    geofront.write_geojson(other, tmp_path / "fresh", **options)
    after = stamps(tmp_path / "out")
    assert not {p.name for p in written if before[p.name] == after[p.name]}
    told = {name: content(tmp_path / "out")[name] for name in content(tmp_path / "fresh")}
    assert told == content(tmp_path / "fresh")


def test_the_same_series_has_the_same_fingerprint_in_another_process(
    year: tuple[Path, Series],
) -> None:
    world, series = year
    code = (
        "import sys, geofront\n"
        "from geofront.render.fingerprint import fingerprint\n"
        "series = geofront.draw(geofront.read(sys.argv[1]), end='2020-12-30')\n"
        "print(fingerprint(series, ['a', 'b']))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(world)], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == fingerprint(series, ("b", "a"))
    assert fingerprint(series, ["a"]) != fingerprint(series, ["b"])
