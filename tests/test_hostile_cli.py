"""The command line with arguments as nobody should give them: an exit status, never a traceback."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import click
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import write_world

from geofront.cli import cli, main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LONG = 5_000
_STATUS = {0, 1, 2}
# What a shell can hand over: anything but NUL; bytes that are no UTF-8 arrive as half characters.
HOSTILE = (
    *("", " ", "-", "--", "=", ",", ",,,", "|", "\n", "\t", ".", "..", "/", "~", "*", "?", "%s{0}"),
    *("nan", "inf", "-inf", "1e999", "-1", "0", "1", "2", "9" * 400, "0x10", "1_000", "٤", "½"),
    *("a" * _LONG, "é" * 300, "\udcff", "name\udcff.csv", "\u202efdp.sj", "\ud800", "=1+1", "@x"),
    *("2020-01-03", "2020-13-45", "0000-00-00", "0001-01-01", "9999-12-31", "10000-01-01", "2020"),
    *("1,2", "nan,nan", "999,999", "37.5,34", "1,2,3", "x=y", "x=", "=x", "400x300", "-1x-1"),
    *("9x9", "99999999x1", "nanxnan", "SY", "SYR", "XX", "nearest", "kriging", "customary"),
    *("geojson", "html,geojson", "geojson,geojson", "png,", "csv", "json", "table", "xlsx", "text"),
    *("Ain", "ain", "North", "best-evidence", "by-side:", "by-source:one", "best-evidence@2020"),
    *("@", "light", "dark", "en", "ar", "world", "syria", "palmyra", "https://x/{x}/{y}/{z}"),
    *("javascript:alert(1)", "file:///etc/passwd", "127.0.0.1", "timemap", "acled", "events"),
)
_FILES = (
    *("world", "world/events.csv", "world/places.csv", "missing", "missing.csv", "empty.csv"),
    *("folder", "dangling.geojson", "dangling", "loop", "line\nend", "no\udcffutf.csv", "out"),
    *("out.geojson", "out.gpkg", "out.txt", "folder/out.json", "world/events.csv/out", "noise.bin"),
    "out/a/b/c/d",
)
ARGUMENTS = st.one_of(
    st.sampled_from(HOSTILE),
    st.sampled_from(_FILES),
    st.text(st.characters(codec=None, exclude_characters="\x00"), max_size=8),
)
# Of these the right ones come up often enough that some runs get beyond the reading of arguments.
_LIKELY = {
    "source": st.just("world"),
    "out": st.sampled_from(["out", "out.geojson", "out/map.html"]),
    "day": st.just("2020-01-03"),
    "start": st.sampled_from(["2020-01-01", "2020-01-06"]),
    "end": st.sampled_from(["2020-01-01", "2020-01-06"]),
    "formats": st.sampled_from(["geojson", "html", "csv", "gpkg", "kml"]),
    "place": st.sampled_from(["Ain", "eid"]),
    "one": st.just("best-evidence"),
    "other": st.just("best-evidence@2020-01-03"),
    "where": st.just("store.gpkg"),
    "file": st.just("text.txt"),
    "gazetteers": st.just("world/places.csv"),
    "format": st.sampled_from(["timemap", "acled", "kml"]),
}


def _value(parameter: click.Parameter) -> st.SearchStrategy[str]:
    likely = _LIKELY.get(parameter.name or "")
    if isinstance(parameter.type, click.Choice):
        likely = st.sampled_from([str(c) for c in parameter.type.choices])
    if likely is None:
        return ARGUMENTS
    return st.one_of(*[likely] * (6 if parameter.required else 1), ARGUMENTS)


@st.composite
def command_lines(draw: st.DrawFn) -> list[str]:
    """A command, its arguments, and some of its options, which may come twice or contradict."""
    name = draw(st.sampled_from(sorted(cli.commands)))
    line = [name]
    parameters = cli.commands[name].params
    needed = [p for p in parameters if p.required]
    free = [p for p in parameters if not p.required]
    for parameter in [
        *needed,
        *draw(st.lists(st.sampled_from(free), max_size=3) if free else st.just([])),
    ]:
        values = [
            draw(_value(parameter))
            for _ in range(draw(st.integers(1, 2 if parameter.nargs == -1 else 1)))
        ]
        if isinstance(parameter, click.Option):
            flag = draw(st.sampled_from(parameter.opts))
            values = [flag] if parameter.is_flag else [flag, *values]
        line += values
    # Behind two hyphens nothing is an option; mostly users do not write them.
    if draw(st.integers(0, 19)) == 0:
        line.insert(draw(st.integers(1, len(line))), "--")
    return line


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a conflict, and with what is no conflict; it is the current one."""
    folder = tmp_path_factory.mktemp("place")
    write_world(folder / "world")
    (folder / "empty.csv").write_bytes(b"")
    (folder / "noise.bin").write_bytes(bytes(range(256)) * 8)
    (folder / "text.txt").write_text("They took Ain and Bir.", encoding="utf-8")
    (folder / "folder").mkdir()
    for name in ("dangling", "dangling.geojson"):
        (folder / name).symlink_to(folder / "nowhere" / name)
    (folder / "loop").symlink_to(folder / "loop")
    with contextlib.chdir(folder):
        yield folder


