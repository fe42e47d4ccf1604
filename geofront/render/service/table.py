"""A layer of a series in memory: found by day, box and value, sorted, and told as GeoJSON."""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import numpy as np
import pandas as pd
import shapely
from anyascii import anyascii

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from geofront.render.gis.layers import Column, Interval, Layer

__all__ = ["Table", "lend", "lent"]

_SAFE = re.compile(r"[^A-Za-z0-9._~-]+")
# What tells the rows of a layer that begin on one day apart.
_KEYS = {
    "areas": ("status", "actor", "contested_by", "start"),
    "frontlines": ("actors", "contested", "start"),
    "places": ("place_id", "start"),
    "events": ("event_id",),
}
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_MOST_VALUES = 200


class Table:
    """The rows of a layer, in the order of their first days; nothing changes them.

    Parameters
    ----------
    layer
        The layer.
    rows
        Its intervals.
    """

    def __init__(self, layer: Layer, rows: Iterable[Interval]) -> None:
        ordered = sorted(rows, key=lambda row: row.start)
        self.layer = layer
        self.starts = np.array([row.start.toordinal() for row in ordered], dtype=np.int64)
        self.ends = np.array([row.end.toordinal() for row in ordered], dtype=np.int64)
        # RFC 7946 wants outer rings counter-clockwise, whatever the WKT of an event says.
        shapes = np.array([row.geometry for row in ordered], dtype=object)
        self.shapes: NDArray[np.object_] = np.asarray(shapely.orient_polygons(shapes), dtype=object)
        self.rows = [tuple(map(_told, (r.start, r.end, *r.values))) for r in ordered]  # noqa: PD011
        self.ids = _ids(layer, self.rows)
        self._tree = shapely.STRtree(self.shapes)
        self._tree.query(shapely.Point(0, 0))  # built now: GEOS does it at the first use, unlocked
        self._sort_ranks: dict[str, NDArray[np.int64]] = {}

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows)

    @cached_property
    def position_of(self) -> dict[str, int]:
        """The position of each row by its id."""
        return {row_id: i for i, row_id in enumerate(self.ids)}

    @property
    def columns(self) -> dict[str, Column]:
        """The columns by their names, `start` and `end` first."""
        return {column.name: column for column in self.layer.columns}

    @property
    def bounds(self) -> list[float] | None:
        """West, south, east and north of all rows; None if there are none."""
        return shapely.total_bounds(self.shapes).tolist() if len(self) else None

    def found(
        self,
        *,
        days: Iterable[tuple[int, int]] = (),
        box: Sequence[float] = (),
        values: Mapping[str, str] | None = None,
    ) -> NDArray[np.int64]:
        """Return the positions of the rows that answer to all conditions, in their order.

        Parameters
        ----------
        days
            First and last days, as ordinals: rows that were true on any day of each.
        box
            West, south, east and north in degrees, or six numbers with heights, which are not
            looked at; where west is greater than east it crosses 180°. Rows that touch it.
        values
            Texts that columns must be equal to.

        Returns
        -------
        NDArray[np.int64]
            Positions.

        Raises
        ------
        ValueError
            If the box is not made of numbers, or a text is no value of its column.
        """
        chosen = np.ones(len(self), dtype=bool)
        for first, last in days:
            chosen &= (self.starts <= last) & (self.ends > first)
        if box:
            chosen &= self._touching(box)
        for name, text in (values or {}).items():
            wanted = _value(self.columns[name], text)
            chosen &= np.array([value == wanted for value in self._column(name)], dtype=bool)
        return np.flatnonzero(chosen)

    def _touching(self, box: Sequence[float]) -> NDArray[np.bool_]:
        if not np.isfinite(box).all():
            raise ValueError("bbox must be finite numbers")
        half = len(box) // 2
        (west, south), (east, north) = box[:2], box[half : half + 2]
        spans = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
        found = np.zeros(len(self), dtype=bool)
        for left, right in spans:
            asked = shapely.box(left, south, right, north)
            found[self._tree.query(asked, predicate="intersects")] = True
        return found

    def _column(self, name: str) -> list[Any]:
        position = self.layer.position(name)
        return [row[position] for row in self.rows]

    def in_order(
        self, found: NDArray[np.int64], sorting: Sequence[tuple[str, bool]]
    ) -> NDArray[np.int64]:
        """Return positions sorted.

        Parameters
        ----------
        found
            Positions.
        sorting
            Columns, the first of which counts most, and whether each falls. What is missing comes
            last either way.

        Returns
        -------
        NDArray[np.int64]
            The positions; rows that are equal stay in their order.
        """
        for name, falling in reversed(sorting):
            ranks = self._ranks(name)[found]
            keys = np.where(ranks < 0, len(self), -ranks - 1 if falling else ranks)
            found = found[np.argsort(keys, kind="stable")]
        return found

    def _ranks(self, name: str) -> NDArray[np.int64]:
        if name not in self._sort_ranks:
            ranks, _ = pd.factorize(np.array(self._column(name), dtype=object), sort=True)
            self._sort_ranks[name] = ranks.astype(np.int64)
        return self._sort_ranks[name]

    def distinct(self, name: str) -> list[Any]:
        """Return the values of a column, sorted; none of them if they are too many to list."""
        values = {value for value in self._column(name) if value is not None}
        return sorted(values) if len(values) <= _MOST_VALUES else []

    def feature(
        self, position: int, *, properties: Sequence[str] = (), geometry: bool = True
    ) -> dict[str, Any]:
        """Return a row as a feature of GeoJSON.

        Parameters
        ----------
        position
            Its position.
        properties
            The columns that are wanted; all, if none are named.
        geometry
            Whether the shape is wanted.

        Returns
        -------
        dict[str, Any]
            The feature.
        """
        named = dict(zip(self.columns, self.rows[position], strict=True))
        shape = json.loads(shapely.to_geojson(self.shapes[position])) if geometry else None
        return {
            "type": "Feature",
            "id": self.ids[position],
            "geometry": shape,
            "properties": {name: named[name] for name in properties or named},
        }


