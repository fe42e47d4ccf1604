"""Commands on the tables of a conflict: ``convert`` and ``schema``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from geofront.cli.options import OUT, further_tables
from geofront.cli.output import echo_json
from geofront.cli.publishing import publishing_options, warn_of_licences

if TYPE_CHECKING:
    from pathlib import Path

    from geofront.cli.publishing import Withheld

__all__ = ["convert", "schema"]

# As in the modules that do the work; named here so that asking for help imports none of them.
_FORMATS = ("csv", "jsonl", "geojson", "xlsx", "parquet")
_TABLES = ("events", "places", "actors", "sources", "facts")


@click.command()
@click.argument("source")
@further_tables
@publishing_options
@click.option("-o", "--out", required=True, type=OUT, help="The folder to write.")
@click.option("--format", "layout", type=click.Choice(_FORMATS), default="csv", show_default=True)
def convert(  # noqa: PLR0917 - click passes options by name
    source: str,
    places: tuple[Path, ...],
    actors: tuple[Path, ...],
    withheld: Withheld,
    out: Path,
    layout: str,
) -> None:
    """Write a conflict as a folder of tables in another format; nothing is lost."""
    from geofront.events.writer import write_timeline

    timeline = withheld.read(source, places=places, actors=actors)
    warn_of_licences(timeline)
    for path in write_timeline(timeline, out, layout):
        click.echo(path)


@click.command()
@click.argument("table", type=click.Choice(_TABLES), default="events")
@click.option("--format", "layout", type=click.Choice(["json", "markdown"]), default="json")
def schema(table: str, layout: str) -> None:
    """Print the JSON Schema of the rows of TABLE, or its columns in Markdown."""
    from geofront.events.schema import json_schema, manual_table

    if layout == "json":
        echo_json(json_schema(table))
    else:
        click.echo(manual_table(table), nl=False)
