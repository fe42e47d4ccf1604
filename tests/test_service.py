"""``geofront serve``: what pygeoapi answers of a series, and what clients make of it."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import drawnworlds
import numpy as np
import pyogrio
import pytest
import shapely
from gisreading import HOSTILE, hostile_world
from hypothesis import given
from hypothesis import strategies as st
from worlds import EVENTS, write_world

import geofront
from geofront.cli import main
from geofront.errors import DateError
from geofront.render.gis.intervals import intervals
from geofront.render.gis.layers import chosen_layers
from geofront.render.layers import LAYERS
from geofront.render.service.moments import asked_days
from geofront.render.service.serve import bound_socket, is_loopback, url_of
from geofront.render.service.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from geofront.control.series import Series

pytest.importorskip("pygeoapi", reason="the service needs geofront[serve]")
pytest.importorskip("waitress", reason="the service needs geofront[serve]")

# pygeoapi asks for the time in a way that Python 3.12 gave up.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

YEAR = 2019
DAYS = 365


@pytest.fixture(scope="module")
def year_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty places that change hands at random for a year."""
    random = np.random.default_rng(7)
    first = date(YEAR, 1, 1)
    lon, lat = random.uniform(37, 39, 30).round(3), random.uniform(33, 35, 30).round(3)
    places = ["id,name,lon,lat", *(f"p{i},Place {i},{lon[i]},{lat[i]}" for i in range(30))]
    events = ["id,date,place,kind,actor,source"]
    events += [f"s{i},{first},p{i},hold,{'East' if lon[i] > 38 else 'West'},s" for i in range(30)]
    for i in range(150):
        day = first + timedelta(days=int(random.integers(1, DAYS)))
        actor = ("East", "West", "Third")[random.integers(3)]
        events.append(f"e{i},{day},p{random.integers(30)},hold,{actor},s")
    return write_world(
        tmp_path_factory.mktemp("year"), events="\n".join(events), places="\n".join(places)
    )


@pytest.fixture(scope="module")
def year(year_folder: Path) -> Series:
    return geofront.draw(geofront.read(year_folder), start=f"{YEAR}-01-01", end=f"{YEAR}-12-31")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Series:
    return hostile_world(tmp_path_factory.mktemp("hostile"))


def application(series: Series, **options: Any) -> Any:
    from geofront.render.service import application as of

    return of(series, **options)


class _Asked:
    """A client within the process."""

    def __init__(self, series: Series, **options: Any) -> None:
        self.client = application(series, **options).test_client()

    def get(self, path: str, expect: int = 200, **query: Any) -> Any:
        response = self.client.get(path, **({"query_string": query} if query else {}))
        assert response.status_code == expect, response.text
        return response.get_json(force=True)

    def items(self, layer: str, **query: Any) -> list[dict[str, Any]]:
        """All features of a question, page by page."""
        found = []
        page = self.get(f"/collections/{layer}/items", **query)
        while True:
            assert page["numberReturned"] == len(page["features"])
            found += page["features"]
            links = [link["href"] for link in page["links"] if link["rel"] == "next"]
            if not links:
                assert page["numberMatched"] == len(found)
                return found
            page = self.get(links[0].removeprefix("http://127.0.0.1:5000"))


@pytest.fixture(scope="module")
def asked(year: Series) -> _Asked:
    return _Asked(year)


# --- the routes of the standard ------------------------------------------------------------------


def test_every_link_of_the_service_is_answered(hostile: Series) -> None:
    client = application(hostile).test_client()
    base = "http://127.0.0.1:5000"
    waiting, met = {f"{base}/", f"{base}/?f=html"}, set()
    while waiting:
        url = waiting.pop()
        met.add(url)
        response = client.get(url.removeprefix(base) or "/")
        assert response.status_code == 200, url
        # The links of pygeoapi's page on tiles, of which there are none, are misspelt.
        crawled = not any(part in url for part in ("openapi", "jsonld", "TileMatrixSets"))
        if crawled and response.mimetype.endswith("json"):
            told = json.dumps(response.get_json(force=True))
            links = [part.split('"')[0] for part in told.split('"href": "')[1:]]
            waiting |= {link for link in links if link.startswith(base)} - met
    assert len(met) > 40


