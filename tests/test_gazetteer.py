"""Names: folding, matching with reasons, and ties that are said."""

from __future__ import annotations

import gc
import weakref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geofront.crs import BBox, LonLat
from geofront.errors import AmbiguousPlaceError, UnknownPlaceError
from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.names import ARABIC_ARTICLES, fold
from geofront.gazetteer.place import Place
from geofront.gazetteer.resolver import Context, locate, resolve
from geofront.gazetteer.reverse import nearest
from geofront.gazetteer.sounds import words_of
from geofront.gazetteer.tables import read_places, shipped_places, tables_folder
from geofront.gazetteer.text.mentions import scan

HOMS = Place("khattab-homs", "Khattab", 37.322, 34.906, feature="PPL")
HAMA = Place("khattab-hama", "Khattab", 36.65, 35.2, feature="PPL")
BASE = Place("tiyas-airbase", "Tiyas Airbase", 37.63, 34.52, ("T4", "Tiyas"), feature="AIRB")
GAZETTEER = Gazetteer([HOMS, HAMA, BASE])


@pytest.mark.parametrize(
    "spellings",
    [
        ["al-Bab", "Al Bab", "AL-BĀB", "el-Bab", "Bab"],
        ["T-4", "T 4", "t 4"],
        ["al-Sha'er", "ash-Sha‘er", "Shaer"],
        ["الباب", "باب", "البَاب"],
        ["Tiyās", "at-Tiyas", "Tiyas"],
        ["Kyïv", "Kyiv"],
    ],
)
def test_spellings_of_one_name_fold_to_one_key(spellings: list[str]) -> None:
    assert len({fold(s) for s in spellings}) == 1


def test_names_that_only_look_alike_stay_apart() -> None:
    assert len({fold(s) for s in ["Arak", "Araq", "Ark", "Irak"]}) == 4


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@pytest.mark.parametrize("article", sorted(ARABIC_ARTICLES))
def test_the_article_is_one_to_letters_and_to_sounds(article: str) -> None:
    assert fold(f"{article}-Sham") == fold("Sham")
    assert words_of(f"{article} Sham") == words_of("Sham")


def test_nothing_keeps_a_gazetteer_that_is_no_longer_in_use() -> None:
    gazetteer = Gazetteer([HOMS, HAMA, BASE])
    assert resolve("Khatab", gazetteer, context=Context(near=HOMS.position))
    assert scan("They left Khattab.", gazetteer)
    assert nearest([HOMS.position], gazetteer, feature="PPL")
    gone = weakref.ref(gazetteer)
    del gazetteer
    gc.collect()
    assert gone() is None


def test_a_name_is_looked_up_by_its_spelling_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    spelled = GAZETTEER.toponyms.spelled

    def counted(name: str) -> object:
        asked.append(name)
        return spelled(name)

    monkeypatch.setattr(GAZETTEER.toponyms, "spelled", counted)
    resolve("Khattab", GAZETTEER)
    assert asked == ["Khattab"]
    asked.clear()
    locate("Khattab", GAZETTEER, context=Context(near=HOMS.position))
    assert asked == ["Khattab"]


def test_the_score_follows_how_directly_the_name_is_said() -> None:
    scores = [
        resolve(q, GAZETTEER)[0].score for q in ("tiyas-airbase", "Tiyas Airbase", "T4", "tiyās")
    ]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 4
    assert all(0 < s <= 1 for s in scores)


def test_a_tie_raises_with_its_candidates() -> None:
    with pytest.raises(AmbiguousPlaceError, match="may be 2 places") as caught:
        locate("Khattab", GAZETTEER)
    assert [m.place.id for m in caught.value.candidates] == ["khattab-hama", "khattab-homs"]


@pytest.mark.parametrize(
    "context",
    [
        Context(near=LonLat(37.32, 34.83)),
        Context(extent=BBox(37, 34, 39, 35)),
    ],
)
def test_context_decides_between_namesakes_and_says_so(context: Context) -> None:
    assert locate("Khattab", GAZETTEER, context=context) is HOMS
    best, other = resolve("Khattab", GAZETTEER, context=context)
    assert best.score > other.score
    assert any("km from the context" in r or "outside the extent" in r for r in other.reasons)


