"""The resolver and its gazetteer at their edges: scores worked out by hand, ties, empty answers."""

from __future__ import annotations

import re
from itertools import product

import numpy as np
import pytest

from geofront.crs import BBox, LonLat
from geofront.errors import AmbiguousPlaceError, PositionError, UnknownPlaceError
from geofront.gazetteer.index import ALIAS, NAME, SECOND, Gazetteer
from geofront.gazetteer.place import Place
from geofront.gazetteer.ranking import _foremost, _Found
from geofront.gazetteer.resolver import (
    ACCEPTED,
    Context,
    Match,
    locate,
    locate_in_turn,
    resolve,
    resolve_many,
)
from geofront.gazetteer.text.phrases import PhraseError

RASTAN = Place(
    "rastan",
    "Rastan (Arethusa)",
    36.733,
    34.924,
    ("Ar-Rastan", "الرستن"),
    feature="PPL",
    admin1="Homs",
    country="SY",
)


def alone() -> Gazetteer:
    return Gazetteer([RASTAN])


def the_match(name: str, places: list[Place], context: Context | None = None) -> Match:
    (match,) = resolve(name, Gazetteer(places), context=context or Context())
    return match


def worked_out(match: Match) -> float:
    """What the reasons add up to: the first gives a score, each of the others takes some away."""
    first, *others = (float(re.search(r"[-(]?([\d.]+)\)?$", r)[1]) for r in match.reasons)  # type: ignore[index]
    return first - sum(others)


# --- how sure a way of matching is ------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "score", "reason"),
    [
        ("rastan", 1.0, "id 1.00"),
        ("Rastan (Arethusa)", 0.99, "spelled so 0.99"),
        ("RASTAN  (arethusa)", 0.99, "spelled so 0.99"),
        ("Ar-Rastan", 0.98, "spelled so 0.98"),
        ("Arethusa", 0.95, "spelled so 0.95"),
        ("Ārethūsa", 0.92, "same folded spelling 0.92"),
        ("Rástan Arethusa", 0.96, "same folded spelling 0.96"),
    ],
)
def test_the_way_a_name_is_found_sets_its_score(name: str, score: float, reason: str) -> None:
    match = the_match(name, [RASTAN])
    assert (match.score, match.reasons) == (score, (reason,))
    assert match.place is RASTAN


def test_an_alias_in_another_spelling_counts_less_than_the_name_in_one() -> None:
    town = Place("t", "Qalb", 36, 35, ("Mar'ash",))
    assert the_match("Qálb", [town]).reasons == ("same folded spelling 0.96",)
    assert the_match("Marash", [town]).reasons == ("same folded spelling 0.95",)


def test_the_first_of_two_names_is_as_sure_as_both_and_the_second_less() -> None:
    gazetteer = Gazetteer([Place("a", "Bir / Ain", 36, 35, ("Dam (Eid)",))])
    toponyms = gazetteer.toponyms
    assert [toponyms.text[row] for row in range(len(toponyms))] == [
        *("Bir / Ain", "Bir", "Ain"),
        *("Dam (Eid)", "Dam", "Eid"),
    ]
    assert toponyms.role.tolist() == [NAME, NAME, SECOND, ALIAS, ALIAS, SECOND]
    assert toponyms.place_row.tolist() == [0] * 6


def test_a_sound_counts_by_how_alike_it_is_and_says_to_what() -> None:
    """No letter differs in sound: the whole score of a sound is left, 0.95 of a name."""
    town = Place("t", "Kafr Nabl", 36.6, 35.6)
    (match,) = resolve("Kafer Nabel", Gazetteer([town]))
    found = re.fullmatch(r"sounds like Kafr Nabl \(([\d.]+)\) ([\d.]+)", match.reasons[0])
    assert found is not None
    assert float(found[2]) == pytest.approx(0.95 * float(found[1]), abs=0.01)
    assert match.score == pytest.approx(float(found[2]), abs=0.005)
    assert match.score < 0.95


