"""What is refused of maps to compare and to draw, and what series and days say of themselves."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import pyogrio
import pytest
import shapely
from statements import ACTORS, SOURCES, event, history
from worlds import write_world

import geofront
from geofront.control.audit.findings import DOUBT, Audit, Finding
from geofront.control.mapfolder import read_map_folder
from geofront.control.reference import read_reference
from geofront.control.state import Label
from geofront.control.wording import Wording, listed
from geofront.dates import parse_date
from geofront.errors import CorrectionError, DataFaultsError, SpanError
from geofront.events.publishing import Publishing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SQUARE = shapely.box(38, 34, 39, 35)


def geojson(*features: tuple[shapely.Geometry, dict[str, object]]) -> str:
    told = [
        {"type": "Feature", "properties": names, "geometry": json.loads(shapely.to_geojson(shape))}
        for shape, names in features
    ]
    return json.dumps({"type": "FeatureCollection", "features": told})


def fault(read: Callable[[], object]) -> str:
    with pytest.raises(DataFaultsError) as caught:
        read()
    (only,) = caught.value.faults
    return str(only)


# --- maps to compare with -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            geojson((SQUARE, {"actor": "South"}), (SQUARE, {"actor": "East"})),
            "has no area of 'North'; there are: East, South",
        ),
        (
            geojson((shapely.Point(38, 34), {"actor": "North"})),
            "holds no polygon to compare with",
        ),
        (
            geojson((shapely.box(3e5, 4e6, 4e5, 5e6), {})),
            "is not in degrees of longitude and latitude; store its CRS or reproject it",
        ),
        (
            geojson((shapely.box(38, 34, 39, 91), {})),
            "is not in degrees of longitude and latitude; store its CRS or reproject it",
        ),
    ],
)
def test_what_is_no_map_of_an_actor_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "map.geojson"
    path.write_text(text, encoding="utf-8")
    assert fault(lambda: read_reference(path, "North")) == f"{path}: {message}"


def test_a_table_is_no_map_to_compare_with(tmp_path: Path) -> None:
    path = tmp_path / "table.gpkg"
    pyogrio.write_dataframe(pd.DataFrame({"id": [1]}), path)
    message = "is a table without geometry, not a map"
    assert fault(lambda: read_reference(path, "North")) == f"{path}: {message}"


# --- folders of maps ------------------------------------------------------------------------


def test_what_is_no_folder_of_maps_is_refused(tmp_path: Path) -> None:
    assert fault(lambda: read_map_folder(tmp_path)) == (
        f"{tmp_path}: is no folder of maps: it has no maps/YYYY-MM-DD.geojson, or it has events"
    )


def test_maps_that_others_drew_are_not_rounded(tmp_path: Path) -> None:
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "2020-01-01.geojson").write_text(
        geojson((SQUARE, {"actor": "North"})), encoding="utf-8"
    )
    rounded = Publishing.of(round_km=5)
    assert fault(lambda: read_map_folder(tmp_path, publishing=rounded)) == (
        f"{tmp_path}: maps that others drew can't be rounded; delay them, or leave round_km out"
    )


# --- series and days ------------------------------------------------------------------------


def test_a_span_that_ends_before_it_starts_is_refused(tmp_path: Path) -> None:
    world = geofront.read(write_world(tmp_path))
    with pytest.raises(
        SpanError, match="the span ends on 2020-01-02, before it starts on 2020-01-03"
    ):
        geofront.draw(world, start="2020-01-03", end="2020-01-02")


def test_a_day_tells_who_holds_how_much(tmp_path: Path) -> None:
    series = geofront.draw(geofront.read(write_world(tmp_path)))
    contested = series.snapshot("2020-01-04")
    km2 = dict(zip(series.labels, contested.area_km2, strict=True))
    told = repr(contested)
    assert told.startswith("<Snapshot of ")
    assert " on 2020-01-04: " in told
    assert f"North/South (contested) {km2[Label('contested', ('North', 'South'))]:,.0f} km²" in told
    assert f"North {km2[Label('held', ('North',))]:,.0f} km²" in told
    assert repr(series).startswith("<Series of ")
    # eid is taken on the third, bir fought over on the fourth and taken on the fifth
    assert ", 2020-01-01 to 2020-01-05: 4 places, 3 changes, " in repr(series)
    # Before the fourth nothing is contested, and what is nobody's has no line.
    assert "contested" not in repr(series.snapshot("2020-01-01"))


def test_a_day_tells_how_much_is_unknown(tmp_path: Path) -> None:
    rows = (
        "date,place,kind,actor,lon,lat",
        "2020-01-01,n,hold,North,10.0,50.2",
        "2020-01-01,s,hold,South,10.0,50.0",
        "2020-01-02,n,withdrawal,North,10.0,50.2",
    )
    table = tmp_path / "events.csv"
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    left = geofront.draw(geofront.read(table)).snapshot("2020-01-02")
    km2 = dict(zip(left.series.labels, left.area_km2, strict=True))
    assert f"unknown {km2[Label('unknown')]:,.0f} km²" in repr(left)
    assert "no one known" not in repr(left)


def test_an_audit_counts_its_findings() -> None:
    doubt = Finding(DOUBT, "stale", "two years old")
    assert repr(Audit.of("war", [doubt])) == "<Audit of 'war': no faults, 1 doubt>"
    assert repr(Audit.of("war", [doubt] * 2)) == "<Audit of 'war': no faults, 2 doubts>"


def test_updated_days_are_those_of_known_events_within_the_span(tmp_path: Path) -> None:
    world = geofront.read(write_world(tmp_path))
    series = geofront.draw(world, start="2020-01-02", end="2020-01-05")
    assert series.updated_days == [date(2020, 1, day) for day in (3, 4, 5)]


def test_what_corrects_itself_in_a_circle_is_refused_whatever_its_length() -> None:
    ring = [event(day, "hold", "n", id=f"e{day}", corrects=f"e{day % 3 + 1}") for day in (1, 2, 3)]
    with pytest.raises(CorrectionError) as caught:
        history(*ring)
    assert set(caught.value.event_ids) == {"e1", "e2", "e3"}


# --- words ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("2020-01-03", "on 3 January 2020"),
        ("2020-01-03?", "on perhaps 3 January 2020"),
        ("2020-01-03~", "on about 3 January 2020"),
        ("2020-01-03%", "on about perhaps 3 January 2020"),
        ("../2020-01-03", "by 3 January 2020"),
        ("2020-01-03/..", "since 3 January 2020"),
        ("2020-01", "between 1 January 2020 and 31 January 2020"),
        ("2020-01~", "about between 1 January 2020 and 31 January 2020"),
        ("2020-01-03/2020-02-01", "between 3 January 2020 and 1 February 2020"),
    ],
)
def test_a_date_is_told_as_precisely_as_it_is_known(when: str, told: str) -> None:
    assert Wording.date(parse_date(when)) == told


def test_those_who_say_it_are_named_once() -> None:
    wording = Wording(ACTORS, SOURCES)
    said = event(3, "hold", "n", source="agency|agency-2|wire|blog", claimed_by="n|x")
    assert wording.speakers(said) == (
        "as claimed by North and x, according to Agency, Wire and blog"
    )
    assert wording.speakers(replace(said, sources=(), claimed_by=())) == ""
    assert listed(["one", "two", "three"]) == "one, two and three"
    assert (listed(["one"]), listed([])) == ("one", "")


@pytest.mark.parametrize(
    ("kind", "actor", "from_actor", "told"),
    [
        ("siege", "s", "n", "South besieged it with North inside on 3 January 2020"),
        ("siege_lifted", "", "n", "the siege was lifted with North inside on 3 January 2020"),
        ("contest", "", "", "there was fighting inside it on 3 January 2020"),
        ("handover", "s", "n", "South took it over without a fight from North on 3 January 2020"),
        ("raid", "s|m", "n", "South and Militia raided it against North on 3 January 2020"),
    ],
)
def test_what_a_statement_says(kind: str, actor: str, from_actor: str, told: str) -> None:
    wording = Wording(ACTORS, SOURCES)
    assert wording.statement(event(3, kind, actor, from_actor)) == told