def test_conformance_claims_features_and_no_writing(asked: _Asked) -> None:
    first = asked.get("/conformance")["conformsTo"]
    for part in ("core", "oas30", "html", "geojson"):
        assert f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{part}" in first
    assert not [c for c in first if "create-replace-delete" in c]
    page = asked.client.get("/conformance?f=html").text
    assert "create-replace-delete" not in page
    assert "ogcapi-features-1/1.0/conf/core" in page
    from pygeoapi.api import CONFORMANCE_CLASSES

    count = len(CONFORMANCE_CLASSES)
    assert asked.get("/conformance")["conformsTo"] == first
    assert len(CONFORMANCE_CLASSES) == count  # pygeoapi's own answer adds to it each time


def test_the_landing_page_and_the_collections_tell_what_they_are(
    asked: _Asked, year: Series
) -> None:
    landing = asked.get("/")
    assert landing["title"] == year.title
    assert "method nearest" in landing["description"]
    found = asked.get("/collections")["collections"]
    assert [c["id"] for c in found] == list(LAYERS)
    for collection in found:
        assert collection["itemType"] == "feature"
        assert collection["extent"]["temporal"]["interval"] == [
            [f"{YEAR}-01-01T00:00:00+00:00", f"{YEAR}-12-31T23:59:59+00:00"]
        ]
        west, south, east, north = collection["extent"]["spatial"]["bbox"][0]
        assert 36 < west < east < 40
        assert 32 < south < north < 36
        about = [link for link in collection["links"] if link["rel"] == "about"]
        assert about[0]["href"].endswith("/provenance")
    told = asked.get("/provenance")
    assert told["provenance"]["library"] == "geofront"
    assert "half-open" in told["end_rule"]


def test_licence_and_attribution_are_told(tmp_path: Path) -> None:
    folder = write_world(tmp_path / "world")
    (folder / "conflict.toml").write_text(
        'title = "War of ${HOME}"\nlicence = "CC BY 4.0"\nattribution = "The chroniclers"\n',
        encoding="utf-8",
    )
    asked = _Asked(geofront.draw(geofront.read(folder)))
    openapi = asked.get("/openapi")["info"]
    assert openapi["license"]["name"] == "CC BY 4.0"
    assert openapi["contact"]["name"] == "The chroniclers"
    # pygeoapi puts variables of the environment into its configuration; not into a title.
    assert openapi["title"] == asked.get("/")["title"] == "War of ${HOME}"
    assert asked.get("/provenance")["provenance"]["licence"] == "CC BY 4.0"


def test_the_openapi_document_is_valid_and_tells_of_datetime(asked: _Asked) -> None:
    from pygeoapi.openapi import validate_openapi_document

    document = asked.get("/openapi")
    assert validate_openapi_document(document)
    for layer in LAYERS:
        parameters = document["paths"][f"/collections/{layer}/items"]["get"]["parameters"]
        references = [p.get("$ref", "") for p in parameters]
        assert [r for r in references if r.endswith("#/components/parameters/datetime")]
        assert "post" not in document["paths"][f"/collections/{layer}/items"]


def test_the_configuration_fits_the_schema_of_pygeoapi(hostile: Series) -> None:
    from pygeoapi.config import validate_config

    from geofront.render.service.configuration import configuration

    tables = [Table(layer, intervals(hostile, layer)) for layer in chosen_layers(LAYERS)]
    assert validate_config(configuration(hostile, tables, url="http://127.0.0.1:5000"))


def test_schema_and_queryables_have_types_and_roles(asked: _Asked) -> None:
    schema = asked.get("/collections/areas/schema")["properties"]
    assert schema["start"] == {
        "type": "string",
        "title": "start",
        "format": "date",
        "x-ogc-role": "primary-interval-start",
    }
    assert schema["end"]["x-ogc-role"] == "primary-interval-end"
    assert schema["area_km2"]["type"] == "number"
    assert asked.get("/collections/frontlines/schema")["properties"]["contested"] == {
        "type": "boolean",
        "title": "contested",
    }
    events = asked.get("/collections/events/queryables")["properties"]
    assert events["credibility"]["type"] == "integer"
    domain = asked.get("/collections/areas/queryables", profile="actual-domain")["properties"]
    assert domain["actor"]["enum"] == ["East", "Third", "West"]


