"""Places as marks: their form tells the feature, their size and colour the rest."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geofront.control.state import CONTESTED, UNKNOWN, Label
from geofront.render.image.areas import Z, path_of
from geofront.render.importance import Importance, is_estimated

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.path import Path
    from numpy.typing import NDArray

    from geofront.control.history import PlaceStatus
    from geofront.control.series import Series
    from geofront.control.snapshot import Snapshot
    from geofront.gazetteer.place import Place
    from geofront.render.image.look import Look
    from geofront.render.image.view import View

__all__ = ["FORMS", "Mark", "Spot", "add_dots", "add_marks", "form_of", "form_path", "spots_of"]

FORMS = {
    "place": (),
    "base": ("AIRB", "AIRF", "AIRP", "MILB", "INSM", "AIRQ", "FT", "PSTB", "PSTP"),
    "industry": ("OILF", "GASF", "OILR", "PMPO", "PMPW", "DAM", "SILO", "SHSE", "PS", "MN", "PPLN"),
    "height": ("MT", "MTS", "HLL", "HLLS", "PK", "RDGE", "PASS"),
}
"""What a mark's form stands for, with the GeoNames codes; every other feature is a ``place``."""

_REGION_KM = 25.0
_LEAST_PT, _MOST_PT = 1.3, 2.7
_DOTS_APART = 9.0
_CROWD_PT = 45.0
_NEAREST_SHARE = 0.62
_RIM_PT = 0.8
_UNKNOWN_SHARE = 0.62
_QUARTER = 90.0
_CIRCLE_SEGMENTS = 16


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in view: its point in metres, and the radius of its mark in points."""

    place: Place
    x: float
    y: float
    radius: float

    @property
    def estimated(self) -> bool:
        """Whether the mark stands for a position that is only an estimate."""
        return is_estimated(self.place)


@dataclass(frozen=True, slots=True)
class Mark:
    """A form to draw: radius and rim in points."""

    path: Path
    radius: float
    x: float
    y: float
    fill: str
    edge: str
    width: float
    dash: tuple[float, ...] = ()


def form_of(place: Place) -> str:
    """Return which of `FORMS` stands for a place's feature."""
    return next((form for form, codes in FORMS.items() if place.feature in codes), "place")


def spots_of(series: Series, view: View, points_wide: float, look: Look) -> list[Spot]:
    """Return the places in view, the most important first.

    Larger places, and those of which more is told, are more important. Regions without a status of
    their own are left out: no dot could stand for them.

    Parameters
    ----------
    series
        The series.
    view
        What is in view.
    points_wide
        How many points wide it is drawn.
    look
        How large marks are.

    Returns
    -------
    list[Spot]
        With radii that leave room between neighbours.
    """
    timeline = series.timeline
    shown = dict.fromkeys([*series.place_ids, *(event.place_id for event in timeline.events)])
    own = set(series.place_ids)
    places = [
        place
        for place in (timeline.places[i] for i in shown)
        if place.id in own or place.radius_km <= _REGION_KM
    ]
    if not places:
        return []
    metres = view.crs.to_metres(np.array([place.position for place in places], dtype=np.float64))
    inside = (
        (metres[:, 0] > view.west)
        & (metres[:, 0] < view.east)
        & (metres[:, 1] > view.south)
        & (metres[:, 1] < view.north)
    )
    in_view = [(places[i], metres[i]) for i in np.flatnonzero(inside).tolist()]
    importance = Importance((place for place, _ in in_view), timeline.events)
    points = metres[inside] / (view.east - view.west) * points_wide
    base = _radius(points, look.scale) * look.marks
    apart = _nearest(points)
    spots = []
    for (place, (x, y)), nearest in zip(in_view, apart.tolist(), strict=True):
        wanted = base * (0.8 + 0.8 * importance.share(place))
        radius = max(_LEAST_PT * look.scale * look.marks, min(wanted, _NEAREST_SHARE * nearest))
        spots.append(Spot(place, float(x), float(y), radius))
    return sorted(spots, key=lambda spot: importance.key(spot.place))


def _radius(points: NDArray[np.float64], scale: float) -> float:
    """Return the radius of a middling mark: smaller where marks lie close."""
    boxes = {(x, y) for x, y in np.floor(points / (_CROWD_PT * scale)).tolist()}
    apart = _CROWD_PT * math.sqrt(len(boxes) / max(1, len(points)))
    return scale * max(_LEAST_PT, min(_MOST_PT, apart / _DOTS_APART))


