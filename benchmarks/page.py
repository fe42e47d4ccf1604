"""The interactive page: its size, the time to build it, and how quick it is in a browser.

    python benchmarks/page.py [--data FOLDER] [--days N] [--places N] [--runs N]
                              [--skip-baselines] [--skip-generated] [--stress] [--markdown]

FOLDER is that of ``days.py``; without it a war of the same size is made up. Beside our page stand
the two that one would otherwise write with folium of the same statuses: `TimeSliderChoropleth`
with a cell a town, and `TimestampedGeoJson` of the areas that geopandas dissolves for each day.
Cells and statuses are given to them; ours is timed from the events on (`draw`, `write_html`). Every
build is a process of its own, so that it pays for importing folium; the least of N runs counts,
though of the others there is one only. On a busy machine the seconds of the processor say more.

In a headless Chromium (playwright; ``--chromium`` tells where) each of our pages is opened from its
file. *Usable* is when it calls itself ready and that has been painted. A step begins with the call
of `goTo` in an animation frame and ends when its frame is done, layout and paint included; *next*
are days one after another that bring a change, *jump* days at random. Memory is JavaScript's heap
after a collection. The pages of folium load their libraries from servers and are not opened.

The generated wars have 5,000 cells: one with a front that wanders through them, one in which each
changes hands by itself, the worst case. ``--stress`` adds 33,000 places over 1,000 days.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, astuple, dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from days import BOX, DAYS, PLACES, START, make_up, take_over, timed, voronoi_cells, write_conflict

import geofront
from geofront.render.page.leaflet import leaflet_css, leaflet_js

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas
    from numpy.typing import NDArray
    from playwright.sync_api import Browser

    from geofront.control.series import Series
    from geofront.events.timeline import Timeline

OURS = "geofront"
CELLS = 5_000
CHANGES = 4  # of a place of the unquiet war
HOLDERS = ("East", "West")
STRESS_PLACES, STRESS_DAYS = 33_000, 1_000
STEPS = 100
WIDTH, HEIGHT = 1400, 900
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
TENS = 10
COLORS = ("#cccccc", "#4477aa", "#cc6677", "#ddcc77", "#117733", "#882255")
OPACITY = 0.6
CENTER = (48.0, 31.0)
DATA = re.compile(r'<script type="application/json"[^>]*>.*?</script>', re.DOTALL)

WATCH = """
window.usable = new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error("the page did not become ready in a minute")), 60000);
  new MutationObserver((_, watcher) => {
    if (!document.querySelector(".gf-ready")) return;
    watcher.disconnect();
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
  }).observe(document, { attributes: true, childList: true, subtree: true });
});
"""
STEP = """
(days) => new Promise((resolve) => {
  const view = window.geofront.views[0];
  const taken = [];
  const { port1, port2 } = new MessageChannel();
  let begun = 0;
  const step = () => requestAnimationFrame(() => {
    begun = performance.now();
    view.goTo(days[taken.length]);
    port2.postMessage(null);
  });
  port1.onmessage = () => {
    taken.push(performance.now() - begun);
    if (taken.length < days.length) step();
    else resolve(taken);
  };
  step();
})
"""
PAINTED = """
new Promise((resolve) => new PerformanceObserver((list) => {
  const entry = list.getEntriesByName("first-contentful-paint")[0];
  if (entry) resolve(entry.startTime);
}).observe({ type: "paint", buffered: true }))
"""


@dataclass(frozen=True)
class War:
    """A conflict folder to draw, and how; its extent lies beside it."""

    name: str
    folder: str
    days: int
    method: str

    def draw(self, timeline: Timeline) -> Series:
        """Draw all days."""
        end = START + timedelta(days=self.days - 1)
        extent = self.extent()
        return geofront.draw(timeline, start=START, end=end, method=self.method, extent=extent)

    def extent(self) -> shapely.Geometry:
        """Return the outline in degrees."""
        return shapely.from_wkb(Path(f"{self.folder}.wkb").read_bytes())

    def page(self, name: str) -> Path:
        """Return where a page is written."""
        return Path(f"{self.folder}-{name}.html")


@dataclass(frozen=True)
class Build:
    """What it took to write a page, and what was written."""

    draw_s: float
    write_s: float
    cpu_s: float
    mb: float
    bare_mb: float
    data_mb: float

    @property
    def seconds(self) -> float:
        """Drawing and writing."""
        return self.draw_s + self.write_s


def main() -> None:
    """Build the pages, open ours, and print the tables."""
    arguments = parsed()
    if arguments.build:
        war = War(*json.loads(arguments.war))
        print(json.dumps(asdict(build(arguments.build, war, arguments.out))))
        return
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        wars = made(work, arguments)
        others = [] if arguments.skip_baselines else OTHERS
        builds = {war: {OURS: built(OURS, war, arguments.runs)} for war in wars}
        for page in others:
            builds[wars[0]][page] = built(page, wars[0], 1)
        show(*sizes(builds), markdown=arguments.markdown)
        print()
        show(*quickness(wars, arguments), markdown=arguments.markdown)


def parsed() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, help="folder of the Ukrainian towns")
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--places", type=int, default=PLACES, help="of the made-up war")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--skip-baselines", action="store_true", help="only our page")
    parser.add_argument("--skip-generated", action="store_true", help="without the 5,000 cells")
    parser.add_argument("--stress", action="store_true", help="33,000 places over 1,000 days too")
    parser.add_argument("--chromium", default=shutil.which("chromium"), help="the browser")
    parser.add_argument("--markdown", action="store_true", help="tables for the docs")
    for hidden in ("--build", "--war"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def made(work: Path, arguments: argparse.Namespace) -> list[War]:
    """Write the conflict folders of all wars, and their extents."""

    def add(name: str, days: int, method: str, make: Callable[[Path], shapely.Geometry]) -> None:
        folder = work / f"war{len(wars)}"
        Path(f"{folder}.wkb").write_bytes(shapely.to_wkb(make(folder)))
        wars.append(War(name, str(folder), days, method))

    wars: list[War] = []
    data, places, days = arguments.data, arguments.places, arguments.days
    towns = partial(take_over, data) if data else partial(make_up, places=places, days=days)
    add(f"towns, {days:,} days", days, "kriging", towns)
    if not arguments.skip_generated:
        front = partial(make_up, places=CELLS, days=DAYS)
        unquiet = partial(make_unquiet, places=CELLS, days=DAYS)
        add(f"{CELLS:,} cells, a front", DAYS, "nearest", front)
        add(f"{CELLS:,} cells, unquiet", DAYS, "nearest", unquiet)
    if arguments.stress:
        many = partial(make_up, places=STRESS_PLACES, days=STRESS_DAYS)
        add(f"{STRESS_PLACES:,} places, {STRESS_DAYS:,} days", STRESS_DAYS, "nearest", many)
    return wars


def make_unquiet(conflict: Path, places: int, days: int) -> shapely.Geometry:
    """Write a war in which each place changes hands now and then, whatever its neighbours do."""
    random = np.random.default_rng(7)
    west, south, east, north = BOX
    rows = [
        [
            f"p{i}",
            f"Town {i}",
            f"{random.uniform(west, east):.5f}",
            f"{random.uniform(south, north):.5f}",
            "",
        ]
        for i in range(places)
    ]
    events = []
    for place in range(places):
        turns = np.unique([0, *random.integers(1, days, CHANGES)]).tolist()
        events += [
            [START + timedelta(days=day), f"p{place}", "hold", HOLDERS[(place + k) % 2], ""]
            for k, day in enumerate(turns)
        ]
    write_conflict(conflict, rows, events)
    return shapely.box(*BOX)


def built(page: str, war: War, runs: int) -> Build:
    """Write a page in processes of their own; return the quickest, whose file stays."""
    out = war.page(page)
    command = [sys.executable, __file__, "--build", page, "--out", str(out)]
    command += ["--war", json.dumps(astuple(war))]
    found = []
    for _ in range(runs):
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        found.append(Build(**json.loads(told)))
    return min(found, key=lambda build: build.seconds)


def build(page: str, war: War, out: Path) -> Build:
    """Write a page in this process."""
    timeline = geofront.read(war.folder)
    before = time.process_time()
    with timed() as drawing:
        series = war.draw(timeline)
    seconds = drawing[0]
    if page == OURS:
        with timed() as writing:
            geofront.write_html(series, out)
    else:
        # What another tool would need of us, the cells and who holds them, is given to it.
        cells = voronoi_cells(series, war.extent())
        labels = np.array([series.place_labels_on(day) for day in series.days])
        seconds, before = 0.0, time.process_time()
        with timed() as writing:
            OTHERS[page](series, cells, labels, out)
    cpu = time.process_time() - before
    size = out.stat().st_size / 1e6
    leaflet = len((leaflet_js() + leaflet_css()).encode()) / 1e6 if page == OURS else 0.0
    data = sum(len(found.encode()) for found in DATA.findall(out.read_text(encoding="utf-8"))) / 1e6
    return Build(seconds, writing[0], cpu, size, size - leaflet, data)


def write_choropleth(
    series: Series, cells: geopandas.GeoDataFrame, labels: NDArray[np.int64], out: Path
) -> None:
    """Write the cells with a colour for each day, as folium's TimeSliderChoropleth wants them."""
    import folium
    from folium.plugins import TimeSliderChoropleth

    seconds = [f"{pd.Timestamp(day).timestamp():.0f}" for day in series.days]
    styles = {
        str(cell): {
            second: {"color": COLORS[label % len(COLORS)], "opacity": OPACITY}
            for second, label in zip(seconds, labels[:, cell].tolist(), strict=True)
        }
        for cell in range(len(cells))
    }
    view = folium.Map(CENTER, zoom_start=6)
    TimeSliderChoropleth(cells.to_json(), styledict=styles).add_to(view)
    view.save(out)


