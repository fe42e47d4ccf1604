"""The map of the page: layers, parties, palettes, claims, pockets, shapes; and how fast it is."""

from __future__ import annotations

import io
import json
import re
from datetime import date, timedelta
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np
import pages
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import geofront
from geofront.datasets import dataset_names
from geofront.events.palette import SAFE
from geofront.render.page.arcs import Grid
from geofront.render.page.backdrop import build_backdrop
from geofront.render.page.document import _SCRIPTS as SCRIPTS
from geofront.render.page.ground import Ground, is_claimed
from geofront.render.page.payload import as_json, build_payload

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geofront.control.series import Series
    from geofront.control.state import Span

browser, open_file = pages.browser, pages.open_file

START, END = "2016-12-08", "2017-01-12"
LAYER_PANES = {
    "areas": "gf-areas",
    "fronts": "gf-fronts",
    "claims": "gf-claims",
    "pockets": "gf-pockets",
    "events": "gf-shapes",
    "backdrop": "gf-backdrop",
    "graticule": "gf-graticule",
}
ONLY_AREAS = {layer: layer == "areas" for layer in (*LAYER_PANES, "places", "names")}
DEFINED = re.compile(r"^(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)
NOTHING = [None, "", "M0 0"]
STEPS = """
    const first = Date.parse(v.day());
    const days = [...Array(x).keys()].map((i) => new Date(first - (x - i) * 864e5));
    return days.map((day) => {
        const begun = performance.now();
        v.goTo(day.toISOString().slice(0, 10));
        v.map.getContainer().offsetHeight;
        return performance.now() - begun;
    }).sort((a, b) => a - b)"""
"""Milliseconds of each of some steps forward, layout included, sorted."""


@pytest.fixture(scope="module")
def series() -> Series:
    return geofront.draw(geofront.read("palmyra-2016"), start=START, end=END)


@pytest.fixture(scope="module")
def file(series: Series, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return geofront.write_html(series, tmp_path_factory.mktemp("html") / "palmyra.html")


@pytest.fixture(scope="module")
def khanasser(tmp_path_factory: pytest.TempPathFactory) -> tuple[Series, Path]:
    series = geofront.draw(geofront.read("khanasser-2017"))
    return series, geofront.write_html(series, tmp_path_factory.mktemp("html") / "khanasser.html")


def fills(opened: pages.Opened) -> dict[str, str]:
    return dict(
        opened.ask(
            "return Object.fromEntries([...document.querySelectorAll('.gf-area')].map((path) =>"
            " [/gf-label-(\\d+)/.exec(path.getAttribute('class'))[1], path.getAttribute('fill')]))"
        )
    )


def outlines(opened: pages.Opened, selector: str) -> list[str]:
    found = opened.page.eval_on_selector_all(
        f".gf-map path{selector}", "paths => paths.map((path) => path.getAttribute('d'))"
    )
    return [d for d in found if d not in NOTHING]


def names_drawn(opened: pages.Opened, change: str, argument: object = None) -> list[str]:
    """Return the texts that the canvas draws while something changes."""
    return list(
        opened.ask(
            "const drawn = []; const prototype = CanvasRenderingContext2D.prototype;"
            "const { fillText } = prototype;"
            "prototype.fillText = function record(text, ...rest)"
            " { drawn.push(text); return fillText.call(this, text, ...rest); };"
            f"{change}; prototype.fillText = fillText; return drawn",
            argument,
        )
    )


def pixels(opened: pages.Opened) -> np.ndarray[Any, Any]:
    image = pytest.importorskip("PIL.Image")
    shot = opened.page.locator(".gf-map .leaflet-container").screenshot()
    found: np.ndarray[Any, Any] = np.asarray(
        image.open(io.BytesIO(shot)).convert("RGB"), dtype=np.int16
    )
    return found


# --- what is switched -------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("layer", LAYER_PANES)
def test_a_layer_is_switched_in_the_panel(
    khanasser: tuple[Series, Path], open_file: Any, layer: str
) -> None:
    opened = open_file(khanasser[1])
    pane = opened.page.locator(f".leaflet-{LAYER_PANES[layer]}-pane, .leaflet-pane").first
    shown = f"getComputedStyle(v.map.getPane('{LAYER_PANES[layer]}')).display"
    assert pane.count() == 1
    assert opened.ask(f"return {shown}") == "block"
    opened.page.get_by_role("button", name="Map settings").click()
    box = opened.page.locator(f"[data-switch=layers-{layer}]")
    assert box.is_checked()
    box.uncheck()
    assert opened.ask(f"return {shown}") == "none"
    box.check()
    assert opened.ask(f"return {shown}") == "block"


@pytest.mark.browser
def test_places_and_names_are_switched_on_their_canvas(file: Path, open_file: Any) -> None:
    opened = open_file(file, "#2016-12-12")
    layers = opened.ask("return v.setting('layers')")
    assert "Palmyra" in names_drawn(opened, "v.goTo('2016-12-13')")
    without = {**layers, "names": False, "backdrop": False}
    assert set(names_drawn(opened, "v.set('layers', x)", without)) == {"?"}  # a doubt, no name
    opened.ask("v.set('layers', x)", {**without, "events": False})
    with_places = pixels(opened)
    opened.ask("v.set('layers', x)", {**without, "events": False, "places": False})
    assert np.abs(pixels(opened) - with_places).max() > 100


@pytest.mark.browser
def test_a_choice_outlasts_the_visit_and_a_muted_party_does_not(file: Path, open_file: Any) -> None:
    opened = open_file(file)
    opened.ask("v.set('palette', 'safe'); v.set('names', 'both'); v.set('muted', ['isil'])")
    opened.ask("v.set('layers', { ...v.setting('layers'), graticule: false })")
    opened.page.reload()
    opened.page.wait_for_selector(".gf-ready")
    assert opened.ask("return [v.setting('palette'), v.setting('names')]") == ["safe", "both"]
    assert opened.ask("return v.setting('layers').graticule") is False
    assert opened.ask("return v.setting('muted')") == []


@pytest.mark.browser
@pytest.mark.parametrize(
    "script",
    [
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('refused'); } })",
        "localStorage.setItem('geofront', 'nonsense')",
        """localStorage.setItem('geofront', '{"palette": "mauve", "names": 3, "theme": null}')""",
        "localStorage.setItem('geofront', 'null')",
    ],
)
def test_a_store_that_is_refused_or_spoilt_does_no_harm(
    file: Path, open_file: Any, script: str
) -> None:
    opened = open_file(file)
    opened.page.add_init_script(script)
    opened.page.reload()
    opened.page.wait_for_selector(".gf-ready")
    assert opened.ask("return [v.setting('palette'), v.setting('names')]") == ["customary", "auto"]
    opened.ask("v.set('palette', 'safe')")
    assert opened.ask("return v.setting('palette')") == "safe"