def test_an_empty_layer_is_a_collection_without_features(tmp_path: Path) -> None:
    folder = write_world(tmp_path, events="date,place,kind,actor\n2020-01-01,ain,hold,North\n")
    asked = _Asked(geofront.draw(geofront.read(folder)))
    assert asked.items("frontlines") == []
    assert asked.items("frontlines", bbox="-180,-90,180,90", datetime="2020-01-01") == []
    assert asked.get("/collections/frontlines")["extent"]["spatial"]["bbox"] == [
        [-180.0, -90.0, 180.0, 90.0]
    ]


# --- features ------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 7, 100, 1000])
def test_the_pages_hold_every_row_once(asked: _Asked, year: Series, limit: int) -> None:
    for layer in chosen_layers(LAYERS):
        expected = sorted(
            (row.start.isoformat(), row.end.isoformat(), shapely.normalize(row.geometry).wkb)
            for row in intervals(year, layer)
        )
        found = asked.items(layer.name, limit=limit)
        assert len({feature["id"] for feature in found}) == len(found) == len(expected)
        assert expected == sorted(
            (
                feature["properties"]["start"],
                feature["properties"]["end"],
                shapely.normalize(shapely.from_geojson(json.dumps(feature["geometry"]))).wkb,
            )
            for feature in found
        )


def test_pages_have_links_to_both_sides(asked: _Asked) -> None:
    links = {k["rel"]: k["href"] for k in asked.get("/collections/places/items?limit=5")["links"]}
    assert "prev" not in links
    assert "offset=5" in links["next"]
    middle = asked.get("/collections/places/items?limit=5&offset=10&actor=East")
    links = {link["rel"]: link["href"] for link in middle["links"]}
    assert "offset=5" in links["prev"]
    assert "offset=15" in links["next"]
    assert "actor=East" in links["next"]
    beyond = asked.get("/collections/places/items?offset=100000")
    assert beyond["features"] == []
    assert beyond["numberMatched"] > 0
    assert beyond["numberReturned"] == 0


def test_the_areas_of_a_day_are_those_of_its_snapshot(asked: _Asked, year: Series) -> None:
    for day in (year.start, date(YEAR, 3, 3), date(YEAR, 7, 14), date(YEAR, 11, 30), year.end):
        found = asked.items("areas", datetime=day.isoformat())
        expected = year.snapshot(day).areas
        assert sorted(
            (f["properties"]["status"], f["properties"]["actor"] or "") for f in found
        ) == sorted(zip(expected["status"], expected["actor"].fillna(""), strict=True))
        shapes = {
            (p["status"], p["actor"], p["contested_by"]): _shape(f)
            for f in found
            for p in [f["properties"]]
        }
        for row in expected.itertuples():
            actor = row.actor if isinstance(row.actor, str) else None
            shape = shapes[row.status, actor, "|".join(row.contested_by) or None]
            assert shapely.equals_exact(shape, row.geometry, normalize=True)
        statuses = {
            f["properties"]["place_id"]: f for f in asked.items("places", datetime=str(day))
        }
        for status in year.snapshot(day).statuses:
            assert statuses[status.place.id]["properties"]["actor"] == status.holder


def _shape(feature: dict[str, Any]) -> shapely.Geometry:
    return shapely.from_geojson(json.dumps(feature["geometry"]))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019-03-03", "2019-03-03", "2019-03-03"),
        ("2019-03-03T12:00:00Z", "2019-03-03", "2019-03-03"),
        ("2019-03", "2019-03-01", "2019-03-31"),
        ("2019-03-03/2019-03-10", "2019-03-03", "2019-03-10"),
        ("../2019-03-03", "2019-01-01", "2019-03-03"),
        ("/2019-03-03", "2019-01-01", "2019-03-03"),
        ("2019-11-30/..", "2019-11-30", "2019-12-31"),
        ("2019-11-30/", "2019-11-30", "2019-12-31"),
        ("../..", "2019-01-01", "2019-12-31"),
        ("2019-12-31T23:59:59Z", "2019-12-31", "2019-12-31"),
        ("2019-03-03T00:00:00Z/2019-03-04T00:00:00Z", "2019-03-03", "2019-03-04"),
    ],
)
def test_datetime_takes_what_was_true_on_any_of_the_days(
    asked: _Asked, text: str, first: str, last: str
) -> None:
    every = asked.items("places")
    expected = {
        f["id"]
        for f in every
        if f["properties"]["start"] <= last and f["properties"]["end"] > first
    }
    assert 0 < len(expected) < len(every) or text == "../.."
    assert {f["id"] for f in asked.items("places", datetime=text)} == expected


