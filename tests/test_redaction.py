"""Rounded and hidden timelines: no id, text, radius, phrase or hash gives a position away."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pytest
from worlds import write_world

import geofront
from geofront.errors import DataFaultsError
from geofront.events.actor import Actors
from geofront.events.publishing import Publishing
from geofront.gazetteer.tables import tables_folder

if TYPE_CHECKING:
    from pathlib import Path

EXACT = "34.5512345"
LINK = f"https://www.google.com/maps/@{EXACT},38.2734567,15z"
EVENTS = f"""id,date,place,kind,actor,source
obs-37SDA1234567890,2020-01-01,ain,hold,North,"{LINK}"
own,2020-01-02,ain,hold,North,plain
obs_345512_x,2020-01-03,ain,capture,South,"{LINK}|plain"
"""
PLACES = "id,name,lon,lat,feature\nain,Ain,38.01234,34.04321,PPL\nga,Gamma,38.4,34.4,HSP\n"
ROUNDED = Publishing.of(round_km=5)


@pytest.fixture
def timeline(tmp_path: Path) -> geofront.Timeline:
    return geofront.read(write_world(tmp_path / "war", events=EVENTS, places=PLACES))


def test_source_ids_that_hold_positions_are_made_anew(timeline: geofront.Timeline) -> None:
    shown = timeline.for_publication(ROUNDED)
    assert set(shown.sources) == {"source", "plain"}
    assert [e.sources for e in shown.events] == [("source",), ("plain",), ("source", "plain")]
    assert EXACT not in repr(shown.sources)


def test_event_ids_that_hold_positions_are_made_anew(timeline: geofront.Timeline) -> None:
    ids = [event.id for event in timeline.for_publication(ROUNDED).events]
    assert ids == ["2020-01-01-ain-hold", "own", "2020-01-03-ain-capture"]
    kept = timeline.for_publication(Publishing.of(hide_notes=True))
    assert [e.id for e in kept.events] == [e.id for e in timeline.events]


@pytest.mark.parametrize("text", [f"at {EXACT}", f"at {EXACT}, 38.2734567"])
def test_no_text_of_a_place_source_or_actor_keeps_a_position(
    text: str, timeline: geofront.Timeline
) -> None:
    for kind in ("place", "source", "actor"):
        ain, plain, north = timeline.places["ain"], timeline.sources["plain"], timeline.actors
        item: Any = {"place": ain, "source": plain, "actor": north["North"]}[kind]
        for field in fields(item):
            value = getattr(item, field.name)
            if field.name == "aliases":
                filled = replace(item, aliases=(text,))
            elif field.name == "extra":
                filled = replace(ain, extra={"name_ar": text, "population": text})
            elif field.name == "later_sides":
                filled = replace(item, later_sides=((timeline.start, text),))
            elif isinstance(value, str):
                filled = replace(item, **{field.name: text})
            else:
                assert field.name in {"lon", "lat", "radius_km"}  # what holds no text
                continue
            full = _with(timeline, kind, filled, item.id)
            assert EXACT in _values(full), field.name
            assert EXACT not in _values(full.for_publication(ROUNDED)), (kind, field.name)


def _with(timeline: geofront.Timeline, kind: str, item: Any, former: str) -> geofront.Timeline:
    name = item.id

    def named(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name if n == former else n for n in names)

    if kind == "place":
        events = tuple(replace(e, place_id=name) for e in timeline.events)
        return replace(timeline, places={name: item}, events=events)
    if kind == "source":
        events = tuple(replace(e, sources=named(e.sources)) for e in timeline.events)
        return replace(timeline, sources={**timeline.sources, name: item}, events=events)
    events = tuple(replace(e, actors=named(e.actors)) for e in timeline.events)
    others = [actor for actor in timeline.actors if actor.id != former]
    return replace(timeline, actors=Actors([item, *others]), events=events)


def _values(timeline: geofront.Timeline) -> str:
    plain = {**timeline.sources}
    plain.pop(LINK, None)
    events = [
        (e.id, e.place_id, e.actors, [s for s in e.sources if s != LINK]) for e in timeline.events
    ]
    return repr((events, dict(timeline.places), list(timeline.actors), plain))


def test_radii_are_whole_steps(timeline: geofront.Timeline) -> None:
    assert timeline.for_publication(ROUNDED).places["ain"].radius_km == 5
    two = timeline.for_publication(Publishing.of(round_km=2)).places["ain"]
    assert two.radius_km == 4


def test_phrases_about_hidden_places_are_hidden(tmp_path: Path) -> None:
    rows = "date,place,kind,actor\n2020-01-01,ain,hold,A\n2020-01-01,1 km W of Gamma,hold,A\n"
    rows += "2020-01-01,1 km W of Ain,hold,A\n"
    folder = write_world(tmp_path / "war", events=rows, places=PLACES)
    shown = geofront.read(folder).for_publication(Publishing.of(hide_features=["HSP"]))
    assert {place.name for place in shown.places.values()} == {"Ain", "1 km W of Ain"}
    again = shown.for_publication(Publishing.of(hide_features=["HSP"]))
    assert again.places == shown.places
    only = rows.replace("2020-01-01,ain,hold,A\n", "").replace(
        "2020-01-01,1 km W of Ain,hold,A\n", ""
    )
    (folder / "events.csv").write_text(only, encoding="utf-8")
    with pytest.raises(DataFaultsError, match="no statement is left"):
        geofront.read(folder).for_publication(Publishing.of(hide_features=["HSP"]))


def test_only_a_shipped_table_keeps_its_hash(timeline: geofront.Timeline) -> None:
    from geofront.events.timeline import InputFile
    from geofront.files import sha256

    name = "syria-places.csv"
    digest = sha256((tables_folder() / name).read_bytes())
    both = replace(timeline, inputs=(InputFile(name, "0" * 64), InputFile(name, digest)))
    assert [i.sha256 for i in both.for_publication(ROUNDED).inputs] == ["", digest]
