"""Pages with several panels, for the pictures of these pages."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from geofront.render.image import plot_day
from geofront.render.style import LIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from geofront.control.series import Series

_DPI = 150.0
_HEAD = 0.3
_FOOT = 0.45
_GAP = 0.15


@dataclass(frozen=True)
class Panel:
    """A map in a row of maps: its title, what is drawn, on which day."""

    title: str
    series: Series
    day: str | None = None


def save(figure: Figure, path: Path) -> None:
    """Write a page as PNG."""
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=_DPI, metadata={"Software": None})
    path.write_bytes(drawn.getvalue())


def page(width: float, height: float) -> Figure:
    """Return an empty page of so many inches."""
    return Figure(figsize=(width, height), facecolor=LIGHT.paper)


def write_heading(axes: Axes, text: str) -> None:
    """Write a heading above a map or chart."""
    axes.set_title(text, loc="left", color=LIGHT.ink, fontsize=9.5, fontweight="bold")


def write_foot(figure: Figure, text: str, handles: Sequence[Patch] = ()) -> None:
    """Write what a page's reader must know below the maps, and what its colours mean."""
    height = figure.get_size_inches()[1]
    figure.text(0.015, 0.09 / height, text, color=LIGHT.muted, fontsize=7.5, va="bottom")
    if handles:
        figure.legend(
            handles=list(handles),
            loc="lower right",
            bbox_to_anchor=(0.995, 0.0),
            ncols=len(handles),
            frameon=False,
            fontsize=8,
            labelcolor=LIGHT.ink,
        )


def draw_maps(
    panels: Sequence[Panel], foot: str, *, map_inches: tuple[float, float], places: int = 0
) -> tuple[Figure, list[Axes]]:
    """Draw maps side by side."""
    wide, high = map_inches
    width = len(panels) * (wide + _GAP) + _GAP
    height = high + _HEAD + _FOOT
    figure = page(width, height)
    drawn = []
    for i, panel in enumerate(panels):
        left = _GAP + i * (wide + _GAP)
        axes = figure.add_axes((left / width, _FOOT / height, wide / width, high / height))
        plot_day(panel.series, panel.day, ax=axes, places=places)
        write_heading(axes, panel.title)
        drawn.append(axes)
    write_foot(figure, foot, _swatches(panels))
    return figure, drawn


def _swatches(panels: Sequence[Panel]) -> list[Patch]:
    """Return the colours of those who hold something on one of the maps."""
    areas = pd.concat(p.series.snapshot(p.day or p.series.end).areas for p in panels)
    held = areas[areas.status == "held"]
    actors = panels[0].series.timeline.actors
    return [
        Patch(facecolor=actors[actor].color, alpha=LIGHT.area_opacity, label=actors[actor].name)
        for actor in sorted(set(held.actor))
    ]


def draw_line(axes: Axes, series: Series, lonlat: NDArray[np.float64], **style: object) -> None:
    """Draw a line of longitudes and latitudes, shape (n, 2), on a map of a series."""
    axes.plot(*series.mesh.crs.to_metres(lonlat).T, **cast("dict[str, Any]", style))
