"""The picture of a day as SVG inside a notebook's page: no file, no script, no matplotlib.

It is drawn in the series' own conformal projection (`geofront.crs.LocalCRS`), north up at the
middle, so shapes look as they do on the ground.
"""

from __future__ import annotations

import hashlib
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geofront.control.rings import faces, outline
from geofront.control.state import CONTESTED, HELD
from geofront.gazetteer.outlines import outlines_within
from geofront.render.importance import Importance
from geofront.render.shown import is_right_to_left, printable
from geofront.render.style import FRONT, LIGHT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from geofront.control.history import PlaceStatus
    from geofront.control.series import Series
    from geofront.control.snapshot import Snapshot
    from geofront.control.state import Label
    from geofront.gazetteer.place import Place
    from geofront.render.style import Theme

__all__ = ["party_colors", "snapshot_svg"]

_MARGIN_PX = 10.0
_STRIPE_PX = 5.0
_LETTER_EM = 0.56  # the width of a letter, on the average of the fonts that browsers have
_NAME_PX = 11.0
_MOST_NAMES = 40
_MOST_HEIGHT = 1.1  # of the width
_BACKDROP_PAD = 0.3  # of the extent, so that its corners are filled once projected
_DENSIFY_DEGREES = 0.1


def snapshot_svg(snapshot: Snapshot, *, width: int = 640, theme: Theme = LIGHT) -> str:
    """Return the map of a day as an SVG element.

    Parameters
    ----------
    snapshot
        The day.
    width
        In pixels; the height follows from the extent.
    theme
        The colours of everything but the actors.

    Returns
    -------
    str
        Markup; what comes from data is escaped, nothing is loaded, and nothing runs.
    """
    frame = _Frame(snapshot.series, width)
    # A page may hold several pictures, whose patterns must not answer for each other.
    key = f"{snapshot.series.title}|{snapshot.day}|{snapshot.series.origin}|{width}"
    prefix = f"gf{hashlib.sha256(key.encode()).hexdigest()[:10]}"
    told = escape(printable(f"{snapshot.series.title}, {snapshot.day}"))
    size = f"{frame.width:g} {frame.height:g}"
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" role="img" '
        f'aria-label="{told}" style="width:100%;max-width:{frame.width:g}px;height:auto;'
        f'display:block" font-family="system-ui,sans-serif" font-size="{_NAME_PX:g}">'
    )
    return "".join(
        [
            opening,
            f"<title>{told}</title>",
            "<defs>",
            *_patterns(snapshot.series, prefix),
            f'<clipPath id="{prefix}-frame"><path d="{frame.border}"/></clipPath></defs>',
            f'<path d="{frame.border}" fill="{theme.paper}" stroke="{theme.rule}"/>',
            f'<g clip-path="url(#{prefix}-frame)">',
            *_backdrop(frame, theme),
            *_areas(snapshot, frame, prefix, theme),
            *_fronts(snapshot, frame, theme),
            *_places(snapshot, frame, theme),
            "</g></svg>",
        ]
    )


def party_colors(series: Series, label: Label) -> list[str]:
    """Return the colours of those who hold or fight for ground, in order.

    Parameters
    ----------
    series
        Whose actors they are.
    label
        What is painted.

    Returns
    -------
    list[str]
        Escaped for an attribute.
    """
    return [escape(series.timeline.actors[actor].color) for actor in label.actors]