def test_what_sounds_like_a_second_name_counts_less_than_what_sounds_like_a_first() -> None:
    first = Place("a", "Kafr Nabl", 36.6, 35.6)
    second = Place("b", "Zed (Kafr Nabl)", 36.6, 35.6)
    scores = {p.id: the_match("Kafer Nabel", [p]).score for p in (first, second)}
    assert scores["b"] / scores["a"] == pytest.approx(0.90 / 0.95, abs=0.001)
    # Likewise where the mention holds two names, and the second of them is found.
    assert the_match("Zzyzx (Kafer Nabel)", [first]).score == pytest.approx(
        scores["a"] * 0.90 / 0.95, abs=0.001
    )
    alias = Place("c", "Zed", 36.6, 35.6, ("Kafr Nabl",))
    assert the_match("Kafer Nabel", [alias]).score / scores["a"] == pytest.approx(
        0.945 / 0.95, abs=0.001
    )


def test_of_several_ways_to_a_place_the_surest_counts() -> None:
    town = Place("ain", "Ain", 36, 35, ("Ain", "Aïn"))
    assert the_match("ain", [town]).reasons == ("id 1.00",)
    assert the_match("Ain", [town]).reasons == ("spelled so 0.99",)


# --- what context takes away ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("context", "lower", "why"),
    [
        (Context(extent=BBox(36, 34, 37, 35)), 0.0, None),
        (Context(extent=BBox(0, 0, 1, 1)), 0.15, "outside the extent -0.150"),
        (Context(feature="PPL"), 0.0, None),
        (Context(feature="p"), 0.0, None),
        (Context(feature=("AIRB", "ppl")), 0.0, None),
        (Context(feature=("airb", "MILB")), 0.20, "not a AIRB -0.200"),
        (Context(feature=("", "")), 0.0, None),
        (Context(country="sy"), 0.0, None),
        (Context(country="tr"), 0.20, "not in TR -0.200"),
        (Context(admin1="Homs"), 0.0, None),
        (Context(admin1="Hama"), 0.10, "not in Hama -0.100"),
    ],
)
def test_each_part_of_the_context_takes_its_share(
    context: Context, lower: float, why: str | None
) -> None:
    match = the_match("Rastan (Arethusa)", [RASTAN], context)
    assert match.score == pytest.approx(0.99 - lower, abs=1e-9)
    assert match.reasons == ("spelled so 0.99", *([why] if why else []))


def test_what_contradicts_adds_up() -> None:
    context = Context(near=RASTAN.position, extent=BBox(0, 0, 1, 1))
    match = the_match("Arethusa airbase", [RASTAN], context)
    assert match.score == pytest.approx(0.95 - 0.02 - 0.15 - 0.20)
    assert worked_out(match) == pytest.approx(match.score)


def test_a_score_is_never_below_nothing() -> None:
    context = Context(
        near=LonLat(-140, -30), extent=BBox(0, 0, 1, 1), feature="AIRB", country="TR", admin1="Hama"
    )
    assert resolve("Rastan", alone(), context=context) == []  # 0.99 - 0.51 - 0.15 - 0.2 - 0.2 - 0.1


@pytest.mark.parametrize(
    ("km", "lower"),
    # Half of a half is lost at 90 km, nearly none at 45, nearly all at 180; each km is 0.0001.
    [
        (0, 0.0),
        (45, 0.5 / 257 + 0.0045),
        (90, 0.25 + 0.009),
        (100, 0.5 * 100**8 / (100**8 + 90**8) + 0.01),
        (180, 0.5 * 256 / 257 + 0.01),
    ],
)
def test_distance_takes_little_near_and_half_a_point_far(km: float, lower: float) -> None:
    """Due south along the meridian: 0.01° of latitude are 1.109 km there."""
    from pyproj import Geod

    lon, lat, _ = Geod(ellps="WGS84").fwd(RASTAN.lon, RASTAN.lat, 180, km * 1000)
    (match,) = resolve("rastan", alone(), context=Context(near=LonLat(lon, lat)))
    assert match.score == pytest.approx(1 - lower, abs=1e-4)
    assert match.score == round(match.score, 4)
    assert match.reasons[1] == f"{km} km from the context -{lower:.3f}"