@pytest.mark.browser
def test_what_is_not_allowed_is_no_setting(file: Path, open_file: Any) -> None:
    opened = open_file(file)
    refused = opened.ask(
        "return x.map(([name, value]) => { try { v.set(name, value); return null; }"
        " catch (error) { return error.message; } })",
        [["palette", "mauve"], ["layers", {}], ["nothing", 1]],
    )
    assert refused == [
        'palette can\'t be "mauve"',
        "layers can't be {}",
        "nothing can't be 1",
    ]


@pytest.mark.browser
def test_a_party_is_muted_by_a_click_on_the_legend(
    series: Series, file: Path, open_file: Any
) -> None:
    opened = open_file(file, "#2016-12-12")
    km2, before = opened.km2_shown(), fills(opened)
    shown = names_drawn(opened, "v.goTo('2016-12-13')")
    row = opened.page.locator(".gf-legend tr[data-key=isil] button")
    assert row.get_attribute("aria-pressed") == "false"
    opened.go("2016-12-12")
    row.click()
    assert row.get_attribute("aria-pressed") == "true"
    assert opened.ask("return document.activeElement.getAttribute('aria-pressed')") == "true"
    assert opened.km2_shown() == km2
    muted = [i for i, label in enumerate(series.labels) if label.holder == "isil"]
    after = fills(opened)
    for label, fill in after.items():
        if int(label) in muted:
            assert lightness(fill) > lightness(before[label]) + 60
        elif fill.startswith("#"):
            assert fill == before[label]
    still_shown = names_drawn(opened, "v.goTo('2016-12-13')")
    assert "al-Sukhna" in shown
    assert "al-Sukhna" not in still_shown
    assert "Salamiyah" in still_shown
    opened.page.get_by_role("button", name="Map settings").click()
    opened.page.locator("[data-switch=muted-isil]").check()
    assert fills(opened) == before


