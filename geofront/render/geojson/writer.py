"""GeoJSON (RFC 7946): one file a day, and one of every shape with the days it was true."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

import shapely

from geofront.control.cluster import map_spans
from geofront.control.rings import faces
from geofront.errors import OutputError
from geofront.events.rights import refuse_restricted
from geofront.files import remove_leftovers, write_whole
from geofront.progress import tracker
from geofront.render.fingerprint import fingerprint
from geofront.render.geojson.arctext import ArcTexts
from geofront.render.intervals import (
    END_RULE,
    Running,
    day_after,
    event_interval,
    status_intervals,
)
from geofront.render.layers import LAYERS, layer_names
from geofront.render.targets import folder_target

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import date
    from os import PathLike
    from pathlib import Path

    from geofront.control.cluster import Client
    from geofront.control.history import PlaceStatus
    from geofront.control.series import Series, Snapshot
    from geofront.events.event import Event

__all__ = ["LAYERS", "day_geojson", "series_geojson", "write_geojson"]

_DIGITS = 3
_TAIL = b"\n]}\n"


def write_geojson(
    series: Series,
    folder: str | PathLike[str],
    *,
    layers: Collection[str] = LAYERS,
    progress: Callable[[Iterable[date]], Iterable[date]] | None = None,
    client: Client | None = None,
    resume: bool = False,
) -> list[Path]:
    """Write ``YYYY-MM-DD.geojson`` for each day, and ``series.geojson`` of the whole span.

    Parameters
    ----------
    series
        What to write.
    folder
        Where; it is made if missing, and files of the same name are replaced.
    layers
        Which layers to write, of `LAYERS`, in the singular as well.
    progress
        Wraps the days as they are worked through, as tqdm does; by default a bar where there is
        someone to look at it (`geofront.progress`).
    client
        A `distributed.Client`: its workers draw the areas and front lines, by spans of days; the
        files are the same.
    resume
        Leave files that are there already, whole and drawn from the same: their head says so by a
        fingerprint of the inputs, the options, the version and the ground. What a render that was
        killed left behind is taken away.

    Returns
    -------
    list[Path]
        The files, each of which appeared whole.

    Raises
    ------
    UnknownNameError
        If there is no such layer.
    OutputError
        If the folder has the name of a file, or maps of other days where some are withheld.
    DataFaultsError
        If rows may not be passed on.
    OSError
        If the folder can't be written.

    Examples
    --------
    >>> import geofront
    >>> from tempfile import TemporaryDirectory
    >>> timeline = geofront.read("palmyra-2016")
    >>> series = geofront.draw(timeline, start="2016-12-10", end="2016-12-11")
    >>> with TemporaryDirectory() as folder:
    ...     [path.name for path in geofront.write_geojson(series, folder, layers=["areas"])]
    ['2016-12-10.geojson', '2016-12-11.geojson', 'series.geojson']
    """
    refuse_restricted(series.timeline)
    target = folder_target(folder, "GeoJSON files")
    layers = layer_names(layers)
    heads = _Heads(series, layers)
    paths = [target / f"{day.isoformat()}.geojson" for day in series.days]
    whole = target / "series.geojson"
    _refuse_days_beside(series, target, paths)
    done: set[Path] = set()
    remove_leftovers(target)
    if resume:
        done = {p for p, day in zip(paths, series.days, strict=True) if _is_done(p, heads.of(day))}
        if len(done) == len(paths) and _is_done(whole, heads.of_series):
            return [*paths, whole]
    shapes = _Shapes(series, layers, client)
    intervals = _Intervals(shapes)
    track = progress or tracker("GeoJSON")
    for day, path in zip(track(series.days), paths, strict=True):
        if path not in done:
            write_whole(path, _collection(heads.of(day), shapes.on(day)))
        intervals.see(day)
    write_whole(whole, _collection(heads.of_series, intervals.features()))
    return [*paths, whole]


def day_geojson(series: Series, day: date) -> bytes:
    """Return the GeoJSON of one day.

    Parameters
    ----------
    series
        The series.
    day
        A day of its span.

    Returns
    -------
    bytes
        A FeatureCollection in UTF-8; features have `layer` area, frontline, place or event.

    Raises
    ------
    SpanError
        If the day lies outside the span.
    """
    series.snapshot(day)
    (drawn,) = _draw_span(series, [day], layers=LAYERS)
    return _collection(_Heads(series, LAYERS).of(day), _features(series, day, drawn, LAYERS))


def series_geojson(
    series: Series, *, progress: Callable[[Iterable[date]], Iterable[date]] | None = None
) -> bytes:
    """Return every shape of a series once, with the days on which it was true.

    Parameters
    ----------
    series
        The series.
    progress
        Wraps the days on which something is drawn anew; by default as `write_geojson` does.

    Returns
    -------
    bytes
        A FeatureCollection in UTF-8; each feature has `start`, its first day, and `end`, the day
        after its last.
    """
    intervals = _Intervals(_Shapes(series))
    track = progress or tracker("GeoJSON")
    for day in track([series.start, *series.redrawn_days]):
        intervals.see(day)
    return _collection(_Heads(series, LAYERS).of_series, intervals.features())


def _refuse_days_beside(series: Series, folder: Path, paths: Sequence[Path]) -> None:
    """Refuse to publish into a folder that has the maps of days which are withheld.

    Raises
    ------
    OutputError
        If there is one, from an earlier run.
    """
    if not series.timeline.published:
        return
    others = {file.name for file in folder.glob("????-??-??.geojson")} - {p.name for p in paths}
    if others:
        raise OutputError(
            f"{folder} has {min(others)} and maybe more of an earlier map, published "
            "with this one; write into another folder"
        )


class _Heads:
    """What stands in a file before its features; by it a file tells what it was drawn from."""

    def __init__(self, series: Series, layers: Collection[str]) -> None:
        self._title = {"title": series.title}
        self._last = {
            "provenance": series.provenance,
            "fingerprint": fingerprint(series, layers),
        }
        self.of_series = self._head(
            {
                "start": series.start.isoformat(),
                "end": series.end.isoformat(),
                "end_rule": END_RULE,
            }
        )

    def of(self, day: date) -> bytes:
        return self._head({"date": day.isoformat()})

    def _head(self, when: dict[str, object]) -> bytes:
        members = _json({**self._title, **when, **self._last})[1:-1]
        return f'{{"type":"FeatureCollection",{members},"features":[\n'.encode()


def _is_done(path: Path, head: bytes) -> bool:
    """Return whether a file is there, with that head, and has its end."""
    try:
        with path.open("rb") as stream:
            if stream.read(len(head)) != head:
                return False
            stream.seek(-len(_TAIL), os.SEEK_END)
            return stream.read() == _TAIL
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class _Shape:
    """A feature without its day: properties that do not depend on it, and geometry as JSON."""

    properties: dict[str, object]
    geometry: str

    def feature(self, when: dict[str, object]) -> str:
        layer = {"layer": self.properties["layer"]}
        return (
            f'{{"type":"Feature","properties":{_json({**layer, **when, **self.properties})},'
            f'"geometry":{self.geometry}}}'
        )


class _Shapes:
    """The shapes of a series day by day; a day without changes costs nothing."""

    def __init__(
        self, series: Series, layers: Collection[str] = LAYERS, client: Client | None = None
    ) -> None:
        self.series = series
        self.layers = layers
        self._changed = [series.start, *series.redrawn_days]
        work = partial(_draw_span, layers=tuple(layers))
        self._fresh: Iterator[list[_Shape]] = map_spans(series, work, self._changed, client=client)
        self._next = 0
        self._latest: list[_Shape] = []

    def drawn(self, day: date) -> list[_Shape]:
        """Return the areas and front lines of a day; days must be asked for in order."""
        while self._next < len(self._changed) and self._changed[self._next] <= day:
            self._latest = next(self._fresh)
            self._next += 1
        return self._latest

    def on(self, day: date) -> Iterator[str]:
        """Return the features of a day; days must be asked for in order."""
        return _features(self.series, day, self.drawn(day), self.layers)


def _features(
    series: Series, day: date, drawn: Iterable[_Shape], layers: Collection[str]
) -> Iterator[str]:
    """Yield the features of a day: what is drawn, then its places and events."""
    snapshot = series.snapshot(day)
    when: dict[str, object] = {"date": day.isoformat()}
    for shape in drawn:
        yield shape.feature(when)
    for status in snapshot.statuses if "places" in layers else ():
        yield _place(status).feature(when)
    for event in snapshot.events if "events" in layers else ():
        yield _event(event, series).feature(when)


def _draw_span(
    series: Series, days: Sequence[date], *, layers: Collection[str]
) -> Iterator[list[_Shape]]:
    """Yield the areas and front lines of some days."""
    texts: ArcTexts | None = None
    for day in days:
        snapshot = series.snapshot(day)
        arcs, _ = snapshot.drawn
        if texts is None or texts.arcs is not arcs:
            texts = ArcTexts(arcs)
        areas_drawn = _areas(snapshot, texts) if "areas" in layers else ()
        fronts_drawn = _fronts(snapshot) if "frontlines" in layers else ()
        yield [*areas_drawn, *fronts_drawn]


class _Intervals:
    """Every shape of a series once, gathered as its days go by in order."""

    def __init__(self, shapes: _Shapes) -> None:
        self._shapes = shapes
        self._series = shapes.series
        self._running: Running[str, _Shape] = Running()
        self._ended: list[str] = []
        self._seen: list[_Shape] = []

    def see(self, day: date) -> None:
        """Take note of the shapes of a day."""
        drawn = self._shapes.drawn(day)
        if drawn is self._seen:
            return
        self._seen = drawn
        shapes = {_identity(shape): shape for shape in drawn}
        identities = {identity: identity for identity in shapes}
        self._end(identities, day)
        for identity in self._running.fresh(identities):
            self._running.begin(identity, identity, day, shapes[identity])

    def _end(self, identities: dict[str, str], day: date) -> None:
        self._ended += [
            shape.feature(_interval(start, day))
            for _, start, shape in self._running.ended(identities)
        ]

    def features(self) -> Iterator[str]:
        """Yield every shape with its first day and the day after its last."""
        self._end({}, day_after(self._series.end))
        yield from self._ended
        if "places" in self._shapes.layers:
            yield from self._places_over_time()
        if "events" in self._shapes.layers:
            yield from self._events_over_time()

    def _events_over_time(self) -> Iterator[str]:
        for event in self._series.history.known_events:
            days = event_interval(event, self._series.start, self._series.end)
            if days is not None:
                yield _event(event, self._series).feature(_interval(*days))

    def _places_over_time(self) -> Iterator[str]:
        history = self._series.history
        for place_id in self._series.place_ids:
            for start, end in status_intervals(self._series, place_id):
                yield _place(history.status(place_id, start)).feature(_interval(start, end))


def _identity(shape: _Shape) -> str:
    return _json(shape.properties) + shape.geometry


def _interval(start: date, end: date) -> dict[str, object]:
    return {"start": start.isoformat(), "end": end.isoformat()}


def _areas(snapshot: Snapshot, texts: ArcTexts) -> Iterator[_Shape]:
    series = snapshot.series
    actors = series.timeline.actors.on(snapshot.day)
    found = faces(*snapshot.drawn)
    for index, parts in groupby(found, key=lambda face: face.label):
        label = series.labels[index]
        yield _Shape(
            {
                "layer": "area",
                "status": label.status,
                "actor": label.holder,
                "side": actors.side_of(label.holder) if label.holder else None,
                "contested_by": list(label.contested_by),
                "color": actors[label.holder].color if label.holder else None,
                "area_km2": round(float(snapshot.area_km2[index]), _DIGITS),
            },
            texts.multipolygon(parts),
        )


def _fronts(snapshot: Snapshot) -> Iterator[_Shape]:
    for front in snapshot.fronts:
        yield _Shape(
            {
                "layer": "frontline",
                "actors": list(front.actors),
                "contested": front.contested,
                "length_km": round(front.length_km, _DIGITS),
            },
            shapely.to_geojson(front.geometry),
        )


def _place(status: PlaceStatus) -> _Shape:
    place = status.place
    return _Shape(
        {
            "layer": "place",
            "place_id": place.id,
            "name": place.name,
            "feature": place.feature,
            "radius_km": place.radius_km,
            "status": status.status,
            "actor": status.holder,
            "contested_by": list(status.label.contested_by),
            "since": status.since.isoformat() if status.since else None,
            "event_id": status.event.id if status.event else None,
            "source": "|".join(status.event.sources) if status.event else None,
            "inferred": status.inferred,
            "uncertain": status.uncertain,
            "besieged_by": list(status.besieged_by),
            "claimed_by": list(status.claimed_by),
            "claim": status.claim.id if status.claim else None,
            **({"licence": place.licence} if place.licence else {}),
        },
        _point(place.lon, place.lat),
    )


def _event(event: Event, series: Series) -> _Shape:
    place = series.timeline.places[event.place_id]
    shape = shapely.from_wkt(event.geometry_wkt) if event.geometry_wkt else None
    cited = (series.timeline.sources.get(source) for source in event.sources)
    licence = "|".join(dict.fromkeys(s.licence for s in cited if s and s.licence))
    return _Shape(
        {
            "layer": "event",
            "event_id": event.id,
            "when": event.date.text,
            "kind": str(event.kind),
            "place_id": place.id,
            "place": place.name,
            "actor": "|".join(event.actors) or None,
            "from_actor": "|".join(event.from_actors) or None,
            "standing": str(event.standing),
            "source": "|".join(event.sources),
            "reported": event.reported.isoformat() if event.reported else None,
            "note": event.note,
            **({"licence": licence} if licence else {}),
        },
        shapely.to_geojson(shape) if shape is not None else _point(place.lon, place.lat),
    )


def _point(lon: float, lat: float) -> str:
    return _json({"type": "Point", "coordinates": [lon, lat]})


def _collection(head: bytes, features: Iterable[str]) -> bytes:
    return head + ",\n".join(features).encode() + _TAIL


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
