"""A series drawn by the workers of a local Dask cluster, beside one process: when it pays.

    python benchmarks/cluster.py [--places N] [--days N] [--workers N]

A made-up war is drawn and the areas and front lines of every day are written as GeoJSON, first by
one process, then with `client=`. What goes to the workers (cells and labels) is sent once; files
are written by the caller. The cluster is started on the loopback interface and ended with the run.
"""

from __future__ import annotations

import argparse
import hashlib
import pickle
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from days import START, make_up
from distributed import Client, LocalCluster

import geofront

LAYERS = ("area", "frontline")


def main() -> None:
    """Run both and print the seconds."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--places", type=int, default=33_000)
    parser.add_argument("--days", type=int, default=1_000)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        extent = make_up(work / "conflict", arguments.places, arguments.days)
        timeline = geofront.read(work / "conflict")
        end = START + timedelta(days=arguments.days - 1)
        series = geofront.draw(timeline, start=START, end=end, method="nearest", extent=extent)
        print(series, f"{len(series.patchwork.arcs):,} arcs")
        begun = time.perf_counter()
        alone = geofront.write_geojson(series, work / "alone", layers=LAYERS)
        print(f"one process          {time.perf_counter() - begun:6.2f} s")
        print(f"what each worker gets {len(pickle.dumps(series)) / 1e6:5.1f} MB")
        options = {"threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": None}
        with (
            LocalCluster(n_workers=arguments.workers, **options) as cluster,  # type: ignore[no-untyped-call]
            Client(cluster) as client,  # type: ignore[no-untyped-call]
        ):
            begun = time.perf_counter()
            together = geofront.write_geojson(series, work / "many", layers=LAYERS, client=client)
            print(f"{arguments.workers} workers            {time.perf_counter() - begun:6.2f} s")
        print("the same files:", digest(alone) == digest(together))


def digest(files: list[Path]) -> str:
    """Return the SHA-256 of files one after another."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


if __name__ == "__main__":
    main()
