"""Places named in running text: what is a name, what only looks like one, and where it stands."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geofront.crs import LonLat
from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.place import Place
from geofront.gazetteer.resolver import Context
from geofront.gazetteer.tables import shipped_places
from geofront.gazetteer.text.mentions import scan

TRUTH = Path(__file__).parent / "data" / "mentions.csv"
SYRIA = Gazetteer(shipped_places("syria")[0])

# A town, its castle and a base beside it; villages whose names are words or names of people; and
# two villages of one name, the one near the town, the other 100 km away.
TOWN = Place("town", "al-Bab", 37.5, 36.4, ("الباب",), feature="PPLA2")
CASTLE = Place("castle", "Bab Castle", 37.5, 36.4, ("castle of al-Bab",), feature="CSTL")
BASE = Place("base", "abandoned base", 37.6, 36.4, feature="MILB")
FIELD = Place("field", "Mare' field", 37.7, 36.4, feature="OILF")
TALL = Place("tall", "al-Tall", 37.4, 36.3, feature="PPL")
KARIM = Place("karim", "Karim", 37.4, 36.2, ("كريم",), feature="PPL")
NEAR = Place("near", "Hawsh", 37.6, 36.5, feature="PPL")
FAR = Place("far", "Hawsh", 36.5, 35.9, feature="PPL")
QATAR = Place("qatar", "Qatar", 37.3, 36.1, feature="PPL")
IZIUM = Place("izium", "Изюм", 37.26, 49.21, ("Слов'янка",), feature="PPLA2")
SMALL = Gazetteer([TOWN, CASTLE, BASE, FIELD, TALL, KARIM, NEAR, FAR, QATAR, IZIUM])


def named(text: str, gazetteer: Gazetteer = SMALL) -> list[tuple[str, str]]:
    """Return what stands in the text and the id of the best match, for each mention."""
    return [(m.text, m.matches[0].place.id) for m in scan(text, gazetteer)]


# --- names ------------------------------------------------------------------------------------


def test_a_mention_says_where_it_stands() -> None:
    text = "They left al-Bab at night."
    (mention,) = scan(text, SMALL)
    assert (mention.start, mention.end, mention.text) == (10, 16, "al-Bab")
    assert [m.place for m in mention.matches] == [TOWN]


@pytest.mark.parametrize(
    ("sentence", "spelling", "place_id"),
    [
        ("Shells hit al-Bab.", "al-Bab", "al-bab"),
        ("Shells hit El Bab.", "El Bab", "al-bab"),
        ("AL-BAB was hit.", "AL-BAB", "al-bab"),
        ("A convoy reached Jubb al-Jarah.", "Jubb al-Jarah", "jubb-al-jarrah"),
        ("A convoy reached Tall ad-Dirrah.", "Tall ad-Dirrah", "taldara"),
        ("A convoy reached Kafr Sakeer.", "Kafr Sakeer", "kafr-saghir"),
        ("Jets left T4 at dawn.", "T4", "tiyas-airbase"),
        ("Jets left the T-4 at dawn.", "T-4", "tiyas-airbase"),
        ("Jets left Tiyas T-4 Airbase.", "Tiyas T-4 Airbase", "tiyas-airbase"),
        ("Jets left al_Taifor.", "al_Taifor", "tiyas-airbase"),
        ("They dug in on the Sha’rah Hills.", "Sha’rah Hills", "shaarah-hills"),
        ("They dug in at Deir\u00a0ez\u2011Zor.", "Deir\u00a0ez\u2011Zor", "deir-ez-zor"),
        ("They dug in at Deir Ez Zor.", "Deir Ez Zor", "deir-ez-zor"),
        ("Nobody was left in Tadmūr.", "Tadmūr", "palmyra"),
        ("Palmyra’s gardens burned.", "Palmyra", "palmyra"),
        ("The Palmyra-bound convoy turned.", "Palmyra", "palmyra"),
        ("A ship lay in the port of Tartus.", "port of Tartus", "tartus-port"),
        ("The Fourth Station was quiet.", "Fourth Station", "tiyas-pumping-station"),
        ("By then the Fourth Station was quiet.", "Fourth Station", "tiyas-pumping-station"),
    ],
)
def test_a_name_is_found_however_it_is_spelled(sentence: str, spelling: str, place_id: str) -> None:
    assert named(sentence, SYRIA) in ([(spelling, place_id)], [(f"The {spelling}", place_id)])


def test_the_longest_name_counts_alone() -> None:
    assert named("From Bab Castle and the castle of al-Bab one sees al-Bab.") == [
        ("Bab Castle", "castle"),
        ("castle of al-Bab", "castle"),
        ("al-Bab", "town"),
    ]


def test_a_longer_name_that_begins_inside_another_counts() -> None:
    found = named("Snow fell on the eastern Aleppo countryside, not on eastern Aleppo.", SYRIA)
    assert found == [
        ("Aleppo countryside", "aleppo-governorate"),
        ("eastern Aleppo", "eastern-aleppo"),
    ]


def test_both_ends_of_a_road_are_named() -> None:
    ids = [i for _, i in named("the Hawsh-Karim road, the Mosul-Karim road and the Karim–al-Bab")]
    assert Counter(ids) == {"near": 1, "karim": 3, "town": 1}


def test_a_name_may_go_on_in_the_next_line_but_not_in_the_next_paragraph() -> None:
    assert named("the castle\nof al-Bab") == [("castle\nof al-Bab", "castle")]
    assert named("the castle\n\nof al-Bab") == [("al-Bab", "town")]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("وصلوا إلى تدمر", ["تدمر"]),
        ("وتدمر لتدمر بتدمر فتدمر ولتدمر", ["تدمر"] * 5),
        ("تَدْمُر وَبِتدمـر", ["تَدْمُر", "تدمـر"]),
        ("مدينة الباب والباب", ["الباب", "الباب"]),
        ("الطريق من الرقة للرقة", ["الرقة", "لرقة"]),
        ("في مطار التيفور العسكري", ["مطار التيفور العسكري"]),
        ("بمطار التيفور ومطار التيفور", ["مطار التيفور", "مطار التيفور"]),
        ("في ادلب وحماه", ["ادلب", "حماه"]),
    ],
)
def test_arabic_names_are_found_with_what_is_joined_to_them(
    sentence: str, found: list[str]
) -> None:
    assert [spelling for spelling, _ in named(sentence, SYRIA)] == found


@pytest.mark.parametrize(
    "sentence",
    [
        "الحمص لذيذ",  # chick-peas, not Homs: the article
        "خطاب الرئيس",  # a speech, not Khattab
        "فتح الباب",  # a door, not al-Bab
        "تدمير المقر",  # destruction, not Tadmur
    ],
)
def test_arabic_words_are_not_taken_for_names(sentence: str) -> None:
    assert named(sentence, SYRIA) == []


def test_cyrillic_names_are_found_with_a_capital() -> None:
    assert named("Войска вошли в Изюм, где изюм дорог. Слов’янка") == [
        ("Изюм", "izium"),
        ("Слов’янка", "izium"),
    ]


# --- no names ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sentence",
    [
        "tall karim hawsh al-bab",  # no capital
        "Tall trees fell. Mare and foal. “Tall” it said.",  # the start of a sentence
        "Aleppo24 and Homs News wrote.",
        "The Homs Media Center and the Palmyra News Network wrote.",
        "the Homs news agency",
        "Irak, Araq, Alep0, Palmyrene, Homsi, Idlibi, Raqqawi",  # they only look alike
        "Omar Khattab met Mr. Karim, Gen. Adil and Sheikh Khattab.",
        "the activist Khattab; Abu Khattab; Omar ibn al-Khattab; Abu Jandal al-Qaryatayn",
        "Karim Ahmad, Martin Smith, Dana White",
        "Khattab said so. Karim told us.",
        "the Khattab Martyrs Brigade",
        "Bab al-Hadid and Tall al-Nowhere",  # longer names that are in no table
        "ARA",  # initials, not the village of Ara
        "mail to Homs@example.org or Idlib@Homs.org, follow @Homs",
        "see https://example.org/Palmyra, www.Homs.org or Homs.org",
        "54, 4 and 2016",
    ],
)
def test_what_is_no_name_is_not_found(sentence: str) -> None:
    assert named(sentence, SYRIA) == []


def test_one_word_at_the_start_of_a_sentence_must_be_spelled_exactly() -> None:
    assert named("Tall lay in ruins.") == []
    assert named("Al-Tall lay in ruins.") == [("Al-Tall", "tall")]
    assert named("They left Tall.") == [("Tall", "tall")]
    assert named("Karim lay in ruins.") == [("Karim", "karim")]


def test_a_preposition_is_not_taken_for_the_article() -> None:
    assert named("At Tall and as Karim") == [("Tall", "tall"), ("Karim", "karim")]
    assert named("near At-Tall") == [("At-Tall", "tall")]


def test_a_name_that_was_a_persons_stays_the_persons() -> None:
    assert named("Khalid Karim left. Later Karim and his men came to Karim.") == [
        ("Karim", "karim")
    ]
    assert named("Later Karim and the hills burned.") == [("Karim", "karim")]


def test_seats_of_government_lend_their_names_and_villages_do_not() -> None:
    assert named("the Homs Museum and the Khattab Museum", SYRIA) == [("Homs", "homs")]
    assert named("the Khattab Offensive", SYRIA)[0][0] == "Khattab"


def test_ordinary_capitals_beside_a_name_do_no_harm() -> None:
    text = (
        "Near Karim Russian jets flew. Western Karim burned. In Karim ISIS dug in. Syria's Karim. "
        "Leaving Karim on Monday. Old Karim, Karim April 4."
    )
    assert named(text) == [("Karim", "karim")] * 7


def test_in_a_headline_an_exact_spelling_is_enough() -> None:
    headline = "Heavy Rain Closes Karim Bridges As Tall Trees Block Several Roads"
    assert named(headline) == [("Karim", "karim")]


def test_a_description_counts_only_beside_a_place_nearby() -> None:
    assert named("They held an abandoned base for a week.") == []
    assert named("Abandoned base or not, it lies east of al-Bab.") == [
        ("Abandoned base", "base"),
        ("al-Bab", "town"),
    ]
    assert named("Far away, in Изюм, stood an abandoned base.") == [("Изюм", "izium")]


def test_a_better_known_namesake_needs_a_word_that_says_place() -> None:
    assert named("Envoys met in Qatar.") == []
    assert named("The village of Qatar burned. In Qatar all was lost.") == [("Qatar", "qatar")] * 2


# --- which place ------------------------------------------------------------------------------


def test_the_places_named_nearby_decide_between_namesakes() -> None:
    (_, mention) = scan("From al-Bab they reached Hawsh.", SMALL)
    assert [m.place.id for m in mention.matches] == ["near", "far"]
    assert mention.matches[0].score > mention.matches[1].score
    assert any("km from the context" in reason for reason in mention.matches[1].reasons)


def test_namesakes_tie_where_nothing_is_known() -> None:
    (mention,) = scan("They reached Hawsh.", SMALL)
    assert len({m.score for m in mention.matches}) == 1


def test_the_context_of_the_caller_comes_first() -> None:
    context = Context(near=LonLat(36.5, 35.9))
    (_, mention) = scan("From al-Bab they reached Hawsh.", SMALL, context=context)
    assert mention.matches[0].place is FAR


# --- any text ---------------------------------------------------------------------------------


def test_hidden_marks_do_not_move_the_offsets() -> None:
    text = "\ufeff\u200fal-\u00adBab\u200f \x00 Ka\u00adrim\u202c, \u2067كر\u200dيم\u2069"
    assert named(text) == [
        ("al-\u00adBab", "town"),
        ("Ka\u00adrim", "karim"),
        ("كر\u200dيم", "karim"),
    ]


PIECES = [
    *["al-Bab", "Bab", "Castle", "castle of", "abandoned base", "Karim", "Hawsh", "Tall", "Qatar"],
    *["al", "At", "said", "News", "Abu", "village of", "والباب", "للباب", "كريم", "Изюм", "Mare'"],
    *[" ", " ", "-", ". ", "\n", "\n\n", "'s", "’", "[3]", "@", "\u200f", "\u0301", "\x00", "ʿ"],
]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=30))
def test_mentions_are_in_order_and_stand_where_they_say(pieces: list[str]) -> None:
    text = "".join(pieces)
    end = 0
    for mention in scan(text, SMALL):
        assert end <= mention.start < mention.end <= len(text)
        assert mention.text == text[mention.start : mention.end]
        assert mention.matches
        end = mention.end


def test_nothing_is_found_in_nothing() -> None:
    assert scan("", SMALL) == []
    assert scan("Homs", Gazetteer([])) == []


# --- the hand count ---------------------------------------------------------------------------


def test_the_hand_count_speaks_of_shipped_places() -> None:
    with TRUTH.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    keys = [(row["text"], row["place_id"]) for row in rows]
    assert keys == sorted(set(keys))
    assert {text for text, _ in keys} == {"000", "001", "002", "003", "004"}
    assert [i for _, i in keys if i not in SYRIA] == []
    assert all(int(row["count"]) > 0 for row in rows)
