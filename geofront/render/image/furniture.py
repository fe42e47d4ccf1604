"""What tells a map's place and size: graticule with degrees, scale bar, arrow to the north."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geofront.render.image.areas import Z, add_lines
from geofront.render.image.labels import Box
from geofront.render.image.text import measure, points_size, write
from geofront.render.image.view import round_length

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

    from geofront.render.image.look import Look
    from geofront.render.image.view import GraticuleLine, View

__all__ = ["add_graticule", "add_north", "add_scale"]

_EDGE_PT = 9.0
_BAR_SHARE = 0.24
_BAR_PT = 3.2
_PARTS = 4
_PLATE_PT = 5.0
_KM = 1000.0
_NORTH_IS_UP = 1.0
_ARROW_PT = 20.0


def add_graticule(axes: Axes, view: View, look: Look) -> list[Box]:
    """Draw lines of equal longitude and latitude, with their degrees at the top and the right.

    Parameters
    ----------
    axes
        The map.
    view, look
        What is in view, and the colours.

    Returns
    -------
    list[Box]
        Where the degrees are written, in points from the lower left corner.
    """
    face = look.face(6.5)
    width, height = points_size(axes)
    per_point = (view.east - view.west) / width
    lines = list(view.graticule())
    add_lines(
        axes,
        [line.points for line in lines],
        color=look.theme.country,
        lw=0.5 * look.points("graticule"),
        alpha=0.5,
        zorder=Z.GRATICULE,
    )
    boxes: list[Box] = []
    for line in lines:
        points = (line.points - np.array([view.west, view.south])) / per_point
        for box in _tick(line, points, (width, height), look):
            boxes.append(box)
            write(
                axes,
                (box.left + box.right) / 2 / width,
                box.bottom / height,
                line.text,
                face,
                color=look.theme.muted,
                ha="center",
                va="bottom",
                transform=axes.transAxes,
                zorder=Z.FURNITURE,
            )
    return boxes


def _tick(
    line: GraticuleLine, points: np.ndarray, size: tuple[float, float], look: Look
) -> Iterator[Box]:
    """Yield where the degrees of a line stand, unless that is too near a corner."""
    width, height = size
    face = look.face(6.5)
    long, high = measure(line.text, face)[0], face.size * 1.15
    edge = _EDGE_PT * look.scale
    pad = 2.5 * look.scale
    if line.along_latitude:
        y = float(np.interp(width, points[:, 0], points[:, 1]))
        if 2 * edge < y < height - 3 * edge:
            yield Box(width - long - pad, y + pad / 3, width - pad, y + pad / 3 + high)
        return
    x = float(np.interp(height, points[:, 1], points[:, 0]))
    if edge < x < width - long - 3 * edge:
        yield Box(x + pad, height - high - pad / 2, x + pad + long, height - pad / 2)


def add_scale(axes: Axes, view: View, look: Look, *, draw: bool = True) -> Box:
    """Draw a scale bar in the lower left corner, true in the middle of the extent.

    Parameters
    ----------
    axes
        The map.
    view, look
        What is in view, and the colours.
    draw
        Whether it is drawn; else its room is only told.

    Returns
    -------
    Box
        Where it stands, in points from the lower left corner.
    """
    from matplotlib.patches import Rectangle

    width, height = points_size(axes)
    km = round_length((view.east - view.west) * _BAR_SHARE / _KM)
    long = km * _KM / (view.east - view.west) * width
    face = look.face(6.5)
    thick, pad = _BAR_PT * look.scale, _PLATE_PT * look.scale
    unit = f"{km:g} km" if km >= 1 else f"{km * _KM:g} m"
    left, bottom = 2 * pad, 2 * pad
    label = measure(unit, face)[0]
    plate = Box(
        left - pad,
        bottom - pad,
        left + long + label / 2 + pad,
        bottom + thick + 1.6 * face.size + pad,
    )

    if not draw:
        return plate

    def rectangle(x: float, y: float, w: float, h: float, **style: object) -> None:
        patch = Rectangle((x / width, y / height), w / width, h / height, **style)  # type: ignore[arg-type]
        patch.set(transform=axes.transAxes, clip_on=False)
        axes.add_artist(patch)

    rectangle(
        plate.left,
        plate.bottom,
        plate.right - plate.left,
        plate.top - plate.bottom,
        facecolor=look.theme.paper,
        alpha=0.78,
        lw=0,
        zorder=Z.FURNITURE,
    )
    for part in range(_PARTS):
        rectangle(
            left + part * long / _PARTS,
            bottom,
            long / _PARTS,
            thick,
            facecolor=look.theme.ink if part % 2 == 0 else look.theme.paper,
            edgecolor=look.theme.ink,
            lw=0.5 * look.scale,
            zorder=Z.FURNITURE + 0.1,
        )
    half = f"{km / 2:g}" if km >= 1 and long > 3 * label else ""
    for share, text in ((0.0, "0"), (0.5, half), (1.0, unit)):
        write(
            axes,
            (left + share * long) / width,
            (bottom + thick + 2 * look.scale) / height,
            text,
            face,
            color=look.theme.ink,
            ha="center",
            va="bottom",
            transform=axes.transAxes,
            zorder=Z.FURNITURE + 0.2,
        )
    return plate


def add_north(axes: Axes, view: View, look: Look) -> Box | None:
    """Draw an arrow to the north in the lower right corner, where north is not straight up.

    Parameters
    ----------
    axes
        The map.
    view, look
        What is in view, and the colours.

    Returns
    -------
    Box | None
        Where it stands; None where north is up to within a degree in all corners.
    """
    corners = [(x, y) for x in (view.west, view.east) for y in (view.south, view.north)]
    if max(abs(view.north_at(*corner)) for corner in corners) <= _NORTH_IS_UP:
        return None
    width, height = points_size(axes)
    long, pad = _ARROW_PT * look.scale, _PLATE_PT * look.scale
    face = look.face(7, "bold")
    x, y = width - 3.2 * pad, 2 * pad
    per_point = (view.east - view.west) / width
    angle = np.radians(view.north_at(view.west + x * per_point, view.south + y * per_point))
    tip = (x + long * float(np.sin(angle)), y + long * float(np.cos(angle)))
    axes.annotate(
        "",
        xy=(tip[0] / width, tip[1] / height),
        xytext=(x / width, y / height),
        xycoords="axes fraction",
        textcoords="axes fraction",
        arrowprops={
            "arrowstyle": "-|>",
            "color": look.theme.ink,
            "lw": 1.1 * look.scale,
            "shrinkA": 0,
            "shrinkB": 0,
            "mutation_scale": 8 * look.scale,
        },
        zorder=Z.FURNITURE + 0.2,
    )
    write(
        axes,
        tip[0] / width,
        (tip[1] + 1.5 * look.scale) / height,
        "N",
        face,
        color=look.theme.ink,
        ha="center",
        va="bottom",
        transform=axes.transAxes,
        zorder=Z.FURNITURE + 0.2,
    )
    return Box(x - 2 * pad, y - pad, width, tip[1] + 1.5 * face.size + pad)
