"""From positions to places: nearest, within so many km, inside an outline."""

from __future__ import annotations

import math
from time import perf_counter
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geofront.crs import LonLat, geodesic_km
from geofront.errors import GeofrontError, PositionError
from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.place import Place
from geofront.gazetteer.reverse import (
    Nearby,
    inside,
    nearest,
    nearest_rows,
    within_km,
)
from geofront.gazetteer.tables import shipped_places

# Ordinary ones; those of the seam and the poles, exactly and by a hair; and clusters a few metres
# wide, of which many are about equally far from anywhere else.
_LON = st.one_of(
    st.floats(-180, 180),
    st.sampled_from([-180.0, 180.0, 0.0, -179.9999, 179.9999, 90.0, -90.0]),
    st.integers(0, 20).map(lambda i: 38 + i / 10_000),
    st.integers(0, 20).map(lambda i: -142 + i / 10_000),
)
_LAT = st.one_of(
    st.floats(-90, 90),
    st.sampled_from([-90.0, 90.0, 0.0, 89.9999, -89.9999]),
    st.integers(0, 20).map(lambda i: 34 + i / 10_000),
    st.integers(0, 20).map(lambda i: -34 - i / 10_000),
)
_POSITION = st.builds(LonLat, _LON, _LAT)
_FEATURE = st.sampled_from(["PPL", "PPLA", "MT", ""])
_PLACES = st.lists(st.tuples(_POSITION, _FEATURE), max_size=40).map(
    # ids in another order than the rows
    lambda given: [
        Place(f"{(i * 17) % 41:02}", "Name", *position, feature=feature)
        for i, (position, feature) in enumerate(given)
    ]
)
_ASKED = st.sampled_from(["", "P", "ppla", ("MT", "PPLA"), "X"])


def by_force(point: LonLat, places: list[Place], feature: str | tuple[str, ...]) -> list[Nearby]:
    codes = (feature,) if isinstance(feature, str) else feature
    kept = [p for p in places if p.feature.startswith(tuple(c.upper() for c in codes))]
    ends = np.array([p.position for p in kept]).reshape(-1, 2)
    kms = geodesic_km(np.tile(point, (len(kept), 1)), ends).tolist()
    found = [Nearby(p, km) for p, km in zip(kept, kms, strict=True)]
    return sorted(found, key=lambda n: (n.km, n.place.id))


@given(_PLACES, st.lists(_POSITION, max_size=8), st.integers(1, 50), _ASKED)
def test_nearest_is_what_measuring_every_distance_finds(
    places: list[Place], points: list[LonLat], limit: int, feature: Any
) -> None:
    expected = [by_force(point, places, feature)[:limit] for point in points]
    assert nearest(points, Gazetteer(places), limit=limit, feature=feature) == expected


@given(_PLACES, _POSITION, st.one_of(st.floats(0, 20_010), st.just(math.inf)), _ASKED)
def test_within_is_what_measuring_every_distance_finds(
    places: list[Place], point: LonLat, km: float, feature: Any
) -> None:
    expected = [n for n in by_force(point, places, feature) if n.km <= km]
    assert within_km(point, Gazetteer(places), km, feature=feature) == expected


@given(_PLACES.filter(bool), _POSITION)
def test_a_place_just_at_the_limit_is_within(places: list[Place], point: LonLat) -> None:
    farthest = by_force(point, places, "")[-1]
    assert farthest in within_km(point, Gazetteer(places), farthest.km)


@given(_PLACES, st.integers(-34, 34), st.integers(-16, 14), st.integers(1, 8), st.integers(1, 4))
def test_inside_a_box_is_between_its_edges(
    places: list[Place], west: int, south: int, width: int, height: int
) -> None:
    """Boxes of 5° that begin anywhere from 170° W to 170° E and may go on beyond 180°."""
    box = shapely.box(*(5 * west, 5 * south), *(5 * (west + width), 5 * (south + height)))
    low, high = 5 * west, 5 * (west + width)
    expected = {
        p.id
        for p in places
        if 5 * south <= p.lat <= 5 * (south + height)
        and (
            any(low <= p.lon + turn <= high for turn in (-360, 0, 360))
            or abs(p.lat) == 90  # every longitude is the pole's
        )
    }
    found = inside(box, Gazetteer(places))
    assert {n.place.id for n in found} == expected
    assert found == sorted(found, key=lambda n: (n.km, n.place.id))


