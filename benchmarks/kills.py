"""Kills `geofront map`, `import` and `store` at any moment, and looks at what they leave.

    python benchmarks/kills.py [--kills N] [--command map|import|store] [--scene NAME]...
                               [--fresh N] [--seed N]

Each kill starts the command on a folder, file or database where an earlier run wrote other content
(or, every third time, nothing), and ends it: at a moment of its run time, by SIGKILL, SIGTERM or
SIGINT, or by SIGKILL just before its n-th change (a file opened for writing, renamed or removed, a
statement to a database). Then every file must be as the earlier run or as an undisturbed one made
it, files that belong together must be of one run or be refused when they are read, a database must
hold all of a load or nothing; and the same command, run again, must give what it gives undisturbed,
byte for byte, with nothing left over. The commands run in forks of one process that has imported
what they need; every N-th of `--fresh` in a new interpreter. PostGIS is tried where
GEOFRONT_POSTGRES_URL names a server (see .ci/postgres). It needs a system that forks.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from killscenes import POSTGRES, Scene, scenes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["Tally", "interrupted", "prepared", "run_scene"]

_LONGEST_S = 300.0
_TOLD_TO_END = {signal.SIGTERM: 128 + signal.SIGTERM, signal.SIGINT: 130}
_CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "sqlite3.connect"}
_HEAVY = (
    *("geofront.cli", "geofront.datasets", "geofront.control.draw", "geofront.render.gis"),
    *("geofront.render.page", "geofront.render.image", "geofront.render.gis.geopackage"),
    *("geofront.render.gis.database", "geofront.adapters.database.stores", "pyogrio.raw"),
    *("matplotlib.backends.backend_agg", "matplotlib.font_manager", "PIL.Image", "av"),
    *("geofront.adapters.acled", "geofront.adapters.timemap", "geofront.adapters.placemarks"),
    *("geofront.adapters.drawn", "geofront.events.extent", "psycopg", "sqlalchemy", "tqdm"),
)


def main() -> None:
    """Run as many kills as are asked for, and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--command", choices=["map", "import", "store"])
    parser.add_argument("--scene", action="append", help="by default all")
    parser.add_argument("--fresh", type=int, default=20, help="every Nth in a new interpreter")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    prepared()
    with tempfile.TemporaryDirectory(prefix="geofront-kills-") as name:
        chosen = [
            scene
            for scene in scenes(Path(name))
            if given.command in {None, scene.command}
            and (not given.scene or scene.name in given.scene)
        ]
        if not any(scene.store == POSTGRES for scene in chosen):
            print("no PostGIS: GEOFRONT_POSTGRES_URL names no server, or another scene was chosen")
        total = Tally()
        begun = time.monotonic()
        for number, scene in enumerate(chosen):
            share = given.kills // len(chosen) + (number < given.kills % len(chosen))
            seen = run_scene(scene, Path(name) / "work", share, given.seed, fresh=given.fresh)
            print(f"{scene.command:7}{scene.name:24}{seen}", flush=True)
            total.add(seen)
        print(f"{'all':31}{total}  ({(time.monotonic() - begun) / 60:.1f} min)")
    for fault in total.faults:
        print("FAULT", fault)
    sys.exit(1 if total.faults else 0)


