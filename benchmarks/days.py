"""Every day's areas as GeoJSON: geofront beside a geopandas dissolve a day, in one run.

    python benchmarks/days.py [--data FOLDER] [--days N] [--places N]

FOLDER may hold ``places.csv`` (place_id, name, lat, lon, population), ``control_events_2022.csv``
(date, place_id, held_by, previously) and ``border.geojson``. Without it a war of the same size is
made up: a front that wanders to and fro over towns spread at random in a box.

Both sides draw the same nearest-place areas from the same statuses and write one GeoJSON file of
areas a day. What counts is the ratio; the seconds depend on the machine. What their areas differ by
in the end comes from the border: one cuts straight lines in degrees there, the other in metres.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas
import numpy as np
import shapely

import geofront
from geofront.control.siting import spread_twins
from geofront.control.tessellation import _LONGEST_EDGE_M
from geofront.events.extent import read_extent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geofront.control.series import Series

DAYS = 901
PLACES = 652
START = date(2022, 3, 1)
BOX = (22.0, 44.0, 40.0, 52.0)


def main() -> None:
    """Run both and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, help="folder of the Ukrainian towns")
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--places", type=int, default=PLACES, help="of the made-up war")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        conflict = work / "conflict"
        if arguments.data:
            extent = take_over(arguments.data, conflict)
        else:
            extent = make_up(conflict, arguments.places, arguments.days)
        end = START + timedelta(days=arguments.days - 1)
        with timed() as ours:
            series = geofront.draw(
                geofront.read(conflict), start=START, end=end, method="nearest", extent=extent
            )
            geofront.write_geojson(series, work / "ours", layers=["area"])
        cells = voronoi_cells(series, extent)
        with timed() as theirs:
            write_by_dissolve(series, cells, work / "theirs")
        report(series, (ours[0], work / "ours"), (theirs[0], work / "theirs"))


@contextmanager
def timed() -> Iterator[list[float]]:
    """Yield a list that holds the seconds once the block is left."""
    taken: list[float] = []
    started = time.perf_counter()
    yield taken
    taken.append(time.perf_counter() - started)


def take_over(data: Path, conflict: Path) -> shapely.Geometry:
    """Turn the Ukrainian towns and their statuses into a conflict folder."""
    with (data / "places.csv").open(encoding="utf-8", newline="") as file:
        columns = ("place_id", "name", "lon", "lat", "population")
        places = [[row[column] for column in columns] for row in csv.DictReader(file)]
    with (data / "control_events_2022.csv").open(encoding="utf-8", newline="") as file:
        events = [
            # Both of them, since the record does not say who held the place before.
            [row["date"], row["place_id"], "contest", "Russia|Ukraine", ""]
            if row["held_by"] == "Contested"
            else [row["date"], row["place_id"], "hold", row["held_by"], ""]
            for row in csv.DictReader(file)
        ]
    write_conflict(conflict, places, events)
    return read_extent(str(data / "border.geojson"))


def make_up(conflict: Path, places: int, days: int) -> shapely.Geometry:
    """Write a war in which a front wanders over random towns; return its extent."""
    random = np.random.default_rng(2022)
    west, south, east, north = BOX
    lon, lat = random.uniform(west, east, places), random.uniform(south, north, places)
    day = np.arange(days)
    front = 35 + 2.5 * np.sin(day / 200) + np.cumsum(random.normal(0, 0.02, days))
    held_by_east = lon[None, :] > front[:, None] + 0.8 * np.sin(lat * 2)[None, :]
    holder = {True: "East", False: "West"}
    events = []
    for place in range(places):
        change = np.flatnonzero(np.diff(held_by_east[:, place], prepend=not held_by_east[0, place]))
        events += [
            [
                START + timedelta(days=int(d)),
                f"p{place}",
                "hold",
                holder[held_by_east[d, place]],
                "",
            ]
            for d in change
        ]
    rows = [[f"p{i}", f"Town {i}", f"{lon[i]:.5f}", f"{lat[i]:.5f}", ""] for i in range(places)]
    write_conflict(conflict, rows, events)
    return shapely.box(*BOX)


def write_conflict(conflict: Path, places: list[list[str]], events: list[list[object]]) -> None:
    """Write places.csv and events.csv."""
    conflict.mkdir()
    for name, header, rows in (
        ("places.csv", ["id", "name", "lon", "lat", "population"], places),
        ("events.csv", ["date", "place", "kind", "actor", "from_actor"], events),
    ):
        with (conflict / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])


def voronoi_cells(series: Series, extent: shapely.Geometry) -> geopandas.GeoDataFrame:
    """Cut the extent into Voronoi cells as a geopandas user would; not part of the timing."""
    points = [series.timeline.places[i].position for i in series.place_ids]
    frame = geopandas.GeoDataFrame(
        geometry=geopandas.points_from_xy(*zip(*points, strict=True)), crs=4326
    )
    metres = frame.to_crs(series.mesh.crs.conformal)
    # Towns at one point divide a cell among them; so both sides have to set them apart alike.
    metres.geometry = shapely.points(spread_twins(shapely.get_coordinates(metres.geometry)))
    cells = metres.voronoi_polygons(extend_to=shapely.box(*metres.total_bounds).buffer(1e6))
    owner = metres.sjoin(cells.to_frame("geometry").set_geometry("geometry").set_crs(metres.crs))
    outline = shapely.segmentize(extent, 0.1)  # its edges are straight in degrees, not in metres
    clip = geopandas.GeoSeries([outline], crs=4326).to_crs(metres.crs).iloc[0]
    ordered = cells.iloc[owner.loc[~owner.index.duplicated(), "index_right"].sort_index()]
    # Long edges are straight in metres; without points between they would not be so in degrees.
    ordered = ordered.segmentize(_LONGEST_EDGE_M)
    return geopandas.GeoDataFrame(
        geometry=ordered.intersection(clip).to_numpy(), crs=metres.crs
    ).to_crs(4326)


def write_by_dissolve(series: Series, cells: geopandas.GeoDataFrame, folder: Path) -> None:
    """Dissolve the cells by status and write them, day by day."""
    folder.mkdir()
    for day in series.days:
        cells["label"] = series.place_labels_on(day)
        cells.dissolve("label").to_file(folder / f"{day}.geojson", driver="GeoJSON")


def report(series: Series, ours: tuple[float, Path], theirs: tuple[float, Path]) -> None:
    """Print seconds, megabytes, the ratio, and how far the areas differ."""
    print(series)
    print(f"{'':24}{'seconds':>10}{'MB':>8}")
    for name, (seconds, folder) in (("geofront", ours), ("geopandas dissolve", theirs)):
        files = [folder / f"{day}.geojson" for day in series.days]
        size = sum(file.stat().st_size for file in files) / 1e6
        print(f"{name:24}{seconds:10.2f}{size:8.1f}")
    print(f"geofront is {theirs[0] / ours[0]:.1f} times faster")
    worst = max(
        difference(series, day, theirs[1]) for day in series.days[:: max(1, len(series) // 9)]
    )
    print(f"largest difference of a label's area: {worst:.1e} of the extent")


def difference(series: Series, day: date, folder: Path) -> float:
    """Return the largest difference of a label's area, as a share of all that is drawn."""
    snapshot = series.snapshot(day)
    frame = geopandas.read_file(folder / f"{day}.geojson").set_index("label")
    km2 = frame.to_crs(series.mesh.crs.equal_area).area / 1e6
    worst = max(abs(float(snapshot.area_km2[i]) - float(km2[i])) for i in km2.index)
    return worst / series.mesh.total_km2


if __name__ == "__main__":
    main()
