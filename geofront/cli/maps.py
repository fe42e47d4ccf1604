"""The commands ``datasets`` and ``map``: what can be drawn, and the files of its maps."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from geofront.cli.accounts import history_of
from geofront.cli.options import DAY, OUT, SIZE, tiles_of
from geofront.cli.output import echo_table
from geofront.cli.publishing import warn_of_licences
from geofront.cli.series import drawing_options
from geofront.render.formats import (
    FORMATS,
    LANGUAGES,
    Options,
    check_output,
    chosen_formats,
    write_each,
)
from geofront.render.size import LEAST_PX, MOST_PX
from geofront.render.style import THEMES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from geofront.cli.series import Drawing
    from geofront.render.formats import Format

__all__ = ["datasets", "map_command"]


@click.command()
def datasets() -> None:
    """List the datasets that come with geofront."""
    from geofront.datasets import dataset_names, read

    rows = []
    for name in dataset_names():
        timeline = read(name)
        rows.append((name, f"{timeline.start} to {timeline.end}", timeline.title))
    echo_table(("name", "span", "title"), rows)


@click.command(name="map")
@click.argument("source")
@drawing_options
@click.option("--palette", default="customary", show_default=True, metavar="NAME")
@click.option(
    "--format",
    "formats",
    metavar="LIST",
    help=f"Joined by commas, of: {', '.join(FORMATS)}. By default as the name of the file tells, "
    "or else geojson,html.",
)
@click.option(
    "--beside",
    multiple=True,
    metavar="ACCOUNT",
    help="A policy, or POLICY@DAY, to show beside the map; may be repeated.",
)
@click.option("--open-on", type=DAY, help="The day that opens first, and that a picture shows.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Of the page.")
@click.option("--theme", type=click.Choice(tuple(THEMES)), help="Of pages and pictures.")
@click.option("--tiles", metavar="NAME|URL", help="Street tiles under the page; loaded when read.")
@click.option(
    "--size",
    type=SIZE,
    metavar="WxH",
    help=f"Of pictures and films, in pixels, {LEAST_PX} to {MOST_PX} each; of an mp4 even ones. "
    "Letters grow with it; of svg and pdf it tells the shape.",
)
@click.option(
    "--step-days", type=click.IntRange(min=1), metavar="N", help="Every Nth day, of films."
)
@click.option(
    "--resume", is_flag=True, help="Keep the days of a folder that an earlier run wrote whole."
)
@click.option("-o", "--out", required=True, type=OUT, help="Folder, or the one file to write.")
def map_command(  # noqa: PLR0917 - click passes options by name
    source: str,
    drawing: Drawing,
    palette: str,
    formats: str | None,
    beside: tuple[str, ...],
    open_on: date | None,
    language: str | None,
    theme: str | None,
    tiles: str | None,
    size: tuple[int, int] | None,
    step_days: int | None,
    resume: bool,  # noqa: FBT001 - likewise
    out: Path,
) -> None:
    """Draw the map of every day and write it as pages, pictures and files for other tools."""
    chosen = chosen_formats(formats, out)
    options = Options(
        open_on=open_on,
        language=language,
        theme=theme,
        tiles=tiles_of(tiles),
        size=size,
        step_days=step_days,
        resume=resume,
    )
    check_output(out, chosen, options)
    _refuse_idle({**options.given, **({"beside": beside} if beside else {})}, chosen)
    series = drawing.series(source, palette=palette, beside=beside)
    warn_of_licences(series.timeline)
    others = [
        drawing.beside(series, history_of(series.timeline, account, option="--beside"))
        for account in beside
    ]
    listed = True
    for path in write_each(series, out, formats, replace(options, beside=others)):
        listed = listed and _told(path)


def _told(path: Path) -> bool:
    """Print the name of a file; who has stopped reading the list wants the files all the same."""
    try:
        click.echo(path)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123,SIM115 - to the end
        return False
    return True


def _refuse_idle(given: dict[str, object], formats: Sequence[Format]) -> None:
    """Refuse an option that none of the formats heeds.

    Raises
    ------
    click.UsageError
        If there is one.
    """
    for name in given:
        if not any(name in form.takes for form in formats):
            told = ", ".join(form.name for form in FORMATS.values() if name in form.takes)
            option = f"--{name.replace('_', '-')}"
            raise click.UsageError(f"{option} says nothing to these formats; it is for: {told}")
