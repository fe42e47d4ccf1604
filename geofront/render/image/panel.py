"""The panel of a picture: text, swatches and signs that flow from the top, column by column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geofront.render.image.text import measure, wrapped, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from geofront.render.image.look import Look
    from geofront.render.image.text import Face

__all__ = ["Panel", "points_axes"]

_LINE = 1.3
_GUTTER_PT = 18.0
_LAST_PT = 44.0


def points_axes(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Return empty axes whose units are points, counted from their upper left corner down.

    Parameters
    ----------
    figure
        The figure.
    left, bottom, width, height
        Where in it, in points from the lower left corner.

    Returns
    -------
    Axes
        The axes.
    """
    wide, high = (inches * 72 for inches in figure.get_size_inches())
    axes = figure.add_axes((left / wide, bottom / high, width / wide, height / high))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    return axes


class Panel:
    """Writes from the top of an axes downwards; where a column is full, the next one begins.

    Parameters
    ----------
    axes
        Axes in points.
    look
        Fonts and colours.
    columns
        In how many columns.
    """

    def __init__(self, axes: Axes, look: Look, columns: int = 1) -> None:
        self.axes = axes
        self.look = look
        self.drawn: list[Artist] = []
        """The artists written so far."""
        total, self._height = axes.get_xlim()[1], axes.get_ylim()[0]
        gutter = _GUTTER_PT * look.scale
        self.width = (total - gutter * (columns - 1)) / columns
        self._lefts = [i * (self.width + gutter) for i in range(columns)]
        self._y = 0.0

    @property
    def left(self) -> float:
        """The left edge of the current column."""
        return self._lefts[0] if self._lefts else 0.0

    @property
    def nearly_full(self) -> bool:
        """Whether there is no room for more than a line or two."""
        last = len(self._lefts) <= 1
        return last and self._y + _LAST_PT * self.look.scale > self._height

    @property
    def position(self) -> tuple[int, float]:
        """How many columns are left, and how far the first of them is written."""
        return len(self._lefts), self._y

    @position.setter
    def position(self, position: tuple[int, float]) -> None:
        columns, self._y = position
        del self._lefts[: len(self._lefts) - columns]

    def take(self, height: float) -> float | None:
        """Take room and return its upper edge; None where there is not enough."""
        if self._lefts and self._y > 0 and self._y + height > self._height:
            self._lefts.pop(0)
            self._y = 0.0
        if not self._lefts or self._y + height > self._height:
            self._lefts.clear()
            return None
        top = self._y
        self._y += height
        return top

    def gap(self, height: float) -> None:
        """Leave room, unless a column has just begun."""
        if self._y > 0:
            self._y += height * self.look.scale

    def line(
        self,
        text: str,
        face: Face,
        color: str,
        x: float,
        middle: float,
        **style: Any,  # noqa: ANN401
    ) -> None:
        """Write a line whose letters stand around a height; `x` counts from the column's edge."""
        self.drawn.append(
            write(
                self.axes,
                self.left + x,
                middle + 0.36 * face.size,
                text,
                face,
                color=color,
                va="baseline",
                **style,
            )
        )

    def box(self, x: float, top: float, width: float, height: float, **style: Any) -> None:  # noqa: ANN401
        """Draw a rectangle; `x` counts from the column's edge."""
        from matplotlib.patches import Rectangle

        patch = Rectangle((self.left + x, top), width, height, **{"lw": 0, **style})
        self.axes.add_artist(patch)  # unlike add_patch, does not measure the axes anew
        self.drawn.append(patch)

    def swatch(self, x: float, top: float, size: float, colors: Sequence[str]) -> None:
        """Draw a swatch: of one colour, striped in several, or framed for none."""
        rim = {"edgecolor": self.look.theme.muted, "lw": 0.5 * self.look.scale}
        stripes = list(colors) * (2 if len(colors) > 1 else 1)
        for i, color in enumerate(stripes):
            self.box(x + i * size / len(stripes), top, size / len(stripes), size, facecolor=color)
        self.box(x, top, size, size, facecolor="none", **rim)

    def heading(self, text: str) -> None:
        """Write a heading."""
        face = self.look.heading(9.5)
        # Not at the foot of a column, where nothing would follow.
        if self._lefts and self._y + 4 * face.size > self._height:
            self._y = self._height
        top = self.take(1.7 * face.size)
        if top is not None:
            self.line(text, face, self.look.theme.ink, 0, top + 0.75 * face.size)

    def paragraph(
        self, text: str, face: Face, color: str, *, indent: float = 0, most: int = 99
    ) -> bool:
        """Write a text in lines; return whether there was room for all of them."""
        lines = wrapped(text, face, self.width - indent, most=most)
        top = self.take(_LINE * face.size * len(lines))
        if top is None:
            return False
        for i, line in enumerate(lines):
            self.line(line, face, color, indent, top + (i + 0.5) * _LINE * face.size)
        return True

    def rule(self, top: float) -> None:
        """Draw a thin line across the column."""
        self.box(0, top, self.width, 0.6 * self.look.scale, facecolor=self.look.theme.rule)

    def row(self, colors: Sequence[str], name: str, cells: Sequence[tuple[str, float]]) -> None:
        """Write a row of a table: a swatch, a name, and cells flush with widths from the right."""
        face, theme, scale = self.look.face(7.5), self.look.theme, self.look.scale
        used = max((right * scale + measure(text, face)[0] for text, right in cells), default=0.0)
        indent = 13 * scale
        lines = wrapped(name, face, self.width - indent - used - 4 * scale, most=3)
        height = _LINE * face.size * max(1, len(lines)) + 5 * scale
        top = self.take(height)
        if top is None:
            return
        self.rule(top)
        first = top + 2.5 * scale + 0.5 * _LINE * face.size
        self.swatch(0, first - 4 * scale, 8 * scale, colors)
        for i, line in enumerate(lines):
            self.line(line, face, theme.ink, indent, first + i * _LINE * face.size)
        for text, right in cells:
            self.line(text, face, theme.ink, self.width - right * scale, first, ha="right")
