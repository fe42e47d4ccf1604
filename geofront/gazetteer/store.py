"""Gazetteers on disk: made once, opened in a moment, read as far as they are used.

A gazetteer is a folder of NumPy arrays, which are mapped into memory, and of one JSON file that
names the format. Nothing in it is ever executed.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import fields
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from geofront.errors import DataFaultsError, Fault
from geofront.files.whole import workshop
from geofront.gazetteer.arrays import KeyTable, NumberLists, TextColumn
from geofront.gazetteer.index import Gazetteer, Toponyms
from geofront.gazetteer.place import Place
from geofront.gazetteer.soundindex import SoundIndex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from os import PathLike

    from numpy.typing import NDArray

__all__ = ["FORMAT", "open_gazetteer", "save_gazetteer"]

FORMAT = 5
"""The number of the format; it changes whenever keys or patterns do."""
_META = "gazetteer.json"
_Arrays = dict[str, Any]
_MISREAD = (AttributeError, RecursionError, TypeError, ValueError)  # of files of any content


class _StoredPlaces:
    """The places of a stored gazetteer, made when they are asked for."""

    def __init__(self, column: TextColumn) -> None:
        self._column = column

    def __len__(self) -> int:
        return len(self._column)

    @overload
    def __getitem__(self, row: int) -> Place: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[Place]: ...
    def __getitem__(self, row: int | slice) -> Place | Sequence[Place]:
        if isinstance(row, slice):
            return [self[i] for i in range(*row.indices(len(self)))]
        values = json.loads(self._column[row])
        values["aliases"] = tuple(values["aliases"])
        values["extra"] = MappingProxyType(values["extra"])
        return Place(**values)

    def __iter__(self) -> Iterator[Place]:
        return (self[row] for row in range(len(self)))


def save_gazetteer(gazetteer: Gazetteer, folder: str | PathLike[str]) -> Path:
    """Write a gazetteer with its indexes to a folder, which appears whole.

    Parameters
    ----------
    gazetteer
        The gazetteer.
    folder
        Where; a gazetteer that stands there is replaced.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    OSError
        If it can't be written.
    FileExistsError
        If a folder stands there that is not a gazetteer.
    """
    target = Path(folder)
    if target.exists() and not (target / _META).is_file():
        raise FileExistsError(f"{target} exists and is not a gazetteer")
    with workshop(target.parent, target.name, target) as place:
        work = place / "new"
        work.mkdir()
        arrays = _arrays(gazetteer)
        for name, values in arrays.items():
            with (work / f"{name}.npy").open("wb") as file:
                np.save(file, values)
                os.fsync(file.fileno())  # a power failure would leave zeros, which look well
        meta = {"format": FORMAT, "places": len(gazetteer), "arrays": _forms(arrays)}
        (work / _META).write_text(json.dumps(meta), encoding="utf-8")
        _put(work, target)
    return target


def _put(work: Path, target: Path) -> None:
    """Move a folder to its place; what stands there, or is put there meanwhile, makes way.

    Raises
    ------
    OSError
        If it can't be moved.
    """
    for former in count():
        with contextlib.suppress(FileNotFoundError):
            os.replace(target, work.parent / f"former-{former}")  # noqa: PTH105 - atomic, by name
        try:
            os.replace(work, target)  # noqa: PTH105
        except OSError:
            if not target.is_dir():  # else another process put its own there just now
                raise
        else:
            return


def _forms(arrays: _Arrays) -> dict[str, str]:
    """Return type and shape of each array, by which damage and mixtures are seen at once."""
    return {name: f"{values.dtype.str} {values.shape}" for name, values in arrays.items()}


def open_gazetteer(folder: str | PathLike[str]) -> Gazetteer:
    """Open a gazetteer that `save_gazetteer` wrote.

    Parameters
    ----------
    folder
        Its folder.

    Returns
    -------
    Gazetteer
        It answers as the one that was saved does.

    Raises
    ------
    DataFaultsError
        If there is no gazetteer, or one that is damaged or of another format.
    """
    source = Path(folder)
    try:
        meta = json.loads((source / _META).read_text(encoding="utf-8"))
        _check_format(meta)
        arrays = {
            path.stem: np.load(path, mmap_mode="r", allow_pickle=False).view(np.ndarray)
            for path in source.glob("*.npy")
        }
        _check_arrays(meta, arrays)
        return _assembled(arrays)
    except (OSError, EOFError, LookupError, *_MISREAD) as error:
        message = f"is not a stored gazetteer ({error}); save it again"
        raise DataFaultsError([Fault(str(source), 0, message)]) from error


def _check_format(meta: dict[str, Any]) -> None:
    """Refuse a gazetteer of another format.

    Raises
    ------
    ValueError
        If it is of another format.
    """
    if meta["format"] != FORMAT:
        raise ValueError(f"it is of format {meta['format']}, not {FORMAT}")


def _check_arrays(meta: dict[str, Any], arrays: _Arrays) -> None:
    """Refuse arrays that are missing, cut or of another gazetteer.

    Raises
    ------
    ValueError
        If they are not those that were saved.
    """
    if meta["arrays"] != _forms(arrays):
        raise ValueError("its arrays are not those that it names")


def _arrays(gazetteer: Gazetteer) -> _Arrays:
    toponyms, sounds = gazetteer.toponyms, gazetteer.sounds
    places = TextColumn.of(_as_json(place) for place in gazetteer)
    return {
        "positions": gazetteer.positions,
        **_columns("places", places),
        **_columns("ids", gazetteer.ids),
        **_columns("text", toponyms.text),
        "place_row": toponyms.place_row,
        "role": toponyms.role,
        **_columns("exact", toponyms.exact),
        **_columns("folded", toponyms.folded),
        **_columns("spoken", sounds.spoken),
        **_columns("patterns", sounds.patterns),
        "signatures": sounds.signatures,
        **_columns("names_of", sounds.names_of),
        **_columns("readings_of", sounds.readings_of),
        "skeleton_starts": sounds.skeleton_starts,
        **_columns("bones", sounds.bones),
        **_columns("words", sounds.words),
        "frequency_keys": sounds.frequency_keys,
        "frequency": sounds.frequency,
    }


def _assembled(arrays: _Arrays) -> Gazetteer:
    toponyms = Toponyms(
        _texts(arrays, "text"),
        arrays["place_row"],
        arrays["role"],
        exact=_keys(arrays, "exact"),
        folded=_keys(arrays, "folded"),
    )
    sounds = SoundIndex(
        spoken=_texts(arrays, "spoken"),
        patterns=_texts(arrays, "patterns"),
        signatures=arrays["signatures"],
        names_of=_lists(arrays, "names_of"),
        readings_of=_lists(arrays, "readings_of"),
        skeleton_starts=arrays["skeleton_starts"],
        bones=_keys(arrays, "bones"),
        words=_keys(arrays, "words"),
        frequency_keys=arrays["frequency_keys"],
        frequency=arrays["frequency"],
    )
    places: Any = _StoredPlaces(_texts(arrays, "places"))
    positions: NDArray[np.float64] = arrays["positions"]
    ids = _keys(arrays, "ids")
    return Gazetteer.of_parts(
        places, toponyms=toponyms, sounds=sounds, ids=ids, positions=positions
    )


def _columns(name: str, value: TextColumn | KeyTable | NumberLists) -> _Arrays:
    return {f"{name}_{f.name}": getattr(value, f.name) for f in fields(value)}


def _texts(arrays: _Arrays, name: str) -> TextColumn:
    return TextColumn(arrays[f"{name}_block"], arrays[f"{name}_starts"])


def _lists(arrays: _Arrays, name: str) -> NumberLists:
    return NumberLists(arrays[f"{name}_numbers"], arrays[f"{name}_starts"])


def _keys(arrays: _Arrays, name: str) -> KeyTable:
    return KeyTable(arrays[f"{name}_keys"], arrays[f"{name}_rows"])


def _as_json(place: Place) -> str:
    values = {f.name: getattr(place, f.name) for f in fields(place)}
    return json.dumps({**values, "extra": dict(place.extra)}, ensure_ascii=False)
