"""DeepState's maps: daily files, the unified archive, the map's own JSON."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
import shapely
from drawnworlds import adds_up, collection, day, feature, km2, saved, shown, square
from hypothesis import given, settings
from hypothesis import strategies as st

from geofront.adapters import reader
from geofront.adapters.drawn.deepstate import LICENCE, read_deepstate
from geofront.control.mapfolder import draw_import
from geofront.errors import DataFaultsError

if TYPE_CHECKING:
    from pathlib import Path

OCCUPIED = "Окуповано /// Occupied /// geoJSON.status.occupied\n"
CRIMEA = "Окупований Крим /// Occupied Crimea\xa0/// geoJSON.territories.crimea"
UNKNOWN = "Статус невідомий /// Unknown status\xa0/// geoJSON.status.unknown"
RETAKEN = "Звільнено 25.03 /// Liberated 25.03 /// geoJSON.status.dismissed_at {{at:25.03}}"
ABROAD = "Східна Пруссія /// East Prussia /// geoJSON.territories.prussia"
ATTACK = "Напрямок удару /// Direction of attack /// geoJSON.status.attack_direction"
UNIT = "1-й полк /// 1st regiment /// geoJSON.units.regiment"


def point(name: str) -> dict[str, object]:
    return feature({"type": "Point", "coordinates": [36.8, 48.0, 0]}, name=name)


def version(*features: object, number: object = 1, when: object = None) -> dict[str, object]:
    return {"id": number, "datetime": when, "map": collection(*features)}


def daily(folder: Path, text: str, geometry: dict[str, Any] | None) -> Path:
    name = f"deepstatemap_data_{text}.geojson"
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    return saved(folder / name, collection(feature(geometry), name=name, crs=crs))


def test_a_folder_of_daily_files(tmp_path: Path) -> None:
    multi = {"type": "MultiPolygon", "coordinates": [square(37, 48)["coordinates"]]}
    daily(tmp_path, "20240708", multi)
    daily(tmp_path, "20240709", multi)
    daily(tmp_path, "20240712", square(37, 47, 2))
    saved(tmp_path / "README.md", "about these files")
    imported = read_deepstate(tmp_path)
    assert shown(imported) == {
        "2024-07-08": {"russia": "37 48 38 49"},
        "2024-07-09": {"russia": "37 48 38 49"},
        "2024-07-12": {"russia": "37 47 39 49"},
    }
    report = imported.report
    assert (report.read, report.kept, dict(report.dropped), dict(report.mended)) == (3, 3, {}, {})
    late, licence, missing, same = report.notes
    assert "two or three days late on purpose" in late
    assert licence == f"licence: {LICENCE}"
    assert missing.startswith("2 of 5 days have no map: 2024-07-10 to 2024-07-11; ")
    assert same.startswith("1 maps are equal to that of the day before: 2024-07-09; whether ")
    assert (imported.about.start, imported.about.end) == (day("2024-07-08"), day("2024-07-12"))
    assert "no licence to redistribute" in imported.about.licence
    assert imported.about.attribution == "DeepStateMap.Live"
    assert [(a.id, a.name, a.color) for a in imported.actors] == [("russia", "Russia", "#C0392B")]


def test_areas_are_those_of_the_files(tmp_path: Path) -> None:
    # Short edges, as the files have: a long one is straight in degrees here, and geodesic there.
    ring = [[37 + 0.013 * i, 48 + 0.011 * (i * i % 7)] for i in range(40)]
    back = [[37 + 0.013 * i, 48.5] for i in reversed(range(40))]
    coordinates = [[*ring, *back, ring[0]]]
    daily(tmp_path, "20240708", {"type": "Polygon", "coordinates": coordinates})
    imported = read_deepstate(tmp_path)
    series = draw_import(imported)
    table = series.stats()
    mine = table.loc[table["actor"] == "russia", "area_km2"].iloc[0]
    assert mine == pytest.approx(km2(shapely.Polygon(coordinates[0])), rel=1e-5)
    assert series.snapshot("2024-07-08").as_of == day("2024-07-08")


def test_the_unified_archive(tmp_path: Path) -> None:
    value = collection(
        feature(square(37, 48), id=0, date="2024-07-08"),
        feature(square(37, 47), id=1, date="2024-07-09T00:00:00"),
        feature(square(37, 47), id=2, date=None),
        feature(square(37, 47), id=3, date="2024-07-32"),
        feature(None, id=4, date="2024-07-10"),
        feature(square(37, 46), id=5, date="2024-07-09"),
        feature(square(37, 48), id=6, date="2024-07-08"),
        feature(square(170, 85, 10), id=7, date="2024-07-11"),
        feature(square(-0.5, 48), id=8, date="2024-07-12"),
        "no feature",
    )
    packed = saved(tmp_path / "a.geojson.gz", gzip.compress(json.dumps(value).encode()))
    imported = read_deepstate(packed, actor="north")
    assert shown(imported) == {
        "2024-07-08": {"north": "37 48 38 49"},
        "2024-07-09": {"north": "37 47 38 48"},
        "2024-07-12": {"north": "-0.5 48 0.5 49"},
    }
    assert dict(imported.report.dropped) == {
        "a feature is no JSON object": 1,
        "another file has a map of this day already": 1,
        "another file has the same map of this day": 1,
        "the coordinates are not degrees of WGS 84": 1,
        "the day is not readable": 1,
        "the record has no day": 1,
        "the record has no geometry": 1,
    }
    assert (imported.report.read, imported.report.kept) == (10, 3)
    rows = {x.row: x.value for x in imported.report.examples if x.row}
    assert rows[4] == "2024-07-32"
    assert rows[8] == "180, 95"
    assert adds_up(imported)
    plain = saved(tmp_path / "plain.json", value)
    assert shown(read_deepstate([plain], actor="north")) == shown(imported)


def test_the_maps_own_json(tmp_path: Path) -> None:
    # Coordinates have a height; later in the day in Kyiv it is the next day.
    high = {"type": "Polygon", "coordinates": [[[*p, 0] for p in square(37, 48)["coordinates"][0]]]}
    value = version(
        feature(high, name=OCCUPIED, fill="#a52714"),
        feature(square(33, 45), name=CRIMEA, fill="#880e4f"),
        feature(square(37.5, 48), name=RETAKEN, fill="#0f9d58"),
        feature(square(38.5, 48), name=UNKNOWN, fill="#bcaaa4"),
        feature(square(20, 54), name=ABROAD, fill="#ff5252"),
        feature(square(39.5, 48), name="Стара назва", fill="#0288d1"),
        feature(square(41, 48), name="Хтозна", fill="#123456"),
        feature({"type": "Polygon", "coordinates": [[[1, 1], [2, 2]]]}, name=OCCUPIED),
        point(ATTACK),
        point(UNIT),
        point("Аеродром /// Airfield /// geoJSON.airfield.x"),
        when="2024-07-08T22:30:00.000Z",
    )
    imported = read_deepstate(saved(tmp_path / "last.json", value))
    assert shown(imported) == {
        "2024-07-09": {"russia": "33 45 38 49", "ukraine": "38 48 40.5 49"},
    }
    report = imported.report
    assert dict(report.dropped) == {
        "a point: a direction of attack, not an area": 1,
        "a point: a place or a symbol, not an area": 1,
        "a point: a unit, not an area": 1,
        "an area outside this war's map": 1,
        "the area has neither a key nor a colour that is known": 1,
        "the coordinates make no polygon": 1,
        "the status of the area is unknown: it is nobody's": 1,
    }
    assert (report.read, report.kept) == (11, 4)
    assert dict(report.mended) == {
        "an area overlapped another one that goes before it, and was cut": 1,
        "the status of an area without a key was taken from its colour": 1,
    }
    assert any("of ukraine were russia's as well; left to it" in note for note in report.notes)
    assert "1 maps lack polygons that could not be read: 2024-07-09" in report.notes
    assert [actor.id for actor in imported.actors] == ["russia", "ukraine"]
    draw_import(imported)  # areas do not overlap


def test_ground_of_unknown_status_is_whose_the_user_says(tmp_path: Path) -> None:
    file = saved(
        tmp_path / "last.json",
        version(
            feature(square(37, 48), name=OCCUPIED),
            feature(square(38, 48), name=UNKNOWN),
            when="2024-07-08T10:00:00Z",
        ),
    )
    imported = read_deepstate(file, unknown="russia|ukraine")
    assert shown(imported)["2024-07-08"] == {
        "russia": "37 48 38 49",
        "russia|ukraine": "38 48 39 49",
    }
    snapshot = draw_import(imported).snapshot("2024-07-08")
    assert set(snapshot.areas["status"]) >= {"held", "contested"}


def test_of_several_versions_of_a_day_the_last_one_stays(tmp_path: Path) -> None:
    early = version(feature(square(37, 48), name=OCCUPIED), when="2024-07-08T06:00:00Z")
    late = version(feature(square(38, 48), name=OCCUPIED), when="2024-07-08T16:00:00Z")
    numbered = version(feature(square(39, 48), name=OCCUPIED), number=1720540800, when="soon")
    saved(tmp_path / "1.json", late)
    saved(tmp_path / "2.json", [early, numbered, {"map": 3}, "x"])
    imported = read_deepstate(tmp_path)
    assert shown(imported) == {
        "2024-07-08": {"russia": "38 48 39 49"},
        "2024-07-09": {"russia": "39 48 40 49"},  # 1720540800 is that day, 16:00 UTC
    }
    assert dict(imported.report.dropped) == {
        "a later version of the same day replaces it": 1,
        "the file has no list of features": 2,
    }
    assert sum(imported.report.mended.values()) == 1
    assert adds_up(imported)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("public.json", [{"id": 1, "description": "…"}], "a list of updates has no areas"),
        ("a.geojson", collection(feature(square(1, 1))), "no day; say it with dates="),
        ("20240230.geojson", collection(feature(square(1, 1))), "reads as 2024-02-30"),
        ("20240708.geojson", collection(), "the map shows no area"),
        ("20240708.geojson", collection(feature(square(1, 1), type="gains")), "'liveuamap'"),
        ("20240708.geojson", collection(feature(square(1, 1), actor="x")), "of another format"),
        ("20240708.geojson", {"rows": []}, "it has: rows"),
        ("20240708.geojson", "", "it is empty"),
        ("20240708.geojson", "<!DOCTYPE html><p>", "a web page"),
        ("20240708.geojson", "\ufeff<kml>", "KML"),
        ("20240708.geojson", b"\xff\xfe\x00", "not UTF-8"),
        ("20240708.geojson", "{" * 100_000, "not JSON"),
        ("last.json", version(when="x", number=1e30), "no readable day"),
        ("last.json", version(point(UNIT), when="2024-07-08"), "a unit, not an area"),
    ],
)
def test_files_of_other_kinds_are_refused(
    tmp_path: Path, name: str, content: object, told: str
) -> None:
    with pytest.raises(DataFaultsError) as caught:
        read_deepstate(saved(tmp_path / name, content))
    assert told in str(caught.value)
    assert name in str(caught.value)


def test_a_day_may_be_told(tmp_path: Path) -> None:
    file = saved(tmp_path / "map.geojson", collection(feature(square(37, 48))))
    for dates in ({"map.geojson": day("2024-07-08")}, "map=2024-07-08"):
        assert list(shown(read_deepstate(file, dates=dates))) == ["2024-07-08"]
    with pytest.raises(DataFaultsError, match="is not a day"):
        read_deepstate(file, dates="map=July")
    with pytest.raises(DataFaultsError, match="NAME=VALUE"):
        read_deepstate(file, dates="2024-07-08")


def test_the_format_has_its_name() -> None:
    assert reader("deepstate") is read_deepstate


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from([OCCUPIED, UNKNOWN, "2024-07-08", "Polygon", "Point", 1720540800])
    | st.just(square(37, 48)),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "features",
                    "map",
                    "properties",
                    "geometry",
                    "name",
                    "date",
                    "datetime",
                    "id",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None)
@given(value=JSON | st.lists(JSON, max_size=4).map(lambda found: collection(*found)))
def test_whatever_stands_there_nothing_but_faults(
    tmp_path_factory: pytest.TempPathFactory, value: object
) -> None:
    file = saved(tmp_path_factory.mktemp("fuzz") / "20240708.json", value)
    try:
        imported = read_deepstate(file)
    except DataFaultsError:
        return
    report = imported.report
    assert report.read == report.kept + sum(report.dropped.values())
    assert imported.maps


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=80), head=st.sampled_from([b"", b"PK\x03\x04", b"\x1f\x8b", b"["]))
def test_any_bytes_give_faults(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, head: bytes
) -> None:
    file = saved(tmp_path_factory.mktemp("fuzz") / "20240708.geojson", head + data)
    with pytest.raises(DataFaultsError):
        read_deepstate(file)
