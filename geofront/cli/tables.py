"""Commands on the tables of a conflict: ``convert`` and ``schema``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from geofront.cli.options import PATH, further_tables
from geofront.cli.output import echo_json

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["convert", "schema"]

# As in the modules that do the work; named here so that asking for help imports none of them.
_FORMATS = ("csv", "jsonl", "geojson", "xlsx", "parquet")
_TABLES = ("events", "places", "actors", "sources", "facts")


@click.command()
@click.argument("source")
@further_tables
@click.option("-o", "--out", required=True, type=PATH, help="The folder to write.")
@click.option("--format", "layout", type=click.Choice(_FORMATS), default="csv", show_default=True)
def convert(
    source: str, places: tuple[Path, ...], actors: tuple[Path, ...], out: Path, layout: str
) -> None:
    """Write a conflict as a folder of tables in another format; nothing is lost."""
    from geofront.datasets import read
    from geofront.events.writer import write_timeline

    for path in write_timeline(read(source, places=places, actors=actors), out, layout):
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
