"""Films: the days of a span one after another, as GIF or MP4.

A page is laid out once. What no day changes is painted once, below and above what moves; a day on
which nothing moves on the map only gets its date and figures anew. Frames go to the file as they
are painted, so the memory does not grow with the span.
"""

from __future__ import annotations

from contextlib import closing
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from geofront.dates import as_day, days_between
from geofront.errors import SpanError
from geofront.files import appearing_whole
from geofront.files.extras import needs
from geofront.progress import tracker
from geofront.render.image.areas import Z
from geofront.render.image.look import make_look
from geofront.render.image.reels import GifReel, Mp4Reel
from geofront.render.image.saving import require_matplotlib
from geofront.render.image.sheet import Sheet
from geofront.render.image.text import SETTINGS
from geofront.render.size import check_size, page_of
from geofront.render.targets import file_target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from os import PathLike
    from pathlib import Path

    from matplotlib.artist import Artist
    from numpy.typing import NDArray
    from PIL.Image import Image

    from geofront.control.series import Series
    from geofront.render.image.look import Look

__all__ = ["FILM_SUFFIXES", "write_film"]

FILM_SUFFIXES = (".gif", ".mp4")
"""The formats of a film, as the suffix of its file."""

_SAMPLES = 8


def write_film(
    series: Series,
    path: str | PathLike[str],
    *,
    start: date | str | None = None,
    end: date | str | None = None,
    step_days: int = 1,
    fps: float = 6.0,
    size: tuple[int, int] = (1280, 720),
    hold_seconds: float = 2.0,
    theme: str = "light",
    names: str = "latin",
    places: int | None = None,
    statements: bool = False,
    font: str | None = None,
    progress: Callable[[Iterable[date]], Iterable[date]] | None = None,
) -> Path:
    """Write a film of a span of days, as GIF or as MP4 that browsers play (H.264).

    Parameters
    ----------
    series
        The series.
    path
        A file that ends on ``.gif`` or ``.mp4``; it appears whole or not at all.
    start, end
        First and last day; by default those of the series.
    step_days
        How many days lie between two frames; the last day is shown in any case.
    fps
        Frames, thus steps, a second; at most 60.
    size
        Width and height in pixels, with which letters grow; an MP4 needs even numbers.
    hold_seconds
        How long the last day stands still.
    theme
        ``light`` or ``dark``.
    names
        The letters in which places are named: ``latin``, ``arabic`` or ``both``.
    places
        The most places to name; by default as many as there is room for. Names stay where they
        are throughout.
    statements
        Whether the statements of each day are told.
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
        If a day lies outside the series, the span ends before it starts, or step or speed make no
        film.
    DateError
        If a text is not a day.
    UnknownNameError
        If there is no such theme, way of writing names or font.
    OutputError
        If the name has another suffix, or the size makes no film.
    DataFaultsError
        If matplotlib, or for an MP4 PyAV, is not installed.
    OSError
        If the file can't be written.
    """
    target = file_target(path, "a film", FILM_SUFFIXES)
    form = target.suffix.casefold().lstrip(".")
    days = _days(series, as_day(start), as_day(end), step_days)
    _check(fps, size, hold_seconds, form)
    look = make_look(theme=theme, names=names, places=places, font=font)
    require_matplotlib(str(target))
    studio = _Studio(series, look, size, days, statements=statements)
    with appearing_whole(target) as temporary:
        if form == "gif":
            samples = [studio.frame(day).copy() for day in days[:: max(1, len(days) // _SAMPLES)]]
            reel: GifReel | Mp4Reel = GifReel(temporary, size, fps, samples)
        else:
            with needs("av", "film", str(target)):
                reel = Mp4Reel(temporary, size, fps)
        with closing(reel):
            for day in (progress or tracker("film"))(days):
                reel.add(studio.frame(day))
            reel.hold(hold_seconds)
    return target


def _days(series: Series, start: date | None, end: date | None, step_days: int) -> list[date]:
    first, last = start or series.start, end or series.end
    for day in (first, last):
        series.snapshot(day)
    if last < first or step_days < 1:
        raise SpanError(
            f"no film from {first} to {last} in steps of {step_days} days; give the earlier day "
            "first, and a step of one day or more"
        )
    chosen = list(days_between(first, last))[::step_days]
    return chosen if chosen[-1] == last else [*chosen, last]


def _check(fps: float, size: tuple[int, int], hold_seconds: float, form: str) -> None:
    if not 0 < fps <= 60 or not 0 <= hold_seconds <= 60:  # noqa: PLR2004 - what players play
        raise SpanError(
            f"{fps} frames a second and {hold_seconds} s at the end make no film; give more than 0 "
            "and at most 60 frames, and 0 to 60 s"
        )
    check_size(size, even=form == "mp4")


class _Studio:
    """Paints the frames of a film, in the order of the days."""

    def __init__(
        self,
        series: Series,
        look: Look,
        size: tuple[int, int],
        days: list[date],
        *,
        statements: bool,
    ) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        inches, dpi = page_of(size)
        # The legend names what is ever held; its signs are those of the days that differ most.
        told = days[:: max(1, len(days) // 60)]
        self._sheet = Sheet(series, look, size_inches=inches, dpi=dpi, days=told)
        self._series = series
        self._statements = statements
        self._canvas: Any = FigureCanvasAgg(self._sheet.figure)
        self._sheet.map.write_names()
        self._sheet.tell(series.snapshot(days[0]), statements=statements)
        self._paint_still()
        self._moved = _days_that_move(series)
        self._shown: date | None = None
        self._map: object = None

    def frame(self, day: date) -> Image:
        """Return the picture of a day in RGB."""
        from matplotlib import rc_context
        from PIL import Image

        with rc_context(SETTINGS):
            self._paint_map(day)
            snapshot = self._series.snapshot(day)
            self._canvas.restore_region(self._map)
            self._sheet.tell(snapshot, statements=self._statements)
            self._draw(self._sheet.telling)
        below = Image.fromarray(self._pixels())
        below.alpha_composite(self._above)
        return below.convert("RGB")

    def _paint_still(self) -> None:
        """Paint what no day changes: what lies below the areas, and what lies above the marks."""
        from matplotlib import rc_context
        from PIL import Image

        sheet = self._sheet
        land = set(sheet.map.land)
        still = [a for a in sheet.map.axes.get_children() if a not in land]
        above = [
            a for a in still if a.get_zorder() >= Z.GRATICULE and a is not sheet.map.axes.patch
        ]
        with rc_context(SETTINGS):
            self._canvas.get_renderer().clear()
            self._draw(above)
            self._above = Image.fromarray(self._pixels().copy())
            hidden = [*above, *sheet.telling]
            for artist in hidden:
                artist.set_visible(False)
            self._canvas.draw()
            for artist in hidden:
                artist.set_visible(True)
            self._below = self._canvas.copy_from_bbox(sheet.figure.bbox)

    def _paint_map(self, day: date) -> None:
        """Paint the map of a day, unless it looks as it does on the day shown before."""
        last = self._shown
        self._shown = day
        if last == day:
            return
        if (
            last is not None
            and last < day
            and not self._moved.intersection(days_between(last + timedelta(days=1), day))
        ):
            return
        self._canvas.restore_region(self._below)
        self._sheet.map.show(self._series.snapshot(day))
        self._draw(self._sheet.map.moving)
        self._map = self._canvas.copy_from_bbox(self._sheet.figure.bbox)

    def _draw(self, artists: Iterable[Artist]) -> None:
        renderer = self._canvas.get_renderer()
        for artist in sorted(artists, key=lambda a: a.get_zorder()):
            artist.draw(renderer)

    def _pixels(self) -> NDArray[np.uint8]:
        return np.asarray(self._canvas.buffer_rgba())


def _days_that_move(series: Series) -> set[date]:
    """Return the days on which a map may look otherwise than on the day before.

    Those of events, whose rings go with their day; those after them; those on which a status or
    its flags, or an area, changes.
    """
    told = {event.day for event in series.history.known_events}
    after = {day + timedelta(days=1) for day in told if day < date.max}
    turns = {day for place_id in series.place_ids for day in series.history.turns(place_id)}
    return told | after | turns | set(series.redrawn_days)
