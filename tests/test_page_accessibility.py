"""The page for readers who hear it, who use only keys, who need contrast, or who print it."""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pages
import pytest
from pages import PHONE, WIDE, Opened

import geofront

browser, open_file = pages.browser, pages.open_file

DAY = "#2020-01-12/there"
# What axe calls good practice and what the WCAG asks for, A to AAA where it can be computed, but
# for the contrast of 7 to 1 of the last.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


def axe_script() -> Path:
    """Return where axe-core is: named by GEOFRONT_AXE, or else in the package that carries it."""
    if named := os.environ.get("GEOFRONT_AXE"):
        return Path(named)
    carrier = pytest.importorskip("axe_playwright_python", reason="axe-core is not installed")
    return Path(carrier.__file__).parent / "axe.min.js"


def violations(opened: Opened) -> list[str]:
    """Return what axe complains of: rule and element."""
    if not opened.page.evaluate("typeof window.axe === 'object'"):
        opened.page.evaluate(axe_script().read_text(encoding="utf-8"))
    found = opened.page.evaluate("(rules) => axe.run(document, rules)", RULES)
    assert found["testEngine"]["name"] == "axe-core"
    return [
        f"{rule['id']}: {node['html'][:160]} ({node['failureSummary'][:200]})"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of a war with every kind, rule and flag."""
    folder = pages.write_every_kind(tmp_path_factory.mktemp("accessible"))
    series = geofront.draw(geofront.read(folder), start="2020-01-01", end="2020-01-20")
    return geofront.write_html(series, folder / "map.html")


# --- what a checker finds -------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing(
    file: Path, open_file: Any, language: str, size: tuple[int, int], scheme: str
) -> None:
    opened = open_file(file, "#2020-01-12", size=size, color_scheme=scheme)
    if language == "ar":
        opened.page.locator(".gf-tool-language").click()
        assert opened.page.locator(".gf").first.get_attribute("lang") == "ar"
    assert violations(opened) == [], "a day"
    opened.page.evaluate("location.hash = '#2020-01-12/there'")
    opened.page.locator(".gf-place").first.wait_for()
    assert violations(opened) == [], "a place"
    opened.page.evaluate("location.hash = '#2020-01-12~2020-01-03'")
    opened.page.locator(".gf-compare").first.wait_for()
    assert violations(opened) == [], "a comparison"


@pytest.mark.browser
@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_axe_finds_nothing_in_two_accounts(
    tmp_path: Path, open_file: Any, size: tuple[int, int]
) -> None:
    timeline = geofront.read(pages.write_every_kind(tmp_path))
    one, other = (
        geofront.draw(timeline, policy=policy, start="2020-01-01", end="2020-01-20")
        for policy in ("best-evidence", "latest-report")
    )
    page = geofront.write_html(one, tmp_path / "both.html", beside=[other])
    opened = open_file(page, "#2020-01-12", size=size)
    opened.page.locator("select.gf-account-beside").first.select_option("1")
    opened.page.locator(".gf-second-map").first.wait_for()
    assert violations(opened) == []


@pytest.mark.browser
@pytest.mark.parametrize("size", [WIDE, PHONE])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_what_opens(
    file: Path, open_file: Any, theme: str, size: tuple[int, int]
) -> None:
    opened = open_file(file, DAY, size=size)
    while opened.page.locator(".gf").first.get_attribute("data-theme") != theme:
        opened.page.locator(".gf-tool-theme").click()
    opened.page.locator(".gf-tool-settings").click()
    assert opened.page.locator(".gf-drop").is_visible()
    assert violations(opened) == []
    opened.page.keyboard.press("Escape")
    assert opened.page.locator(".gf-drop").is_hidden()
    opened.page.locator(".gf-tool-about").click()
    assert opened.page.locator(".gf-about").is_visible()
    assert violations(opened) == []


# --- by keyboard --------------------------------------------------------------------------------


@pytest.mark.browser
def test_the_first_key_leads_past_the_head(file: Path, open_file: Any) -> None:
    page = open_file(file).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "gf-skip"
    assert page.locator(".gf-skip").bounding_box()["width"] > 40
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('.leaflet-container')")
    page.keyboard.press("ArrowLeft")


@pytest.mark.browser
def test_the_focus_goes_from_head_to_map_to_time_to_panel(file: Path, open_file: Any) -> None:
    page = open_file(file, DAY).page
    parts: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        part = page.evaluate(
            "document.activeElement.closest("
            "'.gf-head, .gf-map, .gf-time, .gf-side, .gf-foot')?.className ?? ''"
        )
        if part and part not in parts:
            parts.append(part)
    assert parts == ["gf-head", "gf-map", "gf-time", "gf-side", "gf-foot"]


@pytest.mark.browser
@pytest.mark.parametrize("key", ["?", "؟"])
def test_the_question_mark_tells_the_keys_and_escape_closes(
    file: Path, open_file: Any, key: str
) -> None:
    opened = open_file(file)
    about = opened.page.locator(".gf-about")
    opened.page.evaluate(
        "(key) => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}))",
        key,
    )
    assert about.is_visible()
    # The window opens on its first lines, with the focus on its first button.
    assert about.evaluate("(e) => e.scrollTop") == 0
    assert about.locator(".gf-close").evaluate("(e) => e === document.activeElement")
    assert "play and pause" in about.locator(".gf-keys").inner_text()
    opened.page.keyboard.press("Escape")
    assert about.is_hidden()


@pytest.mark.browser
def test_the_settings_close_with_escape_and_give_the_focus_back(file: Path, open_file: Any) -> None:
    opened = open_file(file, DAY)
    opener = opened.page.locator(".gf-tool-settings")
    opener.press("Enter")
    assert opener.get_attribute("aria-expanded") == "true"
    opened.page.keyboard.press("Tab")
    opened.page.keyboard.press("Escape")
    assert opener.get_attribute("aria-expanded") == "false"
    assert opener.evaluate("(e) => e === document.activeElement")
    # The same key closed the panel only, not the place beside the map.
    assert opened.page.locator(".gf-place").is_visible()


@pytest.mark.browser
def test_a_step_of_the_day_is_spoken(file: Path, open_file: Any) -> None:
    opened = open_file(file, "#2020-01-05")
    opened.page.keyboard.press("ArrowRight")
    # The day on which the page opened is spoken too, a moment before.
    opened.wait_until("document.querySelector('.gf-spoken').textContent.startsWith('6 ')")
    spoken = opened.page.locator(".gf-spoken[role=status]").first
    assert spoken.text_content() == "6 January 2020: 1 statement."


# --- tools --------------------------------------------------------------------------------------


@pytest.mark.browser
def test_the_theme_goes_round_and_is_kept(file: Path, open_file: Any) -> None:
    opened = open_file(file, color_scheme="light")
    button, root = opened.page.locator(".gf-tool-theme"), opened.page.locator(".gf").first
    papers = []
    for theme in (None, "light", "dark"):
        assert root.get_attribute("data-theme") == theme
        papers.append(opened.ask("return getComputedStyle(v.map.getContainer()).backgroundColor"))
        button.click()
    assert papers[0] == papers[1] != papers[2]
    button.click()
    button.click()
    assert button.get_attribute("aria-label") == "Colours: dark"
    opened.page.reload()
    opened.page.wait_for_selector(".gf-ready")
    assert root.get_attribute("data-theme") == "dark"


@pytest.mark.browser
def test_the_speed_of_playing_is_chosen(file: Path, open_file: Any) -> None:
    opened = open_file(file, "#2020-01-01")
    speed = opened.page.get_by_role("combobox", name="Speed")
    assert [option.inner_text() for option in speed.locator("option").all()] == [
        "0.5×",
        "1×",
        "2×",
        "4×",
    ]
    days = {}
    for factor in ("0.5", "4"):
        opened.go("2020-01-01")
        speed.select_option(factor)
        opened.ask("v.togglePlay()")
        opened.page.wait_for_timeout(1500)
        opened.ask("v.togglePlay()")
        days[factor] = int(opened.day()[-2:])
    # At half speed a day lasts 1.3 s, at four times 0.16 s.
    assert days["0.5"] <= 3
    assert days["4"] >= 6


@pytest.mark.browser
def test_the_link_is_copied(file: Path, open_file: Any) -> None:
    opened = open_file(file, "#2020-01-05", permissions=["clipboard-read", "clipboard-write"])
    opened.page.keyboard.press("ArrowRight")
    opened.page.locator(".gf-tool-link").click()
    opened.wait_until("document.querySelector('.gf-spoken').textContent === 'Link copied'")
    copied = opened.page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{file.as_uri()}#2020-01-06"


# --- sizes --------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_what_is_pressed_is_large_enough(file: Path, open_file: Any, size: tuple[int, int]) -> None:
    opened = open_file(file, DAY, size=size)
    small = opened.page.evaluate(
        "[...document.querySelectorAll('.gf button, .gf input, .gf select, .gf .leaflet-bar a')]"
        ".map((e) => [e.className, e.getBoundingClientRect()])"
        ".filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24))"
        ".map(([name, box]) => `${name} ${box.width} x ${box.height}`)"
    )
    # Links in a line of text are spared by the WCAG; on phones they too are 24 px high.
    if size == WIDE:
        small = [text for text in small if not text.startswith("gf-link")]
    assert small == []


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "ar"])
def test_on_a_phone_the_map_keeps_its_room(file: Path, open_file: Any, language: str) -> None:
    opened = open_file(file, DAY, size=PHONE, has_touch=True, is_mobile=True)
    if language == "ar":
        opened.page.locator(".gf-tool-language").tap()
    boxes = {}
    for part in ("head", "map", "time", "side", "foot"):
        boxes[part] = opened.page.locator(f".gf-{part}").first.bounding_box()
        assert boxes[part]["x"] >= 0, part
        assert boxes[part]["x"] + boxes[part]["width"] <= PHONE[0], part
    assert boxes["map"]["height"] >= 0.45 * PHONE[1]
    assert boxes["side"]["y"] >= boxes["map"]["y"] + boxes["map"]["height"]
    assert boxes["side"]["height"] >= 120
    # Two lines of ten pixels; the name of a version in development is longer and may take a third.
    lines = 3 if "dev" in metadata.version("geofront") else 2
    assert boxes["foot"]["height"] <= 18 * lines


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "ar"])
def test_on_a_phone_on_its_side_most_of_the_height_is_map(
    file: Path, open_file: Any, language: str
) -> None:
    width, height = PHONE[1], PHONE[0]
    opened = open_file(file, DAY, size=(width, height), has_touch=True, is_mobile=True)
    if language == "ar":
        opened.page.locator(".gf-tool-language").tap()
    boxes = {}
    for part in ("head", "map", "time", "side", "foot"):
        boxes[part] = opened.page.locator(f".gf-{part}").first.bounding_box()
        assert boxes[part]["x"] >= 0, part
        assert boxes[part]["x"] + boxes[part]["width"] <= width, part
        assert boxes[part]["y"] + boxes[part]["height"] <= height, part
    assert boxes["map"]["height"] >= 0.6 * height
    assert boxes["map"]["width"] >= 0.6 * width
    assert boxes["side"]["height"] == height
    tool = opened.page.locator(".gf-tool-settings").bounding_box()
    assert min(tool["width"], tool["height"]) >= 24
    opened.page.locator(".gf-tool-settings").tap()
    drop = opened.page.locator(".gf-drop").bounding_box()
    assert drop["y"] >= 0
    assert drop["y"] + drop["height"] <= height


@pytest.mark.browser
def test_nothing_moves_for_readers_who_do_not_want_it(file: Path, open_file: Any) -> None:
    opened = open_file(file, reduced_motion="reduce")
    moving = opened.page.evaluate(
        "[...document.querySelectorAll('.gf, .gf *')].filter((e) => {"
        " const style = getComputedStyle(e);"
        " return parseFloat(style.transitionDuration) > 0 || style.animationName !== 'none'; })"
        ".map((e) => e.className)"
    )
    assert moving == []
    assert opened.ask("return v.map.options.zoomAnimation") is False


@pytest.mark.browser
def test_on_paper_stand_the_map_and_the_words_and_no_controls(file: Path, open_file: Any) -> None:
    opened = open_file(file, "#2020-01-12", color_scheme="dark")
    root = opened.page.locator(".gf").first
    shown = opened.ask("return [v.map.getBounds().toBBoxString(), v.map.getZoom()]")
    opened.page.emulate_media(media="print", color_scheme="dark")
    opened.wait_until("document.querySelector('.gf-paper') !== null")
    for part in (".gf-map", ".gf-legend", ".gf-day", ".gf-source", ".gf-foot", ".gf-date"):
        assert opened.page.locator(part).first.is_visible(), part
    for part in (".gf-tools", ".gf-time", ".gf-find", ".leaflet-control-zoom", ".gf-about-open"):
        assert opened.page.locator(part).first.is_hidden(), part
    assert root.get_attribute("data-theme") == "light"
    assert root.evaluate("(e) => getComputedStyle(e).printColorAdjust") == "exact"
    side = opened.page.locator(".gf-side").first
    assert side.evaluate("(e) => e.scrollHeight <= e.clientHeight + 1")
    # 180 by 125 mm, and what was in sight still is.
    assert opened.ask("return v.map.getSize()") == pytest.approx({"x": 680, "y": 472}, abs=3)
    west, south, east, north = (float(x) for x in shown[0].split(","))
    corners = [[south, west], [north, east]]
    assert opened.ask("return v.map.getBounds().contains(x)", corners)
    opened.page.emulate_media(media="screen", color_scheme="dark")
    opened.wait_until("document.querySelector('.gf-paper') === null")
    assert root.get_attribute("data-theme") is None
    assert opened.ask("return v.map.getZoom()") == shown[1]
    assert opened.page.locator(".gf-copy").count() == 0


@pytest.mark.browser
def test_a_sheet_shows_the_areas_in_colour(file: Path, open_file: Any) -> None:
    converter = shutil.which("pdftoppm")
    if converter is None:
        pytest.skip("pdftoppm (poppler-utils) is not installed")
    pillow = pytest.importorskip("PIL.Image")
    opened = open_file(file, "#2020-01-02", color_scheme="dark")
    sheet = file.with_name("sheet.pdf")
    opened.page.pdf(path=sheet, format="A4")
    subprocess.run([converter, "-r", "50", "-f", "1", "-l", "1", "-png", sheet, sheet], check=True)
    picture = pillow.open(next(file.parent.glob("sheet.pdf*.png"))).convert("RGB")
    # As pale as areas are on light paper, in the part of the sheet that the map fills.
    upper = np.asarray(picture, dtype=int)[: int(0.45 * picture.height)]
    red, green, blue = upper.reshape(-1, 3).T
    reds = np.mean((red > green + 40) & (red > blue + 40) & (red > 180))
    greens = np.mean((green > red + 30) & (green > blue + 30) & (green > 180))
    assert min(reds, greens) > 0.015
