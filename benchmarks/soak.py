"""A soak: thousands of calls in one process, and several processes at once on one empty cache.

    python benchmarks/soak.py [--calls N] [--processes N] [--rounds N] [--towns N] [--fresh]

The calls are `resolve`, `status` and `map` in turn, through Python and through the functions of the
command line, of the shipped datasets and of a conflict of three places, in every format that needs
no browser. A hundred times on the way garbage is collected and the process asked for its memory,
its open files, threads and temporary files, and for the number of its Python objects. What is told
is how these grow after the first fifth of the calls, by a line of least squares. Names repeat, so
that bounded caches are full by then; with ``--fresh`` every name is a new one.

Then processes start at one moment on one cache folder that is empty: each asks for the same kept
gazetteer and resolves names in it. All must answer as a gazetteer that was never on a disk. This is
done many times with so few places that all are ready at almost the same moment, once with more.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import gc
import io
import itertools
import json
import logging
import multiprocessing
import os
import random
import sys
import tempfile
import threading
import time
from dataclasses import astuple, dataclass, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import geofront
from geofront.cli import main as command_line
from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.readers.world import world_places
from geofront.gazetteer.shelf import kept_gazetteer
from geofront.gazetteer.tables import SHIPPED, shipped_places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.queues import Queue
    from multiprocessing.synchronize import Barrier

    from geofront.gazetteer.place import Place

CALLS, PROCESSES, ROUNDS, TOWNS = 10_000, 8, 100, 50_000
SAMPLES = 100
_PRINTED = io.StringIO()
WARM_UP = 0.2
NAMES = 400
FORMATS = ("geojson", "html", "topojson", "kml", "shp", "fgb", "parquet", "png", "svg")
COSTLY_FORMATS = ("gpkg", "pdf", "gif", "charts", "kepler", "multiples")
# Of twenty calls: the cheap ones more often.
TURNS = (
    *("resolve",) * 9,
    "command resolve",
    *("status", "command status") * 4,
    *("map", "command map"),
)
COSTLY_EVERY = 10  # so that each has been written before the process counts as warm
CONFLICT = {
    "places.csv": "id,name,lon,lat\nain,Ain,38.0,34.0\nbir,Bir,38.4,34.0\ndam,Dam,38.0,34.4\n",
    "events.csv": "date,place,kind,actor,from_actor\n2020-01-01,ain,hold,North,\n"
    "2020-01-01,bir,hold,North,\n2020-01-01,dam,hold,South,\n2020-01-03,bir,contest,South,North\n"
    "2020-01-05,bir,capture,South,North\n",
}


@dataclass(frozen=True)
class Sample:
    """What a process takes up at a moment."""

    rss_kb: float
    objects: int
    open_files: int
    threads: int
    temporary_files: int

    @classmethod
    def taken(cls) -> Sample:
        """Collect garbage, hand freed memory back, and look."""
        gc.collect()
        with contextlib.suppress(OSError, AttributeError):  # only glibc has it
            ctypes.CDLL("libc.so.6").malloc_trim(0)
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return cls(
            rss_kb=pages * os.sysconf("SC_PAGE_SIZE") / 1024,
            objects=len(gc.get_objects()),
            open_files=len(os.listdir("/proc/self/fd")),  # noqa: PTH208 - an iterator is a file too
            threads=threading.active_count(),
            temporary_files=sum(1 for _ in Path(tempfile.gettempdir()).rglob("*")),
        )


@dataclass(frozen=True)
class Soak:
    """How many calls there were, how many of each kind, and what was seen on the way."""

    counts: dict[str, int]
    seen: list[tuple[int, Sample]]
    seconds: float

    def growth(self) -> dict[str, float]:
        """Return by how much each figure grows in 1,000 calls, once warm."""
        calls = max(call for call, _ in self.seen)
        warm = [(call, astuple(sample)) for call, sample in self.seen if call >= WARM_UP * calls]
        table = np.array([values for _, values in warm], dtype=np.float64)
        slopes = np.polyfit([call / 1000 for call, _ in warm], table, 1)[0]
        return dict(zip((f.name for f in fields(Sample)), slopes.tolist(), strict=True))


def main() -> None:
    """Run both and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--processes", type=int, default=PROCESSES)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of a small cache")
    parser.add_argument("--towns", type=int, default=TOWNS, help="least people of a kept town")
    parser.add_argument("--fresh", action="store_true", help="no name twice")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        if arguments.calls:
            report(soak(work, arguments.calls, fresh=arguments.fresh))
        if arguments.processes:
            share(work, arguments.processes, arguments.rounds, arguments.towns)


def share(work: Path, processes: int, rounds: int, towns: int) -> None:
    """Let processes share a cache, a small one many times and a larger one once."""
    larger = partial(world_places, min_population=towns)
    for what, places, times in (("200 places", few_places, rounds), ("towns", larger, 1)):
        begun = time.perf_counter()
        right = shared_cache(work / what, processes, places, times)
        seconds = time.perf_counter() - begun
        print(
            f"{processes} processes on one empty cache, {times} times, {what}: "
            f"{right:,} answers, all right, {seconds:.0f} s"
        )


