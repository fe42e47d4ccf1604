"""Where output goes: names of files that tell their kind, and the sizes of pictures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from geofront.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Collection
    from os import PathLike

__all__ = [
    "LEAST_PX",
    "MOST_PX",
    "check_size",
    "file_target",
    "folder_target",
    "is_kind_of_file",
    "page_of",
]

LEAST_PX = 200
"""The least pixels of a picture or film, either way: less has no room for title and map."""

MOST_PX = 20_000
"""The most pixels, either way."""

_PAGE_INCHES = 7.5
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


def check_size(size: tuple[int, int], *, even: bool = False) -> None:
    """Refuse a size in pixels that makes no picture.

    Parameters
    ----------
    size
        Width and height.
    even
        Whether both must be even, as the pixels of an MP4 are stored in pairs.

    Raises
    ------
    OutputError
        If it is too small or too large, or odd where it must be even.
    """
    told = f"{size[0]}x{size[1]}"
    if not LEAST_PX <= min(size) <= max(size) <= MOST_PX:
        raise OutputError(f"the size {told} lies outside {LEAST_PX} to {MOST_PX} pixels")
    if even and any(side % 2 for side in size):
        raise OutputError(f"the size {told} is odd; an MP4 needs an even width and height")


def page_of(size: tuple[int, int]) -> tuple[tuple[float, float], float]:
    """Return the page that a size in pixels stands for, so that letters grow with the picture.

    Parameters
    ----------
    size
        Width and height in pixels.

    Returns
    -------
    tuple[tuple[float, float], float]
        Width and height in inches, the shorter of them 7.5, and pixels per inch.
    """
    dpi = min(size) / _PAGE_INCHES
    return (size[0] / dpi, size[1] / dpi), dpi
