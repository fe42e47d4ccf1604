"""Charts of a series over time: km² of each actor, length of the fronts, pockets.

They need matplotlib: ``pip install ".[plots]"``.
"""

from __future__ import annotations

import textwrap
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from geofront.control.difference import parties
from geofront.control.state import CONTESTED
from geofront.dates import days_between
from geofront.files import write_whole
from geofront.progress import tracker
from geofront.render.image.look import make_look
from geofront.render.image.saving import credit_of, picture_target, require_matplotlib, saved
from geofront.render.image.text import as_figure, wrapped
from geofront.render.importance import Importance
from geofront.render.intervals import day_after
from geofront.render.shown import printable
from geofront.render.style import CONTESTED as CONTESTED_COLOR
from geofront.render.style import LIGHT, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date
    from os import PathLike
    from pathlib import Path

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from geofront.control.series import Series
    from geofront.render.image.look import Look
    from geofront.render.style import Theme

__all__ = ["plot_areas", "plot_fronts", "plot_pockets", "write_charts"]

_MOST_FRONTS = 10
_MOST_NAMES = 6
_NAME_WIDTH = 30
_FIGURE_INCHES = 10.0
_PANEL_INCHES = 4.2
_PAD_INCHES = 0.2
_DPI = 150.0
_DASH = (0, (5, 5))
_HEADROOM = 1.2  # for the names above the lines


def plot_areas(series: Series, ax: Axes | None = None, *, theme: str = "light") -> Axes:
    """Draw the km² of each actor over time, one upon the other.

    Parameters
    ----------
    series
        The series.
    ax
        Where to draw; None for a figure of its own.
    theme
        ``light`` or ``dark``.

    Returns
    -------
    Axes
        ``.figure.savefig(...)`` writes it to a file.

    Raises
    ------
    UnknownNameError
        If there is no such theme.
    """
    return _alone(series, ax, theme, "Area held")


def _draw_areas(series: Series, axes: Axes, look: Look) -> None:
    _prepare(axes, look, "km²")
    keys = list(parties(series))
    km2 = series.stats()["area_km2"].to_numpy(dtype=np.float64).reshape(len(series), len(keys))
    order = {actor: i for i, actor in enumerate(_by_side(series))}
    shown = [column for column in range(len(keys)) if km2[:, column].any()]
    bands: list[tuple[str, NDArray[np.float64]]] = []
    colors, hatches = [], []
    for column in sorted(shown, key=lambda c: order.get(keys[c][1] or "", len(order) + c)):
        status, actor = keys[column]
        name = status if actor is None else series.timeline.actors[actor].name
        bands.append((name, km2[:, column]))
        colors.append(_color(series, look, status, actor))
        hatches.append("///" if status == CONTESTED else "")
    _stack(axes, series, look, bands, colors=colors, hatches=hatches)
    _finish(axes, series, look.theme)


def plot_fronts(series: Series, ax: Axes | None = None, *, theme: str = "light") -> Axes:
    """Draw the length in km of the front between each two actors over time.

    Each line is dashed in the colours of the two. Of many pairs the longest fronts are drawn, and
    the number of the others is told.

    Parameters
    ----------
    series
        The series.
    ax
        Where to draw; None for a figure of its own.
    theme
        ``light`` or ``dark``.

    Returns
    -------
    Axes
        ``.figure.savefig(...)`` writes it to a file.

    Raises
    ------
    UnknownNameError
        If there is no such theme.
    """
    return _alone(series, ax, theme, "Length of the fronts")


