"""Names beside places, such that no two meet and none leaves the map.

Names are set greedily, the most important first, each at the first of eight positions around its
mark that is free (after the point-feature positions of cartographers: Imhof, "Positioning Names
on Maps", The American Cartographer 2, 1975); a name without a free position is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geofront.render.image.areas import Z
from geofront.render.image.text import as_figure, measure, write

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.text import Text
    from numpy.typing import NDArray

    from geofront.render.image.dots import Spot
    from geofront.render.image.look import Look
    from geofront.render.image.text import Face

__all__ = ["RIM", "Box", "Name", "add_names", "place_names"]

RIM = "rim of a name"
"""The label of the artists that only set a name off from the map; SVG files do that otherwise."""

_GAP_PT = 1.8
_LINE = 1.16
_RIM_PT = 2.2
_PT2_PER_NAME = 5600.0
_STRONG_SHARE = 0.25
_URGENT_ROOM_PT = 2.6
_APART_PT = 1.0
_SOFT = 0.88
# The names that a reader looks for first are written even where marks lie under them.
_FOREMOST = 3
_TRIES_PER_NAME = 10


class Box(NamedTuple):
    """A box in points from the lower left corner of the map."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: Box) -> bool:
        """Return whether two boxes share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )

    def within(self, other: Box) -> bool:
        """Return whether the box lies in another one."""
        return (
            other.left <= self.left
            and self.right <= other.right
            and other.bottom <= self.bottom
            and self.top <= other.top
        )

    def grown(self, by: float) -> Box:
        """Return the box with a rim."""
        return Box(self.left - by, self.bottom - by, self.right + by, self.top + by)


class Name(NamedTuple):
    """A name that found room: its lines, font and box, and which edge its lines are flush with."""

    lines: tuple[str, ...]
    face: Face
    box: Box
    flush: str


def place_names(
    spots: Sequence[Spot],
    points: NDArray[np.float64],
    view: Box,
    look: Look,
    *,
    urgent: Collection[str] = (),
    taken: Sequence[Box] = (),
) -> list[Name]:
    """Choose which places are named, and where each name stands.

    Parameters
    ----------
    spots
        The places, the most important first.
    points
        Their points from the lower left corner of the map, shape (n, 2).
    view
        The map.
    look
        Fonts, scripts and the most names.
    urgent
        Ids of places that come before all others, in bold: those of the day's events.
    taken
        Where no name may stand.

    Returns
    -------
    list[Name]
        The names; no two boxes meet, none meets `taken`, and all lie in `view`.
    """
    room = int((view.right - view.left) * (view.top - view.bottom) / _PT2_PER_NAME / look.scale**2)
    most = max(3, room) if look.places is None else look.places
    order = sorted(range(len(spots)), key=lambda i: spots[i].place.id not in urgent)
    reach = [
        spot.radius + (_URGENT_ROOM_PT * look.scale if spot.place.id in urgent else 0.0)
        for spot in spots
    ]
    around = np.array(
        [[x - r, y - r, x + r, y + r] for (x, y), r in zip(points, reach, strict=True)]
    )
    names: list[Name] = []
    blocked = list(taken)
    # Where the foremost find no room, the thousands behind them find none either.
    for index in order[: len(urgent) + _TRIES_PER_NAME * most]:
        if len(names) >= most:
            break
        pressing = spots[index].place.id in urgent
        strong = pressing or len(names) < _STRONG_SHARE * most
        face = look.face(8, "bold") if strong else look.face(7)
        lines = look.names_of(spots[index].place)
        tolerated = len(spots) if index < _FOREMOST else 2 if pressing else 0
        found = _best(
            _positions(lines, face, tuple(points[index]), reach[index], look.scale),
            view,
            blocked,
            np.delete(around, index, axis=0),
            tolerated,
        )
        if found is None or not any(lines):
            continue
        box, flush = found
        names.append(Name(lines, face, box, flush))
        blocked.append(box.grown(_APART_PT * look.scale))
    return names


def _positions(
    lines: tuple[str, ...], face: Face, at: tuple[float, ...], radius: float, scale: float
) -> Iterator[tuple[Box, str]]:
    """Yield the boxes beside a mark, the best first: right, left, above, below, the corners."""
    x, y = at
    width = max(measure(line, face)[0] for line in lines)
    height = face.size * _LINE * len(lines)
    gap = radius + _GAP_PT * scale
    near = 0.7 * gap

    def box(left: float, bottom: float) -> Box:
        return Box(left, bottom, left + width, bottom + height)

    yield box(x + gap, y - height / 2), "left"
    yield box(x - gap - width, y - height / 2), "right"
    yield box(x - width / 2, y + gap - 0.1 * face.size), "center"
    yield box(x - width / 2, y - gap - height + 0.1 * face.size), "center"
    yield box(x + near, y + near), "left"
    yield box(x + near, y - near - height), "left"
    yield box(x - near - width, y + near), "right"
    yield box(x - near - width, y - near - height), "right"


def _best(
    candidates: Iterator[tuple[Box, str]],
    view: Box,
    blocked: Sequence[Box],
    marks: NDArray[np.float64],
    tolerated: int,
) -> tuple[Box, str] | None:
    """Return the free box that covers the fewest marks, and no more than are tolerated."""
    best, least = None, tolerated + 1
    for box, flush in candidates:
        if not box.within(view) or any(box.meets(other) for other in blocked):
            continue
        covered = _covered(box, marks)
        if covered < least:
            best, least = (box, flush), covered
        if covered == 0:
            break
    return best


def _covered(box: Box, marks: NDArray[np.float64]) -> int:
    if not len(marks):
        return 0
    left, bottom, right, top = marks.T
    meets = (box.left < right) & (left < box.right) & (box.bottom < top) & (bottom < box.top)
    return int(np.count_nonzero(meets))


def add_names(axes: Axes, names: Sequence[Name], look: Look) -> list[Text]:
    """Write names on a map, over a rim of paper.

    Parameters
    ----------
    axes
        The map.
    names
        What `place_names` found.
    look
        The colours.

    Returns
    -------
    list[Text]
        The names; the rims are texts of their own, so that files keep the names as text.
    """
    from matplotlib.patheffects import Stroke
    from matplotlib.transforms import ScaledTranslation

    figure = as_figure(axes)
    rim = Stroke(linewidth=_RIM_PT * look.scale, foreground=look.theme.paper, alpha=0.85)
    written: list[Text] = []
    for name in names:
        for row, line in enumerate(reversed(name.lines)):
            x = {"left": name.box.left, "right": name.box.right}.get(
                name.flush, (name.box.left + name.box.right) / 2
            )
            y = name.box.bottom + (row * _LINE + 0.28) * name.face.size
            shift = ScaledTranslation(x / 72, y / 72, figure.dpi_scale_trans)
            options = {"transform": axes.transAxes + shift, "ha": name.flush, "va": "baseline"}
            under = write(axes, 0, 0, line, name.face, **options, zorder=Z.NAME)
            under.set(path_effects=[rim], label=RIM)
            text = write(
                axes,
                0,
                0,
                line,
                name.face,
                **options,
                zorder=Z.NAME + 0.1,
                gid=f"name-{len(written)}-of-{figure.axes.index(axes)}",
                color=look.theme.ink,
                alpha=1.0 if name.face.weight == "bold" else _SOFT,
            )
            written.append(text)
    return written
