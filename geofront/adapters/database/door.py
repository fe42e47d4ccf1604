"""Opening a store: PostgreSQL by its address, or a GeoPackage by its file."""

from __future__ import annotations

import re
import sqlite3
import struct
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from shapely.errors import ShapelyError
from sqlalchemy import create_engine, event, func, inspect, make_url, select, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateSchema

from geofront.adapters.database.geopackage import make_geopackage
from geofront.adapters.database.tables import VERSION, Tables, tables
from geofront.errors import DataFaultsError, Fault, GeofrontError
from geofront.files.extras import needs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    from sqlalchemy.engine import URL, Connection

__all__ = ["Store", "geopackage_store", "postgis_store"]

# What values raise that are not what geofront wrote: moments, numbers, shapes.
_UNREADABLE = (
    *(ValueError, TypeError, IndexError, OverflowError, RecursionError),
    *(struct.error, ShapelyError),
)
_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")
_PATIENCE_S = 60.0  # how long a writer of a GeoPackage waits for another
_WRITE = "write postgresql://USER@HOST:PORT/DATABASE"


class _Kind(Protocol):
    """What the two kinds of stores do in their own ways."""

    @property
    def schema(self) -> str | None: ...

    @property
    def postgis(self) -> bool: ...

    @property
    def tick(self) -> timedelta: ...

    def begin(self, connection: Connection) -> None: ...

    def lock(self, connection: Connection, name: str) -> None: ...

    def prepare(self, connection: Connection) -> None: ...

    def finish(self, connection: Connection, made: Tables) -> None: ...

    def clock(self, connection: Connection) -> datetime: ...


