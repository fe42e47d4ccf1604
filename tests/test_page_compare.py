"""Two days compared, and several accounts: in a browser, with the figures of the library."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pages
import pytest

import geofront
from geofront.errors import SpanError
from geofront.render.page.accounts import without_repetition
from geofront.render.page.foliummap import control_map

if TYPE_CHECKING:
    from pathlib import Path

    from geofront.control.series import Series

browser, open_file = pages.browser, pages.open_file

START, END = "2016-12-08", "2017-01-12"
HALF_KM2 = 0.5
ACCOUNTS: dict[str, dict[str, Any]] = {
    "confirmed-only": {"policy": "confirmed-only"},
    "as known on": {"known_on": "2016-12-20"},
    "another method": {"method": "kriging"},
}


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


@pytest.fixture(scope="module")
def others(series: Series) -> dict[str, Series]:
    return {
        name: geofront.draw(series.timeline, start=START, end=END, **how)
        for name, how in ACCOUNTS.items()
    }


@pytest.fixture(scope="module")
def accounts(
    series: Series, others: dict[str, Series], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    path = tmp_path_factory.mktemp("accounts") / "palmyra.html"
    return geofront.write_html(series, path, beside=list(others.values()))


def difference_of(series: Series, one: str, other: str) -> dict[str, Any]:
    """Return what `series.difference` tells, in the form of the page."""
    found = series.difference(one, other)
    labels = [series.place_labels_on(day) for day in (one, other)]
    exchanges = found.exchanges()
    return {
        "parties": {
            (row.status, _text(row.actor)): (
                *(row.before_km2, row.after_km2, row.gained_km2, row.lost_km2, row.net_km2),
            )
            for row in found.actors().itertuples()
        },
        "exchanges": {
            (_text(row.other) or row.other_status, _text(row.actor) or row.status): row.gained_km2
            for row in exchanges.itertuples()
            if row.gained_km2
        },
        "places": {
            place
            for place, before, after in zip(series.place_ids, *labels, strict=True)
            if before != after
        },
    }


def _text(value: object) -> str | None:
    """Return what a table holds, None where it holds nothing."""
    return value if isinstance(value, str) else None


def assert_same_difference(shown: dict[str, Any], series: Series, one: str, other: str) -> None:
    expected = difference_of(series, one, other)
    names = ("before", "after", "gained", "lost", "net")
    found = {
        (row["status"], row["actor"]): tuple(row[name] for name in names)
        for row in shown["parties"]
    }
    assert set(found) == set(expected["parties"])
    for key, values in expected["parties"].items():
        assert found[key] == pytest.approx(values, abs=HALF_KM2), key
    moved = {(row["from"], row["to"]): row["km2"] for row in shown["exchanges"]}
    assert moved == pytest.approx(expected["exchanges"], abs=HALF_KM2)
    assert set(shown["places"]) == expected["places"]


def drawn(opened: pages.Opened, selector: str) -> int:
    """Return how many paths of a kind show something."""
    count = opened.ask(
        "return [...document.querySelectorAll(x)].filter((p) => p.getBBox().width > 1).length",
        selector,
    )
    return int(count)


# --- two days -----------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("2016-12-08", "2016-12-22"), ("2016-12-22", "2016-12-08")),
        *(("2016-12-10", "2016-12-12"), ("2016-12-08", "2017-01-12")),
    ],
)
def test_the_address_opens_a_comparison_with_the_figures_of_the_library(
    one: str, other: str, series: Series, file: Path, open_file: Any
) -> None:
    opened = open_file(file, f"#{other}~{one}")
    assert opened.day() == other
    assert_same_difference(opened.ask("return v.comparison()"), series, one, other)


@pytest.mark.browser
def test_contested_and_unknown_ground_are_compared_as_by_the_library(
    every_kind: Series, tmp_path: Path, open_file: Any
) -> None:
    opened = open_file(geofront.write_html(every_kind, tmp_path / "kinds.html"))
    days = [day.isoformat() for day in every_kind.days]
    for one, other in zip(days, days[3:], strict=False):
        opened.go(other)
        opened.ask("v.set('compare', x)", days.index(one))
        assert_same_difference(opened.ask("return v.comparison()"), every_kind, one, other)


@pytest.mark.browser
def test_the_table_tells_who_gained_and_lost_how_much(
    series: Series, file: Path, open_file: Any
) -> None:
    opened = open_file(file, "#2016-12-22~2016-12-08")
    panel = opened.page.locator(".gf-compare")
    assert panel.locator("h2").inner_text() == "From 8 December 2016 to 22 December 2016"
    expected = difference_of(series, "2016-12-08", "2016-12-22")
    for (status, actor), (_, _, gained, lost, net) in expected["parties"].items():
        row = panel.locator(f'.gf-gains [data-key="{actor or status}"]')
        cells = [cell.replace("−", "-") for cell in row.locator("td").all_inner_texts()]
        shown = [int(cell.replace(",", "")) for cell in cells]
        assert shown == pytest.approx([gained, lost, net], abs=0.5 + HALF_KM2)
    exchanges = panel.locator(".gf-exchanges tbody tr")
    assert exchanges.count() == len(expected["exchanges"])
    listed = panel.locator(".gf-moved li")
    assert {item.get_attribute("data-place") for item in listed.all()} == expected["places"]
    palmyra = panel.locator('[data-place="palmyra"]')
    assert "Held by Syrian government forces" in palmyra.inner_text()
    assert "Held by Islamic State (ISIL)" in palmyra.inner_text()
    palmyra.get_by_role("button").click()
    assert opened.ask("return v.selected()") == "palmyra"


@pytest.mark.browser
def test_the_map_shows_what_changed_hands_and_pales_the_rest(file: Path, open_file: Any) -> None:
    opened = open_file(file, "#2016-12-22")
    pale = "return getComputedStyle(document.querySelector('.gf-area-held')).fillOpacity"
    usual = float(opened.ask(pale))
    assert drawn(opened, ".gf-gained, .gf-was") == 0
    opened.ask("location.hash = '#2016-12-22~2016-12-08'")
    opened.wait_until("v.comparison() !== null")
    assert float(opened.ask(pale)) < usual / 2
    assert drawn(opened, ".gf-gained-held") == 1  # only one side gained ground
    assert drawn(opened, ".gf-was-held") == 1
    assert drawn(opened, ".gf-changed-edge") == 1
    # The ground that changed is drawn once: not a second time, pale, below.
    assert opened.ask(
        "const at = v.map.latLngToLayerPoint(v.position('palmyra'));"
        "const over = (s) => [...document.querySelectorAll(s)]"
        "  .filter((p) => p.isPointInFill(new DOMPoint(at.x, at.y))).length;"
        "return [over('.gf-area'), over('.gf-gained'), over('.gf-was')];"
    ) == [0, 1, 1]
    opened.page.get_by_role("button", name="End the comparison").click()
    assert drawn(opened, ".gf-gained, .gf-was, .gf-changed-edge") == 0
    assert float(opened.ask(pale)) == usual
    opened.wait_until("location.hash === '#2016-12-22'")


@pytest.mark.browser
def test_the_other_day_stays_while_days_pass(series: Series, file: Path, open_file: Any) -> None:
    opened = open_file(file, "#2016-12-10~2016-12-08")
    opened.page.keyboard.press("ArrowRight")
    assert opened.day() == "2016-12-11"
    assert_same_difference(opened.ask("return v.comparison()"), series, "2016-12-08", "2016-12-11")
    opened.ask("v.togglePlay()")
    opened.wait_until("v.day() >= '2016-12-13'")
    opened.ask("v.togglePlay()")
    day = opened.day()
    assert_same_difference(opened.ask("return v.comparison()"), series, "2016-12-08", day)
    opened.wait_until(f"location.hash === '#{day}~2016-12-08'")
    assert opened.page.locator(".gf-then").is_visible()


@pytest.mark.browser
def test_a_comparison_is_started_and_changed_by_keyboard(
    series: Series, file: Path, open_file: Any
) -> None:
    opened = open_file(file, "#2016-12-22/palmyra")
    compare = opened.page.get_by_role("button", name="Compare two days")
    compare.focus()
    opened.page.keyboard.press("Enter")
    assert compare.get_attribute("aria-pressed") == "true"
    # 30 days before would be before the first.
    assert_same_difference(opened.ask("return v.comparison()"), series, START, "2016-12-22")
    field = opened.page.get_by_label("Compare with")
    field.fill("2016-12-11")
    assert_same_difference(opened.ask("return v.comparison()"), series, "2016-12-11", "2016-12-22")
    opened.wait_until("location.hash === '#2016-12-22~2016-12-11/palmyra'")
    opened.page.get_by_role("button", name="7 days before").focus()
    opened.page.keyboard.press("Enter")
    opened.wait_until("location.hash === '#2016-12-22~2016-12-15/palmyra'")
    compare.focus()
    opened.page.keyboard.press("Enter")
    assert opened.ask("return v.comparison()") is None


@pytest.mark.browser
@pytest.mark.parametrize("fragment", ["#2016-12-22~1999-01-01", "#2016-12-22~2016-13-45"])
def test_a_day_outside_the_map_is_not_compared_with(
    fragment: str, file: Path, open_file: Any
) -> None:
    opened = open_file(file, fragment)
    assert opened.ask("return v.comparison()") is None
    assert opened.page.locator(".gf-compare").is_hidden()


@pytest.mark.browser
def test_days_that_do_not_differ_are_said_to_be_equal(file: Path, open_file: Any) -> None:
    opened = open_file(file, "#2016-12-22~2016-12-22")
    assert "No ground changed hands" in opened.page.locator(".gf-compare").inner_text()
    assert drawn(opened, ".gf-gained, .gf-was") == 0


# --- several accounts ---------------------------------------------------------------------------


def account_differences(one: Series, other: Series, day: str) -> set[str]:
    """Return the places whose status differs between two accounts, unknown where one is silent."""

    def statuses(series: Series) -> dict[str, tuple[str, tuple[str, ...]]]:
        labels = (series.labels[i] for i in series.place_labels_on(day))
        told = zip(series.place_ids, labels, strict=True)
        return {place: (label.status, tuple(sorted(label.actors))) for place, label in told}

    here, there = statuses(one), statuses(other)
    unknown: tuple[str, tuple[str, ...]] = ("unknown", ())
    return {
        place for place in {*here, *there} if here.get(place, unknown) != there.get(place, unknown)
    }


@pytest.mark.browser
@pytest.mark.parametrize("number", [1, 2, 3])
def test_two_accounts_side_by_side_tell_what_differs(
    number: int, series: Series, others: dict[str, Series], accounts: Path, open_file: Any
) -> None:
    other = list(others.values())[number - 1]
    opened = open_file(accounts, f"#2016-12-11@1+{number + 1}")
    for day in ("2016-12-11", "2016-12-30"):
        opened.go(day)
        found = opened.ask("const { places, areas } = v.beside(); return { places, areas };")
        assert set(found["places"]) == account_differences(series, other, day)
        for one, column in ((series, "here"), (other, "there")):
            stats = one.stats()
            for row in stats[stats["date"] == one.snapshot(day).day].itertuples():
                key = _text(row.actor) or row.status
                shown = [area[column] for area in found["areas"] if area["key"] == key]
                assert shown == pytest.approx([row.area_km2], abs=HALF_KM2)
    listed = opened.page.locator(".gf-accounts .gf-moved li")
    assert {item.get_attribute("data-place") for item in listed.all()} == set(found["places"])
    assert drawn(opened, "path.gf-differs") == 2 * len(found["places"])


@pytest.mark.browser
def test_two_maps_move_and_step_together(accounts: Path, open_file: Any) -> None:
    opened = open_file(accounts, "#2016-12-11@1+2")
    view = "const { lat, lng } = MAP.getCenter(); return [lat, lng, MAP.getZoom()]"
    here, there = view.replace("MAP", "v.map"), view.replace("MAP", "v.beside().map")

    def together() -> None:
        one, other = opened.ask(here), opened.ask(there)
        degrees_per_px = 360 / (256 * 2 ** one[2])
        assert one == pytest.approx(other, abs=degrees_per_px)

    together()
    before = opened.ask(here)
    opened.ask("v.map.setView([34.8, 38], 10, { animate: false })")
    together()
    assert opened.ask(here) != pytest.approx(before, abs=1e-3)
    opened.ask("v.beside().map.panBy([120, 40], { animate: false })")
    together()
    second = opened.page.locator(".gf-second-map")
    assert "11 December 2016" in str(second.get_attribute("aria-label"))
    opened.page.keyboard.press("ArrowRight")
    assert "12 December 2016" in str(second.get_attribute("aria-label"))
    assert opened.page.locator(".gf-account-name").all_inner_texts() == [
        "best-evidence, nearest",
        "confirmed-only, nearest",
    ]


@pytest.mark.browser
def test_a_click_on_the_second_map_chooses_the_place(accounts: Path, open_file: Any) -> None:
    opened = open_file(accounts, "#2016-12-11@1+2")
    x, y = opened.ask(
        "const { map } = v.beside();"
        "const at = map.latLngToContainerPoint(v.position('arak'));"
        "const box = map.getContainer().getBoundingClientRect();"
        "return [box.left + at.x, box.top + at.y];"
    )
    opened.page.mouse.move(x, y)
    # The tooltip is of the second account, the panel of the first.
    assert "Held by Syrian" in opened.page.locator(".gf-second-map .gf-tooltip").inner_text()
    opened.page.mouse.click(x, y)
    assert opened.ask("return v.selected()") == "arak"
    assert "Unknown" in opened.page.locator(".gf-place .gf-status").inner_text()


@pytest.mark.browser
@pytest.mark.parametrize(("size", "axis"), [(pages.WIDE, "x"), (pages.PHONE, "y")])
def test_maps_stand_beside_each_other_or_on_a_phone_one_above_the_other(
    size: tuple[int, int], axis: str, accounts: Path, open_file: Any
) -> None:
    opened = open_file(accounts, "#2016-12-11@1+2", size=size)
    one, other = (
        opened.page.locator(selector).bounding_box()
        for selector in (".gf-split > .folium-map", ".gf-second-map")
    )
    across = "y" if axis == "x" else "x"
    assert one[axis] < other[axis]
    assert one[across] == other[across]
    assert one["width"] == pytest.approx(other["width"], abs=4)
    assert one["height"] == pytest.approx(other["height"], abs=4)


@pytest.mark.browser
def test_the_reader_chooses_the_account(
    series: Series, others: dict[str, Series], accounts: Path, open_file: Any
) -> None:
    opened = open_file(accounts, "#2016-12-11/arak")
    assert isil_shown(opened) == pytest.approx(held_by_isil(series, "2016-12-11"), abs=1)
    opened.page.get_by_label("Account shown").select_option(label="confirmed-only, nearest")
    other = others["confirmed-only"]
    shown = opened.page.locator(".gf:not([hidden])")
    assert shown.count() == 1
    assert isil_shown(opened) == pytest.approx(held_by_isil(other, "2016-12-11"), abs=1)
    assert opened.ask("return v.selected()") == "arak"
    assert opened.day() == "2016-12-11"
    opened.wait_until("location.hash === '#2016-12-11/arak@2'")
    assert "confirmed-only" in shown.locator(".gf-foot").inner_text()
    opened.page.keyboard.press("ArrowRight")
    assert opened.day() == "2016-12-12"
    shown.get_by_label("Account shown").select_option(index=0)
    opened.wait_until("location.hash === '#2016-12-12/arak'")
    assert isil_shown(opened) == pytest.approx(held_by_isil(series, "2016-12-12"), abs=1)


def isil_shown(opened: pages.Opened) -> int:
    """Return the km² in the legend of the page that is in sight."""
    cell = opened.page.locator('.gf-ready .gf-legend [data-key="isil"] .gf-km2')
    return int(cell.inner_text().replace(",", ""))


def held_by_isil(series: Series, day: str) -> float:
    stats = series.stats()
    chosen = (stats["date"] == series.snapshot(day).day) & (stats["actor"] == "isil")
    return float(stats[chosen]["area_km2"].item())


@pytest.mark.browser
def test_the_address_opens_another_account(
    others: dict[str, Series], accounts: Path, open_file: Any
) -> None:
    opened = open_file(accounts, "#2016-12-20~2016-12-08@3+1")
    assert_same_difference(
        opened.ask("return v.comparison()"), others["as known on"], START, "2016-12-20"
    )
    assert opened.page.locator(".gf-second-map").count() == 1
    opened.ask("location.hash = '#2016-12-20'")
    opened.wait_until("v.beside() === null && v.comparison() === null")
    assert opened.page.locator(".gf-second-map").count() == 0


@pytest.mark.browser
def test_one_account_alone_is_no_choice(file: Path, open_file: Any) -> None:
    opened = open_file(file, "#2016-12-11@2+3")
    assert opened.page.locator(".gf-accounts").is_hidden()
    assert opened.day() == "2016-12-11"


def test_what_is_equal_is_written_once(
    series: Series, others: dict[str, Series], file: Path, accounts: Path, tmp_path: Path
) -> None:
    twice = geofront.write_html(series, tmp_path / "twice.html", beside=[series])
    assert twice.stat().st_size - file.stat().st_size < 100
    assert accounts.stat().st_size > file.stat().st_size
    assert without_repetition({"a": [1], "b": 2}, {"a": [1], "b": 3}) == {"b": 2}
    assert len(others) == 3


def test_a_series_of_other_days_is_refused(series: Series) -> None:
    short = geofront.draw(series.timeline, start=START, end="2016-12-20")
    with pytest.raises(SpanError, match="2016-12-20"):
        control_map(series, beside=[short])


def test_a_series_of_other_actors_is_refused(series: Series, every_kind: Series) -> None:
    strange = geofront.draw(every_kind.timeline, start=START, end=END)
    with pytest.raises(ValueError, match="different actors"):
        control_map(series, beside=[strange])


# --- in Arabic ----------------------------------------------------------------------------------


@pytest.mark.browser
def test_all_of_it_speaks_arabic(accounts: Path, open_file: Any) -> None:
    opened = open_file(accounts, "#2016-12-22~2016-12-08@1+2")
    opened.page.get_by_role("button", name="العربية").click()
    panel = opened.page.locator(".gf-compare")
    assert panel.locator("h2").inner_text().startswith("من 8 ")
    assert opened.page.locator(".gf-accounts h2").inner_text() == "الروايات"
    assert opened.page.get_by_role("button", name="عرض في جدول").is_visible()
    left = opened.page.locator(".gf-side").bounding_box()
    assert left is not None
    assert math.isclose(left["x"], 0, abs_tol=1)
    # Time runs from left to right in every language, and so do the chart's days.
    chart, slider = (
        opened.page.locator(selector).bounding_box() for selector in (".gf-chart", ".gf-slider")
    )
    assert chart["x"] == pytest.approx(slider["x"] + 9, abs=1)
    texts = opened.page.locator(".gf-compare, .gf-accounts, .gf-stats").all_inner_texts()
    for word in ("Gained", "Places", "Account", "Statistics", "Unknown", "Held"):
        assert all(word not in text for text in texts)
