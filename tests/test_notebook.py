"""What a notebook shows: in a real kernel, and what it shows in a real browser."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import folium
import pages
import pytest
import shapely
from worlds import PLACES, write_world

import geofront
from geofront import display
from geofront.render.notebook import cards as notebook
from geofront.render.notebook.inline import snapshot_svg
from geofront.render.page.document import page_html
from geofront.render.page.leaflet import leaflet_css, leaflet_js

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Route

    from geofront.control.series import Series

browser = pages.browser
HOSTILE = "<script>window.hacked=1</script>\"'><img src=x onerror=window.hacked=1>\u202ereversed"
_VOID = {"img", "br", "meta", "link", "input"}
CELLS = (
    "import geofront\ntimeline = geofront.read('palmyra-2016')\ntimeline",
    "series = geofront.draw(timeline)\nseries.snapshot('2016-12-10')",
    "series",
    """\
import folium
view = series.explore(open_on='2016-12-11')
group = folium.FeatureGroup('Markers').add_to(view)
folium.Marker([34.56, 38.28], tooltip='Tadmur').add_to(group)
folium.LayerControl(collapsed=False).add_to(view)
view.save('explored.html')
view""",
    """\
import time
from geofront.progress import quiet, track
for _ in track(range(8), what='counting', unit='steps'):
    time.sleep(0.1)""",
    """\
with quiet():
    for _ in track(range(8), what='in silence'):
        time.sleep(0.1)""",
)


class Elements(HTMLParser):
    """The tags of some markup, and whether each is closed."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(markup)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def of(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.seen if tag == name]


@pytest.fixture(scope="module")
def series() -> Series:
    return geofront.draw(geofront.read("palmyra-2016"))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Series:
    quoted = HOSTILE.replace('"', '""')
    world = write_world(
        tmp_path_factory.mktemp("hostile") / "world",
        places=PLACES.replace("ain,Ain,", f'ain,"{quoted}",'),
    )
    actors = f'id,name,color\nNorth,"{quoted}",#aa3333\nSouth,South,#3333aa\n'
    (world / "actors.csv").write_text(actors, encoding="utf-8")
    sources = f'id,title,publisher\none,"{quoted}","{quoted}"\ntwo,Two,Two\n'
    (world / "sources.csv").write_text(sources, encoding="utf-8")
    (world / "conflict.toml").write_text(f"title = '''{HOSTILE}'''\n", encoding="utf-8")
    return geofront.draw(geofront.read(world))


# --- markup -----------------------------------------------------------------------------------


def test_a_timeline_tells_span_counts_and_both_ends(series: Series) -> None:
    shown = Elements(series.timeline._repr_html_())
    rows = len(shown.of("tr"))
    assert rows == 1 + 3 + 1 + 3
    assert "Palmyra offensive (December 2016)" in shown.text
    assert "2016-12-08 to 2017-01-12" in shown.text
    assert f"{len(series.timeline.events) - 6} events in between" in shown.text


def test_a_short_timeline_is_told_whole(tmp_path: Path) -> None:
    shown = Elements(geofront.read(write_world(tmp_path))._repr_html_())
    assert len(shown.of("tr")) == 1 + 6
    assert "in between" not in shown.text
    assert "Statements by one (4), two (2)." in shown.text


def test_a_picture_shows_each_area_once_and_tells_its_km2(series: Series) -> None:
    snapshot = series.snapshot("2016-12-10")
    shown = Elements(snapshot._repr_html_())
    kinds = [str(path.get("class")) for path in shown.of("path") if path.get("class")]
    held = sum(
        1
        for label, km2 in zip(series.labels, snapshot.area_km2, strict=True)
        if label.status == "held" and km2 > 0
    )
    assert sorted(kinds) == ["gf-contested", *["gf-held"] * held]
    for label, km2 in zip(series.labels, snapshot.area_km2, strict=True):
        if label.holder and km2 > 0:
            name = series.timeline.actors[label.holder].name
            assert re.search(rf"{re.escape(name)}{km2:,.0f} km²", shown.text)
    assert "Saturday, 2016-12-10 · 22 events on the day" in shown.text


def test_the_area_of_the_picture_is_that_of_the_map(series: Series) -> None:
    """The projection is conformal: over some hundred km the scale hardly changes."""
    snapshot = series.snapshot("2016-12-22")
    markup = snapshot_svg(snapshot)
    paths = re.findall(r'class="gf-held" d="([^"]+)"', markup)
    drawn = [sum(_area(ring) for ring in path.split("Z") if ring) for path in paths]
    km2 = [
        float(area)
        for label, area in zip(series.labels, snapshot.area_km2, strict=True)
        if label.holder and area > 0
    ]
    assert [a / sum(drawn) for a in drawn] == pytest.approx([k / sum(km2) for k in km2], rel=0.01)


def _area(ring: str) -> float:
    points = [tuple(map(float, p.split(","))) for p in ring.removeprefix("M").split("L")]
    pairs = zip(points, [*points[1:], points[0]], strict=True)
    return sum(y0 * x1 - x0 * y1 for (x0, y0), (x1, y1) in pairs) / 2