def test_of_several_points_the_nearest_counts() -> None:
    points = (LonLat(-100.0, 40.0), RASTAN.position, LonLat(20.0, 20.0))
    assert the_match("rastan", [RASTAN], Context(near=points)).score == 1.0
    assert Context(near=points).points == points
    assert Context(near=points[0]).points == (points[0],)
    assert Context().points == ()


def test_one_code_is_not_taken_for_its_letters() -> None:
    assert Context(feature="airb").features == ("AIRB",)
    assert Context(feature=("airb", "")).features == ("AIRB",)
    assert the_match("rastan", [RASTAN], Context(feature="MILP")).reasons[1] == "not a MILP -0.200"


def test_no_point_is_taken_that_is_nowhere() -> None:
    with pytest.raises(PositionError, match=r"longitude 20\.0, latitude 91\.0 is nowhere"):
        Context(near=(LonLat(20.0, 20.0), LonLat(20.0, 91.0)))


def test_near_a_point_less_of_a_name_will_do() -> None:
    """Outside the extent, in another country and another division: 0.98 - 0.45 = 0.53 is left."""
    wrong = {"extent": BBox(0, 0, 1, 1), "country": "TR", "admin1": "Hama"}
    assert resolve("Ar-Rastan", alone(), context=Context(**wrong)) == []  # type: ignore[arg-type]
    near = Context(near=RASTAN.position, **wrong)  # type: ignore[arg-type]
    (match,) = resolve("Ar-Rastan", alone(), context=near)
    assert match.score == pytest.approx(0.53)
    assert worked_out(match) == pytest.approx(0.53)
    # By 0.6 and 0.45 a match is still proposed.
    assert the_match("rastan", [RASTAN], Context(feature="X", country="TR")).score == 0.6
    assert [
        m.score
        for m in resolve(
            "rastan",
            alone(),
            context=Context(
                feature="X", near=RASTAN.position, extent=BBox(0, 0, 1, 1), country="TR"
            ),
        )
    ] == [0.45]


# --- what is part of a mention ----------------------------------------------------------------


def test_a_feature_word_costs_little_and_asks_for_the_feature() -> None:
    match = the_match("the village of Arethusa", [RASTAN])
    assert match.reasons == ("spelled so 0.95", "part of the mention -0.02")
    assert match.score == 0.93
    match = the_match("Arethusa airbase", [RASTAN])
    assert match.reasons[2:] == ("not a AIRB -0.200",)
    assert match.score == 0.73
    # A feature that the caller knows goes before the one that the word says.
    match = the_match("Arethusa airbase", [RASTAN], Context(feature="PPL"))
    assert match.score == 0.93


def test_a_name_of_more_than_two_hundred_letters_is_not_taken_apart() -> None:
    long = "A" * 191
    town = Place("t", long, 36, 35)
    assert len(f"{long} village") == 199
    assert the_match(f"{long}B village", [Place("t", f"{long}B", 36, 35)]).score == pytest.approx(
        0.97 - 0.2  # it is 200 letters long; not known to be a village
    )
    assert the_match(f"{long} village", [town]).reasons[1] == "part of the mention -0.02"
    beyond = Place("u", f"{long}BC", 36, 35, feature="PPL")
    found = resolve(f"{long}BC village", Gazetteer([beyond]))
    assert all("part of the mention" not in reason for m in found for reason in m.reasons)


