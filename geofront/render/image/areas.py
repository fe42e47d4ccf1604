"""Areas, fronts and backdrop of a picture, as artists in an axes of projected metres."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geofront.control.area import areas
from geofront.control.state import CONTESTED, HELD
from geofront.control.tessellation import OUTSIDE
from geofront.gazetteer.outlines import outlines_within
from geofront.render.image.text import points_size
from geofront.render.style import CONTESTED as CONTESTED_COLOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.path import Path
    from numpy.typing import NDArray

    from geofront.control.snapshot import Snapshot
    from geofront.render.image.look import Look
    from geofront.render.image.view import View

__all__ = ["Z", "add_areas", "add_backdrop", "add_extent", "add_fronts", "add_lines", "path_of"]

_STRIPE_PT = 3.75
# A hair of the area's own colour around it, or the land would shine through between two areas.
_SEAM_PT = 0.4
_LINE_PARTS = (1, 2)


class Z:
    """Which artists of a map lie above which."""

    LAND = 1.0
    AREA = 2.0
    GRATICULE = 3.0
    COUNTRY = 3.2
    EXTENT = 3.4
    BORDER = 4.0
    FRONT = 4.2
    DOT = 5.0
    RING = 5.4
    FURNITURE = 6.0
    NAME = 7.0


def path_of(shape: shapely.Geometry) -> Path:
    """Return polygons as one compound path, holes turning the other way round."""
    from matplotlib.path import Path

    oriented = shapely.orient_polygons(shape)
    polygons = shapely.get_parts(oriented)
    rings = [ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    if not rings:
        return Path(np.empty((0, 2)))
    codes = []
    for ring in rings:
        inner = [Path.LINETO] * (len(ring.coords) - 2)
        codes.append([Path.MOVETO, *inner, Path.CLOSEPOLY])
    vertices = shapely.get_coordinates(rings)
    return Path(vertices, np.concatenate(codes).astype(np.uint8))


def add_areas(axes: Axes, snapshot: Snapshot, view: View, look: Look) -> list[Artist]:
    """Draw the areas of a day; contested ones in stripes of their parties, unknown ones blank.

    Parameters
    ----------
    axes
        Where to draw; its limits and position are final.
    snapshot
        The day.
    view, look
        The projection and the colours.

    Returns
    -------
    list[Artist]
        What was drawn.
    """
    from matplotlib.patches import PathPatch

    series = snapshot.series
    stripe = _STRIPE_PT * look.scale * _metres_per_point(axes)
    drawn: list[Artist] = []
    for index, shape in areas(*snapshot.drawn).items():
        label = series.labels[index]
        colors = look.fills_of(series.timeline.actors, label)
        if not colors:
            continue
        if label.status == CONTESTED and len(colors) == 1:
            colors = (*colors, CONTESTED_COLOR)
        outline = path_of(view.project(shape))
        patch = PathPatch(
            outline, facecolor=colors[0], edgecolor=colors[0], lw=_SEAM_PT, zorder=Z.AREA
        )
        drawn.append(axes.add_artist(patch))  # add_patch would measure each path for the limits
        for turn, color in enumerate(colors[1:], start=1):
            stripes = PathPatch(
                _stripes(outline, stripe, turn, len(colors)),
                facecolor=color,
                lw=0,
                zorder=Z.AREA + 0.1,
            )
            axes.add_artist(stripes)
            stripes.set_clip_path(outline, axes.transData)
            drawn.append(stripes)
    return drawn


def _metres_per_point(axes: Axes) -> float:
    west, east = axes.get_xlim()
    return (east - west) / points_size(axes)[0]


def _stripes(outline: Path, width: float, turn: int, turns: int) -> Path:
    """Return diagonal stripes over a path, each `turns`-th one; they run on from path to path."""
    from matplotlib.path import Path

    box = outline.get_extents()
    step = width * np.sqrt(2)  # along the x axis, for stripes that rise at 45°
    first = np.floor((box.x0 - box.y1) / (step * turns))
    last = np.ceil((box.x1 - box.y0) / (step * turns))
    begin = (np.arange(first, last + 1) * turns + turn) * step
    corners = np.array([(0.0, box.y0), (step, box.y0), (step, box.y1), (0.0, box.y1), (0.0, 0.0)])
    shift = np.array([box.y0, box.y0, box.y1, box.y1, 0.0])
    x = begin[:, None] + (corners[:, 0] + shift)[None, :]
    y = np.broadcast_to(corners[:, 1], x.shape)
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    return Path(np.column_stack([x.ravel(), y.ravel()]), np.tile(codes, len(begin)))


def add_fronts(axes: Axes, snapshot: Snapshot, view: View, look: Look) -> list[Artist]:
    """Draw the fronts over a casing of paper, and the borders between actors not opposed.

    Parameters
    ----------
    axes
        Where to draw.
    snapshot
        The day.
    view, look
        The projection, colours and widths.

    Returns
    -------
    list[Artist]
        What was drawn.
    """
    series, theme = snapshot.series, look.theme
    arcs, state = snapshot.drawn
    one, other = arcs.sides(state.labels, state.parting)
    opposition = series.opposition_on(snapshot.day)
    kind = opposition.between(one, other)
    contested = np.array([told for _, told in opposition.kinds] + [False])
    held = np.array([label.status == HELD for label in series.labels] + [False])
    lines = arcs.lines[state.parting]
    drawn: list[Artist] = []
    chosen = {
        "border": (kind < 0) & held[one] & held[other],
        "contested": (kind >= 0) & contested[kind],
        "front": (kind >= 0) & ~contested[kind],
    }
    for name, which in chosen.items():
        merged = view.project(_merged(lines[which]))
        style = {"color": theme.ink if name == "border" else theme.front}
        if name != "border":
            casing: dict[str, Any] = {
                "color": theme.paper,
                "lw": look.points("casing"),
                "alpha": 0.9,
            }
            drawn += add_lines(axes, merged, zorder=Z.FRONT, **casing)
        drawn += add_lines(
            axes,
            merged,
            zorder=Z.BORDER if name == "border" else Z.FRONT + 0.1,
            lw=look.points(name),
            dashes=look.dashes(name),
            alpha=0.55 if name == "border" else 1.0,
            **style,
        )
    return drawn


def _merged(lines: NDArray[np.object_]) -> shapely.Geometry:
    return shapely.line_merge(shapely.multilinestrings(lines))


def add_lines(
    axes: Axes,
    shape: shapely.Geometry | Sequence[NDArray[np.float64]],
    *,
    dashes: tuple[float, ...] = (),
    **style: Any,  # noqa: ANN401 - properties of matplotlib
) -> list[Artist]:
    """Draw lines as one artist; nothing where there are none.

    Parameters
    ----------
    axes
        Where to draw.
    shape
        Lines in metres, as a geometry or as arrays of shape (n, 2).
    dashes
        Dash and gap in points; none: unbroken.
    **style
        Properties of `matplotlib.collections.LineCollection`.

    Returns
    -------
    list[Artist]
        One or none.
    """
    from matplotlib.collections import LineCollection

    lines = list(_line_arrays(shape))
    if not lines:
        return []
    width = style.pop("lw")
    # The collection scales dashes by the width of the line.
    pattern = (0.0, tuple(d / width for d in dashes)) if dashes else "solid"
    collection = LineCollection(
        lines,
        linewidths=width,
        linestyles=[pattern],
        capstyle="butt" if dashes else "round",
        joinstyle="round",
        **style,
    )
    axes.add_collection(collection, autolim=False)
    return [collection]


def _line_arrays(
    shape: shapely.Geometry | Iterable[NDArray[np.float64]],
) -> Iterator[NDArray[np.float64]]:
    if not isinstance(shape, shapely.Geometry):
        yield from shape
        return
    for part in shapely.get_parts(shape):
        if shapely.get_dimensions(part) in _LINE_PARTS and not shapely.is_empty(part):
            yield shapely.get_coordinates(part)


def add_backdrop(axes: Axes, view: View, look: Look) -> tuple[list[Artist], list[Artist]]:
    """Draw the countries in view, as land and as borders.

    Parameters
    ----------
    axes
        Where to draw.
    view, look
        What is in view, and the colours.

    Returns
    -------
    tuple[list[Artist], list[Artist]]
        The land, which lies under everything, and the borders, which lie over the areas.
    """
    from matplotlib.patches import PathPatch

    box = view.degrees
    # A little more than is in view, so that no cut edge shows.
    pad = 0.1 * max(box.east - box.west, box.north - box.south)
    shapes = outlines_within(
        max(box.west - pad, -180),
        max(box.south - pad, -90),
        min(box.east + pad, 180),
        min(box.north + pad, 90),
    )
    projected = [view.project(shape) for shape in shapes.values()]
    land = [
        axes.add_artist(
            PathPatch(
                path_of(_polygons(shape)),
                facecolor=look.theme.land,
                edgecolor=look.theme.land,
                lw=_SEAM_PT,
                zorder=Z.LAND,
            )
        )
        for shape in projected
    ]
    borders = add_lines(
        axes,
        # A border shared by two countries is one line, or the dashes of one would fill the gaps.
        _merged_all(shapely.boundary([_polygons(shape) for shape in projected])),
        color=look.theme.country,
        lw=look.points("country"),
        dashes=look.dashes("country"),
        zorder=Z.COUNTRY,
    )
    return list(land), borders


def _polygons(shape: shapely.Geometry) -> shapely.MultiPolygon:
    parts = shapely.get_parts(shape)
    return shapely.MultiPolygon([part for part in parts if isinstance(part, shapely.Polygon)])


def _merged_all(lines: NDArray[np.object_]) -> shapely.Geometry:
    return shapely.line_merge(shapely.union_all(lines))


def add_extent(axes: Axes, snapshot: Snapshot, view: View, look: Look) -> list[Artist]:
    """Draw the outline of all ground that the series ever colours or leaves blank."""
    arcs, _ = snapshot.drawn
    outline = view.project(_merged(arcs.lines[arcs.right == OUTSIDE]))
    return add_lines(
        axes, outline, color=look.theme.muted, lw=look.points("extent"), alpha=0.55, zorder=Z.EXTENT
    )