def write_timestamped(
    series: Series, cells: geopandas.GeoDataFrame, labels: NDArray[np.int64], out: Path
) -> None:
    """Write the areas of each day, dissolved, as folium's TimestampedGeoJson wants them."""
    import folium
    from folium.plugins import TimestampedGeoJson

    features: list[dict[str, Any]] = []
    for day, held in zip(series.days, labels, strict=True):
        cells["label"] = held
        for feature in cells.dissolve("label").iterfeatures():
            color = COLORS[int(feature["id"]) % len(COLORS)]
            style = {"fillColor": color, "fillOpacity": OPACITY, "weight": 0}
            feature["properties"] = {"times": [f"{day}T00:00:00"], "style": style}
            features.append(feature)
    view = folium.Map(CENTER, zoom_start=6)
    TimestampedGeoJson(  # type: ignore[no-untyped-call]
        {"type": "FeatureCollection", "features": features}, period="P1D", duration="P1D"
    ).add_to(view)
    view.save(out)


OTHERS = {"TimeSliderChoropleth": write_choropleth, "TimestampedGeoJson": write_timestamped}


def sizes(builds: dict[War, dict[str, Build]]) -> tuple[list[str], list[list[str]]]:
    """Return the table of what was written, with ratios to our page of the same war."""
    header = [
        "page",
        "of",
        "draw s",
        "write s",
        "both s",
        "of CPU",
        "MB",
        "without Leaflet",
        "its data",
    ]
    header += ["times the size", "times the time"]
    rows = []
    for war, pages in builds.items():
        ours = pages[OURS]
        for page, build in pages.items():
            rows.append(
                [
                    page,
                    war.name,
                    *(f"{value:.2f}" for value in (build.draw_s, build.write_s, build.seconds)),
                    f"{build.cpu_s:.2f}",
                    *(f"{value:.3f}" for value in (build.mb, build.bare_mb, build.data_mb)),
                    f"{build.mb / ours.mb:,.0f}",
                    f"{build.seconds / ours.seconds:.1f}",
                ]
            )
    return header, rows


