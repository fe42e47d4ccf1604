"""The pictures of these pages, made by the library when the pages are built.

Each function draws one picture; its name, with a hyphen for each underscore, is the file's.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
import shapely.affinity
from matplotlib.patches import Patch, Rectangle
from panels import Panel, draw_line, draw_maps, page, save, write_foot, write_heading

import geofront
from geofront.crs import LonLat, destination
from geofront.dates import as_day, days_between
from geofront.gazetteer.text.phrases import read_phrase
from geofront.render.image import write_image, write_multiples
from geofront.render.image.charts import write_charts
from geofront.render.style import LIGHT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from geofront.control.series import Series
    from geofront.gazetteer.text.phrases import Phrase

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


# An invented war, so that it is known what is true

_SEED = 8
_COUNT = 320
_WRONG = 6
_FAR = 0.4
_BOX = shapely.box(0.0, 0.0, 2.6, 1.7)


def _front(lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the longitude of the invented front at latitudes."""
    return 1.3 + 0.26 * np.sin(3.1 * lat) - 0.1 * np.cos(6.0 * lat)


@cache
def _invented() -> geofront.Timeline:
    """Return a war of one day, in which a few small places are said to be the wrong party's."""
    chance = np.random.default_rng(_SEED)
    lon, lat = chance.uniform(0.02, 2.58, _COUNT), chance.uniform(0.02, 1.68, _COUNT)
    west = lon < _front(lat)
    far = np.flatnonzero(np.abs(lon - _front(lat)) > _FAR)
    wrong = chance.choice(far, _WRONG, replace=False)
    population = np.round(np.exp(chance.normal(7.0, 1.2, _COUNT)))
    population[wrong] = 300
    west[wrong] ^= True
    names = [f"p{i}" for i in range(_COUNT)]
    where = {"id": names, "name": names, "lon": lon, "lat": lat, "feature": "PPL"}
    said = {"date": _DAY, "place": names, "kind": "hold", "actor": np.where(west, "West", "East")}
    places = pd.DataFrame(where | {"population": population})
    return geofront.read({"events": pd.DataFrame(said), "places": places})


_DAY, _NEXT = "2020-01-01", "2020-01-02"


def _drawn(method: str) -> Series:
    return geofront.draw(_invented(), method=method, extent=_BOX, end=_NEXT)


def _wrong_share(series: Series) -> float:
    """Return the percentage of the ground that a map of the invented war gives to the wrong one."""
    lat = np.linspace(0, 1.7, 500)
    truth = shapely.Polygon([(0, 0), *zip(_front(lat), lat, strict=True), (0, 1.7)])
    areas = series.snapshot(_NEXT).areas.set_index("actor").geometry
    wrong, whole = (
        shapely.transform(shape, series.mesh.crs.to_equal_area).area
        for shape in (shapely.symmetric_difference(areas["West"], truth), _BOX)
    )
    return float(100 * wrong / whole)


def tutorial(path: Path) -> None:
    """Draw the map that the tutorial ends with."""
    with TemporaryDirectory() as folder:
        _written_files("tutorial.md", Path(folder))
        series = geofront.draw(geofront.read(Path(folder) / "war"))
        write_image(series, path, size=_WIDE)


def methods(path: Path) -> None:
    """Draw what the two methods make of the same places, with the front as it was."""
    drawn = {name: _drawn(name) for name in ("nearest", "kriging")}
    panels = [
        Panel(f"{name}: {_wrong_share(series):.1f} % of the ground is wrong", series)
        for name, series in drawn.items()
    ]
    figure, maps = draw_maps(
        panels,
        f"An invented war of {_COUNT} places. White: the front as it was, from which the places\n"
        f"have their statuses. {_WRONG} small places far from it were given the wrong one.",
        map_inches=(4.6, 3.2),
    )
    lat = np.linspace(0, 1.7, 200)
    for panel, axes in zip(panels, maps, strict=True):
        line = np.column_stack([_front(lat), lat])
        draw_line(axes, panel.series, line, color=LIGHT.panel, lw=2, ls="--", zorder=40)
    save(figure, path)