def test_several_datetimes_must_all_hold(asked: _Asked) -> None:
    # So GDAL asks for start <= D and "end" > D.
    path = (
        "/collections/places/items?limit=1000&datetime=..%2F2019-03-03T&datetime=2019-03-03T%2F.."
    )
    assert asked.get(path)["features"] == asked.items("places", datetime="2019-03-03", limit=1000)


@pytest.mark.parametrize(
    "query",
    [
        {"datetime": "2019-03-03/2019-03-01"},
        {"datetime": "2019-02-30"},
        {"datetime": "2019-03-03T25:00:00Z"},
        {"datetime": "yesterday"},
        {"datetime": "2019-01-01/2019-02-01/2019-03-01"},
        {"datetime": "1999-01-01"},  # pygeoapi refuses what lies outside the extent
        {"bbox": "1,2,3"},
        {"bbox": "a,b,c,d"},
        {"bbox": "nan,nan,nan,nan"},
        {"bbox": "38,35,39,34"},
        {"limit": "0"},
        {"limit": "many"},
        {"offset": "-1"},
        {"sortby": "nothing"},
        {"properties": "nothing"},
        {"radius_km": "wide"},
        {"inferred": "perhaps"},
        {"filter": "actor = 'East'"},
        {"q": "east"},
        {"crs": "http://www.opengis.net/def/crs/EPSG/0/32637"},
        {"f": "xml"},
    ],
)
def test_a_wrong_question_is_answered_with_400(asked: _Asked, query: dict[str, str]) -> None:
    told = asked.get("/collections/places/items", expect=400, **query)
    assert told["description"]


def test_what_is_not_there_is_answered_with_404(asked: _Asked) -> None:
    asked.get("/collections/nothing", expect=404)
    asked.get("/collections/nothing/items", expect=404)
    asked.get("/collections/areas/items/nothing", expect=404)


@pytest.mark.parametrize("layer", LAYERS)
def test_bbox_takes_what_shapely_says_touches_it(asked: _Asked, layer: str) -> None:
    random = np.random.default_rng(11)
    every = asked.items(layer)
    counts = set()
    for _ in range(10):
        west, east = np.sort(random.uniform(36.5, 39.5, 2)).round(3)
        south, north = np.sort(random.uniform(32.5, 35.5, 2)).round(3)
        box = shapely.box(west, south, east, north)
        expected = {f["id"] for f in every if shapely.intersects(_shape(f), box)}
        found = asked.items(layer, bbox=f"{west},{south},{east},{north}")
        assert {f["id"] for f in found} == expected
        deep = asked.items(layer, bbox=f"{west},{south},-10,{east},{north},10")
        assert deep == found
        counts.add(len(expected))
    assert len(counts) > 1
    # Around the earth the other way.
    wrapped = {f["id"] for f in asked.items(layer, bbox="38,30,-170,40")}
    east_of = shapely.box(38, 30, 180, 40)
    assert wrapped == {f["id"] for f in every if shapely.intersects(_shape(f), east_of)}


def test_bbox_and_coordinates_in_other_systems(asked: _Asked) -> None:
    system = "http://www.opengis.net/def/crs/EPSG/0/4326"
    plain = asked.items("places", bbox="37.5,33.5,38.5,34.5")
    turned = asked.items("places", **{"bbox": "33.5,37.5,34.5,38.5", "bbox-crs": system})
    assert turned == plain
    assert plain
    (one,) = asked.get("/collections/places/items", limit=1)["features"]
    (other,) = asked.get("/collections/places/items", limit=1, crs=system)["features"]
    lon, lat = one["geometry"]["coordinates"]
    assert other["geometry"]["coordinates"] == pytest.approx([lat, lon])