FIJI = Gazetteer(
    [
        Place("east", "Lakeba", -178.8, -18.2, feature="ISL"),
        Place("seam", "Taveuni", 180.0, -16.8, feature="ISL"),
        Place("seam-too", "Taveuni", -180.0, -16.8, feature="PPL"),
        Place("west", "Suva", 178.44, -18.14, feature="PPLC"),
    ]
)


def test_both_sides_of_the_180th_meridian_are_near() -> None:
    (found,) = nearest([(179.99, -16.8)], FIJI, limit=4)
    assert [n.place.id for n in found] == ["seam", "seam-too", "east", "west"]
    assert found[0].km == found[1].km == pytest.approx(1.066, abs=0.001)
    assert [n.place.id for n in within_km((-179.99, -16.8), FIJI, 2)] == ["seam", "seam-too"]


@pytest.mark.parametrize(
    "outline",
    [
        shapely.box(178, -19, 182, -16),
        shapely.box(-182, -19, -178, -16),
        shapely.MultiPolygon([shapely.box(178, -19, 180, -16), shapely.box(-180, -19, -178, -16)]),
    ],
)
def test_an_outline_may_cross_the_180th_meridian(outline: shapely.Geometry) -> None:
    found = inside(outline, FIJI)
    assert [n.place.id for n in found] == ["seam", "seam-too", "east", "west"]
    # The middle is at 180° E, and a little north of 17.5° S would be in degrees alone.
    assert found[0].km == pytest.approx(79, abs=2)


def test_a_pole_is_one_place_whatever_its_longitude() -> None:
    poles = Gazetteer([Place("n", "Pole", 77.0, 90.0), Place("s", "Pole", -5.0, -90.0)])
    cap = shapely.box(-180, 80, 180, 90)
    (found,) = inside(cap, poles)
    assert found.place.id == "n"
    assert found.km == pytest.approx(0, abs=0.001)  # the middle of a cap is its pole
    (north,) = nearest([(-120.0, 90.0)], poles)[0]
    assert north.place.id == "n"
    assert north.km == pytest.approx(0)
    assert [n.place.id for n in within_km((0, -89.0), poles, 112)] == ["s"]


def test_the_edge_of_an_outline_is_inside_and_a_hole_is_not() -> None:
    grid = Gazetteer(Place(f"{x}{y}", "Name", x, y) for x in range(5) for y in range(5))
    square = shapely.box(0, 0, 4, 4).difference(shapely.box(0.5, 0.5, 3.5, 3.5))
    ids = {n.place.id for n in inside(square, grid)}
    assert ids == {f"{x}{y}" for x in range(5) for y in range(5) if {x, y} & {0, 4}}
    assert inside(shapely.Polygon(), grid) == []


def test_the_most_central_place_comes_first() -> None:
    grid = Gazetteer(Place(f"{x}{y}", "Name", x, y) for x in range(5) for y in range(5))
    found = inside(shapely.box(-0.5, -0.5, 4.5, 4.5), grid)
    assert found[0].place.id == "22"
    assert found[0].km < 1
    # A tiny outline has its middle as exactly as a large one.
    (only,) = inside(shapely.box(0.99999, 0.99999, 1.00001, 1.00001), grid)
    assert only.km < 1e-5


def test_a_feature_is_a_code_or_its_first_letters() -> None:
    assert [n.place.id for n in nearest([(178, -18)], FIJI, limit=9, feature="isl")[0]] == [
        "seam",
        "east",
    ]
    assert nearest([(178, -18)], FIJI, feature=("PPLC", "MT"))[0][0].place.id == "west"
    assert nearest([(178, -18)], FIJI, feature="MT") == [[]]


