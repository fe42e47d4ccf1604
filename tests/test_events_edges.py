"""What is refused of actors, sources, extents and settings, each by its own message."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyogrio
import pytest
import shapely
from statements import ACTORS, event, timeline

from geofront.errors import DataFaultsError, UnknownNameError
from geofront.events.actor import Actor, Actors, read_actors
from geofront.events.conflict import read_conflict
from geofront.events.contents import contents_of
from geofront.events.dailymaps import holds_maps, read_daily_maps
from geofront.events.evidence import policy
from geofront.events.extent import box_extent, read_extent
from geofront.events.palette import SAFE
from geofront.events.publishing import Publishing
from geofront.events.schema import manual_table
from geofront.events.source import read_sources
from geofront.events.writer import write_timeline

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def faults(read: Callable[[], object]) -> list[str]:
    with pytest.raises(DataFaultsError) as caught:
        read()
    return [str(fault) for fault in caught.value.faults]


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


# --- actors.csv -----------------------------------------------------------------------------


def test_every_fault_of_a_table_of_actors_is_told_at_once(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "actors.csv",
        "id,name,side,color,aliases,since\n"
        "n,North,,blue,,\n"
        ",Nobody,,,,\n"
        "n,North again,,,,\n"
        "s,South,,#445566,The Others|north,\n"
        "x,,west,,,2020-01-05\n"
        "s,,west,,,2020-13-05\n"
        "s,,west,,,2020-01-05\n"
        "s,,east,,,2020-01-05\n",
    )
    assert faults(lambda: read_actors(path)) == [
        "actors.csv, row 2: color 'blue' is not #rrggbb, such as #4477AA",
        "actors.csv, row 3: id is missing; write what the events name",
        "actors.csv, row 4: actor 'n' stands twice; keep one row, or give the day in 'since'",
        "actors.csv, row 5: 'north' already means the actor 'n'; drop or rename one",
        "actors.csv, row 6: 'x' has no row without 'since' before this one; add it",
        "actors.csv, row 7: since: date '2020-13-05' has month 13; months run from 01 to 12",
        (
            "actors.csv, row 9: since 2020-01-05 is not later than in the actor's row before; "
            "put them in order"
        ),
    ]


def test_an_actor_belongs_to_the_side_of_the_day(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "actors.csv",
        "id,name,side,color,since\nm,Militia,south,#778899,\nm,,north,,2020-01-05\nm,,,,2020-02-01\n",
    )
    (militia,), _ = read_actors(path)
    days = [date(2020, 1, 4), date(2020, 1, 5), date(2020, 1, 31), date(2020, 2, 1)]
    assert [militia.side_on(day) for day in days] == ["south", "north", "north", "m"]
    actors = Actors([militia])
    assert actors.turns == (date(2020, 1, 5), date(2020, 2, 1))
    assert [actors.on(day).side_of("m") for day in days] == ["south", "north", "north", "m"]
    assert actors.sides == ("m", "north", "south")


def test_a_letter_and_its_accent_in_one_sign_or_two_are_one_actor() -> None:
    composed, in_two_signs = "Força Norte", "Forc\u0327a Norte"
    assert composed != in_two_signs
    actors = Actors.named([composed, in_two_signs])
    assert len(actors) == 1
    assert actors.find(in_two_signs.upper()) is actors.find(composed)


def test_of_actors_with_one_id_or_one_spelling_the_first_one_stays() -> None:
    first = Actor("n", "North", "n", "#112233", ("N.",))
    second = Actor("n", "Another", "n", "#445566")
    third = Actor("x", "north", "x", "#778899")
    actors = Actors([first, second, third])
    assert [actor.name for actor in actors] == ["North", "north"]
    assert actors.find(" NORTH ") is first
    assert actors.find("n.") is first
    assert actors.find("Another") is None


# --- sources.csv ----------------------------------------------------------------------------


def test_every_fault_of_a_table_of_sources_is_told_at_once(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "sources.csv",
        "id,title,reliability,published\n"
        "one,One,b,2020-01\n"
        ",Nameless,A,\n"
        "one,One again,,\n"
        "two,Two,G,2020-31-01\n",
    )
    assert faults(lambda: read_sources(path)) == [
        "sources.csv, row 3: id is missing; write what the events cite",
        "sources.csv, row 4: source 'one' stands twice; keep one row",
        "sources.csv, row 5: published: date '2020-31-01' has month 31; months run from 01 to 12",
        "sources.csv, row 5: reliability 'G' is not A to F; F if unknown",
    ]


def test_what_a_source_leaves_out_is_unknown(tmp_path: Path) -> None:
    (one, two), _ = read_sources(
        written(tmp_path, "sources.csv", "id,title,reliability\none,,\ntwo,Two,b\n")
    )
    assert (one.title, one.reliability) == ("one", "F")
    assert (two.title, two.reliability) == ("Two", "B")


# --- extents --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bounds",
    [
        *([37, 33, 39], [37, 33, 39, "35"], [39, 33, 37, 35], [37, 35, 39, 33]),
        *([37, 33, 37, 35], [-181, 33, 39, 35], [37, -91, 39, 35], [37, 33, 181, 35]),
        *([37, 33, 39, 91], [float("nan"), 33, 39, 35], [True, 33, 39, 35], []),
    ],
)
def test_what_is_no_box_on_earth_is_refused(bounds: list[Any]) -> None:
    assert faults(lambda: box_extent(bounds, "conflict.toml")) == [
        f"conflict.toml: extent.bbox {bounds!r} is not [west, south, east, north] in degrees"
    ]


def test_the_whole_earth_is_a_box() -> None:
    assert box_extent([-180, -90, 180, 90], "x").bounds == (-180, -90, 180, 90)


def geojson(*shapes: shapely.Geometry) -> str:
    features = [
        {"type": "Feature", "properties": {}, "geometry": json.loads(shapely.to_geojson(shape))}
        for shape in shapes
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


SQUARE = shapely.box(38, 34, 39, 35)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("line.geojson", geojson(shapely.LineString([(38, 34), (39, 35)])), "holds no polygon"),
        ("table.csv", "id\n1\n", "cannot be read as a map of polygons: it is none of GeoJSON"),
        (
            "flat.geojson",
            geojson(shapely.Polygon([(38, 34), (39, 35), (38, 34)])),
            "holds no polygon to serve as extent",
        ),
        ("metres.geojson", geojson(shapely.box(3e5, 4e6, 4e5, 5e6)), "is not in degrees"),
        ("south.geojson", geojson(shapely.box(38, -91, 39, 35)), "is not in degrees"),
    ],
)
def test_what_is_no_extent_is_refused(tmp_path: Path, name: str, text: str, message: str) -> None:
    path = written(tmp_path, name, text)
    (fault,) = faults(lambda: read_extent(name, tmp_path))
    assert fault.startswith(f"{path}: {message}")


def test_a_file_of_maps_without_a_map_is_no_extent(tmp_path: Path) -> None:
    path = tmp_path / "table.gpkg"
    pyogrio.write_dataframe(pd.DataFrame({"id": [1]}), path)
    assert faults(lambda: read_extent(path.name, tmp_path)) == [
        f"{path}: is a table without geometry, not a map"
    ]


def test_an_extent_is_what_its_polygons_cover_together(tmp_path: Path) -> None:
    written(tmp_path, "one.geojson", geojson(SQUARE, shapely.box(38.5, 34, 40, 35)))
    written(tmp_path, "two.geojson", geojson(SQUARE, shapely.box(41, 34, 42, 35)))
    one, two = (read_extent(f"{name}.geojson", tmp_path) for name in ("one", "two"))
    assert one.geom_type == "Polygon"
    assert one.equals(shapely.box(38, 34, 40, 35))
    assert two.equals(SQUARE.union(shapely.box(41, 34, 42, 35)))


@pytest.mark.parametrize("name", ["XQ", "nowhere.geojson", "a" * 5000, "with\0nul"])
def test_an_extent_is_a_file_or_a_code(tmp_path: Path, name: str) -> None:
    (fault,) = faults(lambda: read_extent(name, tmp_path))
    assert fault == f"{name}: is neither a file nor an ISO 3166 code of a country"


# --- conflict.toml --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("title = 3", "title must be a text"),
        ("start = 2020-01-02T03:04:05", "start: date '2020-01-02 03:04:05' is not a day; write"),
        ("start = '2020-02-30'", "date '2020-02-30' does not exist: February 2020 has 29"),
        ("reach_km = 0", "reach_km must be a distance in km, more than 0, such as 50"),
        ("reach_km = true", "reach_km must be a distance in km, more than 0, such as 50"),
        ("reach_km = 'far'", "reach_km must be a distance in km, more than 0, such as 50"),
        ("timezone = 'Mars/Base'", "timezone 'Mars/Base' is not a time zone such as"),
        ("timezone = '../../etc'", "timezone '../../etc' is not a time zone such as"),
        ("policy = 'guess'", "unknown policy 'guess'"),
        ("extent = 3", "extent must be { bbox = [west, south, east, north] }, a file or a code"),
        ("extent = { bbox = [1, 2] }", "extent.bbox [1, 2] is not"),
        ("extent = { box = [1, 2, 3, 4] }", "extent must be { bbox ="),
        ("extent = 'XQ'", "XQ: is neither a file nor"),
        ("gazetteers = 'syria'", "gazetteers must be a list of: "),
        ("gazetteers = ['atlantis']", "gazetteers must be a list of: "),
    ],
)
def test_a_setting_that_can_not_be_is_refused(tmp_path: Path, line: str, message: str) -> None:
    (fault,) = faults(lambda: read_conflict(written(tmp_path, "conflict.toml", f"{line}\n")))
    assert message in fault


def test_days_are_written_as_toml_or_as_text(tmp_path: Path) -> None:
    lines = "title = 'T'\nstart = 2020-01-02\nend = '2020-01-05'\nreach_km = 25\n"
    about = read_conflict(written(tmp_path, "conflict.toml", lines)).about
    assert (about.start, about.end) == (date(2020, 1, 2), date(2020, 1, 5))
    assert (about.reach_km, about.timezone, about.policy) == (25.0, "UTC", "best-evidence")


# --- timelines ------------------------------------------------------------------------------


def test_a_timeline_tells_its_size_and_span() -> None:
    told = timeline(event(1, "hold", "n"), event(4, "capture", "s", "n"))
    assert repr(told) == (
        "<Timeline 'test': 2 events at 1 place, 2020-01-01 to 2020-01-04, 3 actors, 7 sources>"
    )
    single = replace(told, events=told.events[:1], sources=dict([*told.sources.items()][:1]))
    assert "test': 1 event at 1 place, " in repr(single)
    assert repr(single).endswith(", 3 actors, 1 source>")
    about = replace(told.about, start=date(2019, 12, 1), end=date(2020, 2, 1))
    spanning = replace(told, about=about)
    assert (spanning.start, spanning.end) == (date(2019, 12, 1), date(2020, 2, 1))


def test_a_timeline_in_other_colours_is_the_same_in_all_else() -> None:
    plain = timeline(event(1, "hold", "n"))
    safe = plain.in_palette(SAFE)
    assert [(a.id, a.side) for a in safe.actors] == [(a.id, a.side) for a in plain.actors]
    assert [a.color for a in safe.actors] != [a.color for a in plain.actors]
    assert replace(safe, actors=ACTORS) == plain
    assert plain.in_palette("customary").actors is plain.actors
    with pytest.raises(UnknownNameError, match="unknown palette 'grey'; there are: "):
        plain.in_palette("grey")


def test_restricted_rows_are_let_through_by_word_only() -> None:
    plain = timeline(event(1, "hold", "n"))
    allowing = plain.allowing_restricted()
    assert (plain.about.allow_restricted, allowing.about.allow_restricted) == (False, True)
    assert replace(allowing, about=plain.about) == plain


def test_of_what_a_conflict_withholds_and_what_is_asked_for_the_stricter_counts() -> None:
    plain = timeline(event(1, "hold", "n", id="first"), event(4, "capture", "s", "n", id="fourth"))
    delayed = replace(plain, about=replace(plain.about, publishing=Publishing.of(delay_days=2)))

    def shown(asked: int | None, today: int, **how: bool) -> list[str]:
        publishing = None if asked is None else Publishing.of(delay_days=asked)
        day = date(2020, 1, today)
        return [e.id for e in delayed.for_publication(publishing, today=day, **how).events]

    assert shown(None, 5) == ["first"]
    assert shown(None, 6) == ["first", "fourth"]
    assert shown(1, 5) == ["first"]
    assert shown(1, 5, instead=True) == ["first", "fourth"]
    assert shown(3, 6) == ["first"]


def test_a_timeline_shows_itself_in_a_notebook() -> None:
    shown = timeline(event(1, "hold", "n"), event(4, "capture", "s", "n"))._repr_html_()
    assert "test" in shown
    assert "Statements by <bdi>Agency</bdi> (2)." in shown


def test_a_timeline_is_a_frame_with_a_row_an_event() -> None:
    frame = timeline(event(1, "hold", "n", id="a"), event(4, "hold", "s", id="b")).to_geodataframe()
    assert frame["id"].tolist() == ["a", "b"]
    assert str(frame.crs) == "EPSG:4326"
    assert (frame.geometry.x.tolist(), frame.geometry.y.tolist()) == ([38.0] * 2, [34.0] * 2)


def test_formats_and_tables_that_there_are_not_are_refused(tmp_path: Path) -> None:
    told = timeline(event(1, "hold", "n"))
    with pytest.raises(UnknownNameError, match="unknown format 'doc'; there are: csv"):
        write_timeline(told, tmp_path, format="doc")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(UnknownNameError, match="unknown table 'weather'; there are: actors"):
        manual_table("weather")
    assert list(contents_of(told)) == ["events", "places", "actors", "sources"]
    assert policy("latest-report").prefers_grade is False


# --- daily maps -----------------------------------------------------------------------------


def test_a_folder_of_maps_has_maps_and_no_events(tmp_path: Path) -> None:
    assert not holds_maps(tmp_path)
    (tmp_path / "maps").mkdir()
    assert not holds_maps(tmp_path)
    written(tmp_path / "maps", "2020-01-01.geojson", geojson(SQUARE))
    assert holds_maps(tmp_path)
    written(tmp_path, "events.csv", "date,place,kind,actor\n")
    assert not holds_maps(tmp_path)


@pytest.mark.parametrize(
    ("name", "properties", "message"),
    [
        ("map.geojson", {"actor": "North"}, "has no day in its name, or several"),
        ("2020-01-01-2020-01-02.geojson", {"actor": "North"}, "has no day in its name, or several"),
        ("2020-02-30.geojson", {"actor": "North"}, "2020-02-30"),
        ("2020-01-01.geojson", {"who": "North"}, "has no property 'actor' that names the actor"),
        ("2020-01-01.geojson", {"actor": " "}, "feature 1 names no actor in 'actor'"),
        ("2020-01-01.geojson", {"actor": None}, "feature 1 names no actor in 'actor'"),
    ],
)
def test_a_map_without_its_day_or_its_actor_is_refused(
    tmp_path: Path, name: str, properties: dict[str, object], message: str
) -> None:
    told = json.loads(geojson(SQUARE))
    told["features"][0]["properties"] = properties
    written(tmp_path, name, json.dumps(told))
    (fault,) = faults(lambda: read_daily_maps(tmp_path, column="actor"))
    assert fault.startswith(f"{name}: ")
    assert message in fault