def test_names_in_a_picture_do_not_collide(series: Series) -> None:
    names = re.findall(
        r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</text>',
        snapshot_svg(series.snapshot("2016-12-22")),
    )
    assert len(names) >= 20
    boxes = [(float(x), float(y), float(x) + 5 * len(name), float(y) + 10) for x, y, name in names]
    for i, one in enumerate(boxes):
        for other in boxes[:i]:
            apart = (
                one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]
            )
            assert apart


def test_pictures_of_two_days_do_not_answer_for_each_other(series: Series) -> None:
    ids = [
        set(re.findall(r'id="([^"]+)"', snapshot_svg(series.snapshot(day))))
        for day in ("2016-12-10", "2016-12-11")
    ]
    assert ids[0]
    assert not ids[0] & ids[1]
    assert snapshot_svg(series.snapshot("2016-12-10")) == snapshot_svg(
        series.snapshot("2016-12-10")
    )


def test_a_series_is_a_page_in_a_sandbox(series: Series) -> None:
    (frame,) = Elements(series._repr_html_()).of("iframe")
    assert frame["srcdoc"] == page_html(series)
    allowed = str(frame["sandbox"]).split()
    assert "allow-scripts" in allowed
    assert "allow-same-origin" not in allowed


def test_a_series_too_large_shows_a_picture_and_says_what_to_do(
    series: Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notebook, "LARGEST_PAGE", 100_000)
    shown = Elements(series._repr_html_())
    assert not shown.of("iframe")
    assert shown.of("svg")
    assert 'geofront.write_html(series, "map.html")' in shown.text
    assert f"the last day, {series.end}" in shown.text


def test_a_series_of_drawn_maps_shows_itself() -> None:
    box = shapely.box(38, 34, 39, 35)
    series = geofront.series_from_maps({"2020-01-01": {"North": box}}, extent=box)
    assert "10,188 km²100.0 %" in Elements(series.snapshot("2020-01-01")._repr_html_()).text
    assert Elements(series._repr_html_()).of("iframe")


def test_text_from_data_is_text(hostile: Series) -> None:
    for markup in (hostile.timeline._repr_html_(), hostile.snapshot(hostile.end)._repr_html_()):
        shown = Elements(markup)
        assert {tag for tag, _ in shown.seen}.isdisjoint({"script", "img"})
        assert "<script>window.hacked=1</script>\"'><img" in shown.text
        assert not [name for _, attrs in shown.seen for name in attrs if name.startswith("on")]
        # An override of the direction is shown, and turns nothing.
        assert "\u202e" not in markup
        assert "⟨U+202E⟩reversed" in shown.text
    (frame,) = Elements(hostile._repr_html_()).of("iframe")
    assert frame["title"] == HOSTILE.replace("\u202e", "⟨U+202E⟩")


def test_arabic_names_run_from_right_to_left_beside_their_marks(tmp_path: Path) -> None:
    """Without a direction of its own a quotation mark at the end of a name would change sides."""
    places = 'id,name,lon,lat,aliases\nain,"""عين"" (1)",38.0,34.0,\nbir,Bir,38.4,34.4,بئر\n'
    events = "date,place,kind,actor\n2020-01-01,ain,hold,North\n2020-01-01,bir,hold,North\n"
    world = write_world(tmp_path / "world", places=places, events=events)
    markup = snapshot_svg(geofront.draw(geofront.read(world)).snapshot("2020-01-01"))
    ain, bir = (
        re.search(rf"<text ([^>]*)>{re.escape(name)}</text>", markup)
        for name in ("&quot;عين&quot; (1)", "Bir")
    )
    assert ain
    assert bir
    assert 'direction="rtl" text-anchor="end"' in ain[1]
    assert "direction" not in bir[1]
    assert "Bir · بئر: held, North" in markup


def test_a_snapshot_explores_its_own_day(series: Series) -> None:
    view = series.snapshot("2016-12-10").explore()
    assert isinstance(view, folium.Map)
    assert view.get_root().render() != ""
    other = series.snapshot("2016-12-10").explore(open_on="2016-12-12")
    days = [_layer(v).contents.data for v in (view, other, series.explore(open_on="2016-12-12"))]
    assert days[0] != days[1]
    assert days[1] == days[2]


def _layer(view: folium.Map) -> Any:
    return next(c for c in view._children.values() if hasattr(c, "contents"))


def test_options_are_passed_on(series: Series) -> None:
    with pytest.raises(geofront.GeofrontError, match="2020-01-01 lies outside"):
        series.explore(open_on="2020-01-01")
    with pytest.raises(TypeError, match="nonsense"):
        series.explore(nonsense=True)


def test_what_nobody_draws_is_told() -> None:
    with pytest.raises(LookupError, match="nothing is registered to do 'dance'"):
        display.show("dance", None)


