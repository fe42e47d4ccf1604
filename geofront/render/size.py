"""Sizes of pictures and films: which can be drawn, and the page that each stands for."""

from __future__ import annotations

from geofront.errors import OutputError

__all__ = ["LEAST_PX", "MOST_PX", "check_size", "page_of"]

LEAST_PX = 200
"""The least pixels of a picture or film, either way: less has no room for title and map."""

MOST_PX = 20_000
"""The most pixels, either way."""

_PAGE_INCHES = 7.5


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
