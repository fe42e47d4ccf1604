"""Worked conflicts that geofront ships, and the one door through which sources are opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from geofront.errors import DataFaultsError, Fault, UnknownNameError
from geofront.events.columns import TABLES
from geofront.events.dailymaps import holds_maps
from geofront.events.reader import read_timeline
from geofront.files import check_file_name
from geofront.files.frames import read_frame

if TYPE_CHECKING:
    from typing import TypeAlias

    import pandas as pd

    from geofront.events.timeline import Timeline
    from geofront.files import Table

    Given: TypeAlias = str | PathLike[str] | pd.DataFrame

__all__ = ["dataset_folder", "dataset_names", "read"]


def dataset_names() -> list[str]:
    """Return the names of the datasets that geofront ships, sorted.

    Returns
    -------
    list[str]
        The names, for `read`.

    Examples
    --------
    >>> import geofront
    >>> geofront.dataset_names()
    ['al-bab-2016', 'aleppo-hama-2016', 'idlib-2020', 'khanasser-2017', 'palmyra-2016']
    """
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
    source: str | PathLike[str] | pd.DataFrame | Mapping[str, pd.DataFrame],
    *,
    places: Given | Sequence[Given] = (),
    actors: Given | Sequence[Given] = (),
    private: bool = False,
) -> Timeline:
    """Open a conflict.

    Parameters
    ----------
    source
        The name of a shipped dataset, or else a folder in geofront's form, or a table of events in
        any format (CSV, JSON Lines, GeoJSON, Excel, Parquet). A DataFrame or GeoDataFrame of
        events will do as well, and so will a dictionary of frames by the names of their tables:
        ``events``, ``places``, ``actors``, ``sources``.
    places
        A further table of places, or several: files or frames.
    actors
        A further table of actors, or several: files or frames.
    private
        Whether all is read, also what conflict.toml says is to be withheld from others. By default
        the timeline is the one that may be published.

    Returns
    -------
    Timeline
        The events in order, with their places, actors and sources.

    Raises
    ------
    UnknownNameError
        If the source is neither a path nor the name of a dataset, or a dictionary names a table
        that there is not.
    DataFaultsError
        With every fault of every file, or if there is no such file.

    Examples
    --------
    >>> import geofront
    >>> geofront.read("palmyra-2016")
    <Timeline 'Palmyra offensive (December 2016)': 286 events at 135 places, ...>

    A table of one's own, here in memory; the path of an ``events.csv`` does as well:

    >>> import pandas as pd
    >>> row = {"date": "2016-12-11", "place": "Palmyra", "kind": "capture", "actor": "isil"}
    >>> [event.id for event in geofront.read(pd.DataFrame([row])).events]
    ['2016-12-11-palmyra-capture']
    """
    opened: Path | dict[str, Table]
    if isinstance(source, str | PathLike):
        opened = _path_of(source)
    else:
        opened = _tables_of(source if isinstance(source, Mapping) else {"events": source})
    further = (_origins(places, "places"), _origins(actors, "actors"))
    return read_timeline(opened, places=further[0], actors=further[1], private=private)


def _path_of(source: str | PathLike[str]) -> Path:
    path = Path(source)
    check_file_name(path)
    if str(source) in dataset_names():
        return dataset_folder(str(source))
    if holds_maps(path):
        message = (
            "holds daily maps and no events; geofront.control.mapfolder.read_map_folder opens "
            "it, and so do the commands map and stats"
        )
        if (path / "statements").is_dir():
            message += "; what is only said stands in its folder 'statements'"
        raise DataFaultsError([Fault(str(path), 0, message)])
    if not path.exists():
        if path.suffix or len(path.parts) > 1:
            raise DataFaultsError([Fault(str(path), 0, "does not exist; check folder and name")])
        raise UnknownNameError("dataset", str(source), dataset_names())
    return path


def _tables_of(frames: Mapping[str, pd.DataFrame]) -> dict[str, Table]:
    known = [name for name in TABLES if name != "facts"]
    for name in frames:
        if name not in known:
            raise UnknownNameError("table", name, known)
    if "events" not in frames:
        raise DataFaultsError([Fault("events", 0, "is missing among the frames")])
    return {name: read_frame(frame, name) for name, frame in frames.items()}


def _origins(given: Given | Sequence[Given], name: str) -> list[Path | Table]:
    if isinstance(given, str | PathLike):
        check_file_name(Path(given))
        return [Path(given)]
    if not isinstance(given, Sequence):
        return [read_frame(given, name)]
    return [origin for one in given for origin in _origins(one, name)]