def reach(path: Path) -> None:
    """Draw one day with three reaches."""
    timeline = geofront.read("palmyra-2016")
    panels = [
        Panel(
            f"--reach-km {km}", geofront.draw(timeline, reach_km=km, end="2016-12-15"), "2016-12-11"
        )
        for km in (5, 15, 40)
    ]
    figure, _ = draw_maps(
        panels,
        "palmyra-2016 on 11 December 2016, by nearest place. Blank: nobody said anything of it.",
        map_inches=(3.4, 3.0),
    )
    save(figure, path)


_RING = """id,name,lon,lat
harbour,Harbour,0.06,0.30
farm,Farm,0.33,0.31
mill,Mill,0.35,0.52
ford,Ford,0.37,0.12
bridge,Bridge,0.55,0.32
market,Market,0.80,0.34
quarry,Quarry,0.78,0.58
orchard,Orchard,0.82,0.08
castle,Castle,1.10,0.32
tower,Tower,1.05,0.56
well,Well,1.08,0.10
"""
_RING_EVENTS = """date,place,kind,actor,from_actor
2020-01-01,Harbour,hold,West,
2020-01-01,Farm,hold,West,
2020-01-01,Mill,hold,East,
2020-01-01,Ford,hold,East,
2020-01-01,Bridge,hold,West,
2020-01-01,Market,hold,West,
2020-01-01,Quarry,hold,East,
2020-01-01,Orchard,hold,East,
2020-01-01,Castle,hold,East,
2020-01-01,Tower,hold,East,
2020-01-01,Well,hold,East,
2020-01-04,Bridge,capture,East,West
"""


def pockets(path: Path) -> None:
    """Draw a salient, and the pocket that it becomes."""
    with TemporaryDirectory() as folder:
        Path(folder, "places.csv").write_text(_RING, encoding="utf-8")
        Path(folder, "events.csv").write_text(_RING_EVENTS, encoding="utf-8")
        series = geofront.draw(geofront.read(folder), extent=shapely.box(0, 0, 1.2, 0.66))
    found = series.pockets().on("2020-01-04")
    title = f"4 January: Bridge falls, {found.area_km2.iloc[0]:,.0f} km² are cut off"
    panels = [
        Panel("3 January: a salient", series, "2020-01-03"),
        Panel(title, series, "2020-01-04"),
    ]
    figure, maps = draw_maps(
        panels,
        "An invented war. The dotted outline is the pocket, the ring the event of the day.",
        map_inches=(4.6, 2.7),
        places=10,
    )
    for part in found.geometry.explode().exterior:
        style = {"color": LIGHT.accent, "lw": 4, "ls": (0, (1, 1)), "zorder": 40}
        draw_line(maps[1], series, shapely.get_coordinates(part), **style)
    save(figure, path)


def generalised(path: Path) -> None:
    """Draw a front as a method draws it, and with simpler lines."""
    part = shapely.box(1.0, 0.15, 2.0, 0.9)
    series = geofront.draw(_invented(), method="kriging", extent=part, end=_NEXT)
    panels = [
        Panel("as kriging draws it", series),
        Panel("series.generalised(2)", series.generalised(2)),
        Panel("series.generalised(2, smooth=True)", series.generalised(2, smooth=True)),
    ]
    foot = "A part of the invented war. The areas still meet along one line."
    figure, _ = draw_maps(panels, foot, map_inches=(3.4, 2.6))
    save(figure, path)


def projections(path: Path) -> None:
    """Draw a circle of one true size as Web Mercator shows it at four latitudes."""
    figure = page(9.6, 2.9)
    axes = figure.add_axes((0.01, 0.13, 0.98, 0.76))
    axes.set_aspect("equal")
    axes.axis("off")
    true = shapely.Point(0, 0).buffer(1.0, quad_segs=60)
    for i, (degrees, where) in enumerate(
        [(0, "0°, equator"), (35, "35°, Syria"), (48, "48°, Ukraine"), (60, "60°")]
    ):
        shown = _mercator_km2(degrees)
        grown = shapely.affinity.scale(true, np.sqrt(shown / 1e4), np.sqrt(shown / 1e4))
        for shape, alpha in ((grown, 0.25), (true, 0.8)):
            x, y = shapely.get_coordinates(shape).T
            axes.fill(x + 5.6 * i, y, facecolor=LIGHT.accent, alpha=alpha)
        axes.text(
            5.6 * i,
            -2.2,
            f"{where}\n{shown:,.0f} km²",
            ha="center",
            va="top",
            color=LIGHT.ink,
            fontsize=9,
        )
    axes.set(xlim=(-2.9, 19.7), ylim=(-3.3, 2.1))
    write_heading(axes, "10,000 km² on the ground, measured in Web Mercator")
    write_foot(
        figure,
        "Dark: the true size. Pale: what is measured in the coordinates of web tiles.",
    )
    save(figure, path)


