"""``geofront serve``: time to start, memory, requests a second, and a walk through all pages.

    python benchmarks/service.py [--data FOLDER] [--seconds N] [--clients N]

Serves palmyra-2016, and 652 towns on 901 days: those of FOLDER (see days.py), or made up ones. The
server is a process of its own, its clients are threads of this one that keep their connections. The
least busy machine tells most: both share its cores.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import shapely
from days import DAYS, PLACES, START, make_up, take_over

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LAYERS = ("areas", "frontlines", "places", "events")


def main() -> None:
    """Measure both and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, help="folder of the Ukrainian towns")
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--clients", type=int, default=4)
    arguments = parser.parse_args()
    measure("palmyra-2016", ["palmyra-2016"], arguments)
    with tempfile.TemporaryDirectory() as name:
        conflict, outline = Path(name) / "conflict", Path(name) / "extent.geojson"
        if arguments.data:
            extent = take_over(arguments.data, conflict)
        else:
            extent = make_up(conflict, PLACES, DAYS)
        outline.write_text(shapely.to_geojson(extent), encoding="utf-8")
        span = [f"--from={START}", f"--to={START + timedelta(days=DAYS - 1)}"]
        options = [str(conflict), *span, f"--extent={outline}"]
        for method in ("nearest", "kriging"):
            towns = f"{PLACES} towns, {DAYS} days, {method}"
            measure(towns, [*options, f"--method={method}"], arguments)


def measure(title: str, options: Sequence[str], arguments: argparse.Namespace) -> None:
    """Serve one source and print what it takes."""
    begun = time.perf_counter()
    with serving(options) as (process, url):
        started = time.perf_counter() - begun
        print(f"{title}: answers after {started:.1f} s, {memory(process.pid, 'VmRSS'):.0f} MB")
        first, last = span_of(url)
        days = [str(first + timedelta(days=i)) for i in range((last - first).days + 1)]
        questions = {
            "landing page": ["/"],
            "areas of a day": [f"/collections/areas/items?datetime={day}" for day in days],
            "front lines of a day": [
                f"/collections/frontlines/items?datetime={day}" for day in days
            ],
            "100 places of a day": [f"/collections/places/items?datetime={day}" for day in days],
            "events since a day, counted": [
                f"/collections/events/items?resulttype=hits&datetime={day}/.." for day in days
            ],
            "page of places, HTML": ["/collections/places/items?f=html&limit=50"],
        }
        print(f"{'':28}{'a second':>9}{'KB':>8}{'ms, median':>12}{'slowest':>9}")
        for name, paths in questions.items():
            rate, size, median, slowest = load(url, paths, arguments)
            print(f"{name:28}{rate:9.0f}{size / 1e3:8.1f}{median:12.1f}{slowest:9.0f}")
        for layer in LAYERS:
            seconds, pages, rows, size = walk(url, layer)
            print(
                f"all {layer}: {rows:,} rows in {pages} pages, {size / 1e6:.1f} MB, {seconds:.1f} s"
            )
        print(f"at most {memory(process.pid, 'VmHWM'):.0f} MB\n")


@contextmanager
def serving(options: Sequence[str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the command and yield its process and address."""
    command = [sys.executable, "-m", "geofront", "serve", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            yield process, next(word for word in line.split() if word.startswith("http://"))
        finally:
            process.terminate()


def memory(pid: int, what: str) -> float:
    """Return the memory of a process in MB, as Linux tells it."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(next(x for x in status.splitlines() if x.startswith(what)).split()[1]) / 1024


def span_of(url: str) -> tuple[date, date]:
    """Return the first and the last day."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    connection.request("GET", "/collections/areas")
    told = json.load(connection.getresponse())
    first, last = (date.fromisoformat(t[:10]) for t in told["extent"]["temporal"]["interval"][0])
    return first, last


def load(
    url: str, paths: Sequence[str], arguments: argparse.Namespace
) -> tuple[float, float, float, float]:
    """Ask for some seconds; return requests a second, bytes, and milliseconds of an answer."""
    taken: list[float] = []
    sizes: list[int] = []
    until = time.perf_counter() + arguments.seconds

    def ask(seed: int) -> None:
        connection = http.client.HTTPConnection(urlsplit(url).netloc)
        order = random.Random(seed)  # noqa: S311 - no secret
        while (begun := time.perf_counter()) < until:
            connection.request("GET", order.choice(paths))
            answer = connection.getresponse()
            sizes.append(len(answer.read()))
            assert answer.status == 200
            taken.append(1000 * (time.perf_counter() - begun))

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(arguments.clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken.sort()
    rate = len(taken) / arguments.seconds
    return rate, sum(sizes) / len(sizes), taken[len(taken) // 2], taken[-1]


def walk(url: str, layer: str) -> tuple[float, int, int, int]:
    """Follow the links from page to page; return seconds, pages, rows and bytes."""
    begun = time.perf_counter()
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    following, pages, ids, size = f"/collections/{layer}/items?limit=1000", 0, [], 0
    while following:
        connection.request("GET", following)
        text = connection.getresponse().read()
        page = json.loads(text)
        pages, size = pages + 1, size + len(text)
        ids += [feature["id"] for feature in page["features"]]
        links = [link["href"] for link in page["links"] if link["rel"] == "next"]
        following = links[0].removeprefix(url) if links else ""
    assert len(ids) == len(set(ids)) == page["numberMatched"]
    return time.perf_counter() - begun, pages, len(ids), size


if __name__ == "__main__":
    main()
