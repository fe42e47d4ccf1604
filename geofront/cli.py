"""The command line: ``geofront map``, ``status``, ``stats``, ``resolve``, ``datasets``."""

from __future__ import annotations

import csv
import io
import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from geofront.dates import parse_day
from geofront.errors import (
    AmbiguousPlaceError,
    DataFaultsError,
    DateError,
    ExtentError,
    GeofrontError,
    UnknownNameError,
    UnknownPlaceError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    import shapely

    from geofront.control.history import PlaceStatus
    from geofront.control.series import Series
    from geofront.events.timeline import Timeline
    from geofront.gazetteer.index import Gazetteer
    from geofront.gazetteer.place import Place
    from geofront.gazetteer.resolver import Context, Match

__all__ = ["main"]

_FORMATS = ("geojson", "html")
_SUFFIXES = {"geojson": (".geojson", ".json"), "html": (".html", ".htm")}
_HTML_NAME = "map.html"
_DATA_AT_FAULT = 1
_WRONG_USAGE = 2


class _Day(click.ParamType):  # type: ignore[type-arg] # generic since click 8.4 only
    name = "day"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read ``YYYY-MM-DD``."""
        try:
            return parse_day(value)
        except DateError as error:
            self.fail(str(error), param, ctx)


class _Km(click.ParamType):  # type: ignore[type-arg] # generic since click 8.4 only
    name = "km"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read a distance; ``inf`` stands for no limit."""
        try:
            km = float(value)
        except ValueError:
            km = math.nan
        if not km > 0:
            self.fail(f"{value!r} is not a distance in km above 0", param, ctx)
        return km


class _LonLat(click.ParamType):  # type: ignore[type-arg] # likewise
    name = "lon,lat"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, float]:
        """Read two numbers with a comma between, longitude first."""
        try:
            lon, lat = (float(part) for part in value.split(","))
        except ValueError:
            self.fail(f"{value!r} is not LON,LAT in degrees, such as 38.28,34.56", param, ctx)
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):  # noqa: PLR2004 - degrees of a circle
            self.fail(f"{value!r} is out of range; longitude comes first", param, ctx)
        return lon, lat


_DAY = _Day()
_PATH = click.Path(path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="geofront")
def cli() -> None:
    """Turn dated, sourced statements about a war into control maps, one for every day.

    SOURCE is the name of a dataset, a folder with an events.csv, or an events.csv.
    """


@cli.command()
def datasets() -> None:
    """List the datasets that come with geofront."""
    from geofront.datasets import dataset_names, read

    rows = []
    for name in dataset_names():
        timeline = read(name)
        rows.append((name, f"{timeline.start} to {timeline.end}", timeline.title))
    _echo_table(("name", "span", "title"), rows)


@cli.command(name="map")
@click.argument("source")
@click.option("--places", multiple=True, type=_FILE, help="A places.csv to add; may be repeated.")
@click.option("--actors", multiple=True, type=_FILE, help="An actors.csv to add; may be repeated.")
@click.option("--extent", metavar="FILE|ISO", help="Outline to draw in: a file or a country code.")
@click.option("--from", "start", type=_DAY, help="First day, YYYY-MM-DD.")
@click.option("--to", "end", type=_DAY, help="Last day, included.")
@click.option("--method", metavar="NAME", help="How labels of places spread to areas.")
@click.option("--reach-km", type=_Km(), metavar="N", help="How far they spread.")
@click.option("--policy", metavar="NAME", help="Which statements count.")
@click.option("--known-on", type=_DAY, help="Draw it as known on the evening of that day.")
@click.option("--format", "formats", default="geojson,html", show_default=True, metavar="LIST")
@click.option("-o", "--out", required=True, type=_PATH, help="Folder, or the one file to write.")
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
    formats: str,
    out: Path,
) -> None:
    """Draw the map of every day and write it as GeoJSON, HTML or both."""
    from geofront.control.series import draw
    from geofront.datasets import read

    chosen = _chosen_formats(formats)
    _refuse_misfit(out, chosen)
    timeline = read(source, places=places, actors=actors)
    series = draw(
        timeline,
        start=start,
        end=end,
        method=method,
        reach_km=reach_km,
        extent=None if extent is None else _extent(extent),
        policy=policy,
        known_on=known_on,
    )
    for name in chosen:
        for path in _WRITERS[name](series, out, len(chosen) == 1):
            click.echo(path)