def test_a_region_in_the_mention_costs_what_contradicts_it() -> None:
    match = the_match("Arethusa in Homs", [RASTAN])
    assert match.reasons == ("spelled so 0.95", "part of the mention -0.02", "in Homs -0.000")
    assert match.score == 0.93
    match = the_match("Arethusa in Hama", [RASTAN])
    assert match.reasons[2] == "not known to be in Hama -0.100"
    assert match.score == 0.83
    nowhere = Place("n", "Nowhere", 36, 35)
    match = the_match("Nowhere in Hama", [nowhere])
    assert match.reasons[2] == "not known to be in Hama -0.000"
    assert match.score == 0.97


def test_far_from_the_region_costs_a_fifth_and_in_its_division_a_twentieth() -> None:
    """From Palmyra (38.28 E) to Arethusa (36.73 E) it is some 147 km."""
    palmyra = Place("palmyra", "Palmyra", 38.28, 34.56, admin1="Homs", country="SY")
    match = resolve("Arethusa in Palmyra", Gazetteer([RASTAN, palmyra]))[0]
    assert match.reasons[2] == "147 km from Palmyra -0.200"
    assert match.score == 0.73
    coded = Place("c", "Rastan", 36.733, 34.924, admin1="07", country="SY")
    town = Place("p", "Palmyra", 38.28, 34.56, admin1="07", country="SY")
    match = resolve("Rastan in Palmyra", Gazetteer([coded, town]))[0]
    assert match.reasons[2] == "147 km from Palmyra -0.050"
    # Of a side of it the division says nothing.
    match = resolve("Rastan in western Palmyra", Gazetteer([coded, town]))[0]
    assert match.reasons[2].startswith("104 km from the west of Palmyra -0.2")


# --- the order, and how many ------------------------------------------------------------------


def namesakes(count: int, **extra: str) -> list[Place]:
    return [Place(f"n{i}", "Khan", 36 + i, 35, extra=extra) for i in range(count)]


def test_of_equal_scores_the_larger_comes_first_then_the_id() -> None:
    small = Place("a", "Khan", 36, 35, extra={"population": "10"})
    large = Place("z", "Khan", 37, 35, extra={"population": "1000"})
    same = Place("b", "Khan", 38, 35, extra={"population": "1000"})
    found = resolve("Khan", Gazetteer([small, large, same]))
    assert [m.place.id for m in found] == ["b", "z", "a"]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 9])
def test_a_limit_keeps_the_best(limit: int) -> None:
    places = [*namesakes(3), Place("alike", "Khann", 20, 20), Place("other", "Khana", 10, 20)]
    every = resolve("Khan", Gazetteer(places))
    assert len(every) >= 4
    assert resolve("Khan", Gazetteer(places), limit=limit) == every[:limit]


def test_a_limit_keeps_the_best_by_what_else_is_known_too() -> None:
    """The place that sounds less like the name is the one that is meant: it lies there."""
    more = Place("more", "Kafr Nabl", 10, 20)
    less = Place("less", "Kafr Nabla", 36.6, 35.6)
    gazetteer = Gazetteer([more, less, Place("idlib", "Idlib", 36.63, 35.93)])
    assert resolve("Kafer Nabel", gazetteer, limit=1)[0].place is more
    near = Context(near=less.position)
    assert resolve("Kafer Nabel", gazetteer, context=near, limit=1)[0].place is less
    assert resolve("Kafer Nabel in Idlib", gazetteer, limit=1)[0].place is less


def test_what_comes_equal_to_four_places_is_kept_for_the_order_to_decide() -> None:
    found = [_Found(0, 0.90004, "a"), _Found(1, 0.89996, "b"), _Found(2, 0.8, "c")]
    assert _foremost(found, 1) == found[:2]
    assert _foremost(found, 3) == found
    for match in resolve("Kafer Nabel", Gazetteer([Place("t", "Kafr Nabla", 1, 1)])):
        assert match.score == round(match.score, 4)


