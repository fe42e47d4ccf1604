"""Faults from outside: full and read-only disks, kills, pipes that close, terminals that go."""

from __future__ import annotations

import errno
import io
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from test_geocoders import Service, chain, results, serve
from worlds import write_world

import geofront
from geofront import cli
from geofront.cli import main
from geofront.errors import DataFaultsError
from geofront.files import remove_leftovers, whole, write_together, write_whole
from geofront.files.whole import _machine
from geofront.render.gis.qgisstyle import qml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

POSIX = pytest.mark.skipif(os.name != "posix", reason="needs signals and locks of POSIX")
GONE = 2**22 + 1  # more than any process is numbered
OLD = {"a.csv": b"old a", "b/c.csv": b"old c", "d.csv": b"old d"}
NEW = {"a.csv": b"new a", "b/c.csv": b"new c", "d.csv": b"new d"}


@pytest.fixture
def service() -> Iterator[Service]:
    yield from serve()


@pytest.fixture(autouse=True)
def _swept_anew() -> None:
    whole._sweep_once.cache_clear()


def content(folder: Path) -> dict[str, bytes]:
    """Return all files below a folder but hidden ones."""
    found = (path for path in folder.rglob("*") if path.is_file())
    names = ((path.relative_to(folder).as_posix(), path) for path in found)
    return {name: path.read_bytes() for name, path in names if not name.startswith(".")}


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[object, str]:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return ended.value.code, capsys.readouterr().err


# --- files that belong together ------------------------------------------------------------------

KILLED = textwrap.dedent("""
    import os, signal, sys
    from ast import literal_eval
    from pathlib import Path
    from geofront.errors import DataFaultsError
    from geofront.files import check_complete, write_together

    old, new = map(literal_eval, sys.argv[2:])
    refused = 0

    def killing(event, told):
        global left
        if event in {"os.rename", "os.mkdir", "os.rmdir", "os.remove", "open"}:
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    for change in range(1000):
        folder = Path(sys.argv[1], str(change))
        write_together(folder, old)
        process = os.fork()
        if not process:
            left = change
            sys.addaudithook(killing)
            write_together(folder, new)
            os._exit(0)
        ended = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        found = {name: (folder / name).read_bytes() for name in old}
        try:
            check_complete(folder)
        except DataFaultsError:
            refused += 1
        else:
            assert found in (old, new), (change, found)
        write_together(folder, {"other.csv": b"other"})
        kept = {name: (folder / name).read_bytes() for name in old}
        assert kept in (old, new), (change, kept)
        assert kept == new or found == old, (change, found, kept)
        assert sorted(p.name for p in folder.iterdir()) == ["a.csv", "b", "d.csv", "other.csv"]
        if ended == 0:
            break
    print(change, refused)
""")


@POSIX
def test_files_that_belong_together_are_of_one_run_or_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path), repr(OLD), repr(NEW)]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    kills, refused = map(int, ran.stdout.split())
    assert kills >= 15
    assert refused >= 4  # before each file is moved, and before the mark goes


def marked(folder: Path) -> Path:
    """Leave what a killed writer leaves that has moved one of two files."""
    mark = folder / f".geofront.whole-{_machine()}-{GONE}-a1"
    mark.mkdir(0o700)
    (mark / "places.csv").write_bytes((folder / "places.csv").read_bytes())
    return mark


def test_a_conflict_that_was_cut_short_is_refused_until_it_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = write_world(tmp_path / "world")
    timeline = geofront.read(world)
    mark = marked(world)
    with pytest.raises(DataFaultsError, match=r"world: holds files of two runs.*; run it again"):
        geofront.read(world)
    code, told = run(capsys, "stats", world)
    assert code == 1
    assert "holds files of two runs" in told
    assert mark.is_dir()  # a reader changes nothing
    geofront.write_timeline(timeline, world)
    assert not mark.exists()
    assert geofront.read(world).events == timeline.events


