"""Areas and front lines of a series as intervals: every shape once, with the days it was true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
import shapely

from geofront.control.frontline import front_lines
from geofront.control.patchwork import State
from geofront.control.rings import faces, outline
from geofront.progress import tracker
from geofront.render.gis.layers import Interval
from geofront.render.layers import day_after
from geofront.render.style import CONTESTED as CONTESTED_COLOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from numpy.typing import NDArray

    from geofront.control.arcs import Arcs
    from geofront.control.series import Series
    from geofront.control.snapshot import Snapshot
    from geofront.control.state import Label
    from geofront.events.actor import Actors
    from geofront.events.event import Event

__all__ = ["Look", "area_intervals", "front_intervals", "joined", "look", "source_ids"]

_DIGITS = 3
_Key = TypeVar("_Key")


class _Shape(NamedTuple):
    """What tells a shape from the one of the day before, and what it is once it is drawn."""

    identity: tuple[object, ...]
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
    causes = _Causes(series)
    running: _Running[int] = _Running()
    track = progress or tracker("areas")
    for day in track([series.start, *series.redrawn_days]):
        snapshot = series.snapshot(day)
        actors = series.timeline.actors.on(day)
        identities = _area_identities(snapshot, actors)
        yield from running.ended(identities, day)
        fresh = running.fresh(identities)
        geometries = _area_geometries(snapshot, fresh)
        for index in fresh:
            label = series.labels[index]
            values = _area_values(label, actors, snapshot.area_km2[index], causes.on(day, label))
            arcs, _ = snapshot.drawn
            shape = _Shape(identities[index], values, geometries[index], arcs)
            running.begin(index, day, shape)
    yield from running.ended({}, day_after(series.end))


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
    causes = _Causes(series)
    running: _Running[tuple[tuple[str, str], bool]] = _Running()
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
        identities: dict[tuple[tuple[str, str], bool], tuple[object, ...]] = {
            kind: (_identity(series, arcs, 2 * some), _sides(kind[0], actors))
            for kind, some in chosen.items()
        }
        yield from running.ended(identities, day)
        for kind in running.fresh(identities):
            pair, contested = kind
            (line,) = front_lines(arcs, State(0, state.labels, chosen[kind]), opposition)
            values = (
                *(joined(pair), _sides(pair, actors), contested),
                round(line.length_km, _DIGITS),
                *_told(causes.between(day, pair)),
            )
            running.begin(kind, day, _Shape(identities[kind], values, line.geometry, arcs))
    yield from running.ended({}, day_after(series.end))


class _Running(dict[_Key, tuple["date", _Shape]]):
    """The shapes that are true now, with their first days."""

    def ended(self, identities: Mapping[_Key, tuple[object, ...]], day: date) -> Iterator[Interval]:
        """Drop and yield the shapes that are no longer true, in the order of their keys."""
        for key in sorted(self):  # type: ignore[type-var]
            start, shape = self[key]
            if identities.get(key) != shape.identity:
                del self[key]
                yield Interval(start, day, shape.values, shape.geometry, shape.arcs)

    def fresh(self, identities: Mapping[_Key, tuple[object, ...]]) -> list[_Key]:
        """Return the keys of the shapes that begin, once those that ended are dropped."""
        return [key for key in identities if key not in self]

    def begin(self, key: _Key, day: date, shape: _Shape) -> None:
        """Take up a shape."""
        self[key] = (day, shape)


def _area_identities(snapshot: Snapshot, actors: Actors) -> dict[int, tuple[object, ...]]:
    """Return what tells the area of each label that is drawn from another."""
    series = snapshot.series
    arcs, state = snapshot.drawn
    left, right = arcs.sides(state.labels, state.parting)
    half_edges = np.concatenate([2 * state.parting, 2 * state.parting + 1])
    owner = np.concatenate([left, right])
    return {
        index: (
            _identity(series, arcs, half_edges[owner == index]),
            _side(series.labels[index], actors),
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
    return (*look(label, actors), round(float(km2), _DIGITS), *_told(causes))


class Look(NamedTuple):
    """What a label is painted with, in the order of the columns that tell it.

    None where there is nothing to say; several names or colours are joined by ``|``.
    """

    status: str
    actor: str | None
    actor_name: str | None
    side: str | None
    contested_by: str | None
    color: str | None
    colors: str | None


def look(label: Label, actors: Actors) -> Look:
    """Return the values of a label.

    Parameters
    ----------
    label
        What is painted.
    actors
        The actors, with the sides of the day.

    Returns
    -------
    Look
        Who holds or contests it, and the colours.
    """
    holder = actors[label.holder] if label.holder else None
    parties = [actors[actor].color for actor in label.actors]
    one = holder.color if holder else CONTESTED_COLOR if parties else None
    return Look(
        status=label.status,
        actor=label.holder,
        actor_name=holder.name if holder else None,
        side=_side(label, actors),
        contested_by=joined(label.contested_by),
        color=one,
        colors=joined(parties),
    )


def joined(names: Iterable[str]) -> str | None:
    """Return names joined by ``|``, None if there are none."""
    return "|".join(names) or None


def source_ids(events: Iterable[Event]) -> str | None:
    """Return the sources of events joined by ``|``, each once."""
    return joined(dict.fromkeys(source for event in events for source in event.sources))


def _told(causes: list[Event]) -> tuple[str | None, str | None]:
    return joined(dict.fromkeys(event.id for event in causes)), source_ids(causes)


def _side(label: Label, actors: Actors) -> str | None:
    return actors.side_of(label.holder) if label.holder else None


def _sides(pair: tuple[str, str], actors: Actors) -> str | None:
    return joined(actors.side_of(actor) for actor in pair)


@dataclass(frozen=True, slots=True)
class _Turn:
    """A place changed its label, by an event."""

    labels: tuple[Label, Label]
    event: Event


class _Causes:
    """The statements that moved the ground, by day."""

    def __init__(self, series: Series) -> None:
        self._by_day: dict[date, list[_Turn]] = {}
        history = series.history
        now = series.place_changes.clipped(series.start.toordinal(), series.start.toordinal())
        labels = now.first.tolist()
        for change in series.changes:
            before, labels[change.place_index] = labels[change.place_index], change.label_index
            if change.event is not None:
                turn = (history.labels[before], history.labels[change.label_index])
                self._by_day.setdefault(change.day, []).append(_Turn(turn, change.event))

    def on(self, day: date, label: Label) -> list[Event]:
        """Return the statements of a day by which places got or lost a label.

        If there are none, the ground moved because of others: then those of the day.
        """
        turns = self._by_day.get(day, [])
        return [t.event for t in turns if label in t.labels] or [t.event for t in turns]

    def between(self, day: date, pair: tuple[str, str]) -> list[Event]:
        """Return the statements of a day by which places of two actors changed, or else all."""
        turns = self._by_day.get(day, [])
        touching = [
            t.event for t in turns if any(a in label.actors for label in t.labels for a in pair)
        ]
        return touching or [t.event for t in turns]