def _told(value: object) -> object:
    """Return a value as JSON has it."""
    return value.isoformat() if isinstance(value, date) else value


def _ids(layer: Layer, rows: Sequence[tuple[object, ...]]) -> list[str]:
    """Return an id for each row, of letters that a URL may hold; alike ones are numbered.

    They are made of what the row is, so that they stay when other rows come.
    """
    positions = [layer.position(name) for name in _KEYS[layer.name]]
    met: dict[str, int] = {}
    ids = []
    for row in rows:
        parts = (str(row[p]) for p in positions if row[p] not in {None, False})
        texts = (_SAFE.sub("-", anyascii("contested" if p == "True" else p)) for p in parts)
        name = "_".join(texts).strip(".") or layer.name
        ids.append(name if name not in met else f"{name}~{met[name]}")
        met[name] = met.get(name, 1) + 1
    return ids


def _value(column: Column, text: str) -> object:
    """Return what a text means in a column.

    Raises
    ------
    ValueError
        If it means nothing there.
    """
    if column.kind in {"number", "whole"}:
        try:
            return float(text)
        except ValueError:
            raise ValueError(f"{column.name} is a number, and {text!r} is none") from None
    if column.kind == "flag":
        if text.casefold() not in _FLAGS:
            raise ValueError(f"{column.name} is true or false, and {text!r} is neither")
        return _FLAGS[text.casefold()]
    return text


# pygeoapi knows what it serves by a text in its configuration, and makes a provider a request.
_LENT: WeakValueDictionary[str, Table] = WeakValueDictionary()
_numbers = count(1)


def lend(table: Table) -> str:
    """Return a key by which a table is found for as long as somebody else holds it."""
    key = f"{table.layer.name}-{next(_numbers)}"
    _LENT[key] = table
    return key


def lent(key: str) -> Table:
    """Return the table of a key."""
    return _LENT[key]
