"""The shipped datasets hold to what their sources say must be true."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import pytest

import geofront
from geofront.datasets import dataset_folder, dataset_names

if TYPE_CHECKING:
    from geofront.control.history import History


@cache
def history(name: str, policy: str = "", known_on: str = "") -> History:
    return geofront.replay(
        geofront.read(name),
        policy=policy or None,
        known_on=date.fromisoformat(known_on) if known_on else None,
    )


class Fact(NamedTuple):
    """What the sources say must be true; `policy` and `known_on` are mostly empty."""

    dataset: str
    place: str
    day: str
    expected: str
    policy: str
    known_on: str


def facts() -> list[Fact]:
    return [
        Fact(
            *(name, row["place"], row["day"], row["expected"]),
            *(row.get("policy") or "", row.get("known_on") or ""),
        )
        for name in dataset_names()
        for row in csv.DictReader(
            (dataset_folder(name) / "facts.csv").read_text(encoding="utf-8").splitlines()
        )
    ]


@pytest.mark.parametrize("fact", facts(), ids=str)
def test_every_fact_holds(fact: Fact) -> None:
    replayed = history(fact.dataset, fact.policy, fact.known_on)
    place_id = replayed.timeline.place(fact.place).id
    status = replayed.status(place_id, date.fromisoformat(fact.day))
    told = status.holder or status.status
    if fact.expected.startswith("not:"):
        assert told != fact.expected.removeprefix("not:")
    else:
        assert told == fact.expected


def test_palmyra_has_enough_facts_to_judge_it() -> None:
    assert len([f for f in facts() if f.dataset == "palmyra-2016"]) >= 45


@pytest.mark.parametrize("name", dataset_names())
def test_every_event_stands_on_a_source_and_every_place_in_the_extent(name: str) -> None:
    timeline = geofront.read(name)
    assert timeline.about.extent is not None
    for event in timeline.events:
        assert event.sources
        assert event.actors
    west, south, east, north = timeline.about.extent.bounds
    for place in timeline.places.values():
        assert west < place.lon < east, place.id
        assert south < place.lat < north, place.id


@pytest.mark.parametrize("name", dataset_names())
def test_every_day_has_a_front_line(name: str) -> None:
    series = geofront.draw(geofront.read(name))
    assert all(snapshot.fronts for snapshot in series)


def test_the_front_comes_within_about_4_km_of_palmyra_on_the_first_day() -> None:
    """The article: the advances of 8 December brought ISIL to within 4 km of the city."""
    import shapely
    from pyproj import Geod

    series = geofront.draw(geofront.read("palmyra-2016"))
    palmyra = series.timeline.place("Palmyra")
    front = shapely.union_all([f.geometry for f in series.snapshot("2016-12-08").fronts])
    nearest = shapely.get_coordinates(shapely.shortest_line(front, shapely.Point(palmyra.position)))
    km = Geod(ellps="WGS84").line_length(nearest[:, 0], nearest[:, 1]) / 1000
    assert 3 < km < 5


def test_about_15_km2_east_of_khanasser_change_hands_on_26_january() -> None:
    """The report: 15 km² east of the town have been taken; its outline and the drawn area agree."""
    import numpy as np
    import shapely
    from pyproj import Geod

    series = geofront.draw(geofront.read("khanasser-2017"), method="nearest")
    (capture,) = (e for e in series.timeline.events if e.id == "2017-01-26-khanasser-east-capture")
    outline = shapely.from_wkt(capture.geometry_wkt)
    km2 = abs(Geod(ellps="WGS84").geometry_area_perimeter(outline)[0]) / 1e6
    assert km2 == pytest.approx(15, abs=0.1)
    days = date(2017, 1, 25), date(2017, 1, 26)
    before, after = (series.patchwork.on(day).labels for day in days)
    changed = np.flatnonzero(before != after)
    holders = {(series.labels[before[i]].holder, series.labels[after[i]].holder) for i in changed}
    assert holders == {("isil", "syrian-government")}
    assert series.patchwork.km2[changed].sum() == pytest.approx(15, rel=0.25)
    khanasser = shapely.Point(series.timeline.place("khanasser").position)
    assert outline.bounds[0] >= khanasser.x