def test_a_folder_in_the_way_of_one_file_keeps_all_as_they_were(tmp_path: Path) -> None:
    write_together(tmp_path, OLD)
    (tmp_path / "d.csv").unlink()
    (tmp_path / "d.csv").mkdir()
    before = content(tmp_path)
    with pytest.raises(IsADirectoryError) as raised:
        write_together(tmp_path, NEW)
    assert raised.value.filename == str(tmp_path / "d.csv")
    assert content(tmp_path) == before
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_who_is_told_to_end_amid_the_moves_ends_them_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    write_together(tmp_path, OLD)
    replace, moved = os.replace, 0

    def interrupted(source: str, target: str) -> None:
        nonlocal moved
        replace(source, target)
        moved += 1
        if moved == 2:  # the mark, and the first file
            raise error

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(error):
        write_together(tmp_path, NEW)
    assert content(tmp_path) == NEW
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b", "d.csv"]


def test_who_is_told_to_end_after_the_moves_ends_as_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove, ended = shutil.rmtree, False

    def interrupted(folder: Path, *arguments: Any, **options: Any) -> None:
        nonlocal ended
        remove(folder, *arguments, **options)
        if not ended:
            ended = True
            raise SystemExit(143)

    monkeypatch.setattr(shutil, "rmtree", interrupted)
    with pytest.raises(SystemExit):
        write_together(tmp_path, NEW)
    assert content(tmp_path) == NEW


@POSIX
def test_two_writers_of_one_folder_move_their_files_one_after_the_other(tmp_path: Path) -> None:
    import fcntl

    write_together(tmp_path, OLD)
    handle = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # as the other does while it moves
        second = threading.Thread(target=write_together, args=(tmp_path, NEW))
        second.start()
        second.join(0.3)
        assert content(tmp_path) == OLD
    finally:
        os.close(handle)
    second.join()
    assert content(tmp_path) == NEW


# --- leftovers -----------------------------------------------------------------------------------


def test_a_single_file_takes_the_leftovers_of_killed_writers_away(tmp_path: Path) -> None:
    (tmp_path / f".map.html.part-{_machine()}-{GONE}-a1").write_bytes(b"half")
    living = tmp_path / f".map.html.part-{_machine()}-{os.getpid()}-b2"
    living.write_bytes(b"half")
    write_whole(tmp_path / "map.html", b"whole")
    assert {path.name for path in tmp_path.iterdir()} == {"map.html", living.name}


def test_a_signal_that_comes_where_nobody_can_catch_it_leaves_nothing_either(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make = tempfile.mkdtemp

    def ended(*arguments: Any, **options: Any) -> str:
        make(*arguments, **options)
        raise SystemExit(143)

    monkeypatch.setattr(tempfile, "mkdtemp", ended)
    out = tmp_path / "out"
    code, _ = run(capsys, "map", write_world(tmp_path / "world"), "-o", out / "map.kml")
    assert code == 143
    assert not list(out.iterdir())


def test_a_link_among_leftovers_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").write_text("mine", "utf-8")
    folder = tmp_path / "out"
    folder.mkdir()
    for kind in ("part", "whole"):
        name = f".x.{kind}-{_machine()}-{GONE}-a1"
        (folder / name).symlink_to(tmp_path / "precious", target_is_directory=True)
    remove_leftovers(folder)
    assert not list(folder.iterdir())
    assert (tmp_path / "precious" / "file").read_text("utf-8") == "mine"


# --- what the disk says --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "code", "remedy"),
    [
        ("geojson", errno.ENOSPC, "make room there"),
        ("geojson", errno.EDQUOT, "make room there"),
        ("html", errno.EROFS, "a folder that you may write to"),
        ("shp", errno.EACCES, "a folder that you may write to"),
        ("kml", errno.EIO, "try another one"),
    ],
)
def test_a_disk_that_fails_is_told_with_the_file_and_the_remedy(  # noqa: PLR0917 - one case
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    form: str,
    code: int,
    remedy: str,
) -> None:
    def failing(source: str, _: str) -> None:
        raise OSError(code, os.strerror(code), str(source))

    monkeypatch.setattr(os, "replace", failing)
    world, out = write_world(tmp_path / "world"), tmp_path / "out"
    status, told = run(capsys, "map", world, "--format", form, "-o", out)
    assert status == 1
    assert told.startswith(f"geofront: {out}")
    assert f": {os.strerror(code)}; " in told
    assert remedy in told
    assert ".part-" not in told
    assert not list(out.iterdir())


