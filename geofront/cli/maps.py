"""Commands on conflicts: ``datasets``, ``map``, ``status``, ``explain``, ``stats``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from geofront.cli.options import (
    DAY,
    PATH,
    area_options,
    evidence_options,
    extent_of,
    further_tables,
    span_options,
)
from geofront.cli.output import DATA_AT_FAULT, echo_csv, echo_json, echo_table, fail, flat
from geofront.cli.spans import refuse_endless
from geofront.errors import (
    AmbiguousPlaceError,
    UnknownNameError,
    UnknownPlaceError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from geofront.control.history import PlaceStatus
    from geofront.control.series import Series
    from geofront.events.timeline import Timeline

__all__ = ["datasets", "explain", "map_command", "stats", "status"]

_FORMATS = ("geojson", "html")
_SUFFIXES = {"geojson": (".geojson", ".json"), "html": (".html", ".htm")}
_HTML_NAME = "map.html"


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
@click.option("--format", "formats", default="geojson,html", show_default=True, metavar="LIST")
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
    formats: str,
    out: Path,
) -> None:
    """Draw the map of every day and write it as GeoJSON, HTML or both."""
    from geofront.control.draw import draw
    from geofront.datasets import read

    chosen = _chosen_formats(formats)
    _refuse_misfit(out, chosen)
    timeline = read(source, places=places, actors=actors).in_palette(palette)
    refuse_endless(timeline, start=start, end=end, known_on=known_on)
    series = draw(
        timeline,
        start=start,
        end=end,
        method=method,
        reach_km=reach_km,
        extent=extent_of(extent),
        policy=policy,
        known_on=known_on,
    )
    for name in chosen:
        for path in _WRITERS[name](series, out, len(chosen) == 1):
            click.echo(path)


@click.command()
@click.argument("source")
@click.argument("place", nargs=-1)
@click.option("--on", "day", required=True, type=DAY, help="The day, YYYY-MM-DD.")
@evidence_options
@further_tables
@click.option("--format", "layout", type=click.Choice(["table", "json", "csv"]), default="table")
def status(  # noqa: PLR0917 - click passes options by name
    source: str,
    place: tuple[str, ...],
    day: date,
    policy: str | None,
    known_on: date | None,
    places: tuple[Path, ...],
    actors: tuple[Path, ...],
    layout: str,
) -> None:
    """Say who held PLACE (or every place) at the end of a day, since when, and by which report."""
    from geofront.control.history import replay
    from geofront.datasets import read

    timeline = read(source, places=places, actors=actors)
    history = replay(timeline, policy=policy, known_on=known_on)
    found = history.statuses(day, _place_ids(timeline, place))
    records = [_status_record(s) for s in found]
    if layout == "json":
        echo_json(records)
    elif layout == "csv":
        echo_csv(list(_status_record_keys()), [flat(r) for r in records])
    else:
        echo_table(
            ("place", "status", "holder", "since", "event", "source"),
            [
                (
                    r["place"],
                    r["status"] + _marks(r),
                    r["holder"] or " / ".join(r["contested_by"]),
                    r["since"] or "",
                    r["event_id"] or "",
                    r["source"] or "",
                )
                for r in records
            ],
        )


@click.command()
@click.argument("source")
@click.argument("place")
@click.option("--on", "day", required=True, type=DAY, help="The day, YYYY-MM-DD.")
@evidence_options
@further_tables
@click.option("--format", "layout", type=click.Choice(["text", "json"]), default="text")
def explain(  # noqa: PLR0917 - click passes options by name
    source: str,
    place: str,
    day: date,
    policy: str | None,
    known_on: date | None,
    places: tuple[Path, ...],
    actors: tuple[Path, ...],
    layout: str,
) -> None:
    """Say why PLACE has its status on a day: by which report, against which others."""
    from geofront.control.history import replay
    from geofront.datasets import read

    timeline = read(source, places=places, actors=actors)
    explanation = replay(timeline, policy=policy, known_on=known_on).explain(place, day)
    if layout == "json":
        echo_json(explanation.record())
    else:
        click.echo(explanation.text())


@click.command()
@click.argument("source")
@further_tables
@span_options
@area_options
@evidence_options
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
    layout: str,
) -> None:
    """Print km², share, places, fronts, pockets and speed for each day and actor."""
    from geofront.control.draw import draw
    from geofront.datasets import read

    timeline = read(source, places=places, actors=actors)
    refuse_endless(timeline, start=start, end=end, known_on=known_on)
    table = draw(
        timeline,
        start=start,
        end=end,
        method=method,
        reach_km=reach_km,
        extent=extent_of(extent),
        policy=policy,
        known_on=known_on,
    ).stats()
    table["date"] = [day.isoformat() for day in table["date"]]
    figures = [name for name in table.columns if name.endswith(("_km2", "_km", "_per_day"))]
    digits = {**dict.fromkeys(figures, 3), "share": 6}
    if layout == "json":
        text = table.round(digits).to_json(orient="records", force_ascii=False, indent=1)
    else:
        text = table.round(digits).to_csv(index=False, lineterminator="\n")
    click.echo(text.rstrip("\n"))


def _refuse_misfit(out: Path, formats: Sequence[str]) -> None:
    """Refuse a file's name that does not fit the one format, or where a folder is needed.

    Raises
    ------
    click.UsageError
        If it does not fit.
    """
    if out.is_file() and len(formats) > 1:
        raise click.UsageError(f"-o {out} is a file; several formats need a folder")
    of = next((name for name in _FORMATS if out.suffix.casefold() in _SUFFIXES[name]), None)
    if of is not None and list(formats) != [of]:
        told = "a folder" if len(formats) > 1 else f"a name that fits {formats[0]}"
        raise click.UsageError(f"-o {out} is the name of a file of {of}; give {told}")


def _chosen_formats(text: str) -> list[str]:
    names = list(dict.fromkeys(name.strip().casefold() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in _FORMATS:
            raise UnknownNameError("format", name, _FORMATS)
    if not names:
        raise click.UsageError(f"--format needs one of: {', '.join(_FORMATS)}")
    return names


def _write_geojson(series: Series, out: Path, alone: bool) -> list[Path]:  # noqa: FBT001
    from geofront.files import write_whole
    from geofront.render.geojson import day_geojson, series_geojson, write_geojson

    if alone and out.suffix.casefold() in _SUFFIXES["geojson"]:
        one_day = series.start == series.end
        write_whole(out, day_geojson(series, series.start) if one_day else series_geojson(series))
        return [out]
    return write_geojson(series, out, progress=_progress("GeoJSON"))


def _write_html(series: Series, out: Path, alone: bool) -> list[Path]:  # noqa: FBT001
    from geofront.render.html import write_html

    path = out if alone and out.suffix.casefold() in _SUFFIXES["html"] else out / _HTML_NAME
    write_html(series, path)
    return [path]


_WRITERS: dict[str, Callable[[Series, Path, bool], list[Path]]] = {
    "geojson": _write_geojson,
    "html": _write_html,
}


def _progress(what: str) -> Callable[[Iterable[date]], Iterable[date]]:
    """Return a wrapper that draws a bar on a terminal, and only there."""
    from tqdm import tqdm

    return lambda days: tqdm(
        days, desc=what, unit=" days", file=sys.stderr, disable=not sys.stderr.isatty(), leave=False
    )


def _place_ids(timeline: Timeline, names: Sequence[str]) -> list[str]:
    """Find every place that was asked for; all that can't be found are told at once."""
    found, faults = [], []
    for name in names:
        try:
            found.append(timeline.place(name).id)
        except (UnknownPlaceError, AmbiguousPlaceError) as error:
            faults.append(str(error))
    if faults:
        fail("\n".join(faults), DATA_AT_FAULT)
    return found


