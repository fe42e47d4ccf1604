"""Ten times the size: time and peak memory of each part, beside those of its usual size.

    python benchmarks/tenfold.py [CASE ...] [--times N] [--base SHARE] [--most-gb GB]

Each case makes up its input and runs one part of geofront at its usual size, that of the other
benchmarks, and at so many times that size, each in a process of its own. Told are the seconds of
the processor for each step and the peak memory of the process, input included. A process that
grows beyond ``--most-gb`` or lasts longer than ``--most-minutes`` is ended, which is told as such.
With ``--base 0.1`` both sizes are a tenth, for machines with less memory; the slope is the same.
Without a CASE all are run, smallest first. ``--list`` tells what they are.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from days import DAYS, PLACES, START, make_up
from names_speed import EDITS, misspelt
from page import CELLS, make_unquiet
from replay import DAYS as REPLAYED_DAYS
from replay import made_up, peak_mb, run_read
from service import serving, walk
from viina import DAYS as VIINA_DAYS
from viina import PLACES as VIINA_PLACES
from viina import make_up as make_viina

import geofront
from geofront.control.area import areas
from geofront.errors import GeofrontError
from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.place import Place
from geofront.gazetteer.tables import shipped_places
from geofront.render.format import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import shapely

    from geofront.control.series import Series

LINEAR = 1.3  # of the ratio of the sizes: what a noisy machine adds to a linear cost
WATCH_S = 0.2
SCALE_PLACES, SCALE_DAYS = 33_000, 1_000
STATEMENTS, STATED_PLACES = 1_000_000, 35_000
WORLD = 235_000
QUERIES = 200
MEGABYTE = 1_000_000
FILM_STEP = 30


@dataclass
class Run:
    """A run of a case at one size: its steps' seconds, and what came of it."""

    steps: dict[str, float] = field(default_factory=dict)
    peak: float = 0.0
    ended: str = ""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step, by the processor: the clock tells what else the machine has to do."""
        begun = time.process_time()
        yield
        self.steps[name] = time.process_time() - begun


def main() -> None:
    """Run the cases and print a row for each step."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("cases", nargs="*", metavar="CASE")
    parser.add_argument("--list", action="store_true", help="tell the cases")
    parser.add_argument("--times", type=float, default=10)
    parser.add_argument("--base", type=float, default=1, help="share of the usual size")
    parser.add_argument("--most-gb", type=float, default=8)
    parser.add_argument("--most-minutes", type=float, default=20)
    parser.add_argument("--size", type=float, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(f"{name:16}{case.__doc__}" for name, case in CASES.items()))
        return
    if arguments.size:
        print(json.dumps(vars(run(arguments.cases[0], arguments.size))))
        return
    print("| | s | MB | times the size: s | MB | times the time | times the memory | |")
    print("|---|--:|--:|--:|--:|--:|--:|---|")
    for name in arguments.cases or CASES:
        sizes = (arguments.base, arguments.base * arguments.times)
        once, often = (watched(name, size, arguments) for size in sizes)
        for row in compared(name, once, often, arguments.times):
            print(f"| {' | '.join(row)} |", flush=True)


def run(name: str, size: float) -> Run:
    """Run a case in this process."""
    found = Run()
    with tempfile.TemporaryDirectory() as work:
        try:
            CASES[name](found, Path(work), size)
        except GeofrontError as refusal:
            found.ended = f"refused: {refusal}"
    found.peak = found.peak or peak_mb()
    return found


def watched(name: str, size: float, arguments: argparse.Namespace) -> Run:
    """Run a case in a process of its own; end it if it takes too much."""
    command = [sys.executable, __file__, name, "--size", str(size)]
    begun, peak = time.perf_counter(), 0.0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        watched_process = psutil.Process(process.pid)
        while process.poll() is None:
            try:
                peak = max(peak, watched_process.memory_info().rss / 2**20)
            except psutil.Error:
                break
            long = time.perf_counter() - begun > 60 * arguments.most_minutes
            if long or peak > 1024 * arguments.most_gb:
                process.kill()
                told = f"{arguments.most_minutes:g} min" if long else f"{arguments.most_gb:g} GB"
                return Run({"all": time.perf_counter() - begun}, peak, f"ended after {told}")
            time.sleep(WATCH_S)
        assert process.stdout is not None
        told = process.stdout.read()
    if process.returncode:
        return Run({}, peak, f"failed with status {process.returncode}")
    return Run(**json.loads(told))


