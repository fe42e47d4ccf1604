"""A series as a map of Lonboard, for a notebook: the graphics card draws it, so it may be large.

The layers hold every shape once, with its first day and the day after its last one, and the
graphics card shows those of one day. Lonboard has no hatching: contested ground has one colour.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geofront.dates import as_day
from geofront.errors import SpanError
from geofront.files.extras import needs
from geofront.render.gis.frames import interval_frame
from geofront.render.gis.layers import chosen_layers
from geofront.render.style import FRONT, LIGHT, channels

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    import geopandas
    import ipywidgets
    import lonboard
    from numpy.typing import NDArray

    from geofront.control.series import Series

__all__ = ["LAYERS", "day_slider", "show_day", "to_lonboard"]

LAYERS = ("areas", "frontlines", "places")
"""The layers that are shown if none are named, from the lowest to the uppermost."""

_EVER = 4_000_000.0  # days, about 10,000 years; 32 bits of float still count it exactly
_OPAQUE = 255
_DOT_PX = 3.5


def to_lonboard(
    series: Series, *, day: date | str | None = None, layers: Collection[str] = LAYERS
) -> lonboard.Map:
    """Return a map of Lonboard of one day, or of all days with a filter on the day.

    Parameters
    ----------
    series
        What to show.
    day
        The only day that the map then holds. Without it the map holds all of them and shows the
        last; `show_day` and `day_slider` show others.
    layers
        Any of ``areas``, ``frontlines``, ``places`` and ``events``; empty ones are left out.

    Returns
    -------
    lonboard.Map
        The map. The background that it draws by default comes from the network.

    Raises
    ------
    UnknownNameError
        If there is no such layer.
    SpanError
        If the day is none of the series.
    DataFaultsError
        If Lonboard is not installed (``pip install ".[lonboard]"``).
    DateError
        If the day is a text and not a day.
    """
    with needs("lonboard", "lonboard", "the map"):
        from lonboard import Map

    names = [layer.name for layer in chosen_layers(layers)]
    only = None if day is None else _of(series, day)
    frames = {name: _frame(series, name, only) for name in names}
    shown = [_layer(name, frame, series, only) for name, frame in frames.items() if len(frame)]
    view = Map(shown)
    view.custom_attribution = _credit(series)
    return view


def show_day(view: lonboard.Map, series: Series, day: date | str) -> None:
    """Show another day on a map that holds all of them.

    Parameters
    ----------
    view
        What `to_lonboard` gave.
    series
        The series that it was made of.
    day
        The day.

    Raises
    ------
    SpanError
        If the day is none of the series.
    DateError
        If the day is a text and not a day.
    """
    limits = _limits(series, _of(series, day))
    for layer in view.layers:
        if layer.has_trait("filter_range"):
            layer.filter_range = limits


def day_slider(view: lonboard.Map, series: Series) -> ipywidgets.SelectionSlider:
    """Return a slider that moves a map through the days.

    Parameters
    ----------
    view
        What `to_lonboard` gave.
    series
        The series that it was made of.

    Returns
    -------
    ipywidgets.SelectionSlider
        Its value is the day.
    """
    import ipywidgets

    slider = ipywidgets.SelectionSlider(
        options=[(day.isoformat(), day) for day in series.days],
        value=series.end,
        description="Day",
        continuous_update=True,
        layout={"width": "100%"},
    )
    slider.observe(lambda change: show_day(view, series, change["new"]), "value")
    return slider


def _of(series: Series, day: date | str) -> date:
    there = as_day(day)
    if not series.start <= there <= series.end:
        raise SpanError(f"{there} is no day of the series, {series.start} to {series.end}")
    return there


def _credit(series: Series) -> list[str]:
    """Return what stands in a corner of the map, where markup would be run."""
    told = series.provenance
    withheld = series.timeline.published.told
    told_first = [f"Withheld: {withheld}"] if withheld else []
    told_first += [str(told[key]) for key in ("attribution", "licence") if told.get(key)]
    return [escape(text) for text in told_first]


def _limits(series: Series, day: date) -> tuple[tuple[float, float], ...]:
    """Return within what the first day and the day after the last of a shown row must lie."""
    since = float((day - series.start).days)
    return (-_EVER, since), (since + 1, _EVER)


def _frame(series: Series, name: str, only: date | None) -> geopandas.GeoDataFrame:
    """Return the rows, each a single polygon, line or point: a filter goes by the row."""
    frame = interval_frame(series, name)
    if only is not None:
        day = np.datetime64(only, "s")
        frame = frame[(frame["start"] <= day) & (day < frame["end"])]
    frame = frame.explode(ignore_index=True)
    kind = {"areas": "Polygon", "frontlines": "LineString"}.get(name, "Point")
    return frame[frame.geom_type == kind].reset_index(drop=True)


def _layer(
    name: str, frame: geopandas.GeoDataFrame, series: Series, only: date | None
) -> lonboard.BaseLayer:
    from lonboard import PathLayer, PolygonLayer, ScatterplotLayer

    options: dict[str, Any] = {} if only is not None else _filter(frame, series)
    told = _told(frame)
    if name == "areas":
        return PolygonLayer.from_geopandas(
            told,
            auto_downcast=False,
            get_fill_color=_rgba(frame["color"], LIGHT.area_opacity),
            stroked=False,
            **options,
        )
    if name == "frontlines":
        widths = [FRONT["contested" if c else "front"].width_px for c in frame["contested"]]
        return PathLayer.from_geopandas(
            told,
            auto_downcast=False,
            get_color=list(channels(LIGHT.front)),
            get_width=np.array(widths, dtype=np.float32),
            width_units="pixels",
            **options,
        )
    colors = _rgba(frame["color"], 1) if name == "places" else list(channels(LIGHT.accent))
    return ScatterplotLayer.from_geopandas(
        told,
        auto_downcast=False,
        get_fill_color=colors,
        get_line_color=list(channels(LIGHT.muted)),
        stroked=True,
        get_radius=_DOT_PX,
        radius_units="pixels",
        line_width_units="pixels",
        **options,
    )


def _filter(frame: geopandas.GeoDataFrame, series: Series) -> dict[str, Any]:
    from lonboard.layer_extension import DataFilterExtension

    origin = np.datetime64(series.start, "D")
    days = [
        frame[column].to_numpy().astype("datetime64[D]") - origin for column in ("start", "end")
    ]
    return {
        "extensions": [DataFilterExtension(filter_size=2)],
        "get_filter_value": np.column_stack(days).astype(np.float32),
        "filter_range": _limits(series, series.end),
    }


def _told(frame: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Return what a click shows; days as texts, and no column without a value."""
    told = frame.drop(columns=["color", "colors"], errors="ignore").copy()
    for column in told.columns.drop("geometry"):
        values = told[column]
        if values.dtype.kind == "M":
            # Not strftime, which some systems give no leading zeros of early years.
            told[column] = [None if pd.isna(v) else v.date().isoformat() for v in values]
    return told.dropna(axis="columns", how="all")


def _rgba(colors: Collection[str | None], opacity: float) -> NDArray[np.uint8]:
    """Return a colour for each row; none where the status is unknown."""
    rows = [[*channels(c), round(opacity * _OPAQUE)] if c else [0, 0, 0, 0] for c in colors]
    return np.array(rows, dtype=np.uint8).reshape(-1, 4)
