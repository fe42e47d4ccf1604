"""The interactive map as a reader meets it: in a browser, from a file, without a network."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import folium
import numpy as np
import pages
import pytest
from pages import PHONE, WIDE

import geofront
from geofront.errors import SpanError
from geofront.render.page.foliummap import control_map
from geofront.render.page.leaflet import leaflet_css, leaflet_js

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from geofront.control.series import Series

START, END = "2016-12-08", "2017-01-12"
browser, open_file = pages.browser, pages.open_file
HOSTILE = (
    "</script><script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'><!--\u2028"
)


@pytest.fixture(scope="module")
def series() -> Series:
    return geofront.draw(geofront.read("palmyra-2016"), start=START, end=END)


@pytest.fixture(scope="module")
def file(series: Series, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return geofront.write_html(series, tmp_path_factory.mktemp("html") / "palmyra.html")


# --- the file ---------------------------------------------------------------------------------


def test_the_file_is_small(file: Path) -> None:
    size = file.stat().st_size
    assert size < 1_000_000
    assert size - len(leaflet_js().encode()) - len(leaflet_css().encode()) < 350_000


def test_the_file_names_nothing_to_load(file: Path) -> None:
    page = file.read_text(encoding="utf-8")
    markup = re.sub(r"<script\b.*?</script>|<style>.*?</style>", "", page, flags=re.DOTALL)
    assert re.findall(r"""(?:src|href)=["']?([^\s>]+)""", markup) == ['data:,"']
    assert "default-src 'none'" in page
    assert re.findall(r"img-src [^;\"]*", page)[0] == "img-src data:"
    assert "sourceMappingURL" not in page


def test_the_same_series_gives_the_same_file(series: Series, file: Path, tmp_path: Path) -> None:
    again = geofront.write_html(series, tmp_path / "again.html")
    assert again.read_bytes() == file.read_bytes()


def test_geometry_is_written_once(series: Series, file: Path, tmp_path: Path) -> None:
    short = geofront.draw(series.timeline, start=START, end="2016-12-09")
    longer = (
        file.stat().st_size - geofront.write_html(short, tmp_path / "short.html").stat().st_size
    )
    events = sum(START < event.day.isoformat() <= END for event in series.timeline.events)
    assert longer < 600 * events


def test_tiles_are_loaded_only_if_asked_for(series: Series, tmp_path: Path) -> None:
    tiles = folium.TileLayer("https://{s}.tiles.example/{z}/{x}/{y}.png", attr="Example")
    path = geofront.write_html(series, tmp_path / "tiles.html", tiles=tiles)
    page = path.read_text(encoding="utf-8")
    assert re.findall(r"img-src [^;\"]*", page)[0] == "img-src data: https://*.tiles.example"


def test_a_day_outside_the_series_is_refused(series: Series, tmp_path: Path) -> None:
    with pytest.raises(SpanError, match="2015-01-01 lies outside the series"):
        geofront.write_html(series, tmp_path / "no.html", open_on="2015-01-01")
    assert list(tmp_path.iterdir()) == []


def test_in_a_notebook_it_is_a_folium_map_to_add_to(series: Series) -> None:
    view = control_map(series)
    folium.Marker([34.56, 38.28], tooltip="added").add_to(view)
    shown = view._repr_html_()
    assert "iframe" in shown
    assert "leaflet.js" in shown
    assert "geofront.mountFrom(" in shown
    assert "added" in shown


# --- days -------------------------------------------------------------------------------------


@pytest.mark.browser
def test_it_opens_on_the_last_day(file: Path, open_file: Any) -> None:
    opened = open_file(file)
    assert opened.day() == END
    assert opened.page.title() == "Palmyra offensive (December 2016)"
    assert opened.page.locator(".gf-date").inner_text() == "Thursday 12 January 2017"


@pytest.mark.browser
def test_it_opens_on_the_day_asked_for(series: Series, tmp_path: Path, open_file: Any) -> None:
    path = geofront.write_html(series, tmp_path / "map.html", open_on=date(2016, 12, 20))
    assert open_file(path).day() == "2016-12-20"


