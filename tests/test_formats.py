"""Conflicts written and read again, in every format; what is read is what was written."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, time
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest
import shapely
from geojson_pydantic import FeatureCollection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import write_world

import geofront
from geofront.dates import parse_date
from geofront.errors import DataFaultsError
from geofront.events.actor import Actor, Actors
from geofront.events.event import Event, Kind, Standing
from geofront.events.source import RELIABILITIES, Source
from geofront.events.timeline import About, Timeline
from geofront.events.writer import FORMATS, to_frames, write_timeline
from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.place import Place

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "date,place,kind,actor\n"


def values(thing: Any, *without: str) -> dict[str, Any]:
    return {f.name: getattr(thing, f.name) for f in fields(thing) if f.name not in without}


def contents(timeline: Timeline) -> dict[str, Any]:
    """What a timeline says, apart from where it was read."""
    extent = timeline.about.extent
    return {
        "about": values(timeline.about, "extent"),
        "extent": None if extent is None else shapely.normalize(extent),
        "events": [values(event, "file", "row", "standing_assumed") for event in timeline.events],
        "places": {key: values(place) for key, place in timeline.places.items()},
        "actors": [values(actor) for actor in timeline.actors],
        "sources": {key: values(source) for key, source in timeline.sources.items()},
        "further": {p.id: values(p) for p in timeline.gazetteer},
    }


def assert_same(found: Timeline, expected: Timeline) -> None:
    told, wanted = contents(found), contents(expected)
    for key, value in wanted.items():
        assert told[key] == value, key


# --- random timelines -----------------------------------------------------------------------------

_SPICE = ["=1+1", "'=x", "-5", "@home", "+", "a;b", 'say "so"', "a,b", "two\nlines", "a\rb", "\tx"]
_SPICE += [
    "_x0041_",
    "_x000D_",
    "x005F_",
    "\x01",
    "\ufffe",
    "\u2028",
    "#N/A",
    "3.0",
    "true",
    "null",
]
_SPICE += [
    "NaN",
    "2016-12-08",
    "عين",
    "1e5",
    "{}",
    "[1]",
    "'",
    "''=",
    " ",
    "0012",
    "TRUE",
    "=",
    "-",
]
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
TEXTS = st.one_of(st.sampled_from(_SPICE), st.text(CHARACTERS, max_size=8)).map(str.strip)
NAMES = TEXTS.map(lambda text: text.replace("|", "").strip()).filter(bool)
FILLED = TEXTS.filter(bool)
DATES = st.sampled_from(
    [
        "2016-12-08",
        "2016-12",
        "2016",
        "2016-12-08/2016-12-11",
        "../2016-12-23",
        "2016-07-27/..",
        "2016-12-08?",
        "2016-12~",
        "2016-12-08%",
    ]
)
DAYS = st.dates(date(1000, 1, 1), date(9999, 12, 31))
SHAPES = st.sampled_from(
    [
        "",
        "",
        "",
        "POINT (1 2)",
        "LINESTRING (37.6 34.5, 37.2 34.2)",
        "linestring(1 1,2 2)",
        "POLYGON ((0 0, 1 0, 1 1, 0 0))",
        "LINEARRING (0 0, 1 0, 1 1, 0 0)",
        "LINESTRING (0.30000000000000004 1, 2 2)",
        "MULTIPOINT ((1 1), (2 2))",
        "LINESTRING Z (1 1 5, 2 2 6)",
        "GEOMETRYCOLLECTION (POINT (1 1), LINESTRING (1 1, 2 2))",
    ]
)
EXTENTS = st.sampled_from(
    [
        None,
        shapely.box(37, 33.5, 39.5, 35.5),
        shapely.Polygon([(37, 33.5), (39.5, 33.5), (39.5, 35.5), (38.2, 34.2), (37, 35.5)]),
        shapely.MultiPolygon([shapely.box(37, 33.5, 38, 34.5), shapely.box(38.5, 34, 39.5, 35)]),
    ]
)
EXTRAS = st.dictionaries(st.sampled_from(["mine", "=theirs", "a b", "grösse", "x|y"]), FILLED)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def places(draw: st.DrawFn) -> list[Place]:
    ids = draw(st.lists(FILLED, min_size=1, max_size=4, unique=True))
    return [
        Place(
            id=place_id,
            name=draw(FILLED),
            lon=draw(st.floats(-180, 180)),
            lat=draw(st.floats(-90, 90)),
            aliases=tuple(draw(st.lists(NAMES, max_size=2))),
            feature=draw(st.sampled_from(["", "PPL", "AIRB"])),
            radius_km=draw(st.floats(0, 1e6)),
            admin1=draw(TEXTS),
            source=draw(FILLED),
            licence=draw(TEXTS),
            extra=MappingProxyType(draw(EXTRAS)),
        )
        for place_id in ids
    ]


@st.composite
def actors(draw: st.DrawFn) -> Actors:
    found = []
    taken: set[str] = set()

    def own(names: list[str]) -> list[str]:
        kept = {" ".join(n.casefold().split()): n for n in names}
        fresh = [n for key, n in kept.items() if key not in taken]
        taken.update(kept)
        return fresh

    for actor_id in draw(st.lists(NAMES, max_size=3)):
        if not own([actor_id]):
            continue
        turns = sorted(draw(st.sets(DAYS, max_size=2)))
        found.append(
            Actor(
                id=actor_id,
                name=next(iter(own([draw(NAMES)])), actor_id),
                side=draw(NAMES),
                color=draw(st.sampled_from(["#4477AA", "#ee6677"])),
                aliases=tuple(own(draw(st.lists(NAMES, max_size=2)))),
                later_sides=tuple((turn, draw(NAMES)) for turn in turns),
            )
        )
    return Actors(found)


@st.composite
def events(draw: st.DrawFn, of: list[Place], by: list[str], cited: list[str]) -> list[Event]:
    result: list[Event] = []
    for event_id in draw(st.lists(NAMES, min_size=1, max_size=4, unique=True)):
        some = st.lists(st.sampled_from(by), max_size=2, unique=True) if by else st.just([])
        kind = draw(st.sampled_from(list(Kind)))
        doers = draw(some)
        corrects = [e.id for e in result][:1] if kind is Kind.RETRACTION else []
        if not doers or (kind is Kind.RETRACTION and not corrects):
            kind = Kind.CLASH
        result.append(
            Event(
                id=event_id,
                place_id=draw(st.sampled_from(of)).id,
                kind=kind,
                date=parse_date(draw(DATES)),
                actors=tuple(doers),
                from_actors=tuple(draw(some)),
                standing=draw(st.sampled_from(list(Standing))),
                claimed_by=tuple(draw(some)),
                sources=tuple(draw(st.lists(st.sampled_from(cited), min_size=1, unique=True))),
                reported=draw(st.none() | DAYS),
                time=draw(st.none() | st.builds(time, st.integers(0, 23), st.integers(0, 59))),
                order=draw(st.none() | NUMBERS),
                credibility=draw(st.none() | st.integers(1, 6)),
                note=draw(TEXTS),
                geometry_wkt=draw(SHAPES),
                corrects=tuple(corrects),
                at_start=draw(st.booleans()),
                extra=MappingProxyType(draw(EXTRAS)),
            )
        )
    return sorted(result, key=lambda e: e.sort_key)


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    known = draw(actors())
    all_places = draw(places())
    cited = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    told = draw(events(all_places, [a.id for a in known], cited))
    used = {event.place_id for event in told}
    sources = [
        Source(
            id=source,
            title=draw(FILLED),
            publisher=draw(TEXTS),
            published=draw(st.sampled_from(["", "2016-12", "2016-12-08/.."])),
            url=draw(TEXTS),
            reliability=draw(st.sampled_from(RELIABILITIES)),
            favours=draw(TEXTS),
            licence=draw(TEXTS),
        )
        for source in sorted({s for event in told for s in event.sources})
    ]
    start, end = draw(st.none() | DAYS), draw(st.none() | DAYS)
    about = About(
        title=draw(FILLED),
        description=draw(st.text(CHARACTERS, max_size=30)),
        start=min(start, end) if start and end else start,
        end=max(start, end) if start and end else end,
        timezone=draw(st.sampled_from(["UTC", "Asia/Damascus"])),
        extent=draw(EXTENTS),
        method=draw(st.sampled_from(["nearest", "other"])),
        reach_km=draw(st.none() | st.floats(0.1, 1000)),
        policy=draw(st.sampled_from(["best-evidence", "latest-report", "by-side:x"])),
        licence=draw(TEXTS),
        attribution=draw(TEXTS),
    )
    return Timeline(
        about=about,
        events=tuple(told),
        places={p.id: p for p in sorted(all_places, key=lambda p: p.id) if p.id in used},
        actors=known,
        sources={source.id: source for source in sources},
        gazetteer=Gazetteer(all_places),
    )


# --- round trips ----------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", FORMATS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(timeline=timelines())
def test_write_then_read_is_the_identity(
    tmp_path_factory: pytest.TempPathFactory, layout: str, timeline: Timeline
) -> None:
    folder = tmp_path_factory.mktemp("any")
    write_timeline(timeline, folder, layout)
    assert_same(geofront.read(folder), timeline)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(timeline=timelines())
def test_frames_give_the_same_timeline(timeline: Timeline) -> None:
    found = geofront.read(to_frames(timeline))
    # Frames carry no conflict.toml.
    assert_same(replace(found, about=timeline.about, gazetteer=timeline.gazetteer), timeline)


@pytest.mark.parametrize("layout", FORMATS)
@pytest.mark.parametrize("name", geofront.dataset_names())
def test_the_datasets_survive_every_format(tmp_path: Path, name: str, layout: str) -> None:
    timeline = geofront.read(name)
    written = write_timeline(timeline, tmp_path / "one", layout)
    again = geofront.read(tmp_path / "one")
    assert_same(again, timeline)
    for file in written:
        content = file.read_bytes()
        assert content == (tmp_path / "one" / file.name).read_bytes()
    rewritten = write_timeline(again, tmp_path / "two", layout)
    assert [f.read_bytes() for f in rewritten] == [f.read_bytes() for f in written]


def test_places_that_no_event_names_and_shipped_gazetteers_stay(tmp_path: Path) -> None:
    folder = write_world(tmp_path / "w", events=f"{HEADER}2020-01-01,ain,hold,N\n")
    (folder / "conflict.toml").write_text('gazetteers = ["syria"]\n', encoding="utf-8")
    write_timeline(geofront.read(folder), tmp_path / "out")
    again = geofront.read(tmp_path / "out")
    assert list(again.places) == ["ain"]
    assert again.place("Bir").position == (38.4, 34.0)
    assert again.place("Palmyra").id == "palmyra"
    assert len((tmp_path / "out" / "places.csv").read_text("utf-8").splitlines()) == 5


def test_a_folder_may_be_a_text(tmp_path: Path) -> None:
    written = geofront.write_timeline(geofront.read("palmyra-2016"), str(tmp_path / "there"))
    assert written[0] == tmp_path / "there" / "events.csv"
    assert written[0].is_file()


def test_actors_that_share_names_are_written_as_they_are_understood(tmp_path: Path) -> None:
    """Of two files of actors the first one decides what a name means."""
    folder = write_world(tmp_path / "w", events=f"{HEADER}2020-01-01,ain,hold,Ours\n")
    (folder / "actors.csv").write_text("id,aliases\nNorth,Ours|Theirs\nSouth,\n", "utf-8")
    (tmp_path / "more.csv").write_text("id,aliases\nEast,Ours\nsouth,\n", "utf-8")
    timeline = geofront.read(folder, actors=tmp_path / "more.csv")
    write_timeline(timeline, tmp_path / "out")
    again = geofront.read(tmp_path / "out")
    assert again.events[0].actors == timeline.events[0].actors == ("East",)
    assert [(a.id, a.aliases) for a in again.actors] == [
        ("East", ("Ours",)),
        ("south", ()),
        ("North", ("Theirs",)),
    ]


def test_what_can_not_be_read_back_is_not_written(tmp_path: Path) -> None:
    timeline = geofront.read(write_world(tmp_path / "w"))
    broken = replace(timeline.events[0], sources=("a|b",))
    with pytest.raises(DataFaultsError, match=r"events, row 1: source 'a\|b' can't be written"):
        write_timeline(replace(timeline, events=(broken,)), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_is_written_as_geojson_is_geojson(tmp_path: Path) -> None:
    write_timeline(geofront.read("al-bab-2016"), tmp_path, "geojson")
    for name in ("events", "places", "extent"):
        content = (tmp_path / f"{name}.geojson").read_text("utf-8")
        assert FeatureCollection.model_validate_json(content).features
