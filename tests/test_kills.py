"""Commands that are killed: the short version of ``benchmarks/kills.py``, and its own judgement."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

FOLDER = Path(__file__).parents[1] / "benchmarks"
pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork") or not FOLDER.is_dir(),
    reason="needs a system that forks, and benchmarks/",
)
OLD, NEW = {"a": b"old", "b": b"old"}, {"a": b"new", "b": b"new", "c": b"new"}


def test_twenty_kills_leave_nothing_half_done(tmp_path: Path) -> None:
    names = ("geojson", "timemap")
    told = [word for name in names for word in ("--scene", name)]
    ran = subprocess.run(
        [sys.executable, FOLDER / "kills.py", "--kills", "20", "--fresh", "0", *told],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    lines = ran.stdout.splitlines()
    faults = [line for line in lines if line.startswith("FAULT")]
    # A native library that a signal interrupts may crash: what is left is judged, not how it ended.
    assert [line for line in faults if ": ended with " not in line] == [], ran.stdout + ran.stderr
    (total,) = (line for line in lines if line.startswith("all"))
    found = re.search(r"(\d+) kills .*: (\d+) hit.*; \d+ faults", total)
    assert found
    assert int(found[1]) == 20
    assert int(found[2]) >= 10  # half of them are killed at a change, not at a time
    assert not list(tmp_path.iterdir())


# --- that it would see what is wrong --------------------------------------------------------------


@pytest.fixture
def kills(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(FOLDER))
    import kills

    return kills


def laid(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.mark.parametrize(
    ("left", "fault"),
    [
        (OLD, None),
        (NEW, None),
        ({**OLD, "a": b"ne"}, "a is neither as before nor as after"),
        ({**OLD, "d": b""}, "d is neither as before nor as after"),
        ({"a": b"old"}, "b is lost"),
        ({**OLD, "a": b"new"}, "files of two runs are taken for one"),
    ],
)
def test_what_is_wrong_is_seen(
    tmp_path: Path, kills: ModuleType, left: dict[str, bytes], fault: str | None
) -> None:
    from killscenes import Scene

    scene = Scene("s", "import", (), (), (), together=True)
    object.__setattr__(scene, "refused", lambda _: False)
    folders = (laid(tmp_path / "old", OLD), laid(tmp_path / "new", NEW), laid(tmp_path / "n", NEW))
    stage = kills._Stage(scene, tmp_path, *folders, 0.0, 0)
    faults = list(kills._left(stage, laid(tmp_path / "out", left), anew=False))
    assert faults[:1] == ([fault] if fault else [])
    (tmp_path / "out" / ".a.part-1").write_bytes(b"")
    assert scene.hidden(tmp_path / "out") == [".a.part-1"]
