"""Leftovers of killed writers: of a process of the same number, of other users, of the past."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from geofront.errors import DataFaultsError
from geofront.files import check_complete, remove_leftovers, whole, write_together, write_whole

if TYPE_CHECKING:
    from pathlib import Path

POSIX = pytest.mark.skipif(os.name != "posix", reason="needs owners and forks of POSIX")
OTHER, NONE = "00000000-", ""  # tokens of processes; names once had none
BEFORE, AFTER = 1_600_000_000, 1_700_000_000


def left(folder: Path, kind: str, token: str, process: int | None = None) -> Path:
    """Lay what a writer leaves that was killed: of this process's number, unless told."""
    number = os.getpid() if process is None else process
    path = folder / f".geofront.{kind}-{whole._machine()}-{number}-{token}a1b2"
    path.mkdir(mode=0o700, parents=True)
    return path


def dated(path: Path, content: bytes, moment: int) -> None:
    path.write_bytes(content)
    os.utime(path, (moment, moment))


def test_a_run_before_with_the_number_of_this_one_is_over(tmp_path: Path) -> None:
    (left(tmp_path, "whole", OTHER) / "a.csv").write_bytes(b"cut short")
    (left(tmp_path, "part", OTHER) / "b.csv").write_bytes(b"half")
    with pytest.raises(DataFaultsError, match=r"files of two runs.*run it again"):
        check_complete(tmp_path)
    write_together(tmp_path, {"c.csv": b"new"})
    check_complete(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "c.csv"]
    assert (tmp_path / "a.csv").read_bytes() == b"cut short"


@pytest.mark.parametrize("token", [OTHER, NONE])
def test_the_end_of_a_run_moves_no_old_file_over_its_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setattr(whole, "_worked_in", {str(tmp_path)})
    write_together(tmp_path, {"a.csv": b"new"})
    other = left(tmp_path, "whole", token)
    (other / "a.csv").write_bytes(b"old")
    whole.tidy_up()
    assert (tmp_path / "a.csv").read_bytes() == b"new"
    assert other.is_dir()  # it is for the next writer


def test_the_end_of_a_run_takes_its_own_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole, "_worked_in", {str(tmp_path)})
    left(tmp_path, "part", f"{whole._token[0]}-")
    (left(tmp_path, "whole", f"{whole._token[0]}-") / "a.csv").write_bytes(b"new")
    remove_leftovers(tmp_path)
    assert len(list(tmp_path.iterdir())) == 2  # at work on both
    whole.tidy_up()
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_a_move_that_is_ended_late_spares_what_was_written_since(tmp_path: Path) -> None:
    cut = left(tmp_path, "whole", OTHER)
    for name in ("changed.csv", "stale.csv", "missing.csv"):
        dated(cut / name, b"cut short", BEFORE + 100)
    dated(tmp_path / "changed.csv", b"written since", AFTER)
    dated(tmp_path / "stale.csv", b"former", BEFORE)
    remove_leftovers(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "changed.csv": b"written since",
        "stale.csv": b"cut short",
        "missing.csv": b"cut short",
    }


def test_who_was_killed_in_the_turn_before_does_not_come_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its files may be younger than those that are moved next."""
    real = whole._turn
    cut: list[Path] = []

    def killed_before(folder: Path) -> object:
        if not cut:
            cut.append(left(tmp_path, "whole", OTHER))
            (cut[0] / "a.csv").write_bytes(b"cut short")
        return real(folder)

    monkeypatch.setattr(whole, "_turn", killed_before)
    write_together(tmp_path, {"a.csv": b"moved last"})
    remove_leftovers(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert (tmp_path / "a.csv").read_bytes() == b"moved last"


@POSIX
def test_a_process_that_forks_shares_its_token_with_nobody(tmp_path: Path) -> None:
    program = textwrap.dedent("""
        import os
        from geofront.files import whole
        print(whole._token[0], flush=True)
        process = os.fork()
        if not process:
            print(whole._token[0], flush=True)
            os._exit(0)
        os.waitpid(process, 0)
        print(whole._token[0], flush=True)
    """)
    command = [sys.executable, "-c", program]
    ran = subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path)
    parent, child, again = ran.stdout.split()
    assert parent == again != child


@POSIX
def test_names_tell_the_token(tmp_path: Path) -> None:
    with whole.workshop(tmp_path, "map.html", tmp_path / "map.html") as folder:
        start = f".map.html.part-{whole._machine()}-{os.getpid()}-{whole._token[0]}-"
        assert folder.name.startswith(start)
        assert whole._is_unfinished(folder / "file")


@POSIX
@pytest.mark.parametrize("foreign", ["owner", "group", "all"])
def test_what_another_user_may_have_laid_is_not_moved(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    foreign: str,
) -> None:
    write_whole(tmp_path / "a.csv", b"ours")
    os.utime(tmp_path / "a.csv", (BEFORE, BEFORE))
    laid = left(tmp_path, "whole", OTHER, process=2**22 + 1)
    (laid / "a.csv").write_bytes(b"theirs")
    if foreign == "owner":
        monkeypatch.setattr(os, "geteuid", lambda: laid.stat().st_uid + 1)
    else:
        laid.chmod({"group": 0o720, "all": 0o702}[foreign])
    write_together(tmp_path, {"b.csv": b"new"})
    assert (tmp_path / "a.csv").read_bytes() == b"ours"
    assert (laid / "a.csv").read_bytes() == b"theirs"
    told = f"{laid.name} is of another user or open to others: remove it"
    assert caplog.text.count(told) == 1
    with pytest.raises(DataFaultsError, match=r"files of two runs.*remove it if nobody writes"):
        check_complete(tmp_path)
