"""Pockets: what is enclosed, by whom, from which day to which, and why."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from grids import CONTESTS, MAPS, day, grid_series, place_id, records
from hypothesis import given, settings

from geofront.control.encirclement import find_pockets
from geofront.control.pockets import (
    BEFORE,
    CUT_OFF,
    LASTS,
    LINKED,
    LOST,
    MERGED,
    SHIFTED,
    SPLIT,
    TAKEN,
)

if TYPE_CHECKING:
    from geofront.control.pockets import Pocket


def pockets_of(board: str, **options: str) -> list[set[str]]:
    """Return the places of each pocket of a lone day."""
    found = find_pockets(grid_series(board, **options))
    return [set(pocket.places) for pocket in found]


# --- what a pocket is -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("board", "expected"),
    [
        pytest.param("AABBBB AABAAB AABBBB", [{"p13", "p14"}], id="an exclave amid enemies"),
        pytest.param("AABBBB AABBAA AABBBB", [], id="one at the edge of the extent is none"),
        pytest.param("AABBBB AAAAAB AABBBB", [], id="one that hangs on a corridor is none"),
        pytest.param("AABBBB AABBBB BBABBB BBBBBB", [{"p22"}], id="a corner is no way"),
        pytest.param("AACBBB AACABB AACBBB", [{"p13"}], id="two enemies may enclose it together"),
        pytest.param("BBBBB BAABB BBBBB BBBBB", [], id="the main body is none, enclosed or not"),
        pytest.param(
            "BBBBBB BAABAB BBBBBB", [{"p14"}], id="the smaller of two enclosed ones is one"
        ),
        pytest.param(
            "BAAAAAA BABBBAA BABABAA BABBBAA BAAAAAA BBBBBBB",
            [{"p23"}, {"p12", "p13", "p14", "p22", "p24", "p32", "p33", "p34"}],
            id="a pocket in a pocket",
        ),
        pytest.param("AABBBB AABA?B AABBBB", [{"p13"}], id="unknown ground inside opens nothing"),
        pytest.param("AABBBB AABA?? AABBBB", [], id="unknown ground to the edge may be a way"),
        pytest.param("AABBBB AA?ABB AABBBB", [], id="unknown ground to the main body likewise"),
        pytest.param("AABBBB AA*ABB AABBBB", [], id="where they still fight is not cut off"),
        pytest.param("AABBBB AABA*B AABBBB", [{"p13"}], id="fighting inside opens nothing"),
        pytest.param("AACBBB AAxABB AACBBB", [{"p13"}], id="others' fighting encloses"),
        pytest.param("AABBBB AAB*BB AABBBB", [], id="contested ground alone is no one's pocket"),
        pytest.param("AABBBB AAB?BB AABBBB", [], id="nor is unknown ground"),
        pytest.param("AAB.AA AAB.AA AAB.AA", [], id="an island is none: no enemy encloses it"),
        pytest.param("AABBB AAB.B AABAB AABBB", [], id="nor is what stands at a lake with enemies"),
        pytest.param(
            "AABBBBB AABAAAB AABA.AB AABAAAB AABBBBB",
            [{"p13", "p14", "p15", "p23", "p25", "p33", "p34", "p35"}],
            id="a lake of its own opens nothing",
        ),
        pytest.param(
            "AABBBBB AABB.BB AAB.A.B AABB.BB AABBBBB", [], id="an island in a lake is none"
        ),
        pytest.param("AAB.BBB AAB.BAB AAB.BBB", [{"p15"}], id="on another piece of the extent"),
    ],
)
def test_a_pocket_is_ground_without_a_way_out(board: str, expected: list[set[str]]) -> None:
    assert sorted(map(sorted, pockets_of(board))) == sorted(map(sorted, expected))


def test_allies_are_one_side() -> None:
    actors = "id,side\nA,west\nB,B\nC,west\n"
    assert pockets_of("CCBBBB CCCABB CCBBBB", actors=actors) == []
    assert pockets_of("CCBBBB CCBACB CCBBBB", actors=actors) == [{"p13", "p14"}]
    (pocket,) = find_pockets(grid_series("CCBBBB CCBACB CCBBBB", actors=actors))
    assert (pocket.side, sorted(pocket.largest.km2)) == ("west", ["A", "C"])
    assert pocket.largest.enclosed_by == ("B",)


# --- over time --------------------------------------------------------------------------------

CORRIDOR = "AABBBBB AAAAAAB AABBBBB"
CUT = "AABBBBB AABAAAB AABBBBB"
PARTED = "AABBBBB AABABAB AABBBBB"
GONE = "AABBBBB AABBBBB AABBBBB"


def only(*maps: str) -> Pocket:
    (pocket,) = find_pockets(grid_series(*maps))
    return pocket


def test_a_pocket_closes_and_opens_by_the_events_of_these_days() -> None:
    pocket = only(CORRIDOR, CORRIDOR, CUT, CUT, CORRIDOR)
    assert (pocket.first, pocket.last, pocket.days) == (day(3), day(4), 2)
    assert (pocket.origin, pocket.fate) == (CUT_OFF, LINKED)
    (closed,), (opened,) = pocket.closed_by, pocket.opened_by
    assert (closed.place_id, closed.before.holder, closed.after.holder) == ("p12", "A", "B")
    assert closed.event is not None
    assert closed.event.id == "e12-3"
    assert opened.event is not None
    assert opened.event.id == "e12-5"
    assert [pocket.on(day(d)) is not None for d in range(1, 6)] == [False, False, True, True, False]


def test_what_happens_elsewhere_on_the_day_is_no_cause() -> None:
    elsewhere = "BABBBBB AABAAAB AABBBBB"
    assert [c.place_id for c in only(CORRIDOR, elsewhere).closed_by] == ["p12"]


def test_a_pocket_may_be_there_before_and_after_the_series() -> None:
    pocket = only(CUT, CUT)
    assert (pocket.origin, pocket.fate) == (TAKEN, LASTS)  # on the eve no one held anything
    late = find_pockets(replace(grid_series(CUT, CUT, PARTED), start=day(2), end=day(2)))
    assert [(p.origin, p.first, p.closed_by) for p in late] == [(BEFORE, day(2), ())]


def test_a_pocket_may_be_lost() -> None:
    pocket = only(CORRIDOR, CUT, GONE)
    assert pocket.fate == LOST
    assert [c.place_id for c in pocket.opened_by] == ["p13", "p14", "p15"]


def test_ground_taken_amid_enemies_is_a_pocket_from_then() -> None:
    pocket = only(GONE, "AABBBBB AABBABB AABBBBB")
    assert (pocket.origin, [c.place_id for c in pocket.closed_by]) == (TAKEN, ["p14"])


def test_a_pocket_splits_and_merges() -> None:
    one, other = find_pockets(grid_series(CORRIDOR, CUT, PARTED, CUT))
    assert (one.origin, one.first, one.last, one.fate) == (CUT_OFF, day(2), day(4), LASTS)
    assert (other.origin, other.first, other.last, other.fate) == (SPLIT, day(3), day(3), MERGED)
    assert [c.place_id for c in (*other.closed_by, *other.opened_by)] == ["p14", "p14"]
    assert [len(s.places) for s in one.states] == [3, 1, 3]


def test_the_main_body_may_shift() -> None:
    """The larger ground is on the other side on the second day: each becomes what the other was."""
    maps = "BBBBBBBB BAAABAAB BBBBBBBB", "BBBBBBBB BABBBAAB BBBBBBBB"
    east, west = find_pockets(grid_series(*maps))
    assert (east.places, east.last, east.fate) == (("p15", "p16"), day(1), SHIFTED)
    assert (west.places, west.first, west.origin) == (("p11",), day(2), SHIFTED)
    assert east.opened_by == west.closed_by == ()


def test_the_smaller_part_of_an_enclosed_main_body_is_cut_off_from_it() -> None:
    pocket = only("BBBBBBB BAAAAAB BBBBBBB", "BBBBBBB BABAAAB BBBBBBB")
    assert (pocket.places, pocket.origin) == (("p11",), CUT_OFF)
    assert [c.place_id for c in pocket.closed_by] == ["p12"]


def test_an_actor_that_changes_sides_keeps_its_pocket_or_loses_its_link() -> None:
    actors = "id,side,since\nA,west,\nB,B,\nC,west,\nC,B,2020-01-03\n"
    pocket, *rest = find_pockets(grid_series(*["AACBBBB AACAABB AACBBBB"] * 4, actors=actors))
    assert rest == []
    assert (pocket.first, pocket.origin, pocket.closed_by) == (day(3), CUT_OFF, ())


# --- on any board -----------------------------------------------------------------------------


def flooded(board: list[str], actor: str) -> list[set[str]]:
    """Find the pockets of an actor on a full board by flooding, square by square."""
    squares = set(product(range(len(board)), range(len(board[0]))))
    sign = {(r, c): board[r][c] for r, c in squares}
    own = {s for s in squares if sign[s] == actor}
    passable = own | {s for s in squares if sign[s] == "?" or actor in CONTESTS.get(sign[s], ())}
    bodies, enclosures = parts(own), parts(passable)
    if not bodies:
        return []
    rim = {(r, c) for r, c in squares if {r} & {0, len(board) - 1} or {c} & {0, len(board[0]) - 1}}
    inner = [e for e in enclosures if not e & rim and e & own]
    largest = max(len(body) for body in bodies)
    # Where several are the largest by count, the km² decide; the test knows only the count.
    if sum(len(body) == largest for body in bodies) > 1:
        return []
    main = next(body for body in bodies if len(body) == largest)
    return [{place_id(r, c) for r, c in e & own} for e in inner if not e & main]


def parts(squares: set[tuple[int, int]]) -> list[set[tuple[int, int]]]:
    found, left = [], set(squares)
    while left:
        part, edge = set(), [left.pop()]
        while edge:
            r, c = edge.pop()
            part.add((r, c))
            near = {(r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)} & left
            left -= near
            edge.extend(near)
        found.append(part)
    return found


@settings(max_examples=150)
@given(MAPS)
def test_pockets_are_those_that_flooding_finds(maps: list[str]) -> None:
    series = grid_series(*maps)
    pockets = find_pockets(series)
    for number, board in enumerate(maps, start=1):
        there = [(p.side, s) for p in pockets if (s := p.on(day(number)))]
        for actor in "ABC":
            expected = flooded(board.split(), actor)
            found = [set(s.places) for side, s in there if side == actor]
            if expected:
                assert sorted(map(sorted, found)) == sorted(map(sorted, expected))


@settings(max_examples=60)
@given(MAPS)
def test_pockets_are_enclosed_ground_of_their_side(maps: list[str]) -> None:
    series = grid_series(*maps)
    pockets = find_pockets(series)
    for today in series.days:
        snapshot = series.snapshot(today)
        frame = pockets.on(today)
        assert frame.is_valid.all()
        held = snapshot.areas.set_index("actor").geometry
        rim = shapely.boundary(shapely.union_all(snapshot.areas.geometry.to_numpy()))
        for row in records(frame):
            own = shapely.union_all([held[actor] for actor in row.actors])
            assert shapely.area(shapely.difference(row.geometry, own)) < 1e-9
            assert shapely.length(shapely.intersection(row.geometry, rim)) < 1e-6
            assert row.area_km2 < held_km2(snapshot.areas, row.actors)
            assert row.side not in row.enclosed_by
            assert row.enclosed_by
    daily = pockets.daily()
    assert len(daily) == sum(pocket.days for pocket in pockets)
    assert len(pockets.frame) == len(pockets)
    for pocket in pockets:
        assert series.start <= pocket.first <= pocket.last <= series.end
        assert [s.day for s in pocket.states] == sorted({s.day for s in pocket.states})
        assert pocket.states[0].day == pocket.first


def held_km2(areas: object, actors: tuple[str, ...]) -> float:
    return float(areas[areas["actor"].isin(actors)]["area_km2"].sum())  # type: ignore[index]


@settings(max_examples=60)
@given(MAPS)
def test_no_two_pockets_of_a_day_share_ground(maps: list[str]) -> None:
    pockets = find_pockets(grid_series(*maps))
    for number in range(1, len(maps) + 1):
        pieces = [s.pieces for p in pockets if (s := p.on(day(number)))]
        every = np.concatenate([np.empty(0, dtype=np.int64), *pieces])
        assert len(np.unique(every)) == len(every)


def test_days_asked_for_one_by_one_give_the_same_pockets() -> None:
    """Pieces are put together for stretches of days; a series of many days has several."""
    maps = [CORRIDOR, CUT, PARTED, GONE] * 30
    whole = {
        d: {frozenset(s.places) for p in find_pockets(grid_series(*maps)) if (s := p.on(day(d)))}
        for d in (1, 2, 3, 4, 50, 87, 119, 120)
    }
    for d, found in whole.items():
        assert found == {frozenset(places) for places in pockets_of(maps[d - 1])}


def test_a_frame_names_what_closed_and_opened_a_pocket() -> None:
    series = grid_series(CORRIDOR, CUT, CORRIDOR)
    (row,) = records(series.pockets().frame)
    assert (row.pocket, row.side, row.actors, row.enclosed_by) == (1, "A", ("A",), ("B",))
    assert (row.closed_by_places, row.closed_by_events) == (("p12",), ("e12-2",))
    assert (row.opened_by_places, row.opened_by_events) == (("p12",), ("e12-3",))
    assert repr(series.pockets()).endswith("1 pockets>")
