"""How alike names are, and what the gazetteer keeps them in: edges, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geofront.gazetteer.arrays import KeyTable, NumberLists, TextColumn, key_of, ranges
from geofront.gazetteer.likeness import Reading, Spelling, likeness
from geofront.gazetteer.place import Place
from geofront.gazetteer.sameness import (
    NEAR_KM,
    distance_km,
    folded_likeness,
    limit_km,
    near_pairs,
    one_kind,
)
from geofront.gazetteer.signatures import bits_apart, signature, signatures
from geofront.gazetteer.sounds import sounds

# --- columns ---------------------------------------------------------------------------------


def test_a_key_is_the_same_in_every_process_and_version() -> None:
    """A gazetteer that is kept on disk is read by its keys."""
    assert key_of("") == 13020603013274838756
    assert key_of("homs") == 3213812124809846836
    assert key_of("\ud800") != key_of("\ud801")  # half a pair, as broken files hold it


def test_texts_come_back_whatever_is_in_them() -> None:
    texts = ["Homs", "", "حمص", "\ud800", "a\0b", "𒀀"]
    column = TextColumn.of(texts)
    assert len(column) == 6
    assert [column[row] for row in range(6)] == texts
    assert column.starts.tolist() == [0, 4, 4, 10, 13, 16, 20]
    assert len(TextColumn.of([])) == 0


def test_a_table_of_keys_keeps_each_pair_once_in_order() -> None:
    most = 2**64 - 1
    table = KeyTable.of([7, 3, most, 7, 3, 7], [5, 1, 0, 2, 1, 5])
    assert table.rows_of(7).tolist() == [2, 5]
    assert table.rows_of(3).tolist() == [1]
    assert table.rows_of(most).tolist() == [0]
    for absent in (0, 4, 8, most - 1):
        assert table.rows_of(absent).tolist() == []
    assert table.keys.tolist() == [3, 7, 7, most]
    # The same row under two keys that follow each other stays under both.
    assert KeyTable.of([1, 2], [9, 9]).rows_of(2).tolist() == [9]
    assert KeyTable.of([], []).rows_of(1).tolist() == []


def test_lists_of_numbers_may_be_empty_and_are_sorted() -> None:
    lists = np.array([2, 0, 2], dtype=np.int32)
    numbers = np.array([9, 4, 1], dtype=np.int32)
    column = NumberLists.of(lists, numbers, 4)
    assert len(column) == 4
    assert [column[row].tolist() for row in range(4)] == [[4], [], [1, 9], []]
    assert column.joined(np.array([2, 1, 0], dtype=np.int32)).tolist() == [1, 9, 4]
    found = ranges(np.array([5, 5], dtype=np.int32), np.array([7, 5], dtype=np.int32))
    assert (found.tolist(), found.dtype) == ([5, 6], np.dtype(np.int32))


# --- signatures ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (b"", b"", 0),
        (b"bab", b"bba", 0),
        (b"bab", b"ba", 1),
        (b"", b"aaaaa", 5),
        (b"aaaaa", b"aaaaaaaaa", 0),  # more than five of a vowel are not told apart
        (b"", b"bbb", 2),  # nor more than two of a common consonant
        (b"", b"XXX", 1),
        (b"", b"QV9", 0),  # not in the alphabet of patterns
        (b"aiu`w", b"bdg", 8),
    ],
)
def test_a_bit_tells_that_a_character_comes_so_many_times(
    one: bytes, other: bytes, apart: int
) -> None:
    assert bits_apart(signature(one), np.array([signature(other)])).tolist() == [apart]
    column = TextColumn.of([other.decode(), one.decode()])
    assert bits_apart(signature(one), signatures(column)).tolist() == [apart, 0]


# --- how alike two names are -----------------------------------------------------------------


def reading(*words: str, skeleton: str = "", weights: tuple[float, ...] = ()) -> Reading:
    """A reading of which the patterns are given, not made from sounds."""
    made = Reading(("b",), len)
    made.words, made.joined, made.skeleton = words, "".join(words), skeleton
    made.beginning = words[0][:1]
    made._weights = weights or (1.0,) * len(words)
    return made


def spelled(*readings: Reading, written: str = "", article: bool = False) -> Spelling:
    return Spelling(written, article, readings)


def alike(one: Reading, other: Reading) -> float:
    found = likeness(spelled(one), spelled(other))
    assert likeness(spelled(other), spelled(one)) == pytest.approx(found)
    return found


def test_one_word_is_as_alike_as_its_letters() -> None:
    """Of 8 letters in all 6 are common: 0.75. Another beginning takes a twentieth."""
    assert alike(reading("abcd"), reading("abcd")) == 1.0
    assert alike(reading("abcd"), reading("abce")) == pytest.approx(0.75)
    assert alike(reading("abcd"), reading("ebcd")) == pytest.approx(0.75 * 0.95)
    assert alike(reading("abcd"), reading("wxyz")) == 0.0


def test_consonants_count_for_fifteen_hundredths_where_both_have_some() -> None:
    one = reading("abcd", skeleton="bcd")
    assert alike(one, reading("abce", skeleton="bcd")) == pytest.approx(0.85 * 0.75 + 0.15)
    assert alike(one, reading("abce", skeleton="xyz")) == pytest.approx(0.85 * 0.75)
    assert alike(one, reading("abce")) == pytest.approx(0.75)


def test_words_in_another_order_are_nearly_the_same() -> None:
    """Joined, 4 of 8 letters agree in order; word by word, all do: (0.5 + 1) / 2."""
    found = alike(reading("abcd", "efgh"), reading("efgh", "abcd"))
    assert found == pytest.approx((0.5 + 1) / 2 * 0.95)
    assert alike(reading("abcd", "efgh"), reading("abcd", "efgh")) == 1.0
    # Letters that moved to the other word: joined they are all there.
    assert alike(reading("ab", "cdefgh"), reading("abcdef", "gh")) == pytest.approx(0.93)


def test_a_word_more_costs_by_its_weight() -> None:
    """Word by word 2 of 3 parts of the weight agree, or 6 of 7, times 0.97."""
    one = reading("abcd")
    assert alike(one, reading("abcd", "efgh")) == pytest.approx(max(8 / 12, 0.97 * 2 / 3))
    heavy = reading("abcd", weights=(3.0,))
    more = reading("abcd", "efgh", weights=(3.0, 1.0))
    assert alike(heavy, more) == pytest.approx(0.97 * 6 / 7)


def test_words_are_paired_once_and_only_where_they_are_alike() -> None:
    # "abxx" has half of its letters in common with "abcd", "axxx" a quarter, which is too little.
    one, other = reading("abcd", "qrst", "u"), reading("abxx", "qrst")
    assert alike(one, other) == pytest.approx(max(12 / 17, 0.97 * (2 * 0.5 + 2) / 5))
    one, other = reading("abcd", "qrst", "u"), reading("axxx", "qrst")
    assert alike(one, other) == pytest.approx(max(10 / 17, 0.97 * 2 / 5))
    # A word of one name cannot answer to two of the other.
    twice = reading("abcd", "abcd", "abcd", weights=(1, 1, 1))
    once = reading("abcd", "wxyz", weights=(1, 1))
    assert alike(twice, once) == pytest.approx(max(8 / 20, 0.97 * 2 / 5))


def test_the_weightiest_word_is_paired_first() -> None:
    """Both words of the query are like the first of the name; the heavy one takes it."""
    query = reading("abcx", "abcd", weights=(1.0, 5.0))
    name = reading("abcd", "wwww", "zzzz", weights=(5.0, 1.0, 1.0))
    joined = 8 / 20
    by_words = 0.97 * (5 + 5) / (6 + 7)
    found = likeness(spelled(query), spelled(name))
    assert found == pytest.approx(max(joined, by_words))


def test_words_without_weight_are_no_match_by_words() -> None:
    one = reading("ab", weights=(0.0,))
    other = reading("ab", "cd", weights=(0.0, 0.0))
    assert alike(one, other) == pytest.approx(4 / 6)


def test_the_best_of_several_readings_counts() -> None:
    many = spelled(reading("wxyz"), reading("abcd"), reading("qqqq"))
    assert likeness(many, spelled(reading("abcd"))) == 1.0
    assert likeness(spelled(), many) == 0.0


def test_writing_counts_for_twelve_hundredths_and_a_slip_of_the_pen_for_more() -> None:
    def written(text: str, pattern: str, *, article: bool = False) -> Spelling:
        return spelled(reading(pattern), written=text, article=article)

    one = written("abcd", "abcd")
    assert likeness(one, written("abcd", "abcd")) == 1.0
    assert likeness(one, written("wxyz", "abcd")) == pytest.approx(0.88)
    assert likeness(one, written("", "abcd")) == 1.0  # in another script the sound alone speaks
    # Nine of ten letters agree: 1 - 2 · 0.1, whatever it sounds like.
    long = written("abcdefghij", "abcd")
    assert likeness(long, written("abcdefghix", "wxyz")) == pytest.approx(0.8)
    assert likeness(one, written("abcd", "abcd", article=True)) == pytest.approx(0.985)


@pytest.mark.parametrize(
    ("text", "written", "article"),
    [
        ("al-Bab", "bab", True),
        ("AS Suwayda", "suwayda", True),
        ("Albab", "albab", False),
        ("al-", "al", False),
        ("الباب", "", True),
        ("ال", "", False),
        ("Бахмут", "", False),
        ("Kafr Nabl", "kafrnabl", False),
        ("T 4", "t4", False),
        ("4", "", False),
    ],
)
def test_a_spelling_knows_its_letters_and_its_article(
    text: str, written: str, article: bool
) -> None:
    spelling = Spelling.of(text, sounds(text), lambda _: 1.0)
    assert (spelling.written, spelling.article) == (written, article)
    assert len(spelling.readings) == len(sounds(text))


def test_weights_are_asked_for_on_use_and_once() -> None:
    asked: list[str] = []

    def weigh(word: str) -> float:
        asked.append(word)
        return float(len(asked))

    made = Reading(sounds("Kafr Nabl")[0], weigh)
    assert asked == []
    assert made.weights == made.weights == (1.0, 2.0)
    assert asked == list(sounds("Kafr Nabl")[0])


def test_vowels_all_begin_alike() -> None:
    begins = {name: Reading(sounds(name)[0], len).beginning for name in ("Idlib", "Aleppo", "Homs")}
    assert begins["Idlib"] == begins["Aleppo"] == "a"
    assert begins["Homs"] not in {"a", ""}


# --- when two records are one place ----------------------------------------------------------


def test_how_near_is_near_follows_the_longest_beginning() -> None:
    near = limit_km(NEAR_KM)
    assert [near(code) for code in ("", "PPL", "ADM1", "AIRB", "LK", "MILB", "MSQE", "OILF")] == [
        *(2.0, 2.0, 25.0, 4.0, 5.0, 3.0, 0.5, 5.0)
    ]
    assert limit_km(3)("AIRB") == 3.0
    own = limit_km({"PPL": 1.0, "PPLA": 9.0})
    assert [own(code) for code in ("PPLA2", "PPLX", "PP", "AIRB")] == [9.0, 1.0, 2.0, 2.0]
    assert limit_km({"": 7.0})("AIRB") == 7.0


@pytest.mark.parametrize(
    ("one", "other", "may_be"),
    [
        ("PPL", "PPLA", True),
        ("PPL", "STLMT", True),
        ("PPL", "ADM2", False),
        ("PPL", "", True),
        ("", "", True),
        ("AIRB", "AIRP", True),
        ("MILB", "BRKS", True),
        ("CSTL", "RUIN", True),
        ("HLL", "MT", True),
        ("LK", "RSV", True),
        ("OILF", "GASF", True),
        ("RDJCT", "RDCR", True),
        ("STM", "WAD", True),
        ("DAM", "DAM", True),
        ("DAM", "DAMQ", False),
        ("PCL", "PCLI", True),
    ],
)
def test_records_of_one_kind_may_be_one_place(one: str, other: str, may_be: bool) -> None:
    assert one_kind(one, other) is one_kind(other, one) is may_be


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"x", "homs"}, {"homs", "y"}, 1.0),
        ({"saraqib"}, {"saraqeb"}, 12 / 14),
        ({"saraqib", "zzzzzzz"}, {"saraqeb", "saraqibb"}, 14 / 15),
        ({"abcd"}, {"abce"}, 0.0),  # too short to differ
        ({"abcde"}, {"abcdx"}, 0.8),
        ({"abcde"}, {"abcd"}, 0.0),
        ({"upper saraqib"}, {"lower saraqib"}, 0.0),
        ({"saraqib 1"}, {"saraqib 2"}, 0.0),
        ({"saraqib 1"}, {"saraqeb 1"}, 16 / 18),
        ({"new saraqib"}, {"saraqib"}, 0.0),
        ({"abcdefgh"}, {"stuvwxyz"}, 0.0),
        (set(), {"homs"}, 0.0),
    ],
)
def test_spellings_of_records_are_alike_unless_a_telling_word_differs(
    one: set[str], other: set[str], expected: float
) -> None:
    for ours, theirs in ((one, other), (other, one)):
        found = folded_likeness(frozenset(ours), frozenset(theirs), least=0.7)
        assert found == pytest.approx(expected)


def test_what_is_less_alike_than_asked_for_counts_as_nothing() -> None:
    ours, theirs = frozenset({"saraqib"}), frozenset({"saraqeb"})
    assert folded_likeness(ours, theirs, least=12 / 14 - 1e-9) == pytest.approx(12 / 14)
    assert folded_likeness(ours, theirs, least=0.86) == 0.0


def test_a_degree_of_the_equator_is_as_long_as_it_is() -> None:
    """On the ellipsoid 111.319 km; on the sphere of 6,371.0088 km 111.195 km."""
    one, other = Place("a", "A", 10, 0), Place("b", "B", 11, 0)
    assert distance_km(one, other) == pytest.approx(111.319, abs=0.001)
    rows, columns, km = near_pairs(
        np.array([one.position]), np.array([other.position]), np.array([120.0])
    )
    assert (rows.tolist(), columns.tolist()) == ([0], [0])
    assert km == pytest.approx([111.195], abs=0.001)


def test_near_pairs_come_nearest_first_and_each_point_looks_as_far_as_it_says() -> None:
    here = np.array([[0.0, 0.0], [0.0, 10.0], [179.9, 0.0]])
    there = np.array([[0.0, 0.5], [0.0, 0.2], [-179.9, 0.0], [0.0, 10.0]])
    rows, columns, km = near_pairs(here, there, np.array([60.0, 0.0, 30.0]))
    pairs = list(zip(rows.tolist(), columns.tolist(), strict=True))
    assert pairs == [(1, 3), (0, 1), (2, 2), (0, 0)]
    assert km == pytest.approx([0.0, 22.239, 22.239, 55.597], abs=0.001)
    # Half the globe and more is the whole of it.
    antipode = near_pairs(here[:1], np.array([[180.0, 0.0]]), np.array([1e6]))
    assert antipode[2] == pytest.approx([6371.0088 * np.pi])


def test_ties_between_near_pairs_keep_the_order_of_the_points() -> None:
    here = np.array([[0.0, 0.0], [5.0, 0.0]])
    there = np.array([[5.0, 0.0], [0.0, 0.0], [5.0, 0.0]])
    rows, columns, _ = near_pairs(here, there, np.array([1.0, 1.0]))
    assert list(zip(rows.tolist(), columns.tolist(), strict=True)) == [(0, 1), (1, 0), (1, 2)]


@pytest.mark.parametrize(("n", "m"), [(0, 0), (0, 2), (2, 0)])
def test_no_points_no_pairs(n: int, m: int) -> None:
    found = near_pairs(np.zeros((n, 2)), np.zeros((m, 2)), np.ones(n))
    assert [len(column) for column in found] == [0, 0, 0]
    assert found[0].dtype == found[1].dtype == np.intp


_NAMES = st.one_of(st.text(alphabet="abiklrs -'", max_size=20), st.text(max_size=10))


@given(_NAMES, _NAMES)
def test_likeness_is_the_same_both_ways_and_whole_for_the_same(one: str, other: str) -> None:
    ours, theirs = (Spelling.of(t, sounds(t), lambda _: 1.0) for t in (one, other))
    found = likeness(ours, theirs)
    assert 0 <= found <= 1
    assert likeness(theirs, ours) == pytest.approx(found)
    if ours.readings:
        assert likeness(ours, ours) == pytest.approx(1.0)