class _Frame:
    """The paper: from degrees to pixels."""

    def __init__(self, series: Series, width: int) -> None:
        self.crs = series.mesh.crs
        self.bounds: tuple[float, ...] = _bounds(series)
        corners = self.crs.to_metres(shapely.get_coordinates(_edge(*self.bounds)))
        self._west, self._north = float(corners[:, 0].min()), float(corners[:, 1].max())
        across = float(corners[:, 0].max()) - self._west
        down = self._north - float(corners[:, 1].min())
        usable = width - 2 * _MARGIN_PX
        self._px_per_m = usable / max(across, down / _MOST_HEIGHT, 1.0)
        self.width = round(across * self._px_per_m + 2 * _MARGIN_PX)
        self.height = round(down * self._px_per_m + 2 * _MARGIN_PX)
        self.border = f"M0.5,0.5H{self.width - 0.5:g}V{self.height - 0.5:g}H0.5Z"

    def pixels(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn positions in degrees, shape (n, 2), to pixels of the same shape."""
        metres = self.crs.to_metres(lonlat)
        shifted = (metres - [self._west, self._north]) * [self._px_per_m, -self._px_per_m]
        placed: NDArray[np.float64] = shifted + _MARGIN_PX
        return placed

    def path(self, lonlat: NDArray[np.float64], *, closed: bool) -> str:
        """Return a line of a path, to a tenth of a pixel, without what can't be seen."""
        tenths = np.rint(10 * self.pixels(lonlat)).astype(np.int64)
        fresh = np.append(True, (np.diff(tenths, axis=0) != 0).any(axis=1))
        points = "L".join(f"{x / 10:g},{y / 10:g}" for x, y in tenths[fresh].tolist())
        return f"M{points}{'Z' if closed else ''}"


def _bounds(series: Series) -> tuple[float, float, float, float]:
    points = series.patchwork.arcs.points
    if not len(points):  # nothing lies within reach of a place
        places = series.timeline.places.values()
        points = np.array([(place.lon, place.lat) for place in places] or [(0.0, 0.0)])
    (west, south), (east, north) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return west, south, max(east, west + 0.01), max(north, south + 0.01)


def _edge(west: float, south: float, east: float, north: float) -> shapely.Geometry:
    box = shapely.box(west, south, east, north)
    return shapely.segmentize(box.exterior, max(east - west, north - south) / 8)


def _backdrop(frame: _Frame, theme: Theme) -> Iterator[str]:
    """Yield the countries around."""
    west, south, east, north = frame.bounds
    pad_x, pad_y = _BACKDROP_PAD * (east - west), _BACKDROP_PAD * (north - south)
    around = (max(west - pad_x, -180), max(south - pad_y, -90))
    beyond = (min(east + pad_x, 180), min(north + pad_y, 90))
    shapes = outlines_within(*around, *beyond).values()
    line = FRONT["country"]
    for shape in shapes:
        rings = shapely.get_rings(shapely.get_parts(shape))
        if not len(rings):
            continue
        dense = shapely.segmentize(rings, _DENSIFY_DEGREES)
        path = "".join(frame.path(shapely.get_coordinates(r), closed=True) for r in dense)
        yield (
            f'<path d="{path}" fill="{theme.land}" fill-rule="evenodd" stroke="{theme.country}" '
            f'stroke-width="{line.width_px:g}" stroke-dasharray="{line.dash_array}"/>'
        )


def _patterns(series: Series, prefix: str) -> Iterator[str]:
    """Yield the stripes of contested ground, one for each of its parties."""
    for index, label in enumerate(series.labels):
        if label.status != CONTESTED:
            continue
        colors = party_colors(series, label)
        size = _STRIPE_PX * len(colors)
        stripes = "".join(
            f'<rect x="{i * _STRIPE_PX:g}" width="{_STRIPE_PX:g}" height="{size:g}" '
            f'fill="{color}"/>'
            for i, color in enumerate(colors)
        )
        yield (
            f'<pattern id="{prefix}-{index}" width="{size:g}" height="{size:g}" '
            f'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">{stripes}</pattern>'
        )


def _areas(snapshot: Snapshot, frame: _Frame, prefix: str, theme: Theme) -> Iterator[str]:
    series = snapshot.series
    arcs, state = snapshot.drawn
    for index, parts in groupby(faces(arcs, state), key=lambda face: face.label):
        label = series.labels[index]
        if label.status not in {HELD, CONTESTED}:
            continue  # unknown is left blank
        rings = (ring for face in parts for ring in (face.shell, *face.holes))
        path = "".join(frame.path(outline(arcs, ring), closed=True) for ring in rings)
        if label.status == HELD:
            (fill,), opacity = party_colors(series, label), theme.area_opacity
        else:
            fill, opacity = f"url(#{prefix}-{index})", theme.hatch_opacity
        yield (
            f'<path class="gf-{label.status}" d="{path}" fill="{fill}" '
            f'fill-opacity="{opacity:g}" fill-rule="evenodd"/>'
        )


def _fronts(snapshot: Snapshot, frame: _Frame, theme: Theme) -> Iterator[str]:
    """Yield the front lines, each over a wider one in the colour of the paper."""
    for contested in (True, False):
        fronts = (f.geometry for f in snapshot.fronts if f.contested is contested)
        lines = [part for geometry in fronts for part in shapely.get_parts(geometry)]
        if not lines:
            continue
        path = "".join(frame.path(shapely.get_coordinates(part), closed=False) for part in lines)
        line = FRONT["contested" if contested else "front"]
        dashes = f' stroke-dasharray="{line.dash_array}"' if line.dash_px else ""
        for color, width, dashed in (
            (theme.paper, FRONT["casing"].width_px, ""),
            (theme.front, line.width_px, dashes),
        ):
            yield (
                f'<path d="{path}" fill="none" stroke="{color}" stroke-width="{width:g}" '
                f'stroke-linejoin="round"{dashed}/>'
            )


def _places(snapshot: Snapshot, frame: _Frame, theme: Theme) -> Iterator[str]:
    """Yield the places, and the names of the most important that have room."""
    series = snapshot.series
    importance = Importance((s.place for s in snapshot.statuses), series.timeline.events)
    statuses = sorted(snapshot.statuses, key=lambda status: importance.key(status.place))
    if not statuses:
        return
    spots = frame.pixels(np.array([status.place.position for status in statuses])).tolist()
    named = set(_roomy([status.place.name for status in statuses], spots, frame))
    marks, names = [], []
    for number, (status, (x, y)) in enumerate(zip(statuses, spots, strict=True)):
        told = escape(f"{_names(status.place)}: {_told(status, series)}")
        radius = 3.2 if number in named else 2.0
        fill = "".join(party_colors(series, status.label)[:1]) or theme.land
        marks.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{fill}" '
            f'stroke="{theme.ink}" stroke-width="0.8"><title>{told}</title></circle>'
        )
        if number in named:
            names.append(
                f'<text x="{x + 5:.1f}" y="{y + 4:.1f}" {_direction(status.place.name)} '
                f'fill="{theme.ink}" stroke="{theme.paper}" stroke-width="3" '
                'stroke-linejoin="round" paint-order="stroke">'
                f"{escape(printable(status.place.name))}</text>"
            )
    yield from marks
    yield from names


