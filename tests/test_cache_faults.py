"""The kept gazetteer where things go wrong: damage, other users, full disks, many processes."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import numpy as np
import pytest

from geofront.errors import DataFaultsError
from geofront.files import whole
from geofront.gazetteer import shelf
from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.resolver import resolve
from geofront.gazetteer.shelf import kept_gazetteer
from geofront.gazetteer.store import FORMAT, open_gazetteer, save_gazetteer
from geofront.gazetteer.tables import shipped_places

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from geofront.gazetteer.place import Place

PLACES = list(shipped_places("syria")[0])[:40]
OTHERS = list(shipped_places("syria")[0])[40:90]
NAME = f"g-1-{FORMAT}"
POSIX = pytest.mark.skipif(os.name != "posix", reason="needs the owners and modes of POSIX")


class Made:
    """Gives the places, and counts how often it was asked for them."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> list[Place]:
        self.times += 1
        return PLACES


def answers(gazetteer: Gazetteer) -> list[str]:
    return [resolve(place.name, gazetteer)[0].place.id for place in PLACES[:10]]


RIGHT = answers(Gazetteer(PLACES))


# --- damage --------------------------------------------------------------------------------------


def cut(place: Path) -> None:
    file = place / "text_block.npy"
    file.write_bytes(file.read_bytes()[:-7])


def shorter(place: Path) -> None:
    np.save(place / "place_row.npy", np.load(place / "place_row.npy")[:-1])


def of_another(place: Path) -> None:
    other = save_gazetteer(Gazetteer(OTHERS), place.parent / "other")
    for name in ("places_block.npy", "places_starts.npy"):
        shutil.copy(other / name, place / name)