def _draw_fronts(series: Series, axes: Axes, look: Look) -> None:
    from matplotlib.legend_handler import HandlerTuple
    from matplotlib.lines import Line2D

    _prepare(axes, look, "km")
    table = series.front_stats()
    longest = table.groupby(["actor", "other"])["front_km"].max().sort_values(ascending=False)
    handles: list[tuple[Artist, ...]] = []
    names = []
    for one, other in longest.index[:_MOST_FRONTS]:
        chosen = table[(table["actor"] == one) & (table["other"] == other)]["front_km"]
        km = chosen.to_numpy(dtype=np.float64)
        steps = _steps(series, np.where(km > 0, km, np.nan))
        both = [series.timeline.actors[actor] for actor in (one, other)]
        drawn: list[Artist] = []
        for actor, style in zip(both, ("-", _DASH), strict=True):
            color = look.ink_of(series.timeline.actors, actor.id)
            axes.step(*steps, where="post", color=color, ls=style, lw=2.2)
            drawn.append(Line2D([], [], color=color, ls=style, lw=2.2))
        handles.append(tuple(drawn))
        names.append(" – ".join(actor.name for actor in both))
    if handles:
        _legend(axes, look.theme, handles, names, {tuple: HandlerTuple(ndivide=1)})
    if len(longest) > _MOST_FRONTS:
        note = f"and {len(longest) - _MOST_FRONTS} shorter fronts"
        axes.text(
            0.01, 0.98, note, transform=axes.transAxes, va="top", color=look.theme.muted, fontsize=8
        )
    tallest = table["front_km"].max() if len(table) else 0.0
    axes.set_ylim(0, _HEADROOM * float(tallest) or 1.0)
    _finish(axes, series, look.theme)


def plot_pockets(series: Series, ax: Axes | None = None, *, theme: str = "light") -> Axes:
    """Draw the km² that each actor holds in pockets over time, with the names of the largest.

    Parameters
    ----------
    series
        The series.
    ax
        Where to draw; None for a figure of its own.
    theme
        ``light`` or ``dark``.

    Returns
    -------
    Axes
        ``.figure.savefig(...)`` writes it to a file.

    Raises
    ------
    UnknownNameError
        If there is no such theme.
    """
    return _alone(series, ax, theme, "Held in pockets")


def _draw_pockets(series: Series, axes: Axes, look: Look) -> None:
    _prepare(axes, look, "km²")
    pockets = series.pockets()
    actors = [a for a in _by_side(series) if any(a in s.km2 for p in pockets for s in p.states)]
    held = {actor: np.zeros(len(series)) for actor in actors}
    for pocket in pockets:
        for day in days_between(pocket.first, pocket.last):
            state = pocket.on(day)
            for actor, km2 in (state.km2 if state else {}).items():
                held[actor][(day - series.start).days] += km2
    _stack(
        axes,
        series,
        look,
        [(series.timeline.actors[actor].name, km2) for actor, km2 in held.items()],
        colors=[look.ink_of(series.timeline.actors, actor) for actor in actors],
        hatches=["" for _ in actors],
    )
    height = sum(held.values(), start=np.zeros(len(series)))
    largest = sorted(pockets, key=lambda p: -p.largest.area_km2)[:_MOST_NAMES]
    notes: dict[date, list[str]] = {}
    for pocket in largest:
        name = _name(series, pocket.largest.places)
        told = f"{printable(name)}, {pocket.largest.area_km2:,.0f} km²"
        notes.setdefault(pocket.largest.day, []).append(told)
    for day, lines in notes.items():
        row = (day - series.start).days
        late = row > len(series) / 2
        axes.annotate(
            "\n".join(lines),
            (_x(day_after(day) if late else day), height[row]),
            textcoords="offset points",
            xytext=(0, 3),
            ha="right" if late else "left",
            fontsize=8,
            color=look.theme.ink,
            parse_math=False,
        )
    if not len(pockets):
        axes.text(
            0.5, 0.5, "no pockets", transform=axes.transAxes, ha="center", color=look.theme.muted
        )
    axes.set_ylim(0, _HEADROOM * float(height.max(initial=0.0)) or 1.0)
    _finish(axes, series, look.theme)


_CHARTS: dict[str, Callable[[Series, Axes, Look], None]] = {
    "Area held": _draw_areas,
    "Length of the fronts": _draw_fronts,
    "Held in pockets": _draw_pockets,
}