def _names(place: Place) -> str:
    """Return the name, and the Arabic one if there is another."""
    both = dict.fromkeys((place.name, place.arabic_name or place.name))
    return " · ".join(map(printable, both))


def _direction(name: str) -> str:
    """Return the attributes by which a name runs in its own direction, from its left edge on."""
    if is_right_to_left(name):
        return 'unicode-bidi="plaintext" direction="rtl" text-anchor="end"'
    return 'unicode-bidi="plaintext"'


def _told(status: PlaceStatus, series: Series) -> str:
    names = " / ".join(series.timeline.actors[actor].name for actor in status.label.actors)
    return printable(f"{status.status}, {names}" if names else status.status)


def _roomy(names: Sequence[str], spots: Iterable[list[float]], frame: _Frame) -> Iterator[int]:
    """Yield which names fit into the frame without lying on one that came before."""
    taken: list[tuple[float, float, float, float]] = []
    for number, (name, (x, y)) in enumerate(zip(names, spots, strict=True)):
        right = x + 8 + _LETTER_EM * _NAME_PX * len(name)
        box = (x - 4, y - 0.7 * _NAME_PX, right, y + 0.7 * _NAME_PX)
        inside = min(box) >= 0 and box[2] <= frame.width and box[3] <= frame.height
        if inside and not any(_overlap(box, other) for other in taken):
            taken.append(box)
            yield number
        if len(taken) == _MOST_NAMES:
            return


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
