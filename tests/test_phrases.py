"""Phrases: what is understood, where it is, how far that may be off, and what is refused."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import shapely
from hypothesis import assume, example, given
from hypothesis import strategies as st
from pyproj import Geod

from geofront.errors import AmbiguousPlaceError, GeofrontError, UnknownPlaceError
from geofront.gazetteer.names import fold
from geofront.gazetteer.place import Place
from geofront.gazetteer.resolver import Match
from geofront.gazetteer.text.phrases import Phrase, PhraseError, parse, read_phrase

if TYPE_CHECKING:
    from collections.abc import Callable

GEOD = Geod(ellps="WGS84")
DOCS = Path(__file__).parents[1] / "docs" / "phrases.md"

PALMYRA = Place("palmyra", "Palmyra", 38.285, 34.56, ("Tadmur",), "PPL", 2.0, licence="CC-BY-4.0")
ARAK = Place("arak", "Arak", 38.57, 34.65, feature="PPL", radius_km=1.0, licence="CC0-1.0")
AL_BAB = Place("al-bab", "al-Bab", 37.5165, 36.3707, feature="PPL", radius_km=1.5)
DIRRAH = Place("tall-ad-dirrah", "Tall ad-Dirrah", 37.0, 35.1, feature="PPL", radius_km=0.7)
DEIR = Place("deir-ez-zor", "Deir ez-Zor", 40.14, 35.33, feature="PPL", radius_km=3.0)
RAM_HAMDAN = Place("ram-hamdan", "Ram-Hamdan", 36.75, 36.05, feature="PPL", radius_km=0.7)
RAS = Place("ras", "Ras and Ayn", 40.07, 36.85, feature="PPL", radius_km=1.0)
CITIES = [
    Place(name.lower(), name, lon, lat, feature="PPL", radius_km=3.0)
    for name, lon, lat in [
        ("Aleppo", 37.16, 36.2),
        ("Khanasser", 37.5, 35.78),
        ("Ithriya", 37.78, 35.37),
        ("Homs", 36.72, 34.73),
        ("Damascus", 36.29, 33.51),
    ]
]
HOMONYMS = [
    Place("khattab-homs", "Khattab", 37.3, 34.9),
    Place("khattab-hama", "Khattab", 36.7, 35),
]
EVERYWHERE = [PALMYRA, ARAK, AL_BAB, DIRRAH, DEIR, RAM_HAMDAN, RAS, *CITIES, *HOMONYMS]


def among(*places: Place) -> Callable[[str], Place]:
    """Return how a name is found among some places: by id, or by a spelling of the same key."""

    def locate(name: str) -> Place:
        found = [p for p in places if name == p.id or fold(name) in map(fold, p.toponyms)]
        if not found:
            raise UnknownPlaceError(name)
        if len(found) > 1:
            raise AmbiguousPlaceError(name, [Match(p, 1.0, ()) for p in found])
        return found[0]

    return locate


def read(text: str, *places: Place) -> Phrase:
    """Return the phrase, which must be one."""
    phrase = read_phrase(text, among(*(places or EVERYWHERE)))
    assert phrase is not None
    return phrase


def km_between(a: Place, b: Place) -> float:
    """Return the distance between two places."""
    return float(GEOD.inv(a.lon, a.lat, b.lon, b.lat)[2]) / 1000


def ids(phrase: Phrase) -> list[str]:
    """Return the ids of the places that a phrase names."""
    return [place.id for place in phrase.anchors]


# --- a distance and a direction ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "km", "azimuth"),
    [
        ("4 km west of Palmyra", 4, 270),
        ("4 km W of Palmyra", 4, 270),
        ("4km NW of Palmyra", 4, 315),
        ("4-km W of Palmyra", 4, 270),
        ("4 km. to the west of Palmyra", 4, 270),
        ("4 km due west from Palmyra", 4, 270),
        ("4 KM WEST OF PALMYRA", 4, 270),
        ("4.0 kilometers westwards of Palmyra", 4, 270),
        ("some 10 kilometres (6 miles) south-east of Palmyra", 10, 135),
        ("10 km/6 mi SE of Palmyra", 10, 135),
        ("2.5 mi north of Palmyra", 4.02336, 0),
        ("2,5 miles N. of Palmyra", 4.02336, 0),
        ("3 nautical miles N of Palmyra", 5.556, 0),
        ("1,500 m east of Palmyra", 1.5, 90),
        ("two miles E of Palmyra", 3.218688, 90),
        ("half a mile E of Palmyra", 0.804672, 90),
        ("a few kilometres E of Palmyra", 3.5, 90),
        ("4–5 km east of Palmyra", 4.5, 90),
        ("4 to 5 km east of Palmyra", 4.5, 90),
        ("a village about 4 km east of Palmyra", 4, 90),
        ("at a point 4 km east of the town of Palmyra", 4, 90),
        ("“4 km east of the Palmyra.”", 4, 90),
        ("4 km east\u200f of \u202aPalmyra\u202c\n", 4, 90),
        ("٤ km east of Palmyra", 4, 90),
    ],
)
def test_a_distance_and_a_direction_are_a_point(text: str, km: float, azimuth: float) -> None:
    phrase = read(text)
    place = phrase.place
    assert (phrase.kind, phrase.anchors) == ("offset", (PALMYRA,))
    assert (phrase.geometry.x, phrase.geometry.y) == place.position
    forward, _, metres = GEOD.inv(PALMYRA.lon, PALMYRA.lat, place.lon, place.lat)
    assert metres == pytest.approx(km * 1000, abs=0.01)
    assert math.remainder(forward - azimuth, 360) == pytest.approx(0, abs=0.0001)


@pytest.mark.parametrize(
    ("number", "spellings"),
    [
        *enumerate(
            [
                ["N", "n", "north", "northern", "northerly"],
                ["NNE", "north-north-east", "north north east", "northnortheast"],
                ["NE", "N.E.", "north-east", "north–east", "northeast", "northeastern"],
                ["ENE", "east-north-east", "east-northeast"],
                ["E", "east", "easternmost"],
                ["ESE", "east-southeast"],
                ["SE", "south-east", "south east"],
                ["SSE", "south-southeast"],
                ["S", "south", "southward"],
                ["SSW", "south-south-west"],
                ["SW", "south-western"],
                ["WSW", "west-southwest"],
                ["W", "west", "western"],
                ["WNW", "west north-west"],
                ["NW", "northwest"],
                ["NNW", "north-northwest"],
            ]
        )
    ],
)
def test_the_sixteen_directions_in_all_spellings(number: int, spellings: list[str]) -> None:
    for spelling in spellings:
        parsed = parse(f"4 km {spelling} of Palmyra")
        assert parsed is not None
        assert (parsed.kind, parsed.azimuth) == ("offset", number * 22.5)


@pytest.mark.parametrize(
    ("text", "radius_km"),
    [
        # anchor 2 km; half the rounding of 4 is 0.5; 4 km * tan 22.5° = 1.657
        ("4 km W of Palmyra", math.sqrt(2**2 + 0.5**2 + 1.657**2)),
        ("4 km WNW of Palmyra", math.sqrt(2**2 + 0.5**2 + 0.796**2)),
        ("4.0 km W of Palmyra", math.sqrt(2**2 + 0.05**2 + 1.657**2)),
        ("about 4 km W of Palmyra", math.sqrt(2**2 + 1**2 + 1.657**2)),
        ("only 4 km W of Palmyra", math.sqrt(2**2 + 0.5**2 + 1.657**2)),
        ("10 km W of Palmyra", math.sqrt(2**2 + 5**2 + 4.142**2)),
        ("some 10 km W of Palmyra", math.sqrt(2**2 + 5**2 + 4.142**2)),
        ("400 m W of Palmyra", math.sqrt(2**2 + 0.05**2 + 0.166**2)),
        ("10-15 km W of Palmyra", math.sqrt(2**2 + 2.5**2 + 5.178**2)),
        ("a few km W of Palmyra", math.sqrt(2**2 + 1.5**2 + 1.450**2)),
    ],
)
def test_the_radius_adds_what_is_uncertain(text: str, radius_km: float) -> None:
    phrase = read(text)
    assert phrase.radius_km == pytest.approx(radius_km, abs=0.001)
    assert phrase.place.radius_km == phrase.radius_km


def test_a_phrase_tells_its_working() -> None:
    assert read("4 km W of Palmyra").reasons == (
        "Palmyra (palmyra), known to 2 km",
        "4 ± 0.5 km west ± 22.5°",
        "radius 2.64 km",
    )


positions = st.tuples(
    st.floats(-180, 180, allow_subnormal=False), st.floats(-89.9, 89.9, allow_subnormal=False)
)
metres = st.integers(10, 999_000)
directions = st.integers(0, 15)
LETTERS = "N NNE NE ENE E ESE SE SSE S SSW SW WSW W WNW NW NNW"


@given(positions, metres, directions)
@example((180.0, 10.0), 5000, 4)
@example((-180.0, -10.0), 5000, 12)
@example((20.0, 89.9), 50_000, 0)
def test_the_point_lies_as_far_and_in_the_direction_as_said(
    position: tuple[float, float], m: int, direction: int
) -> None:
    letters = re.findall(r"\w+", LETTERS)[direction]
    anchor = Place("x", "X", *position, radius_km=1.0)
    place = read(f"{m / 1000:.3f} km {letters} of X", anchor).place
    forward, _, found = GEOD.inv(*position, place.lon, place.lat)
    assert found == pytest.approx(m, abs=1)
    assert math.remainder(forward - direction * 22.5, 360) == pytest.approx(0, abs=0.01)
    assert -180 <= place.lon <= 180
    assert -90 <= place.lat <= 90


# --- a distance alone, and areas --------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["15 km from Palmyra", "15 km outside Palmyra", "15 km away from Palmyra", "15 km off Palmyra"],
)
def test_a_distance_alone_is_a_disc(text: str) -> None:
    phrase = read(text)
    assert (phrase.kind, phrase.geometry.geom_type) == ("distance", "Polygon")
    assert phrase.radius_km == pytest.approx(15 + math.hypot(2, 0.5), abs=0.001)
    assert km_between(phrase.place, PALMYRA) < 0.001


@pytest.mark.parametrize(
    ("text", "kind", "reach_km"),
    [
        ("near Palmyra", "near", 2 + 5),
        ("close to Palmyra", "near", 2 + 5),
        ("checkpoint near the city of Palmyra", "near", 2 + 5),
        ("in the vicinity of Palmyra", "near", 2 + 5),
        ("the Palmyra area", "near", 2 + 5),
        ("outside Palmyra", "outside", 2 + 3),
        ("outside of Palmyra", "outside", 2 + 3),
        ("the outskirts of Palmyra", "outskirts", 2 + 2),
        ("On the outskirts of Palmyra", "outskirts", 2 + 2),
        ("orchards on the fringes of Palmyra", "outskirts", 2 + 2),
        ("Palmyra outskirts", "outskirts", 2 + 2),
        ("the countryside of Palmyra", "countryside", 2 + 20),
        ("Palmyra countryside", "countryside", 2 + 20),
    ],
)
def test_an_area_around_is_a_disc(text: str, kind: str, reach_km: float) -> None:
    phrase = read(text)
    assert (phrase.kind, phrase.radius_km) == (kind, reach_km)
    assert km_between(phrase.place, PALMYRA) < 0.001
    assert phrase.geometry.is_valid
    north = GEOD.fwd(PALMYRA.lon, PALMYRA.lat, 0, reach_km * 990)
    assert phrase.geometry.contains(shapely.Point(north[:2]))


@pytest.mark.parametrize(
    ("text", "kind", "azimuth", "reach_km"),
    [
        ("west of Palmyra", "side", 270, 2 + 15),
        ("to the west of Palmyra", "side", 270, 2 + 15),
        ("the area north of Palmyra", "side", 0, 2 + 15),
        ("hills south-east of Palmyra", "side", 135, 2 + 15),
        ("two villages SE of Palmyra", "side", 135, 2 + 15),
        ("2 villages SE of Palmyra", "side", 135, 2 + 15),
        ("the northern outskirts of Palmyra", "outskirts", 0, 2 + 2),
        ("farms on the northern edge of Palmyra", "outskirts", 0, 2 + 2),
        ("northern countryside of Palmyra", "countryside", 0, 2 + 20),
        ("northern Palmyra countryside", "countryside", 0, 2 + 20),
        ("the eastern parts of Palmyra", "part", 90, 2),
        ("the east side of Palmyra", "part", 90, 2),
        ("eastern Palmyra", "part", 90, 2),
        ("in north-western Palmyra", "part", 315, 2),
        ("west Palmyra", "part", 270, 2),
    ],
)
def test_a_side_is_a_slice(text: str, kind: str, azimuth: float, reach_km: float) -> None:
    phrase = read(text)
    place = phrase.place
    assert (phrase.kind, phrase.geometry.geom_type) == (kind, "Polygon")
    assert phrase.geometry.is_valid
    assert phrase.geometry.contains(shapely.Point(place.position))
    forward, _, metres = GEOD.inv(PALMYRA.lon, PALMYRA.lat, place.lon, place.lat)
    assert math.remainder(forward - azimuth, 360) == pytest.approx(0, abs=0.1)
    # the centre of mass of a quarter of a disc: 2/3 of the radius, times sin 45° / 45°
    centre_km = reach_km * 2 / 3 * math.sin(math.pi / 4) / (math.pi / 4)
    assert metres / 1000 == pytest.approx(centre_km, rel=0.01)
    corner_km = math.dist(
        (centre_km, 0), (reach_km * math.cos(math.pi / 4), reach_km * math.sin(math.pi / 4))
    )
    assert phrase.radius_km == pytest.approx(corner_km, rel=0.01)


@given(
    st.tuples(st.floats(-180, 180), st.floats(-90, 90)),
    st.sampled_from([*re.findall(r"\w+", LETTERS), ""]),
    st.sampled_from([0.0, 1.0, 65.0]),
    st.floats(-1, 1),
    st.floats(0, 0.99),
)
@example((179.95, 50.0), "E", 1.0, 0.0, 0.9)
@example((-179.95, 50.0), "", 1.0, 0.5, 0.9)
@example((10.0, 89.99), "", 1.0, 0.5, 0.5)
@example((10.0, -90.0), "", 1.0, 0.5, 0.5)
@example((0.0, 90.0), "N", 1.0, 0.0, 0.5)
@example((180.0, 89.888544), "NE", 3.0, 0.0, 0.5)
def test_an_area_keeps_to_the_globe_and_its_circle_holds_it(
    position: tuple[float, float], letters: str, radius_km: float, turn: float, share: float
) -> None:
    anchor = Place("x", "X", *position, radius_km=radius_km)
    phrase = read(f"{letters} of X" if letters else "near X", anchor)
    place = phrase.place
    west, south, east, north = phrase.geometry.bounds
    assert phrase.geometry.is_valid
    assert -180 <= west <= east <= 180
    assert -90 <= south <= north <= 90
    assert -180 <= place.lon <= 180
    reach_km = max(radius_km, 0.5) + (15 if letters else 5)
    index = re.findall(r"\w+", LETTERS).index(letters) if letters else 0
    width = (45 if index % 2 == 0 else 22.5) if letters else 180
    lon, lat, _ = GEOD.fwd(*position, index * 22.5 + turn * width, share * reach_km * 1000)
    assert GEOD.inv(place.lon, place.lat, lon, lat)[2] / 1000 <= phrase.radius_km + 0.01


def test_an_area_over_the_180th_meridian_is_in_two_parts() -> None:
    fiji = Place("x", "X", 179.98, -17.0, radius_km=1.0)
    phrase = read("near X", fiji)
    assert phrase.geometry.geom_type == "MultiPolygon"
    assert phrase.geometry.is_valid
    assert phrase.geometry.contains(shapely.Point(-179.99, -17.0))
    # a disc of 6 km: π 36 km², less what 72 straight sides cut off
    assert abs(GEOD.geometry_area_perimeter(phrase.geometry)[0]) / 1e6 == pytest.approx(
        113, rel=0.01
    )
    assert km_between(phrase.place, fiji) < 0.001


@pytest.mark.parametrize("lat", [89.99, -89.99])
def test_an_area_around_a_pole_holds_it(lat: float) -> None:
    phrase = read("near X", Place("x", "X", 30.0, lat, radius_km=1.0))
    assert phrase.geometry.is_valid
    assert phrase.geometry.covers(shapely.Point(100.0, math.copysign(89.999, lat)))
    assert abs(GEOD.geometry_area_perimeter(phrase.geometry)[0]) / 1e6 == pytest.approx(
        113, rel=0.01
    )


# --- two places and more ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["halfway", "half-way", "midway", "the midpoint", "a hill halfway"]
)
@pytest.mark.parametrize("names", ["from Palmyra to Arak", "between Palmyra and Arak"])
def test_halfway_is_a_point(word: str, names: str) -> None:
    phrase = read(f"{word} {names}")
    length = km_between(PALMYRA, ARAK)
    assert (phrase.kind, ids(phrase)) == ("halfway", ["palmyra", "arak"])
    assert phrase.geometry.geom_type == "Point"
    assert phrase.radius_km == pytest.approx(math.sqrt((4 + 1) / 4 + (length / 10) ** 2), abs=0.001)


@given(positions, positions)
@example((179.0, 10.0), (-179.0, 12.0))
@example((0.0, 89.0), (180.0, 89.0))
def test_the_midpoint_is_as_far_from_both(a: tuple[float, float], b: tuple[float, float]) -> None:
    length = GEOD.inv(*a, *b)[2]
    assume(length > 1)
    place = read("halfway between A1 and B1", Place("a", "A1", *a), Place("b", "B1", *b)).place
    to_a, to_b = (GEOD.inv(place.lon, place.lat, *end)[2] for end in (a, b))
    assert to_a == pytest.approx(to_b, abs=1)
    assert to_a + to_b == pytest.approx(length, abs=1)
    assert -180 <= place.lon <= 180


def test_between_two_places_is_the_line() -> None:
    phrase = read("the area between Palmyra and Arak")
    length = km_between(PALMYRA, ARAK)
    assert (phrase.kind, phrase.geometry.geom_type) == ("between", "LineString")
    assert phrase.geometry.coords[0] == PALMYRA.position
    assert phrase.geometry.coords[-1] == ARAK.position
    assert phrase.radius_km == pytest.approx(math.hypot(length / 2, 2), abs=0.001)
    assert km_between(phrase.place, PALMYRA) == pytest.approx(length / 2, abs=0.001)
    assert km_between(phrase.place, ARAK) == pytest.approx(length / 2, abs=0.001)
    assert phrase.place.feature == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the Palmyra–Arak road", ["palmyra", "arak"]),
        ("Palmyra-Arak road", ["palmyra", "arak"]),
        ("Palmyra - Arak road", ["palmyra", "arak"]),
        ("the Palmyra—Arak highway", ["palmyra", "arak"]),
        ("the strategic Palmyra to Arak highway", ["palmyra", "arak"]),
        ("road from Palmyra to Arak", ["palmyra", "arak"]),
        ("road to Arak from Palmyra", ["arak", "palmyra"]),
        ("the desert road between Palmyra and Arak", ["palmyra", "arak"]),
        ("along the road from the town of Palmyra to Arak", ["palmyra", "arak"]),
        ("Aleppo-Khanasser-Ithriya road", ["aleppo", "khanasser", "ithriya"]),
        ("the Aleppo–Khanasser–Ithriya–Homs highway", ["aleppo", "khanasser", "ithriya", "homs"]),
        ("al-Bab-Aleppo road", ["al-bab", "aleppo"]),
        ("al-Bab–Aleppo road", ["al-bab", "aleppo"]),
        ("Aleppo-al-Bab road", ["aleppo", "al-bab"]),
        ("Tall ad-Dirrah-Deir ez-Zor road", ["tall-ad-dirrah", "deir-ez-zor"]),
        ("Ram-Hamdan-Aleppo road", ["ram-hamdan", "aleppo"]),
        ("the Ram-Hamdan–Aleppo road", ["ram-hamdan", "aleppo"]),
        ("road from Ras and Ayn to Palmyra", ["ras", "palmyra"]),
        ("the road between Ras and Ayn and Palmyra", ["ras", "palmyra"]),
    ],
)
def test_a_road_is_the_line_through_its_places(text: str, expected: list[str]) -> None:
    phrase = read(text)
    assert (phrase.kind, ids(phrase)) == ("road", expected)
    assert phrase.geometry.geom_type == "LineString"
    assert phrase.place.feature == "RD"
    legs = [km_between(a, b) for a, b in zip(phrase.anchors, phrase.anchors[1:], strict=False)]
    widest = max(a.radius_km for a in phrase.anchors)
    assert phrase.radius_km == pytest.approx(math.hypot(sum(legs) / 2, widest), abs=0.001)
    drawn = GEOD.geometry_length(phrase.geometry) / 1000
    assert drawn == pytest.approx(sum(legs), abs=0.001)


def test_the_middle_of_a_road_is_the_middle_of_its_length() -> None:
    # Khanasser lies 56 km from Aleppo and 52 km from Ithriya, so the middle is before it.
    aleppo, khanasser, ithriya = CITIES[:3]
    place = read("Aleppo-Khanasser-Ithriya road").place
    half = (km_between(aleppo, khanasser) + km_between(khanasser, ithriya)) / 2
    assert km_between(aleppo, place) == pytest.approx(half, abs=0.001)
    assert km_between(place, khanasser) == pytest.approx(
        km_between(aleppo, khanasser) - half, abs=0.001
    )


@given(positions, positions)
@example((179.9, 10.0), (-179.9, 12.0))
@example((-179.9, 10.0), (179.0, -12.0))
@example((180.0, 10.0), (-179.0, -12.0))
def test_a_line_keeps_to_the_globe(a: tuple[float, float], b: tuple[float, float]) -> None:
    length = GEOD.inv(*a, *b)[2]
    assume(length > 1)
    phrase = read("between A1 and B1", Place("a", "A1", *a), Place("b", "B1", *b))
    west, south, east, north = phrase.geometry.bounds
    assert -180 <= west <= east <= 180
    assert -90 <= south <= north <= 90
    assert GEOD.inv(*phrase.place.position, *a)[2] == pytest.approx(length / 2, abs=1)


def test_a_line_over_the_180th_meridian_is_in_two_parts() -> None:
    ends = Place("a", "A1", 179.5, -17.0), Place("b", "B1", -179.5, -17.0)
    phrase = read("between A1 and B1", *ends)
    assert phrase.geometry.geom_type == "MultiLineString"
    assert GEOD.geometry_length(phrase.geometry) / 1000 == pytest.approx(
        km_between(*ends), abs=0.01
    )


@pytest.mark.parametrize(
    "text",
    [
        "the Palmyra–Arak crossroads",
        "Palmyra-Arak junction",
        "crossroads of Palmyra-Arak",
        "the crossroads of Palmyra and Arak",
        "the crossroads between Palmyra and Arak",
    ],
)
def test_a_crossroads_is_the_line_unless_it_is_known(text: str) -> None:
    length = km_between(PALMYRA, ARAK)
    unknown = read(text)
    assert (unknown.kind, unknown.geometry.geom_type) == ("crossroads", "LineString")
    assert unknown.radius_km == pytest.approx(math.hypot(length / 2, 2), abs=0.001)
    assert unknown.place.feature == "RDJCT"
    known = Place("fork", "Arak-Palmyra crossroads", 38.4, 34.6, feature="RDJCT", radius_km=0.5)
    named = read(text, *EVERYWHERE, known)
    assert (named.anchors, named.radius_km) == ((known,), 0.5)
    assert named.place.position == known.position
    assert named.reasons == ("named Arak-Palmyra crossroads (fork)",)


# --- names and phrases ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "Palmyra",
        "al-Bab",
        "Tall ad-Dirrah",
        "Ram-Hamdan",
        "T-4",
        "113 Air Defense Brigade",
        "137th Mechanized Brigade-Army Base",
        "Hayyan-Bayanoun Industrial Zone",
        "Valley of the Tombs",
        "port of Tartus",
        "East Qubbah",
        "the Damascus road",
        "al-Bab road",
        "Kilometre 4",
        "camp 4 km checkpoint",
        "تدمر",
    ],
)
def test_a_plain_name_is_no_phrase(text: str) -> None:
    assert read_phrase(text, among(*EVERYWHERE)) is None


@pytest.mark.parametrize(
    "name",
    [
        "eastern Aleppo",
        "western outskirts of al-Bab",
        "hospital west of al-Bab",
        "abandoned base near Palmyra",
        "road to Arak",
        "Aleppo-Khanasser-Ithriya road",
        "Palmyra-Arak crossroads",
        "Idlib countryside",
    ],
)
def test_what_is_known_as_a_whole_is_a_name(name: str) -> None:
    known = Place("known", name, 38.0, 35.0, radius_km=4.0)
    assert read_phrase(name, among(*EVERYWHERE, known)) is None
    within = read(f"in the {name}", *EVERYWHERE, known)
    assert (within.anchors, within.place.position) == ((known,), known.position)


def test_what_only_sounds_like_the_whole_is_no_name() -> None:
    phrase = read_phrase("eastern Aleppo", lambda _: CITIES[0])
    assert phrase is not None
    assert phrase.kind == "part"


def test_a_place_made_of_the_phrase_is_no_name() -> None:
    made = read("west of Palmyra").place
    assert read("west of Palmyra", *EVERYWHERE, made).kind == "side"


def test_a_hyphen_divides_only_what_is_no_name_as_a_whole() -> None:
    apart = [Place("ram", "Ram", 36.0, 36.0), Place("hamdan", "Hamdan", 36.5, 36.0)]
    assert read_phrase("Ram-Hamdan road", among(*EVERYWHERE, *apart)) is None
    assert ids(read("Ram-Hamdan road", *apart)) == ["ram", "hamdan"]
    assert ids(read("Ram-Hamdan-Aleppo road", *EVERYWHERE, *apart)) == ["ram-hamdan", "aleppo"]


def test_a_division_into_names_as_written_comes_before_one_into_likenesses() -> None:
    exact = among(*EVERYWHERE)

    def lenient(name: str) -> Place:
        try:
            return exact(name)
        except UnknownPlaceError:
            return CITIES[0]

    phrase = read_phrase("Aleppo-Khanasser-Ithriya road", lenient)
    assert phrase is not None
    assert ids(phrase) == ["aleppo", "khanasser", "ithriya"]


@pytest.mark.parametrize("text", ["eastern Atlantis", "Atlantis countryside", "the Atlantis area"])
def test_what_may_be_a_name_is_a_phrase_only_if_its_place_is_known(text: str) -> None:
    assert read_phrase(text, among(*EVERYWHERE)) is None


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("4 km west of Atlantis", "Atlantis"),
        ("the eastern parts of Atlantis", "Atlantis"),
        ("between Palmyra and Atlantis", "Atlantis"),
        ("Aleppo-Khanasser-Atlantis road", "Atlantis"),
    ],
)
def test_the_name_that_is_unknown_is_the_one_that_is_missed(text: str, missing: str) -> None:
    with pytest.raises(UnknownPlaceError, match=f"unknown place '{missing}'"):
        read_phrase(text, among(*EVERYWHERE))


@pytest.mark.parametrize("text", ["4 km west of Khattab", "eastern Khattab", "Aleppo-Khattab road"])
def test_a_tie_between_anchors_is_not_settled(text: str) -> None:
    with pytest.raises(AmbiguousPlaceError, match="'Khattab' may be 2 places"):
        read_phrase(text, among(*EVERYWHERE))


def test_a_tie_between_wholes_is_not_settled() -> None:
    twice = [Place(i, "western al-Bab", 37.4, 36.3 + n) for n, i in enumerate("ab")]
    with pytest.raises(AmbiguousPlaceError, match="'western al-Bab' may be 2 places"):
        read_phrase("in western al-Bab", among(*EVERYWHERE, *twice))


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "part", "message"),
    [
        ("4 furlongs west of Palmyra", "4 furlongs", "'4 furlongs' is no distance; write it as in"),
        ("about 4 leagues from Palmyra", "4 leagues", "is no distance"),
        ("1.2.3 km west of Palmyra", "1.2.3 km", "is no distance"),
        ("-4 km west of Palmyra", "-4 km", "is no distance"),
        ("1½ km west of Palmyra", "1½ km", "is no distance"),
        ("dozens of km west of Palmyra", "of km", "is no distance"),
        ("0 km west of Palmyra", "0", "is not between 0 and 1000 km"),
        ("20000 km west of Palmyra", "20000", "is not between 0 and 1000 km"),
        ("4 km wset of Palmyra", "wset", "'wset' gives no direction; write it as in \"4 km west"),
        ("4 km down the road from Palmyra", "down the road", "gives no direction"),
        ("4 km Palmyra", "Palmyra", "gives no direction"),
        ("4 km", "4 km", "gives no direction"),
        ("4 km north-south of Palmyra", "north-south", "is none of the 16 directions"),
        ("4 km NWW of Palmyra", "NWW", "is none of the 16 directions"),
        ("north-south of Palmyra", "north-south", "is none of the 16 directions"),
        ("4 km west of", "4 km west of", "lacks the name of a place"),
        ("4 km west", "4 km west", "lacks the name of a place"),
        ("the outskirts of", "outskirts of", "lacks the name of a place"),
        ("near", "near", "lacks the name of a place"),
        ("between Palmyra", "Palmyra", 'lacks a second place; write "A and B"'),
        ("halfway from Palmyra", "Palmyra", 'lacks a second place; write "A to B"'),
        ("road to Arak", "Arak", 'lacks a second place; write "A from B"'),
        ("the crossroads of Palmyra", "Palmyra", "lacks a second place"),
        ("between Palmyra and Tadmur", "Palmyra and Palmyra", "are one position"),
    ],
)
def test_a_part_that_is_not_understood_is_named(text: str, part: str, message: str) -> None:
    with pytest.raises(PhraseError, match=re.escape(message)) as caught:
        read_phrase(text, among(*EVERYWHERE))
    assert caught.value.part == part
    assert caught.value.text == text
    assert isinstance(caught.value, GeofrontError)
    assert isinstance(caught.value, ValueError)


WORDS = re.findall(
    r"\S+",
    "4 2.5 1,000 a half few about ~ within km mi m. (6 miles) – - to from of at in the north west "
    "south-eastern NNE N.W. between and halfway near outside outskirts countryside parts area road "
    "highway crossroads junction Palmyra al-Bab Aleppo-Khanasser X",
)


@given(st.one_of(st.text(), st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)))
def test_no_text_breaks_the_reading(text: str) -> None:
    parsed = parse(text)
    assert parsed is None or parsed.fault or all(all(names) for names in parsed.readings)
    try:
        phrase = read_phrase(text, among(*EVERYWHERE))
    except (PhraseError, UnknownPlaceError):
        return
    assert phrase is None or phrase.place.id


@pytest.mark.parametrize(
    "text",
    [
        "4 km west of " + "x" * 100_000,
        "4 km west of X" + "\u200f" * 100_000,
        "a " * 50_000,
        "about " * 33,
        "north-" * 33,
        "a-" * 95 + "b road",
        "between " + " and ".join("abcdefghijklmnopqrstuvwxyz"),
        "road from " * 20,
        "half a " * 28,
        "1,000" * 40,
        "of the north of " * 12,
    ],
)
def test_a_long_text_takes_no_long_time(text: str) -> None:
    asked = []

    def locate(name: str) -> Place:
        asked.append(name)
        raise UnknownPlaceError(name)

    try:
        phrase = read_phrase(text, locate)
    except (PhraseError, UnknownPlaceError):
        phrase = None
    assert phrase is None
    assert len(asked) < 60


# --- as a place -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("4 km W of Palmyra", "4-km-w-of-palmyra"),
        ("  4 km\tW of  Palmyra. ", "4-km-w-of-palmyra"),
        ("2.5 mi N of al-Bab", "2.5-mi-n-of-al-bab"),
        ("2,5 mi N of Palmyra", "2.5-mi-n-of-palmyra"),
        ("the Palmyra–Arak road", "the-palmyra-arak-road"),
        ("near Tadmūr", "near-tadmur"),
    ],
)
def test_the_id_is_a_slug_of_the_phrase(text: str, slug: str) -> None:
    place = read(text).place
    assert place.id == slug
    assert place.name == " ".join(text.split()).strip(".")
    assert (place.source, place.aliases) == ("geofront-phrase", ())


def test_a_place_made_of_others_carries_their_licences() -> None:
    assert read("Palmyra-Arak road").place.licence == "CC-BY-4.0 AND CC0-1.0"
    assert read("near Palmyra").place.licence == "CC-BY-4.0"
    assert read("near al-Bab").place.licence == ""


def documented() -> list[tuple[str, str]]:
    """Return the phrases of the table in the documentation, with their kinds."""
    return re.findall(r"^\| `([^`]+)` \| (\w+) \|", DOCS.read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("text", "kind"), documented())
def test_the_documentation_says_what_is_understood(text: str, kind: str) -> None:
    assert read(text).kind == kind


def test_the_documentation_shows_the_message_as_it_is() -> None:
    with pytest.raises(PhraseError, match="furlongs") as caught:
        read_phrase("4 furlongs west of Palmyra", among(*EVERYWHERE))
    lines = DOCS.read_text("utf-8").splitlines()
    assert str(caught.value) in map(str.strip, lines)