def _nearest(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far each point is from the next one; infinite for a lone point."""
    from scipy.spatial import KDTree

    if len(points) < 2:  # noqa: PLR2004 - a point has no neighbour
        return np.full(len(points), np.inf)
    return np.asarray(KDTree(points).query(points, k=2)[0])[:, 1]


def add_dots(axes: Axes, snapshot: Snapshot, spots: Sequence[Spot], look: Look) -> list[Artist]:
    """Draw the marks of a day.

    Parameters
    ----------
    axes
        Where to draw.
    snapshot
        The day.
    spots
        The places in view, the most important first; these lie on top.
    look
        The colours.

    Returns
    -------
    list[Artist]
        What was drawn.
    """
    statuses = {status.place.id: status for status in snapshot.statuses}
    marks = [
        mark
        for spot in reversed(spots)
        for mark in _marks(spot, statuses.get(spot.place.id), snapshot, look)
    ]
    return add_marks(axes, marks)


def _marks(
    spot: Spot, status: PlaceStatus | None, snapshot: Snapshot, look: Look
) -> Iterable[Mark]:
    actors, theme = snapshot.series.timeline.actors, look.theme
    label = status.label if status else Label()
    colors = [look.ink_of(actors, actor) for actor in label.actors]
    form = form_of(spot.place)
    rim = _RIM_PT * look.scale * look.marks
    radius = spot.radius
    if label.status == UNKNOWN or not colors:
        radius, colors = radius * _UNKNOWN_SHARE, [theme.muted]
    whole = form_path(form)
    yield Mark(whole, radius, spot.x, spot.y, theme.paper, theme.paper, 2 * rim)
    if spot.estimated:
        yield Mark(whole, radius, spot.x, spot.y, theme.paper, colors[0], radius / 2.4)
        return
    if label.status == CONTESTED and len(colors) == 1:
        colors.append(theme.paper)
    for turn, color in enumerate(colors):
        yield Mark(form_path(form, turn, len(colors)), radius, spot.x, spot.y, color, "none", 0.0)


@cache
def form_path(form: str, turn: int = 0, turns: int = 1) -> Path:
    """Return a mark of radius 1, or one of several sectors of it, clockwise from the top."""
    shape = _FORM_SHAPES[form]()
    if turns > 1:
        shape = shape.intersection(_sector(turn, turns))
    return path_of(shape)


def _turned(corners: int, radius: float, first: float) -> shapely.Polygon:
    angles = np.radians(first + np.arange(corners) * 360 / corners)
    return shapely.Polygon(radius * np.column_stack([np.cos(angles), np.sin(angles)]))


# Of about one area, so that no form looks more important than another.
_FORM_SHAPES = {
    "place": lambda: shapely.Point(0, 0).buffer(1.0, quad_segs=_CIRCLE_SEGMENTS),
    "base": lambda: _turned(4, 1.26, 45.0),
    "industry": lambda: _turned(4, 1.3, 0.0),
    "height": lambda: _turned(3, 1.45, _QUARTER),
}


def _sector(turn: int, turns: int) -> shapely.Polygon:
    begin, end = (_QUARTER - 360 * t / turns for t in (turn, turn + 1))
    angles = np.radians(np.linspace(begin, end, 2 + _CIRCLE_SEGMENTS))
    return shapely.Polygon([(0, 0), *(3 * np.column_stack([np.cos(angles), np.sin(angles)]))])


def add_marks(axes: Axes, marks: Sequence[Mark], zorder: float = Z.DOT) -> list[Artist]:
    """Draw marks as one artist, the first ones lowest; nothing where there are none."""
    from matplotlib.collections import PathCollection
    from matplotlib.transforms import IdentityTransform

    if not marks:
        return []
    collection = PathCollection(
        [mark.path for mark in marks],
        sizes=[mark.radius**2 for mark in marks],
        offsets=[(mark.x, mark.y) for mark in marks],
        offset_transform=axes.transData,
        facecolors=[mark.fill for mark in marks],
        edgecolors=[mark.edge for mark in marks],
        linewidths=[mark.width for mark in marks],
        linestyles=[_line_style(mark) for mark in marks],
        zorder=zorder,
    )
    collection.set_transform(IdentityTransform())  # sizes are in points, not in metres
    axes.add_collection(collection, autolim=False)
    return [collection]


def _line_style(mark: Mark) -> object:
    # matplotlib scales dashes by the width of the line.
    return (0.0, tuple(d / mark.width for d in mark.dash)) if mark.dash else "solid"
