"""The command ``store``: a conflict and its map in a database that a team shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from geofront.cli.options import (
    area_options,
    evidence_options,
    extent_of,
    further_tables,
    span_options,
)
from geofront.cli.publishing import publishing_options, warn_of_licences
from geofront.cli.spans import refuse_endless

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from geofront.cli.publishing import Withheld
    from geofront.control.series import Series
    from geofront.events.timeline import Timeline

__all__ = ["store"]

_SCHEMA = "geofront"  # as in the module that does the work, which help need not import


@click.command()
@click.argument("source")
@further_tables
@span_options
@area_options
@evidence_options
@publishing_options
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
    places: tuple[Path, ...],
    actors: tuple[Path, ...],
    extent: str | None,
    start: date | None,
    end: date | None,
    method: str | None,
    reach_km: float | None,
    policy: str | None,
    known_on: date | None,
    withheld: Withheld,
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
    from geofront.control.draw import draw
    from geofront.render.gis.database import store as store_it

    timeline = withheld.read(source, places=places, actors=actors)
    warn_of_licences(timeline)
    what: Timeline | Series = timeline
    if not statements_only:
        refuse_endless(timeline, start=start, end=end, known_on=known_on)
        what = draw(
            timeline,
            start=start,
            end=end,
            method=method,
            reach_km=reach_km,
            extent=extent_of(extent),
            policy=policy,
            known_on=known_on,
        )
    loaded = store_it(
        what, where, schema=schema, conflict=conflict, map_name=map_name, replacing=replacing
    )
    click.echo(loaded)
