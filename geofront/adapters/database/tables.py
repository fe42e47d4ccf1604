"""The tables of the store: conflicts, actors, sources, places, events, and drawn maps.

A table holds what stands now; beside it ``NAME_history`` holds every former version of its rows,
and the view ``NAME_versions`` both. `recorded_at` is the moment a version was stored,
`superseded_at` that at which another took its place or it was removed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    Double,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    cast,
    event,
    literal_column,
    null,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import DATERANGE
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import ExecutableDDLElement

from geofront.adapters.database.types import Clock, Document, Moment, Shape
from geofront.events.columns import ACTORS, EVENTS, SOURCES
from geofront.files import Form
from geofront.gazetteer.tables import PLACES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import CompoundSelect
    from sqlalchemy.engine import Connection
    from sqlalchemy.sql.compiler import DDLCompiler

    from geofront.files import TableModel

__all__ = ["DRAWN", "STATED", "STORED_BY", "VERSION", "Tables", "Versioned", "tables"]

VERSION = 1
"""Of the tables; a program refuses a store whose number it doesn't know."""

STATED = ("actors", "sources", "places", "events")
"""The tables of a timeline, each after those that it refers to."""

DRAWN = ("areas", "frontlines", "statuses")
"""The tables of a drawn map."""

STORED_BY = ("fid", "position", "digest", "recorded_at", "superseded_at", "during")
"""The columns that are no part of what a row says."""

_TYPES: dict[Form, type[Any]] = {
    Form.NUMBER: Double,
    Form.INTEGER: SmallInteger,
    Form.LON: Double,
    Form.LAT: Double,
    Form.KM: Double,
    Form.DAY: Date,
}
_TYPES_BY_NAME: dict[str, type[Any]] = {"reported": Date, "time": Clock}
_LEFT_OUT = {
    "events": {"lon", "lat", "radius_km", "place_name"},  # which are those of its place
    "actors": {"since"},  # which is in `later_sides`
}


@dataclass(frozen=True)
class Versioned:
    """A table of what stands now, and that of its former versions."""

    now: Table
    history: Table

    @property
    def kept(self) -> list[str]:
        """The columns that a former version has as well."""
        left_out = {"fid", "during", "superseded_at"}
        return [c.name for c in self.history.c if c.name not in left_out]

    @property
    def versions(self) -> CompoundSelect[Any]:
        """All versions; `superseded_at` is null in those that stand."""
        columns = ["fid", *self.kept]
        standing = select(
            *(self.now.c[c] for c in columns), cast(null(), Moment()).label("superseded_at")
        )
        former = select(*(self.history.c[c] for c in columns), self.history.c.superseded_at)
        return standing.union_all(former)


@dataclass(frozen=True)
class Tables:
    """All tables of a store; `versioned` by name, the tables of links, and the log of loads."""

    metadata: MetaData
    versioned: dict[str, Versioned]
    links: dict[str, Table]
    loads: Table
    version: Table


def tables(schema: str | None, *, postgis: bool) -> Tables:
    """Return the tables of a store.

    Parameters
    ----------
    schema
        The schema that they stand in, None in a GeoPackage.
    postgis
        Whether there are ranges of dates, and indexes on them and on shapes.

    Returns
    -------
    Tables
        What SQLAlchemy makes them of.
    """
    make = _Maker(MetaData(schema=schema), postgis)
    versioned = {
        "conflicts": make.conflicts(),
        "actors": make.stated(ACTORS, Column("later_sides", Document)),
        "sources": make.stated(SOURCES),
        "places": make.stated(PLACES, Column("extra", Document), shape="Point"),
        "events": make.events(),
        "maps": make.maps(),
        "areas": make.drawn("areas", "MultiPolygon", _AREAS),
        "frontlines": make.drawn("frontlines", "MultiLineString", _FRONTLINES),
        "statuses": make.drawn("statuses", "Point", _STATUSES),
    }
    links = {
        "event_actors": make.link(
            "event_actors", "actor", "actors", Column("role", Text, nullable=False)
        ),
        "event_sources": make.link("event_sources", "source", "sources"),
        "event_corrections": make.link("event_corrections", "corrects", "events"),
    }
    loads = Table(
        "loads",
        make.metadata,
        *(_fid(), Column("conflict", Text, nullable=False)),
        *(Column("recorded_at", Moment, nullable=False), Column("library_version", Text)),
        Column("inputs", Document),
        *(Column(name, Integer, nullable=False) for name in ("added", "changed", "removed")),
        make.refer(("conflict",), "conflicts", ("id",)),
        Index("loads_by_time", "conflict", "recorded_at"),
    )
    version = Table(
        "schema_version",
        make.metadata,
        Column("version", Integer, primary_key=True, autoincrement=False),
        *(Column("library_version", Text), Column("installed_at", Moment, nullable=False)),
    )
    made = Tables(make.metadata, versioned, links, loads, version)
    event.listen(make.metadata, "after_create", lambda _, to, **__: _make_views(made, to))
    return made


