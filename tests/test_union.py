"""The union of gazetteers: what is one place, whose facts count, and that no spelling is lost."""

from __future__ import annotations

import json
import random
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geofront.crs import geodesic_km
from geofront.errors import DataFaultsError
from geofront.gazetteer.place import Place
from geofront.gazetteer.readers.world import world_places
from geofront.gazetteer.sameness import folded_likeness, near_pairs
from geofront.gazetteer.union import toponym_sources, union

if TYPE_CHECKING:
    from collections.abc import Sequence

KM = 1 / 111.2  # degrees of latitude


def place(ident: str, name: str, *aliases: str, km: float = 0.0, feature: str = "PPL") -> Place:
    """Return a place so many km north of one point; its source is what its id begins with."""
    source = ident.partition("-")[0]
    licence = {"a": "CC0-1.0", "b": "ODbL-1.0"}.get(source, "CC-BY-4.0")
    return Place(
        ident, name, 38.0, 34.0 + km * KM, aliases, feature, source=source, licence=licence
    )


def ids(places: Sequence[Place]) -> list[tuple[str, str]]:
    """Return the id of each place, and the ids that were joined to it."""
    return [(p.id, p.extra.get("same_as", "")) for p in places]


# --- what is one place --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (place("a-1", "Tiyas"), place("b-1", "at-Tiyās", km=1.9)),  # one key
        (place("a-1", "Palmyra", "Tadmur"), place("b-1", "تدمر", "Tadmur", km=1)),  # an alias
        (place("a-1", "Brummanet"), place("b-1", "Brummanat", km=1)),  # alike: 8 letters of 9
        (place("a-1", "Tiyas", feature=""), place("b-1", "Tiyas")),  # a kind that is not known
        (place("a-1", "Tiyas", feature="PPLX"), place("b-1", "Tiyas", feature="PPLA")),
        (
            place("a-1", "Shayrat", feature="AIRB"),
            place("b-1", "Shayrat", feature="AIRF", km=3.9),
        ),
    ],
)
def test_near_and_alike_is_one_place(ours: Place, theirs: Place) -> None:
    assert ids(union([ours], [theirs])) == [("a-1", "b-1")]
    assert ids(union([theirs], [ours])) == [("b-1", "a-1")]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (place("a-1", "Tiyas"), place("b-1", "Tiyas", km=2.1)),  # too far
        (place("a-1", "Tiyas"), place("b-1", "Jazal")),
        (place("a-1", "Tiyas", feature="AIRB"), place("b-1", "Tiyas")),  # airbase and village
        (place("a-1", "Arak"), place("b-1", "Araq")),  # short names that differ
        (place("a-1", "Checkpoint 12"), place("b-1", "Checkpoint 13")),
        (place("a-1", "Novyi Mykolaiv"), place("b-1", "Staryi Mykolaiv")),
        (place("a-1", "Shinan al-Gharbiyya"), place("b-1", "Shinan al-Sharqiyya")),
        (place("a-1", "Mosque", feature="MSQE"), place("b-1", "Mosque", km=0.6, feature="MSQE")),
    ],
)
def test_what_only_looks_the_same_stays_apart(ours: Place, theirs: Place) -> None:
    assert ids(union([ours], [theirs])) == [("a-1", ""), ("b-1", "")]


def test_how_far_is_near_can_be_said() -> None:
    ours, theirs = place("a-1", "Tiyas"), place("b-1", "Tiyas", km=3)
    assert len(union([ours], [theirs])) == 2
    assert len(union([ours], [theirs], km=3.1)) == 1
    assert len(union([ours], [theirs], km={"PPL": 3.1})) == 1
    assert len(union([ours], [theirs], km={"AIR": 3.1})) == 2


def test_how_alike_is_alike_can_be_said() -> None:
    ours, theirs = place("a-1", "Khanasir"), place("b-1", "Khanasser")  # 14 of 17 letters: 0.82
    assert len(union([ours], [theirs])) == 2
    assert len(union([ours], [theirs], alike=0.8)) == 1


