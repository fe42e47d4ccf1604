"""GeoPackage: one file with all layers, which QGIS opens styled and ready for its time slider.

GDAL writes the layers. What it can't write is added by SQL: styles (``layer_styles``), a QGIS
project (``qgis_projects``), and the metadata of the GeoPackage standard (``gpkg_metadata``).
"""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from geofront.events.rights import refuse_restricted
from geofront.files import appearing_whole
from geofront.render.gis.about import provenance_json, sentence
from geofront.render.gis.layers import LAYERS, Layer, chosen_layers
from geofront.render.gis.qgisproject import project_content
from geofront.render.gis.qgisstyle import qml
from geofront.render.gis.tables import gdal_options, tables, write_table
from geofront.render.shown import printable
from geofront.render.targets import file_target

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from datetime import date
    from os import PathLike
    from pathlib import Path

    from geofront.control.series import Series

__all__ = ["PROJECT", "write_gpkg"]

PROJECT = "map"
"""The name of the QGIS project in the file."""

_VERSION = "1.3"  # later ones make programs of 2023 warn, and add nothing that is used here
_STYLE_NAME = "geofront"
_METADATA_EXTENSION = "http://www.geopackage.org/spec120/#extension_metadata"

_TABLES = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
    f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
    styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
    owner TEXT(30), ui TEXT(30), update_time DATETIME);
CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, metadata BLOB, content BLOB);
CREATE TABLE gpkg_metadata (
    id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
    md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml',
    metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (
    reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
    timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
    CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
    CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
"""


def write_gpkg(
    series: Series,
    path: str | PathLike[str],
    *,
    layers: Collection[str] = LAYERS,
    progress: Callable[[Iterable[date]], Iterable[date]] | None = None,
) -> Path:
    """Write a GeoPackage of a series: every shape and status once, with the days it was true.

    Parameters
    ----------
    series
        What to write.
    path
        The file, such as ``map.gpkg``; a former one is replaced.
    layers
        Which layers, of `LAYERS`. Events along a road or over an area are layers of their own.
    progress
        Wraps the days on which areas or front lines are drawn anew, once for each of the two.

    Returns
    -------
    Path
        The file. The same series gives the same bytes.

    Raises
    ------
    UnknownNameError
        If there is no such layer.
    OutputError
        If the name has another suffix.
    DataFaultsError
        If rows may not be passed on.
    OSError
        If the file can't be written; a former one is then untouched.
    """
    refuse_restricted(series.timeline)
    target = file_target(path, "a GeoPackage", (".gpkg",))
    wanted = chosen_layers(layers)
    # The file says when it was last changed: on the last day it shows, whenever it is written.
    changed = f"{series.end.isoformat()}T00:00:00.000Z"
    with appearing_whole(target) as temporary:
        written = []
        with gdal_options(OGR_CURRENT_DATE=changed):
            for table in tables(series, wanted, progress):
                options = {"IDENTIFIER": f"{printable(series.title)}: {table.layer.title}"}
                options["DESCRIPTION"] = sentence(series)
                for _ in write_table(
                    temporary,
                    table,
                    driver="GPKG",
                    dataset_options={"VERSION": _VERSION},
                    layer_options=options,
                ):
                    pass
                written.append(table.layer)
        with _telling(temporary), closing(sqlite3.connect(temporary)) as database, database:
            database.executescript(_TABLES)
            _add_styles(database, series, written, changed)
            _add_project(database, series, written, target.name)
            _add_metadata(database, series, written, changed)
    return target


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Tell of a full disk and the like as of any other file that can't be written.

    Raises
    ------
    OSError
        In the stead of SQLite's own error.
    """
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OSError(errno.EIO, str(error), str(path)) from error


def _add_styles(
    database: sqlite3.Connection, series: Series, layers: list[Layer], changed: str
) -> None:
    database.executemany(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column"
        ", styleName, styleQML, styleSLD, useAsDefault, description, owner, ui, update_time)"
        " VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, '', '', ?)",
        [
            (layer.name, _STYLE_NAME, qml(series, layer), f"{layer.title} by day", changed)
            for layer in layers
        ],
    )
    _register(database, "layer_styles", "Styles for QGIS", changed)


def _add_project(
    database: sqlite3.Connection, series: Series, layers: list[Layer], file_name: str
) -> None:
    content = project_content(series, layers, file_name, _bounds(series))
    metadata = f'{{"last_modified_time": "{series.end}T00:00:00", "last_modified_user": ""}}'
    database.execute("INSERT INTO qgis_projects VALUES (?, ?, ?)", (PROJECT, metadata, content))


def _bounds(series: Series) -> tuple[float, float, float, float]:
    """Return west, south, east and north of what is drawn, or of the world."""
    points = series.mesh.vertices
    if len(points) == 0:
        return (-180.0, -90.0, 180.0, 90.0)
    (west, south), (east, north) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return (west, south, east, north)


def _add_metadata(
    database: sqlite3.Connection, series: Series, layers: list[Layer], changed: str
) -> None:
    """Add what the file is made of, for people and for programs, of the file and every layer."""
    database.executemany(
        "INSERT INTO gpkg_metadata VALUES (?, 'dataset', ?, ?, ?)",
        [
            (
                1,
                "https://www.rfc-editor.org/rfc/rfc8259",
                "application/json",
                provenance_json(series),
            ),
            (2, "https://www.rfc-editor.org/rfc/rfc2046", "text/plain", sentence(series)),
        ],
    )
    about = [("geopackage", None), *(("table", layer.name) for layer in layers)]
    database.executemany(
        "INSERT INTO gpkg_metadata_reference VALUES (?, ?, NULL, NULL, ?, ?, NULL)",
        [(scope, table, changed, number) for number in (1, 2) for scope, table in about],
    )
    database.execute(
        "CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT,"
        " extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,"
        " CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))"
    )
    database.executemany(
        "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_metadata', ?, 'read-write')",
        [("gpkg_metadata", _METADATA_EXTENSION), ("gpkg_metadata_reference", _METADATA_EXTENSION)],
    )


def _register(database: sqlite3.Connection, table: str, description: str, changed: str) -> None:
    """Tell the GeoPackage of a table without shapes."""
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change,"
        " srs_id) VALUES (?, 'attributes', ?, ?, ?, 0)",
        (table, table, description, changed),
    )
