"""Reading a conflict from a store: ``from_postgis`` and ``from_geopackage``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from geofront.dates import as_day
from geofront.errors import DataFaultsError, DateError, Fault
from geofront.files.extras import needs

if TYPE_CHECKING:
    from datetime import date
    from os import PathLike

    from sqlalchemy.engine import Engine

    from geofront.adapters.database.door import Store
    from geofront.events.timeline import Timeline

__all__ = ["SCHEMA", "from_geopackage", "from_postgis", "stored_conflicts"]

SCHEMA = "geofront"
"""The schema of the store in PostgreSQL, if no other is named."""

_GEOPACKAGE = ".gpkg"


def from_postgis(
    address: str | Engine,
    conflict: str | None = None,
    *,
    known_on: date | str | None = None,
    stored_at: datetime | str | None = None,
    schema: str = SCHEMA,
) -> Timeline:
    """Read a conflict from PostGIS.

    Parameters
    ----------
    address
        ``postgresql://USER@HOST:PORT/DATABASE``, or an engine of SQLAlchemy. A password may
        stand in it, in the file ``~/.pgpass`` or in the variable ``PGPASSWORD``.
    conflict
        Its id in the store; None for the only one.
    known_on
        Leave out what became known after that day.
    stored_at
        Read what the store held at that moment, which is UTC where it says no zone.
    schema
        Where its tables are.

    Returns
    -------
    Timeline
        As `geofront.read` gives it.

    Raises
    ------
    UnknownNameError
        If there is no such conflict.
    DateError
        If a day or moment is none.
    DataFaultsError
        If the database can't be reached or holds no store, SQLAlchemy or psycopg are missing, or
        rows were brought out of order by other means.

    Examples
    --------
    Skipped where examples are run: it needs a database.

    >>> import geofront
    >>> geofront.from_postgis("postgresql://me@localhost/war")  # doctest: +SKIP
    """
    return _read(store_of(address, schema), conflict, known_on, stored_at)


def from_geopackage(
    path: str | PathLike[str],
    conflict: str | None = None,
    *,
    known_on: date | str | None = None,
    stored_at: datetime | str | None = None,
) -> Timeline:
    """Read a conflict from a GeoPackage that `geofront.to_geopackage` wrote.

    Parameters
    ----------
    path
        The file.
    conflict
        Its id in the store; None for the only one.
    known_on
        Leave out what became known after that day.
    stored_at
        Read what the store held at that moment, which is UTC where it says no zone.

    Returns
    -------
    Timeline
        As `geofront.read` gives it.

    Raises
    ------
    UnknownNameError
        If there is no such conflict.
    DateError
        If a day or moment is none.
    DataFaultsError
        If there is no such file or it is no store, SQLAlchemy is missing, or rows were brought
        out of order by other means.

    Examples
    --------
    >>> import geofront
    >>> import pandas as pd
    >>> from tempfile import TemporaryDirectory
    >>> row = {"date": "2016-12-11", "place": "Palmyra", "kind": "capture", "actor": "isil"}
    >>> timeline = geofront.read(pd.DataFrame([row]))
    >>> with TemporaryDirectory() as folder:
    ...     _ = geofront.to_geopackage(timeline, f"{folder}/store.gpkg")
    ...     again = geofront.from_geopackage(f"{folder}/store.gpkg")
    >>> [event.id for event in again.events]
    ['2016-12-11-palmyra-capture']
    """
    return _read(file_store(path, must_exist=True), conflict, known_on, stored_at)


def stored_conflicts(
    where: str | PathLike[str] | Engine, *, schema: str = SCHEMA
) -> dict[str, str]:
    """Return the conflicts that a store holds.

    Parameters
    ----------
    where
        The address of a database, or a file ``.gpkg``.
    schema
        Where the tables are in PostgreSQL.

    Returns
    -------
    dict[str, str]
        Titles by id, sorted.

    Raises
    ------
    DataFaultsError
        If it can't be reached, or is no store.
    """
    store = any_store(where, schema, must_exist=True)
    from geofront.adapters.database.stores import conflicts_of

    return conflicts_of(store)


def any_store(
    where: str | PathLike[str] | Engine, schema: str, *, must_exist: bool = False
) -> Store:
    """Return the store at an address, or in a file ``.gpkg``.

    Raises
    ------
    DataFaultsError
        If it is neither.
    """
    text = str(where)
    is_file = not hasattr(where, "url") and "://" not in text
    if is_file and text.casefold().endswith(_GEOPACKAGE):
        return file_store(text, must_exist=must_exist)
    if is_file:
        message = "is neither postgresql://USER@HOST:PORT/DATABASE nor a file that ends in .gpkg"
        raise DataFaultsError([Fault("the address", 0, message)])
    return store_of(where, schema)  # type: ignore[arg-type] # judged there


def store_of(address: str | Engine, schema: str) -> Store:
    """Return the store in a database of PostgreSQL; see `geofront.adapters.database.door`."""
    with needs("SQLAlchemy", "postgis", "the database"):
        from geofront.adapters.database.door import postgis_store
    return postgis_store(address, schema)


def file_store(path: str | PathLike[str], *, must_exist: bool = False) -> Store:
    """Return the store in a GeoPackage; see `geofront.adapters.database.door`."""
    with needs("SQLAlchemy", "postgis", str(path)):
        from geofront.adapters.database.door import geopackage_store
    return geopackage_store(path, must_exist=must_exist)


def _read(
    store: Store,
    conflict: str | None,
    known_on: date | str | None,
    stored_at: datetime | str | None,
) -> Timeline:
    from geofront.adapters.database.stores import read

    return read(store, conflict, known_on=as_day(known_on), stored_at=_moment(stored_at))


def _moment(value: datetime | str | None) -> datetime | None:
    """Return a moment with its zone.

    Raises
    ------
    DateError
        If it is none.
    """
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            message = "is not a moment such as 2017-01-15T18:30+03:00"
            raise DateError(str(value), message) from None
    if value is None or value.tzinfo is not None:
        return value
    return value.replace(tzinfo=UTC)
