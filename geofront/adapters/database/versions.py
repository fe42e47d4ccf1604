"""Storing rows so that nothing is lost: what changes leaves its former version behind."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import shapely
from sqlalchemy import and_, bindparam, insert, literal, or_, select

from geofront.adapters.database.tables import STORED_BY, Versioned
from geofront.adapters.database.types import Moment
from geofront.files import sha256

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Table
    from sqlalchemy.engine import Connection

__all__ = ["Change", "batches", "remove", "standing_rows", "store_rows"]

_BATCH = 500
Stored = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """What storing the rows of a table did: their ids."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    kept: int = 0
    """How many rows stand that were not given."""

    @property
    def written(self) -> tuple[str, ...]:
        """The ids of the rows that are new or changed."""
        return (*self.added, *self.changed)


def store_rows(
    connection: Connection,
    pair: Versioned,
    rows: Sequence[Mapping[str, Any]],
    *,
    scope: Mapping[str, str],
    now: datetime,
) -> Change:
    """Store rows: new ones are added, changed ones leave their former version in the history.

    Parameters
    ----------
    connection
        In a transaction that alone writes these rows.
    pair
        The table.
    rows
        Each with its ``id`` and the values of its columns.
    scope
        The values that all of them have in common, such as their conflict; other rows are not
        looked at.
    now
        The moment that is noted.

    Returns
    -------
    Change
        What was done; `gone` are the rows that stand and were not given, which are left alone.
    """
    table = pair.now
    within = _within(table, scope)
    standing = {
        row.id: row.digest
        for row in connection.execute(select(table.c.id, table.c.digest).where(within))
    }
    given = {
        row["id"]: _completed(row, table, scope, position, now) for position, row in enumerate(rows)
    }
    added = tuple(key for key in given if key not in standing)
    changed = tuple(
        key for key, row in given.items() if key in standing and standing[key] != row["digest"]
    )
    _keep_former(connection, pair, scope, changed, now)
    columns = [c for c in given[changed[0]] if c not in {"id", *scope}] if changed else []
    update = (
        table.update()
        .where(within, table.c.id == bindparam("its_id"))
        .values({c: bindparam(f"new_{c}") for c in columns})
    )
    for batch in batches(changed):
        connection.execute(
            update,
            [{"its_id": k, **{f"new_{c}": given[k][c] for c in columns}} for k in batch],
        )
    for batch in batches(added):
        connection.execute(insert(table), [given[key] for key in batch])
    gone = tuple(key for key in standing if key not in given)
    return Change(added, changed, gone, len(gone))


def remove(
    connection: Connection,
    pair: Versioned,
    ids: Sequence[str],
    *,
    scope: Mapping[str, str],
    now: datetime,
) -> None:
    """Move rows to the history.

    Parameters
    ----------
    connection
        In a transaction that alone writes these rows.
    pair
        The table.
    ids
        Which rows.
    scope
        As in `store_rows`.
    now
        The moment that is noted.
    """
    _keep_former(connection, pair, scope, ids, now)
    for batch in batches(ids):
        table = pair.now
        connection.execute(table.delete().where(_within(table, scope), table.c.id.in_(batch)))


def standing_rows(
    connection: Connection,
    pair: Versioned,
    *,
    scope: Mapping[str, str],
    at: datetime | None = None,
) -> Iterator[Mapping[str, Any]]:
    """Yield the rows that stand, or that stood at a moment.

    Parameters
    ----------
    connection
        In a transaction.
    pair
        The table.
    scope
        Which rows.
    at
        The moment; None for now.

    Yields
    ------
    Mapping[str, Any]
        In the order in which they were given when they were stored first.
    """
    if at is None:
        query = select(pair.now).where(_within(pair.now, scope))
        ordered = query.order_by(pair.now.c.position, pair.now.c.id)
        yield from map(dict, connection.execute(ordered).mappings())
        return
    versions = pair.versions.subquery()
    moment = literal(at, Moment())
    query = select(versions).where(
        *(versions.c[column] == value for column, value in scope.items()),
        versions.c.recorded_at <= moment,
        or_(versions.c.superseded_at.is_(None), versions.c.superseded_at > moment),
    )
    ordered = query.order_by(versions.c.position, versions.c.id)
    yield from map(dict, connection.execute(ordered).mappings())


def _within(table: Table, scope: Mapping[str, str]) -> ColumnElement[bool]:
    return and_(*(table.c[column] == value for column, value in scope.items()))


def _completed(
    row: Mapping[str, Any], table: Table, scope: Mapping[str, str], position: int, now: datetime
) -> Stored:
    """Return a row with all its columns, and what tells it from a changed one."""
    said = [c.name for c in table.c if c.name not in STORED_BY]
    values = {c: row.get(c) for c in said} | dict(scope)
    return {**values, "position": position, "digest": _digest(values), "recorded_at": now}


def _digest(values: Mapping[str, Any]) -> str:
    # What is missing is left out, so that a column more does not change every row.
    told = {c: _plain(value) for c, value in values.items() if value is not None}
    return sha256(json.dumps(told, sort_keys=True, default=str).encode())


def _plain(value: object) -> object:
    return shapely.to_wkb(value, hex=True) if isinstance(value, shapely.Geometry) else value


def _keep_former(
    connection: Connection,
    pair: Versioned,
    scope: Mapping[str, str],
    ids: Iterable[str],
    now: datetime,
) -> None:
    columns = [pair.now.c[c] for c in pair.kept]
    for batch in batches(ids):
        former = select(*columns, literal(now, Moment())).where(
            _within(pair.now, scope), pair.now.c.id.in_(batch)
        )
        connection.execute(pair.history.insert().from_select([*pair.kept, "superseded_at"], former))


def batches(items: Iterable[str]) -> Iterator[list[str]]:
    """Yield items by as many as one statement of SQL takes."""
    iterator = iter(items)
    while batch := list(islice(iterator, _BATCH)):
        yield batch
