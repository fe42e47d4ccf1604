"""Columns that PostgreSQL and SQLite write differently: shapes, moments, times and documents.

In a GeoPackage (OGC 12-128r19) a shape is a binary value with a header of its own, a moment is a
text in ISO 8601, and there is neither a type of times nor one of JSON.
"""

from __future__ import annotations

import json
import struct
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

import shapely
from sqlalchemy import DateTime, LargeBinary, Text, Time
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

__all__ = ["SRID", "Clock", "Document", "Moment", "Shape"]

SRID = 4326
"""WGS 84 in degrees, longitude first."""

_POSTGRES = "postgresql"
_MAGIC = b"GP"
_HEADER = struct.Struct("<2sBBi")
_ENVELOPE = struct.Struct("<4d")
_LITTLE_ENDIAN, _HAS_ENVELOPE, _IS_EMPTY = 0b1, 0b10, 0b10000


class _Named(UserDefinedType[Any]):
    """A type that only its name is known of."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: object) -> str:
        """Return the name."""
        return self.name


class Shape(TypeDecorator[Any]):
    """A shape in WGS 84, of a type of the OGC's Simple Features.

    Parameters
    ----------
    kind
        ``Point``, ``MultiPolygon`` and so on, or ``Geometry`` for any.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, kind: str = "Geometry") -> None:
        super().__init__()
        self.kind = kind

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type of the column."""
        postgis = f"geometry({self.kind},{SRID})"
        return _Named(postgis if dialect.name == _POSTGRES else self.kind.upper())

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | bytes | None:  # noqa: ANN401 - shapely has no types
        """Return a shape as the database takes it."""
        if value is None:
            return None
        if dialect.name == _POSTGRES:
            return str(shapely.to_wkb(shapely.set_srid(value, SRID), hex=True, include_srid=True))
        return _packed(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401 - likewise
        """Return the shape of what the database gives."""
        if value is None:
            return None
        if dialect.name == _POSTGRES:
            return shapely.set_srid(shapely.from_wkb(value), 0)
        return _unpacked(value)


def _packed(shape: shapely.Geometry) -> bytes:
    """Return a shape as the binary value of a GeoPackage; a point needs no envelope."""
    flags, envelope = _LITTLE_ENDIAN, b""
    if shape.is_empty:
        flags |= _IS_EMPTY
    elif shape.geom_type != "Point":
        west, south, east, north = shape.bounds
        flags, envelope = flags | _HAS_ENVELOPE, _ENVELOPE.pack(west, east, south, north)
    wkb: bytes = shapely.to_wkb(shape, byte_order=1)
    return _HEADER.pack(_MAGIC, 0, flags, SRID) + envelope + wkb


def _unpacked(blob: bytes) -> shapely.Geometry:
    sizes = (0, 32, 48, 48, 64)  # in bytes, by the kind of the envelope
    kind = blob[3] >> 1 & 0b111
    return shapely.from_wkb(blob[_HEADER.size + sizes[kind] :])


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; a GeoPackage has milliseconds, PostgreSQL microseconds."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type of the column."""
        return DateTime(timezone=True) if dialect.name == _POSTGRES else _Named("DATETIME")

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401 - as the base class
        """Return a moment as the database takes it; texts of one form sort as moments do."""
        if value is None or dialect.name == _POSTGRES:
            return value
        moment = value.astimezone(UTC).replace(tzinfo=None)
        return f"{moment.isoformat(timespec='milliseconds')}Z"

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401 - likewise
        """Return the moment in UTC."""
        if value is None:
            return None
        given: datetime = value if dialect.name == _POSTGRES else datetime.fromisoformat(value)
        return given.astimezone(UTC)


class Clock(TypeDecorator[time]):
    """A time of day in the conflict's zone, to the minute."""

    impl = Time
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type of the column."""
        return Time() if dialect.name == _POSTGRES else _Named("TEXT")

    def process_bind_param(self, value: time | None, dialect: Dialect) -> Any:  # noqa: ANN401 - as the base class
        """Return a time as the database takes it."""
        return value if value is None or dialect.name == _POSTGRES else value.isoformat("minutes")

    def process_result_value(self, value: Any, dialect: Dialect) -> time | None:  # noqa: ANN401 - likewise
        """Return the time."""
        return value if value is None or dialect.name == _POSTGRES else time.fromisoformat(value)


class Document(TypeDecorator[Any]):
    """A value of JSON; PostgreSQL can search in it."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type of the column."""
        return JSONB(none_as_null=True) if dialect.name == _POSTGRES else _Named("TEXT")

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401 - any JSON
        """Return a value as the database takes it."""
        if value is None or dialect.name == _POSTGRES:
            return value
        return json.dumps(value, ensure_ascii=False)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401 - likewise
        """Return the value."""
        return value if value is None or dialect.name == _POSTGRES else json.loads(value)