def compared(name: str, once: Run, often: Run, times: float) -> Iterator[list[str]]:
    """Yield a row for each step of a case."""
    memory = often.peak / once.peak
    for step in {**once.steps, **often.steps} or {"": 0.0}:
        one, many = once.steps.get(step), often.steps.get(step)
        ratio = many / one if one and many else float("nan")
        verdict = often.ended or once.ended or verdict_of(ratio, memory, times)
        yield [
            f"{name}: {step}",
            *(f"{value:,.2f}" if value is not None else "" for value in (one,)),
            f"{once.peak:,.0f}",
            f"{many:,.2f}" if many is not None else "",
            f"{often.peak:,.0f}",
            f"{ratio:.1f}",
            f"{memory:.1f}",
            verdict,
        ]


def verdict_of(ratio: float, memory: float, times: float) -> str:
    """Tell how time and memory grow."""
    if max(ratio, memory) <= times * LINEAR:
        return "linear" if max(ratio, memory) > times / 2 else "less than linear"
    return "more than linear"


def some_war(work: Path, places: float, days: float) -> tuple[Path, shapely.Geometry]:
    """Make up a war in which a front wanders over towns."""
    conflict = work / "conflict"
    return conflict, make_up(conflict, round(places), round(days))


def drawn(found: Run, war: tuple[Path, shapely.Geometry], days: float, method: str) -> Series:
    """Read and draw a war."""
    conflict, extent = war
    with found.step("read"):
        timeline = geofront.read(conflict)
    end = START + timedelta(days=round(days) - 1)
    with found.step(f"draw, {method}"):
        series = geofront.draw(timeline, start=START, end=end, method=method, extent=extent)
        _ = series.patchwork.arcs
    return series


def towns(found: Run, work: Path, size: float) -> None:
    """Write every day's areas of 652 towns over 901 days as GeoJSON: more towns."""
    series = drawn(found, some_war(work, PLACES * size, DAYS), DAYS, "nearest")
    with found.step("write_geojson"):
        geofront.write_geojson(series, work / "out", layers=["area"])


def days(found: Run, work: Path, size: float) -> None:
    """Write the same: more days."""
    series = drawn(found, some_war(work, PLACES, DAYS * size), DAYS * size, "nearest")
    with found.step("write_geojson"):
        geofront.write_geojson(series, work / "out", layers=["area"])


def scale(found: Run, work: Path, size: float, method: str = "nearest") -> None:
    """Draw areas of 1,000 days over 33,000 places: more places."""
    series = drawn(found, some_war(work, SCALE_PLACES * size, SCALE_DAYS), SCALE_DAYS, method)
    with found.step("areas of all days"):
        for snapshot in series:
            areas(series.patchwork.arcs, snapshot.state)


def kriging(found: Run, work: Path, size: float) -> None:
    """Draw the same by kriging."""
    scale(found, work, size, "kriging")


def page_days(found: Run, work: Path, size: float) -> None:
    """Write the page of 652 towns over 901 days: more days."""
    series = drawn(found, some_war(work, PLACES, DAYS * size), DAYS * size, "kriging")
    with found.step("write_html"):
        geofront.write_html(series, work / "out.html")


def page_cells(found: Run, work: Path, size: float) -> None:
    """Write the page of 5,000 cells over 901 days: more cells."""
    series = drawn(found, some_war(work, CELLS * size, DAYS), DAYS, "nearest")
    with found.step("write_html"):
        geofront.write_html(series, work / "out.html")


def unquiet(found: Run, work: Path, size: float) -> None:
    """Write the page of 5,000 cells that all change by themselves: more cells."""
    conflict = work / "conflict"
    series = drawn(
        found, (conflict, make_unquiet(conflict, round(CELLS * size), DAYS)), DAYS, "nearest"
    )
    with found.step("pockets"):
        series.pockets()
    with found.step("write_html"):
        geofront.write_html(series, work / "out.html")


def statistics(found: Run, work: Path, size: float) -> None:
    """Measure 652 towns over 901 days: more days."""
    series = drawn(found, some_war(work, PLACES, DAYS * size), DAYS * size, "nearest")
    for name in ("stats", "front_stats"):
        with found.step(name):
            getattr(series, name)()


def written(form: str, found: Run, work: Path, size: float) -> None:
    """Write 652 towns over 901 days in one format: more days."""
    series = drawn(found, some_war(work, PLACES, DAYS * size), DAYS * size, "nearest")
    with found.step(form):
        if form in {"gif", "mp4"}:
            options = Options(step_days=FILM_STEP)
            geofront.write(series, work / f"out.{form}", form, options)
        else:
            geofront.write(series, work / f"out-{form}", form)


