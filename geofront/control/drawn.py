"""Series from polygons that others drew: one map a day, of the area that each actor holds.

The outlines of all days are laid over one another once, so that every vertex that days share is
kept once, and a day is a label for each cell, as it is in a series spread from places.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geofront.control.ground import sound_extent
from geofront.control.history import History
from geofront.control.labelchanges import LabelChanges
from geofront.control.overlay import Overlay, overlay
from geofront.control.patchwork import Patchwork, merge_cells
from geofront.control.series import Series
from geofront.control.state import Label, contested_between, held_by
from geofront.control.tessellation import default_extent
from geofront.dates import as_day
from geofront.errors import DataFaultsError, ExtentError, Fault, SpanError
from geofront.events.actor import Actors
from geofront.events.dailymaps import DailyMaps, Repair, daily_maps, read_daily_maps
from geofront.events.evidence import policy
from geofront.events.timeline import About, InputFile, Timeline
from geofront.files.table import JOINT, split_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import geopandas
    from numpy.typing import NDArray

    from geofront.events.actor import Actor

__all__ = ["DailyMaps", "DrawnSeries", "Repair", "read_daily_maps", "series_from_maps"]

_METHOD = "drawn polygons"
_M_PER_KM = 1000.0
_LEAST_KM2_SHOWN = 0.001
# Two outlines along one line may part by the steps of the grid, whatever the tolerance.
_NARROWEST_M = 0.3


@dataclass(frozen=True)
class DrawnSeries(Series):
    """A series read from drawn polygons. It has no places and no events.

    `maps` are the polygons, `painted` the label of each cell over time. `otherwise` is the actor
    who holds what lies in no polygon, None if no one is said to.
    """

    maps: DailyMaps
    painted: _Painted
    extent: str
    otherwise: str | None
    tolerance_m: float

    @property
    def labels(self) -> tuple[Label, ...]:
        """Every label that a map shows, ``unknown`` first."""
        return self.painted.labels

    @cached_property
    def patchwork(self) -> Patchwork:
        """The cells that never differ, merged, and their labels over time."""
        return merge_cells(self.painted.cells.mesh, self.painted.changes)

    @cached_property
    def updated_days(self) -> list[date]:
        """The days that have a map, in order."""
        return [day for day in self.maps if self.start <= day <= self.end]

    @property
    def repairs(self) -> tuple[Repair, ...]:
        """The polygons that were invalid and had to be mended."""
        return self.maps.repairs

    @property
    def origin(self) -> dict[str, object]:
        """The extent, and how the polygons were read."""
        return {
            "extent": self.extent,
            "method": _METHOD,
            "reach_km": None,
            "policy": None,
            "known_on": None,
            "otherwise": self.otherwise,
            "tolerance_m": self.tolerance_m,
            "repaired_polygons": len(self.repairs),
        }

    def __repr__(self) -> str:
        """Tell the span and the size."""
        return (
            f"<Series of {self.title!r}, {self.start} to {self.end}: "
            f"{len(self.updated_days):,} maps, {self.mesh.cells:,} cells, {_METHOD}>"
        )


def series_from_maps(
    maps: Mapping[date | str, Mapping[str, shapely.Geometry]] | geopandas.GeoDataFrame | DailyMaps,
    *,
    extent: shapely.Geometry | None = None,
    actors: Iterable[Actor] = (),
    otherwise: str | None = None,
    start: date | str | None = None,
    end: date | str | None = None,
    tolerance_m: float = 1.0,
    overlaps_contested: bool = False,
    title: str = "Control maps",
    attribution: str = "",
    licence: str = "",
    inputs: Sequence[InputFile] = (),
) -> DrawnSeries:
    """Make a series of daily maps that others drew.

    On a day without a map the latest one before it still stands; `Series.updated_days` and
    `Snapshot.as_of` keep such days apart from those whose map shows no change.

    Parameters
    ----------
    maps
        The polygons of each actor on each day: a mapping of days to mappings of actors to polygons
        in degrees; a GeoDataFrame with ``date`` and ``actor``; or what `read_daily_maps` returned.
        An actor written ``A|B`` stands for ground that A and B contest.
    extent
        Polygon or multipolygon in degrees; what lies outside is left out. By default the hull of
        all polygons with a margin.
    actors
        Actors that are known already, with their sides and colours; others are made of the names.
    otherwise
        The actor who holds what lies in no polygon; it needs an extent. None: it is unknown.
    start, end
        First and last day, as dates or ``YYYY-MM-DD``; by default those of the maps.
    tolerance_m
        Lines closer than this become one, so that a line drawn anew every day leaves no slivers.
    overlaps_contested
        Whether ground where polygons of two actors overlap is contested between them.
    title, attribution, licence
        What outputs say of the maps.
    inputs
        Further files that went into it, beside the maps.

    Returns
    -------
    DrawnSeries
        One snapshot a day.

    Raises
    ------
    DataFaultsError
        With every map that is at fault: one that names no actor or day, is not in degrees, or, but
        for `overlaps_contested`, gives the same ground to two actors.
    SpanError
        If there is no map, or the span ends before it starts.
    ExtentError
        If `otherwise` is given without an extent, the extent is empty, crosses the 180th meridian
        or a pole, or spans half the globe.
    ValueError
        If the tolerance is less than 0.
    DateError
        If a text is not a day.

    Examples
    --------
    >>> import geofront
    >>> from shapely import box
    >>> series = geofront.series_from_maps(
    ...     {
    ...         "2022-06-01": {"north": box(30, 50, 31, 51)},
    ...         "2022-06-02": {"north": box(30, 50.5, 31, 51), "south": box(30, 50, 31, 50.5)},
    ...     }
    ... )
    >>> series.difference("2022-06-01", "2022-06-02")
    <DayDifference of 'Control maps', 2022-06-01 to 2022-06-02: 3,967 km² changed>
    """
    if tolerance_m < 0:
        raise ValueError(f"a tolerance of {tolerance_m} m; give 0 or more")
    read = daily_maps(maps)
    first, last = _span(read, start, end)
    outline, origin = _extent(read, extent, otherwise)
    known = _actors(read, actors, otherwise)
    sheets = {day: _by_label(read[day], known) for day in read if day <= last}
    painted = _paint(
        sheets,
        outline,
        base=Label() if otherwise is None else _label(otherwise, known),
        start=first,
        tolerance_m=tolerance_m,
        contest=overlaps_contested,
        name=read.name,
    )
    about = About(
        title=title,
        start=first,
        end=last,
        extent=outline,
        method=_METHOD,
        attribution=attribution,
        licence=licence,
    )
    timeline = Timeline.eventless(about, known, (InputFile(read.name, read.digest), *inputs))
    history = History(timeline, policy(about.policy), None, {})
    return DrawnSeries(history, first, last, read, painted, origin, otherwise, tolerance_m)


def _span(maps: DailyMaps, start: date | str | None, end: date | str | None) -> tuple[date, date]:
    if not maps:
        raise SpanError("there is no map to draw from")
    days = list(maps)
    first = as_day(start) or days[0]
    last = as_day(end) or max(days[-1], first)
    if last < first:
        raise SpanError(f"the span ends on {last}, before it starts on {first}")
    return first, last


def _extent(
    maps: DailyMaps, extent: shapely.Geometry | None, otherwise: str | None
) -> tuple[shapely.Geometry, str]:
    """Return the outline of what is drawn, and where it comes from.

    Raises
    ------
    ExtentError
        If there is none, or `otherwise` has no bounds.
    """
    if extent is not None:
        return sound_extent(extent), "given"
    if otherwise is not None:
        raise ExtentError(
            f"say by extent= how far the ground of {otherwise!r} goes, or leave out otherwise="
        )
    shapes = [shape for sheet in maps.values() for shape in sheet.values()]
    points = shapely.get_coordinates(shapely.convex_hull(shapes))
    if len(points) == 0:
        raise ExtentError("no map shows any area; give an extent")
    return default_extent(points), "hull of the maps with a margin"


def _actors(maps: DailyMaps, known: Iterable[Actor], otherwise: str | None) -> Actors:
    return Actors.named(maps.actor_names | ({otherwise} if otherwise else set()), known)


def _label(text: str, actors: Actors) -> Label:
    """Return the label that a text means: an actor, or several between bars."""
    found = (actors.find(name) for name in split_names(text))
    ids = {actor.id for actor in found if actor is not None}
    return held_by(*ids) if len(ids) == 1 else contested_between(ids)


_Sheet = list[tuple[Label, shapely.Geometry]]


def _by_label(sheet: Mapping[str, shapely.Geometry], actors: Actors) -> _Sheet:
    """Return the polygons of a day by label; spellings of one actor are taken together."""
    shapes: dict[Label, list[shapely.Geometry]] = {}
    for text, shape in sheet.items():
        shapes.setdefault(_label(text, actors), []).append(shape)
    return [
        (label, found[0] if len(found) == 1 else shapely.union_all(found))
        for label, found in sorted(shapes.items())
    ]


@dataclass(frozen=True)
class _Painted:
    """Cells, and the label of each over time."""

    cells: Overlay
    labels: tuple[Label, ...]
    changes: LabelChanges


@dataclass
class _Painter:
    """Gives the cells their labels, a day at a time; faults are gathered.

    `labels` grows where overlaps make new ones.
    """

    cells: Overlay
    base: Label
    tolerance_m: float
    contest: bool
    name: str
    labels: list[Label] = field(default_factory=lambda: [Label()])
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Find the cells that are too narrow for an overlap to be meant."""
        self._thin = self.cells.width_km() < max(self.tolerance_m, _NARROWEST_M) / _M_PER_KM

    def index(self, label: Label) -> int:
        """Return the number of a label, a new one if need be."""
        if label not in self.labels:
            self.labels.append(label)
        return self.labels.index(label)

    def day(self, day: date, areas: list[tuple[Label, int]]) -> NDArray[np.int64]:
        """Return the label of each cell on a day, from its labels and their polygons' numbers."""
        base = self.index(self.base)
        found = np.full(self.cells.mesh.cells, base, dtype=np.int64)
        taken = np.zeros(len(found), dtype=bool)
        for label, polygon in areas:
            inside = self.cells.inside(polygon)
            twice = inside & taken
            found[inside & ~taken] = self.index(label)
            taken |= inside
            if twice.any():
                self._overlap(day, label, found, twice & ~self._thin)
        return found

    def _overlap(
        self, day: date, label: Label, found: NDArray[np.int64], twice: NDArray[np.bool_]
    ) -> None:
        """Contest what two labels claim, or note a fault; `found` is changed."""
        before = found.copy()
        for other in np.unique(before[twice]).tolist():
            both = twice & (before == other)
            parties = contested_between([*label.actors, *self.labels[other].actors])
            if self.contest:
                found[both] = self.index(parties)
                continue
            km2 = float(self.cells.mesh.cell_km2[both].sum())
            names = " and ".join(JOINT.join(x.actors) for x in (self.labels[other], label))
            if km2 >= _LEAST_KM2_SHOWN:
                message = (
                    f"{day}: the areas of {names} overlap by {km2:,.3f} km²; draw them apart, or "
                    "say overlaps_contested=True if both claim it"
                )
                self.faults.append(Fault(self.name, 0, message))


