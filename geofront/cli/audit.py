"""The command ``audit``: every fault and doubt of a conflict."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geofront.cli.names import chosen_gazetteer
from geofront.cli.options import evidence_options, further_tables
from geofront.cli.output import DATA_AT_FAULT, echo_json
from geofront.errors import DataFaultsError

if TYPE_CHECKING:
    from datetime import date

    from geofront.control.audit import Audit
    from geofront.control.audit.scene import NameMatch
    from geofront.events.timeline import Timeline

__all__ = ["audit"]


@click.command()
@click.argument("source")
@further_tables
@evidence_options
@click.option(
    "--gazetteer",
    "gazetteers",
    multiple=True,
    metavar="NAME|FILE",
    help="Where to look for namesakes as well: syria, world, or a places.csv; may be repeated.",
)
@click.option("--format", "layout", type=click.Choice(["text", "json"]), default="text")
def audit(  # noqa: PLR0917 - click passes options by name
    source: str,
    places: tuple[Path, ...],
    actors: tuple[Path, ...],
    policy: str | None,
    known_on: date | None,
    gazetteers: tuple[str, ...],
    layout: str,
) -> None:
    """List every fault and doubt of a conflict, with file, row and remedy.

    The exit status is 1 if there are faults; doubts alone leave it at 0.
    """
    found = _audit(
        source,
        places=places,
        actors=actors,
        policy=policy,
        known_on=known_on,
        gazetteers=gazetteers,
    )
    if layout == "json":
        echo_json(found.records())
    else:
        click.echo(found.text())
    if found.faults:
        sys.exit(DATA_AT_FAULT)


def _audit(
    source: str,
    *,
    places: tuple[Path, ...],
    actors: tuple[Path, ...],
    policy: str | None,
    known_on: date | None,
    gazetteers: tuple[str, ...],
) -> Audit:
    from geofront.control.audit import audit as find
    from geofront.control.audit import audit_of_faults
    from geofront.control.history import replay
    from geofront.datasets import read

    try:
        timeline = read(source, places=places, actors=actors, private=True)
    except DataFaultsError as error:
        return audit_of_faults(source, error)
    history = replay(timeline, policy=policy, known_on=known_on)
    return find(
        history,
        gazetteer=chosen_gazetteer(gazetteers) if gazetteers else None,
        name_matches=_name_matches(source, timeline),
    )


def _name_matches(source: str, timeline: Timeline) -> dict[tuple[str, int], NameMatch]:
    """Look up the names of events.csv again, since an event keeps its place, not how it was found.

    Names that are an id or a spelling of their place are left out.
    """
    from geofront.control.audit.scene import NameMatch
    from geofront.crs import BBox
    from geofront.files import read_table
    from geofront.gazetteer.index import Gazetteer
    from geofront.gazetteer.place import PHRASE_SOURCE
    from geofront.gazetteer.resolver import Context, resolve

    file = _events_file(source)
    if file is None:
        return {}
    extent = timeline.about.extent
    context = Context(extent=BBox(*extent.bounds) if extent is not None else None)
    # What a phrase made must be worked out again, not found by the text of the phrase.
    gazetteer = Gazetteer(p for p in timeline.gazetteer if p.source != PHRASE_SOURCE)
    place_of = {event.row: event.place_id for event in timeline.events if event.file == file.name}
    found: dict[tuple[str, int], NameMatch] = {}
    known: dict[tuple[str, str], NameMatch | None] = {}
    for row in read_table(file, required=("place",)).rows:
        name, place_id = row.get("place"), place_of.get(row.number, "")
        if row.get("lon") or not place_id or name == place_id:
            continue
        if (name, place_id) not in known:
            matches = resolve(name, gazetteer, context=context, limit=10)
            scores = (
                NameMatch(name, m.score, "; ".join(m.reasons))
                for m in matches
                if m.place.id == place_id
            )
            known[name, place_id] = next(scores, None)
        match = known[name, place_id]
        if match is not None:
            found[file.name, row.number] = match
    return found


def _events_file(source: str) -> Path | None:
    """Return the events.csv of a source, if that is what it was read from."""
    from geofront.datasets import dataset_folder, dataset_names

    path = dataset_folder(source) if source in dataset_names() else Path(source)
    file = path / "events.csv" if path.is_dir() else path
    return file if file.is_file() and file.suffix == ".csv" else None
