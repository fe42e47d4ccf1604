"""GeoJSON: valid by an independent reader, true to the series, and stable to the byte."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import shapely
from geojson_pydantic import FeatureCollection
from worlds import FIRST, LAST, write_world

import geofront
from geofront.files import write_whole
from geofront.render.geojson import day_geojson, series_geojson

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
