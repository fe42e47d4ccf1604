"""Fuzz parsers, guided by coverage: ``python tests/fuzz/run.py TARGET... [--minutes N]``.

Needs the extra `fuzz` (atheris, for Linux and macOS). What is found is written to a folder as
small files, one for each kind of error and the line where it arises; the fuzzer goes on behind
it. Kept cases stand in ``tests/fuzz/cases``, from where ``tests/test_fuzz.py`` replays them.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib
import io
import multiprocessing
import os
import pkgutil
import random
import resource
import sys
import time
import traceback
from pathlib import Path
from typing import Any

_TESTS = Path(__file__).resolve().parents[1]
_SLOW_S = 5.0
_LAYERS = ("adapters", "datasets", "events", "files", "gazetteer", "crs", "dates", "errors")


def main() -> int:
    """Fuzz the targets one after another, each in a process of its own."""
    sys.path.insert(0, str(_TESTS))
    atheris = importlib.import_module("atheris")
    with contextlib.redirect_stderr(io.StringIO()):  # which lists every module
        with atheris.instrument_imports(include=["geofront", "edtf"]):
            _import_all()
            targets = importlib.import_module("fuzz.targets")
        mutated = importlib.import_module("fuzz.mutators").mutated
    given = _arguments(list(targets.TARGETS))
    given.findings.mkdir(parents=True, exist_ok=True)
    resource.setrlimit(resource.RLIMIT_AS, (given.memory_mb << 20, given.memory_mb << 20))
    failed = 0
    for name in given.targets:
        run = _Run(name, targets.TARGETS[name], targets.refused_or_read, mutated, given)
        process = multiprocessing.get_context("fork").Process(target=run.fuzz, args=(atheris,))
        process.start()
        process.join()
        if process.exitcode:
            print(f"{name}: ended with {process.exitcode}; see {given.findings}", flush=True)  # noqa: T201
            failed = 1
    return failed


def _arguments(names: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("targets", nargs="*", choices=[*names, []], help=", ".join(names))
    parser.add_argument("--minutes", type=float, default=1.0, help="for each target")
    parser.add_argument("--longest", type=int, default=20_000, help="bytes of an input")
    parser.add_argument("--memory-mb", type=int, default=2500, help="of a process")
    parser.add_argument("--findings", type=Path, default=Path("fuzz-findings"))
    parser.add_argument("--corpus", type=Path, default=None, help="kept and grown between runs")
    given = parser.parse_args()
    given.targets = given.targets or names
    return given


def _import_all() -> None:
    """Import every module that reads, so that its branches are counted."""
    for layer in _LAYERS:
        module = importlib.import_module(f"geofront.{layer}")
        for found in pkgutil.walk_packages(getattr(module, "__path__", ()), f"geofront.{layer}."):
            importlib.import_module(found.name)


class _Run:
    """Fuzzes one target and notes what goes wrong."""

    def __init__(
        self, name: str, target: Any, read: Any, mutated: Any, given: argparse.Namespace
    ) -> None:
        self.name, self.target, self.read, self.mutated = name, target, read, mutated
        self.given, self.findings = given, given.findings
        self.seen: dict[str, int] = {}
        self.calls = self.refused = 0
        self.slowest = 0.0
        self.began = time.monotonic()

    def fuzz(self, atheris: Any) -> None:
        """Fuzz for some minutes and print a line of counts."""
        seeds = (self.given.corpus or self.findings) / f"corpus-{self.name}"
        seeds.mkdir(parents=True, exist_ok=True)
        first = list(self.target.seeds())
        longest = max(self.given.longest, min(map(len, first)) * 5 // 4)
        for data in first:
            (seeds / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
        told = os.dup(1)
        log = os.open(self.findings / f"{self.name}.log", os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
        os.dup2(log, 1)
        os.dup2(log, 2)
        deadline = time.monotonic() + self.given.minutes * 60

        def once(data: bytes) -> None:
            self.once(data)
            if time.monotonic() > deadline:
                os.write(told, f"{self}\n".encode())
                os._exit(0)

        def changed(data: bytes, most: int, seed: int) -> bytes:
            if seed % 2:
                return bytes(atheris.Mutate(data, most))
            return bytes(self.mutated(data, random.Random(seed)))[:most]  # noqa: S311

        options = [
            *(f"-max_len={longest}", "-timeout=60", "-rss_limit_mb=0", "-print_final_stats=0"),
            *(f"-artifact_prefix={self.findings / self.name}-crash-", str(seeds)),
        ]
        atheris.Setup([sys.argv[0], *options], once, custom_mutator=changed)
        atheris.Fuzz()

    def once(self, data: bytes) -> None:
        """Call the target once."""
        self.calls += 1
        start = time.perf_counter()
        try:
            self.refused += self.read(self.target, data) is not None
        except Exception as error:  # noqa: BLE001 - which is what is looked for
            self.note(data, error)
        took = time.perf_counter() - start
        self.slowest = max(self.slowest, took)
        if took > _SLOW_S:
            self.keep(data, f"slow-{int(took)}s", f"{took:.1f} s for {len(data):,} bytes")

    def note(self, data: bytes, error: BaseException) -> None:
        """Keep an input that raises what it should not, by where it does so."""
        frames = traceback.extract_tb(error.__traceback__)
        own = [f for f in frames if "geofront" in f.filename] or list(frames)
        where = f"{Path(own[-1].filename).stem}-{own[-1].lineno}"
        told = "".join(traceback.format_exception(error))
        self.keep(data, f"{type(error).__name__}-{where}", told[-4000:])

    def keep(self, data: bytes, kind: str, told: str) -> None:
        """Write an input down if it is the first or the smallest of its kind."""
        if len(data) < self.seen.get(kind, len(data) + 1):
            self.seen[kind] = len(data)
            (self.findings / f"{self.name}-{kind}").write_bytes(data)
            (self.findings / f"{self.name}-{kind}.txt").write_text(told, "utf-8", "replace")

    def __str__(self) -> str:
        """Return what was done."""
        minutes = (time.monotonic() - self.began) / 60
        kinds = ", ".join(sorted(self.seen)) or "nothing"
        return (
            f"{self.name}: {minutes:.1f} min, {self.calls:,} calls, {self.refused:,} refused, "
            f"slowest {self.slowest:.2f} s; found: {kinds}"
        )


if __name__ == "__main__":
    sys.exit(main())
