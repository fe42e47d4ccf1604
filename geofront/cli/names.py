"""Commands on names: ``resolve`` and ``scan``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geofront.cli.options import FILE, LON_LAT
from geofront.cli.output import echo_csv, echo_json, echo_table
from geofront.errors import DataFaultsError, Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geofront.gazetteer.index import Gazetteer
    from geofront.gazetteer.place import Place
    from geofront.gazetteer.resolver import Context, Match

__all__ = ["chosen_gazetteer", "resolve", "scan"]


@click.command()
@click.argument("names", nargs=-1)
@click.option(
    "--batch",
    type=FILE,
    help="A CSV with a column name, and perhaps near_lon, near_lat, feature and country.",
)
@click.option("--gazetteer", "gazetteers", multiple=True, metavar="NAME|FILE")
@click.option("--near", type=LON_LAT, metavar="LON,LAT", help="A point that it should be near.")
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
    """Find the places that NAMES may mean, best first, each with its score and the reasons."""  # noqa: DOC501 - help
    from geofront.crs import LonLat
    from geofront.gazetteer.resolver import Context
    from geofront.gazetteer.resolver import resolve as find

    if bool(names) == bool(batch):
        raise click.UsageError("give either names or --batch FILE")
    gazetteer = chosen_gazetteer(gazetteers)
    context = Context(near=LonLat(*near) if near else None, feature=feature)
    queries = _batch_queries(batch, context) if batch else [(name, context) for name in names]
    answers = [(name, find(name, gazetteer, context=c, limit=limit)) for name, c in queries]
    if layout == "json":
        echo_json([{"query": n, "matches": [_match_record(m) for m in ms]} for n, ms in answers])
        return
    rows: list[tuple[object, ...]] = []
    for name, matches in answers:
        found: list[Match | None] = [*matches] if matches else [None]
        rows.extend((name, *_match_cells(match)) for match in found)
    echo_table(("query", "place_id", "name", "lon", "lat", "score", "reasons"), rows)


@click.command()
@click.argument("file", type=FILE)
@click.option("--gazetteer", "gazetteers", multiple=True, metavar="NAME|FILE")
@click.option("--format", "layout", type=click.Choice(["table", "json", "csv"]), default="table")
def scan(file: Path, gazetteers: tuple[str, ...], layout: str) -> None:
    """Find the places that the text in FILE names, and where in it."""  # noqa: DOC501 - help
    from geofront.gazetteer.text.mentions import scan as find

    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message = "is not UTF-8 text; save it as UTF-8"
        raise DataFaultsError([Fault(str(file), 0, message)]) from error
    records = [
        {
            "start": mention.start,
            "end": mention.end,
            "mention": mention.text,
            **_match_record(mention.matches[0]),
            "candidates": [match.place.id for match in mention.matches],
        }
        for mention in find(text, chosen_gazetteer(gazetteers))
        if mention.matches
    ]
    if layout == "json":
        echo_json(records)
        return
    columns = ("start", "end", "mention", "place_id", "name", "lon", "lat", "score")
    if layout == "csv":
        echo_csv(columns, [{c: record[c] for c in columns} for record in records])
    else:
        echo_table(columns, [[record[c] for c in columns] for record in records])


def chosen_gazetteer(names: Sequence[str]) -> Gazetteer:
    """Return the gazetteer that the options name, or the shipped ones if they name none."""
    from geofront.gazetteer.index import Gazetteer
    from geofront.gazetteer.shelf import world_gazetteer
    from geofront.gazetteer.tables import SHIPPED, read_places, shipped_places

    if list(names) == ["world"]:
        return world_gazetteer()
    found: list[Place] = []
    for name in names or SHIPPED:
        path = Path(name)
        if path.is_file():
            found.extend(read_places(path)[0])
        elif name == "world":
            found.extend(world_gazetteer())
        else:
            found.extend(shipped_places(name)[0])
    return Gazetteer(found)


def _batch_queries(file: Path, context: Context) -> list[tuple[str, Context]]:
    from geofront.crs import LonLat
    from geofront.files import read_table
    from geofront.gazetteer.tables import degrees

    table = read_table(file, required=("name",))
    queries = []
    for row in table.rows:
        near = context.near
        if row.get("near_lon") or row.get("near_lat"):
            lon, lat = degrees(row, table, "near_lon"), degrees(row, table, "near_lat")
            near = LonLat(lon, lat) if lon is not None and lat is not None else None
        told = replace(
            context,
            near=near,
            feature=row.get("feature") or context.feature,
            country=row.get("country"),
        )
        queries.append((row.get("name"), told))
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