def test_rows_are_those_of_the_gazetteer_and_minus_one_where_there_are_no_more() -> None:
    rows, kms = nearest_rows(np.array([[178.4, -18.1], [-178.8, -18.2]]), FIJI, limit=5)
    assert rows.tolist() == [[3, 1, 2, 0, -1], [0, 1, 2, 3, -1]]
    assert np.isinf(kms[:, 4]).all()
    assert kms[1, 0] == 0


def test_nothing_is_found_where_there_is_nothing() -> None:
    nowhere = Gazetteer([])
    assert nearest([(38, 34)], nowhere, limit=3) == [[]]
    assert nearest([], FIJI) == []
    assert nearest(np.empty((0, 2)), FIJI) == []
    assert within_km((38, 34), nowhere, math.inf) == []
    assert inside(shapely.box(0, 0, 1, 1), nowhere) == []


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([(38.0, 134.0)], "swapped"),
        ([(38.0, 34.0), (200.0, 34.0), (0.0, 91.0)], "position 1, and 1 more"),
        ([(math.nan, 34.0)], "not in degrees"),
        ([(math.inf, 34.0)], "not in degrees"),
        ([(38.0, 34.0, 1.0)], "shape"),
        ([["east", "north"]], "not numbers"),
        ([(38.0, None)], "not in degrees"),
    ],
)
def test_what_is_no_position_is_refused(points: Any, said: str) -> None:
    with pytest.raises(PositionError, match=said):
        nearest(points, FIJI)


def test_what_is_no_limit_distance_or_outline_is_refused() -> None:
    with pytest.raises(PositionError, match="limit 0"):
        nearest([(38, 34)], FIJI, limit=0)
    for km in (-1.0, math.nan):
        with pytest.raises(PositionError, match="not a distance"):
            within_km((38, 34), FIJI, km)
    with pytest.raises(PositionError, match="2 positions"):
        within_km([(38, 34), (39, 34)], FIJI, 5)  # type: ignore[arg-type]
    with pytest.raises(PositionError, match="LineString has no inside"):
        inside(shapely.LineString([(0, 0), (1, 1)]), FIJI)
    with pytest.raises(PositionError, match=r"Self-intersection.*make_valid"):
        inside(shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), FIJI)
    with pytest.raises(PositionError, match="project it"):
        inside(shapely.box(500_000, 3_800_000, 600_000, 3_900_000), FIJI)
    assert issubclass(PositionError, GeofrontError)
    assert issubclass(PositionError, ValueError)


def test_the_shipped_places_are_found_at_their_own_positions() -> None:
    gazetteer = Gazetteer(shipped_places("syria")[0])
    rows, kms = nearest_rows(gazetteer.positions, gazetteer)
    assert kms.max() == 0
    assert (gazetteer.positions[rows[:, 0]] == gazetteer.positions).all()


def test_places_at_one_position_come_in_the_order_of_their_ids() -> None:
    """More of them than the first search looks at."""
    twins = Gazetteer(Place(f"{(i * 7) % 100:02}", "Name", 38.0, 34.0) for i in range(100))
    (found,) = nearest([(38.5, 34.0)], twins, limit=3)
    assert [n.place.id for n in found] == ["00", "01", "02"]


@pytest.mark.slow
def test_a_million_positions_among_235_000_places_take_seconds() -> None:
    """Some five seconds here; the limit is for slow and busy machines."""
    rng = np.random.default_rng(7)

    def anywhere(count: int) -> Any:
        lat = np.degrees(np.arcsin(rng.uniform(-1, 1, count)))
        return np.column_stack([rng.uniform(-180, 180, count), lat])

    gazetteer = Gazetteer(
        Place(str(i), "Name", lon, lat) for i, (lon, lat) in enumerate(anywhere(235_000).tolist())
    )
    points = anywhere(1_000_000)
    start = perf_counter()
    found = nearest(points, gazetteer)
    took = perf_counter() - start
    assert len(found) == 1_000_000
    assert took < 60
    for number in range(0, 1_000_000, 250_000):
        kms = geodesic_km(np.tile(points[number], (235_000, 1)), gazetteer.positions)
        assert found[number][0].km == kms.min()