def report(soaked: Soak) -> None:
    """Print the counts, the first and last warm sample, and the growth."""
    calls = sum(soaked.counts.values())
    told = ", ".join(f"{count:,} {kind}" for kind, count in sorted(soaked.counts.items()))
    print(f"{calls:,} calls in {soaked.seconds:,.0f} s: {told}")
    warm = [s for call, s in soaked.seen if call >= WARM_UP * calls]
    print(f"{'':18}{'at first':>12}{'once warm':>12}{'at last':>12}{'per 1,000 calls':>18}")
    for name, slope in soaked.growth().items():
        values = [getattr(s, name) for s in (soaked.seen[0][1], warm[0], warm[-1])]
        print(f"{name:18}" + "".join(f"{value:12,.0f}" for value in values) + f"{slope:18,.2f}")


def soak(work: Path, calls: int, *, fresh: bool = False, costly: bool = True) -> Soak:
    """Make calls in turn.

    Parameters
    ----------
    work
        A folder for the conflict, the outputs and the temporary files.
    calls
        How many calls.
    fresh
        Whether no name is resolved twice.
    costly
        Whether some maps are in the formats that take half a second or more.

    Returns
    -------
    Soak
        What was seen.
    """
    return soaked(caller_in(work, fresh=fresh, costly=costly), calls)


def caller_in(work: Path, *, fresh: bool, costly: bool) -> Caller:
    """Write the small conflict to a folder and return who asks about it."""
    for folder in ("conflict", "temporary"):
        (work / folder).mkdir()
    for name, text in CONFLICT.items():
        (work / "conflict" / name).write_text(text, encoding="utf-8")
    return Caller(work, fresh=fresh, costly=costly)


def soaked(caller: Caller, calls: int) -> Soak:
    """Let someone ask, with a folder of its own for temporary files, and look on."""
    former, tempfile.tempdir = tempfile.tempdir, str(caller.work / "temporary")
    try:
        return _watched(caller, calls)
    finally:
        tempfile.tempdir = former


