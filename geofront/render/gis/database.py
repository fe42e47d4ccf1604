"""Storing a conflict and its maps in PostGIS or in a GeoPackage that keeps every version."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from geofront.adapters.database.reading import SCHEMA, any_store, file_store, store_of
from geofront.control.series import Series
from geofront.events.rights import refuse_restricted
from geofront.files import sha256
from geofront.gazetteer.names import slug
from geofront.render.gis.intervals import intervals
from geofront.render.gis.layers import chosen_layers

if TYPE_CHECKING:
    from os import PathLike

    from sqlalchemy.engine import Engine

    from geofront.adapters.database.door import Store
    from geofront.adapters.database.stores import Drawing, Loaded
    from geofront.events.timeline import Timeline
    from geofront.render.gis.layers import Layer

__all__ = ["store", "to_geopackage", "to_postgis"]

# The table of each layer, and the columns that tell its rows apart beside their first day. Events
# are stored as statements; the layer of places holds their statuses.
_TABLES = {
    "areas": ("areas", ("status", "actor", "contested_by")),
    "frontlines": ("frontlines", ("actors", "contested")),
    "places": ("statuses", ("place_id",)),
}


def to_postgis(
    what: Timeline | Series,
    address: str | Engine,
    *,
    schema: str = SCHEMA,
    conflict: str | None = None,
    map_name: str = "map",
    replacing: bool = False,
) -> Loaded:
    """Store a conflict in PostGIS, and of a series its areas, front lines and statuses as well.

    What the store has already is not stored again. A row that changed leaves its former version
    in the history, with the moments at which it was stored and superseded. All is done in one
    transaction; writers of the same conflict wait for each other.

    Parameters
    ----------
    what
        A timeline, or a series, whose map is stored with its timeline.
    address
        ``postgresql://USER@HOST:PORT/DATABASE``, or an engine of SQLAlchemy. A password may
        stand in it, in the file ``~/.pgpass`` or in the variable ``PGPASSWORD``.
    schema
        Where its tables are; they are made where they are missing.
    conflict
        The id of the conflict in the store; made of its title if None.
    map_name
        The name of the map, where several are kept of one conflict. A map takes the place of the
        former one of its name, which stays in the history.
    replacing
        Whether statements of the conflict that the store has and the timeline has not are
        removed (to the history). Otherwise they stay: others may have stored them.

    Returns
    -------
    Loaded
        How many rows of each table were added, changed and removed.

    Raises
    ------
    DataFaultsError
        If the database can't be reached or refuses, SQLAlchemy or psycopg are missing, rows may
        not be passed on, or what would stand there together is no sound conflict. The store is
        then as it was.

    Examples
    --------
    Skipped where examples are run: it needs a database.

    >>> import geofront
    >>> timeline = geofront.read("palmyra-2016")
    >>> geofront.to_postgis(timeline, "postgresql://me@localhost/war")  # doctest: +SKIP
    """
    return _stored(store_of(address, schema), what, conflict, map_name, replacing=replacing)


def to_geopackage(
    what: Timeline | Series,
    path: str | PathLike[str],
    *,
    conflict: str | None = None,
    map_name: str = "map",
    replacing: bool = False,
) -> Loaded:
    """Store a conflict in a GeoPackage, in the tables that `to_postgis` makes.

    One writer at a time; others wait for up to a minute. For a file to be looked at in a GIS,
    styled, `geofront.render.gis.write_gpkg` is the better one.

    Parameters
    ----------
    what
        A timeline, or a series, whose map is stored with its timeline.
    path
        The file; it is made where it is missing, and added to where it is such a store.
    conflict
        The id of the conflict in the store; made of its title if None.
    map_name
        The name of the map, where several are kept of one conflict.
    replacing
        As in `to_postgis`.

    Returns
    -------
    Loaded
        How many rows of each table were added, changed and removed.

    Raises
    ------
    DataFaultsError
        If the file is none such or can't be written, SQLAlchemy is missing, rows may not be passed
        on, or what would stand there together is no sound conflict. The store is then as it was.

    Examples
    --------
    >>> import geofront
    >>> import pandas as pd
    >>> from tempfile import TemporaryDirectory
    >>> row = {"date": "2016-12-11", "place": "Palmyra", "kind": "capture", "actor": "isil"}
    >>> timeline = geofront.read(pd.DataFrame([row]))
    >>> with TemporaryDirectory() as folder:
    ...     print(geofront.to_geopackage(timeline, f"{folder}/store.gpkg"))
    ...     print(geofront.to_geopackage(timeline, f"{folder}/store.gpkg"))
    events: 5 added
    events: nothing new
    """
    return _stored(file_store(path), what, conflict, map_name, replacing=replacing)


def store(
    what: Timeline | Series,
    where: str | PathLike[str],
    *,
    schema: str = SCHEMA,
    conflict: str | None = None,
    map_name: str = "map",
    replacing: bool = False,
) -> Loaded:
    """Store a conflict at the address of a database, or in a file ``.gpkg``; see `to_postgis`."""
    opened = any_store(where, schema)
    return _stored(opened, what, conflict, map_name, replacing=replacing)


def _stored(
    opened: Store,
    what: Timeline | Series,
    conflict: str | None,
    map_name: str,
    *,
    replacing: bool,
) -> Loaded:
    from geofront.adapters.database.stores import load

    series = what if isinstance(what, Series) else None
    timeline = what.timeline if isinstance(what, Series) else what
    refuse_restricted(timeline)
    # All rows are made before the transaction begins, so that others wait the less.
    drawing = None if series is None else _drawing(series, map_name)
    name = conflict or slug(timeline.title) or "conflict"
    return load(opened, timeline, name, drawing=drawing, replacing=replacing)


def _drawing(series: Series, name: str) -> Drawing:
    from geofront.adapters.database.stores import Drawing

    origin = series.origin
    history = series.history
    about = {
        "start": series.start,
        "end": series.end,
        "method": origin.get("method"),
        "reach_km": origin.get("reach_km"),
        "policy": origin.get("policy"),
        "known_on": history.known_on,
        "provenance": json.loads(json.dumps(series.provenance)),
    }
    rows = {_TABLES[layer.name][0]: _rows(series, layer, name) for layer in chosen_layers(_TABLES)}
    return Drawing(name, about, rows)


def _rows(series: Series, layer: Layer, name: str) -> list[dict[str, Any]]:
    _, key = _TABLES[layer.name]
    rows = []
    for interval in intervals(series, layer):
        told = layer.record(interval)
        told.pop("licence", None)  # the table of places has it
        identity = json.dumps([name, interval.start.isoformat(), *(told[c] for c in key)])
        rows.append(
            {
                "id": sha256(identity.encode())[:24],
                "start": interval.start,
                "end": interval.end,
                **told,
                "geom": interval.geometry,
            }
        )
    return rows