def test_a_feature_that_does_not_fit_costs() -> None:
    (fit,) = resolve("T4", GAZETTEER, context=Context(feature="AIRB"))
    (unfit,) = resolve("T4", GAZETTEER, context=Context(feature="PPL"))
    assert fit.score > unfit.score
    assert "not a PPL -0.200" in unfit.reasons


def test_an_unknown_name_suggests_those_that_look_alike() -> None:
    with pytest.raises(UnknownPlaceError, match="did you mean 'Khattab'"):
        locate("Khitub", GAZETTEER)
    with pytest.raises(UnknownPlaceError, match=r"add it to a places\.csv"):
        locate("Zzyzx", Gazetteer([HOMS]))


@pytest.mark.parametrize(
    ("name", "place_id"),
    [
        ("T4 airbase", "tiyas-airbase"),
        ("T4", "tiyas-airbase"),
        ("T-4", "tiyas-airbase"),
        ("Tiyas", "tiyas-airbase"),
        ("al-Taifor", "tiyas-airbase"),
        ("Tiyas Military Airbase", "tiyas-airbase"),
        ("مطار التيفور", "tiyas-airbase"),
        ("Palmyra", "palmyra"),
        ("Tadmur", "palmyra"),
        ("تدمر", "palmyra"),
        ("al-Hallabat Palace", "hallabat-palace"),
        ("Palmyra Silos", "palmyra-silos"),
        ("Jubb al-Jarah", "jubb-al-jarrah"),
    ],
)
def test_the_shipped_table_knows_what_the_sources_write(name: str, place_id: str) -> None:
    assert locate(name, Gazetteer(shipped_places("syria")[0])).id == place_id


def test_the_shipped_namesakes_tie() -> None:
    with pytest.raises(AmbiguousPlaceError):
        locate("Khattab", Gazetteer(shipped_places("syria")[0]))


def test_every_shipped_row_has_source_and_licence() -> None:
    places = shipped_places("syria")[0]
    assert len(places) > 2500
    assert all(p.source and p.licence and p.radius_km > 0 and p.country == "SY" for p in places)


def test_every_spelling_of_the_texts_finds_its_place() -> None:
    """Each spelling of the table of named places, with a point some 15 km away as its context."""
    gazetteer = Gazetteer(shipped_places("syria")[0])
    named, _ = read_places(tables_folder() / "syria-named.csv")
    wrong = [
        (spelling, found.id, place.id)
        for place in named
        for spelling in place.toponyms
        if (found := locate(spelling, gazetteer, context=beside(place))) is not place
        and found != place
    ]
    assert wrong == []


def beside(place: Place) -> Context:
    return Context(near=LonLat(place.lon + 0.1, place.lat + 0.1))


def test_of_two_places_of_one_name_the_larger_comes_first_but_they_tie() -> None:
    gazetteer = Gazetteer(shipped_places("syria")[0])
    assert resolve("al-Bab", gazetteer)[0].place.id == "al-bab"
    with pytest.raises(AmbiguousPlaceError):
        locate("al-Bab", gazetteer)


@pytest.mark.parametrize(
    ("mention", "place_id"),
    [
        ("Khattab in eastern Homs", "khattab-homs"),
        ("Khattab in Hama", "khattab-hama"),
        ("the village of Arak", "arak"),
        ("Jihar crossroads", "jihar-crossroads"),
        ("Palmyra castle", "palmyra-castle"),
    ],
)
def test_a_feature_word_or_a_region_is_part_of_the_mention(mention: str, place_id: str) -> None:
    assert resolve(mention, Gazetteer(shipped_places("syria")[0]))[0].place.id == place_id


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("السويداء", "as-Suwayda"),
        ("جنديرس", "Jinderes"),
        ("Cheïkh Bader", "Sheikh Badr"),
        ("Горлівка", "Gorlovka"),
        ("Бахмут", "Bachmut"),
        ("Київ", "Kiev"),
        ("Qal`at el Mudiq", "قلعة المضيق"),
        ("Dayr az Zawr", "Deir ez-Zor"),
        ("kfrnbl", "Kafr Nabl"),
    ],
)
def test_spellings_of_two_scripts_or_schools_meet(one: str, other: str) -> None:
    places = [Place("right", other, 0, 0), Place("wrong", "Saraqib", 0, 0), HOMS]
    best = resolve(one, Gazetteer(places))[0]
    assert (best.place.id, best.score > 0.7) == ("right", True)