def among_likelier_names(count: int) -> Gazetteer:
    """Karbinostan near several towns of the name of Idlib; far away, thirty names more alike."""
    vowels = list(product("aiou", repeat=3))[:30]
    likelier = [Place(f"l{i}", "K{}rm{}l{}stan".format(*v), 60, 10) for i, v in enumerate(vowels)]
    towns = [Place(f"idlib-{i}", "Idlib", 36.63, 35.93 + i / 100) for i in range(count)]
    return Gazetteer([*likelier, Place("meant", "Karbinostan", 36.6, 36.2), *towns])


def test_near_what_is_known_names_less_alike_are_looked_at_too() -> None:
    def proposed(name: str, gazetteer: Gazetteer, context: Context | None = None) -> bool:
        matches = resolve(name, gazetteer, context=context or Context())
        return any(m.place.id == "meant" for m in matches)

    gazetteer = among_likelier_names(1)
    assert not proposed("Karmilostan", gazetteer)
    assert proposed("Karmilostan", gazetteer, Context(near=LonLat(36.6, 36.2)))
    assert proposed("Karmilostan", gazetteer, Context(near=(LonLat(-80, 3), LonLat(36.6, 36.2))))
    assert not proposed("Karmilostan", gazetteer, Context(near=LonLat(-80, 3)))
    assert proposed("Karmilostan in Idlib", gazetteer)
    # A region of more than eight namesakes may be anywhere.
    assert proposed("Karmilostan in Idlib", among_likelier_names(8))
    assert not proposed("Karmilostan in Idlib", among_likelier_names(9))


def test_many_names_are_answered_in_their_order_and_at_most_five_each() -> None:
    gazetteer = Gazetteer([*namesakes(7), RASTAN])
    khan, nothing, arethusa, again = resolve_many(["Khan", "Zzyzx", "Arethusa", "Khan"], gazetteer)
    assert [m.place.id for m in khan] == ["n0", "n1", "n2", "n3", "n4"]
    assert again is khan
    assert nothing == []
    assert arethusa == resolve("Arethusa", gazetteer)
    (seven,) = resolve_many(["Khan"], gazetteer, limit=None)
    assert len(seven) == 7
    (near,) = resolve_many(["Khan"], gazetteer, context=Context(near=LonLat(41, 35)), limit=1)
    assert [m.place.id for m in near] == ["n5"]


# --- one place, or a refusal ------------------------------------------------------------------


def test_an_id_settles_what_names_would_not() -> None:
    assert locate("n1", Gazetteer(namesakes(3))).id == "n1"


def test_scores_a_hundredth_apart_tie_and_farther_apart_do_not() -> None:
    """A name (0.99) and an alias (0.98) tie; a name and a second name (0.95) do not."""
    name = Place("a", "Khan", 36, 35)
    alias = Place("b", "Zed", 36, 35, ("Khan",))
    second = Place("c", "Zed (Khan)", 36, 35)
    with pytest.raises(AmbiguousPlaceError) as caught:
        locate("Khan", Gazetteer([alias, name]))
    assert caught.value.name == "Khan"
    assert [m.place.id for m in caught.value.candidates] == ["a", "b"]
    assert locate("Khan", Gazetteer([second, name])) is name


def test_what_scores_less_than_accepted_is_suggested_and_not_taken() -> None:
    town = Place("t", "Kafr Nabl", 36.6, 35.6, feature="PPL")
    gazetteer = Gazetteer([town])
    with pytest.raises(UnknownPlaceError) as caught:
        locate("Kafr Nabl", gazetteer, context=Context(feature="AIRB"))
    assert caught.value.name == "Kafr Nabl"
    assert caught.value.suggestions == ("Kafr Nabl",)
    assert ACCEPTED == 0.88
    # 0.98 - 0.10 is just enough.
    alias = Place("t", "Zed", 36.6, 35.6, ("Kafr Nabl",), admin1="Hama")
    assert locate("Kafr Nabl", Gazetteer([alias]), context=Context(admin1="Homs")) is alias


