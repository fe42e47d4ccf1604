"""Licences of inputs: recognised, combined, shown row by row, and what they forbid refused."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from worlds import PLACES, write_world

import geofront
from geofront.cli import main
from geofront.errors import DataFaultsError
from geofront.events.licence import LICENCES, Passing, licences_of, recognised
from geofront.events.rights import rights_of
from geofront.render.formats import FORMATS, write

ACLED = "ACLED terms: no redistribution of the data; credit ACLED on whatever is derived"


def world(
    folder: Path, *, one: str = "", two: str = "", whole: str = "", places: str = PLACES
) -> Path:
    """A conflict whose two sources are under licences."""
    write_world(folder, places=places)
    rows = f'id,title,licence\none,First,"{one}"\ntwo,Second,"{two}"\n'
    (folder / "sources.csv").write_text(rows, encoding="utf-8")
    if whole:
        (folder / "conflict.toml").write_text(f'licence = "{whole}"\n', encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("text", "family", "rows", "marks"),
    [
        ("CC0-1.0", "CC0 or public domain", "yes", ""),
        ("public domain", "CC0 or public domain", "yes", ""),
        ("CC-BY-4.0", "CC-BY", "with conditions", "attribution"),
        ("CC BY 3.0 IGO", "CC-BY", "with conditions", "attribution"),
        ("cc by-sa 4.0", "CC-BY-SA", "with conditions", "attribution share_alike"),
        (
            "Creative Commons Attribution-ShareAlike 4.0 International",
            *("CC-BY-SA", "with conditions", "attribution share_alike"),
        ),
        ("CC-BY-NC-4.0", "CC-BY-NC", "with conditions", "attribution non_commercial"),
        (
            "Creative Commons Attribution-NonCommercial-NoDerivatives 4.0",
            *("CC-BY-NC-ND", "with conditions", "attribution non_commercial no_derivatives"),
        ),
        ("ODbL-1.0", "ODbL", "with conditions", "attribution share_alike"),
        (ACLED, "ACLED terms", "no", "attribution"),
        ("All rights reserved.", "all rights reserved", "no", "attribution"),
        ("© 2016 Press. All Rights Reserved", "all rights reserved", "no", "attribution"),
        ("not for redistribution", "all rights reserved", "no", "attribution"),
        ("ask the author", "", "not known", ""),
        ("MIT", "", "not known", ""),
    ],
)
def test_licences_are_recognised(text: str, family: str, rows: str, marks: str) -> None:
    found = recognised(text)
    met = [
        name
        for name in ("attribution", "share_alike", "non_commercial", "no_derivatives")
        if getattr(found, name)
    ]
    assert (found.text, found.family, found.rows, " ".join(met)) == (text, family, rows, marks)


def test_several_licences_of_one_row() -> None:
    assert [x.family for x in licences_of("CC-BY-SA-4.0 AND CC0-1.0")] == [
        "CC-BY-SA",
        "CC0 or public domain",
    ]
    assert licences_of("") == ()


def test_terms_that_adapters_write_are_known() -> None:
    from geofront.adapters.acled.codebook import LICENCE as OF_ACLED
    from geofront.adapters.drawn.deepstate import LICENCE as OF_DEEPSTATE
    from geofront.adapters.drawn.isw import LICENCE as OF_ISW
    from geofront.adapters.drawn.liveuamap import LICENCE as OF_LIVEUAMAP
    from geofront.adapters.geoconfirmed import LICENCE as OF_GEOCONFIRMED
    from geofront.adapters.ucdp import LICENCE as OF_UCDP
    from geofront.adapters.viina.control import LICENCE as OF_VIINA

    refused = [recognised(x) for x in (OF_ACLED, OF_DEEPSTATE, OF_ISW, OF_LIVEUAMAP)]
    assert {x.rows for x in refused} == {Passing.REFUSED}
    assert len({x.family for x in refused}) == len(refused)
    assert recognised(OF_GEOCONFIRMED).rows is Passing.UNKNOWN
    assert recognised(OF_UCDP).family == "CC-BY"
    assert recognised(OF_VIINA).family == "ODbL"


@pytest.mark.parametrize("name", geofront.dataset_names())
def test_the_shipped_datasets_may_be_passed_on(name: str) -> None:
    rights = rights_of(geofront.read(name))
    assert rights.licence == "CC-BY-SA-4.0"
    assert rights.warnings == []
    assert rights.restricted == []


def test_licences_are_combined_and_shown_row_by_row(tmp_path: Path) -> None:
    places = PLACES.replace(",aliases", ",aliases,licence").replace("عين", "عين,CC-BY-4.0")
    places = places.replace("38.0,34.4,", "38.0,34.4,,ODbL-1.0")
    timeline = geofront.read(world(tmp_path / "war", one="CC-BY-SA-4.0", places=places))
    series = geofront.draw(timeline)
    told = series.provenance
    assert told["licence"] == "CC-BY-4.0 AND CC-BY-SA-4.0 AND ODbL-1.0"
    assert told["licences"] == {
        "CC-BY-4.0": "1 place",
        "CC-BY-SA-4.0": "1 source",
        "ODbL-1.0": "1 place",
    }
    assert told["licence_warnings"] == rights_of(timeline).warnings
    warning = (
        "CC-BY-SA-4.0 (sources one) and ODbL-1.0 (places dam) can't be passed on as one: each "
        "asks that the whole is shared under itself"
    )
    assert rights_of(timeline).warnings == [warning]
    write(series, tmp_path / "out", "geojson")
    day = json.loads((tmp_path / "out" / "2020-01-03.geojson").read_text("utf-8"))
    rows = [f["properties"] for f in day["features"]]
    licences = {r["place_id"]: r.get("licence") for r in rows if r["layer"] == "place"}
    assert licences == {"ain": "CC-BY-4.0", "bir": None, "dam": "ODbL-1.0", "eid": None}
    assert [r.get("licence") for r in rows if r["layer"] == "event"] == [None]
    from geofront.render.gis.frames import interval_frame

    events = interval_frame(series, "events")
    assert dict(zip(events["event_id"], events["licence"], strict=True))["e1"] == "CC-BY-SA-4.0"


@pytest.mark.parametrize(
    ("one", "two", "whole", "warning"),
    [
        ("CC-BY-SA-4.0", "CC-BY-SA-3.0", "", None),
        ("CC-BY-4.0", "ODbL-1.0", "", None),
        ("CC-BY-NC-4.0", "CC-BY-4.0", "", None),
        ("unheard of", "CC-BY-SA-4.0", "", None),
        ("CC-BY-NC-4.0", "CC-BY-SA-4.0", "", "one forbids commercial use"),
        ("CC-BY-NC-SA-4.0", "CC-BY-SA-4.0", "", "each asks that the whole"),
        ("CC-BY-ND-4.0", "CC-BY-4.0", "", "allows no adaptations"),
        ("CC-BY-SA-4.0", "", "CC0-1.0", "conflict.toml states CC0-1.0, but CC-BY-SA-4.0"),
        ("CC-BY-NC-4.0", "", "CC-BY-4.0", r"\(sources one\) asks to forbid commercial use"),
        ("CC-BY-SA-4.0", "CC0-1.0", "CC-BY-SA-4.0", None),
    ],
)
def test_licences_that_do_not_go_together(
    one: str, two: str, whole: str, warning: str | None, tmp_path: Path
) -> None:
    found = rights_of(geofront.read(world(tmp_path / "w", one=one, two=two, whole=whole))).warnings
    assert len(found) == (warning is not None), found
    assert all(re.search(str(warning), text) for text in found)


def test_an_unknown_licence_is_not_a_forbidden_one(tmp_path: Path) -> None:
    timeline = geofront.read(world(tmp_path / "war", one="ask the author"))
    assert geofront.write_timeline(timeline, tmp_path / "out")
    assert geofront.draw(timeline).provenance["licence"] == "ask the author"


PICTURES = {"png", "svg", "pdf", "multiples", "gif", "mp4", "charts"}


@pytest.mark.parametrize("name", sorted(set(FORMATS) - PICTURES))
def test_restricted_rows_are_not_written(name: str, tmp_path: Path) -> None:
    if FORMATS[name].missing:
        pytest.skip(FORMATS[name].missing)
    series = geofront.draw(geofront.read(world(tmp_path / "war", one=ACLED)))
    out = tmp_path / "out"
    with pytest.raises(DataFaultsError) as caught:
        write(series, out, name)
    (fault,) = caught.value.faults
    assert fault.file == "events.csv"
    assert fault.message.startswith("rows 2–4, 7 (4 in all): may not be passed on (ACLED terms")
    assert "--allow-restricted" in fault.message
    assert not out.exists()


def test_pictures_and_figures_carry_no_rows(tmp_path: Path) -> None:
    series = geofront.draw(geofront.read(world(tmp_path / "war", one=ACLED)))
    assert len(series.stats())
    if not FORMATS["svg"].missing:
        write(series, tmp_path / "map.svg")
        assert "not to be passed on: ACLED terms" in (tmp_path / "map.svg").read_text("utf-8")


@pytest.mark.parametrize("door", ["html", "geojson", "tables", "timemap", "store", "service"])
def test_every_door_refuses_and_opens_knowingly(door: str, tmp_path: Path) -> None:
    timeline = geofront.read(world(tmp_path / "war", one="all rights reserved"))
    for shut in (timeline, timeline.allowing_restricted()):
        if shut is timeline:
            with pytest.raises(DataFaultsError, match="may not be passed on"):
                go_through(door, shut, tmp_path)
        else:
            go_through(door, shut, tmp_path)
            told = geofront.draw(shut).provenance["restricted"]
            assert told == "not to be passed on: all rights reserved; written knowingly"


def go_through(door: str, timeline: geofront.Timeline, out: Path) -> None:
    if door == "tables":
        geofront.write_timeline(timeline, out / "out")
    elif door == "timemap":
        from geofront.adapters.timemap import write_timemap

        write_timemap(timeline, out / "timemap")
    elif door == "html":
        geofront.write_html(geofront.draw(timeline), out / "map.html")
    elif door == "geojson":
        geofront.write_geojson(geofront.draw(timeline), out / "days")
    elif door == "store":
        pytest.importorskip("sqlalchemy", reason="sqlalchemy is missing")
        geofront.to_geopackage(timeline, out / "store.gpkg")
    else:
        pytest.importorskip("pygeoapi", reason="pygeoapi is missing")
        from geofront.render.service import application

        application(geofront.draw(timeline))


def test_a_series_may_allow_as_a_timeline_may(tmp_path: Path) -> None:
    series = geofront.draw(geofront.read(world(tmp_path / "war", one=ACLED)))
    assert geofront.write_html(series.allowing_restricted(), tmp_path / "map.html").is_file()
    assert not series.timeline.about.allow_restricted


def test_what_was_allowed_stays_allowed_in_the_tables(tmp_path: Path) -> None:
    timeline = geofront.read(world(tmp_path / "war", one=ACLED)).allowing_restricted()
    geofront.write_timeline(timeline, tmp_path / "out")
    assert "allow_restricted = true" in (tmp_path / "out" / "conflict.toml").read_text("utf-8")
    assert geofront.read(tmp_path / "out").about.allow_restricted


def test_the_whole_or_a_place_may_be_restricted(tmp_path: Path) -> None:
    places = PLACES.replace(",aliases", ",aliases,licence").replace("38.4,34.0,", "38.4,34.0,,ISW")
    rights = rights_of(geofront.read(world(tmp_path / "one", places=places)))
    assert [f.file for f in rights.restricted] == ["places.csv"]
    assert rights.restricted[0].message.startswith("places bir: may not be passed on (ISW)")
    rights = rights_of(geofront.read(world(tmp_path / "two", whole="all rights reserved")))
    assert [f.file for f in rights.restricted] == ["conflict.toml"]


def command(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main([str(a) for a in arguments])
    return int(str(ended.value.code)), capsys.readouterr().err


def test_commands_refuse_with_status_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = world(tmp_path / "war", one=ACLED)
    code, told = command(capsys, "convert", folder, "-o", tmp_path / "out")
    assert code == 1
    assert "events.csv: rows 2–4, 7 (4 in all): may not be passed on (ACLED terms" in told
    assert command(capsys, "map", folder, "-o", tmp_path / "map.html")[0] == 1
    assert not (tmp_path / "map.html").exists()
    assert not (tmp_path / "out").exists()
    assert command(capsys, "status", folder, "--on", "2020-01-03")[0] == 0
    assert command(capsys, "stats", folder)[0] == 0
    allowed = ("--allow-restricted", "-o", tmp_path / "map.html")
    assert command(capsys, "map", folder, *allowed)[0] == 0
    assert "written knowingly" in (tmp_path / "map.html").read_text("utf-8")


def test_commands_warn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = world(tmp_path / "war", one="ODbL-1.0", two="CC-BY-SA-4.0")
    code, told = command(capsys, "convert", folder, "-o", tmp_path / "out")
    assert code == 0
    assert told.startswith("warning: CC-BY-SA-4.0 (sources two) and ODbL-1.0 (sources one) can't")


def test_the_table_of_the_docs_is_that_of_the_code() -> None:
    text = (Path(__file__).parents[1] / "docs" / "publishing.md").read_text("utf-8")
    for licence in LICENCES:
        row = f"| {licence.family} | {licence.rows} | {licence.drawn} |"
        assert row in text, row
