"""Write whatever geofront writes, for tests that compare the bytes of runs in other surroundings.

``python tests/everything.py INPUT OUT [--resume] [--dataset NAME --days N]`` writes all formats of
the war, the maps and the marks in the folder that `prepare` made; or of the first days of a
dataset.
"""

from __future__ import annotations

import argparse
import json
import locale
from contextlib import redirect_stdout, suppress
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import geofront
from geofront.adapters import reader
from geofront.adapters.acled.writer import write_acled
from geofront.adapters.timemap.writer import write_timemap
from geofront.cli import main as geofront_command
from geofront.render.formats import FORMATS, Options

if TYPE_CHECKING:
    from geofront.control.series import Series
    from geofront.events.timeline import Timeline

TABLES = ("csv", "jsonl", "geojson", "xlsx", "parquet")
_EVENTS = """id,date,place,kind,actor,from_actor,source,note,geometry
e1,2020-01-01,ain,hold,North,,one|two,İstanbul ısı,
e2,2020-01-01,bir,hold,North,,one,"1,5 km",
e3,2020-01-01,dam,hold,South|West,,one,,
e4,2020-01-03,eid,capture,South,North,two,,
e5,2020-01-04,bir,contest,South,North|West,two,,
e6,2020-01-05,bir,capture,South,North,one,,
e7,2020-01-02/2020-01-04,dam,strike,North,,one,,"LINESTRING (38 34.4, 38.2 34.3)"
e8,2020-01-04,ain,movement,South,,one,,"POLYGON ((38 34, 38.1 34, 38.1 34.1, 38 34))"
"""
_KML = (
    '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>',
    "<Placemark><name>{}</name><TimeStamp><when>2020-01-01</when></TimeStamp><Point><coordinates>{},34</coordinates></Point></Placemark>",
)
_SQUARE = [[37, 48], [38, 48], [38, 49], [37, 49], [37, 48]]


def prepare(folder: Path, *, backwards: bool = False) -> None:
    """Make the input: a small war, files of other people, and a place table.

    `backwards` makes the files in the other order, in which a disk may then list them.
    """
    made = {
        "war/events.csv": _EVENTS,
        "war/places.csv": (
            "id,name,lon,lat,aliases\nain,Ain,38.0,34.0,Ayn al-Ain|عين\nbir,Bir,38.4,34.0,\n"
            "dam,Dam,38.0,34.4,\neid,Eid,38.4,34.4,\n"
        ),
        "text.txt": "The army took Palmyra and withdrew from al-Bab, 4 km west of Aleppo.",
        "war/sources.csv": "id,title,favours\none,First,\ntwo,Second,South\n",
        **{
            f"marks/{name}.kml": _KML[0].format(
                "".join(_KML[1].format(name + i, lon) for i in "ab")
            )
            for name, lon in (("zeta", 38), ("Alpha", 38.2), ("beta", 38.3), ("_x", 38.4))
        },
        **{
            f"maps/deepstatemap_data_202407{day:02}.geojson": json.dumps(
                {
                    "type": "FeatureCollection",
                    "features": [
                        {
                            "type": "Feature",
                            "properties": {},
                            "geometry": {
                                "type": "Polygon",
                                "coordinates": [[[x + day / 10, y] for x, y in _SQUARE]],
                            },
                        }
                    ],
                }
            )
            for day in (8, 9, 12)
        },
    }
    for name in sorted(made, reverse=backwards):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made[name], "utf-8", newline="\n")


def write_everything(source: Path, out: Path, *, resume: bool = False) -> None:
    """Write the war in every format, answers to every question, and what is imported."""
    timeline = geofront.read(source / "war")
    write_war(timeline, geofront.draw(timeline), out, resume=resume)
    _write_answers(source, out)
    marks = reader("placemarks")(sorted((source / "marks").iterdir()))
    marks.write(out / "placemarks")
    reader("deepstate")([source / "maps"]).write(out / "deepstate")
    write_acled(timeline, out / "acled.csv", inter={"North": 1, "South": 2, "West": 3})
    reader("acled")([out / "acled.csv"]).write(out / "acled")


def write_war(timeline: Timeline, series: Series, out: Path, *, resume: bool = False) -> None:
    """Write maps and tables in every format."""
    small = Options(size=(400, 300), resume=resume)
    geofront.write(series, out / "maps" / "geojson", "geojson", small)
    others = [name for name in FORMATS if name != "geojson"]
    geofront.write(series, out / "maps", ",".join(others), Options(size=(400, 300)))
    geofront.write(series, out / "maps" / "map.kmz")
    geofront.write(series, out / "maps" / "charts.svg", "charts")
    for form in TABLES:
        geofront.write_timeline(timeline, out / "tables" / form, form)
    write_timemap(timeline, out / "timemap")


def _write_answers(source: Path, out: Path) -> None:
    """Write what the commands print."""
    war, text = str(source / "war"), source / "text.txt"
    asked = {
        "stats.csv": ["stats", war],
        "stats.json": ["stats", war, "--format", "json"],
        "status.json": ["status", war, "--on", "2020-01-04", "--format", "json"],
        "status.txt": ["status", war, "--on", "2020-01-04"],
        "explain.json": ["explain", war, "bir", "--on", "2020-01-06", "--format", "json"],
        "audit.json": ["audit", war, "--format", "json"],
        "resolve.json": ["resolve", "Tadmor", "al-Bab", "Kafr Nabl", "--format", "json"],
        "scan.json": ["scan", str(text), "--format", "json"],
        "compare.json": ["compare", war, "best-evidence", "by-source:one", "--format", "json"],
    }
    for name, arguments in asked.items():
        said = StringIO()
        with redirect_stdout(said), suppress(SystemExit):  # 0, or 1 where an audit finds faults
            geofront_command(arguments)
        (out / name).write_text(said.getvalue(), "utf-8", newline="\n")


def _main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("source", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--dataset")
    parser.add_argument("--days", type=int, default=10)
    asked = parser.parse_args()
    locale.setlocale(locale.LC_ALL, "")  # as programs do that embed Python
    if asked.dataset:
        timeline = geofront.read(asked.dataset)
        first = timeline.start
        series = geofront.draw(timeline, start=first, end=first + timedelta(days=asked.days - 1))
        write_war(timeline, series, asked.out, resume=asked.resume)
    else:
        write_everything(asked.source, asked.out, resume=asked.resume)


if __name__ == "__main__":
    _main()
