"""The pictures of these pages, made by the library when the pages are built.

Each function draws one picture; its name, with a hyphen for each underscore, is the file's.
"""

from __future__ import annotations

import io
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

import geofront
from geofront.crs import destination
from geofront.dates import days_between, parse_date
from geofront.gazetteer.text.phrases import read_phrase
from geofront.render.image import plot_day, write_image, write_multiples
from geofront.render.image.charts import write_charts
from geofront.render.style import FRONT, LIGHT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from geofront.control.series import Series
    from geofront.crs import LonLat

FOLDER = Path(__file__).with_name("_figures")
_WIDE = (1300, 760)
_DPI = 150.0
_HEAD = 0.3
_FOOT = 0.45
_GAP = 0.15


def _written_files(page: str, folder: Path) -> None:
    """Write the files that a page tells its reader to write (the last of each name) to a folder."""
    text = Path(__file__).with_name(page).read_text(encoding="utf-8")
    for name, written in re.findall(
        r"^<!-- file: (.+?) -->\n```\w+\n(.*?)^```$", text, re.MULTILINE | re.DOTALL
    ):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(written, encoding="utf-8")


# Pages of several panels


@dataclass(frozen=True)
class _Panel:
    """A map in a row of maps: its title, what is drawn, on which day."""

    title: str
    series: Series
    day: str | None = None


def _save(figure: Figure, path: Path) -> None:
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=_DPI, metadata={"Software": None})
    path.write_bytes(drawn.getvalue())


def _page(width: float, height: float) -> Figure:
    return Figure(figsize=(width, height), facecolor=LIGHT.paper)


def _heading(axes: Axes, text: str) -> None:
    axes.set_title(text, loc="left", color=LIGHT.ink, fontsize=9.5, fontweight="bold")


def _foot(figure: Figure, text: str, handles: Sequence[Patch] = ()) -> None:
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


def _maps(
    panels: Sequence[_Panel], foot: str, *, map_inches: tuple[float, float], places: int = 0
) -> tuple[Figure, list[Axes]]:
    """Draw maps side by side."""
    wide, high = map_inches
    width = len(panels) * (wide + _GAP) + _GAP
    height = high + _HEAD + _FOOT
    figure = _page(width, height)
    drawn = []
    for i, panel in enumerate(panels):
        left = _GAP + i * (wide + _GAP)
        axes = figure.add_axes((left / width, _FOOT / height, wide / width, high / height))
        plot_day(panel.series, panel.day, ax=axes, places=places)
        _heading(axes, panel.title)
        drawn.append(axes)
    _foot(figure, foot, _swatches(panels[0].series))
    return figure, drawn


def _swatches(series: Series) -> list[Patch]:
    actors = series.timeline.actors
    return [
        Patch(facecolor=actors[label.holder].color, alpha=LIGHT.area_opacity, label=actors[label.holder].name)
        for label in series.labels
        if label.holder
    ]


def _line(axes: Axes, series: Series, lonlat: NDArray[np.float64], **style: object) -> None:
    axes.plot(*series.mesh.crs.to_metres(lonlat).T, **style)


# An invented war, so that it is known what is true

_SEED = 5
_BOX = shapely.box(0.0, 0.0, 2.6, 1.7)
_WRONG = 4


def _front(lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the longitude of the invented front at latitudes."""
    return 1.35 + 0.28 * np.sin(3.1 * lat) - 0.12 * np.cos(7.0 * lat)


@cache
def _invented() -> geofront.Timeline:
    """Return a war of one day: 150 places, four of which are said to be held by the wrong party."""
    chance = np.random.default_rng(_SEED)
    lon, lat = chance.uniform(0.02, 2.58, 150), chance.uniform(0.02, 1.68, 150)
    west = lon < _front(lat)
    far = np.flatnonzero(np.abs(lon - _front(lat)) > 0.4)
    wrong = chance.choice(far, _WRONG, replace=False)
    population = np.round(np.exp(chance.normal(7.0, 1.2, 150)))
    population[wrong] = 300
    west[wrong] ^= True
    names = [f"p{i}" for i in range(150)]
    places = pd.DataFrame(
        {"id": names, "name": names, "lon": lon, "lat": lat, "feature": "PPL", "population": population}
    )
    events = pd.DataFrame(
        {"date": "2020-01-01", "place": names, "kind": "hold", "actor": np.where(west, "West", "East")}
    )
    return geofront.read({"events": events, "places": places})


def tutorial(path: Path) -> None:
    """Draw the map that the tutorial ends with."""
    with TemporaryDirectory() as folder:
        _written_files("tutorial.md", Path(folder))
        series = geofront.draw(geofront.read(Path(folder) / "war"))
        write_image(series, path, size=_WIDE)


def methods(path: Path) -> None:
    """Draw what the two methods make of the same places, with the front as it was."""
    panels = [
        _Panel(name, geofront.draw(_invented(), method=name, extent=_BOX))
        for name in ("nearest", "kriging")
    ]
    figure, maps = _maps(
        panels,
        "An invented war of 150 places. White: the front from which the places were told who\n"
        f"holds them. Four small places, far from it, were told wrongly.",
        map_inches=(4.6, 3.2),
    )
    lat = np.linspace(0, 1.7, 200)
    for panel, axes in zip(panels, maps, strict=True):
        _line(axes, panel.series, np.column_stack([_front(lat), lat]), color="white", lw=2, ls="--", zorder=40)
    _save(figure, path)


FIGURES: tuple[Callable[[Path], None], ...] = (tutorial, methods)


def make() -> None:
    """Make every picture anew."""
    FOLDER.mkdir(exist_ok=True)
    for figure in FIGURES:
        figure(FOLDER / f"{figure.__name__.replace('_', '-')}.png")


if __name__ == "__main__":
    sys.exit(make())