def test_properties_filter_and_are_chosen(asked: _Asked) -> None:
    every = asked.items("places")
    found = asked.items("places", actor="East", place_id="p3")
    assert found == [
        f
        for f in every
        if f["properties"]["actor"] == "East" and f["properties"]["place_id"] == "p3"
    ]
    assert asked.items("places", inferred="false") == [
        f for f in every if f["properties"]["inferred"] is False
    ]
    areas = asked.items("areas")
    km2 = areas[3]["properties"]["area_km2"]
    assert areas[3] in asked.items("areas", area_km2=km2)
    (feature,) = asked.get("/collections/areas/items", limit=1, properties="actor,start")[
        "features"
    ]
    assert sorted(feature["properties"]) == ["actor", "start"]
    (bare,) = asked.get("/collections/areas/items", limit=1, skipGeometry="true")["features"]
    assert bare["geometry"] is None
    hits = asked.get("/collections/areas/items", resulttype="hits")
    assert hits["numberMatched"] == len(areas)
    assert hits["features"] == []


def test_sorting_keeps_equal_rows_in_order_and_what_is_missing_last(asked: _Asked) -> None:
    every = asked.items("areas")
    km2 = [f["properties"]["area_km2"] for f in asked.items("areas", sortby="-area_km2")]
    assert km2 == sorted((f["properties"]["area_km2"] for f in every), reverse=True)
    for sign in ("", "-"):
        actors = [
            f["properties"]["event_id"] for f in asked.items("areas", sortby=f"{sign}event_id")
        ]
        known = [actor for actor in actors if actor is not None]
        assert known == sorted(known, reverse=sign == "-")
        assert actors[len(known) :] == [None] * (len(every) - len(known))
        assert len(known) < len(every)
    pairs = [
        (f["properties"]["actor"], f["properties"]["start"])
        for f in asked.items("areas", sortby="actor,-start", status="held")
    ]
    expected = sorted(pairs, key=lambda pair: pair[1], reverse=True)
    assert pairs == sorted(expected, key=lambda pair: pair[0])
    starts = [f["properties"]["start"] for f in every]
    assert starts == sorted(starts)


def test_a_feature_is_found_by_its_id(asked: _Asked) -> None:
    for layer in LAYERS:
        for feature in asked.items(layer)[:5]:
            found = asked.get(f"/collections/{layer}/items/{feature['id']}")
            assert found["geometry"] == feature["geometry"]
            assert found["properties"] == feature["properties"]


def test_features_are_what_rfc_7946_says(hostile: Series) -> None:
    from geojson_pydantic import FeatureCollection

    asked = _Asked(hostile)
    for layer in LAYERS:
        response = asked.client.get(f"/collections/{layer}/items?limit=1000")
        assert response.mimetype == "application/geo+json"
        FeatureCollection.model_validate_json(response.data)
        for feature in response.get_json(force=True)["features"]:
            shape = _shape(feature)
            polygons = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
            assert all(shapely.is_ccw(p.exterior) for p in polygons)
    kinds = {f["geometry"]["type"] for f in asked.items("events")}
    assert kinds == {"Point", "LineString", "Polygon"}


def test_a_page_has_no_more_points_than_a_server_bears(year: Series) -> None:
    from geofront.render.service import configuration as module

    (layer,) = chosen_layers(["areas"])
    table = Table(layer, intervals(year, layer))
    most = module._most_rows(table)
    points = shapely.get_num_coordinates(table.shapes).mean()
    assert most * points <= module._POINTS_A_PAGE < (most + 1.5) * points * 1.1 or most == 10_000


def test_an_event_of_several_days_is_found_on_each(tmp_path: Path) -> None:
    strike, hold = "2020-01-02/2020-02-20,ain,strike,North", "2020-02-21,ain,hold,North"
    events = f"date,place,kind,actor\n{strike}\n{hold}\n"
    folder = write_world(tmp_path, events=events)
    series = geofront.draw(geofront.read(folder), start=date(2020, 2, 10), end=date(2020, 2, 21))
    asked = _Asked(series)
    (found,) = asked.items("events", datetime="2020-02-15")
    assert found["properties"]["start"] == "2020-02-10"
    assert found["properties"]["when"] == "2020-01-02/2020-02-20"


# --- pages for people ----------------------------------------------------------------------------


