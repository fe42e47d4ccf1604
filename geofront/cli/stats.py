"""The command ``stats``: figures for each day and actor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from geofront.cli.series import drawing_options

if TYPE_CHECKING:
    from geofront.cli.series import Drawing

__all__ = ["stats"]


@click.command()
@click.argument("source")
@drawing_options
@click.option("--format", "layout", type=click.Choice(["csv", "json"]), default="csv")
def stats(source: str, drawing: Drawing, layout: str) -> None:
    """Print km², share, places, fronts, pockets and speed for each day and actor."""
    from geofront.files.delimited import guarded

    series = drawing.series(source)
    table = series.stats()
    if told := series.timeline.published.told:
        table["published"] = told
    table["date"] = [day.isoformat() for day in table["date"]]
    figures = [name for name in table.columns if name.endswith(("_km2", "_km", "_per_day"))]
    digits = {**dict.fromkeys(figures, 3), "share": 6}
    if layout == "json":
        text = table.round(digits).to_json(orient="records", force_ascii=False, indent=1)
    else:
        for name in table.select_dtypes(exclude="number").columns:
            table[name] = [guarded(v) if isinstance(v, str) else v for v in table[name]]
        text = table.round(digits).to_csv(index=False, lineterminator="\n")
    click.echo(text.rstrip("\n"))
