"""Small multiples: the maps of several days on one page, with one legend."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from geofront.control.wording import written_day
from geofront.errors import SpanError, UnknownNameError
from geofront.files import write_whole
from geofront.progress import tracker
from geofront.render.image.daymap import DayMap
from geofront.render.image.legend import (
    SIGNS_OF_PLACES,
    add_bar,
    add_signs,
    legend_height,
    signs_of,
    table_rows,
)
from geofront.render.image.look import make_look
from geofront.render.image.panel import Panel, points_axes
from geofront.render.image.saving import credit_of, picture_target, require_matplotlib, saved
from geofront.render.image.text import wrapped, write
from geofront.render.image.view import view_of
from geofront.render.shown import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date
    from os import PathLike
    from pathlib import Path

    from matplotlib.figure import Figure

    from geofront.control.series import Series
    from geofront.control.snapshot import Snapshot
    from geofront.render.image.legend import Row
    from geofront.render.image.look import Look
    from geofront.render.image.text import Face

__all__ = ["CHOICES", "choose_days", "write_multiples"]

CHOICES = ("even", "change")
"""How days are chosen: evenly over the span, or those on which most ground changed hands."""

_MOST_DAYS = 12
_DPI = 150.0
_MARGIN_PT = 20.0
_GAP_PT = 10.0
_HEAD_PT = 24.0
_BAR_PT = 4.0
_PAGE_ASPECT = 1.25
_MAP_SCALE = 0.75
_MARKS = 0.6
_NAMES_PER_MAP = 5
_ASPECTS = (0.7, 2.2)


def choose_days(
    series: Series, days: int | Iterable[date | str] | None = None, *, by: str = "even"
) -> list[date]:
    """Return the days of small multiples.

    Parameters
    ----------
    series
        The series.
    days
        How many, or which; by default twelve, or all where there are fewer.
    by
        One of `CHOICES`, where the days are not given: ``even`` takes the first and the last day
        and others at equal steps between, ``change`` the first day and those on which most km²
        changed hands.

    Returns
    -------
    list[date]
        In order, each once.

    Raises
    ------
    SpanError
        If a day lies outside the series, or there is none.
    DateError
        If a text is not a day.
    UnknownNameError
        If days are not chosen in that way.
    """
    if by not in CHOICES:
        raise UnknownNameError("choice of days", by, CHOICES)
    if days is not None and not isinstance(days, int):
        chosen = sorted({series.snapshot(day).day for day in days})
    else:
        count = min(_MOST_DAYS if days is None else days, len(series))
        if count < 1:
            raise SpanError(f"{days} days make no picture; give one or more")
        chosen = _most_changed(series, count) if by == "change" else _evenly(series, count)
    if not chosen:
        raise SpanError("no day is given; give one or more")
    return chosen


def _evenly(series: Series, count: int) -> list[date]:
    rows = np.linspace(len(series) - 1, 0, count).round().astype(int)
    return [series.days[row] for row in sorted(set(rows.tolist()))]


def _most_changed(series: Series, count: int) -> list[date]:
    """Return the first day, and those on which most km² got another label."""
    km2 = series.patchwork.km2
    before = series.snapshot(series.start).state.labels
    changed: dict[date, float] = {}
    for day in series.redrawn_days:
        after = series.snapshot(day).state.labels
        changed[day] = float(km2[before != after].sum())
        before = after
    most = sorted(changed, key=lambda day: (-changed[day], day))[: count - 1]
    return sorted([series.start, *most])


def write_multiples(
    series: Series,
    path: str | PathLike[str],
    *,
    days: int | Iterable[date | str] | None = None,
    by: str = "even",
    columns: int | None = None,
    theme: str = "light",
    names: str = "latin",
    places: int = _NAMES_PER_MAP,
    width_inches: float = 10.0,
    dpi: float = _DPI,
    font: str | None = None,
    progress: Callable[[Iterable[date]], Iterable[date]] | None = None,
) -> Path:
    """Write the maps of several days on one page: PNG, SVG or PDF.

    Parameters
    ----------
    series
        The series.
    path
        A file that ends on ``.png``, ``.svg`` or ``.pdf``; it appears whole or not at all.
    days, by
        How many or which days, and how they are chosen; see `choose_days`.
    columns
        How many maps stand side by side; by default so many that the page is a little wider than
        high.
    theme
        ``light`` or ``dark``.
    names
        The letters in which places are named: ``latin``, ``arabic`` or ``both``.
    places
        The most places to name on each map; they are the same on all.
    width_inches
        Width of the page; the height follows.
    dpi
        Dots per inch of a PNG.
    font
        The family of all letters; by default DejaVu, which comes with matplotlib.
    progress
        Wraps the days as they are worked through, as tqdm does; by default a bar where there is
        someone to look at it (`geofront.progress`).

    Returns
    -------
    Path
        The file.

    Raises
    ------
    SpanError
        If a day lies outside the series, or there is none.
    DateError
        If a text is not a day.
    UnknownNameError
        If there is no such theme, way of writing names, choice of days or font.
    OutputError
        If the name has another suffix.
    DataFaultsError
        If matplotlib is not installed.
    OSError
        If the file can't be written.
    """
    target, form = picture_target(path)
    look = make_look(theme=theme, names=names, places=places, font=font)
    small = replace(look, scale=_MAP_SCALE, marks=_MARKS)
    chosen = choose_days(series, days, by=by)
    require_matplotlib(str(target))
    page = _Page(series, look, len(chosen), columns, width_inches)
    page.write_legend([series.snapshot(day) for day in chosen])
    for index, day in enumerate((progress or tracker("small multiples"))(chosen)):
        page.draw_map(index, series.snapshot(day), small)
    write_whole(target, saved(page.figure, series, form=form, dpi=dpi, theme=look.theme))
    return target


class _Page:
    """A page of maps in rows, with a title above them, a legend and the credits below."""

    def __init__(
        self, series: Series, look: Look, count: int, columns: int | None, width_inches: float
    ) -> None:
        from matplotlib.figure import Figure

        self._series, self._look = series, look
        view = view_of(series)
        shape = (view.east - view.west) / (view.north - view.south)
        self._aspect = min(max(shape, _ASPECTS[0]), _ASPECTS[1])
        wanted = columns or round(math.sqrt(count * _PAGE_ASPECT / self._aspect))
        self._columns = max(1, min(count, wanted))
        self._width = width_inches * 72
        inner = self._width - 2 * _MARGIN_PT
        self._map_width = (inner - (self._columns - 1) * _GAP_PT) / self._columns
        self._row_height = self._map_width / self._aspect + _HEAD_PT + _GAP_PT
        self._credit = wrapped(
            f"{credit_of(series)} · Projection: {view.told}", look.face(6), inner
        )
        self._title = wrapped(printable(series.title), look.heading(15), inner, most=3)
        self._foot = 0.6 * _MARGIN_PT + 8 * len(self._credit) + 6
        self._legend = 0.0
        self._rows: list[Row] = []
        self._count = count
        self.figure: Figure = Figure(
            figsize=(width_inches, 1.0), dpi=_DPI, facecolor=look.theme.paper
        )

    def write_legend(self, snapshots: Sequence[Snapshot]) -> None:
        """Give the page its height, and write all that stands on it but the maps."""
        series, look = self._series, self._look
        self._rows = table_rows(snapshots, look)
        places = list(series.timeline.places.values())
        signs = [key for key in signs_of(snapshots, places) if key not in SIGNS_OF_PLACES]
        width = self._width - 2 * _MARGIN_PT
        panels = max(1, int(width / 200))
        self._legend = legend_height(self._rows, signs, look, width, panels) + _GAP_PT
        head = _MARGIN_PT + 20 * len(self._title) + 6
        rows = math.ceil(self._count / self._columns)
        self._top = self._foot + self._legend + rows * self._row_height
        height = self._top + head
        self.figure.set_size_inches(self._width / 72, height / 72)
        axes = points_axes(self.figure, _MARGIN_PT, self._foot, width, self._legend - _GAP_PT)
        panel = Panel(axes, look, panels)
        for row in self._rows:
            panel.row(row.colors, row.name, ())
        panel.gap(4)
        add_signs(panel, signs, series)
        self._text(self._title, look.heading(15), height - _MARGIN_PT, 20)
        self._text(self._credit, look.face(6), self._foot - 6, 8, muted=True)

    def draw_map(self, index: int, snapshot: Snapshot, look: Look) -> None:
        """Draw the map of a day, with its date and a bar of who holds how much above it."""
        row, column = divmod(index, self._columns)
        left = _MARGIN_PT + column * (self._map_width + _GAP_PT)
        top = self._top - row * self._row_height
        high = self._map_width / self._aspect
        figure_height = float(self.figure.get_size_inches()[1]) * 72
        bottom = (top - _HEAD_PT - high) / figure_height
        box = (left / self._width, bottom, self._map_width / self._width, high / figure_height)
        day_map = DayMap(
            self.figure.add_axes(box), self._series, look, furniture="none" if index else "scale"
        )
        day_map.show(snapshot)
        day_map.write_names()
        head = points_axes(self.figure, left, top - _HEAD_PT, self._map_width, _HEAD_PT)
        panel = Panel(head, self._look)
        ink = self._look.theme.ink
        panel.line(written_day(snapshot.day), self._look.heading(8.5), ink, 0, 8)
        top = _HEAD_PT - _BAR_PT - 3
        add_bar(panel, snapshot, self._rows, top=top, height=_BAR_PT, rim=0.4)

    def _text(
        self, lines: Sequence[str], face: Face, top: float, step: float, *, muted: bool = False
    ) -> None:
        theme = self._look.theme
        height = float(self.figure.get_size_inches()[1]) * 72
        for i, line in enumerate(lines):
            write(
                self.figure,
                _MARGIN_PT / self._width,
                (top - i * step - 0.75 * face.size) / height,
                line,
                face,
                color=theme.muted if muted else theme.ink,
                va="baseline",
            )
