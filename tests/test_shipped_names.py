"""Names without a gazetteer of one's own: the shipped ones serve, and what is found reads well."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

import geofront
from geofront.gazetteer.match import Match
from geofront.gazetteer.place import Place
from geofront.gazetteer.resolver import resolve_many
from geofront.gazetteer.tables import SHIPPED, shipped_gazetteer, shipped_places, tables_folder

FOLDER = Path(__file__).parents[1] / "gazetteer"
NO_PLACES = {"sources.csv", "country-outlines.csv"}


def test_every_table_of_places_is_read() -> None:
    tables = {path.name for path in tables_folder().glob("*.csv")} - NO_PLACES
    assert tables == {table for tables in SHIPPED.values() for table in tables}


@pytest.mark.skipif(not (FOLDER / "README.md").is_file(), reason="its README is in the checkout")
def test_the_counts_of_rows_that_are_told_are_true() -> None:
    rows_of: dict[str, Counter[str]] = {}
    for path in (FOLDER / "tables").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows_of[path.name] = Counter(row.get("source", "") for row in csv.DictReader(file))

    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    told = re.findall(r"\| `tables/(\S+)` \|.*\| ([\d,]+) \|", readme)
    assert {table: _number(rows) for table, rows in told} == {
        table: sources.total() for table, sources in rows_of.items()
    }

    licences = (FOLDER / "LICENSES.md").read_text(encoding="utf-8")
    by_source = {
        (source, table): _number(rows)
        for source, cell in re.findall(r"\| `(\S+)` \| (.*?) \|", licences)
        for rows, table in re.findall(r"([\d,]+) of `(\S+)`", cell)
    }
    assert by_source == {
        (source, table): rows
        for table, sources in rows_of.items()
        for source, rows in sources.items()
        if table not in NO_PLACES
    }


def _number(written: str) -> int:
    return int(written.replace(",", ""))


def test_the_shipped_gazetteer_has_every_shipped_place_and_is_made_once() -> None:
    gazetteer = shipped_gazetteer()
    ids = {place.id for name in SHIPPED for place in shipped_places(name)[0]}
    assert {place.id for place in gazetteer} == ids
    assert shipped_gazetteer() is gazetteer


def test_names_are_looked_up_in_it_unless_another_is_given() -> None:
    gazetteer = shipped_gazetteer()
    assert geofront.resolve("T4", limit=3) == geofront.resolve("T4", gazetteer, limit=3)
    assert resolve_many(["T4", "Jazal"]) == resolve_many(["T4", "Jazal"], gazetteer)
    assert geofront.locate("T4").id == geofront.locate("T4", gazetteer).id == "tiyas-airbase"
    text = "They took Jazal and fell back towards Tiyas."
    assert geofront.scan(text) == geofront.scan(text, gazetteer)
    assert [mention.text for mention in geofront.scan(text)] == ["Jazal", "Tiyas"]


def test_an_empty_gazetteer_is_not_taken_for_none() -> None:
    nothing = geofront.Gazetteer([])
    assert geofront.resolve("T4", nothing) == []
    assert geofront.scan("They took Jazal.", nothing) == []
    with pytest.raises(geofront.UnknownPlaceError):
        geofront.locate("T4", nothing)


def test_a_match_tells_place_position_radius_score_and_reasons() -> None:
    base = Place("t4", "Tiyas", 37.63, 34.517, feature="AIRB", country="SY", radius_km=2.6447)
    match = Match(base, 0.9123, ("spelled so 0.98", "40 km from the context -0.01"))
    assert str(match) == (
        "Tiyas (t4, AIRB, SY), 37.6300 E 34.5170 N, within 2.64 km, "
        "score 0.91: spelled so 0.98; 40 km from the context -0.01"
    )


def test_a_mention_tells_where_it_stands_and_what_it_most_likely_means() -> None:
    (mention,) = geofront.scan("They took Jazal.")
    assert str(mention) == f"10-15 'Jazal': {mention.matches[0]}"
