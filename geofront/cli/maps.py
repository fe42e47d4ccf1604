"""The commands ``datasets`` and ``map``: what can be drawn, and the files of its maps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from geofront.cli.accounts import history_of
from geofront.cli.options import (
    DAY,
    PATH,
    SIZE,
    area_options,
    evidence_options,
    extent_of,
    further_tables,
    span_options,
    tiles_of,
)
from geofront.cli.output import echo_table
from geofront.cli.series import series_of
from geofront.render.formats import FORMATS, Options, chosen_formats

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from geofront.render.formats import Format

__all__ = ["datasets", "map_command"]

# As the renderers have them; named here so that asking for help imports none of them.
_LANGUAGES = ("en", "ar")
_THEMES = ("light", "dark")


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
@further_tables
@span_options
@area_options
@evidence_options
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
@click.option("--language", type=click.Choice(_LANGUAGES), help="Of the page.")
@click.option("--theme", type=click.Choice(_THEMES), help="Of pages and pictures.")
@click.option("--tiles", metavar="NAME|URL", help="Street tiles under the page; loaded when read.")
@click.option("--size", type=SIZE, metavar="WxH", help="Of pictures and films, in pixels.")
@click.option("--resume", is_flag=True, help="Keep the days that an earlier run wrote whole.")
@click.option("-o", "--out", required=True, type=PATH, help="Folder, or the one file to write.")
def map_command(  # noqa: PLR0917 - click passes options by name
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
    palette: str,
    formats: str | None,
    beside: tuple[str, ...],
    open_on: date | None,
    language: str | None,
    theme: str | None,
    tiles: str | None,
    size: tuple[int, int] | None,
    resume: bool,  # noqa: FBT001 - likewise
    out: Path,
) -> None:
    """Draw the map of every day and write it as pages, pictures and files for other tools."""
    from geofront.control.draw import draw

    chosen = chosen_formats(formats, out)
    _refuse_misfit(out, chosen)
    options = Options(
        open_on=open_on,
        language=language,
        theme=theme,
        tiles=tiles_of(tiles),
        size=size,
        resume=resume,
    )
    _refuse_idle({**options.given, **({"beside": beside} if beside else {})}, chosen)
    outline = extent_of(extent)
    series = series_of(
        source,
        places=places,
        actors=actors,
        start=start,
        end=end,
        method=method,
        reach_km=reach_km,
        extent=outline,
        policy=policy,
        known_on=known_on,
        palette=palette,
        beside=beside,
    )
    if open_on is not None:
        series.snapshot(open_on)  # a day outside the span is told before anything is written
    others = [
        draw(
            history_of(series.timeline, account, option="--beside"),
            start=series.start,
            end=series.end,
            method=method,
            reach_km=reach_km,
            extent=outline,
        )
        for account in beside
    ]
    options = replace(options, beside=others)
    for form in chosen:
        for path in form.write(series, out, options, alone=len(chosen) == 1):
            click.echo(path)


def _refuse_misfit(out: Path, formats: Sequence[Format]) -> None:
    """Refuse formats that can't be written here, or not to that file.

    Raises
    ------
    click.UsageError
        If there are none, a library is missing, or the name of the file is that of another format
        or stands where a folder is needed.
    """
    if not formats:
        raise click.UsageError(f"--format needs one of: {', '.join(FORMATS)}")
    missing = [form.missing for form in formats if form.missing]
    if missing:
        raise click.UsageError("\n".join(missing))
    if out.is_file() and len(formats) > 1:
        raise click.UsageError(f"-o {out} is a file; several formats need a folder")
    if len(formats) == 1 and formats[0].fits(out):
        return
    of = next((form.name for form in FORMATS.values() if form.named_by(out)), None)
    if of is not None:
        told = "a folder" if len(formats) > 1 else _wanted(formats[0])
        raise click.UsageError(f"-o {out} is the name of a file of {of}; give {told}")


def _wanted(form: Format) -> str:
    if not form.file and not form.one_or_many:
        return f"a folder for the files of {form.name}"
    return f"a name that fits {form.name}"


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