@pytest.mark.browser
def test_the_address_opens_a_day_and_follows_it(file: Path, open_file: Any) -> None:
    opened = open_file(file, "#2016-12-11")
    assert opened.day() == "2016-12-11"
    opened.page.keyboard.press("ArrowRight")
    opened.wait_until("location.hash === '#2016-12-12'")
    opened.page.evaluate("location.hash = '#2016-12-15'")
    opened.wait_until("v.day() === '2016-12-15'")


@pytest.mark.browser
@pytest.mark.parametrize("fragment", ["#2016-02-31", "#top", "#2016-12-11/nowhere", "#2015-01-01"])
def test_an_odd_address_does_no_harm(file: Path, open_file: Any, fragment: str) -> None:
    assert START <= open_file(file, fragment).day() <= END


@pytest.mark.browser
def test_keys_go_from_day_to_day(file: Path, open_file: Any) -> None:
    opened = open_file(file, "#2016-12-11")
    for key, day in [
        ("ArrowRight", "2016-12-12"),
        ("ArrowLeft", "2016-12-11"),
        ("Home", START),
        ("ArrowLeft", START),
        ("End", END),
        ("ArrowRight", END),
    ]:
        opened.page.keyboard.press(key)
        assert opened.day() == day, key


@pytest.mark.browser
def test_the_slider_moves_and_speaks_the_day(file: Path, open_file: Any) -> None:
    opened = open_file(file)
    slider = opened.page.get_by_role("slider", name="Day")
    slider.fill("3")
    assert opened.day() == "2016-12-11"
    assert slider.get_attribute("aria-valuetext") == "Sunday 11 December 2016"
    slider.press("ArrowRight")
    assert opened.day() == "2016-12-12"


@pytest.mark.browser
def test_it_plays_and_pauses(file: Path, open_file: Any) -> None:
    opened = open_file(file)
    opened.page.keyboard.press(" ")
    opened.wait_until("v.day() > '2016-12-09' && v.day() < '2016-12-31'")
    opened.page.get_by_role("button", name="Pause").click()
    paused = opened.day()
    opened.page.wait_for_timeout(900)
    assert opened.day() == paused < END
    assert opened.page.get_by_role("button", name="Play").count() == 1


# --- what is shown ----------------------------------------------------------------------------


@pytest.mark.browser
def test_the_areas_agree_with_the_series(series: Series, file: Path, open_file: Any) -> None:
    opened = open_file(file)
    for snapshot in series:
        opened.go(snapshot.day.isoformat())
        expected: dict[str, float] = dict.fromkeys(opened.km2_shown(), 0.0)
        for label, km2 in zip(series.labels, snapshot.area_km2, strict=True):
            expected[label.holder or label.status] += km2
        for key, shown in opened.km2_shown().items():
            assert shown == pytest.approx(expected[key], abs=0.6), (snapshot.day, key)


@pytest.mark.browser
def test_every_place_has_its_status_on_every_day(
    series: Series, file: Path, open_file: Any
) -> None:
    opened = open_file(file)
    for snapshot in series:
        shown = opened.ask(
            "v.goTo(x.day); return x.ids.map((id) => v.status(id).status)",
            {"day": snapshot.day.isoformat(), "ids": list(series.place_ids)},
        )
        assert shown == [s.status for s in snapshot.statuses], snapshot.day