def lightness(color: str) -> float:
    return float(np.mean([int(color[i : i + 2], 16) for i in (1, 3, 5)]))


@pytest.mark.browser
def test_a_palette_safe_for_the_colour_blind_is_chosen(
    series: Series, file: Path, open_file: Any
) -> None:
    opened = open_file(file, "#2016-12-12")
    customary = fills(opened)
    opened.page.get_by_role("button", name="Map settings").click()
    opened.page.locator("[data-switch=palette-safe]").check()
    safe = series.timeline.actors.in_palette(SAFE)
    legend = dict(
        opened.page.eval_on_selector_all(
            ".gf-legend tr[data-key]",
            "rows => rows.map((row) =>"
            " [row.dataset.key, row.querySelector('.gf-swatch').style.background])",
        )
    )
    for i, label in enumerate(series.labels):
        if label.holder is None:
            continue
        fill = fills(opened)[str(i)]
        assert fill != customary[str(i)]
        red, green, blue = (int(fill[k : k + 2], 16) for k in (1, 3, 5))
        assert legend[label.holder] == f"rgb({red}, {green}, {blue})"
        wanted = [int(safe[label.holder].color[k : k + 2], 16) for k in (1, 3, 5)]
        # Colours too pale for the paper are darkened, all channels alike.
        assert np.corrcoef(wanted, [red, green, blue])[0, 1] > 0.99
    opened.page.locator("[data-switch=palette-customary]").check()
    assert fills(opened) == customary


@pytest.mark.browser
def test_no_palette_is_offered_where_there_is_but_one(tmp_path: Path, open_file: Any) -> None:
    timeline = geofront.read("palmyra-2016").in_palette(SAFE)
    series = geofront.draw(timeline, start=START, end=END)
    opened = open_file(geofront.write_html(series, tmp_path / "safe.html"))
    opened.page.get_by_role("button", name="Map settings").click()
    assert opened.page.locator("[data-switch=layers-areas]").count() == 1
    assert opened.page.locator("[data-switch^=palette]").count() == 0


@pytest.mark.browser
@pytest.mark.parametrize(
    ("names", "english", "arabic"),
    [
        ("latin", {"Palmyra"}, {"Palmyra"}),
        ("arabic", {"تدمر"}, {"تدمر"}),
        ("both", {"Palmyra", "تدمر"}, {"Palmyra", "تدمر"}),
    ],
)
def test_names_are_written_in_the_scripts_chosen(
    file: Path, open_file: Any, names: str, english: set[str], arabic: set[str]
) -> None:
    opened = open_file(file, "#2016-12-11/palmyra")
    opened.ask("v.set('names', x)", names)
    both = {"Palmyra", "تدمر"}
    assert both & set(names_drawn(opened, "v.goTo('2016-12-12')")) == english
    opened.ask("v.set('language', 'ar')")
    assert both & set(names_drawn(opened, "v.goTo('2016-12-11')")) == arabic


