"""Charts under the map: in a browser, with the figures of the library."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pages
import pytest

import geofront
from geofront.render.page.fronts import front_rows

if TYPE_CHECKING:
    from pathlib import Path

    from geofront.control.series import Series

browser, open_file = pages.browser, pages.open_file

START, END = "2016-12-08", "2017-01-12"
HALF_KM2 = 0.5


@pytest.fixture(scope="module")
def series() -> Series:
    return geofront.draw(geofront.read("palmyra-2016"), start=START, end=END)


@pytest.fixture(scope="module")
def file(series: Series, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return geofront.write_html(series, tmp_path_factory.mktemp("html") / "palmyra.html")


@pytest.fixture(scope="module")
def every_kind(tmp_path_factory: pytest.TempPathFactory) -> Series:
    """A made-up war with contested ground, sides that change, and unknown places."""
    folder = pages.write_every_kind(tmp_path_factory.mktemp("kinds"))
    return geofront.draw(geofront.read(folder), start="2020-01-01", end="2020-01-20")


@pytest.mark.browser
@pytest.mark.parametrize("name", ["palmyra-2016", "every-kind"])
def test_the_charts_hold_the_figures_of_the_library(
    name: str, series: Series, every_kind: Series, tmp_path: Path, open_file: Any
) -> None:
    drawn_series = series if name == "palmyra-2016" else every_kind
    opened = open_file(geofront.write_html(drawn_series, tmp_path / "charts.html"))
    charts = {chart["key"]: chart["rows"] for chart in opened.ask("return v.charts()")}
    actors = {actor.id: actor.name for actor in drawn_series.timeline.actors}
    stats = drawn_series.stats()
    shown = {row["name"]: row["values"] for row in charts["area"]}
    for (status, actor), rows in stats.groupby(["status", "actor"], dropna=False):
        expected = rows["area_km2"].to_numpy()
        title = actors.get(str(actor), str(status).capitalize())
        if expected.any():
            np.testing.assert_allclose(shown.pop(title), expected, atol=HALF_KM2)
    assert shown == {}
    fronts = np.sum([row["values"] for row in charts["front"]], axis=0)
    for day, km in zip(drawn_series.days, fronts.tolist(), strict=True):
        lines = drawn_series.snapshot(day).fronts
        assert km == pytest.approx(sum(line.length_km for line in lines), rel=0.01)
    enclosed = stats.groupby("date")["pocket_km2"].sum().to_numpy()
    pockets = np.sum([row["values"] for row in charts.get("pockets", [])], axis=0)
    np.testing.assert_allclose(np.zeros(len(enclosed)) + pockets, enclosed, atol=HALF_KM2)


def test_front_lengths_are_written_as_changes(series: Series) -> None:
    written = json.dumps(front_rows(series))
    assert len(written) < 20 * (len(series.redrawn_days) + 1)


@pytest.mark.browser
def test_a_chart_marks_the_day_and_leads_to_others(file: Path, open_file: Any) -> None:
    opened = open_file(file, "#2016-12-08")
    chart = opened.page.locator(".gf-chart")
    box = chart.bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    opened.page.mouse.move(*middle)
    tip = opened.page.locator(".gf-chart-tip").inner_text()
    assert "Islamic State (ISIL)" in tip
    assert "km²" in tip
    opened.page.mouse.click(*middle)
    assert opened.day() in {"2016-12-25", "2016-12-26"}
    marker = opened.page.locator(".gf-plot .gf-now:not(.gf-then)").bounding_box()
    assert marker is not None
    assert marker["x"] == pytest.approx(middle[0], abs=box["width"] / 35)
    # The chart's days stand under those of the slider.
    slider = opened.page.locator(".gf-slider").bounding_box()
    assert slider is not None
    assert box["x"] == pytest.approx(slider["x"] + 9, abs=1)
    assert box["width"] == pytest.approx(slider["width"] - 18, abs=1)


@pytest.mark.browser
def test_the_values_of_a_chart_are_listed_and_downloaded(
    series: Series, file: Path, open_file: Any
) -> None:
    opened = open_file(file)
    opened.page.get_by_role("button", name="Front length").click()
    opened.page.get_by_role("button", name="Show as table").click()
    window = opened.page.get_by_role("dialog")
    first = window.locator("tbody tr").first.inner_text().split()
    km = sum(line.length_km for line in series.snapshot(START).fronts)
    assert first[0] == START
    assert float(first[1].replace(",", "")) == pytest.approx(km, abs=0.1)
    with opened.page.expect_download() as download:
        window.get_by_role("link", name="Download every day as CSV").click()
    text = download.value.path().read_text(encoding="utf-8")
    table = list(csv.DictReader(io.StringIO(text)))
    assert [row["Day"] for row in table] == [day.isoformat() for day in series.days]
    stats = series.stats()
    last = stats[(stats["date"] == series.end) & (stats["actor"] == "isil")]["area_km2"].item()
    shown = float(table[-1]["Area held: Islamic State (ISIL) (km²)"])
    assert shown == pytest.approx(last, abs=0.06)
    window.get_by_role("button", name="Close").click()
    opened.page.locator(".gf-figures").wait_for(state="detached")


@pytest.mark.browser
def test_a_cell_of_the_downloaded_table_may_hold_anything(
    tmp_path: Path, every_kind: Series, open_file: Any
) -> None:
    folder = pages.write_every_kind(tmp_path)
    name = 'The "Reds", =1+1'
    actors = (folder / "actors.csv").read_text(encoding="utf-8")
    quoted = '"' + name.replace('"', '""') + '"'
    (folder / "actors.csv").write_text(actors.replace("The Reds", quoted), encoding="utf-8")
    renamed = geofront.draw(geofront.read(folder), start=every_kind.start, end=every_kind.end)
    opened = open_file(geofront.write_html(renamed, tmp_path / "odd.html"))
    opened.page.get_by_role("button", name="Show as table").click()
    with opened.page.expect_download() as download:
        opened.page.get_by_role("link", name="Download every day as CSV").click()
    text = download.value.path().read_text(encoding="utf-8")
    heading = next(csv.reader(io.StringIO(text)))
    assert f"Area held: {name} (km²)" in heading


@pytest.mark.browser
def test_charts_are_folded_on_a_phone_and_open_on_demand(file: Path, open_file: Any) -> None:
    opened = open_file(file, size=pages.PHONE)
    chart = opened.page.locator(".gf-chart")
    assert chart.is_hidden()
    opener = opened.page.get_by_role("button", name="Statistics over time")
    assert opener.get_attribute("aria-expanded") == "false"
    opener.focus()
    opened.page.keyboard.press("Enter")
    assert chart.is_visible()
    assert opener.get_attribute("aria-expanded") == "true"
    assert opened.page.locator(".gf-band-held").count() == 2


def _first_days(folder: Path, days: int) -> Series:
    """A place contested from the second day on, of so many days."""
    rows = (
        "date,place,kind,actor,from_actor,lon,lat",
        "2020-01-01,n,hold,North,,10.0,50.2",
        "2020-01-01,s,hold,South,,10.0,50.0",
        "2020-01-02,n,contest,South,North,10.0,50.2",
    )
    table = folder / "events.csv"
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    end = dt.date(2020, 1, 1) + dt.timedelta(days=days - 1)
    return geofront.draw(geofront.read(table), start="2020-01-01", end=end)


# How many pixels the stripes of contested ground measure, across and down.
STRIPES_PX = """
() => {
  const pattern = document.querySelector(".gf-chart pattern");
  const { a, b, c, d } = pattern.patternTransform.baseVal.consolidate().matrix;
  const { width, height } = document.querySelector(".gf-chart").getBoundingClientRect();
  const box = document.querySelector(".gf-chart").viewBox.baseVal;
  const [across, down] = [width / box.width, height / box.height];
  return [Math.hypot(a * across, b * down), Math.hypot(c * across, d * down)];
}
"""


@pytest.mark.browser
@pytest.mark.parametrize("days", [2, 6, 400])
def test_contested_ground_is_striped_at_any_number_of_days(
    days: int, tmp_path: Path, open_file: Any
) -> None:
    opened = open_file(geofront.write_html(_first_days(tmp_path, days), tmp_path / "few.html"))
    opened.page.locator(".gf-band-contested").wait_for(state="attached")
    assert opened.page.evaluate(STRIPES_PX) == pytest.approx([1, 1], rel=0.01)
    # The window of the reader may become narrower.
    opened.page.set_viewport_size({"width": 1110, "height": 790})
    opened.page.wait_for_timeout(200)
    assert opened.page.evaluate(STRIPES_PX) == pytest.approx([1, 1], rel=0.01)