@pytest.mark.browser
def test_each_place_lies_in_the_one_area_of_its_label(
    series: Series, file: Path, open_file: Any
) -> None:
    opened = open_file(file)
    inside = {series.place_ids[i] for i in set(series.mesh.cell_site.tolist())}
    for day in (START, "2016-12-10", "2016-12-14", END):
        snapshot = series.snapshot(day)
        opened.go(day)
        for status in snapshot.statuses:
            if status.place.id not in inside:
                continue
            label = series.labels.index(status.label)
            found = opened.ask(
                "const at = v.map.latLngToLayerPoint(v.position(x));"
                "const point = document.querySelector('.gf-area').ownerSVGElement.createSVGPoint();"
                "point.x = at.x; point.y = at.y;"
                "return [...document.querySelectorAll('.gf-area')]"
                ".filter((path) => path.isPointInFill(point))"
                ".map((path) => Number(/gf-label-(\\d+)/.exec(path.getAttribute('class'))[1]));",
                status.place.id,
            )
            assert found == ([] if status.status == "unknown" else [label]), (day, status.place.id)


@pytest.mark.browser
def test_front_lines_stand_where_the_series_has_them(
    series: Series, file: Path, open_file: Any
) -> None:
    opened = open_file(file)
    for snapshot in series:
        opened.go(snapshot.day.isoformat())
        for name, contested in (("gf-front", False), ("gf-front-contested", True)):
            drawn = opened.page.locator(f".gf-map path.{name}").get_attribute("d") != "M0 0"
            assert drawn == any(f.contested is contested for f in snapshot.fronts), snapshot.day


@pytest.mark.browser
def test_the_statements_of_the_day_are_listed_with_their_sources(
    series: Series, file: Path, open_file: Any
) -> None:
    opened = open_file(file, "#2016-12-11")
    events = series.snapshot("2016-12-11").events
    items = opened.page.locator(".gf-event")
    assert [item.get_attribute("data-event") for item in items.all()] == [e.id for e in events]
    for item, event in zip(items.all(), events, strict=True):
        text = item.inner_text()
        assert series.timeline.places[event.place_id].name in text
        for source in event.sources:
            assert series.timeline.sources[source].title in text


@pytest.mark.browser
def test_a_click_on_a_place_tells_why_it_has_its_status(
    series: Series, file: Path, open_file: Any
) -> None:
    opened = open_file(file, "#2016-12-14")
    x, y = opened.point_of("palmyra")
    opened.page.mouse.move(x, y)
    assert "Palmyra" in opened.page.locator(".gf-tooltip").inner_text()
    opened.page.mouse.click(x, y)
    panel = opened.page.locator(".gf-place")
    status = series.history.status("palmyra", date(2016, 12, 14))
    assert status.event is not None
    assert panel.locator("h2").inner_text() == "Palmyra"
    text = panel.inner_text()
    assert "Held by Islamic State" in text
    assert "since 11 December 2016" in text
    assert series.timeline.sources[status.event.sources[0]].title in text
    assert "تدمر" in text
    opened.page.keyboard.press("Escape")
    assert panel.is_hidden()


# --- around the map ---------------------------------------------------------------------------


@pytest.mark.browser
def test_fronts_follow_actors_that_change_sides(tmp_path: Path, open_file: Any) -> None:
    series = geofront.draw(geofront.read("idlib-2020"))
    turn = next(d for d in series.timeline.actors.turns if series.start < d <= series.end)
    opened = open_file(geofront.write_html(series, tmp_path / "idlib.html"))
    kinds = {}
    for day in (series.start, turn - timedelta(days=1), turn, series.end):
        opened.go(day.isoformat())
        opposition = series.opposition_on(day)
        fronts = {
            (*sorted((one, other)), contested)
            for one, other, contested in opened.ask(
                "return v.fronts().map(([a, b, c]) => [a, b, Boolean(c)])"
            )
        }
        found = opposition.between(*np.triu_indices(len(series.labels), k=1))
        expected = {
            (i, j, bool(opposition.kinds[k][1]))
            for i, j, k in zip(*np.triu_indices(len(series.labels), k=1), found, strict=True)
            if k >= 0
        }
        assert fronts == expected, day
        kinds[day] = frozenset(fronts)
    assert kinds[series.start] == kinds[turn - timedelta(days=1)] != kinds[turn]