def _marks(record: dict[str, Any]) -> str:
    """Return what a table says behind the status."""
    doubts = [mark for mark in ("inferred", "uncertain") if record[mark]]
    marks = f" ({', '.join(doubts)})" if doubts else ""
    for flag, set_by in (("besieged", record["besieged_by"]), ("claimed", record["claim"])):
        if set_by:
            by = " and ".join(record[f"{flag}_by"])
            marks += f"; {flag} by {by}" if by else f"; {flag}"
    return marks


def _status_record(status: PlaceStatus) -> dict[str, Any]:
    event = status.event
    values: tuple[Any, ...] = (
        status.place.id,
        status.place.name,
        status.place.lon,
        status.place.lat,
        status.status,
        status.holder,
        list(status.label.contested_by),
        status.since.isoformat() if status.since else None,
        event.id if event else None,
        "|".join(event.sources) if event else None,
        status.inferred,
        list(status.besieged_by),
        list(status.claimed_by),
        status.uncertain,
        status.claim.id if status.claim else None,
    )
    return dict(zip(_status_record_keys(), values, strict=True))


def _status_record_keys() -> tuple[str, ...]:
    return (
        *("place_id", "place", "lon", "lat", "status", "holder", "contested_by", "since"),
        *("event_id", "source", "inferred", "besieged_by", "claimed_by", "uncertain"),
        "claim",
    )
