"""Worked conflicts that geofront ships, and the one door through which sources are opened."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from geofront.errors import DataFaultsError, Fault, UnknownNameError
from geofront.events.reader import read_timeline

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from geofront.events.timeline import Timeline

__all__ = ["dataset_folder", "dataset_names", "read"]


def dataset_names() -> list[str]:
    """Return the names of the datasets that geofront ships, sorted."""
    root = Path(str(resources.files(__package__)))
    return sorted(file.parent.name for file in root.glob("*/events.csv"))


def dataset_folder(name: str) -> Path:
    """Return the folder of a shipped dataset.

    Parameters
    ----------
    name
        One of `dataset_names`.

    Returns
    -------
    Path
        Its folder.

    Raises
    ------
    UnknownNameError
        If there is none of that name.
    """
    if name not in dataset_names():
        raise UnknownNameError("dataset", name, dataset_names())
    return Path(str(resources.files(__package__))) / name


def read(
    source: str | PathLike[str],
    *,
    places: Sequence[str | PathLike[str]] = (),
    actors: Sequence[str | PathLike[str]] = (),
) -> Timeline:
    """Open a conflict.

    Parameters
    ----------
    source
        The name of a shipped dataset, or else a folder in geofront's form, or an events.csv.
    places
        Further places.csv files.
    actors
        Further actors.csv files.

    Returns
    -------
    Timeline
        The events in order, with their places, actors and sources.

    Raises
    ------
    UnknownNameError
        If the source is neither a path nor the name of a dataset.
    DataFaultsError
        With every fault of every file, or if there is no such file.
    """
    path = Path(source)
    if str(source) in dataset_names():
        path = dataset_folder(str(source))
    elif not path.exists():
        if path.suffix or len(path.parts) > 1:
            raise DataFaultsError([Fault(str(path), 0, "does not exist")])
        raise UnknownNameError("dataset", str(source), dataset_names())
    return read_timeline(path, places=[Path(p) for p in places], actors=[Path(a) for a in actors])