def write_charts(
    series: Series,
    path: str | PathLike[str],
    *,
    theme: str = "light",
    progress: Callable[[Iterable[str]], Iterable[str]] | None = None,
) -> Path:
    """Write the three charts, one below the other, as a picture.

    Parameters
    ----------
    series
        The series.
    path
        A file that ends on ``.png``, ``.svg`` or ``.pdf``.
    theme
        ``light`` or ``dark``.
    progress
        Wraps the headings of the charts as they are drawn, as tqdm does; by default a bar where
        there is someone to look at it (`geofront.progress`).

    Returns
    -------
    Path
        The file; the same bytes for the same series.

    Raises
    ------
    UnknownNameError
        If there is no such theme.
    OutputError
        If the name has another suffix.
    DataFaultsError
        If matplotlib is not installed.
    """
    target, form = picture_target(path)
    look = make_look(theme=theme)
    require_matplotlib(str(target))
    figure = _figure(len(_CHARTS), look.theme)
    panels = dict(zip(_CHARTS, figure.subplots(len(_CHARTS), 1), strict=True))
    for heading in (progress or tracker("charts", "charts"))(_CHARTS):
        _CHARTS[heading](series, panels[heading], look)
        _write_heading(panels[heading], look, heading)
    _write_title(figure, series, look)
    _write_credit(figure, series, look)
    write_whole(target, saved(figure, series, form=form, dpi=_DPI, theme=look.theme))
    return target


def _alone(
    series: Series,
    ax: Axes | None,
    theme: str,
    heading: str,
) -> Axes:
    """Draw one chart with the title of the series and the credit."""
    look = make_look(theme=theme)
    axes = _page(look.theme) if ax is None else ax
    _CHARTS[heading](series, axes, look)
    _write_heading(axes, look, f"{heading}: {series.title}")
    if ax is None:
        _write_credit(as_figure(axes), series, look)
    return axes


def _page(theme: Theme) -> Axes:
    from geofront.render.image.pageaxes import PageAxes

    return _figure(1, theme).add_subplot(axes_class=PageAxes)


def _figure(panels: int, theme: Theme) -> Figure:
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    return Figure(
        figsize=(_FIGURE_INCHES, panels * _PANEL_INCHES),
        layout=ConstrainedLayoutEngine(w_pad=_PAD_INCHES, h_pad=_PAD_INCHES),
        facecolor=theme.paper,
    )


def _write_heading(axes: Axes, look: Look, heading: str) -> None:
    face = look.heading(11)
    wide = axes.get_position().width * as_figure(axes).get_size_inches()[0] * 72
    axes.set_title(
        "\n".join(wrapped(printable(heading), face, wide, most=2)),
        loc="left",
        color=look.theme.ink,
        parse_math=False,  # a dollar sign is a letter, not the beginning of a formula
        fontproperties=face.properties,
    )


def _write_title(figure: Figure, series: Series, look: Look) -> None:
    face = look.heading(14)
    figure.suptitle(
        "\n".join(wrapped(printable(series.title), face, _text_width(figure), most=3)),
        x=_PAD_INCHES / figure.get_size_inches()[0],
        ha="left",
        color=look.theme.ink,
        parse_math=False,
        fontproperties=face.properties,
    )


def _write_credit(figure: Figure, series: Series, look: Look) -> None:
    face = look.face(6.5)
    figure.supxlabel(
        "\n".join(wrapped(credit_of(series), face, _text_width(figure))),
        x=_PAD_INCHES / figure.get_size_inches()[0],
        ha="left",
        color=look.theme.muted,
        parse_math=False,
        fontproperties=face.properties,
    )


def _text_width(figure: Figure) -> float:
    # Letters in a figure that someone saves himself may be that much wider than measured.
    return float(figure.get_size_inches()[0] - 2 * _PAD_INCHES) * 72 / 1.08


def _prepare(axes: Axes, look: Look, unit: str) -> None:
    theme = look.theme
    axes.set_facecolor(theme.paper)
    axes.set_ylabel(unit, color=theme.muted)
    axes.spines[["bottom", "left"]].set_color(theme.muted)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color=theme.rule, lw=0.6)
    axes.set_axisbelow(True)


