"""Where output goes: names of files that tell their kind, and names of folders."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from geofront.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Collection
    from os import PathLike

__all__ = ["file_target", "folder_target", "is_kind_of_file"]

# Suffixes after which nobody calls a folder: a dot in its name is else as good as another letter.
_KINDS_OF_FILES = re.compile(
    r"\.(avi|bmp|csv|db|dbf|docx?|dxf|eps|fgb|geojson|gif|gml|gpkg|gpx|gz|html?|ipynb|jpe?g|jsonl?"
    r"|km[lz]|mbtiles|mkv|mov|mp4|od[st]|parquet|pdf|png|pmtiles|pptx?|ps|qg[sz]|sh[px]|sqlite|svg"
    r"|tar|tiff?|topojson|tsv|txt|web[mp]|xlsx?|xml|zip)"
)


def is_kind_of_file(path: Path) -> bool:
    """Return whether a name ends as files of some kind do, and is not that of a folder."""
    return bool(_KINDS_OF_FILES.fullmatch(path.suffix.casefold())) and not path.is_dir()


def file_target(path: str | PathLike[str], what: str, suffixes: Collection[str]) -> Path:
    """Return the path of a file to write, if its name tells what it will be.

    Parameters
    ----------
    path
        The file.
    what
        What is written, with its article: ``a GeoPackage``.
    suffixes
        Those that its name may have, in lower case and with the dot; in a name any case will do.

    Returns
    -------
    Path
        The path.

    Raises
    ------
    OutputError
        If the name has another suffix, or none.
    """
    target = Path(path)
    if target.suffix.casefold() not in suffixes:
        known = " or ".join(suffixes)
        raise OutputError(f"{target} is no name for {what}; give one that ends on {known}")
    return target


def folder_target(path: str | PathLike[str], what: str) -> Path:
    """Return the path of a folder to write to, unless its name is that of a file.

    Parameters
    ----------
    path
        The folder; it need not be there.
    what
        What is written, in the plural: ``Shapefiles``.

    Returns
    -------
    Path
        The path.

    Raises
    ------
    OutputError
        If it is a file, or ends as a file does and is no folder that is there.
    """
    target = Path(path)
    if target.is_file() or is_kind_of_file(target):
        raise OutputError(f"{target} is the name of a file; give a folder for the {what}")
    return target