def pickled(place: Path) -> None:
    np.save(place / "role.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)


def archived(place: Path) -> None:
    with (place / "role.npy").open("wb") as file:
        np.savez(file, role=np.zeros(3))


def listed(place: Path) -> None:
    (place / "gazetteer.json").write_text("[]", "utf-8")


def deep(place: Path) -> None:
    (place / "gazetteer.json").write_text("[" * 100_000, "utf-8")


def not_text(place: Path) -> None:
    (place / "gazetteer.json").write_bytes(b"\xff\xfe\x00")


def of_before(place: Path) -> None:
    meta = json.loads((place / "gazetteer.json").read_text("utf-8"))
    del meta["arrays"]
    (place / "gazetteer.json").write_text(json.dumps(meta), "utf-8")


def empty(place: Path) -> None:
    for file in place.glob("*.npy"):
        file.write_bytes(b"")


DAMAGES = [cut, shorter, of_another, pickled, archived, listed, deep, not_text, of_before, empty]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda d: str(d.__name__))
def test_a_damaged_gazetteer_is_made_anew(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    made = Made()
    kept_gazetteer("g", "1", made, folder=tmp_path)
    damage(tmp_path / NAME)
    with pytest.raises(DataFaultsError, match="is not a stored gazetteer"):
        open_gazetteer(tmp_path / NAME)
    for _ in range(2):
        assert answers(kept_gazetteer("g", "1", made, folder=tmp_path)) == RIGHT
    assert made.times == 2


@pytest.mark.parametrize("what", ["folder", "file"])
def test_what_is_no_gazetteer_is_left_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    place = tmp_path / NAME
    if what == "file":
        place.write_text("mine", "utf-8")
    else:
        place.mkdir()
        (place / "mine").write_text("mine", "utf-8")
    assert answers(kept_gazetteer("g", "1", Made(), folder=tmp_path)) == RIGHT
    assert "exists and is not a gazetteer" in caplog.text
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert (place if what == "file" else place / "mine").read_text("utf-8") == "mine"


# --- disks and users -----------------------------------------------------------------------------


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EACCES])
def test_what_cannot_be_kept_is_made_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    left = 5

    def failing(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise OSError(code, os.strerror(code))

    made = Made()
    monkeypatch.setattr("geofront.gazetteer.store.os.fsync", failing)
    assert answers(kept_gazetteer("g", "1", made, folder=tmp_path)) == RIGHT
    assert f"{tmp_path / NAME} can't be written ({os.strerror(code)})" in caplog.text
    assert "XDG_CACHE_HOME" in caplog.text
    assert not list(tmp_path.iterdir())
    monkeypatch.undo()
    kept_gazetteer("g", "1", made, folder=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


@POSIX
@pytest.mark.parametrize("which", ["shelf", "gazetteer"])
def test_the_cache_is_not_trusted_where_others_may_write(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    monkeypatch.setattr(shelf, "user_cache_path", lambda _: tmp_path)
    made = Made()
    kept_gazetteer("g", "1", made)
    place = tmp_path / "gazetteers" / NAME
    save_gazetteer(Gazetteer(OTHERS), place)  # as another user could have done
    open_to_all = place if which == "gazetteer" else place.parent
    open_to_all.chmod(0o777)
    assert answers(kept_gazetteer("g", "1", made)) == RIGHT
    assert f"everyone may write to {open_to_all}; chmod o-w it" in caplog.text
    assert made.times == 2
    assert len(open_gazetteer(place)) == len(OTHERS)  # nothing is put there either
    open_to_all.chmod(0o755)
    assert len(kept_gazetteer("g", "1", made)) == len(OTHERS)


@POSIX
def test_the_cache_of_another_user_is_not_trusted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "user_cache_path", lambda _: tmp_path)
    (tmp_path / "gazetteers").mkdir()
    if os.getuid() == 0:  # whose folders all trust
        os.chown(tmp_path / "gazetteers", 12_345, -1)
    else:
        me = os.getuid()
        monkeypatch.setattr("geofront.gazetteer.shelf.os.getuid", lambda: me + 1)
    assert len(kept_gazetteer("g", "1", Made())) == len(PLACES)
    assert not (tmp_path / "gazetteers" / NAME).exists()
    assert "belongs to another user" in caplog.text


# --- kills and many processes --------------------------------------------------------------------

MAKING = textwrap.dedent("""
    import os, signal, sys
    from geofront.gazetteer import store
    from geofront.gazetteer.index import Gazetteer
    from geofront.gazetteer.resolver import resolve
    from geofront.gazetteer.shelf import kept_gazetteer
    from geofront.gazetteer.tables import shipped_places

    places = list(shipped_places("syria")[0])[:40]
    folder, right, left = sys.argv[1], sys.argv[2].split(), int(sys.argv[3])

    def heard(event, told):
        global left
        if event in {"os.rename", "os.mkdir"} or event == "open" and set(told[1] or "") & set("wx"):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(heard)
    for _ in range(1 if left > 0 else 8):
        gazetteer = kept_gazetteer("g", "1", lambda: places, folder=folder)
        answers = [resolve(place.name, gazetteer)[0].place.id for place in places[:10]]
        assert answers == right, answers
        if left <= 0:  # as if it were damaged: it makes way while others use it
            store.save_gazetteer(Gazetteer(places), f"{folder}/g-1-{store.FORMAT}")
""")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system can't kill so")
def test_a_process_killed_while_it_keeps_a_gazetteer_leaves_none_or_all(tmp_path: Path) -> None:
    for change in (5, 34, 36):
        command = [sys.executable, "-c", MAKING, str(tmp_path), " ".join(RIGHT), str(change)]
        subprocess.run(command, check=False, capture_output=True)
        if (tmp_path / NAME).exists():
            assert answers(open_gazetteer(tmp_path / NAME)) == RIGHT
            shutil.rmtree(tmp_path / NAME)
        whole._sweep_once.cache_clear()
        assert answers(kept_gazetteer("g", "1", Made(), folder=tmp_path)) == RIGHT
        assert [path.name for path in tmp_path.iterdir()] == [NAME]
        shutil.rmtree(tmp_path / NAME)


def test_processes_that_share_a_cache_all_answer_right(tmp_path: Path) -> None:
    command = [sys.executable, "-c", MAKING, str(tmp_path), " ".join(RIGHT), "0"]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    for process in running:
        _, told = process.communicate(timeout=120)
        assert process.returncode == 0, told
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