def _mercator_km2(degrees: float) -> float:
    """Return what Web Mercator makes of 10,000 km² around a latitude."""
    from pyproj import Transformer

    center = LonLat(0.0, degrees)
    circle = destination(center, np.arange(0, 360.0, 1.0), np.sqrt(1e4 / np.pi))
    to_tiles = Transformer.from_crs(4326, 3857, always_xy=True)
    return float(shapely.Polygon(np.column_stack(to_tiles.transform(*circle.T))).area / 1e6)


def _eastern_homs(
    path: Path, foot: str, around: tuple[float, ...], panels: dict[str, dict[str, Any]]
) -> None:
    """Draw a day of a dataset several times; of each the title, and the options of `draw`."""
    timeline, extent = geofront.read("al-bab-2016"), shapely.box(*around)
    drawn = [
        Panel(title, geofront.draw(timeline, extent=extent, **options), "2016-12-22")
        for title, options in panels.items()
    ]
    figure, _ = draw_maps(drawn, foot, map_inches=(4.6, 3.6), places=12)
    save(figure, path)


def evidence(path: Path) -> None:
    """Draw one day under two policies."""
    _eastern_homs(
        path,
        "al-bab-2016 on 22 December 2016. Rings: events of the day;\n"
        "dashed and in a colour: a claim that does not count.",
        (37.1, 34.68, 37.6, 35.03),
        {policy: {"policy": policy} for policy in ("best-evidence", "against-interest")},
    )


def clocks(path: Path) -> None:
    """Draw one day as it was known then, and as it is known now."""
    _eastern_homs(
        path,
        "al-bab-2016 on 22 December 2016. Rings: events of the day.\n"
        "White with an outline: unknown.",
        (37.0, 34.35, 38.0, 35.05),
        {"as known that evening": {"known_on": "2016-12-22"}, "as known since": {}},
    )


_WRITTEN = (
    ("2016-12-08", ""),
    ("2016-12-06/2016-12-10", ""),
    ("2016-12-06/2016-12-10", "start"),
    ("../2016-12-09", ""),
    ("2016-12-07/..", ""),
    ("2016-12-08~", ""),
    ("2016-12", ""),
)


def dates(path: Path) -> None:
    """Draw what imprecise dates of a capture do to the status of a place from day to day."""
    names = [f"p{i}" for i in range(len(_WRITTEN))]
    rows = [("2016-12-03", name, "hold", "Blue", "", "") for name in names]
    rows += [(w, n, "capture", "Red", "Blue", e) for n, (w, e) in zip(names, _WRITTEN, strict=True)]
    columns = ["date", "place", "kind", "actor", "from_actor", "effective"]
    places = pd.DataFrame(
        {"id": names, "name": names, "lon": np.arange(len(names)) / 10, "lat": 0.0}
    )
    timeline = geofront.read({"events": pd.DataFrame(rows, columns=columns), "places": places})
    history, actors = geofront.replay(timeline), timeline.actors
    days = list(days_between(as_day("2016-12-03"), as_day("2016-12-13")))
    figure = page(9.6, 3.5)
    axes = figure.add_axes((0.33, 0.13, 0.66, 0.7))
    for row, name in enumerate(names):
        for column, day in enumerate(days):
            status = history.status(name, day)
            color = actors[str(status.holder)].color
            axes.add_patch(
                Rectangle((column + 0.03, row + 0.12), 0.94, 0.76, facecolor=color, alpha=0.55)
            )
            if status.uncertain:
                axes.text(
                    column + 0.5,
                    row + 0.52,
                    "?",
                    ha="center",
                    va="center",
                    color=LIGHT.ink,
                    fontsize=11,
                )
    said = [f"{written}{', effective: ' + e if e else ''}" for written, e in _WRITTEN]
    axes.set(xlim=(0, len(days)), ylim=(len(names), 0), xticks=np.arange(len(days)) + 0.5)
    axes.set_yticks(
        np.arange(len(names)) + 0.5, said, color=LIGHT.ink, fontsize=9, family="monospace"
    )
    axes.set_xticklabels([f"{day.day} Dec" for day in days], color=LIGHT.ink, fontsize=9)
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    axes.set_frame_on(False)
    write_heading(axes, "A capture by Red from Blue: the status at the end of each day")
    patches = [Patch(facecolor=actors[a].color, alpha=0.55, label=a) for a in ("Blue", "Red")]
    write_foot(figure, "?: the capture may have come already, or may be still to come.", patches)
    save(figure, path)


