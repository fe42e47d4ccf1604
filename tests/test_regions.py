"""Regions in a mention: which of the namesakes is meant, by division and by position."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geofront.crs import LonLat
from geofront.errors import AmbiguousPlaceError, UnknownPlaceError
from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.place import Place
from geofront.gazetteer.regions import Region, split_region
from geofront.gazetteer.resolver import ACCEPTED, Context, locate, resolve


def town(place_id: str, lon: float, lat: float, admin1: str, country: str = "US") -> Place:
    name = place_id.partition("-")[0].capitalize()
    return Place(place_id, name, lon, lat, feature="PPL", admin1=admin1, country=country)


# Springfield of Illinois, of Missouri and of Massachusetts, with GeoNames' codes.
ILLINOIS = town("springfield-il", -89.64, 39.80, "IL")
MISSOURI = town("springfield-mo", -93.30, 37.22, "MO")
BAY_STATE = town("springfield-ma", -72.59, 42.10, "MA")
SPRINGFIELDS = [MISSOURI, BAY_STATE, ILLINOIS]
STATE = Place("illinois", "Illinois", -89.25, 40.0, feature="ADM1", admin1="IL", country="US")


def scores(mention: str, places: list[Place], context: Context | None = None) -> dict[str, float]:
    matches = resolve(mention, Gazetteer(places), context=context or Context())
    return {m.place.id: m.score for m in matches}


@pytest.mark.parametrize(
    ("mention", "parts"),
    [
        ("Khattab in eastern Homs", ("Khattab", "Homs", "east")),
        ("Khattab, in the Northern Hama", ("Khattab", "Hama", "north")),
        ("Springfield in Illinois", ("Springfield", "Illinois", "")),
        ("Springfield", None),
        ("in Homs", None),
    ],
)
def test_a_region_is_taken_off(mention: str, parts: tuple[str, str, str] | None) -> None:
    assert split_region(mention) == parts


def test_a_code_is_not_held_to_the_name_of_a_division() -> None:
    found = scores("Springfield in Illinois", [ILLINOIS])
    assert found["springfield-il"] >= ACCEPTED
    named = Context(admin1="Illinois")
    assert scores("Springfield", [ILLINOIS], named) == scores("Springfield", [ILLINOIS])
    assert locate("Springfield", Gazetteer([ILLINOIS]), context=named) is ILLINOIS


def test_nothing_known_of_the_region_leaves_a_tie_a_tie() -> None:
    with pytest.raises(AmbiguousPlaceError):
        locate("Springfield in Illinois", Gazetteer(SPRINGFIELDS))


def test_the_division_tells_its_code() -> None:
    gazetteer = Gazetteer([*SPRINGFIELDS, STATE])
    assert locate("Springfield in Illinois", gazetteer) is ILLINOIS
    assert locate("Springfield", gazetteer, context=Context(admin1="Illinois")) is ILLINOIS
    assert locate("Springfield", gazetteer, context=Context(admin1="IL")) is ILLINOIS
    far = town("cairo-il", -89.18, 37.01, "IL")  # 330 km from the middle of the state
    assert locate("Cairo in Illinois", Gazetteer([far, STATE])) is far


def test_a_code_of_one_country_says_nothing_of_another() -> None:
    abroad = town("springfield-xx", 20.0, 10.0, "07", country="XX")
    (match,) = resolve(
        "Springfield", Gazetteer([abroad, STATE]), context=Context(admin1="Illinois")
    )
    assert match.score == 0.99


def test_names_of_divisions_are_compared_by_their_words() -> None:
    homs = town("arak", 38.55, 34.65, "Homs Governorate", country="SY")
    hama = town("arak-hama", 37.0, 35.1, "Hama", country="SY")
    for asked in ("Homs", "homs governorate", "Ḥomṣ"):
        found = resolve("Arak", Gazetteer([hama, homs]), context=Context(admin1=asked))
        assert [m.place.id for m in found] in (["arak"], ["arak", "arak-hama"])
    assert not Region("Ham").is_division_of(hama)
    assert Region("Hama").is_division_of(hama)
    assert Region("Hama").is_division_of(town("x", 0, 0, "")) is None


def test_a_region_of_several_namesakes_may_be_any_of_them() -> None:
    """Whichever of them stands first, that the mention means the other is not ruled out."""
    north = town("palm-north", -100.0, 45.0, "01")
    south = town("palm-south", -90.0, 30.0, "02")
    in_north, in_south = town("ford-n", -100.1, 45.1, "01"), town("ford-s", -90.1, 30.1, "02")
    for order in ([north, south], [south, north]):
        assert locate("Ford in Palm", Gazetteer([*order, in_north])) is in_north
        assert locate("Ford in Palm", Gazetteer([*order, in_south])) is in_south
        with pytest.raises(AmbiguousPlaceError):
            locate("Ford in Palm", Gazetteer([*order, in_north, in_south]))


def test_far_from_every_place_of_the_regions_name_is_proposed_but_not_accepted() -> None:
    region = town("hampshire", -88.5, 42.1, "01")
    gazetteer = Gazetteer([region, BAY_STATE])
    assert resolve("Springfield in Hampshire", gazetteer)[0].place is BAY_STATE
    with pytest.raises(UnknownPlaceError):
        locate("Springfield in Hampshire", gazetteer)


def test_the_division_of_a_town_is_not_the_town() -> None:
    palmyra = town("palmyra", 38.28, 34.56, "Homs", country="SY")
    near, far = town("arak", 38.5, 34.6, "Homs", "SY"), town("jazal", 36.8, 34.7, "Homs", "SY")
    assert locate("Arak in Palmyra", Gazetteer([palmyra, near])) is near
    with pytest.raises(UnknownPlaceError):
        locate("Jazal in Palmyra", Gazetteer([palmyra, far]))


def test_the_side_of_a_region_counts_by_position() -> None:
    homs = town("homs", 36.72, 34.73, "Homs", "SY")
    east, west = town("arak", 37.3, 34.7, "Homs", "SY"), town("arak-w", 36.2, 34.7, "Homs", "SY")
    gazetteer = Gazetteer([west, east, homs])
    assert locate("Arak in eastern Homs", gazetteer) is east
    assert locate("Arak in western Homs", gazetteer) is west
    assert "km from the east of Homs" in resolve("Arak in eastern Homs", gazetteer)[0].reasons[-1]


def test_a_side_keeps_to_the_globe() -> None:
    seam = Gazetteer([Place("r", "Rim", 179.9, 89.9)])
    assert Region.of("Rim", seam, "east").points[0] == pytest.approx((-179.6, 89.9))
    assert Region.of("Rim", seam, "north").points[0] == pytest.approx((179.9, 90.0))


@given(
    st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), max_size=30),
    st.tuples(st.floats(-180, 180), st.floats(-90, 90)),
    st.floats(0, 21_000),
)
def test_the_places_within_a_distance_are_those_that_a_comparison_of_all_finds(
    positions: list[tuple[float, float]], point: tuple[float, float], km: float
) -> None:
    gazetteer = Gazetteer(Place(str(i), "X", *at) for i, at in enumerate(positions))
    found = set(gazetteer.rows_within(LonLat(*point), km).tolist())
    (lon, lat), (lons, lats) = np.radians(point), np.radians(np.reshape(positions, (-1, 2))).T
    half = np.sin((lats - lat) / 2) ** 2
    half += np.cos(lat) * np.cos(lats) * np.sin((lons - lon) / 2) ** 2
    kms = 2 * 6371.0088 * np.arcsin(np.minimum(np.sqrt(half), 1))
    assert set(np.flatnonzero(kms <= km - 0.01).tolist()) <= found
    assert found <= set(np.flatnonzero(kms <= km + 0.01).tolist())