def test_pages_run_no_script_and_load_nothing_from_elsewhere(hostile: Series) -> None:
    client = application(hostile).test_client()
    (place,) = (p for p in hostile.timeline.places.values() if p.name == HOSTILE)
    paths = ["/", "/collections", "/openapi", "/openapi?ui=redoc", "/conformance"]
    for layer in LAYERS:
        paths += [
            f"/collections/{layer}{rest}" for rest in ("", "/items", "/schema", "/queryables")
        ]
    paths.append(f"/collections/places/items/{place.id}_2020-01-01")
    for path in paths:
        page = client.get(path, headers={"Accept": "text/html"})
        assert page.status_code == 200, path
        assert page.mimetype == "text/html"
        assert "<script" not in page.text, path
        for mark in (' src="', "@import", "url("):
            assert mark not in page.text, path
        assert '<link rel="stylesheet"' not in page.text
    assert "&lt;script&gt;alert(1)" in page.text


def test_pages_lead_on(asked: _Asked) -> None:
    page = asked.client.get("/collections/places/items?f=html&limit=5&offset=5").text
    assert 'rel="next"' in page
    assert 'rel="prev"' in page
    following = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    path = following.removeprefix("http://127.0.0.1:5000")
    assert asked.client.get(path).mimetype == "text/html"


# --- safety --------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
@pytest.mark.parametrize(
    "path",
    ["/collections/areas/items", "/collections/areas/items/x", "/processes/x/execution", "/"],
)
def test_nothing_can_be_written(asked: _Asked, method: str, path: str) -> None:
    response = getattr(asked.client, method)(path, json={})
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_head_and_options_are_answered(asked: _Asked) -> None:
    head = asked.client.head("/collections/areas/items?limit=1")
    assert (head.status_code, head.data) == (200, b"")
    options = asked.client.options("/collections/areas/items")
    assert options.headers["Allow"] == "HEAD, GET"


def test_other_hosts_are_refused_unless_told(year: Series, asked: _Asked) -> None:
    for host in ("127.0.0.1:5000", "localhost", "[::1]:5000"):
        assert asked.client.get("/", headers={"Host": host}).status_code == 200
    assert asked.client.get("/", headers={"Host": "elsewhere.example"}).status_code == 400
    named = application(year, url="https://maps.example/war/", layers=["events"]).test_client()
    assert named.get("/", headers={"Host": "maps.example"}).status_code == 200
    assert named.get("/", headers={"Host": "elsewhere.example"}).status_code == 400
    landing = named.get("/").get_json(force=True)
    assert {link["href"] for link in landing["links"] if link["rel"] == "data"} == {
        "https://maps.example/war/collections"
    }
    open_to_all = application(year, any_host=True, layers=["events"]).test_client()
    assert open_to_all.get("/", headers={"Host": "elsewhere.example"}).status_code == 200


def test_pages_of_other_origins_read_only_if_told(year: Series, asked: _Asked) -> None:
    plain = asked.client.get("/collections", headers={"Origin": "https://a.example"})
    assert "Access-Control-Allow-Origin" not in plain.headers
    told = application(year, cors="https://a.example", layers=["events"]).test_client()
    response = told.get("/collections/events/items", headers={"Origin": "https://a.example"})
    assert response.headers["Access-Control-Allow-Origin"] == "https://a.example"
    assert response.headers["Vary"] == "Origin"


def test_two_series_are_served_in_one_process(year: Series, hostile: Series) -> None:
    one, other = _Asked(year), _Asked(hostile, layers=["places"])
    assert one.get("/collections/places/items", limit=1)["numberMatched"] != len(
        other.items("places")
    )
    assert len(other.get("/collections")["collections"]) == 1
    assert len(one.get("/collections")["collections"]) == 4
    assert "PYGEOAPI_CONFIG" not in os.environ


def test_the_log_of_the_process_is_left_alone(year: Series) -> None:
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    application(year, layers=["events"])
    assert (list(root.handlers), root.level) == before