class _CreateView(ExecutableDDLElement):
    """``CREATE VIEW``."""

    def __init__(self, name: str, schema: str | None, query: CompoundSelect[Any]) -> None:
        self.view = table(name, schema=schema)
        self.query = query


@compiles(_CreateView)
def _create_view(made: _CreateView, compiler: DDLCompiler, **_: object) -> str:
    name = compiler.preparer.format_table(made.view)
    return f"CREATE VIEW {name} AS {compiler.sql_compiler.process(made.query)}"


def _make_views(made: Tables, connection: Connection) -> None:
    for name, pair in made.versioned.items():
        view = _CreateView(f"{name}_versions", made.metadata.schema, pair.versions)
        connection.execute(view)


def _fid() -> Column[int]:
    """Return the key that GIS programs want: one whole number."""
    kind = BigInteger().with_variant(Integer, "sqlite")
    return Column("fid", kind, Identity(), primary_key=True)


def _columns_of(model: TableModel) -> list[Column[Any]]:
    left_out = {"id"} | _LEFT_OUT.get(model.name, set())
    return [
        Column(
            column.name,
            _TYPES_BY_NAME.get(column.name) or _TYPES.get(column.form, Text),
            nullable=not column.required or column.may_be_empty,
            comment=column.meaning,
        )
        for column in model.columns
        if column.name not in left_out
    ]


def _texts(*names: str) -> list[Column[Any]]:
    return [Column(name, Text) for name in names]


_CAUSE = ("event_id", "source")
_LOOK = ("status", "actor", "actor_name", "side", "contested_by", "color", "colors")
_AREAS = (*_texts(*_LOOK), Column("area_km2", Double), *_texts(*_CAUSE))
_FRONTLINES = (
    *_texts("actors", "sides"),
    *(Column("contested", Boolean), Column("length_km", Double)),
    *_texts(*_CAUSE),
)
_STATUSES = (
    *(*_texts("place_id", "name", "feature"), Column("radius_km", Double)),
    *(*_texts(*_LOOK), Column("since", Date), *_texts(*_CAUSE)),
    *(Column("inferred", Boolean), Column("uncertain", Boolean)),
    *_texts("besieged_by", "claimed_by", "claim"),
)


