"""A gazetteer at its edges: names without letters, other scripts, kept parts, and far points."""

from __future__ import annotations

import numpy as np
import pytest

from geofront.crs import LonLat
from geofront.gazetteer.index import ALIAS, NAME, SECOND, Gazetteer, Toponyms
from geofront.gazetteer.place import Place

ARABIC = "تدمر"


def place(place_id: str, name: str, *aliases: str, at: tuple[float, float] = (38.0, 34.0)) -> Place:
    return Place(place_id, name, *at, aliases=aliases)


def likenesses(gazetteer: Gazetteer, name: str) -> dict[str, float]:
    return {text: alike for _, text, alike in gazetteer.sounding_like(name)}


# --- spellings -------------------------------------------------------------------------------


def test_spellings_are_numbered_place_by_place_with_what_they_are() -> None:
    toponyms = Toponyms.of([place("a", "Raqqa (Rakka)", "Nikephorion"), place("b", "Homs/Hims")])
    texts = [toponyms.text[row] for row in range(len(toponyms))]
    assert list(zip(texts, toponyms.place_row.tolist(), toponyms.role.tolist(), strict=True)) == [
        ("Raqqa (Rakka)", 0, NAME),
        ("Raqqa", 0, NAME),
        ("Rakka", 0, SECOND),
        ("Nikephorion", 0, ALIAS),
        ("Homs/Hims", 1, NAME),
        ("Homs", 1, NAME),
        ("Hims", 1, SECOND),
    ]
    # Of millions of spellings these are kept, in four bytes and in one.
    assert toponyms.place_row.dtype == np.int32
    assert toponyms.role.dtype == np.uint8


def test_a_name_without_a_letter_is_found_as_it_is_written_only() -> None:
    gazetteer = Gazetteer([place("dash", "—"), place("homs", "Homs")])
    assert [p.id for p in gazetteer.spelled("—")] == ["dash"]
    for name in ("—", "!!", ""):
        assert gazetteer.sounding(name) == []
    assert gazetteer.toponyms.sounding("!!").tolist() == []
    assert Gazetteer([place("dash", "—")]).sounding("!!") == []


# --- what sounds alike -----------------------------------------------------------------------


def test_a_spelling_in_another_script_yields_to_a_latin_one_that_is_nearly_as_alike() -> None:
    alone = likenesses(Gazetteer([place("a", ARABIC)]), "Tadmur")
    assert 0.9 < alone[ARABIC] < 1.0
    beside = likenesses(Gazetteer([place("a", ARABIC), place("b", "Tadmur")]), "Tadmur")
    assert beside == {ARABIC: pytest.approx(0.97 * alone[ARABIC]), "Tadmur": 1.0}
    # To a Latin one that is less alike than 97 % of it, it does not.
    unlike = likenesses(Gazetteer([place("a", ARABIC), place("b", "Tidmir")]), "Tadmur")
    assert unlike["Tidmir"] < 0.97 * alone[ARABIC]
    assert unlike[ARABIC] == alone[ARABIC]
    # Nor to a name in its own script, whatever is there in Latin letters.
    asked = likenesses(Gazetteer([place("a", ARABIC), place("b", "Tadmur")]), ARABIC)
    assert asked == {ARABIC: 1.0, "Tadmur": alone[ARABIC]}


def test_a_place_is_as_alike_as_its_best_spelling() -> None:
    gazetteer = Gazetteer([place("b", "Tadmir"), place("a", "Tadmur", "Tidmir")])
    found = likenesses(gazetteer, "Tadmur")
    assert found["Tidmir"] < found["Tadmir"] < found["Tadmur"] == 1.0
    assert gazetteer.alike("Tadmur") == ["Tadmur", "Tadmir"]
    assert gazetteer.alike("Tadmur", limit=1) == ["Tadmur"]


# --- what is kept ----------------------------------------------------------------------------


def test_a_gazetteer_of_parts_makes_none_of_them_again() -> None:
    whole = Gazetteer([place("a", "Raqqa"), place("b", "Homs")])
    parts = Gazetteer.of_parts(
        whole.places,
        toponyms=whole.toponyms,
        sounds=whole.sounds,
        ids=whole.ids,
        positions=whole.positions,
    )
    assert parts.places is whole.places
    assert parts.toponyms is whole.toponyms
    assert parts.sounds is whole.sounds
    assert parts.ids is whole.ids
    assert parts.positions is whole.positions
    assert parts.get("b") == whole.get("b")


# --- places around a point -------------------------------------------------------------------


def test_places_thousands_of_km_away_are_within_so_many_km_only() -> None:
    """One degree along the equator is 111.195 km: so 36° are 4,003 km, and 90° 10,008 km."""
    places = [place(str(lon), f"P{lon}", at=(lon, 0.0)) for lon in (180.0, 90.0, 36.0, 0.0)]
    gazetteer = Gazetteer(places)
    here = LonLat(0.0, 0.0)
    for km, rows in (
        (0.0, [3]),
        (3000.0, [3]),
        (4010.0, [2, 3]),
        (10_000.0, [2, 3]),
        (10_010.0, [1, 2, 3]),
        (20_016.0, [0, 1, 2, 3]),
        (50_000.0, [0, 1, 2, 3]),
    ):
        found = gazetteer.rows_within(here, km)
        assert found.tolist() == rows
        assert found.dtype == np.int32
