"""The command ``geofront compare``: where two accounts of one conflict differ."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import click

from geofront.cli.accounts import history_of
from geofront.cli.options import area_options, extent_of, further_tables, span_options
from geofront.cli.output import echo_csv, echo_json, echo_table
from geofront.cli.publishing import publishing_options
from geofront.cli.spans import refuse_endless

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from geofront.cli.publishing import Withheld
    from geofront.control.disagreement import Difference, Disagreement

__all__ = ["compare"]


@click.command()
@click.argument("source")
@click.argument("one", metavar="ACCOUNT")
@click.argument("other", metavar="ACCOUNT")
@further_tables
@span_options
@area_options
@publishing_options
@click.option("--format", "layout", type=click.Choice(["table", "json", "csv"]), default="table")
def compare(  # noqa: PLR0917 - click passes options by name
    source: str,
    one: str,
    other: str,
    places: tuple[Path, ...],
    actors: tuple[Path, ...],
    start: date | None,
    end: date | None,
    extent: str | None,
    method: str | None,
    reach_km: float | None,
    withheld: Withheld,
    layout: str,
) -> None:
    """Say where and when two accounts of SOURCE differ, in places and km².

    An ACCOUNT is a policy such as best-evidence, by-side:SIDE or by-source:ID, and after it may
    stand an evening: best-evidence@2016-12-15 is what could be known by the end of that day.
    """
    from geofront.control.disagreement import disagreement

    timeline = withheld.read(source, places=places, actors=actors)
    histories = history_of(timeline, one), history_of(timeline, other)
    evenings = [history.known_on for history in histories if history.known_on]
    refuse_endless(timeline, start=start, end=end, known_on=min(evenings, default=None))
    found = disagreement(
        *histories,
        start=start,
        end=end,
        method=method,
        reach_km=reach_km,
        extent=extent_of(extent),
    )
    told = timeline.published.told
    mark: dict[str, object] = {"published": told} if told else {}
    if layout == "json":
        echo_json({"places": _place_records(found), "days": _day_records(found)} | mark)
    elif layout == "csv":
        echo_csv([*_PLACE_KEYS, *mark], [row | mark for row in _place_records(found)])
    else:
        _echo_tables(found, one, other)
        if told:
            click.echo(f"({told})")


_PLACE_KEYS = (
    *("place_id", "place", "start", "end", "contradicts"),
    *("one", "event_one", "other", "event_other"),
)


def _place_records(found: Disagreement) -> list[dict[str, object]]:
    return [_place_record(difference, found) for difference in found.differences]


def _place_record(difference: Difference, found: Disagreement) -> dict[str, object]:
    one, other = difference.one, difference.other
    values = (
        difference.place_id,
        found.one.timeline.places[difference.place_id].name,
        difference.start.isoformat(),
        difference.end.isoformat(),
        difference.contradicts,
        "|".join(one.label.actors) or one.label.status,
        one.event.id if one.event else None,
        "|".join(other.label.actors) or other.label.status,
        other.event.id if other.event else None,
    )
    return dict(zip(_PLACE_KEYS, values, strict=True))


def _day_records(found: Disagreement) -> list[dict[str, object]]:
    table = found.days().round(3)
    table["date"] = [day.isoformat() for day in table["date"]]
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def _echo_tables(found: Disagreement, one: str, other: str) -> None:
    rows = [
        (
            *(r["place"], r["start"], r["end"], r["one"], r["other"]),
            *(r["event_one"] or "", r["event_other"] or ""),
        )
        for r in _place_records(found)
    ]
    events = f"event of {one}", f"event of {other}"
    echo_table(("place", "from", "to", one, other, *events), rows)
    click.echo("")
    days = [(r["date"], (r["places"], f"{r['area_km2']:,.0f}")) for r in _day_records(found)]
    runs = [[*run] for _, run in groupby(days, key=lambda day: day[1])]
    echo_table(
        ("from", "to", "places that differ", "km²"),
        [(run[0][0], run[-1][0], *run[0][1]) for run in runs],
    )