@pytest.mark.browser
def test_the_parts_of_a_map_can_be_shown_apart(tmp_path: Path, open_file: Any) -> None:
    series = geofront.draw(geofront.read("aleppo-hama-2016"))
    path = geofront.write_html(series, tmp_path / "parts.html")
    opened = open_file(path, "#2016-03-20/kafr-saghir")
    whole = opened.page.get_by_role("button", name="Show the whole map")
    near = opened.ask("return v.map.getZoom()")
    whole.click()
    assert opened.ask("return v.map.getZoom()") < near
    parts = opened.page.locator(".gf-piece")
    assert parts.count() == 3
    for part in parts.all()[1:]:
        part.click()
        assert opened.ask("return v.map.getZoom()") > near - 1.5


@pytest.mark.browser
def test_a_tap_near_a_place_is_enough(file: Path, open_file: Any) -> None:
    opened = open_file(file, size=PHONE, has_touch=True, is_mobile=True)
    x, y = opened.point_of("arak")
    opened.page.touchscreen.tap(x + 9, y - 9)
    opened.wait_until("v.selected() === 'arak'")


@pytest.mark.browser
def test_a_place_is_found_by_its_name(file: Path, open_file: Any) -> None:
    opened = open_file(file)
    finder = opened.page.get_by_role("searchbox", name="Find a place")
    finder.fill("alqaryatayn")
    finder.press("Enter")
    assert opened.ask("return v.selected()") == "qaryatayn"
    finder.fill("تدمر")
    opened.page.locator(".gf-found button", has_text=re.compile(r"^Palmyra$")).click()
    assert opened.ask("return v.selected()") == "palmyra"


@pytest.mark.browser
def test_provenance_is_in_sight(series: Series, file: Path, open_file: Any) -> None:
    for size in (WIDE, PHONE):
        opened = open_file(file, size=size)
        foot = opened.page.locator(".gf-foot")
        assert foot.is_visible()
        for key in ("attribution", "licence", "method", "policy", "library_version"):
            assert str(series.provenance[key]) in foot.inner_text()
        opened.page.get_by_role("button", name="About this map").click()
        about = opened.page.get_by_role("dialog").inner_text()
        assert all(entry.sha256 in about for entry in series.timeline.inputs)


@pytest.mark.browser
@pytest.mark.parametrize("size", [WIDE, (900, 540), PHONE])
def test_everything_fits_the_screen(file: Path, open_file: Any, size: tuple[int, int]) -> None:
    opened = open_file(file, size=size)
    width, height = opened.page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    )
    assert (width, height) <= size
    for part in (".gf-head", ".gf-map", ".gf-time", ".gf-legend", ".gf-foot"):
        box = opened.page.locator(part).bounding_box()
        assert box is not None, part
        assert box["x"] >= 0, part
        assert box["x"] + box["width"] <= size[0], part
        assert box["y"] < size[1], part


@pytest.mark.browser
def test_it_turns_dark_with_the_reader_s_choice(file: Path, open_file: Any) -> None:
    ask = "return getComputedStyle(v.map.getContainer()).backgroundColor"
    opened = open_file(file, color_scheme="light")
    light = opened.ask(ask)
    opened.page.emulate_media(color_scheme="dark")
    assert opened.ask(ask) != light


@pytest.mark.browser
def test_every_control_has_a_name(file: Path, open_file: Any) -> None:
    opened = open_file(file, "#2016-12-11/palmyra")
    unnamed = opened.page.evaluate(
        "[...document.querySelectorAll('button, input, a[href], [role=region]')]"
        ".filter((e) => !(e.ariaLabel || e.labels?.length || e.textContent.trim()))"
        ".map((e) => e.outerHTML)"
    )
    assert unnamed == []