def test_a_common_wikidata_id_reaches_farther() -> None:
    ours, theirs = place("a-1", "Kyiv"), place("b-1", "Киев", km=5)
    assert len(union([ours], [theirs])) == 2
    ours, theirs = (replace(p, extra={"wikidata": "Q1899"}) for p in (ours, theirs))
    assert ids(union([ours], [theirs])) == [("a-1", "b-1")]
    far = replace(theirs, lat=theirs.lat + 1)
    assert len(union([ours], [far])) == 2


def test_the_180th_meridian_does_not_part_a_place() -> None:
    ours = replace(place("a-1", "Tiyas"), lon=179.999, lat=66.0)
    theirs = replace(place("b-1", "Tiyas"), lon=-179.999, lat=66.0)
    assert len(union([ours], [theirs])) == 1


def test_neighbours_of_one_name_are_matched_with_the_nearest() -> None:
    ours = [place("a-1", "Khattab"), place("a-2", "Khattab", km=1.5)]
    theirs = [place("b-2", "Khattab", km=1.4), place("b-1", "Khattab", km=0.1)]
    assert ids(union(ours, theirs)) == [("a-1", "b-1"), ("a-2", "b-2")]


def test_the_same_name_counts_more_than_a_common_alias() -> None:
    ours = [place("a-1", "Hamraa", "Qaraqol"), place("a-2", "Qaraqol", km=1.5)]
    theirs = [place("b-2", "Qaraqol", km=0.2)]
    assert ids(union(ours, theirs)) == [("a-1", ""), ("a-2", "b-2")]


def test_several_of_a_later_source_may_be_one_of_an_earlier() -> None:
    theirs = [place("b-node", "Tiyas"), place("b-area", "Tiyas", km=1)]
    assert ids(union([place("a-1", "Tiyas")], theirs)) == [("a-1", "b-node|b-area")]


def test_spellings_that_are_only_alike_are_matched_one_with_one() -> None:
    theirs = [place("b-1", "Brummanat"), place("b-2", "Brumanet")]
    # Brumanet is Brummanet but for one letter of seventeen, Brummanat but for two of eighteen
    assert ids(union([place("a-1", "Brummanet")], theirs)) == [("a-1", "b-2"), ("b-1", "")]


def test_a_place_of_no_known_kind_is_not_two_kinds_at_once() -> None:
    ours = [place("a-1", "Tiyas", feature="")]
    theirs = [place("b-base", "Tiyas", km=1, feature="AIRB"), place("b-village", "Tiyas")]
    assert ids(union(ours, theirs)) == [("a-1", "b-village"), ("b-base", "")]
    assert union(ours, theirs)[0].feature == "PPL"


def test_places_of_one_source_stay_apart() -> None:
    source = [place("a-1", "Tiyas"), place("a-2", "Tiyas", km=0.1)]
    assert union(source) == tuple(source)


# --- whose facts count --------------------------------------------------------------------------


def test_the_first_source_decides_and_the_others_fill_in() -> None:
    ours = replace(place("a-1", "Tiyas", "T4", feature=""), admin1="Homs", extra={"note": "ours"})
    theirs = replace(
        place("b-1", "التياس", "T4", "Tiyās", km=1),
        admin1="11",
        country="SY",
        radius_km=9.0,
        extra={"note": "theirs", "population": "1"},
    )
    (merged,) = union([ours], [theirs])
    assert merged.position == ours.position
    assert (merged.name, merged.radius_km, merged.source) == ("Tiyas", 1.0, "a")
    assert merged.aliases == ("T4", "التياس", "Tiyās")
    assert (merged.feature, merged.admin1, merged.country) == ("PPL", "Homs", "SY")
    assert (merged.extra["note"], merged.extra["population"]) == ("ours", "1")
    assert json.loads(merged.extra["toponym_sources"]) == {
        "Tiyas": ["a", "CC0-1.0"],
        "T4": ["a", "CC0-1.0"],
        "التياس": ["b", "ODbL-1.0"],
        "Tiyās": ["b", "ODbL-1.0"],
    }