def test_plain_text_helps_as_well(series: Series) -> None:
    assert repr(series).startswith("<Series of 'Palmyra offensive (December 2016)', 2016-12-08 to")
    assert "isil 7,714 km²" in repr(series.snapshot("2016-12-10"))
    assert "286 events at 135 places" in repr(series.timeline)


# --- a real kernel, a real browser ------------------------------------------------------------


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[list[Any]]]:
    """The folder that a notebook ran in, and the outputs of its cells."""
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    folder = tmp_path_factory.mktemp("notebook")
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    book = nbformat.v4.new_notebook(cells=cells)
    client = nbclient.NotebookClient(
        book, kernel_name="python3", timeout=120, resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    return folder, [cell.outputs for cell in book.cells]


def test_everything_shows_itself_in_a_kernel(
    executed: tuple[Path, list[list[Any]]], series: Series
) -> None:
    _, outputs = executed
    shown = [output["data"]["text/html"] for (output,) in outputs[:4]]
    assert shown[0] == series.timeline._repr_html_()
    assert shown[1] == series.snapshot("2016-12-10")._repr_html_()
    assert shown[2] == series._repr_html_()
    assert "<iframe" in shown[3]
    assert outputs[1][0]["data"]["text/plain"] == repr(series.snapshot("2016-12-10"))


def test_bars_are_widgets_in_a_kernel_unless_switched_off(
    executed: tuple[Path, list[list[Any]]],
) -> None:
    _, outputs = executed
    told = "".join(str(output) for output in outputs[4])
    assert "application/vnd.jupyter.widget-view+json" in told or "counting" in told
    assert outputs[5] == []


class Visit:
    """A page in a browser, its faults, and the requests that it should not make."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.page = browser.new_page(viewport={"width": 1200, "height": 800})
        self.faults: list[str] = []
        self.requests: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._note)
        self.page.route(re.compile("^https?:"), self._answer)
        self.page.goto(address)

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(message.text)

    def _answer(self, route: Route) -> None:
        """Answer for the servers that folium names; a map needs Leaflet alone."""
        address = route.request.url
        self.requests.append(address)
        kinds = {"js": "text/javascript", "css": "text/css", "png": "image/svg+xml"}
        body = {"leaflet.js": leaflet_js(), "leaflet.css": leaflet_css()}.get(Path(address).name)
        icon = '<svg xmlns="http://www.w3.org/2000/svg" width="25" height="41"/>'
        kind = kinds.get(address.rpartition(".")[2], "text/plain")
        route.fulfill(body=body or (icon if address.endswith(".png") else ""), content_type=kind)


def visit(browser: Browser, folder: Path, *values: Any) -> Visit:
    """Show values as a notebook does."""
    page = folder / "shown.html"
    markup = "<hr>".join(v if isinstance(v, str) else v._repr_html_() for v in values)
    page.write_text(f"<!doctype html><meta charset=utf-8>{markup}", encoding="utf-8")
    return Visit(browser, page.as_uri())


@pytest.mark.browser
def test_what_a_kernel_shows_works_in_a_browser(
    executed: tuple[Path, list[list[Any]]], browser: Browser
) -> None:
    folder, outputs = executed
    opened = visit(browser, folder, *(output["data"]["text/html"] for (output,) in outputs[:3]))
    # A browser draws a frame when the reader comes to it.
    opened.page.locator("iframe").scroll_into_view_if_needed()
    rows = opened.page.frame_locator("iframe").locator(".gf-legend tbody tr")
    rows.first.wait_for()
    assert rows.count() >= 3
    assert opened.page.locator("body > div svg[role=img]").count() == 1
    assert (opened.faults, opened.requests) == ([], [])
    opened.page.close()


@pytest.mark.browser
def test_hostile_text_does_nothing_in_a_browser(
    hostile: Series, browser: Browser, tmp_path: Path
) -> None:
    opened = visit(browser, tmp_path, hostile.timeline, hostile.snapshot(hostile.end), hostile)
    # A browser draws a frame when the reader comes to it.
    opened.page.locator("iframe").scroll_into_view_if_needed()
    rows = opened.page.frame_locator("iframe").locator(".gf-legend tbody tr")
    rows.first.wait_for()
    assert [frame.evaluate("window.hacked") for frame in opened.page.frames] == [None, None]
    assert (opened.faults, opened.requests) == ([], [])
    opened.page.close()


@pytest.mark.browser
def test_an_explored_map_takes_further_layers(
    executed: tuple[Path, list[list[Any]]], browser: Browser
) -> None:
    folder, _ = executed
    opened = Visit(browser, (folder / "explored.html").as_uri())
    page = opened.page
    page.locator(".gf-legend tbody tr").first.wait_for()
    assert page.evaluate("geofront.views[0].day()") == "2016-12-11"
    assert page.locator(".leaflet-marker-icon").count() == 1
    page.locator(".leaflet-control-layers-overlays label", has_text="Markers").click()
    assert page.locator(".leaflet-marker-icon").count() == 0
    assert page.locator(".gf-legend tbody tr").count() >= 3
    assert opened.faults == []
    page.close()
