"""The areas of every day at growing sizes: time and memory, beside a geopandas dissolve a day.

    python benchmarks/scale.py [--places N,N,...] [--days N] [--dissolves N] [--method NAME]

A war is made up for each size: a front wanders to and fro over towns spread at random in a box.
Timed are the tessellation and then the areas of every day as polygons, which is also what
`dissolve` gives; no file is written. The dissolve is timed on some days only, spread over the
span, and told per day. Each size runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import numpy as np
from days import START, make_up, voronoi_cells

import geofront
from geofront.control.area import areas

SIZES = (1_000, 10_000, 33_000, 100_000)


def main() -> None:
    """Run each size in a process of its own and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--places", default=",".join(map(str, SIZES)))
    parser.add_argument("--days", type=int, default=1_000)
    parser.add_argument("--dissolves", type=int, default=3, help="days that are dissolved")
    parser.add_argument("--method", default="nearest")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    sizes = [int(size) for size in arguments.places.split(",")]
    if arguments.one:
        print(run(sizes[0], arguments.days, arguments.dissolves, arguments.method))
        return
    print(
        f"{'places':>8}{'patches':>9}{'arcs of':>9}{'read':>7}{'cells':>7}{'areas':>8}"
        f"{'a day':>9}{'peak':>8}{'dissolve':>10}{'times':>7}"
    )
    print(f"{'':>8}{'':>9}{'a front':>9}{'s':>7}{'s':>7}{'s':>8}{'ms':>9}{'MB':>8}{'ms a day':>10}")
    for size in sizes:
        shared = ["--days", str(arguments.days), "--dissolves", str(arguments.dissolves)]
        shared += ["--method", arguments.method]
        command = [sys.executable, __file__, "--one", "--places", str(size), *shared]
        print(subprocess.run(command, check=True, capture_output=True, text=True).stdout, end="")


def run(places: int, days: int, dissolves: int, method: str) -> str:
    """Time one size and return its row."""
    with tempfile.TemporaryDirectory() as name:
        conflict = Path(name) / "conflict"
        extent = make_up(conflict, places, days)
        begun = time.perf_counter()
        timeline = geofront.read(conflict)
        read = time.perf_counter() - begun
    end = START + timedelta(days=days - 1)
    begun = time.perf_counter()
    series = geofront.draw(timeline, start=START, end=end, method=method, extent=extent)
    patchwork = series.patchwork
    arcs = patchwork.arcs
    cells = time.perf_counter() - begun
    fronts = []
    begun = time.perf_counter()
    for snapshot in series:
        areas(arcs, snapshot.state)
        fronts.append(len(snapshot.state.parting))
    drawn = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    dissolve = dissolve_seconds(series, extent, dissolves) if dissolves else float("nan")
    a_day = (cells + drawn) / days
    return (
        f"{places:8,}{patchwork.patches:9,}{np.median(fronts):9,.0f}{read:7.1f}{cells:7.1f}"
        f"{drawn:8.2f}{1000 * drawn / days:9.2f}{peak:8,.0f}{1000 * dissolve:10,.0f}"
        f"{dissolve / a_day:7,.0f}"
    )


def dissolve_seconds(series: geofront.Series, extent: object, count: int) -> float:
    """Return the seconds that one day takes with geopandas, the cells given."""
    cells = voronoi_cells(series, extent)
    days = series.days[:: max(1, len(series) // count)][:count]
    begun = time.perf_counter()
    for day in days:
        cells["label"] = series.place_labels_on(day)
        cells.dissolve("label")
    return (time.perf_counter() - begun) / len(days)


if __name__ == "__main__":
    main()
