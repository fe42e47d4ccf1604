"""What `kills.py` kills: commands with an earlier outcome and the one that they are to have."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geofront.events.timeline import Timeline

__all__ = ["FILE", "POSTGRES", "Scene", "scenes"]

FILE, POSTGRES = "file", "postgres"
_DAYS = ("--from", "2016-12-08", "--to", "2016-12-10")
_WAR = "palmyra-2016"
_TIMES = {"recorded_at", "superseded_at", "installed_at", "during", "fid", "last_change"}
_OURS = ("actors", "sources", "places", "events", "areas", "frontlines", "statuses", "maps")


@dataclass(frozen=True)
class Scene:
    """A command: what its earlier run, the run that is killed, and the next one are told.

    `store` is empty, or the kind of the store that is loaded. The files of a run that belong
    `together` must not be read when they are of two runs. `name_of_file` is that of the output;
    empty where it is a folder.
    """

    name: str
    command: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    again: tuple[str, ...]
    store: str = ""
    together: bool = False
    name_of_file: str = ""

    def arguments(self, options: Sequence[str], out: Path) -> list[str]:
        """Return the words of a command that writes to `out`."""
        if self.store == POSTGRES:
            where = ["--into", os.environ["GEOFRONT_POSTGRES_URL"], "--schema", _schema(out)]
        elif self.store:
            where = ["--into", str(out / "store.gpkg")]
        else:
            where = ["-o", str(out / self.name_of_file) if self.name_of_file else str(out)]
        return [self.command, *options, *where]

    def clear(self, out: Path) -> None:
        """Remove what was written to `out`."""
        shutil.rmtree(out, ignore_errors=True)
        if self.store == POSTGRES:
            with _postgres() as connection:
                connection.execute(f'DROP SCHEMA IF EXISTS "{_schema(out)}" CASCADE')

    def content(self, out: Path) -> dict[str, bytes]:
        """Return the files by name, or the rows of each table of a store but their moments."""
        if self.store == POSTGRES:
            return _rows_of_postgres(_schema(out))
        if self.store:
            return _rows_of_file(out / "store.gpkg")
        return {name: (out / name).read_bytes() for name in _names(out) if not _is_hidden(name)}

    def hidden(self, out: Path) -> list[str]:
        """Return what lies there beside the files that were asked for."""
        if self.store:
            return [name for name in _names(out) if name != "store.gpkg"]
        return [name for name in _names(out) if _is_hidden(name)]

    def whole(self, out: Path) -> None:
        """Read every file that an undisturbed run wrote, so that equal ones are whole as well."""
        for name in _names(out):
            _parse(out / name)

    def refused(self, out: Path) -> bool:
        """Return whether what lies there is refused when it is read."""
        told = ["stats", str(out)]
        quiet = subprocess.DEVNULL
        ran = subprocess.run(
            [sys.executable, "-m", "geofront", *told], check=False, stdout=quiet, stderr=quiet
        )
        return ran.returncode == 1


def _schema(out: Path) -> str:
    return f"kills_{hashlib.sha256(str(out).encode()).hexdigest()[:12]}"


def _names(out: Path) -> list[str]:
    """Return files below a folder, and folders that are empty and hidden."""
    found = (p for p in sorted(out.rglob("*")) if p.is_file() or p.name.startswith("."))
    return [path.relative_to(out).as_posix() for path in found]


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") for part in Path(name).parts)


# --- stores ---------------------------------------------------------------------------------------


def _postgres() -> Any:  # noqa: ANN401 - psycopg may be missing
    import psycopg

    return psycopg.connect(os.environ["GEOFRONT_POSTGRES_URL"], autocommit=True)


def _rows_of_postgres(schema: str) -> dict[str, bytes]:
    with _postgres() as connection:
        made = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s", (schema,)
        ).fetchall()
        rows = {}
        for (table,) in made:
            cursor = connection.execute(f'SELECT * FROM "{schema}"."{table}"')  # noqa: S608
            rows[table] = _told([c.name for c in cursor.description], cursor.fetchall())
    return _filled(rows)


def _rows_of_file(path: Path) -> dict[str, bytes]:
    if not path.is_file():
        return {}
    with closing(sqlite3.connect(path)) as connection:
        (sound,) = connection.execute("PRAGMA integrity_check").fetchone()
        if sound != "ok":
            return {"damaged": sound.encode()}
        made = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        rows = {}
        for (table,) in made:
            if table.startswith(("rtree_", "sqlite_")):
                continue  # of the index, whose pages may differ
            cursor = connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - its own names
            rows[table] = _told([c[0] for c in cursor.description], cursor.fetchall())
    return _filled(rows)


def _told(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    kept = [i for i, column in enumerate(columns) if column not in _TIMES]
    return "\n".join(sorted(repr([row[i] for i in kept]) for row in rows)).encode()


def _filled(rows: dict[str, bytes]) -> dict[str, bytes]:
    """Leave out empty tables, and nothing but tables: they are made before the load."""
    filled = {table: data for table, data in rows.items() if data}
    loaded = any(table in filled for table in _OURS)
    return filled if loaded else {}


# --- whether files are whole ----------------------------------------------------------------------


def _parse(path: Path) -> None:
    suffix = path.suffix
    if suffix in {".geojson", ".json", ".topojson"}:
        json.loads(path.read_bytes())
    elif suffix in {".gpkg", ".shp", ".fgb", ".kml"}:
        import pyogrio

        for name, _ in pyogrio.list_layers(path):
            pyogrio.raw.read(path, layer=name)
    elif suffix in {".png", ".gif"}:
        _parse_picture(path)
    elif suffix == ".mp4":
        import av

        with av.open(str(path)) as film:
            assert sum(1 for _ in film.decode(video=0))
    else:
        _parse_end(path)


def _parse_picture(path: Path) -> None:
    from PIL import Image, ImageSequence

    with Image.open(path) as picture:
        for frame in ImageSequence.Iterator(picture):
            frame.load()


def _parse_end(path: Path) -> None:
    ends = {".html": b"</html>", ".svg": b"</svg>", ".pdf": b"%%EOF", ".parquet": b"PAR1"}
    data = path.read_bytes()
    assert data.rstrip().endswith(ends.get(path.suffix, b"")), path
    if path.suffix == ".kmz":
        assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None


# --- the scenes -----------------------------------------------------------------------------------


def scenes(work: Path) -> list[Scene]:
    """Return what is killed, with the files that are read written to a folder."""
    return [*_maps(), *_imports(work / "inputs"), *_stores(work / "inputs")]


def _maps() -> Iterator[Scene]:
    former, latter = (_WAR, *_DAYS, "--reach-km", "20"), (_WAR, *_DAYS)
    for name in ("geojson", "fgb", "shp", "parquet", "kepler"):
        made = (*latter, "--format", name)
        again = (*made, "--resume") if name == "geojson" else made
        yield Scene(name, "map", (*former, "--format", name), made, again)
    for name in ("html", "gpkg", "kml", "topojson", "png", "svg", "pdf", "gif", "mp4"):
        yield Scene(name, "map", former, latter, latter, name_of_file=f"map.{name}")
    for name in ("multiples", "charts"):
        told, file = ("--format", name), f"{name}.png"
        made = (*latter, *told)
        yield Scene(name, "map", (*former, *told), made, made, name_of_file=file)
    several = ("--format", "geojson,html,gpkg,shp,kml,topojson,png,gif,mp4")
    made = (*latter, *several)
    yield Scene("several at once", "map", (*former, *several), made, (*made, "--resume"))


def _imports(inputs: Path) -> Iterator[Scene]:
    import geofront
    from geofront.adapters.acled import write_acled
    from geofront.adapters.timemap import write_timemap

    war = geofront.read(_WAR)
    for turn, timeline in (("before", _shortened(war)), ("after", war)):
        folder = inputs / turn
        folder.mkdir(parents=True)
        types = {actor.id: "Rebel group" for actor in war.actors}
        write_acled(timeline, folder / "acled.csv", inter=types)
        write_timemap(timeline, folder / "timemap")
        _write_placemarks(timeline, folder / "placemarks.geojson")
        _write_geoconfirmed(timeline, folder / "geoconfirmed.csv")
        _write_daily_maps(folder / "maps", 36.0 if turn == "before" else 37.0)
    for name, file in (
        ("acled", "acled.csv"),
        ("timemap", "timemap"),
        ("placemarks", "placemarks.geojson"),
        ("geoconfirmed", "geoconfirmed.csv"),
        ("deepstate", "maps"),
    ):
        before, after = ((name, str(inputs / turn / file)) for turn in ("before", "after"))
        yield Scene(name, "import", before, after, after, together=True)


def _stores(inputs: Path) -> Iterator[Scene]:
    before, after = inputs / "shorter", inputs / "longer"
    import geofront
    from geofront.events.writer import write_timeline

    war = geofront.read(_WAR)
    write_timeline(_shortened(war), before)
    write_timeline(war, after)
    told = ("--conflict", "war", "--replace", *_DAYS)
    kinds = [FILE, *([POSTGRES] if os.environ.get("GEOFRONT_POSTGRES_URL") else [])]
    for kind in kinds:
        former, latter = (str(before), *told, "--reach-km", "20"), (str(after), *told)
        name = f"store in {'a GeoPackage' if kind == FILE else 'PostGIS'}"
        yield Scene(name, "store", former, latter, latter, store=kind, together=True)


def _shortened(timeline: Timeline) -> Timeline:
    """Return a timeline of two thirds of its events, none of which corrects another."""
    events = [e for e in timeline.events if not e.corrects]
    return replace(timeline, events=tuple(events[: len(events) * 2 // 3]))


def _write_placemarks(timeline: Timeline, path: Path) -> None:
    features = []
    for event in timeline.events:
        place = timeline.places[event.place_id]
        told = {"name": place.name, "date": event.date.text, "kind": str(event.kind)}
        told["actor"] = "|".join(event.actors)
        point = {"type": "Point", "coordinates": [place.position.lon, place.position.lat]}
        features.append({"type": "Feature", "properties": told, "geometry": point})
    _write_features(path, features)


def _write_geoconfirmed(timeline: Timeline, path: Path) -> None:
    lines = ["Date;Name;Faction;Latitude;Longitude;Description;Source;Id"]
    for event in timeline.events:
        at = timeline.places[event.place_id].position
        told = f"{event.day};{event.day};{event.actors[0] if event.actors else 'Nobody'}"
        lines.append(f"{told};{at.lat};{at.lon};strike on a truck;https://x.example/1;{event.id}")
    path.write_text("\r\n".join(lines), "utf-8")


def _write_daily_maps(folder: Path, west: float) -> None:
    folder.mkdir()
    for day in range(1, 6):
        ring = [(0.0, 0.0), (1.0, 0.0), (1.0, 1 + day / 10), (0.0, 1.0), (0.0, 0.0)]
        square = {"type": "Polygon", "coordinates": [[[west + x, 48 + y] for x, y in ring]]}
        feature = {"type": "Feature", "properties": {}, "geometry": square}
        _write_features(folder / f"deepstatemap_data_2024070{day}.geojson", [feature])


def _write_features(path: Path, features: list[dict[str, Any]]) -> None:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
