"""Licences in the words of those who fill in tables, and what the pages say of publishing."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from test_licences import world

import geofront
from geofront.events.coordinates import without_coordinates
from geofront.events.licence import Passing, licences_of
from geofront.events.publishing import Publishing
from geofront.events.rights import rights_of
from geofront.gazetteer.tables import SHIPPED, tables_folder

ROOT = Path(__file__).parents[1]
RESERVED = "all rights reserved"


def families(text: str) -> list[str]:
    return [licence.family for licence in licences_of(text)]


@pytest.mark.parametrize(
    "text",
    [
        "non-proprietary",
        "nonproprietary",
        "No redistribution limits",
        "must not be published without attribution",
        "not to be redistributed unless the source is credited",
        "not all rights reserved",
        "ISWAP",
        "Own words, from ISW reports",
        "attribution, share alike",
    ],
)
def test_what_forbids_nothing_is_not_refused(text: str) -> None:
    assert [(x.text, x.family, x.rows) for x in licences_of(text)] == [(text, "", Passing.UNKNOWN)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CC BY 4.0 and ACLED terms", ["CC-BY", "ACLED terms"]),
        ("CC BY 4.0, ISW terms", ["CC-BY", "ISW/CTP terms"]),
        ("CC BY 4.0; DeepStateMap.Live", ["CC-BY", "DeepState terms"]),
        ("CC-BY-4.0|ACLED", ["CC-BY", "ACLED terms"]),
        ("CC BY 4.0 / Liveuamap", ["CC-BY", "Liveuamap terms"]),
        ("CC BY 4.0, no redistribution", ["CC-BY", RESERVED]),
        ("(c) ACLED", ["ACLED terms"]),
        ("© 2020 ACLED, all rights reserved", ["ACLED terms"]),
        ("LicenseRef-ACLED", ["ACLED terms"]),
        ("Armed Conflict Location & Event Data Project", ["ACLED terms"]),
        ("Institute for the Study of War", ["ISW/CTP terms"]),
        ("must not be published without permission", [RESERVED]),
        ("must not be published without attribution and permission", [RESERVED]),
        ("proprietary", [RESERVED]),
    ],
)
def test_terms_are_found_beside_others_and_in_other_words(text: str, expected: list[str]) -> None:
    assert families(text) == expected
    assert Passing.REFUSED in {licence.rows for licence in licences_of(text)}


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("CC BY-SA-NC", "CC-BY-NC-SA"),
        ("CC BY-SA-NC 4.0", "CC-BY-NC-SA"),
        ("CC BY 4.0 non-commercial", "CC-BY-NC"),
        ("CC-BY-SA-4.0", "CC-BY-SA"),
        ("Creative Commons Attribution, Share Alike 4.0", "CC-BY-SA"),
        ("Creative Commons Attribution and Non-Commercial", "CC-BY-NC"),
        ("CREATIVE COMMONS ATTRIBUTION AND SHARE ALIKE", "CC-BY-SA"),
        ("https://creativecommons.org/licenses/by-sa/4.0/", "CC-BY-SA"),
        ("http://creativecommons.org/licenses/by-nc-nd/3.0/igo/", "CC-BY-NC-ND"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0 or public domain"),
        ("https://opendatacommons.org/licenses/odbl/1-0/", "ODbL"),
        ("https://opendatacommons.org/licenses/by/1-0/", "ODC-By"),
        ("OGLv3", "OGL"),
    ],
)
def test_one_licence_stays_whole(text: str, family: str) -> None:
    (licence,) = licences_of(text)
    assert (licence.text, licence.family) == (text, family)


def test_texts_of_terms_stay_whole() -> None:
    from geofront.adapters.acled.codebook import LICENCE as OF_ACLED
    from geofront.adapters.drawn.deepstate import LICENCE as OF_DEEPSTATE
    from geofront.adapters.drawn.isw import LICENCE as OF_ISW
    from geofront.adapters.drawn.liveuamap import LICENCE as OF_LIVEUAMAP
    from geofront.adapters.geoconfirmed import LICENCE as OF_GEOCONFIRMED

    for text in (OF_ACLED, OF_DEEPSTATE, OF_ISW, OF_LIVEUAMAP, OF_GEOCONFIRMED):
        assert [licence.text for licence in licences_of(text)] == [text]


@pytest.mark.parametrize(
    ("one", "two", "whole", "warnings"),
    [
        ("CC-BY-NC-4.0", "CC-BY-NC-SA-4.0", "", 0),
        ("CC-BY-4.0", "ODbL-1.0", "CC-BY-4.0 AND ODbL-1.0", 0),
        ("CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-4.0 AND ODbL-1.0", 1),
        ("CC-BY-NC-4.0", "", "CC-BY-4.0 AND CC0-1.0", 1),
    ],
)
def test_a_condition_that_is_kept_is_not_warned_of(
    one: str, two: str, whole: str, warnings: int, tmp_path: Path
) -> None:
    rights = rights_of(geofront.read(world(tmp_path / "w", one=one, two=two, whole=whole)))
    assert len(rights.warnings) == warnings, rights.warnings


def test_the_hospitals_and_camps_that_the_ethics_page_counts() -> None:
    found: Counter[str] = Counter()
    for table in (tables_folder() / name for names in SHIPPED.values() for name in names):
        with table.open(encoding="utf-8", newline="") as file:
            found.update(row.get("feature", "") for row in csv.DictReader(file))
    met = {code: count for code, count in found.items() if code.startswith(("HSP", "CMP"))}
    assert met == {"HSP": 5, "CMPRF": 1}
    text = (ROOT / "docs" / "ethics.md").read_text("utf-8")
    assert "five hospitals (`HSP`) and one camp (`CMPRF`)" in text
    assert 'hide_features = ["HSP*", "CMP*"]' in text
    hidden = Publishing.of(hide_features=["HSP*", "CMP*"])
    assert all(hidden.hides_feature(code) for code in met)


@pytest.mark.parametrize("form", ["thirty-four north", "behind the school"])
def test_forms_that_the_publishing_page_says_are_not_found(form: str) -> None:
    assert without_coordinates(form) == form
    text = (ROOT / "docs" / "publishing.md").read_text("utf-8")
    assert form in text


def test_the_publishing_page_tells_to_keep_one_grid_and_that_twins_share_ground() -> None:
    text = " ".join((ROOT / "docs" / "publishing.md").read_text("utf-8").split())
    assert "Choose N once for a conflict, in `conflict.toml`, and keep it." in text
    assert "share the ground around it" in text
    assert "one of them colours" not in text
