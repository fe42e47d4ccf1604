"""Series of drawn polygons: seconds, and km² beside a geodesic computation.

    python benchmarks/drawn.py [FOLDER] [--extent FILE] [--days N] [--tremble-m N]

FOLDER holds one file of polygons a day, named by its day, all of one actor; without it a front is
made up. First its own days are drawn and each area is compared with the geodesic area of the raw
polygon. Then N days are made of them: bulges grow out of the outline day by day, and with
--tremble-m every vertex of every day is drawn a little beside its place, as a map that is drawn
anew each day would be. With --extent what lies in no polygon belongs to a second actor, so that
there is a front between the two.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import Geod

import geofront
from geofront.control.area import areas
from geofront.control.drawn import read_daily_maps, series_from_maps
from geofront.control.state import held_by
from geofront.events.extent import read_extent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from geofront.control.drawn import DrawnSeries

GEOD = Geod(ellps="WGS84")
START = date(2024, 7, 8)
ACTOR, OTHER = "A", "B"
# A dozen places where the line moves on any day, as on the maps of a long front.
BULGES_PER_DAY = 12
DAYS_OF_GROWTH = 40
GROWN_DEGREES = 0.05


def main() -> None:
    """Draw the days that there are, then many more, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path, nargs="?", help="one file of polygons a day")
    parser.add_argument("--extent", type=Path, help="an outline to draw within")
    parser.add_argument("--days", type=int, default=700)
    parser.add_argument("--tremble-m", type=float, default=0.0)
    parser.add_argument("--tolerance-m", type=float, default=1.0)
    arguments = parser.parse_args()
    extent = read_extent(str(arguments.extent)) if arguments.extent else None
    maps = own_maps(arguments.folder)
    with timed("drawn as they are"):
        series = draw(maps, extent, arguments.tolerance_m)
    compare(series, maps, extent)
    many = made_up_days(maps, arguments.days, arguments.tremble_m)
    print(f"\n{len(many)} days, {sum(map(shapely.get_num_coordinates, many.values())):,} vertices")
    with timed("series and its patches"):
        series = draw(many, extent, arguments.tolerance_m)
        arcs = series.patchwork.arcs
    print(f"{series}: {series.patchwork.patches:,} patches, {len(arcs.points):,} vertices in arcs")
    with timed("areas and fronts of every day"):
        for snapshot in series:
            areas(*snapshot.drawn)
            snapshot.fronts  # noqa: B018 - worked out on first use
    with timed("statistics"):
        series.stats()
    with tempfile.TemporaryDirectory() as folder, timed("GeoJSON of every day"):
        files = geofront.write_geojson(series, folder)
        print(f"{sum(f.stat().st_size for f in files) / 1e6:,.1f} MB in {len(files)} files")
    with timed("every day generalised to 1 km"):
        for snapshot in series.generalised(1.0):
            areas(*snapshot.drawn)
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
    compare(series, dict(list(many.items())[:: max(1, len(many) // 10)]), extent)


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long a block took."""
    begun = time.perf_counter()
    yield
    print(f"{what:32}{time.perf_counter() - begun:8.2f} s", flush=True)


def own_maps(folder: Path | None) -> dict[date, shapely.Geometry]:
    """Read the folder, or make up a week."""
    if folder is None:
        x = np.linspace(30, 38, 2500)
        y = 48 + 0.5 * np.sin(x) + np.cumsum(np.random.default_rng(1).normal(0, 0.004, len(x)))
        line = [*zip(x, y, strict=True)]
        return {START: shapely.make_valid(shapely.Polygon([(30, 45), *line, (38, 45)]))}
    with timed("read"):
        maps = read_daily_maps(folder, actor=ACTOR)
    print(maps)
    return {day: maps[day][ACTOR] for day in maps}


def draw(
    maps: Mapping[date, shapely.Geometry], extent: shapely.Geometry | None, tolerance_m: float
) -> DrawnSeries:
    """Make the series of one actor's areas."""
    return series_from_maps(
        {day: {ACTOR: shape} for day, shape in maps.items()},
        extent=extent,
        otherwise=None if extent is None else OTHER,
        tolerance_m=tolerance_m,
    )


def made_up_days(
    maps: Mapping[date, shapely.Geometry], days: int, tremble_m: float
) -> dict[date, shapely.Geometry]:
    """Spread the maps over many days, with bulges that grow out of them one after another."""
    random = np.random.default_rng(7)
    own = list(maps.values())
    on_line = shapely.get_coordinates(shapely.boundary(own[0]))
    bulges = max(1, BULGES_PER_DAY * days // DAYS_OF_GROWTH)
    centers = shapely.points(on_line[random.integers(0, len(on_line), bulges)])
    born = random.uniform(-DAYS_OF_GROWTH, days, bulges)
    found = {}
    for i in range(days):
        grown = np.clip((i - born) / DAYS_OF_GROWTH, 0, 1) * GROWN_DEGREES
        alive = grown > 0
        discs = shapely.buffer(centers[alive], grown[alive], quad_segs=6)
        shape = shapely.union_all([own[i * len(own) // days], *discs])
        if tremble_m:
            step = tremble_m / 111_320 / 2
            points = shapely.get_coordinates(shape)
            shape = shapely.set_coordinates(
                shape, _closed(shape, points + random.normal(0, step, points.shape))
            )
            shape = shapely.make_valid(shape, method="structure")
        found[START + timedelta(days=i)] = shape
    return found


def _closed(shape: shapely.Geometry, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the last point of each ring the position of its first."""
    rings = shapely.get_rings(shapely.get_parts(shape))
    ends = np.cumsum(shapely.get_num_coordinates(rings))
    points[ends - 1] = points[np.concatenate([[0], ends[:-1]])]
    return points


def compare(
    series: DrawnSeries, maps: Mapping[date, shapely.Geometry], extent: shapely.Geometry | None
) -> None:
    """Print the km² of days beside the geodesic area of the raw polygons, and the front."""
    print(f"{'day':12}{'km²':>14}{'geodesic':>14}{'off by':>10}{'gained':>10}{'front km':>10}")
    label = series.labels.index(held_by(ACTOR))
    table = series.stats()
    table = table[table["actor"] == ACTOR].set_index("date")
    for day, shape in maps.items():
        inside = shape if extent is None else shapely.intersection(shape, extent)
        km2 = abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(inside))[0]) / 1e6
        ours = float(series.snapshot(day).area_km2[label])
        row = table.loc[day]
        print(
            f"{day!s:12}{ours:14,.2f}{km2:14,.2f}{ours / km2 - 1:10.1e}"
            f"{row['gained_km2']:10.2f}{row['front_km']:10,.1f}"
        )


if __name__ == "__main__":
    main()