@pytest.mark.browser
def test_unless_chosen_names_are_in_the_script_of_the_page_and_some_in_both(
    file: Path, open_file: Any
) -> None:
    opened = open_file(file, "#2016-12-11")
    english = names_drawn(opened, "v.goTo('2016-12-12')")
    assert {"Palmyra", "تدمر", "Shaer gas field"} <= set(english)
    assert "حقل الشاعر" not in english
    opened.ask("v.set('language', 'ar')")
    arabic = names_drawn(opened, "v.goTo('2016-12-11')")
    assert {"تدمر", "حقل الشاعر"} <= set(arabic)
    assert "Shaer gas field" not in arabic


@pytest.mark.browser
def test_on_a_phone_names_are_in_the_script_of_the_page(file: Path, open_file: Any) -> None:
    opened = open_file(file, "#2016-12-11/palmyra", size=pages.PHONE)
    drawn = names_drawn(opened, "v.goTo('2016-12-12')")
    assert "Palmyra" in drawn
    assert "تدمر" not in drawn
    assert "تدمر" in names_drawn(opened, "v.set('language', 'ar')")


# --- what lies over and under the areas -------------------------------------------------------


@pytest.mark.browser
def test_countries_lie_under_the_map(tmp_path: Path, open_file: Any) -> None:
    series = geofront.draw(geofront.read("aleppo-hama-2016"))
    opened = open_file(geofront.write_html(series, tmp_path / "map.html"), "#2016-03-20")
    assert len(outlines(opened, ".gf-land")) == 1
    assert len(outlines(opened, ".gf-country")) == 1
    assert len(outlines(opened, ".gf-coast")) == 1
    names = names_drawn(opened, "v.goTo('2016-03-21')")
    assert {"SYRIA", "TÜRKIYE"} <= set(names) or {"SYRIA", "TURKEY"} <= set(names)
    opened.ask("v.set('language', 'ar')")
    assert "سوريا" in names_drawn(opened, "v.goTo('2016-03-20')")


BOXES = [(22.1, 44.4, 40.2, 52.4), (35.5, 32.5, 39.0, 37.0), (117.0, 5.0, 127.0, 19.0)]


@pytest.mark.parametrize("box", [*BOXES, (-120.0, -50.0, 140.0, 70.0), (-150.0, -1.0, -149.0, 1.0)])
def test_the_backdrop_is_small(box: tuple[float, float, float, float]) -> None:
    grid = Grid.around(np.array(box).reshape(2, 2))
    assert len(as_json(build_backdrop(grid, shapely.box(*box)))) <= 15_000


