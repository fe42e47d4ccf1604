"""Who holds what: a million statements replayed, time and memory, beside a daily table of pandas.

    python benchmarks/replay.py [--events N] [--places N] [--read]

A war of N statements over P places is made up (a tenth claims, a tenth by partisans, a twentieth
with imprecise dates), and its statuses on a thousand days replayed under three policies. Beside it
stands what one would otherwise write: the last confirmed row of each place and day, unstacked to a
table of days by places and filled forward, which knows neither claims nor causes. Each size runs in
a process of its own, so that its peak memory is its own. With --read the statements also go
through events.csv.
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geofront.events.timeline import Timeline

DAYS = 1000
START = date(2022, 1, 1)
ACTORS = ("north", "south", "east")
KINDS = ("capture", "capture", "hold", "hold", "contest", "repelled", "withdrawal", "strike")
POLICIES = ("best-evidence", "against-interest", "latest-report")
SOURCES = {"agency": "", "wire": "", "north-tv": "north", "south-tv": "south"}


def main() -> None:
    """Run each size in a process of its own and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--places", type=int, default=35_000)
    parser.add_argument("--read", action="store_true", help="also read them from a file")
    parser.add_argument("--one", choices=("geofront", "pandas", "read"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(RUNS[arguments.one](arguments.events, arguments.places))
        return
    for share in (100, 10, 1):
        events, places = arguments.events // share, max(arguments.places // share, 10)
        print(f"\n{events:,} statements, {places:,} places, {DAYS:,} days")
        for run in ("geofront", "pandas", *(["read"] if arguments.read else [])):
            sizes = ["--events", str(events), "--places", str(places)]
            command = [sys.executable, __file__, "--one", run, *sizes]
            print(
                subprocess.run(command, check=True, capture_output=True, text=True).stdout, end=""
            )


def rows(events: int, places: int) -> Iterator[dict[str, str]]:
    """Make up statements, in random order of places and days."""
    chance = random.Random(7)  # noqa: S311 - a made-up war, no secret
    for _ in range(events):
        day = START + timedelta(days=chance.randrange(DAYS))
        actor, other = chance.sample(ACTORS, 2)
        imprecise = chance.random() < 0.05
        yield {
            "date": f"{day}/{day + timedelta(days=3)}" if imprecise else day.isoformat(),
            "place": f"p{chance.randrange(places)}",
            "kind": chance.choice(KINDS),
            "actor": actor,
            "from_actor": other,
            "source": chance.choice(tuple(SOURCES)),
            "standing": "claimed" if chance.random() < 0.1 else "confirmed",
        }


def made_up(events: int, places: int) -> Timeline:
    """Return the statements as a timeline."""
    from geofront.dates import parse_date
    from geofront.events.actor import Actors
    from geofront.events.event import Event, Kind, Standing
    from geofront.events.source import Source
    from geofront.events.timeline import About, Timeline
    from geofront.gazetteer.index import Gazetteer
    from geofront.gazetteer.place import Place

    made = [
        Event(
            id=f"e{i}",
            place_id=sys.intern(row["place"]),
            kind=Kind(row["kind"]),
            date=parse_date(row["date"]),
            actors=(row["actor"],),
            from_actors=(row["from_actor"],),
            standing=Standing(row["standing"]),
            sources=(row["source"],),
        )
        for i, row in enumerate(rows(events, places))
    ]
    made.sort(key=lambda event: event.sort_key)
    return Timeline(
        about=About("made up"),
        events=tuple(made),
        places={f"p{i}": Place(f"p{i}", f"p{i}", 30.0, 48.0) for i in range(places)},
        actors=Actors.named(ACTORS),
        sources={key: Source(key, key, key, favours=side) for key, side in SOURCES.items()},
        gazetteer=Gazetteer([]),
    )


def run_geofront(events: int, places: int) -> str:
    """Replay under each policy, and ask for the status of every place on the last day."""
    import geofront

    timeline = made_up(events, places)
    before = peak_mb()
    lines = []
    last = START + timedelta(days=DAYS - 1)
    for policy in POLICIES:
        begun = time.perf_counter()
        history = geofront.replay(timeline, policy=policy)
        replayed = time.perf_counter() - begun
        begun = time.perf_counter()
        asked = len(history.statuses(last))
        status = time.perf_counter() - begun
        spans = sum(len(s) for s in history.spans.values())
        lines.append(
            f"  geofront {policy:17} {replayed:6.2f} s, {spans:,} spans; "
            f"{asked:,} statuses of a day {status:.2f} s"
        )
    lines.append(f"  geofront peak {peak_mb():,.0f} MB, of which the statements {before:,.0f} MB")
    return "\n".join(lines)


def run_pandas(events: int, places: int) -> str:
    """Fill a table of days by places forward."""
    import pandas as pd

    table = pd.DataFrame(rows(events, places))
    before = peak_mb()
    begun = time.perf_counter()
    table["day"] = pd.to_datetime(table["date"].str[-10:])
    held = table[(table.standing == "confirmed") & table.kind.isin(["capture", "hold"])]
    last = held.sort_values("day").drop_duplicates(["place", "day"], keep="last")
    wide = last.pivot_table(index="day", columns="place", values="actor", aggfunc="last").ffill()
    took = time.perf_counter() - begun
    size = f"{wide.shape[0]:,} x {wide.shape[1]:,}"
    return (
        f"  pandas   unstack and ffill   {took:6.2f} s, a table of {size}\n"
        f"  pandas   peak {peak_mb():,.0f} MB, of which the rows {before:,.0f} MB"
    )


def run_read(events: int, places: int) -> str:
    """Read the statements and their places from files."""
    import geofront

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "events.csv").open("w", encoding="utf-8", newline="") as file:
            made = rows(events, places)
            first = next(made)
            writer = csv.DictWriter(file, first)
            writer.writeheader()
            writer.writerow(first)
            writer.writerows(made)
        with (folder / "places.csv").open("w", encoding="utf-8", newline="") as file:
            file.write("id,name,lon,lat\n")
            file.writelines(
                f"p{i},Place {i},{30 + i % 300 / 100},{48 + i // 300 / 100}\n"
                for i in range(places)
            )
        begun = time.perf_counter()
        timeline = geofront.read(folder)
        took = time.perf_counter() - begun
    return (
        f"  read from CSV                {took:6.2f} s, {len(timeline.events):,} events, "
        f"peak {peak_mb():,.0f} MB"
    )


def peak_mb() -> float:
    """Return the peak memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


RUNS = {"geofront": run_geofront, "pandas": run_pandas, "read": run_read}

if __name__ == "__main__":
    main()