def test_at_most_three_names_are_suggested_each_once_the_best_first() -> None:
    names = ["Saraqeb", "Saraqeb", "Saraqib", "Sarakeb", "Saraqab", "Saraqub"]
    places = [Place(f"p{i}", name, 36 + i, 35) for i, name in enumerate(names)]
    gazetteer = Gazetteer(places)
    context = Context(feature="AIRB")
    with pytest.raises(UnknownPlaceError) as caught:
        locate("Saraqeb", gazetteer, context=context)
    suggested = caught.value.suggestions
    assert suggested[0] == "Saraqeb"
    assert len(suggested) == len(set(suggested)) == 3
    best = [m.place.name for m in resolve("Saraqeb", gazetteer, context=context)]
    assert list(suggested) == list(dict.fromkeys(best))[:3]


def test_near_a_point_what_sounds_so_there_beats_what_is_spelled_so_far_away() -> None:
    far = Place("far", "Kafr Nabl", 10, 20)
    here = Place("here", "Kafr Nabel", 36.6, 35.6)
    gazetteer = Gazetteer([far, here])
    assert locate("Kafr Nabl", gazetteer) is far
    assert locate("Kafr Nabl", gazetteer, context=Context(near=here.position)) is here


def test_a_phrase_is_read_where_no_name_is_accepted() -> None:
    place = locate("4 km west of Arethusa", alone())
    assert place.lat == pytest.approx(RASTAN.lat, abs=1e-3)
    # 0.01° of longitude are 0.914 km at 34.924° N
    assert place.lon == pytest.approx(RASTAN.lon - 4 / 91.4, abs=1e-3)
    (match,) = resolve("4 km west of Arethusa", alone())
    assert match.place == place
    assert match.score == 0.9
    assert match.reasons
    named = Place("x", "4 km west of Arethusa", 1, 1)
    assert locate("4 km west of Arethusa", Gazetteer([RASTAN, named])) is named
    assert resolve("4 km west of Arethusa", Gazetteer([RASTAN, named]))[0].place is named


def test_the_places_of_a_phrase_must_be_spelled_so_and_be_one() -> None:
    with pytest.raises(UnknownPlaceError) as unknown:
        locate("4 km west of Arethuza", alone())
    assert unknown.value.name == "Arethuza"
    assert unknown.value.suggestions == ("Rastan (Arethusa)",)
    assert resolve("4 km west of Arethuza", alone()) == []
    with pytest.raises(AmbiguousPlaceError) as tied:
        locate("4 km west of Khan", Gazetteer(namesakes(2)))
    assert tied.value.name == "Khan"
    assert resolve("4 km west of Khan", Gazetteer(namesakes(2))) == []
    near = Context(near=LonLat(37, 35))
    assert locate("4 km west of Khan", Gazetteer(namesakes(2)), context=near).lon == pytest.approx(
        36.956, abs=0.001
    )
    with pytest.raises(PhraseError):
        locate("4 parsecs west of Arethusa", alone())
    assert [m.score for m in resolve("4 parsecs west of Arethusa", alone())] == []


def test_the_feature_asked_for_is_not_that_of_the_place_a_phrase_starts_from() -> None:
    context = Context(feature="AIRB", country="SY")
    assert locate("4 km west of Arethusa", alone(), context=context).lon < RASTAN.lon
    with pytest.raises(UnknownPlaceError):
        locate("4 km west of Arethusa", alone(), context=Context(country="TR"))


# --- several gazetteers -----------------------------------------------------------------------