def test_many_threads_get_what_one_gets(year: Series) -> None:
    app = application(year)
    paths = [
        f"/collections/{layer}/items?limit=50&{rest}"
        for layer in LAYERS
        for rest in ("bbox=37.5,33,38.5,34", "sortby=-start", "datetime=2019-03-03")
    ]

    def answers() -> list[Any]:
        client = app.test_client()
        return [client.get(path).get_json(force=True)["features"] for path in paths]

    found: list[list[Any]] = []
    threads = [threading.Thread(target=lambda: found.append(answers())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alone = answers()
    assert len(found) == 6
    assert all(one == alone for one in found)


# --- clients, over a socket ----------------------------------------------------------------------


@contextmanager
def serving(source: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command in a process of its own: GDAL keeps Python waiting while it waits for answers."""
    command = [sys.executable, "-m", "geofront", "serve", str(source), "--port", "0", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            yield server, next(word for word in line.split() if word.startswith("http://"))
        finally:
            server.kill()


@pytest.fixture(scope="module")
def address(year_folder: Path) -> Iterator[str]:
    with serving(year_folder, "--from", f"{YEAR}-01-01", "--to", f"{YEAR}-12-31") as (_, url):
        yield url


def test_owslib_walks_all_pages_of_a_year(address: str, year: Series) -> None:
    features = pytest.importorskip("owslib.ogcapi.features", reason="needs OWSLib")
    client = features.Features(address)
    assert sorted(client.feature_collections()) == sorted(LAYERS)
    for layer in chosen_layers(LAYERS):
        ids: list[str] = []
        matched = 1
        while len(ids) < matched:
            page = client.collection_items(layer.name, limit=20, offset=len(ids))
            matched = page["numberMatched"]
            ids += [feature["id"] for feature in page["features"]]
        assert len(ids) == len(set(ids)) == matched == len(list(intervals(year, layer)))
    day = client.collection_items("areas", datetime_="2019-07-14", limit=100)
    assert day["numberMatched"] == len(year.snapshot("2019-07-14").areas)
    assert "start" in client.collection_queryables("areas")["properties"]


def test_gdal_reads_all_pages_of_a_year(address: str, year: Series) -> None:
    if "OAPIF" not in pyogrio.list_drivers():
        pytest.skip("this GDAL has no OAPIF driver")
    source = f"OAPIF:{address}/"
    assert [name for name, _ in pyogrio.list_layers(source)] == list(LAYERS)
    for layer in chosen_layers(LAYERS):
        rows = list(intervals(year, layer))
        frame = pyogrio.read_dataframe(source, layer=layer.name, PAGE_SIZE=17)
        assert len(frame) == len(rows)
        assert frame["id"].is_unique
        wanted = sorted(shapely.normalize(row.geometry).wkb for row in rows)
        assert sorted(shapely.to_wkb(shapely.normalize(frame.geometry.to_numpy()))) == wanted
    places = pyogrio.read_dataframe(source, layer="places")
    box = (37.5, 33.5, 38.2, 34.1)
    within = places[shapely.intersects(places.geometry.to_numpy(), shapely.box(*box))]
    assert len(pyogrio.read_dataframe(source, layer="places", bbox=box)) == len(within) > 0
    held = pyogrio.read_dataframe(source, layer="places", where="actor = 'East'")
    assert len(held) == (places["actor"] == "East").sum()
    day = pyogrio.read_dataframe(
        source, layer="areas", where="start <= '2019-07-14' AND \"end\" > '2019-07-14'"
    )
    assert sorted(day["actor"].fillna("")) == sorted(
        year.snapshot("2019-07-14").areas["actor"].fillna("")
    )


# --- the command ---------------------------------------------------------------------------------


@pytest.fixture
def world(tmp_path: Path) -> Path:
    return write_world(tmp_path / "world", events=EVENTS)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_the_command_serves_until_it_is_told_to_end(world: Path, end: signal.Signals) -> None:
    with serving(world) as (server, url):
        assert url.startswith("http://127.0.0.1:")
        items = f"{url}/collections/areas/items"
        with urllib.request.urlopen(f"{items}?datetime=2020-01-05") as page:  # noqa: S310
            assert page.headers["Content-Type"] == "application/geo+json"
            assert json.load(page)["numberMatched"] == 2
        with pytest.raises(urllib.error.HTTPError, match="400"):
            urllib.request.urlopen(f"{items}?datetime=never")  # noqa: S310
        server.send_signal(end)
        _, told = server.communicate(timeout=20)
    assert (server.returncode, told) == (0, "")


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(["serve", *map(str, arguments)])
    captured = capsys.readouterr()
    return int(stopped.value.code or 0), captured.out, captured.err


def test_a_port_in_use_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    with bound_socket(port=0) as sock:
        port = sock.getsockname()[1]
        started = time.perf_counter()
        code, out, told = run(capsys, "palmyra-2016", "--port", port)
        assert time.perf_counter() - started < 5
    assert (code, out) == (2, "")
    assert f"can't listen on 127.0.0.1, port {port}: address already in use" in told


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--host", "nowhere.invalid"], "no machine is known as 'nowhere.invalid'"),
        (["--host", "192.0.2.1"], "can't listen on 192.0.2.1"),
        (["--port", "70000"], "70000 is not in the range"),
        (["--url", "example.org"], "is no address such as"),
        (["--method", "guessing"], "unknown method"),
    ],
)
def test_wrong_options_are_refused(
    world: Path, capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    given = options if "--port" in options or "--host" in options else [*options, "--port", "0"]
    code, _, told = run(capsys, world, *given)
    assert code == 2
    assert message in told


def test_other_hosts_are_warned_of(
    world: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[Any] = []
    monkeypatch.setattr("geofront.render.service.run", lambda app, _, **__: served.append(app))
    code, out, told = run(capsys, world, "--host", "0.0.0.0", "--port", "0")  # noqa: S104
    assert code == 0
    assert "warning: 0.0.0.0 can be reached by other machines" in told
    assert f"http://{socket.gethostname()}:" in out
    code, out, told = run(capsys, world, "--port", "0")
    assert (code, told) == (0, "")
    elsewhere = {"Host": "elsewhere.example"}
    codes = [app.test_client().get("/", headers=elsewhere).status_code for app in served]
    assert codes == [200, 400]
    assert not any(app.debug for app in served)


def test_a_folder_of_daily_maps_is_served_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    days = {"2020-01-01": 1.0, "2020-01-02": 2.0}
    for day, size in days.items():
        area = drawnworlds.feature(drawnworlds.square(0, 0, size), actor="north")
        drawnworlds.saved(tmp_path / f"maps/{day}.geojson", drawnworlds.collection(area))
    served: list[Any] = []
    monkeypatch.setattr("geofront.render.service.run", lambda app, _, **__: served.append(app))
    assert run(capsys, tmp_path, "--port", "0")[0] == 0
    client = served[0].test_client()
    items = "/collections/areas/items?actor=north&f=json&datetime="
    found = [client.get(f"{items}{day}").json for day in days]
    (first,), (second,) = (answer["features"] for answer in found)
    assert second["properties"]["area_km2"] > 3.9 * first["properties"]["area_km2"]
    assert run(capsys, tmp_path, "--port", "0", "--policy", "latest-report")[0] == 2


def test_a_missing_library_is_told_before_anything_is_drawn(
    world: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geofront.cli.service.find_spec", lambda name: name != "waitress" or None)
    code, out, told = run(capsys, world)
    assert (code, out) == (2, "")
    assert "serve needs the library waitress: in the folder of geofront, pip install" in told


def test_loopback_is_known_as_such() -> None:
    with bound_socket("localhost", 0) as sock:
        assert is_loopback(sock)
    with bound_socket("0.0.0.0", 0) as sock:  # noqa: S104
        assert not is_loopback(sock)
    try:
        sixth = bound_socket("::1", 0)
    except OSError:
        return  # a machine without IPv6
    with sixth:
        assert is_loopback(sixth)
        assert url_of(sixth) == f"http://[::1]:{sixth.getsockname()[1]}"


# --- the datetime parameter ----------------------------------------------------------------------


@given(st.dates(), st.dates())
def test_days_are_read_as_they_are_written(one: date, other: date) -> None:
    first, last = sorted((one, other))
    both = (first.toordinal(), last.toordinal())
    assert asked_days(f"{first}/{last}") == both
    assert asked_days(f"{first}T00:00:00Z/{last}T23:59:59.9Z") == both
    assert asked_days(f"{first}/..") == (both[0], date.max.toordinal())
    assert asked_days(f"../{last}") == (date.min.toordinal(), both[1])
    assert asked_days(str(first)) == (both[0], both[0])


def test_moments_elsewhere_are_days_in_utc() -> None:
    day = date(2016, 12, 10).toordinal()
    assert asked_days("2016-12-10T23:30:00+02:00") == (day, day)
    assert asked_days("2016-12-10T01:30:00+02:00") == (day - 1, day - 1)
    assert asked_days("2016-12-10t01:30:00.250z") == (day, day)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        first, last = asked_days(text)
    except DateError:
        return
    assert first <= last