def _paint(
    sheets: Mapping[date, _Sheet],
    extent: shapely.Geometry,
    *,
    base: Label,
    start: date,
    tolerance_m: float,
    contest: bool,
    name: str,
) -> _Painted:
    """Cut the polygons of all days into cells, and label them.

    Raises
    ------
    DataFaultsError
        If areas overlap and may not.
    """
    polygons: dict[bytes, int] = {}
    shapes: list[shapely.Geometry] = []
    numbered: dict[date, list[tuple[Label, int]]] = {}
    for day in _days_that_count(list(sheets), start):
        numbered[day] = []
        for label, shape in sheets[day]:
            # Most maps repeat polygons of the map before.
            number = polygons.setdefault(shape.wkb, len(polygons))
            if number == len(shapes):
                shapes.append(shape)
            numbered[day].append((label, number))
    cells = overlay(shapes, extent, tolerance_m=tolerance_m)
    painter = _Painter(cells, base, tolerance_m, contest, name)
    changes = _changes(painter, numbered, start)
    if painter.faults:
        raise DataFaultsError(painter.faults)
    return _sorted_by_label(cells, painter.labels, changes)


def _days_that_count(days: list[date], start: date) -> list[date]:
    """Return the days from the map on that stands on the eve of the first day."""
    before = bisect_right(days, start - timedelta(days=1) if start > date.min else start)
    return days[max(before - 1, 0) :]