def _x(day: date) -> np.datetime64:
    return np.datetime64(day)


def _steps(
    series: Series, values: NDArray[np.float64]
) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
    """Return the corners of a line that keeps a day's value to the end of the day."""
    days = [*series.days, day_after(series.end)]
    return np.array(days, dtype="datetime64[D]"), np.append(values, values[-1:])


def _stack(
    axes: Axes,
    series: Series,
    look: Look,
    bands: Sequence[tuple[str, NDArray[np.float64]]],
    *,
    colors: Sequence[str],
    hatches: Sequence[str],
) -> None:
    base = np.zeros(len(series))
    drawn: list[Artist] = []
    for values, color, hatch in zip((v for _, v in bands), colors, hatches, strict=True):
        x, low = _steps(series, base)
        high = _steps(series, base + values)[1]
        band = axes.fill_between(
            x,
            low,
            high,
            step="post",
            facecolor=color,
            hatch=hatch,
            edgecolor=look.theme.paper,
            lw=0.4,
        )
        drawn.append(band)
        base = base + values
    if drawn:
        # From the top down, as the bands lie.
        _legend(axes, look.theme, drawn[::-1], [name for name, _ in bands][::-1])
    axes.set_ylim(bottom=0)


def _legend(
    axes: Axes,
    theme: Theme,
    handles: Sequence[Artist | tuple[Artist, ...]],
    names: Sequence[str],
    handler_map: dict[type, object] | None = None,
) -> None:
    legend = axes.legend(
        handles,
        [textwrap.fill(printable(name), _NAME_WIDTH) for name in names],
        handler_map=handler_map,
        loc="upper left",
        bbox_to_anchor=(1.0, 1.0),
        frameon=False,
        fontsize=8,
        handlelength=2.6,
        labelcolor=theme.ink,
    )
    for text in legend.get_texts():
        text.set_parse_math(False)


def _finish(axes: Axes, series: Series, theme: Theme) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

    end = day_after(series.end)
    ends = [min(series.start, end - timedelta(days=1)), end]
    axes.set_xlim(*date2num(ends).tolist())  # type: ignore[no-untyped-call]
    locator = AutoDateLocator(minticks=3, maxticks=9)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    # In figures: names of months would be those of the locale.
    dates = ConciseDateFormatter(  # type: ignore[no-untyped-call]
        locator,
        formats=["%Y", "%Y-%m", "%m-%d", *["%H:%M"] * 3],
        zero_formats=["", "%Y", "%Y-%m", "%m-%d", *["%H:%M"] * 2],
        offset_formats=["", "%Y", "%Y-%m", *["%Y-%m-%d"] * 3],
    )
    axes.xaxis.set_major_formatter(dates)
    axes.yaxis.set_major_formatter("{x:,g}")
    axes.xaxis.get_offset_text().set(size=8, color=theme.muted)
    axes.tick_params(colors=theme.muted, labelsize=8)


def _by_side(series: Series) -> list[str]:
    """Return the actors, those of one side together."""
    return [actor.id for actor in sorted(series.timeline.actors, key=lambda a: (a.side, a.id))]


def _color(series: Series, look: Look, status: str, actor: str | None) -> str:
    if actor is not None:
        return look.ink_of(series.timeline.actors, actor)
    if status == CONTESTED:
        return CONTESTED_COLOR
    return UNKNOWN if look.theme is LIGHT else look.theme.rule


def _name(series: Series, place_ids: Sequence[str]) -> str:
    """Return the name of the most important of some places, and how many more there are."""
    timeline = series.timeline
    importance = Importance(timeline.places.values(), timeline.events)
    places = sorted((timeline.places[i] for i in place_ids), key=importance.key)
    if not places:
        return "no named place"
    more = f" and {len(places) - 1} more" if len(places) > 1 else ""
    return f"{places[0].name}{more}"