@dataclass(frozen=True)
class Store:
    """A store that can be written and read; `name` tells it to people, without any secret."""

    engine: Engine
    name: str
    kind: _Kind

    @cached_property
    def tables(self) -> Tables:
        """Its tables."""
        return tables(self.kind.schema, postgis=self.kind.postgis)

    @contextmanager
    def writing(self, conflict: str, *, version: str) -> Iterator[Connection]:
        """Lend a connection that alone may write a conflict, and keep all of it or nothing.

        Writers of one conflict come one after another, in the order in which they ask.

        Parameters
        ----------
        conflict
            The id of the conflict.
        version
            That of the library, for a store whose tables are made now.

        Yields
        ------
        Connection
            In a transaction.

        Raises
        ------
        DataFaultsError
            If the database can't be reached, refuses, or holds something else.
        """
        # Each statement must see what others stored while this writer waited for its turn.
        with self._faults_told():
            with self._transaction("READ COMMITTED") as connection:
                self._install(connection, version)
            with self._transaction("READ COMMITTED") as connection:
                self.kind.lock(connection, f"conflict {conflict}")
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lend a connection that sees the store as it is at one moment.

        Yields
        ------
        Connection
            In a transaction.

        Raises
        ------
        DataFaultsError
            If the database can't be reached, refuses, or holds no store.
        """
        with (
            self._faults_told(),
            self._transaction("REPEATABLE READ", postgresql_readonly=True) as connection,
        ):
            if not self._is_installed(connection):
                raise self.fault("holds no conflict yet; store one first")
            yield connection

    @contextmanager
    def _transaction(self, isolation: str, **options: Any) -> Iterator[Connection]:  # noqa: ANN401
        """Lend a connection in a transaction, whatever the engine or the server would choose."""
        options = {"isolation_level": isolation, **options} if self.kind.postgis else {}
        with self.engine.connect() as plain:
            connection = plain.execution_options(**options)
            with connection.begin():
                self.kind.begin(connection)
                yield connection

    def fault(self, message: str) -> DataFaultsError:
        """Return an error that names the store."""
        return DataFaultsError([Fault(self.name, 0, message)])

    def now(self, connection: Connection, conflict: str) -> datetime:
        """Return the moment of what is stored now: after that of all that was stored before."""
        loads = self.tables.loads
        last = connection.scalar(
            select(func.max(loads.c.recorded_at)).where(loads.c.conflict == conflict)
        )
        now = self.kind.clock(connection)
        # Clocks are set back at times.
        return now if last is None or now > last else last + self.kind.tick

    def _is_installed(self, connection: Connection) -> bool:
        """Return whether the tables are there.

        Raises
        ------
        DataFaultsError
            If they are those of another version of geofront, or not of geofront at all.
        """
        found = inspect(connection).get_table_names(self.kind.schema)
        version = self.tables.version
        if version.name not in found:
            if found:
                message = "holds tables that are not geofront's; give the store a place of its own"
                raise self.fault(message)
            return False
        number = connection.scalar(select(func.max(version.c.version)))
        if number != VERSION:
            message = f"has tables of version {number}, and this geofront knows version {VERSION}"
            raise self.fault(f"{message}; use the geofront that made them")
        return True

    def _install(self, connection: Connection, version: str) -> None:
        if self._is_installed(connection):
            return
        self.kind.lock(connection, "tables")
        if self._is_installed(connection):  # by another while we waited
            return
        self.kind.prepare(connection)
        self.tables.metadata.create_all(connection, checkfirst=False)
        self.kind.finish(connection, self.tables)
        connection.execute(
            self.tables.version.insert(),
            {
                "version": VERSION,
                "library_version": version,
                "installed_at": self.kind.clock(connection),
            },
        )

    @contextmanager
    def _faults_told(self) -> Iterator[None]:
        """Tell what the database says in a sentence.

        Yields
        ------
        None
            To the block.

        Raises
        ------
        DataFaultsError
            In place of the database's own error, which may show data or the address.
        GeofrontError
            Those of the block itself.
        """
        try:
            yield
        except GeofrontError:
            raise
        except DBAPIError as error:
            message = _first_line(error.orig)
        except sqlite3.Error as error:
            message = _first_line(error)
        except _UNREADABLE as error:
            raise self.fault(
                f"holds a value that is not geofront's: {_first_line(error)}"
            ) from error
        else:
            return
        raise self.fault(f"the database says: {_without_secret(message, self.engine.url)}")


def _first_line(error: BaseException | None) -> str:
    return (str(error).strip().splitlines() or ["nothing"])[0]


def _without_secret(message: str, url: URL) -> str:
    secret = str(url.password or "")
    return re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "***", message) if secret else message


def postgis_store(address: str | Engine, schema: str) -> Store:
    """Return the store in a database of PostgreSQL.

    Parameters
    ----------
    address
        ``postgresql://USER:PASSWORD@HOST:PORT/DATABASE``, or an engine of SQLAlchemy.
    schema
        The schema of its tables.

    Returns
    -------
    Store
        Nothing is opened yet.

    Raises
    ------
    DataFaultsError
        If it is no such address, or the driver is missing. What the message shows of the address
        is host, port and database.
    """
    engine = address if isinstance(address, Engine) else _engine(address)
    url = engine.url
    host = "" if isinstance(url.query.get("host"), str) else url.host or "localhost"
    port = f":{url.port}" if url.port else ""
    return Store(engine, f"{host}{port}/{url.database or ''}, schema {schema}", _PostGIS(schema))


def _engine(address: str) -> Engine:
    message = ""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):  # whose texts show the address
        message = f"is not the address of a database; {_WRITE}"
    else:
        if url.drivername not in _SCHEMES:
            message = f"is not an address of PostgreSQL; {_WRITE}"
        elif re.search(r"[@/]", f"{url.host or ''}{url.database or ''}"):
            message = "has an @ or / in its password; write %40 or %2F for it"
    if message:
        raise DataFaultsError([Fault("the address", 0, message)])
    with needs("psycopg", "postgis", "the database"):
        import psycopg  # noqa: F401 - SQLAlchemy imports it by its name
    url = url.set(drivername="postgresql+psycopg")
    return create_engine(url, poolclass=NullPool, hide_parameters=True)


@dataclass(frozen=True)
class _PostGIS:
    schema: str | None
    postgis: bool = True
    tick: timedelta = timedelta(microseconds=1)

    def begin(self, connection: Connection) -> None:
        """Make the types of PostGIS known, whatever schema its administrator put them in."""
        where = connection.scalar(
            text(
                "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace"
                " WHERE e.extname = 'postgis'"
            )
        )
        if where is not None:
            connection.execute(
                text("SELECT set_config('search_path', 'pg_catalog,' || quote_ident(:it), true)"),
                {"it": where},
            )

    def lock(self, connection: Connection, name: str) -> None:
        """Wait until no other writer holds the lock of that name; it ends with the transaction."""
        key = f"geofront {self.schema} {name}"
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))

    def prepare(self, connection: Connection) -> None:
        """Add PostGIS and the schema, where they are missing."""
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
        if self.schema and self.schema not in inspect(connection).get_schema_names():
            connection.execute(CreateSchema(self.schema))
        self.begin(connection)

    def finish(self, connection: Connection, made: Tables) -> None:
        """Do nothing more."""

    def clock(self, connection: Connection) -> datetime:
        """Return the moment by the clock of the server."""
        moment: datetime | None = connection.scalar(select(func.clock_timestamp()))
        assert moment is not None
        return moment.astimezone(UTC)


def geopackage_store(path: str | PathLike[str], *, must_exist: bool = False) -> Store:
    """Return the store in a GeoPackage.

    Parameters
    ----------
    path
        The file.
    must_exist
        Whether it is refused where there is none.

    Returns
    -------
    Store
        Nothing is opened yet.

    Raises
    ------
    DataFaultsError
        If there is no such file, or none can be made.
    """
    file = Path(path)
    if must_exist and not file.is_file():
        raise DataFaultsError([Fault(str(file), 0, "does not exist")])
    if not must_exist:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"can't be made: {error.strerror}"
            raise DataFaultsError([Fault(str(file), 0, message)]) from error
    mode = "rw" if must_exist else "rwc"

    def connect() -> sqlite3.Connection:
        # The transactions are begun by SQLAlchemy, below.
        uri = f"{file.resolve().as_uri()}?mode={mode}"
        return sqlite3.connect(uri, uri=True, timeout=_PATIENCE_S, isolation_level=None)

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "connect", _keep_references)
    # A writer takes its turn at once: two that read first and then write would block each other.
    begin = "BEGIN" if must_exist else "BEGIN IMMEDIATE"
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return Store(engine, str(path), _GeoPackage())


def _keep_references(connection: Any, _: object) -> None:  # noqa: ANN401 - a driver's connection
    connection.execute("PRAGMA foreign_keys = ON")


@dataclass(frozen=True)
class _GeoPackage:
    schema: str | None = None
    postgis: bool = False
    tick: timedelta = timedelta(milliseconds=1)

    def begin(self, connection: Connection) -> None:
        """Do nothing more: the transaction of a writer is the only one."""

    def lock(self, connection: Connection, name: str) -> None:
        """Do nothing more, likewise."""

    def prepare(self, connection: Connection) -> None:
        """Do nothing: the file is there."""

    def finish(self, connection: Connection, made: Tables) -> None:
        """Make a GeoPackage of the database."""
        make_geopackage(connection, made)

    def clock(self, connection: Connection) -> datetime:
        """Return the moment by the clock of the machine."""
        del connection
        now = datetime.now(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)