@dataclass(frozen=True)
class _Maker:
    metadata: MetaData
    postgis: bool

    def conflicts(self) -> Versioned:
        columns = [
            *_texts("title", "description"),
            *(Column("start", Date), Column("end", Date)),
            *(*_texts("timezone", "method"), Column("reach_km", Double)),
            *_texts("policy", "licence", "attribution", "gazetteers"),
        ]
        return self._pair("conflicts", columns, shape="Geometry", of_conflict=False)

    def stated(self, model: TableModel, *more: Column[Any], shape: str = "") -> Versioned:
        return self._pair(model.name, [*_columns_of(model), *more], shape=shape)

    def events(self) -> Versioned:
        days = [
            Column("first", Date, comment="the first day that its date leaves open"),
            Column("last", Date, comment="the last day that its date leaves open"),
            Column("day", Date, nullable=False, comment="the day on which it takes effect"),
            Column("known", Date, nullable=False, comment="the day from which it was known"),
        ]
        return self._pair(
            "events",
            [*_columns_of(EVENTS), *days, Column("extra", Document)],
            constraints=[self.refer(("conflict", "place"), "places")],
            shape="Geometry",
            span=("first", "last", "[]"),
            indexed=("place", "day", "known"),
        )

    def maps(self) -> Versioned:
        columns = [
            *(Column("start", Date, nullable=False), Column("end", Date, nullable=False)),
            *(*_texts("method"), Column("reach_km", Double)),
            *(*_texts("policy"), Column("known_on", Date), Column("provenance", Document)),
        ]
        return self._pair("maps", columns)

    def drawn(self, name: str, shape: str, columns: Sequence[Column[Any]]) -> Versioned:
        own = [Column("map", Text, nullable=False)]
        days = [
            Column("start", Date, nullable=False, comment="the first day"),
            Column("end", Date, nullable=False, comment="the day after the last"),
        ]
        return self._pair(
            name,
            [*own, *days, *columns],
            constraints=[self.refer(("conflict", "map"), "maps")],
            shape=shape,
            span=("start", "end", "[)"),
            indexed=("map",),
        )

    def link(self, name: str, column: str, to: str, *more: Column[Any]) -> Table:
        own = [Column(c, Text, nullable=False) for c in ("conflict", "event")]
        told = [c.name for c in more]
        return Table(
            name,
            self.metadata,
            _fid(),
            *own,
            *more,
            Column("position", Integer, nullable=False),
            Column(column, Text, nullable=False),
            UniqueConstraint("conflict", "event", *told, "position"),
            self.refer(("conflict", "event"), "events"),
            self.refer(("conflict", column), to),
            Index(f"{name}_by_{column}", "conflict", column),
        )

    def refer(
        self, columns: Sequence[str], target: str, to: Sequence[str] = ("conflict", "id")
    ) -> ForeignKeyConstraint:
        schema = self.metadata.schema
        where = f"{schema}.{target}" if schema else target
        # Judged when all is written: what is removed and what refers to it go together.
        return ForeignKeyConstraint(
            columns, [f"{where}.{c}" for c in to], deferrable=True, initially="DEFERRED"
        )

    def _pair(
        self,
        name: str,
        columns: Sequence[Column[Any]],
        *,
        constraints: Sequence[ForeignKeyConstraint] = (),
        shape: str = "",
        span: tuple[str, str, str] | None = None,
        indexed: Sequence[str] = (),
        of_conflict: bool = True,
    ) -> Versioned:
        def all_columns() -> list[Column[Any]]:
            owner = [Column("conflict", Text, nullable=False)] if of_conflict else []
            shapes: list[Column[Any]] = [Column("geom", Shape(shape))] if shape else []
            # A copy each: a column belongs to one table.
            return [
                _fid(),
                *owner,
                Column("id", Text, nullable=False),
                *map(_fresh, columns),
                *shapes,
                *(Column("position", Integer, nullable=False), Column("digest", Text)),
                Column("recorded_at", Moment, nullable=False),
                *([self._range(*span)] if span and self.postgis else []),
            ]

        key = ["conflict", "id"] if of_conflict else ["id"]
        owned = [self.refer(("conflict",), "conflicts", ("id",))] if of_conflict else []
        now = Table(
            name,
            self.metadata,
            *all_columns(),
            *(UniqueConstraint(*key), *owned, *constraints),
            *(Index(f"{name}_by_{c}", "conflict", c) for c in indexed),
        )
        history = Table(
            f"{name}_history",
            self.metadata,
            *(*all_columns(), Column("superseded_at", Moment, nullable=False)),
            Index(f"{name}_history_by_id", *key, "recorded_at"),
        )
        for one in (now, history) if self.postgis else ():
            for column in ("geom", "during"):
                if column in one.c:
                    where = f"{one.name}_by_{column}"
                    Index(where, one.c[column], postgresql_using="gist")
        return Versioned(now, history)

    @staticmethod
    def _range(first: str, last: str, bounds: str) -> Column[Any]:
        ends = f"daterange({_quoted(first)}, {_quoted(last)}, '{bounds}')"
        return Column("during", DATERANGE, Computed(literal_column(ends), persisted=True))


def _quoted(name: str) -> str:
    return f'"{name}"'


def _fresh(column: Column[Any]) -> Column[Any]:
    """Return a column like another, for one table more."""
    return Column(column.name, column.type, nullable=column.nullable, comment=column.comment)
