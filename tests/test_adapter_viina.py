"""VIINA: control by place and day read as runs, and events from news reports."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import geofront
from geofront.adapters import FORMATS, reader
from geofront.adapters.viina import files as viina_files
from geofront.adapters.viina import panel as viina_panel
from geofront.adapters.viina import read_viina_control, read_viina_events
from geofront.adapters.viina.gazetteer import key_of, read_gazetteer
from geofront.adapters.viina.labels import KINDS
from geofront.adapters.viina.panel import Panel, day_of
from geofront.cli import main
from geofront.errors import DataFaultsError, SpanError, UnknownNameError
from geofront.events.event import Kind, Standing
from geofront.gazetteer.place import Place

if TYPE_CHECKING:
    from pathlib import Path

    from geofront.adapters import Imported
    from geofront.events.event import Event

HEADER = "geonameid,date,status_wiki,status_boost,status_dsm,status_isw,status,vcontrol_version"
VERSION = "20260913044905332209"
LFS = (
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:5199185a992283480cb9ab3bcd54dce11516bb9fd38bbd409965a80dcf2dbbfc\n"
    "size 23976646\n"
)
PLACES = [
    Place("geonames-700001", "Westtown", 36.0, 48.0),
    Place("geonames-700002", "Midtown", 37.0, 48.0),
    Place("geonames-700003", "Easttown", 38.0, 48.0),
]


def saved(folder: Path, text: str, name: str = "control_latest_2026.csv") -> Path:
    file = folder / name
    file.write_bytes(text.encode())
    return file


def rows(place: object, first: str, statuses: str) -> list[str]:
    """Rows of a place from a day on: U, R, C or a dot for a day without a row."""
    words = {"U": "UA", "R": "RU", "C": "CONTESTED"}
    day = date.fromisoformat(first)
    return [
        f"{place},{day + timedelta(days=i):%Y%m%d}," + ",".join([words[s]] * 5) + f",{VERSION}"
        for i, s in enumerate(statuses)
        if s != "."
    ]


def control(folder: Path, *lines: str, header: str = HEADER, **options: object) -> Imported:
    file = saved(folder, "\n".join([header, *lines]) + "\n")
    return read_viina_control(file, **({"places": PLACES} | options))  # type: ignore[arg-type]


def told(imported: Imported) -> list[tuple[str, str, str, tuple[str, ...]]]:
    assert imported.timeline is not None
    return sorted(
        (e.place_id, e.date.text, str(e.kind), e.actors) for e in imported.timeline.events
    )


def status(imported: Imported, place: str, day: str) -> str:
    assert imported.timeline is not None
    label = geofront.replay(imported.timeline).span(place, date.fromisoformat(day)).label
    return "+".join(label.actors) if label.actors else label.status


def faults(error: pytest.ExceptionInfo[DataFaultsError]) -> str:
    return str(error.value)


# --- control ----------------------------------------------------------------------------------


def test_runs_of_equal_status_become_one_statement_each(tmp_path: Path) -> None:
    imported = control(
        tmp_path,
        *rows("700001", "2026-01-01", "UUUUUU"),
        *rows("700002", "2026-01-01", "UUCCRR"),
        *rows("700003", "2026-01-01", "RRRRRR"),
    )
    assert told(imported) == [
        ("geonames-700001", "2026-01-01", "hold", ("ukraine",)),
        ("geonames-700002", "2026-01-01", "hold", ("ukraine",)),
        ("geonames-700002", "2026-01-03", "contest", ("ukraine", "russia")),
        ("geonames-700002", "2026-01-05", "hold", ("russia",)),
        ("geonames-700003", "2026-01-01", "hold", ("russia",)),
    ]
    assert imported.timeline is not None
    last_days = {event.id: event.extra["until"] for event in imported.timeline.events}
    assert last_days == {
        "viina-700001-20260101": "2026-01-06",
        "viina-700002-20260101": "2026-01-02",
        "viina-700002-20260103": "2026-01-04",
        "viina-700002-20260105": "2026-01-06",
        "viina-700003-20260101": "2026-01-06",
    }
    report = imported.report
    assert (report.read, report.kept, dict(report.dropped), dict(report.mended)) == (18, 18, {}, {})
    assert report.notes == ()
    about = imported.about
    assert (about.start, about.end) == (date(2026, 1, 1), date(2026, 1, 6))
    assert about.licence == "ODbL-1.0"
    assert "Open Database License" in about.attribution


def test_map_is_drawn_and_has_the_status_of_each_day(tmp_path: Path) -> None:
    imported = control(
        tmp_path,
        *rows("700001", "2026-01-01", "UUUUUU"),
        *rows("700002", "2026-01-01", "UUCCRR"),
        *rows("700003", "2026-01-01", "RRRRRR"),
    )
    days = ["2026-01-02", "2026-01-03", "2026-01-04", "2026-01-06"]
    found = [status(imported, "geonames-700002", day) for day in days]
    assert found == ["ukraine", "russia+ukraine", "russia+ukraine", "russia"]
    assert imported.timeline is not None
    series = geofront.draw(imported.timeline)
    assert len(series) == 6
    first, last = (series.snapshot(day).areas for day in ("2026-01-01", "2026-01-06"))
    for areas, larger in ((first, "ukraine"), (last, "russia")):
        km2 = areas.set_index("actor")["area_km2"]
        assert set(km2.index) == {"ukraine", "russia"}
        assert km2.idxmax() == larger


def test_order_of_rows_and_files_does_not_matter(tmp_path: Path) -> None:
    lines = [*rows("700001", "2026-01-01", "UUCRRU"), *rows("700002", "2026-01-01", "RRUUCC")]
    expected = told(control(tmp_path, *lines))
    assert told(control(tmp_path, *sorted(lines, key=lambda line: line[7:]))) == expected
    assert told(control(tmp_path, *reversed(lines))) == expected
    half = [
        saved(tmp_path, "\n".join([HEADER, *part]), f"{i}.csv")
        for i, part in enumerate((lines[1::2], lines[::2]))
    ]
    assert told(read_viina_control(half, places=PLACES)) == expected


def test_chunks_leave_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        *rows("700001", "2026-01-01", "UUCRRU"),
        "x,20260101,UA,UA,UA,UA,UA,",
        *rows("700002.0", "2026-01-01", "RRUUCC"),
    ]
    whole = control(tmp_path, *lines)
    monkeypatch.setattr(viina_panel, "_CHUNK", 2)
    parts = control(tmp_path, *lines)
    assert told(parts) == told(whole)
    assert parts.report == whole.report
    assert [(d.row, d.value) for d in parts.report.examples] == [(8, "x")]


def test_ids_may_be_floats_and_codes(tmp_path: Path) -> None:
    imported = control(tmp_path, *rows("700001.0", "2026-01-01", "U"))
    assert told(imported) == [("geonames-700001", "2026-01-01", "hold", ("ukraine",))]
    assert [key_of(text) for text in ("461727.0", " 0461727", "geonames-461727", "461727")] == [
        "461727"
    ] * 4
    assert key_of("ua01000000000013043") == "UA01000000000013043"
    assert [key_of(text) for text in ("", "NA", "nan", "461727.5", "-1", "UA01")] == [""] * 6


def test_kontrol_is_read_by_its_codes(tmp_path: Path) -> None:
    kod = "UA14080000000012345"
    places = saved(tmp_path, f"id,name,lon,lat,kod\nlyman,Lyman,37.8,49.0,{kod}\n", "places.csv")
    file = saved(
        tmp_path,
        f"{HEADER.replace('geonameid', 'kod')}\n{rows(kod, '2026-01-01', 'U')[0]}\n",
        "kontrol_latest_2026.csv",
    )
    imported = read_viina_control(file, places=places)
    assert told(imported) == [("lyman", "2026-01-01", "hold", ("ukraine",))]


def test_rows_that_are_of_no_use_are_dropped_and_counted(tmp_path: Path) -> None:
    imported = control(
        tmp_path,
        *rows("700001", "2026-01-01", "UU"),  # rows 2 and 3
        ",20260101,UA,UA,UA,UA,UA,1",  # 4
        "NA,20260101,UA,UA,UA,UA,UA,1",  # 5
        "700001,20260230,UA,UA,UA,UA,UA,1",  # 6
        "700001,,UA,UA,UA,UA,UA,1",  # 7
        "700001,15270204,UA,UA,UA,UA,UA,1",  # 8
        "999999,20260101,UA,UA,UA,UA,UA,1",  # 9
        "999999.0,20260102,UA,UA,UA,UA,UA,1",  # 10
        "700002,20260101,UA,UA,UA,UA,DNR,1",  # 11
        "700002,20260102,UA,UA,UA,UA,NA,1",  # 12
        "700002,20260103,UA,UA,UA,UA,,1",  # 13
        "700001,20260101,UA,UA,UA,UA,UA,1",  # 14
        "700001,20260102,UA,UA,UA,UA,RU,1",  # 15
        "700002,20260104",  # 16
        "700003,20260104,ua,UA,UA,UA, ru ,1,more,cells",  # 17: kept
    )
    report = imported.report
    assert dict(report.dropped) == {
        "no id of a place": 2,
        "no day that exists": 2,
        "a day before 24 February 2022, with which VIINA begins": 1,
        "a place that the gazetteer lacks": 2,
        "a status that is none of UA, RU, CONTESTED": 1,
        "no status": 3,
        "the place and day stand already": 1,
        "the place and day stand already, with another status": 1,
    }
    assert (report.read, report.kept) == (16, 3)
    assert {(d.row, d.value) for d in report.examples} == {
        *((4, ""), (5, "NA"), (6, "20260230"), (7, ""), (8, "15270204"), (9, "999999")),
        *((10, "999999.0"), (11, "DNR"), (12, "700002"), (13, "700002"), (14, "700001")),
        *((15, "700001"), (16, "700002")),
    }
    assert report.notes[0] == "ids that the gazetteer lacks, 1: 999999"
    assert told(imported) == [
        ("geonames-700001", "2026-01-01", "hold", ("ukraine",)),
        ("geonames-700003", "2026-01-04", "hold", ("russia",)),
    ]


def test_short_gaps_leave_a_run_and_long_ones_break_it(tmp_path: Path) -> None:
    lines = (
        *rows("700001", "2026-01-01", "UU..UU"),
        *rows("700002", "2026-01-01", "UU..RR"),
        *rows("700003", "2026-01-01", "U........U"),
    )
    imported = control(tmp_path, *lines)
    assert told(imported) == [
        ("geonames-700001", "2026-01-01", "hold", ("ukraine",)),
        ("geonames-700002", "2026-01-01", "hold", ("ukraine",)),
        ("geonames-700002", "2026-01-03/2026-01-05", "hold", ("russia",)),
        ("geonames-700003", "2026-01-01", "hold", ("ukraine",)),
        ("geonames-700003", "2026-01-10", "hold", ("ukraine",)),
    ]
    gaps, ended, empty = imported.report.notes
    assert gaps == (
        "times that a place has no status for a while: 3, 12 days in all; changes that fell into "
        "them, dated as intervals: 1; statuses stated anew after more than 7 days: 1"
    )
    assert ended == "places whose rows end before the last day: 2; their status stands"
    assert empty == "days without any row: 5, the first 2026-01-03"
    assert status(imported, "geonames-700002", "2026-01-04") == "ukraine"
    assert len(told(control(tmp_path, *lines, gap_days="8"))) == 4
    assert len(told(control(tmp_path, *lines, gap_days=1))) == 6
    with pytest.raises(DataFaultsError, match="'many' is no number of days"):
        control(tmp_path, *lines, gap_days="many")


def test_accounts_are_sources_of_their_own(tmp_path: Path) -> None:
    lines = [
        "700001,20260101,UA,UA,RU,,UA,20260913044905332209",
        "700001,20260102,UA,CONTESTED,RU,RU,RU,20260913044905332209",
    ]
    imported = control(tmp_path, *lines, columns="all")
    timeline = imported.timeline
    assert timeline is not None
    by_source = {(e.sources[0], e.date.text): (str(e.kind), e.actors) for e in timeline.events}
    assert by_source == {
        ("viina", "2026-01-01"): ("hold", ("ukraine",)),
        ("viina", "2026-01-02"): ("hold", ("russia",)),
        ("viina-wiki", "2026-01-01"): ("hold", ("ukraine",)),
        ("viina-boost", "2026-01-01"): ("hold", ("ukraine",)),
        ("viina-boost", "2026-01-02"): ("contest", ("ukraine", "russia")),
        ("viina-dsm", "2026-01-01"): ("hold", ("russia",)),
        ("viina-isw", "2026-01-02"): ("hold", ("russia",)),
    }
    assert timeline.about.policy == "by-source:viina"
    day = date(2026, 1, 2)
    holders = {
        source: geofront.replay(timeline, policy=f"by-source:{source}")
        .span("geonames-700001", day)
        .label.actors
        for source in timeline.sources
    }
    assert holders == {
        "viina": ("russia",),
        "viina-wiki": ("ukraine",),
        "viina-boost": ("russia", "ukraine"),
        "viina-dsm": ("russia",),
        "viina-isw": ("russia",),
    }
    assert timeline.sources["viina-dsm"].publisher == "DeepState"
    assert timeline.sources["viina"].published == "2026-09-13"
    assert "release 20260913044905332209" in timeline.sources["viina"].title
    assert "terms restrict" in imported.report.notes[-1]
    accounts = (
        geofront.replay(timeline, policy=f"by-source:{source}")
        for source in ("viina-wiki", "viina-dsm")
    )
    (difference,) = geofront.disagreement(*accounts).differences
    assert (difference.start, difference.end) == (date(2026, 1, 1), date(2026, 1, 2))


def test_unknown_votes_beside_known_ones_are_mended(tmp_path: Path) -> None:
    line = "700001,20260101,DNR,UA,UA,UA,UA,1"
    imported = control(tmp_path, line, columns=["status", "status_wiki"])
    assert dict(imported.report.mended) == {
        "votes that are none of UA, RU, CONTESTED were left out": 1
    }
    assert len(told(imported)) == 1


def test_span_and_columns_are_chosen(tmp_path: Path) -> None:
    lines = rows("700001", "2026-01-01", "UURRUU")
    imported = control(tmp_path, *lines, start="2026-01-02", end="2026-01-03")
    assert [event[1] for event in told(imported)] == ["2026-01-02", "2026-01-03"]
    assert dict(imported.report.dropped) == {"outside the days asked for": 4}
    with pytest.raises(SpanError, match="before it starts"):
        control(tmp_path, *lines, start="2026-01-02", end="2026-01-01")
    with pytest.raises(UnknownNameError, match="did you mean 'status_dsm'"):
        control(tmp_path, *lines, columns="status_dsn")


def test_spreadsheets_and_windows_leave_their_marks(tmp_path: Path) -> None:
    text = "\r\n".join([HEADER, *rows("700001", "2026-01-01", "UR")]).replace(",", ";")
    file = tmp_path / "control.csv"
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert [event[1] for event in told(read_viina_control(file, places=PLACES))] == [
        "2026-01-01",
        "2026-01-02",
    ]


def test_zip_is_read_as_it_is_published(tmp_path: Path) -> None:
    file = tmp_path / "control_latest_2026.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("__MACOSX/._control.csv", b"\x00junk")
        archive.writestr(
            "control_latest_2026.csv", "\n".join([HEADER, *rows("700001", "2026-01-01", "UR")])
        )
    assert len(told(read_viina_control(str(file), places=PLACES))) == 2


def test_bombs_and_broken_archives_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "control.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("control.csv", HEADER + "\n" * 500_000)
    with monkeypatch.context() as patched:
        patched.setattr(viina_files, "LARGEST_TABLE", 400_000)
        with pytest.raises(DataFaultsError, match="is larger than 0 GiB when unpacked"):
            read_viina_control(file, places=PLACES)
    bare = saved(tmp_path, HEADER + "\n" * 500_000, "bare.csv")
    with monkeypatch.context() as patched:  # what an archive says of its sizes may be a lie
        patched.setattr(viina_files, "LARGEST_TABLE", 400_000)
        with pytest.raises(DataFaultsError, match="is larger than 0 GiB when unpacked"):
            read_viina_control(bare, places=PLACES)
    empty = tmp_path / "empty.zip"
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    with pytest.raises(DataFaultsError, match="is an archive of 0 CSV files"):
        read_viina_control(empty, places=PLACES)
    data = bytearray(file.read_bytes())
    data[60:80] = b"\xff" * 20
    broken = tmp_path / "broken.zip"
    broken.write_bytes(data)
    with pytest.raises(DataFaultsError, match=r"broken\.zip: cannot be read"):
        read_viina_control(broken, places=PLACES)


def test_panel_that_does_not_fit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viina_panel, "_MOST_CELLS", 5)
    lines = [line for p in PLACES for line in rows(p.id[9:], "2026-01-01", "UR")]
    with pytest.raises(DataFaultsError, match="3 places on 2 days are more than fit"):
        control(tmp_path, *lines)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (LFS, "is a Git LFS pointer, not the file of 23,976,646 bytes; fetch it with `git lfs pu"),
        ("", "is empty"),
        (" \n\n", "is empty"),
        ("<!DOCTYPE html><html>404", "is a web page or XML"),
        ('{"type":"FeatureCollection"}', "is JSON"),
        ("a\x00b", "is no text"),
        ("geonameid,date\n1,2\n", "it lacks status "),
        ("event_id_cnty,event_date\n", "it looks like ACLED; import it as acled"),
        ("event_id_1pd,date\n", "it looks like VIINA's events; import it as viina-events"),
        (HEADER + "\n", "gave nothing to import; viina-control: 0 read"),
        (HEADER + '\n"700001,20260101,UA', "is not CSV"),
    ],
)
def test_other_files_are_told_for_what_they_are(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DataFaultsError) as error:
        read_viina_control(saved(tmp_path, text), places=PLACES)
    assert message in faults(error)
    assert "control_latest_2026.csv" in faults(error)


def test_all_unusable_files_are_told_at_once(tmp_path: Path) -> None:
    one, two = saved(tmp_path, LFS, "one.zip"), saved(tmp_path, "", "two.csv")
    with pytest.raises(DataFaultsError) as error:
        read_viina_control([one, two, tmp_path / "three.csv"], places=PLACES)
    assert [fault.file for fault in error.value.faults] == ["one.zip", "three.csv", "two.csv"]
    assert "media.githubusercontent.com/media/zhukovyuri/VIINA/main/Data/one.zip" in faults(error)
    with pytest.raises(DataFaultsError, match="none are given"):
        read_viina_control([], places=PLACES)


def test_control_without_places_says_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(DataFaultsError, match=r"tells no positions; give places=, such as VIINA's"):
        control(tmp_path, *rows("700001", "2026-01-01", "U"), places=None)


# --- version 1 --------------------------------------------------------------------------------

WIDE = """geonameid,name,asciiname,alternatenames,longitude,latitude,feature_code,\
ctr_20220227214017,ctr_20220301080000,ctr_20220228120000,ctr_20220228200000,ctr_20221301000000
700001,Перше,Pershe,"Pershe,Perche",32.5,45.4,PPL,UA,RU,CONTESTED,UA,
700002,Druhe,Druhe,,38.8,47.8,PPLX,UA,RU,CONTESTED,NA,RU
700003,Tretye,Tretye,,0,0,PPL,UA,UA,UA,UA,UA
700004,Chetverte,Chetverte,,33.0,46.0,PPL,,,,,
700001,Again,Again,,32.5,45.4,PPL,UA,RU,UA,UA,
"""


def test_version_1_has_positions_and_a_column_a_map(tmp_path: Path) -> None:
    imported = read_viina_control(saved(tmp_path, WIDE, "control_latest.csv"))
    assert told(imported) == [
        ("geonames-700001", "2022-02-27", "hold", ("ukraine",)),
        ("geonames-700001", "2022-03-01", "hold", ("russia",)),
        ("geonames-700002", "2022-02-27", "hold", ("ukraine",)),
        ("geonames-700002", "2022-02-28", "contest", ("ukraine", "russia")),
        ("geonames-700002", "2022-03-01", "hold", ("russia",)),
    ]
    assert dict(imported.report.dropped) == {
        "no position": 1,
        "no status": 1,
        "the place and day stand already": 1,
    }
    assert (imported.report.read, imported.report.kept) == (5, 2)
    assert "ctr_20221301000000 names no day of the war" in imported.report.notes[0]
    assert imported.timeline is not None
    place = imported.timeline.places["geonames-700001"]
    assert (place.name, place.aliases, place.lon, place.lat) == (
        *("Перше", ("Pershe", "Perche")),
        *(32.5, 45.4),
    )
    with pytest.raises(DataFaultsError, match="has no map of the days asked for"):
        read_viina_control(saved(tmp_path, WIDE), start="2023-01-01")


# --- gazetteers -------------------------------------------------------------------------------


def feature(properties: dict[str, object], shape: shapely.Geometry) -> dict[str, object]:
    geometry = json.loads(shapely.to_geojson(shape))
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def tessellation(folder: Path) -> Path:
    west, east = shapely.box(36, 47, 37, 49), shapely.box(37, 47, 38, 49)
    features = [
        feature(
            {
                "geonameid": 700001.0,
                "name": "Західне",
                "asciiname": "Zakhidne",
                "alternatenames": "Zahidne,Zakhidne,http://x",
                "longitude": 36.2,
                "latitude": 48.1,
                "feature_code": "PPL",
                "population": 1200,
                "ADM1_NAME": "Donets'k",
            },
            shapely.MultiPolygon([west]),
        ),
        feature({"geonameid": 700002.0, "name": "East", "longitude": None}, east),
        feature({"geonameid": None, "name": "Nowhere"}, shapely.box(38, 47, 38.5, 49)),
        feature({"geonameid": 700003.0, "longitude": 0, "latitude": 0}, shapely.Point(0, 0)),
    ]
    return saved(
        folder,
        json.dumps({"type": "FeatureCollection", "features": features}),
        "gn_UA_tess.geojson",
    )


def test_tessellation_gives_positions_names_and_the_outline(tmp_path: Path) -> None:
    places = tessellation(tmp_path)
    lines = [*rows("700001", "2026-01-01", "U"), *rows("700002", "2026-01-01", "R")]
    imported = control(tmp_path, *lines, *rows("700003", "2026-01-01", "R"), places=str(places))
    assert imported.timeline is not None
    found = imported.timeline.places["geonames-700001"]
    assert (found.name, found.aliases) == ("Західне", ("Zakhidne", "Zahidne"))
    assert (found.lon, found.lat, found.feature, found.size) == (36.2, 48.1, "PPL", 1200)
    assert (found.admin1, found.country) == ("Donets'k", "UA")
    assert (found.source, found.licence) == ("VIINA, gn_UA_tess.geojson", "ODbL-1.0")
    other = imported.timeline.places["geonames-700002"]
    assert shapely.box(37, 47, 38, 49).contains(shapely.Point(other.lon, other.lat))
    assert imported.about.extent is not None
    assert imported.about.extent.equals(shapely.box(36, 47, 38.5, 49))
    assert dict(imported.report.dropped) == {"a place that the gazetteer lacks": 1}
    assert "places of the gazetteer without an id or a position: 2" in imported.report.notes


def test_geonames_and_tables_of_places_are_gazetteers(tmp_path: Path) -> None:
    cells = ["700001", "Lyman", "Lyman", "Krasnyi Lyman", "48.98", "37.8", "P", "PPL", "UA", ""]
    dump = saved(
        tmp_path, "\t".join([*cells, "05", "", "", "", "9000", "", "70", "", ""]), "UA.txt"
    )
    (row,) = read_gazetteer(dump).rows.values()
    assert (row["id"], row["name"], row["lon"], row["lat"]) == (
        *("geonames-700001", "Lyman"),
        *(37.8, 48.98),
    )
    table = saved(tmp_path, "id,name,lon,lat\n700001,Lyman,37.8,48.98\n", "places.csv")
    assert list(read_gazetteer(table).rows) == ["700001"]
    foreign = saved(tmp_path, "id,name,lon,lat\nlyman,Lyman,37.8,48.98\n", "other.csv")
    with pytest.raises(DataFaultsError, match="has no place with an id of GeoNames"):
        read_gazetteer(foreign)
    for text, message in (
        (LFS, "is a Git LFS pointer"),
        ("{}", "cannot be read as a map of places"),
        ('{"type":"FeatureCollection","features":[]}', "has no features with a property"),
    ):
        with pytest.raises(DataFaultsError, match=message):
            read_gazetteer(saved(tmp_path, text, "gn_UA_tess.geojson"))
    with pytest.raises(DataFaultsError, match=r"none\.geojson: cannot be read"):
        read_gazetteer(tmp_path / "none.geojson")


# --- through the common door ------------------------------------------------------------------


def test_command_writes_a_folder_that_is_read_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [*rows("700001", "2026-01-01", "UUR"), *rows("700002", "2026-01-01", "RRC")]
    file = saved(tmp_path, "\n".join([HEADER, *lines]))
    out = tmp_path / "out"
    settings = ["--with", f"places={tessellation(tmp_path)}", "--with", "end=2026-01-02"]
    settings += ["--with", "columns=status,status_dsm"]
    with pytest.raises(SystemExit) as stopped:
        main(["import", "viina-control", str(file), "-o", str(out), *settings])
    assert not stopped.value.code
    assert "6 read, 4 kept" in capsys.readouterr().err
    again = geofront.read(out)
    assert len(again.events) == 4
    assert again.about.policy == "by-source:viina"
    assert again.about.timezone == "Europe/Kyiv"
    assert json.loads((out / "import-report.json").read_text())["dropped"] == {
        "outside the days asked for": 2
    }
    assert {"viina-control", "viina-events"} <= set(FORMATS)
    assert reader("viina-events") is read_viina_events


# --- events -----------------------------------------------------------------------------------

PLACE = (
    "geonameid,feature_code,asciiname,ADM1_NAME,ADM1_CODE,ADM2_NAME,ADM2_CODE,longitude,latitude"
)
DAILY = (
    f"viina_version,event_id_1pd,date,n_reports,event_ids,sources,{PLACE},GEO_PRECISION,"
    "t_mil_b,a_rus_b,a_ukr_b,a_rus_init_b,a_ukr_init_b,t_loc_b,"
    + ",".join(f"{label}_b" for label in (*sorted(KINDS), "t_property", "t_airalert"))
)
INFO = f"viina_version,event_id,event_id_1pd,date,time,{PLACE},GEO_PRECISION,GEO_API,location,\
address,report_id,source,url,text,lang"


def daily(event_id: object, *labels: str, **cells: object) -> str:
    values: dict[str, object] = {
        **dict.fromkeys(DAILY.split(","), 0),
        "viina_version": "bert_20260913024050",
        "event_id_1pd": event_id,
        "date": 20260103,
        "n_reports": 2,
        "event_ids": '"11, 12"',
        "sources": '"pravdaua, ria"',
        "geonameid": 700001.0,
        "feature_code": "PPL",
        "asciiname": "Lyman",
        "ADM1_NAME": "Donets'k",
        "ADM1_CODE": 655,
        "ADM2_NAME": "Krasnolymans'kyi",
        "ADM2_CODE": 18941,
        "longitude": 37.82245,
        "latitude": 48.96409,
        "GEO_PRECISION": "ADM3",
        **{f"{label}_b": 1 for label in labels},
        **cells,
    }
    return ",".join(str(values[column]) for column in DAILY.split(","))


def events(folder: Path, *lines: str, header: str = DAILY, **options: object) -> Imported:
    file = saved(folder, "\n".join([header, *lines]), "event_1pd_latest_2026.csv")
    return read_viina_events(file, **options)  # type: ignore[arg-type]


def by_id(imported: Imported) -> dict[str, Event]:
    assert imported.timeline is not None
    return {event.id: event for event in imported.timeline.events}


def test_labels_become_kinds_and_parties(tmp_path: Path) -> None:
    imported = events(
        tmp_path,
        daily(1, "t_mil", "t_airstrike", "a_rus", "a_rus_init", "t_property"),
        daily(2, "t_mil", "t_firefight", "a_rus", "a_ukr", "a_ukr_init"),
        daily(3, "t_mil", "t_firefight", "a_rus", "a_ukr"),
        daily(4, "t_mil", "t_raid", "t_artillery", "a_rus_init", "a_ukr_init"),
        daily(5, "t_mil", "t_artillery", "a_rus", "a_ukr"),
        daily(6, "t_mil", "t_control", "a_rus_init"),
        daily(7, "t_mil", "t_retreat", "a_ukr_init"),
        daily(8, "t_mil", "t_control", "t_uav", "a_rus_init"),
    )
    found = {name: (str(e.kind), e.actors, e.from_actors) for name, e in by_id(imported).items()}
    assert found == {
        "viina-1": ("strike", ("russia",), ()),
        "viina-2": ("clash", ("ukraine",), ("russia",)),
        "viina-3": ("clash", ("russia", "ukraine"), ()),
        "viina-4": ("raid", ("russia", "ukraine"), ()),
        "viina-5": ("strike", (), ()),
        "viina-6": ("hold", ("russia",), ()),
        "viina-7": ("withdrawal", ("ukraine",), ()),
        "viina-8": ("strike", ("russia",), ()),
    }
    one = by_id(imported)["viina-1"]
    assert (one.date.text, one.reported, one.time) == ("2026-01-03~", date(2026, 1, 3), None)
    assert one.sources == ("pravdaua", "ria")
    assert dict(one.extra) == {"labels": "t_airstrike, t_mil, t_property", "reports": "2"}


def test_labels_of_control_are_disputed_and_set_nothing(tmp_path: Path) -> None:
    imported = events(
        tmp_path,
        daily(1, "t_mil", "t_control", "a_rus_init", sources="pravdaua"),
        daily(2, "t_mil", "t_control", "a_rus_init", sources="ria", date=20260104),
        daily(3, "t_mil", "t_retreat", "a_ukr_init", date=20260105),
        daily(4, "t_mil", "t_occupy", "a_rus_init", date=20260106),
        daily(5, "t_mil", "t_uav"),
    )
    graded = {e.kind: (e.standing, e.credibility) for e in by_id(imported).values()}
    assert graded == {
        Kind.HOLD: (Standing.DISPUTED, 4),
        Kind.WITHDRAWAL: (Standing.DISPUTED, 5),
        Kind.CAPTURE: (Standing.DISPUTED, 4),
        Kind.STRIKE: (Standing.CONFIRMED, None),
    }
    assert imported.timeline is not None
    for policy in ("best-evidence", "confirmed-only", "against-interest", "by-side:russia"):
        history = geofront.replay(imported.timeline, policy=policy)
        label = history.span("geonames-700001", date(2026, 1, 7)).label
        assert label.status == "unknown", policy


def test_precision_becomes_radius_and_kind_of_place(tmp_path: Path) -> None:
    lines = [
        daily(1, "t_mil", "t_uav"),
        daily(2, "t_mil", "t_uav", GEO_PRECISION="STREET", longitude=37.83),
        daily(3, "t_mil", "t_uav", GEO_PRECISION="ADM2"),
        daily(4, "t_mil", "t_uav", GEO_PRECISION="ADM1", asciiname="Donets'k"),
        daily(5, "t_mil", "t_uav", longitude=37.9),
        daily(6, "t_mil", "t_uav", longitude=37.9),
    ]
    imported = events(tmp_path, *lines)
    assert imported.timeline is not None
    spots = {p.id: (p.name, p.lon, p.radius_km) for p in imported.timeline.places.values()}
    assert spots == {
        "geonames-700001": ("Lyman", 37.9, 3.0),
        "geonames-700001@37.82245,48.96409": ("Lyman", 37.82245, 3.0),
        "street-geonames-700001": ("Lyman", 37.83, 0.5),
        "rayon-18941": ("Krasnolymans'kyi (district)", 37.82245, 20.0),
        "oblast-655": ("Donets'k (region)", 37.82245, 90.0),
    }
    fine = events(tmp_path, *lines, coarsest="adm3")
    assert dict(fine.report.dropped) == {"a position less precise than asked for": 2}
    with pytest.raises(UnknownNameError, match="precision"):
        events(tmp_path, *lines, coarsest="ADM9")


def test_events_that_are_of_no_use_are_dropped_and_counted(tmp_path: Path) -> None:
    imported = events(
        tmp_path,
        daily(1, "t_mil", "t_uav"),
        daily(1, "t_mil", "t_uav"),
        daily("", "t_mil", "t_uav"),
        daily(2, "t_uav"),
        daily(3, "t_mil"),
        daily(4, "t_mil", "t_property", "t_airalert"),
        daily(5, "t_mil", "t_control", "a_rus", "a_ukr"),
        daily(6, "t_mil", "t_uav", date="20261301"),
        daily(7, "t_mil", "t_uav", date="20140701"),
        daily(8, "t_mil", "t_uav", date="20270101"),
        daily(9, "t_mil", "t_uav", longitude=0, latitude=0),
        daily(10, "t_mil", "t_uav", longitude="nan"),
        daily(11, "t_mil", "t_uav", longitude=48.9, latitude=137.8),
        daily(12, "t_mil", "t_uav", GEO_PRECISION=""),
        "bert,13,20260101",
        end="2026-12-31",
    )
    assert dict(imported.report.dropped) == {
        "an event of that id stands already": 1,
        "no id of an event": 1,
        "not labelled as military operations": 2,
        "no label that tells what happened": 2,
        "a label of control that does not tell by whom": 1,
        "no day that exists": 1,
        "a day before 24 February 2022, with which VIINA begins": 1,
        "outside the days asked for": 1,
        "no position in degrees": 3,
        "no known precision of the position": 1,
    }
    assert (imported.report.read, imported.report.kept) == (15, 1)
    assert [d.row for d in imported.report.examples if d.reason == "no position in degrees"] == [
        *(12, 13, 14)
    ]


def info(event_id: int, one_per_day: int = 1, **cells: object) -> str:
    values = {
        **dict(
            zip(
                DAILY.split(","),
                daily(one_per_day).replace('"11, 12"', "").split(","),
                strict=False,
            )
        ),
        "event_id": event_id,
        "event_id_1pd": one_per_day,
        "time": "00:00",
        "report_id": 500 + event_id,
        "source": "pravdaua",
        "url": f"https://example.org/{event_id}",
        "text": '"Headline, with ""quotes""\nand a second line"',
        "address": '"Street 1, Lyman"',
        "lang": "ua",
        "date": 20260103,
        **dict(
            zip(
                PLACE.split(","),
                (700001, "PPL", "Lyman", "Donets'k", 655, "K", 18941, 37.8, 48.9),
                strict=True,
            )
        ),
        "GEO_PRECISION": "ADM3",
        "viina_version": "bert",
        "GEO_API": "Yandex",
        "location": 1,
        **cells,
    }
    return ",".join(str(values[column]) for column in INFO.split(","))


def test_reports_beside_daily_events_give_addresses(tmp_path: Path) -> None:
    one = saved(tmp_path, "\n".join([DAILY, daily(1, "t_mil", "t_uav")]), "event_1pd.csv")
    two = saved(tmp_path, "\n".join([INFO, info(11), info(12), info(13, 2)]), "event_info.csv")
    imported = read_viina_events([two, one])
    assert imported.report.read == 1
    (event,) = by_id(imported).values()
    assert event.sources == ("pravdaua-511", "pravdaua-512")
    assert imported.timeline is not None
    source = imported.timeline.sources["pravdaua-511"]
    assert (source.url, source.publisher) == ("https://example.org/11", "Ukrainska Pravda")
    assert source.title == 'Headline, with "quotes"\nand a second line'
    assert set(imported.timeline.sources) == {"pravdaua-511", "pravdaua-512"}


LABELS = "viina_version,event_id,event_id_1pd,date,geonameid,t_mil,t_uav,t_raid,a_rus_init,\
t_mil_b,t_uav_b,t_raid_b,a_rus_init_b"


def test_reports_with_labels_and_a_threshold_of_ones_own(tmp_path: Path) -> None:
    labels = [
        "bert,11,1,20260103,700001,0.9,0.8,0.1,0.9,1,1,0,1",
        "bert,12,1,20260103,700001,0.9,2.92e-05,0.6,,1,0,1,",
        "bert,99,1,20260103,700001,0.9,0.9,0.9,0.9,1,1,1,1",
    ]
    files = [
        saved(tmp_path, "\n".join([LABELS, *labels]), "event_labels.csv"),
        saved(tmp_path, "\n".join([INFO, info(11), info(12), info(13)]), "event_info.csv"),
    ]
    found = read_viina_events(files)
    assert {name: e.kind for name, e in by_id(found).items()} == {
        "viina-11": Kind.STRIKE,
        "viina-12": Kind.RAID,
    }
    assert dict(found.report.dropped) == {"no labels for this report": 1}
    strict = read_viina_events(files, threshold="0.7")
    assert {name: e.kind for name, e in by_id(strict).items()} == {"viina-11": Kind.STRIKE}
    assert dict(strict.report.dropped) == {
        "no label that tells what happened": 1,
        "no labels for this report": 1,
    }
    with pytest.raises(DataFaultsError, match="has no positions; give event_info beside it"):
        read_viina_events(files[0])
    with pytest.raises(DataFaultsError, match="has no labels; give event_labels or event_1pd"):
        read_viina_events(files[1])
    with pytest.raises(DataFaultsError, match="has no probabilities, only decided labels"):
        events(tmp_path, daily(1, "t_mil", "t_uav"), threshold=0.7)
    with pytest.raises(DataFaultsError, match="is not above 0 and up to 1"):
        read_viina_events(files, threshold="7")


def test_version_1_tells_who_began_it_by_who_took_part(tmp_path: Path) -> None:
    header = "event_id,report_id,location,tempid,source,date,url,time,text,lang,address,longitude,\
latitude,GEO_PRECISION,GEO_API,t_mil_pred,t_mil_b,a_rus_b,a_ukr_b,t_artillery_b"
    lines = [
        "1,37244,1,9,ria,20220224,https://x,00:10,t,ru,a,38.0,48.3,ADM3,Yandex,0.99,1,0,1,1",
        "2,37245,1,9,liga,20220224,https://y,00:20,t,ru,a,38.0,48.3,ADM3,Yandex,0.99,1,1,0,1",
    ]
    imported = events(tmp_path, *lines, header=header)
    assert {name: e.actors for name, e in by_id(imported).items()} == {
        "viina-1": ("ukraine",),
        "viina-2": ("russia",),
    }


def test_kinds_of_labels_may_be_changed(tmp_path: Path) -> None:
    lines = [daily(1, "t_mil", "t_property"), daily(2, "t_mil", "t_aad")]
    imported = events(tmp_path, *lines, kinds="t_property=strike,t_aad=")
    assert {name: e.kind for name, e in by_id(imported).items()} == {"viina-1": Kind.STRIKE}
    same = events(tmp_path, *lines, kinds={"t_property": "strike", "t_aad": ""})
    assert by_id(same) == by_id(imported)
    asserted = events(
        tmp_path, daily(1, "t_mil", "t_property", "a_rus_init"), kinds={"t_property": "capture"}
    )
    assert by_id(asserted)["viina-1"].standing is Standing.DISPUTED
    with pytest.raises(DataFaultsError, match="'t_aad' is not written NAME=VALUE"):
        events(tmp_path, *lines, kinds="t_aad")
    with pytest.raises(UnknownNameError, match="unknown kind 'boom'"):
        events(tmp_path, *lines, kinds="t_aad=boom")


def test_events_are_drawn_beside_control(tmp_path: Path) -> None:
    imported = events(tmp_path, daily(1, "t_mil", "t_uav", "a_rus_init"))
    assert imported.timeline is not None
    assert len(geofront.draw(imported.timeline)) == 1
    written = imported.write(tmp_path / "out")
    assert (tmp_path / "out" / "events.csv") in written
    assert len(geofront.read(tmp_path / "out").events) == 1


def test_control_is_refused_as_events(tmp_path: Path) -> None:
    with pytest.raises(DataFaultsError, match="it looks like VIINA's control; import it as"):
        events(tmp_path, *rows("700001", "2026-01-01", "U"), header=HEADER)


# --- whatever comes ---------------------------------------------------------------------------


def test_days_are_read_and_nothing_else() -> None:
    assert day_of("20260101") == day_of("2026-01-01") == day_of("20260101.0") == date(2026, 1, 1)
    for text in ("", "2026", "20260230", "2026-1-1", "0", "٢٠٢٦٠١٠١", "99999999"):
        assert day_of(text) is None, text


CELLS = st.one_of(
    st.sampled_from(["700001", "700002.0", "20260101", "20260102", "20260230", "UA", "RU", "ADM3"]),
    st.sampled_from(["", "x", "NA", "CONTESTED", "ua", '"', "é", "0", "1", "nan", "-1", "1e400"]),
    st.sampled_from(["\r", "'", "|", "a|b", "\x00", "\ufeff"]),
)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([HEADER, WIDE.split("\n", maxsplit=1)[0], DAILY, INFO, LABELS, ""]),
    st.lists(st.lists(CELLS, max_size=12).map(",".join), max_size=8),
    st.binary(max_size=40),
)
def test_whatever_comes_is_read_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, header: str, lines: list[str], tail: bytes
) -> None:
    file = tmp_path_factory.mktemp("viina") / "any.csv"
    file.write_bytes("\n".join([header, *lines, ""]).encode() + tail)
    for read in (partial(read_viina_control, places=PLACES), read_viina_events):
        with suppress(DataFaultsError):
            report = read(file).report
            assert report.read == report.kept + sum(report.dropped.values())


TWO_OF_ONE_ID = b"id,name,lon,lat\n700001,A,1,2\n700001,B,x,2\n"
CROSSED = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {
                    "geonameid": "700001",
                    "name": "A\0|\ud800",
                    "alternatenames": "a|b",
                },
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[1, 1], [2, 2], [1, 2], [2, 1], [1, 1]]],
                },
            }
        ],
    }
).encode()


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["places.csv", "UA.txt", "UA.zip", "tess.geojson", "tess.gpkg"]),
    st.one_of(st.binary(max_size=60), st.sampled_from([TWO_OF_ONE_ID, CROSSED])),
)
def test_whatever_is_given_as_places_is_read_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("viina")
    (folder / name).write_bytes(data)
    with suppress(DataFaultsError):
        control(folder, *rows("700001", "2026-01-01", "U"), places=folder / name)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text("URC.", min_size=1, max_size=12), min_size=1, max_size=3))
def test_every_day_of_the_file_has_its_status_on_the_map(
    tmp_path_factory: pytest.TempPathFactory, histories: list[str]
) -> None:
    if not "".join(histories).strip("."):
        return
    folder = tmp_path_factory.mktemp("viina")
    lines = [
        line
        for place, history in zip(PLACES, histories, strict=False)
        for line in rows(place.id[9:], "2026-01-01", history)
    ]
    imported = control(folder, *lines)
    assert imported.timeline is not None
    history = geofront.replay(imported.timeline)
    meaning = {"U": ("ukraine",), "R": ("russia",), "C": ("russia", "ukraine")}
    for place, statuses in zip(PLACES, histories, strict=False):
        for i, status_of_day in enumerate(statuses):
            if status_of_day != ".":
                day = date(2026, 1, 1) + timedelta(days=i)
                assert history.span(place.id, day).label.actors == meaning[status_of_day]


def test_panel_keeps_what_was_put_when_it_grows() -> None:
    panel = Panel(("status",))
    for n in range(1, 40):
        panel.places[str(n)] = n - 1
        panel.days[738000 + n] = n - 1
        new, same = panel.put(
            np.array([n - 1]), np.array([n - 1]), np.array([1 + n % 3], dtype=np.uint16)
        )
        assert new.all()
        assert same.all()
    ((start, block),) = panel.compact().blocks("status")
    assert start == 0
    assert block.shape == (39, 39)
    assert np.diag(block).tolist() == [1 + n % 3 for n in range(1, 40)]
    assert int(block.astype(bool).sum()) == 39


def test_large_files_are_read_in_little_memory(tmp_path: Path) -> None:
    """Half a million rows, in a process of its own; a list of rows would take 250 MB more."""
    file = tmp_path / "control_latest_2026.csv"
    with file.open("w") as stream:
        stream.write(HEADER + "\n")
        for place in range(1500):
            stream.write(
                "\n".join(rows(600000 + place, "2026-01-01", "U" * 200 + "R" * 165)) + "\n"
            )
    code = (
        "import resource, sys\n"
        "from geofront.adapters.viina import read_viina_control\n"
        "from geofront.gazetteer.place import Place\n"
        "ids = range(1500)\n"
        "places = [Place(f'geonames-{600000 + i}', str(i), 30 + i / 500, 48) for i in ids]\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before = peak()\n"
        "imported = read_viina_control(sys.argv[1], places=places)\n"
        "print(len(imported.timeline.events), peak() - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(file)], check=True, capture_output=True, text=True
    )
    count, kilobytes = map(int, done.stdout.split())
    assert count == 3000
    assert kilobytes < 150_000
