"""Names and tables as nobody should write them: an answer or a clear error, and soon."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import subprocess
import sys
from time import perf_counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from geofront.crs import LonLat
from geofront.errors import DataFaultsError, GeofrontError, PositionError, UnknownPlaceError
from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.names import fold
from geofront.gazetteer.place import Place
from geofront.gazetteer.resolver import Context, locate, resolve, resolve_many
from geofront.gazetteer.sounds import alternatives, sounds
from geofront.gazetteer.tables import read_places, shipped_places
from geofront.gazetteer.text.mentions import scan
from geofront.gazetteer.text.phrases import parse, read_phrase

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from random import Random

    from geofront.gazetteer.text.phrases import Phrase

_LONG = 100_000
_SOON = 20.0  # seconds; what is meant is "at all", on any machine
SYRIA = Gazetteer(shipped_places("syria")[0])
SMALL = [
    Place("bab", "al-Bab", 37.5, 36.4, ("الباب",), feature="PPL"),
    Place("bab-2", "Bāb", 38.5, 35.4, feature="PPL"),
    Place("homs", "Homs", 36.7, 34.7, ("Hims", "حمص"), feature="PPLA"),
    Place("palmyra", "Palmyra", 38.28, 34.55, ("Tadmur", "تدمر"), feature="PPL"),
    Place("t4", "Tiyas Airbase", 37.63, 34.52, ("T4",), feature="AIRB"),
    Place("twin-1", "Khattab", 37.3, 34.9, feature="PPL"),
    Place("twin-2", "Khattab", 36.6, 35.2, feature="PPL"),
]
GAZETTEER = Gazetteer(SMALL)

SHORT = {
    "nothing": "",
    "blanks": " \t\r\n\u00a0\u2028",
    "punctuation": "!?.,;:-–—()[]{}/\\|'\"`~@#$%^&*_+=<>",
    "mixed scripts": "Палmyraتدمر東京",
    "right-to-left override": "\u202eaymlaP\u202c",
    "marks of direction": "\u200f\u200eتدمر\u2066\u2069",
    "control characters": "Pal\x07my\x1b[31mra\x7f\x85",
    "NUL": "\x00",
    "NUL inside": "Palmyra\x00",
    "lone surrogate": "\ud800",
    "surrogate after a name": "Palmyra\udcff",
    "surrogates the wrong way": "\udfff\ud800al-Bab",
    "emoji": "🏰💥 Palmyra 👨‍👩‍👧‍👦",
    "zalgo": "P" + "\u0301\u0327\u0489\u0316" * 45 + "almyra",
    "only marks": "\u0301" * 50,
    "no character": "\uffff\ufdd0",
    "private use": "\ue000\U000f0000",
    "tags": "\U000e0041" * 50,
    "dotted and dotless": "İIıiẞßΣσς",
    "article alone": "al-",
    "articles": "al-al-al-el-ash",
    "open bracket": "((((",
    "slashes": "////",
    "phrase of nothing": "4 km west of ",
    "phrase too far": "999999999 km west of Palmyra",
    "phrase backwards": "-4 km west of Palmyra",
    "phrase without end": "1e999 km west of Palmyra",
    "digits of another script": "९ km west of Palmyra",
}
HUGE = {
    "one letter": "a" * _LONG,
    "one mark": "a" + "\u0301" * _LONG,
    "one Arabic mark": "ت" + "\u064b" * _LONG,
    "punctuation": "!?" * (_LONG // 2),
    "apostrophes": "a'" * (_LONG // 2),
    "hyphens": "a-" * (_LONG // 2),
    "open brackets": "(" * _LONG,
    "brackets": "(a)" * (_LONG // 3),
    "slashes": "a/" * (_LONG // 2),
    "blanks": " " * _LONG,
    "lines": "\n" * _LONG,
    "names": "al-Bab " * (_LONG // 7),
    "capitals": "HOMS " * (_LONG // 5),
    "phrases": "4 km west of " * (_LONG // 13),
    "joints": " and ".join(["Homs"] * (_LONG // 9)),
    "dashes": "Homs–" * (_LONG // 5),
    "regions": "Homs in " * (_LONG // 8),
    "small Arabic words": "وبال" * (_LONG // 4),
    "ligatures": "ﷺ" * (_LONG // 10),
    "emoji": "👨‍👩‍👧‍👦" * (_LONG // 10),
    "surrogates": "\ud800" * _LONG,
    "address": "http://" + "a" * _LONG,
    "prose": "On Monday the army moved 4 km west of Palmyra, near Homs. " * (_LONG // 58),
}

# Any text at all, surrogates included, and texts of what means something to the readers of names.
_ANY = st.text(st.characters(codec=None), max_size=60)
_TELLING = st.lists(
    st.sampled_from(
        [
            *("Palmyra", "al-", "Bab", "Khattab", "T4", "airbase", "hill", "in ", "eastern ", "4 "),
            *("km ", "west ", "of ", "between ", " and ", "road", "the ", "(", ")", "/", "-", "–"),
            *(
                "'",
                "ʿ",
                "ال",
                "باب",
                "و",
                "\u0301",
                "\u202e",
                "\u200f",
                "\x00",
                "\ud800",
                "\n",
                " ",
            ),
            *("İ", "ß", "ﷺ", "🏰", "٤", "²", ",", ".", "0", "ẖ", "ﬁ", "Ǆ", "\u0345"),
        ]
    ),
    max_size=12,
).map("".join)
NAMES = st.one_of(_ANY, _TELLING)


def refusal(call: Callable[[], object]) -> GeofrontError | None:
    """Call something that may refuse its input, and return the error with which it does."""
    try:
        call()
    except GeofrontError as error:
        return error
    return None


def soon(call: Callable[[], object]) -> None:
    """Call something that may refuse its input, but must say so in words and in bounded time."""
    start = perf_counter()
    error = refusal(call)
    assert error is None or str(error)
    assert perf_counter() - start < _SOON


# --- single names -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*SHORT.values(), *HUGE.values()], ids=[*SHORT, *HUGE])
@pytest.mark.parametrize("gazetteer", [GAZETTEER, SYRIA, Gazetteer([])], ids=["few", "all", "none"])
def test_any_name_gets_an_answer_or_a_clear_error(name: str, gazetteer: Gazetteer) -> None:
    for context in (Context(), Context(near=LonLat(38.28, 34.55), feature="PPL")):
        soon(lambda context=context: resolve(name, gazetteer, context=context))  # type: ignore[misc]
        soon(lambda context=context: locate(name, gazetteer, context=context))  # type: ignore[misc]
    soon(lambda: scan(name, gazetteer))
    soon(lambda: read_phrase(name, lambda anchor: locate(anchor, gazetteer)))
    soon(lambda: fold(name))


@pytest.mark.parametrize("name", SHORT.values(), ids=SHORT)
def test_any_short_name_may_be_a_place_and_is_found_by_its_id(name: str) -> None:
    odd = Place(name, name, 38.0, 34.0, (name, ""))
    gazetteer = Gazetteer([odd, *SMALL])
    assert locate(name, gazetteer) is odd
    assert odd in [match.place for match in resolve(name, gazetteer)]
    assert locate("Palmyra", gazetteer).id == "palmyra"
    scan(f"They took Palmyra and {name}.", gazetteer)
    sounds(name)
    alternatives(name)


@pytest.mark.parametrize("key", ["one letter", "one mark", "punctuation", "surrogates"])
def test_a_place_may_have_a_huge_name(key: str) -> None:
    gazetteer = Gazetteer([Place("odd", HUGE[key], 38.0, 34.0), *SMALL])
    soon(lambda: resolve("Palmira", gazetteer))
    soon(lambda: scan("They took Palmyra.", gazetteer))
    assert locate("Palmyra", gazetteer).id == "palmyra"


def test_names_without_a_letter_are_unknown_not_the_first_place() -> None:
    for name in ("", " ", "!!!", "\u202e", "\x00", "\ud800", "\u0301", "🏰"):
        assert resolve(name, GAZETTEER) == []
        with pytest.raises(UnknownPlaceError):
            locate(name, GAZETTEER)


def test_names_that_differ_by_a_diacritic_are_told_apart_by_it() -> None:
    plain, marked = Place("p", "Sasa", 36.0, 33.3), Place("m", "Şaşa", 37.0, 34.3)
    gazetteer = Gazetteer([plain, marked])
    assert locate("Sasa", gazetteer) is plain
    assert locate("ŞAŞA", gazetteer) is marked
    assert locate("S\u0327as\u0327a", gazetteer) is marked  # the same, decomposed
    with pytest.raises(GeofrontError, match="may be 2 places"):
        locate("Sâsa", gazetteer)


def test_marks_upon_marks_are_the_name_without_them() -> None:
    marked = "".join(c + "\u0301\u0327\u0316" * 8 for c in "Palmyra")
    assert locate(marked, GAZETTEER).id == "palmyra"


@given(NAMES)
def test_resolving_never_raises_and_scores_are_in_order(name: str) -> None:
    matches = resolve(name, GAZETTEER)
    scores = [m.score for m in matches]
    assert all(0 <= score <= 1 for score in scores)
    ranks = [(-m.score, m.place.id) for m in matches]
    assert ranks == sorted(ranks)
    assert len({m.place.id for m in matches}) == len(matches)
    assert all(m.reasons for m in matches)


@given(NAMES, st.floats(-180, 180), st.floats(-90, 90), NAMES)
def test_nor_with_any_context(name: str, lon: float, lat: float, other: str) -> None:
    context = Context(near=LonLat(lon, lat), feature=other, admin1=other, country=other)
    scores = [m.score for m in resolve(name, GAZETTEER, context=context)]
    assert all(0 <= score <= 1 for score in scores)
    assert scores == sorted(scores, reverse=True)


@given(NAMES)
def test_locating_gives_a_place_or_an_error_of_ours(name: str) -> None:
    places: list[Place] = []
    error = refusal(lambda: places.append(locate(name, GAZETTEER)))
    assert str(error) if error else places
    assert all(abs(place.lon) <= 180 and abs(place.lat) <= 90 for place in places)


@given(NAMES)
def test_reading_a_phrase_gives_a_position_none_or_an_error_of_ours(text: str) -> None:
    parse(text)
    found: list[Phrase | None] = []
    error = refusal(
        lambda: found.append(read_phrase(text, lambda anchor: locate(anchor, GAZETTEER)))
    )
    assert str(error) if error else found
    assert all(p is None or (p.geometry.is_valid and p.radius_km >= 0) for p in found)


@given(NAMES)
@example("\ud800\u0301")
@example("\u0345\u1ebe")
def test_folding_twice_is_folding_once_for_any_text(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(st.lists(NAMES, max_size=4))
def test_the_same_name_gives_the_same_answer(names: list[str]) -> None:
    fresh = Gazetteer(SMALL)  # with nothing kept from former questions
    twice = [*names, *reversed(names)]
    assert resolve_many(twice, fresh, limit=None) == [resolve(n, GAZETTEER) for n in twice]


@given(NAMES, st.permutations(SMALL))
def test_the_order_of_the_places_does_not_change_the_answers(
    name: str, places: list[Place]
) -> None:
    assert resolve(name, Gazetteer(places)) == resolve(name, GAZETTEER)


@given(st.lists(NAMES, min_size=1, max_size=6, unique=True), NAMES, st.randoms())
def test_nor_does_it_for_places_of_any_name(names: list[str], asked: str, random: Random) -> None:
    places = [Place(f"p{i}", name, 38.0 + i / 10, 34.0) for i, name in enumerate(names)]
    shuffled = random.sample(places, len(places))
    for name in (asked, names[0]):
        assert resolve(name, Gazetteer(shuffled)) == resolve(name, Gazetteer(places))


@given(st.lists(NAMES, max_size=6))
def test_mentions_stand_where_they_say_and_do_not_overlap(pieces: list[str]) -> None:
    text = " near Palmyra. ".join(pieces)
    mentions = scan(text, GAZETTEER)
    end = 0
    for mention in mentions:
        assert end <= mention.start < mention.end <= len(text)
        assert mention.text == text[mention.start : mention.end]
        scores = [m.score for m in mention.matches]
        assert scores == sorted(scores, reverse=True)
        end = mention.end
    assert scan(text, GAZETTEER) == mentions


# --- tables -----------------------------------------------------------------------------------

_BROKEN = {
    "{i},Name,,34": "lon is missing",
    "{i},Name,38.5": "lat is missing",
    "{i},Name,34,138": "lat 138 is out of range (±90); are lon and lat swapped?",
    "{i},Name,200,10": "lon 200 is out of range",
    "{i},Name,nan,34": "lon 'nan' is not a number",
    "{i},Name,38,-inf": "lat '-inf' is not a number",
    "{i},Name,1e400,34": "lon '1e400' is not a number",
    "{i},Name,thirty-eight,34": "lon 'thirty-eight' is not a number",
    '{i},Name,"38,5",34': "lon '38,5' is not a number",
    "{i},Name,38°,34": "lon '38°' is not a number",
    "fine-1,Name,38,34": "id 'fine-1' stands twice",
    ",Name,38,34": "id is missing",
    "{i},,38,34": "name is missing",
    "{i},Name,38,34,too,many": "has 6 cells under a header of 4",
}


def test_a_table_of_200_000_rows_tells_every_broken_one(tmp_path: Path) -> None:
    kinds = list(_BROKEN.items())
    lines, expected = ["id,name,lon,lat", "fine-1,Fine,38,34"], {}
    for i in range(200_000):
        if i % 4:
            lines.append(f"p{i},Name {i},{30 + i % 100 / 10},34.5")
        else:
            line, message = kinds[i // 4 % len(kinds)]
            expected[len(lines) + 1] = message
            lines.append(line.format(i=f"p{i}"))
    path = tmp_path / "places.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    start = perf_counter()
    with pytest.raises(DataFaultsError) as caught:
        read_places(path)
    assert perf_counter() - start < _SOON
    told = {fault.row: fault.message for fault in caught.value.faults}
    assert told.keys() == expected.keys()
    assert all(message in told[row] for row, message in expected.items())


def test_numbers_written_as_text_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text('id,name,lon,lat\n007,"12"," 38.50 ","+34"\n', encoding="utf-8")
    (place,) = read_places(path)[0]
    assert (place.id, place.name, place.lon, place.lat) == ("007", "12", 38.5, 34.0)


def test_the_first_place_of_an_id_stays_in_a_gazetteer() -> None:
    first = Place("a", "First", 38.0, 34.0)
    gazetteer = Gazetteer([first, Place("a", "Second", 39.0, 35.0)])
    assert list(gazetteer) == [first]
    assert gazetteer.spelled("Second") == []


@given(st.lists(st.tuples(_ANY, _ANY), max_size=5))
def test_a_table_of_any_cells_is_read_or_told_of(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]]
) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["id", "name", "lon", "lat"])
    try:
        writer.writerows([place_id, name, "38", "34"] for place_id, name in cells)
    except csv.Error:
        assume(False)  # noqa: FBT003 - a table that can't be written
    path = tmp_path_factory.mktemp("any") / "places.csv"
    path.write_bytes(text.getvalue().encode("utf-8", "surrogatepass"))
    places: list[Place] = []
    error = refusal(lambda: places.extend(read_places(path)[0]))
    if error:
        assert isinstance(error, DataFaultsError)
        assert error.faults
    assert all(place.id and place.name for place in places)


# --- commands ---------------------------------------------------------------------------------


def run(*arguments: str | bytes | Path) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "geofront", *arguments]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    assert b"Traceback" not in done.stderr, done.stderr.decode("utf-8", "replace")
    assert done.returncode in {0, 1, 2}
    if done.returncode:
        assert done.stderr
        assert not done.stdout
    return done


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "places.csv"
    path.write_text("id,name,lon,lat\na,Palmyra,38.28,34.55\n", encoding="utf-8")
    return path


def test_the_command_resolve_answers_odd_names(table: Path) -> None:
    wanted = [n for n in SHORT.values() if "\x00" not in n and not _has_surrogate(n)]
    names = [n for n in wanted if not n.startswith("-")]
    done = run("resolve", "--gazetteer", table, "--format", "json", "--", *names, "Z" * _LONG)
    answers = json.loads(done.stdout)
    assert [a["query"] for a in answers] == [*names, "Z" * _LONG]
    assert run("resolve", "--gazetteer", table, "--", *names).returncode == 0


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= c <= "\udfff" for c in text)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"name\n" + b"a" * _LONG + b"\n", 0),
        ("name\n\u202ePalmyra\n💥\n".encode(), 0),
        (b"name\n\x00\n", 1),
        (b"name\n\xed\xa0\x80\n", 1),
        (b'name\n"\n', 1),
        (b"", 1),
        (b"name,near_lon,near_lat\nPalmyra,nan,1\nPalmyra,500,1\nPalmyra,,1\n", 1),
    ],
)
def test_the_command_resolve_reads_a_batch_or_says_what_is_wrong(
    table: Path, tmp_path: Path, body: bytes, code: int
) -> None:
    batch = tmp_path / "batch.csv"
    batch.write_bytes(body)
    assert run("resolve", "--batch", batch, "--gazetteer", table).returncode == code


def test_the_command_resolve_refuses_a_broken_table(tmp_path: Path) -> None:
    path = tmp_path / "broken.csv"
    rows = [line.format(i=f"p{i}") for i, line in enumerate(_BROKEN)]
    path.write_text("\n".join(["id,name,lon,lat", "fine-1,Fine,38,34", *rows]), encoding="utf-8")
    done = run("resolve", "Palmyra", "--gazetteer", path)
    assert done.returncode == 1
    told = done.stderr.decode()
    assert all(message in told for message in _BROKEN.values())
    assert f"{len(_BROKEN)} faults; nothing was done" in told


@pytest.mark.parametrize(
    ("body", "code", "count"),
    [
        (b"", 0, 0),
        (b"\x00Palmyra\x00 fell. They took Palmyra.", 0, 2),
        ("They took \u202ePalmyra\u202c and 💥.".encode(), 0, 1),
        (b"\n" * _LONG, 0, 0),
        (b"They took Palmyra. " * 5_000, 0, 5_000),
        (("They took Pal" + "\u0301" * _LONG + "myra.").encode(), 0, None),
        (b"\xed\xa0\x80", 1, None),
        (b"\xff\xfeP\x00", 1, None),
    ],
)
def test_the_command_scan_finds_names_in_odd_texts(
    table: Path, tmp_path: Path, body: bytes, code: int, count: int | None
) -> None:
    path = tmp_path / "report.txt"
    path.write_bytes(body)
    for layout in ("json", "csv", "table"):
        done = run("scan", path, "--gazetteer", table, "--format", layout)
        assert done.returncode == code
        if layout == "json" and count is not None:
            assert len(json.loads(done.stdout)) == count


@pytest.mark.skipif(os.name == "nt", reason="arguments are no bytes there")
def test_a_gazetteer_of_an_odd_name_is_unknown() -> None:
    done = run("resolve", "Palmyra", "--gazetteer", b"/no/such/\xff")
    assert done.returncode == 2
    assert b"unknown gazetteer" in done.stderr


def test_what_is_longer_than_any_mention_is_still_found_as_it_is() -> None:
    long = Gazetteer([Place("x" * 300, "a" * 300, 38, 34), Place("short", "a" * 200, 38, 34)])
    assert resolve("a" * 300, long)[0].place.id == "x" * 300
    assert locate("x" * 300, long).name == "a" * 300
    with pytest.raises(UnknownPlaceError, match="…") as caught:
        locate("b" * 100_000, long)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("name", ["a/" * 50_000, "a-" * 50_000, "\n" * 100_000, "HOMS " * 20_000])
def test_a_huge_name_takes_no_huge_time(name: str) -> None:
    gazetteer = Gazetteer([Place("p", name + "z", 38, 34)])
    assert len(gazetteer.sounds.patterns) >= 1
    assert resolve("Homs", gazetteer, limit=1) == resolve("Homs", gazetteer, limit=1)


def test_a_place_nowhere_on_earth_is_refused() -> None:
    for lon, lat in ((math.nan, 34.0), (38.0, math.inf), (181.0, 0.0), (0.0, -91.0)):
        with pytest.raises(PositionError, match="nowhere on Earth"):
            Place("p", "P", lon, lat)
        with pytest.raises(PositionError, match="nowhere on Earth"):
            Context(near=LonLat(lon, lat))