def quickness(wars: list[War], arguments: argparse.Namespace) -> tuple[list[str], list[list[str]]]:
    """Open our pages in a browser and return the table of how quick they are."""
    from playwright.sync_api import sync_playwright

    header = ["of", "patches", "first paint ms", "usable ms", "next day ms", "95 %", "jump ms"]
    header += ["95 %", "worst", "heap MB"]
    rows = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=arguments.chromium, args=ARGUMENTS)
        for war in wars:
            series = war.draw(geofront.read(war.folder))
            runs = [opened(browser, war, series) for _ in range(arguments.runs)]
            best = np.min(runs, axis=0).tolist()
            told = [f"{value:,.0f}" if value >= TENS else f"{value:.1f}" for value in best]
            rows.append([war.name, f"{series.patchwork.patches:,}", *told])
        browser.close()
    return header, rows


def opened(browser: Browser, war: War, series: Series) -> list[float]:
    """Open our page of a war and return the columns of `quickness` from the first paint on."""
    random = np.random.default_rng(1)
    changed = series.redrawn_days
    first = max(0, (len(changed) - STEPS) // 2)
    following = [day.isoformat() for day in changed[first : first + STEPS]]
    jumps = [series.days[i].isoformat() for i in random.integers(0, len(series), STEPS)]
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(war.page(OURS).as_uri())
    usable = page.evaluate("window.usable")
    paint = page.evaluate(PAINTED)
    # The first step is not measured: it comes from the day on which the page opened.
    next_ms = page.evaluate(STEP, following)[1:]
    jump_ms = page.evaluate(STEP, jumps)
    session = context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = session.send("Performance.getMetrics")["metrics"]
    heap = next(m["value"] for m in metrics if m["name"] == "JSHeapUsedSize") / 1e6
    context.close()
    return [
        paint,
        max(paint, usable),
        *np.quantile(next_ms, [0.5, 0.95]).tolist(),
        *np.quantile(jump_ms, [0.5, 0.95]).tolist(),
        max(*next_ms, *jump_ms),
        heap,
    ]


def show(header: list[str], rows: list[list[str]], *, markdown: bool) -> None:
    """Print a table, for the docs or for a terminal."""
    if markdown:
        for cells in [header, ["--"] + ["--:"] * (len(header) - 1), *rows]:
            print(f"| {' | '.join(cells)} |")
        return
    widths = [max(len(cells[i]) for cells in [header, *rows]) for i in range(len(header))]
    for cells in [header, *rows]:
        print("  ".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True)))


if __name__ == "__main__":
    main()