@cli.command()
@click.argument("source")
@click.argument("place", nargs=-1)
@click.option("--on", "day", required=True, type=_DAY, help="The day, YYYY-MM-DD.")
@click.option("--known-on", type=_DAY, help="As known on the evening of that day.")
@click.option("--format", "layout", type=click.Choice(["table", "json", "csv"]), default="table")
def status(
    source: str, place: tuple[str, ...], day: date, known_on: date | None, layout: str
) -> None:
    """Say who held PLACE (or every place) at the end of a day, since when, and by which report."""
    from geofront.control.history import replay
    from geofront.datasets import read

    timeline = read(source)
    found = replay(timeline, known_on=known_on).statuses(day, _place_ids(timeline, place))
    records = [_status_record(s) for s in found]
    if layout == "json":
        _echo_json(records)
    elif layout == "csv":
        _echo_csv(list(_status_record_keys()), [_flat(r) for r in records])
    else:
        _echo_table(
            ("place", "status", "holder", "since", "event", "source"),
            [
                (
                    r["place"],
                    r["status"] + (" (inferred)" if r["inferred"] else ""),
                    r["holder"] or " / ".join(r["contested_by"]),
                    r["since"] or "",
                    r["event_id"] or "",
                    r["source"] or "",
                )
                for r in records
            ],
        )


@cli.command()
@click.argument("source")
@click.option("--from", "start", type=_DAY, help="First day, YYYY-MM-DD.")
@click.option("--to", "end", type=_DAY, help="Last day, included.")
@click.option("--format", "layout", type=click.Choice(["csv", "json"]), default="csv")
def stats(source: str, start: date | None, end: date | None, layout: str) -> None:
    """Print km², share, places and front length for each day and actor."""
    from geofront.control.series import draw
    from geofront.datasets import read

    table = draw(read(source), start=start, end=end).stats()
    table["date"] = [day.isoformat() for day in table["date"]]
    digits = {"area_km2": 3, "gained_km2": 3, "lost_km2": 3, "front_km": 3, "share": 6}
    if layout == "json":
        text = table.round(digits).to_json(orient="records", force_ascii=False, indent=1)
    else:
        text = table.round(digits).to_csv(index=False, lineterminator="\n")
    click.echo(text.rstrip("\n"))


@cli.command()
@click.argument("names", nargs=-1)
@click.option("--batch", type=_FILE, help="A CSV with a column name; near_lon, near_lat, feature.")
@click.option("--gazetteer", "gazetteers", multiple=True, metavar="NAME|FILE")
@click.option("--near", type=_LonLat(), metavar="LON,LAT", help="A point that it should be near.")
@click.option("--feature", default="", help="A GeoNames feature code that it should have.")
@click.option("--limit", type=click.IntRange(min=1), default=5, show_default=True)
@click.option("--format", "layout", type=click.Choice(["table", "json"]), default="table")
def resolve(  # noqa: PLR0917 - likewise
    names: tuple[str, ...],
    batch: Path | None,
    gazetteers: tuple[str, ...],
    near: tuple[float, float] | None,
    feature: str,
    limit: int,
    layout: str,
) -> None:
    """Find the places that NAMES may mean, best first, each with its score and the reasons."""  # noqa: DOC501 - a page of help, not of reference
    from geofront.crs import LonLat
    from geofront.gazetteer.resolver import Context
    from geofront.gazetteer.resolver import resolve as find

    if bool(names) == bool(batch):
        raise click.UsageError("give either names or --batch FILE")
    gazetteer = _gazetteer(gazetteers)
    context = Context(near=LonLat(*near) if near else None, feature=feature)
    queries = _batch_queries(batch, context) if batch else [(name, context) for name in names]
    answers = [(name, find(name, gazetteer, context=c, limit=limit)) for name, c in queries]
    if layout == "json":
        _echo_json([{"query": n, "matches": [_match_record(m) for m in ms]} for n, ms in answers])
        return
    rows: list[tuple[object, ...]] = []
    for name, matches in answers:
        found: list[Match | None] = [*matches] if matches else [None]
        rows.extend((name, *_match_cells(match)) for match in found)
    _echo_table(("query", "place_id", "name", "lon", "lat", "score", "reasons"), rows)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; exit status 0 done, 1 the data are at fault, 2 wrong usage."""
    _speak_utf8()
    try:
        cli.main(arguments, prog_name="geofront", standalone_mode=False)
    except click.exceptions.Exit as finished:
        sys.exit(finished.exit_code)
    except click.Abort:
        _fail("interrupted", 130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except DataFaultsError as error:
        count = len(error.faults)
        _fail(f"{error}\n{count} fault{'s' if count > 1 else ''}; nothing was done", 1)
    except UnknownNameError as error:
        _fail(str(error), _WRONG_USAGE)
    except GeofrontError as error:
        _fail(str(error), _exit_code(error))
    except BrokenPipeError:
        sys.exit(_DATA_AT_FAULT)
    except OSError as error:
        _fail(f"{error.filename or 'output'}: {error.strerror or error}", _DATA_AT_FAULT)
    sys.exit(0)


def _speak_utf8() -> None:
    """Write UTF-8 into pipes: the code pages of Windows lack most names of places."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8")


