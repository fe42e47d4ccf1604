"""Polygons of no change, gains and losses, as a newspaper makes them of Liveuamap's data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from drawnworlds import adds_up, collection, feature, saved, shown, square
from hypothesis import given, settings
from hypothesis import strategies as st

from geofront.adapters import reader
from geofront.adapters.drawn.liveuamap import read_liveuamap
from geofront.errors import DataFaultsError, UnknownNameError

if TYPE_CHECKING:
    from pathlib import Path

DAILY = "the view is not the daily one"
PERIOD = "a polygon of a period is no daily one; periods='end' takes it for its last day"
LOST = "losses: not held on this day any more"


def polygon(
    kind: str,
    lon: float,
    when: object = "2022-03-30",
    since: object = "2022-03-29",
    **more: object,
) -> dict[str, object]:
    properties = {"type": kind, "date": when, "_datefrom": since, "_dateto": when, "view": "daily"}
    return feature(square(lon, 48), **(properties | more))


def value(*features: object) -> dict[str, object]:
    return {"value": collection(*features)}


def test_a_day_is_what_did_not_change_and_what_was_gained(tmp_path: Path) -> None:
    day = value(polygon("nochange", 36), polygon("gains", 37), polygon("losses", 38))
    saved(tmp_path / "data" / "2022-03-30.json", day)
    first = feature(square(35, 48), date="2022-02-24", type="nochange", view="daily")
    saved(tmp_path / "data" / "2022-02-24.json", collection(first))
    imported = read_liveuamap(tmp_path)
    assert shown(imported) == {
        "2022-02-24": {"russia": "35 48 36 49"},
        "2022-03-30": {"russia": "36 48 38 49"},
    }
    assert dict(imported.report.dropped) == {LOST: 1}
    assert (imported.report.read, imported.report.kept) == (4, 3)
    assert "no redistribution" in imported.about.licence
    assert any(note.startswith("33 of 35 days have no map") for note in imported.report.notes)
    assert any("Crimea is not part" in note for note in imported.report.notes)


def test_polygons_of_periods_are_not_daily(tmp_path: Path) -> None:
    # Who asks for the 31st gets the polygons of the period that ended on the 30th.
    period = value(
        polygon("nochange", 36, since="2022-03-26"), polygon("gains", 37, since="2022-03-26")
    )
    saved(tmp_path / "2022-03-31.json", period)
    saved(tmp_path / "2022-04-01.json", period)
    saved(tmp_path / "2022-04-02.json", value(polygon("nochange", 36, "2022-04-02", "2022-04-01")))
    imported = read_liveuamap(tmp_path)
    assert list(shown(imported)) == ["2022-04-02"]
    assert dict(imported.report.dropped) == {PERIOD: 4}
    assert imported.report.examples[0].value == "2022-03-26 to 2022-03-30"
    assert adds_up(imported)
    taken = read_liveuamap(tmp_path, periods="end")
    assert shown(taken) == {
        "2022-03-30": {"russia": "36 48 38 49"},
        "2022-04-02": {"russia": "36 48 37 49"},
    }
    assert dict(taken.report.dropped) == {"another file has the same map of this day": 2}
    assert any(note.startswith("2 files are named by a day") for note in taken.report.notes)
    with pytest.raises(UnknownNameError, match="drop, end"):
        read_liveuamap(tmp_path, periods="start")


def test_what_is_broken_is_dropped_with_its_reason(tmp_path: Path) -> None:
    saved(
        tmp_path / "2022-03-30.json",
        value(
            polygon("nochange", 36),
            polygon("nochange", 179.5),
            polygon("GAINS ", 37),
            polygon("advance", 37),
            polygon("gains", 37, when=None, _dateto=""),
            polygon("gains", 37, when="2022-03-3O"),
            polygon("gains", 37, _dateto="2022-03-29"),
            polygon("gains", 37, view="weekly"),
            polygon("gains", 37, "2022-04-05", "2022-04-04"),
            feature(None, type="gains", date="2022-03-30"),
            7,
        ),
    )
    imported = read_liveuamap(tmp_path, actor="east")
    assert shown(imported) == {"2022-03-30": {"east": "36 48 38 49"}}
    assert dict(imported.report.dropped) == {
        "'date' is not the end of the period": 1,
        "a feature is no JSON object": 1,
        "the coordinates are not degrees of WGS 84": 1,
        "the day is not readable": 1,
        "the map of this day has no usable 'nochange' and so is not whole": 1,
        "the record has no day": 1,
        "the record has no geometry": 1,
        "the type is none of nochange, gains and losses": 1,
        DAILY: 1,
    }
    assert (imported.report.read, imported.report.kept) == (11, 2)
    assert "1 maps lack polygons that could not be read: 2022-03-30" in imported.report.notes


def test_figures_are_no_map(tmp_path: Path) -> None:
    figures = saved(tmp_path / "territory.csv", "date,area\r\n2025-01-16,112452.677\r\n")
    with pytest.raises(
        DataFaultsError, match=r"there is nothing to draw .its header is 'date,area'"
    ):
        read_liveuamap(figures)
    saved(tmp_path / "2022-03-30.json", value(polygon("nochange", 36)))
    report = read_liveuamap(tmp_path).report
    assert dict(report.dropped) == {
        "a table of figures has no polygons; there is nothing to draw": 1
    }


def test_the_format_has_its_name() -> None:
    assert reader("liveuamap") is read_liveuamap


ODD = st.sampled_from(
    ["nochange", "gains", "losses", "2022-03-30", "2022-03-29", "0000-00-00", 1648598400000, "", []]
)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(
        st.dictionaries(
            st.sampled_from(["type", "date", "_datefrom", "_dateto", "view"]),
            ODD | st.none() | st.floats() | st.text(max_size=4),
        ),
        max_size=5,
    )
)
def test_whatever_stands_there_nothing_but_faults(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, object]]
) -> None:
    found = value(*(feature(square(36 + i, 48), **row) for i, row in enumerate(rows)))
    file = saved(tmp_path_factory.mktemp("fuzz") / "x.json", found)
    try:
        imported = read_liveuamap(file)
    except DataFaultsError:
        return
    assert adds_up(imported)