def test_the_first_gazetteer_that_has_just_this_name_answers() -> None:
    alike = Gazetteer([Place("a", "Kafr Nabel", 1, 1)])
    exact = Gazetteer([Place("b", "Kafr Nabl", 2, 2)])
    also = Gazetteer([Place("kafr nabl", "Zed", 3, 3), Place("c", "Kafr Nabl", 3, 3)])
    assert locate_in_turn("Kafr Nabl", iter([alike, exact, also])).id == "b"
    assert locate_in_turn("kafr nabl", [alike, also, exact]).id == "kafr nabl"
    assert locate_in_turn("Kafer Nabl", [alike, exact]).id == "a"
    assert locate_in_turn("c", [exact, also]).id == "c"
    near = Context(near=LonLat(38, 35))
    assert locate_in_turn("Khan", [exact, Gazetteer(namesakes(4))], context=near).id == "n2"


def test_none_of_the_gazetteers_may_have_it() -> None:
    one = Gazetteer([Place("m", "Saramib", 1, 1), Place("s", "Sarasib", 2, 1)])
    other = Gazetteer([Place("d", "Saradib", 1, 1), Place("f", "Sarafib", 2, 1)])
    with pytest.raises(UnknownPlaceError) as caught:
        locate_in_turn("Saraqib", [one, other])
    assert caught.value.name == "Saraqib"
    # Those of the first gazetteer first, and no more than three.
    assert set(caught.value.suggestions[:2]) == {"Saramib", "Sarasib"}
    assert caught.value.suggestions[2:] in {("Saradib",), ("Sarafib",)}
    with pytest.raises(UnknownPlaceError) as caught:
        locate_in_turn("Saraqib", [])
    assert caught.value.suggestions == ()


def test_what_several_gazetteers_suggest_is_told_once() -> None:
    one, same, other = (
        Gazetteer([Place(place_id, name, 1, 1)])
        for place_id, name in [("m", "Saramib"), ("n", "Saramib"), ("d", "Saradib")]
    )
    with pytest.raises(UnknownPlaceError) as caught:
        locate_in_turn("Saraqib", [one, same, same, other])
    assert caught.value.suggestions == ("Saramib", "Saradib")


# --- the gazetteer ----------------------------------------------------------------------------


def test_the_first_place_of_an_id_stays() -> None:
    first, other = Place("a", "One", 1, 1), Place("a", "Two", 2, 2)
    gazetteer = Gazetteer([first, other])
    assert list(gazetteer) == [first]
    assert gazetteer.get("a") is first
    assert "a" in gazetteer
    assert "One" not in gazetteer
    assert 7 not in gazetteer
    assert repr(gazetteer) == "<Gazetteer of 1 places, 1 spellings>"


