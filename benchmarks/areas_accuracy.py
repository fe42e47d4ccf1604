"""How near the methods come to published maps: areas and fronts on days that others drew.

    python benchmarks/areas_accuracy.py FOLDER [--method NAME]... [--table]

FOLDER holds ``places.csv``, ``control_events_2022.csv`` and ``border.geojson`` (see days.py), and
``truth/YYYY-MM-DD.geojson``, the area that Russia held on that day, without Crimea. So Crimea is
left out of both: the largest part of the country south of 46.25° N, between 32.3° and 36.9° E, that
none of the published maps shows as held.

What is compared lies inside the border; what a method leaves blank there counts as not held, and so
does what is contested. In a series a place without a status keeps its surroundings blank; so the
first row is another drawing by nearest place, in which only the places take part that someone holds
on that day. It tells what is due to the method alone.

A front ends 5 km before the border, whose course the maps do not share. The
front distance is the mean over points of both fronts, 1 km apart; then what 90 % of either front
lie within, and the largest of all.

Methods with parameters are tried with each entry of `VARIANTS` as well. To see what a choice by
these few days is worth, one day at a time is left out: the variant with the best mean of the others
is scored on it.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from days import take_over

import geofront
from geofront.control.reference import read_reference
from geofront.control.score import score_days
from geofront.control.state import HELD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geofront.control.method import Method
    from geofront.control.reference import Reference
    from geofront.events.timeline import Timeline

ACTOR = "Russia"
CRIMEA_LIES_IN = shapely.box(32.3, 44.0, 36.9, 46.25)

VARIANTS: dict[str, dict[str, Method]] = {}
"""For a method's name its variants: what to call them, and the method with those parameters."""


def main() -> None:
    """Score every method and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--method", action="append", metavar="NAME", help="only these methods")
    parser.add_argument("--table", action="store_true", help="as Markdown, for the docs")
    arguments = parser.parse_args()
    references = {
        date.fromisoformat(file.stem): read_reference(file, ACTOR)
        for file in sorted((arguments.folder / "truth").glob("*.geojson"))
    }
    with tempfile.TemporaryDirectory() as name:
        border = take_over(arguments.folder, Path(name) / "conflict")
        timeline = geofront.read(Path(name) / "conflict")
    crimea = left_out(border, references)
    started = time.perf_counter()
    table = scored_by_held_places(timeline, references, border, crimea)
    rows, notes = [row("nearest held place", table, time.perf_counter() - started)], []
    for method in arguments.method or sorted(geofront.METHODS):
        variants = {method: geofront.METHODS[method], **VARIANTS.get(method, {})}
        tables = {}
        for variant, spread in variants.items():
            started = time.perf_counter()
            with listed(variant, spread):
                tables[variant] = scored(timeline, references, variant, border, crimea)
            rows.append(row(variant, tables[variant], time.perf_counter() - started))
        if len(tables) > 1:
            notes.append(f"{method}, left-out days: {leave_one_day_out(tables)}")
    show(rows, list(references), markdown=arguments.table)
    for note in notes:
        print(note)


def left_out(border: shapely.Geometry, references: Mapping[date, Reference]) -> shapely.Geometry:
    """Return Crimea, as far as no published map shows it."""
    shown = shapely.union_all([reference.areas[ACTOR] for reference in references.values()])
    rest = shapely.intersection(shapely.difference(border, shown), CRIMEA_LIES_IN)
    return max(shapely.get_parts(rest), key=shapely.area)


@contextmanager
def listed(name: str, method: Method) -> Iterator[None]:
    """Add a method to those that can be drawn by, for the time of the block."""
    before = dict(geofront.METHODS)
    geofront.METHODS[name] = method
    try:
        yield
    finally:
        geofront.METHODS.clear()
        geofront.METHODS.update(before)


def scored(
    timeline: Timeline,
    references: Mapping[date, Reference],
    method: str,
    border: shapely.Geometry,
    crimea: shapely.Geometry,
) -> pd.DataFrame:
    """Draw the days of the references by a method and return a row a day."""
    # From the first event on, so that a method may look at the days before.
    series = geofront.draw(timeline, end=max(references), method=method, extent=border)
    return score_days(series, references, within=border, exclude=crimea)


def scored_by_held_places(
    timeline: Timeline,
    references: Mapping[date, Reference],
    border: shapely.Geometry,
    crimea: shapely.Geometry,
) -> pd.DataFrame:
    """Draw each day by the nearest of the places that someone holds on it; return a row a day."""
    history = geofront.replay(timeline)
    tables = []
    for day, reference in references.items():
        held = {
            place_id: spans
            for place_id, spans in history.spans.items()
            if history.span(place_id, day).label.status == HELD
        }
        known = replace(history, spans=held)
        series = geofront.draw(known, start=day, end=day, method="nearest", extent=border)
        tables.append(score_days(series, {day: reference}, within=border, exclude=crimea))
    return pd.concat(tables, ignore_index=True)


def leave_one_day_out(tables: Mapping[str, pd.DataFrame]) -> str:
    """Return the IoU of each day under the variant that is best on the other days, in words."""
    iou = np.array([table["iou"] for table in tables.values()])
    names = list(tables)
    days = next(iter(tables.values()))["date"]
    found, told = [], []
    for i, day in enumerate(days):
        best = int(np.delete(iou, i, axis=1).mean(axis=1).argmax())
        found.append(iou[best, i])
        told.append(f"{day} {iou[best, i]:.3f} ({names[best]})")
    return f"{'; '.join(told)}; mean {np.mean(found):.3f}"


def row(name: str, table: pd.DataFrame, seconds: float) -> list[str]:
    """Return the cells of a method's row."""
    error = table["error_km2"]
    return [
        name,
        *(f"{iou:.3f}" for iou in table["iou"]),
        f"{table['iou'].mean():.3f}",
        f"{error.mean():+,.0f}",
        f"{error.abs().mean():,.0f}",
        f"{table['cell_agreement'].mean():.3f}",
        f"{table['front_mean_km'].mean():.1f}",
        f"{table['front_ours_mean_km'].mean():.1f}",
        f"{table['front_reference_mean_km'].mean():.1f}",
        f"{table['front_p90_km'].mean():.0f}",
        f"{table['front_max_km'].max():.0f}",
        f"{seconds:.1f}",
    ]


def show(rows: Sequence[Sequence[str]], days: Sequence[date], *, markdown: bool) -> None:
    """Print the table; distances are in km, areas in km²."""
    header = [
        *("method", *map(str, days), "mean IoU", "error", "abs. error", "cells"),
        *("front", "from ours", "from theirs", "90 %", "max", "s"),
    ]
    if markdown:
        lines = [header, ["---"] + ["--:"] * (len(header) - 1), *rows]
        print("\n".join(f"| {' | '.join(cells)} |" for cells in lines))
        return
    widths = [max(len(cells[i]) for cells in [header, *rows]) for i in range(len(header))]
    for cells in [header, *rows]:
        print("  ".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True)))


if __name__ == "__main__":
    main()
