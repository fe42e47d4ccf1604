"""The ground of a series as intervals: every area and front line once, with its days."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import shapely

from geofront.control.frontline import front_lines
from geofront.control.patchwork import State
from geofront.control.rings import faces, outline
from geofront.progress import tracker
from geofront.render.gis.causes import Causes, cited
from geofront.render.gis.layers import Interval
from geofront.render.gis.look import joined, look, side_of, sides_of
from geofront.render.intervals import Running, day_after

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from numpy.typing import NDArray

    from geofront.control.arcs import Arcs
    from geofront.control.series import Series
    from geofront.control.snapshot import Snapshot
    from geofront.control.state import Label
    from geofront.events.actor import Actors
    from geofront.events.event import Event
    from geofront.render.intervals import Ended

__all__ = ["area_intervals", "front_intervals"]

_DIGITS = 3
_Identity: TypeAlias = tuple[object, ...]
_Front: TypeAlias = tuple[tuple[str, str], bool]


class _Shape(NamedTuple):
    """An area or a front line as it is drawn."""

    values: tuple[object, ...]
    geometry: shapely.Geometry
    arcs: Arcs


def area_intervals(
    series: Series, progress: Callable[[Iterable[date]], Iterable[date]] | None = None
) -> Iterator[Interval]:
    """Yield every area of a series once, a label each, as it ends.

    Parameters
    ----------
    series
        The series.
    progress
        Wraps the days on which something is drawn anew.

    Yields
    ------
    Interval
        With the values of the layer ``areas``; of one label they leave no day out.
    """
    causes = Causes(series)
    running: Running[int, _Shape] = Running()
    track = progress or tracker("areas")
    for day in track([series.start, *series.redrawn_days]):
        snapshot = series.snapshot(day)
        actors = series.timeline.actors.on(day)
        identities = _area_identities(snapshot, actors)
        yield from _intervals(running.ended(identities), day)
        fresh = running.fresh(identities)
        geometries = _area_geometries(snapshot, fresh)
        for index in fresh:
            label = series.labels[index]
            values = _area_values(label, actors, snapshot.area_km2[index], causes.on(day, label))
            arcs, _ = snapshot.drawn
            shape = _Shape(values, geometries[index], arcs)
            running.begin(index, identities[index], day, shape)
    yield from _intervals(running.ended({}), day_after(series.end))


def front_intervals(
    series: Series, progress: Callable[[Iterable[date]], Iterable[date]] | None = None
) -> Iterator[Interval]:
    """Yield every front line of a series once, a pair of actors each, as it ends.

    Parameters
    ----------
    series
        The series.
    progress
        Wraps the days on which something is drawn anew.

    Yields
    ------
    Interval
        With the values of the layer ``frontlines``.
    """
    causes = Causes(series)
    running: Running[_Front, _Shape] = Running()
    track = progress or tracker("front lines")
    for day in track([series.start, *series.redrawn_days]):
        arcs, state = series.snapshot(day).drawn
        opposition = series.opposition_on(day)
        actors = series.timeline.actors.on(day)
        kinds = opposition.between(*arcs.sides(state.labels, state.parting))
        chosen = {
            opposition.kinds[k]: state.parting[kinds == k]
            for k in np.unique(kinds[kinds >= 0]).tolist()
        }
        identities: dict[_Front, _Identity] = {
            kind: (_identity(series, arcs, 2 * some), sides_of(kind[0], actors))
            for kind, some in chosen.items()
        }
        yield from _intervals(running.ended(identities), day)
        for kind in running.fresh(identities):
            pair, contested = kind
            (line,) = front_lines(arcs, State(0, state.labels, chosen[kind]), opposition)
            values = (
                *(joined(pair), sides_of(pair, actors), contested),
                round(line.length_km, _DIGITS),
                *cited(causes.between(day, pair)),
            )
            running.begin(kind, identities[kind], day, _Shape(values, line.geometry, arcs))
    yield from _intervals(running.ended({}), day_after(series.end))


def _intervals(ended: list[Ended[Any, _Shape]], end: date) -> list[Interval]:
    """Return the shapes that ended before a day, in the order of their keys."""
    ordered = sorted(ended, key=attrgetter("key"))
    return [Interval(one.start, end, *one.shape) for one in ordered]


def _area_identities(snapshot: Snapshot, actors: Actors) -> dict[int, _Identity]:
    """Return what tells the area of each label that is drawn from another."""
    series = snapshot.series
    arcs, state = snapshot.drawn
    left, right = arcs.sides(state.labels, state.parting)
    half_edges = np.concatenate([2 * state.parting, 2 * state.parting + 1])
    owner = np.concatenate([left, right])
    return {
        index: (
            _identity(series, arcs, half_edges[owner == index]),
            side_of(series.labels[index], actors),
            round(float(snapshot.area_km2[index]), _DIGITS),
        )
        for index in np.unique(owner[owner >= 0]).tolist()
    }


def _identity(series: Series, arcs: Arcs, half_edges: NDArray[np.int64]) -> bytes:
    """Return the same bytes for the same lines, on whatever day they are drawn."""
    if series.generalising is None:
        return np.sort(half_edges).tobytes()
    # The lines of each day are its own then: their stretches are compared, whatever their order.
    lines = [arcs.line(half_edge) for half_edge in half_edges.tolist()]
    stretches = np.concatenate([np.hstack([line[:-1], line[1:]]) for line in lines])
    return np.unique(stretches, axis=0).tobytes()


def _area_geometries(snapshot: Snapshot, wanted: list[int]) -> dict[int, shapely.MultiPolygon]:
    """Draw the areas of some labels."""
    if not wanted:
        return {}
    arcs, state = snapshot.drawn
    parts: dict[int, list[shapely.Polygon]] = {index: [] for index in wanted}
    for face in faces(arcs, state):
        if face.label in parts:
            shell, *holes = (outline(arcs, ring) for ring in (face.shell, *face.holes))
            parts[face.label].append(shapely.Polygon(shell, holes))
    return {index: shapely.MultiPolygon(polygons) for index, polygons in parts.items()}


def _area_values(
    label: Label, actors: Actors, km2: float, causes: list[Event]
) -> tuple[object, ...]:
    return (*look(label, actors), round(float(km2), _DIGITS), *cited(causes))
