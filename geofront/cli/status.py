"""The commands ``status`` and ``explain``: who held a place on a day, and why it is said so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from geofront.cli.options import DAY, evidence_options, further_tables
from geofront.cli.output import DATA_AT_FAULT, echo_csv, echo_json, echo_table, fail, flat
from geofront.cli.publishing import publishing_options
from geofront.errors import AmbiguousPlaceError, UnknownPlaceError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from geofront.cli.publishing import Withheld
    from geofront.control.history import PlaceStatus
    from geofront.events.timeline import Timeline

__all__ = ["explain", "status"]


@click.command()
@click.argument("source")
@click.argument("place", nargs=-1)
@click.option("--on", "day", required=True, type=DAY, help="The day, YYYY-MM-DD.")
@evidence_options
@further_tables
@publishing_options
@click.option("--format", "layout", type=click.Choice(["table", "json", "csv"]), default="table")
def status(  # noqa: PLR0917 - click passes options by name
    source: str,
    place: tuple[str, ...],
    day: date,
    policy: str | None,
    known_on: date | None,
    places: tuple[Path, ...],
    actors: tuple[Path, ...],
    withheld: Withheld,
    layout: str,
) -> None:
    """Say who held PLACE (or every place) at the end of a day, since when, and by which report."""
    from geofront.control.history import replay

    timeline = withheld.read(source, places=places, actors=actors)
    history = replay(timeline, policy=policy, known_on=known_on)
    found = history.statuses(day, _place_ids(timeline, place))
    told = timeline.published.told
    mark = {"published": told} if told else {}
    records = [_status_record(s) | mark for s in found]
    if layout == "json":
        echo_json(records)
    elif layout == "csv":
        echo_csv([*_status_record_keys(), *mark], [flat(r) for r in records])
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
        if told:
            click.echo(f"({told})")


@click.command()
@click.argument("source")
@click.argument("place")
@click.option("--on", "day", required=True, type=DAY, help="The day, YYYY-MM-DD.")
@evidence_options
@further_tables
@publishing_options
@click.option("--format", "layout", type=click.Choice(["text", "json"]), default="text")
def explain(  # noqa: PLR0917 - click passes options by name
    source: str,
    place: str,
    day: date,
    policy: str | None,
    known_on: date | None,
    places: tuple[Path, ...],
    actors: tuple[Path, ...],
    withheld: Withheld,
    layout: str,
) -> None:
    """Say why PLACE has its status on a day: by which report, against which others."""
    from geofront.control.history import replay

    timeline = withheld.read(source, places=places, actors=actors)
    told = timeline.published.told
    explanation = replay(timeline, policy=policy, known_on=known_on).explain(place, day)
    if layout == "json":
        echo_json(explanation.record() | ({"published": told} if told else {}))
    else:
        click.echo(explanation.text() + (f"\n({told})" if told else ""))


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