def _exit_code(error: GeofrontError) -> int:
    from geofront.control.series import SpanError

    return _WRONG_USAGE if isinstance(error, SpanError | ExtentError) else _DATA_AT_FAULT


def _fail(message: str, code: int) -> NoReturn:
    click.echo(f"geofront: {message}", err=True)
    sys.exit(code)


def _extent(value: str) -> shapely.Geometry:
    """Read the extent that an option names.

    Raises
    ------
    click.BadParameter
        If it is neither a map of polygons nor the code of a country.
    """
    from geofront.events.extent import read_extent

    try:
        return read_extent(value)
    except DataFaultsError as error:
        raise click.BadParameter(str(error), param_hint="--extent") from error


def _refuse_misfit(out: Path, formats: Sequence[str]) -> None:
    """Refuse a file's name that does not fit the one format, or where a folder is needed.

    Raises
    ------
    click.UsageError
        If it does not fit.
    """
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
        _fail("\n".join(faults), _DATA_AT_FAULT)
    return found


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
    )
    return dict(zip(_status_record_keys(), values, strict=True))


def _status_record_keys() -> tuple[str, ...]:
    return (
        *("place_id", "place", "lon", "lat", "status", "holder", "contested_by", "since"),
        *("event_id", "source", "inferred", "besieged_by", "claimed_by"),
    )


def _gazetteer(names: Sequence[str]) -> Gazetteer:
    from geofront.gazetteer.index import Gazetteer
    from geofront.gazetteer.tables import SHIPPED, read_places, shipped_places

    found: list[Place] = []
    for name in names or SHIPPED:
        path = Path(name)
        found.extend(read_places(path)[0] if path.is_file() else shipped_places(name)[0])
    return Gazetteer(found)


def _batch_queries(file: Path, context: Context) -> list[tuple[str, Context]]:
    from geofront.crs import LonLat
    from geofront.files import read_table
    from geofront.gazetteer.resolver import Context
    from geofront.gazetteer.tables import degrees

    table = read_table(file, required=("name",))
    queries = []
    for row in table.rows:
        near = context.near
        if row.get("near_lon") or row.get("near_lat"):
            lon, lat = degrees(row, table, "near_lon"), degrees(row, table, "near_lat")
            near = LonLat(lon, lat) if lon is not None and lat is not None else None
        queries.append(
            (row.get("name"), Context(near, None, row.get("feature") or context.feature))
        )
    if table.faults:
        raise DataFaultsError(table.faults)
    return queries


def _match_record(match: Match) -> dict[str, Any]:
    place = match.place
    return {
        "place_id": place.id,
        "name": place.name,
        "lon": place.lon,
        "lat": place.lat,
        "radius_km": place.radius_km,
        "feature": place.feature,
        "score": match.score,
        "reasons": list(match.reasons),
    }


def _match_cells(match: Match | None) -> tuple[object, ...]:
    if match is None:
        return ("", "no match", "", "", "", "")
    place = match.place
    position = (f"{place.lon:.4f}", f"{place.lat:.4f}")
    return (place.id, place.name, *position, f"{match.score:.3f}", "; ".join(match.reasons))


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    return {k: "|".join(v) if isinstance(v, list) else v for k, v in record.items()}


def _echo_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


def _echo_csv(columns: Sequence[str], records: Iterable[dict[str, Any]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    click.echo(text.getvalue(), nl=False)


def _echo_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    cells = [list(header), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    for row in cells:
        padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(padded).rstrip())