_PHRASES = {
    "10 km west of Palmyra": "left",
    "hills south-east of Palmyra": "right",
    "halfway between Palmyra and Arak": "above",
    "near Arak": "right",
    "between Arak and Sukhnah": "left",
}
"""Phrases, and on which side of them they are written on the picture."""
_LETTERS = 18


def phrases(path: Path) -> None:
    """Draw where phrases lie, and how far the true position may lie from there."""
    figure = page(9.6, 5.2)
    axes = figure.add_axes((0.0, 0.07, 1.0, 0.93))
    axes.axis("off")
    for text, side in _PHRASES.items():
        found = read_phrase(text, geofront.locate)
        assert found is not None, text
        _phrase(axes, found, side)
        for anchor in found.anchors:
            axes.plot(*anchor.position, "o", color=LIGHT.ink, ms=5)
            _say(axes, anchor.name, anchor.position, "above", LIGHT.ink)
    axes.set_aspect(1 / np.cos(np.radians(34.6)))
    axes.margins(x=0.2, y=0.06)
    write_foot(
        figure,
        "Solid: what the phrase says. Dashed: how far from its middle the true position may lie.",
    )
    save(figure, path)


def _phrase(axes: Axes, found: Phrase, side: str) -> None:
    place = found.place
    circle = destination(place.position, np.arange(0, 361.0, 3.0), place.radius_km)
    axes.plot(*circle.T, color=LIGHT.accent, lw=1, ls="--")
    if found.geometry.geom_type == "Polygon":
        axes.fill(*found.geometry.exterior.xy, color=LIGHT.accent, alpha=0.22)
    elif found.geometry.geom_type == "LineString":
        axes.plot(*found.geometry.xy, color=LIGHT.accent, lw=3)
    else:
        axes.plot(*place.position, "D", color=LIGHT.accent, ms=6)
    rim = {"above": 0, "right": 30, "left": 90}[side]
    said = f"{fill(found.text, _LETTERS)}\n± {place.radius_km:.1f} km"
    _say(axes, said, circle[rim], side, LIGHT.accent)


def _say(axes: Axes, text: str, at: Sequence[float], side: str, color: str) -> None:
    """Write a text beside a point."""
    offset, ha, va = {
        "above": ((0, 5), "center", "bottom"),
        "left": ((-5, 0), "right", "center"),
        "right": ((5, 0), "left", "center"),
    }[side]
    style: dict[str, Any] = {
        "textcoords": "offset points",
        "ha": ha,
        "va": va,
        "color": color,
        "fontsize": 9,
    }
    axes.annotate(text, (at[0], at[1]), offset, **style)


def statistics(path: Path) -> None:
    """Draw the charts of a dataset."""
    write_charts(geofront.draw(geofront.read("palmyra-2016")), path)


def multiples(path: Path) -> None:
    """Draw the six days on which most ground changed hands."""
    write_multiples(geofront.draw(geofront.read("palmyra-2016")), path, days=6, by="change")


def dark_arabic(path: Path) -> None:
    """Draw a day on dark paper, with the names in both scripts."""
    series = geofront.draw(geofront.read("palmyra-2016"))
    write_image(series, path, day="2016-12-11", names="both", theme="dark", size=_WIDE)


FIGURES: tuple[Callable[[Path], None], ...] = (
    *(tutorial, methods, reach, pockets, generalised, projections, evidence, clocks, dates),
    *(phrases, statistics, multiples, dark_arabic),
)


def make() -> None:
    """Make every picture anew."""
    FOLDER.mkdir(exist_ok=True)
    for figure in FIGURES:
        figure(FOLDER / f"{figure.__name__.replace('_', '-')}.png")


if __name__ == "__main__":
    make()
