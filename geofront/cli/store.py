"""The command ``store``: a conflict and its map in a database that a team shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from geofront.cli.publishing import warn_of_licences
from geofront.cli.series import drawing_options

if TYPE_CHECKING:
    from geofront.cli.series import Drawing

__all__ = ["store"]

_SCHEMA = "geofront"  # as in the module that does the work, which help need not import


@click.command()
@click.argument("source")
@drawing_options
@click.option(
    "--into",
    "where",
    required=True,
    envvar="GEOFRONT_STORE",
    metavar="URL|FILE.gpkg",
    help="postgresql://USER@HOST/DATABASE, or a GeoPackage. Also in the variable GEOFRONT_STORE; "
    "a password is better left in ~/.pgpass.",
)
@click.option("--conflict", metavar="NAME", help="Its id in the store; by default of its title.")
@click.option("--schema", default=_SCHEMA, show_default=True, help="Where the tables are.")
@click.option("--map", "map_name", default="map", show_default=True, help="The name of the map.")
@click.option("--statements-only", is_flag=True, help="Store no map.")
@click.option(
    "--replace", "replacing", is_flag=True, help="Remove statements that SOURCE does not have."
)
def store(  # noqa: PLR0917 - click passes options by name
    source: str,
    drawing: Drawing,
    where: str,
    conflict: str | None,
    schema: str,
    map_name: str,
    statements_only: bool,  # noqa: FBT001 - likewise
    replacing: bool,  # noqa: FBT001 - likewise
) -> None:
    """Store the statements of SOURCE, and the map drawn of them, in PostGIS or a GeoPackage.

    What is there already is not stored again; what changed leaves its former version behind.
    """
    from geofront.render.gis.database import store as store_it

    timeline = drawing.timeline(source)
    warn_of_licences(timeline)
    what = timeline if statements_only else drawing.spread(timeline)
    loaded = store_it(
        what, where, schema=schema, conflict=conflict, map_name=map_name, replacing=replacing
    )
    click.echo(loaded)
