"""What the fuzzer found stays mended, and the files that it begins with are read or refused.

The fuzzer itself is ``tests/fuzz/run.py``; what it keeps in ``tests/fuzz/cases`` is replayed here
without it. A case is called ``TARGET--WHAT``.
"""

from __future__ import annotations

import random
from pathlib import Path
from time import perf_counter

import pytest
from fuzz.mutators import mutated
from fuzz.targets import TARGETS, refused_or_read

pytest.importorskip("openpyxl", reason="needs the extra excel")
pytest.importorskip("pyarrow", reason="needs the extra parquet")
pytest.importorskip("sqlalchemy", reason="needs the extra postgis")

CASES = sorted((Path(__file__).parent / "fuzz" / "cases").glob("*--*"))
SOON = 20.0  # seconds; what is meant is "at all", on any machine


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_what_was_found_stays_mended(case: Path) -> None:
    start = perf_counter()
    refused_or_read(TARGETS[case.name.partition("--")[0]], case.read_bytes())
    assert perf_counter() - start < SOON


@pytest.mark.parametrize("name", TARGETS)
def test_files_that_are_sound_empty_cut_off_or_of_another_kind(name: str) -> None:
    target = TARGETS[name]
    seeds = list(target.seeds())
    assert seeds
    sound = [refused_or_read(target, seed) is None for seed in seeds]
    assert any(sound), "no seed gets past the reader, so that none reaches what lies behind it"
    others = [b"", b"\n", b"\xef\xbb\xbf", b"\x00" * 200, b"\xff\xfe" + "a,b".encode("utf-16-le")]
    others += [b"x" * 200_000, b"<a>", b"PK\x03\x04" + bytes(60), b"\x1f\x8b\x08" + bytes(20)]
    others += [b"[" * 3000, b'{"a":' * 3000, b"[" + b"1" * 5000 + b"]", b'"' * 3000]
    others += [seed[: len(seed) * share // 4] for seed in seeds for share in (1, 2, 3)]
    for data in others:
        start = perf_counter()
        refused_or_read(target, data)
        assert perf_counter() - start < SOON


@pytest.mark.parametrize("name", TARGETS)
def test_files_with_values_that_nobody_should_write(name: str) -> None:
    target, chance = TARGETS[name], random.Random(8)  # noqa: S311 - the same at every run
    seeds = list(target.seeds())
    for _ in range(4 if name in {"geopackage", "parquet", "timemap"} else 15):
        data = chance.choice(seeds)
        for _ in range(chance.randint(1, 3)):
            data = mutated(data, chance)
        refused_or_read(target, data)