@dataclass
class Tally:
    """What was seen: kills by their way, how the command was met, and what was wrong."""

    ways: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Add what was seen elsewhere."""
        self.ways += other.ways
        self.seen += other.seen
        self.faults += other.faults

    def __str__(self) -> str:
        """Tell all in a line."""
        told = ", ".join(f"{n} {way}" for way, n in sorted(self.ways.items()))
        seen = ", ".join(f"{n} {what}" for what, n in sorted(self.seen.items()))
        return f"{self.ways.total():5} kills ({told}): {seen}; {len(self.faults)} faults"


def prepared() -> None:
    """Import what the commands need, so that their forks begin with their work."""
    for module in _HEAVY:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)


# --- the command in a process of its own ----------------------------------------------------------


def _forked(work: Callable[[], object]) -> int:
    """Start a fork that does something and ends; its output goes nowhere."""
    sys.stdout.flush()
    process = os.fork()
    if process:
        return process
    code = 70
    try:
        quiet = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(quiet, stream)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        work()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except KeyboardInterrupt:  # before the command line could hear of it
        code = 130
    except BaseException:  # noqa: BLE001 - a fork must not go on as its parent
        code = 71
    finally:
        os._exit(code)


def _ended(process: int) -> int:
    """Wait for a fork; return its exit status, or the number of its signal below zero."""
    _, told = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(told)


def _command(arguments: Sequence[str]) -> None:
    from geofront.cli import main as geofront

    geofront(arguments)


def _counted(arguments: Sequence[str], path: Path) -> None:
    """Run a command and write down how often it changes the disk."""
    count = 0

    def changing() -> None:
        nonlocal count
        count += 1

    _before_changes(changing)
    try:
        _command(arguments)
    finally:
        told = count  # before this very file is opened
        path.write_text(str(told), "utf-8")


def _killed_at(arguments: Sequence[str], point: int) -> None:
    """Run a command that is killed just before its n-th change of the disk."""
    left = point

    def changing() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    _before_changes(changing)
    _command(arguments)


def _before_changes(changing: Callable[[], None]) -> None:
    """Call a function before every change of the disk, and every statement to a database."""

    def heard(event: str, told: tuple[Any, ...]) -> None:
        if _changes_disk(event, told):
            changing()

    sys.addaudithook(heard)
    with contextlib.suppress(ImportError):
        from sqlalchemy import Engine, event

        event.listen(Engine, "before_cursor_execute", lambda *_: changing())
        event.listen(Engine, "commit", lambda _: changing())


def _changes_disk(event: str, told: tuple[Any, ...]) -> bool:
    if event == "open":
        _, mode, flags = told
        return bool((mode and set(mode) & set("wax+")) or (flags or 0) & (os.O_WRONLY | os.O_RDWR))
    return event in _CHANGES


# --- one scene ------------------------------------------------------------------------------------


@dataclass
class _Stage:
    """A scene with its two outcomes, where they lie, and how long and wide its run is."""

    scene: Scene
    folder: Path
    former: Path
    fresh: Path
    again: Path
    seconds: float
    points: int


def _staged(scene: Scene, folder: Path) -> _Stage:
    """Run a scene undisturbed: its former content, then the run alone and over the former.

    Raises
    ------
    SystemExit
        If the command fails.
    """
    former, alone, over, count = (folder / name for name in ("former", "alone", "over", "count"))
    _done(scene, former, scene.before)
    begun = time.monotonic()
    _done(scene, alone, scene.after)
    seconds = time.monotonic() - begun
    stage = _Stage(scene, folder, former, alone, over, seconds, 0)
    _laid(stage, over, anew=False)
    process = _forked(partial(_counted, scene.arguments(scene.after, over), count))
    if _ended(process):
        raise SystemExit(f"{scene.name}: the command fails undisturbed")
    scene.whole(alone)
    stage.points = int(count.read_text("utf-8"))
    return stage


def _done(scene: Scene, out: Path, options: Sequence[str]) -> None:
    """Run a command to its end.

    Raises
    ------
    SystemExit
        If it fails.
    """
    scene.clear(out)
    if code := _ended(_forked(partial(_command, scene.arguments(options, out)))):
        raise SystemExit(f"{scene.name}: the command ends with {code} undisturbed")


def run_scene(scene: Scene, work: Path, kills: int, seed: int, *, fresh: int = 0) -> Tally:
    """Kill the command of a scene many times.

    Parameters
    ----------
    scene
        What is run.
    work
        A folder for it, which is removed at the end.
    kills
        How many kills.
    seed
        Of the moments; the same ones are tried again, as far as time can be repeated.
    fresh
        Every how many kills the command runs in a new interpreter; 0: never.

    Returns
    -------
    Tally
        What was seen.
    """
    chance = random.Random(f"{seed} {scene.name}")  # noqa: S311 - moments, no secrets
    work.mkdir(parents=True)
    tally = Tally()
    stage = _staged(scene, work)
    try:
        for number in range(kills):
            out = work / "out"
            anew = number % 3 == 2
            _laid(stage, out, anew=anew)
            new = bool(fresh) and number % fresh == fresh - 1
            way, code = interrupted(stage, out, number, chance, new=new)
            tally.ways[way] += 1
            what = f"{scene.name}, kill {number} ({way}{', on nothing' if anew else ''})"
            _judge(stage, out, tally, what, anew=anew, code=code, way=way)
    finally:
        for path in (stage.former, stage.fresh, stage.again, work / "out"):
            scene.clear(path)
        shutil.rmtree(work)
    return tally


def _laid(stage: _Stage, out: Path, *, anew: bool) -> None:
    """Lay out what an earlier run wrote, or nothing."""
    stage.scene.clear(out)
    if not anew and stage.scene.store == POSTGRES:
        _done(stage.scene, out, stage.scene.before)
    elif not anew:
        shutil.copytree(stage.former, out)


def interrupted(
    stage: _Stage, out: Path, number: int, chance: random.Random, *, new: bool
) -> tuple[str, int]:
    """Run a command and end it; return the way, and its exit status or signal below zero."""
    arguments = stage.scene.arguments(stage.scene.after, out)
    if number % 2 == 0 and not new:
        point = chance.randrange(stage.points)
        return "at a change", _ended(_forked(partial(_killed_at, arguments, point)))
    number = number // 2 % 4
    number_of = {0: signal.SIGTERM, 1: signal.SIGINT}.get(number, signal.SIGKILL)
    if new:
        with subprocess.Popen(
            [sys.executable, "-m", "geofront", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            time.sleep(chance.uniform(0.3, 2.5 + stage.seconds))
            process.send_signal(number_of)
            return f"{number_of.name}, new", process.wait(_LONGEST_S)
    fork = _forked(partial(_command, arguments))
    time.sleep(chance.uniform(0, stage.seconds * 1.05))
    with contextlib.suppress(ProcessLookupError):
        os.kill(fork, number_of)
    return number_of.name, _ended(fork)


def _judge(
    stage: _Stage, out: Path, tally: Tally, what: str, *, anew: bool, code: int, way: str
) -> None:
    """Look at what a kill left, then run the command again and look once more."""
    scene = stage.scene
    tally.seen["over before" if code == 0 else "hit"] += 1
    hidden = scene.hidden(out)  # first, since looking into a store mends it
    told = [f"{what}: {fault}" for fault in _left(stage, out, anew=anew)]
    if hidden:
        tally.seen["with leftovers"] += 1
    ending = next((s for s in _TOLD_TO_END if way.startswith(s.name)), None)
    # Below zero: the signal came before the command line was ready to hear it.
    if ending is not None and code not in {0, _TOLD_TO_END[ending], -ending}:
        told.append(f"{what}: ended with {code}")
    if ending is not None and hidden:
        told.append(f"{what}: told to end, it left {hidden}")
    again = _ended(_forked(partial(_command, scene.arguments(scene.again, out))))
    if again:
        told.append(f"{what}: the next run ends with {again}")
    told += [f"{what}: the next run left {name}" for name in scene.hidden(out)]
    wanted = scene.content(stage.fresh if anew else stage.again)
    told += [f"{what}: after the next run, {f}" for f in _differences(scene.content(out), wanted)]
    tally.faults += told


def _left(stage: _Stage, out: Path, *, anew: bool) -> Iterator[str]:
    """Yield what is wrong with what a killed command left."""
    scene = stage.scene
    before = {} if anew else scene.content(stage.former)
    after = scene.content(stage.fresh if anew else stage.again)
    found = scene.content(out)
    for name, data in found.items():
        if data not in {before.get(name), after.get(name)}:
            yield f"{name} is neither as before nor as after"
    for name in before:
        if name not in found:
            yield f"{name} is lost"
    if scene.together and found not in (before, after) and not scene.refused(out):
        yield "files of two runs are taken for one"


def _differences(found: dict[str, bytes], wanted: dict[str, bytes]) -> list[str]:
    names = sorted({*found, *wanted})
    return [f"{name} differs" for name in names if found.get(name) != wanted.get(name)]


if __name__ == "__main__":
    main()
