"""The command ``stats``: figures for each day and actor."""

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
from geofront.cli.publishing import publishing_options
from geofront.cli.series import series_of

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from geofront.cli.publishing import Withheld

__all__ = ["stats"]


@click.command()
@click.argument("source")
@further_tables
@span_options
@area_options
@evidence_options
@publishing_options
@click.option("--format", "layout", type=click.Choice(["csv", "json"]), default="csv")
def stats(  # noqa: PLR0917 - click passes options by name
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
    layout: str,
) -> None:
    """Print km², share, places, fronts, pockets and speed for each day and actor."""
    from geofront.files.delimited import guarded

    series = series_of(
        source,
        places=places,
        actors=actors,
        start=start,
        end=end,
        method=method,
        reach_km=reach_km,
        extent=extent_of(extent),
        policy=policy,
        known_on=known_on,
        withheld=withheld,
    )
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
