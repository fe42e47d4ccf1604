"""Texts of pictures: measured and broken into lines before they are drawn.

Sizes are in points of 1/72 inch. matplotlib shapes Arabic and orders it from right to left itself
(from 3.11 on); an SVG file keeps texts as they are written, and its reader does so.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.text import Text

__all__ = ["SETTINGS", "Face", "as_figure", "measure", "points_size", "wrapped", "write"]

_FINE = 10

SETTINGS: dict[Any, Any] = {"text.hinting": "none"}
"""Settings of matplotlib under which letters are as wide as measured at every resolution."""


class Face(NamedTuple):
    """A font: families in order of preference, size in points, and weight."""

    families: tuple[str, ...]
    size: float
    weight: str = "normal"

    @property
    def properties(self) -> FontProperties:
        """The font as matplotlib knows it."""
        from matplotlib.font_manager import FontProperties

        return FontProperties(family=list(self.families), size=self.size, weight=self.weight)


@lru_cache(maxsize=16_384)
def measure(text: str, face: Face) -> tuple[float, float]:
    """Return the width of a line, and how far its letters reach below the base, in points."""
    from matplotlib import rc_context

    with rc_context(SETTINGS):
        ruler: Any = _ruler()
        size = ruler.get_text_width_height_descent(text, face.properties, ismath=False)
    width, _, descent = size
    return width / _FINE, descent / _FINE


@lru_cache(maxsize=1)
def _ruler() -> RendererAgg:
    from matplotlib.backends.backend_agg import RendererAgg

    return RendererAgg(1, 1, 72 * _FINE)  # type: ignore[no-untyped-call]


def wrapped(text: str, face: Face, width: float, *, most: int = 99) -> list[str]:
    """Break a text into lines.

    Parameters
    ----------
    text
        What `geofront.render.shown.printable` returns.
    face
        Its font.
    width
        The most points that a line may take.
    most
        The most lines; where there is more, the last one ends on an ellipsis.

    Returns
    -------
    list[str]
        The lines; none if there is no text.
    """
    lines: list[str] = []
    line = ""
    for word in _short_words(text.split(), face, width):
        longer = f"{line} {word}" if line else word
        if line and measure(longer, face)[0] > width:
            lines.append(line)
            longer = word
        line = longer
    lines = [*lines, line] if line else lines
    if len(lines) > most:
        lines = [*lines[: most - 1], _cut(lines[most - 1] + "…", face, width)]
    return lines


def _short_words(words: Iterable[str], face: Face, width: float) -> Iterable[str]:
    """Yield the words, those wider than a line in pieces."""
    for word in words:
        rest = word
        while measure(rest, face)[0] > width and len(rest) > 1:
            fits = len(rest) - 1
            while fits > 1 and measure(rest[:fits], face)[0] > width:
                fits = min(fits - 1, int(fits * 0.9) or 1)
            yield rest[:fits]
            rest = rest[fits:]
        yield rest


def _cut(line: str, face: Face, width: float) -> str:
    """Return a line that ends on an ellipsis, shortened until it fits."""
    while measure(line, face)[0] > width and len(line) > 1:
        line = line[:-2].rstrip() + "…"
    return line


def as_figure(axes: Axes) -> Figure:
    """Return the figure that axes belong to, also where they lie in a part of it."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    return figure


def points_size(axes: Axes) -> tuple[float, float]:
    """Return the width and height of axes in points."""
    box, dpi = axes.get_window_extent(), as_figure(axes).dpi
    return box.width / dpi * 72, box.height / dpi * 72


def write(where: Figure | Axes, x: float, y: float, text: str, face: Face, **options: Any) -> Text:  # noqa: ANN401
    """Write a line of text, in which ``$`` is a letter like any other.

    Parameters
    ----------
    where
        A figure or axes.
    x, y
        In the units of `where`, or of the `transform` that `options` gives.
    text
        What `geofront.render.shown.printable` returns.
    face
        The font.
    **options
        Properties of `matplotlib.text.Text`.

    Returns
    -------
    Text
        The artist.
    """
    return where.text(x, y, text, fontproperties=face.properties, parse_math=False, **options)
