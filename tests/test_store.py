"""Gazetteers on disk: what is opened answers as what was saved, and nothing is half written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from geofront.crs import LonLat
from geofront.errors import DataFaultsError
from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.resolver import Context, resolve
from geofront.gazetteer.shelf import kept_gazetteer
from geofront.gazetteer.store import FORMAT, open_gazetteer, save_gazetteer
from geofront.gazetteer.tables import shipped_places

if TYPE_CHECKING:
    from pathlib import Path

    from geofront.gazetteer.place import Place


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer(shipped_places("syria")[0])


@pytest.fixture(scope="module")
def opened(gazetteer: Gazetteer, tmp_path_factory: pytest.TempPathFactory) -> Gazetteer:
    return open_gazetteer(save_gazetteer(gazetteer, tmp_path_factory.mktemp("g") / "syria"))


def test_all_places_come_back(gazetteer: Gazetteer, opened: Gazetteer) -> None:
    assert list(opened) == list(gazetteer)
    assert opened.get("palmyra") == gazetteer.get("palmyra")
    assert opened.get("atlantis") is None
    assert "palmyra" in opened


@pytest.mark.parametrize(
    "name", ["Palmyra", "Tadmur", "تدمر", "Kafr Sakeer", "Palmira", "T4 airbase"]
)
def test_names_are_answered_alike(gazetteer: Gazetteer, opened: Gazetteer, name: str) -> None:
    for context in (Context(), Context(near=LonLat(38.2, 34.6))):
        assert resolve(name, opened, context=context) == resolve(name, gazetteer, context=context)


def test_saving_again_replaces(gazetteer: Gazetteer, tmp_path: Path) -> None:
    folder = tmp_path / "g"
    save_gazetteer(gazetteer, folder)
    save_gazetteer(Gazetteer(list(gazetteer)[:5]), folder)
    assert len(open_gazetteer(folder)) == 5
    assert [p.name for p in tmp_path.iterdir()] == ["g"]


def test_a_folder_that_is_no_gazetteer_is_left_alone(gazetteer: Gazetteer, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine", "utf-8")
    with pytest.raises(FileExistsError, match="is not a gazetteer"):
        save_gazetteer(gazetteer, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["precious"]


@pytest.mark.parametrize("damage", ["missing", "format", "truncated", "empty", "no array"])
def test_a_damaged_gazetteer_says_so(gazetteer: Gazetteer, tmp_path: Path, damage: str) -> None:
    folder = save_gazetteer(Gazetteer(list(gazetteer)[:5]), tmp_path / "g")
    if damage == "missing":
        (folder / "gazetteer.json").unlink()
    elif damage == "format":
        (folder / "gazetteer.json").write_text(json.dumps({"format": 99}), "utf-8")
    elif damage == "truncated":
        file = folder / "positions.npy"
        file.write_bytes(file.read_bytes()[:100])
    elif damage == "empty":
        (folder / "positions.npy").write_bytes(b"")
    else:
        (folder / "role.npy").unlink()
    with pytest.raises(DataFaultsError, match="is not a stored gazetteer"):
        open_gazetteer(folder)


def test_a_kept_gazetteer_is_made_once_and_anew_if_damaged(
    gazetteer: Gazetteer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made = []

    def places() -> list[Place]:
        made.append(1)
        return list(gazetteer)[:5]

    for _ in range(2):
        assert len(kept_gazetteer("g", "1", places, folder=tmp_path)) == 5
    assert len(made) == 1
    (tmp_path / f"g-1-{FORMAT}" / "role.npy").unlink()
    assert len(kept_gazetteer("g", "1", places, folder=tmp_path)) == 5
    assert len(made) == 2
    assert "making it anew" in caplog.text
    assert len(kept_gazetteer("g", "2", places, folder=tmp_path)) == 5
    assert len(made) == 3