def _changes(
    painter: _Painter, numbered: Mapping[date, list[tuple[Label, int]]], start: date
) -> LabelChanges:
    """Return the labels of the cells over time; before the first map nothing is known."""
    count = painter.cells.mesh.cells
    first = latest = np.zeros(count, dtype=np.int64)
    rows: list[tuple[NDArray[np.int64], ...]] = [(np.empty(0, dtype=np.int64),) * 3]
    for i, (day, areas) in enumerate(numbered.items()):
        today = painter.day(day, areas)
        if i == 0 and day <= start:
            first = today  # no map tells what the first day gained
        else:
            which = np.flatnonzero(today != latest)
            rows.append((np.full(len(which), day.toordinal()), which, today[which]))
        latest = today
    return LabelChanges(first, *(np.concatenate(column) for column in zip(*rows, strict=True)))


def _sorted_by_label(cells: Overlay, labels: list[Label], changes: LabelChanges) -> _Painted:
    """Give the labels that occur new numbers in their order, unknown first."""
    used = {labels[i] for i in {*changes.first.tolist(), *changes.label.tolist()}}
    ordered = (Label(), *sorted(used - {Label()}))
    number = np.array([ordered.index(x) if x in ordered else 0 for x in labels], dtype=np.int64)
    return _Painted(
        cells,
        ordered,
        LabelChanges(number[changes.first], changes.day, changes.which, number[changes.label]),
    )
