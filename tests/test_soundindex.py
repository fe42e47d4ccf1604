"""The index of sounds: quick, and yet what a comparison of all with all would find."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Indel

from geofront.gazetteer.arrays import NumberLists, TextColumn, ranges
from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.place import Place
from geofront.gazetteer.resolver import locate, resolve
from geofront.gazetteer.signatures import bits_apart, signature, signatures
from geofront.gazetteer.soundindex import SoundIndex
from geofront.gazetteer.sounds import sounds
from geofront.gazetteer.tables import shipped_places

if TYPE_CHECKING:
    import pytest

_TEXTS = st.lists(st.text(alphabet="aiuwy`bBpktlLmMnrRqzé7", max_size=40), min_size=1, max_size=8)


@given(_TEXTS)
def test_signatures_are_never_further_apart_than_the_texts(texts: list[str]) -> None:
    apart = bits_apart(signature(texts[0].encode()), signatures(TextColumn.of(texts)))
    for text, least in zip(texts, apart, strict=True):
        assert least <= Indel.distance(texts[0].encode(), text.encode())


@given(_TEXTS)
def test_a_signature_is_the_same_alone_and_among_many(texts: list[str]) -> None:
    many = signatures(TextColumn.of(texts))
    assert many.tolist() == [int(signature(text.encode())) for text in texts]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), unique=True))
def test_lists_of_numbers_hold_their_pairs(pairs: list[tuple[int, int]]) -> None:
    lists, numbers = np.array(pairs, dtype=np.int32).reshape(-1, 2).T
    column = NumberLists.of(lists, numbers, 6)
    assert len(column) == 6
    wanted = [sorted(number for place, number in pairs if place == row) for row in range(6)]
    assert [column[row].tolist() for row in range(6)] == wanted
    rows = np.array([4, 0, 4], dtype=np.int32)
    assert column.joined(rows).tolist() == [*wanted[4], *wanted[0], *wanted[4]]


def test_ranges_may_be_empty() -> None:
    starts, ends = np.array([3, 7, 1], dtype=np.int32), np.array([5, 7, 2], dtype=np.int32)
    assert ranges(starts, ends).tolist() == [3, 4, 1]
    assert ranges(starts[:0], ends[:0]).tolist() == []


def test_names_of_one_sound_share_a_reading_and_are_all_found() -> None:
    index = SoundIndex.of(["Homs", "Ḥomṣ", "Hums", "", "Aleppo"])
    assert index.names == 5
    assert index.readings(0) == index.readings(1) == index.readings(2) == sounds("Homs")
    assert index.readings(3) == []
    assert index.names_like("Homs")[:3].tolist() == [0, 1, 2]


def test_an_index_of_nothing_finds_nothing() -> None:
    assert SoundIndex.of([]).names_like("Homs").tolist() == []


def test_what_signatures_rule_out_would_not_be_in_the_short_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    places = shipped_places("syria")[0]
    index = Gazetteer(places).sounds
    names = [place.name[:-2] + "i" for place in places[::10]]
    quick = [index.names_like(name).tolist() for name in names]
    monkeypatch.setattr("geofront.gazetteer.soundindex._SAMPLE", 10**6)  # compares all
    assert quick == [index.names_like(name).tolist() for name in names]


def test_a_spelling_in_another_script_yields_to_a_latin_one_nearly_as_alike() -> None:
    near = Place("near", "Venta", 100, 10)
    far = Place("far", "Winda", 101, 11, aliases=("Вента",))
    both = Gazetteer([near, far])
    assert [m.place for m in resolve("Veenta", both)] == [near, far]
    assert resolve("Вента", both)[0].place is far
    alone = resolve("Veenta", Gazetteer([far]))[0]
    assert alone.score > resolve("Veenta", both)[1].score
    assert locate("Veenta", Gazetteer([far])) is far


def test_a_slip_of_the_pen_that_changes_the_sound_is_forgiven() -> None:
    meant, sounding = Place("o", "Officer", 145, -38), Place("u", "Ouffouékro", -5, 7)
    assert resolve("Officr", Gazetteer([sounding, meant]))[0].place is meant
