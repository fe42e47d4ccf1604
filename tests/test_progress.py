"""Progress bars: where somebody looks, on stderr, and nowhere else."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from worlds import write_world

import geofront
from geofront import progress
from geofront.progress import SWITCH, quiet, track, tracker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal for messages, on which bars are drawn at once."""
    stream = Terminal()
    # Not sys.stderr itself, which pytest puts back before the test begins.
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=stream, modules={}))
    monkeypatch.setattr(progress, "_DELAY_S", 0)
    monkeypatch.delenv(SWITCH, raising=False)
    return stream


def test_without_a_terminal_nothing_is_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    days = [1, 2, 3]
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert track(days, what="x") is days
    monkeypatch.setattr(sys, "stderr", None)  # as under pythonw
    assert track(days, what="x") is days


def test_a_bar_tells_what_and_how_far(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    assert list(tracker("GeoJSON")(range(3))) == [0, 1, 2]
    told = terminal.getvalue()
    assert "GeoJSON" in told
    assert "3/3" in told or "0/3" in told
    assert "days" in told
    assert capsys.readouterr().out == ""


def test_an_iterator_may_tell_its_length(terminal: Terminal) -> None:
    assert list(track(iter("abc"), what="towns", unit="towns", total=3)) == ["a", "b", "c"]
    assert "/3 [" in terminal.getvalue()


@pytest.mark.parametrize("value", ["off", "OFF", "0", "no", " false "])
def test_bars_may_be_switched_off(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv(SWITCH, value)
    assert list(track(range(3), what="x")) == [0, 1, 2]
    assert terminal.getvalue() == ""
    monkeypatch.setenv(SWITCH, "on")
    assert list(track(range(3), what="x")) == [0, 1, 2]
    assert terminal.getvalue()


def test_bars_may_be_silenced_for_a_while(terminal: Terminal) -> None:
    with quiet():
        assert list(track(range(3), what="x")) == [0, 1, 2]
    assert terminal.getvalue() == ""
    list(track(range(3), what="x"))
    assert terminal.getvalue()


def test_what_is_over_at_once_draws_none(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_DELAY_S", 30)
    assert list(track(range(3), what="x")) == [0, 1, 2]
    assert terminal.getvalue().strip() == ""


def test_writers_draw_a_bar_of_themselves(terminal: Terminal, tmp_path: Path) -> None:
    series = geofront.draw(geofront.read(write_world(tmp_path / "world")))
    geofront.write_geojson(series, tmp_path / "out")
    assert "GeoJSON" in terminal.getvalue()
    seen: list[Any] = []

    def own(days: Any) -> Iterator[Any]:
        for day in days:
            seen.append(day)
            yield day

    before = terminal.getvalue()
    geofront.write_geojson(series, tmp_path / "out", progress=own)
    assert seen == series.days
    assert terminal.getvalue() == before


def command(world: Path, out: Path) -> list[str]:
    map_of = ["map", str(world), "--to", "2020-06-30", "--format", "geojson", "-o", str(out)]
    return [sys.executable, "-m", "geofront", *map_of]


def test_a_pipe_gets_no_bars(tmp_path: Path) -> None:
    world = write_world(tmp_path / "world")
    ran = subprocess.run(
        command(world, tmp_path / "out"), capture_output=True, text=True, check=True
    )
    assert ran.stderr == ""
    assert len(ran.stdout.splitlines()) == 182 + 1


def test_a_terminal_gets_bars_on_stderr_only(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty", reason="terminals of this kind are of POSIX systems")
    world = write_world(tmp_path / "world")
    ours, theirs = pty.openpty()
    pytest.importorskip("termios").tcsetwinsize(theirs, (24, 80))
    code = (
        "import sys, geofront.progress as p; p._DELAY_S = 0;"
        "from geofront.cli import main; main(sys.argv[1:])"
    )
    arguments = [sys.executable, "-c", code, *command(world, tmp_path / "out")[3:]]
    environment = {k: v for k, v in os.environ.items() if k != SWITCH} | {"TERM": "xterm"}
    file = tmp_path / "printed"
    with (
        file.open("wb") as stdout,
        subprocess.Popen(arguments, stdout=stdout, stderr=theirs, env=environment) as process,
    ):
        os.close(theirs)
        told = read_all(ours)
    printed = file.read_bytes()
    assert process.returncode == 0
    assert b"GeoJSON" in told
    assert b"days" in told
    assert b"GeoJSON" not in printed
    assert len(printed.splitlines()) == 182 + 1


def read_all(handle: int) -> bytes:
    """Read what a process writes to a terminal, until it has ended."""
    told = b""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        try:
            part = os.read(handle, 4096)
        except OSError:  # so Linux tells that the other end is closed
            break
        if not part:
            break
        told += part
    os.close(handle)
    return told