def test_a_place_that_was_not_joined_has_its_own_source() -> None:
    (alone,) = union([place("b-1", "Tiyas", "T4")])
    assert "toponym_sources" not in alone.extra
    assert toponym_sources(alone) == {"Tiyas": ("b", "ODbL-1.0"), "T4": ("b", "ODbL-1.0")}


def test_spellings_keep_their_source_through_unions_of_unions() -> None:
    first = union([place("a-1", "Tiyas")], [place("b-1", "Tiyas", "Tiyās")])
    (merged,) = union([place("c-1", "T4", "Tiyas")], first)
    assert ids([merged]) == [("c-1", "a-1|b-1")]
    assert toponym_sources(merged) == {
        "T4": ("c", "CC-BY-4.0"),
        "Tiyas": ("c", "CC-BY-4.0"),
        "Tiyās": ("b", "ODbL-1.0"),
    }


def test_former_names_of_all_sources_are_kept() -> None:
    ours = replace(place("a-1", "Bakhmut", "Artemivsk"), extra={"former_names": "{}"})
    theirs = replace(
        place("b-1", "Bakhmut", "Artemivsk"),
        extra={"former_names": '{"Artemivsk": ["1924", "2016"]}'},
    )
    (merged,) = union([ours], [theirs])
    assert json.loads(merged.extra["former_names"]) == {"Artemivsk": ["1924", "2016"]}


# --- ids ----------------------------------------------------------------------------------------


def test_an_id_of_one_source_is_one_place_wherever_it_lies() -> None:
    newer = replace(place("a-1", "Tadmor", km=50), source="a")
    assert union([place("a-1", "Palmyra")], [newer])[0].toponyms == ("Palmyra", "Tadmor")


def test_a_users_table_may_correct_a_shipped_place() -> None:
    shipped = replace(place("palmyra", "Palmyra", "Tadmur", km=30), source="shipped")
    (merged,) = union([replace(shipped, lat=34.0, source="my.csv", aliases=())], [shipped])
    assert (merged.lat, merged.aliases) == (34.0, ("Tadmur",))


def test_an_id_for_two_places_is_refused_with_both() -> None:
    one, other = replace(place("1", "Homs"), source="a"), replace(place("1", "Idlib", km=90))
    with pytest.raises(DataFaultsError, match=r"the id '1' is Idlib at .* but Homs at 34\.000 N"):
        union([one], [other])


# --- for any gazetteers -------------------------------------------------------------------------

NAMES = st.sampled_from(
    [*("Arak", "Araq", "al-Arak", "Jazal", "Jazzal", "Khattab", "Tiyas", "at-Tiyās", "تياس")]
)


@st.composite
def gazetteers(draw: st.DrawFn, source: str) -> list[Place]:
    """Draw a few places, within some km of each other, that like to be called the same."""
    made = []
    for number in range(draw(st.integers(0, 7))):
        names = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
        made.append(
            replace(
                place(f"{source}-{number}", names[0], *names[1:], km=draw(st.floats(0, 6))),
                feature=draw(st.sampled_from(["", "PPL", "PPLX", "AIRB"])),
                extra=draw(st.sampled_from([{}, {"wikidata": "Q1"}, {"wikidata": "Q2"}])),
            )
        )
    return made


@given(gazetteers("a"))
def test_the_union_with_itself_is_itself(places: list[Place]) -> None:
    assert union(places) == union(places, places) == tuple(places)