def test_a_key_that_two_names_share_confuses_neither_ids_nor_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Keys are hashes: were all of them equal, the texts themselves would still decide."""
    monkeypatch.setattr("geofront.gazetteer.index.key_of", lambda _: 7)
    one, other = Place("a", "One", 1, 1), Place("b", "Two", 2, 2)
    gazetteer = Gazetteer([one, other])
    assert (gazetteer.get("a"), gazetteer.get("b"), gazetteer.get("c")) == (one, other, None)
    assert gazetteer.spelled("two") == [other]
    assert gazetteer.sounding("twó") == [other]
    assert gazetteer.sounding("...") == []


def test_places_of_a_spelling_come_once_in_their_order() -> None:
    one = Place("a", "Khan", 1, 1, ("khan", "Khán"))
    other = Place("b", "KHAN", 2, 2)
    gazetteer = Gazetteer([one, other, RASTAN])
    assert gazetteer.spelled("khan") == [one, other]
    assert gazetteer.spelled("khán") == [one]
    assert gazetteer.sounding("khàn") == [one, other]
    assert gazetteer.spelled("") == []


def test_names_alike_are_three_different_ones_the_likest_first() -> None:
    names = ["Sarakib", "Saraqeb", "Saraqeb", "Saraqib", "Sarqib", "Zabadani"]
    gazetteer = Gazetteer(Place(f"p{i}", name, i, 1) for i, name in enumerate(names))
    alike = gazetteer.alike("Saraqib")
    assert alike[0] == "Saraqib"
    assert len(alike) == len(set(alike)) == 3
    assert len(gazetteer.alike("Saraqib", limit=9)) >= 4
    best = {
        names[row]: max(
            a for r, text, a in gazetteer.sounding_like("Saraqib") if text == names[row]
        )
        for row, _, _ in gazetteer.sounding_like("Saraqib")
    }
    assert alike == sorted(best, key=lambda n: -best[n])[:3]
    several = Gazetteer([Place("a", "Idlib", 1, 1, ("Edlibb", "Zed")), Place("b", "Edlib", 2, 2)])
    assert several.alike("Edlib")[0] == "Edlib"


def test_spellings_asked_for_as_well_are_compared_however_they_sound() -> None:
    gazetteer = Gazetteer([Place("a", "Saraqib", 1, 1), Place("b", "Sarmada", 2, 2)])
    also = gazetteer.toponym_rows(np.array([0], dtype=np.int32))
    found = {text: alike for _, text, alike in gazetteer.sounding_like("Saraqib", also=also)}
    assert found == {"Saraqib": 1.0}
    also = gazetteer.toponym_rows(np.array([1], dtype=np.int32))
    found = {text: alike for _, text, alike in gazetteer.sounding_like("Saraqib", also=also)}
    assert found["Saraqib"] == 1.0
    assert 0.4 < found["Sarmada"] < 0.6


def test_rows_within_a_distance_are_counted_from_the_point_and_the_limit_belongs() -> None:
    """A degree of a meridian on the sphere of 6,371.0088 km is 111.195 km."""
    gazetteer = Gazetteer(
        [
            Place("n", "N", 0, 1),
            Place("s", "S", 0, -2),
            Place("e", "E", 3, 0),
            Place("o", "O", 0, 0),
        ]
    )
    here = LonLat(0, 0)
    assert gazetteer.rows_within(here, 0).tolist() == [3]
    assert gazetteer.rows_within(here, 111.1).tolist() == [3]
    assert gazetteer.rows_within(here, 111.2).tolist() == [0, 3]
    assert gazetteer.rows_within(here, 222.4).tolist() == [0, 1, 3]
    assert gazetteer.rows_within(here, 333.5).tolist() == [0, 1, 3]
    assert gazetteer.rows_within(here, 333.6).tolist() == [0, 1, 2, 3]
    assert gazetteer.rows_within(here, 20015.2).tolist() == [0, 1, 2, 3]
    assert gazetteer.rows_within(here, 1e9).tolist() == [0, 1, 2, 3]


def test_spellings_of_places_are_all_and_only_theirs() -> None:
    gazetteer = Gazetteer(
        [
            Place("a", "One", 1, 1, ("Uno",)),
            Place("b", "Two", 1, 1),
            Place("c", "Tre", 1, 1, ("3",)),
        ]
    )
    rows = gazetteer.toponym_rows(np.array([2, 0], dtype=np.int32))
    assert [gazetteer.toponyms.text[row] for row in rows] == ["Tre", "3", "One", "Uno"]
    assert rows.dtype == np.int32
    none = gazetteer.toponym_rows(np.empty(0, dtype=np.int32))
    assert len(none) == 0
    assert none.dtype == np.int32


def test_nothing_is_found_where_there_is_nothing() -> None:
    empty = Gazetteer([])
    assert resolve("Homs", empty) == []
    assert resolve("", alone()) == []
    assert resolve("Homs", empty, context=Context(near=LonLat(36, 35))) == []
    assert empty.alike("Homs") == []
    assert empty.positions.shape == (0, 2)
    assert repr(empty) == "<Gazetteer of 0 places, 0 spellings>"
    with pytest.raises(UnknownPlaceError, match=r"add it to a places\.csv"):
        locate("Homs", empty)
