"""The pictures of these pages, made by the library when the pages are built.

Each function draws one picture; its name, with a hyphen for each underscore, is the file's.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import geofront
from geofront.render.image import write_image

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).with_name("_figures")
_WIDE = (1300, 760)


def _written_files(page: str, folder: Path) -> None:
    """Write the files that a page tells its reader to write (the last of each name) to a folder."""
    text = Path(__file__).with_name(page).read_text(encoding="utf-8")
    for name, written in re.findall(
        r"^<!-- file: (.+?) -->\n```\w+\n(.*?)^```$", text, re.MULTILINE | re.DOTALL
    ):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(written, encoding="utf-8")


def tutorial(path: Path) -> None:
    """Draw the map that the tutorial ends with."""
    with TemporaryDirectory() as folder:
        _written_files("tutorial.md", Path(folder))
        series = geofront.draw(geofront.read(Path(folder) / "war"))
        write_image(series, path, size=_WIDE)


FIGURES: tuple[Callable[[Path], None], ...] = (tutorial,)


def make() -> None:
    """Make every picture anew."""
    FOLDER.mkdir(exist_ok=True)
    for figure in FIGURES:
        figure(FOLDER / f"{figure.__name__.replace('_', '-')}.png")


if __name__ == "__main__":
    sys.exit(make())