def run(line: list[str]) -> tuple[int, str, str]:
    """Run a command line in this process; return its exit status, and what it printed."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.raises(SystemExit) as stopped,
    ):
        main(line)
    texts = []
    for stream in (out, err):
        stream.flush()
        buffer: Any = stream.buffer
        texts.append(buffer.getvalue().decode())
    code = stopped.value.code
    return (code if isinstance(code, int) else int(code is not None)), *texts


def _no_service(*_: object, **__: object) -> None:
    """Stand in for a service, which would run until someone ends it."""


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(command_lines())
def test_no_arguments_lead_to_a_traceback(
    place: Path, monkeypatch: pytest.MonkeyPatch, line: list[str]
) -> None:
    monkeypatch.setattr("geofront.render.service.run", _no_service)
    before = set(place.parent.iterdir())
    code, out, err = run(line)
    assert code in _STATUS, err
    assert "Traceback" not in err
    assert not code or err.strip() or line[0] == "audit"  # whose findings are its output
    if code == 2:
        assert not out
    assert len(err) < 200_000
    assert set(place.parent.iterdir()) == before


# --- where output goes ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("out", "told"),
    [
        ("", "is empty"),
        (" ", "is empty"),
        ("-", "none goes to stdout"),
        ("no\udcff.geojson", "is not UTF-8"),
        ("/dev/null", "device or a pipe"),
        ("pipe.geojson", "device or a pipe"),
        ("world/events.csv", "is no file that is written here"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="names and devices are others there")
def test_what_is_no_file_or_folder_is_no_output(place: Path, out: str, told: str) -> None:
    pipe = place / "pipe.geojson"
    if not pipe.exists():
        os.mkfifo(pipe)
    code, printed, err = run(["map", "world", "--format", "geojson", "-o", out])
    assert (code, printed) == (2, "")
    assert told in err
    assert pipe.is_fifo()


@pytest.mark.skipif(os.name == "nt", reason="arguments are no bytes there")
@pytest.mark.parametrize("command", ["map", "convert", "stats", "audit"])
def test_a_source_whose_name_no_output_can_tell_is_refused(place: Path, command: str) -> None:
    source = place / os.fsdecode(b"w\xff.csv")
    source.write_bytes((place / "world" / "events.csv").read_bytes())
    out = ["-o", str(place / "never")] if command in {"map", "convert"} else []
    done = subprocess.run(
        [sys.executable, "-m", "geofront", command, os.fsencode(source), *out],
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert b"not UTF-8" in done.stdout + done.stderr
    assert b"Traceback" not in done.stderr
    assert not (place / "never").exists()