@pytest.mark.browser
def test_a_day_is_drawn_quickly(file: Path, open_file: Any) -> None:
    opened = open_file(file)
    times = opened.ask(
        "return x.map((day) => { const t = performance.now(); v.goTo(day);"
        " return performance.now() - t; }).sort((a, b) => a - b)",
        [f"2016-12-{day:02}" for day in range(8, 32)],
    )
    assert times[len(times) // 2] < 50


# --- text that is not markup --------------------------------------------------------------------


@pytest.fixture(scope="module")
def hostile_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    quoted = '"' + HOSTILE.replace('"', '""') + '"'
    (folder / "conflict.toml").write_text(f"title = {json.dumps(HOSTILE)}\n", encoding="utf-8")
    (folder / "places.csv").write_text(
        f"id,name,lon,lat,name_ar\nhere,{quoted},38.0,34.0,{quoted}\nthere,There,38.2,34.1,\n",
        encoding="utf-8",
    )
    (folder / "actors.csv").write_text(
        f"id,name,side,color\nred,{quoted},red,#aa3333\nblue,Blue,blue,#3333aa\n", encoding="utf-8"
    )
    (folder / "sources.csv").write_text(
        "id,title,publisher,published,url\n"
        f"bad,{quoted},{quoted},2020-01-01,javascript:window.hacked=1\n"
        "good,A report,A paper,2020-01-01,https://example.org/report\n",
        encoding="utf-8",
    )
    (folder / "events.csv").write_text(
        "date,place,kind,actor,from_actor,source,note\n"
        f"2020-01-01,here,hold,red,,bad,{quoted}\n"
        "2020-01-01,there,hold,blue,,good,\n"
        f"2020-01-02,there,capture,red,blue,good,{quoted}\n"
        "2020-01-01/2020-01-02,here,capture,blue,red,bad,\n",
        encoding="utf-8",
    )
    series = geofront.draw(geofront.read(folder), start="2020-01-01", end="2020-01-03")
    return geofront.write_html(series, folder / "hostile.html")


@pytest.mark.browser
def test_text_of_the_data_never_becomes_markup(hostile_file: Path, open_file: Any) -> None:
    opened = open_file(hostile_file, "#2020-01-01/here")
    page = opened.page
    page.mouse.move(*opened.point_of("here"))
    page.wait_for_selector(".gf-tooltip")
    assert "<img src=x" in page.locator(".gf-tooltip").inner_text()
    assert "<img src=x" in page.locator(".gf-place h2").inner_text()
    for part in (".gf-sentence", ".gf-flag", ".gf-history"):
        assert "<img src=x" in page.locator(f".gf-place {part}").first.inner_text()
    assert "<img src=x" in page.locator("h1").inner_text()
    assert "<img src=x" in page.title()
    opened.go("2020-01-02")
    opened.go("2020-01-01")
    page.get_by_role("button", name="About this map").click()
    assert page.locator(".gf img").count() == 0
    assert page.evaluate("typeof window.hacked") == "undefined"


@pytest.mark.browser
def test_only_links_to_the_web_are_links(hostile_file: Path, open_file: Any) -> None:
    opened = open_file(hostile_file, "#2020-01-01")
    links = opened.page.locator(".gf a[href]:not([href^='#'])")
    assert {link.get_attribute("href") for link in links.all()} == {"https://example.org/report"}
    assert {link.get_attribute("rel") for link in links.all()} == {"noopener noreferrer"}
    assert "javascript:" not in hostile_file.read_text(encoding="utf-8")


@pytest.mark.browser
def test_the_policy_stops_what_the_page_does_not_need(file: Path, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(file.as_uri())
    page.wait_for_selector(".gf-ready")
    broken = page.evaluate(
        """() => new Promise((resolve) => {
            const broken = [];
            document.addEventListener("securitypolicyviolation", (e) => {
                broken.push(e.effectiveDirective);
                if (broken.length === 2) resolve(broken.sort());
            });
            const script = document.createElement("script");
            script.textContent = "window.hacked = 1";
            const image = document.createElement("img");
            image.src = "https://example.org/pixel.png";
            document.body.append(script, image);
        })"""
    )
    assert broken == ["img-src", "script-src-elem"]
    assert page.evaluate("typeof window.hacked") == "undefined"
    page.close()
