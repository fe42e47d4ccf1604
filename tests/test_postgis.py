"""The store of a team, in PostgreSQL with PostGIS and in a GeoPackage.

The tests of PostGIS use the server of GEOFRONT_POSTGRES_URL, or start one of their own with
``.ci/postgres`` where PostgreSQL is installed.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import sqlite3
import subprocess
import tempfile
import uuid
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("psycopg")

import pyogrio
import shapely
from hypothesis import HealthCheck, given, settings
from sqlalchemy import func, make_url, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.schema import DropSchema
from storewriters import engine_of, kill_at, killed_later, opened, shortened, write_in_turn
from test_formats import assert_same, timelines
from worlds import write_world

import geofront
from geofront.adapters.database import stores
from geofront.adapters.database.reading import stored_conflicts
from geofront.adapters.database.tables import DRAWN, STATED
from geofront.adapters.database.versions import standing_rows
from geofront.cli import main
from geofront.errors import DataFaultsError, DateError, UnknownNameError
from geofront.events.actor import Actors
from geofront.render.gis import interval_frames, write_gpkg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geofront.adapters.database.door import Store
    from geofront.adapters.database.stores import Loaded
    from geofront.control.series import Series
    from geofront.events.timeline import Timeline

SCRIPT = Path(__file__).parents[1] / ".ci" / "postgres"
INSTALLED = any(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")) and any(
    Path("/usr/share/postgresql").glob("*/extension/postgis.control")
)
PROCESSES: Any = multiprocessing.get_context("forkserver" if os.name == "posix" else "spawn")
PROCESSES.set_forkserver_preload(
    [
        *("geofront.datasets", "geofront.adapters.database.stores", "psycopg"),
        *("geofront.adapters.database.door", "sqlalchemy.dialects.postgresql.psycopg"),
    ]
)
LONG_S = 120
MOMENTS = 20


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a database with PostGIS."""
    if url := os.environ.get("GEOFRONT_POSTGRES_URL"):
        yield url
        return
    if not (INSTALLED and SCRIPT.is_file()):
        pytest.skip(
            "there is no PostgreSQL with PostGIS here; install it, or set GEOFRONT_POSTGRES_URL"
        )
    with tempfile.TemporaryDirectory(prefix="geofront-postgres.", dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        cluster = f"{folder}/cluster"
        done = subprocess.run(
            [SCRIPT, "start", cluster], check=True, capture_output=True, text=True
        )
        yield done.stdout.split("'")[1]
        subprocess.run([SCRIPT, "stop", cluster], check=True)


@dataclass(frozen=True)
class Place:
    """Where a test stores: an address and a schema, or a file."""

    url: str
    schema: str = ""

    @property
    def is_file(self) -> bool:
        return self.url.endswith(".gpkg")

    def to(self, what: Timeline | Series, **options: Any) -> Loaded:
        if self.is_file:
            return geofront.to_geopackage(what, self.url, **options)
        return geofront.to_postgis(what, self.url, schema=self.schema, **options)

    def read(self, conflict: str | None = None, **options: Any) -> Timeline:
        if self.is_file:
            return geofront.from_geopackage(self.url, conflict, **options)
        return geofront.from_postgis(self.url, conflict, schema=self.schema, **options)

    @property
    def store(self) -> Store:
        return opened(self.url, self.schema)

    def rows(self, table: str) -> list[dict[str, Any]]:
        with self.store.reading() as connection:
            made = self.store.tables
            tables = {t.name: t for t in made.metadata.tables.values()}
            query = select(tables[table]).order_by(*tables[table].primary_key.columns)
            return [dict(row) for row in connection.execute(query).mappings()]

    def counts(self) -> dict[str, int]:
        names = [*STATED, *DRAWN, "maps", "conflicts", "loads"]
        names += [f"{name}_history" for name in (*STATED, *DRAWN, "maps", "conflicts")]
        names += ["event_actors", "event_sources", "event_corrections"]
        made = {t.name: t for t in self.store.tables.metadata.tables.values()}
        with self.store.reading() as connection:
            return {
                name: connection.scalar(select(func.count()).select_from(made[name])) or 0
                for name in names
            }


@pytest.fixture
def postgis(server: str) -> Iterator[Place]:
    schema = f"test_{uuid.uuid4().hex[:12]}"
    yield Place(server, schema)
    with engine_of(server).begin() as connection:
        connection.execute(DropSchema(schema, cascade=True, if_exists=True))


@pytest.fixture
def geopackage(tmp_path: Path) -> Place:
    return Place(str(tmp_path / "store.gpkg"))


@pytest.fixture(params=["postgis", "geopackage"])
def place(request: pytest.FixtureRequest) -> Place:
    found: Place = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def palmyra() -> Timeline:
    return geofront.read("palmyra-2016")


@pytest.fixture(scope="module")
def year(palmyra: Timeline) -> Series:
    return geofront.draw(palmyra, start="2016-03-01", end="2017-02-28")


def edited(timeline: Timeline, event_id: str, **changes: Any) -> Timeline:
    events = tuple(replace(e, **changes) if e.id == event_id else e for e in timeline.events)
    return replace(timeline, events=events)


# --- what is stored is what is read --------------------------------------------------------------


@pytest.mark.parametrize("name", geofront.dataset_names())
def test_the_datasets_survive(place: Place, name: str) -> None:
    timeline = geofront.read(name)
    place.to(timeline)
    assert_same(place.read(), timeline)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(timeline=timelines())
def test_any_timeline_survives(place: Place, timeline: Timeline) -> None:
    place.to(timeline, conflict="any", replacing=True)
    assert_same(place.read("any"), timeline)
    assert place.to(timeline, conflict="any").recorded_at is None


def test_a_lone_table_and_shipped_gazetteers_survive(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text("date,place,kind,actor\n2016-12-08,4 km W of Palmyra,hold,North\n", "utf-8")
    timeline = geofront.read(file)
    place.to(timeline, conflict="lone")
    found = place.read("lone")
    assert_same(found, timeline)
    assert len(list(found.gazetteer)) > 3000


def test_names_are_names_and_never_sql(server: str, tmp_path: Path) -> None:
    bad = "x'; DROP TABLE events; --\" % %s :name {}"
    timeline = geofront.read(write_world(tmp_path / "world"))
    timeline = edited(timeline, "e4", note=bad)
    series = geofront.draw(timeline)
    schema = 'we"ird %s :schema'
    target = Place(server, schema)
    try:
        target.to(series, conflict=bad, map_name=bad)
        assert_same(target.read(bad), timeline)
        assert stored_conflicts(server, schema=schema) == {bad: timeline.title}
        assert {row["map"] for row in target.rows("areas")} == {bad}
    finally:
        with engine_of(server).begin() as connection:
            connection.execute(DropSchema(schema, cascade=True, if_exists=True))


# --- both clocks ---------------------------------------------------------------------------------


def test_a_load_again_stores_nothing_twice(place: Place, year: Series) -> None:
    first = place.to(year, conflict="war")
    assert first.recorded_at is not None
    assert first.added["events"] == len(year.timeline.events)
    assert not first.changed
    assert not first.removed
    before = place.counts()
    again = place.to(year, conflict="war")
    assert (again.recorded_at, again.added, again.changed, again.removed) == (None, {}, {}, {})
    assert str(again) == "war: nothing new"
    assert place.counts() == before
    assert before["loads"] == 1
    assert all(not count for name, count in before.items() if name.endswith("_history"))


def test_a_changed_row_leaves_its_former_version(place: Place, palmyra: Timeline) -> None:
    event = palmyra.events[7]
    later = edited(palmyra, event.id, note="now known better", actors=("isil",), from_actors=())
    first = place.to(palmyra, conflict="war").recorded_at
    loaded = place.to(later, conflict="war")
    second = loaded.recorded_at
    assert first is not None
    assert second is not None
    assert first < second
    assert (loaded.added, loaded.changed, loaded.removed) == ({}, {"events": 1}, {})
    (former,) = place.rows("events_history")
    assert (former["id"], former["note"]) == (event.id, event.note or None)
    assert (former["recorded_at"], former["superseded_at"]) == (first, second)
    (row,) = (row for row in place.rows("events") if row["id"] == event.id)
    assert (row["note"], row["recorded_at"]) == ("now known better", second)
    links = [r["actor"] for r in place.rows("event_actors") if r["event"] == event.id]
    assert links == ["isil", *event.claimed_by]
    assert_same(place.read("war"), later)
    assert_same(place.read("war", stored_at=second), later)
    assert_same(place.read("war", stored_at=first), palmyra)
    assert_same(place.read("war", stored_at=(second - timedelta(microseconds=1))), palmyra)
    with pytest.raises(UnknownNameError):
        place.read("war", stored_at=first - timedelta(microseconds=1))


def test_history_goes_on_forever(place: Place, palmyra: Timeline) -> None:
    moments = []
    for turn in range(5):
        version = edited(palmyra, palmyra.events[0].id, note=f"version {turn % 3}")
        moments.append((place.to(version, conflict="war").recorded_at, version))
    for moment, version in moments:
        assert_same(place.read("war", stored_at=moment), version)
    assert len(place.rows("events_history")) == 4
    assert sorted(m for m, _ in moments if m) == [m for m, _ in moments]


def test_what_others_stored_stays_unless_it_is_to_be_replaced(
    place: Place, palmyra: Timeline
) -> None:
    part = shortened(palmyra, slice(0, 100))
    first = place.to(palmyra, conflict="war").recorded_at
    assert place.to(part, conflict="war").recorded_at is None
    assert_same(place.read("war"), palmyra)
    loaded = place.to(part, conflict="war", replacing=True)
    assert loaded.removed["events"] == len(palmyra.events) - len(part.events)
    found = place.read("war")
    assert [e.id for e in found.events] == [e.id for e in part.events]
    assert set(found.places) == set(part.places)
    assert set(found.sources) == set(part.sources)
    assert_same(place.read("war", stored_at=first), palmyra)
    place.to(palmyra, conflict="war")
    assert_same(place.read("war"), palmyra)
    assert len({r["event"] for r in place.rows("event_sources")}) == len(palmyra.events)


def test_a_clock_that_is_set_back_does_not_turn_history_round(
    geopackage: Place, palmyra: Timeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = type(geopackage.store.kind)
    clocks = iter([datetime(2030, 1, 1, tzinfo=UTC), *[datetime(2020, 1, 1, tzinfo=UTC)] * 9])
    monkeypatch.setattr(kind, "clock", lambda *_: next(clocks))
    installed_and_first = geopackage.to(palmyra, conflict="war").recorded_at
    assert installed_and_first == datetime(2020, 1, 1, tzinfo=UTC)
    second = geopackage.to(edited(palmyra, palmyra.events[0].id, note="x"), conflict="war")
    assert second.recorded_at == datetime(2020, 1, 1, 0, 0, 0, 1000, tzinfo=UTC)


def test_known_on_leaves_out_what_came_later(place: Place, palmyra: Timeline) -> None:
    place.to(palmyra, conflict="war")
    day = date(2016, 12, 11)
    found = place.read("war", known_on="2016-12-11")
    wanted = [e.id for e in palmyra.events if e.known_on <= day]
    assert 0 < len(wanted) < len(palmyra.events)
    assert [e.id for e in found.events] == wanted
    assert [r["id"] for r in place.rows("events") if r["known"] <= day] == wanted
    one, other = geofront.replay(found), geofront.replay(palmyra, known_on=day)
    for when in (date(2016, 12, 8), day):
        statuses = [{s.place.id: s.label for s in h.statuses(when)} for h in (one, other)]
        assert all(statuses[1][key] == label for key, label in statuses[0].items())
    with pytest.raises(DataFaultsError, match="holds nothing that was known on 1900-01-01"):
        place.read("war", known_on="1900-01-01")


def test_several_conflicts_and_maps_stand_beside_each_other(
    place: Place, palmyra: Timeline, tmp_path: Path
) -> None:
    world = geofront.read(write_world(tmp_path / "world"))
    span: Any = {"start": "2016-12-08", "end": "2016-12-14"}
    place.to(geofront.draw(palmyra, **span), conflict="palmyra")
    place.to(geofront.draw(palmyra, policy="latest-report", **span), map_name="latest")
    latest = "palmyra-offensive-december-2016"
    place.to(
        geofront.draw(palmyra, policy="latest-report", **span), conflict="palmyra", map_name="b"
    )
    place.to(world, conflict="world")
    where = place.url
    found = stored_conflicts(where, schema=place.schema)
    assert found == {"palmyra": palmyra.title, latest: palmyra.title, "world": "world"}
    assert_same(place.read("palmyra"), palmyra)
    assert_same(place.read("world"), world)
    maps = {(r["conflict"], r["id"]): r["policy"] for r in place.rows("maps")}
    assert maps == {
        ("palmyra", "map"): "best-evidence",
        ("palmyra", "b"): "latest-report",
        (latest, "latest"): "latest-report",
    }
    with pytest.raises(UnknownNameError, match="unknown conflict"):
        place.read()
    with pytest.raises(UnknownNameError, match="did you mean 'palmyra'"):
        place.read("palmyr")


def test_a_map_drawn_anew_leaves_the_former_one(place: Place, tmp_path: Path) -> None:
    world = geofront.read(write_world(tmp_path / "world"))
    first = place.to(geofront.draw(world), conflict="war").recorded_at
    before = place.rows("areas")
    changed = place.to(
        geofront.draw(edited(world, "e4", date=world.events[4].date)), conflict="war"
    )
    assert changed.changed["events"] == 1
    assert changed.removed["areas"] > 0
    now = place.rows("areas")
    assert {r["id"] for r in now} != {r["id"] for r in before}
    pair = place.store.tables.versioned["areas"]
    with place.store.reading() as connection:
        scope = {"conflict": "war", "map": "map"}
        then = list(standing_rows(connection, pair, scope=scope, at=first))
    said = ("id", "start", "end", "status", "actor", "geom", "area_km2")
    assert [[r[c] for c in said] for r in then] == [[r[c] for c in said] for r in before]


# --- the map by SQL ------------------------------------------------------------------------------

AREAS_ON = """
    SELECT status, actor, contested_by, area_km2, ST_AsBinary(geom) AS shape,
           ST_Area(geom::geography) / 1e6 AS measured
    FROM {schema}.areas WHERE conflict = :conflict AND map = 'map' AND during @> CAST(:day AS date)
"""
FRONTS_ON = """
    SELECT actors, contested, length_km, ST_AsBinary(geom) AS shape
    FROM {schema}.frontlines WHERE conflict = :conflict AND during @> CAST(:day AS date)
"""
STATUSES_ON = """
    SELECT place_id, status, actor FROM {schema}.statuses
    WHERE conflict = :conflict AND during @> CAST(:day AS date) ORDER BY place_id
"""


@pytest.mark.parametrize("name", ["palmyra-2016", "al-bab-2016"])
def test_the_areas_of_every_day_of_a_year_by_sql_are_those_of_the_library(
    postgis: Place, name: str
) -> None:
    timeline = geofront.read(name)
    series = geofront.draw(timeline, start="2016-03-01", end="2017-02-28")
    postgis.to(series, conflict="war")
    assert len(series) == 365
    queries = [text(q.format(schema=postgis.schema)) for q in (AREAS_ON, FRONTS_ON, STATUSES_ON)]
    with engine_of(postgis.url).connect() as connection:
        for snapshot in series:
            given = {"conflict": "war", "day": snapshot.day}
            areas, fronts, statuses = (connection.execute(q, given).all() for q in queries)
            compare_areas(areas, snapshot.areas)
            lines = snapshot.frontlines
            assert sorted((r.contested, round(r.length_km, 3)) for r in fronts) == sorted(
                (bool(c), round(km, 3))
                for c, km in zip(lines["contested"], lines["length_km"], strict=True)
            )
            assert [tuple(row) for row in statuses] == [
                (s.place.id, s.status, s.holder) for s in snapshot.statuses
            ]


def compare_areas(rows: Any, frame: Any) -> None:
    def key(status: str, actor: Any, by: Any) -> tuple[str, str, str]:
        return (status, str(actor or ""), by if isinstance(by, str) else "|".join(by or ()))

    found = {key(r.status, r.actor, r.contested_by): r for r in rows}
    assert len(found) == len(rows)
    wanted = {
        key(row.status, row.actor, row.contested_by): row
        for row in frame.astype(object).where(frame.notna(), None).itertuples()
    }
    assert found.keys() == wanted.keys()
    for label, row in found.items():
        assert row.area_km2 == pytest.approx(wanted[label].area_km2, abs=0.001)
        assert row.measured == pytest.approx(row.area_km2, rel=1e-3, abs=0.01)
        shape = shapely.from_wkb(bytes(row.shape))
        assert shapely.equals(shape, wanted[label].geometry)


def test_the_tables_of_a_map_have_the_columns_of_its_layers(geopackage: Place) -> None:
    frames = interval_frames(geofront.draw(geofront.read("palmyra-2016"), end="2016-12-12"))
    made = geopackage.store.tables
    for layer, table in (("areas", "areas"), ("frontlines", "frontlines"), ("places", "statuses")):
        own = {"fid", "conflict", "map", "id", "geom", "position", "digest", "recorded_at"}
        columns = [c.name for c in made.versioned[table].now.c if c.name not in own]
        # The licence of a place stands in the table of places.
        assert columns == [c for c in frames[layer].columns if c not in {"geometry", "licence"}]


def test_there_are_indexes_on_shapes_and_on_time(postgis: Place, year: Series) -> None:
    postgis.to(year, conflict="war")
    with engine_of(postgis.url).connect() as connection:
        query = text("SELECT indexdef FROM pg_indexes WHERE schemaname = :schema")
        made = " ".join(connection.scalars(query, {"schema": postgis.schema}))
        for table in ("areas", "frontlines", "statuses", "events"):
            for column in ("geom", "during"):
                assert (
                    f"{table}_by_{column} ON {postgis.schema}.{table} USING gist ({column})" in made
                )
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        for where in ("during @> DATE '2016-12-11'", "geom && ST_MakePoint(38.28, 34.56)"):
            plan = "\n".join(
                connection.scalars(
                    text(f"EXPLAIN SELECT 1 FROM {postgis.schema}.areas WHERE {where}")  # noqa: S608
                )
            )
            assert re.search("Index (Only )?Scan", plan)
        query = text(
            "SELECT f_table_name, type, srid FROM geometry_columns WHERE f_table_schema = :schema"
        )
        types = {
            row[0]: tuple(row[1:]) for row in connection.execute(query, {"schema": postgis.schema})
        }
    assert types["areas"] == ("MULTIPOLYGON", 4326)
    assert types["frontlines"] == ("MULTILINESTRING", 4326)
    assert types["places"] == types["statuses"] == ("POINT", 4326)


def test_the_database_keeps_references_and_types(postgis: Place, palmyra: Timeline) -> None:
    postgis.to(palmyra, conflict="war")
    engine = engine_of(postgis.url)
    schema = postgis.schema
    for statement in (
        f"UPDATE {schema}.events SET place = 'nowhere' WHERE id = :id",  # noqa: S608
        f"UPDATE {schema}.event_actors SET actor = 'nobody' WHERE event = :id",  # noqa: S608
        f"UPDATE {schema}.event_sources SET source = 'none' WHERE event = :id",  # noqa: S608
        f"INSERT INTO {schema}.events SELECT * FROM {schema}.events WHERE id = :id",  # noqa: S608
    ):
        with (
            pytest.raises((IntegrityError, ProgrammingError)),
            engine.begin() as connection,
        ):
            connection.execute(text(statement), {"id": palmyra.events[0].id})
    with engine.connect() as connection:
        query = text(
            "SELECT column_name, udt_name FROM information_schema.columns"
            " WHERE table_schema = :schema AND table_name = 'events'"
        )
        kinds = {row[0]: row[1] for row in connection.execute(query, {"schema": schema})}
    assert kinds["date"] == "text"
    assert kinds["day"] == kinds["reported"] == kinds["first"] == "date"
    assert kinds["during"] == "daterange"
    assert kinds["time"] == "time"
    assert kinds["recorded_at"] == "timestamptz"
    assert kinds["extra"] == "jsonb"
    assert kinds["geom"] == "geometry"


# --- several writers, and writers that die -------------------------------------------------------


def test_two_writers_at_once_lose_nothing(place: Place, palmyra: Timeline) -> None:
    rounds = 8
    ready, go = PROCESSES.Semaphore(0), PROCESSES.Event()
    writers = [
        PROCESSES.Process(
            target=write_in_turn, args=(place.url, place.schema, name, rounds, (ready, go))
        )
        for name in ("one", "two")
    ]
    for writer in writers:
        writer.start()
    for _ in writers:
        assert ready.acquire(timeout=LONG_S)
    go.set()  # so that even the tables are made by both at once
    for writer in writers:
        writer.join(LONG_S)
    assert [writer.exitcode for writer in writers] == [0, 0]
    shared = palmyra.events[len(palmyra.events) // 2].id
    found = place.read("war")
    assert [e.id for e in found.events] == [e.id for e in palmyra.events]
    versions = [
        row
        for name in ("events", "events_history")
        for row in place.rows(name)
        if row["id"] == shared
    ]
    notes = Counter(row["note"] for row in versions)
    assert notes == Counter(f"{name} {turn}" for name in ("one", "two") for turn in range(rounds))
    moments = sorted((r["recorded_at"], r.get("superseded_at")) for r in versions)
    assert all(one[1] == other[0] for one, other in pairwise(moments))
    others = [r for r in place.rows("events_history") if r["id"] != shared]
    assert others == []
    assert place.counts()["event_sources"] == sum(len(e.sources) for e in palmyra.events)


@pytest.fixture
def two_states(place: Place, palmyra: Timeline, tmp_path: Path) -> tuple[Timeline, Timeline, Path]:
    """A store that holds one version of a conflict, and a folder with another."""
    part = shortened(palmyra, slice(0, 200))
    folder = tmp_path / "later"
    later = shortened(edited(palmyra, palmyra.events[150].id, note="changed"), slice(100, None))
    geofront.write_timeline(later, folder)
    place.to(part, conflict="war")
    return part, geofront.read(folder), folder


def run_and_kill(place: Place, folder: Path, statement: int) -> int | None:
    writer = PROCESSES.Process(target=kill_at, args=(place.url, place.schema, folder, statement))
    writer.start()
    writer.join(LONG_S)
    code: int | None = writer.exitcode
    return code


def is_same(found: Timeline, wanted: Timeline) -> bool:
    try:
        assert_same(found, wanted)
    except AssertionError:
        return False
    return True


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system can't kill so")
def test_a_writer_killed_between_two_statements_leaves_the_former_state(
    place: Place, two_states: tuple[Timeline, Timeline, Path]
) -> None:
    former, later, folder = two_states
    before = place.counts()
    killed = 0
    while run_and_kill(place, folder, killed) == -signal.SIGKILL:
        assert_same(place.read("war"), former)
        assert place.counts() == before
        killed += 1
    assert killed >= MOMENTS
    assert_same(place.read("war"), later)
    assert_same(place.read("war", stored_at=place.rows("loads")[0]["recorded_at"]), former)
    assert place.counts()["loads"] == 2


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system can't kill so")
def test_a_writer_killed_at_any_time_leaves_one_state_or_the_other(
    place: Place, two_states: tuple[Timeline, Timeline, Path]
) -> None:
    former, later, folder = two_states
    first = place.rows("loads")[0]["recorded_at"]
    for moment in range(MOMENTS):
        begun = PROCESSES.Event()
        writer = PROCESSES.Process(
            target=killed_later, args=(place.url, place.schema, folder, begun)
        )
        writer.start()
        assert begun.wait(LONG_S)
        writer.join(0.012 * moment)
        writer.kill()
        writer.join(LONG_S)
        found = place.read("war")
        if is_same(found, later):
            place.to(former, conflict="war", replacing=True)
        else:
            assert_same(found, former)
        assert_same(place.read("war", stored_at=first), former)
    assert_nothing_is_held(place)


def assert_nothing_is_held(place: Place) -> None:
    """Killed writers hold no lock, and the file is sound."""
    if place.is_file:
        with closing(sqlite3.connect(place.url)) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        return
    query = text("SELECT objid FROM pg_locks WHERE locktype = 'advisory'")
    with engine_of(place.url).connect() as connection:
        assert list(connection.execute(query)) == []


# --- what is refused -----------------------------------------------------------------------------


def test_what_makes_no_sound_conflict_together_is_not_stored(place: Place, tmp_path: Path) -> None:
    one = geofront.read(write_world(tmp_path / "one"))
    other = geofront.read(write_world(tmp_path / "other"))
    alias = [
        replace(a, id="other", name="Other", aliases=("South",)) for a in list(other.actors)[:1]
    ]
    only = replace(
        shortened(other, slice(0, 1)),
        events=(replace(other.events[0], actors=("other",)),),
        actors=Actors(alias),
    )
    place.to(one, conflict="war")
    before = place.counts()
    with pytest.raises(DataFaultsError, match="already means the actor"):
        place.to(only, conflict="war")
    assert place.counts() == before
    assert_same(place.read("war"), one)


def test_ids_that_stand_twice_are_refused(place: Place, palmyra: Timeline) -> None:
    twice = replace(palmyra, events=(*palmyra.events, palmyra.events[0]))
    with pytest.raises(DataFaultsError, match="stands 2 times"):
        place.to(twice)


def test_an_empty_or_missing_store_is_told(place: Place) -> None:
    told = "does not exist" if place.is_file else "holds no conflict yet"
    with pytest.raises(DataFaultsError, match=told):
        place.read()
    assert not Path(place.url).exists()


def test_a_place_with_other_tables_is_left_alone(
    place: Place, palmyra: Timeline, tmp_path: Path
) -> None:
    if place.is_file:
        write_gpkg(geofront.draw(geofront.read(write_world(tmp_path / "w"))), place.url)
        before = Path(place.url).read_bytes()
    else:
        with engine_of(place.url).begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {place.schema}"))
            connection.execute(text(f"CREATE TABLE {place.schema}.events (id int)"))
    for act in (lambda: place.to(palmyra), place.read):
        with pytest.raises(DataFaultsError, match="holds tables that are not geofront's"):
            act()
    if place.is_file:
        assert Path(place.url).read_bytes() == before


def test_tables_of_another_version_are_left_alone(place: Place, palmyra: Timeline) -> None:
    place.to(palmyra)
    store = place.store
    with store.engine.begin() as connection:
        connection.execute(store.tables.version.update().values(version=2))
    for act in (lambda: place.to(palmyra), place.read):
        with pytest.raises(DataFaultsError, match="has tables of version 2"):
            act()


def test_what_is_no_file_of_a_store_is_refused(tmp_path: Path, palmyra: Timeline) -> None:
    file = tmp_path / "x.gpkg"
    file.write_text("not a database, but long enough to be looked at" * 9, "utf-8")
    for act in (
        lambda: geofront.from_geopackage(file),
        lambda: geofront.to_geopackage(palmyra, file),
    ):
        with pytest.raises(DataFaultsError, match="file is not a database"):
            act()
    with pytest.raises(DataFaultsError, match=r"can't be made|unable to open"):
        geofront.to_geopackage(palmyra, file / "below.gpkg")


def test_moments_and_days_are_checked(geopackage: Place, palmyra: Timeline) -> None:
    geopackage.to(palmyra)
    with pytest.raises(DateError, match="is not a moment"):
        geopackage.read(stored_at="yesterday")
    with pytest.raises(DateError, match="is not a day"):
        geopackage.read(known_on="2016-13")
    assert_same(geopackage.read(stored_at="9999-01-01"), palmyra)


SECRET = "s3cr3t-w0rd"  # noqa: S105 - of no one


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://user:{SECRET}@127.0.0.1:1/none",
        f"postgresql://user:{SECRET}@x@127.0.0.1:1/none",
        f"postgresql://user:x/{SECRET}@127.0.0.1:1/none",
        f"postgresql://user:x@{SECRET}/y@127.0.0.1:1/none",
        f"postgresql://127.0.0.1:1/none?password={SECRET}",
        f"postgresql://user:{SECRET}@127.0.0.1:port/none",
        f"mysql://user:{SECRET}@127.0.0.1/none",
        f"postgresql:user:{SECRET}@127.0.0.1/none",
        f"{SECRET}",
    ],
)
def test_no_message_shows_a_password(
    address: str, palmyra: Timeline, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(DataFaultsError) as caught:
        geofront.to_postgis(palmyra, address)
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None
    with pytest.raises(SystemExit) as ended:
        main(["store", "palmyra-2016", "--statements-only", "--into", address])
    assert ended.value.code == 1
    out, err = capsys.readouterr()
    assert SECRET not in out + err


def test_a_wrong_password_is_told_and_not_shown(server: str, palmyra: Timeline) -> None:
    url = make_url(server)
    if not url.password:
        pytest.skip("the server asks for no password")
    wrong = url.set(password=SECRET).render_as_string(hide_password=False)
    with pytest.raises(DataFaultsError, match="password authentication failed") as caught:
        geofront.to_postgis(palmyra, wrong)
    assert SECRET not in str(caught.value)


def test_no_output_shows_where_the_data_were_stored(postgis: Place, palmyra: Timeline) -> None:
    postgis.to(palmyra, conflict="war")
    found = postgis.read("war")
    url = make_url(postgis.url)
    told = repr(geofront.draw(found, end="2016-12-10").provenance) + repr(found.events[0])
    for part in filter(None, (url.password, url.host, str(url.port or ""))):
        assert part not in told
    assert f"{postgis.schema}.events" in told


# --- servers and files ---------------------------------------------------------------------------


def test_an_engine_will_do(postgis: Place, palmyra: Timeline) -> None:
    engine = engine_of(postgis.url)
    geofront.to_postgis(palmyra, engine, schema=postgis.schema)
    assert_same(geofront.from_postgis(engine, schema=postgis.schema), palmyra)


def test_an_engine_that_commits_by_itself_changes_nothing(
    postgis: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = geofront.read(write_world(tmp_path / "world"))
    postgis.to(world, conflict="war")
    before = postgis.counts()

    def fail(*_: object) -> None:
        raise RuntimeError("at the very end")

    engine = engine_of(postgis.url).execution_options(isolation_level="AUTOCOMMIT")
    monkeypatch.setattr(stores._Load, "note", fail)
    changed = edited(world, "e4", note="x")
    with pytest.raises(RuntimeError, match="at the very end"):
        geofront.to_postgis(changed, engine, schema=postgis.schema, conflict="war")
    assert postgis.counts() == before
    assert_same(postgis.read("war"), world)


def test_postgis_may_stand_in_any_schema(server: str, palmyra: Timeline) -> None:
    name = f"test_{uuid.uuid4().hex[:12]}"
    with engine_of(server).connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text(f"CREATE DATABASE {name}"))
        url = make_url(server).set(database=name).render_as_string(hide_password=False)
        try:
            with engine_of(url).begin() as inside:
                inside.execute(text("CREATE SCHEMA elsewhere"))
                inside.execute(text("CREATE EXTENSION postgis SCHEMA elsewhere"))
            geofront.to_postgis(geofront.draw(palmyra), url)
            assert_same(geofront.from_postgis(url), palmyra)
        finally:
            connection.execute(text(f"DROP DATABASE {name}"))


def test_who_may_only_read_can_read_and_nothing_else(postgis: Place, palmyra: Timeline) -> None:
    postgis.to(palmyra, conflict="war")
    role = f"reader_{uuid.uuid4().hex[:8]}"
    url = make_url(postgis.url).set(username=role, password="r")  # noqa: S106 - of this test
    address = url.render_as_string(hide_password=False)
    schema = postgis.schema
    with engine_of(postgis.url).begin() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN PASSWORD 'r'"))
        connection.execute(text(f"GRANT USAGE ON SCHEMA {schema} TO {role}"))
        connection.execute(text(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}"))
    try:
        assert_same(geofront.from_postgis(address, schema=schema), palmyra)
        changed = edited(palmyra, palmyra.events[0].id, note="x")
        with pytest.raises(DataFaultsError, match="permission denied"):
            geofront.to_postgis(changed, address, schema=schema, conflict="war")
        with engine_of(postgis.url).begin() as connection:
            grant_writing(connection, schema, role)
        geofront.to_postgis(geofront.draw(changed), address, schema=schema, conflict="war")
        assert_same(geofront.from_postgis(address, schema=schema), changed)
        with pytest.raises(ProgrammingError), engine_of(address).begin() as connection:
            connection.execute(text(f"DELETE FROM {schema}.events_history"))  # noqa: S608
    finally:
        with engine_of(postgis.url).begin() as connection:
            connection.execute(text(f"DROP OWNED BY {role}"))
            connection.execute(text(f"DROP ROLE {role}"))


def grant_writing(connection: Any, schema: str, role: str) -> None:
    """Let a role store, but not change what is history."""
    query = text("SELECT tablename FROM pg_tables WHERE schemaname = :schema")
    for table in connection.scalars(query, {"schema": schema}).all():
        rights = "INSERT" if table.endswith("_history") else "INSERT, UPDATE, DELETE"
        connection.execute(text(f"GRANT {rights} ON {schema}.{table} TO {role}"))


def test_the_questions_of_the_manual_have_answers(postgis: Place, year: Series) -> None:
    postgis.to(year, conflict="palmyra")
    page = Path(__file__).parents[1] / "docs" / "postgis.md"
    queries = re.findall(r"```sql\n(.+?)```", page.read_text("utf-8"), re.DOTALL)
    assert len(queries) == 5
    answers = []
    with engine_of(postgis.url).connect() as connection:
        for query in queries:
            asked = query.replace("geofront.", f"{postgis.schema}.").replace(
                "2017-01-15", "2999-01-15"
            )
            answers.append(connection.execute(text(asked)).all())
    assert all(answers)
    held = year.snapshot("2016-12-11").areas
    assert Counter(row.status for row in answers[0]) == Counter(held.status)


def test_the_server_of_the_tests_listens_on_loopback_only(server: str) -> None:
    with engine_of(server).connect() as connection:
        listens = connection.scalar(text("SHOW listen_addresses"))
    assert listens in {"127.0.0.1", "localhost", "::1", ""}


def test_gdal_reads_the_geopackage(geopackage: Place, year: Series) -> None:
    geopackage.to(year, conflict="war")
    layers = dict(pyogrio.list_layers(geopackage.url).tolist())
    assert layers["areas"] == "MultiPolygon"
    assert layers["frontlines"] == "MultiLineString"
    assert layers["places"] == "Point"
    assert layers["loads"] is None
    day = year.days[285]
    frame = pyogrio.read_dataframe(
        geopackage.url,
        layer="areas",
        where=f"start <= '{day}' AND \"end\" > '{day}' AND map = 'map'",
    )
    assert frame.crs.to_epsg() == 4326
    wanted = year.snapshot(day).areas
    assert sorted(frame.area_km2.round(2)) == sorted(wanted.area_km2.round(2))
    assert shapely.equals(
        shapely.union_all(frame.geometry.to_numpy()), shapely.union_all(wanted.geometry.to_numpy())
    )
    kinds = pyogrio.read_info(geopackage.url, layer="events")
    types = dict(zip(kinds["fields"], kinds["dtypes"], strict=True))
    assert types["day"].startswith("datetime64[D")
    assert types["recorded_at"].startswith("datetime64[ms")


def test_maps_without_events_are_stored_too(place: Place) -> None:
    maps = {
        "2020-01-01": {"North": shapely.box(37, 33, 38, 34)},
        "2020-01-03": {"North": shapely.box(37, 33, 38.5, 34)},
    }
    series = geofront.series_from_maps(maps)
    place.to(series, conflict="drawn")
    assert {(r["actor"], r["start"]) for r in place.rows("areas") if r["actor"]} >= {
        ("North", date(2020, 1, 1)),
        ("North", date(2020, 1, 3)),
    }
    with pytest.raises(DataFaultsError, match="holds no event of 'drawn', only maps"):
        place.read("drawn")


# --- the command ---------------------------------------------------------------------------------


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str]:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return ended.value.code, capsys.readouterr().out


def test_the_command_stores(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    schema = () if place.is_file else ("--schema", place.schema)
    command = ("store", "palmyra-2016", "--into", place.url, "--conflict", "war", *schema)
    code, out = run(capsys, *command, "--from", "2016-12-08", "--to", "2016-12-12")
    assert code == 0
    assert re.fullmatch(r"war: \d+ added\n", out)
    code, out = run(capsys, *command, "--statements-only")
    assert (code, out) == (0, "war: nothing new\n")
    assert {r["end"] for r in place.rows("maps")} == {date(2016, 12, 12)}
    assert_same(place.read("war"), geofront.read("palmyra-2016"))


def test_the_command_takes_the_store_from_the_environment(
    geopackage: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEOFRONT_STORE", geopackage.url)
    code, _ = run(capsys, "store", "idlib-2020", "--statements-only")
    assert code == 0
    assert_same(geopackage.read(), geofront.read("idlib-2020"))
