"""VIINA's control, a year of it: time and memory, beside what a user would write with pandas.

    python benchmarks/viina.py [--places N] [--days N] [--bare] [--no-draw]

A year is made up in VIINA's own form, the same at each run: a front wanders over towns spread at
random, each of the five accounts lags and errs in its own way, and the vote is that of three. The
file is zipped, as VIINA publishes it (``--bare``: not). Read are the vote alone, and all five
accounts, both into a timeline whose places are joined to a gazetteer of polygons; beside them
stands ``pandas.read_csv`` with a ``groupby`` that finds the same runs and joins nothing. Each runs
in a process of its own, so that its peak memory is its own; its imports are not timed.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

import geofront
from geofront.adapters.viina import read_viina_control

PLACES, DAYS = 33_141, 365
START = date(2026, 1, 1)
BOX = (23.0, 45.0, 40.0, 52.0)
HEADER = "geonameid,date,status_wiki,status_boost,status_dsm,status_isw,status,vcontrol_version\n"
WORDS = ("UA", "RU", "CONTESTED")
READERS = {"geofront, the vote": "status", "geofront, all accounts": "all", "pandas": ""}


def main() -> None:
    """Make the year, run each reader in a process of its own and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--places", type=int, default=PLACES)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--bare", action="store_true", help="not zipped")
    parser.add_argument("--no-draw", action="store_true", help="don't draw the year")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(run(arguments.one, arguments.folder, draws=not arguments.no_draw))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = make_up(folder, arguments.places, arguments.days, bare=arguments.bare)
        rows = arguments.places * arguments.days
        print(f"{rows:,} rows, {file.stat().st_size >> 20:,} MB as {file.suffix}")
        print(f"{'':24}{'runs':>9}{'s':>7}{'peak MB':>9}")
        for one in READERS:
            command = [sys.executable, __file__, "--one", one, "--folder", name]
            command += ["--no-draw"] if arguments.no_draw else []
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            print(done.stdout, end="")


def make_up(folder: Path, places: int, days: int, *, bare: bool) -> Path:
    """Write a gazetteer of polygons and a year of control; return the latter."""
    rng = np.random.default_rng(2022)
    west, south, east, north = BOX
    points = np.column_stack([rng.uniform(west, east, places), rng.uniform(south, north, places)])
    _write_gazetteer(folder / "gn_UA_tess.geojson", points, rng)
    file = folder / f"control_latest_2026.{'csv' if bare else 'zip'}"
    table = folder / "control_latest_2026.csv"
    _write_control(table, points, days, rng)
    if not bare:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.write(table, table.name)
        table.unlink()
    return file


def _write_gazetteer(file: Path, points: np.ndarray, rng: np.random.Generator) -> None:
    box = shapely.box(*BOX)
    whole = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=box, ordered=True)
    cells = shapely.set_precision(shapely.intersection(shapely.get_parts(whole), box), 1e-6)
    sizes = rng.lognormal(6, 1.5, len(points)).astype(int)
    features = (
        {
            "type": "Feature",
            "properties": {
                "geonameid": float(600_000 + i),
                "name": f"Town {i}",
                "asciiname": f"Town {i}",
                "longitude": round(lon, 5),
                "latitude": round(lat, 5),
                "feature_code": "PPL",
                "population": size,
            },
            "geometry": json.loads(shape),
        }
        for i, ((lon, lat), size, shape) in enumerate(
            zip(points.tolist(), sizes.tolist(), shapely.to_geojson(cells), strict=True)
        )
    )
    file.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))


def _write_control(file: Path, points: np.ndarray, days: int, rng: np.random.Generator) -> None:
    texts = [f"{START + timedelta(days=i):%Y%m%d}" for i in range(days)]
    day = np.arange(days)
    names = {i: ",".join(WORDS[i // 3**k % 3] for k in range(5)) for i in range(3**5)}
    with file.open("w") as stream:
        stream.write(HEADER)
        for i, (lon, lat) in enumerate(points):
            # How far east of the front the place lies on each day, in degrees.
            front = 36.5 + 0.8 * np.sin(lat * 2) + 0.25 * np.sin(day / 60 + lat * 3) + day / 1500
            dsm = _statuses(lon - front)
            wiki = dsm[np.maximum(day - 4, 0)]
            boost = dsm[np.maximum(day - 2, 0)] if rng.random() < 0.9 else wiki
            isw = dsm[np.maximum(day - 1, 0)]
            vote = np.where(wiki == boost, wiki, dsm)
            codes = wiki + 3 * boost + 9 * dsm + 27 * isw + 81 * vote
            lines = (
                f"{600_000 + i},{text},{names[code]},20260913044905332209\n"
                for text, code in zip(texts, codes.tolist(), strict=True)
            )
            stream.write("".join(lines))


def _statuses(east: np.ndarray) -> np.ndarray:
    return np.where(np.abs(east) < 0.02, 2, (east > 0).astype(int))


def run(one: str, folder: Path, *, draws: bool) -> str:
    """Read the year in one way and return its rows of the table."""
    (file,) = folder.glob("control_latest_2026.*")
    begun = time.perf_counter()
    if columns := READERS[one]:
        places = folder / "gn_UA_tess.geojson"
        imported = read_viina_control(file, places=places, columns=columns)
        timeline = imported.timeline
        assert timeline is not None
        lines = [told(one, len(timeline.events), begun)]
        if draws:
            begun = time.perf_counter()
            series = geofront.draw(timeline)
            lines.append(told("  drawn (cells)", series.patchwork.patches, begun))
            begun = time.perf_counter()
            for snapshot in series:
                assert len(snapshot.areas)
            lines.append(told("  areas of all days", len(series), begun))
        return "\n".join(lines)
    frame = pd.read_csv(file)
    frame = frame.sort_values(["geonameid", "date"])
    before = frame.groupby("geonameid")["status"].shift()
    return told(one, int((frame["status"] != before).sum()), begun)


def told(what: str, count: int, begun: float) -> str:
    """Return a row of the table."""
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{what:24}{count:9,}{seconds:7.1f}{peak:9,.0f}"


if __name__ == "__main__":
    main()