def _watched(caller: Caller, calls: int) -> Soak:
    counts = dict.fromkeys(TURNS, 0)
    every = max(calls // SAMPLES, 60)
    seen = [(0, Sample.taken())]
    begun = time.perf_counter()
    for call, turn in zip(range(1, calls + 1), itertools.cycle(TURNS), strict=False):
        caller.call(turn)
        counts[turn] += 1
        if call % every == 0:
            seen.append((call, Sample.taken()))
            print(f"{call:,} calls: {seen[-1][1].rss_kb:,.0f} kB", file=sys.stderr)
    return Soak(counts, seen, time.perf_counter() - begun)


class Caller:
    """Makes the calls, each of a kind with the next of its names, sources and formats."""

    def __init__(self, work: Path, *, fresh: bool, costly: bool) -> None:
        self.work = work
        self.gazetteer = Gazetteer(place for name in SHIPPED for place in shipped_places(name)[0])
        self.names = misspelt(self.gazetteer, fresh=fresh)
        small, datasets = str(work / "conflict"), geofront.dataset_names()
        sources = [small, *datasets]
        self.sources = itertools.cycle([s for name in datasets for s in (small, small, name)])
        self.days = {source: geofront.read(source).end for source in sources}
        self.formats = itertools.cycle(FORMATS)
        self.costly = itertools.cycle(COSTLY_FORMATS) if costly else None
        self.maps = 0
        self.fresh = fresh
        self.told: dict[tuple[str, str], object] = {}

    def call(self, kind: str) -> None:
        """Make one call and look whether it answered."""
        {
            "resolve": self.resolve,
            "command resolve": self.command_resolve,
            "status": self.status,
            "command status": self.command_status,
            "map": self.map,
            "command map": self.command_map,
        }[kind]()

    def same(self, kind: str, asked: str, answer: object) -> None:
        """Refuse an answer that is not what was answered the first time."""
        assert answer == self.told.setdefault((kind, asked), answer), (kind, asked)

    def resolve(self) -> None:
        """Resolve a name in a gazetteer that stays."""
        name = next(self.names)
        matches = [(m.place.id, m.score) for m in geofront.resolve(name, self.gazetteer, limit=5)]
        if not self.fresh:
            self.same("resolve", name, matches)

    def command_resolve(self) -> None:
        """Resolve a name as a user of the command line."""
        name = next(self.names)
        (answer,) = json.loads(commanded("resolve", "--format", "json", "--", name))
        assert answer["query"] == name
        if not self.fresh:
            self.same("resolve", name, [(m["place_id"], m["score"]) for m in answer["matches"]])

    def status(self) -> None:
        """Ask who holds what at the end of a source."""
        source = next(self.sources)
        history = geofront.replay(geofront.read(source))
        statuses = history.statuses(self.days[source])
        held = [(s.place.id, s.label.holder, s.label.status) for s in statuses]
        assert held
        self.same("status", source, held)

    def command_status(self) -> None:
        """Ask the same as a user of the command line."""
        source = next(self.sources)
        told = commanded("status", source, "--on", str(self.days[source]), "--format", "json")
        held = [(s["place_id"], s["holder"], s["status"]) for s in json.loads(told)]
        self.same("status", source, held)

    def map(self) -> None:
        """Draw a small conflict."""
        series = geofront.draw(geofront.read(self.work / "conflict"))
        form = next(self.formats)
        assert geofront.write(series, self.work / f"out-{form}", form)

    def command_map(self) -> None:
        """Draw it as a user of the command line; now and then in a costly format."""
        self.maps += 1
        rare = self.costly is not None and self.maps % COSTLY_EVERY == 0
        form = next(self.costly if rare and self.costly else self.formats)
        out = str(self.work / f"by-command-{form}")
        assert commanded("map", str(self.work / "conflict"), "--format", form, "-o", out)


def commanded(*arguments: str) -> str:
    """Run the command line in this process and return what it prints.

    Raises
    ------
    RuntimeError
        If it ends with another status than 0.
    """
    # One stream for all calls: click keeps every stream that it has ever printed to.
    _PRINTED.seek(0)
    _PRINTED.truncate()
    with contextlib.redirect_stdout(_PRINTED):
        try:
            command_line(arguments)
        except SystemExit as ended:
            if ended.code:
                raise RuntimeError(f"{arguments} ended with status {ended.code}") from ended
    return _PRINTED.getvalue()


def misspelt(gazetteer: Gazetteer, *, fresh: bool) -> Iterator[str]:
    """Return names without end, each with two letters swapped; they repeat unless fresh."""
    chance = random.Random(3)  # noqa: S311 - no secret
    known = sorted(place.name for place in gazetteer)

    def swapped(name: str) -> str:
        i = chance.randrange(max(len(name) - 1, 1))
        return name[:i] + name[i : i + 2][::-1] + name[i + 2 :]

    if fresh:
        return (f"{swapped(chance.choice(known))} {i}" for i in itertools.count())
    return itertools.cycle([swapped(name) for name in chance.sample(known, NAMES)])


def shared_cache(
    folder: Path, processes: int, places: Callable[[], Iterable[Place]], rounds: int = 1
) -> int:
    """Let processes ask for one kept gazetteer at one moment, on an empty cache.

    Parameters
    ----------
    folder
        Where the caches are made, one for each round.
    processes
        How many.
    places
        The places of the gazetteer; it must be fit to send to a process.
    rounds
        How often they start anew, each time with an empty cache.

    Returns
    -------
    int
        The number of answers, all of them right.

    Raises
    ------
    RuntimeError
        If a process failed, an answer was not that of a gazetteer made in memory, or anything but
        the gazetteer is left in a cache.
    """
    reference = Gazetteer(places())
    chance = random.Random(8)  # noqa: S311 - no secret
    names = chance.sample(sorted(place.name for place in reference), 50)
    right = _answers(reference, names)
    context = multiprocessing.get_context("spawn")
    barrier, answers = context.Barrier(processes), context.Queue()
    caches = [folder / str(i) for i in range(rounds)]
    asking = [
        context.Process(target=_ask, args=(caches, places, names, barrier, answers))
        for _ in range(processes)
    ]
    for process in asking:
        process.start()
    told = [answers.get() for _ in range(processes * rounds)]
    for process in asking:
        process.join()
    if wrong := [one for one in told if one != right]:
        words = {one if isinstance(one, str) else "a wrong answer" for one in wrong}
        raise RuntimeError(f"{len(wrong)} of {len(told)} processes failed: {sorted(words)[:3]}")
    if left := [path.name for cache in caches for path in cache.iterdir() if path.name[0] == "."]:
        raise RuntimeError(f"left in the cache: {left[:5]}")
    return len(told) * len(names)


def _ask(
    caches: list[Path],
    places: Callable[[], Iterable[Place]],
    names: list[str],
    barrier: Barrier,
    answers: Queue[object],
) -> None:
    logging.disable()
    for cache in caches:
        barrier.wait()
        try:
            answers.put(_answers(kept_gazetteer("soak", "1", places, folder=cache), names))
        except Exception as error:  # noqa: BLE001 - told to the one that waits
            answers.put(f"{type(error).__name__}: {error}")


def few_places() -> tuple[Place, ...]:
    """Return so few places that processes are done with them at almost the same moment."""
    return shipped_places("syria")[0][:200]


def _answers(gazetteer: Gazetteer, names: list[str]) -> list[list[str]]:
    return [[m.place.id for m in geofront.resolve(name, gazetteer)] for name in names]


if __name__ == "__main__":
    main()