def test_a_name_that_is_too_long_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"{'a' * 300}.html"
    status, told = run(capsys, "map", write_world(tmp_path / "world"), "-o", out)
    assert (status, told.strip()) == (
        1,
        f"geofront: {out}: {os.strerror(errno.ENAMETOOLONG)}; choose a shorter name",
    )


def test_a_folder_that_vanishes_midway_is_told_and_nothing_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"

    def vanishing(*arguments: Any) -> str:
        shutil.rmtree(out, ignore_errors=True)
        return qml(*arguments)

    monkeypatch.setattr("geofront.render.gis.geopackage.qml", vanishing)
    world = write_world(tmp_path / "world")
    status, told = run(capsys, "map", world, "-o", out / "map.gpkg")
    assert status == 1
    assert told.startswith(f"geofront: {out / 'map.gpkg'}: ")
    assert not out.exists() or not list(out.iterdir())


# --- pipes and terminals -------------------------------------------------------------------------


def test_a_map_is_written_though_nobody_reads_the_list_of_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Closed(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))

    world, out = write_world(tmp_path / "world"), tmp_path / "out"
    monkeypatch.setattr(sys, "stdout", Closed())
    with pytest.raises(SystemExit) as ended:
        main(["map", str(world), "--format", "geojson,html", "-o", str(out)])
    sys.stdout.close()  # which the command put in its stead
    assert ended.value.code == 0
    assert {"map.html", "series.geojson"} <= {path.name for path in out.iterdir()}


@POSIX
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_who_is_told_to_end_can_tidy_up(name: str) -> None:
    number = getattr(signal, name)
    former = signal.getsignal(number)
    with pytest.raises(SystemExit) as ended, cli._tidy_when_ended():
        signal.raise_signal(number)
    assert ended.value.code == 128 + number
    assert signal.getsignal(number) == former


@POSIX
def test_nohup_outlives_the_terminal() -> None:
    former = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with cli._tidy_when_ended():
            signal.raise_signal(signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, former)


# --- answers of geocoders ------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["", "{", "null", "[1]", '[{"id": "x"}]', '"text"', "[[]]"])
def test_a_kept_answer_that_is_damaged_is_asked_for_again(
    service: Service, tmp_path: Path, damage: str
) -> None:
    with chain(service, cache=tmp_path) as asked:
        first = asked.resolve("Jazal")
        with closing(sqlite3.connect(tmp_path / "geocoders.sqlite")) as database, database:
            database.execute("UPDATE answers_1 SET answer = ?", (damage,))
        assert asked.resolve("Jazal") == first
        assert asked.resolve("Jazal") == first
    assert len(service.asked) == 2


def test_an_answer_that_cannot_be_kept_is_used(
    service: Service, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with chain(service, cache=tmp_path) as asked:
        with closing(sqlite3.connect(tmp_path / "geocoders.sqlite")) as database, database:
            database.execute(
                "CREATE TRIGGER full BEFORE INSERT ON answers_1"
                " BEGIN SELECT RAISE(FAIL, 'disk is full'); END"
            )
        assert [match.place.name for match in asked.resolve("Jazal")] == ["Jazal"]
        service.answers = [results()]
        assert asked.resolve("Jazal") == []  # nothing was kept
    assert "disk is full; the answer is used and not kept" in caplog.text
