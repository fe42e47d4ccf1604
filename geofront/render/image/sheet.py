"""A page with the map of a day: title, map, panel and foot; written as PNG, SVG or PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geofront.control.wording import weekday, written_day
from geofront.errors import SpanError
from geofront.files import write_whole
from geofront.render.image.daymap import DayMap
from geofront.render.image.legend import (
    add_signs,
    add_statements,
    add_table,
    signs_of,
    table_rows,
)
from geofront.render.image.look import make_look
from geofront.render.image.panel import Panel, points_axes
from geofront.render.image.saving import credit_of, picture_target, require_matplotlib, saved
from geofront.render.image.text import Face, as_figure, measure, wrapped, write
from geofront.render.image.view import view_of
from geofront.render.shown import printable
from geofront.render.size import check_size, page_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from os import PathLike
    from pathlib import Path

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from geofront.control.series import Series
    from geofront.control.snapshot import Snapshot
    from geofront.render.image.look import Look

__all__ = ["Sheet", "plot_day", "write_image"]

_SIZE_INCHES = (10.0, 7.5)
_LEAST_INCHES = 3.0
_DPI = 150.0
_PT = 72.0
_MARGIN_PT = 20.0
_GAP_PT = 12.0
_PANEL_SHARE = 0.265
_PANEL_PT = (140.0, 215.0)
_BELOW_SHARE = 0.36
_WIDE = 1.05
_LEADING = 1.3


class Sheet:
    """A page with one map, of which one day after another may be shown.

    Parameters
    ----------
    series
        The series.
    look
        How it looks.
    size_inches
        Width and height of the page.
    dpi
        Dots per inch.
    days
        The days that will be shown: the legend is for all of them.
    """

    def __init__(
        self,
        series: Series,
        look: Look,
        *,
        size_inches: tuple[float, float],
        dpi: float,
        days: Sequence[date],
    ) -> None:
        from matplotlib.figure import Figure

        self.series = series
        self.look = look
        self.figure = Figure(figsize=size_inches, dpi=dpi, facecolor=look.theme.paper)
        self._width, self._height = (inches * _PT for inches in size_inches)
        self._margin = _MARGIN_PT * look.scale
        bottom = self._write_foot()
        top = self._write_title()
        map_box, panel_box = self._boxes(bottom, top)
        self.map = DayMap(self._axes(*map_box), series, look)
        self._panel_axes = points_axes(self.figure, *panel_box)
        wide_panel = panel_box[2] > panel_box[3] * _WIDE
        self._columns = max(1, int(panel_box[2] / (_PANEL_PT[0] * look.scale))) if wide_panel else 1
        snapshots = [series.snapshot(day) for day in days]
        self._rows = table_rows(snapshots, look)
        self._signs = signs_of(snapshots, [spot.place for spot in self.map.spots])
        self._after_signs: tuple[int, float] | None = None
        self.telling: list[Artist] = []
        """The texts and figures of the day that is shown."""

    def tell(self, snapshot: Snapshot, *, statements: bool = True) -> None:
        """Write date, table and statements of a day in the place of those before.

        Parameters
        ----------
        snapshot
            The day.
        statements
            Whether what was said of the day is told.
        """
        for artist in self.telling:
            artist.remove()
        panel = Panel(self._panel_axes, self.look, self._columns)
        add_table(panel, snapshot, self._rows)
        self._explain_signs(panel)
        if statements:
            add_statements(panel, snapshot, self.map.view)
        self.telling = [*panel.drawn, *self._write_date(snapshot.day)]

    def _explain_signs(self, panel: Panel) -> None:
        """Explain the signs; once for all days, since the table above them never grows."""
        if self._after_signs is None:
            explaining = Panel(self._panel_axes, self.look, self._columns)
            explaining.position = panel.position
            explaining.gap(9)
            add_signs(explaining, self._signs, self.series)
            explaining.gap(9)
            self._after_signs = explaining.position
        panel.position = self._after_signs

    def _axes(self, left: float, bottom: float, width: float, height: float) -> Axes:
        from geofront.render.image.pageaxes import PageAxes

        return self.figure.add_axes(
            (
                left / self._width,
                bottom / self._height,
                width / self._width,
                height / self._height,
            ),
            axes_class=PageAxes,
        )

    def _boxes(
        self, bottom: float, top: float
    ) -> tuple[tuple[float, float, float, float], tuple[float, float, float, float]]:
        """Return where map and panel stand: left, bottom, width, height in points."""
        scale = self.look.scale
        left, width, height = self._margin, self._width - 2 * self._margin, top - bottom
        gap = _GAP_PT * scale
        if self._width >= _WIDE * self._height:
            low, high = (pt * scale for pt in _PANEL_PT)
            beside = min(max(_PANEL_SHARE * width, low), high, 0.45 * width)
            panel = (left + width - beside, bottom, beside, height)
            return (left, bottom, width - beside - gap, height), panel
        below = _BELOW_SHARE * height
        panel = (left, bottom, width, below - gap)
        return (left, bottom + below, width, height - below), panel

    def _write_foot(self) -> float:
        """Write the credits at the foot; return the height in points above which there is room."""
        face = self.look.face(6)
        text = f"{credit_of(self.series)} · Projection: {view_of(self.series).told}"
        lines = wrapped(text, face, self._width - 2 * self._margin)
        step = _LEADING * face.size
        for i, line in enumerate(reversed(lines)):
            y = 0.6 * self._margin + i * step
            self._write(self._margin, y, line, face, self.look.theme.muted)
        return 0.6 * self._margin + len(lines) * step + 0.35 * self._margin

    def _write_title(self) -> float:
        """Write the title at the head; return the height in points below which there is room."""
        face = self.look.heading(15)
        beside = self._date_beside
        room = self._width - 2 * self._margin
        room -= beside + 2 * self._margin if beside else 0.0
        y = self._height - self._margin
        for line in wrapped(printable(self.series.title), face, room, most=3):
            y -= 0.8 * face.size
            self._write(self._margin, y, line, face, self.look.theme.ink)
            y -= 0.45 * face.size
        self._date_y = self._height - self._margin - 0.8 * face.size
        if not beside:
            date_face = self.look.heading(11)
            self._date_y = y - 0.75 * date_face.size
            y -= 1.2 * date_face.size
        return y - 0.3 * self._margin

    @property
    def _date_beside(self) -> float:
        """The width of the longest date where it fits beside the title, else 0."""
        width = measure("Wednesday 30 September 2000", self.look.heading(11))[0]
        return width if width < 0.4 * (self._width - 2 * self._margin) else 0.0

    def _write_date(self, day: date) -> list[Artist]:
        face, theme = self.look.heading(11), self.look.theme
        plain = face._replace(weight="normal")
        number, name = written_day(day), f"{weekday(day)} "
        if self._date_beside:
            x = self._width - self._margin - measure(number, face)[0]
            start = x - measure(name, plain)[0]
        else:
            start = self._margin
            x = start + measure(name, plain)[0]
        return [
            self._write(start, self._date_y, name, plain, theme.muted),
            self._write(x, self._date_y, number, face, theme.ink),
        ]

    def _write(self, x: float, y: float, text: str, face: Face, color: str) -> Artist:
        return write(
            self.figure, x / self._width, y / self._height, text, face, color=color, va="baseline"
        )


def plot_day(
    series: Series,
    day: date | str | None = None,
    ax: Axes | None = None,
    *,
    theme: str = "light",
    names: str = "latin",
    places: int | None = None,
    statements: bool = True,
    size_inches: tuple[float, float] = _SIZE_INCHES,
    font: str | None = None,
) -> Axes:
    """Draw the map of a day with matplotlib.

    Parameters
    ----------
    series
        The series.
    day
        A day of its span; by default the last one.
    ax
        Axes to draw the map into, which are filled by it as they stand; None for a page of its own
        with title, legend and credits.
    theme
        ``light`` or ``dark``.
    names
        The letters in which places are named: ``latin``, ``arabic`` where an Arabic name is
        known, or ``both``.
    places
        The most places to name; by default as many as there is room for.
    statements
        Whether the page tells the statements of the day.
    size_inches
        Width and height of the page.
    font
        The family of all letters; by default DejaVu, which comes with matplotlib.

    Returns
    -------
    Axes
        The axes of the map, in projected metres; ``.figure.savefig(...)`` writes it to a file.

    Raises
    ------
    SpanError
        If the day lies outside the series, or the page is smaller than 3 inches.
    DateError
        If a text is not a day.
    UnknownNameError
        If there is no such theme, way of writing names or font.
    DataFaultsError
        If matplotlib is not installed.

    Examples
    --------
    Skipped where examples are run: it needs an extra, and the tests of pictures do the same.

    >>> import geofront
    >>> from geofront.render.image import plot_day
    >>> series = geofront.draw(geofront.read("palmyra-2016"))
    >>> figure = plot_day(series, "2016-12-11")  # doctest: +SKIP
    """
    look = make_look(theme=theme, names=names, places=places, font=font)
    snapshot = series.snapshot(series.end if day is None else day)
    require_matplotlib("a picture")
    if ax is None:
        return _day_sheet(snapshot, look, size_inches, statements=statements).map.axes
    day_map = DayMap(ax, series, look)
    day_map.show(snapshot)
    day_map.write_names(snapshot)
    face = look.heading(10)
    text = f"{printable(series.title)}: {written_day(snapshot.day)}"
    ax.set_title(
        text, loc="left", fontproperties=face.properties, color=look.theme.ink, parse_math=False
    )
    return ax


def _day_sheet(
    snapshot: Snapshot,
    look: Look,
    size_inches: tuple[float, float],
    *,
    statements: bool,
    dpi: float = _DPI,
) -> Sheet:
    if min(size_inches) < _LEAST_INCHES:
        raise SpanError(f"a page of {size_inches} inches is too small; give at least 3 by 3")
    sheet = Sheet(snapshot.series, look, size_inches=size_inches, dpi=dpi, days=[snapshot.day])
    sheet.map.show(snapshot)
    sheet.map.write_names(snapshot)
    sheet.tell(snapshot, statements=statements)
    return sheet


def write_image(
    series: Series,
    path: str | PathLike[str],
    *,
    day: date | str | None = None,
    theme: str = "light",
    names: str = "latin",
    places: int | None = None,
    statements: bool = True,
    size: tuple[int, int] | None = None,
    size_inches: tuple[float, float] = _SIZE_INCHES,
    dpi: float = _DPI,
    font: str | None = None,
) -> Path:
    """Write the map of a day as a picture for print: PNG, SVG or PDF.

    The same input gives the same bytes, whenever it is written.

    Parameters
    ----------
    series
        The series.
    path
        A file that ends on ``.png``, ``.svg`` or ``.pdf``; it appears whole or not at all.
    day
        A day of its span; by default the last one.
    theme
        ``light`` or ``dark``.
    names
        The letters in which places are named: ``latin``, ``arabic`` where an Arabic name is
        known, or ``both``.
    places
        The most places to name; by default as many as there is room for.
    statements
        Whether the page tells the statements of the day.
    size
        Width and height in pixels, in the stead of the two that follow: the page is then 7.5
        inches on its shorter side, so that letters grow with it. Of an SVG or PDF the shape.
    size_inches
        Width and height of the page: a larger one has room for more.
    dpi
        Dots per inch of a PNG.
    font
        The family of all letters; by default DejaVu, which comes with matplotlib.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    SpanError
        If the day lies outside the series, or the page is smaller than 3 inches.
    DateError
        If a text is not a day.
    UnknownNameError
        If there is no such theme, way of writing names or font.
    OutputError
        If the name has another suffix, or the size makes no picture.
    DataFaultsError
        If matplotlib is not installed.
    OSError
        If the file can't be written.
    """
    target, form = picture_target(path)
    if size is not None:
        check_size(size)
        size_inches, dpi = page_of(size)
    axes = plot_day(
        series,
        day,
        theme=theme,
        names=names,
        places=places,
        statements=statements,
        size_inches=size_inches,
        font=font,
    )
    figure = as_figure(axes)
    write_whole(
        target, saved(figure, series, form=form, dpi=dpi, theme=make_look(theme=theme).theme)
    )
    return target
