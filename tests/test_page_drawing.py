"""What the page draws anew from day to day, and what it keeps: in a browser."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pages
import pytest

import geofront

if TYPE_CHECKING:
    from pathlib import Path


browser, open_file = pages.browser, pages.open_file

START, END = "2016-12-08", "2017-01-12"
LONGER_THAN_THE_DELAY_MS = 500
DOTS, NAMES = 0, 1
PIXELS = "return document.querySelectorAll('.gf-map canvas')[x].toDataURL()"
CANVAS = "const canvas = document.querySelector('.gf-map canvas');"
PAINTED_SHARE = (
    CANVAS + "const copy = document.createElement('canvas');"
    "[copy.width, copy.height] = [canvas.width, canvas.height];"
    "const context = copy.getContext('2d', { willReadFrequently: true });"
    "context.drawImage(canvas, 0, 0);"
    "const { data } = context.getImageData(0, 0, copy.width, copy.height);"
    "return data.filter((value, i) => i % 4 === 3 && value).length / data.length"
)
PATHS = (
    "return [...document.querySelectorAll('.gf-map path.gf-area, .gf-map path.gf-front')]"
    ".map((path) => path.getAttribute('d'))"
)
CLASHES = """\
date,place,kind,actor,lon,lat
2020-01-01,Here,clash,A,38,34
2020-01-03,There,clash,A,38.2,34.1
"""


@pytest.fixture(scope="module", params=["nearest", "kriging"])
def file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    drawn = geofront.draw(geofront.read("palmyra-2016"), start=START, end=END, method=request.param)
    return geofront.write_html(drawn, tmp_path_factory.mktemp("html") / "palmyra.html")


@pytest.mark.browser
def test_a_day_looks_the_same_however_it_was_reached(file: Path, open_file: Any) -> None:
    stepped = open_file(file, "#2016-12-08")
    for day in range(9, 23):
        stepped.go(f"2016-12-{day:02}")
    opened = open_file(file, "#2016-12-22")
    for canvas in (DOTS, NAMES):
        assert stepped.ask(PIXELS, canvas) == opened.ask(PIXELS, canvas)
    assert stepped.ask(PATHS) == opened.ask(PATHS)


@pytest.mark.browser
def test_only_dots_that_changed_are_painted_anew(file: Path, open_file: Any) -> None:
    opened = open_file(file, "#2016-12-08")
    opened.ask(f"{CANVAS} canvas.getContext('2d').clearRect(0, 0, 9999, 9999)")
    opened.ask("v.goTo('2016-12-09')")
    some = opened.ask(PAINTED_SHARE)
    opened.ask("v.map.panBy([40, 0], { animate: false })")
    assert 0 < some < 0.2 * opened.ask(PAINTED_SHARE)


@pytest.mark.browser
def test_what_is_out_of_sight_is_left_out_of_the_lines(file: Path, open_file: Any) -> None:
    opened = open_file(file, "#2016-12-22")
    length = (
        "return [...document.querySelectorAll('.gf-map path.gf-front')]"
        ".reduce((sum, path) => sum + path.getTotalLength(), 0)"
    )
    scale = 2**6
    whole = opened.ask(length)
    opened.ask(
        "const at = v.position('palmyra'); v.map.setMaxZoom(18);"
        "v.map.setView(at, v.map.getZoom() + 6, { animate: false })"
    )
    assert opened.ask(length) < 0.3 * scale * whole
    inside = (
        "const path = [...document.querySelectorAll('.gf-map path.gf-area')]"
        ".filter((p) => p.getAttribute('d') !== 'M0 0');"
        "const box = v.map.getContainer().getBoundingClientRect();"
        "const svg = path[0].ownerSVGElement; const point = svg.createSVGPoint();"
        "[point.x, point.y] = [box.left + box.width / 2, box.top + box.height / 2];"
        "const own = point.matrixTransform(path[0].getScreenCTM().inverse());"
        "return path.filter((p) => p.isPointInFill(own)).length"
    )
    assert opened.ask(inside) == 1


@pytest.mark.browser
def test_an_address_typed_after_a_step_holds(file: Path, open_file: Any) -> None:
    opened = open_file(file, "#2016-12-11")
    opened.ask("v.goTo('2016-12-12'); window.location.hash = '#2016-12-20/palmyra'")
    opened.page.wait_for_timeout(LONGER_THAN_THE_DELAY_MS)
    assert opened.day() == "2016-12-20"
    assert opened.ask("return [v.selected(), window.location.hash]") == [
        "palmyra",
        "#2016-12-20/palmyra",
    ]
    opened.go("2016-12-21")
    opened.wait_until("window.location.hash === '#2016-12-21/palmyra'")


@pytest.mark.browser
def test_a_map_without_areas_has_no_charts(tmp_path: Path, open_file: Any) -> None:
    (tmp_path / "events.csv").write_text(CLASHES, encoding="utf-8")
    series = geofront.draw(geofront.read(tmp_path), start="2020-01-01", end="2020-01-04")
    opened = open_file(geofront.write_html(series, tmp_path / "clashes.html"))
    held = opened.ask("return v.charts().find(({ key }) => key === 'area')")
    assert (held is None) == opened.page.locator(".gf-stats").is_hidden()
    opened.go("2020-01-03")
    assert opened.day() == "2020-01-03"


@pytest.mark.browser
def test_another_language_keeps_the_chart_chosen_and_whether_it_is_folded(
    file: Path, open_file: Any
) -> None:
    opened = open_file(file)
    opened.page.locator(".gf-tab-group button").nth(1).click()
    opened.ask("v.set('language', 'ar')")
    tabs = opened.page.locator(".gf-tab-group button")
    assert [tab.get_attribute("aria-pressed") for tab in tabs.all()][:2] == ["false", "true"]
    opened.page.locator(".gf-stats-open").click()
    opened.ask("v.set('language', 'en')")
    assert opened.page.locator(".gf-stats-open").get_attribute("aria-expanded") == "false"


def test_a_page_is_written_without_folium(tmp_path: Path) -> None:
    code = (
        "import sys, geofront\n"
        "timeline = geofront.read('palmyra-2016')\n"
        "series = geofront.draw(timeline, start='2016-12-08', end='2016-12-09')\n"
        f"geofront.write_html(series, {str(tmp_path / 'page.html')!r})\n"
        "assert 'folium' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
