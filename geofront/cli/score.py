"""The command ``geofront score``: agreement with a reference map and with a facts file."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from geofront.cli.options import DAY, FILE, area_options, evidence_options, extent_of
from geofront.cli.output import echo_json, echo_table
from geofront.errors import UnknownNameError

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    import shapely

    from geofront.control.facts import FactCheck, FactsScore
    from geofront.control.history import History
    from geofront.control.score import ActorScore, Agreement

__all__ = ["score"]

_DIGITS = 6


@click.command()
@click.argument("source")
@click.option("--reference", type=FILE, help="A map of the area that --actor holds on --on.")
@click.option("--on", "day", type=DAY, help="The day of the reference, YYYY-MM-DD.")
@click.option("--actor", metavar="NAME", help="Whose area the reference shows.")
@click.option("--exclude", type=FILE, help="Polygons to leave out of both maps.")
@click.option("--facts", type=FILE, help="A facts.csv: place,day,expected.")
@area_options
@evidence_options
@click.option("--format", "layout", type=click.Choice(["table", "json"]), default="table")
def score(  # noqa: PLR0917 - click passes options by name
    source: str,
    reference: Path | None,
    day: date | None,
    actor: str | None,
    exclude: Path | None,
    facts: Path | None,
    method: str | None,
    reach_km: float | None,
    extent: str | None,
    policy: str | None,
    known_on: date | None,
    layout: str,
) -> None:
    """Measure how right the map of SOURCE is.

    With --reference, --on and --actor: against another map of that day, in areas and fronts. With
    --facts: against what must be true of places; the facts that do not hold are listed.
    """
    from geofront.control.facts import check_facts
    from geofront.control.history import replay
    from geofront.datasets import read

    _refuse_incomplete(reference, facts, day, actor)
    history = replay(read(source, private=True), policy=policy, known_on=known_on)
    outline = extent_of(extent)
    found = None
    if reference and day and actor:
        found = _agreement(
            history,
            reference,
            day=day,
            actor=actor,
            exclude=extent_of(str(exclude) if exclude else None, option="--exclude"),
            drawn_with={"method": method, "reach_km": reach_km, "extent": outline},
        )
    checked = None if facts is None else check_facts(history, facts)
    if layout == "json":
        echo_json({**_agreement_record(day, found), **_facts_record(checked)})
        return
    if found:
        _echo_agreement(day, found)
    if checked:
        if found:
            click.echo("")
        _echo_facts(checked)


def _refuse_incomplete(
    reference: Path | None, facts: Path | None, day: date | None, actor: str | None
) -> None:
    """Refuse to compare with nothing, or with a map of no one or of no day.

    Raises
    ------
    click.UsageError
        If an option is missing.
    """
    if reference is None and facts is None:
        raise click.UsageError("give --reference FILE, --facts FILE or both")
    if reference is not None and (day is None or not actor):
        raise click.UsageError("--reference needs --on DAY and --actor NAME")


def _agreement(
    history: History,
    file: Path,
    *,
    day: date,
    actor: str,
    exclude: shapely.Geometry | None,
    drawn_with: dict[str, Any],
) -> Agreement:
    """Draw the day and compare it.

    Raises
    ------
    UnknownNameError
        If there is no such actor.
    """
    from geofront.control.draw import draw
    from geofront.control.reference import read_reference
    from geofront.control.score import score as score_map

    actors, about = history.timeline.actors, history.timeline.about
    known = actors.find(actor)
    if known is None:
        raise UnknownNameError("actor", actor, [a.id for a in actors])
    series = draw(history, start=day, end=day, **drawn_with)
    # What a reach leaves blank inside an outline that was asked for counts as missed.
    within = drawn_with["extent"] or about.extent
    return score_map(
        series.snapshot(day), read_reference(file, known.id), within=within, exclude=exclude
    )


def _agreement_record(day: date | None, found: Agreement | None) -> dict[str, Any]:
    if found is None or day is None:
        return {}
    record: dict[str, Any] = _rounded(asdict(found))
    return {"agreement": {"day": day.isoformat(), **record}}


def _rounded(value: Any) -> Any:  # noqa: ANN401 - whatever a record holds
    if isinstance(value, float):
        return round(value, _DIGITS) + 0.0  # no minus before a zero
    if isinstance(value, dict):
        return {key: _rounded(entry) for key, entry in value.items()}
    return [_rounded(entry) for entry in value] if isinstance(value, list | tuple) else value


def _facts_record(checked: FactsScore | None) -> dict[str, Any]:
    if checked is None:
        return {}
    wrong = [_fact_record(check) for check in checked.wrong]
    return {"facts": {"checked": len(checked.checks), "right": checked.right, "wrong": wrong}}


def _fact_record(check: FactCheck) -> dict[str, Any]:
    return {**asdict(check), "day": check.day.isoformat()}


def _echo_agreement(day: date | None, found: Agreement) -> None:
    for repair in found.repairs:
        click.echo(f"reference: {repair}; it was made valid", err=True)
    click.echo(
        f"{day}, compared over {found.compared_km2:,.0f} km²; left out: "
        f"{found.excluded_km2:,.0f} km², and {found.beyond_km2:,.0f} km² that the reference draws "
        "beyond"
    )
    for actor in found.actors:
        click.echo("")
        echo_table((actor.actor, ""), _actor_rows(actor))
    click.echo("")
    echo_table(("all actors", ""), [("cell agreement", f"{found.cell_agreement:.4f}")])


def _actor_rows(found: ActorScore) -> list[tuple[str, str]]:
    percent = "" if found.error_percent is None else f" ({found.error_percent:+.2f} %)"
    rows = [
        ("IoU", f"{found.iou:.4f}"),
        ("area", f"{found.area_km2:,.1f} km²"),
        ("area in the reference", f"{found.reference_km2:,.1f} km²"),
        ("error", f"{found.error_km2:+,.1f} km²{percent}"),
    ]
    front = found.front
    if front is None:
        return [*rows, ("front distance", "none: one of the maps has no front")]
    return [
        *rows,
        ("front distance, mean", f"{front.mean_km:.1f} km"),
        ("  from ours to the reference", f"{front.ours_mean_km:.1f} km"),
        ("  from the reference to ours", f"{front.reference_mean_km:.1f} km"),
        ("front distance, 90 % within", f"{front.p90_km:.1f} km"),
        ("front distance, maximum", f"{front.max_km:.1f} km"),
        ("length of the front", f"{front.ours_length_km:,.0f} km"),
        ("length in the reference", f"{front.reference_length_km:,.0f} km"),
    ]


def _echo_facts(checked: FactsScore) -> None:
    click.echo(f"{checked.right} of {len(checked.checks)} facts hold")
    if checked.wrong:
        header = ("row", "place", "day", "expected", "on the map", "statement")
        rows = [(c.row, c.place_id, c.day, c.expected, c.found, c.statement) for c in checked.wrong]
        click.echo("")
        echo_table(header, rows)
