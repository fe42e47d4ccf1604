"""How a page opens: folded away at first, by an address, on a span of many days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pages
import pytest

import geofront

if TYPE_CHECKING:
    from pathlib import Path

browser, open_file = pages.browser, pages.open_file

EVENTS = """\
date,place,kind,actor,lon,lat
2020-01-01,حلب القديمة,hold,Red,38.0,34.0
2020-01-01,North,hold,Blue,38.2,34.2
2020-01-05,حلب القديمة,capture,Blue,38.0,34.0
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    events = tmp_path / "events.csv"
    events.write_text(EVENTS, encoding="utf-8")
    series = geofront.draw(geofront.read(events), end="2047-01-01")
    return geofront.write_html(series, tmp_path / "map.html")


@pytest.mark.browser
def test_a_page_that_loads_folded_away_is_drawn_when_it_is_unfolded(
    file: Path, browser: Any
) -> None:
    outer = file.with_name("outer.html")
    outer.write_text(
        "<details><summary>Map</summary>"
        f'<iframe src="{file.name}" style="width:900px;height:600px"></iframe></details>',
        encoding="utf-8",
    )
    page = browser.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(outer.as_uri())
    page.wait_for_timeout(300)
    page.locator("summary").click()
    page.frame_locator("iframe").locator(".gf-ready").wait_for(timeout=20_000)
    assert complaints == []
    page.close()


@pytest.mark.browser
def test_an_address_names_a_place_whose_id_is_arabic(file: Path, open_file: Any) -> None:
    place = "حلب-القديمة"
    opened = open_file(file, f"#2020-01-03/{quote(place)}")
    assert opened.day() == "2020-01-03"
    assert opened.ask("return v.selected()") == place
    opened.ask("v.goTo('2020-01-04'); return null")
    opened.wait_until("location.hash.startsWith('#2020-01-04/')")
    opened.page.reload()
    opened.wait_until("document.querySelector('.gf-ready') !== null")
    assert opened.ask("return v.selected()") == place
    assert opened.day() == "2020-01-04"


@pytest.mark.browser
def test_bars_of_days_stay_wide_enough_to_be_seen(file: Path, open_file: Any) -> None:
    opened = open_file(file, "#2020-01-03")
    width = opened.page.evaluate(
        "() => { const svg = document.querySelector('.gf-histogram');"
        " const w = Number(/h([\\d.]+)/.exec(svg.lastChild.getAttribute('d'))[1]);"
        " return w * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width; }"
    )
    assert width >= 1.5