def service(found: Run, work: Path, size: float) -> None:
    """Serve 652 towns over 901 days, and walk through the front lines: more days."""
    conflict, _ = some_war(work, PLACES, DAYS * size)
    with serving([str(conflict), "--method=nearest"]) as (process, url):
        server = psutil.Process(process.pid)
        found.steps["start"] = server.cpu_times().user
        walk(url, "frontlines")
        found.steps["all pages of front lines"] = server.cpu_times().user - found.steps["start"]
        found.peak = server.memory_info().rss / 2**20


def replay(found: Run, work: Path, size: float) -> None:  # noqa: ARG001 - all cases take a folder
    """Replay a million statements over 35,000 places: more of both."""
    with found.step("making them up"):
        timeline = made_up(round(STATEMENTS * size), round(STATED_PLACES * size))
    with found.step("replay"):
        history = geofront.replay(timeline)
    last = START + timedelta(days=REPLAYED_DAYS - 1)
    with found.step("statuses of a day"):
        history.statuses(last)
    with found.step("explain"):
        history.explain("p1", last)


def read(found: Run, work: Path, size: float) -> None:  # noqa: ARG001 - likewise
    """Read a hundred thousand statements from CSV: more."""
    with found.step("made up and read"):
        run_read(round(STATEMENTS / 10 * size), round(STATED_PLACES / 10 * size))


def audit(found: Run, work: Path, size: float) -> None:
    """Audit 652 towns over 901 days: more towns."""
    conflict, _ = some_war(work, PLACES * size, DAYS)
    timeline = geofront.read(conflict)
    with found.step("audit"):
        geofront.audit(timeline)


def names(found: Run, work: Path, size: float) -> None:  # noqa: ARG001 - likewise
    """Look misspelt names up among 23,500 places of the world: more of both."""
    from geofront.gazetteer.readers.world import world_places

    chance = random.Random(5)  # noqa: S311 - a seeded sample, no secret
    places = list(world_places())
    wanted = round(WORLD / 10 * size)
    places = chance.sample(places, wanted) if wanted < len(places) else places
    with found.step("build"):
        gazetteer = Gazetteer(places)
        _ = (gazetteer.toponyms, gazetteer.ids, gazetteer.positions, gazetteer.sounds)
    queries = [q for n in EDITS for q in misspelt(places, round(QUERIES * size), n, chance)]
    with found.step("resolve"):
        for wrong, _, _ in queries:
            geofront.resolve(wrong, gazetteer, limit=5)


def namesakes(found: Run, work: Path, size: float) -> None:  # noqa: ARG001 - likewise
    """Look a name up that 10,000 places bear: more places."""
    places = [
        Place(f"p{i}", "Khirbat", 36 + i % 100 / 100, 34 + i / 1e6)
        for i in range(round(10_000 * size))
    ]
    with found.step("build"):
        gazetteer = Gazetteer(places)
        _ = (gazetteer.toponyms, gazetteer.sounds)
    with found.step("resolve"):
        for _ in range(10):
            geofront.resolve("Khirbat", gazetteer, limit=5)


def mentions(found: Run, work: Path, size: float) -> None:  # noqa: ARG001 - likewise
    """Scan a million characters of prose for places of Syria: more text."""
    notes = [
        event.note for name in geofront.dataset_names() for event in geofront.read(name).events
    ]
    prose = " ".join(note for note in notes if note) + "\n\n"
    text = prose * (round(MEGABYTE * size) // len(prose) + 1)
    gazetteer = Gazetteer(shipped_places("syria")[0])
    geofront.scan(prose[:1000], gazetteer)
    with found.step("scan"):
        geofront.scan(text, gazetteer)


def viina(found: Run, work: Path, size: float) -> None:
    """Read a tenth of a year of VIINA's control, 1.2 million rows: more days."""
    from geofront.adapters.viina import read_viina_control

    file = make_viina(work, VIINA_PLACES, round(VIINA_DAYS / 10 * size), bare=False)
    with found.step("read"):
        read_viina_control(file, places=work / "gn_UA_tess.geojson", columns="status")


FORMATS = ("parquet", "fgb", "shp", "kml", "topojson", "gpkg", "kepler", "geojson", "html")
PICTURES = ("png", "svg", "pdf", "multiples", "charts", "gif", "mp4")
CASES: dict[str, Callable[[Run, Path, float], None]] = {
    "towns": towns,
    "days": days,
    "statistics": statistics,
    "page-days": page_days,
    "mentions": mentions,
    "namesakes": namesakes,
    "audit": audit,
    "service": service,
    **{form: partial(written, form) for form in (*FORMATS, *PICTURES)},
    "read": read,
    "viina": viina,
    "names": names,
    "page-cells": page_cells,
    "unquiet": unquiet,
    "scale": scale,
    "kriging": kriging,
    "replay": replay,
}

if __name__ == "__main__":
    main()
