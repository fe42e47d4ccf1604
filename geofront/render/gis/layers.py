"""The layers of a GIS file: their columns, types and shapes, the same in every format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from geofront.render.layers import LAYERS, layer_names

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    import shapely

    from geofront.control.arcs import Arcs

__all__ = ["LAYERS", "Column", "Interval", "Layer", "chosen_layers"]

Kind = Literal["date", "text", "number", "whole", "flag"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what it holds, and its name where ten letters must do."""

    name: str
    kind: Kind = "text"
    short: str = ""

    @property
    def short_name(self) -> str:
        """The name in a Shapefile, of ten letters at most."""
        return self.short or self.name


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer: its title, the type of its shapes, and its columns, `start` and `end` first.

    `geometry` is a type of the OGC's Simple Features, empty where shapes are of several types.
    """

    name: str
    title: str
    geometry: str
    columns: tuple[Column, ...]

    @property
    def attributes(self) -> tuple[Column, ...]:
        """The columns after `start` and `end`: those of the values of an `Interval`."""
        return self.columns[len(_INTERVAL) :]

    def position(self, column: str) -> int:
        """Return the position of a column by its name."""
        return [c.name for c in self.columns].index(column)

    def record(self, row: Interval) -> dict[str, Any]:
        """Return the attributes of a row by their names."""
        names = (column.name for column in self.attributes)
        return dict(zip(names, row.values, strict=True))

    def by_column(self, rows: Sequence[Interval]) -> list[list[Any]]:
        """Return rows column by column, `start` and `end` first; None where there is nothing."""
        lines = [(row.start, row.end, *row.values) for row in rows]
        return [list(column) for column in zip(*lines, strict=True)] or [[] for _ in self.columns]


class Interval(NamedTuple):
    """A row: what was true from `start` to the day before `end`.

    `values` are those of the columns after `start` and `end`, in their order. `geometry` is in
    degrees; where it runs along the arcs of a series, `arcs` are these.
    """

    start: date
    end: date
    values: tuple[object, ...]
    geometry: shapely.Geometry
    arcs: Arcs | None = None


_INTERVAL = (Column("start", "date"), Column("end", "date"))
_CAUSE = (Column("event_id"), Column("source"))
_LOOK = (Column("color"), Column("colors"))
_CONTESTED_BY = Column("contested_by", short="contest_by")
_CLAIMED_BY = Column("claimed_by", short="claim_by")

_AREAS = Layer(
    "areas",
    "Areas",
    "MultiPolygon",
    (
        *_INTERVAL,
        *(Column("status"), Column("actor"), Column("actor_name"), Column("side"), _CONTESTED_BY),
        *_LOOK,
        Column("area_km2", "number"),
        *_CAUSE,
    ),
)
_FRONTLINES = Layer(
    "frontlines",
    "Front lines",
    "MultiLineString",
    (
        *_INTERVAL,
        *(Column("actors"), Column("sides"), Column("contested", "flag")),
        Column("length_km", "number"),
        *_CAUSE,
    ),
)
_PLACES = Layer(
    "places",
    "Places",
    "Point",
    (
        *_INTERVAL,
        *(Column("place_id"), Column("name"), Column("feature"), Column("radius_km", "number")),
        *(Column("status"), Column("actor"), Column("actor_name"), Column("side"), _CONTESTED_BY),
        *_LOOK,
        Column("since", "date"),
        *_CAUSE,
        *(Column("inferred", "flag"), Column("uncertain", "flag")),
        *(Column("besieged_by", short="besieg_by"), _CLAIMED_BY, Column("claim")),
        Column("licence"),
    ),
)
_EVENTS = Layer(
    "events",
    "Events",
    "",
    (
        *_INTERVAL,
        *(Column("event_id"), Column("when"), Column("kind"), Column("place_id"), Column("place")),
        *(Column("actor"), Column("from_actor"), Column("standing"), _CLAIMED_BY),
        *(Column("credibility", "whole", "credib"), Column("reported", "date")),
        *(Column("source"), Column("source_url"), Column("note"), Column("licence")),
    ),
)

_BY_NAME = {layer.name: layer for layer in (_AREAS, _FRONTLINES, _PLACES, _EVENTS)}


def chosen_layers(names: Collection[str]) -> list[Layer]:
    """Return layers by their names.

    Parameters
    ----------
    names
        Any of `LAYERS`, in the singular as well.

    Returns
    -------
    list[Layer]
        In the order of `LAYERS`.

    Raises
    ------
    UnknownNameError
        If there is no such layer.
    """
    return [_BY_NAME[name] for name in layer_names(names)]