def decoded(text: str) -> list[int]:
    """Read zigzag groups of five bits, as the page does."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    numbers, value, shift = [], 0, 0
    for letter in text:
        chunk = alphabet.index(letter)
        value |= (chunk & 31) << shift
        shift += 5
        if chunk < 32:
            numbers.append(-(value + 1) // 2 if value % 2 else value // 2)
            value = shift = 0
    return numbers


def lines_of(text: str, grid: Grid) -> list[np.ndarray[Any, Any]]:
    numbers, lines, last, i = decoded(text), [], np.zeros(2), 0
    while i < len(numbers):
        size = numbers[i]
        moves = np.array(numbers[i + 1 : i + 1 + 2 * size], dtype=float).reshape(-1, 2)
        points = last + np.cumsum(moves, axis=0)
        lines.append(points * grid.step + (grid.west, grid.south))
        last, i = points[-1], i + 1 + 2 * size
    return lines


@pytest.mark.parametrize("box", BOXES)
def test_the_backdrop_shows_the_land_and_each_border_once(
    box: tuple[float, float, float, float],
) -> None:
    from geofront.gazetteer.outlines import outlines_within

    grid = Grid.around(np.array(box).reshape(2, 2))
    found = build_backdrop(grid, shapely.box(*box))
    rings = [shapely.Polygon(ring) for ring in lines_of(found["land"], grid)]
    land = shapely.make_valid(rings[0])
    for ring in rings[1:]:
        land = shapely.symmetric_difference(land, shapely.make_valid(ring))  # even-odd
    near = shapely.box(*box)
    true = shapely.union_all([s for s in outlines_within(*box).values() if not s.is_empty])
    wrong = shapely.symmetric_difference(land.intersection(near), true).area
    assert wrong < 0.02 * near.area
    borders = [shapely.LineString(line) for line in lines_of(found["borders"], grid)]
    tree = shapely.STRtree(borders)
    one, other = tree.query(borders, predicate="overlaps")
    assert len(one) == len(other) == 0


def claims_on(series: Series, day: date) -> dict[str, str]:
    """Return who claims each place that another holds."""
    found = {}
    for place_id, spans in series.history.spans.items():
        begun = [s for s in spans if s.start is None or s.start <= day]
        span: Span = begun[-1]
        if is_claimed(span):
            found[place_id] = next(a for a in span.claimed_by if a not in span.label.actors)
    return found


@pytest.mark.browser
def test_the_ground_that_others_claim_is_hatched_in_their_colour(
    series: Series, file: Path, open_file: Any
) -> None:
    opened = open_file(file)
    actors = [actor.id for actor in series.timeline.actors]
    met: set[str] = set()
    for day in series.days:
        opened.go(day.isoformat())
        expected = claims_on(series, day)
        for place_id in series.place_ids:
            hatched = opened.ask(
                "const at = v.map.latLngToLayerPoint(v.position(x));"
                "const paths = [...document.querySelectorAll('.gf-claim')];"
                "const point = paths[0].ownerSVGElement.createSVGPoint();"
                "point.x = at.x; point.y = at.y;"
                "return paths.map((path, i) => (path.isPointInFill(point) ? i : -1))"
                ".filter((i) => i >= 0)",
                place_id,
            )
            claimant = expected.get(place_id)
            assert [actors[i] for i in hatched] == ([claimant] if claimant else []), (day, place_id)
        met.update(expected)
        assert bool(outlines(opened, ".gf-claim")) == bool(expected)
    assert len(met) >= 2
    assert re.fullmatch(
        r'url\("?#.*-claim-\d+"?\)',
        opened.page.locator(".gf-claim").first.get_attribute("fill") or "",
    )


@pytest.mark.browser
def test_claims_change_no_square_kilometre(series: Series, file: Path, open_file: Any) -> None:
    opened = open_file(file)
    day = next(day for day in series.days if claims_on(series, day))
    opened.go(day.isoformat())
    held = dict(zip(series.labels, series.snapshot(day).area_km2, strict=True))
    for label, km2 in held.items():
        if label.holder:
            assert opened.km2_shown()[label.holder] == pytest.approx(km2, abs=0.6)


@pytest.mark.browser
def test_pockets_are_outlined_and_listed_with_their_size(
    khanasser: tuple[Series, Path], open_file: Any
) -> None:
    series, path = khanasser
    opened = open_file(path)
    met = 0
    for day in series.days:
        opened.go(day.isoformat())
        states = [state for pocket in series.pockets() if (state := pocket.on(day)) is not None]
        shown = opened.ask("return v.pockets()")
        by_size = sorted(states, key=lambda state: -state.area_km2)
        assert sorted(p["km2"] for p in shown) == pytest.approx(
            sorted(s.area_km2 for s in states), abs=0.02
        )
        assert sorted(sorted(p["places"]) for p in shown) == sorted(
            sorted(s.places) for s in states
        )
        assert bool(outlines(opened, ".gf-pocket")) == any(s.area_km2 > 20 for s in states), day
        listed = opened.page.locator(".gf-pockets li").all_inner_texts()
        assert [re.findall(r"([\d,]+) km²", text) for text in listed] == [
            [f"{s.area_km2:,.0f}"] for s in by_size
        ]
        met += len(states)
    assert met >= 5


@pytest.mark.browser
def test_the_tooltip_of_an_enclosed_place_tells_of_its_pocket(
    khanasser: tuple[Series, Path], open_file: Any
) -> None:
    series, path = khanasser
    pocket = max(series.pockets(), key=lambda pocket: pocket.largest.area_km2)
    state = pocket.largest
    opened = open_file(path, f"#{state.day}")
    opened.page.mouse.move(*opened.point_of(state.places[0]))
    text = opened.page.locator(".gf-tooltip").inner_text()
    assert f"In a pocket of {state.area_km2:,.0f} km², enclosed by" in text


@pytest.mark.browser
def test_the_shape_of_an_event_is_drawn_on_its_day(tmp_path: Path, open_file: Any) -> None:
    (tmp_path / "places.csv").write_text(
        "id,name,lon,lat\nhere,Here,38,34\nthere,There,38.4,34.2\n", encoding="utf-8"
    )
    (tmp_path / "events.csv").write_text(
        "date,place,kind,actor,from_actor,standing,geometry\n"
        "2020-01-01,here,hold,Red,,,\n"
        "2020-01-01,there,hold,Blue,,,POINT (38.4 34.2)\n"
        '2020-01-02,there,clash,Red,Blue,,"LINESTRING (38 34, 38.2 34.2, 38.4 34.2)"\n'
        '2020-01-03,here,clash,Blue,Red,claimed,"POLYGON ((38 34, 38.1 34, 38.1 34.1, 38 34))"\n'
        '2020-01-04,here,clash,Blue,Red,,"GEOMETRYCOLLECTION (LINESTRING (38 34, 38.1 34.1),'
        ' MULTIPOLYGON (((38 34, 38.1 34, 38.1 34.1, 38 34))), POINT (38 34))"\n',
        encoding="utf-8",
    )
    series = geofront.draw(geofront.read(tmp_path), start="2020-01-01", end="2020-01-05")
    opened = open_file(geofront.write_html(series, tmp_path / "map.html"))
    shown = {}
    for day in series.days:
        opened.go(day.isoformat())
        shown[day.day] = (
            len(outlines(opened, ".gf-shape")),
            len(outlines(opened, ".gf-shape-unconfirmed.gf-shape")),
        )
    assert shown == {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (2, 0), 5: (0, 0)}
    opened.go("2020-01-02")
    first = opened.ask(
        "const path = document.querySelector('.gf-shape');"
        "const end = path.getPointAtLength(0);"
        "const at = v.map.latLngToLayerPoint(v.position('here'));"
        "return [end.x - at.x, end.y - at.y]"
    )
    assert np.abs(first).max() <= 1


@pytest.mark.browser
def test_the_signs_in_use_are_in_the_legend(file: Path, open_file: Any) -> None:
    opened = open_file(file)
    opened.page.locator(".gf-more-signs summary").click()
    text = opened.page.locator(".gf-more-signs").inner_text()
    for sign in ("Airbase", "Oil or gas field", "Hill", "Base", "Dam", "Crossroads"):
        assert sign in text, sign


# --- drawing ----------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("method", ["nearest", "kriging"])
def test_no_seam_shows_within_an_area_and_no_gap_between_two(
    method: str, tmp_path: Path, open_file: Any
) -> None:
    series = geofront.draw(geofront.read("palmyra-2016"), start=START, end=END, method=method)
    opened = open_file(geofront.write_html(series, tmp_path / "map.html"), "#2016-12-12")
    opened.ask("v.set('layers', x)", ONLY_AREAS)
    frame = series.snapshot("2016-12-12").areas
    areas = list(frame[frame.status == "held"].geometry)
    assert len(areas) >= 2
    image = pixels(opened)
    land = image[3, 3]
    width = opened.ask("return v.map.getSize().x")
    scale = image.shape[1] / width
    met = 0
    for area in areas:
        # Edges of cells, and all else, well within an area: one colour only.
        colors = sample(opened, image, scale, inside(area, 0.03))
        assert len(np.unique(colors, axis=0)) == 1
        met += len(colors)
    assert met > 500
    # Between two areas no paper shows: it would be lighter than either.
    along = shapely.segmentize(shapely.intersection(areas[0].boundary, areas[1].boundary), 0.005)
    points = shapely.get_coordinates(along)
    outer = shapely.union_all(areas).boundary
    points = points[shapely.distance(shapely.points(points), outer) > 0.03]
    assert len(points) > 50
    seam = sample(opened, image, scale, points).sum(axis=1)
    assert seam.max() < land.sum() - 60


def inside(area: shapely.Geometry, margin: float) -> np.ndarray[Any, Any]:
    """Return a lattice of points at least so many degrees within an area."""
    inner = shapely.buffer(area, -margin)
    west, south, east, north = inner.bounds
    x, y = np.meshgrid(np.arange(west, east, 0.011), np.arange(south, north, 0.011))
    lattice = np.column_stack([x.ravel(), y.ravel()])
    found: np.ndarray[Any, Any] = lattice[shapely.contains_xy(inner, x, y).ravel()]
    return found


def sample(
    opened: pages.Opened,
    image: np.ndarray[Any, Any],
    scale: float,
    points: np.ndarray[Any, Any],
) -> np.ndarray[Any, Any]:
    at = opened.ask(
        "return x.map(([lng, lat]) => v.map.latLngToContainerPoint([lat, lng]))"
        ".map(({ x, y }) => [x, y])",
        points.tolist(),
    )
    column, row = (np.array(at).reshape(-1, 2) * scale).astype(int).T
    height, width, _ = image.shape
    # The controls stand on the map.
    seen = (column > 60) & (column < width) & (row > 0) & (row < height - 60)
    found: np.ndarray[Any, Any] = image[row[seen], column[seen]]
    return found


@pytest.mark.browser
def test_there_and_back_is_the_same_picture(file: Path, open_file: Any) -> None:
    opened = open_file(file, "#2016-12-12")
    before = pixels(opened)
    opened.go("2016-12-20")
    assert (pixels(opened) != before).any()
    opened.go("2016-12-12")
    # Chromium draws a part of a tile anew with edges that may differ by the least there is.
    assert np.abs(pixels(opened) - before).max() <= 1


@pytest.mark.browser
def test_a_step_without_change_draws_no_area_anew(
    series: Series, file: Path, open_file: Any
) -> None:
    quiet = next(day for day in series.days[1:] if day not in series.redrawn_days)
    opened = open_file(file, f"#{quiet - timedelta(days=1)}")
    touched = opened.ask(
        "const touched = [];"
        "const watch = new MutationObserver((all) => touched.push(...all));"
        "for (const path of document.querySelectorAll('.gf-area, .gf-front'))"
        " watch.observe(path, { attributes: true });"
        "v.goTo(x); touched.push(...watch.takeRecords()); watch.disconnect();"
        "return touched.length",
        quiet.isoformat(),
    )
    assert opened.day() == quiet.isoformat()
    assert touched == 0


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Series:
    """A war over 5,000 places in which every place changes hands, each on a day of its own."""
    folder = tmp_path_factory.mktemp("crowded")
    random = np.random.default_rng(5)
    lon, lat = random.uniform(35, 40, 5000), random.uniform(33, 37, 5000)
    places = [f"p{i},Town {i},{lon[i]:.5f},{lat[i]:.5f}" for i in range(5000)]
    order = np.argsort(lon)
    events = [f"2020-01-01,p{i},hold,West" for i in range(5000)]
    for rank, place in enumerate(order.tolist()):
        day = date(2020, 1, 2) + timedelta(days=rank * 60 // 5000)
        events.append(f"{day},p{place},capture,East")
    (folder / "places.csv").write_text("\n".join(["id,name,lon,lat", *places]), encoding="utf-8")
    (folder / "events.csv").write_text(
        "\n".join(["date,place,kind,actor", *events]), encoding="utf-8"
    )
    return geofront.draw(
        geofront.read(folder), start="2020-01-01", end="2020-03-02", method="nearest"
    )


@pytest.mark.browser
def test_a_step_with_5000_cells_takes_less_than_50_ms(
    crowded: Series, tmp_path: Path, open_file: Any
) -> None:
    assert crowded.mesh.cells >= 5000
    opened = open_file(geofront.write_html(crowded, tmp_path / "crowded.html"))
    times = min((opened.ask(STEPS, 55) for _ in range(3)), key=lambda t: t[len(t) // 2])
    assert times[len(times) // 2] < 50


def test_no_two_scripts_give_one_name_to_two_things() -> None:
    # They share one scope, in which the later function would silently take the place of the other.
    folder = resources.files("geofront.render.page").joinpath("assets")
    texts = [folder.joinpath(name).read_text(encoding="utf-8") for name in SCRIPTS]
    names = [name for text in texts for name in DEFINED.findall(text)]
    assert len(names) > 300
    assert sorted(names) == sorted(set(names))


# --- the payload ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", dataset_names())
@pytest.mark.parametrize("method", ["nearest", "kriging"])
def test_pieces_divide_the_patches(name: str, method: str) -> None:
    series = geofront.draw(geofront.read(name), method=method)
    claimed = range(0, len(series.place_ids), 7)
    ground = Ground.of(series, claimed)
    sums = np.bincount(ground.patch, weights=ground.pieces.km2)
    assert sums == pytest.approx(series.patchwork.km2)
    taken = [piece for pieces in ground.claims.values() for piece in pieces]
    assert len(taken) == len(set(taken))
    if method == "nearest":
        cell_km2 = np.bincount(
            series.mesh.cell_site, series.mesh.cell_km2, minlength=len(series.place_ids)
        )
        for place, pieces in ground.claims.items():
            assert ground.pieces.km2[pieces].sum() == pytest.approx(cell_km2[place])
    for pocket in series.pockets():
        for state in pocket.states:
            assert ground.pieces.km2[ground.of_pocket(state)].sum() == pytest.approx(state.area_km2)


def test_without_claims_there_are_no_more_borders(series: Series) -> None:
    ground = Ground.of(series, [])
    assert len(ground.arcs) == len(series.patchwork.arcs)
    assert len(ground.arcs.points) == len(series.patchwork.arcs.points)


def test_a_generalised_series_has_generalised_lines(series: Series) -> None:
    rough = Ground.of(series.generalised(2.0), [])
    assert len(rough.arcs.points) < 0.8 * len(series.patchwork.arcs.points)
    assert rough.pieces.km2.sum() == pytest.approx(series.patchwork.km2.sum())


def test_the_payload_holds_both_palettes_and_the_rules(series: Series) -> None:
    payload = build_payload(series)
    safe = series.timeline.actors.in_palette(SAFE)
    assert payload["actors"] == [
        [a.id, a.name, a.side, a.color, safe[a.id].color] for a in series.timeline.actors
    ]
    assert sum(payload["areas_km2"]) == pytest.approx(series.mesh.total_km2, abs=0.5)
    assert json.loads(as_json(payload)) == json.loads(json.dumps(payload, default=str))


@given(
    lines=st.lists(
        st.lists(
            st.tuples(st.floats(-179, 179), st.floats(-80, 80)), min_size=2, max_size=6, unique=True
        ),
        max_size=4,
    )
)
def test_lines_are_written_to_the_step_of_the_grid(
    lines: Sequence[Sequence[tuple[float, float]]],
) -> None:
    from geofront.render.page.backdrop import encode_lines

    grid = Grid.around(np.array([[10.0, 10.0], [12.0, 11.0]]))
    text = encode_lines([shapely.LineString(line) for line in lines], grid)
    back = lines_of(text, grid)
    assert len(back) == len(lines)
    for line, found in zip(lines, back, strict=True):
        true = grid.steps(np.array(line))
        # Points that fall on the one before are left out.
        kept = true[np.any(np.diff(true, axis=0, prepend=true[:1] - 1) != 0, axis=1)]
        assert found == pytest.approx(kept * grid.step + (grid.west, grid.south), abs=grid.step)