@given(gazetteers("a"), gazetteers("b"))
def test_a_union_taken_again_stays_as_it_is(ours: list[Place], theirs: list[Place]) -> None:
    once = union(ours, theirs)
    assert union(once, theirs) == union(once, once, ours) == once


@given(st.lists(st.sampled_from("abc").flatmap(gazetteers), max_size=3), st.randoms())
def test_no_order_of_places_loses_a_toponym_or_an_id(
    sources: list[list[Place]], chance: random.Random
) -> None:
    renamed = [
        [replace(p, id=f"{n}-{p.id}", source=f"{n}") for p in s] for n, s in enumerate(sources)
    ]
    for source in renamed:
        chance.shuffle(source)
    merged = union(*renamed)
    given_toponyms = {(p.id, t) for s in renamed for p in s for t in p.toponyms}
    found = {
        (ident, toponym)
        for p in merged
        for ident in (p.id, *p.extra.get("same_as", "").split("|"))
        for toponym in p.toponyms
    }
    assert given_toponyms <= found
    all_ids = [i for p in merged for i in (p.id, *p.extra.get("same_as", "").split("|")) if i]
    assert sorted(all_ids) == sorted(p.id for s in renamed for p in s)


@given(gazetteers("a"), gazetteers("b"))
def test_the_first_source_keeps_its_places_and_each_spelling_its_origin(
    ours: list[Place], theirs: list[Place]
) -> None:
    merged = union(ours, theirs)
    assert [(p.id, p.name, p.position) for p in merged[: len(ours)]] == [
        (p.id, p.name, p.position) for p in ours
    ]
    by_id = {p.id: p for p in [*ours, *theirs]}
    for found in merged:
        own = by_id[found.id]
        for spelling, origin in toponym_sources(found).items():
            first = spelling in own.toponyms
            assert origin == ((own.source, own.licence) if first else ("b", "ODbL-1.0"))


POSITIONS = st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=12)


@given(POSITIONS, POSITIONS, st.floats(1, 5000))
def test_near_pairs_are_those_that_are_near(
    here: list[tuple[float, float]], there: list[tuple[float, float]], km: float
) -> None:
    ours, theirs = np.array(here), np.array(there)
    rows, columns, apart = near_pairs(ours, theirs, np.full(len(ours), km))
    found = {(int(i), int(j)) for i, j in zip(rows, columns, strict=True)}
    assert list(apart) == sorted(apart)
    for i in range(len(ours)):
        for j in range(len(theirs)):
            true = geodesic_km(ours[i : i + 1], theirs[j : j + 1])[0]
            if abs(true - km) > 0.006 * km:  # the sphere is not the ellipsoid
                assert ((i, j) in found) == (true < km)


def test_likeness_is_the_same_both_ways() -> None:
    ours, theirs = frozenset(["brummanat", "x"]), frozenset(["brummanet", "mashayikh"])
    assert (
        folded_likeness(ours, theirs, least=0.8)
        == folded_likeness(theirs, ours, least=0.8)
        == 16 / 18
    )
    assert folded_likeness(ours, theirs, least=0.9) == 0.0
    assert folded_likeness(ours, ours, least=0.9) == 1.0


def test_the_towns_of_the_world_are_joined_in_little_time() -> None:
    towns = list(world_places(min_population=15_001))
    chance = random.Random(1)  # noqa: S311 - the same one each time
    others = [
        replace(
            p,
            id=f"other-{p.id}",
            source="other",
            lon=max(-180.0, min(180.0, p.lon + chance.gauss(0, 0.2) * KM)),
            lat=p.lat + chance.gauss(0, 0.2) * KM,
        )
        for p in towns
    ]
    start = time.perf_counter()
    merged = union(towns, others)
    assert time.perf_counter() - start < 30
    assert len(merged) == len(towns) > 30_000
    wrong = [p for p in merged if p.extra.get("same_as") != f"other-{p.id}"]
    assert len(wrong) < 20  # namesakes that lie closer together than the noise
